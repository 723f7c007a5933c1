# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns one simulated Windows machine: its cache, its users' views, its services, and what was done to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from simhost.behaviour import DEFAULT, Behaviour
from simhost.cache import (
    ALL_REASONS,
    NO_PINS,
    REASONS,
    Cache,
    Facts,
    Item,
    ItemType,
    Pins,
    fold,
    pinned_for,
    subtree,
    without,
)
from simhost.clock import Clock, RealClock
from simhost.configuration import REG_TYPES, Registry, Value
from simhost.jobs import JobFaults, Jobs
from simhost.profiles import ACCOUNTS, SERVICES
from simhost.servers import FileServers, in_conflict, server_has

SYSTEM = "NT AUTHORITY\\SYSTEM"
FORMAT_KEY, FORMAT_VALUE = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\CSC\\Parameters", "FormatDatabase"
SHUTDOWN_KEY, SHUTDOWN_VALUE = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Windows", "ShutdownTime"
_SHUTDOWN = 133_000_000_000_000_000
"""A FILETIME of the year 2022."""
NO_REGISTRY = Registry({})
NO_FOLDERS: Mapping[str, str] = MappingProxyType({})
_BUILT_IN = {
    "system": SYSTEM,
    "local service": "NT AUTHORITY\\LOCAL SERVICE",
    "localservice": "NT AUTHORITY\\LOCAL SERVICE",
}
_BUILT_IN |= {"network service": "NT AUTHORITY\\NETWORK SERVICE", "networkservice": "NT AUTHORITY\\NETWORK SERVICE"}


@dataclass(frozen=True, slots=True)
class Service:
    """A row of Win32_Service or Win32_SystemDriver. `error`: reading it fails with this code; 0: it does not."""

    state: str = "Running"
    start_mode: str = "Auto"
    error: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A user who is logged on. `name`: SESSIONNAME (`Console`, `RDP-Tcp#0`); None: the session is disconnected."""

    user: str
    name: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What a scenario says about the machine itself. User names are `DOMAIN\\name`, compared without case.

    `no_batch`: users without the right to log on as a batch job, which an S4U logon needs.
    `configuration`: properties of Win32_OfflineFilesMachineConfiguration; None: a Windows without that class.
    """

    name: str = "SIMHOST"
    user: str = "SIMHOST\\admin"
    location: str = "C:\\Windows\\CSC"
    enabled: bool = True
    active: bool = True
    powershell: str = "5.1.26100.1"
    admins: frozenset[str] = frozenset()
    delegated: frozenset[str] = frozenset()
    no_batch: frozenset[str] = frozenset()
    sessions: tuple[Session, ...] = ()
    services: Mapping[str, Service | None] = field(default_factory=dict)
    configuration: Mapping[str, Any] | None = None

    def session(self, user: str) -> Session | None:
        """The session of a user, None for one who is not logged on."""
        return next((one for one in self.sessions if fold(one.user) == fold(user)), None)

    def service(self, name: str) -> Service | None:
        """CscService or CSC; None when it is not installed. Without a word in the scenario it follows the cache."""
        if name in self.services:
            return self.services[name]
        if name not in ("CscService", "CSC"):
            return None
        state = "Running" if self.enabled and self.active else "Stopped"
        return Service(state, "Disabled" if not self.enabled else "Auto" if name == "CscService" else "System")


class Rename(NamedTuple):
    """Items of the cache that get another path. `only`: which of them; None: all. `pins`: whether those go along."""

    old: str
    new: str
    only: Callable[[Item], bool] | None = None
    pins: bool = True


@dataclass(slots=True)
class _Pending:
    """A change that the provider has made and readers do not see yet."""

    due: float
    reads: int
    change: Callable[[], None]


class Host:
    """One machine. Several threads may use it; `reset` puts everything back to where the scenario began.

    `folders`: of users' profiles by full name, where they are not C:\\Users and the user's name.
    `faults`: of jobs.
    """

    def __init__(
        self,
        machine: Machine,
        build: Callable[[], Cache],
        behaviour: Behaviour = DEFAULT,
        clock: Clock | None = None,
        registry: Registry = NO_REGISTRY,
        build_servers: Callable[[], FileServers] = FileServers,
        folders: Mapping[str, str] = NO_FOLDERS,
        faults: JobFaults | None = None,
    ) -> None:
        self.machine = machine
        self.behaviour = behaviour
        self.clock: Clock = clock or RealClock()
        self._first_registry = registry
        self._folders = folders
        self._build = build
        self._build_servers = build_servers
        self._lock = threading.RLock()
        self._faults = faults
        self.jobs = Jobs(self, faults)
        self.reset()

    def reset(self) -> None:
        """Forget every change and every count; jobs end."""
        self.jobs.close()
        with self._lock:
            self.jobs = Jobs(self, self._faults)
            self.cache = self._build()
            self.servers = self._build_servers()
            self.registry = self._first_registry.copy()
            self.enabled, self.active = self.machine.enabled, self.machine.active
            self.configuration = None if self.machine.configuration is None else dict(self.machine.configuration)
            self.encryptions = 0
            self.restarts = 0
            if self.behaviour.shutdown_time == "written":
                self._write_shutdown_time()
            self.reads = 0
            self.cancels = 0
            self.calls: list[dict[str, Any]] = []
            self._pending: list[_Pending] = []
            self.renames: list[Rename] = []

    def enable(self, wanted: bool, at_once: bool = False) -> None:
        """Have Offline Files run from the next restart on, or at once, or not any more."""
        with self._lock:
            self.enabled = wanted
            if at_once:
                self.active = wanted

    def configure(self, name: str, value: Any) -> None:
        """Set a property of Win32_OfflineFilesMachineConfiguration, where the machine has that class."""
        with self._lock:
            if self.configuration is not None:
                self.configuration[name] = value

    def service(self, name: str) -> Service | None:
        """The service or driver as it is now; None when it is not installed."""
        return replace(self.machine, enabled=self.enabled, active=self.active).service(name)

    def restart(self) -> None:
        """Do what Windows does when it is shut down, and when it starts."""
        with self._lock:
            self.settle()
            self.restarts += 1
            off = [one for one in self.machine.services.values() if one and one.start_mode == "Disabled"]
            self.active = self.enabled and not off
            formats = self.registry.value(FORMAT_KEY, FORMAT_VALUE)
            if self.active and formats is not None and formats.data == 1:
                self.cache = Cache()
                after = {"deleted": None, "zero": Value(REG_TYPES["REG_DWORD"], 0), "stays": formats}
                self.registry.write(FORMAT_KEY, FORMAT_VALUE, after[self.behaviour.format_value])
            renames, self.renames = self.renames, []
            for one in renames:
                # What was brought about since the request was logged counts: there may be nothing left to rename.
                if self.cache.find(one.old) is not None and self.cache.find(one.new) is None:
                    self.rename(one)
            if self.behaviour.shutdown_time == "written":
                self._write_shutdown_time()

    def _write_shutdown_time(self) -> None:
        moment = (_SHUTDOWN + self.restarts * 10_000_000).to_bytes(8, "little")
        self.registry.write(SHUTDOWN_KEY, SHUTDOWN_VALUE, Value(REG_TYPES["REG_BINARY"], tuple(moment)))

    @property
    def user(self) -> str:
        """The user of the scenario, for callers that have no logon of their own."""
        return self.machine.user

    @staticmethod
    def built_in(user: str) -> str | None:
        """The full name of an account of the system, None for other names."""
        return _BUILT_IN.get(user.lower().removeprefix("nt authority\\"))

    def full_name(self, user: str) -> str:
        """`DOMAIN\\name` of a user. A name without a domain, or with the domain `.`, is a user of this machine."""
        if built_in := self.built_in(user):
            return built_in
        name = user.removeprefix(".\\")
        return name if "\\" in name or "@" in name else f"{self.machine.name}\\{name}"

    def is_admin(self, user: str) -> bool:
        """Whether a user is an administrator of this machine, as SYSTEM is."""
        name = fold(self.full_name(user))
        return name == fold(SYSTEM) or name in self.machine.admins

    def profile_of(self, user: str) -> str:
        """What the variable USERPROFILE is in a process of a user."""
        name = self.full_name(user)
        usual = (
            SERVICES[ACCOUNTS[name]] if name in ACCOUNTS else "C:\\Users\\" + name.rpartition("\\")[2].partition("@")[0]
        )
        return self._folders.get(fold(name), usual)

    def sees(self, user: str, everything: bool = False) -> Callable[[Item], bool]:
        """The test whether a user's view holds an item. `everything`: as if no view limited it."""
        name = fold(self.full_name(user))
        if name == fold(SYSTEM):
            view = self.behaviour.system_view
        elif name in self.machine.admins:
            view = self.behaviour.admin_view
        else:
            view = self.behaviour.user_view
        if everything or view == "all":
            return lambda item: True
        if view == "none":
            return lambda item: False
        return lambda item: item.facts.visible_to is None or name in item.facts.visible_to

    def reaches_servers(self, user: str, credentials: bool | None = None) -> bool:
        """Whether file servers take a logon. `credentials`: whether it carries some; None: as the scenario says."""
        return fold(self.full_name(user)) in self.machine.delegated if credentials is None else credentials

    def release(self, item: Item, mask: int, delay: float = 0.0) -> None:
        """Take the reasons in the mask from an item: in `delay` seconds and after the lag that the switches ask for."""
        if self._lags(delay):
            self.change(lambda: setattr(item, "pins", without(item.pins, mask)), delay)
        else:
            item.pins = without(item.pins, mask)

    def change(self, change: Callable[[], None], delay: float = 0.0) -> None:
        """Have a change made: in `delay` seconds and after the lag that the switches ask for."""
        if not self._lags(delay):
            change()
            return
        with self._lock:
            due = self.clock.now() + delay + self.behaviour.state_lag_ms / 1000
            self._pending.append(_Pending(due, self.behaviour.state_lag_reads, change))

    def _lags(self, delay: float) -> bool:
        return bool(delay or self.behaviour.state_lag_ms or self.behaviour.state_lag_reads)

    def settle(self, reading: bool = False) -> None:
        """Show the changes whose time has come. `reading`: this counts as one read for `state_lag_reads`."""
        with self._lock:
            now = self.clock.now()
            waiting = []
            for pending in self._pending:
                if pending.due <= now and pending.reads == 0:
                    pending.change()
                else:
                    pending.reads -= reading and pending.reads > 0
                    waiting.append(pending)
            self._pending = waiting

    def begin_read(self) -> int:
        """Count an enumeration of items and settle the state for it. Answers its number, from 1."""
        with self._lock:
            self.reads += 1
            self.settle(reading=True)
            return self.reads

    def evict(self, item: Item) -> None:
        """Drop an item that nothing holds: no reason, no change, nothing in it."""
        with self._lock:
            if not item.children and not item.facts.dirty and not pinned_for(item.pins, ALL_REASONS):
                self.drop(item)

    def drop(self, item: Item) -> None:
        """Take an item with nothing in it out of the cache; its server has it still, if it had it before."""
        with self._lock:
            self.cache.remove(item)
            self.servers.keep(item)
            if item.type == ItemType.SHARE and item.parent is not None and not item.parent.children:
                self.cache.remove(item.parent)

    def rename(self, rename: Rename) -> None:
        """Give items another path. The servers stay as they are; the new one is taken to have what the old one has."""
        with self._lock:
            old = self.cache.find(rename.old)
            if old is None:
                return
            entries = [(path, item) for path, item in subtree(rename.old, old) if not rename.only or rename.only(item)]
            for path, item in entries:
                place = rename.new + path[len(rename.old) :]
                there = self.cache.make_place(place, item.facts)
                depth = place.count("\\") - 1
                kind = {1: ItemType.SERVER, 2: ItemType.SHARE}.get(depth, item.type)
                kind = ItemType.DIRECTORY if depth > 2 and kind in (ItemType.SHARE, ItemType.SERVER) else kind
                pins = item.pins if rename.pins and kind != ItemType.SERVER else NO_PINS
                self.cache.add_child(there, place.rpartition("\\")[2], kind, pins, item.facts)
                if (known := self.servers.find(place)) and known.type == ItemType.FILE:
                    self.servers.remove(known)
            for _path, item in reversed(entries):
                if not item.children:
                    self.drop(item)

    def bring_in(self, item: Item, pins: Pins, sparse: bool) -> None:
        """Put what only a server has into the cache, with the folders above it."""
        with self._lock:
            self.servers.bring_in(item, self.cache, pins, sparse)

    def record_call(self, user: str, method: str, params: Mapping[str, Any], observe: bool) -> None:
        """Note that a method was called."""
        with self._lock:
            self.calls.append({"user": user, "method": method, "params": dict(params), "observe": observe})

    def record_cancel(self) -> None:
        """Note that a caller asked for cancellation. Nothing else happens: WMI does not pass it on to a provider."""
        with self._lock:
            self.cancels += 1

    def snapshot(self) -> dict[str, Any]:
        """What is in the cache and what was done to it, fit for JSON. Items stand in the order of an enumeration."""
        self.settle()
        with self._lock:
            return {
                "host": self.machine.name,
                "enabled": self.enabled,
                "active": self.active,
                "restarts": self.restarts,
                "format": getattr(self.registry.value(FORMAT_KEY, FORMAT_VALUE), "data", None),
                "reads": self.reads,
                "cancels": self.cancels,
                "calls": [dict(call) for call in self.calls],
                "items": [_described(path, item) for path, item in self.cache.walk()],
                "servers": [_content(path, item) for path, item in self.servers.walk()],
                "jobs": self.jobs.left(),
                "renames": [[one.old, one.new] for one in self.renames],
            }


def _described(path: str, item: Item) -> dict[str, Any]:
    return {
        "path": path,
        "type": item.type.name.lower(),
        "pins": _named(item.pins),
        "size": item.facts.size,
        "modified": item.facts.modified,
        "dirty": sorted(item.facts.dirty),
        "sparse": item.facts.sparse,
        "encrypted": item.facts.encrypted,
        "connection": list(item.facts.connection),
        "suspended": item.facts.suspended,
        "conflict": in_conflict(item.facts),
        "server": None if item.type > ItemType.DIRECTORY else _server_side(item.facts),
    }


def _server_side(facts: Facts) -> dict[str, Any] | None:
    """Size and time of the copy on the server; None: it has none."""
    if not server_has(facts):
        return None
    copy = facts.on_server() if facts.original or facts.remote else facts
    return {"size": copy.size, "modified": copy.modified}


def _content(path: str, item: Item) -> dict[str, Any]:
    return {
        "path": path,
        "type": item.type.name.lower(),
        "size": item.facts.size,
        "modified": item.facts.modified,
    }


def _named(pins: Pins) -> dict[str, int]:
    return {reason: value for reason, value in zip(REASONS, pins, strict=True) if value}
