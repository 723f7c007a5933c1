# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the simulated Offline Files cache: servers, shares, directories, files, and their pins.

It holds state and primitive changes only. What a WMI method does with them stands in operations/, how it is told in
wmi.py. Built for a million items: an item keeps its name, never its path, and items without peculiarities share one
`Facts` object.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

Pins = tuple[int, int, int, int]
"""Value in PinInfo for each of REASONS, in that order: 0 not pinned, 1 pinned, 2 pinned and new children inherit it."""

REASONS = ("user", "user_policy", "computer", "folder_redirection")
REASON_FLAGS = (0x20, 0x40, 0x80, 0x100)
"""Pin control flag of each of REASONS (sdk-api cscobj.h; 0x100 is not on the WMI page of Unpin)."""
ALL_REASONS = 0x1E0
NOT_PINNED, PINNED, INHERIT = 0, 1, 2
NO_PINS: Pins = (0, 0, 0, 0)

DIRTY_KINDS = ("data", "attributes", "time", "created", "deleted")

# dotnet/runtime's invariant casing leaves these two alone although Unicode gives them an ASCII capital.
_NEVER_UPPER = {"\u0131": "\u0131", "\u017f": "\u017f"}


def fold(text: str) -> str:
    """The form in which two names compare equal, ordinal without case as Windows and .NET do: simple capitals."""
    if text.isascii():
        return text.upper()
    return "".join(_NEVER_UPPER.get(c) or (u if len(u := c.upper()) == 1 else c) for c in text)


class ItemType(IntEnum):
    """Values of Win32_OfflineFilesItem.ItemType."""

    FILE = 0
    DIRECTORY = 1
    SHARE = 2
    SERVER = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What an operation on one item answers instead of doing its work.

    `code` is what the author wrote (unsigned). `form` is how the Result field shows it: as HRESULT, or as the plain
    system error code. `methods` empty: every method.
    """

    code: int
    form: str = "hresult"
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Remote:
    """What the file server has where it is not what was there at the last synchronization.

    `gone`: it has the item no more. `changes`: fields of Facts with their values there; the others are as they were.
    """

    gone: bool = False
    changes: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about an item except its place and its pins.

    Times are CIM DATETIME strings in UTC, sizes bytes. `connection` is (ConnectState, OfflineReason) as in
    Win32_OfflineFilesConnectionInfo. `visible_to` holds folded user names; None: everyone. `changed` None: as
    `modified`. `original`: size, attributes and times at the last synchronization; None: as now. `remote`: how the
    server's copy differs from that; None: not at all. `link`: path of the target of a shell link. `awaits`: reasons (a
    mask) for which this folder was pinned without its children, which the next synchronization pins.
    """

    size: int = 0
    attributes: int = 0x20
    created: str = "20240102030405.000000+000"
    modified: str = "20240102030405.000000+000"
    accessed: str = "20240102030405.000000+000"
    dirty: frozenset[str] = frozenset()
    dirty_bytes: int = 0
    connection: tuple[int, int] = (2, 1)
    visible_to: frozenset[str] | None = None
    faults: tuple[Fault, ...] = ()
    remote_dirty_bytes: int = 0
    changed: str | None = None
    original: Facts | None = None
    suspended: bool = False
    suspended_root: bool = False
    encrypted: bool = False
    sparse: bool = False
    in_use: bool = False
    remote: Remote | None = None
    link: str | None = None
    awaits: int = 0

    @property
    def last_change(self) -> str:
        """CIM DATETIME by which the latest of two copies is told; as text it sorts by time."""
        return self.changed or self.modified

    def on_server(self) -> Facts:
        """The server's copy, as it would be in a cache that has just got it. Makes no sense where it is gone there."""
        changes: dict[str, Any] = dict(self.remote.changes) if self.remote else {}
        if "modified" in changes:
            changes.setdefault("changed", None)
        last = self.original or self
        content = {name: getattr(last, name) for name in CONTENT} | changes
        return altered(self, **content, **_IN_SYNC)

    def in_sync(self) -> Facts:
        """The same once the server has it so."""
        return altered(self, **_IN_SYNC)

    def fault_of(self, method: str) -> Fault | None:
        """The first fault that concerns the method."""
        return next((fault for fault in self.faults if not fault.methods or method in fault.methods), None)


@functools.lru_cache(maxsize=4096)
def altered(facts: Facts, **changes: Any) -> Facts:
    """Facts with other values: one object for items that are alike, so that a million of them fit into memory."""
    return replace(facts, **changes)


CONTENT = ("size", "attributes", "created", "modified", "accessed", "changed")
"""Fields of Facts that the two copies of an item have each for itself."""
_IN_SYNC: Mapping[str, Any] = {
    "dirty": frozenset(),
    "dirty_bytes": 0,
    "remote_dirty_bytes": 0,
    "original": None,
    "remote": None,
}
DEFAULT_FACTS = Facts()


class Item:
    """One entry of the cache. `children` is None for files; its keys are folded names."""

    __slots__ = ("name", "type", "parent", "pins", "facts", "children")

    def __init__(self, name: str, item_type: ItemType, parent: Item | None, pins: Pins, facts: Facts) -> None:
        self.name = name
        self.type = item_type
        self.parent = parent
        self.pins = pins
        self.facts = facts
        self.children: dict[str, Item] | None = None if item_type == ItemType.FILE else {}

    @property
    def path(self) -> str:
        """Full UNC path without a trailing backslash."""
        names = [self.name]
        parent = self.parent
        while parent is not None:
            names.append(parent.name)
            parent = parent.parent
        return "\\\\" + "\\".join(reversed(names))


@functools.cache
def pinned_for(pins: Pins, mask: int) -> bool:
    """Whether one of the reasons in the mask holds an item with these pins."""
    return any(value and mask & flag for value, flag in zip(pins, REASON_FLAGS, strict=True))


@functools.cache
def without(pins: Pins, mask: int) -> Pins:
    """The pins that stay when the reasons in the mask go. One tuple for all items that are alike."""
    user, policy, computer, redirection = pins
    return (
        0 if mask & 0x20 else user,
        0 if mask & 0x40 else policy,
        0 if mask & 0x80 else computer,
        0 if mask & 0x100 else redirection,
    )


@functools.cache
def mask_of(pins: Pins, least: int = PINNED) -> int:
    """The reasons that have at least this value, as a mask."""
    return sum(flag for value, flag in zip(pins, REASON_FLAGS, strict=True) if value >= least)


@functools.cache
def joined(pins: Pins, other: Pins) -> Pins:
    """The stronger value of each reason. One tuple for all items that are alike."""
    user, policy, computer, redirection = map(max, pins, other)
    return user, policy, computer, redirection


@functools.cache
def pins_for(mask: int, value: int) -> Pins:
    """Pins that have this value for the reasons in the mask, and no others."""
    user, policy, computer, redirection = (value if mask & flag else 0 for flag in REASON_FLAGS)
    return user, policy, computer, redirection


class Cache:
    """All items of one simulated machine; or, with another kind of item, what only its file servers have."""

    def __init__(self, kind: type[Item] = Item) -> None:
        self.servers: dict[str, Item] = {}
        self._kind = kind

    def add(self, path: str, item_type: ItemType, pins: Pins = NO_PINS, facts: Facts = DEFAULT_FACTS) -> Item:
        """Put an item where its parent already is. Raises ValueError when it is there, or its parent is not."""
        parent_path, _dummy, name = path.removeprefix("\\\\").rpartition("\\")
        parent = self.find("\\\\" + parent_path) if parent_path else None
        if (parent is None) != (item_type == ItemType.SERVER):
            raise ValueError(f"{path} has no parent in the cache")
        return self.add_child(parent, name, item_type, pins, facts)

    def add_child(
        self, parent: Item | None, name: str, item_type: ItemType, pins: Pins = NO_PINS, facts: Facts = DEFAULT_FACTS
    ) -> Item:
        """Put an item under its parent (None: a server). Raises ValueError when the name is taken, in any case."""
        siblings = self.servers if parent is None else parent.children
        if siblings is None:
            raise ValueError(f"{name!r} cannot lie in a file")
        item = self._kind(name, item_type, parent, pins, facts)
        if siblings.setdefault(fold(name), item) is not item:
            raise ValueError(f"{item.path} stands twice")
        return item

    def make_place(self, path: str, facts: Facts) -> Item | None:
        """What lies above a path, made where it is not there, as connected and as visible as `facts`; None: nothing."""
        above = path.rpartition("\\")[0]
        if len(above) < 3:
            return None
        found = self.find(above)
        if found is None:
            parent = self.make_place(above, facts)
            kind = ItemType.SERVER if parent is None else ItemType.DIRECTORY
            kind = ItemType.SHARE if parent is not None and parent.type == ItemType.SERVER else kind
            own = Facts(connection=facts.connection, visible_to=facts.visible_to)
            found = self.add_child(parent, above.rpartition("\\")[2], kind, NO_PINS, own)
        return found

    def find(self, path: str) -> Item | None:
        """The item with exactly this path, in any case."""
        if not path.startswith("\\\\"):
            return None
        siblings: dict[str, Item] | None = self.servers
        item: Item | None = None
        for name in path[2:].split("\\"):
            item = siblings.get(fold(name)) if siblings else None
            if item is None:
                return None
            siblings = item.children
        return item

    def walk(self) -> Iterator[tuple[str, Item]]:
        """Every item with its path, parents before children, in the order in which they were added."""
        for server in list(self.servers.values()):
            yield from subtree("\\\\" + server.name, server)

    def holds(self, item: Item) -> bool:
        """Whether an item is still in its place."""
        siblings = self.servers if item.parent is None else item.parent.children
        return siblings is not None and siblings.get(fold(item.name)) is item

    def remove(self, item: Item) -> None:
        """Take an item without children out of the cache."""
        siblings = self.servers if item.parent is None else item.parent.children
        if siblings is not None and self.holds(item):
            del siblings[fold(item.name)]


def subtree(path: str, item: Item, children_first: bool = False) -> Iterator[tuple[str, Item]]:
    """The item and all below it, with paths. Keeps its own stack: a cache may be deeper than Python's recursion."""
    if not item.children or not children_first:
        yield path, item
    stack = [(path, item, _children(item))] if item.children else []
    while stack:
        # The consumer may have emptied the folder in the meantime; whoever stands here had something in it.
        here, folder, rest = stack[-1]
        prefix = here + "\\"
        for child in rest:
            if child.children:
                if not children_first:
                    yield prefix + child.name, child
                stack.append((prefix + child.name, child, _children(child)))
                break
            yield prefix + child.name, child
        else:
            stack.pop()
            if children_first:
                yield here, folder


def _children(item: Item) -> Iterator[Item]:
    # A list, because the consumer may evict items while it walks.
    return iter(list((item.children or {}).values()))


def pins_from(values: Iterable[tuple[str, int]]) -> Pins:
    """Pins from pairs of reason and value. Raises KeyError for a reason that does not exist."""
    pins = dict.fromkeys(REASONS, NOT_PINNED)
    for reason, value in values:
        if reason not in pins:
            raise KeyError(reason)
        pins[reason] = value
    return pins["user"], pins["user_policy"], pins["computer"], pins["folder_redirection"]
