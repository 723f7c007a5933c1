# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What single results of the modules say of a host: its shares, what failed, who was not seen."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .. import words
from ..windows import pins, unc
from .model import Failure, Share
from .shapes import count, mapping, number, rows, text

Result = Mapping[str, t.Any]

_NAME = 120
"""Characters of a name of a job in a sentence that says more than that."""

LEFT = ("still_pinned", "still_unpinned", "still_cached", "conflict", "not_synchronized", "partial", "unknown")
"""The words of a requested path for which something is left that did not fail."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What cache_info tells of a host beside its cache.

    :ivar assigned: what policies pin: for whom, and the key of the path
    :ivar synchronized: by the key of a share when the user of the view last synchronized it
    :ivar not_seen: users who have items that the task did not see
    """

    assigned: tuple[tuple[str, str], ...] = ()
    synchronized: Mapping[str, str] = field(default_factory=dict)
    not_seen: tuple[str, ...] = ()


NOTHING = Machine()


def user(result: Result) -> str | None:
    """Return whose view of the cache a result is about."""
    return text(mapping(result.get("cache")).get("user")) or None


def active(result: Result) -> bool | None:
    """Return whether Offline Files runs on the host; None where that is not known."""
    value = mapping(result.get("cache")).get("active")
    return value if isinstance(value, bool) else None


def machine(look: Result) -> Machine:
    """Return what a result of cache_info tells of the host."""
    people = [one for one in rows(look.get("users")) if one.get("special") is not True]
    own = next((one for one in people if one.get("view") is True), {})
    return Machine(
        assigned=assigned(mapping(look.get("policies")).get("assigned")),
        synchronized=synchronized(own.get("synchronized")),
        not_seen=tuple(_unseen(people)),
    )


def assigned(value: t.Any) -> tuple[tuple[str, str], ...]:
    """Return what policies pin, from a list of dictionaries with scope and path."""
    found = [(text(row.get("scope")), text(row.get("path"))) for row in rows(value)]
    return tuple((scope, path) for scope, path in found if scope and path)


def synchronized(value: t.Any) -> dict[str, str]:
    """Return by the key of a share when it was last synchronized, from the lines of a user's log."""
    latest: dict[str, str] = {}
    for row in rows(value):
        path, when = text(row.get("path")).replace("/", "\\"), text(row.get("last_success"))
        key = unc.key(unc.share(path))
        if when > latest.get(key, ""):
            latest[key] = when
    return latest


def _unseen(people: Iterable[Result]) -> Iterator[str]:
    for one in people:
        if one.get("view") is True:
            continue
        shares = [text(row.get("path")) for row in rows(one.get("synchronized"))]
        if shares:
            more = f" and {len(shares) - 1} more" if len(shares) > 1 else ""
            yield f"{person(one)} has synchronized {shares[0]}{more}"


def person(row: Result) -> str:
    """Return who a user is, as far as that is known."""
    profile = text(row.get("profile"))
    return text(row.get("name")) or (f"the user of {profile}" if profile else text(row.get("sid")) or "somebody")


def counted(result: Result) -> Sequence[Result]:
    """Return the shares of a result of item_info, or of cache_info with paths."""
    return rows(result.get("shares") if "shares" in result else mapping(result.get("cached")).get("shares"))


def shares(before: Iterable[Result], after: Iterable[Result] | None, host: Machine) -> tuple[Share, ...]:
    """Return the shares of a view by path: what they hold, and what was pinned before.

    :param before: the shares as they were found
    :param after: the shares as they were left; None where nobody looked again
    """
    old = {unc.key(text(row.get("path"))): row for row in before}
    new = old if after is None else {unc.key(text(row.get("path"))): row for row in after}
    made = [
        _share(text((new.get(key) or old[key]).get("path")), new.get(key, _GONE), old.get(key), key, host)
        for key in dict.fromkeys((*old, *new))
        if key
    ]
    return tuple(sorted(made, key=lambda share: unc.key(share.path)))


_GONE: Result = dict.fromkeys(("total_items", "pinned_items", "pinned_size", "dirty_items", "dirty_size"), 0)
"""What is left of a share that is no longer in the cache."""


def _share(path: str, row: Result, before: Result | None, key: str, host: Machine) -> Share:
    reasons = mapping(row.get("reasons"))
    return Share(
        path=path,
        items=count(row.get("total_items")),
        pinned=count(row.get("pinned_items")),
        pinned_size=count(row.get("pinned_size")),
        unsynchronized=count(row.get("dirty_items")),
        unsynchronized_size=count(row.get("dirty_size")),
        reasons=tuple(number(reasons.get(name)) for name in pins.NAMES),
        pinned_before=None if before is None else count(before.get("pinned_items")),
        last_success=host.synchronized.get(key),
        policies=tuple(sorted({scope for scope, place in host.assigned if unc.touches(place, (key,))})),
    )


def failure(path: str, result: t.Any, items: int = 1) -> Failure:
    """Return an item that failed, from what the method reported for it."""
    said = mapping(result)
    return Failure(
        path=path,
        category=text(said.get("category")),
        hresult=text(said.get("hresult")),
        name=text(said.get("name")),
        text=text(said.get("text")),
        items=items,
    )


def failures(result: Result) -> tuple[int, list[Failure]]:
    """Return how many items failed in the call of a method, and those that its result names."""
    named = [
        failure(text(entry.get("path")), entry.get("result"))
        for entry in rows(result.get("entries"))
        if entry.get("status") in ("failed", "offline")
    ]
    return max(number(mapping(result.get("counts")).get("failed")), len(named)), named


def left(result: Result) -> list[str]:
    """Return for which requested paths something is left that did not fail."""
    found = [(text(path.get("path")), path.get("status")) for path in rows(result.get("paths"))]
    return [f"{path}: {status.replace('_', ' ')}" for path, status in found if status in LEFT]


def problem(result: Result) -> str:
    """Return why a task failed, in a part of a sentence; empty where it did not."""
    if not result.get("failed"):
        return ""
    return (text(result.get("msg")) or "it failed").rstrip(".")


def at_work(result: Result) -> str:
    """Return what runs on the host in the background and what to do next, in a part of a sentence; empty: nothing."""
    job = mapping(result.get("job"))
    busy = result.get("busy") is True
    if not busy and job.get("state") != "running":
        return ""
    names = {key: words.shortened(text(job.get(key)), _NAME) for key in ("user", "method", "path", "began")}
    row = {
        **names,
        "method": names["method"] or None,
        "began": names["began"] or "an unknown time",
        "paths": number(job.get("paths")),
    }
    if busy:
        said = f"{words.job_at_work(row)}, so that nothing was called: run the same task again when it has ended"
    elif is_call(result):
        said = f"its call goes on in the background ({words.of_job(row)}): run the same task again to fetch its result"
    else:
        said = f"{words.job_at_work(row)}: run this again when it has ended"
    return text(said)


def job_user(result: Result) -> str | None:
    """Return whose view of the cache the job of a method has that goes on; None where none does."""
    job = mapping(result.get("job"))
    own = is_call(result) and job.get("state") == "running" and result.get("busy") is not True
    return (text(job.get("user")) or None) if own else None


def is_call(result: Result) -> bool:
    """Return whether this is the result of a module that calls a method of the class."""
    return isinstance(result.get("counts"), Mapping) and "state_verified" in result


def is_look(result: Result) -> bool:
    """Return whether this is the result of a module that only looks."""
    return isinstance(result.get("cache"), Mapping) and not is_call(result)
