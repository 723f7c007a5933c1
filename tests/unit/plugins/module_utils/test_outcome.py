# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the result: one scenario file for each course of a run, and every rule of the result for itself."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import DEFAULT_OPTIONS, Scenario, answer, pack, scenarios

from ansible_collections.winops.offline_files.plugins.module_utils import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.answer import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.outcome import Outcome, Policy, fold, without_answer

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
    "state_verified",
    "progress",
    "flags",
    "deep",
    "cache",
}


def _fold(*answers: dict[str, t.Any], check_mode: bool = False, diff: bool = False, **options: t.Any) -> Outcome:
    whole = {**DEFAULT_OPTIONS, "paths": [SHARE], **options}
    invocation = Invocation.from_options("Unpin", whole)
    read = [host.read(answer(spec, len(invocation.paths))) for spec in answers]
    return fold(invocation, Policy.from_options(whole, diff=diff), read, check_mode=check_mode)


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.name) for scenario in scenarios()])
def test_scenario(scenario: Scenario) -> None:
    outcome = fold(
        Invocation.from_options("Unpin", scenario.all_options),
        Policy.from_options(scenario.all_options, diff=scenario.diff),
        [host.read(result) for result in scenario.answers],
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
    assert result["counts"]["total"] == sum(count for name, count in result["counts"].items() if name != "total")
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
        ("all", ["denied.txt", "kept.txt", "one.txt", "two.txt", "policy.txt"]),
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
        (4, ["denied.txt", "kept.txt", "one.txt", "two.txt"], True),
        (5, ["denied.txt", "kept.txt", "one.txt", "two.txt", "policy.txt"], False),
        (0, ["denied.txt", "kept.txt", "one.txt", "two.txt", "policy.txt"], False),
    ],
)
def test_max_entries_keeps_the_urgent_ones(max_entries: int, names: list[str], truncated: bool) -> None:
    result = _fold(MIXED, max_entries=max_entries).result
    assert _names(result) == names
    assert result["entries_truncated"] is truncated
    assert result["counts"] == {"total": 5, "changed": 2, "unchanged": 2, "failed": 1, "not_cached": 0, "unknown": 0}


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
        (SHARE + r"\b", "unknown"),
        (SHARE + r"\a", "unpinned"),
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
    assert result["counts"]["total"] == 0
    assert result["changed"] is False


def test_a_return_value_does_not_speak_for_one_of_several_paths() -> None:
    result = _fold({"texts": [], "return_value": 2}, verify=False, paths=[SHARE, r"\\fs01\other"]).result
    assert {path["status"] for path in result["paths"]} == {"failed"}
    assert result["failed"] is True


def test_a_return_value_for_several_paths_is_no_result_of_an_item() -> None:
    state = {"rows": {SHARE: "share user"}, "held": [True, True]}
    result = _fold({"before": state, "return_value": 1062, "after": state}, paths=[SHARE, r"\\fs01\other"]).result
    assert [(entry["status"], entry["result"]) for entry in result["entries"]] == [("failed", None)]


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
    result = _fold({"cache": {"enabled": False, "active": True}, "skipped": "unavailable"}).result
    assert result["failed"] is True
    assert "stops at the next restart" in result["msg"]


def test_an_unavailable_cache_is_failed_or_ok_as_the_user_said() -> None:
    for cache in ({"enabled": False, "active": False}, {"active": False}, {"enabled": False, "active": True}):
        assert _fold({"cache": cache}).result["failed"] is True
        assert _fold({"cache": cache}, unavailable="ok").result["failed"] is False


def test_without_an_answer_every_key_is_there() -> None:
    invocation = Invocation.from_options("Unpin", {**DEFAULT_OPTIONS, "paths": [SHARE, r"\\fs01\other"]})
    outcome = without_answer(invocation, "The host is silent.", timed_out=True, may_still_run=True)
    assert set(outcome.result) - {"diff"} == KEYS
    assert (outcome.result["failed"], outcome.result["msg"]) == (True, "The host is silent.")
    assert (outcome.result["timed_out"], outcome.result["may_still_run"]) == (True, True)
    assert [path["status"] for path in outcome.result["paths"]] == ["unknown", "unknown"]
    assert outcome.result["cache"] == {"enabled": None, "active": None, "location": None, "user": None}
    assert outcome.course is None


def test_rows_with_another_number_of_fields_are_a_contract_error() -> None:
    with pytest.raises(ContractError, match=r"2 fields, 5 were asked for"):
        _fold({"before": {"data": pack(["0\t1\t\\\\fs01\\users\\a"])}, "skipped": "not_needed"})


def test_damaged_texts_are_a_contract_error() -> None:
    with pytest.raises(ContractError, match="damaged"):
        _fold({"calls": [{"data": "AAAA"}]}, verify=False)


def test_negative_max_entries_are_refused() -> None:
    with pytest.raises(InputError, match=r"^max_entries -1 is not allowed: use 0 \(no limit\) or a positive number\.$"):
        _fold({"before": {}}, max_entries=-1)


def test_another_share_or_the_own_server_is_no_other_name() -> None:
    state = {"held": [False], "shares": [r"\\FS01\users", r"\\fs01.corp\users2", r"\\fs01.corp\user"]}
    assert _fold({"before": state, "skipped": "not_needed"}, paths=[r"\\fs01\users\gone"]).warnings == []
