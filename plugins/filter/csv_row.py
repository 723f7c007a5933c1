# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter winops.offline_files.csv_row: one line of a CSV file that a spreadsheet reads as data and nothing else."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils import csv_line

DOCUMENTATION = r"""
name: csv_row
short_description: Make a line of a CSV file
version_added: 1.0.0
author:
  - winops.offline_files contributors (@winops)
description:
  - Makes one line of a CSV file (RFC 4180) from a list of values, without the line end.
  - Texts are put into double quotes, those in them are doubled. Numbers stand as they are, a boolean is V(true) or
    V(false), null is an empty field.
  - Names of users, files and servers come from the hosts, and whoever owns a host chooses them. So no text can begin
    another line, hide what is there, or be a formula of a spreadsheet.
notes:
  - A text that begins with C(=), C(+), C(-), C(@), their full-width forms, or with C(') gets one C(') in front. Take
    away one C(') at the beginning to have the text again.
  - Characters that steer something or that nobody sees are shown by their number, such as C(<U+000A>). They are control
    characters, line ends, marks that turn the direction of writing, blanks without width and halves of surrogate
    pairs. Results of this collection have some of them in this form already. No name in Windows can have C(<).
positional: _input
options:
  _input:
    description: The values of the line. Each is a text, a number, a boolean or null.
    type: list
    elements: raw
    required: true
seealso:
  - plugin: winops.offline_files.report_file
    plugin_type: module
"""

EXAMPLES = r"""
- name: Write what each host said into one file
  ansible.builtin.copy:
    dest: ~/released.csv
    mode: "0600"
    content: |
      {{ ['host', 'user', 'released'] | winops.offline_files.csv_row }}
      {% for host in ansible_play_hosts %}
      {% set released = hostvars[host].released %}
      {{ [host, released.cache.user, released.counts.changed] | winops.offline_files.csv_row }}
      {% endfor %}
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
_value:
  description: The line.
  type: str
  sample: '"pc042","CORP\alice",17'
"""


def csv_row(values: t.Any) -> str:
    """Return *values* as one line of a CSV file, without its end.

    :raises AnsibleFilterError: not a list, or a value that is no text, number, boolean or null
    """
    if not isinstance(values, (list, tuple)):
        raise AnsibleFilterError(f"csv_row takes a list of values, not {type(values).__name__}.")
    try:
        return csv_line.line(values)
    except TypeError as exc:
        raise AnsibleFilterError(f"csv_row: {exc}") from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {"csv_row": csv_row}
