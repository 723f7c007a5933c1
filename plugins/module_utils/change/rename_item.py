# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module rename_item decides: which method gives cached items their new path, and whether they have it.

Sources: the vendor's pages of RenameItem and RenameItemEx of Win32_OfflineFilesCache. The item is a server, a share, a
directory or a file. RenameItem logs a request of an administrator, which the next restart carries out. RenameItemEx
does it right away, as far as the user has access, and fails while a file is open. Both fail where the new path is in
the cache. That a file system denies access to a folder with an open file in it, too, stands in [MS-FSA],
FileRenameInformation.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import HostCallError, InputError
from ..host import advice
from ..host.answer import Answer
from ..host.request import Arguments, Request
from ..options import check_timeout
from ..windows import unc
from ..windows.near import near_misses
from ..words import number, visible
from . import report
from .counted import FIELDS, Count, counts
from .course import Act, Course
from .rename_outcome import AT_ONCE, AT_RESTART, Judge, Outcome, Pair, diff, level, was_success

WHENS = ("auto", "now", "restart")

_LEFT_TO_THE_RESTART = frozenset({"busy", "access", "unsupported"})
"""Categories of what RenameItemEx says where RenameItem may succeed: files are open, which an access that is denied may
mean too, or the method is not there."""


@dataclass(frozen=True)
class Rename:
    """A task of this module.

    :ivar src: the path in the cache, canonical
    :ivar dest: the path that it is to get, canonical
    :ivar when: one of :data:`WHENS`
    :ivar missing: ``ok`` or ``fail``: what it is that the cache holds neither path
    :ivar unavailable: the same for a host where Offline Files does not run
    :ivar timeout: seconds, 0 for no limit
    :ivar diff: the result has a diff
    """

    src: str
    dest: str
    when: str
    missing: str
    unavailable: str
    timeout: int
    diff: bool

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any], *, diff: bool) -> Rename:
        """Check the options of the module.

        :raises InputError: a value that cannot be accepted
        """
        src, dest = (_path(name, options[name]) for name in ("src", "dest"))
        if unc.key(src) == unc.key(dest):
            raise InputError(
                f"src and dest are the same path, {visible(src)}: the cache tells no capitals from small letters.",
                options["dest"],
            )
        if unc.touches(src, [dest]):
            inner, outer = ("dest", "src") if len(dest) > len(src) else ("src", "dest")
            raise InputError(
                f"{inner} {visible(max(src, dest, key=len))} lies under {outer} {visible(min(src, dest, key=len))}: "
                "give two paths of which neither lies under the other.",
                options["dest"],
            )
        if bool(unc.share(src)) is not bool(unc.share(dest)):
            server, other = ("src", "dest") if not unc.share(src) else ("dest", "src")
            raise InputError(
                f"{server} is a server, and {other} is not: src {visible(src)}, dest {visible(dest)}. A server has "
                "shares in it, so it can only get the name of another server.",
                options["dest"],
            )
        return cls(
            src=src,
            dest=dest,
            when=options["when"],
            missing=options["missing"],
            unavailable=options["unavailable"],
            timeout=check_timeout(options["timeout"]),
            diff=diff,
        )

    def look(self) -> Request:
        """Return what is read: all that lies under both paths."""
        return Request(paths=(self.src, self.dest), fields=FIELDS, timeout=self.timeout)

    def check(self, answer: Answer) -> None:
        """Read the rows of an answer.

        :raises ContractError: they cannot be read
        """
        for state in filter(None, (answer.before, answer.after)):
            counts(state, (self.src, self.dest))

    def next_act(self, course: Course) -> Act | None:
        """Return the next call: at once where that is wanted, and the request for the restart where it is left."""
        judge = self._judge(course)
        before = None if course.unavailable else judge.before
        if before is None or not before.src.total or before.dest.total:
            return None
        if not course.acts:
            method = AT_RESTART if self.when == "restart" else AT_ONCE
            return self._act(method, f"calling {method} for {number(before.src.total, 'item')}")
        code = report.said_of(judge.last) if judge.last else None
        if self.when != "auto" or len(course.acts) > 1 or code is None or code.category not in _LEFT_TO_THE_RESTART:
            return None
        after = judge.after
        if course.timed_out or (after and (after.dest.total or not after.src.total)):
            return None
        return self._act(AT_RESTART, f"{AT_ONCE} said {code}: calling {AT_RESTART}")

    def unsettled(self, course: Course) -> bool:
        """Return whether success was reported and src is still there."""
        judge = self._judge(course)
        call, after = judge.last, judge.after
        if call is None or after is None or course.lost:
            return False
        return course.acts[-1].act.request.method == AT_ONCE and was_success(call) and after.src.total > 0

    def result(self, course: Course) -> tuple[dict[str, t.Any], list[str]]:
        """Return the module's result, and the warnings."""
        judge, known = self._judge(course), report.of_course(course)
        planned = self.next_act(course) if course.check_mode else None
        outcome = judge.foreseen(str(planned.request.method)) if planned else judge.outcome()
        before = None if course.unavailable else judge.before
        last = planned or (course.acts[-1].act if course.acts else None)
        failed = known["failed"] or outcome.failed or (outcome.status == "not_cached" and self.missing == "fail")
        if course.unavailable:
            failed = self.unavailable == "fail" or not course.unavailable.seen
        result = {
            **self.empty(diff=self.diff),
            **known,
            "changed": outcome.changed,
            "failed": bool(failed),
            "msg": outcome.msg,
            "src": self.src,
            "dest": self.dest,
            "status": outcome.status,
            "method": last.request.method if last else None,
            "before": before.as_result() if before else None,
            "after": outcome.after.as_result() if outcome.after else None,
            "reboot_required": outcome.reboot_required,
            "open_files": judge.open_files,
            "state_verified": bool(before and (judge.after or not course.acts)),
        }
        if self.diff:
            result["diff"] = diff(self.src, self.dest, before, outcome.after)
        return result, self._warnings(course, outcome, before, called=bool(last))

    def without_answer(self, problem: HostCallError) -> dict[str, t.Any]:
        """Return the result of a task whose look was not answered."""
        return {
            **self.empty(diff=self.diff),
            **report.without_answer(problem, diff=self.diff),
            "src": self.src,
            "dest": self.dest,
            "status": "unknown",
        }

    @staticmethod
    def empty(*, diff: bool) -> dict[str, t.Any]:
        """Return a result with every key, of a task of which nothing is known."""
        return {
            **report.empty(diff=diff),
            "src": None,
            "dest": None,
            "status": "unknown",
            "method": None,
            "before": None,
            "after": None,
            "reboot_required": False,
            "open_files": None,
        }

    def _judge(self, course: Course) -> Judge:
        return Judge(course, self.src, self.dest)

    def _act(self, method: str, why: str) -> Act:
        # The third parameter is reserved. Neither method tells texts, so that there is nothing to observe.
        arguments: Arguments = {"OriginalPath": self.src, "NewPath": self.dest, "ReplaceIfExists": False}
        look = self.look()
        return Act(dataclasses.replace(look, method=method, arguments=(arguments,), observe=False), why)

    def _warnings(self, course: Course, outcome: Outcome, before: Pair | None, *, called: bool) -> list[str]:
        state, user = course.before, course.looked.user
        if state is None or before is None:
            return []
        read = filter(None, (state, course.after))
        said = advice.outside(sum(counts(one, (self.src, self.dest)).outside for one in read))
        if outcome.status == "not_cached":
            said += near_misses([self.src], state.shares, user)
            said += [] if state.seen else [advice.nothing_visible(user)]
        if not called:
            return said
        src, dest = visible(self.src), visible(self.dest)
        if level(self.src) != level(self.dest):
            said.append(
                f"No document says whether a share in the cache can get the path of a folder, or a folder that of a "
                f"share: {src}, {dest}. Look at the result, and after a restart at the cache."
            )
        if before.src.dirty:
            said.append(
                f"{number(before.src.dirty, 'item')} under {src} with changes that are not synchronized: with their "
                f"new path they go to {dest}, which has to be there with the same content."
            )
        after = outcome.after if outcome.status == "renamed" else None
        for what, was, now in _marks(before.src, after.dest) if after else ():
            if now < was:
                said.append(f"Of {number(was, 'item')} {what} under {src} {now} are so under {dest}.")
        return said + (report.hints_of(course.told) if outcome.failed else [])


def _marks(before: Count, after: Count) -> tuple[tuple[str, int, int], ...]:
    changes = "with changes that are not synchronized"
    return ("that were pinned", before.pinned, after.pinned), (changes, before.dirty, after.dirty)


def _path(option: str, text: str) -> str:
    """Return the canonical path that was given for an option.

    :raises InputError: it is none
    """
    try:
        return unc.normalise(text)
    except InputError as exc:
        raise InputError(f"{option}: {exc}", exc.value) from None
