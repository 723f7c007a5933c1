# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading the exec manifest: the shapes of core 2.19 to 2.21, and what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from ansible.executor.powershell.module_manifest import _bootstrap_powershell_script

from simhost.manifest import ManifestError, encoded_command, parse

pytestmark = pytest.mark.timeout(10)

_NAME = "ansible_collections.a.b.plugins.modules.c"
_SECRET = "Hush-1"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


_BOOTSTRAP = _encoded('foreach ($in in $input) { if ([string]::Equals($in, "`0`0`0`0")) { break } $in }')
_LINE = f"PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand {_BOOTSTRAP}"
_LINE_2_21 = _LINE.replace("PowerShell", "powershell", 1)


def _stdin(*wrappers: dict[str, Any], params: dict[str, Any] | None = None, **arguments: Any) -> bytes:
    bootstrap = {"name": "exec_wrapper", "script": "...", "params": {"MinOSVersion": None, **(params or {})}}
    module = {
        "Script": f"{_NAME}.ps1",
        "Environment": {"LANG": "C"},
        "Variables": [{"Name": "complex_args", "Value": arguments, "Scope": "Global"}],
        "CSharpModules": [],
        "PowerShellModules": [],
        "ForModule": True,
    }
    last = {"name": "module_wrapper.ps1", "params": module, "secure_params": {}}
    scripts = {f"{_NAME}.ps1": {"path": "/x/c.ps1", "script": base64.b64encode("#!powershell ü".encode()).decode()}}
    manifest = {"scripts": scripts, "actions": [*wrappers, last], "signed_hashlist": []}
    return f"{json.dumps(bootstrap)}\n\0\0\0\0\n{json.dumps(manifest)}".encode()


@pytest.mark.parametrize(
    ("line", "params"), [(_LINE, {}), (_LINE_2_21, {"PwshPath": "powershell"})], ids=["2.19", "2.21"]
)
def test_a_module_call(line: str, params: dict[str, Any]) -> None:
    flags = {"_ansible_check_mode": True, "_ansible_diff": True, "_ansible_verbosity": 3}
    found = parse(line, _stdin(params=params, path="\\\\fs01\\a b", **flags))
    assert (found.name, found.is_module, found.args) == (_NAME, True, {"path": "\\\\fs01\\a b"})
    assert (found.check_mode, found.diff, found.verbosity) == (True, True, 3)
    assert (found.become, found.is_async, found.environment) == (None, False, {"LANG": "C"})
    assert found.sources == {f"{_NAME}.ps1": "#!powershell ü".encode()}


def test_flags_that_are_absent() -> None:
    found = parse(_LINE, _stdin())
    assert (found.check_mode, found.diff, found.verbosity) == (False, False, 0)


@pytest.mark.parametrize(("sent", "expected"), [({}, True), ({"_ansible_inject_invocation": False}, False)])
def test_invocation_is_an_option_since_2_21(sent: dict[str, Any], expected: bool) -> None:
    assert parse(_LINE, _stdin(**sent)).inject_invocation is expected


def test_become_and_its_password_that_is_never_shown() -> None:
    params = {"BecomeUser": "CORP\\svc", "LogonType": "NewCredentials", "LogonFlags": "NetCredentialsOnly"}
    action = {"name": "become_wrapper.ps1", "params": params, "secure_params": {"BecomePassword": _SECRET}}
    found = parse(_LINE, _stdin(action, password=_SECRET))
    assert found.become is not None
    assert (found.become.user, found.become.password) == ("CORP\\svc", _SECRET)
    assert (found.become.logon_type, found.become.logon_flags) == ("NewCredentials", "NetCredentialsOnly")
    assert _SECRET not in repr(found)


def test_become_without_password() -> None:
    action = {"name": "become_wrapper.ps1", "params": {"BecomeUser": "SYSTEM"}, "secure_params": {}}
    become = parse(_LINE, _stdin(action)).become
    assert become is not None
    assert (become.password, become.logon_type) == (None, "Interactive")


def test_async() -> None:
    wrapper: dict[str, Any] = {"name": "async_wrapper.ps1", "params": {}}
    assert parse(_LINE, _stdin(wrapper)).is_async


def test_auxiliary_script_of_the_installed_core() -> None:
    script, stdin = _bootstrap_powershell_script("winrm_put_file.ps1", {"Path": "C:\\x"}, has_input=True)
    found = parse(f"powershell -EncodedCommand {_encoded(script)}", stdin + b"AAEC\r\n")
    assert (found.name, found.is_module, found.args) == ("winrm_put_file.ps1", False, {"Path": "C:\\x"})
    assert found.payload == b"AAEC\r\n"
    assert b"param" in found.sources["winrm_put_file.ps1"]


@pytest.mark.parametrize(
    ("line", "stdin"),
    [
        ("", b""),
        ("whoami", _stdin()),
        (f"PowerShell -EncodedCommand {_encoded('Get-Item')}", _stdin()),
        ("PowerShell -EncodedCommand %%%", _stdin()),
        ("PowerShell -EncodedCommand", _stdin()),
        (_LINE, b""),
        (_LINE, b"{}\n\0\0\0\0\n{}"),
        (_LINE, b'{"name": "exec_wrapper"}\n\0\0\0\0\n{"actions": [], "scripts": {}}'),
        (_LINE, b'{"name": "exec_wrapper"}\n\0\0\0\0\n{"actions": 1, "scripts": {}}'),
        (_LINE, b'{"name": "other"}\n\0\0\0\0\n{"actions": [], "scripts": {}}'),
        (_LINE, b'[]\n\0\0\0\0\n"x"'),
        (_LINE, _stdin()[:-5]),
    ],
)
def test_anything_else_is_refused(line: str, stdin: bytes) -> None:
    with pytest.raises(ManifestError):
        parse(line, stdin)


def test_encoded_command_in_any_case() -> None:
    assert encoded_command(f"powershell -encodedcommand {_encoded('ü')}") == "ü"
