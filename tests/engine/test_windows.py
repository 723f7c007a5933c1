# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only the Windows host can show: Microsoft's System.Management, and what a command leaves running."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simhost import scenario, shorthand
from simhost.accounts import Accounts
from simhost.backend import Command, Output
from simhost.behaviour import from_mapping
from simhost.engine import EngineBackend
from simhost.engine.build import SCHEMA, Engine
from simhost.engine.process import kill_marked
from simhost.testing import SimHost, run_ansible

SCENARIO = Path(__file__).resolve().parents[1] / "simhost" / "scenarios" / "small.yml"
USERS = "\\\\fs01\\users"
JOB_SECONDS = 120


def made(engine: Engine) -> EngineBackend:
    return EngineBackend(scenario.load(SCENARIO).host, Accounts({"CORP\\alice": "Wonderland-1"}), engine, limit=100)


def run(backend: EngineBackend, script: str, user: str = "CORP\\alice") -> str:
    out = Output()
    code = backend.run(Command(f'powershell -NoProfile -NonInteractive -Command "{script}"', b"", user), out)
    out.finish(code)
    streams, _code = out.take(1_000_000, 0)
    assert code == 0, streams
    return streams.get("stdout", b"").decode()


def lives(pid: int) -> bool:
    try:
        return Path("/proc", str(pid), "cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def until(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.1)
    return done()


@pytest.fixture
def backend(engine: Engine) -> Iterator[EngineBackend]:
    running = made(engine)
    yield running
    running.close()


def test_system_management_is_microsofts(backend: EngineBackend) -> None:
    said = run(
        backend,
        "$assembly = [System.Management.ManagementObject].Assembly; "
        "$key = [BitConverter]::ToString($assembly.GetName().GetPublicKeyToken()); "
        "[Diagnostics.FileVersionInfo]::GetVersionInfo($assembly.Location).CompanyName, $key, $IsWindows",
    )
    assert said.split("\r\n") == ["Microsoft Corporation", "B0-3F-5F-7F-11-D5-0A-3A", "True", ""]


def test_the_classes_are_those_of_our_schema(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    schema["Win32_OfflineFilesCache"]["methods"]["Rename"] = {"in": {"To": "string"}}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    script = (
        "foreach ($name in 'Rename', 'Unpin') { "
        "([wmiclass]'root\\cimv2:Win32_OfflineFilesCache').GetMethodParameters($name).Properties.Name -join ',' }"
    ).replace("[wmiclass]", "[System.Management.ManagementClass]")
    monkeypatch.setattr("simhost.engine.build.SCHEMA", tmp_path / "schema.json")
    running = made(engine)
    try:
        assert run(running, script).split() == ["To", "Paths,Flags,Deep"]
    finally:
        running.close()


def test_a_command_ends_with_its_process_and_what_it_left_with_the_host(backend: EngineBackend) -> None:
    # It holds the pipes of the command for a minute.
    left = (
        "$pwsh = (Get-Process -Id $PID).Path; "
        "$left = [Diagnostics.ProcessStartInfo]::new($pwsh, '-NoProfile -Command Start-Sleep 60'); "
        "$left.UseShellExecute = $false; $null = [Diagnostics.Process]::Start($left); 'started'"
    )
    began = time.monotonic()
    assert run(backend, left).strip() == "started"
    assert time.monotonic() - began < 50
    sleeping = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if b"Start-Sleep 60" in _read(folder / "cmdline").replace(b"\0", b" ")
        and backend._folder.name.encode() in _read(folder / "environ")
    ]
    assert sleeping
    folder = backend._folder.name
    backend.close()
    assert until(lambda: not any(map(lives, sleeping)), 10)
    assert (kill_marked("SIMHOST_BACKEND", folder), os.path.isdir(folder)) == ([], False)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def start_job(simhost: SimHost, folder: Path, collections: Path, **request: Any) -> Path:
    """Start host_call as an async task, and return the file in which its result will stand."""
    full = {"method": "Unpin", "paths": USERS, "flags": [0x20], "deep": True, "read": False, **request}
    jobs = folder / "jobs"
    where = "Z:" + str(jobs).replace("/", "\\")
    variables = {"ansible_async_dir": where, "ansible_win_async_startup_timeout": 60}
    options = ["-B", str(JOB_SECONDS), "-P", "0", "-e", json.dumps(variables)]
    module = ["-m", "winops.offline_files.host_call", "-a", json.dumps(shorthand.request(full))]
    command = ("ansible", "winhost", "-i", str(simhost.inventory), *module, *options)
    done = run_ansible(*command, home=folder, collections=collections, timeout=JOB_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    started = json.loads(done.stdout.partition("=>")[2])
    assert (started["started"], started["finished"]) in ((1, 0), (True, False))
    return jobs / str(started["ansible_job_id"])


def finished(file: Path) -> bool:
    return bool(json.loads(file.read_text(encoding="utf-8-sig") or "{}").get("finished"))


@pytest.mark.core
@pytest.mark.timeout(3 * JOB_SECONDS)
def test_an_async_task_goes_on_when_its_shell_is_gone(engine: Engine, collections: Path, tmp_path: Path) -> None:
    with SimHost(SCENARIO, backend="windows") as simhost:
        # Nobody but the detached process is there when the call comes to its end.
        simhost.host.behaviour = from_mapping({"late_text_ms": 3000, "texts_after_completed": 1})
        file = start_job(simhost, tmp_path, collections, last="1:")
        assert until(lambda: finished(file), JOB_SECONDS)
        result = json.loads(file.read_text(encoding="utf-8-sig"))
        (call,) = simhost.host.calls
    assert (call["method"], call["user"]) == ("Unpin", "CORP\\alice")
    assert result["answer"]["calls"][0]["returned"] is not None
    (notes,) = (item for item in simhost.host.snapshot()["items"] if item["path"].endswith("\\alice\\notes.txt"))
    assert "user" not in notes["pins"]
