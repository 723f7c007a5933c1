# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the ways in which a test starts a host: in a thread of the test's process, or as a process of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from simhost.backend import Emulation
from simhost.cli import write_inventory
from simhost.faults import Faults
from simhost.log import Log
from simhost.server import ADDRESS, Server, Settings
from simhost.stage import Stage

_PACKAGE_FOLDER = Path(__file__).resolve().parents[1]
_START_SECONDS = 20
OPEN = Settings(allow_unencrypted=True)

BACKEND = os.environ.get("SIMHOST_RUNS_ON", "emulation")
"""Of stage.BACKENDS: what answers where a test does not say, so that tests of the CLI can be seen on each by hand."""
PATIENCE = 1 if BACKEND == "emulation" else 10
"""Times as long a run may take: a PowerShell starts for every task."""


class SimHost:
    """A running host as a context manager.

    In the test's process (`SimHost(...)`) the cache can be looked at directly: `host`. `SimHost.process(...)` starts
    `python -m simhost` instead, and is left through SIGTERM.

    :param scenario: YAML file, None for a host without a cache that knows `extra` and `empty` only.
    :param backend: of stage.BACKENDS; None for BACKEND, where there is a scenario that it can serve.
    :param faults: in place of the scenario's.
    :param accounts: replace or join the scenario's.
    :raises OSError, ValueError: it cannot start.
    """

    def __init__(
        self,
        scenario: Path | None = None,
        *,
        settings: Settings = OPEN,
        backend: str | None = None,
        extra: Mapping[str, Emulation] | None = None,
        faults: Faults | None = None,
        accounts: Mapping[str, str] | None = None,
    ) -> None:
        self._settings, self._faults = settings, faults
        self._log = Log()
        usual = "emulation" if extra or not scenario else BACKEND
        self._stage = Stage(scenario, self._log, backend or usual, extra, accounts)
        self._exit = ExitStack()

    def __enter__(self) -> SimHost:
        with ExitStack() as stack:
            stack.callback(self._stage.close)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simhost-")))
            accounts, faults = self._stage.accounts, self._faults or self._stage.faults
            self.server = stack.enter_context(Server(self._stage.world, accounts, self._log, self._settings, faults))
            self.user = next(iter(accounts))
            self.password = accounts[self.user]
            self.port = self.server.port
            self.inventory = folder / "inventory.yml"
            write_inventory(self.inventory, self.server, self.user, self.password)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    @property
    def host(self) -> Any:
        """The live cache object of the scenario."""
        return self._stage.host

    @property
    def log(self) -> Sequence[str]:
        """The lines of the log so far."""
        return self._log.lines

    def reset(self) -> None:
        """Load the scenario anew."""
        self._stage.reset()

    def unreachable(self, seconds: float) -> None:
        """Cut all connections and refuse others for so long; comes back at once."""
        self.server.unreachable(seconds)

    def reboot(self, seconds: float = 0, *, power_loss: bool = False) -> None:
        """Have the machine begin anew, after so many seconds: what runs ends, and so do connections and shells.

        The cache is as it was, but for what waited for a restart.

        :param power_loss: journals of jobs stay as they were. Only on the backend `emulation`: others know no such end.
        """
        self.server.reboot(seconds)
        self._stage.restart(power_loss)

    def kill_jobs(self) -> None:
        """Kill the process of each job, on any backend."""
        self._stage.kill_jobs()

    @staticmethod
    def process(scenario: Path | None = None, *options: str, env: Mapping[str, str] | None = None) -> SimHostProcess:
        """A host in a process of its own; `options` are those of the command line."""
        return SimHostProcess(scenario, options, env)


def fixture(scenario: Path | None = None, *, scope: Any = "module", **options: Any) -> Any:
    """A pytest fixture that yields a SimHost in the test's process; assign it to a name in a test module."""
    import pytest

    @pytest.fixture(scope=scope)
    def simhost() -> Iterator[SimHost]:
        with SimHost(scenario, **options) as host:
            yield host

    return simhost


def ansible_command(
    tool: str, *arguments: str | Path, home: Path, collections: Path, timeout: float, **variables: str
) -> dict[str, Any]:
    """What subprocess needs for `ansible`, `ansible-playbook` ... untouched by the user's configuration.

    :param home: folder for everything that ansible writes.
    :param collections: folder that holds `ansible_collections`.
    :param timeout: seconds; a task is ended by ansible itself ten seconds earlier.
    :param variables: of the environment; `PWD` is also the folder in which it runs.
    """
    home.mkdir(parents=True, exist_ok=True)
    config = home / "ansible.cfg"
    config.touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment |= {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_TASK_TIMEOUT": str(int(timeout - 10)),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": ADDRESS,
        **variables,
    }
    command = [str(Path(sys.executable).parent / tool), *map(str, arguments)]
    # The folder too, for a shell on the way to Ansible sets PWD by it.
    return {"args": command, "env": environment, "cwd": variables.get("PWD"), "text": True}


def run_ansible(
    tool: str, *arguments: str | Path, home: Path, collections: Path, timeout: float = 60, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `ansible`, `ansible-playbook` ... of this interpreter's environment: see `ansible_command`.

    :raises subprocess.TimeoutExpired: it took longer.
    """
    timeout *= PATIENCE
    command = ansible_command(tool, *arguments, home=home, collections=collections, timeout=timeout, **variables)
    return subprocess.run(**command, capture_output=True, timeout=timeout, check=False)


class SimHostProcess:
    """`python -m simhost` as a context manager; the process is gone when the block is left."""

    def __init__(self, scenario: Path | None, options: Sequence[str], env: Mapping[str, str] | None) -> None:
        self._arguments = (["--scenario", str(scenario)] if scenario else []) + list(options)
        self._env = {**os.environ, **(env or {}), "PYTHONPATH": str(_PACKAGE_FOLDER)}
        self._exit = ExitStack()

    def __enter__(self) -> SimHostProcess:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simhost-")))
            self.inventory, self._log_file = folder / "inventory.yml", folder / "simhost.log"
            files = ["--inventory", str(self.inventory), "--log", str(self._log_file), "--parent", str(os.getpid())]
            command = [sys.executable, "-m", "simhost", *files, *self._arguments]
            self._process = stack.enter_context(subprocess.Popen(command, env=self._env, stdout=subprocess.PIPE))
            stack.callback(self._stop)
            self.ready = self._read_ready()
            self.port: int = self.ready["port"]
            self.pid: int = self.ready["pid"]
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    @property
    def log(self) -> Sequence[str]:
        """The lines of the log so far."""
        return self._log_file.read_text(encoding="utf-8").splitlines()

    def state(self) -> Any:
        """The cache's content, asked over HTTP."""
        with urlopen(f"http://{ADDRESS}:{self.port}/simhost/state", timeout=10) as answer:
            return json.load(answer)

    def reset(self) -> None:
        """Load the scenario anew."""
        url = f"http://{ADDRESS}:{self.port}/simhost/reset"
        with urlopen(Request(url, data=b"", method="POST"), timeout=10) as answer:
            answer.read()

    def wait(self, timeout: float) -> int:
        """Wait for its end, at most `timeout` seconds, and return the exit code.

        :raises subprocess.TimeoutExpired: it did not end.
        """
        return self._process.wait(timeout)

    def _read_ready(self) -> dict[str, Any]:
        output = self._process.stdout
        if output is None or not select.select([output], [], [], _START_SECONDS)[0]:
            raise TimeoutError(f"the simulated host was not ready within {_START_SECONDS} s")
        line = output.readline()
        if not line:
            raise OSError(f"the simulated host did not start (exit code {self._process.wait(5)})")
        ready: dict[str, Any] = json.loads(line)
        return ready

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
