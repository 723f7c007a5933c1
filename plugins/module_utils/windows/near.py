# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Near misses: what a path that the cache does not hold may have been meant to be.

A path that is spelled a little differently is another path for Windows, and a task that finds nothing to do under it
looks like one that is done. Most of what is said here rests on the shares of the cache; what rests on the path alone
says so with an "if".
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import unc

MAX_HINTS = 3
"""At most so many hints of one kind for a task, and so many names in one of them."""

_TRAILING = " .,;"
"""What stands at the end of a name by mistake more often than by intent, although it is allowed there."""

_LABELS = 8
"""Labels of a server's name that are looked at: a stranger's may have hundreds."""

_VARIABLE = re.compile(r"%\w[^%\\]*%")
_SECOND = re.compile(r",\s*([\w.-]+)(?=\\)")
_NAMESPACES = "\\"
"""Stands for the hint about namespaces among the names of servers that were told."""
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_DRAWN_BLANKS = frozenset(" \u3000")


@dataclass(frozen=True)
class _Cached:
    """What the cache holds, as far as it is known of every answer.

    :ivar shares: their paths, each once
    :ivar domain: of the user of the task, an empty string where it is not known
    """

    shares: tuple[str, ...]
    domain: str

    @functools.cached_property
    def servers(self) -> dict[str, list[str]]:
        """The shares of each server, by the key of its name."""
        return _grouped(self.shares, _server)

    @functools.cached_property
    def keys(self) -> frozenset[str]:
        """The keys of shares and servers."""
        return frozenset(unc.key(place) for share in self.shares for place in (share, unc.parent(share)))

    @functools.cached_property
    def alike(self) -> dict[str, list[str]]:
        """Shares and servers, by how they look."""
        return _grouped([*self.shares, *self._server_paths()], _look)

    @functools.cached_property
    def same_share(self) -> dict[str, list[str]]:
        """Shares, by the key of their own name."""
        return _grouped(self.shares, lambda share: unc.key(unc.name(share)))

    @functools.cached_property
    def same_server(self) -> dict[str, list[str]]:
        """Servers, by the first label of their name."""
        return _grouped(self._server_paths(), _label)

    def _server_paths(self) -> list[str]:
        return [unc.parent(shares[0]) for shares in self.servers.values()]

    @functools.cached_property
    def domains(self) -> frozenset[str]:
        """Servers that are named like a domain: that of the user, one with two labels, or one above another server."""
        above = {domain for server in self.servers for domain in _domains_of(server)}
        return frozenset(server for server in self.servers if server in above or self._is_domain(server))

    def _is_domain(self, server: str) -> bool:
        label, dot, rest = server.partition(".")
        return server == self.domain or (bool(dot) and (label == self.domain or "." not in rest))

    def namespaces(self, server: str) -> list[str]:
        """Return the shares that may be namespaces of DFS with targets on *server*; none where it is a domain too."""
        if self._is_domain(server):
            return []
        domains = [*self.domains, *(name for name in _domains_of(server) if name not in self.domains)]
        return [share for name in domains for share in self.servers.get(name, [])]


def near_misses(missing: Iterable[str], shares: Iterable[str], user: str = "") -> list[str]:
    r"""Return a sentence for each near miss, :data:`MAX_HINTS` of them at most.

    :param missing: requested paths that the cache does not hold, in canonical form
    :param shares: the shares of the cache, requested or not
    :param user: whose view of the cache it is (``DOMAIN\name`` or ``name@domain``)
    """
    cached = _Cached(tuple({unc.key(share): share for share in shares}.values()), _domain(user))
    told: set[str] = set()
    hints = (hint for path in missing for hint in _hints(path, cached, told))
    return list(itertools.islice(hints, MAX_HINTS))


def _hints(path: str, cached: _Cached, told: set[str]) -> Iterator[str]:
    """Yield what can be said of one path: what the cache has in place of its share or server, and what is odd in it.

    :param told: first labels of servers that were told, for one hint about a server is enough; it is added to
    """
    if cached.shares and unc.key(unc.share(path) or path) not in cached.keys:
        if alike := _alike(path, cached):
            yield alike
            return
        if other := _elsewhere(path, cached, told) or _namespace(path, cached, told):
            yield other
    if odd := _oddity(path, cached):
        yield f"{path} is not in the cache{odd}."


def _alike(path: str, cached: _Cached) -> str | None:
    place = unc.share(path) or path
    others = cached.alike.get(_look(place), [])[:MAX_HINTS]
    if not others:
        return None
    return (
        f"{path} is not in the cache, but {_listed(others)} is there, which differs only in "
        f"{_difference(place, others[0])}: use that name."
    )


def _elsewhere(path: str, cached: _Cached, told: set[str]) -> str | None:
    same_server = cached.same_server.get(_label(path), [])
    share = unc.share(path)
    # The same server under its full or its short name is the best guess.
    same_share = sorted(
        cached.same_share.get(unc.key(unc.name(share)), []) if share else [],
        key=lambda other: unc.parent(other) not in same_server,
    )
    if same_share:
        what, others = "a share of this name", same_share
    elif same_server and _server(path) not in cached.servers and _label(path) not in told:
        what, others = "a server of this name", same_server
    else:
        return None
    if same_server:
        told.add(_label(path))
    return (
        f"{path} is not in the cache, but {what} is there as {_listed(others[:MAX_HINTS])}: if that is the same "
        "server, use its name there, for Windows keeps the names of a server apart."
    )


def _namespace(path: str, cached: _Cached, told: set[str]) -> str | None:
    share = unc.share(path)
    namespaces = cached.namespaces(_server(path)) if share and _NAMESPACES not in told else []
    if not namespaces:
        return None
    told.add(_NAMESPACES)
    return (
        f"{path} is not in the cache, but {_listed(namespaces[:MAX_HINTS])} is there, perhaps a namespace of DFS: if "
        f"{share} is the target of a folder in it, use the path in the namespace, for Windows caches files under the "
        "name by which they were opened."
    )


def _oddity(path: str, cached: _Cached) -> str | None:
    """Return what is odd in a path itself, as the end of a sentence."""
    if match := _VARIABLE.search(path):
        return f": nothing expands {match.group()} here, so use a variable of Ansible"
    for match in _SECOND.finditer(path):
        label = unc.key(match.group(1)).partition(".")[0]
        if label == _label(path) or label in cached.same_server:
            return (
                f": if {match.group(1)}\\... is a second path, begin it with //, for a comma is a letter of the name "
                "where no // follows"
            )
    if unseen := _unseen(path):
        return f": it holds {_listed(unseen[:MAX_HINTS])}, which nobody sees; take it out if it is there by mistake"
    if path != unicodedata.normalize("NFC", path):
        return (
            ": it has letters with marks in two characters, letter and mark, which Windows mostly writes as one "
            "(Unicode normal form C); use the path as item_info lists it"
        )
    ends = sorted({name[-1] for name in path[2:].split("\\") if name[-1] in _TRAILING})
    if ends:
        return f": {_listed(map(repr, ends))} at the end of a name belongs to it; take it out if it is there by mistake"
    return None


def _difference(given: str, held: str) -> str:
    """Return in what two paths differ that look the same."""
    found = []
    if unseen := sorted({*_unseen(given)} ^ {*_unseen(held)}):
        found.append(f"what nobody sees ({_listed(unseen[:MAX_HINTS])})")
    given, held = _seen(given), _seen(held)
    if _ends(given) != _ends(held):
        found.append("the end of a name (a blank, a full stop, a comma or a semicolon)")
    if unc.key(_trimmed(given)) != unc.key(_trimmed(held)):
        found.append("how letters with marks are written (the Unicode normal form)")
    return " and ".join(found) or "the place of what nobody sees"


def _ends(path: str) -> list[str]:
    return [name[len(name.rstrip(_TRAILING)) :] for name in path.split("\\")]


def _look(path: str) -> str:
    """Return what two paths have in common that look the same."""
    return unc.key(unicodedata.normalize("NFC", _trimmed(_seen(path))))


def _trimmed(path: str) -> str:
    return "\\".join(name.rstrip(_TRAILING) for name in path.split("\\"))


def _seen(path: str) -> str:
    """Return *path* without what nobody sees, and with plain blanks."""
    if path.isascii():
        return path
    return "".join(" " if _is_blank(char) else "" if _is_unseen(char) else char for char in path)


def _unseen(path: str) -> list[str]:
    """Return the names of the characters in *path* that nobody sees, each once."""
    if path.isascii() and path.isprintable():
        return []
    return [
        f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
        for char in dict.fromkeys(path)
        if _is_unseen(char) or _is_blank(char)
    ]


@functools.lru_cache(maxsize=4096)
def _is_unseen(char: str) -> bool:
    category = unicodedata.category(char)
    return (
        category in ("Cc", "Cf", "Zl", "Zp") or char in _FILLERS or "VARIATION SELECTOR" in unicodedata.name(char, "")
    )


def _is_blank(char: str) -> bool:
    """Return whether *char* looks like a blank and is none; the wide one of East Asia is meant where it stands."""
    return char not in _DRAWN_BLANKS and unicodedata.category(char) == "Zs"


def _grouped(paths: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(key(path), []).append(path)
    return groups


def _server(path: str) -> str:
    """Return the key of the server's name."""
    return unc.key(unc.split_server(path)[0])


def _label(path: str) -> str:
    """Return the first label of the key of the server's name; an address is one label."""
    server = _server(path)
    return server if _is_address(server) else server.partition(".")[0]


def _domains_of(server: str) -> list[str]:
    """Return the domains that a server is in by its name."""
    labels = [] if _is_address(server) else server.split(".")
    return [".".join(labels[place:]) for place in range(1, min(len(labels), _LABELS))]


def _is_address(server: str) -> bool:
    return re.fullmatch(r"[0-9]+(\.[0-9]+){3}", server) is not None


def _domain(user: str) -> str:
    domain, backslash, _name = user.partition("\\")
    return unc.key(domain if backslash else user.partition("@")[2])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
