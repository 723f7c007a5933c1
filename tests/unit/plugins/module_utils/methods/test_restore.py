# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of what undoes a release: which items are pinned again, for which reasons, and what is told of the others."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods import restore
from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

A, B = r"\\fs01\a", r"\\fs01\b"
OPTIONS: dict[str, t.Any] = {"flags": ["for_user"], "verify": True, "force": False, "timeout": 5, "deep": True}


def _entry(path: str, before: list[str], after: list[str] | None = None) -> dict[str, t.Any]:
    return {"path": path, "reasons_before": before, "reasons_after": after or [], "status": "unpinned"}


def test_what_an_item_has_still_is_not_given_again() -> None:
    wanted = restore.read([_entry(A, ["user", "computer"], ["computer"]), _entry(B, ["user"], ["user"])])
    assert wanted == restore.Restore({Reasons.USER: [A]})


def test_items_are_grouped_by_their_reasons_and_named_once() -> None:
    both = Reasons.USER | Reasons.USER_POLICY
    entries = [_entry(A, ["user"]), _entry(B, ["user", "user_policy"]), _entry(A.upper(), ["user_policy"])]
    assert restore.read(entries).groups == {both: [A, B]}


def test_folder_redirection_is_skipped_and_said() -> None:
    wanted = restore.read([_entry(A, ["user", "folder_redirection"]), _entry(B, ["folder_redirection"])])
    assert (wanted.groups, wanted.redirected) == ({Reasons.USER: [A]}, 2)
    assert wanted.warnings[0].startswith("2 items lost the reason folder_redirection, which is not restored")


@pytest.mark.parametrize(("changed", "left_out"), [(5, 4), (1, 0), (0, 0), ("many", 0), (True, 0)])
def test_a_result_that_does_not_name_all_is_told(changed: object, left_out: int) -> None:
    wanted = restore.read({"entries": [_entry(A, ["user"])], "counts": {"changed": changed}})
    assert (wanted.left_out, len(wanted.warnings)) == (left_out, bool(left_out))


def test_one_call_for_each_set_of_reasons() -> None:
    wanted = restore.read([_entry(A, ["user"]), _entry(B, ["user_policy", "computer"])])
    calls = restore.invocations(PIN, wanted, {**OPTIONS, "flags": ["for_user", "fill"]})
    assert [(name, call.paths, call.flags, call.deep) for name, call in calls] == [
        ("user", (A,), 0x21, False),
        ("user_policy and computer", (B,), 0xC1, False),
    ]
    assert [call.goal.open(Reasons.USER) for _name, call in calls] == [False, True]


@pytest.mark.parametrize(
    "given", [None, 5, "text", {}, {"entries": None}, ["x"], [None], [{}], [{"path": 1}], [_entry(A, ["me"])]]
)
def test_malformed_input_is_one_sentence(given: object) -> None:
    with pytest.raises(InputError) as caught:
        restore.read(given)
    assert str(caught.value).startswith("restore")
    assert str(caught.value).endswith(".")
