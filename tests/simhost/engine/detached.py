# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what runs on after its command where core's async wrappers cannot, for they need kernel32: on Linux.

It answers as they do: async_wrapper.ps1 and async_watchdog.ps1 of ansible-core 2.19 to 2.22, which are alike in this.
"""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

from simhost.detached import started
from simhost.engine.process import kill_group

_END_SECONDS = 10


class DetachedProcesses:
    """The processes of one host that live on after their commands, to their end or the host's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[subprocess.Popen[bytes], threading.Thread] = {}

    def start(self, process: subprocess.Popen[bytes], stdin: bytes, folder: Path, job_id: str) -> dict[str, Any]:
        """Have a process that waits for its input begin, and answer as core's wrapper does.

        What it prints stands in its results file afterwards, as the watchdog writes it.

        :param folder: of the results file.
        :param job_id: first part of its name.
        """
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{job_id}.{process.pid}"
        results = folder / name
        answer = started(str(results), name, process.pid)
        results.write_text(json.dumps(answer), encoding="utf-8")
        thread = threading.Thread(target=self._watch, args=(process, stdin, results, answer), daemon=True)
        with self._lock:
            self._running[process] = thread
        thread.start()
        return answer

    def kill(self) -> None:
        """End them at once. Their results files stay as they are."""
        with self._lock:
            running = dict(self._running)
        for process, thread in running.items():
            kill_group(process)
            thread.join(_END_SECONDS)

    def _watch(self, process: subprocess.Popen[bytes], stdin: bytes, results: Path, answer: dict[str, Any]) -> None:
        with process:
            stdout, stderr = process.communicate(stdin)
        with self._lock:
            del self._running[process]
        # The watchdog is a part of the process: one that was killed, or has ended itself, writes nothing.
        if process.returncode >= 0 and stdout.strip():
            told = {**answer, "finished": True, **_result(stdout.decode("utf-8-sig"), stderr)}
            results.write_text(json.dumps(told), encoding="utf-8")


def _result(stdout: str, stderr: bytes) -> dict[str, Any]:
    """What the watchdog takes for the module's result."""
    try:
        result: dict[str, Any] = json.loads(stdout[stdout.index("{") : stdout.rindex("}") + 1])
    except ValueError as error:
        message = f"failure during async watchdog: {error}"
        return {"failed": True, "msg": message, "stdout": stdout, "stderr": stderr.decode("utf-8", "replace")}
    return result
