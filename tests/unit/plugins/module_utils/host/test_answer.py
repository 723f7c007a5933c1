# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of reading the host's answer, as docs/host_contract.md describes it."""

from __future__ import annotations

import base64
import gzip
import random
import typing as t

import pytest
from unit.host_answers import answer, changed, pack, without

from ansible_collections.winops.offline_files.plugins.module_utils import limits
from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError
from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import HostError, Service
from ansible_collections.winops.offline_files.plugins.module_utils.host.pack import unpack

WHOLE = answer(
    {
        "before": {r"\\fs01\users": "share user", r"\\fs01\users\a": "file user"},
        "calls": [
            {"texts": ["0:0::[]"], "path": 0},
            {"made": False, "completed": False, "error": {"code": 0x80041003, "message": "Access denied"}},
        ],
        "after": {"error": {"code": 0x80041069, "message": None}, "rows": {}},
    }
)


def _unpacked(data: str, count: int) -> list[str]:
    return [record for batch in unpack(data, count) for record in batch]


def test_a_whole_answer() -> None:
    read = host.read(WHOLE, paths=1)
    assert (read.user, read.profile) == ("CORP\\alice", r"C:\Users\alice")
    assert (read.cache.found, read.cache.enabled, read.cache.active, read.cache.error) == (True, True, True, None)
    assert read.services["CscService"] == Service("Running", "Auto")
    assert read.before is not None
    assert (read.before.complete, read.before.rows, read.before.seen, read.before.held) == (True, 2, 9, (True,))
    assert _unpacked(read.before.data, 2) == ["2\t1\t0\t0\t0\t\\\\fs01\\users", "0\t1\t0\t0\t0\t\\\\fs01\\users\\a"]
    assert read.after is not None
    assert (read.after.complete, read.after.error) == (False, HostError(0x80041069, ""))
    first, second = read.calls
    assert (first.path, first.made, first.completed, first.return_value, first.texts) == (0, True, True, 0, 1)
    assert (second.path, second.made, second.error) == (None, False, HostError(0x80041003, "Access denied"))
    assert read.skipped is None


def test_an_answer_without_states_and_calls() -> None:
    read = host.read(
        answer({"skipped": "unavailable", "cache": {"found": False, "enabled": None, "active": None}}), paths=1
    )
    assert (read.before, read.after, read.calls, read.skipped) == (None, None, (), "unavailable")
    assert (read.cache.found, read.cache.enabled) == (False, None)


def test_a_user_that_is_not_known() -> None:
    assert host.read(changed(WHOLE, ["answer", "host", "user"], None), paths=1).user == ""
    assert host.read(changed(WHOLE, ["answer", "host", "profile"], None), paths=1).profile is None


@pytest.mark.parametrize(
    "key",
    [
        "answer",
        "answer.contract",
        "answer.host",
        "answer.host.user",
        "answer.host.profile",
        "answer.cache",
        "answer.cache.active",
        "answer.cache.error",
        "answer.services",
        "answer.services.CSC.state",
        "answer.before",
        "answer.before.complete",
        "answer.before.held",
        "answer.before.data",
        "answer.after.error.code",
        "answer.calls",
        "answer.skipped",
    ],
)
def test_a_missing_key_is_a_contract_error(key: str) -> None:
    with pytest.raises(ContractError, match="is missing") as caught:
        host.read(without(WHOLE, key), paths=1)
    assert key.rpartition(".")[2] in str(caught.value)


@pytest.mark.parametrize("key", list(WHOLE["answer"]["calls"][0]))
def test_a_missing_key_of_a_call_is_a_contract_error(key: str) -> None:
    broken = changed(WHOLE, ["answer", "calls"], [without(WHOLE["answer"]["calls"][0], key)])
    with pytest.raises(ContractError, match=key):
        host.read(broken, paths=1)


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (["answer"], None),
        (["answer"], []),
        (["answer", "calls"], None),
        (["answer", "calls", 0, "returned"], "zero"),
        (["answer", "calls", 0, "returned"], {"ReturnValue": "zero"}),
        (["answer", "calls", 0, "returned"], {"ReturnValue": -1}),
        (["answer", "calls", 0, "returned"], {"ReturnValue": True}),
        (["answer", "before"], "rows"),
        (["answer", "before", "held"], 5),
        (["answer", "services"], []),
        (["answer", "cache"], None),
    ],
)
def test_another_type_is_a_contract_error(way: list[str | int], value: t.Any) -> None:
    with pytest.raises(ContractError):
        host.read(changed(WHOLE, way, value), paths=1)


REGISTRY = ["answer", "registry"]


def _registry(*values: t.Any) -> dict[str, t.Any]:
    return changed(WHOLE, REGISTRY, [{"key": "K", "values": {"v": value}, "error": None} for value in values])


def test_values_of_the_registry() -> None:
    values = ["text", 0, 2**64 - 1, ["a", ""], [], [0, 255], None]
    read = host.read(_registry(*values), paths=1).registry
    assert [one.values for one in read] == [{"v": value} for value in values]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([256], r"v\[0\] is 256, allowed is a whole number from 0 to 255"),
        ([0, -1], r"v\[1\] is -1"),
        ([0, True], r"v\[1\] is true"),
        ([1, "a"], r"v\[1\] is 'a', allowed is a whole number"),
        (["a", 1], r"v\[1\] is 1, allowed is a text"),
        ([[1]], r"v\[0\] is a list of 1, allowed is a text"),
        ([0] * (limits.BINARY + 1), "v is a list of 65537, allowed is a list of at most 65536"),
        (1.5, "v is 1.5, allowed is a text, a whole number, a list of texts or of bytes, or null"),
    ],
    ids=["256", "negative", "bool", "text among bytes", "byte among texts", "nested", "long", "fraction"],
)
def test_a_value_of_the_registry_that_is_none(value: t.Any, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        host.read(_registry(value), paths=1)


def test_a_binary_value_may_be_as_long_as_its_bound() -> None:
    assert len(host.read(_registry([7] * limits.BINARY), paths=1).registry[0].values["v"]) == limits.BINARY


def test_more_registry_keys_than_any_host_has_are_refused() -> None:
    one: dict[str, t.Any] = {"key": "K", "values": {}, "error": None}
    assert len(host.read(changed(WHOLE, REGISTRY, [one] * limits.KEYS), paths=1).registry) == limits.KEYS
    with pytest.raises(ContractError, match=r"answer\.registry is a list of 50001, allowed is a list of at most 50000"):
        host.read(changed(WHOLE, REGISTRY, [one] * (limits.KEYS + 1)), paths=1)


def test_another_version_is_refused_by_number() -> None:
    with pytest.raises(ContractError, match="contract 1, this collection speaks 2"):
        host.read(changed(WHOLE, ["answer", "contract"], 1), paths=1)


@pytest.mark.parametrize(
    "records",
    [
        [],
        [""],
        ["", "", ""],
        ["a", "", "b"],
        ["\0", "\1", "\2", "\0\1", "\1\0", "\1\1", "\1\2", "\0\0", "\1\2\1\1\0"],
        ["Grüße", "給与", "😀", "\r\n", "\u2028"],
        ["x" * 100_000, "y"],
    ],
)
def test_packed_records(records: list[str]) -> None:
    assert _unpacked(pack(records), len(records)) == records


def test_many_records_come_in_batches_and_in_order() -> None:
    records = [f"3:0:{random.Random(number).random()}:[\\\\fs01\\users\\{number}]" for number in range(20_000)]
    batches = list(unpack(pack(records), len(records)))
    assert len(batches) > 10
    assert [record for batch in batches for record in batch] == records


def _damaged(data: str) -> bytes:
    return base64.b64decode(data)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "not base64!",
        "AAAA",
        base64.b64encode(b"plain").decode(),
        base64.b64encode(_damaged(pack(["a" * 50, "b"]))[:-4]).decode(),
        base64.b64encode(_damaged(pack(["a"]))[:-9] + b"\0" * 9).decode(),
        base64.b64encode(gzip.compress(b"no end", mtime=0)).decode(),
        base64.b64encode(gzip.compress(b"a\0half", mtime=0)).decode(),
        base64.b64encode(_damaged(pack(["a"])) + b"junk").decode(),
        base64.b64encode(_damaged(pack(["a"])) * 2).decode(),
        "\u00fc",
    ],
)
def test_damaged_data_is_a_contract_error(data: str) -> None:
    with pytest.raises(ContractError, match="packed data of the host"):
        _unpacked(data, 1)


def test_fewer_records_than_announced_are_a_contract_error() -> None:
    with pytest.raises(ContractError, match="has 2 records, 3 were announced"):
        _unpacked(pack(["a", "b"]), 3)


@pytest.mark.parametrize("count", [0, 1])
def test_more_records_than_announced_are_a_contract_error_after_those(count: int) -> None:
    batches = unpack(pack(["a", "b\1"]), count)
    assert next(batches) == ["a", "b\1"][:count]
    with pytest.raises(ContractError, match=f"has more than the {count} records that were announced"):
        next(batches)


def test_an_escape_is_found_wherever_the_unpacked_slices_part_it() -> None:
    chance = random.Random(1)
    noise = ["".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _dummy in range(60)) for _dummy in range(300)]
    for at in range(0, 300, 3):
        records = [*noise[:at], "a\1b" + "".join(noise[:40]), *noise[at:]]
        assert _unpacked(pack(records), len(records)) == records, at


def test_bytes_that_are_no_utf8_become_the_replacement_character() -> None:
    assert _unpacked(base64.b64encode(gzip.compress(b"a\xffb\0")).decode(), 1) == ["a\ufffdb"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Error code: 0x80041002", ""),
        ("Fehlercode: 0x80041002.\r\n", ""),
        ("Exception from HRESULT: 0x800706BA", ""),
        ("0x80041002", ""),
        ("", ""),
        ("Not found \r\n", "Not found"),
        ("The system cannot find 0x80041002 here.", "The system cannot find 0x80041002 here"),
        ("Exception from HRESULT: 0x80070005 (E_ACCESSDENIED)", "Exception from HRESULT: 0x80070005 (E_ACCESSDENIED)"),
    ],
)
def test_a_message_that_is_only_the_number_is_no_message(message: str, words: str) -> None:
    assert HostError(0x80041002, message).words == words
