# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The action cache against the simulated host part: every state, every answer of Windows, check mode and restarts."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from ansible.errors import AnsibleConnectionFailure
from integration.in_process import Cache, every
from unit.action_host import warnings_of
from unit.simhost.calls import host, items, parsed

from ansible_collections.winops.offline_files.plugins.action import cache as cache_action
from ansible_collections.winops.offline_files.plugins.plugin_utils import restart as restart_module
from simhost.configuration import REG_TYPES, Value
from simhost.windows import FORMAT_KEY, FORMAT_VALUE, Host, Service

pytestmark = [pytest.mark.timeout(60), pytest.mark.once]

CAROL, ALICE = "CORP\\carol", "CORP\\alice"
Result = dict[str, t.Any]
LATER = "A restart of the host is required."


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let nothing sleep; a restart has a clock that the naps move."""
    taken: list[float] = []

    class Clock:
        """Time that passes only in sleep."""

        @staticmethod
        def monotonic() -> float:
            return sum(taken)

        sleep = taken.append

    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(restart_module, "time", Clock)
    monkeypatch.setattr(cache_action, "time", Clock)
    return taken


def run(machine: Host, user: str = CAROL, *, check: bool = False, silent: int = 0, **options: t.Any) -> Result:
    """The result of a task without what every task tells alike; its warnings are under ``warnings``."""
    action = Cache(options, machine, user, check_mode=check)
    action.silent = silent
    result = action.run_task()
    result["warnings"] = warnings_of(result)
    result["sent"] = action.commands
    return result


def told(result: Result, *keys: str) -> tuple[t.Any, ...]:
    return tuple(result[key] for key in keys)


def called(machine: Host) -> list[str]:
    return [call["method"] for call in machine.calls]


def disabled(**switches: t.Any) -> Host:
    machine = host("cache", **switches)
    machine.enable(False)
    machine.restart()
    return machine


def with_file(machine: Host, name: str, **facts: t.Any) -> Host:
    found = machine.cache.find(f"\\\\fs01\\users\\{name}")
    assert found is not None
    found.facts = replace(found.facts, **facts)
    return machine


# Enabled


def test_disable_and_enable_again() -> None:
    machine = host("cache")
    first = run(machine, enabled=False)
    assert told(first, "changed", "failed", "enabled", "active", "reboot_required", "rebooted") == (
        *(True, False, False, True, True, False),
    )
    assert first["msg"] == f"Disabled Offline Files. {LATER}"
    assert first["calls"][0]["returned"] == {"RebootRequired": True}
    second = run(machine, enabled=False)
    assert told(second, "changed", "calls", "reboot_required") == (False, [], True)
    assert second["msg"] == f"Offline Files is disabled already. {LATER}"
    machine.restart()
    third = run(machine, enabled=False)
    assert told(third, "changed", "failed", "active", "reboot_required") == (False, False, False, False)
    fourth = run(machine, enabled=True)
    assert told(fourth, "changed", "failed", "enabled", "active", "reboot_required") == (True, False, True, False, True)
    assert fourth["msg"] == f"Enabled Offline Files. {LATER}"
    assert called(machine) == ["Enable", "Enable"]


def test_enable_that_takes_effect_at_once() -> None:
    """Question 60."""
    result = run(host("cache", enable_effect="at_once"), enabled=False)
    assert told(result, "changed", "active", "reboot_required", "msg") == (
        True,
        False,
        False,
        "Disabled Offline Files.",
    )


@pytest.mark.parametrize("switch", ["return_value", "thrown"])
def test_enable_takes_an_administrator(switch: str) -> None:
    """Question 61."""
    machine = host("cache", enable_denied=switch)
    result = run(machine, ALICE, enabled=False)
    assert told(result, "changed", "failed", "enabled", "reboot_required") == (False, True, True, False)
    code = "ERROR_ACCESS_DENIED" if switch == "return_value" else "WBEM_E_ACCESS_DENIED"
    assert result["msg"].startswith(f"Offline Files is still enabled, Enable said {code}")
    assert any("administrator" in text or "rights on root" in text for text in result["warnings"])
    assert run(host("cache", enable_denied="accepted"), ALICE, enabled=False)["changed"]


def test_enable_whose_effect_nobody_sees() -> None:
    machine = host("cache", state_lag_ms=10_000)
    result = run(machine, enabled=False)
    assert told(result, "changed", "failed") == (False, True)
    assert result["msg"] == f"Offline Files is still enabled. {LATER}"


def test_what_is_set_does_not_agree() -> None:
    machine = host("cache")
    machine.machine = replace(machine.machine, services={"CscService": Service("Stopped", "Disabled")})
    machine.active = False
    result = run(machine, enabled=True)
    assert told(result, "changed", "failed", "reboot_required") == (False, False, True)
    assert "What a restart brings is not certain" in result["warnings"][0]
    result = run(machine, enabled=True, reboot=True)
    assert told(result, "failed", "rebooted", "sent") == (True, False, [])
    assert result["msg"].startswith("The host was not restarted. What a restart brings is not certain")


# Encrypted


def test_encrypt_and_decrypt() -> None:
    machine = host("cache")
    first = run(machine, encrypted=True)
    assert told(first, "changed", "failed", "encrypted", "encrypted_setting") == (True, False, "encrypted", True)
    assert first["counts"] == {"encrypted": 3, "unencrypted": 0, "unsynchronized": 0}
    assert first["msg"] == "Encrypted 2 of 3 files."
    second = run(machine, encrypted=True)
    assert told(second, "changed", "calls", "msg") == (
        False,
        [],
        "3 files that CORP\\carol sees are encrypted already.",
    )
    third = run(machine, encrypted=False)
    assert told(third, "changed", "encrypted", "msg") == (True, "unencrypted", "Decrypted 3 of 3 files.")
    assert run(machine, encrypted=False)["msg"] == "3 files that CORP\\carol sees are not encrypted already."
    assert items(machine, "\\\\fs01\\users\\alice\\diary.txt")[""]["encrypted"] is False
    assert called(machine) == ["Encrypt", "Encrypt"]


def test_the_configuration_may_say_otherwise() -> None:
    """Question 63: the files decide, and a second run calls nothing."""
    machine = host("cache", encrypt_setting="stays")
    first = run(machine, encrypted=True)
    assert told(first, "changed", "failed", "encrypted", "encrypted_setting") == (True, False, "encrypted", False)
    assert [text[:60] for text in first["warnings"]] == [
        "The configuration of the host says that the cache is not encry"[:60]
    ]
    assert told(run(machine, encrypted=True), "changed", "calls") == (False, [])


@pytest.mark.parametrize("switch", ["follows", "stays"])
def test_where_there_is_no_file_the_configuration_decides(switch: str) -> None:
    machine = host("cache", encrypt_setting=switch)
    bob = "CORP\\bob"
    result = run(machine, bob, encrypted=True)
    follows = switch == "follows"
    assert told(result, "changed", "failed", "encrypted") == (follows, False, "encrypted" if follows else "unencrypted")
    assert result["msg"] == "There is no file in the cache that CORP\\bob sees."
    assert bool(run(machine, bob, encrypted=True)["calls"]) is not follows
    unknown = host("cache")
    unknown.configuration = None
    assert told(run(unknown, bob, encrypted=True), "encrypted", "encrypted_setting", "calls") == (None, None, [])


def test_a_cancelled_one_is_repeated() -> None:
    """Question 64."""
    machine = host("cache", encrypt_cancelled=2)
    result = run(machine, encrypted=True)
    assert told(result, "changed", "failed", "encrypted") == (True, False, "encrypted")
    assert [call["result"]["name"] for call in result["calls"]] == ["ERROR_CANCELLED", "ERROR_CANCELLED", "S_OK"]


def test_it_is_not_repeated_for_ever() -> None:
    machine = host("cache", encrypt_cancelled=100)
    for number in range(20):
        # So many that half of what is left is left each time.
        machine.cache.add_child(machine.cache.find("\\\\fs01\\users\\carol"), f"{number}.txt", *new_file())
    result = run(machine, encrypted=True)
    assert len(result["calls"]) == 4
    assert told(result, "changed", "failed", "encrypted") == (True, True, "partial")
    assert result["counts"] == {"encrypted": 21, "unencrypted": 2, "unsynchronized": 0}
    assert result["msg"].startswith(
        "2 of 23 files that CORP\\carol sees are not encrypted, Encrypt said ERROR_CANCELLED"
    )
    other = run(host("cache", encrypt_cancelled=1, encrypt_cancelled_code=5), encrypted=True)
    assert len(other["calls"]) == 1, "no other error is repeated"


def new_file() -> tuple[t.Any, ...]:
    found = host("cache").cache.find("\\\\fs01\\users\\carol\\plan.docx")
    assert found is not None
    return found.type, found.pins, found.facts


@pytest.mark.parametrize("switch", ["more_data", "zero", "first_error"])
def test_a_partly_encrypted_cache_is_a_failure(switch: str) -> None:
    """Question 65."""
    machine = with_file(host("cache", encrypt_errors=switch), "carol\\plan.docx", in_use=True)
    result = run(machine, encrypted=True)
    assert told(result, "changed", "failed", "encrypted") == (True, True, "partial")
    assert result["counts"] == {"encrypted": 2, "unencrypted": 1, "unsynchronized": 0}
    assert result["msg"].startswith("1 of 3 files that CORP\\carol sees is not encrypted")
    with_file(machine, "carol\\plan.docx", in_use=False)
    assert told(run(machine, encrypted=True), "changed", "failed", "encrypted") == (True, False, "encrypted")


def test_encrypt_may_take_an_administrator() -> None:
    """Question 62."""
    result = run(host("cache", encrypt_denied="return_value"), ALICE, encrypted=True)
    assert told(result, "changed", "failed", "encrypted") == (False, True, "unencrypted")
    assert "Encrypt said ERROR_ACCESS_DENIED" in result["msg"]
    assert result["warnings"]


def test_a_view_that_is_not_read_to_its_end() -> None:
    machine = host("cache", read_error_after_rows=3)
    result = run(machine, encrypted=True)
    assert result["failed"]
    assert result["calls"], "what is not known may be to be done"
    assert "could not be read to their end" in result["msg"]


@pytest.mark.parametrize("unavailable", ["fail", "ok"])
def test_a_cache_that_does_not_run_is_not_encrypted(unavailable: str) -> None:
    result = run(disabled(), encrypted=True, unavailable=unavailable)
    assert told(result, "changed", "failed", "encrypted", "calls") == (False, unavailable == "fail", None, [])
    assert result["msg"].startswith("Offline Files is disabled on this host")


@pytest.mark.parametrize("options", [{"enabled": True}, {"enabled": False}, {"encrypted": True}, {"reset": True}])
@pytest.mark.parametrize("unavailable", ["fail", "ok"])
def test_a_host_without_the_class(options: Result, unavailable: str) -> None:
    result = run(host("absent"), unavailable=unavailable, **options)
    assert told(result, "changed", "failed", "reboot_required") == (False, unavailable == "fail", False)
    assert result["msg"].startswith("Offline Files is not on this host")
    assert result["calls"] == []


def test_a_class_that_is_hidden_fails_either_way() -> None:
    result = run(host("cache", wmi_class="access_denied"), unavailable="ok", enabled=True)
    assert told(result, "failed", "enabled") == (True, None)


def test_files_wait_until_the_cache_runs() -> None:
    machine = disabled()
    first = run(machine, enabled=True, encrypted=True)
    assert told(first, "changed", "failed", "reboot_required", "encrypted") == (True, False, True, None)
    waits = "The files can be encrypted or decrypted once Offline Files runs: repeat the task after the restart."
    assert first["msg"] == f"Enabled Offline Files. {waits} {LATER}"
    second = run(machine, enabled=True, encrypted=True)
    assert told(second, "changed", "failed", "reboot_required") == (False, False, True)
    machine.restart()
    third = run(machine, enabled=True, encrypted=True)
    assert told(third, "changed", "failed", "encrypted", "reboot_required") == (True, False, "encrypted", False)


# Reset


def test_a_reset_waits_for_the_restart() -> None:
    machine = host("cache")
    first = run(machine, reset=True)
    assert told(first, "changed", "failed", "reset_pending", "reboot_required") == (True, False, True, True)
    assert [call["method"] for call in first["calls"]] == ["CreateKey", "SetDWORDValue"]
    assert first["msg"] == f"The next restart empties the cache. {LATER}"
    assert machine.snapshot()["format"] == 1
    second = run(machine, reset=True)
    assert told(second, "changed", "calls", "reboot_required") == (False, [], True)
    assert run(machine, enabled=True)["reboot_required"] is True, "whoever has caused it"
    machine.restart()
    assert items(machine) == {}
    third = run(machine, enabled=True)
    assert told(third, "reset_pending", "reboot_required") == (False, False)


def test_a_key_that_is_there_is_not_made() -> None:
    machine = host("cache")
    machine.registry.write(FORMAT_KEY, "Other", Value(REG_TYPES["REG_DWORD"], 7))
    assert [call["method"] for call in run(machine, reset=True)["calls"]] == ["SetDWORDValue"]


def test_a_reset_takes_an_administrator() -> None:
    result = run(parsed(PC), ALICE, reset=True, unsynchronized="destroy")
    assert told(result, "changed", "failed", "reset_pending") == (False, True, False)
    assert result["msg"].startswith("The cache is not going to be emptied, CreateKey said ERROR_ACCESS_DENIED")
    closed = host("cache", registry_denied=[FORMAT_KEY])
    closed.registry.write(FORMAT_KEY, "Other", Value(REG_TYPES["REG_DWORD"], 7))
    result = run(closed, reset=True)
    assert told(result, "failed", "reset_pending") == (True, None)
    assert "SetDWORDValue said ERROR_ACCESS_DENIED" in result["msg"]


PC = r"""
host: {name: PC042, user: 'CORP\carol', admins: ['CORP\carol']}
accounts: {'CORP\carol': Keeper-3}
behaviour: {admin_view: own}
profiles:
  'CORP\carol': {sid: S-1-5-21-1-2-3-1001, loaded: true}
  'CORP\bob': {sid: S-1-5-21-1-2-3-1002}
  S-1-5-18: {}
cache:
  '\\fs01\users\carol\plan.docx': {size: 1}
"""


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (PC, []),
        (
            PC.replace("1002}", r"1002, synchronized: {'\\fs01\users': never}}"),
            [r"C:\Users\bob has synchronized \\fs01\users, and what is cached for this user was not seen."],
        ),
        (
            PC.replace("1002}", r"1002, synchronized: {'\\fs01\users': never, '\\fs02\home': never}}"),
            [
                r"C:\Users\bob has synchronized \\fs01\users and 1 more path, "
                "and what is cached for this user was not seen."
            ],
        ),
        (
            PC.replace("1002}", r"1002, loaded: true, assigned: ['\\fs02\forms']}"),
            [r"a policy caches \\fs02\forms for C:\Users\bob, and that was not seen."],
        ),
        (
            PC.replace("{size: 1}", "{size: 1, dirty: [data]}"),
            [r"1 item that CORP\carol sees has changes that are not synchronized."],
        ),
        (
            PC.replace("admin_view: own", "admin_view: own, read_error_after_rows: 1"),
            [
                r"the items that CORP\carol sees could not be read to their end "
                "(WBEM_E_QUOTA_VIOLATION (0x8004106C): WMI quota)."
            ],
        ),
        (
            PC.replace("admin_view: own", "admin_view: own, registry_class: missing"),
            ["which other users the PC has could not be read."],
        ),
    ],
)
def test_what_is_not_known_speaks_against_a_reset(text: str, reasons: list[str]) -> None:
    machine = parsed(text)
    result = run(machine, reset=True, encrypted=True)
    assert result["refused"] == reasons
    assert told(result, "changed", "failed") == (not reasons, bool(reasons))
    if reasons:
        assert result["calls"] == [], "nothing at all is called"
        for part in (reasons[0][:-1], "item_info", "become", "unsynchronized: destroy"):
            assert part in result["msg"]
        check = run(machine, reset=True, encrypted=True, check=True)
        assert told(check, "changed", "failed", "refused", "msg") == (False, True, reasons, result["msg"])
    destroyed = run(parsed(text), reset=True, unsynchronized="destroy")
    if "registry_class" not in text:
        assert told(destroyed, "changed", "failed", "refused", "reset_pending") == (True, False, [], True)


def test_a_cache_that_does_not_run_is_not_seen() -> None:
    machine = disabled()
    refused = run(machine, reset=True)
    assert refused["refused"] == [r"the items that CORP\carol sees could not be read, for Offline Files does not run."]
    result = run(machine, reset=True, unsynchronized="destroy", reboot=True)
    assert told(result, "changed", "failed", "reset_pending", "reboot_required", "sent") == (
        True,
        False,
        True,
        False,
        [],
    )
    assert result["msg"] == "The next start of Offline Files, once it is enabled, empties the cache."


def test_many_users_are_not_named_each() -> None:
    people = "".join(
        f"  'CORP\\u{n}': {{sid: S-1-5-21-1-2-3-{2000 + n}, synchronized: {{'\\\\fs01\\users': never}}}}\n"
        for n in range(8)
    )
    result = run(parsed(PC.replace("  S-1-5-18: {}\n", f"  S-1-5-18: {{}}\n{people}")), reset=True)
    assert len(result["refused"]) == 6
    assert result["refused"][-1] == "the same holds for 3 more users."


def test_what_is_pending_already_is_refused_by_nothing() -> None:
    machine = with_file(host("cache"), "carol\\plan.docx", dirty=frozenset({"data"}))
    machine.registry.write(FORMAT_KEY, FORMAT_VALUE, Value(REG_TYPES["REG_DWORD"], 1))
    result = run(machine, reset=True)
    assert told(result, "changed", "failed", "refused", "reset_pending", "reboot_required") == (
        *(False, False, [], True, True),
    )
    assert result["counts"]["unsynchronized"] == 1


# Restart


def test_a_restart_is_waited_for(naps: list[float]) -> None:
    machine = host("cache")
    result = run(machine, enabled=False, reboot=True, silent=3)
    assert told(result, "changed", "failed", "enabled", "active", "reboot_required", "rebooted") == (
        *(True, False, False, False, False, True),
    )
    assert result["msg"] == "Disabled Offline Files. Restarted the host."
    assert machine.restarts == 1
    assert result["sent"] == ['shutdown.exe /r /t 2 /c "Offline Files: restarted by Ansible"']
    assert naps == [3, 3, 5, 5]
    again = run(machine, enabled=False, reboot=True)
    assert told(again, "changed", "rebooted", "sent") == (False, False, [])


def test_what_an_earlier_task_left_is_restarted_for() -> None:
    machine = host("cache")
    run(machine, enabled=False)
    result = run(machine, enabled=False, reboot=True)
    assert told(result, "changed", "rebooted", "calls") == (True, True, [])


def test_what_had_to_wait_is_done_after_the_restart() -> None:
    machine = disabled()
    result = run(machine, enabled=True, encrypted=True, reboot=True)
    assert told(result, "changed", "failed", "rebooted", "encrypted", "active") == (
        True,
        False,
        True,
        "encrypted",
        True,
    )
    assert called(machine) == ["Enable", "Encrypt"]
    assert (
        result["msg"]
        == "Enabled Offline Files. 3 files that CORP\\carol sees are encrypted already. Restarted the host."
    )


def test_a_reset_with_its_restart() -> None:
    machine = host("cache")
    result = run(machine, reset=True, reboot=True)
    assert told(result, "changed", "failed", "rebooted", "reset_pending", "reboot_required") == (
        *(True, False, True, False, False),
    )
    assert result["msg"] == "Restarted the host and emptied the cache."
    assert items(machine) == {}
    assert machine.snapshot()["format"] is None
    assert not run(host("cache", format_value="zero"), reset=True, reboot=True)["failed"]


def test_a_reset_that_does_not_go_away() -> None:
    """Question 66."""
    result = run(host("cache", format_value="stays"), reset=True, reboot=True)
    assert told(result, "changed", "failed", "rebooted", "reset_pending") == (True, True, True, True)
    assert "FormatDatabase is 1 still" in result["msg"]


def test_a_restart_that_is_refused() -> None:
    result = run(host("cache", restart_denied="always"), enabled=False, reboot=True)
    assert told(result, "changed", "failed", "rebooted", "reboot_required") == (True, True, False, True)
    assert "The host was not restarted: shutdown.exe said: Access is denied.(5)." in result["msg"]


@pytest.mark.parametrize("switches", [{"restart_lost": "always"}, {"shutdown_time": "stays"}])
def test_a_restart_that_is_not_seen(switches: Result, naps: list[float]) -> None:
    """Question 67."""
    result = run(host("cache", **switches), enabled=False, reboot=True, reboot_timeout=20)
    assert told(result, "changed", "failed", "rebooted", "reboot_required") == (True, True, False, True)
    assert result["msg"] == (
        "The restart was not seen within 20 seconds (reboot_timeout). It answers, and has not been shut down since. "
        f"Disabled Offline Files. {LATER}"
    )
    assert sum(naps) == 20


def test_a_host_that_does_not_come_back(naps: list[float]) -> None:
    result = run(host("cache"), enabled=False, reboot=True, reboot_timeout=60, silent=1000)
    assert told(result, "changed", "failed", "rebooted") == (True, True, False)
    assert "The last thing known of it is: The host cannot be reached: connection refused." in result["msg"]
    assert sum(naps) == 60


def test_a_restart_that_could_not_be_seen_is_not_made() -> None:
    machine = host("cache", registry_denied=["HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Windows"])
    result = run(machine, enabled=False, reboot=True)
    assert told(result, "changed", "failed", "rebooted", "sent") == (True, True, False, [])
    assert "so it would not be seen when it has begun anew" in result["msg"]


def test_a_failure_is_not_followed_by_a_restart() -> None:
    machine = with_file(host("cache"), "carol\\plan.docx", in_use=True)
    machine.enable(True)
    machine.active = True
    machine.registry.write(FORMAT_KEY, FORMAT_VALUE, Value(REG_TYPES["REG_DWORD"], 1))
    result = run(machine, encrypted=True, reboot=True)
    assert told(result, "failed", "reboot_required", "rebooted", "sent") == (True, True, False, [])


# What is lost


def breaks(monkeypatch: pytest.MonkeyPatch, when: t.Callable[[Result, int], bool], connected: bool = True) -> None:
    """Have executions fail; *when* is told the arguments and the number of the execution."""
    real, number = Cache._execute_module, iter(range(100))

    def execute(action: Cache, **kwargs: t.Any) -> Result:
        if when(kwargs["module_args"], next(number)):
            action._connection.connected = connected
            raise AnsibleConnectionFailure("reset by peer")
        return real(action, **kwargs)

    monkeypatch.setattr(Cache, "_execute_module", execute)


def test_a_state_that_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, lambda _args, number: number > 1)
    result = run(host("cache"), enabled=False, reboot=True)
    assert told(result, "changed", "failed", "state_verified", "rebooted", "sent") == (True, True, False, False, [])
    assert result["msg"].startswith("The state could not be read again: The connection to the host was lost")


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "not begun"])
def test_an_act_whose_answer_is_lost(monkeypatch: pytest.MonkeyPatch, lost: bool) -> None:
    breaks(monkeypatch, lambda args, _number: args["method"] == "SetDWORDValue", connected=lost)
    result = run(host("cache"), reset=True, reboot=True)
    assert told(result, "changed", "failed", "reset_pending", "may_still_run") == (False, True, False, lost)
    assert "The cache is not going to be emptied" in result["msg"]
    assert result["sent"] == []


def test_a_first_look_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, lambda _args, _number: True)
    result = run(host("cache"), encrypted=True)
    assert told(result, "changed", "failed", "enabled", "reboot_required") == (False, True, None, False)
    assert result["counts"] == {"encrypted": None, "unencrypted": None, "unsynchronized": None}


@pytest.mark.parametrize("begun", [True, False])
def test_a_command_whose_answer_is_lost(monkeypatch: pytest.MonkeyPatch, begun: bool) -> None:
    """The host may be on its way down before it has answered."""
    real = Cache._low_level_execute_command

    def send(action: Cache, cmd: str, **kwargs: t.Any) -> Result:
        if begun:
            real(action, cmd, **kwargs)
        action._connection.connected = begun
        raise AnsibleConnectionFailure("reset by peer")

    monkeypatch.setattr(Cache, "_low_level_execute_command", send)
    result = run(host("cache"), enabled=False, reboot=True)
    assert told(result, "changed", "failed", "rebooted") == (True, not begun, begun)
    assert ("The host was not restarted. The host cannot be reached: reset by peer." in result["msg"]) is not begun


def test_a_job_that_runs_there() -> None:
    machine = host("cache")
    machine.jobs.plant("0123456789abcdef0123456789abcdef", ALICE)
    machine.jobs.hold_lock()
    result = run(machine, encrypted=True)
    assert told(result, "changed", "failed", "busy", "may_still_run") == (False, True, True, False)
    assert called(machine) == []
    machine.enable(False)
    result = run(machine, enabled=False, reboot=True)
    assert told(result, "failed", "rebooted", "sent") == (True, False, [])
    assert result["msg"].startswith("The host was not restarted, for a call of this collection runs there")


# Check mode


def states() -> dict[str, t.Callable[[], Host]]:
    def pending() -> Host:
        machine = host("cache")
        machine.enable(False)
        return machine

    def to_be_emptied() -> Host:
        machine = host("cache")
        machine.registry.write(FORMAT_KEY, FORMAT_VALUE, Value(REG_TYPES["REG_DWORD"], 1))
        return machine

    return {"runs": lambda: host("cache"), "disabled": disabled, "stops": pending, "to_be_emptied": to_be_emptied}


WANTED = every(enabled=[None, True, False], encrypted=[None, True, False], reset=[True, False], reboot=[True, False])


@pytest.mark.parametrize("state", states())
def test_check_mode_foretells_the_run(state: str) -> None:
    """And a second run calls nothing, unless it resets again what was emptied."""
    compared = ("changed", "failed", "enabled", "active", "encrypted", "counts", "reset_pending", "reboot_required")
    for name, wanted in WANTED.items():
        options = {key: value for key, value in wanted.items() if value is not None}
        if wanted["enabled"] is False and (wanted["reset"] or wanted["encrypted"] is not None):
            continue
        if wanted["enabled"] is wanted["encrypted"] is None and not wanted["reset"]:
            continue
        machine = states()[state]()
        before = machine.snapshot()
        foretold = run(machine, check=True, **options)
        after = machine.snapshot()
        assert {key: after[key] for key in ("enabled", "active", "items", "format", "calls")} == {
            key: before[key] for key in ("enabled", "active", "items", "format", "calls")
        }
        real = run(machine, **options)
        # What is in a cache that does not run nobody can foretell.
        keys = [key for key in compared if foretold["encrypted"] is not None or key not in ("encrypted", "counts")]
        assert {key: foretold[key] for key in keys} == {key: real[key] for key in keys}, f"{state}: {name}"
        assert foretold["rebooted"] == real["rebooted"], f"{state}: {name}"
        assert set(foretold) == set(real)
        if not (real["rebooted"] and wanted["reset"]):
            calls = len(machine.calls)
            again = run(machine, **options)
            assert told(again, "changed", "calls") == (False, []), f"{state}: {name}"
            assert len(machine.calls) == calls
