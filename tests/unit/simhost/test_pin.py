# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pin in the simulated cache: reasons, Deep, what only servers have, servers that cannot be reached, a full cache."""

from __future__ import annotations

from typing import Any

import pytest
from unit.simhost.calls import ALICE, HOME, call, host, item, items, on_servers, parsed, pins, results, returned, texts

from simhost.windows import Host
from simhost.wmi import CACHE_CLASS, Texts, Wait, WmiSession

pytestmark = pytest.mark.timeout(20)

NEW = "\\\\fs09\\users\\alice"
DENIED, BUSY, FULL, OFFLINE, NO_ACCESS = 0x80070005, 0x80070020, 0x80070070, 0x800704EE, 0x80070041


def pin(machine: Host, *paths: str, flags: int = 0x20, deep: bool = True, user: str = ALICE) -> list[Any]:
    return call(machine, "Pin", {"Paths": list(paths), "Flags": flags, "Deep": deep}, user)


def test_parameters() -> None:
    inputs = WmiSession(host("pin"), ALICE).inputs(CACHE_CLASS, "Pin")
    assert dict(inputs) == {"Paths": "string[]", "Flags": "uint32", "Deep": "boolean"}


def test_all_of_a_folder_is_pinned_and_what_only_the_server_has_comes_in() -> None:
    machine = host("pin")
    events = pin(machine, HOME, flags=0x40)
    names = ["", "\\report.docx", "\\plain.txt", "\\thin.txt", "\\open.txt", "\\fresh.txt"]
    assert results(events, HOME) == dict.fromkeys(names, 0)
    assert returned(events) == 0
    assert pins(machine, HOME) == {
        "": {"user": 2, "user_policy": 2},
        "\\report.docx": {"user": 1, "user_policy": 1},
        "\\plain.txt": {"user_policy": 1},
        "\\thin.txt": {"user_policy": 1},
        "\\open.txt": {"user_policy": 1},
        "\\fresh.txt": {"user_policy": 1},
    }
    held = items(machine, HOME)
    assert [name for name, one in held.items() if one["sparse"]] == ["\\thin.txt", "\\open.txt", "\\fresh.txt"]
    assert held["\\fresh.txt"]["size"] == 40
    assert HOME + "\\fresh.txt" not in on_servers(machine)


def test_a_second_pin_changes_nothing() -> None:
    machine = host("pin")
    pin(machine, HOME, NEW)
    before = items(machine)
    events = pin(machine, HOME, NEW)
    # What failed the first time fails again.
    assert {path: code for path, code in results(events).items() if code} == {NEW + "\\locked.xlsx": DENIED}
    assert items(machine) == before


def test_a_server_that_the_cache_does_not_know_comes_in_with_its_folders() -> None:
    machine = host("pin")
    events = pin(machine, NEW)
    assert results(events, NEW)["\\locked.xlsx"] == DENIED
    assert returned(events) == 0
    assert pins(machine, "\\\\fs09") == {
        "": {},
        "\\users": {},
        "\\users\\alice": {"user": 2},
        "\\users\\alice\\report.docx": {"user": 1},
        "\\users\\alice\\to report.lnk": {"user": 1},
        "\\users\\alice\\to drafts.lnk": {"user": 1},
        "\\users\\alice\\drafts": {"user": 2},
        "\\users\\alice\\drafts\\idea.txt": {"user": 1},
    }
    assert [item(machine, path).type.name for path in ("\\\\fs09", "\\\\fs09\\users", NEW)] == [
        "SERVER",
        "SHARE",
        "DIRECTORY",
    ]


def test_reset_gives_the_servers_back_what_came_in() -> None:
    machine = host("pin")
    before = machine.snapshot()
    pin(machine, NEW, HOME)
    machine.reset()
    assert machine.snapshot() == before


def test_without_deep_the_folder_alone_is_pinned_and_its_children_at_the_next_synchronization() -> None:
    machine = host("pin")
    assert results(pin(machine, NEW, deep=False), NEW) == {"": 0}
    assert pins(machine, NEW) == {"": {"user": 2}}
    events = call(machine, "Synchronize", {"Paths": [NEW], "Flags": 0x7})
    assert results(events, NEW)["\\drafts\\idea.txt"] == 0
    after = items(machine, NEW)
    assert (after["\\drafts\\idea.txt"]["pins"], after["\\drafts\\idea.txt"]["sparse"]) == ({"user": 1}, False)
    assert after["\\drafts"]["pins"] == {"user": 2}
    assert "\\locked.xlsx" not in after


def test_a_deep_pin_leaves_nothing_to_the_next_synchronization() -> None:
    machine = host("pin")
    pin(machine, NEW)
    call(machine, "Unpin", {"Paths": [NEW + "\\report.docx"], "Flags": 0x20, "Deep": True})
    call(machine, "Synchronize", {"Paths": [NEW], "Flags": 0x7})
    assert pins(machine)[NEW + "\\report.docx"] == {}


def test_without_a_reason_nothing_comes_in() -> None:
    machine = host("pin", no_reason_flags="nothing")
    pin(machine, HOME + "\\fresh.txt", flags=0x1)
    assert HOME + "\\fresh.txt" not in pins(machine)


def test_what_was_deleted_can_come_in_again() -> None:
    machine = host("pin")
    folder = NEW + "\\drafts"
    for _dummy in range(3):
        pin(machine, folder + "\\idea.txt")
        assert pins(machine)[folder + "\\idea.txt"] == {"user": 1}
        call(machine, "DeleteItems", {"Paths": ["\\\\fs09\\users"], "Flags": 0})
        assert not [path for path in pins(machine) if path.startswith("\\\\fs09")]
        assert folder + "\\idea.txt" in on_servers(machine)


@pytest.mark.parametrize(("value", "folder"), [("inherit", 2), ("pinned", 1)])
def test_the_value_of_a_folder(value: str, folder: int) -> None:
    machine = host("pin", pinned_folder=value)
    pin(machine, NEW)
    assert pins(machine, NEW)[""] == {"user": folder}
    assert pins(machine, NEW)["\\report.docx"] == {"user": 1}


@pytest.mark.parametrize(("value", "there"), [("server", True), ("cached", False)])
def test_reach_of_a_deep_pin(value: str, there: bool) -> None:
    machine = host("pin", pin_reach=value)
    pin(machine, HOME, NEW)
    found = pins(machine)
    assert (HOME + "\\fresh.txt" in found, NEW + "\\report.docx" in found) == (there, there)
    assert found[NEW] == {"user": 2}
    assert found[HOME + "\\plain.txt"] == {"user": 1}


@pytest.mark.parametrize(
    ("value", "flags", "code", "sparse"),
    [
        ("sparse", 0x20, 0, True),
        ("sparse", 0x21, 0, False),
        ("filled", 0x20, 0, False),
        ("refused", 0x21, 0x80070002, None),
    ],
)
def test_what_the_cache_does_not_hold(value: str, flags: int, code: int, sparse: bool | None) -> None:
    machine = host("pin", pin_new_item=value)
    path = HOME + "\\fresh.txt"
    assert results(pin(machine, path, flags=flags)) == {path: code}
    assert items(machine).get(path, {}).get("sparse") is sparse


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (HOME + "\\nothing.txt", 0x80070002),
        ("\\\\fs01\\nothing\\x", 0x80070043),
        ("\\\\nowhere\\users\\x", 0x80070035),
        ("\\\\fs03\\archive\\2020.zip", OFFLINE),
        ("\\\\fs03\\archive\\2019.zip", OFFLINE),
    ],
)
def test_paths_that_nobody_has(path: str, code: int) -> None:
    machine = host("pin")
    before = items(machine)
    assert results([event for event in pin(machine, path) if path[0] == "\\"]) == (
        {path: code} if path[0] == "\\" else {}
    )
    assert returned(pin(machine, path)) in (0, code)
    assert items(machine) == before


@pytest.mark.parametrize(("value", "found"), [("s_ok", [0]), ("s_false", [1]), ("none", [])])
def test_an_item_that_has_the_reason_already(value: str, found: list[int]) -> None:
    assert list(results(pin(host("pin", item_pinned=value), HOME + "\\report.docx")).values()) == found


def test_a_folder_that_is_pinned_without_inherit_is_raised() -> None:
    machine = parsed(r"cache: {'\\s\h\d\': {pin: user}}")
    pin(machine, "\\\\s\\h\\d")
    assert pins(machine)["\\\\s\\h\\d"] == {"user": 2}


@pytest.mark.parametrize(
    ("switches", "flags", "left"),
    [
        ({"redirection_flag": "honoured"}, 0x100, {"folder_redirection": 1}),
        ({"redirection_flag": "ignored"}, 0x120, {"user": 1}),
        ({"redirection_flag": "refused"}, 0x120, {}),
        ({"combined_reasons": "accepted"}, 0xE0, {"user": 1, "user_policy": 1, "computer": 1}),
        ({"combined_reasons": "lowest_only"}, 0xC0, {"user_policy": 1}),
        ({"combined_reasons": "refused"}, 0xC0, {}),
        ({"no_reason_flags": "nothing"}, 0x1, {}),
        ({"no_reason_flags": "refused"}, 0x1, {}),
    ],
)
def test_flags(switches: dict[str, Any], flags: int, left: dict[str, int]) -> None:
    machine = host("pin", **switches)
    events = pin(machine, HOME + "\\plain.txt", flags=flags)
    assert pins(machine)[HOME + "\\plain.txt"] == left
    assert (returned(events) == 0x80070057) is ("refused" in switches.values())


def test_filling_takes_what_the_server_has_now() -> None:
    machine = parsed(r"cache: {'\\s\h\f': {size: 5, sparse: true, remote: {size: 6, modified: 2026-01-02}}}")
    pin(machine, "\\\\s\\h\\f", flags=0x21)
    facts = item(machine, "\\\\s\\h\\f").facts
    assert (facts.size, facts.modified[:8], facts.sparse, facts.remote) == (6, "20260102", False, None)


@pytest.mark.parametrize(("unfilled", "left"), [("kept", {"user": 1}), ("dropped", {})])
@pytest.mark.parametrize(("files", "flags"), [("refused", 0x21), ("served", 0x21), ("served", 0x10021)])
def test_an_open_file(unfilled: str, left: dict[str, int], files: str, flags: int) -> None:
    machine = host("pin", unfilled_pin=unfilled, open_files=files)
    path = HOME + "\\open.txt"
    served = files == "served" and flags == 0x21
    assert results(pin(machine, path, flags=flags)) == {path: 0 if served else BUSY}
    # With the flag 0x10000 the operation backs off before it has done anything.
    expected = {"user": 1} if served else {} if flags & 0x10000 else left
    assert (pins(machine)[path], items(machine)[path]["sparse"]) == (expected, not served)


def test_an_open_file_can_be_pinned_when_nothing_has_to_come() -> None:
    assert results(pin(host("pin"), HOME + "\\open.txt")) == {HOME + "\\open.txt": 0}


@pytest.mark.parametrize(("unfilled", "left"), [("kept", {"user": 1}), ("dropped", {})])
@pytest.mark.parametrize(("full", "after"), [("each_item", {"\\fresh.txt": 0}), ("stops", {})])
def test_a_full_cache(unfilled: str, left: dict[str, int], full: str, after: dict[str, int]) -> None:
    # 12,345 and 300 bytes are there; 700 do not fit, 40 do.
    machine = host("pin", cache_quota=12_645 + 50, quota_full=full, unfilled_pin=unfilled, open_files="served")
    events = pin(machine, HOME, flags=0x21)
    told = results(events, HOME)
    assert (told["\\thin.txt"], pins(machine, HOME)["\\thin.txt"]) == (FULL, left)
    assert {name: code for name, code in told.items() if name == "\\fresh.txt"} == after
    assert returned(events) == (FULL if full == "stops" else 0)
    assert pins(machine, HOME)["\\plain.txt"] == {"user": 1}


def test_the_code_of_a_full_cache() -> None:
    told = results(pin(host("pin", cache_quota=0, quota_error="ERROR_NOT_ENOUGH_MEMORY"), HOME, flags=0x21), HOME)
    assert told["\\thin.txt"] == 0x80070008


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        ("accepted", HOME + "\\fresh.txt", 0),
        ("per_item", HOME + "\\fresh.txt", NO_ACCESS),
        ("per_item", HOME + "\\nothing.txt", NO_ACCESS),
        ("per_item", HOME + "\\plain.txt", 0),
        ("per_call", HOME + "\\plain.txt", None),
    ],
)
def test_a_logon_that_the_server_refuses(value: str, path: str, code: int | None) -> None:
    machine = host("pin", server_logon=value)
    events = pin(machine, path, user="CORP\\admin")
    assert results(events) == ({} if code is None else {path: code})
    if code is None:
        assert returned(events) == NO_ACCESS
    assert (path in pins(machine)) is (code == 0 or code is None)
    delegated = pin(host("pin", server_logon=value), HOME + "\\fresh.txt")
    assert (list(results(delegated).values()), returned(delegated)) == ([0], 0)


@pytest.mark.parametrize(("value", "code"), [("when_needed", 0), ("always", 0x8007052E)])
def test_whether_a_cached_item_needs_the_server(value: str, code: int) -> None:
    machine = host("pin", pin_contact=value, server_logon="per_item", server_contact_error=1326)
    told = results(pin(machine, HOME + "\\plain.txt", user="CORP\\admin"))
    assert told == {HOME + "\\plain.txt": code}


@pytest.mark.parametrize(("value", "code"), [("per_item", 0x80070035), ("per_call", None), ("skipped", None)])
def test_a_share_that_is_offline(value: str, code: int | None) -> None:
    machine = host("pin", offline_server=value, offline_server_error=53)
    path = "\\\\fs03\\archive\\2019.zip"
    events = pin(machine, path, HOME + "\\plain.txt")
    assert results(events).get(path) == code
    assert returned(events) == (0x80070035 if value == "per_call" else 0)
    assert (HOME + "\\plain.txt" in results(events)) is (value != "per_call")
    assert path not in pins(machine)


@pytest.mark.parametrize(
    ("flags", "target"), [(0x20, {}), (0x30, {"user": 1})], ids=["without the flag", "with the flag"]
)
def test_the_target_of_a_link(flags: int, target: dict[str, int]) -> None:
    machine = host("pin", path_form="requested")
    told = results(pin(machine, NEW + "\\to report.lnk", NEW + "\\to drafts.lnk", flags=flags))
    assert pins(machine)[HOME + "\\plain.txt"] == target
    assert (HOME + "\\plain.txt" in told) is bool(target)
    # A folder is never pinned because a link leads there.
    assert NEW + "\\drafts" not in pins(machine)


def test_an_error_of_the_scenario_can_be_for_pin_alone() -> None:
    machine = parsed(r"cache: {'\\s\h\f': {error: {code: 5, methods: [Pin]}, pin: user}}")
    params = {"Paths": ["\\\\s\\h\\f"], "Flags": 0x40, "Deep": True}
    assert list(results(call(machine, "Pin", params)).values()) == [DENIED]
    assert list(results(call(machine, "Unpin", params)).values()) == [0]


def test_what_others_hide_is_not_brought_in() -> None:
    machine = parsed(r"""
    cache: {'\\s\h': {}}
    servers: {'\\s\h\f': {visible_to: ['CORP\bob']}}
    """)
    pin(machine, "\\\\s\\h")
    assert "\\\\s\\h\\f" not in pins(machine)
    assert results(pin(machine, "\\\\s\\h\\f")) == {"\\\\s\\h\\f": 0x80070002}
    pin(machine, "\\\\s\\h", user="CORP\\bob")
    assert pins(machine)["\\\\s\\h\\f"] == {"user": 1}


def test_pins_can_lag() -> None:
    machine = host("pin", state_lag_ms=500)
    pin(machine, HOME)
    assert (pins(machine)[HOME + "\\plain.txt"], HOME + "\\fresh.txt" in pins(machine)) == ({}, False)
    machine.clock.sleep(0.6)
    assert (pins(machine)[HOME + "\\plain.txt"], HOME + "\\fresh.txt" in pins(machine)) == ({"user": 1}, True)


@pytest.mark.parametrize("value", ["continues", "stops"])
def test_an_abandoned_pin(value: str) -> None:
    machine = host("pin", abandoned_call=value, item_delay_ms=100)
    events = WmiSession(machine, ALICE).invoke(CACHE_CLASS, "Pin", {"Paths": [HOME], "Flags": 0x80, "Deep": True})
    for event in events:
        if isinstance(event, Wait):
            break
    events.close()
    machine.clock.sleep(10)
    assert (HOME + "\\fresh.txt" in pins(machine)) is (value == "continues")


def test_a_pin_that_is_cancelled_keeps_what_it_has_done() -> None:
    machine = host("pin", cancelled_after_items=2)
    events = pin(machine, HOME, flags=0x40)
    assert returned(events) == 0x800704C7
    assert [bool(one.get("user_policy")) for one in pins(machine, HOME).values()] == [True, True, False, False, False]


@pytest.mark.parametrize("switches", [{}, {"item_order": "children_first"}, {"container_texts": "silent"}])
def test_many_items_at_once_are_the_items_one_by_one(switches: dict[str, Any]) -> None:
    at_once, single = host("pin", **switches), host("pin", **switches, abandoned_call="stops")
    assert pin(at_once, "\\\\fs01", NEW, flags=0x31) == pin(single, "\\\\fs01", NEW, flags=0x31)
    assert items(at_once) == items(single)
    params = {"Paths": [HOME], "Flags": 0x20, "Deep": True}
    many = WmiSession(host("pin", **switches), ALICE).invoke_many(CACHE_CLASS, "Pin", params)
    assert any(isinstance(event, Texts) for event in many)


def test_children_first_tells_a_folder_last() -> None:
    assert list(results(pin(host("pin", item_order="children_first"), NEW), NEW))[-1] == ""
    assert list(results(pin(host("pin", item_order="children_first"), HOME), HOME))[-1] == ""


@pytest.mark.parametrize("order", ["parents_first", "children_first"])
def test_nothing_is_told_twice(order: str) -> None:
    machine = host("pin", item_order=order)
    told = [text for text in texts(pin(machine, HOME, NEW, flags=0x40)) if text.startswith("3:")]
    assert len(told) == len(set(told)) == 6 + 7


@pytest.mark.parametrize(
    ("reason", "reached"),
    [
        ("unknown", False),
        ("not_applicable", False),
        ("disconnected", False),
        ("working_offline", True),
        ("slow", True),
        ("need_to_sync", True),
        ("suspended", True),
    ],
)
def test_reasons_for_which_a_share_is_offline(reason: str, reached: bool) -> None:
    machine = parsed(rf"""
    cache: {{'\\s\h': {{connection: {{state: offline, reason: {reason}}}}}}}
    servers: {{'\\s\h\f': {{}}}}
    """)
    assert results(pin(machine, "\\\\s\\h\\f")) == {"\\\\s\\h\\f": 0 if reached else OFFLINE}
