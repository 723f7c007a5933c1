# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns finding a PowerShell 7: one for Linux, or the one for Windows, which Wine runs.

Needs the standard library only, for tools use it before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

VARIABLE = "WINOPS_PWSH"
"""Environment variable with the path of the pwsh to use, of either kind."""
BUNDLE = Path(__file__).resolve().parents[3] / "shared" / "powershell" / "install"
_BESIDE = "../shared/powershell beside the repository"
HOW_TO_GET_ONE = f"no PowerShell 7 engine: put pwsh on PATH, name it in {VARIABLE}, or have {_BESIDE}"
WINE = "apt-get install --no-install-recommends wine64"
HOW_TO_GET_WINDOWS = f"no PowerShell for Windows: have Wine (Debian: {WINE}) and {_BESIDE}"
_INSTALL_SECONDS = 300
_START_SECONDS = 60

Kind = Literal["linux", "windows"]


class EngineError(OSError):
    """There is no engine, or it cannot be made to work. The message says why."""


def find_engine(unpack_to: Path | None = None) -> Path | None:
    """Find a pwsh that runs: the one that $WINOPS_PWSH names, the one on PATH, or the one for Linux of the bundle.

    :param unpack_to: folder for the bundle's; default: one in the user's cache folder.
    :raises EngineError: $WINOPS_PWSH names what does not run, or the bundle cannot be unpacked.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not _runs(named):
            raise EngineError(f"{VARIABLE} names {named}, which does not run")
        return Path(named)
    return find_on_path() or (unpacked("linux", unpack_to) / "pwsh" if BUNDLE.is_file() else None)


def find_on_path() -> Path | None:
    """Find a pwsh on PATH that runs."""
    on_path = shutil.which("pwsh")
    return Path(on_path) if on_path and _runs(on_path) else None


def find_windows(unpack_to: Path | None = None) -> Path | None:
    """Find a pwsh of PowerShell for Windows: the one that $WINOPS_PWSH names, if it is one, or the bundle's.

    None without Wine and without the bundle.

    :param unpack_to: folder for the bundle's; default: one in the user's cache folder.
    :raises EngineError: the bundle cannot be unpacked.
    """
    named = Path(os.environ.get(VARIABLE) or "pwsh")
    if is_for_windows(named):
        return named
    return unpacked("windows", unpack_to) / "pwsh" if BUNDLE.is_file() and _wine() else None


def is_for_windows(pwsh: Path) -> bool:
    """Tell whether this pwsh hands its arguments to a PowerShell for Windows."""
    return (pwsh.resolve().parent / "powershell" / "pwsh.exe").is_file()


def unpacked(kind: Kind, folder: Path | None = None) -> Path:
    """Unpack a PowerShell of the bundle beside the repository, once, and return the folder.

    :param folder: default: one in the user's cache folder.
    :raises EngineError: it cannot be unpacked.
    """
    command = [str(BUNDLE), kind, *([str(folder)] if folder else [])]
    try:
        # One at a time: of two that unpack to one place the later takes away what the earlier already uses.
        with one_at_a_time(BUNDLE):
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"../shared/powershell/install {kind} failed: {error}") from None
    if done.returncode != 0:
        raise EngineError(f"../shared/powershell/install {kind} failed: {done.stderr.strip()}")
    return Path(done.stdout.strip())


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Wait until no other process holds this file, and hold it. Not on Windows, where a job has its own machine."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with file.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wine() -> str | None:
    return shutil.which("/usr/lib/wine/wine64") or shutil.which("wine64") or shutil.which("wine")


def _runs(executable: str) -> bool:
    command = [executable, "-NoProfile", "-NonInteractive", "-Command", "6 * 7"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_START_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == "42"
