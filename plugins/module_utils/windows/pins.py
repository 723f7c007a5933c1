# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pin reasons: why the cache holds an item, as Win32_OfflineFilesPinInfo tells it.

Source: the vendor's pages of Win32_OfflineFilesPinInfo and IOfflineFilesPinInfo. Each reason has the value 0 (not
pinned), 1 (pinned) or 2 (pinned, and new child items inherit the pin).
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable


class Reasons(enum.IntFlag):
    """A set of pin reasons. The order of the members is the order in every result."""

    NONE = 0
    USER = 1
    USER_POLICY = 2
    COMPUTER = 4
    FOLDER_REDIRECTION = 8

    @property
    def names(self) -> list[str]:
        """The words of the results, in their fixed order."""
        return list(_names(self))


@functools.cache
def _names(reasons: Reasons) -> tuple[str, ...]:
    return tuple(member.name.lower() for member in Reasons if member and member in reasons and member.name)


FIELDS: dict[Reasons, str] = {
    Reasons.USER: "PinInfo.PinnedForUser",
    Reasons.USER_POLICY: "PinInfo.PinnedForUserByPolicy",
    Reasons.COMPUTER: "PinInfo.PinnedForComputer",
    Reasons.FOLDER_REDIRECTION: "PinInfo.PinnedForFolderRedirection",
}
"""The property of Win32_OfflineFilesItem that holds each reason."""


CONTROL_FLAGS: dict[int, Reasons] = {0x20: Reasons.USER, 0x40: Reasons.USER_POLICY, 0x80: Reasons.COMPUTER}
"""OfflineFilesPinControlFlag: the flags ForUser, ForUser_Policy and ForAll, and the pin reason of each (vendor's pages
of Pin and Unpin). Folder redirection has none in WMI."""


def of_flags(flags: int) -> Reasons:
    """Return the pin reasons that a mask of control flags names."""
    reasons = Reasons.NONE
    for flag, reason in CONTROL_FLAGS.items():
        if flag & flags:
            reasons |= reason
    return reasons


def flags_of(reasons: Reasons) -> int:
    """Return the mask of control flags that names *reasons*, without folder redirection."""
    return sum(flag for flag, reason in CONTROL_FLAGS.items() if reason & reasons)


def fields_of(reasons: Reasons) -> list[str]:
    """Return the property names of *reasons*."""
    return [field for reason, field in FIELDS.items() if reason & reasons]


NAMES = tuple(name for reason in Reasons for name in reason.names)
"""The words of the results."""


def named(names: Iterable[str]) -> Reasons:
    """Return the reasons with the *names* that results use.

    :raises KeyError: an unknown name
    """
    reasons = Reasons.NONE
    for name in names:
        reasons |= Reasons[name.upper()]
    return reasons


def passed_on(values: Iterable[str]) -> Reasons:
    """Return the reasons that new children inherit, from *values* as in :func:`from_values`."""
    reasons = Reasons.NONE
    for reason, value in zip(FIELDS, values, strict=True):
        if value == "2":
            reasons |= reason
    return reasons


def from_values(values: Iterable[str]) -> Reasons:
    """Return the reasons that are set in *values*, the texts of the properties in the order of :data:`FIELDS`.

    An empty text is null: the reason does not apply to this type of item.
    """
    reasons = Reasons.NONE
    for reason, value in zip(FIELDS, values, strict=True):
        if value not in ("", "0"):
            reasons |= reason
    return reasons
