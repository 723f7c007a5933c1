# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the codes that the simulated Windows uses: number, name and text in three languages (result_texts.yml).

Independent of the collection's own table on purpose: the emulation must not agree with the code under test because
both read the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_TABLE_FILE = Path(__file__).with_name("result_texts.yml")
_WIN32_FACILITY = 0x80070000

S_FALSE = 1
ERROR_FILE_NOT_FOUND = 2
ERROR_PATH_NOT_FOUND = 3
ERROR_ACCESS_DENIED = 5
ERROR_SHARING_VIOLATION = 32
ERROR_NOT_SUPPORTED = 50
ERROR_BAD_NETPATH = 53
ERROR_BAD_NET_NAME = 67
ERROR_INVALID_PARAMETER = 87
ERROR_DISK_FULL = 112
ERROR_INVALID_NAME = 123
ERROR_DIR_NOT_EMPTY = 145
ERROR_BAD_PATHNAME = 161
ERROR_ALREADY_EXISTS = 183
ERROR_FILENAME_EXCED_RANGE = 206
ERROR_MORE_DATA = 234
ERROR_SERVICE_DISABLED = 1058
ERROR_SERVICE_NOT_ACTIVE = 1062
ERROR_CANCELLED = 1223
ERROR_CSCSHARE_OFFLINE = 1262
E_ACCESSDENIED = 0x80070005
WBEM_E_NOT_FOUND = 0x80041002
WBEM_E_ACCESS_DENIED = 0x80041003
WBEM_E_TYPE_MISMATCH = 0x80041005
WBEM_E_INVALID_PARAMETER = 0x80041008
WBEM_E_INVALID_CLASS = 0x80041010
WBEM_E_PROVIDER_LOAD_FAILURE = 0x80041013
WBEM_E_INVALID_QUERY = 0x80041017
WBEM_E_INVALID_METHOD_PARAMETERS = 0x8004102F
WBEM_E_METHOD_NOT_IMPLEMENTED = 0x80041055
WBEM_E_TIMED_OUT = 0x80041069


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    texts: dict[str, str]


@cache
def _table() -> dict[int, _Entry]:
    raw = yaml.safe_load(_TABLE_FILE.read_text(encoding="utf-8"))
    return {
        number: _Entry(entry["name"], {key: value for key, value in entry.items() if key != "name"})
        for number, entry in raw.items()
    }


@cache
def _numbers() -> dict[str, int]:
    return {entry.name: number for number, entry in _table().items()}


def number_of(value: object) -> int:
    """The code as an unsigned 32-bit integer, given its number (signed or unsigned) or its name.

    Raises ValueError, with a sentence for the scenario's author, for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f"expected an error code or its name, got {value!r}")
    if isinstance(value, int):
        if not -0x80000000 <= value <= 0xFFFFFFFF:
            raise ValueError(f"error code {value} does not fit 32 bits")
        return value & 0xFFFFFFFF
    if value not in _numbers():
        raise ValueError(f"unknown error name {value!r}; give the number, or a name of {_TABLE_FILE.name}")
    return _numbers()[value]


def as_hresult(code: int) -> int:
    """HRESULT_FROM_WIN32 for a plain system error code; HRESULTs and 0 stay as they are."""
    return _WIN32_FACILITY | code if 0 < code <= 0xFFFF else code


def as_win32(code: int) -> int:
    """The plain system error code in an HRESULT of facility 7; every other code stays as it is."""
    return code & 0xFFFF if code & 0xFFFF0000 == _WIN32_FACILITY else code


@cache
def text_of(code: int, language: str) -> str:
    """The message text of a code. A missing translation gives English, a code without entry a made-up sentence."""
    entry = _table().get(code) or _table().get(as_win32(code))
    if entry is None:
        return f"Unknown error (0x{code:08X})."
    return entry.texts.get(language, entry.texts["en"])
