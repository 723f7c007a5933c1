# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs on the emulation: what docs/host_contract.md says of them, and what can go wrong with them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from unit.simhost import calls

from simhost import detached, host_call, scenario, shorthand
from simhost.behaviour import from_mapping
from simhost.cache import fold
from simhost.clock import SteppedClock
from simhost.jobs import FOLDER, JobFaults
from simhost.manifest import Detached
from simhost.pack import unpack
from simhost.testing import SimHost

pytestmark = pytest.mark.timeout(30)

ALICE, BOB, ADMIN, SYSTEM = r"CORP\alice", r"CORP\bob", r"PC042\admin", r"NT AUTHORITY\SYSTEM"
HOME = calls.HOME
JOB, OTHER = "0123456789abcdef" * 2, "f" * 32
NAME = f"winops.offline_files.{JOB}.CORP.alice.job"
USER = "PinInfo.PinnedForUser"
DENIED, DISK_FULL = 0x80070005, 0x80070070
UNPIN: dict[str, Any] = {
    "method": "Unpin",
    "paths": HOME,
    "flags": [0x20],
    "deep": True,
    "last": "1:",
    "fields": [USER],
    "reasons": [USER],
    "tally": ["3:", "3:0:"],
    "about": {"method": "Unpin", "paths": 1, "path": HOME},
}
DAY = 86_400


class Pc:
    """A simulated Windows whose time a test moves: of the six items that are alice's each takes a second."""

    def __init__(self, faults: JobFaults | None = None, **switches: Any) -> None:
        self.host = scenario.load(calls.SCENARIOS / "small.yml").host
        self.host.machine = replace(self.host.machine, admins=frozenset([fold(ADMIN)]))
        self.host.behaviour = from_mapping({"item_delay_ms": 1000, **switches})
        self.host.clock = self.clock = SteppedClock()
        if faults:
            self.host.jobs.faults = faults

    def start(self, job: str = JOB, user: str = ALICE, **options: Any) -> dict[str, Any]:
        """Core's answer to the start of a job."""
        params = shorthand.request({**UNPIN, **options, "job": job, "job_step": "run"})

        def module(process: Any) -> dict[str, Any]:
            return host_call.run(params, self.host, user, False, process.stop, None, process)

        wanted = Detached(r"%USERPROFILE%\.ansible_async", "j7", 5)
        return detached.start(wanted, self.host, user, module)

    def ask(self, user: str = ALICE, check: bool = False, **options: Any) -> dict[str, Any]:
        """The answer of an execution in a task's own process."""
        answer: dict[str, Any] = host_call.run(shorthand.request({**UNPIN, **options}), self.host, user, check)[
            "answer"
        ]
        return answer

    def look(self, job: str = JOB, user: str = ALICE, step: str = "look", results: str = "") -> dict[str, Any]:
        self.clock.settle()
        return self.ask(user, job=job, job_step=step, results=results)

    def drop(self, **options: Any) -> dict[str, Any]:
        return self.look(step="drop", **options)

    def pins(self) -> int:
        """How many of alice's items are still pinned."""
        return sum("user" in pins for pins in calls.pins(self.host, HOME).values())

    def nothing_left(self) -> bool:
        self.clock.advance(0.2)
        return self.host.jobs.left() == {"processes": [], "locked": False, "journals": [], "results": {}}


@pytest.fixture
def pc() -> Iterator[Pc]:
    before = set(threading.enumerate())
    running = Pc()
    yield running
    running.host.jobs.close()
    assert set(threading.enumerate()) <= before


def faulty(**faults: Any) -> Pc:
    return Pc(JobFaults.load(faults))


def state(answer: dict[str, Any], name: str = NAME) -> dict[str, Any]:
    (text,) = (job["state"] for job in answer["jobs"] if job["name"] == name)
    told: dict[str, Any] = json.loads(text)
    return told


# --- the way of a job


def test_the_start_answers_as_core_does(pc: Pc) -> None:
    started = pc.start()
    assert set(started) == {
        "started",
        "finished",
        "results_file",
        "ansible_job_id",
        "_ansible_suppress_tmpdir_delete",
        "ansible_async_watchdog_pid",
    }
    assert (started["started"], started["finished"]) == (True, False)
    assert started["results_file"] == rf"C:\Users\alice\.ansible_async\{started['ansible_job_id']}"
    assert started["ansible_job_id"].startswith("j7.")
    assert pc.clock.now() == 0


def test_run_look_look_drop(pc: Pc) -> None:
    started = pc.start()
    first = pc.look()
    assert set(first) == {"jobs", "locked", "text", "output"}
    assert (first["locked"], first["text"], first["output"]) == (True, "", None)
    assert [(job["name"], job["own"], job["alive"], job["error"]) for job in first["jobs"]] == [
        (NAME, True, True, None)
    ]
    assert state(first) == {
        "about": UNPIN["about"],
        "began": "2026-01-02T03:04:05Z",
        "ms": 0,
        "phase": "call",
        "rows": 6,
        "tally": [0, 0],
        "answer": 0,
        "error": None,
    }
    pc.clock.advance(2.5)
    second = pc.look(results=started["results_file"])
    assert (second["text"], json.loads(second["output"])["finished"]) == ("", False)
    assert [state(second)[key] for key in ("ms", "phase", "tally")] == [2500, "call", [2, 2]]
    pc.clock.advance(60)
    ended = pc.look()
    told = state(ended)
    assert (told["phase"], told["ms"], told["tally"], told["error"]) == ("ended", 6000, [6, 5], None)
    assert told["answer"] == len(ended["text"].encode())
    answer = json.loads(ended["text"])
    assert (answer["skipped"], answer["after"]["rows"], answer["calls"][0]["returned"]) == (None, 6, {"ReturnValue": 0})
    assert len(unpack(answer["calls"][0]["data"])) == 14
    assert (answer["locked"], ended["locked"]) == (True, False)
    assert [job["name"] for job in answer["jobs"]] == [NAME]
    assert state(answer)["phase"] == "after"
    # A look takes nothing away.
    assert pc.look()["text"] == ended["text"]
    # The process that waits sees it after a moment.
    dropped = pc.drop()
    assert [(job["alive"], job["state"]) for job in dropped["jobs"]] == [(True, "")]
    assert (dropped["locked"], dropped["text"], dropped["output"]) == (False, "", None)
    pc.clock.advance(0.2)
    assert pc.look() == {"jobs": [], "locked": False, "text": None, "output": None}
    assert pc.nothing_left()
    assert len(pc.host.calls) == 1


def test_a_long_reading_is_seen_as_such() -> None:
    pc = Pc(row_delay_ms=1000, item_delay_ms=0)
    pc.start()
    pc.clock.advance(3)
    assert [state(pc.look())[key] for key in ("phase", "rows", "tally")] == ["before", None, [0, 0]]
    pc.clock.advance(14)
    assert [state(pc.look())[key] for key in ("phase", "rows", "tally")] == ["after", 6, [6, 5]]
    pc.host.jobs.close()


def test_texts_after_completed_count(pc: Pc) -> None:
    pc.host.behaviour = from_mapping({"texts_after_completed": 3, "late_text_ms": 100})
    pc.start()
    assert state(pc.look())["tally"] == [5, 4]
    pc.clock.advance(1)
    assert (state(pc.look())["tally"], state(pc.look())["phase"]) == ([6, 5], "ended")


def test_a_job_without_a_call(pc: Pc) -> None:
    pc.start(flags=[0x80], reasons=["PinInfo.PinnedForComputer"], fields=["PinInfo.PinnedForComputer"], tally=[])
    told = state(pc.look())
    assert (told["phase"], told["rows"], told["tally"]) == ("ended", 6, [])
    assert json.loads(pc.look()["text"])["skipped"] == "not_needed"


def test_the_state_says_again_what_the_request_is_about(pc: Pc) -> None:
    about = {"path": HOME + "\\ü\u2028 {}", "n": 1, "none": None, "list": [True, "x"]}
    pc.start(about=about)
    assert state(pc.look())["about"] == about
    pc.start(OTHER, about=None)
    pc.clock.advance(60)
    pc.start(OTHER, about=None)
    assert state(pc.look(), NAME.replace(JOB, OTHER))["about"] is None


def test_nobody_looks_until_the_day_is_over(pc: Pc) -> None:
    pc.start()
    pc.clock.advance(6 + DAY - 1)
    assert state(pc.look())["phase"] == "ended"
    pc.clock.advance(2)
    assert pc.nothing_left()
    assert (pc.look()["jobs"], pc.look()["text"]) == ([], None)


# --- never two


def test_the_same_job_twice_finds_the_first(pc: Pc) -> None:
    pc.start()
    pc.clock.advance(1)
    second = pc.start()
    pc.clock.settle()
    seen = pc.look(results=second["results_file"])
    assert [job["name"] for job in seen["jobs"]] == [NAME]
    assert state(seen)["ms"] == 1000
    pc.clock.advance(60)
    assert len(pc.host.calls) == 1
    # The failure of the second one is of no interest; drop takes its file away, too.
    assert json.loads(pc.host.jobs.read_results(second["results_file"], ALICE) or "")["failed"] is True
    pc.drop(results=second["results_file"])
    assert pc.nothing_left()


def test_a_job_whose_answer_waits_keeps_its_name_but_not_the_lock(pc: Pc) -> None:
    pc.start()
    pc.clock.advance(60)
    started = pc.start()
    pc.clock.settle()
    results = json.loads(pc.host.jobs.read_results(started["results_file"], ALICE) or "")
    assert f"The file '{FOLDER}\\{NAME}' already exists." in results["msg"]
    other = pc.start(OTHER)
    pc.clock.advance(60)
    assert len(pc.host.calls) == 2
    assert len(pc.look(OTHER)["jobs"]) == 2
    for job, file in ((JOB, started), (OTHER, other)):
        pc.drop(job=job, results=file["results_file"])
    assert pc.nothing_left()


def test_another_job_while_one_runs(pc: Pc) -> None:
    pc.start()
    started = pc.start(OTHER)
    seen = pc.look(OTHER, results=started["results_file"])
    assert [job["name"] for job in seen["jobs"]] == [NAME]
    output = json.loads(seen["output"])
    assert (output["finished"], output["failed"], seen["text"]) == (True, True, None)
    assert output["msg"] == (
        'Unhandled exception while executing module: Exception calling "Answer" with "3" argument(s): "The process '
        f"cannot access the file '{FOLDER}\\winops.offline_files.lock' because it is being used by another process.\""
    )
    pc.drop(job=OTHER, results=started["results_file"])
    assert pc.look(OTHER, results=started["results_file"])["output"] is None
    pc.clock.advance(60)
    pc.drop()
    assert (pc.nothing_left(), len(pc.host.calls)) == (True, 1)


def test_two_controllers_start_at_the_same_time() -> None:
    for _number in range(20):
        pc = Pc()
        begun = [threading.Thread(target=pc.start, args=(job,)) for job in (JOB, JOB, OTHER)]
        for thread in begun:
            thread.start()
        for thread in begun:
            thread.join()
        pc.clock.advance(60)
        assert len(pc.host.calls) == 1
        pc.host.jobs.close()


@pytest.mark.parametrize(
    ("options", "check", "skipped"),
    [({}, False, "busy"), ({}, True, "no_method"), ({"method": None}, False, "no_method")],
    ids=["call", "check mode", "read"],
)
def test_the_foreground_while_a_job_runs(pc: Pc, options: dict[str, Any], check: bool, skipped: str) -> None:
    pc.start()
    pc.clock.advance(1)
    answer = pc.ask(check=check, classes=["Win32_OfflineFilesCache"], **options)
    assert (answer["skipped"], answer["calls"], answer["after"]) == (skipped, [], None)
    assert (answer["before"] is None) == (skipped == "busy")
    assert (answer["cache"]["found"], list(answer["classes"])) == (True, ["Win32_OfflineFilesCache"])
    assert state(answer)["tally"] == [1, 1]
    pc.clock.advance(60)
    # An answer that waits keeps nobody from calling.
    assert pc.ask(force=True)["skipped"] is None
    assert len(pc.host.calls) == 2


def test_a_job_is_told_before_a_disabled_cache(pc: Pc) -> None:
    pc.host.jobs.hold_lock()
    pc.host.active = False
    assert (pc.ask()["skipped"], pc.ask()["cache"]["active"]) == ("busy", False)
    pc.host.jobs.hold_lock(False)
    assert pc.ask()["skipped"] == "unavailable"


# --- whose a job is


def test_who_may_read_a_journal(pc: Pc) -> None:
    pc.start()
    for user, own, readable in ((ALICE, True, True), (ADMIN, False, True), (SYSTEM, False, True), (BOB, False, False)):
        (job,) = pc.look(user=user)["jobs"]
        assert (job["name"], job["own"], job["alive"], job["state"] is not None) == (NAME, own, True, readable), user
    assert (job["state"], job["error"]) == (
        None,
        {"code": DENIED, "message": f"Access to the path '{FOLDER}\\{NAME}' is denied."},
    )


def test_a_job_of_another_user_is_not_found_but_keeps_one_from_calling(pc: Pc) -> None:
    pc.start()
    pc.clock.advance(60)
    # The same request of another user is another job.
    assert pc.look(user=BOB)["text"] is None
    assert pc.drop(user=BOB)["jobs"][0]["alive"] is True
    pc.clock.advance(1)
    assert pc.look()["text"] != ""
    pc.start(user=BOB)
    assert {job["name"] for job in pc.look()["jobs"]} == {NAME, NAME.replace("alice", "bob")}
    assert [job["own"] for job in pc.look()["jobs"]] == [True, False]


def test_results_are_for_their_user(pc: Pc) -> None:
    started = pc.start(user=BOB)
    pc.host.jobs.kill()
    file = started["results_file"]
    assert pc.look(user=ALICE, results=file)["output"] is None
    pc.drop(user=ALICE, results=file)
    assert json.loads(pc.look(user=BOB, results=file)["output"])["finished"] is False


def test_the_name_of_system_and_of_a_local_user(pc: Pc) -> None:
    assert pc.host.jobs.journal_of(JOB, "system") == f"winops.offline_files.{JOB}.NT AUTHORITY.SYSTEM.job"
    assert pc.host.jobs.journal_of(JOB, ".\\eve") == f"winops.offline_files.{JOB}.PC042.eve.job"


# --- what goes wrong


def test_a_start_that_times_out_goes_on() -> None:
    pc = faulty(start_timeout=1)
    failed = pc.start()
    assert (failed["failed"], pc.clock.now()) == (True, 5)
    assert failed["msg"].startswith(
        "failure during exec_wrapper: Ansible encountered a timeout while waiting for the async task to start"
    )
    assert state(pc.look())["tally"] == [5, 4]
    assert pc.start(OTHER)["started"] is True
    pc.host.jobs.close()


def test_a_killed_job(pc: Pc) -> None:
    started = pc.start()
    pc.clock.advance(1.5)
    pc.host.jobs.kill()
    seen = pc.look(results=started["results_file"])
    assert (seen["jobs"], seen["text"]) == ([], None)
    assert json.loads(seen["output"])["finished"] is False
    assert pc.pins() == 5
    # WMI goes on with the method, and nothing keeps the next one from calling.
    pc.clock.advance(60)
    assert pc.pins() == 1
    pc.drop(results=started["results_file"])
    assert pc.nothing_left()
    assert pc.ask()["skipped"] is None


def test_a_job_that_is_killed_by_the_scenario() -> None:
    pc = faulty(killed_after_ms=1500)
    pc.start()
    pc.clock.advance(1)
    assert len(pc.look()["jobs"]) == 1
    pc.clock.advance(1)
    assert pc.look()["jobs"] == []
    pc.host.jobs.close()


def test_a_reboot_takes_the_journal_and_a_power_loss_leaves_it_dead(pc: Pc) -> None:
    pc.start()
    pc.clock.advance(2)
    pc.host.jobs.reboot()
    assert pc.look()["jobs"] == []
    started = pc.start(OTHER, force=True)
    pc.clock.advance(2)
    pc.host.jobs.reboot(power_loss=True)
    pc.clock.advance(100)
    (job,) = pc.look(OTHER)["jobs"]
    assert (job["own"], job["alive"], json.loads(job["state"])["ms"]) == (True, False, 2000)
    assert pc.look(OTHER)["text"] == ""
    assert pc.ask(force=True)["skipped"] is None  # its lock is dead, too
    assert pc.drop(job=OTHER, results=started["results_file"])["jobs"] == []


def test_a_dead_journal_is_replaced(pc: Pc) -> None:
    pc.start()
    pc.host.jobs.reboot(power_loss=True)
    pc.start()
    (job,) = pc.look()["jobs"]
    assert (job["alive"], json.loads(job["state"])["ms"]) == (True, 0)


@pytest.mark.parametrize("alive", [True, False])
def test_a_journal_that_somebody_else_planted(pc: Pc, alive: bool) -> None:
    pc.host.jobs.plant(JOB, ALICE, by=BOB, alive=alive)
    (job,) = pc.look()["jobs"]
    assert (job["name"], job["own"], job["alive"], job["error"]) == (NAME, False, alive, None)
    started = pc.start()
    pc.clock.settle()
    results = json.loads(pc.host.jobs.read_results(started["results_file"], ALICE) or "")
    path = f"{FOLDER}\\{NAME}"
    assert (f"'{path}' already exists" if alive else f"Access to the path '{path}' is denied.") in results["msg"]
    assert pc.host.calls == []
    dropped = pc.drop(results=started["results_file"])
    assert ([job["name"] for job in dropped["jobs"]], dropped["output"]) == ([NAME], None)
    assert pc.host.jobs.left()["results"] == {}


def test_a_planted_journal_that_cannot_be_read(pc: Pc) -> None:
    pc.host.jobs.plant(JOB, ALICE, by=BOB, readable=False, alive=False)
    (job,) = pc.look()["jobs"]
    assert (job["own"], job["alive"], job["state"], job["error"]["code"]) == (False, True, None, DENIED)
    assert pc.look()["text"] is None


def test_a_journal_that_is_planted_just_before_the_start() -> None:
    pc = faulty(planted="alive")
    pc.start()
    pc.clock.settle()
    (job,) = pc.look()["jobs"]
    assert (job["own"], pc.host.calls, pc.host.jobs.locked) == (False, [], False)


def test_something_else_holds_the_lock() -> None:
    pc = faulty(locked=True)
    started = pc.start()
    output = json.loads(pc.look(results=started["results_file"])["output"])
    assert "winops.offline_files.lock' because it is being used" in output["msg"]
    assert (pc.look()["jobs"], pc.host.calls) == ([], [])


def test_no_room_for_the_journal() -> None:
    pc = faulty(disk_full="journal")
    started = pc.start()
    seen = pc.look(results=started["results_file"])
    assert (seen["jobs"], "not enough space on the disk" in json.loads(seen["output"])["msg"]) == ([], True)
    assert (pc.host.calls, pc.host.jobs.locked) == ([], False)


def test_no_room_for_the_answer() -> None:
    pc = faulty(disk_full="answer")
    pc.start()
    pc.clock.advance(60)
    seen = pc.look()
    told = state(seen)
    assert (told["phase"], told["answer"], told["tally"]) == ("ended", 0, [6, 5])
    assert told["error"] == {"code": DISK_FULL, "message": "There is not enough space on the disk."}
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(seen["text"])
    pc.drop()
    assert pc.nothing_left()


@pytest.mark.parametrize(("stalls", "journals"), [("before_journal", []), ("before_state", [""])])
def test_a_job_that_never_gets_to_its_state(stalls: str, journals: list[str]) -> None:
    pc = faulty(stalls=stalls)
    started = pc.start()
    pc.clock.advance(3600)
    seen = pc.look(results=started["results_file"])
    assert [job["state"] for job in seen["jobs"]] == journals
    assert pc.host.calls == []
    if not journals:
        assert json.loads(seen["output"])["finished"] is False
    pc.host.jobs.close()
    assert pc.host.jobs.processes == []


def test_a_request_that_uses_its_time_up(pc: Pc) -> None:
    pc.start(timeout=3)
    pc.clock.advance(60)
    told = state(pc.look())
    assert (told["phase"], told["tally"], told["ms"]) == ("ended", [2, 2], 3000)
    (call,) = json.loads(pc.look()["text"])["calls"]
    assert (call["timed_out"], call["completed"]) == (True, False)


def test_a_method_that_hangs_runs_until_it_is_killed() -> None:
    pc = Pc(hang_after_items=3)
    pc.start(timeout=0)
    pc.clock.advance(10 * DAY)
    assert [state(pc.look())[key] for key in ("phase", "ms")] == ["call", 10 * DAY * 1000]
    # Dropping one that runs does nothing to it, but that its state has to be written again.
    (job,) = pc.drop()["jobs"]
    assert (job["alive"], job["state"]) == (True, "")
    pc.clock.advance(1)
    assert state(pc.look())["phase"] == "call"
    pc.host.jobs.kill()
    assert pc.look()["jobs"] == []


def test_reset_and_close_end_what_runs() -> None:
    for end in ("reset", "close"):
        pc = Pc(hang_after_items=1)
        before = set(threading.enumerate())
        pc.start(timeout=0)
        pc.clock.settle()
        assert len(pc.host.snapshot()["jobs"]["journals"]) == 1
        pc.host.reset() if end == "reset" else pc.host.jobs.close()
        assert (set(threading.enumerate()) <= before, pc.host.jobs.left()["journals"]) == (True, [])


@pytest.mark.parametrize("power_loss", [False, True])
def test_a_reboot_of_a_served_host(power_loss: bool) -> None:
    with SimHost(calls.SCENARIOS / "small.yml", backend="emulation") as simhost:
        pc = Pc(hang_after_items=1)
        simhost.host.behaviour, pc.host = pc.host.behaviour, simhost.host
        pc.start(timeout=0)
        while not simhost.host.calls:
            time.sleep(0.01)
        simhost.reboot(power_loss=power_loss)
        assert [one["alive"] for one in simhost.host.jobs.left()["journals"]] == ([False] if power_loss else [])
        assert simhost.host.jobs.processes == []


# --- the scenario's words


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"planted": "perhaps"}, "planted: 'perhaps' is none of alive, dead"),
        ({"disk_full": True}, "disk_full: True is none of journal, answer"),
        ({"locked": 1}, "locked is true or false, not 1"),
        ({"killed_after_ms": "soon"}, "killed_after_ms is a number, not 'soon'"),
        ({"start_timeout": True}, "start_timeout is a number, not True"),
        ({"killed": 1}, "unknown fault 'killed'; known: disk_full, killed_after_ms"),
    ],
)
def test_wrong_faults_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(scenario.ScenarioError, match=f"jobs: {words}"):
        scenario.parse(json.dumps({"jobs": settings}))


def test_faults_of_a_scenario_are_back_after_a_reset() -> None:
    host = scenario.parse("jobs: {locked: true, start_timeout: 2, stalls: before_state}").host
    assert host.jobs.faults == JobFaults(locked=True, start_timeout=2, stalls="before_state")
    host.jobs.hold_lock(False)
    host.reset()
    assert host.jobs.locked
