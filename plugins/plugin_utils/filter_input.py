# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the filters of the roles check of the value that they are given."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError


def mapping(name: str, value: t.Any, what: str = "a dictionary") -> Mapping[str, t.Any]:
    """Return the input of the filter *name*, which is a dictionary.

    :param what: what the filter takes, for the message
    :raises AnsibleFilterError: it is none
    """
    if not isinstance(value, Mapping):
        raise AnsibleFilterError(f"{name} takes {what}, not {type(value).__name__}.")
    return value
