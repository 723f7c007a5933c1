# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns making a PowerShell 7 load the double of System.Management: the engine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simhost.pwsh import EngineError

_DOUBLE = Path(__file__).with_name("double")
_ASSEMBLY = "System.Management"
_SHADOW = "PWSH_SHADOW_ASSEMBLIES"
_START_SECONDS = 60

# Roslyn is driven directly, as Ansible's AddType does it: Add-Type cannot choose the name of the assembly.
_COMPILE = r"""
$ErrorActionPreference = 'Stop'
$task = [Console]::In.ReadToEnd() | ConvertFrom-Json
$references = [System.Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]::new()
foreach ($file in @([System.IO.Directory]::GetFiles("$PSHOME/ref", '*.dll')) + @($task.references)) {
    $references.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($file))
}
$trees = [System.Collections.Generic.List[Microsoft.CodeAnalysis.SyntaxTree]]::new()
foreach ($file in $task.sources) {
    $text = [Microsoft.CodeAnalysis.Text.SourceText]::From([System.IO.File]::ReadAllText($file))
    $trees.Add([Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($text, $null, $file))
}
$options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new(
    [Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary
).WithOptimizationLevel([Microsoft.CodeAnalysis.OptimizationLevel]::Release)
$name = [System.IO.Path]::GetFileNameWithoutExtension($task.output)
$compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($name, $trees, $references, $options)
$stream = [System.IO.File]::Create($task.output)
$result = $compilation.Emit($stream)
$stream.Dispose()
if (-not $result.Success) {
    foreach ($diagnostic in $result.Diagnostics) { [Console]::Error.WriteLine($diagnostic.ToString()) }
    exit 1
}
"""
_WHERE = f"[{_ASSEMBLY}.ManagementObject].Assembly.Location"


@dataclass(frozen=True)
class Engine:
    """A pwsh that loads the double of System.Management when it is started with this environment added."""

    pwsh: Path
    double: Path
    environment: Mapping[str, str]


def prepare(pwsh: Path, cache: Path | None = None) -> Engine:
    """Make the engine load the double. What is built is kept in `cache` and found again next time.

    :param cache: default: `winops-simhost` in the user's cache folder (XDG_CACHE_HOME).
    :raises EngineError: the double does not compile, or the engine does not load it.
    """
    pwsh = pwsh.resolve()
    folder = (cache or _cache_folder()) / _key(pwsh)
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="new-", dir=folder.parent) as work:
            _build(pwsh, Path(work, "ready"))
            try:
                Path(work, "ready").rename(folder)
            except OSError:
                # Somebody else was faster, with the same content; else there is nothing to use.
                if not folder.is_dir():
                    raise
    return _engine(pwsh, folder)


def compile_library(pwsh: Path, sources: Sequence[Path], output: Path, references: Sequence[Path] = ()) -> None:
    """Compile C# for .NET with the engine's compiler; the assembly takes its name from `output`.

    :raises EngineError: with the compiler's messages.
    """
    task = {"sources": [*map(str, sources)], "references": [*map(str, references)], "output": str(output)}
    done = _run(pwsh, _COMPILE, {}, json.dumps(task))
    if done.returncode != 0:
        raise EngineError(f"{output.name} does not compile: {done.stderr.strip() or done.stdout.strip()}")


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "winops-simhost"


def _key(pwsh: Path) -> str:
    """Changes with the double's sources, with this module, and with the engine."""
    state = pwsh.with_name("System.Management.Automation.dll").stat()
    parts = [str(pwsh).encode(), f"{state.st_size} {state.st_mtime_ns}".encode(), Path(__file__).read_bytes()]
    parts += [source.read_bytes() for source in sorted(_DOUBLE.glob("*.cs"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _engine(pwsh: Path, folder: Path) -> Engine:
    home = folder / "home"
    if home.is_dir():
        return Engine(home / pwsh.name, home / f"{_ASSEMBLY}.dll", {})
    return Engine(pwsh, folder / f"{_ASSEMBLY}.dll", {_SHADOW: str(folder)})


def _build(pwsh: Path, folder: Path) -> None:
    folder.mkdir()
    double = folder / f"{_ASSEMBLY}.dll"
    compile_library(pwsh, sorted(_DOUBLE.glob("*.cs")), double)
    if _loads(_engine(pwsh, folder)):
        return
    # A pwsh of PowerShell's own releases has no such variable: a copy of its folder with the double in place.
    shutil.copytree(pwsh.parent, folder / "home", copy_function=_link_or_copy)
    target = folder / "home" / f"{_ASSEMBLY}.dll"
    target.unlink(missing_ok=True)
    shutil.copyfile(double, target)
    if not _loads(_engine(pwsh, folder)):
        raise EngineError(f"{pwsh} does not load the test double of {_ASSEMBLY}")


def _loads(engine: Engine) -> bool:
    done = _run(engine.pwsh, _WHERE, engine.environment)
    return done.returncode == 0 and Path(done.stdout.strip()) == engine.double


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _run(pwsh: Path, script: str, more: Mapping[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != _SHADOW} | dict(more)
    environment |= {"POWERSHELL_TELEMETRY_OPTOUT": "1", "NO_COLOR": "1"}
    command = [str(pwsh), "-NoProfile", "-NonInteractive", "-Command", script]
    try:
        return subprocess.run(
            command, input=stdin, env=environment, capture_output=True, text=True, timeout=_START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"{pwsh} does not run: {error}") from None
