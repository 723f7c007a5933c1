# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Unpin: takes pin reasons away from items. Source: the vendor's page of Win32_OfflineFilesCache.Unpin."""

from __future__ import annotations

import typing as t

from ..run.flags import FlagSet, Refused
from ..run.method import Method, Shallow, Status, Words
from ..windows import pins
from ..windows.pins import Reasons
from .pinning import OTHER_FLAGS, REASON_FLAGS, VENDOR_PREFIX, Pinning, for_redir

_OF_PIN = "belongs to Pin and is ignored when unpinning"

FLAGS = FlagSet(
    method="Unpin",
    vendor_prefix=VENDOR_PREFIX,
    members={**REASON_FLAGS, **OTHER_FLAGS},
    refused={
        "fill": Refused(0x1, _OF_PIN),
        "pin_link_targets": Refused(0x10, _OF_PIN),
        **for_redir("pins are released by Group Policy"),
    },
    required=sum(REASON_FLAGS.values()),
    required_as="pin reason",
)


class PinsGone(Pinning):
    """The goal of Unpin: of some pin reasons an item has none."""

    keep = tuple(pins.FIELDS.values())

    def __init__(self, flags: int) -> None:
        super().__init__(flags)
        self.decisive = tuple(pins.fields_of(self.wanted))
        self.open_as, self.held_as = self.words, f"not {self.words}"

    def open(self, state: int) -> bool:
        """Return whether a requested reason is there."""
        return bool(state & self.wanted)

    def moved(self, before: int, after: int) -> bool:
        """Return whether a requested reason went away."""
        return bool(before & self.wanted & ~after)

    def reached(self, state: int) -> int:
        """Return *state* without the requested reasons."""
        return state & ~self.wanted

    def path(self, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that are left under a requested path."""
        return {"remaining_reasons": Reasons(after).names}


UNPIN = Method(
    name="Unpin",
    flags=FLAGS,
    default_flags=("for_user",),
    shallow=Shallow.CHILD_FILES,
    brings_in=False,
    goal=PinsGone,
    words=Words(
        verb="unpin",
        past="unpinned",
        effect="released",
        state="pin state",
        undone="pinned for a requested reason",
        left="still pinned",
        left_hint="policy or folder redirection may have pinned again, or the user of this task does not own the pin",
        nothing="no {items} is {open}",
        statuses={Status.DONE: "unpinned", Status.LEFT: "still_pinned"},
    ),
)
