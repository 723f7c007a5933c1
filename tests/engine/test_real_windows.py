# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a real Windows would be asked, asked of the simulated WMI: the transcripts are of the form that others read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine import real_windows

from simhost import scenario
from simhost.engine.build import Engine
from simhost.wire import WireServer

SCENARIOS = Path(scenario.__file__).parent / "scenarios"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["inventory", "absent"])
def test_a_windows_is_asked_and_its_answers_are_kept(engine: Engine, tmp_path: Path, name: str) -> None:
    with WireServer(scenario.load(SCENARIOS / f"{name}.yml").host) as wire:
        results = real_windows.record(engine, tmp_path, wire.address, wire.open_session("CORP\\alice"))
    assert set(results) == {"cache_info", "item_info"}
    assert not [result for result in results.values() if "problem" in result]
    assert results["item_info"]["complete"] is (name == "inventory")
    for module in results:
        text = (tmp_path / f"{module}.json").read_text(encoding="utf-8")
        kept = json.loads(text)
        assert kept["format"] == 1
        assert kept["task"]["module"] == f"winops.offline_files.{module}"
        assert kept["exchanges"][0]["result"]["answer"]["contract"] >= 1
        assert "alice" not in text
