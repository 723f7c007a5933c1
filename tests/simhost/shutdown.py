# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns shutdown.exe of the simulated machine: a command that restarts it, on any backend."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simhost.backend import Backend, Command, Output
from simhost.manifest import encoded_command

_COMMAND = re.compile(r"\s*&?\s*shutdown(?:\.exe)?\s+(.*)", re.IGNORECASE | re.DOTALL)
_RESTART = re.compile(r"[/-]r\b", re.IGNORECASE)
_SECONDS = re.compile(r"[/-]t\s+(\d+)", re.IGNORECASE)
_DENIED = (5, "Access is denied.(5)\r\n")
_USUAL_SECONDS = 30


class ShutdownBackend:
    """Carries out `shutdown /r`, and hands every other command on.

    :param host: the machine of now.
    :param restart: has the machine restarted after so many seconds; comes back at once.
    """

    def __init__(self, backend: Backend, host: Callable[[], Any], restart: Callable[[float], None]) -> None:
        self._backend, self._host, self._restart = backend, host, restart

    def run(self, command: Command, out: Output) -> int:
        seconds = restart_after(command.line)
        host = self._host()
        if seconds is None or host is None:
            return self._backend.run(command, out)
        if host.behaviour.restart_denied == "always" or not host.is_admin(command.user):
            code, text = _DENIED
            out.write_stderr(text.encode())
            return code
        if host.behaviour.restart_lost == "never":
            self._restart(seconds)
        return 0


def restart_after(line: str) -> int | None:
    """After how many seconds a command line restarts the machine; None for one that does not."""
    script = encoded_command(line)
    found = _COMMAND.match(line if script is None else script)
    if found is None or not _RESTART.search(found[1]):
        return None
    seconds = _SECONDS.search(found[1])
    return int(seconds[1]) if seconds else _USUAL_SECONDS
