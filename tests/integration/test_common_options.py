# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that every module has, set once for the group, on hosts where Offline Files is missing, off or neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.fleet import Fleet, Run, scenario
from unit.host_answers import answer

from simhost import host_call
from simhost.backend import Emulation
from simhost.stage import HOST_CALL

pytestmark = pytest.mark.timeout(120)

GROUP = "group/winops.offline_files.offline_files"
TASKS: list[dict[str, Any]] = [
    {"name": "cache_info", "winops.offline_files.cache_info": {}},
    {"name": "item_info", "winops.offline_files.item_info": {}},
    {"name": "unpin", "winops.offline_files.unpin": {"paths": "//fs01/users"}},
]
MODULES = [task["name"] for task in TASKS]
ABSENT = {"not_found": 0x80041002, "not_valid": 0x80041010, "no_namespace": 0x8004100E}
"""What WMI may say where the class is missing, by name of a host that does."""


def _without_class(code: int) -> Emulation:
    nothing = {"found": False, "enabled": None, "active": None, "location": None}
    cache = {**nothing, "error": {"code": code, "message": ""}}
    return Emulation(lambda _call: answer({"cache": cache, "skipped": "unavailable"}), host_call.SPEC)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("common")) as fleet:
        for name, code in ABSENT.items():
            fleet.add(name, None, extra={HOST_CALL: _without_class(code)})
        fleet.add("off", scenario(host={"enabled": False, "active": False}))
        fleet.add("here", scenario())
        yield fleet


def _play(fleet: Fleet, **defaults: Any) -> Run:
    tasks = [{**task, "ignore_errors": True} for task in TASKS]
    return fleet.play(tasks, keywords={"module_defaults": {GROUP: defaults}}, timeout=100)


@pytest.fixture(scope="module")
def transcripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transcripts")


@pytest.fixture(scope="module")
def tolerant(fleet: Fleet, transcripts: Path) -> Run:
    """Everything that all modules have, set for the group."""
    return _play(fleet, unavailable="ok", timeout=77, transcript=str(transcripts))


@pytest.fixture(scope="module")
def strict(fleet: Fleet) -> Run:
    """The same with the opposite."""
    return _play(fleet, unavailable="fail")


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("name", [*ABSENT, "off"])
def test_unavailable_is_fine_for_every_module(tolerant: Run, name: str, module: str) -> None:
    told = tolerant.of(name, module)
    assert told.status == "ok", told.result
    begins = "Offline Files is disabled" if name == "off" else "Offline Files is not on this host (WBEM_E_"
    assert told.result["msg"].startswith(begins)
    if module == "cache_info":
        assert told.result["errors"] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_host_that_has_a_cache_takes_the_defaults_too(tolerant: Run, module: str) -> None:
    assert tolerant.of("here", module).status == "ok"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_writes_a_transcript_without_names(tolerant: Run, transcripts: Path, module: str) -> None:
    told = tolerant.of("here", module)
    file = Path(told.result["transcript"])
    assert file.parent == transcripts
    text = file.read_text(encoding="utf-8")
    (exchange,) = json.loads(text)["exchanges"]
    assert exchange["request"]["timeout"] == 77
    assert exchange["result"]["answer"]["cache"]["active"] is True
    for name in ("fs01", "alice", "report.docx", "PC042"):
        assert name not in text


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("name", ["not_found", "off"])
def test_unavailable_may_be_a_failure_for_every_module(strict: Run, name: str, module: str) -> None:
    assert strict.of(name, module).status == "failed"
    assert strict.of("here", module).status == "ok"
