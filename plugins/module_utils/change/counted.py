# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How much a state holds under each of some paths: items, pinned ones, and those with changes of users."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass

from ..host.answer import State
from ..host.pack import rows_of
from ..host.scope import Scope
from ..windows import rows, unc

FIELDS: tuple[str, ...] = (*rows.PIN_STATE, rows.DIRTY)
"""What is read of each item."""


@dataclass(frozen=True)
class Count:
    """How many items lie at a path and under it.

    :ivar pinned: of them, for whatever reason
    :ivar dirty: of them, with changes that are not synchronized
    """

    total: int = 0
    pinned: int = 0
    dirty: int = 0

    def as_result(self) -> dict[str, t.Any]:
        """Return the form in which results show it."""
        return {"total_items": self.total, "pinned_items": self.pinned, "dirty_items": self.dirty}


@dataclass(frozen=True)
class Counts:
    """What a state holds.

    :ivar each: the count of each path, in their order
    :ivar outside: rows for items that were not asked for; they are left out
    """

    each: tuple[Count, ...]
    outside: int = 0


@functools.lru_cache(maxsize=2)
def counts(state: State, paths: tuple[str, ...]) -> Counts:
    """Count the items of a state that was read with :data:`FIELDS`.

    The last two are remembered, for a million rows take seconds and are asked for several times.

    :param paths: canonical; none lies under another
    :raises ContractError: its rows cannot be read
    """
    scope = Scope(paths)
    sums = [[0, 0, 0] for _path in paths]
    outside = 0
    for texts, path in rows_of(state.data, state.rows):
        pinned, dirty = _marks(texts)
        place = scope.nearest(unc.key(path))
        if place is None:
            outside += 1
            continue
        sums[place][0] += 1
        sums[place][1] += pinned
        sums[place][2] += dirty
    return Counts(tuple(Count(*one) for one in sums), outside)


@functools.lru_cache(maxsize=1024)
def _marks(texts: str) -> tuple[bool, bool]:
    """Return whether an item is pinned, and whether it is dirty. Most rows of a cache are alike."""
    values = rows.split_values(texts, FIELDS)
    return bool(rows.reasons_of(values)), values[-1] == "True"
