# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""fleet_report from playbooks: what registered variables come to, files, check mode, merging, arguments."""

from __future__ import annotations

import csv
import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from integration.fleet import SHARE, Fleet, Run, scenario

pytestmark = pytest.mark.timeout(180)

REPORT = "winops.offline_files.fleet_report"
DENIED = {SHARE: {"items": {"a.txt": {"pin": "user", "error": "ERROR_ACCESS_DENIED"}, "b.txt": {"pin": "user"}}}}

LOOK: list[dict[str, Any]] = [
    {
        "name": "Look",
        "winops.offline_files.cache_info": {"paths": SHARE, "unavailable": "ok"},
        "register": "look",
        "ignore_unreachable": True,
    },
    {
        "name": "Release",
        "winops.offline_files.unpin": {
            "paths": SHARE,
            "unavailable": "ok",
            "report": "failed",
            "background": "{{ slow | default(false) }}",
            "wait": "{{ not slow | default(false) }}",
        },
        "register": "released",
        "failed_when": "released is failed and not released.only_items_failed | default(false)",
        "when": "inventory_hostname != 'odd'",
    },
    {"name": "Be odd", "ansible.builtin.set_fact": {"released": ["a", "list"]}, "when": "inventory_hostname == 'odd'"},
    {
        "name": "Count",
        "winops.offline_files.item_info": {"paths": SHARE, "summary": True, "unavailable": "ok"},
        "register": "left",
    },
]


def report(name: str, **options: Any) -> dict[str, Any]:
    """A task that writes the page."""
    return {"name": name, REPORT: options, "run_once": True, "register": name.lower().replace(" ", "_")}


@dataclass(frozen=True)
class Ran:
    """The one run that most tests look at, and what it left."""

    run: Run
    folder: Path

    def result(self, task: str) -> dict[str, Any]:
        """What a task with run_once came to."""
        return next(one.result for one in self.run.told if one.task == task)

    def hosts(self, name: str = "fleet.json") -> dict[str, dict[str, Any]]:
        """The hosts of a JSON file, by name."""
        document = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return {host["host"]: host for host in document["hosts"]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "folder": ({"dest": "/"}, "dest '/' is not allowed: it is a folder. Name the file, such as /fleet.html."),
    "formats": (
        {"formats": ["pdf"]},
        "value of formats must be one or more of: html, csv, json. Got no match for: pdf",
    ),
    "nothing": ({"formats": []}, "formats is empty: give one or more of html, csv, json."),
    "variable": (
        {"results": ["released.counts"]},
        "results 'released.counts' is not allowed: give the name of a variable that tasks have registered, not what is "
        "in it.",
    ),
    "items": ({"max_items": -1}, "max_items -1 is not allowed: use 0 (no limit) or a positive number."),
    "mode": ({"mode": "644x"}, "mode '644x' is not allowed: give an octal number in quotes, such as '0640'."),
    "decimal mode": ({"mode": 644}, "mode '644' is not allowed: give an octal number in quotes, such as '0640'."),
    "merge": ({"merge": ["/nowhere.json"]}, "merge '/nowhere.json' cannot be read: No such file or directory."),
    "place": (
        {"dest": "/nowhere/fleet.html"},
        "dest '/nowhere/fleet.html' cannot be written: there is no folder /nowhere.",
    ),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("report")
    kept = folder / "kept.json"
    released = {"host": "pc9", "state": "done", "msg": "Released 2 items."}
    # Of an earlier run: one host that nobody asks now, one that is away now, one that has failed and is done now.
    earlier = [released, {**released, "host": "gone"}, {**released, "host": "alice", "state": "failed"}]
    kept.write_text(json.dumps({"fleet_report": 1, "title": "x", "hosts": earlier}), encoding="utf-8")
    options = {
        "title": 'Retiring <b> "fs01"',
        "hosts": ["alice", "denied", "off", "gone", "odd", "never", "away", "slow", "busy"],
        "cache": ["look"],
        "results": ["released"],
        "after": ["left"],
    }
    all_of_it = {**options, "dest": str(folder / "fleet.html"), "formats": ["html", "csv", "json"]}
    merged = str(folder / "merged.json")
    with Fleet(folder) as fleet:
        fleet.add("alice", scenario())
        fleet.add("denied", scenario(cache=DENIED))
        fleet.add("off", scenario(host={"enabled": False, "active": False}))
        fleet.add("odd", scenario())
        fleet.add("slow", scenario(behaviour={"item_delay_ms": 20_000}), variables={"slow": True})
        fleet.add("busy", {**scenario(), "jobs": {"locked": True}})
        fleet.name("gone", {"ansible_connection": "winrm", "ansible_host": "127.0.0.1", "ansible_port": 1})
        fleet.name("away", {"ansible_connection": "local"})
        tasks = [
            {"name": "Leave", "ansible.builtin.meta": "end_host", "when": "inventory_hostname == 'away'"},
            *LOOK,
            {**report("Predict", **{**all_of_it, "dest": str(folder / "not.html")}), "check_mode": True},
            report("Write", **all_of_it),
            report("Write again", **all_of_it),
            report("Let others read", **all_of_it, mode="0644"),
            report("Merge", **options, dest=merged, formats=["json"], merge=[str(kept)]),
            report("Merge itself", **options, dest=merged, formats=["json"], merge=[str(kept), merged]),
            report("Mistype", dest=str(folder / "mistyped.html"), results=["relased"]),
            *(
                {**report(f"Refuse {name}", **{"dest": str(folder / "refused.html"), **bad}), "ignore_errors": True}
                for name, (bad, _message) in REFUSED.items()
            ),
        ]
        # What the hosts' tasks need would lead a task of the controller elsewhere, if it had a connection.
        become = {"ansible_become": "{{ look is defined and left is defined }}"}
        run = fleet.play(tasks, timeout=150, keywords={"vars": become})
        yield Ran(run, folder)


def test_every_host_that_should_appear_has_a_row(ran: Ran) -> None:
    hosts = ran.hosts()
    assert {name: host["state"] for name, host in hosts.items()} == {
        "alice": "done",
        "away": "not_asked",
        "denied": "failed",
        "gone": "unreachable",
        "never": "not_asked",
        "odd": "seen",
        "off": "off",
        "slow": "waits",
        "busy": "waits",
    }
    assert hosts["never"]["notes"] == ["The inventory does not have this host."]
    assert hosts["odd"]["notes"] == ["results: released is a list, not the result of a task."]


def test_a_row_says_what_is_left_and_what_failed(ran: Ran) -> None:
    hosts = ran.hosts()
    (view,) = hosts["alice"]["views"]
    (share,) = view["shares"]
    assert (view["user"], view["changed"], share["path"]) == (r"CORP\alice", 5, SHARE)
    assert (share["total_items"], share["pinned_before"], share["pinned"]) == (7, 5, 1)
    assert share["reasons"] == {"user": 0, "user_policy": 1, "computer": 0, "folder_redirection": 0}
    (failure,) = hosts["denied"]["failures"]
    assert failure["path"] == rf"{SHARE}\a.txt"
    assert (failure["result"]["category"], failure["result"]["name"]) == ("access", "ERROR_ACCESS_DENIED")


def test_a_host_on_which_a_job_runs_says_so_and_what_to_do_next(ran: Ran) -> None:
    with (ran.folder / "fleet.csv").open(encoding="utf-8", newline="") as stream:
        table = {row["host"]: row["why"] for row in csv.DictReader(stream)}
    said = {name: [why for view in host["views"] for why in view["why"]] for name, host in ran.hosts().items()}
    assert re.fullmatch(
        r"its call goes on in the background \(Unpin \\\\fs01\\users, since \S+Z, as CORP\\alice\): run the same task "
        "again to fetch its result",
        table["slow"],
    )
    assert table["busy"] == (
        "a job of this collection runs there in the background (as somebody, more cannot be read of it), so that "
        "nothing was called: run the same task again when it has ended"
    )
    assert (said["slow"], said["busy"]) == ([table["slow"]], [table["busy"]])


def test_the_result_has_the_files_and_the_numbers(ran: Ran) -> None:
    result = ran.result("Write")
    assert [Path(file["path"]).name for file in result["files"]] == ["fleet.html", "fleet.csv", "fleet.json"]
    assert result["totals"]["hosts"] == 9
    assert result["totals"]["states"]["not_asked"] == 2
    assert result["totals"] == json.loads((ran.folder / "fleet.json").read_text(encoding="utf-8"))["totals"]
    assert result["msg"].endswith("9 hosts: failed 1, unreachable 1, not asked 2, waits 2, seen 1, done 1, off 1.")
    page = (ran.folder / "fleet.html").read_text(encoding="utf-8")
    assert "<h1>Retiring &lt;b&gt; &quot;fs01&quot;</h1>" in page
    assert "<b>" not in page
    with (ran.folder / "fleet.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["host"]: row["state"] for row in rows} == {n: host["state"] for n, host in ran.hosts().items()}


def test_files_are_the_owners_and_written_only_where_they_differ(ran: Ran) -> None:
    predicted = ran.result("Predict")
    assert (predicted["changed"], predicted["msg"].partition(" ")[0]) == (True, "Would")
    assert not list(ran.folder.glob("not.*"))
    assert [ran.result(name)["changed"] for name in ("Write", "Write again", "Let others read")] == [True, False, True]
    assert stat.S_IMODE((ran.folder / "fleet.html").stat().st_mode) == 0o644
    assert stat.S_IMODE((ran.folder / "merged.json").stat().st_mode) == 0o600
    assert not list(ran.folder.glob("refused.*"))


def test_what_was_known_before_stays_until_something_newer_is_known(ran: Ran) -> None:
    hosts = ran.hosts("merged.json")
    assert {name: hosts[name]["state"] for name in ("alice", "gone", "pc9", "off")} == {
        "alice": "done",
        "gone": "done",
        "pc9": "done",
        "off": "off",
    }
    assert hosts["gone"]["notes"] == ["Could not be reached in a later run; this is what was known before."]
    assert ran.result("Merge itself")["changed"] is False


def test_a_variable_that_no_host_has_is_told(ran: Ran) -> None:
    assert "[WARNING]: No host has the variable relased." in ran.run.stdout + ran.run.stderr
    states = ran.result("Mistype")["totals"]["states"]
    # Without hosts: those of the play, also those that have left it.
    assert {state: hosts for state, hosts in states.items() if hosts} == {"not_asked": 8}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_accepted_is_named(ran: Ran, name: str) -> None:
    assert ran.result(f"Refuse {name}")["msg"] == REFUSED[name][1]
