# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the users of a host."""

from __future__ import annotations

import time
import typing as t

import pytest
from unit.host_answers import answer

from ansible_collections.winops.offline_files.plugins.module_utils import limits
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration
from ansible_collections.winops.offline_files.plugins.module_utils.lines import of_users

LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
POLICIES = r"Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
ALICE, BOB, CAROL = (f"S-1-5-21-1-2-3-{number}" for number in (1001, 1002, 1003))
SYSTEM = "S-1-5-18"
NOON = [0, 32, 198, 92, 222, 90, 220, 1]
"""2025-11-21T12:00:00Z"""
DENIED, TIMED_OUT = 5, 0x80041069

Entry = dict[str, t.Any]


def _key(name: str, code: int = 0, **values: t.Any) -> Entry:
    return {"key": name, "values": values, "error": {"code": code, "message": ""} if code else None}


def _profile(sid: str, folder: str) -> Entry:
    return _key(rf"{LIST}\{sid}", ProfileImagePath=folder, Flags=0)


def _log(sid: str, name: str, code: int = 0, **values: t.Any) -> Entry:
    return _key(rf"{LIST}\{sid}\SyncItemLog\{name}", code, **values)


def _pins(sid: str, *paths: str, code: int = 0) -> Entry:
    return {**_key(rf"HKEY_USERS\{sid}\{POLICIES}", code), "values": dict.fromkeys(paths, "")}


def _logged_on(sid: str, name: str, session: str | None = "Console", number: int = 1) -> list[Entry]:
    environment = rf"HKEY_USERS\{sid}\Volatile Environment"
    there = _key(rf"{environment}\{number}")
    there["values"] = {} if session is None else {"SESSIONNAME": session}
    return [_key(environment, USERDOMAIN="CORP", USERNAME=name), there]


HIVES = [_key(rf"HKEY_USERS\{name}") for name in (ALICE, f"{ALICE}_Classes", BOB, SYSTEM, ".DEFAULT")]
PROFILES = [
    _key(rf"{LIST}\{CAROL}.bak", ProfileImagePath=r"C:\Users\gone"),
    _profile(CAROL, r"D:\Profiles\carol"),
    _profile(BOB, r"C:\Users\bob"),
    _profile(ALICE, r"C:\Users\alice"),
    _profile(SYSTEM, r"C:\Windows\system32\config\systemprofile"),
]
LOGS = [
    _log(BOB, "//fs01/users", LastSyncTime=NOON, LastSuccessfulSyncTime=[0] * 8),
    _log(BOB, "//FS00/forms", LastSyncTime=NOON),
    _log(CAROL, "//fs01/users", LastSyncTime=NOON, LastSuccessfulSyncTime=int.from_bytes(bytes(NOON), "little")),
]
WHOLE = [*PROFILES, *LOGS, *HIVES, *_logged_on(BOB, "bob"), _pins(BOB, r"\\fs02\forms")]
NOT_LOADED = "The user's registry is not loaded, for nothing of the user runs."
NO_NAME = "Windows tells a name only while the user is logged on."


def _ask(registry: list[Entry], user: str | None = r"CORP\alice", profile: str | None = r"C:\Users\alice") -> Entry:
    raw = answer({"skipped": "no_method", "registry": registry})
    raw["answer"]["host"] |= {"user": user, "profile": profile}
    return configuration.make(host.read(raw, paths=0))[0]


def _users(registry: list[Entry], **about: t.Any) -> dict[str, Entry]:
    return {user["sid"]: user for user in _ask(registry, **about)["users"]}


def _instead(*entries: Entry) -> list[Entry]:
    """Return all of the usual keys, with these in the place of those of the same name, or of those below them."""
    starts = tuple(entry["key"].removesuffix("*") for entry in entries)
    kept = [
        entry for entry in WHOLE if not f"{entry['key']}\\".startswith(tuple(f"{s.rstrip(chr(92))}\\" for s in starts))
    ]
    return [*kept, *entries]


def test_every_profile_is_told_of() -> None:
    result = _ask(WHOLE)
    assert result["errors"] == []
    assert result["users"] == [
        {
            "sid": SYSTEM,
            "name": r"NT AUTHORITY\SYSTEM",
            "profile": r"C:\Windows\system32\config\systemprofile",
            "special": True,
            "logged_on": False,
            "session": None,
            "view": False,
            "assigned": [],
            "synchronized": [],
            "unread": {},
        },
        {
            "sid": ALICE,
            "name": r"CORP\alice",
            "profile": r"C:\Users\alice",
            "special": False,
            "logged_on": False,
            "session": None,
            "view": True,
            "assigned": [],
            "synchronized": [],
            "unread": {},
        },
        {
            "sid": BOB,
            "name": r"CORP\bob",
            "profile": r"C:\Users\bob",
            "special": False,
            "logged_on": True,
            "session": "Console",
            "view": False,
            "assigned": [r"\\fs02\forms"],
            "synchronized": [
                {
                    "path": r"\\FS00\forms",
                    "last_success": "2025-11-21T12:00:00Z",
                    "last_attempt": "2025-11-21T12:00:00Z",
                },
                {"path": r"\\fs01\users", "last_success": None, "last_attempt": "2025-11-21T12:00:00Z"},
            ],
            "unread": {},
        },
        {
            "sid": CAROL,
            "name": None,
            "profile": r"D:\Profiles\carol",
            "special": False,
            "logged_on": False,
            "session": None,
            "view": False,
            "assigned": None,
            "synchronized": [
                {
                    "path": r"\\fs01\users",
                    "last_success": "2025-11-21T12:00:00Z",
                    "last_attempt": "2025-11-21T12:00:00Z",
                }
            ],
            "unread": {"name": NO_NAME, "assigned": NOT_LOADED},
        },
    ]


# --- whose view


@pytest.mark.parametrize(
    ("user", "profile", "views"),
    [
        (r"corp\BOB", r"C:\Users\bob", [False, False, True, False]),
        # The process may have the environment of another user, and a user may write another name into the own registry.
        (r"CORP\bob", r"C:\Users\alice", [False, None, None, None]),
        (r"CORP\dave", "c:\\users\\ALICE\\", [False, True, False, False]),
        (r"AUTORITE NT\Système", r"C:\Windows\System32\config\systemprofile", [True, False, False, False]),
        # A folder of somebody who has another name.
        (r"CORP\dave", r"C:\Users\bob", [False, None, False, None]),
        (r"CORP\dave", r"C:\Users\Default", [False, None, False, None]),
        (r"CORP\dave", None, [False, None, False, None]),
        (None, r"C:\Users\alice", [False, True, False, False]),
        (None, None, [None, None, None, None]),
    ],
)
def test_whose_view_the_task_has(user: str | None, profile: str | None, views: list[bool | None]) -> None:
    users = list(_users(WHOLE, user=user, profile=profile).values())
    assert [one["view"] for one in users] == views
    assert [one["view"] is None for one in users] == ["view" in one["unread"] for one in users]


def test_two_profiles_in_one_folder_are_not_told_apart_by_it() -> None:
    users = _users([*WHOLE, _profile("S-1-5-21-9-9-9-1", r"C:\Users\alice")])
    assert (users[ALICE]["view"], users["S-1-5-21-9-9-9-1"]["view"], users[BOB]["view"]) == (None, None, False)
    assert users[ALICE]["unread"]["view"] == (
        r"The view is that of CORP\alice, and neither name nor folder say whether this is the one."
    )


def test_the_name_of_the_tasks_user_is_known_to_the_task() -> None:
    users = _users(WHOLE, user=r"CORP\dave", profile=r"C:\Users\alice")
    assert (users[ALICE]["name"], users[ALICE]["unread"]) == (r"CORP\dave", {})


# --- who is special


@pytest.mark.parametrize(
    ("sid", "special"),
    [
        ("S-1-5-18", True),
        ("S-1-5-20", True),
        ("S-1-5-21-1-2-3-500", False),
        ("S-1-12-1-1-2-3-4", False),
        ("S-1-5-80-1-2-3", True),
        ("S-1-5-82-1", True),
        ("S-1-5-111-1", True),
        ("S-1-5-112-1", False),
        ("S-1-6-80-1", False),
    ],
)
def test_services_are_no_persons(sid: str, special: bool) -> None:
    assert _users([_profile(sid, r"C:\x")])[sid]["special"] is special


def test_profiles_are_sorted_by_the_numbers_of_their_identifiers() -> None:
    sids = ["S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-999", "S-1-5-21-1-2-3-10000"]
    assert list(_users([_profile(sid, r"C:\x") for sid in sids])) == [sids[1], sids[0], sids[2]]


@pytest.mark.parametrize("name", ["S-1-5-21-1.bak", "default", "S-1-5", "S-1-5-99999999999", "", "S-1-5-²", "*"])
def test_what_is_no_identifier_is_no_profile(name: str) -> None:
    assert list(_users([*PROFILES, _profile(name, r"C:\x")])) == list(_users(PROFILES))


def test_no_profile_at_all_is_no_list_of_profiles() -> None:
    assert _ask(HIVES)["users"] is None


# --- who is logged on


def test_several_sessions_and_none_with_a_name() -> None:
    first, second = _logged_on(BOB, "bob", None, 2), _logged_on(BOB, "bob", "RDP-Tcp#3", 5)
    assert _users([*PROFILES, *HIVES, *first])[BOB]["session"] is None
    disconnected = _users([*PROFILES, *HIVES, *first])[BOB]
    assert (disconnected["logged_on"], disconnected["unread"]) == (True, {})
    assert _users([*PROFILES, *HIVES, *first, second[1]])[BOB]["session"] == "RDP-Tcp#3"


def test_a_name_without_a_domain_and_none_that_is_a_text() -> None:
    key = rf"HKEY_USERS\{BOB}\Volatile Environment"
    assert _users(_instead(_key(key, USERNAME="bob")))[BOB]["name"] == "bob"
    nameless = _users(_instead(_key(key, USERNAME=["bob"], USERDOMAIN="CORP")))[BOB]
    assert (nameless["name"], nameless["logged_on"], nameless["unread"]) == (None, True, {"name": NO_NAME})


# --- what cannot be read is null and has a reason


def _because(key: str, code: str) -> str:
    return f"{key} could not be read ({code})."


ACCESS, TIME = "ERROR_ACCESS_DENIED (0x80070005)", "WBEM_E_TIMED_OUT (0x80041069)"


@pytest.mark.parametrize("code", [DENIED, TIMED_OUT, 0x80041010])
def test_profiles_that_cannot_be_listed(code: int) -> None:
    result = _ask([*_instead(_key(rf"{LIST}\*", code)), *HIVES])
    assert result["users"] is None
    assert [(error["source"], error["code"]) for error in result["errors"]] == [(rf"{LIST}\*", code)]
    assert result["failed"] is False


def test_a_profile_that_cannot_be_read() -> None:
    alice = _users(_instead(_key(rf"{LIST}\{ALICE}", DENIED)))[ALICE]
    assert (alice["profile"], alice["unread"]["profile"]) == (None, _because(rf"{LIST}\{ALICE}", ACCESS))
    for value in (None, "", 5, ["C:"]):
        alice = _users(_instead(_key(rf"{LIST}\{ALICE}", ProfileImagePath=value)))[ALICE]
        assert (alice["profile"], alice["unread"]["profile"]) == (None, "ProfileImagePath of the profile is no text.")


def test_hives_that_cannot_be_listed() -> None:
    registry = [*PROFILES, *LOGS, *(_key(rf"HKEY_USERS\*{rest}", DENIED) for rest in ("", r"\Volatile Environment"))]
    bob = _users(registry, user=r"CORP\dave", profile=None)[BOB]
    why = _because(r"HKEY_USERS\*", ACCESS)
    nothing = dict.fromkeys(("name", "logged_on", "session", "assigned"))
    assert {name: bob[name] for name in nothing} == nothing
    assert {name: bob["unread"][name] for name in nothing} == dict.fromkeys(nothing, why)
    assert (bob["view"], len(bob["synchronized"])) == (None, 2)


@pytest.mark.parametrize(("code", "why"), [(DENIED, ACCESS), (TIMED_OUT, TIME)])
def test_a_hive_that_cannot_be_read(code: int, why: str) -> None:
    environment = rf"HKEY_USERS\{BOB}\Volatile Environment"
    denied = [
        _key(rf"HKEY_USERS\{BOB}", code),
        _key(environment, code),
        _key(rf"{environment}\*", code),
        _pins(BOB, code=code),
    ]
    users = _users(_instead(*denied))
    bob = users[BOB]
    assert (bob["name"], bob["logged_on"], bob["session"], bob["assigned"]) == (None, None, None, None)
    assert bob["unread"] == {
        **dict.fromkeys(("name", "logged_on", "session"), _because(environment, why)),
        "assigned": _because(rf"HKEY_USERS\{BOB}\{POLICIES}", why),
    }
    assert (users[ALICE]["logged_on"], users[ALICE]["assigned"]) == (False, [])


def test_sessions_and_policies_that_could_not_be_listed_for_anybody() -> None:
    sessions, pins = r"HKEY_USERS\*\Volatile Environment\*", rf"HKEY_USERS\*\{POLICIES}"
    kept = [entry for entry in WHOLE if not entry["key"].endswith((r"\1", POLICIES))]
    users = _users([*kept, _key(sessions, TIMED_OUT), _key(pins, TIMED_OUT)])
    assert users[BOB]["unread"] == {
        "session": _because(sessions.replace("*", BOB, 1), TIME),
        "assigned": _because(pins.replace("*", BOB), TIME),
    }
    assert (users[BOB]["logged_on"], users[BOB]["name"]) == (True, r"CORP\bob")
    # Nobody else has a session, and carol's registry is not there to be read.
    assert users[ALICE]["unread"] == {"assigned": _because(pins.replace("*", ALICE), TIME)}
    assert users[CAROL]["unread"]["assigned"] == NOT_LOADED


def test_a_session_whose_key_is_denied() -> None:
    key = rf"HKEY_USERS\{BOB}\Volatile Environment\1"
    bob = _users(_instead(_key(key, DENIED)))[BOB]
    assert (bob["session"], bob["unread"]) == (None, {"session": _because(key, ACCESS)})
    assert (
        _users([*_instead(_key(key, DENIED)), _logged_on(BOB, "bob", "RDP-Tcp#0", 2)[1]])[BOB]["session"] == "RDP-Tcp#0"
    )


@pytest.mark.parametrize("key", [rf"{LIST}\{BOB}\SyncItemLog\*", rf"{LIST}\*\SyncItemLog\*"])
def test_a_log_that_cannot_be_read(key: str) -> None:
    bob = _users([*PROFILES, *HIVES, _key(key, DENIED)])[BOB]
    assert (bob["synchronized"], bob["unread"]["synchronized"]) == (
        None,
        _because(rf"{LIST}\{BOB}\SyncItemLog\*", ACCESS),
    )


NEVER = [0] * 8


@pytest.mark.parametrize(
    ("values", "success", "attempt", "why"),
    [
        ({"LastSyncTime": NEVER}, None, None, ""),
        ({"LastSyncTime": 0, "LastSuccessfulSyncTime": NEVER}, None, None, ""),
        ({"LastSyncTime": [255] * 8}, None, None, "LastSyncTime of {} is no time"),
        ({"LastSyncTime": (1 << 63) - 1}, None, None, "LastSyncTime of {} is no time"),
        ({"LastSyncTime": [7] * 7}, None, None, "LastSyncTime of {} is no time"),
        ({"LastSyncTime": []}, None, None, "LastSyncTime of {} is no time"),
        ({"LastSyncTime": "2025"}, None, None, "LastSyncTime of {} is no time"),
        ({"LastSyncTime": None}, None, None, "LastSyncTime of {} is no time"),
        ({}, None, None, "LastSyncTime of {} is no time"),
        (
            {"LastSyncTime": NOON, "LastSuccessfulSyncTime": [1] * 9},
            None,
            "NOON",
            "LastSuccessfulSyncTime of {} is no time",
        ),
        ({"LastSyncTime": [1], "LastSuccessfulSyncTime": NOON}, "NOON", None, "LastSyncTime of {} is no time"),
        # The last moment that has a year of four digits, in 100 ns since 1601, and the next.
        ({"LastSyncTime": 2650467743999999999}, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", ""),
        ({"LastSyncTime": 2650467744000000000}, None, None, "LastSyncTime of {} is no time"),
        ({"LastSyncTime": 1}, "1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z", ""),
    ],
)
def test_times_of_the_log(values: dict[str, t.Any], success: str | None, attempt: str | None, why: str) -> None:
    noon = "2025-11-21T12:00:00Z"
    alice = _users([*PROFILES, *HIVES, _log(ALICE, "//fs01/users", **values)])[ALICE]
    (row,) = alice["synchronized"]
    assert row == {
        "path": r"\\fs01\users",
        "last_success": noon if success == "NOON" else success,
        "last_attempt": noon if attempt == "NOON" else attempt,
    }
    told = f"1 of 1 entry could not be read whole: {why.format('//fs01/users')}.".replace(
        "//fs01/users", r"\\fs01\users"
    )
    assert alice["unread"] == ({"synchronized": told} if why else {})


@pytest.mark.parametrize(
    "name", ["users", "C:/x", "///", "//fs01//users", "//fs01/../x", "//fs01/a*", "", "//fs01/\x01"]
)
def test_a_name_that_is_no_path_is_left_out_and_told_of(name: str) -> None:
    alice = _users([*PROFILES, *HIVES, _log(ALICE, "//fs01/users", LastSyncTime=NOON), _log(ALICE, name)])[ALICE]
    assert [row["path"] for row in alice["synchronized"]] == [r"\\fs01\users"]
    assert alice["unread"]["synchronized"].startswith("1 of 2 entries could not be read whole: ")
    assert alice["unread"]["synchronized"].endswith(" is no path.")


def test_an_entry_of_the_log_that_is_denied() -> None:
    alice = _users([*PROFILES, *HIVES, _log(ALICE, "//fs01/users", DENIED), _log(ALICE, "//fs02/x", LastSyncTime=0)])[
        ALICE
    ]
    assert alice["synchronized"] == [
        {"path": r"\\fs01\users", "last_success": None, "last_attempt": None},
        {"path": r"\\fs02\x", "last_success": None, "last_attempt": None},
    ]
    assert alice["unread"] == {"synchronized": rf"1 of 2 entries could not be read whole: \\fs01\users ({ACCESS})."}


# --- the lines of -v


def test_the_lines_of_users() -> None:
    assert of_users(_ask(WHOLE)["users"]) == [
        rf"CORP\bob ({BOB}): logged on (Console), another view, 2 paths synchronized, last 2025-11-21T12:00:00Z",
        rf"{CAROL}: not logged on, another view, 1 path synchronized, last 2025-11-21T12:00:00Z",
        rf"CORP\alice ({ALICE}): not logged on, this view, nothing synchronized",
    ]


def test_the_line_of_a_user_with_a_long_name_is_short() -> None:
    registry = [*PROFILES, *HIVES, *_logged_on(BOB, "b" * 60_000, "c" * 60_000)]
    assert max(map(len, of_users(_ask(registry)["users"]))) < 1500


def test_few_lines_for_many_users() -> None:
    users = _ask([_profile(f"S-1-5-21-1-2-3-{number}", r"C:\x") for number in range(2000, 2100)])["users"]
    lines = of_users(users)
    assert (len(lines), lines[-1]) == (21, "and 80 more users")


def test_as_many_keys_as_are_read_cost_time_in_proportion() -> None:
    half = limits.KEYS // 2
    many = [_profile(f"S-1-5-21-1-2-3-{number}", r"C:\x") for number in range(half)]
    many += [_log(f"S-1-5-21-1-2-3-{number}", "//fs01/users", LastSyncTime=NOON) for number in range(half)]
    began = time.process_time()
    result = _ask(many)
    # About two seconds. What looks through all keys for each profile takes minutes.
    assert time.process_time() - began < 20
    assert len(result["users"]) == half
    assert all(len(user["synchronized"]) == 1 for user in result["users"])
