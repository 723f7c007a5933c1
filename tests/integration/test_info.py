# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""cache_info and item_info from the ansible command line to a simulated host and back."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from collection_tree import ROOT
from integration.fleet import PASSWORDS, Fleet, Run, module_calls, scenario
from unit import job_rows

pytestmark = pytest.mark.timeout(120)

CACHE_INFO = "winops.offline_files.cache_info"
ITEM_INFO = "winops.offline_files.item_info"
PC = yaml.safe_load((ROOT / "tests" / "simhost" / "scenarios" / "inventory.yml").read_text(encoding="utf-8"))
ALICE, BOB, ADMIN = r"CORP\alice", r"CORP\bob", r"CORP\admin"
REASONS = ("user", "user_policy", "computer", "folder_redirection")
LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
ALICES, BOBS = (f"S-1-5-21-1004336348-1177238915-682003330-{number}" for number in (1104, 1187))
REPORT = r"\\fs01\users\alice\report.docx"


def _pc(**behaviour: Any) -> dict[str, Any]:
    """The PC of scenarios/inventory.yml, with the passwords of the fleet and other behaviour."""
    return {**PC, "accounts": PASSWORDS, "behaviour": behaviour}


def _off(**host: Any) -> dict[str, Any]:
    return scenario(host=host)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The PC by each way in, and hosts where something is off."""
    with Fleet(tmp_path_factory.mktemp("info")) as fleet:
        fleet.add("pc", _pc(), ways={"pc": "winhost", "pc_psrp": "winhost_psrp", "pc_basic": "winhost_basic"})
        fleet.add("bob", _pc())
        fleet.add("no_registry", _pc(registry_denied=[LIST, rf"HKEY_USERS\{BOBS}"]))
        fleet.add("no_log", _pc(registry_denied=[rf"{LIST}\{BOBS}\SyncItemLog", rf"HKEY_USERS\{BOBS}"]))
        fleet.add("no_provider", _pc(registry_class="missing"))
        fleet.logon("bob", BOB, PASSWORDS[BOB])
        journal = fleet.add("working", _pc()).host.jobs.plant("0" * 32, ALICE, by=ALICE)
        state = job_rows.job(about={"method": "Pin", "paths": 2, "path": r"\\fs01\users\alice"})["state"]
        journal.state = lambda: state
        fleet.sims["working"].host.jobs.hold_lock()
        fleet.add("stranger", _pc(user_view="none"))
        fleet.add("breaks", _pc(read_error_after_rows=12))
        fleet.add("hangs", _pc(read_hangs_after_rows=12))
        fleet.add("no_query", _pc(query_error=0x80041017))
        fleet.add("disabled", _off(enabled=False, active=False))
        fleet.add("inactive", _off(active=False))
        half = {"CscService": {"state": "Running", "start_mode": "Disabled"}}
        fleet.add("half", _off(services=half))
        fleet.add(
            "half_off", _off(enabled=False, services={**half, "CSC": {"state": "Running", "start_mode": "System"}})
        )
        fleet.add("absent", scenario(behaviour={"wmi_class": "missing"}))
        fleet.add("denied", scenario(behaviour={"wmi_class": "access_denied"}))
        yield fleet


# --- cache_info


@pytest.fixture(scope="module")
def caches(fleet: Fleet) -> Run:
    """cache_info of all hosts, with facts and what is cached under two paths."""
    before = module_calls(fleet.sims["bob"])
    run = fleet.adhoc("all", "facts=true timeout=2 paths=//fs01/users,//fs03/none", "-v", module=CACHE_INFO)
    # Whatever is asked, one execution is enough.
    assert module_calls(fleet.sims["bob"]) == before + 1
    return run


def test_the_job_that_runs_on_a_host(caches: Run) -> None:
    result = caches.of("working").result
    job = result["job"]
    assert (job["name"], job["state"], job["own"], job["user"]) == ("0" * 32, "running", True, ALICE)
    assert (job["method"], job["path"], job["paths"]) == ("Pin", r"\\fs01\users\alice", 2)
    assert (job["began"], job["seconds"], job["done"], job["failed"], job["known"]) == (job_rows.BEGAN, 61, 4, 1, 6)
    assert result["ansible_facts"]["offline_files"]["job"] == job
    line = (
        r"<working> job in the background of the task's user, running: Pin \\fs01\users\alice and 1 more path, since "
    )
    assert line in caches.stdout
    assert caches.of("pc").result["job"] is None


@pytest.mark.parametrize("name", ["pc", "pc_psrp", "pc_basic"])
def test_cache_info_of_a_pc(caches: Run, name: str) -> None:
    result = caches.of(name).result
    assert result["changed"] is False
    assert result["msg"].startswith(r"Offline Files is active; the view is that of CORP\alice. 13 items (9 files,")
    assert result["cache"] == {
        "found": True,
        "enabled": True,
        "active": True,
        "restart_pending": False,
        "after_restart": True,
        "location": r"C:\Windows\CSC",
        "user": ALICE,
    }
    assert (result["service"]["state"], result["driver"]["start_mode"]) == ("Running", "System")
    configuration = result["configuration"]
    assert configuration["offline_files_cache_encrypted"] is False
    assert configuration["disk_space_limit_params"] == {"total_size_in_mb": 20480, "auto_cache_size_in_mb": 8192}
    assert configuration["excluded_file_types"] == ["*.pst", "*.mdb"]
    assert result["policies"]["computer"]["NoMakeAvailableOffline"] == 1
    assigned = Counter(row["path"] for row in result["policies"]["assigned"])
    assert assigned == {r"\\fs02\templates\letters": 1, r"\\fs02\templates\policies": 2, r"\\fs02\共有\全社": 1}
    assert {row["scope"] for row in result["policies"]["assigned"] if row["sid"]} == {"user"}
    assert result["errors"] == []
    facts = result["ansible_facts"]["offline_files"]
    assert all(facts[key] == result[key] for key in ("policies", "users", "cached", "conflict_handling"))


def test_the_users_of_a_pc(caches: Run) -> None:
    result = caches.of("pc").result
    users = {user["sid"]: user for user in result["users"]}
    assert [(user["name"], user["view"], user["logged_on"]) for user in users.values()] == [
        (r"NT AUTHORITY\SYSTEM", False, False),
        (ALICE, True, False),
        (BOB, False, True),
        (None, False, False),
    ]
    assert users[BOBS]["session"] == "Console"
    assert users[BOBS]["synchronized"][0] == {
        "path": r"\\fs01\users",
        "last_success": "2026-11-27T16:40:03Z",
        "last_attempt": "2026-11-27T16:40:03Z",
    }
    assert users[BOBS]["assigned"] == [r"\\fs02\templates\policies"]
    carol = result["users"][-1]
    assert (carol["assigned"], set(carol["unread"])) == (None, {"name", "assigned"})
    assert result["conflict_handling"][0] == {"path": r"\\fs01\users", "conflicts": "keep_both", "value": "3"}
    # The task as another user, on a PC that is the same, sees that user's view.
    assert {user["name"] for user in caches.of("bob").result["users"] if user["view"]} == {BOB}
    said = (
        rf"<pc> CORP\bob ({BOBS}): logged on (Console), another view, 2 paths synchronized, last 2026-11-27T16:40:03Z"
    )
    assert said in caches.stdout


def test_users_that_cannot_be_read(caches: Run) -> None:
    for name in ("no_registry", "no_provider"):
        told = caches.of(name)
        assert (told.status, told.result["users"]) == ("ok", None)
        assert LIST + r"\*" in [error["source"] for error in told.result["errors"]]
        assert told.result["cached"]["counts"]["total"] == 13
    assert caches.of("no_provider").result["conflict_handling"] is None
    users = {user["sid"]: user for user in caches.of("no_log").result["users"]}
    bob = users[BOBS]
    unread = {"name", "logged_on", "session", "assigned", "synchronized"}
    assert set(bob["unread"]) == {key for key, value in bob.items() if value is None} == unread
    assert "ERROR_ACCESS_DENIED" in bob["unread"]["synchronized"]
    assert users[ALICES]["unread"] == {}


@pytest.mark.parametrize(("name", "complete"), [("breaks", False), ("hangs", False), ("pc", True), ("bob", True)])
def test_what_is_cached_is_told_by_cache_info_as_by_item_info(
    caches: Run, answers: Run, name: str, complete: bool
) -> None:
    told = caches.of(name)
    cached = told.result["cached"]
    assert (told.status, cached["complete"]) == ("ok" if complete else "failed", complete)
    assert r"\\fs03\none" in cached["not_cached"]
    if not complete:
        assert "The items could not be read to the end" in told.result["msg"]
        assert told.result["service"]["state"] == "Running"
    if name == "pc":
        (row,) = cached["shares"]
        assert (row.pop("connection_state"), row.pop("offline_reason")) == ("offline", "net_disconnected")
        item_info = answers.of("pc", "cached").result
        assert cached == {key: item_info[key] for key in cached}


@pytest.mark.parametrize(
    ("name", "begins", "cache"),
    [
        ("disabled", "Offline Files is disabled on this host", (True, False, False, False)),
        ("inactive", "Offline Files is enabled but not active", (True, True, False, True)),
        ("absent", "Offline Files is not on this host", (False, None, None, None)),
    ],
)
def test_cache_info_where_offline_files_is_off(caches: Run, name: str, begins: str, cache: tuple[bool, ...]) -> None:
    told = caches.of(name)
    assert told.status == "ok"
    assert told.result["msg"].startswith(begins)
    assert tuple(told.result["cache"][key] for key in ("found", "enabled", "active", "restart_pending")) == cache
    assert told.result["configuration"] is None


@pytest.mark.parametrize(
    ("name", "begins", "cache"),
    [
        ("half", r"Offline Files is active; the view is that of CORP\alice. What a restart", (True, True, None, False)),
        ("half_off", "Offline Files is disabled on this host but still active: enable it", (False, True, None, True)),
        ("disabled", "Offline Files is disabled on this host", (False, False, False, False)),
        ("inactive", "Offline Files is enabled but not active", (True, False, True, True)),
    ],
)
def test_what_is_set_what_runs_and_what_will_be_are_three_things(
    caches: Run, name: str, begins: str, cache: tuple[bool | None, ...]
) -> None:
    result = caches.of(name).result
    assert result["msg"].startswith(begins)
    told = tuple(result["cache"][key] for key in ("enabled", "active", "after_restart", "restart_pending"))
    assert told == cache
    doubt = "the start mode of the service CscService is Disabled, the start mode of the driver CSC is System."
    assert (doubt in result["msg"]) is (cache[2] is None)


def test_cache_info_that_may_not_read_the_class_fails(caches: Run) -> None:
    told = caches.of("denied")
    assert told.status == "failed"
    assert told.result["errors"][0]["name"] == "WBEM_E_ACCESS_DENIED"


# --- item_info


def _truth(fleet: Fleet, user: str = "alice") -> dict[str, dict[str, Any]]:
    """What the simulated cache holds for a user."""
    hidden = rf"\\fs01\users\{'bob' if user == 'alice' else 'alice'}"
    items = fleet.sims["pc"].host.snapshot()["items"]
    return {item["path"]: item for item in items if not item["path"].startswith(hidden)}


@pytest.fixture(scope="module")
def everything(fleet: Fleet) -> Run:
    """item_info of all hosts, without any option but a time limit for the one that hangs."""
    return fleet.adhoc("all", "timeout=2", module=ITEM_INFO)


@pytest.mark.parametrize("name", ["pc", "pc_psrp", "pc_basic", "no_query"])
def test_item_info_lists_what_is_in_the_cache(fleet: Fleet, everything: Run, name: str) -> None:
    result = everything.of(name).result
    truth = _truth(fleet)
    told = {entry["path"]: entry for entry in result["entries"]}
    assert set(told) == set(truth)
    for path, item in truth.items():
        entry = told[path]
        assert entry["type"] == item["type"]
        assert entry["reasons"] == [reason for reason in REASONS if reason in item["pins"]]
        assert entry["passed_on"] == [reason for reason in REASONS if item["pins"].get(reason) == 2]
        assert sorted(entry["dirty_kinds"]) == item["dirty"]
        if item["type"] == "file":
            assert entry["size"] == item["size"]
    assert result["complete"] is True
    assert result["counts"]["total"] == result["counts"]["visible"] == len(truth)
    assert result["counts"]["dirty"] == sum(bool(item["dirty"]) for item in truth.values())
    assert result["counts"]["pinned"] == sum(bool(item["pins"]) for item in truth.values())


def test_what_item_info_tells_of_a_file(everything: Run) -> None:
    entry = next(entry for entry in everything.of("pc").result["entries"] if entry["path"] == REPORT)
    assert entry == {
        "path": REPORT,
        "name": "report.docx",
        "parent": r"\\fs01\users\alice",
        "type": "file",
        "pinned": True,
        "reasons": ["user"],
        "passed_on": [],
        "inherited": ["user"],
        "dirty": True,
        "dirty_kinds": ["data", "time"],
        "dirty_size": 48211,
        "size": 48211,
        "synchronized_size": 47104,
        "attributes": 32,
        "created": "2024-03-04T08:00:00Z",
        "modified": "2026-11-19T16:12:05Z",
        "metadata_changed": "2026-11-19T16:12:06Z",
        "accessed": "2026-11-20T07:30:00Z",
        "synchronized_modified": "2026-10-30T09:15:00Z",
        "encrypted": False,
        "sparse": False,
        "suspended": False,
        "suspended_root": False,
        "connection_state": "offline",
        "offline_reason": "net_disconnected",
    }


def test_each_user_has_a_view(fleet: Fleet, everything: Run) -> None:
    assert {entry["path"] for entry in everything.of("bob").result["entries"]} == set(_truth(fleet, "bob"))
    stranger = everything.of("stranger")
    assert (stranger.status, stranger.result["counts"]["visible"]) == ("ok", 0)
    assert r"The cache shows no item to CORP\alice" in everything.stderr.replace("\n", " ")


@pytest.mark.parametrize("name", ["breaks", "hangs"])
def test_a_reading_that_does_not_end_fails_with_what_was_read(everything: Run, name: str) -> None:
    told = everything.of(name)
    assert (told.status, told.result["complete"]) == ("failed", False)
    assert len(told.result["entries"]) == told.result["counts"]["total"] == 12
    assert told.result["msg"].startswith("The items could not be read to the end (")


OFF = ("disabled", "inactive", "absent", "denied")


@pytest.fixture(scope="module")
def fine(fleet: Fleet) -> Run:
    """item_info of the hosts without a cache, where that is fine."""
    return fleet.adhoc(":".join(OFF), "unavailable=ok", module=ITEM_INFO)


@pytest.mark.parametrize("name", OFF)
def test_hosts_without_a_cache_fail_unless_that_is_fine(everything: Run, fine: Run, name: str) -> None:
    assert everything.of(name).status == "failed"
    again = fine.of(name)
    # A denied access does not show that Offline Files is off.
    assert again.status == ("failed" if name == "denied" else "ok")
    assert again.result["entries"] == []


QUESTIONS: dict[str, dict[str, Any]] = {
    "pinned": {"pinned": True},
    "summary": {"summary": True},
    "japanese": {"paths": "//fs02/共有", "name": "*.txt"},
    "big": {"sort": "size", "descending": True, "limit": 2, "type": ["file"], "connection": False},
    "redirected": {"reasons": ["folder_redirection"], "type": ["file"]},
    "dirty": {"dirty": True, "summary": True},
    "direct": {"paths": "//fs01/users/alice", "deep": False, "type": "file"},
    "cached": {"paths": "//fs01/users,//fs03/none", "summary": True},
    "elsewhere": {"paths": ["//fs01.corp.example/users", "//fs02/home"]},
}


@pytest.fixture(scope="module")
def answers(fleet: Fleet) -> Run:
    """item_info with each of the questions."""
    tasks = [{"name": name, ITEM_INFO: options} for name, options in QUESTIONS.items()]
    return fleet.play(tasks, hosts="pc", timeout=100)


def _names(answers: Run, question: str) -> list[str]:
    return [entry["name"] for entry in answers.of("pc", question).result["entries"]]


def test_filters_sort_and_limit(fleet: Fleet, answers: Run) -> None:
    pinned = {item["path"] for item in _truth(fleet).values() if item["pins"]}
    assert {entry["path"] for entry in answers.of("pc", "pinned").result["entries"]} == pinned
    assert _names(answers, "japanese") == ["メモ.txt", "一時.txt"]
    assert _names(answers, "big") == ["disk.vhdx", "build.iso"]
    assert answers.of("pc", "big").result["entries_truncated"] is True
    assert sorted(_names(answers, "redirected")) == ["both.odt", "build.iso", "cv.odt"]
    assert "sea.jpg" not in _names(answers, "direct")
    assert "report.docx" in _names(answers, "direct")


def test_a_summary_for_each_share(fleet: Fleet, answers: Run) -> None:
    result = answers.of("pc", "summary").result
    truth = _truth(fleet)
    for share in result["shares"]:
        items = [item for path, item in truth.items() if path == share["path"] or path.startswith(share["path"] + "\\")]
        assert share["total_items"] == len(items)
        assert share["size"] == sum(item["size"] for item in items if item["type"] == "file")
        assert share["reasons"] == {name: sum(name in item["pins"] for item in items) for name in REASONS}
    assert [share["path"] for share in result["shares"]] == sorted(
        path for path, item in truth.items() if item["type"] == "share"
    )
    assert result["entries"] == []
    assert answers.of("pc", "dirty").result["counts"]["total"] == result["counts"]["dirty"] > 0


def test_the_name_of_a_server_that_the_cache_does_not_know(answers: Run) -> None:
    result = answers.of("pc", "elsewhere").result
    assert result["not_cached"] == [r"\\fs01.corp.example\users"]
    assert r"a share of this name is there as \\fs01\users" in " ".join(answers.stderr.split())


def test_nothing_is_changed_and_one_execution_is_enough(fleet: Fleet) -> None:
    before, calls = fleet.sims["pc"].host.snapshot()["items"], module_calls(fleet.sims["pc"])
    run = fleet.adhoc("pc", "pinned=true", "--check", "--diff", module=ITEM_INFO)
    assert run.of("pc").result["changed"] is False
    assert module_calls(fleet.sims["pc"]) == calls + 1
    assert fleet.sims["pc"].host.snapshot()["items"] == before
    assert fleet.sims["pc"].host.calls == []


def test_bad_values_are_named(fleet: Fleet) -> None:
    run = fleet.play(
        [{"name": "bad", ITEM_INFO: {"name": "alice/*.pst"}}, {"name": "never", ITEM_INFO: {}}], hosts="pc"
    )
    assert run.code == 2
    assert run.of("pc").result["msg"].startswith("name 'alice/*.pst' is not allowed")


# --- what the documentation shows


def test_the_documented_report_of_pinned_shares(fleet: Fleet, tmp_path: Path) -> None:
    text = (ROOT / "plugins" / "modules" / "item_info.py").read_text(encoding="utf-8")
    examples = yaml.safe_load(text.partition('EXAMPLES = r"""')[2].partition('"""')[0])
    report = next(task for task in examples if task["name"] == "Report the pinned shares of a fleet")
    copy = report["block"][1]["ansible.builtin.copy"]
    copy["dest"] = copy["dest"].replace("{{ playbook_dir }}", str(tmp_path))
    run = fleet.play([report], hosts="pc:disabled", ANSIBLE_LOCALHOST_WARNING="False")
    assert run.code == 0, run.stdout
    with (tmp_path / "pinned_shares.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["host"] for row in rows} == {"pc"}
    (users,) = [row for row in rows if row["share"] == r"\\fs01\users"]
    pinned = [item for path, item in _truth(fleet).items() if path.startswith(users["share"] + "\\") and item["pins"]]
    assert int(users["items"]) == int(users["user"]) == len(pinned)


def test_what_unpin_released_is_gone_from_the_list(fleet: Fleet) -> None:
    tasks = [
        {"name": "before", ITEM_INFO: {"paths": "//fs01", "reasons": ["user"], "summary": True}},
        {"name": "unpin", "winops.offline_files.unpin": {"paths": "//fs01/users"}},
        {"name": "after", ITEM_INFO: {"paths": "//fs01", "reasons": ["user"], "summary": True}},
    ]
    run = fleet.play(tasks, hosts="bob")
    assert run.of("bob", "before").result["counts"]["total"] == run.of("bob", "unpin").result["counts"]["changed"] > 0
    assert run.of("bob", "after").result["counts"]["total"] == 0
