# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of what the failure of a connection says: whether the host may have begun, and whose error it is."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible.playbook.play_context import PlayContext
from ansible.plugins.connection import ConnectionBase
from ansible.plugins.loader import connection_loader

from ansible_collections.winops.offline_files.plugins.plugin_utils.links import (
    is_failed_logon,
    is_of_connection,
    may_have_begun,
)


@pytest.mark.parametrize("transport", ["winrm", "psrp", "paramiko", "a.b.c"])
@pytest.mark.parametrize("connected", [True, False])
def test_a_connection_that_says_whether_it_stands(transport: str, connected: bool) -> None:
    link = MagicMock(transport=transport, connected=connected)
    assert may_have_begun(link, AnsibleConnectionFailure("Connection to pc closed by remote host.")) is connected
    assert may_have_begun(link) is connected


@pytest.mark.parametrize(
    ("said", "begun"),
    [
        ("ssh: connect to host pc1 port 22: Connection refused", False),
        ("ssh: Could not resolve hostname pc1: Name or service not known", False),
        ("alice@pc1: Permission denied (publickey,password).", False),
        ("kex_exchange_identification: Connection closed by remote host", False),
        ("kex_exchange_identification: read: Connection reset by peer", False),
        ("Connection closed by 10.0.0.1 port 22", False),
        ("Connection timed out during banner exchange", False),
        ("Connection to pc1 closed by remote host.", True),
        ("Shared connection to 10.0.0.1 closed.", True),
        ("Read from remote host pc1: Connection reset by peer", True),
        ("client_loop: send disconnect: Broken pipe", True),
        ("Timeout, server pc1 not responding.", True),
    ],
)
def test_the_words_of_ssh(said: str, begun: bool) -> None:
    error = AnsibleConnectionFailure(f"Failed to connect to the host via ssh: {said}")
    assert may_have_begun(MagicMock(transport="ssh", connected=False), error) is begun


def test_a_silent_ssh_may_have_begun() -> None:
    assert may_have_begun(MagicMock(transport="ssh", connected=False))


@pytest.mark.parametrize(
    ("module", "connected", "failed"),
    [
        ("requests_credssp.exceptions", False, True),
        ("spnego.exceptions", False, True),
        ("spnego.exceptions", True, False),
        ("krb5._exceptions", False, True),
        ("pypsrp.exceptions", False, False),
        ("spnegotiator", False, False),
    ],
)
def test_the_logons_of_libraries(module: str, connected: bool, failed: bool) -> None:
    """Those packages need not be there."""
    error = type("Refusal", (ValueError,), {"__module__": module})("Received error status from the server")
    assert is_failed_logon(MagicMock(transport="psrp", connected=connected), error) is failed


def _link() -> ConnectionBase:
    return connection_loader.get("local", PlayContext(), "/dev/null")


def _raised(error: Exception | None = None) -> Exception:
    """An error, or what the connection raises itself."""
    try:
        if error:
            raise error
        _link().exec_command(None)
    except Exception as exc:
        return exc
    raise AssertionError


@pytest.mark.parametrize("error", [ConnectionResetError(), EOFError(), None])
def test_errors_of_a_connection(error: Exception | None) -> None:
    assert is_of_connection(_link(), _raised(error))


@pytest.mark.parametrize("error", [TypeError("no"), KeyError("x"), ValueError("no")])
def test_errors_of_the_program(error: Exception) -> None:
    assert not is_of_connection(_link(), _raised(error))
