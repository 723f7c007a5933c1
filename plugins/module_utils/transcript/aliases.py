# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Aliases for the names in what a host says: of servers, shares, folders, files, users, domains, computers.

A name is replaced word by word, a word being a run of letters and digits, and everything between the words stays. So
blanks, brackets, quotes and commas, which a parser can stumble over, stay where they are; ``fs01`` and
``fs01.corp.com`` stay related; and two names are the same, but for case, exactly when their aliases are.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from .. import limits
from ..windows import unc
from .patterns import ACCOUNTS, COMMON, EXTENSIONS, KEPT_FOLDERS, KEPT_ROOTS, PATTERNS, WORD

_PADDED = 20
"""A word of so many characters or more keeps its length: a path near the limits of Windows must stay near them."""

_SCRIPTS = {
    **{"LATIN": "é", "GREEK": "λ", "CYRILLIC": "ж", "HEBREW": "א", "ARABIC": "ع", "THAI": "ก", "DEVANAGARI": "क"},
    **{"CJK": "字", "HIRAGANA": "あ", "KATAKANA": "ア", "HANGUL": "가", "HALFWIDTH": "ｱ", "FULLWIDTH": "Ａ"},
}
"""One letter of each script by the first word of its letters' Unicode names, to stand for all of them."""

_LONGEST_NAME = 255
"""Characters of a name in a path of Windows."""

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_HOSTS = ("server", "computer")


class Aliases:
    """Replaces names, the same one by the same alias.

    Everything goes through it twice: what it returns at first is as it was, for it only collects; after
    :meth:`collected` it returns aliases. So a sentence can hold a name that only comes to light later, and no alias is
    a word that the host itself used.
    """

    def __init__(self) -> None:
        self._collecting = True
        # Capitals of a word to the kind of name that it was first met in.
        self._kinds: dict[str, str] = {}
        # Capitals of a whole name to its kind.
        self._names: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._taken: set[str] = set()
        self._counts: Counter[str | int] = Counter()
        self._spellings: dict[str, dict[str, str]] = {}
        self._spelled: dict[str, set[str]] = {}
        self._left = limits.ALIASED
        self._texts: dict[str, str] = {}
        self._sought: list[str] = []

    def collected(self) -> None:
        """Say that everything went through once: from now on aliases are returned."""
        self._collecting = False
        self._sought = [name for name in self._names if _is_sought(name)]
        self._texts.clear()
        self._left = limits.ALIASED

    def path(self, path: str, *, leaf: str = "folder") -> str:
        r"""Replace the names of a UNC path, however many backslashes stand where.

        :param leaf: what its last name is, if its extension does not say so: ``folder`` or ``file``
        """
        parts = re.split(r"(\\+)", path)
        last = max((number for number, part in enumerate(parts) if part and number % 2 == 0), default=0)
        depth = 0
        for number in range(0, len(parts), 2):
            if parts[number]:
                kind = ("server", "share")[depth] if depth < 2 else leaf if number == last else "folder"
                parts[number] = self._name(parts[number], kind)
                depth += 1
        return "".join(parts)

    def local_path(self, path: str) -> str:
        r"""Replace the names of a path with a drive letter; folders that every Windows has stay."""
        return "".join(
            self._name(part, "folder") if number % 2 == 0 and unc.key(part) not in KEPT_FOLDERS else part
            for number, part in enumerate(re.split(r"(^[A-Za-z]:|[\\/]+)", path))
        )

    def user(self, user: str) -> str:
        r"""Replace the names of a user, written ``DOMAIN\name``, ``name@domain`` or ``name``."""
        if unc.key(user) in map(unc.key, ACCOUNTS):
            return user
        domain, backslash, name = user.rpartition("\\")
        name, at, realm = name.partition("@")
        return self._name(domain, "domain") + backslash + self._name(name, "user") + at + self._labels(realm, "domain")

    def domain(self, domain: str) -> str:
        """Replace the names of a domain, short or as DNS has it."""
        return self._name(domain, "domain")

    def computer(self, computer: str) -> str:
        """Replace the names of a computer, short or with its domain, or its address."""
        return self._name(computer, "computer")

    def item_name(self, name: str) -> str:
        """Replace the name of a file or folder."""
        return self._name(name, "folder")

    def job(self, name: str) -> str:
        """Replace the name of a job."""
        return self._name(name, "job")

    def text(self, text: str) -> str:
        r"""Replace what is a name in any text: names that were met elsewhere, and all that looks like one.

        Paths, ``DOMAIN\name``, mail addresses, SIDs and IP addresses look like one. Where nobody can tell whether a
        path ends and the sentence goes on, only words of Windows' own sentences stay.
        """
        if text not in self._texts:
            self._left -= 20 * len(text) + len(self._sought)
            self._texts[text] = self._in_text(text) if self._left >= 0 else f"({len(text)} characters)"
        return self._texts[text]

    def _in_text(self, text: str) -> str:
        # Sought in capitals, for re.IGNORECASE has other ideas of what is the same than Windows; both are equally long.
        folded = unc.key(text)
        names = _any_of([name for name in self._sought if name in folded])
        parts, end = [], 0

        def until(stop: int) -> None:
            nonlocal end
            for match in names.finditer(folded, end, stop) if names else ():
                parts.extend([text[end : match.start()], self._name(text[slice(*match.span())], self._names[match[0]])])
                end = match.end()
            parts.append(text[end:stop])

        for match in _PATTERN.finditer(text):
            until(match.start())
            parts.append(self._found(str(match.lastgroup), match[0]))
            end = match.end()
        until(len(text))
        return "".join(parts)

    def _found(self, pattern: str, text: str) -> str:
        """Replace what one of the patterns found in a text."""
        if pattern == "sid":
            # S-1-5-21 and S-1-12-1 are the same everywhere; what follows is of this domain.
            return text[:9] + WORD.sub(lambda match: self._word(match[0], "name"), text[9:])
        if pattern in ("mail", "home"):
            return self.user(text)
        if pattern == "address":
            return self._address(text)
        if pattern == "path":
            return self._path_in_text(text)
        if pattern == "account_like" and unc.key(text.partition("\\")[0]) not in KEPT_ROOTS:
            *above, last = text.split("\\")
            return "\\".join([*(self._name(part, "domain") for part in above), self._name(last, "user")])
        return text

    def _path_in_text(self, text: str) -> str:
        drive, rest = (text[:2], text[2:]) if text[1:2] == ":" else ("", text)
        parts = re.split(r"([\\/]+)", rest)
        kinds = ["server", "share"] if not drive and len(parts[1]) > 1 else []
        # Even numbers are names, and the first of them, before the first backslash, is empty.
        for number in range(2, len(parts), 2):
            name, kind = parts[number], kinds.pop(0) if kinds else "folder"
            end = self._known_until(name, local=bool(drive))
            if end < len(name) and (end or number == len(parts) - 1 or " " in name):
                start = drive + "".join(parts[:number]) + self._kept_or_name(name[:end], kind, local=bool(drive))
                return start + self._guessed([name[end:], *parts[number + 1 :]], kind)
            parts[number] = self._kept_or_name(name, kind, local=bool(drive))
        return drive + "".join(parts)

    def _known_until(self, name: str, *, local: bool) -> int:
        """Return where the longest known name that *name* begins with ends, or 0."""
        folded = unc.key(name)
        for end in range(min(len(name), _LONGEST_NAME), 0, -1):
            if end < len(name) and name[end].isalnum() and name[end - 1].isascii() and name[end - 1].isalnum():
                continue
            if folded[:end] in self._names or (local and folded[:end] in KEPT_FOLDERS):
                return end
        return 0

    def _kept_or_name(self, name: str, kind: str, *, local: bool) -> str:
        if local and unc.key(name) in KEPT_FOLDERS:
            return name
        return self._name(name, self._names.get(unc.key(name), kind))

    def _guessed(self, parts: list[str], kind: str) -> str:
        """Replace the words of what may be a path, a sentence or both, but for those that Windows' sentences use."""
        if len(parts) == 1 and " " not in parts[0]:
            return self._name(parts[0], kind)
        # A sentence is no name to look for elsewhere.
        return WORD.sub(
            lambda match: match[0] if unc.key(match[0]) in COMMON else self._word(match[0], "name"), "".join(parts)
        )

    def _name(self, name: str, kind: str) -> str:
        """Replace one whole name, and remember it as one that texts may mention."""
        if self._collecting and name:
            self._names.setdefault(unc.key(name), kind)
        if kind in _HOSTS:
            if _ADDRESS.fullmatch(name):
                return self._address(name)
            label, dot, domain = name.partition(".")
            if self._collecting and dot:
                self._names.setdefault(unc.key(label), kind)
            return self._words(label, kind) + dot + self._labels(domain, "domain")
        if kind in ("user", "domain"):
            return self._words(name, kind, others=kind)
        stem, dot, extension = name.rpartition(".")
        if stem and extension.lower() in EXTENSIONS:
            return self._words(stem, "file") + dot + extension
        return self._words(name, kind)

    def _labels(self, domain: str, kind: str) -> str:
        labels = [self._words(label, kind) for label in domain.split(".")]
        return ".".join(labels)

    def _words(self, name: str, kind: str, others: str = "name") -> str:
        """Replace the words of a name.

        :param kind: what the first word is
        :param others: what the other words are
        """
        kinds = itertools.chain([kind], itertools.repeat(others))
        # One letter or two digits say nothing in company, and parsers like to stumble over "[2]".
        spare = not all(map(_is_short, WORD.findall(name)))
        return WORD.sub(
            lambda match: match[0] if spare and _is_short(match[0]) else self._word(match[0], next(kinds)), name
        )

    def _word(self, word: str, kind: str) -> str:
        key = unc.key(word)
        if self._collecting:
            self._kinds.setdefault(key, kind)
            return word
        if key not in self._aliases:
            self._aliases[key] = self._new_alias(key, self._kinds.setdefault(key, kind))
        spellings = self._spellings.setdefault(key, {})
        if word not in spellings:
            forms, taken = _spelled_alike(self._aliases[key], word), self._spelled.setdefault(key, set())
            spellings[word] = next((form for form in forms if form not in taken), self._aliases[key])
            taken.add(spellings[word])
        return spellings[word]

    def _new_alias(self, key: str, kind: str) -> str:
        """Return an alias that nothing else has, and that is no word of the host either."""
        number = key.isascii() and key.isdecimal()
        while True:
            count = self._counts[len(key) if number else kind]
            self._counts[len(key) if number else kind] += 1
            alias = str(count + 1).zfill(len(key)) if number else f"{kind}{count + 1}{_representatives(key)}"
            if len(key) >= _PADDED:
                alias = alias.ljust(len(key), "x")
            if unc.key(alias) not in self._kinds and alias not in self._taken:
                self._taken.add(alias)
                return alias

    def _address(self, address: str) -> str:
        if self._collecting:
            self._addresses.setdefault(address, "")
        elif not self._addresses.get(address):
            # Benchmarking addresses (RFC 2544) that did not occur: there are 131,072 of them.
            while True:
                self._counts["address"] += 1
                high, low = divmod(self._counts["address"], 256)
                alias = f"198.{18 + high // 256}.{high % 256}.{low}"
                if alias not in self._addresses:
                    break
            self._addresses[address] = alias
        return self._addresses[address] or address


_PATTERN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS))


def _is_short(word: str) -> bool:
    return word.isascii() and (len(word) == 1 or (len(word) == 2 and word.isdecimal()))


def _is_sought(name: str) -> bool:
    """Return whether a name, in capitals, is sought in texts: not if sentences of Windows are likely to hold it."""
    words = WORD.findall(name)
    if len(name) < (3 if name.isascii() else 2) or all(map(_is_short, words)):
        return False
    # Numbers in texts are codes.
    return not all(word in COMMON or word.isdecimal() for word in words)


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern for whole names, longer ones first; scripts without blanks between words know no whole ones."""
    found = []
    for name in sorted(names, key=len, reverse=True):
        before = r"(?<![^\W_])" if name[0].isascii() and name[0].isalnum() else ""
        after = r"(?![^\W_])" if name[-1].isascii() and name[-1].isalnum() else ""
        found.append(before + re.escape(name) + after)
    return re.compile("|".join(found)) if found else None


def _representatives(key: str) -> str:
    """Return a letter for each script of a word other than plain ASCII, and every letter that has no simple capital."""
    found: dict[str, None] = {}
    for char in key:
        if not char.isascii():
            lower, upper = char.lower(), char.upper()
            odd = len(lower) != 1 or len(upper) != 1 or lower.isascii() or upper.isascii()
            script = unicodedata.name(char, "").partition(" ")[0].partition("-")[0]
            wide = "𠮷" if ord(char) > 0xFFFF else "ø"
            found[char if odd else wide if ord(char) > 0xFFFF else _SCRIPTS.get(script, wide)] = None
    return "".join(found)


def _spelled_alike(alias: str, word: str) -> Iterable[str]:
    """Yield spellings of an alias: first the one in the case of *word*, then all others."""
    base = re.match("[a-z]*", alias)
    letters, rest = (base[0], alias[base.end() :]) if base else ("", alias)
    if not letters or word == word.lower():
        yield alias
    elif word == word.upper():
        yield letters.upper() + rest
    else:
        yield letters.capitalize() + rest
    for capitals in itertools.product((False, True), repeat=len(letters)):
        spelled = (char.upper() if high else char for char, high in zip(letters, capitals, strict=True))
        yield "".join(spelled) + rest
