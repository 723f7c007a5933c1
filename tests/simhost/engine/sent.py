# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what is changed of an exec manifest before an engine gets it; what need not be changed stays byte for byte."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from simhost.manifest import ManifestError, Stdin

_ASYNC = "async_wrapper.ps1"
_USUAL_FOLDER = "%userprofile%"
_VARIABLE = "ANSIBLE_ASYNC_DIR"


def without_wrappers(stdin: bytes, names: Collection[str]) -> bytes:
    """The exec manifest without the wrappers of these names; unchanged where it has none of them."""
    try:
        sent = Stdin.read(stdin)
        actions = sent.manifest["actions"]
        kept = [action for action in actions if action["name"] not in names]
    except (ManifestError, LookupError, TypeError):
        return stdin  # no exec manifest
    if len(kept) == len(actions):
        return stdin
    return replace(sent, manifest={**sent.manifest, "actions": kept}).to_bytes()


def on_a_host_of_its_own(stdin: bytes, variables: Mapping[str, str], folder: str) -> bytes:
    """The exec manifest of a module with more environment, and with core's results files in a folder of the host.

    The engine's own environment will not do: Wine puts its values in the place of such variables. A folder that the
    user of a task has named (`ansible_async_dir`) stays.

    :param folder: in place of the one in the user's profile.
    """
    try:
        sent = Stdin.read(stdin)
        actions = [_placed(action, variables, folder) for action in sent.manifest["actions"]]
    except (ManifestError, LookupError, TypeError, AttributeError):
        return stdin  # no exec manifest
    if actions == sent.manifest["actions"]:
        return stdin
    return replace(sent, manifest={**sent.manifest, "actions": actions}).to_bytes()


def _placed(action: Mapping[str, Any], variables: Mapping[str, str], folder: str) -> Mapping[str, Any]:
    params = action.get("params") or {}
    if action["name"] == _ASYNC and _is_usual(params["AsyncDir"]):
        return {**action, "params": {**params, "AsyncDir": folder}}
    if "Environment" not in params:
        return action
    environment = {**(params["Environment"] or {}), **variables}
    if _is_usual(environment.get(_VARIABLE, "")):
        environment[_VARIABLE] = folder
    return {**action, "params": {**params, "Environment": environment}}


def _is_usual(folder: str) -> bool:
    return folder.lower().startswith(_USUAL_FOLDER)
