# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The marks of items: properties of which only matters whether they moved, or what they add up to.

Their texts differ from item to item, so they must not become part of a fate. An item costs a reference to its path,
four bytes for each watch, and four for the amount where there are any; twelve more for 4 GiB and above. Rows come
after a call mostly in the order that they had before it.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..windows import rows

_NEAR = 8
"""Rows that may be missing in one place afterwards before the order counts as another one."""

_MOST = 2**63 - 1
_SMALL = 2**32 - 1


@dataclass(frozen=True)
class Watch:
    """Properties of an item that are compared before and after a call, and nothing else.

    :ivar bit: the bit that the state afterwards has where one of them is another; no state before has it
    :ivar fields: the properties of Win32_OfflineFilesItem
    """

    bit: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Amount:
    """A number that items have before a call, added up over those to which something happened.

    :ivar name: its key among the counts of a result
    :ivar field: the property of Win32_OfflineFilesItem; null counts as 0
    :ivar counts: whether it counts for an item with certain states before and after
    """

    name: str
    field: str
    counts: Callable[[int, int], bool]


class Marks:
    """The marks of the items of one task.

    :ivar fields: the properties that a row holds for them, behind those of the goal
    :ivar complete: every item that there was before has its marks; what has none came with the call
    """

    def __init__(self, watched: Sequence[Watch], amount: Amount | None) -> None:
        self.fields = (*itertools.chain(*(watch.fields for watch in watched)), *([amount.field] if amount else ()))
        self.complete = False
        self._bits: list[tuple[int, slice, array[int]]] = []
        place = 0
        for watch in watched:
            own = slice(place, place + len(watch.fields))
            self._bits.append((watch.bit, own, array("I")))
            place = own.stop
        self._has_amount = amount is not None
        self._amounts = array("I")
        self._large = array("Q")
        self._large_places = array("I")
        self._paths: list[str] = []
        self._next = 0
        self._places: dict[str, int] | None = None

    def split(self, values: str) -> tuple[str, list[str]]:
        """Return what stands before the marks of a row without its path, and the texts of the marks."""
        state, *texts = values.rsplit("\t", len(self.fields))
        return state, texts

    def add(self, path: str, texts: Sequence[str]) -> None:
        """Note the marks of an item that was not met before.

        :raises ContractError: the amount is no number
        """
        self._paths.append(path)
        for _bit, own, hashes in self._bits:
            hashes.append(_hash(texts[own]))
        if self._has_amount and (amount := min(max(rows.integer(texts[-1]) or 0, 0), _MOST)):
            self._add_amount(amount)

    def moved(self, path: str, texts: Sequence[str]) -> int:
        """Return the bits of the watches whose properties are others than before, so all bits for an item that came."""
        place = self._place_of(path)
        if place is None:
            return sum(bit for bit, _own, _hashes in self._bits) if self.complete else 0
        return sum(bit for bit, own, hashes in self._bits if _hash(texts[own]) != hashes[place])

    def sum(self, counts: Callable[[str], bool]) -> int:
        """Return the sum of the amounts of the items for whose paths *counts* holds."""
        amounts = itertools.chain(enumerate(self._amounts), zip(self._large_places, self._large, strict=True))
        return sum(amount for place, amount in amounts if amount and counts(self._paths[place]))

    def _add_amount(self, amount: int) -> None:
        place = len(self._paths) - 1
        if amount > _SMALL:
            self._large_places.append(place)
            self._large.append(amount)
        else:
            self._amounts.extend(itertools.repeat(0, place - len(self._amounts)))
            self._amounts.append(amount)

    def _place_of(self, path: str) -> int | None:
        if self._places is None:
            for place in range(self._next, min(self._next + _NEAR, len(self._paths))):
                if self._paths[place] == path:
                    self._next = place + 1
                    return place
            self._places = {known: place for place, known in enumerate(self._paths)}
        return self._places.get(path)


def _hash(texts: Sequence[str]) -> int:
    # Seeded in each process, so that no host can aim at a collision; by chance it is one in four thousand million.
    return hash("\t".join(texts)) & 0xFFFFFFFF
