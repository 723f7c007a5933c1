# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns a host for conversations about jobs: what docs/host_contract.md says of them, in few lines and without a clock.

It shares no code with tests/simhost: that one is asked over WinRM, this one by a driver that a test steps through.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.host.jobs import read_look
from ansible_collections.winops.offline_files.plugins.module_utils.host.request import Request
from ansible_collections.winops.offline_files.plugins.module_utils.jobs.follow import Follow, JobStep

REQUEST = Request(
    method="Unpin",
    paths=(r"\\fs01\users", r"\\fs01\home"),
    arguments=({"Flags": 0x20, "Deep": True},),
    paths_as="Paths",
)
RESULTS = r"C:\Users\alice\.ansible_async\j1.2"

Fault = t.Literal["", "before", "after"]
"""An answer that is lost: the host was not reached, or it was, and did what it was asked."""


@dataclass
class Job:
    """A process on the host. ``began``: when it may be seen; ``work``: seconds that its method takes."""

    name: str
    began: float
    work: float
    answer: str | None = '{"contract": 2}'
    user: str = "CORP.alice"
    own: bool = True
    error: str = ""

    def state(self, now: float) -> dict[str, t.Any]:
        """The state in its journal."""
        done = now - self.began >= self.work
        there = done and self.answer is not None
        return {
            "about": {"method": "Unpin", "paths": 2, "path": r"\\fs01\users"},
            "began": "2026-01-31T12:00:00Z",
            "ms": int((now - self.began) * 1000),
            "phase": "ended" if done else "call",
            "rows": 40,
            "tally": [10, 9, 0, 0, 0],
            "answer": len(self.answer) if there and self.answer else 0,
            "error": {"code": 0x80070070, "message": self.error} if done and self.error else None,
        }


@dataclass
class JobHost:
    """The host. ``delay``: seconds from a start to the journal; ``work``: those of the method.

    :ivar calls: how often the method was called
    :ivar jobs: what is there
    :ivar results: Ansible's results files, and the job that each is about; one goes with a job that ends by itself
    """

    delay: float = 1.0
    work: float = 8.0
    answer: str | None = '{"contract": 2}'
    error: str = ""
    output: str = ""
    now: float = 100.0
    calls: int = 0
    jobs: list[Job] = field(default_factory=list)
    starting: list[tuple[float, str]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    results: dict[str, str] = field(default_factory=dict)

    def sleep(self, seconds: float) -> None:
        """Time passes, and what was started begins: one process of each job, and one call at a time."""
        self.now += seconds
        for due, name in list(self.starting):
            if due <= self.now:
                self.starting.remove((due, name))
                running = any(self.now - job.began < job.work for job in self.jobs)
                if not running and all(job.name != name for job in self.jobs) and not self.output:
                    self.calls += 1
                    self.jobs.append(Job(name, due, self.work, self.answer, error=self.error))

    def kill(self) -> None:
        """End all processes: Windows deletes their journals."""
        self.jobs.clear()
        self.starting.clear()

    def carry_out(self, step: JobStep) -> dict[str, t.Any]:
        """The module result of a step."""
        self.sleep(step.delay)
        request = step.request
        if step.do == "start":
            assert request.job_step == "run"
            self.starting.append((self.now + self.delay, request.job))
            file = f"{RESULTS}{len(self.results) or ''}"
            # What comes after the first one ends by itself, and leaves why.
            self.results[file] = "" if self.results else request.job
            return {"started": True, "results_file": file, "ansible_job_id": "j1.2"}
        own = next((job for job in self.jobs if job.name == request.job and job.own), None)
        if step.do == "drop" and own and self.now - own.began >= own.work:
            self.jobs.remove(own)
            own = None
            self.results = {file: job for file, job in self.results.items() if job != request.job}
        text = None
        if own:
            text = own.answer if own.state(self.now)["phase"] == "ended" else ""
        there = request.results in self.results
        output = self.output or json.dumps({"started": True, "finished": False}) if there else None
        journals = [
            {
                "name": f"winops.offline_files.{job.name}.{job.user}.job",
                "own": job.own,
                "alive": job.name not in self.dead,
                "state": json.dumps(job.state(self.now)) if job.own else None,
                "error": None if job.own else {"code": 0x80070005, "message": "Access is denied."},
            }
            for job in self.jobs
        ]
        locked = any(self.now - job.began < job.work for job in self.jobs)
        answer = {"contract": 1, "jobs": journals, "locked": locked, "output": output}
        return {"answer": {**answer, "text": text or "" if own else None}}


def drive(
    job: Follow, host: JobHost, faults: Iterable[Fault] = (), seen: Callable[[JobStep], None] | None = None
) -> list[str]:
    """Step through a conversation to its end, and return the lines that a user saw; *faults* strike the first steps."""
    coming, lines = iter(faults), []
    while step := job.next_step():
        if seen:
            seen(step)
        fault = next(coming, "")
        if fault == "before":
            host.sleep(step.delay)
        result = {} if fault == "before" else host.carry_out(step)
        if fault:
            job.lost(step, HostCallError("The connection broke.", connection_lost=True), host.now)
        elif step.do == "start":
            job.started(result["results_file"], host.now)
        elif step.do == "drop":
            job.dropped(read_look(result))
        elif line := job.looked(read_look(result), host.now):
            lines.append(line)
    return lines
