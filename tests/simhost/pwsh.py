# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns finding a PowerShell 7. Needs the standard library only, for tools use it before anything is installed."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

VARIABLE = "WINOPS_PWSH"
"""Environment variable with the path of the pwsh to use."""
HOW_TO_GET_ONE = (
    f"no PowerShell 7 engine: put pwsh on PATH, name it in {VARIABLE}, or have ../shared/pwsh beside the repository"
)
BUNDLE = Path(__file__).resolve().parents[3] / "shared" / "pwsh" / "install"
_INSTALL_SECONDS = 300
_START_SECONDS = 60


class EngineError(OSError):
    """There is no engine, or it cannot be made to work. The message says why."""


def find_engine(unpack_to: Path | None = None) -> Path | None:
    """Find a pwsh that runs: the one that $WINOPS_PWSH names, the one on PATH, or the bundle beside the repository.

    :param unpack_to: folder for the bundle; default: one in the user's cache folder.
    :raises EngineError: $WINOPS_PWSH names what does not run, or the bundle cannot be unpacked.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not _runs(named):
            raise EngineError(f"{VARIABLE} names {named}, which does not run")
        return Path(named)
    on_path = shutil.which("pwsh")
    if on_path and _runs(on_path):
        return Path(on_path)
    return unpacked(unpack_to) / "pwsh" if BUNDLE.is_file() else None


def unpacked(folder: Path | None = None) -> Path:
    """Unpack the bundle beside the repository, once, and return the folder.

    :param folder: default: one in the user's cache folder.
    :raises EngineError: it cannot be unpacked.
    """
    command = [str(BUNDLE), *([str(folder)] if folder else [])]
    try:
        # One at a time: of two that unpack to one place the later takes away what the earlier already uses.
        with BUNDLE.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"../shared/pwsh/install failed: {error}") from None
    if done.returncode != 0:
        raise EngineError(f"../shared/pwsh/install failed: {done.stderr.strip()}")
    return Path(done.stdout.strip())


def _runs(executable: str) -> bool:
    command = [executable, "-NoProfile", "-NonInteractive", "-Command", "6 * 7"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_START_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == "42"
