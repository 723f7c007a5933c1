# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The simulated cache: its tree, its pins, comparison of names, lag, eviction, packing."""

from __future__ import annotations

import base64
import gzip
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simhost.behaviour import Behaviour
from simhost.cache import NO_PINS, Cache, Facts, Item, ItemType, fold, pinned_for, pins_from, subtree, without
from simhost.clock import RealClock, Stopped, VirtualClock
from simhost.pack import PackWriter, pack, unpack
from simhost.result_texts import as_hresult, as_win32, number_of, text_of
from simhost.windows import SYSTEM, Host, Machine, Service

pytestmark = pytest.mark.timeout(10)


def tree() -> Cache:
    cache = Cache()
    cache.add("\\\\fs01", ItemType.SERVER)
    cache.add("\\\\fs01\\users", ItemType.SHARE)
    cache.add("\\\\fs01\\users\\alice", ItemType.DIRECTORY, (2, 0, 0, 0))
    cache.add("\\\\fs01\\users\\alice\\a.txt", ItemType.FILE, (1, 1, 0, 0))
    cache.add("\\\\fs01\\users\\alice\\b.txt", ItemType.FILE)
    return cache


def test_items_are_found_by_path_in_any_case() -> None:
    item = tree().find("\\\\FS01\\Users\\ALICE\\A.TXT")
    assert item is not None
    assert item.path == "\\\\fs01\\users\\alice\\a.txt"
    assert item.pins == (1, 1, 0, 0)


@pytest.mark.parametrize("path", ["fs01", "\\\\fs02", "\\\\fs01\\users\\alice\\a.txt\\x", "\\\\fs01\\", "\\\\", ""])
def test_other_paths_are_not_found(path: str) -> None:
    assert tree().find(path) is None


def test_walk_has_parents_first_and_children_first_is_the_reverse_of_it_in_depth() -> None:
    cache = tree()
    names = [path.rpartition("\\")[2] for path, _dummy in cache.walk()]
    assert names == ["fs01", "users", "alice", "a.txt", "b.txt"]
    turned = [item.name for _dummy, item in subtree("\\\\fs01", cache.servers["FS01"], children_first=True)]
    assert turned == ["a.txt", "b.txt", "alice", "users", "fs01"]


def test_a_tree_deeper_than_the_recursion_limit_can_be_walked() -> None:
    cache = Cache()
    item = cache.add_child(None, "s", ItemType.SERVER)
    for number in range(3000):
        item = cache.add_child(item, f"d{number}", ItemType.DIRECTORY)
    assert sum(1 for _dummy in cache.walk()) == 3001
    assert cache.find(item.path) is item


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("\\\\fs01\\USERS", ItemType.SHARE, "stands twice"),
        ("\\\\fs09\\x", ItemType.SHARE, "no parent"),
        ("\\\\fs01\\users\\alice\\a.txt\\x", ItemType.FILE, "cannot lie in a file"),
        ("\\\\fs01\\y", ItemType.SERVER, "no parent"),
    ],
)
def test_items_only_go_where_there_is_a_place(path: str, kind: ItemType, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        tree().add(path, kind)


@pytest.mark.parametrize(
    ("mask", "left"),
    [(0x20, (0, 1, 2, 1)), (0x40, (1, 0, 2, 1)), (0x80, (1, 1, 0, 1)), (0x100, (1, 1, 2, 0)), (0x1E0, NO_PINS)],
)
def test_a_mask_takes_exactly_its_reasons(mask: int, left: tuple[int, ...]) -> None:
    assert without((1, 1, 2, 1), mask) == left
    assert pinned_for((1, 1, 2, 1), mask)
    assert not pinned_for(without((1, 1, 2, 1), mask), mask)


def test_pins_from_names() -> None:
    assert pins_from([("computer", 2), ("user", 1)]) == (1, 0, 2, 0)
    with pytest.raises(KeyError, match="nobody"):
        pins_from([("nobody", 1)])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Übung", "üBUNG", True),
        ("straße", "STRASSE", False),
        ("ı", "I", False),
        ("ſ", "S", False),
        ("日本", "日本", True),
        ("Σ", "ς", True),
    ],
)
def test_names_compare_ordinally_without_case_as_windows_does(one: str, other: str, equal: bool) -> None:
    assert (fold(one) == fold(other)) is equal


def host(behaviour: Behaviour | None = None, machine: Machine | None = None) -> Host:
    return Host(machine or Machine(), tree, behaviour or Behaviour(), VirtualClock())


def pins_of(machine: Host, path: str = "\\\\fs01\\users\\alice\\a.txt") -> dict[str, int]:
    return next(item["pins"] for item in machine.snapshot()["items"] if item["path"] == path)


def a_file(machine: Host) -> Item:
    return next(item for _dummy, item in machine.cache.walk() if item.name == "a.txt")


def test_release_takes_a_pin_and_reset_brings_everything_back() -> None:
    machine = host()
    machine.release(a_file(machine), 0x20)
    machine.record_call("u", "Unpin", {"Flags": 32}, True)
    machine.record_cancel()
    machine.begin_read()
    assert pins_of(machine) == {"user_policy": 1}
    shot = machine.snapshot()
    assert (len(shot["calls"]), shot["cancels"], shot["reads"]) == (1, 1, 1)
    machine.reset()
    assert pins_of(machine) == {"user": 1, "user_policy": 1}
    shot = machine.snapshot()
    assert (shot["calls"], shot["cancels"], shot["reads"]) == ([], 0, 0)


def test_state_can_lag_by_reads() -> None:
    machine = host(Behaviour(state_lag_reads=2))
    machine.release(a_file(machine), 0x20)
    seen = []
    for _dummy in range(3):
        machine.begin_read()
        seen.append(a_file(machine).pins[0] == 1)
    assert seen == [True, True, False]


def test_state_can_lag_by_time() -> None:
    machine = host(Behaviour(state_lag_ms=1500))
    machine.release(a_file(machine), 0x20)
    machine.clock.sleep(1.4)
    assert "user" in pins_of(machine)
    machine.clock.sleep(0.2)
    assert "user" not in pins_of(machine)


def test_only_what_nothing_holds_is_evicted() -> None:
    machine = host()
    cache = machine.cache
    for path in ("\\\\fs01\\users\\alice\\a.txt", "\\\\fs01\\users\\alice\\b.txt", "\\\\fs01\\users"):
        item = cache.find(path)
        assert item is not None
        machine.evict(item)
    assert cache.find("\\\\fs01\\users\\alice\\a.txt") is not None
    assert cache.find("\\\\fs01\\users\\alice\\b.txt") is None
    assert cache.find("\\\\fs01\\users") is not None


def test_dirty_items_are_not_evicted() -> None:
    machine = host()
    item = machine.cache.find("\\\\fs01\\users\\alice\\b.txt")
    assert item is not None
    item.facts = Facts(dirty=frozenset({"data"}))
    machine.evict(item)
    assert machine.cache.find(item.path) is item


@pytest.mark.parametrize(
    ("user", "full"),
    [
        ("admin", "PC1\\admin"),
        ("CORP\\alice", "CORP\\alice"),
        ("alice@corp", "alice@corp"),
        ("SYSTEM", SYSTEM),
        ("nt authority\\System", SYSTEM),
    ],
)
def test_names_of_users_are_completed(user: str, full: str) -> None:
    assert host(machine=Machine(name="PC1")).full_name(user) == full


def test_services_follow_the_cache_unless_told() -> None:
    assert Machine().service("CscService") == Service("Running", "Auto")
    assert Machine().service("CSC") == Service("Running", "System")
    assert Machine(active=False).service("CscService") == Service("Stopped", "Auto")
    assert Machine(enabled=False, active=False).service("CSC") == Service("Stopped", "Disabled")
    assert Machine(services={"CSC": None}).service("CSC") is None
    assert Machine().service("Spooler") is None


def test_real_clock_stops_waiting_when_told() -> None:
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        RealClock().sleep(float("inf"), stop)
    assert time.monotonic() - started < 5
    before = RealClock().now()
    RealClock().sleep(0.01)
    assert RealClock().now() - before >= 0.009


def test_virtual_clock_has_no_end_of_an_endless_sleep() -> None:
    with pytest.raises(Stopped):
        VirtualClock().sleep(float("inf"))


def test_pack_as_the_contract_says() -> None:
    assert unpack(pack(["a\tb", "", "x\0y", "\x01\x02\x01\x01", "half \ud83d", "\ud83d\ude00"])) == [
        "a\tb",
        "",
        "x\0y",
        "\x01\x02\x01\x01",
        "half \ufffd",
        "\U0001f600",
    ]
    assert unpack(pack([])) == []
    assert unpack(pack([""])) == [""]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0\x01\x02"))))
def test_pack_carries_any_text(records: list[str]) -> None:
    assert unpack(pack(records)) == records


def test_pack_of_many_records_and_an_unended_one() -> None:
    writer = PackWriter()
    for number in range(10_000):
        writer.add(str(number))
    assert writer.records == 10_000
    assert unpack(writer.finish()) == [str(number) for number in range(10_000)]
    with pytest.raises(ValueError, match="no end"):
        unpack(base64.b64encode(gzip.compress(b"a\0b")).decode())


def test_codes_have_numbers_names_and_texts() -> None:
    assert number_of("ERROR_ACCESS_DENIED") == 5
    assert number_of(-2147024891) == 0x80070005
    assert number_of("WBEM_E_INVALID_CLASS") == 0x80041010
    for wrong in ("ERROR_NO_SUCH", True, 1.5, 1 << 33):
        with pytest.raises(ValueError, match="error"):
            number_of(wrong)
    assert as_hresult(5) == 0x80070005 == as_hresult(0x80070005)
    assert as_hresult(0) == 0
    assert as_win32(0x80070005) == 5
    assert as_win32(0x80041010) == 0x80041010
    assert text_of(0x80070005, "de") == "Zugriff verweigert"
    assert text_of(1060, "ja") == text_of(1060, "en")
    assert text_of(0x8000BEEF, "en") == "Unknown error (0x8000BEEF)."
