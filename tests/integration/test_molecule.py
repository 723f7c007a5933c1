# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the guides show of Molecule. `make test TESTS=molecule` runs it, with the scenarios of the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from collection_tree import ROOT
from integration.guides import FOLDER, blocks, commands

pytestmark = pytest.mark.timeout(700)


def test_the_scenario_of_molecule_can_be_copied(tmp_path: Path) -> None:
    """As somebody does who has installed the collection and nothing else: no settings, no repository."""
    home = tmp_path / "home"
    installed = home / ".ansible" / "collections" / "ansible_collections" / "winops" / "offline_files"
    installed.parent.mkdir(parents=True)
    installed.symlink_to(ROOT, target_is_directory=True)
    (tmp_path / "tools").mkdir()
    galaxy = {"namespace": "acme", "name": "tools", "version": "1.0.0", "readme": "README.md", "authors": ["me"]}
    (tmp_path / "tools" / "galaxy.yml").write_text(yaml.safe_dump(galaxy), encoding="utf-8")
    (tmp_path / "role" / "tasks").mkdir(parents=True)
    (tmp_path / "role" / "tasks" / "main.yml").write_text("---\n", encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"HOME": str(home), "PATH": path, "LC_ALL": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
    parts: list[list[str]] = []
    for command in commands(blocks(FOLDER / "guide_simulated_host.rst")):
        if not parts or parts[-1][-1].endswith(" test"):
            parts.append([])
        parts[-1].append(command.line)
    assert len(parts) == 2
    for folder, lines in zip(("tools", "role"), parts, strict=True):
        done = subprocess.run(
            ["/bin/sh", "-ec", "\n".join(lines)],
            cwd=tmp_path / folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=320,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "verify: Executed: Successful" in done.stdout + done.stderr
