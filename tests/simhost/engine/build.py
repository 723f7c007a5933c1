# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the engine: a PowerShell 7 whose System.Management asks the simulated WMI.

On PowerShell for Linux System.Management is a double, which is put in its place here. PowerShell for Windows has
Microsoft's own, over COM objects that ask the simulated WMI; which classes there are says schema.json.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simhost.pwsh import EngineError, find_on_path, is_for_windows, one_at_a_time

SCHEMA = Path(__file__).with_name("schema.json")
"""The classes of the simulated WMI with their CIM types, as the COM objects of ../shared/powershell read them."""
_DOUBLE = Path(__file__).with_name("double")
_ASSEMBLY = "System.Management"
_DLL = f"{_ASSEMBLY}.dll"
DESKTOP_DOUBLE = "System.Management.Double"
"""What the assembly is called that stands for System.Management in Windows PowerShell 5.1."""
_START_SECONDS = 60

# Roslyn is driven directly, as Ansible's AddType does it: Add-Type cannot choose the name of the assembly.
_COMPILE = r"""
$ErrorActionPreference = 'Stop'
$task = [Console]::In.ReadToEnd() | ConvertFrom-Json
$references = [System.Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]::new()
$net = if ($task.net) { [System.IO.Directory]::GetFiles("$PSHOME/ref", '*.dll') }
foreach ($file in @($net) + @($task.references) -ne $null) {
    $references.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($file))
}
$trees = [System.Collections.Generic.List[Microsoft.CodeAnalysis.SyntaxTree]]::new()
# Those of Ansible's Add-CSharpType.
$symbols = if ($task.net) { @('CORECLR', $(if ($IsWindows) { 'WINDOWS' } else { 'UNIX' })) } else { @('WINDOWS') }
$parsing = [Microsoft.CodeAnalysis.CSharp.CSharpParseOptions]::Default.WithPreprocessorSymbols([string[]]$symbols)
foreach ($file in $task.sources) {
    $text = [Microsoft.CodeAnalysis.Text.SourceText]::From([System.IO.File]::ReadAllText($file))
    $trees.Add([Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($text, $parsing, $file))
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
    """A pwsh that can be asked.

    `management`: the assembly System.Management that it loads. `windows`: it is a PowerShell for Windows, run by Wine,
    and that assembly is Microsoft's own; else it is the double. `desktop`: it is a Windows PowerShell 5.1 of a real
    Windows, whose own System.Management cannot be replaced; who compiles C# refers to the double by its own name.
    """

    pwsh: Path
    management: Path
    windows: bool = False
    desktop: bool = False

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that it is to be started with, beside the address and the session of the simulated WMI."""
        if not self.windows:
            return {}
        # Wine's menu builder writes to the home folder whenever it likes.
        return {"SIMHOST_SCHEMA": str(SCHEMA), "HOME": str(self.pwsh.parent / "prefix")}

    def path(self, path: Path) -> str:
        """The path as the engine's system writes it."""
        return "Z:" + str(path).replace("/", "\\") if self.windows else str(path)

    def path_list(self, paths: Iterable[Path]) -> str:
        """The paths as one text that a script splits at [System.IO.Path]::PathSeparator."""
        return (";" if self.windows else os.pathsep).join(map(str, paths))


def prepare(pwsh: Path, cache: Path | None = None) -> Engine:
    """Make the engine load the double, where it needs one. What is built is kept in `cache` and found again next time.

    :param cache: default: `winops-simhost` in the user's cache folder (XDG_CACHE_HOME).
    :raises EngineError: the double does not compile, or the engine does not load it; or, for Windows PowerShell 5.1,
        there is no PowerShell 7 whose compiler could be used.
    """
    pwsh = pwsh.resolve()
    if is_for_windows(pwsh):
        return Engine(pwsh, pwsh.parent / "powershell" / "runtimes" / "win" / "lib" / "net10.0" / _DLL, windows=True)
    folder = (cache or _cache_folder()) / _key(pwsh)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # One at a time: the others need what it builds, and would slow it down.
    lock = folder.with_suffix(".lock")
    lock.touch()
    with one_at_a_time(lock):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(prefix="new-", dir=folder.parent) as work:
                _build(pwsh, Path(work, "ready"))
                Path(work, "ready").rename(folder)
    return _engine(pwsh, folder)


def compile_library(
    pwsh: Path, sources: Sequence[Path], output: Path, references: Sequence[Path] = (), net: bool = True
) -> None:
    """Compile C# with the engine's compiler; the assembly takes its name from `output`.

    :param pwsh: a PowerShell 7.
    :param net: for the .NET of the engine; else only `references` are there.
    :raises EngineError: with the compiler's messages.
    """
    files = {"sources": [*map(str, sources)], "references": [*map(str, references)], "output": str(output)}
    task = {**files, "net": net}
    done = _run(pwsh, _COMPILE, json.dumps(task))
    if done.returncode != 0:
        raise EngineError(f"{output.name} does not compile: {done.stderr.strip() or done.stdout.strip()}")


def compile_for_framework(pwsh: Path, framework: Path, output: Path) -> None:
    """Compile the double for .NET Framework.

    :param pwsh: a PowerShell 7, for its compiler.
    :param framework: folder with the assemblies of .NET Framework.
    :raises EngineError: with the compiler's messages.
    """
    sources = [*sorted(_DOUBLE.glob("*.cs")), *sorted(_DOUBLE.glob("framework/*.cs"))]
    references = [framework / f"{name}.dll" for name in ("mscorlib", "System", "System.Core", "System.Web.Extensions")]
    compile_library(pwsh, sources, output, references, net=False)


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "winops-simhost"


def _key(pwsh: Path) -> str:
    """Changes with the double's sources, with this module, and with the engine."""
    beside = pwsh.with_name("System.Management.Automation.dll")
    state = (beside if beside.is_file() else pwsh).stat()
    parts = [str(pwsh).encode(), f"{state.st_size} {state.st_mtime_ns}".encode(), Path(__file__).read_bytes()]
    parts += [source.read_bytes() for source in sorted(_DOUBLE.rglob("*.cs"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _engine(pwsh: Path, folder: Path) -> Engine:
    if _is_desktop(pwsh):
        return Engine(pwsh, folder / f"{DESKTOP_DOUBLE}.dll", desktop=True)
    return Engine(folder / pwsh.name, folder / _DLL)


def _build(pwsh: Path, folder: Path) -> None:
    """A copy of the engine's folder with the double in place; for Windows PowerShell only the double."""
    if _is_desktop(pwsh):
        compiler = find_on_path()
        if compiler is None:
            raise EngineError("no PowerShell 7 on PATH, whose compiler makes the double for Windows PowerShell 5.1")
        folder.mkdir()
        framework = Path(os.environ["SYSTEMROOT"], "Microsoft.NET", "Framework64", "v4.0.30319")
        compile_for_framework(compiler, framework, folder / f"{DESKTOP_DOUBLE}.dll")
        return
    shutil.copytree(pwsh.parent, folder, copy_function=_link_or_copy)
    double = folder / _DLL
    double.unlink(missing_ok=True)
    compile_library(pwsh, sorted(_DOUBLE.glob("*.cs")), double)
    if not _loads(_engine(pwsh, folder)):
        raise EngineError(f"{pwsh} does not load the test double of {_ASSEMBLY}")


def _is_desktop(pwsh: Path) -> bool:
    return os.name == "nt" and pwsh.stem.lower() == "powershell"


def _loads(engine: Engine) -> bool:
    done = _run(engine.pwsh, _WHERE)
    return done.returncode == 0 and Path(done.stdout.strip()) == engine.management


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _run(pwsh: Path, script: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "POWERSHELL_TELEMETRY_OPTOUT": "1", "NO_COLOR": "1"}
    command = [str(pwsh), "-NoProfile", "-NonInteractive", "-Command", script]
    try:
        return subprocess.run(
            command, input=stdin, env=environment, capture_output=True, text=True, timeout=_START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"{pwsh} does not run: {error}") from None
