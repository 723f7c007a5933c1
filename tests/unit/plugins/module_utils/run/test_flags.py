# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the control flags of any method: names, vendor names, numbers, values among the bits, what is refused."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.run.flags import Field, FlagSet, Refused

FLAGS = FlagSet(
    method="Work",
    vendor_prefix="VendorFlag",
    members={"gently": 0x1, "in_a_hurry": 0x4, "for_all": 0x80},
    refused={"backwards": Refused(0x2, "is not a flag of this method")},
    fields=(Field(0x30000000, {"keep_left": 0x10000000, "keep_right": 0x20000000}, option="side", default="none"),),
)
DEPENDENT = FlagSet(
    "Work",
    "VendorFlag",
    {"gently": 0x1, "in_a_hurry": 0x4, "for_all": 0x80},
    {},
    required=0x81,
    required_as="way to work",
    apart=False,
    needs={"in_a_hurry": "gently"},
)
NEEDY = FlagSet("Work", "VendorFlag", {"gently": 0x1, "for_all": 0x80}, {}, required=0x81, required_as="way to work")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ([], 0),
        (["gently"], 0x1),
        (["IN_A_HURRY", 1], 0x5),
        (["VendorFlagInAHurry"], 0x4),
        (["vendorflagkeepright", "0x80"], 0x20000080),
        ([0x10000001], 0x10000001),
        (["keep_left", "0x10000000"], 0x10000000),
    ],
)
def test_names_numbers_and_values(given: list[object], value: int) -> None:
    assert FLAGS.parse(given) == value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            ["keep_left", "keep_right"],
            "'keep_left', 'keep_right' exclude each other: keep_left (0x10000000), keep_right",
        ),
        ([0x30000000], "holds 0x30000000, which is none of keep_left (0x10000000), keep_right (0x20000000)."),
        (
            [0x40000000],
            "unknown bits 0x40000000; the flags of Work are gently (0x1), in_a_hurry (0x4), for_all (0x80), ",
        ),
        (["backwards"], "flag 'backwards' (0x2) is not a flag of this method."),
        ([3], "holds 0x2 (backwards), which is not a flag of this method."),
        (["slowly"], "unknown flag 'slowly': use gently (0x1)"),
    ],
)
def test_refused(given: list[object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        FLAGS.parse(given)
    assert message in str(caught.value)


def test_names_of_a_mask_lowest_first_whether_bits_or_values() -> None:
    assert FLAGS.names_of(0x20000081) == ["gently", "for_all", "keep_right"]
    assert FLAGS.names_of(0) == []
    low = FlagSet("Work", "VendorFlag", {"gently": 0x4}, {}, fields=(Field(0x3, {"left": 0x1, "right": 0x2}),))
    assert low.names_of(0x6) == ["right", "gently"]
    with pytest.raises(InputError, match=r"use left \(0x1\), right \(0x2\), gently \(0x4\)"):
        low.parse(["middle"])


def test_what_is_required() -> None:
    assert NEEDY.parse(["for_all"]) == 0x80
    assert NEEDY.required_of(0x81) == [0x1, 0x80]
    with pytest.raises(InputError) as caught:
        NEEDY.parse([])
    assert str(caught.value) == (
        "flags (an empty list) (0x0) name no way to work: add at least one of gently (0x1), for_all (0x80)."
    )


def test_every_bit_that_a_method_has() -> None:
    assert FLAGS.known == 0x30000085


def test_a_flag_that_needs_another_one() -> None:
    assert DEPENDENT.parse(["in_a_hurry", "gently"]) == 0x5
    with pytest.raises(InputError) as caught:
        DEPENDENT.parse(["in_a_hurry", "for_all"])
    assert str(caught.value) == (
        "flags 'in_a_hurry', 'for_all' hold in_a_hurry (0x4), which has no effect without gently (0x1): add it."
    )


def test_required_flags_that_are_never_sent_apart() -> None:
    assert DEPENDENT.required_of(0x81) == []


@pytest.mark.parametrize(
    ("flags", "side", "value"),
    [
        (0x1, "none", 0x1),
        (0x1, "keep_left", 0x10000001),
        (0x20000001, "none", 0x20000001),
        (0x20000001, "keep_right", 0x20000001),
    ],
)
def test_an_option_chooses_the_value_of_a_field(flags: int, side: str, value: int) -> None:
    assert FLAGS.choose(flags, {"side": side}) == value
    assert NEEDY.choose(0x1, {}) == 0x1


def test_an_option_and_the_flags_must_not_contradict_each_other() -> None:
    with pytest.raises(InputError) as caught:
        FLAGS.choose(0x20000001, {"side": "keep_left"})
    assert str(caught.value) == "side is keep_left, and flags hold keep_right: name one of them."
