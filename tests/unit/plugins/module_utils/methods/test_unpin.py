# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the declaration of Unpin: its flags by name, vendor names, numbers, and what is refused."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import FLAGS, UNPIN

NAMES = [
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
    for given in (
        short,
        short.upper(),
        f" {short} ",
        vendor,
        vendor.lower(),
        value,
        str(value),
        hex(value),
        f"0X{value:X}",
    ):
        assert FLAGS.parse([given, 0x20]) == value | 0x20, given


def test_no_flag_is_missing_or_too_many() -> None:
    assert list(FLAGS.members.items()) == [(name, value) for name, value, _vendor in NAMES]
    assert (FLAGS.known, FLAGS.required) == (0x11EE0, 0xE0)


def test_the_default_is_one_reason() -> None:
    assert FLAGS.parse(UNPIN.default_flags) == 0x20


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ([0x60], 0x60),
        (["0x00001820"], 0x1820),
        (["for_user", "for_user", "0x20"], 0x20),
        (["background", "for_all"], 0x10080),
        (["96"], 0x60),
        (["0x11EE0"], 0x11EE0),
        (["+32"], 0x20),
    ],
)
def test_masks(given: list[object], value: int) -> None:
    assert FLAGS.parse(given) == value


def test_names_of_a_mask_lowest_first() -> None:
    assert FLAGS.names_of(0x10060) == ["for_user", "for_user_policy", "background"]
    assert FLAGS.names_of(0) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], ["an empty list", "no pin reason", "for_user (0x20)", "for_user_policy (0x40)", "for_all (0x80)"]),
        (["background"], ["'background'", "0x10000", "no pin reason"]),
        ([0], ["0", "no pin reason"]),
        (["low_priority", 0x400], ["0x600", "no pin reason"]),
        (["for_everyone"], ["unknown flag 'for_everyone'", "for_user (0x20)", "background (0x10000)"]),
        ([""], ["unknown flag ''"]),
        (["0x2x"], ["unknown flag '0x2x'"]),
        ([0x20000020], ["unknown bits 0x20000000", "0x11ee0"]),
        (["0x2002"], ["unknown bits 0x2002"]),
        ([-1], ["-1", "unsigned 32-bit"]),
        (["-32"], ["-32", "unsigned 32-bit"]),
        (["1" * 5000], ["111"]),
        (["0x" + "1" * 5000], ["111"]),
        ([0x100000020], ["unsigned 32-bit"]),
        ([0x21], ["0x1 (fill)", "belongs to Pin"]),
        (["0x30"], ["0x10 (pin_link_targets)", "belongs to Pin"]),
        ([0x120], ["0x100 (for_redir)", "folder redirection", "Group Policy"]),
        (["for_redir"], ["'for_redir'", "0x100", "Group Policy"]),
        (["Fill"], ["'Fill'", "0x1", "belongs to Pin"]),
        (["OfflineFilesPinControlFlagPinLinkTargets"], ["0x10", "belongs to Pin"]),
        ([True], ["True", "neither a name nor a number"]),
        ([None], ["None", "neither a name nor a number"]),
        ([32.0], ["32.0", "neither a name nor a number"]),
        ([["for_user"]], ["['for_user']", "neither a name nor a number"]),
    ],
)
def test_refused(given: list[object], wanted: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        FLAGS.parse(given)
    message = str(caught.value)
    for words in wanted:
        assert words in message
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.value in (given, *given)


def test_a_generator_is_read_once() -> None:
    with pytest.raises(InputError, match="'background'"):
        FLAGS.parse(name for name in ["background"])


@pytest.mark.parametrize(
    ("flags", "words", "decisive"),
    [
        (0x20, "pinned for user", ("PinInfo.PinnedForUser",)),
        (0x40, "pinned for user policy", ("PinInfo.PinnedForUserByPolicy",)),
        (0x80, "pinned for computer", ("PinInfo.PinnedForComputer",)),
        (
            0x11EE0,
            "pinned for user or user policy or computer",
            ("PinInfo.PinnedForUser", "PinInfo.PinnedForUserByPolicy", "PinInfo.PinnedForComputer"),
        ),
    ],
)
def test_what_flags_ask_for(flags: int, words: str, decisive: tuple[str, ...]) -> None:
    goal = UNPIN.goal(flags)
    assert (goal.open_as, goal.held_as, goal.decisive) == (words, f"not {words}", decisive)


def test_a_state_is_the_pin_reasons() -> None:
    goal = UNPIN.goal(0x60)
    both = goal.read(["0", "1", "2", "0", "1"])
    assert goal.entry(both, goal.reached(both)) == {
        "reasons_before": ["user", "user_policy", "folder_redirection"],
        "reasons_after": ["folder_redirection"],
    }
    assert (goal.open(both), goal.open(goal.reached(both)), goal.open(0)) == (True, False, False)
    one = goal.read(["0", "1", "0", "0", "0"])
    assert (goal.moved(both, one), goal.moved(one, both), goal.moved(one, one)) == (True, False, False)
    assert (goal.shown(one), goal.shown(0)) == ("pinned for user", "not pinned")
    assert goal.path(one) == {"remaining_reasons": ["user"]}


def test_folder_redirection_is_never_asked_for() -> None:
    assert "PinInfo.PinnedForFolderRedirection" not in UNPIN.goal(0x11EE0).decisive
