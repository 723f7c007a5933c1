# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns time in the simulated Windows: real for servers, virtual for tests that must not wait."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Stopped(Exception):
    """The simulated host was told to stop while something in it was waiting."""


class Clock(Protocol):
    """Seconds since any fixed moment, and a way to let them pass."""

    def now(self) -> float: ...

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Wait so many seconds (infinity: until stopped). Raises Stopped as soon as `stop` is set."""


class RealClock:
    def now(self) -> float:
        return time.monotonic()

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
