# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page and the table show what strangers have chosen as text, and need nothing from elsewhere."""

from __future__ import annotations

import base64
import csv
import hashlib
import html.parser
import io
import json
import re
from dataclasses import replace

import pytest
from unit.plugins.module_utils.fleet.test_document import FAILURE, FLEET, PC1, SHARE

from ansible_collections.winops.offline_files.plugins.module_utils.fleet import bars, hosts, page, sections, table
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.hosts import Registered
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.model import Fleet, Host, State, View

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "</script ",
    "<!-- <script ",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt;&amp;",
    "$style ${data} $$",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(1)",
    "\uff1d1",
]
UNSEEN = ["\u2028", "\u2029", "\x1b[31m", "\u202e", "\0", "\ud800", "\r\n"]


class Parsed(html.parser.HTMLParser):
    """What a parser makes of a page: its elements, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.text = ""
        self._into: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._into = {"script": self.scripts, "style": self.styles}.get(tag)
        if self._into is not None:
            self._into.append("")

    def handle_endtag(self, tag: str) -> None:
        self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is None:
            self.text += data
        else:
            self._into[-1] += data


def fleet_of(text: str) -> Fleet:
    """A fleet in which a stranger has chosen everything that can be chosen."""
    share = replace(SHARE, path=rf"\\fs01\{text}", last_success=text, policies=(text,))
    failure = replace(FAILURE, path=rf"\\fs01\{text}\{text}", name=text, text=text, category=text, hresult=text)
    view = View(text, State.FAILED, (text,), 1, (share,))
    host = Host(f"{text}1", State.FAILED, text, (view, View("b", State.DONE)), (text,), 9, (failure,), (text,))
    return Fleet(text, (host,))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_element(text: str) -> None:
    plain, hostile = Parsed(page.html(fleet_of("plain"))), Parsed(page.html(fleet_of(text)))
    without = [tag for tag, _attributes in plain.tags]
    assert [tag for tag, _attributes in hostile.tags] == without
    assert {name for _tag, attributes in hostile.tags for name in attributes if name.startswith("on")} == set()
    assert text in hostile.text
    # Nothing that a tokenizer of HTML looks at.
    assert not set("<>&") & set(hostile.scripts[0])
    data = json.loads(hostile.scripts[0])
    assert rf"\\fs01\{text}" in data["shares"]
    # The code is the same, whatever the data is.
    assert (hostile.scripts[1:], hostile.styles) == (plain.scripts[1:], plain.styles)


@pytest.mark.parametrize("text", UNSEEN)
def test_what_steers_something_is_written_out(text: str) -> None:
    look = {"cache": {"user": f"a{text}b", "active": True}, "shares": [{"path": rf"\\fs01\x{text}y"}], "msg": text}
    host = hosts.read(f"pc{text}1", Registered(before={"x": look}, problem={"y": f"a{text}b"}), 0)
    fleet = Fleet("x", (host,))
    for made in (page.html(fleet), table.csv(fleet)):
        assert text not in made.replace("\n", "") if text != "\r\n" else "\r" not in made
        made.encode()


def test_only_this_script_and_this_style_may_run() -> None:
    parsed = Parsed(page.html(FLEET))
    (policy,) = [tag[1]["content"] for tag in parsed.tags if "http-equiv" in tag[1]]
    assert policy is not None
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    for name, (text,) in (("script-src", parsed.scripts[1:]), ("style-src", parsed.styles)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert parts[name] == f"'sha256-{digest}'"
    # The policy has to stand before what it is about.
    assert [tag for tag, _attributes in parsed.tags[:4]] == ["html", "head", "meta", "meta"]


def test_nothing_comes_from_elsewhere_and_no_text_is_parsed_as_html() -> None:
    parsed = Parsed(page.html(FLEET))
    outside = {"src", "href", "action", "data", "style", "srcdoc", "poster"}
    found = [(tag, name, value) for tag, given in parsed.tags for name, value in given.items() if name in outside]
    assert found == [("a", "href", "#hosts")]
    script = parsed.scripts[1]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|fetch\(|import\(", script
    )
    assert not re.search(r"url\(|@import", parsed.styles[0])


def test_without_scripts_the_page_says_what_matters() -> None:
    text = " ".join(Parsed(page.html(FLEET)).text.split())
    assert "2 hosts: failed 1, not asked 1." in text
    assert "Items not synchronized 1 70 bytes" in text
    assert "Hosts that need somebody" in text
    assert "pc1" in text
    assert "1 item failed" in text
    assert r"ERROR_ACCESS_DENIED 0x80070005: Access is denied." in text
    assert "The user of this task may have no rights on the item" in text


def test_many_hosts_and_shares_are_cut_and_counted() -> None:
    many = tuple(
        replace(
            PC1,
            name=f"pc{number}",
            views=(View("a", State.FAILED, (), 0, (replace(SHARE, path=rf"\\fs01\s{number}"),)),),
        )
        for number in range(120)
    )
    text = " ".join(Parsed(page.html(Fleet("x", many))).text.split())
    assert "95 more, in the list of all hosts." in text
    assert "70 more shares, in the list of all hosts." in text
    assert "Bytes not synchronized by share, the biggest 8 of 120 shares" in text


def test_who_was_not_seen_is_said_once() -> None:
    seen = (r"CORP\ben synchronized \\fs01\users", r"CORP\eve synchronized \\fs01\users")
    why = (r"CORP\ben: synchronized \\fs01\users, and no task sees this user's items",)
    host = Host("pc1", State.WAITS, views=(View(r"CORP\anna", State.WAITS, why),), not_seen=seen)
    told = Parsed(sections.worst_hosts(Fleet("x", (host,)))).text
    assert (told.count(r"CORP\ben"), told.count(r"CORP\eve")) == (1, 1)


def test_the_same_fleet_makes_the_same_page() -> None:
    assert page.html(FLEET) == page.html(FLEET)


def test_an_empty_fleet_has_a_page() -> None:
    text = " ".join(Parsed(page.html(Fleet("x", ()))).text.split())
    assert "0 hosts." in text
    assert "No host needs anybody." in text


# --- the table


def test_the_table_has_a_row_for_each_view_and_share() -> None:
    rows = list(csv.DictReader(io.StringIO(table.csv(FLEET))))
    assert [(row["host"], row["view"], row["share"]) for row in rows] == [
        ("pc1", r"CORP\alice", r"\\fs01\users"),
        ("pc1", "", ""),
        ("pc2", "", ""),
    ]
    first = {name: value for name, value in rows[0].items() if name not in ("host", "view", "share")}
    assert first == {
        "state": "failed",
        "items": "5",
        "pinned": "2",
        "pinned_bytes": "300",
        "unsynchronized": "1",
        "unsynchronized_bytes": "70",
        "user": "2",
        "user_policy": "0",
        "computer": "1",
        "folder_redirection": "0",
        "pinned_before": "4",
        "last_success": "2026-11-20T07:31:12Z",
        "policies": "computer, user",
        "failed": "5",
        "not_seen": r"CORP\ben has synchronized \\fs01\users",
        "why": r"CORP\alice: 1 item failed; A note.",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_table_is_a_formula(text: str) -> None:
    for row in csv.reader(io.StringIO(table.csv(fleet_of(text)))):
        assert len(row) == len(table.COLUMNS)
        assert not [value for value in row if value.startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))]


# --- numbers as a reader sees them


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, ""),
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1.0 KB"),
        (1024**2 - 1, "1.0 MB"),
        (5 * 1024**3, "5.0 GB"),
        (3 * 1024**6, "3072.0 PB"),
    ],
)
def test_size(number: int | None, shown: str) -> None:
    assert bars.size(number) == shown


def test_amount() -> None:
    assert [bars.amount(number) for number in (None, 0, 999, 1234567)] == ["", "0", "999", "1\u202f234\u202f567"]


def test_what_is_little_is_still_seen() -> None:
    picture = bars.picture("x", [bars.Bar("a", 1, "1"), bars.Bar("b", 10**9, "many"), bars.Bar("c", 0, "0")], "-")
    assert re.findall(r'width="(\d+)"', picture) == ["1", "1000", "0"]


def test_a_code_that_is_none_has_the_hint_of_its_category() -> None:
    assert sections.hint(replace(FAILURE, hresult="zz")).startswith("The user of this task may have no rights")
    assert sections.hint(replace(FAILURE, hresult="0x800704C3")).startswith("The host may be connected to the server")
