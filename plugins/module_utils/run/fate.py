# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The fate of an item: its states before and after, and what was reported of it. Many items share one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ..windows.progress import Head


@dataclass(frozen=True, eq=False)
class Fate:
    """What is known of one item. Compared by identity: a ledger has each fate only once.

    :ivar request: index of the requested path that the item belongs to; None when it lies under none of them
    :ivar missing: it is a requested path that the caller's view of the cache did not hold
    :ivar before: its state before the call, as the goal reads it
    :ivar after: its state after the call
    :ivar begun: an ItemBegin was seen
    :ivar shallow: Deep was false and the call does not take it: as documented it stays as it is
    :ivar unread: it lies outside of what was read, so no state speaks of it
    :ivar call: number of the call that :attr:`head` comes from
    :ivar head: Result and text of its last ItemResult in that call
    :ivar earlier: what the calls before that one said of it
    """

    request: int | None
    unread: bool = False
    missing: bool = False
    shallow: bool = False
    before: int = 0
    after: int = 0
    begun: bool = False
    call: int = 0
    head: Head | None = None
    earlier: Head | None = None

    @property
    def result(self) -> Head | None:
        """The ItemResult that counts: within one call the last one, of several calls the one that says most."""
        return weightier(self.earlier, self.head)

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it another fate than others."""
        return tuple(getattr(self, name) for name in _FIELDS)


_FIELDS = tuple(field.name for field in dataclasses.fields(Fate))


def weightier(earlier: Head | None, later: Head | None) -> Head | None:
    """Return the error of two results, or else the success; a call for another reason or path does not undo them."""
    if earlier is None or later is None:
        return later or earlier

    def weight(head: Head) -> int:
        if head.code.ok:
            return 1 if head.code.code == 0 else 0
        return 0 if head.code.category == "not_in_cache" else 2

    return earlier if weight(earlier) > weight(later) else later
