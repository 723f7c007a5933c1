# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the emulation of the module host_call: docs/host_contract.md in Python, over the simulated WMI.

It shares no code with the host part or with the collection, so that equal answers mean something.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from simhost import job_steps
from simhost.cache import fold
from simhost.clock import Stopped
from simhost.job_steps import JobProgress, JobRequest
from simhost.jobs import FileError, Process
from simhost.pack import PackWriter
from simhost.result_texts import ERROR_FILE_NOT_FOUND, WBEM_E_NOT_FOUND, WBEM_E_TIMED_OUT
from simhost.windows import Host
from simhost.wmi import (
    CACHE_CLASS,
    ITEM_CLASS,
    REGISTRY_CLASS,
    Completed,
    Hang,
    ObjectReady,
    Progress,
    Rows,
    Texts,
    Wait,
    WmiError,
    WmiSession,
    client_error,
)

CONTRACT = 2
_GRACE_SECONDS = 0.5
_AFTER_SECONDS = 30
_SHARE = 2
_TIME_UP = {"code": WBEM_E_TIMED_OUT, "message": "The time limit is used up."}
# How many rows or texts may pass between two looks at the clock.
_LOOK_EVERY = 512

SPEC: dict[str, dict[str, Any]] = {
    "method": {"type": "str"},
    "paths": {"type": "str", "default": ""},
    "class": {"type": "str", "default": CACHE_CLASS},
    "arguments": {"type": "list", "elements": "dict", "default": []},
    "paths_as": {"type": "str", "default": ""},
    "deep": {"type": "bool", "default": True},
    "each": {"type": "bool", "default": False},
    "observe": {"type": "bool", "default": True},
    "last": {"type": "str", "default": ""},
    "read": {"type": "bool", "default": True},
    "fields": {"type": "list", "elements": "str", "default": []},
    "keep": {"type": "list", "elements": "str", "default": []},
    "reasons": {"type": "list", "elements": "str", "default": []},
    "classes": {"type": "list", "elements": "str", "default": []},
    "registry": {"type": "list", "elements": "str", "default": []},
    "force": {"type": "bool", "default": False},
    "anyway": {"type": "bool", "default": False},
    "timeout": {"type": "int", "default": 3600},
    "job": {"type": "str", "default": ""},
    "job_step": {"type": "str", "choices": ["", "run", "look", "drop"], "default": ""},
    "about": {"type": "dict"},
    "tally": {"type": "list", "elements": "str", "default": []},
    "results": {"type": "str", "default": ""},
}
"""Ansible argument spec of host_call."""

_HIVES = {"HKEY_LOCAL_MACHINE": 0x80000002, "HKEY_USERS": 0x80000003}
_READERS = {
    1: ("GetStringValue", "sValue"),
    2: ("GetExpandedStringValue", "sValue"),
    3: ("GetBinaryValue", "uValue"),
    4: ("GetDWORDValue", "uValue"),
    7: ("GetMultiStringValue", "sValue"),
    11: ("GetQWORDValue", "uValue"),
}
"""Method and out parameter of StdRegProv for each type of a registry value."""
_INVALID_ARGUMENT, _INVALID_OPERATION, _FORMAT = 0x80070057, 0x80131509, 0x80131537
"""HRESULTs of .NET's ArgumentException, InvalidOperationException and FormatException."""

Answer = dict[str, Any]


class _TimeUp(Exception):
    """The budget is used up."""


class _Refused(Exception):
    """A step that fails without an error of WMI."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class _Request:
    method: str | None
    paths: list[str]
    of_class: str
    arguments: list[dict[str, Any]]
    paths_as: str
    deep: bool
    each: bool
    observe: bool
    last: str
    read: bool
    fields: list[str]
    keep: list[str]
    reasons: list[str]
    classes: list[str]
    registry: list[str]
    force: bool
    anyway: bool
    timeout: int
    job: str
    job_step: str
    about: dict[str, Any] | None
    tally: list[str]
    results: str

    @classmethod
    def make(cls, params: Mapping[str, Any], check_mode: bool) -> _Request:
        """From arguments that were validated with SPEC; absent ones get their defaults."""
        values = {name: params.get(name, option.get("default")) for name, option in SPEC.items()}
        values["paths"] = [path for path in values["paths"].split("\n") if path]
        values["method"] = None if check_mode else values["method"]
        values["of_class"] = values.pop("class")
        return cls(**values)


@dataclass
class _Time:
    """The time budget of one run, in seconds."""

    host: Host
    timeout: int
    stop: threading.Event | None
    progress: JobProgress
    start: float = field(init=False)
    lap_start: float = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.lap_start = self.host.clock.now()

    def left(self, least: float = 0) -> float:
        if self.timeout == 0:
            return math.inf
        return max(least, self.start + self.timeout - self.host.clock.now())

    def lap(self) -> int:
        """Milliseconds since the last lap."""
        before, self.lap_start = self.lap_start, self.host.clock.now()
        return round((self.lap_start - before) * 1000)

    def look(self, deadline: float) -> None:
        """Raises _TimeUp when the deadline has come, clock.Stopped when the process is to end."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped
        if self.host.clock.now() >= deadline:
            raise _TimeUp

    def wait(self, step: Wait | Hang, deadline: float) -> None:
        """Let a step of WMI pass. Raises _TimeUp when the deadline comes first, clock.Stopped when the host stops."""
        clock = self.host.clock
        seconds = math.inf if isinstance(step, Hang) else step.ms / 1000
        remaining = deadline - clock.now()
        clock.sleep(min(seconds, max(0.0, remaining)), self.stop)
        if seconds >= remaining:
            raise _TimeUp


def run(
    params: Mapping[str, Any],
    host: Host,
    user: str,
    check_mode: bool,
    stop: threading.Event | None = None,
    credentials: bool | None = None,
    process: Process | None = None,
) -> dict[str, Any]:
    """The module's result for arguments that were validated with SPEC.

    Takes the time that the scenario asks for. Raises clock.Stopped when `stop` is set while something waits, and
    job_steps.ProcessEnded where a job has come to its end.

    :param credentials: whether the user's logon has some for file servers; None: as the scenario says.
    :param process: the detached process that the module runs in; None: that of its task.
    """
    request = _Request.make(params, check_mode)
    session = WmiSession(host, user, credentials)
    job = JobRequest(request.job, request.results, request.about)
    try:
        if request.job_step == "run":
            process = process or host.jobs.adopt(user, stop)
            progress = JobProgress(request.tally)
            time = _Time(host, request.timeout, process.stop, progress)
            job_steps.run(job, host, user, process, progress, lambda: _answer(request, session, host, time))
        elif request.job_step:
            if request.job_step == "drop":
                job_steps.drop(job, host, user)
            return _result(job_steps.look(job, host, user))
    except FileError as error:
        return _thrown(error.message)
    time = _Time(host, request.timeout, stop, JobProgress())
    return _result(_answer(request, session, host, time))


def _result(answer: Answer) -> dict[str, Any]:
    return {"changed": False, "answer": answer}


def _thrown(message: str) -> dict[str, Any]:
    """What Ansible's wrapper makes of an exception of the C#."""
    text = f'Exception calling "Answer" with "3" argument(s): "{message}"'
    return {"changed": False, "failed": True, "msg": f"Unhandled exception while executing module: {text}"}


def _answer(request: _Request, session: WmiSession, host: Host, time: _Time) -> Answer:
    """The answer to a request that is no look at a job."""
    progress = time.progress
    cache = _cache(session)
    services = {
        "CscService": _service(session, "Win32_Service", "CscService"),
        "CSC": _service(session, "Win32_SystemDriver", "CSC"),
    }
    ms = {"preflight": time.lap(), "configuration": 0, "before": 0, "call": 0, "after": 0}
    classes = {name: _whole(session, name, time) for name in request.classes}
    registry = [entry for key in request.registry for entry in _registry(session, key, time)]
    if request.classes or request.registry:
        ms["configuration"] = time.lap()
    locked = host.jobs.locked
    # A job holds the lock itself.
    busy = locked and request.method is not None and not request.job_step
    available = request.anyway or bool(cache["found"] and cache["enabled"] and cache["active"])

    before = after = None
    needed = True
    if request.read and available and not busy:
        before, reason_seen = _read(session, request, time, time.left())
        progress.rows = before["rows"]
        needed = before["error"] is not None or not request.reasons or reason_seen or request.force
        ms["before"] = time.lap()

    calls: list[Answer] = []
    progress.phase = "call"
    if request.method is not None and available and needed and not busy:
        for arguments in request.arguments:
            for index in range(len(request.paths)) if request.each else (None,):
                calls.append(_call(session, request, arguments, index, time))
        ms["call"] = time.lap() if calls else 0

    progress.phase = "after"
    if request.read and any(call["made"] for call in calls):
        after, _dummy = _read(session, request, time, time.left(min(_AFTER_SECONDS, request.timeout)))
        ms["after"] = time.lap()

    return {
        "contract": CONTRACT,
        "host": {
            "user": session.user,
            "powershell": host.machine.powershell,
            "profile": host.profile_of(session.user),
        },
        "cache": cache,
        "services": services,
        "classes": classes,
        "registry": registry,
        "before": before,
        "after": after,
        "calls": calls,
        "skipped": None if calls else _skipped(request, available, busy),
        "jobs": host.jobs.listed(session.user),
        "locked": locked,
        "ms": ms,
    }


def _skipped(request: _Request, available: bool, busy: bool) -> str:
    """Why no call was made."""
    if request.method is None:
        return "no_method"
    return "busy" if busy else "not_needed" if available else "unavailable"


def _error(error: WmiError) -> Answer:
    return {"code": error.code, "message": error.message}


def _cache(session: WmiSession) -> Answer:
    try:
        session.fetch(CACHE_CLASS)
        row = session.get(CACHE_CLASS)
    except WmiError as error:
        return {"found": False, "enabled": None, "active": None, "location": None, "error": _error(error)}
    return {
        "found": True,
        "enabled": row["Enabled"],
        "active": row["Active"],
        "location": row["Location"],
        "error": None,
    }


def _service(session: WmiSession, cls: str, name: str) -> Answer:
    try:
        row = session.get(cls, name)
    except WmiError as error:
        return {"state": None, "start_mode": None, "error": _error(error)}
    return {"state": row["State"], "start_mode": row["StartMode"], "error": None}


def _read_one(time: _Time, read: Callable[[float], Any]) -> tuple[Any, Answer | None]:
    """What `read` gives within the time that is left, or the error."""
    deadline = time.host.clock.now() + time.left()
    try:
        if time.left() <= 0:
            raise _TimeUp
        return read(deadline), None
    except WmiError as thrown:
        return None, _error(thrown)
    except _Refused as refused:
        return None, {"code": refused.code, "message": refused.message}
    except _TimeUp:
        return None, dict(_TIME_UP)


def _whole(session: WmiSession, name: str, time: _Time) -> Answer:
    """The first instance of a class."""

    def read(deadline: float) -> Answer:
        for row in session.enumerate(name, None, "instances"):
            if not isinstance(row, (Wait, Hang)):
                return row
            time.wait(row, deadline)
        raise _Refused(_INVALID_OPERATION, "Sequence contains no elements")

    properties, error = _read_one(time, read)
    return {"properties": properties, "error": error}


def _registry(session: WmiSession, key: str, time: _Time) -> Iterator[Answer]:
    """The entries of one key, which may hold stars."""
    if "*" in key.split("\\"):
        yield from _below(session, [], key.split("\\"), time)
    else:
        yield _key(session, key, time)


def _below(session: WmiSession, above: list[str], rest: list[str], time: _Time) -> Iterator[Answer]:
    """The entries of all keys below `above`, which holds names only, that `rest` leads to."""
    if "*" not in rest:
        entry = _key(session, "\\".join([*above, *rest]), time)
        if entry["error"] is None or entry["error"]["code"] != ERROR_FILE_NOT_FOUND:
            yield entry
        return
    star = rest.index("*")
    above = [*above, *rest[:star]]
    found, error = _read_one(time, lambda deadline: _ask(session, "EnumKey", "\\".join(above), time, deadline))
    if error is None:
        for name in found["sNames"] or ():
            yield from _below(session, [*above, name], rest[star + 1 :], time)
    elif error["code"] != ERROR_FILE_NOT_FOUND:
        yield {"key": "\\".join([*above, *rest[star:]]), "values": {}, "error": error}


def _key(session: WmiSession, key: str, time: _Time) -> Answer:
    def read(deadline: float) -> Answer:
        found = _ask(session, "EnumValues", key, time, deadline)
        values: Answer = {}
        for name, number in zip(found["sNames"] or (), found["Types"] or (), strict=True):
            values[name] = None
            if number in _READERS:
                method, output = _READERS[number]
                values[name] = _ask(session, method, key, time, deadline, name)[output]
        return values

    values, error = _read_one(time, read)
    return {"key": key, "values": values or {}, "error": error}


def _ask(
    session: WmiSession, method: str, key: str, time: _Time, deadline: float, value: str | None = None
) -> Mapping[str, Any]:
    """Out parameters of a method of StdRegProv. Enumerations that fail are thrown, a single value is null then."""
    hive, _dummy, path = key.partition("\\")
    if hive not in _HIVES:
        raise _Refused(_INVALID_ARGUMENT, f"Not a full registry key: {key}")
    params = {"hDefKey": _HIVES[hive], "sSubKeyName": path} | ({} if value is None else {"sValueName": value})
    outputs: Mapping[str, Any] = {}
    session.inputs(REGISTRY_CLASS, method)
    for event in session.invoke(REGISTRY_CLASS, method, params, observe=False):
        if isinstance(event, (Wait, Hang)):
            time.wait(event, deadline)
        elif isinstance(event, ObjectReady):
            if event.return_value and value is None:
                raise _Refused(event.return_value, "")
            outputs = event.outputs
    return outputs


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _getter(path: str) -> Callable[[Mapping[str, Any]], Any]:
    """Reads a dotted property out of a row; a null embedded object makes its fields null."""
    head, _dummy, tail = path.partition(".")
    if not tail:
        return itemgetter(head)
    inner = _getter(tail)

    def read(row: Mapping[str, Any]) -> Any:
        embedded = row[head]
        return None if embedded is None else inner(embedded)

    return read


class _Scope:
    """Which items a request is about."""

    def __init__(self, paths: Sequence[str], deep: bool) -> None:
        self._wanted = {fold(path) for path in paths}
        self._parents = {path.rpartition("\\")[0] for path in self._wanted}
        self._deep = deep
        self._folders: dict[str, bool] = {}

    def wants(self, folded: str) -> bool:
        return folded in self._wanted

    def wants_in(self, folder: str) -> bool:
        """Whether a requested path lies directly in this folder."""
        return folder in self._parents

    def holds(self, folded: str) -> bool:
        if not self._wanted or folded in self._wanted:
            return True
        parent = folded.rpartition("\\")[0]
        if not self._deep:
            return parent in self._wanted
        return self._folder(parent)

    def _folder(self, folder: str) -> bool:
        # Rows come folder by folder, so the answer for the last few folders is nearly always the one needed.
        known = self._folders.get(folder)
        if known is None:
            if len(self._folders) > 1000:
                self._folders.clear()
            known = self._folders[folder] = self._search(folder)
        return known

    def _search(self, folder: str) -> bool:
        while len(folder) > 2:
            if folder in self._wanted:
                return True
            folder = folder.rpartition("\\")[0]
        return False


class _Reading:
    """What one reading has collected so far."""

    def __init__(self, request: _Request) -> None:
        self._request = request
        self._scope = _Scope(request.paths, request.deep)
        self._getters = [_getter(name) for name in request.fields]
        self._keep = [request.fields.index(name) for name in request.keep]
        self._reasons = [request.fields.index(name) for name in request.reasons]
        self._rows = PackWriter()
        self._held: set[str] = set()
        self._shares: list[str] = []
        self.properties = list(dict.fromkeys(["ItemPath", "ItemType", *(f.partition(".")[0] for f in request.fields)]))
        self.seen = 0
        self.reason_seen = False

    def add(self, row: Mapping[str, Any]) -> None:
        path: str = row["ItemPath"]
        folded = fold(path)
        self.seen += 1
        if self._scope.wants(folded):
            self._held.add(folded)
        if row["ItemType"] == _SHARE:
            self._shares.append(path)
        if not self._scope.holds(folded):
            return
        values = [get(row) for get in self._getters]
        # What Python takes for false (None, False, 0, "") is exactly what the contract calls not set.
        if not self.reason_seen:
            self.reason_seen = any(values[index] for index in self._reasons)
        if not self._keep or any(values[index] for index in self._keep):
            self._rows.add("\t".join([*map(_text, values), path]))

    def add_many(self, rows: Rows) -> None:
        """The same as `add` for each of the rows."""
        if not self._has_all_fields(rows.like):
            for path in rows.paths:
                self.add({**rows.like, "ItemPath": path})
            return
        self.seen += len(rows.paths)
        if rows.like["ItemType"] == _SHARE:
            self._shares += rows.paths
        in_scope = self._in_scope(rows.paths)
        if not in_scope:
            return
        values = [get(rows.like) for get in self._getters]
        self.reason_seen = self.reason_seen or any(values[index] for index in self._reasons)
        if not self._keep or any(values[index] for index in self._keep):
            start = "".join(f"{_text(value)}\t" for value in values)
            self._rows.add_many([start + path for path in in_scope])

    def _has_all_fields(self, row: Mapping[str, Any]) -> bool:
        return all(name in row for name in self.properties)

    def _in_scope(self, paths: Sequence[str]) -> list[str]:
        """Those of the paths that the request is about; notes which of them it names."""
        found: list[str] = []
        folder, named, whole = "", True, False
        for path in paths:
            above = path.rpartition("\\")[0]
            if above != folder or named:
                # Nothing is asked of each item in a folder that holds no requested path.
                folder, folded = above, fold(path)
                named = self._scope.wants_in(fold(above))
                whole = self._scope.holds(folded)
                if self._scope.wants(folded):
                    self._held.add(folded)
            if whole:
                found.append(path)
        return found

    def state(self, way: str, error: Answer | None) -> Answer:
        return {
            "complete": error is None,
            "error": error,
            "way": way,
            "seen": self.seen,
            "held": [fold(path) in self._held for path in self._request.paths],
            "shares": self._shares,
            "rows": self._rows.records,
            "data": self._rows.finish(),
        }


def _read(session: WmiSession, request: _Request, time: _Time, left: float) -> tuple[Answer, bool]:
    """A STATE, and whether a row in scope had a reason set."""
    reading = _Reading(request)
    deadline = time.host.clock.now() + left
    way, error = "query", None
    try:
        try:
            _collect(session.enumerate_many(ITEM_CLASS, reading.properties, way), reading, time, deadline)
        except WmiError:
            # Refused, not broken off: the plain enumeration may still work.
            if reading.seen:
                raise
            way = "instances"
            _collect(session.enumerate_many(ITEM_CLASS, reading.properties, way), reading, time, deadline)
    except WmiError as thrown:
        error = _error(thrown)
    except KeyError:
        error = _error(client_error(WBEM_E_NOT_FOUND))
    except _TimeUp:
        error = dict(_TIME_UP)
    return reading.state(way, error), reading.reason_seen


def _collect(
    rows: Iterator[dict[str, Any] | Rows | Wait | Hang], reading: _Reading, time: _Time, deadline: float
) -> None:
    time.look(deadline)
    for row in rows:
        if isinstance(row, (Wait, Hang)):
            time.wait(row, deadline)
            continue
        if isinstance(row, Rows):
            reading.add_many(row)
        else:
            reading.add(row)
        if isinstance(row, Rows) or reading.seen % _LOOK_EVERY == 0:
            time.look(deadline)


class _Call:
    """What one call of the method has answered so far."""

    def __init__(self, last: str, progress: JobProgress) -> None:
        self._last, self._progress = last, progress
        self.texts = PackWriter()
        self.returned: Answer | None = None
        self.completed = False
        self.status: Answer | None = None
        self.last_came = False

    def take(self, event: Progress | Texts | ObjectReady | Completed) -> None:
        if isinstance(event, Progress):
            text = event.message or ""
            self.texts.add(text)
            self._progress.count([text])
            if self._last and text.startswith(self._last):
                self.last_came = True
        elif isinstance(event, Texts):
            self.texts.add_many(event.messages)
            self._progress.count(event.messages)
            if self._last and any(text.startswith(self._last) for text in event.messages):
                self.last_came = True
        elif isinstance(event, ObjectReady):
            self.returned = {**event.outputs, "ReturnValue": event.return_value}
        else:
            self.completed = True
            if event.status:
                self.status = {"code": event.status, "message": event.message}


def _call(
    session: WmiSession, request: _Request, arguments: Mapping[str, Any], index: int | None, time: _Time
) -> Answer:
    """One CALL."""
    paths = request.paths if index is None else [request.paths[index]]
    call = _Call(request.last, time.progress)
    made, timed_out, error, thrown_at = False, False, None, None
    if time.left() > 0:
        try:
            thrown_at = "parameters"
            params = _parameters(session, request, paths, arguments)
            thrown_at = "invoke"
            timed_out = _invoke(session, request, params, call, time)
            made, thrown_at = True, None
        except WmiError as thrown:
            error = _error(thrown)
        except _Refused as refused:
            error = {"code": refused.code, "message": refused.message}
    return {
        "path": index,
        "made": made,
        "error": error,
        "thrown_at": thrown_at,
        "completed": call.completed,
        "status": call.status,
        "returned": call.returned,
        "timed_out": timed_out,
        "texts": call.texts.records,
        "data": call.texts.finish(),
    }


def _parameters(
    session: WmiSession, request: _Request, paths: list[str], arguments: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The method's parameters, as far as the request has them.

    Raises WmiError for one that the method lacks, _Refused for a value that .NET does not make fit.
    """
    inputs = session.inputs(request.of_class, str(request.method))
    for name, value in arguments.items():
        if name not in inputs:
            raise client_error(WBEM_E_NOT_FOUND)
        if inputs[name] == "uint32" and isinstance(value, str):
            raise _Refused(_FORMAT, f"The input string '{value}' was not in a correct format.")
    if not request.paths_as:
        return dict(arguments)
    if request.paths_as not in inputs:
        raise client_error(WBEM_E_NOT_FOUND)
    if inputs[request.paths_as].endswith("[]"):
        return {**arguments, request.paths_as: paths}
    if len(paths) > 1:
        raise _Refused(_INVALID_OPERATION, "Sequence contains more than one element")
    return {**arguments, request.paths_as: paths[0]}


def _invoke(session: WmiSession, request: _Request, params: Mapping[str, Any], call: _Call, time: _Time) -> bool:
    """Call the method and take its events. Answers whether the time was over before Completed came."""
    clock = time.host.clock
    deadline = clock.now() + time.left()
    events = session.invoke_many(request.of_class, str(request.method), params, request.observe)
    # Closing tells the simulated provider that nobody listens any more, as the end of the process would.
    try:
        for number, event in enumerate(events):
            if isinstance(event, (Wait, Hang)):
                time.wait(event, deadline)
                continue
            call.take(event)
            if call.completed:
                break
            if isinstance(event, Texts) or number % _LOOK_EVERY == 0:
                time.look(deadline)
        if call.completed and request.observe:
            _take_late(events, call, time)
    except _TimeUp:
        return not call.completed
    finally:
        events.close()
    return False


def _take_late(events: Iterator[Any], call: _Call, time: _Time) -> None:
    """Texts, and perhaps ReturnValue, that come within the grace period."""
    clock = time.host.clock
    deadline = clock.now() + _GRACE_SECONDS
    for event in events:
        if call.last_came:
            return
        if isinstance(event, (Wait, Hang)):
            time.wait(event, deadline)
        else:
            call.take(event)
    if not call.last_came:
        clock.sleep(max(0.0, deadline - clock.now()), time.stop)
