# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The clock whose time a test moves; the other two are tested with what they are for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from simhost import clock as clocks
from simhost.clock import RealClock, SteppedClock, Stopped, VirtualClock

pytestmark = pytest.mark.timeout(30)


def _thread(clock: SteppedClock, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    clock.follow(thread)
    return thread


def test_sleepers_wake_in_the_order_of_their_time_and_nobody_is_passed_by() -> None:
    clock = SteppedClock()
    seen: list[tuple[str, float]] = []

    def sleeper(name: str, *naps: float) -> Callable[[], None]:
        def work() -> None:
            for nap in naps:
                clock.sleep(nap)
                seen.append((name, clock.now()))

        return work

    threads = [_thread(clock, sleeper("a", 3, 1, 10)), _thread(clock, sleeper("b", 2, 3))]
    clock.sleep(3.5)
    assert (seen, clock.now()) == ([("b", 2), ("a", 3)], 3.5)
    clock.advance(100)
    assert (seen[2:], clock.now()) == ([("a", 4), ("b", 5), ("a", 14)], 103.5)
    assert not any(thread.is_alive() for thread in threads)


def test_a_sleep_that_is_stopped_ends_without_time() -> None:
    clock, stop, ended = SteppedClock(), threading.Event(), threading.Event()

    def work() -> None:
        try:
            clock.sleep(float("inf"), stop)
        except Stopped:
            ended.set()

    _thread(clock, work)
    clock.advance(5)
    assert not ended.is_set()
    stop.set()
    clock.settle()
    assert (ended.is_set(), clock.now()) == (True, 5)


def test_the_sleep_of_the_test_ends_with_what_it_waits_for() -> None:
    clock, event = SteppedClock(), threading.Event()

    def work() -> None:
        clock.sleep(2)
        event.set()

    _thread(clock, work)
    with pytest.raises(Stopped):
        clock.sleep(10, event)
    assert clock.now() == 2
    with pytest.raises(Stopped):
        clock.sleep(float("inf"))


def test_a_thread_that_never_comes_to_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "_PATIENCE_SECONDS", 0.1)
    clock, end = SteppedClock(), threading.Event()

    def work() -> None:
        end.wait(20)

    _thread(clock, work)
    with pytest.raises(RuntimeError, match="neither waits nor ends"):
        clock.advance(1)
    end.set()


@pytest.mark.parametrize("kind", [SteppedClock, VirtualClock])
def test_the_date_goes_with_the_time(kind: type[SteppedClock] | type[VirtualClock]) -> None:
    clock = kind()
    before = clock.date()
    clock.sleep(90)
    assert clock.date() - before == timedelta(seconds=90)
    assert before.tzinfo is UTC
    assert abs(RealClock().date() - datetime.now(UTC)) < timedelta(seconds=5)
