# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the progress grammar: every rule of reading a text, with the texts as files in test_data/progress."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import load

from ansible_collections.winops.offline_files.plugins.module_utils.windows import codes, progress
from ansible_collections.winops.offline_files.plugins.module_utils.windows.progress import Kind


def _cases(*names: str) -> list[t.Any]:
    return [
        pytest.param(case, id=f"{name}: {case['about']}") for name in names for case in load(f"progress/{name}.yml")
    ]


@pytest.mark.parametrize("case", _cases("english", "german", "japanese", "forms"))
def test_a_text_gives_its_parts(case: dict[str, t.Any]) -> None:
    message = progress.parse(case["text"])
    assert message is not None
    head, path = message
    assert (head.kind, head.code.hresult, head.text, path) == (
        case["kind"],
        case["hresult"],
        case["says"],
        case["path"],
    )


@pytest.mark.parametrize("text", load("progress/unreadable.yml"))
def test_an_unreadable_text_is_none(text: str) -> None:
    assert progress.parse(text) is None


@pytest.mark.parametrize("case", [pytest.param(case, id=case["about"]) for case in load("progress/events.yml")])
def test_messages_of_one_event(case: dict[str, t.Any]) -> None:
    assert progress.split_messages(case["event"]) == case["messages"]


def test_a_very_long_text_and_path() -> None:
    says = "very long: " + "x" * 65_536
    path = "\\\\fs01\\u\\" + "y" * 32_000
    message = progress.parse(f"3:-2147024891:{says}:[{path}]")
    assert message is not None
    assert message[0].text == says
    assert message[1] == path


def test_the_four_reasons() -> None:
    assert [(kind.name, kind.value) for kind in Kind] == [
        ("BEGIN", 0),
        ("END", 1),
        ("ITEM_BEGIN", 2),
        ("ITEM_RESULT", 3),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("5", 5),
        ("80070005", 0x80070005),
        ("79999999", 79999999),
        ("8007052E", 0x8007052E),
        ("0000000A", 10),
        ("0x0", 0),
        ("-2147483648", 0x80000000),
        ("2147483648", 0x80000000),
        ("", None),
        ("-", None),
        ("+5", None),
        ("0x1ffffffff", None),
        ("-2147483649", None),
        ("4294967296", None),
        ("99999999999", None),
        ("9" * 5000, None),
        ("00000005", 5),
        ("00000010", 0x10),
        ("02147942", 0x02147942),
        ("80000000", 0x80000000),
        ("0000010", 10),
        ("８", 8),
    ],
)
def test_result_numbers(text: str, number: int | None) -> None:
    assert progress.parse_result(text) == number


@pytest.mark.parametrize("text", ["9" * 5000 + ":0:x:[]", "0:" + "0" * 5000 + ":x", "-" + "9" * 5000 + ":0::[]"])
def test_a_number_of_any_length_raises_nothing(text: str) -> None:
    """int() refuses texts of more than 4300 digits."""
    assert progress.parse(text) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("3:0::[\\\\fs01\\u\\a ]", "\\\\fs01\\u\\a "),
        ("3:0::[\\\\fs01\\u\\a] ", "\\\\fs01\\u\\a"),
        ("3:0::[\\\\fs01\\u\\a]\t \r\n", "\\\\fs01\\u\\a"),
        ("3:0::\\\\fs01\\u\\a ", "\\\\fs01\\u\\a "),
        ("3:0::\\\\fs01\\u\\a] ", "\\\\fs01\\u\\a] "),
    ],
)
def test_a_blank_at_the_end_belongs_to_the_name_unless_a_bracket_closed_it(text: str, path: str) -> None:
    message = progress.parse(text)
    assert message is not None
    assert message[1] == path


def test_brackets_inside_of_a_text_are_no_empty_path() -> None:
    message = progress.parse("1:0:see [1] and []")
    assert message is not None
    assert message[0].text == "see [1] and []"


@pytest.mark.parametrize("path", ["\\\\", "[\\\\]", "\\\\\\", ""])
def test_a_message_about_an_item_must_name_one(path: str) -> None:
    assert progress.parse(f"3:0:ok:{path}") is None


def test_the_code_keeps_the_number_of_the_host() -> None:
    plain = progress.parse("3:5:no:[\\\\fs01\\u\\a]")
    whole = progress.parse("3:2147942405:no:[\\\\fs01\\u\\a]")
    assert plain is not None
    assert whole is not None
    assert (plain[0].code.code, whole[0].code.code) == (5, 2147942405)
    assert plain[0].code.name == whole[0].code.name == "ERROR_ACCESS_DENIED"


def test_a_head_is_explained_like_any_code() -> None:
    head = progress.parse_head("1:0x80041032:stopped")
    assert head is not None
    assert head.code == codes.explain(0x80041032)
