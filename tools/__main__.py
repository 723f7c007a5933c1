# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line behind the Makefile: ``python3 -m tools COMMAND``."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before an import fails in a less helpful way
    sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python3.12 ...")

import argparse
import os

from browser import chromium
from collection_tree import collections

from . import demo, docs, engine, environment, release, testing
from .checking import checks
from .environment import Problem, Python, Venv
from .steps import Step, run_all, skip

PLAIN = (
    *(
        "demo",
        "check",
        "lint",
        "sanity",
        "docs",
        "release-check",
        "test-host",
        "test-windows",
        "test-kerberos",
        "test-browser",
        "picture",
        "bench",
        "fuzz",
    ),
    *("clean", "matrix", "environments", "kerberos-programs"),
)
"""Commands without arguments."""


def main() -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools", description="Development tools of winops.offline_files.")
    parser.add_argument(
        "--core", default="", help="ansible-core, such as 2.20 or 2.22.0rc1; default: what fits the Python"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in PLAIN:
        commands.add_parser(name)
    commands.add_parser("host").add_argument("backend", nargs="?", default="emulation", help="what runs the modules")
    commands.add_parser("test").add_argument("only", nargs="*", help=", ".join(testing.DEFAULT))
    commands.add_parser("run").add_argument("program", nargs=argparse.REMAINDER, help="run it with the variables set")
    options = parser.parse_args()
    try:
        return _run(options)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    if options.command == "clean":
        environment.clean()
        return 0
    this = environment.this_python()
    newest = max([this, *environment.pythons()], key=lambda python: python.version)
    if options.command == "matrix":
        for python, core, tests in testing.matrix(this, environment.pythons(), wine=bool(engine.find_windows())):
            print(python.executable, core, tests, sep="\t")
        return 0
    if options.command in ("check", "lint", "sanity"):
        with checks(_venv(newest, options, "check")) as gates:
            lint, sanity = (options.command in ("check", each) for each in ("lint", "sanity"))
            return run_all([*(gates.lint_steps() if lint else ()), *(gates.sanity_steps() if sanity else ())])
    if options.command == "environments":
        _venv(newest, options, "check")
        wine = bool(engine.find_windows())
        for python, core, _tests in testing.matrix(this, environment.pythons(), wine=wine):
            environment.venv(python, core, "test")
        testing.check_for_kerberos(build=True)
        environment.build(_venv(this, options, "test"), testing.KERBEROS)
        return 0
    if options.command == "kerberos-programs":
        testing.check_for_kerberos(build=True)
        return 0
    if options.command == "demo":
        return demo.run(_venv(this, options, "demo"))
    if options.command == "host":
        return demo.play(_venv(this, options, "demo"), options.backend)
    if options.command == "release-check":
        return run_all(release.steps(_venv(this, options, "demo")))
    if options.command == "test-kerberos":
        testing.check_for_kerberos()
        venv = _venv(this, options, testing.KERBEROS)
        return run_all([Step(options.command, lambda: testing.kerberos(venv))])
    if options.command in ("test-browser", "picture"):
        # Before an environment is made for it.
        if lacks := chromium.missing_programs():
            return run_all([Step(options.command, lambda: skip(lacks))])
        venv = _venv(this, options, "browser")
        run = testing.browser if options.command == "test-browser" else demo.picture
        return run_all([Step(options.command, lambda: run(venv))])
    if options.command == "docs":
        venv = _venv(this, options, "docs")
        return run_all([Step("docs", lambda: docs.build(venv))])
    venv = _venv(this, options, "test")
    if options.command == "run":
        if not options.program:
            raise Problem("run: which program?")
        os.execvpe(options.program[0], options.program, environment.variables(venv, collections()))
    if options.command == "test":
        return run_all(testing.steps(venv, options.only))
    single = {
        "test-host": testing.host,
        "test-windows": testing.windows,
        "bench": testing.bench,
        "fuzz": testing.fuzz,
    }[options.command]
    return run_all([Step(options.command, lambda: single(venv))])


def _venv(python: Python, options: argparse.Namespace, layer: str) -> Venv:
    return environment.venv(python, environment.core_for(python, options.core or None), layer)


if __name__ == "__main__":
    os.chdir(environment.ROOT)
    sys.exit(main())
