# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module connection decides: shares that go online or offline, folders that are suspended.

Sources: the vendor's pages of TransitionOnline, TransitionOffline and SuspendRoot of Win32_OfflineFilesCache. The first
two move the whole scope of an item, which is the shared folder that it lies in; open files that are not cached keep
a scope online, unless Force closes them.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import HostCallError, InputError
from ..host.answer import Answer
from ..host.request import Request
from ..options import check_timeout
from ..windows import unc
from ..words import number, visible
from . import report
from .connection_rows import (
    SUSPEND_ROOT,
    TRANSITION_OFFLINE,
    TRANSITION_ONLINE,
    Row,
    Rows,
    above,
    diff,
    one_a_share,
    open_files,
    refused,
)
from .course import Act, Course
from .standing import FIELDS, OFFLINE, ONLINE, SUSPENDED, standings

_NAMED = 3
"""How many paths a sentence names."""

_DOING = {
    ONLINE: ("Brought", "Would bring", " online"),
    OFFLINE: ("Took", "Would take", " offline"),
    SUSPENDED: ("Suspended", "Would suspend", ""),
}


@dataclass(frozen=True)
class Connection:
    """A task of this module.

    :ivar paths: canonical, each once
    :ivar state: one of :data:`STATES`
    :ivar force: close open files that keep a share online
    :ivar missing: ``ok`` or ``fail``: what a path is that the cache does not hold
    :ivar unavailable: the same for a host where Offline Files does not run
    :ivar timeout: seconds, 0 for no limit
    :ivar diff: the result has a diff
    """

    paths: tuple[str, ...]
    state: str
    force: bool
    missing: str
    unavailable: str
    timeout: int
    diff: bool

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any], *, diff: bool) -> Connection:
        """Check the options of the module.

        :raises InputError: a value that cannot be accepted
        """
        if not options["paths"]:
            raise InputError("paths is empty: give at least one UNC path.", options["paths"])
        paths = unc.unique(options["paths"])
        for path in paths:
            if not unc.share(path):
                raise InputError(
                    f"path {visible(path)} is a server, and a connection is one of shares: name a share of it, or a "
                    "folder in one.",
                    path,
                )
        if options["force"] and options["state"] != OFFLINE:
            raise InputError(
                "force: true closes files that keep a share online, so it has no effect with state: "
                f"{options['state']}. Leave it out.",
                options["force"],
            )
        return cls(
            paths=paths,
            state=options["state"],
            force=options["force"],
            missing=options["missing"],
            unavailable=options["unavailable"],
            timeout=check_timeout(options["timeout"]),
            diff=diff,
        )

    def look(self) -> Request:
        """Return what is read: the paths, and the folders above them, for a share may be suspended as a whole."""
        return Request(paths=self._read, deep=False, fields=FIELDS, timeout=self.timeout)

    def check(self, answer: Answer) -> None:
        """Read the rows of an answer.

        :raises ContractError: they cannot be read
        """
        for state in (answer.before, answer.after):
            standings(state, self._read)

    def next_act(self, course: Course) -> Act | None:
        """Return the next call: first for what is suspended, then for what is offline."""
        if course.unavailable or report.unread(course.before):
            return None
        now = standings(course.after or course.before, self._read)
        left = {path: one for path in self.paths if (one := now.get(unc.key(path))) and not one.holds(self.state)}
        done = {done.act.request.method for done in course.acts}
        if self.state == SUSPENDED:
            return self._act(SUSPEND_ROOT, [{"Path": path, "Suspend": True} for path in left], done)
        if self.state == OFFLINE:
            calls = [{"Path": path, "Force": self.force, "Flags": 0} for path in one_a_share(left)]
            return self._act(TRANSITION_OFFLINE, calls, done)
        roots = [{"Path": path, "Suspend": False} for path, one in left.items() if one.suspended_root]
        awake = one_a_share(path for path, one in left.items() if not one.suspended)
        return self._act(SUSPEND_ROOT, roots, done) or self._act(
            TRANSITION_ONLINE, [{"Path": path, "Flags": 0} for path in awake], done
        )

    def unsettled(self, course: Course) -> bool:
        """Return whether a call reported success, and the state does not show it (yet)."""
        return any(row.status == "failed" and row.call and not refused(row.call) for row in self._rows(course, None))

    def result(self, course: Course) -> tuple[dict[str, t.Any], list[str]]:
        """Return the module's result, and the warnings."""
        planned = self.next_act(course) if course.check_mode else None
        rows = self._rows(course, planned)
        unavailable, problem = course.unavailable, "" if course.unavailable else report.unread(course.before)
        shares = [] if unavailable or problem else list(Rows(course, self.state, self._read, planned).of_shares())
        calls = course.told
        known = report.of_course(course)
        bad = {"failed", "unknown", *(["not_cached"] if self.missing == "fail" else [])}
        if unavailable and (self.unavailable == "fail" or not unavailable.seen):
            bad.add("unavailable")
        result = {
            **self.empty(diff=self.diff),
            **known,
            "changed": any(row.changed for row in rows),
            "failed": bool(known["failed"] or problem or bad.intersection(row.status for row in rows)),
            "state": self.state,
            "paths": [row.as_result() for row in rows],
            "shares": shares,
            "open_files": any(map(open_files, calls)),
            "state_verified": not unavailable and not report.unread(course.after if course.acts else course.before),
            "msg": problem or (unavailable.sentence if unavailable else self._sentence(course, rows)),
        }
        if self.diff:
            result["diff"] = diff(rows, shares)
        return result, [*report.hints_of(calls), *self._passing(rows)]

    def without_answer(self, problem: HostCallError) -> dict[str, t.Any]:
        """Return the result of a task whose look was not answered."""
        return {
            **self.empty(diff=self.diff),
            **report.without_answer(problem, diff=self.diff),
            "state": self.state,
            "paths": [Row(path, "unknown").as_result() for path in self.paths],
        }

    @staticmethod
    def empty(*, diff: bool) -> dict[str, t.Any]:
        """Return a result with every key, of a task of which nothing is known."""
        return {**report.empty(diff=diff), "state": None, "paths": [], "shares": [], "open_files": False}

    @property
    def _read(self) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for path in self.paths:
            for one in (path, *above(path)):
                found.setdefault(unc.key(one), one)
        return tuple(found.values())

    def _act(self, method: str, calls: Sequence[dict[str, t.Any]], done: Iterable[str | None]) -> Act | None:
        if not calls or method in done:
            return None
        request = Request(
            method=method,
            arguments=tuple(calls),
            paths=self._read,
            deep=False,
            observe=False,
            fields=FIELDS,
            timeout=self.timeout,
        )
        return Act(request, f"calling {method} for {number(len(calls), 'path')}")

    def _rows(self, course: Course, planned: Act | None) -> list[Row]:
        if course.unavailable:
            return [Row(path, "unavailable") for path in self.paths]
        if report.unread(course.before):
            return [Row(path, "unknown") for path in self.paths]
        return list(Rows(course, self.state, self._read, planned).of_paths(self.paths))

    def _passing(self, rows: Iterable[Row]) -> list[str]:
        """Return the warning of paths that are offline as wanted, but for a reason that passes by itself."""
        found = [row for row in rows if row.status == "unchanged" and row.after and row.after.passing]
        if self.state != OFFLINE or not found:
            return []
        names = ", ".join(f"{visible(row.path)} is {row.after.words}" for row in found[:_NAMED] if row.after)
        return [f"{names}: Windows brings it online by itself when that passes. To be sure, suspend it."]

    def _sentence(self, course: Course, rows: Sequence[Row]) -> str:
        did, would, end = _DOING[self.state]
        changed = [row for row in rows if row.status == self.state]
        held = [row for row in rows if row.status == "unchanged"]
        absent = [visible(row.path) for row in rows if row.status == "not_cached"]
        failed = [f"{visible(row.path)}: {row.why}." for row in rows if row.why]
        parts = []
        if changed or failed:
            whole = ", with its whole share" if len(changed) == 1 else ", with their whole shares"
            whole = whole if changed and self.state != SUSPENDED else ""
            verb = would if course.check_mode else did
            parts.append(f"{verb} {len(changed)} of {number(len(rows), 'path')}{end}{whole}.")
        elif held:
            parts.append(f"{number(len(held), 'path')} {'is' if len(held) == 1 else 'are'} {self.state} already.")
        if absent:
            names = ", ".join(absent[:_NAMED]) + (f" and {len(absent) - _NAMED} more" if absent[_NAMED:] else "")
            parts.append(f"The cache does not hold {names}, as far as {course.looked.user} sees it.")
        if course.check_mode and any(row.before and row.before.passing for row in changed):
            parts.append("Whether a server can be reached is not known beforehand.")
        return " ".join([*parts, *failed[:_NAMED], *filter(None, [report.of_loss(course)])])
