# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The steps of a share that moves: what each is to do, and that no broken result lets anything go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.looks import ALICE, NOW, look, method, share

from ansible_collections.winops.offline_files.plugins.module_utils.retire import move, options, plan, renames, steps

OLD, NEW = r"\\fs01\users", r"\\fs09\home"
ASKED = move.wanted({"moves": [{"from": OLD, "to": NEW}], "record": "r.json"})
IGNORING = move.wanted({"moves": [{"from": OLD, "to": NEW}], "record": "r.json", "ignore": "unsynchronized"})
UNREACHABLE = {"unreachable": True, "msg": "Task failed: gone."}
SKIPPED = {"skipped": True, "changed": False}
FAILED = {"failed": True, "msg": "It broke.", "counts": {"changed": 0}, "entries": []}
BROKEN: tuple[dict[str, Any], ...] = ({}, UNREACHABLE, SKIPPED, FAILED)


def _item(path: str, *reasons: str, dirty: bool = False) -> dict[str, Any]:
    return {"path": path, "reasons": list(reasons), "dirty": dirty}


def _listed(*items: dict[str, Any], user: str | None = ALICE, **more: Any) -> dict[str, Any]:
    return {
        "failed": False,
        "msg": "",
        "complete": True,
        "entries": list(items),
        "entries_truncated": False,
        "counts": {"total": len(items)},
        "cache": {"active": True, "user": user},
        **more,
    }


BEFORE = [_item(rf"{OLD}\alice", "user"), _item(rf"{OLD}\alice\a.txt", "user", "computer")]
THERE = [_item(rf"{NEW}\alice\own.txt", "user")]
AFTER = [_item(rf"{NEW}\alice", "user"), _item(rf"{NEW}\alice\a.txt", "user", "computer")]
OFF = _listed(complete=False, msg="Offline Files is disabled.", cache={"active": False, "user": None})
LOOK = look(share(items=2, user=2, computer=1))


def _prepare(listed: Any, kept: str = "", found: Any = None, sent: Any = None) -> dict[str, Any]:
    found = LOOK if found is None else found
    before = options.from_data(ASKED["before"])
    made = plan.make(found, before, {} if sent is None else {"synchronize": sent}, [], NOW)
    return steps.prepare(found, made, listed, ASKED, {"file": "/r.json", "text": kept})


KEPT = {"file": "/r.json", "text": json.dumps(_prepare(_listed(*BEFORE, *THERE))["record"])}


def _switch(listed: Any, pinned: Any = None, asked: Any = None, kept: Any = None, rename: Any = None) -> dict[str, Any]:
    done = {"rename": rename or {}, "pin": pinned or {}}
    return steps.switch(listed, done, ASKED if asked is None else asked, KEPT if kept is None else kept)


def _rollback(listed: Any, asked: Any = None, kept: Any = None, **done: Any) -> dict[str, Any]:
    done = {"rename": {}, "pin": {}, "unpin": {}, "again": {}, **done}
    return steps.rollback(listed, done, ASKED if asked is None else asked, KEPT if kept is None else kept)


def _pinned(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = [{"path": one["path"], "reasons_after": one["reasons"], "sparse_after": False} for one in items]
    return method(len(items), entries, **more)


# --- prepare


def test_prepare_records_both_sides() -> None:
    made = _prepare(_listed(*BEFORE, *THERE))
    assert (made["problem"], made["list"]) == ("", [OLD, NEW])
    assert (
        made["msg"]
        == rf"2 items pinned under {OLD} in the view of {ALICE}, and nothing there that is not synchronized."
    )
    assert [entry["path"] for entry in made["record"]["entries"]] == [rf"{OLD}\alice", rf"{OLD}\alice\a.txt"]
    assert made["record"]["pinned_there"] == [{"path": rf"{NEW}\alice\own.txt", "reasons": ["user"]}]


@pytest.mark.parametrize(
    "listed",
    [*BROKEN, _listed(*BEFORE, complete=False), _listed(*BEFORE, entries_truncated=True), OFF, {"entries": []}],
)
def test_prepare_never_takes_a_broken_list_for_an_empty_one(listed: Any) -> None:
    assert _prepare(listed)["problem"].startswith("What is pinned could not be listed: ")


def test_prepare_records_no_less_than_was_counted() -> None:
    problem = "2 items pinned at the first look, 0 at the second: run prepare again."
    assert _prepare(_listed())["problem"] == problem
    assert _prepare(_listed(*THERE))["problem"] == problem


@pytest.mark.parametrize(
    ("found", "msg"),
    [
        (look(), rf"0 items pinned under {OLD} in the view of {ALICE}, and nothing there that is not synchronized."),
        (
            look(cache={"active": False}, cached=None),
            rf"0 items pinned under {OLD}, and nothing there that is not synchronized.",
        ),
    ],
)
def test_a_host_with_nothing_to_move_is_not_asked_again(found: Any, msg: str) -> None:
    made = _prepare({}, found=found)
    assert (made["list"], made["problem"], made["record"]["entries"], made["msg"]) == ([], "", [], msg)


def test_prepare_waits_where_changes_may_stay_behind() -> None:
    dirty = look(share(items=2, dirty=1, user=2))
    assert _prepare({}, found=UNREACHABLE)["problem"] == "Waits: Task failed: gone."
    assert (
        _prepare({}, found=dirty, sent=SKIPPED)["problem"]
        == rf"What was changed under {OLD} was not sent to the server."
    )
    assert _prepare({}, found=dirty, sent=UNREACHABLE)["problem"].startswith("Waits: synchronize: the host went away")


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ([*BEFORE, *THERE, *AFTER], ""),
        (
            [*BEFORE, _item(rf"{OLD}\b", "user")],
            rf"migrate_share_record '/r.json' is there already, and what is pinned differs from it: 1 item more "
            rf"({OLD}\b). Take another name, or move the old one away.",
        ),
    ],
)
def test_a_kept_record_is_held_against_what_is_pinned(items: list[Any], problem: str) -> None:
    assert _prepare(_listed(*items), KEPT["text"])["problem"] == problem


def test_a_kept_record_of_somebody_else_is_not_overwritten() -> None:
    other = json.dumps({**json.loads(KEPT["text"]), "user": r"CORP\zoe"})
    assert r"is there already, and it is about what CORP\zoe sees" in _prepare(_listed(*BEFORE), other)["problem"]
    assert "and it is no record that prepare has written. Take" in _prepare(_listed(*BEFORE), "rubbish")["problem"]


def test_folder_redirection_that_came_or_went_does_not_make_a_kept_record_another_one() -> None:
    redirected = [_item(rf"{OLD}\mail", "folder_redirection"), _item(rf"{OLD}\alice", "user", "folder_redirection")]
    now = _prepare(_listed(*redirected, *BEFORE[1:]), KEPT["text"])
    assert now["problem"] == ""
    text = json.dumps(_prepare(_listed(*redirected, *BEFORE[1:]))["record"])
    assert _prepare(_listed(*BEFORE), text)["problem"] == ""


# --- switch


def test_switch_pins_what_the_record_says_and_lets_go_where_it_is_pinned() -> None:
    first = _switch(_listed(*BEFORE, *THERE))
    assert first["problem"] == ""
    assert first["missing"].startswith("Pinning was not done: ")
    assert [(one["path"], one["reasons_before"]) for one in first["entries"]] == [
        (rf"{NEW}\alice", ["user"]),
        (rf"{NEW}\alice\a.txt", ["user", "computer"]),
    ]
    assert _switch(_listed(*BEFORE, *THERE), _pinned(*AFTER))["missing"] == ""


@pytest.mark.parametrize(
    "pinned", [*BROKEN, {"entries": []}, _pinned(*AFTER, verified=False), {**_pinned(*AFTER), "unreachable": True}]
)
def test_nothing_goes_where_pinning_has_no_good_result(pinned: Any) -> None:
    assert _switch(_listed(*BEFORE), pinned)["missing"]
    assert _rollback(_listed(*AFTER), pin=pinned)["missing"]
    assert _rollback(_listed(*AFTER), pin=pinned)["groups"] == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"reasons_after": ["user"]}, r"\alice\a.txt"),
        ({"sparse_after": True}, r"\alice\a.txt"),
        ({"path": "x"}, r"\alice\a.txt"),
    ],
)
def test_nothing_is_called_pinned_that_is_not(changes: dict[str, Any], name: str) -> None:
    pinned = _pinned(*AFTER)
    pinned["entries"][1].update(changes)
    assert _switch(_listed(*BEFORE), pinned)["missing"] == f"1 item not pinned with content: {NEW}{name}."


@pytest.mark.parametrize("listed", [*BROKEN, _listed(*BEFORE, complete=False), {"entries": []}])
def test_no_step_begins_without_a_whole_list(listed: Any) -> None:
    for made in (_switch(listed), _rollback(listed)):
        assert made["problem"].startswith("What is pinned could not be listed: ")
        assert made["missing"] == made["problem"]
        assert made["entries"] == []


def test_a_cache_that_is_off_is_fine_only_for_an_empty_record() -> None:
    for step in (_switch, _rollback):
        assert step(OFF)["problem"] == "2 items recorded, but: Offline Files is disabled."
        empty = {"file": "/r.json", "text": json.dumps({**json.loads(KEPT["text"]), "entries": [], "user": None})}
        assert (step(OFF, kept=empty)["problem"], step(OFF, kept=empty)["missing"]) == ("", "")
        assert step({**OFF, "failed": True}, kept=empty)["problem"].startswith("What is pinned could not be listed")


def test_the_record_must_be_of_these_moves_and_of_this_user() -> None:
    other = move.wanted({"moves": [{"from": OLD, "to": "//fs55/zoe"}], "record": "r.json"})
    for step in (_switch, _rollback):
        told = step(_listed(*BEFORE), asked=other)["problem"]
        assert told == rf"migrate_share_record '/r.json' is about other moves: {OLD} to {NEW}."
        told = step(_listed(*BEFORE, user=r"CORP\zoe"))["problem"]
        assert told.startswith(
            rf"migrate_share_record '/r.json' is about what {ALICE} sees, and this is the view of CORP\zoe"
        )
        assert "it is not known whose view" in step(_listed(*BEFORE, user=None))["problem"]
        assert step(_listed(), kept={"file": "/r.json", "text": ""})["problem"].endswith(
            "is not there: run prepare first."
        )


@pytest.mark.parametrize(
    ("items", "differs"),
    [
        ([*BEFORE, _item(rf"{OLD}\late.txt", "user")], rf"1 item more ({OLD}\late.txt)"),
        (BEFORE[:1], rf"1 item fewer ({OLD}\alice\a.txt)"),
        ([BEFORE[0], _item(rf"{OLD}\alice\a.txt", "user")], rf"1 item for other reasons ({OLD}\alice\a.txt)"),
        # what an earlier switch has moved, and what it has not come to
        (AFTER, ""),
        ([*BEFORE[:1], *AFTER], ""),
        ([BEFORE[0], _item(rf"{OLD}\alice\a.txt", "user"), AFTER[1]], ""),
        ([*BEFORE, _item(rf"{OLD}\mail", "folder_redirection")], ""),
    ],
)
def test_switch_stops_where_the_record_is_not_what_is_pinned(items: list[Any], differs: str) -> None:
    told = f"migrate_share_record '/r.json' is not what is pinned: {differs}. Move it away, and run prepare again."
    made = _switch(_listed(*items))
    assert made["problem"] == (told if differs else "")
    assert bool(made["entries"]) is not bool(differs)


def test_switch_stops_before_it_pins_where_something_was_changed() -> None:
    listed = _listed(BEFORE[0], {**BEFORE[1], "dirty": True})
    assert _switch(listed)["problem"].startswith(
        rf"1 item has changes that are not synchronized, such as {OLD}\alice\a.txt: nothing is sent to the old server"
    )
    assert _switch(listed, asked=IGNORING)["problem"] == ""
    assert _switch(_listed(*BEFORE, {**THERE[0], "dirty": True}))["problem"] == ""


# --- rollback


def _released(*lost: tuple[str, list[str]], **more: Any) -> dict[str, Any]:
    return method(
        len(lost),
        [{"path": path, "reasons_before": before, "reasons_after": []} for path, before in lost],
        **more,
    )


BACK = _pinned(*BEFORE)
ALL = {
    "results": [
        _released((rf"{NEW}\alice", ["user"]), (rf"{NEW}\alice\own.txt", ["user"])),
        _released((rf"{NEW}\alice\a.txt", ["user", "computer"])),
    ]
}


def test_rollback_releases_what_the_switch_has_pinned() -> None:
    listed = _listed(
        *AFTER, *THERE, _item(rf"{NEW}\ben", "user"), _item(rf"{NEW}\alice\later.txt", "user", "user_policy")
    )
    made = _rollback(listed, pin=BACK)
    assert (made["problem"], made["missing"]) == ("", "")
    assert [one["path"] for one in made["entries"]] == [one["path"] for one in BEFORE]
    # the folder takes with it what came in later; nothing of ben, no policy
    assert made["groups"] == [
        {"flags": ["for_user"], "paths": [rf"{NEW}\alice"]},
        {"flags": ["for_user", "for_all"], "paths": [rf"{NEW}\alice\a.txt"]},
    ]


def test_what_was_pinned_there_before_is_neither_released_nor_lost() -> None:
    listed = _listed(*AFTER, *THERE)
    made = _rollback(listed, pin=BACK, unpin=ALL)
    assert made["again"] == [{"path": rf"{NEW}\alice\own.txt", "reasons_before": ["user"], "reasons_after": []}]
    assert made["left"].startswith("Pinning was not done")
    assert _rollback(listed, pin=BACK, unpin=ALL, again=_pinned(*THERE))["left"] == ""
    assert _rollback(_listed(*THERE), pin=BACK)["groups"] == []
    assert _rollback(_listed(*THERE), pin=BACK)["left"] == ""


def test_rollback_does_not_wait_for_folder_redirection_that_has_ended() -> None:
    before = [
        _item(rf"{OLD}\alice", "user", "folder_redirection"),
        _item(rf"{OLD}\mail", "folder_redirection"),
        BEFORE[1],
    ]
    kept = {"file": "/r.json", "text": json.dumps(_prepare(_listed(*before))["record"])}
    made = _rollback(_listed(*AFTER), kept=kept, pin=BACK)
    assert [(one["path"], one["reasons_before"]) for one in made["entries"]] == [
        (rf"{OLD}\alice", ["user"]),
        (rf"{OLD}\alice\a.txt", ["user", "computer"]),
    ]
    assert made["missing"] == ""
    assert [group["paths"] for group in made["groups"]] == [[rf"{NEW}\alice"], [rf"{NEW}\alice\a.txt"]]


@pytest.mark.parametrize(
    "results",
    [
        {},
        SKIPPED,
        UNREACHABLE,
        {"results": ALL["results"][:1]},
        {"results": [ALL["results"][0], UNREACHABLE]},
        {"results": [ALL["results"][0], {**ALL["results"][1], "state_verified": False}]},
    ],
)
def test_rollback_is_not_made_where_a_release_has_no_good_result(results: Any) -> None:
    told = _rollback(_listed(*AFTER), pin=BACK, unpin=results, again=_pinned(*THERE))["left"]
    assert told.startswith("Not all was released: ")


def test_what_is_still_pinned_is_named() -> None:
    results = {"results": [ALL["results"][0], _released()]}
    told = _rollback(_listed(*AFTER), pin=BACK, unpin=results, again=_pinned(*THERE))["left"]
    assert told == rf"1 item still pinned: {NEW}\alice\a.txt."


def test_rollback_waits_for_changes_of_what_it_would_release() -> None:
    dirty = {**AFTER[1], "dirty": True}
    told = _rollback(_listed(dirty, AFTER[0]), pin=BACK)
    assert told["problem"].startswith(rf"1 item has changes that are not synchronized, such as {NEW}\alice\a.txt")
    assert (told["entries"], told["groups"]) == ([], [])
    assert _rollback(_listed(dirty, AFTER[0]), asked=IGNORING, pin=BACK)["problem"] == ""
    assert _rollback(_listed(*AFTER, {**THERE[0], "dirty": True}), pin=BACK)["problem"] == ""


# --- renames before the pins, and back

CHECKING = move.wanted({"moves": [{"from": OLD, "to": NEW}], "record": "r.json", "check_mode": True})
FORTH, BACKWARDS = {"from": OLD, "to": NEW}, {"from": NEW, "to": OLD}


def _rename(status: str = "renamed", src: str = OLD, dest: str = NEW, **more: Any) -> dict[str, Any]:
    refused = {"made": True, "completed": True, "result": {"category": "busy"}}
    known = {
        "changed": status == "renamed",
        "may_still_run": False,
        "state_verified": True,
        "calls": [refused] if status == "failed" else [],
    }
    return {"src": src, "dest": dest, "status": status, "msg": f"It is {status}.", **known, **more}


def _looped(*results: dict[str, Any]) -> dict[str, Any]:
    return {"changed": False, "results": list(results)}


COULD_NOT = ("failed", "not_cached", "unchanged")
NOT_CLEAR: tuple[dict[str, Any], ...] = (
    UNREACHABLE,
    FAILED,
    {},
    _rename("unknown", state_verified=False),
    _rename("failed", state_verified=False),
    _rename("failed", changed=True),
    _rename("failed", may_still_run=True),
    _rename("failed", calls=[{"made": True, "completed": True, "result": None}]),
    _rename("failed", calls=[{"made": True, "completed": True, "result": {"category": "ok"}}]),
    _rename("renamed", state_verified=False),
    _rename("pending"),
    _rename("unavailable"),
    {**_rename(), "unreachable": True},
)


def _with_renames(status: str) -> dict[str, str]:
    data = {**json.loads(KEPT["text"]), "renames": [{**FORTH, "status": status}], "pinned_there": []}
    return {**KEPT, "text": json.dumps(data)}


def test_switch_tries_to_rename_where_something_is_pinned_under_the_old_path() -> None:
    made = _switch(_listed(*BEFORE))
    assert (made["renames"], made["unknown"], made["renamed"], made["msg"]) == ([FORTH], "", [], "")
    data = json.loads(made["text"])
    assert data.pop("renames") == [{**FORTH, "status": "begun"}]
    assert data == json.loads(KEPT["text"])
    asked = move.wanted({"moves": [FORTH], "record": "r.json", "rename": False})
    for other in (
        _switch(_listed(*AFTER)),
        _switch(_listed(*BEFORE), asked=asked),
        _switch(_listed(*BEFORE, _item(rf"{OLD}\late", "user"))),
        _switch(UNREACHABLE),
    ):
        assert (other["renames"], other["text"]) == ([], "")


def test_only_the_moves_with_something_to_move_are_renamed() -> None:
    moves = [FORTH, {"from": r"\\fs01\empty", "to": r"\\fs09\empty"}]
    asked = move.wanted({"moves": moves, "record": "r.json"})
    kept = {**KEPT, "text": json.dumps({**json.loads(KEPT["text"]), "moves": moves})}
    assert _switch(_listed(*BEFORE), asked=asked, kept=kept)["renames"] == [FORTH]


def test_what_was_renamed_is_in_the_record_and_still_has_to_be_seen_pinned() -> None:
    made = _switch(_listed(*BEFORE), rename=_looped(_rename()))
    assert json.loads(made["text"])["renames"] == [{**FORTH, "status": "renamed"}]
    assert made["renamed"] == [{**FORTH, "status": "renamed", "msg": "It is renamed."}]
    assert (made["unknown"], made["msg"], made["retire"], len(made["entries"])) == ("", "It is renamed.", [OLD], 2)
    assert made["missing"].startswith("Pinning was not done")
    assert _switch(_listed(*BEFORE), _pinned(*AFTER), rename=_looped(_rename()))["missing"] == ""


@pytest.mark.parametrize("status", COULD_NOT)
def test_what_could_not_be_renamed_is_pinned(status: str) -> None:
    made = _switch(_listed(*BEFORE), _pinned(*AFTER), rename=_looped(_rename(status)))
    assert (made["unknown"], made["missing"], len(made["entries"]), made["retire"]) == ("", "", 2, [OLD])
    assert json.loads(made["text"])["renames"] == [{**FORTH, "status": status}]
    assert [one["status"] for one in made["renamed"]] == [status]


@pytest.mark.parametrize("result", NOT_CLEAR)
def test_what_is_not_known_of_a_rename_stops_the_step(result: dict[str, Any]) -> None:
    for made in (
        _switch(_listed(*BEFORE), _pinned(*AFTER), rename=_looped(result)),
        _rollback(_listed(*AFTER), kept=_with_renames("renamed"), pin=BACK, rename=_looped(result)),
    ):
        assert made["unknown"].startswith("Nothing further was done, for it is not clear what became of renaming ")
        assert made["missing"] == made["unknown"]
        assert (made["renamed"], made.get("groups", []), made.get("again", [])) == ([], [], [])
    made = _switch(_listed(*BEFORE), rename=_looped(result))
    assert json.loads(made["text"])["renames"] == [{**FORTH, "status": "begun"}]


def test_a_loop_is_judged_as_a_whole_and_one_pass_by_itself() -> None:
    bad = _rename("unknown", state_verified=False)
    for given, known in (
        ({}, True),
        (SKIPPED, True),
        (_looped(), True),
        (_rename(), True),
        (_looped(_rename(), bad), False),
        (bad, False),
        ({"unreachable": True, "msg": "Gone."}, False),
    ):
        assert (renames.unknown(given) == "") is known
    assert renames.unknown({"results": [{"__migrate_share_move": FORTH, "msg": "It broke."}]}).endswith(
        rf"of renaming {OLD}: It broke."
    )


@pytest.mark.parametrize("status", ["begun", "renamed"])
def test_rollback_renames_back_what_was_or_may_have_been_renamed(status: str) -> None:
    kept = _with_renames(status)
    made = _rollback(_listed(*AFTER), kept=kept)
    assert (made["renames"], made["moved"]) == ([BACKWARDS], False)
    back = _looped(_rename(src=NEW, dest=OLD))
    made = _rollback(_listed(*AFTER), kept=kept, rename=back)
    assert (made["moved"], made["renamed"][0]["from"], made["msg"]) == (True, NEW, "It is renamed.")
    # Listed again, everything is where it was
    made = _rollback(_listed(*BEFORE), kept=kept, rename=back, pin=BACK)
    assert (made["renames"], made["missing"], made["groups"], made["left"], made["again"]) == ([], "", [], "", [])
    asked = move.wanted({"moves": [FORTH], "record": "r.json", "rename": False})
    assert _rollback(_listed(*AFTER), kept=kept, asked=asked)["renames"] == []


def test_rollback_pins_what_was_not_renamed_or_cannot_be_renamed_back() -> None:
    for status in COULD_NOT:
        assert _rollback(_listed(*AFTER), kept=_with_renames(status))["renames"] == []
        back = _looped(_rename(status, src=NEW, dest=OLD))
        made = _rollback(_listed(*AFTER), kept=_with_renames("renamed"), rename=back, pin=BACK)
        assert (made["moved"], made["missing"], len(made["groups"])) == (False, "", 2)


def test_rollback_renames_nothing_back_while_something_was_changed_there() -> None:
    made = _rollback(_listed(AFTER[0], {**AFTER[1], "dirty": True}), kept=_with_renames("renamed"))
    assert made["problem"]
    assert made["renames"] == []


def test_check_mode_foretells_that_nothing_is_left_to_pin_or_to_release() -> None:
    made = _switch(_listed(*BEFORE), asked=CHECKING, rename=_looped(_rename()))
    assert (made["entries"], made["missing"], made["retire"]) == ([], "", [])
    made = _switch(_listed(*BEFORE), asked=CHECKING, rename=_looped(_rename("failed")))
    assert (len(made["entries"]), made["retire"]) == (2, [OLD])
    back = _looped(_rename(src=NEW, dest=OLD))
    made = _rollback(_listed(*AFTER), asked=CHECKING, kept=_with_renames("renamed"), rename=back)
    assert (made["entries"], made["missing"], made["groups"], made["left"], made["moved"]) == ([], "", [], "", False)


@pytest.mark.parametrize("bad", ["x", [1], [{"from": OLD}], [{**FORTH, "status": 1}]])
def test_renames_of_a_record_that_cannot_be_read_are_told(bad: Any) -> None:
    kept = {**KEPT, "text": json.dumps({**json.loads(KEPT["text"]), "renames": bad})}
    for step in (_switch, _rollback):
        assert step(_listed(*BEFORE), kept=kept)["problem"].endswith("is no record that prepare has written.")
