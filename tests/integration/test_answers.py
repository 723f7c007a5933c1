# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers that follow no contract, through the real CLI: refused by name, and no other host's result suffers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from integration.fleet import Fleet, Run, check_form, scenario
from unit.host_answers import answer, changed

from simhost import host_call
from simhost.backend import Emulation
from simhost.stage import HOST_CALL

pytestmark = pytest.mark.timeout(120)

CACHE_INFO = "winops.offline_files.cache_info"
UNPIN = "winops.offline_files.unpin"
SHARE = r"\\fs01\users"
MACHINE = "Win32_OfflineFilesMachineConfiguration"
POLICIES = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"

RELEASED = answer({"before": {SHARE: "share user"}, "texts": [f"3:0::[{SHARE}]"], "return_value": 0, "after": {}})
CONFIGURED = answer(
    {
        "classes": {MACHINE: {"properties": {"Enabled": True}, "error": None}},
        "registry": [{"key": POLICIES, "values": {"Enabled": 1}, "error": None}],
    }
)


def _nested(levels: int) -> Any:
    value: Any = True
    for _level in range(levels):
        value = {"Inner": value}
    return value


_LIES: dict[str, tuple[str, list[str | int], Any, str]] = {
    "path_is_text": (UNPIN, ["calls", 0, "path"], "0", "answer.calls[0].path is '0', allowed is a whole number"),
    "endless_rows": (UNPIN, ["before", "rows"], float("inf"), "answer.before.rows is inf, allowed is a whole number"),
    "negative_texts": (UNPIN, ["calls", 0, "texts"], -1, "answer.calls[0].texts is -1, allowed is a whole number"),
    "made_is_text": (UNPIN, ["calls", 0, "made"], "false", "answer.calls[0].made is 'false', allowed is true or false"),
    "active_is_object": (UNPIN, ["cache", "active"], {"a": 1}, "answer.cache.active is an object of 1, allowed is"),
    "too_many_held": (
        UNPIN,
        ["before", "held"],
        [True] * 3,
        "answer.before.held is a list of 3, allowed is a list of 1",
    ),
    "escapes": (
        UNPIN,
        ["before", "way"],
        "\x1b[2J\r\n[WARNING]: x",
        "answer.before.way is '<U+001B>[2J<U+000D><U+000A>[",
    ),
    "values_is_number": (
        CACHE_INFO,
        ["registry", 0, "values"],
        5,
        "answer.registry[0].values is 5, allowed is an object",
    ),
    "key_is_number": (
        CACHE_INFO,
        ["registry", 0, "key"],
        7,
        "answer.registry[0].key is 7, allowed is a text of at most",
    ),
    "key_is_list": (
        CACHE_INFO,
        ["registry", 0, "key"],
        ["a"],
        "answer.registry[0].key is a list of 1, allowed is a text",
    ),
    "value_is_float": (
        CACHE_INFO,
        ["registry", 0, "values", "Enabled"],
        0.5,
        "values.Enabled is 0.5, allowed is a text",
    ),
    "found_is_text": (
        CACHE_INFO,
        ["cache", "found"],
        "false",
        "answer.cache.found is 'false', allowed is true or false",
    ),
    "nested": (
        CACHE_INFO,
        ["classes", MACHINE, "properties"],
        _nested(300),
        "is nested too deep, allowed are 8 levels",
    ),
}
"""Which module asks, which field is another, what stands there, and what the message says."""


def _host_that_says(result: dict[str, Any]) -> Emulation:
    return Emulation(lambda _call: copy.deepcopy(result), host_call.SPEC)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Each lie on a host of its own, beside a host that is honest."""
    with Fleet(tmp_path_factory.mktemp("answers")) as fleet:
        for name, (module, way, value, _words) in _LIES.items():
            honest = RELEASED if module == UNPIN else CONFIGURED
            lie = changed(honest, ["answer", *way], value)
            fleet.add(name, None, extra={HOST_CALL: _host_that_says(lie)}, variables={"asks": module})
        fleet.add("honest", scenario(), variables={"asks": UNPIN})
        tasks = [
            {"name": "unpin", UNPIN: {"paths": "//fs01/users"}, "when": f"asks == '{UNPIN}'"},
            {"name": "info", CACHE_INFO: {}, "when": f"asks == '{CACHE_INFO}' or inventory_hostname == 'honest'"},
        ]
        yield fleet.play(tasks, "-vvv", "--diff", timeout=100)


@pytest.mark.parametrize("name", _LIES)
def test_a_lie_is_refused_by_name(name: str, run: Run) -> None:
    module, _way, _value, words = _LIES[name]
    told = run.of(name, "unpin" if module == UNPIN else "info")
    assert told.status == "failed", told
    assert told.result["msg"].startswith("The host gave an answer that cannot be read: ")
    assert words in told.result["msg"]
    assert len(told.result["msg"]) < 400
    if module == UNPIN:
        check_form(told.result)
    else:
        assert told.result["configuration"] is None
        assert told.result["policies"] == {"computer": None, "assigned": None, "assigned_complete": False}


def test_the_other_host_and_the_output_are_whole(run: Run) -> None:
    assert run.of("honest", "unpin").result["counts"]["changed"] == 5
    assert run.of("honest", "info").result["cache"]["active"] is True
    assert "PLAY RECAP" in run.stdout
    for name in [*_LIES, "honest"]:
        assert f"{name} " in run.stdout.partition("PLAY RECAP")[2]
    shown = run.stdout + run.stderr
    assert "recursion" not in shown
    assert "Traceback (most recent call last)" not in shown
    assert "\x1b" not in shown
