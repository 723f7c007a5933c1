#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: unpin
short_description: Release pinned items of the Windows offline cache
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Unpins files, directories and shared folders from the Offline Files cache of a Windows host with the
    method C(Unpin) of the WMI class C(Win32_OfflineFilesCache).
  - Reads every progress text of the method and compares the pin state before and after, so that the result
    says for each item what happened and RV(ignore:changed) is true exactly when something was released.
  - Where nothing under O(paths) is seen as pinned for a requested reason the method is not called, unless O(force).
  - Use it when a file server is retired, a share moves or folder redirection ends, and the hosts still pin
    the old paths.
  - An item that is no longer pinned stays in the cache until Windows needs the room. Changes that were not
    synchronized are never lost by this module.
extends_documentation_fragment:
  - winops.offline_files.method
  - winops.offline_files.missing
  - winops.offline_files.items
  - winops.offline_files.common
options:
  paths:
    required: true
  flags:
    description:
      - The control flags of the method. At least one of them must be a pin reason, which are V(for_user),
        V(for_user_policy) and V(for_all).
      - V(for_user) (0x20) releases what a user pinned with C(Always available offline). Windows knows no true
        pin of one user, the item is released for all users of the host.
      - V(for_user_policy) (0x40) releases what the Group Policy list of administratively assigned files of
        users pinned.
      - V(for_all) (0x80) releases what is pinned for all users of the computer, normally by the Group Policy
        of the computer.
      - V(low_priority) (0x200) is reserved by Windows.
      - V(async_progress) (0x400) lets Windows report progress later than it works.
      - V(interactive) (0x800) allows Windows to ask for credentials in a dialog. A remote logon has no
        desktop, so the call may hang.
      - V(console) (0x1000) directs such a dialog to the console. It is ignored without V(interactive).
      - V(background) (0x10000) lets Windows step back from a file that an application wants to open.
      - A plain string may hold several names and numbers, parted by commas.
      - The vendor's names, such as V(OfflineFilesPinControlFlagForUser), and numbers, decimal or as hex
        string, are accepted too. A number may hold several flags.
      - Policy and folder redirection pin again at their next refresh. Change the policy before you unpin.
    type: list
    elements: raw
    default: [for_user]
  deep:
    description:
      - Whether all subdirectories are unpinned too, or only the files that are immediate children of a
        directory or share.
    type: bool
    default: true
seealso:
  - name: Unpin method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-unpin
  - module: ansible.windows.win_regedit
  - module: ansible.windows.win_service
"""

EXAMPLES = r"""
- name: Release everything that users pinned on a retired share
  winops.offline_files.unpin:
    paths: //fs01/users

- name: Release two folders and one file
  winops.offline_files.unpin:
    paths:
      - //fs01/projects/2019
      - //fs01/projects/2020
      - '\\fs02\templates\letter, formal.dotx'

- name: Release the paths of a file, one a line
  winops.offline_files.unpin:
    paths: "{{ lookup('ansible.builtin.file', 'retired_paths.txt') }}"

- name: Release what Group Policy pinned for users and for the computer, after the policy was taken away
  winops.offline_files.unpin:
    paths: //fs01/policies
    flags: [for_user_policy, for_all]

- name: See what would be released, without doing it
  winops.offline_files.unpin:
    paths: //fs01/users
  check_mode: true
  diff: true

- name: Work with the rights and the view of the user (solves the double hop)
  winops.offline_files.unpin:
    paths: //fs01/users/alice
  become: true
  become_method: ansible.builtin.runas
  become_user: CORP\alice
  vars:
    ansible_become_password: "{{ alice_password }}"

- name: Release pins on a fleet where Offline Files is off on some hosts, and list only what failed
  winops.offline_files.unpin:
    paths: //fs01/users
    unavailable: ok
    report: failed
  register: released

- name: Be sure that nothing is left pinned for a user
  ansible.builtin.assert:
    that:
      - released.counts.failed == 0
      - released.paths | selectattr('remaining_reasons', 'contains', 'user') | length == 0
    fail_msg: "{{ released.msg }}"

- name: Only the files directly in the folder, with the vendor's name of the flag
  winops.offline_files.unpin:
    path: //fs01/users/alice
    flags: OfflineFilesPinControlFlagForUser
    deep: false

- name: Release a million items while the connection may come and go, and show how far it is
  winops.offline_files.unpin:
    paths: //fs01/archive
    background: true
    timeout: 0
    report: failed

- name: Record what the host says, without changing anything, to report it with an issue
  winops.offline_files.unpin:
    paths: //fs01/users/alice
    transcript: ~/transcripts
  check_mode: true

# The same ad hoc; forward slashes need no quoting:
# ansible pcs -m winops.offline_files.unpin -a 'paths=//fs01/users'
# ansible pcs -m winops.offline_files.unpin -a "paths='//fs01/users/a folder,//fs02/projects'"
# ansible pcs -m winops.offline_files.unpin -a '{"paths": ["\\\\fs01\\users"], "flags": ["0x60"]}' --check
"""

RETURN = r"""
msg:
  description: What happened, in one sentence.
  returned: always
  type: str
  sample: Unpinned 12 of 14 items; 1 failed, 1 was not pinned for user.
paths:
  description: One entry for each requested path, in the order of O(paths). A path that was given twice appears once.
  returned: always
  type: list
  elements: dict
  contains:
    path:  # shared: paths.path
      description: The path in its normalised form.
      type: str
      sample: \\fs01\users
    status:
      description:
        - What became of the items under the path.
        - V(unpinned), a requested reason went away; V(unchanged), none was there; V(still_pinned), success
          was reported, but the reason is still there, which counts as unchanged; V(failed); V(not_cached), the cache
          does not hold it or does not show it to this user; V(cancelled); V(unknown), neither a result nor a state was
          seen; V(partial), some items were released and some not; V(unavailable), the cache could not be asked, see
          O(unavailable).
      type: str
      sample: partial
    changed:  # shared: paths.changed
      description: Whether an item under the path changed, as RV(entries[].changed) says of each.
      type: bool
    total_items:  # shared: paths.total_items
      description: How many items are known under the path.
      type: int
    changed_items:  # shared: paths.changed_items
      description: How many of them changed.
      type: int
    failed_items:  # shared: paths.failed_items
      description: How many of them failed.
      type: int
    remaining_reasons:
      description: The reasons for which an item under the path is still pinned, whether they were asked for or not.
      type: list
      elements: str
      sample: [user_policy]
  sample:
    - path: \\fs01\users
      status: partial
      changed: true
      total_items: 14
      changed_items: 12
      failed_items: 1
      remaining_reasons: [user]
entries:
  description:
    - One entry for each item, those that failed first, then those that changed. See O(report) and O(max_entries).
    - Where the host's answer was lost they name the items that are pinned then.
  returned: always
  type: list
  elements: dict
  contains:
    path:  # shared: entries.path
      description: The item's path as the cache spells it.
      type: str
    request:  # shared: entries.request
      description: The requested path that it belongs to; null when it lies under none of them.
      type: str
    status:  # shared: entries.status
      description: What became of the item, a word of RV(paths[].status) other than V(partial) and V(unavailable).
      type: str
    changed:
      description: Whether it lost a requested reason.
      type: bool
    reasons_before:
      description: Why it was pinned before; of V(user), V(user_policy), V(computer), V(folder_redirection).
      type: list
      elements: str
    reasons_after:  # shared: entries.reasons_after
      description: Why it is pinned now; in check mode, why it would be.
      type: list
      elements: str
    result_of:  # shared: entries.result_of
      description:
        - What RV(entries[].result) was reported for. V(item), the item itself; V(path), the requested path above a
          failed item, for which nothing was reported itself; V(call), the call as a whole, which is why it failed.
        - Null where RV(entries[].result) is.
      type: str
    result:  # shared: entries.result
      description:
        - What the method reported for the item; null when it reported nothing, and in check mode.
        - Never null where RV(entries[].status) is V(failed), so that failed entries can be grouped by its category.
          It may be that of the path or of the call then, see RV(entries[].result_of).
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
  sample:
    - path: \\fs01\users\alice\locked.xlsx
      request: \\fs01\users
      status: failed
      changed: false
      reasons_before: [user]
      reasons_after: [user]
      result_of: item
      result:
        code: 2147942405
        hresult: "0x80070005"
        name: ERROR_ACCESS_DENIED
        category: access
        text: Access is denied.
entries_truncated:  # shared: entries_truncated
  description: Whether RV(entries) leaves items out because of O(max_entries).
  returned: always
  type: bool
counts:  # shared: counts
  description:
    - How many items there are of each kind; exact whatever RV(entries) shows. RV(counts.total) is the sum of
      the others without RV(counts.visible).
  returned: always
  type: dict
  contains:
    total:  # shared: counts.total
      description: All items.
      type: int
    changed:  # shared: counts.changed
      description: Items that changed, as RV(entries[].changed) says of each, and did not fail.
      type: int
    unchanged:  # shared: counts.unchanged
      description:
        - Items that stay as they were and did not fail. There was nothing to do for them, the method left them alone
          as it was asked to, or it reported a success that the state does not show.
      type: int
    failed:  # shared: counts.failed
      description: Items that failed.
      type: int
    not_cached:  # shared: counts.not_cached
      description: Paths and items that the cache does not hold.
      type: int
    unknown:  # shared: counts.unknown
      description: Items of which nothing is known, or that were not finished because the operation was cancelled.
      type: int
    visible:  # shared: counts.visible
      description:
        - Items of the cache that the user of the task sees, under O(paths) or not. With V(0) a method that works on
          what is there had nothing to work on, and a warning says so. Null when the cache was not read.
      type: int
  sample:
    total: 14
    changed: 12
    unchanged: 1
    failed: 1
    not_cached: 0
    unknown: 0
    visible: 310
return_value:  # shared: return_value
  description:
    - The method's own return value, with the keys of RV(entries[].result). Null when it was not called or
      gave none. It says little about single items.
  returned: always
  type: dict
  sample:
    code: 0
    hresult: "0x00000000"
    name: S_OK
    category: ok
    text: The operation completed successfully.
only_items_failed:  # shared: only_items_failed
  description:
    - Whether the task failed because of single items and nothing else. The method did its work, and Windows reported
      for each failed item itself why.
    - V(false) when the task did not fail, and when the method failed as a whole or for a whole path, the time was up,
      an answer was lost, the operation was cancelled, or an option such as O(unavailable=fail) made the task fail.
  returned: always
  type: bool
cancelled:  # shared: cancelled
  description: Whether Windows said that the operation was cancelled. What was done until then stays done.
  returned: always
  type: bool
timed_out:  # shared: timed_out
  description: Whether the time of O(timeout) was not enough.
  returned: always
  type: bool
may_still_run:  # shared: may_still_run
  description:
    - Whether the method may still be running on the host, as after a timeout, or when the connection broke or the
      answer of the host could not be read. Also with O(wait=false), as long as the job runs.
  returned: always
  type: bool
job:  # shared: job
  description:
    - The job on the host that this task began, followed or found. Null where the task called in the foreground and
      found none, and in check mode.
    - With RV(busy=true) it is the other job that is running. Null where nobody can see which.
  returned: always
  type: dict
  contains:
    name:  # shared: job.name
      description: Its name, 32 hexadecimal digits. The same call has the same name each time.
      type: str
    state:
      description:
        - V(running), it goes on; V(ended), its result was fetched, or waits on the host where this task failed to fetch
          it; V(died), it is gone without a result; V(unknown), nobody knows, as when the host could not be asked.
      type: str
    attached:
      description: Whether the task found the job instead of beginning it, so that it may have begun long ago.
      type: bool
    method:  # shared: job.method
      description: The method that it calls. Null where it could not be read.
      type: str
      sample: Synchronize
    user:  # shared: job.user
      description: As whom it works.
      type: str
      sample: CORP\alice
    began:  # shared: job.began
      description: When it began, by the clock of the host in UTC. Null where it could not be read.
      type: str
      sample: "2026-01-31T21:00:07Z"
    seconds:  # shared: job.seconds
      description: How many seconds later it was when it wrote this down. Null where it could not be read.
      type: float
      sample: 754.3
    done:  # shared: job.done
      description: For how many items the method has reported a result.
      type: int
      sample: 6120
    failed:  # shared: job.failed
      description: For how many of them it has reported anything but a success.
      type: int
    known:  # shared: job.known
      description:
        - How many items there were under the paths before the call. Null where they have not been read yet, or are not
          read because of O(verify=false). The method may report more than these, such as items that it brings in.
      type: int
      sample: 18400
    paths:  # shared: job.paths
      description: How many paths it is called for. Null where it could not be read.
      type: int
      sample: 1
    path:  # shared: job.path
      description: The first of them, up to 260 characters. Null where it could not be read.
      type: str
      sample: \\fs01\users
busy:  # shared: busy
  description:
    - Whether the task has failed only because another call of this collection runs on the host in the background.
      Nothing was called then, so that the task can simply be repeated.
  returned: always
  type: bool
state_verified:  # shared: state_verified
  description:
    - Whether the state of the items could be read, before and after. If not, an item counts as changed when the method
      reported a success for it. If the host's answer was lost, no item does; then RV(entries) holds what was read once
      more.
  returned: always
  type: bool
  sample: true
progress:  # shared: progress
  description: The progress texts of the method.
  returned: always
  type: dict
  contains:
    messages:
      description: How many came.
      type: int
    unparsed:
      description: The first 20 texts that could not be read.
      type: list
      elements: str
    unparsed_count:
      description: How many could not be read.
      type: int
  sample:
    messages: 28
    unparsed: []
    unparsed_count: 0
flags:
  description: The control flags that were used.
  returned: always
  type: dict
  contains:  # shared: flags
    value:
      description: The mask.
      type: int
    hex:
      description: The mask as hex string.
      type: str
    names:
      description: The short names.
      type: list
      elements: str
  sample:
    value: 32
    hex: "0x00000020"
    names: [for_user]
deep:  # shared: deep
  description: The value of O(deep) that was used.
  returned: always
  type: bool
  sample: true
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
  sample: /home/alice/transcripts/unpin-pc042-20260131T120000Z.json
diff:
  description: The items that change and their pin reasons, one line an item.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      \\fs01\users\alice\report.docx: pinned for user
    after: |
      \\fs01\users\alice\report.docx: not pinned
"""
