# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module cache makes of answers and options; tests/integration/test_cache_questions.py has whole tasks."""

from __future__ import annotations

import typing as t

import pytest
from unit import item_rows
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils.change import cache_state, reset_guard, restart
from ansible_collections.winops.offline_files.plugins.module_utils.change.cache import Cache
from ansible_collections.winops.offline_files.plugins.module_utils.change.cache_state import CacheState, Files
from ansible_collections.winops.offline_files.plugins.module_utils.change.course import Course
from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError, InputError
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import Answer, read
from ansible_collections.winops.offline_files.plugins.module_utils.info import users
from ansible_collections.winops.offline_files.plugins.module_utils.info.configuration import MACHINE_CLASS

OPTIONS: dict[str, t.Any] = {
    "enabled": None,
    "encrypted": None,
    "reset": False,
    "unsynchronized": "refuse",
    "reboot": False,
    "reboot_timeout": 600,
    "unavailable": "fail",
    "timeout": 3600,
}


def cache(**options: t.Any) -> Cache:
    return Cache.from_options({**OPTIONS, **options}, diff=False)


def told(rows: t.Sequence[str] | None = None, **spec: t.Any) -> Answer:
    whole = answer(spec)
    if rows is not None:
        whole["answer"]["before"] = item_rows.state(rows)
    return read(whole, paths=0)


def key(name: str, values: dict[str, t.Any] | None = None, code: int | None = None) -> dict[str, t.Any]:
    error = None if code is None else {"code": code, "message": ""}
    return {"key": name, "values": values or {}, "error": error}


def row(name: str, kind: int = 0, encrypted: str = "False", dirty: str = "False") -> str:
    return f"{kind}\t{encrypted}\t{dirty}\t\\\\fs01\\users\\{name}"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "Nothing is asked for: give at least one of enabled, encrypted and reset: true."),
        ({"enabled": False, "encrypted": True}, "encrypted: true with enabled: false is not allowed"),
        ({"enabled": False, "encrypted": False}, "encrypted: false with enabled: false is not allowed"),
        ({"enabled": False, "reset": True}, "reset: true with enabled: false is not allowed"),
        ({"enabled": True, "reboot_timeout": 0}, "reboot_timeout 0 is not allowed: use 1 to 86400 seconds."),
        ({"enabled": True, "reboot_timeout": 86_401}, "reboot_timeout 86401 is not allowed"),
        ({"enabled": True, "timeout": -1}, "timeout -1 is not allowed: use 0 (no limit)"),
    ],
)
def test_what_cannot_be_accepted(options: dict[str, t.Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        cache(**options)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("options", "reads", "asks_users", "asks_shutdown"),
    [
        ({"enabled": True}, False, False, False),
        ({"enabled": True, "reboot": True}, False, False, True),
        ({"encrypted": True}, True, False, False),
        ({"reset": True}, True, True, False),
        ({"reset": True, "unsynchronized": "destroy"}, True, False, False),
    ],
)
def test_only_what_matters_is_read(
    options: dict[str, t.Any], reads: bool, asks_users: bool, asks_shutdown: bool
) -> None:
    request = cache(**options).look()
    assert (request.method, request.read) == (None, reads)
    assert (set(users.KEYS) <= set(request.registry)) is asks_users
    assert (restart.KEY in request.registry) is asks_shutdown
    assert cache_state.FORMAT_KEY in request.registry


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([key(cache_state.FORMAT_KEY, {"FormatDatabase": 1})], (True, True)),
        ([key(cache_state.FORMAT_KEY, {"FormatDatabase": 0})], (True, False)),
        ([key(cache_state.FORMAT_KEY, {"FormatDatabase": "1"})], (True, False)),
        ([key(cache_state.FORMAT_KEY, {"Other": 1})], (True, False)),
        ([key(cache_state.FORMAT_KEY, code=2)], (False, False)),
        ([key(cache_state.FORMAT_KEY, code=5)], (None, None)),
        ([], (None, None)),
    ],
)
def test_whether_a_reset_is_pending(entries: list[dict[str, t.Any]], expected: tuple[bool | None, bool | None]) -> None:
    now = cache_state.read(told(registry=entries))
    assert (now.format_key, now.reset_pending) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [({"OfflineFilesCacheEncrypted": True}, True), ({"OfflineFilesCacheEncrypted": 1}, None), ({}, None)],
)
def test_what_the_configuration_says(properties: dict[str, t.Any], expected: bool | None) -> None:
    classes = {MACHINE_CLASS: {"properties": properties, "error": None}}
    assert cache_state.read(told(classes=classes)).setting is expected
    assert cache_state.read(told(classes={MACHINE_CLASS: {"properties": None, "error": None}})).setting is None
    assert cache_state.read(told()).setting is None


def test_files_are_counted_and_changes_of_all_items() -> None:
    rows = [
        row("", 2, "False", "True"),
        row("a", encrypted="True"),
        row("b", dirty="True"),
        row("c", encrypted=""),
        row("d", 1, "True"),
    ]
    assert cache_state.read(told(rows)).files == Files(encrypted=1, unencrypted=2, dirty=2)
    with pytest.raises(ContractError, match="fields"):
        cache(encrypted=True).check(told(["0\tTrue\t\\\\fs01\\users\\a"]))


@pytest.mark.parametrize(
    ("files", "setting", "word", "encrypted", "unencrypted"),
    [
        (None, True, None, False, False),
        (Files(2, 0), False, "encrypted", True, False),
        (Files(0, 2), True, "unencrypted", False, True),
        (Files(1, 1), True, "partial", False, False),
        (Files(), True, "encrypted", True, False),
        (Files(), False, "unencrypted", False, True),
        (Files(), None, None, True, True),
        (Files(2, 0, complete=False), True, "encrypted", False, False),
    ],
)
def test_files_decide_before_the_configuration(
    files: Files | None, setting: bool | None, word: str | None, encrypted: bool, unencrypted: bool
) -> None:
    now = CacheState(True, True, setting=setting, files=files)
    assert (now.encryption, now.is_encrypted(True), now.is_encrypted(False)) == (word, encrypted, unencrypted)


@pytest.mark.parametrize(
    ("now", "pending"),
    [
        (CacheState(True, True), False),
        (CacheState(True, False), True),
        (CacheState(False, True), True),
        (CacheState(False, False), False),
        (CacheState(None, None), False),
        (CacheState(True, True, reset_pending=True), True),
        # Another restart would do nothing.
        (CacheState(False, False, reset_pending=True), False),
    ],
)
def test_what_waits_for_a_restart(now: CacheState, pending: bool) -> None:
    assert now.restart_pending is pending


def test_a_service_has_no_cache_of_its_own_unless_it_synchronized() -> None:
    listed = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
    profile = key(rf"{listed}\S-1-5-18", {"ProfileImagePath": r"C:\Windows\System32\config\systemprofile"})
    log = key(rf"{listed}\S-1-5-18\SyncItemLog\//fs01/users", {})
    now = CacheState(True, True, files=Files())
    assert reset_guard.against(told(registry=[profile]), now) == []
    assert reset_guard.against(told(registry=[profile, log]), now) == [
        r"NT AUTHORITY\SYSTEM has synchronized \\fs01\users, and what is cached for this user was not seen"
    ]
    closed = key(rf"{listed}\S-1-5-18\SyncItemLog\*", code=5)
    assert reset_guard.against(told(registry=[profile, closed]), now) == [
        r"whether NT AUTHORITY\SYSTEM has a cache could not be read"
    ]
    assert reset_guard.against(told(registry=[]), now) == ["which other users the PC has could not be read"]


def test_how_a_restart_is_seen() -> None:
    before, after = (told(registry=[key(restart.KEY, {"ShutdownTime": [n] * 8})]) for n in (1, 2))
    assert restart.last_shutdown(before) != restart.last_shutdown(after)
    assert restart.last_shutdown(told(registry=[key(restart.KEY, {})])) is None
    assert restart.unreadable(before) == restart.unreadable(told(registry=[key(restart.KEY, {})])) == ""
    denied = restart.unreadable(told(registry=[key(restart.KEY, code=5)]))
    assert "could not be read (ERROR_ACCESS_DENIED (0x80070005)), so it would not be seen" in denied
    assert (restart.probe().method, restart.probe().read, restart.probe().timeout) == (None, False, 30)


def test_nothing_is_called_after_what_is_lost_or_not_seen() -> None:
    wanted = cache(enabled=False)
    course = Course(told(), check_mode=False)
    act = wanted.next_act(course)
    assert act is not None
    assert (act.request.method, act.request.anyway, act.request.read) == ("Enable", True, False)
    assert act.request.arguments == ({"Enable": False},)
    done = course.took(act, told(calls=[{"return_value": 5}]))
    assert wanted.next_act(done) is None, "one call is enough"
    late = course.took(act, told(calls=[{"completed": False, "timed_out": True, "return_value": None}]))
    assert wanted.next_act(late) is None
    assert wanted.result(late)[0]["timed_out"] is True
    absent = told(cache={"found": False, "enabled": None, "active": None, "error": None})
    assert wanted.next_act(Course(absent, check_mode=False)) is None
