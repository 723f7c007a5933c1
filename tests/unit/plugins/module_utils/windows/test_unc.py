# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the UNC paths: accepted, normalised, refused with the reason, compared."""

from __future__ import annotations

import time

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.windows import unc


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (r"\\fs01\users", r"\\fs01\users"),
        ("//fs01/users", r"\\fs01\users"),
        (r"//fs01\users/alice", r"\\fs01\users\alice"),
        (r"\\fs01", r"\\fs01"),
        ("//fs01/", r"\\fs01"),
        ("\\\\fs01\\users\\", r"\\fs01\users"),
        ("//fs01/users///", r"\\fs01\users"),
        (r"\\?\UNC\fs01\users", r"\\fs01\users"),
        ("\\\\?\\unc\\fs01\\users\\", r"\\fs01\users"),
        ("//?/UNC/fs01/users", r"\\fs01\users"),
        (r"\\Fs01.Example.COM\Users\Ärger & Söhne", r"\\Fs01.Example.COM\Users\Ärger & Söhne"),
        (r"\\10.0.0.5\c$\a", r"\\10.0.0.5\c$\a"),
        (r"\\fs01\users\a, b.txt", r"\\fs01\users\a, b.txt"),
        (r"\\fs01\users\a;b,c.d\e;", r"\\fs01\users\a;b,c.d\e;"),
        ("//fs01/users/Project ", "\\\\fs01\\users\\Project "),
        (r"\\fs01\users\$(whoami)`;'%TEMP%", r"\\fs01\users\$(whoami)`;'%TEMP%"),
        ("\\\\fs01\\users\\e\u0301 \u202egnp.exe", "\\\\fs01\\users\\e\u0301 \u202egnp.exe"),
        (r"\\fs01\共有\😀", r"\\fs01\共有\😀"),
        (r"\\fs01\users\...", r"\\fs01\users\..."),
        (r"\\fs01\users\UNC\x", r"\\fs01\users\UNC\x"),
        ("\\\\s\\" + "x" * 32763, "\\\\s\\" + "x" * 32763),
    ],
)
def test_normalise(given: str, path: str) -> None:
    assert unc.normalise(given) == path


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "is empty"),
        ("/", "is empty"),
        ("//", "is empty"),
        ("\\\\?\\UNC\\", "is empty"),
        ("users", "is not a UNC path"),
        ("users\\alice", "is not a UNC path"),
        ("\\fs01\\users", "begins with one backslash"),
        ("/fs01/users", "begins with one backslash"),
        ("./users", "is not a UNC path"),
        (" //fs01/users", "is not a UNC path"),
        ("C:", "drive letter"),
        ("C:\\Users", "drive letter"),
        ("z:/users", "drive letter"),
        (r"\\?\C:\Users", "device path"),
        (r"\\.\pipe\x", "device path"),
        (r"\\.", "device path"),
        (r"\\?\UNC\.\x", "device path"),
        (r"\\fs01\\users", "empty name"),
        (r"\\\fs01\users", "empty name"),
        ("//fs01//users", "empty name"),
        (
            "//fs01/users,fs02/projects",
            "has ',' in the name of its share, where it cannot be: several paths are a list",
        ),
        ("//fs01/users;", "has ';' in the name of its share"),
        ("//fs01,fs02", "has ',' in the name of its server"),
        ("//fs01;", "has ';' in the name of its server"),
        ("//fs01/users;//fs02/b", "second path after ';'"),
        ("//fs01/users //fs02/b", "second path after ' '"),
        ("//fs01/users/a | //fs02/b", "second path after ' | '"),
        ("//fs01/users\n//fs02/b", "second path after '\\n'"),
        ("//fs01/users,//fs02/b", "second path after ','"),
        ("//fs01/users/$env:USERNAME", "has '$env:USERNAME', which nothing expands here"),
        ("//fs01/users/${env:USERNAME}", "has '${env:USERNAME}', which nothing"),
        (r"\\fs01\users\..\secret", "is relative"),
        (r"\\fs01\.\users", "is relative"),
        (r"\\fs01\users\*.docx", "wildcard"),
        (r"\\fs01\users\a?.docx", "wildcard"),
        (r"\\fs01\users\a<b", "character '<'"),
        (r"\\fs01\users\a>b", "character '>'"),
        (r"\\fs01\users\a:b", "character ':'"),
        (r"\\fs01\users\a|b", "character '|'"),
        ('\\\\fs01\\users\\a"b', "character '\"'"),
        ("\\\\fs01\\users\\a\nb", "character '\\n'"),
        ("\\\\fs01\\users\\a\0b", "character '\\x00'"),
        ("\\\\fs01\\users\\a\tb", "character '\\t'"),
        ("\\\\fs01\\users\\\ud800", "surrogate"),
        ("\\\\s\\" + "x" * 32764, "longer than 32767"),
        ("\\\\s\\" + "😀" * 16382, "longer than 32767"),
    ],
)
def test_refused_with_the_reason(given: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        unc.normalise(given)
    message = str(caught.value)
    assert reason in message
    assert message.startswith("path '")
    assert message.endswith(".")
    assert message.isprintable()
    assert caught.value.value == given


@pytest.mark.parametrize("name", [", " * 16_000 + "a", " " * 32_000 + "a", ",a" * 16_000, "%a" * 16_000])
def test_a_long_path_takes_no_time(name: str) -> None:
    started = time.process_time()
    assert unc.split_list(rf"\\fs01\users\{name}") == [rf"\\fs01\users\{name}"]
    assert unc.normalise(rf"\\fs01\users\{name}").endswith(name)
    assert time.process_time() - started < 20


def test_a_message_shows_no_control_or_direction_character() -> None:
    with pytest.raises(InputError) as caught:
        unc.normalise("bad\u202e\x1b[31m\n")
    assert "\\u202e\\u001b[31m\\u000a" in str(caught.value)


def test_a_message_shows_the_beginning_of_a_long_path() -> None:
    with pytest.raises(InputError) as caught:
        unc.normalise("x" * 5000)
    assert "x...'" in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("//fs01/users", ["//fs01/users"]),
        ("//fs01/a,//fs02/b", ["//fs01/a", "//fs02/b"]),
        (r"\\fs01\a , \\fs02\b", [r"\\fs01\a ", r"\\fs02\b"]),
        (r"//fs01/a,\\fs02\b", ["//fs01/a", r"\\fs02\b"]),
        ("//fs01/letter, formal.dotx", ["//fs01/letter, formal.dotx"]),
        ("//fs01/a,b,c/d,//fs02/e,f", ["//fs01/a,b,c/d", "//fs02/e,f"]),
        ("//fs01/a,/b", ["//fs01/a,/b"]),
        ("  //fs01/users  ", ["//fs01/users  "]),
        ("//fs01/a \n  //fs01/b,//fs01/c\n", ["//fs01/a ", "//fs01/b", "//fs01/c"]),
        ("\ufeff//fs01/a\r\n\r\n \r\n//fs01/b\r\n", ["//fs01/a", "//fs01/b"]),
        ("//fs01/next\u0085line\u2028separator", ["//fs01/next\u0085line\u2028separator"]),
        ("\n", [""]),
        ("", [""]),
    ],
)
def test_a_plain_string_is_split_only_where_a_path_follows(text: str, paths: list[str]) -> None:
    assert unc.split_list(text) == paths


def test_paths_are_compared_without_case() -> None:
    assert unc.key(r"\\FS01\Users\Ärger") == unc.key(r"\\fs01\users\ÄRGER")
    assert unc.key(r"\\fs01\users") != unc.key(r"\\fs01\user")
    assert unc.key(r"\\fs01\straße") != unc.key(r"\\fs01\strasse")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("\u212a", "k", False),
        ("\u1e9e", "ß", False),
        ("\u0130", "i\u0307", False),
        ("\u0131", "i", False),
        ("\u017f", "s", False),
        ("ΛΟΓΟΣ.TXT", "Λογος.txt", True),
        ("ÿ", "Ÿ", True),
        ("ж", "Ж", True),
        ("e\u0301", "é", False),
    ],
)
def test_only_letters_with_a_simple_capital_are_the_same(one: str, other: str, same: bool) -> None:
    assert (unc.key(rf"\\s\{one}") == unc.key(rf"\\s\{other}")) is same


@pytest.mark.parametrize(
    ("path", "above"),
    [(r"\\fs01\users\alice", r"\\fs01\users"), (r"\\fs01\users", r"\\fs01"), (r"\\fs01", ""), ("", "")],
)
def test_parent(path: str, above: str) -> None:
    assert unc.parent(path) == above


def test_the_roots_above_a_path_the_longest_first() -> None:
    roots = unc.Roots({r"\\FS01": 0, r"\\FS01\USERS": 1, r"\\FS01\US": 2, r"\\FS02": 3})
    assert list(roots.above(r"\\FS01\USERS\ALICE")) == [1, 0]
    assert list(roots.above(r"\\FS01\USERS")) == [1, 0]
    assert list(roots.above(r"\\FS01X\USERS")) == []
    assert list(roots.above("")) == []


def test_the_capital_of_every_character_is_that_of_one_alone() -> None:
    """What Python would write otherwise is looked up character by character, and nothing else is."""
    for start in range(0, 0x110000, 16):
        chars = "".join(map(chr, range(start, start + 16)))
        one_by_one = [
            upper if len(upper := char.upper()) == 1 and char.isascii() is upper.isascii() else char for char in chars
        ]
        assert unc.key(chars) == "".join(one_by_one), ascii(chars)


@pytest.mark.parametrize(
    ("path", "roots", "found"),
    [
        (r"\\fs01\users", [r"\\FS01\Users"], True),
        (r"\\fs01\users\alice", [r"\\fs01\users"], True),
        (r"\\fs01\users", [r"\\fs02\a", r"\\fs01\users\alice"], True),
        ("//fs01/users/", [r"\\fs01\users"], True),
        (r"\\fs01\users2", [r"\\fs01\users"], False),
        (r"\\fs01\users", [], False),
    ],
)
def test_touches(path: str, roots: list[str], found: bool) -> None:
    assert unc.touches(path, roots) is found


def test_split_server() -> None:
    assert unc.split_server(r"\\fs01\users\a") == ("fs01", r"\users\a")
    assert unc.split_server(r"\\fs01") == ("fs01", "")


def test_share() -> None:
    assert unc.share(r"\\fs01\users\alice\a.txt") == r"\\fs01\users"
    assert unc.share(r"\\fs01\users") == r"\\fs01\users"
    assert unc.share(r"\\fs01") == ""


def test_name() -> None:
    assert unc.name(r"\\fs01\users\a.txt") == "a.txt"
    assert unc.name(r"\\fs01") == "fs01"


def test_unique_paths_in_the_given_order() -> None:
    assert unc.unique(["//fs02/b", r"\\FS01\a", "//fs01/A/"]) == (r"\\fs02\b", r"\\FS01\a")
