# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what jobs are on the simulated machine: detached processes, their lock and journals, core's results files.

The files are those of docs/host_contract.md, without a disk: who may read one, and which of them a process has open, is
told as Windows tells it. What can go wrong with them is `JobFaults` (`jobs:` of a scenario) and the methods of `Jobs`.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Protocol, get_args

from simhost.cache import fold
from simhost.clock import Clock, Stopped

FOLDER = "C:\\ProgramData"
PREFIX = "winops.offline_files."
LOCK = f"{FOLDER}\\{PREFIX}lock"
_ACCESS_DENIED, _SHARING_VIOLATION, _FILE_EXISTS, _DISK_FULL = 0x80070005, 0x80070020, 0x80070050, 0x80070070
_FIRST_PID = 4100
_PID_STEP = 4
_WRITE_SECONDS = 1
_END_SECONDS = 20

Planted = Literal["alive", "dead"]
Full = Literal["journal", "answer"]
Stalls = Literal["before_journal", "before_state"]


class FileError(Exception):
    """What .NET throws about a file. `code`: the HRESULT, unsigned."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def denied(path: str) -> FileError:
    """UnauthorizedAccessException."""
    return FileError(_ACCESS_DENIED, f"Access to the path '{path}' is denied.")


def in_use(path: str) -> FileError:
    """IOException of a file that somebody has open and shares with nobody."""
    text = f"The process cannot access the file '{path}' because it is being used by another process."
    return FileError(_SHARING_VIOLATION, text)


def exists(path: str) -> FileError:
    """IOException of a file that is to be made anew."""
    return FileError(_FILE_EXISTS, f"The file '{path}' already exists.")


def disk_full() -> FileError:
    """IOException of a write for which there is no room."""
    return FileError(_DISK_FULL, "There is not enough space on the disk.")


@dataclass(frozen=True)
class JobFaults:
    """What goes wrong with jobs; by default nothing."""

    start_timeout: int | None = None  # so many starts are told to have timed out; what they started goes on
    locked: bool = False  # something else than a job holds the lock
    planted: Planted | None = None  # somebody else has a journal under the name of each job that is started
    disk_full: Full | None = None  # no room for the journal, or for the answer in it
    stalls: Stalls | None = None  # the detached process hangs, without a journal or with an empty one
    killed_after_ms: int | None = None  # the process is killed so long after its start

    @classmethod
    def load(cls, settings: Mapping[str, Any]) -> JobFaults:
        """Make it from a mapping.

        :raises ValueError: an unknown name, or a value that it does not take.
        """
        known = {one.name for one in fields(cls)}
        choices = {"planted": Planted, "disk_full": Full, "stalls": Stalls}
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"unknown fault {name!r}; known: {', '.join(sorted(known))}")
            if name in choices:
                if value not in (None, *get_args(choices[name])):
                    raise ValueError(f"{name}: {value!r} is none of {', '.join(get_args(choices[name]))}")
            elif name == "locked":
                if not isinstance(value, bool):
                    raise ValueError(f"{name} is true or false, not {value!r}")
            elif value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                raise ValueError(f"{name} is a number, not {value!r}")
        return cls(**settings)


class Machine(Protocol):
    """What jobs ask of the machine that they are on."""

    @property
    def clock(self) -> Clock: ...

    def full_name(self, user: str) -> str: ...

    def is_admin(self, user: str) -> bool: ...


@dataclass(eq=False)
class Process:
    """A process of the machine that was started detached. `stop` is set where it is to end, whatever it does.

    `results`: core's results file of it; None for a module that runs in its task's own process.
    """

    pid: int
    user: str
    stop: threading.Event = field(default_factory=threading.Event, repr=False)
    results: str | None = None


class Journal:
    """The file of a job: what stands at its beginning, and the answer behind it.

    `state` is asked whenever somebody reads; `process`: who has the file open, None for a dead one.
    """

    def __init__(self, name: str, owner: str, process: Process | None, state: Callable[[], str]) -> None:
        self.name, self.owner, self.process = name, owner, process
        self.state = state
        self.answer = ""
        self.empty_until = 0.0  # when its process writes the state again, by the machine's clock
        self.readable = False  # also for others than the owner and administrators
        self.ended = threading.Event()  # the request has come to its end: truncating ends the process
        self.dropped = threading.Event()  # its process need not wait any longer

    @property
    def path(self) -> str:
        """Its full name."""
        return f"{FOLDER}\\{self.name}"


@dataclass(frozen=True)
class _Results:
    path: str
    owner: str
    text: str


class Jobs:
    """The jobs of one machine. Several threads may use it."""

    def __init__(self, machine: Machine, faults: JobFaults | None = None) -> None:
        self._machine = machine
        self._lock = threading.RLock()
        self._pid = _FIRST_PID
        self._threads: dict[Process, threading.Thread | None] = {}
        self._helpers: list[threading.Thread] = []
        self._journals: dict[str, Journal] = {}
        self._results: dict[str, _Results] = {}
        self._locked_by: Process | None = None
        self.faults = faults or JobFaults()

    # Processes

    @property
    def processes(self) -> list[Process]:
        """Those that run, oldest first."""
        with self._lock:
            return [process for process in self._threads if not process.stop.is_set()]

    def new_pid(self) -> int:
        """The number of the next process."""
        with self._lock:
            self._pid += _PID_STEP
            return self._pid

    def adopt(self, user: str, stop: threading.Event | None) -> Process:
        """Take the process of a task for one of these: a job may run in it, though it ends with its shell."""
        process = Process(self.new_pid(), user, stop or threading.Event())
        with self._lock:
            self._threads[process] = None
        return process

    def start(self, process: Process, work: Callable[[], None]) -> None:
        """Have a process begin that outlives who started it. `work` ends by clock.Stopped when the process is ended."""

        def run() -> None:
            try:
                work()
            except Stopped:
                return  # killed
            finally:
                self.end(process)

        thread = threading.Thread(target=run, name=f"simhost job {process.pid}", daemon=True)
        with self._lock:
            self._threads[process] = thread
        thread.start()
        self._machine.clock.follow(thread)
        if self.faults.killed_after_ms is not None:
            self._kill_after(process, self.faults.killed_after_ms / 1000)

    def start_times_out(self) -> bool:
        """Whether the next start is told to have timed out."""
        with self._lock:
            left = self.faults.start_timeout or 0
            if left:
                self.faults = replace(self.faults, start_timeout=left - 1)
            return left > 0

    def _kill_after(self, process: Process, seconds: float) -> None:
        def wait() -> None:
            try:
                self._machine.clock.sleep(seconds, process.stop)
            except Stopped:
                return  # it has ended before
            self.kill(process)

        thread = threading.Thread(target=wait, name=f"simhost killer of {process.pid}", daemon=True)
        with self._lock:
            self._helpers.append(thread)
        thread.start()
        self._machine.clock.follow(thread)

    def end(self, process: Process) -> None:
        """A process is over, by itself or not: Windows closes its files, and deletes those that want it."""
        with self._lock:
            process.stop.set()
            self._threads.pop(process, None)
            if self._locked_by is process:
                self._locked_by = None
            for journal in [one for one in self._journals.values() if one.process is process]:
                self.remove(journal)

    def kill(self, process: Process | None = None) -> None:
        """End a process at once, None: all. A method that it has called may go on in WMI."""
        for one in [process] if process else self.processes:
            self.end(one)

    def reboot(self, power_loss: bool = False) -> None:
        """End everything that runs. After a power loss journals stay as they were, and nobody has them open."""
        with self._lock:
            if power_loss:
                for journal in self._journals.values():
                    if journal.process is not None:
                        last, journal.process = journal.state(), None
                        journal.state = lambda last=last: last  # type: ignore[misc]
            self.kill()
        if self.faults.locked:
            self.hold_lock(False)

    def close(self) -> None:
        """End everything, and wait until no thread is left."""
        with self._lock:
            threads = [*self._threads.values(), *self._helpers]
        self.kill()
        deadline = time.monotonic() + _END_SECONDS
        for thread in threads:
            if thread is not None and thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    # The lock

    @property
    def locked(self) -> bool:
        """Whether opening the lock fails: a job runs, or something else has it open."""
        return self._locked_by is not None or self.faults.locked

    def hold_lock(self, held: bool = True) -> None:
        """Have something that is no job hold the lock, or let it go."""
        self.faults = replace(self.faults, locked=held)

    def take_lock(self, process: Process) -> None:
        """Open the lock for a process. Raises FileError when another one has it."""
        with self._lock:
            if self.locked:
                raise in_use(LOCK)
            self._locked_by = process

    def leave_lock(self, process: Process) -> None:
        """Close the lock, which is deleted by that."""
        with self._lock:
            if self._locked_by is process:
                self._locked_by = None

    # Journals

    def journal_of(self, job: str, user: str) -> str:
        """The name of the journal that a process of this user keeps of a job."""
        return f"{PREFIX}{job}.{self._machine.full_name(user).replace(chr(92), '.')}.job"

    def find(self, name: str) -> Journal | None:
        """The journal of this name, whose ever it is."""
        return self._journals.get(fold(name))

    def create(self, job: str, process: Process, state: Callable[[], str]) -> Journal:
        """Make the journal of a job. A dead one is replaced.

        :raises FileError: it is there, or cannot be made.
        :raises clock.Stopped: the process was ended while it hung.
        """
        name = self.journal_of(job, process.user)
        if self.faults.planted:
            self.plant(job, process.user, alive=self.faults.planted == "alive")
        if self.faults.stalls == "before_journal":
            self._machine.clock.sleep(float("inf"), process.stop)
        with self._lock:
            there = self.find(name)
            if there is not None:
                if there.process is not None or not self._may_read(there, process.user):
                    raise exists(there.path)
                if not self._may_write(there, process.user):
                    raise denied(there.path)
                self.remove(there)
            if self.faults.disk_full == "journal":
                raise disk_full()
            journal = Journal(name, self._machine.full_name(process.user), process, state)
            if self.faults.stalls == "before_state":
                journal.state = str
            if not process.stop.is_set():
                self._journals[fold(name)] = journal
        if self.faults.stalls == "before_state":
            self._machine.clock.sleep(float("inf"), process.stop)
        return journal

    def write_answer(self, journal: Journal, text: str) -> None:
        """Put the answer behind the state. Raises FileError where there is no room: then half of it stands there."""
        with self._lock:
            if self.faults.disk_full == "answer":
                journal.answer = text[: len(text) // 2]
                raise disk_full()
            journal.answer = text

    def read(self, journal: Journal, user: str) -> tuple[str, str]:
        """State and answer. Raises FileError where this user may not read them."""
        with self._lock:
            if not self._may_read(journal, user):
                raise denied(journal.path)
            empty = self._machine.clock.now() < journal.empty_until
            return "" if empty else journal.state(), journal.answer

    def truncate(self, journal: Journal, user: str) -> None:
        """Take everything out of a journal: its process ends soon where it waits for that, a dead one is deleted.

        :raises FileError: this user may not write it.
        """
        with self._lock:
            if not self._may_write(journal, user):
                raise denied(journal.path)
            journal.answer = ""
            # Whoever is still at work writes the state again, within a second.
            waits = journal.ended.is_set()
            journal.empty_until = math.inf if waits else self._machine.clock.now() + _WRITE_SECONDS
            if journal.process is None:
                self.remove(journal)
            elif waits:
                journal.dropped.set()

    def remove(self, journal: Journal) -> None:
        """Delete a journal."""
        with self._lock:
            if self._journals.get(fold(journal.name)) is journal:
                del self._journals[fold(journal.name)]
            journal.dropped.set()

    def listed(self, user: str) -> list[dict[str, Any]]:
        """The JOBs of docs/host_contract.md as this user sees them, in the order of their names."""
        return [self._told(journal, user) for _name, journal in sorted(self._journals.items())]

    def plant(
        self, job: str, user: str, *, by: str = "NT AUTHORITY\\SYSTEM", alive: bool = True, readable: bool = True
    ) -> Journal:
        """Have somebody else keep a journal under the name that one of this user's jobs would have."""
        name = self.journal_of(job, user)
        process = Process(self.new_pid(), by) if alive else None
        journal = Journal(name, by, process, lambda: json.dumps({"about": None}))
        journal.readable = readable
        with self._lock:
            self._journals.setdefault(fold(name), journal)
        return journal

    def _told(self, journal: Journal, user: str) -> dict[str, Any]:
        own, state, error = False, None, None
        try:
            state, _answer = self.read(journal, user)
            own = fold(journal.owner) == fold(self._machine.full_name(user))
        except FileError as thrown:
            error = {"code": thrown.code, "message": thrown.message}
        alive = journal.process is not None or error is not None  # what cannot be opened looks as one that is open
        return {"name": journal.name, "own": own, "alive": alive, "state": state, "error": error}

    def _may_read(self, journal: Journal, user: str) -> bool:
        return journal.readable or self._may_write(journal, user)

    def _may_write(self, journal: Journal, user: str) -> bool:
        return self._machine.is_admin(user) or fold(journal.owner) == fold(self._machine.full_name(user))

    # Core's results files

    def write_results(self, path: str, owner: str, text: str) -> None:
        """Put a text into a results file."""
        with self._lock:
            self._results[fold(path)] = _Results(path, owner, text)

    def read_results(self, path: str, user: str) -> str | None:
        """The content of a results file; None where there is none for this user."""
        found = self._results.get(fold(path))
        if found is None:
            return None
        owner = fold(self._machine.full_name(found.owner))
        return found.text if self._machine.is_admin(user) or owner == fold(self._machine.full_name(user)) else None

    def remove_results(self, path: str, user: str) -> None:
        """Delete a results file, where there is one for this user."""
        with self._lock:
            if self.read_results(path, user) is not None:
                del self._results[fold(path)]

    def left(self) -> dict[str, Any]:
        """What is on the machine, fit for JSON."""
        with self._lock:
            journals = [
                {"name": one.name, "owner": one.owner, "alive": one.process is not None, "state": one.state()}
                for one in self._journals.values()
            ]
            return {
                "processes": [process.pid for process in self.processes],
                "locked": self.locked,
                "journals": journals,
                "results": {one.path: one.text for one in self._results.values()},
            }
