# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parts of sentences: numbers with their noun, and texts of strangers in a form that does no harm on a terminal."""

from __future__ import annotations

import re

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
    return _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def one_line(text: str) -> str:
    """Return what the host said as a part of a sentence: one line, :func:`visible`."""
    return visible(" ".join(text.split()).rstrip(". "))


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return the beginning of *text* in quotation marks, in one line of at most *limit* characters of it."""
    shown = " ".join(text[: 4 * limit].split())
    cut = len(shown) > limit or len(text) > 4 * limit
    return f'"{visible(shown[:limit])}{"..." if cut else ""}"'


def number(count: int, noun: str) -> str:
    """Return *count* and *noun*, in the plural where there are several."""
    if count == 1:
        return f"{count:d} {noun}"
    return f"{count:d} {noun[:-1]}ies" if noun.endswith("y") else f"{count:d} {noun}s"
