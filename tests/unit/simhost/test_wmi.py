# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The simulated WMI: rows, calls, and that each value of each switch shows in what comes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simhost import scenario
from simhost.behaviour import METHOD_NAMES, ODD_TEXTS, Behaviour, from_mapping
from simhost.clock import VirtualClock
from simhost.operations import METHODS, Finished, Method
from simhost.windows import SYSTEM, Host
from simhost.wmi import (
    CACHE_CLASS,
    CONFIGURATION_CLASS,
    ITEM_CLASS,
    REGISTRY_CLASS,
    Completed,
    Hang,
    ObjectReady,
    Progress,
    Rows,
    Texts,
    Wait,
    WmiError,
    WmiSession,
)

pytestmark = pytest.mark.timeout(20)

SCENARIOS = Path(scenario.__file__).with_name("scenarios")
ALICE = "CORP\\alice"
HOME = "\\\\fs01\\users\\alice"
REPORT = HOME + "\\report.docx"
LOCKED = HOME + "\\locked.xlsx"
IDEA = HOME + "\\drafts\\idea.txt"
PLAN = "\\\\fs02\\projects\\plan.mpp"
LOGO = "\\\\fs02\\projects\\logo.png"
OK = "The operation completed successfully."


def host(name: str = "small", **switches: Any) -> Host:
    machine = scenario.load(SCENARIOS / f"{name}.yml").host
    machine.behaviour = from_mapping(switches, machine.behaviour)
    machine.clock = VirtualClock()
    return machine


def invoke(
    machine: Host,
    *paths: str,
    flags: int = 0x20,
    deep: bool = True,
    user: str = ALICE,
    observe: bool = True,
) -> list[Any]:
    """All events of one Unpin, up to a hang."""
    found = []
    params = {"Paths": list(paths), "Flags": flags, "Deep": deep}
    for event in WmiSession(machine, user).invoke(CACHE_CLASS, "Unpin", params, observe):
        found.append(event)
        if isinstance(event, Hang):
            break
    return found


def texts(events: list[Any]) -> list[str | None]:
    return [event.message for event in events if isinstance(event, Progress)]


def results(events: list[Any]) -> list[str | None]:
    return [text for text in texts(events) if text is not None and text.startswith("3:")]


def returned(events: list[Any]) -> int | None:
    return next((event.return_value for event in events if isinstance(event, ObjectReady)), None)


def pins(machine: Host) -> dict[str, dict[str, int]]:
    return {one["path"]: one["pins"] for one in machine.snapshot()["items"]}


def rows(
    machine: Host, user: str = ALICE, properties: list[str] | None = None, way: str = "query"
) -> list[dict[str, Any]]:
    found = list(WmiSession(machine, user).enumerate(ITEM_CLASS, properties, way))
    return [row for row in found if isinstance(row, dict)]


# Instances and rows


def test_the_singleton_and_the_services() -> None:
    session = WmiSession(host(), ALICE)
    assert session.get(CACHE_CLASS) == {"Enabled": True, "Active": True, "Location": "C:\\Windows\\CSC"}
    assert list(session.enumerate(CACHE_CLASS, ["Active"])) == [{"Active": True}]
    assert session.get("Win32_Service", "cscservice")["State"] == "Running"
    assert session.get("Win32_SystemDriver", "CSC")["StartMode"] == "System"
    for cls, key, code in [
        ("Win32_Service", "Spooler", 0x80041002),
        ("Win32_Process", "1", 0x80041010),
        (ITEM_CLASS, REPORT, 0x80041024),
    ]:
        with pytest.raises(WmiError) as caught:
            session.get(cls, key)
        assert (caught.value.code, caught.value.kind) == (code, "management")


def test_a_row_of_each_type_has_null_where_nothing_applies() -> None:
    by_path = {row["ItemPath"]: row for row in rows(host())}
    server, share, folder, file = (by_path[path] for path in ("\\\\fs01", "\\\\fs01\\users", HOME, REPORT))
    assert [one["ItemType"] for one in (server, share, folder, file)] == [3, 2, 1, 0]
    embedded = ("FileSysInfo", "PinInfo", "ChangeInfo", "ConnectionInfo", "SuspendInfo", "DirtyInfo")
    present = [[one[name] is not None for name in embedded] for one in (server, share, folder, file)]
    assert present == [
        [False] * 6,
        [False, True, True, True, True, False],
        [True, True, True, True, True, False],
        [True] * 6,
    ]
    assert (server["ParentItemPath"], share["ParentItemPath"], file["ParentItemPath"]) == ("", "\\\\fs01", HOME)
    assert folder["PinInfo"] == {
        "Pinned": True,
        "PinnedForUser": 2,
        "PinnedForUserByPolicy": 0,
        "PinnedForComputer": 0,
        "PinnedForFolderRedirection": 0,
    }
    assert share["PinInfo"]["Pinned"] is False
    assert (
        file["ChangeInfo"]["Dirty"] is file["ChangeInfo"]["ModifiedData"] is file["ChangeInfo"]["ModifiedTime"] is True
    )
    assert file["ChangeInfo"]["CreatedOffline"] is False
    assert file["DirtyInfo"] == {"LocalDirtyByteCount": 12345, "RemoteDirtyByteCount": 0}
    assert file["FileSysInfo"]["LocalSize"] == file["FileSysInfo"]["OriginalSize"] == 12345
    assert file["FileSysInfo"]["LocalCreationTime"] == "20240102030405.000000+000"
    assert file["ConnectionInfo"] == {"ConnectState": 2, "OfflineReason": 1}
    assert (file["ItemName"], file["Encrypted"], file["Sparse"]) == ("report.docx", False, False)


def test_only_what_was_asked_for_is_in_a_row() -> None:
    assert set(rows(host(), properties=["ItemPath", "PinInfo"])[0]) == {"ItemPath", "PinInfo"}
    with pytest.raises(WmiError) as caught:
        rows(host(), properties=["ItemPath", "Colour"])
    assert caught.value.code == 0x80041017
    assert set(rows(host(), properties=["ItemPath", "Colour"], way="instances")[0]) == {"ItemPath"}


@pytest.mark.parametrize(
    ("cls", "switches"),
    [
        ("Win32_Nothing", {}),
        (CACHE_CLASS, {"wmi_class": "missing"}),
        (ITEM_CLASS, {"wmi_class": "missing"}),
        (CONFIGURATION_CLASS, {}),
        (REGISTRY_CLASS, {"registry_class": "missing"}),
    ],
)
def test_a_class_that_is_not_there_is_not_found_where_its_object_is_fetched(cls: str, switches: dict[str, Any]) -> None:
    session = WmiSession(host(**switches), ALICE)
    for ask in (session.fetch, lambda name: session.inputs(name, "Unpin"), lambda name: list(instances(session, name))):
        with pytest.raises(WmiError) as caught:
            ask(cls)
        assert (caught.value.code, caught.value.message) == (0x80041002, "Error code: 0x80041002")
    if cls != REGISTRY_CLASS:
        with pytest.raises(WmiError) as caught:
            list(session.enumerate(cls))
        assert (caught.value.code, caught.value.message) == (0x80041010, "Class not valid")


def instances(session: WmiSession, cls: str) -> Iterator[Any]:
    return session.enumerate(cls, way="instances")


def test_a_method_that_the_class_lacks_has_no_parameters() -> None:
    session = WmiSession(host(), ALICE)
    assert dict(session.inputs(CACHE_CLASS, "Unpin")) == {"Paths": "string[]", "Flags": "uint32", "Deep": "boolean"}
    assert "hDefKey" in session.inputs(REGISTRY_CLASS, "EnumKey")
    for cls, method in ((CACHE_CLASS, "Nothing"), (ITEM_CLASS, "Unpin"), (REGISTRY_CLASS, "Unpin")):
        with pytest.raises(WmiError) as caught:
            session.inputs(cls, method)
        assert (caught.value.code, caught.value.message) == (0x80041055, "Error code: 0x80041055")


# The plain call


def test_unpin_tells_begin_items_and_end_and_takes_the_pins() -> None:
    machine = host()
    events = invoke(machine, HOME)
    items = [HOME, REPORT, HOME + "\\notes.txt", LOCKED, HOME + "\\drafts", IDEA]
    expected = [f"0:0:{OK}:"]
    for path in items:
        answer = "2147942405:Access is denied." if path == LOCKED else f"0:{OK}"
        expected += [f"2:0:{OK}:{path}", f"3:{answer}:{path}"]
    assert texts(events) == [*expected, f"1:0:{OK}:"]
    assert events[-2:] == [ObjectReady(0), Completed(0, "")]
    left = pins(machine)
    assert [left[path] for path in items] == [{}, {}, {"user_policy": 1}, {"user": 1}, {}, {}]
    assert left["\\\\fs01\\users\\bob"] == {"user": 2}
    [call] = machine.snapshot()["calls"]
    assert (call["user"], call["method"], call["observe"]) == (ALICE, "Unpin", True)


def test_a_mask_of_several_reasons_takes_them_all() -> None:
    machine = host(combined_reasons="accepted")
    invoke(machine, HOME + "\\notes.txt", flags=0x60)
    assert pins(machine)[HOME + "\\notes.txt"] == {}


def test_without_observer_there_are_no_texts() -> None:
    assert invoke(host(), REPORT, observe=False) == [ObjectReady(0), Completed(0, "")]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Paths": [], "Flags": 32}, 0x8004102F),
        ({"Paths": [], "Flags": 32, "Deep": None}, 0x8004102F),
        ({"Paths": [], "Flags": 32, "Deep": True, "Force": True}, 0x8004102F),
        ({"Paths": "x", "Flags": 32, "Deep": True}, 0x80041005),
        ({"Paths": [1], "Flags": 32, "Deep": True}, 0x80041005),
        ({"Paths": [], "Flags": -1, "Deep": True}, 0x80041005),
        ({"Paths": [], "Flags": True, "Deep": True}, 0x80041005),
        ({"Paths": [], "Flags": 32, "Deep": 1}, 0x80041005),
    ],
)
def test_wrong_parameters_are_refused_at_the_call(params: dict[str, Any], code: int) -> None:
    machine = host()
    with pytest.raises(WmiError) as caught:
        WmiSession(machine, ALICE).invoke(CACHE_CLASS, "Unpin", params)
    assert caught.value.code == code
    assert machine.snapshot()["calls"] == []


def test_other_classes_and_methods_are_refused() -> None:
    session = WmiSession(host(declared_only=["Synchronize"]), ALICE)
    for cls, method, code in [
        (ITEM_CLASS, "Unpin", 0x80041010),
        (CACHE_CLASS, "Defragment", 0x80041055),
        (CACHE_CLASS, "Synchronize", 0x80041055),
    ]:
        with pytest.raises(WmiError) as caught:
            session.invoke(cls, method, {})
        assert caught.value.code == code


def test_the_methods_of_the_class_are_those_that_scenarios_can_name() -> None:
    assert tuple(METHODS) == METHOD_NAMES
    assert set(WmiSession(host(), ALICE).fetch(CACHE_CLASS)) == set(METHOD_NAMES)


def test_null_paths_name_nothing() -> None:
    events = list(WmiSession(host(), ALICE).invoke(CACHE_CLASS, "Unpin", {"Paths": None, "Flags": 32, "Deep": True}))
    assert texts(events) == [f"0:0:{OK}:", f"1:0:{OK}:"]


def test_the_table_of_methods_is_what_invoke_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(call: Any) -> Iterator[Any]:
        yield Finished(42, 0)

    monkeypatch.setattr("simhost.wmi.METHODS", {"Answer": Method({}, run)})
    assert list(WmiSession(host(), ALICE).invoke(CACHE_CLASS, "Answer", {})) == [ObjectReady(42), Completed(0, "")]


# Switches that show in the texts of one call: switches, paths and flags, the ItemResult texts

NOT_FOUND = "The system cannot find the file specified."
DENIED = "Access is denied."
RESULTS: list[tuple[dict[str, Any], str, int, list[str]]] = [
    ({"item_not_pinned": "s_ok"}, LOGO, 0x80, [f"3:0:{OK}:{LOGO}"]),
    ({"item_not_pinned": "s_false"}, LOGO, 0x80, [f"3:1:Incorrect function.:{LOGO}"]),
    ({"item_not_pinned": "not_found"}, LOGO, 0x80, [f"3:2147942402:{NOT_FOUND}:{LOGO}"]),
    ({"item_not_pinned": "none"}, LOGO, 0x80, []),
    ({"missing_path": "item_result"}, "\\\\x\\y", 0x20, [f"3:2147942402:{NOT_FOUND}:\\\\x\\y"]),
    ({"missing_path": "return_value"}, "\\\\x\\y", 0x20, []),
    ({"missing_path": "silent"}, "\\\\x\\y", 0x20, []),
    ({"missing_path_code": 1168}, "\\\\x\\y", 0x20, ["3:2147943568:Element not found.:\\\\x\\y"]),
    ({"number_format": "unsigned"}, LOCKED, 0x20, [f"3:2147942405:{DENIED}:{LOCKED}"]),
    ({"number_format": "signed"}, LOCKED, 0x20, [f"3:-2147024891:{DENIED}:{LOCKED}"]),
    ({"number_format": "hex"}, LOCKED, 0x20, [f"3:0x80070005:{DENIED}:{LOCKED}"]),
    ({"number_format": "bare_hex"}, LOCKED, 0x20, [f"3:80070005:{DENIED}:{LOCKED}"]),
    ({"result_form": "hresult"}, LOCKED, 0x20, [f"3:2147942405:{DENIED}:{LOCKED}"]),
    ({"result_form": "win32"}, LOCKED, 0x20, [f"3:5:{DENIED}:{LOCKED}"]),
    ({"brackets": "none"}, LOCKED, 0x20, [f"3:2147942405:{DENIED}:{LOCKED}"]),
    ({"brackets": "always"}, LOCKED, 0x20, [f"3:2147942405:{DENIED}:[{LOCKED}]"]),
    ({"brackets": "with_path"}, LOCKED, 0x20, [f"3:2147942405:{DENIED}:[{LOCKED}]"]),
    ({"text_language": "en"}, LOCKED, 0x20, [f"3:2147942405:{DENIED}:{LOCKED}"]),
    ({"text_language": "de"}, LOCKED, 0x20, [f"3:2147942405:Zugriff verweigert:{LOCKED}"]),
    ({"text_language": "ja"}, LOCKED, 0x20, [f"3:2147942405:アクセスが拒否されました。:{LOCKED}"]),
    ({"text_language": "empty"}, LOCKED, 0x20, [f"3:2147942405::{LOCKED}"]),
    ({"success_text": "text"}, REPORT, 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"success_text": "empty"}, REPORT, 0x20, [f"3:0::{REPORT}"]),
    ({"text_ending": "none"}, REPORT, 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"text_ending": "crlf"}, REPORT, 0x20, [f"3:0:{OK}\r\n:{REPORT}"]),
    ({"text_suffix": " (see: a:b)"}, REPORT, 0x20, [f"3:0:{OK} (see: a:b):{REPORT}"]),
    ({"path_form": "cached"}, REPORT.upper(), 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"path_form": "requested"}, REPORT.upper(), 0x20, [f"3:0:{OK}:{REPORT.upper()}"]),
    ({"path_form": "lower"}, REPORT.upper(), 0x20, [f"3:0:{OK}:{REPORT.lower()}"]),
    ({"path_form": "upper"}, REPORT, 0x20, [f"3:0:{OK}:{REPORT.upper()}"]),
    ({"path_form": "fqdn"}, PLAN, 0x80, [f"3:0:{OK}:\\\\fs02.corp.example\\projects\\plan.mpp"]),
    ({"item_result_text": "sent"}, REPORT, 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"item_result_text": "missing"}, REPORT, 0x20, []),
    ({"long_paths": "refused"}, REPORT, 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"path_forms": "accepted"}, "\\\\?\\UNC\\" + REPORT[2:], 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"wildcards": "expanded"}, HOME + "\\rep*.doc?", 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"wildcards": "literal"}, HOME + "\\*", 0x20, [f"3:2147942402:{NOT_FOUND}:{HOME}\\*"]),
    ({"server_path": "not_found"}, "\\\\fs01", 0x20, [f"3:2147942402:{NOT_FOUND}:\\\\fs01"]),
    ({"server_contact": "never"}, REPORT, 0x20, [f"3:0:{OK}:{REPORT}"]),
    ({"server_contact": "per_item"}, REPORT, 0x20, [f"3:2147942465:Network access is denied.:{REPORT}"]),
    (
        {"server_contact": "per_item", "server_contact_error": "ERROR_LOGON_FAILURE"},
        REPORT,
        0x20,
        [f"3:2147943726:The user name or password is incorrect.:{REPORT}"],
    ),
    ({"server_contact": "per_call"}, REPORT, 0x20, []),
    ({"repeat_texts": 2}, REPORT, 0x20, [f"3:0:{OK}:{REPORT}"] * 2),
]


@pytest.mark.parametrize(("switches", "path", "flags", "expected"), RESULTS, ids=str)
def test_item_results(switches: dict[str, Any], path: str, flags: int, expected: list[str]) -> None:
    assert results(invoke(host(**switches), path, flags=flags)) == expected


@pytest.mark.parametrize(
    ("switches", "path", "code"),
    [
        ({"wildcards": "refused"}, HOME + "\\*.docx", 123),
        ({"wildcards": "expanded"}, HOME + "\\*.none", 2),
        ({"path_forms": "refused"}, HOME + "\\", 123),
        ({"path_forms": "refused"}, "\\\\?\\UNC\\" + REPORT[2:], 123),
        ({"server_path": "refused"}, "\\\\fs01", 123),
        ({"long_paths": "refused"}, HOME + "\\" + "x" * 260, 206),
        ({"long_paths": "accepted"}, HOME + "\\" + "x" * 260, 2),
        ({}, "Z:\\users\\alice", 161),
        ({}, "\\\\fs01\\\\users", 123),
        ({}, "\\\\fs01\\users\\a<b", 123),
        ({}, "\\\\fs01\\users\\bob", 2),
    ],
)
@pytest.mark.parametrize("told", ["item_result", "return_value"])
def test_bad_paths_have_their_codes(switches: dict[str, Any], path: str, code: int, told: str) -> None:
    machine = host(**switches, missing_path=told)
    before = pins(machine)
    events = invoke(machine, path)
    hresult = 0x80070000 | code
    if told == "item_result":
        assert [text.split(":")[1] for text in results(events) if text] == [str(hresult)]
        assert returned(events) == 0
    else:
        assert results(events) == []
        assert returned(events) == hresult
        assert (texts(events)[-1] or "").startswith(f"1:{hresult}:")
    assert pins(machine) == before


def test_a_malformed_path_is_never_silent() -> None:
    assert returned(invoke(host(missing_path="silent", return_on_item_errors="first_error"), "Z:\\")) == 0x800700A1


def test_a_server_path_means_everything_under_it() -> None:
    machine = host(server_path="accepted")
    invoke(machine, "\\\\FS01")
    assert pins(machine)[IDEA] == {}
    assert pins(machine)[PLAN] == {"computer": 1}


def test_a_long_path_is_served_where_it_is_accepted() -> None:
    name = "x" * 270
    machine = scenario.parse(f"cache: {{'\\\\s\\h\\{name}': {{pin: user}}}}").host
    invoke(machine, f"\\\\s\\h\\{name}")
    assert pins(machine)[f"\\\\s\\h\\{name}"] == {}


@pytest.mark.parametrize(("brackets", "end"), [("none", ""), ("always", "[]"), ("with_path", "")])
def test_brackets_of_begin_and_end(brackets: str, end: str) -> None:
    found = texts(invoke(host(brackets=brackets), REPORT))
    assert (found[0], found[-1]) == (f"0:0:{OK}:{end}", f"1:0:{OK}:{end}")


@pytest.mark.parametrize("switch", ["begin_text", "item_begin_text", "item_result_text", "end_text"])
@pytest.mark.parametrize("value", ["sent", "missing"])
def test_texts_can_be_missing(switch: str, value: str) -> None:
    machine = host(**{switch: value})
    kinds = [(text or "")[0] for text in texts(invoke(machine, REPORT))]
    reason = {"begin_text": "0", "item_begin_text": "2", "item_result_text": "3", "end_text": "1"}[switch]
    assert kinds == [kind for kind in "0231" if kind != reason or value == "sent"]
    assert pins(machine)[REPORT] == {}


def test_an_item_result_can_come_twice() -> None:
    found = results(invoke(host(item_result_text="retried"), REPORT))
    assert [text.split(":")[1] for text in found if text] == ["2147942432", "0"]


@pytest.mark.parametrize(("number", "sizes"), [(1, [1] * 14), (3, [3, 3, 3, 3, 2]), (100, [14])])
def test_several_messages_in_one_progress(number: int, sizes: list[int]) -> None:
    found = texts(invoke(host(messages_per_progress=number), HOME))
    assert [len((text or "").split("\r\n")) for text in found] == sizes


def test_null_texts_are_not_joined() -> None:
    found = texts(invoke(host(messages_per_progress=3, odd_texts=["null"]), REPORT))
    assert found == [f"0:0:{OK}:", None, f"2:0:{OK}:{REPORT}\r\n3:0:{OK}:{REPORT}\r\n1:0:{OK}:"]


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_odd_texts_come_after_the_first(name: str) -> None:
    found = texts(invoke(host(odd_texts=[name], extra_texts=["mine", None]), REPORT))
    assert found[:4] == [f"0:0:{OK}:", ODD_TEXTS[name], "mine", None]
    assert len(found) == 7


def test_the_huge_text_is_more_than_64_kb() -> None:
    assert len(ODD_TEXTS["huge"] or "") > 65536


# Scope


@pytest.mark.parametrize("container", ["kept", "released"])
@pytest.mark.parametrize("subdirectories", ["kept", "released"])
def test_shallow_unpin(container: str, subdirectories: str) -> None:
    machine = host(shallow_container=container, shallow_subdirectories=subdirectories)
    invoke(machine, HOME, deep=False)
    left = pins(machine)
    assert left[REPORT] == {}
    assert left[IDEA] == {"user": 1}
    assert left[HOME] == ({} if container == "released" else {"user": 2})
    assert left[HOME + "\\drafts"] == ({} if subdirectories == "released" else {"user": 2})


@pytest.mark.parametrize(("order", "last"), [("parents_first", IDEA), ("children_first", HOME)])
def test_order_of_items(order: str, last: str) -> None:
    assert (results(invoke(host(item_order=order), HOME))[-1] or "").endswith(f":{last}")


@pytest.mark.parametrize(("value", "count"), [("reported", 6), ("silent", 4)])
def test_containers_can_be_silent(value: str, count: int) -> None:
    machine = host(container_texts=value)
    assert len(results(invoke(machine, HOME))) == count
    assert pins(machine)[HOME] == {}


# Flags


@pytest.mark.parametrize(
    ("switches", "flags", "left"),
    [
        ({"redirection_flag": "honoured"}, 0x100, {}),
        ({"redirection_flag": "ignored"}, 0x100, {"folder_redirection": 1}),
        ({"redirection_flag": "refused"}, 0x100, {"folder_redirection": 1}),
        ({"combined_reasons": "accepted"}, 0x120, {}),
        ({"combined_reasons": "lowest_only"}, 0x120, {"folder_redirection": 1}),
        ({"combined_reasons": "refused"}, 0x120, {"folder_redirection": 1}),
        ({"no_reason_flags": "nothing"}, 0, {"folder_redirection": 1}),
        ({"no_reason_flags": "all_reasons"}, 0x200, {}),
        ({"no_reason_flags": "refused"}, 0, {"folder_redirection": 1}),
    ],
)
def test_flags(switches: dict[str, Any], flags: int, left: dict[str, int]) -> None:
    machine = host(**switches)
    path = "\\\\fs02\\home\\alice\\Documents\\cv.odt"
    events = invoke(machine, path, flags=flags)
    assert pins(machine)[path] == left
    refused = "refused" in switches.values()
    assert (returned(events) == 0x80070057) is refused
    assert (texts(events) == []) is refused


def test_ways_of_refusal() -> None:
    common = {"no_reason_flags": "refused", "refusal_code": "WBEM_E_INVALID_PARAMETER"}
    assert invoke(host(**common, refusal_form="return_value"), REPORT, flags=0) == [
        ObjectReady(0x80041008),
        Completed(0, ""),
    ]
    assert invoke(host(**common, refusal_form="completed"), REPORT, flags=0) == [
        Completed(0x80041008, "A call parameter is not correct")
    ]
    with pytest.raises(WmiError) as caught:
        invoke(host(**common, refusal_form="thrown"), REPORT, flags=0)
    assert (caught.value.code, caught.value.kind) == (0x80041008, "management")
    with pytest.raises(WmiError) as caught:
        invoke(host(no_reason_flags="refused", refusal_form="thrown"), REPORT, flags=0)
    assert (caught.value.code, caught.value.kind) == (0x80070057, "com")


@pytest.mark.parametrize(("value", "hangs"), [("ignored", False), ("hangs", True)])
def test_interactive_flag(value: str, hangs: bool) -> None:
    assert (Hang() in invoke(host(interactive_flag=value), REPORT, flags=0x820)) is hangs
    assert Hang() not in invoke(host(interactive_flag=value), REPORT, flags=0x20)


def test_background_backs_off_from_open_files() -> None:
    machine = scenario.parse(r"cache: {'\\s\h\f': {pin: user, in_use: true}}").host
    assert "2147942432" in str(results(invoke(machine, "\\\\s\\h\\f", flags=0x10020)))
    assert pins(machine)["\\\\s\\h\\f"] == {"user": 1}
    invoke(machine, "\\\\s\\h\\f")
    assert pins(machine)["\\\\s\\h\\f"] == {}


# Whose items


@pytest.mark.parametrize(
    ("switch", "user", "value", "seen"),
    [
        ("user_view", ALICE, "own", 16),
        ("user_view", ALICE, "all", 18),
        ("user_view", ALICE, "none", 0),
        ("admin_view", "CORP\\admin", "own", 10),
        ("admin_view", "corp\\ADMIN", "all", 18),
        ("admin_view", "CORP\\admin", "none", 0),
        ("system_view", SYSTEM, "own", 10),
        ("system_view", "SYSTEM", "all", 18),
        ("system_view", SYSTEM, "none", 0),
    ],
)
def test_views(switch: str, user: str, value: str, seen: int) -> None:
    assert len(rows(host(**{switch: value}), user)) == seen


@pytest.mark.parametrize(("reach", "left"), [("view", {"user": 2}), ("all", {})])
def test_reach_of_unpin(reach: str, left: dict[str, int]) -> None:
    machine = host(unpin_reach=reach)
    invoke(machine, "\\\\fs01\\users")
    assert pins(machine)["\\\\fs01\\users\\bob"] == left


def test_who_is_delegated_reaches_the_server_unless_the_share_is_offline() -> None:
    machine = scenario.parse(r"""
    host: {delegated: ['CORP\alice']}
    behaviour: {server_contact: per_item}
    cache: {'\\s\on\f': {pin: user}, '\\s\off': {connection: offline}, '\\s\off\f': {pin: user}}
    """).host
    found = results(invoke(machine, "\\\\s\\on\\f", "\\\\s\\off\\f"))
    assert [(text or "").split(":")[1] for text in found] == ["0", str(0x800704EE)]


def test_the_whole_call_can_need_the_server() -> None:
    machine = host(server_contact="per_call", server_contact_error=1312)
    events = invoke(machine, HOME)
    assert returned(events) == 0x80070520
    assert pins(machine)[REPORT] == {"user": 1}


# Delivery


@pytest.mark.parametrize(
    ("value", "code", "kind"), [("refused_com", 0x80070005, "access"), ("refused_wmi", 0x80041003, "management")]
)
def test_observer_refused(value: str, code: int, kind: str) -> None:
    machine = host(observer=value)
    with pytest.raises(WmiError) as caught:
        invoke(machine, REPORT)
    assert (caught.value.code, caught.value.kind) == (code, kind)
    assert machine.snapshot()["calls"] == []
    assert returned(invoke(machine, REPORT, observe=False)) == 0


@pytest.mark.parametrize(("value", "count"), [("accepted", 4), ("silent", 0)])
def test_observer_silent(value: str, count: int) -> None:
    machine = host(observer=value)
    events = invoke(machine, REPORT)
    assert len(texts(events)) == count
    assert events[-1] == Completed(0, "")
    assert pins(machine)[REPORT] == {}


def test_texts_after_completed() -> None:
    events = invoke(host(texts_after_completed=2, late_text_ms=40), REPORT)
    kinds = [type(event) for event in events]
    assert kinds == [Progress, Progress, ObjectReady, Completed, Wait, Progress, Progress]
    assert events[4] == Wait(40)
    assert (texts(events)[-1] or "").startswith("1:0:")


def test_joined_texts_can_be_late_too() -> None:
    events = invoke(host(texts_after_completed=1, messages_per_progress=3), REPORT)
    assert [type(event) for event in events] == [Progress, ObjectReady, Completed, Wait, Progress]


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ("sent", LOCKED, [ObjectReady, Completed]),
        ("missing", LOCKED, [Completed]),
        ("missing_on_error", LOCKED, [Completed]),
        ("missing_on_error", REPORT, [ObjectReady, Completed]),
        ("after_completed", LOCKED, [Completed, ObjectReady]),
    ],
)
def test_object_ready(value: str, path: str, expected: list[type]) -> None:
    events = invoke(host(object_ready=value), path)
    assert [type(event) for event in events if not isinstance(event, Progress)] == expected


@pytest.mark.parametrize(
    ("errors", "form", "value", "end"),
    [
        ("zero", "hresult", 0, 0),
        ("first_error", "hresult", 0x80070005, 0x80070005),
        ("first_error", "win32", 5, 0x80070005),
        ("more_data", "hresult", 0x800700EA, 0x800700EA),
        ("more_data", "win32", 234, 0x800700EA),
    ],
)
def test_return_value_when_items_failed(errors: str, form: str, value: int, end: int) -> None:
    events = invoke(host(return_on_item_errors=errors, return_form=form), HOME)
    assert returned(events) == value
    assert (texts(events)[-1] or "").startswith(f"1:{end}:")


@pytest.mark.parametrize(("value", "expected"), [("item_result", 0x80070005), ("overall", 0)])
def test_return_value_of_a_single_file(value: str, expected: int) -> None:
    assert returned(invoke(host(single_file_return=value), LOCKED)) == expected


@pytest.mark.parametrize(("value", "released"), [("path", True), ("call", False)])
def test_one_bad_path(value: str, released: bool) -> None:
    machine = host(bad_path_fails=value)
    events = invoke(machine, REPORT, "\\\\x\\y")
    assert (pins(machine)[REPORT] == {}) is released
    assert returned(events) == (0 if released else 0x80070002)
    assert len(results(events)) == (2 if released else 0)


@pytest.mark.parametrize(("value", "number"), [("overall", 0), ("zero", 0), ("first_error", 0x80070005)])
def test_result_of_end(value: str, number: int) -> None:
    assert (texts(invoke(host(end_result=value), HOME))[-1] or "").startswith(f"1:{number}:")


def test_end_is_zero_even_when_cancelled_if_it_always_is() -> None:
    events = invoke(host(end_result="zero", cancelled_after_items=1), HOME)
    assert (texts(events)[-1] or "").startswith("1:0:")
    assert returned(events) == 0x800704C7


def test_result_of_begin() -> None:
    assert (texts(invoke(host(begin_result="E_FAIL"), REPORT))[0] or "") == "0:2147500037:Unspecified error:"


# Reading


def test_a_refused_query_leaves_the_enumeration() -> None:
    machine = host(query_error="WBEM_E_PROVIDER_NOT_CAPABLE")
    with pytest.raises(WmiError) as caught:
        rows(machine)
    assert caught.value.code == 0x80041024
    assert len(rows(machine, way="instances")) == 16


def test_a_refused_enumeration_leaves_the_query() -> None:
    machine = host(instances_error=0x80041003)
    with pytest.raises(WmiError):
        rows(machine, way="instances")
    assert len(rows(machine)) == 16


@pytest.mark.parametrize(("limit", "code"), [(0, "0x8004106C"), (3, "0x80041032"), (16, "0x8004106C")])
def test_a_read_breaks_after_some_rows(limit: int, code: str) -> None:
    stream = WmiSession(host(read_error_after_rows=limit, read_error=int(code, 16)), ALICE).enumerate(ITEM_CLASS)
    for _dummy in range(limit):
        assert isinstance(next(stream), dict)
    with pytest.raises(WmiError) as caught:
        next(stream)
    assert caught.value.code == int(code, 16)


def test_a_read_hangs_after_some_rows() -> None:
    found = list(WmiSession(host(read_hangs_after_rows=2), ALICE).enumerate(ITEM_CLASS))
    assert [type(one) for one in found] == [dict, dict, Hang]


def test_a_read_takes_its_time_and_faults_can_begin_later() -> None:
    machine = host(row_delay_ms=7, read_faults_from=2)
    session = WmiSession(machine, ALICE)
    assert Wait(7) not in list(session.enumerate(ITEM_CLASS))
    assert list(session.enumerate(ITEM_CLASS)).count(Wait(7)) == 16


# During and after the call


@pytest.mark.parametrize("value", ["continues", "stops"])
def test_an_abandoned_call(value: str) -> None:
    machine = host(abandoned_call=value, item_delay_ms=100)
    params = {"Paths": [HOME], "Flags": 0x20, "Deep": True}
    events = WmiSession(machine, ALICE).invoke(CACHE_CLASS, "Unpin", params)
    for event in events:
        if isinstance(event, Wait):
            break
    events.close()
    assert pins(machine)[HOME] == {"user": 2}
    machine.clock.sleep(0.35)
    halfway = pins(machine)
    assert (halfway[HOME], halfway[IDEA]) == ({} if value == "continues" else {"user": 2}, {"user": 1})
    machine.clock.sleep(1)
    assert pins(machine)[IDEA] == ({} if value == "continues" else {"user": 1})


def test_a_hung_call_does_not_go_on_after_it_was_abandoned() -> None:
    machine = host(hang_after_items=2)
    params = {"Paths": [HOME], "Flags": 0x20, "Deep": True}
    events = WmiSession(machine, ALICE).invoke(CACHE_CLASS, "Unpin", params)
    for event in events:
        if isinstance(event, Hang):
            break
    events.close()
    assert (pins(machine)[REPORT], pins(machine)[IDEA]) == ({}, {"user": 1})


def test_lag_of_the_state() -> None:
    machine = host(state_lag_reads=1)
    invoke(machine, REPORT)
    seen = [next(row for row in rows(machine) if row["ItemPath"] == REPORT)["PinInfo"]["Pinned"] for _dummy in range(2)]
    assert seen == [True, False]
    machine = host(state_lag_ms=500)
    invoke(machine, REPORT)
    assert pins(machine)[REPORT] == {"user": 1}
    machine.clock.sleep(0.6)
    assert pins(machine)[REPORT] == {}


@pytest.mark.parametrize(("value", "left"), [("never", {}), ("at_once", {"user": 1}), ("inherited", {"user": 1})])
def test_pins_that_come_back(value: str, left: dict[str, int]) -> None:
    machine = host(repin=value)
    assert results(invoke(machine, REPORT)) == [f"3:0:{OK}:{REPORT}"]
    assert pins(machine)[REPORT] == left


def test_inherited_pins_do_not_come_back_when_the_parent_went_too() -> None:
    machine = host(repin="inherited")
    invoke(machine, HOME)
    assert pins(machine)[REPORT] == {}


@pytest.mark.parametrize(("value", "there"), [("never", True), ("at_once", False)])
def test_eviction(value: str, there: bool) -> None:
    machine = host(eviction=value)
    invoke(machine, HOME)
    left = pins(machine)
    assert (IDEA in left, HOME + "\\drafts" in left) == (there, there)
    assert REPORT in left, "a dirty file stays"
    assert HOME + "\\notes.txt" in left, "a policy still holds it"


# An inactive cache and other faults


@pytest.mark.parametrize(("value", "code"), [("not_active", 1062), ("disabled", 1058), ("not_supported", 50)])
@pytest.mark.parametrize("goes", ["never", "before_call"])
def test_an_inactive_cache(value: str, code: int, goes: str) -> None:
    machine = host("small" if goes == "before_call" else "inactive", inactive_answer=value, goes_inactive=goes)
    assert returned(invoke(machine, REPORT)) == code
    assert WmiSession(machine, ALICE).get(CACHE_CLASS)["Active"] is False
    with pytest.raises(WmiError) as caught:
        rows(machine)
    assert (caught.value.code, caught.value.kind) == (0x80070000 | code, "com")


def test_an_inactive_cache_may_hang() -> None:
    machine = host("inactive", inactive_answer="hang")
    assert invoke(machine, REPORT) == [Hang()]
    assert list(WmiSession(machine, ALICE).enumerate(ITEM_CLASS)) == [Hang()]


@pytest.mark.parametrize(
    ("value", "code", "kind"),
    [
        ("missing", 0x80041010, "management"),
        ("load_failure", 0x80041013, "management"),
        ("access_denied", 0x80041003, "management"),
        ("unauthorized", 0x80070005, "access"),
    ],
)
def test_a_class_that_does_not_work(value: str, code: int, kind: str) -> None:
    machine = host(wmi_class=value)
    session = WmiSession(machine, ALICE)
    attempts: list[Callable[[], Any]] = [
        lambda: session.get(CACHE_CLASS),
        lambda: list(session.enumerate(ITEM_CLASS)),
        lambda: session.get(ITEM_CLASS),
        lambda: invoke(machine, REPORT),
    ]
    for attempt in attempts:
        with pytest.raises(WmiError) as caught:
            attempt()
        assert (caught.value.code, caught.value.kind) == (code, kind)


def test_the_absent_scenario_has_no_services_either() -> None:
    session = WmiSession(host("absent", wmi_class="missing"), ALICE)
    with pytest.raises(WmiError) as caught:
        session.get("Win32_Service", "CscService")
    assert caught.value.code == 0x80041002


def test_a_service_that_cannot_be_read() -> None:
    machine = scenario.parse("host: {services: {CSC: {error: WBEM_E_ACCESS_DENIED}}}").host
    with pytest.raises(WmiError) as caught:
        WmiSession(machine, ALICE).get("Win32_SystemDriver", "CSC")
    assert caught.value.code == 0x80041003


def test_messages_of_errors_are_in_the_language_of_the_machine() -> None:
    for language, message in (("de", "Zugriff verweigert"), ("empty", "Access is denied.")):
        with pytest.raises(WmiError) as caught:
            invoke(host(call_error=0x80070005, text_language=language), REPORT)
        assert caught.value.message == message


def test_call_error() -> None:
    with pytest.raises(WmiError) as caught:
        invoke(host(call_error="RPC_S_SERVER_UNAVAILABLE"), REPORT)
    assert (caught.value.code, caught.value.kind) == (0x800706BA, "com")


@pytest.mark.parametrize(("value", "last"), [("sent", Completed(0, "")), ("missing", Hang())])
def test_completed(value: str, last: Any) -> None:
    assert invoke(host(completed=value), REPORT)[-1] == last


def test_completed_with_a_status_and_a_delay() -> None:
    events = invoke(host(completed_status=0x80041004, completed_delay_ms=30), REPORT)
    assert events[-3:] == [Wait(30), ObjectReady(0), Completed(0x80041004, "Provider failed after initialization")]


def test_a_failed_synchronous_call_throws() -> None:
    with pytest.raises(WmiError) as caught:
        invoke(host(completed_status=0x80041004), REPORT, observe=False)
    assert caught.value.code == 0x80041004


def test_each_item_takes_its_time() -> None:
    assert invoke(host(item_delay_ms=5), HOME).count(Wait(5)) == 6


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (2, 2), (6, 6)])
def test_faults_after_some_items(limit: int, count: int) -> None:
    events = invoke(host(hang_after_items=limit), HOME)
    assert (len(results(events)), events[-1]) == (count, Hang())
    events = invoke(host(dies_after_items=limit, death_status="RPC_S_CALL_FAILED"), HOME)
    assert (len(results(events)), events[-1]) == (count, Completed(0x800706BE, "The remote procedure call failed."))
    assert returned(events) is None
    machine = host(cancelled_after_items=limit)
    events = invoke(machine, HOME)
    assert (len(results(events)), returned(events)) == (count, 0x800704C7)
    assert texts(events)[-1] == "1:2147943623:The operation was canceled by the user.:"
    assert (pins(machine)[IDEA] == {}) is (limit == 6)


def test_the_cancelled_scenario() -> None:
    machine = host("cancelled")
    assert len(results(invoke(machine, "\\\\fs01\\users"))) == 3
    assert sum(not one for one in pins(machine).values()) == 4


def test_the_denied_scenario_shows_plain_codes_and_colons() -> None:
    found = "\n".join(text or "" for text in results(invoke(host("denied"), "\\\\fs01\\users\\alice")))
    assert "3:5:Access is denied." in found
    assert "For example: blank passwords" in found


def test_the_german_and_the_japanese_scenario() -> None:
    german = results(invoke(host("german"), "\\\\fs01\\Benutzer", user="CORP\\juergen"))
    assert "3:-2147024891:Zugriff verweigert\r\n:[\\\\fs01\\Benutzer\\jürgen\\Maße.xlsx]" in german
    japanese = results(invoke(host("japanese"), "\\\\fs01\\共有", user="CORP\\hanako"))
    assert "3:0x80070005:アクセスが拒否されました。:\\\\fs01\\共有\\花子\\予算.xlsx" in japanese


def set_up_codes(**switches: Any) -> list[Any]:
    """What the configuration's class and StdRegProv say: the error's code, the first wait, or the key's number."""
    session = WmiSession(host("inventory", **switches), ALICE)
    where = {"hDefKey": 0x80000003, "sSubKeyName": "S-1-5-18"}
    said: list[Any] = []
    for ask in (
        lambda: next(session.enumerate(CONFIGURATION_CLASS, None, "instances")),
        lambda: next(session.invoke(REGISTRY_CLASS, "EnumKey", where, observe=False)),
    ):
        try:
            first = ask()
        except WmiError as error:
            said.append(error.code)
        else:
            said.append(first.return_value if isinstance(first, ObjectReady) else first)
    return said


def test_the_configuration_and_its_faults() -> None:
    properties, found = set_up_codes()
    assert (properties["TransparentCachingLatencyThreshold"], found) == (35, 0)
    assert set_up_codes(configuration_class="access_denied")[0] == 0x80041003
    assert set_up_codes(configuration_class="hangs")[0] == Hang()
    assert set_up_codes(registry_class="missing")[1] == 0x80041010
    assert set_up_codes(registry_class="access_denied")[1] == 0x80041003
    assert set_up_codes(registry_class="hangs")[1] == Hang()
    assert set_up_codes(registry_denied=["HKEY_USERS"])[1] == 5
    assert set_up_codes(configuration_delay_ms=7) == [Wait(7), Wait(7)]
    # Where the machine does not have the class it neither hangs nor denies.
    with pytest.raises(WmiError, match="0x80041010"):
        next(WmiSession(host(configuration_class="hangs"), ALICE).enumerate(CONFIGURATION_CLASS))


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("DeleteKey", {"hDefKey": 0x80000003, "sSubKeyName": ""}, 0x80041055),
        ("EnumKey", {"sSubKeyName": ""}, 0x8004102F),
        ("EnumKey", {"hDefKey": 0x80000003, "sSubKeyName": "", "sValueName": ""}, 0x8004102F),
        ("EnumKey", {"hDefKey": "0x80000003", "sSubKeyName": ""}, 0x80041005),
        ("EnumValues", {"hDefKey": 0x80000003, "sSubKeyName": 1}, 0x80041005),
    ],
)
def test_what_the_registry_is_asked_is_checked(method: str, params: dict[str, Any], code: int) -> None:
    machine = host()
    with pytest.raises(WmiError, match=f"0x{code:08X}"):
        WmiSession(machine, ALICE).invoke(REGISTRY_CLASS, method, params, observe=False)
    assert machine.calls == []


def test_what_differs_from_the_last_synchronization() -> None:
    rows = {
        row["ItemPath"]: row
        for row in WmiSession(host("inventory"), ALICE).enumerate(ITEM_CLASS)
        if isinstance(row, dict)
    }
    info = rows[REPORT]["FileSysInfo"]
    assert (info["LocalSize"], info["OriginalSize"], info["RemoteSize"]) == (48211, 47104, 47104)
    assert info["LocalChangeTime"] == "20261119161206.000000+000"
    assert info["OriginalLastWriteTime"] == "20261030091500.000000+000"
    assert info["OriginalCreationTime"] == info["LocalCreationTime"] == "20240304080000.000000+000"
    images = rows["\\\\fs02\\home\\alice\\Documents\\VM images"]
    assert images["SuspendInfo"] == {"Suspended": True, "SuspendedRoot": True}
    assert images["FileSysInfo"]["LocalAttributes"] == 0x12
    assert rows[HOME]["FileSysInfo"]["OriginalAttributes"] == 0x10
    note = rows["\\\\fs02\\共有\\花子\\メモ.txt"]
    assert note["DirtyInfo"] == {"LocalDirtyByteCount": 1200, "RemoteDirtyByteCount": 100}


def test_every_value_of_every_switch_is_named_by_a_test() -> None:
    names = ["test_wmi", "test_pin", "test_synchronize", "test_delete_items"]
    names += ["test_connections", "test_rename", "test_cache_methods"]
    source = "".join(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in names)
    missing = []
    for one in dataclasses.fields(Behaviour):
        if not re.search(rf"\b{one.name}\b", source):
            missing.append(one.name)
        for value in () if "check" in one.metadata else one.metadata["values"]:
            # The default is what every other test runs with.
            if value != one.default and f'"{value}"' not in source:
                missing.append(f"{one.name}: {value}")
    assert missing == []


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"brackets": "always"},
        {"item_not_pinned": "none"},
        {"item_not_pinned": "not_found", "return_on_item_errors": "first_error"},
        {"container_texts": "silent"},
        {"item_begin_text": "missing"},
        {"messages_per_progress": 3},
        {"texts_after_completed": 4},
        {"path_form": "fqdn", "item_order": "children_first"},
        {"eviction": "at_once"},
        {"state_lag_reads": 1},
        {"odd_texts": ["null", "surrogate"], "begin_text": "missing"},
    ],
)
def test_many_items_at_once_do_what_they_do_one_by_one(switches: dict[str, Any]) -> None:
    # An abandoned call that stops is the switch that asks for single items, and shows in nothing else here.
    at_once, single = host(**switches), host(**switches, abandoned_call="stops")
    params = {"Paths": ["\\\\fs01", PLAN], "Flags": 0x20, "Deep": True}
    kinds = [
        {type(event) for event in WmiSession(host(**switches, **more), ALICE).invoke_many(CACHE_CLASS, "Unpin", params)}
        for more in ({}, {"abandoned_call": "stops"})
    ]
    assert Texts not in kinds[1]
    assert (Texts in kinds[0]) is not bool(
        {"begin_text", "item_begin_text", "messages_per_progress", "texts_after_completed"} & switches.keys()
    )
    assert invoke(at_once, "\\\\fs01", PLAN) == invoke(single, "\\\\fs01", PLAN)
    assert pins(at_once) == pins(single)


@pytest.mark.parametrize(
    "properties", [None, ["ItemPath", "ItemType", "PinInfo"], ["PinInfo"], ["ItemPath", "ItemName"]]
)
def test_many_rows_at_once_are_the_rows_one_by_one(properties: list[str] | None) -> None:
    single = list(WmiSession(host(read_error_after_rows=1000), ALICE).enumerate(ITEM_CLASS, properties))
    assert list(WmiSession(host(), ALICE).enumerate(ITEM_CLASS, properties)) == single


def test_rows_that_differ_in_their_path_only_come_as_one() -> None:
    text = r"generate: [{under: '\\fs01\archive', directories: 1, files: 1500, pin: user}]"
    session = WmiSession(scenario.parse(text).host, ALICE)
    found = list(session.enumerate_many(ITEM_CLASS, ["ItemPath", "ItemType"]))
    assert [len(rows.paths) for rows in found if isinstance(rows, Rows)] == [1, 1, 1, 1000, 500]
    last = found[-1]
    assert isinstance(last, Rows)
    assert last.like == {"ItemPath": None, "ItemType": 0}
    assert last.paths[-1] == r"\\fs01\archive\dir0001\file1500.dat"
