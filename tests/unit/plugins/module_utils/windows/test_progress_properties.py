# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of the progress grammar: what was composed is read again; nothing raises; no text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.method_runs import ledger_of
from unit.strategies import ANY_TEXTS, CODES, TEXTS, Parts, messages

from ansible_collections.winops.offline_files.plugins.module_utils.run.ledger import Ledger
from ansible_collections.winops.offline_files.plugins.module_utils.windows import progress


@given(st.lists(messages(), min_size=1, max_size=TEXTS))
def test_a_composed_text_gives_its_parts_back(composed: list[Parts]) -> None:
    for parts in composed:
        message = progress.parse(parts.text)
        assert message is not None
        head, path = message
        assert (head.kind, head.code.code, head.text, path) == (parts.kind, parts.code, parts.says, parts.path)


@given(ANY_TEXTS)
def test_no_text_raises_and_none_is_lost(texts: list[str]) -> None:
    for text in texts:
        messages = progress.split_messages(text)
        assert "\r\n".join(messages).strip("\r\n\t \0") == text.strip("\r\n\t \0")
        for message in messages:
            parsed = progress.parse(message)
            assert parsed is None or (0 <= parsed[0].kind <= 3 and bool(parsed[1]) >= (parsed[0].kind >= 2))


@given(ANY_TEXTS)
def test_a_ledger_accounts_for_every_text(texts: list[str]) -> None:
    """Every message is read or kept, and entering texts one by one, or twice, leads to the same items."""
    paths = ("\\\\fs01", "\\\\fs02\\UNC")
    ledger = ledger_of(paths)
    ledger.add_texts([texts])
    messages = [message for text in texts for message in progress.split_messages(text)]
    unread = [message for message in messages if progress.parse(message) is None]
    assert ledger.messages == len(messages)
    assert ledger.unparsed_count == len(unread)
    assert ledger.unparsed == unread[:20]
    slowly = ledger_of(paths)
    for text in texts:
        slowly.add_texts([[text]])
    assert _facts(slowly) == _facts(ledger)
    # the fast way through texts that were met before must do what the long way did
    ledger.add_texts([texts, texts])
    assert _results(slowly) == _results(ledger)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", r"d\a"]), st.integers(2, 3), CODES, st.booleans()), max_size=4 * TEXTS
    )
)
def test_within_a_call_the_last_result_of_each_path_counts(texts: list[tuple[str, int, int, bool]]) -> None:
    ledger = ledger_of([r"\\fs01\users"])
    wanted: dict[str, int | None] = {}
    said: list[str] = []
    for name, kind, code, brackets in texts:
        path = rf"\\fs01\users\{name}"
        said.append(f"{kind}:{code:#x}::" + (f"[{path}]" if brackets else path))
        wanted[path] = code if kind == 3 else wanted.get(path)
    ledger.add_texts([said])
    assert {path: fate.result.code.code if fate.result else None for path, fate in ledger.items.items()} == wanted


@pytest.mark.parametrize("length", [100, 10_000])
def test_long_runs_of_digits_and_brackets(length: int) -> None:
    for text in ("[" * length, ":" * length, "]" * length, "\\" * length, "3:" * length, "0:0:" + ":[\\\\" * length):
        for message in progress.split_messages(text):
            progress.parse(message)


def _facts(ledger: Ledger) -> list[tuple[object, ...]]:
    return [(path, fate.request, fate.begun, fate.head) for path, fate in ledger.items.items()]


def _results(ledger: Ledger) -> list[tuple[object, ...]]:
    return [(path, fate.request, fate.head) for path, fate in ledger.items.items()]
