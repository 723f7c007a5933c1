# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the action pin: what it does with several calls."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from unit.action_host import PinUnderTest
from unit.job_rows import job

ONE, OTHER = r"\\fs01\users\a.docx", r"\\fs01\users\b.docx"
RELEASED = [
    {"path": ONE, "reasons_before": ["user"], "reasons_after": []},
    {"path": OTHER, "reasons_before": ["user", "computer"], "reasons_after": []},
]


def test_of_several_calls_in_the_background_that_are_not_waited_for_one_is_begun() -> None:
    def running() -> Iterator[dict[str, t.Any]]:
        found = job(name=action.requests[0]["job"])
        yield {"changed": False, "answer": {"jobs": [found], "locked": True, "text": "", "output": None}}

    action = PinUnderTest({"restore": RELEASED, "background": True, "wait": False}, running())
    result = action.run_task()
    assert (result["failed"], result["changed"], result["may_still_run"]) == (False, False, True)
    assert (result["job"]["state"], result["job"]["attached"]) == ("running", True)
    assert "For user: It goes on in the background" in result["msg"]
    assert "For user and computer: Not begun, because only one runs at a time" in result["msg"]
    assert [(path["path"], path["status"]) for path in result["paths"]] == [(ONE, "unknown"), (OTHER, "unknown")]
