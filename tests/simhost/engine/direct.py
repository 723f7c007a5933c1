# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the quick way to run the collection's C#: in the engine, without Ansible's exec wrapper."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simhost.engine.build import Engine, compile_library
from simhost.engine.process import EngineProcess
from simhost.host_call import SPEC

SOURCES = tuple(sorted(Path(__file__).resolve().parents[3].glob("plugins/module_utils/*.cs")))
"""The C# of the collection."""
BASIC = (
    "namespace Ansible.Basic { public class AnsibleModule { public static string ToJson(object o) { return null; } } }"
)
"""In the place of Ansible's own C#, which only jobs need; they are not run so."""
_USAGE_SECONDS = 10
_NAMESPACE = "ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles"

# A task in each line. Gives the arguments the types that Ansible.Basic gives them.
_SCRIPT = f"""
$ErrorActionPreference = 'Stop'
$env:ProgramData = $env:SIMHOST_PROGRAM_DATA
Add-Type -Path $env:SIMHOST_LIBRARY
while ($line = [Console]::In.ReadLine()) {{
    $task = $line | ConvertFrom-Json -AsHashtable
    if ($task.usage) {{
        $self = [System.Diagnostics.Process]::GetCurrentProcess()
        $usage = @{{ peak = $self.PeakWorkingSet64; cpu = $self.TotalProcessorTime.TotalSeconds }}
        [Console]::Out.WriteLine(($usage | ConvertTo-Json -Compress))
        [Console]::Out.Flush()
        continue
    }}
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
    """The C#, compiled and loaded once: a context manager that answers requests in turn.

    :raises simhost.engine.EngineError: it does not compile.
    """

    def __init__(self, engine: Engine, sources: Sequence[Path] = SOURCES) -> None:
        self._engine = engine
        self._folder = tempfile.TemporaryDirectory(prefix="simhost-direct-")
        self._library = Path(self._folder.name, "OfflineFiles.dll")
        basic = Path(self._folder.name, "Basic.cs")
        basic.write_text(BASIC, encoding="utf-8")
        compile_library(engine.pwsh, [basic, *sources], self._library, [engine.management])
        self._process: EngineProcess | None = None

    def __enter__(self) -> DirectHost:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._folder.cleanup()

    def answer(
        self, address: str, session: str, request: Mapping[str, Any], check_mode: bool = False, timeout: float = 120
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
            said = process.ask(task, timeout)
        except ValueError as error:
            self._stop()
            raise DirectError(str(error)) from None
        if "thrown" in said:
            raise DirectError(said["thrown"])
        answer: dict[str, Any] = said["answer"]
        return answer

    def peak_memory(self) -> int:
        """Most memory that the engine has had so far, in kilobytes; 0 when it does not run."""
        return int(self._usage().get("peak", 0)) // 1024

    def cpu_seconds(self) -> float:
        """CPU time that the engine has had so far; 0 when it does not run."""
        return float(self._usage().get("cpu", 0))

    def _usage(self) -> dict[str, Any]:
        return self._process.ask({"usage": True}, _USAGE_SECONDS) if self._process is not None else {}

    def _start(self) -> EngineProcess:
        # Wine has a ProgramData of its own, whatever the environment says.
        folder = self._engine.path(Path(self._folder.name))
        variables = {"SIMHOST_LIBRARY": str(self._library), "SIMHOST_PROGRAM_DATA": folder}
        return EngineProcess(self._engine, _SCRIPT, Path(self._folder.name), variables)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.stop()
