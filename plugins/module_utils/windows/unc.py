# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""UNC paths as the offline cache spells them: accept, normalise, compare, find what lies above.

Nothing here asks DNS, DFS or the network: Windows keeps the items of each server name apart, so the spelling counts,
except for case.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from .. import limits
from ..errors import InputError
from ..words import read_visible

_FORMS = r"use \\server\share\folder or //server/share/folder"
_ILLEGAL = re.compile(r'[<>:"|\x00-\x1f]')
_NEXT_PATH = re.compile(r",\s*(?=\\\\|//)")
_BETWEEN = " \t\r\n,;|&"
_SECOND_PATH = re.compile(rf"(?<=[{_BETWEEN}])\\\\")
_SEVERAL = "several paths are a list, or a string with one path a line or with a comma before each new //"
_POWERSHELL = re.compile(r"\$\{?env:\w*\}?", re.IGNORECASE)
_LONG_UNC = re.compile(r"\\\\\?\\UNC\\", re.IGNORECASE)


def split_list(text: str) -> list[str]:
    r"""Split a plain string into paths: one a line, and at a comma that a new ``\\`` or ``//`` follows.

    Nothing that may belong to a name is taken away: names hold commas, and may end with a blank. Only blanks before a
    path are layout, for none begins with one.

    :return: at least one path, which is empty where the text is
    """
    lines = (line.lstrip() for line in split_lines(text))
    return [path for line in lines for path in _NEXT_PATH.split(line)]


def split_lines(text: str) -> list[str]:
    """Split a plain string into its lines, those of Windows and its byte order mark too; empty ones do not count.

    No name in Windows can hold the end of a line, so that nothing of a name is lost.

    :return: at least one line, which is empty where the text is
    """
    return [line for line in re.split(r"[\r\n]+", text.removeprefix("\ufeff")) if line.strip()] or [""]


def normalise(text: str) -> str:
    r"""Return *text* as ``\\server[\share[\...]]``: backslashes, no ``\\?\UNC\``, no trailing backslash.

    The names themselves stay untouched, letter by letter. What results write as ``<U+202E>`` because no terminal should
    show it is that character again.

    :raises InputError: not a UNC path, or one that no item of the cache can have; the message says why
    """
    path = read_visible(text).replace("/", "\\")
    path = _LONG_UNC.sub(lambda _match: "\\\\", path, count=1) if _LONG_UNC.match(path) else path
    if problem := _problem(path.rstrip("\\")):
        raise InputError(f"path {_shown(text)} {problem}.", text)
    return path.rstrip("\\")


def unique(given: Iterable[str]) -> tuple[str, ...]:
    """Return the normalised paths, each once: the same path in another case is no other path.

    :raises InputError: as :func:`normalise`
    """
    paths: dict[str, str] = {}
    for text in given:
        path = normalise(text)
        paths.setdefault(key(path), path)
    return tuple(paths.values())


def _problem(path: str) -> str | None:
    if not path:
        return f"is empty: {_FORMS}"
    if re.match(r"\\\\[?.](\\|$)", path):
        return f"is a device path: {_FORMS}"
    if re.match(r"[A-Za-z]:", path):
        return (
            "has a drive letter, which belongs to one logon session of one user: give the UNC path that the drive "
            r"stands for, \\server\share\folder"
        )
    if path.startswith("\\") and not path.startswith("\\\\"):
        return f"begins with one backslash, perhaps because a quoting took the other one away: {_FORMS}"
    if not path.startswith("\\\\"):
        return f"is not a UNC path: {_FORMS}"
    if second := _SECOND_PATH.search(path, 2):
        before = path[: second.start()]
        return f"holds what looks like a second path after {before[len(before.rstrip(_BETWEEN)) :]!r}: {_SEVERAL}"
    parts = path[2:].split("\\")
    if "" in parts:
        return (
            r"has an empty name between two backslashes: write each backslash once (\\server\share), or use "
            "//server/share, which needs no escaping"
        )
    if any(part in (".", "..") for part in parts):
        return "is relative: names '.' and '..' are not allowed"
    if "*" in path or "?" in path:
        return "has a wildcard: name the folder itself, with deep for everything below it"
    if match := _POWERSHELL.search(path):
        return f"has {match.group()!r}, which nothing expands here: use a variable of Ansible"
    if match := _ILLEGAL.search(path):
        return f"has the character {match.group()!r}, which no name in Windows can have"
    # Below the share both are letters like any other: [MS-FSCC] 2.1.6 forbids them in the name of a share, and the
    # names of computers in Windows have neither.
    for what, name_ in zip(("server", "share"), parts, strict=False):
        if match := re.search("[,;]", name_):
            return f"has {match.group()!r} in the name of its {what}, where it cannot be: {_SEVERAL}"
    if any(0xD800 <= ord(char) <= 0xDFFF for char in path):
        return "has half of a surrogate pair, which cannot be sent to the host"
    if is_too_long(path):
        return f"is longer than {limits.PATH} characters"
    return None


def _shown(text: str) -> str:
    # A control character or a right-to-left mark must not rearrange the message on the screen.
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[:200])
    return f"'{shown}...'" if len(text) > 200 else f"'{shown}'"


def key(path: str) -> str:
    """Return what two spellings of one path have in common; only case may differ.

    Compares as Windows does, by simple capitals, character by character: ntpath.normcase would take names for the
    same that Windows tells apart, such as those with the letter K and the Kelvin sign.
    """
    if path.isascii() or not _odd().search(path):
        return path.upper()
    return "".join(map(_capital, path))


@functools.cache
def _odd() -> re.Pattern[str]:
    """Return what matches a character whose capital is not that of Python; beyond the BMP there is none."""
    chars = map(chr, range(0x80, 0x10000))
    return re.compile(f"[{''.join(char for char in chars if char.upper() != _capital(char))}]")


def _capital(char: str) -> str:
    upper = char.upper()
    # Neither a letter that becomes two nor one that only then becomes ASCII (dotless i, long s) has a simple capital.
    return char if len(upper) != 1 or (upper.isascii() and not char.isascii()) else upper


def parent(path: str) -> str:
    r"""Return the path above *path*, or an empty string above ``\\server``."""
    above = path.rpartition("\\")[0]
    return above if len(above) > 2 else ""


def name(path: str) -> str:
    """Return the last name of *path*."""
    return path.rpartition("\\")[2]


def is_too_long(path: str) -> bool:
    """Return whether *path* has more UTF-16 code units than a path of Windows can have."""
    # Two for each character at most, so that only a long one needs to be counted.
    return len(path) * 2 > limits.PATH and len(path.encode("utf-16-le", "surrogatepass")) // 2 > limits.PATH


class Roots:
    """Looks up under which of some paths another one lies.

    What it costs depends on how many lengths the roots have, not on how deep a path is: a stranger's path may have
    16,000 names, and copying what lies above each of them would take a quarter of a gigabyte.

    :param roots: the :func:`key` of each path to its number
    """

    def __init__(self, roots: Mapping[str, int]) -> None:
        self._roots = roots
        self._lengths = sorted({len(root) for root in roots}, reverse=True)

    def above(self, path_key: str) -> Iterator[int]:
        """Yield the numbers of the roots that are the path with this :func:`key` or lie above it, longest first."""
        size = len(path_key)
        for length in self._lengths:
            if length == size or (length < size and path_key[length] == "\\"):
                number = self._roots.get(path_key[:length])
                if number is not None:
                    yield number


def share(path: str) -> str:
    r"""Return ``\\server\share`` of *path*, or an empty string for a server."""
    start = path.find("\\", 2)
    end = path.find("\\", start + 1)
    if start < 0:
        return ""
    return path if end < 0 else path[:end]


def touches(path: str, roots: Iterable[str]) -> bool:
    """Return whether a path is one of some others, or lies under or above one of them, whatever its slashes are."""
    own = key(path.replace("/", "\\").rstrip("\\"))
    return any(_under(own, root) or _under(root, own) for root in map(key, roots))


def _under(path: str, above: str) -> bool:
    return path == above or path.startswith(above + "\\")


def split_server(path: str) -> tuple[str, str]:
    r"""Return the server's name and the rest of *path* (``\share\...``, or an empty string)."""
    server, separator, rest = path[2:].partition("\\")
    return server, separator + rest
