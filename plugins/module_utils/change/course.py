# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The course of a task that looks, decides and acts: what it has asked its host, and what was answered."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer, Call, State
from ..host.availability import Unavailable
from ..host.calls import Calls, Said
from ..host.request import Request
from .restart import Restart


@dataclass(frozen=True)
class Act:
    """An execution that changes something.

    :ivar request: names a method
    :ivar why: for the user who asked for details
    """

    request: Request
    why: str


@dataclass(frozen=True)
class Done:
    """An act, and what came of it: an answer, or why there is none."""

    act: Act
    answer: Answer | None = None
    problem: HostCallError | None = None

    def calls(self) -> tuple[tuple[t.Mapping[str, t.Any], Call], ...]:
        """Return the calls that the host told of, each with its arguments (the order is the contract's)."""
        answered = self.answer.calls if self.answer else ()
        return tuple(zip(self.act.request.arguments, answered, strict=False))


@dataclass(frozen=True)
class Course:
    """What is known of a task.

    :ivar looked: the answer to the look that the task began with
    :ivar acts: in their order; none in check mode
    :ivar again: the answer to the look that was made once more, after an answer was lost or where an act reads nothing
    :ivar unread: why that one did not succeed
    :ivar restart: of the host, where one was asked for
    """

    looked: Answer
    check_mode: bool
    acts: tuple[Done, ...] = ()
    again: Answer | None = None
    unread: HostCallError | None = None
    restart: Restart | None = None

    @property
    def latest(self) -> Answer:
        """The answer to the last look that there is one to, where the acts themselves read nothing."""
        return self.again or self.looked

    @property
    def unavailable(self) -> Unavailable | None:
        """Why the cache of this host cannot be asked; None where it can."""
        return availability.check(self.looked)

    @property
    def lost(self) -> HostCallError | None:
        """Why the last act has no answer."""
        return self.acts[-1].problem if self.acts else None

    @property
    def calls(self) -> Calls:
        """The calls of all acts, as wholes."""
        return Calls(tuple(Said(call, None) for call in self.told))

    @property
    def told(self) -> tuple[Call, ...]:
        """The calls that the host told of, in their order."""
        return tuple(call for done in self.acts for _arguments, call in done.calls())

    @property
    def timed_out(self) -> bool:
        """Whether the host stopped waiting, or did not answer in time."""
        return self.calls.timed_out or bool(self.lost and self.lost.timed_out)

    @property
    def may_still_run(self) -> bool:
        """Whether what was begun may still be at work on the host."""
        return self.calls.may_still_run or bool(self.lost and self.lost.may_still_run)

    @property
    def before(self) -> State | None:
        """The state that the look found."""
        return self.looked.before

    @property
    def after(self) -> State | None:
        """The state after the last act; None where it is not known."""
        if self.again:
            return self.again.before
        for done in reversed(self.acts):
            # What called nothing changed nothing. The host reads no state afterwards then.
            if done.answer and any(call.begun for call in done.answer.calls):
                return done.answer.after
            if done.answer and done.answer.before:
                return done.answer.before
            if done.problem and done.problem.maybe_called:
                return None
        return self.before

    def took(self, act: Act, answer: Answer) -> Course:
        """Return the course after *act* was answered."""
        return dataclasses.replace(self, acts=(*self.acts, Done(act, answer)), again=None)

    def lost_at(self, act: Act, problem: HostCallError) -> Course:
        """Return the course after the answer to *act* was lost."""
        return dataclasses.replace(self, acts=(*self.acts, Done(act, problem=problem)))


class Change(t.Protocol):
    """What a module of this kind has to say for itself; made of the options of a task."""

    @property
    def timeout(self) -> int:
        """Seconds for everything, 0 for no limit."""

    def look(self) -> Request:
        """Return what is read first; it names no method."""

    def check(self, answer: Answer) -> None:
        """Read what an answer holds packed, so that nothing of it can fail later.

        :raises ContractError: it cannot be read
        """

    def next_act(self, course: Course) -> Act | None:
        """Return what is to be called next; None when nothing is left to be done, or nothing may be.

        Nothing is asked after an answer was lost. In check mode it tells what would be called.
        """

    def unsettled(self, course: Course) -> bool:
        """Return whether a call reported success and the state does not show it: Windows may still be at it."""

    def result(self, course: Course) -> tuple[dict[str, t.Any], list[str]]:
        """Return the module's result, every documented key in it, and the warnings."""

    def without_answer(self, problem: HostCallError) -> dict[str, t.Any]:
        """Return the result of a task whose look was not answered."""
