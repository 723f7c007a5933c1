# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What became of a host: a state, a sentence, and a record that gives back every pin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.looks import ALICE, BEN, NOW, USERS, cached, entry, look, method, share, synchronized, user

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.methods import restore
from ansible_collections.winops.offline_files.plugins.module_utils.retire import fleet, outcome, plan
from ansible_collections.winops.offline_files.plugins.module_utils.retire.options import Wanted
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

SERVER = Wanted(paths=(r"\\fs01",))
CHECK = replace(SERVER, check_mode=True)
A, B = rf"{USERS}\a", rf"{USERS}\b"
RELEASED = method(2, [entry(A), entry(B)])


def _view(found: dict[str, Any], want: Wanted = SERVER, **done: Any) -> dict[str, Any]:
    return {"look": found, "plan": plan.make(found, want, done, [], NOW), **done}


def _result(*views: dict[str, Any], want: Wanted = SERVER) -> dict[str, Any]:
    return outcome.make(views, want)


PINNED = look(share(user=2))
FILE = "r/pc01.json"
KEEP = replace(SERVER, record=FILE)
BEGUN = {"changed": True, "path": FILE}
CASES: dict[str, tuple[dict[str, Any], Wanted, str, bool, bool, str]] = {
    "nothing": (_view(look()), SERVER, "done", False, False, "Nothing to do."),
    "released": (
        _view(PINNED, unpin=RELEASED, verify=cached(share())),
        SERVER,
        "done",
        False,
        True,
        "Released 2 items.",
    ),
    "everything": (
        _view(
            look(share(user=2, dirty=1)),
            replace(SERVER, delete=True),
            synchronize=method(1),
            unpin=RELEASED,
            delete=method(4),
            verify=cached(share(items=0)),
        ),
        replace(SERVER, delete=True),
        "done",
        False,
        True,
        "Synchronized 1 item, released 2 items, deleted 4 items.",
    ),
    "left": (
        _view(PINNED, unpin=method(1, [entry(B, "failed", "busy"), entry(A)], failed=1), verify=cached(share(user=1))),
        SERVER,
        "failed",
        True,
        True,
        "Released 1 item, 1 failed; pinned: 1 for user.",
    ),
    "left without a word": (
        _view(PINNED, unpin=method(0, [entry(A, "unchanged")]), verify=cached(share(user=2))),
        SERVER,
        "failed",
        True,
        False,
        "Nothing was changed; pinned: 2 for user.",
    ),
    "other reasons": (
        _view(
            look(share(user=1, computer=1)),
            replace(SERVER, reasons=Reasons.USER),
            unpin=method(1),
            verify=cached(share(computer=1)),
        ),
        replace(SERVER, reasons=Reasons.USER),
        "done",
        False,
        True,
        "Released 1 item; pinned: 1 for computer.",
    ),
    "not deleted": (
        _view(
            look(share()),
            replace(SERVER, delete=True),
            delete=method(1, [entry(A, "failed")], failed=1),
            verify=cached(share(items=1)),
        ),
        replace(SERVER, delete=True),
        "failed",
        True,
        True,
        "Deleted 1 item, 1 failed.",
    ),
    "not counted": (
        _view(PINNED, unpin=RELEASED, verify={**cached(), "complete": False}),
        SERVER,
        "failed",
        True,
        True,
        "Released 2 items; pinned: 2 for user.",
    ),
    "waits": (
        _view(look(share(user=2), policies={"assigned": None})),
        SERVER,
        "waits",
        True,
        False,
        "Waits: it is not known what policies pin; pinned: 2 for user.",
    ),
    "sent and waits": (
        _view(
            look(share(user=2, dirty=2)), synchronize=method(1, [entry(A, "conflict", dirty_after=True)], dirty=True)
        ),
        SERVER,
        "waits",
        True,
        True,
        rf"Synchronized 1 item; waits: 1 item has changes that are not synchronized after synchronizing (conflict: 1), "
        rf"such as {A}; pinned: 2 for user.",
    ),
    "off": (
        _view(look(cache={"active": False, "user": None}, msg="It is off.", cached=None)),
        SERVER,
        "off",
        False,
        False,
        "It is off.",
    ),
    "off is a failure": (
        _view(look(cache={"active": False, "user": None}, msg="It is off.", cached=None)),
        replace(SERVER, unavailable="fail"),
        "off",
        True,
        False,
        "It is off.",
    ),
    "not asked": (
        _view({"unreachable": True, "msg": "No route."}),
        SERVER,
        "not_asked",
        True,
        False,
        "Not asked to the end, run it again for this host: No route.",
    ),
    "a call failed": (
        _view(
            PINNED,
            unpin=method(0, [entry(A, "failed", "access")], failed=1) | {"failed": True, "msg": "Access denied."},
        ),
        SERVER,
        "failed",
        True,
        False,
        "Nothing was changed, 1 failed; unpin: Access denied; pinned: 2 for user.",
    ),
    "broken off": (_view(PINNED), SERVER, "failed", True, False, "Nothing was changed; pinned: 2 for user."),
    "would": (_view(PINNED, CHECK, unpin=RELEASED), CHECK, "would_change", False, True, "Would release 2 items."),
    "would wait": (
        _view(look(share(user=2), users=None), CHECK),
        CHECK,
        "waits",
        False,
        False,
        "Waits: it is not known which users have items there; pinned: 2 for user.",
    ),
    "would do nothing": (_view(look(), CHECK), CHECK, "done", False, False, "Nothing to do."),
}


@pytest.mark.parametrize("case", CASES)
def test_what_became_of_a_host(case: str) -> None:
    view, want, state, failed, changed, msg = CASES[case]
    made = _result(view, want=want)
    assert (made["state"], made["failed"], made["changed"], made["msg"]) == (state, failed, changed, msg)
    assert set(made) == set(_result()), "every key is there whatever happened"


def test_every_state_has_a_case() -> None:
    assert {state for _view, _want, state, *_rest in CASES.values()} == set(outcome.STATES)


def test_without_a_view_the_host_was_not_asked() -> None:
    made = _result()
    assert (made["state"], made["failed"], made["entries"]) == ("not_asked", True, [])


def test_the_record_gives_back_every_pin() -> None:
    first = _view(PINNED, unpin=method(1, [entry(A, reasons_before=["user", "computer"], reasons_after=["computer"])]))
    released = method(1, [entry(rf"{USERS}\c", "failed", "busy"), entry(B)], failed=1)
    ben = _view(look(share(user=1)) | {"cache": {"active": True, "user": BEN}}, unpin=released)
    made = _result(first, ben)
    assert [(one["path"], one["user"]) for one in made["entries"]] == [(A, ALICE), (B, BEN)]
    wanted = restore.read(made)
    assert (dict(wanted.groups), wanted.left_out) == ({Reasons.USER: [A, B]}, 0)


def test_of_several_views_the_worst_counts_and_each_is_told() -> None:
    done = _view(PINNED, unpin=RELEASED, verify=cached(share()))
    found = look(share(user=1, away="working_offline")) | {"cache": {"active": True, "user": BEN}}
    waits = {"look": found, "plan": plan.make(found, SERVER, {}, [done], NOW)}
    made = _result(done, waits)
    assert (made["state"], made["failed"], made["changed"]) == ("waits", True, True)
    assert made["msg"] == (
        rf"As {ALICE}: Released 2 items. As {BEN}: Waits: {USERS} is offline (working_offline); pinned: 1 for user."
    )


def test_a_further_user_whose_look_failed_is_told_with_what_the_first_released() -> None:
    found = look(share(user=2), users=[user(BEN, logged_on=True), user(r"CORP\carl", 2, logged_on=True)])
    want = replace(SERVER, in_turn=True)
    released = {"unpin": RELEASED, "verify": cached(share())}
    first = {"look": found, "plan": plan.make(found, want, released, [], NOW), **released}
    ben = first["plan"]["in_turn"][0]
    gone = {"failed": True, "msg": "WinRM said no.", "unreachable": True}
    broken = {"look": gone, "plan": plan.make(gone, want, {}, [first], NOW, ben), "user": ben}
    made = _result(first, broken, want=want)
    assert made["msg"] == (
        rf"As {ALICE}: Released 2 items. As {BEN}: Not asked to the end, run it again for this host: WinRM said no. "
        r"As CORP\carl: Not asked to the end, run it again for this host: the work on this host broke off before this "
        "user's turn came."
    )
    assert (made["failed"], made["state"], len(made["entries"])) == (True, "not_asked", 2)
    assert [view["user"] for view in made["views"]] == [ALICE, BEN, r"CORP\carl"]
    lost = _result({"look": gone, "plan": plan.make(gone, want, {}, [], NOW)}, broken, want=want)
    assert lost["msg"].startswith("As the user of the task: Not asked to the end")


def test_what_is_in_a_file_is_not_in_the_result_and_what_is_in_none_is() -> None:
    done = {"record": BEGUN, "unpin": RELEASED, "verify": cached(share())}
    kept = _result(_view(PINNED, KEEP, **done, kept=BEGUN), want=KEEP)
    assert (kept["state"], kept["entries"], kept["record"], kept["views"][0]["record"]) == ("done", [], FILE, FILE)
    full = {"failed": True, "msg": "No space left."}
    lost = _result(_view(PINNED, KEEP, record=BEGUN, unpin=RELEASED, kept=full), want=KEEP)
    assert (lost["state"], lost["failed"], len(lost["entries"]), lost["record"]) == ("failed", True, 2, None)
    assert lost["msg"] == "Released 2 items; record: No space left; pinned: 2 for user."
    check = replace(KEEP, check_mode=True)
    checked = _result(_view(PINNED, check, unpin=RELEASED), want=check)
    assert (checked["state"], checked["entries"], checked["record"]) == ("would_change", [], None)
    assert checked["counts"] == {"changed": 2}


def test_why_the_record_was_not_begun_is_told() -> None:
    there = {"failed": True, "msg": "path 'r/pc01.json' is not allowed: it is there already."}
    made = _result(_view(PINNED, KEEP, record=there), want=KEEP)
    assert made["msg"] == ("Record: path 'r/pc01.json' is not allowed: it is there already; pinned: 2 for user.")


def test_a_record_that_was_only_begun_cannot_be_taken_for_one_without_items() -> None:
    begun, filled = outcome.record({"look": PINNED}), outcome.record({"look": PINNED, "unpin": RELEASED})
    assert (filled["user"], filled["counts"], len(filled["entries"])) == (ALICE, {"changed": 2}, 2)
    assert restore.read(filled).groups == {Reasons.USER: [A, B]}
    with pytest.raises(InputError, match="has no entries"):
        restore.read(begun)
    # nothing came back of the release, so that nobody knows
    assert outcome.record({"look": PINNED, "unpin": {"unreachable": True, "msg": "gone"}}) == begun


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        (method(2), 0),
        (method(1, [entry(A, "conflict", dirty_after=True)], dirty=True), 1),
        (method(1, dirty=True), None),
        (method(1, verified=False), None),
    ],
)
def test_what_is_not_synchronized_is_counted_after_synchronizing(sent: dict[str, Any], left: int | None) -> None:
    found = look(share(dirty=2))
    assert _result(_view(found))["views"][0]["left"]["unsynchronized"] == 2
    assert _result(_view(found, synchronize=sent))["views"][0]["left"]["unsynchronized"] == left
    assert _result(_view(found, CHECK, synchronize=sent), want=CHECK)["views"][0]["left"]["unsynchronized"] == 2


def test_failures_are_grouped_by_what_was_reported() -> None:
    entries = [entry(B, "failed", "busy"), entry(A, "failed", "busy"), entry(A, "failed"), entry(A)]
    made = _result(_view(PINNED, unpin=method(1, entries, failed=3)))
    assert made["failures"] == [
        {"category": None, "items": 1, "such_as": A, "result": None},
        {"category": "busy", "items": 2, "such_as": A, "result": {"category": "busy"}},
    ]


def test_what_a_page_shows_of_a_view_is_kept() -> None:
    log = [synchronized(rf"{USERS}\a", "2026-11-20T07:31:12Z"), synchronized(r"\\fs09\other", "2026-11-20T07:31:12Z")]
    assigned = [{"scope": "user", "sid": "S-1", "path": path} for path in (r"\\fs09\other", USERS)]
    found = {
        **look(share(user=2), policies={"assigned": assigned}),
        "users": [user(ALICE, view=True, synchronized=log)],
    }
    (view,) = _result(_view(found, unpin=RELEASED, verify=cached(share())))["views"]
    assert (view["assigned"], view["synchronizations"]) == ([{"scope": "user", "path": USERS}], log[:1])
    assert (view["shares"][0]["pinned_items"], view["left"]["shares"][0]["pinned_items"]) == (2, 0)
    assert view["unreachable"] is False
    (lost,) = _result(_view(found, unpin={"unreachable": True, "msg": "Gone."}))["views"]
    assert (lost["unreachable"], lost["left"]["shares"]) == (True, None)


# --- all hosts


def test_the_lines_of_a_fleet() -> None:
    results = {name: _result(view, want=want) for name, (view, want, *_rest) in CASES.items()}
    made = fleet.make({**results, "nothing at all": None})
    assert made["lines"] == [
        f"Hosts: {len(CASES) + 1}, not asked: 2",
        "Not asked: not asked, nothing at all",
        "Offline Files does not run: off, off is a failure",
        "Items synchronized: 2, released: 10, deleted: 5, failed: 3",
        rf"Failed with access: 1, such as {A}",
        rf"Failed with busy: 1, such as {B}",
        rf"Failed, and nothing was reported of the item: 1, such as {A}",
        "Waits waits: it is not known what policies pin",
        "Waits sent and waits: 1 item has changes that are not synchronized after synchronizing (conflict: 1), "
        rf"such as {A}",
        "Waits would wait: it is not known which users have items there",
        "Pinned on left: 1 for user",
        "Pinned on left without a word: 2 for user",
        "Pinned on other reasons: 1 for computer",
        "Pinned on not counted: 2 for user",
        "Pinned on waits: 2 for user",
        "Pinned on sent and waits: 2 for user",
        "Pinned on a call failed: 2 for user",
        "Pinned on broken off: 2 for user",
        "Pinned on would: 2 for user",
        "Pinned on would wait: 2 for user",
    ]


def test_a_row_for_each_host_view_and_share() -> None:
    ben = _view(look(share(dirty=1)) | {"cache": {"active": True, "user": BEN}})
    made = fleet.make({"pc1": _result(_view(look(share(user=2), share(r"\\fs01\b", computer=1))), ben), "pc2": None})
    assert made["rows"] == [
        list(fleet.COLUMNS),
        ["pc1", ALICE, USERS, 5, 2, 20, 0, 2, 0, 0, 0],
        ["pc1", ALICE, r"\\fs01\b", 5, 1, 10, 0, 0, 0, 1, 0],
        ["pc1", BEN, USERS, 5, 0, 0, 1, 0, 0, 0, 0],
    ]


def test_a_big_fleet_is_counted() -> None:
    waits = _result(_view(look(users=[user(BEN, synchronized=[synchronized(USERS)])])))
    lines = fleet.make({f"pc{number:03}": waits for number in range(30)} | {f"x{n:02}": None for n in range(25)})[
        "lines"
    ]
    assert lines[1].startswith("Not asked: x00, x01, ")
    assert lines[1].endswith("x19 and 5 more")
    assert sum(line.startswith("Waits ") for line in lines) == 20
    assert lines[-1] == "and 10 more wait"
