# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of item_info: the items that were asked for, and what they come to for each share."""

from __future__ import annotations

import dataclasses
import heapq
import typing as t
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .. import limits
from ..errors import ContractError, HostCallError
from ..host import advice, availability
from ..host.answer import Answer, State
from ..host.pack import Kept, unpack
from ..options import check_limit
from ..windows import pins, rows, unc
from ..windows.near import near_misses
from ..windows.pins import Reasons
from ..windows.rows import ItemType
from ..words import number
from .selection import Selection

SORTS: tuple[str, ...] = ("path", "name", "type", "size", "dirty_size", "modified", "accessed")

_NUMBERS = {"type": rows.PIN_STATE[0], "size": rows.SIZE, "dirty_size": rows.DIRTY_SIZE}


@dataclass(frozen=True)
class View:
    """How the user wants the items shown.

    :ivar sort: one of :data:`SORTS`; items without a value come last
    :ivar max_entries: at most so many entries; 0 for no limit
    :ivar unavailable: ``fail`` when a host without a running cache is a failure, else ``ok``
    """

    sort: str = "path"
    descending: bool = False
    max_entries: int = 1000
    unavailable: str = "fail"

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any]) -> View:
        """Check the options of a module that lists items.

        :raises InputError: a value that cannot be accepted
        """
        max_entries = check_limit("max_entries", options["max_entries"])
        return cls(options["sort"], options["descending"], max_entries, options["unavailable"])


@dataclass
class _Sum:
    """What some items come to: numbers of items, and bytes of files."""

    total: int = 0
    of_type: Counter[str] = field(default_factory=Counter)
    pinned: int = 0
    dirty: int = 0
    size: int = 0
    pinned_size: int = 0
    dirty_size: int = 0
    reasons: Counter[Reasons] = field(default_factory=Counter)

    def add(self, kind: _Kind, count: int, size: int, dirty_size: int) -> None:
        """Add some items of one kind."""
        reasons = rows.reasons_of(kind.pin_state)
        self.total += count
        self.of_type[kind.pin_state[0]] += count
        self.size += size
        if reasons:
            self.pinned += count
            self.pinned_size += size
        for reason in pins.FIELDS:
            if reason & reasons:
                self.reasons[reason] += count
        if kind.dirty:
            self.dirty += count
            self.dirty_size += dirty_size

    def types(self) -> dict[str, int]:
        words = {ItemType.FILE: "files", ItemType.DIRECTORY: "directories", ItemType.SHARE: "shares"}
        words[ItemType.SERVER] = "servers"
        return {word: self.of_type[str(int(member))] for member, word in words.items()}

    def reason_counts(self) -> dict[str, int]:
        return {name: self.reasons[reason] for reason in pins.FIELDS for name in reason.names}


class _Kind(t.NamedTuple):
    """What items are counted by. There are few kinds, so a million items cost little more than a look-up each."""

    share: str
    pin_state: tuple[str, ...]
    dirty: bool


_Row = tuple[str, list[str]]


@dataclass
class _Found:
    """What is read out of the rows of a state.

    :ivar cells: number, bytes and bytes of changes of the items of each kind
    :ivar heirs: containers whose new children inherit a pin, with the reasons that are passed on
    :ivar outside: rows for items that were not asked for; they are left out
    :ivar problem: why the rows could not be read to their end
    """

    selection: Selection
    cells: dict[_Kind, list[int]] = field(default_factory=dict)
    heirs: dict[str, Reasons] = field(default_factory=dict)
    outside: int = 0
    problem: ContractError | None = None

    def rows(self, state: State) -> Iterator[_Row]:
        """Yield the rows of the items that are wanted, and count them, as far as they can be read."""
        try:
            yield from self._rows(state)
        except ContractError as exc:
            self.problem = exc

    def _rows(self, state: State) -> Iterator[_Row]:
        fields, test = self.selection.fields, self.selection.test()
        width = len(rows.PIN_STATE)
        dirty_column, dirty_size, size = (fields.index(name) for name in (rows.DIRTY, rows.DIRTY_SIZE, rows.SIZE))
        numbers = [column for column, name in enumerate(fields) if name in rows.NUMBERS]
        in_scope, kept = self.selection.scope.reader(), Kept()
        for batch in unpack(state.data, state.rows):
            kept.add(len(batch), (row.rpartition("\t")[2] for row in batch))
            for row in batch:
                texts, _tab, path = row.rpartition("\t")
                rows.check_lengths(texts, path)
                values = rows.split_values(texts, fields)
                for column in numbers:
                    rows.integer(values[column])
                if not in_scope(path):
                    self.outside += 1
                    continue
                pin_state = tuple(values[:width])
                if "2" in pin_state[rows.PINS]:
                    self.heirs[unc.key(path)] = pins.passed_on(pin_state[rows.PINS])
                if not test(path, values):
                    continue
                kind = _Kind(unc.share(path), pin_state, values[dirty_column] == "True")
                cell = self.cells.get(kind)
                if cell is None:
                    if len(self.cells) == limits.GROUPS:
                        raise ContractError(f"its items are of more than {limits.GROUPS} shares and kinds")
                    cell = self.cells[kind] = [0, 0, 0]
                cell[0] += 1
                cell[1] += rows.integer(values[size]) or 0
                cell[2] += rows.integer(values[dirty_size]) or 0
                yield path, values

    def whole(self) -> _Sum:
        """Return what all items come to."""
        total = _Sum()
        for kind, cell in self.cells.items():
            total.add(kind, *cell)
        return total

    def share_rows(self) -> list[dict[str, t.Any]]:
        """Return a row for each share, by path; the same share in another spelling is the same share."""
        sums: dict[str, tuple[str, _Sum]] = {}
        for kind, cell in self.cells.items():
            if kind.share:
                sums.setdefault(unc.key(kind.share), (kind.share, _Sum()))[1].add(kind, *cell)
        return [
            {
                "path": path,
                "total_items": total.total,
                "files": total.types()["files"],
                "directories": total.types()["directories"],
                "pinned_items": total.pinned,
                "dirty_items": total.dirty,
                "size": total.size,
                "pinned_size": total.pinned_size,
                "dirty_size": total.dirty_size,
                "reasons": total.reason_counts(),
            }
            for _key, (path, total) in sorted(sums.items())
        ]


def make(selection: Selection, view: View, answer: Answer) -> tuple[dict[str, t.Any], list[str]]:
    """Return the result for the host's answer, and what the user can act on.

    Where the packed rows cannot be read to their end, those before count and the result has failed.

    :raises ContractError: the answer contradicts what was asked
    """
    problem = availability.check(answer)
    if problem:
        failed = view.unavailable == "fail" or not problem.seen
        return {**empty(), "failed": failed, "msg": problem.sentence, "cache": availability.cache_row(answer)}, []
    state = answer.before
    if state is None:
        raise ContractError("no item was read")
    found = _Found(selection)
    chosen = _choose(found.rows(state), selection, view)
    state = dataclasses.replace(state, complete=state.complete and not found.problem)
    whole = found.whole()
    not_cached = [path for path, held in zip(selection.scope.paths, state.held, strict=True) if not held]
    result = {
        **empty(),
        "failed": not state.complete,
        "complete": state.complete,
        "entries": [_entry(path, values, selection, state, found) for path, values in chosen],
        "entries_truncated": selection.details and len(chosen) < whole.total,
        **_totals(whole, state.seen),
        "shares": found.share_rows(),
        "not_cached": not_cached,
        "cache": availability.cache_row(answer),
    }
    result["msg"] = _sentence(result, selection, state, answer.user)
    if found.problem:
        result["msg"] = f"{found.problem} {result['msg']}"
    return result, _warnings(not_cached, state, answer.user) + advice.outside(found.outside)


def empty() -> dict[str, t.Any]:
    """Return a result with every key, of a host of which nothing is known."""
    return {
        "changed": False,
        "failed": False,
        "msg": "",
        "complete": False,
        "entries": [],
        "entries_truncated": False,
        **_totals(_Sum(), None),
        "shares": [],
        "not_cached": [],
        "cache": availability.cache_row(None),
    }


def _totals(whole: _Sum, visible: int | None) -> dict[str, t.Any]:
    counts = {"total": whole.total, **whole.types(), "pinned": whole.pinned, "dirty": whole.dirty, "visible": visible}
    return {
        "counts": counts,
        "sizes": {"total": whole.size, "pinned": whole.pinned_size, "dirty": whole.dirty_size},
        "reasons": whole.reason_counts(),
    }


def without_answer(problem: HostCallError) -> dict[str, t.Any]:
    """Return the result of a task whose host gave no usable answer."""
    return {**empty(), "failed": True, "msg": str(problem)}


def _choose(found: Iterable[_Row], selection: Selection, view: View) -> list[_Row]:
    """Return the rows to describe, sorted; all are taken in."""
    if not selection.details:
        deque(found, maxlen=0)
        return []
    value = _sort_value(selection, view.sort)

    def key(row: _Row) -> tuple[bool, t.Any]:
        sort_value = value(row)
        return ((sort_value is None) is not view.descending), sort_value

    if not view.max_entries:
        return sorted(found, key=key, reverse=view.descending)
    return (heapq.nlargest if view.descending else heapq.nsmallest)(view.max_entries, found, key=key)


def _sort_value(selection: Selection, sort: str) -> Callable[[_Row], t.Any]:
    if sort == "path":
        # A folder comes before its content, and that before the next folder.
        return lambda row: unc.key(row[0]).replace("\\", "\0")
    if sort == "name":
        return lambda row: unc.key(unc.name(row[0]))
    column = selection.fields.index(_NUMBERS.get(sort) or rows.TIMES[sort])
    if sort in _NUMBERS:
        return lambda row: rows.integer(row[1][column])
    return lambda row: rows.iso_time(row[1][column])


def _entry(path: str, values: Sequence[str], selection: Selection, state: State, found: _Found) -> dict[str, t.Any]:
    texts = dict(zip(selection.fields, values, strict=True))
    applies = values[1] != ""
    reasons = rows.reasons_of(values)
    return {
        "path": path,
        "name": unc.name(path),
        "parent": unc.parent(path) or None,
        "type": rows.type_word(values[0]),
        "pinned": bool(reasons) if applies else None,
        "reasons": reasons.names,
        "passed_on": pins.passed_on(values[rows.PINS]).names,
        "inherited": _inherited(path, reasons, selection, state, found),
        "dirty": rows.flag(texts[rows.DIRTY]),
        "dirty_kinds": [kind for kind, name in rows.DIRTY_KINDS.items() if texts[name] == "True"],
        "dirty_size": rows.integer(texts[rows.DIRTY_SIZE]),
        "size": rows.integer(texts[rows.SIZE]),
        "synchronized_size": rows.integer(texts[rows.SYNCHRONIZED_SIZE]),
        "attributes": rows.integer(texts[rows.ATTRIBUTES]),
        **{name: rows.iso_time(texts[time]) for name, time in rows.TIMES.items()},
        "encrypted": rows.flag(texts[rows.ENCRYPTED]),
        "sparse": rows.flag(texts[rows.SPARSE]),
        "suspended": rows.flag(texts[rows.SUSPENDED]),
        "suspended_root": rows.flag(texts[rows.SUSPENDED_ROOT]),
        "connection_state": rows.word(texts.get(rows.CONNECT_STATE, ""), rows.CONNECT_STATES),
        "offline_reason": rows.word(texts.get(rows.OFFLINE_REASON, ""), rows.OFFLINE_REASONS),
    }


def _inherited(path: str, reasons: Reasons, selection: Selection, state: State, found: _Found) -> list[str] | None:
    """Return the reasons of an item that its parent passes on; None where the parent was not read."""
    above = unc.parent(path)
    passed_on = found.heirs.get(unc.key(above))
    if passed_on is None and not (state.complete and above and selection.scope.reads(above)):
        return None
    return (reasons & (passed_on or Reasons.NONE)).names


def _sentence(result: Mapping[str, t.Any], selection: Selection, state: State, user: str) -> str:
    counts = result["counts"]
    nouns = {"files": "file", "directories": "directory", "shares": "share", "servers": "server"}
    kinds = [number(counts[name], noun) for name, noun in nouns.items() if counts[name]]
    if not counts["total"]:
        where = f" under {number(len(selection.scope.paths), 'path')}" if selection.scope.paths else " in the cache"
        text = f"No item{where}" + (" matches" if selection.filters else "")
        text += f", of {number(state.seen, 'item')} that {user} sees"
    else:
        text = f"{number(counts['total'], 'item')} ({', '.join(kinds)}): {counts['pinned']} pinned"
        text += f", {counts['dirty']} with changes that are not synchronized"
    if result["not_cached"]:
        text += f"; {number(len(result['not_cached']), 'path')} not in the cache"
    if result["entries_truncated"]:
        text += f"; only {len(result['entries'])} are listed"
    if not state.complete:
        text = f"The items could not be read to the end{advice.because(state.error)}; until then: {text}"
    return text + "."


def _warnings(not_cached: Sequence[str], state: State, user: str) -> list[str]:
    nothing = [advice.nothing_visible(user)] if state.complete and not state.seen else []
    return nothing + near_misses(not_cached, state.shares, user)
