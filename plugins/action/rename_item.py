# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.rename_item."""

from __future__ import annotations

import typing as t

from ..module_utils.change.rename_item import WHENS, Rename
from ..plugin_utils.change_action import ChangeAction
from ..plugin_utils.host_action import common_options


class ActionModule(ChangeAction):
    """Gives items of the offline cache another path."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "src": {"type": "str", "required": True},
        "dest": {"type": "str", "required": True},
        "when": {"type": "str", "choices": list(WHENS), "default": "auto"},
        "missing": {"type": "str", "choices": ["ok", "fail"], "default": "ok"},
        **common_options(timeout=600),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return Rename.empty(diff=bool(self._task.diff))

    def change(self, options: dict[str, t.Any], *, diff: bool) -> Rename:
        """Return what the task asks for."""
        return Rename.from_options(options, diff=diff)
