# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The sums of a fleet, and the hosts that need somebody most."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..windows import pins, unc
from .model import RANK, Failure, Host, Share, State, natural


@dataclass(slots=True)
class Sum:
    """What shares come to. A number that is not known of one of them counts nothing."""

    hosts: int = 0
    items: int = 0
    pinned: int = 0
    pinned_size: int = 0
    unsynchronized: int = 0
    unsynchronized_size: int = 0

    def add(self, share: Share) -> None:
        """Add a share of one view."""
        self.items += share.items or 0
        self.pinned += share.pinned or 0
        self.pinned_size += share.pinned_size or 0
        self.unsynchronized += share.unsynchronized or 0
        self.unsynchronized_size += share.unsynchronized_size or 0


@dataclass(slots=True)
class Kind:
    """The items that failed with one category of result.

    :ivar example: one of them
    """

    items: int = 0
    hosts: int = 0
    example: Failure | None = None


@dataclass(slots=True)
class Totals:
    """The sums of a fleet.

    :ivar states: how many hosts have come to each state, worst first, those that none has left out
    :ivar all: all shares
    :ivar reasons: how many items are pinned for each reason
    :ivar shares: the sums for each share, by its path
    :ivar kinds: the failed items by category, the empty one for those of which nothing is known
    :ivar failed: how many items failed
    :ivar changed: with how many items something was done
    :ivar not_seen: how many users have items that no task saw
    """

    states: dict[State, int] = field(default_factory=dict)
    all: Sum = field(default_factory=Sum)
    reasons: dict[str, int] = field(default_factory=lambda: dict.fromkeys(pins.NAMES, 0))
    shares: dict[str, Sum] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    failed: int = 0
    changed: int = 0
    not_seen: int = 0

    def as_data(self) -> dict[str, t.Any]:
        """Return the sums that the result of the module and the JSON have."""
        return {
            "hosts": self.all.hosts,
            "states": {state.value: self.states.get(state, 0) for state in State},
            "total_items": self.all.items,
            "pinned": self.all.pinned,
            "pinned_size": self.all.pinned_size,
            "unsynchronized": self.all.unsynchronized,
            "unsynchronized_size": self.all.unsynchronized_size,
            "reasons": dict(self.reasons),
            "changed": self.changed,
            "failed": self.failed,
            "not_seen": self.not_seen,
        }


def of(hosts: Sequence[Host]) -> Totals:
    """Return the sums of some hosts."""
    made = Totals()
    counts = dict.fromkeys(State, 0)
    names: dict[str, str] = {}
    for host in hosts:
        counts[host.state] += 1
        made.failed += host.failed
        made.changed += sum(view.changed for view in host.views)
        made.not_seen += len(host.not_seen)
        here: set[str] = set()
        for view in host.views:
            for share in view.shares:
                path = names.setdefault(unc.key(share.path), share.path)
                total = made.shares.setdefault(path, Sum())
                total.add(share)
                total.hosts += path not in here
                here.add(path)
                made.all.add(share)
                for name, items in zip(pins.NAMES, share.reasons, strict=True):
                    made.reasons[name] += items
        _add_kinds(made.kinds, host)
    made.all.hosts = len(hosts)
    made.states = {state: number for state, number in counts.items() if number}
    return made


def _add_kinds(kinds: dict[str, Kind], host: Host) -> None:
    items: dict[str, int] = {}
    for one in host.failures:
        items[one.category] = items.get(one.category, 0) + one.items
        kind = kinds.setdefault(one.category, Kind())
        kind.example = kind.example or one
    unnamed = host.failed - sum(items.values())
    if unnamed > 0:
        items[""] = items.get("", 0) + unnamed
    for category, number in items.items():
        kind = kinds.setdefault(category, Kind())
        kind.items += number
        kind.hosts += 1


def worst(hosts: Iterable[Host], most: int) -> list[Host]:
    """Return the hosts that need somebody most, at most so many; none of those with nothing left to do."""
    return sorted((host for host in hosts if needs_somebody(host)), key=_need)[:most]


def needs_somebody(host: Host) -> bool:
    """Return whether something is left to do or to look at on a host."""
    return host.state not in (State.DONE, State.OFF, State.SEEN, State.WOULD_CHANGE) or bool(
        host.notes or host.not_seen
    )


def _need(host: Host) -> tuple[t.Any, ...]:
    unsynchronized = sum(share.unsynchronized_size or 0 for view in host.views for share in view.shares)
    return (RANK[host.state], -host.failed, -unsynchronized, natural(host.name))


def why(host: Host) -> str:
    """Return why a host is not done, in one sentence or several."""
    parts = [
        f"{f'{view.user}: ' if len(host.views) > 1 and view.user else ''}{text}"
        for view in host.views
        for text in view.why
    ]
    return "; ".join(dict.fromkeys(parts)) or host.message
