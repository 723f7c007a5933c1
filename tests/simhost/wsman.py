# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns WS-Management: envelopes, faults, shells and their commands. Bytes in, bytes out; no socket, no authentication.

Sources: MS-WSMV; codes from wsmerror.h; the form of the two faults as pywinrm's tests hold them.
"""

from __future__ import annotations

import base64
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol
from xml.parsers.expat import ExpatError

import xmltodict

from simhost.accounts import HOST_NAME
from simhost.backend import Backend, Command, Output
from simhost.logons import Logon

SHELL_URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "rsp": SHELL_URI,
    "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "wmi": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError",
    "ps": "http://schemas.microsoft.com/powershell",
}
_PREFIXES = {uri: prefix for prefix, uri in _NAMESPACES.items()}
_XMLNS = {f"@xmlns:{prefix}": uri for prefix, uri in _NAMESPACES.items()}
_LISTS = ("w:Option", "w:Selector", "rsp:Arguments", "rsp:Stream")
_DONE = f"{SHELL_URI}/CommandState/Done"
_RUNNING = f"{SHELL_URI}/CommandState/Running"
_ENVELOPE_OVERHEAD = 2_000  # bytes of a Receive reply around its base64
MAX_COMMAND_LINE = 8_191  # characters, cmd.exe
MAX_OPERATIONS = 1_500  # commands of one shell, the default of MaxConcurrentOperationsPerUser
MAX_SHELLS = 30  # of one user, the default of MaxShellsPerUser


class WsmanFault(Exception):
    """A SOAP fault. `code` is the number that clients look at; `wmi` puts it into an MSFT_WmiError."""

    def __init__(self, code: int, subcode: str, reason: str, *, wmi: bool = False) -> None:
        super().__init__(reason)
        self.code, self.subcode, self.reason, self.wmi = code, subcode, reason, wmi


def operation_timeout() -> WsmanFault:
    """ERROR_WSMAN_OPERATION_TIMEDOUT: the client is to ask again."""
    text = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout."
    return WsmanFault(0x80338029, "w:TimedOut", text)


def operation_quota() -> WsmanFault:
    """ERROR_WSMAN_QUOTA_MAX_OPERATIONS, in the form by which ansible knows that a new shell helps."""
    text = (
        "The WS-Management service cannot process the request. The maximum number of concurrent operations for this "
        "user has been exceeded."
    )
    return WsmanFault(0x803381A6, "w:QuotaLimit", text, wmi=True)


def _unknown_shell(what: str) -> WsmanFault:
    # ERROR_WSMAN_UNEXPECTED_SELECTORS, the answer of Windows for a shell that is gone
    return WsmanFault(0x8033805B, "w:InvalidSelectors", f"The request for the Windows Remote Shell failed: {what}.")


def _bad_request(reason: str) -> WsmanFault:
    return WsmanFault(0x80338041, "w:SchemaValidationError", reason)  # ERROR_WSMAN_SCHEMA_VALIDATION_ERROR


class Request(NamedTuple):
    """A parsed envelope; sizes in bytes, times in seconds."""

    action: str
    message_id: str
    resource_uri: str
    shell_id: str
    max_envelope: int
    timeout: float
    options: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def operation(self) -> str:
        """The short name: Create, Command, Send, Receive, Signal, Delete, Identify, ..."""
        return "Identify" if "wsmid:Identify" in self.body else self.action.rpartition("/")[2]


def parse(envelope: bytes) -> Request:
    """Read a request.

    :raises WsmanFault: it is not a SOAP envelope of WS-Management.
    """
    try:
        root = xmltodict.parse(envelope, process_namespaces=True, namespaces=_PREFIXES, force_list=_LISTS)["s:Envelope"]
        header = root.get("s:Header") or {}
        body = {name: content for name, content in (root.get("s:Body") or {}).items() if not name.startswith("@")}
        seconds = re.fullmatch(r"PT(\d+(?:\.\d+)?)S", text(header.get("w:OperationTimeout")))
        return Request(
            action=text(header.get("a:Action")),
            message_id=text(header.get("a:MessageID")),
            resource_uri=text(header.get("w:ResourceURI")),
            shell_id=_named(header.get("w:SelectorSet"), "w:Selector").get("ShellId", ""),
            max_envelope=int(text(header.get("w:MaxEnvelopeSize")) or 153_600),
            timeout=float(seconds[1]) if seconds else 60.0,
            options=_named(header.get("w:OptionSet"), "w:Option"),
            body=body,
        )
    except (ExpatError, KeyError, AttributeError, TypeError, ValueError) as error:
        raise _bad_request(f"The request is no WS-Management envelope ({type(error).__name__}: {error}).") from None


def text(element: Any) -> str:
    """Text of an element with or without attributes."""
    return str((element.get("#text") if isinstance(element, dict) else element) or "")


def command_id(element: Any) -> str:
    """The CommandId of an element, empty when it has none."""
    return str(element.get("@CommandId", "")) if isinstance(element, dict) else ""


def _named(element: Any, child: str) -> dict[str, str]:
    return {item["@Name"]: text(item) for item in (element or {}).get(child, [])}


def reply(request: Request | None, action: str, body: Mapping[str, Any]) -> bytes:
    """Build the envelope that answers a request."""
    header = {
        "a:Action": action,
        "a:MessageID": f"uuid:{str(uuid.uuid4()).upper()}",
        "a:To": "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
        "a:RelatesTo": request.message_id if request else "",
    }
    envelope = {"s:Envelope": {**_XMLNS, "@xml:lang": "en-US", "s:Header": header, "s:Body": body}}
    return bytes(xmltodict.unparse(envelope, encoding="utf-8").encode())


def fault_reply(request: Request | None, fault: WsmanFault) -> bytes:
    """Build the envelope of a fault (sent with HTTP status 500)."""
    if fault.wmi:
        numbers = {"wmi:MessageID": f"HRESULT 0x{fault.code:08x}", "wmi:error_Code": fault.code}
        detail = {"wmi:MSFT_WmiError": {"wmi:Message": fault.reason, **numbers, "wmi:error_Type": "HRESULT"}}
    else:
        detail = {"f:WSManFault": {"@Code": fault.code, "@Machine": HOST_NAME, "f:Message": fault.reason}}
    body = {
        "s:Code": {"s:Value": "s:Receiver", "s:Subcode": {"s:Value": fault.subcode}},
        "s:Reason": {"s:Text": {"@xml:lang": "en-US", "#text": fault.reason}},
        "s:Detail": detail,
    }
    return reply(request, "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", {"s:Fault": body})


class Shell(Protocol):
    """What a WinRS shell and a PSRP runspace pool have in common. `logon` owns the shell."""

    logon: Logon

    def command(self, request: Request) -> str:
        """Begin a command and return its id."""

    def send(self, request: Request) -> None:
        """Take input."""

    def receive(self, request: Request, limit: int) -> dict[str, Any]:
        """The content of ReceiveResponse, at most `limit` raw bytes of output."""

    def signal(self, request: Request) -> None:
        """Give a command up."""

    def close(self) -> None:
        """Give all commands up."""


class Job:
    """A command, its thread once it runs, and its output."""

    def __init__(self, backend: Backend, line: str, logon: Logon) -> None:
        self._backend, self._line, self._logon = backend, line, logon
        self._cancelled = threading.Event()
        self._stdin = bytearray()
        self._started = False
        self.output = Output()

    def feed(self, data: bytes) -> None:
        self._stdin += data

    def start(self) -> None:
        """Run it, with the input so far; a second call changes nothing."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="simhost command", daemon=True).start()

    def refuse(self, message: str) -> None:
        """End it without running it."""
        self._started = True
        self.output.write_stderr(message.encode())
        self.output.finish(1)

    def cancel(self) -> None:
        """Tell the backend that nobody waits any longer, and let every reader go."""
        self._started = True
        self._cancelled.set()
        self.output.finish(1)

    def _run(self) -> None:
        exit_code = 1
        try:
            user, credentials = self._logon.user, self._logon.credentials
            command = Command(self._line, bytes(self._stdin), user, self._cancelled, credentials)
            exit_code = self._backend.run(command, self.output)
        except Exception as error:  # a backend's bug must reach the user as text, never as a command that does not end
            self.output.write_stderr(f"The simulated host has a bug: {type(error).__name__}: {error}\r\n".encode())
        finally:
            self.output.finish(exit_code)


class WinrsShell:
    """A shell of the resource `.../shell/cmd`."""

    def __init__(self, backend: Backend, logon: Logon, max_operations: int) -> None:
        self.logon = logon
        self._backend = backend
        self._operations_left = max_operations
        self._jobs: dict[str, Job] = {}

    def command(self, request: Request) -> str:
        if self._operations_left <= 0:
            raise operation_quota()
        self._operations_left -= 1
        content = request.body["rsp:CommandLine"]
        line = " ".join([text(content["rsp:Command"]), *map(text, content.get("rsp:Arguments", []))])
        job = Job(self._backend, line, self.logon)
        name = command_id(content) or str(uuid.uuid4()).upper()
        self._jobs[name] = job
        if len(line) > MAX_COMMAND_LINE and request.options.get("WINRS_SKIP_CMD_SHELL", "").upper() != "TRUE":
            job.refuse("The command line is too long.\r\n")
        elif request.options.get("WINRS_CONSOLEMODE_STDIN", "TRUE").upper() != "FALSE":
            job.start()  # ansible and pywinrm announce by FALSE that input follows
        return name

    def send(self, request: Request) -> None:
        for stream in request.body["rsp:Send"]["rsp:Stream"]:
            job = self._job(stream)
            job.feed(base64.b64decode(text(stream)))
            if stream.get("@End", "").casefold() == "true":
                job.start()

    def receive(self, request: Request, limit: int) -> dict[str, Any]:
        desired = request.body["rsp:Receive"]["rsp:DesiredStream"]
        streams, exit_code = self._job(desired).output.take(limit, request.timeout)
        if not streams and exit_code is None:
            raise operation_timeout()
        return receive_response(streams, command_id(desired), exit_code)

    def signal(self, request: Request) -> None:
        self._job(request.body["rsp:Signal"]).cancel()

    def close(self) -> None:
        for job in self._jobs.values():
            job.cancel()

    def _job(self, element: Any) -> Job:
        name = command_id(element)
        if name not in self._jobs:
            raise _unknown_shell(f"there is no command {name}")
        return self._jobs[name]


def receive_response(streams: Mapping[str, bytes], command: str, exit_code: int | None) -> dict[str, Any]:
    """The content of ReceiveResponse; with an empty command id it is about the whole shell and has no state."""
    of = {"@CommandId": command} if command else {}
    content: dict[str, Any] = {
        "rsp:Stream": [
            {"@Name": name, **of, "#text": base64.b64encode(data).decode()} for name, data in streams.items()
        ]
    }
    if command:
        state = {**of, "@State": _RUNNING if exit_code is None else _DONE}
        content["rsp:CommandState"] = state if exit_code is None else {**state, "rsp:ExitCode": exit_code}
    return content


class Service:
    """The WS-Management service: a table of shells and the operations on it. Safe for many threads.

    :param backend: gives the backend that a new shell uses.
    :param psrp_shell: makes the shell of a Create for a PowerShell endpoint.
    :param max_envelope: bytes that a reply may have (the client's own limit counts too).
    :param chunk: raw bytes of output in one Receive, None for as many as the envelope takes.
    """

    def __init__(
        self,
        backend: Callable[[], Backend],
        psrp_shell: Callable[[Backend, Logon, Request], Shell],
        max_envelope: int,
        max_operations: int = MAX_OPERATIONS,
        chunk: int | None = None,
    ) -> None:
        self._backend, self._psrp_shell = backend, psrp_shell
        self._max_envelope, self._max_operations, self._chunk = max_envelope, max_operations, chunk
        self._lock = threading.Lock()
        self._shells: dict[str, Shell] = {}
        self._operations: dict[str, Callable[[Request, Logon], tuple[str, dict[str, Any]]]] = {
            "Create": self._create,
            "Command": self._command,
            "Send": self._send,
            "Receive": self._receive,
            "Signal": self._signal,
            "Delete": self._delete,
            "Identify": self._identify,
        }

    def handle(self, request: Request, logon: Logon) -> bytes:
        """Carry one operation out and return the reply.

        :raises WsmanFault: it failed.
        """
        operation = self._operations.get(request.operation)
        if operation is None:
            raise WsmanFault(0x80338010, "a:ActionNotSupported", f"The action {request.action!r} is not supported.")
        try:
            action, body = operation(request, logon)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise _bad_request(f"{request.operation}: malformed body ({type(error).__name__}: {error}).") from None
        return reply(request, action, body)

    def close(self) -> None:
        """End every shell; requests that wait for output return."""
        with self._lock:
            shells = list(self._shells.values())
            self._shells.clear()
        for shell in shells:
            shell.close()

    def _shell(self, request: Request, logon: Logon) -> Shell:
        with self._lock:
            shell = self._shells.get(request.shell_id)
        if shell is None or shell.logon.user != logon.user:
            raise _unknown_shell(f"the shell {request.shell_id} was not found on the server")
        return shell

    def _create(self, request: Request, logon: Logon) -> tuple[str, dict[str, Any]]:
        with self._lock:
            if sum(shell.logon.user == logon.user for shell in self._shells.values()) >= MAX_SHELLS:
                text = "The maximum number of concurrent shells for this user has been exceeded."
                raise WsmanFault(0x803381A5, "w:QuotaLimit", text)  # ERROR_WSMAN_QUOTA_MAX_SHELLS
        content = request.body["rsp:Shell"]
        shell: Shell
        if request.resource_uri == f"{SHELL_URI}/cmd":
            shell = WinrsShell(self._backend(), logon, self._max_operations)
        elif "ps:creationXml" in content:
            shell = self._psrp_shell(self._backend(), logon, request)
        else:
            raise WsmanFault(0x80338000, "a:DestinationUnreachable", f"No resource {request.resource_uri!r} here.")
        shell_id = content.get("@ShellId") or str(uuid.uuid4()).upper()
        with self._lock:
            self._shells[shell_id] = shell
        selector = {"w:Selector": {"@Name": "ShellId", "#text": shell_id}}
        created = {
            "a:Address": "http://127.0.0.1/wsman",
            "a:ReferenceParameters": {"w:ResourceURI": request.resource_uri, "w:SelectorSet": selector},
        }
        about = {"rsp:ShellId": shell_id, "rsp:ResourceUri": request.resource_uri, "rsp:Owner": logon.user}
        return f"{request.action}Response", {"x:ResourceCreated": created, "rsp:Shell": about}

    def _command(self, request: Request, logon: Logon) -> tuple[str, dict[str, Any]]:
        name = self._shell(request, logon).command(request)
        return f"{request.action}Response", {"rsp:CommandResponse": {"rsp:CommandId": name}}

    def _send(self, request: Request, logon: Logon) -> tuple[str, dict[str, Any]]:
        self._shell(request, logon).send(request)
        return f"{request.action}Response", {"rsp:SendResponse": None}

    def _receive(self, request: Request, logon: Logon) -> tuple[str, dict[str, Any]]:
        limit = (min(request.max_envelope, self._max_envelope) - _ENVELOPE_OVERHEAD) * 3 // 4
        response = self._shell(request, logon).receive(request, min(limit, self._chunk or limit))
        return f"{request.action}Response", {"rsp:ReceiveResponse": response}

    def _signal(self, request: Request, logon: Logon) -> tuple[str, dict[str, Any]]:
        self._shell(request, logon).signal(request)
        return f"{request.action}Response", {"rsp:SignalResponse": None}

    def _delete(self, request: Request, logon: Logon) -> tuple[str, dict[str, Any]]:
        self._shell(request, logon).close()
        with self._lock:
            self._shells.pop(request.shell_id, None)
        return f"{request.action}Response", {}

    def _identify(self, request: Request, _logon: Logon) -> tuple[str, dict[str, Any]]:
        vendor = {"wsmid:ProductVendor": "simhost (not Microsoft)", "wsmid:ProductVersion": "simulated Windows host"}
        version = {"wsmid:ProtocolVersion": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"}
        return "", {"wsmid:IdentifyResponse": {**version, **vendor}}
