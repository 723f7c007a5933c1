# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the documentation of every module of this collection says about how it behaves in a playbook."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes with the same answer for all modules, and words for those that each module answers itself."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: Has an action plugin, so that a part of it runs on the controller.
    support: full
  action_group:
    description:
      - Use C(group/winops.offline_files.offline_files) in C(module_defaults) to set defaults for this and the other
        modules of the collection.
    support: full
    membership:
      - winops.offline_files.offline_files
  async:
    description: Can run in the background with the keyword C(async).
    support: none
    details:
      - The result is made on the controller from the host's answer. For long runs use O(timeout), and forks
        or the strategy P(ansible.builtin.free#strategy) to work on many hosts at once.
  become:
    description: Can run as another user of the host with become.
    support: full
    details:
      - Become decides whose view of the cache is read and with whose rights items are released. See the notes.
  bypass_host_loop:
    description: Runs once for all hosts of a play instead of once for each host.
    support: none
  check_mode:
    description: Can run in C(check_mode) and predict what would change without changing it.
  diff_mode:
    description: With C(--diff) says in detail what changed or, in C(check_mode), would change.
  platform:
    description: The operating systems of hosts on which it can run.
    platforms: windows
    support: full
"""
