# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A share that moves: which moves are understood, what the record says, and what it is under the new path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.looks import look

from ansible_collections.winops.offline_files.plugins.module_utils.methods import restore
from ansible_collections.winops.offline_files.plugins.module_utils.retire import move, options
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

OLD, NEW = r"\\fs01\users", r"\\fs09\home\users"
MOVES = [{"from": "//fs01/users", "to": "//fs09/home/users/"}]
ASKED = move.wanted({"moves": MOVES, "record": "r.json"})
ITEMS = [
    {"path": rf"{OLD}\alice", "reasons": ["user"]},
    {"path": r"\\FS01\Users\alice\a.txt", "reasons": ["user", "computer"]},
    {"path": rf"{OLD}\alice\mail", "reasons": ["folder_redirection"]},
]


def _record(items: list[dict[str, Any]] = ITEMS, kept: str = "", user: str = r"CORP\alice") -> dict[str, Any]:
    return move.record(look(cache={"active": True, "user": user}), items, ASKED, kept)


KEPT = json.dumps(_record()["record"])


def test_moves_are_normalised() -> None:
    assert ASKED["problems"] == []
    assert (ASKED["moves"], ASKED["old"], ASKED["new"]) == ([{"from": OLD, "to": NEW}], [OLD], [NEW])


def test_before_a_move_policies_do_not_matter() -> None:
    before = options.from_data(move.wanted({"moves": MOVES, "record": "r", "ignore": "users"})["before"])
    assert before.ignore == {"policies", "redirection", "users"}
    assert before.paths == (OLD,)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("moves", [], "is missing: give a list of moves, each with from and to, such as {from: //fs01/users,"),
        ("moves", "//fs01/users", "is not allowed: '//fs01/users' is no list: give a list of moves"),
        ("moves", [{"from": "//fs01/users"}], "is not allowed: {'from': '//fs01/users'} is no move: give a list of"),
        (
            "moves",
            [{"from": "//fs01", "to": "//fs09/a"}],
            "is not allowed: '//fs01' is only a server: name a share or a folder of it",
        ),
        (
            "moves",
            [{"from": "//fs01/a", "to": "//FS01/A"}],
            r"is not allowed: from '\\fs01\a' and to '\\FS01\A' are the same or lie in each other",
        ),
        (
            "moves",
            [{"from": "//fs01/a", "to": "//fs09/a"}, {"from": "//fs01/a/b", "to": "//fs09/b"}],
            r"is not allowed: from '\\fs01\a' and from '\\fs01\a\b' are the same or lie in each other",
        ),
        ("record", " ", "' ' is not the path of a file on the controller."),
        ("fill", "maybe", "'maybe' is neither true nor false."),
        ("ignore", "x", "'x' is not allowed: give a list of these words"),
        ("timeout", "x", "is not allowed: 'x' is not a number of seconds."),
    ],
)
def test_what_cannot_be_accepted_is_named_in_one_sentence(name: str, value: Any, sentence: str) -> None:
    problems = move.wanted({"moves": MOVES, "record": "r.json", name: value})["problems"]
    assert len(problems) == 1
    assert problems[0].startswith(f"migrate_share_{name} {sentence}")


def test_the_record_is_what_restore_takes() -> None:
    made = _record()
    assert (
        made["msg"]
        == rf"3 items pinned under {OLD} in the view of CORP\alice, and nothing there that is not synchronized."
    )
    wanted = restore.read(made["record"])
    assert dict(wanted.groups) == {
        Reasons.USER: [rf"{OLD}\alice"],
        Reasons.USER | Reasons.COMPUTER: [r"\\FS01\Users\alice\a.txt"],
    }
    assert (wanted.redirected, wanted.left_out) == (1, 0)


def test_the_entries_get_the_new_path_letter_by_letter() -> None:
    made = move.pins_of(KEPT, ASKED, {})
    assert (made["problem"], made["missing"]) == ("", "")
    assert [entry["path"] for entry in made["entries"]] == [
        rf"{NEW}\alice",
        rf"{NEW}\alice\a.txt",
        rf"{NEW}\alice\mail",
    ]
    assert restore.read(made["entries"]).groups[Reasons.USER] == [rf"{NEW}\alice"]


@pytest.mark.parametrize(
    ("kept", "problem"),
    [
        ("", "there is no such file on the controller, run prepare first."),
        ("{", "it is no record that prepare has written."),
        ("[]", "it is no record that prepare has written."),
        ('{"entries": [{"path": 5, "reasons_before": [], "reasons_after": []}]}', "it is no record that prepare has"),
        ('{"entries": [{"path": "//fs01/a"}]}', "it is no record that prepare has written."),
        (
            '{"entries": [{"path": "//fs02/a", "reasons_before": [], "reasons_after": []}]}',
            rf"it has '//fs02/a', which lies under none of {OLD}.",
        ),
    ],
)
def test_what_is_no_record_of_these_moves_is_told(kept: str, problem: str) -> None:
    made = move.pins_of(kept, ASKED, {})
    assert made["problem"].startswith(problem)
    assert made["entries"] == []


@pytest.mark.parametrize(
    ("items", "user", "differs"),
    [
        (ITEMS, r"CORP\alice", ""),
        (ITEMS[1:], r"CORP\alice", "what is pinned differs from it: 1 item fewer"),
        (
            [*ITEMS[:1], {**ITEMS[1], "reasons": ["user"]}, *ITEMS[2:], {"path": rf"{OLD}\b", "reasons": ["user"]}],
            r"CORP\alice",
            "what is pinned differs from it: 1 item more, 1 item for other reasons",
        ),
        (ITEMS, r"CORP\ben", r"it is about what CORP\alice sees"),
    ],
)
def test_a_kept_record_is_held_against_what_is_pinned(items: list[dict[str, Any]], user: str, differs: str) -> None:
    assert _record(items, KEPT, user)["differs"] == differs


def test_a_kept_record_of_other_moves_or_none_at_all_differs() -> None:
    other = json.dumps({**json.loads(KEPT), "moves": []})
    assert _record(kept=other)["differs"] == "it is about other moves"
    assert _record(kept="rubbish")["differs"] == "it is no record that prepare has written"


def _pinned(**changes: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {
        "alice": {"path": rf"{NEW.upper()}\ALICE", "reasons_after": ["user"], "sparse_after": False},
        "a": {"path": rf"{NEW}\alice\a.txt", "reasons_after": ["user", "computer"], "sparse_after": None},
    }
    return {"entries": [{**entry, **changes.get(name, {})} for name, entry in found.items()]}


@pytest.mark.parametrize(
    ("pinned", "missing"),
    [
        (_pinned(), ""),
        (_pinned(a={"reasons_after": ["user"]}), rf"1 item not pinned with content: {NEW}\alice\a.txt"),
        (_pinned(a={"sparse_after": True}), rf"1 item not pinned with content: {NEW}\alice\a.txt"),
        (_pinned(alice={"path": r"\\fs09\x"}), rf"1 item not pinned with content: {NEW}\alice"),
    ],
)
def test_nothing_is_called_pinned_that_is_not(pinned: dict[str, Any], missing: str) -> None:
    assert move.pins_of(KEPT, ASKED, pinned)["missing"] == missing
