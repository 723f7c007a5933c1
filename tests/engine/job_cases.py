# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the table of contract cases for jobs: executions of host_call one after the other, some of them detached.

As with engine.cases each case runs on the real host part and on the emulation, and all that they have answered must be
equal. The table knows no host: it is data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.cases import HOME, JAPANESE, NAMES, SHARE, USER, Case, lines

A, B = "0123456789abcdef" * 2, "f" * 32
"""Names of jobs."""


@dataclass(frozen=True)
class Start:
    """A job is started, with what differs from the case's request. Starts are counted from 0: see `results`."""

    job: str
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Until:
    """Looks at a job until its state has these values; what they answered does not count."""

    job: str
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Gone:
    """Looks at a job until its journal is not there; what they answered does not count."""

    job: str


@dataclass(frozen=True)
class Finished:
    """Waits until core's watchdog has written the results file of a start."""

    results: int


@dataclass(frozen=True)
class Look:
    """`results`: number of the start whose results file is named."""

    job: str
    results: int | None = None


@dataclass(frozen=True)
class Drop:
    """`results`: number of the start whose results file is named. Whether the journal is still there does not count."""

    job: str
    results: int | None = None


@dataclass(frozen=True)
class Ask:
    """A request in the process of a task, with what differs from the case's."""

    request: Mapping[str, Any] = field(default_factory=dict)
    check_mode: bool = False


@dataclass(frozen=True)
class Kill:
    """The processes of all jobs are killed."""


@dataclass(frozen=True)
class Leave:
    """A journal of this user's lies there that nobody has open, as after a power loss."""

    job: str
    state: str


Step = Start | Until | Gone | Finished | Look | Drop | Ask | Kill | Leave


@dataclass(frozen=True)
class JobCase:
    """One line of the table.

    :ivar windows: the simulated Windows, and the request that its steps make
    :ivar expect: place in the outcome to value: `steps` are the answers to Look, Drop and Ask in their order, with
        states, texts and outputs parsed; `left` the files that are left; `asked` the method calls that Windows saw
    """

    name: str
    windows: Case
    steps: tuple[Step, ...]
    expect: Mapping[str, Any]


def _case(name: str, *steps: Step, expect: Mapping[str, Any], windows: Case | None = None) -> JobCase:
    return JobCase(name, windows or Case(name, {"tally": ["3:", "3:0:"]}), steps, {"left": [], **expect})


_NOTHING: Mapping[str, Any] = {"jobs": [], "locked": False, "text": None, "output": None}
_ABOUT: Mapping[str, Any] = {
    "path": JAPANESE + "\\\u2028\"'`$x{}",
    "paths": 3,
    "none": None,
    "list": [True, -1, "", {"deep": []}],
}
_ENDED = {"phase": "ended"}
_HANGS = Case("hangs", {"tally": ["3:"], "timeout": 0, "paths": SHARE}, {"hang_after_items": 2})
_RUNNING = {"phase": "call", "rows": 8, "tally": [2]}

JOB_CASES: Mapping[str, JobCase] = {
    case.name: case
    for case in (
        _case(
            "run, look, drop",
            Look(A, results=None),
            Start(A, {"flags": [0x20, 0x40], "reasons": []}),
            Until(A, _ENDED),
            Look(A, results=0),
            Look(A),
            Drop(A, results=0),
            Gone(A),
            Look(A, results=0),
            expect={
                "steps.0": _NOTHING,
                "steps.1.jobs.0.state.tally": [20, 18],
                "steps.1.jobs.0.state.rows": 8,
                "steps.1.jobs.0.own": True,
                "steps.1.jobs.0.alive": True,
                "steps.1.text.skipped": None,
                "asked.1.params.Flags": 0x40,
                "steps.1.output.finished": False,
                "steps.1.locked": False,
                "steps.1.text.locked": True,
                "steps.4": _NOTHING,
            },
        ),
        _case(
            "nothing to do, and awkward names",
            Start(A),
            Until(A, _ENDED),
            Look(A),
            Drop(A),
            Gone(A),
            windows=Case(
                "names",
                {"tally": [], "paths": lines(JAPANESE, HOME), "reasons": [], "flags": [], "about": _ABOUT},
                cache=NAMES,
            ),
            expect={
                "steps.0.jobs.0.state.about": _ABOUT,
                "steps.0.jobs.0.state.tally": [],
                "steps.0.text.skipped": "not_needed",
            },
        ),
        _case(
            "while one runs",
            Start(A),
            Until(A, _RUNNING),
            Look(A),
            Ask(),
            Ask({"method": None}),
            Ask(check_mode=True),
            Start(B),
            Finished(1),
            Look(B, results=1),
            Start(A),
            Finished(2),
            Look(A, results=2),
            Drop(A, results=2),
            Until(A, _RUNNING),
            Drop(B, results=1),
            Ask(),
            Kill(),
            Look(A, results=0),
            Drop(A, results=0),
            Ask({"timeout": 3}),
            windows=_HANGS,
            expect={
                "steps.0.jobs.0.state.about": None,
                "steps.0.locked": True,
                "steps.0.text": "",
                "steps.1.skipped": "busy",
                "steps.1.before": None,
                "steps.2.skipped": "no_method",
                "steps.2.before.rows": 7,
                "steps.3.skipped": "no_method",
                "steps.4.text": None,
                "steps.4.output.failed": True,
                "steps.5.output.failed": True,
                "steps.8.locked": True,
                "steps.8.jobs.0.own": True,
                "steps.9.output.finished": False,
                "steps.10": _NOTHING,
                "steps.11.skipped": None,
            },
        ),
        _case(
            "an answer that waits",
            Start(A, {"timeout": 3}),
            Until(A, _ENDED),
            Start(A),
            Finished(1),
            Look(A, results=1),
            Ask({"paths": HOME, "fields": [USER], "keep": [USER], "flags": [0], "force": True, "timeout": 3}),
            Drop(A, results=1),
            Gone(A),
            windows=_HANGS,
            expect={
                "steps.0.text.calls.0.timed_out": True,
                "steps.0.jobs.0.state.error": None,
                "steps.1.skipped": None,
                "steps.1.calls.0.timed_out": True,
            },
        ),
        _case(
            "a journal that nobody has open",
            Leave(A, '{"phase":"call"}'),
            Look(A),
            Drop(A),
            Leave(A, ""),
            Start(A),
            Until(A, _ENDED),
            Look(A),
            Drop(A, results=0),
            Gone(A),
            expect={
                "steps.0.jobs.0.alive": False,
                "steps.0.jobs.0.own": True,
                "steps.0.jobs.0.state": {"phase": "call"},
                "steps.0.text": "",
                "steps.1": _NOTHING,
                "steps.2.jobs.0.alive": True,
            },
        ),
    )
}
