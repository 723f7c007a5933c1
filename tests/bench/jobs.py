# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a call in the background costs: executions, bytes, and the time between the end of the method and the result.

What an execution sends and when it was begun is read from the log of the simulated host, which runs on this machine and
has its clock.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.winops.offline_files.plugins.module_utils.jobs.follow import DELAYS

from . import tasks

POLL_INTERVAL = 30
"""Seconds: the default of the modules."""

FETCHING = 2
"""Seconds that may pass, beyond the pause between two looks, from the end of the method to the result of the task."""

ITEM_SECONDS = 0.05
"""That Windows takes for an item. The last one is done so long before the method ends, at most."""

LENGTHS = (12, 100, 1000)
"""Numbers of items. On the emulation their calls end in a pause of 1, 5 and 30 seconds; where a look takes seconds, in
shorter ones."""

PAUSES = (*DELAYS, float(POLL_INTERVAL))
"""Seconds between looks, the last of them again and again."""

_DAY = 86_400
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Execution:
    """One execution of the host part, as the log of the host tells it.

    :ivar begin: when its command was begun, in seconds of the day
    :ivar end: when the command's end was taken
    :ivar sent: bytes of HTTP bodies to the host
    :ivar received: bytes of HTTP bodies from it
    """

    begin: float
    end: float
    sent: int
    received: int


@dataclass(frozen=True)
class Background:
    """A task in the background.

    :ivar seconds: that it took
    :ivar lag: seconds between the end of the method and the result of the task
    :ivar waited: seconds without an execution between the last two looks
    :ivar fetching: seconds from the look that found the job's answer to the result: what is added to a pause at most
    """

    seconds: float
    lag: float
    waited: float
    fetching: float


def executions(log: Sequence[str]) -> list[Execution]:
    """Take the log of a task on a host apart. The shell's own beginning and end count for the execution beside them."""
    found: list[Execution] = []
    opening = 0, 0
    for line in log:
        words = line.split()
        row = dict(word.split("=", 1) for word in words[2:] if "=" in word)
        if words[1] != "http":
            continue
        end, sent, received = _seconds(words[0]), int(row["in"]), int(row["out"])
        if row["op"] == "Command":
            # A line is written at the end of what it tells of.
            begin = end - float(row["ms"]) / 1000
            found.append(Execution(begin, end, sent + opening[0], received + opening[1]))
            opening = 0, 0
        elif not found:
            opening = opening[0] + sent, opening[1] + received
        else:
            last = found[-1]
            found[-1] = Execution(last.begin, end, last.sent + sent, last.received + received)
    return found


def in_an_hour(seconds: float) -> int:
    """Return how many looks there are in an hour, where each takes so many seconds."""
    at, looks = 0.0, 0
    while True:
        at += PAUSES[min(looks, len(PAUSES) - 1)] + seconds
        if at > 3600:
            return looks
        looks += 1


def slow(items: int, seconds: float = ITEM_SECONDS) -> dict[str, Any]:
    """Return a scenario with so many pinned files, for each of which Windows takes so many seconds."""
    return {
        "host": {"name": "PC042", "user": r"CORP\alice"},
        "accounts": {r"CORP\alice": "Wonderland-1"},
        "behaviour": {"item_delay_ms": round(seconds * 1000)},
        "generate": [{"under": tasks.SHARE, "directories": 1, "files": items, "pin": "user"}],
    }


def nothing_to_do(backend: str, rounds: int) -> tuple[list[tuple[float, float]], int]:
    """Return pairs of seconds, in the background and in the foreground, of a task that has nothing to do.

    And how many executions it is in the background.
    """
    with tasks.play(0, backend, tasks.collections_path()) as play:
        plan = [tasks.unpin("foreground"), tasks.unpin("background", background=True)]
        play.run(plan)  # warms the host up
        made = executions(_log_of(play, plan * rounds))
        seconds: dict[str, list[float]] = {"foreground": [], "background": []}
        for row in play.rows:
            seconds[row["task"]].append(row["seconds"])
    return list(zip(seconds["background"], seconds["foreground"], strict=True)), len(made) // rounds - 1


def paired(backend: str, items: int, delay: float = ITEM_SECONDS) -> tuple[float, Background]:
    """Release so many items in the foreground and in the background; return the seconds of the first, and the other.

    :raises RuntimeError: it was not a job, or the method was not seen to end
    """
    with tasks.play_of(slow(items, delay), backend, tasks.collections_path()) as play:
        play.run([tasks.unpin("warm", [r"\\fs01\nothing"])])
        foreground = play.run([tasks.unpin("foreground", report="none")])[0]["foreground"][0]
        play.host.reset()
        with _end_of_method(play) as method:
            made = executions(_log_of(play, [tasks.unpin("background", background=True, report="none")]))
        (row,) = play.rows
    # looked for, started, looked at and fetched, dropped
    if len(made) < 4 or method.ended is None:
        raise RuntimeError(f"{len(made)} executions, the method ended: {method.ended}")
    before, last = made[-3:-1]
    ended = _of_the_day(row["ended"])
    return foreground, Background(
        seconds=row["seconds"],
        lag=(ended - method.ended) % _DAY,
        waited=(last.begin - before.end) % _DAY,
        fetching=(ended - last.begin) % _DAY,
    )


def sizes(way: str) -> dict[str, Execution]:
    """Return what a task in the foreground and the steps of a job send and receive, over this connection.

    :param way: name of a way in (simhost.inventory)
    """
    with tasks.play_of(slow(40, 0.1), "emulation", tasks.collections_path(), way=way) as play:
        (foreground,) = executions(_log_of(play, [tasks.unpin("foreground", report="none")]))
        play.host.reset()
        made = executions(_log_of(play, [tasks.unpin("background", background=True, report="none")]))
        first, start, look, *_others, fetching, drop = made
    named = {"first look": first, "start": start, "look": look, "look that fetches": fetching, "drop": drop}
    return {"task in the foreground": foreground, **named}


def _log_of(play: tasks.Play, plan: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    before = len(play.host.log)
    play.run(plan)
    return play.host.log[before:]


@dataclass
class _Method:
    ended: float | None = None


@contextmanager
def _end_of_method(play: tasks.Play) -> Iterator[_Method]:
    """Watch the cache; what is yielded tells when the last item was released, in seconds of the day."""
    method, over = _Method(), threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_SECONDS):
            if not any(item["pins"] for item in play.host.state()["items"]):
                method.ended = _of_the_day(time.time())
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield method
    finally:
        over.set()
        thread.join()


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _of_the_day(moment: float) -> float:
    return _seconds(datetime.datetime.fromtimestamp(moment).strftime("%H:%M:%S.%f"))
