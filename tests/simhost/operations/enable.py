# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what Enable does to the simulated machine. It tells no texts."""

from __future__ import annotations

from simhost.behaviour import Behaviour
from simhost.operations.steps import Finished, Hang, MethodCall, Steps, Wait, wmi_error
from simhost.result_texts import ERROR_ACCESS_DENIED, WBEM_E_ACCESS_DENIED, as_hresult

INPUTS = {"Enable": "boolean"}


def tells(behaviour: Behaviour) -> bool:
    """It sends no progress texts."""
    return False


def steps(call: MethodCall) -> Steps:
    """Enable or disable Offline Files; the driver runs, or does not, until the machine is restarted."""
    host, wanted = call.host, bool(call.params["Enable"])
    behaviour = host.behaviour
    if behaviour.enable_denied != "accepted" and not host.is_admin(call.user):
        if behaviour.enable_denied == "thrown":
            raise wmi_error(WBEM_E_ACCESS_DENIED, behaviour.text_language)
        yield Finished(as_hresult(ERROR_ACCESS_DENIED), 0, {"RebootRequired": False})
        return
    if behaviour.hang_after_items is not None:
        yield Hang()
    yield Wait(behaviour.completed_delay_ms)
    at_once = behaviour.enable_effect == "at_once"
    host.change(lambda: host.enable(wanted, at_once=at_once), call.delay)
    yield Finished(0, 0, {"RebootRequired": not at_once and host.active != wanted})
