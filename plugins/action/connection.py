# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.connection."""

from __future__ import annotations

import typing as t

from ..module_utils.change.connection import Connection
from ..module_utils.change.standing import STATES
from ..plugin_utils.change_action import ChangeAction
from ..plugin_utils.host_action import common_options


class ActionModule(ChangeAction):
    """Takes shares of the offline cache online or offline, and suspends folders."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "paths": {"type": "list", "elements": "str", "required": True, "aliases": ["path"]},
        "state": {"type": "str", "choices": list(STATES), "required": True},
        "force": {"type": "bool", "default": False},
        "missing": {"type": "str", "choices": ["ok", "fail"], "default": "ok"},
        **common_options(timeout=300),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return Connection.empty(diff=bool(self._task.diff))

    def change(self, options: dict[str, t.Any], *, diff: bool) -> Connection:
        """Return what the task asks for."""
        return Connection.from_options(options, diff=diff)
