# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the roles decide: whether a host may let go of a file server, what is to be done there, and what became of it.

``options``
    the variables of the roles: what was given, and what is wrong with it
``guards``
    the reasons for which a host has to wait
``plan``
    what is to be done in one user's view of a host, from what was found and what was done so far
``outcome``
    what became of a host: the record that the role returns
``releases``
    the files on the controller that keep what was released
``fleet``
    what became of all hosts of a playbook, in lines and rows
``move``
    the variables of a share that moves: which moves are understood
``record``
    what was pinned on both sides before a share moved, and in what something differs from it
``renames``
    which copies are renamed when a share moves, and whether what became of that is known
``steps``
    what each step of a move is to do next, from whole results, and why it has to stop

Pure functions over results of the modules; filters in ``plugins/filter`` hand them over.

Imports: ``windows``, and the files beside this package.
"""
