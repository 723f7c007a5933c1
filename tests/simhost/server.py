# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns sockets and HTTP: listeners on loopback, TLS, Basic and NTLM with sealed messages, faults of the wire."""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import ipaddress
import json
import os
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from spnego.channel_bindings import GssChannelBindings

from simhost.accounts import Accounts
from simhost.backend import Backend
from simhost.faults import Counter, Faults, SpoilingBackend
from simhost.log import Log
from simhost.logons import Logon
from simhost.psrp import PsrpShell
from simhost.wsman import MAX_OPERATIONS, Request, Service, WsmanFault, fault_reply, operation_timeout, parse

ADDRESS = "127.0.0.1"
_SOAP = "application/soap+xml;charset=UTF-8"
_BOUNDARY = b"--Encrypted Boundary"
_SEALED = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"
_NOBODY = Logon("")
_SEAL_OVERHEAD = 1_000  # bytes of MIME around a sealed envelope


@dataclass(frozen=True)
class Settings:
    """How the host listens. `envelope_kb` is WinRM's MaxEnvelopeSizekb."""

    port: int = 0
    https: bool = False
    allow_unencrypted: bool = False
    envelope_kb: int = 500


@dataclass(frozen=True)
class World:
    """What is behind the wire. `snapshot` and `reset` serve tests that look at the cache from outside."""

    backend: Callable[[], Backend]
    snapshot: Callable[[], Any] | None = None
    reset: Callable[[], None] | None = None


class Server:
    """The listeners and what their connections share. Use as a context manager, or `close()` it."""

    def __init__(self, world: World, accounts: Accounts, log: Log, settings: Settings, faults: Faults) -> None:
        self.world, self.accounts, self.log, self.settings, self.faults = world, accounts, log, settings, faults
        self.closing = threading.Event()
        self.requests, self.receives, self.commands = Counter(), Counter(), Counter()
        self.service = Service(
            self._backend,
            PsrpShell,
            settings.envelope_kb * 1024,
            MAX_OPERATIONS if faults.quota is None else faults.quota,
            faults.chunk,
        )
        self._http = _Listener(self, settings.port, None)
        self._https = _Listener(self, 0, _Certificate.make()) if settings.https else None
        self._listeners = [self._http, self._https] if self._https else [self._http]
        if faults.refuse:
            return
        for listener in self._listeners:
            threading.Thread(target=listener.serve_forever, args=(0.1,), name="simhost listener", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def https_port(self) -> int | None:
        return int(self._https.server_address[1]) if self._https else None

    @property
    def certificate(self) -> str | None:
        """The certificate of the HTTPS listener as PEM, for clients to trust."""
        return self._https.certificate.pem if self._https and self._https.certificate else None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, let every waiting request go and cut all connections."""
        self.closing.set()
        self.service.close()
        for listener in self._listeners:
            if not self.faults.refuse:
                listener.shutdown()
            listener.server_close()
            listener.cut()

    def _backend(self) -> Backend:
        backend = self.world.backend()
        if not (self.faults.noise or self.faults.cut_stdout):
            return backend
        return SpoilingBackend(backend, self.faults, self.commands)


@dataclass(frozen=True)
class _Certificate:
    """A self-signed certificate for loopback, made for one run."""

    pem: str
    context: ssl.SSLContext
    bindings: GssChannelBindings  # tls-server-end-point, RFC 5929

    @classmethod
    def make(cls) -> _Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simhost (not Microsoft)")])
        now = datetime.datetime.now(datetime.UTC)
        addresses: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(ADDRESS)), x509.DNSName("localhost")]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=7))
            .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(prefix="simhost-") as file:  # ssl takes keys from files only
            file.write(pem + secret)
            file.flush()
            context.load_cert_chain(file.name)
        digest = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()
        return cls(pem.decode(), context, GssChannelBindings(application_data=b"tls-server-end-point:" + digest))


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: Server, port: int, certificate: _Certificate | None) -> None:
        self.host, self.certificate = host, certificate
        self._connections: set[socket.socket] = set()
        # A port that refuses is bound all the same, without listening and without being shared: given back, it would be
        # another host's sooner or later, and that one would answer.
        self.allow_reuse_address = not host.faults.refuse
        super().__init__((ADDRESS, port), _Connection, bind_and_activate=not host.faults.refuse)
        if host.faults.refuse:
            self.server_bind()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.certificate:  # the handshake happens in the connection's own thread
            connection = self.certificate.context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A bug of ours, or a client that went away: a line in the log, nothing on the console."""
        error = sys.exc_info()[1]
        self.host.log.write("lost", error=f"{type(error).__name__}: {error}")

    def cut(self) -> None:
        """End all connections, so that no thread of theirs waits for a client."""
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._connections.discard(connection)  # already gone


class _Refused(Exception):
    """A request that is answered by a bare HTTP status."""

    def __init__(self, status: int, challenge: str | None = None) -> None:
        super().__init__(status)
        self.status, self.challenge = status, challenge


class _Connection(BaseHTTPRequestHandler):
    """One TCP connection: the home of the NTLM state, which belongs to the connection and not to a request."""

    server: _Listener
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "simhost", ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.host = self.server.host
        self.encrypted = self.server.certificate is not None
        self.context: spnego.ContextProxy | None = None
        self.logon: Logon | None = None

    def log_message(self, *_: Any) -> None:
        """Requests are logged in our own form."""

    def do_GET(self) -> None:
        if self.path == "/simhost/state" and self.host.world.snapshot:
            self._answer(200, json.dumps(self.host.world.snapshot()).encode(), "application/json")
        else:
            self._answer(404)

    def do_POST(self) -> None:
        started = time.monotonic()
        size = int(self.headers.get("Content-Length") or 0)
        note: dict[str, Any] = {"op": "logon", "status": None, "user": None, "in": size, "out": 0}
        try:
            self._post(size, note)
        except _Refused as refused:
            note["status"] = refused.status
            self._answer(refused.status, challenge=refused.challenge)
        except OSError as error:
            note["cut"] = type(error).__name__
            self._cut()
        finally:
            self.host.log.write("http", **note, ms=(time.monotonic() - started) * 1000)

    def _post(self, size: int, note: dict[str, Any]) -> None:
        if self.path == "/simhost/reset" and self.host.world.reset:
            self.rfile.read(size)
            self.host.world.reset()
            note.update(op="reset", status=204)
            self._answer(204)
            return
        body = self._read(size)
        sealed = self.headers.get("Content-Type", "").startswith("multipart/encrypted")
        if self.path != "/wsman":
            raise _Refused(404)
        logon, final_token = self._authenticate()
        note["user"] = logon and logon.user
        if logon is None and self.headers.get("WSMANIDENTIFY") == "unauthenticated" and _is_identify(body):
            logon = _NOBODY
        if logon is None or (body and logon is not _NOBODY and not sealed and not self._plain_allowed):
            raise _Refused(401, self._schemes())
        if not body:  # a client that only wanted to log on
            note["status"] = 200
            self._answer(200, challenge=final_token)
            return
        note["op"], status, content = self._perform(self._unseal(body) if sealed else body, logon)
        self.host.closing.wait(self.host.faults.delay_ms / 1000)
        if sealed and content:
            content = self._seal(content)
        note.update(status=status, out=len(content))
        if note["op"] == self.host.faults.reset_answer:
            self._answer(status, content, cut=True)
            raise ConnectionResetError("injected")
        self._answer(status, content, _SEALED if sealed else _SOAP, final_token)

    def _read(self, size: int) -> bytes:
        if size > self.host.settings.envelope_kb * 1024 + _SEAL_OVERHEAD:
            self.close_connection = True  # the body stays unread
            raise _Refused(413)  # what http.sys answers above MaxEnvelopeSizekb
        basic = self.headers.get("Authorization", "").startswith("Basic ")
        if size and (self.logon or basic) and self.host.requests.next() == self.host.faults.reset_request:
            self.rfile.read(size // 2)
            raise ConnectionResetError("injected")
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionAbortedError("the client left")
        return body

    def _perform(self, envelope: bytes, logon: Logon) -> tuple[str, int, bytes]:
        """Operation, HTTP status and reply."""
        faults, request = self.host.faults, None
        try:
            request = parse(envelope)
            if request.operation == faults.http_500:
                return request.operation, 500, b""
            if request.operation == "Receive":
                self._spoil_receive(request)
            return request.operation, 200, self.host.service.handle(request, logon)
        except WsmanFault as fault:
            operation = f"{request.operation if request else '-'}:{fault.code:#x}"
            return operation, 500, fault_reply(request, fault)

    def _spoil_receive(self, request: Request) -> None:
        faults, number = self.host.faults, self.host.receives.next()
        first = faults.silent_receive
        if first is not None and first <= number < first + (faults.times or sys.maxsize):
            self.host.closing.wait()
            raise ConnectionAbortedError("injected silence")
        if faults.operation_timeout:
            self.host.closing.wait(min(1.0, request.timeout))
            raise operation_timeout()

    def _authenticate(self) -> tuple[Logon | None, str | None]:
        """Who it is, None when not logged on, and the last token of a handshake.

        :raises _Refused: 401 with the next token of the handshake.
        """
        scheme, _dummy, credentials = self.headers.get("Authorization", "").partition(" ")
        try:
            token = base64.b64decode(credentials, validate=True)
        except binascii.Error:
            return None, None
        logon, final_token = self.logon, None
        if scheme == "Basic":
            logon = self._basic(token) if self._plain_allowed else None
        elif scheme in ("Negotiate", "NTLM"):
            logon, final_token = self._negotiate(scheme, token)
        return None if self.host.faults.unauthorized else logon, final_token

    def _basic(self, token: bytes) -> Logon | None:
        try:
            text = token.decode()
        except UnicodeDecodeError:
            text = token.decode("latin-1")  # what requests makes of a str
        name, _dummy, password = text.partition(":")
        user = self.host.accounts.verify(name, password)
        return Logon(user) if user else None

    def _negotiate(self, scheme: str, token: bytes) -> tuple[Logon | None, str | None]:
        if self.context is None or self.context.complete:
            self.context, self.logon = self._acceptor(), None
        try:
            with self.host.accounts.ntlm_store():
                answer = self.context.step(token)
        except spnego.exceptions.SpnegoError:
            self.context = None
            return None, None
        shown = f"{scheme} {base64.b64encode(answer).decode()}" if answer else None
        if not self.context.complete:
            raise _Refused(401, shown)
        user = self.host.accounts.find(self.context.client_principal or "")
        self.logon = Logon(user) if user else None
        return self.logon, shown

    def _acceptor(self) -> spnego.ContextProxy:
        # Never a system's GSSAPI: the accounts are only known to the implementation in Python.
        options = spnego.NegotiateOptions.use_negotiate | spnego.NegotiateOptions.use_ntlm
        bindings = self.server.certificate.bindings if self.server.certificate else None
        with self.host.accounts.ntlm_store():
            return spnego.server(protocol="negotiate", options=options, channel_bindings=bindings)

    @property
    def _plain_allowed(self) -> bool:
        return self.encrypted or self.host.settings.allow_unencrypted

    def _schemes(self) -> str:
        return 'Negotiate, Basic realm="WSMAN"' if self._plain_allowed else "Negotiate"

    def _unseal(self, body: bytes) -> bytes:
        """Open a message of MS-WSMV 2.2.9.1."""
        sealed = body.partition(_OCTETS)[2].removesuffix(_BOUNDARY + b"--\r\n")
        if self.context is None or len(sealed) < 4:
            raise _Refused(400)
        length = 4 + struct.unpack_from("<I", sealed)[0]
        try:
            return self.context.unwrap_winrm(sealed[4:length], sealed[length:])
        except spnego.exceptions.SpnegoError:
            raise _Refused(400) from None  # as Windows answers a message that was sealed for another connection

    def _seal(self, content: bytes) -> bytes:
        if self.context is None:
            raise _Refused(400)
        wrapped = self.context.wrap_winrm(content)
        size = len(content) + wrapped.padding_length
        return b"".join(
            [
                _BOUNDARY + b"\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n",
                b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % size,
                _BOUNDARY + b"\r\n" + _OCTETS,
                struct.pack("<I", len(wrapped.header)) + wrapped.header + wrapped.data,
                _BOUNDARY + b"--\r\n",
            ]
        )

    def _answer(
        self, status: int, content: bytes = b"", kind: str = "", challenge: str | None = None, *, cut: bool = False
    ) -> None:
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        if content:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.wfile.flush()

    def _cut(self) -> None:
        """End the connection by a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def _is_identify(body: bytes) -> bool:
    try:
        return parse(body).operation == "Identify"
    except WsmanFault:
        return False
