# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that cannot run the host part at all, and arguments that are refused: nothing runs, and every key is there."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from integration.fleet import MODULE, Fleet, Run, check_form

pytestmark = pytest.mark.timeout(120)

LINUX: dict[str, dict[str, Any]] = {
    "linux": {"ansible_connection": "local"},
    "over_ssh": {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9},
    "wrong_shell": {"ansible_connection": "local", "ansible_shell_type": "powershell"},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("linux")
    with Fleet(folder) as fleet:
        for name, variables in LINUX.items():
            fleet.name(name, variables)
        # Without pipelining core would put a file into the working directory, its name a path of Windows.
        yield fleet.play([{"name": "unpin", MODULE: {"paths": "//fs01/users"}}], ANSIBLE_PIPELINING="1")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("linux", "linux is no Windows host as far as Ansible is told: the connection local uses the shell sh there."),
        (
            "over_ssh",
            "over_ssh is no Windows host as far as Ansible is told: the connection ssh uses the shell sh there.",
        ),
        ("wrong_shell", "No PowerShell could be started there, nothing was run: "),
    ],
)
def test_nothing_runs_on_a_host_that_is_no_windows(host: str, words: str, run: Run) -> None:
    told = run.of(host)
    assert told.status == "failed"
    check_form(told.result)
    assert told.result["msg"].startswith(words)
    assert "/usr/bin/pwsh" not in told.result["msg"]
    assert (told.result["may_still_run"], told.result["changed"]) == (False, False)


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "flag": ("unpin", {"paths": "//fs01/users", "flags": [True]}, "flag True is neither a name nor a number"),
    "path": ("unpin", {"paths": "users"}, "path 'users' is not a UNC path"),
    "missing": ("unpin", {}, "missing required arguments: paths"),
    "type": ("unpin", {"paths": "//fs01/users", "timeout": "x"}, "argument 'timeout' is of type str"),
    "transcript": ("unpin", {"paths": "//fs01/users", "transcript": "/proc/none"}, "transcript '/proc/none'"),
    "unknown": ("item_info", {"nope": 1}, "nope. Supported parameters include"),
    "limit": ("item_info", {"limit": -1}, "max_entries -1 is not allowed"),
    "timeout": ("cache_info", {"timeout": -1}, "timeout -1 is not allowed"),
    "choice": ("cache_info", {"unavailable": "maybe"}, "value of unavailable must be one of"),
    "async": ("cache_info", {}, "async is not supported"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with Fleet(tmp_path_factory.mktemp("refused")) as fleet:
        fleet.name("pc", {"ansible_connection": "winrm", "ansible_host": "127.0.0.1", "ansible_port": 9})
        tasks = []
        for name, (module, args, _words) in BAD.items():
            task = {"name": name, f"winops.offline_files.{module}": args, "ignore_errors": True}
            tasks.append({**task, "async": 10} if name == "async" else task)
        yield fleet.play(tasks, "--diff")


@pytest.mark.parametrize("name", BAD)
def test_a_refused_argument_leaves_every_key(name: str, refused: Run) -> None:
    module, _args, words = BAD[name]
    told = refused.of("pc", name)
    assert told.status == "failed"
    assert words in told.result["msg"]
    documented = importlib.import_module(f"ansible_collections.winops.offline_files.plugins.modules.{module}").RETURN
    always = {key for key, about in yaml.safe_load(documented).items() if about["returned"] == "always"}
    assert always - set(told.result) == set()
    assert (told.result["changed"], "transcript" in told.result) == (False, name == "transcript")
    if module == "unpin":
        check_form(told.result)
        assert told.result["diff"] == {"before": "", "after": ""}


def test_the_line_of_the_playbook_is_shown(refused: Run) -> None:
    assert "Origin: <unknown>" not in refused.stdout + refused.stderr
    assert len(re.findall(r"^Origin: .*play\d+\.yml:\d+", refused.stdout, re.MULTILINE)) >= len(BAD)
