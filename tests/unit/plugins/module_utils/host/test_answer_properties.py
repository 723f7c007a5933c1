# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Property: whatever JSON stands in place of any one field of an answer, it is read, or refused in one sentence.

What is read leads to a result with every key, or is refused later, where its packed records are looked at.
"""

from __future__ import annotations

import json
import typing as t
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from unit.action_host import CacheInfoUnderTest, ItemInfoUnderTest, UnpinUnderTest
from unit.host_answers import answer, changed, load

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration, listing, users

pytestmark = pytest.mark.timeout(300)

SHARE = r"\\fs01\users"
KEY = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"
SID = "S-1-5-21-1-2-3-1001"
PROFILE = users.PROFILES.replace("*", SID)
ENVIRONMENT = users.ENVIRONMENTS.replace("*", SID)
WHOLE = answer(
    {
        "before": {SHARE: "share user", rf"{SHARE}\a": "file user"},
        "calls": [
            {"texts": ["0:0::[]"], "path": 0},
            {"made": False, "completed": False, "error": {"code": 0x80041003, "message": "Access denied"}},
            {"status": {"code": 0x80041032, "message": None}},
        ],
        "after": {"error": {"code": 0x80041069, "message": None}, "rows": {}, "shares": [SHARE]},
        "classes": {
            "Win32_OfflineFilesMachineConfiguration": {
                "properties": {
                    "Enabled": True,
                    "SlowLinkParams": ["*=Latency=32000"],
                    "DiskSpaceLimitParams": {"TotalSizeInMB": 20480, "AutoCacheSizeInMB": None},
                },
                "error": None,
            }
        },
        "registry": [
            {"key": KEY, "values": {"Enabled": 1, "Folders": ["a", "b"], "": "x", "Blob": None}, "error": None},
            {"key": KEY + r"\AssignedOfflineFolders", "values": {}, "error": {"code": 5, "message": ""}},
            {"key": configuration.CONFLICTS, "values": {SHARE: "3"}, "error": None},
            {"key": PROFILE, "values": {"ProfileImagePath": r"C:\Users\bob"}, "error": None},
            {"key": rf"{PROFILE}\SyncItemLog\//fs01/users", "values": {"LastSyncTime": [0] * 8}, "error": None},
            {"key": rf"{PROFILE}\SyncItemLog\//fs02/home", "values": {"LastSyncTime": 1 << 56}, "error": None},
            {"key": rf"HKEY_USERS\{SID}", "values": {}, "error": None},
            {"key": rf"{ENVIRONMENT}", "values": {"USERNAME": "bob", "USERDOMAIN": "CORP"}, "error": None},
            {"key": rf"{ENVIRONMENT}\1", "values": {"SESSIONNAME": "Console"}, "error": None},
        ],
    }
)


def _places(value: t.Any, way: tuple[str | int, ...] = ()) -> t.Iterator[tuple[str | int, ...]]:
    """Every place of a JSON document but the document itself."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in members:
        yield (*way, key)
        yield from _places(one, (*way, key))


def _deep(levels: int) -> t.Any:
    value: t.Any = {"end": 1}
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


PLACES = [way for way in _places(WHOLE) if way[0] == "answer"]
_NUMBERS = [0, 1, -1, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, 10**400, 0.5, 1.0, float("nan"), float("inf"), -0.0]
_TEXTS = ["", "0", "false", "True", "query", "\ud800", "\x1b[31m", "\0", "x" * 70_000, "__class__", "\u202e"]
_LEAVES = st.sampled_from([None, True, False, *_NUMBERS, *_TEXTS]) | st.text(max_size=5) | st.integers()
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
) | st.sampled_from([_deep(9), _deep(300), [0] * 70_000, dict.fromkeys(map(str, range(20_000)))])


def _is_tame(text: str) -> bool:
    """Nothing in it steers a terminal, ends a line, turns the direction or cannot be written."""
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in "\u202e\u200f" for char in text)


def _check(error: ContractError) -> None:
    said = str(error)
    assert said.startswith("The host gave an answer that cannot be read: "), said
    assert len(said) < 500, said
    assert _is_tame(said), said


@given(st.sampled_from(PLACES), _JSON)
@example(("answer",), None)
@example(("answer", "cache", "active"), {})
@example(("answer", "calls", 0, "path"), "0")
@example(("answer", "before", "rows"), float("inf"))
@example(("answer", "registry", 0, "values"), 5)
@example(("answer", "registry", 0, "key"), 7)
@example(("answer", "registry", 0, "key"), ["a"])
@example(("answer", "registry", 4, "values", "LastSyncTime"), [0] * 7)
@example(("answer", "registry", 5, "values", "LastSyncTime"), 2**64 - 1)
@example(("answer", "registry", 4, "key"), rf"{PROFILE}\SyncItemLog\\ud800")
@example(("answer", "registry", 6, "key"), r"HKEY_USERS\*")
@example(("answer", "cache", "found"), "false")
def test_an_answer_is_read_or_refused(way: tuple[str | int, ...], value: t.Any) -> None:
    broken = changed(WHOLE, way, value)
    try:
        read = host.read(broken, paths=1)
    except ContractError as error:
        _check(error)
    else:
        assert isinstance(read, host.Answer)
        # What was let in can be written again, which a lone half of a character or an endless number cannot.
        json.dumps(configuration.make(read), allow_nan=False, ensure_ascii=False).encode("utf-8")


_ACTIONS: list[tuple[type[t.Any], dict[str, t.Any], set[str]]] = [
    (UnpinUnderTest, {"paths": SHARE, "verify": False, "timeout": 5}, set(load("quiet_result.yml"))),
    (ItemInfoUnderTest, {"paths": SHARE}, set(listing.empty())),
    (CacheInfoUnderTest, {}, set(configuration.empty())),
]


@given(st.sampled_from(PLACES), _JSON)
@pytest.mark.parametrize(("action", "args", "keys"), _ACTIONS, ids=["unpin", "item_info", "cache_info"])
def test_every_key_is_in_the_result(
    action: type[t.Any], args: dict[str, t.Any], keys: set[str], way: tuple[str | int, ...], value: t.Any
) -> None:
    spoiled = changed(WHOLE, way, value)
    if action is CacheInfoUnderTest:
        spoiled = changed(spoiled, ["answer", "before"], None) if isinstance(spoiled["answer"], dict) else spoiled
        spoiled = changed(spoiled, ["answer", "after"], None) if isinstance(spoiled["answer"], dict) else spoiled
    # Where a further question follows, it gets the same answer.
    result = action(dict(args), [spoiled] * 9).run_task()
    assert keys <= set(result), keys - set(result)
    assert isinstance(result["failed"], bool)
    assert _is_tame(result["msg"]), result["msg"]
