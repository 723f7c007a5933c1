# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filters of the role migrate_share: they hand results over to ``module_utils/retire/``, which decides.

Each is documented in a file of its own beside this one, such as ``migrate_switch.yml``.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ..module_utils.retire import move, renames, steps
from ..plugin_utils.filter_input import mapping

_Map = Mapping[str, t.Any]


def migrate_options(variables: t.Any) -> dict[str, t.Any]:
    """Return what the variables of the role ask for, and a sentence for each that cannot be accepted."""
    return move.wanted(mapping("migrate_options", variables))


def migrate_prepare(look: t.Any, plan: _Map, listed: _Map, wanted: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what prepare is to list and to record, and why it has to stop."""
    return steps.prepare(mapping("migrate_prepare", look, "the result of cache_info"), plan, listed, wanted, kept)


def migrate_switch(listed: t.Any, done: _Map, wanted: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what switch is to rename and to pin, why it has to stop, and what is missing so that nothing may go."""
    return steps.switch(mapping("migrate_switch", listed, "the result of item_info"), done, wanted, kept)


def migrate_renamed(renamed: t.Any) -> str:
    """Return why it is not known what became of a rename; empty where it is."""
    return renames.unknown(mapping("migrate_renamed", renamed, "the result of rename_item"))


def migrate_rollback(listed: t.Any, done: _Map, wanted: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what rollback is to rename, to pin and to release, and why it has to stop."""
    return steps.rollback(mapping("migrate_rollback", listed, "the result of item_info"), done, wanted, kept)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "migrate_options": migrate_options,
            "migrate_prepare": migrate_prepare,
            "migrate_renamed": migrate_renamed,
            "migrate_rollback": migrate_rollback,
            "migrate_switch": migrate_switch,
        }
