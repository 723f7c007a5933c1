# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

r"""The users of a host: who has a profile there, who is logged on, what each has synchronized, whose view was seen.

All of it is read from the registry. Sources: public scripts for ``ProfileList``, ``SyncItemLog`` (the name of a subkey
is the path with ``/`` for ``\``, times are binary values of 8 bytes) and ``Volatile Environment``, which is there while
a user is logged on at the console or by Remote Desktop; [MS-DTYP] for security identifiers and FILETIME; winnt.h for
the identifiers of services (SECURITY_MIN_BASE_RID to SECURITY_MAX_BASE_RID).
"""

from __future__ import annotations

import datetime
import re
import typing as t
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..host import advice
from ..host.answer import Answer, HostError, Registry
from ..windows import unc
from ..words import number, shortened, visible
from .registry import Keys

_LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
PROFILES = rf"{_LIST}\*"
LOGS = rf"{_LIST}\*\SyncItemLog\*"
HIVES = r"HKEY_USERS\*"
"""A user's registry is there only while something of the user runs."""
ENVIRONMENTS = rf"{HIVES}\Volatile Environment"
SESSIONS = rf"{ENVIRONMENTS}\*"
PINS = rf"{HIVES}\Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"

KEYS: tuple[str, ...] = (PROFILES, LOGS, HIVES, ENVIRONMENTS, SESSIONS, PINS)
"""The registry keys that are read for all this."""

_SID = re.compile(r"S-1-\d{1,15}(?:-\d{1,10}){1,15}", re.IGNORECASE)
_SERVICE_RIDS = range(80, 112)
_ACCOUNTS = {
    "S-1-5-18": r"NT AUTHORITY\SYSTEM",
    "S-1-5-19": r"NT AUTHORITY\LOCAL SERVICE",
    "S-1-5-20": r"NT AUTHORITY\NETWORK SERVICE",
}

_BEGIN = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_NAME_UNKNOWN = "Windows tells a name only while the user is logged on"
_SHOWN = 100

T = t.TypeVar("T")


@dataclass(frozen=True)
class _Read(t.Generic[T]):
    """Something that may not be readable: a value, and where it is missing or not whole the reason."""

    value: T | None = None
    why: str = ""


@dataclass(frozen=True)
class _User:
    """What the registry tells of a profile; see the documentation of ``users``."""

    sid: str
    profile: _Read[str]
    name: _Read[str]
    logged_on: _Read[bool]
    session: _Read[str]
    assigned: _Read[list[str]]
    synchronized: _Read[list[dict[str, t.Any]]]

    @property
    def special(self) -> bool:
        """Whether it is the profile of a service, and of no person."""
        return self.sid in _ACCOUNTS or _is_service(self.sid)


def make(keys: Keys, answer: Answer) -> list[dict[str, t.Any]] | None:
    """Return a dictionary for each profile of the host, by security identifier; None where they could not be listed.

    :param keys: the registry of the answer, for :data:`KEYS`
    """
    # Every Windows has at least the profile of SYSTEM, so no profile at all is no list.
    if keys[PROFILES].error() or not keys[PROFILES].below():
        return None
    users = [_user(keys, sid, entry) for sid, entry in keys[PROFILES].below() if _SID.fullmatch(sid)]
    maybe = _maybe_own(users, answer)
    own = maybe[0] if len(maybe) == 1 else None
    return [_row(user, _view(user, own, maybe, answer.user), answer.user, own) for user in sorted(users, key=_by_sid)]


def _by_sid(user: _User) -> tuple[list[int], str]:
    return [int(part) for part in user.sid.split("-")[1:]], user.sid


def _row(user: _User, view: _Read[bool], task_user: str, own: _User | None) -> dict[str, t.Any]:
    name = _Read(task_user) if user is own and user.name.value is None else user.name
    fields: dict[str, _Read[t.Any]] = {
        "name": name,
        "profile": user.profile,
        "logged_on": user.logged_on,
        "session": user.session,
        "view": view,
        "assigned": user.assigned,
        "synchronized": user.synchronized,
    }
    return {
        "sid": user.sid,
        "special": user.special,
        **{field: read.value for field, read in fields.items()},
        "unread": {field: f"{read.why}." for field, read in fields.items() if read.why},
    }


def _user(keys: Keys, sid: str, entry: Registry) -> _User:
    environment = keys[ENVIRONMENTS].get(sid)
    logged_on = _logged_on(keys, sid)
    return _User(
        sid,
        profile=_profile(entry),
        name=_name(sid, logged_on, environment),
        logged_on=logged_on,
        session=_session(keys, sid, logged_on),
        assigned=_assigned(keys, sid),
        synchronized=_synchronized(keys, sid),
    )


def _profile(entry: Registry) -> _Read[str]:
    if entry.error:
        return _unread(entry.key, entry.error)
    folder = entry.values.get("ProfileImagePath")
    if not isinstance(folder, str) or not folder:
        return _Read(why="ProfileImagePath of the profile is no text")
    return _Read(folder)


def _logged_on(keys: Keys, sid: str) -> _Read[bool]:
    if error := keys[HIVES].error():
        return _unread(HIVES, error)
    if keys[HIVES].get(sid) is None:
        return _Read(value=False)
    if error := keys[ENVIRONMENTS].error(sid):
        return _unread(ENVIRONMENTS.replace("*", sid), error)
    return _Read(keys[ENVIRONMENTS].get(sid) is not None)


def _name(sid: str, logged_on: _Read[bool], environment: Registry | None) -> _Read[str]:
    if sid in _ACCOUNTS:
        return _Read(_ACCOUNTS[sid])
    if logged_on.value is None:
        return _Read(why=logged_on.why)
    domain, name = (environment.values.get(part) if environment else None for part in ("USERDOMAIN", "USERNAME"))
    if not isinstance(name, str) or not name:
        return _Read(why=_NAME_UNKNOWN)
    return _Read(f"{domain}\\{name}" if isinstance(domain, str) and domain else name)


def _session(keys: Keys, sid: str, logged_on: _Read[bool]) -> _Read[str]:
    if not logged_on.value:
        return _Read(why=logged_on.why)
    if error := keys[SESSIONS].error(sid):
        return _unread(SESSIONS.replace("*", sid, 1), error)
    names = [entry.values.get("SESSIONNAME") for _number, entry in keys[SESSIONS].below(sid)]
    name = next((name for name in names if isinstance(name, str) and name), None)
    errors = [(entry.key, entry.error) for _number, entry in keys[SESSIONS].below(sid) if entry.error]
    return _unread(*errors[0]) if name is None and errors else _Read(name)


def _assigned(keys: Keys, sid: str) -> _Read[list[str]]:
    if error := keys[HIVES].error():
        return _unread(HIVES, error)
    if keys[HIVES].get(sid) is None:
        return _Read(why="The user's registry is not loaded, for nothing of the user runs")
    if error := keys[PINS].error(sid):
        return _unread(PINS.replace("*", sid), error)
    entry = keys[PINS].get(sid)
    return _Read(list(entry.values) if entry else [])


def _synchronized(keys: Keys, sid: str) -> _Read[list[dict[str, t.Any]]]:
    if error := keys[LOGS].error(sid):
        return _unread(LOGS.replace("*", sid, 1), error)
    rows, problems = [], []
    entries = keys[LOGS].below(sid)
    for name, entry in entries:
        row, problem = _synchronization(name, entry)
        rows += [row] if row else []
        problems += [problem] if problem else []
    rows.sort(key=lambda row: unc.key(row["path"]))
    of = f"{len(problems)} of {number(len(entries), 'entry')} could not be read whole: "
    return _Read(rows, of + problems[0] if problems else "")


def _synchronization(name: str, entry: Registry) -> tuple[dict[str, t.Any] | None, str]:
    """Return what an entry of the log tells, and what of it cannot be read."""
    try:
        path = unc.normalise(name)
    except InputError:
        return None, f"{_short(name)} is no path"
    row: dict[str, t.Any] = {"path": path, "last_success": None, "last_attempt": None}
    if entry.error:
        return row, f"{_short(path)}{advice.because(entry.error)}"
    problem = ""
    for key, values in {
        "last_success": ("LastSuccessfulSyncTime", "LastSyncTime"),
        "last_attempt": ("LastSyncTime",),
    }.items():
        value = next((value for value in values if value in entry.values), values[-1])
        try:
            row[key] = _time(entry.values.get(value))
        except (ValueError, OverflowError):
            problem = problem or f"{value} of {_short(path)} is no time"
    return row, problem


def _time(value: t.Any) -> str | None:
    """Return a FILETIME, as 8 bytes or as a number, in ISO 8601 to the second; None for 0, which is never.

    :raises ValueError: it is none
    :raises OverflowError: it lies beyond the year 9999
    """
    if isinstance(value, list) and len(value) == 8:
        value = int.from_bytes(bytes(value), "little")
    if not isinstance(value, int):
        raise ValueError(value)
    if not value:
        return None
    return (_BEGIN + datetime.timedelta(microseconds=value // 10)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _maybe_own(users: Sequence[_User], answer: Answer) -> list[_User]:
    """Return the profiles that may be that of the task's user: by its name or, where no name is told, by its folder.

    Where these differ nobody knows which it is: what the own name is a user can write into the own registry, and a
    folder may be that of the process before.
    """
    key, folder = unc.key(answer.user or ""), _folder(answer.profile)
    return [
        user
        for user in users
        if (key and user.name.value is not None and unc.key(user.name.value) == key)
        # What a service is called depends on the language of Windows.
        or (folder and _folder(user.profile.value) == folder and (user.name.value is None or user.sid in _ACCOUNTS))
    ]


def _folder(path: str | None) -> str:
    return unc.key(path or "").rstrip("\\")


def _view(user: _User, own: _User | None, maybe: Sequence[_User], task_user: str) -> _Read[bool]:
    if own is not None or (task_user and user.name.value is not None and user not in maybe):
        return _Read(user is own)
    if not task_user:
        return _Read(why="Windows did not say whose view the task has")
    return _Read(
        why=f"The view is that of {_short(task_user)}, and neither name nor folder say whether this is the one"
    )


def _is_service(sid: str) -> bool:
    parts = sid.split("-")
    return parts[1:3] == ["1", "5"] and int(parts[3]) in _SERVICE_RIDS


def _unread(key: str, error: HostError) -> _Read[t.Any]:
    return _Read(why=f"{_short(key, 200)} could not be read{advice.because(error)}")


def _short(text: str, most: int = _SHOWN) -> str:
    return visible(shortened(text, most))
