# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of what the texts of a row mean."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("20261122200659.123456+000", "2026-11-22T20:06:59Z"),
        ("20261122200659.000000+060", "2026-11-22T19:06:59Z"),
        ("20260101000000.000000-480", "2026-01-01T08:00:00Z"),
        ("16010101000000.000000+000", None),
        ("", None),
        ("99991231235959.000000-060", "99991231235959.000000-060"),
        ("20261332000000.000000+000", "20261332000000.000000+000"),
        ("yesterday", "yesterday"),
        ("00000008010203.000000:000", "00000008010203.000000:000"),
    ],
)
def test_times(text: str, time: str | None) -> None:
    assert rows.iso_time(text) == time


def test_numbers_and_flags() -> None:
    assert [rows.integer(text) for text in ("", "0", "9007199254740993", "-1")] == [None, 0, 9007199254740993, -1]
    assert [rows.flag(text) for text in ("", "True", "False")] == [None, True, False]
    with pytest.raises(ContractError, match="'many' where a number belongs"):
        rows.integer("many")


def test_words_for_numbers_and_numbers_without_a_word() -> None:
    assert [rows.type_word(text) for text in ("0", "1", "2", "3", "4", "")] == [
        "file",
        "directory",
        "share",
        "server",
        "4",
        None,
    ]
    assert rows.word("2", rows.CONNECT_STATES) == "online"
    assert rows.word("-1", rows.OFFLINE_REASONS) == "-1"


def test_a_row_with_other_fields_than_were_asked_for_is_refused() -> None:
    assert rows.split_values("0\t1\t0\t0\t0", rows.PIN_STATE) == ["0", "1", "0", "0", "0"]
    with pytest.raises(ContractError, match="4 fields, 5 were asked for"):
        rows.split_values("0\t1\t0\t0", rows.PIN_STATE)


def test_the_pin_state_comes_first_in_every_row() -> None:
    """The ledger of unpin and the listing of item_info read it by place."""
    for fields in (rows.TOTALS, rows.DETAILS):
        assert fields[: len(rows.PIN_STATE)] == rows.PIN_STATE
        assert len(set(fields)) == len(fields)
