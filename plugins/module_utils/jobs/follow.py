# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The conversation about one job: what to ask the host next, what came back, what it led to.

No I/O: whoever drives it asks the host as each :class:`JobStep` says, and tells what came of it, and when.

A look comes first: a job of the same request may be there, begun by another task, or by this one before its controller
was killed. Starting may be repeated, for the host lets one process in, and all others end. Looking takes nothing away.
What was fetched is dropped, and only that ends a job whose work is over.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import HostCallError, InputError
from ..host.jobs import Journal, Look, name_of
from ..host.request import Request
from ..words import one_line
from . import told

DELAYS = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before each of the first looks at a job; before those after them the ``poll_interval``, if it is longer."""

LOST_DELAYS = (1.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before the host is asked again after it did not answer, the last of them again and again."""

OUT_OF_REACH = 15 * 60
"""Seconds without an answer after which a task stops following its job."""

TO_BEGIN = 60
"""Seconds in which a job must show itself: PowerShell starts there, and compiles the host part."""

START_AGAIN = 15
"""Seconds after a start whose answer was lost, and of which nothing is to be seen, until the next one."""

STARTS = 3
"""How often a job is started at most."""

READS = 3
"""How often an answer is fetched at most that does not come whole."""

LOOK_TIMEOUT = 15
"""Seconds that a step about a job may take on the host: it reads some files."""

MIN_INTERVAL, MAX_INTERVAL = 5, 60
"""Seconds between looks: a look sends a few hundred kilobytes, so that oftener would burden a fleet, and after a minute
without a line a user wonders."""


def check_interval(seconds: int) -> int:
    """Return *seconds*, how often a running job is looked at.

    :raises InputError: too often, or too rarely
    """
    if not MIN_INTERVAL <= seconds <= MAX_INTERVAL:
        raise InputError(
            f"poll_interval {seconds} is not allowed: use {MIN_INTERVAL} to {MAX_INTERVAL} seconds.", seconds
        )
    return seconds


@dataclass(frozen=True)
class JobStep:
    """One execution of the host part.

    :ivar do: ``look``, ``start`` or ``drop``
    :ivar request: what is asked
    :ivar delay: seconds to wait before
    :ivar anew: the connection may be broken and is to be made anew
    """

    do: t.Literal["look", "start", "drop"]
    request: Request
    delay: float = 0
    anew: bool = False


class Follow:
    """A request carried out as a job.

    :param request: what the job carries out
    :param poll_interval: seconds between looks
    :param wait: wait for its end

    :ivar answer: the job's answer as JSON text, once it was fetched
    :ivar problem: why there is none
    :ivar unfinished: a sentence: the job runs on, and the task does not wait for it
    :ivar row: the key ``job`` of the result
    :ivar left: a sentence: something is left on the host; empty where nothing is
    """

    def __init__(self, request: Request, *, poll_interval: int, wait: bool) -> None:
        self.job = name_of(request)
        self.answer: str | None = None
        self.problem: HostCallError | None = None
        self.unfinished = ""
        self.left = ""
        self._request, self._interval, self._wait = request, poll_interval, wait
        self._journal: Journal | None = None
        self._attached = False
        self._heard: float | None = None
        self._started_at = self._seen_at = 0.0
        self._start_lost = self._start_late = self._about_to_start = False
        self._results_seen = self._emptied = self._is_gone = False
        self._said_of_start = self._results = ""
        self._starts = self._looks = self._losses = self._reads = self._drops = 0
        self.row = told.not_seen(self.job)
        self._next: JobStep | None = self._look(0)

    @property
    def begun(self) -> bool:
        """Whether there is a job on the host, as far as is known, whose answer was not fetched."""
        return bool(self._starts or self._journal) and self.answer is None and self.problem is None

    @property
    def reached(self) -> bool:
        """Whether the host has answered, so that losing it is an error like any other."""
        return self._heard is not None

    def next_step(self) -> JobStep | None:
        """Return what to ask the host next, or None when it is over."""
        step, self._next = self._next, None
        return step

    def looked(self, look: Look, now: float) -> str:
        """Take what a look found at the time *now*; return a line for the user who waits, or nothing."""
        self._hear(now)
        journal = look.own(self.job)
        if journal is None or journal.empty:
            self._see_nothing(look, now)
            return ""
        if self._journal is None:
            self._attached = not self._starts
        self._journal, self._seen_at, self._results_seen = journal, now, look.output is not None
        self._emptied = self._is_gone = False
        if _failure_in(look.output):
            # Of two who started it at once the host let the other in.
            self._start_late = self._attached = True
        self._tell("running")
        progress = journal.progress
        if progress and progress.ended:
            self._fetch(progress.answer, look)
        elif not journal.alive:
            # Windows deletes the journal of a process that ends, but not where it goes down itself.
            self._end(HostCallError(told.went_down(journal), may_still_run=False), "died")
        elif not self._wait:
            self.unfinished = told.unfinished(journal)
        else:
            self._next = self._look(self._pause())
            return told.line(progress) if progress else ""
        return ""

    def started(self, results: str, now: float) -> None:
        """Take that the job was started; *results* is the file for what the start has to say on the host."""
        self._hear(now)
        self._results, self._start_lost = results, False
        self._next = self._look(self._pause())

    def start_failed(self, why: str, now: float) -> None:
        """Take that the start says of itself that it failed. After a time-out, say, the job may begin all the same."""
        self._hear(now)
        self._said_of_start, self._start_lost = why, False
        self._next = self._look(self._pause())

    def dropped(self, look: Look) -> None:
        """Take what is left after the job was dropped. An emptied journal goes within a second, and its process too."""
        journal = look.own(self.job)
        if journal and not journal.empty:
            self.left = told.left(self.job, fetched=self.answer is not None)

    def lost(self, step: JobStep, problem: HostCallError, now: float) -> None:
        """Take that *step* has no answer that can be used."""
        if step.do == "drop":
            self._lost_drop()
            return
        if self._heard is None:
            self.problem = HostCallError(str(problem), maybe_called=False, connection_lost=problem.connection_lost)
            return
        if step.do == "start":
            self._start_lost, self._said_of_start = True, str(problem)
            if not problem.maybe_called:
                # What has certainly not begun is no start.
                self._starts -= 1
        if now - self._heard >= OUT_OF_REACH:
            self._tell("unknown")
            self.problem = self._out_of_reach(str(problem))
            return
        delay = LOST_DELAYS[min(self._losses, len(LOST_DELAYS) - 1)]
        self._losses += 1
        not_begun = step.do == "start" and not self._starts
        # Where connections break at a certain request, what comes right after that gets through: were it always a look,
        # each start would be cut.
        is_overdue = self._about_to_start and now - self._heard < START_AGAIN
        if not_begun or is_overdue:
            self._start(now, delay, anew=True)
        else:
            self._next = self._look(delay, anew=True)

    def _see_nothing(self, look: Look, now: float) -> None:
        """Decide what it means that there is no journal of the job, or one that holds nothing yet or any more."""
        said = _failure_in(look.output)
        if self._journal:
            self._lose(self._journal, look, now, "" if self._start_late else said)
        elif other := look.other(self.job):
            self._busy(other)
        elif not self._starts and (look.own(self.job) or look.locked) and self._looks < len(DELAYS):
            # Somebody has just begun a job, or dropped this one.
            self._next = self._look(self._pause())
        elif look.locked and (said or not self._starts):
            self._busy(None)
        elif not self._starts or (self._is_to_start_again(now) and self._about_to_start):
            self._start(now)
        elif self._is_to_start_again(now):
            self._about_to_start = True
            self._next = self._look(DELAYS[0])
        elif said:
            self._end(HostCallError(f"The job could not begin on the host: {said}.", maybe_called=False), "unknown")
        elif now - self._started_at < TO_BEGIN:
            self._next = self._look(self._pause())
        else:
            self._end(HostCallError(told.not_begun(TO_BEGIN, self._said_of_start)), "unknown")

    def _lose(self, journal: Journal, look: Look, now: float, said: str) -> None:
        """Decide what it means that a job that was there is gone: it was fetched by another task, or has died.

        :param said: its last words, if there are any
        """
        # A job removes Ansible's results file where it ends by itself, which it does when its answer was fetched.
        has_results = self._results_seen and not self._start_late
        if self._emptied or (has_results and look.output is None):
            self._end(HostCallError(told.fetched(journal), may_still_run=not self._is_in_time(journal, now)), "ended")
        elif look.own(self.job) or (has_results and not said and not self._is_gone):
            # An emptied journal is one that was dropped; but who is still at work writes it again within a second. And
            # the files of a process do not go all at once.
            self._emptied, self._is_gone = look.own(self.job) is not None, True
            self._next = self._look(DELAYS[1])
        else:
            over = journal.progress is not None and journal.progress.phase == "after" and self._is_in_time(journal, now)
            self._end(HostCallError(told.died(journal, said), may_still_run=not over), "died")

    def _is_in_time(self, journal: Journal, now: float) -> bool:
        """Return whether the job has ended within its time, so that no call outlived it; not of another task's job."""
        limit = self._request.timeout
        if self._attached or journal.progress is None:
            return False
        return not limit or journal.progress.seconds + now - self._seen_at < limit

    def _out_of_reach(self, said: str) -> HostCallError:
        begun = bool(self._starts or self._journal)
        why = told.out_of_reach(OUT_OF_REACH // 60, said) if begun else told.never_begun(OUT_OF_REACH // 60, said)
        return HostCallError(why, maybe_called=begun, connection_lost=True)

    def _busy(self, other: Journal | None) -> None:
        problem = told.Busy(other)
        self._end(problem, "unknown")
        self.row = problem.row or self.row

    def _is_to_start_again(self, now: float) -> bool:
        return self._start_lost and self._starts < STARTS and now - self._started_at >= START_AGAIN

    def _fetch(self, size: int, look: Look) -> None:
        """Take the answer of a job whose work is over."""
        self._reads += 1
        if size and look.text is not None and len(look.text.encode("utf-8", "replace")) >= size:
            self._tell("ended")
            self.answer = look.text
            self._next = self._drop()
        elif size and self._reads < READS:
            self._next = self._look(DELAYS[0])
        else:
            self._end(HostCallError(told.not_kept(self._journal), may_still_run=False), "ended")

    def _end(self, problem: HostCallError, state: told.State) -> None:
        """End without an answer, and have removed what is there."""
        self._tell(state)
        self.problem = problem
        self._next = self._drop()

    def _lost_drop(self) -> None:
        if self._drops < 2:
            self._next = dataclasses.replace(self._drop(), delay=LOST_DELAYS[0], anew=True)
        elif self._journal:
            self.left = told.left(self.job, fetched=self.answer is not None)

    def _hear(self, now: float) -> None:
        self._heard, self._losses = now, 0

    def _tell(self, state: told.State) -> None:
        seen = self._journal
        self.row = told.row(seen, state, attached=self._attached) if seen else told.not_seen(self.job, state)

    def _pause(self) -> float:
        number = self._looks
        self._looks += 1
        return min(DELAYS[number], self._interval) if number < len(DELAYS) else self._interval

    def _look(self, delay: float, *, anew: bool = False) -> JobStep:
        return JobStep("look", self._about("look"), delay, anew)

    def _start(self, now: float, delay: float = 0, *, anew: bool = False) -> None:
        self._starts += 1
        self._started_at = now + delay
        self._start_lost, self._about_to_start = True, False
        run = dataclasses.replace(
            self._request, job=self.job, job_step="run", about=told.about(self._request), tally=told.TALLY
        )
        self._next = JobStep("start", run, delay, anew)

    def _drop(self) -> JobStep:
        self._drops += 1
        return JobStep("drop", self._about("drop"))

    def _about(self, step: str) -> Request:
        return Request(job=self.job, job_step=step, results=self._results, timeout=LOOK_TIMEOUT)


def _failure_in(output: str | None) -> str:
    """Return why a job ended before it had a journal, from Ansible's results file; empty where nothing is said yet."""
    try:
        result = json.loads(output or "")
    except (ValueError, RecursionError):
        return ""
    if not isinstance(result, Mapping) or not result.get("finished"):
        return ""
    said = one_line(str(result.get("msg") or ""))
    thrown = _THROWN.fullmatch(said)
    return (thrown[1] if thrown else said).rstrip(".") or "it ended without a word"


_THROWN = re.compile(
    r'Unhandled exception while executing module: Exception calling "\w+" with "\d+" argument\(s\): "(.+)"'
)
"""What Ansible and PowerShell make of an exception of the host part."""
