# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The control flags of Unpin: their names, their values, and which of them name a pin reason.

Source: the vendor's page of Win32_OfflineFilesCache.Unpin. Three flags of the COM interface that the page does not
have are known by name only to refuse them with a reason.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

from ..errors import InputError


class PinControl(enum.IntFlag):
    """OfflineFilesPinControlFlag of Unpin, with the vendor's values."""

    FOR_USER = 0x20
    FOR_USER_POLICY = 0x40
    FOR_ALL = 0x80
    LOW_PRIORITY = 0x200
    ASYNC_PROGRESS = 0x400
    INTERACTIVE = 0x800
    CONSOLE = 0x1000
    BACKGROUND = 0x10000


REASON_FLAGS = PinControl.FOR_USER | PinControl.FOR_USER_POLICY | PinControl.FOR_ALL
"""The flags that say which pin reason is to be released; a mask without one of them has no defined meaning."""

ALL_FLAGS = PinControl(sum(PinControl))
"""Every flag that the vendor's page of Unpin has."""

_VENDOR_PREFIX = "offlinefilespincontrolflag"

_REFUSED: dict[int, tuple[str, str]] = {
    0x1: ("fill", "belongs to Pin and is ignored when unpinning"),
    0x10: ("pin_link_targets", "belongs to Pin and is ignored when unpinning"),
    0x100: ("for_redir", "is not a flag of the WMI method: folder redirection pins are released by Group Policy"),
}


def names_of(flags: PinControl) -> list[str]:
    """Return the short names of the bits of *flags*, lowest value first."""
    return [member.name.lower() for member in PinControl if member in flags and member.name]


def parse(values: Iterable[object]) -> PinControl:
    """Combine flags given by short name, vendor name (any case) or number (decimal or hex) into one mask.

    :param values: what the user gave: strings or integers; a number may hold several bits
    :raises InputError: an unknown name, a bit that Unpin does not have, or a mask without a pin reason
    """
    flags = PinControl(0)
    given = list(values)
    for value in given:
        flags |= _parse_one(value)
    if not flags & REASON_FLAGS:
        raise InputError(
            f"flags {_shown(given)} (0x{flags:x}) name no pin reason: add at least one of {_listed(REASON_FLAGS)}.",
            given,
        )
    return flags


def _parse_one(value: object) -> PinControl:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise InputError(f"flag {value!r} is neither a name nor a number: use {_listed(ALL_FLAGS)}.", value)
    if isinstance(value, int):
        return _from_number(int(value), value)
    text = value.strip()
    if re.fullmatch(r"[+-]?[0-9]{1,20}", text):
        return _from_number(int(text), value)
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,20}", text):
        return _from_number(int(text, 16), value)
    wanted = text.lower().removeprefix(_VENDOR_PREFIX).replace("_", "")
    for member in PinControl:
        if member.name and member.name.lower().replace("_", "") == wanted:
            return member
    for number, (name, reason) in _REFUSED.items():
        if name.replace("_", "") == wanted:
            raise InputError(f"flag {value!r} (0x{number:x}) {reason}.", value)
    raise InputError(f"unknown flag {value!r}: use {_listed(ALL_FLAGS)}, or a number.", value)


def _from_number(number: int, value: object) -> PinControl:
    if number < 0 or number > 0xFFFFFFFF:
        raise InputError(f"flags value {value!r} is not an unsigned 32-bit number.", value)
    known = int(ALL_FLAGS)
    for bit, (name, reason) in _REFUSED.items():
        if number & bit:
            raise InputError(f"flags value {value!r} holds 0x{bit:x} ({name}), which {reason}.", value)
    if unknown := number & ~known:
        raise InputError(
            f"flags value {value!r} holds the unknown bits 0x{unknown:x}; the flags of Unpin are {_listed(ALL_FLAGS)}"
            f" (together 0x{known:x}).",
            value,
        )
    return PinControl(number)


def _listed(flags: PinControl) -> str:
    return ", ".join(f"{name} (0x{PinControl[name.upper()]:x})" for name in names_of(flags))


def _shown(values: list[object]) -> str:
    return ", ".join(repr(value) for value in values) if values else "(an empty list)"
