# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The answer of the host part, read and checked against the host contract (docs/host_contract.md)."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import limits
from ..errors import ContractError
from ..words import one_line
from .fields import Reader, Record, exactly, flag, many, named, number, optional, text, uint32, word
from .jobs import Jobs, read_jobs
from .values import RETURN_VALUE, properties, returned, value_of

CONTRACT = 2
"""The version of the contract that this collection speaks."""

_ONLY_A_NUMBER = re.compile(r"[^\d(]{0,60}0x[0-9a-f]{1,8}", re.IGNORECASE)


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
        said = one_line(self.message)
        return "" if _ONLY_A_NUMBER.fullmatch(said) else said


@dataclass(frozen=True)
class State:
    """One reading of the items in scope.

    :ivar complete: the enumeration came to its end; else :attr:`error` says why not
    :ivar seen: items that the caller's view of the cache showed, in scope or not
    :ivar held: for each requested path, whether the view holds exactly this path
    :ivar shares: paths of the shares in the cache
    :ivar rows: number of records in :attr:`data`
    :ivar data: packed rows (``pack``)
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
    :ivar thrown_at: ``parameters`` when the class, the method or a parameter is not as the call has them: nothing was
        invoked; ``invoke`` when invoking threw; None without an error
    :ivar completed: WMI said that the call is over
    :ivar status: the final WMI status when it is not success
    :ivar returned: the out parameters by the vendor's names; empty when they did not come
    :ivar texts: number of records in :attr:`data`
    :ivar data: packed progress texts (``pack``)
    :ivar lost: the host's answer was lost: the method may have been invoked, and nobody knows how it ended
    :ivar observed: with an observer
    """

    path: int | None
    made: bool
    error: HostError | None
    thrown_at: str | None
    completed: bool
    status: HostError | None
    returned: Mapping[str, t.Any]
    timed_out: bool
    texts: int
    data: str
    lost: bool = False
    observed: bool = True

    @property
    def begun(self) -> bool:
        """Whether the method may have done something: without an observer invoking throws, too, where it breaks off."""
        return self.made or (self.thrown_at == "invoke" and not self.observed)

    @property
    def return_value(self) -> int | None:
        """The method's own return value, unsigned; None when it did not come."""
        return self.returned.get(RETURN_VALUE)


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
    """The values of a registry key that was asked for: texts, numbers, lists of texts, bytes of binary values as lists
    of numbers. A value of a type that is not read is None.
    """

    key: str
    values: Mapping[str, t.Any]
    error: HostError | None


@dataclass(frozen=True)
class Answer:
    """The whole answer of one execution of the host part.

    :ivar profile: the folder of the user's profile; None where the host has none to tell
    :ivar jobs: that run there, or wait to be fetched
    """

    user: str
    cache: Cache
    services: Mapping[str, Service]
    before: State | None
    after: State | None
    calls: tuple[Call, ...]
    skipped: str | None
    classes: Mapping[str, Instance] = field(default_factory=dict)
    registry: tuple[Registry, ...] = ()
    profile: str | None = None
    jobs: Jobs = field(default_factory=Jobs)


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


def read(result: Mapping[str, t.Any], *, paths: int, observed: bool = True) -> Answer:
    """Read the module result of the host part. Everything of it is checked here; keys of no contract are let be.

    :param paths: how many paths the request named
    :param observed: the request was to call with an observer
    :raises ContractError: a key is missing, a value is not what the contract allows, or the contract is another version
    """
    answer = Record(result, "")("answer", Record)
    version = answer("contract", uint32)
    if version != CONTRACT:
        raise ContractError(f"the host speaks contract {version}, this collection speaks {CONTRACT}")
    state, call = optional(_state(paths)), _call(paths, observed=observed)
    host = answer("host", Record)
    found = Answer(
        user=host("user", optional(text(limits.USER))) or "",
        profile=host("profile", optional(text(limits.PATH))),
        cache=answer("cache", _cache),
        services=answer("services", named(text(limits.NAME), _service, limits.NAMES)),
        before=answer("before", state),
        after=answer("after", state),
        calls=answer("calls", many(call, limits.CALLS * max(1, paths))),
        skipped=answer("skipped", optional(word("no_method", "unavailable", "not_needed", "busy"))),
        classes=answer("classes", named(text(limits.NAME), _instance, limits.NAMES)),
        registry=answer("registry", many(_registry, limits.KEYS)),
        jobs=read_jobs(answer),
    )
    if bool(found.calls) is (found.skipped is not None):
        raise ContractError(f"answer.skipped is {found.skipped or 'null'}, and there are {len(found.calls)} calls")
    records = [state.rows for state in (found.before, found.after) if state] + [call.texts for call in found.calls]
    if sum(records) > limits.RECORDS:
        raise ContractError(f"it announces {sum(records)} records, the most that are read are {limits.RECORDS}")
    return found


def _cache(value: t.Any, where: str) -> Cache:
    cache = Record(value, where)
    return Cache(
        found=cache("found", flag),
        enabled=cache("enabled", optional(flag)),
        active=cache("active", optional(flag)),
        location=cache("location", optional(text(limits.TEXT))),
        error=cache("error", _error),
    )


def _service(value: t.Any, where: str) -> Service:
    service = Record(value, where)
    return Service(
        state=service("state", optional(text(limits.NAME))),
        start_mode=service("start_mode", optional(text(limits.NAME))),
        error=service("error", _error),
    )


def _instance(value: t.Any, where: str) -> Instance:
    instance = Record(value, where)
    return Instance(
        properties=instance("properties", optional(properties())),
        error=instance("error", _error),
    )


def _registry(value: t.Any, where: str) -> Registry:
    key = Record(value, where)
    return Registry(
        key=key("key", text(limits.TEXT)),
        values=key("values", named(text(limits.TEXT), value_of, limits.NAMES)),
        error=key("error", _error),
    )


def _state(paths: int) -> Reader[State]:
    def read_state(value: t.Any, where: str) -> State:
        state = Record(value, where)
        return State(
            complete=state("complete", flag),
            error=state("error", _error),
            way=state("way", word("query", "instances")),
            seen=state("seen", uint32),
            held=state("held", exactly(flag, paths)),
            shares=state("shares", many(text(limits.SHARE), limits.NAMES)),
            rows=state("rows", uint32),
            data=state("data", text()),
        )

    return read_state


def _call(paths: int, *, observed: bool) -> Reader[Call]:
    def read_call(value: t.Any, where: str) -> Call:
        call = Record(value, where)
        outputs = call("returned", optional(returned))
        return Call(
            path=call("path", optional(number(0, paths - 1))),
            made=call("made", flag),
            error=call("error", _error),
            thrown_at=call("thrown_at", optional(word("parameters", "invoke"))),
            completed=call("completed", flag),
            status=call("status", _error),
            returned=outputs or {},
            timed_out=call("timed_out", flag),
            texts=call("texts", uint32),
            data=call("data", text()),
            observed=observed,
        )

    return read_call


def _error(value: t.Any, where: str) -> HostError | None:
    if value is None:
        return None
    error = Record(value, where)
    return HostError(error("code", uint32), error("message", optional(text(limits.TEXT))) or "")


def after_a_loss(read_again: Answer, *, timed_out: bool, may_still_run: bool) -> Answer:
    """Return what is known of an execution whose answer was lost, once the state was read again.

    :param read_again: the answer of an execution that read only: its state is the one afterwards
    :param timed_out: the host did not answer in time
    :param may_still_run: what was begun may still be at work
    """
    call = Call(
        path=None,
        made=True,
        error=None,
        thrown_at=None,
        completed=not may_still_run,
        status=None,
        returned={},
        timed_out=timed_out,
        texts=0,
        data="",
        lost=True,
    )
    return dataclasses.replace(read_again, before=None, after=read_again.before, calls=(call,), skipped=None)
