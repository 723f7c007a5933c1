# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What all registered variables of a host come to."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .. import words
from ..windows import unc
from . import facts, roles
from .model import RANK, Failure, Host, State, View
from .shapes import kind, mapping, number, rows, text

Result = Mapping[str, t.Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """The variables of one host, by name as far as it has them. What they hold may be anything.

    :ivar cache: of cache_info
    :ivar before: of item_info, before something was done
    :ivar after: of item_info, afterwards
    :ivar results: of modules and roles that change something, in the order in which they ran
    :ivar problem: sentences of a playbook that went on after an error
    :ivar check_mode: whether the run only predicts
    :ivar known: whether the inventory has the host
    """

    cache: Mapping[str, t.Any] = field(default_factory=dict)
    before: Mapping[str, t.Any] = field(default_factory=dict)
    after: Mapping[str, t.Any] = field(default_factory=dict)
    results: Mapping[str, t.Any] = field(default_factory=dict)
    problem: Mapping[str, t.Any] = field(default_factory=dict)
    check_mode: bool = False
    known: bool = True


def read(name: str, given: Registered, most: int) -> Host:
    """Return what is known of a host.

    :param most: the highest number of failed items to name; 0 for all
    """
    draft = _Draft(given.check_mode)
    caches = draft.taken("cache", given.cache, facts.is_look)
    before = draft.taken("before", given.before, _has_shares)
    after = draft.taken("after", given.after, _has_shares)
    results = draft.taken("results", given.results, _is_result)
    machines = [facts.machine(look) for look in caches if not look.get("unreachable")]
    machine = machines[-1] if machines else facts.NOTHING
    for result in results:
        draft.add_result(result, machine)
    if not results:
        for look in (*caches, *before):
            draft.add_look(look)
    for look in after:
        draft.add_look(look)
    draft.add_shares([*caches, *before], after, machine)
    draft.not_seen.extend(() if draft.not_seen else machine.not_seen)
    for value in given.problem.values():
        draft.add_problem(text(value))
    if not given.known:
        draft.notes.append("The inventory does not have this host.")
    return draft.host(text(name), most)


def _has_shares(value: Result) -> bool:
    return "shares" in value or "cached" in value or facts.is_look(value)


def _is_result(value: Result) -> bool:
    return facts.is_call(value) or roles.is_retired(value) or roles.is_migrated(value)


class _Draft:
    """A host while its variables are read."""

    def __init__(self, check_mode: bool) -> None:
        self._check_mode = check_mode
        self._states: list[State] = []
        self._messages: tuple[str, ...] = ()
        self._views: dict[str, View] = {}
        self._failed = 0
        self._failures: list[Failure] = []
        self.not_seen: list[str] = []
        self.notes: list[str] = []

    def taken(self, option: str, given: Mapping[str, t.Any], fits: t.Callable[[Result], bool]) -> list[Result]:
        """Return the results in some variables, those of a loop one by one; what is none becomes a note."""
        found: list[Result] = []
        for name, value in given.items():
            if value is None or value == {} or value == "":
                continue
            if not isinstance(value, Mapping):
                self.notes.append(f"{option}: {name} is {kind(value)}, not the result of a task.")
                continue
            inner = value.get("results")
            for one in rows(inner) if isinstance(inner, (list, tuple)) and not fits(value) else [value]:
                if one.get("skipped"):
                    continue
                if fits(one) or one.get("failed") or one.get("unreachable"):
                    found.append(one)
                else:
                    self.notes.append(f"{option}: {name} is no result that this page knows.")
        return found

    def add_result(self, result: Result, machine: facts.Machine) -> None:
        """Add what a module or a role did."""
        if result.get("unreachable"):
            self._add(None, State.UNREACHABLE, [text(result.get("msg")).rstrip(".")], text(result.get("msg")))
        elif roles.is_retired(result):
            self._add_retired(result, machine)
        elif roles.is_migrated(result):
            self._states.append(State.WOULD_CHANGE if self._check_mode else State.DONE)
            self._messages = (*self._messages, roles.step(result))
        else:
            self._add_call(result)

    def _add_retired(self, result: Result, machine: facts.Machine) -> None:
        state = State(text(result["state"]))
        for view in roles.views(result, machine):
            self._views[_key(view.user)] = view
        if any(view.state is State.UNREACHABLE for view in self._views.values()) and not state.tells:
            state = State.UNREACHABLE
        self._states.append(state)
        self._messages = _without_repetitions([*self._messages, text(result.get("msg"))])
        self.not_seen += roles.not_seen(result)
        self._add_failures(*roles.failures(result))

    def _add_call(self, result: Result) -> None:
        failed, named = facts.failures(result)
        self._add_failures(failed, named)
        changed = number(mapping(result.get("counts")).get("changed"))
        why = facts.left(result)
        state = State.WAITS if why else State.DONE
        at_work = facts.at_work(result)
        if facts.active(result) is False:
            state, why = State.OFF, []
        elif failed or (result.get("failed") and result.get("busy") is not True):
            why = [f"{words.number(failed, 'item')} failed" if failed else facts.problem(result), at_work]
            state = State.FAILED
        elif at_work:
            state, why = State.WAITS, [at_work]
        elif self._check_mode and changed:
            state, why = State.WOULD_CHANGE, []
        self._add(facts.user(result) or facts.job_user(result), state, why, text(result.get("msg")), changed)

    def add_look(self, look: Result) -> None:
        """Add what a module that only looks says of the host."""
        said = text(look.get("msg"))
        if look.get("unreachable"):
            self._add(None, State.UNREACHABLE, [said.rstrip(".")], said)
        elif facts.active(look) is False:
            self._add(facts.user(look), State.OFF, [], said)
        elif look.get("failed"):
            self._add(facts.user(look), State.FAILED, [facts.problem(look)], said)
        elif at_work := facts.at_work(look):
            self._add(facts.user(look), State.WAITS, [at_work], "")
        elif not self._states:
            self._add(facts.user(look), State.SEEN, [], "")

    def add_problem(self, said: str) -> None:
        """Add why a playbook went on without this host."""
        if said and State.WAITS in self._states:
            self._messages = _without_repetitions([*self._messages, said])
        elif said:
            self._add(None, State.FAILED, [said.rstrip(".")], said)

    def _add(self, user: str | None, state: State, why: Iterable[str], said: str, changed: int = 0) -> None:
        self._states.append(state)
        self._messages = _without_repetitions([*self._messages, said])
        # What is about nobody's view in particular is about the only one that there is.
        key = _key(user) if user or len(self._views) != 1 else next(iter(self._views))
        old = self._views.get(key)
        if old is None and user is None and self._views:
            return
        if old is None:
            self._views[key] = View(user, state, _without_repetitions(why), changed)
            return
        self._views[key] = replace(
            old,
            state=_worst((old.state, state)),
            why=_without_repetitions([*old.why, *why]),
            changed=old.changed + changed,
        )

    def _add_failures(self, failed: int, named: Sequence[Failure]) -> None:
        self._failed += failed
        self._failures += named

    def add_shares(self, before: Sequence[Result], after: Sequence[Result], machine: facts.Machine) -> None:
        """Add what the views hold, where a role has not told it."""
        old, new = _by_user(before), _by_user(after)
        for key, user in {**{_key(one): one for one in old}, **{_key(one): one for one in new}}.items():
            view = self._views.get(key) or View(user, _worst(self._states or [State.SEEN]))
            if not view.shares:
                left = new.get(user)
                shares = facts.shares(old.get(user) or left or [], left, machine)
                self._views[key] = View(view.user, view.state, view.why, view.changed, shares)

    def host(self, name: str, most: int) -> Host:
        """Return the host."""
        failures = sorted(self._failures, key=lambda one: (unc.key(one.path), one.hresult))
        # What failed without a user's name is the view of whoever it was.
        views = [view for key, view in self._views.items() if key or len(self._views) == 1 or view.shares or view.why]
        return Host(
            name=name,
            state=_worst(self._states or [State.NOT_ASKED]),
            message=text(" ".join(said for said in self._messages if said)),
            views=tuple(sorted(views, key=lambda view: _key(view.user))),
            not_seen=tuple(dict.fromkeys(self.not_seen)),
            failed=self._failed,
            failures=tuple(failures[:most] if most else failures),
            notes=tuple(dict.fromkeys(self.notes)),
        )


def _without_repetitions(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts that say something, without those that a later one says too."""
    kept: list[str] = []
    for text_ in texts:
        if text_:
            kept = [one for one in kept if one.rstrip(".") not in text_] + [text_]
    return tuple(kept)


def _by_user(looks: Sequence[Result]) -> dict[str | None, Sequence[Result]]:
    """Return the shares of some looks by user, of each user those of the last look that has some."""
    found: dict[str | None, Sequence[Result]] = {}
    for look in looks:
        counted_shares = facts.counted(look)
        if counted_shares or (facts.user(look) not in found and ("shares" in look or look.get("cached"))):
            found[facts.user(look)] = counted_shares
    return found


def _key(user: str | None) -> str:
    return unc.key(user or "")


def _worst(states: Iterable[State]) -> State:
    return min(states, key=RANK.__getitem__)
