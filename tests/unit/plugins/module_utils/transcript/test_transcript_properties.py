# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of any transcript: no name is left, nothing else is lost, and it tells the same story."""

from __future__ import annotations

import json
import re
import typing as t

from hypothesis import given, settings
from hypothesis import strategies as st
from unit import replay
from unit.host_answers import DEFAULT_OPTIONS, answer, pack
from unit.method_runs import fold
from unit.strategies import ANY_TEXTS, CODES, PATHS, TEXTS, Run, below_a_server, number_forms, runs

from ansible_collections.winops.offline_files.plugins.module_utils.host import answer as host
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import Exchange
from ansible_collections.winops.offline_files.plugins.module_utils.host.pack import unpack
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from ansible_collections.winops.offline_files.plugins.module_utils.transcript.transcript import Task, dumps, transcript
from ansible_collections.winops.offline_files.plugins.module_utils.windows import progress, unc

FEWER = settings(max_examples=max(10, settings().max_examples // 4))
"""A whole run, recorded twice, is a dear example."""
MODULE = "winops.offline_files.unpin"
SHARE = r"\\fs01\users"

# A name that is left shows: nothing else in a transcript holds one of these.
MARKS = ("qzq", "龘龘")
_MARKED = st.builds(
    lambda mark, rest, case: case(mark + rest),
    st.sampled_from([*MARKS, "qzqä", "qzqzqzqzqzqzqzqzqzqzqzqz"]),
    st.text("abcäß字0", max_size=5),
    st.sampled_from([str.lower, str.upper, str.title]),
)
_BETWEEN = st.sampled_from([" ", " [", "] ", ", ", "'", "-", ".", "_", "e\u0301", " (2) ", ") & ", "\u202e"])
_NAMES = st.builds(
    lambda first, others, extension: first + "".join(map("".join, others)) + extension,
    _MARKED,
    st.lists(st.tuples(_BETWEEN, _MARKED), max_size=3),
    st.sampled_from(["", "", ".docx", ".PDF", ".qzqx"]),
)
_MARKED_PATHS = st.builds(
    lambda server, domain, names: "\\\\" + "\\".join([server + domain, *below_a_server(names)]),
    _MARKED,
    st.sampled_from(["", "", ".qzqcorp.example"]),
    st.lists(_NAMES, max_size=3),
)


def _record(options: dict[str, t.Any], answers: list[dict[str, t.Any]], check_mode: bool) -> dict[str, t.Any]:
    """Return the transcript as it is read again."""
    invocation = Invocation.from_options(UNPIN, options)
    exchanges = [Exchange(invocation.request(check_mode=check_mode).options(), one) for one in answers]
    task = Task(MODULE, options, check_mode, ["pc042.corp.example"], ["CORP\\alice"])
    return t.cast(dict[str, t.Any], json.loads(dumps(transcript(task, exchanges, {}))))


def _told(options: dict[str, t.Any], answers: list[dict[str, t.Any]], check_mode: bool) -> dict[str, t.Any]:
    """Return everything of a result that holds no name, and the names' places as numbers."""
    invocation = Invocation.from_options(UNPIN, options)
    policy = View.from_options(options, diff=False)
    result = fold(
        invocation, policy, [host.read(one, paths=len(invocation.paths)) for one in answers], check_mode=check_mode
    ).result
    order: dict[str, int] = {}
    for row in [*result["paths"], *result["entries"]]:
        for key in ("path", "request"):
            if row.get(key) is not None:
                row[key] = order.setdefault(row[key], len(order))
        if row.get("result"):
            row["result"] = row["result"]["code"]
    result["msg"] = re.sub(r"\(\\\\.*\)", "(paths)", result["msg"])
    return {**result, "progress": {**result["progress"], "unparsed": None}, "cache": None}


def _check_same_story(options: dict[str, t.Any], answers: list[dict[str, t.Any]], check_mode: bool) -> None:
    played = replay.from_data(_record(options, answers, check_mode))
    assert _told(played.options, played.answers, check_mode) == _told(options, answers, check_mode)  # type: ignore[arg-type]


@FEWER
@given(runs())
def test_a_transcript_tells_the_same_story(run: Run) -> None:
    options = {**DEFAULT_OPTIONS, **run.options}
    answers = [answer(spec, len(set(options["paths"]))) for spec in run.answers]
    _check_same_story(options, answers, run.check_mode)


@FEWER
@given(
    st.lists(PATHS, min_size=1, max_size=TEXTS, unique_by=unc.key), ANY_TEXTS, st.sampled_from(["file", "directory"])
)
def test_whatever_the_texts_are_the_story_is_the_same(paths: list[str], texts: list[str], kind: str) -> None:
    rows = {path: f"{kind} user" for path in paths if unc.parent(path)}
    spec = {"before": {"rows": rows, "held": [True]}, "texts": texts, "return_value": 0, "after": {"held": [True]}}
    options = {**DEFAULT_OPTIONS, "paths": [paths[0]]}
    _check_same_story(options, [answer(spec)], check_mode=False)


@st.composite
def _texts_with_names(draw: st.DrawFn, paths: list[str]) -> str:
    """Draw a text, legal or not, that mentions names of *paths*, or a path that nothing else knows."""
    path = draw(st.sampled_from(paths) | _MARKED_PATHS)
    name = draw(st.sampled_from([one.rpartition("\\")[2] for one in paths]))
    unknown = draw(_MARKED_PATHS)
    says = draw(
        st.sampled_from(
            [
                "",
                "Access is denied.",
                f"Cannot open {name}!",
                f"「{name}」を開けません",
                f"{unknown} of QZQDOMAIN\\qzquser is gone",
                f"ask qzqbob@qzqcorp.example, S-1-5-21-1234567890-2-3-1105, at '{path}' and {path} too",
                rf"see C:\Users\qzqbob\{name} and C:\Windows\CSC\v2.0.6",
            ]
        )
    )
    number = draw(st.sampled_from(number_forms(draw(CODES))))
    form = draw(st.sampled_from(["{k}:{n}:{s}:[{p}]", "{k}:{n}:{s}:{p}", "{s} {p}", "{k}:x:{s}\r\n:[{p}]", "{n}:{s}"]))
    return form.format(k=draw(st.integers(0, 5)), n=number, s=says, p=path)


def _registry(paths: list[str]) -> list[dict[str, t.Any]]:
    """Return what the registry tells of a user, with names in every place that may hold one."""
    profile = r"HKEY_LOCAL_MACHINE\ProfileList\S-1-5-21-1234567890-2-3-1105"
    hive = r"HKEY_USERS\S-1-5-21-1234567890-2-3-1105_Classes"
    values: dict[str, dict[str, t.Any]] = {
        profile: {
            "ProfileImagePath": rf"C:\Users\qzqsmith, qzqjohn\{len(paths)}",
            "Sid": list(b"qzq\1\2"),
            "Guid": "{qzq-1}",
        },
        **{
            rf"{profile}\{path.replace(chr(92), '/')}": {"LastSyncTime": list("qzq!".encode("utf-16-le"))}
            for path in paths
        },
        hive: dict.fromkeys(paths, ""),
        rf"{hive}\Volatile Environment": {
            **{"USERNAME": "qzqann", "USERDOMAIN": "QZQ", "USERDNSDOMAIN": "qzq.example", "LOGONSERVER": r"\\qzqdc"},
            **{"CLIENTNAME": "QZQPC", "HOMEPATH": r"\Users\qzqann", "APPDATA": r"C:\Users\qzqann\AppData\Roaming"},
        },
    }
    return [{"key": key, "values": value, "error": None} for key, value in values.items()]


_RUNS_WITH_NAMES = st.lists(_MARKED_PATHS, min_size=1, max_size=3, unique_by=unc.key).flatmap(
    lambda paths: st.tuples(st.just(paths), st.lists(_texts_with_names(paths), max_size=TEXTS // 2))
)


@FEWER
@given(_RUNS_WITH_NAMES)
def test_no_name_is_left(run: tuple[list[str], list[str]]) -> None:
    paths, texts = run
    raw = answer(
        {
            "before": {"rows": dict.fromkeys(paths, "file user"), "shares": paths[:1]},
            "texts": texts,
            "return_value": 0,
            "cache": {"location": "D:\\qzq cache\\CSC"},
        }
    )
    raw["answer"]["host"] |= {"user": "QZQDOMAIN\\qzquser", "profile": "D:\\qzqusers\\qzquser"}
    raw["answer"]["registry"] = _registry(paths)
    raw["answer"]["calls"][0]["error"] = {"code": 5, "message": f"Shutdown of {paths[0]}"}
    written = dumps(_record({**DEFAULT_OPTIONS, "paths": paths}, [raw], check_mode=False))
    left = [line for line in written.splitlines() if any(mark in line.lower() for mark in MARKS)]
    assert left == []
    assert "1234567890" not in written


@FEWER
@given(_RUNS_WITH_NAMES)
def test_only_names_are_replaced(run: tuple[list[str], list[str]]) -> None:
    paths, texts = run
    spec = {"before": {"rows": dict.fromkeys(paths, "file user")}, "texts": texts, "return_value": 0}
    written = _record({**DEFAULT_OPTIONS, "paths": paths}, [answer(spec)], check_mode=False)
    (call,) = written["exchanges"][0]["result"]["answer"]["calls"]
    assert call["texts"] == len(texts) == len(call["records"])
    for before, after in zip(texts, call["records"], strict=True):
        old, new = progress.parse(before), progress.parse(after)
        assert (old is None) is (new is None)
        if old and new:
            assert (old[0].kind, old[0].code) == (new[0].kind, new[0].code)
            assert bool(old[0].text) is bool(new[0].text)
            assert _between_words(old[1]) == _between_words(new[1])
            assert before.partition(":")[0] == after.partition(":")[0]
    rows = written["exchanges"][0]["result"]["answer"]["before"]["records"]
    assert [row.rpartition("\t")[0] for row in rows] == ["0\t1\t0\t0\t0"] * len(paths)


@FEWER
@given(st.lists(_MARKED_PATHS, min_size=2, max_size=6))
def test_names_are_the_same_exactly_when_their_aliases_are(paths: list[str]) -> None:
    raw = answer({"texts": [f"3:0::[{path}]" for path in paths], "return_value": 0})
    written = _record({**DEFAULT_OPTIONS, "paths": [SHARE]}, [raw], check_mode=False)
    aliases = [text[6:-1] for text in written["exchanges"][0]["result"]["answer"]["calls"][0]["records"]]
    for one, alias in zip(paths, aliases, strict=True):
        assert [name.isascii() for name in one.split("\\")] == [name.isascii() for name in alias.split("\\")]
        for other, its_alias in zip(paths, aliases, strict=True):
            assert (one == other) is (alias == its_alias)
            assert (unc.key(one) == unc.key(other)) is (unc.key(alias) == unc.key(its_alias))
            assert (unc.parent(one) == unc.parent(other)) is (unc.parent(alias) == unc.parent(its_alias))


@FEWER
@given(ANY_TEXTS)
def test_what_is_read_again_packs_to_the_same_records(texts: list[str]) -> None:
    written = _record({**DEFAULT_OPTIONS, "paths": [SHARE]}, [answer({"texts": texts})], check_mode=False)
    (call,) = written["exchanges"][0]["result"]["answer"]["calls"]
    again = replay.packed(call)
    assert [text for batch in unpack(again["data"], len(texts)) for text in batch] == call["records"]
    assert pack(call["records"]) == again["data"]


def _between_words(path: str) -> list[str]:
    return [part for part in re.split(r"[^\W_]+", path) if part]
