# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the contract cases of RenameItem and RenameItemEx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases import ADMIN, ALICE, MADE, PINS, THROWN_AT, VALUE, Case, lines

from simhost import shorthand

CACHE = r"""
'\\fs01\users':
  items:
    alice: {pin: {user: inherit}, items: {one.txt: {pin: user}, two.txt: {error: ERROR_NOT_READY}, three.txt: {}}}
    bob: {visible_to: ['CORP\bob'], items: {todo.txt: {}}}
'\\fs01\open': {items: {book.xlsx: {in_use: true}}}
'\\fs03\plain': {items: {a.txt: {pin: user, dirty: [data]}}}
'\\fs03\shared': {items: {mine.txt: {}, his.txt: {visible_to: ['CORP\bob']}}}
"""
USERS, OPEN, PLAIN, SHARED, NEW = r"\\fs01\users", r"\\fs01\open", r"\\fs03\plain", r"\\fs03\shared", r"\\fs02\new"
_PLAIN_MOVED = [r"\\fs02", NEW, NEW + r"\a.txt"]


def _ask(old: str, new: str = NEW, method: str = "RenameItemEx", *, times: int = 1, **options: Any) -> dict[str, Any]:
    """A request as the module rename_item makes it."""
    arguments = {"OriginalPath": old, "NewPath": new, "ReplaceIfExists": False}
    fields = ["ItemType", *PINS, "ChangeInfo.Dirty"]
    return shorthand.named(method, *[arguments] * times, **{"paths": lines(old, new), "fields": fields, **options})


def _case(
    name: str,
    request: Mapping[str, Any],
    expect: Mapping[str, Any],
    behaviour: Mapping[str, Any] | None = None,
    user: str = ALICE,
) -> Case:
    return Case(name, request, behaviour or {}, expect, cache=CACHE, user=user)


RENAME_CASES = (
    _case(
        "rename: at once",
        _ask(PLAIN),
        {
            VALUE: 0,
            "before.held": [True, False],
            "after.held": [False, True],
            "came": _PLAIN_MOVED,
            "asked.0.params": {"OriginalPath": PLAIN, "NewPath": NEW, "ReplaceIfExists": False},
            "calls.0.texts": 0,
        },
    ),
    _case("rename: with an observer", _ask(PLAIN, observe=True), {VALUE: 0, "came": _PLAIN_MOVED}),
    _case("rename: an open file", _ask(OPEN), {VALUE: 0x80070020, "came": [], "gone": []}),
    _case("rename: taken", _ask(PLAIN, OPEN), {VALUE: 0x800700B7, "gone": []}),
    _case(
        "rename: at the restart",
        _ask(PLAIN, method="RenameItem"),
        {VALUE: 0, "after.held": [True, False], "gone": []},
        user=ADMIN,
    ),
    _case("rename: no administrator", _ask(PLAIN, method="RenameItem"), {VALUE: 0x80070005}),
    _case(
        "rename: a method without these parameters",
        _ask(PLAIN, method="Unpin"),
        {MADE: False, THROWN_AT: "parameters", "asked": [], "after": None},
    ),
    _case(
        "50 share to folder: refused",
        _ask(PLAIN, r"\\fs02\a\b"),
        {VALUE: 0x80070057},
        {"rename_level": "refused"},
    ),
    _case("51 open: access denied", _ask(OPEN), {VALUE: 0x80070005}, {"rename_open_error": 5}),
    _case("52 no place: refused", _ask(PLAIN), {VALUE: 0x80070003, "gone": []}, {"rename_place": "refused"}),
    _case(
        "53 an item in the way: in part",
        _ask(USERS),
        {VALUE: 0x80070015, "after.held": [True, True], "gone": [USERS + r"\alice\one.txt"]},
        {"rename_item_error": "items_before"},
    ),
    _case("54 what is not seen: stays", _ask(SHARED), {"gone": [SHARED + r"\mine.txt"]}, {"rename_reach": "view"}),
    _case("55 pins: gone", _ask(PLAIN), {VALUE: 0, "came": _PLAIN_MOVED}, {"rename_pins": "dropped"}),
    _case(
        "56 asked again: refused",
        _ask(PLAIN, method="RenameItem", times=2),
        {VALUE: 0, "calls.1.returned": {"ReturnValue": 0x800700B7}},
        {"rename_again": "refused"},
        user=ADMIN,
    ),
    _case("57 not cached: success", _ask(NEW, PLAIN + "2"), {VALUE: 0}, {"rename_unknown": "accepted"}),
)
