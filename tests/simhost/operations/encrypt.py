# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what Encrypt does to the simulated cache: to the files that the caller sees. It tells no texts."""

from __future__ import annotations

from collections.abc import Callable

from simhost.behaviour import Behaviour
from simhost.cache import Item, ItemType, altered
from simhost.operations.steps import Finished, Hang, MethodCall, Steps, Wait
from simhost.result_texts import (
    ERROR_ACCESS_DENIED,
    ERROR_MORE_DATA,
    ERROR_SHARING_VIOLATION,
    as_hresult,
)

INPUTS = {"Encrypt": "boolean", "Flags": "uint32"}


def tells(behaviour: Behaviour) -> bool:
    """It sends no progress texts."""
    return False


def steps(call: MethodCall) -> Steps:
    """Encrypt the files, or take their encryption away; what Windows caches later comes the same way."""
    host, wanted = call.host, bool(call.params["Encrypt"])
    behaviour = host.behaviour
    if behaviour.encrypt_denied == "return_value" and not host.is_admin(call.user):
        yield Finished(as_hresult(ERROR_ACCESS_DENIED), 0)
        return
    if behaviour.hang_after_items is not None:
        yield Hang()
    yield Wait(behaviour.completed_delay_ms)
    sees = host.sees(call.user)
    left = [
        item
        for _path, item in host.cache.walk()
        if item.type == ItemType.FILE and sees(item) and item.facts.encrypted != wanted
    ]
    cancelled = host.encryptions < behaviour.encrypt_cancelled
    host.encryptions += 1
    errors = []
    for item in left[: len(left) // 2] if cancelled else left:
        fault = item.facts.fault_of("Encrypt") if item.facts.faults else None
        code = as_hresult(fault.code) if fault else as_hresult(ERROR_SHARING_VIOLATION) if item.facts.in_use else 0
        if code:
            errors.append(code)
        else:
            host.change(_change(item, wanted), call.delay)
    if behaviour.encrypt_setting == "follows":
        host.change(lambda: host.configure("OfflineFilesCacheEncrypted", wanted), call.delay)
    if cancelled:
        yield Finished(as_hresult(behaviour.encrypt_cancelled_code), 0)
    elif errors:
        first, told = errors[0], behaviour.encrypt_errors
        yield Finished({"more_data": as_hresult(ERROR_MORE_DATA), "zero": 0, "first_error": first}[told], 0)
    else:
        yield Finished(0, 0)


def _change(item: Item, wanted: bool) -> Callable[[], None]:
    def change() -> None:
        item.facts = altered(item.facts, encrypted=wanted)

    return change
