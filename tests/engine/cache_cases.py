# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the contract cases of what the module cache has called: Enable, Encrypt, and two methods of StdRegProv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases import ADMIN, ALICE, ERROR, MADE, THROWN_AT, VALUE, Case

from simhost import shorthand

CACHE = r"""
'\\fs01\users\alice':
  items: {plan.docx: {size: 1000}, budget.xlsx: {size: 2000, in_use: true}, notes.txt: {size: 30, encrypted: true}}
"""
_DRIVER = r"SYSTEM\CurrentControlSet\Services\CSC\Parameters"
_KEY: Mapping[str, Any] = {"hDefKey": 0x80000002, "sSubKeyName": _DRIVER}
_VALUE: Mapping[str, Any] = {**_KEY, "sValueName": "FormatDatabase", "uValue": 1}
_WINDOWS = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Windows"
_ENCRYPT: Mapping[str, Any] = {"Encrypt": True, "Flags": 0}
RETURNED = "calls.0.returned"


def _ask(method: str, arguments: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """A request as the module makes it."""
    usual: dict[str, Any] = {"paths": None, "deep": None, "fields": [], "last": None, "read": False, "anyway": True}
    return shorthand.named(method, arguments, **{**usual, **options})


def _registry(method: str, arguments: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    return _ask(method, arguments, **{"class": "StdRegProv"}, **options)


def _case(
    name: str,
    request: Mapping[str, Any],
    behaviour: Mapping[str, Any] | None = None,
    *,
    there: bool = True,
    **more: Any,
) -> Case:
    registry = {rf"HKEY_LOCAL_MACHINE\{_DRIVER}": {"Other": 7}} if there else {}
    more = {"user": ADMIN, "cache": CACHE, "registry": registry, **more}
    return Case(name, request, behaviour or {}, more.pop("expect"), **more)


CACHE_CASES = (
    _case(
        "enable: off, with the restart",
        _ask("Enable", {"Enable": False}),
        expect={
            RETURNED: {"ReturnValue": 0, "RebootRequired": True},
            "asked.0.params": {"Enable": False},
            "before": None,
        },
    ),
    _case(
        "enable: on, where it is off",
        _ask("Enable", {"Enable": True}),
        host={"enabled": False, "active": False},
        expect={MADE: True, RETURNED: {"ReturnValue": 0, "RebootRequired": True}},
    ),
    _case(
        "enable: with an observer",
        _ask("Enable", {"Enable": False}, observe=True),
        expect={RETURNED: {"ReturnValue": 0, "RebootRequired": True}, "calls.0.texts": 0},
    ),
    _case(
        "60 enable: at once",
        _ask("Enable", {"Enable": False}),
        {"enable_effect": "at_once"},
        expect={RETURNED: {"ReturnValue": 0, "RebootRequired": False}},
    ),
    _case(
        "61 enable: denied by an exception",
        _ask("Enable", {"Enable": False}),
        {"enable_denied": "thrown"},
        user=ALICE,
        expect={MADE: False, THROWN_AT: "invoke", f"{ERROR}.code": 0x80041003},
    ),
    _case(
        "61 enable: by anybody",
        _ask("Enable", {"Enable": False}),
        {"enable_denied": "accepted"},
        user=ALICE,
        expect={VALUE: 0},
    ),
    _case(
        "62 encrypt: denied",
        _ask("Encrypt", _ENCRYPT),
        {"encrypt_denied": "return_value"},
        user=ALICE,
        expect={VALUE: 5 | 0x80070000},
    ),
    _case(
        "63 encrypt: the setting stays",
        _ask("Encrypt", _ENCRYPT, classes=["Win32_OfflineFilesMachineConfiguration"]),
        {"encrypt_setting": "stays"},
        host={"configuration": {"OfflineFilesCacheEncrypted": False}},
        # What is read is what was before the call.
        hidden=frozenset({"encrypt_setting"}),
        expect={VALUE: 0x800700EA},
    ),
    _case(
        "64 encrypt: another code of a cancellation",
        _ask("Encrypt", _ENCRYPT),
        {"encrypt_cancelled": 1, "encrypt_cancelled_code": 995},
        expect={VALUE: 0x800703E3},
    ),
    _case("65 encrypt: zero", _ask("Encrypt", _ENCRYPT), {"encrypt_errors": "zero"}, expect={VALUE: 0}),
    _case(
        "65 encrypt: the first error",
        _ask("Encrypt", _ENCRYPT),
        {"encrypt_errors": "first_error"},
        expect={VALUE: 0x80070020},
    ),
    _case(
        "67 registry: no time of a shutdown",
        {**_ask("Enable", {"Enable": True}), "method": None, "registry": [_WINDOWS]},
        {"shutdown_time": "stays"},
        expect={"registry.0.error.code": 2},
    ),
    _case(
        "encrypt: a file is open",
        _ask("Encrypt", _ENCRYPT, read=True, fields=["ItemType", "Encrypted"]),
        expect={VALUE: 0x800700EA, "before.rows": 6, "after.rows": 6},
    ),
    _case(
        "64 encrypt: cancelled",
        _ask("Encrypt", _ENCRYPT),
        {"encrypt_cancelled": 1},
        expect={VALUE: 0x800704C7},
    ),
    _case(
        "registry: a value is set",
        _registry("SetDWORDValue", _VALUE),
        expect={RETURNED: {"ReturnValue": 0}, "calls.0.completed": True},
    ),
    _case("registry: no such key", _registry("SetDWORDValue", _VALUE), there=False, expect={VALUE: 2}),
    _case("registry: a key is made", _registry("CreateKey", _KEY), there=False, expect={VALUE: 0}),
    _case("registry: denied", _registry("SetDWORDValue", _VALUE), user=ALICE, expect={VALUE: 5}),
)
