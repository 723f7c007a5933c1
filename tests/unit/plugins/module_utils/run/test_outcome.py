# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the result: one scenario file for each course of a run, and every rule of the result for itself."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

import pytest
from unit.host_answers import DEFAULT_OPTIONS, Scenario, answer, pack, row, scenarios
from unit.method_runs import fold

from ansible_collections.winops.offline_files.plugins.module_utils.errors import (
    ContractError,
    HostCallError,
    InputError,
)
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run import report, settle
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.ledger import Ledger
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from ansible_collections.winops.offline_files.plugins.module_utils.run.run import Outcome
from ansible_collections.winops.offline_files.plugins.module_utils.windows.progress import Head

SHARE = r"\\fs01\users"
KEYS = {
    "changed",
    "failed",
    "msg",
    "paths",
    "entries",
    "entries_truncated",
    "counts",
    "return_value",
    "cancelled",
    "timed_out",
    "may_still_run",
    "job",
    "busy",
    "only_items_failed",
    "state_verified",
    "progress",
    "flags",
    "deep",
    "cache",
}


def _fold(*answers: dict[str, t.Any], check_mode: bool = False, diff: bool = False, **options: t.Any) -> Outcome:
    whole = {**DEFAULT_OPTIONS, "paths": [SHARE], **options}
    invocation = Invocation.from_options(UNPIN, whole)
    read = [host.read(answer(spec, len(invocation.paths)), paths=len(invocation.paths)) for spec in answers]
    return fold(invocation, View.from_options(whole, diff=diff), read, check_mode=check_mode)


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.name) for scenario in scenarios()])
def test_scenario(scenario: Scenario) -> None:
    invocation = Invocation.from_options(UNPIN, scenario.all_options)
    outcome = fold(
        invocation,
        View.from_options(scenario.all_options, diff=scenario.diff),
        [host.read(result, paths=len(invocation.paths)) for result in scenario.answers],
        check_mode=scenario.check_mode,
    )
    assert outcome.result == scenario.result
    assert [
        said[: len(begins)] for said, begins in zip(outcome.warnings, scenario.warnings, strict=True)
    ] == scenario.warnings


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.name) for scenario in scenarios()])
def test_every_scenario_has_every_key_and_counts_that_add_up(scenario: Scenario) -> None:
    """Holds the scenario files themselves against the interface, so that a whole key cannot be forgotten in both."""
    result = scenario.result
    assert set(result) - {"diff"} == KEYS
    assert ("diff" in result) is scenario.diff
    counts = {name: count for name, count in result["counts"].items() if name not in ("total", "visible")}
    assert result["counts"]["total"] == sum(counts.values())
    assert result["changed"] is any(path["changed"] for path in result["paths"])
    assert len(result["paths"]) == len(scenario.options["paths"])


MIXED: dict[str, t.Any] = {
    "before": {
        SHARE + r"\policy.txt": "file user_policy",
        SHARE + r"\one.txt": "file user",
        SHARE + r"\two.txt": "file user",
        SHARE + r"\denied.txt": "file user",
        SHARE + r"\kept.txt": "file user",
    },
    "texts": [
        f"3:0::[{SHARE}\\one.txt]",
        f"3:0::[{SHARE}\\two.txt]",
        f"3:5::[{SHARE}\\denied.txt]",
        f"3:0::[{SHARE}\\kept.txt]",
    ],
    "return_value": 0,
    "after": {
        SHARE + r"\policy.txt": "file user_policy",
        SHARE + r"\denied.txt": "file user",
        SHARE + r"\kept.txt": "file user",
    },
}
"""One item that fails, one that stays pinned, two that are released, one that was not asked for."""


def _names(result: dict[str, t.Any]) -> list[str]:
    return [entry["path"].rpartition("\\")[2] for entry in result["entries"]]


@pytest.mark.parametrize(
    ("report", "names"),
    [
        ("all", ["denied.txt", "one.txt", "two.txt", "kept.txt", "policy.txt"]),
        ("changed", ["one.txt", "two.txt"]),
        ("failed", ["denied.txt", "kept.txt"]),
        ("none", []),
    ],
)
def test_report_chooses_the_entries_and_nothing_else(report: str, names: list[str]) -> None:
    result = _fold(MIXED, report=report).result
    assert _names(result) == names
    assert result["entries_truncated"] is False
    everything = _fold(MIXED).result
    assert {**result, "entries": None} == {**everything, "entries": None}


@pytest.mark.parametrize(
    ("max_entries", "names", "truncated"),
    [
        (1, ["denied.txt"], True),
        (3, ["denied.txt", "one.txt", "two.txt"], True),
        (4, ["denied.txt", "one.txt", "two.txt", "kept.txt"], True),
        (5, ["denied.txt", "one.txt", "two.txt", "kept.txt", "policy.txt"], False),
        (0, ["denied.txt", "one.txt", "two.txt", "kept.txt", "policy.txt"], False),
    ],
)
def test_max_entries_keeps_the_urgent_ones(max_entries: int, names: list[str], truncated: bool) -> None:
    result = _fold(MIXED, max_entries=max_entries).result
    assert _names(result) == names
    assert result["entries_truncated"] is truncated
    counts = {"total": 5, "changed": 2, "unchanged": 2, "failed": 1, "not_cached": 0, "unknown": 0}
    assert result["counts"] == {**counts, "visible": 12}


def test_max_entries_counts_what_is_reported() -> None:
    assert _fold(MIXED, report="changed", max_entries=2).result["entries_truncated"] is False
    assert _fold(MIXED, report="changed", max_entries=1).result["entries_truncated"] is True
    assert _fold(MIXED, report="none", max_entries=1).result["entries_truncated"] is False


def test_the_sentence_names_every_kind() -> None:
    assert _fold(MIXED).result["msg"] == (
        "Unpinned 2 of 5 items; 1 failed, 1 still pinned although Windows reported success, 1 was not pinned for user."
    )


def test_the_sentence_names_all_wanted_reasons() -> None:
    nothing = {"before": {}, "skipped": "not_needed"}
    assert _fold(nothing, flags=["0xE0"]).result["msg"] == (
        "Nothing to unpin: no item under 1 path is pinned for user or user policy or computer."
    )


def test_the_diff_is_cut_like_the_entries() -> None:
    result = _fold(MIXED, diff=True, max_entries=1).result
    assert result["diff"] == {
        "before": f"{SHARE}\\one.txt: pinned for user\n(1 more items)\n",
        "after": f"{SHARE}\\one.txt: not pinned\n(1 more items)\n",
    }


def test_the_first_twenty_unreadable_texts_are_kept() -> None:
    texts = [f"unreadable {number}" for number in range(25)]
    progress = _fold({"texts": texts}, verify=False).result["progress"]
    assert progress == {"messages": 25, "unparsed": texts[:20], "unparsed_count": 25}


def test_the_last_of_several_results_counts() -> None:
    item = SHARE + r"\a.txt"
    retried = [f"3:32:in use:[{item}]", f"2:0::[{item}]", f"3:0:done:[{item}]"]
    assert _fold({"texts": retried}, verify=False).result["entries"][0]["status"] == "unpinned"
    assert _fold({"texts": retried[::-1]}, verify=False).result["entries"][0]["status"] == "failed"


def test_a_result_without_begin_and_a_begin_without_result() -> None:
    result = _fold({"texts": [f"3:0::[{SHARE}\\a]", f"2:0::[{SHARE}\\b]"]}, verify=False).result
    assert [(entry["path"], entry["status"]) for entry in result["entries"]] == [
        (SHARE + r"\a", "unpinned"),
        (SHARE + r"\b", "unknown"),
    ]


def test_hints_are_about_the_three_most_frequent_codes() -> None:
    codes = [5] * 4 + [53] * 3 + [1326] * 2 + [32]
    texts = [f"3:{code}::[{SHARE}\\{number}]" for number, code in enumerate(codes)]
    warnings = _fold({"texts": texts, "return_value": 0}, verify=False).warnings
    assert [said.partition(":")[0] for said in warnings] == [
        "4 items failed with ERROR_ACCESS_DENIED (0x80070005)",
        "3 items failed with ERROR_BAD_NETPATH (0x80070035)",
        "2 items failed with ERROR_LOGON_FAILURE (0x8007052E)",
    ]


def test_the_double_hop_is_named_only_where_a_code_says_so() -> None:
    def said(code: int) -> str:
        return " ".join(_fold({"texts": [f"3:{code}::[{SHARE}\\a]"], "return_value": 0}, verify=False).warnings)

    assert "double hop" in said(1326)
    assert "double hop" in said(65)
    for code in (5, 32, 53, 1262, 0x80041003):
        assert "double hop" not in said(code)


def test_a_timeout_of_a_verified_run_is_told_even_when_nothing_is_left() -> None:
    result = _fold(
        {
            "before": {SHARE + r"\a": "file user"},
            "calls": [{"completed": False, "timed_out": True, "return_value": None, "texts": []}],
            "after": {},
        },
        timeout=5,
    ).result
    assert (result["failed"], result["timed_out"], result["may_still_run"], result["changed"]) == (
        True,
        True,
        True,
        True,
    )
    assert result["msg"] == "The host did not finish within 5 seconds; unpinned 1 of 1 item."


@pytest.mark.parametrize(
    ("return_value", "status"),
    [
        (2, "not_cached"),
        (0x80070490, "not_cached"),
        (0x80041002, "not_cached"),
        (5, "failed"),
        (0, "unknown"),
        (None, "unknown"),
    ],
)
def test_one_path_without_any_item_and_state(return_value: int | None, status: str) -> None:
    result = _fold({"texts": [], "return_value": return_value}, verify=False).result
    assert result["paths"][0]["status"] == status
    # An error is the result of the one path; a success tells nothing about any item.
    assert [entry["status"] for entry in result["entries"]] == ([status] if return_value else [])
    assert result["changed"] is False


def test_a_return_value_does_not_speak_for_one_of_several_paths() -> None:
    result = _fold({"texts": [], "return_value": 2}, verify=False, paths=[SHARE, r"\\fs01\other"]).result
    assert {path["status"] for path in result["paths"]} == {"failed"}
    assert result["failed"] is True


def test_a_return_value_for_several_paths_is_no_result_of_an_item() -> None:
    state = {"rows": {SHARE: "share user"}, "held": [True, True]}
    result = _fold({"before": state, "return_value": 1062, "after": state}, paths=[SHARE, r"\\fs01\other"]).result
    (entry,) = result["entries"]
    assert (entry["status"], entry["result_of"], entry["result"]["name"]) == (
        "failed",
        "call",
        "ERROR_SERVICE_NOT_ACTIVE",
    )


def test_an_item_fails_with_what_was_said_of_its_own_path() -> None:
    other = r"\\fs01\other"
    state = {"rows": {rf"{SHARE}\a": "file user", rf"{other}\b": "file user"}, "held": [True, True]}
    calls = [{"path": 0, "return_value": 1062}, {"path": 1, "status": {"code": 0x80041004, "message": "gone"}}]
    result = _fold({"before": state, "calls": calls, "after": state}, paths=[SHARE, other]).result
    told = {entry["path"]: (entry["result_of"], entry["result"]["name"]) for entry in result["entries"]}
    assert told == {
        rf"{SHARE}\a": ("call", "ERROR_SERVICE_NOT_ACTIVE"),
        rf"{other}\b": ("call", "WBEM_E_PROVIDER_FAILURE"),
    }
    assert [entry["result"]["text"] for entry in result["entries"]][1] == "gone"


def test_an_item_whose_call_found_no_time_failed_by_the_time() -> None:
    call = {"made": False, "completed": False, "return_value": None}
    (entry,) = _fold({"before": {X: "file user"}, "calls": [call]}).result["entries"]
    assert (entry["status"], entry["result_of"], entry["result"]["name"]) == ("failed", "call", "WBEM_E_TIMED_OUT")


def test_a_state_that_broke_off_does_not_show_that_a_path_is_missing() -> None:
    broken = {"rows": {}, "held": [False], "error": {"code": 0x8004106C, "message": ""}}
    result = _fold({"before": broken, "texts": [], "return_value": 0}, missing="fail").result
    assert result["paths"][0]["status"] == "unknown"
    assert result["counts"]["not_cached"] == 0


def test_a_call_that_was_never_made_is_not_running() -> None:
    call = {"made": False, "completed": False, "return_value": None, "error": {"code": 0x80041004, "message": ""}}
    result = _fold({"before": {SHARE: "share user"}, "calls": [call]}).result
    assert (result["failed"], result["may_still_run"]) == (True, False)


def test_flags_are_shown_as_they_were_used() -> None:
    result = _fold({"before": {}, "skipped": "not_needed"}, flags=["0x10060"]).result
    assert result["flags"] == {
        "value": 0x10060,
        "hex": "0x00010060",
        "names": ["for_user", "for_user_policy", "background"],
    }


def test_cache_without_an_instance() -> None:
    cache = {"found": False, "enabled": None, "active": None, "location": None}
    result = _fold({"cache": cache, "skipped": "unavailable"}).result
    assert result["failed"] is True
    assert result["msg"] == "The class Win32_OfflineFilesCache has no instance on this host."


def test_cache_that_stops_at_the_next_restart() -> None:
    disabled = {"state": "Running", "start_mode": "Disabled", "error": None}
    services = {"CscService": disabled, "CSC": disabled}
    cache = {"enabled": False, "active": True}
    result = _fold({"cache": cache, "services": services, "skipped": "unavailable"}).result
    assert result["failed"] is True
    assert "stops at the next restart" in result["msg"]


def test_an_unavailable_cache_is_failed_or_ok_as_the_user_said() -> None:
    for cache in ({"enabled": False, "active": False}, {"active": False}, {"enabled": False, "active": True}):
        assert _fold({"cache": cache}).result["failed"] is True
        assert _fold({"cache": cache}, unavailable="ok").result["failed"] is False


def test_without_an_answer_every_key_is_there() -> None:
    options = {**DEFAULT_OPTIONS, "paths": [SHARE, r"\\fs01\other"]}
    invocation, view = Invocation.from_options(UNPIN, options), View.from_options(options, diff=False)
    silent = HostCallError("The host is silent.", timed_out=True)
    result = report.without_answer(invocation, view, silent, called=True)
    assert set(result) == KEYS
    assert (result["failed"], result["msg"]) == (True, "The host is silent.")
    assert (result["timed_out"], result["may_still_run"]) == (True, True)
    assert [path["status"] for path in result["paths"]] == ["unknown", "unknown"]
    assert result["cache"] == {"enabled": None, "active": None, "location": None, "user": None}
    assert not report.without_answer(invocation, view, silent, called=False)["may_still_run"]


UNREADABLE = "The host gave an answer that cannot be read: "


def test_rows_before_one_with_another_number_of_fields_count() -> None:
    data = pack([row(X, "file user"), "0\t1\t\\\\fs01\\users\\a"])
    before = {"rows": {X: "file user", Y: "file user"}, "data": data}
    result = _fold({"before": before, "skipped": "no_method"}, check_mode=True).result
    assert result["msg"].startswith(
        UNREADABLE + "a row of the host has 2 fields, 5 were asked for. Before: Would unpin"
    )
    assert (result["failed"], [entry["path"] for entry in result["entries"]]) == (True, [X])


def test_texts_before_damaged_ones_count() -> None:
    texts = [f"3:0::[{X}]", *(f"3:0::[{SHARE}\\{number * 7919}]" for number in range(20_000))]
    result = _fold({"calls": [{"texts": texts, "data": pack(texts)[:-4]}]}, verify=False, max_entries=0).result
    assert result["msg"].startswith(UNREADABLE + "packed data of the host ends too early. Before: Unpinned ")
    assert result["failed"] is result["changed"] is True
    assert result["progress"]["messages"] > 10_000
    assert X in [entry["path"] for entry in result["entries"]]


def test_negative_max_entries_are_refused() -> None:
    with pytest.raises(InputError, match=r"^max_entries -1 is not allowed: use 0 \(no limit\) or a positive number\.$"):
        _fold({"before": {}}, max_entries=-1)


def test_another_share_or_the_own_server_is_no_other_name() -> None:
    state = {"held": [False], "shares": [r"\\FS01\users", r"\\fs01.corp\users2", r"\\fs01.corp\user"]}
    assert _fold({"before": state, "skipped": "not_needed"}, paths=[r"\\fs01\users\gone"]).warnings == []


def test_a_share_of_the_same_name_is_named_only_where_the_own_one_is_not_there() -> None:
    state = {"held": [False], "shares": [SHARE, r"\\fs02\users"]}
    assert _fold({"before": state, "skipped": "not_needed"}, paths=[SHARE + r"\ghost"]).warnings == []


# --- what is said of a call as a whole

X, Y = SHARE + r"\x.txt", SHARE + r"\y.txt"
STAYS: dict[str, t.Any] = {"before": {X: "file user"}, "after": {X: "file user"}}
BROKE_OFF: dict[str, t.Any] = {"code": 0x80041069, "message": "Timed out"}


def _statuses(result: dict[str, t.Any]) -> dict[str, str]:
    return {entry["path"]: entry["status"] for entry in result["entries"]}


@pytest.mark.parametrize(
    ("return_value", "end"), [(0, "1:-2147024891:Access is denied.:[]"), (None, "1:-2147467259:Unspecified error:[]")]
)
def test_an_error_of_end_is_one_of_the_method(return_value: int | None, end: str) -> None:
    outcome = _fold({**STAYS, "texts": ["0:0::[]", end], "return_value": return_value})
    assert outcome.result["failed"] is True
    assert outcome.result["msg"].startswith("Unpin failed with ")
    assert _statuses(outcome.result) == {X: "failed"}
    assert not any("nothing in scope is pinned" in said for said in outcome.warnings)


def test_an_item_that_was_cancelled_fails_the_task() -> None:
    result = _fold({**STAYS, "texts": [f"3:0x800704C7:no:[{X}]"], "return_value": 0}).result
    assert _statuses(result) == {X: "cancelled"}
    assert (result["failed"], result["cancelled"]) == (True, True)
    assert result["msg"].startswith("The operation was cancelled; ")


def test_a_cancelled_call_counts_although_a_later_one_came_to_its_end() -> None:
    calls = [
        {"path": 0, "texts": ["1:0x800704C7:cancelled:[]"]},
        {"path": 1, "texts": [f"3:0::[{Y}]", "1:0::[]"]},
    ]
    both = {"before": {X: "file user", Y: "file user"}, "calls": calls, "after": {X: "file user"}}
    result = _fold(both, paths=[X, Y]).result
    assert (result["failed"], result["cancelled"], result["changed"]) == (True, True, True)
    assert _statuses(result) == {X: "cancelled", Y: "unpinned"}


@pytest.mark.parametrize(("code", "running"), [(0x80041032, True), (0x80041004, False)])
def test_a_call_that_wmi_cancelled_may_still_run(code: int, running: bool) -> None:
    """WMI does not tell the provider (IWbemServices::CancelAsyncCall)."""
    call = {"status": {"code": code, "message": "Call cancelled"}, "return_value": None}
    assert _fold({**STAYS, "calls": [call]}).result["may_still_run"] is running


NOT_MADE: dict[str, t.Any] = {"made": False, "completed": False, "return_value": None}


def test_time_that_was_used_up_before_the_call_is_a_timeout() -> None:
    result = _fold({"before": {"error": BROKE_OFF}, "calls": [NOT_MADE]}).result
    assert (result["failed"], result["timed_out"], result["may_still_run"]) == (True, True, False)
    assert result["msg"].startswith("The host did not finish within 3600 seconds; ")


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("code", [0x80041002, 0x80041055, 0x80131516])
def test_a_call_that_does_not_fit_its_class_says_nothing_of_an_item(code: int, verify: bool) -> None:
    error = {"code": code, "message": f"Error code: 0x{code:08x}"}
    call = {**NOT_MADE, "error": error, "thrown_at": "parameters"}
    outcome = _fold({**({"before": {X: "file user"}} if verify else {}), "calls": [call]}, verify=verify)
    assert (outcome.result["failed"], outcome.result["changed"]) == (True, False)
    assert [path["status"] for path in outcome.result["paths"]] == ["failed"]
    assert outcome.result["msg"].startswith("Unpin failed with ")
    assert any("this says nothing of an item" in warning for warning in outcome.warnings) is (code != 0x80041055)


def test_not_found_by_the_method_itself_is_about_the_one_path() -> None:
    call = {**NOT_MADE, "error": {"code": 0x80041002, "message": ""}, "thrown_at": "invoke"}
    result = _fold({"calls": [call]}, verify=False).result
    assert [path["status"] for path in result["paths"]] == ["not_cached"]


def test_time_that_was_used_up_between_two_calls_is_a_timeout() -> None:
    spec = {
        "before": {X: "file user", Y: "file user"},
        "calls": [{"path": 0, "texts": [f"3:0::[{X}]"]}, {**NOT_MADE, "path": 1}],
        "after": {Y: "file user"},
    }
    result = _fold(spec, paths=[X, Y]).result
    assert (result["failed"], result["timed_out"]) == (True, True)
    assert [path["status"] for path in result["paths"]] == ["unpinned", "unknown"]


# --- several calls


def test_an_error_of_one_call_is_not_hidden_by_the_success_of_the_next() -> None:
    spec = {
        "before": {X: "file user user_policy"},
        "calls": [{"texts": [f"3:5::[{X}]"]}, {"flags": 0x40, "texts": [f"3:0::[{X}]"]}],
        "after": {X: "file user"},
    }
    outcome = _fold(spec, flags=["0x60"])
    assert outcome.result["failed"] is True
    assert outcome.result["entries"][0]["result"]["name"] == "ERROR_ACCESS_DENIED"
    assert outcome.result["entries"][0]["status"] == "failed"


@pytest.mark.parametrize("later", ["0x80070490", "1"])
def test_a_release_of_one_call_is_not_hidden_by_nothing_to_do_in_the_next(later: str) -> None:
    calls = [{"path": 0, "texts": [f"3:0::[{SHARE}\\a\\x]"]}, {"path": 1, "texts": [f"3:{later}::[{SHARE}\\a\\x]"]}]
    result = _fold({"calls": calls}, verify=False, paths=[SHARE, SHARE + r"\a"]).result
    assert (result["changed"], result["failed"]) == (True, False)


def test_the_return_value_of_a_refused_form_is_no_result_of_an_item() -> None:
    """The second form came to its end, so what the first one was refused with explains nothing any more."""
    refused = {**STAYS, "texts": [], "return_value": 87}
    each = {**STAYS, "calls": [{"flags": 0x20, "texts": []}, {"flags": 0x80, "texts": []}]}
    outcome = _fold(refused, each, flags=["0xA0"])
    assert _statuses(outcome.result) == {X: "still_pinned"}
    assert outcome.result["entries"][0]["result"] is None
    assert outcome.result["return_value"]["code"] == 0
    assert outcome.result["failed"] is False


def test_a_second_form_for_which_no_time_was_left_still_read_what_the_first_led_to() -> None:
    both = {X: "file user", Y: "file user"}
    refused = {"before": both, "texts": [], "return_value": 5, "after": {"error": BROKE_OFF}}
    result = _fold(refused, {"before": {Y: "file user"}, "calls": [{**NOT_MADE, "path": 0}]}, paths=[X, Y]).result
    assert (result["changed"], result["timed_out"], result["state_verified"]) == (True, True, True)
    assert _statuses(result) == {X: "unpinned", Y: "unknown"}


def test_a_message_in_an_event_of_several_keeps_the_return_value_out() -> None:
    event = f"2:0::[{X}]\r\n3:0:done:[{X}]"
    result = _fold({"texts": [event], "return_value": 234}, verify=False, paths=[X]).result
    assert result["entries"][0]["result"]["code"] == 0


# --- states that broke off


def test_reading_again_releases_nothing_when_it_breaks_off() -> None:
    lags = {**STAYS, "texts": [f"3:0::[{X}]"], "return_value": 0}
    result = _fold(lags, {"before": {"error": BROKE_OFF}, "skipped": "no_method"}).result
    assert result["changed"] is False
    assert _statuses(result) == {X: "still_pinned"}


def test_a_pin_that_a_state_shows_counts_even_when_the_state_broke_off_later() -> None:
    after = {"rows": {X: "file user"}, "error": BROKE_OFF}
    result = _fold({**STAYS, "texts": [f"3:0::[{X}]"], "return_value": 0, "after": after}).result
    assert _statuses(result) == {X: "still_pinned"}
    assert result["state_verified"] is False


def test_an_item_that_a_broken_off_state_shows_without_the_reason_was_not_released() -> None:
    before = {"rows": {X: "file user_policy"}, "error": {"code": 0x8004106C, "message": ""}}
    result = _fold(
        {"before": before, "texts": [f"3:0::[{X}]"], "return_value": 0, "after": {X: "file user_policy"}}
    ).result
    assert result["changed"] is False


def test_without_a_state_before_and_without_texts_nothing_is_known() -> None:
    before = {"error": {"code": 0x8004106C, "message": ""}}
    result = _fold({"before": before, "texts": [], "return_value": 0, "after": {}}).result
    assert result["paths"][0]["status"] == "unknown"
    gone = _fold({"before": before, "texts": [], "return_value": 0, "after": {"held": [False]}}).result
    assert gone["paths"][0]["status"] == "not_cached"


def test_a_prediction_from_a_state_that_broke_off_is_a_least() -> None:
    outcome = _fold({"before": {"rows": {X: "file user"}, "error": BROKE_OFF}, "skipped": "no_method"}, check_mode=True)
    assert outcome.result["changed"] is True
    assert outcome.result["msg"] == "Would unpin at least 1 of 1 item."
    assert len(outcome.warnings) == 1
    assert outcome.warnings[0].endswith(": the prediction may be incomplete.")


def test_a_prediction_without_any_state_is_none() -> None:
    outcome = _fold({"before": {"error": BROKE_OFF}, "skipped": "no_method"}, check_mode=True)
    assert (outcome.result["changed"], outcome.result["state_verified"]) == (False, False)
    assert outcome.result["msg"] == "The pin state could not be read, so nothing can be predicted."
    assert not any("what the method" in said for said in outcome.warnings)


# --- items that are special


def test_an_item_that_was_pinned_in_the_meantime_was_not_to_be_released() -> None:
    result = _fold(
        {"before": {X: "file user"}, "texts": [f"3:0::[{X}]"], "return_value": 0, "after": {Y: "file user"}}
    ).result
    assert _statuses(result) == {X: "unpinned", Y: "unchanged"}
    assert "still pinned" not in result["msg"]


def test_an_item_that_lost_one_of_two_reasons_counts_as_changed() -> None:
    result = _fold(
        {
            "before": {X: "file user user_policy"},
            "texts": [f"3:0::[{X}]"],
            "return_value": 0,
            "after": {X: "file user_policy"},
        },
        flags=["0x60"],
    ).result
    assert _statuses(result) == {X: "still_pinned"}
    assert (result["changed"], result["counts"]["changed"], result["paths"][0]["changed_items"]) == (True, 1, 1)


def test_a_path_that_is_not_held_stays_missing_in_spite_of_a_success() -> None:
    spec = {"before": {"held": [False]}, "texts": [f"3:0::[{SHARE}]"], "return_value": 0}
    assert _fold(spec, force=True).result["paths"][0]["status"] == "not_cached"


def test_a_path_around_a_nested_request_with_items_is_not_missing() -> None:
    state = {"held": [False, True]}
    spec = {
        "before": {**state, "rows": {SHARE + r"\alice\x": "file user"}},
        "texts": [f"3:0::[{SHARE}\\alice\\x]"],
        "return_value": 0,
        "after": state,
    }
    result = _fold(spec, paths=[SHARE, SHARE + r"\alice"], missing="fail").result
    assert (result["failed"], result["counts"]["not_cached"]) == (False, 0)


def test_without_deep_a_pinned_folder_is_left_alone_and_said_to_be() -> None:
    folder = {SHARE: "directory user"}
    alone = _fold({"before": folder, "texts": [], "return_value": 0, "after": folder}, deep=False).result
    assert alone["failed"] is False
    assert alone["msg"] == (
        "Nothing to unpin: no file directly in 1 path is pinned for user; 1 folder left alone because deep is false."
    )
    spec = {"before": {**folder, X: "file user"}, "texts": [f"3:0::[{X}]"], "return_value": 0, "after": folder}
    result = _fold(spec, deep=False).result
    assert result["msg"] == "Unpinned 1 of 2 items; 1 folder left alone because deep is false."
    assert _statuses(result) == {X: "unpinned", SHARE: "unchanged"}


@pytest.mark.parametrize(("code", "status"), [(5, "failed"), (0, "unknown")])
def test_without_deep_nothing_is_claimed_about_what_was_not_read(code: int, status: str) -> None:
    below = SHARE + r"\sub\deeper\z.txt"
    texts = [f"3:0::[{X}]", f"3:{code}::[{below}]"]
    result = _fold({"before": {X: "file user"}, "texts": texts, "return_value": 0, "after": {}}, deep=False).result
    assert _statuses(result) == {X: "unpinned", below: status}


# --- words and keys


def test_every_result_has_a_diff_when_one_was_asked_for() -> None:
    spec = {"cache": {"enabled": False, "active": False}, "skipped": "unavailable"}
    assert _fold(spec, diff=True).result["diff"] == {"before": "", "after": ""}
    assert "diff" not in _fold(spec).result


@pytest.mark.parametrize("said", ["Access denied. \r\n", "Access\r\ndenied.", "Access denied"])
def test_what_the_host_says_becomes_a_part_of_the_sentence(said: str) -> None:
    error = {"code": 0x80041003, "message": said}
    cache = {"found": False, "enabled": None, "active": None, "location": None, "error": error}
    message = _fold({"cache": cache, "skipped": "unavailable"}).result["msg"]
    assert "(0x80041003): Access denied. WMI denies it to the user" in message


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("held", [[], [True, True]])
def test_another_number_of_held_paths_is_a_contract_error(side: str, held: list[bool]) -> None:
    spec = {**STAYS, "texts": [], "return_value": 0, side: {"held": held}}
    with pytest.raises(
        ContractError, match=rf"answer\.{side}\.held is a list of {len(held)}, allowed is a list of 1\."
    ):
        _fold(spec)


@pytest.mark.parametrize("path", [-1, 1, 5])
def test_a_call_about_a_path_that_was_not_requested_is_a_contract_error(path: int) -> None:
    with pytest.raises(
        ContractError, match=rf"answer\.calls\[0\]\.path is {path}, allowed is a whole number from 0 to 0\."
    ):
        _fold({**STAYS, "calls": [{"path": path, "return_value": 5}]})


def test_another_number_of_rows_or_texts_fails_the_task() -> None:
    texts = _fold({"calls": [{"texts": [f"3:0::[{X}]"], "data": pack([])}]}, verify=False).result
    assert UNREADABLE + "packed data of the host has 0 records, 1 were announced" in texts["msg"]
    rows = _fold({"before": {"data": pack([row(X, "file user")]), "rows": {}}, "skipped": "not_needed"}).result
    assert UNREADABLE + "packed data of the host has more than the 0 records that were announced" in rows["msg"]
    assert (texts["failed"], rows["failed"]) == (True, True)


def test_what_requests_ended_with_is_collected_once_however_many_items_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [rf"{SHARE}\{number}" for number in range(100)]
    state = {"rows": dict.fromkeys(paths, "file user")}
    thrown = {"code": 0x80041004, "message": ""}
    calls = [
        {
            "path": number,
            "made": False,
            "completed": False,
            "return_value": None,
            "error": thrown,
            "thrown_at": "invoke",
        }
        for number in range(100)
    ]
    collect, collected = settle.results_of_requests, []

    def counted(ledger: Ledger, paths: Sequence[str]) -> dict[int | None, Head]:
        collected.append(ledger)
        return collect(ledger, paths)

    monkeypatch.setattr(settle, "results_of_requests", counted)
    result = _fold({"before": state, "after": state, "calls": calls}, paths=paths).result
    assert {(entry["result_of"], entry["result"]["name"]) for entry in result["entries"]} == {
        ("call", "WBEM_E_PROVIDER_FAILURE")
    }
    assert len(collected) == 1


def test_a_failed_item_is_told_the_error_of_the_call_with_its_path() -> None:
    state = {"rows": {X: "file user", Y: "file user"}}
    unmade = {"made": False, "completed": False, "return_value": None, "thrown_at": "invoke"}
    calls = [
        {**unmade, "path": 0, "error": {"code": 0x80041004, "message": ""}},
        {**unmade, "path": 1, "error": {"code": 0x80041006, "message": "low on memory"}},
    ]
    result = _fold({"before": state, "after": state, "calls": calls}, paths=[X, Y]).result
    assert [(entry["path"], entry["result"]["name"], entry["result_of"]) for entry in result["entries"]] == [
        (X, "WBEM_E_PROVIDER_FAILURE", "call"),
        (Y, "WBEM_E_OUT_OF_MEMORY", "call"),
    ]
    assert result["entries"][1]["result"]["text"] == "low on memory"
