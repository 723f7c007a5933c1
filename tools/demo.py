# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns ``make demo``: a simulated Windows host for as long as the demo playbook runs against it, twice; then a fleet
that loses a file server, and its page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collection_tree import COLLECTION
from collection_tree import collections as tree

from . import engine
from .environment import BUILD, ROOT, Problem, Venv, variables

SCENARIO = Path("tests", "simhost", "scenarios", "demo.yml")
PLAYBOOK = "winops.offline_files.demo"
"""playbooks/demo.yml of whichever copy of the collection Ansible finds."""
FLEET = Path("tests", "simhost", "fleets", "retiring.yml")
RETIRE = "winops.offline_files.retire_server"
PAGE = BUILD / "demo" / "retire_fs01.html"
"""Where the page of the fleet lies after the demo."""
HOST = "winhost"
"""The name of the simulated host in its inventory, over WinRM with NTLM; other names there are other ways in."""
STOP_SECONDS = 10
LIFETIME = 3600
"""Seconds after which a simulated host ends by itself, should nobody stop it."""


def run(venv: Venv, collections: Path | None = None) -> int:
    """Run the demo and return the exit code: 0 when both runs of the playbook passed.

    Args:
        venv: one with the layer ``demo``.
        collections: the folder of collections with the copy to use; default: this repository. Playbook, simulated
            host and scenario are all taken from there.
    """
    collections = collections or tree()
    look = {
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_FORCE_COLOR": "1" if sys.stdout.isatty() else "0",
        "ANSIBLE_TASK_TIMEOUT": "120",
    }
    env = variables(venv, collections, **look)
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="demo-", dir=BUILD) as folder:
        inventory = Path(folder) / "inventory.yml"
        with simulated_host(venv, env, collections / COLLECTION, inventory, Path(folder) / "host.log") as (ready, _p):
            print(f"Simulated Windows host on 127.0.0.1:{ready['port']}; ansible-core {venv.core}", flush=True)
            program = str(venv.folder / "bin" / "ansible-playbook")
            playbook = [program, "--inventory", str(inventory), "--limit", HOST, PLAYBOOK]
            for title, again in (
                ("First run: releases", False),
                ("Second run: changes nothing, and the denied file fails again", True),
            ):
                print(f"\n##### {title}", flush=True)
                extra = ["--extra-vars", json.dumps({"demo_second_run": again})]
                done = subprocess.run([*playbook, *extra], env=env, cwd=folder, check=False, timeout=300)
                if done.returncode != 0:
                    return done.returncode
    print("\nThe simulated host is stopped.")
    print("Playbook: playbooks/demo.yml. What the host's cache held: tests/simhost/scenarios/demo.yml.")
    return retire(venv, env, collections / COLLECTION)


def retire(venv: Venv, env: dict[str, str], collection: Path) -> int:
    """Retire a file server from a simulated fleet, and say where the page is that tells of it. Return the exit code.

    The fleet has a host for each reason for which one is not done, so that the playbook itself has to fail.
    """
    folder = PAGE.parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    inventory, log = folder / "inventory.yml", folder / "retire_fs01.log"
    print("\n##### A fleet: retire fs01 from twelve hosts", flush=True)
    given = {
        "retire_server": "fs01",
        "retire_report": str(PAGE.with_suffix(".csv")),
        "retire_batches": ["100%"],
        # The fleet was last seen on fixed days, however long ago that is.
        "retire_share_days": 3650,
    }
    program = str(venv.folder / "bin" / "ansible-playbook")
    command = [program, "--inventory", str(inventory), "--forks", "12", "--extra-vars", json.dumps(given), RETIRE]
    options = ["--hosts", str(collection / FLEET), "--inventory", str(inventory)]
    with _process(venv, env, collection, "simhost.fleet", options), log.open("w", encoding="utf-8") as out:
        done = subprocess.run(command, env=env, cwd=folder, stdout=out, stderr=out, check=False, timeout=300)
    if not PAGE.is_file() or done.returncode != 2:
        print(log.read_text(encoding="utf-8"))
        return done.returncode or 1
    totals = json.loads(PAGE.with_suffix(".json").read_text(encoding="utf-8"))["totals"]
    states = ", ".join(f"{state.replace('_', ' ')} {hosts}" for state, hosts in totals["states"].items() if hosts)
    print(f"{totals['hosts']} hosts: {states}. Items changed: {totals['changed']}, failed: {totals['failed']}.")
    print(f"The page that says why: {os.path.relpath(PAGE, ROOT)} (open it in a browser).")
    print(f"What the playbook said: {os.path.relpath(log, ROOT)}. The fleet: tests/simhost/fleets/retiring.yml.")
    return 0


def picture(venv: Venv) -> None:
    """Make the picture of the README of the page of the demo.

    Raises:
        Problem: the demo was not run before.
        subprocess.CalledProcessError: the picture could not be made, or is too big.
    """
    if not PAGE.is_file():
        raise Problem(f"There is no {os.path.relpath(PAGE, ROOT)}: run make demo first.")
    env = variables(venv, tree(), PYTHONPATH=str(ROOT / "tests"))
    command = [venv.executable, "-m", "browser.picture", str(PAGE), str(ROOT / "docs" / "fleet_report.png")]
    subprocess.run(command, env=env, cwd=ROOT, check=True, timeout=120)


def play(venv: Venv, backend: str) -> int:
    """Run a simulated host until Ctrl-C or its own end, and say how to talk to it. Return the exit code.

    Raises:
        Problem: there is no such backend, or not here.
    """
    collections = tree()
    inventory = BUILD / "inventory.yml"
    env = variables(venv, collections, **_engine_of(backend))
    with simulated_host(venv, env, ROOT, inventory, BUILD / "host.log", backend) as (_ready, process):
        program, hosts, log = (
            os.path.relpath(file, ROOT) for file in (venv.folder / "bin" / "ansible", inventory, BUILD / "host.log")
        )
        print("A simulated Windows host is running. In another terminal, in this folder:\n")
        print(f"  export ANSIBLE_COLLECTIONS_PATH='{collections}'")
        print(f"  {program} {HOST} -i {hosts} -m winops.offline_files.unpin -a 'paths=//fs01/users'")
        print(f"\nWhat it is sent: {log}. Ctrl-C ends it; otherwise it ends in an hour.", flush=True)
        try:
            process.wait()
            print("The simulated host has ended.")
        except KeyboardInterrupt:
            print()
    return 0


def _engine_of(backend: str) -> dict[str, str]:
    """The variable that names the PowerShell of a backend."""
    if backend == "emulation":
        return {}
    if backend not in ("engine", "windows"):
        raise Problem(f"Unknown backend {backend}; there are: emulation, engine, windows.")
    found, how = (engine.find_windows(), engine.HOW_WINDOWS) if backend == "windows" else (engine.find(), engine.HOW)
    if found is None:
        raise Problem(how)
    return {engine.VARIABLE: found}


@contextmanager
def simulated_host(
    venv: Venv, env: dict[str, str], collection: Path, inventory: Path, log: Path, backend: str = "emulation"
) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """Start the simulated host of ``collection`` on a free port, yield its ready line and its process, stop it whatever
    happens.

    Raises:
        Problem: it did not start.
    """
    options = [
        "--scenario",
        str(collection / SCENARIO),
        "--port",
        "0",
        "--inventory",
        str(inventory),
        "--log",
        str(log),
        "--backend",
        backend,
    ]
    with _process(venv, env, collection, "simhost", options) as (ready, process):
        yield ready, process


@contextmanager
def _process(
    venv: Venv, env: dict[str, str], collection: Path, module: str, options: Sequence[str]
) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    # should this process be killed, the host ends by itself
    options = [*options, "--parent", str(os.getpid()), "--lifetime", str(LIFETIME)]
    process = subprocess.Popen(
        [venv.executable, "-m", module, *options],
        env=env | {"PYTHONPATH": str(collection / "tests")},
        cwd=collection,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise Problem(f"The simulated host did not start (exit code {process.wait(STOP_SECONDS)}).")
        yield json.loads(line), process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
