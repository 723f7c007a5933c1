# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules tell that only read.

``selection``
    of both: which items are wanted, and the request that leads to them
``totals``
    of both: what items come to, as a whole and for each share
``listing``
    of item_info: the items
``registry``
    of cache_info: what was found of each registry key
``users``
    of cache_info: the users of a host, and what each has synchronized
``jobs``
    of cache_info: what runs on a host in the background
``configuration``
    of cache_info: the cache, the service, the configuration and the policies of a host

Imports: ``host``, ``jobs``, ``windows``, and the files beside this package.
"""
