# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The answer of the host part, read and checked against the host contract (docs/host_contract.md)."""

from __future__ import annotations

import base64
import codecs
import re
import typing as t
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .errors import HostCallError

CONTRACT = 1
"""The version of the contract that this collection speaks."""

_ONLY_A_NUMBER = re.compile(r"[^\W\d]?[^\d(]{0,60}0x[0-9a-f]{1,8}", re.IGNORECASE)

_SLICE = 8192
"""Packed bytes to unpack at a time; at gzip's best they become 8 MB of text."""


class ContractError(HostCallError):
    """The host's answer came whole, but does not follow the contract.

    :param where: what is wrong with it
    """

    def __init__(self, where: str) -> None:
        super().__init__(f"The host gave an answer that cannot be read: {where}.", may_still_run=False)


@dataclass(frozen=True)
class HostError:
    """An error of one step on the host: the unsigned code and the host's words."""

    code: int
    message: str

    @property
    def words(self) -> str:
        """The host's words, on one line and without an end; empty where they say no more than the code.

        Where Windows has no text, .NET makes one of the number: ``Error code: 0x80041002``.
        """
        said = " ".join(self.message.split()).rstrip(". ")
        return "" if _ONLY_A_NUMBER.fullmatch(said) else said


@dataclass(frozen=True)
class State:
    """One reading of the items in scope.

    :ivar complete: the enumeration came to its end; else :attr:`error` says why not
    :ivar seen: items that the caller's view of the cache showed, in scope or not
    :ivar held: for each requested path, whether the view holds exactly this path
    :ivar shares: paths of the shares in the cache
    :ivar rows: number of records in :attr:`data`
    :ivar data: packed rows, see :func:`unpack`
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
    :ivar error: what was thrown
    :ivar thrown_at: ``parameters`` when the class, the method or a parameter is not as the call has them, so that nothing
        was invoked; ``invoke`` when invoking threw; None without an error
    :ivar completed: WMI said that the call is over
    :ivar status: the final WMI status when it is not success
    :ivar return_value: the method's own, unsigned; None when it did not come
    :ivar texts: number of records in :attr:`data`
    :ivar data: packed progress texts, see :func:`unpack`
    """

    flags: int
    path: int | None
    made: bool
    error: HostError | None
    thrown_at: str | None
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
        return Answer(
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
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise ContractError(f"the host's answer does not follow the contract: {type(exc).__name__}: {exc}") from exc


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
        thrown_at=raw["thrown_at"],
        completed=bool(raw["completed"]),
        status=_error(raw["status"]),
        return_value=None if raw["return_value"] is None else int(raw["return_value"]),
        timed_out=bool(raw["timed_out"]),
        texts=int(raw["texts"]),
        data=str(raw["data"]),
    )


def unpack(data: str, count: int) -> Iterator[list[str]]:
    """Yield the records of packed *data* in their order, some thousand at a time.

    Never more than one such batch is held in memory as text: a run over a million items has 100 MB of it.

    :param count: how many records there must be
    :raises ContractError: the data is damaged, or the number is another one
    """
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    rest, found, escaped = "", 0, False
    try:
        packed = memoryview(base64.b64decode(data, validate=True))
        for start in range(0, len(packed), _SLICE):
            text = decode(inflate.decompress(packed[start : start + _SLICE]))
            *records, rest = (rest + text).split("\0")
            found += len(records)
            # An escape may begin in what was left of the slice before.
            escaped = escaped or "\1" in text
            yield [_unescape(record) for record in records] if escaped else records
            escaped = "\1" in rest
    except (ValueError, zlib.error) as exc:
        raise ContractError(f"packed data of the host is damaged: {exc}") from exc
    if rest or not inflate.eof:
        raise ContractError("packed data of the host ends too early")
    if inflate.unused_data or found != count:
        raise ContractError(f"packed data of the host has {found} records, {count} were announced")


def _unescape(record: str) -> str:
    return record.replace("\1\1", "\0").replace("\1\2", "\1")
