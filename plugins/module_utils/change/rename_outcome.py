# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What became of a task of the module rename_item, and the sentence that says so."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..host import availability
from ..host.answer import Call, State
from ..windows import unc
from ..words import number, visible
from . import report
from .counted import Count, counts
from .course import Course, Done

AT_ONCE, AT_RESTART = "RenameItemEx", "RenameItem"

_ALREADY_EXISTS = "ERROR_ALREADY_EXISTS"


class Pair(t.NamedTuple):
    """What a state holds under the two paths."""

    src: Count
    dest: Count

    def moved(self) -> Pair:
        """Return what it would hold after the rename."""
        return Pair(Count(), self.src)

    def as_result(self) -> dict[str, t.Any]:
        """Return the form in which results show it."""
        return {"src": self.src.as_result(), "dest": self.dest.as_result()}


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    :ivar status: ``renamed``, ``pending``, ``unchanged``, ``not_cached``, ``failed``, ``unknown`` or ``unavailable``
    :ivar msg: the sentences that say so
    :ivar after: what the cache holds now, or would hold; None where it is not known
    :ivar reboot_required: None where it is not known whether a request was logged
    """

    status: str
    msg: str
    after: Pair | None
    changed: bool = False
    failed: bool = False
    reboot_required: bool | None = False


@dataclass(frozen=True)
class Judge:
    """Tells what became of a course.

    :ivar src: the path in the cache
    :ivar dest: the path that it is to get
    """

    course: Course
    src: str
    dest: str

    def pair(self, state: State | None) -> Pair | None:
        """Return what a state holds; None where it was not read to its end."""
        return Pair(*counts(state, (self.src, self.dest)).each) if state and state.complete else None

    @property
    def before(self) -> Pair | None:
        """What the look found."""
        return self.pair(self.course.before)

    @property
    def after(self) -> Pair | None:
        """What the cache holds after the last act; None where that is not known, or nothing was done."""
        return self.pair(self.course.after)

    @property
    def last(self) -> Call | None:
        """The call of the last act; None where it made none, or its answer was lost."""
        return _call_of(self.course.acts[-1]) if self.course.acts else None

    @property
    def open_files(self) -> bool | None:
        """Whether a file was open; None where that is not known."""
        calls = [_call_of(done) for done in self.course.acts if done.act.request.method == AT_ONCE]
        code = report.said_of(calls[0]) if calls and calls[0] else None
        return {"busy": True, "ok": False}.get(code.category) if code else None

    def foreseen(self, method: str) -> Outcome:
        """Return what check mode says of the call that would be made."""
        before = self.before or Pair(Count(), Count())
        if method == AT_RESTART:
            text = f"Would ask Windows to rename {self._names} at the next restart of the host: {_items(before.src)}."
            return Outcome("pending", text, before, reboot_required=True)
        text = f"Would rename {self._names} in the cache: {_items(before.src)}."
        return Outcome("renamed", text, before.moved(), changed=True)

    def outcome(self) -> Outcome:
        """Return what became of the course."""
        if self.course.unavailable:
            return Outcome("unavailable", self.course.unavailable.sentence, None)
        before, after = self.before, self.after
        if before is None:
            text = f"{report.unread(self.course.before)} Nothing was called."
            return Outcome("unknown", text, None, failed=True)
        if not self.course.acts:
            return self._nothing_done(before)
        if after is None:
            return self._unread(before)
        if not after.src.total and after.dest.total >= before.src.total:
            text = f"Renamed {self._names} in the cache: {_items(after.dest)}."
            return Outcome("renamed", self._with_loss(text), after, changed=True)
        if not after.src.total or after.dest.total:
            return self._partly(before, after)
        return self._unmoved(after)

    def _nothing_done(self, before: Pair) -> Outcome:
        src, dest = visible(self.src), visible(self.dest)
        if before.src.total and before.dest.total:
            dirty = f", {before.dest.dirty} of them with changes that are not synchronized" if before.dest.dirty else ""
            text = (
                f"{src} ({_items(before.src)}) and {dest} ({_items(before.dest)}{dirty}) are both in the cache, and "
                "Windows gives no item a path that is taken. Nothing was called. Rename what lies under src and not "
                "under dest, or take dest out of the cache first with delete_items."
            )
            return Outcome("failed", text, before, failed=True)
        if before.dest.total:
            text = f"Nothing to rename: {src} is not in the cache, and {dest} is ({_items(before.dest)})."
            return Outcome("unchanged", text, before)
        seen = f", as far as {self.course.looked.user} sees it" if self.course.looked.user else ""
        return Outcome("not_cached", f"The cache holds neither {src} nor {dest}{seen}.", before)

    def _unread(self, before: Pair) -> Outcome:
        if self._accepted:
            return self._pending(before.src, None)
        unread = report.unread_again(self.course) or "The state afterwards is not known."
        why = report.of_loss(self.course) or f"{self._tried()} {unread}"
        text = f"Whether {visible(self.src)} was renamed to {visible(self.dest)} is not known. {why}"
        return Outcome("unknown", text, None, failed=True, reboot_required=self._may_wait)

    def _partly(self, before: Pair, after: Pair) -> Outcome:
        text = (
            f"{visible(self.src)} was renamed to {visible(self.dest)} only in part: of {_items(before.src)} before, "
            f"{after.src.total} {'is' if after.src.total == 1 else 'are'} under src and {after.dest.total} under dest. "
            f"{self._tried()}"
        )
        return Outcome("failed", self._with_loss(text), after, changed=True, failed=True)

    def _unmoved(self, after: Pair) -> Outcome:
        if self._accepted:
            return self._pending(after.src, after)
        if self.course.lost:
            known = not self.course.lost.maybe_called
            text = f"{self._failed} {report.of_loss(self.course)}"
            wait = False if known else self._may_wait
            return Outcome("failed" if known else "unknown", text, after, failed=True, reboot_required=wait)
        text = f"{self._failed} {self._tried()}"
        if self.course.timed_out:
            return Outcome("unknown", text, after, failed=True, reboot_required=self._may_wait)
        return Outcome("failed", text, after, failed=True)

    def _pending(self, count: Count, after: Pair | None) -> Outcome:
        first = [_reason(done) for done in self.course.acts[:-1]]
        why = f" {' '.join(first)}" if first else ""
        text = f"Windows renames {self._names} at the next restart of the host: {_items(count)}.{why}"
        return Outcome("pending", text, after, reboot_required=True)

    @property
    def _names(self) -> str:
        return f"{visible(self.src)} to {visible(self.dest)}"

    @property
    def _failed(self) -> str:
        return f"{visible(self.src)} was not renamed to {visible(self.dest)}."

    @property
    def _accepted(self) -> bool:
        """Whether Windows took the request for the next restart."""
        return self._asked_for_restart and self.last is not None and was_success(self.last)

    @property
    def _asked_for_restart(self) -> bool:
        return self.course.acts[-1].act.request.method == AT_RESTART

    @property
    def _may_wait(self) -> bool | None:
        """Whether a request waits for the restart, of one that nobody saw the end of."""
        return None if self._asked_for_restart else False

    def _tried(self) -> str:
        return " ".join(_reason(done) for done in self.course.acts if done.answer)

    def _with_loss(self, text: str) -> str:
        return f"{text} {loss}" if (loss := report.of_loss(self.course)) else text


def was_success(call: Call) -> bool:
    """Return whether a call came to its end, and nothing but success was said of it."""
    return not report.problem_of(call)


def _call_of(done: Done) -> Call | None:
    return next((call for _arguments, call in done.calls()), None)


def _items(count: Count) -> str:
    return number(count.total, "item")


def _reason(done: Done) -> str:
    """Return why an act did not do what it was asked for, as a sentence."""
    method, call = str(done.act.request.method), _call_of(done)
    if call is None:
        gone = availability.check(done.answer) if done.answer else None
        return f"{method} was not called{': ' + gone.sentence if gone else '.'}"
    problem, code = report.problem_of(call), report.said_of(call)
    if not problem:
        return f"{method} reported success."
    said = {
        (AT_ONCE, "busy"): f"a file under it is open ({problem})",
        (AT_ONCE, "access"): f"{problem}. A file system says so of a folder with an open file in it, too",
        (AT_ONCE, "unsupported"): f"this Windows may not have it ({problem})",
        (AT_RESTART, "access"): f"{problem}. It is for administrators of the host",
    }.get((method, code.category if code else ""), problem)
    if method == AT_RESTART and code and code.name == _ALREADY_EXISTS:
        said += ". A request of an earlier task may be waiting for the restart"
    return f"{method}: {said}."


def diff(src: str, dest: str, before: Pair | None, after: Pair | None) -> dict[str, str]:
    """Return the diff of what the cache holds under the two paths; nothing where one of the states is not known."""
    if before is None or after is None or before == after:
        return {"before": "", "after": ""}

    def lines(pair: Pair) -> str:
        rows = zip((src, dest), pair, strict=True)
        return "".join(f"{visible(path)}: {_items(one) if one.total else 'not in the cache'}\n" for path, one in rows)

    return {"before": lines(before), "after": lines(after)}


def level(path: str) -> int:
    """Return what a path names by its depth: 0 a server, 1 a share, 2 what lies in one."""
    return 0 if not unc.share(path) else 1 if unc.share(path) == path else 2
