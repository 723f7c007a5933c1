# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of the result of any run of any method: it is whole, adds up, and claims nothing that was not seen."""

from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.method_models import DIRTY_BYTES, MODELS, Model
from unit.method_runs import fold
from unit.strategies import Run, runs

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View

MORE = settings(max_examples=2 * settings().max_examples)
"""One example is cheap, and has to hit upon a method's rarer moves."""


def _result(run: Run, **other: t.Any) -> dict[str, t.Any]:
    invocation = run.invocation()
    view = View.from_options({**run.options, **other}, diff=True)
    answers = [host.read(one, paths=len(invocation.paths), observed=run.observed) for one in run.raw_answers()]
    return fold(invocation, view, answers, check_mode=run.check_mode).result


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.module())
@MORE
@given(data=st.data())
def test_a_result_is_whole_and_claims_nothing_that_was_not_seen(kind: type[Model], data: st.DataObject) -> None:
    run = data.draw(runs(kind))
    result = _result(run, report="all", max_entries=0)
    _check_words(run, result)
    _check_diff(result)
    _check_sums(run, result)
    _check_items(run, result)
    _check_errors(run, result)
    _check_failure(run, result)
    _check_claims(run, result)
    _check_view(run, _result(run), result)


def _check_sums(run: Run, result: dict[str, t.Any]) -> None:
    entries, failed = result["entries"], run.model.failed
    counts = {name: count for name, count in result["counts"].items() if name not in ("visible", "uploaded_bytes")}
    assert counts["total"] == sum(count for name, count in counts.items() if name != "total") == len(entries)
    undone = [entry["status"] for entry in entries if not entry["changed"]]
    assert counts["changed"] == sum(entry["changed"] and entry["status"] not in failed for entry in entries)
    assert counts["failed"] == sum(entry["status"] in failed for entry in entries)
    assert counts["not_cached"] == sum(entry["status"] == "not_cached" for entry in entries)
    assert counts["unknown"] == sum(status in ("unknown", "cancelled") for status in undone)
    assert result["changed"] is any(entry["changed"] for entry in entries)
    for path in result["paths"]:
        own = [entry for entry in entries if entry["request"] == path["path"]]
        assert path["total_items"] == len(own)
        assert path["changed_items"] == sum(entry["changed"] for entry in own)
        assert path["failed_items"] == sum(entry["status"] in failed for entry in own)
        assert path["changed"] is (path["changed_items"] > 0)
        for key, summed in run.model.sums.items():
            if isinstance(path[key], bool):
                assert path[key] is any(entry[summed] for entry in own)
            else:
                assert set(path[key]) == {word for entry in own for word in entry[summed]}


def _check_errors(run: Run, result: dict[str, t.Any]) -> None:
    for entry in result["entries"]:
        assert (entry["result"] is None) is (entry["result_of"] is None)
        if entry["status"] in run.model.failed:
            assert entry["result"]["category"] != "ok"


def _check_view(run: Run, shown: dict[str, t.Any], whole: dict[str, t.Any]) -> None:
    """What is reported does not change what happened."""
    for key in set(shown) - {"entries", "entries_truncated", "diff"}:
        assert shown[key] == whole[key]
    assert all(entry in whole["entries"] for entry in shown["entries"])
    limit = run.options["max_entries"]
    assert not limit or len(shown["entries"]) <= limit
    assert not shown["entries_truncated"] or len(shown["entries"]) == limit


def _check_claims(run: Run, result: dict[str, t.Any]) -> None:
    assert result["state_verified"] is (run.whole[0] if run.check_mode or not run.begun else all(run.whole))
    for entry in result["entries"]:
        if run.check_mode:
            _check_prediction(run, entry)
        elif not run.in_scope(entry["path"]):
            # No state speaks of it.
            assert not entry["changed"]
            assert entry["status"] in {"unknown", "cancelled", "not_cached"} | run.model.failed
        elif result["state_verified"] and run.begun:
            _check_against_state(run, entry)
        else:
            _check_unverified(run, entry)
    if result["state_verified"] and run.begun:
        went_up = [path for path in run.before if run.model.uploaded(run.before[path], run.after.get(path))]
        assert result["counts"].get("uploaded_bytes", 0) == DIRTY_BYTES * len(went_up)


def _check_against_state(run: Run, entry: dict[str, t.Any]) -> None:
    model, path, status = run.model, entry["path"], entry["status"]
    moved = model.moved(run.before.get(path), run.after.get(path))
    assert entry["changed"] is moved
    assert _of_states(entry) == model.entry(path, run.before, run.after)
    assert status != "kept" or model.stays(path, run.after)
    if model.open(path, run.after):
        assert status not in (model.done, "kept", "not_cached")
        # Undone by somebody else in the meantime, or a folder that the call was not for.
        assert status != "unchanged" or not model.open(path, run.before) or path in run.kept_folders
    elif moved:
        assert status == model.done
    elif model.stays(path, run.after):
        assert status == "kept"
    else:
        assert status in ("unchanged", "not_cached") or model.blind
        assert status not in {model.done, "kept"} | model.left


def _check_unverified(run: Run, entry: dict[str, t.Any]) -> None:
    model, path = run.model, entry["path"]
    before, after = run.seen.get(path), run.shown.get(path)
    if path in run.shown and not model.closed:
        assert entry["status"] != model.done or not model.open(path, run.shown)
    if path in run.shown and model.closed:
        assert entry["status"] != model.done
    if entry["changed"] or entry["status"] == model.done:
        is_seen = (run.whole[0] or path in run.seen) and (run.whole[1] or path in run.shown)
        told = entry["result"] and entry["result"]["category"] == "ok"
        known = path in run.seen or run.whole[0]
        told_done = told and (model.open(path, run.seen) if known else entry["result"]["code"] == 0)
        assert (is_seen and model.moved(before, after)) or told_done
    if entry["changed"]:
        assert entry["status"] == model.done or model.open(path, run.shown)


def _check_prediction(run: Run, entry: dict[str, t.Any]) -> None:
    model, path = run.model, entry["path"]
    left_out = path in run.kept_folders or not model.open(path, run.seen, foreseen=True)
    after = run.seen if left_out else model.foreseen(path, run.seen)
    assert entry["changed"] is not left_out
    assert _of_states(entry) == model.entry(path, run.seen, after, foreseen=True)
    assert (entry["status"] == "kept") is (left_out and model.stays(path, run.seen, foreseen=True))
    assert (entry["status"] == model.done) is entry["changed"]
    assert entry["result"] is None


def _of_states(entry: dict[str, t.Any]) -> dict[str, t.Any]:
    others = ("path", "request", "status", "changed", "result", "result_of")
    return {key: value for key, value in entry.items() if key not in others}


def _check_failure(run: Run, result: dict[str, t.Any]) -> None:
    model = run.model
    statuses = {entry["status"] for entry in result["entries"]}
    if not result["failed"]:
        assert not statuses & {*model.failed, "cancelled"}
        assert not result["cancelled"]
        assert not result["timed_out"]
    if run.options.get("missing") == "fail" and "not_cached" in {path["status"] for path in result["paths"]}:
        assert result["failed"]
    left = {path for path in run.shown if model.open(path, run.shown) and model.open(path, run.before)}
    if run.complaint and (left - run.kept_folders or (not run.options["verify"] and "unknown" in statuses)):
        assert result["failed"]
    if run.complaint and model.blind:
        assert result["failed"] or statuses <= {"not_cached"}


def _check_items(run: Run, result: dict[str, t.Any]) -> None:
    named = set(run.answers[0].get("before", {"rows": {}})["rows"]) | set(run.shown)
    for spec in run.answers:
        texts = [text for call in spec.get("calls", [spec]) for text in call.get("texts", [])]
        named |= {text.partition("[")[2][:-1] for text in texts if text[:2] in ("2:", "3:")}
    assert named <= {entry["path"] for entry in result["entries"]}


def _check_words(run: Run, result: dict[str, t.Any]) -> None:
    model = run.model
    words = {model.done, "unchanged", "not_cached", "cancelled", "unknown", *model.failed, *model.left}
    words |= {"kept"} if model.closed else set()
    assert {path["status"] for path in result["paths"]} <= words | {"partial"}
    assert {entry["status"] for entry in result["entries"]} <= words
    assert json.loads(json.dumps(result)) == result
    assert result["msg"].endswith(".")
    assert "\n" not in result["msg"]
    assert result["msg"][0].isupper()


def _check_diff(result: dict[str, t.Any]) -> None:
    changed = sorted(entry["path"] for entry in result["entries"] if entry["changed"])
    for side in ("before", "after"):
        assert sorted(line.partition(": ")[0] for line in result["diff"][side].splitlines()) == changed
