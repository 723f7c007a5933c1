# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the one result of several calls."""

from __future__ import annotations

import typing as t

from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.run import report
from ansible_collections.winops.offline_files.plugins.module_utils.run.joined import breaks_off, joined
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View


def _entry(path: str, status: str) -> dict[str, t.Any]:
    return {"path": path, "status": status, "changed": status == "pinned"}


def _result(**keys: t.Any) -> dict[str, t.Any]:
    return {**report.empty(PIN, diff=True), "state_verified": True, **keys}


OK: dict[str, t.Any] = {"category": "ok", "code": 0}
BAD: dict[str, t.Any] = {"category": "access", "code": 5}


def test_one_result_stays_as_it_is() -> None:
    result = _result(msg="Pinned 1 of 1 item.", changed=True)
    assert joined(PIN, [("user", result)], View()) == result


def test_numbers_add_up_and_the_worst_is_told_first() -> None:
    one = _result(
        msg="Pinned 1 of 2 items.",
        changed=True,
        entries=[_entry("a", "unchanged"), _entry("b", "pinned")],
        paths=[1],
        counts={"total": 2, "changed": 1, "visible": None},
        return_value=OK,
        flags={"value": 0x20},
        diff={"before": "b: no\n", "after": "b: yes\n"},
        progress={"messages": 3, "unparsed": ["x"], "unparsed_count": 1},
    )
    two = _result(
        msg="Pinned 0 of 1 item; 1 failed.",
        failed=True,
        only_items_failed=True,
        entries=[_entry("c", "failed")],
        paths=[2],
        counts={"total": 1, "changed": 0, "visible": 9},
        return_value=BAD,
        flags={"value": 0x40},
        state_verified=False,
    )
    result = joined(PIN, [("user", one), ("computer", two)], View(diff=True, max_entries=2))
    assert result.keys() == one.keys()
    assert result["msg"] == "For user: Pinned 1 of 2 items. For computer: Pinned 0 of 1 item; 1 failed."
    assert (result["changed"], result["failed"], result["only_items_failed"]) == (True, True, True)
    assert [entry["path"] for entry in result["entries"]] == ["c", "b"]
    assert (result["entries_truncated"], result["state_verified"]) == (True, False)
    assert result["counts"] == {"total": 3, "changed": 1, "visible": 9}
    assert (result["paths"], result["return_value"], result["flags"]["hex"]) == ([1, 2], BAD, "0x00000060")
    assert result["progress"] == {"messages": 3, "unparsed": ["x"], "unparsed_count": 1}
    assert result["diff"] == one["diff"]


def test_what_all_say_is_said_once() -> None:
    off = _result(msg="Offline Files is disabled.")
    assert joined(PIN, [("user", off), ("computer", off)], View())["msg"] == "Offline Files is disabled."


def test_after_what_breaks_off_no_call_is_made() -> None:
    assert [breaks_off(_result(**{key: True})) for key in ("cancelled", "timed_out", "may_still_run")] == [True] * 3
    assert not breaks_off(_result(failed=True))
