# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asked and was answered, readable and without names, for a file on the controller.

``transcript``
    the transcript of a task
``registry``
    keys and values of the registry
``jobs``
    the journals of what runs in the background
``aliases``
    which alias a name gets
``patterns``
    what looks like a name, and what is none

Imports: ``host``, ``windows``, and the files beside this package.
"""
