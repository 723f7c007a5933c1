# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook under ansible-runner, as AWX runs it: two slices of a fleet, and one page of both."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from collection_tree import collections
from integration.fleet import Fleet, scenario

ansible_runner = pytest.importorskip("ansible_runner", reason="ansible-runner is not installed (requirements/test.txt)")

pytestmark = [pytest.mark.timeout(180), pytest.mark.once]


def _run(
    folder: Path, ident: str, playbook: str | Path, inventory: Path, *, limit: str | None = None, **given: Any
) -> Any:
    """Run a playbook as a job of its own, and return ansible-runner's word for how it ended, with the job."""
    job = folder / ident
    job.mkdir()
    (job / "ansible.cfg").touch()
    ran = ansible_runner.run(
        private_data_dir=str(job),
        ident=ident,
        playbook=str(playbook),
        inventory=str(inventory),
        limit=limit,
        extravars=given,
        quiet=True,
        timeout=120,
        envvars={
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "ANSIBLE_COLLECTIONS_PATH": str(collections()),
            "ANSIBLE_CONFIG": str(job / "ansible.cfg"),
            "ANSIBLE_HOME": str(job / "home"),
            "ANSIBLE_LOCAL_TEMP": str(job / "tmp"),
            "NO_PROXY": "127.0.0.1",
            "LC_ALL": "C.UTF-8",
        },
    )
    assert ran.status in ("successful", "failed"), ran.stdout.read()
    return ran


def test_two_slices_make_one_page(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    inventory = tmp_path / "inventory.yml"
    with Fleet(tmp_path) as fleet:
        for name in ("pc1", "pc2", "pc3"):
            fleet.add(name, scenario())
        fleet.name("pc4", {"ansible_connection": "winrm", "ansible_host": "127.0.0.1", "ansible_port": 1})
        fleet.set("pc4", ansible_user="x", ansible_password="x")
        fleet.write_inventory(inventory)
        retire = "winops.offline_files.retire_server"
        for ident, limit in (("slice1", "pc1,pc2"), ("slice2", "pc3,pc4")):
            given = {"retire_server": "fs01", "retire_report": str(kept / f"{ident}.csv"), "retire_batches": ["100%"]}
            ran = _run(tmp_path, ident, retire, inventory, limit=limit, **given)
            assert ran.rc == (0 if ident == "slice1" else 2), ran.stdout.read()
    merge = {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Merge",
                "winops.offline_files.fleet_report": {
                    "dest": str(kept / "fleet.html"),
                    "formats": ["html", "json"],
                    "hosts": [f"pc{number}" for number in range(1, 6)],
                    "merge": "{{ query('ansible.builtin.fileglob', slices ~ '/slice*.json') | sort }}",
                },
            }
        ],
    }
    playbook = tmp_path / "merge.yml"
    playbook.write_text(yaml.safe_dump([merge]), encoding="utf-8")
    ran = _run(tmp_path, "merge", playbook, inventory, slices=str(kept))
    assert ran.rc == 0, ran.stdout.read()
    shown = json.loads((kept / "fleet.json").read_text(encoding="utf-8"))
    assert {host["host"]: host["state"] for host in shown["hosts"]} == {
        **dict.fromkeys(("pc1", "pc2", "pc3"), "done"),
        "pc4": "unreachable",
        "pc5": "not_asked",
    }
    assert [host["views"][0]["shares"][0]["pinned_before"] for host in shown["hosts"][:3]] == [5, 5, 5]
    # A runner of jobs has the numbers without the file, in the event of the task.
    (told,) = [
        event["event_data"]["res"]
        for event in ran.events
        if event["event"] == "runner_on_ok" and event["event_data"]["task"] == "Merge"
    ]
    assert told["totals"]["states"]["done"] == 3
