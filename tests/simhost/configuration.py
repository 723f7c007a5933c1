# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a simulated machine is set up: its registry as StdRegProv tells it, and the policies in force.

Methods and parameters are those of the WMI class StdRegProv; of values that none of the methods here reads (REG_NONE)
there is only the name. Names know no case.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simhost.cache import fold
from simhost.result_texts import ERROR_ACCESS_DENIED, ERROR_FILE_NOT_FOUND, WBEM_E_TYPE_MISMATCH

HIVES = {0x80000002: "HKEY_LOCAL_MACHINE", 0x80000003: "HKEY_USERS"}
REG_TYPES = {
    "REG_NONE": 0,
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_MULTI_SZ": 7,
    "REG_QWORD": 11,
}

PROPERTIES = {
    "IsEffective": "boolean",
    "OfflineFilesCacheEncrypted": "boolean",
    "Enabled": "boolean",
    "SyncOnCostedNetworkEnabled": "boolean",
    "SlowLinkEnabled": "boolean",
    "SlowLinkParams": "string[]",
    "BackgroundSyncEnabled": "boolean",
    "BackgroundSyncParams": "object",
    "EconomicalAdminPinningEnabled": "boolean",
    "ExcludedFileTypes": "string[]",
    "DiskSpaceLimitEnabled": "boolean",
    "DiskSpaceLimitParams": "object",
    "WorkOfflineButtonRemoved": "boolean",
    "MakeAvailableOfflineButtonRemoved": "boolean",
    "TransparentCachingLatencyThreshold": "uint32",
}
"""Properties of Win32_OfflineFilesMachineConfiguration and what they hold; every one may be null."""


@dataclass(frozen=True, slots=True)
class Value:
    """A registry value. `data`: text, number, texts or bytes as `type` (of REG_TYPES) says; None for other types."""

    type: int
    data: str | int | tuple[str, ...] | tuple[int, ...] | None = None


@dataclass(slots=True)
class _Key:
    subkeys: dict[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


class Registry:
    """Keys by full name, such as `HKEY_USERS\\S-1-5-18`, with their values. Those above a key are there too."""

    def __init__(self, keys: Mapping[str, Mapping[str, Value]]) -> None:
        self._keys: dict[str, _Key] = {fold(name): _Key() for name in HIVES.values()}
        for path, values in keys.items():
            self._make(path).values = values

    def _make(self, path: str) -> _Key:
        above, _dummy, name = path.rpartition("\\")
        if above:
            self._make(above).subkeys.setdefault(fold(name), name)
        return self._keys.setdefault(fold(path), _Key())

    def copy(self) -> Registry:
        """One of its own with the same keys and values."""
        return copy.deepcopy(self)

    def ask(
        self, method: str, params: Mapping[str, Any], denied: Collection[str], writes: bool = False
    ) -> tuple[int, dict[str, Any]]:
        """ReturnValue and out parameters of a method of METHODS.

        :param denied: full names of keys that this caller may not open, with all that is under them.
        :param writes: whether the caller may make keys and set values.
        """
        _dummy, outputs, read = METHODS[method]
        name = f"{HIVES.get(params['hDefKey'], '')}\\{params['sSubKeyName']}".rstrip("\\")
        path = fold(name)
        closed = any(f"{path}\\".startswith(f"{fold(one)}\\") for one in denied)
        if method in _WRITERS and (closed or not writes):
            return ERROR_ACCESS_DENIED, {}
        if method == "CreateKey":
            self._make(name)
            return 0, {}
        key = self._keys.get(path)
        if key is None:
            return ERROR_FILE_NOT_FOUND, dict.fromkeys(outputs)
        if closed:
            return ERROR_ACCESS_DENIED, dict.fromkeys(outputs)
        if method == "SetDWORDValue":
            _set(key, params["sValueName"], Value(REG_TYPES["REG_DWORD"], params["uValue"]))
            return 0, {}
        code, found = read(key, params.get("sValueName"))
        return code, dict(zip(outputs, found, strict=True))

    def value(self, path: str, name: str) -> Value | None:
        """The value of this name in a key by its full name."""
        key = self._keys.get(fold(path))
        return next((value for one, value in key.values.items() if fold(one) == fold(name)), None) if key else None

    def write(self, path: str, name: str, value: Value | None) -> None:
        """Set a value, with the keys that lead to it; None: take it away."""
        self._make(path)
        _set(self._keys[fold(path)], name, value)


_Found = tuple[int, Iterable[Any]]
_WRITERS = frozenset({"CreateKey", "SetDWORDValue"})


def _set(key: _Key, name: str, value: Value | None) -> None:
    """Of names that differ in case only there is one; the first spelling stays."""
    known = next((one for one in key.values if fold(one) == fold(name)), name)
    rest = {one: old for one, old in key.values.items() if one != known}
    key.values = rest if value is None else {**key.values, known: value}


def _nothing(key: _Key, name: str | None) -> _Found:
    return 0, ()


def _names(key: _Key, name: str | None) -> _Found:
    return 0, [list(key.subkeys.values()) or None]


def _values(key: _Key, name: str | None) -> _Found:
    return 0, [list(key.values) or None, [value.type for value in key.values.values()] or None]


def _reader(reg_type: str) -> Callable[[_Key, str | None], _Found]:
    def read(key: _Key, name: str | None) -> _Found:
        by_name = {fold(one): value for one, value in key.values.items()}
        value = by_name.get(fold(name or ""))
        if value is None:
            return ERROR_FILE_NOT_FOUND, [None]
        if value.type != REG_TYPES[reg_type]:
            return WBEM_E_TYPE_MISMATCH, [None]
        return 0, [list(value.data) if isinstance(value.data, tuple) else value.data]

    return read


_KEY = {"hDefKey": "uint32", "sSubKeyName": "string"}
_VALUE = {**_KEY, "sValueName": "string"}

METHODS: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], Callable[[_Key, str | None], _Found]]] = {
    "CreateKey": (_KEY, (), _nothing),
    "EnumKey": (_KEY, ("sNames",), _names),
    "EnumValues": (_KEY, ("sNames", "Types"), _values),
    "GetStringValue": (_VALUE, ("sValue",), _reader("REG_SZ")),
    "GetExpandedStringValue": (_VALUE, ("sValue",), _reader("REG_EXPAND_SZ")),
    "GetDWORDValue": (_VALUE, ("uValue",), _reader("REG_DWORD")),
    "GetQWORDValue": (_VALUE, ("uValue",), _reader("REG_QWORD")),
    "GetMultiStringValue": (_VALUE, ("sValue",), _reader("REG_MULTI_SZ")),
    "GetBinaryValue": (_VALUE, ("uValue",), _reader("REG_BINARY")),
    "SetDWORDValue": ({**_VALUE, "uValue": "uint32"}, (), _nothing),
}
"""Methods of StdRegProv: in parameters with their CIM types, out parameters, and how they are carried out."""
