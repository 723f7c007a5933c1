# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pictures of numbers: tables with a bar in each row, so that they can be read aloud and printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a picture.

    :ivar label: what it is about
    :ivar value: the number, which makes the length
    :ivar shown: the number as it is written
    :ivar kind: the word of the style sheet for its colour
    """

    label: str
    value: int
    shown: str
    kind: str = ""


def size(number: int | None) -> str:
    """Return bytes as a reader sees them, in powers of 1024 as the Explorer of Windows has them."""
    if number is None:
        return ""
    value, unit = float(number), 0
    while value >= 1023.95 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{number} {'byte' if number == 1 else UNITS[0]}" if not unit else f"{value:.1f} {UNITS[unit]}"


def amount(number: int | None) -> str:
    """Return a number with its thousands apart; empty where it is not known."""
    return "" if number is None else f"{number:,}".replace(",", "\u202f")


def picture(caption: str, bars: Iterable[Bar], nothing: str) -> str:
    """Return a picture as HTML.

    :param nothing: what is said where there is nothing to draw
    """
    drawn = list(bars)
    longest = max((one.value for one in drawn), default=0)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.label)}</th><td class="bar">{_bar(one, longest)}</td>'
        f'<td class="number">{escape(one.shown)}</td></tr>\n'
        for one in drawn
    )
    body = f'<table class="bars">\n{rows}</table>' if drawn else f"<p>{escape(nothing)}</p>"
    return f"<figure>\n<figcaption>{escape(caption)}</figcaption>\n{body}\n</figure>\n"


def _bar(one: Bar, longest: int) -> str:
    # What is there at all has to be seen.
    width = max(1, round(1000 * one.value / longest)) if one.value else 0
    kind = f' class="{one.kind}"' if one.kind else ""
    return (
        '<svg viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect{kind} width="{width}" height="14"></rect></svg>'
    )
