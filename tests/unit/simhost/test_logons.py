# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""become: whose identity, whether file servers take it, and what Windows and ansible-core say where it is refused."""

from __future__ import annotations

import pytest

from simhost import host_call, scenario
from simhost.accounts import Accounts
from simhost.logons import Logon, LogonError, become
from simhost.manifest import Become
from simhost.scenario import ScenarioError
from simhost.windows import Host, Session
from simhost.wmi import CACHE_CLASS, WmiSession

pytestmark = pytest.mark.timeout(15)

ACCOUNTS = Accounts({r"CORP\admin": "Keeper-3", r"CORP\anna": "Anna-1", r"CORP\carl": "Carl-3", "bob": "Hush-1"})
ADMIN, PLAIN = Logon(r"CORP\admin"), Logon(r"CORP\anna")
TEXT = r"""
host:
  name: PC042
  admins: ['CORP\admin']
  no_batch: ['CORP\carl']
  sessions:
    'CORP\anna': {}
    'CORP\ben': {number: 5}
    'PC042\bob': {name: null}
behaviour: {server_contact: per_item}
cache:
  '\\fs01\users\anna': {pin: user, visible_to: ['CORP\anna']}
  '\\fs01\users\ben': {pin: user, visible_to: ['CORP\ben']}
  '\\fs01\users\admin': {pin: user, visible_to: ['CORP\admin']}
"""


def host(text: str = TEXT) -> Host:
    return scenario.parse(text).host


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        pytest.param(Become(r"corp\ANNA", None), Logon(r"CORP\anna", True), id="logged on"),
        pytest.param(Become(r"CORP\ben", None), Logon(r"CORP\ben", True), id="logged on, password known to nobody"),
        pytest.param(Become(".\\bob", None), Logon(r"PC042\bob", True), id="disconnected session, local user"),
        pytest.param(Become(r"CORP\admin", None), Logon(r"CORP\admin", False), id="S4U of oneself"),
        pytest.param(Become(r"CORP\carl", None, "Network"), Logon(r"CORP\carl", False), id="S4U without batch right"),
        pytest.param(Become(r"CORP\carl", "Carl-3"), Logon(r"CORP\carl", True), id="password"),
        pytest.param(Become(r"CORP\carl", "Carl-3", "Network"), Logon(r"CORP\carl", False), id="network logon"),
        pytest.param(Become("SYSTEM", None), Logon("SYSTEM"), id="SYSTEM: as the scenario says"),
        pytest.param(
            Become(r"CORP\anna", "Anna-1", "NewCredentials"), Logon(r"CORP\admin", True), id="for the network"
        ),
        pytest.param(
            Become(r"CORP\anna", "no", "NewCredentials"), Logon(r"CORP\admin", False), id="wrong, not looked at"
        ),
        pytest.param(Become(r"OTHER\svc", "any", "NewCredentials"), Logon(r"CORP\admin", False), id="unknown"),
    ],
)
def test_whose_identity_and_whether_servers_take_it(wanted: Become, got: Logon) -> None:
    assert become(wanted, ADMIN, ACCOUNTS, host()) == got


_NO_SYSTEM = (
    "Failed to get token for NT AUTHORITY\\SYSTEM required for become as a service account or an account without a "
    "password"
)
_NOBODY = "Some or all identity references could not be translated."


@pytest.mark.parametrize(
    ("wanted", "by", "said"),
    [
        pytest.param(Become(r"CORP\nobody", None), ADMIN, _NOBODY, id="unknown"),
        pytest.param(Become(r"CORP\nobody", None), PLAIN, _NOBODY, id="unknown, no administrator"),
        pytest.param(Become(r"OTHER\bob", "Hush-1"), ADMIN, _NOBODY, id="of another domain"),
        pytest.param(Become(r"CORP\ben", None), PLAIN, _NO_SYSTEM, id="no administrator"),
        pytest.param(Become("SYSTEM", None), PLAIN, _NO_SYSTEM, id="SYSTEM, no administrator"),
        pytest.param(Become("SYSTEM", None, "NewCredentials"), ADMIN, _NO_SYSTEM, id="for the network, no password"),
        pytest.param(
            Become(r"CORP\carl", None),
            ADMIN,
            "LsaLogonUser() failed with substatus 0 (Logon failure: the user has not been granted the requested logon "
            "type at this computer, Win32ErrorCode 1385 - 0x00000569)",
            id="no batch right",
        ),
        pytest.param(
            Become("bob", "wrong"),
            PLAIN,
            "Failed to logon .\\bob (The user name or password is incorrect, Win32ErrorCode 1326 - 0x0000052E)",
            id="wrong password",
        ),
    ],
)
def test_what_is_refused_and_in_which_words(wanted: Become, by: Logon, said: str) -> None:
    with pytest.raises(LogonError) as caught:
        become(wanted, by, ACCOUNTS, host())
    assert str(caught.value) == said
    assert caught.value.told() == (
        f'failure during exec_wrapper: Exception calling "CreateProcessAsUser" with "9" argument(s): "{said}"'
    )


def test_without_a_host_every_user_may_become_another() -> None:
    assert become(Become(r"CORP\carl", None), PLAIN, ACCOUNTS) == Logon(r"CORP\carl", False)


@pytest.mark.parametrize(
    ("user", "credentials", "expected"),
    [(r"CORP\anna", None, False), (r"CORP\anna", True, True), (r"CORP\ben", None, True), (r"CORP\ben", False, False)],
)
def test_credentials_of_a_logon_count_more_than_what_the_scenario_says_of_its_user(
    user: str, credentials: bool | None, expected: bool
) -> None:
    machine = host(TEXT.replace("  sessions:", "  delegated: ['CORP\\ben']\n  sessions:"))
    path = "\\\\fs01\\users\\" + user.rpartition("\\")[2]
    params = {"Paths": [path], "Flags": 0x20, "Deep": True}
    list(WmiSession(machine, user, credentials).invoke(CACHE_CLASS, "Unpin", params))
    unpinned = {item["path"] for item in machine.snapshot()["items"] if not item["pins"]}
    assert (path in unpinned) is expected


@pytest.mark.parametrize(("credentials", "left"), [(False, 3), (True, 2)])
def test_the_emulation_passes_credentials_on(credentials: bool, left: int) -> None:
    request = {
        "method": "Unpin",
        "paths": r"\\fs01\users\anna",
        "paths_as": "Paths",
        "arguments": [{"Flags": 0x20, "Deep": True}],
    }
    machine = host()
    host_call.run(request, machine, r"CORP\anna", False, None, credentials)
    assert sum(bool(item["pins"]) for item in machine.snapshot()["items"]) == left


def test_sessions_of_a_scenario() -> None:
    assert host().machine.sessions == (
        Session(r"CORP\anna", "Console", 1),
        Session(r"CORP\ben", "RDP-Tcp#0", 5),
        Session(r"PC042\bob", None, 3),
    )


@pytest.mark.parametrize(
    ("sessions", "words"),
    [
        ("{anna: {}}", r"host: sessions: a user: 'anna' needs its domain, such as CORP\\anna"),
        (r"{'CORP\anna': {}, 'corp\Anna': {}}", "the user, or the number of the session, stands twice"),
        (r"{'CORP\anna': {number: 2}, 'CORP\ben': {}}", "the user, or the number of the session, stands twice"),
        (r"{'CORP\anna': {name: 3}}", "name: expected a text, got 3"),
        (r"{'CORP\anna': {number: -1}}", "number: expected a whole number of at least 0"),
        (r"{'CORP\anna': {desk: 1}}", "unknown key 'desk'"),
        (r"['CORP\anna']", "host: sessions: expected a mapping"),
    ],
)
def test_wrong_sessions_are_refused(sessions: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        host(f"host: {{sessions: {sessions}}}")
