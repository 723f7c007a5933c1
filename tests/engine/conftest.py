# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the tests of the real host part share: the engine, the compiled C#, a scripted WMI, and unpacking."""

from __future__ import annotations

import base64
import gzip
import json
import os
import socketserver
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "tests") not in sys.path:
    sys.path.insert(0, str(ROOT / "tests"))

import collection_tree  # noqa: E402

from simhost.engine.build import Engine, prepare  # noqa: E402
from simhost.engine.direct import DirectHost  # noqa: E402
from simhost.pwsh import BUNDLE, HOW_TO_GET_ONE, find_engine, unpacked  # noqa: E402

Script = Callable[[dict[str, Any]], Iterable[dict[str, Any] | threading.Event]]


def _give_up(reason: str) -> Any:
    """Skip, except in CI, where the tests must run."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def pwsh() -> Path:
    """A PowerShell 7."""
    return find_engine() or _give_up(HOW_TO_GET_ONE)


@pytest.fixture(scope="session")
def engine(pwsh: Path) -> Engine:
    """The engine with the double of System.Management."""
    return prepare(pwsh)


@pytest.fixture(scope="session")
def direct(engine: Engine) -> Iterator[DirectHost]:
    """OfflineFiles.cs, compiled and loaded."""
    with DirectHost(engine) as running:
        yield running


@pytest.fixture(scope="session")
def bundle(pwsh: Path) -> Path:
    """The folder with a C# compiler and the reference assemblies of .NET Framework, from ../shared/powershell."""
    if (pwsh.resolve().parent / "net462").is_dir():
        return pwsh.resolve().parent
    if not BUNDLE.is_file():
        _give_up("no reference assemblies of .NET Framework: have ../shared/powershell beside the repository")
    return unpacked("linux")


class ScriptedWmi:
    """A WMI that answers what a test says: `script(request)` gives the lines; an Event among them is waited for."""

    def __init__(self, script: Script) -> None:
        self.requests: list[dict[str, Any]] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                request = json.loads(self.rfile.readline())
                outer.requests.append(request)
                for line in script(request):
                    if isinstance(line, threading.Event):
                        self.wfile.flush()
                        line.wait(60)
                    else:
                        self.wfile.write(json.dumps(line).encode() + b"\n")

            def finish(self) -> None:
                try:
                    super().finish()
                except (BrokenPipeError, ConnectionResetError):
                    return  # the client did not wait for the end, as after a timeout

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def scripted() -> Callable[[Script], ScriptedWmi]:
    """Makes a ScriptedWmi."""
    return ScriptedWmi


@pytest.fixture(scope="session")
def unpack() -> Callable[[str], list[str]]:
    """The records of a PACK, decoded here by the words of docs/host_contract.md."""

    def decode(data: str) -> list[str]:
        text = gzip.decompress(base64.b64decode(data, validate=True)).decode("utf-8")
        *records, rest = text.split("\0")
        assert rest == ""
        return [record.replace("\1\1", "\0").replace("\1\2", "\1") for record in records]

    return decode


@pytest.fixture(scope="session")
def collections() -> Path:
    """A folder that holds the repository as ansible_collections/winops/offline_files."""
    return collection_tree.collections()
