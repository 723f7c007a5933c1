# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The server with the real client libraries, pywinrm and pypsrp, in one process: logon, sealing, TLS, limits, life."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import spnego
from pypsrp.exceptions import AuthenticationError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from requests_credssp.exceptions import AuthenticationException, NTStatusException
from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMTransportError
from winrm.protocol import Protocol

from simhost import inventory
from simhost.accounts import Accounts
from simhost.backend import Command, Output
from simhost.faults import Faults
from simhost.log import Log
from simhost.logons import Logon
from simhost.server import Server, Settings, World

pytestmark = pytest.mark.timeout(20)

_USER, _PASSWORD = r"CORP\anna", "Änna-1 and a blank"


class Upper:
    """Answers with the user, and its input in capitals."""

    def __init__(self) -> None:
        self.logons: list[Logon] = []

    def run(self, command: Command, out: Output) -> int:
        self.logons.append(command.logon)
        out.write_stdout(f"{command.user}\r\n".encode() + command.stdin.decode().upper().encode())
        out.write_stderr(b"warned\r\n")
        return 3


@contextmanager
def _server(settings: Settings | None = None, faults: Faults | None = None, **world: Any) -> Iterator[Server]:
    backend = Upper()
    accounts = Accounts({_USER: _PASSWORD})
    with Server(World(lambda: backend, **world), accounts, Log(), settings or Settings(), faults or Faults()) as server:
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with _server(Settings(https=True, allow_unencrypted=True)) as server:
        yield server


@pytest.fixture(scope="module")
def certificate(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "simhost.pem"
    path.write_text(server.certificate or "")
    return path


def _winrm(server: Server, transport: str, password: str = _PASSWORD, **more: Any) -> Protocol:
    url = f"http://127.0.0.1:{server.port}/wsman"
    return Protocol(**{"endpoint": url, "transport": transport, "username": _USER, "password": password, **more})


def _run(client: Protocol, stdin: bytes = b"gr\xc3\xbc\xc3\x9fe") -> tuple[bytes, bytes, int]:
    shell = client.open_shell()
    try:
        command = client.run_command(shell, "x", console_mode_stdin=False)
        client.send_command_input(shell, command, stdin, end=True)
        output: tuple[bytes, bytes, int] = client.get_command_output(shell, command)
        client.cleanup_command(shell, command)
        return output
    finally:
        client.close_shell(shell)


@pytest.mark.parametrize("transport", ["basic", "ntlm", "credssp"])
def test_winrm_over_http(server: Server, transport: str) -> None:
    assert _run(_winrm(server, transport)) == ("CORP\\anna\r\nGRÜSSE".encode(), b"warned\r\n", 3)


_OVER_TLS = [("ssl", "auto"), ("ntlm", "auto"), ("ntlm", "always"), ("credssp", "auto"), ("credssp", "always")]


@pytest.mark.parametrize(("transport", "sealing"), _OVER_TLS)
def test_winrm_over_https_with_the_certificate_checked(
    server: Server, certificate: Path, transport: str, sealing: str
) -> None:
    url = f"https://127.0.0.1:{server.https_port}/wsman"
    more = {"endpoint": url, "ca_trust_path": str(certificate), "message_encryption": sealing}
    assert _run(_winrm(server, transport, **more))[0] == "CORP\\anna\r\nGRÜSSE".encode()


def test_the_channel_binding_is_checked(server: Server, certificate: Path) -> None:
    url = f"https://127.0.0.1:{server.https_port}/wsman"
    with pytest.raises(InvalidCredentialsError):
        _run(_winrm(server, "ntlm", endpoint=url, ca_trust_path=str(certificate), send_cbt=False))


def test_an_unknown_certificate_is_the_clients_choice(server: Server) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        _run(_winrm(server, "ssl", endpoint=f"https://127.0.0.1:{server.https_port}/wsman"))


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "credssp"])
def test_psrp(server: Server, auth: str) -> None:
    wsman = WSMan("127.0.0.1", port=server.port, username=_USER, password=_PASSWORD, ssl=False, auth=auth)
    with wsman, RunspacePool(wsman) as pool:
        for _dummy in range(2):
            shell = PowerShell(pool)
            shell.add_script("any")
            shell.invoke(["one", "zwölf"])  # type: ignore[arg-type]  # its documentation says list
            assert shell.output == ["CORP\\anna", "ONE", "ZWÖLF"]


@pytest.mark.parametrize("auth", ["ntlm", "credssp"])
@pytest.mark.parametrize("size", [0, 1, 400_000])
def test_psrp_sizes(server: Server, size: int, auth: str) -> None:
    wsman = WSMan("127.0.0.1", port=server.port, username=_USER, password=_PASSWORD, ssl=False, auth=auth)
    with wsman, RunspacePool(wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script("any")
        assert shell.invoke(["x" * size])[1:] == ["X" * size]  # type: ignore[arg-type]


@pytest.mark.parametrize("transport", ["ntlm", "credssp"])
def test_large_output_both_ways(server: Server, transport: str) -> None:
    client = _winrm(server, transport)
    shell = client.open_shell()
    command = client.run_command(shell, "x", console_mode_stdin=False)
    for _dummy in range(5):
        client.send_command_input(shell, command, b"y" * 200_000)
    client.send_command_input(shell, command, b"", end=True)
    assert client.get_command_output(shell, command)[0] == b"CORP\\anna\r\n" + b"Y" * 1_000_000
    client.close_shell(shell)


@pytest.mark.parametrize("transport", ["basic", "ntlm"])
def test_wrong_password(server: Server, transport: str) -> None:
    with pytest.raises(InvalidCredentialsError):
        _run(_winrm(server, transport, "wrong"))


def test_wrong_password_with_credssp(server: Server) -> None:
    with pytest.raises(NTStatusException, match="error status from the server"):
        _run(_winrm(server, "credssp", "wrong"))
    wsman = WSMan("127.0.0.1", port=server.port, username=_USER, password="wrong", ssl=False, auth="credssp")
    with wsman, pytest.raises(NTStatusException, match="error status from the server"):
        RunspacePool(wsman).open()


@pytest.mark.parametrize(("transport", "credentials"), [("basic", None), ("ntlm", None), ("credssp", True)])
def test_only_credssp_brings_credentials(transport: str, credentials: bool | None) -> None:
    backend = Upper()
    world, accounts = World(lambda: backend), Accounts({_USER: _PASSWORD})
    with Server(world, accounts, Log(), Settings(allow_unencrypted=True), Faults()) as server:
        _run(_winrm(server, transport))
    assert backend.logons == [Logon(_USER, credentials)]


def test_what_was_sealed_for_another_connection_is_refused(server: Server) -> None:
    """Neither a message that no context opens nor one whose parts are none ends the connection's thread."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        context = spnego.client(_USER, _PASSWORD, hostname="127.0.0.1", service="HTTP", protocol="credssp")
        token, status = context.step(), 401
        while token:
            authorization = {"Authorization": f"CredSSP {base64.b64encode(token).decode()}"}
            connection.request("POST", "/wsman", b"", authorization)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
            said = answer.headers.get("WWW-Authenticate", "").partition(" ")[2]
            token = context.step(base64.b64decode(said)) if said and status == 401 else None
        assert status == 200
        sealed = (
            b"--Encrypted Boundary\r\n\tHeader\r\n--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n"
        )
        for part in (b"", b"\x04\0\0\0nonsense"):
            headers = {"Content-Type": 'multipart/x-multi-encrypted;protocol="x";boundary="Encrypted Boundary"'}
            connection.request("POST", "/wsman", sealed + part + b"--Encrypted Boundary--\r\n", headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 400


def test_wrong_password_over_psrp(server: Server) -> None:
    wsman = WSMan("127.0.0.1", port=server.port, username=_USER, password="wrong", ssl=False, auth="negotiate")
    with wsman, pytest.raises(AuthenticationError):
        RunspacePool(wsman).open()


@pytest.mark.parametrize(("transport", "sealing"), [("basic", "auto"), ("ntlm", "never"), ("credssp", "never")])
def test_nothing_goes_unencrypted_unless_allowed(transport: str, sealing: str) -> None:
    with _server() as strict:
        with pytest.raises((InvalidCredentialsError, AuthenticationException)):
            _run(_winrm(strict, transport, message_encryption=sealing))
        assert _run(_winrm(strict, "ntlm"))[2] == 3


def _post(server: Server, body: bytes = b"", path: str = "/wsman", **headers: str) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer


_IDENTIFY = b"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>
<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>"""


def test_plain_http(server: Server) -> None:
    basic = "Basic " + base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
    refused = _post(server, _IDENTIFY)
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, 'Negotiate, CredSSP, Basic realm="WSMAN"')
    assert _post(server, _IDENTIFY, WSMANIDENTIFY="unauthenticated").status == 200
    assert _post(server, b"<a/>", WSMANIDENTIFY="unauthenticated").status == 401
    assert _post(server, b"no envelope", Authorization=basic).status == 500
    assert _post(server, b"x" * 520_000, Authorization=basic).status == 413
    assert _post(server, path="/other", Authorization=basic).status == 404
    for garbage in (
        "Negotiate AAAA",
        "Negotiate ???",
        "CredSSP AAAA",
        "CredSSP ???",
        "Basic ???",
        "Basic YQ==",
        "Other x",
    ):
        assert _post(server, _IDENTIFY, Authorization=garbage).status == 401


def test_messages_sealed_for_another_connection_are_bad_requests(server: Server) -> None:
    basic = "Basic " + base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
    kind = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
    assert _post(server, b"x", Authorization=basic, **{"Content-Type": kind}).status == 400


def test_state_and_reset_for_tests() -> None:
    resets: list[int] = []
    with _server(snapshot=lambda: {"items": 1}, reset=lambda: resets.append(1)) as server:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/simhost/state", timeout=5) as answer:
            assert json.load(answer) == {"items": 1}
        assert _post(server, path="/simhost/reset").status == 204
        assert resets == [1]


def test_the_log_shows_each_request_and_no_password(server: Server) -> None:
    before = len(server.log.lines)
    _run(_winrm(server, "basic"))
    # a line is written when its answer has been sent, so the client may be done first
    deadline = time.monotonic() + 5
    while not any("op=Delete" in line for line in server.log.lines[before:]) and time.monotonic() < deadline:
        time.sleep(0.01)
    lines = server.log.lines[before:]
    operations = [field.split("=")[1] for line in lines for field in line.split() if field.startswith("op=")]
    assert operations == ["Create", "Command", "Send", "Receive", "Signal", "Delete"]
    assert _PASSWORD not in "".join(lines)


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (Faults(refuse=True), requests.exceptions.ConnectionError),
        (Faults(unauthorized=True), InvalidCredentialsError),
        (Faults(http_500="Command"), WinRMTransportError),
        (Faults(reset_request=2), requests.exceptions.ConnectionError),
        (Faults(reset_answer="Receive"), requests.exceptions.RequestException),
    ],
    ids=["refuse", "unauthorized", "http_500", "reset_request", "reset_answer"],
)
def test_faults(faults: Faults, error: type[Exception]) -> None:
    with _server(Settings(allow_unencrypted=True), faults) as server, pytest.raises(error):
        _run(_winrm(server, "basic"))


def test_every_nth_request_is_cut() -> None:
    with _server(Settings(allow_unencrypted=True), Faults(reset_every=3)) as server:
        client = _winrm(server, "basic")
        cut = 0
        for _number in range(9):
            try:
                client.open_shell()
            except requests.exceptions.ConnectionError:
                cut += 1
        assert cut == 3


def test_the_output_of_one_command_is_lost() -> None:
    with _server(Settings(allow_unencrypted=True), Faults(lost_command=2)) as server:
        client = _winrm(server, "basic")
        assert _run(client)[2] == 3
        with pytest.raises(requests.exceptions.ConnectionError):
            _run(client)
        assert _run(client)[2] == 3
        assert len(server.world.backend().logons) == 3  # type: ignore[attr-defined]  # it ran all the same


def test_a_host_is_unreachable_for_a_while_and_its_shells_live_on() -> None:
    with _server(Settings(allow_unencrypted=True), Faults(unreachable_after=1, unreachable_ms=300)) as server:
        client = _winrm(server, "basic")
        port, shell = server.port, client.open_shell()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
        with pytest.raises(requests.exceptions.ConnectionError):
            client.run_command(shell, "whoami")
        _reachable(port)
        assert client.get_command_output(shell, client.run_command(shell, "whoami"))[2] == 3


def test_a_reboot_ends_shells() -> None:
    with _server(Settings(allow_unencrypted=True)) as server:
        client = _winrm(server, "basic")
        shell = client.open_shell()
        server.reboot(0.1)
        _reachable(server.port)
        with pytest.raises(WinRMError, match="was not found on the server"):
            client.run_command(shell, "whoami")
        assert _run(client)[2] == 3


def test_a_host_that_is_unreachable_can_be_closed() -> None:
    with _server() as server:
        server.unreachable(3600)
        port = server.port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))


def _reachable(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    pytest.fail("the host did not come back")


def test_a_port_that_refuses_goes_to_no_other_host() -> None:
    with _server(Settings(allow_unencrypted=True), Faults(refuse=True)) as server, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", server.port))


def test_closing_ends_hanging_requests_and_the_port() -> None:
    with _server(Settings(allow_unencrypted=True), Faults(silent_receive=1)) as server:
        failures: list[Exception] = []

        def hang() -> None:
            try:
                _run(_winrm(server, "basic"))
            except requests.exceptions.RequestException as error:
                failures.append(error)

        hanging = threading.Thread(target=hang)
        hanging.start()
        while not server.receives.count:
            time.sleep(0.02)
        port = server.port
    hanging.join(5)
    assert not hanging.is_alive()
    assert failures
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_inventory_names_every_way_in() -> None:
    built = inventory.build(1, 2, "u", "p", allow_unencrypted=True, certificate=Path("c.pem"))
    hosts = built["all"]["children"]["simhost"]["hosts"]
    assert list(hosts) == [
        "winhost",
        "winhost_psrp",
        "winhost_basic",
        "winhost_https",
        "winhost_https_ntlm",
        "winhost_psrp_https",
    ]
    assert list(inventory.build(1, None, "u", "p")["all"]["children"]["simhost"]["hosts"]) == [
        "winhost",
        "winhost_psrp",
    ]
