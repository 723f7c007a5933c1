# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns ``make release-check``: the archive is built, looked into, installed into an empty folder, and used there."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections import defaultdict
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from collection_tree import COLLECTION

from . import demo
from .environment import BUILD, ROOT, Problem, Venv, variables
from .steps import Step, command

OUT = BUILD / "dist"
INSTALLED = OUT / "collections"
SHIPPED = ROOT / "tools" / "shipped.txt"
"""The patterns of intended files."""
LIMIT = 1_250_000
"""Bytes; an archive that grows beyond it holds something that nobody meant to ship."""


def steps(venv: Venv) -> list[Step]:
    """Return the steps of the rehearsal, in their order; ``venv`` has at least the layer ``demo``."""
    return [
        Step("release: archive", lambda: archive(venv)),
        Step("release: install", lambda: install(venv)),
        Step("release: demo", lambda: run_demo(venv)),
    ]


def archive(venv: Venv) -> None:
    """Build the archive from the working folder as it is, left-overs included, and look into it.

    Raises:
        Problem: it holds something that is not intended, lacks something, or is too big.
    """
    shutil.rmtree(OUT, ignore_errors=True)
    _galaxy(venv, "build", "--output-path", str(OUT))
    built = _built()
    with tarfile.open(built) as tar:
        members = tar.getmembers()
    files = {member.name: member.size for member in members if member.isfile()}
    for line in grouped(files):
        print(line)
    size = built.stat().st_size
    print(f"{built.relative_to(ROOT)}: {len(files)} files, {size} bytes of {LIMIT} allowed", flush=True)
    wrong = [f"neither file nor folder: {each.name}" for each in members if not (each.isfile() or each.isdir())]
    wrong += differences(files, SHIPPED.read_text())
    if size > LIMIT:
        wrong.append(f"too big: {size} bytes, {LIMIT} are allowed")
    if wrong:
        raise Problem("\n".join(["the archive is not what tools/shipped.txt says", *wrong]))


def differences(files: Iterable[str], shipped: str) -> list[str]:
    """Hold the names of files against the text of tools/shipped.txt; return a line for each difference."""
    names = sorted(files)
    lines = [line for line in map(str.strip, shipped.splitlines()) if line and not line.startswith("#")]
    patterns = {line.removeprefix("?").strip(): line.startswith("?") for line in lines}
    wrong = [f"not intended: {name}" for name in names if not any(fnmatchcase(name, each) for each in patterns)]
    needed = [pattern for pattern, optional in patterns.items() if not optional]
    return wrong + [f"missing: {each}" for each in needed if not any(fnmatchcase(name, each) for name in names)]


def grouped(sizes: dict[str, int]) -> list[str]:
    """Return a line for each folder, down to the second level: number of files, bytes before compression, names."""
    folders: dict[str, list[str]] = defaultdict(list)
    for name in sorted(sizes):
        folders["/".join(Path(name).parent.parts[:2]) or "."].append(name)
    lines = []
    for folder, names in sorted(folders.items()):
        inside = ", ".join(name if folder == "." else name.removeprefix(f"{folder}/") for name in names)
        lines.append(f"{folder}: {len(names)} files, {sum(sizes[name] for name in names)} bytes: {inside}")
    return lines


def install(venv: Venv) -> None:
    """Install the archive into an empty folder and read the documentation of each of its modules there.

    Raises:
        Problem: an installed module has no documentation.
    """
    # with that folder as the only path, for the repository would count as installed
    _galaxy(venv, "install", "-p", str(INSTALLED), "--offline", "--no-deps", str(_built()), collections=INSTALLED)
    program = venv.folder / "bin" / "ansible-doc"
    env = variables(venv, INSTALLED)
    sources = [path for path in (INSTALLED / COLLECTION / "plugins" / "modules").iterdir() if path.suffix != ".ps1"]
    for name in sorted(f"winops.offline_files.{path.stem}" for path in sources):
        shown = subprocess.run([program, name], env=env, cwd=OUT, stdout=subprocess.PIPE, text=True, check=True)
        if name not in shown.stdout or "OPTIONS" not in shown.stdout:
            raise Problem(f"ansible-doc shows no documentation for {name}.")
        print(f"ansible-doc {name}: {len(shown.stdout.splitlines())} lines")


def run_demo(venv: Venv) -> None:
    """Run the demo from the installed copy: the playbook by its full name, the simulated host and its scenario.

    Of the checkout only the tool that starts both is used, and the libraries of requirements/demo.txt.

    Raises:
        Problem: it failed.
    """
    code = demo.run(venv, INSTALLED)
    if code:
        raise Problem(f"the demo ended with {code}")


def _galaxy(venv: Venv, action: str, *arguments: str, collections: Path = OUT) -> None:
    program = venv.folder / "bin" / "ansible-galaxy"
    command([program, "collection", action, *arguments], env=variables(venv, collections))


def _built() -> Path:
    found = list(OUT.glob("*.tar.gz"))
    if len(found) != 1:
        raise Problem(f"one archive is needed in {OUT.relative_to(ROOT)}, there are {len(found)}")
    return found[0]
