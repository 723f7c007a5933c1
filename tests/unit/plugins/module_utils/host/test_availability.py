# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of whether a cache can be asked: what is seen to be off is told apart from what only cannot be seen."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.host import availability

FOUND = {"found": True, "error": None, "location": r"C:\Windows\CSC"}


def _hidden(code: int, message: str = "") -> dict[str, t.Any]:
    error = {"code": code, "message": message}
    return {"found": False, "enabled": None, "active": None, "location": None, "error": error}


@pytest.mark.parametrize(
    ("cache", "begins", "seen"),
    [
        ({**FOUND, "enabled": False, "active": False}, "Offline Files is disabled on this host (service", True),
        ({**FOUND, "enabled": False, "active": True}, "Offline Files is disabled on this host but still active", True),
        ({**FOUND, "enabled": True, "active": False}, "Offline Files is enabled but not active", True),
        (_hidden(0x80041010), "Offline Files is not on this host (WBEM_E_INVALID_CLASS", True),
        (_hidden(0x80041002), "Offline Files is not on this host (WBEM_E_NOT_FOUND", True),
        (_hidden(0x8004100E), "Offline Files is not on this host (WBEM_E_INVALID_NAMESPACE", True),
        (_hidden(0x80041013), "Offline Files is not on this host (WBEM_E_PROVIDER_LOAD_FAILURE", True),
        (_hidden(0x80041024), "The class Win32_OfflineFilesCache could not be read as", False),
        (_hidden(0x80070002), "The class Win32_OfflineFilesCache could not be read as", False),
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


def _settings(enabled: bool, service: str | None, driver: str | None, *, active: bool = True) -> host.Answer:
    """The answer of a host where this is set and, as *active* says, runs."""
    modes = {"CscService": service, "CSC": driver}
    services = {name: {"state": "Running", "start_mode": mode, "error": None} for name, mode in modes.items()}
    return host.read(answer({"cache": {"enabled": enabled, "active": active}, "services": services}), paths=0)


@pytest.mark.parametrize(
    ("enabled", "service", "driver", "runs"),
    [
        (True, "Auto", "System", True),
        (True, "Manual", "System", True),
        (True, None, None, True),
        (False, "Disabled", "Disabled", False),
        (False, None, "Disabled", False),
        (True, "Disabled", "System", None),
        (True, "Auto", "Disabled", None),
        (True, "Disabled", "Disabled", None),
        (False, "Disabled", "System", None),
        (False, "Auto", "System", None),
    ],
)
def test_what_will_be_after_a_restart(
    enabled: bool, service: str | None, driver: str | None, runs: bool | None
) -> None:
    said = _settings(enabled, service, driver)
    assert availability.after_restart(said) is runs
    assert bool(availability.doubt_about_restart(said)) is (runs is None)


def test_nothing_is_known_of_a_restart_where_the_cache_could_not_be_read() -> None:
    said = host.read(answer({"cache": _hidden(0x80041003), "skipped": "unavailable"}), paths=0)
    assert availability.after_restart(said) is None
    assert availability.doubt_about_restart(said) == ""


def test_what_does_not_agree_is_named_and_no_restart_is_foretold() -> None:
    doubt = (
        " What a restart brings is not certain, for what is set does not agree: Offline Files is {}, the start mode of "
        "the service CscService is Disabled, the start mode of the driver CSC is System."
    )
    assert availability.doubt_about_restart(_settings(True, "Disabled", "System")) == doubt.format("enabled")
    off = availability.check(_settings(False, "Disabled", "System"))
    assert off is not None
    assert off.sentence == (
        "Offline Files is disabled on this host but still active: enable it again to use it." + doubt.format("disabled")
    )
    stops = availability.check(_settings(False, "Disabled", "Disabled"))
    assert stops is not None
    assert stops.sentence == (
        "Offline Files is disabled on this host and stops at the next restart: enable it again to use it."
    )
    waits = availability.check(_settings(True, "Disabled", "System", active=False))
    assert waits is not None
    assert "(service CscService is Running): make its settings agree and restart the host." in waits.sentence


def test_a_cache_that_can_be_asked() -> None:
    read = host.read(answer({"before": {}, "skipped": "not_needed"}), paths=1)
    assert availability.check(read) is None
    assert availability.cache_row(read)["enabled"] is True
    assert set(availability.cache_row(read)) == set(availability.cache_row(None))
