# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the real host part costs on the engine: its sink for progress texts, against a user's script, and its memory."""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.winops.offline_files.plugins.module_utils.host.request import Request
from ansible_collections.winops.offline_files.plugins.module_utils.info.selection import Selection
from simhost.engine import Engine
from simhost.engine.direct import DirectHost
from simhost.operations import METHODS
from simhost.pack import unpack

from . import parts, peaks, tasks

USER_SCRIPT = Path(__file__).with_name("user_script.ps1")
LIMIT = 60
"""Seconds that one call may take."""
_BATCH = 500
_LOOK_SECONDS = 0.05


class WrongTextsError(RuntimeError):
    """The real sink lost texts or mixed them up."""


def texts(count: int) -> list[str]:
    """Return so many progress texts, all different, the last of them the one that ends the operation."""
    return [rf"3:0:The operation completed successfully.:[\\fs01\archive\file{n:07}.txt]" for n in range(1, count)] + [
        "1:0::"
    ]


@contextmanager
def wmi(count: int) -> Iterator[str]:
    """Serve, on a loopback port, a cache without items whose method sends so many texts; yield `host:port`."""
    every = texts(count)
    call: list[dict[str, Any]] = [{"progress_many": every[at : at + _BATCH]} for at in range(0, count, _BATCH)]
    call += [{"ready": {"ReturnValue": 0}}, {"completed": {"status": 0, "message": ""}}]
    called = b"".join(json.dumps(line).encode() + b"\n" for line in call)
    methods = {name: dict(method.inputs) for name, method in METHODS.items()}
    known = {
        "class": json.dumps({"ok": methods}).encode() + b"\n",
        "invoke": called,
        "get": b'{"ok": {"State": "Running", "StartMode": "Auto"}}\n',
        "enumerate": b'{"row": {"Enabled": true, "Active": true, "Location": "C:\\\\CSC"}}\n{"end": true}\n',
    }

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(known[json.loads(self.rfile.readline())["op"]])

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_LOOK_SECONDS,), daemon=True)
        thread.start()
        host, port = server.server_address[:2]
        try:
            yield f"{host!s}:{port}"
        finally:
            server.shutdown()
            thread.join()


def real_sink(engine: Engine, count: int) -> tuple[float, int, int]:
    """Call the method in a fresh engine; return the seconds of the call, and peak memory before and after it in kB.

    :raises WrongTextsError: not all texts came, in their order
    """
    with wmi(count) as address, DirectHost(engine) as host:
        host.answer(address, "token", {"read": False}, timeout=LIMIT)
        before = host.peak_memory()
        request = {"method": "Unpin", "paths": tasks.SHARE, "paths_as": "Paths", "last": "1:", "read": False}
        request["arguments"] = [{"Flags": 0x20, "Deep": True}]
        answer = host.answer(address, "token", request, timeout=LIMIT)
        after = host.peak_memory()
    (call,) = answer["calls"]
    if call["texts"] != count or unpack(call["data"]) != texts(count):
        raise WrongTextsError(f"{call['texts']} of {count} texts, or not in their order")
    return answer["ms"]["call"] / 1000, before, after


def user_script(engine: Engine, count: int) -> tuple[float, int, int] | None:
    """Run the user's script; return its seconds, and how many texts came out of order and not at all.

    None: it did not end within LIMIT.
    """
    with wmi(count) as address:
        environment = {**os.environ, "SIMHOST_WMI": address, "SIMHOST_SESSION": "token"}
        command = [str(engine.pwsh), "-NoProfile", "-NonInteractive", "-File", str(USER_SCRIPT)]
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True, timeout=LIMIT, encoding="utf-8"
            )
        except subprocess.TimeoutExpired:
            return None
    milliseconds, *seen = done.stdout.splitlines()
    place = {text: number for number, text in enumerate(texts(count))}
    missing = count - len(set(seen) & place.keys())
    latest, out_of_order = -1, 0
    for number in (place[text] for text in seen if text in place):
        out_of_order += number < latest
        latest = max(latest, number)
    return int(milliseconds) / 1000, out_of_order, missing


UNPIN = parts.invocation().request()
"""The whole of unpin: items read, two texts for each, items read again."""

ITEM_INFO = Selection(timeout=0).request()
"""Everything of each item of the cache."""


def task_memory(items: int, request: Request) -> tuple[int, float]:
    """Run host_call through WinRM and Ansible's exec wrapper; return the peak memory in kB and the time in s."""
    # Not through the module, which would fold a million items on the same machine at the same time.
    task = {"name": "host_call", "winops.offline_files.host_call": request.options()}
    with (
        tasks.play(items, "engine", tasks.collections_path()) as play,
        peaks.watched(play.host.pid, "pwsh") as most,
    ):
        seconds, _cpu = play.run([task])
    return most.kilobytes, seconds["host_call"][0]
