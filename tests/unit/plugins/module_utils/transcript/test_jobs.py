# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of what a transcript has of jobs: what they do, and no name of a user, a path or a request."""

from __future__ import annotations

import json
import typing as t

import pytest
from unit.host_answers import DEFAULT_OPTIONS, answer

from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import Exchange, read
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.transcript.transcript import Task, transcript

OPTIONS = {**DEFAULT_OPTIONS, "paths": ["//fs01/users"]}
REQUEST = Invocation.from_options(UNPIN, OPTIONS).request().options()
JOB = "81d8adf3fed7062b4a739fb915cf0a81"
STATE = {
    "about": {"method": "Synchronize", "paths": 2, "path": r"\\fs07\secret plans\carol.jones"},
    "began": "2026-11-28T14:37:29Z",
    "ms": 61000,
    "phase": "call",
    "rows": 6,
    "tally": [4, 3],
    "answer": 0,
    "error": None,
}


def _job(state: t.Any = None, **other: t.Any) -> dict[str, t.Any]:
    return {
        "name": f"winops.offline_files.{JOB}.ACME.carol.jones.job",
        "own": False,
        "alive": True,
        "state": json.dumps(STATE) if state is None else state,
        "error": None,
        **other,
    }


def _written(*jobs: t.Any) -> list[t.Any]:
    task = Task("a.b.unpin", OPTIONS, check_mode=False, computers=["PC042"], users=["CORP\\alice"])
    said = answer({"skipped": "busy", "jobs": list(jobs)})
    (exchange,) = transcript(task, [Exchange(REQUEST, said)], {})["exchanges"]
    return t.cast(list[t.Any], exchange["result"]["answer"]["jobs"])


def test_a_job_loses_its_names_and_keeps_what_it_did() -> None:
    (written,) = _written(_job())
    text = json.dumps(written).lower()
    for name in ("acme", "carol", "jones", "fs07", "secret", "plans", JOB):
        assert name not in text, name
    (journal,) = read(answer({"skipped": "busy", "jobs": [written], "locked": True}), paths=1).jobs.journals
    progress = journal.progress
    assert progress
    assert (progress.method, progress.phase, progress.began, progress.seconds, progress.known, progress.tally) == (
        "Synchronize",
        "call",
        "2026-11-28T14:37:29Z",
        61,
        6,
        (4, 3),
    )
    assert (journal.user, progress.path) == (r"DOMAIN2\user2.user3", r"\\server2\share2 name1\user2.user3")
    assert len(journal.job) == len(JOB)


def test_the_same_job_has_the_same_name_in_all_places() -> None:
    first, second = _written(_job(), _job(name=f"winops.offline_files.{JOB}.CORP.alice.job"))
    assert first["name"].split(".")[2] == second["name"].split(".")[2]
    assert second["name"].endswith(".DOMAIN1.user1.job")


@pytest.mark.parametrize(
    "state",
    ["carol.jones", '"carol"', '["carol"]', '{"path": "carol"', "[" * 4000],
)
def test_what_is_no_state_leaves_only_its_length(state: str) -> None:
    (written,) = _written(_job(state))
    assert written["state"] == f"({len(state)} characters)"


@pytest.mark.parametrize("state", ["", None])
def test_a_state_that_is_empty_or_cannot_be_read_stays_so(state: str | None) -> None:
    error = {"code": 0x80070005, "message": r"Access to the path 'C:\ProgramData\x.ACME.carol' is denied."}
    (written,) = _written(_job(state or "", error=error) if state is not None else {**_job(), "state": None})
    assert written["state"] == state
    assert "carol" not in json.dumps({**written, "state": None, "name": ""}).lower()


def test_why_an_answer_could_not_be_kept_loses_its_names() -> None:
    error = {"code": 0x80070070, "message": r"carol.jones has no room on \\fs07\secret plans"}
    (written,) = _written(_job(json.dumps({**STATE, "error": error})))
    told = json.loads(written["state"])["error"]
    assert told["code"] == error["code"]
    assert not {"carol", "jones", "fs07", "secret"} & set(told["message"].replace(".", " ").replace("\\", " ").split())


@pytest.mark.parametrize("broken", [7, "ACME\\carol", ["ACME\\carol"], {"name": "ACME\\carol", "state": ["x"]}, None])
def test_jobs_that_are_none_are_recorded_too(broken: t.Any) -> None:
    (written,) = _written(broken)
    assert type(written) is type(broken)
    assert "carol" not in json.dumps(written)
