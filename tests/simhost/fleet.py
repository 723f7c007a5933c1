# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns `python -m simhost.fleet`: several simulated hosts in one process and one inventory, until it is told to end."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from simhost import cli, inventory
from simhost.server import ADDRESS, Settings
from simhost.testing import SimHost

NOBODY = 1
"""The port of a host that is switched off: nothing listens there."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the hosts until a signal, the end of the lifetime or of the parent. Exit code 0, or 2 with a message."""
    parser = argparse.ArgumentParser("python -m simhost.fleet", description="Several simulated Windows hosts.")
    parser.add_argument("--hosts", type=Path, required=True, metavar="FILE", help="YAML: name to scenario, or to null")
    parser.add_argument("--inventory", type=Path, required=True, metavar="FILE", help="write an inventory here")
    parser.add_argument("--lifetime", type=float, default=3600, metavar="SECONDS", help="end after this time (3600)")
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this process ends")
    options = parser.parse_args(argv)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simhost-")))
        try:
            hosts = {name: _host(name, content, folder, stack) for name, content in read(options.hosts).items()}
        except (OSError, ValueError, LookupError) as error:
            print(f"simhost: cannot start: {error!r}", file=sys.stderr)
            return 2
        inventory.write(options.inventory, {"all": {"hosts": hosts}})
        print(json.dumps({"hosts": list(hosts), "pid": os.getpid()}), flush=True)
        cli.wait(ended, options.lifetime, options.parent)
    return 0


def read(file: Path) -> dict[str, Any]:
    """The scenarios of a fleet by name, null for a host that is switched off.

    :raises OSError, ValueError: it cannot be read, or is no such file
    """
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{file.name}: a mapping of names to scenarios is needed")
    return {str(name): scenario for name, scenario in content.items() if not str(name).startswith(".")}


def _host(name: str, content: Any, folder: Path, stack: ExitStack) -> dict[str, Any]:
    if content is None:
        return _way(NOBODY, "x", "x")
    file = folder / f"{name}.yml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    host = stack.enter_context(SimHost(file, settings=Settings(), backend="emulation"))
    return _way(host.port, host.user, host.password)


def _way(port: int, user: str, password: str) -> dict[str, Any]:
    """The variables of a host over WinRM with NTLM."""
    common = {"ansible_host": ADDRESS, "ansible_user": user, "ansible_password": password}
    return {**inventory.winrm(port, "http", "ntlm"), **common}


if __name__ == "__main__":
    sys.exit(main())
