# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of cache_info: whether Offline Files runs on a host, how it is configured, and what policies pin.

Sources: the vendor's pages of Win32_OfflineFilesCache and Win32_OfflineFilesMachineConfiguration; for the registry the
vendor's page of the policies ADMX_OfflineFiles, and public scripts, in which the names of the values of
AssignedOfflineFolders are the paths that a policy pins.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer, HostError, Registry
from ..host.request import Request
from ..windows import codes

MACHINE_CLASS = "Win32_OfflineFilesMachineConfiguration"
"""Windows 8 and Windows Server 2012 have it, and what came later."""

COMPUTER_POLICY = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"
COMPUTER_PINS = rf"{COMPUTER_POLICY}\AssignedOfflineFolders"
USER_PINS = r"HKEY_USERS\*\Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
"""A user's registry is there only while the user is logged on."""

_KEY_NOT_FOUND = 2
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def request(timeout: int) -> Request:
    """Return the request for the host part.

    :param timeout: seconds, 0 for no limit
    """
    keys = (COMPUTER_POLICY, COMPUTER_PINS, USER_PINS)
    return Request(read=False, classes=(MACHINE_CLASS,), registry=keys, timeout=timeout)


def make(answer: Answer, unavailable: str = "ok") -> dict[str, t.Any]:
    """Return the result for the host's answer.

    :param unavailable: ``fail`` when a host without a running cache is a failure, else ``ok``
    """
    cache = answer.cache
    machine = answer.classes.get(MACHINE_CLASS)
    errors = [
        # That Windows does not have a class is an answer and no error.
        *_error("cache", cache.error if not availability.is_absent(cache.error) else None),
        *(row for name, service in answer.services.items() for row in _error(name, service.error)),
        *_error(MACHINE_CLASS, machine.error if machine and not availability.is_absent(machine.error) else None),
        *(row for key in answer.registry for row in _error(key.key, None if _is_missing(key) else key.error)),
    ]
    problem = availability.check(answer)
    return {
        **empty(),
        "failed": problem is not None and (unavailable == "fail" or not problem.seen),
        "msg": problem.sentence if problem else _active(answer),
        "cache": {
            "found": cache.found,
            "restart_pending": None if cache.enabled is None else cache.enabled != cache.active,
            "after_restart": availability.after_restart(answer),
            **availability.cache_row(answer),
        },
        "service": _service(answer, availability.SERVICE),
        "driver": _service(answer, availability.DRIVER),
        "configuration": None if machine is None or machine.properties is None else _snake(machine.properties),
        "policies": _policies(answer),
        "errors": errors,
    }


def _active(answer: Answer) -> str:
    return f"Offline Files is active; the view is that of {answer.user}.{availability.doubt_about_restart(answer)}"


def empty() -> dict[str, t.Any]:
    """Return a result with every key, of a host of which nothing is known."""
    return {
        "changed": False,
        "failed": False,
        "msg": "",
        "cache": {"found": None, "restart_pending": None, "after_restart": None, **availability.cache_row(None)},
        "service": {"name": availability.SERVICE, "state": None, "start_mode": None},
        "driver": {"name": availability.DRIVER, "state": None, "start_mode": None},
        "configuration": None,
        "policies": {"computer": None, "assigned": None},
        "errors": [],
    }


def without_answer(problem: HostCallError) -> dict[str, t.Any]:
    """Return the result of a task whose host gave no usable answer."""
    return {**empty(), "failed": True, "msg": str(problem)}


def facts(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the facts about the host in *result*."""
    names = ("cache", "service", "driver", "configuration", "policies")
    return {"offline_files": {name: result[name] for name in names}}


def _service(answer: Answer, name: str) -> dict[str, t.Any]:
    service = answer.services.get(name)
    return {
        "name": name,
        "state": service.state if service else None,
        "start_mode": service.start_mode if service else None,
    }


def _policies(answer: Answer) -> dict[str, t.Any]:
    own = {key.key: key for key in answer.registry}
    computer = own.get(COMPUTER_POLICY)
    pins = own.get(COMPUTER_PINS)
    assigned = [{"scope": "computer", "sid": None, "path": path} for path in (pins.values if pins else ())]
    for key in answer.registry:
        hive, _separator, rest = key.key.partition("\\")
        if hive == "HKEY_USERS":
            sid = rest.partition("\\")[0]
            assigned += [{"scope": "user", "sid": sid, "path": path} for path in key.values]
    unread = any(key.error and not _is_missing(key) for key in answer.registry if key.key != COMPUTER_POLICY)
    return {
        "computer": dict(computer.values) if computer and (not computer.error or _is_missing(computer)) else None,
        "assigned": None if unread and not assigned else assigned,
    }


def _is_missing(key: Registry) -> bool:
    """Return whether the key does not exist: then there is no such policy, which is no error."""
    return key.error is not None and codes.to_hresult(key.error.code) == codes.to_hresult(_KEY_NOT_FOUND)


def _error(source: str, error: HostError | None) -> list[dict[str, t.Any]]:
    return [{"source": source, **codes.explain(error.code).as_result(error.words and error.message)}] if error else []


def _snake(value: t.Any) -> t.Any:
    """Return the properties of a WMI object with names as Ansible has them, its embedded objects too."""
    if isinstance(value, dict):
        return {_WORD_START.sub("_", name).lower(): _snake(inner) for name, inner in value.items()}
    return value
