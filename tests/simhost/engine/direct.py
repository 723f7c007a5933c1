# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the quick way to run the collection's C#: in the engine, over the double, without Ansible's exec wrapper."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simhost.engine.build import Engine, compile_library
from simhost.host_call import SPEC

SOURCES = tuple(sorted(Path(__file__).resolve().parents[3].glob("plugins/module_utils/*.cs")))
"""The C# of the collection."""
_NAMESPACE = "ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles"
_END_SECONDS = 5

# A task in each line. Gives the arguments the types that Ansible.Basic gives them.
_SCRIPT = f"""
$ErrorActionPreference = 'Stop'
Add-Type -Path $env:SIMHOST_LIBRARY
while ($line = [Console]::In.ReadLine()) {{
    $task = $line | ConvertFrom-Json -AsHashtable
    $env:SIMHOST_WMI, $env:SIMHOST_SESSION = $task.address, $task.session
    $request = @{{}}
    foreach ($name in $task.request.Keys) {{
        $value = $task.request[$name]
        if ($value -is [long]) {{ $value = [int]$value }}
        if ($value -is [array]) {{
            $list = [System.Collections.Generic.List[object]]::new()
            foreach ($one in $value) {{ $list.Add($(if ($one -is [long]) {{ [int]$one }} else {{ $one }})) }}
            $value = $list
        }}
        $request[$name] = $value
    }}
    try {{
        $answer = [{_NAMESPACE}.Host]::Answer($request, $task.check_mode, "$($PSVersionTable.PSVersion)")
        $said = @{{ answer = $answer }}
    }} catch {{
        $said = @{{ thrown = "$_" }}
    }}
    [Console]::Out.WriteLine(($said | ConvertTo-Json -Depth 10 -Compress))
    [Console]::Out.Flush()
}}
"""


class DirectError(RuntimeError):
    """The host part threw, or there was no answer."""


class DirectHost:
    """The C#, compiled against the double and loaded once: a context manager that answers requests in turn.

    :raises simhost.engine.EngineError: it does not compile.
    """

    def __init__(self, engine: Engine, sources: Sequence[Path] = SOURCES) -> None:
        self._engine = engine
        self._folder = tempfile.TemporaryDirectory(prefix="simhost-direct-")
        self._library = Path(self._folder.name, "OfflineFiles.dll")
        compile_library(engine.pwsh, sources, self._library, [engine.double])
        self._errors = Path(self._folder.name, "stderr")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> DirectHost:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._folder.cleanup()

    def answer(
        self, address: str, session: str, request: Mapping[str, Any], check_mode: bool = False, timeout: float = 50
    ) -> dict[str, Any]:
        """The `answer` of docs/host_contract.md.

        :param address: of the simulated WMI, `host:port`.
        :param session: its token.
        :param request: options of host_call; absent ones get their defaults.
        :param timeout: seconds to wait for the answer.
        :raises DirectError: the host part threw, or there was no answer in time.
        """
        full = {name: request.get(name, option.get("default")) for name, option in SPEC.items()}
        task = {"address": address, "session": session, "request": full, "check_mode": check_mode}
        process = self._process = self._process or self._start()
        try:
            said = json.loads(self._exchange(process, json.dumps(task).encode() + b"\n", timeout))
        except (OSError, ValueError) as error:
            self._stop()
            raise DirectError(f"{error}; {self._errors.read_text(encoding='utf-8', errors='replace')}") from None
        if "thrown" in said:
            raise DirectError(said["thrown"])
        answer: dict[str, Any] = said["answer"]
        return answer

    def peak_memory(self) -> int:
        """Most memory that the engine has had so far, in kilobytes; 0 when it does not run."""
        if self._process is None:
            return 0
        status = Path("/proc", str(self._process.pid), "status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))

    def _start(self) -> subprocess.Popen[bytes]:
        # The runtime's sockets for debuggers go where the folder's end is theirs, also when the process is killed.
        own = {"SIMHOST_LIBRARY": str(self._library), "TMPDIR": self._folder.name, "DOTNET_EnableDiagnostics": "0"}
        environment = {**os.environ, **self._engine.environment, **own}
        with self._errors.open("wb") as errors:
            return subprocess.Popen(
                [str(self._engine.pwsh), "-NoProfile", "-NonInteractive", "-Command", _SCRIPT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
            )

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], task: bytes, timeout: float) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise ValueError("no pipes")
        process.stdin.write(task)
        process.stdin.flush()
        line = bytearray()
        deadline = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(deadline - time.monotonic()):
                    raise TimeoutError(f"no answer within {timeout} s")
                piece = os.read(process.stdout.fileno(), 1 << 20)
                if not piece:
                    raise ValueError("the engine has ended")
                line += piece
        return bytes(line)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # The script ends with its input, unless something in it hangs.
        try:
            process.communicate(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate(timeout=_END_SECONDS)
