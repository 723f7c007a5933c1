# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose view, and who reaches the file server, through the real CLI: become without a password, and CredSSP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from integration.fleet import PASSWORDS, Fleet, Run

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

ALICE, BOB, BEN = r"CORP\alice", r"CORP\bob", r"CORP\ben"
OWN = ("carl", "dora", "emil", "fred")
SCENARIO: dict[str, Any] = {
    "host": {
        "name": "PC042",
        "user": r"CORP\admin",
        "admins": [r"CORP\admin"],
        "sessions": {ALICE: {}, BEN: {"name": None}},
    },
    "accounts": {r"CORP\admin": PASSWORDS[r"CORP\admin"], ALICE: PASSWORDS[ALICE], BOB: PASSWORDS[BOB]}
    | dict.fromkeys((rf"CORP\{user}" for user in OWN), "Carl-4"),
    "behaviour": {"server_contact": "per_item", "server_logon": "per_item", "pin_contact": "always"},
    "cache": {
        r"\\fs01\users": {
            "items": {
                user: {
                    "visible_to": [rf"CORP\{user}"],
                    "items": {
                        "kept.txt": {"pin": "user"},
                        "changed.txt": {"dirty": ["data"], "size": 5},
                        "old.txt": {"size": 7},
                    },
                }
                for user in ("alice", "bob", "ben", *OWN)
            }
        },
        r"\\fs02\forms": {"items": {"travel.dot": {"pin": "user"}}},
    },
}
"""Only a logon with credentials for the server pins, unpins and synchronizes there. Nobody knows ben's password."""

TASKS: dict[str, dict[str, Any]] = {
    "item_info": {"paths": "//fs01/users", "summary": True},
    "pin": {"paths": "//fs01/users/NAME"},
    "synchronize": {"paths": "//fs01/users/NAME"},
    "unpin": {"paths": "//fs01/users/NAME"},
    "delete_items": {"paths": "//fs01/users/NAME"},
}
WAYS = {
    "ntlm": ("winhost", "carl", False),
    "ntlm_psrp": ("winhost_psrp", "dora", False),
    "credssp": ("winhost", "emil", True),
    "credssp_psrp": ("winhost_psrp", "fred", True),
    "wrong": ("winhost", "carl", True),
    "wrong_psrp": ("winhost_psrp", "carl", True),
}
"""Name in the inventory: way in, who logs on there, whether with CredSSP."""
WRONG = ("wrong", "wrong_psrp")
NEED_THE_SERVER = {"pin", "synchronize", "unpin"}


def _task(module: str, user: str, when: str = "admin", flags: str = "") -> dict[str, Any]:
    options = {
        key: value.replace("NAME", user.rpartition("\\")[2]) if isinstance(value, str) else value
        for key, value in TASKS[module].items()
    }
    return {
        "name": f"{module} as {user}",
        f"winops.offline_files.{module}": options,
        "become": True,
        "become_method": "ansible.builtin.runas",
        "become_user": user,
        "ignore_errors": True,
        "when": f"inventory_hostname == '{when}'",
        **({"become_flags": flags} if flags else {}),
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One play and one host for all. It is asked by an administrator, by nobody special, and with CredSSP."""
    tasks = [_task(module, user) for user in (ALICE, BOB, BEN) for module in TASKS]
    tasks += [_task("unpin", r"CORP\nobody"), _task("unpin", ALICE, "plain"), _task("unpin", "SYSTEM", "plain")]
    forms = {"winops.offline_files.unpin": {"paths": "//fs02/forms"}}
    tasks += [_task("item_info", "SYSTEM"), _task("unpin", "SYSTEM") | forms]
    own = {"winops.offline_files.unpin": {"paths": "{{ path }}"}, "ignore_errors": True}
    tasks.append({"name": "own", **own, "when": "inventory_hostname in ways"})
    with Fleet(tmp_path_factory.mktemp("sessions")) as fleet:
        ways = {name: way for name, (way, _user, _credssp) in WAYS.items()}
        fleet.add("host", SCENARIO, ways={"admin": "winhost", "plain": "winhost_psrp", **ways})
        fleet.logon("plain", BOB, PASSWORDS[BOB])
        for name in fleet.names:
            fleet.set(name, ways=list(WAYS))
        for name, (way, user, credssp) in WAYS.items():
            fleet.logon(name, rf"CORP\{user}", "Carl-4")
            fleet.set(name, path=f"//fs01/users/{user}")
            if credssp:
                fleet.set(name, **{f"ansible_{'psrp_auth' if 'psrp' in way else 'winrm_transport'}": "credssp"})
        for name in WRONG:
            fleet.set(name, ansible_password="No-5")
        yield fleet.play(tasks)


@pytest.mark.parametrize("module", TASKS)
@pytest.mark.parametrize("user", [ALICE, BOB, BEN])
def test_a_user_who_is_logged_on_has_view_and_credentials_another_only_the_view(
    run: Run, module: str, user: str
) -> None:
    told = run.of("admin", f"{module} as {user}")
    result = told.result
    assert result["cache"]["user"] == user
    folder = "\\\\fs01\\users\\" + user.rpartition("\\")[2]
    if module == "item_info":
        assert (told.status, result["counts"]["total"]) == ("ok", 5)
        return
    assert {entry["path"].rpartition("\\")[0] for entry in result["entries"]} <= {folder, r"\\fs01\users"}
    assert result["counts"]["visible"] == 9
    if user == BOB and module in NEED_THE_SERVER:
        assert (told.status, result["changed"]) == ("failed", False)
        assert {e["result"]["category"] for e in result["entries"] if e["status"] == "failed"} == {"auth"}
        assert any(
            "(double hop): use become with the user's password, or without one while" in warning
            for warning in result["warnings"]
        )
    else:
        assert (told.status, result["changed"]) == ("ok", True)
        assert result["counts"]["failed"] == 0


def test_system_has_a_view_of_its_own_and_no_rights_on_the_server(run: Run) -> None:
    seen, tried = (run.of("admin", f"{module} as SYSTEM").result for module in ("item_info", "unpin"))
    assert seen["cache"]["user"] == r"NT AUTHORITY\SYSTEM"
    assert seen["counts"]["total"] == 1  # the share; nobody's folder
    assert (tried["changed"], tried["counts"]["failed"], tried["counts"]["total"]) == (False, 1, 2)


@pytest.mark.parametrize(
    ("host", "user", "words"),
    [
        ("admin", r"CORP\nobody", "Some or all identity references could not be translated."),
        (
            "plain",
            ALICE,
            r"Failed to get token for NT AUTHORITY\SYSTEM required for become as a service account or an ",
        ),
        ("plain", "SYSTEM", r"Failed to get token for NT AUTHORITY\SYSTEM required for become as a service account"),
    ],
)
def test_what_windows_refuses_is_told_in_its_words(run: Run, host: str, user: str, words: str) -> None:
    told = run.of(host, f"unpin as {user}")
    assert (told.status, told.result["changed"]) == ("failed", False)
    assert words in told.result["msg"]


@pytest.mark.parametrize("name", ["ntlm", "ntlm_psrp", "credssp", "credssp_psrp"])
def test_a_logon_with_credssp_reaches_the_server_and_one_with_ntlm_does_not(run: Run, name: str) -> None:
    told = run.of(name, "own")
    user, credssp = WAYS[name][1:]
    assert told.result["cache"]["user"] == rf"CORP\{user}"
    assert (told.status, told.result["changed"]) == (("ok", True) if credssp else ("failed", False))
    assert told.result["counts"]["failed"] == (0 if credssp else 1)
    assert (told.result["entries"][0]["result"]["category"] == "auth") is not credssp


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_password_with_credssp_is_a_host_that_is_not_reached(run: Run, name: str) -> None:
    told = run.of(name, "own")
    assert (told.status, told.result["changed"]) == ("unreachable", False)
    assert "Received error status from the server" in told.result["msg"]
