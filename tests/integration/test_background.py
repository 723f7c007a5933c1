# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls in the background from the ansible command line to a simulated host and back, as they are meant to go.

What goes wrong with them is in test_background_faults.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from integration.background import DONE, USUAL, add, left, threads_of_jobs
from integration.fleet import MODULE, PASSWORDS, Fleet, Run, check_form, module_calls, pinned_for_user

pytestmark = pytest.mark.timeout(200)

WAYS = {"winrm": "winhost", "psrp": "winhost_psrp"}
BOB = r"CORP\bob"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    before = threads_of_jobs()
    with Fleet(tmp_path_factory.mktemp("background")) as fleet:
        yield fleet
    assert threads_of_jobs() == before


@pytest.fixture(scope="module")
def ways(hosts: Fleet) -> Run:
    """The same task over each connection."""
    for name, way in WAYS.items():
        add(hosts, name, ms=400, ways={name: way})
    return hosts.adhoc("winrm:psrp", {**USUAL, "report": "all"}, "--diff")


@pytest.mark.parametrize("name", WAYS)
def test_a_job_is_followed_and_fetched(hosts: Fleet, ways: Run, name: str) -> None:
    told, sim = ways.of(name), hosts.sims[name]
    assert (told.status, told.result["msg"]) == ("ok", DONE)
    check_form(told.result)
    assert (told.result["changed"], told.result["state_verified"], len(told.result["entries"])) == (True, True, 7)
    job = told.result["job"]
    assert re.fullmatch("[0-9a-f]{32}", job.pop("name"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", job.pop("began"))
    assert 2.5 < job.pop("seconds") < 60
    assert job == {
        "state": "ended",
        "attached": False,
        "method": "Unpin",
        "user": r"CORP\alice",
        "done": 7,
        "failed": 0,
        "known": 5,
        "paths": 1,
        "path": r"\\fs01\users",
    }
    assert r"-\\fs01\users\alice\notes.txt: pinned for user" in ways.stdout
    lines = [line for line in ways.stderr.splitlines() if line.startswith(f"{name}: ")]
    assert lines
    for line in lines:
        assert re.fullmatch(rf"{name}: Unpin in the background: .*, \d+:\d\d:\d\d since it began(, .*)?", line), line
        assert "\\" not in line
    # It was looked for, started, looked at once for each line, fetched and dropped.
    assert module_calls(sim) >= len(lines) + 4
    assert (len(sim.host.calls), pinned_for_user(sim), left(sim)) == (1, [], [])
    assert not told.result.get("warnings")


# --- conversations of several tasks, each on a host of its own, in one run

_NEXT = r"//fs01/users/alice"
_OTHER = "//fs02/projects"


def _task(name: str, host: str, module: str = MODULE, **options: Any) -> dict[str, Any]:
    keywords = options.pop("keywords", {})
    given = options if module != MODULE else {**USUAL, **options}
    given = {key: value for key, value in given.items() if value is not None}
    made = {"name": f"{host}: {name}", module: given, "when": f"inventory_hostname == '{host}'", "ignore_errors": True}
    return {**made, **keywords}


PIN, INFO = "winops.offline_files.pin", "winops.offline_files.cache_info"
FOREGROUND = {"background": None, "poll_interval": None}
AS_BOB = {"vars": {"ansible_user": BOB, "ansible_password": PASSWORDS[BOB]}}
BECOME = {
    "become": True,
    "become_method": "runas",
    "become_user": BOB,
    "vars": {"ansible_become_password": PASSWORDS[BOB]},
}

TASKS: dict[str, list[dict[str, Any]]] = {
    "later": [
        _task("leave", "later", wait=False),
        _task("info", "later", INFO),
        _task("other", "later", **FOREGROUND, paths=_OTHER, flags="for_computer"),
        _task("check", "later", keywords={"check_mode": True}),
        _task("fetch", "later"),
        _task("after", "later", INFO),
    ],
    "until": [
        _task("leave", "until", wait=False),
        _task(
            "repeat",
            "until",
            **FOREGROUND,
            paths=_OTHER,
            flags="for_computer",
            keywords={"register": "tried", "until": "not tried.busy", "retries": 60, "delay": 1},
        ),
        _task("fetch", "until", wait=False),
    ],
    "users": [
        _task("leave", "users", wait=False),
        _task("busy", "users", keywords=AS_BOB),
        _task("info", "users", INFO, keywords=AS_BOB),
        _task(
            "own",
            "users",
            keywords={**AS_BOB, "register": "tried", "until": "not tried.busy", "retries": 60, "delay": 1},
        ),
        _task("fetch", "users"),
    ],
    "become": [_task("run", "become", keywords=BECOME)],
    "hidden": [_task("run", "hidden", keywords={"no_log": True})],
    "checked": [_task("run", "checked", keywords={"check_mode": True})],
    "plain": [_task("run", "plain", **FOREGROUND)],
    "restored": [
        _task(
            "unpin", "restored", **FOREGROUND, flags=["for_user", "for_user_policy"], keywords={"register": "before"}
        ),
        _task(
            "pin",
            "restored",
            PIN,
            restore="{{ before.entries }}",
            background=True,
            poll_interval=5,
        ),
    ],
}
SLOW = {"later": 1500, "until": 500, "users": 500, "become": 100, "hidden": 400, "restored": 0}


@pytest.fixture(scope="module")
def run(hosts: Fleet) -> Run:
    for name in TASKS:
        add(hosts, name, ms=SLOW.get(name, 0))
    tasks = [task for mine in TASKS.values() for task in mine]
    return hosts.play(tasks, hosts=":".join(TASKS), keywords={"strategy": "free"}, timeout=150)


def _result(run: Run, host: str, task: str) -> dict[str, Any]:
    return run.of(host, f"{host}: {task}").result


@pytest.mark.once
def test_what_was_left_is_fetched_by_the_same_task(hosts: Fleet, run: Run) -> None:
    leave, fetch = _result(run, "later", "leave"), _result(run, "later", "fetch")
    check_form(leave)
    assert re.fullmatch(
        r"It goes on in the background on the host \(Unpin \\\\fs01\\users, since \S+Z, as CORP\\alice\): run the same "
        "task again to fetch its result.",
        leave["msg"],
    )
    assert (leave.get("failed", False), leave["changed"], leave["job"]["state"]) == (False, False, "running")
    assert leave["may_still_run"] is True
    assert (fetch["msg"], fetch["changed"], fetch["job"]["state"], fetch["job"]["attached"]) == (
        DONE,
        True,
        "ended",
        True,
    )
    assert (fetch["job"]["name"], fetch["job"]["began"]) == (leave["job"]["name"], leave["job"]["began"])
    assert (len(hosts.sims["later"].host.calls), left(hosts.sims["later"])) == (1, [])


@pytest.mark.once
def test_a_task_in_the_foreground_calls_nothing_while_a_job_runs(run: Run) -> None:
    result = _result(run, "later", "other")
    check_form(result)
    assert (result["failed"], result["busy"], result["may_still_run"], result["changed"]) == (True, True, False, False)
    assert re.match(r"Another job runs on this host in the background: Unpin \\\\fs01\\users, since ", result["msg"])
    assert (result["job"]["state"], result["job"]["method"]) == ("running", "Unpin")


@pytest.mark.once
def test_cache_info_tells_the_job(run: Run) -> None:
    job, after = _result(run, "later", "info")["job"], _result(run, "later", "after")["job"]
    assert (job["state"], job["method"], job["path"], job["own"]) == ("running", "Unpin", r"\\fs01\users", True)
    assert after is None


@pytest.mark.once
def test_check_mode_starts_no_job(hosts: Fleet, run: Run) -> None:
    result = _result(run, "checked", "run")
    assert (result["msg"], result["job"]) == ("Would unpin 5 of 7 items; 2 were not pinned for user.", None)
    assert (module_calls(hosts.sims["checked"]), hosts.sims["checked"].host.calls) == (1, [])
    # While a job runs it tells what that leaves.
    assert _result(run, "later", "check")["job"] is None


@pytest.mark.once
def test_a_task_in_the_foreground_costs_one_execution(hosts: Fleet, run: Run) -> None:
    result = _result(run, "plain", "run")
    assert (result["msg"], result["job"], result["busy"]) == (DONE, None, False)
    assert (module_calls(hosts.sims["plain"]), len(hosts.sims["plain"].host.calls)) == (1, 1)
    assert not [line for line in run.stderr.splitlines() if line.startswith("plain: ")]


@pytest.mark.once
def test_busy_is_good_for_until(hosts: Fleet, run: Run) -> None:
    repeated, fetch = _result(run, "until", "repeat"), _result(run, "until", "fetch")
    assert (repeated["busy"], repeated["changed"], repeated["attempts"] > 1) == (False, True, True)
    assert (fetch["msg"], fetch["job"]["state"], fetch["job"]["attached"]) == (DONE, "ended", True)
    assert [call["params"]["Paths"] for call in hosts.sims["until"].host.calls] == [
        [r"\\fs01\users"],
        [r"\\fs02\projects"],
    ]
    assert left(hosts.sims["until"]) == []


@pytest.mark.once
def test_two_users_of_one_host(hosts: Fleet, run: Run) -> None:
    busy, own, fetch = (_result(run, "users", task) for task in ("busy", "own", "fetch"))
    assert (busy["busy"], busy["job"]["user"], busy["job"]["method"]) == (True, r"CORP\alice", None)
    assert r"CORP\alice" in busy["msg"]
    seen = _result(run, "users", "info")["job"]
    assert (seen["own"], seen["state"], seen["user"], seen["path"]) == (False, "running", r"CORP\alice", None)
    # alice's answer waits then, and keeps nobody.
    assert (own["changed"], own["job"]["user"], own["job"]["attached"]) == (True, BOB, False)
    assert (fetch["msg"], fetch["job"]["user"], fetch["job"]["attached"]) == (DONE, r"CORP\alice", True)
    assert own["job"]["name"] == fetch["job"]["name"]
    assert [call["user"] for call in hosts.sims["users"].host.calls] == [r"CORP\alice", BOB]
    assert left(hosts.sims["users"]) == []


@pytest.mark.once
def test_become(hosts: Fleet, run: Run) -> None:
    result = _result(run, "become", "run")
    assert (result["changed"], result["cache"]["user"], result["job"]["user"]) == (True, BOB, BOB)
    assert [call["user"] for call in hosts.sims["become"].host.calls] == [BOB]
    assert left(hosts.sims["become"]) == []


@pytest.mark.once
def test_no_log_hides_the_result_and_shows_lines_without_names(hosts: Fleet, run: Run) -> None:
    assert set(_result(run, "hidden", "run")) <= {"censored", "changed", "failed"}
    lines = [line for line in run.stderr.splitlines() if line.startswith("hidden: ")]
    assert lines
    assert not [line for line in lines if "fs01" in line]
    assert (len(hosts.sims["hidden"].host.calls), left(hosts.sims["hidden"])) == (1, [])


@pytest.mark.once
def test_pin_with_restore_has_a_job_for_each_call(hosts: Fleet, run: Run) -> None:
    before, after = _result(run, "restored", "unpin"), _result(run, "restored", "pin")
    assert (before["changed"], after.get("failed", False), after["changed"]) == (True, False, True)
    calls = [call["params"]["Flags"] for call in hosts.sims["restored"].host.calls if call["method"] == "Pin"]
    assert len(calls) > 1
    assert (after["job"]["method"], after["job"]["state"]) == ("Pin", "ended")
    assert left(hosts.sims["restored"]) == []


# --- bad input

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "often": ({"background": True, "poll_interval": 4}, "poll_interval 4 is not allowed: use 5 to 60 seconds."),
    "rarely": ({"background": True, "poll_interval": 61}, "poll_interval 61 is not allowed: use 5 to 60 seconds."),
    "no background": ({"wait": False}, "wait: false is allowed with background: true only."),
}


@pytest.mark.once
@pytest.mark.parametrize("module", ["unpin", "pin", "synchronize", "delete_items"])
def test_bad_input_is_refused_before_the_host_is_asked(hosts: Fleet, bad: tuple[Run, int], module: str) -> None:
    run, calls = bad
    for name, (_options, msg) in BAD.items():
        told = run.of("plain", f"{module} {name}")
        assert told.status == "failed"
        assert msg in told.result["msg"]
    told = run.of("plain", f"{module} async")
    assert "async is not supported by" in told.result["msg"]
    assert "Use the option background for long runs" in told.result["msg"]
    assert module_calls(hosts.sims["plain"]) == calls


@pytest.fixture(scope="module")
def bad(hosts: Fleet, run: Run) -> tuple[Run, int]:
    tasks = []
    for module in ("unpin", "pin", "synchronize", "delete_items"):
        action, usual = f"winops.offline_files.{module}", {"paths": "//fs01/users"}
        for name, (options, _msg) in BAD.items():
            tasks.append({"name": f"{module} {name}", action: {**usual, **options}, "ignore_errors": True})
        tasks.append({"name": f"{module} async", action: usual, "async": 5, "poll": 1, "ignore_errors": True})
    calls = module_calls(hosts.sims["plain"])
    return hosts.play(tasks, hosts="plain"), calls
