# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what the tests of the real host part share: the engine, the compiled C#, a scripted WMI, and unpacking.

They run on one engine: on PowerShell for Linux with the double of System.Management, or, where WINOPS_PWSH names one,
on PowerShell for Windows with Microsoft's System.Management. Ids of tests begin with its name.
"""

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
from simhost.operations import METHODS  # noqa: E402
from simhost.pwsh import BUNDLE, HOW_TO_GET_ONE, VARIABLE, find_engine, is_for_windows, unpacked  # noqa: E402

Script = Callable[[dict[str, Any]], Iterable[dict[str, Any] | threading.Event]]

WINDOWS = is_for_windows(Path(os.environ.get(VARIABLE) or "pwsh"))
REAL = "powershell" if Path(os.environ.get(VARIABLE) or "pwsh").stem.lower() == "powershell" else "pwsh"
HOST = REAL if os.name == "nt" else "windows" if WINDOWS else "linux"
collect_ignore = [] if WINDOWS else ["test_windows.py"]
WHAT_RUNS = {
    "linux": "PowerShell for Linux with the double of System.Management",
    "windows": "the Windows host: PowerShell and System.Management for Windows, under Wine",
    "powershell": "Windows PowerShell 5.1 of a real Windows with the double of System.Management",
    "pwsh": "PowerShell 7 of a real Windows with the double of System.Management",
}


def pytest_report_header() -> str:
    """Say what the host part runs on."""
    return f"host part: {WHAT_RUNS[HOST]}; every answer is compared with the emulation's"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the Windows host run what asks an engine; the rest has been judged on Linux."""
    if not WINDOWS:
        return
    asking = [item for item in items if "engine" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in asking])
    items[:] = asking


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many contract cases were carried out, and where."""
    passed = [report for report in terminalreporter.stats.get("passed", ()) if report.when == "call"]
    cases = sum("::test_the_hosts_answer_alike[" in report.nodeid for report in passed)
    terminalreporter.write_line(f"{cases} contract cases, {len(passed)} tests passed on {WHAT_RUNS[HOST]}")


def _give_up(reason: str) -> Any:
    """Skip, except in CI, where the tests must run."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def pwsh() -> Path:
    """A PowerShell 7."""
    return find_engine() or _give_up(HOW_TO_GET_ONE)


@pytest.fixture(scope="session", params=[HOST])
def engine(pwsh: Path) -> Engine:
    """A PowerShell whose System.Management asks the simulated WMI."""
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


_CLASSES = {"Win32_OfflineFilesCache": {name: dict(method.inputs) for name, method in METHODS.items()}}


class ScriptedWmi:
    """A WMI that answers what a test says: `script(request)` gives the lines; an Event among them is waited for."""

    def __init__(self, script: Script) -> None:
        self.requests: list[dict[str, Any]] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                request = json.loads(self.rfile.readline())
                outer.requests.append(request)
                # The simulated classes are there; a script says what their instances and methods answer.
                known = [{"ok": _CLASSES.get(request["class"], {})}] if request["op"] == "class" else None
                for line in known or script(request):
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
