# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The output of an execution on the host: the module result in it, whatever else was printed, or what it is instead.

Profiles, logon scripts and other tools print too, before the result and even on its line. Core gives up there, and
shows what stands after the result as it came; so the output is read here, and core gets none of it.
"""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Mapping

from ..errors import HostCallError
from ..words import excerpt, one_line

_EFFORT = 4
"""How often the output is looked at as a whole, at most, where it is long: what only looks like JSON may nest."""

_LEAST_EFFORT = 100_000
"""Characters that may be looked at in any case."""

_NOT_STARTED = (126, 127, 9009)
"""Exit codes of sh and cmd.exe for a program that is not there."""

_NO_POWERSHELL = re.compile(r"(powershell|pwsh)\S*: .*not found|(powershell|pwsh)\S* is not recognized", re.IGNORECASE)
"""What shells say of it where their exit code gets lost."""

_LOOKED_AT = 10_000
"""Characters of stderr that are looked at."""

_DECODER = json.JSONDecoder()


def find_result(text: str) -> dict[str, t.Any] | None:
    """Return the module result that *text* holds, or None.

    The result of the host part has the key ``answer``, that of a start in the background the id of Ansible's job; where
    there is none, the last object that says why it failed counts (Ansible's own wrapper on the host ends so).
    """
    failed = None
    for found in _objects(text):
        if isinstance(found.get("answer"), dict) or "ansible_job_id" in found:
            return found
        if found.get("failed"):
            failed = found
    return failed


def unreadable(stdout: str, stderr: str, rc: int) -> dict[str, t.Any]:
    """Return the module result of an execution whose output holds none: what core calls a deserialization failure."""
    came = f"instead of an answer came {excerpt(stdout)}" if stdout.strip() else "it printed nothing"
    return {"failed": True, "msg": came, "module_stdout": stdout, "module_stderr": stderr, "rc": rc}


def problem_of(result: Mapping[str, t.Any]) -> HostCallError:
    """Return the error of a module result without an answer."""
    stdout, stderr = (_text(result, name).strip() for name in ("module_stdout", "module_stderr"))
    stderr = stderr[:_LOOKED_AT]
    first = one_line(stderr.partition("\n")[0])
    if not stdout and (result.get("rc") in _NOT_STARTED or _NO_POWERSHELL.search(stderr)):
        return HostCallError(f"No PowerShell could be started there, nothing was run: {first}.", maybe_called=False)
    rc = result.get("rc")
    more = [f"rc {rc}"] if rc and isinstance(rc, int) and abs(rc) < 1 << 32 else []
    more += [first] if first else []
    text = f"The host part failed: {one_line(_text(result, 'msg') or 'no message')}"
    text += f" ({', '.join(more)})." if more else "."
    # The host part fails by itself only before it asks WMI; of output that cannot be read nobody knows.
    return HostCallError(text, maybe_called="module_stdout" in result)


def _text(result: Mapping[str, t.Any], name: str) -> str:
    """Return a member of a module result; what is no text there is a stranger's, and may nest without end."""
    value = result.get(name)
    return value if isinstance(value, str) else ""


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
