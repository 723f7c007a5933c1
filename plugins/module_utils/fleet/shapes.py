# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Readers for values of any shape: what a playbook has registered may be anything, and a page must not fail by it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..words import shortened, visible

TEXT = 400
"""Characters of a text of which more would hide what is beside it; the module's own result has all of it."""

_SAYS_HOW_MANY = 40
"""Room for how long a text was, so that what was shortened once is read again as it is."""


def mapping(value: t.Any) -> Mapping[str, t.Any]:
    """Return *value*, or an empty dictionary where it is none."""
    return value if isinstance(value, Mapping) else {}


def rows(value: t.Any) -> list[Mapping[str, t.Any]]:
    """Return the dictionaries of the list *value*."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def texts(value: t.Any) -> list[str]:
    """Return the texts of the list *value*, as :func:`text` makes them."""
    return [text(one) for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []


def text(value: t.Any) -> str:
    """Return the text *value* as one line in which every character shows; empty where it is none."""
    if not isinstance(value, str):
        return ""
    # A value of Ansible may be of a subclass that knows where it came from.
    plain = str(value)
    return plain if plain.isprintable() and len(plain) <= TEXT else _shortened(visible(" ".join(plain.split())))


def _shortened(line: str) -> str:
    return line if len(line) <= TEXT else shortened(line, TEXT - _SAYS_HOW_MANY)


MOST = (1 << 64) - 1
"""The highest number of items or bytes that Windows can tell; what is above is none of it."""


def count(value: t.Any) -> int | None:
    """Return the number *value*, or None where it is none, below zero or above :data:`MOST`."""
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST else None


def number(value: t.Any) -> int:
    """Return the number *value*, or 0 where it is none."""
    return count(value) or 0


def kind(value: t.Any) -> str:
    """Return what a value is, in the words of YAML."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list" if isinstance(value, (list, tuple)) else f"a {type(value).__name__}"
