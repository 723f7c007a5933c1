# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""WS-Management without a socket: envelopes, shells, faults, limits."""

from __future__ import annotations

import base64
import threading
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest

from simhost.backend import Backend, Command, Output
from simhost.logons import Logon
from simhost.wsman import SHELL_URI, Request, Service, Shell, WsmanFault, fault_reply, operation_quota, parse

pytestmark = pytest.mark.timeout(15)

_ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"
  xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
  xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
  xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">
<env:Header>
  <w:MaxEnvelopeSize mustUnderstand="true">{envelope}</w:MaxEnvelopeSize>
  <a:MessageID>uuid:11111111-2222-3333-4444-555555555555</a:MessageID>
  <w:OperationTimeout>PT{timeout}S</w:OperationTimeout>
  <w:ResourceURI mustUnderstand="true">{resource}</w:ResourceURI>
  <a:Action mustUnderstand="true">{action}</a:Action>
  <w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>
  <w:OptionSet>{options}</w:OptionSet>
</env:Header><env:Body>{body}</env:Body></env:Envelope>"""
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"


class Echo:
    """Writes what it was given; waits for `go` before it ends."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.commands: list[Command] = []

    def run(self, command: Command, out: Output) -> int:
        self.commands.append(command)
        out.write_stdout(command.line.encode() + b"|" + command.stdin)
        out.write_stderr(b"warned")
        while not (self.go.wait(0.01) or command.cancelled.is_set()):
            pass
        return 3


def _no_psrp(backend: Backend, logon: Logon, request: Request) -> Shell:
    raise NotImplementedError


class Client:
    """Makes requests and keeps the ids."""

    def __init__(self, **limits: int) -> None:
        self.backend = Echo()
        self.service = Service(lambda: self.backend, _no_psrp, limits.pop("max_envelope", 512_000), **limits)
        self.shell = ""

    def ask(self, operation: str, body: str = "", user: str = "anna", **header: Any) -> ET.Element:
        action = f"{_TRANSFER if operation in ('Create', 'Delete') else SHELL_URI}/{operation}"
        fields = {
            "envelope": 153_600,
            "timeout": "20",
            "options": "",
            "resource": f"{SHELL_URI}/cmd",
            "shell": self.shell,
        }
        text = _ENVELOPE.format(**{**fields, "action": action, "body": body, **header})
        return ET.fromstring(self.service.handle(parse(text.encode()), Logon(user)))

    def create(self) -> None:
        answer = self.ask("Create", "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams></rsp:Shell>")
        self.shell = next(node.text or "" for node in answer.iter() if node.get("Name") == "ShellId")

    def command(self, line: str, arguments: str = "", stdin: bool = True) -> str:
        option = f'<w:Option Name="WINRS_CONSOLEMODE_STDIN">{str(not stdin).upper()}</w:Option>'
        content = f"<rsp:Command>{line}</rsp:Command><rsp:Arguments>{arguments}</rsp:Arguments>"
        answer = self.ask("Command", f"<rsp:CommandLine>{content}</rsp:CommandLine>", options=option)
        return next(node.text or "" for node in answer.iter() if node.tag.endswith("CommandId"))

    def send(self, command: str, data: bytes, end: bool = False) -> None:
        attributes = f'Name="stdin" CommandId="{command}"' + (' End="true"' if end else "")
        stream = f"<rsp:Stream {attributes}>{base64.b64encode(data).decode()}</rsp:Stream>"
        self.ask("Send", f"<rsp:Send>{stream}</rsp:Send>")

    def receive(self, command: str, **header: Any) -> tuple[bytes, bytes, str | None]:
        desired = f'<rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream>'
        answer = self.ask("Receive", f"<rsp:Receive>{desired}</rsp:Receive>", **header)
        found = {"stdout": b"", "stderr": b""}
        for node in answer.iter(f"{{{SHELL_URI}}}Stream"):
            found[node.attrib["Name"]] += base64.b64decode(node.text or "")
        state = next(node.attrib["State"] for node in answer.iter(f"{{{SHELL_URI}}}CommandState"))
        code = next((node.text for node in answer.iter(f"{{{SHELL_URI}}}ExitCode")), None)
        assert state.endswith("Done") == (code is not None)
        return found["stdout"], found["stderr"], code

    def all_output(self, command: str) -> tuple[bytes, bytes, str]:
        stdout = stderr = b""
        while True:
            out, err, code = self.receive(command)
            stdout, stderr = stdout + out, stderr + err
            if code is not None:
                return stdout, stderr, code


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    made.create()
    yield made
    made.service.close()


def test_a_command_gets_its_whole_input_and_gives_its_output(client: Client) -> None:
    command = client.command("PowerShell", "-NoProfile -EncodedCommand YQ==")
    client.send(command, b"\0\xff one")
    assert not client.backend.commands
    client.send(command, b" two", end=True)
    client.backend.go.set()
    assert client.all_output(command) == (b"PowerShell -NoProfile -EncodedCommand YQ==|\0\xff one two", b"warned", "3")


def test_without_announced_input_a_command_starts_at_once(client: Client) -> None:
    client.backend.go.set()
    assert client.all_output(client.command("whoami", stdin=False))[0] == b"whoami |"


def test_output_comes_while_the_command_runs(client: Client) -> None:
    command = client.command("a", stdin=False)
    assert client.receive(command) == (b"a |", b"warned", None) or client.receive(command) == (b"", b"warned", None)


def test_nothing_to_receive_is_the_operation_timeout(client: Client) -> None:
    command = client.command("a")
    with pytest.raises(WsmanFault) as caught:
        client.receive(command, timeout="0.05")
    assert caught.value.code == 2150858793


@pytest.mark.parametrize(
    ("limits", "header"), [({"chunk": 7}, {}), ({"max_envelope": 2_012}, {}), ({}, {"envelope": 2_012})]
)
def test_chunks_respect_every_limit(limits: dict[str, int], header: dict[str, int]) -> None:
    client = Client(**limits)
    client.create()
    client.backend.go.set()
    command = client.command("x" * 50)
    client.send(command, b"", end=True)
    sizes, parts = [], []
    while True:
        out, err, code = client.receive(command, **header)
        sizes.append(len(out) + len(err))
        parts.append(out)
        if code is not None:
            break
    assert b"".join(parts) == b"x" * 50 + b" |"
    assert max(sizes) <= 9


def test_command_lines_of_8191_characters_are_the_limit_of_cmd(client: Client) -> None:
    client.backend.go.set()
    assert client.all_output(client.command("x" * 8_190, stdin=False))[2] == "3"
    assert client.all_output(client.command("x" * 8_191, stdin=False)) == (
        b"",
        b"The command line is too long.\r\n",
        "1",
    )
    assert len(client.backend.commands) == 1


def test_signal_cancels(client: Client) -> None:
    command = client.command("a", stdin=False)
    client.receive(command)
    client.ask("Signal", f'<rsp:Signal CommandId="{command}"><rsp:Code>terminate</rsp:Code></rsp:Signal>')
    assert client.backend.commands[0].cancelled.is_set()
    assert client.all_output(command)[2] == "1"


@pytest.mark.parametrize("user", ["anna", "bob"])
def test_a_deleted_or_foreign_shell_is_not_found(client: Client, user: str) -> None:
    if user == "anna":
        client.ask("Delete")
    with pytest.raises(WsmanFault) as caught:
        client.ask("Delete", user=user)
    assert caught.value.code == 0x8033805B


def test_closing_lets_waiting_requests_go(client: Client) -> None:
    command = client.command("a")
    threading.Timer(0.1, client.service.close).start()
    assert client.receive(command)[2] == "1"


def test_quotas() -> None:
    client = Client(max_operations=1)
    client.create()
    client.command("a")
    with pytest.raises(WsmanFault) as caught:
        client.command("b")
    assert (caught.value.code, caught.value.wmi) == (0x803381A6, True)
    for _dummy in range(29):
        client.create()
    with pytest.raises(WsmanFault, match="concurrent shells"):
        client.create()


def test_the_quota_fault_has_the_form_that_ansible_reads() -> None:
    root = ET.fromstring(fault_reply(None, operation_quota()))
    error = "{http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError}"
    assert root.findtext(f".//{error}MSFT_WmiError/{error}error_Code") == str(0x803381A6)


def test_replies_relate_to_their_request(client: Client) -> None:
    root = client.ask("Delete")
    related = root.findtext(".//{http://schemas.xmlsoap.org/ws/2004/08/addressing}RelatesTo")
    assert related == "uuid:11111111-2222-3333-4444-555555555555"


def test_identify_says_what_it_is(client: Client) -> None:
    body = '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/>'
    assert "not Microsoft" in "".join(client.ask("", body).itertext())


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("Nonsense", ""),
        ("Shell", ""),
        ("Command", ""),
        ("Send", "<rsp:Send/>"),
        ("Receive", f'<rsp:Receive><rsp:DesiredStream CommandId="{uuid.UUID(int=0)}"/></rsp:Receive>'),
        ("Create", "<rsp:Shell/>"),
    ],
)
def test_bad_requests_are_faults(client: Client, operation: str, body: str) -> None:
    with pytest.raises(WsmanFault):
        client.ask(operation, body, resource="http://elsewhere")


@pytest.mark.parametrize("envelope", [b"", b"no xml", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_envelope_is_a_fault(envelope: bytes) -> None:
    with pytest.raises(WsmanFault):
        parse(envelope)
