# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The JSON of a fleet. It is kept and merged by later runs, so its form has a version.

``fleet_report`` is the version, ``title`` the title, ``totals`` the sums (for readers, never read back), ``hosts`` a
list by name. A number that is not known is null. There is no time in it, so that the same hosts make the same file.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ..errors import InputError
from ..windows import pins
from . import facts, totals
from .model import Failure, Fleet, Host, Share, State, View, natural
from .shapes import count, kind, mapping, number, rows, text, texts

KEY = "fleet_report"
"""The key that says that a file is such a document, and holds the version."""

VERSION = 1
"""Raised when a key gets another meaning or goes away; a further key is no new version."""

_Row = dict[str, t.Any]


def write(fleet: Fleet) -> str:
    """Return the document as JSON, one line for each host, so that two of them can be compared."""
    head = {KEY: VERSION, "title": fleet.title, "totals": totals.of(fleet.hosts).as_data()}
    lines = ",\n".join(json.dumps(_host(host), ensure_ascii=False, separators=(",", ":")) for host in fleet.hosts)
    text_of_head = json.dumps(head, ensure_ascii=False, indent=1)
    hosts = f"[\n{lines}\n]" if lines else "[]"
    return f'{text_of_head[:-2]},\n "hosts": {hosts}\n}}\n'


def _host(host: Host) -> _Row:
    return {
        "host": host.name,
        "state": host.state.value,
        "msg": host.message,
        "failed": host.failed,
        "views": [_view(view) for view in host.views],
        "not_seen": list(host.not_seen),
        "failures": [_failure(one) for one in host.failures],
        "notes": list(host.notes),
    }


def _view(view: View) -> _Row:
    return {
        "user": view.user,
        "state": view.state.value,
        "why": list(view.why),
        "changed": view.changed,
        "shares": [_share(share) for share in view.shares],
    }


def _share(share: Share) -> _Row:
    return {
        "path": share.path,
        "total_items": share.items,
        "pinned": share.pinned,
        "pinned_size": share.pinned_size,
        "unsynchronized": share.unsynchronized,
        "unsynchronized_size": share.unsynchronized_size,
        "reasons": dict(zip(pins.NAMES, share.reasons, strict=True)),
        "pinned_before": share.pinned_before,
        "last_success": share.last_success,
        "policies": list(share.policies),
    }


def _failure(one: Failure) -> _Row:
    result = {"category": one.category, "hresult": one.hresult, "name": one.name, "text": one.text}
    return {"path": one.path, "failed_items": one.items, "result": result if one.category or one.hresult else None}


def read(source: str, data: str) -> Fleet:
    """Return the fleet of a document.

    :param source: its file, for messages
    :raises InputError: it is none, or of a version that is not known; the message is a sentence that names the file
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as exc:
        raise InputError(f"merge '{source}' is not allowed: it is no JSON ({exc}).", source) from None
    if not isinstance(value, Mapping) or KEY not in value:
        what = f"it is {kind(value)}" if not isinstance(value, Mapping) else f"it has no key {KEY}"
        raise InputError(
            f"merge '{source}' is not allowed: {what}. Give a JSON file that fleet_report has written.", source
        )
    if value[KEY] != VERSION or isinstance(value[KEY], bool):
        raise InputError(
            f"merge '{source}' is not allowed: its version is {text(str(value[KEY]))}, and {VERSION} is the only one "
            "that this version of the collection reads.",
            source,
        )
    if not isinstance(value.get("hosts"), list):
        raise InputError(
            f"merge '{source}' is not allowed: its hosts are {kind(value.get('hosts'))}, not a list.", source
        )
    hosts = {host.name: host for host in (_read_host(source, row) for row in value["hosts"])}
    return Fleet(text(value.get("title")), tuple(hosts[name] for name in sorted(hosts, key=natural)))


def _read_host(source: str, row: t.Any) -> Host:
    name = text(row.get("host")) if isinstance(row, Mapping) else ""
    if not name:
        raise InputError(f"merge '{source}' is not allowed: one of its hosts has no name.", source)
    return Host(
        name=name,
        state=_state(source, name, row.get("state")),
        message=text(row.get("msg")),
        views=tuple(_read_view(source, name, view) for view in rows(row.get("views"))),
        not_seen=tuple(texts(row.get("not_seen"))),
        failed=number(row.get("failed")),
        failures=tuple(_read_failure(one) for one in rows(row.get("failures"))),
        notes=tuple(texts(row.get("notes"))),
    )


def _state(source: str, name: str, value: t.Any) -> State:
    try:
        return State(text(value))
    except ValueError:
        allowed = ", ".join(state.value for state in State)
        told = f"the state of its host {name} is '{text(str(value))}', not one of {allowed}"
        raise InputError(
            f"merge '{source}' is not allowed: {told}.",
            source,
        ) from None


def _read_view(source: str, name: str, row: Mapping[str, t.Any]) -> View:
    return View(
        user=text(row.get("user")) or None,
        state=_state(source, name, row.get("state")),
        why=tuple(texts(row.get("why"))),
        changed=number(row.get("changed")),
        shares=tuple(_read_share(share) for share in rows(row.get("shares"))),
    )


def _read_share(row: Mapping[str, t.Any]) -> Share:
    reasons = mapping(row.get("reasons"))
    return Share(
        path=text(row.get("path")),
        items=count(row.get("total_items")),
        pinned=count(row.get("pinned")),
        pinned_size=count(row.get("pinned_size")),
        unsynchronized=count(row.get("unsynchronized")),
        unsynchronized_size=count(row.get("unsynchronized_size")),
        reasons=tuple(number(reasons.get(name)) for name in pins.NAMES),
        pinned_before=count(row.get("pinned_before")),
        last_success=text(row.get("last_success")) or None,
        policies=tuple(texts(row.get("policies"))),
    )


def _read_failure(row: Mapping[str, t.Any]) -> Failure:
    return facts.failure(text(row.get("path")), row.get("result"), items=max(1, number(row.get("failed_items"))))
