# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: transcripts as files on the controller."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from ansible.errors import AnsibleActionFail
from ansible.release import __version__ as core_version

from ..module_utils.host.answer import Exchange
from ..module_utils.transcript.transcript import Task, dumps, transcript
from . import controller_file

_COLLECTION = Path(__file__).resolve().parents[2]


def prepare(folder: str) -> Path:
    """Make the folder for transcripts and see that it can be written to, before the host is asked.

    :raises AnsibleActionFail: it cannot be made, or no file can be made in it
    """
    try:
        controller_file.make_folder(Path(folder))
    except OSError as exc:
        raise AnsibleActionFail(
            f"transcript '{folder}' is not allowed: no file can be made in that folder on the controller "
            f"({exc.strerror}). Nothing was asked of the host."
        ) from None
    return Path(folder)


def write(folder: Path, host: str, task: Task, exchanges: Sequence[Exchange]) -> Path:
    """Write the transcript of a task into a new file of *folder*, and return the file. Only its owner may read it.

    :param host: its name in the inventory, which is a part of the file's name
    :raises OSError: the file cannot be written
    """
    text = dumps(transcript(task, exchanges, {"ansible-core": core_version, "collection": _version()}))
    time = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    place = re.sub(r"[^\w.-]", "_", host)
    name = f"{task.module.rpartition('.')[2]}-{place}-{time}"
    # Two tasks may end in the same second, and nothing is ever overwritten.
    for number in itertools.count(1):
        file = folder / (f"{name}-{number}.json" if number > 1 else f"{name}.json")
        with contextlib.suppress(FileExistsError):
            controller_file.write_new(file, text)
            break
    return file


def _version() -> str:
    """Return the version of this collection, installed or as it is in the repository."""
    manifest, galaxy = _COLLECTION / "MANIFEST.json", _COLLECTION / "galaxy.yml"
    if manifest.is_file():
        return str(json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]["version"])
    if galaxy.is_file():
        return str(yaml.safe_load(galaxy.read_text(encoding="utf-8"))["version"])
    return "unknown"
