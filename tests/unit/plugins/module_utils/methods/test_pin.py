# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the declaration of Pin: its flags, what is refused, what a state means with and without the flag fill."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import FLAGS, PIN
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows

NAMES = [
    ("fill", 0x1, "OfflineFilesPinControlFlagFill"),
    ("pin_link_targets", 0x10, "OfflineFilesPinControlFlagPinLinkTargets"),
    ("for_user", 0x20, "OfflineFilesPinControlFlagForUser"),
    ("for_user_policy", 0x40, "OfflineFilesPinControlFlagForUser_Policy"),
    ("for_all", 0x80, "OfflineFilesPinControlFlagForAll"),
    ("low_priority", 0x200, "OfflineFilesPinControlFlagLowPriority"),
    ("async_progress", 0x400, "OfflineFilesPinControlFlagAsyncProgress"),
    ("interactive", 0x800, "OfflineFilesPinControlFlagInteractive"),
    ("console", 0x1000, "OfflineFilesPinControlFlagConsole"),
    ("background", 0x10000, "OfflineFilesPinControlFlagBackground"),
]


@pytest.mark.parametrize(("short", "value", "vendor"), NAMES)
def test_every_flag_by_every_name(short: str, value: int, vendor: str) -> None:
    for given in (short, short.upper(), vendor, value, str(value), hex(value)):
        assert FLAGS.parse([given, 0x20]) == value | 0x20, given


def test_no_flag_is_missing_or_too_many() -> None:
    assert list(FLAGS.members.items()) == [(name, value) for name, value, _vendor in NAMES]
    assert (FLAGS.known, FLAGS.required, FLAGS.parse(PIN.default_flags)) == (0x11EF1, 0xE0, 0x20)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], ["an empty list", "no pin reason", "for_all (0x80)"]),
        (["fill", "pin_link_targets"], ["0x11", "no pin reason"]),
        (["for_redir"], ["'for_redir'", "0x100", "folder redirection pins what it redirects by itself"]),
        ([0x120], ["0x100 (for_redir)"]),
        ([0x2000], ["unknown bits 0x2000", "flags of Pin", "0x11ef1"]),
        (["pin"], ["unknown flag 'pin'", "fill (0x1)"]),
    ],
)
def test_refused(given: list[object], wanted: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        FLAGS.parse(given)
    assert not [words for words in wanted if words not in str(caught.value)]


@pytest.mark.parametrize(
    ("flags", "held", "opened"),
    [
        (0x20, "pinned for user", "not pinned for user"),
        (0xE0, "pinned for user and user policy and computer", "not pinned for user and user policy and computer"),
        (0x21, "pinned for user and filled", "not pinned for user and filled"),
        (0x61, "pinned for user, user policy and filled", "not pinned for user, user policy and filled"),
    ],
)
def test_what_flags_ask_for(flags: int, held: str, opened: str) -> None:
    goal = PIN.goal(flags)
    assert (goal.held_as, goal.open_as) == (held, opened)
    # What is not pinned, and what is not in the cache, is what there is to be done: all rows are read, and Pin called.
    assert (goal.keep, goal.decisive) == ((), ())


def test_all_reasons_have_to_be_there() -> None:
    goal = PIN.goal(0x60)
    none, one, both = (goal.read(texts.split()) for texts in ("0 0 0 0 1", "0 2 0 0 0", "0 1 1 0 0"))
    assert [goal.open(state) for state in (0, none, one, both)] == [True, True, True, False]
    assert [goal.moved(*states) for states in ((0, one), (one, both), (both, one), (one, one))] == [
        True,
        True,
        False,
        False,
    ]
    assert goal.entry(none, goal.reached(none)) == {
        "reasons_before": ["folder_redirection"],
        "reasons_after": ["user", "user_policy", "folder_redirection"],
        "sparse_before": None,
        "sparse_after": None,
    }
    assert (goal.shown(none), goal.shown(0)) == ("pinned for folder_redirection", "not pinned")
    assert goal.path(both) == {"reasons": ["user", "user_policy"]}


def test_with_fill_an_item_needs_its_content_too() -> None:
    goal = PIN.goal(0x21)
    assert goal.fields == (*rows.PIN_STATE, "Sparse")
    thin, sparse, full = (goal.read(texts.split()) for texts in ("0 0 0 0 0 True", "0 1 0 0 0 True", "0 1 0 0 0 False"))
    assert [goal.open(state) for state in (thin, sparse, full)] == [True, True, False]
    assert [goal.moved(*states) for states in ((sparse, full), (thin, sparse), (full, sparse))] == [True, True, False]
    # Content came where only the pin was refused, and none where the item left the cache.
    assert (goal.moved(thin, goal.read(["0", "0", "0", "0", "0", "False"])), goal.moved(thin, 0)) == (True, False)
    assert (goal.reached(thin), goal.path(sparse)) == (full, {"reasons": ["user"]})
    assert (goal.shown(sparse), goal.shown(thin)) == (
        "pinned for user, without its content",
        "not pinned, without its content",
    )
    assert goal.entry(sparse, full)["sparse_before"] is True
    assert goal.entry(sparse, full)["sparse_after"] is False


@pytest.mark.parametrize("flags", [0x20, 0xE1])
def test_a_server_cannot_be_pinned(flags: int) -> None:
    goal = PIN.goal(flags)
    server = goal.read(["3", "", "", "", "", *(["False"] if flags & 1 else [])])
    assert not goal.open(server)
    assert (goal.path(server), goal.shown(server)) == ({"reasons": []}, "not pinned")
