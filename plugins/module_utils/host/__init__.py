# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The contract with the host part (docs/host_contract.md), typed. What passes here is checked, all else is an error.

``request``
    what the host part is asked for
``scope``
    which items it reads for that, and which requested path each belongs to
``output``
    the answer in what an execution printed, or what came instead
``answer``
    what it answers
``calls``
    what was said of the calls of an answer as wholes
``jobs``
    the journals of what runs there in the background, and what a look at one finds
``fields``
    the readers of single fields of an answer
``values``
    the readers of values of Windows: properties, out parameters, registry values
``pack``
    packed records of an answer, unpacked as a stream and within bounds
``availability``
    whether the host's cache can be asked at all, and what to do where it cannot
``advice``
    what a user is told about an answer, whatever the task was

Imports: ``windows``, and the files beside this package.
"""
