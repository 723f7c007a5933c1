# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A share that moves: which moves are understood."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.retire import move, options

OLD, NEW = r"\\fs01\users", r"\\fs09\home\users"
MOVES = [{"from": "//fs01/users", "to": "//fs09/home/users/"}]
ASKED = move.wanted({"moves": MOVES, "record": "r.json"})


def test_moves_are_normalised() -> None:
    assert ASKED["problems"] == []
    assert (ASKED["moves"], ASKED["old"], ASKED["new"]) == ([{"from": OLD, "to": NEW}], [OLD], [NEW])


def test_before_a_move_policies_do_not_matter() -> None:
    before = options.from_data(move.wanted({"moves": MOVES, "record": "r", "ignore": "users"})["before"])
    assert before.ignore == {"policies", "redirection", "users"}
    assert before.paths == (OLD,)


def test_when_old_paths_are_retired_all_guards_hold_and_nothing_is_sent() -> None:
    after = options.from_data(move.wanted({"moves": MOVES, "record": "r", "ignore": "users", "delete": True})["after"])
    assert (after.paths, after.ignore) == ((OLD,), frozenset({"users"}))
    assert (after.synchronize, after.delete) == (False, True)


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
