# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a contract case is carried out, and how two outcomes are compared."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.cases import Case

from simhost import host_call, scenario
from simhost.clock import VirtualClock
from simhost.windows import Host

_MUCH_LATER = 1_000_000.0
"""Seconds after which nothing is pending any more."""


def machine(case: Case, without: str | None = None) -> Host:
    """The simulated Windows of a case, freshly made."""
    return scenario.parse(case.scenario(without)).host


def emulated(case: Case, without: str | None = None) -> dict[str, Any]:
    """The outcome on the emulation; waiting takes no time."""
    host = machine(case, without)
    before = host.snapshot()
    return outcome(_run(case, host), before, host)


def answered(case: Case) -> dict[str, Any]:
    """The emulation's answer as it is."""
    answer: dict[str, Any] = _run(case, machine(case))["answer"]
    return answer


def _run(case: Case, host: Host) -> dict[str, Any]:
    host.clock = VirtualClock()
    return host_call.run(case.full_request, host, case.user, case.check_mode)


def outcome(result: Mapping[str, Any], before: Mapping[str, Any], host: Host) -> dict[str, Any]:
    """What can be compared of a module's result, with packed data as lists, and what became of the machine.

    :param before: the machine's snapshot before the call.
    """
    answer = dict(result["answer"])
    for state in ("before", "after"):
        if answer[state] is not None:
            answer[state] = {**answer[state], "data": unpack(answer[state]["data"])}
    answer["calls"] = [{**call, "data": unpack(call["data"])} for call in answer["calls"]]
    host.clock = _Later(host.clock.now())
    after = host.snapshot()
    pins = {item["path"]: item["pins"] for item in after["items"]}
    answer["changed"] = result["changed"]
    answer["asked"] = after["calls"]
    answer["gone"] = sorted(item["path"] for item in before["items"] if item["path"] not in pins)
    was = {item["path"]: item for item in before["items"]}
    answer["came"] = sorted(set(pins) - set(was))
    answer["released"] = sorted(path for path, item in was.items() if set(item["pins"]) - set(pins.get(path, ())))
    answer["pinned"] = sorted(path for path, item in was.items() if set(pins.get(path, ())) - set(item["pins"]))
    answer["altered"] = sorted(
        item["path"]
        for item in after["items"]
        if item["path"] in was and {**item, "pins": None} != {**was[item["path"]], "pins": None}
    )
    return answer


class _Later(VirtualClock):
    def __init__(self, now: float) -> None:
        super().__init__()
        self._now = now + _MUCH_LATER


def unpack(data: str) -> list[str]:
    """The records of a PACK, by the words of docs/host_contract.md.

    :raises ValueError: it is none.
    """
    *records, rest = gzip.decompress(base64.b64decode(data, validate=True)).decode("utf-8").split("\0")
    if rest:
        raise ValueError(f"the last record has no end: {rest!r}")
    return [record.replace("\1\1", "\0").replace("\1\2", "\1") for record in records]


BY_TYPE_ONLY: Mapping[str, str] = {
    "host.user": "an engine has no logons: its process is the tests' own; only the simulated WMI knows the user",
    "host.powershell": "PowerShell 7 runs here, and the emulation says what the scenario says",
    **dict.fromkeys(
        ("ms.preflight", "ms.configuration", "ms.before", "ms.call", "ms.after"),
        "the emulation's clock is virtual, an engine's is the machine's",
    ),
}
"""Places of an answer that differ by nature, on either engine, and why."""

_BY_TYPE_ONLY = frozenset(BY_TYPE_ONLY)


def differences(one: Any, other: Any, by_type_only: Collection[str] = _BY_TYPE_ONLY, place: str = "") -> Iterator[str]:
    """Every place at which two outcomes differ, in type or value, in words."""
    if type(one) is not type(other):
        yield f"{place}: {one!r} is no {type(other).__name__} like {other!r}"
    elif isinstance(one, dict):
        for key in sorted(set(one) ^ set(other)):
            yield f"{place}.{key}: only in one"
        for key in sorted(set(one) & set(other)):
            yield from differences(one[key], other[key], by_type_only, f"{place}.{key}".lstrip("."))
    elif isinstance(one, list):
        if len(one) != len(other):
            yield f"{place}: {len(one)} and {len(other)} elements"
        for index, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from differences(left, right, by_type_only, f"{place}.{index}")
    elif one != other and place not in by_type_only:
        yield f"{place}: {one!r} and {other!r}"


def at(outcome: Any, place: str) -> Any:
    """What stands at a place such as `calls.0.data.-1`; None in what is null itself."""
    for part in place.split("."):
        if outcome is None:
            return None
        outcome = outcome[int(part)] if isinstance(outcome, list) else outcome[part]
    return outcome
