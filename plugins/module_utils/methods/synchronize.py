# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Synchronize: brings the copies in the cache and those on the file servers together.

Source: the vendor's page of Win32_OfflineFilesCache.Synchronize.
"""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ..run.flags import Field, FlagSet, Refused
from ..run.marks import Amount, Watch
from ..run.method import Goal, Method, Status, Words
from ..windows import rows
from .pinning import OTHER_FLAGS, REASON_FLAGS

_FILL_SPARSE, _SYNC_IN, _SYNC_OUT, _SKIP_SUSPENDED = 0x1, 0x2, 0x4, 0x2000
_PINS = {f"pin_{name}": value for name, value in REASON_FLAGS.items()}

EXISTS, DIRTY, SPARSE, SUSPENDED, SYNCHRONIZED, LOCAL_MOVED = (1 << bit for bit in range(6))
"""The bits of a state. The last two are known only afterwards: what moved since the state before."""

FLAGS = FlagSet(
    method="Synchronize",
    vendor_prefix="OfflineFilesSyncControlFlag",
    members={
        "fill_sparse": _FILL_SPARSE,
        "sync_in": _SYNC_IN,
        "sync_out": _SYNC_OUT,
        "pin_new_files": 0x8,
        "pin_link_targets": 0x10,
        **_PINS,
        **OTHER_FLAGS,
        "skip_suspended_dirs": _SKIP_SUSPENDED,
    },
    refused={
        "pin_for_redir": Refused(0x100, "is not a flag of the WMI method: folder redirection pins by itself"),
        "no_new_files_out": Refused(0x20000, "is not a flag of the WMI method"),
    },
    required=_FILL_SPARSE | _SYNC_IN | _SYNC_OUT,
    required_as="direction",
    apart=False,
    needs={"pin_new_files": "sync_in", **dict.fromkeys(_PINS, "pin_new_files")},
    fields=(
        Field(
            0x30000000,
            {"keep_local": 0x10000000, "keep_remote": 0x20000000, "keep_latest": 0x30000000},
            option="conflicts",
            default="leave",
        ),
    ),
)


class InSync(Goal):
    """The goal of Synchronize: an item is not dirty and not sparse, as far as the directions in the flags go.

    What the servers have is not known beforehand, so the goal is blind, and what came in is told by what moved.
    """

    blind = True
    held_as = "unchanged"

    def __init__(self, flags: int) -> None:
        # SyncIn implies FillSparse.
        self._wanted = (DIRTY if flags & _SYNC_OUT else 0) | (SPARSE if flags & (_FILL_SPARSE | _SYNC_IN) else 0)
        self._skips = bool(flags & _SKIP_SUSPENDED)
        self.fields = ("ItemType", rows.DIRTY, rows.SPARSE, *((rows.SUSPENDED,) if self._skips else ()))
        names = " or ".join(name for name, bit in (("dirty", DIRTY), ("sparse", SPARSE)) if self._wanted & bit)
        self.open_as = f"{names} outside of suspended folders" if self._skips else names

    def read(self, texts: Sequence[str]) -> int:
        """Return the state in the texts of a row."""
        bits = zip(texts[1:], (DIRTY, SPARSE, SUSPENDED), strict=False)
        return EXISTS | sum(bit for text, bit in bits if rows.flag(text))

    def open(self, state: int) -> bool:
        """Return whether the item is dirty or sparse, and not left out."""
        return bool(state & self._wanted) and not state & SUSPENDED

    def moved(self, before: int, after: int) -> bool:
        """Return whether the item came or went, was brought up or filled, or was otherwise synchronized anew."""
        return bool((before ^ after) & EXISTS or before & (DIRTY | SPARSE) & ~after or after & SYNCHRONIZED)

    def reached(self, state: int) -> int:
        """Return *state* without what is wanted away."""
        return state & ~self._wanted

    def entry(self, before: int, after: int) -> dict[str, t.Any]:
        """Return what an item was and is, and whether content of the server came in."""
        return {
            "dirty_before": bool(before & DIRTY),
            "dirty_after": bool(after & DIRTY),
            "sparse_before": bool(before & SPARSE),
            "sparse_after": bool(after & SPARSE),
            "content_in": came_in(before, after),
        }

    def path(self, after: int) -> dict[str, t.Any]:
        """Return whether an item under a requested path is still dirty, or sparse."""
        return {"dirty": bool(after & DIRTY), "sparse": bool(after & SPARSE)}

    def shown(self, state: int) -> str:
        """Return a state as the diff shows it."""
        if not state:
            return "not in the cache"
        names = {DIRTY: "dirty", SPARSE: "sparse"}
        words = [word for bit, word in names.items() if state & bit] or ["in sync"]
        return ", ".join([*words, *(["with content from the server"] if came_in(EXISTS, state) else [])])


def came_in(before: int, after: int) -> bool:
    """Return whether content of the server came into the copy of the cache."""
    moved_in = after & SYNCHRONIZED and after & LOCAL_MOVED
    return bool(after) and bool(moved_in or before & SPARSE & ~after)


def went_up(before: int, after: int) -> bool:
    """Return whether the changes of an item went up, and were not given up for what the server has."""
    return bool(before & DIRTY and after and not after & (DIRTY | LOCAL_MOVED))


SYNCHRONIZE = Method(
    name="Synchronize",
    flags=FLAGS,
    default_flags=("fill_sparse", "sync_in", "sync_out"),
    shallow=None,
    brings_in=False,
    goal=InSync,
    words=Words(
        verb="synchronize",
        past="synchronized",
        effect="synchronized",
        undone="dirty or sparse",
        left="still not synchronized",
        left_hint="a change on both sides is a conflict, which the option conflicts decides, and Windows may pass over "
        "a share that is offline",
        nothing="no {items} is {open}",
        unforeseen="changes on the server are not known beforehand",
        statuses={Status.DONE: "synchronized", Status.LEFT: "not_synchronized"},
        failed={"offline": "offline", "network": "offline"},
        reported={DIRTY: "conflict"},
    ),
    watched=(Watch(SYNCHRONIZED, rows.LAST_SYNCHRONIZED), Watch(LOCAL_MOVED, rows.LOCAL)),
    amount=Amount("uploaded_bytes", rows.DIRTY_SIZE, went_up),
)
