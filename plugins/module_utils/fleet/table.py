# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The rows of the CSV file: one for each host, view and share. The page makes the same file of what it shows."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..csv_line import line
from ..windows import pins
from .model import Fleet, Host, Share, View
from .totals import why

COLUMNS = (
    *("host", "view", "state", "share", "items", "pinned", "pinned_bytes", "unsynchronized", "unsynchronized_bytes"),
    *pins.NAMES,
    *("pinned_before", "last_success", "policies", "failed", "not_seen", "why"),
)


def csv(fleet: Fleet) -> str:
    """Return the CSV file of a fleet."""
    lines = [line(COLUMNS), *(line(row) for host in fleet.hosts for row in rows(host))]
    return "".join(f"{one}\n" for one in lines)


def rows(host: Host) -> Iterator[list[t.Any]]:
    """Yield the rows of a host; one where nothing is known of it."""
    about = [host.failed, "; ".join(host.not_seen), "; ".join(filter(None, (why(host), *host.notes)))]
    for view in host.views or (View(None, host.state),):
        for share in view.shares or (None,):
            yield [host.name, view.user, host.state.value, *_of(share), *about]


def _of(share: Share | None) -> list[t.Any]:
    if share is None:
        return [None] * (len(COLUMNS) - 6)
    return [
        *(share.path, share.items, share.pinned, share.pinned_size),
        *(share.unsynchronized, share.unsynchronized_size),
        *share.reasons,
        *(share.pinned_before, share.last_success, ", ".join(share.policies)),
    ]
