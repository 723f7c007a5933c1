# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Jobs on a host: requests that are carried out there in the background (docs/host_contract.md, *Jobs*)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing as t
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .. import limits
from ..errors import ContractError
from .fields import Record, flag, many, number, optional, refused, text, uint32, word
from .request import Request

_PREFIX = "winops.offline_files."
_SUFFIX = ".job"
_STATE = 4096
"""Bytes of the state in a journal."""

_UINT64 = 0xFFFFFFFFFFFFFFFF

Phase = t.Literal["before", "call", "after", "ended"]


def name_of(request: Request) -> str:
    """Return the name of the job that carries out *request*: equal requests have the same, whatever their timeout."""
    options = request.options()
    del options["timeout"]
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:32]


def split_name(name: str) -> tuple[str, str] | None:
    r"""Return the job and the user (``DOMAIN\name``) of a journal by the name of its file; None where it is none."""
    if not (name.startswith(_PREFIX) and name.endswith(_SUFFIX)):
        return None
    job, _dot, account = name[len(_PREFIX) : -len(_SUFFIX)].partition(".")
    return job, account.replace(".", "\\", 1)


def join_name(job: str, user: str) -> str:
    """Return the name of a journal's file, of which :func:`split_name` makes the same again."""
    account = user.replace("\\", ".", 1)
    return f"{_PREFIX}{job}.{account}{_SUFFIX}"


@dataclass(frozen=True)
class Progress:
    """How far a job is, as its journal says.

    :ivar method: the method that it calls
    :ivar began: UTC, ISO 8601
    :ivar seconds: since then
    :ivar phase: what it does; ``ended`` when its answer waits to be fetched
    :ivar known: items that were seen before the call; None before they were read, or where they are not
    :ivar tally: how many progress texts came so far that begin as the request asked to count
    :ivar paths: number of paths
    :ivar path: the first of them, as far as it is told
    :ivar answer: bytes of the answer; 0 as long as there is none, or where it could not be kept
    :ivar error: code and message of why it could not be kept; empty where it could
    """

    method: str
    began: str
    seconds: float
    phase: Phase
    known: int | None
    tally: tuple[int, ...]
    paths: int
    path: str
    answer: int
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether its work is over."""
        return self.phase == "ended"


@dataclass(frozen=True)
class Journal:
    r"""The journal of a job on a host.

    :ivar job: name of the job
    :ivar user: whose view of the cache it has, ``DOMAIN\name``
    :ivar own: the file belongs to the user who looks
    :ivar alive: a process has it open: the job runs, or waits with its answer
    :ivar progress: None where it cannot be read, or holds no state
    :ivar empty: it holds nothing: the job is about to begin, or to end
    :ivar running: the job is at work: not only its answer waits there
    """

    job: str
    user: str
    own: bool
    alive: bool
    progress: Progress | None
    empty: bool = False
    running: bool = False


@dataclass(frozen=True)
class Jobs:
    """The jobs on a host.

    :ivar journals: of all that are there
    :ivar locked: one is at work, whichever it is
    """

    journals: tuple[Journal, ...] = ()
    locked: bool = False

    @property
    def at_work(self) -> Journal | None:
        """The journal of the job that is at work; None where none is, or where it is not to be seen which."""
        return _at_work(self.journals)


@dataclass(frozen=True)
class Look(Jobs):
    """What a look at a job found.

    :ivar text: the answer of the job that was looked at, as far as there is one; None without a journal
    :ivar output: what stands in the results file of Ansible's start of the job, if it is there
    """

    text: str | None = None
    output: str | None = None

    def own(self, job: str) -> Journal | None:
        """The journal of the user's own *job*."""
        return next((journal for journal in self.journals if journal.own and journal.job == job), None)

    def other(self, job: str) -> Journal | None:
        """The journal of another job than the user's own *job* that is running."""
        return _at_work(journal for journal in self.journals if not (journal.own and journal.job == job))


def _at_work(journals: Iterable[Journal]) -> Journal | None:
    return next((journal for journal in journals if journal.running), None)


def read_look(result: Mapping[str, t.Any]) -> Look:
    """Read the module result of a step that looks at a job, or drops it.

    :raises ContractError: it is not what the contract allows
    """
    answer = Record(result, "")("answer", Record)
    jobs = read_jobs(answer)
    return Look(
        journals=jobs.journals,
        locked=jobs.locked,
        text=answer("text", optional(text())),
        output=answer("output", optional(text())),
    )


def read_jobs(answer: Record) -> Jobs:
    """Read the keys ``jobs`` and ``locked`` of an answer. What was gone while it was looked at is left out.

    :raises ContractError: it is not what the contract allows
    """
    locked, found = answer("locked", flag), answer("jobs", many(_journal, limits.NAMES))
    journals = (
        dataclasses.replace(journal, running=locked and _may_work(journal)) for journal in found if journal is not None
    )
    return Jobs(tuple(journals), locked)


def _may_work(journal: Journal) -> bool:
    # What cannot be read may be at work as well as wait with its answer.
    return journal.alive and not journal.empty and not (journal.progress and journal.progress.ended)


def _journal(value: t.Any, where: str) -> Journal | None:
    job = Record(value, where)
    name = job("name", text(limits.PATH))
    parts = split_name(name)
    if parts is None:
        raise refused(name, f"{where}.name", f"a name that begins with {_PREFIX}")
    error = job("error", optional(Record))
    if error is not None and error("code", uint32) in _GONE:
        return None
    state = job("state", optional(text(_STATE)))
    return Journal(
        job=parts[0],
        user=parts[1],
        own=job("own", flag),
        alive=job("alive", flag),
        progress=_progress(state) if state else None,
        empty=state == "",
    )


_GONE = (0x80070002, 0x80070003)
"""What Windows says of a file, or of a folder, that is not there."""


def _progress(state: str) -> Progress | None:
    """Read the state of a journal; None where it is none, because it was being written, or is somebody else's."""
    try:
        # Numbers of too many digits are a ValueError, what nests too deep is not.
        value = Record(json.loads(state), "state")
        about = value("about", Record)
        error = value("error", optional(Record))
        return Progress(
            method=about("method", text(limits.NAME)),
            began=value("began", text(limits.VALUE)),
            seconds=value("ms", number(0, _UINT64)) / 1000,
            phase=t.cast(Phase, value("phase", word(*t.get_args(Phase)))),
            known=value("rows", optional(uint32)),
            tally=value("tally", many(uint32, limits.CALLS)),
            paths=about("paths", uint32),
            path=about("path", text(limits.PATH)),
            answer=value("answer", number(0, _UINT64)),
            error="" if error is None else error("message", text(limits.TEXT)) or hex(error("code", uint32)),
        )
    except (ValueError, RecursionError, ContractError):
        return None
