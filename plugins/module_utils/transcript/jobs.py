# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Jobs on a host without names: of the user in the file name of a journal, of the path in its state."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Mapping

from ..host.jobs import join_name, split_name
from .aliases import Aliases

_NAMELESS = re.compile(r"before|call|after|ended|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""Texts of a state that are no names: phases and times."""


def write(aliases: Aliases, key: str, text: str) -> str:
    """Return a text of a JOB of the contract; *key* is the one that it stands under."""
    if key == "name":
        return _file_name(aliases, text)
    return _state(aliases, text) if key == "state" else aliases.text(text)


def _file_name(aliases: Aliases, name: str) -> str:
    parts = split_name(name)
    if parts is None:
        return aliases.text(name)
    job, user = parts
    # Whoever guesses a path could try it out on the hash of the request.
    return join_name(aliases.job(job), aliases.user(user))


def _state(aliases: Aliases, text: str) -> str:
    """Return what stands at the beginning of a journal; of what is no state only how long it is."""
    try:
        found = json.loads(text)
        if isinstance(found, Mapping):
            return json.dumps(_value(aliases, "", found), ensure_ascii=False)
    except (ValueError, RecursionError):
        # Whoever may write to the folder may leave anything there.
        pass
    return f"({len(text)} characters)" if text else ""


def _value(aliases: Aliases, key: str, value: t.Any) -> t.Any:
    if isinstance(value, Mapping):
        return {name: _value(aliases, name, one) for name, one in value.items()}
    if isinstance(value, list):
        return [_value(aliases, key, one) for one in value]
    if not isinstance(value, str) or _NAMELESS.fullmatch(value):
        return value
    return aliases.path(value) if key == "path" else aliases.text(value)
