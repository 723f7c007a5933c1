# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The words of a result: the one sentence of ``msg``, and the warnings that a user can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..host.answer import HostError, State
from ..windows import codes
from ..windows.codes import Code
from ..windows.near import MAX_HINTS, near_misses
from ..words import number, visible
from .invocation import Invocation
from .verdict import Course


@dataclass(frozen=True)
class Findings:
    """What a run found, as far as it is put into words.

    :ivar user: whose view of the cache it is
    :ivar counts: items by what became of them, as in the result
    :ivar still_pinned: items that have a requested reason although a success was reported
    :ivar cancelled: items that the cancelled operation did not finish
    :ivar left_alone: folders that stay pinned because deep is false
    :ivar left: items that have a requested reason now
    :ivar not_pinned: other items for which there was nothing to do
    :ivar missing: requested paths that are not in the cache
    :ivar missing_fails: they make the task fail
    :ivar failure: the worst that the method as a whole said, where that makes the task fail
    :ivar tolerated: the same, where the goal holds all the same
    :ivar stopped: the operation was cancelled
    :ivar goal_holds: the state before was read, and nothing is left to do
    :ivar unmade: no time was left for a call that was wanted
    :ivar has_item_results: an ItemResult came
    :ivar errors: items that failed, by code
    :ivar outside: rows of items that were not asked for
    """

    invocation: Invocation
    course: Course
    before: State | None
    after: State | None
    user: str
    counts: Mapping[str, int]
    still_pinned: int
    cancelled: int
    left_alone: int
    left: int
    not_pinned: int
    missing: Sequence[str]
    missing_fails: bool
    failure: Code | None
    tolerated: Code | None
    stopped: bool
    goal_holds: bool
    unmade: bool
    has_item_results: bool
    errors: Counter[Code]
    outside: int

    @property
    def nothing_visible(self) -> bool:
        """Whether the whole cache was read and shows no item at all to the user."""
        return bool(self.before and self.before.complete and not self.before.seen)


def sentence(found: Findings) -> str:
    """Return what happened in one sentence."""
    if found.course.lost and not found.course.knows_before:
        return _after_a_loss(found)
    start = _start(found)
    rest = _rest(found)
    text = start + _done(found, bare=not start) + (f"; {', '.join(rest)}" if rest else "")
    return text[0].upper() + text[1:] + "."


def _after_a_loss(found: Findings) -> str:
    """Return what the state says when there is neither an answer of the call nor a state before it."""
    if found.left:
        least = "" if found.course.knows_after else "At least "
        verb = "is" if found.left == 1 else "are"
        text = f"{least}{number(found.left, 'item')} {verb} pinned for {_wanted(found)}"
    elif found.course.knows_after:
        text = f"No item under {number(len(found.invocation.paths), 'path')} is pinned for {_wanted(found)}"
    else:
        text = "It could not be read to the end"
    missing = f"; {number(len(found.missing), 'path')} not in the cache" if found.missing else ""
    return f"{text}{missing}; what was released is not known."


def _start(found: Findings) -> str:
    if found.course.timed_out or found.unmade:
        return f"The host did not finish within {number(found.invocation.timeout, 'second')}; "
    if found.stopped:
        return "The operation was cancelled; "
    if found.failure and not found.failure.ok:
        return f"{found.invocation.method} failed with {found.failure}; "
    return ""


def _done(found: Findings, *, bare: bool) -> str:
    counts, course = found.counts, found.course
    if course.predicted and not course.knows_before and not counts["total"]:
        return "the pin state could not be read, so nothing can be predicted"
    if not counts["changed"] and bare and found.goal_holds:
        if found.nothing_visible:
            return f"nothing to unpin: the cache shows no item to {found.user}"
        where = "item under" if found.invocation.deep else "file directly in"
        paths = number(len(found.invocation.paths), "path")
        return f"nothing to unpin: no {where} {paths} is pinned for {_wanted(found)}"
    verb = "would unpin" if course.predicted else "unpinned"
    least = "at least " if course.predicted and not course.knows_before else ""
    return f"{verb} {least}{counts['changed']} of {number(counts['total'] - counts['not_cached'], 'item')}"


def _rest(found: Findings) -> list[str]:
    counts = found.counts
    parts = []
    if counts["failed"]:
        parts.append(f"{counts['failed']} failed")
    if found.still_pinned:
        parts.append(f"{found.still_pinned} still pinned although Windows reported success")
    if found.not_pinned and counts["changed"] + counts["failed"] + found.still_pinned:
        parts.append(f"{found.not_pinned} {'was' if found.not_pinned == 1 else 'were'} not pinned for {_wanted(found)}")
    if found.left_alone:
        parts.append(f"{number(found.left_alone, 'folder')} left alone because deep is false")
    if found.cancelled:
        parts.append(f"{found.cancelled} not finished")
    if counts["unknown"] - found.cancelled:
        parts.append(f"{counts['unknown'] - found.cancelled} unknown")
    if found.missing:
        named = f" ({_named(found.missing)})" if found.missing_fails else ""
        parts.append(f"{number(len(found.missing), 'path')} not in the cache{named}")
    return parts


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - MAX_HINTS} more" if len(paths) > MAX_HINTS else ""
    return ", ".join(map(visible, paths[:MAX_HINTS])) + more


def _wanted(found: Findings) -> str:
    return " or ".join(name.replace("_", " ") for name in found.invocation.reasons.names)


def warnings(found: Findings) -> list[str]:
    """Return what the user can act on."""
    said: list[str] = []
    for what, state in (("before", found.before), ("after", found.after)):
        if state and not state.complete:
            rests = "the result rests on what the method reported."
            if found.course.predicted:
                rests = "the prediction may be incomplete."
            elif found.course.lost:
                rests = "more may be pinned than the result names."
            said.append(f"The pin state {what} the call could not be read{because(state.error)}: {rests}")
    if found.course.called and not found.invocation.verify and not found.has_item_results:
        said.append("No item result came and verify is off, so nobody knows what was released.")
    if found.tolerated and not found.tolerated.ok:
        said.append(
            f"{found.invocation.method} said {found.tolerated}, yet nothing in scope is pinned for a requested reason."
        )
    if found.still_pinned:
        said.append(
            f"{number(found.still_pinned, 'item')} still pinned although Windows reported success: policy or folder "
            "redirection may have pinned again, or the user of this task does not own the pin."
        )
    if found.nothing_visible:
        said.append(nothing_visible(found.user))
    said += near_misses(found.missing, found.before.shares if found.before else (), found.user)
    return said + outside(found.outside) + hints(found.errors)


def outside(rows: int) -> list[str]:
    """Return the warning for *rows* of items that were not asked for."""
    if not rows:
        return []
    return [
        f"The host told of {number(rows, 'item')} outside of what was asked for, which no honest host does: left out."
    ]


def nothing_visible(user: str) -> str:
    """Return the warning of a reading that came to its end and saw no item of the cache at all."""
    return (
        f"The cache shows no item to {user}. Windows shows each user an own view: to see that of another user, use "
        "become with that user and its password."
    )


def hints(errors: Counter[Code]) -> list[str]:
    """Return what to do about the codes that items failed with, the most frequent first.

    :param errors: items by code; 0 items: the call as a whole
    """
    return [
        f"{number(count, 'item') + ' failed with ' if count else ''}{code}: {code.hint}"
        for code, count in errors.most_common(MAX_HINTS)
        if code.hint
    ]


def because(error: HostError | None) -> str:
    """Return an error of the host in brackets, or nothing."""
    if error is None:
        return ""
    return f" ({codes.explain(error.code)}{': ' + error.words if error.words else ''})"
