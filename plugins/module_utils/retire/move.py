# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A share that moves to a new path: what is pinned under the old one, and what that is under the new one."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping, Sequence

from ..errors import InputError
from ..windows import pins, unc
from ..words import number, visible
from . import guards
from .options import Reader, as_data, check_common, read_path, shown

_Map = Mapping[str, t.Any]

_FORM = "give a list of moves, each with from and to, such as {from: //fs01/users, to: //fs09/users}"
_AFTERWARDS = ("policies", "redirection")
"""Guards that do not matter before a move, when nothing is released."""


def wanted(given: _Map) -> dict[str, t.Any]:
    """Return what the variables of the role migrate_share ask for, as data.

    ``problems`` has a sentence for each variable that cannot be accepted, ``moves`` the normalised paths, ``old`` and
    ``new`` each side of them, ``before`` what is asked of the old paths before the move, for ``plan``.
    """
    reader = Reader(given, "migrate_share_")
    moves: list[dict[str, str]] = []
    if reader.has("moves"):
        moves = reader.read("moves", read_moves, [])
    else:
        reader.say("moves", f"is missing: {_FORM}")
    if not isinstance(given.get("record"), str) or not given["record"].strip():
        reader.wrong("record", "is not the path of a file on the controller")
    reader.flag("fill", True)
    reader.flag("delete", False)
    old = [move["from"] for move in moves]
    before = check_common(reader, paths=tuple(old), ignored=_AFTERWARDS)
    return {
        "problems": reader.problems,
        "moves": moves,
        "old": old,
        "new": [move["to"] for move in moves],
        "before": as_data(before, ()),
    }


def read_moves(value: t.Any) -> list[dict[str, str]]:
    """Return the moves with their paths normalised.

    :raises InputError: one of them cannot be accepted, or they contradict each other
    """
    if not isinstance(value, list):
        raise InputError(f"{shown(value)} is no list: {_FORM}", value)
    moves: list[dict[str, str]] = []
    for move in value:
        if not isinstance(move, Mapping) or set(move) != {"from", "to"}:
            raise InputError(f"{shown(move)} is no move: {_FORM}", move)
        moves.append({side: _share_path(move[side]) for side in ("from", "to")})
    sides = [(side, path) for move in moves for side, path in move.items()]
    for count, (side, path) in enumerate(sides):
        for other_side, other in sides[:count]:
            if guards.touches(path, [other]):
                raise InputError(
                    f"{other_side} {shown(other)} and {side} {shown(path)} are the same or lie in each other: no item "
                    "may belong to two of them",
                    value,
                )
    return moves


def record(look: _Map, items: Sequence[_Map], asked: _Map, kept: str) -> dict[str, t.Any]:
    """Return the ``record`` of what is pinned, how it ``differs`` from one that was kept, and a sentence, ``msg``.

    The record is what the option restore of pin takes.

    :param look: the result of cache_info, for whose view it is
    :param items: the pinned items as item_info lists them
    :param asked: what :func:`wanted` returned
    :param kept: the text of the file in which a record is; empty where there is none
    """
    user = (look.get("cache") or {}).get("user")
    made = {
        "user": user,
        "moves": [dict(move) for move in asked["moves"]],
        "counts": {"changed": len(items)},
        "entries": [
            {"path": item["path"], "reasons_before": list(item["reasons"]), "reasons_after": []} for item in items
        ],
    }
    return {
        "record": made,
        "differs": _differences(kept, made) if kept else "",
        "msg": f"{number(len(items), 'item')} pinned under {guards.some(asked['old'])}"
        + (f" in the view of {visible(user)}" if user else "")
        + ", and nothing there that is not synchronized.",
    }


def pins_of(kept: str, asked: _Map, pinned: _Map) -> dict[str, t.Any]:
    """Return the ``entries`` of a record with the new paths, for the option restore of pin.

    ``problem`` says what is wrong with the record, ``missing`` what is not pinned as the record has it.

    :param kept: the text of the file in which the record is; empty where there is none
    :param asked: what :func:`wanted` returned
    :param pinned: the result of pin for the entries; empty where it was not called yet
    """
    try:
        entries = [{**entry, "path": _moved(entry["path"], asked["moves"])} for entry in _entries(kept)]
    except InputError as exc:
        return {"problem": f"{str(exc).rstrip('.')}.", "entries": [], "missing": ""}
    return {"problem": "", "entries": entries, "missing": _missing(entries, pinned) if pinned.get("entries") else ""}


def _missing(entries: Sequence[_Map], pinned: _Map) -> str:
    found = {unc.key(entry["path"]): entry for entry in pinned["entries"]}
    missing = []
    for entry in entries:
        reasons = set(_lost(entry)) - {"folder_redirection"}
        now = found.get(unc.key(entry["path"]))
        if reasons and (now is None or reasons - set(now["reasons_after"]) or now.get("sparse_after")):
            missing.append(entry["path"])
    return f"{number(len(missing), 'item')} not pinned with content: {guards.some(missing)}" if missing else ""


def _entries(kept: str) -> list[dict[str, t.Any]]:
    """Return the entries of a record.

    :raises InputError: it is none
    """
    if not kept:
        raise InputError("there is no such file on the controller, run prepare first", kept)
    try:
        entries = json.loads(kept)["entries"]
        for entry in entries:
            if not (isinstance(entry["path"], str) and all(isinstance(entry[key], list) for key in _REASONS)):
                raise TypeError
    except (ValueError, TypeError, KeyError) as exc:
        raise InputError("it is no record that prepare has written", kept) from exc
    return list(entries)


_REASONS = ("reasons_before", "reasons_after")


def _lost(entry: _Map) -> list[str]:
    return [name for name in pins.NAMES if name in entry["reasons_before"] and name not in entry["reasons_after"]]


def _differences(kept: str, new: _Map) -> str:
    """Return in a part of a sentence in what a kept record differs from a new one; empty where it says the same."""
    try:
        before = {unc.key(read_path(entry["path"])): _lost(entry) for entry in _entries(kept)}
    except InputError as exc:
        return str(exc)
    data = json.loads(kept)
    if data.get("moves") != new["moves"]:
        return "it is about other moves"
    if data.get("user") != new["user"]:
        return f"it is about what {visible(str(data.get('user')))} sees"
    now = {unc.key(entry["path"]): _lost(entry) for entry in new["entries"]}
    said = [
        f"{number(items, 'item')} {words}"
        for items, words in (
            (len(now.keys() - before.keys()), "more"),
            (len(before.keys() - now.keys()), "fewer"),
            (sum(before[path] != now[path] for path in before.keys() & now.keys()), "for other reasons"),
        )
        if items
    ]
    return f"what is pinned differs from it: {', '.join(said)}" if said else ""


def _moved(path: str, moves: Sequence[Mapping[str, str]]) -> str:
    normal = read_path(path)
    for move in moves:
        if unc.key(normal + "\\").startswith(unc.key(move["from"]) + "\\"):
            return move["to"] + normal[len(move["from"]) :]
    old = guards.some([move["from"] for move in moves])
    raise InputError(f"it has {shown(path)}, which lies under none of {old}", path)


def _share_path(value: t.Any) -> str:
    path = read_path(value)
    if not unc.share(path):
        raise InputError(
            f"{shown(value)} is only a server: name a share or a folder of it, such as //fs01/users", value
        )
    return path
