# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The README names every module, role and guide."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_module_and_role_is_named() -> None:
    modules = {file.stem for file in (ROOT / "plugins" / "modules").glob("*.py")}
    roles = {folder.name for folder in (ROOT / "roles").iterdir()}
    assert set(re.findall(r"^\| \[`(\w+)`\]", README, re.MULTILINE)) == modules | roles


def test_the_guides_are_in_the_order_of_the_documentation() -> None:
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    guides = [guide for section in sections for guide in section["toctree"]]
    rows = re.findall(r"^\| \[([^`\]]+)\]\(docs/docsite/rst/(\w+)\.rst\)", README, re.MULTILINE)
    assert [file for _title, file in rows] == guides
    for title, file in rows:
        text = (ROOT / "docs/docsite/rst" / f"{file}.rst").read_text(encoding="utf-8")
        assert f"\n{title}\n{'=' * len(title)}\n" in text
