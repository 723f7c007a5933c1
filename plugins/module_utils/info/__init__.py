# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules tell that only read.

``selection``
    of item_info: which items are wanted, and the request that leads to them
``listing``
    of item_info: the items, and what they come to for each share
``configuration``
    of cache_info: the configuration and the policies of a host

Imports: ``host``, ``windows``, and the files beside this package.
"""
