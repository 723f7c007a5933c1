# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules say whose method works only on what the cache holds."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared by the modules of methods that bring nothing into the cache."""

    DOCUMENTATION = r"""
options:
  missing:
    description:
      - What a path means that the cache does not hold, or does not show to the user of the task.
      - With V(fail), RV(msg) names such paths, three of them at most.
    type: str
    choices: [ok, fail]
    default: ok
"""
