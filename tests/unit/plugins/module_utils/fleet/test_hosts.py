# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What registered variables of a host come to: a state, views, shares and failures, whatever their shape is."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.looks import ALICE, ARCHIVE, BEN, NOW, USERS, cached, entry, job, look, method, share, synchronized, user

from ansible_collections.winops.offline_files.plugins.module_utils.fleet import (
    document,
    hosts,
    merging,
    page,
    sections,
    table,
)
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.hosts import Registered
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.model import Failure, Fleet, Host, State
from ansible_collections.winops.offline_files.plugins.module_utils.retire import outcome, plan
from ansible_collections.winops.offline_files.plugins.module_utils.retire.options import Wanted

ACCESS = {
    "code": 0x80070005,
    "hresult": "0x80070005",
    "name": "ERROR_ACCESS_DENIED",
    "category": "access",
    "text": "Access is denied.",
}
OF_ALICE = {"active": True, "enabled": True, "user": ALICE}
AWAY = {"unreachable": True, "changed": False, "msg": "No route to host."}
OFF = {"active": False, "enabled": False, "user": ALICE}


def _read(most: int = 20, **given: Any) -> Host:
    """The host pc1 with one variable for each option."""
    check_mode = given.pop("check_mode", False)
    options: dict[str, Any] = {option: {"x": value} for option, value in given.items()}
    return hosts.read("pc1", Registered(**options, check_mode=check_mode), most)


def _counted(*shares: dict[str, Any], of: str = ALICE) -> dict[str, Any]:
    return {**cached(*shares), "cache": {**OF_ALICE, "user": of}, "msg": "", "failed": False}


def _done(changed: int = 0, entries: Any = (), **more: Any) -> dict[str, Any]:
    return method(changed, entries, **{"cache": OF_ALICE, **more})


_UNPIN = rf"Unpin {USERS}, since 2026-11-28T11:30:00Z, as {ALICE}"
LEAVES = rf"its call goes on in the background ({_UNPIN}): run the same task again to fetch its result"
RUNS = rf"a job of this collection runs there in the background ({_UNPIN})"
BUSY = RUNS + ", so that nothing was called: run the same task again when it has ended"
HIDDEN = "a job of this collection runs there in the background (as somebody, more cannot be read of it)"


def _begun(**more: Any) -> dict[str, Any]:
    """What a method returns that leaves its call in the background: nothing is known of its items."""
    paths = [{"path": USERS, "status": "unknown"}]
    return _done(cache={"active": None, "user": None}, paths=paths, job=job(), busy=False, **more)


def _busy(**more: Any) -> dict[str, Any]:
    """What a method returns that called nothing because of another call in the background."""
    return {**_begun(), "failed": True, "busy": True, "msg": "Another job runs on this host.", **more}


STATES: dict[str, tuple[dict[str, Any], State, tuple[str, ...]]] = {
    "nothing": ({}, State.NOT_ASKED, ()),
    "empty": ({"results": {}}, State.NOT_ASKED, ()),
    "skipped": ({"results": {"skipped": True, "changed": False}}, State.NOT_ASKED, ()),
    "looked at": ({"before": _counted(share(user=2))}, State.SEEN, ()),
    "done": ({"results": _done(2)}, State.DONE, ()),
    "predicted": ({"results": _done(2), "check_mode": True}, State.WOULD_CHANGE, ()),
    "nothing to predict": ({"results": _done(), "check_mode": True}, State.DONE, ()),
    "failed": ({"results": _done(1, failed=1)}, State.FAILED, ("1 item failed",)),
    "failed as a whole": (
        {"results": {**_done(), "failed": True, "msg": "The call was refused."}},
        State.FAILED,
        ("The call was refused",),
    ),
    "no module": ({"results": {"failed": True, "msg": "Broken."}}, State.FAILED, ("Broken",)),
    "left": (
        {"results": _done(paths=[{"path": USERS, "status": "still_pinned"}])},
        State.WAITS,
        (rf"{USERS}: still pinned",),
    ),
    "off": ({"results": {**_done(cache=OFF), "msg": "Offline Files is off."}}, State.OFF, ()),
    "off, and only looked at": ({"cache": look(cache=OFF)}, State.OFF, ()),
    "away": ({"cache": AWAY}, State.UNREACHABLE, ("No route to host",)),
    "away in the middle": ({"cache": look(), "results": AWAY}, State.UNREACHABLE, ("No route to host",)),
    "away at first": ({"cache": AWAY, "results": _done(2)}, State.DONE, ()),
    "away afterwards": ({"results": _done(2), "after": AWAY}, State.UNREACHABLE, ("No route to host",)),
    "left out": ({"problem": "The variable is missing."}, State.FAILED, ("The variable is missing",)),
    "left out because of a guard": (
        {"results": _done(paths=[{"path": USERS, "status": "conflict"}]), "problem": "Waits."},
        State.WAITS,
        (rf"{USERS}: conflict",),
    ),
    "goes on": ({"results": _begun()}, State.WAITS, (LEAVES,)),
    "goes on, and was seen before": ({"cache": look(job=job()), "results": _begun()}, State.WAITS, (LEAVES,)),
    "busy": ({"results": _busy()}, State.WAITS, (BUSY,)),
    "busy, left out": ({"results": _busy(), "problem": "Another job runs on this host."}, State.WAITS, (BUSY,)),
    "busy with something of which nothing is known": (
        {"results": _busy(job=None)},
        State.WAITS,
        (f"{HIDDEN}, so that nothing was called: run the same task again when it has ended",),
    ),
    "busy after items failed": (
        {"results": _busy(counts={"changed": 0, "failed": 1})},
        State.FAILED,
        ("1 item failed", BUSY),
    ),
    "ended": ({"cache": look(job=job()), "results": _done(2, job=job("ended"))}, State.DONE, ()),
    "at work": ({"cache": look(job=job())}, State.WAITS, (f"{RUNS}: run this again when it has ended",)),
    "at work afterwards": (
        {"results": _done(2), "after": look(job=job())},
        State.WAITS,
        (f"{RUNS}: run this again when it has ended",),
    ),
    "a result waits there": ({"cache": look(job=job("ended"))}, State.SEEN, ()),
    "not left out": ({"problem": "", "results": _done()}, State.DONE, ()),
}


@pytest.mark.parametrize("name", STATES)
def test_state(name: str) -> None:
    given, state, why = STATES[name]
    host = _read(**given)
    assert host.state is state
    assert host.notes == ()
    assert tuple(text for view in host.views for text in view.why) == why


def test_a_share_has_what_is_left_and_what_was_pinned_before() -> None:
    host = _read(
        cache=look(
            share(user=3, dirty=1),
            share(ARCHIVE, computer=1),
            users=[],
            policies={"assigned": [{"scope": "computer", "sid": None, "path": rf"{ARCHIVE}\plans"}]},
        ),
        results=_done(3),
        after=_counted(share(user=1)),
    )
    (view,) = host.views
    archive, users = view.shares
    assert (users.path, users.items, users.pinned, users.pinned_before, users.reasons) == (USERS, 5, 1, 3, (1, 0, 0, 0))
    assert (users.unsynchronized, users.unsynchronized_size) == (0, 0)
    # It is no longer in the cache.
    assert (archive.items, archive.pinned, archive.pinned_before, archive.policies) == (0, 0, 1, ("computer",))
    assert users.policies == ()


@pytest.mark.parametrize("path", [USERS + "\\", USERS.replace("\\", "/"), r"\\fs01"])
def test_a_policy_pins_a_share_however_its_path_is_written(path: str) -> None:
    found = look(share(user=1), users=[], policies={"assigned": [{"scope": "user", "sid": None, "path": path}]})
    assert _read(cache=found).views[0].shares[0].policies == ("user",)


def test_without_a_second_look_the_first_one_counts() -> None:
    (view,) = _read(before=_counted(share(user=3)), results=_done(3)).views
    assert (view.shares[0].pinned, view.shares[0].pinned_before, view.changed) == (3, 3, 3)


def test_each_view_has_its_own_shares() -> None:
    given = Registered(
        before={"a": _counted(share(user=1)), "b": _counted(share(user=2), of=BEN)},
        after={"c": _counted(share(), of=BEN)},
    )
    alice, ben = hosts.read("pc1", given, 0).views
    assert (alice.user, alice.shares[0].pinned) == (ALICE, 1)
    assert (ben.user, ben.shares[0].pinned_before, ben.shares[0].pinned) == (BEN, 2, 0)


def test_a_loop_is_read_item_by_item() -> None:
    results = {"changed": True, "results": [_done(2), {"skipped": True}, _done(1, failed=2)]}
    host = _read(results=results)
    assert (host.state, host.failed, host.views[0].changed) == (State.FAILED, 2, 3)


def test_when_a_share_was_synchronized_and_who_was_not_seen() -> None:
    own = user(ALICE, view=True, synchronized=[synchronized(rf"{USERS}\a", "2026-11-20T07:31:12Z")])
    other = user(BEN, 2, synchronized=[synchronized(USERS), synchronized(ARCHIVE)])
    system = user("NT AUTHORITY\\SYSTEM", 3, special=True, synchronized=[synchronized(USERS)])
    host = _read(cache={**look(share(user=1)), "users": [own, other, system]})
    assert host.views[0].shares[0].last_success == "2026-11-20T07:31:12Z"
    assert host.not_seen == (rf"{BEN} has synchronized {USERS} and 1 more",)


def test_failed_items_are_named_up_to_a_number_and_counted_all() -> None:
    entries = [{**entry(rf"{USERS}\{number}", "failed"), "result": ACCESS} for number in (2, 1, 3)]
    host = _read(2, results=_done(0, entries, failed=7))
    assert host.failed == 7
    assert host.failures == tuple(
        Failure(rf"{USERS}\{number}", "access", "0x80070005", "ERROR_ACCESS_DENIED", "Access is denied.")
        for number in (1, 2)
    )
    assert len(_read(0, results=_done(0, entries, failed=7)).failures) == 3


@pytest.mark.parametrize("name", ["goes on", "busy", "at work"])
def test_what_a_host_waits_for_says_the_same_in_all_files(name: str) -> None:
    given, _state, (why,) = STATES[name]
    fleet = Fleet("x", (_read(**given),))
    again = merging.merge("x", [document.read("x", document.write(fleet)).hosts])
    for one in (fleet, again):
        (row,) = csv.DictReader(io.StringIO(table.csv(one)))
        assert (row["state"], row["why"]) == ("waits", why)
        shown = page.html(one)
        assert f"<td>{why[0].upper()}{why[1:]}</td>" in shown
        assert json.dumps(why) in shown
        assert "Something forbids it, is at work there, or is left." in shown


def test_a_later_run_in_which_the_job_has_ended_counts() -> None:
    before, now = _read(results=_begun()), _read(results=_done(2, job=job("ended")))
    (host,) = merging.merge("x", [[before], [now]]).hosts
    assert (host.state, host.views[0].why) == (State.DONE, ())


def test_a_call_that_goes_on_is_of_the_view_of_its_user() -> None:
    host = _read(results={"results": [_done(2, cache={**OF_ALICE, "user": BEN}), _begun()]})
    assert {view.user: view.state for view in host.views} == {ALICE: State.WAITS, BEN: State.DONE}


def test_a_long_text_is_read_again_as_it_was_shortened() -> None:
    path = USERS + "".join(rf"\{number:09}" for number in range(60))
    long = {**_begun(), "msg": "It goes on. " * 50, "job": job(path=path, user="x" * 300)}
    fleet = Fleet("x", (_read(results={"results": [long, {**_done(), "failed": True, "msg": "No. " * 300}]}),))
    assert document.read("x", document.write(fleet)) == fleet


# --- what the role retire_share returns


def _retired(found: dict[str, Any], want: Wanted, **steps: Any) -> dict[str, Any]:
    view = {"look": found, "plan": plan.make(found, want, steps, [], NOW), **steps}
    return outcome.make([view], want)


def test_a_host_that_was_retired() -> None:
    own = user(ALICE, view=True, synchronized=[synchronized(USERS, "2026-11-20T07:31:12Z")])
    found = {**look(share(user=2)), "users": [own]}
    failed = {**entry(rf"{USERS}\b", "failed"), "result": ACCESS}
    steps = {"unpin": method(1, [entry(rf"{USERS}\a"), failed], failed=1), "verify": cached(share(user=1))}
    host = _read(results=_retired(found, Wanted(paths=(r"\\fs01",)), **steps))
    assert (host.state, host.failed, host.message) == (
        State.FAILED,
        1,
        "Released 1 item, 1 failed; pinned: 1 for user.",
    )
    (view,) = host.views
    assert (view.user, view.changed, view.shares[0].pinned_before, view.shares[0].pinned) == (ALICE, 1, 2, 1)
    assert view.shares[0].last_success == "2026-11-20T07:31:12Z"
    (failure,) = host.failures
    assert (failure.path, failure.items, failure.name) == (rf"{USERS}\b", 1, "ERROR_ACCESS_DENIED")


def test_a_host_that_waits_says_why_and_what_pins() -> None:
    assigned = [{"scope": "computer", "sid": None, "path": USERS}]
    other = user(BEN, 2, synchronized=[synchronized(USERS, "2026-11-27T00:00:00Z")])
    found = look(share(user=2), users=[other], policies={"assigned": assigned})
    host = _read(results=_retired(found, Wanted(paths=(r"\\fs01",))))
    assert host.state is State.WAITS
    assert host.views[0].why[0] == rf"a policy pins {USERS}"
    assert host.views[0].shares[0].policies == ("computer",)
    (unseen,) = host.not_seen
    assert unseen.startswith(rf"{BEN} synchronized {USERS}")
    # The page names him once, in the words of the guard.
    told = sections.worst_hosts(Fleet("", (host,)))
    assert (told.count(BEN), told.count("no task sees")) == (1, 1)


def test_a_role_that_could_not_reach_the_host() -> None:
    host = _read(results=_retired(AWAY, Wanted(paths=(r"\\fs01",))))
    assert host.state is State.UNREACHABLE
    assert "No route to host" in host.message


def test_a_step_of_a_move() -> None:
    moved = {"step": "prepare", "record": "r/pc1.json", "msg": "2 items pinned under \\\\fs01\\users."}
    host = _read(results=moved)
    assert (host.state, host.message) == (State.DONE, "Prepare: 2 items pinned under \\\\fs01\\users.")


# --- anything else


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["a"], "results: x is a list, not the result of a task."),
        ("text", "results: x is a text, not the result of a task."),
        (7, "results: x is a number, not the result of a task."),
        ({"a": 1}, "results: x is no result that this page knows."),
        ({"results": [{"ping": "pong"}]}, "results: x is no result that this page knows."),
    ],
)
def test_what_is_no_result_is_said_on_the_row(value: Any, said: str) -> None:
    host = _read(results=value)
    assert (host.state, host.notes) == (State.NOT_ASKED, (said,))


KEYS = st.sampled_from(
    [
        "cache",
        "cached",
        "counts",
        "shares",
        "views",
        "results",
        "state",
        "step",
        "record",
        "paths",
        "entries",
        "users",
        "policies",
        "assigned",
        "not_seen",
        "failures",
        "user",
        "path",
        "status",
        "result",
        "category",
        "items",
        "total_items",
        "pinned_items",
        "reasons",
        "synchronized",
        "left",
        "active",
        "unreachable",
        "failed",
        "skipped",
        "state_verified",
        "msg",
        "why",
        "text",
        "changed",
        "name",
        "sid",
        "such_as",
        "hresult",
        "job",
        "busy",
        "method",
        "began",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**70)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["failed", "done", r"\\fs01\users", "user", "waits", "still_pinned", "running"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(["cache", "before", "after", "results", "problem"]), VALUES, max_size=5))
def test_whatever_was_registered_makes_a_row(given: dict[str, Any]) -> None:
    host = _read(**given)
    fleet = Fleet("x", (host,))
    assert document.read("x", document.write(fleet)) == fleet
    assert table.csv(fleet).count("\n") >= 2
    assert "pc1" in page.html(fleet)
