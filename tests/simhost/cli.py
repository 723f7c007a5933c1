# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the command line `python -m simhost`: starts a host, says where it is, and ends it under every circumstance."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simhost import inventory
from simhost.log import Log
from simhost.server import ADDRESS, Server, Settings
from simhost.stage import BACKENDS, Stage

_PARENT_CHECK_SECONDS = 0.5


def parser() -> argparse.ArgumentParser:
    """The options; `--help` is their documentation."""
    parser = argparse.ArgumentParser(
        "python -m simhost", description="A simulated Windows host for tests, on loopback."
    )
    parser.add_argument("--scenario", type=Path, help="YAML file with the cache, accounts and transport faults")
    parser.add_argument("--port", type=int, default=0, help="port for HTTP; 0 takes a free one (default)")
    parser.add_argument("--https", action="store_true", help="listen for HTTPS too, on a free port")
    parser.add_argument("--user", help="the user in the inventory (default: the first account)")
    parser.add_argument("--password-env", metavar="VAR", help="the variable that holds --user's password")
    parser.add_argument("--allow-unencrypted", action="store_true", help="take Basic over HTTP, which Windows refuses")
    parser.add_argument("--envelope", type=int, default=500, metavar="KB", help="MaxEnvelopeSizekb (default 500)")
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        default="emulation",
        help="what runs the modules: Python, a PowerShell for Linux, or one for Windows",
    )
    parser.add_argument("--inventory", type=Path, metavar="FILE", help="write an inventory; it is removed at the end")
    parser.add_argument("--log", type=Path, metavar="FILE", help="append a line for each request and each module call")
    parser.add_argument("--lifetime", type=float, default=3600, metavar="SECONDS", help="end after this time (3600)")
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this process ends")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a host until it is told to end. Exit code 0, or 2 with a message for what cannot be started."""
    options = parser().parse_args(argv)
    if options.password_env and not options.user:
        parser().error("--password-env needs --user")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        log = Log(options.log)
        added = {options.user: os.environ[options.password_env]} if options.password_env else {}
        stage = Stage(options.scenario, log, options.backend, accounts=added)
        user = options.user or next(iter(stage.accounts))
        if user not in stage.accounts:
            raise ValueError(f"there is no account {user!r}")
        password = f"{{{{ lookup('env', '{options.password_env}') }}}}" if added else stage.accounts[user]
        settings = Settings(options.port, options.https, options.allow_unencrypted, options.envelope)
        server = Server(stage.world, stage.accounts, log, settings, stage.faults)
    except (OSError, ValueError, LookupError, ImportError) as error:
        print(f"simhost: cannot start: {error!r}", file=sys.stderr)
        return 2
    written: dict[Path, str] = {}
    try:
        if options.inventory:
            written = write_inventory(options.inventory.absolute(), server, user, password)
        ready = {"port": server.port, "https_port": server.https_port, "pid": os.getpid()}
        url = f"http://{ADDRESS}:{server.port}/wsman"
        path = str(options.inventory.absolute()) if options.inventory else None
        print(json.dumps({**ready, "url": url, "user": user, "inventory": path}), flush=True)
        wait(ended, options.lifetime, options.parent)
    finally:
        server.close()
        stage.close()
        log.close()
        for file, text in written.items():
            if file.is_file() and file.read_text(encoding="utf-8") == text:  # not the file of a later run
                file.unlink()
    return 0


def write_inventory(path: Path, server: Server, user: str, password: str) -> dict[Path, str]:
    """Write the inventory, and beside it the certificate of HTTPS; returns the files and their texts."""
    certificate = path.with_suffix(".pem") if server.certificate else None
    if certificate and server.certificate:
        certificate.write_text(server.certificate, encoding="utf-8")
    allow = server.settings.allow_unencrypted
    content: dict[str, Any] = inventory.build(
        server.port, server.https_port, user, password, allow_unencrypted=allow, certificate=certificate
    )
    inventory.write(path, content)
    return {file: file.read_text(encoding="utf-8") for file in (path, certificate) if file}


def wait(ended: threading.Event, lifetime: float, parent: int | None) -> None:
    """Until a signal, the end of the lifetime (seconds) or of the parent process."""
    deadline = time.monotonic() + lifetime
    own_parent = os.getppid()
    while (left := deadline - time.monotonic()) > 0:
        if ended.wait(min(left, _PARENT_CHECK_SECONDS) if parent else left):
            return
        if parent and (os.getppid() != own_parent if parent == own_parent else not _alive(parent)):
            return


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it lives, as another user's
    return True
