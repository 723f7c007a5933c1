# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what Pin does to the simulated cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from simhost.cache import INHERIT, NO_PINS, PINNED, Item, ItemType, Pins, altered, joined, pins_for, subtree
from simhost.operations.run import BACKGROUND, ServerRun, Verdict
from simhost.operations.steps import MethodCall
from simhost.result_texts import (
    ERROR_BAD_NET_NAME,
    ERROR_BAD_NETPATH,
    ERROR_SHARING_VIOLATION,
    S_FALSE,
    as_hresult,
)
from simhost.servers import ServerItem

INPUTS = {"Paths": "string[]", "Flags": "uint32", "Deep": "boolean"}
_FILL = 0x1
_LINK_TARGETS = 0x10
_ALREADY = {"s_ok": 0, "s_false": S_FALSE, "none": None}


class _Todo(NamedTuple):
    """`pins`: what the item has afterwards. `sparse`: whether it lacks content then."""

    pins: Pins
    sparse: bool


class Pin(ServerRun):
    """Gives items reasons, and brings what the cache does not hold into it."""

    method = "Pin"

    def __init__(self, call: MethodCall) -> None:
        super().__init__(call)
        self._deep: bool = call.params["Deep"]
        self._mask = 0
        self._fills = bool(self.flags & _FILL)

    def prepare(self) -> int:
        mask = self.reasons()
        self._mask = mask or 0
        return self.behaviour.refusal_code if mask is None else 0

    def look_up(self, path: str) -> tuple[list[tuple[str, Item]], int]:
        if self.host.cache.find(path) is not None or self.behaviour.pin_new_item == "refused":
            return super().look_up(path)
        found = self.host.servers.find(path)
        if found is not None and self.sees(found):
            return [(found.path, found)], 0
        return [], self._not_there(path)

    def _not_there(self, path: str) -> int:
        """Why a path is neither in the cache nor on a server that can be asked."""
        server, share = (self._known(path, depth) for depth in (1, 2))
        if server is None:
            return ERROR_BAD_NETPATH
        if share is None:
            return ERROR_BAD_NET_NAME
        if self.offline(share):
            return self.behaviour.offline_server_error
        return self.behaviour.missing_path_code if self._logon else self.behaviour.server_contact_error

    def _known(self, path: str, depth: int) -> Item | None:
        above = "\\\\" + "\\".join(path[2:].split("\\")[:depth])
        return self.host.cache.find(above) or self.host.servers.find(above)

    def scope(self, path: str, item: Item) -> Iterator[tuple[str, Item]]:
        for here, one in self._scope(path, item):
            yield here, one
            if self.flags & _LINK_TARGETS and one.facts.link:
                yield from self._target(one.facts.link)

    def _scope(self, path: str, item: Item) -> Iterator[tuple[str, Item]]:
        cached_only = self.behaviour.pin_reach == "cached"
        if not self._deep or item.type == ItemType.FILE or (cached_only and isinstance(item, ServerItem)):
            yield path, item
            return
        children_first = self.behaviour.item_order == "children_first"
        new: list[tuple[str, Item]] = []
        if not cached_only and self.behaviour.pin_new_item != "refused":
            new = list(self.host.servers.only_here(path, self.host.cache))
        if children_first:
            yield from reversed(new)
        if not isinstance(item, ServerItem):
            brought = {here for here, _item in new}
            for here, one in subtree(path, item, children_first):
                if here not in brought:
                    yield here, one
        if not children_first:
            yield from new

    def _target(self, link: str) -> Iterator[tuple[str, Item]]:
        """The target of a shell link, if it is a file that can be found."""
        items, code = self.look_up(link)
        yield from ((path, item) for path, item in items if not code and item.type == ItemType.FILE)

    def verdict(self, path: str, item: Item) -> Verdict:
        fault = self.fault_of(item)
        if fault:
            return fault, None
        if item.facts.in_use and self.flags & BACKGROUND:
            return as_hresult(ERROR_SHARING_VIOLATION), None
        new = isinstance(item, ServerItem)
        file = item.type == ItemType.FILE
        folder_value = INHERIT if self.behaviour.pinned_folder == "inherit" else PINNED
        pins = joined(NO_PINS if new else item.pins, pins_for(self._mask, PINNED if file else folder_value))
        lacks = file and (new or item.facts.sparse)
        fills = lacks and (self._fills or (new and self.behaviour.pin_new_item == "filled"))
        if new or fills or self.behaviour.pin_contact == "always":
            code = self.unreachable(item)
            if code is None:
                return None, None
            if code:
                return code, self._unfilled(item, pins, fills)
        if fills:
            code = self.open_elsewhere(item) or self.no_room(item.facts.on_server().size)
            if code:
                return code, self._unfilled(item, pins, fills)
        if not new and not fills and pins == item.pins:
            # A folder may have the reason and children that have not: the next synchronization pins them all the same.
            todo = None if self._deep or file else _Todo(pins, sparse=False)
            return _ALREADY[self.behaviour.item_pinned], todo
        return 0, _Todo(pins, lacks and not fills)

    def _unfilled(self, item: Item, pins: Pins, fills: bool) -> _Todo | None:
        """What is done where content should have come and did not."""
        if not fills or self.behaviour.unfilled_pin == "dropped":
            return None
        return _Todo(pins, sparse=True)

    def carry_out(self, path: str, item: Item, todo: _Todo) -> None:
        # Without a reason there is nothing to bring it in for.
        if self._mask:
            self.host.change(lambda: self._give(item, todo), self.call.delay)

    def _give(self, item: Item, todo: _Todo) -> None:
        if isinstance(item, ServerItem):
            self.host.bring_in(item, todo.pins, todo.sparse)
            held = self.host.cache.find(item.path)
        else:
            held = item
        if held is None:
            return
        if not isinstance(item, ServerItem):
            item.pins = todo.pins
            if item.facts.sparse and not todo.sparse:
                item.facts = altered(item.facts.on_server(), sparse=False)
        if not self._deep and held.type != ItemType.FILE:
            held.facts = altered(held.facts, awaits=held.facts.awaits | self._mask)
