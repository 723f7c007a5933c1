# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What runs on a host in the background, or has run there: the key ``job`` of ``cache_info``."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ..host.jobs import Jobs, Journal
from ..jobs import told

_UNSEEN = Journal(job="", user="", own=False, alive=True, progress=None)
"""A job that is at work without a journal that tells of it."""


def make(jobs: Jobs) -> dict[str, t.Any] | None:
    """Return the one job of a host that says most; None where there is none.

    Only one runs at a time. Where none does it is the latest of those whose answer waits, or else of those that went
    down with the host.
    """
    found = jobs.at_work
    if found:
        return _row(found, "running")
    if jobs.locked:
        return {**_row(_UNSEEN, "running"), "name": None, "own": None}
    ended = [journal for journal in jobs.journals if journal.progress and journal.progress.ended]
    if ended:
        return _row(_latest(ended), "ended")
    dead = [journal for journal in jobs.journals if not journal.alive and not journal.empty]
    return _row(_latest(dead), "died") if dead else None


def _latest(journals: Sequence[Journal]) -> Journal:
    return max(journals, key=lambda journal: journal.progress.began if journal.progress else "")


def _row(journal: Journal, state: told.State) -> dict[str, t.Any]:
    return {**told.row(journal, state), "own": journal.own}
