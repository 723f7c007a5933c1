# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The tasks that change something as a whole, and no items one by one: without I/O.

Such a task looks first and decides here what to call, because what it decides about is no property of items that the
host part could weigh. Where nothing is to be done the look is its only execution.

``course``
    what a task has asked and was answered so far, and what a module has to say for itself
``report``
    the keys that the results of all of them have, and the words that they share
``standing``
    how an item of the cache stands: online, offline, suspended
``connection``, ``connection_rows``
    the module connection: what it decides, and what became of each path and share
``rename_item``, ``rename_outcome``
    the module rename_item: what it decides, and what became of the items
``counted``
    how many items there are under paths, pinned and dirty
``cache``, ``cache_state``, ``cache_verdict``, ``cache_report``
    the module cache: what it decides, what an answer tells of the cache, what has failed, and the result
``reset_guard``
    of cache: what speaks against emptying it
``restart``
    of cache: how a restart of the host is asked for, and seen

Imports: ``host``, ``info``, ``windows``, and the files beside this package.
"""
