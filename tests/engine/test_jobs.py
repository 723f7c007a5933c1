# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs of the real host part as Ansible's own async wrapper starts them; on Linux the backend does its work."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from engine.conftest import WINDOWS

from simhost import shorthand
from simhost.backend import Command, Output
from simhost.behaviour import from_mapping
from simhost.engine.build import Engine
from simhost.testing import SimHost, run_ansible

pytestmark = pytest.mark.timeout(900)

SCENARIO = Path(__file__).resolve().parents[1] / "simhost" / "scenarios" / "small.yml"
JOB = "0123456789abcdef" * 2
SECONDS = 240
UNPIN: Mapping[str, Any] = {
    "method": "Unpin",
    "paths": "\\\\fs01\\users",
    "flags": [0x20],
    "deep": True,
    "last": "1:",
    "timeout": 0,
    "tally": ["3:"],
    "about": {"method": "Unpin"},
    "job": JOB,
    "job_step": "run",
}


class Pc:
    """A served host, and its files as they lie in its folder."""

    def __init__(self, simhost: SimHost, home: Path, collections: Path) -> None:
        self.simhost, self._home, self._collections = simhost, home, collections
        folder = Path(simhost._stage.backend()._folder.name)  # type: ignore[attr-defined]
        self.data, self.results = folder / "ProgramData", folder / "async"

    def start(self) -> dict[str, Any]:
        """Core's answer to the start of a job."""
        module = ["-m", "winops.offline_files.host_call", "-a", json.dumps(shorthand.request(UNPIN))]
        slow = ["-e", json.dumps({"ansible_win_async_startup_timeout": 60})]
        command = ("ansible", "winhost", "-i", str(self.simhost.inventory), *module, "-B", "3600", "-P", "0", *slow)
        done = run_ansible(*command, home=self._home, collections=self._collections, timeout=SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        started: dict[str, Any] = json.loads(done.stdout.partition("=>")[2])
        return started

    def journal(self) -> Path:
        (file,) = self.data.glob(f"winops.offline_files.{JOB}.*.job")
        return file

    def state(self) -> dict[str, Any]:
        """Of the one journal; empty where there is none, or nothing in it."""
        for file in self.data.glob("*.job"):
            head = file.read_bytes()[:4096].rstrip(b"\0 ")
            return dict(json.loads(head)) if head else {}
        return {}

    def acl(self) -> tuple[str, str]:
        """Owner and rights of the journal as Windows has them."""
        backend, out = self.simhost._stage.backend(), Output()
        path = "Z:" + str(self.journal()).replace("/", "\\")
        script = f"(Get-Acl -LiteralPath '{path}').Sddl"
        backend.run(Command(f'powershell -NoProfile -NonInteractive -Command "{script}"', b"", "CORP\\alice"), out)
        out.finish(0)
        sddl = out.take(1_000_000, 0)[0].get("stdout", b"").decode().strip()
        parts = re.fullmatch(r"O:(.*?)(?:G:.*?)?(D:.*)", sddl)
        assert parts, sddl
        return parts[1], parts[2]

    def files(self) -> list[str]:
        return [*(file.name for file in self.data.iterdir()), *(file.name for file in self.results.iterdir())]


@pytest.fixture
def pc(engine: Engine, collections: Path, tmp_path: Path) -> Iterator[Pc]:
    with SimHost(SCENARIO, backend="windows" if WINDOWS else "engine") as simhost:
        yield Pc(simhost, tmp_path, collections)


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.core
def test_a_job_waits_until_it_is_dropped_and_leaves_nothing(pc: Pc) -> None:
    pc.simhost.host.behaviour = from_mapping({"item_delay_ms": 700})
    started = pc.start()
    assert (started["started"], started["finished"]) in ((1, 0), (True, False))
    until(lambda: pc.state().get("phase") == "ended")
    # Nobody but the detached process has been there for most of the texts.
    assert (pc.state()["tally"], pc.state()["about"], pc.state()["error"]) == ([7], UNPIN["about"], None)
    answer = json.loads(pc.journal().read_bytes()[4096:])
    assert answer["calls"][0]["texts"] == 16
    # Core's watchdog has written nothing so far, nor does it afterwards.
    results = pc.results / started["ansible_job_id"]
    assert json.loads(results.read_text(encoding="utf-8"))["finished"] is False
    assert (results.name in pc.files(), len(pc.files())) == (True, 2)
    with pc.journal().open("r+b") as journal:
        journal.truncate(0)
    # On Wine pwsh.exe starts itself anew for want of a console: core's number is not that of the module's process.
    left = [results.name] if WINDOWS else []
    until(lambda: pc.files() == left)
    time.sleep(1)
    assert (pc.files(), len(pc.simhost.host.calls)) == (left, 1)
    if left:
        assert json.loads(results.read_text(encoding="utf-8"))["finished"] is False


def test_a_killed_job_takes_its_files_along(pc: Pc) -> None:
    pc.simhost.host.behaviour = from_mapping({"hang_after_items": 2})
    started = pc.start()
    until(lambda: pc.state().get("tally") == [2])
    assert (pc.state()["phase"], len(pc.files())) == ("call", 3)
    before = pc.state()["ms"]
    until(lambda: pc.state().get("ms", 0) > before)
    if WINDOWS:
        # As far as Wine can say it: the owner has it, and nobody like Everyone, Users or whoever is logged on.
        owner, rights = pc.acl()
        assert f"(A;;FA;;;{owner})" in rights
        assert re.findall("(?:WD|BU|AU|IU|NU)\\)", rights) == []
    pc.simhost.kill_jobs()
    if WINDOWS:  # on Linux .NET deletes when it closes a file, not when the process ends
        until(lambda: pc.files() == [started["ansible_job_id"]])
    results = pc.results / started["ansible_job_id"]
    assert json.loads(results.read_text(encoding="utf-8"))["finished"] is False
