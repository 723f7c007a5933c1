# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns PSRP: a PowerShell runspace pool over WS-Man, spoken by psrpcore's server role.

A pipeline becomes a command like one of WinRS, so that a backend sees no difference: its script as `-EncodedCommand`,
its input objects as lines of stdin. Every line of stdout becomes an output object, stderr an error line of the host,
and the exit code a SetShouldExit, as PowerShell does it.
"""

from __future__ import annotations

import base64
import threading
import uuid
from collections.abc import Iterator
from typing import Any

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    PipelineInputEvent,
    PSRPCoreError,
    PSRPPayload,
    ServerPipeline,
    ServerRunspacePool,
    StreamType,
)
from psrpcore.types import HostMethodIdentifier

from simhost.backend import Backend
from simhost.logons import Logon
from simhost.wsman import Job, Request, command_id, operation_timeout, receive_response, text

_COMMAND = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand"
_TAKE = 1 << 20  # bytes of output that are turned into PSRP objects at a time


class _Run:
    """A pipeline and the command that does its work."""

    def __init__(self, pipeline: ServerPipeline) -> None:
        self.pipeline = pipeline
        self.job: Job | None = None
        self.exit_code: int | None = None
        self.stdout, self.stderr = bytearray(), bytearray()


class PsrpShell:
    """A shell of the resource `powershell/NAME`: one runspace pool."""

    def __init__(self, backend: Backend, logon: Logon, request: Request) -> None:
        self.logon = logon
        self._backend = backend
        self._lock = threading.RLock()
        self._pool = ServerRunspacePool()
        self._runs: dict[uuid.UUID, _Run] = {}
        self._held: PSRPPayload | None = None  # fetched ahead, to know whether an answer is the last one
        self._feed(base64.b64decode(text(request.body["rsp:Shell"]["ps:creationXml"])))

    def command(self, request: Request) -> str:
        content = request.body["rsp:CommandLine"]
        pipeline_id = uuid.UUID(command_id(content))
        with self._lock:
            self._runs[pipeline_id] = _Run(ServerPipeline(self._pool, pipeline_id))
        self._feed(base64.b64decode("".join(map(text, content["rsp:Arguments"]))))
        return command_id(content)

    def send(self, request: Request) -> None:
        for stream in request.body["rsp:Send"]["rsp:Stream"]:
            self._feed(base64.b64decode(text(stream)))

    def receive(self, request: Request, limit: int) -> dict[str, Any]:
        name = command_id(request.body["rsp:Receive"]["rsp:DesiredStream"])
        run = self._runs[uuid.UUID(name)] if name else None
        data, more = self._data(limit)
        if not data and run is not None and run.job is not None and run.exit_code is None:
            self._collect(run, *run.job.output.take(_TAKE, request.timeout))
            data, more = self._data(limit)
        if not data:
            raise operation_timeout()
        return receive_response({"stdout": data}, name, run.exit_code if run and not more else None)

    def signal(self, request: Request) -> None:
        run = self._runs.get(uuid.UUID(command_id(request.body["rsp:Signal"])))
        if run and run.job:
            run.job.cancel()

    def close(self) -> None:
        for run in self._runs.values():
            if run.job:
                run.job.cancel()

    def _feed(self, data: bytes) -> None:
        """Hand bytes from the client to psrpcore and act on what they say."""
        try:
            self._events(data)
        except PSRPCoreError as error:
            raise ValueError(f"not acceptable as PSRP ({error})") from None

    def _events(self, data: bytes) -> None:
        with self._lock:
            self._pool.receive_data(PSRPPayload(data, StreamType.default, None))
            while event := self._pool.next_event():
                if isinstance(event, CreatePipelineEvent):
                    self._begin(self._runs[event.pipeline_id], event.pipeline)
                elif isinstance(event, (PipelineInputEvent, EndOfPipelineInputEvent)):
                    job = self._runs[event.pipeline_id].job
                    if job is None:
                        raise ValueError("input for a pipeline that was not created")
                    if isinstance(event, PipelineInputEvent):
                        job.feed(_line(event.data) + b"\n")
                    else:
                        job.start()

    def _begin(self, run: _Run, powershell: Any) -> None:
        commands = powershell.commands
        if len(commands) != 1 or commands[0].parameters:
            raise ValueError("the simulated host runs pipelines of one script without arguments")
        script = base64.b64encode(commands[0].command_text.encode("utf-16-le")).decode()
        run.job = Job(self._backend, f"{_COMMAND} {script}", self.logon)
        run.pipeline.start()
        if powershell.no_input:
            run.job.start()

    def _collect(self, run: _Run, streams: dict[str, bytes], exit_code: int | None) -> None:
        with self._lock:
            run.stdout += streams.get("stdout", b"")
            run.stderr += streams.get("stderr", b"")
            ended = exit_code is not None
            for line in _lines(run.stdout, ended):
                run.pipeline.write_output(line)
            for line in _lines(run.stderr, ended):
                run.pipeline.host_call(HostMethodIdentifier.WriteErrorLine, [line])
            if exit_code is not None:
                run.pipeline.host_call(HostMethodIdentifier.SetShouldExit, [exit_code])
                run.pipeline.complete()
                run.exit_code = exit_code

    def _data(self, limit: int) -> tuple[bytes, bool]:
        """The next bytes for the client, and whether more are waiting."""
        with self._lock:
            now = self._held or self._pool.data_to_send(limit)
            self._held = self._pool.data_to_send(limit)
            return now.data if now else b"", self._held is not None


def _line(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, bytearray)) else str(value).encode()


def _lines(buffer: bytearray, ended: bool) -> Iterator[str]:
    """Take the complete lines out of a buffer, and at the end the rest."""
    *complete, rest = bytes(buffer).split(b"\n")
    buffer[:] = b"" if ended else rest
    for line in complete + ([rest] if ended and rest else []):
        yield line.removesuffix(b"\r").decode("utf-8", "replace")
