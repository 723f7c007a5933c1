# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the way to the tools of the repository, which are no part of the built collection."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> Any:
    """A module of the tools. Where there are none, the test module that asks for it is skipped."""
    if not (ROOT / "tools").is_dir():
        pytest.skip("the tools are no part of the built collection", allow_module_level=True)
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    return importlib.import_module(f"tools.{name}")
