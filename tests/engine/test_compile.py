# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The compile gate: the host part is fit for Windows PowerShell 5.1, though only PowerShell 7 runs it here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from engine import module_host
from engine.module_host import ANSIBLE_CSHARP

from simhost.engine import build
from simhost.engine.build import Engine, compile_library
from simhost.engine.direct import BASIC
from simhost.host_call import SPEC
from simhost.pwsh import EngineError

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "plugins" / "module_utils" / "OfflineFiles.cs"
CONFIGURATION = SOURCE.with_name("OfflineFilesConfiguration.cs")
JOB = SOURCE.with_name("OfflineFilesJob.cs")
SOURCES = (SOURCE, CONFIGURATION, JOB)
"""All C# of the collection; Ansible compiles it together with Ansible.Basic."""
SCRIPT = ROOT / "plugins" / "modules" / "host_call.ps1"
SIDECAR = ROOT / "plugins" / "modules" / "host_call.yml"
FRAMEWORK = ("mscorlib", "System", "System.Core", "System.Management")
"""What Ansible's Add-CSharpType gives the compiler on Windows PowerShell, and what OfflineFiles.cs asks for."""
FOR_BASIC = ("System.Web.Extensions", "System.Management.Automation")
MAX_LINES = 599

UTILS = ("Ansible.Basic", *(f"..module_utils.{source.stem}" for source in SOURCES))

# Any script, its syntax tree's kinds that Windows PowerShell 5.1 does not know, and the commands it calls.
LOOK = r"""
$ErrorActionPreference = 'Stop'
$errors = $null
$file = [Console]::In.ReadToEnd()
$tree = [System.Management.Automation.Language.Parser]::ParseFile($file, [ref]$null, [ref]$errors)
$newer = @($tree.FindAll({
    param($node)
    $kind = $node.GetType().Name
    $operator = "$($node.Operator)"
    $kind -in 'TernaryExpressionAst', 'PipelineChainAst' -or
    ($node.PSObject.Properties.Name -contains 'NullConditional' -and $node.NullConditional) -or
    ($node.PSObject.Properties.Name -contains 'Background' -and $node.Background) -or
    ($node.PSObject.Properties.Name -contains 'Clean' -and $null -ne $node.Clean) -or
    $operator -in 'QuestionQuestion', 'QuestionQuestionEquals'
}, $true) | ForEach-Object { $_.Extent.Text })
$commands = @($tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true) |
    ForEach-Object { $_.GetCommandName() })
@{ errors = @($errors | ForEach-Object { "$_" }); newer = $newer; commands = $commands } | ConvertTo-Json -Compress
"""

KNOWN_COMMANDS = frozenset({"Get-ChildItem", "Remove-Item", "Select-String"})
"""Commands of the .ps1 files that Windows PowerShell 5.1 has; each was looked up before it was entered."""

COMMANDS_OF_TESTS = frozenset(
    {"Add-CSharpType", "Add-Type", "ConvertFrom-Json", "ConvertTo-Json", "ForEach-Object", "Get-ChildItem"}
    | {"Import-Module", "Join-Path", "New-Object", "Split-Path"}
    | {"Read-Value"}
)
"""Those of the scripts that tests run in Windows PowerShell, with the parameters that it knows; and their own."""


def framework_compiler(
    bundle: Path, output: Path, *sources: Path, basic: bool = False
) -> subprocess.CompletedProcess[str]:
    """Compile as csc of Windows PowerShell 5.1 would: C# 5, .NET Framework, warnings are errors."""
    assemblies = FRAMEWORK + (FOR_BASIC if basic else ())
    options = [
        "-nologo",
        "-langversion:5",
        "-warnaserror",
        "-target:library",
        "-nostdlib",
        "-noconfig",
        "-define:WINDOWS",
    ]
    references = [f"-r:{bundle / 'net462' / name}.dll" for name in assemblies]
    command = [str(bundle / "csc"), *options, f"-out:{output}", *references, *map(str, sources)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=50, check=False)


@pytest.mark.core
def test_offline_files_compiles_for_the_framework(bundle: Path, tmp_path: Path) -> None:
    done = framework_compiler(bundle, tmp_path / "out.dll", *ANSIBLE_CSHARP, *SOURCES, basic=True)
    assert (done.stdout, done.returncode) == ("", 0)


def test_offline_files_compiles_for_net(engine: Engine, tmp_path: Path) -> None:
    basic = tmp_path / "Basic.cs"
    basic.write_text(BASIC)
    compile_library(engine.pwsh, [basic, *SOURCES], tmp_path / "out.dll", [engine.management])
    assert (tmp_path / "out.dll").stat().st_size > 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('public class C { public string N { get { return $"{1}"; } } }', "CS8026"),
        ("public class C { public int? L(string s) { return s?.Length; } }", "CS8026"),
        ("public class C { public void M() { int unused = 1; } }", "CS0219"),
        ("public class C { public System.Text.Json.JsonElement E; }", "CS0234"),
        ("public class C { public object O = new System.Management.Nothing(); }", "CS0234"),
    ],
    ids=["interpolation", "null-conditional", "warning", "type of .NET only", "no such type"],
)
def test_the_gate_refuses(bundle: Path, tmp_path: Path, code: str, message: str) -> None:
    source = tmp_path / "bad.cs"
    source.write_text(code)
    done = framework_compiler(bundle, tmp_path / "out.dll", source)
    assert done.returncode == 1
    assert message in done.stdout


def look_at(pwsh: Path, script: Path) -> dict[str, list[str]]:
    command = [str(pwsh), "-NoProfile", "-NonInteractive", "-Command", LOOK]
    done = subprocess.run(command, input=str(script), capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, list[str]] = json.loads(done.stdout)
    return seen


@pytest.mark.parametrize("script", sorted(ROOT.glob("plugins/**/*.ps*1")), ids=lambda path: path.name)
def test_scripts_need_nothing_newer(pwsh: Path, script: Path) -> None:
    seen = look_at(pwsh, script)
    assert seen["errors"] == []
    assert seen["newer"] == []
    assert set(seen["commands"]) <= KNOWN_COMMANDS


@pytest.mark.parametrize("script", ["module host", "compile.ps1"])
def test_scripts_of_tests_for_windows_powershell_need_nothing_newer(pwsh: Path, tmp_path: Path, script: str) -> None:
    file = ROOT / "tests" / "windows" / script
    if script == "module host":
        file = tmp_path / "script.ps1"
        file.write_text(module_host._SCRIPT)
    seen = look_at(pwsh, file)
    assert (seen["errors"], seen["newer"]) == ([], [])
    # & with a variable has no name
    assert {name for name in seen["commands"] if name} <= COMMANDS_OF_TESTS


@pytest.mark.parametrize(
    "text", ["$a = $b ? 1 : 2", "$a ?? 1", "$a ??= 1", "Get-Item x && Get-Item y", "${a}?.Length", "${a}?[0]"]
)
def test_newer_syntax_is_seen(pwsh: Path, tmp_path: Path, text: str) -> None:
    script = tmp_path / "newer.ps1"
    script.write_text(text)
    seen = look_at(pwsh, script)
    assert seen["errors"] == []
    assert seen["newer"] != []


def test_broken_script_and_commands_are_seen(pwsh: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.ps1").write_text("if (")
    (tmp_path / "command.ps1").write_text("Get-Error; Test-Json '{}'")
    assert look_at(pwsh, tmp_path / "broken.ps1")["errors"] != []
    assert look_at(pwsh, tmp_path / "command.ps1")["commands"] == ["Get-Error", "Test-Json"]


def test_the_host_part_stays_small() -> None:
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (*SOURCES, SCRIPT)) <= MAX_LINES


def test_host_call_asks_for_all_the_csharp() -> None:
    asked = [line for line in SCRIPT.read_text(encoding="utf-8").splitlines() if line.startswith("#AnsibleRequires")]
    assert asked == [f"#AnsibleRequires -CSharpUtil {util}" for util in UTILS]
    assert sorted(ROOT.glob("plugins/**/*.cs")) == sorted(SOURCES)
    assert all("\nusing ansible_collections" not in source.read_text(encoding="utf-8") for source in SOURCES)


def test_documented_options_are_those_of_the_emulation() -> None:
    documented = yaml.safe_load(SIDECAR.read_text(encoding="utf-8"))["DOCUMENTATION"]["options"]
    assert {
        name: {k: v for k, v in option.items() if k != "description"} for name, option in documented.items()
    } == SPEC


def test_the_double_compiles_for_the_framework(pwsh: Path, bundle: Path, tmp_path: Path) -> None:
    build.compile_for_framework(pwsh, bundle / "net462", tmp_path / "System.Management.Double.dll")
    assert (tmp_path / "System.Management.Double.dll").stat().st_size > 0


def test_a_double_that_does_not_compile_is_reported(pwsh: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.cs").write_text("class C {")
    with pytest.raises(EngineError, match="CS1513"):
        compile_library(pwsh, [tmp_path / "bad.cs"], tmp_path / "out.dll")


@pytest.mark.timeout(120)
def test_the_double_lies_in_a_copy_that_is_made_once(pwsh: Path, tmp_path: Path) -> None:
    prepared = build.prepare(pwsh, tmp_path)
    assert prepared.pwsh.parent == prepared.management.parent != pwsh.resolve().parent
    made = prepared.management.stat().st_mtime_ns
    assert build.prepare(pwsh, tmp_path) == prepared
    assert prepared.management.stat().st_mtime_ns == made
