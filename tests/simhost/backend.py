# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a command is answered: the backend interface, and the backend whose modules are Python functions."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from simhost import detached
from simhost.accounts import Accounts
from simhost.job_steps import ProcessEnded
from simhost.jobs import Process
from simhost.log import Log
from simhost.logons import Logon, LogonError, become
from simhost.manifest import ExecManifest, ManifestError, parse
from simhost.windows import Host

_LINE_SEPARATORS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}
"""The JSON writers of .NET escape them, and core 2.19 and 2.20 take them for line ends."""
_CENSORED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@dataclass(frozen=True)
class Command:
    """One command of a shell. `line` and `stdin` are as received; `cancelled` is set when the client gave it up.

    `credentials`: whether the logon of the user has some for file servers (simhost.logons.Logon).
    """

    line: str
    stdin: bytes = field(repr=False)
    user: str
    cancelled: threading.Event = field(default_factory=threading.Event, repr=False)
    credentials: bool | None = None

    @property
    def logon(self) -> Logon:
        """Whose command it is."""
        return Logon(self.user, self.credentials)


class Output:
    """What a command has written and nobody has fetched yet. Safe for one writer and several readers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._streams = {"stdout": bytearray(), "stderr": bytearray()}
        self._exit_code: int | None = None
        self._lost = False

    def write_stdout(self, data: bytes) -> None:
        self._write("stdout", data)

    def write_stderr(self, data: bytes) -> None:
        self._write("stderr", data)

    def _write(self, stream: str, data: bytes) -> None:
        with self._changed:
            self._streams[stream] += data
            self._changed.notify_all()

    def finish(self, exit_code: int) -> None:
        """The command has ended; only the first call counts."""
        with self._changed:
            if self._exit_code is None:
                self._exit_code = exit_code
            self._changed.notify_all()

    def lose(self) -> None:
        """What was written never reaches anybody."""
        with self._changed:
            self._lost = True
            self._changed.notify_all()

    def take(self, limit: int, timeout: float | None) -> tuple[dict[str, bytes], int | None]:
        """Wait for something to read and take it away: at most `limit` bytes, and the exit code once all was read.

        Both are empty (`{}`, None) after `timeout` seconds without output.

        :raises ConnectionResetError: it is lost.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: any(self._streams.values()) or self._exit_code is not None or self._lost, timeout
            )
            if self._lost:
                raise ConnectionResetError("injected")
            taken = {}
            for name, waiting in self._streams.items():
                if waiting and limit > 0:
                    taken[name] = bytes(waiting[:limit])
                    del waiting[:limit]
                    limit -= len(taken[name])
            return taken, None if any(self._streams.values()) else self._exit_code


class Backend(Protocol):
    """Something that runs commands. It may also have a `close()`, called once when it is no longer used.

    And a `kill_jobs()`, which ends at once what runs on after its command.
    """

    def run(self, command: Command, out: Output) -> int:
        """Run a command to its end, write its output to `out` as it comes, and return its exit code."""


@dataclass(frozen=True)
class ModuleCall:
    """What an emulation is told. `effective` is whose view of the host it has; after `cancelled` nobody waits.

    `process`: the detached one in which it runs; None: that of its command.
    """

    name: str
    args: Mapping[str, Any] = field(repr=False)
    check_mode: bool
    diff: bool
    verbosity: int
    user: str
    become_user: str | None
    effective: Logon
    cancelled: threading.Event = field(repr=False)
    process: Process | None = field(default=None, repr=False)

    @property
    def effective_user(self) -> str:
        """Whose view it is."""
        return self.effective.user


@dataclass(frozen=True)
class Emulation:
    """A module as a Python function, with the argument spec that the real one has.

    It may raise job_steps.ProcessEnded where the real one ends its process by itself.
    """

    run: Callable[[ModuleCall], dict[str, Any]]
    spec: Mapping[str, Any] = field(default_factory=dict)


class EmulationBackend:
    """Answers modules by Python functions, and refuses every module that has none.

    :param emulations: Python name of the module (`ansible_collections.NS.NAME.plugins.modules.X`), or its last part for
        modules that are in no collection.
    :param collection: name (`ns.name`) and root folder of the collection whose sources are compared with what is sent.
    :param host: knows who is logged on and who is an administrator; None: become asks nobody, and async is refused. Its
        detached processes end with the backend.
    """

    def __init__(
        self,
        emulations: Mapping[str, Emulation],
        accounts: Accounts,
        log: Log,
        collection: tuple[str, Path] | None = None,
        host: Host | None = None,
    ) -> None:
        self._emulations = dict(emulations)
        self._accounts = accounts
        self._log = log
        self._collection = collection
        self._host = host

    def close(self) -> None:
        """End what was started detached."""
        if self._host is not None:
            self._host.jobs.close()

    def kill_jobs(self) -> None:
        """The same, without waiting for it."""
        if self._host is not None:
            self._host.jobs.kill()

    def run(self, command: Command, out: Output) -> int:
        started = time.monotonic()
        try:
            manifest = parse(command.line, command.stdin)
        except ManifestError as error:
            self._log.write("call", user=command.user, refused=str(error))
            out.write_stderr(f"The simulated host runs Ansible modules only: {error}.\r\n".encode())
            return 1
        self._compare_sources(manifest)
        ended = "bug"
        try:
            result = self._result(manifest, command)
            ended = "failed" if result.get("failed") else "ok"
        except ProcessEnded:
            ended = "gone"
            return 0
        finally:
            write_call(self._log, manifest, command, ended, started)
        text = json.dumps(result, ensure_ascii=False).translate(_LINE_SEPARATORS)
        out.write_stdout(text.encode("utf-8", "replace") + b"\r\n")
        return int(ended == "failed")

    def _result(self, manifest: ExecManifest, command: Command) -> dict[str, Any]:
        emulation = self._find(manifest)
        if emulation is None:
            return _failed(f"the simulated host does not emulate {manifest.name}")
        if manifest.is_async and self._host is None:
            return _failed("the simulated host does not run tasks with async")
        try:
            wanted, effective = manifest.become, command.logon
            if wanted is not None:
                effective = become(wanted, effective, self._accounts, self._host)
        except LogonError as refused:
            return _failed(refused.told())

        def module(process: Process | None = None) -> dict[str, Any]:
            return self._module_result(emulation, manifest, command, effective, process)

        if manifest.detached is None or self._host is None:
            return module()
        return detached.start(manifest.detached, self._host, effective.user, module)

    def _module_result(
        self,
        emulation: Emulation,
        manifest: ExecManifest,
        command: Command,
        effective: Logon,
        process: Process | None,
    ) -> dict[str, Any]:
        validation = ArgumentSpecValidator(dict(emulation.spec)).validate(dict(manifest.args))
        if validation.error_messages:
            error = validation.errors[0]
            prefix = f"Unsupported parameters for ({manifest.name}) module: "
            result = _failed(prefix + error.msg if isinstance(error, UnsupportedError) else error.msg)
        else:
            call = ModuleCall(
                name=manifest.name,
                args=validation.validated_parameters,
                check_mode=manifest.check_mode,
                diff=manifest.diff,
                verbosity=manifest.verbosity,
                user=command.user,
                become_user=manifest.become.user if manifest.become else None,
                effective=effective,
                cancelled=process.stop if process else command.cancelled,
                process=process,
            )
            result = dict(emulation.run(call))
        if manifest.inject_invocation:
            hidden = {name for name, option in emulation.spec.items() if option.get("no_log")}
            args = {n: _CENSORED if n in hidden else v for n, v in validation.validated_parameters.items()}
            result["invocation"] = {"module_args": args}
        return result

    def _find(self, manifest: ExecManifest) -> Emulation | None:
        if not manifest.is_module:
            return None
        in_collection = manifest.name.startswith("ansible_collections.")
        return self._emulations.get(manifest.name if in_collection else manifest.name.rpartition(".")[2])

    def _compare_sources(self, manifest: ExecManifest) -> None:
        """Record scripts of the collection that differ from its files: the emulation would answer for other code."""
        if self._collection is None:
            return
        name, root = self._collection
        prefix = f"ansible_collections.{name}."
        for script, source in manifest.sources.items():
            if not script.startswith(prefix):
                continue
            stem, _dummy, suffix = script.removeprefix(prefix).rpartition(".")
            path = root.joinpath(*stem.split(".")).with_suffix(f".{suffix}")
            if not path.is_file() or path.read_bytes() != source:
                self._log.write("diff", script=script, differs_from=path.relative_to(root))


def write_call(log: Log, manifest: ExecManifest, command: Command, ended: str, started: float) -> None:
    """Write the line of one call of a module.

    :param ended: how, unless it was cancelled.
    :param started: when, by the monotonic clock.
    """
    paths = manifest.args.get("paths")
    log.write(
        "call",
        module=manifest.name,
        user=command.user,
        become=manifest.become and manifest.become.user,
        check=manifest.check_mode,
        paths=len(paths.splitlines() if isinstance(paths, str) else paths) if paths else None,
        result="cancelled" if command.cancelled.is_set() else ended,
        ms=(time.monotonic() - started) * 1000,
    )


def _failed(message: str) -> dict[str, Any]:
    return {"changed": False, "failed": True, "msg": message}


def empty_module(call: ModuleCall) -> dict[str, Any]:
    """Emulation of a module that does nothing, for benchmarks."""
    return {"changed": False}
