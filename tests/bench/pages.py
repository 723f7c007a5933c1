# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page of a large fleet costs: to write it in a playbook, and to open and sort it in a browser."""

from __future__ import annotations

import json
import os
import resource
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from browser import chromium

from ansible_collections.winops.offline_files.plugins.module_utils.fleet import document, hosts, merging, page, table
from simhost.testing import run_ansible

from . import peaks
from .tasks import HERE, LIMIT

HOSTS, SHARES = 5_000, 10
REASONS = ("user", "user_policy", "computer", "folder_redirection")
WRITE = "write the page"


def _share(host: int, share: int) -> dict[str, Any]:
    items, pinned = 40 + (host * 7 + share * 13) % 4000, (host + share) % 40
    return {
        "path": rf"\\fs{share % 4:02}.corp.example.com\department-{share:02}",
        "total_items": items,
        "pinned_items": pinned,
        "pinned_size": pinned * 1_234_567,
        "dirty_items": (host * share) % 5,
        "dirty_size": (host * share) % 5 * 87_654,
        "reasons": {**dict.fromkeys(REASONS, 0), "user": pinned},
    }


def registered(host: int) -> dict[str, Any]:
    """Return the variables of a host: of every tenth some items failed, of every twentieth something waits."""
    user = rf"CORP\user{host:05}"
    cache = {"active": True, "enabled": True, "user": user}
    shares = [_share(host, share) for share in range(SHARES)]
    log = [
        {"path": share["path"], "last_success": f"2026-11-{1 + host % 28:02}T07:{share['total_items'] % 60:02}:12Z"}
        for share in shares
    ]
    failed = 5 if host % 10 == 0 else 0
    result = {"category": "access", "hresult": "0x80070005", "name": "ERROR_ACCESS_DENIED", "text": "Access is denied."}
    entries = [
        {"path": rf"{shares[number]['path']}\users\user{host:05}\document {number}.docx", "status": "failed"}
        | {"result": result}
        for number in range(failed)
    ]
    status = "still_pinned" if host % 20 == 1 else "unpinned"
    return {
        "look": {
            "cache": cache,
            "cached": {"shares": shares},
            "policies": {"assigned": [{"scope": "user", "path": shares[0]["path"]}] if host % 20 == 1 else []},
            "users": [{"name": user, "view": True, "synchronized": log}],
        },
        "released": {
            "msg": f"Unpinned {host % 400} of 4000 items.",
            "state_verified": True,
            "cache": cache,
            "counts": {"changed": host % 400, "failed": failed},
            "entries": entries,
            "paths": [{"path": shares[0]["path"], "status": status}],
        },
        "left": {"cache": cache, "shares": shares},
    }


@dataclass(frozen=True)
class Written:
    """What writing came to.

    :ivar page: the file
    :ivar seconds: of the task
    :ivar processor: seconds of the processor that the playbook took above one that does nothing
    :ivar playbook: bytes that the largest process of the playbook had at most above that of one that does nothing
    :ivar making: bytes that reading the variables and making all three files takes at most
    """

    page: Path
    seconds: float
    processor: float
    playbook: int
    making: int


@contextmanager
def written(collections: Path) -> Iterator[Written]:
    """Have a playbook write the page of a fleet whose variables are there already."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        data = {f"pc-{host:05}": registered(host) for host in range(HOSTS)}
        inventory = {"pcs": {"hosts": list(data)}, "_meta": {"hostvars": data}}
        (folder / "fleet.json").write_text(json.dumps(inventory), encoding="utf-8")
        script = folder / "inventory"
        script.write_text(f"#!/bin/sh\nexec cat '{folder / 'fleet.json'}'\n", encoding="utf-8")
        script.chmod(stat.S_IRWXU)
        file = folder / "fleet.html"
        report = {"dest": str(file), "hosts": "{{ groups['pcs'] }}", "title": "Retiring fs01", "max_items": 20}
        report |= {"cache": "look", "results": "released", "after": "left"}
        nothing = {"name": "nothing", "ansible.builtin.debug": {"msg": "{{ groups['pcs'] | length }}"}}
        _seconds, idle, bare = _run(folder, collections, script, nothing)
        seconds, busy, whole = _run(
            folder, collections, script, {"name": WRITE, "winops.offline_files.fleet_report": report}
        )
        yield Written(file, seconds, busy - idle, whole - bare, _making(data))


def _making(data: dict[str, dict[str, Any]]) -> int:
    """Return the most bytes that making the files takes in this process, above what it has before."""
    # Linux counts the most from here on (proc(5), clear_refs).
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    before = peaks.own()
    read = [
        hosts.read(
            name,
            hosts.Registered(
                cache={"look": own["look"]}, results={"released": own["released"]}, after={"left": own["left"]}
            ),
            20,
        )
        for name, own in data.items()
    ]
    fleet = merging.merge("Retiring fs01", [read])
    made = [page.html(fleet), table.csv(fleet), document.write(fleet)]
    assert all(made)
    return peaks.own() - before


def _run(folder: Path, collections: Path, inventory: Path, task: dict[str, Any]) -> tuple[float, float, int]:
    """Run one task; return its seconds, those of the processor for the run, and the most bytes of one process."""
    playbook, record = folder / "play.yml", folder / "record"
    playbook.write_text(
        yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8"
    )
    record.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with peaks.watched(os.getpid(), "ansible") as most:
        done = run_ansible(
            "ansible-playbook",
            *("-i", inventory, playbook),
            home=folder / "home",
            collections=collections,
            timeout=LIMIT,
            ANSIBLE_CALLBACK_PLUGINS=str(HERE / "callback_plugins"),
            ANSIBLE_CALLBACKS_ENABLED="timing",
            BENCH_RECORD=str(record),
        )
    if done.returncode:
        raise RuntimeError(f"the play failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    (row,) = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return row["seconds"], processor, most.kilobytes * 1024


_SORTED = """
const done = arguments[0], button = document.querySelectorAll("#table thead button")[5];
const start = performance.now();
button.click();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""
_SEARCHED = """
const done = arguments[0], field = document.querySelector("[name=search]");
const start = performance.now();
field.value = "user01234 department-07";
field.dispatchEvent(new Event("input", { bubbles: true }));
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""


def opened(file: Path) -> Iterator[tuple[str, float]]:
    """Yield the seconds until the page shows its list, and until it has sorted and searched it, the middle of five."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, chromium.started(Path(folder)) as browser:
        rounds: dict[str, list[float]] = {"opens": [], "sorts": [], "searches": []}
        for _round in range(5):
            browser.open(file)
            load = browser.run("const [one] = performance.getEntriesByType('navigation'); return one.loadEventEnd")
            rounds["opens"].append(load)
            rounds["sorts"].append(browser.driver.execute_async_script(_SORTED))
            rounds["searches"].append(browser.driver.execute_async_script(_SEARCHED))
            assert browser.texts("#found") == ["1 row of 1 host"]
        for name, taken in rounds.items():
            yield name, sorted(taken)[2] / 1000
