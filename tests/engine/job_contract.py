# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a contract case for jobs is carried out on any host, and the emulation as such a host."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from engine.contract import machine, unpack
from engine.job_cases import Ask, Finished, Gone, JobCase, Kill, Leave, Look, Start, Until

from simhost import detached, host_call
from simhost.clock import SteppedClock
from simhost.jobs import FOLDER, LOCK, Process
from simhost.manifest import Detached
from simhost.windows import Host

_LOOKS = 1800


class JobHost(Protocol):
    """A host on which a case runs. `folder`: of the journals, with what stands between it and a name."""

    folder: str
    machine: Host

    def ask(self, request: Mapping[str, Any], check_mode: bool = False) -> dict[str, Any]:
        """The module's result in the process of a task."""

    def start(self, request: Mapping[str, Any]) -> str:
        """Have the module run detached. Answers the path of its results file."""

    def results(self, path: str) -> str | None:
        """The content of a results file."""

    def wait(self) -> None:
        """Let a moment pass."""

    def kill(self) -> None:
        """Kill the processes of all jobs."""

    def leave(self, job: str, state: str) -> None:
        """Put a journal there that nobody has open."""

    def files(self) -> list[str]:
        """The names of all files that jobs have left, results files with their paths."""


def carry_out(case: JobCase, host: JobHost) -> dict[str, Any]:
    """The outcome of a case, which is the same on every host.

    :raises TimeoutError: a state that is waited for does not come.
    """
    started: list[str] = []
    answers: list[Any] = []

    def step(job: str, name: str, results: int | None = None) -> dict[str, Any]:
        path = "" if results is None else started[results]
        return host.ask({"job": job, "job_step": name, "results": path})

    def dropped(job: str, results: int | None) -> dict[str, Any]:
        result = step(job, "drop", results)
        if "answer" not in result:
            return result
        # A process that waits may have seen it by now.
        others = [one for one in result["answer"]["jobs"] if f".{job}." not in one["name"] or one["state"]]
        return {**result, "answer": {**result["answer"], "jobs": others, "text": result["answer"]["text"] or None}}

    for one in case.steps:
        if isinstance(one, Start):
            request = case.windows.request_with({**one.request, "job": one.job, "job_step": "run"})
            started.append(host.start(request))
        elif isinstance(one, Until):
            _until(host, lambda wanted=one: _has(step(wanted.job, "look"), wanted))  # type: ignore[misc]
        elif isinstance(one, Gone):
            _until(host, lambda wanted=one: not _states(step(wanted.job, "look"), wanted.job))  # type: ignore[misc]
        elif isinstance(one, Finished):
            _until(host, lambda path=started[one.results]: _is_finished(host.results(path)))  # type: ignore[misc]
        elif isinstance(one, Kill):
            host.kill()
        elif isinstance(one, Leave):
            host.leave(one.job, one.state)
        elif isinstance(one, Ask):
            answers.append(host.ask(case.windows.request_with(one.request), one.check_mode))
        else:
            name = "look" if isinstance(one, Look) else "drop"
            answers.append(step(one.job, name, one.results) if name == "look" else dropped(one.job, one.results))
    names = {path: f"results of start {number}" for number, path in enumerate(started)}

    def left() -> list[str]:
        return sorted(names.get(name, _nobodys(name)) for name in host.files())

    # The end of a process takes a moment.
    with contextlib.suppress(TimeoutError):
        _until(host, lambda: left() == case.expect["left"])
    return {
        "steps": [_comparable(answer, host.folder) for answer in answers],
        "left": left(),
        "asked": host.machine.snapshot()["calls"],
    }


def _until(host: JobHost, done: Callable[[], bool]) -> None:
    for _number in range(_LOOKS):
        if done():
            return
        host.wait()
    raise TimeoutError("what was waited for did not come")


def _has(result: Mapping[str, Any], wanted: Until) -> bool:
    states = _states(result, wanted.job)
    # A journal is empty until its process has written for the first time, and after it was dropped too early.
    state = json.loads(states[0]) if states and states[0] else {}
    return wanted.state.items() <= state.items()


def _states(result: Mapping[str, Any], job: str) -> list[str | None]:
    return [one["state"] for one in result["answer"]["jobs"] if f".{job}." in one["name"]]


def _is_finished(text: str | None) -> bool:
    return text is not None and json.loads(text)["finished"] is True


# --- what can be compared


def _comparable(result: Mapping[str, Any], folder: str) -> Any:
    if "answer" not in result:
        return _failure(result, folder)
    answer = dict(result["answer"])
    answer["jobs"] = [_job(job) for job in answer["jobs"]]
    if "calls" in answer:
        return _answer(answer)
    if answer["text"]:
        told = json.loads(answer["text"])
        # Its own state in it may be a second old.
        told["jobs"] = [{**_job(job), "state": None} for job in told["jobs"]]
        answer["text"] = _answer(told)
    if answer["output"]:
        output = json.loads(answer["output"])
        answer["output"] = {"finished": output["finished"], **(_failure(output, folder) if "msg" in output else {})}
    return answer


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer of docs/host_contract.md without what differs by nature."""
    for state in ("before", "after"):
        if answer[state] is not None:
            answer[state] = {**answer[state], "data": unpack(answer[state]["data"])}
    answer["calls"] = [{**call, "data": unpack(call["data"])} for call in answer["calls"]]
    answer["host"], answer["ms"] = set(answer["host"]), {name: type(value) for name, value in answer["ms"].items()}
    return answer


def _job(job: Mapping[str, Any]) -> dict[str, Any]:
    told = {**job, "name": _nobodys(job["name"])}
    if job["state"]:
        state = json.loads(job["state"])
        if "began" in state:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", state["began"])
            state |= {"began": str, "ms": type(state["ms"]), "answer": state["answer"] > 0}
        told["state"] = state
    return told


def _failure(result: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """What the host part threw; how it is told around that is Ansible's matter."""
    thrown = re.search(r'argument\(s\): "(.*)"', result["msg"], re.DOTALL)
    message = thrown[1] if thrown else result["msg"]
    return {"failed": result["failed"], "thrown": _nobodys(message.replace(folder, ""))}


def _nobodys(name: str) -> str:
    return re.sub(r"(winops\.offline_files\.[0-9a-f]{32})\..+?\.job", r"\1.USER.job", name)


# --- the emulation


class EmulatedHost:
    """The emulation, on which waiting takes no time. Close it."""

    def __init__(self, case: JobCase) -> None:
        self.folder = FOLDER + "\\"
        self._user = case.windows.user
        self.machine = machine(case.windows)
        self.machine.clock = self._clock = SteppedClock()

    def close(self) -> None:
        """End what runs."""
        self.machine.jobs.close()

    def ask(self, request: Mapping[str, Any], check_mode: bool = False) -> dict[str, Any]:
        self._clock.settle()
        return host_call.run(request, self.machine, self._user, check_mode)

    def start(self, request: Mapping[str, Any]) -> str:
        def module(process: Process) -> dict[str, Any]:
            return host_call.run(request, self.machine, self._user, False, process.stop, None, process)

        wanted = Detached(r"%USERPROFILE%\.ansible_async", "j7", 5)
        return str(detached.start(wanted, self.machine, self._user, module)["results_file"])

    def results(self, path: str) -> str | None:
        return self.machine.jobs.read_results(path, self._user)

    def wait(self) -> None:
        self._clock.advance(0.25)

    def kill(self) -> None:
        self.machine.jobs.kill()
        self._clock.settle()

    def leave(self, job: str, state: str) -> None:
        journal = self.machine.jobs.plant(job, self._user, by=self._user, alive=False)
        journal.state = lambda: state

    def files(self) -> list[str]:
        left = self.machine.jobs.left()
        lock = [LOCK.removeprefix(self.folder)] if left["locked"] else []
        return [*lock, *(journal["name"] for journal in left["journals"]), *left["results"]]


def emulated_job(case: JobCase) -> dict[str, Any]:
    """What the emulation makes of a case."""
    with contextlib.closing(EmulatedHost(case)) as host:
        return carry_out(case, host)
