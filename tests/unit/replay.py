# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a transcript is played again without any host: the module runs, and the answers come from the file."""

from __future__ import annotations

import json
import typing as t
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml
from ansible.errors import AnsibleError
from unit.action_host import (
    CacheInfoUnderTest,
    CacheUnderTest,
    ConnectionUnderTest,
    DeleteItemsUnderTest,
    ItemInfoUnderTest,
    PinUnderTest,
    RenameItemUnderTest,
    SynchronizeUnderTest,
    UnderTest,
    UnpinUnderTest,
    warnings_of,
)
from unit.host_answers import pack

FORMAT = 1
ACTIONS: dict[str, type[UnderTest]] = {
    f"winops.offline_files.{action.MODULE}": action
    for action in (
        *(UnpinUnderTest, PinUnderTest, SynchronizeUnderTest, DeleteItemsUnderTest, ConnectionUnderTest),
        *(RenameItemUnderTest, CacheUnderTest, ItemInfoUnderTest, CacheInfoUnderTest),
    )
}
"""The modules whose transcripts can be played."""

COMPARED = ("method", "paths", "arguments", "deep")
"""What a request must have in common with the recorded one."""


@dataclass(frozen=True)
class Transcript:
    """A transcript and what plays it.

    :ivar module: full name of the module
    :ivar requests: of each execution of the host part, as it was sent
    :ivar answers: what came: a module result, or the error instead of one
    """

    module: str
    options: dict[str, t.Any]
    check_mode: bool
    requests: list[dict[str, t.Any]]
    answers: list[dict[str, t.Any] | BaseException]

    def play(self) -> tuple[dict[str, t.Any], list[str]]:
        """Run the module, compare what it asks with what was asked, and return its result and its warnings."""
        action = ACTIONS[self.module](self.options, self.answers, check_mode=self.check_mode)
        result = action.run_task()
        asked, recorded = ([_compared(one) for one in requests] for requests in (action.requests, self.requests))
        assert asked == recorded, "the module asks the host something else now than when the transcript was recorded"
        return result, warnings_of(result)


def _compared(request: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: request.get(key) for key in COMPARED}


def load(file: Path) -> Transcript:
    """Read a transcript.

    :raises ValueError: its format or its module is not known
    """
    return from_data(json.loads(file.read_text(encoding="utf-8")))


def from_data(data: dict[str, t.Any]) -> Transcript:
    """Make a transcript of plain data; see :func:`load`."""
    if data["format"] != FORMAT:
        raise ValueError(f"a transcript of format {data['format']!r} cannot be read, only format {FORMAT}")
    task = data["task"]
    if task["module"] not in ACTIONS:
        raise ValueError(f"a transcript of {task['module']} cannot be played, only of: {', '.join(ACTIONS)}")
    return Transcript(
        task["module"],
        task["options"],
        task["check_mode"],
        [{**one["request"], "paths": "\n".join(one["request"]["paths"])} for one in data["exchanges"]],
        [_answer(one) for one in data["exchanges"]],
    )


def _answer(exchange: dict[str, t.Any]) -> dict[str, t.Any] | BaseException:
    if exchange["result"] is None:
        error: BaseException = AnsibleError(exchange["problem"])
        return error
    result = dict(exchange["result"])
    if "answer" in result:
        result["answer"] = packed(result["answer"])
    return result


def packed(value: t.Any) -> t.Any:
    """Return a part of an answer as the host gave it: records packed, and what was damaged is damaged."""
    if isinstance(value, list):
        return [packed(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: packed(part) for key, part in value.items() if key not in ("records", "damaged")}
    if "records" in value:
        data = pack(value["records"])
        made["data"] = data[:-8] if "damaged" in value else data
    return made


def summary(result: dict[str, t.Any], warnings: list[str]) -> dict[str, t.Any]:
    """Return what is expected of a transcript: short enough to be checked by eye."""
    return {
        "changed": result["changed"],
        "failed": result["failed"],
        "msg": result["msg"],
        "paths": {path["path"]: path["status"] for path in result["paths"]},
        "counts": result["counts"],
        "statuses": dict(Counter(entry["status"] for entry in result["entries"])),
        "codes": dict(Counter(str(entry["result"]["name"]) for entry in result["entries"] if entry["result"])),
        "texts": result["progress"]["messages"],
        "unread_texts": result["progress"]["unparsed_count"],
        "warnings": len(warnings),
    }


def as_yaml(expected: dict[str, t.Any]) -> str:
    """Return a summary as the text of the file that holds it."""
    return "---\n" + yaml.safe_dump(expected, allow_unicode=True, sort_keys=False, width=110)
