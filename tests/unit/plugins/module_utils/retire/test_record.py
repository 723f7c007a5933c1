# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record of a share that moves: what it holds, what is none, and of what it is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods import restore
from ansible_collections.winops.offline_files.plugins.module_utils.retire import record
from ansible_collections.winops.offline_files.plugins.module_utils.retire.record import Record
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

OLD, NEW = r"\\fs01\users", r"\\fs09\home\users"
MOVES = [{"from": OLD, "to": NEW}]
MADE = Record(
    r"CORP\alice",
    MOVES,
    record.as_pins(
        [
            (rf"{OLD}\alice", Reasons.USER),
            (r"\\FS01\Users\alice\a.txt", Reasons.USER | Reasons.COMPUTER),
            (rf"{OLD}\alice\mail", Reasons.FOLDER_REDIRECTION),
        ]
    ),
    record.as_pins([(rf"{NEW}\alice\own.txt", Reasons.USER)]),
)
DATA = MADE.as_data()


def test_what_is_written_is_read() -> None:
    assert record.read(json.dumps(DATA)) == MADE


def test_the_record_is_what_restore_takes() -> None:
    wanted = restore.read(DATA)
    assert dict(wanted.groups) == {
        Reasons.USER: [rf"{OLD}\alice"],
        Reasons.USER | Reasons.COMPUTER: [r"\\FS01\Users\alice\a.txt"],
    }
    assert (wanted.redirected, wanted.left_out) == (1, 0)


def test_what_is_pinned_gets_the_new_path_letter_by_letter_without_redirection() -> None:
    assert [(one.path, one.reasons.names) for one in MADE.moved().values()] == [
        (rf"{NEW}\alice", ["user"]),
        (rf"{NEW}\alice\a.txt", ["user", "computer"]),
    ]


NONE = "is no record that prepare has written"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not there: run prepare first"),
        ("{", NONE),
        ("[]", NONE),
        (json.dumps({**DATA, "user": 5}), NONE),
        (json.dumps({**DATA, "moves": 5}), NONE),
        (json.dumps({**DATA, "moves": [{"from": OLD}]}), NONE),
        (json.dumps({**DATA, "entries": [{"path": 5, "reasons_before": [], "reasons_after": []}]}), NONE),
        (json.dumps({**DATA, "entries": [{"path": OLD, "reasons_before": ["x"], "reasons_after": []}]}), NONE),
        (json.dumps({**DATA, "entries": [{"path": OLD}]}), NONE),
        (json.dumps({key: value for key, value in DATA.items() if key != "pinned_there"}), NONE),
        (
            json.dumps({**DATA, "entries": [{"path": "//fs02/a", "reasons_before": [], "reasons_after": []}]}),
            rf"has '//fs02/a', which lies under none of {OLD}",
        ),
    ],
)
def test_what_is_no_record_is_told(text: str, problem: str) -> None:
    with pytest.raises(InputError) as told:
        record.read(text)
    assert str(told.value) == problem


@pytest.mark.parametrize(
    ("moves", "problem"),
    [
        ([{"from": "//FS01/Users", "to": NEW}], ""),
        ([{"from": OLD, "to": r"\\fs55\zoe"}], rf"is about other moves: {OLD} to {NEW}"),
        ([], rf"is about other moves: {OLD} to {NEW}"),
    ],
)
def test_the_moves_must_be_those_of_the_record(moves: Any, problem: str) -> None:
    told = ""
    try:
        record.check_moves(MADE, moves)
    except InputError as exc:
        told = str(exc)
    assert told == problem


@pytest.mark.parametrize(
    ("user", "problem"),
    [
        (r"corp\ALICE", ""),
        (r"CORP\zoe", r"is about what CORP\alice sees, and this is the view of CORP\zoe"),
        (None, "cannot be used: it is not known whose view of the cache it or this is"),
    ],
)
def test_the_user_must_be_that_of_the_record(user: str | None, problem: str) -> None:
    told = ""
    try:
        record.check_user(MADE, user)
    except InputError as exc:
        told = str(exc)
    assert told == problem


def test_an_empty_record_of_nobody_is_for_everybody() -> None:
    record.check_user(Record(None, MOVES, {}, {}), r"CORP\ben")


def test_differences_are_counted_and_named() -> None:
    now = record.as_pins([(rf"{OLD}\ALICE", Reasons.COMPUTER), (rf"{OLD}\b", Reasons.USER)])
    assert record.differences(MADE.old, MADE.old) == ""
    assert record.differences(MADE.old, now) == (
        rf"1 item more ({OLD}\b), 2 items fewer (\\FS01\Users\alice\a.txt, {OLD}\alice\mail), "
        rf"1 item for other reasons ({OLD}\ALICE)"
    )


def test_only_what_lies_under_a_path_is_under_it() -> None:
    found = record.as_pins((path, Reasons.USER) for path in (OLD, rf"{OLD}\a", rf"{OLD}2", r"\\fs01"))
    assert [one.path for one in record.under(found, ["//FS01/users"]).values()] == [OLD, rf"{OLD}\a"]
