#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: synchronize
short_description: Synchronize the Windows offline cache with the file servers
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Brings the copies in the Offline Files cache of a Windows host and those on the file servers together, with the
    method C(Synchronize) of the WMI class C(Win32_OfflineFilesCache). Changes of users go up, changes on the server
    come in.
  - Reads every progress text of the method and compares the state of each item before and after. RV(ignore:changed)
    is true exactly when something was synchronized, also where only content of the server came in.
  - Use it before a file server is retired, so that no change of a user stays behind on a host.
  - What the servers have is not known beforehand. So the method is always called, whether O(force) or not, and an
    error counts although the cache shows nothing to do. In check mode the items are named that have changes to go up,
    or that lack content.
  - A file that was changed on both sides is a conflict. Without O(conflicts) it stays as it is, and Windows shows it
    in its Sync Center.
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
      - The control flags of the method. At least one of them must be a direction, which are V(fill_sparse),
        V(sync_in) and V(sync_out).
      - V(fill_sparse) (0x1) gets the content of files that are in the cache without all of it.
      - V(sync_in) (0x2) gets what changed on the server, and fills sparse files too.
      - V(sync_out) (0x4) sends what users changed on this host.
      - V(pin_new_files) (0x8) pins what is new on the server in a folder that is pinned, and brings it in. It needs
        V(sync_in).
      - V(pin_link_targets) (0x10) pins the targets of shell links too.
      - V(pin_for_user) (0x20), V(pin_for_user_policy) (0x40) and V(pin_for_all) (0x80) say for whom new files are
        pinned. They need V(pin_new_files).
      - V(skip_suspended_dirs) (0x2000) leaves out folders whose synchronization is suspended.
      - V(low_priority) (0x200), V(async_progress) (0x400), V(interactive) (0x800), V(console) (0x1000) and
        V(background) (0x10000) mean what they mean to M(winops.offline_files.unpin).
      - Several names and numbers in one string, the vendor's names, such as V(OfflineFilesSyncControlFlagSyncOut),
        and numbers are accepted as there. A number may hold a value of O(conflicts).
    type: list
    elements: raw
    default: [fill_sparse, sync_in, sync_out]
  conflicts:
    description:
      - What becomes of a file that was changed on the host and on the server since it was synchronized last.
      - V(leave) decides nothing; the result names such items as V(conflict).
      - V(keep_local) (0x10000000) overwrites the copy on the server, V(keep_remote) (0x20000000) the one on the host,
        and V(keep_latest) (0x30000000) the older of the two. What is overwritten is lost.
      - A value in O(flags) counts where this is V(leave); two different ones are an error.
    type: str
    choices: [leave, keep_local, keep_remote, keep_latest]
    default: leave
notes:
  - Without O(verify) every success that Windows reports counts as a change, also for an item that was in sync before.
  - Where an item stays as it was although Windows reported success the state is read again, up to three times, a
    second apart. So a task with conflicts takes some seconds more.
seealso:
  - name: Synchronize method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-synchronize
  - module: winops.offline_files.unpin
"""

EXAMPLES = r"""
- name: Synchronize everything that is cached of a share, in both directions
  winops.offline_files.synchronize:
    paths: //fs01/users

- name: Only send what users changed, before the server is retired
  winops.offline_files.synchronize:
    paths: //fs01/users
    flags: [sync_out]
  register: sent

- name: Go on only where nothing stays behind
  ansible.builtin.assert:
    that:
      - not sent.failed
      - sent.paths | selectattr('dirty') | length == 0
    fail_msg: "{{ sent.msg }}"

- name: See what users have to send, and how much
  winops.offline_files.synchronize:
    paths: //fs01/users
    flags: [sync_out]
  check_mode: true
  diff: true

- name: Work with the rights of the user, which the file server asks for (solves the double hop)
  winops.offline_files.synchronize:
    paths: //fs01/users/alice
  become: true
  become_method: ansible.builtin.runas
  become_user: CORP\alice
  vars:
    ansible_become_password: "{{ alice_password }}"

- name: In conflicts what the user has on the host wins
  winops.offline_files.synchronize:
    paths: //fs01/users/alice
    conflicts: keep_local

- name: Let a fleet synchronize overnight; begin in the evening with -e wait=false, and fetch in the morning without
  winops.offline_files.synchronize:
    paths: //fs01/users
    background: true
    wait: "{{ wait | default(true) | bool }}"
    timeout: 0
    report: failed
    unavailable: ok
  register: synchronized

- name: Say in the evening what was begun
  ansible.builtin.debug:
    msg: "{{ synchronized.job.name }} since {{ synchronized.job.began }}: {{ synchronized.msg }}"
  when: synchronized.job is not none and synchronized.job.state == 'running'

- name: Bring in and pin what is new on the server
  winops.offline_files.synchronize:
    paths: //fs01/projects
    flags: [sync_in, pin_new_files, pin_for_user]

# The same ad hoc:
# ansible pcs -m winops.offline_files.synchronize -a 'paths=//fs01/users'
# ansible pcs -m winops.offline_files.synchronize -a 'paths=//fs01/users flags=sync_out report=failed' --check
"""

RETURN = r"""
msg:
  description: What happened, in one sentence.
  returned: always
  type: str
  sample: Synchronized 12 of 14 items; 1 failed, 1 was unchanged.
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
        - V(synchronized), something went up or came in; V(unchanged), nothing did and nothing had to as far as is
          seen; V(conflict), success was reported for an item that is dirty as before, which Windows does with a
          change on both sides; V(not_synchronized), an item is dirty or sparse as before and no more is known, as
          where Windows passes over a share that is offline; V(offline), the server or the share could not be reached,
          which counts as failed; V(failed); V(not_cached), the cache does not hold it or does not show it to this
          user; V(cancelled); V(unknown), neither a result nor a state was seen; V(partial), some items were
          synchronized and some not; V(unavailable), the cache could not be asked, see O(unavailable).
        - V(conflict) and V(not_synchronized) count as unchanged and do not make the task fail; a warning names them.
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
    dirty:
      description: Whether an item under the path has changes that did not go up.
      type: bool
    sparse:
      description: Whether an item under the path lacks content.
      type: bool
  sample:
    - path: \\fs01\users
      status: partial
      changed: true
      total_items: 14
      changed_items: 12
      failed_items: 1
      dirty: true
      sparse: false
entries:
  description:
    - One entry for each item, those that failed first, then those that changed. See O(report) and O(max_entries).
    - Where the host's answer was lost they tell the state of the items then.
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
      description:
        - Whether it was synchronized; also where it came into the cache, or left it because the server has it no
          more.
      type: bool
    dirty_before:
      description: Whether it had changes that were not synchronized.
      type: bool
    dirty_after:
      description: Whether it has such changes now; in check mode, whether it would.
      type: bool
    sparse_before:
      description: Whether it lacked content.
      type: bool
    sparse_after:
      description: Whether it lacks content now; in check mode, whether it would.
      type: bool
    content_in:
      description:
        - Whether content of the server came into the copy on the host. The sizes and times of the item and of its
          last synchronization say so.
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
    - path: \\fs01\users\alice\report.docx
      request: \\fs01\users
      status: synchronized
      changed: true
      dirty_before: true
      dirty_after: false
      sparse_before: false
      sparse_after: false
      content_in: false
      result_of: item
      result:
        code: 0
        hresult: "0x00000000"
        name: S_OK
        category: ok
        text: The operation completed successfully.
entries_truncated:  # shared: entries_truncated
  description: Whether RV(entries) leaves items out because of O(max_entries).
  returned: always
  type: bool
counts:
  description:
    - How many items there are of each kind; exact whatever RV(entries) shows. RV(counts.total) is the sum of those
      from RV(counts.changed) to RV(counts.unknown).
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
    uploaded_bytes:
      description:
        - Bytes of changes that went up, as far as the state of the items tells it. In check mode, those that would; a
          conflict is not told apart there.
      type: int
  sample:
    total: 14
    changed: 12
    unchanged: 1
    failed: 1
    not_cached: 0
    unknown: 0
    visible: 310
    uploaded_bytes: 48213
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
  description: The control flags that were used, with the value of O(conflicts).
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
    value: 7
    hex: "0x00000007"
    names: [fill_sparse, sync_in, sync_out]
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
  sample: /home/alice/transcripts/synchronize-pc042-20260131T120000Z.json
diff:
  description: The items that change and their states, one line an item.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      \\fs01\users\alice\report.docx: dirty
    after: |
      \\fs01\users\alice\report.docx: in sync
"""
