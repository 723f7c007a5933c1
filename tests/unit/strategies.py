# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the hypothesis strategies of the unit tests: paths, result codes, texts, runs.

The profile (``ci`` or ``fuzz``, tests/unit/conftest.py) says how many examples there are; a test about texts draws
several of them for one example, see TEXTS.
"""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import dataclass

from hypothesis import strategies as st
from unit.host_answers import answer
from unit.method_models import Item, Model

from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation

TEXTS = 8
"""How many texts one example of a test about texts holds, at most."""

ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
"""Without surrogates, which do not travel."""

# What a name in Windows may hold; no blank at its ends, not only full stops.
_NAME_CHARACTER = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='<>:"/\\|?*')
_NAMES = st.text(_NAME_CHARACTER, min_size=1, max_size=12).filter(lambda name: name == name.strip() and name.strip("."))
_SPECIAL_NAMES = ["a [1]", "[b]", "c]", "letter, formal", "$(x)`;'", "e\u0301", "\u202egpj", "共有", "😀", "UNC", "..."]
_SERVERS = ["fs01", "FS01", "fs01.example.com", "fs02", "10.0.0.5", "ファイル"]


def below_a_server(names: list[str]) -> list[str]:
    """Return the names of a path below its server: that of the share has neither comma nor semicolon."""
    return [re.sub("[,;]", "_", name) if place == 0 else name for place, name in enumerate(names)]


PATHS = st.builds(
    lambda server, names: "\\\\" + "\\".join([server, *below_a_server(names)]),
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
    # A blank at the end belongs to a name, unless a bracket closed it.
    path += draw(st.sampled_from(["", " "])) if path else ""
    shown = draw(st.sampled_from([path, f"[{path}]"]))
    around = draw(st.sampled_from(["", "\r\n", "\0", *([] if shown == path != "" else [" ", " \t\r\n"])]))
    return Parts(f"{kind}:{number}:{says}{end}:{shown}{around}", kind, code, says, path)


ANY_TEXTS = st.lists(
    st.text(ANY_CHARACTER, max_size=80)
    | st.text(st.sampled_from("0123456789abxABX:-[]\\\r\n\0 \1."), max_size=60)
    | messages().map(lambda parts: parts.text)
    | st.builds(lambda one, two, cut: one.text[:cut] + two.text, messages(), messages(), st.integers(0, 30)),
    max_size=TEXTS,
)
"""Texts of every kind: legal, nearly legal, and noise."""


Items = dict[str, Item]


@dataclass(frozen=True)
class Run:
    """A task and what its host answered, in the short form of host_answers, and the truth behind it.

    :ivar model: the method, and with the flags what is true of it
    :ivar options: of the task
    :ivar answers: one for each execution
    :ivar before: each item in scope before the first call, and each that is there when the last state was read
    :ivar seen: the rows of the state before, which has not all items where it broke off
    :ivar shown: the rows of the last state that counts
    :ivar whole: whether the state before, and the last one, was read to its end
    :ivar kept_folders: items of which a call without deep says nothing
    :ivar complaint: a call said an error or did not come to its end
    :ivar observed: the calls were made with an observer
    """

    model: Model
    options: dict[str, t.Any]
    answers: list[dict[str, t.Any]]
    check_mode: bool
    before: Items
    after: Items
    seen: Items
    shown: Items
    whole: tuple[bool, bool]
    kept_folders: frozenset[str] = frozenset()
    complaint: bool = False
    observed: bool = True

    @property
    def begun(self) -> bool:
        """Whether a call may have done something."""
        return any(
            call.get("made", True) or bool(call.get("error") and not self.observed)
            for spec in self.answers
            for call in spec.get("calls", [spec] if "texts" in spec else [])
        )

    def invocation(self) -> Invocation:
        """Return what the task asks for."""
        return Invocation.from_options(self.model.method, self.options)

    def in_scope(self, path: str) -> bool:
        """Return whether the states speak of *path*."""
        return _in_scope(path, self.options, self.model)

    def raw_answers(self) -> list[dict[str, t.Any]]:
        """Return the answers as the host gives them."""
        fields = self.invocation().request(check_mode=self.check_mode).fields
        row = functools.partial(self.model.row, fields)
        return [answer(spec, len(self.options["paths"]), row) for spec in self.answers]


_BELOW = {"": "share", "\\a": "directory", "\\a\\x.txt": "file", "\\y.txt": "file", "\\[z]": "directory"}
_KINDS = {f"\\\\fs01\\{share}{rest}": kind for share in ("users", "b") for rest, kind in _BELOW.items()}
_ITEMS = list(_KINDS)
_REQUESTS = ["//fs01/users", "//fs01/b", "//fs01/users/a", "//fs01/gone"]
_ENDS: list[list[str]] = [[], ["1:0::[]"], ["1:1223::[]"], ["1:5::[]"], ["noise"]]

_OPTIONS: st.SearchStrategy[dict[str, t.Any]] = st.fixed_dictionaries(
    {
        "paths": st.lists(st.sampled_from(_REQUESTS), min_size=1, unique=True),
        "deep": st.booleans(),
        "missing": st.sampled_from(["ok", "fail"]),
        "report": st.sampled_from(["all", "changed", "failed", "none"]),
        "max_entries": st.sampled_from([0, 1, 3, 1000]),
        "verify": st.sampled_from([True, True, True, False]),
    }
)
_TEXTS = st.lists(
    st.builds(
        lambda kind, code, path: f"{kind}:{code}::[{path}]",
        st.integers(2, 3),
        CODES,
        st.sampled_from([*_ITEMS, "\\\\fs09\\x"]),
    ),
    max_size=6,
)


def _options(drawn: dict[str, t.Any], model: Model) -> dict[str, t.Any]:
    """Return options with those left out that the module has not, and the defaults of others."""
    spec = model.under_test.ARGUMENT_SPEC
    defaults = {name: about["default"] for name, about in spec.items() if "default" in about}
    own = {name: value for name, value in drawn.items() if name in spec}
    return {**defaults, **own, "flags": [hex(model.mask)]}


def _in_scope(item: str, options: dict[str, t.Any], model: Model) -> bool:
    requested = [path.replace("/", "\\") for path in options["paths"]]
    if options.get("deep", True):
        return any(item == path or item.startswith(path + "\\") for path in requested)
    if model.method is PIN:
        return item in requested
    return item in requested or item.rpartition("\\")[0] in requested


def _with_folders(items: Items, options: dict[str, t.Any], model: Model) -> Items:
    """Return *items* with the folders above each that are in scope, where the model wants them."""
    made = dict(items)
    for path in items if model.closed else ():
        folder = path.rpartition("\\")[0]
        while folder in _KINDS:
            if _in_scope(folder, options, model):
                made.setdefault(folder, frozenset())
            folder = folder.rpartition("\\")[0]
    return made


def _any_item(model: Model) -> st.SearchStrategy[Item]:
    masks = st.integers(0, 2 ** len(model.facts) - 1)
    return masks.map(lambda mask: frozenset(word for place, word in enumerate(model.facts) if mask >> place & 1))


@st.composite
def _items(draw: st.DrawFn, options: dict[str, t.Any], model: Model) -> Items:
    paths = [path for path in _ITEMS if _in_scope(path, options, model)]
    drawn = {path: draw(st.none() | _any_item(model)) for path in paths}
    items = {path: item for path, item in drawn.items() if item is not None and model.sends(item)}
    return _with_folders(items, options, model)


@st.composite
def _states(
    draw: st.DrawFn, items: Items, held: list[bool], options: dict[str, t.Any], model: Model
) -> tuple[dict[str, t.Any], Items]:
    """Draw a state, which may break off after some of its rows, and return it with the rows that it has."""
    if draw(st.integers(0, 5)):
        shown, error = items, {}
    else:
        kept = {path: items[path] for path in items if draw(st.booleans())}
        shown = {path: items[path] for path in _with_folders(kept, options, model)}
        error = {"error": {"code": 0x80041069, "message": "late"}}
    rows = {path: " ".join([_KINDS[path], *sorted(item)]) for path, item in shown.items()}
    return {"rows": rows, "held": held, **error}, shown


@st.composite
def _later(draw: st.DrawFn, items: Items, options: dict[str, t.Any], model: Model) -> Items:
    """Draw what becomes of items: nothing, what was asked for, or anything that others do in the meantime."""
    later: Items = {}
    for path in [path for path in _ITEMS if _in_scope(path, options, model)]:
        before = items.get(path)
        done = model.reached(before or frozenset()) if before is not None or model.absent_is_open else None
        item = draw(st.sampled_from([before, done, done]) | st.none() | _any_item(model))
        if item is not None and model.sends(item):
            later[path] = item
    return _with_folders(later, options, model)


def _masks(flags: int) -> list[int]:
    reasons = [bit for bit in (0x20, 0x40, 0x80) if bit & flags]
    return [bit | flags & ~0xE0 for bit in reasons] or [flags]


@st.composite
def _calls(draw: st.DrawFn, options: dict[str, t.Any], model: Model, *, observed: bool) -> list[dict[str, t.Any]]:
    """Draw the calls of one execution: one, one for each reason, or one for each path; unobserved without texts."""
    flags = model.mask
    forms: list[list[dict[str, t.Any]]] = [
        [{}],
        [{} for _mask in _masks(flags)],
        [{"path": index} for index in range(len(options["paths"]))],
    ]
    nothing = {"completed": False, "return_value": None}
    calls: list[dict[str, t.Any]] = []
    late = False
    for form in draw(st.sampled_from(forms)):
        fate = draw(st.sampled_from(["fine", "fine", "fine", "late", "thrown", "status"]))
        texts = [] if fate == "thrown" or late or not observed else draw(_TEXTS) + draw(st.sampled_from(_ENDS))
        error = {"code": draw(st.sampled_from([0x80041003, 0x80041004, 0x80041032])), "message": "no"}
        if late:
            calls.append({**form, **nothing, "made": False})
        elif fate == "late":
            calls.append({**form, **nothing, "timed_out": True, "texts": texts})
        elif fate == "thrown":
            calls.append({**form, **nothing, "made": False, "error": error})
        elif fate == "status":
            calls.append({**form, "return_value": None, "status": error, "texts": texts})
        else:
            calls.append({**form, "return_value": draw(CODES | st.none()), "texts": texts})
        late = late or fate == "late"
    return calls


def _complains(call: dict[str, t.Any]) -> bool:
    value = call["return_value"]
    plain = {text[2:].partition(":")[0] for text in call.get("texts", []) if text.startswith("1:")} - {"0"}
    return bool(
        call.get("error") or call.get("status") or not call.get("completed", True) or plain or _is_error(value or 0)
    )


def _is_error(code: int) -> bool:
    """Zero is a success, and 1 (S_FALSE) and every other HRESULT without its highest bit that is no system error."""
    return code >= 2**31 or 1 < code < 2**16


@st.composite
def runs(draw: st.DrawFn, kind: type[Model]) -> Run:
    """Draw a run of a method that a host following the contract could have had."""
    model = kind(draw(st.sampled_from(kind.flags)))
    options, check_mode = _options(draw(_OPTIONS), model), draw(st.integers(0, 4)) == 0
    before = draw(_items(options, model))
    folders = frozenset(
        path
        for path, kind_of_item in _KINDS.items()
        if kind_of_item != "file" and not options.get("deep", True) and model.method is not PIN
    )
    held = [draw(st.booleans()) for _dummy in options["paths"]]
    first, seen = draw(_states(before, held, options, model))
    if check_mode:
        answers = [{"before": first, "skipped": "no_method"}]
        return Run(model, options, answers, True, seen, seen, seen, seen, ("error" not in first, False), folders)
    observed = draw(st.sampled_from([True, True, False]))
    calls = draw(_calls(options, model, observed=observed))
    after = draw(_later(before, options, model))
    last, shown = draw(_states(after, held, options, model))
    told: dict[str, t.Any] = {"calls": calls}
    made = any(call.get("made", True) for call in calls)
    begun = made or (not observed and any("error" in call for call in calls))
    whole = [options["verify"] and "error" not in first, options["verify"] and made and "error" not in last]
    if options["verify"]:
        told["before"] = first
    else:
        seen = {}
    if options["verify"] and made:
        told["after"] = last
    else:
        after, shown = (after if begun else before), {}
    answers = [told]
    if draw(st.integers(0, 3)) == 0:
        # Another form of the call was refused as a whole before.
        refused: dict[str, t.Any] = {"texts": ["0:0::[]"], "return_value": 87}
        if options["verify"]:
            between, rows = draw(_states(before, held, options, model))
            refused |= {"before": first, "after": between}
            if not begun:
                # The state before the call that was not made is one after the call that was refused.
                shown = rows if "error" in first else seen
                whole[1] = "error" not in first or "error" not in between
        answers.insert(0, refused)
    for _number in range(draw(st.integers(0, 2)) if options["verify"] and begun else 0):
        now = draw(_later(after, options, model))
        again, rows = draw(_states(now, held, options, model))
        answers.append({"before": again, "skipped": "no_method"})
        if "error" not in again:
            after, shown, whole[1] = now, rows, True
        elif not made and not whole[1]:
            # There is no other state after the call.
            after, shown = now, rows
    complaint = any(map(_complains, calls))
    return Run(
        model, options, answers, False, before, after, seen, shown, (whole[0], whole[1]), folders, complaint, observed
    )
