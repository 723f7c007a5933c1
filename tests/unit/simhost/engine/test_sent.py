# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an engine is sent: of the exec manifest only what has to be another is."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from simhost.engine.sent import on_a_host_of_its_own, without_wrappers
from simhost.manifest import Stdin

_OWN = {"ProgramData": "/host/data"}
_USUAL = "%USERPROFILE%\\.ansible_async"


def _stdin(*actions: dict[str, Any], compressed: bool = False) -> bytes:
    text = json.dumps({"scripts": {"ü": {}}, "actions": list(actions)}, ensure_ascii=False).encode()
    bootstrap = json.dumps({"name": "exec_wrapper", "params": {"DecompressInput": compressed}}).encode()
    return bootstrap + b"\n\0\0\0\0\n" + (base64.b64encode(gzip.compress(text)) if compressed else text)


def _module(**environment: str) -> dict[str, Any]:
    return {"name": "module_wrapper.ps1", "params": {"Script": "x.ps1", "Environment": environment}}


def _async(folder: str = _USUAL) -> dict[str, Any]:
    return {"name": "async_wrapper.ps1", "params": {"AsyncDir": folder, "AsyncJid": "j1"}}


@pytest.mark.parametrize("compressed", [False, True])
def test_a_module_gets_the_environment_of_its_host(compressed: bool) -> None:
    sent = on_a_host_of_its_own(_stdin(_module(LANG="C"), compressed=compressed), _OWN, "/host/async")
    read = Stdin.read(sent)
    assert read.manifest["actions"] == [_module(LANG="C", ProgramData="/host/data")]
    assert (read.manifest["scripts"], read.compressed) == ({"ü": {}}, compressed)


def test_results_files_lie_on_the_host() -> None:
    sent = on_a_host_of_its_own(_stdin(_async(), _module(ANSIBLE_ASYNC_DIR=_USUAL)), _OWN, "/host/async")
    assert Stdin.read(sent).manifest["actions"] == [
        _async("/host/async"),
        _module(ANSIBLE_ASYNC_DIR="/host/async", **_OWN),
    ]


def test_a_folder_that_a_user_has_named_stays() -> None:
    sent = on_a_host_of_its_own(_stdin(_async("D:\\x"), _module(ANSIBLE_ASYNC_DIR="D:\\x")), _OWN, "/host/async")
    assert Stdin.read(sent).manifest["actions"] == [_async("D:\\x"), _module(ANSIBLE_ASYNC_DIR="D:\\x", **_OWN)]


def test_what_is_no_module_stays_byte_for_byte() -> None:
    auxiliary = _stdin({"name": "winrm_put_file.ps1", "params": {"Path": "x"}})
    for stdin in (b"Get-Item", b"", auxiliary):
        assert on_a_host_of_its_own(stdin, _OWN, "/host/async") is stdin
        assert without_wrappers(stdin, {"async_wrapper.ps1"}) is stdin
