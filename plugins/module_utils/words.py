# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parts of sentences: numbers with their noun, and texts of strangers in a form that does no harm on a terminal."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Collection, Mapping

from . import limits

_HARMFUL = re.compile(
    "["
    "\0-\x1f\x7f-\x9f"  # control characters, C1 among them
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # direction, ends of lines
    "\ud800-\udfff"
    "]"
)
_WRITTEN = re.compile("<U\\+([0-9A-F]{4})>")

EXCERPT = 120
"""Characters of what came instead of an answer that a sentence shows."""

_UNSEEN = re.compile(
    "["
    "\0-\x1f\x7f-\x9f"  # control characters, C1 among them
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # no width, direction, ends of lines
    "\ud800-\udfff"  # halves of characters, which cannot be written as UTF-8
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations and tags
    "]"
)


def visible(text: str) -> str:
    """Return *text* as one line in which every character shows.

    What steers a terminal, turns the direction of writing or has no width is written as ``<U+001B>``: Windows allows no
    ``<`` in names, so that this cannot be taken for a part of a path.
    """
    return _UNSEEN.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>"


def read_visible(text: str) -> str:
    """Return *text* with what :func:`harmless` wrote as ``<U+202E>``, where names may have that character."""
    return _WRITTEN.sub(lambda found: char if _is_of_a_name(char := chr(int(found[1], 16))) else found[0], text)


def _is_of_a_name(char: str) -> bool:
    return char > "\x1f" and not "\ud800" <= char <= "\udfff" and _HARMFUL.match(char) is not None


def harmless(value: t.Any, own: Collection[str] = ()) -> t.Any:
    """Return data of the host, its texts in the form in which a terminal may show them.

    A result reaches the terminal as data, for a callback writes it as JSON or YAML. Neither escapes all that steers a
    terminal or turns the direction of writing; such a character is written as in :func:`visible`. All others stay, so
    that a name comes back letter by letter.

    :param value: anything that JSON can hold
    :param own: texts of the user, which stay as they are
    """
    if isinstance(value, str):
        if value.isprintable() or value in own:
            return value
        return _HARMFUL.sub(_written, value)
    if isinstance(value, dict):
        return {harmless(name, own): harmless(one, own) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [harmless(one, own) for one in value]
    return value


def shortened(text: str, most: int) -> str:
    """Return *text*, the end of which is left out where it has more than *most* characters."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def one_line(text: str) -> str:
    """Return what the host said as a part of a sentence: one line, :func:`visible`, with an end."""
    return visible(shortened(" ".join(text.split()), limits.SAID).rstrip(". "))


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return the beginning of *text* in quotation marks, in one line of at most *limit* characters of it."""
    shown = " ".join(text[: 4 * limit].split())
    cut = len(shown) > limit or len(text) > 4 * limit
    return f'"{visible(shown[:limit])}{"..." if cut else ""}"'


def number(count: int, noun: str) -> str:
    """Return *count* and *noun*, in the plural where there are several."""
    if count == 1:
        return f"{count:d} {noun}"
    return f"{count:d} {noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{count:d} {noun}s"


def of_job(row: Mapping[str, t.Any]) -> str:
    """Return what a sentence calls a job in the background, from the key ``job`` of a result."""
    who = f"as {one_line(row['user'])}" if row["user"] else "as somebody"
    if row["method"] is None:
        return f"{who}, more cannot be read of it"
    path = f" {one_line(row['path'])}" if row["path"] else ""
    more = f" and {number(row['paths'] - 1, 'more path')}" if row["paths"] > 1 else ""
    return f"{one_line(row['method'])}{path}{more}, since {one_line(row['began'])}, {who}"


def job_at_work(row: Mapping[str, t.Any]) -> str:
    """Return that a job runs on a host in the background, as a part of a sentence; *row* as for :func:`of_job`."""
    return f"a job of this collection runs there in the background ({of_job(row)})"
