# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what Unpin does to the simulated cache."""

from __future__ import annotations

from collections.abc import Iterator

from simhost.cache import REASON_FLAGS, Item, ItemType, Pins, pinned_for
from simhost.operations.run import BACKGROUND, Root, Run, Verdict
from simhost.operations.steps import MethodCall
from simhost.result_texts import (
    ERROR_CSCSHARE_OFFLINE,
    ERROR_FILE_NOT_FOUND,
    ERROR_SHARING_VIOLATION,
    S_FALSE,
    as_hresult,
)

INPUTS = {"Paths": "string[]", "Flags": "uint32", "Deep": "boolean"}
_OFFLINE = 1
_NOT_PINNED = {"s_ok": 0, "s_false": S_FALSE, "not_found": as_hresult(ERROR_FILE_NOT_FOUND), "none": None}


class Unpin(Run):
    """Takes reasons from items."""

    method = "Unpin"

    def __init__(self, call: MethodCall) -> None:
        super().__init__(call)
        self._deep: bool = call.params["Deep"]
        self._reaches = self.behaviour.server_contact == "never" or call.reaches_servers()
        self._mask = 0
        self._touched: list[tuple[Item, Pins]] = []

    def sees_all(self) -> bool:
        return self.behaviour.unpin_reach == "all"

    def prepare(self) -> int:
        mask = self.reasons()
        self._mask = mask or 0
        return self.behaviour.refusal_code if mask is None else 0

    def fatal(self, roots: list[Root]) -> int:
        refused = not self._reaches and self.behaviour.server_contact == "per_call"
        return self.behaviour.server_contact_error if refused else 0

    def scope(self, path: str, item: Item) -> Iterator[tuple[str, Item]]:
        if self._deep or item.children is None:
            yield from super().scope(path, item)
            return
        if self.behaviour.shallow_container == "released":
            yield path, item
        for child in list(item.children.values()):
            if child.type == ItemType.FILE or (
                child.type == ItemType.DIRECTORY and self.behaviour.shallow_subdirectories == "released"
            ):
                yield f"{path}\\{child.name}", child

    def verdict(self, path: str, item: Item) -> Verdict:
        fault = self.fault_of(item)
        if fault is not None:
            # The code 0 is no fault.
            return fault, None if fault else self._mask
        if self.behaviour.server_contact == "per_item":
            if item.facts.connection[0] == _OFFLINE:
                return as_hresult(ERROR_CSCSHARE_OFFLINE), None
            if not self._reaches:
                return as_hresult(self.behaviour.server_contact_error), None
        if item.facts.in_use and self.flags & BACKGROUND:
            return as_hresult(ERROR_SHARING_VIOLATION), None
        if pinned_for(item.pins, self._mask):
            return 0, self._mask
        return _NOT_PINNED[self.behaviour.item_not_pinned], None

    def carry_out(self, path: str, item: Item, todo: int) -> None:
        # A pin that comes back at once is a pin that no reader ever misses.
        if self.behaviour.repin == "at_once" or not pinned_for(item.pins, self._mask):
            return
        if self.behaviour.repin == "inherited" or self.behaviour.eviction == "at_once":
            self._touched.append((item, item.pins))
        self.host.release(item, self._mask, self.call.delay)

    def after(self) -> None:
        if self.behaviour.repin == "inherited":
            for item, old in self._touched:
                above = item.parent.pins if item.parent else (0, 0, 0, 0)
                back = [
                    was if was and flag & self._mask and parent == 2 else now
                    for was, now, parent, flag in zip(old, item.pins, above, REASON_FLAGS, strict=True)
                ]
                item.pins = (back[0], back[1], back[2], back[3])
        if self.behaviour.eviction == "at_once":
            for item, _dummy in reversed(self._touched):
                self.host.evict(item)
