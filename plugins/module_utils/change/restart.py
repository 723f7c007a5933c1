# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A restart of the host: how it is asked for, and how it is seen that it has happened.

The command is what win_reboot of ansible.windows and microsoft.ad use. Their code is not needed for it: a command goes
over any connection of ansible-core, and that the host has begun anew the registry tells, which this collection reads.
"""

from __future__ import annotations

import itertools
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

from ..host.advice import because
from ..host.answer import Answer
from ..host.request import Request
from ..info.registry import Keys

KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Windows"
_VALUE = "ShutdownTime"
"""Windows writes there when it was shut down."""

COMMAND = 'shutdown.exe /r /t 2 /c "Offline Files: restarted by Ansible"'
"""With 2 seconds, so that the answer to the command still comes. With a time Windows closes programs by force."""

PROBE_TIMEOUT = 30
"""Seconds that the host may take to tell whether it has begun anew."""

SETTLING = 60
"""Seconds for Offline Files to begin or end, at most, after the host answers again."""


@dataclass(frozen=True)
class Restart:
    """A restart that was asked for.

    :ivar done: the host has begun anew
    :ivar problem: a sentence, where it did not, or not as far as was seen; empty where it did
    """

    done: bool
    problem: str = ""


def probe() -> Request:
    """Return the request that tells when the host was shut down."""
    return Request(read=False, registry=(KEY,), timeout=PROBE_TIMEOUT)


def last_shutdown(answer: Answer) -> t.Any:
    """Return the value that differs after a restart; None where there is none."""
    entry = Keys([KEY], answer.registry)[KEY].get()
    return entry.values.get(_VALUE) if entry and not entry.error else None


def unreadable(answer: Answer) -> str:
    """Return why a restart of the host could not be seen; empty where it could."""
    entry = Keys([KEY], answer.registry)[KEY].get()
    error = entry.error if entry else None
    if entry and not error:
        return ""
    return (
        f"The host was not restarted: {KEY} could not be read{because(error)}, so it would not be seen when it has "
        "begun anew."
    )


def delays() -> Iterator[int]:
    """Yield the seconds to wait before each look at the host."""
    yield from itertools.chain((3, 3), itertools.repeat(5))
