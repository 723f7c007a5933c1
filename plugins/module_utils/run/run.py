# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The run of a task that calls a method: what the host is asked next, and what its answers, or their loss, lead to.

No I/O: whoever drives it asks the host as each :class:`Step` says, and tells what came of it.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from dataclasses import dataclass, field

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer, after_a_loss
from ..host.availability import Unavailable
from ..host.request import READ_AGAIN_TIMEOUT
from ..windows.progress import Head
from . import report, wording
from .account import Account
from .followup import Step, next_step, read_again
from .invocation import Invocation
from .report import View
from .settle import settle

MAX_FAILURES = 1000
"""Failed items to name to a user who asked for details."""


@dataclass(frozen=True)
class Outcome:
    """What a run led to.

    :ivar result: the module's result, every documented key in it
    :ivar warnings: what the user can act on
    :ivar failures: path and ItemResult of the first items that failed, whatever ``entries`` shows
    """

    result: dict[str, t.Any]
    warnings: list[str] = field(default_factory=list)
    failures: list[tuple[str, Head]] = field(default_factory=list)


@dataclass(frozen=True)
class _Loss:
    """An answer that did not come, or could not be used.

    :ivar called: it was asked for with a call
    :ivar label: what the account is, which is told nevertheless
    :ivar then: a sentence that says what happened after the *problem*
    """

    problem: HostCallError
    called: bool
    label: str = "Before"
    then: str = ""


class Run:
    """One task's conversation with its host, normally one question. What was learned is kept when an answer is lost."""

    def __init__(self, invocation: Invocation, *, check_mode: bool) -> None:
        self._invocation = invocation
        self._check_mode = check_mode
        self._answers: list[Answer] = []
        self._done: list[Step] = []
        self._account: Account | None = None
        self._unavailable: Unavailable | None = None
        self._loss: _Loss | None = None
        self._running = ""
        self._next: Step | None = Step(invocation.request(check_mode=check_mode))

    def next_step(self, elapsed: float) -> Step | None:
        """Return what to ask the host next, or None when the outcome stands.

        :param elapsed: seconds since the first was asked
        """
        step, self._next = self._next, None
        if step is None:
            return None
        limit = self._invocation.timeout
        if self._loss:
            limit = min(limit or READ_AGAIN_TIMEOUT, READ_AGAIN_TIMEOUT)
        elif self._done and limit:
            limit = max(min(step.least, limit), int(limit - elapsed))
        step = dataclasses.replace(
            step,
            request=dataclasses.replace(step.request, timeout=limit),
            reached=bool(self._done),
            anew=bool(self._loss and self._loss.problem.connection_lost),
        )
        self._done.append(step)
        return step

    def took(self, answer: Answer) -> None:
        """Take the answer to the last step."""
        if self._loss:
            self._took_after_loss(answer, self._loss)
            return
        self._answers.append(answer)
        self._unavailable = availability.check(self._answers[0])
        if self._unavailable:
            return
        self._account = self._settle(self._answers)
        self._next = next_step(self._account, self._answers, self._done)

    def lost(self, problem: HostCallError) -> None:
        """Take note that the last step has no answer that can be used.

        Where a call may have been made, the state is read once more, which tells what there is to be known.
        """
        if self._loss:
            why = ", for the same reason." if _is_told_by(self._loss.problem, problem) else f": {problem}"
            self._loss = dataclasses.replace(self._loss, then=f"The state could not be read again{why}")
            return
        asked = self._done[-1].request
        self._loss = _Loss(problem, called=asked.method is not None)
        if problem.maybe_called and self._loss.called:
            self._next = Step(read_again(asked), why="the answer was lost: reading the state once more")

    def left_running(self, sentence: str) -> None:
        """Take note that the last step is still at work on the host, and that nobody waits for it."""
        self._running = sentence

    def outcome(self, view: View) -> Outcome:
        """Return what the run led to, as the user wants to see it."""
        if self._running:
            return Outcome(report.left_running(self._invocation, view, self._running))
        account, loss = self._account, self._loss
        if account is None:
            return Outcome(self._without_account(view))
        result = report.render(account, view)
        if loss:
            result = report.broken_off(result, loss.problem, called=loss.called, label=loss.label, then=loss.then)
        return Outcome(result, wording.warnings(account), account.failures(MAX_FAILURES))

    def _without_account(self, view: View) -> dict[str, t.Any]:
        if self._unavailable:
            return report.unavailable(self._invocation, view, self._answers[0], self._unavailable)
        loss = self._loss or _Loss(HostCallError("The host was not asked."), called=False)
        return report.without_answer(self._invocation, view, loss.problem, called=loss.called, then=loss.then)

    def _took_after_loss(self, answer: Answer, loss: _Loss) -> None:
        if unavailable := availability.check(answer):
            then = f"The state could not be read again: {unavailable.sentence}"
            self._loss = dataclasses.replace(loss, then=then)
            return
        problem = loss.problem
        instead = after_a_loss(answer, timed_out=problem.timed_out, may_still_run=problem.may_still_run)
        self._account = self._settle([*self._answers, instead])
        self._loss = dataclasses.replace(loss, label="The state, read once more")

    def _settle(self, answers: list[Answer]) -> Account:
        return settle(self._invocation, answers, check_mode=self._check_mode)


def _is_told_by(told: HostCallError, problem: HostCallError) -> bool:
    """Return whether what a problem says has been said; libraries name objects by where they lie in memory."""
    said, again = (re.sub(" at 0x[0-9a-f]+", "", str(one)).rstrip(".") for one in (told, problem))
    return again in said
