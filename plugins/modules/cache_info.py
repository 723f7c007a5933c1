#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cache_info
short_description: Tell whether Offline Files runs on a Windows host, and how it is configured
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Reads the state of Offline Files, its service and its driver, its configuration as Windows has it since
    Windows 8 and Windows Server 2012, the policies that pin files, and who has a profile on the host and what each
    of them has synchronized.
  - With O(paths) it also counts what the cache holds under them, in the same execution on the host. That is the first
    look of a playbook that has something done there.
  - That Offline Files is missing or off is an answer and no failure, unless O(unavailable=fail). The task fails where
    the host could not be asked or did not let the class be read.
  - What is set (RV(cache.enabled)), what runs (RV(cache.active)) and what will be after a restart
    (RV(cache.after_restart)) are three things, and are told as three.
  - A task sees the cache as its user does. RV(users) tells which other users have items there that it does not see.
  - Changes nothing. To see single items of the cache use M(winops.offline_files.item_info).
extends_documentation_fragment:
  - winops.offline_files.info
  - winops.offline_files.items
  - winops.offline_files.common
attributes:
  facts:
    description: Can return C(ansible_facts).
    support: full
    details:
      - Returns facts with O(facts) only.
options:
  paths:
    default: []
  facts:
    description:
      - Return what was found as facts of the host too, below C(ansible_facts.offline_files).
    type: bool
    default: false
  timeout:
    default: 60
  unavailable:
    default: ok
notes:
  - What concerns users is read from the registry, with the rights to do so, which administrators have. The policies of
    a user can be read only while the user's part of it is loaded, as when the user is logged on.
  - The log of synchronizations is read where Windows 10 and 11 have it. RV(users[].synchronized) is empty where there
    is none, and says nothing of pinned items that were never synchronized.
  - With O(paths) every item of the cache is looked at. A large cache may need more than the default of O(timeout).
seealso:
  - module: winops.offline_files.item_info
  - ref: ansible_collections.winops.offline_files.docsite.guide_getting_started
    description: Getting started, from the installation to the first released files.
  - name: Win32_OfflineFilesCache class
    description: The vendor's page of the class.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/offlinefiles/win32-offlinefilescache
  - name: Win32_OfflineFilesMachineConfiguration class
    description: The vendor's page of the configuration.
    link: https://learn.microsoft.com/previous-versions/windows/desktop/usm/win32-offlinefilesmachineconfiguration
"""

EXAMPLES = r"""
- name: See how Offline Files is configured
  winops.offline_files.cache_info:
  register: offline_files

- name: Stop where a restart is pending
  ansible.builtin.assert:
    that: offline_files.cache.restart_pending is not true
    fail_msg: "{{ offline_files.msg }}"

- name: Gather facts, and go on only where Offline Files is active
  block:
    - name: Gather
      winops.offline_files.cache_info:
        facts: true

    - name: Leave the play on the other hosts
      ansible.builtin.meta: end_host
      when: ansible_facts.offline_files.cache.active is not true

- name: See who has synchronized something of the retired server, and whom this task does not see
  winops.offline_files.cache_info:
    paths: //fs01
  register: look

- name: Name them
  ansible.builtin.debug:
    msg: "{{ item.name or item.sid }} has items of fs01: {{ item.synchronized | map(attribute='path') | join(', ') }}"
  loop: "{{ look.users | default([], true) | rejectattr('view', 'true') }}"
  loop_control:
    label: "{{ item.sid }}"
  when: item.synchronized | default([], true) | selectattr('path', 'search', '(?i)^..fs01\\b') | list | length > 0

- name: Name the policies that would pin paths of the retired server again
  ansible.builtin.debug:
    msg: "{{ item.path }} is pinned by a policy of the {{ item.scope }} {{ item.sid or '' }}"
  loop: "{{ offline_files.policies.assigned | default([], true) | selectattr('path', 'search', '(?i)^..fs01\\b') }}"

- name: Say once what holds for every module of the collection, here on hosts where Offline Files may be off
  module_defaults:
    group/winops.offline_files.offline_files:
      unavailable: ok
      timeout: 600
  block:
    - name: See how Offline Files is configured
      winops.offline_files.cache_info:

    - name: See what would be released of a retired share
      winops.offline_files.unpin:
        paths: //fs01/users
      check_mode: true

- name: Leave the play on hosts where a call of this collection is at work in the background
  ansible.builtin.meta: end_host
  when: offline_files.job.state | default('') == 'running'

# The same ad hoc:
# ansible pcs -m winops.offline_files.cache_info
"""

RETURN = r"""
msg:
  description: Whether Offline Files is active, and what to do where it is not, in one sentence.
  returned: always
  type: str
  sample: Offline Files is active; the view is that of CORP\alice.
cache:
  description: The cache of the host.
  returned: always
  type: dict
  contains:
    found:
      description: The host has the class C(Win32_OfflineFilesCache). Null where the host gave no answer.
      type: bool
    enabled:
      description: What is set; Windows says that Offline Files is configured to run. Null when it could not be read.
      type: bool
    active:
      description: What runs; Windows says that Offline Files is running. Null when it could not be read.
      type: bool
    after_restart:
      description:
        - What will be after a restart; whether Offline Files will run then. Null where what is set does not agree,
          RV(cache.enabled) and the start modes of RV(service) and RV(driver), or could not be read. RV(msg) says what
          does not agree.
      type: bool
    restart_pending:
      description: It is configured to run but does not, or the other way round, until the host restarts.
      type: bool
    location:  # shared: cache.location
      description: Its folder on the host.
      type: str
      sample: C:\Windows\CSC
    user:  # shared: cache.user
      description: Whose view of the cache this is.
      type: str
      sample: CORP\alice
service:
  description: The service of Offline Files. Values are null when they could not be read.
  returned: always
  type: dict
  contains:
    name:
      description: C(CscService).
      type: str
    state:
      description: The state in the words of WMI.
      type: str
      sample: Running
    start_mode:
      description: The start type in the words of WMI.
      type: str
      sample: Auto
driver:
  description: The driver of Offline Files. Values are null when they could not be read.
  returned: always
  type: dict
  contains:
    name:
      description: C(CSC).
      type: str
    state:
      description: The state in the words of WMI.
      type: str
      sample: Running
    start_mode:
      description: The start type in the words of WMI.
      type: str
      sample: System
configuration:
  description:
    - Every property of the class C(Win32_OfflineFilesMachineConfiguration), its name in lower case with underscores.
    - Null where Windows does not have the class, or did not let it be read (see RV(errors)).
    - C(offline_files_cache_encrypted) says whether the cache is encrypted, C(disk_space_limit_params) holds the limits
      in megabytes, for everything and for what Windows caches by itself.
  returned: always
  type: dict
  sample:
    enabled: true
    is_effective: true
    offline_files_cache_encrypted: false
    disk_space_limit_enabled: true
    disk_space_limit_params: {total_size_in_mb: 20480, auto_cache_size_in_mb: 10240}
policies:
  description: What policies say about Offline Files.
  returned: always
  type: dict
  contains:
    computer:
      description:
        - The values of the computer's policy key, C(Software\\Policies\\Microsoft\\Windows\\NetCache), as they are.
          Empty where there is no such policy, null where it could not be read.
      type: dict
      sample: {Enabled: 1, NoMakeAvailableOffline: 1}
    assigned:
      description:
        - Paths that policies pin (administratively assigned offline files). Null where nothing of it could be read.
        - C(scope) is V(computer) or V(user), C(sid) the user's security identifier.
      type: list
      elements: dict
      sample: [{scope: computer, sid: null, path: \\fs01\policies}]
    assigned_complete:
      description:
        - Whether C(assigned) has all that policies pin for the computer and for the users whose registry is loaded.
          False where some of it could not be read; C(errors) says what.
      type: bool
      sample: true
conflict_handling:
  description:
    - What Windows does where a file was changed on both sides, for each path for which that is set. Null where it could
      not be read.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: The path, as it was found.
      type: str
      sample: \\fs01\users
    conflicts:
      description:
        - V(leave), other handlers decide; V(keep_local), V(keep_remote), V(keep_both), V(keep_latest); V(ask), the
          user is asked, which is the default of Windows; V(ignore), neither decided nor logged; V(cancel), the
          synchronization ends.
        - Null for a value that the vendor's page does not have.
      type: str
      sample: keep_both
    value:
      description: The value as it was found, a number or a text. Null when it is neither.
      type: raw
      sample: 3
users:
  description:
    - Every profile of the host, by security identifier. Null where the profiles could not be listed (see RV(errors)),
      or where none was found, which no Windows is without.
    - Who has RV(users[].view=false) and something in RV(users[].synchronized) has items that this task does not see. It
      takes a task as that user to see them.
    - Keys of profiles whose name is no security identifier, such as those that Windows has put aside as C(.bak), are
      left out.
  returned: always
  type: list
  elements: dict
  contains:
    sid:
      description: The security identifier.
      type: str
      sample: S-1-5-21-1004336348-1177238915-682003330-1187
    name:
      description:
        - The user. Null where Windows does not tell, which it does while the user is logged on, from the user's own
          registry.
      type: str
      sample: CORP\bob
    profile:
      description: The folder of the profile on the host.
      type: str
      sample: C:\Users\bob
    special:
      description: Whether it is the profile of the system or a service, and of no person.
      type: bool
    logged_on:
      description:
        - Whether the user is logged on at the console or by Remote Desktop. A logon over the network, such as that of
          the task itself, is none.
      type: bool
    session:
      description:
        - The session in the words of Windows, V(Console) or such as V(RDP-Tcp#3). Null for who is not logged on, and
          for a session that is disconnected.
      type: str
      sample: Console
    view:
      description:
        - Whether this is the user of the task, so that it is this view of the cache which the task sees. Null where
          that is not known, as where the name and the folder of the profile lead to different users.
      type: bool
    assigned:
      description: Paths that a policy of this user pins. Null where they could not be read.
      type: list
      elements: str
      sample: [\\fs01\policies]
    synchronized:
      description:
        - What the user has synchronized on this host, by path, from the log that Windows keeps for each profile. Null
          where it could not be read.
      type: list
      elements: dict
      contains:
        path:
          description: The share or folder.
          type: str
          sample: \\fs01\users
        last_success:
          description: When a synchronization last succeeded, in UTC. Null for never.
          type: str
          sample: "2026-11-20T07:31:12Z"
        last_attempt:
          description: When one was last tried, in UTC. Null for never.
          type: str
          sample: "2026-11-27T17:02:45Z"
    unread:
      description:
        - Why, in a sentence, for the name of each key that is null because it could not be read, or not whole.
        - Empty where everything is known.
      type: dict
      sample: {assigned: "The user's registry is not loaded, for nothing of the user runs."}
cached:
  description:
    - What the cache holds under O(paths), as the user of the task sees it, in the form that
      M(winops.offline_files.item_info) has for C(summary). An item matches when it lies under O(paths).
    - Null without O(paths), and where the cache cannot be asked.
  returned: always
  type: dict
  contains:
    complete:  # shared: totals.complete
      description:
        - Whether the cache was read to its end. When it was not, such as when the time of O(timeout) was up, the task
          fails, and the rest is about what was read.
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
    not_cached:  # shared: totals.not_cached
      description: Those of O(paths) that the cache does not hold, or does not show to the user of the task.
      returned: always
      type: list
      elements: str
job:
  description:
    - The call in the background that runs on the host. Only one runs at a time. Where none runs, it is the latest of
      those whose result was not fetched, or else of those that went down with the host. Null where there is none.
    - It may be of any user. A user who is no administrator can read no more of another user's than the name. Where one
      is at work and no more can be seen of it, such as in the moment when it begins, only RV(job.state) is known.
  returned: always
  type: dict
  contains:
    name:  # shared: job.name
      description: Its name, 32 hexadecimal digits. The same call has the same name each time.
      type: str
    state:
      description:
        - V(running); V(ended), its result waits until its task is run again, for a day after its end at most; V(died),
          it broke off with the host, and only its file is left.
      type: str
    own:
      description: Whether it is one of the user of this task, who can fetch its result. Null where that is not known.
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
    known:
      description:
        - How many items there were under the paths before the call. Null where they have not been read yet, or are not
          read. The method may report more than these, such as items that it brings in.
      type: int
    paths:  # shared: job.paths
      description: How many paths it is called for. Null where it could not be read.
      type: int
      sample: 1
    path:  # shared: job.path
      description: The first of them, up to 260 characters. Null where it could not be read.
      type: str
      sample: \\fs01\users
errors:
  description:
    - What could not be read, and why. Of registry keys that are alike and could not be read for the same reason the
      first ten are named, and one row says how many more there are.
  returned: always
  type: list
  elements: dict
  contains:
    source:
      description: The class, service or registry key.
      type: str
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
ansible_facts:
  description: Facts about the host.
  returned: with O(facts)
  type: dict
  contains:
    offline_files:
      description:
        - RV(cache), RV(service), RV(driver), RV(configuration), RV(policies), RV(conflict_handling), RV(users),
          RV(cached) and RV(job).
      type: dict
transcript:  # shared: transcript
  description: The file on the controller that O(transcript) asked for; null when it could not be written.
  returned: when O(transcript) is set
  type: str
  sample: /home/alice/transcripts/cache_info-pc042-20260131T120000Z.json
"""
