# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the processes of engines: one that stays and answers each line of JSON with a line of JSON, and how they end."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simhost.engine.build import Engine

_END_SECONDS = 5
# Windows PowerShell runs no script file and takes the script's standard input for itself, unless told not to.
_ON_WINDOWS = ["-ExecutionPolicy", "Bypass", "-InputFormat", "None"] if os.name == "nt" else []


class EngineProcess:
    """A running engine.

    :param engine: what runs.
    :param script: reads lines from stdin until it ends, and writes and flushes one line for each.
    :param folder: of the caller, who removes it afterwards; for the engine's temporary files and messages.
    :param variables: added to the environment.
    :raises OSError: it cannot be started.
    """

    def __init__(self, engine: Engine, script: str, folder: Path, variables: Mapping[str, str]) -> None:
        self._errors = folder / "stderr"
        # The runtime's sockets for debuggers go where the folder's end is theirs, also when the process is killed.
        own = {"TMPDIR": str(folder), "DOTNET_EnableDiagnostics": "0"}
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [str(engine.pwsh), "-NoProfile", "-NonInteractive", *_ON_WINDOWS, "-Command", script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **engine.environment, **own, **variables},
                start_new_session=True,
            )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def ask(self, task: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        """Hand over a task and return the answer.

        :param timeout: seconds to wait for it.
        :raises ValueError: there was none in time, or no JSON; the message has what the engine said on stderr.
            Nothing more can be asked then.
        """
        try:
            answer: dict[str, Any] = json.loads(self._exchange(json.dumps(task).encode() + b"\n", timeout))
        except (OSError, ValueError) as error:
            said = self._errors.read_text(encoding="utf-8", errors="replace")
            raise ValueError(f"{error}; {said}") from None
        return answer

    def stop(self) -> None:
        """End it: the script ends with its input, unless something in it hangs."""
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process.wait(_END_SECONDS)
        except (subprocess.TimeoutExpired, OSError):
            kill_group(self._process)
            self._process.wait(_END_SECONDS)

    def kill(self) -> None:
        """End it at once."""
        kill_group(self._process)
        self._process.wait(_END_SECONDS)

    def _exchange(self, task: bytes, timeout: float) -> bytes:
        if self._process.stdin is None:
            raise ValueError("no pipe")
        self._process.stdin.write(task)
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no answer within {timeout} s") from None
        if not line:
            raise ValueError("the engine has ended")
        return line

    def _read(self) -> None:
        """A thread's work, for Windows cannot wait for a pipe: every line, and an empty one at the end."""
        if self._process.stdout is not None:
            with self._process.stdout as lines:
                for line in lines:
                    self._lines.put(line)
        self._lines.put(b"")


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started in a session of its own, if it still runs, with what it started there."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def kill_marked(variable: str, value: str) -> list[int]:
    """End every process that was started with this variable in its environment, or by one that was; return their ids.

    So those too that have left the session of their parent. What Wine starts for itself stays: others need it.
    """
    mark = f"{variable}={value}".encode()
    killed = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark in (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes()
            if marked and not _is_wines(command):
                os.kill(int(folder.name), signal.SIGKILL)
                killed.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has ended by itself, or is somebody else's
    return killed


def _is_wines(command: bytes) -> bool:
    program = command.partition(b"\0")[0]
    return program.lower().startswith(b"c:\\windows\\") or program.rpartition(b"/")[2].startswith(b"wineserver")
