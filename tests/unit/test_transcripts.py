# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plays every transcript in test_data/transcripts: NAME.json must lead to what NAME.expected.yml says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from unit import replay
from unit.host_answers import TEST_DATA

FILES = sorted((TEST_DATA / "transcripts").glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_transcript_leads_to_what_is_expected(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    seen = replay.summary(*replay.load(file).play())
    expectation = file.with_suffix(".expected.yml")
    text = expectation.read_text(encoding="utf-8") if expectation.is_file() else ""
    how = f"If this is right, {expectation.name} must be:\n{replay.as_yaml(seen)}"
    assert yaml.safe_load(text) == seen, how


def test_every_expectation_has_its_transcript() -> None:
    expected = {file.name.removesuffix(".expected.yml") for file in (TEST_DATA / "transcripts").glob("*.yml")}
    assert expected == {file.stem for file in FILES}
    assert FILES


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "a transcript of format 2 cannot be read, only format 1"),
        ({"task": {"module": "a.b.c"}}, "a transcript of a.b.c cannot be played, only of: winops.offline_files.unpin"),
    ],
)
def test_what_cannot_be_played_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replay.from_data({"format": 1, "task": {}, "exchanges": [], **changes})
