# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the readable log: one line per HTTP request and one per module call. No password and no argument is written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

_KEPT_LINES = 10_000


class Log:
    """Lines `HH:MM:SS.mmm KIND key=value ...`, kept in memory (the last 10,000) and appended to a file if named."""

    def __init__(self, path: Path | None = None) -> None:
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8", buffering=1) if path else None

    @property
    def lines(self) -> Sequence[str]:
        """The kept lines, oldest first."""
        with self._lock:
            return list(self._lines)

    def write(self, kind: str, **fields: object) -> None:
        """Add one line; fields that are None are left out, values with blanks are quoted."""
        shown = (f"{key}={_shown(value)}" for key, value in fields.items() if value is not None)
        line = " ".join([datetime.now().strftime("%H:%M:%S.%f")[:-3], f"{kind:<4}", *shown])
        with self._lock:
            self._lines.append(line)
            if self._file and not self._file.closed:
                self._file.write(line + "\n")

    def close(self) -> None:
        """Close the file; later lines are kept in memory only."""
        with self._lock:
            if self._file:
                self._file.close()


def _shown(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return text if text.isprintable() and text and " " not in text else repr(text)
