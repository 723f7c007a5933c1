# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the action cache_info."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleActionFail
from unit.action_host import CacheInfoUnderTest
from unit.host_answers import answer

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


def test_a_bad_timeout() -> None:
    with pytest.raises(AnsibleActionFail, match="timeout -1 is not allowed"):
        CacheInfoUnderTest({"timeout": -1}).run_task()
