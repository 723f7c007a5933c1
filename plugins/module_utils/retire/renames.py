# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The renames of a share that moves: which are tried before anything is pinned, and what became of them.

A rename that could not be done leaves everything as it was, and its share is pinned instead. One of which that is not
known stops the step.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping, Sequence

from ..windows import unc
from ..words import visible
from . import record
from .record import Move, Moves, Pins, Record

_Map = Mapping[str, t.Any]

BEGUN, RENAMED = "begun", "renamed"
"""What a record says of a rename before and after it was done; else it has the status that rename_item returned."""

_AS_IT_WAS = frozenset({"unchanged", "not_cached", "failed"})
"""What rename_item says where nothing has another path, if it has seen that."""


def forth(made: Record, old: Pins, asked: _Map) -> list[Move]:
    """Return the renames to try: the moves under whose old path something is pinned that can move.

    :param old: what is pinned under the old paths
    """
    held = record.movable(old)
    return [move for move in made.moves if asked["rename"] and record.under(held, [move["from"]])]


def back(made: Record, new: Pins, asked: _Map) -> list[Move]:
    """Return the renames that lead back: of the moves that were renamed, or may have been, with something pinned there.

    :param new: what is pinned under the new paths
    """
    was = [(one["from"], one["to"]) for one in made.renames if one["status"] in (BEGUN, RENAMED)]
    held = record.movable(new)
    return [{"from": there, "to": here} for here, there in was if asked["rename"] and record.under(held, [there])]


def results(renamed: _Map) -> Sequence[_Map]:
    """Return the results of rename_item, from what its loop has registered, or the result of one pass through it."""
    if "results" in renamed:
        return [one for one in renamed["results"] if not one.get("skipped")]
    return [renamed] if renamed and not renamed.get("skipped") else []


def unknown(renamed: _Map) -> str:
    """Return after which rename nobody knows where the items are, or that they are in both places; as a sentence."""
    for result in results(renamed):
        if not _is_known(result):
            said = str(result.get("msg") or "It gave no answer").rstrip(".")
            where = result.get("src") or (result.get("__migrate_share_move") or {}).get("from") or "the copies"
            return f"Nothing further was done, for it is not clear what became of renaming {visible(where)}: {said}."
    return ""


def _is_known(result: _Map) -> bool:
    if result.get("unreachable") or result.get("may_still_run") or not result.get("state_verified"):
        return False
    if result.get("status") == RENAMED:
        return True
    # Where success was reported Windows may yet do it.
    refused = all(_was_refused(call) for call in result.get("calls") or ())
    return result.get("status") in _AS_IT_WAS and result.get("changed") is False and refused


def _was_refused(call: _Map) -> bool:
    return not call["made"] or bool(call["result"] and call["result"]["category"] != "ok")


def told(renamed: _Map) -> list[dict[str, str]]:
    """Return what became of each rename: ``from``, ``to``, the ``status`` and ``msg`` of rename_item."""
    return [
        {"from": one["src"], "to": one["dest"], "status": one["status"], "msg": one["msg"]}
        for one in results(renamed)
        if _is_known(one)
    ]


def sentence(renamed: _Map) -> str:
    """Return what became of all renames, in sentences; empty where none was tried."""
    return " ".join(f"{one['msg'].rstrip('.')}." for one in told(renamed))


def foretold(renamed: _Map, asked: _Map) -> list[Move]:
    """Return the renames that check mode has foretold, so that what they move is not where it would be."""
    if not asked["after"]["check_mode"]:
        return []
    return [{"from": one["from"], "to": one["to"]} for one in told(renamed) if one["status"] == RENAMED]


def kept(text: str, moves: Moves, renamed: _Map) -> str:
    """Return the text of a record with the renames that are tried, and what became of them as far as that is known.

    :param text: of the record that was read
    :param moves: the renames that are tried
    :param renamed: what their loop has registered; empty before
    """
    data = json.loads(text)
    status = {(record.key(one["from"]), record.key(one["to"])): one["status"] for one in told(renamed)}
    tried = {_sides(move): {**move, "status": status.get(_sides(move), BEGUN)} for move in moves}
    before = {_sides(one): dict(one) for one in data.get("renames") or ()}
    data["renames"] = list({**before, **tried}.values())
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def left(paths: Sequence[str], gone: Moves) -> list[str]:
    """Return those paths that are none from which something was renamed."""
    keys = {unc.key(move["from"]) for move in gone}
    return [path for path in paths if unc.key(path) not in keys]


def _sides(move: Move) -> tuple[str, str]:
    return record.key(move["from"]), record.key(move["to"])
