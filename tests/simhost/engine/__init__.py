# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the backend that hands commands to a real PowerShell 7, for Linux or for Windows, over the simulated WMI."""

from __future__ import annotations

import json
import os
import re
import selectors
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from simhost.accounts import Accounts
from simhost.backend import Command, Output, write_call
from simhost.engine.build import Engine, prepare
from simhost.engine.detached import DetachedProcesses
from simhost.engine.process import kill_group, kill_marked
from simhost.engine.sent import on_a_host_of_its_own, without_wrappers
from simhost.log import Log
from simhost.logons import Logon, LogonError, become
from simhost.manifest import Detached, ExecManifest, ManifestError, parse
from simhost.pwsh import HOW_TO_GET_ONE, HOW_TO_GET_WINDOWS, EngineError, find_engine, find_windows
from simhost.windows import Host
from simhost.wire import WireServer

__all__ = [
    "Engine",
    "EngineBackend",
    "EngineError",
    "find_engine",
    "linux_engine",
    "prepare",
    "windows_engine",
    "without_wrappers",
]

# Neither Linux nor Wine has logons; whose identity it would be is recorded instead.
_LOGON = frozenset({"become_wrapper.ps1"})
# On Linux they lack kernel32; simhost.engine.detached is there in their place.
_DETACHING = frozenset({"async_wrapper.ps1", "async_watchdog.ps1"})
_MARK = "SIMHOST_BACKEND"
"""Environment variable by which a backend knows its processes."""
_LOOK_SECONDS = 0.1
_END_SECONDS = 10
_PIECE = 65536
_UNKNOWN_PROGRAM = "'{}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"


def linux_engine() -> Engine:
    """The engine that is found, prepared in the user's cache folder.

    :raises EngineError: there is none, or it does not work.
    """
    pwsh = find_engine()
    if pwsh is None:
        raise EngineError(HOW_TO_GET_ONE)
    return prepare(pwsh)


def windows_engine() -> Engine:
    """The PowerShell for Windows.

    :raises EngineError: there is none, such as for want of Wine.
    """
    pwsh = find_windows()
    if pwsh is None:
        raise EngineError(HOW_TO_GET_WINDOWS)
    return prepare(pwsh)


class EngineBackend:
    """Runs what it receives, byte for byte, in a PowerShell 7 engine (simhost.backend.Backend).

    Changed are only the name of the program and, in the exec manifest, what the engine's system has no means for: taken
    out are Ansible's become wrapper and, on Linux, the async wrappers, whose work is done here. The user of the logon,
    or of become, is the user of the simulated WMI, also for what a command leaves running; that ends with the backend.
    ProgramData and the folder of core's results files are the host's own.

    :param host: what System.Management is answered from; None: modules find no WMI.
    :param engine: default: the one of `linux_engine`.
    :param limit: seconds that a command may take.
    :param log: gets a line for each call of a module.
    :raises EngineError: there is no engine, or it does not work.
    """

    def __init__(
        self,
        host: Host | None,
        accounts: Accounts,
        engine: Engine | None = None,
        limit: float = 600,
        log: Log | None = None,
    ) -> None:
        self._engine, self._accounts, self._limit = engine or linux_engine(), accounts, limit
        self._log = log or Log()
        self._left_out = _LOGON if self._engine.windows else _LOGON | _DETACHING
        self._host = host
        self._closed = threading.Event()
        self._wire = WireServer(host).start() if host is not None else None
        self._folder = tempfile.TemporaryDirectory(prefix="simhost-engine-")
        # Since 2.21 the wrapper looks for `powershell` on PATH and starts another process unless it is the running one.
        for name in ("powershell", "powershell.exe"):
            Path(self._folder.name, name).symlink_to(self._engine.pwsh)
        for name in ("temp", "ProgramData"):
            Path(self._folder.name, name).mkdir()
        self._detached = DetachedProcesses()

    def close(self) -> None:
        """End what still runs, also detached from its command, and remove what was made."""
        self._closed.set()
        if self._wire is not None:
            self._wire.close()
        self.kill_jobs()
        self._folder.cleanup()

    def kill_jobs(self) -> None:
        """End at once what runs detached from its command. A method that it has called may go on in WMI."""
        self._detached.kill()
        if self._engine.windows:
            deadline = time.monotonic() + _END_SECONDS
            # Again until none is left: one may have been starting another.
            while kill_marked(_MARK, self._folder.name) and time.monotonic() < deadline:
                time.sleep(0.02)

    def run(self, command: Command, out: Output) -> int:
        """Run a command to its end; a cancelled one, and one that takes too long, is killed (exit code 1)."""
        started = time.monotonic()
        program, *arguments = _words(command.line) or [""]
        if program.rpartition("\\")[2].casefold().removesuffix(".exe") not in ("powershell", "pwsh"):
            out.write_stderr(_UNKNOWN_PROGRAM.format(program).encode())
            return 1
        manifest = _manifest(command)
        wanted, logon = manifest.become if manifest else None, command.logon
        try:
            if wanted is not None:
                logon = become(wanted, logon, self._accounts, self._host)
        except LogonError as error:
            failed = {"changed": False, "failed": True, "msg": error.told()}
            out.write_stdout(json.dumps(failed).encode() + b"\r\n")
            exit_code = 1
        else:
            # The session ends with the backend: what a command leaves running goes on asking.
            session, stdin = self._session(logon), self._adapted(command.stdin)
            if manifest and manifest.detached and not self._engine.windows:
                exit_code = self._detach(arguments, stdin, session, manifest.detached, out)
            else:
                exit_code = self._execute(arguments, stdin, session, command, out)
        if manifest and manifest.is_module:
            write_call(self._log, manifest, command, "failed" if exit_code else "ok", started)
        return exit_code

    def _session(self, logon: Logon) -> Mapping[str, str]:
        """What the environment of a process has of the simulated machine."""
        if self._wire is None or self._host is None:
            return {}
        # On the Windows host Wine puts a profile of its own in the place of this one.
        return {
            "SIMHOST_WMI": self._wire.address,
            "SIMHOST_SESSION": self._wire.open_session(logon.user, logon.credentials),
            "USERPROFILE": self._host.profile_of(logon.user),
        }

    def _adapted(self, stdin: bytes) -> bytes:
        """What a command is sent, as it can do on this engine."""
        own = {"ProgramData": self._engine.path(Path(self._folder.name, "ProgramData"))}
        placed = on_a_host_of_its_own(stdin, own, self._engine.path(self._results))
        return without_wrappers(placed, self._left_out)

    @property
    def _results(self) -> Path:
        """Core's results files."""
        return Path(self._folder.name, "async")

    def _detach(
        self, arguments: Sequence[str], stdin: bytes, session: Mapping[str, str], wanted: Detached, out: Output
    ) -> int:
        folder = self._results if "%" in wanted.folder else Path(wanted.folder)
        started = self._detached.start(self._process(arguments, session), stdin, folder, wanted.job_id)
        out.write_stdout(json.dumps(started).encode() + b"\r\n")
        return 0

    def _process(self, arguments: Sequence[str], session: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self._engine.pwsh), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**self._environment(), **session},
            cwd=self._folder.name,
            start_new_session=True,
        )

    def _execute(
        self, arguments: Sequence[str], stdin: bytes, session: Mapping[str, str], command: Command, out: Output
    ) -> int:
        with self._process(arguments, session) as process:
            writer = threading.Thread(target=_write, args=(process.stdin, stdin), daemon=True)
            writer.start()
            try:
                ended = self._pass_on(process, command, out)
                exit_code = process.wait(_END_SECONDS) if ended else 1
            except subprocess.TimeoutExpired:
                exit_code = 1
            finally:
                kill_group(process)
                writer.join()
        return exit_code if exit_code >= 0 else 1

    def _environment(self) -> Mapping[str, str]:
        folder = self._folder.name
        environment = {name: os.environ[name] for name in ("DOTNET_ROOT", "LD_LIBRARY_PATH") if name in os.environ}
        return environment | {
            "PATH": os.pathsep.join([folder, os.environ.get("PATH", os.defpath)]),
            "HOME": folder,
            "LANG": "C.UTF-8",
            "TEMP": str(Path(folder, "temp")),
            "TMPDIR": str(Path(folder, "temp")),
            "NO_COLOR": "1",
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
            _MARK: folder,
            **self._engine.environment,
        }

    def _pass_on(self, process: subprocess.Popen[bytes], command: Command, out: Output) -> bool:
        """Hand on output as it comes, to the end of the process: what it leaves running may hold its pipes.

        False when the command was given up or took too long.
        """
        deadline = time.monotonic() + self._limit
        with selectors.DefaultSelector() as selector:
            for pipe, write in ((process.stdout, out.write_stdout), (process.stderr, out.write_stderr)):
                if pipe is not None:
                    selector.register(pipe, selectors.EVENT_READ, write)
            while selector.get_map():
                if command.cancelled.is_set() or self._closed.is_set():
                    return False
                if time.monotonic() >= deadline:
                    out.write_stderr(f"The engine was stopped after {self._limit:.0f} seconds.\r\n".encode())
                    return False
                # Looked at first: what it wrote before its end is in the pipes then.
                ended = process.poll() is not None
                ready = selector.select(0 if ended else _LOOK_SECONDS)
                if ended and not ready:
                    return True
                for key, _dummy in ready:
                    data = os.read(key.fd, _PIECE)
                    if data:
                        key.data(data)
                    else:
                        selector.unregister(key.fileobj)
        return True


def _manifest(command: Command) -> ExecManifest | None:
    try:
        return parse(command.line, command.stdin)
    except ManifestError:
        return None  # any PowerShell may be run, not only Ansible's wrapper


def _words(line: str) -> list[str]:
    """The words of a command line, as the C runtime of Windows splits it where no backslash stands before a quote."""
    return [word.replace('"', "") for word in re.findall(r'(?:[^\s"]|"[^"]*"?)+', line)]


def _write(pipe: IO[bytes] | None, data: bytes) -> None:
    if pipe is None:
        return
    try:
        with pipe:
            pipe.write(data)
    except BrokenPipeError:
        return  # it ended without reading everything, which is its right
