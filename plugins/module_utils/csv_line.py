# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One line of a CSV file (RFC 4180) that a spreadsheet reads as data and nothing else."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from .words import visible

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""Where spreadsheets begin to calculate (OWASP, "CSV Injection")."""

_MARKED = ("'", *FORMULA)


def line(values: Sequence[t.Any]) -> str:
    """Return *values* as one line, without its end.

    :raises TypeError: a value that is no text, number, boolean or null
    """
    return ",".join(_field(number, value) for number, value in enumerate(values, 1))


def _field(number: int, value: t.Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if not isinstance(value, str):
        raise TypeError(f"value {number} is a {type(value).__name__}; a text, a number, a boolean or null is allowed.")
    # Results have it written out already, so it stays as it is.
    text = visible(value)
    mark = "'" if text.startswith(_MARKED) else ""
    return '"' + mark + text.replace('"', '""') + '"'
