# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns real actions that are answered by the simulated host part in this process, without a connection."""

from __future__ import annotations

import copy
import itertools
import json
import typing as t
from collections.abc import Sequence

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from unit.action_host import (
    CacheUnderTest,
    DeleteItemsUnderTest,
    PinUnderTest,
    SynchronizeUnderTest,
    UnderTest,
    UnpinUnderTest,
)

from simhost import host_call
from simhost.accounts import Accounts
from simhost.backend import Command, EmulationBackend, Output
from simhost.log import Log
from simhost.scenario import Host
from simhost.shutdown import ShutdownBackend


class InProcess(UnderTest):
    """An action, answered by the simulated host part."""

    def __init__(self, args: dict[str, t.Any], host: Host, user: str, *, check_mode: bool = False) -> None:
        super().__init__(args, check_mode=check_mode)
        self._simulated, self._user = host, user

    def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
        self.requests.append(copy.deepcopy(kwargs["module_args"]))
        valid = ArgumentSpecValidator(host_call.SPEC).validate(kwargs["module_args"])
        assert not valid.error_messages
        result = host_call.run(valid.validated_parameters, self._simulated, self._user, check_mode=False)
        self.print(json.dumps(result))
        return {}


class Unpin(InProcess, UnpinUnderTest):
    """The action ``unpin``."""


class Synchronize(InProcess, SynchronizeUnderTest):
    """The action ``synchronize``."""


class Pin(InProcess, PinUnderTest):
    """The action ``pin``."""


class DeleteItems(InProcess, DeleteItemsUnderTest):
    """The action ``delete_items``."""


class Cache(InProcess, CacheUnderTest):
    """The action ``cache``; its command restarts the host at once, which does not answer for some executions then.

    :ivar silent: for how many
    """

    silent = 0

    def _low_level_execute_command(self, cmd: str, **kwargs: t.Any) -> dict[str, t.Any]:
        out = Output()
        backend = ShutdownBackend(EmulationBackend({}, Accounts({}), Log()), lambda: self._simulated, self._restart)
        code = backend.run(Command(cmd, b"", self._user), out)
        out.finish(code)
        streams, _dummy = out.take(1000, 1)
        self.commands.append(cmd)
        return {"rc": code, **{name: streams.get(name, b"").decode() for name in ("stdout", "stderr")}}

    def _restart(self, seconds: float) -> None:
        self._simulated.restart()
        self._silent = self.silent

    def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
        if getattr(self, "_silent", 0):
            self._silent -= 1
            raise AnsibleConnectionFailure("connection refused")
        return super()._execute_module(**kwargs)


def every(**switches: Sequence[t.Any]) -> dict[str, dict[str, t.Any]]:
    """All combinations of the values of some switches, by a name that says them."""
    combined = itertools.product(*switches.values())
    return {
        "-".join(f"{name}={value}" for name, value in zip(switches, values, strict=True)): dict(
            zip(switches, values, strict=True)
        )
        for values in combined
    }


def pins_of(host: Host) -> dict[str, list[str]]:
    """Every item of the cache with the reasons for which it is pinned now."""
    return {item["path"]: sorted(item["pins"]) for item in host.snapshot()["items"]}
