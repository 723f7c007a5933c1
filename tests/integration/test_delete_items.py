# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""delete_items from the ansible command line to a simulated host and back: ways in, what stays, what is lost."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from integration.deletions import check_deleted, items_of
from integration.fleet import HANGING, Fleet, Run, scenario

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

MODULE = "winops.offline_files.delete_items"
SHARE = r"\\fs01\users"
HOME = SHARE + r"\alice"
CACHE: dict[str, Any] = {
    HOME: {
        "items": {
            "auto.txt": {},
            "pinned.txt": {"pin": "user"},
            "changed.docx": {"dirty": ["data"]},
            "old": {"items": {"one.txt": {}, "two.txt": {}}},
        },
    },
    r"\\fs09\away": {"connection": "offline", "items": {"x.txt": {}}},
}
GOING = sorted(HOME + name for name in (r"\auto.txt", r"\old", r"\old\one.txt", r"\old\two.txt"))
WAYS = {"ntlm": "winhost", "psrp": "winhost_psrp"}


def _denied() -> dict[str, Any]:
    cache = copy.deepcopy(CACHE)
    cache[HOME]["items"]["auto.txt"]["error"] = "ERROR_ACCESS_DENIED"
    return cache


# --- the ways in


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("ways")) as fleet:
        for name, way in WAYS.items():
            fleet.add(name, scenario(cache=CACHE), ways={name: way})
        yield fleet


def test_predicted_done_and_done_again(ways: Fleet) -> None:
    args = {"paths": "//fs01/users"}
    before = {name: items_of(ways.sims[name].host) for name in WAYS}
    check = ways.adhoc("all", args, "--check", "--diff", module=MODULE)
    assert all(items_of(ways.sims[name].host) == before[name] for name in WAYS)
    once, again = (ways.adhoc("all", args, "--diff", module=MODULE) for _number in range(2))
    assert (check.code, once.code, again.code) == (0, 0, 0)
    for name in WAYS:
        foreseen, done, quiet = check.of(name).result, once.of(name).result, again.of(name).result
        assert foreseen["msg"] == "Would delete 4 of 8 items; 4 kept (2 not empty, 1 pinned, 1 unsynchronized)."
        assert done["msg"] == "Deleted 4 of 8 items; 4 kept (2 not empty, 1 pinned, 1 unsynchronized)."
        assert quiet["msg"] == (
            "Nothing to delete: no item under 1 path may go; 4 kept (2 not empty, 1 pinned, 1 unsynchronized)."
        )
        assert [one["changed"] for one in (foreseen, done, quiet)] == [True, True, False]
        assert done["diff"] == foreseen["diff"]
        assert done["diff"]["before"].splitlines() == [f"{path}: cached automatically" for path in GOING]
        assert quiet["diff"] == {"before": "", "after": ""}
        calls = ways.sims[name].host.calls
        assert [call["params"] for call in calls] == [{"Paths": [SHARE], "Flags": 0x2}] * 2
        after = items_of(ways.sims[name].host)
        under = {path: item for path, item in before[name].items() if path.startswith(SHARE)}
        check_deleted(done, under, {path: item for path, item in after.items() if path.startswith(SHARE)})
        assert sorted(set(before[name]) - set(after)) == GOING


# --- bad input

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "both": ({"flags": ["no_pinned", "no_auto_cached"]}, "exclude each other: no_auto_cached (0x1), no_pinned (0x2)."),
    "both as a number": ({"flags": 3}, "flags value '3' holds 0x3, which is none of no_auto_cached (0x1), no_pinned"),
    "unknown bits": ({"flags": "0x10"}, "holds the unknown bits 0x10; the flags of DeleteItems are"),
    "negative": ({"flags": [-2147483648]}, "flags value -2147483648 is not an unsigned 32-bit number."),
    "a flag of unpin": ({"flags": "for_user"}, "unknown flag 'for_user': use no_auto_cached (0x1)"),
    "deep": ({"deep": True}, "delete_items) module: deep. Supported parameters include: background, flags,"),
    "wildcard": ({"paths": "//fs01/users/*"}, "has a wildcard: name the folder itself"),
}


def test_bad_input_is_one_sentence_and_does_not_reach_the_host(ways: Fleet) -> None:
    tasks = [
        {"name": name, MODULE: {"paths": "//fs01/users", **args}, "ignore_errors": True}
        for name, (args, _words) in BAD.items()
    ]
    calls = len(ways.sims["ntlm"].host.calls)
    run = ways.play(tasks, hosts="ntlm")
    for name, (_args, words) in BAD.items():
        told = run.of("ntlm", name)
        assert told.status == "failed"
        assert words in told.result["msg"]
        assert "\n" not in told.result["msg"]
        assert told.result["changed"] is False
    assert len(ways.sims["ntlm"].host.calls) == calls


# --- one host for each case in one run

OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "lose": ({"flags": ["no_pinned", "del_modified"]}, {}),
    "everything": ({"flags": ["del_modified"]}, {"behaviour": {"delete_shares": "kept"}}),
    "pinned_only": ({"flags": "no_auto_cached"}, {}),
    "denied": ({}, {"cache": _denied()}),
    "denied_told": ({"report": "failed"}, {"cache": _denied(), "behaviour": {"delete_texts": "sent"}}),
    "admin": ({"flags": ["no_pinned", "admin"]}, {}),
    "an_admin": ({"flags": ["no_pinned", "0x80000000"]}, {}),
    "offline": ({"paths": "//fs09/away"}, {}),
    "cancelled": ({}, {"behaviour": {"cancelled_after_items": 2, "delete_texts": "sent"}}),
    "timeout": ({"timeout": HANGING}, {"behaviour": {"hang_after_items": 2}}),
    "absent": ({"paths": "//fs01/nothing", "missing": "fail"}, {}),
    "inactive": ({"unavailable": "ok"}, {"host": {"active": False}}),
    "unread": ({"verify": False}, {"behaviour": {"delete_texts": "sent"}}),
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("options")) as fleet:
        for name, (options, changes) in OPTIONS.items():
            variables = {"delete": {"paths": "//fs01/users", **options}}
            fleet.add(name, scenario(**{"cache": CACHE, **changes}), variables=variables)
        fleet.logon("an_admin", r"CORP\admin", "Keeper-3'\"")
        yield fleet


@pytest.fixture(scope="module")
def run(fleet: Fleet) -> Run:
    names = ("flags", "missing", "unavailable", "verify", "timeout", "report")
    args = {name: f"{{{{ delete.{name} | default(omit) }}}}" for name in names}
    task = {"name": "delete", MODULE: {"paths": "{{ delete.paths }}", **args}, "ignore_errors": True}
    return fleet.play([task], "-v")


def _left(fleet: Fleet, name: str) -> set[str]:
    return {path.removeprefix(HOME) for path in items_of(fleet.sims[name].host) if path.startswith(HOME)}


@pytest.mark.parametrize(
    ("name", "status", "path_status", "changed", "msg"),
    [
        ("lose", "ok", "partial", True, "Deleted 5 of 8 items; 3 kept (2 not empty, 1 pinned)."),
        ("everything", "ok", "deleted", True, "Deleted 7 of 8 items; 1 was left alone."),
        (
            "pinned_only",
            "ok",
            "partial",
            True,
            "Deleted 1 of 8 items; 7 kept (7 auto cached, 3 not empty, 1 unsynchronized).",
        ),
        (
            "denied",
            "failed",
            "partial",
            True,
            "Deleted 3 of 8 items; 1 failed, 4 kept (2 not empty, 1 pinned, 1 unsynchronized).",
        ),
        (
            "denied_told",
            "failed",
            "partial",
            True,
            "Deleted 3 of 8 items; 1 failed, 4 kept (2 not empty, 1 pinned, 1 unsynchronized).",
        ),
        (
            "admin",
            "failed",
            "failed",
            False,
            "DeleteItems failed with ERROR_ACCESS_DENIED (0x80070005); deleted 0 of 8 items; 3 failed, "
            "5 kept (3 not empty, 1 pinned, 1 unsynchronized).",
        ),
        ("offline", "ok", "deleted", True, "Deleted 2 of 2 items."),
        (
            "absent",
            "failed",
            "not_cached",
            False,
            r"Nothing to delete: no item under 1 path may go; 1 path not in the cache (\\fs01\nothing).",
        ),
        ("inactive", "ok", "unavailable", False, "Offline Files"),
    ],
)
def test_what_is_told(
    run: Run, fleet: Fleet, name: str, status: str, path_status: str, changed: bool, msg: str
) -> None:
    told = run.of(name)
    assert told.result["msg"].startswith(msg), told.result["msg"]
    assert (told.status, told.result["changed"]) == (status, changed)
    assert [path["status"] for path in told.result["paths"]] == [path_status]


def test_lost_changes_are_warned_of(run: Run, fleet: Fleet) -> None:
    lost = r"1 item lost changes that were not synchronized: \\fs01\users\alice\changed.docx."
    assert any(lost in warning for warning in run.of("lose").result["warnings"])
    assert not any("lost" in warning for warning in run.of("denied").result.get("warnings", []))
    assert _left(fleet, "lose") == {"", r"\pinned.txt"}


def test_a_denied_item_says_why_where_windows_does(run: Run) -> None:
    (silent,) = (entry for entry in run.of("denied").result["entries"] if entry["status"] == "failed")
    (told,) = run.of("denied_told").result["entries"]
    assert silent["path"] == told["path"] == HOME + r"\auto.txt"
    assert (silent["result_of"], silent["result"]["hresult"]) == ("call", "0x800700EA")
    assert (told["result_of"], told["result"]["category"]) == ("item", "access")
    assert any("Windows did not say why" in warning for warning in run.of("denied").result["warnings"])
    assert run.of("denied_told").result["only_items_failed"] is True


def test_an_administrator_may_use_the_flag_of_administrators(run: Run, fleet: Fleet) -> None:
    told = run.of("an_admin")
    assert told.status == "ok", told.result["msg"]
    assert told.result["flags"] == {"value": 0x80000002, "hex": "0x80000002", "names": ["no_pinned", "admin"]}
    (call,) = fleet.sims["an_admin"].host.calls
    assert call["params"]["Flags"] == 0x80000002
    assert _left(fleet, "an_admin") == {"", r"\pinned.txt", r"\changed.docx"}


def test_what_did_not_come_to_its_end_fails_and_keeps_what_was_done(run: Run, fleet: Fleet) -> None:
    assert [run.of(name).status for name in ("cancelled", "timeout")] == ["failed", "failed"]
    cancelled, late = run.of("cancelled").result, run.of("timeout").result
    assert cancelled["cancelled"] is True
    assert cancelled["msg"].startswith("The operation was cancelled; deleted ")
    assert (late["timed_out"], late["may_still_run"]) == (True, True)
    assert late["msg"].startswith(f"The host did not finish within {HANGING} seconds; deleted ")
    gone = {entry["path"].removeprefix(HOME) for entry in cancelled["entries"] if entry["changed"]}
    assert gone.isdisjoint(_left(fleet, "cancelled"))
    assert "cancelled" in {entry["status"] for entry in cancelled["entries"]}
    assert "unknown" in {entry["status"] for entry in late["entries"]}


def test_without_a_state_only_what_windows_says_counts(run: Run, fleet: Fleet) -> None:
    result = run.of("unread").result
    assert result["state_verified"] is False
    done = {entry["path"] for entry in result["entries"] if entry["status"] == "deleted"}
    assert done == set(GOING)
    assert fleet.sims["unread"].host.reads == 0


def test_lines_of_v(run: Run) -> None:
    assert r"<lose> \\fs01\users: partial, 5 of 8 items changed, 0 failed" in run.stdout
