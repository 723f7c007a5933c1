# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""cache from the command line to a simulated host and back: two runs, restarts, bad input, a lost answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.fleet import HANGING, Fleet, Run

from simhost import scenario
from simhost.faults import Faults

pytestmark = pytest.mark.timeout(240)

MODULE = "winops.offline_files.cache"
CONTENT: dict[str, Any] = yaml.safe_load(
    (Path(scenario.__file__).parent / "scenarios" / "cache.yml").read_text(encoding="utf-8")
)
BOB = {"CORP\\bob": {"sid": "S-1-5-21-1-2-3-7", "synchronized": {"\\\\fs01\\users": "never"}}}
PSRP = {"denied": "winhost_psrp"}
LATER = "A restart of the host is required."


def _content(**behaviour: Any) -> dict[str, Any]:
    return {**CONTENT, "behaviour": {**CONTENT["behaviour"], "restart_ms": 500, **behaviour}}


INPUT: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Nothing is asked for: give at least one of enabled, encrypted and reset: true."),
    "no_reset": ({"reset": False}, "Nothing is asked for"),
    "word": ({"reset": True, "unsynchronized": "keep"}, "must be one of: refuse, destroy, got: keep"),
    "off_and_encrypted": ({"enabled": False, "encrypted": True}, "encrypted: true with enabled: false is not allowed"),
    "off_and_decrypted": (
        {"enabled": False, "encrypted": False},
        "encrypted: false with enabled: false is not allowed",
    ),
    "off_and_reset": ({"enabled": False, "reset": True}, "reset: true with enabled: false is not allowed"),
    "reboot_timeout": (
        {"enabled": True, "reboot_timeout": 0},
        "reboot_timeout 0 is not allowed: use 1 to 86400 seconds.",
    ),
    "timeout": ({"enabled": True, "timeout": -1}, "timeout -1 is not allowed"),
}
HOSTS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "ntlm": (_content(), {"encrypted": True}, {}),
    "reset": (_content(), {"reset": True}, {}),
    "off": (_content(), {"enabled": False, "reboot": True}, {}),
    "psrp": (_content(), {"enabled": False, "reboot": True}, {"ways": {"psrp": "winhost_psrp"}}),
    "refused": (
        {**_content(), "profiles": {**CONTENT["profiles"], **BOB}},
        {"reset": True, "reboot": True},
        {},
    ),
    "partial": (_content(encrypt_cancelled=100), {"encrypted": True}, {}),
    "hangs": (_content(hang_after_items=0), {"encrypted": True, "timeout": HANGING}, {}),
    "lost": (_content(), {"encrypted": True}, {"faults": Faults(lost_command=2)}),
    "denied": (_content(restart_denied="always"), {"enabled": False, "reboot": True}, {"ways": PSRP}),
    "unseen": (_content(restart_lost="always"), {"enabled": False, "reboot": True, "reboot_timeout": 7}, {}),
    **{f"input_{name}": (_content(), options, {}) for name, (options, _said) in INPUT.items()},
}  # fmt: skip
OPTIONS = ("enabled", "encrypted", "reset", "unsynchronized", "reboot", "reboot_timeout", "timeout")
TASK: dict[str, Any] = {
    MODULE: {name: f"{{{{ its.{name} | default(omit) }}}}" for name in OPTIONS},
    "ignore_errors": True,
}
RAN = ("ntlm", "reset", "off", "psrp")
"""Hosts on which all goes well."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("cache")) as fleet:
        for name, (content, options, more) in HOSTS.items():
            fleet.add(name, content, variables={"its": options}, **more)
        yield fleet


@pytest.fixture(scope="module")
def run(fleet: Fleet) -> Run:
    """What would be done, what is done, and a second time."""
    well = f"inventory_hostname in {list(RAN)}"
    tasks = [
        {"name": "foreseen", **TASK, "check_mode": True, "diff": True, "when": well},
        {"name": "first", **TASK, "diff": True},
        {"name": "second", **TASK, "diff": True, "when": well},
    ]
    return fleet.play(tasks, timeout=200)


@pytest.mark.parametrize("name", RAN)
def test_a_second_run_calls_nothing_and_check_mode_foresees_the_first(run: Run, name: str) -> None:
    foreseen, first, second = (run.of(name, task).result for task in ("foreseen", "first", "second"))
    assert [one["changed"] for one in (foreseen, first, second)] == [True, True, False]
    assert [one.get("failed", False) for one in (foreseen, first, second)] == [False] * 3
    assert (foreseen["calls"], second["calls"]) == ([], [])
    same = (
        "enabled",
        "active",
        "encrypted",
        "counts",
        "reset_pending",
        "reboot_required",
        "rebooted",
        "diff",
        "refused",
    )
    assert [foreseen[key] for key in same] == [first[key] for key in same]
    assert set(foreseen) == set(first) == set(second)
    kept = ("enabled", "active", "encrypted", "counts", "reset_pending", "reboot_required")
    assert [second[key] for key in kept] == [first[key] for key in kept]


def test_what_it_says(run: Run) -> None:
    assert [run.of("ntlm", task).result["msg"] for task in ("foreseen", "first", "second")] == [
        "Would have encrypted 2 of 3 files.",
        "Encrypted 2 of 3 files.",
        r"3 files that CORP\carol sees are encrypted already.",
    ]
    assert [run.of("reset", task).result["msg"] for task in ("foreseen", "first", "second")] == [
        f"The next restart would empty the cache. {LATER}",
        f"The next restart empties the cache. {LATER}",
        f"The next restart empties the cache, as was asked for already. {LATER}",
    ]
    assert "-files: 1 encrypted, 2 not encrypted\n+files: 3 encrypted, 0 not encrypted\n" in run.stdout
    assert "-reset: not pending\n+reset: at the next restart\n" in run.stdout


@pytest.mark.parametrize("name", ["off", "psrp"])
def test_a_restart_over_either_connection(run: Run, fleet: Fleet, name: str) -> None:
    first, second = (run.of(name, task).result for task in ("first", "second"))
    assert first["msg"] == "Disabled Offline Files. Restarted the host."
    assert (first["active"], first["rebooted"], first["cache"]["active"]) == (False, True, False)
    assert (second["rebooted"], second["msg"]) == (False, "Offline Files is disabled already.")
    assert fleet.sims[name].host.restarts == 1
    assert "+Offline Files: disabled, not active\n" in run.stdout


def test_a_reset_is_refused_for_another_user(run: Run, fleet: Fleet) -> None:
    told = run.of("refused", "first")
    assert (told.status, told.result["calls"], told.result["rebooted"]) == ("failed", [], False)
    assert told.result["refused"] == [
        r"C:\Users\bob has synchronized \\fs01\users, and what is cached for this user was not seen."
    ]
    assert told.result["msg"] == (
        "Nothing was done, for a reset destroys changes of every user that were never synchronized, and C:\\Users\\bob "
        "has synchronized \\\\fs01\\users, and what is cached for this user was not seen. To look, run item_info with "
        "dirty: true or synchronize as each of these users (become); to go on whatever is lost, set unsynchronized: "
        "destroy."
    )
    assert fleet.sims["refused"].host.snapshot()["format"] is None


def test_a_partly_encrypted_cache_is_a_failure_with_counts(run: Run) -> None:
    told = run.of("partial", "first")
    assert (told.status, told.result["changed"], told.result["encrypted"]) == ("failed", True, "partial")
    assert told.result["counts"] == {"encrypted": 2, "unencrypted": 1, "unsynchronized": 0}
    assert len(told.result["calls"]) == 4


def test_a_timeout_says_that_it_may_still_run(run: Run) -> None:
    told = run.of("hangs", "first")
    assert (told.status, told.result["timed_out"], told.result["may_still_run"]) == ("failed", True, True)
    assert (told.result["changed"], told.result["counts"]["encrypted"]) == (False, 1)


def test_a_lost_answer_is_followed_by_another_look(run: Run) -> None:
    told = run.of("lost", "first")
    assert (told.status, told.result["changed"], told.result["encrypted"]) == ("failed", True, "encrypted")
    assert (told.result["may_still_run"], told.result["state_verified"]) == (True, True)
    assert "The connection" in told.result["msg"]


def test_a_restart_that_does_not_happen(run: Run) -> None:
    denied, unseen = (run.of(name, "first") for name in ("denied", "unseen"))
    for told in (denied, unseen):
        assert (told.status, told.result["changed"], told.result["rebooted"]) == ("failed", True, False)
        assert told.result["reboot_required"] is True
    assert "The host was not restarted: shutdown.exe said: Access is denied.(5)" in denied.result["msg"]
    assert "The restart was not seen within 7 seconds (reboot_timeout). It answers" in unseen.result["msg"]


@pytest.mark.parametrize("name", INPUT)
def test_bad_input_names_the_value_and_what_is_allowed(run: Run, name: str) -> None:
    told = run.of(f"input_{name}", "first")
    assert told.status == "failed"
    assert INPUT[name][1] in told.result["msg"]
