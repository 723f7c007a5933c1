# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A line of a CSV file is data and nothing else, and what was put in can be had again."""

from __future__ import annotations

import csv
import io
import re
import typing as t
import unicodedata

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.winops.offline_files.plugins.filter.csv_row import FilterModule, csv_row

BIDIRECTIONAL = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_texts_are_quoted_and_numbers_are_not() -> None:
    row = FilterModule().filters()["csv_row"](["pc01", r"\\fs01\users", "5", 5, -1, 2.5, True, False, None, "", " a "])
    assert row == r'"pc01","\\fs01\users","5",5,-1,2.5,true,false,,""," a "'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'),
        ("+1", '"\'+1"'),
        ("-1", '"\'-1"'),
        ("@SUM(1)", '"\'@SUM(1)"'),
        ("\uff1d1", '"\'\uff1d1"'),
        ("'=1", "\"''=1\""),
        ("\t=1", '"<U+0009>=1"'),
        ("\r=1", '"<U+000D>=1"'),
        ("alice\r\npc99,bob", '"alice<U+000D><U+000A>pc99,bob"'),
        ("a\x85b\x9b31m\u2028c\u202ed\ud800", '"a<U+0085>b<U+009B>31m<U+2028>c<U+202E>d<U+D800>"'),
        ("<U+000A>", '"<U+000A>"'),
        ("a<b> U+000A", '"a<b> U+000A"'),
        ("\u30e6\u30fc\u30b6\u30fc\u3000\u4e00", '"\u30e6\u30fc\u30b6\u30fc\u3000\u4e00"'),
    ],
)
def test_a_text_of_a_stranger(text: str, shown: str) -> None:
    assert csv_row([text]) == shown


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("pc01", "takes a list of values, not str"),
        ({"a": 1}, "takes a list of values, not dict"),
        (["pc01", ["a"]], "value 2 is a list; a text, a number"),
    ],
)
def test_what_is_no_row_is_refused(values: t.Any, said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        csv_row(values)


@given(st.lists(st.text().filter(lambda text: "<U+" not in text), min_size=1))
def test_properties_one_line_no_formula_and_the_texts_can_be_had_again(texts: list[str]) -> None:
    row = csv_row(texts)
    (read,) = csv.reader(io.StringIO(row), strict=True)
    assert not any(text.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")) for text in read)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in row)
    assert not any(unicodedata.bidirectional(char) in BIDIRECTIONAL for char in row)
    assert row.encode()
    bare = [text.removeprefix("'") for text in read]
    assert [re.sub(r"<U\+([0-9A-F]{4,5})>", lambda found: chr(int(found[1], 16)), text) for text in bare] == texts
