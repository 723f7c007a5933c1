# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the quick way to run OfflineFiles.cs: in the engine, over the double, without Ansible's exec wrapper."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simhost.engine.build import Engine, compile_library
from simhost.host_call import SPEC

SOURCE = Path(__file__).resolve().parents[3] / "plugins" / "module_utils" / "OfflineFiles.cs"
"""The C# of the collection."""
NAMESPACE = "ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles"

# Gives the arguments the types that Ansible.Basic gives them.
_SCRIPT = f"""
$ErrorActionPreference = 'Stop'
$task = [Console]::In.ReadToEnd() | ConvertFrom-Json -AsHashtable
Add-Type -Path $task.library
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
$answer = [{NAMESPACE}.Host]::Answer($request, $task.check_mode, "$($PSVersionTable.PSVersion)")
[Console]::Out.Write(($answer | ConvertTo-Json -Depth 10 -Compress))
"""


class DirectError(RuntimeError):
    """The host part threw, or its process ended without an answer."""


class DirectHost:
    """OfflineFiles.cs, compiled once against the double into `folder`.

    :raises simhost.engine.EngineError: it does not compile.
    """

    def __init__(self, engine: Engine, folder: Path, source: Path = SOURCE) -> None:
        self._engine = engine
        self._library = folder / "OfflineFiles.dll"
        compile_library(engine.pwsh, [source], self._library, [engine.double])

    def answer(
        self, address: str, session: str, request: Mapping[str, Any], check_mode: bool = False, timeout: float = 60
    ) -> dict[str, Any]:
        """The `answer` of docs/host_contract.md.

        :param address: of the simulated WMI, `host:port`.
        :param session: its token.
        :param request: options of host_call; absent ones get their defaults.
        :raises DirectError: there was no answer.
        :raises subprocess.TimeoutExpired: it took longer than `timeout` seconds.
        """
        full = {name: request.get(name, option.get("default")) for name, option in SPEC.items()}
        task = {"library": str(self._library), "request": full, "check_mode": check_mode}
        environment = {**os.environ, **self._engine.environment, "SIMHOST_WMI": address, "SIMHOST_SESSION": session}
        done = subprocess.run(
            [str(self._engine.pwsh), "-NoProfile", "-NonInteractive", "-Command", _SCRIPT],
            input=json.dumps(task),
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        if done.returncode != 0 or not done.stdout.startswith("{"):
            raise DirectError(done.stderr or done.stdout or f"exit code {done.returncode}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
