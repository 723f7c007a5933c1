# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the result of cache_info."""

from __future__ import annotations

import typing as t

import pytest
from unit import item_rows
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.host.scope import Scope
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration, listing, totals
from ansible_collections.winops.offline_files.plugins.module_utils.info.selection import Selection
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows

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
    result, warnings = configuration.make(host.read(raw, paths=0))
    assert warnings == []
    return result


def test_a_host_where_offline_files_runs() -> None:
    result = _make(
        registry=[
            _key(KEY, {"Enabled": 1, "NoMakeAvailableOffline": 1}),
            _key(KEY + r"\AssignedOfflineFolders", {r"\\fs01\policies": ""}),
            _key(USER_KEY, {r"\\fs01\home": "", r"\\fs02\forms": ""}),
            _key(CONFLICTS, {r"\\fs01\home": 1}),
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
            "assigned_complete": True,
        },
        "conflict_handling": [{"path": r"\\fs01\home", "conflicts": "keep_local", "value": 1}],
        "users": None,
        "cached": None,
        "job": None,
        "errors": [],
    }


def test_the_facts_are_what_lasts() -> None:
    result = _make()
    names = ("cache", "service", "driver", "configuration", "policies", "conflict_handling", "users", "cached", "job")
    assert configuration.facts(result) == {"offline_files": {name: result[name] for name in names}}


def test_keys_that_do_not_exist_are_policies_that_are_not_set() -> None:
    result = _make(registry=[_key(KEY, code=2), _key(KEY + r"\AssignedOfflineFolders", code=0x80070002)])
    assert result["policies"] == {"computer": {}, "assigned": [], "assigned_complete": True}
    assert result["errors"] == []


def test_keys_that_cannot_be_read_are_not_taken_for_no_policy() -> None:
    result = _make(registry=[_key(KEY, code=5), _key(KEY + r"\AssignedOfflineFolders", code=5)])
    assert result["policies"] == {"computer": None, "assigned": None, "assigned_complete": False}
    assert [(error["source"], error["name"]) for error in result["errors"]] == [
        (KEY, "ERROR_ACCESS_DENIED"),
        (KEY + r"\AssignedOfflineFolders", "ERROR_ACCESS_DENIED"),
    ]


def test_what_could_be_read_of_the_policies_is_shown_beside_the_error() -> None:
    result = _make(
        registry=[_key(KEY), _key(KEY + r"\AssignedOfflineFolders", {r"\\fs01\a": ""}), _key(USER_KEY, code=5)]
    )
    assert [row["path"] for row in result["policies"]["assigned"]] == [r"\\fs01\a"]
    assert result["policies"]["assigned_complete"] is False
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
    assert (result["users"], result["conflict_handling"], result["cached"]) == (None, None, None)
    assert (result["failed"], result["msg"]) == (True, "The host is silent.")


def test_the_request_reads_no_items() -> None:
    request = configuration.request(60)
    assert request.read is False
    assert request.classes == ("Win32_OfflineFilesMachineConfiguration",)
    assert (request.paths, request.fields, request.timeout) == ((), (), 60)
    assert request.registry[:2] == (KEY, KEY + r"\AssignedOfflineFolders")
    assert {part.count("*") for part in request.registry} == {0, 1, 2}


def test_with_paths_the_items_are_read_in_the_same_request() -> None:
    request = configuration.request(60, Selection.for_totals(["//fs01/users"]))
    assert (request.read, request.paths, request.deep, request.timeout) == (True, (r"\\fs01\users",), True, 60)
    assert request.fields == (*rows.TOTALS, *rows.CONNECTION)
    assert (request.keep, request.registry, request.method) == ((), configuration.KEYS, None)


def _cached(rows_of_items: list[str], held: bool = True, **state: t.Any) -> tuple[dict[str, t.Any], list[str]]:
    raw = item_rows.answer(rows_of_items, 1, **{"held": [held], **state})
    return configuration.make(host.read(raw, paths=1), "ok", Selection.for_totals(["//fs01/users"]))


def _row(path: str, words: str, **values: str) -> str:
    return item_rows.row((*rows.TOTALS, *rows.CONNECTION), path, words, **values)


def test_what_is_cached_under_the_paths_is_told_as_item_info_does() -> None:
    share = _row(r"\\fs01\users", "share", ConnectionInfo__ConnectState="1", ConnectionInfo__OfflineReason="4")
    file = _row(r"\\FS01\users\a.txt", "file user", FileSysInfo__LocalSize="10", ChangeInfo__Dirty="True")
    result, warnings = _cached([share, file])
    told, selection = result["cached"], Selection(Scope((r"\\fs01\users",)), details=False)
    (row,) = told["shares"]
    assert (row.pop("connection_state"), row.pop("offline_reason")) == ("offline", "net_disconnected")
    whole = item_rows.answer([share, file], 1)
    item_info, _warnings = listing.make(selection, listing.View(), host.read(whole, paths=1))
    assert told == {name: item_info[name] for name in told}
    assert set(told) == {"complete", "counts", "sizes", "reasons", "shares", "not_cached"}
    assert (told["counts"]["total"], told["counts"]["dirty"], told["sizes"]["pinned"]) == (2, 1, 10)
    assert (result["failed"], warnings) == (False, [])
    assert result["msg"] == (
        r"Offline Files is active; the view is that of CORP\alice. 2 items (1 file, 1 share): 1 pinned, 1 with changes "
        "that are not synchronized."
    )


def test_a_share_that_was_not_read_itself_has_no_connection() -> None:
    result, _warnings = _cached([_row(r"\\fs01\users\a.txt", "file user", ConnectionInfo__ConnectState="2")])
    (row,) = result["cached"]["shares"]
    assert (row["path"], row["connection_state"], row["offline_reason"]) == (r"\\fs01\users", None, None)


def test_the_folder_that_was_asked_for_tells_how_its_share_is_connected() -> None:
    selection = Selection(Scope((r"\\fs01\users\al", r"\\fs01\users\ben")), details=False)
    states = {r"\al": "2", r"\al\a.txt": "0", r"\ben": "1"}
    for count, connection in ((2, "online"), (3, "offline")):
        items = [
            _row(rf"\\fs01\users{path}", "directory user", ConnectionInfo__ConnectState=state)
            for path, state in list(states.items())[:count]
        ]
        told, _sentence, _warnings = totals.cached(selection, host.read(item_rows.answer(items, 2), paths=2))
        assert [row["connection_state"] for row in told["shares"]] == [connection]


def test_a_path_that_is_not_cached() -> None:
    result, warnings = _cached([], held=False, shares=[r"\\fs01.corp.example\users"], seen=3)
    assert (result["failed"], result["cached"]["not_cached"]) == (False, [r"\\fs01\users"])
    assert "fs01.corp.example" in warnings[0]


def test_a_reading_that_broke_off_fails_and_keeps_all_else() -> None:
    result, _warnings = _cached([_row(r"\\fs01\users\a.txt", "file user")], complete=False, error=_error(0x80041069))
    assert (result["failed"], result["cached"]["complete"], result["cached"]["counts"]["total"]) == (True, False, 1)
    assert "The items could not be read to the end (WBEM_E_TIMED_OUT (0x80041069)); until then: 1 item" in result["msg"]
    assert (result["cache"]["active"], result["service"]["state"]) == (True, "Running")


def test_a_cache_that_cannot_be_asked_holds_nothing_that_is_known() -> None:
    raw = answer({"skipped": "no_method", "cache": {"active": False}})
    result, warnings = configuration.make(host.read(raw, paths=1), "ok", Selection.for_totals(["//fs01/users"]))
    assert (result["failed"], result["cached"], warnings) == (False, None, [])


CONFLICTS = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\NetCache\SyncConflictHandling"
WORDS = ["leave", "keep_local", "keep_remote", "keep_both", "keep_latest", "ask", "ignore", "cancel"]


def test_conflict_handling_in_words_and_as_it_was_found() -> None:
    values: dict[str, t.Any] = {rf"\\fs01\s{number}": number for number in range(9)}
    values |= {r"\\FS00\text": "3", r"\\fs02\word": "both", r"\\fs02\list": ["3"], r"\\fs02\none": None, "": "x"}
    told = _make(registry=[_key(CONFLICTS, values)])["conflict_handling"]
    assert told == [
        {"path": r"\\FS00\text", "conflicts": "keep_both", "value": "3"},
        *({"path": rf"\\fs01\s{number}", "conflicts": word, "value": number} for number, word in enumerate(WORDS)),
        {"path": r"\\fs01\s8", "conflicts": None, "value": 8},
        {"path": r"\\fs02\list", "conflicts": None, "value": None},
        {"path": r"\\fs02\none", "conflicts": None, "value": None},
        {"path": r"\\fs02\word", "conflicts": None, "value": "both"},
    ]


@pytest.mark.parametrize(
    ("code", "told", "errors"), [(2, [], []), (5, None, [CONFLICTS]), (0x80041069, None, [CONFLICTS])]
)
def test_conflict_handling_that_is_missing_and_that_cannot_be_read(
    code: int, told: list[t.Any] | None, errors: list[str]
) -> None:
    result = _make(registry=[_key(CONFLICTS, code=code)])
    assert result["conflict_handling"] == told
    assert [error["source"] for error in result["errors"]] == errors


def test_keys_that_are_alike_are_not_all_named() -> None:
    asked = configuration.KEYS[4]
    denied = [_key(asked.replace("*", f"S-1-5-21-{number}", 1), code=5) for number in range(1000)]
    result = _make(registry=[*denied, _key(asked.replace("*", "S-1-5-22", 1), code=0x80041069)])
    sources = [(error["source"], error["name"]) for error in result["errors"]]
    assert len(sources) == 12
    assert sources[0] == (asked.replace("*", "S-1-5-21-0", 1), "ERROR_ACCESS_DENIED")
    assert sources[10] == (asked.replace("*", "S-1-5-22", 1), "WBEM_E_TIMED_OUT")
    assert sources[11] == (f"{asked} (990 more keys)", "ERROR_ACCESS_DENIED")
