# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One task that calls a method: what the host is asked next, and what its answers, or their loss, lead to.

No I/O: whoever runs it asks the host as each :class:`Step` says, and tells what came of it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer, after_a_loss
from .followup import FollowUp, follow_up
from .invocation import Invocation
from .outcome import Outcome, Policy, broken_off, fold, without_answer

READ_AGAIN_TIMEOUT = 30
"""Seconds, at most, for reading the state once more after an answer was lost."""


@dataclass(frozen=True)
class Step:
    """One execution of the host part.

    :ivar request: its options
    :ivar delay: seconds to wait before
    :ivar why: for the user who asked for details; empty for the first
    :ivar reached: the host was reached before, so that losing it is an error like any other
    :ivar anew: the connection may be broken and is to be made anew
    """

    request: Mapping[str, t.Any]
    delay: float = 0
    why: str = ""
    reached: bool = False
    anew: bool = False


class Run:
    """Asks the host, normally once. What was learned is kept when a later answer is lost.

    :ivar outcome: what is known so far; None before the first answer or its loss
    """

    def __init__(self, invocation: Invocation, policy: Policy, *, check_mode: bool) -> None:
        self.outcome: Outcome | None = None
        self._invocation = invocation
        self._policy = policy
        self._check_mode = check_mode
        self._answers: list[Answer] = []
        self._known: Outcome | None = None
        self._done: list[FollowUp] = []
        self._loss: HostCallError | None = None
        self._next: FollowUp | None = FollowUp({}, check_mode, 0, "")
        self._now = self._next

    def next_step(self, elapsed: float) -> Step | None:
        """Return what to ask the host next, or None when the outcome stands.

        :param elapsed: seconds since the first was asked
        """
        if self._next is None:
            return None
        self._now, self._next = self._next, None
        request = self._invocation.request(check_mode=self._now.read_only, **self._now.changes)
        limit = self._invocation.timeout
        if self._loss:
            request["timeout"] = min(limit or READ_AGAIN_TIMEOUT, READ_AGAIN_TIMEOUT)
        elif self._answers and limit:
            request["timeout"] = max(1, int(limit - elapsed))
        reached = bool(self._answers or self._loss)
        anew = bool(self._loss and self._loss.connection_lost)
        return Step(request, self._now.delay, self._now.why, reached, anew)

    def took(self, answer: Answer) -> None:
        """Take the answer to the last step.

        :raises ContractError: it contradicts what was asked; it counts as lost then
        """
        if self._loss:
            self._took_after_loss(answer, self._loss)
            return
        self.outcome = self._known = self._fold(answer)
        self._answers.append(answer)
        self._next = follow_up(self._invocation, self._answers, self._known, self._done)
        if self._next:
            self._done.append(self._next)

    def lost(self, problem: HostCallError) -> None:
        """Take note that the last step has no answer that can be used.

        Where a call may have been made, the state is read once more, which tells what there is to be known.
        """
        if self._loss:
            self._settle(self._loss, read_only=False, then=f"The state could not be read again: {problem}")
            return
        self._settle(problem, read_only=self._now.read_only)
        if problem.maybe_called and not self._now.read_only:
            self._loss = problem
            self._next = FollowUp({}, True, 0, "the answer was lost: reading the state once more")

    def _took_after_loss(self, answer: Answer, loss: HostCallError) -> None:
        if unavailable := availability.check(answer):
            self._settle(loss, read_only=False, then=f"The state could not be read again: {unavailable.sentence}")
            return
        instead = after_a_loss(answer, timed_out=loss.timed_out, may_still_run=loss.may_still_run)
        self.outcome = broken_off(self._fold(instead), loss, read_only=False, label="The state, read once more")

    def _settle(self, problem: HostCallError, *, read_only: bool, then: str = "") -> None:
        """Fail with what was known before *problem*.

        :param then: what happened after it
        """
        if self._known:
            self.outcome = broken_off(self._known, problem, read_only=read_only, then=then)
        else:
            self.outcome = without_answer(self._invocation, self._policy, problem, read_only=read_only, then=then)

    def _fold(self, answer: Answer) -> Outcome:
        return fold(self._invocation, self._policy, [*self._answers, answer], check_mode=self._check_mode)
