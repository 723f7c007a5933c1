# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: files on the controller. They hold names of users and paths, so only the owner reads them
unless told otherwise.

Nothing here needs a connection: variables such as ``ansible_connection`` or ``ansible_become`` that are meant for the
hosts of a play do not matter.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def make_folder(folder: Path) -> None:
    """Make *folder*, and what is missing above it, and see that files can be made in it.

    :raises OSError: it cannot be made, or nothing can be written there
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def replace(file: Path, old: str, text: str) -> None:
    """Write *text* as UTF-8 in the place of a file that holds *old*. Where writing fails, the file stays as it is.

    :raises FileExistsError: it holds something else, or is no file
    :raises OSError: it cannot be read or written
    """
    if file.is_symlink() or not file.is_file() or file.read_bytes() != old.encode():
        raise FileExistsError
    _swap(file, text, FILE_MODE)


def put(file: Path, text: str, mode: int, *, only_say: bool = False) -> bool:
    """Have a file hold *text* as UTF-8 with this *mode*, and return whether that is a change.

    The file is replaced in one step, and where writing fails it stays as it is. A link keeps leading to its file.

    :param only_say: write nothing, but fail where it could not be written
    :raises OSError: there is a folder of this name or none to put it into, or it cannot be read or written
    """
    file = Path(os.path.realpath(file))
    old = file.stat() if file.exists() else None
    data = text.encode()
    if old and stat.S_ISREG(old.st_mode) and old.st_size == len(data) and file.read_bytes() == data:
        if stat.S_IMODE(old.st_mode) == mode:
            return False
        if not only_say:
            file.chmod(mode)
        return True
    if old and not stat.S_ISREG(old.st_mode):
        raise OSError("it is there and no file")
    if not file.parent.is_dir():
        raise OSError(f"there is no folder {file.parent}")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise OSError(f"nothing can be written into the folder {file.parent}")
    if not only_say:
        _swap(file, text, mode)
    return True


def _swap(file: Path, text: str, mode: int) -> None:
    number, name = tempfile.mkstemp(prefix=f".{file.name[:50]}.", dir=file.parent)
    try:
        with open(number, "w", encoding="utf-8") as stream:
            stream.write(text)
            os.fchmod(number, mode)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_new(file: Path, text: str) -> None:
    """Write *text* as UTF-8 into a file that was not there. Where writing fails, nothing is left.

    :raises FileExistsError: there is something of this name; it stays as it is
    :raises OSError: it cannot be written
    """
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with open(number, "w", encoding="utf-8") as stream:
            stream.write(text)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
