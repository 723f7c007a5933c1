# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of whether a cache can be asked: what is seen to be off is told apart from what only cannot be seen."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils import availability

FOUND = {"found": True, "error": None, "location": r"C:\Windows\CSC"}


def _hidden(code: int, message: str = "") -> dict[str, t.Any]:
    error = {"code": code, "message": message}
    return {"found": False, "enabled": None, "active": None, "location": None, "error": error}


@pytest.mark.parametrize(
    ("cache", "begins", "seen"),
    [
        ({**FOUND, "enabled": False, "active": False}, "Offline Files is disabled on this host (service", True),
        ({**FOUND, "enabled": False, "active": True}, "Offline Files is disabled on this host and stops", True),
        ({**FOUND, "enabled": True, "active": False}, "Offline Files is enabled but not active", True),
        (_hidden(0x80041010), "Offline Files is not on this host (WBEM_E_INVALID_CLASS", True),
        (_hidden(0x80041003, "No.\r\n"), "The class Win32_OfflineFilesCache could not be read as", False),
        (_hidden(0x80041069), "The class Win32_OfflineFilesCache could not be read as", False),
        ({**_hidden(0), "error": None}, "The class Win32_OfflineFilesCache has no instance", False),
    ],
)
def test_a_cache_that_cannot_be_asked(cache: dict[str, t.Any], begins: str, seen: bool) -> None:
    raw = answer({"skipped": "unavailable"})
    raw["answer"]["cache"] = cache
    problem = availability.check(host.read(raw, paths=1))
    assert problem is not None
    assert problem.sentence.startswith(begins)
    assert problem.seen is seen


def test_a_cache_that_can_be_asked() -> None:
    read = host.read(answer({"before": {}, "skipped": "not_needed"}), paths=1)
    assert availability.check(read) is None
    assert availability.cache_row(read)["enabled"] is True
    assert set(availability.cache_row(read)) == set(availability.cache_row(None))
