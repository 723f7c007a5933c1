# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Enable and Encrypt, what StdRegProv writes, and what a restart does to the simulated machine."""

from __future__ import annotations

from typing import Any

import pytest
from unit.simhost.calls import ALICE, call, host, items, returned

from simhost.backend import Command, Output
from simhost.shutdown import ShutdownBackend, restart_after
from simhost.windows import FORMAT_KEY, SHUTDOWN_KEY, Host
from simhost.wmi import (
    CACHE_CLASS,
    CONFIGURATION_CLASS,
    REGISTRY_CLASS,
    Completed,
    Hang,
    ObjectReady,
    WmiError,
    WmiSession,
)

pytestmark = pytest.mark.timeout(20)

CAROL = "CORP\\carol"
OF_CAROL = "\\\\fs01\\users\\carol\\"
DENIED, CANCELLED, MORE_DATA, SHARING = 0x80070005, 0x800704C7, 0x800700EA, 0x80070020
LOCAL_MACHINE = 0x80000002
PARAMETERS = FORMAT_KEY.partition("\\")[2]


def enable(machine: Host, wanted: bool, user: str = CAROL) -> tuple[int | None, bool]:
    events = call(machine, "Enable", {"Enable": wanted}, user)
    ready = next(event for event in events if isinstance(event, ObjectReady))
    return ready.return_value, ready.outputs["RebootRequired"]


def encrypt(machine: Host, wanted: bool = True, user: str = CAROL) -> int | None:
    return returned(call(machine, "Encrypt", {"Encrypt": wanted, "Flags": 0}, user))


def encrypted(machine: Host, under: str = OF_CAROL) -> set[str]:
    return {name for name, item in items(machine, under).items() if item["encrypted"]}


def setting(machine: Host) -> Any:
    return WmiSession(machine, CAROL).get(CONFIGURATION_CLASS)["OfflineFilesCacheEncrypted"]


def cache(machine: Host) -> tuple[bool, bool]:
    row = WmiSession(machine, CAROL).get(CACHE_CLASS)
    return row["Enabled"], row["Active"]


def ask(machine: Host, method: str, user: str = CAROL, key: str = PARAMETERS, **params: Any) -> tuple[Any, Any]:
    given = {"hDefKey": LOCAL_MACHINE, "sSubKeyName": key, **params}
    events = list(WmiSession(machine, user).invoke(REGISTRY_CLASS, method, given, observe=False))
    ready = next(event for event in events if isinstance(event, ObjectReady))
    return ready.return_value, ready.outputs


def write(machine: Host, value: int = 1, user: str = CAROL) -> int:
    return int(ask(machine, "SetDWORDValue", user, sValueName="FormatDatabase", uValue=value)[0])


def read(machine: Host) -> Any:
    code, found = ask(machine, "GetDWORDValue", sValueName="FormatDatabase")
    return found["uValue"] if not code else None


def test_parameters() -> None:
    session = WmiSession(host("cache"), CAROL)
    assert dict(session.inputs(CACHE_CLASS, "Enable")) == {"Enable": "boolean"}
    assert dict(session.inputs(CACHE_CLASS, "Encrypt")) == {"Encrypt": "boolean", "Flags": "uint32"}


def test_enabled_and_active_differ_until_the_restart() -> None:
    machine = host("cache")
    assert enable(machine, False) == (0, True)
    assert cache(machine) == (False, True)
    assert WmiSession(machine, CAROL).get("Win32_Service", "CscService")["StartMode"] == "Disabled"
    assert enable(machine, True) == (0, False), "the driver runs still, as the vendor's page says"
    assert enable(machine, False) == (0, True)
    machine.restart()
    assert cache(machine) == (False, False)
    assert enable(machine, True) == (0, True), "it works where the cache is disabled"
    machine.restart()
    assert cache(machine) == (True, True)
    machine.reset()
    assert cache(machine) == (True, True)


def test_enable_at_once() -> None:
    machine = host("cache", enable_effect="at_once")
    assert enable(machine, False) == (0, False)
    assert cache(machine) == (False, False)


def test_a_disabled_service_does_not_start() -> None:
    machine = host("inactive")
    machine.restart()
    assert machine.active, "its start mode is Auto"


@pytest.mark.parametrize(
    ("switches", "expected"),
    [({}, (DENIED, False)), ({"enable_denied": "accepted"}, (0, True))],
)
def test_enable_without_rights(switches: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert enable(host("cache", **switches), False, ALICE) == expected


def test_enable_without_rights_may_throw() -> None:
    machine = host("cache", enable_denied="thrown")
    with pytest.raises(WmiError) as thrown:
        enable(machine, False, ALICE)
    assert thrown.value.code == 0x80041003
    assert cache(machine) == (True, True)


def test_encrypt_works_for_the_files_that_the_caller_sees() -> None:
    machine = host("cache")
    assert encrypt(machine) == 0
    assert encrypted(machine) == {"plan.docx", "budget.xlsx", "notes.txt"}
    assert encrypted(machine, "\\\\fs01\\users\\alice\\") == set()
    assert setting(machine) is True
    assert encrypt(machine, False) == 0
    assert encrypted(machine) == set()
    assert setting(machine) is False


def test_the_setting_may_be_one_of_its_own() -> None:
    machine = host("cache", encrypt_setting="stays")
    assert encrypt(machine) == 0
    assert setting(machine) is False
    bare = host("cache")
    bare.configuration = None
    assert encrypt(bare) == 0


def test_encrypt_that_is_cancelled() -> None:
    machine = host("cache", encrypt_cancelled=1)
    assert encrypt(machine) == CANCELLED
    assert len(encrypted(machine)) == 2
    assert encrypt(machine) == 0
    assert len(encrypted(machine)) == 3
    assert encrypt(host("cache", encrypt_cancelled=1, encrypt_cancelled_code=995)) == 0x800703E3


@pytest.mark.parametrize(("told", "code"), [("more_data", MORE_DATA), ("zero", 0), ("first_error", SHARING)])
def test_encrypt_and_a_file_that_is_open(told: str, code: int) -> None:
    machine = host("cache", encrypt_errors=told)
    plan = machine.cache.find(OF_CAROL + "plan.docx")
    assert plan is not None
    from dataclasses import replace

    plan.facts = replace(plan.facts, in_use=True)
    assert encrypt(machine) == code
    assert encrypted(machine) == {"budget.xlsx", "notes.txt"}


def test_encrypt_without_rights() -> None:
    machine = host("cache", encrypt_denied="return_value")
    assert encrypt(machine, user=ALICE) == DENIED
    assert encrypted(machine, "\\\\fs01\\users\\alice\\") == set()


@pytest.mark.parametrize(
    ("method", "params"), [("Enable", {"Enable": False}), ("Encrypt", {"Encrypt": True, "Flags": 0})]
)
def test_a_call_that_hangs_changes_nothing(method: str, params: dict[str, Any]) -> None:
    machine = host("cache", hang_after_items=0)
    events = call(machine, method, params, CAROL)
    assert isinstance(events[-1], Hang)
    assert not any(isinstance(event, Completed) for event in events)
    assert cache(machine) == (True, True)
    assert encrypted(machine) == {"notes.txt"}


def test_a_key_is_made_and_a_value_set() -> None:
    machine = host("cache")
    assert write(machine) == 2, "there is no such key"
    assert ask(machine, "CreateKey") == (0, {})
    assert read(machine) is None
    assert write(machine) == 0
    assert read(machine) == 1
    assert ask(machine, "CreateKey") == (0, {}), "it is there"
    assert read(machine) == 1
    assert write(machine, 0) == 0
    assert read(machine) == 0
    machine.reset()
    assert write(machine) == 2


def test_only_an_administrator_writes() -> None:
    machine = host("cache")
    assert ask(machine, "CreateKey", ALICE)[0] == 5
    ask(machine, "CreateKey")
    assert write(machine, user=ALICE) == 5
    closed = host("cache", registry_denied=[FORMAT_KEY])
    assert ask(closed, "CreateKey")[0] == 5


@pytest.mark.parametrize(("switch", "left"), [("deleted", None), ("zero", 0), ("stays", 1)])
def test_a_restart_empties_the_cache(switch: str, left: int | None) -> None:
    machine = host("cache", format_value=switch)
    machine.restart()
    assert items(machine), "nothing was asked for"
    ask(machine, "CreateKey")
    write(machine)
    assert items(machine)
    machine.restart()
    assert items(machine) == {}
    assert read(machine) == left


@pytest.mark.parametrize("switch", ["written", "stays"])
def test_windows_writes_when_it_was_shut_down(switch: str) -> None:
    machine = host("cache")
    machine.behaviour = type(machine.behaviour)(shutdown_time=switch)  # type: ignore[arg-type]
    machine.reset()

    def moment() -> Any:
        key = SHUTDOWN_KEY.partition("\\")[2]
        return ask(machine, "GetBinaryValue", key=key, sValueName="ShutdownTime")[1]["uValue"]

    before = moment()
    machine.restart()
    assert (moment() != before) is (switch == "written")


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ('shutdown.exe /r /t 2 /c "Offline Files"', 2),
        ("& Shutdown -R -T 0", 0),
        ("shutdown /r", 30),
        ("shutdown.exe /s /t 2", None),
        ("shutdown.exe /a", None),
        ("powershell -EncodedCommand cwBoAHUAdABkAG8AdwBuACAALwByACAALwB0ACAANQA=", 5),
        ("powershell -EncodedCommand cwBoAHUAdABkAG8AdwBuAA==", None),
        ("hostname", None),
    ],
)
def test_which_command_restarts(line: str, seconds: int | None) -> None:
    assert restart_after(line) == seconds


class Rest:
    """The backend behind: says that a command reached it."""

    def run(self, command: Command, out: Output) -> int:
        return 77


@pytest.mark.parametrize(
    ("line", "user", "switches", "expected"),
    [
        ("shutdown /r /t 1", CAROL, {}, (0, [1])),
        ("shutdown /r /t 1", ALICE, {}, (5, [])),
        ("shutdown /r /t 1", CAROL, {"restart_denied": "always"}, (5, [])),
        ("shutdown /r /t 1", CAROL, {"restart_lost": "always"}, (0, [])),
        ("hostname", CAROL, {}, (77, [])),
    ],
)
def test_who_restarts(line: str, user: str, switches: dict[str, Any], expected: tuple[int, list[float]]) -> None:
    machine, asked = host("cache", restart_ms=0, **switches), list[float]()
    backend = ShutdownBackend(Rest(), lambda: machine, asked.append)
    out = Output()
    code = backend.run(Command(line, b"", user), out)
    out.finish(code)
    assert (code, asked) == expected
    said = out.take(1000, 1)[0]
    assert said == ({"stderr": b"Access is denied.(5)\r\n"} if code == 5 else {})
