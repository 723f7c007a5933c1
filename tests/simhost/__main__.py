# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`python -m simhost`: see cli.py."""

from __future__ import annotations

import sys

from simhost.cli import main

if __name__ == "__main__":
    sys.exit(main())
