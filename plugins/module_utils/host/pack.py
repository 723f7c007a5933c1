# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Packed data of the host, unpacked in pieces and within bounds. PACK of docs/host_contract.md."""

from __future__ import annotations

import base64
import codecs
import sys
import zlib
from collections.abc import Iterable, Iterator

from .. import limits
from ..errors import ContractError
from ..windows import rows

_SLICE = 16_384
"""Characters of base64 to decode at a time; four of them are three bytes."""

_PIECE = 65_536
"""Bytes of text to unpack at a time, whatever gzip makes of them. Less than a record may have."""


def unpack(data: str, count: int) -> Iterator[list[str]]:
    """Yield the records of packed *data* in their order, some hundred at a time.

    Never more than one such batch is held in memory as text: a run over a million items has 100 MB of it. What comes
    before an error is yielded.

    :param count: how many records there must be
    :raises ContractError: the data is damaged, the number is another one, or a bound of :mod:`limits` is hit
    """
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    rest, found, escaped = "", 0, False
    for piece in _pieces(data, limits.UNPACKED + limits.UNPACKED_EACH * count):
        text = decode(piece)
        *records, rest = (rest + text).split("\0")
        found += len(records)
        if found > count:
            yield [_unescape(record) for record in records[: count - found]]
            raise ContractError(f"packed data of the host has more than the {count} records that were announced")
        # Only the first can be longer than a piece, and the one that is not ended.
        if len(rest) > limits.RECORD or (records and len(records[0]) > limits.RECORD):
            raise ContractError(f"a record of the host has more than {limits.RECORD} characters, the most that is read")
        # An escape may begin in what was left of the piece before.
        escaped = escaped or "\1" in text
        yield [_unescape(record) for record in records] if escaped else records
        escaped = "\1" in rest
    if rest:
        raise ContractError("packed data of the host ends too early")
    if found != count:
        raise ContractError(f"packed data of the host has {found} records, {count} were announced")


def rows_of(data: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield the texts of each row of a state, joined as they came, and the path behind them.

    :param data: the packed rows
    :param count: how many there are, as announced
    :raises ContractError: as :func:`unpack`, or a row is longer than one of Windows can be
    """
    for batch in unpack(data, count):
        for row in batch:
            texts, _tab, path = row.rpartition("\t")
            rows.check_lengths(texts, path)
            yield texts, path


class Kept:
    """The memory that kept texts take. What is unpacked in pieces goes away again, what is kept of it adds up.

    :ivar number: how many there are
    """

    def __init__(self) -> None:
        self.number = 0
        self._size = 0

    def add(self, number: int, texts: Iterable[str]) -> None:
        """Count *texts*, which are *number*.

        :raises ContractError: together they take more than :mod:`limits` allows
        """
        self.number += number
        self._size += sum(map(sys.getsizeof, texts))
        most = limits.KEPT + limits.KEPT_EACH * self.number
        if self._size > most:
            raise ContractError(
                f"the names of {self.number} items take more than {most} bytes of memory, the most for so many"
            )


def _pieces(data: str, most: int) -> Iterator[bytes]:
    """Yield the unpacked bytes of *data*.

    :param most: how many there may be
    """
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    size = 0
    try:
        for start in range(0, len(data), _SLICE):
            packed = _decoded(data, start)
            while packed:
                if inflate.eof:
                    raise ContractError("packed data of the host goes on behind its end")
                piece = inflate.decompress(packed, _PIECE)
                packed = inflate.unconsumed_tail or inflate.unused_data
                size += len(piece)
                if size > most:
                    raise ContractError(
                        f"packed data of the host becomes more than {most} bytes, the most for its records"
                    )
                yield piece
    except (ValueError, zlib.error) as exc:
        raise ContractError(f"packed data of the host is damaged: {exc}") from exc
    if not inflate.eof:
        raise ContractError("packed data of the host ends too early")


def _decoded(data: str, start: int) -> bytes:
    end = start + _SLICE
    packed = base64.b64decode(data[start:end], validate=True)
    # Python looks for padding in the middle of one slice only.
    if end < len(data) and data[end - 1] == "=":
        raise ValueError("padding in the middle of base64")
    return packed


def _unescape(record: str) -> str:
    return record.replace("\1\1", "\0").replace("\1\2", "\1")
