# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kerberos through the real CLI, with a KDC on loopback: an ordinary ticket, and one that is delegated to the host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from integration.fleet import Fleet, Run

from simhost import kdc
from simhost.server import Settings

LACKS = kdc.missing_programs() + kdc.missing_packages()
pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.once,
    pytest.mark.skipif(bool(LACKS), reason=f"Kerberos, which `make test-kerberos` tests, lacks {', '.join(LACKS)}"),
]

REALM, PASSWORD = "CORP.EXAMPLE.COM", "Wonderland-1&x"
WINRM = {"ansible_winrm_transport": "kerberos", "ansible_winrm_kinit_env_vars": ["KRB5_CONFIG"]}
PSRP = {"ansible_psrp_auth": "kerberos"}
# Name in the inventory and of the user: way in, variables, whether the ticket is delegated.
WAYS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "winrm": ("winhost", WINRM, False),
    "winrm_delegated": ("winhost", {**WINRM, "ansible_winrm_kerberos_delegation": True}, True),
    "winrm_https": ("winhost_https", {**WINRM, "ansible_winrm_kerberos_delegation": True}, True),
    "psrp": ("winhost_psrp", PSRP, False),
    "psrp_delegated": ("winhost_psrp", {**PSRP, "ansible_psrp_negotiate_delegate": True}, True),
    "psrp_negotiate": ("winhost_psrp", {**PSRP, "ansible_psrp_auth": "negotiate"}, False),
    "ntlm": ("winhost", {}, False),
}
WRONG: dict[str, tuple[str, dict[str, Any], bool]] = {
    "wrong": ("winhost", WINRM, False),
    "wrong_psrp": ("winhost_psrp", PSRP, False),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    users = {name.replace("_", ""): name for name in WAYS}
    scenario = {
        "host": {"name": "PC042"},
        "accounts": dict.fromkeys((rf"CORP\{user}" for user in users), PASSWORD),
        "behaviour": {"server_contact": "per_item"},
        "cache": {rf"\\fs01\users\{user}": {"pin": "user", "visible_to": [rf"CORP\{user}"]} for user in users},
    }
    folder = tmp_path_factory.mktemp("realm")
    services = [f"{service}/127.0.0.1" for service in ("HTTP", "WSMAN", "host")]  # psrp: host since 2.22
    task = {"name": "unpin", "winops.offline_files.unpin": {"paths": "//fs01/users"}, "ignore_errors": True}
    with pytest.MonkeyPatch.context() as patch, kdc.Realm(folder, REALM, dict.fromkeys(users, PASSWORD), services) as r:
        for name, value in r.server.items():
            patch.setenv(name, value)
        with Fleet(tmp_path_factory.mktemp("kerberos")) as fleet:
            settings = Settings(https=True, kerberos=True)  # over HTTP only sealed messages
            ways = {name: found[0] for name, found in (WAYS | WRONG).items()}
            fleet.add("host", scenario, ways=ways, settings=settings)
            for user, name in users.items():
                realm = REALM if name != "ntlm" else ""
                fleet.logon(name, f"{user}@{realm}" if realm else rf"CORP\{user}", PASSWORD)
                fleet.set(name, **WAYS[name][1])
            for name, (_way, variables, _delegated) in WRONG.items():
                fleet.logon(name, f"ntlm@{REALM}", "No-5")
                fleet.set(name, **variables)
            yield fleet.play([task], "-vv")


@pytest.mark.parametrize("name", WAYS)
def test_a_delegated_ticket_reaches_the_server_and_an_ordinary_one_does_not(run: Run, name: str) -> None:
    told = run.of(name)
    result, delegated = told.result, WAYS[name][2]
    assert result.get("cache", {}).get("user") == rf"CORP\{name.replace('_', '')}", run.stdout
    assert (told.status, result["changed"]) == (("ok", True) if delegated else ("failed", False))
    assert (result["entries"][0]["result"]["category"] == "auth") is not delegated


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_password_is_a_host_that_is_not_reached(run: Run, name: str) -> None:
    told = run.of(name)
    assert (told.status, told.result["changed"]) == ("unreachable", False), run.stdout
