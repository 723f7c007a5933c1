# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only a real Windows tells of DeleteItems: whichever way it answers, `delete_items` says what is true."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field
from unittest import mock

import pytest
import yaml
from integration.deletions import check_deleted, items_of
from integration.in_process import DeleteItems, every

from simhost.clock import VirtualClock
from simhost.scenario import Host, parse

pytestmark = pytest.mark.once

USER = r"CORP\alice"
SHARE, EMPTY = r"\\fs01\users", r"\\fs02\empty"
HOME = SHARE + r"\alice"
SCENARIO: dict[str, t.Any] = {
    "name": "Something to delete",
    "host": {"name": "PC042", "user": USER, "admins": [r"CORP\admin"]},
    "cache": {
        HOME: {
            "items": {
                "auto.txt": {},
                "pinned.txt": {"pin": "user"},
                "changed.docx": {"dirty": ["data"]},
                "old": {"items": {"one.txt": {}, "two.txt": {}}},
            },
        },
        EMPTY: {},
    },
}
"""Four items under SHARE go by default, four stay."""


@dataclass(frozen=True)
class Meaning:
    """What must come out, and under which circumstances.

    :ivar status: of the path
    :ivar changed: number of items in `counts.changed`
    :ivar failed: number of items in `counts.failed`
    :ivar verified: `state_verified`
    :ivar executions: how often the host part may run at most
    :ivar items: what the scenario says of items of HOME beside the usual
    """

    status: str = "partial"
    changed: int = 4
    failed: int = 0
    verified: bool = True
    executions: int = 1
    path: str = SHARE
    options: Mapping[str, t.Any] = field(default_factory=dict)
    items: Mapping[str, t.Any] = field(default_factory=dict)
    user: str = USER


_TEXTS = ["none", "sent", "failures_only"]
_RETURNS = ["more_data", "zero", "first_error", "s_false"]
_NOT_EMPTY = ["error", "s_ok", "none"]
_IN_USE = {"auto.txt": {"in_use": True}}
_LOSING = {"flags": ["no_pinned", "del_modified"]}

QUESTIONS: dict[str, tuple[Meaning, Mapping[str, Mapping[str, t.Any]]]] = {
    "19": (Meaning(), every(delete_texts=_TEXTS, item_order=["parents_first", "children_first"])),
    "25": (Meaning(), every(delete_texts=_TEXTS, delete_return=_RETURNS)),
    "25 an item failed": (
        Meaning(changed=3, failed=1, executions=4, items=_IN_USE),
        every(delete_texts=_TEXTS, delete_return=["more_data", "first_error"])
        | every(delete_texts=["sent", "failures_only"], delete_return=["zero", "s_false"]),
    ),
    "25 an item failed, and not a word of it": (
        Meaning(changed=3, executions=4, items=_IN_USE),
        every(delete_texts=["none"], delete_return=["zero", "s_false"]),
    ),
    "34 served": (Meaning(items=_IN_USE), every(open_files=["served"])),
    "43 changed": (
        Meaning(),
        every(delete_texts=_TEXTS, delete_modified=["error", "s_ok", "s_false", "none"])
        | every(delete_texts=["sent"], delete_modified_error=[33, 5]),
    ),
    "43 changed, and lost": (
        Meaning(changed=5, options=_LOSING),
        every(delete_texts=_TEXTS, delete_modified=["error", "none"]),
    ),
    "43 left out": (
        Meaning(changed=1, options={"flags": ["no_auto_cached"]}),
        every(delete_texts=_TEXTS, delete_skipped=["none", "s_ok", "s_false"]),
    ),
    "43 not empty": (Meaning(), every(delete_texts=_TEXTS, delete_not_empty=_NOT_EMPTY)),
    "44 deleted": (Meaning("deleted", 1, path=EMPTY), every(delete_shares=["deleted"], delete_texts=_TEXTS)),
    "44 kept": (Meaning("unchanged", 0, path=EMPTY), every(delete_shares=["kept"], delete_texts=_TEXTS)),
    "20": (
        Meaning(executions=4),
        # A first error, and no text of any item, could be about all of them.
        every(state_lag_reads=[1, 3], delete_return=["more_data", "zero", "s_false"], delete_not_empty=_NOT_EMPTY)
        | every(
            state_lag_reads=[3],
            delete_texts=["sent", "failures_only"],
            delete_return=_RETURNS,
            delete_not_empty=_NOT_EMPTY,
        ),
    ),
    "20 a folder": (
        Meaning(executions=4, path=HOME),
        every(state_lag_reads=[2], delete_texts=["failures_only"], delete_return=_RETURNS),
    ),
    "15 nothing can be read": (
        Meaning("failed", 0, verified=False),
        every(query_error=[0x80041017], instances_error=[0x80041003]),
    ),
    "02": (
        Meaning("not_cached", 0, path=SHARE + r"\nothing"),
        every(missing_path=["item_result", "return_value", "silent"], delete_texts=_TEXTS),
    ),
    "the flag of administrators": (
        Meaning("failed", 0, 3, options={"flags": ["no_pinned", "admin"]}),
        every(refusal_form=["return_value", "completed"]),
    ),
    "an administrator": (
        Meaning(options={"flags": ["no_pinned", "admin"]}, user=r"CORP\admin"),
        every(admin_view=["all"], delete_texts=_TEXTS),
    ),
}
CASES = [(question, answer) for question, (_meaning, answers) in QUESTIONS.items() for answer in answers]


def _host(behaviour: Mapping[str, t.Any], items: Mapping[str, t.Any]) -> Host:
    content = yaml.safe_load(yaml.safe_dump(SCENARIO))
    content["behaviour"] = dict(behaviour)
    for name, more in items.items():
        content["cache"][HOME]["items"][name].update(more)
    host = parse(yaml.safe_dump(content, sort_keys=False)).host
    host.clock = VirtualClock()
    return host


def _run(
    host: Host, args: dict[str, t.Any], user: str = USER, *, check_mode: bool = False
) -> tuple[DeleteItems, t.Any]:
    action = DeleteItems(args, host, user, check_mode=check_mode)
    clock = t.cast(VirtualClock, host.clock)
    with mock.patch.object(time, "sleep", clock.sleep), mock.patch.object(time, "monotonic", clock.now):
        return action, action.run_task()


def _under(items: Mapping[str, t.Any], path: str) -> dict[str, t.Any]:
    return {one: item for one, item in items.items() if one == path or one.startswith(path + "\\")}


@pytest.mark.parametrize(("question", "answer"), CASES)
def test_every_answer_means_the_same(question: str, answer: str) -> None:
    meaning, answers = QUESTIONS[question]
    host = _host(answers[answer], meaning.items)
    before = _under(items_of(host), meaning.path)
    action, result = _run(host, {"paths": meaning.path, **meaning.options}, meaning.user)
    check_deleted(result, before, _under(items_of(host), meaning.path))
    assert [path["status"] for path in result["paths"]] == [meaning.status], result["msg"]
    counts = result["counts"]
    assert (counts["changed"], counts["failed"]) == (meaning.changed, meaning.failed), result["msg"]
    assert result["state_verified"] == meaning.verified
    assert result["failed"] == (bool(meaning.failed) or not meaning.verified)
    assert len(action.requests) <= meaning.executions, action.requests


@pytest.mark.parametrize("question", ["19", "25", "43 changed", "43 not empty", "44 deleted"])
def test_a_prediction_calls_nothing_and_a_second_run_changes_nothing(question: str) -> None:
    meaning, answers = QUESTIONS[question]
    host = _host(next(iter(answers.values())), meaning.items)
    before = items_of(host)
    args = {"paths": meaning.path, **meaning.options}
    _dummy, foreseen = _run(host, args, check_mode=True)
    check_deleted(foreseen, before, before, check_mode=True)
    assert (host.calls, items_of(host)) == ([], before)
    _dummy, once = _run(host, args)
    # What becomes of the entry of an empty share is known only afterwards.
    shares = {path for path, item in before.items() if item["type"] == "share"}
    changes = [{entry["path"] for entry in one["entries"] if entry["changed"]} - shares for one in (foreseen, once)]
    assert changes[0] == changes[1]
    _dummy, again = _run(host, args)
    assert (again["changed"], again["failed"], again["counts"]["changed"]) == (False, False, 0)
    assert not any("lost" in warning for warning in again.get("warnings", []))
