# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The rows of a state: which properties of Win32_OfflineFilesItem are asked for, and what their texts mean.

Source: the vendor's pages of Win32_OfflineFilesItem and of the classes embedded in it. A row holds each value as text;
an empty text is null, which means that the property does not apply to this type of item.
"""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Sequence

from .. import limits
from ..errors import ContractError
from . import pins, unc
from .pins import Reasons


class ItemType(enum.IntEnum):
    """ItemType of Win32_OfflineFilesItem."""

    FILE = 0
    DIRECTORY = 1
    SHARE = 2
    SERVER = 3

    @property
    def word(self) -> str:
        """The word of the results."""
        return self.name.lower()


_TYPES = tuple(member.word for member in ItemType)

PIN_STATE: tuple[str, ...] = ("ItemType", *pins.FIELDS.values())
"""What is read of each item to know why it is pinned. ``PinInfo`` is null for a server."""

_FILE = f"{int(ItemType.FILE)}\t"

PINS = slice(1, len(PIN_STATE))
"""Where the pins stand among the texts of a row; every row begins with :data:`PIN_STATE`."""

DIRTY = "ChangeInfo.Dirty"
DIRTY_SIZE = "DirtyInfo.LocalDirtyByteCount"
SIZE = "FileSysInfo.LocalSize"

TOTALS: tuple[str, ...] = (*PIN_STATE, DIRTY, DIRTY_SIZE, SIZE)
"""What is read to count items and bytes."""

DIRTY_KINDS: dict[str, str] = {
    "data": "ChangeInfo.ModifiedData",
    "attributes": "ChangeInfo.ModifiedAttributes",
    "time": "ChangeInfo.ModifiedTime",
    "created": "ChangeInfo.CreatedOffline",
    "deleted": "ChangeInfo.DeletedOffline",
}
"""What was changed on this host and is not synchronized, by the words of the results."""

TIMES: dict[str, str] = {
    "created": "FileSysInfo.LocalCreationTime",
    "modified": "FileSysInfo.LocalLastWriteTime",
    "metadata_changed": "FileSysInfo.LocalChangeTime",
    "accessed": "FileSysInfo.LocalLastAccessTime",
    "synchronized_modified": "FileSysInfo.OriginalLastWriteTime",
}
"""Times of the local copy, and of the copy after the last synchronization ("Original")."""

SYNCHRONIZED_SIZE = "FileSysInfo.OriginalSize"

LAST_SYNCHRONIZED: tuple[str, ...] = (
    SYNCHRONIZED_SIZE,
    TIMES["synchronized_modified"],
    "FileSysInfo.OriginalCreationTime",
    "FileSysInfo.OriginalAttributes",
)
"""What an item was like after the last synchronization. Nothing but another synchronization moves it."""

LOCAL: tuple[str, ...] = (SIZE, TIMES["modified"], TIMES["created"], "FileSysInfo.LocalAttributes")
"""The same of the copy in the cache."""
ATTRIBUTES = "FileSysInfo.LocalAttributes"
ENCRYPTED = "Encrypted"
SPARSE = "Sparse"
SUSPENDED = "SuspendInfo.Suspended"
SUSPENDED_ROOT = "SuspendInfo.SuspendedRoot"

DETAILS: tuple[str, ...] = (
    *TOTALS,
    *DIRTY_KINDS.values(),
    *TIMES.values(),
    SYNCHRONIZED_SIZE,
    ATTRIBUTES,
    ENCRYPTED,
    SPARSE,
    SUSPENDED,
    SUSPENDED_ROOT,
)
"""What is read to describe each item."""

CONNECT_STATE = "ConnectionInfo.ConnectState"
OFFLINE_REASON = "ConnectionInfo.OfflineReason"

CONNECTION: tuple[str, ...] = (CONNECT_STATE, OFFLINE_REASON)
"""Asked for on its own, because Windows looks the connection up for each item."""

NUMBERS = frozenset((PIN_STATE[0], DIRTY_SIZE, SIZE, SYNCHRONIZED_SIZE, ATTRIBUTES, CONNECT_STATE, OFFLINE_REASON))
"""The properties that are numbers, but for the pins."""

_MAX_NUMBER = 2**64 - 1

CONNECT_STATES: tuple[str, ...] = (
    "unknown",
    "offline",
    "online",
    "transparently_cached",
    "partly_transparently_cached",
)
OFFLINE_REASONS: tuple[str, ...] = (
    "unknown",
    "not_applicable",
    "working_offline",
    "slow_connection",
    "net_disconnected",
    "need_to_sync_item",
    "item_suspended",
)

_NEVER = "16010101000000"
_CIM_DATETIME = re.compile(r"(\d{14})\.(\d{6})([+-]\d{3})")


def split_values(values: str, fields: Sequence[str]) -> list[str]:
    """Return the texts of *fields*, which stand before the path of a row.

    :raises ContractError: the row has not the fields that were asked for
    """
    texts = values.split("\t")
    if len(texts) != len(fields):
        raise ContractError(f"a row of the host has {len(texts)} fields, {len(fields)} were asked for")
    return texts


def check_lengths(values: str, path: str) -> None:
    """Check the length of a row's *path*, and of what stands before it.

    :raises ContractError: Windows has nothing as long
    """
    if unc.is_too_long(path):
        raise ContractError(
            f"a row of the host has a path of {len(path)} characters, Windows' longest has {limits.PATH}"
        )
    if len(values) > limits.VALUE and any(len(value) > limits.VALUE for value in values.split("\t")):
        raise ContractError(
            f"a row of the host has a property of more than {limits.VALUE} characters, the most that is read"
        )


def is_file(values: str) -> bool:
    """Return whether a row is of a file, from what stands before its path; every row begins with ItemType."""
    return values.startswith(_FILE)


def reasons_of(texts: Sequence[str]) -> Reasons:
    """Return the pin reasons in the texts of a row."""
    return pins.from_values(texts[PINS])


def flag(text: str) -> bool | None:
    """Return a boolean property."""
    return None if text == "" else text == "True"


def integer(text: str) -> int | None:
    """Return an integer property.

    :raises ContractError: it is none of Windows, which end at 64 bits
    """
    if text == "":
        return None
    try:
        number = int(text)
    except ValueError as exc:
        raise ContractError(f"a row of the host has {text!r} where a number belongs") from exc
    if abs(number) > _MAX_NUMBER:
        raise ContractError(f"a row of the host has {text}, a number of more than 64 bits")
    return number


def word(text: str, words: Sequence[str]) -> str | None:
    """Return the word for a number, or the number itself where the vendor's page has none for it."""
    number = integer(text)
    if number is None:
        return None
    return words[number] if 0 <= number < len(words) else text


def type_word(text: str) -> str | None:
    """Return the word for an ItemType."""
    return word(text, _TYPES)


def iso_time(text: str) -> str | None:
    """Return a CIM DATETIME as ISO 8601 in UTC, to the second.

    None for null and for the beginning of Windows' time (1601), which stands for no time at all. What is no
    CIM DATETIME is returned as it is.
    """
    match = _CIM_DATETIME.fullmatch(text)
    if match is None:
        return text or None
    if match[1] == _NEVER:
        return None
    zone = datetime.timezone(datetime.timedelta(minutes=int(match[3])))
    try:
        local = datetime.datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=zone)
        return local.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return text
