# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the pin reasons and of what the flags ask for."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.windows import pins
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons


def test_names_have_a_fixed_order() -> None:
    assert Reasons(15).names == ["user", "user_policy", "computer", "folder_redirection"]
    assert (Reasons.FOLDER_REDIRECTION | Reasons.USER).names == ["user", "folder_redirection"]
    assert Reasons.NONE.names == []


def test_folder_redirection_is_read_too() -> None:
    assert list(pins.FIELDS.values())[-1] == "PinInfo.PinnedForFolderRedirection"


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        (["0", "0", "0", "0"], []),
        (["1", "0", "0", "0"], ["user"]),
        (["2", "1", "0", "0"], ["user", "user_policy"]),
        (["", "", "", ""], []),
        (["0", "", "2", "1"], ["computer", "folder_redirection"]),
    ],
)
def test_values_of_a_row(values: list[str], reasons: list[str]) -> None:
    assert pins.from_values(values).names == reasons


def test_a_wrong_number_of_values_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        pins.from_values(["1", "0", "0"])
