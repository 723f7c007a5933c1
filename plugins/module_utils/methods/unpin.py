# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Unpin: takes pin reasons away from items. Source: the vendor's page of Win32_OfflineFilesCache.Unpin."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ..run.flags import FlagSet, Refused
from ..run.method import Method, Status, Words
from ..windows import pins, rows
from ..windows.pins import Reasons

REASON_FLAGS = {0x20: Reasons.USER, 0x40: Reasons.USER_POLICY, 0x80: Reasons.COMPUTER}
"""The flags that say which pin reason is to be released; a mask without one of them has no defined meaning."""

FLAGS = FlagSet(
    method="Unpin",
    vendor_prefix="OfflineFilesPinControlFlag",
    members={
        "for_user": 0x20,
        "for_user_policy": 0x40,
        "for_all": 0x80,
        "low_priority": 0x200,
        "async_progress": 0x400,
        "interactive": 0x800,
        "console": 0x1000,
        "background": 0x10000,
    },
    refused={
        "fill": Refused(0x1, "belongs to Pin and is ignored when unpinning"),
        "pin_link_targets": Refused(0x10, "belongs to Pin and is ignored when unpinning"),
        "for_redir": Refused(
            0x100, "is not a flag of the WMI method: folder redirection pins are released by Group Policy"
        ),
    },
    required=sum(REASON_FLAGS),
    required_as="pin reason",
)


class PinsGone:
    """The goal of Unpin: of some pin reasons an item has none. The state of an item is its :class:`Reasons`.

    :param flags: a mask of :data:`FLAGS`
    """

    fields = rows.PIN_STATE
    keep = tuple(pins.FIELDS.values())

    def __init__(self, flags: int) -> None:
        self.wanted = Reasons.NONE
        for flag, reason in REASON_FLAGS.items():
            if flag & flags:
                self.wanted |= reason
        self.decisive = tuple(pins.fields_of(self.wanted))
        self.open_as = f"pinned for {' or '.join(name.replace('_', ' ') for name in self.wanted.names)}"
        self.held_as = f"not {self.open_as}"

    def read(self, texts: Sequence[str]) -> int:
        """Return the pin reasons in the texts of a row."""
        return rows.reasons_of(texts)

    def open(self, state: int) -> bool:
        """Return whether a requested reason is there."""
        return bool(state & self.wanted)

    def moved(self, before: int, after: int) -> bool:
        """Return whether a requested reason went away."""
        return bool(before & self.wanted & ~after)

    def reached(self, state: int) -> int:
        """Return *state* without the requested reasons."""
        return state & ~self.wanted

    def entry(self, before: int, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that an item had, and those that it has."""
        return {"reasons_before": Reasons(before).names, "reasons_after": Reasons(after).names}

    def path(self, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that are left under a requested path."""
        return {"remaining_reasons": Reasons(after).names}

    def shown(self, state: int) -> str:
        """Return the pin reasons as the diff shows them."""
        return f"pinned for {', '.join(Reasons(state).names)}" if state else "not pinned"


UNPIN = Method(
    name="Unpin",
    flags=FLAGS,
    default_flags=("for_user",),
    has_deep=True,
    goal=PinsGone,
    words=Words(
        verb="unpin",
        past="unpinned",
        effect="released",
        state="pin state",
        undone="pinned for a requested reason",
        left="still pinned",
        left_hint="policy or folder redirection may have pinned again, or the user of this task does not own the pin",
        statuses={Status.DONE: "unpinned", Status.LEFT: "still_pinned"},
    ),
)
