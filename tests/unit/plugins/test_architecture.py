# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The packages of plugins/ are the architecture: imports go one way, and what serves all methods names none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from collection_tree import ROOT

PLUGINS = ROOT / "plugins"
MOST_LINES = 350

MAY_IMPORT: dict[str, set[str]] = {
    "common": set(),
    "windows": {"common"},
    "host": {"common", "windows"},
    "run": {"common", "windows", "host"},
    "change": {"common", "windows", "host", "info"},
    "methods": {"common", "windows", "run"},
    "jobs": {"common", "windows", "host"},
    "info": {"common", "windows", "host", "jobs"},
    "retire": {"common", "windows"},
    "fleet": {"common", "windows"},
    "transcript": {"common", "windows", "host"},
    "plugin_utils": {"common", "windows", "host", "run", "change", "jobs", "transcript"},
    "action": {"common", "windows", "methods", "change", "info", "fleet", "plugin_utils"},
}
"""What each package may import beside itself. ``common`` are the files of module_utils that belong to no package."""


def _sources() -> Iterator[Path]:
    for folder in ("action", "module_utils", "plugin_utils"):
        yield from sorted((PLUGINS / folder).rglob("*.py"))


def _package(path: Path) -> str:
    parts = path.relative_to(PLUGINS).parts
    if parts[0] != "module_utils":
        return parts[0]
    return parts[1] if len(parts) > 2 else "common"


def _imported(path: Path) -> Iterator[Path]:
    """Yield the files of plugins/ that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for place in [base, *(base / alias.name for alias in node.names)]:
                if (file := place.with_suffix(".py")).is_file():
                    yield file
                elif (place / "__init__.py").is_file() and place != path.parent:
                    yield place / "__init__.py"


ALL = list(_sources())


def _place(path: Path) -> str:
    return str(path.relative_to(PLUGINS))


def test_every_package_is_in_the_table() -> None:
    assert {_package(path) for path in ALL} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", ALL, ids=_place)
def test_imports_go_one_way(path: Path) -> None:
    package = _package(path)
    for imported in _imported(path):
        other = _package(imported)
        assert other == package or other in MAY_IMPORT[package], f"{_place(path)} imports {_place(imported)}"


def test_no_file_imports_itself_on_a_way_around() -> None:
    graph = {path: set(_imported(path)) - {path} for path in ALL}
    assert len(list(TopologicalSorter(graph).static_order())) == len(ALL)


METHODS = re.compile(
    r"unpin|(?<![a-z])pin(?!ned\b)|synchroni[sz]e|delete_?items|rename_?item|suspend_?root|transition_?o|encrypt|"
    r"pin_?control",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", [path for path in ALL if _package(path) == "run"], ids=_place)
def test_what_serves_all_methods_names_none(path: Path) -> None:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    found = [f"{number}: {line.strip()}" for number, line in lines if METHODS.search(line)]
    assert not found


@pytest.mark.parametrize("path", ALL, ids=_place)
def test_no_file_is_a_room_for_everything(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize(
    "folder",
    [path for path in sorted((PLUGINS / "module_utils").iterdir()) if path.is_dir() and path.name != "__pycache__"],
    ids=_place,
)
def test_each_package_says_what_it_owns(folder: Path) -> None:
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    page = ast.get_docstring(tree) or ""
    assert len(tree.body) == 1, "the page of a package holds no code"
    assert "Imports:" in page
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {name for name in files if f"``{name}``" not in page} == set()
