# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the faults that a test can have injected into the transport (`transport:` of a scenario)."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from simhost.backend import Backend, Command, Output


@dataclass(frozen=True)
class Faults:
    """What goes wrong; by default nothing. OPERATION is Create, Command, Send, Receive, Signal or Delete."""

    refuse: bool = False  # the port is closed
    unauthorized: bool = False  # 401 whatever the credentials
    reset_request: int | None = None  # the Nth WS-Man request is cut by a TCP reset while it is received
    reset_every: int | None = None  # the same of every Nth one
    reset_answer: str | None = None  # answers to OPERATION are cut by a TCP reset after half of their bytes
    http_500: str | None = None  # OPERATION gets HTTP 500 without a body
    quota: int | None = None  # a shell takes N commands, then says that the quota is used up
    operation_timeout: bool = False  # each Receive answers after a second at most that nothing has come
    silent_receive: int | None = None  # from the Nth Receive on no answer at all
    lost_command: int | None = None  # the output of the Nth command never comes: asking for it is cut by a TCP reset
    unreachable_after: int | None = None  # after N WS-Man requests connections are cut and the port is closed ...
    unreachable_ms: int = 0  # ... for so long
    cut_stdout: bool = False  # commands lose the second half of their stdout
    noise: str = ""  # stdout begins with this text
    times: int | None = None  # silent_receive, cut_stdout and noise strike so many times, then all is well
    delay_ms: int = 0  # before each answer
    chunk: int | None = None  # bytes of output in one Receive

    @classmethod
    def load(cls, settings: Mapping[str, Any]) -> Faults:
        """Make it from a mapping.

        :raises ValueError: an unknown name or a value of another type.
        """
        types = {field.name: field for field in fields(cls)}
        for name, value in settings.items():
            if name not in types:
                raise ValueError(f"transport: unknown fault {name!r}; known: {', '.join(types)}")
            kind = type(value).__name__
            if value is not None and kind not in str(types[name].type).split(" | "):
                raise ValueError(f"transport: {name} is {types[name].type}, not {kind}")
        if settings.get("reset_every", 1) == 0:
            raise ValueError("transport: reset_every is 1 or more")
        return cls(**settings)


class Counter:
    """Counts 1, 2, 3 ... for many threads."""

    def __init__(self) -> None:
        self._lock, self.count = threading.Lock(), 0

    def next(self) -> int:
        with self._lock:
            self.count += 1
            return self.count


class SpoilingBackend:
    """Another backend's answers with noise before them, without their second half, or lost on their way."""

    @staticmethod
    def needed(faults: Faults) -> bool:
        """Whether these faults are about what commands answer."""
        return bool(faults.noise or faults.cut_stdout or faults.lost_command)

    def __init__(self, backend: Backend, faults: Faults, commands: Counter | None = None) -> None:
        self._backend, self._faults, self._commands = backend, faults, commands or Counter()

    def run(self, command: Command, out: Output) -> int:
        number = self._commands.next()
        if number == self._faults.lost_command:
            exit_code = self._backend.run(command, Output())
            out.lose()
            return exit_code
        if self._faults.times is not None and number > self._faults.times:
            return self._backend.run(command, out)
        held = Output()
        exit_code = self._backend.run(command, held)
        held.finish(exit_code)
        streams, _dummy = held.take(sys.maxsize, 0)
        stdout = streams.get("stdout", b"")
        out.write_stdout(self._faults.noise.encode() + stdout[: len(stdout) // 2 if self._faults.cut_stdout else None])
        out.write_stderr(streams.get("stderr", b""))
        return exit_code
