# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DeleteItems: takes items out of the local cache. What the file server has is not touched.

Source: the vendor's pages of Win32_OfflineFilesCache.DeleteItems and IOfflineFilesCache::DeleteItems.
"""

from __future__ import annotations

import enum
import typing as t
from collections.abc import Sequence

from ..run.flags import Field, FlagSet
from ..run.method import Goal, Method, Status, Words
from ..windows import rows
from ..windows.rows import ItemType

_NO_AUTO_CACHED = 0x1
_NO_PINNED = 0x2
_DEL_MODIFIED = 0x4

FLAGS = FlagSet(
    method="DeleteItems",
    vendor_prefix="OfflineFilesDeleteFlag",
    members={"del_modified": _DEL_MODIFIED, "admin": 0x80000000},
    refused={},
    # Both together would leave nothing to delete: every item is either pinned or cached automatically.
    fields=(Field(_NO_AUTO_CACHED | _NO_PINNED, {"no_auto_cached": _NO_AUTO_CACHED, "no_pinned": _NO_PINNED}),),
)


class Held(enum.IntFlag):
    """The state of an item that is in the cache. The order of the first four is the order in every result."""

    PINNED = 1
    UNSYNCHRONIZED = 2
    AUTO_CACHED = 4
    NOT_EMPTY = 8
    ROOT = 16
    """A share or server. No document says whether its entry goes with what is in it."""


_CACHED = Held.PINNED | Held.AUTO_CACHED
"""Every item in the cache is one of them, and is not in the cache where it is neither."""

_ROOTS = (str(int(ItemType.SHARE)), str(int(ItemType.SERVER)))


class ItemsGone(Goal):
    """The goal of DeleteItems: an item is not in the cache, unless the flags protect it."""

    fields = (*rows.PIN_STATE, rows.DIRTY)
    held = Held.NOT_EMPTY
    open_as = "left to delete"
    held_as = "left alone"

    def __init__(self, flags: int) -> None:
        self._protected = Held.NOT_EMPTY
        if flags & _NO_PINNED:
            self._protected |= Held.PINNED
        if flags & _NO_AUTO_CACHED:
            self._protected |= Held.AUTO_CACHED
        if not flags & _DEL_MODIFIED:
            self._protected |= Held.UNSYNCHRONIZED

    def read(self, texts: Sequence[str]) -> int:
        """Return the state of an item, from the texts of a row, without :attr:`Held.NOT_EMPTY`."""
        state = Held.PINNED if rows.reasons_of(texts[: len(rows.PIN_STATE)]) else Held.AUTO_CACHED
        if rows.flag(texts[-1]):
            state |= Held.UNSYNCHRONIZED
        return int(state | Held.ROOT if texts[0] in _ROOTS else state)

    def open(self, state: int) -> bool:
        """Return whether the item is in the cache, though nothing protects it."""
        return bool(state & _CACHED) and not state & (self._protected | Held.ROOT)

    def moved(self, before: int, after: int) -> bool:
        """Return whether the item left the cache."""
        return bool(before & _CACHED) and not after & _CACHED

    def reached(self, state: int) -> int:
        """Return the state of an item that is not in the cache."""
        return 0

    def kept(self, state: int) -> Sequence[str]:
        """Return what protects the item."""
        protected = self._protected & state
        return [str(reason.name).lower() for reason in Held if reason & protected]

    def lost(self, before: int, after: int) -> bool:
        """Return whether the item left the cache with changes that were not synchronized."""
        return bool(before & Held.UNSYNCHRONIZED) and self.moved(before, after)

    def entry(self, before: int, after: int) -> dict[str, t.Any]:
        """Return what protects an item, and whether changes are lost with it."""
        return {"kept_because": self.kept(after), "changes_lost": self.lost(before, after)}

    def path(self, after: int) -> dict[str, t.Any]:
        """Return what protects items under a requested path."""
        return {"kept_because": self.kept(after)}

    def shown(self, state: int) -> str:
        """Return how an item is in the cache, as the diff shows it."""
        if not state & _CACHED:
            return "not in the cache"
        how = "pinned" if state & Held.PINNED else "cached automatically"
        return f"{how}, with changes that are not synchronized" if state & Held.UNSYNCHRONIZED else how


DELETE_ITEMS = Method(
    name="DeleteItems",
    flags=FLAGS,
    default_flags=("no_pinned",),
    shallow=None,
    brings_in=False,
    goal=ItemsGone,
    words=Words(
        verb="delete",
        past="deleted",
        effect="deleted",
        undone="left to delete",
        left="still in the cache",
        left_hint="a program may have them open, or a folder may hold what the user of this task does not see",
        nothing="no {items} may go",
        statuses={Status.DONE: "deleted", Status.LEFT: "still_cached"},
        loss="changes that were not synchronized",
    ),
)
