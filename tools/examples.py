# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns docs/host_contract_examples.md, which is made of the contract cases that have an example's title.

``python3 -m tools.examples`` prints it, ``--write`` writes the file, ``--check`` fails where the file is another.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.cases import CACHE, CASES, Case
from engine.contract import answered, unpack

ROOT = Path(__file__).resolve().parents[1]

FILE = ROOT / "docs" / "host_contract_examples.md"
WIDTH = 110
SHOWN_OF_PACK = 10
"""Characters of a PACK that are the same whatever compressed it."""

HEAD = """\
# Examples of the host contract

Complete requests to `host_call` and their answers, as [host_contract.md](host_contract.md) describes them. They are
made by `python3 -m tools.examples --write` from the cases of `tests/engine/cases.py`, and the contract tests hold the
real host part and the emulation to the same answers. `host` and `ms` are those of the simulation.

Options that a request does not name have their default. A PACK is cut short, and its records stand below the answer,
with `<TAB>` for U+0009. Unless something else is said, the user is `CORP\\alice`, nothing is out of order, and the
cache holds

```yaml
{cache}```
"""


def main() -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.examples", description="Examples of the host contract.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="write the file")
    what.add_argument("--check", action="store_true", help="fail where the file is another")
    options = parser.parse_args()
    text = document()
    if options.write:
        FILE.write_text(text, encoding="utf-8")
    elif options.check:
        if not FILE.is_file() or FILE.read_text(encoding="utf-8") != text:
            print(f"{FILE.relative_to(ROOT)} is stale: run python3 -m tools.examples --write", file=sys.stderr)
            return 1
    else:
        print(text, end="")
    return 0


def document() -> str:
    """Return the whole text of the file."""
    shown = [case for case in CASES.values() if case.example]
    return "\n".join([HEAD.format(cache=CACHE.lstrip("\n")), *("\n".join(_section(case)) for case in shown)])


def _section(case: Case) -> Iterator[str]:
    """Yield the lines of one example."""
    yield f"## {case.example}\n"
    if case.behaviour or case.host:
        yield _sentence("The simulated Windows differs", {**case.host, **case.behaviour})
    yield f"Request{' (check mode)' if case.check_mode else ''}\n"
    yield _fenced("json", _json(case.full_request))
    answer = answered(case)
    packs = [(f"{name}.data", answer[name]) for name in ("before", "after") if answer[name]]
    packs[1:1] = [(f"calls[{number}].data", call) for number, call in enumerate(answer["calls"])]
    records = [(place, unpack(holder["data"])) for place, holder in packs]
    for _dummy, holder in packs:
        holder["data"] = holder["data"][:SHOWN_OF_PACK] + "..."
    yield "Answer\n"
    yield _fenced("json", _json(answer))
    for place, texts in records:
        if texts:
            yield f"`{place}`\n"
            yield _fenced("text", "\n".join(text.replace("\t", "<TAB>") for text in texts))


def _sentence(what: str, values: dict[str, Any]) -> str:
    told = ", ".join(f"`{name}` is `{json.dumps(value)}`" for name, value in values.items())
    return textwrap.fill(f"{what}: {told}.", WIDTH, break_on_hyphens=False) + "\n"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


def _json(value: Any, indent: str = "") -> str:
    """JSON with a line for whatever fits into one."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or (indent and len(indent) + len(line) <= WIDTH):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{deeper}{json.dumps(name)}: {_json(part, deeper)}" for name, part in value.items()]
    else:
        parts = [deeper + _json(part, deeper) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(parts) + f"\n{indent}{closing}"


if __name__ == "__main__":
    sys.exit(main())
