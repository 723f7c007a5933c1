# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module cache finds of a task: how the cache was and is, and what of all that was asked for has failed."""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..host import availability
from ..host.advice import because
from ..host.answer import Call
from ..words import number, visible
from . import cache_state, report, restart
from .cache_state import CacheState, Files
from .course import Course


class Wanted(t.Protocol):
    """What a task asks for; see ``cache.Cache``."""

    @property
    def enabled(self) -> bool | None:
        """Whether Offline Files is to run."""

    @property
    def encrypted(self) -> bool | None:
        """Whether the files are to be encrypted."""

    @property
    def reset(self) -> bool:
        """Whether the cache is to be emptied."""

    @property
    def reboot(self) -> bool:
        """Whether to restart the host where that is required."""

    @property
    def unavailable(self) -> str:
        """What a host is that has no cache, or where it does not run."""

    @property
    def diff(self) -> bool:
        """Whether the result has a diff."""


@dataclass(frozen=True)
class Verdict:
    """How a task ended.

    :ivar refused: why the cache is not emptied
    :ivar planned: in check mode, the methods that would be called
    :ivar predicted: in check mode, what they would make of the cache
    """

    wanted: Wanted
    course: Course
    refused: Sequence[str]
    planned: Sequence[str]
    predicted: CacheState

    @functools.cached_property
    def began(self) -> CacheState:
        """The cache before."""
        return cache_state.read(self.course.looked)

    @functools.cached_property
    def now(self) -> CacheState:
        """The cache as it is now; in check mode, as it would be."""
        if not self.course.check_mode:
            return cache_state.read(self.course.latest)
        if not self.restarts:
            return self.predicted
        # The cache is emptied when Offline Files starts.
        starts, pending = self.predicted.enabled, self.predicted.reset_pending
        files = Files() if pending and starts and self.predicted.files else self.predicted.files
        return dataclasses.replace(self.predicted, active=starts, reset_pending=pending and not starts, files=files)

    @functools.cached_property
    def restarts(self) -> bool:
        """Whether the host began anew; in check mode, whether it would."""
        if not self.course.check_mode:
            return bool(self.course.restart and self.course.restart.done)
        pending = self.wanted.reboot and self.predicted.restart_pending
        return pending and not list(self._problems(self.predicted, restarted=False))

    @functools.cached_property
    def problems(self) -> list[str]:
        """Why the task has failed, in sentences; what the course alone tells is not among them."""
        return list(self._problems(self.now, restarted=self.restarts))

    @property
    def failed(self) -> bool:
        """Whether the task has failed."""
        return bool(self.problems or self.course.unread or report.of_course(self.course)["failed"])

    # What went wrong

    def _problems(self, now: CacheState, *, restarted: bool) -> Iterator[str]:
        if absent := self.absent:
            if self.wanted.unavailable == "fail" or not absent.seen:
                yield absent.sentence
            return
        if self.refused:
            yield self._refusal
            return
        if self.course.unread:
            return
        yield from self._not_enabled(now, restarted)
        yield from self._not_encrypted(now)
        yield from self._not_reset(now, restarted)
        yield from self._not_restarted(now)

    @functools.cached_property
    def absent(self) -> availability.Unavailable | None:
        """Why there is no cache that could be asked for anything."""
        cache = self.course.looked.cache
        return self.course.unavailable if cache.error or not cache.found else None

    @property
    def _refusal(self) -> str:
        reasons = "; ".join(self.refused)
        return (
            "Nothing was done, for a reset destroys changes of every user that were never synchronized, and "
            f"{reasons}. To look, run item_info with dirty: true or synchronize as each of these users (become); to "
            "go on whatever is lost, set unsynchronized: destroy."
        )

    def _not_enabled(self, now: CacheState, restarted: bool) -> Iterator[str]:
        wanted = self.wanted.enabled
        if wanted is None:
            return
        if now.enabled != wanted:
            state = "not known to be" if now.enabled is None else "still" if now.enabled else "not"
            yield f"Offline Files is {state} enabled{self.because_of('Enable')}."
        elif restarted and now.active != wanted:
            yield f"Offline Files is {'not' if wanted else 'still'} active after the restart."

    def _not_encrypted(self, now: CacheState) -> Iterator[str]:
        wanted, files = self.wanted.encrypted, now.files
        if wanted is None or self.waits(now):
            return
        if not now.runs:
            unavailable = availability.check(self.course.latest)
            if unavailable and (self.wanted.unavailable == "fail" or not unavailable.seen):
                yield unavailable.sentence
        elif files is None:
            # A cache that only would run has nothing to foretell of its files.
            if not self.course.check_mode:
                yield "The items of the cache were not read."
        elif files.left(wanted):
            kind = "not encrypted" if wanted else "still encrypted"
            whole = files.encrypted + files.unencrypted
            are = "is" if files.left(wanted) == 1 else "are"
            yield (
                f"{files.left(wanted)} of {number(whole, 'file')} that {self.user} sees {are} {kind}"
                f"{self.because_of('Encrypt')}."
            )
        elif not files.complete:
            state = self.course.latest.before
            yield f"The items of the cache could not be read to their end{because(state.error if state else None)}."
        elif not now.is_encrypted(wanted) and (why := self.because_of("Encrypt")):
            # There is no file, and the configuration has not moved: only an error tells that anything is amiss.
            yield f"The configuration has not changed{why}."

    def _not_reset(self, now: CacheState, restarted: bool) -> Iterator[str]:
        if not self.wanted.reset:
            return
        if restarted:
            if now.enabled and now.reset_pending is not False:
                yield (
                    "The cache was not emptied with the restart, as far as the registry tells, and would be with the "
                    f"next one: {cache_state.FORMAT_VALUE} is {'1 still' if now.reset_pending else 'not known'}."
                )
        elif not now.reset_pending:
            why = self.because_of("SetDWORDValue") or self.because_of("CreateKey")
            yield f"The cache is not going to be emptied{why}."

    def _not_restarted(self, now: CacheState) -> Iterator[str]:
        done = self.course.restart
        if done and done.problem:
            yield done.problem
        elif self.wanted.reboot and not done and now.restart_pending:
            if doubt := now.after_restart is None and availability.doubt_about_restart(self.course.latest):
                yield f"The host was not restarted.{doubt}"
            elif self.course.latest.jobs.locked:
                yield "The host was not restarted, for a call of this collection runs there in the background."
            elif unreadable := restart.unreadable(self.course.looked):
                yield unreadable

    def waits(self, now: CacheState) -> bool:
        """Return whether files can be encrypted only once Offline Files runs, which waits for a restart."""
        waits = bool(self.wanted.enabled and now.enabled and not now.active)
        return self.wanted.encrypted is not None and waits and not (self.course.restart and self.course.restart.done)

    # What was said

    def said(self, method: str) -> list[Call]:
        """Return the calls of a method that the host told of."""
        return [call for done in self.course.acts if done.act.request.method == method for _args, call in done.calls()]

    def because_of(self, method: str) -> str:
        """Return what the last call of a method said, as a part of a sentence; empty where it succeeded."""
        said = self.said(method)
        problem = report.problem_of(said[-1]) if said else ""
        return f", {method} said {problem}" if problem else ""

    @property
    def user(self) -> str:
        """Whose view of the cache it is."""
        return visible(self.course.latest.user)

    @functools.cached_property
    def loss(self) -> str:
        """The sentences about an answer that did not come; empty where all did."""
        return report.of_loss(self.course) or report.unread_again(self.course)
