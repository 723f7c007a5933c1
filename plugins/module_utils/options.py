# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a user gave, before it is validated: one value for each option, and lists of names letter by letter."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

from .errors import InputError
from .windows import unc
from .words import visible

Spec = Mapping[str, Mapping[str, t.Any]]
"""An argument spec of Ansible."""

_NAMES: dict[str, Callable[[str], list[str]]] = {"paths": unc.split_list, "name": unc.split_lines}
"""How a plain string is parted for an option that is a list of names: core would part it at every comma."""

_SHOWN = 100


def taken(given: Mapping[str, t.Any], spec: Spec) -> dict[str, t.Any]:
    """Return the arguments of a task: each under one name, lists of names as lists of plain strings.

    Core copies every string that knows its line in the playbook when it validates the arguments, which takes half a
    second for 10,000.

    :raises InputError: an option and its alias have different values
    """
    args = dict(given)
    for option, about in spec.items():
        names = [name for name in (option, *about.get("aliases", ())) if name in args]
        if split := _NAMES.get(option):
            args.update({name: _plain(args[name], split) for name in names})
        _keep_one(names, args)
    return args


def _plain(value: t.Any, split: Callable[[str], list[str]]) -> t.Any:
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
