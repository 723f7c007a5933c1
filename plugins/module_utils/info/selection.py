# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which items of the cache a task asks for, the request for the host part, and whether an item is one of them."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from ..host.request import Request
from ..host.scope import Scope
from ..options import check_timeout
from ..windows import pins, rows, unc
from ..windows.pins import Reasons
from ..windows.rows import ItemType

_FOLDERS = 10_000

Test = Callable[[str, Sequence[str]], bool]
"""Whether an item is wanted, from its path and the texts of the fields of its row."""


@dataclass(frozen=True)
class Selection:
    """Items of the cache.

    :ivar scope: the paths, none for the whole cache, and whether everything below them is asked for
    :ivar types: only items of these types; empty for all
    :ivar pinned: only pinned items, or only others
    :ivar reasons: only items with one of these pin reasons
    :ivar dirty: only items with changes that are not synchronized, or only others
    :ivar names: only items whose name matches one of these patterns, with ``*`` and ``?``
    :ivar details: describe each item; else only what it takes to count them
    :ivar connection: with the connection state of each item, also where they are only counted
    :ivar timeout: seconds, 0 for no limit
    """

    scope: Scope = field(default_factory=lambda: Scope(()))
    types: frozenset[ItemType] = frozenset()
    pinned: bool | None = None
    reasons: Reasons = Reasons.NONE
    dirty: bool | None = None
    names: tuple[str, ...] = ()
    details: bool = True
    connection: bool = True
    timeout: int = 3600

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any]) -> Selection:
        """Check the options of a module that lists items.

        :raises InputError: a value that cannot be accepted
        """
        if options["pinned"] is False and options["reasons"]:
            raise InputError(
                f"pinned false and reasons {', '.join(options['reasons'])} exclude each other: no item is both.",
                options["reasons"],
            )
        return cls(
            scope=Scope(unc.unique(options["paths"]), deep=options["deep"]),
            types=frozenset(ItemType[word.upper()] for word in options["type"]),
            pinned=options["pinned"],
            reasons=pins.named(options["reasons"]),
            dirty=options["dirty"],
            names=tuple(_pattern(name) for name in options["name"]),
            details=not options["summary"],
            connection=options["connection"] and not options["summary"],
            timeout=check_timeout(options["timeout"]),
        )

    @classmethod
    def for_totals(cls, paths: Sequence[str]) -> Selection:
        """Return the selection of all items under *paths*, to be counted, with the connection of their shares.

        :raises InputError: a path that cannot be accepted
        """
        return cls(scope=Scope(unc.unique(paths)), details=False)

    @property
    def filters(self) -> bool:
        """Whether not every item under the paths is wanted."""
        return bool(self.types or self.reasons or self.names) or self.pinned is not None or self.dirty is not None

    @property
    def fields(self) -> tuple[str, ...]:
        """The properties that a row has to hold."""
        return (rows.DETAILS if self.details else rows.TOTALS) + (rows.CONNECTION if self.connection else ())

    def request(self) -> Request:
        """Return the request for the host part: what it can leave out, it does."""
        return Request(
            paths=self.scope.paths, deep=self.scope.deep, fields=self.fields, keep=self._keep(), timeout=self.timeout
        )

    def _keep(self) -> tuple[str, ...]:
        every_pin = tuple(pins.FIELDS.values())
        if self.reasons and not self.details:
            return tuple(pins.fields_of(self.reasons))
        if self.reasons or self.pinned:
            return every_pin
        if self.dirty:
            # Pinned folders are wanted all the same, to know what an item inherits from them.
            return (rows.DIRTY, *(every_pin if self.details else ()))
        return ()

    def test(self) -> Test:
        """Return the test for the items that the request leads to."""
        column = {field: number for number, field in enumerate(self.fields)}
        tests: list[Test] = []
        if self.types:
            types = frozenset(str(int(member)) for member in self.types)
            tests.append(lambda _path, values: values[0] in types)
        if self.pinned is not None:
            wanted = self.pinned
            tests.append(lambda _path, values: any(value not in ("", "0") for value in values[rows.PINS]) is wanted)
        if self.reasons:
            columns = [column[field] for field in pins.fields_of(self.reasons)]
            tests.append(lambda _path, values: any(values[number] not in ("", "0") for number in columns))
        if self.dirty is not None:
            dirty, shown = column[rows.DIRTY], self.dirty
            tests.append(lambda _path, values: (values[dirty] == "True") is shown)
        if self.names:
            matches = re.compile("|".join(map(_expression, self.names)), re.DOTALL).fullmatch
            tests.append(lambda path, _values: matches(unc.key(unc.name(path))) is not None)
        return lambda path, values: all(test(path, values) for test in tests)


def _pattern(name: str) -> str:
    if not name or re.search(r"[\\/]", name):
        raise InputError(
            f"name {name!r} is not allowed: give a pattern for the item's own name such as *.pst, without a path.", name
        )
    return name


def _expression(pattern: str) -> str:
    """Translate a pattern of Windows: brackets are letters like any other, as names may have them."""
    return "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in unc.key(pattern))
