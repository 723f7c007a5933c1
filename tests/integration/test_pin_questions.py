# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only a real Windows tells of Pin: whichever way it answers, the result of `pin` is true and means the same."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
import yaml
from ansible.errors import AnsibleActionFail
from integration.fleet import check_form, check_truth
from integration.in_process import Pin, every, pins_of

from simhost.clock import VirtualClock
from simhost.scenario import Host, parse

pytestmark = pytest.mark.once

USER = r"CORP\alice"
HOME, FAR, AWAY = r"\\fs01\users\alice", r"\\fs09\users\alice", r"\\fs03\archive"
SCENARIO: dict[str, t.Any] = {
    "name": "Something to pin",
    "host": {"name": "PC042", "user": USER, "delegated": [USER]},
    "cache": {
        HOME: {
            "pin": {"user": "inherit"},
            "items": {
                "report.docx": {"pin": "user", "size": 12345},
                "plain.txt": {"size": 300},
                "thin.txt": {"sparse": True, "size": 700},
                "policy.txt": {"pin": "user_policy"},
            },
        },
        AWAY: {"connection": "offline"},
    },
    "servers": {
        HOME: {"items": {"fresh.txt": {"size": 40}}},
        FAR: {"items": {"letter.docx": {"size": 50}, "drafts": {"items": {"idea.txt": {"size": 20}}}}},
        AWAY + r"\2019.zip": {"size": 5},
    },
}
"""Three items of the cache under HOME are to be pinned, and one that only the server has; four on another server."""


@dataclass(frozen=True)
class Meaning:
    """What must come out, and under which circumstances.

    :ivar status: of the path
    :ivar changed: number of items in `counts.changed`
    :ivar failed: number of items in `counts.failed`
    :ivar verified: `state_verified`
    :ivar code: the name of what each failed item failed with
    :ivar executions: how often the host part may run at most
    :ivar items: what the scenario says of items of HOME beside the usual
    """

    status: str = "pinned"
    changed: int = 4
    failed: int = 0
    verified: bool = True
    code: str | None = None
    executions: int = 1
    paths: str | Sequence[str] = HOME
    options: Mapping[str, t.Any] = field(default_factory=dict)
    host: Mapping[str, t.Any] = field(default_factory=dict)
    items: Mapping[str, t.Any] = field(default_factory=dict)


FILL = {"flags": ["for_user", "fill"]}
_DENIED = {"plain.txt": {"error": "ERROR_ACCESS_DENIED"}}
_NO_LOGON: Mapping[str, t.Any] = {"delegated": []}

QUESTIONS: dict[str, tuple[Meaning, Mapping[str, Mapping[str, t.Any]]]] = {
    "03 to 06": (
        Meaning("partial", 3, 1, code="ERROR_ACCESS_DENIED", items=_DENIED),
        every(number_format=["unsigned", "signed", "hex", "bare_hex"], result_form=["hresult", "win32"])
        | every(brackets=["none", "always"], messages_per_progress=[1, 3])
        | every(text_language=["de", "ja", "empty"]),
    ),
    "08 refused": (
        Meaning(changed=6, options={"flags": ["for_user", "for_all"]}, executions=2),
        every(combined_reasons=["refused"], refusal_form=["return_value", "thrown", "completed"]),
    ),
    "11": (Meaning(executions=2), every(observer=["accepted", "refused_com", "refused_wmi", "silent"])),
    "13 and 18": (
        Meaning("partial", 3, 1, code="ERROR_ACCESS_DENIED", items=_DENIED),
        every(
            return_on_item_errors=["zero", "first_error", "more_data"], end_result=["overall", "zero", "first_error"]
        ),
    ),
    "15 nothing can be read": (
        Meaning(changed=6, verified=False),
        every(query_error=[0x80041017], instances_error=[0x80041003]),
    ),
    "15 verify is off": (Meaning(changed=6, verified=False, options={"verify": False}), every(item_pinned=["s_ok"])),
    "15 verify is off, S_FALSE": (
        Meaning(changed=4, verified=False, options={"verify": False}),
        every(item_pinned=["s_false"]),
    ),
    "16": (
        Meaning(),
        every(path_form=["cached", "requested", "lower", "upper", "fqdn"], item_order=["children_first"]),
    ),
    "20": (Meaning(executions=4), every(state_lag_reads=[1, 3])),
    "26 new": (Meaning(changed=4, paths=FAR), every(pin_new_item=["sparse", "filled"])),
    "26 new is not found": (
        Meaning("failed", 0, 1, paths=FAR, code="ERROR_FILE_NOT_FOUND"),
        every(pin_new_item=["refused"]),
    ),
    "27": (Meaning(), every(pinned_folder=["inherit", "pinned"])),
    "28": (Meaning(), every(pin_reach=["server"])),
    "28 not": (Meaning(changed=3), every(pin_reach=["cached"])),
    "29": (Meaning(), every(item_pinned=["s_ok", "s_false", "none"])),
    "30": (
        Meaning(
            "partial",
            3,
            1,
            options=FILL,
            items={"thin.txt": {"sparse": True, "in_use": True}},
            code="ERROR_SHARING_VIOLATION",
        ),
        every(unfilled_pin=["kept", "dropped"]),
    ),
    "31": (Meaning(host=_NO_LOGON), every(pin_contact=["when_needed", "always"])),
    "31 each item": (
        Meaning("failed", 0, 4, paths=FAR, host=_NO_LOGON, code="ERROR_LOGON_FAILURE"),
        every(server_logon=["per_item"], server_contact_error=[1326]),
    ),
    "31 the call": (
        Meaning("failed", 0, 1, paths=FAR, host=_NO_LOGON, code="ERROR_LOGON_FAILURE"),
        every(server_logon=["per_call"], server_contact_error=[1326]),
    ),
    "32": (
        Meaning("partial", 1, 1, paths=AWAY, code="ERROR_CSCSHARE_OFFLINE"),
        every(offline_server=["per_item"]),
    ),
    "32 the call": (
        Meaning("failed", 0, 1, paths=AWAY, code="ERROR_CSCSHARE_OFFLINE"),
        every(offline_server=["per_call"]),
    ),
    "32 not a word": (Meaning(changed=1, paths=AWAY), every(offline_server=["skipped"])),
    "34": (
        Meaning(
            "partial",
            3,
            1,
            options=FILL,
            items={"thin.txt": {"sparse": True, "in_use": True}},
            code="ERROR_SHARING_VIOLATION",
        ),
        every(open_files=["refused"]),
    ),
    "34 served": (
        Meaning(changed=4, options=FILL, items={"thin.txt": {"sparse": True, "in_use": True}}),
        every(open_files=["served"]),
    ),
    "45": (Meaning("partial", 2, 2, options=FILL, code="ERROR_DISK_FULL"), every(cache_quota=[12400])),
}
CASES = [(question, answer) for question, (_meaning, answers) in QUESTIONS.items() for answer in answers]


def _host(meaning: Meaning, behaviour: Mapping[str, t.Any]) -> Host:
    content = yaml.safe_load(yaml.safe_dump(SCENARIO))
    content["behaviour"] = dict(behaviour)
    content["host"].update(meaning.host)
    for name, more in meaning.items.items():
        content["cache"][HOME]["items"][name].update(more)
    return parse(yaml.safe_dump(content, sort_keys=False)).host


@pytest.mark.parametrize(("question", "answer"), CASES)
def test_every_answer_means_the_same(question: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meaning, answers = QUESTIONS[question]
    host = _host(meaning, answers[answer])
    host.clock = VirtualClock()
    monkeypatch.setattr(time, "sleep", host.clock.sleep)
    monkeypatch.setattr(time, "monotonic", host.clock.now)
    before = pins_of(host)
    action = Pin({"paths": meaning.paths, **meaning.options}, host, USER)
    result = action.run_task()
    check_form(result)
    check_truth(result, before, pins_of(host), pinned=True)
    assert [path["status"] for path in result["paths"]] == [meaning.status], result["msg"]
    counts = result["counts"]
    assert (counts["changed"], counts["failed"]) == (meaning.changed, meaning.failed), result["msg"]
    assert (result["failed"], result["state_verified"]) == (bool(meaning.failed), meaning.verified)
    assert len(action.requests) <= meaning.executions, action.requests
    failed = [entry for entry in result["entries"] if entry["status"] == "failed"]
    assert {entry["result"]["name"] for entry in failed} == ({meaning.code} if meaning.code else set())


@pytest.mark.parametrize("question", ["26 new", "28", "29", "34 served"])
def test_a_second_run_changes_nothing_and_a_prediction_calls_nothing(question: str) -> None:
    meaning, answers = QUESTIONS[question]
    host = _host(meaning, next(iter(answers.values())))
    args = {"paths": meaning.paths, **meaning.options}
    before = pins_of(host)
    predicted = Pin(dict(args), host, USER, check_mode=True).run_task()
    assert (predicted["changed"], host.calls, pins_of(host)) == (True, [], before)
    assert Pin(dict(args), host, USER).run_task()["changed"] is True
    again = Pin(dict(args), host, USER).run_task()
    assert (again["changed"], again["failed"], again["counts"]["changed"]) == (False, False, 0)
    assert again["msg"].startswith("Nothing to pin: every item under 1 path is pinned for user")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"flags": ["fill"]}, "name no pin reason: add at least one of for_user"),
        ({"flags": ["0x120"]}, "folder redirection pins what it redirects by itself"),
        ({"flags": ["for_user", 0x2]}, "holds the unknown bits 0x2; the flags of Pin are fill"),
        ({"paths": "Z:\\"}, "has a drive letter"),
        ({"paths": []}, "paths is empty"),
    ],
)
def test_what_no_pin_can_have_is_refused_before_the_host_is_asked(args: dict[str, t.Any], words: str) -> None:
    host = _host(Meaning(), {})
    with pytest.raises(AnsibleActionFail, match=words):
        Pin({"paths": HOME, **args}, host, USER).run_task()
    assert (host.calls, host.reads) == ([], 0)


def test_without_deep_only_the_folder_is_pinned_until_it_is_synchronized() -> None:
    host = _host(Meaning(), {})
    result = Pin({"paths": [FAR, HOME], "flags": "for_all", "deep": False}, host, USER).run_task()
    assert [path["status"] for path in result["paths"]] == ["pinned", "pinned"]
    assert {path for path, reasons in pins_of(host).items() if "computer" in reasons} == {FAR, HOME}
    assert result["msg"] == "Pinned 2 of 2 items."
    assert [entry["path"] for entry in result["entries"]] == [HOME, FAR]
    assert not host.cache.find(FAR + r"\letter.docx")
    assert "warnings" not in result


def test_after_a_call_that_hangs_the_other_calls_of_a_restore_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    host = _host(Meaning(), {"hang_after_items": 0})
    host.clock = VirtualClock()
    monkeypatch.setattr(time, "sleep", host.clock.sleep)
    monkeypatch.setattr(time, "monotonic", host.clock.now)
    entries = [
        {"path": HOME + r"\plain.txt", "reasons_before": ["user"], "reasons_after": []},
        {"path": HOME + r"\thin.txt", "reasons_before": ["computer", "folder_redirection"], "reasons_after": []},
    ]
    result = Pin({"restore": entries, "timeout": 5}, host, USER).run_task()
    check_form(result)
    assert [call["params"]["Paths"] for call in host.calls] == [[HOME + r"\plain.txt"]]
    assert (result["failed"], result["timed_out"], result["may_still_run"]) == (True, True, True)
    assert [path["status"] for path in result["paths"]] == ["unknown", "unknown"]
    assert result["msg"].endswith("For computer: Not begun, because the call before broke off.")
    assert any("folder_redirection, which is not restored" in warning for warning in result["warnings"])
