# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the collection and the simulated host importable, for plain pytest and for `ansible-test units` alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = Path("ansible_collections", "winops", "offline_files")


def _collections() -> Path:
    """Return a folder that holds this repository as ansible_collections/winops/offline_files, if need be by a link."""
    if ROOT.parts[-3:] == COLLECTION.parts:
        return ROOT.parents[2]
    link = ROOT / ".build" / "tree" / COLLECTION
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    return ROOT / ".build" / "tree"


for folder in (_collections(), ROOT / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

# A slow or busy machine must not fail a property; each test has its time limit. `make fuzz` uses the long profile.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, database=None)
settings.register_profile(
    "fuzz", deadline=None, max_examples=2_000, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")
