# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is known of the hosts of a fleet. Every text here is in the form that a terminal and a page may show."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from ..windows import pins


class State(enum.Enum):
    """What a host, or one view of it, has come to. Of several that counts which stands first here."""

    FAILED = "failed"
    UNREACHABLE = "unreachable"
    NOT_ASKED = "not_asked"
    WAITS = "waits"
    WOULD_CHANGE = "would_change"
    SEEN = "seen"
    DONE = "done"
    OFF = "off"

    @property
    def words(self) -> str:
        """The state as a reader sees it."""
        return self.value.replace("_", " ")

    @property
    def tells(self) -> bool:
        """Whether the host itself has answered."""
        return self not in (State.UNREACHABLE, State.NOT_ASKED)


RANK = {state: number for number, state in enumerate(State)}
"""The order of the states, worst first."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one view of a cache holds of a share. None is what is not known.

    :ivar path: the share
    :ivar items: how many items of it the cache holds
    :ivar pinned: how many of them are pinned
    :ivar pinned_size: bytes of these
    :ivar unsynchronized: how many have changes that are not with the server
    :ivar unsynchronized_size: bytes of these changes
    :ivar reasons: how many are pinned for each reason, in the order of ``pins.NAMES``
    :ivar pinned_before: how many were pinned before something was done
    :ivar last_success: when this user last synchronized it, ISO 8601 in UTC
    :ivar policies: for whom a policy pins something in it: computer, user
    """

    path: str
    items: int | None = None
    pinned: int | None = None
    pinned_size: int | None = None
    unsynchronized: int | None = None
    unsynchronized_size: int | None = None
    reasons: tuple[int, ...] = (0,) * len(pins.NAMES)
    pinned_before: int | None = None
    last_success: str | None = None
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What one user sees of the cache of a host, and what was done there.

    :ivar user: the user; None where that is not known
    :ivar why: why it is not done, in parts of sentences
    :ivar changed: how many items something was done with
    """

    user: str | None
    state: State
    why: tuple[str, ...] = ()
    changed: int = 0
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that failed, or several that failed alike and of which only one is named.

    :ivar path: the item
    :ivar category: what kind of result it is, as the results of the modules have it; empty where nothing was reported
    :ivar hresult: the code as an HRESULT, such as 0x80070005; empty where nothing was reported
    :ivar name: the constant of Windows for it, where there is one
    :ivar text: what the host said
    :ivar items: how many items this stands for
    """

    path: str
    category: str = ""
    hresult: str = ""
    name: str = ""
    text: str = ""
    items: int = 1


@dataclass(frozen=True, slots=True)
class Host:
    """What is known of a host.

    :ivar name: its name in the inventory
    :ivar message: what happened, in sentences
    :ivar not_seen: users who have items that no task saw, each with what is known of them
    :ivar failed: how many items failed, whether they are named or not
    :ivar failures: those that are named
    :ivar notes: what could not be understood, or was only seen in another run
    """

    name: str
    state: State
    message: str = ""
    views: tuple[View, ...] = ()
    not_seen: tuple[str, ...] = ()
    failed: int = 0
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet.

    :ivar title: what the run was about
    :ivar hosts: by name, in the order of :func:`natural`
    """

    title: str
    hosts: tuple[Host, ...]


def natural(name: str) -> tuple[str | int, ...]:
    """Return a key that puts pc9 before pc10, whatever the case."""
    # Words and numbers take turns, so that only like is compared with like.
    parts = enumerate(re.split("([0-9]+)", name.casefold()))
    return (*(int(part) if place % 2 else part for place, part in parts), name)
