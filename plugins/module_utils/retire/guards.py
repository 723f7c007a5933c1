# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The reasons for which a host has to wait, from what was found there. Each has a word, which switches it off."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from ..windows import unc
from ..words import job_at_work, number, visible

GUARDS = ("policies", "redirection", "unsynchronized", "offline", "users", "job")
"""The words of the guards, in the order in which they are told."""

_NAMED = 3
"""So many names are told of each kind; the result has all."""

Row = Mapping[str, t.Any]


def policies(assigned: Sequence[Row] | None, roots: Sequence[str], complete: bool) -> list[str]:
    """Return why a release would not last: a policy pins these paths, or nobody knows.

    :param assigned: ``policies.assigned`` of cache_info
    :param complete: whether all of it could be read
    """
    if assigned is None:
        return ["it is not known what policies pin"]
    found = list(dict.fromkeys(row["path"] for row in assigned if unc.touches(row["path"], roots)))
    if found:
        return [f"a policy pins {some(found)}"]
    return [] if complete else ["it is not known what all policies pin, for some could not be read"]


def redirection(rows: Sequence[Row]) -> list[str]:
    """Return what folder redirection pins, which only its policy ends.

    :param rows: the shares that hold something of the paths
    """
    held = [row for row in rows if row["reasons"].get("folder_redirection")]
    items = sum(row["reasons"]["folder_redirection"] for row in held)
    return [f"folder redirection pins {number(items, 'item')} of {some([row['path'] for row in held])}"] if held else []


def unsynchronized(items: int, because: str = "") -> list[str]:
    """Return that changes would stay behind.

    :param items: how many items have such changes
    :param because: what is known of the reason, with its own punctuation
    """
    if not items:
        return []
    return [f"{number(items, 'item')} {'has' if items == 1 else 'have'} changes that are not synchronized{because}"]


def offline(rows: Sequence[Row]) -> list[str]:
    """Return which shares Windows takes for offline, so that nothing goes up, and of which that is not known.

    The share's own item tells it, or else the folder of it that was asked for, where that is in the cache.

    :param rows: the shares that hold something of the paths
    """
    away = [row for row in rows if row.get("connection_state") == "offline"]
    unknown = [row["path"] for row in rows if row.get("connection_state") in (None, "unknown")]
    return [
        *(
            f"{visible(row['path'])} is offline" + (f" ({row['offline_reason']})" if row.get("offline_reason") else "")
            for row in away[:_NAMED]
        ),
        *([f"{len(away) - _NAMED} more shares are offline"] if len(away) > _NAMED else []),
        *(
            [f"it is not known whether {some(unknown)} {'is' if len(unknown) == 1 else 'are'} online"]
            if unknown
            else []
        ),
    ]


def not_seen(users: Iterable[Row], roots: Sequence[str], since: datetime) -> list[dict[str, t.Any]]:
    """Return the users who may have items of these paths that no task has seen, each with the reason.

    :param users: the people of ``users`` of cache_info without those as whom the work is done
    :param since: who synchronized before does not count
    """
    found = []
    for user in users:
        why = _may_have_items(user, roots, since)
        if why:
            found.append({**{key: user[key] for key in ("sid", "name", "profile", "logged_on")}, "why": why})
    return found


def _may_have_items(user: Row, roots: Sequence[str], since: datetime) -> str:
    because = (user["unread"] or {}).get("synchronized")
    for row in user["synchronized"] or ():
        if unc.touches(row["path"], roots):
            told = _synchronized(row, since)
            if told:
                return told
    # Of several entries some may be read and others not.
    if user["synchronized"] is None or because:
        return "it is not known whether this user has items there" + (f": {because.rstrip('.')}" if because else "")
    return ""


def _synchronized(row: Row, since: datetime) -> str:
    """Return when a user synchronized a path, or tried to in vain, where that is not too long ago to count."""
    success, attempt = row["last_success"], row["last_attempt"]
    if success is None and attempt is None:
        return f"has synchronized {visible(row['path'])}, it is not known when"
    if success and (attempt is None or moment(attempt) <= moment(success)):
        return f"synchronized {visible(row['path'])} on {success[:10]}" if moment(success) >= since else ""
    if moment(attempt) < since:
        return ""
    last = f", with the last success on {success[:10]}" if success else ""
    return f"tried to synchronize {visible(row['path'])} on {attempt[:10]}{last}"


def name_of(user: Row) -> str:
    """Return what a sentence calls a user; Windows tells names only of those who are logged on."""
    if user["name"]:
        return visible(user["name"])
    return f"the user of {visible(user['profile'])}" if user["profile"] else visible(user["sid"])


def others(unseen: Sequence[Row], known: bool) -> list[str]:
    """Return that users may have items that no task sees.

    :param unseen: as :func:`not_seen` returned them
    :param known: whether the users of the host could be read
    """
    if not known:
        return ["it is not known which users have items there"]
    told = [f"{name_of(user)}: {user['why']}, and no task sees this user's items" for user in unseen[:_NAMED]]
    return told + ([f"the same holds for {len(unseen) - _NAMED} more users"] if len(unseen) > _NAMED else [])


def job(row: Row | None) -> list[str]:
    """Return that the host is at work in the background, where what was found does not last.

    :param row: ``job`` of cache_info
    """
    if row is None or row["state"] != "running":
        return []
    return [job_at_work(row)]


def moment(text: str) -> datetime:
    """Return a time of a result."""
    return datetime.fromisoformat(text)


def since(now: datetime, days: int) -> datetime:
    """Return the time so many days ago."""
    return now - timedelta(days=days)


def some(names: Sequence[str]) -> str:
    """Return the first of some names as a part of a sentence."""
    told = ", ".join(map(visible, names[:_NAMED]))
    return f"{told} and {len(names) - _NAMED} more" if len(names) > _NAMED else told
