# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules say that look at items: how paths are written, whose view of the cache is read."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared by the modules with the option paths; whether it is required each module says itself."""

    DOCUMENTATION = r"""
options:
  paths:
    description:
      - UNC paths of files, directories, shares or servers, such as V(//fs01/users) or V(\\\\fs01\\users). Forward
        slashes need no escaping in YAML and on the command line.
      - V(\\\\?\\UNC\\server\\share) and a backslash at the end are accepted and normalised.
      - A plain string is one path, letter by letter. Commas, semicolons and a blank at the end belong to the name.
      - It is several paths where each has a line of its own, as in a file that P(ansible.builtin.file#lookup) reads,
        or where a new V(//) or V(\\\\) follows a comma. Empty lines and blanks before a path do not count.
      - So the paths of RV(winops.offline_files.item_info#module:entries) come back as they are, from a list, a loop or
        a joined string. Only what reads a string earlier can take the blank at its end away. Ansible does so with
        C(key=value) without quotes, so write C(paths='//fs01/users/Project ') with them. P(ansible.builtin.file#lookup)
        does so at the end of a file without C(rstrip=false).
      - A character that no terminal should show, such as a mark that turns the direction of writing, stands in
        results as V(<U+202E>), and is read so here.
      - The name of the server must be the one that the cache knows. Windows keeps the short name, the full
        name and DFS names of one server apart. Nothing expands variables of Windows such as V(%username%).
      - Drive letters, wildcards and relative paths are refused. So are a comma or a semicolon in the
        name of a server or a share, which can have neither, and a second path after anything but a comma or a new line.
      - The option and its alias with different values are an error, also where one comes from C(module_defaults).
      - A path that is only a server, V(//fs01), means everything that the cache holds of it.
      - An empty list is refused where this option is required.
    type: list
    elements: str
    aliases: [path]
notes:
  - The task sees the offline cache as its user sees it, and RV(cache.user) says who that is. Items that only another
    user has cached may not be visible; then they count as not cached. To reach what
    belongs to another user, become that user, with its password or, as an administrator of the host, without.
  - Several forms of the same server name are different servers for Windows. Where a module finds that a path is not in
    the cache, a warning says what is there instead and looks like it, such as the same share under another name of the
    server, a namespace of DFS, or the same letters in another Unicode normal form, and what is odd in the path itself.
seealso:
  - ref: ansible_collections.winops.offline_files.docsite.guide_double_hop
    description: Whose view of the cache a task gets, and how it reaches the file server.
"""
