# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the methods of Win32_OfflineFilesCache do to the simulated cache, step by step.

A method is a generator of steps; how they become texts and WMI events stands in wmi.py. METHODS is the table of the
methods that this Windows has: Pin, DeleteItems and the others join it as entries. Synchronize is only declared.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from simhost.cache import ALL_REASONS, REASON_FLAGS, Item, ItemType, Pins, fold, pinned_for, subtree
from simhost.result_texts import (
    ERROR_BAD_PATHNAME,
    ERROR_CANCELLED,
    ERROR_CSCSHARE_OFFLINE,
    ERROR_FILE_NOT_FOUND,
    ERROR_FILENAME_EXCED_RANGE,
    ERROR_INVALID_NAME,
    ERROR_MORE_DATA,
    ERROR_SHARING_VIOLATION,
    S_FALSE,
    as_hresult,
    as_win32,
    text_of,
)
from simhost.windows import Host

_REDIRECTION = 0x100
_INTERACTIVE = 0x800
_BACKGROUND = 0x10000
_MAX_PATH = 260
_MAX_ITEMS = 500
_OFFLINE = 1
_NOT_PINNED = {"s_ok": 0, "s_false": S_FALSE, "not_found": as_hresult(ERROR_FILE_NOT_FOUND), "none": None}
_ILLEGAL = re.compile(r'[<>:"|/\x00-\x1f]')


class WmiError(Exception):
    """What System.Management throws. `code`: unsigned. `kind`: management, com or access (UnauthorizedAccess)."""

    def __init__(self, code: int, message: str, kind: str) -> None:
        super().__init__(f"0x{code:08X} {message}")
        self.code = code
        self.message = message
        self.kind = kind


def wmi_error(code: int, language: str = "en") -> WmiError:
    """The exception for a code: its kind follows from the number, its message from the table."""
    hresult = as_hresult(code)
    message = text_of(hresult, "en" if language == "empty" else language)
    if hresult == 0x80070005:
        return WmiError(hresult, message, "access")
    return WmiError(hresult, message, "management" if hresult & 0xFFFFF000 == 0x80041000 else "com")


def client_error(code: int) -> WmiError:
    """What System.Management finds wrong by itself, before it asks WMI: it has the number, and no text of WMI."""
    return WmiError(code, f"Error code: 0x{code:08x}", "management")


class Reason(IntEnum):
    """First field of a progress text."""

    BEGIN = 0
    END = 1
    ITEM_BEGIN = 2
    ITEM_RESULT = 3


class Step(NamedTuple):
    """Something that a progress text tells. `code` is what Result shows, `path` empty for BEGIN and END."""

    reason: Reason
    code: int
    path: str


class Items(NamedTuple):
    """ITEM_BEGIN and ITEM_RESULT with this code, for each of the paths in turn."""

    code: int
    paths: list[str]

    def steps(self) -> Iterator[Step]:
        """The same one by one."""
        for path in self.paths:
            yield Step(Reason.ITEM_BEGIN, 0, path)
            yield Step(Reason.ITEM_RESULT, self.code, path)


class Wait(NamedTuple):
    """Time passes before the next step."""

    ms: float


class Hang(NamedTuple):
    """Nothing more comes, ever."""


class Finished(NamedTuple):
    """The method is over. `return_value` None: it has none, because the provider broke down with `status`."""

    return_value: int | None
    status: int


AnyStep = Step | Items | Wait | Hang | Finished
Steps = Iterator[AnyStep]
_Deciding = Generator[AnyStep, None, bool]
"""Steps that end with the answer whether the whole call is over."""


@dataclass(slots=True)
class MethodCall:
    """One call of a method. `delay`: seconds by which changes come later than now, once nobody waits for the steps."""

    host: Host
    user: str
    params: Mapping[str, Any]
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Method:
    """`inputs`: name and CIM type of each parameter. `run`: the steps; may raise WmiError before the first one.

    `run` None: the class declares the method, and this Windows does not carry it out.
    """

    inputs: Mapping[str, str]
    run: Callable[[MethodCall], Steps] | None


class _Unpin:
    """One run of Unpin: what it has done so far, and the next steps."""

    def __init__(self, call: MethodCall) -> None:
        self._call = call
        self._host = call.host
        self._behaviour = call.host.behaviour
        self._paths: list[str] = list(call.params.get("Paths") or ())
        self._flags: int = call.params["Flags"]
        self._deep: bool = call.params["Deep"]
        self._sees = call.host.sees(call.user, everything=self._behaviour.unpin_reach == "all")
        self._reaches = self._behaviour.server_contact == "never" or call.host.reaches_servers(call.user)
        limits = (
            self._behaviour.hang_after_items,
            self._behaviour.dies_after_items,
            self._behaviour.cancelled_after_items,
        )
        self._breaks = any(limit is not None for limit in limits)
        # Nothing comes between two items that a caller could tell from the texts of many items at once.
        self._in_one = (
            not self._breaks
            and not self._behaviour.item_delay_ms
            and self._behaviour.abandoned_call == "continues"
            and self._behaviour.item_result_text != "retried"
        )
        self._mask = 0
        self._done = 0
        self._first_error = 0
        self._path_error = 0
        self._only_result: int | None = None
        self._touched: list[tuple[Item, Pins]] = []

    def steps(self) -> Steps:
        refused = self._choose_mask()
        if refused:
            yield self._refusal()
            return
        yield Step(Reason.BEGIN, self._behaviour.begin_result, "")
        if self._flags & _INTERACTIVE and self._behaviour.interactive_flag == "hangs":
            yield Hang()
        roots = [(path, *self._resolve(path)) for path in self._paths]
        fatal = next((root[-1] for root in roots if root[-1]), 0) if self._behaviour.bad_path_fails == "call" else 0
        if not self._reaches and self._behaviour.server_contact == "per_call":
            fatal = self._behaviour.server_contact_error
        if fatal:
            yield from self._end(as_hresult(fatal))
            return
        for path, items, code in roots:
            stopped = yield from self._path(path, items, code)
            if stopped:
                return
        stopped = yield from self._fault()
        if not stopped:
            self._after()
            yield from self._end(self._overall(), roots)

    def _choose_mask(self) -> bool:
        """Which reasons go. True: the flags are refused."""
        behaviour = self._behaviour
        mask = self._flags & ALL_REASONS
        if mask == 0:
            self._mask = ALL_REASONS if behaviour.no_reason_flags == "all_reasons" else 0
            return behaviour.no_reason_flags == "refused"
        if mask & _REDIRECTION and behaviour.redirection_flag != "honoured":
            if behaviour.redirection_flag == "refused":
                return True
            mask &= ~_REDIRECTION
        if mask & (mask - 1) and behaviour.combined_reasons != "accepted":
            if behaviour.combined_reasons == "refused":
                return True
            mask &= -mask
        self._mask = mask
        return False

    def _refusal(self) -> Finished:
        code, form = self._behaviour.refusal_code, self._behaviour.refusal_form
        if form == "thrown":
            raise wmi_error(code, self._behaviour.text_language)
        return (
            Finished(self._returned(as_hresult(code)), 0)
            if form == "return_value"
            else Finished(None, as_hresult(code))
        )

    def _resolve(self, path: str) -> tuple[list[tuple[str, Item]], int]:
        """The items that a path names with their cached paths, and an error code instead of them."""
        behaviour = self._behaviour
        plain = "\\\\" + path[8:] if path.upper().startswith("\\\\?\\UNC\\") else path
        plain = plain.removesuffix("\\")
        if plain != path and behaviour.path_forms == "refused":
            return [], ERROR_INVALID_NAME
        if not plain.startswith("\\\\"):
            return [], ERROR_BAD_PATHNAME
        names = plain[2:].split("\\")
        if "" in names or any(_ILLEGAL.search(name) for name in names):
            return [], ERROR_INVALID_NAME
        if len(plain) > _MAX_PATH and behaviour.long_paths == "refused":
            return [], ERROR_FILENAME_EXCED_RANGE
        if len(names) == 1 and behaviour.server_path != "accepted":
            return [], ERROR_INVALID_NAME if behaviour.server_path == "refused" else behaviour.missing_path_code
        if re.search("[*?]", plain) and behaviour.wildcards != "literal":
            return self._matching(plain) if behaviour.wildcards == "expanded" else ([], ERROR_INVALID_NAME)
        item = self._host.cache.find(plain)
        if item is None or not self._sees(item):
            return [], behaviour.missing_path_code
        return [(item.path, item)], 0

    def _matching(self, plain: str) -> tuple[list[tuple[str, Item]], int]:
        folder, _dummy, pattern = plain.rpartition("\\")
        parent = self._host.cache.find(folder)
        children = list((parent.children or {}).values()) if parent else []
        named = [item for item in children if fnmatch.fnmatchcase(fold(item.name), fold(pattern)) and self._sees(item)]
        return [(item.path, item) for item in named], 0 if named else self._behaviour.missing_path_code

    def _path(self, requested: str, roots: list[tuple[str, Item]], code: int) -> _Deciding:
        """Steps of one requested path."""
        if code:
            hresult = as_hresult(code)
            if self._behaviour.missing_path == "item_result":
                yield Step(Reason.ITEM_BEGIN, 0, requested)
                yield from self._result(hresult, requested)
            if self._behaviour.missing_path != "silent" or code != self._behaviour.missing_path_code:
                self._path_error = self._path_error or hresult
            return False
        for root_path, root in roots:
            if self._in_one:
                yield from self._many(requested, root_path, root)
                continue
            for path, item in self._scope(root_path, root):
                if item.type == ItemType.SERVER or not self._sees(item):
                    continue
                if self._breaks:
                    stopped = yield from self._fault()
                    if stopped:
                        return True
                yield from self._item(self._spelled(path, root_path, requested), item)
        return False

    def _many(self, requested: str, root_path: str, root: Item) -> Iterator[Items]:
        """What `_item` does, for all of a path; items in a row with the same result make one step."""
        result = 0
        paths: list[str] = []
        cached, all_told = self._behaviour.path_form == "cached", self._behaviour.container_texts == "reported"
        for path, item in self._scope(root_path, root):
            if item.type == ItemType.SERVER or not self._sees(item):
                continue
            code = self._judge(item)
            if code is None:
                continue
            if code == 0:
                self._release(item)
            if not all_told and item.type != ItemType.FILE:
                continue
            if code != result or len(paths) >= _MAX_ITEMS:
                if paths:
                    yield Items(result, paths)
                result, paths = code, []
            paths.append(path if cached else self._spelled(path, root_path, requested))
        if paths:
            yield Items(result, paths)

    def _scope(self, path: str, item: Item) -> Iterator[tuple[str, Item]]:
        if self._deep or item.children is None:
            yield from subtree(path, item, self._behaviour.item_order == "children_first")
            return
        if self._behaviour.shallow_container == "released":
            yield path, item
        for child in list(item.children.values()):
            if child.type == ItemType.FILE or (
                child.type == ItemType.DIRECTORY and self._behaviour.shallow_subdirectories == "released"
            ):
                yield f"{path}\\{child.name}", child

    def _spelled(self, path: str, root_path: str, requested: str) -> str:
        form = self._behaviour.path_form
        if form == "cached":
            return path
        if form == "requested":
            return requested.removesuffix("\\") + path[len(root_path) :]
        if form == "fqdn":
            server, separator, rest = path[2:].partition("\\")
            return f"\\\\{server}.corp.example{separator}{rest}"
        return path.lower() if form == "lower" else path.upper()

    def _item(self, shown: str, item: Item) -> Iterator[Step | Wait]:
        code = self._judge(item)
        if code is None:
            return
        told = self._behaviour.container_texts == "reported" or item.type == ItemType.FILE
        if told:
            yield Step(Reason.ITEM_BEGIN, 0, shown)
        if self._behaviour.item_delay_ms:
            yield Wait(self._behaviour.item_delay_ms)
        if code == 0:
            self._release(item)
        if told:
            yield from self._result(code, shown)

    def _judge(self, item: Item) -> int | None:
        """The item's Result, noted for the result of the whole call."""
        code = self._verdict(item)
        self._done += 1
        if code is not None:
            self._only_result = code
            if code > S_FALSE:
                self._first_error = self._first_error or as_hresult(code)
        return code

    def _verdict(self, item: Item) -> int | None:
        """The item's Result, before anything is done; None where an item that was not pinned gets no text."""
        fault = item.facts.fault_of("Unpin") if item.facts.faults else None
        if fault:
            return as_hresult(fault.code) if fault.form == "hresult" else as_win32(fault.code)
        if self._behaviour.server_contact == "per_item":
            if item.facts.connection[0] == _OFFLINE:
                return as_hresult(ERROR_CSCSHARE_OFFLINE)
            if not self._reaches:
                return as_hresult(self._behaviour.server_contact_error)
        if item.facts.in_use and self._flags & _BACKGROUND:
            return as_hresult(ERROR_SHARING_VIOLATION)
        if pinned_for(item.pins, self._mask):
            return 0
        return _NOT_PINNED[self._behaviour.item_not_pinned]

    def _release(self, item: Item) -> None:
        # A pin that comes back at once is a pin that no reader ever misses.
        if self._behaviour.repin == "at_once" or not pinned_for(item.pins, self._mask):
            return
        if self._behaviour.repin == "inherited" or self._behaviour.eviction == "at_once":
            self._touched.append((item, item.pins))
        self._host.release(item, self._mask, self._call.delay)

    def _result(self, code: int, shown: str) -> Iterator[Step]:
        if self._behaviour.item_result_text == "retried":
            yield Step(Reason.ITEM_RESULT, as_hresult(ERROR_SHARING_VIOLATION), shown)
        yield Step(Reason.ITEM_RESULT, code, shown)

    def _fault(self) -> _Deciding:
        """Faults that strike after a number of items."""
        behaviour = self._behaviour
        if behaviour.hang_after_items is not None and self._done >= behaviour.hang_after_items:
            yield Hang()
        if behaviour.dies_after_items is not None and self._done >= behaviour.dies_after_items:
            yield Finished(None, as_hresult(behaviour.death_status))
            return True
        if behaviour.cancelled_after_items is not None and self._done >= behaviour.cancelled_after_items:
            self._after()
            yield from self._end(as_hresult(ERROR_CANCELLED))
            return True
        return False

    def _after(self) -> None:
        """What Windows does by itself once the call is over."""
        if self._behaviour.repin == "inherited":
            for item, old in self._touched:
                above = item.parent.pins if item.parent else (0, 0, 0, 0)
                back = [
                    was if was and flag & self._mask and parent == 2 else now
                    for was, now, parent, flag in zip(old, item.pins, above, REASON_FLAGS, strict=True)
                ]
                item.pins = (back[0], back[1], back[2], back[3])
        if self._behaviour.eviction == "at_once":
            for item, _dummy in reversed(self._touched):
                self._host.evict(item)

    def _overall(self) -> int:
        """The result of the whole call as HRESULT, unless one file's own result stands for it."""
        if self._path_error and self._behaviour.missing_path == "return_value":
            return self._path_error
        error = self._first_error or self._path_error
        if not error or self._behaviour.return_on_item_errors == "zero":
            return 0
        return error if self._behaviour.return_on_item_errors == "first_error" else as_hresult(ERROR_MORE_DATA)

    def _end(self, overall: int, roots: list[tuple[str, list[tuple[str, Item]], int]] | None = None) -> Steps:
        behaviour = self._behaviour
        if roots is not None and len(roots) == 1 and behaviour.single_file_return == "item_result":
            items = roots[0][1]
            if len(items) == 1 and items[0][1].type == ItemType.FILE and self._only_result is not None:
                overall = as_hresult(self._only_result) if self._only_result != S_FALSE else S_FALSE
        first_error = self._first_error or self._path_error or overall
        shown = {"overall": overall, "zero": 0, "first_error": first_error}[behaviour.end_result]
        yield Step(Reason.END, shown, "")
        if behaviour.completed_delay_ms:
            yield Wait(behaviour.completed_delay_ms)
        yield Finished(self._returned(overall), behaviour.completed_status)

    def _returned(self, hresult: int) -> int:
        return as_win32(hresult) if self._behaviour.return_form == "win32" else hresult


METHODS: Mapping[str, Method] = {
    "Unpin": Method({"Paths": "string[]", "Flags": "uint32", "Deep": "boolean"}, lambda call: _Unpin(call).steps()),
    "Synchronize": Method({"Paths": "string[]", "Flags": "uint32"}, None),
}
