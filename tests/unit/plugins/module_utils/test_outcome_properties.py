# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of the result of any run: it is whole, it adds up, and it claims nothing that was not seen."""

from __future__ import annotations

import json
import typing as t

from hypothesis import given
from unit.host_answers import DEFAULT_OPTIONS, answer
from unit.strategies import Run, runs

from ansible_collections.winops.offline_files.plugins.module_utils import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.outcome import Policy, fold
from ansible_collections.winops.offline_files.plugins.module_utils.verdict import Status

WORDS = {status.value for status in Status}
WANTED = {0x20: "user", 0x40: "user_policy", 0x80: "computer"}


def _result(run: Run, **other: t.Any) -> dict[str, t.Any]:
    options = {**DEFAULT_OPTIONS, **run.options, **other}
    invocation = Invocation.from_options("Unpin", options)
    read = host.read(answer(run.answer, len(invocation.paths)))
    return fold(invocation, Policy.from_options(options, diff=True), [read], check_mode=run.check_mode).result


@given(runs())
def test_a_result_adds_up(run: Run) -> None:
    result = _result(run, report="all", max_entries=0)
    _check_words(result)
    _check_diff(result)
    counts = result["counts"]
    assert counts["total"] == sum(count for name, count in counts.items() if name != "total") == len(result["entries"])
    assert counts["changed"] == sum(entry["status"] == "unpinned" for entry in result["entries"])
    assert counts["failed"] == sum(entry["status"] == "failed" for entry in result["entries"])
    assert counts["not_cached"] == sum(entry["status"] == "not_cached" for entry in result["entries"])
    assert counts["unknown"] == sum(entry["status"] in ("unknown", "cancelled") for entry in result["entries"])
    assert result["changed"] is any(entry["changed"] for entry in result["entries"])
    for path in result["paths"]:
        entries = [entry for entry in result["entries"] if entry["request"] == path["path"]]
        assert path["total_items"] == len(entries)
        assert path["changed_items"] == sum(entry["changed"] for entry in entries)
        assert path["failed_items"] == sum(entry["status"] == "failed" for entry in entries)
        assert path["changed"] is (path["changed_items"] > 0)
        assert set(path["remaining_reasons"]) == {reason for entry in entries for reason in entry["reasons_after"]}


@given(runs())
def test_what_is_reported_does_not_change_what_happened(run: Run) -> None:
    shown, whole = _result(run), _result(run, report="all", max_entries=0)
    for key in set(shown) - {"entries", "entries_truncated", "diff"}:
        assert shown[key] == whole[key]
    assert all(entry in whole["entries"] for entry in shown["entries"])
    limit = run.options["max_entries"]
    assert not limit or len(shown["entries"]) <= limit
    assert not shown["entries_truncated"] or len(shown["entries"]) == limit


@given(runs())
def test_nothing_is_called_released_against_a_state_that_was_read(run: Run) -> None:
    result = _result(run, report="all", max_entries=0)
    bits = int(run.options["flags"][0], 16)
    wanted = {word for bit, word in WANTED.items() if bits & bit}
    for entry in result["entries"]:
        if run.check_mode:
            _check_prediction(run, entry, wanted)
        elif result["state_verified"]:
            _check_against_state(run, entry, wanted)


def _check_against_state(run: Run, entry: dict[str, t.Any], wanted: set[str]) -> None:
    before, after = run.before.get(entry["path"], set()), run.after.get(entry["path"], set())
    assert entry["changed"] is bool((before - after) & wanted)
    assert set(entry["reasons_before"]) == before
    assert set(entry["reasons_after"]) == after
    if entry["status"] == "unpinned":
        assert before & wanted
    if entry["status"] in ("unpinned", "unchanged", "not_cached"):
        assert not after & wanted


def _check_prediction(run: Run, entry: dict[str, t.Any], wanted: set[str]) -> None:
    before = run.before.get(entry["path"], set())
    assert set(entry["reasons_after"]) == before - wanted
    assert entry["changed"] is bool(before & wanted)
    assert entry["result"] is None


def _check_words(result: dict[str, t.Any]) -> None:
    assert {path["status"] for path in result["paths"]} <= WORDS - {"unavailable"}
    assert {entry["status"] for entry in result["entries"]} <= WORDS - {"unavailable", "partial"}
    assert json.loads(json.dumps(result)) == result
    assert result["msg"].endswith(".")
    assert "\n" not in result["msg"]
    assert result["msg"][0].isupper()


def _check_diff(result: dict[str, t.Any]) -> None:
    changed = sorted(entry["path"] for entry in result["entries"] if entry["changed"])
    for side in ("before", "after"):
        assert sorted(line.partition(": ")[0] for line in result["diff"][side].splitlines()) == changed
