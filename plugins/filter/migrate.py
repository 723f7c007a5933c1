# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filters of the role migrate_share: they hand results over to ``module_utils/retire/``, which decides.

Each is documented in a file of its own beside this one, such as ``migrate_switch.yml``.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ansible.errors import AnsibleFilterError

from ..module_utils.retire import move, steps

_Map = Mapping[str, t.Any]


def migrate_options(variables: t.Any) -> dict[str, t.Any]:
    """Return what the variables of the role ask for, and a sentence for each that cannot be accepted."""
    if not isinstance(variables, Mapping):
        raise AnsibleFilterError(f"migrate_options takes a dictionary, not {type(variables).__name__}.")
    return move.wanted(variables)


def migrate_prepare(look: t.Any, plan: _Map, listed: _Map, wanted: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what prepare is to list and to record, and why it has to stop."""
    return steps.prepare(_result("migrate_prepare", "cache_info", look), plan, listed, wanted, kept)


def migrate_switch(listed: t.Any, pinned: _Map, wanted: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what switch is to pin, why it has to stop, and what is missing so that nothing may be released."""
    return steps.switch(_result("migrate_switch", "item_info", listed), pinned, wanted, kept)


def migrate_rollback(listed: t.Any, done: _Map, wanted: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what rollback is to pin and to release, and why it has to stop."""
    return steps.rollback(_result("migrate_rollback", "item_info", listed), done, wanted, kept)


def _result(name: str, module: str, value: t.Any) -> _Map:
    if not isinstance(value, Mapping):
        raise AnsibleFilterError(f"{name} takes the result of {module}, not {type(value).__name__}.")
    return value


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "migrate_options": migrate_options,
            "migrate_prepare": migrate_prepare,
            "migrate_rollback": migrate_rollback,
            "migrate_switch": migrate_switch,
        }
