# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What became of each path and share of a task of the module connection."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..host.answer import Call
from ..windows import unc
from ..words import visible
from . import report
from .course import Act, Course, Done
from .standing import ONLINE, SUSPENDED, UNKNOWN, Standing, standings

SUSPEND_ROOT, TRANSITION_ONLINE, TRANSITION_OFFLINE = "SuspendRoot", "TransitionOnline", "TransitionOffline"


class Row(t.NamedTuple):
    """What became of a requested path.

    :ivar status: what was wanted where it was brought about, else ``unchanged``, ``failed``, ``not_cached``,
        ``unknown`` or ``unavailable``
    :ivar call: the last one that concerned it
    :ivar why: why it failed, as a part of a sentence
    """

    path: str
    status: str
    changed: bool = False
    before: Standing | None = None
    after: Standing | None = None
    call: Call | None = None
    why: str = ""

    def as_result(self) -> dict[str, t.Any]:
        """Return the form in which results show it."""
        code = report.said_of(self.call) if self.call else None
        return {
            "path": self.path,
            "share": unc.share(self.path),
            "status": self.status,
            "changed": self.changed,
            "before": self.before.as_result() if self.before else None,
            "after": self.after.as_result() if self.after else None,
            "result": code.as_result(report.words_of(self.call)) if code and self.call else None,
        }


@dataclass(frozen=True)
class Rows:
    """Makes the rows of a course whose state before is known.

    :ivar state: what is wanted
    :ivar read: the paths that were read
    :ivar planned: what check mode would call
    """

    course: Course
    state: str
    read: tuple[str, ...]
    planned: Act | None = None

    def of_paths(self, paths: Iterable[str]) -> Iterator[Row]:
        """Yield the row of each requested path."""
        before, after = self._states()
        for path in paths:
            yield self._row(path, before.get(unc.key(path)), after.get(unc.key(path)))

    def of_shares(self) -> Iterator[dict[str, t.Any]]:
        """Yield a row for each share that was to move as a whole."""
        if self.state == SUSPENDED:
            return
        before, after = self._states()
        acts = [done.act for done in self.course.acts] + ([self.planned] if self.planned else [])
        named = [
            str(one["Path"]) for act in acts if act.request.method != SUSPEND_ROOT for one in act.request.arguments
        ]
        for share in dict.fromkeys(map(unc.share, named)):
            was, now = before.get(unc.key(share)), after.get(unc.key(share))
            now = (was or UNKNOWN).reached(self.state) if self.planned else now
            yield {
                "path": share,
                "changed": bool(was and now and was.connection != now.connection),
                "before": was.as_result() if was else None,
                "after": now.as_result() if now else None,
            }

    def _states(self) -> tuple[Mapping[str, Standing], Mapping[str, Standing]]:
        before = standings(self.course.before, self.read)
        return before, standings(self.course.after, self.read) if self.course.acts else before

    def _row(self, path: str, before: Standing | None, after: Standing | None) -> Row:
        call = call_for(self.course.acts, path)
        if before is None:
            return Row(path, "not_cached", after=after, call=call)
        if before.holds(self.state):
            return Row(path, "unchanged", before=before, after=after, call=call)
        within = self._within(path, after)
        if self.planned and not within:
            return Row(path, self.state, True, before, before.reached(self.state), call)
        if self.course.acts and (unread := report.unread(self.course.after)):
            said = report.problem_of(call) if call else ""
            return Row(path, "unknown", before=before, call=call, why=said or unread.rstrip("."))
        if after is not None and after.holds(self.state):
            return Row(path, self.state, True, before, after, call)
        moved = after is not None and after.suspended != before.suspended
        return Row(path, "failed", moved, before, after, call, within or self._why(path, after, call))

    def _within(self, path: str, now: Standing | None) -> str:
        """Return why *path* cannot come online: a folder above it is suspended, and stays so. Empty where none does."""
        if self.state != ONLINE or now is None or not now.suspended or now.suspended_root:
            return ""
        resumed = {unc.key(str(one["Path"])) for one in self.planned.request.arguments} if self.planned else set()
        states = self._states()[1]
        for root in above(path):
            if (one := states.get(unc.key(root))) and one.suspended_root:
                named = f"it is suspended with the folder {visible(root)}: name that folder in paths"
                return "" if unc.key(root) in resumed else named
        return "it is suspended with a folder above it that cannot be seen"

    def _why(self, path: str, after: Standing | None, call: Call | None) -> str:
        if after is None:
            return "it left the cache meanwhile"
        if call and (said := report.problem_of(call)):
            return said
        if call and open_files(call):
            return (
                f"open files that are not cached keep {visible(unc.share(path))} online: close them, or use force: true"
            )
        return f"Windows reported success, but it is {after.words}" if call else "nothing was called"


def above(path: str) -> Iterator[str]:
    """Yield the folders above *path*, up to its share."""
    share = unc.share(path)
    while len(path) > len(share):
        path = unc.parent(path)
        yield path


def one_a_share(paths: Iterable[str]) -> list[str]:
    """Return the first of *paths* in each share."""
    first: dict[str, str] = {}
    for path in paths:
        first.setdefault(unc.key(unc.share(path)), path)
    return list(first.values())


def call_for(acts: Iterable[Done], path: str) -> Call | None:
    """Return the last call that concerned *path*: one for it, or one that moves its share."""
    last = None
    for done in acts:
        whole = done.act.request.method != SUSPEND_ROOT
        for arguments, call in done.calls():
            named, own = str(arguments["Path"]), path
            if whole:
                named, own = unc.share(named), unc.share(own)
            if unc.key(named) == unc.key(own):
                last = call
    return last


def open_files(call: Call) -> bool:
    """Return whether open files prevented a transition (vendor's page of TransitionOffline)."""
    return call.returned.get("OpenFiles") is True


def refused(call: Call) -> bool:
    """Return whether a call says by itself that it did not do what it was asked for."""
    return bool(report.problem_of(call)) or open_files(call)


def diff(rows: Iterable[Row], shares: Iterable[Mapping[str, t.Any]]) -> dict[str, str]:
    """Return the diff: shares that moved, then paths."""
    before, after = {}, {}
    for share in shares:
        if share["changed"]:
            before[share["path"]], after[share["path"]] = share["before"]["words"], share["after"]["words"]
    for row in rows:
        if row.changed and row.before and row.after:
            before[row.path], after[row.path] = row.before.words, row.after.words
    return {
        "before": "".join(f"{visible(path)}: {words}\n" for path, words in before.items()),
        "after": "".join(f"{visible(path)}: {words}\n" for path, words in after.items()),
    }
