# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns rows of a state as the host would send them for item_info, from a few words about each item."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from unit import host_answers

TYPES = {"file": "0", "directory": "1", "share": "2", "server": "3"}
PINS = {
    "user": "PinInfo.PinnedForUser",
    "user_policy": "PinInfo.PinnedForUserByPolicy",
    "computer": "PinInfo.PinnedForComputer",
    "folder_redirection": "PinInfo.PinnedForFolderRedirection",
}
_NOT_OF = {
    "server": ("FileSysInfo.", "PinInfo.", "ChangeInfo.", "ConnectionInfo.", "SuspendInfo.", "DirtyInfo."),
    "share": ("FileSysInfo.", "DirtyInfo."),
    "directory": ("DirtyInfo.",),
    "file": (),
}
"""What Windows gives null for, by type of item (the vendor's page of Win32_OfflineFilesItem)."""

_USUAL = {
    "ChangeInfo.": "False",
    "SuspendInfo.": "False",
    "Encrypted": "False",
    "Sparse": "False",
    "FileSysInfo.LocalSize": "0",
    "FileSysInfo.OriginalSize": "0",
    "FileSysInfo.LocalAttributes": "32",
    "FileSysInfo.": "20240102030405.000000+000",
    "ConnectionInfo.ConnectState": "2",
    "ConnectionInfo.OfflineReason": "1",
    "DirtyInfo.": "0",
    "PinInfo.": "0",
}


def row(fields: Sequence[str], path: str, words: str, **values: str) -> str:
    """Return a row.

    :param words: the type and the pin reasons, ``directory user+ computer``; ``+``: new children inherit the pin
    :param values: other properties, with two underscores for the dot: ``FileSysInfo__LocalSize="12"``
    """
    kind, *reasons = words.split()
    own = {name.replace("__", "."): value for name, value in values.items()}
    own["ItemType"] = TYPES[kind]
    for reason in reasons:
        own[PINS[reason.rstrip("+")]] = "2" if reason.endswith("+") else "1"
    return "\t".join([*(_value(field, kind, own) for field in fields), path])


def _value(field: str, kind: str, own: Mapping[str, str]) -> str:
    if field in own:
        return own[field]
    if field.startswith(_NOT_OF[kind]):
        return ""
    return next(value for prefix, value in _USUAL.items() if field.startswith(prefix))


def state(rows: Sequence[str], paths: int = 0, **keys: t.Any) -> dict[str, t.Any]:
    """Return a STATE with these rows; every requested path is held unless *keys* say something else."""
    return {
        "complete": "error" not in keys,
        "error": None,
        "way": "query",
        "seen": len(rows),
        "held": [True] * paths,
        "shares": [],
        "rows": len(rows),
        "data": host_answers.pack(rows),
        **keys,
    }


def answer(rows: Sequence[str], paths: int = 0, **keys: t.Any) -> dict[str, t.Any]:
    """Return the module result of the host part with these rows as its only state."""
    result = host_answers.answer({"skipped": "no_method"})
    result["answer"]["before"] = state(rows, paths, **keys)
    return result


def called(
    before: Sequence[str],
    after: Sequence[str],
    texts: Sequence[str] = (),
    *,
    held: Sequence[bool] = (True,),
    broken: bool = False,
    **call: t.Any,
) -> dict[str, t.Any]:
    """Return the module result of the host part after one call, with the rows of the states around it.

    :param held: whether the view held each requested path before; afterwards it holds all
    :param broken: the state after the call broke off
    :param call: what is not as usual of the call, in the short form of host_answers
    """
    result = host_answers.answer({"calls": [{"texts": list(texts), **call}]})
    error = {"error": {"code": 0x80041069, "message": "late"}} if broken else {}
    result["answer"]["before"] = state(before, held=list(held))
    result["answer"]["after"] = state(after, len(held), **error)
    return result
