# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a user is told about an answer of the host, whatever the task was."""

from __future__ import annotations

from collections import Counter

from ..windows import codes
from ..windows.codes import Code
from ..windows.near import MAX_HINTS
from ..words import number
from .answer import HostError


def outside(rows: int) -> list[str]:
    """Return the warning for *rows* of items that were not asked for."""
    if not rows:
        return []
    return [
        f"The host told of {number(rows, 'item')} outside of what was asked for, which no honest host does: left out."
    ]


def nothing_visible(user: str) -> str:
    """Return the warning of a reading that came to its end and saw no item of the cache at all."""
    return (
        f"The cache shows no item to {user}. Windows shows each user an own view: to see that of another user, "
        "become that user, with its password or, as an administrator of the host, without."
    )


def hints(errors: Counter[Code]) -> list[str]:
    """Return what to do about the codes that items failed with, the most frequent first.

    :param errors: items by code; 0 items: the call as a whole
    """
    return [
        f"{number(count, 'item') + ' failed with ' if count else ''}{code}: {code.hint}"
        for code, count in errors.most_common(MAX_HINTS)
        if code.hint
    ]


def because(error: HostError | None) -> str:
    """Return an error of the host in brackets, or nothing."""
    if error is None:
        return ""
    return f" ({codes.explain(error.code)}{': ' + error.words if error.words else ''})"
