# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What every module says that asks a host: common options, behaviour in a playbook, notes."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared by all modules of the action group; what differs, such as a default, each module says itself."""

    DOCUMENTATION = r"""
options:
  transcript:
    description:
      - A folder on the controller. A new file in it records what the host was asked and what it answered, every
        progress text exactly as it came, but for names.
      - Servers, shares, folders, files, users, domains, computers, SIDs and addresses get aliases, the same name
        always the same one. Passwords are not in it. Read it before you give it away.
      - The file is written in check mode, and when the task fails, too. It is named after the module, the host
        and the time. The folder is made when it is not there, and only its owner may read the file.
      - A relative folder begins at that of the playbook. Where no file can be made in it, the task fails before the
        host is asked.
      - Such files of real hosts are the most welcome contribution to this collection.
    type: path
  unavailable:
    description:
      - What a host means whose Offline Files class is missing, or where Offline Files is disabled or not active.
      - With V(fail) the task fails there. V(ok) is for fleets where the feature is off on some hosts.
      - Either way the rest of the result is the same. RV(msg) says what is off, and no item is found or changed.
    type: str
    choices: [fail, ok]
    default: fail
attributes:
  action:
    description: Has an action plugin, so that a part of it runs on the controller.
    support: full
  action_group:
    description:
      - Use C(group/winops.offline_files.offline_files) in C(module_defaults) to set defaults for this and the other
        modules of the collection. O(unavailable), O(timeout) and O(transcript) are options of each of them, so they
        can be set for the group; other options for the modules that have them, by their own names.
    support: full
    membership:
      - winops.offline_files.offline_files
  async:
    description: Can run in the background with the keyword C(async).
    support: none
    details:
      - The result is made on the controller from the host's answer. For long runs use O(timeout) and, where the module
        has it, the option C(background); forks or the strategy P(ansible.builtin.free#strategy) to work on many hosts
        at once.
  become:
    description: Can run as another user of the host with become.
    support: full
    details:
      - Become decides whose view of the cache the task reads, and with whose rights it works there. See the notes.
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
notes:
  - The event log of the host gets nothing from this module. Ansible notes the arguments of other modules there, unless
    C(ansible_no_target_syslog) is set; here it always is, as names of users' files do not belong there.
  - This module has been tested with a simulated Windows host and with its host part on PowerShell 7, not yet
    on Windows.
seealso:
  - ref: ansible_collections.winops.offline_files.docsite.guide_results
    description: Reading results in a playbook.
"""
