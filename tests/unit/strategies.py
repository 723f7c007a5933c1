# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the hypothesis strategies of the unit tests: paths, result codes, texts, runs.

The profile (``ci`` or ``fuzz``, tests/unit/conftest.py) says how many examples there are; a test about texts draws
several of them for one example, see TEXTS.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, field

from hypothesis import strategies as st

TEXTS = int(os.environ.get("WINOPS_FUZZ_TEXTS", "8"))
"""How many texts one example of a test about texts holds, at most."""

ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
"""Without surrogates, which do not travel."""

# What a name in Windows may hold; no blank at its ends, not only full stops.
_NAME_CHARACTER = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='<>:"/\\|?*')
_NAMES = st.text(_NAME_CHARACTER, min_size=1, max_size=12).filter(lambda name: name == name.strip() and name.strip("."))
_SPECIAL_NAMES = ["a [1]", "[b]", "c]", "letter, formal", "$(x)`;'", "e\u0301", "\u202egpj", "共有", "😀", "UNC", "..."]
_SERVERS = ["fs01", "FS01", "fs01.example.com", "fs02", "10.0.0.5", "ファイル"]

PATHS = st.builds(
    lambda server, names: "\\\\" + "\\".join([server, *names]),
    st.sampled_from(_SERVERS),
    st.lists(_NAMES | st.sampled_from(_SPECIAL_NAMES), max_size=4),
)
"""Canonical UNC paths."""

CODES = st.sampled_from([0, 0, 0, 1, 2, 5, 32, 53, 1223, 0x80070005, 0x80070490, 0x80041003, 0x8004FFFF, 0xFFFFFFFF])
CODES |= st.integers(0, 0xFFFFFFFF)


def number_forms(code: int) -> list[str]:
    """Return the ways in which a Result may be written that can only mean *code*."""
    forms = [f"0x{code:x}", f"0x{code:08X}", f" 0X{code:X} "]
    for decimal in (str(code), str(code - 2**32 if code >= 2**31 else code)):
        if not (len(decimal) == 8 and decimal[0] == "8"):
            forms.append(decimal)
    bare = f"{code:08X}"
    if bare[0] == "8" or not bare.isdecimal():
        forms += [bare, bare.lower()]
    return forms


@dataclass(frozen=True)
class Parts:
    """A message and the parts that it was composed of."""

    text: str
    kind: int
    code: int
    says: str
    path: str


def _says() -> st.SearchStrategy[str]:
    words = st.text(ANY_CHARACTER, max_size=40)
    words |= st.sampled_from(["", "Access is denied.", "Zugriff verweigert", "see: a\r\nb", "[]", "a:b:", ":[x]", "\\"])
    # White space and NUL around a text are no part of it, and the last mark of a path begins the path.
    stripped = words.map(lambda text: text.strip("\r\n\t \0"))
    return stripped.filter(lambda text: ":\\\\" not in f":{text}" and ":[\\\\" not in f":{text}")


@st.composite
def messages(draw: st.DrawFn) -> Parts:
    """Draw a message in any legal form."""
    kind, code, says = draw(st.integers(0, 3)), draw(CODES), draw(_says())
    path = draw(PATHS) if kind >= 2 else ""
    number = draw(st.sampled_from(number_forms(code)))
    end = draw(st.sampled_from(["", "\r\n"]))
    shown = draw(st.sampled_from([path, f"[{path}]"]))
    around = draw(st.sampled_from(["", "\r\n", " ", "\0"]))
    return Parts(f"{kind}:{number}:{says}{end}:{shown}{around}", kind, code, says, path)


ANY_TEXTS = st.lists(
    st.text(ANY_CHARACTER, max_size=80)
    | st.text(st.sampled_from("0123456789abxABX:-[]\\\r\n\0 \1."), max_size=60)
    | messages().map(lambda parts: parts.text)
    | st.builds(lambda one, two, cut: one.text[:cut] + two.text, messages(), messages(), st.integers(0, 30)),
    max_size=TEXTS,
)
"""Texts of every kind: legal, nearly legal, and noise."""


@dataclass(frozen=True)
class Run:
    """A random run.

    :ivar options: of the task
    :ivar answer: the short form of the host's answer (tests/unit/host_answers.py)
    :ivar before: the true pin reasons of each item before the call
    :ivar after: the same after it
    """

    options: dict[str, t.Any]
    answer: dict[str, t.Any]
    check_mode: bool
    before: dict[str, set[str]] = field(default_factory=dict)
    after: dict[str, set[str]] = field(default_factory=dict)


_REASONS = ["user", "user_policy", "computer", "folder_redirection"]
_BELOW = ("", "\\a", "\\a\\x.txt", "\\y.txt", "\\[z]")
_ITEMS = [f"\\\\fs01\\{share}{rest}" for share in ("users", "b") for rest in _BELOW]
_REQUESTS = ["//fs01/users", "//fs01/b", "//fs01/users/a", "//fs01/gone"]
_ENDS: list[list[str]] = [[], ["1:0::[]"], ["1:1223::[]"], ["1:5::[]"], ["noise"]]

_PINS = st.dictionaries(st.sampled_from(_ITEMS), st.sets(st.sampled_from(_REASONS), min_size=1), max_size=6)
_OPTIONS: st.SearchStrategy[dict[str, t.Any]] = st.fixed_dictionaries(
    {
        "paths": st.lists(st.sampled_from(_REQUESTS), min_size=1, unique=True),
        "flags": st.sampled_from([["0x20"], ["0x40"], ["0x60"], ["0xE0"]]),
        "missing": st.sampled_from(["ok", "fail"]),
        "report": st.sampled_from(["all", "changed", "failed", "none"]),
        "max_entries": st.sampled_from([0, 1, 3, 1000]),
    }
)
_TEXTS = st.lists(
    st.builds(
        lambda kind, code, path: f"{kind}:{code}::[{path}]",
        st.integers(2, 3),
        CODES,
        st.sampled_from([*_ITEMS, "\\\\fs09\\x"]),
    ),
    max_size=10,
)


def _state(items: dict[str, set[str]], held: list[bool], complete: bool) -> dict[str, t.Any]:
    rows = {path: " ".join(["file", *sorted(reasons)]) for path, reasons in items.items()}
    state: dict[str, t.Any] = {"rows": rows, "held": held}
    return state if complete else {**state, "error": {"code": 0x80041069, "message": "late"}}


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Draw a run that a host following the contract could have had."""
    options, before, check_mode = draw(_OPTIONS), draw(_PINS), draw(st.booleans())
    held = [draw(st.booleans()) for _ in options["paths"]]
    if check_mode:
        state = _state(before, held, draw(st.booleans()))
        return Run(options, {"before": state, "skipped": "no_method"}, True, before, before)
    released = draw(st.sets(st.tuples(st.sampled_from(_ITEMS), st.sampled_from(_REASONS))))
    left = {path: {word for word in had if (path, word) not in released} for path, had in before.items()}
    after = {path: words for path, words in left.items() if words}
    timed_out = draw(st.booleans())
    call = {
        "texts": draw(_TEXTS) + draw(st.sampled_from(_ENDS)),
        "return_value": None if timed_out else draw(CODES | st.none()),
        "completed": not timed_out,
        "timed_out": timed_out,
    }
    answer: dict[str, t.Any] = {"calls": [call]}
    options = {**options, "verify": draw(st.booleans())}
    if options["verify"]:
        answer["before"] = _state(before, held, draw(st.booleans()))
        answer["after"] = _state(after, held, draw(st.booleans()))
    return Run(options, answer, False, before, after)
