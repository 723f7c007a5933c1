# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading the exec manifest: the shapes of core 2.19 to 2.22, and what is refused."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from ansible.executor.powershell.module_manifest import _bootstrap_powershell_script

from simhost.manifest import Detached, ManifestError, Stdin, encoded_command, parse

pytestmark = pytest.mark.timeout(10)

_NAME = "ansible_collections.a.b.plugins.modules.c"
_SECRET = "Hush-1"
_SEPARATOR = b"\n\0\0\0\0\n"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


_BOOTSTRAP = _encoded('foreach ($in in $input) { if ([string]::Equals($in, "`0`0`0`0")) { break } $in }')
_LINE = f"PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand {_BOOTSTRAP}"
_LINE_2_21 = _LINE.replace("PowerShell", "powershell", 1)


def _stdin(
    *wrappers: dict[str, Any],
    params: dict[str, Any] | None = None,
    json_arguments: bool = False,
    compressed: bool = False,
    secrets: tuple[str, ...] = (),
    **arguments: Any,
) -> bytes:
    """What core sends; as 2.22 does with `json_arguments`, `compressed` and `secrets`."""
    wrapper_params = {
        "MinOSVersion": None,
        **(params or {}),
        **({"DecompressInput": compressed} if json_arguments else {}),
    }
    bootstrap = {"name": "exec_wrapper", "script": "...", "params": wrapper_params}
    if json_arguments:
        given: dict[str, Any] = {"ArgumentJSON": json.dumps(arguments)}
    else:
        given = {"Variables": [{"Name": "complex_args", "Value": arguments, "Scope": "Global"}]}
    module = {
        "Script": f"{_NAME}.ps1",
        "Environment": {"LANG": "C"},
        **given,
        "CSharpModules": [],
        "PowerShellModules": [],
        "ForModule": True,
    }
    secure = {"Secrets": list(secrets)} if json_arguments else {}
    last = {"name": "module_wrapper.ps1", "params": module, "secure_params": secure}
    scripts = {f"{_NAME}.ps1": {"path": "/x/c.ps1", "script": base64.b64encode("#!powershell ü".encode()).decode()}}
    text = json.dumps({"scripts": scripts, "actions": [*wrappers, last], "signed_hashlist": []}).encode()
    if compressed:
        text = base64.b64encode(gzip.compress(text))
    return json.dumps(bootstrap).encode() + _SEPARATOR + text


_PLAIN_2_22: dict[str, Any] = {"json_arguments": True, "params": {"PwshPath": "powershell"}}
_2_22: dict[str, Any] = {**_PLAIN_2_22, "compressed": True}


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (_LINE, {}),
        (_LINE_2_21, {"params": {"PwshPath": "powershell"}}),
        (_LINE_2_21, _2_22),
        (_LINE_2_21, _PLAIN_2_22),
    ],
    ids=["2.19", "2.21", "2.22", "2.22 without compression"],
)
def test_a_module_call(line: str, form: dict[str, Any]) -> None:
    flags: dict[str, Any] = {"_ansible_check_mode": True, "_ansible_diff": True, "_ansible_verbosity": 3}
    found = parse(line, _stdin(**form, path="\\\\fs01\\a b ü", **flags))
    assert (found.name, found.is_module, found.args) == (_NAME, True, {"path": "\\\\fs01\\a b ü"})
    assert (found.check_mode, found.diff, found.verbosity) == (True, True, 3)
    assert (found.become, found.is_async, found.environment) == (None, False, {"LANG": "C"})
    assert found.sources == {f"{_NAME}.ps1": "#!powershell ü".encode()}
    assert found.payload == b""


def test_secrets_beside_the_arguments_change_none_and_are_never_shown() -> None:
    found = parse(_LINE_2_21, _stdin(**_2_22, secrets=(_SECRET,), path=f"\\\\fs01\\{_SECRET}"))
    assert found.args == {"path": f"\\\\fs01\\{_SECRET}"}
    assert _SECRET not in repr(found)


@pytest.mark.parametrize("form", [{}, _PLAIN_2_22, _2_22], ids=["2.19", "2.22 without compression", "2.22"])
@pytest.mark.parametrize("payload", [None, b"", b"AAEC\r\n"])
def test_what_is_put_together_again_is_read_as_before(form: dict[str, Any], payload: bytes | None) -> None:
    sent = _stdin(**form, path="x")
    if payload is not None:
        sent += _SEPARATOR + payload
    parts = Stdin.read(sent)
    assert Stdin.read(parts.to_bytes()) == parts
    assert parts.payload == payload
    assert parts.to_bytes().count(_SEPARATOR) == sent.count(_SEPARATOR)
    other = replace(parts, manifest={**parts.manifest, "signed_hashlist": ["x"]})
    assert parse(_LINE, other.to_bytes()) == parse(_LINE, sent)


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
    params = {"AsyncDir": "%USERPROFILE%\\x", "AsyncJid": "j7", "StartupTimeout": 5}
    found = parse(_LINE, _stdin({"name": "async_wrapper.ps1", "params": params}))
    assert (found.is_async, found.detached) == (True, Detached("%USERPROFILE%\\x", "j7", 5.0))


@pytest.mark.parametrize("compression", ["true", "false"])
def test_auxiliary_script_of_the_installed_core(monkeypatch: pytest.MonkeyPatch, compression: str) -> None:
    monkeypatch.setenv("_ANSIBLE_ANSIBALLZ_PWSH_COMPRESSION", compression)  # known since 2.22
    script, stdin = _bootstrap_powershell_script("winrm_put_file.ps1", {"Path": "C:\\x"}, has_input=True)
    found = parse(f"powershell -EncodedCommand {_encoded(script)}", stdin + b"AAEC\r\n")
    assert (found.name, found.is_module, found.args) == ("winrm_put_file.ps1", False, {"Path": "C:\\x"})
    assert found.payload == b"AAEC\r\n"
    assert b"param" in found.sources["winrm_put_file.ps1"]


def _with_a_bad_sum(stdin: bytes) -> bytes:
    bootstrap, separator, text = stdin.partition(_SEPARATOR)
    packed = base64.b64decode(text)
    return bootstrap + separator + base64.b64encode(packed[:-8] + bytes(8))


_BAD_SUM = _with_a_bad_sum(_stdin(**_2_22))


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
        (_LINE, _stdin(**_PLAIN_2_22)[:-5]),
        (_LINE, _stdin(**_2_22)[:-40]),
        (_LINE, _stdin(**_2_22).replace(b"H4sI", b"AAAA")),
        (_LINE, _BAD_SUM),
        (_LINE, _stdin(**_2_22).partition(_SEPARATOR)[0] + _stdin()[_stdin().index(_SEPARATOR) :]),
        (_LINE, _stdin().replace(b"complex_args", b"other_args")),
    ],
)
def test_anything_else_is_refused(line: str, stdin: bytes) -> None:
    with pytest.raises(ManifestError):
        parse(line, stdin)


def test_encoded_command_in_any_case() -> None:
    assert encoded_command(f"powershell -encodedcommand {_encoded('ü')}") == "ü"
