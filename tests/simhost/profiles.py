# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the registry of a simulated machine tells of its users: profiles, hives, sessions, synchronizations.

Sources: public scripts for the names of keys and values of `ProfileList`, `SyncItemLog` and `Volatile Environment`; a
SID as bytes is that of [MS-DTYP] 2.4.2.2, a FILETIME that of 2.3.3.
"""

from __future__ import annotations

import datetime
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simhost.configuration import REG_TYPES, Value

SERVICES: Mapping[str, str] = {
    "S-1-5-18": r"C:\Windows\system32\config\systemprofile",
    "S-1-5-19": r"C:\Windows\ServiceProfiles\LocalService",
    "S-1-5-20": r"C:\Windows\ServiceProfiles\NetworkService",
}
"""Accounts of every Windows with the folders of their profiles."""

ACCOUNTS: Mapping[str, str] = {
    "NT AUTHORITY\\SYSTEM": "S-1-5-18",
    "NT AUTHORITY\\LOCAL SERVICE": "S-1-5-19",
    "NT AUTHORITY\\NETWORK SERVICE": "S-1-5-20",
}

LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
_ASSIGNED = r"Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
_SID = re.compile(r"S-1-(\d+)((?:-\d+)+)")
_BEGIN = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)

Keys = dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Synchronization:
    """What a profile remembers of a share; None: never."""

    success: datetime.datetime | None
    attempt: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of the machine.

    `user`: `DOMAIN\\name`; None for an account that never logs on. `loaded`: its hive is in HKEY_USERS.
    `session`: number and SESSIONNAME (None while disconnected) where the user is logged on.
    `assigned`: paths that a policy pins for the user.
    """

    sid: str
    user: str | None
    folder: str
    loaded: bool
    session: tuple[int, str | None] | None
    assigned: tuple[str, ...]
    synchronized: Mapping[str, Synchronization]


def sid_bytes(sid: str) -> bytes:
    """A SID as the value `Sid` has it. Raises ValueError when it is none."""
    match = _SID.fullmatch(sid)
    parts = [int(part) for part in match[2].split("-")[1:]] if match else []
    if not match or len(parts) > 15 or max(parts) > 0xFFFFFFFF:
        raise ValueError(f"{sid!r} is no SID such as S-1-5-21-1-2-3-1001")
    return struct.pack("BB", 1, len(parts)) + int(match[1]).to_bytes(6, "big") + struct.pack(f"<{len(parts)}I", *parts)


def filetime(time: datetime.datetime | None) -> bytes:
    """A time as FILETIME; None is 0."""
    ticks = 0 if time is None else (time - _BEGIN) // datetime.timedelta(microseconds=1) * 10
    return struct.pack("<Q", ticks)


def keys(profiles: Iterable[Profile]) -> Keys:
    """The registry keys of the profiles, by their full names."""
    made: Keys = {}
    for profile in profiles:
        made |= _of_the_machine(profile)
        if profile.loaded:
            made |= _of_the_user(profile)
    return made


def _of_the_machine(profile: Profile) -> Keys:
    key = rf"{LIST}\{profile.sid}"
    made: Keys = {
        key: {
            "ProfileImagePath": _expandable(profile.folder),
            "Flags": _number(0),
            "State": _number(0),
            "Sid": _binary(sid_bytes(profile.sid)),
        }
    }
    for path, times in profile.synchronized.items():
        name, failed = path.replace("\\", "/"), times.attempt != times.success
        made[rf"{key}\SyncItemLog\{name}"] = {
            "ID": _binary(bytes(range(16))),
            "LastSyncTime": _binary(filetime(times.attempt)),
            "LastSuccessfulSyncTime": _binary(filetime(times.success)),
            "LastOnlineTime": _binary(filetime(times.success)),
            "LastOfflineTime": _binary(filetime(None)),
            "LastSyncStatus": _number(0x8007003A if failed else 0),
            "LastSyncConflictCount": _number(0),
        }
    return made


def _of_the_user(profile: Profile) -> Keys:
    hive = rf"HKEY_USERS\{profile.sid}"
    made: Keys = {hive: {}}
    if profile.user:
        made[f"{hive}_Classes"] = {}
    if profile.assigned:
        made[rf"{hive}\{_ASSIGNED}"] = {path: _text("") for path in profile.assigned}
    if profile.session and profile.user:
        number, name = profile.session
        domain, _dummy, user = profile.user.rpartition("\\")
        environment = rf"{hive}\Volatile Environment"
        made[environment] = {
            "LOGONSERVER": _text(r"\\DC01"),
            "USERDOMAIN": _text(domain),
            "USERNAME": _text(user),
            "USERPROFILE": _text(profile.folder),
        }
        made[rf"{environment}\{number}"] = {} if name is None else {"SESSIONNAME": _text(name), "CLIENTNAME": _text("")}
    return made


def _text(text: str) -> Value:
    return Value(REG_TYPES["REG_SZ"], text)


def _expandable(text: str) -> Value:
    return Value(REG_TYPES["REG_EXPAND_SZ"], text)


def _number(number: int) -> Value:
    return Value(REG_TYPES["REG_DWORD"], number)


def _binary(data: bytes) -> Value:
    return Value(REG_TYPES["REG_BINARY"], tuple(data))
