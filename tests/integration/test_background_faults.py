# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong with calls in the background, through the real CLI: each fault with what comes of it.

Nothing is left of a job on a host afterwards, or the text says what, and for how long.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from ansible.release import __version__
from integration.background import DONE, add, alive, children, left, reachable, threads_of_jobs, unpin, wait_until
from integration.fleet import Fleet, Run, check_form, module_calls

from simhost.faults import Faults
from simhost.testing import SimHost

pytestmark = [pytest.mark.timeout(200), pytest.mark.once]

PSRP = "winhost_psrp"
REQUESTS = 4 if tuple(map(int, __version__.split(".")[:2])) >= (2, 22) else 5
"""Of an execution over WinRM: Command, Send, Receive, Signal. What is sent is compressed since core 2.22."""
STARTED = 1 + 2 * REQUESTS
"""Requests, the shell's Create among them, after which a job is looked for and started."""
STATE = "The state, read once more: "
FETCHED = "has ended, and another task has fetched its answer."
GONE = "is gone, and its answer with it: its process was ended, the host was restarted, or another task fetched the"
NOT_ENDED = "was fetched, but the job could not be ended: it stays on the host, for a day after its end at most."


@dataclass(frozen=True)
class Fault:
    """A fault, and what must come of it.

    :ivar faults: of the transport
    :ivar jobs: of jobs
    :ivar ms: that an item takes
    :ivar way: in
    :ivar msg: what the message holds
    :ivar status: of the task
    :ivar state: of the job at the end
    :ivar calls: of the method
    :ivar may_still_run: the result's
    :ivar variables: of the host
    """

    faults: Faults | None = None
    jobs: Mapping[str, Any] | None = None
    ms: int = 300
    way: str = "winhost"
    msg: str = DONE
    status: str = "ok"
    state: str | None = "ended"
    calls: int = 1
    may_still_run: bool = False
    variables: Mapping[str, Any] | None = None


def _failed(msg: str, **more: Any) -> Fault:
    return Fault(msg=msg, status="failed", **more)


def _no_begin(why: str, **more: Any) -> Fault:
    return _failed(f"The job could not begin on the host: {why}", state="unknown", calls=0, **more)


FAULTS: dict[str, Fault] = {
    # Smaller numbers would cut every start.
    **{f"reset_every_{number}": Fault(Faults(reset_every=number)) for number in (2 * REQUESTS, STARTED, STARTED + 2)},
    **{f"psrp_reset_every_{number}": Fault(Faults(reset_every=number), way=PSRP) for number in (10, 11, 13)},
    "start_not_sent": Fault(Faults(reset_request=3 + REQUESTS)),
    "start_lost": Fault(Faults(lost_command=2)),
    "psrp_start_lost": Fault(Faults(lost_command=2), way=PSRP),
    "start_timeout": Fault(jobs={"start_timeout": 1}, variables={"ansible_win_async_startup_timeout": 1}),
    "drop_lost": Fault(Faults(lost_command=4), ms=0),
    "away": Fault(Faults(unreachable_after=STARTED, unreachable_ms=3000)),
    "psrp_away": Fault(Faults(unreachable_after=12, unreachable_ms=3000), way=PSRP),
    "killed": _failed(GONE, jobs={"killed_after_ms": 6000}, ms=2000, state="died", may_still_run=True),
    "planted_alive": _no_begin("The file 'C:\\ProgramData\\winops.offline_files.", jobs={"planted": "alive"}),
    "planted_dead": _no_begin("Access to the path 'C:\\ProgramData\\winops.offline_files.", jobs={"planted": "dead"}),
    "full_journal": _no_begin("There is not enough space on the disk.", jobs={"disk_full": "journal"}),
    "full_answer": _failed(
        f"ended, but its answer was lost: There is not enough space on the disk. {STATE}", jobs={"disk_full": "answer"}
    ),
    "locked": _failed(
        "Another job runs on this host in the background. Nothing was called.",
        jobs={"locked": True},
        state=None,
        calls=0,
    ),
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    before = threads_of_jobs()
    with Fleet(tmp_path_factory.mktemp("faults")) as fleet:
        for name, fault in FAULTS.items():
            add(fleet, name, ms=fault.ms, jobs=dict(fault.jobs or {}), ways={name: fault.way}, faults=fault.faults)
            fleet.set(name, **(fault.variables or {}))
        add(fleet, "rebooted", ms=3000)
        add(fleet, "power_loss", ms=3000)
        add(fleet, "drop_never", ms=0, faults=Faults(unreachable_after=STARTED + REQUESTS, unreachable_ms=600_000))
        for name in ("twins", "rivals"):
            add(fleet, name, ms=900, ways={name: "winhost", f"{name}_psrp": PSRP})
        fleet.set("rivals_psrp", job_paths="//fs01/users/alice")
        add(fleet, "limit", ms=2000, job_limit=8)
        add(fleet, "out_of_reach", ms=0, faults=Faults(unreachable_after=STARTED, unreachable_ms=600_000))
        for name in ("controller", "ctrl_c"):
            add(fleet, name, ms=900, ways={name: "winhost", f"{name}_psrp": PSRP})
        yield fleet
    assert threads_of_jobs() == before


FIRST = unpin(
    "first",
    keywords={"timeout": "{{ job_limit | default(0) }}"},
    paths="{{ job_paths | default('//fs01/users') }}",
)
APART = ("out_of_reach", "controller", "controller_psrp", "ctrl_c", "ctrl_c_psrp")


def _reboot_when_seen(fleet: Fleet) -> None:
    """Reboot two hosts after their job was looked at, and so is known to the task."""
    for name in ("rebooted", "power_loss"):
        sim = fleet.sims[name]
        _wait_for_look(sim)
        time.sleep(0.5)
        sim.reboot(1.0, power_loss=name == "power_loss")


def _wait_for_look(sim: SimHost) -> None:
    """Wait until the method was called, and two more executions have ended: the start, maybe, and a look."""
    wait_until(lambda: sim.host.calls)
    before = module_calls(sim)
    wait_until(lambda: module_calls(sim) >= before + 2)


def _give_up_early(fleet: Fleet) -> Run:
    tasks = [unpin("first")]
    return fleet.play(
        tasks, hosts="out_of_reach", timeout=150, ANSIBLE_CALLBACKS_ENABLED="record,impatient", OUT_OF_REACH="4"
    )


def _interrupt(fleet: Fleet, name: str, number: signal.Signals) -> tuple[Run, list[int]]:
    with fleet.playing([unpin("first")], hosts=name) as playing:
        wait_until(lambda: fleet.sims[name].host.calls)
        # Of Ansible's workers each has a session of its own: nobody tells them.
        workers = children(playing.process.pid)
        os.kill(playing.process.pid, number)
        run = playing.wait()
    return run, workers


@pytest.fixture(scope="module")
def runs(everything: tuple[dict[str, Run], dict[str, list[int]]]) -> dict[str, Run]:
    """The first runs."""
    return everything[0]


@pytest.fixture(scope="module")
def everything(fleet: Fleet) -> tuple[dict[str, Run], dict[str, list[int]]]:
    """Several runs side by side, for most of their time is waiting."""
    with ThreadPoolExecutor(5) as pool:
        rebooting = pool.submit(_reboot_when_seen, fleet)
        running = {
            "all": pool.submit(
                fleet.play, [FIRST], hosts=":".join(["all", *(f"!{name}" for name in APART)]), timeout=150
            ),
            "out_of_reach": pool.submit(_give_up_early, fleet),
        }
        cut = {
            "controller": pool.submit(_interrupt, fleet, "controller", signal.SIGKILL),
            "ctrl_c": pool.submit(_interrupt, fleet, "ctrl_c", signal.SIGINT),
        }
        ended = {name: run.result() for name, run in running.items()}
        rebooting.result()
        workers = {name: run.result()[1] for name, run in cut.items()}
        return {**ended, **{name: run.result()[0] for name, run in cut.items()}}, workers


@pytest.fixture(scope="module")
def told(runs: dict[str, Run]) -> Any:
    """What the first run told of a host."""
    return runs["all"].of


@pytest.fixture(scope="module")
def again(fleet: Fleet, runs: dict[str, Run]) -> Any:
    """The same tasks once more, where the first ones ended before their job: over the other connection."""
    for name in ("drop_never", "out_of_reach"):
        reachable(fleet.sims[name])
    hosts = ("drop_never", "out_of_reach", "controller_psrp", "ctrl_c_psrp", "limit")
    return fleet.play([unpin("first")], hosts=":".join(hosts), timeout=150).of


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault(fleet: Fleet, told: Any, name: str) -> None:
    fault, answer = FAULTS[name], told(name)
    result = answer.result
    assert answer.status == fault.status, result
    assert fault.msg in result["msg"]
    check_form(result)
    job = result["job"] or {"state": None}
    seen = (job["state"], result["may_still_run"], result["busy"])
    assert seen == (fault.state, fault.may_still_run, name == "locked")
    assert len(fleet.sims[name].host.calls) == fault.calls
    others = {"planted_alive": "journals", "planted_dead": "journals", "locked": "locked"}
    assert left(fleet.sims[name], others.get(name, "")) == []
    assert not [text for text in result.get("warnings", []) if "stays on the host" in text]


@pytest.mark.parametrize("name", ["rebooted", "power_loss"])
def test_a_host_that_was_restarted(fleet: Fleet, told: Any, name: str) -> None:
    result = told(name).result
    # Only of a journal that outlived its process it is certain that Windows went down, and nothing runs.
    is_dead = name == "power_loss"
    assert ("The host went down while the job in the background" if is_dead else GONE) in result["msg"]
    assert STATE in result["msg"]
    assert (result["job"]["state"], result["may_still_run"], result["busy"]) == ("died", not is_dead, False)
    assert len(fleet.sims[name].host.calls) == 1
    # Core's results file stays after any end that no process sees; Ansible's own cleaning of it is for a mode of async.
    assert set(left(fleet.sims[name])) <= {"results"}


def test_two_controllers_with_the_same_task_call_once(fleet: Fleet, told: Any) -> None:
    results = [told(name).result for name in ("twins", "twins_psrp")]
    done = [result for result in results if DONE in result["msg"]]
    assert done
    for result in results:
        if DONE not in result["msg"]:
            # Who has begun the job sees that it ended by itself; who found it cannot tell that from its death.
            told_so = FETCHED in result["msg"]
            assert told_so or GONE in result["msg"]
            assert f"{STATE}No item under 1 path is pinned for user" in result["msg"]
            assert result["job"]["state"] == ("ended" if told_so else "died")
            assert result["may_still_run"] is not (told_so and not result["job"]["attached"])
    assert (len(fleet.sims["twins"].host.calls), left(fleet.sims["twins"])) == (1, [])


def test_two_controllers_with_different_tasks_call_once(fleet: Fleet, told: Any) -> None:
    answers = [told(name) for name in ("rivals", "rivals_psrp")]
    (late,) = (answer for answer in answers if answer.result["busy"])
    (first,) = (answer.result for answer in answers if answer is not late)
    result = late.result
    assert (first["job"]["state"], first["changed"], first["counts"]["changed"]) == ("ended", True, 5)
    assert "Another job runs on this host in the background" in result["msg"]
    assert (late.status, result["changed"], result["may_still_run"]) == ("failed", False, False)
    (call,) = fleet.sims["rivals"].host.calls
    assert call["params"]["Paths"] == [first["paths"][0]["path"]]
    assert left(fleet.sims["rivals"]) == []


def test_a_job_that_cannot_be_ended_is_told_and_gives_the_same_answer(fleet: Fleet, told: Any, again: Any) -> None:
    first, second = told("drop_never").result, again("drop_never").result
    assert first["msg"] == second["msg"] == DONE
    assert [text for text in first["warnings"] if NOT_ENDED in text]
    assert not [text for text in second.get("warnings", []) if NOT_ENDED in text]
    assert (first["job"]["attached"], second["job"]["attached"]) == (False, True)
    assert (len(fleet.sims["drop_never"].host.calls), left(fleet.sims["drop_never"])) == (1, [])


def test_a_host_out_of_reach_for_too_long(fleet: Fleet, runs: dict[str, Run], again: Any) -> None:
    """The limit of 15 minutes is four seconds here."""
    answer = runs["out_of_reach"].of("out_of_reach")
    result = answer.result
    check_form(result)
    assert re.search("The host did not answer for .* while a job ran there in the background", result["msg"])
    assert "Run the task again to follow it, for a day after its end at most." in result["msg"]
    assert result["msg"].endswith("The state could not be read again, for the same reason.")
    assert result["msg"].count("Connection refused") == 1
    assert (answer.status, result["may_still_run"], result["job"]["state"]) == ("failed", True, "unknown")
    _fetched(again("out_of_reach"), fleet.sims["out_of_reach"])


def test_the_keyword_timeout_ends_the_task_and_not_the_job(fleet: Fleet, runs: dict[str, Run], again: Any) -> None:
    run = runs["all"]
    assert run.of("limit").result["msg"].endswith("Timed out after 8 second(s).")
    assert "limit: The task ends here, and its job goes on in the background on the host: run the task" in run.stderr
    _fetched(again("limit"), fleet.sims["limit"])


@pytest.mark.parametrize(("name", "code"), [("controller", -signal.SIGKILL), ("ctrl_c", 99)])
def test_a_controller_that_is_killed(fleet: Fleet, everything: Any, again: Any, name: str, code: int) -> None:
    runs, workers = everything
    assert (runs[name].code, runs[name].told) == (code, [])
    _fetched(again(f"{name}_psrp"), fleet.sims[name])
    wait_until(lambda: not alive(workers[name]))


def _fetched(told: Any, sim: SimHost) -> None:
    """The second task has the result of the one call that the first one began."""
    check_form(told.result)
    assert (told.status, told.result["msg"]) == ("ok", DONE)
    assert (told.result["job"]["state"], told.result["job"]["attached"]) == ("ended", True)
    assert (len(sim.host.calls), left(sim)) == (1, [])
