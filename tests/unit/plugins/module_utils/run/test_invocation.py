# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the checked options and of the request that they lead to."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import DEFAULT_OPTIONS

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation


def _invocation(**options: t.Any) -> Invocation:
    return Invocation.from_options(UNPIN, {**DEFAULT_OPTIONS, "paths": ["//fs01/users"], **options})


def test_the_request_of_the_defaults() -> None:
    assert _invocation().request().options() == {
        "method": "Unpin",
        "paths": r"\\fs01\users",
        "class": "Win32_OfflineFilesCache",
        "arguments": [{"Flags": 0x20, "Deep": True}],
        "paths_as": "Paths",
        "deep": True,
        "each": False,
        "observe": True,
        "last": "1:",
        "read": True,
        "fields": [
            "ItemType",
            "PinInfo.PinnedForUser",
            "PinInfo.PinnedForUserByPolicy",
            "PinInfo.PinnedForComputer",
            "PinInfo.PinnedForFolderRedirection",
        ],
        "keep": [
            "PinInfo.PinnedForUser",
            "PinInfo.PinnedForUserByPolicy",
            "PinInfo.PinnedForComputer",
            "PinInfo.PinnedForFolderRedirection",
        ],
        "reasons": ["PinInfo.PinnedForUser"],
        "classes": [],
        "registry": [],
        "force": False,
        "anyway": False,
        "timeout": 3600,
    }


def test_the_request_of_other_options() -> None:
    request = (
        _invocation(
            paths=["//fs01/b", r"\\fs01\a"],
            flags=["0x60", "background"],
            deep=False,
            verify=False,
            force=True,
            timeout=0,
        )
        .request()
        .options()
    )
    assert request["paths"] == "\\\\fs01\\b\n\\\\fs01\\a"
    assert request["arguments"] == [{"Flags": 0x10060, "Deep": False}]
    assert request["reasons"] == ["PinInfo.PinnedForUser", "PinInfo.PinnedForUserByPolicy"]
    assert (request["deep"], request["read"], request["force"], request["timeout"]) == (False, False, True, 0)


def test_check_mode_names_no_method_and_always_reads() -> None:
    request = _invocation(verify=False).request(check_mode=True)
    assert request.method is None
    assert request.read is True


def test_ten_thousand_paths_are_one_string() -> None:
    request = _invocation(paths=[f"//fs01/users/{number}" for number in range(10_000)]).request().options()
    assert request["paths"].count("\n") == 9_999


def test_a_path_that_is_given_twice_is_one() -> None:
    invocation = _invocation(paths=["//fs01/Users", r"\\FS01\users", "//fs01/other", "//fs01/users/"])
    assert invocation.paths == (r"\\fs01\Users", r"\\fs01\other")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"paths": []}, "paths is empty"),
        ({"paths": ["//fs01/a", "b"]}, "path 'b' is not a UNC path"),
        ({"flags": ["background"]}, "no pin reason"),
        ({"timeout": -1}, "timeout -1 is not allowed"),
        ({"timeout": 2_147_484}, "timeout 2147484 is not allowed: use 0 (no limit) to 2147483 seconds."),
    ],
)
def test_refused(options: dict[str, t.Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        _invocation(**options)
    assert words in str(caught.value)


@pytest.mark.parametrize("timeout", [0, 1, 2_147_483])
def test_timeouts_at_the_edge(timeout: int) -> None:
    assert _invocation(timeout=timeout).timeout == timeout
