# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what a host answers to the modules that look first, execution by execution."""

from __future__ import annotations

import typing as t

from unit import item_rows

from ansible_collections.winops.offline_files.plugins.module_utils.change import cache_state, counted, standing
from ansible_collections.winops.offline_files.plugins.module_utils.info.configuration import MACHINE_CLASS


def taken_offline(share: str) -> list[dict[str, t.Any]]:
    """The answers to connection: a share is online, and goes offline."""
    gone = {"ConnectionInfo__ConnectState": "1", "ConnectionInfo__OfflineReason": "2"}
    before, after = ([item_rows.row(standing.FIELDS, share, "share", **more)] for more in ({}, gone))
    moved = item_rows.called(before, after)
    moved["answer"]["calls"][0]["returned"] = {"ReturnValue": 0, "OpenFiles": False}
    return [item_rows.answer(before, 1), moved]


def renamed(src: str, dest: str) -> list[dict[str, t.Any]]:
    """The answers to rename_item: a share is in the cache, and gets its new name."""
    old, new = ([item_rows.row(counted.FIELDS, path, "share")] for path in (src, dest))
    return [item_rows.answer(old, 2), item_rows.called(old, new, held=(True, False))]


def looked_at_cache(encrypted: dict[str, bool], values: dict[str, t.Any], *, setting: bool) -> dict[str, t.Any]:
    """The answer to a look of cache.

    :param encrypted: whether each file is
    :param values: of the registry key that says whether the cache is to be emptied
    :param setting: whether the configuration says that the cache is encrypted
    """
    looked = item_rows.answer([f"0\t{is_encrypted}\tFalse\t{path}" for path, is_encrypted in encrypted.items()])
    looked["answer"]["classes"] = {
        MACHINE_CLASS: {"properties": {"OfflineFilesCacheEncrypted": setting}, "error": None}
    }
    looked["answer"]["registry"] = [{"key": cache_state.FORMAT_KEY, "values": values, "error": None}]
    return looked
