# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The verdict: what became of one item, decided from its fate and from how the run went as a whole.

The state decides, the results explain. Nothing is called released that was not seen released, unless there is no
state to see; then a success that the method reported is believed, and the result says that it was not verified.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from .ledger import Fate
from .pins import Reasons


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
    """

    wanted: Reasons
    predicted: bool
    called: bool
    knows_before: bool
    knows_after: bool
    cancelled: bool
    timed_out: bool
    succeeded: bool


@dataclass(frozen=True)
class Verdict:
    """What became of an item.

    :ivar changed: a requested reason that it had is gone
    :ivar after: the pin reasons that it has now, as far as known
    """

    status: Status
    changed: bool
    after: Reasons


def judge(fate: Fate, course: Course) -> Verdict:
    """Decide what became of an item."""
    had = fate.before & course.wanted
    if course.predicted:
        return _predict(fate, course, had)
    if course.knows_after:
        return _by_state(fate, course, had)
    return _by_result(fate, course, had)


def _predict(fate: Fate, course: Course, had: Reasons) -> Verdict:
    after = fate.before & ~course.wanted
    if fate.missing:
        return Verdict(Status.NOT_CACHED, False, after)
    if not had or fate.shallow:
        return Verdict(Status.UNCHANGED, False, fate.before)
    return Verdict(Status.UNPINNED, True, after)


def _by_state(fate: Fate, course: Course, had: Reasons) -> Verdict:
    left = fate.after & course.wanted
    if left:
        return Verdict(_why_left(fate, course), bool(had & ~fate.after), fate.after)
    if had:
        return Verdict(Status.UNPINNED, True, fate.after)
    if fate.missing or (fate.head and fate.head.code.category == "not_in_cache"):
        return Verdict(Status.NOT_CACHED, False, fate.after)
    if fate.request is None and fate.head:
        # Outside the requested paths the state was not read.
        return Verdict(Status.UNKNOWN if fate.head.code.ok else Status.FAILED, False, fate.after)
    if not course.knows_before and fate.head and fate.head.code.code == 0:
        return Verdict(Status.UNPINNED, True, fate.after)
    return Verdict(Status.UNCHANGED, False, fate.after)


def _why_left(fate: Fate, course: Course) -> Status:
    if fate.head and not fate.head.code.ok:
        return Status.CANCELLED if fate.head.code.category == "cancelled" else Status.FAILED
    if fate.head:
        return Status.STILL_PINNED
    if fate.shallow:
        return Status.UNCHANGED
    if course.cancelled:
        return Status.CANCELLED
    if course.timed_out:
        return Status.UNKNOWN
    return Status.STILL_PINNED if course.succeeded else Status.FAILED


def _by_result(fate: Fate, course: Course, had: Reasons) -> Verdict:
    if fate.head is None:
        return Verdict(_without_result(fate, course, had), False, fate.before)
    if not fate.head.code.ok:
        words = {"not_in_cache": Status.NOT_CACHED, "cancelled": Status.CANCELLED}
        return Verdict(words.get(fate.head.code.category, Status.FAILED), False, fate.before)
    if fate.request is None:
        return Verdict(Status.UNKNOWN, False, fate.before)
    # S_FALSE says that there was nothing to do; with a state before, that state knows better.
    changed = bool(had) if course.knows_before else fate.head.code.code == 0
    return Verdict(
        Status.UNPINNED if changed else Status.UNCHANGED,
        changed,
        fate.before & ~course.wanted,
    )


def _without_result(fate: Fate, course: Course, had: Reasons) -> Status:
    if fate.missing:
        return Status.NOT_CACHED
    if course.knows_before and not had and not fate.begun:
        return Status.UNCHANGED
    if course.cancelled:
        return Status.CANCELLED
    if not course.called:
        return Status.FAILED
    return Status.UNKNOWN
