# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that cannot run the host part at all, and arguments that are refused: nothing runs, and every key is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
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
