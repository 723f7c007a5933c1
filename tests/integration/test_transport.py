# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The unmodified ansible CLI against the simulated host: every way in, and what is refused. No Offline Files here."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from simhost.backend import Emulation, ModuleCall
from simhost.faults import Faults
from simhost.server import Settings
from simhost.testing import SimHost, SimHostProcess, run_ansible

pytestmark = pytest.mark.timeout(120)

_PS1 = """#!powershell
#AnsibleRequires -CSharpUtil Ansible.Basic
$module = [Ansible.Basic.AnsibleModule]::Create($args, @{ options = @{ text = @{ type = 'str' } } })
$module.ExitJson()
"""
_MODULES = "ansible_collections.test.sim.plugins.modules"
_WAYS = ["winhost", "winhost_psrp", "winhost_basic", "winhost_https", "winhost_https_ntlm", "winhost_psrp_https"]
_SECRET = "Tr0ub4dor&3"


def _echo(call: ModuleCall) -> dict[str, Any]:
    return {
        "changed": not call.check_mode,
        "text": call.args["text"],
        "length": len(call.args["text"]),
        "effective_user": call.effective_user,
        "fill": "ü" * call.args["size"],
    }


_EXTRA = {
    f"{_MODULES}.echo": Emulation(
        _echo, {"text": {"type": "str", "required": True}, "size": {"type": "int", "default": 0}}
    )
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a collection of two modules, of which the host emulates one."""
    root = tmp_path_factory.mktemp("with blank")
    modules = root / "ansible_collections/test/sim/plugins/modules"
    modules.mkdir(parents=True)
    for name in ("echo", "unknown"):
        (modules / f"{name}.ps1").write_text(_PS1)
    library = root / "library"
    library.mkdir()
    (library / "empty.ps1").write_text(_PS1)
    return root


@pytest.fixture(scope="module")
def sim() -> Iterator[SimHost]:
    with SimHost(settings=Settings(https=True, allow_unencrypted=True), extra=_EXTRA) as host:
        yield host


class Answer(NamedTuple):
    """What the ad hoc task said about one host: CHANGED, SUCCESS, FAILED or UNREACHABLE, and its result."""

    status: str
    result: dict[str, Any]
    printed: str


def _run_all(
    tree: Path,
    inventory: Path,
    pattern: str,
    *options: str,
    module: str = "echo",
    args: Any = None,
    variables: Mapping[str, str] | None = None,
) -> Any:
    """One ad hoc task on several hosts, with `variables` of the environment: host -> Answer."""
    text = json.dumps({"text": "x"} if args is None else args)
    name = module if module == "empty" else f"test.sim.{module}"
    arguments: list[str | Path] = [pattern, "-i", inventory, "-f", "16", "-m", name]
    library = str(tree / "library")
    ended = run_ansible(
        "ansible",
        *arguments,
        *([] if module == "empty" else ["-a", text]),
        *options,
        home=tree / "home",
        collections=tree,
        timeout=60,
        **{"ANSIBLE_LIBRARY": library, **(variables or {})},
    )
    printed = ended.stdout + ended.stderr
    found = re.findall(r"^(\S+) \| (\w+)!? => (\{.*?^\})", ended.stdout, re.MULTILINE | re.DOTALL)
    assert found, printed
    return {host: Answer(status, json.loads(result), printed) for host, status, result in found}


def _run(
    tree: Path, sim: SimHost | SimHostProcess, host: str, *options: str, module: str = "echo", args: Any = None
) -> Answer:
    answer: Answer = _run_all(tree, sim.inventory, host, *options, module=module, args=args)[host]
    return answer


def test_every_way_in(tree: Path, sim: SimHost) -> None:
    text = r"Grüße 日本 \\fs01\users $(x) `y` 'z' \"q\"; & <a>"
    answers = _run_all(tree, sim.inventory, "simhost", args={"text": text})
    assert sorted(answers) == sorted(_WAYS)
    for answer in answers.values():
        assert answer.status == "CHANGED", answer.printed
        assert (answer.result["text"], answer.result["effective_user"]) == (text, "admin")
        assert "Removed" not in answer.printed
        assert "junk" not in answer.printed


def test_every_way_in_without_compression(tree: Path, sim: SimHost) -> None:
    """Since core 2.22 what is sent is compressed unless this is set; what an older core makes of it is the same."""
    text = "Grüße 日本"
    off = {"_ANSIBLE_ANSIBALLZ_PWSH_COMPRESSION": "false"}
    answers = _run_all(tree, sim.inventory, "simhost", args={"text": text}, variables=off)
    assert sorted(answers) == sorted(_WAYS)
    for answer in answers.values():
        assert (answer.status, answer.result["text"]) == ("CHANGED", text), answer.printed


def test_a_text_that_holds_the_password_arrives_as_it_is(tree: Path, sim: SimHost) -> None:
    """Since core 2.22 secrets are sent once more beside the arguments, and shown to nobody."""
    text = f"\\\\fs01\\{sim.password}\\x"
    answers = _run_all(tree, sim.inventory, "simhost", args={"text": text})
    assert sorted(answers) == sorted(_WAYS)
    for answer in answers.values():
        assert (answer.status, answer.result["length"]) == ("CHANGED", len(text)), answer.printed
        assert answer.result["text"] in (text, text.replace(sim.password, "$REDACTED$"))


def test_check_mode_and_defaults_arrive(tree: Path, sim: SimHost) -> None:
    answer = _run(tree, sim, "winhost", "--check")
    assert (answer.status, answer.result["fill"]) == ("SUCCESS", ""), answer.printed


def test_five_megabytes_arrive(tree: Path, sim: SimHost) -> None:
    answers = _run_all(tree, sim.inventory, "winhost,winhost_psrp", args={"text": "x", "size": 2_500_000})
    assert [answer.result["fill"] == "ü" * 2_500_000 for answer in answers.values()] == [True, True]


def test_legacy_module_empty(tree: Path, sim: SimHost) -> None:
    answer = _run(tree, sim, "winhost", module="empty")
    assert (answer.status, answer.result["changed"]) == ("SUCCESS", False), answer.printed


def test_arguments_are_validated(tree: Path, sim: SimHost) -> None:
    answer = _run(tree, sim, "winhost", args={"size": 1})
    assert answer.status == "FAILED"
    assert answer.result["msg"] == "missing required arguments: text"


def test_unknown_module_is_refused(tree: Path, sim: SimHost) -> None:
    answer = _run(tree, sim, "winhost", module="unknown")
    assert answer.status == "FAILED"
    assert answer.result["msg"] == f"the simulated host does not emulate {_MODULES}.unknown"


def test_async_is_refused(tree: Path, sim: SimHost) -> None:
    answer = _run(tree, sim, "winhost", "-B", "20", "-P", "1")
    assert answer.status == "FAILED"
    assert answer.result["msg"] == "the simulated host does not run tasks with async"


def test_wrong_password_is_unreachable(tree: Path, sim: SimHost) -> None:
    answers = _run_all(tree, sim.inventory, "simhost", "-e", "ansible_password=wrong")
    assert sorted(answers) == sorted(_WAYS)
    for answer in answers.values():
        assert answer.status == "UNREACHABLE", answer.printed
        assert re.search("credentials were rejected|Failed to authenticate", answer.result["msg"])


def _inventory(folder: Path, sim: SimHost, names: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Path:
    """An inventory with names for ways into one host, so that one run asks it in all of them.

    :param names: to the name of the way in and variables beside it
    """
    group = yaml.safe_load(sim.inventory.read_text())["all"]["children"]["simhost"]
    hosts = {name: {**group["vars"], **group["hosts"][way], **more} for name, (way, more) in names.items()}
    file = folder / "inventory.yml"
    file.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    return file


def test_unencrypted_is_refused_by_default(tree: Path, tmp_path: Path) -> None:
    names = {
        "basic": ("winhost", {"ansible_winrm_transport": "basic"}),
        "never": ("winhost", {"ansible_winrm_message_encryption": "never"}),
    }
    with SimHost(extra=_EXTRA, settings=Settings()) as strict:
        answers = _run_all(tree, _inventory(tmp_path, strict, names), "all")
    assert sorted(answers) == sorted(names)
    for answer in answers.values():
        assert answer.status == "UNREACHABLE", answer.printed
        assert "credentials were rejected" in answer.result["msg"]


_USERS = {
    r"corp\ANNA": ("Anna-Passw0rd", r"CORP\anna"),
    r".\bob": (_SECRET, "bob"),
    "Eve@corp.test": ("Eve-1", "eve@corp.test"),
}
"""As it is given to Ansible, to the password and to how the host names it."""


def _become(user: str, password: str, **more: str) -> tuple[str, dict[str, Any]]:
    variables = {
        "ansible_become": True,
        "ansible_become_user": user,
        "ansible_become_password": password,
        "ansible_become_method": "runas",
        **more,
    }
    return "winhost", variables


@pytest.fixture(scope="module")
def domain(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Answer], list[str]]:
    """One run against a host with several accounts: what each name of it answered, and the host's log."""
    names: dict[str, tuple[str, Mapping[str, Any]]] = {
        "become": _become("bob", _SECRET),
        "become_refused": _become("bob", "wrong"),
        "become_network": _become(
            r"OTHER\svc",
            "whatever",
            ansible_become_flags="logon_type=new_credentials logon_flags=netcredentials_only",
        ),
    }
    for number, (user, (password, _seen)) in enumerate(_USERS.items()):
        for way in ("winhost", "winhost_psrp", "winhost_basic"):
            names[f"{way}_{number}"] = way, {"ansible_user": user, "ansible_password": password}
    accounts = {r"CORP\anna": "Anna-Passw0rd", "bob": _SECRET, "eve@corp.test": "Eve-1"}
    with SimHost(extra=_EXTRA, accounts=accounts) as host:
        inventory = _inventory(tmp_path_factory.mktemp("domain"), host, names)
        return _run_all(tree, inventory, "all"), list(host.log)


@pytest.mark.parametrize("number", range(len(_USERS)), ids=_USERS)
def test_accounts(domain: tuple[dict[str, Answer], list[str]], number: int) -> None:
    seen = [list(_USERS.values())[number][1]] * 3
    ways = [f"{way}_{number}" for way in ("winhost", "winhost_psrp", "winhost_basic")]
    assert [domain[0][way].result.get("effective_user") for way in ways] == seen


def test_become_changes_the_user(domain: tuple[dict[str, Answer], list[str]]) -> None:
    answers, log = domain
    answer = answers["become"]
    assert (answer.status, answer.result["effective_user"]) == ("CHANGED", "bob"), answer.printed
    assert any("become=bob" in line for line in log)
    assert not [line for line in log if _SECRET in line or "Anna-Passw0rd" in line]


def test_become_with_a_wrong_password_fails_like_windows(domain: tuple[dict[str, Answer], list[str]]) -> None:
    answer = domain[0]["become_refused"]
    assert answer.status == "FAILED"
    assert r"Failed to logon .\bob (The user name or password is incorrect, Win32ErrorCode 1326" in answer.result["msg"]


def test_become_for_the_network_only_keeps_the_local_user(domain: tuple[dict[str, Answer], list[str]]) -> None:
    answer = domain[0]["become_network"]
    assert (answer.status, answer.result["effective_user"]) == ("CHANGED", r"CORP\anna"), answer.printed


_FAULTS: dict[str, tuple[Faults, str, str]] = {
    "refuse": (Faults(refuse=True), "UNREACHABLE", "refused"),
    "unauthorized": (Faults(unauthorized=True), "UNREACHABLE", "credentials were rejected"),
    "no_shell": (Faults(http_500="Create"), "UNREACHABLE", "500"),
    "no_output": (Faults(http_500="Receive"), "FAILED", "500"),
    "reset_request": (Faults(reset_request=3), "FAILED", "onnection|Code 400"),
    "reset_answer": (Faults(reset_answer="Receive"), "FAILED", "onnection"),
    "quota": (Faults(quota=0), "FAILED", "maximum number of concurrent operations"),
    "cut_stdout": (Faults(cut_stdout=True), "FAILED", "json"),
    "timeout": (Faults(operation_timeout=True), "FAILED", "imed out"),
    "silent": (Faults(silent_receive=1), "FAILED", "imed out"),
    "noise": (Faults(noise="Loading profile...\r\n"), "CHANGED", ""),
    "delay": (Faults(delay_ms=50), "CHANGED", ""),
    "chunk": (Faults(chunk=7), "CHANGED", ""),
}


@pytest.fixture(scope="module")
def fault_answers(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One run against a host for each fault."""
    hosts: dict[str, Any] = {}
    with ExitStack() as stack:
        for name, (faults, _dummy, _dummy) in _FAULTS.items():
            sim = stack.enter_context(SimHost(extra=_EXTRA, faults=faults))
            group = yaml.safe_load(sim.inventory.read_text())["all"]["children"]["simhost"]
            hosts[name] = {**group["vars"], **group["hosts"]["winhost"], "ansible_winrm_connection_timeout": 3}
        inventory = tmp_path_factory.mktemp("faults") / "inventory.yml"
        inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
        started = time.monotonic()
        answers = _run_all(tree, inventory, "all", "--task-timeout", "8")
        assert time.monotonic() - started < 40
        return answers


@pytest.mark.parametrize("name", _FAULTS)
def test_faults(fault_answers: dict[str, Answer], name: str) -> None:
    _dummy, status, words = _FAULTS[name]
    answer = fault_answers[name]
    assert answer.status == status, answer
    assert re.search(words, answer.result.get("msg", "")), answer


def test_process_with_password_from_the_environment(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--user", r"CORP\dora", "--password-env", "DORA_PASSWORD", "--https"]
    with SimHost.process(None, *options, env={"DORA_PASSWORD": _SECRET}) as host:
        assert _SECRET not in host.inventory.read_text()
        monkeypatch.setenv("DORA_PASSWORD", _SECRET)
        answer = _run(tree, host, "winhost", module="empty")
        assert answer.status == "SUCCESS", answer.printed
        assert any("call" in line and "empty" in line for line in host.log)


@pytest.mark.parametrize("how", ["signal", "lifetime", "parent"])
def test_process_ends_although_a_request_hangs(how: str) -> None:
    with ExitStack() as stack:
        parent = stack.enter_context(subprocess.Popen(["sleep", "60"]))
        stack.callback(parent.kill)
        options = {"signal": [], "lifetime": ["--lifetime", "2"], "parent": ["--parent", str(parent.pid)]}[how]
        host = stack.enter_context(SimHost.process(None, *options))
        hanging = stack.enter_context(socket.create_connection(("127.0.0.1", host.port)))
        hanging.sendall(b"POST /wsman HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        if how == "signal":
            os.kill(host.pid, signal.SIGTERM)
        elif how == "parent":
            parent.kill()
            parent.wait()
        assert host.wait(10) == 0
        assert not host.inventory.exists()
