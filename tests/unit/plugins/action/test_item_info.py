# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the action item_info: its arguments, the one request, and what is said on the screen."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from unit import item_rows
from unit.action_host import ItemInfoUnderTest, warnings_of

from ansible_collections.winops.offline_files.plugins.module_utils.host.request import Request
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows


def _answer(paths: int = 0, fields: tuple[str, ...] = rows.TOTALS, **state: t.Any) -> dict[str, t.Any]:
    found = [item_rows.row(fields, r"\\fs01\users", "share"), item_rows.row(fields, r"\\fs01\users\a.txt", "file user")]
    return item_rows.answer(found, paths, **state)


def test_one_request_and_one_line_for_each_share() -> None:
    action = ItemInfoUnderTest({"summary": True}, [_answer()])
    result = action.run_task()
    assert (result["failed"], result["changed"], result["counts"]["total"]) == (False, False, 2)
    assert action.requests == [Request(deep=True, fields=rows.TOTALS).options()]
    assert action.display.lines["v"] == [r"\\fs01\users: 2 items, 1 pinned, 0 with changes that are not synchronized"]
    assert action.display.hosts == {"winhost"}


def test_check_mode_does_the_same() -> None:
    action = ItemInfoUnderTest({"summary": True}, [_answer()], check_mode=True)
    assert action.run_task() == ItemInfoUnderTest({"summary": True}, [_answer()]).run_task()


def test_a_plain_string_of_paths() -> None:
    action = ItemInfoUnderTest({"path": "//fs01/x/a, b,//fs01/users", "connection": False}, [_answer(2, rows.DETAILS)])
    assert len(action.run_task()["entries"]) == 2
    assert action.requests[0]["paths"] == "\\\\fs01\\x\\a, b\n\\\\fs01\\users"


def test_warnings_are_shown() -> None:
    action = ItemInfoUnderTest(
        {"paths": ["//fs09/users", "//fs01"], "summary": True},
        [_answer(2, held=[False, True], shares=[r"\\fs01\users"])],
    )
    assert [said.partition(",")[0] for said in warnings_of(action.run_task())] == [r"\\fs09\users is not in the cache"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"type": ["folder"]}, "file, directory, share, server. Got no match for: folder"),
        ({"reasons": ["policy"]}, "user, user_policy, computer, folder_redirection. Got no match for: policy"),
        ({"sort": "age"}, "path, name, type, size, dirty_size, modified, accessed, got: age"),
        ({"limit": -5}, "max_entries -5 is not allowed"),
        ({"name": "a/b"}, "name 'a/b' is not allowed"),
        ({"paths": r"\\fs01\*"}, "has a wildcard"),
        ({"pin": True}, "pin. Supported parameters include"),
    ],
)
def test_bad_arguments_never_reach_the_host(args: dict[str, t.Any], message: str) -> None:
    action = ItemInfoUnderTest(args)
    with pytest.raises(AnsibleActionFail) as caught:
        action.run_task()
    assert message in str(caught.value)
    assert action.requests == []


def test_a_host_that_gives_no_answer() -> None:
    result = ItemInfoUnderTest({}, [OSError("gone")]).run_task()
    assert (result["failed"], result["complete"], result["entries"]) == (True, False, [])
    assert result["msg"] == "The connection broke while the host was asked: OSError: gone."


def test_a_damaged_answer() -> None:
    result = ItemInfoUnderTest({"summary": True}, [_answer(data="AAAA")]).run_task()
    assert result["failed"]
    assert result["msg"].startswith("The host gave an answer that cannot be read: packed data")


def test_an_unreachable_host_is_unreachable() -> None:
    with pytest.raises(AnsibleConnectionFailure):
        ItemInfoUnderTest({}, [AnsibleConnectionFailure("no route")]).run_task()
