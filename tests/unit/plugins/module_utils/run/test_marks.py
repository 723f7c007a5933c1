# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of marks: what moved is seen in any order of the rows, sums are exact, a stranger breaks nothing."""

from __future__ import annotations

import random

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.run.marks import Amount, Marks, Watch

SIZE, TIMES = Watch(0x10, ("Size",)), Watch(0x20, ("Created", "Modified"))
BYTES = Amount("bytes", "DirtyBytes", lambda _before, _after: True)


def _marks(count: int = 0) -> Marks:
    marks = Marks((SIZE, TIMES), BYTES)
    for number in range(count):
        marks.add(f"{number}", [f"{number}", "1", "2", f"{number}"])
    return marks


def test_the_fields_of_watches_and_amount_stand_behind_the_state() -> None:
    marks = _marks()
    assert marks.fields == ("Size", "Created", "Modified", "DirtyBytes")
    assert marks.split("0\tTrue\t12\tc\tm\t5") == ("0\tTrue", ["12", "c", "m", "5"])
    assert marks.split("0\t12") == ("0", ["12"])


@pytest.mark.parametrize(
    ("texts", "bits"),
    [
        (["7", "1", "2", "7"], 0),
        (["8", "1", "2", "7"], 0x10),
        (["7", "12", "", "7"], 0x20),
        (["7", "2", "1", "7"], 0x20),
        (["", "", "", ""], 0x30),
        (["7", "1", "2", "0"], 0),
    ],
)
def test_each_watch_has_its_own_bit(texts: list[str], bits: int) -> None:
    assert _marks(10).moved("7", texts) == bits


@pytest.mark.parametrize("order", ["same", "reversed", "shuffled", "some gone", "many gone"])
def test_the_order_of_the_rows_does_not_matter(order: str) -> None:
    marks, numbers = _marks(1000), list(range(1000))
    if order == "reversed":
        numbers.reverse()
    elif order == "shuffled":
        random.Random(1).shuffle(numbers)
    elif order == "some gone":
        numbers = [number for number in numbers if number % 3]
    elif order == "many gone":
        numbers = [number for number in numbers if number % 100 > 50]
    moved = {number for number in numbers if number % 7 == 0}
    found = {number for number in numbers if marks.moved(f"{number}", [f"{number + (number in moved)}", "1", "2", "0"])}
    assert found == moved


def test_what_came_has_moved_in_every_respect_where_all_that_was_there_is_known() -> None:
    marks = _marks(3)
    assert marks.moved("new", ["1", "1", "2", "0"]) == 0
    marks.complete = True
    assert marks.moved("new", ["1", "1", "2", "0"]) == 0x30
    assert [marks.moved(f"{number}", [f"{number}", "1", "2", "0"]) for number in range(3)] == [0, 0, 0]


def test_amounts_are_added_up() -> None:
    assert _marks(10).sum(lambda path: path in "579") == 21


def test_amounts_of_any_size_belong_to_their_items() -> None:
    amounts = {"a": 0, "b": 5, "c": 0, "d": 2**32, "e": 2**32 - 1, "f": 0, "g": 2**40}
    marks = _marks()
    for path, amount in amounts.items():
        marks.add(path, ["1", "1", "2", str(amount)])
    assert {path: marks.sum(lambda one, path=path: one == path) for path in amounts} == amounts  # type: ignore[misc]


@pytest.mark.parametrize(("text", "amount"), [("", 0), ("-5", 0), (str(2**64 - 1), 2**63 - 1), ("12", 12)])
def test_an_amount_has_63_bits(text: str, amount: int) -> None:
    marks = _marks()
    marks.add("a", ["1", "1", "2", text])
    assert marks.sum(lambda _path: True) == amount


def test_an_amount_that_is_no_number_is_a_contract_error() -> None:
    with pytest.raises(ContractError, match="'many' where a number belongs"):
        _marks().add("a", ["1", "1", "2", "many"])


def test_watches_alone_cost_no_room_for_amounts() -> None:
    marks = Marks((SIZE,), None)
    marks.add("a", ["1"])
    assert (marks.fields, marks.moved("a", ["1"]), marks.moved("a", ["2"])) == (("Size",), 0, 0x10)
