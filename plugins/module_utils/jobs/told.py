# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a user is told of a job: the key ``job`` of a result, the line of each look, the sentences."""

from __future__ import annotations

import typing as t

from ..errors import HostCallError
from ..host.jobs import Journal, Progress
from ..host.request import Request
from ..windows.progress import Kind
from ..words import number, of_job, one_line

_SUCCESSES = ("0", "0x0", "00000000", "0x00000000")
"""Result 0, in the forms in which Windows may write it (``windows.progress.parse_result``)."""

TALLY = tuple(f"{Kind.ITEM_RESULT:d}:{result}" for result in ("", *(f"{zero}:" for zero in _SUCCESSES)))
"""How the progress texts of items begin that are counted while a job runs: all results, and the plain successes."""

_PATH = 260
"""Characters of a path that a job knows of itself: MAX_PATH of Windows; its whole state has 4,096 bytes."""

State = t.Literal["running", "ended", "died", "unknown"]

KEPT = "for a day after its end at most"
"""How long a job waits for its answer to be fetched (docs/host_contract.md)."""


def about(request: Request) -> dict[str, t.Any]:
    """Return what a job that carries out *request* is to know of itself."""
    return {"method": request.method, "paths": len(request.paths), "path": "".join(request.paths[:1])[:_PATH]}


class Busy(HostCallError):
    """Another job runs on the host, so that nothing was called.

    :ivar row: the key ``job`` for that one; None where it is not to be seen which

    :param journal: its journal, if that is known
    """

    def __init__(self, journal: Journal | None) -> None:
        whose = f": {_what(journal)}" if journal else ""
        super().__init__(
            f"Another job runs on this host in the background{whose}. Nothing was called. Wait for its end, or have "
            "this task repeated (until, retries) as long as its result has busy.",
            maybe_called=False,
            busy=True,
        )
        self.row = row(journal, "running", attached=False) if journal else None


def row(journal: Journal, state: State, *, attached: bool | None = None) -> dict[str, t.Any]:
    """Return the key ``job`` of a result.

    :param attached: the task found the job instead of starting it; None where no task follows it
    """
    progress = journal.progress
    done, failed = _done(progress)
    return {
        "name": journal.job,
        "state": state,
        **({} if attached is None else {"attached": attached}),
        "method": progress.method if progress else None,
        "user": journal.user or None,
        "began": progress.began if progress else None,
        "seconds": progress.seconds if progress else None,
        "done": done,
        "failed": failed,
        "known": progress.known if progress else None,
        "paths": progress.paths if progress else None,
        "path": progress.path or None if progress else None,
    }


def not_seen(job: str, state: State = "unknown") -> dict[str, t.Any]:
    """Return the key ``job`` for one whose journal was never read."""
    return row(Journal(job=job, user="", own=True, alive=False, progress=None), state, attached=False)


def line(progress: Progress) -> str:
    """Return what a user who waits sees at each look."""
    done, failed = _done(progress)
    if progress.phase == "before":
        what = "reading the items before the call"
    elif progress.phase == "after":
        what = f"{number(done, 'item')} done, {failed} failed, reading the items after the call"
    else:
        # Folders that were not open have a result too, so that there may be more than were known.
        of = f" of {progress.known}" if progress.known and progress.known >= done else ""
        what = f"{done}{of} items, {failed} failed"
    said = [f"{progress.method} in the background: {what}, {_clock(progress.seconds)} since it began"]
    if progress.phase == "call" and done and progress.seconds >= 1:
        rate = done / progress.seconds
        said.append(f"{rate:.3g} items/s")
        if progress.known and progress.known > done:
            said.append(f"about {_clock((progress.known - done) / rate)} left")
    return ", ".join(said)


def unfinished(journal: Journal) -> str:
    """Return the sentence of a task that does not wait."""
    return f"It goes on in the background on the host ({_what(journal)}): run the same task again to fetch its result."


def goes_on() -> str:
    """Return the line for a task that ends before its job."""
    return (
        "The task ends here, and its job goes on in the background on the host: run the task again to follow it, "
        f"{KEPT}."
    )


def died(journal: Journal, said: str = "") -> str:
    """Return the sentence for a job that ended without an answer.

    :param said: its last words, if there are any
    """
    if said:
        return f"The job in the background ({_what(journal)}) broke off: {said}."
    return (
        f"The job in the background ({_what(journal)}) is gone, and its answer with it: its process was ended, the "
        "host was restarted, or another task fetched the answer."
    )


def went_down(journal: Journal) -> str:
    """Return the sentence for a job whose journal outlived it."""
    return f"The host went down while the job in the background ({_what(journal)}) was there, and its answer is lost."


def fetched(journal: Journal) -> str:
    """Return the sentence for a job whose answer went to another task."""
    return f"The job in the background ({_what(journal)}) has ended, and another task has fetched its answer."


def not_kept(journal: Journal | None) -> str:
    """Return the sentence for a job whose answer could not be kept on the host, or does not come whole."""
    progress = journal.progress if journal else None
    why = one_line(progress.error) if progress else ""
    whose = f" ({_what(journal)})" if journal else ""
    return f"The job in the background{whose} ended, but its answer was lost: {why or 'it does not come whole'}."


def not_begun(seconds: int, said: str) -> str:
    """Return the sentence for a job of which nothing was seen after it was started.

    :param said: what the start said, if anything
    """
    return f"The job in the background was started, and nothing was seen of it for {seconds} seconds. {said}".rstrip()


def out_of_reach(minutes: int, said: str) -> str:
    """Return the sentence for a job that runs on a host that does not answer."""
    return (
        f"The host did not answer for {minutes} minutes while a job ran there in the background. {said} Run the task "
        f"again to follow it, {KEPT}."
    )


def never_begun(minutes: int, said: str) -> str:
    """Return the sentence for a job that was not begun, because the host does not answer any more."""
    return f"The host did not answer for {minutes} minutes, and the job in the background was not begun. {said}"


def left(job: str, *, fetched: bool) -> str:
    """Return the warning for a job that could not be ended.

    :param fetched: after its answer was fetched
    """
    if not fetched:
        return f"The job {job} could not be ended: what is left of it stays on the host, {KEPT}."
    return (
        f"The answer of the job {job} was fetched, but the job could not be ended: it stays on the host, {KEPT}. Until "
        "then the same task would get the same answer."
    )


def _what(journal: Journal) -> str:
    return of_job(row(journal, "unknown"))


def _done(progress: Progress | None) -> tuple[int, int]:
    """Return for how many items a result came, and for how many of them no success."""
    if progress is None or len(progress.tally) != len(TALLY):
        return 0, 0
    results, *successes = progress.tally
    return results, max(0, results - sum(successes))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
