# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks for: checked options, and the request for the host part that they lead to."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import InputError
from ..windows import pins, unc
from ..windows.pins import Reasons
from ..windows.rows import PIN_STATE
from . import flags as control
from .flags import PinControl

MAX_TIMEOUT = 2_147_483
"""Seconds; more do not fit into the milliseconds of a wait on the host."""


@dataclass(frozen=True)
class Invocation:
    r"""One method of Win32_OfflineFilesCache with its arguments, and how it is to be called.

    :ivar method: the method's name
    :ivar paths: canonical UNC paths (``\\server\share\...``), each once, in the user's order
    :ivar flags: the control flags, at least one of them a pin reason
    :ivar deep: all subdirectories, or only the immediate child files
    :ivar verify: read the pin state before and after the call
    :ivar force: call the method even where nothing in scope is seen as pinned
    :ivar timeout: seconds, 0 for no limit
    """

    method: str
    paths: tuple[str, ...]
    flags: PinControl
    deep: bool = True
    verify: bool = True
    force: bool = False
    timeout: int = 3600

    @classmethod
    def from_options(cls, method: str, options: Mapping[str, t.Any]) -> Invocation:
        """Check the options of a module that unpins.

        :param options: the validated arguments ``paths``, ``flags``, ``deep``, ``verify``, ``force``, ``timeout``
        :raises InputError: a value that cannot be accepted
        """
        if not options["paths"]:
            raise InputError("paths is empty: give at least one UNC path.", options["paths"])
        return cls(
            method=method,
            paths=unc.unique(options["paths"]),
            flags=control.parse(options["flags"]),
            deep=options["deep"],
            verify=options["verify"],
            force=options["force"],
            timeout=check_timeout(options["timeout"]),
        )

    @property
    def reasons(self) -> Reasons:
        """The pin reasons that the flags name."""
        return pins.requested(self.flags)

    def request(self, *, check_mode: bool = False, **changes: t.Any) -> dict[str, t.Any]:
        """Return the options of the host part (docs/host_contract.md).

        :param check_mode: read only; no method is named then, and the state is always read
        :param changes: options that differ from what the invocation leads to
        """
        return {
            "method": None if check_mode else self.method,
            # A list of 10,000 strings takes the host seconds to validate, one string with a path per line nothing.
            "paths": "\n".join(self.paths),
            "flags": [int(self.flags)],
            "deep": self.deep,
            "last": "1:",
            "read": self.verify or check_mode,
            "fields": list(PIN_STATE),
            "keep": list(pins.FIELDS.values()),
            "reasons": pins.fields_of(self.reasons),
            "force": self.force,
            "timeout": self.timeout,
            **changes,
        }


def check_timeout(seconds: int) -> int:
    """Return *seconds*, a time limit for the host; 0 for none.

    :raises InputError: more than the host can wait, or negative
    """
    if not 0 <= seconds <= MAX_TIMEOUT:
        raise InputError(f"timeout {seconds} is not allowed: use 0 (no limit) to {MAX_TIMEOUT} seconds.", seconds)
    return seconds
