# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""synchronize from the ansible command line to a simulated host and back: ways in, runs, options, failures, output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from integration.fleet import HANGING, PASSWORDS, Fleet, Run
from unit.simhost.calls import HOME, SCENARIOS

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

MODULE = "winops.offline_files.synchronize"
SHARE = r"\\fs01\users"
PROJECTS = r"\\fs02\projects"
WAYS = {"ntlm": "winhost", "psrp": "winhost_psrp"}
QUIET = ("locked.txt", "open.txt", "changed and gone.txt", "mine newer.txt", "theirs newer.txt")
"""Files of the stored scenario that cannot be synchronized without more."""


def _scenario(*, without: tuple[str, ...] = (), host: dict[str, Any] | None = None, **behaviour: Any) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((SCENARIOS / "synchronize.yml").read_text(encoding="utf-8"))
    for name in without:
        del content["cache"][HOME]["items"][name]
    return {**content, "accounts": PASSWORDS, "behaviour": behaviour, "host": {**content["host"], **(host or {})}}


HOSTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "whole": (_scenario(), {"paths": [SHARE, PROJECTS, r"\\fs01\none"]}),
    "quiet": (_scenario(without=QUIET), {"paths": SHARE}),
    "keep_local": (_scenario(without=QUIET[:2]), {"paths": SHARE, "conflicts": "keep_local"}),
    "only_out": (_scenario(without=QUIET), {"paths": SHARE, "flags": "sync_out"}),
    "new": (_scenario(without=QUIET), {"paths": SHARE, "flags": ["sync_in", "pin_new_files", "pin_for_user"]}),
    "double_hop": (
        _scenario(without=QUIET, host={"delegated": []}, server_logon="per_call", server_contact_error=1326),
        {"paths": SHARE},
    ),
    "hangs": (_scenario(without=QUIET, hang_after_items=3), {"paths": SHARE, "timeout": HANGING}),
    "cancelled": (_scenario(without=QUIET, cancelled_after_items=6), {"paths": SHARE}),
    "missing": (_scenario(), {"paths": r"\\fs01\none", "missing": "fail"}),
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("synchronize")) as fleet:
        for name, (content, options) in HOSTS.items():
            fleet.add(name, content, variables={"its": options})
        for way, host in WAYS.items():
            fleet.add(way, _scenario(without=QUIET), ways={way: host}, variables={"its": {"paths": SHARE}})
        yield fleet


TASK = {
    "name": "synchronize",
    MODULE: {
        name: f"{{{{ its.{name} | default(omit) }}}}" for name in ("paths", "flags", "conflicts", "timeout", "missing")
    },
    "ignore_errors": True,
}


@pytest.fixture(scope="module")
def runs(fleet: Fleet) -> tuple[Run, Run, Run]:
    """What would be done, and the first and the second run."""
    predicted = fleet.play([TASK], "--check", "--diff", timeout=100)
    return predicted, fleet.play([TASK], "--diff", timeout=100), fleet.play([TASK], timeout=100)


def _statuses(result: dict[str, Any]) -> dict[str, str]:
    return {entry["path"].removeprefix(HOME + "\\"): entry["status"] for entry in result["entries"]}


@pytest.mark.parametrize("name", ["quiet", "ntlm", "psrp"])
def test_the_first_run_synchronizes_and_the_second_changes_nothing(runs: tuple[Run, Run, Run], name: str) -> None:
    predicted, first, second = (run.of(name).result for run in runs)
    assert predicted["msg"] == (
        "Would synchronize 5 of 11 items; 6 were unchanged; changes on the server are not known beforehand."
    )
    assert first["msg"] == "Synchronized 7 of 11 items; 4 were unchanged."
    assert second["msg"] == "Nothing to synchronize: no item under 1 path is dirty or sparse."
    assert [one["changed"] for one in (predicted, first, second)] == [True, True, False]
    assert [one["counts"]["uploaded_bytes"] for one in (predicted, first, second)] == [146, 146, 0]
    done = {path for path, status in _statuses(first).items() if status == "synchronized"}
    came = {"newer.xlsx", "sparse.iso"}
    assert done == {"up.docx", "created.txt", "deleted.txt", "gone.txt", r"paused\later.txt", *came}
    assert {entry["path"].rpartition("\\")[2] for entry in first["entries"] if entry["content_in"]} == came
    assert second["paths"] == [
        {
            "path": SHARE,
            "status": "unchanged",
            "changed": False,
            "total_items": 9,
            "changed_items": 0,
            "failed_items": 0,
            "dirty": False,
            "sparse": False,
        }
    ]


def test_the_diff_names_what_went_up_and_what_came_in(runs: tuple[Run, Run, Run]) -> None:
    predicted, first, _second = (run.stdout for run in runs)
    assert f"-{HOME}\\up.docx: dirty\n" in predicted
    assert f"+{HOME}\\up.docx: in sync\n" in predicted
    assert f"{HOME}\\newer.xlsx" not in predicted
    assert f"-{HOME}\\newer.xlsx: in sync\n" in first
    assert f"+{HOME}\\newer.xlsx: in sync, with content from the server\n" in first
    assert f"+{HOME}\\gone.txt: not in the cache\n" in first
    assert f"-{HOME}\\sparse.iso: sparse\n" in first


def test_each_item_says_what_became_of_it(runs: tuple[Run, Run, Run]) -> None:
    told = runs[1].of("whole")
    statuses = _statuses(told.result)
    assert {path: statuses[path] for path in QUIET} == {
        "locked.txt": "failed",
        "open.txt": "failed",
        "changed and gone.txt": "conflict",
        "mine newer.txt": "conflict",
        "theirs newer.txt": "conflict",
    }
    assert [path["status"] for path in told.result["paths"]] == ["partial", "offline", "not_cached"]
    assert (told.status, told.result["only_items_failed"]) == ("failed", True)
    assert told.result["counts"]["failed"] == 4
    assert _statuses(runs[2].of("whole").result)["mine newer.txt"] == "conflict"
    assert runs[2].of("whole").result["changed"] is False


def test_conflicts_are_decided_as_asked(runs: tuple[Run, Run, Run]) -> None:
    result = runs[1].of("keep_local").result
    assert result["flags"] == {
        "value": 0x10000007,
        "hex": "0x10000007",
        "names": ["fill_sparse", "sync_in", "sync_out", "keep_local"],
    }
    assert {path for path, status in _statuses(result).items() if status == "conflict"} == set()
    assert runs[2].of("keep_local").result["changed"] is False


def test_one_direction_only(runs: tuple[Run, Run, Run], fleet: Fleet) -> None:
    result = runs[1].of("only_out").result
    statuses = _statuses(result)
    assert {statuses[path] for path in ("newer.xlsx", "sparse.iso", "gone.txt")} == {"unchanged"}
    assert (statuses["up.docx"], result["paths"][0]["sparse"]) == ("synchronized", True)
    assert runs[2].of("only_out").result["msg"] == "Nothing to synchronize: no item under 1 path is dirty."
    assert fleet.sims["only_out"].host.calls[0]["params"]["Flags"] == 4


def test_what_is_new_on_the_server_comes_in(runs: tuple[Run, Run, Run]) -> None:
    result = runs[1].of("new").result
    fresh = next(entry for entry in result["entries"] if entry["path"].endswith("fresh.txt"))
    assert (fresh["status"], fresh["content_in"]) == ("synchronized", True)
    assert runs[2].of("new").result["changed"] is False


def test_a_logon_without_credentials_gets_the_hint_of_the_double_hop(runs: tuple[Run, Run, Run]) -> None:
    for told in (run.of("double_hop") for run in runs[1:]):
        assert (told.status, told.result["changed"]) == ("failed", False)
        assert told.result["msg"].startswith("Synchronize failed with ERROR_LOGON_FAILURE (0x8007052E); ")
        assert "double hop" in " ".join(told.result["warnings"])


def test_a_timeout_says_that_it_may_still_run_and_what_was_done(runs: tuple[Run, Run, Run]) -> None:
    told = runs[1].of("hangs")
    assert (told.status, told.result["timed_out"], told.result["may_still_run"]) == ("failed", True, True)
    assert told.result["msg"].startswith(f"The host did not finish within {HANGING} seconds; synchronized ")
    assert "unknown" in _statuses(told.result).values()


def test_what_was_done_before_it_was_cancelled_stays_done(runs: tuple[Run, Run, Run]) -> None:
    told = runs[1].of("cancelled")
    assert (told.status, told.result["cancelled"]) == ("failed", True)
    assert told.result["msg"].startswith("The operation was cancelled; ")
    assert {"synchronized", "cancelled"} <= set(_statuses(told.result).values())


def test_a_path_that_must_be_there(runs: tuple[Run, Run, Run]) -> None:
    told = runs[1].of("missing")
    assert (told.status, told.result["paths"][0]["status"]) == ("failed", "not_cached")
    assert r"\\fs01\none" in told.result["msg"]


def test_check_mode_called_nothing(runs: tuple[Run, Run, Run], fleet: Fleet) -> None:
    for name in HOSTS:
        calls = len(fleet.sims[name].host.calls)
        assert calls == 2, name


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no_direction": ({"flags": ["background"]}, "flags 'background' (0x10000) name no direction: add at least one of"),
    "needs_sync_in": (
        {"flags": ["sync_out", "pin_new_files"]},
        "hold pin_new_files (0x8), which has no effect without",
    ),
    "needs_new": ({"flags": ["sync_in", "pin_for_all"]}, "has no effect without pin_new_files (0x8): add it."),
    "range": ({"flags": [4294967298]}, "flags value 4294967298 is not an unsigned 32-bit number."),
    "bits": ({"flags": ["0x40000002"]}, "holds the unknown bits 0x40000000"),
    "redirection": ({"flags": ["0x102"]}, "holds 0x100 (pin_for_redir)"),
    "conflicts": ({"conflicts": "keep_all"}, "must be one of: leave, keep_local, keep_remote, keep_latest"),
    "contradiction": (
        {"conflicts": "keep_remote", "flags": ["0x10000007"]},
        "conflicts is keep_remote, and flags hold keep_local: name one of them.",
    ),
    "deep": ({"deep": False}, "deep"),
    "timeout": ({"timeout": -1}, "timeout -1 is not allowed"),
}


def test_bad_input_names_the_value_and_what_is_allowed(fleet: Fleet) -> None:
    calls, hosts = len(fleet.sims["quiet"].log), "quiet"
    tasks = [
        {"name": name, MODULE: {"paths": SHARE, **options}, "ignore_errors": True}
        for name, (options, _words) in BAD.items()
    ]
    run = fleet.play(tasks, hosts=hosts)
    for name, (_options, words) in BAD.items():
        told = run.of("quiet", name)
        assert told.status == "failed", name
        assert words in told.result["msg"], name
    assert not [line for line in fleet.sims["quiet"].log[calls:] if " call " in line]


def test_a_user_who_watches_is_told_the_paths(fleet: Fleet) -> None:
    run = fleet.adhoc("whole", {"paths": [SHARE, PROJECTS]}, "-vv", module=MODULE)
    assert rf"{SHARE}: " in run.stdout
    assert rf"{PROJECTS}: offline, 0 of 2 items changed, 2 failed" in run.stdout
    assert "ERROR_CSCSHARE_OFFLINE (0x800704EE)" in run.stdout
