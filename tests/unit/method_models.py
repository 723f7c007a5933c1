# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what is true of each method, written down independently of the code: what is left to do, what was done.

An item is a set of words: its pin reasons, ``dirty``, ``sparse``, ``suspended``, and for each of what Windows notes of
the last synchronization (``synced``) and of the local copy (``local``) a word that changes with it. An item that is not
in the cache has none. The property tests hold every result against this, whether the host is drawn or simulated.
"""

from __future__ import annotations

import abc
import typing as t
from collections.abc import Mapping

from unit import action_host, item_rows
from unit.action_host import UnderTest

from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import DELETE_ITEMS
from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import SYNCHRONIZE
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.method import Method

REASONS = ("user", "user_policy", "computer", "folder_redirection")
_BITS = {0x20: "user", 0x40: "user_policy", 0x80: "computer"}
DIRTY_BYTES = 7
"""What each dirty item has to synchronize where a state is drawn."""

Item = frozenset[str]
State = Mapping[str, Item]
"""The items by their path."""


def is_root(path: str) -> bool:
    """Return whether *path* is a share or a server."""
    return path.count("\\") <= 3


def below(path: str, state: State) -> list[str]:
    """Return the items of a state that lie below *path*."""
    return [one for one in state if one.startswith(path + "\\")]


def _stamps(item: Item, name: str) -> set[str]:
    return {word for word in item if word.partition(" ")[0] == name}


class Model(abc.ABC):
    """What is true of a method, asked with the flags of a call.

    :cvar under_test: the action
    :cvar done: the word for an item for which the method did all it should
    :cvar failed: the words for one that failed
    :cvar left: the words for one that is as it was though a success was reported
    :cvar facts: the words that a state may have
    :cvar flags: masks of flags to draw from
    :cvar sums: keys of a path's row, with the key of an entry that they sum up
    :cvar absent_is_open: what is not in the cache is left to do
    :cvar blind: the state does not show all that there is to do
    :cvar closed: what becomes of a folder depends on what is in it, so a state has the folders of all that it has
    """

    method: t.ClassVar[Method]
    under_test: t.ClassVar[type[UnderTest]]
    done: t.ClassVar[str]
    failed: t.ClassVar[frozenset[str]] = frozenset({"failed"})
    left: t.ClassVar[frozenset[str]]
    facts: t.ClassVar[tuple[str, ...]]
    flags: t.ClassVar[tuple[int, ...]]
    sums: t.ClassVar[Mapping[str, str]]
    absent_is_open: t.ClassVar[bool] = False
    blind: t.ClassVar[bool] = False
    closed: t.ClassVar[bool] = False

    def __init__(self, flags: int) -> None:
        self.mask = flags

    @classmethod
    def module(cls) -> str:
        """Return the name of the module."""
        return cls.under_test.MODULE

    def sends(self, item: Item) -> bool:
        """Return whether the host has a row for an item: it may keep those back that show nothing to do."""
        return True

    @abc.abstractmethod
    def open(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        """Return whether something is left to do for *path*.

        :param foreseen: nothing was called so far
        """

    @abc.abstractmethod
    def moved(self, before: Item | None, after: Item | None) -> bool:
        """Return whether something of what is wanted was done to an item."""

    @abc.abstractmethod
    def entry(self, path: str, before: State, after: State, *, foreseen: bool = False) -> dict[str, t.Any]:
        """Return the keys of an entry that tell the states.

        :param foreseen: *after* is what would be
        """

    @abc.abstractmethod
    def reached(self, item: Item) -> Item | None:
        """Return what an item becomes where all that is wanted is done to it; None where it leaves the cache."""

    def foreseen(self, path: str, state: State) -> State:
        """Return what *state* becomes where all that is left to do is done to *path*."""
        if not self.open(path, state, foreseen=True):
            return state
        becomes = self.reached(state.get(path, frozenset()))
        others = {one: item for one, item in state.items() if one != path}
        return others if becomes is None else {**others, path: becomes}

    def stays(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        """Return whether the method leaves *path* alone as it was asked to; see :meth:`open`."""
        return False

    def uploaded(self, before: Item | None, after: Item | None) -> bool:
        """Return whether the changes of an item went to its server."""
        return False

    def row(self, fields: t.Sequence[str], path: str, words: str) -> str:
        """Return an item as a row of a state: its type and its words."""
        kind, *facts = words.split()
        values: dict[str, str] = {}
        for fact, (field, value) in _PROPERTIES.items():
            if fact in facts:
                values[field] = value
        if "dirty" in facts:
            values["DirtyInfo__LocalDirtyByteCount"] = str(DIRTY_BYTES)
        return item_rows.row(fields, path, " ".join([kind, *(one for one in facts if one in REASONS)]), **values)


_PROPERTIES = {
    "dirty": ("ChangeInfo__Dirty", "True"),
    "sparse": ("Sparse", "True"),
    "suspended": ("SuspendInfo__Suspended", "True"),
    "synced": ("FileSysInfo__OriginalSize", "1"),
    "local": ("FileSysInfo__LocalSize", "1"),
}


class _Pinning(Model):
    def __init__(self, flags: int) -> None:
        super().__init__(flags)
        self.wanted = {reason for bit, reason in _BITS.items() if flags & bit}

    def entry(self, path: str, before: State, after: State, *, foreseen: bool = False) -> dict[str, t.Any]:
        had, has = before.get(path, frozenset()), after.get(path, frozenset())
        return {
            "reasons_before": [reason for reason in REASONS if reason in had],
            "reasons_after": [reason for reason in REASONS if reason in has],
        }


class UnpinModel(_Pinning):
    """Unpin: the reasons in the flags go."""

    method = UNPIN
    under_test = action_host.UnpinUnderTest
    done = "unpinned"
    left = frozenset({"still_pinned"})
    facts = REASONS
    flags = (0x20, 0x40, 0x60, 0xE0)
    sums: t.ClassVar = {"remaining_reasons": "reasons_after"}

    def sends(self, item: Item) -> bool:
        return bool(item)

    def open(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        return bool(state.get(path, frozenset()) & self.wanted)

    def moved(self, before: Item | None, after: Item | None) -> bool:
        return bool(((before or frozenset()) - (after or frozenset())) & self.wanted)

    def reached(self, item: Item) -> Item:
        return item - self.wanted


class PinModel(_Pinning):
    """Pin: the reasons in the flags come, and with the flag 0x1 the content."""

    method = PIN
    under_test = action_host.PinUnderTest
    done = "pinned"
    left = frozenset({"still_unpinned"})
    facts = (*REASONS, "sparse")
    flags = (0x20, 0x40, 0x60, 0xE0, 0x21, 0x81)
    sums: t.ClassVar = {"reasons": "reasons_after"}
    absent_is_open = True

    def __init__(self, flags: int) -> None:
        super().__init__(flags)
        self._fills = bool(flags & 0x1)

    def open(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        item = state.get(path, frozenset())
        return not self.wanted <= item or (self._fills and "sparse" in item)

    def moved(self, before: Item | None, after: Item | None) -> bool:
        had, has = before or frozenset(), after or frozenset()
        filled = self._fills and after is not None and "sparse" in had and "sparse" not in has
        return bool((has - had) & self.wanted) or filled

    def reached(self, item: Item) -> Item:
        return (item | self.wanted) - {"sparse"}

    def entry(self, path: str, before: State, after: State, *, foreseen: bool = False) -> dict[str, t.Any]:
        sparse = ["sparse" in state.get(path, ()) if self._fills else None for state in (before, after)]
        return {**super().entry(path, before, after), "sparse_before": sparse[0], "sparse_after": sparse[1]}


class SynchronizeModel(Model):
    """Synchronize: what is dirty goes up, what is sparse or newer on the server comes in."""

    method = SYNCHRONIZE
    under_test = action_host.SynchronizeUnderTest
    done = "synchronized"
    failed = frozenset({"failed", "offline"})
    left = frozenset({"not_synchronized", "conflict"})
    facts = ("dirty", "sparse", "suspended", "synced", "local")
    flags = (0x7, 0x1, 0x2, 0x4, 0xA, 0x2007)
    sums: t.ClassVar = {"dirty": "dirty_after", "sparse": "sparse_after"}
    blind = True

    def open(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        item = state.get(path, frozenset())
        if self.mask & 0x2000 and "suspended" in item:
            return False
        return bool((self.mask & 0x4 and "dirty" in item) or (self.mask & 0x3 and "sparse" in item))

    def moved(self, before: Item | None, after: Item | None) -> bool:
        if before is None or after is None:
            return before is not after
        return bool((before - after) & {"dirty", "sparse"}) or _stamps(before, "synced") != _stamps(after, "synced")

    def reached(self, item: Item) -> Item:
        return item - {word for word, bits in (("dirty", 0x4), ("sparse", 0x3)) if self.mask & bits}

    def entry(self, path: str, before: State, after: State, *, foreseen: bool = False) -> dict[str, t.Any]:
        return {
            "dirty_before": "dirty" in before.get(path, ()),
            "dirty_after": "dirty" in after.get(path, ()),
            "sparse_before": "sparse" in before.get(path, ()),
            "sparse_after": "sparse" in after.get(path, ()),
            "content_in": self._came_in(before.get(path), after.get(path)),
        }

    def _came_in(self, before: Item | None, after: Item | None) -> bool:
        if before is None or after is None:
            return before is not after and after is not None
        moved = [name for name in ("synced", "local") if _stamps(before, name) != _stamps(after, name)]
        return len(moved) == 2 or ("sparse" in before and "sparse" not in after)

    def uploaded(self, before: Item | None, after: Item | None) -> bool:
        if before is None or after is None:
            return False
        return "dirty" in before - after and _stamps(before, "local") == _stamps(after, "local")


class DeleteItemsModel(Model):
    """DeleteItems: items leave the cache, but for what the flags protect and the folders above that."""

    method = DELETE_ITEMS
    under_test = action_host.DeleteItemsUnderTest
    done = "deleted"
    left = frozenset({"still_cached"})
    facts = (*REASONS, "dirty")
    flags = (0x2, 0x0, 0x1, 0x4, 0x5, 0x6)
    sums: t.ClassVar = {"kept_because": "kept_because"}
    closed = True

    def _protection(self, item: Item) -> list[str]:
        is_pinned = bool(item & {*REASONS})
        reasons = {
            "pinned": is_pinned and self.mask & 0x2,
            "unsynchronized": "dirty" in item and not self.mask & 0x4,
            "auto_cached": not is_pinned and self.mask & 0x1,
        }
        return [reason for reason, holds in reasons.items() if holds]

    def _kept_because(self, path: str, state: State, *, foreseen: bool) -> list[str]:
        if path not in state:
            return []
        inside = below(path, state)
        # Before the call only what is protected stays for certain; afterwards all stays that is there, but for shares.
        holds = [one for one in inside if not foreseen or self._protection(state[one])]
        return self._protection(state[path]) + (["not_empty"] if holds else [])

    def stays(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        return bool(self._kept_because(path, state, foreseen=foreseen))

    def open(self, path: str, state: State, *, foreseen: bool = False) -> bool:
        return path in state and not is_root(path) and not self.stays(path, state, foreseen=foreseen)

    def moved(self, before: Item | None, after: Item | None) -> bool:
        return before is not None and after is None

    def reached(self, item: Item) -> None:
        return None

    def entry(self, path: str, before: State, after: State, *, foreseen: bool = False) -> dict[str, t.Any]:
        return {
            "kept_because": self._kept_because(path, after, foreseen=foreseen),
            "changes_lost": "dirty" in before.get(path, ()) and path not in after,
        }


MODELS: tuple[type[Model], ...] = (UnpinModel, PinModel, SynchronizeModel, DeleteItemsModel)
