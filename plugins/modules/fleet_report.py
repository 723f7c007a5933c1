#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: fleet_report
short_description: Write one page about a whole fleet
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Writes what became of the hosts of a fleet into one HTML file on the controller; which are done, which are not, why,
    and what to do next. The same as CSV, and as JSON that later runs can merge.
  - The page is one file that needs no network and no server. It opens from a file share, it prints, and its summary is
    there without scripts. The list of all hosts can be searched, filtered and sorted, and leads to the failed items of
    each share, with the code of Windows and what may help.
  - Reads the variables that earlier tasks have registered, of each host as they are. What is in them may be anything. A
    host that has none of them has a row, too, and what cannot be understood is said on the row.
  - Asks no host and needs no connection, not even to C(localhost).
  - The playbooks C(winops.offline_files.retire_server) and C(winops.offline_files.migrate_share) end with such a page,
    from what the roles P(winops.offline_files.retire_share#role) and P(winops.offline_files.migrate_share#role)
    return.
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
      - The files belong to the user who runs Ansible.
  bypass_host_loop:
    description: Runs once for all hosts of a play instead of once for each host.
    support: none
    details:
      - Use C(run_once), for the page is about all hosts.
  check_mode:
    description: Can run in C(check_mode) and predict what would change without changing it.
    support: full
    details:
      - Use C(check_mode=false) at the task to have the page of a check, too.
  diff_mode:
    description: With C(--diff) says in detail what changed or, in C(check_mode), would change.
    support: none
  idempotent:
    description: Run twice with the same arguments and results, the second time changes nothing.
    support: full
    details:
      - No time is in the files, so that the same results make the same files. The page shows when its file was written.
  platform:
    description: The operating systems of hosts on which it can run.
    platforms: all
    support: full
    details:
      - It does not run on the hosts.
options:
  dest:
    description:
      - The file of the page, such as C(reports/fs01.html). Other formats have the same name with another ending. An
        ending that is none of O(formats) belongs to the name.
      - A relative path begins at the folder in which Ansible was started. The folder must be there.
      - A file of this name is replaced, in one step, where it differs.
    type: path
    required: true
  formats:
    description:
      - What to write. V(html) is the page, V(csv) one line for each host, view and share, V(json) everything, for
        O(merge) and for other programs.
    type: list
    elements: str
    choices: [html, csv, json]
    default: [html]
  title:
    description: The headline of the page.
    type: str
    default: Offline Files of the fleet
  hosts:
    description:
      - The hosts that should appear. One of which nothing is known is shown as V(not_asked).
      - Without it, all hosts of the play, those that have left it as well. Give it in a play for C(localhost), such as
        C("{{ groups['pcs'] }}").
      - V([]) only merges.
    type: list
    elements: str
  cache:
    description:
      - Names of variables with results of M(winops.offline_files.cache_info). What it tells of policies and of users
        goes into the page, with O(winops.offline_files.cache_info#module:paths) also what the cache holds.
    type: list
    elements: str
    default: []
  before:
    description:
      - Names of variables with results of M(winops.offline_files.item_info), registered before something was done.
      - Where there are several, such as one for each user, each counts for the user whose view it is.
    type: list
    elements: str
    default: []
  after:
    description: Names of variables with results of M(winops.offline_files.item_info), registered afterwards.
    type: list
    elements: str
    default: []
  results:
    description:
      - Names of variables with what was done, in the order in which it was done. Results of
        M(winops.offline_files.unpin), M(winops.offline_files.pin), M(winops.offline_files.synchronize) and
        M(winops.offline_files.delete_items), also of loops, and the facts C(retire_share_result) and
        C(migrate_share_result) of the roles.
      - What the roles return has the shares, the users and the policies in it, so that O(cache), O(before) and O(after)
        are not needed with it.
    type: list
    elements: str
    default: []
  problem:
    description:
      - Names of variables with a sentence that says why a host was left out, such as one that a C(rescue) section has
        set. A host for which it is not empty has failed.
    type: list
    elements: str
    default: []
  merge:
    description:
      - JSON files that this module has written, of earlier runs or of slices of this one, the earliest first. Their
        hosts appear as well.
      - Of a host that is in several the last one that knows something counts. A host that answered before and could not
        be reached now keeps what it said, with a note.
      - The file that is about to be replaced may be among them.
    type: list
    elements: path
    default: []
  max_items:
    description:
      - The highest number of failed items that are named of each host; V(0) is no limit. The numbers are always about
        all.
    type: int
    default: 20
  mode:
    description:
      - The permissions of the files, as an octal number in quotes. The files hold names of users and paths.
    type: raw
    default: "0600"
seealso:
  - module: winops.offline_files.report_file
  - plugin: winops.offline_files.csv_row
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Retire a share and write the page
  hosts: pcs
  gather_facts: false
  tasks:
    - name: Look
      winops.offline_files.cache_info:
        paths: //fs01/users
        unavailable: ok
      register: look

    - name: Release
      winops.offline_files.unpin:
        paths: //fs01/users
        unavailable: ok
        report: failed
      register: released
      # Single items that failed are no reason to leave the host out.
      failed_when: released is failed and not released.only_items_failed | default(false)

    - name: Count what is left
      winops.offline_files.item_info:
        paths: //fs01/users
        summary: true
        unavailable: ok
      register: left

    - name: Write the page, a table and the data
      winops.offline_files.fleet_report:
        dest: ~/fs01.html
        formats: [html, csv, json]
        title: Retiring fs01
        cache: look
        results: released
        after: left
      run_once: true

- name: Write one page of what the slices of a job have left
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Merge them; a host of the inventory that is in none of them was not asked
      winops.offline_files.fleet_report:
        dest: ~/fs01.html
        title: Retiring fs01
        hosts: "{{ groups['pcs'] | default([]) }}"
        merge: "{{ query('ansible.builtin.fileglob', '~/slices/*.json') | sort }}"
"""

RETURN = r"""
files:
  description: The files, in the order of O(formats).
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The file with its full path.
      type: str
      sample: /home/alice/fs01.html
    format:
      description: What it is; V(html), V(csv) or V(json).
      type: str
    changed:
      description: Whether it was written, or in check mode would be.
      type: bool
    size:
      description: Its bytes.
      type: int
      sample: 48213
totals:
  description: The numbers of the fleet, with those of the hosts that were merged.
  returned: success
  type: dict
  contains:
    hosts:
      description: Hosts.
      type: int
    states:
      description:
        - How many hosts have come to each state.
        - V(failed), something was refused or went wrong; V(unreachable), the host did not answer or went away;
          V(not_asked), nothing is known of it; V(waits), a guard of a role forbids it, a call in the background is at
          work there, or something is left that did not fail; V(would_change), predicted in check mode; V(seen), only
          looked at; V(done), nothing is left to do; V(off), Offline Files does not run there.
      type: dict
      sample: {failed: 1, unreachable: 2, not_asked: 0, waits: 4, would_change: 0, seen: 0, done: 312, "off": 9}
    total_items:
      description: Items of the shares that the caches hold, of each view, as they were counted last.
      type: int
    pinned:
      description: Those that are pinned.
      type: int
    pinned_size:
      description: Bytes of the pinned ones.
      type: int
    unsynchronized:
      description: Items with changes that are not synchronized.
      type: int
    unsynchronized_size:
      description: Bytes of these changes.
      type: int
    reasons:
      description: How many items are pinned for each reason.
      type: dict
      sample: {user: 9, user_policy: 0, computer: 0, folder_redirection: 3}
    changed:
      description: Items with which something was done.
      type: int
    failed:
      description: Items that failed, whether they are named or not.
      type: int
    not_seen:
      description: Users who have items that no task saw.
      type: int
msg:
  description: What happened, in two sentences.
  returned: always
  type: str
  sample: "Wrote /home/alice/fs01.html. 328 hosts: failed 1, unreachable 2, waits 4, done 312, off 9."
"""
