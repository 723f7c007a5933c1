# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task costs, through the real ansible-playbook and WinRM against a simulated host on the same machine."""

from __future__ import annotations

import json
import os
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from simhost.testing import SimHost, SimHostProcess, run_ansible

HERE = Path(__file__).resolve().parent
SHARE = r"\\fs01\archive"
EMPTY_MODULE = """#!powershell

#AnsibleRequires -CSharpUtil Ansible.Basic

$module = [Ansible.Basic.AnsibleModule]::Create($args, @{ supports_check_mode = $true })
$module.ExitJson()
"""
"""The least that a PowerShell module does."""

LIMIT = 900
"""Seconds for one run of ansible-playbook."""


PINNED: Mapping[str, Any] = MappingProxyType({"pin": "user"})
NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})


def scenario(
    folder: Path, items: int, like: Mapping[str, Any] = PINNED, behaviour: Mapping[str, str] = NOTHING_ELSE
) -> Path:
    """Write a scenario with so many files, 1,000 in a folder, and return its file.

    :param like: what all of them have, in words of a scenario's ``generate``
    """
    cache: dict[str, Any] = {"name": f"{items} items", "host": {"name": "PC042", "user": r"CORP\alice"}}
    cache |= {"accounts": {r"CORP\alice": "Wonderland-1"}, "behaviour": dict(behaviour)}
    if items:
        files = min(items, 1000)
        pattern = {"under": SHARE, "directories": items // files, "files": files, **like}
        cache["generate"] = [pattern]
    else:
        cache["cache"] = {SHARE: {"items": {"readme.txt": {}}}}
    file = folder / f"items-{items}.yml"
    file.write_text(yaml.safe_dump(cache, allow_unicode=True), encoding="utf-8")
    return file


class Play:
    """Runs plays against one simulated host and records the seconds of every task.

    :ivar rows: what the callback `timing` wrote of the last run, a row for each task of each host
    """

    def __init__(
        self, host: SimHostProcess, folder: Path, collections: Path, hosts: int = 1, way: str = "winhost_basic"
    ) -> None:
        self.host, self._folder, self._collections = host, folder, collections
        self.rows: list[dict[str, Any]] = []
        names: dict[str, Any] = {f"pc{number:03}": {} for number in range(hosts)}
        inventory = yaml.safe_load(host.inventory.read_text(encoding="utf-8"))
        group = inventory["all"]["children"]["simhost"]
        group["vars"] |= group["hosts"][way]
        group["hosts"] = names
        inventory["all"]["children"] = {"simhost": group}
        self._inventory = folder / "inventory.yml"
        self._inventory.write_text(yaml.safe_dump(inventory), encoding="utf-8")

    def run(self, tasks: Sequence[Mapping[str, Any]], *, forks: int = 5) -> tuple[dict[str, list[float]], float]:
        """Run the tasks and return the seconds of each by name, and the controller's CPU seconds of the whole run.

        :raises RuntimeError: a task did not end as it should
        """
        playbook = self._folder / "play.yml"
        playbook.write_text(
            yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}]), encoding="utf-8"
        )
        record = self._folder / "record"
        record.unlink(missing_ok=True)
        module = self._folder / "library" / "empty.ps1"
        module.parent.mkdir(exist_ok=True)
        module.write_text(EMPTY_MODULE, encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = run_ansible(
            "ansible-playbook",
            *("-i", self._inventory, "-f", str(forks), playbook),
            home=self._folder / "home",
            collections=self._collections,
            timeout=LIMIT,
            ANSIBLE_CALLBACK_PLUGINS=str(HERE / "callback_plugins"),
            ANSIBLE_CALLBACKS_ENABLED="timing",
            ANSIBLE_LIBRARY=str(self._folder / "library"),
            BENCH_RECORD=str(record),
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        rows = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()] if record.exists() else []
        self.rows = rows
        bad = [row for row in rows if row["status"] != "ok"]
        if done.returncode or bad or not rows:
            raise RuntimeError(f"the play failed: {bad[:3]}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        seconds: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            seconds[row["task"]].append(row["seconds"])
        return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def retire(self, *, forks: int = 20) -> tuple[float, float]:
        """Run the playbook retire_server in check mode over all hosts; return its seconds, and those of the processor.

        :raises RuntimeError: it did not end as it should
        """
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = run_ansible(
            "ansible-playbook",
            *("winops.offline_files.retire_server", "-e", "retire_server=fs01", "--check"),
            *("-i", self._inventory, "-f", str(forks)),
            home=self._folder / "home",
            collections=self._collections,
            timeout=2 * LIMIT,
            PWD=str(self._folder),
            ANSIBLE_DISPLAY_OK_HOSTS="0",
            ANSIBLE_DISPLAY_SKIPPED_HOSTS="0",
        )
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise RuntimeError(f"the playbook failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def unpin(name: str, paths: list[str] | None = None, **options: Any) -> dict[str, Any]:
    """Return a task that unpins."""
    return {"name": name, "winops.offline_files.unpin": {"paths": paths or [SHARE], **options}}


METHODS: dict[str, tuple[Mapping[str, Any], dict[str, str]]] = {
    "pin": ({}, {}),
    "synchronize": ({**PINNED, "every": [{"nth": 1, "dirty": ["data"]}]}, {}),
    "delete_items": ({}, {"delete_texts": "sent"}),
}
"""What items have where each module has something to do for all of them, and a Windows that tells of each."""


def method(module: str, items: int) -> dict[str, Any]:
    """Return a task of one of METHODS, which fails unless something was done to every item."""
    said = f"{module}_said"
    return {
        "name": module,
        f"winops.offline_files.{module}": {"paths": [SHARE]},
        "register": said,
        "failed_when": f"{said} is failed or {said}.counts.changed < {items}",
    }


def item_info(name: str) -> dict[str, Any]:
    """Return a task that reads everything of each item, and describes a thousand."""
    return {"name": name, "winops.offline_files.item_info": {}}


EMPTY: dict[str, Any] = {"name": "empty", "empty": {}}


@contextmanager
def play(
    items: int,
    backend: str,
    collections: Path,
    hosts: int = 1,
    like: Mapping[str, Any] = PINNED,
    behaviour: Mapping[str, str] = NOTHING_ELSE,
) -> Iterator[Play]:
    """Start a host with so many items, pinned unless *like* says otherwise, and yield what runs plays against it."""
    with _playing(lambda folder: scenario(folder, items, like, behaviour), backend, collections, hosts) as running:
        yield running


@contextmanager
def play_of(machine: Mapping[str, Any], backend: str, collections: Path, way: str = "winhost_basic") -> Iterator[Play]:
    """Start a host with this scenario and yield what runs plays against it.

    :param way: name of a way in (simhost.inventory)
    """

    def write(folder: Path) -> Path:
        file = folder / "machine.yml"
        file.write_text(yaml.safe_dump(dict(machine), allow_unicode=True), encoding="utf-8")
        return file

    with _playing(write, backend, collections, way=way) as running:
        yield running


@contextmanager
def _playing(
    write: Callable[[Path], Path], backend: str, collections: Path, hosts: int = 1, way: str = "winhost_basic"
) -> Iterator[Play]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        options = ["--allow-unencrypted", "--backend", backend, "--port", "0"]
        host = stack.enter_context(SimHost.process(write(folder), *options))
        yield Play(host, folder, collections, hosts, way)


def received_bytes(host: SimHostProcess) -> int:
    """Return how many bytes the host has sent as answers to Receive."""
    fields = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in host.log]
    return sum(int(row["out"]) for row in fields if row.get("op") == "Receive")


def collections_path() -> Path:
    """Return the folder with ansible_collections in which this collection lies, as the environment names it."""
    return Path(os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])


def ratio(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[float, float, float]:
    """Measure both in turn and return the median of the ratios, and the medians of both."""
    return ratio_of_pairs([(ours(), theirs()) for _round in range(rounds)])


def ratio_of_pairs(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the median of the ratios of pairs, and the medians of both sides."""
    return (
        statistics.median(a / b for a, b in pairs),
        statistics.median(a for a, _b in pairs),
        statistics.median(b for _a, b in pairs),
    )
