# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What folding costs on the controller, in time against the least that could be done, and in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from unit.method_runs import fold, ledger_of

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer
from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import SYNCHRONIZE
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.method import Method
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from simhost import pack

SHARE = r"\\fs01\archive"


def paths(items: int) -> Iterator[str]:
    """Yield paths as a deep tree has them."""
    return (rf"{SHARE}\folder{number // 1000:04}\file{number:07}.txt" for number in range(items))


def texts(items: int, *, brackets: bool = True) -> list[str]:
    """Return the progress texts of a run in which every item is released."""
    opening, closing = "[]" if brackets else ("", "")
    begin, result = f"2:0::{opening}", f"3:0:The operation completed successfully.:{opening}"
    return [text for path in paths(items) for text in (f"{begin}{path}{closing}", f"{result}{path}{closing}")]


def fold_seconds(items: int, *, brackets: bool = True) -> tuple[float, float]:
    """Return the seconds that our fold and the floor, str.split and a dict, take for the same texts."""
    all_texts = texts(items, brackets=brackets)
    batches = [all_texts[start : start + 5000] for start in range(0, len(all_texts), 5000)]
    begin = time.perf_counter()
    floor: dict[str, str] = {}
    for text in all_texts:
        parts = text.split(":", 3)
        floor[parts[3]] = parts[1]
    floor_seconds = time.perf_counter() - begin
    del floor
    ledger = ledger_of([SHARE])
    ledger.add_before([[f"0\t1\t0\t0\t0\t{path}" for path in paths(items)]])
    begin = time.perf_counter()
    ledger.add_texts(batches)
    ledger.close()
    ours = time.perf_counter() - begin
    if ledger.messages != 2 * items or sum(ledger.tally().values()) != items:
        raise RuntimeError("the fold lost texts")
    return ours, floor_seconds


def fold_memory(items: int, method: Method = UNPIN, *, sent: bool = False) -> tuple[int, int]:
    """Return how many bytes of memory folding a packed answer takes at its peak, and how many its raw texts have.

    :param sent: every item had a change that was sent to its server
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "answer.json"
        raw = _write_answer(file, items, method, sent=sent)
        command = [sys.executable, "-m", "bench.fold", str(file), method.name]
        done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=True, timeout=600)
        return int(done.stdout), raw


def _rows(items: int, method: Method, *, sent: bool) -> Iterator[tuple[str, str | None]]:
    """Yield the rows of each item before and after a call that did what was asked; None: there is none afterwards.

    :param sent: Synchronize sends every item, else it fills every item
    """
    for number, path in enumerate(paths(items)):
        if method is UNPIN:
            yield f"0\t1\t0\t0\t0\t{path}", None
            continue
        # Sizes and times differ from file to file, as they do on a disk.
        minutes, seconds = divmod(number * 37 % 3600, 60)
        created = f"2025010203{minutes:02}{seconds:02}.000000+000\t32"
        last = (
            f"{number * 4099 % 1_000_003}\t202611{number % 28 + 1:02}09{minutes:02}{seconds:02}.000000+000\t{created}"
        )
        new = f"{number * 8209 % 1_000_003}\t20261128{number % 24:02}{minutes:02}{seconds:02}.000000+000\t{created}"
        if sent:
            yield (
                f"0\tTrue\tFalse\t{last}\t{new}\t{number % 4096}\t{path}",
                f"0\tFalse\tFalse\t{new}\t{new}\t0\t{path}",
            )
        else:
            yield f"0\tFalse\tTrue\t{last}\t{last}\t0\t{path}", f"0\tFalse\tFalse\t{last}\t{last}\t0\t{path}"


def _write_answer(file: Path, items: int, method: Method, *, sent: bool) -> int:
    rows, later, progress = pack.PackWriter(), pack.PackWriter(), pack.PackWriter()
    raw = 0
    for before_row, after_row in _rows(items, method, sent=sent):
        rows.add(before_row)
        if after_row is not None:
            later.add(after_row)
    for text in texts(items):
        progress.add(text)
        raw += len(text.encode())
    state = {"complete": True, "error": None, "way": "query", "seen": items, "held": [True], "shares": [SHARE]}
    call: dict[str, object] = {
        "path": None,
        "made": True,
        "error": None,
        "thrown_at": None,
        "completed": True,
        "status": None,
    }
    call |= {"returned": {"ReturnValue": 0}, "timed_out": False, "texts": 2 * items, "data": progress.finish()}
    before = {**state, "rows": items, "data": rows.finish()}
    after = {**state, "rows": later.records, "data": later.finish()}
    cache = {"found": True, "enabled": True, "active": True, "location": "C:", "error": None}
    body = {"contract": 2, "host": {"user": "x"}, "cache": cache, "services": {}, "before": before, "after": after}
    rest: dict[str, object] = {"calls": [call], "skipped": None, "classes": {}, "registry": []}
    file.write_text(json.dumps({"answer": {**body, **rest}}), encoding="utf-8")
    return raw


def _measure(file: Path, method: Method) -> int:
    """Fold the answer in this process and return how much its peak memory grew, in bytes."""
    options = {"paths": [SHARE], "flags": list(method.default_flags), "deep": True, "verify": True, "force": False}
    invocation = Invocation.from_options(method, {**options, "conflicts": "leave", "timeout": 0})
    before = _peak()
    result = fold(invocation, View(), [answer.read(json.loads(file.read_text(encoding="utf-8")), paths=1)])
    counts = result.result["counts"]
    if counts["changed"] != counts["total"]:
        raise RuntimeError("nothing was folded")
    return _peak() - before


def _peak() -> int:
    # ru_maxrss would be that of the parent, which the fork inherits.
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


if __name__ == "__main__":
    print(_measure(Path(sys.argv[1]), {method.name: method for method in (UNPIN, SYNCHRONIZE)}[sys.argv[2]]))
