# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What TransitionOnline, TransitionOffline and SuspendRoot do to the simulated cache."""

from __future__ import annotations

from typing import Any

import pytest
from unit.simhost.calls import call, parsed

from simhost.windows import Host
from simhost.wmi import Completed, Hang, ObjectReady, Progress

CACHE = r"""
cache:
  '\\fs01\users': {items: {alice: {items: {a.txt: {}, drafts: {items: {idea.txt: {}}}}}}}
  '\\fs01\busy': {in_use: true, items: {plan.mpp: {in_use: true}}}
  '\\fs02\away': {connection: {state: offline, reason: disconnected}, items: {far.txt: {}}}
  '\\fs02\resting': {connection: {state: offline, reason: working_offline}, items: {rest.txt: {}}}
"""
USERS, BUSY, AWAY, RESTING = r"\\fs01\users", r"\\fs01\busy", r"\\fs02\away", r"\\fs02\resting"
DRAFTS = USERS + r"\alice\drafts"
ONLINE, OFFLINE, DISCONNECTED, SUSPENDED = [2, 1], [1, 2], [1, 4], [1, 6]


def connections(machine: Host) -> dict[str, list[int]]:
    return {item["path"]: item["connection"] for item in machine.snapshot()["items"] if item["type"] != "server"}


def ask(machine: Host, method: str, **params: Any) -> dict[str, Any]:
    """The out parameters; there is no text, whether somebody listens or not."""
    *_waits, ready, completed = call(machine, method, params)
    assert not any(isinstance(event, Progress) for event in _waits)
    assert (isinstance(ready, ObjectReady), completed) == (True, Completed(0, ""))
    return {"code": ready.return_value, **ready.outputs}


def test_the_whole_share_goes_offline_and_comes_back() -> None:
    machine = parsed(CACHE)
    before = connections(machine)
    assert ask(machine, "TransitionOffline", Path=DRAFTS, Force=False, Flags=0) == {"code": 0, "OpenFiles": False}
    after = connections(machine)
    assert {path for path in after if after[path] != before[path]} == {
        path for path in before if path.startswith(USERS)
    }
    assert after[USERS] == after[DRAFTS] == OFFLINE
    assert ask(machine, "TransitionOnline", Path=USERS, Flags=0) == {"code": 0}
    assert connections(machine) == before


@pytest.mark.parametrize(("error", "code"), [(0, 0), (170, 0x800700AA)])
def test_open_files_that_are_not_cached_keep_a_share_online(error: int, code: int) -> None:
    machine = parsed(CACHE, open_files_error=error)
    told = ask(machine, "TransitionOffline", Path=BUSY, Force=False, Flags=0)
    assert (told, connections(machine)[BUSY]) == ({"code": code, "OpenFiles": True}, ONLINE)
    told = ask(machine, "TransitionOffline", Path=BUSY, Force=True, Flags=0)
    assert (told, connections(machine)[BUSY]) == ({"code": 0, "OpenFiles": False}, OFFLINE)


@pytest.mark.parametrize(("error", "code"), [(0, 0), (0x800704CF, 0x800704CF), (53, 0x80070035)])
def test_a_server_that_cannot_be_reached_stays_offline(error: int, code: int) -> None:
    machine = parsed(CACHE, unreachable_error=error)
    assert ask(machine, "TransitionOnline", Path=AWAY, Flags=0) == {"code": code}
    assert connections(machine)[AWAY] == DISCONNECTED


def test_a_folder_is_suspended_with_what_is_in_it_and_a_share_does_not_move_that() -> None:
    machine = parsed(CACHE)
    assert ask(machine, "SuspendRoot", Path=DRAFTS, Suspend=True) == {"code": 0}
    found = {item["path"]: item["suspended"] for item in machine.snapshot()["items"]}
    assert {path for path in found if found[path]} == {DRAFTS, DRAFTS + r"\idea.txt"}
    ask(machine, "TransitionOffline", Path=USERS, Force=False, Flags=0)
    assert connections(machine)[DRAFTS] == SUSPENDED
    ask(machine, "SuspendRoot", Path=DRAFTS, Suspend=False)
    assert connections(machine)[DRAFTS] == OFFLINE


@pytest.mark.parametrize("path", [USERS + r"\none", USERS + r"\alice\a.txt"])
def test_what_cannot_be_suspended(path: str) -> None:
    assert ask(parsed(CACHE), "SuspendRoot", Path=path, Suspend=True) == {"code": 0x80070002}


@pytest.mark.parametrize(("method", "params"), [("TransitionOnline", {}), ("TransitionOffline", {"Force": False})])
def test_a_path_that_is_not_cached(method: str, params: dict[str, Any]) -> None:
    assert ask(parsed(CACHE), method, Path=r"\\fs09\none", Flags=0, **params)["code"] == 0x80070002


def test_it_may_hang() -> None:
    assert call(parsed(CACHE, hang_after_items=0), "TransitionOnline", {"Path": RESTING, "Flags": 0})[-1] == Hang()
