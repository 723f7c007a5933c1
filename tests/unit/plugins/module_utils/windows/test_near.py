# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of near misses: what is said of a path that the cache does not hold, and what is not."""

from __future__ import annotations

import time

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.windows import near
from ansible_collections.winops.offline_files.plugins.module_utils.windows.near import near_misses

USERS = r"\\fs01\users"


@pytest.mark.parametrize(
    ("missing", "shares", "says"),
    [
        # another name of the server
        (r"\\fs01", [r"\\fs01.example.com\users"], r"a server of this name is there as \\fs01.example.com:"),
        (r"\\FS01.example.com", [USERS], r"a server of this name is there as \\fs01:"),
        (r"\\fs01.a.example\x", [r"\\fs01.b.example\users"], r"a server of this name is there as \\fs01.b.example:"),
        (r"\\fs01\users\alice", [r"\\fs01.example.com\users"], r"as \\fs01.example.com\users: if that is the same"),
        (r"\\10.0.0.5\users", [USERS], r"a share of this name is there as \\fs01\users:"),
        (
            r"\\fs01\Users",
            [r"\\fs07\users", r"\\fs01.example.com\users"],
            r"as \\fs01.example.com\users, \\fs07\users:",
        ),
        (USERS, [r"\\a\users", r"\\b\users", r"\\c\users", r"\\d\users"], r"as \\a\users, \\b\users, \\c\users: if"),
        # what looks the same
        ("\\\\fs01\\M\u00fcller", ["\\\\fs01\\Mu\u0308ller"], "only in how letters with marks are written"),
        ("\\\\fs01\\Mu\u0308ller\\a", ["\\\\fs01\\m\u00fcller"], "only in how letters with marks are written"),
        ("\\\\fs01\\us\u200bers", [USERS], "only in what nobody sees (U+200B ZERO WIDTH SPACE)"),
        (r"\\fs01\my users", ["\\\\fs01\\my\u00a0users"], "only in what nobody sees (U+00A0 NO-BREAK SPACE)"),
        ("\\\\fs01\\users\u0085", [USERS], "only in what nobody sees (U+0085)"),
        (USERS + " ", [USERS], "only in the end of a name (a blank"),
        (USERS, [USERS + "."], "only in the end of a name (a blank"),
        ("\\\\fs01\\M\u00fc ", ["\\\\fs01\\mu\u0308\u200b"], "(U+200B ZERO WIDTH SPACE) and the end of a name"),
        ("\\\\fs01\\a\u200bb", ["\\\\fs01\\ab\u200b"], "only in the place of what nobody sees"),
        ("\\\\f\u00adileserver", [r"\\fileserver\x"], r"\\fileserver is there, which differs only in what nobody sees"),
        # a namespace of DFS
        (r"\\server3\Sales", [r"\\contoso.com\public"], r"\\contoso.com\public is there, perhaps a namespace of DFS"),
        (r"\\server3\Sales\x", [r"\\corp.a.example\dfs"], r"if \\server3\Sales is the target of a folder in it"),
        (r"\\server3\Sales", [r"\\CORP\dfs"], r"\\CORP\dfs is there, perhaps a namespace"),
        (r"\\s.a.b.example\Sales", [r"\\a.b.example\dfs"], r"\\a.b.example\dfs is there, perhaps a namespace"),
        (
            r"\\s\Sales",
            [r"\\a.b.example\dfs", r"\\x.a.b.example\y"],
            r"\\a.b.example\dfs is there, perhaps a namespace",
        ),
        # what is odd whatever the cache holds
        (USERS + r"\%username%\x", [USERS], "nothing expands %username% here, so use a variable of Ansible"),
        (USERS + r"\alice,fs02\projects", [USERS, r"\\fs02\b"], r"if fs02\... is a second path, begin it with //"),
        (USERS + r"\alice, FS01.example.com\b", [], r"if FS01.example.com\... is a second path"),
        (USERS + "\\a\u200bb", [USERS], "it holds U+200B ZERO WIDTH SPACE, which nobody sees"),
        (USERS + "\\a\u00a0b", [], "it holds U+00A0 NO-BREAK SPACE, which nobody sees"),
        (USERS + "\\a\u3164b", [], "it holds U+3164 HANGUL FILLER, which nobody sees"),
        (USERS + "\\\u202egnp.exe", [USERS], "it holds U+202E RIGHT-TO-LEFT OVERRIDE, which nobody sees"),
        (USERS + "\\e\u0301", [USERS], "letters with marks in two characters, letter and mark"),
        (USERS + "\\Project ", [USERS], "' ' at the end of a name belongs to it"),
        (USERS + "\\Inc.\\x;", [USERS], "'.', ';' at the end of a name belongs to it"),
    ],
)
def test_a_near_miss_is_named(missing: str, shares: list[str], says: str) -> None:
    (hint,) = near_misses([missing], shares, r"CORP\alice")
    assert hint.startswith(f"{missing} is not in the cache")
    assert says in hint
    assert hint.endswith(".")


@pytest.mark.parametrize(
    ("missing", "shares"),
    [
        (USERS, []),
        (r"\\fs01", []),
        (r"\\fs01", [r"\\fs02\users", r"\\fs011\b"]),
        (USERS + r"\gone", [USERS]),
        (r"\\fs01\gone", [USERS]),
        (r"\\fs01", [USERS]),
        (r"\\10.0.0.5", [r"\\10.0.0.6\users"]),
        (r"\\10.0.0.5\x", [r"\\10.0.0.6\users"]),
        (r"\\fs09\x", [r"\\fs01.corp.example.com\users"]),
        (r"\\contoso.com\other", [r"\\contoso.com\public", r"\\fs01\x"]),
        (r"\\fabrikam.com\other", [r"\\contoso.com\public"]),
        (USERS + r"\Smith, John\docs", [USERS]),
        (USERS + r"\100% of 5%", [USERS]),
        (USERS + r"\a;b c.d $x", [USERS]),
        ("\\\\fs01\\users\\田中\u3000太郎", [USERS]),
        (USERS + "\\M\u00fcller", [USERS]),
    ],
)
def test_nothing_is_said_of_a_path_that_is_just_not_there(missing: str, shares: list[str]) -> None:
    assert near_misses([missing], shares, r"CORP\alice") == []


def test_two_things_about_one_path() -> None:
    first, second = near_misses([r"\\fs01\users\%username%"], [r"\\fs01.example.com\users"])
    assert "a share of this name" in first
    assert "nothing expands %username%" in second


def test_hints_are_bounded() -> None:
    assert len(near_misses([rf"\\fs01\users\%a%{n}" for n in range(9)], [USERS])) == near.MAX_HINTS


def test_another_name_of_a_server_is_told_once() -> None:
    missing = [r"\\fs01", r"\\fs01\a", r"\\fs01\b\c", r"\\fs02\x"]
    first, second = near_misses(missing, [r"\\fs01.example.com\users", r"\\fs02.example.com\users"])
    assert first.startswith(r"\\fs01 is")
    assert second.startswith(r"\\fs02\x is")


def test_a_namespace_is_told_once() -> None:
    assert len(near_misses([r"\\fs01\a", r"\\fs02\b"], [r"\\contoso.com\public"])) == 1


@pytest.mark.parametrize("user", [r"CORP\alice", "alice@corp.a.example"])
def test_the_domain_of_the_user(user: str) -> None:
    assert near_misses([r"\\server3\Sales"], [r"\\corp.a.example\dfs"], user) != []
    assert near_misses([r"\\server3\Sales"], [r"\\corp.a.example\dfs"], "") == []


def test_many_paths_and_shares_take_no_time() -> None:
    shares = [rf"\\fs{n}.a{n}.example\share{n}" for n in range(2_000)]
    started = time.process_time()
    assert near_misses([rf"\\srv{n}\gone{n}\x" for n in range(10_000)], shares, r"CORP\alice") == []
    assert time.process_time() - started < 30
