# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.cache_info: has the configuration read, returns it, as facts if wanted."""

from __future__ import annotations

import typing as t

from ..module_utils import lines
from ..module_utils.errors import HostCallError
from ..module_utils.info import configuration
from ..module_utils.info.selection import Selection
from ..module_utils.options import check_timeout
from ..plugin_utils.host_action import HostAction, common_options


class ActionModule(HostAction):
    """Tells whether Offline Files runs on a host, and how it is configured."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "paths": {"type": "list", "elements": "str", "default": [], "aliases": ["path"]},
        "facts": {"type": "bool", "default": False},
        **common_options(unavailable="ok", timeout=60),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return configuration.empty()

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Have the host read its configuration, and return it."""
        timeout = check_timeout(options["timeout"])
        selection = Selection.for_totals(options["paths"]) if options["paths"] else None
        try:
            answer = self.call_host(configuration.request(timeout, selection))
            result, warnings = configuration.make(answer, options["unavailable"], selection)
        except HostCallError as exc:
            return configuration.without_answer(exc)
        for warning in warnings:
            self._warn(warning)
        shares = result["cached"]["shares"] if result["cached"] else []
        for line in (*lines.of_users(result["users"] or []), *lines.of_shares(shares), *lines.of_job(result["job"])):
            self._say(line)
        if options["facts"]:
            result["ansible_facts"] = configuration.facts(result)
        return result
