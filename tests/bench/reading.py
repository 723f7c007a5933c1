# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reading many items costs on the Windows host, through Microsoft's System.Management."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.winops.offline_files.plugins.module_utils.info.selection import Selection
from simhost import scenario
from simhost.engine import Engine
from simhost.engine.direct import SOURCES, DirectHost
from simhost.wire import WireServer

from . import parts, tasks

BARE = Path(__file__).with_name("bare_reading.cs")
MANY, FEW = r"\\fs01\archive", r"\\fs01\few"
ROUNDS = 3
_FILES = 1000


def machine(items: int) -> dict[str, Any]:
    """Return a scenario with so many items, of which one in a hundred, those under FEW, is pinned."""
    few = max(1, items // 100)
    generate = [{"under": FEW, "directories": 1, "files": few, "pin": "user"}]
    if items > _FILES:
        generate.append({"under": MANY, "directories": (items - few) // _FILES, "files": _FILES})
    return {
        "host": {"name": "PC042", "user": parts.USER},
        "accounts": {parts.USER: "Wonderland-1"},
        "generate": generate,
    }


TASKS: Mapping[str, tuple[dict[str, Any], float]] = {
    "all in scope": (tasks.unpin("all", [MANY, FEW], report="none"), 2.5),
    "one in a hundred in scope": (tasks.unpin("few", [FEW], report="none"), 2.0),
    "item_info pinned: true": ({"name": "pinned", "winops.offline_files.item_info": {"pinned": True}}, 3.2),
}
"""What reads, and the most that it may take of the time of a task that reads ten items."""

REQUESTS: Mapping[str, dict[str, Any]] = {
    "what unpin reads, all in scope": parts.invocation(MANY, FEW).request().options(),
    "what unpin reads, one in a hundred in scope": parts.invocation(FEW).request().options(),
    "what item_info reads, pinned": Selection(pinned=True, timeout=0).request().options(),
    "what item_info reads, all": Selection(timeout=0).request().options(),
}


def task_ratios(items: int) -> Iterator[tuple[str, list[tuple[float, float]], float]]:
    """Yield each task with pairs of its seconds and those of the task that reads ten, and the ratio that is wanted.

    Nothing is called: the tasks run in check mode.
    """
    collections = tasks.collections_path()
    ten = {**tasks.unpin("ten", [FEW]), "check_mode": True}
    plan = [{**task, "check_mode": True} for task, _wanted in TASKS.values()]
    with ExitStack() as stack:
        big, small = (
            stack.enter_context(tasks.play_of(machine(count), "windows", collections)) for count in (items, 10)
        )
        small.run([ten])  # warms the host up
        seconds: list[tuple[dict[str, list[float]], float]] = []
        for _round in range(ROUNDS):
            many, _cpu = big.run(plan)
            few, _cpu = small.run([ten] * 3)
            seconds.append((many, statistics.median(few["ten"])))
    for name, (task, wanted) in TASKS.items():
        yield name, [(many[task["name"]][0], few) for many, few in seconds], wanted


def loop_ratios(items: int, engine: Engine) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield each request with pairs of the seconds of our reading and of the plain loop with the same properties."""
    host = scenario.parse(yaml.safe_dump(machine(items))).host
    with WireServer(host) as server, ExitStack() as stack:
        session = server.open_session(parts.USER)
        ours, bare = (stack.enter_context(DirectHost(engine, source)) for source in _sources())

        def milliseconds(direct: DirectHost, request: Mapping[str, Any]) -> float:
            answer = direct.answer(server.address, session, request, check_mode=True, timeout=parts.LIMIT)
            if answer.get("before", answer)["seen"] < items:
                raise RuntimeError(f"not all items were read: {answer}")
            return float(answer["ms"]["before"] if "before" in answer else answer["ms"]) / 1000

        for name, request in REQUESTS.items():
            yield name, [(milliseconds(ours, request), milliseconds(bare, request)) for _round in range(ROUNDS)]


def _sources() -> Sequence[Sequence[Path]]:
    return (SOURCES, [BARE])
