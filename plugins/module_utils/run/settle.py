# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settles what the answers of one task say: they become the account of its run."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ..host.answer import Answer, Call, State
from ..host.calls import Calls, Said
from ..host.pack import unpack
from ..windows import codes
from ..windows.progress import Head
from .account import Account, Group
from .damage import Damage
from .invocation import Invocation
from .ledger import Ledger
from .verdict import Course, judge


def settle(invocation: Invocation, answers: Sequence[Answer], *, check_mode: bool) -> Account:
    """Settle what the answers of one task say, in their order.

    The first answer holds the state before, the last state read is the one after; the calls of all count. Where packed
    data cannot be read to its end, what stands before counts, and the state is incomplete.
    """
    first = answers[0]
    before = first.before
    after = _last_state(answers)
    method = invocation.method
    ledger = Ledger(invocation.scope, invocation.goal, method.shallow, method.marks())
    damage = Damage()
    if before:
        with damage.kept() as found:
            ledger.add_before(unpack(before.data, before.rows))
        before = dataclasses.replace(before, complete=before.complete and not found)
        if before.complete:
            ledger.add_missing(before.held)
    calls = Calls()
    for number, answer in enumerate(answers):
        # What a form of the call said that was refused as a whole is settled by the form that came after it.
        settled = any(later.calls for later in answers[number + 1 :])
        said = [Said(call, _enter_call(ledger, invocation, call, damage, settled=settled)) for call in answer.calls]
        calls = Calls(tuple(said)) if said else calls
    if after:
        with damage.kept() as found:
            ledger.add_after(unpack(after.data, after.rows))
        after = dataclasses.replace(after, complete=after.complete and not found)
    with damage.kept():
        ledger.close()
    course = Course(
        check_mode=check_mode,
        called=any(call.begun for answer in answers for call in answer.calls),
        knows_before=bool(before and before.complete),
        knows_after=bool(after and after.complete),
        cancelled=calls.cancelled,
        timed_out=calls.timed_out,
        lost=calls.lost,
        succeeded=first.skipped == "not_needed" or calls.succeeded,
        silent=not ledger.has_item_results,
    )
    above = results_of_requests(ledger, invocation.paths)
    groups = [
        Group(fate, judge(invocation.goal, fate, course, above.get(fate.request)), size)
        for fate, size in ledger.tally().items()
    ]
    return Account(invocation, first, before, after, calls, ledger, course, groups, above, damage.found)


def results_of_requests(ledger: Ledger, paths: Sequence[str]) -> dict[int | None, Head]:
    """Return the errors that requested paths themselves ended with; they explain items below without a result.

    That something in a folder stayed, which is all that a category ``partial`` says, does not explain why.
    """
    found: dict[int | None, Head] = {}
    for index, path in enumerate(paths):
        fate = ledger.items.get(path)
        if fate and fate.result and not fate.result.code.ok and fate.result.code.category != "partial":
            found[index] = fate.result
    return found


def _enter_call(ledger: Ledger, invocation: Invocation, call: Call, damage: Damage, *, settled: bool) -> Head | None:
    """Enter a call into the ledger, and return what its End said.

    :param settled: another form of the call came after it, so its return value is no result of an item
    """
    if call.lost:
        return None
    end = None
    with damage.kept():
        end = ledger.add_texts(unpack(call.data, call.texts))
    alone = call.path is not None or len(invocation.paths) == 1
    if call.return_value and alone and not settled:
        ledger.add_return_value(call.path or 0, codes.explain(call.return_value))
    return end


def _last_state(answers: Sequence[Answer]) -> State | None:
    """Return the last state read after a call. Of those that were read again one that broke off counts least."""
    broken_off = None
    for answer in reversed(answers):
        if any(call.begun for call in answer.calls):
            return answer.after or broken_off
        if answer is not answers[0] and answer.before:
            if answer.before.complete:
                return answer.before
            broken_off = broken_off or answer.before
    return None
