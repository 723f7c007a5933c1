# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DeleteItems in the simulated cache: what goes, what stays and why, with and without texts."""

from __future__ import annotations

from typing import Any

import pytest
from unit.simhost.calls import ALICE, HOME, call, completed, host, items, on_servers, parsed, pins, results, returned

from simhost.windows import SYSTEM, Host
from simhost.wmi import CACHE_CLASS, Completed, Hang, ObjectReady, Progress, Texts, WmiError, WmiSession

pytestmark = pytest.mark.timeout(20)

NO_AUTO_CACHED, NO_PINNED, DEL_MODIFIED, ADMIN = 0x1, 0x2, 0x4, 0x80000000
DENIED, BUSY, CHANGED, NOT_EMPTY, MORE = 0x80070005, 0x80070020, 0x800700AA, 0x80070091, 0x800700EA
EVERYTHING = set(items(host("delete_items"), HOME))


def delete(machine: Host, *paths: str, flags: int = 0, user: str = ALICE) -> list[Any]:
    return call(machine, "DeleteItems", {"Paths": list(paths), "Flags": flags}, user)


def gone(machine: Host) -> set[str]:
    return EVERYTHING - set(items(machine, HOME))


def test_parameters() -> None:
    inputs = WmiSession(host("delete_items"), ALICE).inputs(CACHE_CLASS, "DeleteItems")
    assert dict(inputs) == {"Paths": "string[]", "Flags": "uint32"}


OLD = {"\\old", "\\old\\one.txt", "\\old\\two.txt"}


@pytest.mark.parametrize(
    ("flags", "expected", "number"),
    [
        (0, {"\\auto.txt", "\\pinned.txt", *OLD}, MORE),
        (NO_PINNED, {"\\auto.txt", *OLD}, MORE),
        (NO_AUTO_CACHED, {"\\pinned.txt"}, 0),
        (NO_AUTO_CACHED | NO_PINNED, set(), 0),
        (DEL_MODIFIED, {"\\auto.txt", "\\pinned.txt", "\\changed.docx", "\\created.txt", *OLD}, MORE),
        (NO_PINNED | DEL_MODIFIED, {"\\auto.txt", "\\changed.docx", "\\created.txt", *OLD}, MORE),
    ],
)
def test_what_goes(flags: int, expected: set[str], number: int) -> None:
    machine = host("delete_items")
    # There are no texts: what happened shows in the state and in the return value alone.
    assert delete(machine, HOME, flags=flags) == [ObjectReady(number), Completed(0, "")]
    assert gone(machine) == expected


def test_all_goes_without_an_error() -> None:
    machine = host("delete_items")
    assert delete(machine, HOME + "\\old") == [ObjectReady(0), Completed(0, "")]
    assert gone(machine) == OLD
    assert items(machine)[HOME]["type"] == "directory"


def test_the_server_keeps_what_it_had() -> None:
    machine = host("delete_items")
    delete(machine, HOME, flags=DEL_MODIFIED)
    kept = {"auto.txt", "pinned.txt", "changed.docx", "old\\one.txt", "old\\two.txt"}
    assert on_servers(machine) == {f"{HOME}\\{name}" for name in kept}
    # The server's copy has not the changes that were lost.
    [server] = [one for one in machine.snapshot()["servers"] if one["path"] == HOME + "\\changed.docx"]
    assert server["size"] == 25
    call(machine, "Pin", {"Paths": [HOME + "\\changed.docx"], "Flags": 0x21, "Deep": True})
    back = items(machine)[HOME + "\\changed.docx"]
    assert (back["size"], back["dirty"], back["pins"], back["sparse"]) == (25, [], {"user": 1}, False)


def test_texts() -> None:
    machine = host("delete_items", delete_texts="sent")
    events = delete(machine, HOME)
    told = results(events, HOME)
    assert told == {
        "\\auto.txt": 0,
        "\\pinned.txt": 0,
        "\\changed.docx": CHANGED,
        "\\created.txt": CHANGED,
        "\\old\\one.txt": 0,
        "\\old\\two.txt": 0,
        "\\old": 0,
        "\\kept\\open.txt": BUSY,
        "\\kept\\locked.txt": DENIED,
        "\\kept": NOT_EMPTY,
        "": NOT_EMPTY,
    }
    assert returned(events) == MORE
    assert gone(machine) == {"\\auto.txt", "\\pinned.txt", *OLD}


def heads(events: list[Any]) -> list[str]:
    """Reason and name of each text."""
    return [
        f"{event.message[0]} {event.message.rpartition(chr(92))[2].rpartition(':')[2]}".strip()
        for event in events
        if isinstance(event, Progress) and event.message
    ]


def test_a_folder_is_announced_before_and_told_after_what_is_in_it() -> None:
    events = delete(host("delete_items", delete_texts="sent"), HOME + "\\old")
    assert heads(events) == ["0", "2 old", "2 one.txt", "3 one.txt", "2 two.txt", "3 two.txt", "3 old", "1"]


def test_or_it_comes_after_what_is_in_it() -> None:
    events = delete(host("delete_items", delete_texts="sent", item_order="children_first"), HOME + "\\old")
    assert heads(events) == ["0", "2 one.txt", "3 one.txt", "2 two.txt", "3 two.txt", "2 old", "3 old", "1"]


def test_only_failures() -> None:
    events = delete(host("delete_items", delete_texts="failures_only"), HOME)
    assert set(results(events, HOME)) == {
        "\\changed.docx",
        "\\created.txt",
        "\\kept\\open.txt",
        "\\kept\\locked.txt",
        "\\kept",
        "",
    }
    assert {head[0] for head in heads(events)} == {"0", "1", "3"}
    assert heads(delete(host("delete_items", delete_texts="failures_only"), HOME + "\\old")) == ["0", "1"]


@pytest.mark.parametrize(
    ("value", "number"), [("more_data", MORE), ("zero", 0), ("first_error", CHANGED), ("s_false", 1)]
)
def test_return_value_when_items_failed(value: str, number: int) -> None:
    assert returned(delete(host("delete_items", delete_return=value), HOME)) == number
    assert returned(delete(host("delete_items", delete_return=value), HOME + "\\old")) == 0


def test_the_result_of_a_lone_file_is_no_return_value() -> None:
    assert returned(delete(host("delete_items"), HOME + "\\changed.docx")) == MORE


@pytest.mark.parametrize(
    ("value", "code"), [("error", 0x80070021), ("s_ok", 0), ("s_false", 1), ("none", None)], ids=str
)
def test_an_item_that_stays_because_of_its_changes(value: str, code: int | None) -> None:
    machine = host("delete_items", delete_texts="sent", delete_modified=value, delete_modified_error=33)
    path = HOME + "\\changed.docx"
    events = delete(machine, path)
    assert results(events).get(path) == code
    assert returned(events) == (MORE if value == "error" else 0)
    assert path in items(machine)


@pytest.mark.parametrize(("value", "code"), [("none", None), ("s_ok", 0), ("s_false", 1)])
def test_an_item_that_the_flags_leave_out(value: str, code: int | None) -> None:
    machine = host("delete_items", delete_texts="sent", delete_skipped=value)
    told = results(delete(machine, HOME, flags=NO_PINNED), HOME)
    assert told.get("\\pinned.txt") == code
    told = results(delete(machine, HOME, flags=NO_AUTO_CACHED), HOME)
    assert told.get("\\changed.docx") == code
    assert "\\pinned.txt" not in items(machine, HOME)


@pytest.mark.parametrize(("value", "code"), [("error", NOT_EMPTY), ("s_ok", 0), ("none", None)])
def test_a_folder_that_is_not_empty(value: str, code: int | None) -> None:
    machine = host("delete_items", delete_texts="sent", delete_not_empty=value)
    told = results(delete(machine, HOME + "\\kept"), HOME)
    assert (told.get("\\kept"), told["\\kept\\open.txt"]) == (code, BUSY)
    assert "\\kept" in items(machine, HOME)


def test_what_others_hide_keeps_the_folder() -> None:
    machine = parsed(r"cache: {'\\s\h\d': {items: {mine: {}, theirs: {visible_to: ['CORP\bob']}}}}")
    delete(machine, "\\\\s\\h\\d")
    assert set(items(machine, "\\\\s\\h\\d")) == {"", "\\theirs"}


@pytest.mark.parametrize(("files", "flags", "goes"), [("refused", 0, False), ("served", 0, True)])
def test_an_open_file(files: str, flags: int, goes: bool) -> None:
    machine = host("delete_items", open_files=files)
    delete(machine, HOME + "\\kept\\open.txt", flags=flags)
    assert (HOME + "\\kept\\open.txt" not in items(machine)) is goes


@pytest.mark.parametrize(("value", "left"), [("deleted", set()), ("kept", {"", "\\empty"})])
def test_the_entry_of_a_share(value: str, left: set[str]) -> None:
    machine = host("delete_items", delete_shares=value)
    assert returned(delete(machine, "\\\\fs02\\empty")) == 0
    assert set(items(machine, "\\\\fs02")) == left


@pytest.mark.parametrize(("user", "admin"), [(ALICE, False), ("CORP\\admin", True), (SYSTEM, True)])
def test_the_flag_of_administrators(user: str, admin: bool) -> None:
    machine = host("delete_items")
    events = delete(machine, "\\\\fs01\\users", flags=ADMIN | DEL_MODIFIED, user=user)
    left = set(items(machine, "\\\\fs01"))
    if not admin:
        assert (returned(events), gone(machine)) == (DENIED, set())
        return
    # Access rights do not count, and nothing is hidden.
    assert left == {"", "\\users", "\\users\\alice", "\\users\\alice\\kept", "\\users\\alice\\kept\\open.txt"}


@pytest.mark.parametrize("form", ["return_value", "thrown", "completed"])
def test_ways_in_which_it_is_refused(form: str) -> None:
    machine = host("delete_items", refusal_form=form)
    if form == "thrown":
        with pytest.raises(WmiError, match="0x80070005"):
            delete(machine, HOME, flags=ADMIN)
        return
    events = delete(machine, HOME, flags=ADMIN)
    assert (returned(events), completed(events).status) == ((DENIED, 0) if form == "return_value" else (None, DENIED))


def test_a_path_that_the_cache_does_not_hold() -> None:
    path = HOME + "\\nothing"
    assert results(delete(host("delete_items", delete_texts="sent"), path)) == {path: 0x80070002}
    assert returned(delete(host("delete_items"), path)) == MORE
    assert returned(delete(host("delete_items", missing_path="return_value"), path)) == 0x80070002


def test_it_needs_no_server() -> None:
    machine = parsed(
        r"cache: {'\\s\h': {connection: offline, items: {f: {}}}}",
        server_logon="per_call",
        offline_server="per_call",
        server_contact="per_call",
    )
    assert returned(delete(machine, "\\\\s\\h\\f")) == 0
    assert "\\\\s\\h\\f" not in items(machine)


def test_a_cancelled_deletion_keeps_what_it_has_done() -> None:
    machine = host("delete_items", cancelled_after_items=2)
    assert returned(delete(machine, HOME)) == 0x800704C7
    assert gone(machine) == {"\\auto.txt", "\\pinned.txt"}
    assert Hang() in delete(host("delete_items", hang_after_items=1), HOME)


def test_the_state_can_lag() -> None:
    machine = host("delete_items", state_lag_ms=400, delete_texts="sent")
    assert set(results(delete(machine, HOME + "\\old")).values()) == {0}
    assert gone(machine) == set()
    machine.clock.sleep(0.5)
    assert gone(machine) == OLD


def test_pins_of_what_stays_are_as_they_were() -> None:
    machine = host("delete_items")
    before = pins(machine, HOME)
    delete(machine, HOME, flags=NO_PINNED)
    assert pins(machine, HOME) == {name: one for name, one in before.items() if name not in gone(machine)}


def test_a_second_deletion_finds_nothing_to_do() -> None:
    machine = host("delete_items")
    delete(machine, HOME)
    before = machine.snapshot()
    delete(machine, HOME)
    assert machine.snapshot()["items"] == before["items"]


@pytest.mark.parametrize("texts", ["none", "sent", "failures_only"])
@pytest.mark.parametrize("order", ["parents_first", "children_first"])
def test_many_items_at_once_are_the_items_one_by_one(texts: str, order: str) -> None:
    switches = {"delete_texts": texts, "item_order": order, "delete_skipped": "s_ok"}
    at_once, single = host("delete_items", **switches), host("delete_items", **switches, abandoned_call="stops")
    assert delete(at_once, "\\\\fs01", "\\\\fs02") == delete(single, "\\\\fs01", "\\\\fs02")
    assert items(at_once) == items(single)
    many = WmiSession(host("delete_items", **switches), ALICE).invoke_many(
        CACHE_CLASS, "DeleteItems", {"Paths": [HOME], "Flags": 0}
    )
    assert any(isinstance(event, Texts) for event in many) is (texts == "sent")
