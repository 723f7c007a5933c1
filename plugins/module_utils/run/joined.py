# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Several results of one method as one: of the calls that a task needs where one call cannot say all."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from .. import limits
from . import report
from .method import GOAL_HOLDS, Method, Status
from .report import View

Result = Mapping[str, t.Any]

_BREAKS_OFF = ("cancelled", "timed_out", "may_still_run")


def breaks_off(result: Result) -> bool:
    """Return whether after a call with this result no other one may be made: it may be at work, or was cancelled."""
    return any(result[key] for key in _BREAKS_OFF)


def joined(method: Method, results: Sequence[tuple[str, Result]], view: View) -> dict[str, t.Any]:
    """Return one result with the keys of each: what happened in all of them, in their order.

    :param results: at least one; each with what its call was for, in words
    :param view: what of the entries is shown
    """
    all_of = [result for _name, result in results]
    first = all_of[0]
    if len(all_of) == 1:
        return dict(first)
    word = method.words.status
    hold = {word(status) for status in GOAL_HOLDS}
    entries = sorted(
        (entry for result in all_of for entry in result["entries"]),
        key=lambda entry: report.urgency(
            failed=entry["status"] == word(Status.FAILED), changed=entry["changed"], holds=entry["status"] in hold
        ),
    )
    shown = entries[: view.max_entries or len(entries)]
    failed = [result for result in all_of if result["failed"]]
    values = [result["return_value"] for result in all_of if result["return_value"]]
    flags = 0
    for result in all_of:
        flags |= result["flags"]["value"]
    return {
        **first,
        **{key: any(result[key] for result in all_of) for key in ("changed", "failed", "busy", *_BREAKS_OFF)},
        "job": next((result["job"] for result in reversed(all_of) if result["job"]), None),
        "only_items_failed": bool(failed) and all(result["only_items_failed"] for result in failed),
        "msg": _sentences(results),
        "paths": [path for result in all_of for path in result["paths"]],
        "entries": shown,
        "entries_truncated": len(shown) < len(entries) or any(result["entries_truncated"] for result in all_of),
        "counts": _counts([result["counts"] for result in all_of]),
        "return_value": next((value for value in values if value["category"] != "ok"), values[0] if values else None),
        "state_verified": all(result["state_verified"] for result in all_of),
        "progress": {
            "messages": sum(result["progress"]["messages"] for result in all_of),
            "unparsed": [text for result in all_of for text in result["progress"]["unparsed"]][: limits.UNPARSED],
            "unparsed_count": sum(result["progress"]["unparsed_count"] for result in all_of),
        },
        "flags": report.flags_row(method, flags),
        **({"diff": _diff([result["diff"] for result in all_of])} if view.diff else {}),
    }


def _sentences(results: Sequence[tuple[str, Result]]) -> str:
    said = {result["msg"] for _name, result in results}
    # A host without Offline Files says so to each.
    return said.pop() if len(said) == 1 else " ".join(f"For {name}: {result['msg']}" for name, result in results)


def _counts(counts: Sequence[Mapping[str, int | None]]) -> dict[str, int | None]:
    total: dict[str, int | None] = {key: sum(one[key] or 0 for one in counts) for key in counts[0] if key != "visible"}
    return {**total, "visible": next((one["visible"] for one in counts if one["visible"] is not None), None)}


def _diff(diffs: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {side: "".join(diff[side] for diff in diffs) for side in ("before", "after")}
