# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Pin and Unpin have in common: an item's state is its pin reasons, and the flags say which are meant."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ..run.flags import Refused
from ..run.method import Goal
from ..windows import pins, rows
from ..windows.pins import Reasons

VENDOR_PREFIX = "OfflineFilesPinControlFlag"

REASON_FLAGS = {"for_user": 0x20, "for_user_policy": 0x40, "for_all": 0x80}

OTHER_FLAGS = {
    "low_priority": 0x200,
    "async_progress": 0x400,
    "interactive": 0x800,
    "console": 0x1000,
    "background": 0x10000,
}
"""How a call behaves. Synchronize has these as well, and the pin reasons, with the same values (vendor's pages)."""


def for_redir(group_policy: str) -> dict[str, Refused]:
    """Return the flag of the COM interface that WMI does not have.

    :param group_policy: what Group Policy does instead, as the end of a sentence
    """
    return {"for_redir": Refused(0x100, f"is not a flag of the WMI method: folder redirection {group_policy}")}


class Pinning(Goal):
    """The part of a goal that is about pin reasons. The state of an item is its :class:`Reasons`.

    :param flags: a mask that names at least one of :data:`REASON_FLAGS`
    :ivar wanted: the reasons that it names
    """

    fields: tuple[str, ...] = rows.PIN_STATE

    def __init__(self, flags: int) -> None:
        self.wanted = pins.of_flags(flags)
        self.words = f"pinned for {' or '.join(name.replace('_', ' ') for name in self.wanted.names)}"

    def read(self, texts: Sequence[str]) -> int:
        """Return the pin reasons in the texts of a row."""
        return rows.reasons_of(texts)

    def entry(self, before: int, after: int) -> dict[str, t.Any]:
        """Return the pin reasons that an item had, and those that it has."""
        return {"reasons_before": Reasons(before).names, "reasons_after": Reasons(after).names}

    def shown(self, state: int) -> str:
        """Return the pin reasons as the diff shows them."""
        return f"pinned for {', '.join(Reasons(state).names)}" if state else "not pinned"
