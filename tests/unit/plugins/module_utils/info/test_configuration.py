# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the result of cache_info."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration

KEY = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"
SID = "S-1-5-21-1-2-3-1001"
USER_KEY = rf"HKEY_USERS\{SID}\Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
MACHINE = {
    "IsEffective": True,
    "OfflineFilesCacheEncrypted": False,
    "SlowLinkParams": ["*=Throughput=1000"],
    "DiskSpaceLimitParams": {"TotalSizeInMB": 20480, "AutoCacheSizeInMB": 10240},
    "TransparentCachingLatencyThreshold": 35,
    "BackgroundSyncParams": None,
}


def _error(code: int) -> dict[str, t.Any]:
    return {"code": code, "message": ""}


def _key(name: str, values: dict[str, t.Any] | None = None, code: int = 0) -> dict[str, t.Any]:
    return {"key": name, "values": values or {}, "error": _error(code) if code else None}


def _make(
    machine: dict[str, t.Any] | None = None, registry: list[dict[str, t.Any]] | None = None, **spec: t.Any
) -> dict[str, t.Any]:
    raw = answer({"skipped": "no_method", **spec})
    machine = machine or {"properties": MACHINE, "error": None}
    raw["answer"]["classes"] = {"Win32_OfflineFilesMachineConfiguration": machine}
    raw["answer"]["registry"] = registry if registry is not None else []
    return configuration.make(host.read(raw, paths=0))


def test_a_host_where_offline_files_runs() -> None:
    result = _make(
        registry=[
            _key(KEY, {"Enabled": 1, "NoMakeAvailableOffline": 1}),
            _key(KEY + r"\AssignedOfflineFolders", {r"\\fs01\policies": ""}),
            _key(USER_KEY, {r"\\fs01\home": "", r"\\fs02\forms": ""}),
        ]
    )
    assert result == {
        "changed": False,
        "failed": False,
        "msg": r"Offline Files is active; the view is that of CORP\alice.",
        "cache": {
            "found": True,
            "enabled": True,
            "active": True,
            "restart_pending": False,
            "after_restart": True,
            "location": r"C:\Windows\CSC",
            "user": r"CORP\alice",
        },
        "service": {"name": "CscService", "state": "Running", "start_mode": "Auto"},
        "driver": {"name": "CSC", "state": "Running", "start_mode": "System"},
        "configuration": {
            "is_effective": True,
            "offline_files_cache_encrypted": False,
            "slow_link_params": ["*=Throughput=1000"],
            "disk_space_limit_params": {"total_size_in_mb": 20480, "auto_cache_size_in_mb": 10240},
            "transparent_caching_latency_threshold": 35,
            "background_sync_params": None,
        },
        "policies": {
            "computer": {"Enabled": 1, "NoMakeAvailableOffline": 1},
            "assigned": [
                {"scope": "computer", "sid": None, "path": r"\\fs01\policies"},
                {"scope": "user", "sid": SID, "path": r"\\fs01\home"},
                {"scope": "user", "sid": SID, "path": r"\\fs02\forms"},
            ],
        },
        "errors": [],
    }


def test_the_facts_are_what_lasts() -> None:
    result = _make()
    assert configuration.facts(result) == {
        "offline_files": {name: result[name] for name in ("cache", "service", "driver", "configuration", "policies")}
    }


def test_keys_that_do_not_exist_are_policies_that_are_not_set() -> None:
    result = _make(registry=[_key(KEY, code=2), _key(KEY + r"\AssignedOfflineFolders", code=0x80070002)])
    assert result["policies"] == {"computer": {}, "assigned": []}
    assert result["errors"] == []


def test_keys_that_cannot_be_read_are_not_taken_for_no_policy() -> None:
    result = _make(registry=[_key(KEY, code=5), _key(KEY + r"\AssignedOfflineFolders", code=5)])
    assert result["policies"] == {"computer": None, "assigned": None}
    assert [(error["source"], error["name"]) for error in result["errors"]] == [
        (KEY, "ERROR_ACCESS_DENIED"),
        (KEY + r"\AssignedOfflineFolders", "ERROR_ACCESS_DENIED"),
    ]


def test_what_could_be_read_of_the_policies_is_shown_beside_the_error() -> None:
    result = _make(
        registry=[_key(KEY), _key(KEY + r"\AssignedOfflineFolders", {r"\\fs01\a": ""}), _key(USER_KEY, code=5)]
    )
    assert [row["path"] for row in result["policies"]["assigned"]] == [r"\\fs01\a"]
    assert [error["source"] for error in result["errors"]] == [USER_KEY]


@pytest.mark.parametrize(
    ("code", "errors"), [(0x80041010, 0), (0x80041002, 0), (0x8004100E, 0), (0x80041003, 1), (0x80041069, 1)]
)
def test_a_configuration_that_is_not_there_or_not_readable(code: int, errors: int) -> None:
    result = _make({"properties": None, "error": _error(code)})
    assert (result["failed"], result["configuration"]) == (False, None)
    assert len(result["errors"]) == errors


@pytest.mark.parametrize(
    ("enabled", "active", "pending", "begins"),
    [
        (True, False, True, "Offline Files is enabled but not active"),
        (False, True, True, "Offline Files is disabled on this host and stops at the next restart"),
        (False, False, False, "Offline Files is disabled on this host (service CscService is Running)"),
    ],
)
def test_offline_files_that_does_not_run_is_an_answer(enabled: bool, active: bool, pending: bool, begins: str) -> None:
    modes = {"CscService": "Auto", "CSC": "System"} if enabled else dict.fromkeys(("CscService", "CSC"), "Disabled")
    services = {name: {"state": "Running", "start_mode": mode, "error": None} for name, mode in modes.items()}
    result = _make(cache={"enabled": enabled, "active": active}, services=services)
    assert result["cache"]["after_restart"] is enabled
    assert (result["failed"], result["cache"]["restart_pending"]) == (False, pending)
    assert result["msg"].startswith(begins)


@pytest.mark.parametrize(
    ("code", "failed", "errors"),
    [(0x80041010, False, []), (0x80041002, False, []), (0x8004100E, False, []), (0x80041003, True, ["cache"])],
)
def test_a_class_that_is_missing_is_an_answer_and_a_denied_one_is_not(
    code: int, failed: bool, errors: list[str]
) -> None:
    hidden = {"found": False, "enabled": None, "active": None, "location": None, "error": _error(code)}
    result = _make(cache=hidden)
    assert (result["failed"], result["cache"]["found"], result["cache"]["restart_pending"]) == (failed, False, None)
    assert [error["source"] for error in result["errors"]] == errors


def test_active_with_settings_that_do_not_agree_is_said_too() -> None:
    services = {
        "CscService": {"state": "Running", "start_mode": "Disabled", "error": None},
        "CSC": {"state": "Running", "start_mode": "System", "error": None},
    }
    result = _make(services=services)
    assert result["msg"].startswith(
        r"Offline Files is active; the view is that of CORP\alice. What a restart brings is not"
    )
    told = {name: result["cache"][name] for name in ("enabled", "active", "after_restart", "restart_pending")}
    assert told == {"enabled": True, "active": True, "after_restart": None, "restart_pending": False}


def test_services_that_cannot_be_read() -> None:
    services = {
        "CscService": {"state": None, "start_mode": None, "error": _error(0x80041002)},
        "CSC": {"state": "Running", "start_mode": "System", "error": None},
    }
    result = _make(services=services)
    assert result["service"] == {"name": "CscService", "state": None, "start_mode": None}
    assert [error["source"] for error in result["errors"]] == ["CscService"]


def test_without_an_answer_every_key_is_there() -> None:
    result = configuration.without_answer(HostCallError("The host is silent."))
    assert set(result) == set(_make())
    assert set(result["cache"]) == set(_make()["cache"])
    assert (result["failed"], result["msg"]) == (True, "The host is silent.")


def test_the_request_reads_no_items() -> None:
    request = configuration.request(60)
    assert request.read is False
    assert request.classes == ("Win32_OfflineFilesMachineConfiguration",)
    assert len(request.registry) == 3
