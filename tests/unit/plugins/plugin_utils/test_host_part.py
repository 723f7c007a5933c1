# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of calling the host part: the time limit of our own, and how what goes wrong is told."""

from __future__ import annotations

import signal
import threading
import time
import types
import typing as t
from collections.abc import Iterator

import pytest
from unit.action_host import UnpinUnderTest
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.host.request import Request
from ansible_collections.winops.offline_files.plugins.plugin_utils import host_part

# The default way of pytest-timeout is the very timer that is tested here.
pytestmark = pytest.mark.timeout(30, method="thread")

ANSWER = answer({"skipped": "not_needed"})
PATHS = {"paths": "//fs01/users"}


class SilentHost(UnpinUnderTest):
    """The host part never comes back by itself; a connection swallows errors and asks again."""

    stubborn = 0
    woken = 0

    def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
        super()._execute_module(**kwargs)
        while True:
            try:
                time.sleep(10)
            except BaseException:
                # like a connection that asks the silent host to clean up
                self.woken += 1
                if self.woken > self.stubborn:
                    raise


@pytest.fixture
def handler() -> Iterator[t.Any]:
    """Install a handler of the signal, and see that it is there again and that no timer runs."""

    def mine(_signal: int, _frame: types.FrameType | None) -> None:
        raise AssertionError("the timer of the action went off after it")

    previous = signal.signal(signal.SIGALRM, mine)
    try:
        yield mine
        assert signal.getsignal(signal.SIGALRM) is mine
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGALRM, previous)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the limit for a timeout of one second 0.1 seconds."""
    monkeypatch.setattr(host_part, "READ_ALLOWANCE", 0)
    monkeypatch.setattr(host_part, "START_ALLOWANCE", -0.9)
    monkeypatch.setattr(host_part, "_REPEAT", 0.05)


@pytest.mark.usefixtures("short", "handler")
def test_a_silent_host_ends_in_a_whole_failed_result() -> None:
    action = SilentHost({**PATHS, "timeout": 1}, [ANSWER])
    started = time.monotonic()
    result = action.run_task()
    assert time.monotonic() - started < 5
    assert (result["failed"], result["timed_out"], result["may_still_run"]) == (True, True, True)
    assert result["msg"].startswith("The host did not answer within 0.")
    assert "(timeout 1 and" in result["msg"]
    assert action.woken == 1


@pytest.mark.usefixtures("short", "handler")
def test_the_timer_repeats_for_a_connection_that_swallows_it() -> None:
    action = SilentHost({**PATHS, "timeout": 1}, [ANSWER])
    action.stubborn = 3
    with pytest.raises(HostCallError) as caught:
        action.ask(Request(timeout=1))
    assert caught.value.timed_out
    assert action.woken == 4


def test_the_interruption_is_no_error_that_a_connection_may_catch() -> None:
    assert not issubclass(host_part._Overdue, Exception)


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize(("timeout", "limit"), [(1, 32), (10, 50), (30, 90), (3600, 3660)])
def test_the_limit_covers_starting_and_reading(monkeypatch: pytest.MonkeyPatch, timeout: int, limit: int) -> None:
    seen: list[tuple[float, float]] = []

    class Looks(UnpinUnderTest):
        def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
            seen.append(signal.getitimer(signal.ITIMER_REAL))
            return super()._execute_module(**kwargs)

    Looks(PATHS, [ANSWER]).ask(Request(timeout=timeout))
    ((left, repeat),) = seen
    assert limit - 1 < left <= limit
    assert repeat == 5.0


@pytest.mark.usefixtures("handler")
def test_no_limit_means_no_timer() -> None:
    class Looks(UnpinUnderTest):
        def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
            assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
            return super()._execute_module(**kwargs)

    assert Looks(PATHS, [ANSWER]).ask(Request(timeout=0)).skipped == "not_needed"


@pytest.mark.usefixtures("handler")
def test_the_timer_is_taken_down_after_an_error() -> None:
    with pytest.raises(HostCallError, match="ValueError: bad"):
        UnpinUnderTest(PATHS, [ValueError("bad")]).ask(Request(timeout=5))


def test_a_timer_that_runs_already_is_left_alone() -> None:
    """The keyword ``timeout`` of a task uses the same timer."""
    fired: list[float] = []

    def theirs(_signal: int, _frame: types.FrameType | None) -> None:
        fired.append(signal.getitimer(signal.ITIMER_REAL)[0])

    class Fires(UnpinUnderTest):
        def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
            signal.raise_signal(signal.SIGALRM)
            return super()._execute_module(**kwargs)

    previous = signal.signal(signal.SIGALRM, theirs)
    # Long, so that a busy machine does not let it go off before the task is asked.
    signal.setitimer(signal.ITIMER_REAL, 1000)
    try:
        Fires(PATHS, [ANSWER]).ask(Request(timeout=1))
        (left,) = fired
        assert left > 500
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 500
        assert signal.getsignal(signal.SIGALRM) is theirs
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@pytest.mark.usefixtures("handler")
def test_outside_the_main_thread_there_is_no_timer() -> None:
    results: list[t.Any] = []

    class Looks(UnpinUnderTest):
        def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
            results.append(signal.getitimer(signal.ITIMER_REAL))
            return super()._execute_module(**kwargs)

    thread = threading.Thread(target=lambda: results.append(Looks(PATHS, [ANSWER]).ask(Request(timeout=1))))
    thread.start()
    thread.join(10)
    assert results[0] == (0.0, 0.0)
    assert len(results) == 2


def test_an_exception_without_words_is_named() -> None:
    with pytest.raises(HostCallError) as caught:
        UnpinUnderTest(PATHS, [EOFError()]).ask(Request(timeout=0))
    assert str(caught.value) == "The connection broke while the host was asked: EOFError."
    assert not caught.value.timed_out
