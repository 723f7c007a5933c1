# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The questions that only a real Windows answers: whichever way it does, the result is true and means the same.

Each question has a table of answers, which are switches of the simulated cache, and one meaning for all of them. The
real action runs against the simulated host part in this process, without a connection; a few cases go through the CLI.
"""

from __future__ import annotations

import copy
import time
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
import yaml
from ansible.errors import AnsibleActionFail
from integration.fleet import CACHE, HOME, MODULE, SHARE, Fleet, Run, check_form, check_truth, pins, scenario, view
from integration.in_process import Unpin, every, pins_of

from simhost.clock import VirtualClock
from simhost.scenario import Host, parse

pytestmark = pytest.mark.once

REPORT = HOME + r"\report.docx"
NOTHING = SHARE + r"\nothing"
SYSTEM = r"NT AUTHORITY\SYSTEM"


@dataclass(frozen=True)
class Meaning:
    """What must come out, and under which circumstances.

    :ivar statuses: of the paths
    :ivar changed_items: number of items in `counts.changed`
    :ivar verified: `state_verified`; None: either
    :ivar executions: how often the host part may run at most
    :ivar report: what the scenario says about report.docx, beside its pin
    """

    changed: bool = True
    failed: bool = False
    statuses: Sequence[str] = ("unpinned",)
    changed_items: int | None = 5
    failed_items: int | None = 0
    verified: bool | None = True
    executions: int = 1
    options: Mapping[str, t.Any] = field(default_factory=dict)
    host: Mapping[str, t.Any] = field(default_factory=dict)
    user: str = r"CORP\alice"
    report: Mapping[str, t.Any] = field(default_factory=dict)
    keys: Mapping[str, t.Any] = field(default_factory=dict)
    code: str | None = None


Answers = Mapping[str, Mapping[str, t.Any]]


RELEASED = Meaning()
DENIED = Meaning(
    failed=True,
    statuses=["partial"],
    changed_items=4,
    failed_items=1,
    report={"error": "ERROR_ACCESS_DENIED"},
    code="ERROR_ACCESS_DENIED",
)
BUSY = replace(DENIED, report={"error": "ERROR_SHARING_VIOLATION"}, code="ERROR_SHARING_VIOLATION")
NOTHING_DONE = Meaning(changed=False, changed_items=0)
WITH_MISSING = Meaning(options={"paths": [SHARE, NOTHING]}, statuses=["unpinned", "not_cached"])
NO_VERIFY = {"verify": False}
TWO_REASONS = {"flags": ["for_user", "for_user_policy"]}

_NOT_PINNED = every(item_not_pinned=["s_ok", "s_false", "not_found", "none"])
_MISSING = every(missing_path=["item_result", "return_value", "silent"], missing_path_code=[2, 3, 1168, 0x80041002])
_NUMBERS = every(number_format=["unsigned", "signed", "hex", "bare_hex"], result_form=["hresult", "win32"])
_OBSERVERS = every(observer=["accepted", "refused_com", "refused_wmi", "silent"])
_REFUSALS = every(
    combined_reasons=["refused"],
    refusal_form=["return_value", "thrown", "completed"],
    refusal_code=[87, 0x80041008, 0x80070057],
)
_RETURNS = every(
    return_on_item_errors=["zero", "first_error", "more_data"],
    return_form=["hresult", "win32"],
    single_file_return=["item_result", "overall"],
)
_VIEWS = ["own", "all", "none"]

QUESTIONS: dict[str, tuple[Meaning, Answers]] = {
    # 1: an item that was not pinned
    "01 beside pinned ones": (RELEASED, _NOT_PINNED),
    "01 alone": (
        replace(NOTHING_DONE, statuses=["unchanged"], options={"paths": r"\\fs02\projects\logo.png", "force": True}),
        {name: switch for name, switch in _NOT_PINNED.items() if "not_found" not in name},
    ),
    "01 pinned for another reason": (
        replace(NOTHING_DONE, statuses=["unchanged"], options={"paths": r"\\fs02\projects\plan.mpp", "force": True}),
        {name: switch for name, switch in _NOT_PINNED.items() if "not_found" not in name},
    ),
    "01 called not found": (
        replace(NOTHING_DONE, statuses=["not_cached"], options={"paths": r"\\fs02\projects\logo.png", "force": True}),
        every(item_not_pinned=["not_found"]),
    ),
    "01 without a state": (
        replace(RELEASED, verified=False, options=NO_VERIFY),
        every(item_not_pinned=["s_false", "not_found", "none"]),
    ),
    # 2: a path that the cache does not hold
    "02 beside one that it holds": (WITH_MISSING, _MISSING),
    "02 as a failure": (
        replace(WITH_MISSING, failed=True, options={**WITH_MISSING.options, "missing": "fail"}),
        _MISSING,
    ),
    "02 alone": (
        replace(NOTHING_DONE, statuses=["not_cached"], options={"paths": NOTHING, "force": True}),
        _MISSING,
    ),
    "02 alone without a state": (
        replace(NOTHING_DONE, statuses=["not_cached"], options={"paths": NOTHING, **NO_VERIFY}, verified=False),
        {name: switch for name, switch in _MISSING.items() if "silent" not in name},
    ),
    "02 silence without a state": (
        replace(NOTHING_DONE, statuses=["unknown"], options={"paths": NOTHING, **NO_VERIFY}, verified=False),
        every(missing_path=["silent"]),
    ),
    # 3 to 6: the texts
    "03 denied": (DENIED, _NUMBERS),
    "03 busy": (BUSY, _NUMBERS),
    "03 busy without a state": (replace(BUSY, options=NO_VERIFY, verified=False, changed_items=None), _NUMBERS),
    "04": (DENIED, every(brackets=["none", "always", "with_path"])),
    "05": (
        DENIED,
        every(
            text_language=["en", "de", "ja", "empty"],
            success_text=["text", "empty"],
            text_ending=["none", "crlf"],
            text_suffix=["", r" (a: b; \\c\d): 3:0:"],
        ),
    ),
    "06": (DENIED, every(messages_per_progress=[1, 2, 3, 7, 1000], brackets=["none", "always"])),
    "05 and 06": (DENIED, every(text_ending=["crlf"], messages_per_progress=[2, 3, 1000])),
    # 7: Deep=false
    **{
        f"07 container {container}, subdirectories {below}": (
            Meaning(
                changed_items=2 + (container == "released") + (below == "released"),
                options={"paths": HOME, "deep": False},
            ),
            every(shallow_container=[container], shallow_subdirectories=[below], item_not_pinned=["s_ok", "none"]),
        )
        for container in ("kept", "released")
        for below in ("kept", "released")
    },
    # 8: several reasons
    "08 accepted": (replace(RELEASED, options=TWO_REASONS), every(combined_reasons=["accepted"])),
    "08 refused": (replace(RELEASED, options=TWO_REASONS, executions=2), _REFUSALS),
    "08 lowest only": (
        replace(RELEASED, options=TWO_REASONS, statuses=["partial"], changed_items=5, executions=4),
        every(combined_reasons=["lowest_only"]),
    ),
    # 9: whose items
    **{
        f"09 alice sees {seen}": (
            replace(RELEASED, changed_items={"own": 5, "all": 7}[seen]),
            every(user_view=[seen], unpin_reach=["view", "all"]),
        )
        for seen in ("own", "all")
    },
    "09 alice sees none": (replace(NOTHING_DONE, statuses=["not_cached"]), every(user_view=["none"])),
    "09 the admin sees all": (replace(RELEASED, user=r"CORP\admin", changed_items=7), every(admin_view=["all"])),
    "09 the admin sees own": (
        replace(NOTHING_DONE, user=r"CORP\admin", statuses=["unchanged"]),
        every(admin_view=["own"], unpin_reach=["view", "all"]),
    ),
    "09 SYSTEM sees all": (replace(RELEASED, user=SYSTEM, changed_items=7), every(system_view=["all"])),
    "09 SYSTEM sees none": (
        replace(NOTHING_DONE, user=SYSTEM, statuses=["not_cached"]),
        every(system_view=["none"]),
    ),
    # 10: the file server
    "10 not needed": (RELEASED, every(server_contact=["never"])),
    "10 reached": (
        replace(RELEASED, host={"delegated": [r"CORP\alice"]}),
        every(server_contact=["per_item", "per_call"]),
    ),
    "10 each item": (
        replace(NOTHING_DONE, failed=True, statuses=["failed"], failed_items=5),
        every(server_contact=["per_item"], server_contact_error=[65, 53, 1326, 1312]),
    ),
    "10 the call": (
        replace(NOTHING_DONE, failed=True, statuses=["failed"], failed_items=5),
        every(server_contact=["per_call"], server_contact_error=[65, 53, 1326, 1312], return_form=["hresult", "win32"]),
    ),
    # 11: the observer
    "11": (replace(RELEASED, executions=2), _OBSERVERS),
    "11 twice": (replace(NOTHING_DONE, statuses=["unchanged"], options={"paths": r"\\fs02\projects"}), _OBSERVERS),
    "11 without a state": (
        replace(NOTHING_DONE, statuses=["unknown"], options=NO_VERIFY, verified=False, executions=2),
        every(observer=["refused_com", "refused_wmi", "silent"]),
    ),
    # 12: order and completeness
    "12 late texts": (DENIED, every(texts_after_completed=[1, 3, 1000], late_text_ms=[0, 100, 400])),
    "12 lost texts": (RELEASED, every(texts_after_completed=[1, 3, 1000], late_text_ms=[2000])),
    "12 ReturnValue": (
        DENIED,
        every(
            object_ready=["sent", "missing", "missing_on_error", "after_completed"],
            return_on_item_errors=["zero", "first_error"],
        ),
    ),
    # 13: ReturnValue
    "13": (DENIED, _RETURNS),
    "13 one file": (
        replace(DENIED, changed=False, changed_items=0, statuses=["failed"], options={"paths": REPORT}),
        _RETURNS,
    ),
    "13 one file without texts": (
        replace(DENIED, changed=False, changed_items=0, statuses=["failed"], options={"paths": REPORT}, executions=2),
        every(observer=["silent", "refused_com"], return_form=["hresult", "win32"]),
    ),
    # 14: a bad path
    "14": (
        replace(WITH_MISSING, executions=2),
        every(bad_path_fails=["path", "call"], missing_path=["item_result", "return_value", "silent"]),
    ),
    "14 without a state": (
        replace(
            WITH_MISSING,
            executions=2,
            options={**WITH_MISSING.options, **NO_VERIFY},
            verified=False,
            changed_items=None,
        ),
        every(bad_path_fails=["path", "call"], item_not_pinned=["s_ok", "s_false"]),
    ),
    # 15: reading
    "15 refused query": (RELEASED, every(query_error=[0x80041017, 0x80041024, 0x80041003], instances_error=[0])),
    "15 nothing can be read": (
        replace(RELEASED, verified=False, changed_items=None),
        every(query_error=[0x80041017], instances_error=[0x80041024, 0x80041003], item_not_pinned=["s_ok", "s_false"]),
    ),
    "15 a read breaks off": (
        replace(RELEASED, verified=False, changed_items=None, executions=4),
        every(read_error_after_rows=[0, 2, 6], read_faults_from=[1, 2]),
    ),
    "15 a read hangs": (
        replace(RELEASED, verified=False, changed_items=None, options={"timeout": 10}),
        every(read_hangs_after_rows=[0, 2, 6], read_faults_from=[2]),
    ),
    # 16: order and spelling
    "16": (
        DENIED,
        every(
            item_order=["parents_first", "children_first"],
            container_texts=["reported", "silent"],
            path_form=["cached", "requested", "lower", "upper", "fqdn"],
        ),
    ),
    "16 requested in capitals": (
        replace(DENIED, options={"paths": r"\\FS01\USERS"}),
        every(path_form=["cached", "requested", "lower", "upper", "fqdn"]),
    ),
    "16 without a state": (
        replace(DENIED, options=NO_VERIFY, verified=False, changed_items=None),
        every(
            path_form=["cached", "requested", "lower", "upper", "fqdn"], item_order=["parents_first", "children_first"]
        ),
    ),
    # 17: what goes on after a timeout
    "17": (
        Meaning(
            failed=True,
            statuses=["partial"],
            changed_items=None,
            verified=None,
            options={"timeout": 4},
            keys={"timed_out": True, "may_still_run": True},
        ),
        every(abandoned_call=["continues", "stops"], item_delay_ms=[1500]),
    ),
    # 18: Begin and End
    "18": (
        DENIED,
        every(
            end_result=["overall", "zero", "first_error"],
            begin_result=[0, 1, 0x80070005],
            return_on_item_errors=["zero", "first_error"],
        ),
    ),
    # 20: a state that lags
    "20 reads": (replace(RELEASED, executions=4), every(state_lag_reads=[0, 1, 2, 3])),
    "20 time": (replace(RELEASED, executions=4), every(state_lag_ms=[100, 900, 2500])),
    "20 too long": (
        replace(NOTHING_DONE, statuses=["still_pinned"], executions=4),
        every(state_lag_reads=[9]) | every(state_lag_ms=[60_000]),
    ),
    # 21: an inactive cache
    "21 before": (
        replace(NOTHING_DONE, failed=True, statuses=["unavailable"], verified=False, host={"active": False}),
        every(inactive_answer=["not_active", "disabled", "not_supported", "hang"]),
    ),
    "21 between reading and calling": (
        replace(NOTHING_DONE, failed=True, statuses=["unknown"], verified=False),
        every(
            goes_inactive=["before_call"],
            inactive_answer=["not_active", "disabled", "not_supported"],
            return_form=["hresult", "win32"],
        ),
    ),
    "21 and hangs": (
        replace(
            NOTHING_DONE,
            failed=True,
            statuses=["unknown"],
            verified=False,
            options={"timeout": 5},
            keys={"timed_out": True, "may_still_run": True},
        ),
        every(goes_inactive=["before_call"], inactive_answer=["hang"]),
    ),
    # 22: forms of paths
    "22 forms": (
        replace(RELEASED, options={"paths": ["//fs01/users/", "\\\\?\\UNC\\fs01\\users\\"]}),
        every(path_forms=["accepted", "refused"]),
    ),
    "22 a server": (replace(RELEASED, options={"paths": "//fs01"}), every(server_path=["accepted"])),
    "22 a server is refused": (
        replace(NOTHING_DONE, failed=True, statuses=["failed"], options={"paths": "//fs01"}, failed_items=None),
        every(
            server_path=["refused", "not_found"],
            missing_path=["item_result", "return_value"],
            return_form=["hresult", "win32"],
        ),
    ),
    # no question: what Windows does afterwards
    "eviction": (RELEASED, every(eviction=["never", "at_once"], container_texts=["reported", "silent"])),
    "pinned again": (
        replace(NOTHING_DONE, statuses=["still_pinned"], executions=4),
        every(repin=["at_once"], item_not_pinned=["s_ok", "none"]),
    ),
    "missing texts": (
        RELEASED,
        every(begin_text=["sent", "missing"], item_begin_text=["sent", "missing"], end_text=["sent", "missing"]),
    ),
    "no item results": (RELEASED, every(item_result_text=["missing"], item_begin_text=["sent", "missing"])),
    "results that come again": (RELEASED, every(item_result_text=["retried"], repeat_texts=[1, 2])),
    "a refused call": (
        replace(NOTHING_DONE, failed=True, statuses=["failed"], failed_items=5, verified=None),
        every(call_error=[0x80041001, 0x80041004, 0x80041013, 0x8007000E]),
    ),
    "a dying provider": (
        replace(RELEASED, failed=True, statuses=["partial"], changed_items=None, failed_items=None),
        every(dies_after_items=[2, 4], death_status=[0x80041004, 0x800706BE]),
    ),
}
CASES = [(question, answer) for question, (_dummy, answers) in QUESTIONS.items() for answer in answers]


def _run(
    meaning: Meaning, behaviour: Mapping[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[Unpin, t.Any, Host]:
    cache = copy.deepcopy(CACHE)
    cache[SHARE]["items"]["alice"]["items"]["report.docx"] = {"pin": "user", **meaning.report}
    cache[r"\\fs01\empty"] = {}
    content = scenario(behaviour=behaviour, host=meaning.host, cache=cache)
    host = parse(yaml.safe_dump(content, allow_unicode=True, sort_keys=False)).host
    host.clock = VirtualClock()
    monkeypatch.setattr(time, "sleep", host.clock.sleep)
    monkeypatch.setattr(time, "monotonic", host.clock.now)
    action = Unpin({"paths": SHARE, **meaning.options}, host, meaning.user)
    return action, action.run_task(), host


def _seen(meaning: Meaning, host: Host) -> dict[str, Sequence[str]]:
    """What the user of the task sees of the cache, with the reasons."""
    sees = host.sees(meaning.user)
    named = {path: names for path, names in pins_of(host).items() if sees(t.cast(t.Any, host.cache.find(path)))}
    under = "\\\\fs02\\projects" if "fs02" in str(meaning.options.get("paths")) else "\\\\fs01"
    return {path: names for path, names in named.items() if path.startswith(under)}


@pytest.mark.parametrize(("question", "answer"), CASES)
def test_every_answer_means_the_same(question: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meaning, answers = QUESTIONS[question]
    fresh = parse(yaml.safe_dump(scenario(behaviour=answers[answer], host=meaning.host), allow_unicode=True)).host
    before = _seen(meaning, fresh)
    action, result, host = _run(meaning, answers[answer], monkeypatch)
    check_form(result)
    check_truth(result, before, pins_of(host))
    assert result["changed"] == meaning.changed, result["msg"]
    assert result["failed"] == meaning.failed, result["msg"]
    assert [path["status"] for path in result["paths"]] == list(meaning.statuses), result["msg"]
    if meaning.changed_items is not None:
        assert result["counts"]["changed"] == meaning.changed_items, result["msg"]
    if meaning.failed_items is not None:
        assert result["counts"]["failed"] == meaning.failed_items, result["msg"]
    if meaning.verified is not None:
        assert result["state_verified"] == meaning.verified
    assert len(action.requests) <= meaning.executions, action.requests
    for key, value in meaning.keys.items():
        assert result[key] == value
    if meaning.code:
        named = [one["result"]["name"] for one in result["entries"] if one["status"] == "failed" and one["result"]]
        assert named == [meaning.code] * len(named), named


@pytest.mark.parametrize(
    ("question", "args", "words"),
    [
        ("08 a mask without a reason", {"paths": SHARE, "flags": [0x10000]}, "name no pin reason"),
        ("08 folder redirection", {"paths": SHARE, "flags": ["0x120"]}, "is not a flag of the WMI method"),
        ("22 mapped drive", {"paths": "Z:\\"}, "has a drive letter"),
        ("24 star", {"paths": SHARE + r"\*"}, "has a wildcard"),
        ("24 question mark", {"paths": SHARE + r"\a?c"}, "has a wildcard"),
    ],
)
def test_what_nobody_knows_and_nobody_needs_is_refused(question: str, args: dict[str, t.Any], words: str) -> None:
    host = parse(yaml.safe_dump(scenario())).host
    with pytest.raises(AnsibleActionFail, match=words):
        Unpin(args, host, r"CORP\alice").run_task()
    assert (host.calls, host.reads) == ([], 0)


@pytest.mark.parametrize(
    ("question", "answer"), [(q, a) for q, a in CASES if q in ("11", "14", "08 refused", "20 reads")]
)
def test_check_mode_never_calls(question: str, answer: str) -> None:
    meaning, answers = QUESTIONS[question]
    host = parse(yaml.safe_dump(scenario(behaviour=answers[answer]), sort_keys=False)).host
    before = pins_of(host)
    action = Unpin({"paths": SHARE, **meaning.options}, host, meaning.user, check_mode=True)
    result = action.run_task()
    assert (result["changed"], result["counts"]["changed"]) == (True, 5)
    assert (host.calls, pins_of(host)) == ([], before)


def test_every_question_has_a_case() -> None:
    # 19 belongs to DeleteItems, 23 cannot be told from outside WMI; 24 is refused before the host is asked.
    asked = {int(question[:2]) for question in QUESTIONS if question[:2].isdigit()}
    assert asked | {19, 23, 24} == set(range(1, 25))


# --- some of them through the real CLI

THROUGH_THE_CLI = {
    "refused_mask": ("08 refused", "combined_reasons=refused-refusal_form=thrown-refusal_code=2147749896"),
    "refused_observer": ("11", "observer=refused_com"),
    "silent_observer": ("11", "observer=silent"),
    "bad_path": ("14", "bad_path_fails=call-missing_path=item_result"),
    "lagging_state": ("20 reads", "state_lag_reads=2"),
    "other_names": ("16", "item_order=children_first-container_texts=silent-path_form=fqdn"),
    "no_query": ("15 refused query", "query_error=2147749911-instances_error=0"),
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("questions")) as fleet:
        for name, (question, answer) in THROUGH_THE_CLI.items():
            meaning, answers = QUESTIONS[question]
            cache = copy.deepcopy(CACHE)
            cache[SHARE]["items"]["alice"]["items"]["report.docx"] = {"pin": "user", **meaning.report}
            content = scenario(behaviour=answers[answer], cache=cache)
            fleet.add(name, content, variables={"unpin": {"paths": SHARE, **meaning.options}})
        yield fleet


@pytest.fixture(scope="module")
def run(fleet: Fleet) -> Run:
    args = {"paths": "{{ unpin.paths }}", "flags": "{{ unpin.flags | default(omit) }}"}
    return fleet.play([{"name": "unpin", MODULE: args}])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", THROUGH_THE_CLI)
def test_through_the_cli(name: str, run: Run, fleet: Fleet) -> None:
    meaning, _dummy = QUESTIONS[THROUGH_THE_CLI[name][0]]
    told = run.of(name)
    check_form(told.result)
    before = {
        path: names for path, names in view(pins_of(parse(yaml.safe_dump(scenario())).host)).items() if "fs01" in path
    }
    check_truth(told.result, before, pins(fleet.sims[name]))
    assert told.status == ("failed" if meaning.failed else "ok")
    assert [path["status"] for path in told.result["paths"]] == list(meaning.statuses)
    assert told.result["counts"]["changed"] == meaning.changed_items
