# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What several documents say of one fleet: those of earlier runs, and those of slices of one run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .model import Fleet, Host, State, natural

AWAY = "Could not be reached in a later run; this is what was known before."


def merge(title: str, parts: Iterable[Iterable[Host]]) -> Fleet:
    """Return one fleet of several parts, of which a later one knows better.

    A host that has answered before and does not now is not forgotten: what it said stays.

    :param parts: hosts, the earliest part first
    """
    found: dict[str, Host] = {}
    for part in parts:
        for host in part:
            found[host.name] = _later(found[host.name], host) if host.name in found else host
    return Fleet(title, tuple(found[name] for name in sorted(found, key=natural)))


def _later(before: Host, now: Host) -> Host:
    if now.state.tells or not before.state.tells:
        return now if now.state is not State.NOT_ASKED else before
    if now.state is State.UNREACHABLE and AWAY not in before.notes:
        return replace(before, notes=(*before.notes, AWAY))
    return before
