# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The simulated host that plays a transcript: answers in order, and a clear word for a request that is another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.host.pack import unpack
from simhost.replay import Replay, ReplayError
from simhost.scenario import ScenarioError, load

RECORDS = {1: ["0\t\\\\s\\a"], 2: ["3:0::[\\\\s\\a]", "\x01\0"]}
ANSWER = {"before": {"rows": 1, "records": RECORDS[1]}, "calls": [{"texts": 2, "records": RECORDS[2]}]}
REQUEST = {"method": "Unpin", "paths": ["\\\\s\\a", "\\\\s\\b"], "arguments": [{"Flags": 32}], "deep": True}
ASKED: dict[str, Any] = {**REQUEST, "paths": "\\\\s\\a\n\\\\s\\b"}
EXCHANGES = [
    {"request": REQUEST, "result": {"changed": False, "answer": ANSWER}, "problem": None},
    {"request": {**REQUEST, "method": None}, "result": None, "problem": "It broke."},
]


def _text(**changes: Any) -> str:
    return json.dumps({"format": 1, "task": {}, "exchanges": EXCHANGES, **changes})


def test_answers_come_in_their_order_and_packed() -> None:
    host = Replay(_text())
    first = host.run(ASKED, check_mode=False)
    assert first["changed"] is False
    for part, records in ((first["answer"]["before"], 1), (first["answer"]["calls"][0], 2)):
        assert [one for batch in unpack(part["data"], records) for one in batch] == RECORDS[records]
    second = host.run(ASKED, check_mode=True)
    assert (second["failed"], second["msg"]) == (True, "the recorded host gave no answer: It broke.")
    assert host.run(ASKED, check_mode=True)["msg"] == "the transcript has 2 answers, and the host was asked once more"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"paths": "//s/c"}, r"has paths ['\\\\s\\a', '\\\\s\\b'], not ['//s/c']"),
        ({"arguments": [{"Flags": 64}]}, "has arguments [{'Flags': 32}], not [{'Flags': 64}]"),
        ({"deep": False}, "has deep True, not False"),
        ({"method": "Pin"}, "has method 'Unpin', not 'Pin'"),
    ],
)
def test_another_request_is_refused_and_uses_up_no_answer(change: dict[str, Any], words: str) -> None:
    host = Replay(_text())
    refused = host.run({**ASKED, **change}, check_mode=False)
    assert refused["failed"]
    assert refused["msg"] == f"request 1 of the transcript {words}"
    assert "answer" in host.run(ASKED, check_mode=False)


def test_damaged_records_are_damaged_again() -> None:
    damaged = {"texts": 1, "records": ["3:0::[x]"], "damaged": "why"}
    answer = {"answer": {"calls": [damaged]}}
    host = Replay(_text(exchanges=[{"request": REQUEST, "result": answer, "problem": None}]))
    (call,) = host.run(ASKED, check_mode=False)["answer"]["calls"]
    assert sorted(call) == ["data", "texts"]
    with pytest.raises(ContractError, match="ends too early"):
        list(unpack(call["data"], 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "it is no transcript"), ("{}", "it is no transcript"), (_text(format=9), "it has format 9, only format 1")],
)
def test_what_is_no_transcript_is_refused(text: str, words: str) -> None:
    with pytest.raises(ReplayError, match=words):
        Replay(text)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("replay: gone.json", "replay: .*gone.json cannot be read"),
        ("replay: bad.json", "replay: .*bad.json: it is no transcript"),
        ("replay: good.json\ncache: {}\nbehaviour: {}", "there can be no behaviour and no cache"),
        ("replay: 7", "expected a text"),
    ],
)
def test_a_scenario_says_what_is_wrong_with_its_transcript(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(_text(), encoding="utf-8")
    (tmp_path / "bad.json").write_text("[]", encoding="utf-8")
    (tmp_path / "s.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        load(tmp_path / "s.yml")


def test_a_scenario_finds_the_transcript_beside_it(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(_text(), encoding="utf-8")
    (tmp_path / "s.yml").write_text("replay: good.json", encoding="utf-8")
    played = load(tmp_path / "s.yml").replay
    assert played is not None
    assert "answer" in played.run(ASKED, check_mode=False)
