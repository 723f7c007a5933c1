# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""become without a password through the real CLI: who is logged on, who is not, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from integration.fleet import PASSWORDS, Fleet, Run

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

ALICE, BOB, BEN = r"CORP\alice", r"CORP\bob", r"CORP\ben"
SCENARIO: dict[str, Any] = {
    "host": {
        "name": "PC042",
        "user": r"CORP\admin",
        "admins": [r"CORP\admin"],
        "sessions": {ALICE: {}, BEN: {"name": None}},
    },
    "accounts": {r"CORP\admin": PASSWORDS[r"CORP\admin"], ALICE: PASSWORDS[ALICE], BOB: PASSWORDS[BOB]},
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
                for user in ("alice", "bob", "ben")
            }
        }
    },
}
"""Only a logon with credentials for the file server pins, unpins and synchronizes there. Nobody knows ben's password."""

TASKS: dict[str, dict[str, Any]] = {
    "item_info": {"paths": "//fs01/users", "summary": True},
    "pin": {"paths": "//fs01/users/NAME"},
    "synchronize": {"paths": "//fs01/users/NAME"},
    "unpin": {"paths": "//fs01/users/NAME"},
    "delete_items": {"paths": "//fs01/users/NAME"},
}
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
    """One play for all: the names `admin` and `plain` are one host, asked by an administrator and by nobody special."""
    tasks = [_task(module, user) for user in (ALICE, BOB, BEN) for module in TASKS]
    tasks += [_task("unpin", r"CORP\nobody"), _task("unpin", ALICE, "plain"), _task("unpin", "SYSTEM", "plain")]
    with Fleet(tmp_path_factory.mktemp("sessions")) as fleet:
        fleet.add("host", SCENARIO, ways={"admin": "winhost", "plain": "winhost_psrp"})
        fleet.logon("plain", BOB, PASSWORDS[BOB])
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
    assert result["counts"]["visible"] == 6
    if user == BOB and module in NEED_THE_SERVER:
        assert (told.status, result["changed"]) == ("failed", False)
        assert {e["result"]["category"] for e in result["entries"] if e["status"] == "failed"} == {"auth"}
        assert any("(double hop)" in warning for warning in result["warnings"])
    else:
        assert (told.status, result["changed"]) == ("ok", True)
        assert result["counts"]["failed"] == 0


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
