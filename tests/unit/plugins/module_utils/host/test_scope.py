# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the scope: which requested path an item belongs to, and what the host reads of it."""

from __future__ import annotations

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.host.scope import Scope
from ansible_collections.winops.offline_files.plugins.module_utils.windows import unc

SHARE = r"\\fs01\users"
ALICE = SHARE + r"\alice"
PATHS = (SHARE, ALICE, r"\\fs02\projects")


@pytest.mark.parametrize(
    ("path", "index"),
    [
        (SHARE, 0),
        (r"\\FS01\Users\bob", 0),
        (ALICE + r"\a\b.txt", 1),
        (SHARE + r"\alice2", 0),
        (r"\\fs02\projects", 2),
        (r"\\fs02\project", None),
        (r"\\fs01", None),
    ],
)
def test_the_longest_requested_path_owns_an_item(path: str, index: int | None) -> None:
    assert Scope(PATHS).nearest(unc.key(path)) == index


def test_above_a_request() -> None:
    assert Scope(PATHS).above(1) == {0, 1}
    assert Scope(PATHS).above(2) == {2}


@pytest.mark.parametrize(
    ("deep", "path", "read"),
    [
        (True, SHARE + r"\bob\a.txt", True),
        (False, SHARE, True),
        (False, SHARE + r"\bob", True),
        (False, SHARE + r"\bob\a.txt", False),
        (False, ALICE + r"\a.txt", True),
        (True, r"\\fs03\x", False),
    ],
)
def test_what_the_host_reads(deep: bool, path: str, read: bool) -> None:
    assert Scope(PATHS, deep=deep).reads(path) is read


def test_without_paths_everything_is_read() -> None:
    assert Scope(()).reads(r"\\any\where")


def test_another_name_of_a_requested_server() -> None:
    scope = Scope([r"\\fs01.example.com\users"])
    assert scope.respelled(r"\\FS01\users\a.txt") == (r"\\fs01.example.com\users\a.txt", 0)
    assert scope.respelled(r"\\fs02\users\a.txt") == (r"\\fs02\users\a.txt", None)


def test_an_ambiguous_name_is_left_alone() -> None:
    scope = Scope([r"\\fs01.a.example\users", r"\\fs01.b.example\users"])
    assert scope.respelled(r"\\fs01\users\a.txt") == (r"\\fs01\users\a.txt", None)
