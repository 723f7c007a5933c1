# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What undoes a release: from the entries that Unpin led to, the calls of Pin that give items their reasons again."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..run.invocation import Invocation
from ..run.method import Method
from ..windows import pins, unc
from ..windows.pins import Reasons
from ..words import number, visible

_SHOWN = 100
_WANTED = (
    "give entries of a result of unpin, each with path, reasons_before and reasons_after, that result, or the path of "
    "a JSON or YAML file with one of these"
)


@dataclass(frozen=True)
class Restore:
    """What is to be pinned again.

    :ivar groups: the reasons that items lost, with the paths of those items
    :ivar redirected: items that lost folder redirection, which only Group Policy gives
    :ivar left_out: items that were released, and that the result does not name
    """

    groups: Mapping[Reasons, Sequence[str]]
    redirected: int = 0
    left_out: int = 0

    @property
    def warnings(self) -> list[str]:
        """What is not restored, and why."""
        said = []
        if self.redirected:
            said.append(
                f"{number(self.redirected, 'item')} lost the reason folder_redirection, which is not restored: "
                "folder redirection pins what it redirects by itself."
            )
        if self.left_out:
            said.append(
                f"{number(self.left_out, 'item')} that the result says were released are not among its entries, and "
                "not restored: see report and max_entries of the task that it came from."
            )
        return said


def read(value: object) -> Restore:
    """Return what *value* asks for: entries of Unpin, or a result with them.

    :raises InputError: it is neither; the message names what is wrong
    """
    counts = value.get("counts") if isinstance(value, Mapping) else None
    entries = value.get("entries") if isinstance(value, Mapping) else value
    if not isinstance(entries, list):
        raise InputError(f"restore {_short(value)} has no entries: {_WANTED}.", value)
    lost: dict[str, tuple[str, Reasons]] = {}
    for entry in entries:
        path, reasons = _entry(entry)
        first, known = lost.get(unc.key(path), (path, Reasons.NONE))
        lost[unc.key(path)] = (first, known | reasons)
    groups: dict[Reasons, list[str]] = {}
    for path, reasons in lost.values():
        if again := reasons & ~Reasons.FOLDER_REDIRECTION:
            groups.setdefault(again, []).append(path)
    released = counts.get("changed") if isinstance(counts, Mapping) else None
    named = sum(bool(reasons) for _path, reasons in lost.values())
    return Restore(
        groups=groups,
        redirected=sum(bool(reasons & Reasons.FOLDER_REDIRECTION) for _path, reasons in lost.values()),
        left_out=max(0, released - named) if isinstance(released, int) else 0,
    )


def invocations(method: Method, wanted: Restore, options: Mapping[str, t.Any]) -> list[tuple[str, Invocation]]:
    """Return what is to be called, each with its reasons in words; checks the options also where that is nothing.

    :param options: of the module; of its flags those count that are no reason
    :raises InputError: a value that cannot be accepted
    """
    mask = method.flags.parse(options["flags"])
    own = {**options, "flags": [mask], "deep": False}
    found = []
    for reasons, paths in wanted.groups.items():
        flags = mask & ~method.flags.required | pins.flags_of(reasons)
        name = " and ".join(reasons.names)
        found.append((name, Invocation.from_options(method, {**own, "flags": [flags], "paths": paths})))
    return found


def _entry(entry: object) -> tuple[str, Reasons]:
    """Return the path of an entry and the reasons that it lost."""
    if not isinstance(entry, Mapping):
        raise InputError(f"restore has the entry {_short(entry)}: {_WANTED}.", entry)
    path = entry.get("path")
    if not isinstance(path, str):
        raise InputError(f"restore has an entry whose path is {_short(path)}: {_WANTED}.", entry)
    try:
        normal = unc.normalise(path)
    except InputError as exc:
        raise InputError(f"restore: {exc}", path) from None
    before, after = (_reasons(entry, key) for key in ("reasons_before", "reasons_after"))
    return normal, before & ~after


def _reasons(entry: Mapping[t.Any, t.Any], key: str) -> Reasons:
    names = entry.get(key)
    if not isinstance(names, list):
        raise InputError(f"restore has {_short(names)} for {key} of {_short(entry['path'])}: {_WANTED}.", entry)
    for name in names:
        if name not in pins.NAMES:
            raise InputError(
                f"restore has {_short(name)} in {key} of {_short(entry['path'])}: use {', '.join(pins.NAMES)}.", name
            )
    return pins.named(names)


def _short(value: object) -> str:
    text = visible(repr(value) if not isinstance(value, str) else f"'{value}'")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
