# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only a real Windows knows of Synchronize: whichever way it answers, the result is true and means the same.

The real action runs against the simulated host part in this process. What it says is compared with the copies
before and after: nothing is called synchronized that they contradict.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
import typing as t
from collections.abc import Mapping

import pytest
from integration.in_process import Synchronize, every
from unit.simhost.calls import ALICE, HOME, host

from simhost.scenario import Host

pytestmark = pytest.mark.once

DIRECTIONS = {"all": 7, "fill": 1, "in": 2, "out": 4, "new": 0xA, "without_suspended": 0x2007}
CONFLICTS = ("leave", "keep_local", "keep_remote", "keep_latest")
PATHS = [HOME, r"\\fs02\projects", r"\\fs02\slow", r"\\fs01\none"]
LOST = {f"{HOME}\\{name}" for name in ("mine newer.txt", "theirs newer.txt", "changed and gone.txt")}

Copies = Mapping[str, Mapping[str, t.Any]]

ANSWERS: dict[str, dict[str, t.Any]] = {
    "usual": {},
    **every(server_logon=["per_item", "per_call"]),
    **every(item_in_sync=["s_ok", "s_false", "none"], conflict_result=["s_ok", "s_false", "error"]),
    **every(conflict_direction=["ignored", "respected"], deleted_on_server=["removed", "kept"]),
    **every(suspended_skipped=["none", "s_false"], open_files=["refused", "served"]),
    **every(offline_server=["per_item", "per_call", "skipped"], offline_reasons=["disconnected", "any"]),
    **every(cache_quota=[60], quota_full=["each_item", "stops"]),
    **every(return_on_item_errors=["zero", "first_error", "more_data"]),
    **every(number_format=["unsigned", "signed", "hex"], observer=["accepted", "refused_com", "silent"]),
    **every(state_lag_reads=[1, 2]),
    **every(item_order=["parents_first", "children_first"], sync_children=["awaited", "inherit", "never"]),
    **every(new_files_reason=["inherited", "user", "left_out"]),
    **every(cancelled_after_items=[0, 3, 9]),
    **every(hang_after_items=[0, 3, 9]),
    **every(read_hangs_after_rows=[0, 5, 12]),
}


def _copies(machine: Host) -> Copies:
    return {one["path"]: one for one in machine.snapshot()["items"]}


def _synchronized(
    machine: Host, monkeypatch: pytest.MonkeyPatch, *, check_mode: bool = False, **options: t.Any
) -> tuple[Synchronize, dict[str, t.Any]]:
    monkeypatch.setattr(time, "sleep", machine.clock.sleep)
    monkeypatch.setattr(time, "monotonic", machine.clock.now)
    action = Synchronize({"paths": PATHS, "timeout": 60, **options}, machine, ALICE, check_mode=check_mode)
    return action, action.run_task()


def _check_truth(result: Mapping[str, t.Any], before: Copies, after: Copies) -> None:
    """Hold a result with every entry against what both sides were and are."""
    flags = result["flags"]["value"]
    up = 0
    for entry in result["entries"]:
        old, new = before.get(entry["path"]), after.get(entry["path"])
        moved = _moved(old, new)
        if entry["status"] == "synchronized":
            assert not (new and flags & 4 and new["dirty"]), entry
            assert not (new and flags & 3 and new["sparse"]), entry
        if not result["state_verified"]:
            continue
        assert entry["changed"] is moved, (entry, old, new)
        assert entry["dirty_before"] is bool(old and old["dirty"]), entry
        assert entry["dirty_after"] is bool(new and new["dirty"]), entry
        assert entry["sparse_before"] is bool(old and old["sparse"]), entry
        assert entry["sparse_after"] is bool(new and new["sparse"]), entry
        content = (new or {}).get("size"), (new or {}).get("modified")
        if old and new and content != (old["size"], old["modified"]):
            assert entry["content_in"], entry
        if old and new and old["dirty"] and not new["dirty"] and not entry["content_in"]:
            up += old["size"]
    if result["state_verified"]:
        assert result["counts"]["uploaded_bytes"] == up
        named = {entry["path"] for entry in result["entries"] if entry["changed"]}
        roots = tuple(path + "\\" for path in PATHS)
        all_moved = {path for path in {*before, *after} if _moved(before.get(path), after.get(path))}
        assert named == {path for path in all_moved if path in PATHS or path.startswith(roots)}
        assert result["changed"] is bool(named)
    counts = dict(result["counts"])
    assert counts.pop("total") == sum(
        counts[name] for name in ("changed", "unchanged", "failed", "not_cached", "unknown")
    )
    if {entry["status"] for entry in result["entries"]} & {"failed", "offline", "cancelled"}:
        assert result["failed"]


def _moved(old: Mapping[str, t.Any] | None, new: Mapping[str, t.Any] | None) -> bool:
    if old is None or new is None:
        return old is not new
    keys = ("size", "modified", "dirty", "sparse")
    return any(old[key] != new[key] for key in keys)


@pytest.mark.parametrize(
    ("answer", "flags"),
    [("usual", flags) for flags in DIRECTIONS] + [(answer, flags) for answer in ANSWERS for flags in ("all", "new")],
)
def test_nothing_is_called_done_that_the_copies_contradict(
    answer: str, flags: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for conflicts in CONFLICTS if answer == "usual" or "conflict" in answer else CONFLICTS[:1]:
        machine = host("synchronize", **ANSWERS[answer])
        before = _copies(machine)
        _action, result = _synchronized(machine, monkeypatch, flags=[DIRECTIONS[flags]], conflicts=conflicts)
        _check_truth(result, before, _copies(machine))


@pytest.mark.parametrize(("flags", "conflicts"), list(itertools.product(DIRECTIONS, CONFLICTS)))
def test_a_second_run_changes_nothing(flags: str, conflicts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = host("synchronize")
    _action, first = _synchronized(machine, monkeypatch, flags=[DIRECTIONS[flags]], conflicts=conflicts)
    before = _copies(machine)
    _action, second = _synchronized(machine, monkeypatch, flags=[DIRECTIONS[flags]], conflicts=conflicts)
    assert first["changed"] is True
    assert (second["changed"], second["counts"]["uploaded_bytes"]) == (False, 0)
    assert _copies(machine) == before


@pytest.mark.parametrize("answer", ["usual", *every(item_in_sync=["s_false", "none"])])
def test_content_that_only_came_in_is_a_change(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = host("synchronize", **({} if answer == "usual" else {"item_in_sync": answer.partition("=")[2]}))
    newer = HOME + r"\newer.xlsx"
    _action, result = _synchronized(machine, monkeypatch, paths=[newer, HOME + r"\same.txt"])
    assert [(entry["status"], entry["content_in"]) for entry in result["entries"]] == [
        ("synchronized", True),
        ("unchanged", False),
    ]
    assert result["changed"] is True


@pytest.mark.parametrize("answer", every(conflict_result=["s_ok", "s_false"]))
def test_a_conflict_is_told_and_is_no_failure(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = host("synchronize", conflict_result=answer.partition("=")[2])
    _action, result = _synchronized(machine, monkeypatch, paths=sorted(LOST))
    assert {entry["path"]: entry["status"] for entry in result["entries"]} == dict.fromkeys(LOST, "conflict")
    assert (result["failed"], result["changed"], result["counts"]["unchanged"]) == (False, False, 3)
    assert [path["status"] for path in result["paths"]] == ["conflict"] * 3
    assert any("3 items still not synchronized although Windows" in text for text in result["warnings"])


def test_a_conflict_that_windows_calls_an_error_fails_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = host("synchronize", conflict_result="error")
    _action, result = _synchronized(machine, monkeypatch, paths=sorted(LOST))
    assert {entry["status"] for entry in result["entries"]} == {"failed"}
    assert (result["failed"], result["only_items_failed"]) == (True, True)


@pytest.mark.parametrize("way", ["per_item", "per_call"])
def test_a_logon_without_credentials_is_an_error_also_where_the_cache_shows_nothing_to_do(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host("synchronize", server_logon=way, server_contact_error=1326)
    machine.machine = dataclasses.replace(machine.machine, delegated=frozenset())
    _action, result = _synchronized(machine, monkeypatch, paths=[HOME + r"\same.txt"])
    assert (result["failed"], result["changed"]) == (True, False)
    (entry,) = result["entries"]
    assert (entry["status"], entry["result"]["name"]) == ("failed", "ERROR_LOGON_FAILURE")
    assert any("double hop" in text for text in result["warnings"])


@pytest.mark.parametrize("answer", every(offline_server=["per_item", "per_call", "skipped"]))
def test_a_share_that_is_offline_is_never_called_done(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = host("synchronize", offline_server=answer.partition("=")[2])
    _action, result = _synchronized(machine, monkeypatch, paths=[r"\\fs02\projects"])
    plan = next(entry for entry in result["entries"] if entry["path"].endswith("plan.mpp"))
    skipped = "skipped" in answer
    assert result["changed"] is False
    assert result["failed"] is not skipped
    # Where only the call failed the item has no result of its own, and its code says that the share is offline.
    words = {"per_item": "offline", "per_call": "failed", "skipped": "not_synchronized"}
    assert plan["status"] == result["paths"][0]["status"] == words[answer.partition("=")[2]]
    assert plan["dirty_after"]
    assert skipped or plan["result"]["category"] == "offline"


@pytest.mark.parametrize("conflicts", CONFLICTS)
def test_check_mode_calls_nothing_and_says_what_it_cannot_know(conflicts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = host("synchronize")
    before = _copies(machine)
    _action, result = _synchronized(machine, monkeypatch, check_mode=True, paths=[HOME], conflicts=conflicts)
    assert (machine.calls, _copies(machine)) == ([], before)
    assert result["msg"] == (
        "Would synchronize 10 of 15 items; 5 were unchanged; changes on the server are not known beforehand."
    )
    changed = {entry["path"] for entry in result["entries"] if entry["changed"]}
    assert changed == {
        path for path, one in before.items() if path.startswith(HOME) and (one["dirty"] or one["sparse"])
    }
