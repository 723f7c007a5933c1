# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what DeleteItems does to the simulated cache. What the file servers have stays there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simhost.behaviour import Behaviour
from simhost.cache import ALL_REASONS, Item, ItemType, pinned_for, subtree
from simhost.operations.run import Opening, Run, Verdict
from simhost.operations.steps import Items, MethodCall, Reason, Step, Steps
from simhost.result_texts import (
    E_ACCESSDENIED,
    ERROR_ACCESS_DENIED,
    ERROR_DIR_NOT_EMPTY,
    ERROR_MORE_DATA,
    S_FALSE,
    as_hresult,
)

INPUTS = {"Paths": "string[]", "Flags": "uint32"}
_NO_AUTO_CACHED = 0x1
_NO_PINNED = 0x2
_DEL_MODIFIED = 0x4
_ADMIN = 0x80000000
_KEPT = {"s_ok": 0, "s_false": S_FALSE, "none": None}


def tells(behaviour: Behaviour) -> bool:
    """Whether DeleteItems sends progress texts at all."""
    return behaviour.delete_texts != "none"


class DeleteItems(Run):
    """Takes items out of the local cache."""

    method = "DeleteItems"
    lone_file = False

    def __init__(self, call: MethodCall) -> None:
        super().__init__(call)
        self._gone: set[Item] = set()
        self._open: list[Item] = []

    def sees_all(self) -> bool:
        return bool(self.flags & _ADMIN)

    def steps(self) -> Steps:
        if self.behaviour.delete_texts != "failures_only":
            yield from super().steps()
            return
        for step in super().steps():
            for one in step.steps() if isinstance(step, Items) else (step,):
                if not isinstance(one, Step) or one.reason in (Reason.BEGIN, Reason.END) or one.code > S_FALSE:
                    yield one

    def prepare(self) -> int:
        if not self.flags & _ADMIN or self.host.is_admin(self.call.user):
            return 0
        return ERROR_ACCESS_DENIED

    def on_errors(self, first: int) -> int:
        answers = {"zero": 0, "s_false": S_FALSE, "first_error": first, "more_data": as_hresult(ERROR_MORE_DATA)}
        return answers[self.behaviour.delete_return]

    def scope(self, path: str, item: Item) -> Iterator[tuple[str, Item] | Opening]:
        if not tells(self.behaviour) or self.behaviour.item_order == "children_first":
            yield from subtree(path, item, children_first=True)
            return
        # A folder is announced before what is in it, and goes after that.
        open_folders: list[tuple[str, Item]] = []
        for here, one in subtree(path, item):
            while open_folders and not here.startswith(open_folders[-1][0] + "\\"):
                yield open_folders.pop()
            if one.children:
                yield Opening(here, one)
                open_folders.append((here, one))
            else:
                yield here, one
        yield from reversed(open_folders)

    def verdict(self, path: str, item: Item) -> Verdict:
        if self._left_out(item):
            return _KEPT[self.behaviour.delete_skipped], None
        fault = self.fault_of(item)
        # With the flag of administrators access rights do not count.
        if fault and not (self.flags & _ADMIN and as_hresult(fault) == E_ACCESSDENIED):
            return fault, None
        if item.facts.dirty and not self.flags & _DEL_MODIFIED:
            if self.behaviour.delete_modified == "error":
                return as_hresult(self.behaviour.delete_modified_error), None
            return _KEPT[self.behaviour.delete_modified], None
        if any(child not in self._gone for child in (item.children or {}).values()):
            if self.behaviour.delete_not_empty == "error":
                return as_hresult(ERROR_DIR_NOT_EMPTY), None
            return _KEPT[self.behaviour.delete_not_empty], None
        busy = self.open_elsewhere(item)
        return (busy, None) if busy else (0, True)

    def _left_out(self, item: Item) -> bool:
        """Whether the flags leave an item alone, or its kind is never deleted."""
        if item.type == ItemType.SHARE and self.behaviour.delete_shares == "kept":
            return True
        unwanted = _NO_PINNED if pinned_for(item.pins, ALL_REASONS) else _NO_AUTO_CACHED
        return bool(self.flags & unwanted)

    def carry_out(self, path: str, item: Item, todo: Any) -> None:
        self._gone.add(item)
        self.host.change(lambda: self.host.drop(item), self.call.delay)
