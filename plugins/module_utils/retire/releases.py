# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The files on the controller that keep what was released, one for each view: begun before, filled in right after."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping
from pathlib import PurePosixPath

_View = Mapping[str, t.Any]

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")
_BEGUN = "A release was begun here, and it is not known what came of it."


def path(record: str, whose: Mapping[str, t.Any] | None) -> str:
    """Return the file of one view; that of a further user has the user's name before its ending.

    :param record: the file of the task's own user, empty for none
    :param whose: ``name`` of the further user, None for the user of the task
    """
    if not record or not whose:
        return record
    file = PurePosixPath(record)
    user = _NOT_IN_A_NAME.sub("_", whose["name"])
    return str(file.with_name(f"{file.stem}.{user}{file.suffix}"))


def make(view: _View, entries: list[dict[str, t.Any]] | None) -> dict[str, t.Any]:
    """Return what the file says.

    :param entries: what lost reasons, in the form that the option restore of pin takes; None as long as that is not
        known, which pin refuses
    """
    look = view.get("look") or {}
    return {
        "user": (look.get("cache") or {}).get("user"),
        "msg": _BEGUN if entries is None else f"{len(entries)} released.",
        "shares": list((look.get("cached") or {}).get("shares", ())),
        "counts": {"changed": None if entries is None else len(entries)},
        "entries": entries,
    }
