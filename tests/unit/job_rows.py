# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns JOBs of docs/host_contract.md, as a host tells them."""

from __future__ import annotations

import json
from typing import Any

NAME = "81d8adf3fed7062b4a739fb915cf0a81"
BEGAN = "2026-11-28T14:37:29Z"


def job(
    phase: str | None = "call", *, name: str = NAME, user: str = r"CORP\alice", own: bool = True, **changes: Any
) -> dict[str, Any]:
    """A JOB; *changes* are those of the state, or ``alive``.

    :param phase: None: its state cannot be read
    """
    alive = changes.pop("alive", True)
    state = {
        "about": {"method": "Unpin", "paths": 1, "path": r"\\fs01\users"},
        "began": BEGAN,
        "ms": 61_000,
        "phase": phase,
        "rows": 6,
        "tally": [4, 3, 0, 0, 0],
        "answer": 900 if phase == "ended" else 0,
        "error": None,
        **changes,
    }
    denied = {"code": 0x80070005, "message": "Access to the path is denied."}
    return {
        "name": f"winops.offline_files.{name}.{user.replace(chr(92), '.')}.job",
        "own": own,
        "alive": alive,
        "state": None if phase is None else json.dumps(state),
        "error": denied if phase is None else None,
    }
