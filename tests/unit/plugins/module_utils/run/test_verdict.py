# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the verdict: state decides, results explain; one table for each source of knowledge."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import DELETE_ITEMS, Held
from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import (
    DIRTY,
    EXISTS,
    SYNCHRONIZE,
    SYNCHRONIZED,
)
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.fate import Fate
from ansible_collections.winops.offline_files.plugins.module_utils.run.method import Goal, Status
from ansible_collections.winops.offline_files.plugins.module_utils.run.verdict import Course, judge
from ansible_collections.winops.offline_files.plugins.module_utils.windows import codes, pins
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons
from ansible_collections.winops.offline_files.plugins.module_utils.windows.progress import Head, Kind

NONE, USER, POLICY = Reasons.NONE, Reasons.USER, Reasons.USER_POLICY

CALLED: dict[str, t.Any] = {
    "check_mode": False,
    "called": True,
    "knows_before": True,
    "knows_after": True,
    "cancelled": False,
    "timed_out": False,
    "succeeded": True,
}


def _fate(result: int | None = None, **facts: t.Any) -> Fate:
    head = None if result is None else Head(Kind.ITEM_RESULT, codes.explain(result), "")
    return Fate(**{"request": 0, "head": head, **facts})


def _judged(fate: Fate, **course: t.Any) -> tuple[str, bool, Reasons]:
    wanted = course.pop("wanted", USER)
    verdict = judge(_goal(wanted), fate, Course(**{**CALLED, **course}))
    return UNPIN.words.status(verdict.status), verdict.changed, Reasons(verdict.after)


def _goal(wanted: Reasons) -> Goal:
    return UNPIN.goal(pins.flags_of(wanted))


@pytest.mark.parametrize(
    ("fate", "course", "verdict"),
    [
        (_fate(0, before=USER), {}, ("unpinned", True, NONE)),
        (_fate(before=USER), {}, ("unpinned", True, NONE)),
        (_fate(5, before=USER), {}, ("unpinned", True, NONE)),
        (_fate(0, before=USER | POLICY, after=POLICY), {}, ("unpinned", True, POLICY)),
        (_fate(before=USER), {"timed_out": True, "succeeded": False}, ("unpinned", True, NONE)),
        (_fate(0, before=USER, after=USER), {}, ("still_pinned", False, USER)),
        (_fate(1, before=USER, after=USER), {}, ("still_pinned", False, USER)),
        (_fate(before=USER, after=USER), {}, ("still_pinned", False, USER)),
        (_fate(5, before=USER, after=USER), {}, ("failed", False, USER)),
        (_fate(2, before=USER, after=USER), {}, ("failed", False, USER)),
        (_fate(1223, before=USER, after=USER), {}, ("cancelled", False, USER)),
        (_fate(before=USER, after=USER), {"succeeded": False}, ("failed", False, USER)),
        (_fate(before=USER, after=USER), {"cancelled": True, "succeeded": False}, ("cancelled", False, USER)),
        (_fate(before=USER, after=USER), {"timed_out": True, "succeeded": False}, ("unknown", False, USER)),
        (_fate(before=USER, after=USER, shallow=True), {}, ("unchanged", False, USER)),
        (_fate(5, before=USER, after=USER, shallow=True), {}, ("failed", False, USER)),
        (_fate(0, before=POLICY, after=POLICY), {}, ("unchanged", False, POLICY)),
        (_fate(5, before=POLICY, after=POLICY), {}, ("unchanged", False, POLICY)),
        (_fate(0), {}, ("unchanged", False, NONE)),
        (_fate(5), {}, ("unchanged", False, NONE)),
        (_fate(2), {}, ("not_cached", False, NONE)),
        (_fate(missing=True), {}, ("not_cached", False, NONE)),
        (_fate(0, missing=True), {}, ("not_cached", False, NONE)),
        (_fate(0, unread=True), {}, ("unknown", False, NONE)),
        (_fate(5, unread=True), {}, ("failed", False, NONE)),
        (_fate(1168, unread=True), {}, ("not_cached", False, NONE)),
        (_fate(1223, unread=True), {}, ("cancelled", False, NONE)),
        (_fate(unread=True, begun=True), {}, ("unknown", False, NONE)),
        (_fate(0, after=USER), {}, ("unchanged", False, USER)),
        (_fate(5, after=USER), {}, ("failed", False, USER)),
        (_fate(0, after=USER), {"knows_before": False}, ("still_pinned", False, USER)),
        (_fate(after=USER), {"knows_before": False}, ("still_pinned", False, USER)),
        (_fate(after=USER), {"knows_before": False, "succeeded": False}, ("failed", False, USER)),
        (_fate(0, before=POLICY), {"knows_before": False}, ("unchanged", False, NONE)),
        (_fate(0, before=USER, after=USER, shallow=True), {}, ("still_pinned", False, USER)),
        (_fate(0), {"knows_before": False}, ("unpinned", True, NONE)),
        (_fate(1), {"knows_before": False}, ("unchanged", False, NONE)),
        (_fate(0, before=USER | POLICY, after=POLICY), {"wanted": USER | POLICY}, ("still_pinned", True, POLICY)),
    ],
)
def test_by_state(fate: Fate, course: dict[str, t.Any], verdict: tuple[str, bool, Reasons]) -> None:
    assert _judged(fate, **course) == verdict


@pytest.mark.parametrize(
    ("fate", "course", "verdict"),
    [
        (_fate(0), {"knows_before": False}, ("unpinned", True, NONE)),
        (_fate(1), {"knows_before": False}, ("unchanged", False, NONE)),
        (_fate(5), {"knows_before": False}, ("failed", False, NONE)),
        (_fate(1168), {"knows_before": False}, ("not_cached", False, NONE)),
        (_fate(1223), {"knows_before": False}, ("cancelled", False, NONE)),
        (_fate(0, unread=True), {"knows_before": False}, ("unknown", False, NONE)),
        (_fate(0, before=USER, after=USER), {}, ("still_pinned", False, USER)),
        (_fate(0, before=POLICY), {"knows_before": False}, ("unchanged", False, POLICY)),
        (_fate(0, missing=True), {}, ("not_cached", False, NONE)),
        (_fate(), {"knows_before": False}, ("unknown", False, NONE)),
        (_fate(begun=True), {"knows_before": False}, ("unknown", False, NONE)),
        (_fate(begun=True), {"knows_before": False, "cancelled": True}, ("cancelled", False, NONE)),
        (_fate(0, before=USER | POLICY), {}, ("unpinned", True, POLICY)),
        (_fate(1, before=USER), {}, ("unpinned", True, NONE)),
        (_fate(0, before=POLICY), {}, ("unchanged", False, POLICY)),
        (_fate(5, before=USER), {}, ("failed", False, USER)),
        (_fate(before=POLICY), {}, ("unchanged", False, POLICY)),
        (_fate(before=USER), {}, ("unknown", False, USER)),
        (_fate(before=POLICY, begun=True), {}, ("unknown", False, POLICY)),
        (_fate(begun=True), {}, ("unknown", False, NONE)),
        (_fate(before=USER), {"cancelled": True}, ("cancelled", False, USER)),
        (_fate(before=USER), {"called": False, "succeeded": False}, ("failed", False, USER)),
        (_fate(missing=True), {}, ("not_cached", False, NONE)),
    ],
)
def test_by_result(fate: Fate, course: dict[str, t.Any], verdict: tuple[str, bool, Reasons]) -> None:
    assert _judged(fate, knows_after=False, **course) == verdict


@pytest.mark.parametrize(
    ("own", "above", "status"),
    [
        (None, 5, "failed"),
        (None, 1223, "cancelled"),
        (0, 5, "still_pinned"),
        (32, 1223, "failed"),
    ],
)
def test_the_error_of_the_requested_path_speaks_for_what_has_no_result(
    own: int | None, above: int, status: str
) -> None:
    head = Head(Kind.ITEM_RESULT, codes.explain(above), "")
    verdict = judge(_goal(USER), _fate(own, before=USER, after=USER), Course(**{**CALLED, "timed_out": True}), head)
    assert UNPIN.words.status(verdict.status) == status


@pytest.mark.parametrize(
    ("fate", "verdict"),
    [
        (_fate(before=USER), ("unpinned", True, NONE)),
        (_fate(before=USER | POLICY), ("unpinned", True, POLICY)),
        (_fate(before=POLICY), ("unchanged", False, POLICY)),
        (_fate(before=USER, shallow=True), ("unchanged", False, USER)),
        (_fate(missing=True), ("not_cached", False, NONE)),
    ],
)
def test_predicted(fate: Fate, verdict: tuple[str, bool, Reasons]) -> None:
    assert _judged(fate, check_mode=True, called=False, knows_after=False) == verdict


def test_the_words_of_the_results() -> None:
    assert [UNPIN.words.status(status) for status in Status] == [
        "unpinned",
        "unchanged",
        "kept",
        "still_pinned",
        "failed",
        "not_cached",
        "cancelled",
        "unknown",
        "partial",
        "unavailable",
    ]


# --- a method that leaves items alone as it was asked to: DeleteItems with no_pinned

AUTO, PINNED, MODIFIED, FULL, ROOT = (
    int(bit) for bit in (Held.AUTO_CACHED, Held.PINNED, Held.UNSYNCHRONIZED, Held.NOT_EMPTY, Held.ROOT)
)
UNREAD_BEFORE: dict[str, t.Any] = {"knows_before": False}
BROKEN_OFF: dict[str, t.Any] = {"knows_after": False}
TOO_LATE: dict[str, t.Any] = {"timed_out": True, "succeeded": False}


@pytest.mark.parametrize(
    ("fate", "course", "status", "changed"),
    [
        (_fate(before=AUTO), {}, "deleted", True),
        (_fate(5, before=AUTO), {}, "deleted", True),
        (_fate(before=PINNED, after=PINNED), {}, "kept", False),
        (_fate(0, before=PINNED, after=PINNED), {}, "kept", False),
        (_fate(170, before=AUTO | MODIFIED, after=AUTO | MODIFIED), {}, "kept", False),
        (_fate(145, before=AUTO, after=AUTO | FULL), {}, "kept", False),
        (_fate(before=AUTO, after=PINNED), {}, "kept", False),
        (_fate(before=AUTO, after=AUTO), {}, "still_cached", False),
        (_fate(before=AUTO, after=AUTO), {"succeeded": False}, "failed", False),
        (_fate(before=AUTO, after=AUTO), TOO_LATE, "unknown", False),
        (_fate(32, before=AUTO, after=AUTO), {}, "failed", False),
        (_fate(before=PINNED, after=0), {}, "deleted", True),
        (_fate(before=PINNED, after=AUTO), {}, "unchanged", False),
        (_fate(before=AUTO | ROOT, after=AUTO | ROOT), {}, "unchanged", False),
        (_fate(before=AUTO | ROOT), {}, "deleted", True),
        (_fate(2, missing=True), {}, "not_cached", False),
        # Without a state before, what is there was not deleted, whatever was reported of it.
        (_fate(0, after=PINNED), UNREAD_BEFORE, "kept", False),
        (_fate(0, after=AUTO | ROOT), UNREAD_BEFORE, "unchanged", False),
        (_fate(0), UNREAD_BEFORE, "deleted", True),
        (_fate(1), UNREAD_BEFORE, "unchanged", False),
        # A state that broke off proves what it shows.
        (_fate(0, before=AUTO, after=AUTO | FULL), BROKEN_OFF, "kept", False),
        (_fate(0, before=AUTO), BROKEN_OFF, "deleted", True),
        (_fate(before=AUTO), BROKEN_OFF, "unknown", False),
        (_fate(before=PINNED), BROKEN_OFF, "kept", False),
        (_fate(0, before=PINNED), BROKEN_OFF, "kept", False),
    ],
)
def test_what_is_there_is_never_called_deleted(
    fate: Fate, course: dict[str, t.Any], status: str, changed: bool
) -> None:
    verdict = judge(DELETE_ITEMS.goal(0x2), fate, Course(**{**CALLED, **course}))
    assert (DELETE_ITEMS.words.status(verdict.status), verdict.changed) == (status, changed)


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        (AUTO, "deleted", 0),
        (PINNED, "kept", PINNED),
        (AUTO | FULL, "kept", AUTO | FULL),
        (AUTO | ROOT, "unchanged", 20),
    ],
)
def test_predicted_by_what_protects_an_item(before: int, status: str, after: int) -> None:
    course = Course(**{**CALLED, "check_mode": True, "called": False, "knows_after": False})
    verdict = judge(DELETE_ITEMS.goal(0x2), _fate(before=before), course)
    assert (DELETE_ITEMS.words.status(verdict.status), verdict.after) == (status, after)


CLEAN = EXISTS


@pytest.mark.parametrize(
    ("fate", "course", "verdict"),
    [
        (_fate(0, before=CLEAN, after=CLEAN), {}, (Status.UNCHANGED, False)),
        (_fate(0, before=CLEAN, after=CLEAN | SYNCHRONIZED), {}, (Status.DONE, True)),
        (_fate(5, before=CLEAN, after=CLEAN | SYNCHRONIZED), {}, (Status.DONE, True)),
        (_fate(5, before=CLEAN, after=CLEAN), {}, (Status.FAILED, False)),
        (_fate(2, before=CLEAN, after=CLEAN), {}, (Status.FAILED, False)),
        (_fate(2, before=0, after=0), {}, (Status.NOT_CACHED, False)),
        (_fate(53, missing=True), {}, (Status.NOT_CACHED, False)),
        (_fate(1223, before=CLEAN, after=CLEAN), {}, (Status.CANCELLED, False)),
        (_fate(before=CLEAN, after=CLEAN), {"cancelled": True}, (Status.CANCELLED, False)),
        (_fate(before=CLEAN, after=CLEAN), {"timed_out": True}, (Status.UNKNOWN, False)),
        (_fate(before=CLEAN, after=CLEAN), {"lost": True}, (Status.UNKNOWN, False)),
        (_fate(before=CLEAN, after=CLEAN), {"succeeded": False}, (Status.UNCHANGED, False)),
        (_fate(before=CLEAN, after=CLEAN), {"succeeded": False, "silent": True}, (Status.FAILED, False)),
        (_fate(before=CLEAN, after=CLEAN), {"silent": True}, (Status.UNCHANGED, False)),
        (_fate(before=CLEAN), {"knows_after": False}, (Status.UNKNOWN, False)),
        (_fate(0, before=DIRTY | CLEAN, after=DIRTY | CLEAN), {}, (Status.LEFT, False)),
        (_fate(before=CLEAN, after=DIRTY | CLEAN), {}, (Status.UNCHANGED, False)),
        (_fate(before=CLEAN, after=0), {}, (Status.DONE, True)),
        (_fate(before=CLEAN), {"check_mode": True, "called": False}, (Status.UNCHANGED, False)),
    ],
)
def test_where_the_cache_does_not_tell_all_that_there_is_to_do_an_error_counts(
    fate: Fate, course: dict[str, t.Any], verdict: tuple[Status, bool]
) -> None:
    found = judge(SYNCHRONIZE.goal(7), fate, Course(**{**CALLED, **course}))
    assert (found.status, found.changed) == verdict


def test_the_error_of_the_path_above_counts_for_an_item_without_a_result() -> None:
    above = Head(Kind.ITEM_RESULT, codes.explain(1262), "")
    fate = _fate(before=CLEAN, after=CLEAN)
    assert judge(SYNCHRONIZE.goal(7), fate, Course(**CALLED), above).status == Status.FAILED
    assert judge(UNPIN.goal(0x20), _fate(before=POLICY, after=POLICY), Course(**CALLED), above).status == "unchanged"


UNREAD: dict[str, t.Any] = {"knows_before": False, "knows_after": False}


@pytest.mark.parametrize(
    ("fate", "course", "verdict"),
    [
        (_fate(0, after=USER), {}, ("pinned", True)),
        (_fate(after=USER, missing=True), {}, ("pinned", True)),
        (_fate(0, before=USER, after=USER), {}, ("unchanged", False)),
        (_fate(0, before=POLICY, after=POLICY | USER), {}, ("pinned", True)),
        (_fate(0), {}, ("still_unpinned", False)),
        (_fate(missing=True), {}, ("still_unpinned", False)),
        (_fate(2, missing=True), {}, ("failed", False)),
        (_fate(5, after=USER), {}, ("pinned", True)),
        (_fate(5), {}, ("failed", False)),
        (_fate(1223), {"cancelled": True}, ("cancelled", False)),
        (_fate(missing=True), {"timed_out": True, "succeeded": False}, ("unknown", False)),
        # Of a state that was not read, 0 is no proof that something is left to do.
        (_fate(0), UNREAD, ("pinned", True)),
        (_fate(1), UNREAD, ("unchanged", False)),
        (_fate(5), UNREAD, ("failed", False)),
        (_fate(), UNREAD, ("unknown", False)),
        (_fate(0), {"knows_after": False}, ("pinned", True)),
        (_fate(0, before=USER), {"knows_after": False}, ("unchanged", False)),
        # A row that was read before it broke off is one.
        (_fate(0, after=POLICY), UNREAD, ("still_unpinned", False)),
    ],
)
def test_a_method_that_brings_in(fate: Fate, course: dict[str, t.Any], verdict: tuple[str, bool]) -> None:
    judged = judge(PIN.goal(0x20), fate, Course(**{**CALLED, **course}))
    assert (PIN.words.status(judged.status), judged.changed) == verdict
