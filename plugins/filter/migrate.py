# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filters of the role migrate_share: they hand results to ``module_utils/retire/move.py``, which decides.

Each is documented in a file of its own beside this one, such as ``migrate_pins.yml``.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ansible.errors import AnsibleFilterError

from ..module_utils.retire import move


def migrate_options(variables: t.Any) -> dict[str, t.Any]:
    """Return what the variables of the role ask for, and a sentence for each that cannot be accepted."""
    if not isinstance(variables, Mapping):
        raise AnsibleFilterError(f"migrate_options takes a dictionary, not {type(variables).__name__}.")
    return move.wanted(variables)


def migrate_record(items: t.Any, look: t.Any, wanted: Mapping[str, t.Any], kept: str = "") -> dict[str, t.Any]:
    """Return the record of what is pinned, and how it differs from one that was kept before."""
    if not isinstance(items, (list, tuple)):
        raise AnsibleFilterError(f"migrate_record takes the entries of item_info, not {type(items).__name__}.")
    return move.record(look, list(items), wanted, kept)


def migrate_pins(
    kept: t.Any, wanted: Mapping[str, t.Any], pinned: Mapping[str, t.Any] | None = None
) -> dict[str, t.Any]:
    """Return the entries of a record with the new paths, what is wrong with it, and what is not pinned."""
    if not isinstance(kept, str):
        raise AnsibleFilterError(f"migrate_pins takes the text of a record, not {type(kept).__name__}.")
    return move.pins_of(kept, wanted, pinned or {})


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "migrate_options": migrate_options,
            "migrate_pins": migrate_pins,
            "migrate_record": migrate_record,
        }
