# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the result of item_info."""

from __future__ import annotations

import typing as t

import pytest
from unit import item_rows

from ansible_collections.winops.offline_files.plugins.module_utils import limits
from ansible_collections.winops.offline_files.plugins.module_utils.errors import (
    ContractError,
    HostCallError,
    InputError,
)
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.host.scope import Scope
from ansible_collections.winops.offline_files.plugins.module_utils.info import listing
from ansible_collections.winops.offline_files.plugins.module_utils.info.listing import SORTS, View
from ansible_collections.winops.offline_files.plugins.module_utils.info.selection import Selection

USERS = r"\\fs01\users"
ITEMS: list[tuple[str, str, dict[str, str]]] = [
    (r"\\fs01", "server", {}),
    (USERS, "share", {}),
    (USERS + r"\alice", "directory user+", {}),
    (USERS + r"\alice\b.txt", "file user computer", {"FileSysInfo__LocalSize": "300"}),
    (
        USERS + r"\alice\a.txt",
        "file user",
        {
            "FileSysInfo__LocalSize": "20",
            "ChangeInfo__Dirty": "True",
            "ChangeInfo__ModifiedData": "True",
            "ChangeInfo__CreatedOffline": "True",
            "DirtyInfo__LocalDirtyByteCount": "7",
            "FileSysInfo__LocalLastWriteTime": "20261122200659.000000+000",
        },
    ),
    (USERS + r"\alice b", "directory", {}),
    (r"\\FS02\Data", "share computer+ user", {}),
    (r"\\fs02\data\auto.tmp", "file", {"FileSysInfo__LocalSize": "1000", "Sparse": "True"}),
]


def _row(path: str = USERS + r"\a", **values: str) -> str:
    names = {"SIZE": "FileSysInfo__LocalSize", "ATTRIBUTES": "FileSysInfo__LocalAttributes"}
    return item_rows.row(Selection().fields, path, "file", **{names[name]: value for name, value in values.items()})


def _selection(paths: t.Sequence[str] = (), *, deep: bool = True, **options: t.Any) -> Selection:
    return Selection(Scope(paths, deep=deep), **options)


def _make(
    selection: Selection | None = None, view: View | None = None, **state: t.Any
) -> tuple[dict[str, t.Any], list[str]]:
    selection = selection or Selection()
    rows = [item_rows.row(selection.fields, path, words, **values) for path, words, values in ITEMS]
    read = host.read(item_rows.answer(rows, len(selection.scope.paths), **state), paths=len(selection.scope.paths))
    return listing.make(selection, view or View(), read)


def _paths(**view: t.Any) -> list[str]:
    return [entry["path"] for entry in _make(view=View(**view))[0]["entries"]]


def test_everything_in_the_cache() -> None:
    result, warnings = _make()
    assert warnings == []
    assert (result["changed"], result["failed"], result["complete"]) == (False, False, True)
    assert result["msg"] == (
        "8 items (3 files, 2 directories, 2 shares, 1 server): 4 pinned, 1 with changes that are not synchronized."
    )
    assert result["counts"] == {
        "total": 8,
        "files": 3,
        "directories": 2,
        "shares": 2,
        "servers": 1,
        "pinned": 4,
        "dirty": 1,
        "visible": 8,
    }
    assert result["sizes"] == {"total": 1320, "pinned": 320, "dirty": 7}
    assert result["reasons"] == {"user": 4, "user_policy": 0, "computer": 2, "folder_redirection": 0}
    assert result["entries_truncated"] is False


def test_what_is_told_of_a_file() -> None:
    entry = next(entry for entry in _make()[0]["entries"] if entry["name"] == "a.txt")
    assert entry == {
        "path": USERS + r"\alice\a.txt",
        "name": "a.txt",
        "parent": USERS + r"\alice",
        "type": "file",
        "pinned": True,
        "reasons": ["user"],
        "passed_on": [],
        "inherited": ["user"],
        "dirty": True,
        "dirty_kinds": ["data", "created"],
        "dirty_size": 7,
        "size": 20,
        "synchronized_size": 0,
        "attributes": 32,
        "created": "2024-01-02T03:04:05Z",
        "modified": "2026-11-22T20:06:59Z",
        "metadata_changed": "2024-01-02T03:04:05Z",
        "accessed": "2024-01-02T03:04:05Z",
        "synchronized_modified": "2024-01-02T03:04:05Z",
        "encrypted": False,
        "sparse": False,
        "suspended": False,
        "suspended_root": False,
        "connection_state": "online",
        "offline_reason": "not_applicable",
    }


def test_what_does_not_apply_to_a_server_is_null() -> None:
    entry = _make()[0]["entries"][0]
    told = {name: value for name, value in entry.items() if value not in (None, [])}
    assert told == {"path": r"\\fs01", "name": "fs01", "type": "server", "encrypted": False, "sparse": False}
    assert entry["parent"] is None
    assert entry["pinned"] is None


def test_inherited_and_own_reasons() -> None:
    entries = {entry["name"]: entry for entry in _make()[0]["entries"]}
    assert (entries["b.txt"]["reasons"], entries["b.txt"]["inherited"]) == (["user", "computer"], ["user"])
    assert (entries["alice"]["passed_on"], entries["alice"]["inherited"]) == (["user"], [])
    assert (entries["Data"]["reasons"], entries["Data"]["passed_on"]) == (["user", "computer"], ["computer"])
    assert entries["auto.tmp"]["inherited"] == []


def test_what_a_folder_passes_on_is_unknown_where_it_was_not_read() -> None:
    result, _warnings = _make(_selection(paths=(USERS + r"\alice\a.txt", USERS + r"\alice")))
    assert {entry["name"]: entry["inherited"] for entry in result["entries"]}["alice"] is None
    broken, _warnings = _make(error={"code": 0x80041069, "message": ""})
    inherited = {entry["name"]: entry["inherited"] for entry in broken["entries"]}
    assert inherited["alice b"] is None
    assert inherited["b.txt"] == ["user"]


def test_without_the_connection_it_is_null() -> None:
    result, _warnings = _make(_selection(connection=False))
    assert {entry["connection_state"] for entry in result["entries"]} == {None}


def test_shares_by_path_in_one_row_whatever_their_case() -> None:
    result, _warnings = _make()
    assert [share["path"] for share in result["shares"]] == [USERS, r"\\FS02\Data"]
    assert result["shares"][0] == {
        "path": USERS,
        "total_items": 5,
        "files": 2,
        "directories": 2,
        "pinned_items": 3,
        "dirty_items": 1,
        "size": 320,
        "pinned_size": 320,
        "dirty_size": 7,
        "reasons": {"user": 3, "user_policy": 0, "computer": 1, "folder_redirection": 0},
    }
    assert result["shares"][1]["total_items"] == 2


def test_a_summary_counts_the_same_and_lists_nothing() -> None:
    whole, _warnings = _make()
    summary, _warnings = _make(_selection(details=False, connection=False))
    assert summary == {**whole, "entries": []}


def test_path_order_has_a_folder_before_its_content_and_that_before_the_next() -> None:
    assert _paths() == [
        r"\\fs01",
        USERS,
        USERS + r"\alice",
        USERS + r"\alice\a.txt",
        USERS + r"\alice\b.txt",
        USERS + r"\alice b",
        r"\\FS02\Data",
        r"\\fs02\data\auto.tmp",
    ]
    assert _paths(descending=True) == _paths()[::-1]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_the_limit_takes_the_first_of_the_order(sort: str, descending: bool) -> None:
    every = _paths(sort=sort, descending=descending, max_entries=0)
    assert len(every) == len(ITEMS)
    for limit in (1, 3, 8, 9):
        result = _make(view=View(sort, descending, limit))[0]
        assert [entry["path"] for entry in result["entries"]] == every[:limit]
        assert result["entries_truncated"] is (limit < 8)
        assert ("only" in result["msg"]) is (limit < 8)
        assert result["counts"]["total"] == 8


@pytest.mark.parametrize(
    ("sort", "descending", "first"),
    [
        ("size", True, ["auto.tmp", "b.txt", "a.txt"]),
        ("size", False, ["alice", "alice b", "a.txt", "b.txt", "auto.tmp"]),
        ("dirty_size", True, ["a.txt"]),
        ("modified", True, ["a.txt"]),
        ("name", False, ["a.txt", "alice", "alice b", "auto.tmp", "b.txt", "Data", "fs01", "users"]),
        ("type", False, ["b.txt", "a.txt", "auto.tmp"]),
    ],
)
def test_orders(sort: str, descending: bool, first: list[str]) -> None:
    names = [path.rpartition("\\")[2] for path in _paths(sort=sort, descending=descending)]
    assert names[: len(first)] == first


@pytest.mark.parametrize("descending", [False, True])
def test_items_without_the_value_come_last(descending: bool) -> None:
    result = _make(view=View("size", descending))[0]
    sizes = [entry["size"] for entry in result["entries"]]
    assert sizes[-3:] == [None, None, None]


def test_a_reading_that_broke_off_fails_with_what_was_read() -> None:
    result, _warnings = _make(error={"code": 0x80041069, "message": "The time limit is used up."})
    assert (result["failed"], result["complete"], len(result["entries"])) == (True, False, 8)
    assert result["msg"].startswith(
        "The items could not be read to the end (WBEM_E_TIMED_OUT (0x80041069): The time limit is used up); until then:"
    )


def test_nothing_matches() -> None:
    result, warnings = _make(_selection(names=("nothing",)))
    assert result["msg"] == r"No item in the cache matches, of 8 items that CORP\alice sees."
    assert (result["entries"], result["shares"], warnings) == ([], [], [])


def test_a_path_that_is_cached_under_another_server_name() -> None:
    selection = _selection(paths=(r"\\fs01.corp.example\users", r"\\fs01", r"\\fs02"))
    result, warnings = _make(selection, held=[False, True, True], shares=[USERS])
    assert result["not_cached"] == [r"\\fs01.corp.example\users"]
    assert result["msg"].endswith("; 1 path not in the cache.")
    assert [warning[:60] for warning in warnings] == [r"\\fs01.corp.example\users is not in the cache, but a share o"]


def test_a_user_who_sees_nothing_is_told_whose_view_it_is() -> None:
    read = host.read(item_rows.answer([]), paths=0)
    result, warnings = listing.make(Selection(), View(), read)
    assert result["msg"] == r"No item in the cache, of 0 items that CORP\alice sees."
    assert [warning[:45] for warning in warnings] == [r"The cache shows no item to CORP\alice. Window"]


@pytest.mark.parametrize(("unavailable", "failed"), [("fail", True), ("ok", False)])
def test_a_host_without_a_running_cache(unavailable: str, failed: bool) -> None:
    raw = item_rows.answer([])
    raw["answer"]["cache"].update(enabled=False, active=False)
    raw["answer"]["before"] = None
    result, _warnings = listing.make(Selection(), View(unavailable=unavailable), host.read(raw, paths=0))
    assert (result["failed"], result["complete"]) == (failed, False)
    assert result["msg"].startswith("Offline Files is disabled")
    assert result["cache"]["enabled"] is False


def test_without_an_answer_every_key_is_there() -> None:
    result = listing.without_answer(HostCallError("The host is silent."))
    assert set(result) == set(_make()[0])
    assert (result["failed"], result["msg"]) == (True, "The host is silent.")


def test_answers_that_do_not_follow_the_contract() -> None:
    raw = item_rows.answer([])
    raw["answer"]["before"] = None
    with pytest.raises(ContractError, match="no item was read"):
        listing.make(Selection(), View(), host.read(raw, paths=0))
    with pytest.raises(ContractError, match=r"answer\.before\.held is a list of 3, allowed is a list of 0\."):
        _make(held=[True] * 3)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("0\t0\t\\\\fs01", "a row of the host has 2 fields, 26 were asked for"),
        (_row(SIZE="many"), "a row of the host has 'many' where a number belongs"),
        (_row(SIZE="9" * 21), f"a row of the host has {'9' * 21}, a number of more than 64 bits"),
        (_row(SIZE="9" * 129), "a row of the host has a property of more than 128 characters, the most that is read"),
        (
            _row(path=USERS + "\\x" * 16_400),
            "a row of the host has a path of 32812 characters, Windows' longest has 32767",
        ),
        (_row(ATTRIBUTES="none"), "a row of the host has 'none' where a number belongs"),
    ],
)
@pytest.mark.parametrize("sort", ["path", "size"])
def test_rows_before_one_that_cannot_be_read_count(row: str, problem: str, sort: str) -> None:
    read = host.read(item_rows.answer([_row(), row, _row()]), paths=0)
    result, _warnings = listing.make(Selection(), View(sort=sort), read)
    assert result["msg"].startswith(
        f"The host gave an answer that cannot be read: {problem}. The items could not be read"
    )
    assert (result["failed"], result["complete"], result["counts"]["total"]) == (True, False, 1)
    assert [entry["path"] for entry in result["entries"]] == [USERS + r"\a"]


def test_rows_outside_of_what_was_asked_for_are_left_out_and_told_of() -> None:
    alice = USERS + r"\alice"
    for deep, paths in (
        (True, [USERS, alice, alice + r"\a.txt"]),
        (False, [alice, alice + r"\a.txt"]),
    ):
        asked = USERS if deep else alice
        result, warnings = _make(_selection(paths=(asked,), deep=deep))
        assert [entry["path"] for entry in result["entries"]][: len(paths)] == paths
        outside = len(ITEMS) - result["counts"]["total"]
        assert outside > 0
        assert warnings == [
            f"The host told of {outside} items outside of what was asked for, which no honest host does: left out."
        ]
        assert result["counts"]["total"] == sum(share["total_items"] for share in result["shares"])


def test_shares_without_end_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GROUPS", 5)
    read = host.read(item_rows.answer([_row(path=rf"\\fs01\{number}") for number in range(10)]), paths=0)
    result, _warnings = listing.make(Selection(), View(), read)
    assert "its items are of more than 5 shares and kinds" in result["msg"]
    assert (result["failed"], result["counts"]["total"], len(result["shares"])) == (True, 5, 5)


def test_a_negative_limit_is_refused() -> None:
    options = {"sort": "path", "descending": False, "max_entries": -1, "unavailable": "ok"}
    with pytest.raises(InputError, match="max_entries -1 is not allowed"):
        View.from_options(options)
