# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns ``make docs``: the HTML documentation of the modules and guides, as the documentation site would show it."""

from __future__ import annotations

import shutil
from pathlib import Path

from collection_tree import collections as tree

from .environment import BUILD, ROOT, Venv, variables
from .steps import command

NAME = "winops.offline_files"
OUT = BUILD / "docs"
CONFIG = ROOT / "tools" / "docsite"
"""Where Sphinx finds its conf.py."""


def build(venv: Venv, collections: Path | None = None) -> None:
    """Build the documentation anew in the build folder; a warning is an error.

    Args:
        venv: one with the layer ``docs``.
        collections: the folder of collections that holds the sources; default: this repository.

    Raises:
        subprocess.CalledProcessError: the lines above say what is wrong with the documentation.
    """
    env = variables(venv, collections or tree())
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, mode=0o700)  # antsibull-docs complains where others may write
    rst, html = OUT / "rst", OUT / "html"
    rst.mkdir(mode=0o700)
    what = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--no-add-antsibull-docs-version")
    command([venv.folder / "bin" / "antsibull-docs", "collection", *what, "--dest-dir", rst, NAME], env=env)
    strict = ("-q", "-W", "--keep-going", "-b", "html")
    command([venv.folder / "bin" / "sphinx-build", *strict, "-c", CONFIG, "-d", OUT / "trees", rst, html], env=env)
    pages = sorted(str(page.relative_to(html)) for page in html.rglob("*.html"))
    print(f"{(html / 'index.html').relative_to(ROOT)}: {len(pages)} pages: {', '.join(pages)}", flush=True)
