# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each part of a task over many items costs: CPU seconds, which a busy machine spoils less than time."""

from __future__ import annotations

import functools
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from unit.method_runs import fold

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer
from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import DELETE_ITEMS
from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import SYNCHRONIZE
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.method import Method
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from simhost import host_call, scenario
from simhost.engine import Engine
from simhost.engine.direct import SOURCES, DirectHost
from simhost.windows import Host
from simhost.wire import WireServer
from simhost.wmi import CACHE_CLASS, ITEM_CLASS, WmiSession

from . import tasks

BARE = Path(__file__).with_name("bare_host.cs")
USER = r"CORP\alice"
LIMIT = 600
"""Seconds that one answer may take."""
_ROUNDS = 3
_PROPERTIES = ["ItemPath", "ItemType", "PinInfo"]


def invocation(*paths: str, method: Method = UNPIN) -> Invocation:
    """Return what the tasks of these measurements ask for, of these paths or of the share."""
    options = {
        "paths": list(paths or [tasks.SHARE]),
        "flags": list(method.default_flags),
        "deep": True,
        "verify": True,
        "force": False,
        "conflicts": "leave",
    }
    return Invocation.from_options(method, {**options, "timeout": 0})


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process that some work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def parts(items: int, engine: Engine | None) -> Iterator[tuple[str, float]]:
    """Yield each part with its CPU seconds; the last two, and the double, only with an engine.

    A part that is a difference of two measurements has no sign of its own: noise may make it negative.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        host = scenario.load(tasks.scenario(Path(folder), items)).host
    request = invocation().request().options()
    yield "(a) controller: read, check and fold the answer", _median(lambda: _fold(host, request, invocation()))
    yield "(e) simulated cache: two enumerations and the call", _median(lambda: _cache(host))
    yield "emulation of the host part, with the simulated cache", _median(lambda: _emulation(host, request))
    if engine is None:
        return
    ours, _served = _engine(engine, SOURCES, host, request)
    bare, served = _engine(engine, [BARE], host, request)
    yield "(c) real host part: OfflineFiles.cs above its System.Management", ours - bare
    yield "(d) double of System.Management, in the engine", bare
    yield "(d) and (e) the socket with the simulated cache behind it", served


def methods(items: int) -> Iterator[tuple[str, float]]:
    """Yield what reading, checking and folding the answer costs the controller, for each of the other methods."""
    for method in (PIN, SYNCHRONIZE, DELETE_ITEMS):
        (module,) = (name for name in tasks.METHODS if name.replace("_", "") == method.name.lower())
        like, behaviour = tasks.METHODS[module]
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            host = scenario.load(tasks.scenario(Path(folder), items, like, behaviour)).host
        asked = invocation(method=method)
        yield f"(a) for {module}", _median(functools.partial(_fold, host, asked.request().options(), asked))


def controller(items: int) -> float:
    """Return the CPU seconds that Ansible, WinRM and the fold take for so many items, above those of a no-op task."""

    def run(count: int) -> float:
        with tasks.play(count, "emulation", tasks.collections_path()) as play:
            return play.run([tasks.unpin("release")])[1]

    return statistics.median(run(items) - run(0) for _round in range(_ROUNDS))


def _median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _round in range(_ROUNDS))


def _emulation(host: Host, request: dict[str, Any]) -> float:
    host.reset()
    return cpu(lambda: host_call.run(request, host, USER, False))


def _fold(host: Host, request: dict[str, Any], asked: Invocation) -> float:
    host.reset()
    said = host_call.run(request, host, USER, False)
    return cpu(lambda: fold(asked, View(), [answer.read(said, paths=1)]))


def _cache(host: Host) -> float:
    host.reset()
    session = WmiSession(host, USER)
    params = {"Paths": [tasks.SHARE], "Flags": 0x20, "Deep": True}

    def all_of_it() -> None:
        deque(session.enumerate_many(ITEM_CLASS, _PROPERTIES), maxlen=0)
        deque(session.invoke_many(CACHE_CLASS, "Unpin", params), maxlen=0)
        deque(session.enumerate_many(ITEM_CLASS, _PROPERTIES), maxlen=0)

    return cpu(all_of_it)


def _engine(engine: Engine, sources: Sequence[Path], host: Host, request: dict[str, Any]) -> tuple[float, float]:
    """CPU seconds of an engine that is warm, and of what serves it."""
    measured: list[tuple[float, float]] = []
    with WireServer(host) as server, DirectHost(engine, sources) as direct:
        session = server.open_session(USER)
        for _round in range(_ROUNDS + 1):
            host.reset()
            before = direct.cpu_seconds()
            served = cpu(lambda: direct.answer(server.address, session, request, timeout=LIMIT))
            measured.append((direct.cpu_seconds() - before, served))
    return statistics.median(one for one, _two in measured[1:]), statistics.median(two for _one, two in measured[1:])
