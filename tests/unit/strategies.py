# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the hypothesis strategies of the unit tests: paths, result codes, texts, runs.

``settings.max_examples`` of the profile (``ci`` or ``fuzz``, tests/unit/conftest.py) counts examples; a test that works on
texts draws many of them for one example, see TEXTS.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, field

from hypothesis import strategies as st

TEXTS = int(os.environ.get("WINOPS_FUZZ_TEXTS", "8"))
"""How many texts one example of a test about texts holds, at most."""

# What a name in Windows may hold; no surrogates (they do not travel), no blank or full stop at its end.
_NAME_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='<>:"/\\|?*')
NAMES = st.text(_NAME_CHARACTERS, min_size=1, max_size=12).filter(
    lambda name: name == name.strip() and name.strip(".") != ""
)
NAMES |= st.sampled_from(
    ["a [1]", "[b]", "c]", "letter, formal", "$(x)`;'", "e\u0301", "\u202egpj", "共有", "😀", "UNC", "..."]
)

SERVERS = st.sampled_from(["fs01", "FS01", "fs01.example.com", "fs02", "10.0.0.5", "ファイル"])

PATHS = st.builds(
    lambda server, names: "\\\\" + "\\".join([server, *names]), SERVERS, st.lists(NAMES, min_size=0, max_size=4)
)
"""Canonical UNC paths."""

CODES = st.sampled_from([0, 0, 0, 1, 2, 5, 32, 53, 1223, 0x80070005, 0x80070490, 0x80041003, 0x8004FFFF, 0xFFFFFFFF])
CODES |= st.integers(0, 0xFFFFFFFF)


def number_forms(code: int) -> st.SearchStrategy[str]:
    """Return the ways in which a Result may be written that can only mean *code*."""
    decimal = str(code)
    signed = str(code - 2**32 if code >= 2**31 else code)
    forms = [f"0x{code:x}", f"0x{code:08X}", f" 0X{code:X} "]
    if not (len(decimal) == 8 and decimal[0] == "8"):
        forms.append(decimal)
    if len(signed) != 8 or signed[0] != "8":
        forms.append(signed)
    bare = f"{code:08X}"
    if bare[0] == "8" or not bare.isdecimal():
        forms += [bare, bare.lower()]
    return st.sampled_from(forms)


@dataclass(frozen=True)
class Parts:
    """A message and the parts that it was composed of."""

    text: str
    kind: int
    code: int
    says: str
    path: str


def _says() -> st.SearchStrategy[str]:
    words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
    words |= st.sampled_from(
        ["", "Access is denied.", "Zugriff verweigert", "For example: blank\r\nlines", "[]", "a:b:", ":[x]"]
    )
    # the last such mark begins the path, and white space and NUL around a text are no part of it
    return words.map(lambda text: text.strip("\r\n\t \0")).filter(
        lambda text: ":\\\\" not in text and ":[\\\\" not in text
    )


@st.composite
def messages(draw: st.DrawFn) -> Parts:
    """Draw a message in any legal form."""
    kind = draw(st.integers(0, 3))
    code, says = draw(CODES), draw(_says())
    around = draw(st.sampled_from(["", "\r\n", " ", "\0"]))
    end = draw(st.sampled_from(["", "\r\n"]))
    path = draw(PATHS) if kind >= 2 else ""
    shown = draw(st.sampled_from([path, f"[{path}]"]))
    # an opening text "\\x" next to the colon before it would be a path
    says = "" if says.startswith("\\\\") or says.startswith("[\\\\") else says
    return Parts(f"{kind}:{draw(number_forms(code))}:{says}{end}:{shown}{around}", kind, code, says, path)


ANY_TEXTS = st.lists(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
    | st.text(st.sampled_from("0123456789abxABX:-[]\\\r\n\0 \1."), max_size=60)
    | messages().map(lambda parts: parts.text)
    | st.builds(lambda one, two, cut: one.text[:cut] + two.text, messages(), messages(), st.integers(0, 30)),
    max_size=TEXTS,
)
"""Texts of every kind: legal, nearly legal, and noise."""


@dataclass(frozen=True)
class Run:
    """A random run: the options of the task and the short form of the host's answer (tests/unit/host_answers.py)."""

    options: dict[str, t.Any]
    answer: dict[str, t.Any]
    check_mode: bool
    before: dict[str, set[str]] = field(default_factory=dict)
    after: dict[str, set[str]] = field(default_factory=dict)


_REASONS = ("user", "user_policy", "computer", "folder_redirection")
_REASON_SETS = st.sets(st.sampled_from(_REASONS), min_size=1)
_ITEMS = [
    f"\\\\fs01\\{share}{rest}" for share in ("users", "b") for rest in ("", "\\a", "\\a\\x.txt", "\\y.txt", "\\[z]")
]


def _state(items: dict[str, set[str]], held: list[bool], complete: bool) -> dict[str, t.Any]:
    rows = {path: " ".join(["file", *sorted(reasons)]) for path, reasons in items.items()}
    state: dict[str, t.Any] = {"rows": rows, "held": held}
    return state if complete else {**state, "error": {"code": 0x80041069, "message": "late"}}


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Draw a run that a host following the contract could have had."""
    paths = draw(
        st.lists(
            st.sampled_from(["//fs01/users", "//fs01/b", "//fs01/users/a", "//fs01/gone"]), min_size=1, unique=True
        )
    )
    options = {
        "paths": paths,
        "flags": [draw(st.sampled_from(["0x20", "0x40", "0x60", "0xE0"]))],
        "deep": draw(st.booleans()),
        "missing": draw(st.sampled_from(["ok", "fail"])),
        "report": draw(st.sampled_from(["all", "changed", "failed", "none"])),
        "max_entries": draw(st.sampled_from([0, 1, 3, 1000])),
    }
    check_mode = draw(st.booleans())
    reads = check_mode or draw(st.booleans())
    before = {path: draw(_REASON_SETS) for path in draw(st.lists(st.sampled_from(_ITEMS), unique=True))}
    after = {path: left for path, had in before.items() if (left := draw(st.sets(st.sampled_from(sorted(had)))))}
    held = [draw(st.booleans()) for _ in paths]
    answer: dict[str, t.Any] = {}
    if reads:
        answer["before"] = _state(before, held, draw(st.booleans()))
    if check_mode:
        return Run(options, {**answer, "skipped": "no_method"}, True, before, before)
    texts = [
        f"{draw(st.integers(2, 3))}:{draw(CODES)}::[{draw(st.sampled_from([*_ITEMS, '//fs09/x'.replace('/', chr(92))]))}]"
        for _ in range(draw(st.integers(0, 12)))
    ]
    texts += draw(st.sampled_from([[], ["1:0::[]"], ["1:1223::[]"], ["noise"]]))
    timed_out = draw(st.booleans())
    answer["calls"] = [
        {
            "texts": texts,
            "return_value": None if timed_out else draw(CODES | st.none()),
            "completed": not timed_out,
            "timed_out": timed_out,
        }
    ]
    if reads:
        answer["after"] = _state(after, held, draw(st.booleans()))
    options["verify"] = reads
    return Run(options, answer, False, before, after)
