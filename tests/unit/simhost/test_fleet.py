# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Several simulated hosts in one process: the file of a fleet, its inventory, its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from simhost import fleet, scenario

pytestmark = pytest.mark.timeout(60)

FLEETS = Path(fleet.__file__).with_name("fleets")


def test_the_fleet_of_the_demo_can_be_loaded() -> None:
    hosts = fleet.read(FLEETS / "retiring.yml")
    assert len(hosts) == 12
    assert [name for name, content in hosts.items() if content is None] == ["pc-ham-06"]
    for content in filter(None, hosts.values()):
        scenario.parse(yaml.safe_dump(content))


def test_a_process_has_them_all_until_it_is_told_to_end(tmp_path: Path) -> None:
    hosts, inventory = tmp_path / "hosts.yml", tmp_path / "inventory.yml"
    one = {"name": "x", "host": {"name": "PC1", "user": "CORP\\alice"}, "accounts": {"CORP\\alice": "Wonderland-1"}}
    hosts.write_text(yaml.safe_dump({".not": 1, "pc1": one, "pc2": one, "off": None}), encoding="utf-8")
    options = ["--hosts", str(hosts), "--inventory", str(inventory), "--parent", str(os.getpid())]
    env = {**os.environ, "PYTHONPATH": str(FLEETS.parents[1])}
    program = [sys.executable, "-m", "simhost.fleet", *options, "--lifetime", "40"]
    with subprocess.Popen(program, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["hosts"] == ["off", "pc1", "pc2"]
        assert stat.S_IMODE(inventory.stat().st_mode) == 0o600
        written = yaml.safe_load(inventory.read_text(encoding="utf-8"))["all"]["hosts"]
        for name in ("pc1", "pc2"):
            socket.create_connection(("127.0.0.1", written[name]["ansible_port"]), timeout=5).close()
        assert written["off"]["ansible_port"] == fleet.NOBODY
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_what_is_no_fleet_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("[]", "pc1: {cache: 7}"):
        (tmp_path / "hosts.yml").write_text(text, encoding="utf-8")
        assert fleet.main(["--hosts", str(tmp_path / "hosts.yml"), "--inventory", str(tmp_path / "i.yml")]) == 2
        assert "simhost: cannot start: " in capsys.readouterr().err
