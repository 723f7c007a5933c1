# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the socket over which another process (the double of System.Management) asks the simulated WMI.

A connection carries one operation: one line of JSON (UTF-8, ended by LF) with `op`, `session` and the operation's
arguments; answers are lines of JSON too.

- `class` (class): `{"ok": {method: {input parameter: CIM type}}}`, the class object as far as clients need it
- `get` (class, key): `{"ok": {...}}`
- `enumerate` (class, properties or null, way): the rows, then `{"end": true}`. A row is `{"row": {...}}`; rows in a row
  that differ in ItemPath only are `{"rows": {"like": {...}, "paths": [...]}}`, where `like` has ItemPath null. An error
  stands there twice: who fetches blocks hands out the rows before it first, and meets it again
- `invoke` (class, method, params, observe): `{"progress": text or null}`, `{"progress_many": [...]}`,
  `{"ready": {"ReturnValue": n, ...}}`, `{"completed": {"status": n, "message": text}}` in the order of the events
- `cancel`: `{"ok": {}}`; it is recorded, nothing else

An error is `{"error": {"code": n, "message": text, "kind": "management|com|access"}}`; for a request that cannot be
understood `kind` is `protocol`. Delays are really slept, a hang is silence until the client closes the connection (a
half-closed one counts as closed).
"""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any

from simhost.windows import Host
from simhost.wmi import Completed, Hang, ManyEvents, ObjectReady, Progress, Rows, Texts, Wait, WmiError, WmiSession

_MAX_REQUEST = 64 * 1024 * 1024
_BATCH = 500


class _ClientGone(Exception):
    """The client closed the connection, or the server is closing."""


class WireServer:
    """Serves one host on a loopback port. Use it as a context manager, or call `start` and `close`."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._sessions: dict[str, tuple[str, bool | None]] = {}
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="simhost-wire", daemon=True
        )

    @property
    def address(self) -> str:
        """`127.0.0.1:port`."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def open_session(self, user: str, credentials: bool | None = None) -> str:
        """A token that stands for this user on this host. Without it nothing is answered.

        :param credentials: whether the user's logon has some for file servers; None: as the scenario says.
        """
        token = secrets.token_urlsafe(16)
        self._sessions[token] = (user, credentials)
        return token

    def close_session(self, token: str) -> None:
        """Forget a token; unknown ones are ignored."""
        self._sessions.pop(token, None)

    def start(self) -> WireServer:
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving, end every open connection, and wait until nothing of it runs any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> WireServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, request: dict[str, Any], connection: _Connection) -> None:
        """Carry out one request. Raises KeyError, TypeError or ValueError for one that makes no sense."""
        operation = _OPERATIONS[request["op"]]
        session = WmiSession(self._host, *self._sessions[request["session"]])
        operation(self._host, session, request, connection)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, wire: WireServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wire = wire
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the open connections, so that their threads see the end of their client."""
        with self._lock:
            for client in self._open:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)


class _Connection:
    """The answering side of one connection."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._buffer = bytearray()

    def say(self, line: dict[str, Any]) -> None:
        """Queue a line. Big answers go out in big pieces."""
        # Only ASCII leaves here, so that a lone surrogate in a text survives as its escape.
        self._buffer += json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        if len(self._buffer) > 65536:
            self.flush()

    def flush(self) -> None:
        """Send what is queued. Raises _ClientGone."""
        try:
            self._client.sendall(self._buffer)
        except OSError:
            raise _ClientGone from None
        self._buffer.clear()

    def wait(self, step: Wait | Hang) -> None:
        """Let time pass. Raises _ClientGone as soon as the connection is closed, by the client or by the server."""
        self.flush()
        deadline = None if isinstance(step, Hang) else time.monotonic() + step.ms / 1000
        while deadline is None or deadline > time.monotonic():
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            readable, _dummy, _dummy = select.select([self._client], [], [], left)
            if readable and not self._still_there():
                raise _ClientGone

    def _still_there(self) -> bool:
        try:
            return bool(self._client.recv(4096))
        except OSError:
            return False


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        connection = _Connection(self.connection)
        try:
            self._answer(connection)
            connection.flush()
        except _ClientGone:
            return

    def _answer(self, connection: _Connection) -> None:
        try:
            line = self.rfile.readline(_MAX_REQUEST)
        except OSError:
            raise _ClientGone from None
        if not line:
            return
        try:
            self.server.wire.answer(json.loads(line), connection)
        except WmiError as error:
            connection.say(_error(error))
        except (KeyError, TypeError, ValueError) as error:
            message = f"{type(error).__name__}: {error}"
            connection.say({"error": {"code": 0, "message": message, "kind": "protocol"}})


def _error(error: WmiError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": error.message, "kind": error.kind}}


def _class(host: Host, session: WmiSession, request: dict[str, Any], connection: _Connection) -> None:
    connection.say({"ok": session.fetch(request["class"])})


def _get(host: Host, session: WmiSession, request: dict[str, Any], connection: _Connection) -> None:
    connection.say({"ok": session.get(request["class"], request.get("key"))})


def _enumerate(host: Host, session: WmiSession, request: dict[str, Any], connection: _Connection) -> None:
    try:
        for row in session.enumerate_many(request["class"], request.get("properties"), request.get("way", "query")):
            if isinstance(row, (Wait, Hang)):
                connection.wait(row)
            elif isinstance(row, Rows) and len(row.paths) == 1:
                connection.say({"row": {**row.like, "ItemPath": row.paths[0]}})
            elif isinstance(row, Rows):
                connection.say({"rows": {"like": row.like, "paths": row.paths}})
            else:
                connection.say({"row": row})
    except WmiError as error:
        connection.say(_error(error))
        raise
    connection.say({"end": True})


def _invoke(host: Host, session: WmiSession, request: dict[str, Any], connection: _Connection) -> None:
    events = session.invoke_many(request["class"], request["method"], request["params"], request.get("observe", True))
    try:
        _pass_on(events, connection)
    finally:
        events.close()


def _pass_on(events: Generator[ManyEvents], connection: _Connection) -> None:
    texts: list[str | None] = []

    def say_texts() -> None:
        if texts:
            connection.say({"progress": texts[0]} if len(texts) == 1 else {"progress_many": texts})
            texts.clear()

    for event in events:
        if isinstance(event, Progress):
            texts.append(event.message)
            if len(texts) >= _BATCH:
                say_texts()
            continue
        say_texts()
        if isinstance(event, (Wait, Hang)):
            connection.wait(event)
        elif isinstance(event, Texts):
            connection.say({"progress_many": event.messages})
        elif isinstance(event, ObjectReady):
            connection.say({"ready": {"ReturnValue": event.return_value, **event.outputs}})
        else:
            connection.say(_completed(event))
    say_texts()


def _completed(event: Completed) -> dict[str, Any]:
    return {"completed": {"status": event.status, "message": event.message}}


def _cancel(host: Host, session: WmiSession, request: dict[str, Any], connection: _Connection) -> None:
    host.record_cancel()
    connection.say({"ok": {}})


_OPERATIONS: dict[str, Callable[[Host, WmiSession, dict[str, Any], _Connection], None]] = {
    "class": _class,
    "get": _get,
    "enumerate": _enumerate,
    "invoke": _invoke,
    "cancel": _cancel,
}
