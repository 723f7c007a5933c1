# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Peak memory of processes that others start, as Linux tells it while they run."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.05


@dataclass
class Most:
    """The most that one process had at any time, in kB."""

    kilobytes: int = 0


@contextmanager
def watched(ancestor: int, name: str) -> Iterator[Most]:
    """Watch the processes below *ancestor* whose name begins with *name*; what is yielded tells the largest peak."""
    most, ended = Most(), threading.Event()

    def watch() -> None:
        while not ended.wait(_LOOK_SECONDS):
            most.kilobytes = max(most.kilobytes, *_peaks(ancestor, name), 0)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def own() -> int:
    """Return the most bytes that this process had since Linux was told to count anew, or since it began."""
    found = re.search(r"^VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _peaks(ancestor: int, name: str) -> list[int]:
    parents: dict[int, int] = {}
    peaks: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                re.findall(r"^(\w+):\t *(.*)$", status.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
            )
        except OSError:
            continue  # it has ended meanwhile
        process = int(status.parent.name)
        parents[process] = int(fields["PPid"])
        if fields["Name"].startswith(name) and "VmHWM" in fields:
            peaks[process] = int(fields["VmHWM"].split()[0])
    return [peak for process, peak in peaks.items() if _is_below(process, ancestor, parents)]


def _is_below(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    while process and process != ancestor:
        process = parents.get(process, 0)
    return process == ancestor
