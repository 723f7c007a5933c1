# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the tests of calls in the background share: tasks, hosts with slow items, what must be true of a host."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from integration.fleet import MODULE, Fleet, scenario

from simhost.faults import Faults
from simhost.server import ADDRESS
from simhost.testing import PATIENCE, SimHost

DONE = "Unpinned 5 of 7 items; 2 were not pinned for user."
"""What comes of the usual task: alice sees seven items under the share, and a job takes seven times an item's delay."""
USUAL: dict[str, Any] = {"paths": "//fs01/users", "background": True, "poll_interval": 5, "report": "none"}


def unpin(name: str, *, keywords: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """A task that unpins in the background, and does not end the play."""
    given = {**USUAL, **options}
    return {"name": name, MODULE: given, "ignore_errors": True, "ignore_unreachable": True, **(keywords or {})}


def add(
    fleet: Fleet,
    name: str,
    *,
    ms: int = 300,
    jobs: dict[str, Any] | None = None,
    ways: dict[str, str] | None = None,
    faults: Faults | None = None,
    **variables: Any,
) -> SimHost:
    """Add a host whose items take so many milliseconds each; `jobs`: its faults of jobs."""
    content = scenario(behaviour={"item_delay_ms": ms})
    content["host"]["admins"] = []
    return fleet.add(name, {**content, "jobs": jobs or {}}, ways=ways, faults=faults, variables=variables)


def left(sim: SimHost, *but: str) -> list[str]:
    """What is left of jobs on a host, but for some things. A process that was told to end takes a moment."""

    def seen() -> list[str]:
        return [key for key, value in sim.host.jobs.left().items() if value and key not in but]

    with contextlib.suppress(TimeoutError):
        wait_until(lambda: not seen(), 5)
    return seen()


def wait_until(what: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until something is so.

    :raises TimeoutError: it does not come
    """
    deadline = time.monotonic() + seconds * PATIENCE
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come")
        time.sleep(0.02)


def reachable(sim: SimHost) -> None:
    """Have a host that cannot be reached answer again."""

    def connects() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((ADDRESS, sim.port), 1):
            return True
        return False

    sim.unreachable(0)
    wait_until(connects)


def threads_of_jobs() -> list[str]:
    """The threads of this process in which jobs run."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("simhost job")]


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pids: Iterable[int]) -> list[int]:
    """Those of some processes that run."""

    def state(pid: int) -> str:
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return "X"

    return [pid for pid in pids if state(pid) not in "XZ"]
