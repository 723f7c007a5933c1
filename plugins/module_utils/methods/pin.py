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
from ..windows.pins import Reasons
from ..windows.rows import ItemType
from .pinning import OTHER_FLAGS, REASON_FLAGS, VENDOR_PREFIX, Pinning, for_redir

_SERVER = str(int(ItemType.SERVER))
_NOT_APPLICABLE = 1 << 8
"""A bit of the state beside the pin reasons."""

FLAGS = FlagSet(
    method="Pin",
    vendor_prefix=VENDOR_PREFIX,
    members={"fill": 0x1, "pin_link_targets": 0x10, **REASON_FLAGS, **OTHER_FLAGS},
    refused=for_redir("pins what it redirects by itself"),
    required=sum(REASON_FLAGS.values()),
    required_as="pin reason",
)


class PinsThere(Pinning):
    """The goal of Pin: an item has all of some pin reasons."""

    # What is not pinned is what there is to be done, so every row is wanted, and the method is always called.
    keep: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()

    def __init__(self, flags: int) -> None:
        super().__init__(flags)
        self.held_as = self.words.replace(" or ", " and ")
        self.open_as = f"not {self.held_as}"

    def read(self, texts: Sequence[str]) -> int:
        """Return the pin reasons in the texts of a row; a server cannot be pinned."""
        return super().read(texts) | (_NOT_APPLICABLE if texts[0] == _SERVER else 0)

    def open(self, state: int) -> bool:
        """Return whether a requested reason is missing."""
        return bool(self.wanted & ~state) and not state & _NOT_APPLICABLE

    def moved(self, before: int, after: int) -> bool:
        """Return whether a requested reason came."""
        return bool(after & self.wanted & ~before)

    def reached(self, state: int) -> int:
        """Return *state* with the requested reasons."""
        return state | self.wanted

    def path(self, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that items under a requested path have."""
        return {"reasons": Reasons(after).names}


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
        undone="without a requested reason",
        left="still not pinned",
        left_hint="the share may not allow caching, or a policy may exclude the type of the file",
        nothing="every {items} is {held}",
        statuses={Status.DONE: "pinned", Status.LEFT: "still_unpinned"},
    ),
)
