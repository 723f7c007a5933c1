# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What to ask the host next when its answer leaves something open that a second question settles.

Normally nothing: one execution is the rule. Windows' answers are not all known, so three failures of a whole call are
tried again in another form, and a state that may lag behind is read again: where a success was reported, and where
Windows does not say why items stay. A call without an observer that threw has no state after it, for the host cannot
tell whether the method was at work: that is read too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from ..host.answer import Answer
from ..host.request import MAX_REREADS, REREAD_DELAY, Request
from ..windows import codes
from .account import Account
from .invocation import Invocation
from .method import Status

READ_AFTER = 30
"""Seconds that reading the only state after a call gets at least, as on the host (docs/host_contract.md, Time)."""

_OBSERVER_REFUSED = frozenset({0x80070005, 0x80041003})
_FLAGS_REFUSED = frozenset({0x80070057, 0x80041008})


@dataclass(frozen=True)
class Step:
    """One execution of the host part.

    :ivar request: what is asked; nothing is called where it names no method
    :ivar delay: seconds to wait before
    :ivar why: for the user who asked for details; empty for the first
    :ivar reached: the host was reached before, so that losing it is an error like any other
    :ivar anew: the connection may be broken and is to be made anew
    :ivar least: seconds that it gets, within the task's timeout, even if the time is used up
    """

    request: Request
    delay: float = 0
    why: str = ""
    reached: bool = False
    anew: bool = False
    least: int = 1


def next_step(account: Account, answers: Sequence[Answer], done: Sequence[Step]) -> Step | None:
    """Return what to ask next, or None when the account stands.

    :param account: what the answers lead to
    :param answers: all answers so far
    :param done: the steps that led to them
    """
    course = account.course
    calls = [step.request for step in done if step.request.method]
    rereads = len(done) - len(calls)
    if account.damage:
        if course.called and not course.knows_after and not rereads:
            why = "the state in the answer is damaged: reading it once more"
            return Step(read_again(calls[-1]), why=why, least=READ_AFTER)
        return None
    stands = course.check_mode or course.timed_out or course.cancelled
    untold = not course.succeeded and not account.ledger.has_item_results
    if untold and not stands and (other := _other_form(account.invocation, answers[-1], calls[-1])):
        return other
    if course.called and account.after is None and calls[-1].read and not rereads:
        return Step(read_again(calls[-1]), why="the call broke off: reading what it left", least=READ_AFTER)
    if stands:
        return None
    if course.knows_after and rereads < MAX_REREADS:
        left = account.invocation.method.words.left
        why = f"items are {left}: reading them again"
        if account.count(Status.LEFT):
            return Step(read_again(calls[-1]), REREAD_DELAY, f"success was reported, but {why}")
        if account.unexplained:
            return Step(read_again(calls[-1]), REREAD_DELAY, f"nothing says why {why}")
    return None


def read_again(request: Request) -> Request:
    """Return the request that only reads what *request* reads."""
    return dataclasses.replace(request, method=None, read=True)


def _other_form(invocation: Invocation, answer: Answer, asked: Request) -> Step | None:
    """Return the last call in a form that was not tried; a new form keeps what earlier ones changed."""
    # A call that does not fit its class does not in another form either.
    thrown = {codes.to_hresult(call.error.code) for call in answer.calls if call.error and call.thrown_at == "invoke"}
    said = {codes.to_hresult(call.return_value) for call in answer.calls if call.return_value}
    said |= {codes.to_hresult(call.status.code) for call in answer.calls if call.status}
    if thrown & _OBSERVER_REFUSED and asked.observe:
        return Step(dataclasses.replace(asked, observe=False), why="the observer was refused: calling without progress")
    flags = invocation.method.flags
    single = flags.required_of(invocation.flags)
    if (thrown | said) & _FLAGS_REFUSED and len(single) > 1 and len(asked.arguments) == 1:
        others = invocation.flags & ~flags.required
        return Step(
            dataclasses.replace(asked, arguments=tuple(invocation.arguments(flag | others) for flag in single)),
            why=f"the flags were refused together: one call for each {flags.required_as}",
        )
    about_paths = any(codes.explain(code).of_one_path for code in said | thrown - _OBSERVER_REFUSED)
    if about_paths and len(invocation.paths) > 1 and not asked.each:
        return Step(dataclasses.replace(asked, each=True), why="the call failed as a whole: one call for each path")
    return None
