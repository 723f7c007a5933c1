# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The transcript: what one task asked its host and what the host answered, for people to read, check and send.

Packed rows and progress texts are unpacked into lists, each record exactly as it came, but for the names: they are
replaced (``aliases.py``). Tests play a transcript again (docs/docsite/rst/guide_transcripts.rst).
"""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import HostCallError
from ..host.answer import Exchange
from ..host.pack import Kept, unpack
from ..host.request import REGISTRY_CLASS
from ..options import LONE_PATHS
from ..windows import progress, unc
from . import jobs, registry
from .aliases import Aliases

FORMAT = 1
"""The version of the form of a transcript."""

Data = dict[str, t.Any]

_RESULT_KEYS = ("answer", "changed", "failed", "msg", "module_stdout", "module_stderr", "rc")
"""What is kept of a module result. Other keys are Ansible's own: the invocation, warnings, tracebacks."""

_PLAIN_VALUE = re.compile(r"True|False|-?\d+|\d{14}\.[\d*]{6}[+-]\d{3}|")
"""Values of a row that are no names: booleans, numbers, CIM datetimes, null."""

_PACKED = re.compile(r"(?:H4sI[A-Za-z0-9+/]*|[A-Za-z0-9+/]{40,})={0,2}")
"""Packed data, whole (gzip in base64 begins so) or a part of it."""

_PATTERN = re.compile(r"([*?]+|\.[^.*?]{1,5}$)")
"""What is no name in a pattern of names: wildcards, and an extension at its end."""

_ORDER = ("before", "calls", "after")
_NAMELESS = frozenset(("way", "skipped", "powershell", "state", "start_mode"))
"""Keys of an answer whose texts are words of the contract, of WMI or version numbers."""


@dataclass(frozen=True)
class Task:
    """The task that had the host asked.

    :ivar module: name of the module
    :ivar options: its validated options; ``paths``, ``src`` and ``dest`` hold names, ``name`` patterns of names, no
        other holds any
    :ivar computers: names and addresses by which the controller knows the host
    :ivar users: users by whom it logs on
    """

    module: str
    options: Mapping[str, t.Any]
    check_mode: bool
    computers: Sequence[str] = ()
    users: Sequence[str] = ()


def transcript(task: Task, exchanges: Iterable[Exchange], versions: Mapping[str, str]) -> Data:
    """Return the transcript of a task as plain data, all names replaced.

    :param exchanges: in their order
    :param versions: of the software on the controller, by name
    """
    asked = [_readable(exchange) for exchange in exchanges]
    aliases = Aliases()
    _write(aliases, task, asked)
    aliases.collected()
    options, written = _write(aliases, task, asked)
    return {
        "format": FORMAT,
        "versions": dict(versions),
        "task": {"module": task.module, "check_mode": task.check_mode, "options": options},
        "exchanges": written,
    }


def dumps(data: Data) -> str:
    """Return a transcript as JSON text with sorted keys. Whatever cannot be seen on a screen is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
    return re.sub(r"[^\x20-\x7e\n]", lambda match: _escaped(match[0]), text) + "\n"


def _escaped(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]


def _readable(exchange: Exchange) -> Data:
    request = dict(exchange.request)
    request["paths"] = request["paths"].split("\n") if request.get("paths") else []
    result = None
    if exchange.result is not None:
        result = {key: exchange.result[key] for key in _RESULT_KEYS if key in exchange.result}
        if isinstance(result.get("answer"), Mapping):
            result["answer"] = _unpacked(result["answer"])
    return {"request": request, "result": result, "problem": exchange.problem}


def _unpacked(answer: Mapping[str, t.Any]) -> Data:
    readable = dict(answer)
    for key in ("before", "after"):
        if isinstance(readable.get(key), Mapping):
            readable[key] = _with_records(readable[key], "rows")
    if isinstance(readable.get("calls"), list):
        readable["calls"] = [
            _with_records(call, "texts") if isinstance(call, Mapping) else call for call in readable["calls"]
        ]
    return readable


def _with_records(part: Mapping[str, t.Any], count: str) -> Data:
    """Replace packed data by its records; of damaged data by those that can be read, and what is wrong with it."""
    if not isinstance(part.get("data"), str) or not isinstance(part.get(count), int):
        return dict(part)
    records: list[str] = []
    damaged = {}
    kept = Kept()
    try:
        for batch in unpack(part["data"], part[count]):
            kept.add(len(batch), batch)
            records += batch
    except HostCallError as exc:
        damaged = {"damaged": str(exc)}
    return {**{key: value for key, value in part.items() if key != "data"}, "records": records, **damaged}


def _write(aliases: Aliases, task: Task, exchanges: Sequence[Data]) -> tuple[Data, list[Data]]:
    """Return the task's options and the exchanges with what *aliases* makes of the names, in a fixed order."""
    for exchange in exchanges:
        user = _dig(exchange, "result", "answer", "host", "user")
        # First of all, so that a folder that is called like its user is.
        aliases.user(user if isinstance(user, str) else "")
    for name in task.users:
        aliases.user(name)
    for name in task.computers:
        aliases.computer(name)
    options = dict(task.options)
    if "paths" in options:
        options["paths"] = [aliases.path(unc.normalise(path)) for path in options["paths"]]
    for name in LONE_PATHS:
        if name in options:
            options[name] = aliases.path(unc.normalise(options[name]))
    if "name" in options:
        options["name"] = [_pattern(aliases, pattern) for pattern in options["name"]]
    return options, [_write_exchange(aliases, exchange) for exchange in exchanges]


def _write_exchange(aliases: Aliases, exchange: Data) -> Data:
    request, result = exchange["request"], exchange["result"]
    written: Data = {"request": {**request, "paths": [aliases.path(path) for path in request["paths"]]}}
    # Keys and values of the registry are the collection's own, and read like a domain and a user.
    if request.get("class") != REGISTRY_CLASS:
        written["request"]["arguments"] = [
            {name: _argument(aliases, value) for name, value in arguments.items()} for arguments in request["arguments"]
        ]
    written["result"] = (
        None if result is None else {key: _raw(aliases, result[key]) for key in result if key != "answer"}
    )
    if result is not None and "answer" in result:
        written["result"]["answer"] = _write_answer(aliases, result["answer"], request)
    written["problem"] = _raw(aliases, exchange["problem"])
    return written


def _argument(aliases: Aliases, value: t.Any) -> t.Any:
    if not isinstance(value, str):
        return value
    return aliases.path(value) if value.startswith("\\\\") else aliases.text(value)


def _pattern(aliases: Aliases, pattern: str) -> str:
    parts = _PATTERN.split(pattern)
    return "".join(part if number % 2 else aliases.item_name(part) for number, part in enumerate(parts))


def _write_answer(aliases: Aliases, value: t.Any, request: Mapping[str, t.Any], key: str = "") -> t.Any:
    """Return a part of an answer, whatever it looks like; *key* is the one that it stands under."""
    if isinstance(value, Mapping) and key == "values":
        return registry.values(aliases, value)
    if isinstance(value, Mapping) and key == "jobs":
        return {
            name: jobs.write(aliases, name, part) if isinstance(part, str) else _write_answer(aliases, part, request)
            for name, part in value.items()
        }
    if isinstance(value, Mapping):
        # Rows say of more names what they are than texts do, so the state before goes first.
        names = sorted(value, key=lambda name: _ORDER.index(name) if name in _ORDER else -1)
        written = {name: _write_answer(aliases, value[name], request, name) for name in names if name != "records"}
        if "records" in value:
            write = _Rows(aliases, request.get("fields") or []).write if "rows" in value else _Texts(aliases).write
            written["records"] = [write(record) for record in value["records"]]
        return written
    if isinstance(value, list):
        return [_write_answer(aliases, part, request, key) for part in value]
    if not isinstance(value, str) or key in _NAMELESS:
        return value
    if key == "user":
        return aliases.user(value)
    if key in ("location", "profile"):
        return aliases.local_path(value)
    if key == "shares":
        return aliases.path(value)
    if key == "key":
        return registry.key(aliases, value, request.get("registry") or [])
    return f"({len(value)} characters of packed data)" if key == "data" else _raw(aliases, value)


@dataclass(frozen=True)
class _Rows:
    """Replaces the names in rows of a state."""

    aliases: Aliases
    fields: Sequence[str]

    def write(self, row: str) -> str:
        *values, path = row.split("\t")
        is_file = "ItemType" in self.fields[: len(values)] and values[self.fields.index("ItemType")] == "0"
        return "\t".join([*map(self._value, values), self.aliases.path(path, leaf="file" if is_file else "folder")])

    def _value(self, value: str) -> str:
        if _PLAIN_VALUE.fullmatch(value):
            return value
        return self.aliases.path(value) if "\\" in value else self.aliases.item_name(value)


@dataclass(frozen=True)
class _Texts:
    """Replaces the names in progress texts; what they are built of stays."""

    aliases: Aliases

    def write(self, event: str) -> str:
        parts, end = [], 0
        for message in progress.split_messages(event):
            start = event.index(message, end)
            parts += [event[end:start], self._message(message)]
            end = start + len(message)
        return "".join(parts) + event[end:]

    def _message(self, message: str) -> str:
        if progress.parse(message) is None:
            return self.aliases.text(message)
        head, path = progress.split_path(message)
        start = message.index(head)
        end = start + len(head)
        reason, result, *says = head.split(":", 2)
        head = ":".join([reason, result, *map(self.aliases.text, says)])
        # Between head and path stand a colon and perhaps a bracket.
        begin = message.index(path, end) if path else end
        rest = self.aliases.path(path) + message[begin + len(path) :]
        return message[:start] + head + message[end:begin] + rest


def _raw(aliases: Aliases, value: t.Any) -> t.Any:
    """Return what nobody knows the form of, such as the output of a host part that broke off."""
    if isinstance(value, Mapping):
        return {name: _raw(aliases, part) for name, part in value.items()}
    if isinstance(value, list):
        return [_raw(aliases, part) for part in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    # Packed data holds names that cannot be seen.
    return aliases.text(_PACKED.sub(lambda match: f"({len(match[0])} characters of packed data)", str(value)))


def _dig(data: t.Any, *keys: str) -> t.Any:
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
