# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the declaration of DeleteItems: its flags, what protects an item, what is lost with it."""

from __future__ import annotations

import pytest
from unit.item_rows import row

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import (
    DELETE_ITEMS,
    FLAGS,
    Held,
    ItemsGone,
)

NAMES = [
    ("no_auto_cached", 0x1, "OfflineFilesDeleteFlagNoAutoCached"),
    ("no_pinned", 0x2, "OfflineFilesDeleteFlagNoPinned"),
    ("del_modified", 0x4, "OfflineFilesDeleteFlagDelModified"),
    ("admin", 0x80000000, "OfflineFilesDeleteFlagAdmin"),
]


@pytest.mark.parametrize(("short", "value", "vendor"), NAMES)
def test_every_flag_by_every_name(short: str, value: int, vendor: str) -> None:
    for given in (short, short.upper(), f" {short} ", vendor, vendor.lower(), value, str(value), hex(value)):
        assert FLAGS.parse([given]) == value, given


def test_no_flag_is_missing_or_too_many() -> None:
    assert FLAGS.known == 0x80000007
    assert FLAGS.names_of(0x80000006) == ["no_pinned", "del_modified", "admin"]
    assert FLAGS.parse(DELETE_ITEMS.default_flags) == 0x2
    assert FLAGS.parse([]) == FLAGS.parse([0]) == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["no_auto_cached", "no_pinned"], "exclude each other: no_auto_cached (0x1), no_pinned (0x2)."),
        ([3], "flags value 3 holds 0x3, which is none of no_auto_cached (0x1), no_pinned (0x2)."),
        (["0x8"], "flags value '0x8' holds the unknown bits 0x8; the flags of DeleteItems are no_auto_cached (0x1), "),
        (["all"], "unknown flag 'all': use no_auto_cached (0x1), no_pinned (0x2), del_modified (0x4), admin"),
        ([0x100000000], "flags value 4294967296 is not an unsigned 32-bit number."),
        ([-2147483648], "flags value -2147483648 is not an unsigned 32-bit number."),
    ],
)
def test_refused(given: list[object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        FLAGS.parse(given)
    assert words in str(caught.value)


def _state(words: str, **values: str) -> int:
    texts = row(ItemsGone.fields, r"\\fs01\users\x", words, **values).split("\t")[:-1]
    return ItemsGone(0).read(texts)


DIRTY = {"ChangeInfo__Dirty": "True"}


@pytest.mark.parametrize(
    ("state", "protected_by"),
    [
        (_state("file"), {0x1: ["auto_cached"]}),
        (_state("directory"), {0x1: ["auto_cached"]}),
        (_state("file user"), {0x2: ["pinned"], 0x80000002: ["pinned"]}),
        (_state("directory folder_redirection+"), {0x2: ["pinned"]}),
        (_state("file", **DIRTY), {0x0: ["unsynchronized"], 0x1: ["unsynchronized", "auto_cached"]}),
        (_state("file computer", **DIRTY), {0x0: ["unsynchronized"], 0x2: ["pinned", "unsynchronized"]}),
        (_state("directory") | Held.NOT_EMPTY, {0x4: ["not_empty"], 0x1: ["auto_cached", "not_empty"]}),
    ],
)
def test_flags_protect(state: int, protected_by: dict[int, list[str]]) -> None:
    for flags, reasons in protected_by.items():
        goal = ItemsGone(flags)
        assert goal.kept(state) == reasons
        assert not goal.open(state)
        assert goal.entry(state, state) == {"kept_because": reasons, "changes_lost": False}
        assert goal.path(state | _state("file")) == {"kept_because": goal.kept(state | _state("file"))}


@pytest.mark.parametrize(
    ("state", "flags"),
    [
        (_state("file"), 0x2),
        (_state("file user"), 0x0),
        (_state("file user"), 0x1),
        (_state("file", **DIRTY), 0x6),
        (_state("directory user+"), 0x1),
    ],
)
def test_what_nothing_protects_is_open_until_it_is_gone(state: int, flags: int) -> None:
    goal = ItemsGone(flags)
    assert (goal.open(state), goal.kept(state), goal.open(goal.reached(state))) == (True, [], False)
    assert (goal.moved(state, 0), goal.moved(state, state), goal.moved(0, 0)) == (True, False, False)


@pytest.mark.parametrize("words", ["share", "server"])
def test_a_share_or_server_may_stay_with_nothing_in_it(words: str) -> None:
    goal, state = ItemsGone(0x2), _state(words)
    assert (goal.open(state), goal.kept(state)) == (False, [])
    assert goal.kept(state | Held.NOT_EMPTY) == ["not_empty"]
    assert goal.moved(state, 0)


def test_only_what_goes_with_its_changes_is_lost() -> None:
    goal = ItemsGone(0x6)
    dirty, clean = _state("file", **DIRTY), _state("file")
    assert [goal.lost(dirty, 0), goal.lost(dirty, dirty), goal.lost(clean, 0), goal.lost(0, 0)] == [
        True,
        False,
        False,
        False,
    ]
    assert goal.entry(dirty, 0) == {"kept_because": [], "changes_lost": True}


def test_a_diff_says_how_an_item_was_in_the_cache() -> None:
    goal = ItemsGone(0x6)
    assert [goal.shown(state) for state in (_state("file user"), _state("file", **DIRTY), 0)] == [
        "pinned",
        "cached automatically, with changes that are not synchronized",
        "not in the cache",
    ]
