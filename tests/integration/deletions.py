# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what must be true of every result of delete_items, whatever Windows answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integration.fleet import check_form

from simhost.scenario import Host

NO_AUTO_CACHED, NO_PINNED, DEL_MODIFIED = 0x1, 0x2, 0x4

Items = Mapping[str, Mapping[str, Any]]


def items_of(host: Host) -> dict[str, dict[str, Any]]:
    """Every item of the cache, by its path."""
    return {item["path"]: item for item in host.snapshot()["items"] if item["type"] != "server"}


def check_deleted(result: Mapping[str, Any], before: Items, after: Items, *, check_mode: bool = False) -> None:
    """Nothing is called deleted that is there, and nothing kept that is gone or that nothing keeps.

    :param before: the items under the requested paths that the user sees, before
    :param after: the same afterwards
    """
    check_form(result, without=["deep"])
    flags = result["flags"]["value"]
    told = {entry["path"]: entry for entry in result["entries"]}
    verified = result["state_verified"]
    for path, entry in told.items():
        gone = path in before and path not in after
        if entry["status"] == "deleted":
            assert entry["changed"], entry
            assert check_mode or path not in after or not verified, ("called deleted and still there", entry)
        if entry["changed"] and verified and not check_mode:
            assert gone, ("called changed and nothing happened", entry)
        if entry["status"] in ("kept", "still_cached"):
            assert path in after, ("called kept and gone", entry)
        if entry["status"] == "unchanged" and verified:
            assert path not in after or after[path]["type"] in ("share", "server"), ("nothing said of it", entry)
        assert (entry["status"] == "kept") <= bool(entry["kept_because"]), entry
        if path in after:
            _check_reasons(entry, after, flags, told if check_mode else {})
        assert entry["changes_lost"] == (entry["changed"] and bool(before.get(path, {}).get("dirty"))), entry
    if verified and not check_mode and not result["entries_truncated"]:
        assert {path for path, entry in told.items() if entry["changed"]} == set(before) - set(after)
        assert result["changed"] == bool(set(before) - set(after))
    kept_dirty = [path for path in before if before[path]["dirty"] and not flags & DEL_MODIFIED]
    assert set(kept_dirty) <= set(after)


def _check_reasons(entry: Mapping[str, Any], after: Items, flags: int, foreseen: Mapping[str, Any]) -> None:
    item = after[entry["path"]]
    inside = [path for path in after if path.startswith(entry["path"] + "\\")]
    inside = [path for path in inside if path not in foreseen or foreseen[path]["status"] != "deleted"]
    true = {
        "pinned": bool(item["pins"]) and bool(flags & NO_PINNED),
        "unsynchronized": bool(item["dirty"]) and not flags & DEL_MODIFIED,
        "auto_cached": not item["pins"] and bool(flags & NO_AUTO_CACHED),
        "not_empty": bool(inside),
    }
    for reason in entry["kept_because"]:
        assert true[reason], (reason, entry)
