# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of a module: folds the invocation and the host's answers into what the user sees.

One place decides every key, so that check mode, failures and real runs always return the same ones.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import heapq
import itertools
import operator
import typing as t
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .. import limits
from ..errors import ContractError, HostCallError, InputError
from ..host import availability
from ..host.answer import Answer, Call, State
from ..host.availability import Unavailable
from ..host.pack import unpack
from ..windows import codes, unc
from ..windows.codes import Code
from ..windows.pins import Reasons
from ..windows.progress import Head
from ..words import shortened, visible
from . import flags as control
from . import wording
from .invocation import Invocation
from .ledger import Fate, Ledger
from .verdict import GOAL_HOLDS, Course, Status, Verdict, judge
from .wording import Findings

WBEM_E_CALL_CANCELLED = 0x80041032
WBEM_E_TIMED_OUT = 0x80041069

MAX_FAILURES = 1000
"""Failed items to name to a user who asked for details."""


@dataclass(frozen=True)
class Policy:
    """What the user wants to be told, and what counts as a failure.

    :ivar missing: ``fail`` when a path that the cache does not hold is a failure, else ``ok``
    :ivar unavailable: ``fail`` when a host without a running cache is a failure, else ``ok``
    :ivar report: which items appear in ``entries``: ``all``, ``changed``, ``failed`` or ``none``
    :ivar max_entries: at most so many entries; 0 for no limit
    :ivar diff: the user asked for a diff
    """

    missing: str = "ok"
    unavailable: str = "fail"
    report: str = "all"
    max_entries: int = 1000
    diff: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any], *, diff: bool) -> Policy:
        """Check the options of a module.

        :raises InputError: a value that cannot be accepted
        """
        max_entries = options["max_entries"]
        if max_entries < 0:
            raise InputError(
                f"max_entries {max_entries} is not allowed: use 0 (no limit) or a positive number.", max_entries
            )
        return cls(options["missing"], options["unavailable"], options["report"], max_entries, diff)


@dataclass(frozen=True)
class Outcome:
    """What a run led to.

    :ivar result: the module's result, every documented key in it
    :ivar warnings: what the user can act on
    :ivar course: how the run went as a whole; None when the host gave no answer
    :ivar has_item_results: whether an ItemResult came
    :ivar still_pinned: how many items have a requested reason although a success was reported
    :ivar failures: path, code and text of the first items that failed, whatever ``entries`` shows
    :ivar broken: an answer did not come or could not be read to its end; the host is not asked again
    """

    result: dict[str, t.Any]
    warnings: list[str] = field(default_factory=list)
    course: Course | None = None
    has_item_results: bool = False
    still_pinned: int = 0
    failures: list[tuple[str, Code, str]] = field(default_factory=list)
    broken: bool = False


@dataclass(frozen=True)
class _Group:
    """Items that share a fate, and what was decided about them."""

    fate: Fate
    verdict: Verdict
    size: int


def fold(invocation: Invocation, policy: Policy, answers: Sequence[Answer], *, check_mode: bool = False) -> Outcome:
    """Fold the answers of one task, in their order, into its result.

    The first answer holds the state before, the last state read is the one after; the calls of all count. Where packed
    data cannot be read to its end, what stands before counts, the state is incomplete and the result has failed.

    :raises ContractError: the answers contradict the invocation
    """
    first = answers[0]
    if problem := availability.check(first):
        return _unavailable(invocation, policy, first, problem)
    before = first.before
    after = _last_state(answers)
    ledger = Ledger(invocation.paths, deep=invocation.deep)
    problems = _Problems()
    if before:
        with problems.kept() as damage:
            ledger.add_before(unpack(before.data, before.rows))
        before = dataclasses.replace(before, complete=before.complete and not damage)
        if before.complete:
            ledger.add_missing(before.held)
    calls: list[tuple[Call, Head | None]] = []
    for number, answer in enumerate(answers):
        # What a form of the call said that was refused as a whole is settled by the form that came after it.
        settled = any(later.calls for later in answers[number + 1 :])
        said = [(call, _enter_call(ledger, invocation, call, problems, settled=settled)) for call in answer.calls]
        calls = said or calls
    if after:
        with problems.kept() as damage:
            ledger.add_after(unpack(after.data, after.rows))
        after = dataclasses.replace(after, complete=after.complete and not damage)
    with problems.kept():
        ledger.close()
    called = any(call.made for answer in answers for call in answer.calls)
    course = _course(invocation, before, after, calls, check_mode=check_mode, called=called, skipped=first.skipped)
    above = ledger.results_of_requests()
    groups = [_Group(fate, judge(fate, course, above.get(fate.request)), size) for fate, size in ledger.tally().items()]
    outcome = _Report(invocation, policy, first, before, after, calls, ledger, course, groups, above).outcome()
    return broken_off(outcome, problems.found[0], read_only=True) if problems.found else outcome


def without_answer(
    invocation: Invocation, policy: Policy, problem: HostCallError, *, read_only: bool, then: str = ""
) -> Outcome:
    """Return the result of a task whose host gave no usable answer to a request.

    :param read_only: nothing was to be called
    :param then: a sentence that says what happened after the *problem*
    """
    result = _empty_result(invocation, policy)
    result.update(
        failed=True,
        msg=f"{problem} {then}".rstrip(),
        timed_out=problem.timed_out,
        may_still_run=problem.may_still_run and not read_only,
        paths=[_path_row(path, Status.UNKNOWN) for path in invocation.paths],
    )
    return Outcome(result)


def broken_off(
    outcome: Outcome, problem: HostCallError, *, read_only: bool, label: str = "Before", then: str = ""
) -> Outcome:
    """Return what other answers told, failed: it is not lost because one did not come.

    :param read_only: the request without an answer was to call nothing
    :param label: what *outcome* is
    :param then: a sentence that says what happened after the *problem*
    """
    result = dict(outcome.result)
    result.update(
        failed=True,
        only_items_failed=False,
        msg=f"{str(problem).rstrip('.')}. {label}: {result['msg']} {then}".rstrip(),
        timed_out=problem.timed_out,
        may_still_run=result["may_still_run"] or (problem.may_still_run and not read_only),
    )
    return dataclasses.replace(outcome, result=result, broken=True)


class _Problems:
    """What is wrong with packed data, in its order."""

    def __init__(self) -> None:
        self.found: list[ContractError] = []

    @contextlib.contextmanager
    def kept(self) -> Iterator[list[ContractError]]:
        """Keep an error of the body, in the list that this yields too."""
        damage: list[ContractError] = []
        try:
            yield damage
        except ContractError as exc:
            damage.append(exc)
            self.found.append(exc)


def _enter_call(
    ledger: Ledger, invocation: Invocation, call: Call, problems: _Problems, *, settled: bool
) -> Head | None:
    """Enter a call into the ledger, and return what its End said.

    :param settled: another form of the call came after it, so its return value is no result of an item
    """
    if call.lost:
        return None
    end = None
    with problems.kept():
        end = ledger.add_texts(unpack(call.data, call.texts))
    alone = call.path is not None or len(invocation.paths) == 1
    if call.return_value and alone and not settled:
        ledger.add_return_value(call.path or 0, codes.explain(call.return_value))
    return end


def _last_state(answers: Sequence[Answer]) -> State | None:
    """Return the last state that was read after a call; reading it again does not count where it broke off."""
    for answer in reversed(answers):
        if any(call.made for call in answer.calls):
            return answer.after
        if answer is not answers[0] and answer.before and answer.before.complete:
            return answer.before
    return None


def _course(
    invocation: Invocation,
    before: State | None,
    after: State | None,
    calls: Sequence[tuple[Call, Head | None]],
    *,
    check_mode: bool,
    called: bool,
    skipped: str | None,
) -> Course:
    said = list(_codes_of(calls))
    return Course(
        wanted=invocation.reasons,
        predicted=check_mode,
        called=called,
        knows_before=bool(before and before.complete),
        knows_after=bool(after and after.complete),
        cancelled=any(code.category == "cancelled" for code in said),
        # A call for which no time was left was neither made nor refused.
        timed_out=any(call.timed_out or not (call.made or call.error) for call, _end in calls),
        lost=any(call.lost for call, _end in calls),
        # A missing return value is none to hold against a call: WMI does not always deliver it.
        succeeded=skipped == "not_needed"
        or (bool(calls) and all(call.made and call.completed for call, _end in calls) and all(c.ok for c in said)),
    )


def _codes_of(calls: Iterable[tuple[Call, Head | None]]) -> Iterable[Code]:
    """Yield everything that was said of calls as a whole."""
    return (code for code, _text in _said_of(calls))


def _said_of(calls: Iterable[tuple[Call, Head | None]]) -> Iterable[tuple[Code, str]]:
    """Yield everything that was said of calls as a whole, with the host's words where there are any."""
    for call, end in calls:
        if call.error and call.thrown_at == "parameters":
            yield codes.explain_refused_parameters(call.error.code), call.error.words
        elif call.error:
            yield codes.explain(call.error.code), call.error.words
        if call.status:
            yield codes.explain(call.status.code), call.status.words
        if call.return_value is not None:
            yield codes.explain(call.return_value), ""
        if end:
            yield end.code, end.text


def empty(*, diff: bool = False) -> dict[str, t.Any]:
    """Return a result with every key, of a task of which nothing is known, not even what it was to do.

    :param diff: the user asked for a diff
    """
    return {
        "changed": False,
        "failed": False,
        "only_items_failed": False,
        "msg": "",
        "paths": [],
        "entries": [],
        "entries_truncated": False,
        "counts": {
            "total": 0,
            "changed": 0,
            "unchanged": 0,
            "failed": 0,
            "not_cached": 0,
            "unknown": 0,
            "visible": None,
        },
        "return_value": None,
        "cancelled": False,
        "timed_out": False,
        "may_still_run": False,
        "state_verified": False,
        "progress": {"messages": 0, "unparsed": [], "unparsed_count": 0},
        "flags": _flags_row(control.PinControl(0)),
        "deep": True,
        "cache": availability.cache_row(None),
        **({"diff": {"before": "", "after": ""}} if diff else {}),
    }


def _empty_result(invocation: Invocation, policy: Policy) -> dict[str, t.Any]:
    return {**empty(diff=policy.diff), "flags": _flags_row(invocation.flags), "deep": invocation.deep}


def _flags_row(flags: control.PinControl) -> dict[str, t.Any]:
    return {"value": int(flags), "hex": f"0x{int(flags):08x}", "names": control.names_of(flags)}


def _path_row(
    path: str,
    status: Status,
    items: int = 0,
    changed_items: int = 0,
    failed_items: int = 0,
    remaining: Reasons = Reasons.NONE,
) -> dict[str, t.Any]:
    return {
        "path": path,
        "status": status.value,
        "changed": changed_items > 0,
        "total_items": items,
        "changed_items": changed_items,
        "failed_items": failed_items,
        "remaining_reasons": remaining.names,
    }


def _unavailable(invocation: Invocation, policy: Policy, answer: Answer, problem: Unavailable) -> Outcome:
    result = _empty_result(invocation, policy)
    result.update(
        cache=availability.cache_row(answer),
        paths=[_path_row(path, Status.UNAVAILABLE) for path in invocation.paths],
        failed=policy.unavailable == "fail" or not problem.seen,
        msg=problem.sentence,
    )
    return Outcome(result)


@dataclass(frozen=True)
class _Report:
    """Everything that is known at the end of a run, and the words for it."""

    invocation: Invocation
    policy: Policy
    answer: Answer
    before: State | None
    after: State | None
    calls: Sequence[tuple[Call, Head | None]]
    ledger: Ledger
    course: Course
    groups: list[_Group]
    above: Mapping[int | None, Head]

    def outcome(self) -> Outcome:
        counts = self._counts()
        paths = self._paths()
        method = self._method_code()
        undone = sum(group.size for group in self.groups if group.verdict.status not in GOAL_HOLDS)
        # Without a state, "not in the cache" is an answer for paths of which nothing else is known.
        not_there = bool(method and method.category == "not_in_cache") and all(
            row["status"] in GOAL_HOLDS for row in paths
        )
        goal_seen = not undone and (self.course.knows_after or not_there)
        method_failed = not self.course.predicted and not self.course.succeeded and not goal_seen
        missing = [row["path"] for row in paths if row["status"] == Status.NOT_CACHED.value]
        failed = bool(
            counts["failed"]
            or self._cancelled()
            or self.course.timed_out
            or method_failed
            or (missing and self.policy.missing == "fail")
        )
        found = self._findings(counts, missing, method if method_failed else None)
        entries, truncated = self._entries()
        result = _empty_result(self.invocation, self.policy)
        result.update(
            changed=any(group.verdict.changed for group in self.groups),
            failed=failed,
            only_items_failed=self._only_items_failed() and not (missing and self.policy.missing == "fail"),
            msg=wording.sentence(found),
            paths=paths,
            entries=entries,
            entries_truncated=truncated,
            counts={**counts, "visible": self._visible()},
            return_value=self._return_value(),
            cancelled=self._cancelled(),
            timed_out=self.course.timed_out,
            may_still_run=any(_may_still_run(call) for call, _end in self.calls),
            state_verified=self._verified(),
            progress={
                "messages": self.ledger.messages,
                "unparsed": self.ledger.unparsed,
                "unparsed_count": self.ledger.unparsed_count,
            },
            cache=availability.cache_row(self.answer),
        )
        if self.policy.diff:
            result["diff"] = self._diff()
        return Outcome(
            result,
            wording.warnings(found),
            self.course,
            self.ledger.has_item_results,
            found.still_pinned,
            self._failures(),
        )

    def _findings(self, counts: Mapping[str, int], missing: Sequence[str], failure: Code | None) -> Findings:
        left_alone = sum(group.size for group in self.groups if self._is_left_alone(group))
        method = self._method_code()
        return Findings(
            invocation=self.invocation,
            course=self.course,
            before=self.before,
            after=self.after,
            user=self.answer.user,
            counts=counts,
            still_pinned=self._count(Status.STILL_PINNED),
            cancelled=self._count(Status.CANCELLED),
            left_alone=left_alone,
            left=sum(group.size for group in self.groups if group.verdict.after & self.course.wanted),
            not_pinned=self._count(Status.UNCHANGED) - left_alone,
            missing=missing,
            missing_fails=bool(missing) and self.policy.missing == "fail",
            failure=failure,
            tolerated=None if failure else method,
            stopped=self._cancelled(),
            goal_holds=self.course.knows_before and all(group.verdict.status in GOAL_HOLDS for group in self.groups),
            unmade=bool(self.calls) and not self.course.called and not failure,
            has_item_results=self.ledger.has_item_results,
            errors=self._errors(method),
            outside=self.ledger.outside,
        )

    def _errors(self, method: Code | None) -> Counter[Code]:
        """Return how many items failed with each code; where none did, what the call as a whole failed with."""
        errors: Counter[Code] = Counter()
        for group in self.groups:
            if group.verdict.status == Status.FAILED and group.fate.result:
                errors[group.fate.result.code] += group.size
        if not errors and method and not method.ok and not self.course.succeeded:
            errors[method] = 0
        return errors

    def _only_items_failed(self) -> bool:
        """Whether items failed, each for a reason of its own, and the calls did what they should.

        What a call said at its end may be the error of an item (open question 13), so it is not held against the call.
        """
        failed = [group for group in self.groups if group.verdict.status == Status.FAILED]
        done = all(call.made and call.completed and not (call.error or call.status) for call, _end in self.calls)
        return (
            bool(failed and done)
            and all(group.fate.result is not None for group in failed)
            and not (self._cancelled() or self.course.timed_out or self._count(Status.UNKNOWN))
        )

    def _cancelled(self) -> bool:
        return self.course.cancelled or bool(self._count(Status.CANCELLED))

    def _verified(self) -> bool:
        if self.course.predicted or not self.course.called:
            return self.course.knows_before
        return self.course.knows_before and self.course.knows_after

    def _counts(self) -> dict[str, int]:
        words = {
            Status.FAILED: "failed",
            Status.NOT_CACHED: "not_cached",
            Status.UNKNOWN: "unknown",
            Status.CANCELLED: "unknown",
        }
        counts: Counter[str] = Counter()
        for group in self.groups:
            word = words.get(group.verdict.status, "unchanged")
            if group.verdict.changed and group.verdict.status != Status.FAILED:
                word = "changed"
            counts[word] += group.size
            counts["total"] += group.size
        return {name: counts[name] for name in ("total", "changed", "unchanged", "failed", "not_cached", "unknown")}

    def _visible(self) -> int | None:
        """Return how many items of the cache the user sees, in scope or not; None where no state was read."""
        state = self.before or self.after
        return state.seen if state else None

    def _paths(self) -> list[dict[str, t.Any]]:
        of_request: dict[int, list[_Group]] = {}
        for group in self.groups:
            if group.fate.request is not None:
                of_request.setdefault(group.fate.request, []).append(group)
        return [self._path(index, path, of_request.get(index, [])) for index, path in enumerate(self.invocation.paths)]

    def _path(self, index: int, path: str, groups: list[_Group]) -> dict[str, t.Any]:
        remaining = Reasons.NONE
        for group in groups:
            remaining |= group.verdict.after
        return _path_row(
            path,
            self._joint_status(groups) if groups else self._status_without_items(index),
            items=sum(group.size for group in groups),
            changed_items=sum(group.size for group in groups if group.verdict.changed),
            failed_items=sum(group.size for group in groups if group.verdict.status == Status.FAILED),
            remaining=remaining,
        )

    def _joint_status(self, groups: list[_Group]) -> Status:
        status = _joint_status(groups)
        if self.course.lost and not self.course.knows_before and status == Status.UNCHANGED:
            # What was released is not seen any more.
            return Status.UNKNOWN
        return status

    def _status_without_items(self, index: int) -> Status:
        if self.course.knows_before:
            return Status.UNCHANGED
        if self.course.knows_after and self.after:
            # It may have held a thousand pins that nobody saw going.
            return Status.UNKNOWN if self.after.held[index] else Status.NOT_CACHED
        method = self._method_code()
        if method and method.category == "not_in_cache" and len(self.invocation.paths) == 1:
            return Status.NOT_CACHED
        return Status.FAILED if method and not method.ok else Status.UNKNOWN

    def _method_code(self) -> Code | None:
        """Return the worst that the method as a whole said: an error before a success."""
        found = list(_codes_of(self.calls))
        return next((code for code in found if not code.ok), found[0] if found else None)

    def _return_value(self) -> dict[str, t.Any] | None:
        values = [codes.explain(call.return_value) for call, _end in self.calls if call.return_value is not None]
        if not values:
            return None
        return next((code for code in values if not code.ok), values[0]).as_result()

    def _entries(self) -> tuple[list[dict[str, t.Any]], bool]:
        verdicts = {group.fate: group.verdict for group in self.groups if self._reported(group.verdict)}
        results = {fate: self._result_of(fate, verdict) for fate, verdict in verdicts.items()}
        total = sum(group.size for group in self.groups if group.fate in verdicts)
        limit = self.policy.max_entries or total
        chosen = heapq.nsmallest(
            limit,
            ((_urgency(verdicts[fate]), n, path, fate) for n, (path, fate) in self._numbered() if fate in verdicts),
        )
        entries = [{**self._entry(path, fate, verdicts[fate]), **results[fate]} for _urgency_, _n, path, fate in chosen]
        return entries, total > limit

    def _result_of(self, fate: Fate, verdict: Verdict) -> dict[str, t.Any]:
        """Return what was reported for an item, and of what it was said; of a failed one always something."""
        if fate.result:
            return {"result": fate.result.code.as_result(fate.result.text), "result_of": "item"}
        if verdict.status != Status.FAILED:
            return {"result": None, "result_of": None}
        if above := self.above.get(fate.request):
            return {"result": above.code.as_result(above.text), "result_of": "path"}
        code, text = self._call_error(fate.request)
        return {"result": code.as_result(text), "result_of": "call"}

    def _call_error(self, request: int | None) -> tuple[Code, str]:
        """Return the first error of the calls with the path of a request; where they have none, that of any call."""
        errors = self._call_errors
        own = [error for error in (errors.get(None), errors.get(request)) if error]
        # A call for which no time was left says nothing.
        _number, code, text = min(
            own or errors.values(), default=(0, codes.explain(WBEM_E_TIMED_OUT), ""), key=operator.itemgetter(0)
        )
        return code, text

    @functools.cached_property
    def _call_errors(self) -> dict[int | None, tuple[int, Code, str]]:
        """The first error of the calls with each path, or None for all paths, behind the number of its call."""
        errors: dict[int | None, tuple[int, Code, str]] = {}
        for number, said in enumerate(self.calls):
            error = next((one for one in _said_of([said]) if not one[0].ok), None)
            if error:
                errors.setdefault(said[0].path, (number, *error))
        return errors

    def _failures(self) -> list[tuple[str, Code, str]]:
        results = {
            group.fate: group.fate.result
            for group in self.groups
            if group.verdict.status == Status.FAILED and group.fate.result
        }
        if not results:
            return []
        failed = ((path, results[fate]) for path, fate in self.ledger.items.items() if fate in results)
        return [
            (path, head.code, shortened(head.text or head.code.text, limits.SAID))
            for path, head in itertools.islice(failed, MAX_FAILURES)
        ]

    def _numbered(self) -> Iterable[tuple[int, tuple[str, Fate]]]:
        return enumerate(self.ledger.items.items())

    def _reported(self, verdict: Verdict) -> bool:
        if self.policy.report == "changed":
            return verdict.changed
        if self.policy.report == "failed":
            return verdict.status not in GOAL_HOLDS
        return self.policy.report == "all"

    def _entry(self, path: str, fate: Fate, verdict: Verdict) -> dict[str, t.Any]:
        return {
            "path": path,
            "request": None if fate.request is None else self.invocation.paths[fate.request],
            "status": verdict.status.value,
            "changed": verdict.changed,
            "reasons_before": fate.before.names,
            "reasons_after": verdict.after.names,
        }

    def _diff(self) -> dict[str, str]:
        changed = {group.fate: group.verdict for group in self.groups if group.verdict.changed}
        rows = [(path, fate) for path, fate in self.ledger.items.items() if fate in changed]
        limit = self.policy.max_entries or len(rows)
        more = f"({len(rows) - limit} more items)\n" if len(rows) > limit else ""
        shown = sorted(rows[:limit], key=lambda row: unc.key(row[0]))
        before = "".join(f"{visible(path)}: {_pinned(fate.before)}\n" for path, fate in shown)
        after = "".join(f"{visible(path)}: {_pinned(changed[fate].after)}\n" for path, fate in shown)
        return {"before": before + more, "after": after + more}

    def _count(self, status: Status) -> int:
        return sum(group.size for group in self.groups if group.verdict.status == status)

    def _is_left_alone(self, group: _Group) -> bool:
        return (
            group.fate.shallow
            and group.verdict.status == Status.UNCHANGED
            and bool(group.verdict.after & self.course.wanted)
        )


def _joint_status(groups: list[_Group]) -> Status:
    statuses = {group.verdict.status for group in groups}
    undone = statuses - GOAL_HOLDS
    if undone and any(group.verdict.changed for group in groups):
        return Status.PARTIAL
    order = (
        Status.FAILED,
        Status.CANCELLED,
        Status.UNKNOWN,
        Status.STILL_PINNED,
        Status.UNPINNED,
        Status.UNCHANGED,
        Status.NOT_CACHED,
    )
    return next(status for status in order if status in statuses)


def _urgency(verdict: Verdict) -> int:
    if verdict.status == Status.FAILED:
        return 0
    if verdict.changed:
        return 1
    return 3 if verdict.status in GOAL_HOLDS else 2


def _pinned(reasons: Reasons) -> str:
    return f"pinned for {', '.join(reasons.names)}" if reasons else "not pinned"


def _may_still_run(call: Call) -> bool:
    # Cancelled by WMI is only the client's side: the provider is not told (IWbemServices::CancelAsyncCall).
    return call.made and (not call.completed or bool(call.status and call.status.code == WBEM_E_CALL_CANCELLED))
