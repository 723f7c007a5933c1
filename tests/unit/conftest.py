# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the collection and the simulated host importable, for plain pytest and for `ansible-test units` alike."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "tests") not in sys.path:
    sys.path.insert(0, str(ROOT / "tests"))

from collection_tree import collections  # noqa: E402

if str(collections()) not in sys.path:
    sys.path.insert(0, str(collections()))

# A slow or busy machine must not fail a property; each test has its time limit. `make fuzz` uses the long profile.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, database=None)
settings.register_profile(
    "fuzz", deadline=None, max_examples=2_000, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")
