# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the readable form of what a host answers, and reads the scenario files in test_data/unpin.

A scenario file holds ``about`` (one sentence), ``options`` (of the task), optionally ``check_mode`` and ``diff``, the
``answers`` of the host, one for each execution, the ``requests`` that ask for them (only what differs from the first),
and what is expected: ``result``, where a key that equals the one in quiet_result.yml may be left out, and
``counts.visible`` where it is what the first state says, and an entry's ``result_of`` where it is the usual one, and
``warnings`` (the beginning of each; the whole list).

An answer in short form: ``before`` and ``after`` map an item's path to ``TYPE REASON REASON+ ...``, where TYPE is file,
directory, share or server and ``+`` stands for a pin that new children inherit. A longer form of a state has ``rows``
for that, and the keys of the host contract for what is not as usual. ``texts`` and ``return_value`` are those of one
call; ``calls`` holds several.
"""

from __future__ import annotations

import base64
import copy
import gzip
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

TEST_DATA = Path(__file__).with_name("test_data")

Row = Callable[[str, str], str]

_TYPES = ("file", "directory", "share", "server")
_KEYS = {"about", "options", "check_mode", "diff", "answers", "requests", "result", "warnings"}
_REASONS = ("user", "user_policy", "computer", "folder_redirection")

DEFAULT_OPTIONS: dict[str, t.Any] = {
    "flags": ["for_user"],
    "deep": True,
    "missing": "ok",
    "unavailable": "fail",
    "verify": True,
    "force": False,
    "timeout": 3600,
    "report": "all",
    "max_entries": 1000,
}
"""The defaults of design section 4, written down independently of the code."""


def load(name: str) -> t.Any:
    """Read a YAML file of test_data."""
    return yaml.safe_load((TEST_DATA / name).read_text(encoding="utf-8"))


def pack(records: Iterable[str]) -> str:
    """PACK of docs/host_contract.md."""
    escaped = (record.replace("\1", "\1\2").replace("\0", "\1\1") + "\0" for record in records)
    return base64.b64encode(gzip.compress("".join(escaped).encode("utf-8"), mtime=0)).decode("ascii")


def row(path: str, words: str) -> str:
    """Return a row of the state from its short form, such as ``directory user+ computer``."""
    kind, *reasons = words.split()
    values = dict.fromkeys(_REASONS, "" if kind == "server" else "0")
    for reason in reasons:
        values[reason.rstrip("+")] = "2" if reason.endswith("+") else "1"
    return "\t".join([str(_TYPES.index(kind)), *(values[reason] for reason in _REASONS), path])


def state(spec: Mapping[str, t.Any] | None, paths: int = 1, row: Row = row) -> dict[str, t.Any]:
    """Return a STATE; every requested path is held unless the long form says something else.

    :param row: makes the row of an item of its path and words
    """
    spec = dict(spec or {})
    long_form = spec if not any(key.startswith("\\") for key in spec) else {"rows": spec}
    rows = [row(path, words) for path, words in (long_form.get("rows") or {}).items()]
    usual = {
        "complete": "error" not in long_form,
        "error": None,
        "way": "query",
        "seen": len(rows) + 7,
        "held": [True] * paths,
        "shares": [],
        "rows": len(rows),
        "data": pack(rows),
    }
    return {**usual, **{key: value for key, value in long_form.items() if key != "rows"}}


def call(spec: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a CALL; it was made, came to its end and returned 0 unless the spec says something else."""
    texts = spec.get("texts") or []
    value = spec.get("return_value", 0)
    usual = {
        "path": None,
        "made": True,
        "error": None,
        "thrown_at": "invoke" if spec.get("error") else None,
        "completed": True,
        "status": None,
        "returned": None if value is None else {"ReturnValue": value},
        "timed_out": False,
        "texts": len(texts),
        "data": pack(texts),
    }
    return {**usual, **{key: value for key, value in spec.items() if key not in ("texts", "return_value")}}


def answer(spec: Mapping[str, t.Any] | None = None, paths: int = 1, row: Row = row) -> dict[str, t.Any]:
    """Return the module result of the host part from its short form; *paths* is the number of requested paths."""
    spec = spec or {}
    if "calls" in spec:
        calls = [call(one) for one in spec["calls"]]
    elif "texts" in spec or "return_value" in spec:
        calls = [call({key: spec[key] for key in ("texts", "return_value") if key in spec})]
    else:
        calls = []
    return {
        "changed": False,
        "answer": {
            "contract": 2,
            "host": {"user": "CORP\\alice", "profile": "C:\\Users\\alice", "powershell": "5.1.22621.4391"},
            "cache": {
                "found": True,
                "enabled": True,
                "active": True,
                "location": "C:\\Windows\\CSC",
                "error": None,
                **spec.get("cache", {}),
            },
            "services": spec.get(
                "services",
                {
                    "CscService": {"state": "Running", "start_mode": "Auto", "error": None},
                    "CSC": {"state": "Running", "start_mode": "System", "error": None},
                },
            ),
            "before": state(spec["before"], paths, row) if "before" in spec else None,
            "calls": calls,
            "after": state(spec["after"], paths, row) if "after" in spec else None,
            "skipped": spec.get("skipped", None if calls else "no_method"),
            "classes": spec.get("classes", {}),
            "registry": spec.get("registry", []),
            "jobs": spec.get("jobs", []),
            "locked": spec.get("locked", False),
            "ms": {"preflight": 12, "before": 34, "call": 56, "after": 78},
        },
    }


@dataclass(frozen=True)
class Scenario:
    """One file of test_data/unpin.

    :ivar options: of the task, as the user writes them
    :ivar answers: module results of the host part, one for each execution
    :ivar requests: what each request after the first holds that differs from the first
    :ivar result: the whole expected result
    :ivar warnings: how the expected warnings begin
    """

    name: str
    options: dict[str, t.Any]
    check_mode: bool
    diff: bool
    answers: list[dict[str, t.Any]]
    requests: list[dict[str, t.Any]]
    result: dict[str, t.Any]
    warnings: list[str] = field(default_factory=list)

    @property
    def all_options(self) -> dict[str, t.Any]:
        """The options with the defaults, as the validated arguments have them."""
        return {**DEFAULT_OPTIONS, **self.options}


def scenario(path: Path) -> Scenario:
    """Read one scenario file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(raw) - _KEYS
    if unknown:
        raise ValueError(f"{path.name} has unknown keys: {', '.join(sorted(unknown))}")
    count = len(raw["options"]["paths"])
    answers = [answer(spec, count) for spec in raw["answers"]]
    result = {**load("quiet_result.yml"), **raw["result"]}
    first = answers[0]["answer"]
    state = first["before"] or first["after"]
    result["counts"] = {"visible": state["seen"] if state else None, **result["counts"]}
    return Scenario(
        name=path.stem,
        options=raw["options"],
        check_mode=raw.get("check_mode", False),
        diff=raw.get("diff", False),
        answers=answers,
        requests=raw.get("requests", []),
        result=_with_defaults(result),
        warnings=raw.get("warnings", []),
    )


def _with_defaults(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Add what an expected entry may leave out: that its result, if it has one, is that of the item."""
    for entry in result["entries"]:
        entry.setdefault("result_of", "item" if entry["result"] else None)
    return result


def scenarios() -> list[Scenario]:
    """Read all scenario files."""
    return [scenario(path) for path in sorted((TEST_DATA / "unpin").glob("*.yml"))]


def without(result: Mapping[str, t.Any], *keys: str) -> dict[str, t.Any]:
    """Return a deep copy of *result* without some keys, given as ``answer.cache.found``."""
    broken: dict[str, t.Any] = copy.deepcopy(dict(result))
    for key in keys:
        *way, last = key.split(".")
        place = broken
        for name in way:
            place = place[name]
        del place[last]
    return broken


def changed(result: Mapping[str, t.Any], way: Sequence[str | int], value: t.Any) -> dict[str, t.Any]:
    """Return a deep copy of *result* with another value at one place."""
    other: dict[str, t.Any] = copy.deepcopy(dict(result))
    place: t.Any = other
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = value
    return other
