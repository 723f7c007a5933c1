# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The variables of the roles: what was given, and what is wrong with it, in sentences."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import InputError
from ..options import check_timeout
from ..windows import pins, unc
from ..windows.pins import Reasons
from ..words import visible
from .guards import GUARDS

FLAGS: t.Final[Mapping[str, Reasons]] = {
    "for_user": Reasons.USER,
    "for_user_policy": Reasons.USER_POLICY,
    "for_all": Reasons.COMPUTER,
}
"""The pin reasons as the option flags of unpin names them."""
USERS = ("none", "logged_on")
CONFLICTS = ("leave", "keep_local", "keep_remote", "keep_latest")
MOST_DAYS = 36_500

_SERVER = re.compile(r'[^\s/\\<>:"|*?,;]+')
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_SHOWN = 100


@dataclass(frozen=True)
class Wanted:
    """What a role was asked for.

    :ivar paths: servers, shares and folders, normalised
    :ivar reasons: the pin reasons to release
    :ivar ignore: words of the guards that are switched off
    :ivar days: how long ago another user may have synchronized to count, in days
    :ivar in_turn: whether the work is done as each further user who is logged on, too
    :ivar synchronize: whether unsynchronized changes are sent to the server first
    :ivar delete: whether what was released leaves the cache
    :ivar record: the file on the controller that keeps what was released, empty for none
    :ivar unavailable: ``fail`` where a host without Offline Files is a failure, else ``ok``
    :ivar check_mode: whether nothing is to be changed
    """

    paths: tuple[str, ...] = ()
    reasons: Reasons = Reasons.USER | Reasons.USER_POLICY | Reasons.COMPUTER
    ignore: frozenset[str] = frozenset()
    days: int = 30
    in_turn: bool = False
    synchronize: bool = True
    delete: bool = False
    record: str = ""
    unavailable: str = "ok"
    check_mode: bool = False


class Reader:
    """Reads variables one by one, and notes what is wrong with each; what is wrong counts as not given.

    :param given: the variables without the role's prefix
    :param prefix: of the role, for the sentences
    :ivar problems: a sentence for each variable that cannot be accepted
    """

    def __init__(self, given: Mapping[str, t.Any], prefix: str) -> None:
        self._given, self._prefix = given, prefix
        self.problems: list[str] = []

    def has(self, name: str) -> bool:
        """Return whether a variable has a value."""
        return self._given.get(name) not in (None, "", [])

    def wrong(self, name: str, what: str) -> None:
        """Note what is wrong with a variable: *what* goes on after its name and value."""
        self.problems.append(f"{self._prefix}{name} {shown(self._given.get(name))} {what}.")

    def say(self, name: str, what: str) -> None:
        """Note what is wrong with a variable: *what* goes on after its name."""
        self.problems.append(f"{self._prefix}{name} {what}.")

    def flag(self, name: str, default: bool) -> bool:
        """Return a boolean, also one that ``-e name=value`` gave as a word."""
        value = self._given.get(name, default)
        word = str(value).lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        self.wrong(name, "is neither true nor false")
        return default

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 0 to *most*."""
        value = self._given.get(name, default)
        text = "" if isinstance(value, bool) else str(value).strip()
        if text.isascii() and text.isdigit() and int(text) <= most:
            return int(text)
        self.wrong(name, f"is not allowed: use a whole number from 0 to {most}")
        return default

    def word(self, name: str, words: Sequence[str]) -> str:
        """Return one of some words; the first is the default."""
        value = self._given.get(name, words[0])
        if isinstance(value, str) and value in words:
            return str(value)
        self.wrong(name, f"is not allowed: use {_or(words)}")
        return words[0]

    def text(self, name: str) -> str:
        """Return a text, empty where none is given."""
        value = self._given.get(name)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self.wrong(name, "is no text")
        return ""

    def words(self, name: str, words: Sequence[str], default: Sequence[str] = ()) -> list[str]:
        """Return a list of some words; a plain string may hold several, parted by commas."""
        value = self._given.get(name, list(default))
        listed = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        listed = [] if listed in ([""], None) else listed
        if isinstance(listed, list) and all(isinstance(one, str) and one in words for one in listed):
            return [str(one) for one in listed]
        self.wrong(name, f"is not allowed: give a list of these words: {', '.join(words)}")
        return list(default)

    def read(self, name: str, make: Callable[[t.Any], t.Any], default: t.Any) -> t.Any:
        """Return what *make* makes of a variable; the sentence of its InputError follows the name."""
        try:
            return make(self._given.get(name, default))
        except InputError as exc:
            self.say(name, f"is not allowed: {str(exc).rstrip('.')}")
            return default


def wanted(given: Mapping[str, t.Any]) -> tuple[Wanted, list[str]]:
    """Return what the variables of the role retire_share ask for, and a sentence for each that cannot be accepted."""
    reader = Reader(given, "retire_share_")
    paths: tuple[str, ...] = ()
    if not reader.has("paths"):
        reader.say("paths", "is missing: give servers or shares, such as fs01, fs01.example.com or //fs02/projects")
    else:
        paths = reader.read("paths", read_paths, ())
    flags = reader.words("flags", list(FLAGS), list(FLAGS))
    if not flags:
        reader.wrong("flags", f"names no reason: give at least one of {', '.join(FLAGS)}")
    made = check_common(reader, paths=paths)
    reader.flag("fail", True)
    return (
        replace(
            made,
            reasons=Reasons(sum(FLAGS[flag] for flag in set(flags))),
            in_turn=reader.word("users", USERS) == "logged_on",
            synchronize=reader.flag("synchronize", Wanted.synchronize),
            delete=reader.flag("delete", Wanted.delete),
            record=reader.text("record"),
            unavailable=reader.word("unavailable", ("ok", "fail")),
        ),
        reader.problems,
    )


def check_common(reader: Reader, *, paths: tuple[str, ...]) -> Wanted:
    """Return what the variables ask for that both roles have."""
    reader.word("conflicts", CONFLICTS)
    reader.read("timeout", _timeout, 3600)
    return Wanted(
        paths=paths,
        ignore=frozenset(reader.words("ignore", GUARDS)),
        days=reader.number("days", Wanted.days, MOST_DAYS),
        check_mode=reader.flag("check_mode", Wanted.check_mode),
    )


def as_data(made: Wanted, problems: Sequence[str]) -> dict[str, t.Any]:
    """Return the same as a template can hold it."""
    return {
        "problems": list(problems),
        "name": re.sub(r"[^A-Za-z0-9.-]+", "_", made.paths[0].lstrip("\\")) if made.paths else "",
        "paths": list(made.paths),
        "reasons": made.reasons.names,
        "ignore": sorted(made.ignore),
        "days": made.days,
        "in_turn": made.in_turn,
        "synchronize": made.synchronize,
        "delete": made.delete,
        "record": made.record,
        "unavailable": made.unavailable,
        "check_mode": made.check_mode,
    }


def from_data(data: Mapping[str, t.Any]) -> Wanted:
    """Return what :func:`as_data` made data of."""
    return Wanted(
        paths=tuple(data["paths"]),
        reasons=pins.named(data["reasons"]),
        ignore=frozenset(data["ignore"]),
        days=data["days"],
        in_turn=data["in_turn"],
        synchronize=data["synchronize"],
        delete=data["delete"],
        record=data["record"],
        unavailable=data["unavailable"],
        check_mode=data["check_mode"],
    )


def read_paths(value: t.Any) -> tuple[str, ...]:
    """Return UNC paths, normalised, each once; the name of a server alone is that server.

    :raises InputError: one of them cannot be accepted, or it is no list
    """
    if isinstance(value, str):
        value = unc.split_list(value) if re.search(r"[\\/]", value) else [one.strip() for one in value.split(",")]
    if not isinstance(value, list):
        raise InputError(f"{shown(value)} is not a list of servers or shares", value)
    return unc.unique(map(read_path, value))


def read_path(value: t.Any) -> str:
    """Return one path; the name of a server alone is that server.

    :raises InputError: it cannot be accepted
    """
    if not isinstance(value, str):
        raise InputError(f"{shown(value)} is not the name of a server or a UNC path", value)
    return unc.normalise(rf"\\{value}" if _SERVER.fullmatch(value) else value)


def shown(value: t.Any) -> str:
    """Return a value as a sentence shows it."""
    text = visible(f"'{value}'" if isinstance(value, str) else repr(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _timeout(value: t.Any) -> int:
    text = "" if isinstance(value, bool) else str(value).strip()
    if not re.fullmatch(r"-?[0-9]+", text):
        raise InputError(f"{shown(value)} is not a number of seconds", value)
    return check_timeout(int(text))


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
