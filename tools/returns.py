# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what several modules say alike about keys of their results: a documentation fragment can hold no RETURN.

Where a module's RETURN has a key with ``# shared: NAME`` behind it, what stands below that key is the part NAME of
``tools/returns.yml``. ``python3 -m tools.returns --write`` writes it there, ``--check`` fails where it is another.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(__file__).with_name("returns.yml")
MODULES = ROOT / "plugins" / "modules"

_MARKER = r"(?P<indent> *)(?P<key>\w+): +# shared: (?P<name>[\w.]+)\n"
_MARKED = re.compile(rf"^{_MARKER}(?P<below>(?:(?P=indent) +\S.*\n|\n+(?=(?P=indent) ))*)", re.MULTILINE)
_MARKED_LINE = re.compile(_MARKER)
_LIKE_A_MARKER = re.compile(r"#\s*shared\b", re.IGNORECASE)
_NAME_LINE = re.compile(r"([\w.]+):\n")


class MarkerError(ValueError):
    """A part or a marker that is not as it should be; says where, and what is allowed."""


def shared(text: str) -> dict[str, str]:
    """Return the text of each part of the source, without its indentation.

    A part may use those that stand above it.

    Raises:
        MarkerError: a line that is neither a name nor below one, a name that comes twice, or a wrong marker.
    """
    below: dict[str, list[str]] = {}
    here: list[str] | None = None
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        place = f"line {number} of {SOURCE.name}"
        if line.startswith(("#", "---")):
            continue
        if line[0] in " \n":
            if here is None and line.strip():
                raise MarkerError(f"{place} stands below no name")
            if here is not None:
                here.append(line)
            continue
        name = _NAME_LINE.fullmatch(line)
        if not name:
            raise MarkerError(
                f"{place} is no name of a part, which is written NAME: with its text below: {line.strip()}"
            )
        if name[1] in below:
            raise MarkerError(f"{place} names {name[1]} again")
        here = below[name[1]] = []
    parts: dict[str, str] = {}
    for title, lines in below.items():
        part = textwrap.dedent("".join(lines)).strip("\n") + "\n"
        parts[title] = filled(part, parts, f"part {title} of {SOURCE.name}")
    return parts


def filled(text: str, parts: dict[str, str], where: str) -> str:
    """Return a text with the parts in their places.

    Raises:
        MarkerError: a marker that is not written as one, or names a part that is not there; ``where`` is the text.
    """

    def part(match: re.Match[str]) -> str:
        if match["name"] not in parts:
            return match[0]
        marker = f"{match['indent']}{match['key']}:  # shared: {match['name']}\n"
        return marker + textwrap.indent(parts[match["name"]], f"{match['indent']}  ")

    # What stood below a marker may have been of another time, so only the new text is judged.
    text = _MARKED.sub(part, text)
    for line in filter(_LIKE_A_MARKER.search, text.splitlines(keepends=True)):
        marker = _MARKED_LINE.fullmatch(line)
        if not marker:
            raise MarkerError(
                f"{where}: a marker is KEY:  # shared: NAME and nothing else, which this is not: {line.strip()}"
            )
        if marker["name"] not in parts:
            known = ", ".join(sorted(parts)) or "none"
            raise MarkerError(f"{where}: there is no part {marker['name']} for {marker['key']}, only {known}")
    return text


def used(text: str) -> set[str]:
    """Return the names of the parts that a filled text has, those within parts included."""
    return {match["name"] for line in text.splitlines(keepends=True) if (match := _MARKED_LINE.fullmatch(line))}


def fill(source: Path, modules: Path, *, write: bool) -> list[str]:
    """Hold each module in a folder to the parts of the source; return what is wrong, or with ``write`` what stays so.

    ``{module}`` in a part stands for the name of the module.
    """
    try:
        parts = shared(source.read_text(encoding="utf-8"))
    except MarkerError as exc:
        return [str(exc)]
    wrong, unused = [], set(parts)
    for file in sorted(modules.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        own = {name: part.replace("{module}", file.stem) for name, part in parts.items()}
        try:
            wanted = filled(text, own, file.name)
        except MarkerError as exc:
            wrong.append(str(exc))
            unused -= used(text)
            continue
        unused -= used(wanted)
        if text != wanted and write:
            file.write_text(wanted, encoding="utf-8")
        elif text != wanted:
            wrong.append(f"{file.name} is stale: run python3 -m tools.returns --write")
    return wrong + [f"no module uses the part {name} of {source.name}" for name in sorted(unused)]


def main() -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.returns", description="Keys of results that modules share.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write them into the modules")
    what.add_argument("--check", action="store_true", help="fail where a module has others")
    options = parser.parse_args()
    wrong = fill(SOURCE, MODULES, write=options.write)
    for line in wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
