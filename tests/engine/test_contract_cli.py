# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules through the real CLI: the same result, whether an engine or the emulation answers.

Few tasks of each module: the contract cases say what the host part answers to a request, whoever composed it. Each task
has two hosts, and one run of ansible-playbook asks them all: a start of ansible takes longer than a task.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from engine.cases import ALICE, CASES, DOCUMENTS, HOME, LOCKED, MINE, NOTES, SHARE, Case
from engine.contract import BY_TYPE_ONLY as BY_TYPE_ONLY_ON_THE_HOST
from engine.contract import at, differences
from engine.method_cases import ALL_CASES

from simhost.engine import build
from simhost.engine.build import Engine
from simhost.testing import SimHost, run_ansible

pytestmark = [pytest.mark.core, pytest.mark.timeout(600)]

CALLBACKS = Path(__file__).resolve().parents[1] / "integration" / "callback_plugins"
BACKENDS = ("real", "emulation")
"""Whose host part runs: the one of the plugins, on the engine of these tests, or the emulation of it."""
MODULES = ("unpin", "pin", "synchronize", "delete_items", "connection", "item_info", "cache_info")
PC = Path(build.__file__).resolve().parents[1] / "scenarios" / "inventory.yml"
TO_SYNCHRONIZE = PC.with_name("synchronize.yml")
BY_TYPE_ONLY = dict.fromkeys(
    ("cache.user", "ansible_facts.offline_files.cache.user"), BY_TYPE_ONLY_ON_THE_HOST["host.user"]
)
"""Places of a result that differ by nature, and why."""


@dataclass(frozen=True)
class Told:
    """A task: options of a module, on the simulated Windows of a contract case, and what must stand in its result."""

    windows: Case | Path
    options: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    way: str = "winhost"
    check_mode: bool = False
    module: str = "unpin"

    def scenario(self) -> str:
        """The scenario of its host."""
        if isinstance(self.windows, Path):
            return self.windows.read_text(encoding="utf-8")
        return f"{self.windows.scenario()}accounts: {json.dumps({ALICE: 'Wonderland-1'})}\n"

    def variables(self) -> dict[str, Any]:
        """What the play of its module takes from the inventory."""
        paths = {} if self.module.endswith("_info") else {"paths": SHARE}
        options = {**paths, **self.options, "check_mode": self.check_mode}
        return {f"its_{name}": value for name, value in options.items()}


def play(module: str, chosen: Mapping[str, Told]) -> dict[str, Any]:
    """The play that runs the chosen tasks of a module."""
    tasks = {name: told for name, told in chosen.items() if told.module == module}
    names = {name.removeprefix("its_") for told in tasks.values() for name in told.variables()} - {"check_mode"}
    task = {
        "name": module,
        f"winops.offline_files.{module}": {name: f"{{{{ its_{name} | default(omit) }}}}" for name in sorted(names)},
        "check_mode": "{{ its_check_mode }}",
        "ignore_errors": True,
    }
    return {"hosts": [f"{name}.{backend}" for name in tasks for backend in BACKENDS], "tasks": [task]}


TASKS: Mapping[str, Told] = {
    "released": Told(
        CASES["released"], {}, {"changed": True, "counts.changed": 7, "counts.failed": 1, "status": "failed"}
    ),
    "basic": Told(
        CASES["5 texts: Japanese, Japanese names"], {"paths": "//fs03/共有"}, {"changed": True}, "winhost_basic"
    ),
    "psrp": Told(
        CASES["3 numbers: hex"],
        {"paths": [HOME, DOCUMENTS, r"\\fs01\users\nobody"], "flags": ["for_user", "for_user_policy"]},
        {"changed": True, "counts.changed": 8, "paths.2.status": "not_cached"},
        "winhost_psrp",
    ),
    "nothing_to_do": Told(CASES["released"], {"flags": ["for_all"]}, {"changed": False, "return_value": None}),
    "check_mode": Told(CASES["released"], {}, {"changed": True, "counts.changed": 8}, check_mode=True),
    "not_verified": Told(
        CASES["5 texts: German"], {"paths": NOTES, "verify": False}, {"changed": True, "state_verified": False}
    ),
    "not_deep": Told(CASES["released"], {"paths": HOME, "deep": False}, {"counts.changed": 2}),
    "observer_refused": Told(
        CASES["11 observer: refused by COM"], {"paths": DOCUMENTS}, {"changed": True, "progress.messages": 0}
    ),
    "odd_texts": Told(CASES["all odd texts"], {"paths": DOCUMENTS}, {"changed": True}),
    "disabled": Told(CASES["disabled"], {}, {"status": "failed", "paths.0.status": "unavailable"}),
    "class_missing": Told(CASES["class missing"], {"unavailable": "ok"}, {"changed": False}),
    "hangs": Told(
        CASES["a call hangs in the middle"],
        {"paths": HOME, "timeout": 12},
        {"status": "failed", "timed_out": True, "may_still_run": True},
    ),
    "delete": Told(
        ALL_CASES["19 texts: sent"],
        {},
        {"changed": True, "status": "failed", "counts.failed": 2, "paths.0.status": "partial"},
        module="delete_items",
    ),
    "delete_admin": Told(
        ALL_CASES["delete: the flag of administrators"],
        {"flags": ["no_pinned", "admin"]},
        {"changed": False, "status": "failed", "return_value.code": 0x80070005, "asked.0.params.Flags": 0x80000002},
        module="delete_items",
    ),
    "synchronized": Told(
        TO_SYNCHRONIZE,
        {},
        {"changed": True, "counts.changed": 7, "counts.failed": 2, "counts.uploaded_bytes": 146, "status": "failed"},
        module="synchronize",
    ),
    "synchronized_keep_remote": Told(
        TO_SYNCHRONIZE,
        {"paths": r"\\fs01\users\alice\mine newer.txt", "conflicts": "keep_remote"},
        {"changed": True, "flags.value": 0x20000007, "entries.0.content_in": True, "counts.uploaded_bytes": 0},
        module="synchronize",
    ),
    "pin": Told(
        ALL_CASES["pin: a folder"], {"paths": HOME}, {"changed": True, "paths.0.status": "pinned"}, module="pin"
    ),
    "pin_a_new_server": Told(
        ALL_CASES["pin: a new server"],
        {"paths": r"\\fs09\users\alice"},
        {"changed": True, "paths.0.status": "pinned", "counts.changed": 2},
        module="pin",
    ),
    "offline": Told(
        ALL_CASES["offline: the whole share"],
        {"paths": HOME, "state": "offline"},
        {"changed": True, "paths.0.status": "offline", "shares.0.changed": True, "calls.0.returned.OpenFiles": False},
        module="connection",
    ),
    "cache_info": Told(
        PC,
        {"facts": True, "paths": "//fs01"},
        {"cache.active": True, "errors": [], "cached.complete": True, "users.2.session": "Console"},
        module="cache_info",
    ),
    "cache_info_disabled": Told(CASES["disabled"], {}, {"cache.enabled": False, "status": "ok"}, module="cache_info"),
    "item_info": Told(PC, {}, {"complete": True, "entries_truncated": False}, module="item_info"),
    "item_info_some": Told(
        PC,
        {"paths": "//fs02", "dirty": True, "sort": "size", "limit": 1},
        {"entries_truncated": True, "entries.0.dirty": True},
        "winhost_psrp",
        module="item_info",
    ),
    "item_info_summary": Told(PC, {"pinned": True, "summary": True}, {"entries": []}, module="item_info"),
    "item_info_missing": Told(CASES["class missing"], {}, {"status": "failed"}, module="item_info"),
}

NOT_ON_WINDOWS = ("nothing_to_do", "not_verified", "not_deep", "odd_texts", "item_info_summary")
"""What the contract cases say of the Windows host as well; a task takes it seconds of both cores."""


def without_identity(user: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is told of a user, without what an engine's process cannot be: that of a user who is not logged on."""
    if user["logged_on"] or user["special"]:
        return user
    unread = {key: why for key, why in user["unread"].items() if key not in ("name", "view")}
    return {**user, "name": None, "view": None, "unread": unread}


@pytest.fixture(scope="module")
def results(
    engine: Engine, collections: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[tuple[str, str], dict[str, Any]]]:
    """Task and backend to the result; beside it its status, ok or failed, and the calls that the machine saw."""
    folder = tmp_path_factory.mktemp("cli")
    sims: dict[tuple[str, str], SimHost] = {}
    inventory: dict[str, Any] = {}
    chosen = {name: told for name, told in TASKS.items() if not (engine.windows and name in NOT_ON_WINDOWS)}
    with ExitStack() as stack:
        for name, told in chosen.items():
            scenario = folder / f"{name}.yml"
            scenario.write_text(told.scenario(), encoding="utf-8")
            for backend in BACKENDS:
                kind = backend if backend != "real" else "windows" if engine.windows else "engine"
                sim = sims[name, backend] = stack.enter_context(SimHost(scenario, backend=kind))
                group = yaml.safe_load(sim.inventory.read_text(encoding="utf-8"))["all"]["children"]["simhost"]
                inventory[f"{name}.{backend}"] = {**group["vars"], **group["hosts"][told.way], **told.variables()}
        record = folder / "record.jsonl"
        plays = [{"gather_facts": False, **play(module, chosen)} for module in MODULES]
        (folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": inventory}}), encoding="utf-8")
        (folder / "play.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")
        done = run_ansible(
            "ansible-playbook",
            folder / "play.yml",
            # Two starts of PowerShell at a time: of more each is slower, until it takes longer than a task allows.
            *("-i", folder / "inventory.yml", "-f", "2"),
            home=folder / "home",
            collections=collections,
            timeout=580,
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="record",
            ANSIBLE_TASK_TIMEOUT="0",  # it would switch off the module's own
            UNPIN_TEST_RECORD=str(record),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        found = {line["host"]: {**line["result"], "status": line["status"]} for line in lines}
        yield {
            (name, backend): {**found[f"{name}.{backend}"], "asked": sim.host.calls}
            for (name, backend), sim in sims.items()
        }


@pytest.mark.parametrize("name", TASKS)
def test_both_backends_lead_to_the_same_result(results: Mapping[tuple[str, str], dict[str, Any]], name: str) -> None:
    if (name, "real") not in results:
        pytest.skip("seen on PowerShell for Linux")
    real, emulated = (results[name, backend] for backend in BACKENDS)
    for backend, result in zip(BACKENDS, (real, emulated), strict=True):
        result["msg"] = result["msg"].replace(result["cache"]["user"] or "", "the user")
        # Warnings begin with the name of the host, and here each backend has a host of its own.
        warnings = [text.removeprefix(f"{name}.{backend}: ") for text in result.get("warnings", ())]
        result |= {"warnings": warnings} if warnings else {}
        for told in (result, result.get("ansible_facts", {}).get("offline_files", {})):
            if told.get("users"):
                told["users"] = [without_identity(user) for user in told["users"]]
    assert list(differences(real, emulated, by_type_only=BY_TYPE_ONLY)) == []
    expected = TASKS[name].expect
    assert {place: at(real, place) for place in expected} == expected


def test_what_was_released_is_told_item_by_item(results: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    entries = results["released", "real"]["entries"]
    assert sorted(entry["path"] for entry in entries if entry["status"] == "unpinned") == MINE
    (failed,) = [entry for entry in entries if entry["status"] == "failed"]
    assert (failed["path"], failed["result"]["name"]) == (LOCKED, "ERROR_ACCESS_DENIED")
