# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the job that cache_info tells of."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import answer
from unit.job_rows import BEGAN, NAME, job

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration
from ansible_collections.winops.offline_files.plugins.module_utils.lines import of_job

OTHER, THIRD = "0" * 32, "1" * 32
EARLIER = "2026-11-27T23:59:59Z"
DEAD: dict[str, t.Any] = {"alive": False}


def _result(*jobs: dict[str, t.Any], locked: bool | None = None) -> dict[str, t.Any]:
    """The result for some jobs; without *locked* a job is at work where one of them may be."""
    may_work = any('"phase": "ended"' not in (one["state"] or "") and one["alive"] for one in jobs)
    raw = answer({"skipped": "no_method", "jobs": list(jobs), "locked": may_work if locked is None else locked})
    return configuration.make(host.read(raw, paths=0))[0]


def test_a_job_that_runs() -> None:
    result = _result(job())
    assert result["job"] == {
        "name": NAME,
        "state": "running",
        "own": True,
        "method": "Unpin",
        "user": r"CORP\alice",
        "began": BEGAN,
        "seconds": 61,
        "done": 4,
        "failed": 1,
        "known": 6,
        "paths": 1,
        "path": r"\\fs01\users",
    }
    assert configuration.facts(result)["offline_files"]["job"] == result["job"]


@pytest.mark.parametrize(
    ("jobs", "name", "state"),
    [
        ([], None, None),
        ([job("ended", name=OTHER), job("call"), job("ended", name=THIRD)], NAME, "running"),
        ([job("before", began=EARLIER), job("ended", name=OTHER)], NAME, "running"),
        (
            [job("ended", began=EARLIER), job("ended", name=OTHER), job("ended", name=THIRD, began=EARLIER)],
            OTHER,
            "ended",
        ),
        ([job("ended", **DEAD), job("call", name=OTHER, **DEAD)], NAME, "ended"),
        ([job("call", began=EARLIER, **DEAD), job("after", name=OTHER, **DEAD)], OTHER, "died"),
    ],
)
def test_the_one_that_says_most_is_told(jobs: list[dict[str, t.Any]], name: str | None, state: str | None) -> None:
    told = _result(*jobs)["job"]
    assert (told and (told["name"], told["state"])) == (name and (name, state))


def test_one_that_is_about_to_end_is_none() -> None:
    assert _result({**job(), "state": ""}, {**job(), "state": "", "alive": False}, locked=False)["job"] is None


@pytest.mark.parametrize("jobs", [[], [{**job(), "state": ""}], [job("ended")], [job("call", alive=False)]])
def test_one_of_which_nothing_can_be_seen_runs(jobs: list[dict[str, t.Any]]) -> None:
    told = _result(*jobs, locked=True)["job"]
    assert {key: value for key, value in told.items() if value is not None} == {
        "state": "running",
        "done": 0,
        "failed": 0,
    }
    assert of_job(told) == ["job in the background, running: as somebody, more cannot be read of it"]


def test_one_of_another_user_whose_journal_cannot_be_read() -> None:
    told = _result(job(None, user=r"CORP\bob", own=False))["job"]
    assert (told["user"], told["own"], told["method"], told["path"]) == (r"CORP\bob", False, None, None)


def test_one_that_cannot_be_read_runs_only_while_something_is_at_work() -> None:
    assert _result(job(None, own=False), locked=False)["job"] is None
    assert _result(job("ended"), job(None, name=OTHER, own=False))["job"]["name"] == OTHER
    assert _result(job("ended"), job(None, name=OTHER, own=False), locked=False)["job"]["name"] == NAME


def test_a_host_without_an_answer_has_none() -> None:
    assert configuration.empty()["job"] is None


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            job(),
            r"job in the background of the task's user, running: Unpin \\fs01\users, since 2026-11-28T14:37:29Z, "
            r"as CORP\alice, 4 items done, 1 failed",
        ),
        (
            job(
                "ended",
                about={"method": "Synchronize", "paths": 3, "path": "\\\\fs01\\a\x1b[31m"},
                tally=[1, 1, 0, 0, 0],
            ),
            r"job in the background of the task's user, its result waits to be fetched: Synchronize "
            r"\\fs01\a<U+001B>[31m and 2 more paths, since 2026-11-28T14:37:29Z, as CORP\alice, 1 item done, 0 failed",
        ),
        (
            job("call", user=r"CORP\bob", own=False, **DEAD),
            r"job in the background of another user, broken off, without a result: Unpin \\fs01\users, since "
            r"2026-11-28T14:37:29Z, as CORP\bob, 4 items done, 1 failed",
        ),
        (
            job(None, user=r"CORP\bob", own=False),
            r"job in the background of another user, running: as CORP\bob, more cannot be read of it",
        ),
    ],
)
def test_its_line(found: dict[str, t.Any], line: str) -> None:
    assert of_job(_result(found)["job"]) == [line]
    assert of_job(None) == []
