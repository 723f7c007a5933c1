#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: connection
short_description: Take shares of the Windows offline cache online or offline, or suspend folders
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Decides whether users of a Windows host work on a file server or on the copies in the Offline Files cache, with the
    methods C(TransitionOnline), C(TransitionOffline) and C(SuspendRoot) of the WMI class C(Win32_OfflineFilesCache).
  - Use it to keep users on their copies while a file server is moved, and to bring hosts back that stayed offline.
  - Compares how each path stands before and after. RV(ignore:changed) is true exactly when that changed as it was asked
    for; a return value alone proves nothing.
extends_documentation_fragment:
  - winops.offline_files.change
  - winops.offline_files.missing
  - winops.offline_files.items
  - winops.offline_files.common
options:
  paths:
    required: true
  state:
    description:
      - How the paths are to stand.
      - V(offline), on the copies in the cache. Windows moves the B(whole share) of a path, not the path alone, and
        RV(shares) names it. A path that is suspended is offline, too.
      - V(online), on the file server. The whole share moves there as well. A path that is suspended is resumed first;
        one that is suspended with a folder above it cannot come online by itself, so name that folder.
      - V(suspended), only this folder or share with all that is in it is offline, until it is resumed with V(online).
        Suspended items are not synchronized, as long as they are.
    type: str
    choices: [online, offline, suspended]
    required: true
  force:
    description:
      - With O(state=offline), whether files of the share that are open and not in the cache are closed. By default they
        keep the share online, which is a failure with RV(open_files=true).
      - The programs that use these files are not asked, and may lose what was not saved.
    type: bool
    default: false
  timeout:
    default: 300
attributes:
  action:
    support: full
  platform:
    platforms: windows
notes:
  - A share that is offline because its server cannot be reached stays so with O(state=online), and the task fails with
    what Windows says of it.
  - Windows may bring a share back online by itself, such as where it went offline because of a slow connection. A
    warning names paths that are offline for such a reason when O(state=offline) is asked for.
  - A path that is only a server is refused, for a connection is one of shares.
seealso:
  - name: IOfflineFilesConnectionInfo::TransitionOffline
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/windows/win32/api/cscobj/nf-cscobj-iofflinefilesconnectioninfo-transitionoffline
  - name: SuspendRoot method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-suspendroot
  - module: winops.offline_files.item_info
  - module: winops.offline_files.synchronize
"""

EXAMPLES = r"""
- name: Keep everybody on the copies while the server is moved
  winops.offline_files.connection:
    paths: //fs01/users
    state: offline
  register: offline

- name: Say where open files kept the share online
  ansible.builtin.debug:
    msg: "{{ offline.msg }}"
  when: offline.open_files
  failed_when: false

- name: Bring it back, and send what users changed meanwhile
  block:
    - winops.offline_files.connection:
        paths: //fs01/users
        state: online
    - winops.offline_files.synchronize:
        paths: //fs01/users

- name: Suspend one folder only
  winops.offline_files.connection:
    paths: //fs01/users/alice/drafts
    state: suspended

- name: See what would move
  winops.offline_files.connection:
    paths: //fs01/users/alice
    state: offline
  check_mode: true
  diff: true

# The same ad hoc:
# ansible pcs -m winops.offline_files.connection -a 'paths=//fs01/users state=offline'
"""

RETURN = r"""
msg:
  description: What happened, in one sentence or a few.
  returned: always
  type: str
  sample: Took 1 of 1 path offline, with its whole share.
state:
  description: How the paths were to stand; null where the options were refused.
  returned: always
  type: str
  sample: offline
paths:
  description: One entry for each requested path, in the order of O(paths). A path that was given twice appears once.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: The path in its normalised form.
      type: str
      sample: \\fs01\users\alice
    share:
      description: The share that it lies in.
      type: str
      sample: \\fs01\users
    status:
      description:
        - What became of the path. V(online), V(offline) or V(suspended), it stands so now and did not before;
          V(unchanged), it stood so already; V(failed), it does not; V(not_cached), the cache does not hold it or does
          not show it to this user; V(unknown), its state is not known; V(unavailable), the cache could not be
          asked, see O(unavailable).
      type: str
      sample: offline
    changed:
      description: Whether it stands otherwise than before, as was asked for; in check mode, whether it would.
      type: bool
    before:
      description: How it stood before; null where that is not known.
      type: dict
      contains:  # shared: standing
        connection:
          description:
            - V(online), V(offline), V(unknown), or V(transparently_cached) or V(partly_transparently_cached), which are
              online, too. A number that the vendor's page does not have stays a number.
          type: str
        offline_reason:
          description:
            - Why it is offline, V(working_offline), V(slow_connection), V(net_disconnected), V(need_to_sync_item) or
              V(item_suspended); V(not_applicable) where it is not, or V(unknown).
          type: str
        suspended:
          description: Whether it is suspended, by itself or with a folder above it.
          type: bool
        suspended_root:
          description: Whether it is the folder that was suspended.
          type: bool
        words:
          description: The same in words.
          type: str
    after:
      description: How it stands now; in check mode, how it would. Null where that is not known.
      type: dict
      contains:  # shared: standing
        connection:
          description:
            - V(online), V(offline), V(unknown), or V(transparently_cached) or V(partly_transparently_cached), which are
              online, too. A number that the vendor's page does not have stays a number.
          type: str
        offline_reason:
          description:
            - Why it is offline, V(working_offline), V(slow_connection), V(net_disconnected), V(need_to_sync_item) or
              V(item_suspended); V(not_applicable) where it is not, or V(unknown).
          type: str
        suspended:
          description: Whether it is suspended, by itself or with a folder above it.
          type: bool
        suspended_root:
          description: Whether it is the folder that was suspended.
          type: bool
        words:
          description: The same in words.
          type: str
    result:
      description: What was reported for the last call that concerned it; null where there was none.
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
    - path: \\fs01\users\alice
      share: \\fs01\users
      status: offline
      changed: true
      before:
        connection: online
        offline_reason: not_applicable
        suspended: false
        suspended_root: false
        words: online
      after:
        connection: offline
        offline_reason: working_offline
        suspended: false
        suspended_root: false
        words: offline (working offline)
      result:
        code: 0
        hresult: "0x00000000"
        name: S_OK
        category: ok
        text: The operation completed successfully.
shares:
  description: One entry for each share that moved as a whole, or was to.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: The share.
      type: str
      sample: \\fs01\users
    changed:
      description: Whether its connection is another now; in check mode, whether it would be.
      type: bool
    before:
      description: How the share stood before; null where that is not known.
      type: dict
      contains:  # shared: standing
        connection:
          description:
            - V(online), V(offline), V(unknown), or V(transparently_cached) or V(partly_transparently_cached), which are
              online, too. A number that the vendor's page does not have stays a number.
          type: str
        offline_reason:
          description:
            - Why it is offline, V(working_offline), V(slow_connection), V(net_disconnected), V(need_to_sync_item) or
              V(item_suspended); V(not_applicable) where it is not, or V(unknown).
          type: str
        suspended:
          description: Whether it is suspended, by itself or with a folder above it.
          type: bool
        suspended_root:
          description: Whether it is the folder that was suspended.
          type: bool
        words:
          description: The same in words.
          type: str
    after:
      description: How the share stands now; in check mode, how it would. Null where that is not known.
      type: dict
      contains:  # shared: standing
        connection:
          description:
            - V(online), V(offline), V(unknown), or V(transparently_cached) or V(partly_transparently_cached), which are
              online, too. A number that the vendor's page does not have stays a number.
          type: str
        offline_reason:
          description:
            - Why it is offline, V(working_offline), V(slow_connection), V(net_disconnected), V(need_to_sync_item) or
              V(item_suspended); V(not_applicable) where it is not, or V(unknown).
          type: str
        suspended:
          description: Whether it is suspended, by itself or with a folder above it.
          type: bool
        suspended_root:
          description: Whether it is the folder that was suspended.
          type: bool
        words:
          description: The same in words.
          type: str
open_files:
  description: Whether files that are open and not in the cache kept a share online.
  returned: always
  type: bool
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
  sample: /home/alice/transcripts/connection-pc042-20260131T120000Z.json
diff:
  description: The shares and paths that stand otherwise now, one line each.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      \\fs01\users: online
    after: |
      \\fs01\users: offline (working offline)
"""
