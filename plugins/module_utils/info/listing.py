# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of item_info: the items that were asked for, and what they come to for each share."""

from __future__ import annotations

import heapq
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer
from ..options import check_limit
from ..windows import pins, rows, unc
from ..windows.pins import Reasons
from .selection import Selection
from .totals import Row, Totals, nothing, read, sentence

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


def make(selection: Selection, view: View, answer: Answer) -> tuple[dict[str, t.Any], list[str]]:
    """Return the result for the host's answer, and what the user can act on.

    Where the packed rows cannot be read to their end, those before count and the result has failed.

    :raises ContractError: the answer contradicts what was asked
    """
    problem = availability.check(answer)
    if problem:
        failed = view.unavailable == "fail" or not problem.seen
        return {**empty(), "failed": failed, "msg": problem.sentence, "cache": availability.cache_row(answer)}, []
    totals = read(selection, answer, (lambda found: _choose(found, selection, view)) if selection.details else None)
    truncated = selection.details and len(totals.chosen) < totals.shown["counts"]["total"]
    result = {
        **empty(),
        "failed": not totals.state.complete,
        **totals.shown,
        "entries": [_entry(path, values, selection, totals) for path, values in totals.chosen],
        "entries_truncated": truncated,
        "cache": availability.cache_row(answer),
    }
    more = f"; only {len(totals.chosen)} are listed" if truncated else ""
    result["msg"] = sentence(totals, selection, answer.user, more=more)
    return result, totals.warnings


def empty() -> dict[str, t.Any]:
    """Return a result with every key, of a host of which nothing is known."""
    return {
        "changed": False,
        "failed": False,
        "msg": "",
        **nothing(),
        "entries": [],
        "entries_truncated": False,
        "cache": availability.cache_row(None),
    }


def without_answer(problem: HostCallError) -> dict[str, t.Any]:
    """Return the result of a task whose host gave no usable answer."""
    return {**empty(), "failed": True, "msg": str(problem)}


def _choose(found: Iterable[Row], selection: Selection, view: View) -> list[Row]:
    """Return the rows to describe, sorted; all are taken in."""
    value = _sort_value(selection, view.sort)

    def key(row: Row) -> tuple[bool, t.Any]:
        sort_value = value(row)
        return ((sort_value is None) is not view.descending), sort_value

    if not view.max_entries:
        return sorted(found, key=key, reverse=view.descending)
    return (heapq.nlargest if view.descending else heapq.nsmallest)(view.max_entries, found, key=key)


def _sort_value(selection: Selection, sort: str) -> Callable[[Row], t.Any]:
    if sort == "path":
        # A folder comes before its content, and that before the next folder.
        return lambda row: unc.key(row[0]).replace("\\", "\0")
    if sort == "name":
        return lambda row: unc.key(unc.name(row[0]))
    column = selection.fields.index(_NUMBERS.get(sort) or rows.TIMES[sort])
    if sort in _NUMBERS:
        return lambda row: rows.integer(row[1][column])
    return lambda row: rows.iso_time(row[1][column])


def _entry(path: str, values: Sequence[str], selection: Selection, totals: Totals) -> dict[str, t.Any]:
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
        "inherited": _inherited(path, reasons, selection, totals),
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


def _inherited(path: str, reasons: Reasons, selection: Selection, totals: Totals) -> list[str] | None:
    """Return the reasons of an item that its parent passes on; None where the parent was not read."""
    above = unc.parent(path)
    passed_on = totals.found.heirs.get(unc.key(above))
    if passed_on is None and not (totals.state.complete and above and selection.scope.reads(above)):
        return None
    return (reasons & (passed_on or Reasons.NONE)).names
