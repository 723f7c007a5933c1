# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns finding a PowerShell 7 engine for the tests that run the real host part."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .environment import BUILD, ROOT, Problem

VARIABLE = "WINOPS_PWSH"
"""Environment variable with the path of a pwsh to use."""
BUNDLE = ROOT.parent / "shared" / "pwsh" / "install"
HOW = f"no PowerShell 7 found: put pwsh on PATH, name it in {VARIABLE}, or have ../shared/pwsh beside the repository"


def required() -> bool:
    """Tell whether a missing engine is a failure: in CI nothing is skipped for want of it."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def find() -> str | None:
    """Return the path of a pwsh that runs: $WINOPS_PWSH, from PATH, or the bundle beside the repository; else None.

    Raises:
        Problem: $WINOPS_PWSH names something that does not run, or the bundle cannot be unpacked.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not _runs(named):
            raise Problem(f"{VARIABLE}={named} does not run.")
        return named
    from_path = shutil.which("pwsh")
    if from_path and _runs(from_path):
        return from_path
    if not BUNDLE.is_file():
        return None
    BUILD.mkdir(exist_ok=True)
    unpacked = subprocess.run([BUNDLE, BUILD / "pwsh"], stdout=subprocess.PIPE, text=True, check=False, timeout=300)
    if unpacked.returncode != 0:
        raise Problem(f"{BUNDLE} failed.")
    return str(Path(unpacked.stdout.strip()) / "pwsh")


def _runs(executable: str) -> bool:
    command = [executable, "-NoProfile", "-NonInteractive", "-Command", "6 * 7"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == "42"
