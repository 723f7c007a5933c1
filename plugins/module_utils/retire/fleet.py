# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What became of the hosts of a playbook: rows for a report, and lines for whoever runs it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ..windows import pins
from ..words import visible

COLUMNS = (
    *("host", "view", "share", "items", "pinned", "pinned_bytes", "unsynchronized"),
    *("user", "user_policy", "computer", "folder_redirection"),
)
NAMED = 20
"""So many hosts are named for each kind; the rows, the last play and the recap have all."""

_Result = Mapping[str, t.Any]


def make(results: Mapping[str, _Result | None]) -> dict[str, t.Any]:
    """Return what became of some hosts: ``rows`` of what was found, and ``lines`` of what was done.

    :param results: of each host what the role retire_share returned; null where it came to nothing
    """
    return {"rows": [list(COLUMNS), *_rows(results)], "lines": _lines(results)}


def _rows(results: Mapping[str, _Result | None]) -> list[list[t.Any]]:
    return [
        [
            *(host, view["user"], share["path"], share["total_items"], share["pinned_items"], share["pinned_size"]),
            *(share["dirty_items"], *(share["reasons"][name] for name in pins.NAMES)),
        ]
        for host, result in results.items()
        for view in (result["views"] if result else ())
        for share in view["shares"]
    ]


def _lines(results: Mapping[str, _Result | None]) -> list[str]:
    told = {host: result for host, result in results.items() if result}
    missed = sorted(host for host in results if host not in told or told[host]["state"] == "not_asked")
    off = sorted(host for host, result in told.items() if result["state"] == "off")
    views = [(host, view) for host, result in told.items() for view in result["views"]]
    sums = {
        word: sum(view[word] for _host, view in views) for word in ("synchronized", "released", "deleted", "failed")
    }
    lines = [f"Hosts: {len(results)}, not asked: {len(missed)}"]
    lines += [f"Not asked: {_named(missed)}"] if missed else []
    lines += [f"Offline Files does not run: {_named(off)}"] if off else []
    lines.append(", ".join(f"{word}: {sums[word]}" for word in sums if word in ("released", "failed") or sums[word]))
    lines[-1] = f"Items {lines[-1]}"
    lines += _failures(list(told.values()))
    lines += _listed(
        [
            f"{_said('Waits', host, view, told)}: {'; '.join(why['text'] for why in view['why'])}"
            for host, view in views
            if view["state"] == "waits"
        ],
        "wait",
    )
    lines += _listed(
        [
            f"{_said('Pinned on', host, view, told)}: "
            + ", ".join(f"{items} for {name}" for name, items in view["left"]["reasons"].items())
            for host, view in views
            if view["left"] and view["left"]["reasons"]
        ],
        "have something pinned",
    )
    return lines


def _said(what: str, host: str, view: _Result, told: Mapping[str, _Result]) -> str:
    whose = f" ({visible(view['user'])})" if len(told[host]["views"]) > 1 and view["user"] else ""
    return f"{what} {host}{whose}"


def _failures(results: Sequence[_Result]) -> list[str]:
    items: dict[str, int] = {}
    examples: dict[str, str] = {}
    for result in results:
        for row in result["failures"]:
            category = row["category"] or ""
            items[category] = items.get(category, 0) + row["items"]
            examples.setdefault(category, row["such_as"])
    return [
        (f"Failed with {category}" if category else "Failed, and nothing was reported of the item")
        + f": {items[category]}, such as {visible(examples[category])}"
        for category in sorted(items, key=lambda name: (not name, name))
    ]


def _named(hosts: Sequence[str]) -> str:
    more = f" and {len(hosts) - NAMED} more" if len(hosts) > NAMED else ""
    return ", ".join(hosts[:NAMED]) + more


def _listed(lines: Sequence[str], do: str) -> list[str]:
    return [*lines[:NAMED], *([f"and {len(lines) - NAMED} more {do}"] if len(lines) > NAMED else [])]
