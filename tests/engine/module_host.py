# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns one PowerShell that runs the real host_call.ps1 again and again, so that a case takes milliseconds, not seconds.

It does what Ansible's exec wrapper does for a module, with Ansible's own files: the C# is compiled by Add-CSharpType
together with Ansible.Basic, the arguments stand in $complex_args. Only the process does not end with the module.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ansible.module_utils

from simhost.engine.build import Engine
from simhost.engine.process import EngineProcess

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
_ANSIBLE = Path(ansible.module_utils.__file__).parent
_BASIC = _ANSIBLE / "csharp" / "Ansible.Basic.cs"
ANSIBLE_CSHARP = [path for path in (_BASIC, _BASIC.with_name("Ansible.Secrets.cs")) if path.exists()]
"""Ansible.Basic and, since core 2.22, what it needs."""

# Fit for Windows PowerShell 5.1 too. There the double has a name of its own, for .NET Framework takes System.Management
# from its own folder; the C# refers to it instead, and nothing else of the C# is changed.
_SCRIPT = """
$ErrorActionPreference = 'Stop'
$env:ProgramData = $env:CONTRACT_PROGRAM_DATA
[Console]::OutputEncoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$double = $env:CONTRACT_DESKTOP_DOUBLE
if ($double) {
    $null = [System.Reflection.Assembly]::LoadFrom($double)
    [System.Environment]::CurrentDirectory = [System.IO.Path]::GetDirectoryName($double)
    Add-Type -TypeDefinition @'
        public static class Double {
            public static void Resolve(System.Reflection.Assembly loaded) {
                System.AppDomain.CurrentDomain.AssemblyResolve += delegate(object sender, System.ResolveEventArgs e) {
                    return e.Name.StartsWith(loaded.GetName().Name + ",") ? loaded : null;
                };
            }
        }
'@
    [Double]::Resolve([System.Reflection.Assembly]::LoadFrom($double))
}
Import-Module -Name $env:CONTRACT_ADD_TYPE
Add-CSharpType -References @($env:CONTRACT_CSHARP -split [System.IO.Path]::PathSeparator | ForEach-Object {
    $text = [System.IO.File]::ReadAllText($_)
    if ($double) { $text = $text.Replace('-Name System.Management.dll', '-Name System.Management.Double.dll') }
    $text
})
# As Ansible's wrapper has it: objects of JSON are hashtables, whatever is in them.
function Read-Value($value) {
    if ($value -is [System.Management.Automation.PSCustomObject]) {
        $table = @{}
        foreach ($one in $value.PSObject.Properties) { $table[$one.Name] = Read-Value $one.Value }
        return $table
    }
    if ($value -isnot [array]) { return $value }
    $list = New-Object -TypeName System.Collections.Generic.List[object]
    foreach ($one in $value) { $list.Add((Read-Value $one)) }
    return , $list.ToArray()
}
[Ansible.Basic.AnsibleModule]::WriteLine = { param([string]$line) $said.Add($line) }
[Ansible.Basic.AnsibleModule]::Exit = { param([int]$rc) throw "exit $rc" }
$said = [System.Collections.Generic.List[string]]::new()
while ($line = [Console]::In.ReadLine()) {
    $task = $line | ConvertFrom-Json
    $env:SIMHOST_WMI, $env:SIMHOST_SESSION = $task.address, $task.session
    if ($task.profile) { $env:USERPROFILE = $task.profile }
    if ($task.results) {
        $started = @{ started = $true; finished = $false; ansible_async_watchdog_pid = $PID } | ConvertTo-Json -Compress
        [System.IO.File]::WriteAllText($task.results, $started)
    }
    $complex_args = Read-Value $task.args
    $said.Clear()
    try {
        & $env:CONTRACT_SCRIPT
    } catch {
        if (-not $said.Count) { $said.Add((@{ failed = $true; msg = "$_" } | ConvertTo-Json -Compress)) }
    }
    [Console]::Out.WriteLine($said -join '')
    [Console]::Out.Flush()
}
"""


class ModuleHostError(RuntimeError):
    """There was no result."""


class ModuleHost:
    """A context manager that runs host_call for one task after the other.

    :param engine: what runs it.
    :param plugins: the plugins of the collection.
    :param machine: a folder for a machine that several share, with `data` (ProgramData), `async` (core's results files)
        and `temp` (processes of Wine that have another one are on another machine). None: one of its own.
    """

    def __init__(self, engine: Engine, plugins: Path = PLUGINS, machine: Path | None = None) -> None:
        self._engine, self._plugins, self._machine = engine, plugins, machine
        self._folder = tempfile.TemporaryDirectory(prefix="simhost-module-")

    def __enter__(self) -> ModuleHost:
        csharp = [*ANSIBLE_CSHARP, *sorted(self._plugins.glob("module_utils/*.cs"))]
        variables = {
            "CONTRACT_ADD_TYPE": str(_ANSIBLE / "powershell" / "Ansible.ModuleUtils.AddType.psm1"),
            "CONTRACT_CSHARP": self._engine.path_list(csharp),
            # Wine has a ProgramData of its own, whatever the environment says.
            "CONTRACT_PROGRAM_DATA": self._engine.path(
                self._machine / "data" if self._machine else Path(self._folder.name)
            ),
            "CONTRACT_SCRIPT": str(self._plugins / "modules" / "host_call.ps1"),
        }
        if self._machine is not None:
            variables["ANSIBLE_ASYNC_DIR"] = self._engine.path(self._machine / "async")
            variables["TMPDIR"] = str(self._machine / "temp")
        if self._engine.desktop:
            variables["CONTRACT_DESKTOP_DOUBLE"] = str(self._engine.management)
        self._process = EngineProcess(self._engine, _SCRIPT, Path(self._folder.name), variables)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()
        self._folder.cleanup()

    def kill(self) -> None:
        """End its process at once."""
        self._process.kill()

    def run(
        self,
        address: str,
        session: str,
        args: Mapping[str, Any],
        check_mode: bool = False,
        profile: str | None = None,
        timeout: float = 120,
        results: Path | None = None,
    ) -> dict[str, Any]:
        """The module's result, with the arguments that it took under `invocation`.

        :param address: of the simulated WMI, `host:port`.
        :param session: its token.
        :param args: the module's arguments.
        :param profile: the folder of the user's profile; None: that of the tests' own.
        :param timeout: seconds to wait for the result.
        :param results: a file that says that the module runs in this process, as core's async wrapper writes it.
        :raises ModuleHostError: there was none in time; nothing more can be run then.
        """
        # As the action has it done: nothing of a task stands in the event log.
        complex_args = {**args, "_ansible_check_mode": check_mode, "_ansible_no_log": True}
        # Since core 2.21 the result names the arguments only when asked to; older ones do not know how to be asked.
        if "inject_invocation" in _BASIC.read_text(encoding="utf-8"):
            complex_args["_ansible_inject_invocation"] = True
        task = {"address": address, "session": session, "args": complex_args, "profile": profile}
        if results is not None:
            task["results"] = self._engine.path(results)
        try:
            return self._process.ask(task, timeout)
        except ValueError as error:
            raise ModuleHostError(str(error)) from None
