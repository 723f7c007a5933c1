# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that lie, through the real CLI: no harm to the terminal at any verbosity, in any form, nor to another host."""

from __future__ import annotations

import base64
import copy
import re
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.fleet import MODULE, Fleet, Run, check_form, scenario
from unit import item_rows
from unit.host_answers import answer

from simhost import host_call
from simhost.backend import Emulation

pytestmark = pytest.mark.timeout(150)

HOST_CALL = "ansible_collections.winops.offline_files.plugins.modules.host_call"
INFO = "winops.offline_files.item_info"
SHARE = r"\\fs01\users"
ITEM = SHARE + r"\a.txt"
HARM = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
EVIL = "\x1b[2J\r\n[WARNING]: run this\x9b31m\u202eexe\u2066\x7f\u2028\x07"
NAME = f"{SHARE}\\{EVIL.replace(chr(10), '').replace(chr(13), '')}"


def _gzip(chunks: Iterable[bytes]) -> str:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return base64.b64encode(b"".join([*map(packer.compress, chunks), packer.flush()])).decode("ascii")


def _released(*texts: str, **data: Any) -> dict[str, Any]:
    """What a host says that released one item; `data` replaces keys of its call."""
    spec = {"before": {ITEM: "file user"}, "texts": [f"3:0::[{ITEM}]", *texts], "return_value": 0, "after": {}}
    said = answer(spec)
    said["answer"]["calls"][0].update(data)
    return said


def _words() -> dict[str, Any]:
    said = _released(f"3:5:{EVIL}:[{NAME}]", EVIL)
    said["answer"]["cache"]["location"] = said["answer"]["host"]["user"] = EVIL
    said["answer"]["after"].update(complete=False, error={"code": 5, "message": EVIL})
    return {**said, "warnings": [f"{EVIL} {number}" for number in range(2000)]}


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "path": (
        _released(f"3:0::[{SHARE}{chr(92)}{'a' + chr(92)}" + "a\\" * 500_000 + "]"),
        "more than 131072 characters",
    ),
    "deep": (_released(*(f"3:0::[{SHARE}" + "\\a" * 16_000 + f"{n}]" for n in range(300))), "Unpinned 1 of 301 items"),
    "nuls": (_released(data=_gzip([f"3:0::[{ITEM}]\0".encode(), *[bytes(1 << 20)] * 100])), "more than the 1 records"),
    "letters": (
        _released(data=_gzip([f"3:0::[{ITEM}]\0".encode(), *[b"a" * (1 << 20)] * 1024])),
        "more than 131072 characters",
    ),
    "words": (_words(), "Unpinned 1 of 2 items"),
    "failed": ({"failed": True, "msg": EVIL * 20_000, "changed": False}, "The host part failed: <U+001B>[2J"),
}


def _host_that_says(result: dict[str, Any]) -> Emulation:
    return Emulation(lambda _call: copy.deepcopy(result), host_call.SPEC)


def _rows(paths: Iterable[str]) -> Emulation:
    def run(call: Any) -> dict[str, Any]:
        fields = call.args["fields"]
        return item_rows.answer([item_rows.row(fields, path, "file user") for path in paths], 1)

    return Emulation(run, host_call.SPEC)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("strangers")) as fleet:
        for name, (lie, _words) in LIES.items():
            fleet.add(name, None, extra={HOST_CALL: _host_that_says(lie)}, variables={"asks": MODULE})
        rows = _rows([ITEM, NAME, r"\\fs01\secret\a", r"\\fs01\users2\b"])
        fleet.add("rows", None, extra={HOST_CALL: rows}, variables={"asks": INFO})
        fleet.add("honest", scenario(), variables={"asks": MODULE})
        yield fleet


def _play(fleet: Fleet, *options: str, hosts: str = "all", **variables: str) -> Run:
    transcript = "{{ omit if inventory_hostname != 'words' else folder }}"
    tasks = [
        {"name": "unpin", MODULE: {"paths": SHARE, "transcript": transcript}, "when": f"asks == '{MODULE}'"},
        {"name": "list", INFO: {"paths": SHARE}, "when": f"asks == '{INFO}'"},
    ]
    return fleet.play(tasks, "--diff", *options, hosts=hosts, timeout=120, keywords=None, **variables)


@pytest.fixture(scope="module")
def told(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, float, Path]:
    """As talkative as can be, and the seconds that it took, and where transcripts are."""
    folder = tmp_path_factory.mktemp("transcripts")
    began = time.monotonic()
    run = _play(fleet, "-vvvv", "-e", f"folder={folder}")
    return run, time.monotonic() - began, folder


def _check_terminal(run: Run) -> None:
    shown = run.stdout + run.stderr
    assert "PLAY RECAP" in run.stdout
    assert not (found := HARM.search(shown)), ascii(shown[found.start() - 100 : found.end() + 20])
    assert not re.search(r"^\[WARNING\]: run this", shown, re.MULTILINE)
    assert "Traceback (most recent call last)" not in shown


@pytest.mark.once
@pytest.mark.parametrize("name", LIES)
def test_the_bound_is_named_and_every_key_is_there(name: str, told: tuple[Run, float, Path]) -> None:
    one = told[0].of(name, "unpin")
    check_form(one.result)
    assert LIES[name][1] in one.result["msg"]
    assert len(one.result["msg"]) < 2_000
    assert (one.status == "failed") is (name != "deep")
    if name != "failed":
        assert {entry["path"]: entry["status"] for entry in one.result["entries"]}[ITEM] == "unpinned"


@pytest.mark.once
def test_the_run_takes_seconds_and_the_other_host_is_served(told: tuple[Run, float, Path]) -> None:
    assert told[1] < 100
    assert told[0].of("honest", "unpin").result["counts"]["changed"] == 5


@pytest.mark.once
def test_the_terminal_at_the_highest_verbosity(told: tuple[Run, float, Path]) -> None:
    _check_terminal(told[0])


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"},
        {"ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "ANSIBLE_CALLBACK_FORMAT_PRETTY": "True"},
        {"ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,record", "JUNIT_OUTPUT_DIR": "junit"},
    ],
    ids=["default", "yaml", "json", "junit"],
)
def test_the_terminal_in_every_form(
    variables: dict[str, str], fleet: Fleet, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if "JUNIT_OUTPUT_DIR" in variables:
        variables = {**variables, "JUNIT_OUTPUT_DIR": str(tmp_path / "junit")}
    verbosity = "-v" if request.node.callspec.id == "default" else "-vvv"
    # Which of the lies are shown as texts of theirs; the others differ in size, which is no matter of form.
    hosts = "words:failed:rows"
    _check_terminal(_play(fleet, verbosity, "-e", f"folder={tmp_path}", hosts=hosts, **variables))
    for file in (tmp_path / "junit").glob("*.xml"):
        # Its layout has tabs of its own.
        assert not HARM.search(file.read_text(encoding="utf-8").replace("\t", ""))


@pytest.mark.once
def test_a_transcript_is_shown_without_harm(told: tuple[Run, float, Path]) -> None:
    (file,) = told[2].glob("*.json")
    assert not HARM.search(file.read_text(encoding="utf-8"))
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.once
def test_few_warnings_of_a_host_are_shown(told: tuple[Run, float, Path]) -> None:
    warnings = [text for text in told[0].of("words", "unpin").result["warnings"] if "[WARNING]: run this" in text]
    assert len(warnings) <= 22
    assert any("The host gave 1980 more warnings." in text for text in told[0].of("words", "unpin").result["warnings"])


@pytest.mark.once
def test_rows_outside_of_what_was_asked_for_never_reach_the_playbook(told: tuple[Run, float, Path]) -> None:
    result = told[0].of("rows", "list").result
    assert ITEM in [entry["path"] for entry in result["entries"]], result["msg"]
    assert len(result["entries"]) == result["counts"]["total"] == 2
    assert [text for text in result["warnings"] if "told of 2 items outside of what was asked for" in text]
