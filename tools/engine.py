# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns which PowerShell 7 engine the tests of the real host part run on, and whether they must run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from simhost.pwsh import HOW_TO_GET_ONE as HOW
from simhost.pwsh import HOW_TO_GET_WINDOWS as HOW_WINDOWS
from simhost.pwsh import VARIABLE, EngineError, find_engine
from simhost.pwsh import find_windows as find_pwsh_for_windows

from .environment import BUILD, Problem

__all__ = ["HOW", "HOW_WINDOWS", "VARIABLE", "find", "find_windows", "required"]


def required() -> bool:
    """Tell whether a missing engine is a failure: in CI nothing is skipped for want of it."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def find() -> str | None:
    """Return the path of a pwsh that runs, or None; the bundle beside the repository is unpacked in the build folder.

    Raises:
        Problem: the one that is named does not run, or the bundle cannot be unpacked.
    """
    return _found(find_engine, "powershell-linux")


def find_windows() -> str | None:
    """Return the path of a pwsh of PowerShell for Windows, or None; that of the bundle is unpacked in the build folder.

    Raises:
        Problem: it cannot be unpacked.
    """
    return _found(find_pwsh_for_windows, "powershell-windows")


def _found(find: Callable[[Path], Path | None], folder: str) -> str | None:
    BUILD.mkdir(exist_ok=True)
    try:
        found = find(BUILD / folder)
    except EngineError as error:
        raise Problem(str(error)) from None
    return str(found) if found else None
