# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the follow-ups: which second question is asked, and when none is."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

import pytest
from unit.host_answers import DEFAULT_OPTIONS, answer

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.followup import Step, next_step
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.settle import settle

ITEM = r"\\fs01\users\a.txt"
PINNED: dict[str, t.Any] = {"before": {ITEM: "file user user_policy"}, "after": {ITEM: "file user user_policy"}}
REREAD: dict[str, t.Any] = {"method": None, "read": True}


@dataclass(frozen=True)
class _Next:
    """The next step: what of its request differs from the first."""

    changes: dict[str, t.Any]
    delay: float
    why: str


def _next(call: dict[str, t.Any], *done: dict[str, t.Any], check_mode: bool = False, **options: t.Any) -> _Next | None:
    """Return what comes after a first step and *done*, each told by what of its request differs from the first."""
    whole = {**DEFAULT_OPTIONS, "paths": [r"\\fs01\users"], **options}
    invocation = Invocation.from_options(UNPIN, whole)
    states = PINNED if call.get("made", True) else {"before": PINNED["before"]}
    spec = {**states, "calls": [call]} if call else {"before": {}, "skipped": "not_needed"}
    first = invocation.request(check_mode=check_mode)
    steps = [Step(dataclasses.replace(first, **changes)) for changes in ({}, *done)]
    observed = [step.request.observe for step in steps if step.request.method or check_mode][-1]
    answers = [host.read(answer(spec, len(invocation.paths)), paths=len(invocation.paths), observed=observed)]
    account = settle(invocation, answers, check_mode=check_mode)
    step = next_step(account, answers, steps)
    if step is None:
        return None
    asked, usual = dataclasses.asdict(step.request), dataclasses.asdict(first)
    return _Next({name: value for name, value in asked.items() if value != usual[name]}, step.delay, step.why)


def _thrown(code: int) -> dict[str, t.Any]:
    return {"made": False, "completed": False, "return_value": None, "error": {"code": code, "message": ""}}


@pytest.mark.parametrize("code", [0x80070005, 0x80041002, 0x80041008, 0x80041055])
def test_a_call_that_does_not_fit_its_class_is_tried_in_no_other_form(code: int) -> None:
    assert _next({**_thrown(code), "thrown_at": "parameters"}) is None


@pytest.mark.parametrize("code", [0x80070005, 5, 0x80041003])
def test_a_refused_observer_is_left_out(code: int) -> None:
    step = _next(_thrown(code))
    assert step is not None
    assert (step.changes, step.delay) == ({"observe": False}, 0)
    assert "observer" in step.why


def test_another_error_of_invoking_is_no_refused_observer() -> None:
    assert _next(_thrown(0x80041004)) is None


@pytest.mark.parametrize(
    "call",
    [
        {"return_value": 87},
        {"return_value": 0x80070057},
        {"return_value": 0x80041008},
        {"status": {"code": 0x80041008, "message": ""}, "return_value": None},
        _thrown(0x80041008),
    ],
)
def test_reasons_that_are_refused_together_are_asked_for_one_by_one(call: dict[str, t.Any]) -> None:
    step = _next(call, flags=["for_all", "for_user", "low_priority"])
    assert step is not None
    assert step.changes == {"arguments": ({"Flags": 0x220, "Deep": True}, {"Flags": 0x280, "Deep": True})}
    assert "each pin reason" in step.why


def test_a_single_refused_reason_stands() -> None:
    assert _next({"return_value": 87}) is None


@pytest.mark.parametrize("code", [87, 2, 3, 5, 32, 1326, 53, 1262, 123, 0x80004005])
def test_a_whole_call_that_fails_is_tried_path_by_path(code: int) -> None:
    step = _next({"return_value": code}, paths=["//fs01/users", "//fs01/b"])
    assert step is not None
    assert step.changes == {"each": True}
    assert "each path" in step.why


@pytest.mark.parametrize("code", [1062, 1722, 8, 50, 0x80041004, 0x80041010])
def test_what_no_single_path_can_cause_stands(code: int) -> None:
    assert _next({"return_value": code}, paths=["//fs01/users", "//fs01/b"]) is None


def test_one_path_is_not_asked_for_again() -> None:
    assert _next({"return_value": 2}) is None


def test_forms_are_combined_and_none_is_tried_twice() -> None:
    paths = ["//fs01/users", "//fs01/b"]
    observe: dict[str, t.Any] = {"observe": False}
    flags = {**observe, "arguments": ({"Flags": 0x20, "Deep": True}, {"Flags": 0x40, "Deep": True})}
    each = {**flags, "each": True}
    steps = [_next({"return_value": 87}, *done, paths=paths, flags=["0x60"]) for done in ([observe], [observe, flags])]
    assert [step.changes for step in steps if step] == [flags, each]
    assert _next({"return_value": 87}, observe, flags, each, paths=paths, flags=["0x60"]) is None


def test_nothing_is_asked_again_once_an_item_has_a_result() -> None:
    assert (
        _next({"return_value": 87, "texts": [f"3:5::[{ITEM}]"]}, paths=["//fs01/users", "//fs01/b"], flags=["0x60"])
        is None
    )


def test_a_pin_that_stays_is_read_again_three_times() -> None:
    call = {"texts": [f"3:0::[{ITEM}]"]}
    for done in range(3):
        step = _next(call, *[REREAD] * done)
        assert step is not None
        assert (step.changes, step.delay) == ({"method": None}, 1.0)
    assert _next(call, *[REREAD] * 3) is None


def test_only_what_still_looks_pinned_is_read_again() -> None:
    assert _next({"texts": [f"3:5::[{ITEM}]"]}) is None
    assert _next({"texts": [f"3:0::[{ITEM}]"]}, flags=["for_all"]) is None


@pytest.mark.parametrize(
    "call",
    [
        {"return_value": 1223},
        {"texts": ["1:1223::[]"], "return_value": 5},
        {"completed": False, "timed_out": True, "return_value": None},
    ],
)
def test_a_cancelled_or_overdue_call_is_never_repeated(call: dict[str, t.Any]) -> None:
    assert _next(call, paths=["//fs01/users", "//fs01/b"]) is None


def test_an_overdue_call_is_not_followed_by_reading_again() -> None:
    overdue = {"completed": False, "timed_out": True, "return_value": None, "texts": [f"3:0::[{ITEM}]"]}
    assert _next(overdue) is None


UNOBSERVED: dict[str, t.Any] = {"observe": False}


@pytest.mark.parametrize("code", [5, 0x80041004, 0x80041032])
def test_what_a_call_without_an_observer_left_is_read_once(code: int) -> None:
    paths = ["//fs01/users", "//fs01/b"]
    step = _next(_thrown(code), UNOBSERVED, paths=paths)
    assert step is not None
    assert (step.changes, step.delay) == ({**UNOBSERVED, "method": None}, 0)
    assert "broke off" in step.why
    assert _next(_thrown(code), UNOBSERVED, {**UNOBSERVED, **REREAD}, paths=paths) is None


def test_nothing_is_read_after_a_call_that_began_nothing() -> None:
    assert _next(_thrown(0x80041004)) is None
    assert _next({**_thrown(5), "thrown_at": "parameters"}, UNOBSERVED) is None
    assert _next(_thrown(0x80041004), {**UNOBSERVED, "read": False}, verify=False) is None


def test_check_mode_and_a_needless_call_ask_nothing_more() -> None:
    assert _next({"return_value": 87}, check_mode=True, flags=["0x60"]) is None
    assert _next({}) is None
