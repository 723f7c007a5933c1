# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which items lie above others: a folder stays in the cache as long as something in it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..windows import unc
from .fate import Fate


def above(items: Mapping[str, Fate], stays: Callable[[Fate], bool]) -> set[str]:
    """Return the paths among *items* that lie above one that stays.

    :param items: path to fate, with the paths as the host spells them
    :param stays: asked once for each fate
    """
    staying = {fate for fate in set(items.values()) if stays(fate)}
    found: set[str] = set()
    for path, fate in items.items():
        if fate in staying:
            folder = unc.parent(path)
            # Not beyond what is an item itself: a path may have thousands of names, and each step copies it.
            while folder in items and folder not in found:
                found.add(folder)
                folder = unc.parent(folder)
    return found
