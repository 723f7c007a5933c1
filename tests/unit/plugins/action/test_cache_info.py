# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the action cache_info."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleActionFail
from unit import item_rows
from unit.action_host import CacheInfoUnderTest
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows

ANSWER = answer({"skipped": "no_method"})


def test_the_result_and_no_facts() -> None:
    action = CacheInfoUnderTest({}, [ANSWER])
    result = action.run_task()
    assert (result["failed"], result["changed"], result["cache"]["active"]) == (False, False, True)
    assert "ansible_facts" not in result
    assert action.requests[0]["timeout"] == 60


def test_facts_where_they_are_wanted() -> None:
    result = CacheInfoUnderTest({"facts": True, "timeout": 5}, [ANSWER], check_mode=True).run_task()
    assert result["ansible_facts"]["offline_files"]["cache"] == result["cache"]


def test_a_host_that_gives_no_answer_has_no_facts() -> None:
    result = CacheInfoUnderTest({"facts": True}, [OSError("gone")]).run_task()
    assert result["failed"]
    assert "ansible_facts" not in result
    assert result["cache"]["found"] is None


def test_with_paths_the_items_are_counted_in_the_same_execution() -> None:
    fields = (*rows.TOTALS, *rows.CONNECTION)
    items = [item_rows.row(fields, r"\\fs01\users", "share"), item_rows.row(fields, r"\\fs01\users\a.txt", "file user")]
    action = CacheInfoUnderTest({"path": "//fs01/users", "facts": True}, [item_rows.answer(items, 1)])
    result = action.run_task()
    assert (len(action.requests), action.requests[0]["paths"], action.requests[0]["read"]) == (1, r"\\fs01\users", True)
    assert (result["failed"], result["cached"]["counts"]["total"]) == (False, 2)
    assert result["ansible_facts"]["offline_files"]["cached"] == result["cached"]


def test_warnings_and_lines_of_v() -> None:
    profile = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-1-2-3-1001"
    key = {"key": profile, "values": {"ProfileImagePath": r"C:\Users\bob\x1b[31m"}, "error": None}
    told = item_rows.answer([], 1, seen=1, held=[False], shares=[r"\\fs01.corp.example\users"])
    told["answer"]["registry"] = [key]
    action = CacheInfoUnderTest({"paths": ["//fs01/users"]}, [told])
    result = action.run_task()
    assert result["cached"]["not_cached"] == [r"\\fs01\users"]
    assert "fs01.corp.example" in " ".join(result["warnings"])
    assert action._display.lines["v"] == [
        "S-1-5-21-1-2-3-1001: not logged on, unknown whether it is this view, nothing synchronized"
    ]


def test_without_paths_no_item_is_read() -> None:
    action = CacheInfoUnderTest({"paths": []}, [ANSWER])
    result = action.run_task()
    assert (action.requests[0]["paths"], action.requests[0]["read"], result["cached"]) == ("", False, None)


def test_a_path_that_is_none_is_refused_before_the_host_is_asked() -> None:
    action = CacheInfoUnderTest({"paths": ["C:/users"]})
    with pytest.raises(AnsibleActionFail, match="path 'C:/users' has a drive letter"):
        action.run_task()
    assert action.requests == []


def test_a_bad_timeout() -> None:
    with pytest.raises(AnsibleActionFail, match="timeout -1 is not allowed"):
        CacheInfoUnderTest({"timeout": -1}).run_task()
