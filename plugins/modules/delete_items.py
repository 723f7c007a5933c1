#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: delete_items
short_description: Delete items from the local Windows offline cache
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Deletes files, directories and shared folders from the I(local cache only) of Offline Files on a Windows host,
    with the method C(DeleteItems) of the WMI class C(Win32_OfflineFilesCache). What the file server holds is not
    touched.
  - Reads which items are in the cache before and after the call, so that the result says for each item what became
    of it and RV(ignore:changed) is true exactly when something left the cache. Windows documents no progress texts
    for this method. Where they come nevertheless they explain why an item failed.
  - By default what is pinned stays, and so does every item with changes that were not synchronized, and every directory
    that still holds something. Such an item is V(kept), which is no failure; RV(entries[].kept_because) says why.
  - A directory goes with everything in it. There is no way back, but what is on the file server can be cached anew.
  - Use it after M(winops.offline_files.unpin), when a file server is retired or a share moves, so that no stale
    copies are left behind.
  - The method is called whenever Offline Files runs, also where nothing is left to delete. So O(force) makes no
    difference.
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
      - The control flags of the method. An empty list, or V(0), is none of them, which deletes pinned items as well as
        those that Windows cached by itself.
      - V(no_auto_cached) (0x1) keeps what is in the cache without a pin, because Windows put it there by itself or
        because its pin was released.
      - V(no_pinned) (0x2) keeps what is pinned, for whatever reason. Both together would keep everything and are
        refused.
      - V(del_modified) (0x4) deletes items even if they have changes that were not synchronized. B(These changes are
        lost); they are nowhere else. In check mode too RV(entries[].changes_lost) marks such items, they come first
        where O(max_entries) limits entries and a diff, and a warning says how many there are. With O(verify=false) only
        check mode knows of them. Without this flag Windows keeps them.
      - V(admin) (0x80000000) lets an administrator delete whatever the access rights of the files are, also what other
        users have cached. For anybody else the call fails. The result can only tell of items that the user of the task
        sees.
      - A plain string is parted at its commas into names and numbers.
      - The vendor's names, such as V(OfflineFilesDeleteFlagNoPinned), and numbers, decimal or as hex string, are
        accepted too. A number may hold several flags.
    type: list
    elements: raw
    default: [no_pinned]
notes:
  - No document says whether the entry of a share or a server leaves the cache with the last item in it. Check mode
    does not foretell it, and a share that stays with nothing in it is RV(entries[].status=unchanged).
  - What another user has in a directory is not seen, and holds the directory in the cache all the same. Then the
    directory did not go as it should, and is RV(entries[].status=failed).
seealso:
  - name: DeleteItems method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-deleteitems
  - module: winops.offline_files.unpin
"""

EXAMPLES = r"""
- name: Delete what a retired share left in the cache, but nothing that is pinned or not synchronized
  winops.offline_files.delete_items:
    paths: //fs01/users

- name: See what would be deleted, and what would stay and why
  winops.offline_files.delete_items:
    paths: //fs01/users
  check_mode: true
  diff: true

- name: Delete pinned items as well
  winops.offline_files.delete_items:
    paths: //fs01/projects/2019
    flags: []

- name: Release what users pinned, then clean the cache of it, on hosts that have Offline Files
  block:
    - name: Release
      winops.offline_files.unpin:
        paths: //fs01/users
        flags: [for_user, for_user_policy, for_all]
        unavailable: ok

    - name: Delete
      winops.offline_files.delete_items:
        paths: //fs01/users
        unavailable: ok
        report: failed

- name: Delete as soon as no call in the background runs on the host any more, looking each minute for two hours
  winops.offline_files.delete_items:
    paths: //fs01/users
  register: deleted
  until: not deleted.busy
  retries: 120
  delay: 60

- name: Find out whose changes would be lost, before anybody gives the word
  winops.offline_files.delete_items:
    paths: //fs01/users
    flags: [no_pinned, del_modified]
    max_entries: 0
  check_mode: true
  register: foreseen

- name: List them
  ansible.builtin.debug:
    msg: "{{ foreseen.entries | selectattr('changes_lost') | map(attribute='path') }}"

- name: Be sure that nothing but pinned items is left
  winops.offline_files.delete_items:
    paths: //fs01/users
  register: deleted
  failed_when: >-
    deleted is failed or deleted.paths | map(attribute='kept_because') | flatten | difference(['pinned', 'not_empty'])

- name: Delete what any user of the host has cached of the share, as an administrator
  winops.offline_files.delete_items:
    paths: //fs01/users
    flags: [no_pinned, admin]

# The same ad hoc; forward slashes need no quoting:
# ansible pcs -m winops.offline_files.delete_items -a 'paths=//fs01/users' --check --diff
# ansible pcs -m winops.offline_files.delete_items -a '{"paths": ["//fs01/users"], "flags": ["0x80000002"]}'
"""

RETURN = r"""
msg:
  description: What happened, in one sentence.
  returned: always
  type: str
  sample: Deleted 11 of 14 items; 1 failed, 2 kept (1 not empty, 1 unsynchronized).
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
        - V(deleted), items left the cache; V(kept), what is there stays as it was asked to, see
          RV(paths[].kept_because); V(partial), some items were deleted and some stay; V(unchanged), there was nothing
          to delete; V(still_cached), success was reported, but the item is still there, which counts as unchanged;
          V(failed); V(not_cached), the cache does not hold it or does not show it to this user; V(cancelled);
          V(unknown), neither a result nor a state was seen; V(unavailable), the cache could not be asked, see
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
    kept_because:
      description: Why items under the path stay, each word of RV(entries[].kept_because) that one of them has.
      type: list
      elements: str
      sample: [unsynchronized, not_empty]
  sample:
    - path: \\fs01\users
      status: partial
      changed: true
      total_items: 14
      changed_items: 11
      failed_items: 1
      kept_because: [unsynchronized, not_empty]
entries:
  description:
    - One entry for each item, those that failed first, then those whose changes are lost, then others that were
      deleted. See O(report) and O(max_entries).
    - Where the host's answer was lost they name the items that are in the cache then.
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
      description: Whether it left the cache.
      type: bool
    kept_because:
      description:
        - Why it is in the cache and stays there, as far as the state says. V(pinned), it is, and O(flags) hold
          V(no_pinned); V(unsynchronized), it has changes that the file server does not have, and O(flags) hold no
          V(del_modified); V(auto_cached), it is not pinned, and O(flags) hold V(no_auto_cached); V(not_empty),
          something in it stays.
        - Empty for an item that is not there, and for one that nothing should have kept.
      type: list
      elements: str
    changes_lost:
      description: Whether it left the cache with changes that were not synchronized; in check mode, whether it would.
      type: bool
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
      kept_because: []
      changes_lost: false
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
    value: 2
    hex: "0x00000002"
    names: [no_pinned]
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
  sample: /home/alice/transcripts/delete_items-pc042-20260131T120000Z.json
diff:
  description: The items that leave the cache, one line an item, those whose changes are lost among the first.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      \\fs01\users\alice\report.docx: cached automatically
    after: |
      \\fs01\users\alice\report.docx: not in the cache
"""
