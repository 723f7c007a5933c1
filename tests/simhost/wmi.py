# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns WMI as one user's session sees it: instances, rows, method calls with their events and progress texts.

Classes and property names are those of root\\cimv2 (Win32_OfflineFiles..., Win32_Service, Win32_SystemDriver).
Numbers are integers, times CIM DATETIME strings, embedded objects dictionaries; None stands where Windows gives null.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from simhost import configuration
from simhost.behaviour import ODD_TEXTS, Behaviour
from simhost.cache import DIRTY_KINDS, Facts, Item, ItemType, Pins
from simhost.operations import (
    METHODS,
    Finished,
    Hang,
    Items,
    MethodCall,
    Reason,
    Step,
    Steps,
    Wait,
    WmiError,
    client_error,
    wmi_error,
)
from simhost.result_texts import (
    ERROR_NOT_SUPPORTED,
    ERROR_SERVICE_DISABLED,
    ERROR_SERVICE_NOT_ACTIVE,
    WBEM_E_ACCESS_DENIED,
    WBEM_E_INVALID_CLASS,
    WBEM_E_INVALID_METHOD_PARAMETERS,
    WBEM_E_INVALID_QUERY,
    WBEM_E_METHOD_NOT_IMPLEMENTED,
    WBEM_E_NOT_FOUND,
    WBEM_E_TYPE_MISMATCH,
    as_hresult,
    as_win32,
    text_of,
)
from simhost.windows import Host

CACHE_CLASS = "Win32_OfflineFilesCache"
ITEM_CLASS = "Win32_OfflineFilesItem"
CONFIGURATION_CLASS = "Win32_OfflineFilesMachineConfiguration"
REGISTRY_CLASS = "StdRegProv"
_SERVICE_CLASSES = {"Win32_Service": "CscService", "Win32_SystemDriver": "CSC"}
_PROVIDER_NOT_CAPABLE = 0x80041024

_CLASS_FAULTS = {
    "missing": 0x80041010,
    "load_failure": 0x80041013,
    "access_denied": 0x80041003,
    "unauthorized": 0x80070005,
}
_CONFIGURATION_FAULTS = {"missing": WBEM_E_INVALID_CLASS, "access_denied": WBEM_E_ACCESS_DENIED}
_OBSERVER_FAULTS = {"refused_com": 0x80070005, "refused_wmi": 0x80041003}
_INACTIVE = {
    "not_active": ERROR_SERVICE_NOT_ACTIVE,
    "disabled": ERROR_SERVICE_DISABLED,
    "not_supported": ERROR_NOT_SUPPORTED,
}


class Progress(NamedTuple):
    """IWbemObjectSink.SetStatus(WBEM_STATUS_PROGRESS): one strMessage."""

    message: str | None


class Texts(NamedTuple):
    """Many times Progress."""

    messages: list[str]


class Rows(NamedTuple):
    """Many rows that differ in ItemPath only. `like` is what they share, with ItemPath None in its place."""

    like: dict[str, Any]
    paths: list[str]


class ObjectReady(NamedTuple):
    """The method's out parameters; `outputs`: those beside ReturnValue."""

    return_value: int | None
    outputs: Mapping[str, Any] = MappingProxyType({})


class Completed(NamedTuple):
    """The end of the operation. `status`: 0 or an HRESULT."""

    status: int
    message: str


Event = Progress | ObjectReady | Completed | Wait | Hang
ManyEvents = Event | Texts

_MAX_ROWS = 1000
_ALONE = frozenset({"ItemName", "ParentItemPath"})
"""Properties that differ from row to row as ItemPath does."""

__all__ = [
    "CACHE_CLASS",
    "CONFIGURATION_CLASS",
    "ITEM_CLASS",
    "REGISTRY_CLASS",
    "Completed",
    "Event",
    "Hang",
    "ManyEvents",
    "ObjectReady",
    "Progress",
    "Rows",
    "Texts",
    "Wait",
    "WmiError",
    "WmiSession",
    "client_error",
]


@functools.cache
def _pin_info(pins: Pins) -> dict[str, Any]:
    user, policy, computer, redirection = pins
    return {
        "Pinned": any(pins),
        "PinnedForUser": user,
        "PinnedForUserByPolicy": policy,
        "PinnedForComputer": computer,
        "PinnedForFolderRedirection": redirection,
    }


@functools.cache
def _change_info(dirty: frozenset[str]) -> dict[str, Any]:
    names = ("ModifiedData", "ModifiedAttributes", "ModifiedTime", "CreatedOffline", "DeletedOffline")
    return {"Dirty": bool(dirty)} | {name: kind in dirty for name, kind in zip(names, DIRTY_KINDS, strict=True)}


@functools.cache
def _connection_info(connection: tuple[int, int]) -> dict[str, Any]:
    return {"ConnectState": connection[0], "OfflineReason": connection[1]}


def _file_sys_info(facts: Facts, directory: bool) -> dict[str, Any]:
    # Remote* is reserved for future use; it follows what was there at the last synchronization.
    original = facts.original or facts
    sides = {"Local": facts, "Original": original, "Remote": original}
    return {
        prefix + name: value
        for prefix, side in sides.items()
        for name, value in {
            "Attributes": side.attributes & ~0x20 | 0x10 if directory else side.attributes,
            "Size": side.size,
            "CreationTime": side.created,
            "LastWriteTime": side.modified,
            "ChangeTime": side.changed or side.modified,
            "LastAccessTime": side.accessed,
        }.items()
    }


def _parent_path(path: str, item: Item) -> str:
    return "" if item.type == ItemType.SERVER else path.rpartition("\\")[0]


_ROW: Mapping[str, Callable[[str, Item], Any]] = {
    "ItemPath": lambda path, item: path,
    "ItemName": lambda path, item: item.name,
    "ParentItemPath": _parent_path,
    "ItemType": lambda path, item: int(item.type),
    "FileSysInfo": lambda path, item: (
        _file_sys_info(item.facts, item.type == ItemType.DIRECTORY) if item.type <= ItemType.DIRECTORY else None
    ),
    "PinInfo": lambda path, item: None if item.type == ItemType.SERVER else _pin_info(item.pins),
    "ChangeInfo": lambda path, item: None if item.type == ItemType.SERVER else _change_info(item.facts.dirty),
    "ConnectionInfo": lambda path, item: (
        None if item.type == ItemType.SERVER else _connection_info(item.facts.connection)
    ),
    "SuspendInfo": lambda path, item: (
        None
        if item.type == ItemType.SERVER
        else {"Suspended": item.facts.suspended, "SuspendedRoot": item.facts.suspended_root}
    ),
    "DirtyInfo": lambda path, item: (
        {"LocalDirtyByteCount": item.facts.dirty_bytes, "RemoteDirtyByteCount": item.facts.remote_dirty_bytes}
        if item.type == ItemType.FILE
        else None
    ),
    "Encrypted": lambda path, item: item.facts.encrypted,
    "Sparse": lambda path, item: item.facts.sparse,
}


class WmiSession:
    """One user's WMI on one machine. Every method may raise WmiError; rows and events come lazily.

    :param credentials: whether the user's logon has some for file servers; None: as the scenario says.
    """

    def __init__(self, host: Host, user: str, credentials: bool | None = None) -> None:
        self._host = host
        self._credentials = credentials
        self._behaviour = host.behaviour
        self.user = host.full_name(user)
        breaks = (self._behaviour.read_error_after_rows, self._behaviour.read_hangs_after_rows)
        self._spoils_reads = bool(self._behaviour.row_delay_ms) or any(limit is not None for limit in breaks)

    def fetch(self, cls: str) -> Mapping[str, Mapping[str, str]]:
        """A class object: its methods, each with names and CIM types of its input parameters.

        System.Management fetches it for whoever lists a class's instances or prepares a call through a ManagementClass.
        A class that is not there cannot be found then, where a query says that it is not valid.
        """
        if not self._has(cls):
            raise client_error(WBEM_E_NOT_FOUND)
        if cls == CACHE_CLASS:
            return {name: method.inputs for name, method in METHODS.items()}
        if cls == REGISTRY_CLASS:
            return {name: inputs for name, (inputs, _outputs, _read) in configuration.METHODS.items()}
        return {}

    def inputs(self, cls: str, method: str) -> Mapping[str, str]:
        """What GetMethodParameters gives: names and CIM types of the input parameters of a method of a class."""
        methods = self.fetch(cls)
        if method not in methods:
            raise client_error(WBEM_E_METHOD_NOT_IMPLEMENTED)
        return methods[method]

    def _has(self, cls: str) -> bool:
        behaviour = self._behaviour
        switches = {
            CACHE_CLASS: behaviour.wmi_class,
            ITEM_CLASS: behaviour.wmi_class,
            CONFIGURATION_CLASS: behaviour.configuration_class,
            REGISTRY_CLASS: behaviour.registry_class,
        }
        if cls == CONFIGURATION_CLASS and self._host.configuration is None:
            return False
        return cls in _SERVICE_CLASSES or switches.get(cls, "missing") != "missing"

    def get(self, cls: str, key: str | None = None) -> dict[str, Any]:
        """One instance: the singleton of the cache, or a service or driver by its name."""
        if cls == CACHE_CLASS:
            self._check_class()
            host = self._host
            return {"Enabled": host.enabled, "Active": host.active, "Location": host.machine.location}
        if cls == ITEM_CLASS:
            # Whether the real provider can do this is not known (offline_files.md section 6); the host part never asks.
            self._check_class()
            raise self._error(_PROVIDER_NOT_CAPABLE)
        if cls == CONFIGURATION_CLASS:
            if self._host.configuration is None:
                raise self._error(WBEM_E_INVALID_CLASS)
            self._check_configuration(self._behaviour.configuration_class)
            return {**dict.fromkeys(configuration.PROPERTIES), **self._host.configuration}
        if cls == REGISTRY_CLASS and self._has(cls):
            raise self._error(_PROVIDER_NOT_CAPABLE)
        if cls not in _SERVICE_CLASSES:
            raise self._error(WBEM_E_INVALID_CLASS)
        name = _SERVICE_CLASSES[cls]
        service = self._host.service(name) if name.lower() == (key or "").lower() else None
        if service is None:
            raise self._error(WBEM_E_NOT_FOUND)
        if service.error:
            raise self._error(service.error)
        return {"Name": name, "State": service.state, "StartMode": service.start_mode}

    def enumerate(
        self, cls: str, properties: Sequence[str] | None = None, way: str = "query"
    ) -> Iterator[dict[str, Any] | Wait | Hang]:
        """Rows with the given properties (None: all), in between the time that they take.

        `way` is `query` (WQL) or `instances` (plain enumeration through a ManagementClass, which gives whole objects:
        of `properties` those that the class has; the others are left out). Embedded objects are shared between rows:
        read only. After Hang nothing may be expected.
        """
        for step in self.enumerate_many(cls, properties, way):
            if isinstance(step, Rows):
                for path in step.paths:
                    yield {**step.like, "ItemPath": path}
            else:
                yield step

    def enumerate_many(
        self, cls: str, properties: Sequence[str] | None = None, way: str = "query"
    ) -> Iterator[dict[str, Any] | Rows | Wait | Hang]:
        """What `enumerate` answers, with rows in a row that differ in ItemPath only as one."""
        if way == "instances":
            self.fetch(cls)
        if cls != ITEM_CLASS:
            row = self.get(cls, _SERVICE_CLASSES.get(cls))
            if cls == CONFIGURATION_CLASS:
                yield from self._pauses(self._behaviour.configuration_class)
            yield row if properties is None else {name: row[name] for name in properties}
            return
        self._check_class()
        unknown = way == "query" and any(name not in _ROW for name in properties or ())
        refusal = self._behaviour.query_error if way == "query" else self._behaviour.instances_error
        if refusal or unknown:
            raise self._error(refusal or WBEM_E_INVALID_QUERY)
        if not self._available():
            if self._behaviour.inactive_answer == "hang":
                yield Hang()
                return
            raise self._error(_INACTIVE[self._behaviour.inactive_answer])
        readers = [(name, _ROW[name]) for name in properties or _ROW if name in _ROW]
        number = self._host.begin_read()
        names = {name for name, _reader in readers}
        if self._spoils_reads and number >= self._behaviour.read_faults_from:
            yield from self._spoiled(self._rows(readers))
        elif "ItemPath" in names and not names & _ALONE:
            yield from self._rows_in_one(readers)
        else:
            yield from self._rows(readers)

    def _rows_in_one(self, readers: list[tuple[str, Callable[[str, Item], Any]]]) -> Iterator[Rows]:
        sees = self._host.sees(self.user)
        of_type, pins, facts = None, None, None
        rows = Rows({}, [])
        for path, item in self._host.cache.walk():
            if not sees(item):
                continue
            alike = item.facts is facts and item.pins == pins and item.type is of_type
            if not alike or len(rows.paths) >= _MAX_ROWS:
                if rows.paths:
                    yield rows
                of_type, pins, facts = item.type, item.pins, item.facts
                rows = Rows({name: None if name == "ItemPath" else read(path, item) for name, read in readers}, [])
            rows.paths.append(path)
        if rows.paths:
            yield rows

    def _rows(self, readers: list[tuple[str, Callable[[str, Item], Any]]]) -> Iterator[dict[str, Any]]:
        sees = self._host.sees(self.user)
        for path, item in self._host.cache.walk():
            if sees(item):
                yield {name: read(path, item) for name, read in readers}

    def _spoiled(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any] | Wait | Hang]:
        behaviour = self._behaviour
        end = object()
        for number, row in enumerate(chain(rows, [end])):
            if number == behaviour.read_error_after_rows:
                raise self._error(behaviour.read_error)
            if number == behaviour.read_hangs_after_rows:
                yield Hang()
                return
            if isinstance(row, dict):
                if behaviour.row_delay_ms:
                    yield Wait(behaviour.row_delay_ms)
                yield row

    def invoke(self, cls: str, method: str, params: Mapping[str, Any], observe: bool = True) -> Generator[Event]:
        """Call a method of the cache. Raises WmiError at the call; answers the events in the order of their arrival.

        Without `observe` there are no progress texts, and a failure is raised instead of being Completed's status.
        Changes happen as the events are fetched, because progress is synchronous with the operation. A caller that
        closes the iterator early goes away; what happens then is the switch `abandoned_call`.
        """
        return _one_by_one(self.invoke_many(cls, method, params, observe))

    def invoke_many(
        self, cls: str, method: str, params: Mapping[str, Any], observe: bool = True
    ) -> Generator[ManyEvents]:
        """What `invoke` answers, with texts in a row as one event where nothing can come between them."""
        behaviour = self._behaviour
        if cls == REGISTRY_CLASS:
            return self._ask_registry(method, params)
        if cls != CACHE_CLASS:
            raise self._error(WBEM_E_INVALID_CLASS)
        self._check_class()
        if method not in METHODS or method in behaviour.declared_only:
            raise self._error(WBEM_E_METHOD_NOT_IMPLEMENTED)
        self._check_params(METHODS[method].inputs, params)
        if behaviour.call_error:
            raise self._error(behaviour.call_error)
        if observe and behaviour.observer in _OBSERVER_FAULTS:
            raise self._error(_OBSERVER_FAULTS[behaviour.observer])
        self._host.record_call(self.user, method, params, observe)
        if behaviour.goes_inactive == "before_call":
            self._host.active = False
        call = MethodCall(self._host, self.user, params, self._credentials)
        works = self._available() or METHODS[method].always
        steps = METHODS[method].run(call) if works else self._inactive_steps()
        # Fetching the first step here makes a refusal an exception of the call. The first step changes nothing yet.
        first = next(steps)
        tells = observe and METHODS[method].tells(behaviour)
        return self._events(call, chain([first], steps), observe, tells)

    def _ask_registry(self, method: str, params: Mapping[str, Any]) -> Generator[Event]:
        self._check_configuration(self._behaviour.registry_class)
        if method not in configuration.METHODS:
            raise self._error(WBEM_E_METHOD_NOT_IMPLEMENTED)
        self._check_params(configuration.METHODS[method][0], params)
        return self._registry_events(method, params)

    def _registry_events(self, method: str, params: Mapping[str, Any]) -> Generator[Event]:
        yield from self._pauses(self._behaviour.registry_class)
        admin = self._host.is_admin(self.user)
        code, outputs = self._host.registry.ask(method, params, self._behaviour.registry_denied, admin)
        yield ObjectReady(code, outputs)
        yield Completed(0, "")

    def _pauses(self, state: str) -> Iterator[Wait | Hang]:
        """What passes before an answer of the classes that tell how the machine is set up. Nothing comes after Hang."""
        if state == "hangs":
            yield Hang()
        if self._behaviour.configuration_delay_ms:
            yield Wait(self._behaviour.configuration_delay_ms)

    def _check_configuration(self, state: str) -> None:
        if state in _CONFIGURATION_FAULTS:
            raise self._error(_CONFIGURATION_FAULTS[state])

    def _available(self) -> bool:
        return self._host.enabled and self._host.active

    def _inactive_steps(self) -> Steps:
        if self._behaviour.inactive_answer == "hang":
            yield Hang()
        else:
            yield Finished(_INACTIVE[self._behaviour.inactive_answer], 0)

    def _events(self, call: MethodCall, steps: Steps, observe: bool, tells: bool) -> Generator[ManyEvents]:
        event: ManyEvents | None = None
        try:
            # The last event is looked at below.
            for event in self._delivered(steps, observe, tells):  # pylint: disable=use-yield-from
                yield event
        except GeneratorExit:
            if self._behaviour.abandoned_call == "continues" and not isinstance(event, Hang):
                call.delay = event.ms / 1000 if isinstance(event, Wait) else 0.0
                for step in steps:
                    if isinstance(step, Hang):
                        break
                    if isinstance(step, Wait):
                        call.delay += step.ms / 1000
            raise

    def _delivered(self, steps: Steps, observe: bool, tells: bool) -> Iterator[ManyEvents]:
        behaviour = self._behaviour
        texts = _Texts(behaviour) if tells and behaviour.observer != "silent" else None
        held: deque[Progress] = deque()
        for step in steps:
            if isinstance(step, (Step, Items)):
                if texts is None:
                    continue
                if not behaviour.texts_after_completed:
                    yield from texts.of_many(step) if isinstance(step, Items) else texts.of(step)
                    continue
                held.extend(chain.from_iterable(map(texts.of, step.steps() if isinstance(step, Items) else [step])))
                while len(held) > behaviour.texts_after_completed:
                    yield held.popleft()
            elif isinstance(step, Finished):
                if texts is not None:
                    held.extend(texts.rest())
                while len(held) > behaviour.texts_after_completed:
                    yield held.popleft()
                yield from self._finish(step, observe, held)
                return
            else:
                yield step

    def _finish(self, step: Finished, observe: bool, late: deque[Progress]) -> Iterator[Event]:
        behaviour = self._behaviour
        if step.status and not observe:
            raise self._error(step.status)
        value = step.return_value
        ready = value is not None and behaviour.object_ready != "missing"
        if behaviour.object_ready == "missing_on_error" and value:
            ready = False
        if ready and behaviour.object_ready != "after_completed":
            yield ObjectReady(value, step.outputs)
        if behaviour.completed == "missing":
            yield Hang()
            return
        yield Completed(step.status, self._message(step.status) if step.status else "")
        if ready and behaviour.object_ready == "after_completed":
            yield ObjectReady(value, step.outputs)
        if late:
            yield Wait(behaviour.late_text_ms)
            yield from late

    def _check_class(self) -> None:
        if self._behaviour.wmi_class != "present":
            raise self._error(_CLASS_FAULTS[self._behaviour.wmi_class])

    def _check_params(self, inputs: Mapping[str, str], params: Mapping[str, Any]) -> None:
        # A null array is legal and names nothing; every other parameter must have a value.
        absent = any(params.get(name) is None for name, cim_type in inputs.items() if cim_type != "string[]")
        if absent or not set(params) <= set(inputs):
            raise self._error(WBEM_E_INVALID_METHOD_PARAMETERS)
        if not all(_fits(params.get(name), cim_type) for name, cim_type in inputs.items()):
            raise self._error(WBEM_E_TYPE_MISMATCH)

    def _message(self, code: int) -> str:
        language = self._behaviour.text_language
        return text_of(as_hresult(code), "en" if language == "empty" else language)

    def _error(self, code: int) -> WmiError:
        return wmi_error(code, self._behaviour.text_language)


def _one_by_one(events: Generator[ManyEvents]) -> Generator[Event]:
    try:
        for event in events:
            if isinstance(event, Texts):
                yield from map(Progress, event.messages)
            else:
                yield event
    finally:
        events.close()


def _fits(value: object, cim_type: str) -> bool:
    if cim_type == "string[]":
        return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))
    if cim_type == "string":
        return isinstance(value, str)
    if cim_type == "boolean":
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFFFFFF


class _Texts:
    """Progress texts as the switches want them: `Reason:Result:ResultText:[Path]`."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._heads: dict[tuple[Reason, int], str] = {}
        self._joined: list[str] = []
        self._stray = [*(ODD_TEXTS[name] for name in behaviour.odd_texts), *behaviour.extra_texts]
        self._dropped = {
            reason
            for reason, switch in (
                (Reason.BEGIN, behaviour.begin_text),
                (Reason.END, behaviour.end_text),
                (Reason.ITEM_BEGIN, behaviour.item_begin_text),
                (Reason.ITEM_RESULT, behaviour.item_result_text),
            )
            if switch == "missing"
        }
        self._plain = behaviour.messages_per_progress == 1 and behaviour.repeat_texts == 1
        self._bracket_empty = behaviour.brackets == "always"
        self._bracket_path = behaviour.brackets != "none"

    def of(self, step: Step) -> Iterator[Progress]:
        """The Progress calls that a step makes now."""
        if step.reason not in self._dropped:
            head = self._heads.get((step.reason, step.code)) or self._head(step.reason, step.code)
            bracketed = self._bracket_path and (step.path or self._bracket_empty)
            message = f"{head}[{step.path}]" if bracketed else head + step.path
            if self._plain:
                yield Progress(message)
            else:
                yield from self._send(message)
        while self._stray:
            yield from self._send(self._stray.pop(0))

    def of_many(self, items: Items) -> Iterator[Progress | Texts]:
        """The Progress calls for many items."""
        if not self._plain or self._stray or self._dropped:
            for step in items.steps():
                yield from self.of(step)
            return
        opening, closing = ("[", "]") if self._bracket_path else ("", "")
        begin, result = (
            (self._heads.get(key) or self._head(*key)) + opening
            for key in ((Reason.ITEM_BEGIN, 0), (Reason.ITEM_RESULT, items.code))
        )
        yield Texts([f"{head}{path}{closing}" for path in items.paths for head in (begin, result)])

    def rest(self) -> Iterator[Progress]:
        """What still waits to be joined with others."""
        if self._joined:
            yield Progress("\r\n".join(self._joined))
            self._joined.clear()

    def _send(self, message: str | None) -> Iterator[Progress]:
        for _dummy in range(self._behaviour.repeat_texts):
            if self._behaviour.messages_per_progress == 1:
                yield Progress(message)
                continue
            if message is None:
                yield from self.rest()
                yield Progress(None)
                continue
            self._joined.append(message)
            if len(self._joined) >= self._behaviour.messages_per_progress:
                yield from self.rest()

    def _head(self, reason: Reason, code: int) -> str:
        behaviour = self._behaviour
        number = as_win32(code) if behaviour.result_form == "win32" else code
        shown = {
            "unsigned": str(number),
            "signed": str(number - 0x100000000 if number & 0x80000000 else number),
            "hex": f"0x{number:08X}",
            "bare_hex": f"{number:08X}",
        }[behaviour.number_format]
        text = ""
        if behaviour.text_language != "empty" and (code or behaviour.success_text == "text"):
            text = text_of(code, behaviour.text_language)
        text += behaviour.text_suffix + ("\r\n" if behaviour.text_ending == "crlf" else "")
        head = f"{int(reason)}:{shown}:{text}:"
        self._heads[reason, code] = head
        return head
