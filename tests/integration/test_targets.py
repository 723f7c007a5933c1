# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`ansible-test windows-integration` runs every target of tests/integration/targets against a simulated host."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from collection_tree import COLLECTION, ROOT
from integration.fleet import pins

from simhost import inventory
from simhost.testing import SimHost

pytestmark = pytest.mark.timeout(150)

TARGETS = sorted(path.parents[1].name for path in ROOT.glob("tests/integration/targets/*/tasks/main.yml"))
PARTS = ("galaxy.yml", "meta", "plugins", "tests/config.yml", "tests/integration/targets")
"""What ansible-test needs of the collection; it refuses a linked tree."""


def test_the_targets_pass(tmp_path: Path) -> None:
    collection = tmp_path / COLLECTION
    for part in PARTS:
        target = collection / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / part).is_file():  # galaxy.yml is not there in an installed collection
            shutil.copy2(ROOT / part, target)
    # ansible-test cannot run where there is a blank in the path to its Python.
    (tmp_path / "venv").symlink_to(sys.prefix, target_is_directory=True)
    programs = tmp_path / "venv" / "bin"
    # A short PATH: ansible-test asks every python3.x that it finds.
    environment = {"PATH": os.pathsep.join([str(programs), "/usr/bin", "/bin"]), "HOME": str(tmp_path)}
    environment |= {"LC_ALL": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
    with SimHost(ROOT / "tests" / "simhost" / "scenarios" / "small.yml") as sim:
        hosts = tmp_path / "inventory.winrm"
        inventory.write(hosts, yaml.safe_load(sim.inventory.read_text(encoding="utf-8")))
        options = ["--color", "no", "--inventory", str(hosts)]
        command = [str(programs / "python"), str(programs / "ansible-test"), "windows-integration", *options]
        done = subprocess.run(
            command, cwd=collection, env=environment, capture_output=True, text=True, timeout=140, check=False
        )
        pinned = pins(sim)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(set(re.findall(r"Running (\S+) integration test role", done.stdout + done.stderr))) == TARGETS
    home = r"\\fs01\users\alice"
    assert (pinned[home + r"\drafts\idea.txt"], pinned[home + r"\notes.txt"]) == ([], ["user_policy"])
    assert (pinned[home + r"\report.docx"], pinned[home + r"\locked.xlsx"]) == (["user"], ["user"])
