# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the methods of Win32_OfflineFilesCache do to the simulated cache, step by step.

A method is a generator of steps; how they become texts and WMI events stands in wmi.py. METHODS is the table of the
methods that this Windows has; a method over paths is a Run (run.py) that says what is its own, in a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from simhost.operations import connections, delete_items, enable, encrypt, pin, rename, synchronize, unpin
from simhost.operations.steps import (
    AnyStep,
    Finished,
    Hang,
    Items,
    Method,
    MethodCall,
    Reason,
    Step,
    Steps,
    Wait,
    WmiError,
    client_error,
    wmi_error,
)

METHODS: Mapping[str, Method] = {
    "DeleteItems": Method(delete_items.INPUTS, lambda call: delete_items.DeleteItems(call).steps(), delete_items.tells),
    "Enable": Method(enable.INPUTS, enable.steps, enable.tells, {"RebootRequired": "boolean"}, always=True),
    "Encrypt": Method(encrypt.INPUTS, encrypt.steps, encrypt.tells),
    "Pin": Method(pin.INPUTS, lambda call: pin.Pin(call).steps()),
    "RenameItem": Method(rename.INPUTS, rename.at_restart, rename.tells),
    "RenameItemEx": Method(rename.INPUTS, rename.at_once, rename.tells),
    "SuspendRoot": Method(connections.SUSPEND, connections.suspend, connections.tells),
    "Synchronize": Method(synchronize.INPUTS, lambda call: synchronize.Synchronize(call).steps()),
    "TransitionOffline": Method(connections.OFFLINE, connections.offline, connections.tells, {"OpenFiles": "boolean"}),
    "TransitionOnline": Method(connections.ONLINE, connections.online, connections.tells),
    "Unpin": Method(unpin.INPUTS, lambda call: unpin.Unpin(call).steps()),
}

__all__ = [
    "METHODS",
    "AnyStep",
    "Finished",
    "Hang",
    "Items",
    "Method",
    "MethodCall",
    "Reason",
    "Step",
    "Steps",
    "Wait",
    "WmiError",
    "client_error",
    "wmi_error",
]
