# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how tests read the guides of the documentation: their code blocks, and output that a page shows shortened."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collection_tree import ROOT

FOLDER = ROOT / "docs" / "docsite" / "rst"
NOT_RUN = ".. not run"
"""The comment above a block that no simulated host can run; it is read all the same."""
_START = re.compile(r"^(?P<indent> *)\.\. code-block:: (?P<language>\S+)$")
_FENCED = re.compile(r"^```(?P<language>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_GAP = "..."


@dataclass(frozen=True)
class Block:
    """A code block. `place`: file and line of the directive; `runs`: no comment says that it cannot."""

    place: str
    language: str
    text: str
    runs: bool


@dataclass(frozen=True)
class Command:
    """A line after `$` of a console block (continued with a backslash), and the output that the page shows below."""

    place: str
    line: str
    output: str

    @property
    def words(self) -> list[str]:
        """The words as a shell would part them."""
        return shlex.split(self.line)


def blocks(guide: Path) -> list[Block]:
    """The code blocks of a page, in their order; of Markdown those between fences."""
    if guide.suffix == ".md":
        found = _FENCED.finditer(guide.read_text(encoding="utf-8"))
        return [Block(guide.name, one["language"], one["text"], runs=True) for one in found]
    lines = guide.read_text(encoding="utf-8").splitlines()
    made = []
    for number, line in enumerate(lines):
        if start := _START.match(line):
            inside: list[str] = []
            for following in lines[number + 1 :]:
                if following.strip() and not following.startswith(start["indent"] + " "):
                    break
                inside.append(following)
            above = next((text.strip() for text in reversed(lines[:number]) if text.strip()), "")
            text = textwrap.dedent("\n".join(inside)).strip("\n") + "\n"
            place = f"{guide.name}:{number + 1}"
            made.append(Block(place, start["language"], text, not above.startswith(NOT_RUN)))
    return made


def commands(found: Iterable[Block]) -> list[Command]:
    """The commands of those console blocks that run."""
    made = []
    for block in found:
        if block.language == "console" and block.runs:
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                line, _newline, output = re.sub(r"\\\n", " ", part).partition("\n")
                made.append(Command(block.place, line, output))
    return made


def check_shown(place: str, shown: str, real: str) -> None:
    """Each line that a page shows is in the real output, in this order; blanks do not count, `...` is any text.

    :param place: of the block
    """
    squeezed, position = "".join(real.split()), 0
    for line in shown.splitlines():
        wanted = "".join(line.split())
        if wanted != _GAP:
            at = squeezed.find(wanted, position)
            assert at >= 0, (place, line, real)
            position = at + len(wanted)
