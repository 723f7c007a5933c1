# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what TransitionOnline, TransitionOffline and SuspendRoot do to the simulated cache. They tell no texts."""

from __future__ import annotations

from simhost.behaviour import Behaviour
from simhost.cache import Item, ItemType, altered, subtree
from simhost.operations.steps import Finished, Hang, MethodCall, Steps, Wait
from simhost.result_texts import ERROR_FILE_NOT_FOUND, as_hresult

OFFLINE = {"Path": "string", "Force": "boolean", "Flags": "uint32"}
ONLINE = {"Path": "string", "Flags": "uint32"}
SUSPEND = {"Path": "string", "Suspend": "boolean"}

_STATE_OFFLINE, _STATE_ONLINE = 1, 2
_NOT_APPLICABLE, _WORKING_OFFLINE, _NET_DISCONNECTED, _ITEM_SUSPENDED = 1, 2, 4, 6
_ONLINE_NOW = (_STATE_ONLINE, _NOT_APPLICABLE)


def tells(behaviour: Behaviour) -> bool:
    """None of these methods sends progress texts."""
    return False


def offline(call: MethodCall) -> Steps:
    """TransitionOffline: the whole share of the item, unless files of it that are not cached are open."""
    yield from _begin(call)
    share = _share(call)
    if share is None:
        yield _ended(as_hresult(ERROR_FILE_NOT_FOUND), OpenFiles=False)
        return
    if share.facts.in_use and not call.params["Force"]:
        code = as_hresult(call.host.behaviour.open_files_error) if call.host.behaviour.open_files_error else 0
        yield _ended(code, OpenFiles=True)
        return
    _move(call, share, (_STATE_OFFLINE, _WORKING_OFFLINE))
    call.host.change(lambda: _close(share), call.delay)
    yield _ended(0, OpenFiles=False)


def online(call: MethodCall) -> Steps:
    """TransitionOnline: the whole share of the item, if its server can be reached."""
    yield from _begin(call)
    share = _share(call)
    if share is None:
        yield _ended(as_hresult(ERROR_FILE_NOT_FOUND))
    elif share.facts.connection[1] == _NET_DISCONNECTED:
        error = call.host.behaviour.unreachable_error
        yield _ended(as_hresult(error) if error else 0)
    else:
        _move(call, share, _ONLINE_NOW)
        yield _ended(0)


def suspend(call: MethodCall) -> Steps:
    """SuspendRoot: a folder of the cache with all that is in it."""
    yield from _begin(call)
    item = call.host.cache.find(call.params["Path"])
    if item is None or item.type in (ItemType.FILE, ItemType.SERVER):
        yield _ended(as_hresult(ERROR_FILE_NOT_FOUND))
        return
    stops = bool(call.params["Suspend"])

    def change() -> None:
        share = _share(call)
        usual = _ONLINE_NOW if share is None or share.facts.suspended else share.facts.connection
        for _path, one in subtree(call.params["Path"], item):
            connection = (_STATE_OFFLINE, _ITEM_SUSPENDED) if stops else _ONLINE_NOW if one is share else usual
            root = stops and one is item
            one.facts = altered(one.facts, suspended=stops, suspended_root=root, connection=connection)

    call.host.change(change, call.delay)
    yield _ended(0)


def _begin(call: MethodCall) -> Steps:
    """What passes before the method does anything."""
    if call.host.behaviour.hang_after_items is not None:
        yield Hang()
    yield Wait(call.host.behaviour.completed_delay_ms)


def _ended(code: int, **outputs: bool) -> Finished:
    return Finished(code, 0, outputs)


def _share(call: MethodCall) -> Item | None:
    item = call.host.cache.find(call.params["Path"])
    while item is not None and item.type != ItemType.SHARE:
        item = item.parent
    return item


def _move(call: MethodCall, share: Item, connection: tuple[int, int]) -> None:
    def change() -> None:
        for _path, item in subtree(share.path, share):
            if not item.facts.suspended:
                item.facts = altered(item.facts, connection=connection)

    call.host.change(change, call.delay)


def _close(share: Item) -> None:
    share.facts = altered(share.facts, in_use=False)
