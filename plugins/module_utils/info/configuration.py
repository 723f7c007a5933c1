# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The result of cache_info: whether Offline Files runs on a host, how it is configured, and what policies pin.

Sources: the vendor's pages of Win32_OfflineFilesCache and Win32_OfflineFilesMachineConfiguration; for the registry the
vendor's page of the policies ADMX_OfflineFiles, and public scripts, in which the names of the values of
AssignedOfflineFolders are the paths that a policy pins, and those of SyncConflictHandling paths with what is done about
conflicts there, a number of the vendor's enumeration OFFLINEFILES_SYNC_CONFLICT_RESOLVE.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..errors import HostCallError
from ..host import availability
from ..host.answer import Answer, HostError
from ..host.request import Request
from ..windows import codes, unc
from . import jobs, totals, users
from .registry import Found, Keys
from .selection import Selection

MACHINE_CLASS = "Win32_OfflineFilesMachineConfiguration"
"""Windows 8 and Windows Server 2012 have it, and what came later."""

COMPUTER_POLICY = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"
COMPUTER_PINS = rf"{COMPUTER_POLICY}\AssignedOfflineFolders"
CONFLICTS = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\NetCache\SyncConflictHandling"

KEYS = (COMPUTER_POLICY, COMPUTER_PINS, CONFLICTS, *users.KEYS)
"""The registry keys that are read."""

CONFLICT_WORDS: tuple[str, ...] = (
    *("leave", "keep_local", "keep_remote", "keep_both", "keep_latest", "ask", "ignore", "cancel"),
)

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def request(timeout: int, selection: Selection | None = None) -> Request:
    """Return the request for the host part: one execution for all that is asked.

    :param timeout: seconds, 0 for no limit
    :param selection: the items that are to be counted, too
    """
    items = selection.request() if selection else Request(read=False)
    return dataclasses.replace(items, classes=(MACHINE_CLASS,), registry=KEYS, timeout=timeout)


def make(
    answer: Answer, unavailable: str = "ok", selection: Selection | None = None
) -> tuple[dict[str, t.Any], list[str]]:
    """Return the result for the host's answer, and what the user can act on.

    :param unavailable: ``fail`` when a host without a running cache is a failure, else ``ok``
    :param selection: the items that were to be counted, too
    :raises ContractError: the answer contradicts what was asked
    """
    cache, keys = answer.cache, Keys(KEYS, answer.registry)
    machine = answer.classes.get(MACHINE_CLASS)
    errors = [
        # That Windows does not have a class is an answer and no error.
        *_error("cache", cache.error if not availability.is_absent(cache.error) else None),
        *(row for name, service in answer.services.items() for row in _error(name, service.error)),
        *_error(MACHINE_CLASS, machine.error if machine and not availability.is_absent(machine.error) else None),
        *(row for key, error in keys.errors() for row in _error(key, error)),
    ]
    problem = availability.check(answer)
    result = {
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
        "policies": _policies(keys),
        "conflict_handling": _conflict_handling(keys),
        "users": users.make(keys, answer),
        "job": jobs.make(answer.jobs),
        "errors": errors,
    }
    if problem or not selection:
        return result, []
    result["cached"], sentence, warnings = totals.cached(selection, answer)
    return {**result, "failed": not result["cached"]["complete"], "msg": f"{result['msg']} {sentence}"}, warnings


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
        "policies": {"computer": None, "assigned": None, "assigned_complete": False},
        "conflict_handling": None,
        "users": None,
        "cached": None,
        "job": None,
        "errors": [],
    }


def without_answer(problem: HostCallError) -> dict[str, t.Any]:
    """Return the result of a task whose host gave no usable answer."""
    return {**empty(), "failed": True, "msg": str(problem)}


def facts(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the facts about the host in *result*."""
    names = ("cache", "service", "driver", "configuration", "policies", "conflict_handling", "users", "cached", "job")
    return {"offline_files": {name: result[name] for name in names}}


def _service(answer: Answer, name: str) -> dict[str, t.Any]:
    service = answer.services.get(name)
    return {
        "name": name,
        "state": service.state if service else None,
        "start_mode": service.start_mode if service else None,
    }


def _policies(keys: Keys) -> dict[str, t.Any]:
    pins, pins_of_users = keys[COMPUTER_PINS].get(), keys[users.PINS]
    assigned = [{"scope": "computer", "sid": None, "path": path} for path in (pins.values if pins else ())]
    for sid, entry in pins_of_users.below():
        assigned += [{"scope": "user", "sid": sid, "path": path} for path in entry.values]
    unread = any((*keys[COMPUTER_PINS].errors(), *pins_of_users.errors()))
    return {
        "computer": _values(keys[COMPUTER_POLICY]),
        "assigned": None if unread and not assigned else assigned,
        "assigned_complete": not unread,
    }


def _values(key: Found) -> dict[str, t.Any] | None:
    """Return the values of a key, none where it is missing; None where they could not be read."""
    entry = key.get()
    if entry is None:
        return {} if key.is_missing() else None
    return None if entry.error else dict(entry.values)


def _conflict_handling(keys: Keys) -> list[dict[str, t.Any]] | None:
    values = _values(keys[CONFLICTS])
    if values is None:
        return None
    rows = [{"path": path, **_conflicts(value)} for path, value in values.items() if path]
    return sorted(rows, key=lambda row: unc.key(row["path"]))


def _conflicts(value: t.Any) -> dict[str, t.Any]:
    """Return what is done about conflicts, and the value as it was found: a number, or a text with one."""
    found = value if isinstance(value, (int, str)) else None
    known = {str(number): word for number, word in enumerate(CONFLICT_WORDS)}
    return {"conflicts": known.get(str(found).strip()), "value": found}


def _error(source: str, error: HostError | None) -> list[dict[str, t.Any]]:
    return [{"source": source, **codes.explain(error.code).as_result(error.words and error.message)}] if error else []


def _snake(value: t.Any) -> t.Any:
    """Return the properties of a WMI object with names as Ansible has them, its embedded objects too."""
    if isinstance(value, dict):
        return {_WORD_START.sub("_", name).lower(): _snake(inner) for name, inner in value.items()}
    return value
