# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of words: texts of strangers do no harm, and honest ones stay as they are."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.words import number, one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x9b31m", "<U+001B>[2J<U+009B>31m"),
        ("a\r\nb\tc\0", "a<U+000D><U+000A>b<U+0009>c<U+0000>"),
        ("a\u202efdp.exe", "a<U+202E>fdp.exe"),
        ("a\u2028b\u2029c\x85", "a<U+2028>b<U+2029>c<U+0085>"),
        ("\ud800", "<U+D800>"),
        ("\U000e0041", "<U+E0041>"),
        (r"\\fs01\üöß 文書 ملف 😀 é", r"\\fs01\üöß 文書 ملف 😀 é"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_character_and_none_that_turns_the_direction_passes() -> None:
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") or unicodedata.bidirectional(character) in (
            *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"),
        ):
            assert visible(character) == f"<U+{code:04X}>"


def test_one_line() -> None:
    assert one_line("Denied.\r\n  \x1b]0;x\x07 Sorry. ") == "Denied. <U+001B>]0;x<U+0007> Sorry"


def test_number() -> None:
    assert [number(1, "entry"), number(0, "entry"), number(2, "item")] == ["1 entry", "0 entries", "2 items"]
