# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Forty faults of the transport, the host, items and texts, through the real CLI: each with its expected result."""

from __future__ import annotations

import base64
import copy
import dataclasses
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from integration.fleet import (
    CACHE,
    HOME,
    MODULE,
    PASSWORDS,
    PINNED,
    SHARE,
    Fleet,
    Run,
    Told,
    check_form,
    check_truth,
    pinned_for_user,
    pins,
    scenario,
    view,
)

from simhost.faults import Faults

pytestmark = pytest.mark.timeout(200)

REPORT = HOME + r"\report.docx"
_TASK = {
    "name": "unpin",
    MODULE: {
        "paths": "{{ unpin_paths | default('//fs01/users') }}",
        "flags": "{{ unpin_flags | default(omit) }}",
        "timeout": "{{ unpin_timeout | default(omit) }}",
    },
}


@dataclass(frozen=True)
class Fault:
    """One fault and what must come of it.

    :ivar left: items that the cache still holds pinned for the user, under the share and visible to alice
    :ivar answered: the host part gave an answer, so the result tells of the cache
    :ivar items: status of single items in the result
    """

    status: str = "ok"
    changed: bool = True
    msg: str = ""
    left: Sequence[str] = ()
    path_status: str | None = "unpinned"
    changed_items: int = 5
    answered: bool = True
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    host: Mapping[str, Any] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    report: Mapping[str, Any] | None = None
    transport: Faults | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, Any] = field(default_factory=dict)


def _no_answer(words: str, **more: Any) -> Fault:
    """The task fails, and nothing is claimed."""
    usual = {"status": "failed", "changed": False, "left": None, "path_status": "unknown", "changed_items": 0}
    return Fault(**{**usual, "answered": False, "msg": words, "keys": {"may_still_run": True}, **more})


def _no_cache(words: str, **more: Any) -> Fault:
    """The cache cannot be asked."""
    usual = {"status": "failed", "changed": False, "left": PINNED, "path_status": "unavailable", "changed_items": 0}
    return Fault(**{**usual, "msg": words, **more})


def _one_item(code: str, status: str, **more: Any) -> Fault:
    """One of the five items fails with a code."""
    usual = {"status": "failed", "left": [REPORT], "path_status": "partial", "changed_items": 4}
    return Fault(**{**usual, "msg": "1 failed", "report": {"error": code}, "items": {REPORT: status}, **more})


def _text(**behaviour: Any) -> Fault:
    """The texts are unusual, and everything is well all the same: one item is denied, four are released."""
    return _one_item("ERROR_ACCESS_DENIED", "failed", behaviour=behaviour, keys={"progress": 0})


_SECOND = {"unpin_timeout": 1}

TRANSPORT = {
    "connection_refused": Fault(
        status="unreachable", changed=False, left=PINNED, answered=False, msg="refused", transport=Faults(refuse=True)
    ),
    "credentials_rejected": Fault(
        status="unreachable",
        changed=False,
        left=PINNED,
        answered=False,
        msg="credentials were rejected",
        transport=Faults(unauthorized=True),
    ),
    "reset_while_sending": Fault(
        status="failed",
        changed=False,
        msg="connection broke.*5 items are pinned for user; what was released is not known",
        left=PINNED,
        path_status="unknown",
        changed_items=0,
        transport=Faults(reset_request=3),
        keys={"may_still_run": True},
    ),
    "reset_while_receiving": _no_answer("connection broke", transport=Faults(reset_answer="Receive")),
    "http_500_without_a_body": _no_answer("500", transport=Faults(http_500="Receive")),
    "quota_used_up": _no_answer("maximum number of concurrent operations", transport=Faults(quota=0)),
    "operation_timeout_for_ever": _no_answer(
        "did not answer within 32 seconds",
        transport=Faults(operation_timeout=True),
        variables=_SECOND,
        keys={"may_still_run": True, "timed_out": True},
    ),
    "half_a_json": _no_answer("instead of an answer came.*not be read again", transport=Faults(cut_stdout=True)),
    "noise_before_the_json": Fault(transport=Faults(noise='Loading profile...\r\nC:\\> {\r\nTrue {"tool": {"a": 1}}')),
    "fifty_megabytes": Fault(keys={"progress": 0}),
}
HOST = {
    "class_missing": _no_cache(
        r"not on this host \(WBEM_E_NOT_FOUND \(0x80041002\)\)", behaviour={"wmi_class": "missing"}
    ),
    "disabled": _no_cache("disabled on this host.*enable it", host={"enabled": False, "active": False}),
    "inactive": _no_cache("enabled but not active.*restart", host={"active": False}),
    "service_stopped": _no_cache(
        "CscService is Stopped",
        host={"active": False, "services": {"CscService": {"state": "Stopped", "start_mode": "Manual"}}},
    ),
    "access_denied_to_wmi": _no_cache("WBEM_E_ACCESS_DENIED", behaviour={"wmi_class": "access_denied"}),
    "provider_load_failure": _no_cache("WBEM_E_PROVIDER_LOAD_FAILURE", behaviour={"wmi_class": "load_failure"}),
    "call_hangs": Fault(
        status="failed",
        msg="did not finish within 1 second",
        path_status="partial",
        left=PINNED[1:4],
        changed_items=2,
        behaviour={"hang_after_items": 3},
        variables=_SECOND,
        keys={"timed_out": True, "may_still_run": True},
        items={HOME: "unpinned", HOME + r"\drafts": "unknown", REPORT: "unpinned"},
    ),
    "call_cancelled": Fault(
        status="failed",
        msg="cancelled",
        path_status="partial",
        left=PINNED[1:4],
        changed_items=2,
        behaviour={"cancelled_after_items": 3},
        keys={"cancelled": True, "may_still_run": False},
        items={HOME: "unpinned", HOME + r"\drafts": "cancelled"},
    ),
    "no_end_text": Fault(behaviour={"end_text": "missing"}),
    "no_completed": Fault(
        status="failed",
        msg="did not finish within 1 second",
        behaviour={"completed": "missing"},
        variables=_SECOND,
        keys={"timed_out": True, "may_still_run": True},
    ),
}
ITEMS = {
    "denied": _one_item("ERROR_ACCESS_DENIED", "failed"),
    "sharing_violation": _one_item("ERROR_SHARING_VIOLATION", "failed"),
    "offline": _one_item("ERROR_CSCSHARE_OFFLINE", "failed"),
    "not_found": _one_item("ERROR_FILE_NOT_FOUND", "failed"),
    "dirty": Fault(report={"dirty": ["data"]}),
    "policy_pin_remains": Fault(items={HOME + r"\notes.txt": "unpinned"}, keys={"remaining": ["user_policy"]}),
    "inherited_pin": Fault(
        changed=False,
        msg="1 still pinned although Windows reported success",
        left=PINNED,
        path_status="still_pinned",
        changed_items=0,
        behaviour={"repin": "inherited"},
        variables={"unpin_paths": [REPORT]},
        items={REPORT: "still_pinned"},
    ),
    "redirection_pin": Fault(
        report={"pin": ["user", "folder_redirection"]}, keys={"remaining": ["user_policy", "folder_redirection"]}
    ),
    "pinned_again_at_once": Fault(
        changed=False,
        msg="5 still pinned although Windows reported success",
        left=PINNED,
        path_status="still_pinned",
        changed_items=0,
        behaviour={"repin": "at_once"},
        keys={"remaining": ["user", "user_policy"]},
    ),
    "not_visible_to_this_user": Fault(
        changed=False,
        msg="1 path not in the cache",
        left=PINNED,
        path_status="not_cached",
        changed_items=0,
        variables={"unpin_paths": [SHARE + r"\bob"]},
        items={SHARE + r"\bob": "not_cached"},
    ),
}
TEXTS = {
    "signed": _text(number_format="signed"),
    "hex": _text(number_format="hex"),
    "bracketed": _text(brackets="always"),
    "colons": _text(text_suffix=r": C:\x: 0:0: \\fs09\y ::", odd_texts=["colons"]),
    "cr_lf": _text(text_ending="crlf"),
    "japanese": _text(text_language="ja"),
    "empty": _text(text_language="empty"),
    "nul": dataclasses.replace(_text(odd_texts=["nul", "null", "empty", "control"]), keys={"progress": 4}),
    "sixty_four_kilobytes": _text(text_suffix="x" * 65536),
    "doubled": _text(repeat_texts=2),
}
FAULTS = {**TRANSPORT, **HOST, **ITEMS, **TEXTS}

_SILENT = {"keys": {"may_still_run": True, "timed_out": True}, "variables": _SECOND}
# The method ran, and its answer is lost.
_READ_AGAIN: dict[str, Any] = {
    "status": "failed",
    "changed": False,
    "path_status": "unknown",
    "changed_items": 0,
    "keys": {"may_still_run": True, "state_verified": False},
}
_GOAL = "No item under 1 path is pinned for user; what was released is not known"
AGAIN = {
    "half_a_json_once": Fault(
        msg=f'instead of an answer came "{{.*read once more: {_GOAL}',
        transport=Faults(cut_stdout=True, times=1),
        **_READ_AGAIN,
    ),
    "host_goes_silent_once": Fault(
        msg=f"connection to the host was lost: .*[Rr]ead time.*read once more: {_GOAL}",
        transport=Faults(silent_receive=1, times=1),
        variables={"ansible_winrm_connection_timeout": 3},
        **_READ_AGAIN,
    ),
    "host_goes_silent_once_and_holds_pins": Fault(
        msg="read once more: 3 items are pinned for user; what was released is not known",
        left=PINNED[1:4],
        behaviour={"cancelled_after_items": 3},
        transport=Faults(silent_receive=1, times=1),
        variables={"ansible_winrm_connection_timeout": 3},
        items={HOME + r"\drafts": "unknown"},
        **_READ_AGAIN,
    ),
}
PSRP = {
    **{name: TRANSPORT[name] for name in ("reset_while_sending", "half_a_json")},
    **{name: TRANSPORT[name] for name in ("noise_before_the_json", "fifty_megabytes", "connection_refused")},
    "credentials_rejected": dataclasses.replace(TRANSPORT["credentials_rejected"], msg="Failed to authenticate"),
    # PSRP receives while it connects, and has one command in each shell.
    "reset_while_receiving": _no_answer(
        "connection broke", transport=Faults(reset_answer="Receive"), left=PINNED, keys={"may_still_run": False}
    ),
    "http_500_without_a_body": dataclasses.replace(
        TRANSPORT["connection_refused"], msg="500", transport=Faults(http_500="Receive")
    ),
    "operation_timeout_for_ever": dataclasses.replace(
        TRANSPORT["connection_refused"], msg="OperationTimeout", transport=Faults(operation_timeout=True)
    ),
    "quota_used_up": Fault(transport=Faults(quota=0)),
    "host_goes_silent": _no_answer("did not answer within 32 seconds", transport=Faults(silent_receive=2), **_SILENT),
    "half_a_json_once": AGAIN["half_a_json_once"],
    "host_goes_silent_once": dataclasses.replace(
        AGAIN["host_goes_silent_once"],
        msg=f"did not answer within 32 seconds.*read once more: {_GOAL}",
        transport=Faults(silent_receive=2, times=1),
        variables=_SECOND,
        keys={"may_still_run": True, "timed_out": True},
    ),
}
ALL = FAULTS | {
    **AGAIN,
    # After 30 seconds without a word of HTTP the connection itself gives up.
    "host_goes_silent": _no_answer(
        "connection to the host was lost: .*Read timed out.*not be read again, for the same reason",
        left=(),
        transport=Faults(silent_receive=1),
    ),
    # The first answer shows a success that the state contradicts; then the host is asked again, and says no more.
    "host_goes_silent_later": Fault(
        status="failed",
        msg="Unpinned 5 of 7 items",
        path_status="partial",
        behaviour={"combined_reasons": "lowest_only"},
        transport=Faults(silent_receive=2),
        variables={"unpin_flags": ["for_user", "for_user_policy"], "ansible_winrm_connection_timeout": 3},
        items={HOME + r"\notes.txt": "still_pinned"},
    ),
    **{f"{name}_psrp": fault for name, fault in PSRP.items()},
}
LONG = ("fifty_megabytes", "fifty_megabytes_psrp")


def test_there_are_forty() -> None:
    assert [len(group) for group in (TRANSPORT, HOST, ITEMS, TEXTS)] == [10, 10, 10, 10]


def _fifty_megabytes() -> tuple[str, ...]:
    """Results for one item in texts that cannot be compressed much."""
    noise = base64.b64encode(random.Random(1).randbytes(37_500)).decode()
    texts = []
    for number in range(1000):
        cut = number * 37 % len(noise)
        texts.append(f"3:5:{noise[cut:]}{number}{noise[:cut]}:{REPORT}")
    return tuple(texts)


def _content(fault: Fault) -> dict[str, Any]:
    cache = copy.deepcopy(CACHE)
    if fault.report is not None:
        cache[SHARE]["items"]["alice"]["items"]["report.docx"] = {"pin": "user", **fault.report}
    return scenario(host=fault.host, behaviour=fault.behaviour, cache=cache)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("faults")) as fleet:
        # The slow ones first, so that the others use the time.
        for name in sorted(ALL, key=lambda name: "did not answer" not in ALL[name].msg):
            fault = ALL[name]
            ways = {name: "winhost_psrp" if name.endswith("_psrp") else "winhost"}
            content = _content(fault)
            sim = fleet.add(name, content, ways=ways, faults=fault.transport, variables=fault.variables)
            if name in LONG:
                sim.host.behaviour = dataclasses.replace(sim.host.behaviour, extra_texts=_fifty_megabytes())
        yield fleet


@pytest.fixture(scope="module")
def before(fleet: Fleet) -> dict[str, dict[str, list[str]]]:
    return {name: pins(sim) for name, sim in fleet.sims.items()}


@pytest.fixture(scope="module")
def run(fleet: Fleet, before: dict[str, Any]) -> Run:
    """One task on one host for each fault, as talkative as can be."""
    return fleet.play([_TASK], "-vvvv", "--diff", hosts=":!".join(["all", *LONG]), timeout=120)


@pytest.fixture(scope="module")
def long_run(fleet: Fleet, before: dict[str, Any]) -> Run:
    """The same on the hosts with a long answer: half a minute of the processor, so once is enough."""
    return fleet.play([_TASK], "-vvvv", "--diff", hosts=":".join(LONG), timeout=120)


def _run_of(name: str) -> str:
    return "long_run" if name in LONG else "run"


@pytest.fixture
def told(request: pytest.FixtureRequest, name: str) -> Told:
    run: Run = request.getfixturevalue(_run_of(name))
    return run.of(name)


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.once] * (name in LONG)) for name in ALL])
def test_fault(name: str, fleet: Fleet, before: dict[str, dict[str, list[str]]], told: Told) -> None:
    fault = ALL[name]
    result = told.result
    assert told.status == fault.status, result
    assert re.search(fault.msg, result["msg"]), result["msg"]
    assert "Traceback" not in json.dumps(result)
    after = pins(fleet.sims[name])
    if fault.left is not None:
        assert [path for path in pinned_for_user(fleet.sims[name]) if r"\bob" not in path] == sorted(fault.left)
    if fault.status == "unreachable":
        return
    check_form(result)
    check_truth(result, view(before[name]), view(after))
    assert result["changed"] == fault.changed, result
    (path,) = result["paths"]
    assert (path["status"], path["changed_items"]) == (fault.path_status, fault.changed_items), result
    assert (result["cache"]["user"] == r"CORP\alice") == fault.answered
    entries = {entry["path"]: entry for entry in result["entries"]}
    assert {item: entries[item]["status"] for item in fault.items} == dict(fault.items), result
    for entry in entries.values():
        if entry["status"] == "failed" and "error" in (fault.report or {}):
            assert entry["result"]["name"] == (fault.report or {})["error"], entry
    _check_keys(result, fault.keys)
    if fault.answered and fault.status == "failed" and fault.path_status != "unavailable":
        assert result["diff"]["before"].count("\n") == fault.changed_items


def _check_keys(result: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    for key, value in keys.items():
        if key == "remaining":
            assert result["paths"][0]["remaining_reasons"] == value
        elif key == "progress":
            assert result["progress"]["unparsed_count"] == value, result["progress"]
            assert result["progress"]["messages"] > 0
        else:
            assert result[key] == value, (key, result)


def test_the_text_of_the_host_is_passed_on_in_its_language(run: Run) -> None:
    (entry,) = [entry for entry in run.of("japanese").result["entries"] if entry["status"] == "failed"]
    assert entry["result"]["text"] == "アクセスが拒否されました。"
    assert entry["result"]["name"] == "ERROR_ACCESS_DENIED"


@pytest.mark.once
@pytest.mark.parametrize("name", LONG)
def test_it_really_was_a_long_answer(name: str, long_run: Run, fleet: Fleet) -> None:
    sent = sum(int(found[1]) for line in fleet.sims[name].log if (found := re.search(r" out=(\d+)", line)))
    assert long_run.of(name).result["progress"]["messages"] > 1000
    assert sent > 50_000_000


def test_the_run_ends_as_a_run_with_failures_and_unreachable_hosts(run: Run) -> None:
    # 2: hosts failed, 4: hosts unreachable; ansible adds them up.
    assert run.code & 2 or run.code & 4


each_run = pytest.mark.parametrize("which", ["run", pytest.param("long_run", marks=pytest.mark.once)])


@each_run
def test_no_password_is_shown(request: pytest.FixtureRequest, fleet: Fleet, which: str) -> None:
    run: Run = request.getfixturevalue(which)
    logs = "\n".join(line for sim in fleet.sims.values() for line in sim.log)
    shown = run.stdout + run.stderr + json.dumps([one.result for one in run.told]) + logs
    assert "winops.offline_files" in run.stdout
    for password in PASSWORDS.values():
        assert password not in shown
        assert json.dumps(password)[1:-1] not in shown
        assert base64.b64encode(password.encode("utf-16-le")).decode() not in shown


@each_run
def test_no_stack_trace_is_shown(request: pytest.FixtureRequest, which: str) -> None:
    run: Run = request.getfixturevalue(which)
    assert "Traceback (most recent call last)" not in run.stdout + run.stderr
