# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The contract cases for jobs: the real host part, in processes of its own on an engine, answers as the emulation."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from engine.conftest import WINDOWS
from engine.contract import at, differences, machine
from engine.job_cases import JOB_CASES, JobCase
from engine.job_contract import carry_out, emulated_job
from engine.module_host import ModuleHost, ModuleHostError

from simhost.engine.build import Engine
from simhost.wire import WireServer

pytestmark = pytest.mark.timeout(600)

LIVES = 600


class Engines:
    """Processes with the real module that share one machine's folders: one that asks, and one for each job.

    A start takes seconds of the processor, so a process whose job could not begin waits for the next one.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.data, self.async_dir = engine, folder / "data", folder / "async"
        self._folder = folder
        for one in (self.data, self.async_dir, folder / "temp"):
            one.mkdir()
        self._idle: list[ModuleHost] = []
        self.asking = self.take()

    def take(self) -> ModuleHost:
        """A process that waits for its task."""
        return self._idle.pop() if self._idle else ModuleHost(self.engine, machine=self._folder).__enter__()

    def give(self, process: ModuleHost) -> None:
        """Take back a process whose task has come to its end, and left it alive."""
        self._idle.append(process)

    def close(self) -> None:
        """End those that wait."""
        for one in (self.asking, *self._idle):
            one.__exit__()


class EngineHost:
    """An engine as a host for a case."""

    def __init__(self, case: JobCase, engines: Engines) -> None:
        self._engines, self._user = engines, case.windows.user
        self.folder = engines.engine.path(engines.data) + ("\\" if WINDOWS or os.name == "nt" else "/")
        self.machine = machine(case.windows)
        self._exit = ExitStack()
        self._wire = self._exit.enter_context(WireServer(self.machine))
        self._session = self._wire.open_session(self._user)
        self._jobs: dict[ModuleHost, threading.Thread] = {}
        self._alive: list[ModuleHost] = []
        self._starts = 0

    def close(self) -> None:
        """End what runs, and take away what it has left."""
        self.kill()
        self._exit.close()
        for file in (*self._engines.data.iterdir(), *self._engines.async_dir.iterdir()):
            file.unlink()

    def ask(self, request: Mapping[str, Any], check_mode: bool = False) -> dict[str, Any]:
        profile = self.machine.profile_of(self._user)
        return self._engines.asking.run(self._wire.address, self._session, request, check_mode, profile)

    def start(self, request: Mapping[str, Any]) -> str:
        file = self._engines.async_dir / f"j7.{self._starts}"
        self._starts += 1
        self._give_back()
        process = self._engines.take()
        self._jobs[process] = thread = threading.Thread(target=self._run, args=(process, request, file))
        thread.start()
        return self._engines.engine.path(file)

    def _run(self, process: ModuleHost, request: Mapping[str, Any], file: Path) -> None:
        try:
            result = process.run(self._wire.address, self._session, request, timeout=LIVES, results=file)
        except ModuleHostError:
            return  # it was killed, or has ended itself
        # It could not begin: a job ends its process.
        self._alive.append(process)
        started = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**started, **result, "finished": True}), encoding="utf-8")

    def _give_back(self) -> None:
        while self._alive:
            process = self._alive.pop()
            self._jobs.pop(process).join()
            self._engines.give(process)

    def results(self, path: str) -> str | None:
        file = self._engines.async_dir / path.replace("\\", "/").rpartition("/")[2]
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        return text or None

    def wait(self) -> None:
        time.sleep(0.1)

    def kill(self) -> None:
        self._give_back()
        for process, thread in self._jobs.items():
            process.kill()
            thread.join()
            process.__exit__()
        self._jobs.clear()
        self._alive.clear()
        if os.name != "nt" and not WINDOWS:
            # .NET deletes there when it closes a file, not when the process ends.
            for file in self._engines.data.iterdir():
                file.unlink()

    def leave(self, job: str, state: str) -> None:
        user = self.ask({"read": False})["answer"]["host"]["user"].replace("\\", ".")
        name = f"winops.offline_files.{job}.{user}.job"
        (self._engines.data / name).write_bytes(state.encode().ljust(4096, b"\0"))

    def files(self) -> list[str]:
        path = self._engines.engine.path
        results = [path(file) for file in self._engines.async_dir.iterdir()]
        return [*(file.name for file in self._engines.data.iterdir()), *results]


@pytest.fixture(scope="module")
def engines(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    running = Engines(engine, tmp_path_factory.mktemp("jobs"))
    yield running
    running.close()


def on_engine(case: JobCase, engines: Engines) -> dict[str, Any]:
    with closing(EngineHost(case, engines)) as host:
        return carry_out(case, host)


@pytest.mark.parametrize("case", JOB_CASES.values(), ids=JOB_CASES)
def test_the_hosts_answer_alike(engines: Engines, case: JobCase) -> None:
    real = on_engine(case, engines)
    assert list(differences(real, emulated_job(case))) == []
    assert {place: at(real, place) for place in case.expect} == case.expect
