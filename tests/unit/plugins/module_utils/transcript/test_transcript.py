# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of transcripts: which alias stands for what, in paths, in sentences and in output that nobody can read."""

from __future__ import annotations

import json
import typing as t

import pytest
from unit.host_answers import DEFAULT_OPTIONS, answer, changed

from ansible_collections.winops.offline_files.plugins.module_utils.change.rename_item import Rename
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import Exchange, read
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.transcript.aliases import Aliases
from ansible_collections.winops.offline_files.plugins.module_utils.transcript.transcript import Task, dumps, transcript

OPTIONS = {**DEFAULT_OPTIONS, "paths": ["//fs01/users"]}
REQUEST = Invocation.from_options(UNPIN, OPTIONS).request().options()


def _aliases(method: str, *said: str) -> list[str]:
    """Return what one set of aliases makes of texts."""
    aliases = Aliases()
    for text in said:
        getattr(aliases, method)(text)
    aliases.collected()
    return [getattr(aliases, method)(text) for text in said]


def _exchange(result: dict[str, t.Any] | None, problem: str | None = None) -> dict[str, t.Any]:
    task = Task("a.b.unpin", OPTIONS, check_mode=False, computers=["PC042.corp.example.com"], users=["CORP\\alice"])
    (exchange,) = transcript(task, [Exchange(REQUEST, result, problem)], {})["exchanges"]
    return t.cast(dict[str, t.Any], exchange)


@pytest.mark.parametrize(
    ("paths", "aliases"),
    [
        ([r"\\fs01\users", r"\\FS01\Users"], [r"\\server1\share1", r"\\SERVER1\Share1"]),
        ([r"\\fs01\u", r"\\fs01.corp.com\u"], [r"\\server1\share1", r"\\server1.domain1.domain2\share1"]),
        ([r"\\10.0.0.5\u", r"\\10.0.0.6\u"], [r"\\198.18.0.1\share1", r"\\198.18.0.2\share1"]),
        ([r"\\fs01\C$\letter, formal [2].dotx"], [r"\\server1\SHARE1$\file1, name1 [2].dotx"]),
        ([r"\\fs01\u\john.smith"], [r"\\server1\share1\folder1.name1"]),
        ([r"\\fs01\u\x.docx"], [r"\\server1\share1\file1.docx"]),
        ([r"\\fs01\共有\報告書 "], [r"\\server1\share1字\folder1字 "]),
        (["\\\\fs01\\u\\e\u0301ber"], ["\\\\server1\\share1\\e\u0301folder1"]),
        ([r"\\fs01\u\20240131", r"\\fs01\u\2024"], [r"\\server1\share1\00000001", r"\\server1\share1\0001"]),
        ([r"\\server1\folder1\file1"], [r"\\server2\share1\folder2"]),
        (
            [r"\\fs01\u\Ab", r"\\fs01\u\aB", r"\\fs01\u\AB"],
            [r"\\server1\share1\Folder1", r"\\server1\share1\folder1", r"\\server1\share1\FOLDER1"],
        ),
    ],
)
def test_a_path_keeps_everything_but_its_words(paths: list[str], aliases: list[str]) -> None:
    assert _aliases("path", *paths) == aliases


def test_a_long_name_stays_long() -> None:
    (alias,) = _aliases("path", "\\\\fs01\\users\\" + "n" * 200)
    assert alias == "\\\\server1\\share1\\folder1" + "x" * 193


@pytest.mark.parametrize(
    ("user", "alias"),
    [
        (r"CORP\alice", r"DOMAIN1\user1"),
        ("john.smith@corp.com", "user1.user2@domain1.domain2"),
        (r"NT AUTHORITY\SYSTEM", r"NT AUTHORITY\SYSTEM"),
        ("", ""),
    ],
)
def test_users(user: str, alias: str) -> None:
    assert _aliases("user", user) == [alias]


@pytest.mark.parametrize(
    ("location", "alias"),
    [(r"C:\Windows\CSC", r"C:\Windows\CSC"), (r"E:\Acme Cache\CSC", r"E:\Folder1 Name1\CSC")],
)
def test_the_folder_of_the_cache(location: str, alias: str) -> None:
    assert _aliases("local_path", location) == [alias]


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("The system cannot find the file specified.", "The system cannot find the file specified."),
        (r"\\fs01\users is not available.", r"\\server1\share1 is not available."),
        (r"\\fs01\users\bob smith.docx broke", r"\\server1\share1\name1 name2.name3 name4"),
        (r"alice of CORP on pc042: no", r"user1 of DOMAIN1 on computer1: no"),
        ("malice and alices", "malice and alices"),
        (r"NT AUTHORITY\SYSTEM in root\cimv2", r"NT AUTHORITY\SYSTEM in root\cimv2"),
        (r"by ACME\carol", r"by DOMAIN4\user2"),
        ("S-1-5-21-1234567890-222-333-1105 S-1-5-18", "S-1-5-21-0000000001-001-002-0001 S-1-5-18"),
        (r"C:\Users\carol\x.txt", r"C:\Users\folder1\file1.txt"),
        ("at 10.1.2.3:5985 v1.2.3.4.5", "at 198.18.0.1:5985 v1.2.3.4.5"),
        ("see /home/carol/x", "see /home/user2/x"),
    ],
)
def test_names_in_sentences(text: str, alias: str) -> None:
    assert _exchange(None, text)["problem"] == alias


def test_output_that_cannot_be_read_hides_nothing_packed_and_no_other_key() -> None:
    raw = {
        "failed": True,
        "msg": "Cannot read",
        "module_stdout": json.dumps(answer({"texts": ["x" * 300]}))[:-40],
        "invocation": {"module_args": {"paths": "secret"}},
        "exception": "secret",
        "warnings": [object()],
    }
    written = dumps(_exchange(raw, "No."))
    assert "secret" not in written
    assert "H4sI" not in written
    assert "characters of packed data)" in written
    assert _exchange(raw)["result"]["failed"] is True


def test_damaged_data_keeps_what_can_be_read_of_it() -> None:
    whole = answer({"texts": ["0:0::[]", "1:0::[]"], "return_value": 0})
    (call,) = _exchange(changed(whole, ["answer", "calls", 0, "texts"], 3))["result"]["answer"]["calls"]
    assert call["records"] == ["0:0::[]", "1:0::[]"]
    assert "has 2 records, 3 were announced" in call["damaged"]
    (call,) = _exchange(changed(whole, ["answer", "calls", 0, "data"], "qz!"))["result"]["answer"]["calls"]
    assert (call["records"], "data" in call) == ([], False)
    assert "damaged" in call


@pytest.mark.parametrize(
    "broken", [None, 7, "alice", [], ["alice"], {"before": 7, "calls": [7], "after": {"data": "alice"}}]
)
def test_an_answer_that_is_none_is_recorded_too(broken: t.Any) -> None:
    written = _exchange({"answer": broken})["result"]["answer"]
    assert type(written) is type(broken)
    assert "alice" not in dumps({"answer": written})


def test_what_cannot_be_seen_is_escaped() -> None:
    text = dumps({"b": "a\u202eb\u00a0\u3000\x00\t", "a": "字é😀"})
    assert text == '{\n  "a": "字é😀",\n  "b": "a\\u202eb\\u00a0\\u3000\\u0000\\t"\n}\n'
    assert json.loads(text) == {"b": "a\u202eb\u00a0\u3000\x00\t", "a": "字é😀"}


POLICY = r"Software\Policies\Microsoft\Windows\NetCache"
USER_KEY = rf"HKEY_USERS\S-1-5-21-11-22-33-1001\{POLICY}\AssignedOfflineFolders"


def test_the_registry_keeps_its_form_and_loses_its_names() -> None:
    said = answer(
        {
            "registry": [
                {"key": rf"HKEY_LOCAL_MACHINE\{POLICY}", "values": {"Enabled": 1, "": "x"}, "error": None},
                {"key": USER_KEY, "values": {r"\\fs01\policies\Forms": "", r"\\fs01\software": ""}, "error": None},
            ]
        }
    )
    request = configuration.request(60).options()
    task = Task("a.b.cache_info", {"timeout": 60}, check_mode=False)
    (exchange,) = transcript(task, [Exchange(request, said)], {})["exchanges"]
    written = exchange["result"]["answer"]
    computer, user = written["registry"]
    # A share of a policy may be called like a part of the key, which stays all the same.
    assert computer == {"key": rf"HKEY_LOCAL_MACHINE\{POLICY}", "values": {"Enabled": 1, "": "x"}, "error": None}
    assert user["key"].endswith(rf"\{POLICY}\AssignedOfflineFolders")
    assert user["key"].startswith("HKEY_USERS\\S-1-5-21-")
    assert "11-22-33" not in user["key"]
    assert sorted(user["values"]) == [r"\\server1\share1\Folder1", r"\\server1\share2"]
    replayed = configuration.make(read({"answer": written}, paths=0))[0]["policies"]
    assert replayed["computer"] == {"Enabled": 1, "": "x"}
    assert [row["scope"] for row in replayed["assigned"]] == ["user", "user"]


SID = "S-1-5-21-11-22-33-1001"
LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
NOON = [0, 32, 198, 92, 222, 90, 220, 1]


def _key(name: str, **values: t.Any) -> dict[str, t.Any]:
    return {"key": name, "values": values, "error": None}


def test_users_lose_their_names_and_keep_what_they_did() -> None:
    environment = rf"HKEY_USERS\{SID}\Volatile Environment"
    said = answer(
        {
            "registry": [
                _key(
                    rf"{LIST}\{SID}",
                    ProfileImagePath=r"D:\Miller & Sons\user files\bob",
                    Sid=[1, 5] * 14,
                    Flags=0,
                    Guid="{ab-1}",
                ),
                _key(rf"{LIST}\{SID}\SyncItemLog\//fs01/bob's letters", LastSyncTime=NOON, ID=list(range(16))),
                # The four letters of a name in UTF-16 are eight bytes, too.
                _key(rf"{LIST}\{SID}\SyncItemLog\//FS01", LastSyncTime=[0] * 8, Name=list("bobs".encode("utf-16-le"))),
                _key(rf"HKEY_USERS\{SID}"),
                _key(rf"HKEY_USERS\{SID}_Classes"),
                _key(
                    environment, USERNAME="bob", USERDOMAIN="Acme", USERDNSDOMAIN="ACME.EXAMPLE", LOGONSERVER=r"\\DC7"
                ),
                _key(rf"{environment}\1", SESSIONNAME="Console", CLIENTNAME="THINBOB"),
            ]
        }
    )
    said["answer"]["host"] |= {"user": r"ACME\alice", "profile": r"C:\Users\alice"}
    request = configuration.request(60).options()
    (exchange,) = transcript(Task("a.b.cache_info", {}, check_mode=False), [Exchange(request, said)], {})["exchanges"]
    written = exchange["result"]["answer"]
    text = json.dumps(written)
    for name in (
        "bob",
        "miller",
        "sons",
        "files",
        "letters",
        "acme",
        "alice",
        "fs01",
        "dc7",
        "11-22-33",
        "1001",
        "ab-1",
    ):
        assert name not in text.lower(), name
    profile, letters, server, _hive, classes, bobs, session = written["registry"]
    sid = profile["key"].rpartition("\\")[2]
    assert (sid[:9], classes["key"]) == ("S-1-5-21-", rf"HKEY_USERS\{sid}_Classes")
    assert profile["values"]["ProfileImagePath"] == r"D:\Folder1 & Name1\folder2 name2\folder3"
    assert (profile["values"]["Sid"], profile["values"]["Flags"]) == ([0] * 28, 0)
    assert letters["key"] == rf"{LIST}\{sid}\SyncItemLog\//server1/folder3's name3"
    assert letters["values"] == {"LastSyncTime": NOON, "ID": [0] * 16}
    assert server["key"].endswith("//SERVER1")
    assert server["values"] == {"LastSyncTime": [0] * 8, "Name": [0] * 8}
    assert (bobs["values"]["USERNAME"], bobs["values"]["USERDOMAIN"]) == ("folder3", "Domain1")
    assert session["values"] == {"SESSIONNAME": "Console", "CLIENTNAME": "COMPUTER1"}
    (user,) = configuration.make(read({"answer": written}, paths=0))[0]["users"]
    assert (user["name"], user["logged_on"], user["session"], user["view"]) == (
        r"Domain1\folder3",
        True,
        "Console",
        False,
    )
    assert [row["path"] for row in user["synchronized"]] == [r"\\SERVER1", r"\\server1\folder3's name3"]
    assert user["synchronized"][1]["last_success"] == "2025-11-21T12:00:00Z"


def test_patterns_of_names_keep_their_wildcards_and_extensions() -> None:
    task = Task("a.b.item_info", {"name": ["Smith, John*", "*.pst", "secret?.docx", "*"]}, check_mode=False)
    assert transcript(task, [], {})["task"]["options"]["name"] == ["Folder1, Name1*", "*.pst", "folder2?.docx", "*"]


def test_options_and_arguments_that_hold_a_path_lose_their_names() -> None:
    options = {"src": "//fs01/users", "dest": "//fs02/data/users", "when": "now", "timeout": 600}
    rename = Rename.from_options({**options, "missing": "ok", "unavailable": "fail"}, diff=False)
    request = {**rename.look().options(), "method": "RenameItemEx"}
    request["arguments"] = [{"OriginalPath": rename.src, "NewPath": rename.dest, "ReplaceIfExists": False}]
    task = Task("a.b.rename_item", options, check_mode=False)
    made = transcript(task, [Exchange(request, None, r"no \\fs02\data")], {})
    old, new = r"\\server1\share1", r"\\server2\share2\share1"
    assert made["task"]["options"] == {**options, "src": old, "dest": new}
    (exchange,) = made["exchanges"]
    assert exchange["request"]["arguments"] == [{"OriginalPath": old, "NewPath": new, "ReplaceIfExists": False}]
    assert (exchange["request"]["paths"], exchange["problem"]) == ([old, new], r"no \\server2\share2")


def test_another_argument_loses_the_names_that_are_known() -> None:
    request = {**REQUEST, "arguments": [{"Flags": 7, "Deep": True, "Other": "to fs01 again"}]}
    (exchange,) = transcript(Task("a.b.unpin", OPTIONS, check_mode=False), [Exchange(request, None)], {})["exchanges"]
    assert exchange["request"]["arguments"] == [{"Flags": 7, "Deep": True, "Other": "to server1 again"}]


def test_arguments_lose_their_names_unless_they_are_the_collection_s_own() -> None:
    key = r"SYSTEM\CurrentControlSet\Services\CSC\Parameters"

    def arguments(**options: t.Any) -> dict[str, t.Any]:
        request = {**REQUEST, "paths": "", **options}
        task = Task("a.b.cache", {}, check_mode=False)
        (exchange,) = transcript(task, [Exchange(request, None, None)], {})["exchanges"]
        return dict(exchange["request"]["arguments"][0])

    asked = {"hDefKey": 0x80000002, "sSubKeyName": key, "uValue": 1}
    assert arguments(**{"class": "StdRegProv", "arguments": [asked]}) == asked
    assert arguments(arguments=[{"Path": r"\\fs01\users", "Force": True}]) == {
        "Path": r"\\server1\share1",
        "Force": True,
    }
    assert arguments(arguments=[{"Path": key}])["Path"] != key
