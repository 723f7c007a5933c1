# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how tests call a method of the simulated cache, and what they read out of its events and of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from simhost import scenario
from simhost.behaviour import from_mapping
from simhost.cache import Item
from simhost.clock import VirtualClock
from simhost.windows import Host
from simhost.wmi import CACHE_CLASS, Completed, Hang, ObjectReady, Progress, WmiSession

SCENARIOS = Path(scenario.__file__).with_name("scenarios")
ALICE = "CORP\\alice"
HOME = "\\\\fs01\\users\\alice"


def host(name: str, **switches: Any) -> Host:
    """A stored scenario, with other switches."""
    return prepared(scenario.load(SCENARIOS / f"{name}.yml").host, switches)


def parsed(text: str, **switches: Any) -> Host:
    """A scenario that stands in the test."""
    return prepared(scenario.parse(text).host, switches)


def prepared(machine: Host, switches: dict[str, Any]) -> Host:
    machine.behaviour = from_mapping(switches, machine.behaviour)
    machine.clock = VirtualClock()
    return machine


def call(machine: Host, method: str, params: dict[str, Any], user: str = ALICE, observe: bool = True) -> list[Any]:
    """All events of one call, up to a hang."""
    found = []
    for event in WmiSession(machine, user).invoke(CACHE_CLASS, method, params, observe):
        found.append(event)
        if isinstance(event, Hang):
            break
    return found


def texts(events: Iterable[Any]) -> list[str]:
    """The progress texts."""
    return [event.message for event in events if isinstance(event, Progress) and event.message is not None]


def results(events: Iterable[Any], under: str = "") -> dict[str, int]:
    """Result of each item by its path, without the part that all have in common; in the order of the texts."""
    found = {}
    for text in texts(events):
        if text.startswith("3:"):
            number, path = text.split(":")[1], "\\\\" + text.partition(":\\\\")[2]
            found[path.removeprefix(under)] = int(number)
    return found


def returned(events: Iterable[Any]) -> int | None:
    """ReturnValue; None where none came."""
    return next((event.return_value for event in events if isinstance(event, ObjectReady)), None)


def completed(events: Iterable[Any]) -> Completed:
    """The end of the operation."""
    return next(event for event in events if isinstance(event, Completed))


def items(machine: Host, under: str = "") -> dict[str, dict[str, Any]]:
    """What the cache holds, by path; folders above `under` are left out."""
    found = {one["path"]: one for one in machine.snapshot()["items"]}
    return {path.removeprefix(under): one for path, one in found.items() if path.startswith(under)}


def pins(machine: Host, under: str = "") -> dict[str, dict[str, int]]:
    """The pins of what the cache holds, by path."""
    return {path: one["pins"] for path, one in items(machine, under).items()}


def on_servers(machine: Host) -> set[str]:
    """The files that only a server has."""
    return {one["path"] for one in machine.snapshot()["servers"] if one["type"] == "file"}


def item(machine: Host, path: str) -> Item:
    """An item of the cache."""
    found = machine.cache.find(path)
    assert found is not None, path
    return found
