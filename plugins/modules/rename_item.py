#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rename_item
short_description: Move items of the Windows offline cache to another path without fetching them again
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Gives a server, a share, a folder or a file in the Offline Files cache of a Windows host another path, with all that
    lies under it, by the methods C(RenameItemEx) and C(RenameItem) of the WMI class C(Win32_OfflineFilesCache).
  - Use it when a file server gets a new name, or a share or folder has moved. The copies stay where they are on the
    disk of the host, so nothing is fetched over the network again, and changes that are not synchronized go along.
  - Only the cache is told of the new path. On the server the files have to be there under it already, and shortcuts and
    mapped drives are none of its business.
  - Counts the items under both paths before and after. RV(ignore:changed) is true exactly when items have another path
    then; a return value alone proves nothing.
extends_documentation_fragment:
  - winops.offline_files.change
  - winops.offline_files.common
options:
  src:
    description:
      - The path in the cache, C(//server), C(//server/share) or C(//server/share/folder/file), with slashes or with
        backslashes. Windows keeps the names of a server apart, so it counts how the cache spells it, but for case.
      - Control characters that a result shows as C(<U+202E>) may be given so.
    type: str
    required: true
  dest:
    description:
      - The path that it is to get, in the same forms. Neither path may lie under the other.
      - Where the cache holds it already, nothing is called and the task fails, as Windows gives no item a path that is
        taken. It holds it as soon as a user has opened a folder of the new server once.
      - A server can only get the name of a server. Whether a share can become a folder, or a folder a share, no
        document says; it is tried, with a warning.
    type: str
    required: true
  when:
    description:
      - When the items get their path.
      - V(now), at once, by C(RenameItemEx), which needs no administrator but access to the items. While a file under
        O(src) is open it fails, and so does the task, with RV(open_files=true).
      - V(restart), at the next restart of the host, by C(RenameItem), which is for administrators. Until then nothing
        is changed; see RV(reboot_required).
      - V(auto), at once, and where a file is open, access is denied or Windows has no C(RenameItemEx) at the next
        restart. Access denied counts because a file system says so of a folder with an open file in it, too.
      - The vendor's pages disagree whether C(RenameItemEx) came with Windows 7 SP1 or with Windows 8.
    type: str
    choices: [auto, now, restart]
    default: auto
  missing:
    description:
      - What it means that the cache holds neither path, or does not show them to the user of the task.
    type: str
    choices: [ok, fail]
    default: ok
  timeout:
    default: 600
attributes:
  action:
    support: full
  platform:
    platforms: windows
notes:
  - While a request waits for the restart, no document says where Windows keeps it, and the class has no method that
    tells or withdraws it. So the same task run again before the restart asks again, and ends with V(pending) again. A
    second request should do no harm, for at the restart it finds nothing under O(src) any more. Where Windows refuses
    it, the task fails and says that one may be waiting.
  - A request that waits may find another cache at the restart, such as one in which a user has opened the new path
    meanwhile. Run the task once more after the restart. It is V(unchanged) where it was carried out.
  - Items that the user of the task does not see are not counted, and no document says whether they go along. Look
    with the views of all users, or as an administrator of the host, before old paths go away.
  - C(ReplaceIfExists), the third parameter of both methods, is reserved by Windows and always false.
seealso:
  - module: winops.offline_files.item_info
  - module: winops.offline_files.synchronize
  - module: winops.offline_files.pin
  - name: RenameItem method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-renameitem
  - name: RenameItemEx method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-renameitemex
  - ref: ansible_collections.winops.offline_files.docsite.guide_rename_server
    description: When a file server gets a new name.
"""

EXAMPLES = r"""
- name: The file server has a new name
  winops.offline_files.rename_item:
    src: //fs01
    dest: //fs02
  register: renamed

- name: Restart where something was open
  ansible.windows.win_reboot:
  when: renamed.reboot_required

- name: A share has moved; send changes of users first, as long as the old server is there
  block:
    - winops.offline_files.synchronize:
        paths: //fs01/users
        flags: [sync_out]
    - winops.offline_files.rename_item:
        src: //fs01/users
        dest: //fs02/users

- name: Only where it can be done at once
  winops.offline_files.rename_item:
    src: //fs01/users/projects
    dest: //fs01/users/archive/projects
    when: now

- name: At the next restart, whatever is open now
  winops.offline_files.rename_item:
    src: //fs01/users
    dest: //fs02/users
    when: restart

- name: See what would be renamed
  winops.offline_files.rename_item:
    src: //fs01/users
    dest: //fs02/users
  check_mode: true
  diff: true

# The same ad hoc:
# ansible pcs -m winops.offline_files.rename_item -a 'src=//fs01/users dest=//fs02/users'
"""

RETURN = r"""
msg:
  description: What happened, in one sentence or a few.
  returned: always
  type: str
  sample: "Renamed \\\\fs01\\users to \\\\fs02\\users in the cache: 14 items."
src:
  description: The path of O(src) in its normalised form; null where the options were refused.
  returned: always
  type: str
  sample: \\fs01\users
dest:
  description: The path of O(dest) in its normalised form; null where the options were refused.
  returned: always
  type: str
  sample: \\fs02\users
status:
  description:
    - What became of the items. V(renamed), all have their new path; V(pending), Windows has taken the request and
      renames them at the next restart; V(unchanged), the cache holds nothing under O(src) and something under O(dest),
      as after a first run; V(not_cached), it holds neither, or does not show them to this user; V(failed), they have
      not all their new path, and RV(msg) says why; V(unknown), what the cache holds afterwards is not known, or a
      method may still be running; V(unavailable), the cache could not be asked, see O(unavailable).
    - Some items under each path, or fewer than before, are V(failed) with RV(ignore:changed=true).
  returned: always
  type: str
  sample: renamed
method:
  description: The method that was called last; in check mode, the one that would be called first. Null without one.
  returned: always
  type: str
  sample: RenameItemEx
before:
  description: What the cache held under both paths. Null where that is not known.
  returned: always
  type: dict
  contains:
    src:
      description: Under O(src), with the item itself.
      type: dict
      contains:  # shared: items_under
        total_items:
          description: How many items there are.
          type: int
        pinned_items:
          description: How many of them are pinned, for whatever reason.
          type: int
        dirty_items:
          description: How many of them have changes that are not synchronized.
          type: int
    dest:
      description: Under O(dest), with the item itself.
      type: dict
      contains:  # shared: items_under
        total_items:
          description: How many items there are.
          type: int
        pinned_items:
          description: How many of them are pinned, for whatever reason.
          type: int
        dirty_items:
          description: How many of them have changes that are not synchronized.
          type: int
  sample:
    src:
      total_items: 14
      pinned_items: 12
      dirty_items: 1
    dest:
      total_items: 0
      pinned_items: 0
      dirty_items: 0
after:
  description: What it holds now, or in check mode would hold. Null where that is not known.
  returned: always
  type: dict
  contains:
    src:
      description: Under O(src), with the item itself.
      type: dict
      contains:  # shared: items_under
        total_items:
          description: How many items there are.
          type: int
        pinned_items:
          description: How many of them are pinned, for whatever reason.
          type: int
        dirty_items:
          description: How many of them have changes that are not synchronized.
          type: int
    dest:
      description: Under O(dest), with the item itself.
      type: dict
      contains:  # shared: items_under
        total_items:
          description: How many items there are.
          type: int
        pinned_items:
          description: How many of them are pinned, for whatever reason.
          type: int
        dirty_items:
          description: How many of them have changes that are not synchronized.
          type: int
  sample:
    src:
      total_items: 0
      pinned_items: 0
      dirty_items: 0
    dest:
      total_items: 14
      pinned_items: 12
      dirty_items: 1
reboot_required:
  description:
    - Whether a restart of the host is needed for the items to get their new path. RV(ignore:changed) is false then, for
      nothing has changed yet. Null where a request may have been logged, but nobody saw the end of it.
  returned: always
  type: bool
  sample: false
open_files:
  description:
    - Whether C(RenameItemEx) failed because a file was open. Null where it was not called, or said something else, such
      as that access is denied, of which this may be the cause.
  returned: always
  type: bool
  sample: false
calls:  # shared: calls
  description: The methods that were called, in their order, with what Windows said of each.
  returned: always
  type: list
  elements: dict
  contains:
    method:
      description: The method of the vendor.
      type: str
    arguments:
      description: Its arguments, by the names of the vendor's page.
      type: dict
    made:
      description: Whether it was called. Not so where its parameters were refused, or the time was up before.
      type: bool
    completed:
      description: Whether it came to its end in time.
      type: bool
    returned:
      description: What it returned beside its own result, by the names of the vendor's page.
      type: dict
    result:
      description: The worst that was said of the call; null where nothing was.
      type: dict
      contains:
        code:  # shared: result.code
          description: The number as the host gave it, unsigned.
          type: int
        hresult:  # shared: result.hresult
          description: The same as an HRESULT.
          type: str
        name:  # shared: result.name
          description: The constant of Windows for it; null when it is in no table.
          type: str
        category:  # shared: result.category
          description:
            - What kind of result it is. One of V(ok), V(not_in_cache), V(access), V(resource), V(service),
              V(busy), V(unsupported), V(network), V(auth), V(input), V(partial), V(cancelled), V(offline),
              V(corrupt), V(other), V(wmi).
          type: str
        text:  # shared: result.text
          description: What the host said, in its language, or else the English text of the code.
          type: str
timed_out:  # shared: change.timed_out
  description: Whether a method did not come to its end, or the host did not answer, within O(timeout).
  returned: always
  type: bool
may_still_run:  # shared: change.may_still_run
  description:
    - Whether a method may still be running on the host, as after a timeout, or when the connection broke.
  returned: always
  type: bool
state_verified:  # shared: change.state_verified
  description: Whether RV(ignore:changed) comes from the state read afterwards, or before where nothing was called.
  returned: always
  type: bool
busy:  # shared: busy
  description:
    - Whether the task has failed only because another call of this collection runs on the host in the background.
      Nothing was called then, so that the task can simply be repeated.
  returned: always
  type: bool
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
  sample: /home/alice/transcripts/rename_item-pc042-20260131T120000Z.json
diff:
  description: How many items each of the two paths has, where that changed.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      \\fs01\users: 14 items
      \\fs02\users: not in the cache
    after: |
      \\fs01\users: not in the cache
      \\fs02\users: 14 items
"""
