# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the contract cases of Pin, Synchronize and DeleteItems; the others and what a case is stand in cases.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cache_cases import CACHE_CASES
from engine.cases import (
    ADMIN,
    CASES,
    HOME,
    MADE,
    PINS,
    SHARE,
    STATUS,
    USER,
    VALUE,
    Case,
    lines,
)
from engine.change_cases import CHANGE_CASES
from engine.rename_item_cases import RENAME_CASES

CACHE = r"""
'\\fs01\users\alice':
  pin: {user: inherit}
  items:
    done.txt: {pin: user, size: 10}
    plain.txt: {size: 20}
    up.docx: {pin: user, size: 12, dirty: [data, time], original: {size: 9, modified: 2024-01-01}}
    newer.xlsx: {pin: user, size: 5, remote: {size: 6, modified: 2024-02-01}}
    both.txt: {pin: user, size: 7, dirty: [data], remote: {size: 8, modified: 2024-02-01}}
    gone.txt: {pin: user, remote: deleted}
    sparse.iso: {pin: user, size: 4000, sparse: true}
    busy.txt: {size: 3, sparse: true, in_use: true}
    locked.txt: {pin: user, dirty: [data], error: ERROR_ACCESS_DENIED}
    drafts: {pin: {user: inherit}, suspended: true, items: {idea.txt: {pin: user, dirty: [data]}}}
'\\fs01\users\open': {items: {read.txt: {in_use: true}}}
'\\fs02\away': {connection: offline, items: {far.txt: {pin: user, dirty: [data]}}}
'\\fs02\resting': {connection: {state: offline, reason: working_offline}, items: {rest.txt: {pin: user, dirty: [data]}}}
'\\fs02\empty': {}
"""
SERVERS = r"""
'\\fs01\users\alice\new.txt': {size: 30}
'\\fs09\users\alice\letter.txt': {size: 40}
"""

DONE, PLAIN, UP, NEWER, BOTH, GONE, FRESH, SPARSE, BUSY = (
    rf"{HOME}\{name}"
    for name in (
        "done.txt",
        "plain.txt",
        "up.docx",
        "newer.xlsx",
        "both.txt",
        "gone.txt",
        "new.txt",
        "sparse.iso",
        "busy.txt",
    )
)
AWAY, FAR, RESTING, EMPTY = r"\\fs02\away", r"\\fs02\away\far.txt", r"\\fs02\resting", r"\\fs02\empty"
LETTER = r"\\fs09\users\alice\letter.txt"

_FIELDS = [
    "ItemType",
    *PINS,
    "Sparse",
    "ChangeInfo.Dirty",
    "DirtyInfo.LocalDirtyByteCount",
    *(f"FileSysInfo.{name}" for name in ("LocalSize", "LocalLastWriteTime", "OriginalSize", "OriginalLastWriteTime")),
]
_ALL: Mapping[str, Any] = {"paths": HOME, "fields": _FIELDS, "keep": [], "reasons": []}
PIN: Mapping[str, Any] = {**_ALL, "method": "Pin", "flags": [0x20]}
FILL: Mapping[str, Any] = {**PIN, "flags": [0x21]}
SYNC: Mapping[str, Any] = {**_ALL, "method": "Synchronize", "flags": [0x7], "deep": None}
DELETE: Mapping[str, Any] = {**_ALL, "method": "DeleteItems", "flags": [0], "deep": None}
TELLING: Mapping[str, Any] = {"delete_texts": "sent"}


def case(
    name: str,
    request: Mapping[str, Any],
    behaviour: Mapping[str, Any] | None = None,
    expect: Mapping[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case over the cache of this table."""
    return Case(name, request, behaviour or {}, expect or {}, cache=CACHE, servers=SERVERS, **more)


_PIN = (
    case(
        "pin: a folder",
        PIN,
        expect={
            VALUE: 0,
            "pinned": sorted([PLAIN, BUSY]),
            "came": [FRESH],
            "asked.0.params": {"Paths": [HOME], "Flags": 0x20, "Deep": True},
        },
    ),
    case("pin: the folder alone", {**PIN, "paths": r"\\fs09\users\alice", "deep": False}, expect={VALUE: 0}),
    case(
        "pin: a new server",
        {**PIN, "paths": r"\\fs09\users\alice"},
        expect={
            "before.held": [False],
            "after.held": [True],
            "came": [r"\\fs09", r"\\fs09\users", r"\\fs09\users\alice", LETTER],
        },
    ),
    case("pin: filled", FILL, expect={"came": [FRESH], "altered": [SPARSE]}),
    case(
        "pin: its needed reason is there",
        {**PIN, "paths": DONE, "reasons": [USER], "keep": [USER]},
        expect={MADE: True},
    ),
    case("pin: a method without Deep", {**PIN, "deep": None}, expect={MADE: False}),
    case("26 new: filled", {**PIN, "paths": FRESH}, {"pin_new_item": "filled"}, {"came": [FRESH]}),
    case("26 new: refused", {**PIN, "paths": FRESH}, {"pin_new_item": "refused"}, {"came": [], VALUE: 0}),
    case("27 value of a folder: 1", {**PIN, "paths": r"\\fs09\users\alice"}, {"pinned_folder": "pinned"}),
    case("28 reach: the cache", PIN, {"pin_reach": "cached"}, {"came": []}),
    case("29 pinned already: S_FALSE", {**PIN, "paths": DONE}, {"item_pinned": "s_false"}, {VALUE: 1}),
    case("29 pinned already: no text", {**PIN, "paths": DONE}, {"item_pinned": "none"}, {"calls.0.texts": 2}),
    case("30 not filled: not pinned", {**FILL, "paths": BUSY}, {"unfilled_pin": "dropped"}, {"pinned": []}),
    case(
        "31 contact: always",
        {**PIN, "paths": PLAIN},
        {"pin_contact": "always", "server_logon": "per_item"},
        {VALUE: 0x80070041, "pinned": []},
    ),
    case("31 logon: each item", SYNC, {"server_logon": "per_item", "server_contact_error": 1326}, {"altered": []}),
    case("31 logon: the call", SYNC, {"server_logon": "per_call"}, {VALUE: 0x80070041, "altered": []}),
    case(
        "31 logon: with credentials",
        {**SYNC, "paths": UP},
        {"server_logon": "per_call"},
        {VALUE: 0, "altered": [UP]},
        host={"delegated": [r"CORP\alice"]},
        hidden=frozenset({"server_logon"}),
    ),
    case("45 no room: each item", FILL, {"cache_quota": 60}, {VALUE: 0, "altered": []}),
    case("45 no room: the end", FILL, {"cache_quota": 60, "quota_full": "stops"}, {VALUE: 0x80070070}),
    case("45 no room: another code", FILL, {"cache_quota": 60, "quota_error": 8}),
)

_SYNCHRONIZE = (
    case(
        "synchronize: a folder",
        SYNC,
        expect={
            VALUE: 0,
            "altered": sorted([UP, NEWER, SPARSE, rf"{HOME}\drafts\idea.txt"]),
            "gone": [GONE],
            "asked.0.params": {"Paths": [HOME], "Flags": 7},
        },
    ),
    case("synchronize: local changes win", {**SYNC, "paths": BOTH, "flags": [0x10000007]}, expect={"altered": [BOTH]}),
    case("synchronize: the server wins", {**SYNC, "paths": BOTH, "flags": [0x20000007]}, expect={"altered": [BOTH]}),
    case("synchronize: the latest wins", {**SYNC, "paths": BOTH, "flags": [0x30000007]}, expect={"altered": [BOTH]}),
    case("synchronize: new files", {**SYNC, "flags": [0x2F]}, expect={"came": [FRESH]}),
    case("32 offline: each item", {**SYNC, "paths": AWAY}, expect={VALUE: 0, "altered": []}),
    case("32 offline: the call", {**SYNC, "paths": AWAY}, {"offline_server": "per_call"}, {VALUE: 0x800704EE}),
    case("32 offline: not a word", {**SYNC, "paths": AWAY}, {"offline_server": "skipped"}, {"calls.0.texts": 2}),
    case("32 offline: another code", {**SYNC, "paths": FAR}, {"offline_server_error": 53}, {VALUE: 0x80070035}),
    case("33 offline: any reason", {**SYNC, "paths": RESTING}, {"offline_reasons": "any"}, {"altered": []}),
    case("34 open: filled", {**FILL, "paths": BUSY}, {"open_files": "served"}, {VALUE: 0, "altered": [BUSY]}),
    case("35 in sync: S_FALSE", {**SYNC, "paths": DONE}, {"item_in_sync": "s_false"}, {VALUE: 1}),
    case("35 in sync: no text", {**SYNC, "paths": DONE}, {"item_in_sync": "none"}, {"calls.0.texts": 2}),
    case("36 conflict: S_FALSE", {**SYNC, "paths": BOTH}, {"conflict_result": "s_false"}, {VALUE: 1}),
    case(
        "36 conflict: an error",
        {**SYNC, "paths": BOTH},
        {"conflict_result": "error", "conflict_error": 0x80070092},
        {VALUE: 0x80070092, "altered": []},
    ),
    case(
        "37 conflict: against the direction",
        {**SYNC, "paths": BOTH, "flags": [0x20000004]},
        {"conflict_direction": "respected"},
        {"altered": []},
    ),
    case("38 deleted on the server: kept", {**SYNC, "paths": GONE}, {"deleted_on_server": "kept"}, {"gone": []}),
    case("39 children: of every folder", SYNC, {"sync_children": "inherit"}, {"pinned": [PLAIN], "came": [FRESH]}),
    case("39 children: nobody's", SYNC, {"sync_children": "never"}, hidden=frozenset({"sync_children"})),
    case(
        "40 new files: for the user",
        {**SYNC, "flags": [0xF]},
        {"new_files_reason": "user"},
        {"came": [FRESH]},
        hidden=frozenset({"new_files_reason"}),
    ),
    case("40 new files: left out", {**SYNC, "flags": [0xF]}, {"new_files_reason": "left_out"}, {"came": []}),
    case("41 no direction: all", {**SYNC, "flags": [0x200]}, {"no_direction": "all"}, {"gone": [GONE]}),
    case("41 no direction: refused", {**SYNC, "flags": [0x200]}, {"no_direction": "refused"}, {VALUE: 0x80070057}),
    case("42 suspended: S_FALSE", {**SYNC, "flags": [0x2007]}, {"suspended_skipped": "s_false"}),
)

_DELETE = (
    case(
        "delete: no texts",
        {**DELETE, "paths": PLAIN},
        expect={VALUE: 0, "calls.0.texts": 0, "gone": [PLAIN], "asked.0.params": {"Paths": [PLAIN], "Flags": 0}},
    ),
    case("delete: changes go too", {**DELETE, "paths": UP, "flags": [4]}, expect={VALUE: 0, "gone": [UP]}),
    case("delete: what is pinned stays", {**DELETE, "flags": [2]}, expect={"gone": [PLAIN]}),
    case(
        "delete: the flag of administrators",
        {**DELETE, "paths": PLAIN, "flags": [-0x80000000]},
        expect={VALUE: 0x80070005, "gone": []},
    ),
    case(
        "delete: an administrator",
        {**DELETE, "paths": PLAIN, "flags": [-0x80000000]},
        expect={VALUE: 0, "gone": [PLAIN]},
        user=ADMIN,
    ),
    case("19 texts: sent", DELETE, TELLING, {VALUE: 0x800700EA}),
    case("19 texts: the failures", DELETE, {"delete_texts": "failures_only"}, {VALUE: 0x800700EA}),
    case("19 texts: folders last", DELETE, {**TELLING, "item_order": "children_first"}),
    case("25 returned: 0", DELETE, {"delete_return": "zero"}, {VALUE: 0}),
    case("25 returned: S_FALSE", DELETE, {"delete_return": "s_false"}, {VALUE: 1}),
    case("25 returned: the first error", DELETE, {"delete_return": "first_error"}, {VALUE: 0x800700AA}),
    case("34 open: deleted", {**DELETE, "paths": SHARE + r"\open"}, {"open_files": "served"}, {VALUE: 0}),
    case("43 changed: a code", {**DELETE, "paths": UP}, {**TELLING, "delete_modified_error": 33}),
    case("43 changed: S_OK", {**DELETE, "paths": UP}, {**TELLING, "delete_modified": "s_ok"}, {VALUE: 0, "gone": []}),
    case("43 changed: S_FALSE", {**DELETE, "paths": UP}, {**TELLING, "delete_modified": "s_false"}, {VALUE: 0}),
    case("43 changed: no text", {**DELETE, "paths": UP}, {**TELLING, "delete_modified": "none"}, {VALUE: 0}),
    case("43 left out: S_OK", {**DELETE, "flags": [2]}, {**TELLING, "delete_skipped": "s_ok"}),
    case("43 left out: S_FALSE", {**DELETE, "flags": [2]}, {**TELLING, "delete_skipped": "s_false"}),
    case("43 not empty: S_OK", DELETE, {**TELLING, "delete_not_empty": "s_ok"}),
    case("43 not empty: no text", DELETE, {**TELLING, "delete_not_empty": "none"}),
    case("44 share: kept", {**DELETE, "paths": EMPTY}, {"delete_shares": "kept"}, {"gone": []}),
    case("44 share: deleted", {**DELETE, "paths": EMPTY}, expect={"gone": [EMPTY], VALUE: 0, STATUS: None}),
    case(
        "three at once",
        {**DELETE, "paths": lines(PLAIN, BUSY, LETTER)},
        expect={"before.held": [True, True, False], "gone": [PLAIN]},
    ),
)

_OTHERS = (*_PIN, *_SYNCHRONIZE, *_DELETE, *CHANGE_CASES, *RENAME_CASES, *CACHE_CASES)
ALL_CASES: Mapping[str, Case] = {**CASES, **{one.name: one for one in _OTHERS}}
"""Every case of all tables, by its name."""
