# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the role: every form in which they may come, and one sentence for each that cannot be accepted."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.retire import options
from ansible_collections.winops.offline_files.plugins.module_utils.retire.options import Wanted
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

WORDS = "policies, redirection, unsynchronized, offline, users, job"


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ("fs01", (r"\\fs01",)),
        ("fs01, fs01.example.com", (r"\\fs01", r"\\fs01.example.com")),
        (["fs01", "//FS01", r"\\fs02\projects"], (r"\\fs01", r"\\fs02\projects")),
        ("//fs01/users/a, b", (r"\\fs01\users\a, b",)),
        ("//fs01/users,//fs02/a", (r"\\fs01\users", r"\\fs02\a")),
    ],
)
def test_servers_by_name_and_paths_are_both_taken(given: Any, paths: tuple[str, ...]) -> None:
    made, problems = options.wanted({"paths": given})
    assert (made.paths, problems) == (paths, [])


def test_without_more_the_defaults_hold() -> None:
    assert options.wanted({"paths": "fs01"}) == (Wanted(paths=(r"\\fs01",)), [])


def test_words_of_a_command_line_are_understood() -> None:
    made, problems = options.wanted(
        {
            "paths": ["fs01"],
            "flags": "for_user, for_all",
            "synchronize": "no",
            "delete": "True",
            "users": "logged_on",
            "days": "7",
            "ignore": "policies,users",
            "unavailable": "fail",
            "timeout": "0",
            "conflicts": "keep_latest",
            "fail": False,
            "check_mode": True,
        }
    )
    assert problems == []
    assert made == Wanted(
        paths=(r"\\fs01",),
        reasons=Reasons.USER | Reasons.COMPUTER,
        ignore=frozenset({"policies", "users"}),
        days=7,
        in_turn=True,
        synchronize=False,
        delete=True,
        unavailable="fail",
        check_mode=True,
    )
    assert options.from_data(options.as_data(made, problems)) == made


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("paths", [], "is missing: give servers or shares, such as fs01, fs01.example.com or //fs02/projects."),
        ("paths", ["fs01/users"], r"is not allowed: path 'fs01/users' is not a UNC path: use \\server\share\folder or"),
        ("paths", ["Z:/users"], "is not allowed: path 'Z:/users' has a drive letter"),
        ("paths", 5, "is not allowed: 5 is not a list of servers or shares."),
        ("paths", [5], "is not allowed: 5 is not the name of a server or a UNC path."),
        ("flags", [], "[] names no reason: give at least one of for_user, for_user_policy, for_all."),
        (
            "flags",
            ["for_everybody"],
            "['for_everybody'] is not allowed: give a list of these words: for_user, for_user_policy, for_all.",
        ),
        ("ignore", "everything", f"'everything' is not allowed: give a list of these words: {WORDS}."),
        ("ignore", {"policies": True}, "{'policies': True} is not allowed: give a list of these words:"),
        ("users", "all", "'all' is not allowed: use none or logged_on."),
        ("unavailable", "skip", "'skip' is not allowed: use ok or fail."),
        ("conflicts", "mine", "'mine' is not allowed: use leave, keep_local, keep_remote or keep_latest."),
        ("delete", "perhaps", "'perhaps' is neither true nor false."),
        ("synchronize", None, "None is neither true nor false."),
        ("fail", "\x1b[31m", "'<U+001B>[31m' is neither true nor false."),
        ("days", "-1", "'-1' is not allowed: use a whole number from 0 to 36500."),
        ("days", True, "True is not allowed: use a whole number from 0 to 36500."),
        ("days", "99999", "'99999' is not allowed: use a whole number"),
        ("timeout", "soon", "is not allowed: 'soon' is not a number of seconds."),
        ("timeout", -1, "is not allowed: timeout -1 is not allowed: use 0 (no limit) to 2147483 seconds."),
    ],
)
def test_what_cannot_be_accepted_is_named_in_one_sentence(name: str, value: Any, sentence: str) -> None:
    _made, problems = options.wanted({"paths": ["fs01"], name: value})
    assert len(problems) == 1
    assert problems[0].startswith(f"retire_share_{name} {sentence}")
    assert "\n" not in problems[0]
    assert problems[0].endswith(".")
    assert not problems[0].endswith("..")


def test_all_that_is_wrong_is_told_at_once() -> None:
    _made, problems = options.wanted({"flags": "x", "users": "y", "days": "z"})
    assert [problem.split()[0] for problem in problems] == [
        "retire_share_paths",
        "retire_share_flags",
        "retire_share_days",
        "retire_share_users",
    ]


@pytest.mark.parametrize(
    ("paths", "name"), [(["fs01"], "fs01"), ([r"\\fs01.example.com\users\a b"], "fs01.example.com_users_a_b"), ([], "")]
)
def test_a_file_can_have_the_name_of_the_first_path(paths: list[str], name: str) -> None:
    assert options.as_data(*options.wanted({"paths": paths}))["name"] == name
