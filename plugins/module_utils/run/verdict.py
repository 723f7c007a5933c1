# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The verdict: what became of one item, decided from its fate and from how the run went as a whole.

The state decides, the results explain. Nothing is called released that was not seen released, unless there is no
state to see; then a success that the method reported is believed, and the result says that it was not verified.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..windows.progress import Head
from .fate import Fate
from .method import Goal, Status


@dataclass(frozen=True)
class Course:
    """How the run went as a whole.

    :ivar check_mode: nothing was called
    :ivar called: a call of the method may have done something
    :ivar knows_before: the state before was read to its end
    :ivar knows_after: the state after was read to its end
    :ivar cancelled: the operation was cancelled
    :ivar timed_out: the host stopped waiting for the method
    :ivar succeeded: every call was made, came to its end and returned a success
    :ivar lost: an answer was lost, and the state was read once more instead
    :ivar silent: no result of an item came
    """

    check_mode: bool
    called: bool
    knows_before: bool
    knows_after: bool
    cancelled: bool
    timed_out: bool
    succeeded: bool
    lost: bool = False
    silent: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of an item.

    :ivar changed: something of what is wanted was done
    :ivar after: its state now, as far as known
    """

    status: Status
    changed: bool
    after: int


def judge(goal: Goal, fate: Fate, course: Course, above: Head | None = None) -> Verdict:
    """Decide what became of an item.

    :param above: the error that the requested path above it ended with, for an item without a result of its own
    """
    if course.check_mode:
        return _predict(goal, fate)
    if fate.unread:
        return Verdict(_unread(goal, fate), False, fate.after)
    if not _knows_after(fate, course):
        return _by_result(goal, fate, course)
    if goal.open(fate.after):
        moved = _knows_before(fate, course) and goal.moved(fate.before, fate.after)
        return Verdict(_why_left(goal, fate, course, above), moved, fate.after)
    return _reached(goal, fate, course, above)


def _knows_before(fate: Fate, course: Course) -> bool:
    """Return whether the item's state before is known: 0 may also stand for a state that nobody read."""
    return bool(course.knows_before or fate.before)


def _knows_after(fate: Fate, course: Course) -> bool:
    """Return whether the state after of the item is known, also where other rows are missing."""
    return bool(course.knows_after or fate.after)


def _is_not_there(goal: Goal, fate: Fate) -> bool:
    """Return whether a requested path is not in the cache, and nothing is to be done about that."""
    return fate.missing and not goal.open(0)


def _predict(goal: Goal, fate: Fate) -> Verdict:
    if _is_not_there(goal, fate):
        return Verdict(Status.NOT_CACHED, False, fate.before)
    if not goal.open(fate.before) or fate.shallow:
        return Verdict(_nothing_done(goal, fate.before), False, fate.before)
    return Verdict(Status.DONE, True, goal.reached(fate.before))


def _nothing_done(goal: Goal, state: int) -> Status:
    """Return the status of an item that is as it was, and for which nothing is left to do."""
    return Status.KEPT if goal.kept(state) else Status.UNCHANGED


def _unread(goal: Goal, fate: Fate) -> Status:
    if fate.result is None or fate.result.code.ok:
        return Status.UNKNOWN
    return _of_error(goal, fate.result)


def _of_error(goal: Goal, head: Head) -> Status:
    if head.code.category == "not_in_cache" and not goal.open(0):
        return Status.NOT_CACHED
    return Status.CANCELLED if head.code.category == "cancelled" else Status.FAILED


def _why_left(goal: Goal, fate: Fate, course: Course, above: Head | None) -> Status:
    """Judge an item for which something is left to do afterwards."""
    head = fate.result or above
    if head and not head.code.ok:
        return Status.CANCELLED if head.code.category == "cancelled" else Status.FAILED
    if course.knows_before and not goal.open(fate.before):
        # Somebody else did the opposite in the meantime: there was nothing to do.
        return Status.UNCHANGED
    if head:
        return Status.LEFT
    if fate.shallow:
        return Status.UNCHANGED
    if course.cancelled:
        return Status.CANCELLED
    if course.timed_out or course.lost:
        return Status.UNKNOWN
    return Status.LEFT if course.succeeded else Status.FAILED


def _reached(goal: Goal, fate: Fate, course: Course, above: Head | None) -> Verdict:
    """Judge an item for which the state afterwards shows that nothing is left to do."""
    if _knows_before(fate, course) and goal.moved(fate.before, fate.after):
        return Verdict(Status.DONE, True, fate.after)
    if goal.kept(fate.after):
        return Verdict(Status.KEPT, False, fate.after)
    head = fate.result
    is_seen = goal.blind and fate.after
    if _is_not_there(goal, fate) or (head and not is_seen and _of_error(goal, head) == Status.NOT_CACHED):
        return Verdict(Status.NOT_CACHED, False, fate.after)
    if goal.blind and (status := _not_done(goal, fate, course, above)):
        return Verdict(status, False, fate.after)
    is_unknown = not course.knows_before and not fate.before
    if is_unknown and goal.reached(fate.after) == fate.after and head and head.code.code == 0:
        return Verdict(Status.DONE, True, fate.after)
    return Verdict(Status.UNCHANGED, False, fate.after)


def _not_done(goal: Goal, fate: Fate, course: Course, above: Head | None) -> Status | None:
    """Return why something may be left to do that no state shows; None where nothing speaks for it."""
    head = fate.result or above
    if head:
        if head.code.ok:
            return None
        return Status.CANCELLED if head.code.category == "cancelled" else Status.FAILED
    if course.cancelled:
        return Status.CANCELLED
    if course.timed_out or course.lost:
        return Status.UNKNOWN
    return Status.FAILED if course.silent and not course.succeeded else None


def _by_result(goal: Goal, fate: Fate, course: Course) -> Verdict:
    """Judge an item of which no state afterwards is known."""
    head = fate.result
    if head is None:
        return Verdict(_without_result(goal, fate, course), False, fate.before)
    if _is_not_there(goal, fate):
        return Verdict(Status.NOT_CACHED, False, fate.before)
    if not head.code.ok:
        return Verdict(_of_error(goal, head), False, fate.before)
    known = _knows_before(fate, course)
    if known and not goal.open(fate.before):
        return Verdict(_nothing_done(goal, fate.before), False, fate.before)
    # S_FALSE says that there was nothing to do; where the state before is known, it knows better.
    changed = known or head.code.code == 0
    return Verdict(Status.DONE if changed else Status.UNCHANGED, changed, goal.reached(fate.before))


def _without_result(goal: Goal, fate: Fate, course: Course) -> Status:
    if _is_not_there(goal, fate):
        return Status.NOT_CACHED
    if _knows_before(fate, course) and not (goal.open(fate.before) or fate.begun or goal.blind):
        return _nothing_done(goal, fate.before)
    if course.cancelled:
        return Status.CANCELLED
    return Status.UNKNOWN if course.called else Status.FAILED
