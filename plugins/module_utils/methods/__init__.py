# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The methods of Win32_OfflineFilesCache that modules call: one declaration each, nothing else.

``unpin``
    Unpin: takes pin reasons away from items
``pin``
    Pin: adds pin reasons to items, and brings in what the cache does not hold
``restore``
    what undoes a release
``pinning``
    what these two have in common; the flags of pin reasons
``delete_items``
    DeleteItems: takes items out of the local cache
``synchronize``
    Synchronize: brings the copies in the cache and those on the servers together

A declaration is a :class:`..run.method.Method`: the vendor's name, the control flags, the goal in terms of an item's
state, the words. Everything that modules do with it is shared and stands in ``run``.

Imports: ``run``, ``windows``, and the files beside this package.
"""
