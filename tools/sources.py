# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns which files are the repository's own, and the copy of them that some tools insist on.

ansible-test refuses a linked tree, and other tools would walk into the build folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from collection_tree import COLLECTION

from .environment import ROOT

LEFT_OVERS = (
    ".*cache",
    ".ansible",
    ".build",
    ".coverage*",
    ".git",
    ".hypothesis",
    ".venv",
    "*.py[co]",
    "*.tar.gz",
    "__pycache__",
)
"""What is no source, where git cannot be asked; the same names as in .gitignore."""


def sources() -> list[Path]:
    """Return the repository's own files, relative to it.

    They are what git tracks or finds new and not ignored; without git, all but left-overs.
    """
    listed = _git_files()
    return sorted(path for path in (_walked() if listed is None else listed) if (ROOT / path).is_file())


def copy(folder: Path) -> Path:
    """Copy the sources to their place in a collection tree under ``folder``; return the collection there."""
    collection = folder / COLLECTION
    shutil.rmtree(collection, ignore_errors=True)
    for path in sources():
        target = collection / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target)
    return collection


def _git_files() -> list[Path] | None:
    """Return what git lists, or None where there is no git or ROOT is not the top of a work tree."""
    try:
        if Path(_git("rev-parse", "--show-toplevel").rstrip("\n")).resolve() != ROOT:
            return None
        return [Path(name) for name in _git("ls-files", "-coz", "--exclude-standard").split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _walked() -> Iterator[Path]:
    """Yield every file that is not a left-over."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not _left_over(name)]
        yield from (Path(folder, name).relative_to(ROOT) for name in names if not _left_over(name))


def _left_over(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in LEFT_OVERS)
