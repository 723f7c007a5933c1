#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: item_info
short_description: List what the Windows offline cache holds, what is pinned, and why
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Reads the items of the Offline Files cache of a Windows host, from the WMI class C(Win32_OfflineFilesItem).
  - Says for each item why it is pinned and whether its folder passes the pin on, whether it has changes that
    are not synchronized, how big it is and how it is connected; and for each share what its items come to.
  - Without O(paths) the whole cache is listed.
  - Changes nothing.
extends_documentation_fragment:
  - winops.offline_files.info
  - winops.offline_files.items
  - winops.offline_files.common
options:
  paths:
    default: []
  deep:
    description:
      - Whether everything below O(paths) is listed, or only what lies directly in them.
    type: bool
    default: true
  type:
    description:
      - Only items of these types. A plain string may hold several, parted by commas.
    type: list
    elements: str
    choices: [file, directory, share, server]
    default: []
  pinned:
    description:
      - V(true), only pinned items; V(false), only items that are not pinned, such as those that Windows caches by
        itself. Both without this option.
    type: bool
  reasons:
    description:
      - Only items that are pinned for one of these reasons. A plain string may hold several, parted by commas.
    type: list
    elements: str
    choices: [user, user_policy, computer, folder_redirection]
    default: []
  dirty:
    description:
      - V(true), only items with changes that are not synchronized; V(false), only items without. Both without this
        option.
    type: bool
  name:
    description:
      - Only items whose own name matches one of these patterns, in any case. V(*) stands for any characters, V(?)
        for one; brackets are letters like any other.
      - A plain string is one pattern, with its commas and blanks, or several with one a line.
    type: list
    elements: str
    default: []
  sort:
    description:
      - The order of RV(entries). V(path) has a folder before its content.
      - Items that have no such value come last.
    type: str
    choices: [path, name, type, size, dirty_size, modified, accessed]
    default: path
  descending:
    description:
      - The other way round, such as the biggest first.
    type: bool
    default: false
  max_entries:
    description:
      - The highest number of items in RV(entries), the first in the order of O(sort); V(0) is no limit.
      - RV(counts), RV(sizes), RV(reasons) and RV(shares) are always about all items that match.
    type: int
    default: 1000
    aliases: [limit]
  summary:
    description:
      - Describe no item, only count them. Fewer properties are read then, which makes it quicker and smaller.
    type: bool
    default: false
  connection:
    description:
      - Whether to read the connection state of each item. Windows looks it up for each item, which takes time
        in a big cache.
      - Never read with O(summary=true).
    type: bool
    default: true
  timeout:
    default: 3600
notes:
  - The provider of Windows can only enumerate the whole cache, so O(paths) saves no time on the host. It saves what
    is sent and kept.
seealso:
  - module: winops.offline_files.cache_info
  - name: Win32_OfflineFilesItem class
    description: The vendor's page of the class.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilesitem
"""

EXAMPLES = r"""
- name: List what is pinned, and why
  winops.offline_files.item_info:
    pinned: true

- name: Count what each share has in the cache
  winops.offline_files.item_info:
    summary: true

- name: Find the twenty biggest mail archives in the cache
  winops.offline_files.item_info:
    name: ["*.pst", "*.ost"]
    sort: size
    descending: true
    max_entries: 20

- name: Release the biggest mail archives that users pinned
  block:
    - name: Find them
      winops.offline_files.item_info:
        name: "*.pst"
        reasons: user
        sort: size
        descending: true
        max_entries: 20
      register: archives

    - name: Release them; a path goes back as it came, whatever its letters are
      winops.offline_files.unpin:
        paths: "{{ archives.entries | map(attribute='path') }}"
      when: archives.entries | length > 0

- name: Be sure that nothing of the retired server is in the cache any more
  block:
    - name: Look for it
      winops.offline_files.item_info:
        paths: //fs01
        summary: true
        unavailable: ok
      register: leftovers

    - name: Fail where something is left
      ansible.builtin.assert:
        that: leftovers.counts.total == 0
        fail_msg: "{{ leftovers.msg }}"

- name: Stop before changes are lost that were never synchronized
  block:
    - name: Look for changes
      winops.offline_files.item_info:
        dirty: true
      register: unsynchronized

    - name: Fail where there are some
      ansible.builtin.assert:
        that: unsynchronized.counts.dirty == 0
        fail_msg: >-
          {{ unsynchronized.sizes.dirty | human_readable }} in
          {{ unsynchronized.entries | map(attribute='path') | join(', ') }}

- name: Report the pinned shares of a fleet
  block:
    - name: Count the pinned items of each share
      winops.offline_files.item_info:
        pinned: true
        summary: true
        unavailable: ok
      register: pinned

    - name: Write them into one CSV file on the controller
      ansible.builtin.copy:
        dest: "{{ playbook_dir }}/pinned_shares.csv"
        mode: "0600"
        content: |
          {{ ['host', 'share', 'items', 'bytes', 'user', 'user_policy', 'computer', 'folder_redirection']
             | winops.offline_files.csv_row }}
          {% for host in ansible_play_hosts %}
          {% for share in hostvars[host].pinned.shares %}
          {{ [host, share.path, share.pinned_items, share.pinned_size, share.reasons.user, share.reasons.user_policy,
              share.reasons.computer, share.reasons.folder_redirection] | winops.offline_files.csv_row }}
          {% endfor %}
          {% endfor %}
      delegate_to: localhost
      run_once: true

# The same ad hoc:
# ansible pcs -m winops.offline_files.item_info -a 'pinned=true summary=true'
# ansible pcs -m winops.offline_files.item_info -a '{"name": "Smith, John*"}'
# ansible pcs -m winops.offline_files.item_info -a 'paths=//fs01/users name=*.pst sort=size descending=true limit=5'
"""

RETURN = r"""
msg:
  description: What was found, in one sentence.
  returned: always
  type: str
  sample: "17 items (12 files, 4 directories, 1 share): 9 pinned, 2 with changes that are not synchronized."
complete:  # shared: totals.complete
  description:
    - Whether the cache was read to its end. When it was not, such as when the time of O(timeout) was up, the task
      fails, and the rest is about what was read.
  returned: always
  type: bool
entries:
  description:
    - One entry for each item that matches, in the order of O(sort). See O(max_entries).
    - A property that does not apply to a type of item is null; only files have all.
  returned: always
  type: list
  elements: dict
  contains:
    path:  # shared: entries.path
      description: The item's path as the cache spells it.
      type: str
    name:
      description: Its last part.
      type: str
    parent:
      description: The path above; null for a server.
      type: str
    type:
      description: V(file), V(directory), V(share) or V(server).
      type: str
    pinned:
      description: Whether it is pinned for any reason. Null for a server.
      type: bool
    reasons:
      description: Why it is pinned; of V(user), V(user_policy), V(computer), V(folder_redirection).
      type: list
      elements: str
    passed_on:
      description: For which of the reasons new items in it are pinned too.
      type: list
      elements: str
    inherited:
      description:
        - For which of the reasons the folder above passes its pin on, so that the item may be pinned again. The other
          reasons are its own.
        - Null when the folder above was not read, because it lies outside of O(paths).
      type: list
      elements: str
    dirty:
      description: Whether it has changes that are not synchronized.
      type: bool
    dirty_kinds:
      description: What was changed; of V(data), V(attributes), V(time), V(created), V(deleted).
      type: list
      elements: str
    dirty_size:
      description: Bytes of a file that are not synchronized.
      type: int
    size:
      description: Bytes of the local copy.
      type: int
    synchronized_size:
      description: Bytes after the last synchronization.
      type: int
    attributes:
      description: File attributes of the local copy, the mask of Windows (V(1) read-only, V(16) directory ...).
      type: int
    created:
      description: When the local copy was created. All times are ISO 8601 in UTC, to the second.
      type: str
      sample: '2026-11-22T20:06:59Z'
    modified:
      description: When the local copy was written to.
      type: str
    metadata_changed:
      description: When data or attributes of the local copy were changed.
      type: str
    accessed:
      description: When the local copy was read.
      type: str
    synchronized_modified:
      description: The time of the last change that is synchronized.
      type: str
    encrypted:
      description: Whether the file is encrypted in the cache.
      type: bool
    sparse:
      description: Whether the file is only partly cached, and so not available offline.
      type: bool
    suspended:
      description: Whether its folder was taken out of synchronization.
      type: bool
    suspended_root:
      description: Whether it is itself the folder that was taken out.
      type: bool
    connection_state:  # shared: entries.connection_state
      description:
        - V(online), V(offline), V(transparently_cached), V(partly_transparently_cached) or V(unknown); a number
          that the vendor's page does not have stays a number. Null where it was not read.
      type: str
    offline_reason:  # shared: entries.offline_reason
      description:
        - V(not_applicable), V(working_offline), V(slow_connection), V(net_disconnected), V(need_to_sync_item),
          V(item_suspended) or V(unknown). Null where it was not read.
      type: str
entries_truncated:
  description: Whether O(max_entries) left out items.
  returned: always
  type: bool
counts:  # shared: totals.counts
  description: How many items match, and how many items of the cache the user sees at all.
  returned: always
  type: dict
  contains:
    total:
      description: Items that match.
      type: int
    files:
      description: Files of them.
      type: int
    directories:
      description: Directories of them.
      type: int
    shares:
      description: Shares of them.
      type: int
    servers:
      description: Servers of them.
      type: int
    pinned:
      description: Pinned ones of them.
      type: int
    dirty:
      description: Of them those with changes that are not synchronized.
      type: int
    visible:
      description: Items of the cache that the user sees, whether they match or not. Null when it was not read.
      type: int
sizes:  # shared: totals.sizes
  description: Bytes of the files that match.
  returned: always
  type: dict
  contains:
    total:
      description: Of all.
      type: int
    pinned:
      description: Of those that are pinned.
      type: int
    dirty:
      description: Of changes that are not synchronized.
      type: int
reasons:  # shared: totals.reasons
  description: How many of the items that match are pinned for each reason.
  returned: always
  type: dict
  sample: {user: 9, user_policy: 0, computer: 0, folder_redirection: 3}
shares:
  description: What the items that match come to for each share, by path.
  returned: always
  type: list
  elements: dict
  contains:
    path:  # shared: totals.shares.path
      description: The share.
      type: str
    total_items:  # shared: totals.shares.total_items
      description: Items of it that match, the share itself among them.
      type: int
    files:  # shared: totals.shares.files
      description: Files of them.
      type: int
    directories:  # shared: totals.shares.directories
      description: Directories of them.
      type: int
    pinned_items:  # shared: totals.shares.pinned_items
      description: Pinned ones of them.
      type: int
    dirty_items:  # shared: totals.shares.dirty_items
      description: Of them those with changes that are not synchronized.
      type: int
    size:  # shared: totals.shares.size
      description: Bytes of their files.
      type: int
    pinned_size:  # shared: totals.shares.pinned_size
      description: Bytes of the files that are pinned.
      type: int
    dirty_size:  # shared: totals.shares.dirty_size
      description: Bytes of changes that are not synchronized.
      type: int
    reasons:  # shared: totals.shares.reasons
      description: How many of them are pinned for each reason.
      type: dict
not_cached:  # shared: totals.not_cached
  description: Those of O(paths) that the cache does not hold, or does not show to the user of the task.
  returned: always
  type: list
  elements: str
cache:  # shared: cache
  description: The offline cache of the host. Values are null where they could not be read.
  returned: always
  type: dict
  contains:
    enabled:
      description: Whether Offline Files is configured to run.
      type: bool
      sample: true
    active:
      description: Whether it runs now.
      type: bool
      sample: true
    location:  # shared: cache.location
      description: Its folder on the host.
      type: str
      sample: C:\Windows\CSC
    user:  # shared: cache.user
      description: Whose view of the cache this is.
      type: str
      sample: CORP\alice
transcript:  # shared: transcript
  description: The file on the controller that O(transcript) asked for; null when it could not be written.
  returned: when O(transcript) is set
  type: str
  sample: /home/alice/transcripts/item_info-pc042-20260131T120000Z.json
"""
