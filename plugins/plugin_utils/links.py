# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: what the failure of a connection says about the host.

A host that cannot be reached is unreachable, and nothing happened there. A connection that fails later leaves open what
the host did; Ansible's connections raise the same exception for both.
"""

from __future__ import annotations

import re
import traceback

from ansible.plugins.connection import ConnectionBase

_SESSION_LOST = re.compile(
    r"[Cc]onnection to \S+ closed|Read from remote host|Timeout, server \S+ not responding"
    r"|client_loop:|packet_write_wait:"
)
"""What OpenSSH says when a session that was there ends (clientloop.c, packet.c, serverloop's keep-alive)."""


def may_have_begun(connection: ConnectionBase, error: BaseException | None = None) -> bool:
    """Return whether the host may have begun with what it was asked when *connection* failed.

    winrm, psrp and others say whether they are connected, and send nothing before they are. ssh connects anew for each
    command and does not say; the words of its *error* do, and without one (it was silent) the worst is assumed.
    """
    if connection.connected:
        return True
    if connection.transport != "ssh":
        return False
    return error is None or bool(_SESSION_LOST.search(str(error)))


_LOGON = ("requests_credssp", "spnego", "gssapi", "krb5")
"""Packages whose exceptions tell of a logon, as long as nobody is connected."""


def is_failed_logon(connection: ConnectionBase, error: BaseException) -> bool:
    """Return whether *error* is a logon that failed, such as for a wrong password or for want of a ticket.

    winrm says of it that the host cannot be reached; psrp lets the exception of the library through: with CredSSP that
    of requests-credssp (NTStatusException, AuthenticationException), with Kerberos that of pyspnego (SpnegoError) or of
    what that rests on (Krb5Error for a wrong password).
    """
    packages = {each.__module__.partition(".")[0] for each in type(error).__mro__}
    return not may_have_begun(connection, error) and not packages.isdisjoint(_LOGON)


def is_of_connection(connection: ConnectionBase, error: BaseException) -> bool:
    """Return whether *error* is one of a connection, and none of the program around it."""
    if isinstance(error, (OSError, EOFError)):
        return True
    modules = (frame.f_globals.get("__name__") for frame, _line in traceback.walk_tb(error.__traceback__))
    return type(connection).__module__ in modules
