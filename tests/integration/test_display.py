# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is shown while tasks run: warnings and the lines of -v, of which host, and what no_log hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.fleet import HOME, MODULE, SHARE, Fleet, Run, scenario

pytestmark = pytest.mark.timeout(200)

HOSTS = ("pc1", "pc2", "pc3")
INFO = "winops.offline_files.item_info"
ELSEWHERE = "//fs01.example.com/users"
DENIED = HOME + r"\report.docx"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("display")) as fleet:
        content = scenario()
        content["cache"][SHARE]["items"]["alice"]["items"]["report.docx"] = {
            "pin": "user",
            "error": "ERROR_ACCESS_DENIED",
        }
        for name in HOSTS:
            fleet.add(name, content)
        yield fleet


def _tasks(**keywords: object) -> list[dict[str, object]]:
    """Two tasks with warnings, lines of -v and of -vv on each host."""
    released = {MODULE: {"paths": ["//fs01/users", ELSEWHERE], "flags": ["for_user", "console"]}, "check_mode": False}
    return [
        {"name": "release", **released, "ignore_errors": True, "register": "released", **keywords},
        {"name": "list", INFO: {"paths": ELSEWHERE}, "check_mode": False, **keywords},
    ]


def _warnings(run: Run) -> list[str]:
    # Core folds long lines at the width of the terminal.
    text = re.sub(r"\n(?!\[|\n)", " ", run.stderr)
    return sorted(line.removeprefix("[WARNING]: ") for line in text.splitlines() if line.startswith("[WARNING]: "))


@pytest.fixture(scope="module")
def talkative(fleet: Fleet) -> Run:
    return fleet.play(_tasks(), "-vv")


@pytest.mark.parametrize(
    "words",
    [
        "The flag console is ignored by Windows unless interactive is set too.",
        r"\\fs01.example.com\users is not in the cache, but a share of this name is there as \\fs01\users",
        "1 item failed with ERROR_ACCESS_DENIED",
    ],
)
def test_a_warning_is_shown_for_each_host_and_names_it(words: str, talkative: Run) -> None:
    shown = [line for line in _warnings(talkative) if words in line]
    assert [line.partition(":")[0] for line in shown] == list(HOSTS)


def test_warnings_are_in_the_registered_result(talkative: Run) -> None:
    for host in HOSTS:
        warnings = talkative.of(host, "release").result["warnings"]
        assert len(warnings) == 3
        assert all(warning.startswith(f"{host}: ") for warning in warnings)


def test_the_lines_of_v_and_vv_name_their_host(talkative: Run) -> None:
    for host in HOSTS:
        assert rf"<{host}> \\fs01\users: partial, 4 of " in talkative.stdout
        assert rf"<{host}> {DENIED}: ERROR_ACCESS_DENIED (0x80070005)" in talkative.stdout


def test_no_log_hides_them_all(fleet: Fleet) -> None:
    run = fleet.play(_tasks(no_log=True), "-vv")
    assert run.code == 0, run.stdout
    assert _warnings(run) == []
    for word in ("fs01", "console", "report.docx", "ACCESS_DENIED"):
        assert word not in run.stdout.replace(str(fleet), "") + run.stderr, word


def test_a_delegated_task_is_one_of_the_host_that_was_asked(fleet: Fleet, tmp_path: Path) -> None:
    task = {
        "name": "delegated",
        MODULE: {"paths": ELSEWHERE, "flags": ["for_user", "console"], "transcript": str(tmp_path)},
        "loop": list(HOSTS),
        "delegate_to": "{{ item }}",
        "check_mode": True,
    }
    run = fleet.play([task], "-v", hosts="localhost")
    assert sorted(file.name.partition("-")[2][:4] for file in tmp_path.iterdir()) == ["pc1-", "pc2-", "pc3-"]
    assert re.findall(r"^<(.*?)> (.*?):", run.stdout, re.MULTILINE) == [
        (host, r"\\fs01.example.com\users") for host in HOSTS
    ]
    assert {line.partition(":")[0] for line in _warnings(run) if "console" in line} == set(HOSTS)


def test_many_paths_are_some_lines(fleet: Fleet) -> None:
    paths = [*(f"//fs01/users/none{number}" for number in range(5000)), "//fs01/users/alice"]
    run = fleet.adhoc("pc1", {"paths": paths, "flags": ["for_all"]}, "-v", "--check")
    lines = [line for line in run.stdout.splitlines() if line.startswith("<pc1> ")]
    assert len(lines) == 21
    assert lines[0].startswith(rf"<pc1> {HOME}: unchanged")
    assert lines[-1] == "<pc1> and 4981 more paths"


def test_in_a_loop_each_item_has_its_warnings(fleet: Fleet) -> None:
    task = {
        "name": "loop",
        MODULE: {"paths": "{{ item }}", "flags": ["for_user", "console"]},
        "loop": ["//fs01.example.com/users", "//fs02.example.com/projects"],
        "check_mode": True,
    }
    shown = _warnings(fleet.play([task], hosts="pc1"))
    assert [line.split(" ")[:4] for line in shown] == [
        ["pc1:", "The", "flag", "console"],
        ["pc1:", r"\\fs01.example.com\users", "is", "not"],
        ["pc1:", r"\\fs02.example.com\projects", "is", "not"],
    ]
