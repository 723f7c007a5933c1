# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The variables of the role migrate_share: which shares or folders move, and what is asked of them before they do."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ..errors import InputError
from ..windows import unc
from .options import Reader, as_data, check_common, read_path, shown

_Map = Mapping[str, t.Any]

_FORM = "give a list of moves, each with from and to, such as {from: //fs01/users, to: //fs09/users}"
_AFTERWARDS = frozenset({"policies", "redirection"})
"""Guards that do not matter before a move, when nothing is released."""


def wanted(given: _Map) -> dict[str, t.Any]:
    """Return what the variables of the role migrate_share ask for, as data.

    ``problems`` has a sentence for each variable that cannot be accepted, ``moves`` the normalised paths, ``old`` and
    ``new`` each side of them. ``rename`` is whether copies are renamed where that can be done, ``before`` and ``after``
    what is asked of the old paths before the move, and when they are retired after it, for ``plan``.
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
    old = [move["from"] for move in moves]
    common = check_common(reader, paths=tuple(old))
    before = dataclasses.replace(common, ignore=common.ignore | _AFTERWARDS)
    # The data was copied: what goes to the old server is lost.
    after = dataclasses.replace(common, synchronize=False, delete=reader.flag("delete", False))
    return {
        "problems": reader.problems,
        "moves": moves,
        "old": old,
        "new": [move["to"] for move in moves],
        "rename": reader.flag("rename", True),
        "before": as_data(before, ()),
        "after": as_data(after, ()),
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
            if unc.touches(path, [other]):
                raise InputError(
                    f"{other_side} {shown(other)} and {side} {shown(path)} are the same or lie in each other: no item "
                    "may belong to two of them",
                    value,
                )
    return moves


def _share_path(value: t.Any) -> str:
    path = read_path(value)
    if not unc.share(path):
        raise InputError(
            f"{shown(value)} is only a server: name a share or a folder of it, such as //fs01/users", value
        )
    return path
