# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a connection logs on (Basic, NTLM, Kerberos, CredSSP) and how its messages are sealed (MS-WSMV 2.2.9.1)."""

from __future__ import annotations

import base64
import binascii
import struct

import spnego
from spnego.channel_bindings import GssChannelBindings

from simhost.accounts import Accounts
from simhost.logons import Logon

_BOUNDARY = b"--Encrypted Boundary"
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"
_SPNEGO, _CREDSSP = "SPNEGO", "CredSSP"
_SEALED = ("multipart/encrypted", "multipart/x-multi-encrypted")
_CREDSSP_PIECE = 16_384  # bytes that are sealed at a time; more go into further parts of the message


class Refused(Exception):
    """A request that is answered by a bare HTTP status."""

    def __init__(self, status: int, challenge: str | None = None) -> None:
        super().__init__(status)
        self.status, self.challenge = status, challenge


def is_sealed(content_type: str) -> bool:
    """Whether a message of this type is sealed."""
    return content_type.partition(";")[0] in _SEALED


class Authentication:
    """Logs one connection on, in as many requests as that takes, and opens and seals what it sends and gets then.

    A logon with CredSSP hands over the password, so it brings credentials for file servers, where that is right; one
    with Kerberos brings some where the client delegates them. `alice@CORP.EXAMPLE` there is the account `CORP\\alice`.

    :param plain_allowed: whether messages may come unsealed, and passwords as they are.
    :param bindings: of the TLS channel, where there is one.
    :param kerberos: take Kerberos too, with the keytab that KRB5_KTNAME names (simhost.kdc). Needs gssapi and krb5.
    """

    def __init__(
        self, accounts: Accounts, plain_allowed: bool, bindings: GssChannelBindings | None, kerberos: bool = False
    ) -> None:
        self.plain_allowed = plain_allowed
        self.logon: Logon | None = None
        self._accounts, self._bindings, self._kerberos = accounts, bindings, kerberos
        self._context: spnego.ContextProxy | None = None
        self._protocol = _SPNEGO

    @property
    def schemes(self) -> str:
        """What is offered to who has not logged on."""
        return f"Negotiate, {_CREDSSP}" + (', Basic realm="WSMAN"' if self.plain_allowed else "")

    def authenticate(self, header: str) -> tuple[Logon | None, str | None]:
        """Who it is, None when not logged on, and the last token of a handshake.

        :param header: Authorization of the request.
        :raises Refused: 401 with the next token of the handshake.
        """
        scheme, _dummy, credentials = header.partition(" ")
        try:
            token = base64.b64decode(credentials, validate=True)
        except binascii.Error:
            return None, None
        if scheme == "Basic":
            return (self._basic(token) if self.plain_allowed else None), None
        if scheme in ("Negotiate", "NTLM"):
            return self._step(scheme, _SPNEGO, token)
        if scheme == _CREDSSP:
            return self._step(scheme, _CREDSSP, token)
        return self.logon, None

    def _basic(self, token: bytes) -> Logon | None:
        try:
            text = token.decode()
        except UnicodeDecodeError:
            text = token.decode("latin-1")  # what requests makes of a str
        name, _dummy, password = text.partition(":")
        user = self._accounts.verify(name, password)
        return Logon(user) if user else None

    def _step(self, scheme: str, protocol: str, token: bytes) -> tuple[Logon | None, str | None]:
        # The store is where pyspnego finds the accounts, when the context is made and when it is used.
        with self._accounts.ntlm_store():
            if self._context is None or self._context.complete or protocol != self._protocol:
                self._context, self._protocol, self.logon = self._acceptor(protocol), protocol, None
            try:
                answer = self._context.step(token)
            except spnego.exceptions.SpnegoError:
                self._context = None
                return None, None
        shown = f"{scheme} {base64.b64encode(answer).decode()}" if answer else None
        if not self._context.complete:
            raise Refused(401, shown or self.schemes)
        self.logon = self._who(self._context)
        return self.logon, shown

    def _acceptor(self, protocol: str) -> spnego.ContextProxy:
        # NTLM never with a system's GSSAPI: the accounts are only known to the implementation in Python.
        options = spnego.NegotiateOptions.use_negotiate
        if not self._kerberos:
            options |= spnego.NegotiateOptions.use_ntlm
        if protocol == _CREDSSP:
            return spnego.server(protocol="credssp", options=options)
        return spnego.server(protocol="negotiate", options=options, channel_bindings=self._bindings)

    def _who(self, context: spnego.ContextProxy) -> Logon | None:
        principal = context.client_principal or ""
        if context.negotiated_protocol == "kerberos":
            name, _dummy, realm = principal.rpartition("@")
            principal = f"{realm.partition('.')[0]}\\{name}"
        user = self._accounts.find(principal)
        if user is not None and context.context_attr & spnego.ContextReq.delegate:
            return Logon(user, True)
        if user is None or self._protocol == _SPNEGO:
            return Logon(user) if user else None
        handed = context.get_extra_info("client_credential")
        name = f"{handed.domain_name}\\{handed.username}" if handed.domain_name else handed.username
        return Logon(user, self._accounts.verify(name, handed.password) is not None)

    def unseal(self, body: bytes) -> bytes:
        """Open a message of one or more parts.

        :raises Refused: 400, as Windows answers a message that was sealed for another connection.
        """
        parts = body.removesuffix(_BOUNDARY + b"--\r\n").split(_BOUNDARY + b"\r\n")[2::2]
        return b"".join(self._open(part.removeprefix(_OCTETS)) for part in parts)

    def _open(self, sealed: bytes) -> bytes:
        if self._context is None or len(sealed) < 4:
            raise Refused(400)
        length = 4 + struct.unpack_from("<I", sealed)[0]
        try:
            return self._context.unwrap_winrm(sealed[4:length], sealed[length:])
        except spnego.exceptions.SpnegoError:
            raise Refused(400) from None

    def seal(self, content: bytes) -> tuple[str, bytes]:
        """Content-Type and body of a sealed answer.

        :raises Refused: 400, nobody has logged on.
        """
        size = _CREDSSP_PIECE if self._protocol == _CREDSSP else max(len(content), 1)
        pieces = [content[start : start + size] for start in range(0, len(content), size)]
        kind = f'{_SEALED[len(pieces) > 1]};protocol="application/HTTP-{self._protocol}-session-encrypted"'
        body = b"".join([*map(self._part, pieces), _BOUNDARY, b"--\r\n"])
        return f'{kind};boundary="Encrypted Boundary"', body

    def _part(self, content: bytes) -> bytes:
        if self._context is None:
            raise Refused(400)
        wrapped = self._context.wrap_winrm(content)
        size = len(content) + wrapped.padding_length
        protocol = f"application/HTTP-{self._protocol}-session-encrypted".encode()
        return b"".join(
            [
                _BOUNDARY + b"\r\n\tContent-Type: " + protocol + b"\r\n",
                b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % size,
                _BOUNDARY + b"\r\n" + _OCTETS,
                struct.pack("<I", len(wrapped.header)) + wrapped.header + wrapped.data,
            ]
        )
