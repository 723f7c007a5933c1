# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulation backend and what it rests on: accounts, logon, faults, log."""

from __future__ import annotations

import base64
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simhost.accounts import DEFAULT_PASSWORD, DEFAULT_USER, Accounts
from simhost.backend import Command, Emulation, EmulationBackend, ModuleCall, Output
from simhost.cache import Cache
from simhost.faults import Faults, SpoilingBackend
from simhost.log import Log
from simhost.logons import Logon
from simhost.stage import COLLECTION, COLLECTION_ROOT, Stage
from simhost.windows import Host as WindowsHost
from simhost.windows import Machine, Session

pytestmark = pytest.mark.timeout(15)

_PREFIX = f"ansible_collections.{COLLECTION}.plugins"
_NAME = f"{_PREFIX}.modules.known"
_SECRET = "Hush-1"
_ACCOUNTS = Accounts({r"CORP\anna": "Anna-1", "bob": _SECRET})
_SPEC = {
    "text": {"type": "str", "required": True},
    "count": {"type": "int", "default": 2},
    "paths": {"type": "list", "elements": "str"},
    "token": {"type": "str", "no_log": True},
}


def _command(
    name: str = _NAME, wrappers: Any = (), scripts: dict[str, bytes] | None = None, **arguments: Any
) -> Command:
    line = "PowerShell -EncodedCommand " + base64.b64encode('"`0`0`0`0"'.encode("utf-16-le")).decode()
    variables = [{"Name": "complex_args", "Value": arguments}]
    params = {"Script": f"{name}.ps1", "Environment": {}, "Variables": variables}
    sources = {script: {"path": "", "script": base64.b64encode(s).decode()} for script, s in (scripts or {}).items()}
    manifest = {"scripts": sources, "actions": [*wrappers, {"name": "module_wrapper.ps1", "params": params}]}
    stdin = json.dumps({"name": "exec_wrapper"}) + "\n\0\0\0\0\n" + json.dumps(manifest)
    return Command(line, stdin.encode(), "bob")


class Host:
    """A backend with one module that returns what it was told."""

    def __init__(self, root: Path = COLLECTION_ROOT, machine: Machine | None = None) -> None:
        self.log = Log()
        self.calls: list[ModuleCall] = []
        emulations = {_NAME: Emulation(self._known, _SPEC), "empty": Emulation(lambda _: {"changed": False})}
        self.machine: Any = WindowsHost(machine, Cache) if machine else None
        self.backend = EmulationBackend(emulations, _ACCOUNTS, self.log, (COLLECTION, root), self.machine)

    def _known(self, call: ModuleCall) -> dict[str, Any]:
        self.calls.append(call)
        return {"changed": True, "text": call.args["text"]}

    def run(self, command: Command) -> tuple[int, dict[str, Any]]:
        out = Output()
        code = self.backend.run(command, out)
        out.finish(code)
        return code, json.loads(out.take(1 << 30, 0)[0]["stdout"])


def _become(user: str, password: str | None = None, logon_type: str = "Interactive") -> dict[str, Any]:
    secret = {"BecomePassword": password} if password else {}
    params = {"BecomeUser": user, "LogonType": logon_type}
    return {"name": "become_wrapper.ps1", "params": params, "secure_params": secret}


def test_an_emulation_gets_validated_arguments() -> None:
    host = Host()
    code, result = host.run(_command(text="ü\u2028", count="7", paths="a", _ansible_check_mode=True))
    assert (code, result["text"]) == (0, "ü\u2028")
    (call,) = host.calls
    assert call.args == {"text": "ü\u2028", "count": 7, "paths": ["a"], "token": None}
    assert (call.check_mode, call.user, call.become_user, call.effective_user) == (True, "bob", None, "bob")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "missing required arguments: text"),
        ({"text": "x", "count": "many"}, "count"),
        ({"text": "x", "other": 1}, "Unsupported parameters"),
    ],
)
def test_wrong_arguments_never_reach_the_emulation(arguments: dict[str, Any], words: str) -> None:
    host = Host()
    code, result = host.run(_command(**arguments))
    assert (code, result["failed"], host.calls) == (1, True, [])
    assert words in result["msg"]


def test_invocation_follows_core_and_hides_secrets() -> None:
    arguments = Host().run(_command(text="x", token=_SECRET))[1]["invocation"]["module_args"]
    assert arguments["count"] == 2
    assert _SECRET not in json.dumps(arguments)
    assert "invocation" not in Host().run(_command(text="x", _ansible_inject_invocation=False))[1]


@pytest.mark.parametrize("name", [f"{_PREFIX}.modules.other", f"{_PREFIX}.modules.empty", "known", "ansible.windows.x"])
def test_unknown_modules_are_refused_by_name(name: str) -> None:
    code, result = Host().run(_command(name))
    assert (code, result["failed"]) == (1, True)
    assert result["msg"] == f"the simulated host does not emulate {name}"


@pytest.mark.parametrize("name", ["empty", "ansible.legacy.empty"])
def test_modules_outside_collections_go_by_their_last_name(name: str) -> None:
    assert Host().run(_command(name, _ansible_inject_invocation=False)) == (0, {"changed": False})


_ASYNC = {
    "name": "async_wrapper.ps1",
    "params": {"AsyncDir": "%USERPROFILE%\\.ansible_async", "AsyncJid": "j1", "StartupTimeout": 1},
}


def test_async_is_refused_without_a_machine() -> None:
    result = Host().run(_command(text="x", wrappers=[_ASYNC]))[1]
    assert result["msg"] == "the simulated host does not run tasks with async"


def test_an_async_task_runs_on_when_its_command_is_gone() -> None:
    """As whom become says, and with its result in core's results file."""
    host = Host(machine=Machine())
    command = _command(text="x", wrappers=[_become("corp\\ANNA", "Anna-1"), _ASYNC])
    command.cancelled.set()
    code, started = host.run(command)
    assert (code, started["started"], started["finished"]) == (0, True, False)
    assert started["results_file"].startswith("C:\\Users\\anna\\.ansible_async\\j1.")
    host.backend.close()
    (call,) = host.calls
    assert (call.user, call.effective_user, call.cancelled is command.cancelled) == ("bob", "CORP\\anna", False)
    (file,) = host.machine.jobs.left()["results"].values()
    result = json.loads(file)
    assert (result["finished"], result["changed"], result["text"]) == (True, True, "x")


def test_wrong_arguments_of_an_async_task_are_in_its_results() -> None:
    host = Host(machine=Machine())
    assert host.run(_command(text="x", count="many", wrappers=[_ASYNC]))[0] == 0
    host.backend.close()
    (file,) = host.machine.jobs.left()["results"].values()
    assert (json.loads(file)["failed"], host.calls) == (True, [])


def test_what_is_no_module_gets_a_reason_on_stderr() -> None:
    out = Output()
    assert Host().backend.run(Command("whoami", b"", "bob"), out) == 1
    out.finish(1)
    assert b"runs Ansible modules only" in out.take(1000, 0)[0]["stderr"]


def test_become_reaches_the_emulation() -> None:
    host = Host()
    host.run(_command(text="x", wrappers=[_become("corp\\ANNA", "Anna-1")]))
    assert (host.calls[0].user, host.calls[0].become_user, host.calls[0].effective_user) == (
        "bob",
        "corp\\ANNA",
        "CORP\\anna",
    )


def test_a_refused_become_is_a_failed_module() -> None:
    host = Host()
    code, result = host.run(_command(text="x", wrappers=[_become("CORP\\anna", "no")]))
    assert (code, host.calls) == (1, [])
    assert "Failed to logon CORP\\anna (The user name or password is incorrect" in result["msg"]


def test_become_is_asked_of_the_host_and_gives_credentials() -> None:
    """The same become of a user who is logged on: with the right of an administrator, and without."""
    machine = Machine(admins=frozenset({r"SIMHOST\BOB"}), sessions=(Session(r"CORP\anna", "Console", 1),))
    asked = Host(machine=machine)
    asked.run(_command(text="x", wrappers=[_become(r"CORP\anna")]))
    assert asked.calls[0].effective == Logon(r"CORP\anna", True)
    code, result = Host(machine=replace(machine, admins=frozenset())).run(
        _command(text="x", wrappers=[_become(r"CORP\anna")])
    )
    assert (code, result["msg"][:61]) == (1, 'failure during exec_wrapper: Exception calling "CreateProcess')
    assert "Failed to get token for NT AUTHORITY\\SYSTEM required" in result["msg"]


def test_the_log_has_a_line_for_each_call_and_no_secret() -> None:
    host = Host()
    command = _command(text=_SECRET, paths=["a", "b"], token=_SECRET, wrappers=[_become("bob", _SECRET)])
    host.run(command)
    host.run(_command())
    first, second = host.log.lines
    assert all(word in first for word in (f"module={_NAME}", "user=bob", "become=bob", "paths=2", "result=ok"))
    assert "result=failed" in second
    assert _SECRET not in first + repr(command) + repr(host.calls) + repr(_ACCOUNTS)


def test_sources_that_differ_from_the_collection_are_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "plugins/module_utils"
    folder.mkdir(parents=True)
    (folder / "Same.cs").write_bytes(b"same")
    (folder / "Other.cs").write_bytes(b"one")
    scripts = {f"{_PREFIX}.module_utils.{name}.cs": name.lower().encode() for name in ("Same", "Other", "Absent")}
    host = Host(tmp_path)
    host.run(_command(text="x", scripts={**scripts, "Ansible.ModuleUtils.AddType.psm1": b"core's"}))
    differing = [line for line in host.log.lines if " diff " in line]
    assert [name for name in ("Same", "Other", "Absent") if any(f"{name}.cs" in line for line in differing)] == [
        "Other",
        "Absent",
    ]


@pytest.mark.parametrize(
    ("faults", "expected"), [(Faults(noise="hi\n"), b"hi\n0123456789"), (Faults(cut_stdout=True), b"01234")]
)
def test_spoiled_output(faults: Faults, expected: bytes) -> None:
    class Digits:
        def run(self, command: Command, out: Output) -> int:
            out.write_stdout(b"0123456789")
            out.write_stderr(b"err")
            return 4

    out = Output()
    assert SpoilingBackend(Digits(), faults).run(Command("", b"", "u"), out) == 4
    out.finish(4)
    assert out.take(1000, 0) == ({"stdout": expected, "stderr": b"err"}, 4)


def test_spoiling_that_ends() -> None:
    class Digits:
        def run(self, command: Command, out: Output) -> int:
            out.write_stdout(b"0123456789")
            return 0

    backend = SpoilingBackend(Digits(), Faults(cut_stdout=True, times=1))
    for expected in (b"01234", b"0123456789", b"0123456789"):
        out = Output()
        out.finish(backend.run(Command("", b"", "u"), out))
        assert out.take(1000, 0) == ({"stdout": expected}, 0)


@pytest.mark.parametrize(
    "settings", [{"refused": True}, {"quota": "one"}, {"noise": 1}, {"refuse": 1}, {"reset_every": 0}]
)
def test_wrong_faults_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="transport:"):
        Faults.load(settings)


def test_faults_from_a_scenario() -> None:
    assert Faults.load({"quota": 3, "http_500": "Send", "delay_ms": 5}) == Faults(quota=3, http_500="Send", delay_ms=5)


def test_output_wakes_a_waiting_reader() -> None:
    out = Output()
    threading.Timer(0.05, out.finish, [7]).start()
    assert out.take(10, 5) == ({}, 7)


def test_default_account() -> None:
    accounts = Accounts()
    assert (list(accounts), accounts.verify("ADMIN", DEFAULT_PASSWORD)) == ([DEFAULT_USER], DEFAULT_USER)
    assert accounts.verify("admin", "no") is accounts.verify("other", DEFAULT_PASSWORD) is None


@pytest.mark.parametrize(("name", "password"), [("a:b", "x"), ("a", "x:y"), ("a", "x\ny"), ("", "x"), ("a", "")])
def test_accounts_that_ntlm_cannot_carry_are_refused(name: str, password: str) -> None:
    with pytest.raises(ValueError, match="account"):
        Accounts({name: password})


def test_the_ntlm_store_is_private_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", "mine")
    with _ACCOUNTS.ntlm_store():
        store = Path(os.environ["NTLM_USER_FILE"])
        assert store.stat().st_mode & 0o077 == 0
        assert "CORP:anna:Anna-1" in store.read_text().splitlines()
    assert not store.exists()
    assert os.environ["NTLM_USER_FILE"] == "mine"


def test_a_stage_without_scenario_only_knows_what_it_was_given() -> None:
    stage = Stage(None, Log(), accounts={"eve": "Eve-1"})
    assert (list(stage.accounts), stage.snapshot(), stage.faults) == (["eve"], None, Faults())
    with pytest.raises(ValueError, match="backend"):
        Stage(None, Log(), "other")
