# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The run of a task that calls a method of Win32_OfflineFilesCache, whichever it is, without I/O.

In the order of a run:

``method``
    what a method declares: its flags, its goal, its words; the statuses of items
``flags``
    the control flags of a method
``invocation``
    a method with the checked options of a task, and the first request
``run``
    the conversation with the host: what to ask, what came back, what it led to
``settle``
    from the answers to the account
``account``
    what is known when the host has answered
``ledger``
    what is known of each item: before, results, after
``containers``
    which items hold the folders above them in the cache
``marks``
    properties of which only matters whether they moved, or what they add up to
``heads``, ``damage``
    the results of items within the bounds of what is kept; what could not be read
``fate``
    what is known of one, which many share
``verdict``
    what became of an item
``followup``
    what to ask the host next, if anything
``report``
    the result: paths, entries, counts, diff
``joined``
    several results as one
``wording``
    the words of the result: ``msg`` and warnings

Nothing here knows a method by name: what differs between methods is declared in ``methods``.

Imports: ``host``, ``windows``, and the files beside this package.
"""
