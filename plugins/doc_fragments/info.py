# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules say that only read: no change in any mode, the time for reading."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared by the modules whose names end in _info."""

    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - How many seconds the host may take to read; V(0) is no limit. What was read until then is returned.
      - Should the host not answer at all, the task ends at most one minute after this time.
    type: int
attributes:
  check_mode:
    support: full
    details:
      - Nothing is ever changed, so check mode does the same.
  diff_mode:
    support: none
seealso:
  - module: winops.offline_files.unpin
"""
