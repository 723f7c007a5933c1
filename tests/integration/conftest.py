# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the collection and the simulated host importable, however pytest was started."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))

from collection_tree import collections  # noqa: E402

if str(collections()) not in sys.path:
    sys.path.insert(0, str(collections()))

import pytest  # noqa: E402

from simhost.testing import PATIENCE  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test more time where a PowerShell answers."""
    if PATIENCE > 1:
        for item in items:
            item.add_marker(pytest.mark.timeout(3600), append=False)
