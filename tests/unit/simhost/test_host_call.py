# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulation of host_call, rule by rule of docs/host_contract.md."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from simhost import host_call, scenario, shorthand
from simhost.behaviour import from_mapping
from simhost.clock import Stopped, VirtualClock
from simhost.pack import unpack
from simhost.windows import Host

pytestmark = pytest.mark.timeout(20)

SCENARIOS = Path(scenario.__file__).with_name("scenarios")
ALICE = "CORP\\alice"
HOME = "\\\\fs01\\users\\alice"
REPORT = HOME + "\\report.docx"
IDEA = HOME + "\\drafts\\idea.txt"
USER = "PinInfo.PinnedForUser"
UNPIN: dict[str, Any] = {
    "method": "Unpin",
    "flags": [0x20],
    "deep": True,
    "last": "1:",
    "fields": ["ItemType", USER],
    "reasons": [USER],
}
DONE = {"ReturnValue": 0}
TIME_UP = 0x80041069


def host(name: str = "small", **switches: Any) -> Host:
    machine = scenario.load(SCENARIOS / f"{name}.yml").host
    machine.behaviour = from_mapping(switches, machine.behaviour)
    machine.clock = VirtualClock()
    return machine


def ask(machine: Host, *paths: str, check: bool = False, user: str = ALICE, **options: Any) -> dict[str, Any]:
    """The answer to a request that is Unpin for the user's reason unless `options` say otherwise."""
    params = UNPIN | {"paths": "\n".join(paths)} | options
    result = host_call.run(shorthand.request(params), machine, user, check)
    assert set(result) == {"changed", "answer"}
    assert result["changed"] is False
    answer: dict[str, Any] = result["answer"]
    return answer


def rows(state: dict[str, Any]) -> list[str]:
    found = unpack(state["data"])
    assert len(found) == state["rows"]
    return found


def texts(call: dict[str, Any]) -> list[str]:
    found = unpack(call["data"])
    assert len(found) == call["texts"]
    return found


def pins(machine: Host, path: str) -> dict[str, int]:
    return next((one["pins"] for one in machine.snapshot()["items"] if one["path"] == path), {"gone": 1})


def test_the_answer_has_exactly_the_keys_of_the_contract() -> None:
    answer = ask(host(), HOME)
    keys = {"contract", "host", "cache", "services", "classes", "registry", "before", "after", "calls", "skipped", "ms"}
    assert set(answer) == keys | {"jobs", "locked"}
    assert (answer["jobs"], answer["locked"]) == ([], False)
    assert (answer["classes"], answer["registry"], answer["ms"]["configuration"]) == ({}, [], 0)
    assert answer["contract"] == 2
    assert answer["host"] == {"user": ALICE, "profile": r"C:\Users\alice", "powershell": "5.1.26100.1"}
    assert answer["cache"] == {
        "found": True,
        "enabled": True,
        "active": True,
        "location": "C:\\Windows\\CSC",
        "error": None,
    }
    assert answer["services"] == {
        "CscService": {"state": "Running", "start_mode": "Auto", "error": None},
        "CSC": {"state": "Running", "start_mode": "System", "error": None},
    }
    state_keys = {"complete", "error", "way", "seen", "held", "shares", "rows", "data"}
    assert set(answer["before"]) == set(answer["after"]) == state_keys
    [call] = answer["calls"]
    assert set(call) == {
        "path",
        "made",
        "error",
        "thrown_at",
        "completed",
        "status",
        "returned",
        "timed_out",
        "texts",
        "data",
    }
    assert set(answer["ms"]) == {"preflight", "configuration", "before", "call", "after"}
    assert answer["skipped"] is None


def test_a_plain_unpin_with_state_before_and_after() -> None:
    answer = ask(host(), HOME)
    before = answer["before"]
    assert (before["complete"], before["error"], before["way"], before["seen"]) == (True, None, "query", 16)
    assert before["held"] == [True]
    assert before["shares"] == ["\\\\fs01\\users", "\\\\fs02\\projects", "\\\\fs02\\home"]
    assert rows(before) == [
        f"1\t2\t{HOME}",
        f"0\t1\t{REPORT}",
        f"0\t1\t{HOME}\\notes.txt",
        f"0\t1\t{HOME}\\locked.xlsx",
        f"1\t2\t{HOME}\\drafts",
        f"0\t1\t{IDEA}",
    ]
    assert [row.split("\t")[1] for row in rows(answer["after"])] == ["0", "0", "0", "1", "0", "0"]
    [call] = answer["calls"]
    assert (call["path"], call["made"], call["completed"]) == (None, True, True)
    assert (call["returned"], call["status"], call["error"], call["timed_out"]) == (DONE, None, None, False)
    assert len(texts(call)) == 14


def test_values_are_written_as_the_contract_says() -> None:
    fields = [
        "ItemName",
        "Encrypted",
        "ChangeInfo.Dirty",
        "DirtyInfo.LocalDirtyByteCount",
        "FileSysInfo.LocalCreationTime",
    ]
    answer = ask(host(), method=None, fields=fields, reasons=[])
    found = {row.rpartition("\t")[2]: row.split("\t")[:-1] for row in rows(answer["before"])}
    assert found[REPORT] == ["report.docx", "False", "True", "12345", "20240102030405.000000+000"]
    assert found["\\\\fs01"] == ["fs01", "False", "", "", ""]
    assert len(found) == 16


def test_keep_leaves_out_rows_without_a_set_field_and_seen_counts_them() -> None:
    before = ask(host(), HOME, "\\\\fs02", method=None, keep=[USER])["before"]
    assert (before["rows"], before["seen"]) == (6, 16)
    assert all(not row.endswith("plan.mpp") for row in rows(before))


@pytest.mark.parametrize(
    ("paths", "deep", "expected"),
    [
        ([], True, 16),
        ([HOME], True, 6),
        ([HOME], None, 6),
        ([HOME.upper()], True, 6),
        ([HOME], False, 5),
        (["\\\\fs01\\users\\ali"], True, 0),
        ([HOME, HOME + "\\drafts"], True, 6),
        (["\\\\fs01"], True, 8),
        (["\\\\fs01"], False, 2),
        ([REPORT], False, 1),
    ],
)
def test_scope(paths: list[str], deep: bool | None, expected: int) -> None:
    assert ask(host(), *paths, method=None, deep=deep)["before"]["rows"] == expected


def test_held_is_told_for_each_path_in_any_case() -> None:
    answer = ask(host(), REPORT.upper(), "\\\\fs01\\users\\bob", "\\\\fs09\\x", "\\\\FS01", method=None)
    assert answer["before"]["held"] == [True, False, False, True]


def test_empty_lines_are_no_paths() -> None:
    assert ask(host(), REPORT, "", method=None)["before"]["held"] == [True]


def test_reasons_decide_whether_the_call_is_needed() -> None:
    path = "\\\\fs02\\projects"
    assert ask(host(), path)["skipped"] == "not_needed"
    assert ask(host(), path)["after"] is None
    assert len(ask(host(), path, force=True)["calls"]) == 1
    assert len(ask(host(), path, reasons=[])["calls"]) == 1
    assert len(ask(host(), path, read=False)["calls"]) == 1
    assert len(ask(host(), HOME)["calls"]) == 1


def test_a_reason_counts_even_in_a_row_that_is_not_kept() -> None:
    answer = ask(host(), HOME, keep=["PinInfo.PinnedForComputer"], fields=[USER, "PinInfo.PinnedForComputer"])
    assert answer["before"]["rows"] == 0
    assert len(answer["calls"]) == 1


def test_without_reading() -> None:
    answer = ask(host(), HOME, read=False)
    assert (answer["before"], answer["after"]) == (None, None)
    assert answer["calls"][0]["completed"] is True
    assert (answer["ms"]["before"], answer["ms"]["after"]) == (0, 0)


@pytest.mark.parametrize("options", [{"method": None}, {"check": True}])
def test_no_method_means_read_only(options: dict[str, Any]) -> None:
    machine = host()
    answer = ask(machine, HOME, **options)
    assert (answer["calls"], answer["skipped"], answer["after"]) == ([], "no_method", None)
    assert answer["before"]["rows"] == 6
    assert machine.snapshot()["calls"] == []


def test_each_calls_once_for_each_flag_and_path() -> None:
    machine = host()
    answer = ask(machine, REPORT, IDEA, flags=[0x20, 0x40], each=True)
    assert [call["path"] for call in answer["calls"]] == [0, 1, 0, 1]
    made = [(call["params"]["Flags"], call["params"]["Paths"]) for call in machine.snapshot()["calls"]]
    assert made == [(32, [REPORT]), (32, [IDEA]), (64, [REPORT]), (64, [IDEA])]


def test_several_flags_without_each() -> None:
    machine = host()
    answer = ask(machine, HOME + "\\notes.txt", flags=[0x20, 0x40])
    assert [call["path"] for call in answer["calls"]] == [None, None]
    assert pins(machine, HOME + "\\notes.txt") == {}


def test_no_flags_make_no_call() -> None:
    answer = ask(host(), HOME, flags=[])
    assert (answer["calls"], answer["skipped"]) == ([], "not_needed")


def test_an_absent_deep_is_not_passed() -> None:
    [call] = ask(host(), HOME, deep=None)["calls"]
    assert (call["made"], call["error"]["code"]) == (False, 0x8004102F)


def test_an_unknown_method() -> None:
    answer = ask(host(), HOME, method="Shake")
    assert answer["calls"][0]["error"]["code"] == 0x80041055
    assert (answer["calls"][0]["made"], answer["after"]) == (False, None)


# A cache that cannot be asked


@pytest.mark.parametrize(
    ("name", "enabled", "active", "service"),
    [("disabled", False, False, "Disabled"), ("inactive", True, False, "Auto")],
)
def test_disabled_and_inactive_end_after_the_preflight(name: str, enabled: bool, active: bool, service: str) -> None:
    answer = ask(host(name), HOME, force=True)
    assert (answer["cache"]["found"], answer["cache"]["enabled"], answer["cache"]["active"]) == (True, enabled, active)
    assert answer["services"]["CscService"] == {"state": "Stopped", "start_mode": service, "error": None}
    assert (answer["before"], answer["calls"], answer["skipped"]) == (None, [], "unavailable")


def test_an_absent_class() -> None:
    answer = ask(host("absent"), HOME)
    cache = answer["cache"]
    assert (cache["found"], cache["enabled"], cache["active"], cache["location"]) == (False, None, None, None)
    assert cache["error"] == {"code": 0x80041002, "message": "Error code: 0x80041002"}
    assert answer["services"]["CSC"]["error"]["code"] == 0x80041002
    assert (answer["before"], answer["skipped"]) == (None, "unavailable")


@pytest.mark.parametrize(
    ("value", "code"), [("load_failure", 0x80041013), ("access_denied", 0x80041003), ("unauthorized", 0x80070005)]
)
def test_a_class_that_does_not_work(value: str, code: int) -> None:
    assert ask(host(wmi_class=value), HOME)["cache"]["error"]["code"] == code


def test_a_cache_that_goes_inactive_before_the_call() -> None:
    answer = ask(host(goes_inactive="before_call"), HOME)
    assert answer["calls"][0]["returned"] == {"ReturnValue": 1062}
    assert answer["after"]["error"]["code"] == 0x80070426


# Reading


def test_a_refused_query_falls_back_to_the_enumeration() -> None:
    before = ask(host(query_error=0x80041024), HOME)["before"]
    assert (before["way"], before["complete"], before["rows"]) == ("instances", True, 6)


def test_a_read_that_is_refused_both_ways() -> None:
    answer = ask(host(query_error=0x80041024, instances_error=0x80041003), HOME)
    before = answer["before"]
    assert (before["way"], before["complete"], before["error"]["code"]) == ("instances", False, 0x80041003)
    assert (before["rows"], before["held"]) == (0, [False])
    assert answer["calls"][0]["completed"] is True, "an unreadable state does not hold up the call"


def test_a_read_that_breaks_keeps_what_it_had() -> None:
    before = ask(host(read_error_after_rows=4), HOME)["before"]
    assert (before["way"], before["error"]["code"], before["seen"], before["rows"]) == ("query", 0x8004106C, 4, 2)


def test_a_fault_of_the_second_read_only() -> None:
    answer = ask(host(read_error_after_rows=4, read_faults_from=2), HOME)
    assert (answer["before"]["complete"], answer["after"]["complete"]) == (True, False)


def test_unknown_fields_are_an_error_of_the_read() -> None:
    for fields in (["Colour"], ["PinInfo.Colour"]):
        answer = ask(host(), HOME, fields=fields, reasons=[])
        assert answer["before"]["error"]["code"] == 0x80041002


def test_the_state_after_may_lag() -> None:
    answer = ask(host(state_lag_reads=1), REPORT)
    assert rows(answer["after"]) == [f"0\t1\t{REPORT}"]


# Time


def test_ms_tell_how_long_each_step_took() -> None:
    assert ask(host(row_delay_ms=2, item_delay_ms=10), HOME)["ms"] == {
        "preflight": 0,
        "configuration": 0,
        "before": 32,
        "call": 60,
        "after": 32,
    }


CONFIGURATION = "Win32_OfflineFilesMachineConfiguration"
NET_CACHE = "Software\\Policies\\Microsoft\\Windows\\NetCache"
POLICIES = rf"HKEY_LOCAL_MACHINE\{NET_CACHE}"
ASSIGNED = rf"HKEY_USERS\*\{NET_CACHE}\AssignedOfflineFolders"


def set_up(machine: Host, **options: Any) -> dict[str, Any]:
    request = {"classes": [CONFIGURATION], "registry": [POLICIES, ASSIGNED], "read": False, "method": None, **options}
    return ask(machine, **request)


def test_the_configuration_is_read_whole() -> None:
    answer = set_up(host("inventory"))
    found = answer["classes"][CONFIGURATION]
    assert found["error"] is None
    assert found["properties"]["DiskSpaceLimitParams"] == {"TotalSizeInMB": 20480, "AutoCacheSizeInMB": 8192}
    assert found["properties"]["ExcludedFileTypes"] == ["*.pst", "*.mdb"]
    policies, *users = answer["registry"]
    assert (policies["key"], policies["values"]["CacheQuotaLimit"]) == (POLICIES, 20480)
    assert [sorted(one["values"]) for one in users] == [
        [r"\\fs02\templates\policies", r"\\fs02\共有\全社"],
        [r"\\fs02\templates\policies"],
    ]
    assert [one["key"].split("\\")[1][-5:] for one in users] == ["-1104", "-1187"]
    assert {one["error"] for one in answer["registry"]} == {None}


def test_the_configuration_has_a_time_of_its_own() -> None:
    # The class, EnumValues and a question for each of its six values, EnumKey, then five hives with three values.
    answer = set_up(host("inventory", configuration_delay_ms=10))
    assert answer["ms"] == {
        "preflight": 0,
        "configuration": 10 * (1 + 7 + 1 + 5 + 3),
        "before": 0,
        "call": 0,
        "after": 0,
    }


def test_what_was_read_in_time_is_kept() -> None:
    answer = set_up(host("inventory", configuration_delay_ms=300), timeout=1)
    assert answer["classes"][CONFIGURATION]["error"] is None
    assert [(one["key"], one["values"], one["error"]["code"]) for one in answer["registry"]] == [
        (POLICIES, {}, TIME_UP),
        (ASSIGNED, {}, TIME_UP),
    ]


def test_a_hung_read_uses_up_the_time_and_nothing_is_called() -> None:
    answer = ask(host(read_hangs_after_rows=5), HOME, timeout=7)
    assert answer["before"]["error"]["code"] == TIME_UP
    assert (answer["before"]["complete"], answer["before"]["seen"]) == (False, 5)
    [call] = answer["calls"]
    assert (call["made"], call["timed_out"], call["error"], call["completed"]) == (False, False, None, False)
    assert (answer["after"], answer["skipped"], answer["ms"]["before"]) == (None, None, 7000)


def test_a_slow_read_is_bounded_too() -> None:
    before = ask(host(row_delay_ms=300), HOME, timeout=2)["before"]
    assert (before["error"]["code"], before["seen"]) == (TIME_UP, 6)


def test_a_hung_call_times_out_and_the_rest_is_not_made() -> None:
    answer = ask(host(hang_after_items=1), REPORT, HOME + "\\notes.txt", each=True, timeout=9)
    first, second = answer["calls"]
    assert (first["made"], first["timed_out"], first["completed"], first["returned"]) == (True, True, False, None)
    assert len(texts(first)) == 3
    assert (second["made"], second["timed_out"]) == (False, False)
    assert answer["ms"]["call"] == 9000
    assert answer["after"]["complete"] is True


@pytest.mark.parametrize(("timeout", "seconds"), [(5, 5), (50, 30)])
def test_the_read_after_gets_at_least_half_a_minute_or_the_timeout(timeout: int, seconds: int) -> None:
    answer = ask(host(hang_after_items=0, read_hangs_after_rows=0, read_faults_from=2), HOME, timeout=timeout)
    assert answer["after"]["error"]["code"] == TIME_UP
    assert answer["ms"]["after"] == seconds * 1000


def test_a_missing_completed_times_out_with_its_return_value() -> None:
    [call] = ask(host(completed="missing"), REPORT, timeout=4)["calls"]
    assert (call["timed_out"], call["completed"], call["returned"], call["texts"]) == (True, False, DONE, 4)


def test_without_a_limit_only_the_end_of_the_host_ends_a_hang() -> None:
    with pytest.raises(Stopped):
        ask(host(hang_after_items=0), HOME, timeout=0)


def test_in_real_time_a_stop_ends_a_hang() -> None:
    machine = scenario.load(SCENARIOS / "small.yml").host
    machine.behaviour = from_mapping({"hang_after_items": 0})
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        host_call.run(shorthand.request({**UNPIN, "paths": HOME}), machine, ALICE, False, stop)
    assert time.monotonic() - started < 5


def test_a_call_that_was_abandoned_goes_on() -> None:
    machine = host(item_delay_ms=1000)
    answer = ask(machine, HOME, timeout=3)
    assert answer["calls"][0]["timed_out"] is True
    assert pins(machine, IDEA) == {"user": 1}
    machine.clock.sleep(10)
    assert pins(machine, IDEA) == {}


def test_a_synchronous_call_can_time_out_too() -> None:
    [call] = ask(host(hang_after_items=0), HOME, observe=False, timeout=3)["calls"]
    assert (call["made"], call["timed_out"], call["texts"]) == (True, True, 0)


# Late texts


def test_late_texts_are_waited_for_up_to_half_a_second() -> None:
    answer = ask(host(texts_after_completed=1, late_text_ms=400), REPORT)
    assert (answer["calls"][0]["texts"], answer["ms"]["call"]) == (4, 400)
    answer = ask(host(texts_after_completed=1, late_text_ms=600), REPORT)
    assert (answer["calls"][0]["texts"], answer["ms"]["call"]) == (3, 500)
    assert answer["calls"][0]["timed_out"] is False


def test_nothing_is_waited_for_when_the_last_text_has_come() -> None:
    assert ask(host(), REPORT)["ms"]["call"] == 0
    assert ask(host(), REPORT, last="")["ms"]["call"] == 500
    assert ask(host(end_text="missing"), REPORT)["ms"]["call"] == 500
    assert ask(host(observer="silent"), REPORT)["ms"]["call"] == 500
    assert ask(host(), REPORT, observe=False)["ms"]["call"] == 0


def test_a_return_value_may_come_after_completed() -> None:
    assert ask(host(object_ready="after_completed", end_text="missing"), REPORT)["calls"][0]["returned"] == DONE


# Calls that go wrong


@pytest.mark.parametrize(("value", "code"), [("refused_com", 0x80070005), ("refused_wmi", 0x80041003)])
def test_a_refused_observer(value: str, code: int) -> None:
    machine = host(observer=value)
    answer = ask(machine, HOME)
    [call] = answer["calls"]
    assert (call["made"], call["completed"], call["error"]["code"]) == (False, False, code)
    assert answer["after"] is None
    [call] = ask(machine, HOME, observe=False)["calls"]
    assert (call["made"], call["completed"], call["returned"], call["texts"]) == (True, True, DONE, 0)


def test_a_provider_that_dies() -> None:
    [call] = ask(host(dies_after_items=2), HOME)["calls"]
    assert call["status"] == {"code": 0x80041004, "message": "Provider failed after initialization"}
    assert (call["completed"], call["returned"], call["texts"]) == (True, None, 5)
    [call] = ask(host(dies_after_items=2), HOME, observe=False)["calls"]
    assert (call["made"], call["completed"], call["status"], call["error"]["code"]) == (False, False, None, 0x80041004)


def test_a_cancelled_operation() -> None:
    [call] = ask(host(cancelled_after_items=2), HOME)["calls"]
    assert call["returned"] == {"ReturnValue": 0x800704C7}
    assert texts(call)[-1].startswith("1:2147943623:")


def test_null_and_odd_texts_are_carried() -> None:
    odd = ["nul", "null", "empty", "huge", "surrogate"]
    found = texts(ask(host(odd_texts=odd), REPORT)["calls"][0])
    assert found[1] == "a text with NUL \0 and U+0001 \x01 inside"
    assert found[2:4] == ["", ""]
    assert len(found[4]) > 65536
    assert found[5] == "half a pair \ufffd end"


def test_defaults_are_those_of_the_spec() -> None:
    answer = host_call.run({}, host(), ALICE, False)["answer"]
    assert (answer["skipped"], answer["before"]["rows"], answer["before"]["seen"]) == ("no_method", 16, 16)
    assert host_call.SPEC["timeout"] == {"type": "int", "default": 3600}


def test_the_spec_is_what_ansible_accepts() -> None:
    arg_spec = pytest.importorskip("ansible.module_utils.common.arg_spec")
    given = {"fields": "Sparse", "deep": "yes", "paths": "x"}
    validated = arg_spec.ArgumentSpecValidator(host_call.SPEC).validate(given)
    assert validated.error_messages == []
    assert (validated.validated_parameters["fields"], validated.validated_parameters["deep"]) == (["Sparse"], True)


def test_another_user_has_another_view() -> None:
    answer = ask(host(), "\\\\fs01", user="CORP\\bob")
    assert answer["host"]["user"] == "CORP\\bob"
    assert [row.rpartition("\\")[2] for row in rows(answer["before"])] == ["fs01", "users", "bob", "todo.txt"]


def test_many_items() -> None:
    text = r"""
    generate: [{under: '\\fs01\archive', directories: 20, files: 999, pin: user}]
    """
    machine = scenario.parse(text).host
    answer = ask(machine, "\\\\fs01\\archive", keep=[USER])
    assert (answer["before"]["rows"], answer["calls"][0]["texts"], answer["after"]["rows"]) == (20_000, 40_004, 0)
    assert len(unpack(answer["calls"][0]["data"])) == 40_004
