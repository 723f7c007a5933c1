# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Work that goes on on a host in the background: how it is begun, followed, found again and fetched, without I/O.

``follow``
    the conversation about one job: what to ask the host next, what came back, what it led to
``told``
    what a user is told of a job: the key ``job`` of a result, the line of each look, the sentences

What a job is on the host, and what a look at it finds, is in ``host.jobs``.

Imports: ``host``, ``windows``, and the files beside this package.
"""
