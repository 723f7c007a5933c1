# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The record of a share that moves: whose view it is of, which moves, and what was pinned on either side before."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..windows import pins, unc
from ..windows.pins import Reasons
from ..words import number, visible
from . import guards
from .options import read_path, shown

_Map = Mapping[str, t.Any]
Move = Mapping[str, str]
Moves = Sequence[Move]

MOVABLE: t.Final = Reasons.USER | Reasons.USER_POLICY | Reasons.COMPUTER
"""The reasons that move with a share; folder redirection pins by itself wherever it leads."""


class Pinned(t.NamedTuple):
    """A path, and why it is pinned."""

    path: str
    reasons: Reasons


Pins = Mapping[str, Pinned]
"""What is pinned, by what the spellings of a path have in common."""


@dataclass(frozen=True)
class Record:
    """What ``prepare`` has written.

    :ivar user: whose view it is; None where Offline Files did not run
    :ivar moves: the moves, each with ``from`` and ``to``
    :ivar old: what was pinned under the old paths
    :ivar new: what was pinned under the new paths already
    :ivar renames: the moves that ``switch`` has renamed or tried to, each with its ``status``
    """

    user: str | None
    moves: Moves
    old: Pins
    new: Pins
    renames: Moves = ()

    def as_data(self) -> dict[str, t.Any]:
        """Return what the file holds, which is also what the option restore of pin takes."""
        return {
            "user": self.user,
            "moves": [dict(move) for move in self.moves],
            "counts": {"changed": len(self.old)},
            "entries": entries(self.old.values()),
            "pinned_there": [{"path": one.path, "reasons": one.reasons.names} for one in self.new.values()],
        }

    def moved(self) -> Pins:
        """Return what was pinned under the old paths as it is to be pinned under the new ones."""
        return as_pins((moved(one.path, self.moves), one.reasons) for one in movable(self.old).values())


def read(text: str) -> Record:
    """Return the record that a file holds.

    :raises InputError: it is none; the message goes on after the name of the file
    """
    if not text:
        raise InputError("is not there: run prepare first", text)
    try:
        data = json.loads(text)
        user, moves = data["user"], data["moves"]
        old = as_pins(
            (entry["path"], pins.named(entry["reasons_before"]) & ~pins.named(entry["reasons_after"]))
            for entry in data["entries"]
        )
        new = as_pins((entry["path"], pins.named(entry["reasons"])) for entry in data["pinned_there"])
        renames = tuple(data.get("renames") or ())
        sides = [(move["from"], move["to"]) for move in [*moves, *renames]]
        sides += [(move["status"], "") for move in renames]
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise InputError("is no record that prepare has written", text) from exc
    texts = [path for side in sides for path in side] + [one.path for one in (*old.values(), *new.values())]
    if not all(isinstance(one, str) for one in texts) or not isinstance(user, (str, type(None))):
        raise InputError("is no record that prepare has written", text)
    for one in old.values():
        moved(one.path, moves)
    return Record(user, moves, old, new, renames)


def check_moves(kept: Record, moves: Moves) -> None:
    """Have a record be about these moves.

    :raises InputError: it is not; the message goes on after the name of the file
    """
    if _sides(kept.moves) != _sides(moves):
        told = ", ".join(f"{visible(move['from'])} to {visible(move['to'])}" for move in kept.moves)
        raise InputError(f"is about other moves: {told or 'none'}", moves)


def check_user(kept: Record, user: str | None) -> None:
    """Have a record be about what this user sees.

    :raises InputError: it is not, or nobody knows; the message goes on after the name of the file
    """
    if not user or not kept.user:
        if kept.user or kept.old:
            raise InputError("cannot be used: it is not known whose view of the cache it or this is", user)
    elif unc.key(user) != unc.key(kept.user):
        raise InputError(f"is about what {visible(kept.user)} sees, and this is the view of {visible(user)}", user)


def differences(before: Pins, now: Pins) -> str:
    """Return in what is pinned *now* otherwise than *before*, as a part of a sentence; empty where it is the same."""
    said = [
        f"{number(len(paths), 'item')} {words} ({guards.some(paths)})"
        for words, paths in (
            ("more", [one.path for key, one in now.items() if key not in before]),
            ("fewer", [one.path for key, one in before.items() if key not in now]),
            (
                "for other reasons",
                [one.path for key, one in now.items() if key in before and before[key].reasons != one.reasons],
            ),
        )
        if paths
    ]
    return ", ".join(said)


def key(path: t.Any) -> str:
    """Return what the spellings of a path have in common, whatever a host or a file calls a path."""
    try:
        return unc.key(read_path(path))
    except InputError:
        return unc.key(str(path))


def as_pins(given: Iterable[tuple[str, Reasons]]) -> dict[str, Pinned]:
    """Return paths with their reasons as pins; those of a path that comes twice are put together."""
    found: dict[str, Pinned] = {}
    for path, reasons in given:
        name = key(path)
        known = found.get(name, Pinned(path, Reasons.NONE))
        found[name] = Pinned(known.path, known.reasons | reasons)
    return found


def movable(found: Pins) -> dict[str, Pinned]:
    """Return what is pinned for reasons that can be given and taken, each with these alone."""
    return {name: Pinned(one.path, one.reasons & MOVABLE) for name, one in found.items() if one.reasons & MOVABLE}


def entries(given: Iterable[Pinned]) -> list[dict[str, t.Any]]:
    """Return pins as the option restore of pin takes them."""
    return [{"path": one.path, "reasons_before": one.reasons.names, "reasons_after": []} for one in given]


def under(found: Pins, roots: Iterable[str]) -> dict[str, Pinned]:
    """Return those pins that are one of some paths, or lie under one."""
    above = unc.Roots({key(root): count for count, root in enumerate(roots)})
    return {name: one for name, one in found.items() if next(above.above(name), None) is not None}


def moved(path: str, moves: Moves) -> str:
    """Return what a path under an old one is under the new one, letter by letter.

    :raises InputError: it lies under none of them
    """
    normal = read_path(path)
    for move in moves:
        if unc.key(normal + "\\").startswith(unc.key(move["from"]) + "\\"):
            return move["to"] + normal[len(move["from"]) :]
    raise InputError(
        f"has {shown(path)}, which lies under none of {guards.some([move['from'] for move in moves])}", path
    )


def _sides(moves: Moves) -> set[tuple[str, str]]:
    return {(key(move["from"]), key(move["to"])) for move in moves}
