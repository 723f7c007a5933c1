#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: report_file
short_description: Write a report into a new file on the controller
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Writes a text into a new file on the controller. A file that is there already is never overwritten, for a report of
    an earlier run may be the only record of what the hosts had.
  - Asks no host and needs no connection, not even to C(localhost). So it works in the plays of a playbook for Windows
    hosts, whatever variables such as C(ansible_connection) or C(ansible_become) are set for them.
attributes:
  action:
    description: Has an action plugin, so that a part of it runs on the controller.
    support: full
  async:
    description: Can run in the background with the keyword C(async).
    support: none
  become:
    description: Can run as another user of the host with become.
    support: none
    details:
      - The file belongs to the user who runs Ansible.
  bypass_host_loop:
    description: Runs once for all hosts of a play instead of once for each host.
    support: none
    details:
      - Use C(run_once) for one file of all hosts.
  check_mode:
    description: Can run in C(check_mode) and predict what would change without changing it.
    support: full
    details:
      - Use C(check_mode=false) at the task to have the report of a check, too.
  diff_mode:
    description: With C(--diff) says in detail what changed or, in C(check_mode), would change.
    support: none
  platform:
    description: The operating systems of hosts on which it can run.
    platforms: all
    support: full
    details:
      - It does not run on the hosts.
options:
  path:
    description:
      - The file. Its folder must be there, unless O(parents).
      - A relative path begins at the folder in which Ansible was started, not at that of the playbook.
      - Only the user who runs Ansible may read the file, mode C(0600).
    type: path
    required: true
  content:
    description: The text. It is written as UTF-8.
    type: str
    required: true
  parents:
    description: Whether folders above the file that are missing are made, mode C(0700).
    type: bool
    default: false
  instead_of:
    description:
      - The text that the file may have already, such as one that a task before has begun it with. A file with exactly
        this text is replaced, in one step; any other stays, and the task fails.
    type: str
seealso:
  - plugin: winops.offline_files.csv_row
    plugin_type: filter
  - module: winops.offline_files.item_info
"""

EXAMPLES = r"""
- name: Report the pinned shares of a fleet
  block:
    - name: Count the pinned items of each share
      winops.offline_files.item_info:
        pinned: true
        summary: true
        unavailable: ok
      register: pinned

    - name: Write them into one CSV file, another one each day
      winops.offline_files.report_file:
        path: "~/pinned_{{ now().strftime('%Y-%m-%d') }}.csv"
        content: |
          {{ ['host', 'share', 'pinned items'] | winops.offline_files.csv_row }}
          {% for host in ansible_play_hosts %}
          {% for share in hostvars[host].pinned.shares %}
          {{ [host, share.path, share.pinned_items] | winops.offline_files.csv_row }}
          {% endfor %}
          {% endfor %}
      run_once: true
"""

RETURN = r"""
path:
  description: The file with its full path.
  returned: success
  type: str
  sample: /home/alice/pinned_2026-01-31.csv
msg:
  description: What happened, in one sentence.
  returned: always
  type: str
  sample: Wrote /home/alice/pinned_2026-01-31.csv.
"""
