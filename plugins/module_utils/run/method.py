# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a method of Win32_OfflineFilesCache has to declare so that everything else of this package serves it."""

from __future__ import annotations

import enum
import typing as t
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .flags import FlagSet
from .marks import Amount, Marks, Watch


class Status(enum.StrEnum):
    """What became of an item or of a requested path. A method has words of its own for some of them."""

    DONE = "done"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    LEFT = "left"
    FAILED = "failed"
    NOT_CACHED = "not_cached"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    PARTIAL = "partial"
    UNAVAILABLE = "unavailable"


GOAL_HOLDS = frozenset({Status.DONE, Status.UNCHANGED, Status.KEPT, Status.NOT_CACHED})
"""The statuses of an item for which nothing is left to do."""

WORST_FIRST = (
    Status.FAILED,
    Status.PARTIAL,
    Status.CANCELLED,
    Status.UNKNOWN,
    Status.LEFT,
    Status.UNAVAILABLE,
    Status.KEPT,
    Status.DONE,
    Status.UNCHANGED,
    Status.NOT_CACHED,
)
"""The order in which one status speaks for several."""


class Shallow(enum.Enum):
    """Which items a call takes where Deep is false (vendor's pages of the methods, which differ in it)."""

    CHILD_FILES = "file directly in"
    ITSELF = "item at"


class Goal(t.Protocol):
    """What a call is to bring about, told by the state of an item. A method's goal inherits what it does not declare.

    A state is a set of bits whose meaning only the goal knows. 0 is the state of an item of which a reading holds no
    row: it is not in the cache, or has nothing of what is asked about. A method that brings items in finds 0 open.

    :ivar fields: the properties of Win32_OfflineFilesItem that a row has to hold
    :ivar keep: of these, the ones of which one has to be set for a row to be sent; empty for all rows
    :ivar decisive: of these, the ones of which one has to be set somewhere for the method to be called at all; empty
        where it is always called
    :ivar held: the bit of a state which says that something in an item stays, so that the item stays too; 0 where the
        method has no such rule. A row does not tell it, it comes from the states of all items
    :ivar blind: the state of the cache does not tell all that there may be to do, so an error counts though it shows
        nothing
    :ivar open_as: how an item is called for which something is left to do, such as "pinned for user"
    :ivar held_as: how one is called for which nothing is, such as "not pinned for user"
    """

    fields: tuple[str, ...]
    keep: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    held: int = 0
    blind: bool = False
    open_as: str
    held_as: str

    def open(self, state: int) -> bool:
        """Return whether something is left to do."""

    def moved(self, before: int, after: int) -> bool:
        """Return whether something of what is wanted was done between the two states."""

    def reached(self, state: int) -> int:
        """Return what *state* becomes when all that is wanted is done."""

    def kept(self, state: int) -> Sequence[str]:
        """Return why the method leaves an item alone as it was asked to, in words of the results; normally nothing."""
        return ()

    def lost(self, before: int, after: int) -> bool:
        """Return whether something was lost for good between the two states."""
        return False

    def read(self, texts: Sequence[str]) -> int:
        """Return the state of an item from the texts of :attr:`fields`."""

    def entry(self, before: int, after: int) -> dict[str, t.Any]:
        """Return the keys of an item's entry that tell its states."""

    def path(self, after: int) -> dict[str, t.Any]:
        """Return the keys of a requested path's row, from the states of its items joined."""

    def shown(self, state: int) -> str:
        """Return a state as a line of the diff shows it."""


@dataclass(frozen=True)
class Words:
    """The words of a method in sentences and results.

    :ivar verb: what it does, such as "release"
    :ivar past: what it did, as a sentence with a number of items begins
    :ivar effect: what it did to an item, such as "released"
    :ivar undone: how an item is called for which something is left to do, whatever was asked for
    :ivar left: how an item is called for which it reported success and which is as it was, such as "still pinned"
    :ivar left_hint: why that may be, as the end of a sentence
    :ivar nothing: why there was nothing to do, with ``{items}`` for "item under 1 path", ``{open}`` and ``{held}`` for
        :attr:`Goal.open_as` and :attr:`Goal.held_as`
    :ivar state: what is read of the items, as an administrator calls it
    :ivar loss: what :meth:`Goal.lost` is about, as in "2 items lost ..."; empty where nothing can be lost
    :ivar unforeseen: what check mode cannot know, as a clause; empty where it knows all
    :ivar statuses: the word of a result for each status that has one of its own in this method
    :ivar failed: the same for items that failed, by the category of what was reported of them
    :ivar reported: the same for items that are as they were though a success was reported of themselves, by a bit of
        the state that they have
    """

    verb: str
    past: str
    effect: str
    undone: str
    left: str
    left_hint: str
    nothing: str
    statuses: Mapping[Status, str]
    state: str = "state of the items"
    loss: str = ""
    unforeseen: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)
    reported: Mapping[int, str] = field(default_factory=dict)

    def status(self, status: Status) -> str:
        """Return the word of the results for *status*."""
        return self.statuses.get(status, status.value)

    @property
    def worst_first(self) -> list[str]:
        """Every word of the results, in the order in which one status speaks for several."""
        finer = {Status.FAILED: self.failed.values(), Status.LEFT: self.reported.values()}
        return list(
            dict.fromkeys(word for status in WORST_FIRST for word in (self.status(status), *finer.get(status, ())))
        )


@dataclass(frozen=True)
class Method:
    """One method of Win32_OfflineFilesCache.

    :ivar name: the vendor's name
    :ivar flags: its control flags
    :ivar default_flags: short names of those that are set where the user names none
    :ivar shallow: what Deep=false means; None where it has no Deep
    :ivar brings_in: it takes paths that the cache does not hold, and brings them in
    :ivar goal: returns what is to be brought about by a call with certain flags
    :ivar words: its words
    :ivar watched: properties of which only matters whether they moved
    :ivar amount: what is added up over its items
    """

    name: str
    flags: FlagSet
    default_flags: tuple[str, ...]
    shallow: Shallow | None
    brings_in: bool
    goal: Callable[[int], Goal]
    words: Words
    watched: tuple[Watch, ...] = ()
    amount: Amount | None = None

    @property
    def has_deep(self) -> bool:
        """Whether it has the argument Deep."""
        return self.shallow is not None

    def marks(self) -> Marks | None:
        """Return room for what is watched and added up; None where nothing is."""
        return Marks(self.watched, self.amount) if self.watched or self.amount else None
