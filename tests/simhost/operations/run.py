# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what all methods over paths have in common: paths and their items, the order of steps, faults, the result."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from simhost.cache import ALL_REASONS, Item, ItemType, fold, subtree
from simhost.operations.steps import (
    Deciding,
    Finished,
    Hang,
    Items,
    MethodCall,
    Reason,
    Step,
    Steps,
    Wait,
    wmi_error,
)
from simhost.result_texts import (
    ERROR_BAD_PATHNAME,
    ERROR_CANCELLED,
    ERROR_FILENAME_EXCED_RANGE,
    ERROR_INVALID_NAME,
    ERROR_MORE_DATA,
    ERROR_SHARING_VIOLATION,
    S_FALSE,
    as_hresult,
    as_win32,
)
from simhost.servers import is_offline

REDIRECTION = 0x100
INTERACTIVE = 0x800
BACKGROUND = 0x10000
_MAX_PATH = 260
_MAX_ITEMS = 500
_ILLEGAL = re.compile(r'[<>:"|/\x00-\x1f]')


class Root(NamedTuple):
    """A requested path: the items that it names with their paths, and an error code instead of them."""

    requested: str
    items: list[tuple[str, Item]]
    code: int


class Opening(NamedTuple):
    """A folder that is told of before what is in it, and judged after that."""

    path: str
    item: Item


Verdict = tuple[int | None, Any]
"""Result of an item (None: no text), and what is to be done with it (None: nothing), as the method understands it."""


class Run:
    """One run of a method: what it has done so far, and the next steps. A method says what differs in the hooks."""

    method: ClassVar[str]
    lone_file: ClassVar[bool] = True
    """Whether the result of a file that is the only path may stand for the whole call."""

    def __init__(self, call: MethodCall) -> None:
        self.call = call
        self.host = call.host
        self.behaviour = call.host.behaviour
        self.flags: int = call.params["Flags"]
        self._paths: list[str] = list(call.params.get("Paths") or ())
        self.sees = call.host.sees(call.user, everything=self.sees_all())
        limits = (
            self.behaviour.hang_after_items,
            self.behaviour.dies_after_items,
            self.behaviour.cancelled_after_items,
        )
        self._breaks = any(limit is not None for limit in limits) or self.can_stop()
        # Nothing comes between two items that a caller could tell from the texts of many items at once.
        self._in_one = (
            not self._breaks
            and not self.behaviour.item_delay_ms
            and self.behaviour.abandoned_call == "continues"
            and self.behaviour.item_result_text != "retried"
        )
        self._done = 0
        self._first_error = 0
        self._path_error = 0
        self._only_result: int | None = None
        self._begun: set[Item] = set()
        self.stopped = 0
        """HRESULT for which the whole call ends before the next item; 0: it goes on."""

    # What a method says

    def sees_all(self) -> bool:
        """Whether it acts on items that the caller does not see, too."""
        return False

    def can_stop(self) -> bool:
        """Whether it may set `stopped`."""
        return False

    def prepare(self) -> int:
        """Look at the flags. Answers a code where they are refused; 0: they are not."""
        return 0

    def fatal(self, roots: list[Root]) -> int:
        """The code for which the whole call does nothing; 0: none."""
        return 0

    def look_up(self, path: str) -> tuple[list[tuple[str, Item]], int]:
        """What a path without wildcards names."""
        item = self.host.cache.find(path)
        if item is None or not self.sees(item):
            return [], self.behaviour.missing_path_code
        return [(item.path, item)], 0

    def scope(self, path: str, item: Item) -> Iterator[tuple[str, Item] | Opening]:
        """The items that a named one stands for."""
        yield from subtree(path, item, self.behaviour.item_order == "children_first")

    def verdict(self, path: str, item: Item) -> Verdict:
        """What an item comes to, before anything is done."""
        raise NotImplementedError

    def carry_out(self, path: str, item: Item, todo: Any) -> None:
        """Do what the verdict found."""
        raise NotImplementedError

    def after(self) -> None:
        """What Windows does by itself once the call is over."""

    def on_errors(self, first: int) -> int:
        """The result of the whole call when items failed, the first of them with this HRESULT."""
        if self.behaviour.return_on_item_errors == "zero":
            return 0
        return first if self.behaviour.return_on_item_errors == "first_error" else as_hresult(ERROR_MORE_DATA)

    # What all have in common

    def steps(self) -> Steps:
        refused = self.prepare()
        if refused:
            yield self._refusal(refused)
            return
        yield Step(Reason.BEGIN, self.behaviour.begin_result, "")
        if self.flags & INTERACTIVE and self.behaviour.interactive_flag == "hangs":
            yield Hang()
        roots = [Root(path, *self._resolve(path)) for path in self._paths]
        fatal = next((root.code for root in roots if root.code), 0) if self.behaviour.bad_path_fails == "call" else 0
        fatal = self.fatal(roots) or fatal
        if fatal:
            yield from self._end(as_hresult(fatal))
            return
        for root in roots:
            stopped = yield from self._path(root)
            if stopped:
                return
        stopped = yield from self._fault()
        if not stopped:
            self.after()
            yield from self._end(self._overall(), roots)

    def reasons(self) -> int | None:
        """The pin reasons of the flags, as far as this Windows minds them; None: they are refused."""
        behaviour = self.behaviour
        mask = self.flags & ALL_REASONS
        if mask == 0:
            if behaviour.no_reason_flags == "refused":
                return None
            return ALL_REASONS if behaviour.no_reason_flags == "all_reasons" else 0
        if mask & REDIRECTION and behaviour.redirection_flag != "honoured":
            if behaviour.redirection_flag == "refused":
                return None
            mask &= ~REDIRECTION
        if mask & (mask - 1) and behaviour.combined_reasons != "accepted":
            if behaviour.combined_reasons == "refused":
                return None
            mask &= -mask
        return mask

    def fault_of(self, item: Item) -> int | None:
        """The Result that the scenario wants for an item."""
        fault = item.facts.fault_of(self.method) if item.facts.faults else None
        if fault is None:
            return None
        return as_hresult(fault.code) if fault.form == "hresult" else as_win32(fault.code)

    def open_elsewhere(self, item: Item) -> int:
        """The Result of an item whose content would have to move while a program has it open; 0: it can."""
        refused = self.flags & BACKGROUND or self.behaviour.open_files == "refused"
        return as_hresult(ERROR_SHARING_VIOLATION) if item.facts.in_use and refused else 0

    def _refusal(self, code: int) -> Finished:
        form = self.behaviour.refusal_form
        if form == "thrown":
            raise wmi_error(code, self.behaviour.text_language)
        return (
            Finished(self._returned(as_hresult(code)), 0)
            if form == "return_value"
            else Finished(None, as_hresult(code))
        )

    def _resolve(self, path: str) -> tuple[list[tuple[str, Item]], int]:
        behaviour = self.behaviour
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
        return self.look_up(plain)

    def _matching(self, plain: str) -> tuple[list[tuple[str, Item]], int]:
        folder, _dummy, pattern = plain.rpartition("\\")
        parent = self.host.cache.find(folder)
        children = list((parent.children or {}).values()) if parent else []
        named = [item for item in children if fnmatch.fnmatchcase(fold(item.name), fold(pattern)) and self.sees(item)]
        return [(item.path, item) for item in named], 0 if named else self.behaviour.missing_path_code

    def _path(self, root: Root) -> Deciding:
        """Steps of one requested path."""
        if root.code:
            hresult = as_hresult(root.code)
            if self.behaviour.missing_path == "item_result":
                yield Step(Reason.ITEM_BEGIN, 0, root.requested)
                yield from self._result(hresult, root.requested)
            if self.behaviour.missing_path != "silent" or root.code != self.behaviour.missing_path_code:
                self._path_error = self._path_error or hresult
            return False
        for root_path, item in root.items:
            if self._in_one:
                yield from self._many(root.requested, root_path, item)
                continue
            for entry in self.scope(root_path, item):
                if entry[1].type == ItemType.SERVER or not self.sees(entry[1]):
                    continue
                if self._breaks:
                    stopped = yield from self._fault()
                    if stopped:
                        return True
                yield from self._item(self._spelled(entry[0], root_path, root.requested), entry)
        return False

    def _many(self, requested: str, root_path: str, root: Item) -> Iterator[Items | Step]:
        """What `_item` does, for all of a path; items in a row with the same result make one step."""
        result = 0
        paths: list[str] = []
        cached, all_told = self.behaviour.path_form == "cached", self.behaviour.container_texts == "reported"
        for entry in self.scope(root_path, root):
            path, item = entry
            if item.type == ItemType.SERVER or not self.sees(item):
                continue
            # A folder that was announced is told by itself, and so is its announcement.
            alone = isinstance(entry, Opening) or item in self._begun
            if alone:
                if paths:
                    yield Items(result, paths)
                paths = []
                yield from self._begin_or_end(self._spelled(path, root_path, requested), entry)
                continue
            code, todo = self._judge(path, item)
            if todo is not None:
                self.carry_out(path, item, todo)
            if code is None or (not all_told and item.type != ItemType.FILE):
                continue
            if code != result or len(paths) >= _MAX_ITEMS:
                if paths:
                    yield Items(result, paths)
                result, paths = code, []
            paths.append(path if cached else self._spelled(path, root_path, requested))
        if paths:
            yield Items(result, paths)

    def _begin_or_end(self, shown: str, entry: tuple[str, Item] | Opening) -> Iterator[Step]:
        for step in self._item(shown, entry):
            if isinstance(step, Step):
                yield step

    def _spelled(self, path: str, root_path: str, requested: str) -> str:
        form = self.behaviour.path_form
        if form == "cached":
            return path
        if form == "requested":
            # The target of a link may lie anywhere.
            return requested.removesuffix("\\") + path[len(root_path) :] if path.startswith(root_path) else path
        if form == "fqdn":
            server, separator, rest = path[2:].partition("\\")
            return f"\\\\{server}.corp.example{separator}{rest}"
        return path.lower() if form == "lower" else path.upper()

    def _item(self, shown: str, entry: tuple[str, Item] | Opening) -> Iterator[Step | Wait]:
        path, item = entry
        told = self.behaviour.container_texts == "reported" or item.type == ItemType.FILE
        if isinstance(entry, Opening):
            if told:
                self._begun.add(item)
                yield Step(Reason.ITEM_BEGIN, 0, shown)
            return
        code, todo = self._judge(path, item)
        told = told and code is not None
        if told and item not in self._begun:
            yield Step(Reason.ITEM_BEGIN, 0, shown)
        if self.behaviour.item_delay_ms and code is not None:
            yield Wait(self.behaviour.item_delay_ms)
        if todo is not None:
            self.carry_out(path, item, todo)
        if told and code is not None:
            yield from self._result(code, shown)

    def _judge(self, path: str, item: Item) -> Verdict:
        """The verdict, noted for the result of the whole call."""
        code, todo = self.verdict(path, item)
        self._done += 1
        if code is not None:
            self._only_result = code
            if code > S_FALSE:
                self._first_error = self._first_error or as_hresult(code)
        return code, todo

    def _result(self, code: int, shown: str) -> Iterator[Step]:
        if self.behaviour.item_result_text == "retried":
            yield Step(Reason.ITEM_RESULT, as_hresult(ERROR_SHARING_VIOLATION), shown)
        yield Step(Reason.ITEM_RESULT, code, shown)

    def _fault(self) -> Deciding:
        """Faults that strike after a number of items, and a method that can do no more."""
        behaviour = self.behaviour
        if behaviour.hang_after_items is not None and self._done >= behaviour.hang_after_items:
            yield Hang()
        if behaviour.dies_after_items is not None and self._done >= behaviour.dies_after_items:
            yield Finished(None, as_hresult(behaviour.death_status))
            return True
        stopped = self.stopped
        if behaviour.cancelled_after_items is not None and self._done >= behaviour.cancelled_after_items:
            stopped = as_hresult(ERROR_CANCELLED)
        if stopped:
            self.after()
            yield from self._end(stopped)
            return True
        return False

    def _overall(self) -> int:
        """The result of the whole call as HRESULT, unless one file's own result stands for it."""
        if self._path_error and self.behaviour.missing_path == "return_value":
            return self._path_error
        error = self._first_error or self._path_error
        return self.on_errors(error) if error else 0

    def _end(self, overall: int, roots: list[Root] | None = None) -> Steps:
        behaviour = self.behaviour
        lone = roots is not None and len(roots) == 1 and self.lone_file
        if roots is not None and lone and behaviour.single_file_return == "item_result":
            items = roots[0].items
            if len(items) == 1 and items[0][1].type == ItemType.FILE and self._only_result is not None:
                overall = as_hresult(self._only_result) if self._only_result != S_FALSE else S_FALSE
        first_error = self._first_error or self._path_error or overall
        shown = {"overall": overall, "zero": 0, "first_error": first_error}[behaviour.end_result]
        yield Step(Reason.END, shown, "")
        if behaviour.completed_delay_ms:
            yield Wait(behaviour.completed_delay_ms)
        yield Finished(self._returned(overall), behaviour.completed_status)

    def _returned(self, hresult: int) -> int:
        return as_win32(hresult) if self.behaviour.return_form == "win32" else hresult


class ServerRun(Run):
    """A method that asks file servers and brings content into the cache."""

    def __init__(self, call: MethodCall) -> None:
        super().__init__(call)
        self._logon = self.behaviour.server_logon == "accepted" or call.reaches_servers()
        self._any_reason = self.behaviour.offline_reasons == "any"
        self._room: int | None = None
        if self.behaviour.cache_quota is not None:
            held = (item.facts.size for _path, item in call.host.cache.walk() if not item.facts.sparse)
            self._room = self.behaviour.cache_quota - sum(held)

    def can_stop(self) -> bool:
        return self.behaviour.cache_quota is not None and self.behaviour.quota_full == "stops"

    def offline(self, item: Item) -> bool:
        """Whether the share of an item cannot be reached."""
        return is_offline(item, self.host.cache, self._any_reason)

    def fatal(self, roots: list[Root]) -> int:
        if not self._logon and self.behaviour.server_logon == "per_call":
            return self.behaviour.server_contact_error
        offline = self.behaviour.offline_server == "per_call" and any(
            self.offline(item) for root in roots for _path, item in root.items
        )
        return self.behaviour.offline_server_error if offline else 0

    def unreachable(self, item: Item) -> int | None:
        """The Result of an item whose server has to be asked and cannot be; None: nothing is said; 0: it can."""
        if self.offline(item):
            return (
                None if self.behaviour.offline_server == "skipped" else as_hresult(self.behaviour.offline_server_error)
            )
        return 0 if self._logon else as_hresult(self.behaviour.server_contact_error)

    def no_room(self, more: int) -> int:
        """Take so many bytes of the cache. Answers the Result where they are not there; 0: they are."""
        if self._room is None:
            return 0
        if more > self._room:
            code = as_hresult(self.behaviour.quota_error)
            if self.can_stop():
                self.stopped = code
            return code
        self._room -= more
        return 0
