# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the declaration of Synchronize: its flags, what is refused, what a state means and what moved."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import (
    DIRTY,
    EXISTS,
    FLAGS,
    LOCAL_MOVED,
    SPARSE,
    SYNCHRONIZE,
    SYNCHRONIZED,
    went_up,
)

NAMES = [
    ("fill_sparse", 0x1, "OfflineFilesSyncControlFlagFillSparse"),
    ("sync_in", 0x2, "OfflineFilesSyncControlFlagSyncIn"),
    ("sync_out", 0x4, "OfflineFilesSyncControlFlagSyncOut"),
    ("pin_new_files", 0x8, "OfflineFilesSyncControlFlagPinNewFiles"),
    ("pin_link_targets", 0x10, "OfflineFilesSyncControlFlagPinLinkTargets"),
    ("pin_for_user", 0x20, "OfflineFilesSyncControlFlagPinForUser"),
    ("pin_for_user_policy", 0x40, "OfflineFilesSyncControlFlagPinForUser_Policy"),
    ("pin_for_all", 0x80, "OfflineFilesSyncControlFlagPinForAll"),
    ("low_priority", 0x200, "OfflineFilesSyncControlFlagLowPriority"),
    ("async_progress", 0x400, "OfflineFilesSyncControlFlagAsyncProgress"),
    ("interactive", 0x800, "OfflineFilesSyncControlFlagInteractive"),
    ("console", 0x1000, "OfflineFilesSyncControlFlagConsole"),
    ("skip_suspended_dirs", 0x2000, "OfflineFilesSyncControlFlagSkipSuspendedDirs"),
    ("background", 0x10000, "OfflineFilesSyncControlFlagBackground"),
]


@pytest.mark.parametrize(("short", "value", "vendor"), NAMES)
def test_every_flag_by_every_name(short: str, value: int, vendor: str) -> None:
    for given in (short, short.upper(), vendor, vendor.lower(), value, str(value), hex(value)):
        assert FLAGS.parse([given, 0xA]) == value | 0xA, given


def test_no_flag_is_missing_or_too_many() -> None:
    assert dict(FLAGS.members) == {name: value for name, value, _vendor in NAMES}
    assert FLAGS.names_of(0x13EFF) == [name for name, _value, _vendor in NAMES]
    assert FLAGS.known == 0x30013EFF


def test_the_default_is_every_direction_and_no_conflict_is_decided() -> None:
    assert FLAGS.parse(SYNCHRONIZE.default_flags) == FLAGS.choose(7, {"conflicts": "leave"}) == 7


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["background"], ["name no direction", "fill_sparse (0x1), sync_in (0x2), sync_out (0x4)"]),
        ([], ["an empty list", "name no direction"]),
        (["sync_out", "pin_new_files"], ["pin_new_files (0x8)", "without sync_in (0x2)"]),
        (["0xd"], ["pin_new_files (0x8)", "without sync_in (0x2)"]),
        (["sync_in", "pin_for_user"], ["pin_for_user (0x20)", "without pin_new_files (0x8)"]),
        ([2, 0x40], ["pin_for_user_policy (0x40)", "without pin_new_files (0x8)"]),
        ([0x82], ["pin_for_all (0x80)", "without pin_new_files (0x8)"]),
        ([0x102], ["0x100 (pin_for_redir)", "folder redirection"]),
        (["sync_in", "no_new_files_out"], ["'no_new_files_out' (0x20000)", "is not a flag of the WMI method"]),
        ([0x4002], ["unknown bits 0x4000", "together 0x30013eff"]),
        ([0x40000002], ["unknown bits 0x40000000"]),
        ([7, "keep_local", "keep_remote"], ["exclude each other", "keep_local (0x10000000)"]),
        ([-1], ["unsigned 32-bit"]),
        ([0x100000002], ["unsigned 32-bit"]),
    ],
)
def test_refused(given: list[object], wanted: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        FLAGS.parse(given)
    for words in wanted:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("flags", "conflicts", "value"),
    [
        (["0x10000007"], "leave", 0x10000007),
        (["0x10000007"], "keep_local", 0x10000007),
        ([7], "keep_remote", 0x20000007),
        ([7], "keep_latest", 0x30000007),
        (["sync_in", "keep_latest"], "leave", 0x30000002),
    ],
)
def test_conflicts_are_a_value_among_the_bits(flags: list[object], conflicts: str, value: int) -> None:
    assert FLAGS.choose(FLAGS.parse(flags), {"conflicts": conflicts}) == value


def test_conflicts_and_flags_must_not_contradict_each_other() -> None:
    with pytest.raises(InputError, match=r"^conflicts is keep_remote, and flags hold keep_local: name one of them\.$"):
        FLAGS.choose(FLAGS.parse(["0x10000007"]), {"conflicts": "keep_remote"})


@pytest.mark.parametrize(
    ("flags", "is_open", "words"),
    [
        (7, [DIRTY, SPARSE], "dirty or sparse"),
        (4, [DIRTY], "dirty"),
        (1, [SPARSE], "sparse"),
        (2, [SPARSE], "sparse"),
        (0x2007, [DIRTY, SPARSE], "dirty or sparse outside of suspended folders"),
    ],
)
def test_what_is_left_to_do_depends_on_the_directions(flags: int, is_open: list[int], words: str) -> None:
    goal = SYNCHRONIZE.goal(flags)
    assert [bit for bit in (0, DIRTY, SPARSE) if goal.open(bit | EXISTS)] == is_open
    assert not goal.open(0)
    assert goal.open_as == words
    assert not any(goal.open(goal.reached(state | EXISTS)) for state in (DIRTY, SPARSE, DIRTY | SPARSE))


def test_a_row_of_a_server_or_a_folder_has_null_properties() -> None:
    goal = SYNCHRONIZE.goal(7)
    assert [goal.read(["3", "", "False"]), goal.read(["1", "False", "False"])] == [EXISTS, EXISTS]
    assert goal.read(["0", "True", "True"]) == EXISTS | DIRTY | SPARSE


def test_suspended_folders_are_left_out_only_when_asked_to() -> None:
    skipping = SYNCHRONIZE.goal(0x2007)
    assert skipping.fields[-1] == "SuspendInfo.Suspended"
    assert not skipping.open(skipping.read(["0", "True", "False", "True"]))
    assert skipping.open(skipping.read(["0", "True", "False", "False"]))
    assert "SuspendInfo.Suspended" not in SYNCHRONIZE.goal(7).fields


@pytest.mark.parametrize(
    ("before", "after", "moved", "content_in", "up"),
    [
        (EXISTS, EXISTS, False, False, False),
        (EXISTS | DIRTY, EXISTS, True, False, True),
        (EXISTS | DIRTY, EXISTS | SYNCHRONIZED, True, False, True),
        (EXISTS | DIRTY, EXISTS | SYNCHRONIZED | LOCAL_MOVED, True, True, False),
        (EXISTS | DIRTY, 0, True, False, False),
        (EXISTS | DIRTY, EXISTS | DIRTY, False, False, False),
        (EXISTS, EXISTS | DIRTY | LOCAL_MOVED, False, False, False),
        (EXISTS, EXISTS | LOCAL_MOVED, False, False, False),
        (EXISTS, EXISTS | SYNCHRONIZED | LOCAL_MOVED, True, True, False),
        (EXISTS | SPARSE, EXISTS, True, True, False),
        (EXISTS, 0, True, False, False),
        (0, EXISTS | SYNCHRONIZED | LOCAL_MOVED, True, True, False),
        (0, 0, False, False, False),
    ],
)
def test_what_moved(before: int, after: int, moved: bool, content_in: bool, up: bool) -> None:
    goal = SYNCHRONIZE.goal(7)
    assert goal.moved(before, after) is moved
    assert goal.entry(before, after) == {
        "dirty_before": bool(before & DIRTY),
        "dirty_after": bool(after & DIRTY),
        "sparse_before": bool(before & SPARSE),
        "sparse_after": bool(after & SPARSE),
        "content_in": content_in,
    }
    assert went_up(before, after) is up


def test_a_state_in_the_diff() -> None:
    shown = SYNCHRONIZE.goal(7).shown
    states = (0, EXISTS, EXISTS | DIRTY | SPARSE, EXISTS | SYNCHRONIZED | LOCAL_MOVED)
    assert [shown(state) for state in states] == [
        "not in the cache",
        "in sync",
        "dirty, sparse",
        "in sync, with content from the server",
    ]


def test_every_word_of_the_results_worst_first() -> None:
    assert SYNCHRONIZE.words.worst_first == [
        "failed",
        "offline",
        "partial",
        "cancelled",
        "unknown",
        "not_synchronized",
        "conflict",
        "unavailable",
        "kept",
        "synchronized",
        "unchanged",
        "not_cached",
    ]
