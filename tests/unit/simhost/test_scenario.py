# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scenario files: what they can say, and how they are refused."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from simhost import behaviour, scenario
from simhost.cache import DIRTY_KINDS, Fault, Item, ItemType, Remote
from simhost.configuration import PROPERTIES
from simhost.scenario import ScenarioError
from simhost.windows import Service

pytestmark = pytest.mark.timeout(20)

SCENARIOS = Path(scenario.__file__).with_name("scenarios")
SHIPPED = sorted(path.name for path in SCENARIOS.glob("*.yml"))


def item(text: str, path: str) -> Item:
    found = scenario.parse(text).host.cache.find(path)
    assert found is not None
    return found


def test_the_promised_scenarios_are_there() -> None:
    promised = "absent cache cancelled delete_items demo denied disabled german inactive inventory japanese million"
    promised += " pin small synchronize"
    assert [f"{name}.yml" for name in promised.split()] == SHIPPED


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "million.yml"])
def test_shipped_scenarios_load(name: str) -> None:
    loaded = scenario.load(SCENARIOS / name)
    assert loaded.name
    assert loaded.host.user in loaded.accounts
    assert loaded.host.snapshot()["host"] == loaded.host.machine.name


def test_demo_has_what_it_is_to_show() -> None:
    items = scenario.load(SCENARIOS / "demo.yml").host.snapshot()["items"]
    assert 300 <= len(items) <= 999
    assert {one["path"] for one in items if one["type"] == "server"} == {"\\\\fs01", "\\\\fs02"}
    assert {reason for one in items for reason in one["pins"]} == {
        "user",
        "user_policy",
        "computer",
        "folder_redirection",
    }
    assert any(one["dirty"] for one in items)


def test_million_generates_a_million() -> None:
    text = (SCENARIOS / "million.yml").read_text(encoding="utf-8")
    generator = yaml.safe_load(text)["generate"][0]
    assert generator["directories"] * (1 + generator["files"]) == 1_000_000
    smaller = scenario.parse(text.replace("directories: 1000", "directories: 3")).host.snapshot()["items"]
    assert len(smaller) == 3 * 1000 + 2


def test_the_readme_lists_every_switch_and_scenario() -> None:
    text = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    assert behaviour.table() in text
    for name in SHIPPED:
        assert f"`{name}`" in text


def test_each_question_of_a_switch_is_in_the_list_and_the_other_way_round() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "open_questions.md").read_text(encoding="utf-8")
    listed = [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert listed == sorted(set(listed))
    asked = {one.metadata["question"] for one in dataclasses.fields(behaviour.Behaviour)}
    # Nothing from outside can tell a 32-bit PowerShell.
    assert asked - {0} == set(listed) - {23}


def test_every_key_of_an_item() -> None:
    text = r"""
    cache:
      '\\fs01\users': {connection: slow, items: {x: {}}}
    """
    with pytest.raises(ScenarioError, match="connection: state: unknown value 'slow'"):
        scenario.parse(text)
    text = r"""
    cache:
      '\\fs01': {connection: offline}
      '\\fs01\users':
        visible_to: ['CORP\alice']
        items:
          plain.txt: {}
          'deep\er\x.txt':
            pin: {user: inherit, computer: 1}
            size: 10
            attributes: 33
            created: 2024-05-06T07:08:09.5Z
            modified: 2024-05-06T07:08:09+02:00
            accessed: 2024-05-06
            dirty: [data, time]
            connection: {state: online, reason: need_to_sync}
            visible_to: ['CORP\bob']
            error: [{code: ERROR_ACCESS_DENIED, as: win32, methods: [Unpin]}, 32]
            changed: 2024-05-07
            original: {size: 8, modified: 2024-05-01, attributes: 1}
            remote_dirty_bytes: 3
            suspended: true
            suspended_root: true
            encrypted: true
            sparse: true
            in_use: true
          'empty\': {}
          also: {type: directory}
    """
    full = item(text, "\\\\fs01\\users\\deep\\er\\x.txt")
    facts = full.facts
    assert full.pins == (2, 0, 1, 0)
    assert (facts.size, facts.dirty_bytes, facts.attributes) == (10, 10, 33)
    assert facts.created == "20240506070809.500000+000"
    assert facts.modified == "20240506050809.000000+000"
    assert facts.accessed == "20240506000000.000000+000"
    assert facts.dirty == {"data", "time"}
    assert facts.connection == (2, 5)
    assert facts.visible_to == frozenset({"CORP\\BOB"})
    assert facts.faults == (Fault(5, "win32", frozenset({"Unpin"})), Fault(32))
    assert (facts.suspended, facts.encrypted, facts.sparse, facts.in_use) == (True, True, True, True)
    assert (facts.changed, facts.remote_dirty_bytes, facts.suspended_root) == ("20240507000000.000000+000", 3, True)
    original = facts.original
    assert original is not None
    assert (original.size, original.attributes, original.modified) == (8, 1, "20240501000000.000000+000")
    assert (original.created, original.accessed, original.changed) == (facts.created, facts.accessed, facts.changed)
    plain = item(text, "\\\\fs01\\users\\plain.txt").facts
    assert plain.original is None
    assert (plain.connection, plain.visible_to) == ((1, 4), frozenset({"CORP\\ALICE"}))
    for name, kind in {"empty": ItemType.DIRECTORY, "also": ItemType.DIRECTORY, "deep\\er": ItemType.DIRECTORY}.items():
        assert item(text, f"\\\\fs01\\users\\{name}").type == kind


@pytest.mark.parametrize(
    ("pin", "pins"),
    [
        ("user", (1, 0, 0, 0)),
        ("[user, user_policy]", (1, 1, 0, 0)),
        ("{folder_redirection: inherit}", (0, 0, 0, 2)),
        ("{computer: 2, user: none}", (0, 0, 2, 0)),
    ],
)
def test_ways_to_write_pins(pin: str, pins: tuple[int, ...]) -> None:
    assert item(f"cache: {{'\\\\s\\h\\f': {{pin: {pin}}}}}", "\\\\s\\h\\f").pins == pins


def test_generate_is_the_same_on_every_run_and_can_vary() -> None:
    text = r"""
    generate:
      - under: '\\fs02\projects\old'
        directories: 2
        files: 4
        directory_name: 'p{n}'
        file_name: 'f{n:02}.dwg'
        directory_pin: {computer: inherit}
        pin: computer
        size: [1024, 9216]
        seed: 3
        every: [{nth: 3, error: 5, dirty: [data], pin: user}]
    """
    items = scenario.parse(text).host.snapshot()["items"]
    assert items == scenario.parse(text).host.snapshot()["items"]
    assert [one["path"] for one in items[2:6]] == [
        "\\\\fs02\\projects\\old",
        "\\\\fs02\\projects\\old\\p1",
        "\\\\fs02\\projects\\old\\p1\\f01.dwg",
        "\\\\fs02\\projects\\old\\p1\\f02.dwg",
    ]
    files = [one for one in items if one["type"] == "file"]
    assert len(files) == 8
    assert len({one["size"] for one in files}) > 1
    assert [one["pins"] for one in files[1:3]] == [{"computer": 1}, {"user": 1}]
    special = item(text, "\\\\fs02\\projects\\old\\p1\\f03.dwg").facts
    assert special.faults == (Fault(5),)
    assert special.dirty_bytes == special.size
    assert item(text, "\\\\fs02\\projects\\old\\p2").pins == (0, 0, 2, 0)


def test_host_settings() -> None:
    machine = scenario.parse(r"""
    host:
      name: PC9
      enabled: false
      active: false
      location: 'D:\csc'
      powershell: '7.5.0'
      admins: ['CORP\Admin']
      delegated: [alice@corp]
      services: {CscService: {state: Stopped, start_mode: Manual, error: WBEM_E_ACCESS_DENIED}, CSC: null}
    """).host.machine
    assert (machine.name, machine.user, machine.enabled, machine.active) == ("PC9", "PC9\\admin", False, False)
    assert (machine.location, machine.powershell) == ("D:\\csc", "7.5.0")
    assert (machine.admins, machine.delegated) == (frozenset({"CORP\\ADMIN"}), frozenset({"ALICE@CORP"}))
    assert machine.service("CscService") == Service("Stopped", "Manual", 0x80041003)
    assert machine.service("CSC") is None


def test_configuration() -> None:
    assert scenario.parse("").host.machine.configuration is None
    assert scenario.parse("host: {configuration: null}").host.machine.configuration is None
    told = {"Enabled": True, "SlowLinkParams": ["a"], "DiskSpaceLimitParams": {"TotalSizeInMB": 1}, "IsEffective": None}
    assert scenario.parse(f"host: {{configuration: {json.dumps(told)}}}").host.machine.configuration == told


def test_registry() -> None:
    registry = scenario.parse(r"""
    registry:
      'HKEY_LOCAL_MACHINE\Software\X':
        '': unnamed
        number: 4294967295
        big: 4294967296
        list: [a, '']
        home: {type: REG_EXPAND_SZ, data: 'C:\'}
        typed: {type: REG_QWORD, data: 1}
        bits: {type: REG_BINARY, data: [0, 255]}
        other: {type: REG_NONE}
      'HKEY_USERS\S-1-5-18': {}
    """).host.registry
    where = {"hDefKey": 0x80000002, "sSubKeyName": "software\\x"}
    code, found = registry.ask("EnumValues", where, ())
    assert code == 0
    assert dict(zip(found["sNames"], found["Types"], strict=True)) == {
        "": 1, "number": 4, "big": 11, "list": 7, "home": 2, "typed": 11, "bits": 3, "other": 0,
    }  # fmt: skip
    assert registry.ask("GetMultiStringValue", {**where, "sValueName": "LIST"}, ()) == (0, {"sValue": ["a", ""]})
    assert registry.ask("GetQWORDValue", {**where, "sValueName": "big"}, ()) == (0, {"uValue": 0x100000000})
    assert registry.ask("GetStringValue", {**where, "sValueName": "bits"}, ()) == (0x80041005, {"sValue": None})
    assert registry.ask("GetBinaryValue", {**where, "sValueName": "Bits"}, ()) == (0, {"uValue": [0, 255]})
    assert registry.ask("GetStringValue", {**where, "sValueName": "none"}, ()) == (2, {"sValue": None})
    assert registry.ask("EnumKey", {"hDefKey": 0x80000003, "sSubKeyName": ""}, ()) == (0, {"sNames": ["S-1-5-18"]})
    assert registry.ask("EnumKey", where, ()) == (0, {"sNames": None})
    assert registry.ask("EnumKey", {**where, "hDefKey": 1}, ()) == (2, {"sNames": None})
    for denied, told in ((r"HKEY_LOCAL_MACHINE\SOFTWARE", 5), (r"HKEY_LOCAL_MACHINE\Soft", 0), ("HKEY_USERS", 0)):
        assert registry.ask("EnumValues", where, [denied])[0] == told


CARTER = """
    profiles:
      'CORP\\carter':
        sid: S-1-5-21-1-2-4294967295-1103
        loaded: true
        folder: 'D:\\P\\carter'
        assigned: ['\\\\fs01\\forms']
        synchronized:
          '\\\\fs01\\users': 2026-11-20T07:31:12Z
          '\\\\fs02\\home': {success: never, attempt: 2026-11-21}
      S-1-5-18: {}
      S-1-5-82-5: {folder: 'C:\\pool'}
"""
LIST = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
CARTERS = "S-1-5-21-1-2-4294967295-1103"


def values(text: str, hive: int, key: str) -> dict[str, Any]:
    """The values of a registry key, each by the method for its type."""
    registry = scenario.parse(text).host.registry
    where = {"hDefKey": hive, "sSubKeyName": key}
    methods = {1: "GetStringValue", 2: "GetExpandedStringValue", 3: "GetBinaryValue", 4: "GetDWORDValue"}
    code, found = registry.ask("EnumValues", where, ())
    assert code == 0
    read = [
        next(iter(registry.ask(methods[kind], {**where, "sValueName": name}, ())[1].values()))
        for name, kind in zip(found["sNames"] or (), found["Types"] or (), strict=True)
    ]
    return dict(zip(found["sNames"] or (), read, strict=True))


def test_profiles_are_written_into_the_registry() -> None:
    machine, users = 0x80000002, 0x80000003
    profile = values(CARTER, machine, rf"{LIST}\{CARTERS}")
    assert (profile["ProfileImagePath"], profile["Flags"]) == (r"D:\P\carter", 0)
    # [MS-DTYP] 2.4.2.2: revision, count, authority as 48 bits big-endian, then each as 32 bits little-endian.
    assert bytes(profile["Sid"]).hex(" ", -4) == "01050000 00000005 15000000 01000000 02000000 ffffffff 4f040000"
    log = rf"{LIST}\{CARTERS}\SyncItemLog"
    done = values(CARTER, machine, rf"{log}\//fs01/users")
    # 2026-11-20T07:31:12Z in 100 ns since 1601.
    assert int.from_bytes(bytes(done["LastSyncTime"]), "little") == (1795159872 + 11644473600) * 10**7
    assert done["LastSuccessfulSyncTime"] == done["LastSyncTime"]
    assert (len(done["ID"]), done["LastSyncStatus"]) == (16, 0)
    tried = values(CARTER, machine, rf"{log}\//fs02/home")
    assert (tried["LastSuccessfulSyncTime"], tried["LastSyncStatus"]) == ([0] * 8, 0x8007003A)
    assert int.from_bytes(bytes(tried["LastSyncTime"]), "little") == (1795219200 + 11644473600) * 10**7
    assigned = r"Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
    assert values(CARTER, users, rf"{CARTERS}\{assigned}") == {r"\\fs01\forms": ""}
    assert (
        values(CARTER, machine, rf"{LIST}\S-1-5-18")["ProfileImagePath"] == r"C:\Windows\system32\config\systemprofile"
    )
    hives = scenario.parse(CARTER).host.registry.ask("EnumKey", {"hDefKey": users, "sSubKeyName": ""}, ())[1]
    assert hives["sNames"] == [CARTERS, f"{CARTERS}_Classes", "S-1-5-18"]


def test_who_is_logged_on_has_an_environment_in_the_registry() -> None:
    users = 0x80000003
    text = (
        CARTER
        + r"""
    host: {sessions: {'corp\carter': {number: 3, name: null}}}
    """
    )
    environment = values(text, users, rf"{CARTERS}\Volatile Environment")
    assert (environment["USERDOMAIN"], environment["USERNAME"]) == ("CORP", "carter")
    assert values(text, users, rf"{CARTERS}\Volatile Environment\3") == {}
    at_the_console = values(text.replace("name: null", ""), users, rf"{CARTERS}\Volatile Environment\3")
    assert at_the_console["SESSIONNAME"] == "Console"
    where = {"hDefKey": users, "sSubKeyName": rf"{CARTERS}\Volatile Environment"}
    assert scenario.parse(CARTER).host.registry.ask("EnumKey", where, ())[0] == 2


def test_a_process_has_the_folder_of_its_users_profile() -> None:
    machine = scenario.parse(CARTER).host
    assert machine.profile_of(r"corp\CARTER") == r"D:\P\carter"
    assert machine.profile_of("dave@corp.example") == r"C:\Users\dave"
    assert machine.profile_of("SYSTEM") == r"C:\Windows\system32\config\systemprofile"


def test_inventory_has_what_it_is_to_show() -> None:
    machine = scenario.load(SCENARIOS / "inventory.yml").host
    found = [(path, one) for path, one in machine.cache.walk() if one.type != ItemType.SERVER]
    shares = [path for path, one in found if one.type == ItemType.SHARE]
    assert shares == [r"\\fs01\users", r"\\fs02\home", r"\\fs02\templates", r"\\fs02\共有"]
    for reason in range(4):
        assert {one.pins[reason] for _dummy, one in found} == {0, 1, 2}
    assert any(sum(map(bool, one.pins)) > 1 for _dummy, one in found)
    facts = [one.facts for _dummy, one in found]
    assert set().union(*(one.dirty for one in facts)) == set(DIRTY_KINDS)
    assert {one.connection[0] for one in facts} >= {1, 2, 3, 4}
    for fact in ("dirty_bytes", "remote_dirty_bytes", "sparse", "encrypted", "suspended", "suspended_root", "original"):
        assert any(getattr(one, fact) for one in facts), fact
    assert set(machine.machine.configuration or ()) == set(PROPERTIES)


def test_both_sides_of_an_item() -> None:
    text = r"""
    cache:
      '\\fs01\users':
        items:
          changed.txt: {size: 5, dirty: [data], remote: {size: 6, attributes: 33, modified: 2026-01-02}}
          gone.txt: {remote: deleted}
          there.lnk: {link: '\\fs01\users\changed.txt'}
    servers:
      '\\fs01\users': {items: {new.txt: {size: 7, created: 2026-01-03, error: 5, visible_to: ['CORP\bob']}}}
      '\\fs02\x': {connection: offline, items: {'deep\': {}, far.txt: {}}}
    generate:
      - {under: '\\fs03\y', files: 2, on_server: true, every: [{nth: 2, size: 9}]}
      - {under: '\\fs03\z', files: 1}
    """
    changed, gone, link = (
        item(text, f"\\\\fs01\\users\\{name}").facts for name in ("changed.txt", "gone.txt", "there.lnk")
    )
    assert changed.remote == Remote(
        changes=(("size", 6), ("attributes", 33), ("modified", "20260102000000.000000+000"))
    )
    there = changed.on_server()
    assert (there.size, there.modified, there.dirty) == (6, "20260102000000.000000+000", frozenset())
    assert there.last_change == there.modified
    assert (gone.remote, link.link) == (Remote(gone=True), "\\\\fs01\\users\\changed.txt")
    shot = scenario.parse(text).host.snapshot()
    assert {one["path"]: one["size"] for one in shot["servers"] if one["type"] == "file"} == {
        "\\\\fs01\\users\\new.txt": 7,
        "\\\\fs02\\x\\far.txt": 0,
        "\\\\fs03\\y\\dir0001\\file0001.dat": 4096,
        "\\\\fs03\\y\\dir0001\\file0002.dat": 9,
    }
    told = {one["path"]: one for one in shot["items"]}
    assert {path for path, one in told.items() if one["conflict"]} == {"\\\\fs01\\users\\changed.txt"}
    assert told["\\\\fs01\\users\\gone.txt"]["server"] is None
    assert "\\\\fs03\\y" not in told
    assert told["\\\\fs03\\z\\dir0001\\file0001.dat"]["server"]["size"] == 4096


def test_accounts_and_transport_are_passed_through() -> None:
    loaded = scenario.parse("{accounts: {bob: secret}, transport: {reset: 3}, name: x}")
    assert (loaded.accounts, loaded.transport, loaded.name) == ({"bob": "secret"}, {"reset": 3}, "x")
    assert "secret" not in repr(loaded)


def test_an_empty_file_is_an_empty_machine() -> None:
    assert scenario.parse("").host.snapshot()["items"] == []


REFUSED: dict[str, tuple[str, str]] = {
    "unknown top key": ("caches: {}", r"unknown key 'caches' \(known: .*cache"),
    "unknown host key": ("host: {nam: x}", "host: unknown key 'nam'"),
    "unknown switch": ("behaviour: {number: hex}", "behaviour: unknown switch 'number' .*number_format"),
    "unknown value": ("behaviour: {number_format: octal}", "number_format: unknown value 'octal' .*bare_hex"),
    "bad count": ("behaviour: {item_delay_ms: -1}", "item_delay_ms: expected a whole number of at least 0"),
    "bad code": ("behaviour: {read_error: ERROR_X}", "read_error: unknown error name 'ERROR_X'"),
    "bad odd text": ("behaviour: {odd_texts: [zero]}", "odd_texts: unknown odd text 'zero'"),
    "odd texts no list": ("behaviour: {odd_texts: nul}", "odd_texts: expected a list"),
    "bad extra text": ("behaviour: {extra_texts: [1]}", "extra_texts: expected a list of texts"),
    "suffix no text": ("behaviour: {text_suffix: 3}", "text_suffix: expected a text"),
    "not UNC": ("cache: {'C:\\x': {}}", r"cache: 'C:\\\\x': expected a UNC path"),
    "unknown item key": (r"cache: {'\\s\h\f': {pinned: user}}", r"f': unknown key 'pinned'"),
    "unknown reason": (r"cache: {'\\s\h\f': {pin: users}}", "pin: unknown reason 'users' .*folder_redirection"),
    "bad pin value": (r"cache: {'\\s\h\f': {pin: {user: 3}}}", "pin: user: unknown value 3"),
    "bad pin": (r"cache: {'\\s\h\f': {pin: 3}}", "pin: expected a reason"),
    "unknown error": (r"cache: {'\\s\h\f': {error: ERROR_NOPE}}", "error: unknown error name 'ERROR_NOPE'"),
    "error without code": (r"cache: {'\\s\h\f': {error: {as: win32}}}", "error: the code is missing"),
    "error form": (r"cache: {'\\s\h\f': {error: {code: 5, as: hex}}}", "error: as: unknown value 'hex'"),
    "error method": (r"cache: {'\\s\h\f': {error: {code: 5, methods: [Pinn]}}}", "methods: unknown value 'Pinn'"),
    "bad dirty": (r"cache: {'\\s\h\f': {dirty: [content]}}", "dirty: unknown value 'content'"),
    "bad time": (r"cache: {'\\s\h\f': {created: soon}}", "created: expected a time such as"),
    "bad flag": (r"cache: {'\\s\h\f': {sparse: 1}}", "sparse: expected true or false"),
    "bad size": (r"cache: {'\\s\h\f': {size: big}}", "size: expected a whole number"),
    "user without domain": (r"cache: {'\\s\h\f': {visible_to: [bob]}}", r"visible_to: 'bob' needs its domain"),
    "pinned server": (r"cache: {'\\s': {pin: user}}", "pin: a server cannot be pinned"),
    "wrong type": (r"cache: {'\\s\h': {type: file}}", "type: this place can only hold a share"),
    "impossible name": (r"cache: {'\\s\h\a:b': {}}", "'a:b' is no possible name"),
    "empty name": (r"cache: {'\\s\\h': {}}", "'' is no possible name"),
    "twice in other case": (r"cache: {'\\s\h\f': {}, '\\S\H\F': {}}", "stands twice"),
    "twice in YAML": ("name: a\nname: b", "'name' stands twice"),
    "number as key": (r"cache: {'\\s\h': {items: {2024: {}}}}", "the key 2024 is no text; put it in quotes"),
    "no YAML": ("a: [", "while parsing"),
    "no mapping": ("- a", "expected a mapping"),
    "password": ("accounts: {bob: 1}", "accounts: a password: expected a text"),
    "service": ("host: {services: {Spooler: {}}}", "host: services: unknown key 'Spooler'"),
    "configuration": ("host: {configuration: {Enable: true}}", "host: configuration: unknown key 'Enable' .*Enabled"),
    "configuration flag": ("host: {configuration: {Enabled: 1}}", "Enabled: expected true or false, got 1"),
    "configuration texts": ("host: {configuration: {ExcludedFileTypes: x}}", "ExcludedFileTypes: expected a list"),
    "configuration number": (
        "host: {configuration: {TransparentCachingLatencyThreshold: 4294967296}}",
        "TransparentCachingLatencyThreshold: expected at most 4294967295, got 4294967296",
    ),
    "configuration object": (
        "host: {configuration: {DiskSpaceLimitParams: {TotalSizeInMB: x}}}",
        "DiskSpaceLimitParams: TotalSizeInMB: expected a whole number",
    ),
    "registry hive": (r"registry: {'HKLM\X': {}}", "expected a full key under HKEY_LOCAL_MACHINE or HKEY_USERS"),
    "registry twice": (r"registry: {'HKEY_USERS\X': {}, 'HKEY_USERS\x': {}}", "the key stands twice"),
    "registry truth": (r"registry: {'HKEY_USERS\X': {a: true}}", "'a': data: expected a whole number"),
    "registry type": (r"registry: {'HKEY_USERS\X': {a: {type: SZ}}}", "'a': type: unknown value 'SZ' .*REG_SZ"),
    "registry no type": (r"registry: {'HKEY_USERS\X': {a: {data: 1}}}", "'a': type: unknown value None"),
    "registry data": (r"registry: {'HKEY_USERS\X': {a: {type: REG_SZ, data: 1}}}", "'a': data: expected a text, got 1"),
    "registry binary": (
        r"registry: {'HKEY_USERS\X': {a: {type: REG_BINARY, data: x}}}",
        "data: expected a list, got 'x'",
    ),
    "registry no binary": (r"registry: {'HKEY_USERS\X': {a: {type: REG_BINARY}}}", "data: expected a list, got None"),
    "registry byte": (
        r"registry: {'HKEY_USERS\X': {a: {type: REG_BINARY, data: [256]}}}",
        "data: expected at most 255",
    ),
    "registry none": (r"registry: {'HKEY_USERS\X': {a: {type: REG_NONE, data: x}}}", "data: REG_NONE has none"),
    "profile key": ("profiles: {'CORP\\a': {name: x}}", r"profiles: 'CORP\\\\a': unknown key 'name' .*synchronized"),
    "profile without sid": ("profiles: {'CORP\\a': {}}", "sid: expected a text, got None"),
    "profile sid": ("profiles: {'CORP\\a': {sid: S-1-x}}", "'S-1-x' is no SID such as S-1-5-21-1-2-3-1001"),
    "profile sid number": ("profiles: {S-1-5-4294967296: {}}", "'S-1-5-4294967296' is no SID"),
    "profile two sids": ("profiles: {S-1-5-18: {sid: S-1-5-18}}", "unknown key 'sid'"),
    "profile twice": ("profiles: {S-1-5-18: {}, 'CORP\\a': {sid: S-1-5-18}}", "sid: S-1-5-18 stands twice"),
    "profile user": ("profiles: {a: {sid: S-1-5-21-1}}", "a user: 'a' needs its domain"),
    "profile folder": ("profiles: {S-1-5-80-1: {}}", "folder: expected a text, got None"),
    "profile policies": (
        r"profiles: {'CORP\a': {sid: S-1-5-21-1, assigned: ['\\s\h']}}",
        "loaded: a user who has a session, or policies in a registry, has the registry loaded",
    ),
    "profile of a session": (
        r"""
        profiles: {'CORP\a': {sid: S-1-5-21-1, loaded: false}}
        host: {sessions: {'CORP\a': }}
        """,
        "loaded: a user who has a session",
    ),
    "session without profile": (
        r"""
        profiles: {S-1-5-18: {}}
        host: {sessions: {'CORP\a': }}
        """,
        r"profiles: CORP\\a has a session and no profile",
    ),
    "profile share": (
        r"profiles: {S-1-5-18: {synchronized: {'//s/h': never}}}",
        "synchronized: expected a UNC path such as .*, got '//s/h'",
    ),
    "profile time": (
        r"profiles: {S-1-5-18: {synchronized: {'\\s\h': soon}}}",
        r"'\\\\\\\\s\\\\h': the time \(or never\): expected a time such as .*, got 'soon'",
    ),
    "profile times": (
        r"profiles: {S-1-5-18: {synchronized: {'\\s\h': {success: never}}}}",
        r"attempt \(or never\): expected a time such as .*, got None",
    ),
    "profile and registry": (
        r"""
        profiles: {S-1-5-18: {}}
        registry: {'HKEY_USERS\s-1-5-18': {}}
        """,
        r"HKEY_USERS\\S-1-5-18 stands under registry, too",
    ),
    "denied key": ("behaviour: {registry_denied: [1]}", "registry_denied: expected a text, got 1"),
    "denied keys": ("behaviour: {registry_denied: x}", "registry_denied: expected a list, got 'x'"),
    "original": (r"cache: {'\\s\h\f': {original: {dirty: [data]}}}", "original: unknown key 'dirty'"),
    "generate original": (
        r"generate: [{under: '\\s\h', every: [{nth: 1, original: {}}]}]",
        "every: unknown key 'original'",
    ),
    "remote of a folder": (r"cache: {'\\s\h\d\': {remote: deleted}}", "remote: a directory has no content"),
    "remote word": (r"cache: {'\\s\h\f': {remote: gone}}", "remote: expected deleted or a mapping .*got 'gone'"),
    "remote empty": (r"cache: {'\\s\h\f': {remote: {}}}", "remote: says nothing; give deleted, or one of accessed"),
    "remote key": (r"cache: {'\\s\h\f': {remote: {dirty: [data]}}}", "remote: unknown key 'dirty' .*size"),
    "remote value": (r"cache: {'\\s\h\f': {remote: {size: -1}}}", "remote: size: expected a whole number"),
    "link": (r"cache: {'\\s\h\f': {link: '\\s\h'}}", "link: expected the UNC path of a file or directory, got"),
    "server item pinned": (
        r"servers: {'\\s\h\f': {pin: user}}",
        r"servers: '.*f': unknown key 'pin' \(known: accessed",
    ),
    "server item dirty": (r"servers: {'\\s\h\f': {dirty: [data]}}", "unknown key 'dirty'"),
    "both sides": (
        r"{cache: {'\\s\h\f': {}}, servers: {'\\s\h\F': {}}}",
        r"servers: .*F stands in the cache too, as a file; .*its key remote",
    ),
    "file and folder": (
        r"{cache: {'\\s\h\f\': {}}, servers: {'\\s\h\f': {}}}",
        "servers: .* stands in the cache too, as a directory",
    ),
    "replayed servers": ("{replay: x.yml, servers: {}}", "replay: a transcript answers for everything, .* no servers"),
    "unknown method": ("behaviour: {declared_only: [Format]}", "declared_only: unknown method 'Format' .*DeleteItems"),
    "generate side": (r"generate: [{under: '\\s\h', on_server: 1}]", r"generate\[0\]: on_server: expected true or"),
    "generate pins there": (
        r"generate: [{under: '\\s\h', on_server: true, pin: user}]",
        r"generate\[0\]: pin: only what the cache holds is pinned",
    ),
    "generate special there": (
        r"generate: [{under: '\\s\h', on_server: true, every: [{nth: 2, dirty: [data]}]}]",
        "every: unknown key 'dirty'",
    ),
    "generate no list": ("generate: {}", "generate: expected a list"),
    "generate under": ("generate: [{under: 'x'}]", r"generate\[0\]: under: expected a share or directory"),
    "generate pattern": (r"generate: [{under: '\\s\h', file_name: same}]", r"file_name: expected a name with \{n\}"),
    "generate size": (r"generate: [{under: '\\s\h', size: [9, 1]}]", "size: 9 is more than 1"),
    "generate sizes": (r"generate: [{under: '\\s\h', size: [9]}]", r"size: expected a number or \[smallest"),
    "generate every": (r"generate: [{under: '\\s\h', every: [{error: 5}]}]", "every: nth: expected a whole number"),
    "generate twice": (r"generate: [{under: '\\s\h'}, {under: '\\s\h'}]", r"generate\[1\]: .*stands twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_with_its_place(name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(ScenarioError, match=words):
        scenario.parse(text)


def test_the_file_is_named_in_front(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("hosts: {}", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^mine\.yml: unknown key 'hosts'"):
        scenario.load(file)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"missing_path_code": "ERROR_NOT_FOUND"}, {"missing_path_code": 1168}),
        ({"hang_after_items": None}, {"hang_after_items": None}),
        ({"odd_texts": ["nul", "null"]}, {"odd_texts": ("nul", "null")}),
        ({"extra_texts": ["x", None]}, {"extra_texts": ("x", None)}),
    ],
)
def test_switches_are_converted(value: dict[str, Any], expected: dict[str, Any]) -> None:
    made = behaviour.from_mapping(value)
    assert {name: getattr(made, name) for name in expected} == expected
