# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The lines of -v and -vv for a user who watches: a few, the worst first, and how many more there are."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from . import limits, words
from .words import number, shortened

MAX_LINES = 20
"""Lines of -v for one task and host; a fleet multiplies them."""


_LOGGED_ON = {None: "unknown whether logged on", True: "logged on", False: "not logged on"}
_JOBS = {"running": "running", "ended": "its result waits to be fetched", "died": "broken off, without a result"}
_WHOSE = {None: "", True: " of the task's user", False: " of another user"}
_VIEWS = {None: "unknown whether it is this view", True: "this view", False: "another view"}


def of_paths(rows: Sequence[Mapping[str, t.Any]], worst_first: Sequence[str]) -> list[str]:
    """Return a line for each path of a result, in their order; of many only the worst.

    :param worst_first: the statuses of paths
    """
    if len(rows) > MAX_LINES:
        rows = sorted(rows, key=lambda row: worst_first.index(row["status"]))
    return _some([_of_path(row) for row in rows[:MAX_LINES]], len(rows), "path")


def of_shares(rows: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """Return a line for each share of a result of ``item_info``, in their order; of many only the first."""
    return _some([_of_share(row) for row in rows[:MAX_LINES]], len(rows), "share")


def of_users(rows: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """Return a line for each user of a result of ``cache_info`` but for services, those who were not seen first."""
    people = sorted((row for row in rows if not row["special"]), key=lambda row: row["view"] is True)
    return _some([_of_user(row) for row in people[:MAX_LINES]], len(people), "user")


def of_job(row: Mapping[str, t.Any] | None) -> list[str]:
    """Return a line for the job of a result of ``cache_info``, where there is one."""
    if row is None:
        return []
    whose = _WHOSE[row["own"]]
    done = f", {number(row['done'], 'item')} done, {row['failed']} failed" if row["method"] else ""
    return [f"job in the background{whose}, {_JOBS[row['state']]}: {words.of_job(row)}{done}"]


def of_failures(failures: Sequence[tuple[str, object, str]], failed: int) -> list[str]:
    """Return a line for each of the *failures* (path, code, text), of which there are *failed* in all."""
    return _some(
        [f"{path}: {code}: {shortened(text, limits.SAID)}" for path, code, text in failures], failed, "failed item"
    )


def _some(lines: list[str], total: int, noun: str) -> list[str]:
    more = total - len(lines)
    return [*lines, f"and {number(more, f'more {noun}')}"] if lines and more > 0 else lines


def _of_path(row: Mapping[str, t.Any]) -> str:
    return (
        f"{row['path']}: {row['status']}, {row['changed_items']} of {row['total_items']} items changed, "
        f"{row['failed_items']} failed"
    )


def _of_share(row: Mapping[str, t.Any]) -> str:
    return (
        f"{row['path']}: {row['total_items']} items, {row['pinned_items']} pinned, {row['dirty_items']} with changes "
        "that are not synchronized"
    )


def _of_user(row: Mapping[str, t.Any]) -> str:
    who = row["sid"] if row["name"] is None else f"{shortened(row['name'], limits.SAID)} ({row['sid']})"
    session = f" ({shortened(row['session'], limits.SAID)})" if row["session"] else ""
    logged_on = _LOGGED_ON[row["logged_on"]] + session
    return f"{who}: {logged_on}, {_VIEWS[row['view']]}, {_of_synchronized(row['synchronized'])}"


def _of_synchronized(rows: Sequence[Mapping[str, t.Any]] | None) -> str:
    if rows is None:
        return "unknown what was synchronized"
    last = max((row["last_success"] for row in rows if row["last_success"]), default="never")
    return f"{number(len(rows), 'path')} synchronized, last {last}" if rows else "nothing synchronized"
