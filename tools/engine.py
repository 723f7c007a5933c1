# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns which PowerShell 7 engine the tests of the real host part run on, and whether they must run."""

from __future__ import annotations

import os

from simhost.pwsh import HOW_TO_GET_ONE as HOW
from simhost.pwsh import VARIABLE, EngineError, find_engine

from .environment import BUILD, Problem

__all__ = ["HOW", "VARIABLE", "find", "required"]


def required() -> bool:
    """Tell whether a missing engine is a failure: in CI nothing is skipped for want of it."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def find() -> str | None:
    """Return the path of a pwsh that runs, or None; the bundle beside the repository is unpacked in the build folder.

    Raises:
        Problem: the one that is named does not run, or the bundle cannot be unpacked.
    """
    BUILD.mkdir(exist_ok=True)
    try:
        found = find_engine(BUILD / "powershell-linux")
    except EngineError as error:
        raise Problem(str(error)) from None
    return str(found) if found else None
