# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of which items a task asks for."""

from __future__ import annotations

import typing as t

import pytest
from unit.item_rows import row

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.info.selection import Selection
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows

DEFAULTS: dict[str, t.Any] = {
    "paths": [],
    "deep": True,
    "type": [],
    "pinned": None,
    "reasons": [],
    "dirty": None,
    "name": [],
    "summary": False,
    "connection": True,
    "timeout": 3600,
}
PIN_FIELDS = list(rows.PIN_STATE[1:])


def _select(**options: t.Any) -> Selection:
    return Selection.from_options({**DEFAULTS, **options})


ITEMS = {
    r"\\fs01": "server",
    r"\\fs01\users": "share user+",
    r"\\fs01\users\alice": "directory user+",
    r"\\fs01\users\alice\Mail [1].PST": "file user",
    r"\\fs01\users\alice\straße.txt": "file folder_redirection computer",
    r"\\fs01\users\alice\auto.tmp": "file",
}
CHANGED = r"\\fs01\users\alice\auto.tmp"


def _names(**options: t.Any) -> list[str]:
    selection = _select(**options)
    test = selection.test()
    found = []
    for path, words in ITEMS.items():
        dirty = {"ChangeInfo__Dirty": "True"} if path == CHANGED else {}
        *values, _path = row(selection.fields, path, words, **dirty).split("\t")
        if test(path, values):
            found.append(path.rpartition("\\")[2])
    return found


EVERYTHING = ["fs01", "users", "alice", "Mail [1].PST", "straße.txt", "auto.tmp"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, EVERYTHING),
        ({"type": ["file"]}, ["Mail [1].PST", "straße.txt", "auto.tmp"]),
        ({"type": ["server", "share"]}, ["fs01", "users"]),
        ({"pinned": True}, ["users", "alice", "Mail [1].PST", "straße.txt"]),
        ({"pinned": False}, ["fs01", "auto.tmp"]),
        ({"reasons": ["computer"]}, ["straße.txt"]),
        ({"reasons": ["user", "folder_redirection"]}, ["users", "alice", "Mail [1].PST", "straße.txt"]),
        ({"reasons": ["user_policy"]}, []),
        ({"dirty": True}, ["auto.tmp"]),
        ({"dirty": False}, EVERYTHING[:-1]),
        ({"name": ["*.pst"]}, ["Mail [1].PST"]),
        ({"name": ["mail [1].*"]}, ["Mail [1].PST"]),
        ({"name": ["mail 1.*", "[a]*"]}, []),
        ({"name": ["STRAßE.???", "users"]}, ["users", "straße.txt"]),
        ({"name": ["*"], "type": ["file"], "pinned": True, "reasons": ["user"]}, ["Mail [1].PST"]),
    ],
)
@pytest.mark.parametrize("summary", [False, True])
def test_which_items_are_wanted(options: dict[str, t.Any], names: list[str], summary: bool) -> None:
    assert _names(**options, summary=summary) == names


@pytest.mark.parametrize(
    ("options", "keep"),
    [
        ({}, []),
        ({"pinned": False}, []),
        ({"name": ["x"]}, []),
        ({"pinned": True}, PIN_FIELDS),
        ({"reasons": ["user"]}, PIN_FIELDS),
        ({"reasons": ["user"], "summary": True}, PIN_FIELDS[:1]),
        ({"dirty": True}, ["ChangeInfo.Dirty", *PIN_FIELDS]),
        ({"dirty": True, "summary": True}, ["ChangeInfo.Dirty"]),
    ],
)
def test_what_the_host_may_leave_out(options: dict[str, t.Any], keep: list[str]) -> None:
    request = _select(**options).request().options()
    assert request["keep"] == keep
    assert set(keep) <= set(request["fields"])


def test_what_the_host_leaves_out_is_never_wanted() -> None:
    """A row without any of the kept fields set must not be one that the test lets through."""
    for options in ({"pinned": True}, {"reasons": ["user"]}, {"dirty": True}):
        for summary in (False, True):
            selection = _select(**options, summary=summary)
            *values, path = row(selection.fields, r"\\fs01\users\plain.txt", "file").split("\t")
            assert not selection.test()(path, values)


def test_the_request() -> None:
    request = _select(paths=["//fs01/users/", r"\\FS01\Users", "//fs02"], deep=False, timeout=5).request().options()
    assert request["paths"] == "\\\\fs01\\users\n\\\\fs02"
    assert (request["deep"], request["timeout"]) == (False, 5)
    assert "ConnectionInfo.ConnectState" in request["fields"]
    assert "ConnectionInfo.ConnectState" not in _select(connection=False).request().fields
    assert _select(summary=True).request().fields == rows.TOTALS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": [""]}, "name '' is not allowed"),
        ({"name": [r"alice\*.pst"]}, r"without a path"),
        ({"name": ["alice/*.pst"]}, r"without a path"),
        ({"timeout": -1}, "timeout -1 is not allowed"),
        ({"paths": ["C:/x"]}, "has a drive letter"),
        ({"pinned": False, "reasons": ["user"]}, "pinned false and reasons user exclude each other"),
    ],
)
def test_what_is_refused(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _select(**options)


@pytest.mark.parametrize(
    ("paths", "deep", "path", "inside"),
    [
        ([], True, r"\\any\thing", True),
        ([r"\\fs01\users"], True, r"\\FS01\Users", True),
        ([r"\\fs01\users"], True, r"\\fs01\users\a\b", True),
        ([r"\\fs01\users"], True, r"\\fs01", False),
        ([r"\\fs01\users"], True, r"\\fs01\users2", False),
        ([r"\\fs01\users"], False, r"\\fs01\users\a", True),
        ([r"\\fs01\users"], False, r"\\fs01\users\a\b", False),
    ],
)
def test_the_scope(paths: list[str], deep: bool, path: str, inside: bool) -> None:
    assert _select(paths=paths, deep=deep).scope.reads(path) is inside
