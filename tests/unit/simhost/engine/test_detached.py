# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs on after its command on Linux, with a process that prints what it is told in the place of PowerShell."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simhost.engine.detached import DetachedProcesses

pytestmark = pytest.mark.timeout(30)

_SCRIPT = "import sys; exec(sys.stdin.read())"


@pytest.fixture
def processes() -> Iterator[DetachedProcesses]:
    running = DetachedProcesses()
    yield running
    running.kill()


def _start(processes: DetachedProcesses, folder: Path, script: str) -> dict[str, Any]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", _SCRIPT]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    return processes.start(process, script.encode(), folder / "async", "j7")


def _results(started: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(started["results_file"]).read_text(encoding="utf-8"))
    return found


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_result_comes_into_the_file_of_the_start(processes: DetachedProcesses, tmp_path: Path) -> None:
    wait = f"import os, time\nwhile not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.01)\n"
    started = _start(processes, tmp_path, wait + """print('{"changed": false, "text": "ü"}')""")
    pid = started["ansible_async_watchdog_pid"]
    assert started["results_file"] == str(tmp_path / "async" / f"j7.{pid}")
    assert (started["started"], started["finished"], started["ansible_job_id"]) == (True, False, f"j7.{pid}")
    assert _results(started) == started
    (tmp_path / "go").touch()
    _until(lambda: _results(started) != started)
    assert _results(started) == {**started, "finished": True, "changed": False, "text": "ü"}


def test_what_is_no_result_is_told_as_the_watchdog_does(processes: DetachedProcesses, tmp_path: Path) -> None:
    started = _start(processes, tmp_path, "print('nonsense'); sys.stderr.write('why')")
    _until(lambda: bool(_results(started)["finished"]))
    result = _results(started)
    assert (result["failed"], result["stdout"], result["stderr"]) == (True, "nonsense\n", "why")
    assert result["msg"].startswith("failure during async watchdog: ")


def test_a_process_that_ends_itself_or_is_killed_writes_nothing(processes: DetachedProcesses, tmp_path: Path) -> None:
    ended = _start(processes, tmp_path, "sys.exit(0)")
    killed = _start(processes, tmp_path, """import time; print('{"a": 1}', flush=True); time.sleep(60)""")
    _until(lambda: len(processes._running) == 1)
    processes.kill()
    assert processes._running == {}
    assert (_results(ended), _results(killed)) == (ended, killed)
