# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules say that look first, and then act as a whole instead of item by item."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared by the modules that change something else than single items."""

    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - How many seconds the host may take for everything; V(0) is no limit.
      - WMI cannot cancel a method. After a timeout it may still run, which RV(may_still_run) says.
    type: int
attributes:
  check_mode:
    support: full
    details:
      - Looks, calls nothing, and predicts the result with the same keys.
  diff_mode:
    support: full
notes:
  - The task looks first, which is its only execution on the host where nothing is to be done; each method that is
    called is one more. Where an answer is lost, and where Windows reports success and the state does not show it, the
    task looks again.
"""
