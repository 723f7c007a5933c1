# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What to ask the host next when its answer leaves something open that a second question settles.

Normally nothing: one execution is the rule. Windows' answers are not all known, so three failures of a whole call are
tried again in another form, and a pin state that lags behind a reported success is read again.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..host.answer import Answer
from ..windows import codes
from .flags import REASON_FLAGS, PinControl
from .invocation import Invocation
from .outcome import Outcome

MAX_REREADS = 3
"""How often a state is read again."""

REREAD_DELAY = 1.0
"""Seconds before the state is read again."""

_OBSERVER_REFUSED = frozenset({0x80070005, 0x80041003})
_FLAGS_REFUSED = frozenset({0x80070057, 0x80041008})


@dataclass(frozen=True)
class FollowUp:
    """One more execution of the host part.

    :ivar changes: what differs from the first request; a new form of the call keeps the changes of earlier ones
    :ivar read_only: the state is read again and nothing is called
    :ivar delay: seconds to wait before
    :ivar why: for the user who asked for details
    """

    changes: Mapping[str, t.Any]
    read_only: bool
    delay: float
    why: str


def follow_up(
    invocation: Invocation, answers: Sequence[Answer], outcome: Outcome, done: Sequence[FollowUp]
) -> FollowUp | None:
    """Return what to ask next, or None when the outcome stands.

    :param answers: all answers so far
    :param outcome: what they lead to
    :param done: the follow-ups that were carried out
    """
    course = outcome.course
    if outcome.broken and course and course.called and not course.knows_after and not any(s.read_only for s in done):
        return FollowUp({}, True, 0, "the state in the answer is damaged: reading it once more")
    if course is None or outcome.broken or course.predicted or course.timed_out or course.cancelled:
        return None
    if not course.succeeded and not outcome.has_item_results:
        changes: dict[str, t.Any] = {}
        for step in done:
            changes.update(step.changes)
        return _other_form(invocation, answers[-1], changes)
    if course.knows_after and outcome.still_pinned and sum(step.read_only for step in done) < MAX_REREADS:
        return FollowUp({}, True, REREAD_DELAY, "success was reported, but the pin is still there: reading it again")
    return None


def _other_form(invocation: Invocation, answer: Answer, changes: dict[str, t.Any]) -> FollowUp | None:
    # A call that does not fit its class does not in another form either.
    thrown = {codes.to_hresult(call.error.code) for call in answer.calls if call.error and call.thrown_at == "invoke"}
    said = {codes.to_hresult(call.return_value) for call in answer.calls if call.return_value}
    said |= {codes.to_hresult(call.status.code) for call in answer.calls if call.status}
    if thrown & _OBSERVER_REFUSED and "observe" not in changes:
        return FollowUp({**changes, "observe": False}, False, 0, "the observer was refused: calling without progress")
    single = [int(flag) for flag in PinControl if flag & REASON_FLAGS & invocation.flags]
    if (thrown | said) & _FLAGS_REFUSED and len(single) > 1 and "flags" not in changes:
        others = int(invocation.flags & ~REASON_FLAGS)
        masks = [flag | others for flag in single]
        return FollowUp(
            {**changes, "flags": masks}, False, 0, "the flags were refused together: one call for each reason"
        )
    about_paths = any(codes.explain(code).of_one_path for code in said | thrown - _OBSERVER_REFUSED)
    if about_paths and len(invocation.paths) > 1 and "each" not in changes:
        return FollowUp({**changes, "each": True}, False, 0, "the call failed as a whole: one call for each path")
    return None
