# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make host` ends when the simulated host does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if not (ROOT / "tools").is_dir():
    pytest.skip("the tools are no part of the built collection", allow_module_level=True)
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

demo = importlib.import_module("tools.demo")
environment = importlib.import_module("tools.environment")


@pytest.mark.timeout(60)
def test_it_ends_when_the_host_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "BUILD", tmp_path)
    monkeypatch.setattr(demo, "LIFETIME", 1)
    python = environment.Python(sys.executable, sys.version_info[:3])
    assert demo.play(environment.Venv(Path(sys.prefix), python, "2.19"), "emulation") == 0
    said = capsys.readouterr().out
    assert "winhost -i " in said
    assert said.endswith("The simulated host has ended.\n")
    assert not (tmp_path / "inventory.yml").exists()
