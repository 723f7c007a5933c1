# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page of a large fleet costs: to write it from what was registered, and to open and sort it in a browser."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from browser import chromium

from ansible_collections.winops.offline_files.plugins.action.fleet_report import ActionModule

from . import peaks

HOSTS, SHARES = 5_000, 10
REASONS = ("user", "user_policy", "computer", "folder_redirection")


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
    :ivar seconds: of the processor
    :ivar memory: bytes that it took at most, above what the registered variables take
    """

    page: Path
    seconds: float
    memory: int


@contextmanager
def written() -> Iterator[Written]:
    """Have the action write the page of a fleet whose hosts have registered their variables, in this process."""
    loader = DataLoader()
    names = [f"pc-{host:05}" for host in range(HOSTS)]
    inventory = InventoryManager(loader=loader, sources=",".join(names) + ",")
    variables = VariableManager(loader=loader, inventory=inventory)
    for number, name in enumerate(names):
        variables.set_nonpersistent_facts(name, registered(number))
    known = {"hostvars": HostVars(inventory, variables, loader), "ansible_play_hosts_all": names}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "fleet.html"
        options = {"dest": str(file), "title": "Retiring fs01", "cache": "look", "results": "released", "after": "left"}
        task = SimpleNamespace(args=options, check_mode=False, async_val=0, action="fleet_report")
        connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=folder))
        action = ActionModule(task, connection, None, loader, None, None)
        # Linux counts the most from here on (proc(5), clear_refs).
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
        before, start = peaks.own(), time.process_time()
        action.run(task_vars=known)
        yield Written(file, time.process_time() - start, peaks.own() - before)


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
