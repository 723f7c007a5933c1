# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns time in the simulated Windows: real for servers, virtual for tests that must not wait."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
"""The date of a virtual clock that has not moved yet."""
_LOOK_SECONDS = 0.002
_PATIENCE_SECONDS = 20


class Stopped(Exception):
    """The simulated host was told to stop while something in it was waiting."""


class Clock(Protocol):
    """Seconds since any fixed moment, and a way to let them pass."""

    def now(self) -> float: ...

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Wait so many seconds (infinity: until stopped). Raises Stopped as soon as `stop` is set."""

    def date(self) -> datetime:
        """The date and time of the day in UTC."""

    def follow(self, thread: threading.Thread) -> None:
        """Be told of a thread of the machine that has begun."""


class RealClock:
    def now(self) -> float:
        return time.monotonic()

    def date(self) -> datetime:
        return datetime.now(UTC)

    def follow(self, thread: threading.Thread) -> None:
        """Real time passes whoever runs."""

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        forever = seconds == float("inf")
        if stop is None:
            # An event that nobody sets: without a limit this waits like a hung WMI call does.
            threading.Event().wait(None if forever else max(0.0, seconds))
        elif stop.wait(None if forever else max(0.0, seconds)):
            raise Stopped


class VirtualClock:
    """Passes only when somebody sleeps. An endless sleep has no end to jump to, so it raises Stopped."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        if seconds == float("inf") or (stop is not None and stop.is_set()):
            raise Stopped
        self._now += max(0.0, seconds)

    def date(self) -> datetime:
        return _BEGIN + timedelta(seconds=self.now())

    def follow(self, thread: threading.Thread) -> None:
        """Whoever sleeps lets time pass for all."""


class SteppedClock:
    """Passes only when the thread that made it sleeps or says so (`advance`); all other threads wait for that.

    Before time moves on every followed thread has come to where it waits for time, or to its end. So what a job of the
    machine has done by some moment is always the same.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._driver = threading.current_thread()
        self._followed: set[threading.Thread] = set()
        self._asleep: dict[threading.Thread, tuple[float, threading.Event | None]] = {}
        self._changed = threading.Condition()

    def now(self) -> float:
        return self._now

    def date(self) -> datetime:
        return _BEGIN + timedelta(seconds=self.now())

    def follow(self, thread: threading.Thread) -> None:
        """Wait for this thread, which has been started, before time moves on."""
        self._followed.add(thread)

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        """See Clock. An endless sleep of the thread that made the clock has no end to jump to: Stopped."""
        me = threading.current_thread()
        if me is self._driver:
            if seconds == float("inf"):
                raise Stopped
            self.advance(seconds, stop)
            return
        with self._changed:
            due = self._now + max(0.0, seconds)
            self._asleep[me] = due, stop
            try:
                while not (stop is not None and stop.is_set()) and self._now < due:
                    self._changed.wait(_LOOK_SECONDS if stop is not None else None)
            finally:
                del self._asleep[me]
        if stop is not None and stop.is_set():
            raise Stopped

    def advance(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Let time pass, from one sleeper's end to the next. Raises Stopped as soon as `stop` is set."""
        end = self._now + max(0.0, seconds)
        self.settle()
        while self._now < end:
            if stop is not None and stop.is_set():
                raise Stopped
            with self._changed:
                self._now = min([end, *(due for due, _stop in self._asleep.values())])
                self._changed.notify_all()
            self.settle()
        if stop is not None and stop.is_set():
            raise Stopped

    def settle(self) -> None:
        """Wait until every followed thread waits for time to pass, or has ended.

        :raises RuntimeError: one of them does neither.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._settled():
            if time.monotonic() >= deadline:
                raise RuntimeError("a thread of the simulated machine neither waits nor ends")
            time.sleep(_LOOK_SECONDS)

    def _settled(self) -> bool:
        with self._changed:
            self._followed = {thread for thread in self._followed if thread.is_alive()}
            return all(self._waits(*self._asleep.get(thread, (self._now, None))) for thread in self._followed)

    def _waits(self, due: float, stop: threading.Event | None) -> bool:
        return due > self._now and not (stop is not None and stop.is_set())
