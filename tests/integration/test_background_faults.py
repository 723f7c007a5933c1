# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong with calls in the background, through the real CLI: each fault with what comes of it.

Nothing is left of a job on a host afterwards, or the text says what, and for how long.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from integration.background import DONE, add, left, reachable, threads_of_jobs, unpin, wait_until
from integration.fleet import Fleet, Run, check_form, module_calls

from simhost.faults import Faults
from simhost.testing import SimHost

pytestmark = [pytest.mark.timeout(200), pytest.mark.once]

PSRP = "winhost_psrp"
STATE = "The state, read once more: "
GONE = "is gone, and its answer with it: its process was ended, the host was restarted, or another task fetched the"
NOT_ENDED = "was fetched, but the job could not be ended: it stays on the host, for a day after its end at most."
LINE = " in the background: "


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
    state: str = "ended"
    calls: int = 1
    may_still_run: bool = False
    variables: Mapping[str, Any] | None = None


def _failed(msg: str, **more: Any) -> Fault:
    return Fault(msg=msg, status="failed", **more)


def _no_begin(why: str, **more: Any) -> Fault:
    return _failed(f"The job could not begin on the host: {why}", state="unknown", calls=0, **more)


FAULTS: dict[str, Fault] = {
    # A conversation has four requests for each execution of the host part, and one more for each connection over WinRM.
    **{f"reset_every_{number}": Fault(Faults(reset_every=number)) for number in (8, 9, 10, 11)},
    **{f"psrp_reset_every_{number}": Fault(Faults(reset_every=number), way=PSRP) for number in (8, 9, 10, 11)},
    "start_not_sent": Fault(Faults(reset_request=7)),
    "start_lost": Fault(Faults(lost_command=2)),
    "psrp_start_lost": Fault(Faults(lost_command=2), way=PSRP),
    "start_timeout": Fault(jobs={"start_timeout": 1}, variables={"ansible_win_async_startup_timeout": 1}),
    "drop_lost": Fault(Faults(lost_command=4), ms=0),
    "away": Fault(Faults(unreachable_after=9, unreachable_ms=3000)),
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
        state="unknown",
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
        add(fleet, "drop_never", ms=0, faults=Faults(unreachable_after=13, unreachable_ms=600_000))
        for name in ("twins", "rivals"):
            add(fleet, name, ms=900, ways={name: "winhost", f"{name}_psrp": PSRP})
        fleet.set("rivals_psrp", job_paths="//fs01/users/alice")
        add(fleet, "limit", ms=900, job_limit=4)
        add(fleet, "out_of_reach", ms=0, faults=Faults(unreachable_after=9, unreachable_ms=600_000))
        for name in ("controller", "ctrl_c"):
            add(fleet, name, ms=900, ways={name: "winhost", f"{name}_psrp": PSRP})
        yield fleet
    assert threads_of_jobs() == before


FIRST = unpin("first", keywords={"timeout": "{{ job_limit | default(0) }}"}, paths="{{ job_paths | default('//fs01/users') }}")
APART = ("out_of_reach", "controller", "controller_psrp", "ctrl_c", "ctrl_c_psrp")


def _reboot_when_seen(fleet: Fleet) -> None:
    """Reboot two hosts after their job was looked at, and so is known to the task."""
    for name in ("rebooted", "power_loss"):
        sim = fleet.sims[name]
        wait_until(lambda sim=sim: sim.host.calls and module_calls(sim) >= 2)
        started = module_calls(sim)
        wait_until(lambda sim=sim, started=started: module_calls(sim) > started)
        time.sleep(0.5)
        sim.reboot(1.0, power_loss=name == "power_loss")


def _interrupt(fleet: Fleet, name: str, number: signal.Signals) -> Run:
    with fleet.playing([unpin("first")], hosts=name) as playing:
        wait_until(lambda: fleet.sims[name].host.calls)
        playing.send(number)
        return playing.wait()


@pytest.fixture(scope="module")
def runs(fleet: Fleet) -> dict[str, Run]:
    """Several runs side by side, for most of their time is waiting."""
    patient = {"ANSIBLE_CALLBACKS_ENABLED": "record,impatient", "OUT_OF_REACH": "4"}
    with ThreadPoolExecutor(5) as pool:
        rebooting = pool.submit(_reboot_when_seen, fleet)
        running = {
            "all": pool.submit(
                fleet.play, [FIRST], hosts=":".join(["all", *(f"!{name}" for name in APART)]), timeout=150
            ),
            "out_of_reach": pool.submit(fleet.play, [unpin("first")], hosts="out_of_reach", timeout=150, **patient),
            "controller": pool.submit(_interrupt, fleet, "controller", signal.SIGKILL),
            "ctrl_c": pool.submit(_interrupt, fleet, "ctrl_c", signal.SIGINT),
        }
        ended = {name: run.result() for name, run in running.items()}
        rebooting.result()
    return ended


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
    run = fleet.play([unpin("first")], hosts=":".join(hosts), timeout=150)
    return run.of


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault(fleet: Fleet, told: Any, name: str) -> None:
    fault, answer = FAULTS[name], told(name)
    result = answer.result
    assert answer.status == fault.status, result
    assert fault.msg in result["msg"]
    check_form(result)
    seen = (result["job"]["state"], result["may_still_run"], result["busy"])
    assert seen == (fault.state, fault.may_still_run, name == "locked")
    assert len(fleet.sims[name].host.calls) == fault.calls
    unowned = {"planted_alive": ["journals"], "planted_dead": ["journals"], "locked": ["locked"]}
    assert left(fleet.sims[name]) == unowned.get(name, [])
    assert not [text for text in result.get("warnings", []) if "stays on the host" in text]


def test_dummy(fleet: Fleet, runs: dict[str, Run], again: Any) -> None:
    for name, run in runs.items():
        print("#####", name, run.stdout, run.stderr)
    print("##### again", again.__self__.stdout, again.__self__.stderr)
    for run in [*runs.values(), again.__self__]:
        for told in run.told:
            r = told.result
            print("==", told.host, told.task, told.status, {k: r.get(k) for k in ("msg", "busy", "may_still_run", "warnings")}, (r.get("job") or {}).get("state"), (r.get("job") or {}).get("attached"))
    for name, sim in fleet.sims.items():
        print("--", name, len(sim.host.calls), left(sim))
    assert 0
