# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The answer of the host part, read and checked against the host contract (docs/host_contract.md)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import limits
from .errors import ContractError

CONTRACT = 1
"""The version of the contract that this collection speaks."""


@dataclass(frozen=True)
class HostError:
    """An error of one step on the host: the unsigned code and the host's words."""

    code: int
    message: str


@dataclass(frozen=True)
class State:
    """One reading of the items in scope.

    :ivar complete: the enumeration came to its end; else :attr:`error` says why not
    :ivar seen: items that the caller's view of the cache showed, in scope or not
    :ivar held: for each requested path, whether the view holds exactly this path
    :ivar shares: paths of the shares in the cache
    :ivar rows: number of records in :attr:`data`
    :ivar data: packed rows (``pack.py``)
    """

    complete: bool
    error: HostError | None
    way: str
    seen: int
    held: tuple[bool, ...]
    shares: tuple[str, ...]
    rows: int
    data: str


@dataclass(frozen=True)
class Call:
    """One call of the method.

    :ivar path: index of the path when each path had a call of its own, else None
    :ivar made: the method was invoked
    :ivar error: what invoking it threw
    :ivar completed: WMI said that the call is over
    :ivar status: the final WMI status when it is not success
    :ivar return_value: the method's own, unsigned; None when it did not come
    :ivar texts: number of records in :attr:`data`
    :ivar data: packed progress texts (``pack.py``)
    """

    flags: int
    path: int | None
    made: bool
    error: HostError | None
    completed: bool
    status: HostError | None
    return_value: int | None
    timed_out: bool
    texts: int
    data: str


@dataclass(frozen=True)
class Cache:
    """The singleton Win32_OfflineFilesCache; :attr:`error` says why it was not found."""

    found: bool
    enabled: bool | None
    active: bool | None
    location: str | None
    error: HostError | None


@dataclass(frozen=True)
class Service:
    """A Windows service or driver; state and start mode in WMI's words, None when unknown."""

    state: str | None
    start_mode: str | None
    error: HostError | None = None


@dataclass(frozen=True)
class Instance:
    """The first instance of a WMI class that was asked for; embedded objects are dictionaries of their own."""

    properties: Mapping[str, t.Any] | None
    error: HostError | None


@dataclass(frozen=True)
class Registry:
    """The values of a registry key that was asked for; a value of a type that is not read is None."""

    key: str
    values: Mapping[str, t.Any]
    error: HostError | None


@dataclass(frozen=True)
class Answer:
    """The whole answer of one execution of the host part."""

    user: str
    cache: Cache
    services: Mapping[str, Service]
    before: State | None
    after: State | None
    calls: tuple[Call, ...]
    skipped: str | None
    classes: Mapping[str, Instance] = field(default_factory=dict)
    registry: tuple[Registry, ...] = ()


@dataclass(frozen=True)
class Exchange:
    """One execution of the host part.

    :ivar request: the options of the host part
    :ivar result: the module result as it was received; None when none came
    :ivar problem: why there is no usable answer; None when there is one
    """

    request: Mapping[str, t.Any]
    result: Mapping[str, t.Any] | None
    problem: str | None = None


def read(result: Mapping[str, t.Any]) -> Answer:
    """Read the module result of the host part.

    :raises ContractError: a key is missing or of another type, or the contract is another version
    """
    try:
        raw = result["answer"]
        if raw["contract"] != CONTRACT:
            raise ContractError(f"the host speaks contract {raw['contract']}, this collection speaks {CONTRACT}")
        cache = raw["cache"]
        found = Answer(
            user=str(raw["host"]["user"] or ""),
            cache=Cache(
                bool(cache["found"]), cache["enabled"], cache["active"], cache["location"], _error(cache["error"])
            ),
            services={
                name: Service(svc["state"], svc["start_mode"], _error(svc["error"]))
                for name, svc in raw["services"].items()
            },
            before=_state(raw["before"]),
            after=_state(raw["after"]),
            calls=tuple(_call(call) for call in raw["calls"]),
            skipped=raw["skipped"],
            classes={
                name: Instance(instance["properties"], _error(instance["error"]))
                for name, instance in raw["classes"].items()
            },
            registry=tuple(Registry(key["key"], key["values"], _error(key["error"])) for key in raw["registry"]),
        )
        _check_records(found)
        return found
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise ContractError(f"the host's answer does not follow the contract: {type(exc).__name__}: {exc}") from exc


def _check_records(answer: Answer) -> None:
    states = [state.rows for state in (answer.before, answer.after) if state]
    announced = sum(states) + sum(call.texts for call in answer.calls)
    if announced > limits.RECORDS:
        raise ContractError(f"it announces {announced} records, the most that are read are {limits.RECORDS}")


def _error(raw: Mapping[str, t.Any] | None) -> HostError | None:
    return None if raw is None else HostError(int(raw["code"]), str(raw["message"] or ""))


def _state(raw: Mapping[str, t.Any] | None) -> State | None:
    if raw is None:
        return None
    return State(
        complete=bool(raw["complete"]),
        error=_error(raw["error"]),
        way=str(raw["way"]),
        seen=int(raw["seen"]),
        held=tuple(bool(held) for held in raw["held"]),
        shares=tuple(str(share) for share in raw["shares"]),
        rows=int(raw["rows"]),
        data=str(raw["data"]),
    )


def _call(raw: Mapping[str, t.Any]) -> Call:
    return Call(
        flags=int(raw["flags"]),
        path=raw["path"],
        made=bool(raw["made"]),
        error=_error(raw["error"]),
        completed=bool(raw["completed"]),
        status=_error(raw["status"]),
        return_value=None if raw["return_value"] is None else int(raw["return_value"]),
        timed_out=bool(raw["timed_out"]),
        texts=int(raw["texts"]),
        data=str(raw["data"]),
    )
