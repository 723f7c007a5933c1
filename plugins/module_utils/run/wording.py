# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The words of a result: the one sentence of ``msg``, and the warnings that a user can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..host import advice
from ..windows.codes import Code
from ..windows.near import MAX_HINTS, near_misses
from ..words import number, visible
from .account import Account
from .method import Status


def sentence(account: Account, counts: Mapping[str, int], *, name_missing: bool) -> str:
    """Return what happened in one sentence.

    :param counts: items by what became of them, as in the result
    :param name_missing: name paths that are not in the cache: they make the task fail
    """
    if account.course.lost and not account.course.knows_before:
        return _after_a_loss(account)
    start = _start(account)
    rest = _rest(account, counts, name_missing=name_missing)
    unforeseen = account.invocation.method.words.unforeseen if account.course.check_mode else ""
    clauses = [start + _done(account, counts, bare=not start), ", ".join(rest), unforeseen]
    text = "; ".join(clause for clause in clauses if clause)
    return text[0].upper() + text[1:] + "."


def _after_a_loss(account: Account) -> str:
    """Return what the state says when there is neither an answer of the call nor a state before it."""
    invocation, left = account.invocation, account.left
    if left:
        least = "" if account.course.knows_after else "At least "
        text = f"{least}{number(left, 'item')} {'is' if left == 1 else 'are'} {invocation.goal.open_as}"
    elif account.course.knows_after:
        text = f"No item under {number(len(invocation.paths), 'path')} is {invocation.goal.open_as}"
    else:
        text = "It could not be read to the end"
    missing = f"; {number(len(account.missing), 'path')} not in the cache" if account.missing else ""
    return f"{text}{missing}; what was {invocation.method.words.effect} is not known."


def _failure(account: Account) -> Code | None:
    """Return what the method as a whole said, where that makes the task fail."""
    return account.calls.worst if account.method_failed else None


def _start(account: Account) -> str:
    failure = _failure(account)
    unmade = bool(account.calls.said) and not account.course.called and not failure
    if account.course.timed_out or unmade:
        return f"The host did not finish within {number(account.invocation.timeout, 'second')}; "
    if account.cancelled:
        return "The operation was cancelled; "
    if failure and not failure.ok and not account.told_by_items:
        return f"{account.invocation.method.name} failed with {failure}; "
    return ""


def _done(account: Account, counts: Mapping[str, int], *, bare: bool) -> str:
    course, invocation = account.course, account.invocation
    words, goal = invocation.method.words, invocation.goal
    if course.check_mode and not course.knows_before and not counts["total"]:
        return f"the {words.state} could not be read, so nothing can be predicted"
    if not counts["changed"] and bare and account.goal_holds:
        if account.nothing_visible and not invocation.method.brings_in:
            return f"nothing to {words.verb}: the cache shows no item to {account.answer.user}"
        shallow = invocation.method.shallow
        where = "item under" if invocation.deep or shallow is None else shallow.value
        items = f"{where} {number(len(invocation.paths), 'path')}"
        return f"nothing to {words.verb}: {words.nothing.format(items=items, open=goal.open_as, held=goal.held_as)}"
    verb = f"would {words.verb}" if course.check_mode else words.past
    least = "at least " if course.check_mode and not course.knows_before else ""
    return f"{verb} {least}{counts['changed']} of {number(counts['total'] - counts['not_cached'], 'item')}"


def _rest(account: Account, counts: Mapping[str, int], *, name_missing: bool) -> list[str]:
    words, goal = account.invocation.method.words, account.invocation.goal
    left, cancelled = account.count(Status.LEFT), account.count(Status.CANCELLED)
    held = account.count(Status.UNCHANGED) - account.left_alone
    parts = []
    if counts["failed"]:
        parts.append(f"{counts['failed']} failed")
    if left:
        parts.append(f"{left} {words.left} although Windows reported success")
    if held and counts["changed"] + counts["failed"] + left:
        parts.append(f"{held} {'was' if held == 1 else 'were'} {goal.held_as}")
    if kept := account.count(Status.KEPT):
        reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in sorted(account.kept.items()))
        parts.append(f"{kept} kept ({reasons})")
    if account.left_alone:
        parts.append(f"{number(account.left_alone, 'folder')} left alone because deep is false")
    if cancelled:
        parts.append(f"{cancelled} not finished")
    if counts["unknown"] - cancelled:
        parts.append(f"{counts['unknown'] - cancelled} unknown")
    if account.missing:
        named = f" ({_named(account.missing)})" if name_missing else ""
        parts.append(f"{number(len(account.missing), 'path')} not in the cache{named}")
    return parts


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - MAX_HINTS} more" if len(paths) > MAX_HINTS else ""
    return ", ".join(map(visible, paths[:MAX_HINTS])) + more


def _losses(account: Account) -> str:
    losses = account.losses
    count = account.sum(lambda group: group.fate in losses)
    verb = "would lose" if account.course.check_mode else "lost"
    paths = [path for path, fate in account.ledger.items.items() if fate in losses]
    return f"{number(count, 'item')} {verb} {account.invocation.method.words.loss}: {_named(paths)}."


def warnings(account: Account) -> list[str]:
    """Return what the user can act on."""
    course, invocation = account.course, account.invocation
    method, words, user = invocation.method, invocation.method.words, account.answer.user
    said: list[str] = []
    for what, state in (("before", account.before), ("after", account.after)):
        if state and not state.complete:
            rests = "the result rests on what the method reported."
            if course.check_mode:
                rests = "the prediction may be incomplete."
            elif course.lost:
                rests = f"more may be {invocation.goal.open_as} than the result names."
            said.append(f"The {words.state} {what} the call could not be read{advice.because(state.error)}: {rests}")
    if course.called and not invocation.verify and not account.ledger.has_item_results:
        said.append(f"No item result came and verify is off, so nobody knows what was {words.effect}.")
    code = account.calls.worst
    # That items failed is also said of paths that are not in the cache, which the sentence counts.
    explained = account.told_by_items or bool(code and code.category == "partial" and account.missing)
    if code and not code.ok and not account.method_failed and not explained:
        said.append(f"{method.name} said {code}, yet nothing in scope is {words.undone}.")
    if left := account.count(Status.LEFT):
        said.append(f"{number(left, 'item')} {words.left} although Windows reported success: {words.left_hint}.")
    if unexplained := account.unexplained:
        said.append(f"{number(unexplained, 'item')} {words.left}, and Windows did not say why: {words.left_hint}.")
    if account.losses:
        said.append(_losses(account))
    if account.nothing_visible and not method.brings_in:
        said.append(advice.nothing_visible(user))
    said += near_misses(account.missing, account.before.shares if account.before else (), user)
    return said + advice.outside(account.ledger.outside) + advice.hints(account.errors)
