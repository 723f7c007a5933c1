#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cache
short_description: Enable, encrypt or empty the Windows offline cache
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Switches Offline Files on or off on a Windows host, has its files encrypted or decrypted, or has the whole cache
    emptied, with the methods C(Enable) and C(Encrypt) of the WMI class C(Win32_OfflineFilesCache) and the registry
    value C(FormatDatabase) of the driver. Where that takes a restart, it can restart the host and look again.
  - What is not given stays as it is. At least one of O(enabled), O(encrypted) and O(reset) must be given.
  - Compares the state before and after. RV(ignore:changed) is true exactly when that changed as it was asked for, or
    the host was restarted; a return value alone proves nothing.
extends_documentation_fragment:
  - winops.offline_files.change
  - winops.offline_files.common
options:
  enabled:
    description:
      - Whether Offline Files is to run. It takes an administrator.
      - Windows starts or stops it with the next restart, unless its driver runs already. Until then RV(enabled) and
        RV(active) differ, and RV(reboot_required) is true, also where the task changed nothing.
      - With V(false) neither O(encrypted) nor O(reset) is possible, for they need a cache that runs.
    type: bool
  encrypted:
    description:
      - Whether the files in the cache are to be encrypted. Windows encrypts those of the B(user of the task) and, as
        the vendor says, all that are cached after that; so each user needs a task of its own with become.
      - A file that is in use, or refused, stays as it was. Then the task fails, RV(encrypted) is V(partial) and
        RV(counts) says how many there are; everything that could be done is done.
      - When Windows says that it was cancelled it is called again, four times at most.
      - What the files themselves say decides, not the configuration, which RV(encrypted_setting) tells. Only where the
        user has no file in the cache the configuration decides.
      - Where Offline Files does not run yet and O(enabled=true) is given too, the files wait for the restart; without
        O(reboot) the task succeeds, and has to be run again after it.
    type: bool
  reset:
    description:
      - Have the cache of B(all users) emptied at the next restart, such as where it is damaged. Windows does that when
        Offline Files starts, and forgets the request then. Policies and folder redirection fill the cache again.
      - All that was changed in the cache and never synchronized is lost, see O(unsynchronized). It takes an
        administrator.
      - This is an order, and no state. As long as it waits for the restart another task changes nothing; after the
        restart another task orders it again. So do not leave it in a playbook that runs every day.
    type: bool
    default: false
  unsynchronized:
    description:
      - What O(reset) does about changes that were never synchronized.
      - With V(refuse) nothing at all is done where there are some, or may be. That is where the user of the task sees
        such changes; where the view could not be read to its end, as on a host where Offline Files does not run; and
        where another user of the PC has synchronized something, has paths from a policy or cannot be told, because
        what is cached for this user was not seen. RV(refused) and RV(msg) name them. What is not known counts as there.
      - V(destroy) is for going on. Every change of every user that never went up is lost then.
    type: str
    choices: [refuse, destroy]
    default: refuse
  reboot:
    description:
      - Whether to restart the host where RV(reboot_required) is true in the end, also where an earlier task left it
        so, and nothing has failed. The task waits until the host has begun anew, looks again, and does what had to
        wait for that.
      - The host is told so with C(shutdown.exe), as the user who logs on there and not as the one of become. No other
        collection is needed.
      - Programs of users are closed by force after two seconds, and what they did not save is lost.
      - Where the start modes of the service C(CscService) and the driver C(CSC) contradict what is configured, so that
        a restart may bring either, the host is not restarted and the task fails. So it is while a call of this
        collection runs there in the background.
    type: bool
    default: false
  reboot_timeout:
    description:
      - How many seconds the host may take to begin anew, 1 to 86400. They do not count for O(timeout).
    type: int
    default: 600
  timeout:
    default: 3600
attributes:
  action:
    support: full
  platform:
    platforms: windows
notes:
  - The items of the cache are read only with O(encrypted) and O(reset); RV(encrypted) and RV(counts) are null
    otherwise.
  - That the host has begun anew is seen by the value C(ShutdownTime) of the registry, which Windows writes whenever it
    shuts down.
  - Profiles that were removed from the PC may have left something in the cache that no task sees and
    O(unsynchronized=refuse) does not know of.
seealso:
  - name: Enable method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-enable
  - name: Encrypt method of the Win32_OfflineFilesCache class
    description: The vendor's page of the method.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache-encrypt
  - module: winops.offline_files.cache_info
  - module: winops.offline_files.synchronize
  - module: winops.offline_files.delete_items
"""

EXAMPLES = r"""
- name: Switch Offline Files off, and restart the host for it
  winops.offline_files.cache:
    enabled: false
    reboot: true

- name: Switch it on, and leave the restart to whoever sits at the PC
  winops.offline_files.cache:
    enabled: true
  register: switched

- name: Say that it is due
  ansible.builtin.debug:
    msg: "{{ inventory_hostname }}: {{ switched.msg }}"
  when: switched.reboot_required

- name: Encrypt what is cached for alice
  winops.offline_files.cache:
    encrypted: true
  become: true
  become_method: ansible.builtin.runas
  become_user: CORP\alice

- name: Empty a damaged cache, if no change of anybody is lost with it
  winops.offline_files.cache:
    reset: true
    reboot: true

- name: Empty it whatever is lost
  winops.offline_files.cache:
    reset: true
    unsynchronized: destroy
    reboot: true

- name: See what would happen
  winops.offline_files.cache:
    enabled: true
    encrypted: true
  check_mode: true
  diff: true

# The same ad hoc:
# ansible pcs -m winops.offline_files.cache -a 'enabled=false'
"""

RETURN = r"""
msg:
  description: What happened, in one sentence or a few.
  returned: always
  type: str
  sample: Disabled Offline Files. A restart of the host is required.
enabled:
  description:
    - Whether Offline Files is configured to run, in the end; in check mode, whether it would be. Null where that is
      not known.
  returned: always
  type: bool
  sample: false
active:
  description: The same of whether it runs.
  returned: always
  type: bool
  sample: true
encrypted:
  description:
    - How the files are that the user of the task sees, in the end; in check mode, how they would be. V(encrypted) or
      V(unencrypted), all of them are; V(partial), some are. Where there is none, what the configuration says of those
      to come.
    - Null where the items were not read.
  returned: always
  type: str
  sample: encrypted
encrypted_setting:
  description:
    - What the configuration of the host says, C(OfflineFilesCacheEncrypted) of the WMI class
      C(Win32_OfflineFilesMachineConfiguration). Null where Windows does not tell, as before Windows 8.
  returned: always
  type: bool
  sample: true
counts:
  description: What the user of the task sees in the cache, in the end. Values are null where the items were not read.
  returned: always
  type: dict
  contains:
    encrypted:
      description: Files that are encrypted.
      type: int
    unencrypted:
      description: Files that are not.
      type: int
    unsynchronized:
      description: Items with changes that never went up to a file server.
      type: int
  sample:
    encrypted: 812
    unencrypted: 0
    unsynchronized: 0
reset_pending:
  description:
    - Whether the cache is going to be emptied when Offline Files starts the next time. Null where that could not be
      read.
  returned: always
  type: bool
  sample: false
refused:
  description:
    - Why the cache was not emptied, see O(unsynchronized); one text for each reason. Empty where nothing speaks
      against it.
  returned: always
  type: list
  elements: str
  sample:
    - CORP\bob has synchronized \\fs01\users, and what is cached for this user was not seen.
reboot_required:
  description:
    - Whether something waits for a restart, whoever has caused it. Offline Files is configured otherwise than it runs,
      or its cache is to be emptied. Where nothing is known it is false.
  returned: always
  type: bool
  sample: true
rebooted:
  description: Whether the task has restarted the host; in check mode, whether it would.
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
  sample: /home/alice/transcripts/cache-pc042-20260131T120000Z.json
diff:
  description: The state before and after, one line each for what was read.
  returned: with C(--diff)
  type: dict
  sample:
    before: |
      Offline Files: enabled, active
    after: |
      Offline Files: disabled, active
"""
