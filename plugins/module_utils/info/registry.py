# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the host found of each registry key that it was asked for, by the names that stand there for its stars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..host.answer import HostError, Registry
from ..windows import codes, unc
from ..words import number

_KEY_NOT_FOUND = 2

_STAR = "*"

MOST_ALIKE = 10
"""Keys that could not be read for one reason and are named each: all of thousands of profiles may be so."""

Names = tuple[str, ...]


@dataclass
class Found:
    """What was found of one key that was asked for.

    :ivar asked: the key, perhaps with stars
    """

    asked: str
    _entries: dict[Names, Registry] = field(default_factory=dict)
    _missing: set[Names] = field(default_factory=set)
    _below: dict[Names, list[tuple[str, Registry]]] = field(default_factory=dict)

    def add(self, names: Names, entry: Registry) -> None:
        """Add the entry of the key with these *names* in place of its stars.

        Where subkeys could not be listed a star is still a star; one that is a name cannot be told from that.
        """
        key = tuple(map(unc.key, names))
        if key in self._entries:
            return
        if _is_missing(entry.error):
            self._missing.add(key)
            return
        self._entries[key] = entry
        if names and names[-1] != _STAR:
            self._below.setdefault(key[:-1], []).append((names[-1], entry))

    def get(self, *names: str) -> Registry | None:
        """Return the entry of the key with these names, None where there is none."""
        return self._entries.get(tuple(map(unc.key, names)))

    def is_missing(self, *names: str) -> bool:
        """Return whether Windows said that there is no key with these names."""
        return tuple(map(unc.key, names)) in self._missing

    def below(self, *names: str) -> list[tuple[str, Registry]]:
        """Return the last name and the entry of each key whose other names are these."""
        return self._below.get(tuple(map(unc.key, names)), [])

    def error(self, *names: str) -> HostError | None:
        """Return why the key with these names, or the list that it stands in, could not be read; None where it could.

        That a key is not there is no error: then there is nothing to tell.
        """
        stars = self.asked.split("\\").count(_STAR)
        for known in range(len(names), -1, -1):
            entry = self.get(*names[:known], *[_STAR] * (stars - known))
            if entry and entry.error:
                return entry.error
        return None

    def errors(self) -> Iterator[tuple[str, HostError]]:
        """Yield each key that could not be read, and why; many that cannot for one reason are told of in one."""
        counts: Counter[int] = Counter()
        for entry in self._entries.values():
            if entry.error:
                counts[entry.error.code] += 1
                if counts[entry.error.code] <= MOST_ALIKE:
                    yield entry.key, entry.error
        for code, count in counts.items():
            if count > MOST_ALIKE:
                yield f"{self.asked} ({number(count - MOST_ALIKE, 'more key')})", HostError(code, "")


class Keys:
    """The *registry* of an answer by the keys that were *asked* for."""

    def __init__(self, asked: Iterable[str], registry: Iterable[Registry]) -> None:
        self._found = {key: Found(key) for key in asked}
        parts = [(key.split("\\"), found) for key, found in self._found.items()]
        for entry in registry:
            own = entry.key.split("\\")
            for wanted, found in parts:
                if len(own) == len(wanted) and all(one in (_STAR, part) for one, part in zip(wanted, own, strict=True)):
                    found.add(tuple(part for one, part in zip(wanted, own, strict=True) if one == _STAR), entry)
                    break

    def __getitem__(self, asked: str) -> Found:
        """Return what was found of a key that was asked for."""
        return self._found[asked]

    def errors(self) -> Iterator[tuple[str, HostError]]:
        """Yield each key that could not be read, and why."""
        for found in self._found.values():
            yield from found.errors()


def _is_missing(error: HostError | None) -> bool:
    return error is not None and codes.to_hresult(error.code) == codes.to_hresult(_KEY_NOT_FOUND)
