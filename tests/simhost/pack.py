# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns PACK, the form in which rows and texts travel: base64 of gzip of records ended by NUL.

Specified in docs/host_contract.md.
"""

from __future__ import annotations

import base64
import gzip
import re
import zlib

_FLUSH_AT = 4096
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class PackWriter:
    """Compresses records as they come, so that a million of them never stand in memory at once."""

    def __init__(self) -> None:
        self.records = 0
        self._zip = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._out = bytearray()
        self._waiting: list[str] = []

    def add(self, record: str) -> None:
        """Append one record of any text."""
        if "\x01" in record or "\0" in record:
            record = record.replace("\x01", "\x01\x02").replace("\0", "\x01\x01")
        self._waiting.append(record)
        self.records += 1
        if len(self._waiting) >= _FLUSH_AT:
            self._flush()

    def add_many(self, records: list[str]) -> None:
        """Append records of any text."""
        text = "\0".join(records) + "\0"
        if "\x01" in text or text.count("\0") != len(records):
            for record in records:
                self.add(record)
        elif records:
            self._flush()
            self.records += len(records)
            self._out += self._zip.compress(_utf8(text))

    def finish(self) -> str:
        """The packed text. Nothing can be added afterwards."""
        self._flush()
        self._out += self._zip.flush()
        return base64.b64encode(self._out).decode("ascii")

    def _flush(self) -> None:
        if self._waiting:
            self._out += self._zip.compress(_utf8("\0".join(self._waiting) + "\0"))
            self._waiting.clear()


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        whole_pairs = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        return _LONE_SURROGATE.sub("\ufffd", whole_pairs).encode("utf-8")


def pack(records: list[str]) -> str:
    """PACK of a list."""
    writer = PackWriter()
    for record in records:
        writer.add(record)
    return writer.finish()


def unpack(data: str) -> list[str]:
    """The records of a PACK. Raises ValueError when the last one is not ended."""
    text = gzip.decompress(base64.b64decode(data, validate=True)).decode("utf-8")
    if not text:
        return []
    if not text.endswith("\0"):
        raise ValueError("the last record has no end")
    return [record.replace("\x01\x01", "\0").replace("\x01\x02", "\x01") for record in text[:-1].split("\0")]
