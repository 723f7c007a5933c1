# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Failed entries through the real CLI: each has a code to be grouped by, its own or that of the call; a true hint."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from integration.fleet import CACHE, HOME, MODULE, SHARE, Fleet, Run, check_form, scenario

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

REPORT = HOME + r"\report.docx"
TASKS: list[dict[str, Any]] = [
    {"name": "unpin", MODULE: {"paths": "//fs01/users"}, "register": "released", "ignore_errors": True},
    {
        "name": "group",
        "ansible.builtin.set_fact": {
            "by_category": "{% set found = {} %}{% for category, entries in released.entries"
            " | selectattr('status', 'eq', 'failed') | groupby('result.category') %}"
            "{% set _ = found.update({category: entries | length}) %}{% endfor %}{{ found }}"
        },
    },
]


def _with_report(error: str) -> dict[str, Any]:
    cache = copy.deepcopy(CACHE)
    cache[SHARE]["items"]["alice"]["items"]["report.docx"] = {"pin": "user", "error": error}
    return scenario(cache=cache)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One task on a host for each way to fail, and its failed entries by category."""
    with Fleet(tmp_path_factory.mktemp("failed")) as fleet:
        fleet.add("item", _with_report("ERROR_FILE_OFFLINE"))
        fleet.add("thrown", scenario(behaviour={"call_error": 0x80041004}))
        fleet.add("denied", scenario(behaviour={"call_error": 0x80070005}))
        yield fleet.play(TASKS, timeout=100)


@pytest.mark.parametrize(
    ("name", "categories", "of"),
    [
        ("item", {"offline": 1}, {"item"}),
        ("thrown", {"service": 5}, {"call"}),
        ("denied", {"access": 5}, {"call"}),
    ],
)
def test_failed_entries_have_a_category(name: str, categories: dict[str, int], of: set[str], run: Run) -> None:
    result = run.of(name, "unpin").result
    check_form(result)
    failed = [entry for entry in result["entries"] if entry["status"] == "failed"]
    assert {entry["result_of"] for entry in failed} == of
    assert set(failed[0]["result"]) == {"code", "hresult", "name", "category", "text"}
    assert run.of(name, "group").result["ansible_facts"]["by_category"] == categories


def test_an_offline_file_is_not_said_to_have_nothing_to_do_with_offline_files(run: Run) -> None:
    result = run.of("item", "unpin").result
    (entry,) = [entry for entry in result["entries"] if entry["status"] == "failed"]
    assert (entry["path"], entry["result"]["name"]) == (REPORT, "ERROR_FILE_OFFLINE")
    (said,) = [warning for warning in result["warnings"] if "ERROR_FILE_OFFLINE" in warning]
    assert "share on DFS for offline" in said
    assert "nothing to do with" not in run.stdout + run.stderr
