# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the gates of ``make check``: all that judges the repository without running the collection on a host."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import docs, engine, release
from .environment import BUILD, HOME, Venv, variables
from .sources import copy
from .steps import Skipped, Step, command, skip

SLOW_SANITY = "pylint"
"""It takes as long as all the other sanity tests."""

GET_PIP = '''"""Installs pip from the interpreter's own ensurepip and lets it install the version asked for."""

import subprocess
import sys

wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "ensurepip", "--upgrade", "--default-pip"], stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, "-m", "pip", "install", *wanted])
'''


@dataclass(frozen=True)
class Checks:
    """The gates over one copy of the sources, in which nothing but sources lies."""

    venv: Venv
    collection: Path

    @property
    def collections(self) -> Path:
        """The folder of collections that holds the copy."""
        return self.collection.parents[2]

    def run(
        self, program: str, *arguments: str | Path, cwd: Path | None = None, more: dict[str, str] | None = None
    ) -> None:
        """Run a program of the virtual environment in the copy, with ``more`` variables if need be."""
        env = variables(self.venv, self.collections, **(more or {}))
        command([self.venv.folder / "bin" / program, *arguments], env=env, cwd=cwd or self.collection)

    def lint_steps(self) -> list[Step]:
        """Return the gates that need no ansible-test, quick ones first."""
        return [
            Step("ruff check", lambda: self.run("ruff", "check", "--no-cache", ".")),
            Step("ruff format", lambda: self.run("ruff", "format", "--no-cache", "--check", ".")),
            Step("mypy", self.mypy),
            Step("texts that are made of others", self.made),
            Step("antsibull-changelog lint", lambda: self.run("antsibull-changelog", "lint")),
            Step("antsibull-docs lint", self.docs),
            Step("docs", lambda: docs.build(self.venv, self.collections)),
            Step("workflows", self.workflows),
            Step("ansible-lint", lambda: self.run("ansible-lint", "--offline", "--strict")),
            *release.steps(self.venv),
        ]

    def sanity_steps(self) -> list[Step]:
        """Return the gates of ansible-test, which depend on ansible-core most of all."""
        steps = [Step(f"sanity (ansible-core {self.venv.core})", self.sanity), Step("sanity pslint", self.pslint)]
        if engine.find() is None:
            steps.append(Step("sanity validate-modules", lambda: skip(engine.HOW)))
        return steps

    def workflows(self) -> None:
        """Judge the workflows of .github, without asking a server: their form, and what makes them unsafe."""
        files = sorted(self.collection.glob(".github/workflows/*.yml"))
        self.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
        self.run("zizmor", "--offline", "--no-progress", *files)

    def mypy(self) -> None:
        """Check the types with the names that Python gives the modules: plugins as part of the collection."""
        parts = [self.collection / name for name in ("plugins", "tests", "tools")]
        config = self.collection / "pyproject.toml"
        cache = BUILD / "mypy"
        self.run("mypy", "--config-file", config, "--cache-dir", cache, *parts, cwd=self.collections)

    def made(self) -> None:
        """Hold the texts that tools make to their sources."""
        for tool in ("examples", "returns"):
            self.run("python", "-m", f"tools.{tool}", "--check")

    def docs(self) -> None:
        """Lint the documentation of the plugins and the collection."""
        lint = ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all", ".")
        try:
            self.run(*lint)
        except subprocess.CalledProcessError:
            # Where the random name of its temporary folder ends with "_", it takes that name for a reference.
            self.run(*lint)

    def sanity(self) -> None:
        """Run ansible-test sanity but for pslint, and for validate-modules where no engine can read the .ps1.

        The slow test runs beside all others, each half in a copy of its own, for ansible-test leaves files there.
        """
        _prepare_pip(self.venv)
        pwsh, folder = engine.find(), BUILD / "engine-bin"
        if pwsh:
            folder.mkdir(parents=True, exist_ok=True)
            link = folder / "pwsh"
            link.unlink(missing_ok=True)
            link.symlink_to(Path(pwsh).resolve())
        left = (SLOW_SANITY, "pslint") if pwsh else (SLOW_SANITY, "pslint", "validate-modules")
        other = [part for name in left for part in ("--skip-test", name)]
        with checks(self.venv) as second, ThreadPoolExecutor(2) as pool:
            halves = [
                pool.submit(self._sanity, "--test", SLOW_SANITY),
                pool.submit(second._sanity, *other, first_on_path=str(folder) if pwsh else None),
            ]
        for half in halves:
            half.result()

    def pslint(self) -> None:
        """Run PSScriptAnalyzer where it is.

        Raises:
            Skipped: it is not.
        """
        pwsh = shutil.which("pwsh")
        look = "if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) { exit 1 }"
        if not pwsh or subprocess.run([pwsh, "-NoProfile", "-Command", look], check=False, timeout=60).returncode != 0:
            raise Skipped("needs a pwsh on PATH with the module PSScriptAnalyzer")
        _prepare_pip(self.venv)
        self._sanity("--test", "pslint", first_on_path=str(Path(pwsh).parent))

    def _sanity(self, *arguments: str, first_on_path: str | None = None) -> None:
        # A short PATH: ansible-test runs every python3.x that it finds, and a version manager's shim without a
        # version behind it ends the run.
        path = [str(self.venv.folder / "bin"), *([first_on_path] if first_on_path else []), "/usr/bin", "/bin"]
        python = ["--python", self.venv.python.name]
        self.run("ansible-test", "sanity", "--color", "no", *python, *arguments, more={"PATH": os.pathsep.join(path)})


@contextmanager
def checks(venv: Venv) -> Iterator[Checks]:
    """Make the copy for the gates and remove it afterwards.

    It lies outside the repository: ansible-test would take the repository around it for its content root.
    """
    with tempfile.TemporaryDirectory(prefix="offline_files-") as folder:
        yield Checks(venv, copy(Path(folder).resolve()))


def from_the_index(requirements: str) -> str:
    """Return a requirements file with each package that it names by an address named without it."""
    return re.sub(r"^(\S+) @ https?://\S+", r"\1", requirements, flags=re.MULTILINE)


def _prepare_pip(venv: Venv) -> None:
    """Let ansible-test make its virtual environments from the package index alone, with the user's settings for pip.

    It would fetch get-pip from a server of its own, and a package between two releases from its repository. It also
    drops the variables that configure pip, and its home is the one in the build folder, so the settings go into a file
    there.
    """
    (requirements,) = venv.folder.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    for each in requirements.parents[1].glob("_data/requirements/*.txt"):
        text = each.read_text()
        if (changed := from_the_index(text)) != text:
            each.write_text(changed)
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"\bpip='([\d.]+)'", requirements.read_text()):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP)
    listed = subprocess.run(
        [venv.executable, "-m", "pip", "config", "list"], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    settings = configparser.RawConfigParser()
    settings["global"] = {"quiet": "2"}
    # the environment last: it takes precedence over the files
    lines = [line.partition("=") for line in listed.stdout.splitlines()]
    for name, _equals, value in sorted(lines, key=lambda line: line[0].startswith(":env:")):
        section, _dot, option = name.replace(":env:", "global").rpartition(".")
        section = section or "global"
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, option, ast.literal_eval(value))
    target = HOME / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w") as file:
        settings.write(file)
