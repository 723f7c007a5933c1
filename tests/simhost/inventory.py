# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the inventory for a running host: a group `simhost` with a host for each way in, a group `windows` with one."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from simhost.server import ADDRESS

_YAML_NAMES = ("", ".yml", ".yaml", ".json")


def build(
    port: int,
    https_port: int | None,
    user: str,
    password: str,
    *,
    allow_unencrypted: bool = False,
    certificate: Path | None = None,
) -> dict[str, Any]:
    """The inventory as data.

    `winhost` (WinRM, NTLM) and `winhost_psrp` (PSRP, NTLM) use HTTP with sealed messages, `winhost_basic` plain HTTP
    where that is allowed; `winhost_https` (Basic), `winhost_https_ntlm` and `winhost_psrp_https` use the certificate.

    :param password: as it is to stand there, also a template such as `{{ lookup('env', 'X') }}`.
    """
    hosts: dict[str, Mapping[str, Any]] = {
        "winhost": winrm(port, "http", "ntlm"),
        "winhost_psrp": _psrp(port, "http"),
    }
    if allow_unencrypted:
        hosts["winhost_basic"] = winrm(port, "http", "basic")
    if https_port is not None:
        trust = {"ansible_winrm_ca_trust_path": str(certificate)}
        hosts["winhost_https"] = {**winrm(https_port, "https", "basic"), **trust}
        hosts["winhost_https_ntlm"] = {**winrm(https_port, "https", "ntlm"), **trust}
        hosts["winhost_psrp_https"] = {**_psrp(https_port, "https"), "ansible_psrp_ca_cert": str(certificate)}
    common = {"ansible_host": ADDRESS, "ansible_user": user, "ansible_password": password}
    # `ansible-test windows-integration` runs its targets on the group `windows`.
    windows: dict[str, Any] = {"hosts": {"winhost": {}}}
    return {"all": {"children": {"simhost": {"hosts": hosts, "vars": common}, "windows": windows}}}


def write(path: Path, inventory: Mapping[str, Any]) -> None:
    """Write it so that only the owner can read it: as YAML, or as INI where the file's name is none of a YAML file.

    ansible-test calls every inventory `inventory.winrm`, and Ansible reads no YAML from a file of that name.
    """
    text = yaml.safe_dump(inventory, sort_keys=False) if path.suffix in _YAML_NAMES else _ini(inventory)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _ini(inventory: Mapping[str, Any]) -> str:
    lines = []
    for name, group in inventory["all"]["children"].items():
        lines.append(f"[{name}]")
        for host, variables in group["hosts"].items():
            lines.append(" ".join([host, *(shlex.quote(f"{key}={value}") for key, value in variables.items())]))
        lines.append(f"[{name}:vars]")
        lines += [f"{key}={value!r}" for key, value in group.get("vars", {}).items()]
    return "\n".join(lines) + "\n"


def winrm(port: int, scheme: str, transport: str) -> dict[str, Any]:
    """The variables of a way in over WinRM."""
    return {
        "ansible_connection": "winrm",
        "ansible_port": port,
        "ansible_winrm_scheme": scheme,
        "ansible_winrm_transport": transport,
    }


def _psrp(port: int, protocol: str) -> dict[str, Any]:
    return {
        "ansible_connection": "psrp",
        "ansible_port": port,
        "ansible_psrp_protocol": protocol,
        "ansible_psrp_auth": "ntlm",
    }
