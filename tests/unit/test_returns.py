# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the results of modules have in common has one source, tools/returns.yml."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.repository import ROOT, tool

returns = tool("returns")

SOURCE = """\
# A comment
---
time:
  description: When.
  type: str

# Of the others
both:
  type: dict
  contains:
    time:  # shared: time
    literal:
      sample: |
        one

        two

file:
  sample: /home/alice/{module}.json
"""

MODULE = '''\
RETURN = r"""
first:  # shared: both
second:
  description: Its own.
  contains:
    inner:  # shared: time
      stale: text

      over: two paragraphs
    last:  # shared: file
"""
'''

FILLED = '''\
RETURN = r"""
first:  # shared: both
  type: dict
  contains:
    time:  # shared: time
      description: When.
      type: str
    literal:
      sample: |
        one

        two
second:
  description: Its own.
  contains:
    inner:  # shared: time
      description: When.
      type: str
    last:  # shared: file
      sample: /home/alice/pin.json
"""
'''


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "returns.yml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "pin.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def _fill(folder: Path, *, write: bool) -> list[str]:
    return list(returns.fill(folder / "returns.yml", folder, write=write))


def test_the_modules_have_the_shared_parts() -> None:
    command = [sys.executable, "-m", "tools.returns", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_stale_text_is_found_and_replaced(folder: Path) -> None:
    module = folder / "pin.py"
    assert _fill(folder, write=False) == ["pin.py is stale: run python3 -m tools.returns --write"]
    assert module.read_text(encoding="utf-8") == MODULE
    assert _fill(folder, write=True) == []
    assert module.read_text(encoding="utf-8") == FILLED
    assert _fill(folder, write=False) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("When.", "Whenever."),
        ("      description: When.\n", ""),
        ("        two\n", "        two\n        three\n"),
        ("        one\n\n", "        one\n"),
        ("pin.json", "unpin.json"),
    ],
)
def test_every_difference_in_a_shared_part_is_stale(folder: Path, old: str, new: str) -> None:
    assert old in FILLED
    (folder / "pin.py").write_text(FILLED.replace(old, new, 1), encoding="utf-8")
    assert _fill(folder, write=False) == ["pin.py is stale: run python3 -m tools.returns --write"]


def test_what_is_the_modules_own_stays(folder: Path) -> None:
    own = FILLED.replace("Its own.", "Its very own.")
    (folder / "pin.py").write_text(own, encoding="utf-8")
    assert _fill(folder, write=True) == []
    assert (folder / "pin.py").read_text(encoding="utf-8") == own


@pytest.mark.parametrize("write", [False, True])
def test_a_marker_that_names_no_part(folder: Path, write: bool) -> None:
    wrong = FILLED.replace("last:  # shared: file", "last:  # shared: flie")
    (folder / "pin.py").write_text(wrong, encoding="utf-8")
    (folder / "unpin.py").write_text("path:  # shared: file\n  sample: /home/alice/unpin.json\n", encoding="utf-8")
    assert _fill(folder, write=write) == ["pin.py: there is no part flie for last, only both, file, time"]
    assert (folder / "pin.py").read_text(encoding="utf-8") == wrong


@pytest.mark.parametrize(
    "marker",
    [
        "last: true  # shared: file",
        "last:  # Shared: file",
        "last:  # shared file",
        "last: #shared: file",
        "# shared: file",
    ],
)
def test_a_marker_that_is_not_written_as_one(folder: Path, marker: str) -> None:
    (folder / "pin.py").write_text(MODULE.replace("last:  # shared: file", marker), encoding="utf-8")
    assert _fill(folder, write=True)[0] == (
        f"pin.py: a marker is KEY:  # shared: NAME and nothing else, which this is not: {marker}"
    )


def test_a_part_that_got_another_name_within_a_part(folder: Path) -> None:
    (folder / "returns.yml").write_text(
        SOURCE.replace("time:\n  d", "when:\n  d").replace(": time", ": when"), encoding="utf-8"
    )
    (folder / "pin.py").write_text(FILLED.replace("inner:  # shared: time", "inner:  # shared: when"), encoding="utf-8")
    assert _fill(folder, write=True) == []
    assert (folder / "pin.py").read_text(encoding="utf-8") == FILLED.replace(": time", ": when")


def test_a_part_that_no_module_uses(folder: Path) -> None:
    with open(folder / "returns.yml", "a", encoding="utf-8") as file:
        file.write("\nspare:\n  time:  # shared: time\n")
    assert _fill(folder, write=True) == ["no module uses the part spare of returns.yml"]


def test_a_part_within_a_part_is_used(folder: Path) -> None:
    (folder / "pin.py").write_text("a:  # shared: both\nb:  # shared: file\n", encoding="utf-8")
    assert _fill(folder, write=True) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  lost: text\n", "line 1 of returns.yml stands below no name"),
        (
            "time: text\n",
            "line 1 of returns.yml is no name of a part, which is written NAME: with its text below: time: text",
        ),
        ("time:\n  a: b\ntime:\n  a: b\n", "line 3 of returns.yml names time again"),
        ("a:\n  x:  # shared: b\nb:\n  y: z\n", "part a of returns.yml: there is no part b for x, only none"),
        ("a:\n  x:  # shared: a\n", "part a of returns.yml: there is no part a for x, only none"),
    ],
)
def test_a_source_that_cannot_be_read(folder: Path, text: str, said: str) -> None:
    (folder / "returns.yml").write_text(text, encoding="utf-8")
    assert _fill(folder, write=True) == [said]
    assert (folder / "pin.py").read_text(encoding="utf-8") == MODULE


def test_every_part_is_an_entry_of_a_result() -> None:
    text = returns.SOURCE.read_text(encoding="utf-8")
    assert yaml.safe_load(text).keys() == returns.shared(text).keys()


def _own_keys(documented: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    """Yield each key that is written out in a RETURN, as (what it says, where)."""
    for name, key in documented.items():
        if key is not None:
            yield str(key), f"{place}.{name}"
            yield from _own_keys(key.get("contains") or {}, f"{place}.{name}")


def test_what_is_the_same_in_two_modules_is_shared() -> None:
    text = returns.SOURCE.read_text(encoding="utf-8")
    documented = {"tools/returns": yaml.safe_load(text)}
    nothing = dict.fromkeys(returns.shared(text), "")
    for file in sorted(returns.MODULES.glob("*.py")):
        source = returns.filled(file.read_text(encoding="utf-8"), nothing, file.name)
        documented[file.stem] = yaml.safe_load(source.partition('RETURN = r"""')[2].partition('"""')[0])
    places: dict[str, dict[str, str]] = {}
    for where, keys in documented.items():
        for said, place in _own_keys(keys, where):
            places.setdefault(said, {})[where] = place
    assert [list(twice.values()) for twice in places.values() if len(twice) > 1] == []
