# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sink of the real host part: every progress text, in its order, whatever it holds and whenever it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from simhost import shorthand
from simhost.engine.direct import DirectHost

TEXTS = 200_000
BATCH = 500

Script = Callable[[dict[str, Any]], Iterable[dict[str, Any] | threading.Event]]
Scripted = Callable[[Script], Any]
Unpack = Callable[[str], list[str]]
Lines = Iterator[dict[str, Any] | threading.Event]


def available(request: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The lines for everything but a method call: a cache that is on and empty."""
    if request["op"] == "invoke":
        return None
    if request["class"] == "Win32_OfflineFilesCache":
        return [{"row": {"Enabled": True, "Active": True, "Location": "C:\\CSC"}}, {"end": True}]
    if request["op"] == "get":
        return [{"ok": {"Name": request["key"], "State": "Running", "StartMode": "Auto"}}]
    return [{"end": True}]


def calling(lines: Callable[[], Iterable[dict[str, Any] | threading.Event]]) -> Script:
    def script(request: dict[str, Any]) -> Lines:
        known = available(request)
        yield from lines() if known is None else known

    return script


READY: dict[str, Any] = {"ready": {"ReturnValue": 0}}
COMPLETED: dict[str, Any] = {"completed": {"status": 0, "message": ""}}


def call(direct: DirectHost, address: str, **request: Any) -> dict[str, Any]:
    full = {"method": "Unpin", "paths": "\\\\fs01\\users", "flags": [32], "deep": True, "last": "1:", **request}
    answer = direct.answer(address, "token", shorthand.request(full))
    (one,) = answer["calls"]
    return dict(one)


@pytest.mark.timeout(120)
def test_two_hundred_thousand_texts(direct: DirectHost, scripted: Scripted, unpack: Unpack) -> None:
    texts = [f"3:0:text:\\\\fs01\\users\\file {number:06}" for number in range(TEXTS)] + ["1:0::"]

    def lines() -> Lines:
        for start in range(0, len(texts), BATCH):
            yield {"progress_many": texts[start : start + BATCH]}
        yield READY
        yield COMPLETED

    with scripted(calling(lines)) as address:
        direct.answer(address, "token", {})
        before = direct.peak_memory()
        answer = direct.answer(address, "token", shorthand.request({"method": "Unpin", "flags": [32], "last": "1:"}))
    print(f"{len(texts)} texts: {answer['ms']['call']} ms, peak {before} kB before, {direct.peak_memory()} kB after")
    (seen,) = answer["calls"]
    assert seen["texts"] == len(texts)
    assert unpack(seen["data"]) == texts
    assert (seen["completed"], seen["returned"], seen["timed_out"]) == (True, {"ReturnValue": 0}, False)


def test_any_text_is_carried(direct: DirectHost, scripted: Scripted, unpack: Unpack) -> None:
    texts = [
        "", None, "\0", "\1", "\1\1", "\1\2", "a\0b\1c\0", "\r\n", "\t", "日本語", "\U0001f4c1", "\ud83d", "\udcc1x",
        "\ud83d\ud83d\udcc1", "\u202e\u0301\u2028", '"\\/\b\f', "x" * 100_000,
    ]  # fmt: skip
    expected = [
        "" if text is None else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        for text in texts
    ]

    def lines() -> Lines:
        for text in texts:
            yield {"progress": text}
        yield READY
        yield COMPLETED

    with scripted(calling(lines)) as address:
        seen = call(direct, address, last="")
    assert unpack(seen["data"]) == expected
    assert seen["texts"] == len(texts)


def test_no_text_is_still_a_pack(direct: DirectHost, scripted: Scripted, unpack: Unpack) -> None:
    with scripted(calling(lambda: [READY, COMPLETED])) as address:
        seen = call(direct, address)
    assert (seen["texts"], unpack(seen["data"])) == (0, [])


def test_texts_after_completed_are_waited_for(direct: DirectHost, scripted: Scripted, unpack: Unpack) -> None:
    def lines() -> Lines:
        yield {"progress": "0:0::"}
        yield READY
        yield COMPLETED
        yield late
        yield {"progress_many": ["3:0:late:\\\\fs01\\users", "1:0::"]}
        yield never

    late, never = threading.Event(), threading.Event()
    with scripted(calling(lines)) as address:
        # The first call ends half a second after Completed, with texts that have still not come.
        missed = call(direct, address)
        late.set()
        seen = call(direct, address)
        never.set()
    assert unpack(missed["data"]) == ["0:0::"]
    assert unpack(seen["data"]) == ["0:0::", "3:0:late:\\\\fs01\\users", "1:0::"]


def test_the_last_text_ends_the_waiting(direct: DirectHost, scripted: Scripted) -> None:
    def milliseconds(last: str) -> int:
        script = calling(lambda: [{"progress": "1:0::"}, READY, COMPLETED])
        with scripted(script) as address:
            full = {"method": "Unpin", "flags": [32], "last": last, "read": False}
            return int(direct.answer(address, "token", shorthand.request(full))["ms"]["call"])

    assert milliseconds("1:") < 450
    assert 480 <= milliseconds("") < 5000
    assert 480 <= milliseconds("2:") < 5000


def test_silence_ends_with_the_time(direct: DirectHost, scripted: Scripted, unpack: Unpack) -> None:
    ended = threading.Event()
    with scripted(calling(lambda: [{"progress": "0:0::"}, READY, ended])) as address:
        seen = call(direct, address, timeout=2, read=False)
        ended.set()
    assert (seen["made"], seen["completed"], seen["timed_out"]) == (True, False, True)
    assert (seen["returned"], unpack(seen["data"])) == ({"ReturnValue": 0}, ["0:0::"])


def test_a_service_that_goes_away_is_a_status(direct: DirectHost, scripted: Scripted, unpack: Unpack) -> None:
    with scripted(calling(lambda: [{"progress": "0:0::"}])) as address:
        seen = call(direct, address, read=False)
    assert (seen["made"], seen["completed"], seen["returned"]) == (True, True, None)
    assert seen["status"]["code"] == 0x800706BE
    assert unpack(seen["data"]) == ["0:0::"]
