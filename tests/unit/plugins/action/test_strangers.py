# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a host sends in place of its answer: the task ends soon, small, with every key, and harms no terminal."""

from __future__ import annotations

import base64
import copy
import functools
import gzip
import json
import re
import resource
import time
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleConnectionFailure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit import change_answers, item_rows
from unit.action_host import (
    CacheInfoUnderTest,
    CacheUnderTest,
    ConnectionUnderTest,
    ItemInfoUnderTest,
    RenameItemUnderTest,
    UnderTest,
    UnpinUnderTest,
    warnings_of,
)
from unit.host_answers import answer, pack

from ansible_collections.winops.offline_files.plugins.module_utils import limits, words
from ansible_collections.winops.offline_files.plugins.module_utils.change import cache_state
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration, users
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows, unc

SHARE, MOVED = r"\\fs01\users", r"\\fs02\users"
ITEM = SHARE + r"\a.txt"
HARM = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Written down independently of the code; line ends are looked for where there may be none."""

EVIL = "\x1b[2J\r\n[WARNING]: run this\x9b31m\u202eexe\u2066\x7f\u2028\0\ud800"
_WHOLE_EVIL = EVIL.replace("\ud800", "")
ASKED = 12
"""So often a host is asked by one task, at most."""

CPU_SECONDS = 10
MIB_MORE = 256
FEWER = settings(max_examples=max(40, settings().max_examples // 3), suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def _no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def _unpin_answer() -> dict[str, t.Any]:
    return answer(
        {
            "before": {"rows": {ITEM: "file user", SHARE: "share user+"}, "shares": [SHARE], "held": [True]},
            "texts": ["0:0::[]", f"2:0::[{ITEM}]", f"3:5:Access denied:[{ITEM}]", "1:0::[]"],
            "return_value": 0,
            "after": {"rows": {ITEM: "file user"}, "shares": [SHARE], "held": [True]},
        }
    )


def _list_answer() -> dict[str, t.Any]:
    fields = (*rows.DETAILS, *rows.CONNECTION)
    return item_rows.answer([item_rows.row(fields, path, "file user") for path in (SHARE, ITEM)], 1, shares=[SHARE])


def _cache_answer() -> dict[str, t.Any]:
    classes = {
        "Win32_OfflineFilesMachineConfiguration": {"properties": {"Name": "x", "Deep": {"A": [1]}}, "error": None}
    }
    profile = users.PROFILES.replace("*", "S-1-5-21-1-2-3-1001")
    keys = {
        "HKEY_LOCAL_MACHINE\\Software": {SHARE: "1"},
        configuration.COMPUTER_PINS: {SHARE: ""},
        configuration.CONFLICTS: {SHARE: "3"},
        profile: {"ProfileImagePath": r"C:\Users\bob"},
        rf"{profile}\SyncItemLog\//fs01/users": {"LastSyncTime": [1] * 7},
        users.ENVIRONMENTS.replace("*", "S-1-5-21-1-2-3-1001"): {"USERNAME": "bob"},
    }
    registry = [{"key": key, "values": values, "error": None} for key, values in keys.items()]
    return answer({"skipped": "no_method", "classes": classes, "registry": registry})


def _reset_answers() -> list[dict[str, t.Any]]:
    done, pending = answer({"calls": [{"return_value": 0}]}), {cache_state.FORMAT_VALUE: 1}
    looks = [
        change_answers.looked_at_cache({ITEM: encrypted}, values, setting=encrypted)
        for encrypted, values in ((False, {}), (True, {}), (True, pending))
    ]
    return [looks[0], done, looks[1], done, looks[2]]


KINDS: dict[str, tuple[type[UnderTest], dict[str, t.Any], list[dict[str, t.Any]]]] = {
    "unpin": (UnpinUnderTest, {"paths": [SHARE]}, [_unpin_answer()]),
    "item_info": (ItemInfoUnderTest, {"paths": [SHARE]}, [_list_answer()]),
    "cache_info": (CacheInfoUnderTest, {"facts": True}, [_cache_answer()]),
    "connection": (ConnectionUnderTest, {"paths": [SHARE], "state": "offline"}, change_answers.taken_offline(SHARE)),
    "rename_item": (RenameItemUnderTest, {"src": SHARE, "dest": MOVED}, change_answers.renamed(SHARE, MOVED)),
    "cache": (CacheUnderTest, {"encrypted": True, "reset": True, "unsynchronized": "destroy"}, _reset_answers()),
}
"""Of each module the options of a task, and what an honest host answers, one execution after the other."""


@functools.cache
def _keys(kind: str) -> set[str]:
    made, args, honest = KINDS[kind]
    return set(made(args, honest, diff=True).run_task()) - {"warnings", "ansible_facts"}


def _texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from (*_texts(name), *_texts(one))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _run(kind: str, *sent: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    """Run the task against a host that sends this, check what must be true of every one, and return the result.

    :param sent: one answer for each execution, the last one again for all that follow
    """
    made, args, _honest = KINDS[kind]
    action = made({**args, **options}, map(copy.deepcopy, [*sent, *sent[-1:] * ASKED]), diff=True)
    began, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = action.run_task()
    assert time.process_time() - began < CPU_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024 < MIB_MORE
    assert _keys(kind) <= set(result)
    diff = result.get("diff", {})
    said = [*result.get("warnings", []), *(line for lines in action.display.lines.values() for line in lines)]
    for text in (*_texts({**result, "diff": None}), *said):
        assert not HARM.search(text), ascii(text)
        assert "\n" not in text, ascii(text)
    assert not any(map(HARM.search, diff.values()))
    assert len(said) < 100
    assert max(map(len, said), default=0) < 2_000
    assert len(result["msg"]) < 3_000
    for dumped in (json.dumps(result, ensure_ascii=False), yaml.safe_dump(result, allow_unicode=True)):
        assert not HARM.search(dumped)
    return result


def _ways(value: t.Any, way: tuple[str | int, ...] = ()) -> t.Iterator[tuple[str | int, ...]]:
    yield way
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in members:
        yield from _ways(one, (*way, name))


def _at(value: t.Any, way: tuple[str | int, ...], new: t.Any) -> t.Any:
    if not way:
        return new
    changed = copy.deepcopy(value)
    place = changed
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = new
    return changed


def _nested(levels: int) -> t.Any:
    value: t.Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"A": value}
    return value


_BOMB = base64.b64encode(gzip.compress(b"a" * (200 << 20), mtime=0)).decode()
_EVIL_PATH = SHARE + "\\" + _WHOLE_EVIL.replace("\0", "") + "x"
_ODD = st.one_of(
    st.sampled_from(
        [
            *(
                None,
                True,
                -1,
                0,
                2**31,
                2**64,
                10**300,
                1.5,
                float("inf"),
                "",
                [],
                {},
                EVIL,
                "x" * (1 << 20),
                _BOMB,
                "AAAA",
            ),
            *(
                _nested(300),
                [EVIL] * 2000,
                {EVIL: EVIL},
                [None],
                {"code": 5, "message": EVIL},
                _EVIL_PATH,
                [_EVIL_PATH],
            ),
            pack(
                [
                    f"3:5:{_WHOLE_EVIL}:[{_EVIL_PATH}]",
                    _WHOLE_EVIL,
                    _WHOLE_EVIL * 100,
                    "3:0::[" + SHARE + "\\a" * 60_000 + "]",
                ]
            ),
            pack(["\t".join(["0", "1", "0", "0", "0", _EVIL_PATH])] * 2),
            pack(["\t".join([*["0"] * 26, _EVIL_PATH])] * 2),
        ]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=4).map(pack),
)


@pytest.mark.parametrize("kind", KINDS)
@FEWER
@given(data=st.data())
def test_whatever_stands_in_an_answer(kind: str, data: st.DataObject) -> None:
    sent = [*KINDS[kind][2]]
    place = data.draw(st.integers(0, len(sent) - 1))
    for _number in range(data.draw(st.integers(1, 3))):
        ways = list(_ways(sent[place]))
        way = data.draw(st.sampled_from(ways))
        new = data.draw(_ODD)
        sent[place] = _at(sent[place], way, new) if way else {"answer": new}
    _run(kind, *sent)


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_of_an_answer_with_everything_evil(kind: str) -> None:
    honest = KINDS[kind][2]
    # What comes later has the form of one of the first two, a look and a call.
    for place, one in enumerate(honest[:2]):
        for way in list(_ways(one))[1:]:
            for new in (EVIL, _nested(300), [EVIL] * 20, {EVIL: EVIL}, None, 2**70):
                _run(kind, *honest[:place], _at(one, way, new), *honest[place + 1 :])


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.just(_WHOLE_EVIL))
@FEWER
def test_names_and_words_of_every_kind(text: str) -> None:
    path = f"{SHARE}\\{text}x"
    spec = {"texts": [f"3:5:{text}:[{path}]", text], "return_value": 5, "after": {ITEM: "file user"}}
    result = _run("unpin", answer({"before": {ITEM: "file user", path: "file user"}, **spec}))
    assert result["counts"]["total"] >= 1
    fields = (*rows.DETAILS, *rows.CONNECTION)
    _run("item_info", item_rows.answer([item_rows.row(fields, path, "file user")], 1, shares=[path[:500]]))


@pytest.mark.parametrize(
    "name", ["\u202egnp.exe", "\u200e\u2067right\u2069", "delete\x7f", "csi\x9b2J", "line\u2028end"]
)
def test_a_name_with_what_harms_comes_back_to_unpin_as_it_is(name: str) -> None:
    path = f"{SHARE}\\{name}"
    fields = (*rows.DETAILS, *rows.CONNECTION)
    (entry,) = _run("item_info", item_rows.answer([item_rows.row(fields, path, "file user")], 1))["entries"]
    assert entry["path"] != path
    assert unc.normalise(entry["path"]) == path
    sent = answer({"before": {path: "file user"}, "skipped": "not_needed"})
    result = _run("unpin", sent, paths=[entry["path"]])
    assert result["paths"][0]["path"] == result["entries"][0]["path"] == entry["path"]


def test_a_name_that_the_user_wrote_stays_as_it_was_written() -> None:
    path = f"{SHARE}\\\u202egnp.exe"
    action = UnpinUnderTest({"paths": [path]}, [answer({"before": {path: "file user"}, "skipped": "not_needed"})])
    result = action.run_task()
    assert action.requests[0]["paths"] == result["paths"][0]["path"] == result["entries"][0]["path"] == path


@pytest.mark.parametrize("written", ["<U+0041>", "<U+000A>", "<U+005C>", "<U+D800>", "<U+202e>", "<U+202E"])
def test_nothing_else_is_read_as_a_character(written: str) -> None:
    assert words.read_visible(written) == written


def test_honest_names_stay_letter_by_letter() -> None:
    name = "zero\u200bwidth \U0001f468\u200d\U0001f469 e\u0301 \u65e5\u672c\u8a9e \u05e9\u05dc\u05d5\u05dd <U+0041>"
    assert words.harmless({name: [name]}) == {name: [name]}


def test_warnings_of_a_host_are_few_and_short() -> None:
    sent = {**_unpin_answer(), "warnings": [f"{EVIL} {number} {'x' * 5000}" for number in range(2000)]}
    said = warnings_of(_run("unpin", sent))
    assert [text for text in said if "more warnings" in text] == ["The host gave 1980 more warnings."]
    assert sum("[WARNING]: run this" in text for text in said) == limits.WARNINGS
    assert max(map(len, said)) < 1_000
    odds: list[t.Any] = [5, "text", {"a": 1}, [[EVIL], None, {}], _nested(300)]
    for odd in odds:
        _run("unpin", {**_unpin_answer(), "warnings": odd})


@pytest.mark.parametrize("msg", [EVIL, "x" * (1 << 20), EVIL * 10_000, _nested(300), None, 5])
def test_a_host_part_that_failed(msg: t.Any) -> None:
    for kind in KINDS:
        result = _run(kind, {"failed": True, "msg": msg, "module_stderr": EVIL * 10_000, "module_stdout": EVIL})
        assert result["failed"] is True


def test_what_a_connection_says_is_shown_without_harm() -> None:
    action = UnpinUnderTest({"paths": SHARE}, [AnsibleConnectionFailure(f"500 {EVIL}")])
    with pytest.raises(AnsibleConnectionFailure) as caught:
        action.run_task()
    assert not HARM.search(str(caught.value))
    assert str(caught.value).startswith("500 <U+001B>[2J<U+000D>")


def test_texts_that_were_not_understood_are_kept_in_part() -> None:
    sent = answer({"before": {}, "texts": ["?" * 60_000], "return_value": 0, "after": {}})
    (kept,) = _run("unpin", sent)["progress"]["unparsed"]
    assert kept == "?" * limits.UNPARSED_LENGTH + "... (60000 characters)"


def test_a_line_end_in_a_name_forges_no_line_of_a_diff() -> None:
    path = SHARE + "\\a\nforged: pinned"
    result = _run("unpin", answer({"before": {path: "file user"}, "texts": [], "return_value": 0, "after": {}}))
    assert result["diff"]["before"].splitlines() == [f"{SHARE}\\a<U+000A>forged: pinned: pinned for user"]
