# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The real C# and .ps1 answer as docs/host_contract.md says, which is as the emulation answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simhost import host_call, scenario, shorthand
from simhost.accounts import Accounts
from simhost.backend import Command, Output
from simhost.behaviour import from_mapping
from simhost.cache import fold
from simhost.clock import VirtualClock
from simhost.engine import EngineBackend, without_wrappers
from simhost.engine.build import Engine
from simhost.engine.direct import SOURCES, DirectHost
from simhost.testing import SimHost, run_ansible
from simhost.windows import Host, Session
from simhost.wire import WireServer

SCENARIO = Path(__file__).resolve().parents[1] / "simhost" / "scenarios" / "small.yml"
ALICE = "CORP\\alice"
PINS = [f"PinInfo.Pinned{whom}" for whom in ("ForUser", "ForUserByPolicy", "ForComputer", "ForFolderRedirection")]
UNPIN: Mapping[str, Any] = {
    "method": "Unpin",
    "paths": "\\\\fs01\\users",
    "flags": [0x20],
    "deep": True,
    "last": "1:",
    "fields": PINS,
    "keep": PINS,
    "reasons": PINS[:1],
}
"""The request that unpin makes for `paths: //fs01/users`, in shorthand."""

Unpack = Callable[[str], list[str]]


def host(machine: Mapping[str, Any] | None = None, **behaviour: Any) -> Host:
    loaded = scenario.load(SCENARIO).host
    loaded.machine = replace(loaded.machine, **(machine or {}))
    loaded.enabled, loaded.active = loaded.machine.enabled, loaded.machine.active
    loaded.behaviour = from_mapping(behaviour)
    return loaded


def opened(answer: Mapping[str, Any], unpack: Unpack) -> dict[str, Any]:
    """The comparable part of an answer, its packed data unpacked. Who the user is and time differ by nature."""
    result = {key: value for key, value in answer.items() if key not in ("host", "ms")}
    for state in ("before", "after"):
        if result[state] is not None:
            result[state] = {**result[state], "data": unpack(result[state]["data"])}
    result["calls"] = [{**call, "data": unpack(call["data"])} for call in result["calls"]]
    return result


def run_direct(
    direct: DirectHost, machine: Host, request: Mapping[str, Any], check_mode: bool = False
) -> dict[str, Any]:
    with WireServer(machine) as wire:
        return direct.answer(wire.address, wire.open_session(ALICE), shorthand.request(request), check_mode)


def run_emulation(machine: Host, request: Mapping[str, Any], check_mode: bool = False) -> dict[str, Any]:
    machine.clock = VirtualClock()
    answer: dict[str, Any] = host_call.run(shorthand.request(request), machine, ALICE, check_mode)["answer"]
    return answer


def done_to(machine: Host) -> dict[str, Any]:
    """What is in the cache and which calls were made; how often it was read may differ."""
    return {key: value for key, value in machine.snapshot().items() if key != "reads"}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unpin": ({}, {}),
    "nothing to do": ({"flags": [0x80], "reasons": PINS[2:3]}, {}),
    "nothing to do, forced": ({"flags": [0x80], "reasons": PINS[2:3], "force": True}, {}),
    "no reasons": ({"reasons": []}, {}),
    "no fields": ({"fields": [], "keep": [], "reasons": []}, {}),
    "every field": (
        {
            "fields": [*PINS, "ItemType", "ItemName", "ParentItemPath", "Sparse", "FileSysInfo.LocalSize",
                       "FileSysInfo.LocalCreationTime", "ChangeInfo.Dirty", "DirtyInfo.LocalDirtyByteCount"],
            "keep": [],
        },
        {},
    ),
    "keep by text": ({"fields": [*PINS, "ParentItemPath"], "keep": ["ParentItemPath"]}, {}),
    "read only": ({"method": None}, {}),
    "no read": ({"read": False}, {}),
    "everything in scope": ({"method": None, "paths": ""}, {}),
    "server in scope": ({"method": None, "paths": "\\\\FS02"}, {}),
    "not deep": ({"paths": "\\\\fs01\\users\\alice", "deep": False}, {}),
    "deep absent": ({"deep": None}, {}),
    "case and similar names": ({"paths": "\\\\FS01\\USERS\\Alice\n\\\\fs01\\users\\ali\n\\\\fs01\\user"}, {}),
    "path by path": ({"paths": "\\\\fs01\\users\\alice\n\\\\fs01\\nope\n\\\\fs02\\home", "each": True}, {}),
    "several flags": ({"flags": [0x20, 0x40]}, {}),
    "several flags, path by path": ({"paths": "\\\\fs01\\users\n\\\\fs02\\home", "flags": [32, 128], "each": True}, {}),
    "no flags": ({"flags": []}, {}),
    "synchronous": ({"observe": False}, {}),
    "unknown method": ({"method": "Nothing"}, {}),
    "unknown property": ({"fields": ["Nothing"], "keep": [], "reasons": []}, {}),
    "query refused": ({}, {"query_error": 0x80041017}),
    "both ways refused": ({}, {"query_error": 0x80041017, "instances_error": 0x80041024}),
    "broken off": ({}, {"read_error_after_rows": 5}),
    "first read broken off at once": ({}, {"read_error_after_rows": 0}),
    "second read refused": ({}, {"read_error_after_rows": 1, "read_faults_from": 2}),
    "call refused": ({}, {"refusal_form": "thrown", "no_reason_flags": "refused"}),
    "call thrown": ({"flags": [0]}, {"refusal_form": "thrown", "no_reason_flags": "refused"}),
    "call ends with an error": ({"flags": [0]}, {"refusal_form": "completed", "no_reason_flags": "refused"}),
    "call returns an error": ({"flags": [0]}, {"refusal_form": "return_value", "no_reason_flags": "refused"}),
    "synchronous, thrown at the end": (
        {"flags": [0], "observe": False}, {"refusal_form": "completed", "no_reason_flags": "refused"},
    ),
    "observer refused, com": ({}, {"observer": "refused_com"}),
    "observer refused, wmi": ({}, {"observer": "refused_wmi"}),
    "silent observer": ({}, {"observer": "silent"}),
    "texts after completed": ({}, {"texts_after_completed": 3, "late_text_ms": 50}),
    "return value after completed": ({}, {"object_ready": "after_completed", "texts_after_completed": 1}),
    "no return value": ({}, {"object_ready": "missing"}),
    "odd texts": ({}, {"odd_texts": ["nul", "huge", "empty", "null", "japanese", "surrogate", "line_break"]}),
    "several messages in one": ({}, {"messages_per_progress": 4}),
    "german": ({}, {"text_language": "de", "text_ending": "crlf", "number_format": "signed"}),
    "class missing": ({}, {"wmi_class": "missing"}),
    "class missing, read only": ({"method": None}, {"wmi_class": "missing"}),
    "provider does not load": ({}, {"wmi_class": "load_failure"}),
    "access denied": ({}, {"wmi_class": "access_denied"}),
    "access denied by COM": ({}, {"wmi_class": "unauthorized"}),
    "inactive in between": ({}, {"goes_inactive": "before_call"}),
}  # fmt: skip
"""Name -> changes to UNPIN, behaviour of the simulated Windows."""


@pytest.mark.parametrize(("changes", "behaviour"), CASES.values(), ids=CASES)
def test_equal_to_the_emulation(
    direct: DirectHost, unpack: Unpack, changes: dict[str, Any], behaviour: dict[str, Any]
) -> None:
    request = {**UNPIN, **changes}
    real, emulated = host(**behaviour), host(**behaviour)
    answer = run_direct(direct, real, request)
    assert opened(answer, unpack) == opened(run_emulation(emulated, request), unpack)
    assert done_to(real) == done_to(emulated)


@pytest.mark.parametrize("machine", [{"enabled": False}, {"active": False}], ids=str)
def test_equal_where_the_feature_is_off(direct: DirectHost, unpack: Unpack, machine: dict[str, Any]) -> None:
    answer = run_direct(direct, host(machine), UNPIN)
    assert opened(answer, unpack) == opened(run_emulation(host(machine), UNPIN), unpack)
    assert answer["skipped"] == "unavailable"


def test_check_mode_never_calls(direct: DirectHost, unpack: Unpack) -> None:
    machine = host()
    answer = run_direct(direct, machine, UNPIN, check_mode=True)
    assert opened(answer, unpack) == opened(run_emulation(host(), UNPIN, check_mode=True), unpack)
    assert (answer["calls"], answer["skipped"], machine.calls) == ([], "no_method", [])


HANGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "first read": ({"timeout": 2}, {"read_hangs_after_rows": 3}),
    "first read, two paths": (
        {"timeout": 2, "each": True, "paths": "\\\\a\\b\n\\\\c\\d"},
        {"read_hangs_after_rows": 3},
    ),
    "second read": ({"timeout": 2}, {"read_hangs_after_rows": 3, "read_faults_from": 2}),
    "call": ({"timeout": 2, "flags": [0x820]}, {"interactive_flag": "hangs"}),
    "synchronous call": ({"timeout": 2, "flags": [0x820], "observe": False}, {"interactive_flag": "hangs"}),
    "no end": ({"timeout": 2}, {"completed": "missing"}),
}
"""What hangs, and in how many seconds it must end."""


@pytest.mark.parametrize(("changes", "behaviour"), HANGS.values(), ids=HANGS)
def test_equal_when_something_hangs(
    direct: DirectHost, unpack: Unpack, changes: dict[str, Any], behaviour: dict[str, Any]
) -> None:
    request = {**UNPIN, **changes}
    answer = opened(run_direct(direct, host(**behaviour), request), unpack)
    assert answer == opened(run_emulation(host(**behaviour), request), unpack)


def test_preflight_that_hangs_ends_with_the_time(direct: DirectHost, scripted: Any) -> None:
    ended = threading.Event()
    with scripted(lambda request: [ended]) as address:
        answer = direct.answer(address, "token", shorthand.request({**UNPIN, "timeout": 1}))
        ended.set()
    time_up = {"code": 0x80041069, "message": "The time limit is used up."}
    assert answer["cache"] == {"found": False, "enabled": None, "active": None, "location": None, "error": time_up}
    assert {service["error"]["code"] for service in answer["services"].values()} == {0x80041069}
    assert (answer["before"], answer["skipped"]) == (None, "unavailable")


def test_no_limit(direct: DirectHost) -> None:
    answer = run_direct(direct, host(), {**UNPIN, "timeout": 0})
    assert answer["calls"][0]["completed"]


def test_words_of_the_host(direct: DirectHost) -> None:
    answer = run_direct(direct, host(), {**UNPIN, "method": None})
    assert answer["contract"] == 2
    domain, separator, name = answer["host"]["user"].partition("\\")
    assert domain
    assert separator
    assert name
    assert answer["host"]["powershell"].startswith("7.")
    assert set(answer["ms"]) == {"preflight", "configuration", "before", "call", "after"}
    assert (answer["ms"]["call"], answer["ms"]["after"]) == (0, 0)


def test_the_query_names_only_what_is_needed(direct: DirectHost, scripted: Any) -> None:
    def script(request: dict[str, Any]) -> list[dict[str, Any]]:
        if request["class"] == "Win32_OfflineFilesCache":
            return [{"row": {"Enabled": True, "Active": True, "Location": None}}, {"end": True}]
        return [{"ok": {"State": None, "StartMode": None}} if request["op"] == "get" else {"end": True}]

    wmi = scripted(script)
    with wmi as address:
        answer = direct.answer(address, "token", shorthand.request({**UNPIN, "method": None}))
    (reading,) = [request for request in wmi.requests if request["class"] == "Win32_OfflineFilesItem"]
    assert reading["properties"] == ["ItemPath", "ItemType", "PinInfo"]
    assert answer["cache"]["location"] is None
    assert answer["services"]["CSC"] == {"state": None, "start_mode": None, "error": None}


MUTANTS = {
    "wrong property": ('"ItemPath", "ItemType" }.Union', '"ItemPath", "ItemTyp" }.Union'),
    "wrong property of an item": ('item["ItemPath"]', 'item["ItemPaths"]'),
    "wrong parameter": ("input[taker] =", 'input[taker + "s"] ='),
    "a list for an array": ("(object)paths", "(object)paths.ToList()"),
    "a signed number": ("= arguments[name]", "= arguments[name] is long ? -1 : arguments[name]"),
    "a word for a truth": ("= arguments[name]", '= arguments[name] is bool ? "yes" : arguments[name]'),
    "the class's name": ('Root + ":Win32_OfflineFilesCache"', 'Root + ":Win32_OfflineFileCache"'),
    "first text swallowed": ("texts.Add(e.Message", "if (texts.Count++ > 0) texts.Add(e.Message"),
    "no progress handler": ("observer.Progress +=", "ProgressEventHandler unused ="),
    "completed taken for the call's return": ("ended.WaitOne();", ""),
    "case matters": ("StringComparer.OrdinalIgnoreCase", "StringComparer.Ordinal"),
}
"""Ways to break the C#: what is there -> what takes its place."""


OF_SYSTEM_MANAGEMENT = tuple(MUTANTS)[:7]
"""Those that System.Management has to notice; the others break our own logic, which one engine is enough for."""


@pytest.mark.parametrize("name", MUTANTS)
def test_broken_code_is_noticed(engine: Engine, tmp_path: Path, unpack: Unpack, name: str) -> None:
    if engine.windows and name not in OF_SYSTEM_MANAGEMENT:
        pytest.skip("seen on PowerShell for Linux")
    right, wrong = MUTANTS[name]
    broken_sources = []
    for source in SOURCES:
        code = source.read_text(encoding="utf-8")
        (tmp_path / source.name).write_text(code.replace(right, wrong), encoding="utf-8")
        broken_sources.append(tmp_path / source.name)
    assert any(right in source.read_text(encoding="utf-8") for source in SOURCES)
    # With the highest bit, so that a signed number is another one.
    request = {**UNPIN, "paths": "\\\\FS01\\Users", "flags": [0x20 - 0x80000000]}
    with DirectHost(engine, broken_sources) as broken:
        # Completed comes after InvokeMethod has returned.
        answer = run_direct(broken, host(completed_delay_ms=100), request)
    assert opened(answer, unpack) != opened(run_emulation(host(), request), unpack)


@pytest.fixture
def backend(engine: Engine) -> Iterator[EngineBackend]:
    running = EngineBackend(host(), Accounts({ALICE: "Wonderland-1"}), engine, limit=30)
    yield running
    running.close()


def run_backend(backend: EngineBackend, line: str, stdin: bytes = b"", **more: Any) -> tuple[int, bytes, bytes]:
    out = Output()
    code = backend.run(Command(line, stdin, ALICE, **more), out)
    out.finish(code)
    streams, _dummy = out.take(1_000_000, 0)
    return code, streams.get("stdout", b""), streams.get("stderr", b"")


def test_streams_and_exit_code_come_back(backend: EngineBackend) -> None:
    script = '-Command "[Console]::Error.Write(1); [Console]::In.ReadToEnd(); exit 7"'
    code, stdout, stderr = run_backend(backend, f"PowerShell -NoProfile {script}", "ünïcode\n".encode())
    assert (code, stdout.strip(), stderr) == (7, "ünïcode".encode(), b"1")


def test_other_programs_are_not_run(backend: EngineBackend) -> None:
    code, stdout, stderr = run_backend(backend, "cmd.exe /c dir")
    assert (code, stdout) == (1, b"")
    assert b"not recognized" in stderr


def test_a_cancelled_command_is_killed(backend: EngineBackend) -> None:
    cancelled = threading.Event()
    threading.Timer(1, cancelled.set).start()
    started = time.monotonic()
    code, _dummy, _dummy = run_backend(backend, 'powershell -Command "Start-Sleep 30"', cancelled=cancelled)
    assert code == 1
    assert time.monotonic() - started < 10


def test_a_command_that_takes_too_long_is_killed(engine: Engine) -> None:
    backend = EngineBackend(None, Accounts(), engine, limit=1)
    code, _dummy, stderr = run_backend(backend, 'powershell -Command "Start-Sleep 30"')
    backend.close()
    assert code == 1
    assert b"stopped after 1 second" in stderr


@pytest.mark.core
def test_only_the_named_wrappers_are_taken_out() -> None:
    def stdin(*names: str) -> bytes:
        manifest = {"scripts": {}, "actions": [{"name": name, "params": {}} for name in names], "signed_hashlist": []}
        return b'{"name": "exec_wrapper"}\n\0\0\0\0\n' + json.dumps(manifest).encode() + b"\n\0\0\0\0\npayload"

    plain = stdin("coverage_wrapper.ps1", "module_wrapper.ps1")
    wrapped = stdin(
        "become_wrapper.ps1", "async_wrapper.ps1", "async_watchdog.ps1", "coverage_wrapper.ps1", "module_wrapper.ps1"
    )
    names = {"become_wrapper.ps1", "async_wrapper.ps1", "async_watchdog.ps1"}
    assert without_wrappers(plain, names) is plain
    assert without_wrappers(wrapped, names) == plain
    assert without_wrappers(wrapped, {"become_wrapper.ps1"}) == stdin(
        "async_wrapper.ps1", "async_watchdog.ps1", "coverage_wrapper.ps1", "module_wrapper.ps1"
    )
    assert without_wrappers(b"Get-Item", names) == b"Get-Item"


@pytest.fixture(scope="module")
def simhost(engine: Engine) -> Iterator[SimHost]:
    with SimHost(SCENARIO, backend="windows" if engine.windows else "engine") as running:
        yield running


def call_module(simhost: SimHost, home: Path, collections: Path, *options: str, target: str = "winhost") -> Any:
    arguments = [
        "-i",
        str(simhost.inventory),
        "-m",
        "winops.offline_files.host_call",
        "-a",
        json.dumps(shorthand.request(UNPIN)),
    ]
    done = run_ansible("ansible", target, *arguments, *options, home=home, collections=collections)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.partition("=>")[2])


@pytest.mark.core
@pytest.mark.parametrize("target", ["winhost", "winhost_basic", "winhost_psrp"])
def test_the_real_module_through_ansible(
    simhost: SimHost, collections: Path, unpack: Unpack, tmp_path: Path, target: str
) -> None:
    simhost.reset()
    logged = len(simhost.log)
    result = call_module(simhost, tmp_path, collections, target=target)
    assert result["changed"] is False
    assert opened(result["answer"], unpack) == opened(run_emulation(host(), UNPIN), unpack)
    assert len(simhost.host.calls) == 1
    (line,) = [line for line in simhost.log[logged:] if " call " in line]
    assert "plugins.modules.host_call user=CORP\\alice check=False paths=1 result=ok" in line


@pytest.mark.core
def test_check_mode_through_ansible(simhost: SimHost, collections: Path, unpack: Unpack, tmp_path: Path) -> None:
    simhost.reset()
    result = call_module(simhost, tmp_path, collections, "--check")
    assert opened(result["answer"], unpack) == opened(run_emulation(host(), UNPIN, check_mode=True), unpack)
    assert simhost.host.calls == []


@pytest.mark.core
def test_become_without_password_chooses_the_view_and_brings_the_credentials_of_who_is_logged_on(
    simhost: SimHost, collections: Path, unpack: Unpack, tmp_path: Path
) -> None:
    simhost.reset()
    machine = simhost.host.machine
    sessions = (Session("CORP\\bob", "Console", 1),)
    simhost.host.machine = replace(machine, admins=machine.admins | {fold(ALICE)}, sessions=sessions)
    simhost.host.behaviour = replace(simhost.host.behaviour, server_contact="per_item")
    become = {"ansible_become_method": "runas", "ansible_become_user": "CORP\\bob"}
    result = call_module(simhost, tmp_path, collections, "--become", "-e", json.dumps(become))
    rows = unpack(result["answer"]["before"]["data"])
    assert any("\\bob\\" in row for row in rows)
    assert not any("\\alice" in row for row in rows)
    assert [call["user"] for call in simhost.host.calls] == ["CORP\\bob"]
    assert not any("user" in item["pins"] for item in simhost.host.snapshot()["items"] if "\\bob" in item["path"])
