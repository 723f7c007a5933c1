# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The page: one HTML file that needs nothing else, opens from a file share, and asks no network.

What comes from hosts is a stranger's. In the static part every text is escaped; what the script shows is inert data,
which it puts into text nodes only. A Content-Security-Policy allows this one script and this one style sheet by their
hashes, so that nothing else would run or be loaded even if a text got past both.
"""

from __future__ import annotations

import base64
import hashlib
import json
import string
import typing as t
from html import escape
from pathlib import Path

from ..windows import pins, unc
from . import sections, totals
from .model import Failure, Fleet, Host, Share, State, View
from .table import COLUMNS

_STATES = list(State)


def html(fleet: Fleet) -> str:
    """Return the page of a fleet."""
    sums = totals.of(fleet.hosts)
    style, script = _asset("page.css"), _asset("page.js")
    return string.Template(_asset("page.html")).substitute(
        policy=_policy(style, script),
        title=escape(fleet.title),
        summary=escape(sections.summary(fleet, sums)),
        numbers=sections.numbers(sums),
        pictures=sections.pictures(sums),
        states=sections.states(sums),
        worst=sections.worst_hosts(fleet),
        failures=sections.failures(sums),
        shares=sections.shares(sums),
        style=style,
        script=script,
        data=_inert(_data(fleet)),
    )


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _inert(data: t.Any) -> str:
    """Return data as JSON in which nothing can end the element that it stands in, or begin another one."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


class _Names:
    """Texts that come often, each once, with its number."""

    def __init__(self) -> None:
        self._numbers: dict[t.Any, int] = {}

    def number(self, value: t.Any) -> int:
        """Return the number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[t.Any]:
        """All values, by number."""
        return list(self._numbers)


def _data(fleet: Fleet) -> dict[str, t.Any]:
    """Return what the script shows: lists instead of dictionaries, and long texts once, for a fleet is large."""
    users, shares, policies, codes, words = _Names(), _Names(), _Names(), _Names(), _Names()
    spelled: dict[str, str] = {}

    def share_number(path: str) -> int:
        return shares.number(spelled.setdefault(unc.key(path), path))

    def share(one: Share) -> list[t.Any]:
        return [
            *(share_number(one.path), one.items, one.pinned, one.pinned_size, one.unsynchronized),
            *(one.unsynchronized_size, *one.reasons, one.pinned_before, one.last_success),
            policies.number(", ".join(one.policies)),
        ]

    def view(one: View) -> list[t.Any]:
        why = [words.number(text) for text in one.why]
        return [
            one.user and users.number(one.user),
            _STATES.index(one.state),
            why,
            [share(each) for each in one.shares],
        ]

    def failure(one: Failure) -> list[t.Any]:
        said = (one.category, sections.code(one), sections.hint(one))
        above = unc.share(one.path)
        return [share_number(above), one.path[len(above) :], one.items, codes.number(said)]

    def host(one: Host) -> list[t.Any]:
        return [
            *(one.name, _STATES.index(one.state), words.number(totals.why(one)), words.number(one.message), one.failed),
            *(list(one.not_seen), [words.number(text) for text in one.notes]),
            *([failure(each) for each in one.failures], [view(each) for each in one.views]),
        ]

    hosts = [host(one) for one in fleet.hosts]
    return {
        "states": [[state.value, state.words] for state in _STATES],
        "reasons": list(pins.NAMES),
        "columns": list(COLUMNS),
        "users": users.values,
        "shares": shares.values,
        "policies": policies.values,
        "codes": codes.values,
        "words": words.values,
        "hosts": hosts,
    }
