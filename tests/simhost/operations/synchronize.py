# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what Synchronize does to the simulated cache and to its file servers."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from simhost.cache import (
    ALL_REASONS,
    INHERIT,
    NO_PINS,
    PINNED,
    Facts,
    Item,
    ItemType,
    Pins,
    altered,
    joined,
    mask_of,
    pinned_for,
    pins_for,
    subtree,
)
from simhost.operations.run import Opening, ServerRun, Verdict
from simhost.operations.steps import MethodCall
from simhost.result_texts import S_FALSE, as_hresult
from simhost.servers import ServerItem, in_conflict

INPUTS = {"Paths": "string[]", "Flags": "uint32"}
_FILL_SPARSE = 0x1
_SYNC_IN = 0x2
_SYNC_OUT = 0x4
_PIN_NEW_FILES = 0x8
_LINK_TARGETS = 0x10
_SKIP_SUSPENDED = 0x2000
_CONFLICTS = 0x30000000
_KEEP_LOCAL, _KEEP_REMOTE, _KEEP_LATEST = 0x10000000, 0x20000000, 0x30000000
_ONLINE = (2, 1)
_NEED_TO_SYNC = 5
_NOTHING_TO_DO = {"s_ok": 0, "s_false": S_FALSE, "none": None}


class _Move(Enum):
    """What happens to the two copies of an item."""

    NOTHING = auto()
    CONFLICT = auto()
    UP = auto()
    IN = auto()
    DELETED_HERE = auto()
    DELETED_THERE = auto()


class _Todo(NamedTuple):
    move: _Move
    pins: Pins


class Synchronize(ServerRun):
    """Brings the copies in the cache and those on the servers together."""

    method = "Synchronize"

    def __init__(self, call: MethodCall) -> None:
        super().__init__(call)
        directions = self.flags & (_FILL_SPARSE | _SYNC_IN | _SYNC_OUT)
        if not directions and self.behaviour.no_direction == "all":
            directions = _FILL_SPARSE | _SYNC_IN | _SYNC_OUT
        self._in = bool(directions & _SYNC_IN)
        self._out = bool(directions & _SYNC_OUT)
        self._fill = bool(directions & (_FILL_SPARSE | _SYNC_IN))
        # Without sync_in the flag for new files is ignored, and those for pins without the one for new files.
        self._new = self._in and bool(self.flags & _PIN_NEW_FILES)
        self._mask = self.flags & ALL_REASONS if self._new else 0
        self._refused = not directions and self.behaviour.no_direction == "refused"
        self._targets: dict[Item, int] = {}
        self._caught_up: list[Item] = []

    def prepare(self) -> int:
        return self.behaviour.refusal_code if self._refused else 0

    def scope(self, path: str, item: Item) -> Iterator[tuple[str, Item] | Opening]:
        children_first = self.behaviour.item_order == "children_first"
        new = [] if item.type == ItemType.FILE else list(self._new_items(path))
        names = {here for here, _item in new}
        if children_first:
            yield from self._with_targets(reversed(new))
        for here, one in subtree(path, item, children_first):
            if here not in names:
                yield here, one
        if not children_first:
            yield from self._with_targets(iter(new))

    def _new_items(self, path: str) -> Iterator[tuple[str, Item]]:
        """What only the server has, in folders that want it."""
        for here, item in self.host.servers.only_here(path, self.host.cache):
            if pinned_for(self._pins_of_new(item), ALL_REASONS):
                yield here, item

    def _with_targets(self, new: Iterator[tuple[str, Item]]) -> Iterator[tuple[str, Item]]:
        for here, item in new:
            yield here, item
            link = item.facts.link if self._new and self.flags & _LINK_TARGETS else None
            target = (self.host.cache.find(link) or self.host.servers.find(link)) if link else None
            if target is not None and target.type == ItemType.FILE and not self._skips(target):
                self._targets[target] = mask_of(self._pins_of_new(item))
                yield target.path, target

    def verdict(self, path: str, item: Item) -> Verdict:
        fault = self.fault_of(item)
        if fault:
            return fault, None
        if self._skips(item):
            return S_FALSE if self.behaviour.suspended_skipped == "s_false" else None, None
        if isinstance(item, ServerItem):
            pins, move = self._pins_of_new(item), _Move.IN
        else:
            inherited = joined(self._inherited(item), pins_for(self._targets.get(item, 0), PINNED))
            pins, move = joined(item.pins, inherited), self._move(item)
        if self._in or move is not _Move.NOTHING:
            code = self.unreachable(item)
            if code is None or code:
                return code, None
        if item.facts.awaits:
            self._caught_up.append(item)
        if move not in (_Move.NOTHING, _Move.CONFLICT):
            code = self.open_elsewhere(item)
            if not code and move is _Move.IN:
                held = 0 if item.facts.sparse or isinstance(item, ServerItem) else item.facts.size
                code = self.no_room(item.facts.on_server().size - held)
            if code:
                return code, None
        todo = _Todo(move, pins)
        if move is _Move.CONFLICT:
            return self._conflict(), todo if pins != item.pins else None
        if move is _Move.NOTHING and pins == item.pins:
            return _NOTHING_TO_DO[self.behaviour.item_in_sync], None
        return 0, todo

    def _conflict(self) -> int:
        answers = {"s_ok": 0, "s_false": S_FALSE, "error": as_hresult(self.behaviour.conflict_error)}
        return answers[self.behaviour.conflict_result]

    def _skips(self, item: Item) -> bool:
        """Whether an item lies in a suspended tree that the flags leave out."""
        if not self.flags & _SKIP_SUSPENDED:
            return False
        known: Item | None = item
        while known is not None:
            held = self.host.cache.find(known.path) if isinstance(known, ServerItem) else known
            if held is not None and held.facts.suspended:
                return True
            known = known.parent
        return False

    def _move(self, item: Item) -> _Move:
        facts = item.facts
        if in_conflict(facts):
            return self._resolved(facts) if self._in or self._out else _Move.NOTHING
        if facts.dirty:
            if not self._out:
                return _Move.NOTHING
            return _Move.DELETED_THERE if "deleted" in facts.dirty else _Move.UP
        if facts.remote is not None and facts.remote.gone:
            goes = self._in and self.behaviour.deleted_on_server == "removed"
            return _Move.DELETED_HERE if goes else _Move.NOTHING
        if (facts.remote is not None and self._in) or (facts.sparse and self._fill):
            return _Move.IN
        return _Move.NOTHING

    def _resolved(self, facts: Facts) -> _Move:
        """What a conflict comes to."""
        policy = self.flags & _CONFLICTS
        gone = facts.remote is not None and facts.remote.gone
        if policy == _KEEP_LATEST:
            # A copy that is not there has no time by which it could be the later one.
            latest = gone or facts.last_change >= facts.on_server().last_change
            policy = _KEEP_LOCAL if latest else _KEEP_REMOTE
        if self.behaviour.conflict_direction == "respected":
            allowed = self._out if policy == _KEEP_LOCAL else self._in
            policy = policy if allowed else 0
        if policy == _KEEP_LOCAL:
            return _Move.DELETED_THERE if "deleted" in facts.dirty else _Move.UP
        if policy == _KEEP_REMOTE:
            return _Move.DELETED_HERE if gone else _Move.IN
        return _Move.CONFLICT

    def _inherited(self, item: Item) -> Pins:
        """The pins that an item gets from the folders above it."""
        if self.behaviour.sync_children == "never" or not self._fill:
            return NO_PINS
        mask = 0
        above = item.parent
        while above is not None:
            mask |= self._wants_children(above)
            above = above.parent
        return pins_for(mask, PINNED if item.type == ItemType.FILE else INHERIT)

    def _wants_children(self, folder: Item) -> int:
        """The reasons for which a folder has what is in it pinned at the next synchronization."""
        if self.behaviour.sync_children == "awaited":
            return folder.facts.awaits & mask_of(folder.pins)
        return mask_of(folder.pins, INHERIT)

    def _pins_of_new(self, item: Item) -> Pins:
        """The pins with which something comes in that only the server has; none: it stays out."""
        awaited, pinned = 0, 0
        above = item.parent
        while above is not None:
            held = self.host.cache.find(above.path)
            if held is not None:
                awaited |= self._wants_children(held) if self._fill and self.behaviour.sync_children != "never" else 0
                pinned |= mask_of(held.pins)
            above = above.parent
        mask = awaited | self._targets.get(item, 0)
        if self._new and pinned:
            mask |= self._mask or {"inherited": pinned, "user": 0x20, "left_out": 0}[self.behaviour.new_files_reason]
        return pins_for(mask, PINNED if item.type == ItemType.FILE else INHERIT)

    def carry_out(self, path: str, item: Item, todo: _Todo) -> None:
        self.host.change(lambda: self._settle(item, todo), self.call.delay)

    def _settle(self, item: Item, todo: _Todo) -> None:
        facts = item.facts
        if isinstance(item, ServerItem):
            self.host.bring_in(item, todo.pins, sparse=False)
            return
        if todo.move in (_Move.DELETED_HERE, _Move.DELETED_THERE):
            # The server has it no more, so nothing is kept of it.
            if not item.children:
                self.host.cache.remove(item)
            return
        item.pins = todo.pins
        if todo.move is _Move.UP:
            item.facts = self._online(facts.in_sync())
        elif todo.move is _Move.IN:
            item.facts = self._online(altered(facts.on_server(), sparse=False))

    def _online(self, facts: Facts) -> Facts:
        return altered(facts, connection=_ONLINE) if facts.connection[1] == _NEED_TO_SYNC else facts

    def after(self) -> None:
        if self.behaviour.sync_children == "awaited" and self._fill:
            for folder in self._caught_up:
                folder.facts = altered(folder.facts, awaits=0)
