# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what host_call does for a job: its run in a detached process, a look at it, and dropping it.

docs/host_contract.md in Python, over the simulated machine's files (jobs.py).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from simhost.clock import Stopped
from simhost.jobs import FileError, Journal, Process
from simhost.windows import Host

KEPT_SECONDS = 86_400
LOOK_SECONDS = 0.2
"""How often the process that waits looks whether its journal is empty."""

Phase = Literal["before", "call", "after", "ended"]


class ProcessEnded(Exception):
    """The module has ended its own process, so there is no result."""


@dataclass
class JobProgress:
    """How far a request has come."""

    begins: Sequence[str] = ()
    phase: Phase = "before"
    rows: int | None = None
    tally: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tally = [0] * len(self.begins)

    def count(self, texts: Sequence[str]) -> None:
        """Note progress texts, as WMI delivers them."""
        for index, begin in enumerate(self.begins):
            self.tally[index] += sum(text.startswith(begin) for text in texts)


@dataclass(frozen=True)
class JobRequest:
    """What the steps take of a request; names as in docs/host_contract.md."""

    job: str
    results: str
    about: Mapping[str, Any] | None


def run(
    request: JobRequest,
    host: Host,
    user: str,
    process: Process,
    progress: JobProgress,
    work: Callable[[], dict[str, Any]],
) -> NoReturn:
    """Carry a request out as a job, and keep its answer until it is dropped or a day is over.

    :param work: gives the answer.
    :raises ProcessEnded: it is over, and everything of it is gone.
    :raises FileError: the lock or the journal cannot be had.
    :raises clock.Stopped: the process was ended.
    """
    jobs, began, date = host.jobs, host.clock.now(), host.clock.date()
    answer, error = "", None

    def state() -> str:
        return json.dumps(
            {
                "about": request.about,
                "began": date.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "ms": ended if ended is not None else round((host.clock.now() - began) * 1000),
                "phase": progress.phase,
                "rows": progress.rows,
                "tally": list(progress.tally),
                "answer": len(answer.encode()),
                "error": error,
            },
            ensure_ascii=False,
        )

    ended: int | None = None
    jobs.take_lock(process)
    journal: Journal | None = None
    try:
        journal = jobs.create(request.job, process, state)
        text = json.dumps(work(), ensure_ascii=False)
        try:
            jobs.write_answer(journal, text)
            answer = text
        except FileError as thrown:
            error = {"code": thrown.code, "message": thrown.message}
        ended = round((host.clock.now() - began) * 1000)
        progress.phase = "ended"
        journal.ended.set()
    finally:
        jobs.leave_lock(process)
    _wait(host, journal, process)
    jobs.remove(journal)
    if process.results is not None:
        jobs.remove_results(process.results, user)
    jobs.end(process)
    raise ProcessEnded


def _wait(host: Host, journal: Journal, process: Process) -> None:
    """Until the answer was dropped, or a day is over. Raises clock.Stopped where the process was ended."""
    with contextlib.suppress(Stopped):
        host.clock.sleep(KEPT_SECONDS, journal.dropped)
    host.clock.sleep(LOOK_SECONDS if journal.dropped.is_set() else 0, process.stop)


def look(request: JobRequest, host: Host, user: str) -> dict[str, Any]:
    """What a look at a job answers."""
    jobs = host.jobs
    journal = jobs.find(jobs.journal_of(request.job, user))
    text, output = None, None
    if journal is not None:
        with contextlib.suppress(FileError):  # of which the JOB tells
            _state, text = jobs.read(journal, user)
    if request.results:
        output = jobs.read_results(request.results, user)
    return {"jobs": jobs.listed(user), "locked": jobs.locked, "text": text, "output": output}


def drop(request: JobRequest, host: Host, user: str) -> None:
    """Have a job end that waits for it, and take away what is left of it; somebody else's journal stays as it is."""
    jobs = host.jobs
    journal = jobs.find(jobs.journal_of(request.job, user))
    if journal is not None:
        with contextlib.suppress(FileError):
            jobs.truncate(journal, user)
    if request.results:
        jobs.remove_results(request.results, user)
