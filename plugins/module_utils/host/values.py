# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Readers of the values of Windows: properties of WMI objects, out parameters of methods, values of registry keys."""

from __future__ import annotations

import typing as t

from .. import limits
from ..errors import ContractError
from .fields import Reader, identifier, many, named, number, optional, refused, text, uint32

RETURN_VALUE = "ReturnValue"
"""The out parameter in which WMI has a method's own return value."""

_UINT64 = 0xFFFFFFFFFFFFFFFF
_INT64 = 0x7FFFFFFFFFFFFFFF


def returned(value: t.Any, where: str) -> dict[str, t.Any]:
    """Read the out parameters of a call."""
    found = properties()(value, where)
    if RETURN_VALUE in found:
        optional(uint32)(found[RETURN_VALUE], f"{where}.{RETURN_VALUE}")
    return found


def properties(depth: int = limits.DEPTH) -> Reader[dict[str, t.Any]]:
    """Return a reader of the properties of a WMI object, with *depth* levels of lists and objects below it."""
    return named(identifier(limits.NAME), lambda value, where: _property(value, where, depth), limits.NAMES)


def _property(value: t.Any, where: str, depth: int) -> t.Any:
    if isinstance(value, (dict, list)):
        if not depth:
            raise ContractError(f"{where} is nested too deep, allowed are {limits.DEPTH} levels")
        if isinstance(value, dict):
            return properties(depth - 1)(value, where)
        return list(many(lambda one, place: _property(one, place, depth - 1), limits.NAMES)(value, where))
    return value_of(value, where) if not isinstance(value, bool) else value


def value_of(value: t.Any, where: str) -> t.Any:
    """Read a registry value, or a property that is no bool, list or object."""
    if value is None:
        return None
    if isinstance(value, str):
        return text(limits.TEXT)(value, where)
    if isinstance(value, list):
        # What a list is of, its first member tells.
        if value and isinstance(value[0], int):
            return list(many(number(0, 255), limits.BINARY)(value, where))
        return list(many(text(limits.TEXT), limits.NAMES)(value, where))
    if isinstance(value, int):
        return number(-_INT64 - 1, _UINT64)(value, where)
    raise refused(value, where, "a text, a whole number, a list of texts or of bytes, or null")
