# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the table of codes and of reading one number in three kinds."""

from __future__ import annotations

import contextlib
import re

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.windows import codes
from simhost import result_texts

TABLES = (codes.SYSTEM_ERRORS, codes.HRESULTS, codes.WMI_ERRORS)


@pytest.mark.parametrize(
    ("number", "hresult", "name", "category"),
    [
        (0, "0x00000000", "S_OK", "ok"),
        (1, "0x00000001", "S_FALSE", "ok"),
        (2, "0x80070002", "ERROR_FILE_NOT_FOUND", "not_in_cache"),
        (5, "0x80070005", "ERROR_ACCESS_DENIED", "access"),
        (0x80070005, "0x80070005", "ERROR_ACCESS_DENIED", "access"),
        (-2147024891, "0x80070005", "ERROR_ACCESS_DENIED", "access"),
        (145, "0x80070091", "ERROR_DIR_NOT_EMPTY", "partial"),
        (234, "0x800700EA", "ERROR_MORE_DATA", "partial"),
        (1223, "0x800704C7", "ERROR_CANCELLED", "cancelled"),
        (1262, "0x800704EE", "ERROR_CSCSHARE_OFFLINE", "offline"),
        (1722, "0x800706BA", "RPC_S_SERVER_UNAVAILABLE", "service"),
        (4350, "0x800710FE", "ERROR_FILE_OFFLINE", "offline"),
        (0x80041010, "0x80041010", "WBEM_E_INVALID_CLASS", "unsupported"),
        (0x80041069, "0x80041069", "WBEM_E_TIMED_OUT", "network"),
        (0x80004005, "0x80004005", "E_FAIL", "other"),
        (7, "0x80070007", None, "other"),
        (0xFFFF, "0x8007FFFF", None, "other"),
        (0xD0000022, "0xD0000022", None, "other"),
        (0xFFFFFFFF, "0xFFFFFFFF", None, "other"),
        (0x00040001, "0x00040001", None, "ok"),
    ],
)
def test_explain(number: int, hresult: str, name: str | None, category: str) -> None:
    code = codes.explain(number)
    assert (code.code, code.hresult, code.name, code.category) == (number & 0xFFFFFFFF, hresult, name, category)
    assert code.ok is (category == "ok")


def test_success_is_bit_31_clear_but_for_system_errors() -> None:
    assert codes.explain(0x7FFFFFFF).ok
    assert not codes.explain(0x80000000).ok
    assert not codes.explain(2).ok


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_whole(table: tuple[tuple[int, str, str, str], ...]) -> None:
    for number, name, category, text in table:
        assert category in codes.CATEGORIES, name
        assert text.endswith("."), name
        assert codes.explain(number).category == category, name
        assert codes.explain(number).name == (name if number or name == "S_OK" else "S_OK")


def test_numbers_and_names_are_unique_and_ascending() -> None:
    for table in TABLES:
        numbers = [row[0] for row in table]
        assert numbers == sorted(set(numbers))
    names = [row[1] for table in TABLES for row in table]
    assert len(names) == len(set(names))


def test_how_many_codes_each_category_has() -> None:
    """The totals of the reference tables: system errors and WMI errors; beside them only ERROR_ALREADY_EXISTS."""
    wanted = {
        "ok": (1, 0),
        "not_in_cache": (3, 1),
        "access": (2, 2),
        "resource": (3, 2),
        "service": (7, 4),
        "busy": (4, 0),
        "unsupported": (2, 7),
        "network": (16, 2),
        "auth": (11, 0),
        "input": (5, 5),
        "partial": (2, 0),
        "cancelled": (3, 1),
        "offline": (2, 0),
        "corrupt": (1, 0),
        "other": (1, 0),
        "wmi": (0, 7),
    }
    found = {
        category: tuple(sum(row[2] == category for row in table) for table in (codes.SYSTEM_ERRORS, codes.WMI_ERRORS))
        for category in codes.CATEGORIES
    }
    assert found == wanted


def test_the_simulated_windows_has_the_same_numbers() -> None:
    """Two tables that were written apart agree about every name that both have."""
    agreed = 0
    for number, name, *_rest in codes.SYSTEM_ERRORS + codes.WMI_ERRORS:
        with contextlib.suppress(ValueError):
            assert result_texts.number_of(name) == number
            agreed += 1
    assert agreed > 20


def test_hints() -> None:
    assert "double hop" in codes.explain(1326).hint
    assert "double hop" in codes.explain(65).hint
    assert "double hop" not in codes.explain(5).hint
    assert "CscService" in codes.explain(1062).hint
    assert "Desktop Experience" in codes.explain(0x80041010).hint
    assert "the offline cache may be full" in codes.explain(0x80070070).hint.lower()
    assert codes.explain(0).hint == ""
    assert codes.explain(2).hint == ""
    for table in TABLES:
        for number, *_rest in table:
            hint = codes.explain(number).hint
            assert not hint or hint.endswith((".", ")")), number


def test_the_code_of_an_offline_file_is_not_said_to_be_of_something_else() -> None:
    """The vendor's article 309648 has it for folders on DFS shares where Offline Files is on."""
    hint = codes.explain(4350).hint
    assert "DFS" in hint
    assert "Offline Files" in hint
    assert "nothing to do with" not in hint


_CERTAIN = re.compile(
    r"\b(is not installed on|has no credentials|has the file open|was not reached|does not have|is disabled\.)"
)
_HEDGED = re.compile(r"\b(may|see|did not|not accepted|keeps|lacks|denies|met)\b")


@pytest.mark.parametrize("number", [row[0] for table in TABLES for row in table])
def test_a_hint_claims_no_more_than_is_known(number: int) -> None:
    hint = codes.explain(number).hint
    assert not _CERTAIN.search(hint), hint
    assert not hint or _HEDGED.search(hint), hint


def test_result_form_keeps_the_words_of_the_host() -> None:
    assert codes.explain(5).as_result("Zugriff verweigert") == {
        "code": 5,
        "hresult": "0x80070005",
        "name": "ERROR_ACCESS_DENIED",
        "category": "access",
        "text": "Zugriff verweigert",
    }
    assert codes.explain(5).as_result()["text"] == "Access is denied."
    assert codes.explain(0x8004FFFF).as_result() == {
        "code": 0x8004FFFF,
        "hresult": "0x8004FFFF",
        "name": None,
        "category": "other",
        "text": "",
    }


def test_in_a_sentence() -> None:
    assert str(codes.explain(5)) == "ERROR_ACCESS_DENIED (0x80070005)"
    assert str(codes.explain(0x8004FFFF)) == "0x8004FFFF"
