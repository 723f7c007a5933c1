# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of what holds a folder in the cache: something in it that stays, at any depth."""

from __future__ import annotations

import pytest
from unit.item_rows import row

from ansible_collections.winops.offline_files.plugins.module_utils.host.scope import Scope
from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import DELETE_ITEMS, Held
from ansible_collections.winops.offline_files.plugins.module_utils.run.containers import above
from ansible_collections.winops.offline_files.plugins.module_utils.run.fate import Fate
from ansible_collections.winops.offline_files.plugins.module_utils.run.ledger import Ledger

SHARE = r"\\fs01\users"
GOAL = DELETE_ITEMS.goal(0x2)
ROWS = {
    "": "share",
    r"\a": "directory",
    r"\a\b": "directory",
    r"\a\b\x": "file user",
    r"\c": "directory",
    r"\c\y": "file",
}


def _rows(*names: str) -> list[list[str]]:
    return [[row(GOAL.fields, SHARE + name, ROWS[name]) for name in names]]


def _held(ledger: Ledger, when: str) -> set[str]:
    return {path.removeprefix(SHARE) for path, fate in ledger.items.items() if getattr(fate, when) & Held.NOT_EMPTY}


def test_what_is_kept_holds_every_folder_above_it_and_no_other() -> None:
    ledger = Ledger(Scope([SHARE]), GOAL, None)
    ledger.add_before(_rows(*ROWS))
    assert _held(ledger, "before") == {"", r"\a", r"\a\b"}


@pytest.mark.parametrize("order", [list(ROWS), list(reversed(ROWS))])
def test_what_is_there_afterwards_holds_its_folder_whatever_it_was_meant_to_be(order: list[str]) -> None:
    ledger = Ledger(Scope([SHARE]), GOAL, None)
    ledger.add_before(_rows(*order))
    ledger.add_after(_rows(*order))
    ledger.close()
    assert _held(ledger, "after") == {"", r"\a", r"\a\b", r"\c"}


def test_a_folder_that_is_gone_is_not_held() -> None:
    ledger = Ledger(Scope([SHARE]), GOAL, None)
    ledger.add_before(_rows(*ROWS))
    ledger.add_after(_rows(r"\a\b\x"))
    ledger.close()
    assert _held(ledger, "after") == set()


def test_it_ends_where_no_item_is() -> None:
    fate = Fate(0)
    deep = "\\\\fs01" + "\\x" * 16000
    asked: list[Fate] = []

    def stays(one: Fate) -> bool:
        asked.append(one)
        return True

    assert above({deep: fate, r"\\fs02\a\b": fate, r"\\fs02\a": fate}, stays) == {r"\\fs02\a"}
    assert asked == [fate]
