# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Readers of untrusted JSON: each takes a value and the name of its place, and returns it typed or raises.

A reader is exact: a bool is no number, 1 is no bool, a number that is not whole is none. What a reader refuses is named
with its place, the value as far as it fits a line, and what is allowed there.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Mapping

from ..errors import ContractError
from ..words import visible

T = t.TypeVar("T")
Reader = Callable[[t.Any, str], T]

MAX_SHOWN = 60
"""Characters of a refused value, or of a key in the name of a place, that are shown."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class Record:
    """A JSON object whose members are read by name; keys that nobody asks for are let be.

    :param where: the name of its place
    :raises ContractError: it is no object
    """

    def __init__(self, value: t.Any, where: str) -> None:
        self._members = _of_type(dict, "an object", value, where)
        self._where = where

    def __call__(self, key: str, reader: Reader[T]) -> T:
        """Return a member as *reader* gives it.

        :raises ContractError: it is missing, or refused by the reader
        """
        where = f"{self._where}.{key}" if self._where else key
        if key not in self._members:
            raise ContractError(f"{where} is missing")
        return reader(self._members[key], where)


def flag(value: t.Any, where: str) -> bool:
    """Read a bool."""
    return t.cast(bool, _of_type(bool, "true or false", value, where))


def number(low: int, high: int) -> Reader[int]:
    """Return a reader of whole numbers from *low* to *high*."""

    def read(value: t.Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise refused(value, where, f"a whole number from {low} to {high}")
        return value

    return read


uint32: Reader[int] = number(0, 0xFFFFFFFF)
"""Reads a number of 32 bits without a sign, as codes of Windows and numbers of records are."""


def text(limit: int | None = None) -> Reader[str]:
    """Return a reader of texts of at most *limit* characters. Half a character (a lone surrogate) becomes U+FFFD.

    :param limit: None for packed data, whose size and characters are checked where it is unpacked
    """

    def read(value: t.Any, where: str) -> str:
        if not isinstance(value, str) or (limit is not None and len(value) > limit):
            raise refused(value, where, "a text" if limit is None else f"a text of at most {limit} characters")
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)

    return read


def identifier(limit: int) -> Reader[str]:
    """Return a reader of names as WMI has them: at most *limit* letters, digits and underscores."""

    def read(value: t.Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > limit or not (value.isascii() and value.isidentifier()):
            raise refused(value, where, f"a name of at most {limit} letters, digits and underscores")
        return value

    return read


def word(*words: str) -> Reader[str]:
    """Return a reader of one of the *words*."""

    def read(value: t.Any, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise refused(value, where, f"one of {', '.join(words)}")
        return value

    return read


def optional(reader: Reader[T]) -> Reader[T | None]:
    """Return a reader that lets null pass."""
    return lambda value, where: None if value is None else reader(value, where)


def many(reader: Reader[T], limit: int) -> Reader[tuple[T, ...]]:
    """Return a reader of lists of at most *limit* values."""
    return _values(reader, f"a list of at most {limit}", 0, limit)


def exactly(reader: Reader[T], count: int) -> Reader[tuple[T, ...]]:
    """Return a reader of lists of *count* values."""
    return _values(reader, f"a list of {count}", count, count)


def _values(reader: Reader[T], allowed: str, low: int, high: int) -> Reader[tuple[T, ...]]:
    def read(value: t.Any, where: str) -> tuple[T, ...]:
        values = _of_type(list, allowed, value, where, low, high)
        return tuple(reader(one, f"{where}[{index}]") for index, one in enumerate(values))

    return read


def named(name: Reader[str], reader: Reader[T], limit: int) -> Reader[dict[str, T]]:
    """Return a reader of objects of at most *limit* members whose names are data too."""

    def read(value: t.Any, where: str) -> dict[str, T]:
        members = _of_type(dict, f"an object of at most {limit}", value, where, 0, limit)
        return {name(key, f"a key of {where}"): reader(one, f"{where}.{_shown(key)}") for key, one in members.items()}

    return read


def refused(value: t.Any, where: str, allowed: str) -> ContractError:
    """Return the error for a *value* that is not allowed at its place."""
    return ContractError(f"{where} is {_described(value)}, allowed is {allowed}")


def _of_type(kind: type[t.Any], allowed: str, value: t.Any, where: str, low: int = 0, high: int | None = None) -> t.Any:
    if not isinstance(value, kind) or (high is not None and not low <= len(value) <= high):
        raise refused(value, where, allowed)
    return value


def _described(value: t.Any) -> str:
    """Return what a value is, in few characters that can all be seen."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        shown = f"'{_shown(value)}'"
        return shown if len(value) <= MAX_SHOWN else f"{shown}... ({len(value)} characters)"
    if isinstance(value, (Mapping, list)):
        return f"{'an object' if isinstance(value, Mapping) else 'a list'} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a number of more than 128 bits"
    return str(value)[:MAX_SHOWN]


def _shown(name: str) -> str:
    """Return the beginning of a text."""
    return visible(name[:MAX_SHOWN])
