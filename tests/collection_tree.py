# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the folder in which this repository is a collection. Needs the standard library only, for tools use it too."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLLECTION = Path("ansible_collections", "winops", "offline_files")


def collections() -> Path:
    """Return a folder for ANSIBLE_COLLECTIONS_PATH in which this repository is the collection.

    Where the repository does not lie at such a place itself, a link to it does.
    """
    if ROOT.parts[-3:] == COLLECTION.parts:
        return ROOT.parents[2]
    tree = ROOT / ".build" / "tree"
    link = tree / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    # relative, so that it survives when the repository is moved
    target = os.path.relpath(ROOT, link.parent)
    if not (link.is_symlink() and os.readlink(link) == target):
        # by renaming, for test processes begin side by side
        new = link.with_name(f"{link.name}.{os.getpid()}")
        new.symlink_to(target, target_is_directory=True)
        new.replace(link)
    return tree
