# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tests run on which Python and ansible-core, what pip is asked for, and what the README says of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from unit.repository import ROOT, tool

environment, testing, checking = tool("environment"), tool("testing"), tool("checking")

PYTHONS = [environment.Python(f"/usr/bin/python3.{minor}", (3, minor, 1)) for minor in (11, 12, 13)]
FIRST = "integration"
OTHER = "integration-core"


@pytest.mark.parametrize(
    ("this", "found", "wine", "expected"),
    [
        (0, (0, 1, 2), True, [(11, "2.19", FIRST), (13, "2.22", f"unit {OTHER} windows")]),
        (0, (0, 1, 2), False, [(11, "2.19", f"{FIRST} engine"), (13, "2.22", f"unit {OTHER} engine-core")]),
        (1, (0, 1, 2), True, [(12, "2.20", FIRST), (11, "2.19", OTHER), (13, "2.22", f"unit {OTHER} windows")]),
        (2, (0, 1, 2), True, [(13, "2.22", f"unit {FIRST} windows"), (11, "2.19", OTHER)]),
        (0, (0,), True, [(11, "2.19", f"unit {FIRST} windows")]),
        (0, (0,), False, [(11, "2.19", f"unit {FIRST} engine")]),
        (2, (2,), True, [(13, "2.22", f"unit {FIRST} windows"), (13, "2.21", OTHER)]),
    ],
    ids=[
        "oldest Python",
        "without Wine",
        "between",
        "newest Python",
        "only the oldest",
        "and no Wine",
        "only the newest",
    ],
)
def test_what_ci_runs(this: int, found: tuple[int, ...], wine: bool, expected: list[tuple[int, str, str]]) -> None:
    rows = testing.matrix(PYTHONS[this], [PYTHONS[each] for each in found], wine=wine)
    assert [(python.version[1], core, tests) for python, core, tests in rows] == expected
    for _python, _core, tests in rows:
        testing.steps(environment.Venv(Path("x"), PYTHONS[0], "x"), tests.split())


@pytest.mark.parametrize(
    ("minor", "wanted", "core"),
    [(11, None, "2.19"), (13, None, "2.22"), (13, "2.21", "2.21"), (15, None, "2.22"), (11, "2.18", "2.18")],
)
def test_the_core_of_a_python(minor: int, wanted: str | None, core: str) -> None:
    assert environment.core_for(environment.Python("python", (3, minor, 0)), wanted) == core


@pytest.mark.parametrize(
    ("core", "released", "requirement"),
    [
        ("2.21", False, "ansible-core==2.21.*"),
        ("2.22", True, "ansible-core==2.22.*"),
        ("2.22", False, "ansible-core>=2.22.0b0,==2.22.*"),
        ("2.23", False, "ansible-core>=2.23.0b0,==2.23.*"),
        ("2.22.0rc1", False, "ansible-core==2.22.0rc1"),
    ],
)
def test_candidates_count_until_the_release(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, core: str, released: bool, requirement: str
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True)
        return subprocess.CompletedProcess(command, 0 if released or "--dry-run" not in command else 1)

    monkeypatch.setattr(environment, "BUILD", tmp_path)
    monkeypatch.setattr(environment.subprocess, "run", run)
    environment.venv(PYTHONS[2], core, "demo")
    assert requirement in commands[-1]
    assert "--dry-run" not in commands[-1]


def test_packages_that_are_built_ahead_are_those_that_a_layer_names_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        Path(command[-1] if "venv" in command else tmp_path / "wheels").mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(environment, "BUILD", tmp_path)
    monkeypatch.setattr(environment, "WHEELS", tmp_path / "wheels")
    monkeypatch.setattr(environment.subprocess, "run", run)
    made = environment.venv(PYTHONS[0], "2.19", "test")
    assert "--find-links" not in commands[-1]
    environment.build(made, testing.KERBEROS)
    place = commands[-1].index("--wheel-dir")
    assert [re.sub(r"[^a-z0-9].*", "", word) for word in commands[-1][place + 2 :]] == ["gssapi", "krb5", "pykerberos"]
    environment.venv(PYTHONS[0], "2.19", testing.KERBEROS)
    assert commands[-1][commands[-1].index("--find-links") + 1] == commands[-2][place + 1] == str(tmp_path / "wheels")


def test_packages_come_from_the_index_alone() -> None:
    text = (
        "# a @ b\nisort==9.0.1\ndill @ https://example.org/x/archive/1.zip#sha256=00 ; python_version > '3'\npylint\n"
    )
    assert checking.from_the_index(text) == "# a @ b\nisort==9.0.1\ndill ; python_version > '3'\npylint\n"


def test_the_readme_names_each_core_with_the_python_of_its_tests() -> None:
    table = re.findall(r"^\| (2\.\d+)[^|]*\|[^|]*\| (3\.\d+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    tested = [(core, f"{major}.{minor}") for (major, minor), cores in environment.CORES_FOR.items() for core in cores]
    assert table == tested
