# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the steps of ``make test``: unit and integration tests, those of both engines, and the Molecule scenarios."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence

from collection_tree import collections as tree

from simhost import kdc

from . import engine
from .environment import BUILD, ROOT, Problem, Python, Venv, core_for, cores, variables
from .steps import Skipped, Step, command

UNIT_COVERAGE = 90
"""Per cent of the lines of the action plugins and module_utils that the unit tests alone must reach."""


SYSMON_SINCE = (3, 12)
"""The first Python that tells coverage of each line once only; what is told of each one takes as long as the tests."""

MOLECULE_TESTS = "tests/integration/test_molecule.py"

DEFAULT = ("unit", "integration", "engine", "windows", "molecule")


def steps(venv: Venv, only: list[str]) -> list[Step]:
    """Return the steps named in ``only``, or those of DEFAULT, in their order.

    Raises:
        Problem: ``only`` holds an unknown name.
    """
    known: dict[str, Callable[[Venv], None]] = {
        "unit": _unit,
        "integration": _integration,
        # without what one ansible-core is enough for
        "integration-core": lambda venv: _integration(venv, "-m", "not once"),
        "engine": _engine_if_there,
        # what of it depends on ansible-core; the rest needs to run with one Python only
        "engine-core": lambda venv: _engine_if_there(venv, "-m", "core"),
        "windows": _windows_if_there,
        "windows-core": lambda venv: _windows_if_there(venv, "-m", "core"),
        "molecule": molecule,
    }
    unknown = sorted(set(only) - set(known))
    if unknown:
        raise Problem(f"Unknown tests: {', '.join(unknown)}; there are: {', '.join(known)}.")
    title = f"(Python {venv.python.name}, ansible-core {venv.core})"
    return [
        Step(f"{name} {title}", lambda test=test: test(venv))  # type: ignore[misc]
        for name, test in known.items()
        if name in (only or DEFAULT)
    ]


ON_THE_FIRST = ("integration",)
"""What CI runs with its own Python and the ansible-core that belongs to it, beside the tests that need an engine.

Molecule too, but at another time: it keeps one core busy, and the linters the other.
"""

ON_THE_OTHER = ("integration-core",)
"""What it runs with another one."""

ON_THE_NEWEST = ("unit",)
"""What it runs with the newest Python, which is the fastest, and with the newest ansible-core."""


def matrix(this: Python, found: Sequence[Python], *, wine: bool) -> list[tuple[Python, str, str]]:
    """Return the tests that CI runs, those of ``this`` Python first: interpreter, ansible-core, names of tests.

    Beside its own these are the oldest and the newest ansible-core, with one of which shows what differs between them.
    The tests that need an engine run once: on the Windows host with the newest ansible-core, or else on PowerShell for
    Linux with its own, and there those that use Ansible's own wrapper and C# with the oldest and the newest.

    Args:
        this: the Python of CI.
        found: one of each supported minor version, oldest first.
        wine: whether the Windows host is there.
    """
    pairs = [(python, core) for python in found for core in cores(python)]
    rows: list[tuple[Python, str, str]] = []
    for python, core in pairs:
        first = python.minor == this.minor and core_for(python, None) == core
        newest = (python, core) == pairs[-1]
        unit_tests = ON_THE_NEWEST if newest else ()
        if wine:
            engine_tests = ["windows"] * newest
        else:
            engine_tests = ["engine" if first else "engine-core"]
        if first:
            rows.insert(0, (python, core, " ".join((*unit_tests, *ON_THE_FIRST, *engine_tests))))
        elif newest or (python, core) == pairs[0]:
            rows.append((python, core, " ".join((*unit_tests, *ON_THE_OTHER, *engine_tests))))
    return rows


# Files share their fixtures, so they stay together.
ON_TWO_CORES = ("-n", "2", "--dist", "loadfile")
# These tests wait for ansible and for hosts more than they compute.
SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile")


def _pytest(venv: Venv, *arguments: str, more: dict[str, str] | None = None, limit: int = 900) -> None:
    command([venv.executable, "-m", "pytest", *arguments], env=variables(venv, tree(), **(more or {})), limit=limit)


def _unit(venv: Venv) -> None:
    data = str(BUILD / f"coverage-{venv.folder.name}")
    gate = ["--cov", "--cov-report=term-missing:skip-covered", f"--cov-fail-under={UNIT_COVERAGE}"]
    more = {"COVERAGE_FILE": data}
    if venv.python.minor >= SYSMON_SINCE:
        more["COVERAGE_CORE"] = "sysmon"
    _pytest(venv, "tests/unit", *ON_TWO_CORES, *gate, more=more)


def _integration(venv: Venv, *chosen: str) -> None:
    _pytest(venv, "tests/integration", "--ignore", MOLECULE_TESTS, *SIDE_BY_SIDE, *chosen)


def _engine_if_there(venv: Venv, *chosen: str) -> None:
    if not any(ROOT.glob("tests/engine/test_*.py")):
        raise Skipped("tests/engine holds no tests")
    if engine.find() is None and not engine.required():
        raise Skipped(engine.HOW)
    host(venv, *chosen)


def _windows_if_there(venv: Venv, *chosen: str) -> None:
    if engine.find_windows() is None:
        raise Skipped(engine.HOW_WINDOWS)
    windows(venv, *chosen)


def host(venv: Venv, *chosen: str) -> None:
    """Run the tests of the real host part on a PowerShell engine, all or those that pytest's options choose.

    Raises:
        Problem: there is none.
    """
    _on(engine.find(), engine.HOW, venv, *chosen)


def windows(venv: Venv, *chosen: str) -> None:
    """Run them on the Windows host: PowerShell and System.Management for Windows.

    Raises:
        Problem: there is none, such as for want of Wine.
    """
    _on(engine.find_windows(), engine.HOW_WINDOWS, venv, *chosen)


def _on(pwsh: str | None, how: str, venv: Venv, *chosen: str) -> None:
    if pwsh is None:
        raise Problem(how)
    print(f"engine: {pwsh}", flush=True)
    _pytest(venv, "tests/engine", *SIDE_BY_SIDE, *chosen, more={engine.VARIABLE: pwsh}, limit=1200)


KERBEROS = "kerberos"
"""The layer of an environment with what these tests need, of which some is built."""


def check_for_kerberos(*, build: bool = False) -> None:
    """Look for the KDC before anything is built for it.

    Args:
        build: whether to look for what builds the Python packages, too.

    Raises:
        Problem: something is missing.
    """
    lacks = kdc.missing_programs() + (kdc.missing_build_programs() if build else [])
    if lacks:
        raise Problem(f"The tests with Kerberos need {', '.join(lacks)}. {kdc.HOW}")


def kerberos(venv: Venv) -> None:
    """Run the tests with Kerberos, in an environment of the layer of that name."""
    # Without them the tests would be skipped.
    command([venv.executable, "-c", f"import {', '.join(kdc.PACKAGES)}"], env=variables(venv, tree()), limit=60)
    _pytest(venv, "tests/integration/test_kerberos.py", limit=300)


def browser(venv: Venv) -> None:
    """Run the tests of the fleet's page in a browser, in an environment of the layer of that name."""
    _pytest(venv, "tests/browser", limit=600)


def molecule(venv: Venv) -> None:
    """Run the Molecule scenarios against the simulated host, or the real one that the WINOPS_ variables name.

    And the tests of what the guides show of Molecule.
    """
    state = BUILD / "molecule"
    shutil.rmtree(state, ignore_errors=True)
    program = os.path.join(venv.folder, "bin", "molecule")
    command([program, "test", "--all"], env=variables(venv, tree(), MOLECULE_EPHEMERAL_DIRECTORY=str(state)), limit=300)
    _pytest(venv, MOLECULE_TESTS)


def fuzz(venv: Venv) -> None:
    """Run the property tests with the long profile of tests/unit/conftest.py."""
    texts = {"WINOPS_FUZZ_TEXTS": os.environ.get("WINOPS_FUZZ_TEXTS", "1000000")}
    chosen = ["-k", "fuzz or properties", "--hypothesis-profile=fuzz", "--timeout=3600"]
    _pytest(venv, "tests/unit/plugins", *chosen, more=texts, limit=4000)
    caches = {"WINOPS_PROPERTY_EXAMPLES": "3000"}
    _pytest(venv, "tests/integration/test_method_properties.py", "--timeout=3600", more=caches, limit=4000)


def bench(venv: Venv) -> None:
    """Run the measurements of tests/bench, or the groups in BENCH: prints a table, leaves JSON in the build folder."""
    collections = tree()
    path = os.pathsep.join([str(ROOT / "tests"), str(collections)])
    env = variables(venv, collections, PYTHONPATH=path)
    groups = os.environ.get("BENCH", "").split()
    command([venv.executable, "-m", "bench", BUILD / "bench.json", *groups], env=env, limit=3600)
