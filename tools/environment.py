# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the build folder: Pythons, virtual environments, the collection tree and the variables every tool runs with.

All that is made lies in ``.build/`` of the repository; nothing is written to the user's home.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build"
HOME = BUILD / "home"

OLDEST_PYTHON = (3, 11)
CORES_FOR = {(3, 11): ("2.19",), (3, 12): ("2.20",), (3, 13): ("2.21", "2.22")}
"""The supported ansible-cores, oldest first, each with the Python that its tests run on."""
NEWEST_CORE = CORES_FOR[max(CORES_FOR)][-1]
REQUIREMENTS = ROOT / "requirements"
"""A file for each layer of a virtual environment; one includes another with ``-r``."""
WHEELS = BUILD / "wheels"
"""What was built ahead from packages that come as source only."""


class Problem(Exception):
    """Something that the person at the terminal has to put right; the text is the whole message."""


@dataclass(frozen=True)
class Python:
    """An interpreter that was seen running."""

    executable: str
    version: tuple[int, int, int]

    @property
    def minor(self) -> tuple[int, int]:
        """The part of the version that decides which ansible-core belongs to it."""
        return self.version[:2]

    @property
    def name(self) -> str:
        """Such as ``3.13``."""
        return f"{self.version[0]}.{self.version[1]}"


@dataclass(frozen=True)
class Venv:
    """A virtual environment of one Python and one ansible-core."""

    folder: Path
    python: Python
    core: str

    @property
    def executable(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin" / "python")


def probe(executable: str) -> Python | None:
    """Return what ``executable`` is, or None where it cannot make a virtual environment.

    That includes what does not run at all: a version manager's shim without a version behind it.
    """
    code = "import ensurepip, sys, venv; print(*sys.version_info[:3])"
    try:
        run = subprocess.run([executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = run.stdout.split()
    if run.returncode != 0 or len(numbers) != 3:
        return None
    return Python(executable, (int(numbers[0]), int(numbers[1]), int(numbers[2])))


def pythons() -> list[Python]:
    """Return one running Python for each supported minor version, oldest first; this one before others."""
    found: dict[tuple[int, int], Python] = {}
    for minor in CORES_FOR:
        name = f"python{minor[0]}.{minor[1]}"
        candidates = [sys.executable] if sys.version_info[:2] == minor else []
        candidates += [str(Path(folder) / name) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
        pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
        candidates += [str(path) for path in sorted(pyenv.glob(f"versions/{minor[0]}.{minor[1]}.*/bin/{name}"))]
        for candidate in candidates:
            python = probe(candidate) if os.access(candidate, os.X_OK) else None
            if python is not None and python.minor == minor:
                found[minor] = python
                break
    return list(found.values())


def this_python() -> Python:
    """Return the Python that runs the tools.

    Raises:
        Problem: it has no venv or ensurepip.
    """
    python = probe(sys.executable)
    if python is None:
        raise Problem(f"{sys.executable} lacks venv or ensurepip (Debian: package python3-venv).")
    return python


def cores(python: Python) -> tuple[str, ...]:
    """Return the ansible-cores that are tested with a Python, the one that belongs to it last."""
    return CORES_FOR.get(python.minor, (NEWEST_CORE,))


def core_for(python: Python, wanted: str | None) -> str:
    """Return the ansible-core to install: the one asked for, else the one that belongs to the Python."""
    return wanted or cores(python)[-1]


def core_requirement(core: str, *, candidates: bool = False) -> str:
    """Return the pip requirement for a release line (``2.20``) or one exact version (``2.20.10``, ``2.22.0rc1``).

    Args:
        core: the line or version.
        candidates: whether those of the line count too.
    """
    if not _is_line(core):
        return f"ansible-core=={core}"
    return f"ansible-core>={core}.0b0,=={core}.*" if candidates else f"ansible-core=={core}.*"


def _is_line(core: str) -> bool:
    return re.fullmatch(r"\d+\.\d+", core) is not None


def _may_lack_release(core: str) -> bool:
    return _is_line(core) and _numbers(core) >= _numbers(NEWEST_CORE)


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(map(int, line.split(".")))


def _has_release(executable: str, core: str) -> bool:
    """Ask the package index, through pip, whether there is more than candidates of a line."""
    pip = [executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--disable-pip-version-check", "-qq"]
    run = subprocess.run([*pip, core_requirement(core)], capture_output=True, check=False, timeout=300)
    return run.returncode == 0


def venv(python: Python, core: str, layer: str) -> Venv:
    """Return the virtual environment with the packages of ``layer``, made or completed where needed.

    The stamp of a layer holds a digest of everything that decides its content, so a second call costs nothing.

    Raises:
        Problem: it could not be made.
    """
    folder = BUILD / "venv" / f"py{python.name}-core{core}"
    requirements = REQUIREMENTS / f"{layer}.txt"
    decisive = [str(python.version), core_requirement(core), str(folder), *_with_included(requirements)]
    digest = hashlib.sha256("\0".join(decisive).encode()).hexdigest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_suffix(folder.suffix + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / f"{layer}.stamp"
        if not (stamp.is_file() and stamp.read_text() == digest):
            base = folder / "base.stamp"
            if not (base.is_file() and base.read_text() == f"{python.version} {folder}"):
                shutil.rmtree(folder, ignore_errors=True)
                make = [python.executable, "-m", "venv", str(folder)]
                _run_to_make(make, f"a virtual environment with Python {python.name}")
                base.write_text(f"{python.version} {folder}")
            install = [*_pip(folder, "install"), *(["--find-links", str(WHEELS)] if WHEELS.is_dir() else [])]
            what = f"ansible-core {core} and requirements/{layer}.txt for Python {python.name}"
            # of the newest lines candidates count until the release
            candidates = _may_lack_release(core) and not _has_release(str(folder / "bin" / "python"), core)
            wanted = core_requirement(core, candidates=candidates)
            _run_to_make([*install, wanted, "-r", str(requirements)], what)
            stamp.write_text(digest)
    return Venv(folder, python, core)


def build(venv: Venv, layer: str) -> None:
    """Build the packages that a layer names itself, for the environment that needs them later.

    Raises:
        Problem: one could not be built; then there are none.
    """
    lines = (REQUIREMENTS / f"{layer}.txt").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", "-"))]
    # What runs meanwhile is waited for first.
    nicely = ["nice", *_pip(venv.folder, "wheel"), "--no-deps", "--wheel-dir", str(WHEELS), *packages]
    _run_to_make(nicely, f"packages of requirements/{layer}.txt for Python {venv.python.name}")


def _pip(folder: Path, command: str) -> list[str]:
    return [str(folder / "bin" / "python"), "-m", "pip", command, "-qq", "--disable-pip-version-check"]


def _with_included(requirements: Path) -> list[str]:
    """Return the text of a requirements file and of those that it includes."""
    text = requirements.read_text()
    included = re.findall(r"^-r (\S+)$", text, re.MULTILINE)
    return [text, *(each for name in included for each in _with_included(requirements.with_name(name)))]


def _run_to_make(command: list[str], what: str) -> None:
    print(f"... {what}", flush=True)
    # What has to be built serves few calls: without optimizing a minute for Kerberos, with it four and more.
    env = {"CFLAGS": "-O0 -g0", **os.environ}
    if subprocess.run(command, env=env, stdout=sys.stderr, check=False, timeout=1200).returncode != 0:
        raise Problem(f"Could not install {what}; the lines above say why.")


def variables(venv: Venv, collections: Path, **more: str) -> dict[str, str]:
    """Return the environment for a tool of ``venv``: the one place where Ansible's settings are made.

    The user's own settings for Ansible and Molecule are left out, and the home folder is one inside the build
    folder, so that a run neither depends on nor touches what lies outside the repository.
    """
    settings = ("ANSIBLE_", "MOLECULE_", "XDG_", "PYTHON", "PYTEST_", "COVERAGE_", "VIRTUAL_ENV")
    # pywinrm would prefer these to the certificate that an inventory names
    certificates = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    dropped = (*settings, *certificates)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    HOME.mkdir(parents=True, exist_ok=True)
    no_settings = HOME / "ansible.cfg"
    no_settings.touch()
    return kept | {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(no_settings),
        "ANSIBLE_HOME": str(HOME / ".ansible"),
        "ANSIBLE_NOCOWS": "1",
        "HOME": str(HOME),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(BUILD / "hypothesis"),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PATH": os.pathsep.join([str(venv.folder / "bin"), os.environ.get("PATH", os.defpath)]),
        "PYTHONNOUSERSITE": "1",
        "VIRTUAL_ENV": str(venv.folder),
        **({} if sys.stdout.isatty() else {"NO_COLOR": "1"}),
        **more,
    }


def clean() -> None:
    """Remove everything that the tools made."""
    shutil.rmtree(BUILD, ignore_errors=True)
    for name in (".ansible", ".cache", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in sorted(ROOT.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)
