# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of a module that calls a method: what the user sees of an account.

One place decides every key, so that check mode, failures and real runs always return the same ones.
"""

from __future__ import annotations

import heapq
import typing as t
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer
from ..host.availability import Unavailable
from ..options import check_limit
from ..windows import unc
from ..words import visible
from . import wording
from .account import Account, Group
from .fate import Fate
from .invocation import Invocation
from .method import GOAL_HOLDS, Method, Status
from .verdict import Verdict


@dataclass(frozen=True)
class View:
    """What the user wants to be told, and what counts as a failure.

    :ivar missing: ``fail`` when a path that the cache does not hold is a failure, else ``ok``
    :ivar unavailable: ``fail`` when a host without a running cache is a failure, else ``ok``
    :ivar report: which items appear in ``entries``: ``all``, ``changed``, ``failed`` or ``none``
    :ivar max_entries: at most so many entries; 0 for no limit
    :ivar diff: the user asked for a diff
    """

    missing: str = "ok"
    unavailable: str = "fail"
    report: str = "all"
    max_entries: int = 1000
    diff: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any], *, diff: bool) -> View:
        """Check the options of a module.

        :raises InputError: a value that cannot be accepted
        """
        max_entries = check_limit("max_entries", options["max_entries"])
        return cls(options.get("missing", "ok"), options["unavailable"], options["report"], max_entries, diff)


def render(account: Account, view: View) -> dict[str, t.Any]:
    """Return the result for what is known of a run; failed where an answer could not be read to its end."""
    counts = _counts(account)
    entries, truncated = _entries(account, view)
    missing_fails = bool(account.missing) and view.missing == "fail"
    return_value = account.calls.return_value
    result = {
        **_empty(account.invocation, view),
        "changed": any(group.verdict.changed for group in account.groups),
        "failed": bool(
            counts["failed"] or account.cancelled or account.course.timed_out or account.method_failed or missing_fails
        ),
        "only_items_failed": account.only_items_failed and not missing_fails,
        "msg": wording.sentence(account, counts, name_missing=missing_fails),
        "paths": [
            _path_row(account.invocation, index, status, account.groups_of(index))
            for index, status in enumerate(account.path_statuses)
        ],
        "entries": entries,
        "entries_truncated": truncated,
        "counts": {**counts, "visible": account.visible, **_amount(account)},
        "return_value": return_value.as_result() if return_value else None,
        "cancelled": account.cancelled,
        "timed_out": account.course.timed_out,
        "may_still_run": account.calls.may_still_run,
        "state_verified": account.verified,
        "progress": {
            "messages": account.ledger.messages,
            "unparsed": account.ledger.unparsed,
            "unparsed_count": account.ledger.unparsed_count,
        },
        "cache": availability.cache_row(account.answer),
    }
    if view.diff:
        result["diff"] = _diff(account, view)
    return broken_off(result, account.damage[0], called=False) if account.damage else result


def unavailable(invocation: Invocation, view: View, answer: Answer, problem: Unavailable) -> dict[str, t.Any]:
    """Return the result for a host whose cache cannot be asked."""
    return {
        **_empty(invocation, view),
        "cache": availability.cache_row(answer),
        "paths": [_path_row(invocation, index, Status.UNAVAILABLE) for index in range(len(invocation.paths))],
        "failed": view.unavailable == "fail" or not problem.seen,
        "msg": problem.sentence,
    }


def without_answer(
    invocation: Invocation, view: View, problem: HostCallError, *, called: bool, then: str = ""
) -> dict[str, t.Any]:
    """Return the result of a task whose host gave no usable answer to a request.

    :param called: a method was to be called
    :param then: a sentence that says what happened after the *problem*
    """
    return {
        **_empty(invocation, view),
        "failed": True,
        "msg": f"{problem} {then}".rstrip(),
        "timed_out": problem.timed_out,
        "may_still_run": problem.may_still_run and called,
        "busy": problem.busy,
        "paths": [_path_row(invocation, index, Status.UNKNOWN) for index in range(len(invocation.paths))],
    }


def left_running(invocation: Invocation, view: View, sentence: str) -> dict[str, t.Any]:
    """Return the result of a task whose call goes on in the background: nothing is known of it yet.

    :param sentence: what to tell the user
    """
    return {
        **_empty(invocation, view),
        "msg": sentence,
        "may_still_run": True,
        "paths": [_path_row(invocation, index, Status.UNKNOWN) for index in range(len(invocation.paths))],
    }


def broken_off(
    result: Mapping[str, t.Any], problem: HostCallError, *, called: bool, label: str = "Before", then: str = ""
) -> dict[str, t.Any]:
    """Return what other answers told, failed: it is not lost because one did not come.

    :param called: the request without an answer was to call a method
    :param label: what *result* is
    :param then: a sentence that says what happened after the *problem*
    """
    return {
        **result,
        "failed": True,
        "only_items_failed": False,
        "msg": f"{str(problem).rstrip('.')}. {label}: {result['msg']} {then}".rstrip(),
        "timed_out": problem.timed_out,
        "may_still_run": result["may_still_run"] or (problem.may_still_run and called),
        "busy": problem.busy,
    }


def empty(method: Method, *, diff: bool = False) -> dict[str, t.Any]:
    """Return a result with every key, of a task of which nothing is known, not even what it was to do.

    :param diff: the user asked for a diff
    """
    counts = dict.fromkeys(("total", "changed", "unchanged", "failed", "not_cached", "unknown"), 0)
    amount = {method.amount.name: 0} if method.amount else {}
    return {
        "changed": False,
        "failed": False,
        "only_items_failed": False,
        "msg": "",
        "paths": [],
        "entries": [],
        "entries_truncated": False,
        "counts": {**counts, "visible": None, **amount},
        "return_value": None,
        "cancelled": False,
        "timed_out": False,
        "may_still_run": False,
        "job": None,
        "busy": False,
        "state_verified": False,
        "progress": {"messages": 0, "unparsed": [], "unparsed_count": 0},
        "flags": flags_row(method, 0),
        **({"deep": True} if method.has_deep else {}),
        "cache": availability.cache_row(None),
        **({"diff": {"before": "", "after": ""}} if diff else {}),
    }


def _empty(invocation: Invocation, view: View) -> dict[str, t.Any]:
    method = invocation.method
    return {
        **empty(method, diff=view.diff),
        "flags": flags_row(method, invocation.flags),
        **({"deep": invocation.deep} if method.has_deep else {}),
    }


def flags_row(method: Method, flags: int) -> dict[str, t.Any]:
    """Return what a result says of a mask."""
    return {"value": flags, "hex": f"0x{flags:08x}", "names": method.flags.names_of(flags)}


def _path_row(invocation: Invocation, index: int, status: Status, groups: Sequence[Group] = ()) -> dict[str, t.Any]:
    changed = sum(group.size for group in groups if group.verdict.changed)
    after = 0
    for group in groups:
        after |= group.verdict.after
    return {
        "path": invocation.paths[index],
        "status": _joint_word(invocation, status, groups),
        "changed": changed > 0,
        "total_items": sum(group.size for group in groups),
        "changed_items": changed,
        "failed_items": sum(group.size for group in groups if group.verdict.status == Status.FAILED),
        **invocation.goal.path(after),
    }


def _joint_word(invocation: Invocation, status: Status, groups: Sequence[Group]) -> str:
    """Return the word for a path: the finer one of its items where all that have the status share it."""
    words = {_word(invocation, group.fate, group.verdict) for group in groups if group.verdict.status == status}
    return words.pop() if len(words) == 1 else invocation.method.words.status(status)


def _word(invocation: Invocation, fate: Fate, verdict: Verdict) -> str:
    words, result = invocation.method.words, fate.result
    word = None
    if verdict.status == Status.FAILED and result:
        word = words.failed.get(result.code.category)
    elif verdict.status == Status.LEFT and result:
        word = next((word for bit, word in words.reported.items() if verdict.after & bit), None)
    return word or words.status(verdict.status)


def _amount(account: Account) -> dict[str, int]:
    amount = account.invocation.method.amount
    return {amount.name: account.amount} if amount else {}


def _counts(account: Account) -> dict[str, int]:
    words = {
        Status.FAILED: "failed",
        Status.NOT_CACHED: "not_cached",
        Status.UNKNOWN: "unknown",
        Status.CANCELLED: "unknown",
    }
    counts: Counter[str] = Counter()
    for group in account.groups:
        word = words.get(group.verdict.status, "unchanged")
        if group.verdict.changed and group.verdict.status != Status.FAILED:
            word = "changed"
        counts[word] += group.size
        counts["total"] += group.size
    return {name: counts[name] for name in ("total", "changed", "unchanged", "failed", "not_cached", "unknown")}


def _entries(account: Account, view: View) -> tuple[list[dict[str, t.Any]], bool]:
    verdicts = {group.fate: group.verdict for group in account.groups if _is_reported(group.verdict, view)}
    total = account.sum(lambda group: group.fate in verdicts)
    results = {fate: _result_of(account, fate, verdict) for fate, verdict in verdicts.items()}
    places = {
        fate: urgency(
            failed=verdict.status == Status.FAILED,
            changed=verdict.changed,
            holds=verdict.status in GOAL_HOLDS,
            lost=fate in account.losses,
        )
        for fate, verdict in verdicts.items()
    }
    numbered = enumerate(account.ledger.items.items())
    chosen = heapq.nsmallest(
        view.max_entries or total,
        ((places[fate], n, path, fate) for n, (path, fate) in numbered if fate in verdicts),
    )
    entries = [
        {**_entry(account.invocation, path, fate, verdicts[fate]), **results[fate]} for _place, _n, path, fate in chosen
    ]
    return entries, total > len(entries)


def _is_reported(verdict: Verdict, view: View) -> bool:
    if view.report == "changed":
        return verdict.changed
    if view.report == "failed":
        return verdict.status not in GOAL_HOLDS
    return view.report == "all"


def urgency(*, failed: bool, changed: bool, holds: bool, lost: bool = False) -> int:
    """Return the place of an item among the entries: what failed comes first, then what was lost for good.

    :param holds: nothing is left to do for it
    """
    if failed:
        return 0
    if changed:
        return 1 if lost else 2
    return 4 if holds else 3


def _entry(invocation: Invocation, path: str, fate: Fate, verdict: Verdict) -> dict[str, t.Any]:
    return {
        "path": path,
        "request": None if fate.request is None else invocation.paths[fate.request],
        "status": _word(invocation, fate, verdict),
        "changed": verdict.changed,
        **invocation.goal.entry(fate.before, verdict.after),
    }


def _result_of(account: Account, fate: Fate, verdict: Verdict) -> dict[str, t.Any]:
    """Return what was reported for an item, and of what it was said; of a failed one always something."""
    if fate.result:
        return {"result": fate.result.code.as_result(fate.result.text), "result_of": "item"}
    if verdict.status != Status.FAILED:
        return {"result": None, "result_of": None}
    if above := account.above.get(fate.request):
        return {"result": above.code.as_result(above.text), "result_of": "path"}
    code, text = account.calls.error_of(fate.request)
    return {"result": code.as_result(text), "result_of": "call"}


def _diff(account: Account, view: View) -> dict[str, str]:
    changed = {group.fate: group.verdict for group in account.groups if group.verdict.changed}
    rows = [(path, fate) for path, fate in account.ledger.items.items() if fate in changed]
    rows.sort(key=lambda row: row[1] not in account.losses)
    limit = view.max_entries or len(rows)
    more = f"({len(rows) - limit} more items)\n" if len(rows) > limit else ""
    shown = sorted(rows[:limit], key=lambda row: unc.key(row[0]))
    show = account.invocation.goal.shown
    before = "".join(f"{visible(path)}: {show(fate.before)}\n" for path, fate in shown)
    after = "".join(f"{visible(path)}: {show(changed[fate].after)}\n" for path, fate in shown)
    return {"before": before + more, "after": after + more}
