# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Windows means: its numbers, paths, progress texts, and the properties of its items. Knows no task and no host.

``codes``
    a number of Windows: its name, category, text
``hints``
    what to do about it
``unc``
    UNC paths: accept, normalise, compare, what lies above
``near``
    near misses: what the cache holds that differs from a requested path only in its spelling
``progress``
    the grammar of a progress text
``pins``
    pin reasons, and the properties that hold them
``rows``
    the properties of an item: which are read, what their texts mean

Imports: the files beside this package.
"""
