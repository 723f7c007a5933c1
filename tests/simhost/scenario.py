# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the scenario file: YAML that a person writes, checked strictly, to a simulated Windows (scenarios/README.md)."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from simhost import behaviour as switches
from simhost import profiles
from simhost.cache import (
    CONTENT,
    DIRTY_KINDS,
    NO_PINS,
    REASONS,
    Cache,
    Facts,
    Fault,
    Item,
    ItemType,
    Pins,
    Remote,
    fold,
    pins_from,
)
from simhost.configuration import HIVES, PROPERTIES, REG_TYPES, Registry, Value
from simhost.jobs import JobFaults
from simhost.profiles import Profile, Synchronization
from simhost.replay import Replay, ReplayError
from simhost.result_texts import number_of
from simhost.servers import FileServers
from simhost.windows import Host, Machine, Service, Session

__all__ = ["Host", "Scenario", "ScenarioError", "load", "parse"]

_PIN_VALUES = {"none": 0, "pinned": 1, "inherit": 2, 0: 0, 1: 1, 2: 2}
_CONNECT_STATES = {"unknown": 0, "offline": 1, "online": 2, "transparent": 3, "partly_transparent": 4}
_OFFLINE_REASONS = {
    "unknown": 0,
    "not_applicable": 1,
    "working_offline": 2,
    "slow": 3,
    "disconnected": 4,
    "need_to_sync": 5,
    "suspended": 6,
}
_TYPES = {"file": ItemType.FILE, "directory": ItemType.DIRECTORY, "share": ItemType.SHARE, "server": ItemType.SERVER}
_ILLEGAL_NAME = re.compile(r'[<>:"/|?*\x00-\x1f]')
_NO_MAPPING: Mapping[str, Any] = {}
Made = TypeVar("Made", bound=Cache)


class ScenarioError(ValueError):
    """Something in a scenario is wrong. The message says where, and what would be right."""


@dataclass(frozen=True)
class Scenario:
    """A loaded scenario. `accounts` and `transport` are for the server and were only checked to be mappings.

    With `replay` a transcript answers in place of the cache of `host`.
    """

    name: str
    host: Host
    accounts: Mapping[str, str] = field(repr=False)
    transport: Mapping[str, Any]
    replay: Replay | None = None


def load(path: str | Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError for its content, OSError when it cannot be read."""
    file = Path(path)
    with _at(file.name):
        return parse(file.read_text(encoding="utf-8"), file.parent)


def parse(text: str, folder: Path | None = None) -> Scenario:
    """A scenario from YAML text; a file that it names lies in `folder`. Raises ScenarioError."""
    try:
        raw = yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        raise ScenarioError(str(error)) from None
    known = {"name", "host", "accounts", "behaviour", "cache", "servers", "generate", "registry", "profiles"}
    known |= {"jobs", "transport", "replay"}
    top = _mapping(raw, known)
    with _at("host"):
        machine = _machine(_mapping(top.get("host", _NO_MAPPING)))
    with _at("accounts"):
        accounts = _mapping(top.get("accounts", _NO_MAPPING))
        _all_text(accounts.values(), "a password")
    with _at("behaviour"), _as_scenario_error():
        behaviour = switches.from_mapping(_mapping(top.get("behaviour", _NO_MAPPING)))
    cache = _mapping(top.get("cache", _NO_MAPPING))
    servers = _mapping(top.get("servers", _NO_MAPPING))
    generators = _list(top.get("generate", []), "generate")
    with _at("registry"):
        keys = _registry(_mapping(top.get("registry", _NO_MAPPING)))
    with _at("profiles"):
        users = _profiles(_mapping(top.get("profiles", _NO_MAPPING)), machine)
        keys = _with_profiles(keys, users) if users else _with_the_profile_of_system(keys, machine)
    with _at("jobs"), _as_scenario_error():
        faults = JobFaults.load(_mapping(top.get("jobs", _NO_MAPPING)))
    with _at("transport"):
        transport = _mapping(top.get("transport", _NO_MAPPING))

    with _at("replay"):
        replay = _replay(top, folder)

    def fill(made: Made, key: str, items: Mapping[str, Any]) -> Made:
        builder = _Builder(made, _SERVER_KEYS if key == "servers" else _ITEM_KEYS)
        with _at(key):
            builder.fill(items)
        for number, generator in enumerate(generators):
            with _at(f"generate[{number}]"):
                raw = _mapping(generator, set(_GENERATOR_KEYS))
                if _flag(raw.get("on_server", False), "on_server") is (key == "servers"):
                    builder.generate(raw)
        return made

    host = Host(
        machine,
        lambda: fill(Cache(), "cache", cache),
        behaviour,
        registry=Registry(keys),
        folders={fold(one.user): one.folder for one in users if one.user},
        build_servers=lambda: fill(FileServers(), "servers", servers),
        faults=faults,
    )
    with _at("servers"):
        _check_sides(host)
    return Scenario(_text(top.get("name", ""), "name"), host, accounts, transport, replay)


def _replay(top: Mapping[str, Any], folder: Path | None) -> Replay | None:
    """The transcript that answers, where there is one: then there is no cache and no behaviour."""
    if "replay" not in top:
        return None
    if both := sorted({"behaviour", "cache", "servers", "generate"} & set(top)):
        raise ScenarioError(f"a transcript answers for everything, so there can be no {' and no '.join(both)}")
    file = (folder or Path()) / _text(top["replay"], "file")
    try:
        return Replay(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{file} cannot be read: {error.strerror}") from None
    except ReplayError as error:
        raise ScenarioError(f"{file}: {error}") from None


def _check_sides(host: Host) -> None:
    """Raises ScenarioError where something stands on both sides and is not a folder on both."""
    for path, item in host.servers.walk():
        held = host.cache.find(path)
        if held is not None and ItemType.FILE in (held.type, item.type):
            raise ScenarioError(
                f"{path} stands in the cache too, as a {held.type.name.lower()}; what the server has of a file of the"
                " cache is its key remote there"
            )


class _StrictLoader(yaml.SafeLoader):
    """YAML without the silent loss of a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _dummy in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Put the place in front of what is said about the things in it."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError(f"{place}: {error}") from None


@contextmanager
def _as_scenario_error() -> Iterator[None]:
    try:
        yield
    except ScenarioError:
        raise
    except ValueError as error:
        raise ScenarioError(str(error)) from None


def _mapping(value: object, known: set[str] | None = None) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ScenarioError(f"expected a mapping, got {value!r}")
    for key in value:
        if not isinstance(key, str):
            raise ScenarioError(f"the key {key!r} is no text; put it in quotes")
        if known is not None and key not in known:
            raise ScenarioError(f"unknown key {key!r} (known: {', '.join(sorted(known))})")
    return dict(value)


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ScenarioError(f"{what}: expected a list, got {value!r}")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ScenarioError(f"{what}: expected a text, got {value!r}")
    return value


def _all_text(values: Any, what: str) -> None:
    for value in values:
        _text(value, what)


def _flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise ScenarioError(f"{what}: expected true or false, got {value!r}")
    return value


def _count(value: object, what: str, minimum: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ScenarioError(f"{what}: expected a whole number of at least {minimum}, got {value!r}")
    return value


def _number(value: object, what: str, largest: int) -> int:
    number = _count(value, what)
    if number > largest:
        raise ScenarioError(f"{what}: expected at most {largest}, got {number}")
    return number


def _texts(value: object, what: str) -> tuple[str, ...]:
    texts = _list(value, what)
    _all_text(texts, what)
    return tuple(texts)


def _one_of(value: object, known: Mapping[Any, Any], what: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in known:
        raise ScenarioError(f"{what}: unknown value {value!r} (known: {', '.join(map(str, known))})")
    return known[value]


def _machine(raw: dict[str, Any]) -> Machine:
    known = {one.name for one in fields(Machine)}
    _mapping(raw, known)
    checked: dict[str, Any] = {}
    for key, value in raw.items():
        if key in ("enabled", "active"):
            checked[key] = _flag(value, key)
        elif key in ("admins", "delegated", "no_batch"):
            checked[key] = _users(value, key)
        elif key == "sessions":
            with _at(key):
                checked[key] = _sessions(_mapping(value))
        elif key == "services":
            with _at(key):
                checked[key] = {
                    name: _service(one, name) for name, one in _mapping(value, {"CscService", "CSC"}).items()
                }
        elif key == "configuration":
            with _at(key):
                checked[key] = None if value is None else _configuration(_mapping(value, set(PROPERTIES)))
        else:
            checked[key] = _text(value, key)
    machine = Machine(**checked)
    if "user" not in raw:
        machine = replace(machine, user=f"{machine.name}\\admin")
    return machine


def _configuration(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else _property(value, name) for name, value in raw.items()}


def _property(value: object, name: str) -> Any:
    kind = PROPERTIES[name]
    if kind == "boolean":
        return _flag(value, name)
    if kind == "uint32":
        return _number(value, name, 0xFFFFFFFF)
    if kind == "string[]":
        return list(_texts(value, name))
    with _at(name):
        return {member: _number(number, member, 0xFFFFFFFF) for member, number in _mapping(value).items()}


def _registry(raw: Mapping[str, Any]) -> profiles.Keys:
    keys: profiles.Keys = {}
    for key, values in raw.items():
        with _at(repr(key)):
            hive, *rest = key.split("\\")
            if hive not in HIVES.values() or not rest or not all(rest):
                raise ScenarioError(f"expected a full key under {' or '.join(HIVES.values())}")
            if fold(key) in map(fold, keys):
                raise ScenarioError("the key stands twice")
            keys[key] = {name: _value(value, name) for name, value in _mapping(values).items()}
    return keys


def _profiles(raw: Mapping[str, Any], machine: Machine) -> list[Profile]:
    """Profiles by their users, or by the SIDs of accounts that never log on."""
    made: list[Profile] = []
    for owner, value in raw.items():
        with _at(repr(owner)), _as_scenario_error():
            one = _profile(owner, _mapping(value), machine)
            if any(one.sid == other.sid for other in made):
                raise ScenarioError(f"sid: {one.sid} stands twice")
            made.append(one)
    named = {fold(one.user) for one in made if one.user}
    for session in machine.sessions:
        if made and fold(session.user) not in named:
            raise ScenarioError(f"{session.user} has a session and no profile")
    return made


def _profile(owner: str, raw: Mapping[str, Any], machine: Machine) -> Profile:
    known = {"folder", "loaded", "assigned", "synchronized"}
    if owner.startswith("S-1-"):
        raw = _mapping(raw, known)
        user, sid, folder = None, owner, profiles.SERVICES.get(owner)
    else:
        _users([owner], "a user")
        raw = _mapping(raw, known | {"sid"})
        user, sid, folder = owner, _text(raw.get("sid"), "sid"), "C:\\Users\\" + owner.rpartition("\\")[2]
    profiles.sid_bytes(sid)
    session = machine.session(user) if user else None
    loaded = _flag(raw.get("loaded", session is not None or owner in profiles.SERVICES), "loaded")
    if not loaded and (session or "assigned" in raw):
        raise ScenarioError("loaded: a user who has a session, or policies in a registry, has the registry loaded")
    with _at("synchronized"):
        logged = _mapping(raw.get("synchronized", _NO_MAPPING))
        synchronized = {_share(path): _synchronization(value, path) for path, value in logged.items()}
    return Profile(
        sid=sid,
        user=user,
        folder=_text(raw.get("folder", folder), "folder"),
        loaded=loaded,
        session=(session.number, session.name) if session else None,
        assigned=_texts(raw.get("assigned", []), "assigned"),
        synchronized=synchronized,
    )


def _share(path: str) -> str:
    if not re.fullmatch(r"\\\\[^\\/]+(\\[^\\/]+)+", path):
        raise ScenarioError(f"expected a UNC path such as '\\\\fs01\\users', got {path!r}")
    return path


def _synchronization(value: object, path: str) -> Synchronization:
    """A time, `never`, or `{success: a time or never, attempt: ...}`."""
    with _at(repr(path)):
        if not isinstance(value, Mapping):
            return Synchronization(*[_moment(value, "the time")] * 2)
        raw = _mapping(value, {"success", "attempt"})
        return Synchronization(_moment(raw.get("success"), "success"), _moment(raw.get("attempt"), "attempt"))


def _moment(value: object, what: str) -> datetime.datetime | None:
    return None if value == "never" else _time(value, f"{what} (or never)")


def _with_profiles(keys: profiles.Keys, users: list[Profile]) -> profiles.Keys:
    """The registry of a machine with these profiles."""
    made = profiles.keys(users)
    written = {fold(key) for key in keys}
    for key in made:
        if fold(key) in written:
            raise ScenarioError(f"{key} stands under registry, too")
    return {**made, **keys}


def _with_the_profile_of_system(keys: profiles.Keys, machine: Machine) -> profiles.Keys:
    """The registry of a machine of which no profile is told: every Windows has that of SYSTEM."""
    if any(fold(key).startswith(fold(profiles.LIST)) for key in keys):
        return keys
    written = {fold(key) for key in keys}
    made = profiles.keys([_profile("S-1-5-18", {}, machine)])
    return {**{key: values for key, values in made.items() if fold(key) not in written}, **keys}


def _value(value: object, name: str) -> Value:
    """A registry value: text, number, list of texts, or `{type: REG_EXPAND_SZ, data: ...}`."""
    with _at(repr(name)):
        if isinstance(value, Mapping):
            raw = _mapping(value, {"type", "data"})
            kind = _one_of(raw.get("type"), {one: one for one in REG_TYPES}, "type")
            value = raw.get("data")
        elif isinstance(value, int):
            kind = "REG_DWORD" if value <= 0xFFFFFFFF else "REG_QWORD"
        else:
            kind = "REG_MULTI_SZ" if isinstance(value, list) else "REG_SZ"
        if kind in _DATA:
            return Value(REG_TYPES[kind], _DATA[kind](value))
        if value is not None:
            raise ScenarioError(f"data: {kind} has none here, got {value!r}")
        return Value(REG_TYPES[kind])


_DATA: Mapping[str, Callable[[object], Any]] = {
    "REG_SZ": lambda value: _text(value, "data"),
    "REG_EXPAND_SZ": lambda value: _text(value, "data"),
    "REG_MULTI_SZ": lambda value: _texts(value, "data"),
    "REG_DWORD": lambda value: _number(value, "data", 0xFFFFFFFF),
    "REG_QWORD": lambda value: _number(value, "data", 0xFFFFFFFFFFFFFFFF),
    "REG_BINARY": lambda value: tuple(_number(byte, "data", 0xFF) for byte in _list(value, "data")),
}
"""How the data of a registry value of each type is checked; other types have none."""


def _users(value: object, what: str) -> frozenset[str]:
    names = _list(value, what)
    _all_text(names, what)
    for name in names:
        if "\\" not in name and "@" not in name:
            raise ScenarioError(f"{what}: {name!r} needs its domain, such as CORP\\{name}")
    return frozenset(map(fold, names))


def _sessions(raw: Mapping[str, Any]) -> tuple[Session, ...]:
    """Who is logged on. Without a word the first sits at the console, the others came by RDP."""
    _users(list(raw), "a user")
    made: list[Session] = []
    for number, (user, value) in enumerate(raw.items(), 1):
        with _at(repr(user)):
            given = _mapping(value, {"name", "number"})
            usual = "Console" if number == 1 else f"RDP-Tcp#{number - 2}"
            name = given.get("name", usual)
            one = Session(
                user, None if name is None else _text(name, "name"), _count(given.get("number", number), "number")
            )
            if any(fold(other.user) == fold(user) or other.number == one.number for other in made):
                raise ScenarioError("the user, or the number of the session, stands twice")
            made.append(one)
    return tuple(made)


def _service(value: object, name: str) -> Service | None:
    if value is None:
        return None
    with _at(name):
        raw = _mapping(value, {"state", "start_mode", "error"})
        default = Service()
        with _as_scenario_error():
            error = number_of(raw.get("error", 0))
        state = _text(raw.get("state", default.state), "state")
        return Service(state, _text(raw.get("start_mode", default.start_mode), "start_mode"), error)


def _pins(value: object) -> Pins:
    """`user`, `[user, computer]` or `{user: inherit}`."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        value = dict.fromkeys(value, 1)
    if not isinstance(value, Mapping):
        raise ScenarioError(f"pin: expected a reason, a list of reasons or a mapping, got {value!r}")
    try:
        return pins_from((reason, _one_of(pin, _PIN_VALUES, f"pin: {reason}")) for reason, pin in value.items())
    except KeyError as error:
        raise ScenarioError(f"pin: unknown reason {error.args[0]!r} (known: {', '.join(REASONS)})") from None


def _faults(value: object) -> tuple[Fault, ...]:
    return tuple(_fault(one) for one in (value if isinstance(value, list) else [value]))


def _fault(value: object) -> Fault:
    with _at("error"), _as_scenario_error():
        if not isinstance(value, Mapping):
            return Fault(number_of(value))
        raw = _mapping(value, {"code", "as", "methods"})
        if "code" not in raw:
            raise ScenarioError("the code is missing")
        methods = _list(raw.get("methods", []), "methods")
        for method in methods:
            _one_of(method, dict.fromkeys(switches.METHOD_NAMES), "methods")
        form = _one_of(raw.get("as", "hresult"), {"hresult": "hresult", "win32": "win32"}, "as")
        return Fault(number_of(raw["code"]), form, frozenset(methods))


def _connection(value: object) -> tuple[int, int]:
    if not isinstance(value, Mapping):
        value = {"state": value}
    with _at("connection"):
        raw = _mapping(value, {"state", "reason"})
        state = _one_of(raw.get("state", "online"), _CONNECT_STATES, "state")
        reason = raw.get("reason", "disconnected" if state == _CONNECT_STATES["offline"] else "not_applicable")
        return state, _one_of(reason, _OFFLINE_REASONS, "reason")


def _dirty(value: object) -> frozenset[str]:
    kinds = _list(value, "dirty")
    for kind in kinds:
        _one_of(kind, dict.fromkeys(DIRTY_KINDS), "dirty")
    return frozenset(kinds)


def _datetime(value: object, what: str) -> str:
    """A YAML timestamp as CIM DATETIME in UTC."""
    return _time(value, what).strftime("%Y%m%d%H%M%S.%f+000")


def _time(value: object, what: str) -> datetime.datetime:
    """A YAML timestamp in UTC. Without a zone it is UTC."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime.datetime):
        raise ScenarioError(f"{what}: expected a time such as 2024-01-31T12:00:00Z, got {value!r}")
    return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


def _remote(value: object) -> Remote:
    """`deleted`, or what size, times and attributes the server's copy has where they are others."""
    with _at("remote"):
        if value == "deleted":
            return Remote(gone=True)
        if not isinstance(value, Mapping):
            raise ScenarioError(f"expected deleted or a mapping such as {{size: 10}}, got {value!r}")
        raw = _mapping(value, _ORIGINAL_KEYS)
        if not raw:
            raise ScenarioError(f"says nothing; give deleted, or one of {', '.join(sorted(_ORIGINAL_KEYS))}")
        return Remote(changes=tuple((_FACTS[key][0], _FACTS[key][1](one)) for key, one in raw.items()))


def _link(value: object) -> str:
    target = _text(value, "link")
    if not re.fullmatch(r"\\\\[^\\]+(\\[^\\]+){2,}", target):
        raise ScenarioError(f"link: expected the UNC path of a file or directory, got {target!r}")
    return target


# Each key of an item that describes facts, and how its value becomes a field of Facts of the same name.
_FACTS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "size": ("size", lambda value: _count(value, "size")),
    "attributes": ("attributes", lambda value: _count(value, "attributes")),
    "created": ("created", lambda value: _datetime(value, "created")),
    "modified": ("modified", lambda value: _datetime(value, "modified")),
    "accessed": ("accessed", lambda value: _datetime(value, "accessed")),
    "changed": ("changed", lambda value: _datetime(value, "changed")),
    "dirty": ("dirty", _dirty),
    "dirty_bytes": ("dirty_bytes", lambda value: _count(value, "dirty_bytes")),
    "remote_dirty_bytes": ("remote_dirty_bytes", lambda value: _count(value, "remote_dirty_bytes")),
    "connection": ("connection", _connection),
    "visible_to": ("visible_to", lambda value: _users(value, "visible_to")),
    "error": ("faults", _faults),
    "suspended": ("suspended", lambda value: _flag(value, "suspended")),
    "suspended_root": ("suspended_root", lambda value: _flag(value, "suspended_root")),
    "encrypted": ("encrypted", lambda value: _flag(value, "encrypted")),
    "sparse": ("sparse", lambda value: _flag(value, "sparse")),
    "in_use": ("in_use", lambda value: _flag(value, "in_use")),
    "remote": ("remote", _remote),
    "link": ("link", _link),
}
_ORIGINAL_KEYS = set(CONTENT)
_SERVER_KEYS = {"type", "items", "connection", "visible_to", "error", "link", *CONTENT}
_ITEM_KEYS = {"pin", "type", "items", "original", *_FACTS}
_GENERATOR_KEYS = {
    "under",
    "directories",
    "files",
    "directory_name",
    "file_name",
    "directory_pin",
    "pin",
    "size",
    "seed",
    "every",
    "on_server",
}


def _facts(raw: Mapping[str, Any], inherited: Facts, usual: Facts | None = None) -> Facts:
    """Facts of an item. Connection and visibility are those of the folder above unless it says otherwise.

    :param usual: what is not said is as here, instead of as ever.
    """
    given = {_FACTS[key][0]: _FACTS[key][1](value) for key, value in raw.items() if key in _FACTS}
    if given.get("dirty") and "dirty_bytes" not in given and "data" in given["dirty"]:
        given["dirty_bytes"] = given.get("size", 0)
    base = usual or Facts(connection=inherited.connection, visible_to=inherited.visible_to)
    facts = replace(base, **given) if given else base
    if "original" in raw:
        with _at("original"):
            facts = replace(facts, original=_facts(_mapping(raw["original"], _ORIGINAL_KEYS), facts, facts))
    return facts


class _Builder:
    """Puts what a scenario describes into a cache."""

    def __init__(self, cache: Cache, keys: set[str]) -> None:
        self._cache = cache
        self._keys = keys

    def fill(self, items: Mapping[str, Any]) -> None:
        """Items by UNC path of any depth; a folder that is described must stand before what is in it."""
        for path, raw in items.items():
            with _at(repr(path)):
                if not path.startswith("\\\\") or path == "\\\\":
                    raise ScenarioError("expected a UNC path such as '\\\\fs01\\users'")
                self._put(None, path[2:], raw)

    def _put(self, parent: Item | None, relative: str, raw: object) -> None:
        directory = relative.endswith("\\")
        names = relative.removesuffix("\\").split("\\")
        for name in names:
            if not name or _ILLEGAL_NAME.search(name):
                raise ScenarioError(f"{name!r} is no possible name")
        for name in names[:-1]:
            parent = self._folder(parent, name)
        self._item(parent, names[-1], _mapping(raw, self._keys), directory)

    def _folder(self, parent: Item | None, name: str) -> Item:
        """The folder of this name; made when it is not there yet."""
        siblings = self._cache.servers if parent is None else parent.children or {}
        found = siblings.get(fold(name))
        return found or self._add(parent, name, _type(parent, ItemType.DIRECTORY), NO_PINS, self._above(parent))

    def _above(self, parent: Item | None) -> Facts:
        facts = parent.facts if parent else Facts()
        return Facts(connection=facts.connection, visible_to=facts.visible_to)

    def _item(self, parent: Item | None, name: str, raw: dict[str, Any], directory: bool) -> None:
        children = _mapping(raw.get("items", _NO_MAPPING))
        bottom = ItemType.DIRECTORY if directory or "items" in raw else ItemType.FILE
        if "type" in raw:
            bottom = _one_of(raw["type"], _TYPES, "type")
        item_type = _type(parent, bottom)
        if "type" in raw and item_type != bottom:
            raise ScenarioError(f"type: this place can only hold a {item_type.name.lower()}")
        if item_type == ItemType.SERVER and "pin" in raw:
            raise ScenarioError("pin: a server cannot be pinned")
        if "remote" in raw and item_type != ItemType.FILE:
            raise ScenarioError(f"remote: a {item_type.name.lower()} has no content that could differ")
        pins = _pins(raw["pin"]) if "pin" in raw else NO_PINS
        facts = _facts(raw, self._above(parent))
        item = self._add(parent, name, item_type, pins, facts)
        for child, raw_child in children.items():
            with _at(repr(child)):
                self._put(item, child, raw_child)

    def _add(self, parent: Item | None, name: str, item_type: ItemType, pins: Pins, facts: Facts) -> Item:
        with _as_scenario_error():
            return self._cache.add_child(parent, name, item_type, pins, facts)

    def generate(self, raw: dict[str, Any]) -> None:
        """Many items with a pattern; the same for the same numbers and seed, on every run."""
        under = _text(raw.get("under"), "under")
        if not re.fullmatch(r"\\\\[^\\]+(\\[^\\]+)+", under):
            raise ScenarioError(f"under: expected a share or directory such as '\\\\fs02\\projects', got {under!r}")
        folder: Item | None = None
        for name in under[2:].split("\\"):
            folder = self._folder(folder, name)
        above = self._above(folder)
        pins = _pins(raw["pin"]) if "pin" in raw else NO_PINS
        directory_pins = _pins(raw["directory_pin"]) if "directory_pin" in raw else pins
        sizes = _sizes(raw.get("size", 4096), random.Random(_count(raw.get("seed", 1), "seed")))
        special = [_special(one, above, self._keys) for one in _list(raw.get("every", []), "every")]
        if "pin" not in self._keys and (both := {"pin", "directory_pin"} & set(raw)):
            raise ScenarioError(f"{', '.join(sorted(both))}: only what the cache holds is pinned")
        directory_name = _pattern(raw.get("directory_name", "dir{n:04}"), "directory_name")
        file_name = _pattern(raw.get("file_name", "file{n:04}.dat"), "file_name")
        files = _count(raw.get("files", 0), "files")
        directories = _count(raw.get("directories", 1), "directories", 1)
        # Files of equal size without peculiarities share one object: a million of them must fit into memory.
        common: dict[int, Facts] = {}
        number = 0
        for outer in range(1, directories + 1):
            directory = self._add(folder, directory_name(outer), ItemType.DIRECTORY, directory_pins, above)
            for inner in range(1, files + 1):
                number += 1
                size = sizes()
                facts = common.get(size) or common.setdefault(size, replace(above, size=size))
                file_pins = pins
                for nth, change in special:
                    if number % nth == 0:
                        file_pins, facts = change(file_pins, facts)
                self._add(directory, file_name(inner), ItemType.FILE, file_pins, facts)


def _type(parent: Item | None, bottom: ItemType) -> ItemType:
    """Depth decides: servers, shares in them, below that what the entry is."""
    if parent is None:
        return ItemType.SERVER
    if parent.type == ItemType.SERVER:
        return ItemType.SHARE
    return bottom


def _sizes(value: object, source: random.Random) -> Callable[[], int]:
    """A number, or `[smallest, largest]` for random sizes in whole KiB steps."""
    if not isinstance(value, list):
        size = _count(value, "size")
        return lambda: size
    if len(value) != 2:
        raise ScenarioError(f"size: expected a number or [smallest, largest], got {value!r}")
    low, high = _count(value[0], "size"), _count(value[1], "size")
    if low > high:
        raise ScenarioError(f"size: {low} is more than {high}")
    return lambda: source.randrange(low, high + 1, 1024)


def _pattern(value: object, what: str) -> Callable[[int], str]:
    pattern = _text(value, what)
    try:
        first, second = pattern.format(n=1), pattern.format(n=2)
    except (LookupError, ValueError):
        first = second = ""
    if first == second or not first or _ILLEGAL_NAME.search(first) or "\\" in first:
        raise ScenarioError(f"{what}: expected a name with {{n}} or {{n:04}} in it, got {pattern!r}")
    return lambda number: pattern.format(n=number)


def _special(value: object, above: Facts, keys: set[str]) -> tuple[int, Callable[[Pins, Facts], tuple[Pins, Facts]]]:
    """Every nth generated file differs in these keys."""
    with _at("every"):
        raw = _mapping(value, {"nth", *({"pin", *_FACTS} & keys)})
        nth = _count(raw.pop("nth", 0), "nth", 1)
        pins = _pins(raw["pin"]) if "pin" in raw else None
        facts = _facts(raw, above)
        changed = {_FACTS[key][0]: getattr(facts, _FACTS[key][0]) for key in raw if key in _FACTS}

    def change(old_pins: Pins, old: Facts) -> tuple[Pins, Facts]:
        new = replace(old, **changed) if changed else old
        if "data" in new.dirty and "dirty_bytes" not in changed:
            new = replace(new, dirty_bytes=new.size)
        return old_pins if pins is None else pins, new

    return nth, change
