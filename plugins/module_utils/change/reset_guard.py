# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What speaks against emptying the cache: changes of users of the PC that never went up, and what nobody has seen."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

from ..host.advice import because
from ..host.answer import Answer
from ..info import users
from ..info.registry import Keys
from ..words import number, visible
from .cache_state import CacheState

_NAMED = 5
"""How many users are named each."""


def against(answer: Answer, now: CacheState) -> list[str]:
    """Return what speaks against emptying the cache, as parts of a sentence; what is not known speaks against it.

    :param answer: to a look that has read the items and :data:`users.KEYS`
    :param now: what it tells
    """
    return [*_of_view(answer, now), *_of_others(answer)]


def _of_view(answer: Answer, now: CacheState) -> list[str]:
    user = visible(answer.user)
    if now.files is None:
        return [f"the items that {user} sees could not be read, for Offline Files does not run"]
    found = []
    if now.files.dirty:
        have = "has" if now.files.dirty == 1 else "have"
        found.append(f"{number(now.files.dirty, 'item')} that {user} sees {have} changes that are not synchronized")
    if not now.files.complete:
        why = because(answer.before.error if answer.before else None)
        found.append(f"the items that {user} sees could not be read to their end{why}")
    return found


def _of_others(answer: Answer) -> list[str]:
    listed = users.make(Keys(users.KEYS, answer.registry), answer)
    if listed is None:
        return ["which other users the PC has could not be read"]
    reasons = [reason for user in listed if not user["view"] and (reason := _reason(user))]
    more = len(reasons) - _NAMED
    return reasons[:_NAMED] + ([f"the same holds for {number(more, 'more user')}"] if more > 0 else [])


def _reason(user: Mapping[str, t.Any]) -> str:
    """Return why a user may have a cache that was not seen; empty where the registry says that there is none."""
    who = visible(user["name"] or user["profile"] or user["sid"])
    paths = [visible(row["path"]) for row in user["synchronized"] or ()]
    unread = user["unread"]
    if paths:
        return f"{who} has synchronized {_listed(paths)}, and what is cached for this user was not seen"
    if user["synchronized"] is None or "synchronized" in unread:
        return f"whether {who} has a cache could not be read"
    if user["assigned"]:
        return f"a policy caches {_listed(map(visible, user['assigned']))} for {who}, and that was not seen"
    return ""


def _listed(names: Iterable[str]) -> str:
    first, *rest = names
    return f"{first} and {number(len(rest), 'more path')}" if rest else first
