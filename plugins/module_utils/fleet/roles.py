# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the results of the roles say of a host: the facts retire_share_result and migrate_share_result."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import replace

from . import facts
from .model import Failure, State, View
from .shapes import mapping, number, rows, text

Result = Mapping[str, t.Any]

_STATES = {state.value: state for state in State}


def is_retired(result: Result) -> bool:
    """Return whether this is what the role retire_share has returned."""
    return isinstance(result.get("views"), list) and text(result.get("state")) in _STATES


def is_migrated(result: Result) -> bool:
    """Return whether this is what the role migrate_share has returned."""
    return isinstance(result.get("step"), str) and "record" in result


def views(result: Result, host: facts.Machine) -> list[View]:
    """Return the views that the role retire_share has worked in.

    :param host: what else is known of the host; a view has its own log
    """
    return [_view(row, host) for row in rows(result.get("views"))]


def _view(row: Result, host: facts.Machine) -> View:
    state = State.UNREACHABLE if row.get("unreachable") is True else _STATES.get(text(row.get("state")), State.FAILED)
    left = mapping(row.get("left")).get("shares")
    of_view = replace(
        host,
        assigned=(*host.assigned, *facts.assigned(row.get("assigned"))),
        synchronized={**host.synchronized, **facts.synchronized(row.get("synchronizations"))},
    )
    return View(
        user=text(row.get("user")) or None,
        state=state,
        why=tuple(filter(None, (text(why.get("text")) for why in rows(row.get("why"))))),
        changed=sum(number(row.get(word)) for word in ("synchronized", "released", "deleted")),
        shares=facts.shares(rows(row.get("shares")), rows(left) if isinstance(left, list) else None, of_view),
    )


def not_seen(result: Result) -> list[str]:
    """Return who may have items that no task saw, each with the reason."""
    return [f"{facts.person(user)} {text(user.get('why'))}".strip() for user in rows(result.get("not_seen"))]


def failures(result: Result) -> tuple[int, list[Failure]]:
    """Return how many items failed, and one of each kind."""
    named = [
        facts.failure(
            text(row.get("such_as")),
            row.get("result") or {"category": row.get("category")},
            items=max(1, number(row.get("items"))),
        )
        for row in rows(result.get("failures"))
    ]
    counted = sum(number(view.get("failed")) for view in rows(result.get("views")))
    return max(counted, sum(one.items for one in named)), named


def step(result: Result) -> str:
    """Return which step of a move was done, and what came of it, in a sentence."""
    said = text(result.get("msg"))
    return f"{text(result.get('step')).capitalize()}: {said}" if said else text(result.get("step")).capitalize()
