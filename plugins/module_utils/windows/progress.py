# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The grammar of a progress text, ``Reason:Result:ResultText:[Path]``.

Source: the vendor's page of Win32_OfflineFilesCache.Unpin, which says nothing about the base and sign of Result,
about brackets, line ends or colons inside. The rules here read every form that can be meant and raise nothing: a text
that fits none of them is None, and the caller keeps it.
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass

from . import unc
from .codes import Code, explain


class Kind(enum.IntEnum):
    """Reason of a progress text; any other number is unknown."""

    BEGIN = 0
    END = 1
    ITEM_BEGIN = 2
    ITEM_RESULT = 3


@dataclass(frozen=True)
class Head:
    """What a progress text says before its path.

    :ivar kind: Reason as a number, normally a :class:`Kind`
    :ivar code: Result, explained
    :ivar text: ResultText, the host's own words in its language, without the white space around
    """

    kind: int
    code: Code
    text: str


_HEAD = re.compile(r"\s*(\d{1,9}):([^:]*)(?::(.*))?", re.DOTALL)
_BETWEEN_MESSAGES = re.compile(r"\n(?=\d{1,9}:)")
_HEX = re.compile(r"0[xX][0-9a-fA-F]{1,8}|(?=[08]|.*[a-fA-F])[0-9a-fA-F]{8}")
_DECIMAL = re.compile(r"-?\d{1,10}")
_LINE_END = "\r\n\0"
_AROUND = _LINE_END + "\t "


def split_messages(text: str) -> list[str]:
    """Return the messages of one progress event: line ends part them where each part is a message of its own.

    A ResultText may hold line ends itself, even with a number behind it.
    """
    if "\n" not in text:
        return [text]
    parts = [part.rstrip("\r\n") for part in _BETWEEN_MESSAGES.split(text.strip(_AROUND))]
    return parts if len(parts) > 1 and all(parse(part) for part in parts) else [text]


def split_path(text: str) -> tuple[str, str]:
    r"""Split one message into head and path.

    The path begins behind the last colon that ``\\`` or ``[\\`` follows: UNC names cannot hold a colon, texts can.
    One pair of brackets is taken off only where both are there, for a name may end with a bracket of its own.
    """
    # A blank at the end may belong to the name.
    text = text.strip(_LINE_END)
    start = max(text.rfind(":[\\\\"), text.rfind(":\\\\"))
    if start < 0:
        text = text.rstrip()
        return text.removesuffix(":[]") if text.endswith(":[]") else text.removesuffix(":"), ""
    path = text[start + 1 :]
    # Behind a closing bracket it cannot.
    inside = path.rstrip()
    if inside[0] == "[" and inside[-1] == "]":
        path = inside[1:-1]
    return text[:start], path


REMEMBERED = 256
"""Characters of a head that is remembered: a run has few different ones, and they are short."""


def parse_head(head: str) -> Head | None:
    """Read Reason, Result and ResultText; None where they are not there."""
    return _remembered(head) if len(head) <= REMEMBERED else _parse_head(head)


def _parse_head(head: str) -> Head | None:
    match = _HEAD.fullmatch(head)
    if not match:
        return None
    result = parse_result(match[2])
    if result is None:
        return None
    return Head(int(match[1]), explain(result), (match[3] or "").strip(_AROUND))


_remembered = functools.lru_cache(maxsize=4096)(_parse_head)


def parse_result(text: str) -> int | None:
    """Read the Result number: ``0x`` hex, eight hex digits, unsigned or negative decimal. None where it is none.

    Eight digits without a letter are hex when the first is 8 or 0: read as decimal they would be no plausible code, or
    nobody would have padded them.

    :return: the unsigned 32-bit number
    """
    text = text.strip()
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _DECIMAL.fullmatch(text) and -(2**31) <= int(text) < 2**32:
        return int(text) & 0xFFFFFFFF
    return None


def parse(text: str) -> tuple[Head, str] | None:
    """Read one message into head and path (empty for one without); None where it does not follow the grammar.

    A message about an item must name one, on one line and no longer than a path of Windows, and a Reason that the
    vendor's page does not have is not understood.
    """
    head_text, path = split_path(text)
    head = parse_head(head_text)
    if head is None or head.kind > Kind.ITEM_RESULT or path.startswith("[") or "\n" in path:
        return None
    if unc.is_too_long(path):
        return None
    if head.kind >= Kind.ITEM_BEGIN and not path.strip("\\"):
        return None
    return head, path
