# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns asking the Windows that this runs on: what cache_info and item_info would ask, through the real host part.

Nothing is replaced, nothing is written on the host, and no connection is needed: python -m engine.real_windows FOLDER.
Each task leaves its transcript in FOLDER, in the form of docs/docsite/rst/guide_transcripts.rst. WINOPS_PWSH names the
PowerShell.
"""

from __future__ import annotations

import getpass
import json
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.release import __version__ as core_version
from collection_tree import collections
from engine.module_host import ModuleHost

from simhost.engine.build import Engine
from simhost.pwsh import HOW_TO_GET_ONE, find_engine

sys.path.insert(0, str(collections()))

from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration, listing
from ansible_collections.winops.offline_files.plugins.module_utils.info.selection import Selection
from ansible_collections.winops.offline_files.plugins.module_utils.transcript.transcript import (
    Task,
    dumps,
    transcript,
)

TIMEOUT = 120
ITEM_OPTIONS: Mapping[str, Any] = {
    "paths": [],
    "deep": True,
    "type": [],
    "pinned": None,
    "reasons": [],
    "dirty": None,
    "name": [],
    "sort": "path",
    "descending": False,
    "max_entries": 1000,
    "summary": False,
    "connection": True,
    "unavailable": "ok",
    "timeout": TIMEOUT,
}
"""The defaults of item_info: everything that the cache holds. `unavailable: ok`, for a server has no cache."""


@dataclass(frozen=True)
class Asked:
    """A task without a connection: its options, what it asks the host part, and what it makes of the answer."""

    module: str
    options: Mapping[str, Any]
    request: Mapping[str, Any]
    make: Callable[[answer.Answer], Mapping[str, Any]]


def tasks() -> Iterator[Asked]:
    """What is asked."""
    options = {"paths": [], "facts": False, "unavailable": "ok", "timeout": TIMEOUT}
    yield Asked(
        "cache_info", options, configuration.request(TIMEOUT).options(), lambda told: configuration.make(told)[0]
    )
    selection, view = Selection.from_options(ITEM_OPTIONS), listing.View.from_options(ITEM_OPTIONS)
    yield Asked(
        "item_info", ITEM_OPTIONS, selection.request().options(), lambda told: listing.make(selection, view, told)[0]
    )


def record(engine: Engine, folder: Path, address: str = "", session: str = "") -> dict[str, Mapping[str, Any]]:
    """Ask, leave the transcripts in the folder, and return each module's result, or its `problem`.

    :param engine: what runs the host part.
    :param address: of a simulated WMI, `host:port`, for tests; else the machine's own WMI is asked.
    :param session: its token.
    :raises engine.module_host.ModuleHostError: the host part gave no result.
    """
    folder.mkdir(parents=True, exist_ok=True)
    results: dict[str, Mapping[str, Any]] = {}
    with ModuleHost(engine) as host:
        for task in tasks():
            raw = host.run(address, session, task.request, check_mode=True, timeout=2 * TIMEOUT)
            problem = None
            try:
                results[task.module] = task.make(answer.read(raw, paths=0))
            except HostCallError as error:
                problem = str(error)
                results[task.module] = {"problem": problem}
            named = Task(
                f"winops.offline_files.{task.module}", task.options, True, [socket.gethostname()], [getpass.getuser()]
            )
            exchange = answer.Exchange(task.request, raw, problem)
            written = transcript(named, [exchange], {"ansible-core": core_version})
            (folder / f"{task.module}.json").write_text(dumps(written), encoding="utf-8")
    return results


def main() -> int:
    """Ask this machine; exit code 1 when an answer does not follow the contract."""
    pwsh = find_engine()
    if pwsh is None:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return 2
    # Not prepared: System.Management is the machine's own.
    results = record(Engine(pwsh, pwsh), Path(sys.argv[1]))
    for module, result in results.items():
        print(f"{module}: {json.dumps(result.get('msg') or result, indent=2)}")
    return int(any("problem" in result for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
