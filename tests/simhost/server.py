# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns sockets and HTTP: listeners on loopback, TLS, faults of the wire."""

from __future__ import annotations

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

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from spnego.channel_bindings import GssChannelBindings

from simhost.accounts import Accounts
from simhost.authentication import Authentication, Refused, is_sealed
from simhost.backend import Backend
from simhost.faults import Counter, Faults, SpoilingBackend
from simhost.log import Log
from simhost.logons import Logon
from simhost.psrp import PsrpShell
from simhost.shutdown import ShutdownBackend
from simhost.wsman import MAX_OPERATIONS, Request, Service, WsmanFault, fault_reply, operation_timeout, parse

ADDRESS = "127.0.0.1"
_SOAP = "application/soap+xml;charset=UTF-8"
_NOBODY = Logon("")
_SEAL_OVERHEAD = 1_000  # bytes of MIME around a sealed envelope, for each part of it that CredSSP makes
_PART = 16_384


@dataclass(frozen=True)
class Settings:
    """How the host listens. `envelope_kb` is WinRM's MaxEnvelopeSizekb; `kerberos`: takes it (simhost.kdc)."""

    port: int = 0
    https: bool = False
    allow_unencrypted: bool = False
    envelope_kb: int = 500
    kerberos: bool = False


@dataclass(frozen=True)
class World:
    """What is behind the wire. `snapshot` and `reset` serve tests that look at the cache from outside.

    `host` is the machine of now, if there is one, and `restart` what happens to it when it is restarted.
    """

    backend: Callable[[], Backend]
    snapshot: Callable[[], Any] | None = None
    reset: Callable[[], None] | None = None
    host: Callable[[], Any] | None = None
    restart: Callable[[], None] | None = None


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
        self._doors = [_Door(_held_port(settings.port), None)]
        if settings.https:
            self._doors.append(_Door(_held_port(0), _Certificate.make()))
        self._listeners: list[_Listener] = []
        self._listening = threading.Lock()
        self._unreachable: list[threading.Thread] = []
        self._restarts: list[threading.Thread] = []
        if not faults.refuse:
            self._listen()

    @property
    def port(self) -> int:
        return self._doors[0].port

    @property
    def https_port(self) -> int | None:
        return self._doors[1].port if self._doors[1:] else None

    @property
    def certificate(self) -> str | None:
        """The certificate of the HTTPS listener as PEM, for clients to trust."""
        return next((door.certificate.pem for door in self._doors if door.certificate), None)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, let every waiting request go and cut all connections."""
        self.closing.set()
        for thread in self._restarts:
            thread.join()
        self.service.close()
        for thread in self._unreachable:
            thread.join()
        self._stop_listening()
        for door in self._doors:
            door.holder.close()

    def unreachable(self, seconds: float, last: Callable[[], None] | None = None) -> None:
        """Cut all connections, and refuse others for so long. Shells and their commands live on.

        Comes back at once.

        :param last: done when there are no new connections any more, before those that there are end.
        """
        self._stop_listening(last)
        thread = threading.Thread(target=self._listen, args=(seconds,), name="simhost unreachable", daemon=True)
        self._unreachable.append(thread)
        thread.start()

    def reboot(self, seconds: float) -> None:
        """The same, and whatever the shells have running ends, as the shells do."""
        self._stop_listening()
        self.service.close()
        self.unreachable(seconds)

    def _restart(self, seconds: float) -> None:
        """Have the machine restarted after so many seconds, as it takes its time for that; comes back at once."""
        thread = threading.Thread(target=self._restarted, args=(seconds,), name="simhost restart", daemon=True)
        self._restarts.append(thread)
        thread.start()

    def _restarted(self, seconds: float) -> None:
        if self.closing.wait(seconds) or self.world.host is None or self.world.restart is None:
            return
        self.reboot(self.world.host().behaviour.restart_ms / 1000)
        self.world.restart()

    def _listen(self, seconds: float = 0) -> None:
        """Listen, after so many seconds."""
        if self.closing.wait(seconds):
            return
        with self._listening:
            self._listeners = self._listeners or [door.listen(self) for door in self._doors]

    def _stop_listening(self, last: Callable[[], None] | None = None) -> None:
        with self._listening:
            stopped, self._listeners = self._listeners, []
            for listener in stopped:
                listener.stop()
        if last:
            last()
        for listener in stopped:
            listener.cut()

    def _backend(self) -> Backend:
        backend = self.world.backend()
        if self.world.host is not None:
            backend = ShutdownBackend(backend, self.world.host, self._restart)
        if not SpoilingBackend.needed(self.faults):
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


@dataclass(frozen=True)
class _Door:
    """A port and its certificate. `holder` keeps the port while nothing listens on it.

    Given back, it would be another host's sooner or later, and that one would answer.
    """

    holder: socket.socket
    certificate: _Certificate | None

    @property
    def port(self) -> int:
        return int(self.holder.getsockname()[1])

    def listen(self, host: Server) -> _Listener:
        """Begin to listen there."""
        _share(self.holder, True)
        try:
            return _Listener(host, self.port, self.certificate)
        finally:
            _share(self.holder, False)


def _share(holder: socket.socket, shared: bool) -> None:
    """Let others bind the port too, or not."""
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(shared))


def _held_port(port: int) -> socket.socket:
    """A socket that has a port; 0: a free one."""
    holder = socket.socket()
    try:
        _share(holder, True)  # with what is left of an earlier host's connections
        holder.bind((ADDRESS, port))
        _share(holder, False)
    except OSError:
        holder.close()
        raise
    return holder


class _Listener(ThreadingHTTPServer):
    """Listens as long as it is there."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: Server, port: int, certificate: _Certificate | None) -> None:
        self.host, self.certificate = host, certificate
        self._connections: set[socket.socket] = set()
        super().__init__((ADDRESS, port), _Connection)
        threading.Thread(target=self.serve_forever, args=(0.1,), name="simhost listener", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()

    def cut(self) -> None:
        """End all connections, so that no thread of theirs waits for a client."""
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._connections.discard(connection)  # already gone

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


class _Connection(BaseHTTPRequestHandler):
    """One TCP connection: the home of its authentication, which belongs to the connection and not to a request."""

    server: _Listener
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "simhost", ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.host = self.server.host
        certificate = self.server.certificate
        settings, bindings = self.host.settings, certificate.bindings if certificate else None
        plain = certificate is not None or settings.allow_unencrypted
        self.door = Authentication(self.host.accounts, plain, bindings, settings.kerberos)
        self.last = False

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
        except Refused as refused:
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
        sealed = is_sealed(self.headers.get("Content-Type", ""))
        if self.path != "/wsman":
            raise Refused(404)
        logon, final_token = self.door.authenticate(self.headers.get("Authorization", ""))
        if self.host.faults.unauthorized:
            logon = None
        note["user"] = logon and logon.user
        if logon is None and self.headers.get("WSMANIDENTIFY") == "unauthenticated" and _is_identify(body):
            logon = _NOBODY
        if logon is None or (body and logon is not _NOBODY and not sealed and not self.door.plain_allowed):
            raise Refused(401, self.door.schemes)
        if not body:  # a client that only wanted to log on
            note["status"] = 200
            self._answer(200, challenge=final_token)
            return
        note["op"], status, content = self._perform(self.door.unseal(body) if sealed else body, logon)
        self.host.closing.wait(self.host.faults.delay_ms / 1000)
        kind = _SOAP
        if sealed and content:
            kind, content = self.door.seal(content)
        note.update(status=status, out=len(content))
        if note["op"] == self.host.faults.reset_answer:
            self._answer(status, content, cut=True)
            raise ConnectionResetError("injected")
        if self.last:
            seconds = self.host.faults.unreachable_ms / 1000
            self.host.unreachable(seconds, lambda: self._answer(status, content, kind, final_token))
        else:
            self._answer(status, content, kind, final_token)

    def _read(self, size: int) -> bytes:
        largest = self.host.settings.envelope_kb * 1024
        parts = largest // _PART + 1 if "multi-encrypted" in self.headers.get("Content-Type", "") else 1
        if size > largest + parts * _SEAL_OVERHEAD:
            self.close_connection = True  # the body stays unread
            raise Refused(413)  # what http.sys answers above MaxEnvelopeSizekb
        basic = self.headers.get("Authorization", "").startswith("Basic ")
        if size and (self.door.logon or basic):
            number, faults = self.host.requests.next(), self.host.faults
            if number == faults.reset_request or number % (faults.reset_every or number + 1) == 0:
                self.rfile.read(size // 2)
                raise ConnectionResetError("injected")
            self.last = number == faults.unreachable_after
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
