#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pin
short_description: Pin items into the Windows offline cache
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Pins files, directories and shared folders, so that they are always available offline on a Windows host, with the
    method C(Pin) of the WMI class C(Win32_OfflineFilesCache).
  - A path that the cache does not hold is no failure. Windows brings it in from the file server, with everything below
    it where O(deep) is true.
  - Reads every progress text of the method and compares the pin state before and after, so that the result
    says for each item what happened and RV(ignore:changed) is true exactly when an item got a requested reason, or with
    the flag V(fill) content that it lacked.
  - The method is always called, also where every item that the cache holds is pinned. Only Windows knows what else the
    file server has. Where nothing is left to do RV(ignore:changed) is false. O(force) makes no difference here.
  - Check mode predicts only what the cache knows. Of a path that it does not hold the prediction says V(pinned) for
    the path itself, and nothing of what the file server has below it. The run may pin more, or fail where there is no
    such path.
  - Use it when users are to find the folders of a new file server offline before they need them, or to undo a release
    of M(winops.offline_files.unpin).
  - Without the flag V(fill) a file that comes in may be an entry without content until the next synchronization.
extends_documentation_fragment:
  - winops.offline_files.method
  - winops.offline_files.items
  - winops.offline_files.common
options:
  paths:
    default: []
  restore:
    description:
      - What M(winops.offline_files.unpin) released and is to be pinned again, for the reasons that it lost. These are
        RV(winops.offline_files.unpin#module:entries[].reasons_before) without
        RV(winops.offline_files.unpin#module:entries[].reasons_after).
      - Exactly one of O(restore) and O(paths) is needed.
      - A list of entries as M(winops.offline_files.unpin) returned them, its registered result, or the path of a JSON
        or YAML file on the controller with one of these. A relative path begins at the folder of the playbook.
      - Each item is pinned by itself, as with O(deep=false), by one call for each set of reasons. Where it was released
        without O(winops.offline_files.unpin#module:max_entries) and O(winops.offline_files.unpin#module:report) leaving
        entries out, the pins are as before; else a warning says how many items are not named.
      - The reason V(folder_redirection) is left out, and a warning says so. Folder redirection pins by itself.
      - The pin reasons of O(flags) do not matter then, its other flags do. O(deep) does not matter, O(timeout) is that
        of each call. After a call that timed out, was cancelled or may still run the others are not made.
      - With O(background) each call is a job of its own, one after the other. With O(wait=false) the task begins one,
        so it has to be run again until RV(may_still_run) is false.
      - The results of the calls are one result with the same keys.
    type: raw
  flags:
    description:
      - The control flags of the method. At least one of V(for_user), V(for_user_policy) and V(for_all), the pin
        reasons, must be there.
      - V(fill) (0x1) brings the content of files in too. Else Windows may leave that to the next synchronization. With
        it an item is V(pinned) only when it has its content.
      - V(pin_link_targets) (0x10) pins the targets of shell links too. Where a link leads out of O(paths) no state of
        its target is read, so RV(entries[].status) is V(unknown) for it.
      - V(for_user) (0x20) pins as a user does with C(Always available offline). Windows knows no true pin of one
        user, the item is pinned for all users of the host, and each of them who has access to it can unpin it.
      - V(for_user_policy) (0x40) pins as the Group Policy list of administratively assigned files of users does.
      - V(for_all) (0x80) pins for all users of the computer, as the Group Policy of the computer does.
      - V(low_priority) (0x200), V(async_progress) (0x400), V(interactive) (0x800), V(console) (0x1000) and
        V(background) (0x10000) are those of M(winops.offline_files.unpin).
      - Names, numbers and lists are written as there.
      - Folder redirection pins what it redirects by itself, no flag does.
      - What pins by a reason of Group Policy without a policy that says so may be taken away at its next refresh.
    type: list
    elements: raw
    default: [for_user]
  deep:
    description:
      - Whether everything under a directory or share is pinned too, or only the directory itself.
      - With V(false) only the directory is pinned now. B(The next synchronization pins its children all the same), all
        of them and recursively, as the vendor documents. So V(false) means later, not less.
      - The result is about the directory alone then.
    type: bool
    default: true
seealso:
  - name: Pin method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-pin
  - module: winops.offline_files.unpin
"""

EXAMPLES = r"""
- name: Have a folder of the new file server always available offline
  winops.offline_files.pin:
    paths: //fs09/users/alice

- name: The same with the content of its files, as the user who can reach the file server
  winops.offline_files.pin:
    paths: //fs09/users/alice
    flags: [for_user, fill]
    timeout: 7200
  become: true
  become_method: ansible.builtin.runas
  become_user: CORP\alice
  vars:
    ansible_become_password: "{{ alice_password }}"

- name: Bring in a big folder in the background, looking once a minute
  winops.offline_files.pin:
    paths: //fs09/projects
    flags: [for_user, fill]
    background: true
    poll_interval: 60
    timeout: 0

- name: See what of the cache would be pinned, without doing it
  winops.offline_files.pin:
    paths: //fs01/projects
  check_mode: true
  diff: true

- name: Pin for all users of the computer, on a fleet where Offline Files is off on some hosts
  winops.offline_files.pin:
    paths:
      - //fs09/templates
      - //fs09/forms
    flags: for_all
    unavailable: ok
    report: failed
  register: pinned

- name: Be sure that everything there is pinned for the computer
  ansible.builtin.assert:
    that: pinned.paths | rejectattr('status', 'in', ['pinned', 'unchanged', 'unavailable']) | length == 0
    fail_msg: "{{ pinned.msg }}"

- name: Only the folder; the next synchronization pins what is in it
  winops.offline_files.pin:
    path: //fs09/projects
    deep: false

- name: Release, and keep what was released in a file on the controller
  winops.offline_files.unpin:
    paths: //fs01/users
    max_entries: 0
  register: released

- name: Keep it
  ansible.builtin.copy:
    content: "{{ released.entries | to_json }}"
    dest: "released/{{ inventory_hostname }}.json"
    mode: "0600"
  delegate_to: localhost
  vars:
    ansible_connection: local

- name: Undo the release, today or in a month
  winops.offline_files.pin:
    restore: "released/{{ inventory_hostname }}.json"

# The same ad hoc; forward slashes need no quoting:
# ansible pcs -m winops.offline_files.pin -a 'paths=//fs09/users/alice'
# ansible pcs -m winops.offline_files.pin -a 'paths=//fs09/users/alice flags=for_user,fill' --check
"""

RETURN = r"""
msg:
  description: What happened, in one sentence.
  returned: always
  type: str
  sample: Pinned 12 of 14 items; 1 failed, 1 was pinned for user.
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
        - V(pinned), a requested reason came, or with the flag V(fill) content that was missing; V(unchanged), there was
          nothing to do; V(still_unpinned), success was reported, but a requested reason or content is still
          missing, which counts as unchanged; V(failed); V(cancelled); V(unknown), neither a result nor a state was
          seen; V(partial), some items were pinned and some not; V(unavailable), the cache could not be asked, see
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
    reasons:
      description: The reasons for which an item under the path is pinned now, whether they were asked for or not.
      type: list
      elements: str
      sample: [user]
  sample:
    - path: \\fs09\users
      status: partial
      changed: true
      total_items: 14
      changed_items: 12
      failed_items: 1
      reasons: [user]
entries:
  description:
    - One entry for each item, those that failed first, then those that changed. See O(report) and O(max_entries).
    - Where the host's answer was lost they tell what was read once more.
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
      description: Whether it got a requested reason, or with the flag V(fill) content that it lacked.
      type: bool
    reasons_before:
      description:
        - Why it was pinned before; of V(user), V(user_policy), V(computer), V(folder_redirection). Empty too for an
          item that the cache did not hold.
      type: list
      elements: str
    reasons_after:  # shared: entries.reasons_after
      description: Why it is pinned now; in check mode, why it would be.
      type: list
      elements: str
    sparse_before:
      description:
        - Whether it was in the cache without its content, which then is not available offline. Null without the flag
          V(fill), as it is read for that only.
      type: bool
    sparse_after:
      description: The same of now; in check mode, of how it would be.
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
    - path: \\fs09\users\alice\locked.xlsx
      request: \\fs09\users
      status: failed
      changed: false
      reasons_before: []
      reasons_after: []
      sparse_before: null
      sparse_after: null
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
    value: 33
    hex: "0x00000021"
    names: [fill, for_user]
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
  sample: /home/alice/transcripts/pin-pc042-20260131T120000Z.json
diff:
  description: The items that change and their pin reasons, one line an item.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      \\fs09\users\alice\report.docx: not pinned
    after: |
      \\fs09\users\alice\report.docx: pinned for user
"""
