# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns a host that answers with the answers of a transcript, in their order (guide_transcripts.rst of the docs)."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from simhost.pack import PackWriter

FORMAT = 1
_COMPARED = ("method", "paths", "arguments", "deep")


class ReplayError(ValueError):
    """The file is no transcript that can be played."""


class Replay:
    """The exchanges of a transcript, one after the other.

    :raises ReplayError: the text is not JSON, or no transcript of the known format
    """

    def __init__(self, text: str) -> None:
        try:
            data = json.loads(text)
            if data["format"] != FORMAT:
                raise ReplayError(f"it has format {data['format']!r}, only format {FORMAT} is known")
            self._exchanges = [(one["request"], one["result"], one["problem"]) for one in data["exchanges"]]
        except ReplayError:
            raise
        except (ValueError, KeyError, TypeError) as error:
            raise ReplayError(f"it is no transcript: {type(error).__name__}: {error}") from None
        self._next = 0
        self._lock = threading.Lock()

    def run(self, params: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
        """The recorded module result; a failed one when the request is not the one that was recorded."""
        with self._lock:
            number = self._next
            if number == len(self._exchanges):
                return _failed(f"the transcript has {number} answers, and the host was asked once more")
            request, result, problem = self._exchanges[number]
            asked = {key: params.get(key) for key in _COMPARED}
            asked["paths"] = [path for path in str(params.get("paths") or "").split("\n") if path]
            asked["method"] = None if check_mode else asked["method"]
            for key, value in asked.items():
                if value != request.get(key):
                    return _failed(
                        f"request {number + 1} of the transcript has {key} {request.get(key)!r}, not {value!r}"
                    )
            self._next += 1
        if result is None:
            return _failed(f"the recorded host gave no answer: {problem}")
        return {key: _packed(value) for key, value in result.items()}


def _failed(message: str) -> dict[str, Any]:
    return {"changed": False, "failed": True, "msg": message}


def _packed(value: Any) -> Any:
    """A part of an answer, its records packed again; damaged ones stay damaged."""
    if isinstance(value, list):
        return [_packed(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _packed(part) for key, part in value.items() if key not in ("records", "damaged")}
    if "records" in value:
        writer = PackWriter()
        for record in value["records"]:
            writer.add(record)
        data = writer.finish()
        made["data"] = data[:-8] if "damaged" in value else data
    return made
