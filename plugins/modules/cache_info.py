#!/usr/bin/python
# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cache_info
short_description: Tell whether Offline Files runs on a Windows host, and how it is configured
version_added: 0.1.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Reads the state of Offline Files, its service and its driver, its configuration as Windows has it since
    Windows 8 and Windows Server 2012, and the policies that pin files.
  - That Offline Files is missing or off is an answer and no failure, unless O(unavailable=fail). The task fails where
    the host could not be asked or did not let the class be read.
  - What is set (RV(cache.enabled)), what runs (RV(cache.active)) and what will be after a restart
    (RV(cache.after_restart)) are three things, and are told as three.
  - Changes nothing. To see what the cache holds use M(winops.offline_files.item_info).
extends_documentation_fragment:
  - winops.offline_files.info
  - winops.offline_files.common
attributes:
  facts:
    description: Can return C(ansible_facts).
    support: full
    details:
      - Returns facts with O(facts) only.
options:
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
  - Policies of users are read from the registry of those users who are logged on, and only with the rights to
    do so, which administrators have.
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
errors:
  description: What could not be read, and why.
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
      description: RV(cache), RV(service), RV(driver), RV(configuration) and RV(policies).
      type: dict
transcript:  # shared: transcript
  description: The file on the controller that O(transcript) asked for; null when it could not be written.
  returned: when O(transcript) is set
  type: str
  sample: /home/alice/transcripts/cache_info-pc042-20260131T120000Z.json
"""
