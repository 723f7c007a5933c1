# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""RenameItem and RenameItemEx in the simulated cache: what gets its new path, when, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from unit.simhost.calls import ALICE, call, completed, items, on_servers, parsed, returned

from simhost.windows import Host
from simhost.wmi import CACHE_CLASS, Completed, Hang, ObjectReady, WmiSession

pytestmark = pytest.mark.timeout(20)

ADMIN = "CORP\\admin"
CACHE = r"""
host: {admins: ['CORP\admin']}
cache:
  '\\fs01\users':
    items:
      alice:
        pin: {user: inherit}
        items:
          report.docx: {pin: user, size: 10, dirty: [data], original: {size: 8}}
          notes.txt: {pin: user, size: 5}
      bob: {visible_to: ['CORP\bob'], items: {todo.txt: {}}}
  '\\fs03\held': {}
servers:
  '\\fs02\users\alice\notes.txt': {size: 5}
"""
OLD, NEW = r"\\fs01\users", r"\\fs02\users"
MOVED = {NEW, rf"{NEW}\alice", rf"{NEW}\alice\report.docx", rf"{NEW}\alice\notes.txt", rf"{NEW}\bob"}


def machine(extra: str = "", **switches: Any) -> Host:
    return parsed(CACHE + extra, **switches)


def rename(host: Host, old: str = OLD, new: str = NEW, method: str = "RenameItemEx", user: str = ALICE) -> list[Any]:
    return call(host, method, {"OriginalPath": old, "NewPath": new, "ReplaceIfExists": False}, user)


@pytest.mark.parametrize("method", ["RenameItem", "RenameItemEx"])
def test_parameters(method: str) -> None:
    assert dict(WmiSession(machine(), ALICE).inputs(CACHE_CLASS, method)) == {
        "OriginalPath": "string",
        "NewPath": "string",
        "ReplaceIfExists": "boolean",
    }


def test_at_once() -> None:
    host = machine()
    before = items(host)
    events = rename(host, OLD.upper())
    assert [event for event in events if isinstance(event, (ObjectReady, Completed))] == [
        ObjectReady(0),
        Completed(0, ""),
    ]
    after = items(host)
    assert set(after) >= MOVED
    assert not any(path.startswith(r"\\fs01") for path in after)
    for path in (r"alice\report.docx", r"alice\notes.txt", "alice"):
        assert after[rf"{NEW}\{path}"] == {**before[rf"{OLD}\{path}"], "path": rf"{NEW}\{path}"}
    assert (after[r"\\fs02"]["type"], after[NEW]["type"]) == ("server", "share")
    # What a server has is not told twice, and the old one has its files still.
    assert rf"{NEW}\alice\notes.txt" not in on_servers(host)
    assert rf"{OLD}\alice\notes.txt" in on_servers(host)


def test_a_server_and_a_file() -> None:
    host = machine()
    assert returned(rename(host, r"\\fs01", r"\\fs09")) == 0
    assert items(host)[r"\\fs09\users\alice\report.docx"]["dirty"] == ["data"]
    assert r"\\fs01" not in items(host)
    assert returned(rename(host, r"\\fs09\users\alice\notes.txt", r"\\fs09\users\list.txt")) == 0
    assert items(host)[r"\\fs09\users\list.txt"]["size"] == 5
    assert r"\\fs09\users\alice" in items(host)


def test_at_the_restart() -> None:
    host = machine()
    before = items(host)
    assert returned(rename(host, method="RenameItem", user=ADMIN)) == 0
    assert items(host) == before
    assert host.snapshot()["renames"] == [[OLD, NEW]]
    host.restart()
    assert set(items(host)) >= MOVED
    assert host.snapshot()["renames"] == []


def test_only_administrators_may_ask_for_it() -> None:
    host = machine()
    assert returned(rename(host, method="RenameItem")) == 0x80070005
    assert host.renames == []


def test_a_restart_finds_what_is_there_then() -> None:
    host = machine()
    rename(host, method="RenameItem", user=ADMIN)
    rename(host)
    renamed = items(host)
    host.restart()
    assert items(host) == renamed


@pytest.mark.parametrize("method", ["RenameItem", "RenameItemEx"])
@pytest.mark.parametrize(
    ("old", "new", "switches", "code"),
    [
        (OLD, r"\\fs03\held", {}, 0x800700B7),
        (r"\\fs01\none", NEW, {}, 0x80070002),
        (r"\\fs01\none", NEW, {"rename_unknown": "accepted"}, 0),
        (OLD, r"\\fs02\data\users", {"rename_level": "refused"}, 0x80070057),
        (OLD, NEW, {"rename_place": "refused"}, 0x80070003),
        (r"\\fs01", r"\\fs02", {"rename_place": "refused"}, 0),
    ],
)
def test_what_is_refused(method: str, old: str, new: str, switches: dict[str, Any], code: int) -> None:
    host = machine(**switches)
    before = items(host)
    assert returned(rename(host, old, new, method, ADMIN)) == code
    if code or "rename_unknown" in switches:
        assert (items(host), host.renames) == (before, [])


def test_a_share_becomes_a_folder() -> None:
    host = machine()
    rename(host, OLD, r"\\fs02\data\users")
    after = items(host)
    assert (after[r"\\fs02\data"]["type"], after[r"\\fs02\data\users"]["type"]) == ("share", "directory")


OPEN = r"""
  '\\fs01\open': {items: {book.xlsx: {in_use: true}}}
"""


@pytest.mark.parametrize(("switches", "code"), [({}, 0x80070020), ({"rename_open_error": 5}, 0x80070005)])
def test_an_open_file(switches: dict[str, Any], code: int) -> None:
    host = parsed(CACHE.replace("servers:", OPEN.strip("\n") + "\nservers:"), **switches)
    before = items(host)
    assert returned(rename(host, r"\\fs01\open", r"\\fs02\open")) == code
    assert items(host) == before
    # The restart finds nobody who has it open.
    assert returned(rename(host, r"\\fs01\open", r"\\fs02\open", "RenameItem", ADMIN)) == 0


@pytest.mark.parametrize(("switch", "stays"), [("nothing", True), ("items_before", False)])
def test_an_item_that_cannot_be_renamed(switch: str, stays: bool) -> None:
    text = CACHE.replace("notes.txt: {pin: user, size: 5}", "notes.txt: {error: ERROR_ACCESS_DENIED}")
    host = parsed(text, rename_item_error=switch)
    assert returned(rename(host)) == 0x80070005
    assert (rf"{NEW}\alice\report.docx" not in items(host)) is stays
    assert rf"{OLD}\alice\notes.txt" in items(host)


def test_what_the_caller_does_not_see_stays() -> None:
    host = machine(rename_reach="view")
    assert returned(rename(host)) == 0
    after = items(host)
    assert rf"{OLD}\bob\todo.txt" in after
    assert rf"{NEW}\alice\notes.txt" in after
    assert rf"{OLD}\alice" not in after


def test_pins_that_do_not_go_along() -> None:
    host = machine(rename_pins="dropped")
    rename(host)
    assert not any(one["pins"] for one in items(host).values())


@pytest.mark.parametrize(("switch", "code", "waiting"), [("accepted", 0, 2), ("refused", 0x800700B7, 1)])
def test_asked_for_again(switch: str, code: int, waiting: int) -> None:
    host = machine(rename_again=switch)
    rename(host, method="RenameItem", user=ADMIN)
    assert returned(rename(host, OLD.upper(), NEW, "RenameItem", ADMIN)) == code
    assert len(host.renames) == waiting
    host.restart()
    assert set(items(host)) >= MOVED


def test_faults() -> None:
    assert isinstance(rename(machine(hang_after_items=0))[-1], Hang)
    assert completed(rename(machine(dies_after_items=0))).status == 0x80041004
