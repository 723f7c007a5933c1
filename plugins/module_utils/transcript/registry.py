# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Registry keys and values without names: of users, their profiles and sessions, of servers and shares."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Iterable, Mapping

from ..windows import unc
from .aliases import Aliases

_KINDS: Mapping[str, Callable[[Aliases, str], str]] = {
    "USERNAME": Aliases.user,
    "USERDOMAIN": Aliases.domain,
    "USERDOMAIN_ROAMINGPROFILE": Aliases.domain,
    "USERDNSDOMAIN": Aliases.domain,
    "CLIENTNAME": Aliases.computer,
    "LOGONSERVER": Aliases.path,
    # Of the user's account in Active Directory.
    "GUID": Aliases.item_name,
}
"""What values of ``Volatile Environment`` and ``ProfileList`` are whose text does not look like a name."""

_LOCAL_PATH = re.compile(r"[A-Za-z]:\\")
_PLAUSIBLE = range(119_600_064_000_000_000, 157_469_184_000_000_000)
"""FILETIMEs of the years 1980 to 2099: letters of a name make none of them."""


def key(aliases: Aliases, name: str, asked: Iterable[str]) -> str:
    """Return the name of a registry key. What the request has of it is no name of the host's, however it reads."""
    known = {part for one in asked for part in one.split("\\")}
    return "\\".join(part if part in known else _part(aliases, part) for part in name.split("\\"))


def _part(aliases: Aliases, part: str) -> str:
    if part.startswith("//"):
        # The log of synchronizations has paths as names of keys, which cannot hold a backslash.
        return aliases.path(part.replace("/", "\\")).replace("\\", "/")
    return aliases.text(part)


def values(aliases: Aliases, found: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the values of a registry key by their names, which may be paths."""
    return {
        aliases.path(name) if name.startswith("\\\\") else aliases.text(name): _value(aliases, name, value)
        for name, value in found.items()
    }


def _value(aliases: Aliases, name: str, value: t.Any) -> t.Any:
    if isinstance(value, list):
        if value and all(isinstance(one, int) for one in value):
            return value if _is_time(value) else [0] * len(value)
        return [_value(aliases, name, one) for one in value]
    if isinstance(value, Mapping):
        return values(aliases, value)
    if not isinstance(value, str):
        return value
    if unc.key(name) in _KINDS:
        return _KINDS[unc.key(name)](aliases, value)
    return aliases.local_path(value) if _LOCAL_PATH.match(value) else aliases.text(value)


def _is_time(value: list[int]) -> bool:
    """Return whether the bytes are a time. A security identifier names a user, and other bytes may hold letters."""
    if len(value) != 8 or not all(0 <= one <= 255 for one in value):
        return False
    number = int.from_bytes(bytes(value), "little")
    return not number or number in _PLAUSIBLE
