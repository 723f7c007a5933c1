# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the scenario that is loaded now: its simulated cache, its accounts, and the backend that answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simhost.accounts import Accounts
from simhost.backend import Backend, Emulation, EmulationBackend, ModuleCall, empty_module
from simhost.faults import Faults
from simhost.log import Log
from simhost.server import World

COLLECTION = "winops.offline_files"
COLLECTION_ROOT = Path(__file__).resolve().parents[2]
HOST_CALL = f"ansible_collections.{COLLECTION}.plugins.modules.host_call"
BACKENDS = ("emulation", "engine", "windows")


class Stage:
    """A loaded scenario and its backend. `reset()` loads it anew.

    :param scenario: the scenario's file, None for a host without any Offline Files cache, that emulates `extra` only.
    :param backend: `emulation`, or for a PowerShell that runs what was sent `engine` (for Linux) or `windows`.
    :param extra: further emulations, by the names that EmulationBackend takes.
    :param accounts: users and passwords that replace or join the scenario's.
    """

    def __init__(
        self,
        scenario: Path | None,
        log: Log,
        backend: str = "emulation",
        extra: Mapping[str, Emulation] | None = None,
        accounts: Mapping[str, str] | None = None,
    ) -> None:
        if backend not in BACKENDS:
            raise ValueError(f"unknown backend {backend!r}")
        self._scenario, self._log, self._kind, self._extra = scenario, log, backend, dict(extra or {})
        self.host: Any = None
        self._replay: Any = None
        loaded = self._load(scenario) if scenario else None
        self.accounts = Accounts({**(loaded.accounts if loaded else {}), **(accounts or {})})
        self.faults = Faults.load(loaded.transport if loaded else {})
        self._backend = self._make_backend()

    def backend(self) -> Backend:
        """The backend of now; it changes with `reset()`."""
        return self._backend

    def snapshot(self) -> Any:
        """What the cache holds, as data that JSON can carry."""
        return self.host.snapshot() if self.host is not None else None

    def reset(self) -> None:
        """Bring the cache back to what the scenario's file says. Accounts and faults stay."""
        if self._scenario:
            self._load(self._scenario)
        self.close()
        self._backend = self._make_backend()

    @property
    def world(self) -> World:
        """The same as a server takes it."""
        return World(self.backend, self.snapshot, self.reset, lambda: self.host, self.restart)

    def restart(self, power_loss: bool = False) -> None:
        """What happens on the machine when it is restarted: its processes end, and Windows begins anew.

        :param power_loss: journals of jobs stay as they were. Only on the backend `emulation`: others know no such end.
        """
        if self.host is not None:
            self.host.jobs.reboot(power_loss)
            self.host.restart()
        self.kill_jobs()

    def kill_jobs(self) -> None:
        """End at once what runs on after its command."""
        kill = getattr(self._backend, "kill_jobs", None)
        if kill is not None:
            kill()

    def close(self) -> None:
        """End what the backend holds."""
        close = getattr(self._backend, "close", None)
        if close is not None:
            close()

    def _load(self, path: Path) -> Any:
        from simhost import scenario

        loaded = scenario.load(path)
        self.host, self._replay = loaded.host, loaded.replay
        return loaded

    def _make_backend(self) -> Backend:
        if self._kind != "emulation":
            if self._replay:
                raise ValueError("a transcript can only be played with the backend emulation")
            from simhost.engine import EngineBackend, linux_engine, windows_engine

            engine = windows_engine() if self._kind == "windows" else linux_engine()
            backend: Backend = EngineBackend(self.host, self.accounts, engine, log=self._log)
            return backend
        emulations = {"empty": Emulation(empty_module), **self._extra}
        if self._scenario:
            from simhost import host_call

            def run(call: ModuleCall) -> dict[str, Any]:
                if self._replay:
                    return dict(self._replay.run(call.args, call.check_mode))
                effective = call.effective
                return host_call.run(
                    call.args,
                    self.host,
                    effective.user,
                    call.check_mode,
                    call.cancelled,
                    effective.credentials,
                    call.process,
                )

            emulations[HOST_CALL] = Emulation(run, host_call.SPEC)
        return EmulationBackend(emulations, self.accounts, self._log, (COLLECTION, COLLECTION_ROOT), self.host)
