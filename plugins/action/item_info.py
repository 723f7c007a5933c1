# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.item_info: has the items read that a task asks for, returns what they are."""

from __future__ import annotations

import typing as t

from ..module_utils import lines
from ..module_utils.errors import HostCallError
from ..module_utils.info import listing
from ..module_utils.info.listing import SORTS, View
from ..module_utils.info.selection import Selection
from ..module_utils.windows import pins
from ..module_utils.windows.rows import ItemType
from ..plugin_utils.host_action import HostAction, common_options


class ActionModule(HostAction):
    """Lists items of the offline cache."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "paths": {"type": "list", "elements": "str", "default": [], "aliases": ["path"]},
        "deep": {"type": "bool", "default": True},
        "type": {
            "type": "list",
            "elements": "str",
            "choices": [member.word for member in ItemType],
            "default": [],
        },
        "pinned": {"type": "bool"},
        "reasons": {
            "type": "list",
            "elements": "str",
            "choices": list(pins.NAMES),
            "default": [],
        },
        "dirty": {"type": "bool"},
        "name": {"type": "list", "elements": "str", "default": []},
        "sort": {"type": "str", "choices": list(SORTS), "default": "path"},
        "descending": {"type": "bool", "default": False},
        "max_entries": {"type": "int", "default": 1000, "aliases": ["limit"]},
        "summary": {"type": "bool", "default": False},
        "connection": {"type": "bool", "default": True},
        **common_options(),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return listing.empty()

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Have the items read, and return what they are."""
        selection = Selection.from_options(options)
        view = View.from_options(options)
        try:
            result, warnings = listing.make(selection, view, self.call_host(selection.request()))
        except HostCallError as exc:
            return listing.without_answer(exc)
        for warning in warnings:
            self._warn(warning)
        for line in lines.of_shares(result["shares"]):
            self._say(line)
        return result
