# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes a picture of the page of a fleet: `python -m browser.picture PAGE PNG`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browser import chromium

WIDTH, HEIGHT = 1280, 985
LIMIT = 200_000
"""Bytes; each clone of the repository has it."""


def main() -> int:
    """Write the picture. Exit code 0, or 1 with a line that says why there is none."""
    page, file = map(Path, sys.argv[1:3])
    if lacks := chromium.missing():
        print(lacks, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, chromium.started(Path(folder)) as browser:
        browser.open(page.absolute(), width=WIDTH, height=HEIGHT)
        browser.emulate(prefers_color_scheme="light")
        picture = browser.picture()
    if len(picture) > LIMIT:
        print(f"the picture has {len(picture)} bytes, {LIMIT} are allowed", file=sys.stderr)
        return 1
    file.write_bytes(picture)
    print(f"{file.name}: {len(picture)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
