# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the file servers behind the cache: what only they have, and which copy of an item is which.

What a server has of an item of the cache stands at that item: as at the last synchronization, but for `Facts.remote`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simhost.cache import DEFAULT_FACTS, NO_PINS, Cache, Facts, Item, ItemType, Pins, altered, fold, subtree

_OFFLINE = 1


class ServerItem(Item):
    """Something on a file server that the cache does not hold. Its connection is that of its share."""

    __slots__ = ()


class FileServers(Cache):
    """What only the file servers have. Folders may be in the cache too; files are on one side."""

    def __init__(self) -> None:
        super().__init__(ServerItem)
        # Items move folder by folder: where the last one went is nearly always where the next one goes.
        self._last_in: tuple[Item | None, Item | None] = (None, None)
        self._last_out: tuple[Item | None, Item | None] = (None, None)

    def only_here(self, path: str, cache: Cache) -> Iterator[tuple[str, Item]]:
        """Whatever lies at a path or under it and is not in the cache, parents first."""
        root = self.find(path)
        for here, item in subtree(path, root) if root else ():
            if cache.find(here) is None:
                yield here, item

    def bring_in(self, item: Item, cache: Cache, pins: Pins, sparse: bool) -> None:
        """Move an item into the cache. Folders above it come too and are not pinned; a folder stays here as well."""
        place = self._place_in(item, cache)
        siblings = cache.servers if place is None else place.children or {}
        there = siblings.get(fold(item.name))
        if there is not None:
            there.pins = pins
            return
        facts = altered(_facts(item.facts, place), sparse=sparse)
        cache.add_child(place, item.name, item.type, pins, facts)
        if item.type == ItemType.FILE:
            self.remove(item)

    def _place_in(self, item: Item, cache: Cache) -> Item | None:
        """The folder of the cache where an item of a server goes; made where it is not there."""
        folder, place = self._last_in
        if folder is not None and folder is item.parent and place is not None and cache.holds(place):
            return place
        above: list[Item] = []
        parent = item.parent
        while parent is not None:
            above.append(parent)
            parent = parent.parent
        place = None
        for one in reversed(above):
            known = cache.find(one.path)
            place = known or cache.add_child(place, one.name, one.type, NO_PINS, _facts(one.facts, place))
        self._last_in = item.parent, place
        return place

    def keep(self, item: Item) -> None:
        """Hold what leaves the cache, as far as its server has it."""
        if not server_has(item.facts) or item.type == ItemType.SERVER:
            return
        folder, there = self._last_out
        if there is not None and there.children is not None and folder is item.parent and item.type == ItemType.FILE:
            self.add_child(there, item.name, item.type, NO_PINS, _copy(item))
            return
        missing: list[Item] = []
        place: Item | None = None
        one: Item | None = item
        while one is not None and (place := self.find(one.path)) is None:
            missing.append(one)
            one = one.parent
        for one in reversed(missing):
            place = self.add_child(place, one.name, one.type, NO_PINS, _copy(one))
        if item.type == ItemType.FILE and place is not None:
            self._last_out = item.parent, place.parent


def server_has(facts: Facts) -> bool:
    """Whether the server has a copy of an item with these facts."""
    if facts.remote is not None:
        return not facts.remote.gone
    return "created" not in facts.dirty


def in_conflict(facts: Facts) -> bool:
    """Whether an item was changed on both sides since the last synchronization."""
    return bool(facts.dirty) and facts.remote is not None


def is_offline(item: Item, cache: Cache, any_reason: bool) -> bool:
    """Whether the share of an item cannot be reached.

    :param any_reason: it is so whatever the reason for which Windows works offline; else only where the network is
        gone (or nobody knows why), not where Windows merely keeps to its copies
    """
    known: Item | None = item
    if isinstance(item, ServerItem):
        while known is not None and cache.find(known.path) is None:
            known = known.parent
        known = cache.find(known.path) if known else item
    state, reason = (known or item).facts.connection
    return state == _OFFLINE and (any_reason or reason in (0, 1, 4))


def _facts(facts: Facts, parent: Item | None) -> Facts:
    # Who is offline is a matter of the place.
    return facts if parent is None else altered(facts, connection=parent.facts.connection)


def _copy(item: Item) -> Facts:
    facts = item.facts
    kept: dict[str, Any] = {
        "connection": facts.connection,
        "visible_to": facts.visible_to,
        "faults": facts.faults,
        "link": facts.link,
    }
    if item.type != ItemType.FILE:
        return altered(DEFAULT_FACTS, **kept)
    return altered(facts.on_server(), sparse=False, in_use=False, suspended=False, suspended_root=False, awaits=0)
