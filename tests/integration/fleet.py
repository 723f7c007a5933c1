# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the tests through the real CLI share: simulated hosts in one inventory, runs, what must be true.

A start of ansible takes seconds, one more host in the same run nearly nothing. So each case has a host of its own, and
one run asks them all.
"""

from __future__ import annotations

import copy
import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from collection_tree import collections

from simhost.backend import Emulation
from simhost.faults import Faults
from simhost.server import Settings
from simhost.testing import OPEN, PATIENCE, SimHost, ansible_command

MODULE = "winops.offline_files.unpin"
SHARE = r"\\fs01\users"
HOME = SHARE + r"\alice"
PASSWORDS = {r"CORP\alice": "Wonderland-1&x", r"CORP\bob": "Builder-2$(x)", r"CORP\admin": "Keeper-3'\""}

CACHE: dict[str, Any] = {
    SHARE: {
        "items": {
            "alice": {
                "pin": {"user": "inherit"},
                "visible_to": [r"CORP\alice"],
                "items": {
                    "report.docx": {"pin": "user", "size": 12345},
                    "notes.txt": {"pin": ["user", "user_policy"]},
                    "plain.txt": {},
                    "drafts": {"pin": {"user": "inherit"}, "items": {"idea.txt": {"pin": "user"}}},
                },
            },
            "bob": {
                "pin": {"user": "inherit"},
                "visible_to": [r"CORP\bob"],
                "items": {"todo.txt": {"pin": "user"}},
            },
        }
    },
    r"\\fs02\projects": {"pin": {"computer": "inherit"}, "items": {"plan.mpp": {"pin": "computer"}, "logo.png": {}}},
}
"""Five items that alice sees under the share are pinned for the user; bob has two that she does not see."""

PINNED = sorted([HOME, *(HOME + name for name in (r"\drafts", r"\drafts\idea.txt", r"\notes.txt", r"\report.docx"))])

FORKS = 12 if PATIENCE == 1 else 2
"""Hosts that are asked side by side. A PowerShell takes a core while it starts, and time limits stay what they are."""

HANGING = 4 * PATIENCE
"""Seconds that a task has for a method that never ends: its host has answered before the controller gives up."""

RESULT_KEYS: dict[str, type | tuple[type, ...]] = {
    "changed": bool,
    "msg": str,
    "only_items_failed": bool,
    "paths": list,
    "entries": list,
    "entries_truncated": bool,
    "counts": dict,
    "return_value": (dict, type(None)),
    "cancelled": bool,
    "timed_out": bool,
    "may_still_run": bool,
    "state_verified": bool,
    "progress": dict,
    "flags": dict,
    "deep": bool,
    "cache": dict,
}
"""Every key that the documentation promises, with its type."""

_BITS = {"user": 0x20, "user_policy": 0x40, "computer": 0x80}
_COUNTED_AS = {"unpinned": "changed", "failed": "failed", "not_cached": "not_cached", "unknown": "unknown"}
_COUNTED_AS |= {"cancelled": "unknown", "unchanged": "unchanged", "still_pinned": "unchanged"}
_COUNTED_AS |= {"deleted": "changed", "kept": "unchanged", "still_cached": "unchanged"}
_COUNTED_AS |= {"pinned": "changed", "still_unpinned": "unchanged"}


def scenario(**changes: Any) -> dict[str, Any]:
    """Return a scenario with CACHE; `host` and `behaviour` are added to, other keys replaced."""
    made: dict[str, Any] = {
        "name": "Made by a test",
        "host": {"name": "PC042", "user": r"CORP\alice", "admins": [r"CORP\admin"]},
        "accounts": PASSWORDS,
        "behaviour": {},
        "cache": copy.deepcopy(CACHE),
    }
    for key, value in changes.items():
        if key in ("host", "behaviour"):
            made[key] = {**made[key], **value}
        else:
            made[key] = value
    return made


@dataclass(frozen=True)
class Told:
    """What ansible told a callback of a task on a host. `status`: ok, failed, unreachable, item ok, item failed."""

    status: str
    host: str
    task: str
    result: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of the CLI."""

    code: int
    stdout: str
    stderr: str
    told: list[Told]

    def of(self, host: str, task: str | None = None) -> Told:
        """The one thing that was told about a host (and a task), but for the items of a loop."""
        found = [one for one in self.told if one.host == host and task in (None, one.task) and "item" not in one.status]
        assert len(found) == 1, (host, task, self.stdout, self.stderr)
        return found[0]


@dataclass(frozen=True)
class Playing:
    """A run of the CLI beside the test, in a session of its own."""

    process: subprocess.Popen[str]
    timeout: float
    out: Path
    record: Path

    def send(self, number: signal.Signals) -> None:
        """Send a signal to all of its processes, as a terminal does."""
        os.killpg(self.process.pid, number)

    def wait(self) -> Run:
        """Wait for its end.

        :raises subprocess.TimeoutExpired: it takes too long
        """
        code = self.process.wait(self.timeout)
        stdout, stderr = (file.read_text(encoding="utf-8") for file in (self.out, self.out.with_suffix(".err")))
        return Run(code, stdout, stderr, _read(self.record))


class Fleet:
    """Simulated hosts, each with a scenario of its own, in one inventory. A context manager.

    :param folder: for inventories, scenarios and what ansible writes
    """

    _numbers = itertools.count()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._exit = ExitStack()
        self._inventory: dict[str, dict[str, Any]] = {}
        self.sims: dict[str, SimHost] = {}

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    @property
    def names(self) -> list[str]:
        """The hosts of the inventory."""
        return list(self._inventory)

    def add(
        self,
        name: str,
        content: Mapping[str, Any] | Path | None = None,
        *,
        ways: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        extra: Mapping[str, Emulation] | None = None,
        variables: Mapping[str, Any] | None = None,
        settings: Settings = OPEN,
    ) -> SimHost:
        """Start a host.

        :param content: scenario, as data or as file; None for one with `extra` only
        :param ways: name in the inventory to name of the way in (simhost.inventory); without it, `name` over WinRM with
            NTLM
        :param variables: of all its names in the inventory
        :param settings: how it listens
        """
        file = content if isinstance(content, Path) else None
        if isinstance(content, Mapping):
            file = self._folder / f"{name}.scenario.yml"
            file.write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), encoding="utf-8")
        accounts = None if file else PASSWORDS
        sim = self._exit.enter_context(SimHost(file, settings=settings, faults=faults, extra=extra, accounts=accounts))
        group = yaml.safe_load(sim.inventory.read_text(encoding="utf-8"))["all"]["children"]["simhost"]
        for alias, way in (ways or {name: "winhost"}).items():
            self._inventory[alias] = {**group["vars"], **group["hosts"][way], **(variables or {})}
        self.sims[name] = sim
        return sim

    def name(self, name: str, variables: Mapping[str, Any]) -> None:
        """Add a name to the inventory that no simulated host stands behind."""
        self._inventory[name] = dict(variables)

    def set(self, name: str, **variables: Any) -> None:
        """Give a name of the inventory further variables."""
        self._inventory[name] |= variables

    def logon(self, name: str, user: str, password: str) -> None:
        """Have a name of the inventory log on as another user than the scenario's first."""
        self._inventory[name] |= {"ansible_user": user, "ansible_password": password}

    def adhoc(
        self, pattern: str, args: Any, *options: str, module: str = MODULE, timeout: float = 60, **variables: str
    ) -> Run:
        """Run `ansible`; `args` is a text for -a, or what becomes JSON."""
        text = args if isinstance(args, str) else json.dumps(args)
        return self._run("ansible", timeout, variables, pattern, "-m", module, "-a", text, *options)

    def play(
        self,
        tasks: Sequence[Mapping[str, Any]],
        *options: str,
        hosts: str = "all",
        timeout: float = 60,
        keywords: Mapping[str, Any] | None = None,
        **variables: str,
    ) -> Run:
        """Run `ansible-playbook` with one play."""
        file = self._playbook(tasks, hosts, keywords or {})
        return self._run("ansible-playbook", timeout, variables, file, *options)

    def line(self, words: Sequence[str], *, timeout: float = 60, **variables: str) -> Run:
        """Run a command line that names an inventory with -i: it gets this one."""
        place = words.index("-i")
        return self._run(words[0], timeout, variables, *words[1:place], *words[place + 2 :])

    def run_playbook(self, file: Path, *options: str, timeout: float = 60, **variables: str) -> Run:
        """Run `ansible-playbook` with a playbook of the repository."""
        return self._run("ansible-playbook", timeout, variables, file, *options)

    @contextmanager
    def playing(
        self, tasks: Sequence[Mapping[str, Any]], *options: str, hosts: str, timeout: float = 60
    ) -> Iterator[Playing]:
        """Have `ansible-playbook` run beside the test with one play; what is left of it at the end is killed."""
        command, record = self._command("ansible-playbook", timeout, {}, self._playbook(tasks, hosts, {}), *options)
        out = self._folder / f"out{next(self._numbers)}"
        with out.open("w+") as stdout, out.with_suffix(".err").open("w+") as stderr:
            process = subprocess.Popen(**command, stdout=stdout, stderr=stderr, start_new_session=True)
            try:
                yield Playing(process, timeout * PATIENCE, out, record)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _playbook(self, tasks: Sequence[Mapping[str, Any]], hosts: str, keywords: Mapping[str, Any]) -> Path:
        file = self._folder / f"play{next(self._numbers)}.yml"
        play = {"hosts": hosts, "gather_facts": False, **keywords, "tasks": list(tasks)}
        file.write_text(yaml.dump([play], sort_keys=False, allow_unicode=True), encoding="utf-8")
        return file

    def write_inventory(self, file: Path) -> None:
        """Write the inventory as it is now."""
        content = {"all": {"hosts": self._inventory}}
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def _run(self, tool: str, timeout: float, variables: Mapping[str, str], *arguments: str | Path) -> Run:
        timeout *= PATIENCE
        command, record = self._command(tool, timeout, variables, *arguments)
        ended = subprocess.run(**command, capture_output=True, timeout=timeout, check=False)
        return Run(ended.returncode, ended.stdout, ended.stderr, _read(record))

    def _command(
        self, tool: str, timeout: float, variables: Mapping[str, str], *arguments: str | Path
    ) -> tuple[dict[str, Any], Path]:
        number = next(self._numbers)
        inventory, record = self._folder / f"inventory{number}.yml", self._folder / f"record{number}.jsonl"
        self.write_inventory(inventory)
        record.touch()
        settings = {
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).with_name("callback_plugins")),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
            # The time limit of ansible would switch off the module's own; the process has one in any case.
            "ANSIBLE_TASK_TIMEOUT": "0",
            "UNPIN_TEST_RECORD": str(record),
            **variables,
        }
        command = ansible_command(
            tool,
            "-i",
            inventory,
            "-f",
            str(max(FORKS, len(self._inventory)) if PATIENCE == 1 else FORKS),
            *arguments,
            home=self._folder / f"home{number}",
            collections=collections(),
            timeout=timeout,
            **settings,
        )
        return command, record


def _read(record: Path) -> list[Told]:
    return [Told(**json.loads(line)) for line in record.read_text(encoding="utf-8").splitlines()]


def pins(sim: SimHost) -> dict[str, list[str]]:
    """Every item of the cache with the reasons for which it is pinned now."""
    return {item["path"]: sorted(item["pins"]) for item in sim.host.snapshot()["items"]}


def pinned_for_user(sim: SimHost, under: str = SHARE) -> list[str]:
    """The items under a path that are pinned for the user now."""
    return sorted(path for path, reasons in pins(sim).items() if path.startswith(under) and "user" in reasons)


def module_calls(sim: SimHost) -> int:
    """How often the host part was run."""
    return sum(" call " in line for line in sim.log)


def check_form(result: Mapping[str, Any], *, without: Sequence[str] = ()) -> None:
    """Every documented key is there, of its type, and the numbers add up.

    :param without: keys that the module has not
    """
    for key, kind in RESULT_KEYS.items():
        if key in without:
            assert key not in result
            continue
        assert key in result, (key, result)
        assert isinstance(result[key], kind), (key, result[key])
    counts = dict(result["counts"])
    assert sorted(counts) == ["changed", "failed", "not_cached", "total", "unchanged", "unknown", "visible"]
    visible = counts.pop("visible")
    assert visible is None or visible >= 0
    assert counts.pop("total") == sum(counts.values()), result
    assert result["msg"].strip()
    assert "\n" not in result["msg"]
    assert "Traceback" not in json.dumps(result, default=str)
    if not result["entries_truncated"] and len(result["entries"]) == result["counts"]["total"]:
        tally = dict.fromkeys(counts, 0)
        for entry in result["entries"]:
            released = entry["changed"] and entry["status"] != "failed"
            tally["changed" if released else _COUNTED_AS[entry["status"]]] += 1
        assert tally == counts, result
    for path in result["paths"]:
        assert path["changed"] == (path["changed_items"] > 0), path
        assert path["total_items"] >= max(path["changed_items"], path["failed_items"]), path


def check_truth(
    result: Mapping[str, Any],
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, Sequence[str]],
    *,
    pinned: bool = False,
) -> None:
    """Nothing is called done that is not, and where the state was read `changed` is exactly what was done.

    Without a state a success of the method is believed even where there was nothing to do, as documented.

    :param before: reasons of every item that the user sees, before
    :param after: the same afterwards
    :param pinned: items were to get the reasons, else to lose them
    """
    wanted = {reason for reason, bit in _BITS.items() if result["flags"]["value"] & bit}

    def left(reasons: Sequence[str]) -> set[str]:
        return wanted - set(reasons) if pinned else wanted & set(reasons)

    known = {*before, *after} if pinned else {*before}
    old = {path.upper(): left(before.get(path, ())) for path in known}
    new = {path.upper(): left(after.get(path, ())) for path in known}
    moved = {path for path in old if old[path] - new[path]}
    told = {entry["path"].upper(): entry for entry in result["entries"]}
    done = "pinned" if pinned else "unpinned"
    for path, entry in told.items():
        if "\\" not in path[2:]:
            continue  # A server itself has no pins.
        now = new.get(path, left(()))
        if entry["status"] == done:
            assert entry["changed"], entry
            assert not now, ("called done and something is left to do", entry)
        if entry["changed"] and result["state_verified"]:
            assert path in moved, ("called changed and nothing was done", entry)
        if entry["status"] in ("not_cached", done) or (entry["status"] == "unchanged" and result["deep"]):
            assert not now, ("nothing said of what is left to do", entry)
        if result["state_verified"] and path in old and entry["status"] != "unknown":
            assert left(entry["reasons_before"]) == old[path], entry
            assert left(entry["reasons_after"]) == now, entry
    if result["state_verified"] and len(told) == result["counts"]["total"]:
        assert {path for path, entry in told.items() if entry["changed"]} == moved
        assert result["changed"] == bool(moved)


def view(reasons: Mapping[str, Sequence[str]], user: str = "alice") -> dict[str, Sequence[str]]:
    """The part of CACHE that a user sees."""
    hidden = {"alice": r"\\fs01\users\bob", "bob": r"\\fs01\users\alice"}.get(user)
    return {path: names for path, names in reasons.items() if not hidden or not path.startswith(hidden)}
