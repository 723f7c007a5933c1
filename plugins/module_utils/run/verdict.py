# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The verdict: what became of one item, decided from its fate and from how the run went as a whole.

The state decides, the results explain. Nothing is called released that was not seen released, unless there is no
state to see; then a success that the method reported is believed, and the result says that it was not verified.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ..windows.pins import Reasons
from ..windows.progress import Head
from .ledger import Fate


class Status(enum.StrEnum):
    """What became of an item or of a requested path; the words of the results."""

    UNPINNED = "unpinned"
    UNCHANGED = "unchanged"
    STILL_PINNED = "still_pinned"
    FAILED = "failed"
    NOT_CACHED = "not_cached"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    PARTIAL = "partial"
    UNAVAILABLE = "unavailable"


GOAL_HOLDS = frozenset({Status.UNPINNED, Status.UNCHANGED, Status.NOT_CACHED})
"""The statuses of an item for which nothing is left to do."""


@dataclass(frozen=True)
class Course:
    """How the run went as a whole.

    :ivar wanted: the pin reasons that were to be released
    :ivar predicted: check mode, nothing was called
    :ivar called: the method was invoked at least once
    :ivar knows_before: the state before was read to its end
    :ivar knows_after: the state after was read to its end
    :ivar cancelled: the operation was cancelled
    :ivar timed_out: the host stopped waiting for the method
    :ivar succeeded: every call was made, came to its end and returned a success
    :ivar lost: an answer was lost, and the state was read once more instead
    """

    wanted: Reasons
    predicted: bool
    called: bool
    knows_before: bool
    knows_after: bool
    cancelled: bool
    timed_out: bool
    succeeded: bool
    lost: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of an item.

    :ivar changed: a requested reason that it had is gone
    :ivar after: the pin reasons that it has now, as far as known
    """

    status: Status
    changed: bool
    after: Reasons


def judge(fate: Fate, course: Course, above: Head | None = None) -> Verdict:
    """Decide what became of an item.

    :param above: the error that the requested path above it ended with, for an item without a result of its own
    """
    had = fate.before & course.wanted
    if course.predicted:
        return _predict(fate, course, had)
    if fate.unread:
        return Verdict(_unread(fate), False, fate.after)
    if fate.after & course.wanted:
        # Seen even in a state that broke off later.
        return _left(fate, course, had, above)
    if course.knows_after:
        return _gone(fate, course, had)
    return _by_result(fate, course, had)


def _predict(fate: Fate, course: Course, had: Reasons) -> Verdict:
    if fate.missing:
        return Verdict(Status.NOT_CACHED, False, fate.before)
    if not had or fate.shallow:
        return Verdict(Status.UNCHANGED, False, fate.before)
    return Verdict(Status.UNPINNED, True, fate.before & ~course.wanted)


def _unread(fate: Fate) -> Status:
    if fate.result is None or fate.result.code.ok:
        return Status.UNKNOWN
    return _of_error(fate.result)


def _of_error(head: Head) -> Status:
    words = {"not_in_cache": Status.NOT_CACHED, "cancelled": Status.CANCELLED}
    return words.get(head.code.category, Status.FAILED)


def _left(fate: Fate, course: Course, had: Reasons, above: Head | None) -> Verdict:
    """Judge an item that has a requested reason afterwards."""
    return Verdict(_why_left(fate, course, had, above), bool(had & ~fate.after), fate.after)


def _why_left(fate: Fate, course: Course, had: Reasons, above: Head | None) -> Status:
    head = fate.result or above
    if head and not head.code.ok:
        return Status.CANCELLED if head.code.category == "cancelled" else Status.FAILED
    if course.knows_before and not had:
        # Pinned by somebody else in the meantime: there was nothing to release.
        return Status.UNCHANGED
    if head:
        return Status.STILL_PINNED
    if fate.shallow:
        return Status.UNCHANGED
    if course.cancelled:
        return Status.CANCELLED
    if course.timed_out or course.lost:
        return Status.UNKNOWN
    return Status.STILL_PINNED if course.succeeded else Status.FAILED


def _gone(fate: Fate, course: Course, had: Reasons) -> Verdict:
    """Judge an item that the complete state afterwards shows without a requested reason."""
    if had:
        return Verdict(Status.UNPINNED, True, fate.after)
    head = fate.result
    if fate.missing or (head and head.code.category == "not_in_cache"):
        return Verdict(Status.NOT_CACHED, False, fate.after)
    if not course.knows_before and not fate.before and head and head.code.code == 0:
        return Verdict(Status.UNPINNED, True, fate.after)
    return Verdict(Status.UNCHANGED, False, fate.after)


def _by_result(fate: Fate, course: Course, had: Reasons) -> Verdict:
    """Judge an item of which no state afterwards is known."""
    head = fate.result
    if head is None:
        return Verdict(_without_result(fate, course, had), False, fate.before)
    if fate.missing:
        return Verdict(Status.NOT_CACHED, False, fate.before)
    if not head.code.ok:
        return Verdict(_of_error(head), False, fate.before)
    # S_FALSE says that there was nothing to do; where the state before is known, it knows better.
    changed = bool(had) if course.knows_before or fate.before else head.code.code == 0
    return Verdict(Status.UNPINNED if changed else Status.UNCHANGED, changed, fate.before & ~course.wanted)


def _without_result(fate: Fate, course: Course, had: Reasons) -> Status:
    if fate.missing:
        return Status.NOT_CACHED
    if (course.knows_before or fate.before) and not had and not fate.begun:
        return Status.UNCHANGED
    if course.cancelled:
        return Status.CANCELLED
    return Status.UNKNOWN if course.called else Status.FAILED
