# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Synchronize in the simulated cache: up, in, conflicts, new files, servers that cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from unit.simhost.calls import (
    ALICE,
    HOME,
    call,
    completed,
    host,
    item,
    items,
    on_servers,
    parsed,
    pins,
    results,
    returned,
    texts,
)

from simhost.windows import Host
from simhost.wmi import CACHE_CLASS, ITEM_CLASS, Hang, Texts, WmiSession

pytestmark = pytest.mark.timeout(20)

FILL, IN, OUT, NEW, LINKS, SKIP = 0x1, 0x2, 0x4, 0x8, 0x10, 0x2000
ALL = FILL | IN | OUT
KEEP_LOCAL, KEEP_REMOTE, KEEP_LATEST = 0x10000000, 0x20000000, 0x30000000
DENIED, BUSY, FULL, OFFLINE, NO_ACCESS = 0x80070005, 0x80070020, 0x80070070, 0x800704EE, 0x80070041
PLAN = "\\\\fs02\\projects\\plan.mpp"


def synchronize(machine: Host, *paths: str, flags: int = ALL, user: str = ALICE) -> list[Any]:
    return call(machine, "Synchronize", {"Paths": list(paths), "Flags": flags}, user)


def columns(machine: Host, path: str) -> dict[str, Any]:
    """What an item's row tells of its two copies."""
    [row] = [
        row
        for row in WmiSession(machine, ALICE).enumerate(ITEM_CLASS)
        if isinstance(row, dict) and row["ItemPath"] == path
    ]
    info = row["FileSysInfo"]
    return {
        "dirty": row["ChangeInfo"]["Dirty"],
        "bytes": row["DirtyInfo"]["LocalDirtyByteCount"],
        "sparse": row["Sparse"],
        "local": (info["LocalSize"], info["LocalLastWriteTime"][:8]),
        "original": (info["OriginalSize"], info["OriginalLastWriteTime"][:8]),
    }


def test_parameters() -> None:
    inputs = WmiSession(host("synchronize"), ALICE).inputs(CACHE_CLASS, "Synchronize")
    assert dict(inputs) == {"Paths": "string[]", "Flags": "uint32"}


def test_changes_go_up_and_the_columns_of_the_last_synchronization_move() -> None:
    machine = host("synchronize")
    path = HOME + "\\up.docx"
    before = {"dirty": True, "bytes": 120, "sparse": False, "local": (120, "20261120"), "original": (100, "20261101")}
    assert columns(machine, path) == before
    assert items(machine)[path]["server"] == {"size": 100, "modified": "20261101100000.000000+000"}
    events = synchronize(machine, path)
    assert (results(events), returned(events), completed(events).status) == ({path: 0}, 0, 0)
    assert columns(machine, path) == {**before, "dirty": False, "bytes": 0, "original": (120, "20261120")}
    assert items(machine)[path]["server"] == {"size": 120, "modified": "20261120100000.000000+000"}


def test_newer_content_comes_in_and_all_columns_move() -> None:
    machine = host("synchronize")
    path = HOME + "\\newer.xlsx"
    assert columns(machine, path)["local"] == columns(machine, path)["original"] == (50, "20261101")
    assert results(synchronize(machine, path)) == {path: 0}
    assert columns(machine, path)["local"] == columns(machine, path)["original"] == (60, "20261119")
    assert items(machine)[path]["dirty"] == []


def test_what_a_whole_synchronization_does() -> None:
    machine = host("synchronize")
    events = synchronize(machine, HOME)
    told = results(events, HOME)
    assert {name: code for name, code in told.items() if code} == {"\\open.txt": BUSY, "\\locked.txt": DENIED}
    after = items(machine, HOME)
    assert {name for name, one in after.items() if one["dirty"]} == {
        "\\open.txt",
        "\\locked.txt",
        "\\mine newer.txt",
        "\\theirs newer.txt",
        "\\changed and gone.txt",
    }
    assert {name for name, one in after.items() if one["conflict"]} == {
        "\\mine newer.txt",
        "\\theirs newer.txt",
        "\\changed and gone.txt",
    }
    assert set(items(host("synchronize"), HOME)) - set(after) == {"\\gone.txt", "\\deleted.txt"}
    assert after["\\sparse.iso"]["sparse"] is False
    assert after["\\created.txt"]["server"] == {"size": 11, "modified": "20240102030405.000000+000"}
    assert returned(events) == 0
    assert pins(machine, HOME) == {
        name: one for name, one in pins(host("synchronize"), HOME).items() if name in after
    }, "pins stay as they were"


def test_a_second_synchronization_changes_nothing() -> None:
    machine = host("synchronize")
    synchronize(machine, HOME, flags=ALL | NEW | KEEP_LATEST)
    before = machine.snapshot()
    synchronize(machine, HOME, flags=ALL | NEW | KEEP_LATEST)
    after = machine.snapshot()
    assert (after["items"], after["servers"]) == (before["items"], before["servers"])


@pytest.mark.parametrize(
    ("flags", "changed"),
    [
        (FILL, {"\\sparse.iso"}),
        (IN, {"\\sparse.iso", "\\newer.xlsx", "\\gone.txt"}),
        (OUT, {"\\up.docx", "\\created.txt", "\\deleted.txt", "\\paused\\later.txt"}),
        (FILL | OUT, {"\\up.docx", "\\created.txt", "\\deleted.txt", "\\paused\\later.txt", "\\sparse.iso"}),
        (NEW | OUT, {"\\up.docx", "\\created.txt", "\\deleted.txt", "\\paused\\later.txt"}),
        (0, set()),
        (0x20, set()),
    ],
)
def test_directions(flags: int, changed: set[str]) -> None:
    machine = host("synchronize")
    before = items(machine, HOME)
    synchronize(machine, HOME, flags=flags)
    after = items(machine, HOME)
    assert {name for name in before | after if before.get(name) != after.get(name)} == changed


@pytest.mark.parametrize(("value", "changed", "code"), [("nothing", 0, 0), ("all", 1, 0), ("refused", 0, 0x80070057)])
def test_no_direction(value: str, changed: int, code: int) -> None:
    machine = host("synchronize", no_direction=value)
    events = synchronize(machine, HOME + "\\up.docx", flags=0x200)
    assert returned(events) == code
    assert (items(machine)[HOME + "\\up.docx"]["dirty"] == []) is bool(changed)
    assert (results(events) == {}) is (value == "refused")


# Conflicts

CONFLICTS = ("\\mine newer.txt", "\\theirs newer.txt", "\\changed and gone.txt")


@pytest.mark.parametrize(
    ("policy", "sizes", "servers"),
    [
        (0, [7, 7, 8], [6, 6, None]),
        (KEEP_LOCAL, [7, 7, 8], [7, 7, 8]),
        (KEEP_REMOTE, [6, 6, None], [6, 6, None]),
        (KEEP_LATEST, [7, 6, 8], [7, 6, 8]),
    ],
    ids=["left", "keep_local", "keep_remote", "keep_latest"],
)
def test_conflicts(policy: int, sizes: list[int | None], servers: list[int | None]) -> None:
    machine = host("synchronize")
    synchronize(machine, HOME, flags=ALL | policy)
    after = items(machine, HOME)
    assert [after[name]["size"] if name in after else None for name in CONFLICTS] == sizes
    found = [(after.get(name) or {}).get("server") for name in CONFLICTS]
    assert [one and one["size"] for one in found] == servers
    left = [name for name in CONFLICTS if name in after and after[name]["conflict"]]
    assert left == ([] if policy else list(CONFLICTS))


@pytest.mark.parametrize(
    ("value", "code"), [("s_ok", 0), ("s_false", 1), ("error", 0x80070092)], ids=["s_ok", "s_false", "error"]
)
def test_result_of_a_conflict_that_is_left(value: str, code: int) -> None:
    machine = host("synchronize", conflict_result=value, conflict_error=146)
    path = HOME + CONFLICTS[0]
    assert results(synchronize(machine, path)) == {path: code}
    # It is no conflict for who only fills.
    assert results(synchronize(machine, path, flags=FILL)) == {path: 0}


@pytest.mark.parametrize("value", ["ignored", "respected"])
@pytest.mark.parametrize(
    ("flags", "policy"), [(OUT, KEEP_REMOTE), (IN, KEEP_LOCAL), (OUT, KEEP_LOCAL), (IN, KEEP_REMOTE)]
)
def test_a_decision_against_the_directions(value: str, flags: int, policy: int) -> None:
    machine = host("synchronize", conflict_direction=value)
    synchronize(machine, HOME + CONFLICTS[0], flags=flags | policy)
    with_it = (flags, policy) in ((OUT, KEEP_LOCAL), (IN, KEEP_REMOTE))
    assert items(machine)[HOME + CONFLICTS[0]]["conflict"] is (value == "respected" and not with_it)


def test_a_file_that_was_deleted_here_and_changed_there() -> None:
    text = r"cache: {'\\s\h\f': {dirty: [deleted], size: 5, remote: {size: 6, modified: 2026-01-02}}}"
    machine = parsed(text)
    synchronize(machine, "\\\\s\\h\\f", flags=ALL | KEEP_LATEST)
    assert (items(machine)["\\\\s\\h\\f"]["size"], items(machine)["\\\\s\\h\\f"]["dirty"]) == (6, [])
    machine = parsed(text)
    synchronize(machine, "\\\\s\\h\\f", flags=ALL | KEEP_LOCAL)
    assert "\\\\s\\h\\f" not in items(machine)
    assert on_servers(machine) == set()


def test_a_copy_that_is_gone_is_never_the_latest() -> None:
    machine = parsed(r"""
    cache:
      '\\s\h\f':
        {dirty: [data], size: 5, modified: 2026-01-01, original: {modified: 2026-01-09}, remote: deleted}
    """)
    synchronize(machine, "\\\\s\\h\\f", flags=ALL | KEEP_LATEST)
    assert items(machine)["\\\\s\\h\\f"]["dirty"] == []


def test_the_latest_is_told_by_the_last_change_of_any_kind() -> None:
    machine = parsed(r"""
    cache:
      '\\s\h\f': {dirty: [time], size: 5, changed: 2026-01-05, remote: {size: 6, modified: 2026-01-04}}
      '\\s\h\g': {dirty: [time], size: 5, changed: 2026-01-05, remote: {size: 6, modified: 2026-01-06}}
    """)
    synchronize(machine, "\\\\s\\h", flags=ALL | KEEP_LATEST)
    assert [items(machine)[f"\\\\s\\h\\{name}"]["size"] for name in "fg"] == [5, 6]
    assert item(machine, "\\\\s\\h\\g").facts.last_change[:8] == "20260106"


def test_a_folder_that_was_deleted_here_stays_while_something_is_in_it() -> None:
    machine = parsed(r"cache: {'\\s\h\d': {dirty: [deleted], items: {f: {}}}}")
    synchronize(machine, "\\\\s\\h\\d")
    assert "\\\\s\\h\\d\\f" in items(machine)


@pytest.mark.parametrize(("value", "there"), [("removed", False), ("kept", True)])
def test_a_file_that_the_server_has_no_more(value: str, there: bool) -> None:
    machine = host("synchronize", deleted_on_server=value)
    assert results(synchronize(machine, HOME + "\\gone.txt")) == {HOME + "\\gone.txt": 0}
    assert (HOME + "\\gone.txt" in items(machine)) is there
    assert HOME + "\\gone.txt" not in on_servers(machine)


# Pins


@pytest.mark.parametrize(
    ("flags", "reasons", "given"),
    [
        (ALL, "inherited", None),
        (NEW | OUT, "inherited", None),
        (ALL | NEW, "inherited", {"user": 1}),
        (ALL | NEW | 0x40, "inherited", {"user_policy": 1}),
        (ALL | NEW | 0xC0, "left_out", {"user_policy": 1, "computer": 1}),
        (ALL | NEW, "user", {"user": 1}),
        (ALL | NEW, "left_out", None),
        (ALL | 0x40, "inherited", None),
    ],
)
def test_new_files(flags: int, reasons: str, given: dict[str, int] | None) -> None:
    machine = host("synchronize", new_files_reason=reasons)
    events = synchronize(machine, HOME, flags=flags)
    found = pins(machine, HOME)
    assert found.get("\\fresh.txt") == given
    assert found.get("\\inbox\\mail.lnk") == given
    assert found.get("\\inbox") == (given and dict.fromkeys(given, 2))
    assert ("\\fresh.txt" in results(events, HOME)) is (given is not None)
    if given:
        assert items(machine, HOME)["\\fresh.txt"]["sparse"] is False
    # Nobody pinned the folder where that lies.
    assert "\\\\fs01\\users\\bob\\letter.txt" not in found


@pytest.mark.parametrize("order", ["parents_first", "children_first"])
def test_nothing_is_told_twice(order: str) -> None:
    machine = host("synchronize", item_order=order)
    told = [text for text in texts(synchronize(machine, HOME, flags=ALL | NEW)) if text.startswith("3:")]
    assert len(told) == len(set(told)) == 15 + 3


def test_targets_of_links_come_in_with_new_links() -> None:
    letter = "\\\\fs01\\users\\bob\\letter.txt"
    machine = host("synchronize")
    assert letter in results(synchronize(machine, HOME, flags=ALL | NEW | LINKS))
    assert pins(machine)[letter] == {"user": 1}
    machine = host("synchronize")
    assert letter not in results(synchronize(machine, HOME, flags=ALL | LINKS))
    text = r"""
    cache:
      '\\s\h\d': {pin: {computer: inherit}, items: {}}
      '\\s\h\target.txt': {}
    servers:
      '\\s\h\d\a.lnk': {link: '\\s\h\target.txt'}
    """
    machine = parsed(text)
    synchronize(machine, "\\\\s\\h\\d", flags=ALL | NEW | LINKS)
    assert pins(machine)["\\\\s\\h\\target.txt"] == {"computer": 1}


def test_targets_come_in_only_with_the_flag_for_new_files() -> None:
    machine = host("synchronize")
    call(machine, "Pin", {"Paths": [HOME], "Flags": 0x20, "Deep": False})
    synchronize(machine, HOME, flags=ALL | LINKS)
    found = pins(machine)
    assert HOME + "\\inbox\\mail.lnk" in found
    assert "\\\\fs01\\users\\bob\\letter.txt" not in found


CHILDREN = r"""
cache:
  '\\s\h\d':
    pin: {user: inherit, computer: pinned}
    items: {f: {}, e: {items: {g: {}}}}
servers:
  '\\s\h\d\new': {}
"""


@pytest.mark.parametrize(
    ("value", "f", "e", "new"),
    [
        ("awaited", {}, {}, None),
        ("inherit", {"user": 1}, {"user": 2}, {"user": 1}),
        ("never", {}, {}, None),
    ],
)
def test_children_of_pinned_folders(value: str, f: Any, e: Any, new: Any) -> None:
    machine = parsed(CHILDREN, sync_children=value)
    synchronize(machine, "\\\\s\\h\\d")
    found = pins(machine, "\\\\s\\h\\d\\")
    assert (found["f"], found["e"], found["e\\g"], found.get("new")) == (f, e, f, new)


@pytest.mark.parametrize(("value", "f"), [("awaited", {"user_policy": 1}), ("never", {})])
def test_children_that_a_pin_without_deep_left_to_the_next_synchronization(value: str, f: dict[str, int]) -> None:
    machine = parsed(CHILDREN, sync_children=value)
    call(machine, "Pin", {"Paths": ["\\\\s\\h\\d"], "Flags": 0x40, "Deep": False})
    synchronize(machine, "\\\\s\\h\\d\\f", flags=OUT)
    assert pins(machine)["\\\\s\\h\\d\\f"] == {}
    synchronize(machine, "\\\\s\\h\\d")
    assert (pins(machine)["\\\\s\\h\\d\\f"], pins(machine)["\\\\s\\h\\d\\e\\g"]) == (f, f)
    assert ("\\\\s\\h\\d\\new" in pins(machine)) is bool(f)
    # It happens once: what is released afterwards stays so.
    call(machine, "Unpin", {"Paths": ["\\\\s\\h\\d\\f"], "Flags": 0x40, "Deep": True})
    synchronize(machine, "\\\\s\\h\\d")
    assert pins(machine)["\\\\s\\h\\d\\f"] == {}


def test_a_pin_that_was_taken_back_before_leaves_no_children_to_pin() -> None:
    machine = parsed(CHILDREN)
    call(machine, "Pin", {"Paths": ["\\\\s\\h\\d"], "Flags": 0x40, "Deep": False})
    call(machine, "Unpin", {"Paths": ["\\\\s\\h\\d"], "Flags": 0x40, "Deep": True})
    synchronize(machine, "\\\\s\\h\\d")
    assert pins(machine)["\\\\s\\h\\d\\f"] == {}


# Results and what stops an item


@pytest.mark.parametrize(("value", "found"), [("s_ok", [0]), ("s_false", [1]), ("none", [])])
def test_an_item_with_nothing_to_do(value: str, found: list[int]) -> None:
    events = synchronize(host("synchronize", item_in_sync=value), HOME + "\\same.txt")
    assert list(results(events).values()) == found


@pytest.mark.parametrize(("value", "code"), [("none", None), ("s_false", 1)])
def test_suspended_folders_are_left_out_where_the_flags_say_so(value: str, code: int | None) -> None:
    machine = host("synchronize", suspended_skipped=value)
    told = results(synchronize(machine, HOME, flags=ALL | SKIP), HOME)
    assert (told.get("\\paused"), told.get("\\paused\\later.txt")) == (code, code)
    assert items(machine, HOME)["\\paused\\later.txt"]["dirty"] == ["data"]
    assert items(machine, HOME)["\\up.docx"]["dirty"] == []
    synchronize(machine, HOME)
    assert items(machine, HOME)["\\paused\\later.txt"]["dirty"] == []


def test_a_folder_suspends_what_is_in_it() -> None:
    machine = parsed(r"cache: {'\\s\h\d': {suspended: true, items: {e: {items: {f: {dirty: [data]}}}}}}")
    assert results(synchronize(machine, "\\\\s\\h\\d\\e", flags=ALL | SKIP)) == {}
    assert items(machine)["\\\\s\\h\\d\\e\\f"]["dirty"] == ["data"]


@pytest.mark.parametrize(
    ("files", "flags", "code"), [("refused", ALL, BUSY), ("served", ALL, 0), ("served", ALL | 0x10000, BUSY)]
)
def test_an_open_file(files: str, flags: int, code: int) -> None:
    machine = host("synchronize", open_files=files)
    path = HOME + "\\open.txt"
    assert results(synchronize(machine, path, flags=flags)) == {path: code}
    assert (items(machine)[path]["dirty"] == []) is (code == 0)


def test_an_open_file_without_a_change_is_no_error() -> None:
    machine = parsed(r"cache: {'\\s\h\f': {in_use: true}}")
    assert results(synchronize(machine, "\\\\s\\h\\f")) == {"\\\\s\\h\\f": 0}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("per_item", {PLAN: 0x800704CF, "\\\\fs02\\projects": 0x800704CF}),
        ("per_call", {}),
        ("skipped", {}),
    ],
)
def test_a_share_that_is_offline(value: str, expected: dict[str, int]) -> None:
    machine = host("synchronize", offline_server=value, offline_server_error=1231)
    events = synchronize(machine, "\\\\fs02\\projects")
    assert results(events) == expected
    assert returned(events) == (0x800704CF if value == "per_call" else 0)
    assert items(machine)[PLAN]["dirty"] == ["data"]


def test_one_offline_share_does_not_keep_others_from_it() -> None:
    machine = host("synchronize")
    told = results(synchronize(machine, "\\\\fs02\\projects", HOME + "\\up.docx"))
    assert (told[PLAN], told[HOME + "\\up.docx"]) == (OFFLINE, 0)


@pytest.mark.parametrize(("value", "code"), [("disconnected", 0), ("any", OFFLINE)])
def test_what_windows_only_keeps_offline_can_be_synchronized(value: str, code: int) -> None:
    machine = host("synchronize", offline_reasons=value)
    path = "\\\\fs02\\slow\\notes.txt"
    assert results(synchronize(machine, path)) == {path: code}
    assert item(machine, path).facts.connection == ((1, 5) if code else (2, 1))


@pytest.mark.parametrize(("value", "codes"), [("accepted", {0}), ("per_item", {NO_ACCESS}), ("per_call", set())])
def test_a_logon_that_the_server_refuses(value: str, codes: set[int]) -> None:
    machine = host("synchronize", server_logon=value)
    path = HOME + "\\up.docx"
    events = synchronize(machine, path, HOME + "\\sparse.iso", user="CORP\\bob")
    assert set(results(events).values()) == codes
    assert returned(events) == (NO_ACCESS if value == "per_call" else 0)
    assert (items(machine)[path]["dirty"] == []) is (value == "accepted")
    assert set(results(synchronize(machine, path, user=ALICE)).values()) == {0}


def test_who_sends_up_only_needs_the_server_only_for_changes() -> None:
    machine = host("synchronize", server_logon="per_item")
    told = results(synchronize(machine, HOME, flags=OUT, user="CORP\\bob"), HOME)
    assert (told[""], told["\\same.txt"], told["\\up.docx"]) == (0, 0, NO_ACCESS)


@pytest.mark.parametrize(("value", "later"), [("each_item", 0), ("stops", None)])
def test_a_full_cache(value: str, later: int | None) -> None:
    held = sum(one["size"] for one in items(host("synchronize")).values() if not one["sparse"])
    machine = host("synchronize", cache_quota=held + 100, quota_full=value)
    events = synchronize(machine, HOME, flags=ALL | NEW)
    told = results(events, HOME)
    assert (told["\\sparse.iso"], told["\\newer.xlsx"]) == (FULL, 0)
    assert told.get("\\fresh.txt") == later
    assert returned(events) == (FULL if value == "stops" else 0)
    assert items(machine, HOME)["\\sparse.iso"]["sparse"] is True
    other = host("synchronize", cache_quota=0, quota_error=8)
    assert results(synchronize(other, HOME), HOME)["\\sparse.iso"] == 0x80070008


def test_content_takes_the_room_of_the_content_that_it_replaces() -> None:
    held = sum(one["size"] for one in items(host("synchronize")).values() if not one["sparse"])
    machine = host("synchronize", cache_quota=held + 10)
    assert results(synchronize(machine, HOME + "\\newer.xlsx")) == {HOME + "\\newer.xlsx": 0}


def test_a_path_that_the_cache_does_not_hold() -> None:
    events = synchronize(host("synchronize"), HOME + "\\fresh.txt")
    assert results(events) == {HOME + "\\fresh.txt": 0x80070002}


def test_it_is_cancelled_and_hangs_as_any_method() -> None:
    machine = host("synchronize", cancelled_after_items=3)
    events = synchronize(machine, HOME)
    assert (len(results(events)), returned(events)) == (3, 0x800704C7)
    assert items(machine, HOME)["\\up.docx"]["dirty"] == []
    assert items(machine, HOME)["\\sparse.iso"]["sparse"] is True
    assert Hang() in synchronize(host("synchronize", hang_after_items=3), HOME)


def test_the_state_can_lag() -> None:
    machine = host("synchronize", state_lag_reads=1)
    synchronize(machine, HOME + "\\up.docx")
    assert columns(machine, HOME + "\\up.docx")["dirty"] is True
    assert columns(machine, HOME + "\\up.docx")["dirty"] is False


@pytest.mark.parametrize("switches", [{}, {"item_order": "children_first"}, {"item_in_sync": "none"}])
def test_many_items_at_once_are_the_items_one_by_one(switches: Mapping[str, Any]) -> None:
    at_once, single = host("synchronize", **switches), host("synchronize", **switches, abandoned_call="stops")
    flags = ALL | NEW | LINKS | KEEP_LATEST
    assert synchronize(at_once, "\\\\fs01", "\\\\fs02", flags=flags) == synchronize(
        single, "\\\\fs01", "\\\\fs02", flags=flags
    )
    assert items(at_once) == items(single)
    params = {"Paths": [HOME], "Flags": ALL}
    many = WmiSession(host("synchronize", **switches), ALICE).invoke_many(CACHE_CLASS, "Synchronize", params)
    assert any(isinstance(event, Texts) for event in many)
