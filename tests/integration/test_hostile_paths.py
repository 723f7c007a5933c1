# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hostile paths through the real CLI: delivered to the method exactly as they are, or refused with a reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.fleet import MODULE, Fleet, Run, check_form, module_calls, pins, scenario

pytestmark = pytest.mark.timeout(120)

BASE = r"\\fs01\users"


class _Unsafe(str):
    """A text that Ansible is not to take for a template."""


yaml.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def _in_cache(*names: str) -> list[str]:
    return [f"{BASE}\\{name}" for name in names]


HELD = _in_cache(
    "it's",
    "$(touch PWNED)",
    "`touch PWNED`",
    "a;b & c",
    "%TEMP%",
    "$env_TEMP",
    "{{ 7 + 7 }}{% raw %}",
    "name [1]",
    "[all of it]",
    "a,b, c",
    "@file",
    "#comment",
    "-flag",
    "!bang~^(){}=+",
    "\u202egnp.exe",
    "\u200e\u2067right\u2069",
    "e\u0301 decomposed",
    "\u00e9 composed",
    "a\u0308\u0323\u0301\u0360 stack",
    "日本語 ポリシー",
    "emoji \U0001f4c1\U0001f468\u200d\U0001f469",
    "zero\u200bwidth",
    "delete\u007f",
    "1_0x5",
)
"""Names that the simulated cache holds, each pinned for the user."""
ELSEWHERE = [
    r"\\fs-99.corp.example\d$\x y",
    r"\\fe80--1.ipv6-literal.net\share",
    r"\\10.0.0.1\share\$(x)",
    *_in_cache("x" * (32767 - len(BASE) - 1), "ü" * 5000, "\U0001f600" * 1000, "trailing dot.", " leading blank"),
]
"""Paths that it does not hold."""
REFUSED: dict[str, tuple[str, str]] = {
    "double quote": (BASE + '\\a"b', "has the character '\"', which no name in Windows can have"),
    "newline": (BASE + "\\a\nb", r"has the character '\n'"),
    "carriage return": (BASE + "\\a\rb", r"has the character '\r'"),
    "tab": (BASE + "\\a\tb", r"has the character '\t'"),
    "escape": (BASE + "\\a\x1b[31mb", r"has the character '\x1b'"),
    "bell": (BASE + "\\a\x07b", r"has the character '\x07'"),
    "pipe": (BASE + "\\a|calc.exe", "has the character '|'"),
    "redirection": (BASE + "\\a>b", "has the character '>'"),
    "stream": (BASE + "\\a:$DATA", "has the character ':'"),
    "too long": (BASE + "\\" + "x" * (32767 - len(BASE)), "is longer than 32767 characters"),
    "too long in UTF-16": (BASE + "\\" + "\U0001f600" * 16384, "is longer than 32767 characters"),
    "device": (r"\\.\pipe\x", "is a device path"),
    "device 2": (r"\\?\GLOBALROOT\x", "is a device path"),
    "parent": (BASE + r"\..\..\x", "is relative"),
    "doubled": (r"\\fs01\\users", "has an empty name between two backslashes"),
}
ALIKE = _in_cache("stra\u00dfe", "stra\u1e9ee", "k", "\u212a", "i", "\u0130", "\u0131")
"""Names that Windows tells apart: no two are equal after its simple upper case."""
SEPARATORS = _in_cache("next\u0085line", "line\u2028separator", "paragraph\u2029separator")
"""Names with what Unicode, but not Windows, takes for the end of a line."""
MANY = [rf"\\fs{n % 7:02}\share{n % 100}\folder {n}\Ünï $({n})" for n in range(10_000)]


def _task(name: str, paths: list[str], **more: Any) -> dict[str, Any]:
    args = {"paths": [_Unsafe(path) for path in paths], "verify": False, "max_entries": 0}
    return {"name": name, MODULE: {**args, **more}, "ignore_errors": True}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("hostile")) as fleet:
        fleet.add("host", scenario(cache={path: {"pin": "user"} for path in HELD}))
        fleet.add("psrp", scenario(cache={path: {"pin": "user"} for path in HELD}), ways={"psrp": "winhost_psrp"})
        yield fleet


@pytest.fixture(scope="module")
def run(fleet: Fleet) -> Run:
    tasks = [
        _task("hostile", HELD + ELSEWHERE),
        {"name": "one is enough", "ansible.builtin.meta": "end_host", "when": "inventory_hostname == 'psrp'"},
        *(_task(name, [BASE, path]) for name, (path, _dummy) in REFUSED.items()),
        _task("alike", ALIKE),
        _task("many", MANY),
        _task("verified", HELD, verify=True),
        _task("separators", SEPARATORS),
        _task("blank", [BASE + r"\trailing "]),
    ]
    return fleet.play(tasks)


@pytest.mark.parametrize("host", ["host", "psrp"])
def test_delivered_exactly(run: Run, fleet: Fleet, host: str) -> None:
    result = run.of(host, "hostile").result
    check_form(result)
    assert fleet.sims[host].host.calls[0]["params"]["Paths"] == HELD + ELSEWHERE
    assert [path["path"] for path in result["paths"]] == HELD + ELSEWHERE
    statuses = {path["path"]: path["status"] for path in result["paths"]}
    assert {path: statuses[path] for path in HELD} == dict.fromkeys(HELD, "unpinned")
    assert {path: statuses[path] for path in ELSEWHERE} == dict.fromkeys(ELSEWHERE, "not_cached")
    assert {entry["path"] for entry in result["entries"]} == {*HELD, *ELSEWHERE}
    assert result["progress"]["unparsed"] == []
    assert not any("user" in reasons for reasons in pins(fleet.sims[host]).values())


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(run: Run, name: str) -> None:
    path, reason = REFUSED[name]
    told = run.of("host", name)
    message = told.result["msg"]
    assert told.status == "failed"
    assert reason in message
    assert not [char for char in message if unicodedata.category(char) in ("Cc", "Cf", "Cs")], message
    assert len(message) < 500
    assert path not in message or len(path) < 100


def test_nothing_of_a_refused_task_is_delivered(run: Run, fleet: Fleet) -> None:
    assert run.of("host", "verified").status == "ok"
    assert len(fleet.sims["host"].host.calls) == 5
    assert module_calls(fleet.sims["host"]) == 6


def test_line_separators(run: Run, fleet: Fleet) -> None:
    assert fleet.sims["host"].host.calls[3]["params"]["Paths"] == SEPARATORS
    result = run.of("host", "separators").result
    assert [path["path"] for path in result["paths"]] == SEPARATORS, result["msg"]
    assert {path["status"] for path in result["paths"]} == {"not_cached"}, result["msg"]


def test_names_that_windows_tells_apart_are_not_thrown_together(run: Run, fleet: Fleet) -> None:
    assert fleet.sims["host"].host.calls[1]["params"]["Paths"] == ALIKE
    result = run.of("host", "alike").result
    assert [path["path"] for path in result["paths"]] == ALIKE
    assert {path["status"] for path in result["paths"]} == {"not_cached"}


def test_a_blank_at_the_end_belongs_to_the_name(run: Run, fleet: Fleet) -> None:
    path = BASE + r"\trailing "
    assert fleet.sims["host"].host.calls[4]["params"]["Paths"] == [path]
    result = run.of("host", "blank").result
    assert [(one["path"], one["status"]) for one in result["paths"]] == [(path, "not_cached")]


def test_ten_thousand_paths(run: Run, fleet: Fleet) -> None:
    result = run.of("host", "many").result
    assert fleet.sims["host"].host.calls[2]["params"]["Paths"] == MANY
    assert [path["path"] for path in result["paths"]] == MANY
    assert result["counts"]["not_cached"] == result["counts"]["total"] == 10_000
    assert len(result["entries"]) == 10_000


def test_nothing_was_run_by_a_shell(run: Run, fleet: Fleet, tmp_path: Path) -> None:
    line = 'paths="//fs01/users/$(touch PWNED) `touch PWNED`; it\'s & {x}"'
    fleet.sims["host"].reset()
    adhoc = fleet.adhoc("host", line + " verify=false", "-v")
    expected = BASE + r"\$(touch PWNED) `touch PWNED`; it's & {x}"
    assert adhoc.code == 0, adhoc.stdout
    assert fleet.sims["host"].host.calls[-1]["params"]["Paths"] == [expected]
    assert not list(Path.cwd().glob("PWNED"))


def test_half_a_surrogate_pair_is_refused(fleet: Fleet) -> None:
    # By ansible itself, before a task begins, or by the module.
    run = fleet.adhoc("host", '{"paths": ["//fs01/users/\\ud83d x"]}')
    assert run.code != 0
    assert re.search("surrogates not allowed|has half of a surrogate pair", run.stdout + run.stderr)


def test_right_to_left_marks_do_not_reach_the_screen_in_messages(fleet: Fleet) -> None:
    run = fleet.adhoc("host", {"paths": ["users/\u202egnp.exe"]})
    assert r"path 'users/\u202egnp.exe' is not a UNC path" in run.of("host").result["msg"]
