# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The JSON comes back as it was written, and says what is wrong with one that it cannot read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import InputError
from ansible_collections.winops.offline_files.plugins.module_utils.fleet import document, merging, page, totals
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.model import (
    Failure,
    Fleet,
    Host,
    Share,
    State,
    View,
    natural,
)

SHARE = Share(r"\\fs01\users", 5, 2, 300, 1, 70, (2, 0, 1, 0), 4, "2026-11-20T07:31:12Z", ("computer", "user"))
FAILURE = Failure(r"\\fs01\users\a", "access", "0x80070005", "ERROR_ACCESS_DENIED", "Access is denied.", 3)
PC1 = Host(
    "pc1",
    State.FAILED,
    "Released 2 items.",
    (View(r"CORP\alice", State.FAILED, ("1 item failed",), 2, (SHARE,)), View(None, State.DONE)),
    (r"CORP\ben has synchronized \\fs01\users",),
    5,
    (FAILURE, Failure(r"\\fs01\users\b")),
    ("A note.",),
)
FLEET = Fleet("Retiring fs01", (PC1, Host("pc2", State.NOT_ASKED)))


def test_it_comes_back_as_it_was_written() -> None:
    assert document.read("f.json", document.write(FLEET)) == FLEET
    assert document.read("f.json", document.write(Fleet("", ()))) == Fleet("", ())


def test_it_has_a_version_and_the_documented_keys() -> None:
    data = json.loads(document.write(FLEET))
    assert list(data) == ["fleet_report", "title", "totals", "hosts"]
    assert (data["fleet_report"], data["title"]) == (1, "Retiring fs01")
    host = data["hosts"][0]
    assert list(host) == ["host", "state", "msg", "failed", "views", "not_seen", "failures", "notes"]
    assert host["failures"][1]["result"] is None
    assert data["totals"]["unsynchronized_size"] == 70


def _with(**host: Any) -> str:
    return json.dumps({"fleet_report": 1, "hosts": [{"host": "pc1", "state": "done", **host}]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "merge 'f.json' is not allowed: it is no JSON (Expecting property name"),
        ("[" * 100_000, "merge 'f.json' is not allowed: it is no JSON ("),
        ("[]", "merge 'f.json' is not allowed: it is a list. Give a JSON file that fleet_report has written."),
        ("{}", "merge 'f.json' is not allowed: it has no key fleet_report. Give a JSON file that"),
        ('{"fleet_report": 2}', "merge 'f.json' is not allowed: its version is 2, and 1 is the only one that"),
        ('{"fleet_report": true}', "merge 'f.json' is not allowed: its version is True, and"),
        ('{"fleet_report": 1}', "merge 'f.json' is not allowed: its hosts are null, not a list."),
        ('{"fleet_report": 1, "hosts": [7]}', "merge 'f.json' is not allowed: one of its hosts has no name."),
        (
            _with(state="ready"),
            "merge 'f.json' is not allowed: the state of its host pc1 is 'ready', not one of failed, unreachable, ",
        ),
        (_with(views=[{"state": 3}]), "merge 'f.json' is not allowed: the state of its host pc1 is '3', not one of "),
    ],
)
def test_what_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        document.read("f.json", text)
    assert str(raised.value).startswith(said)


def test_what_somebody_wrote_into_it_does_no_harm() -> None:
    odd = {
        "host": "pc\u202e1",
        "msg": "\x1b[2J",
        "failed": -1,
        "views": [{"state": "done", "shares": [{"total_items": "7"}]}],
    }
    (host,) = document.read("f.json", _with(**odd)).hosts
    assert (host.name, host.message, host.failed) == ("pc<U+202E>1", "<U+001B>[2J", 0)
    assert host.views[0].shares[0].items is None


@pytest.mark.parametrize("number", [-1, 1 << 64, 10**400, 1.5, True, "7", None])
def test_what_is_no_number_of_items_is_not_known(number: Any) -> None:
    (host,) = document.read("f.json", _with(views=[{"state": "done", "shares": [{"pinned_size": number}]}])).hosts
    assert host.views[0].shares[0].pinned_size is None
    assert page.html(Fleet("x", (host,)))


# --- merging


def _merged(*parts: Host) -> dict[str, tuple[State, tuple[str, ...]]]:
    fleet = merging.merge("x", [[part] for part in parts])
    return {host.name: (host.state, host.notes) for host in fleet.hosts}


@pytest.mark.parametrize(
    ("earlier", "later", "kept"),
    [
        (State.FAILED, State.DONE, State.DONE),
        (State.DONE, State.WAITS, State.WAITS),
        (State.DONE, State.NOT_ASKED, State.DONE),
        (State.NOT_ASKED, State.UNREACHABLE, State.UNREACHABLE),
        (State.UNREACHABLE, State.NOT_ASKED, State.UNREACHABLE),
        (State.UNREACHABLE, State.OFF, State.OFF),
    ],
)
def test_the_last_one_that_knows_something_counts(earlier: State, later: State, kept: State) -> None:
    assert _merged(Host("pc1", earlier), Host("pc1", later)) == {"pc1": (kept, ())}


def test_a_host_that_is_away_now_keeps_what_it_said_with_one_note() -> None:
    done, away = Host("pc1", State.DONE), Host("pc1", State.UNREACHABLE)
    assert _merged(done, away, away) == {"pc1": (State.DONE, (merging.AWAY,))}
    assert _merged(done, away, done) == {"pc1": (State.DONE, ())}


def test_slices_make_one_fleet_in_the_order_of_their_names() -> None:
    assert list(_merged(*(Host(name, State.DONE) for name in ("pc10", "PC9", "pc1", "a")))) == [
        "a",
        "pc1",
        "PC9",
        "pc10",
    ]
    assert natural("pc" + "9" * 300) > natural("pc10")


# --- totals


def test_the_sums_are_those_of_all_views() -> None:
    sums = totals.of([PC1, replace(PC1, name="pc3"), Host("pc2", State.NOT_ASKED)])
    assert sums.as_data() == {
        "hosts": 3,
        "states": {**dict.fromkeys((state.value for state in State), 0), "failed": 2, "not_asked": 1},
        "total_items": 10,
        "pinned": 4,
        "pinned_size": 600,
        "unsynchronized": 2,
        "unsynchronized_size": 140,
        "reasons": {"user": 4, "user_policy": 0, "computer": 2, "folder_redirection": 0},
        "changed": 4,
        "failed": 10,
        "not_seen": 2,
    }
    assert sums.shares[r"\\fs01\users"].hosts == 2
    kinds = {category: (kind.items, kind.hosts) for category, kind in sums.kinds.items()}
    # Of five failed items of a host three are of one kind, one is named without a code, one is not named.
    assert kinds == {"access": (6, 2), "": (4, 2)}


def test_one_share_in_two_spellings_is_one() -> None:
    spelled = replace(PC1, views=(View("a", State.DONE, shares=(SHARE, replace(SHARE, path=r"\\FS01\Users"))),))
    assert {path: one.items for path, one in totals.of([spelled]).shares.items()} == {r"\\fs01\users": 10}


def test_the_worst_come_first_and_the_done_not_at_all() -> None:
    hosts = [
        Host("pc1", State.DONE),
        Host("pc2", State.WAITS),
        Host("pc3", State.FAILED, failed=1),
        Host("pc4", State.FAILED, failed=9),
        Host("pc5", State.DONE, not_seen=("somebody",)),
        Host("pc6", State.NOT_ASKED),
    ]
    assert [host.name for host in totals.worst(hosts, 9)] == ["pc4", "pc3", "pc6", "pc2", "pc5"]
    assert [host.name for host in totals.worst(hosts, 2)] == ["pc4", "pc3"]
