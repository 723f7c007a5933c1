# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the contract cases of named arguments and out parameters, and of the methods that have others than Paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases import ERROR, HOME, MADE, SHARE, STATUS, THROWN_AT, VALUE, Case, error, lines, wordless

from simhost import shorthand

CACHE = r"""
'\\fs01\users': {items: {alice: {pin: user, items: {report.docx: {pin: user}, drafts: {items: {idea.txt: {}}}}}}}
'\\fs01\projects': {in_use: true, items: {plan.mpp: {}}}
'\\fs02\away': {connection: {state: offline, reason: disconnected}, items: {far.txt: {}}}
'\\fs02\resting': {connection: {state: offline, reason: working_offline}, items: {rest.txt: {}}}
"""
PROJECTS, AWAY, RESTING, DRAFTS = r"\\fs01\projects", r"\\fs02\away", r"\\fs02\resting", HOME + r"\drafts"
_SETUP = r"HKEY_LOCAL_MACHINE\Software\Winops"
_ASKED: Mapping[str, Any] = {"hDefKey": 0x80000002, "sSubKeyName": r"Software\Winops", "sValueName": "Mode"}

OPEN_FILES, RETURNED = "calls.0.returned.OpenFiles", "calls.0.returned"


def _ask(method: str, path: str = SHARE, arguments: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """A request as the module connection makes it."""
    fields = ["ItemType", "ConnectionInfo.ConnectState", "ConnectionInfo.OfflineReason", "SuspendInfo.Suspended"]
    usual = {"paths": path, "deep": False, "fields": fields}
    return shorthand.named(method, {"Path": path, **(arguments or {})}, **{**usual, **options})


def _case(
    name: str,
    request: Mapping[str, Any],
    expect: Mapping[str, Any],
    behaviour: Mapping[str, Any] | None = None,
    **more: Any,
) -> Case:
    registry = {_SETUP: {"Mode": "fast"}}
    return Case(name, request, behaviour or {}, expect, cache=CACHE, registry=registry, **more)


_OFFLINE: Mapping[str, Any] = {"Force": False, "Flags": 0}
_ONLINE: Mapping[str, Any] = {"Flags": 0}
_SUSPEND: Mapping[str, Any] = {"Suspend": True}
_EACH: Mapping[str, Any] = {
    **_ask("TransitionOnline"),
    "arguments": [_ONLINE],
    "paths_as": "Path",
    "paths": lines(RESTING, AWAY),
}

CHANGE_CASES = (
    _case(
        "offline: the whole share",
        _ask("TransitionOffline", HOME, _OFFLINE),
        {
            VALUE: 0,
            OPEN_FILES: False,
            "calls.0.texts": 0,
            "before.data.0": f"1\t2\t1\tFalse\t{HOME}",
            "after.data.0": f"1\t1\t2\tFalse\t{HOME}",
            "asked.0.params": {"Path": HOME, **_OFFLINE},
        },
    ),
    _case(
        "offline: with an observer", _ask("TransitionOffline", arguments=_OFFLINE, observe=True), {OPEN_FILES: False}
    ),
    _case("offline: open files", _ask("TransitionOffline", PROJECTS, _OFFLINE), {VALUE: 0, OPEN_FILES: True}),
    _case(
        "46 open files: an error",
        _ask("TransitionOffline", PROJECTS, _OFFLINE),
        {VALUE: 0x800700AA, OPEN_FILES: True},
        {"open_files_error": 170},
    ),
    _case("online: as it was", _ask("TransitionOnline", RESTING, _ONLINE), {VALUE: 0, RETURNED: {"ReturnValue": 0}}),
    _case("online: out of reach", _ask("TransitionOnline", AWAY, _ONLINE), {VALUE: 0x800704CF}),
    _case(
        "47 out of reach: success",
        _ask("TransitionOnline", AWAY, _ONLINE),
        {VALUE: 0, "altered": []},
        {"unreachable_error": 0},
    ),
    _case("suspend: a folder", _ask("SuspendRoot", DRAFTS, _SUSPEND), {"after.data.0": f"1\t1\t6\tTrue\t{DRAFTS}"}),
    _case("suspend: not there", _ask("SuspendRoot", HOME + r"\none", _SUSPEND), {VALUE: 0x80070002}),
    _case(
        "arguments: of a class of its own",
        {**_ask("GetStringValue"), "class": "StdRegProv", "arguments": [_ASKED], "read": False},
        {RETURNED: {"ReturnValue": 0, "sValue": "fast"}},
    ),
    _case(
        "arguments: a word for a number",
        _ask("TransitionOnline", arguments={"Flags": "many"}),
        {
            MADE: False,
            THROWN_AT: "parameters",
            ERROR: error(0x80131537, "The input string 'many' was not in a correct format."),
            "asked": [],
        },
    ),
    _case(
        "arguments: a parameter that is not there",
        _ask("TransitionOnline", arguments={"Flags": 0, "Force": True}),
        {MADE: False, THROWN_AT: "parameters", ERROR: wordless(0x80041002)},
    ),
    _case(
        "arguments: one is missing",
        _ask("TransitionOnline"),
        {MADE: False, THROWN_AT: "invoke", STATUS: None, "asked": []},
    ),
    _case(
        "paths: one each for a single value",
        {**_EACH, "each": True},
        {"calls.0.path": 0, "calls.1.path": 1, "calls.1.returned": {"ReturnValue": 0x800704CF}},
    ),
    _case(
        "paths: two for a single value",
        _EACH,
        {MADE: False, THROWN_AT: "parameters", ERROR: error(0x80131509, "Sequence contains more than one element")},
    ),
    _case(
        "anyway: where the cache is off",
        _ask("TransitionOnline", RESTING, _ONLINE, anyway=True),
        {MADE: True, VALUE: 1062, "before.complete": False},
        host={"active": False},
    ),
)
