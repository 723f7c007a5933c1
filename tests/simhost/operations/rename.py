# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what RenameItem and RenameItemEx do to the simulated cache. They tell no texts."""

from __future__ import annotations

from typing import NamedTuple

from simhost.behaviour import Behaviour
from simhost.cache import Cache, Item, ItemType, fold, subtree
from simhost.operations.steps import Finished, Hang, MethodCall, Steps, Wait
from simhost.result_texts import (
    ERROR_ACCESS_DENIED,
    ERROR_ALREADY_EXISTS,
    ERROR_INVALID_PARAMETER,
    ERROR_PATH_NOT_FOUND,
    as_hresult,
)
from simhost.windows import Rename

INPUTS = {"OriginalPath": "string", "NewPath": "string", "ReplaceIfExists": "boolean"}


class _Plan(NamedTuple):
    """What a call comes to: an error code, and what is to be renamed (None: nothing)."""

    code: int
    rename: Rename | None = None


def tells(behaviour: Behaviour) -> bool:
    """Neither of these methods sends progress texts."""
    return False


def at_once(call: MethodCall) -> Steps:
    """RenameItemEx: the items get their new paths, unless a file is open."""
    yield from _begin(call)
    plan = _plan_now(call)
    if (rename := plan.rename) is not None:
        call.host.change(lambda: call.host.rename(rename), call.delay)
    yield from _end(call, plan.code)


def at_restart(call: MethodCall) -> Steps:
    """RenameItem: an administrator's request, which the next restart carries out."""
    yield from _begin(call)
    host = call.host
    if not host.is_admin(call.user):
        yield from _end(call, ERROR_ACCESS_DENIED)
        return
    plan = _plan(call)
    if (rename := plan.rename) is not None:
        waiting = [(fold(one.old), fold(one.new)) for one in host.renames]
        if (fold(rename.old), fold(rename.new)) in waiting and host.behaviour.rename_again == "refused":
            plan = _Plan(ERROR_ALREADY_EXISTS)
        else:
            host.renames.append(rename)
    yield from _end(call, plan.code)


def _begin(call: MethodCall) -> Steps:
    """What passes before anything is done."""
    behaviour = call.host.behaviour
    yield Wait(behaviour.item_delay_ms)
    if behaviour.hang_after_items is not None:
        yield Hang()
    if behaviour.dies_after_items is not None:
        yield Finished(None, as_hresult(behaviour.death_status))


def _end(call: MethodCall, code: int) -> Steps:
    behaviour = call.host.behaviour
    if behaviour.completed_delay_ms:
        yield Wait(behaviour.completed_delay_ms)
    yield Finished(as_hresult(code), behaviour.completed_status)


def _plan(call: MethodCall) -> _Plan:
    """What both methods look at."""
    cache, behaviour = call.host.cache, call.host.behaviour
    old, new = call.params["OriginalPath"], call.params["NewPath"]
    sees = call.host.sees(call.user)
    item = cache.find(old)
    if item is None or not sees(item):
        return _Plan(0 if behaviour.rename_unknown == "accepted" else behaviour.missing_path_code)
    if cache.find(new) is not None:
        return _Plan(ERROR_ALREADY_EXISTS)
    if behaviour.rename_level == "refused" and _level(old) != _level(new):
        return _Plan(ERROR_INVALID_PARAMETER)
    if behaviour.rename_place == "refused" and not _has_place(cache, new):
        return _Plan(ERROR_PATH_NOT_FOUND)
    only = None if behaviour.rename_reach == "all" else sees
    return _Plan(0, Rename(item.path, new, only=only, pins=behaviour.rename_pins == "kept"))


def _plan_now(call: MethodCall) -> _Plan:
    """The same for a rename that is to happen now: what is open and what is protected count."""
    plan = _plan(call)
    item = call.host.cache.find(call.params["OriginalPath"])
    if plan.rename is None or item is None:
        return plan
    entries = list(subtree(item.path, item))
    if any(one.facts.in_use for _path, one in entries):
        return _Plan(call.host.behaviour.rename_open_error)
    for number, (_path, one) in enumerate(entries):
        if fault := one.facts.fault_of("RenameItemEx"):
            if call.host.behaviour.rename_item_error == "nothing":
                return _Plan(fault.code)
            done: set[Item] = {each for _place, each in entries[:number]}
            return _Plan(fault.code, plan.rename._replace(only=done.__contains__))
    return plan


def _level(path: str) -> ItemType:
    """What a path names by its depth; a file and a folder are alike here."""
    depth = path.count("\\") - 1
    return ItemType.SERVER if depth == 1 else ItemType.SHARE if depth == 2 else ItemType.DIRECTORY


def _has_place(cache: Cache, path: str) -> bool:
    above = path.rpartition("\\")[0]
    return len(above) < 3 or cache.find(above) is not None
