# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of what a stranger's answer may cost: bounds are named and quick to hit, honest extremes pass below them."""

from __future__ import annotations

import base64
import random
import re
import sys
import time
import typing as t
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from unit.host_answers import DEFAULT_OPTIONS, answer, pack, row
from unit.method_runs import fold, ledger_of

from ansible_collections.winops.offline_files.plugins.module_utils import limits
from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.host.pack import Kept, unpack
from ansible_collections.winops.offline_files.plugins.module_utils.host.scope import Scope
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from ansible_collections.winops.offline_files.plugins.module_utils.run.run import Outcome
from ansible_collections.winops.offline_files.plugins.module_utils.transcript.aliases import Aliases

SHARE = r"\\fs01\users"
ITEM = SHARE + r"\a.txt"
GUIDE = Path(__file__).parents[4] / "docs" / "docsite" / "rst" / "guide_limits.rst"
IDEOGRAM, EMOJI = "\u5b57", "\U0001f600"
MIB = 1 << 20
UNREADABLE = "The host gave an answer that cannot be read: "


@pytest.fixture
def seconds() -> Iterator[list[float]]:
    """The most CPU seconds that the test may take; 30 at first. What is quadratic takes minutes."""
    most = [30.0]
    began = time.process_time()
    yield most
    assert time.process_time() - began < most[0]


def _gzip(chunks: Iterable[bytes]) -> str:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return base64.b64encode(b"".join([*map(packer.compress, chunks), packer.flush()])).decode("ascii")


def _read(data: str, count: int) -> tuple[list[str], str]:
    """Return what was read before an error, and the error."""
    read: list[str] = []
    try:
        for batch in unpack(data, count):
            read += batch
    except ContractError as exc:
        return read, str(exc)
    return read, ""


def _fold(spec: dict[str, t.Any], **options: t.Any) -> Outcome:
    whole = {**DEFAULT_OPTIONS, "paths": [SHARE], **options}
    invocation = Invocation.from_options(UNPIN, whole)
    return fold(invocation, View.from_options(whole, diff=True), [host.read(answer(spec), paths=1)])


# --- packed data


@pytest.mark.parametrize(
    ("chunks", "count", "error"),
    [
        ([bytes(MIB)] * 100, 1, "packed data of the host has more than the 1 records that were announced"),
        ([b"a" * MIB] * 200, 1, "a record of the host has more than 131072 characters, the most that is read"),
        (
            [(b"a" * 131_000 + b"\0") * 8] * 100,
            801,
            "packed data of the host becomes more than 68339200 bytes, the most for its records",
        ),
    ],
)
def test_a_bomb_is_unpacked_up_to_a_bound(
    chunks: list[bytes], count: int, error: str, seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[int] = []
    inflate = zlib.decompressobj

    class Counting:
        def __init__(self, **options: t.Any) -> None:
            self._inflate = inflate(**options)

        def __getattr__(self, name: str) -> t.Any:
            return getattr(self._inflate, name)

        def decompress(self, packed: bytes, most: int) -> bytes:
            piece = self._inflate.decompress(packed, most)
            unpacked.append(len(piece))
            return piece

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    read, problem = _read(_gzip([b"first\0", *chunks]), count)
    assert problem == UNREADABLE + error + "."
    assert read[:1] == ["first"]
    assert max(unpacked) <= 65_536
    assert sum(unpacked) < 70 * MIB


def test_what_stands_behind_the_end_is_not_collected(seconds: list[float]) -> None:
    data = base64.b64encode(base64.b64decode(pack(["a"])) + bytes(20 * MIB)).decode()
    assert _read(data, 1) == (["a"], UNREADABLE + "packed data of the host goes on behind its end.")


@pytest.mark.parametrize("at", [4, 16_384, 32_768])
def test_padding_within_base64_is_found_wherever_it_stands(at: int) -> None:
    noise = random.Random(1).randbytes(60_000)
    data = _gzip([noise.replace(b"\0", b"") + b"\0"])
    assert len(data) > 2 * at
    _before, problem = _read(data[: at - 2] + "==" + data[at:], 1)
    assert problem.startswith(UNREADABLE + "packed data of the host is damaged: ")


def test_honest_extremes_pass() -> None:
    path = SHARE + "\\" + "x" * (limits.PATH - len(SHARE) - 1)
    emoji = SHARE + "\\" + EMOJI * 16_000
    texts = [f"3:0:{'t' * 65_536}:[{path}]", f"3:5:{IDEOGRAM * 65_536}:{emoji}", f"2:0::[{path}]"]
    assert _read(pack(texts), 3) == (texts, "")
    result = _fold(
        {"before": {path: "file user", emoji: "file user"}, "texts": texts, "return_value": 0, "after": {}}
    ).result
    assert (result["failed"], result["progress"]["unparsed_count"]) == (False, 0)
    assert {entry["path"]: entry["status"] for entry in result["entries"]} == {path: "unpinned", emoji: "unpinned"}
    assert result["entries"][1]["result"]["text"] == IDEOGRAM * 65_536


def test_a_million_items_of_the_longest_usual_paths_are_within_the_bounds() -> None:
    for char in ("x", IDEOGRAM, EMOJI):
        path = SHARE + "\\" + char * (260 - len(SHARE) - 1)
        assert sys.getsizeof(path) <= limits.KEPT_EACH
        values = "\t".join(["20240102030405.000000+000"] * 5 + ["False"] * 20)
        assert len(f"{values}\t{path}\0".encode()) <= limits.UNPACKED_EACH
        assert (
            len(f"3:-2147024891:{'The operation completed successfully.'}:[{path}]\0".encode()) <= limits.UNPACKED_EACH
        )
    assert limits.RECORDS >= 1_000_000 * (2 + 2 * 2)


def test_more_records_than_any_cache_has_are_refused_before_they_are_unpacked() -> None:
    raw = answer({"texts": [], "return_value": 0})
    raw["answer"]["calls"][0]["texts"] = limits.RECORDS + 1
    with pytest.raises(ContractError, match="it announces 8000001 records, the most that are read are 8000000"):
        host.read(raw, paths=1)


# --- what is kept of it


def test_names_that_are_kept_take_so_much_and_no_more() -> None:
    kept = Kept()
    for _number in range(1000):
        kept.add(1, ["x" * limits.PATH])
    with pytest.raises(ContractError, match=r"the names of \d+ items take more than \d+ bytes of memory"):
        kept.add(1000, [EMOJI * 10_000] * 1000)


def test_many_long_paths_end_the_reading_and_the_first_are_kept() -> None:
    texts = [f"3:0::[{SHARE}\\{number}{EMOJI * 10_000}]" for number in range(1_500)]
    result = _fold({"texts": texts, "return_value": 0}, verify=False, report="none").result
    assert re.search(r"the names of \d+ items take more than \d+ bytes of memory", result["msg"])
    assert (result["failed"], result["changed"]) == (True, True)
    assert 500 < result["counts"]["changed"] < 1_500


def test_a_row_with_a_longer_path_than_windows_has_ends_the_reading() -> None:
    long = SHARE + "\\x" * 16_400
    result = _fold({"before": {ITEM: "file user", long: "file user"}, "skipped": "not_needed"}).result
    assert f"a row of the host has a path of {len(long)} characters, Windows' longest has 32767" in result["msg"]
    assert [entry["path"] for entry in result["entries"]] == [ITEM]


def test_a_text_with_a_longer_path_than_windows_has_is_not_understood() -> None:
    long = SHARE + "\\x" * 16_400
    result = _fold({"texts": [f"3:0::[{ITEM}]", f"3:0::[{long}]"], "return_value": 0}, verify=False).result
    assert [entry["path"] for entry in result["entries"]] == [ITEM]
    assert result["progress"]["unparsed_count"] == 1


def test_texts_of_results_are_dropped_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HEADS", 3)
    ledger = ledger_of([SHARE])
    ledger.add_texts([[f"3:5:reason {number}:[{SHARE}\\{number}]" for number in range(6)]])
    assert [fate.head.text for fate in ledger.items.values() if fate.head] == [
        *(f"reason {n}" for n in range(3)),
        *3 * [""],
    ]
    with pytest.raises(ContractError, match="its items have more than 6 different results"):
        ledger.add_texts([[f"3:{number}::[{SHARE}\\{number}]" for number in range(2, 9)]])


def test_texts_of_results_are_dropped_when_they_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WORDS", 5_000)
    ledger = ledger_of([SHARE])
    ledger.add_texts([[f"3:5:{'x' * 2_000}{number}:[{SHARE}\\{number}]" for number in range(4)]])
    assert [len(fate.head.text) for fate in ledger.items.values() if fate.head] == [2_001, 2_001, 0, 0]


def test_fates_are_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FATES", 10)
    texts = [f"3:{number}::[{SHARE}\\{number}]" for number in range(2, 100)]
    result = _fold({"texts": texts, "return_value": 0}, verify=False).result
    assert "its items have more than 30 different fates" in result["msg"]
    assert 20 <= result["counts"]["failed"] <= 30


def test_rows_outside_of_what_was_asked_for_count_for_nothing_and_are_told_of() -> None:
    other = r"\\fs01\users2\a"
    spec = {"before": {ITEM: "file user", other: "file user"}, "texts": [], "after": {r"\\fs09\x": "file user"}}
    outcome = _fold({**spec, "return_value": 0})
    assert [entry["path"] for entry in outcome.result["entries"]] == [ITEM]
    assert outcome.result["counts"]["total"] == 1
    assert [said[:60] for said in outcome.warnings] == ["The host told of 2 items outside of what was asked for, whic"]


def test_without_deep_a_row_below_a_child_is_outside() -> None:
    rows = {SHARE + r"\d": "directory user", SHARE + r"\d\a": "file user", ITEM: "file user"}
    outcome = _fold({"before": rows, "skipped": "not_needed"}, deep=False)
    assert {entry["path"] for entry in outcome.result["entries"]} == {SHARE + r"\d", ITEM}
    assert len(outcome.warnings) == 1


# --- nothing takes more than time in proportion


DEEP = SHARE + "\\a" * 16_000


@pytest.mark.parametrize(
    "text",
    [
        f"3:0::[{DEEP}]",
        f"3:0::[{DEEP.replace('fs01', 'fs01.corp')}]",
        "3:0::[" + "\\" * 32_000 + "]",
        f"3:0:{':' * 60_000}:[{ITEM}]",
        "\n" * 100_000 + "1",
        "\n1" * 60_000,
        "\n" * 60_000 + "1" * 60_000,
        "\r\n1:0:" * 20_000,
        " " * 120_000,
        "0" * 120_000 + ":0",
        "3:" + " " * 120_000 + ":",
        "3:" + "a" * 100_000 + "\n",
        f"3:0:{':' + chr(92) * 2}" * 20_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_texts_that_a_parser_could_look_through_again_and_again(text: str, seconds: list[float]) -> None:
    for number in range(20):
        ledger = ledger_of([SHARE, *(rf"\\fs01.corp\share{share}" for share in range(20))])
        ledger.add_texts([[text.replace("16", str(number))]])
        ledger.close()
        assert ledger.messages >= 1


def test_rows_that_are_deep(seconds: list[float]) -> None:
    rows = [row(f"{DEEP}{number}", "file user") for number in range(300)]
    ledger = ledger_of([SHARE])
    ledger.add_before([rows])
    assert len(ledger.items) == 300
    in_scope = Scope([r"\\fs09\x"]).reader()
    assert not any(in_scope(text.rpartition("\t")[2]) for text in rows)


@pytest.mark.parametrize(
    "text",
    [
        *("x" * 120_000, "\\" * 120_000, "/" * 120_000, "x\\" * 60_000, "1." * 60_000, "x@" * 60_000, "-" * 120_000),
        *(
            "S-1-5-21-" * 12_000,
            r"\\a b " * 20_000,
            "C:\\a b " * 20_000,
            "\n" * 120_000,
            "a" * 100 + "@" + "b" * 100_000,
        ),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_names_are_sought_in_one_pass(text: str, seconds: list[float]) -> None:
    aliases = Aliases()
    aliases.text(text)
    aliases.collected()
    aliases.text(text)


def test_one_word_in_every_spelling(seconds: list[float]) -> None:
    chance = random.Random(1)
    names = [
        "".join(chance.choice((char, char.upper())) for char in "supercalifragilistic") for _number in range(10_000)
    ]
    aliases = Aliases()
    for _round in range(2):
        for name in names:
            aliases.item_name(name)
        aliases.collected()


def test_long_texts_of_a_transcript_end_somewhere(seconds: list[float]) -> None:
    seconds[0] = 50.0
    aliases = Aliases()
    aliases.collected()
    texts = [f"user{number}@example.com" + "x" * 120_000 for number in range(40)]
    said = [aliases.text(text) for text in texts]
    assert said[-1] == f"({len(texts[-1])} characters)"
    assert not [text for text in said if "example" in text]


# --- what users read


def test_the_guide_names_every_bound() -> None:
    rows = re.findall(r"\* - ``(\w+)``\n     - (.+?)\n", GUIDE.read_text(encoding="utf-8"))
    told = {}
    for name, text in rows:
        number, _blank, unit = text.partition(" ")
        told[name] = int(number.replace(",", "")) * (MIB if unit == "MiB" else 1)
    assert told == {name: value for name, value in vars(limits).items() if name.isupper()}
