# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a host may let go of a file server, and what is left to do there: each guard, its word, each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.looks import ALICE, ARCHIVE, BEN, NOW, USERS, cached, entry, job, look, method, share, synchronized, user

from ansible_collections.winops.offline_files.plugins.module_utils.retire import guards, plan
from ansible_collections.winops.offline_files.plugins.module_utils.retire.options import Wanted
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

SERVER = Wanted(paths=(r"\\fs01",))
OFF = {"active": False, "enabled": False, "user": ALICE}
RECENT, LONG_AGO = "2026-11-20T07:30:00Z", "2026-09-01T07:30:00Z"


def _plan(found: dict[str, Any], want: Wanted = SERVER, **done: Any) -> dict[str, Any]:
    return plan.make(found, want, done, [], NOW)


def _why(made: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(why["guard"], why["text"]) for why in made["why"]]


def _steps(made: dict[str, Any]) -> dict[str, list[str]]:
    return {step: paths for step, paths in made["steps"].items() if paths}


# --- what is to be done


def test_nothing_of_the_server_is_nothing_to_do() -> None:
    made = _plan(look())
    assert (made["state"], made["why"], _steps(made), made["in_turn"]) == ("done", [], {}, [])


def test_what_is_pinned_is_released_and_counted_once_more() -> None:
    made = _plan(look(share(user=2), share(ARCHIVE)))
    assert (made["state"], _steps(made)) == ("ready", {"unpin": [USERS], "verify": [r"\\fs01"]})


def test_only_what_is_asked_for_is_released() -> None:
    want = replace(SERVER, reasons=Reasons.USER)
    assert _plan(look(share(computer=2)), want)["state"] == "done"


def test_folders_are_named_as_they_were_asked_for_and_servers_by_their_shares() -> None:
    want = Wanted(paths=(r"\\fs01\users\alice", r"\\FS02", r"\\fs03\home"))
    made = _plan(look(share(user=1), share(r"\\fs02\a", user=1), share(r"\\fs022\b", user=1)), want)
    assert made["steps"]["unpin"] == [r"\\fs01\users\alice", r"\\fs02\a"]


def test_changes_go_up_first_and_then_it_goes_on() -> None:
    found = look(share(user=2, dirty=1), share(ARCHIVE, user=1))
    assert _plan(found)["steps"]["synchronize"] == [USERS]
    after = _plan(found, synchronize=method(1))
    assert _steps(after) == {"unpin": [USERS, ARCHIVE], "verify": [r"\\fs01"]}


def test_nothing_is_released_before_changes_went_up_and_the_record_was_begun() -> None:
    want = replace(SERVER, record="r/pc01.json", delete=True)
    found = look(share(user=2, dirty=1))
    assert _steps(_plan(found, want)) == {"synchronize": [USERS]}
    assert _steps(_plan(found, want, synchronize={"skipped": True})) == {"synchronize": [USERS]}
    sent = {"synchronize": method(1)}
    assert _steps(_plan(found, want, **sent)) == {"record": ["r/pc01.json"]}
    begun = {"record": {"changed": True, "path": "r/pc01.json"}}
    assert _steps(_plan(found, want, **sent, **begun)) == {"unpin": [USERS], "delete": [USERS], "verify": [r"\\fs01"]}
    checked = _plan(found, replace(want, check_mode=True), **sent)
    assert _steps(checked) == {"unpin": [USERS], "delete": [USERS]}


@pytest.mark.parametrize("step", ["record", "kept"])
def test_a_record_that_cannot_be_written_ends_the_work(step: str) -> None:
    said = {"failed": True, "msg": "path 'r/pc01.json' cannot be written: No space left on device."}
    made = _plan(look(share(user=2)), replace(SERVER, record="r/pc01.json", delete=True), **{step: said})
    why = "record: path 'r/pc01.json' cannot be written: No space left on device"
    assert (made["state"], _why(made), _steps(made)) == ("failed", [(None, why)], {})


def test_the_record_of_a_further_user_has_the_users_name() -> None:
    want = replace(SERVER, record="some/r/pc01.json")
    for name, file in {BEN: "CORP_ben", r"ДОМ\и/../ж": "ДОМ_и_.._ж"}.items():
        whose = {"sid": "S-1", "name": name}
        found = look(share(user=1), users=None) | {"cache": {"active": True, "user": name}}
        made = plan.make(found, want, {}, [{"plan": _plan(look())}], NOW, whose)
        assert made["steps"]["record"] == [f"some/r/pc01.{file}.json"]


@pytest.mark.parametrize(
    ("seen", "users", "text"),
    [
        (BEN.upper(), None, ""),
        (BEN, [user(BEN, view=True), user(ALICE, 2)], ""),
        (ALICE, None, rf"the view is that of {ALICE}, not of {BEN}"),
        (None, None, f"the view is that of nobody known, not of {BEN}"),
        (
            BEN,
            [user(BEN), user(BEN, 2, view=True)],
            "the view is that of S-1-5-21-1-2-3-1002, not of S-1-5-21-1-2-3-1001, which has the same name",
        ),
    ],
)
def test_a_further_view_is_that_of_its_user_or_no_answer(seen: str | None, users: Any, text: str) -> None:
    whose = {"sid": user(BEN)["sid"], "name": BEN}
    found = {**look(share(user=1)), "users": users, "cache": {"active": True, "user": seen}}
    made = plan.make(found, SERVER, {}, [{"plan": _plan(look())}], NOW, whose)
    assert (made["state"], _why(made)) == (("not_asked", [(None, text)]) if text else ("ready", []))
    assert bool(_steps(made)) is not bool(text)


def test_without_the_name_of_the_tasks_user_nobody_is_taken_for_it() -> None:
    found = look() | {"cache": {"active": True, "user": None}, "users": [user(None, view=None, synchronized=None)]}
    assert _plan(found)["state"] == "waits"


def test_changes_alone_are_sent_too() -> None:
    assert _steps(_plan(look(share(dirty=1)))) == {"synchronize": [USERS]}


def test_deleting_is_asked_for_and_leaves_the_entry_of_a_share_alone() -> None:
    want = replace(SERVER, delete=True)
    assert _steps(_plan(look(share(items=3)), want)) == {"delete": [USERS], "verify": [r"\\fs01"]}
    assert _plan(look(share(items=3)))["state"] == "done"
    assert _plan(look(share(items=0)), want)["state"] == "done"


def test_a_step_that_was_made_is_left_no_more_and_a_skipped_one_is() -> None:
    found = look(share(user=2))
    assert _plan(found, synchronize={"skipped": True, "changed": False})["steps"]["unpin"] == [USERS]
    made = _plan(found, unpin=method(2))
    assert (made["state"], _steps(made)) == ("ready", {"verify": [r"\\fs01"]})
    assert _plan(found, unpin=method(2), verify=cached())["state"] == "done"


def test_check_mode_counts_nothing_afterwards() -> None:
    want = replace(SERVER, check_mode=True)
    assert _steps(_plan(look(share(user=2)), want)) == {"unpin": [USERS]}
    assert _plan(look(share(user=2)), want, unpin=method(2))["state"] == "done"


# --- hosts that cannot be asked


@pytest.mark.parametrize(
    ("found", "state", "text"),
    [
        ({}, "not_asked", "it gave no answer"),
        ({"unreachable": True, "msg": "No route to host."}, "not_asked", "No route to host"),
        ({"failed": True, "msg": "The answer is damaged."}, "not_asked", "The answer is damaged"),
        (look(cached=None), "not_asked", "what its cache holds could not be read"),
        (
            look(cached=None, errors=[{"text": "Access denied."}]),
            "not_asked",
            "what its cache holds could not be read: Access denied",
        ),
        (
            look(cached={**cached(share(user=1)), "complete": False}),
            "not_asked",
            "what its cache holds could not be read to the end",
        ),
        (look(cache={"active": False, "user": None}, msg="It is off.", cached=None), "off", "It is off"),
        (look(cache=dict(OFF, after_restart=False), msg="It is off.", cached=None), "off", "It is off"),
        # it runs again, with its pins, after a restart, or nobody knows
        (look(cache=dict(OFF, after_restart=None), msg="Who knows.", cached=None), "waits", "Who knows"),
        (look(cache=dict(OFF, enabled=True, after_restart=True), msg="Restart.", cached=None), "waits", "Restart"),
        (look(cache=dict(OFF, enabled=None, found=True), msg="Who knows.", cached=None), "waits", "Who knows"),
        (
            look(cache=dict(OFF, active=True), msg="It stops at the next restart.", cached=None),
            "not_asked",
            "It stops at the next restart",
        ),
    ],
)
def test_a_host_without_an_answer_is_told_from_one_without_offline_files(
    found: dict[str, Any], state: str, text: str
) -> None:
    made = _plan(found)
    assert (made["state"], _why(made), _steps(made)) == (state, [(None, text)], {})


def test_a_host_that_went_away_was_not_asked_to_the_end_and_a_failed_call_has_failed() -> None:
    found = look(share(user=2))
    gone = _plan(found, unpin={"unreachable": True, "msg": "No route."})
    assert (gone["state"], _why(gone)) == ("not_asked", [(None, "unpin: the host went away: No route")])
    failed = _plan(found, unpin=method(0, failed=2) | {"failed": True, "msg": "Access denied."})
    assert (failed["state"], _why(failed), _steps(failed)) == ("failed", [(None, "unpin: Access denied")], {})


# --- the guards: one case for each, and its word

POLICY = [{"scope": "computer", "sid": None, "path": r"\\FS01\users\forms"}]
GUARDED: dict[str, tuple[dict[str, Any], Wanted, str]] = {
    "policies": (
        look(share(user=1), policies={"assigned": POLICY}),
        SERVER,
        r"a policy pins \\FS01\users\forms",
    ),
    "policies unknown": (
        look(share(user=1), policies={"assigned": None}),
        SERVER,
        "it is not known what policies pin",
    ),
    "policies read in part": (
        look(share(user=1), policies={"assigned": [{"path": r"\\fs77\x"}], "assigned_complete": False}),
        SERVER,
        "it is not known what all policies pin, for some could not be read",
    ),
    "redirection": (
        look(share(user=1, folder_redirection=3), share(ARCHIVE, folder_redirection=1)),
        SERVER,
        rf"folder redirection pins 4 items of {USERS}, {ARCHIVE}",
    ),
    "unsynchronized": (
        look(share(user=1, dirty=1)),
        replace(SERVER, synchronize=False),
        "1 item has changes that are not synchronized",
    ),
    "offline": (
        look(share(user=1, away="slow_connection")),
        SERVER,
        rf"{USERS} is offline (slow_connection)",
    ),
    "offline unknown": (
        look({**share(user=1), "connection_state": None, "offline_reason": None}),
        SERVER,
        f"it is not known whether {USERS} is online",
    ),
    "users": (
        look(share(user=1), users=[user(BEN, synchronized=[synchronized(USERS, RECENT)])]),
        SERVER,
        rf"CORP\ben: synchronized {USERS} on 2026-11-20, and no task sees this user's items",
    ),
    "users unknown": (look(share(user=1), users=None), SERVER, "it is not known which users have items there"),
    "job": (
        look(share(user=1), job=job()),
        SERVER,
        rf"a job of this collection runs there in the background (Unpin {USERS}, since 2026-11-28T11:30:00Z, as "
        rf"{ALICE})",
    ),
    "job unread": (
        look(share(user=1), job=job(method=None, path=None, paths=None, began=None, own=False, user=BEN)),
        SERVER,
        rf"a job of this collection runs there in the background (as {BEN}, more cannot be read of it)",
    ),
}


@pytest.mark.parametrize("case", GUARDED)
def test_a_guard_holds_the_host_and_its_word_lets_it_go(case: str) -> None:
    found, want, text = GUARDED[case]
    word = case.split()[0]
    made = _plan(found, want)
    assert (made["state"], _why(made), _steps(made)) == ("waits", [(word, text)], {})
    let_go = _plan(found, replace(want, ignore=frozenset([word])))
    assert (let_go["state"], let_go["why"], let_go["steps"]["unpin"][:1]) == ("ready", [], [USERS])


@pytest.mark.parametrize("state", ["ended", "died"])
def test_a_job_that_does_not_run_holds_nothing(state: str) -> None:
    assert _plan(look(share(user=1), job=job(state)))["state"] == "ready"


def test_a_job_holds_a_host_with_nothing_to_do_for_it_may_bring_something_in() -> None:
    assert _plan(look(job=job(method="Pin")))["state"] == "waits"


def test_a_job_is_asked_for_in_the_first_view_alone() -> None:
    whose = {"sid": "S-1", "name": BEN}
    found = look(share(user=1), users=None, job=job()) | {"cache": {"active": True, "user": BEN}}
    assert plan.make(found, SERVER, {}, [{"plan": _plan(look())}], NOW, whose)["state"] == "ready"


def test_every_guard_has_a_case() -> None:
    assert {case.split()[0] for case in GUARDED} == set(guards.GUARDS)


def test_guards_are_told_in_one_order_whatever_was_found_first() -> None:
    found = look(
        share(user=1, folder_redirection=1, dirty=1, away="working_offline"),
        users=None,
        policies={"assigned": None},
        job=job(),
    )
    made = _plan(found, replace(SERVER, synchronize=False))
    assert [why["guard"] for why in made["why"]] == list(guards.GUARDS)


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        (r"\\fs01\users", True),
        ("//FS01/Users/", True),
        (r"\\fs01", True),
        (r"\\fs01\users\alice\deep", True),
        (r"\\fs01\userss", False),
        (r"\\fs01.example.com\users", False),
        (r"H:\users", False),
    ],
)
def test_a_policy_counts_for_paths_above_and_below(path: str, holds: bool) -> None:
    want = Wanted(paths=(r"\\fs01\users\alice",))
    found = look(share(user=1), policies={"assigned": [{"scope": "user", "sid": "S-1", "path": path}]})
    assert (_plan(found, want)["state"] == "waits") is holds


def test_a_policy_holds_no_host_on_which_nothing_is_pinned() -> None:
    assert _plan(look(share(), policies={"assigned": None}))["state"] == "done"


# --- what is not synchronized


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (
            method(1, [entry(rf"{USERS}\a", "conflict", dirty_after=True)], dirty=True),
            rf"1 item has changes that are not synchronized after synchronizing (conflict: 1), such as {USERS}\a",
        ),
        (
            method(
                0,
                [
                    entry(rf"{USERS}\b", "failed", "auth", dirty_after=True),
                    entry(rf"{USERS}\a", "failed", "auth", dirty_after=True),
                    entry(rf"{USERS}\c", "failed", "busy", dirty_after=False),
                ],
                failed=3,
                dirty=True,
            ),
            rf"2 items have changes that are not synchronized after synchronizing (auth: 2), such as {USERS}\b",
        ),
        (method(0, dirty=True), "not all changes were synchronized"),
        (method(1, verified=False), "it is not known whether all changes were synchronized"),
    ],
)
def test_what_did_not_go_up_holds_the_host(sent: dict[str, Any], text: str) -> None:
    made = _plan(look(share(user=2, dirty=2)), synchronize=sent)
    assert (made["state"], _why(made), _steps(made)) == ("waits", [("unsynchronized", text)], {})


# --- other users


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"synchronized": [synchronized(USERS, LONG_AGO)]}, ""),
        ({"synchronized": [synchronized(r"\\fs02\users", RECENT)]}, ""),
        ({"synchronized": [synchronized(USERS, RECENT)], "special": True}, ""),
        ({"synchronized": [synchronized(USERS, RECENT)], "view": True}, ""),
        ({"synchronized": [synchronized(USERS, None, RECENT)]}, rf"tried to synchronize {USERS} on 2026-11-20"),
        (
            {"synchronized": [synchronized(USERS, LONG_AGO, RECENT)]},
            rf"tried to synchronize {USERS} on 2026-11-20, with the last success on 2026-09-01",
        ),
        ({"synchronized": [synchronized(USERS, LONG_AGO, LONG_AGO)]}, ""),
        ({"synchronized": [synchronized(USERS, None, LONG_AGO)]}, ""),
        ({"synchronized": [synchronized(USERS, RECENT, LONG_AGO)]}, rf"synchronized {USERS} on 2026-11-20"),
        (
            {"synchronized": [], "unread": {"synchronized": "1 of 1 entry could not be read whole: x."}},
            "it is not known whether this user has items there: 1 of 1 entry could not be read whole: x",
        ),
        (
            {"synchronized": [synchronized(USERS, RECENT)], "unread": {"synchronized": "1 of 2 could not be read."}},
            rf"synchronized {USERS} on 2026-11-20",
        ),
        ({"synchronized": [synchronized(USERS)]}, rf"has synchronized {USERS}, it is not known when"),
        (
            {"synchronized": [synchronized(USERS, RECENT)], "view": None},
            rf"synchronized {USERS} on 2026-11-20",
        ),
        (
            {"synchronized": None, "unread": {"synchronized": "Access is denied."}},
            "it is not known whether this user has items there: Access is denied",
        ),
        ({"synchronized": None}, "it is not known whether this user has items there"),
    ],
)
def test_a_user_whose_items_nobody_sees_holds_the_host_if_there_may_be_some(changes: dict[str, Any], text: str) -> None:
    made = _plan(look(users=[user(BEN, **changes)]))
    assert [one["why"] for one in made["not_seen"]] == ([text] if text else [])
    assert made["state"] == ("waits" if text else "done")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, r"CORP\ben"),
        ({"name": None}, r"the user of C:\Users\ben"),
        ({"name": None, "profile": None}, "S-1-5-21-1-2-3-1001"),
    ],
)
def test_a_user_is_called_by_what_is_known(changes: dict[str, Any], name: str) -> None:
    made = _plan(look(users=[user(BEN, synchronized=None) | changes]))
    assert made["why"][0]["text"].startswith(f"{name}: it is not known ")


def test_many_users_are_counted() -> None:
    users = [user(rf"CORP\u{number}", number, synchronized=None) for number in range(5)]
    made = _plan(look(users=users))
    assert len(made["not_seen"]) == 5
    assert [why["text"] for why in made["why"]][3:] == ["the same holds for 2 more users"]


def test_who_is_logged_on_is_done_in_turn_where_asked_and_nobody_is_held_for_it() -> None:
    ben = user(BEN, logged_on=True, synchronized=[synchronized(USERS, RECENT)])
    others = [ben, user(None, 2, logged_on=True), user(r"CORP\carl", 3, logged_on=None)]
    made = _plan(look(users=others), replace(SERVER, in_turn=True))
    assert made["in_turn"] == [{"sid": ben["sid"], "name": BEN}]
    assert (made["state"], made["not_seen"]) == ("done", [])
    not_asked = _plan(look(users=others))
    assert (not_asked["in_turn"], not_asked["state"]) == ([], "waits")


def test_nobody_is_done_in_turn_on_a_host_that_waits() -> None:
    found = look(
        share(user=1),
        users=[user(BEN, logged_on=True), user(r"CORP\carl", 2, synchronized=None)],
    )
    assert _plan(found, replace(SERVER, in_turn=True))["in_turn"] == []


def test_the_users_own_profile_is_no_other_user() -> None:
    found = look() | {"users": [user(None, logged_on=True, view=True, synchronized=None)]}
    made = _plan(found, replace(SERVER, in_turn=True))
    assert (made["state"], made["in_turn"]) == ("done", [])


def test_who_only_has_the_name_of_the_tasks_user_is_another_user() -> None:
    found = look() | {"users": [user(ALICE, view=None, synchronized=None)]}
    assert _plan(found)["state"] == "waits"


def test_a_further_view_keeps_to_what_the_first_one_saw_of_the_host() -> None:
    first = {"plan": _plan(look(policies={"assigned": POLICY}))}
    assert first["plan"]["state"] == "done"
    # as ben nothing of policies and users can be read
    found = look(share(user=1), users=None, policies={"assigned": None})
    made = plan.make(found, SERVER, {}, [first], NOW)
    assert _why(made) == [("policies", r"a policy pins \\FS01\users\forms")]
    free = {"plan": _plan(look())}
    assert plan.make(found, SERVER, {}, [free], NOW)["state"] == "ready"
