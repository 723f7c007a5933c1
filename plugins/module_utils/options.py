# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a user gave: one value for each option, lists of names letter by letter, numbers within their bounds."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from .errors import InputError
from .words import visible

Spec = Mapping[str, Mapping[str, t.Any]]
"""An argument spec of Ansible."""

Split = Callable[[str], list[str]]
"""How a plain string is parted for an option that is a list of names: core would part it at every comma."""

LONE_PATHS = ("src", "dest")
"""Options of a module that has no paths: each holds one."""

MAX_TIMEOUT = 2_147_483
"""Seconds; more do not fit into the milliseconds of a wait on the host."""

_SHOWN = 100


def taken(given: Mapping[str, t.Any], spec: Spec, names: Mapping[str, Split]) -> dict[str, t.Any]:
    """Return the arguments of a task: each under one name, lists of names as lists of plain strings.

    Core copies every string that knows its line in the playbook when it validates the arguments, which takes half a
    second for 10,000.

    :param names: options that are lists of names
    :raises InputError: an option and its alias have different values
    """
    args = dict(given)
    for option, about in spec.items():
        spellings = [name for name in (option, *about.get("aliases", ())) if name in args]
        if split := names.get(option):
            args.update({name: _plain(args[name], split) for name in spellings})
        _keep_one(spellings, args)
    return args


def _plain(value: t.Any, split: Split) -> t.Any:
    values = split(value) if isinstance(value, str) else value
    if not isinstance(values, list):
        return values
    return [str.__str__(one) if isinstance(one, str) else one for one in values]


def _keep_one(names: Sequence[str], args: dict[str, t.Any]) -> None:
    """Drop what was given under a second name of an option too; of two values core would take that of the alias.

    :raises InputError: the values differ
    """
    for alias in names[1:]:
        first, second = args[names[0]], args.pop(alias)
        if first != second:
            raise InputError(
                f"{names[0]} ({_short(first)}) and {alias} ({_short(second)}) are the same option, and their values "
                "differ: give one of them. What the task does not have comes from module_defaults of its play, block "
                "or role.",
                second,
            )


def _short(value: t.Any) -> str:
    text = visible(", ".join(map(str, value)) if isinstance(value, list) else str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def check_timeout(seconds: int) -> int:
    """Return *seconds*, a time limit for the host; 0 for none.

    :raises InputError: more than the host can wait, or negative
    """
    if not 0 <= seconds <= MAX_TIMEOUT:
        raise InputError(f"timeout {seconds} is not allowed: use 0 (no limit) to {MAX_TIMEOUT} seconds.", seconds)
    return seconds


def check_limit(name: str, number: int) -> int:
    """Return *number*, how many entries a result may have; 0 for no limit.

    :param name: of the option
    :raises InputError: it is negative
    """
    if number < 0:
        raise InputError(f"{name} {number} is not allowed: use 0 (no limit) or a positive number.", number)
    return number
