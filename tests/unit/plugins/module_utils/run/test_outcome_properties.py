# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of the result of any run: it is whole, it adds up, and it claims nothing that was not seen."""

from __future__ import annotations

import json
import typing as t

from hypothesis import given
from unit.host_answers import DEFAULT_OPTIONS, answer
from unit.method_runs import fold
from unit.strategies import Run, runs

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.method import Status
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View

WORDS = {UNPIN.words.status(status) for status in Status}
WANTED = {0x20: "user", 0x40: "user_policy", 0x80: "computer"}


def _result(run: Run, **other: t.Any) -> dict[str, t.Any]:
    options = {**DEFAULT_OPTIONS, **run.options, **other}
    invocation = Invocation.from_options(UNPIN, options)
    read = [host.read(answer(spec, len(invocation.paths)), paths=len(invocation.paths)) for spec in run.answers]
    return fold(invocation, View.from_options(options, diff=True), read, check_mode=run.check_mode).result


def _wanted(run: Run) -> set[str]:
    bits = int(run.options["flags"][0], 16)
    return {word for bit, word in WANTED.items() if bits & bit}


@given(runs())
def test_a_result_is_whole_and_claims_nothing_that_was_not_seen(run: Run) -> None:
    result = _result(run, report="all", max_entries=0)
    _check_words(result)
    _check_diff(result)
    _check_sums(result)
    _check_items(run, result)
    _check_failure(run, result)
    _check_claims(run, result)


def _check_sums(result: dict[str, t.Any]) -> None:
    counts = {name: count for name, count in result["counts"].items() if name != "visible"}
    assert counts["total"] == sum(count for name, count in counts.items() if name != "total") == len(result["entries"])
    undone = [entry["status"] for entry in result["entries"] if not entry["changed"]]
    assert counts["changed"] == sum(entry["changed"] and entry["status"] != "failed" for entry in result["entries"])
    assert counts["failed"] == sum(entry["status"] == "failed" for entry in result["entries"])
    assert counts["not_cached"] == sum(entry["status"] == "not_cached" for entry in result["entries"])
    assert counts["unknown"] == sum(status in ("unknown", "cancelled") for status in undone)
    assert result["changed"] is any(entry["changed"] for entry in result["entries"])
    for path in result["paths"]:
        entries = [entry for entry in result["entries"] if entry["request"] == path["path"]]
        assert path["total_items"] == len(entries)
        assert path["changed_items"] == sum(entry["changed"] for entry in entries)
        assert path["failed_items"] == sum(entry["status"] == "failed" for entry in entries)
        assert path["changed"] is (path["changed_items"] > 0)
        assert set(path["remaining_reasons"]) == {reason for entry in entries for reason in entry["reasons_after"]}


@given(runs())
def test_every_failed_entry_has_an_error(run: Run) -> None:
    for entry in _result(run, report="all", max_entries=0)["entries"]:
        assert (entry["result"] is None) is (entry["result_of"] is None)
        if entry["status"] == "failed":
            assert entry["result"]["category"] != "ok"


@given(runs())
def test_what_is_reported_does_not_change_what_happened(run: Run) -> None:
    shown, whole = _result(run), _result(run, report="all", max_entries=0)
    for key in set(shown) - {"entries", "entries_truncated", "diff"}:
        assert shown[key] == whole[key]
    assert all(entry in whole["entries"] for entry in shown["entries"])
    limit = run.options["max_entries"]
    assert not limit or len(shown["entries"]) <= limit
    assert not shown["entries_truncated"] or len(shown["entries"]) == limit


def _check_claims(run: Run, result: dict[str, t.Any]) -> None:
    for entry in result["entries"]:
        if run.check_mode:
            _check_prediction(run, entry, _wanted(run))
        elif result["state_verified"]:
            _check_against_state(run, entry, _wanted(run))
        else:
            _check_unverified(run, entry, _wanted(run))


def _check_against_state(run: Run, entry: dict[str, t.Any], wanted: set[str]) -> None:
    before, after = run.before.get(entry["path"], set()), run.after.get(entry["path"], set())
    assert entry["changed"] is bool((before - after) & wanted)
    assert set(entry["reasons_before"]) == before
    assert set(entry["reasons_after"]) == after
    if entry["status"] == "unpinned":
        assert before & wanted
        assert not after & wanted
    if entry["status"] in ("unchanged", "not_cached") and after & wanted:
        # Pinned in the meantime, or a folder that the call was not for.
        assert not before & wanted or entry["path"] in run.folders


def _check_unverified(run: Run, entry: dict[str, t.Any], wanted: set[str]) -> None:
    if entry["status"] == "unpinned":
        assert not run.options["verify"] or not run.shown.get(entry["path"], set()) & wanted
        assert set(entry["reasons_before"]) & wanted or (entry["result"] and entry["result"]["code"] == 0)
    assert set(entry["reasons_before"]) <= run.before.get(entry["path"], set())


def _check_prediction(run: Run, entry: dict[str, t.Any], wanted: set[str]) -> None:
    before = run.before.get(entry["path"], set())
    left = before if entry["path"] in run.folders else before - wanted
    assert set(entry["reasons_after"]) == left
    assert entry["changed"] is (left != before)
    assert entry["result"] is None


def _check_failure(run: Run, result: dict[str, t.Any]) -> None:
    statuses = {entry["status"] for entry in result["entries"]}
    if not result["failed"]:
        assert not statuses & {"failed", "cancelled"}
        assert not result["cancelled"]
        assert not result["timed_out"]
    if run.options["missing"] == "fail" and "not_cached" in {path["status"] for path in result["paths"]}:
        assert result["failed"]
    left = {entry["path"] for entry in result["entries"] if set(entry["reasons_after"]) & _wanted(run)} - run.folders
    if run.complaint and (left & set(run.before) or (not run.options["verify"] and "unknown" in statuses)):
        assert result["failed"]


def _check_items(run: Run, result: dict[str, t.Any]) -> None:
    named = set(run.answers[0].get("before", {"rows": {}})["rows"]) | set(run.shown)
    for spec in run.answers:
        texts = [text for call in spec.get("calls", [spec]) for text in call.get("texts", [])]
        named |= {text.partition("[")[2][:-1] for text in texts if text[:2] in ("2:", "3:")}
    assert named <= {entry["path"] for entry in result["entries"]}


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
