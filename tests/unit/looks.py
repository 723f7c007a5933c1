# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns results of modules as the roles meet them: what was found on a host, and what steps came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible_collections.winops.offline_files.plugins.module_utils.windows import pins

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
USERS, ARCHIVE = r"\\fs01\users", r"\\fs01\archive"
ALICE, BEN = r"CORP\alice", r"CORP\ben"


def share(
    path: str = USERS, *, items: int = 4, dirty: int = 0, away: str | None = None, **reasons: int
) -> dict[str, Any]:
    """A share with so many files, and for each pin reason so many that it pins."""
    pinned = max(reasons.values(), default=0)
    return {
        "path": path,
        "total_items": items + 1,
        "files": items,
        "directories": 0,
        "pinned_items": pinned,
        "dirty_items": dirty,
        "size": 10 * items,
        "pinned_size": 10 * pinned,
        "dirty_size": 10 * dirty,
        "reasons": {name: reasons.get(name, 0) for name in pins.NAMES},
        "connection_state": "offline" if away else "online",
        "offline_reason": away or "not_applicable",
    }


def cached(*shares: Mapping[str, Any]) -> dict[str, Any]:
    """What the cache holds under some paths."""
    return {
        "complete": True,
        "counts": {
            "total": sum(row["total_items"] for row in shares),
            "pinned": sum(row["pinned_items"] for row in shares),
            "dirty": sum(row["dirty_items"] for row in shares),
        },
        "reasons": {name: sum(row["reasons"][name] for row in shares) for name in pins.NAMES},
        "shares": list(shares),
        "not_cached": [],
    }


def user(name: str | None, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A profile of the host."""
    folder = None if name is None else "C:\\Users\\" + name.rpartition("\\")[2]
    return {
        "sid": f"S-1-5-21-1-2-3-{1000 + number}",
        "name": name,
        "profile": folder,
        "special": False,
        "logged_on": False,
        "session": None,
        "view": False,
        "assigned": [],
        "synchronized": [],
        "unread": {},
        **changes,
    }


def synchronized(path: str, success: str | None = None, attempt: str | None = None) -> dict[str, Any]:
    """A line of what a user has synchronized."""
    return {"path": path, "last_success": success, "last_attempt": attempt}


def look(*shares: Mapping[str, Any], users: Sequence[Any] | None = (), **changes: Any) -> dict[str, Any]:
    """What cache_info found, as alice, whom nobody else shares the host with."""
    return {
        "failed": False,
        "msg": "Offline Files is active; the view is that of CORP\\alice.",
        "cache": {"active": True, "enabled": True, "user": ALICE},
        "policies": {"computer": {}, "assigned": []},
        "errors": [],
        "job": None,
        "cached": cached(*shares),
        "users": users if users is None else [user(ALICE, view=True, logged_on=True), *users],
        **changes,
    }


def job(state: str = "running", **changes: Any) -> dict[str, Any]:
    """What cache_info tells of a job in the background."""
    return {
        "name": "0123456789abcdef" * 2,
        "state": state,
        "own": True,
        "method": "Unpin",
        "user": ALICE,
        "began": "2026-11-28T11:30:00Z",
        "seconds": 1800,
        "done": 4,
        "failed": 1,
        "known": 6,
        "paths": 1,
        "path": USERS,
        **changes,
    }


def method(
    changed: int = 0,
    entries: Sequence[Any] = (),
    *,
    failed: int = 0,
    verified: bool = True,
    dirty: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """The result of a module that calls a method."""
    return {
        "changed": changed > 0,
        "failed": False,
        "msg": "",
        "counts": {"total": changed + failed, "changed": changed, "failed": failed},
        "entries": list(entries),
        "paths": [{"path": USERS, "dirty": dirty}],
        "state_verified": verified,
        **more,
    }


def entry(path: str, status: str = "unpinned", category: str = "", **more: Any) -> dict[str, Any]:
    """One item of such a result."""
    return {
        "path": path,
        "status": status,
        "changed": status not in ("failed", "conflict", "unchanged"),
        "reasons_before": ["user"],
        "reasons_after": [] if status == "unpinned" else ["user"],
        "result": {"category": category} if category else None,
        **more,
    }
