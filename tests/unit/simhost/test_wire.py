# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The socket of the simulated WMI, asked as another process would."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simhost import scenario
from simhost.behaviour import from_mapping
from simhost.windows import Host
from simhost.wire import WireServer

pytestmark = pytest.mark.timeout(20)

SCENARIOS = Path(scenario.__file__).with_name("scenarios")
ALICE = "CORP\\alice"
REPORT = "\\\\fs01\\users\\alice\\report.docx"


@pytest.fixture
def machine() -> Host:
    return scenario.load(SCENARIOS / "small.yml").host


@pytest.fixture
def server(machine: Host) -> Iterator[WireServer]:
    with WireServer(machine) as running:
        yield running


def connect(server: WireServer) -> socket.socket:
    host, _dummy, port = server.address.rpartition(":")
    assert host == "127.0.0.1"
    return socket.create_connection((host, int(port)), timeout=10)


def ask(
    server: WireServer,
    op: str,
    arguments: dict[str, Any] | None = None,
    user: str = ALICE,
    credentials: bool | None = None,
) -> list[dict[str, Any]]:
    request = {"op": op, "session": server.open_session(user, credentials), **(arguments or {})}
    with connect(server) as client, client.makefile("rwb") as stream:
        stream.write(json.dumps(request).encode() + b"\n")
        stream.flush()
        return [json.loads(line) for line in stream]


def unpin(server: WireServer, *paths: str, observe: bool = True) -> list[dict[str, Any]]:
    params = {"Paths": list(paths), "Flags": 32, "Deep": True}
    return ask(
        server,
        "invoke",
        {"class": "Win32_OfflineFilesCache", "method": "Unpin", "params": params, "observe": observe},
    )


@pytest.mark.parametrize("credentials", [False, True])
def test_a_session_carries_the_credentials_of_its_logon(credentials: bool) -> None:
    text = (SCENARIOS / "small.yml").read_text(encoding="utf-8") + "\nbehaviour: {server_contact: per_item}\n"
    with WireServer(scenario.parse(text).host) as running:
        params = {"Paths": [REPORT], "Flags": 32, "Deep": True}
        told = ask(
            running,
            "invoke",
            {"class": "Win32_OfflineFilesCache", "method": "Unpin", "params": params},
            credentials=credentials,
        )
    assert any("2147942465" in (text or "") for text in texts(told)) is not credentials


def texts(lines: list[dict[str, Any]]) -> list[str | None]:
    found: list[str | None] = []
    for line in lines:
        found += line.get("progress_many", [line["progress"]] if "progress" in line else [])
    return found


def test_get(server: WireServer) -> None:
    [line] = ask(server, "get", {"class": "Win32_OfflineFilesCache", "key": None})
    assert line == {"ok": {"Enabled": True, "Active": True, "Location": "C:\\Windows\\CSC"}}
    [line] = ask(server, "get", {"class": "Win32_Service", "key": "Spooler"})
    assert line == {"error": {"code": 0x80041002, "message": "Object cannot be found", "kind": "management"}}


def test_a_class_is_told_by_its_methods(server: WireServer) -> None:
    [line] = ask(server, "class", {"class": "Win32_OfflineFilesCache"})
    assert line["ok"]["Unpin"] == {"Paths": "string[]", "Flags": "uint32", "Deep": "boolean"}
    [line] = ask(server, "class", {"class": "Win32_Nothing"})
    assert line == {"error": {"code": 0x80041002, "message": "Error code: 0x80041002", "kind": "management"}}


def test_out_parameters_beside_return_value() -> None:
    with WireServer(scenario.load(SCENARIOS / "inventory.yml").host) as server:
        params = {"hDefKey": 0x80000002, "sSubKeyName": "Software\\Policies"}
        lines = ask(server, "invoke", {"class": "StdRegProv", "method": "EnumKey", "params": params, "observe": False})
    assert lines == [
        {"ready": {"ReturnValue": 0, "sNames": ["Microsoft"]}},
        {"completed": {"status": 0, "message": ""}},
    ]


def test_enumerate(server: WireServer) -> None:
    lines = ask(
        server,
        "enumerate",
        {"class": "Win32_OfflineFilesItem", "properties": ["ItemPath", "PinInfo"], "way": "query"},
    )
    assert lines[-1] == {"end": True}
    assert lines[0] == {"row": {"ItemPath": "\\\\fs01", "PinInfo": None}}
    assert len(lines) == 17
    assert lines[3]["row"]["PinInfo"]["PinnedForUser"] == 1


def test_rows_that_differ_in_their_path_only_are_one_line() -> None:
    text = r"generate: [{under: '\\fs01\archive', directories: 1, files: 1500, pin: user}]"
    with WireServer(scenario.parse(text).host) as server:
        lines = ask(server, "enumerate", {"class": "Win32_OfflineFilesItem", "properties": ["ItemPath", "ItemType"]})
    assert [next(iter(line)) for line in lines] == ["row", "row", "row", "rows", "rows", "end"]
    assert lines[3]["rows"]["like"] == {"ItemPath": None, "ItemType": 0}
    assert [len(line["rows"]["paths"]) for line in lines[3:5]] == [1000, 500]


def test_the_session_is_the_user(server: WireServer) -> None:
    arguments = {"class": "Win32_OfflineFilesItem", "properties": None, "way": "instances"}
    assert len(ask(server, "enumerate", arguments, user="CORP\\bob")) == 13
    assert len(ask(server, "enumerate", arguments, user="CORP\\admin")) == 11


def test_enumerate_with_an_error_in_the_middle(server: WireServer, machine: Host) -> None:
    machine.behaviour = from_mapping({"read_error_after_rows": 2})
    lines = ask(server, "enumerate", {"class": "Win32_OfflineFilesItem"})
    assert [next(iter(line)) for line in lines] == ["row", "row", "error", "error"]
    assert lines[-1]["error"]["code"] == 0x8004106C
    assert lines[-1] == lines[-2]


def test_invoke(server: WireServer, machine: Host) -> None:
    lines = unpin(server, REPORT)
    assert [(text or "")[:2] for text in texts(lines)] == ["0:", "2:", "3:", "1:"]
    assert lines[-2:] == [{"ready": {"ReturnValue": 0}}, {"completed": {"status": 0, "message": ""}}]
    assert next(one for one in machine.snapshot()["items"] if one["path"] == REPORT)["pins"] == {}
    assert unpin(server, REPORT, observe=False) == lines[-2:]


def test_invoke_refused(server: WireServer, machine: Host) -> None:
    machine.behaviour = from_mapping({"observer": "refused_com"})
    assert unpin(server, REPORT) == [{"error": {"code": 0x80070005, "message": "Access is denied.", "kind": "access"}}]


def test_odd_texts_survive(server: WireServer, machine: Host) -> None:
    machine.behaviour = from_mapping({"odd_texts": ["null", "nul", "surrogate", "japanese", "huge"]})
    found = texts(unpin(server, REPORT))
    assert found[1:5] == [
        None,
        "a text with NUL \0 and U+0001 \x01 inside",
        "half a pair \ud83d end",
        "日本語のテキスト",
    ]
    assert len(found[5] or "") > 65536


def test_many_texts_come_in_batches_and_in_order() -> None:
    text = r"generate: [{under: '\\fs01\archive', directories: 2, files: 1000, pin: user}]"
    with WireServer(scenario.parse(text).host) as server:
        lines = unpin(server, "\\\\fs01\\archive")
    found = texts(lines)
    assert len(found) == 4008
    assert len(lines) < 20
    assert (found[0] or "")[0] == "0"
    assert (found[-1] or "")[0] == "1"
    assert (found[-2] or "").endswith("dir0002\\file1000.dat")


def test_delays_are_really_slept_and_texts_come_meanwhile(server: WireServer, machine: Host) -> None:
    machine.behaviour = from_mapping({"item_delay_ms": 600})
    params = {"Paths": [REPORT], "Flags": 32, "Deep": True}
    request = {"op": "invoke", "session": server.open_session(ALICE), "class": "Win32_OfflineFilesCache"}
    started = time.monotonic()
    with connect(server) as client, client.makefile("rwb") as stream:
        stream.write(json.dumps(request | {"method": "Unpin", "params": params}).encode() + b"\n")
        stream.flush()
        first = json.loads(stream.readline())
        early = time.monotonic() - started
        rest = [json.loads(line) for line in stream]
    assert [(text or "")[0] for text in texts([first])] == ["0", "2"]
    assert early < 0.5
    assert time.monotonic() - started >= 0.6
    assert rest[-1] == {"completed": {"status": 0, "message": ""}}


def wait_for_threads(count: int) -> None:
    deadline = time.monotonic() + 5
    while threading.active_count() != count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == count


def hang(server: WireServer, machine: Host) -> socket.socket:
    machine.behaviour = from_mapping({"hang_after_items": 0})
    params = {"Paths": [REPORT], "Flags": 32, "Deep": True}
    request = {"op": "invoke", "session": server.open_session(ALICE), "class": "Win32_OfflineFilesCache"}
    client = connect(server)
    client.sendall(json.dumps(request | {"method": "Unpin", "params": params}).encode() + b"\n")
    assert b"progress" in client.recv(65536)
    return client


def test_a_hang_is_silence_until_the_client_closes(server: WireServer, machine: Host) -> None:
    threads = threading.active_count()
    client = hang(server, machine)
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1)
    assert threading.active_count() == threads + 1
    client.close()
    wait_for_threads(threads)


def test_closing_the_server_ends_what_hangs(machine: Host) -> None:
    threads = threading.active_count()
    with WireServer(machine) as server:
        client = hang(server, machine)
        silent = connect(server)
        wait_for_threads(threads + 3)
    assert threading.active_count() == threads
    assert client.recv(1) == b""
    assert silent.recv(1) == b""
    client.close()
    silent.close()


def test_a_client_that_goes_away_leaves_the_provider_running(server: WireServer, machine: Host) -> None:
    machine.behaviour = from_mapping({"item_delay_ms": 200})
    params = {"Paths": [REPORT], "Flags": 32, "Deep": True}
    request = {"op": "invoke", "session": server.open_session(ALICE), "class": "Win32_OfflineFilesCache"}
    with connect(server) as client:
        client.sendall(json.dumps(request | {"method": "Unpin", "params": params}).encode() + b"\n")
        assert b"progress" in client.recv(65536)
    deadline = time.monotonic() + 5
    pins: Any = None
    while pins != {} and time.monotonic() < deadline:
        pins = next(one for one in machine.snapshot()["items"] if one["path"] == REPORT)["pins"]
        time.sleep(0.02)
    assert pins == {}


def test_cancel_is_recorded_only(server: WireServer, machine: Host) -> None:
    assert ask(server, "cancel") == [{"ok": {}}]
    assert machine.snapshot()["cancels"] == 1


@pytest.mark.parametrize(
    "line",
    [b"no json\n", b"[]\n", b"{}\n", b'{"op":"dance","session":"x"}\n', b'{"op":"get","session":"wrong"}\n', b"\xff\n"],
)
def test_requests_that_make_no_sense(server: WireServer, line: bytes) -> None:
    with connect(server) as client, client.makefile("rwb") as stream:
        stream.write(line)
        stream.flush()
        [answer] = [json.loads(one) for one in stream]
    assert answer["error"]["kind"] == "protocol"


def test_a_closed_session_is_no_session(server: WireServer) -> None:
    token = server.open_session(ALICE)
    server.close_session(token)
    with connect(server) as client, client.makefile("rwb") as stream:
        stream.write(json.dumps({"op": "get", "session": token, "class": "Win32_OfflineFilesCache"}).encode() + b"\n")
        stream.flush()
        assert json.loads(stream.readline())["error"]["kind"] == "protocol"


def test_several_clients_at_once(server: WireServer) -> None:
    answers: list[int] = []
    arguments = {"class": "Win32_OfflineFilesItem", "properties": ["ItemPath"]}
    clients = [
        threading.Thread(target=lambda: answers.append(len(ask(server, "enumerate", arguments)))) for _dummy in range(8)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert answers == [17] * 8
