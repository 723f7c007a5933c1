# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pin: adds pin reasons to items, and brings into the cache what it does not hold.

Source: the vendor's page of Win32_OfflineFilesCache.Pin.
"""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ..run.flags import FlagSet
from ..run.method import Method, Shallow, Status, Words
from ..windows import rows
from ..windows.pins import Reasons
from ..windows.rows import ItemType
from .pinning import OTHER_FLAGS, REASON_FLAGS, VENDOR_PREFIX, Pinning, for_redir

_SERVER = str(int(ItemType.SERVER))
_NOT_APPLICABLE, _SPARSE, _CACHED = 1 << 8, 1 << 9, 1 << 10
"""Bits of the state beside the pin reasons."""

FILL = 0x1

_EVERY_REASON = _NOT_APPLICABLE - 1

FLAGS = FlagSet(
    method="Pin",
    vendor_prefix=VENDOR_PREFIX,
    members={"fill": FILL, "pin_link_targets": 0x10, **REASON_FLAGS, **OTHER_FLAGS},
    refused=for_redir("pins what it redirects by itself"),
    required=sum(REASON_FLAGS.values()),
    required_as="pin reason",
)


class PinsThere(Pinning):
    """The goal of Pin: an item has all of some pin reasons, and with the flag fill its content."""

    def __init__(self, flags: int) -> None:
        super().__init__(flags)
        self._fills = bool(flags & FILL)
        self.held_as = self.words.replace(" or ", ", ") if self._fills else self.words.replace(" or ", " and ")
        if self._fills:
            self.fields = (*self.fields, rows.SPARSE)
            self.held_as += " and filled"
        self.open_as = f"not {self.held_as}"

    def read(self, texts: Sequence[str]) -> int:
        """Return the pin reasons in the texts of a row, and whether it lacks content; a server cannot be pinned.

        An item with neither is told from one that the cache does not hold: what left it was not filled.
        """
        if texts[0] == _SERVER:
            return _NOT_APPLICABLE
        sparse = self._fills and rows.flag(texts[-1])
        # Of an enum.IntFlag ~ gives no bit that is none of its members.
        return int(super().read(texts)) | _CACHED | (_SPARSE if sparse else 0)

    def open(self, state: int) -> bool:
        """Return whether a requested reason is missing, or content that was asked for."""
        return bool(self.wanted & ~state or state & _SPARSE) and not state & _NOT_APPLICABLE

    def moved(self, before: int, after: int) -> bool:
        """Return whether a requested reason came, or content that was asked for."""
        filled = before & _SPARSE and after & _CACHED and not after & _SPARSE
        return bool(after & self.wanted & ~before or filled)

    def reached(self, state: int) -> int:
        """Return *state* with the requested reasons, and with content where that was asked for."""
        return (state | self.wanted | _CACHED) & ~_SPARSE

    def entry(self, before: int, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that an item had and has, and whether it lacked and lacks content, if known."""
        sparse = [bool(state & _SPARSE) if self._fills else None for state in (before, after)]
        return {**super().entry(before, after), "sparse_before": sparse[0], "sparse_after": sparse[1]}

    def path(self, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that items under a requested path have."""
        return {"reasons": Reasons(after).names}

    def shown(self, state: int) -> str:
        """Return the pin reasons as the diff shows them, and that content is missing."""
        return super().shown(Reasons(state) & _EVERY_REASON) + (", without its content" if state & _SPARSE else "")


PIN = Method(
    name="Pin",
    flags=FLAGS,
    default_flags=("for_user",),
    shallow=Shallow.ITSELF,
    brings_in=True,
    goal=PinsThere,
    words=Words(
        verb="pin",
        past="pinned",
        effect="pinned",
        state="pin state",
        undone="left to pin",
        left="still not pinned as asked",
        left_hint="the share may not allow caching, a policy may exclude the type of the file, or content comes later",
        nothing="every {items} is {held}",
        statuses={Status.DONE: "pinned", Status.LEFT: "still_unpinned"},
    ),
)
