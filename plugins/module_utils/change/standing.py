# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How an item of the cache stands: online or offline, why, and suspended or not."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..host.answer import State
from ..host.pack import rows_of
from ..windows import rows, unc

ONLINE, OFFLINE, SUSPENDED = STATES = ("online", "offline", "suspended")
"""What a task may want of an item."""

FIELDS = ("ItemType", *rows.CONNECTION, rows.SUSPENDED, rows.SUSPENDED_ROOT)
"""What is read of an item."""

_ONLINE = frozenset(("online", "transparently_cached", "partly_transparently_cached"))
_PASSING = frozenset(("slow_connection", "net_disconnected"))
_NO_REASON = frozenset((None, "not_applicable"))


@dataclass(frozen=True)
class Standing:
    """How an item stands, in the words of the results; None for what Windows has no value of.

    :ivar suspended: it, or a folder above it, is suspended
    :ivar suspended_root: it is the folder that was suspended
    """

    connection: str | None
    offline_reason: str | None
    suspended: bool
    suspended_root: bool

    @property
    def online(self) -> bool:
        """Whether its server is used; what is transparently cached is online, too (vendor's page of ConnectState)."""
        return self.connection in _ONLINE

    @property
    def offline(self) -> bool:
        """Whether its copy in the cache is used instead of its server."""
        return self.connection == "offline"

    @property
    def passing(self) -> bool:
        """Whether it is offline for a reason that passes without anybody's doing."""
        return self.offline and self.offline_reason in _PASSING

    def holds(self, state: str) -> bool:
        """Return whether it is as a task wants it: one of :data:`STATES`. What is suspended is offline, too."""
        if state == ONLINE:
            return self.online and not self.suspended
        return self.offline if state == OFFLINE else self.suspended

    def reached(self, state: str) -> Standing:
        """Return what it becomes when it is brought into that state."""
        if state == ONLINE:
            return Standing("online", "not_applicable", False, False)
        if state == OFFLINE:
            return Standing("offline", "working_offline", self.suspended, self.suspended_root)
        return Standing("offline", "item_suspended", True, True)

    @property
    def words(self) -> str:
        """In words, for a sentence or a line of a diff."""
        if self.suspended:
            return "suspended"
        said = (self.connection or "unknown").replace("_", " ")
        if not self.offline or self.offline_reason in _NO_REASON:
            return said
        return f"{said} ({str(self.offline_reason).replace('_', ' ')})"

    def as_result(self) -> dict[str, t.Any]:
        """Return the form in which results show it."""
        return {
            "connection": self.connection,
            "offline_reason": self.offline_reason,
            "suspended": self.suspended,
            "suspended_root": self.suspended_root,
            "words": self.words,
        }


UNKNOWN = Standing(None, None, False, False)


@functools.lru_cache(maxsize=2)
def standings(state: State | None, paths: tuple[str, ...]) -> Mapping[str, Standing]:
    """Return how those of *paths* stand that a state has rows of, by their :func:`unc.key`.

    The last two are remembered, for each row of the result asks for them.

    :param state: read with :data:`FIELDS`; None where there is none
    :raises ContractError: its rows cannot be read
    """
    if state is None:
        return {}
    wanted = {unc.key(path) for path in paths}
    found: dict[str, Standing] = {}
    for texts, path in rows_of(state.data, state.rows):
        if (key := unc.key(path)) in wanted:
            found[key] = _standing(rows.split_values(texts, FIELDS))
    return found


def _standing(values: list[str]) -> Standing:
    _type, connection, reason, suspended, root = values
    return Standing(
        rows.word(connection, rows.CONNECT_STATES),
        rows.word(reason, rows.OFFLINE_REASONS),
        bool(rows.flag(suspended)),
        bool(rows.flag(root)),
    )
