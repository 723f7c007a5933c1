# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of a run: when the state is read once more, and what a lost answer leads to."""

from __future__ import annotations

import typing as t

import pytest
from unit.host_answers import DEFAULT_OPTIONS, answer, changed

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError, HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import read
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from ansible_collections.winops.offline_files.plugins.module_utils.run.run import Run

SHARE = r"\\fs01\users"
ITEMS = {SHARE + r"\a": "file user", SHARE + r"\b": "file user"}
LOST = HostCallError("The connection was lost.", connection_lost=True)


def _run(timeout: int = 3600, *, check_mode: bool = False, **options: t.Any) -> Run:
    options = {**DEFAULT_OPTIONS, "paths": ["//fs01/users"], "timeout": timeout, **options}
    return Run(Invocation.from_options(UNPIN, options), check_mode=check_mode)


def _seen(items: dict[str, str] | None, **more: t.Any) -> t.Any:
    """The answer to a request that only reads."""
    return read(answer({"before": items or {}, "skipped": "no_method", **more}), paths=1)


def _result(run: Run) -> dict[str, t.Any]:
    assert run.next_step(0) is None
    return run.outcome(View()).result


@pytest.mark.parametrize(("timeout", "limit"), [(3600, 30), (10, 10), (0, 30)])
def test_after_a_loss_the_state_is_read_once_more_shortly(timeout: int, limit: int) -> None:
    run = _run(timeout)
    first = run.next_step(0)
    assert first
    assert (first.request.method, first.reached, first.anew) == ("Unpin", False, False)
    run.lost(LOST)
    again = run.next_step(5)
    assert again
    assert (again.request.method, again.request.read, again.request.timeout) == (None, True, limit)
    assert (again.reached, again.anew) == (True, True)
    run.lost(HostCallError("Gone.", maybe_called=False))
    result = _result(run)
    assert result["msg"] == "The connection was lost. The state could not be read again: Gone."
    assert (result["failed"], result["changed"], result["may_still_run"]) == (True, False, True)
    assert result["paths"][0]["status"] == "unknown"


@pytest.mark.parametrize(
    ("seen", "msg", "statuses"),
    [
        ({}, "No item under 1 path is pinned for user; what was released is not known.", []),
        ({SHARE + r"\b": "file user"}, "1 item is pinned for user; what was released is not known.", ["unknown"]),
        (ITEMS, "2 items are pinned for user; what was released is not known.", ["unknown", "unknown"]),
        (
            {SHARE + r"\a": "file user_policy"},
            "No item under 1 path is pinned for user; what was released is not known.",
            ["unchanged"],
        ),
    ],
)
def test_without_a_state_before_nothing_is_claimed(seen: dict[str, str], msg: str, statuses: list[str]) -> None:
    run = _run()
    run.next_step(0)
    run.lost(LOST)
    run.next_step(0)
    run.took(_seen(seen))
    result = _result(run)
    assert result["msg"] == "The connection was lost. The state, read once more: " + msg
    assert (result["failed"], result["changed"], result["state_verified"]) == (True, False, False)
    assert (result["may_still_run"], result["timed_out"]) == (True, False)
    assert [entry["status"] for entry in result["entries"]] == statuses
    assert result["paths"][0]["status"] == "unknown"
    assert result["paths"][0]["remaining_reasons"] == sorted({words.split()[1] for words in seen.values()})
    assert result["cache"]["user"] == r"CORP\alice"


def test_with_a_state_before_the_loss_what_was_released_is_known() -> None:
    """The observer was refused; the call without it is lost."""
    run = _run()
    run.next_step(0)
    refused = answer({"before": ITEMS, "return_value": None, "after": ITEMS})
    refused["answer"]["calls"][0].update(
        made=False, thrown_at="invoke", error={"code": 0x80070005, "message": ""}, completed=False
    )
    run.took(read(refused, paths=1))
    second = run.next_step(0)
    assert second
    assert second.request.observe is False
    run.lost(LOST)
    run.next_step(0)
    run.took(_seen({SHARE + r"\b": "file user"}))
    result = _result(run)
    assert (result["failed"], result["changed"], result["counts"]["changed"]) == (True, True, 1)
    assert {entry["path"][-1]: entry["status"] for entry in result["entries"]} == {"a": "unpinned", "b": "unknown"}
    assert result["msg"] == "The connection was lost. The state, read once more: Unpinned 1 of 2 items; 1 unknown."


@pytest.mark.parametrize(
    "problem", [HostCallError("Not started.", maybe_called=False), HostCallError("Lost in check mode.")]
)
def test_what_called_nothing_is_not_read_again(problem: HostCallError) -> None:
    run = _run(check_mode=problem.maybe_called)
    run.next_step(0)
    run.lost(problem)
    result = _result(run)
    assert (result["msg"], result["failed"], result["may_still_run"]) == (str(problem), True, False)


def test_a_cache_that_cannot_be_asked_any_more() -> None:
    run = _run(unavailable="ok")
    run.next_step(0)
    run.lost(LOST)
    run.next_step(0)
    off = changed(answer({}), ["answer", "cache", "active"], False)
    run.took(read(off, paths=1))
    result = _result(run)
    assert result["msg"].startswith("The connection was lost. The state could not be read again: ")
    assert (result["failed"], result["may_still_run"], result["paths"][0]["status"]) == (True, True, "unknown")


def test_a_damaged_state_is_read_once_more() -> None:
    run = _run()
    run.next_step(0)
    whole = answer({"before": ITEMS, "return_value": 0, "after": {}})
    damaged = changed(whole, ["answer", "after", "data"], whole["answer"]["before"]["data"][:-12])
    run.took(read(damaged, paths=1))
    again = run.next_step(0)
    assert again
    assert (again.request.method, again.anew) == (None, False)
    run.took(_seen({SHARE + r"\b": "file user"}))
    assert run.next_step(0)  # success was reported, but a pin is still there
    run.took(_seen({}))
    result = _result(run)
    assert (result["failed"], result["changed"], result["counts"]["changed"]) == (False, True, 2)
    assert result["state_verified"] is True


def test_an_answer_that_contradicts_the_question_counts_as_lost() -> None:
    run = _run()
    run.next_step(0)
    run.lost(ContractError("no"))
    again = run.next_step(0)
    assert again
    assert again.anew is False
    run.took(_seen({}))
    assert _result(run)["may_still_run"] is False


def test_a_state_that_breaks_off_is_named_as_such() -> None:
    run = _run()
    run.next_step(0)
    run.lost(LOST)
    run.next_step(0)
    run.took(read(answer({"before": {"error": {"code": 0x80041069, "message": ""}}, "skipped": "no_method"}), paths=1))
    result = _result(run)
    assert "It could not be read to the end; what was released is not known." in result["msg"]
    assert [warning.rpartition(": ")[2] for warning in run.outcome(View()).warnings] == [
        "more may be pinned for user than the result names."
    ]


def _thrown(code: int, before: dict[str, str] | None, *, observed: bool) -> t.Any:
    """The answer to a call that threw."""
    error = {"code": code, "message": ""}
    call = {"made": False, "completed": False, "return_value": None, "error": error}
    states = {} if before is None else {"before": before}
    return read(answer({"calls": [call], **states}), paths=1, observed=observed)


def _refused_then_broken_off(run: Run, *, verify: bool = True) -> None:
    """The observer is refused, and the call without it breaks off."""
    before = ITEMS if verify else None
    run.next_step(0)
    run.took(_thrown(0x80070005, before, observed=True))
    second = run.next_step(0)
    assert second
    assert second.request.observe is False
    run.took(_thrown(0x80041004, before, observed=False))


def test_what_a_call_without_an_observer_did_before_it_broke_off_is_told() -> None:
    run = _run()
    _refused_then_broken_off(run)
    again = run.next_step(0)
    assert again
    assert (again.request.method, again.request.read) == (None, True)
    run.took(_seen({SHARE + r"\b": "file user"}))
    result = _result(run)
    assert (result["failed"], result["changed"], result["state_verified"]) == (True, True, True)
    assert (result["counts"]["changed"], result["counts"]["failed"], result["may_still_run"]) == (1, 1, False)
    assert {entry["path"][-1]: entry["status"] for entry in result["entries"]} == {"a": "unpinned", "b": "failed"}


def test_what_a_call_without_an_observer_did_is_not_known_where_no_state_is_read() -> None:
    run = _run(verify=False)
    _refused_then_broken_off(run, verify=False)
    result = _result(run)
    assert (result["failed"], result["changed"], result["state_verified"]) == (True, False, False)


def test_a_state_that_cannot_be_read_after_a_call_that_broke_off_leaves_the_rest_unknown() -> None:
    run = _run()
    _refused_then_broken_off(run)
    run.next_step(0)
    run.took(_seen(None, before={"rows": {SHARE + r"\b": "file user"}, "error": {"code": 0x80041069, "message": ""}}))
    result = _result(run)
    assert (result["failed"], result["changed"], result["state_verified"]) == (True, False, False)
    assert {entry["path"][-1]: entry["status"] for entry in result["entries"]} == {"a": "unknown", "b": "failed"}
    assert any("after the call could not be read" in warning for warning in run.outcome(View()).warnings)


def test_a_cancelled_call_without_an_observer_may_still_run() -> None:
    run = _run()
    run.next_step(0)
    run.took(_thrown(0x80070005, ITEMS, observed=True))
    run.next_step(0)
    run.took(_thrown(0x80041032, ITEMS, observed=False))
    assert run.next_step(0)
    run.took(_seen(ITEMS))
    result = _result(run)
    assert (result["cancelled"], result["may_still_run"], result["state_verified"]) == (True, True, True)


@pytest.mark.parametrize(("timeout", "limit"), [(3600, 30), (10, 10), (0, 0)])
def test_reading_what_a_call_left_has_time_where_the_call_used_it_up(timeout: int, limit: int) -> None:
    run = _run(timeout)
    _refused_then_broken_off(run)
    again = run.next_step(timeout + 5)
    assert again
    assert again.request.timeout == limit


@pytest.mark.parametrize(
    "said", ["Lost: <Connection object at 0x7f0a>: refused.", "Lost: <Connection object at 0x7f1b>: refused."]
)
def test_the_same_reason_is_told_once(said: str) -> None:
    run = _run()
    run.next_step(0)
    run.lost(HostCallError("No answer for 15 minutes. Lost: <Connection object at 0x7f0a>: refused. Try again."))
    run.next_step(0)
    run.lost(HostCallError(said))
    assert _result(run)["msg"] == (
        "No answer for 15 minutes. Lost: <Connection object at 0x7f0a>: refused. Try again. "
        "The state could not be read again, for the same reason."
    )
