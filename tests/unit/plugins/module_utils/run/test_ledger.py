# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the ledger: whose item is it, what is known of it, and that it remembers steps and not mistakes."""

from __future__ import annotations

import pytest
from unit.host_answers import row
from unit.method_runs import ledger_of

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.run import ledger as ledger_module
from ansible_collections.winops.offline_files.plugins.module_utils.run.fate import Fate
from ansible_collections.winops.offline_files.plugins.module_utils.run.ledger import Ledger
from ansible_collections.winops.offline_files.plugins.module_utils.run.settle import results_of_requests
from ansible_collections.winops.offline_files.plugins.module_utils.windows import codes, progress
from ansible_collections.winops.offline_files.plugins.module_utils.windows.pins import Reasons

SHARE = r"\\fs01\users"


def _with_texts(*texts: str, paths: tuple[str, ...] = (SHARE,)) -> Ledger:
    ledger = ledger_of(paths)
    ledger.add_texts([list(texts)])
    ledger.close()
    return ledger


def _codes(ledger: Ledger) -> dict[str, int | None]:
    return {path: fate.head.code.code if fate.head else None for path, fate in ledger.items.items()}


def _results(ledger: Ledger) -> dict[str, int | None]:
    return {path: fate.result.code.code if fate.result else None for path, fate in ledger.items.items()}


def test_a_row_tells_reasons_and_type() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(SHARE, "share user+"), row(SHARE + r"\a", "file user_policy")]])
    assert {path: (fate.request, fate.before, fate.shallow) for path, fate in ledger.items.items()} == {
        SHARE: (0, Reasons.USER, False),
        SHARE + r"\a": (0, Reasons.USER_POLICY, False),
    }


def test_only_folders_are_shallow_and_only_without_deep() -> None:
    ledger = ledger_of([SHARE], deep=False)
    ledger.add_before(
        [[row(SHARE, "share user"), row(SHARE + r"\d", "directory user"), row(SHARE + r"\a", "file user")]]
    )
    assert [fate.shallow for fate in ledger.items.values()] == [True, True, False]


@pytest.mark.parametrize(
    "row_of_host", ["", "no tabs", "0\t1\t0\t0\t\\\\fs01\\users", "0\t1\t0\t0\t0\t0\t\\\\fs01\\users"]
)
def test_a_row_with_other_fields_is_a_contract_error(row_of_host: str) -> None:
    with pytest.raises(ContractError, match="5 were asked for"):
        ledger_of([SHARE]).add_before([[row_of_host]])
    with pytest.raises(ContractError, match="5 were asked for"):
        ledger_of([SHARE]).add_after([[row_of_host]])


def test_missing_is_what_is_not_held_and_has_no_item() -> None:
    ledger = ledger_of([SHARE, r"\\fs01\gone", r"\\fs01\busy"])
    ledger.add_before([[row(r"\\fs01\busy\a", "file user")]])
    ledger.add_missing([True, False, False])
    assert {path: fate.missing for path, fate in ledger.items.items()} == {
        r"\\fs01\busy\a": False,
        r"\\fs01\gone": True,
    }


def test_items_with_one_fate_share_it() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(f"{SHARE}\\{number}", "file user") for number in range(1000)]])
    ledger.add_texts([[f"3:0:done:[{SHARE}\\{number}]" for number in range(1000)]])
    ledger.add_after([[]])
    tally = ledger.tally()
    assert list(tally.values()) == [1000]
    assert len({id(fate) for fate in ledger.items.values()}) == 1


def test_the_longest_requested_path_owns_an_item() -> None:
    paths = (r"\\fs01", r"\\fs01\Users\Alice", r"\\fs01\users", r"\\fs01\users\alice\plan.docx")
    named = {
        r"\\fs01": 0,
        r"\\fs01\other": 0,
        r"\\fs01\other\x": 0,
        r"\\FS01\USERS": 2,
        r"\\fs01\users\bob": 2,
        r"\\fs01\users\alicex\y": 2,
        r"\\fs01\users\ALICE": 1,
        r"\\fs01\users\alice\note.txt": 1,
        r"\\fs01\users\alice\PLAN.docx": 3,
        r"\\fs02\users\a": None,
    }
    ledger = _with_texts(*(f"3:0::[{path}]" for path in named), paths=paths)
    assert {path: fate.request for path, fate in ledger.items.items()} == named


def test_order_of_the_texts_does_not_change_the_owner() -> None:
    """What is remembered of a folder must not depend on who was seen there first."""
    paths = (SHARE, SHARE + r"\a\b")
    texts = [f"3:0::[{SHARE}\\a\\x]", f"3:0::[{SHARE}\\a\\b]", f"3:0::[{SHARE}\\a\\b\\y]", f"3:0::[{SHARE}\\a\\z]"]
    for order in (texts, texts[::-1]):
        ledger = _with_texts(*order, paths=paths)
        assert {path.removeprefix(SHARE): fate.request for path, fate in ledger.items.items()} == {
            r"\a\x": 0,
            r"\a\b": 1,
            r"\a\b\y": 1,
            r"\a\z": 0,
        }


def test_the_same_text_again_and_again_is_one_item() -> None:
    ledger = _with_texts(*[f"3:0:done:[{SHARE}\\a]"] * 5)
    assert _codes(ledger) == {SHARE + r"\a": 0}
    assert ledger.messages == 5


def test_forms_of_one_text_mean_one_item() -> None:
    item = SHARE + r"\a"
    ledger = _with_texts(f"2:0::[{item}]", f"3:5::{item}", f" 3:5::[{item}]\r\n", f"3:0x80070020:in use:[{item}\\]")
    assert _codes(ledger) == {item: 0x80070020}
    assert next(iter(ledger.items.values())).begun


def test_a_remembered_head_is_used_for_its_fate_only() -> None:
    """The second item begins with another fate than the first, and must keep what is special about it."""
    ledger = ledger_of([SHARE, r"\\fs01\other"])
    ledger.add_before([[row(SHARE + r"\a", "file user"), row(r"\\fs01\other\b", "file computer")]])
    ledger.add_texts(
        [[f"3:0::[{SHARE}\\a]", r"3:0::[\\fs01\other\b]", f"3:0::[{SHARE}\\new]", r"3:0::[\\fs01\other\new]"]]
    )
    assert [(fate.request, fate.before) for fate in ledger.items.values()] == [
        (0, Reasons.USER),
        (1, Reasons.COMPUTER),
        (0, Reasons.NONE),
        (1, Reasons.NONE),
    ]


def test_a_cut_off_text_is_not_taken_for_one_that_was_met_before() -> None:
    ledger = _with_texts(f"2:0::[{SHARE}\\b]", f"3:5::[{SHARE}\\b]", f"2:0::[{SHARE}\\a]", f"3:5::[{SHARE}\\aX")
    assert _codes(ledger) == {SHARE + r"\b": 5, SHARE + r"\a": None}
    assert ledger.unparsed == [f"3:5::[{SHARE}\\aX"]


def test_texts_beyond_what_is_remembered_are_entered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "_MAX_STEPS", 50)
    ledger = _with_texts(*(f"3:5:reason {number}:[{SHARE}\\{number}]" for number in range(120)))
    said = [fate.head.text for fate in ledger.items.values() if fate.head]
    assert said == [f"reason {number}" for number in range(120)]
    assert ledger.messages == 120


@pytest.mark.parametrize("form", ["3:0:done:{}", "3:0:done:[{}]"])
def test_the_usual_text_is_parsed_once_with_brackets_and_without(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = progress.parse
    monkeypatch.setattr(progress, "parse", lambda text: parsed.append(text) or parse(text))  # type: ignore[func-returns-value]
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(f"{SHARE}\\{number}", "file user") for number in range(5)]])
    ledger.add_texts([[form.format(f"{SHARE}\\{number}") for number in range(10)]])
    # The first one, and the first one of an item that no row named.
    assert parsed == [form.format(f"{SHARE}\\0"), form.format(f"{SHARE}\\5")]
    assert len(ledger.items) == 10
    assert {fate.head.text for fate in ledger.items.values() if fate.head} == {"done"}


@pytest.mark.parametrize("before", ["3:0:done:", "3:0:done:[", "3:0:see \\\\fs01\\users\\b:", "3:0::[:", "\n3:0:done:"])
@pytest.mark.parametrize(
    "behind", ["", "]", "\r\n", "\0", "\r", " ", "] ", "]\r\n", "\\", ":\\\\x", "\r\n3:5:no:\\\\fs01\\c"]
)
def test_the_short_way_leads_where_the_long_way_does(before: str, behind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [f"3:0:done:{SHARE}\\a", f"3:0:done:[{SHARE}\\a]", f"3:0:see {SHARE}\\b:{SHARE}\\a"]
    texts = (*known, f"{before}{SHARE}\\b{behind}", f"{before}{SHARE}\\a{behind}")
    short = _with_texts(*texts)
    monkeypatch.setattr(ledger_module, "_MAX_STEPS", 0)
    long = _with_texts(*texts)
    assert _codes(short) == _codes(long)
    assert (short.messages, short.unparsed) == (long.messages, long.unparsed)


def test_begin_and_end_are_no_items() -> None:
    ledger = ledger_of([SHARE])
    end = ledger.add_texts([["0:0::[]", "1:0x800704C7:cancelled:[]"]])
    assert ledger.items == {}
    assert end is not None
    assert end.code.category == "cancelled"


def test_each_call_has_an_end_of_its_own() -> None:
    ledger = ledger_of([SHARE])
    ends = [ledger.add_texts([texts]) for texts in (["1:5::[]", "1:0::[]"], ["0:0::[]"], ["1:5::[]"])]
    assert [end.code.code if end else None for end in ends] == [0, None, 5]


def test_the_server_may_be_named_with_its_domain_and_without() -> None:
    ledger = _with_texts(r"3:0::[\\fs01.example.com\users\a]", r"3:0::[\\FS01\users\b]", paths=(r"\\fs01\users",))
    assert [fate.request for fate in ledger.items.values()] == [0, 0]
    ledger = _with_texts(r"3:0::[\\fs01\users\a]", r"3:0::[\\fs02\users\a]", paths=(r"\\fs01.example.com\users",))
    assert [(path, fate.request) for path, fate in ledger.items.items()] == [
        (r"\\fs01.example.com\users\a", 0),
        (r"\\fs02\users\a", None),
    ]


def test_an_address_has_no_domain() -> None:
    ledger = _with_texts(r"3:0::[\\10.0.0.7\users\a]", paths=(r"\\10.0.0.5\users",))
    assert [fate.request for fate in ledger.items.values()] == [None]


def test_a_row_and_a_text_in_another_case_are_one_item() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(r"\\fs01\Users\Plan.docx", "file user computer"), row(SHARE + r"\b", "file user")]])
    ledger.add_texts([[r"2:0::[\\FS01\USERS\PLAN.DOCX]", r"3:5::[\\FS01\USERS\PLAN.DOCX]"]])
    ledger.add_after([[row(r"\\fs01\users\plan.docx", "file user")]])
    ledger.close()
    fate = ledger.items[r"\\fs01\Users\Plan.docx"]
    assert (fate.before, fate.begun) == (Reasons.USER | Reasons.COMPUTER, True)
    assert fate.head is not None
    assert fate.head.code.code == 5


def test_the_return_value_speaks_only_where_no_text_of_its_call_told_an_item() -> None:
    ledger = ledger_of([SHARE, r"\\fs01\other", r"\\fs01\gone"])
    ledger.add_before([[row(SHARE, "share user"), row(r"\\fs01\other", "share user")]])
    told: tuple[list[str], ...] = ([f"2:0::[{SHARE}]\r\n3:0::[{SHARE}]"], ["0:0::[]", r"2:0::[\\fs01\other]"], [])
    for request, texts in enumerate(told):
        ledger.add_texts([texts])
        ledger.add_return_value(request, codes.explain(5))
    assert _codes(ledger) == {SHARE: 0, r"\\fs01\other": 5, r"\\fs01\gone": 5}


def test_the_return_value_of_a_path_in_another_case_is_that_of_the_item() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(SHARE.upper(), "share user")]])
    ledger.add_texts([[]])
    ledger.add_return_value(0, codes.explain(5))
    ledger.close()
    assert _results(ledger) == {SHARE.upper(): 5}


def test_errors_of_requested_paths_explain_what_lies_below() -> None:
    paths = (SHARE, r"\\fs01\other", r"\\fs01\gone")
    ledger = _with_texts(f"3:5::[{SHARE}]", r"3:0::[\\fs01\other]", rf"3:32::[{SHARE}\a]", paths=paths)
    assert {request: head.code.code for request, head in results_of_requests(ledger, paths).items()} == {0: 5}


@pytest.mark.parametrize(
    ("results", "counts"),
    [
        ([0, 5], 5),
        ([5, 0], 5),
        ([5, 32], 32),
        ([0, 1], 0),
        ([1, 0], 0),
        ([0, 1168], 0),
        ([1, 1168], 1168),
        ([1168, 0], 0),
        ([5, 0, 0], 5),
        ([0, 5, 1168], 5),
    ],
)
def test_of_several_calls_the_result_counts_that_says_most(results: list[int], counts: int) -> None:
    ledger = ledger_of([SHARE])
    for code in results:
        ledger.add_texts([[f"2:0::[{SHARE}\\a]", f"3:{code}::[{SHARE}\\a]"]])
    assert _results(ledger) == {SHARE + r"\a": counts}


def test_within_a_call_the_last_result_counts_and_it_does_not_undo_an_earlier_call() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_texts([[f"3:5::[{SHARE}\\a]", f"3:0::[{SHARE}\\a]", f"3:5::[{SHARE}\\b]"]])
    ledger.add_texts([[f"3:32::[{SHARE}\\a]", f"3:1::[{SHARE}\\a]", f"3:0::[{SHARE}\\b]"]])
    assert _results(ledger) == {SHARE + r"\a": 0, SHARE + r"\b": 5}


def test_of_two_spellings_of_one_item_the_error_counts() -> None:
    for texts in ([r"3:5::[\\FS01\users\x]", f"3:0::[{SHARE}\\x]"], [r"3:0::[\\FS01\users\x]", f"3:5::[{SHARE}\\x]"]):
        assert list(_results(_with_texts(*texts)).values()) == [5]


def test_three_spellings_are_one_item() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(r"\\fs01\users\X.TXT", "file user")]])
    ledger.add_texts([[r"2:0::[\\FS01\users\x.txt]", r"3:0::[\\fs01\Users\x.txt]"]])
    ledger.close()
    assert _results(ledger) == {r"\\fs01\users\X.TXT": 0}


def test_what_lies_outside_of_what_the_host_reads_is_unread() -> None:
    texts = [f"3:0::[{SHARE}{rest}]" for rest in ("", r"\a", r"\d\x", r"\d\y", r"\e\f\z")] + [r"3:0::[\\fs09\a]"]
    unread = {True: [False] * 5 + [True], False: [False, False, True, True, True, True]}
    for deep, expected in unread.items():
        ledger = ledger_of([SHARE], deep=deep)
        ledger.add_texts([texts])
        assert [fate.unread for fate in ledger.items.values()] == expected


def test_a_third_name_of_a_server_belongs_to_none_of_two_that_it_could_mean() -> None:
    ledger = _with_texts(r"3:0::[\\fs01.c.com\users\x]", paths=(r"\\fs01.a.com\users", r"\\fs01.b.com\users"))
    assert [fate.request for fate in ledger.items.values()] == [None]


def test_a_path_without_a_name_is_no_item() -> None:
    ledger = _with_texts("3:0:ok:\\\\", "3:0:ok:[\\\\]")
    assert ledger.items == {}
    assert ledger.unparsed_count == 2


@pytest.mark.parametrize("between", ["\r\n\r\n", "\n", "\r\n", "\n\n\n"])
def test_messages_of_one_event_are_entered_whatever_parts_them(between: str) -> None:
    ledger = _with_texts(f"0:0::[]{between}2:0::[{SHARE}\\a]{between}3:0:ok:[{SHARE}\\a]")
    assert _results(ledger) == {SHARE + r"\a": 0}
    assert (ledger.messages, ledger.unparsed_count) == (3, 0)


def test_missing_is_not_what_holds_a_nested_request_with_an_item() -> None:
    ledger = ledger_of([SHARE, SHARE + r"\alice", SHARE + r"\bob"])
    ledger.add_before([[row(SHARE + r"\alice\x", "file user")]])
    ledger.add_missing([False, True, False])
    assert [path for path, fate in ledger.items.items() if fate.missing] == [SHARE + r"\bob"]


def test_a_success_as_return_value_tells_nothing_about_an_item() -> None:
    ledger = ledger_of([SHARE])
    ledger.add_before([[row(SHARE, "share user")]])
    ledger.add_return_value(0, codes.explain(0))
    assert _codes(ledger) == {SHARE: None}


def test_a_fate_is_compared_by_identity() -> None:
    assert Fate(1) != Fate(1)


def test_a_known_head_does_not_make_an_item_of_two_messages() -> None:
    ledger = ledger_of([r"\\fs01\users"])
    ledger.add_texts([[r"3:0::[\\fs01\users\a]", r"3:0::[\\fs01\users\b]", "3:0::[\\\\fs01\\users\\c]\n1:0::\r\n3]"]])
    assert set(ledger.items) == {r"\\fs01\users\a", r"\\fs01\users\b", r"\\fs01\users\c"}
    assert (ledger.messages, ledger.unparsed_count) == (4, 0)
