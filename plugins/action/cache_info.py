# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.cache_info: has the configuration read, returns it, as facts if wanted."""

from __future__ import annotations

import typing as t

from ..module_utils.errors import HostCallError
from ..module_utils.info import configuration
from ..module_utils.options import check_timeout
from ..plugin_utils.host_action import HostAction, common_options


class ActionModule(HostAction):
    """Tells whether Offline Files runs on a host, and how it is configured."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "facts": {"type": "bool", "default": False},
        **common_options(unavailable="ok", timeout=60),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return configuration.empty()

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Have the host read its configuration, and return it."""
        request = configuration.request(check_timeout(options["timeout"]))
        try:
            result = configuration.make(self.call_host(request), options["unavailable"])
        except HostCallError as exc:
            return configuration.without_answer(exc)
        if options["facts"]:
            result["ansible_facts"] = configuration.facts(result)
        return result
