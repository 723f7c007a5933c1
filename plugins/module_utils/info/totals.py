# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What items of the cache come to, as a whole and for each share, for what lists them and for what only counts."""

from __future__ import annotations

import dataclasses
import typing as t
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .. import limits
from ..errors import ContractError
from ..host import advice
from ..host.answer import Answer, State
from ..host.pack import Kept, unpack
from ..windows import pins, rows, unc
from ..windows.near import near_misses
from ..windows.pins import Reasons
from ..windows.rows import ItemType
from ..words import number
from .selection import Selection

_SHARE = str(int(ItemType.SHARE))


@dataclass
class Sum:
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


Row = tuple[str, list[str]]
"""An item's path, and the texts of the fields of its row."""


@dataclass
class Found:
    """What is read out of the rows of a state.

    :ivar cells: number, bytes and bytes of changes of the items of each kind
    :ivar heirs: containers whose new children inherit a pin, with the reasons that are passed on
    :ivar connections: state and offline reason of each share, where they are read: of its own item, or else of the
        folder of it that was asked for
    :ivar outside: rows for items that were not asked for; they are left out
    :ivar problem: why the rows could not be read to their end
    """

    selection: Selection
    cells: dict[_Kind, list[int]] = field(default_factory=dict)
    heirs: dict[str, Reasons] = field(default_factory=dict)
    connections: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    outside: int = 0
    problem: ContractError | None = None

    def rows(self, state: State) -> Iterator[Row]:
        """Yield the rows of the items that are wanted, and count them, as far as they can be read."""
        try:
            yield from self._rows(state)
        except ContractError as exc:
            self.problem = exc

    def _rows(self, state: State) -> Iterator[Row]:
        fields, test = self.selection.fields, self.selection.test()
        width = len(rows.PIN_STATE)
        dirty_column, dirty_size, size = (fields.index(name) for name in (rows.DIRTY, rows.DIRTY_SIZE, rows.SIZE))
        connection = [fields.index(name) for name in rows.CONNECTION if name in fields]
        numbers = [column for column, name in enumerate(fields) if name in rows.NUMBERS]
        in_scope, kept = self.selection.scope.reader(), Kept()
        # What lies under a path that was asked for is longer than the path.
        longest = max(map(len, self.selection.scope.paths), default=0)
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
                if connection and (kind.pin_state[0] == _SHARE or len(path) <= longest):
                    self._connect(kind, *(values[column] for column in connection))
                yield path, values

    def _connect(self, kind: _Kind, state: str, reason: str) -> None:
        """Note how a share is connected: its own item before a folder of it, offline before all else."""
        share, said = unc.key(kind.share), rows.word(state, rows.CONNECT_STATES)
        known = self.connections.get(share)
        if known is None or (known[0] != "offline" and (said == "offline" or kind.pin_state[0] == _SHARE)):
            self.connections[share] = said, rows.word(reason, rows.OFFLINE_REASONS)

    def whole(self) -> Sum:
        """Return what all items come to."""
        total = Sum()
        for kind, cell in self.cells.items():
            total.add(kind, *cell)
        return total

    def shares(self) -> dict[str, tuple[str, Sum]]:
        """Return each share's path and what it comes to; the same share in another spelling is the same share."""
        sums: dict[str, tuple[str, Sum]] = {}
        for kind, cell in self.cells.items():
            if kind.share:
                sums.setdefault(unc.key(kind.share), (kind.share, Sum()))[1].add(kind, *cell)
        return dict(sorted(sums.items()))


def _share_row(path: str, total: Sum) -> dict[str, t.Any]:
    return {
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


@dataclass(frozen=True)
class Totals:
    """What one reading comes to.

    :ivar shown: ``complete``, ``counts``, ``sizes``, ``reasons``, ``shares`` and ``not_cached`` of a result
    :ivar chosen: the rows that were taken out of it
    :ivar state: the state that was read, complete only if its rows could be read to their end
    :ivar warnings: what the user can act on
    """

    shown: dict[str, t.Any]
    found: Found
    chosen: list[Row]
    state: State
    warnings: list[str]


def read(selection: Selection, answer: Answer, choose: Callable[[Iterable[Row]], list[Row]] | None = None) -> Totals:
    """Return what the items that are wanted come to. Where the rows cannot be read to their end, those before count.

    :param choose: takes all rows in and returns some of them; None where they are only counted
    :raises ContractError: the answer contradicts what was asked
    """
    state = answer.before
    if state is None:
        raise ContractError("no item was read")
    found = Found(selection)
    chosen = choose(found.rows(state)) if choose else list(deque(found.rows(state), maxlen=0))
    state = dataclasses.replace(state, complete=state.complete and not found.problem)
    shown = {
        **nothing(),
        "complete": state.complete,
        **_numbers(found.whole(), state.seen),
        "shares": [_share_row(path, total) for path, total in found.shares().values()],
        "not_cached": [path for path, held in zip(selection.scope.paths, state.held, strict=True) if not held],
    }
    warnings = [advice.nothing_visible(answer.user)] if state.complete and not state.seen else []
    warnings += near_misses(shown["not_cached"], state.shares, answer.user) + advice.outside(found.outside)
    return Totals(shown, found, chosen, state, warnings)


def cached(selection: Selection, answer: Answer) -> tuple[dict[str, t.Any], str, list[str]]:
    """Return what is cached under the paths, in a sentence too, and what the user can act on.

    Each share has its connection as the share's own item has it, or else the folder of it that is one of the paths.

    :raises ContractError: the answer contradicts what was asked
    """
    totals = read(selection, answer)
    for row in totals.shown["shares"]:
        state, reason = totals.found.connections.get(unc.key(row["path"]), (None, None))
        row |= {"connection_state": state, "offline_reason": reason}
    return totals.shown, sentence(totals, selection, answer.user), totals.warnings


def nothing() -> dict[str, t.Any]:
    """Return the totals of a cache of which nothing is known."""
    return {"complete": False, **_numbers(Sum(), None), "shares": [], "not_cached": []}


def _numbers(whole: Sum, visible: int | None) -> dict[str, t.Any]:
    counts = {"total": whole.total, **whole.types(), "pinned": whole.pinned, "dirty": whole.dirty, "visible": visible}
    return {
        "counts": counts,
        "sizes": {"total": whole.size, "pinned": whole.pinned_size, "dirty": whole.dirty_size},
        "reasons": whole.reason_counts(),
    }


def sentence(totals: Totals, selection: Selection, user: str, *, more: str = "") -> str:
    """Return the totals in words.

    :param more: added to what was read
    """
    shown, state = totals.shown, totals.state
    counts = shown["counts"]
    nouns = {"files": "file", "directories": "directory", "shares": "share", "servers": "server"}
    kinds = [number(counts[name], noun) for name, noun in nouns.items() if counts[name]]
    if not counts["total"]:
        where = f" under {number(len(selection.scope.paths), 'path')}" if selection.scope.paths else " in the cache"
        text = f"No item{where}" + (" matches" if selection.filters else "")
        text += f", of {number(state.seen, 'item')} that {user} sees"
    else:
        text = f"{number(counts['total'], 'item')} ({', '.join(kinds)}): {counts['pinned']} pinned"
        text += f", {counts['dirty']} with changes that are not synchronized"
    if shown["not_cached"]:
        text += f"; {number(len(shown['not_cached']), 'path')} not in the cache"
    text += more
    if not state.complete:
        text = f"The items could not be read to the end{advice.because(state.error)}; until then: {text}"
    return f"{totals.found.problem} {text}." if totals.found.problem else f"{text}."
