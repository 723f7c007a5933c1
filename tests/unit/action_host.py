# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns an action of the collection without Ansible around it: its host answers from a list, requests are recorded."""

from __future__ import annotations

import copy
import json
import typing as t
from collections.abc import Iterable
from unittest.mock import MagicMock

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task

from ansible_collections.winops.offline_files.plugins.action import (
    cache,
    cache_info,
    connection,
    delete_items,
    item_info,
    pin,
    rename_item,
    synchronize,
    unpin,
)
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import Answer
from ansible_collections.winops.offline_files.plugins.module_utils.host.request import Request
from ansible_collections.winops.offline_files.plugins.plugin_utils.host_action import HostAction

Answers = Iterable[dict[str, t.Any] | BaseException]


class RecordingDisplay:
    """Stands in for Ansible's display: keeps what was said, by level."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {"v": [], "vv": [], "vvv": []}
        self.hosts: set[str | None] = set()

    def verbose(self, message: str, host: str | None = None, caplevel: int = 2) -> None:
        """Keep a line of -v (caplevel 0), -vv (1) or -vvv (2)."""
        self.lines["v" * (caplevel + 1)].append(message)
        self.hosts.add(host)


def warnings_of(result: dict[str, t.Any]) -> list[str]:
    """Take the warnings out of a result, and return them without the name of the host that each begins with."""
    return [warning.removeprefix("winhost: ") for warning in result.pop("warnings", [])]


class UnderTest(HostAction):
    """An action whose host answers are given one after the other.

    :cvar MODULE: the name of the module without its collection
    :ivar requests: the module arguments of each execution
    :ivar executions: all keyword arguments of each execution
    """

    MODULE: t.ClassVar[str]

    def __init__(
        self,
        args: dict[str, t.Any],
        answers: Answers = (),
        *,
        check_mode: bool = False,
        diff: bool = False,
        async_val: int = 0,
        no_log: bool = False,
        delegate_to: str | None = None,
    ) -> None:
        task = MagicMock(spec=Task)
        task.args = args
        task.action = task.resolved_action = f"winops.offline_files.{self.MODULE}"
        task.check_mode = check_mode
        task.diff = diff
        task.async_val = async_val
        task.no_log = no_log
        task.delegate_to = delegate_to
        super().__init__(
            task=task,
            connection=MagicMock(connected=False, transport="winrm"),
            play_context=MagicMock(),
            loader=DataLoader(),
            templar=MagicMock(),
            shared_loader_obj=None,
        )
        self._connection.reset.side_effect = self._disconnect
        self._load_name = task.action
        self._display = self.display = RecordingDisplay()
        self._answers = iter(answers)
        self.requests: list[dict[str, t.Any]] = []
        self.executions: list[dict[str, t.Any]] = []

    def _disconnect(self) -> None:
        self._connection.connected = False

    def _execute_module(self, **kwargs: t.Any) -> dict[str, t.Any]:
        self.executions.append(kwargs)
        self.requests.append(copy.deepcopy(kwargs["module_args"]))
        # core adds keys of its own to the arguments that it is given
        kwargs["module_args"]["_ansible_check_mode"] = False
        answer = next(self._answers, None)
        if answer is None:
            raise AssertionError("the host was asked more often than the test has answers")
        # What Ansible itself refuses comes before there is a connection, and so does a host that cannot be reached.
        self._connection.connected |= not isinstance(answer, AnsibleError)
        if isinstance(answer, BaseException):
            raise answer
        self.print(json.dumps(answer))
        return {}

    def print(self, stdout: str, stderr: str = "", rc: int = 0) -> None:
        """Have the host part print what it prints."""
        self._parse_returned_data({"rc": rc, "stdout": stdout, "stderr": stderr}, "legacy")

    def ask(self, request: Request) -> Answer:
        """Have the host part run once, outside of a task."""
        self._task_vars = {"inventory_hostname": "winhost"}
        self._warnings = []
        self._exchanges = []
        return self.call_host(request)

    def run_task(self) -> dict[str, t.Any]:
        """Run the task for the host winhost."""
        return self.run(task_vars={"inventory_hostname": "winhost"})


class UnpinUnderTest(UnderTest, unpin.ActionModule):
    """The action ``unpin``."""

    MODULE = "unpin"


class DeleteItemsUnderTest(UnderTest, delete_items.ActionModule):
    """The action ``delete_items``."""

    MODULE = "delete_items"


class SynchronizeUnderTest(UnderTest, synchronize.ActionModule):
    """The action ``synchronize``."""

    MODULE = "synchronize"


class PinUnderTest(UnderTest, pin.ActionModule):
    """The action ``pin``."""

    MODULE = "pin"


class ItemInfoUnderTest(UnderTest, item_info.ActionModule):
    """The action ``item_info``."""

    MODULE = "item_info"


class ConnectionUnderTest(UnderTest, connection.ActionModule):
    """The action ``connection``."""

    MODULE = "connection"


class CacheUnderTest(UnderTest, cache.ActionModule):
    """The action ``cache``.

    :ivar commands: the command lines that were sent
    :ivar said: what the host says to each
    """

    MODULE = "cache"

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands: list[str] = []
        self.said: dict[str, t.Any] = {"rc": 0, "stdout": "", "stderr": ""}

    def _low_level_execute_command(self, cmd: str, **kwargs: t.Any) -> dict[str, t.Any]:
        self.commands.append(cmd)
        return self.said


class CacheInfoUnderTest(UnderTest, cache_info.ActionModule):
    """The action ``cache_info``."""

    MODULE = "cache_info"


class RenameItemUnderTest(UnderTest, rename_item.ActionModule):
    """The action ``rename_item``."""

    MODULE = "rename_item"
