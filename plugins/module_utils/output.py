# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The output of an execution on the host: finds the module result in it, whatever else was printed.

Profiles, logon scripts and other tools print too, before the result and even on its line. Core gives up there, and
shows what stands after the result as it came; so the output is read here, and core gets none of it.
"""

from __future__ import annotations

import json
import typing as t

_EFFORT = 4
"""How often the output is looked at as a whole, at most, where it is long: what only looks like JSON may nest."""

_LEAST_EFFORT = 100_000
"""Characters that may be looked at in any case."""

_DECODER = json.JSONDecoder()


def find_result(text: str) -> dict[str, t.Any] | None:
    """Return the module result that *text* holds, or None.

    The result of the host part has the key ``answer``; where there is none, the last object that says why it failed
    counts (Ansible's own wrapper on the host ends so).
    """
    failed = None
    for found in _objects(text):
        if isinstance(found.get("answer"), dict):
            return found
        if found.get("failed"):
            failed = found
    return failed


def _objects(text: str) -> t.Iterator[dict[str, t.Any]]:
    """Yield the JSON objects of *text* that stand in no other one."""
    left = _EFFORT * len(text) + _LEAST_EFFORT
    start = text.find("{")
    while start >= 0 and left >= 0:
        end = start
        try:
            found, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as exc:
            # The error counts the lines up to its place.
            left -= exc.pos + 1
        except (ValueError, RecursionError):
            # A number of too many digits, or too many levels.
            left -= len(text)
        else:
            left -= end - start
            yield found
        start = text.find("{", max(end, start + 1))
