# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Broken progress texts by the thousand: none raises, and each is accounted for. `make fuzz` takes a million."""

from __future__ import annotations

import os
import random

import pytest
from unit.method_runs import ledger_of

from ansible_collections.winops.offline_files.plugins.module_utils.windows import progress

TEXTS = int(os.environ.get("WINOPS_FUZZ_TEXTS", "20000"))
SEED = int(os.environ.get("WINOPS_FUZZ_SEED", "4"))
BATCH = 1000

PIECES = [
    *("0", "1", "2", "3", "4", "-1", "007", "4294967295", "-2147024891", "0x80070005", "80070005", "99999999999", ""),
    *(":", "::", ":[", "]", "[]", ":[]", "\\\\", ":\\\\", ":[\\\\", "\\", "[", " ", "\t", "\r\n", "\n", "\0", "\1"),
    *(
        "fs01",
        "users",
        "Access is denied.",
        "Zugriff: verweigert",
        "アクセスが拒否されました。",
        "\u202e",
        "\ud800",
        "e\u0301",
    ),
    *(r"\\fs01\users\a", r":[\\fs01\users\b]", r"3:0::[\\fs01\users\c]", "1:0::", r"2:0::[\\FS01\USERS\A]"),
]


def _texts(source: random.Random, count: int) -> list[str]:
    return ["".join(source.choices(PIECES, k=source.randrange(1, 9))) for _number in range(count)]


@pytest.mark.timeout(3600)
def test_no_broken_text_raises_and_each_is_accounted_for() -> None:
    source = random.Random(SEED)
    for start in range(0, TEXTS, BATCH):
        texts = _texts(source, BATCH)
        messages = [message for text in texts for message in progress.split_messages(text)]
        read = [progress.parse(message) for message in messages]
        ledger = ledger_of([r"\\fs01\users"])
        ledger.add_texts([texts])
        assert ledger.messages == len(messages), (SEED, start)
        assert ledger.unparsed_count == read.count(None), (SEED, start)
        named = {
            path for message in read if message and message[0].kind >= progress.Kind.ITEM_BEGIN for path in message[1:]
        }
        assert bool(ledger.items) == bool(named), (SEED, start)
        assert len(ledger.items) <= len(named), (SEED, start)
