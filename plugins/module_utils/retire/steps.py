# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps of a share that moves: what each is to do next, and why it has to stop where it does.

All take whole results of modules. One that is missing, skipped, failed, unreachable or not complete is never taken for
"nothing there".
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ..errors import InputError
from ..windows import pins
from ..windows.pins import Reasons
from ..words import number, visible
from . import guards, record, renames
from .options import FLAGS
from .plan import sentence, was_made
from .record import Pinned, Pins, Record

_Map = Mapping[str, t.Any]


def prepare(look: _Map, plan: _Map, listed: _Map, asked: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return the paths to ``list``, the ``record`` to keep, a sentence (``msg``), and the ``problem`` that forbids it.

    :param look: the result of cache_info
    :param plan: what ``plan`` made of it, and of what was sent
    :param listed: the result of item_info for the paths that were returned as ``list``
    :param asked: what ``move.wanted`` returned
    :param kept: the ``file`` of the record, and its ``text``, empty where there is none
    """
    problem = _held_up(plan)
    running = not problem and look["cache"]["active"] is True
    user = look["cache"].get("user") if running else None
    counted = look["cached"]["counts"]["pinned"] if running else 0
    found: dict[str, Pinned] = {}
    if counted:
        problem = _unlisted(listed)
        found = {} if problem else _pins(listed)
    made = Record(user, asked["moves"], record.under(found, asked["old"]), record.under(found, asked["new"]))
    told = f"{number(len(made.old), 'item')} pinned under {guards.some(asked['old'])}"
    view = f" in the view of {visible(user)}" if user else ""
    return {
        "list": [*asked["old"], *asked["new"]] if counted else [],
        "problem": _sentence(problem or _not_recorded(made, counted, kept)),
        "record": made.as_data(),
        "msg": f"{told}{view}, and nothing there that is not synchronized.",
    }


def _not_recorded(made: Record, counted: int, kept: _Map) -> str:
    """Return why a record must not be kept: it is not what was counted, nobody's, or not what is in the file."""
    if len(made.old) < counted:
        return f"{number(counted, 'item')} pinned at the first look, {len(made.old)} at the second: run prepare again"
    if made.old and not made.user:
        return "It is not known whose view of the cache this is"
    if not kept["text"]:
        return ""
    try:
        before = record.read(kept["text"])
        record.check_moves(before, made.moves)
        record.check_user(before, made.user or before.user)
        differs = record.differences(record.movable(before.old), record.movable(made.old))
        said = f"what is pinned differs from it: {differs}" if differs else ""
    except InputError as exc:
        said = f"it {exc}"
    return f"{_named(kept)} is there already, and {said}. Take another name, or move the old one away" if said else ""


def switch(listed: _Map, done: _Map, asked: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what is to be done, and why it has to stop: a ``problem`` before anything, or what is ``missing``.

    First the ``renames`` to try, with the text of the record that begins them or says what became of them (``text``),
    and why that is not known (``unknown``). Then the ``entries`` to pin; nothing may go while something is ``missing``.
    ``retire`` are the old paths to retire, ``renamed`` and ``msg`` tell of the renames.

    :param listed: the result of item_info for the old and the new paths
    :param done: the results of what was begun so far, each empty before: ``rename`` as registered by the loop of
        rename_item over the renames, ``pin`` for the entries
    :param asked: what ``move.wanted`` returned
    :param kept: the ``file`` of the record, and its ``text``, empty where there is none
    """
    made, problem = _usable(listed, asked, kept)
    if made is None or problem:
        return {"problem": problem, "missing": problem, "entries": [], "retire": asked["old"], **_renames(None, {})}
    found = _pins(listed)
    old, new = record.under(found, asked["old"]), record.under(found, asked["new"])
    differs = record.differences(_left_there(made, new, old), record.movable(old))
    unsent = _unsent(listed, old, asked)
    if differs:
        problem = f"{_named(kept)} is not what is pinned: {differs}. Move it away, and run prepare again"
    elif unsent:
        problem = f"{unsent}: nothing is sent to the old server after prepare. Run prepare, and copy the data again"
    problem = _sentence(problem)
    tried = _renames(kept, done, [] if problem else renames.forth(made, old, asked))
    gone = renames.foretold(done["rename"], asked)
    wanted = {} if problem else _not_under(made.moved(), [move["to"] for move in gone])
    return {
        "problem": problem,
        "entries": record.entries(wanted.values()),
        "missing": problem or tried["unknown"] or _sentence(_missing(wanted, done["pin"])),
        "retire": renames.left(asked["old"], gone),
        **tried,
    }


def _renames(kept: _Map | None, done: _Map, moves: record.Moves = ()) -> dict[str, t.Any]:
    """Return what each step says of its renames."""
    renamed = done.get("rename") or {}
    return {
        "renames": list(moves),
        "text": renames.kept(kept["text"], moves, renamed) if kept and moves else "",
        "unknown": renames.unknown(renamed),
        "renamed": renames.told(renamed),
        "msg": renames.sentence(renamed),
    }


def _not_under(found: Pins, roots: Sequence[str]) -> dict[str, Pinned]:
    """Return those pins that are none of some paths, and lie under none."""
    there = record.under(found, roots)
    return {name: one for name, one in found.items() if name not in there}


def rollback(listed: _Map, done: _Map, asked: _Map, kept: _Map) -> dict[str, t.Any]:
    """Return what goes back: the ``entries`` to pin, what is ``missing`` of them, then the ``groups`` to release.

    Each group is the ``paths`` and ``flags`` for one call of unpin. ``left`` is what is still pinned of them, ``again``
    the entries that were pinned there before the switch, and lost a reason with what lies above them. Before all that
    come ``renames`` with ``unknown``, ``renamed`` and ``msg``, as of the switch; where ``moved`` everything is to be
    listed anew after them.

    :param listed: the result of item_info for the old and the new paths
    :param done: the results of what was begun so far, each empty before: ``rename`` as registered by the loop of
        rename_item over the renames, ``pin`` for the entries, ``unpin`` as registered by the loop over the groups,
        ``again`` of pin for those
    :param asked: what ``move.wanted`` returned
    :param kept: the ``file`` of the record, and its ``text``, empty where there is none
    """
    made, problem = _usable(listed, asked, kept)
    if made is None or problem:
        nothing = {"entries": [], "missing": problem, "groups": [], "left": problem, "again": [], "moved": False}
        return {"problem": problem, **nothing, **_renames(None, done)}
    gone = renames.foretold(done["rename"], asked)
    there = record.under(_pins(listed), asked["new"])
    new = _not_under(there, [move["from"] for move in gone])
    given = _given(made, new)
    if unsent := _unsent(listed, given, asked):
        problem = _sentence(f"{unsent}: have them synchronized first")
    tried = _renames(kept, done, [] if problem else renames.back(made, there, asked))
    wanted = {} if problem else _not_under(record.movable(made.old), [move["to"] for move in gone])
    missing = problem or tried["unknown"] or _sentence(_missing(wanted, done["pin"]))
    groups = [] if missing else _groups(given)
    lost, unknown = _lost(done["unpin"], groups)
    left = {name: one for name, one in given.items() if one.reasons & ~lost.get(name, Reasons.NONE)}
    again = {} if missing else _again(made, new, lost)
    still = f"{number(len(left), 'item')} still pinned: {_some(left.values())}" if left else ""
    return {
        "problem": problem,
        "entries": record.entries(wanted.values()),
        "missing": missing,
        "groups": groups,
        "left": missing or _sentence(unknown or still or _missing(again, done["again"])),
        "again": record.entries(again.values()),
        "moved": not asked["after"]["check_mode"] and any(one["status"] == renames.RENAMED for one in tried["renamed"]),
        **tried,
    }


def _usable(listed: _Map, asked: _Map, kept: _Map) -> tuple[Record | None, str]:
    """Return the record, and why it is of no use here, as a sentence."""
    try:
        made = record.read(kept["text"])
        record.check_moves(made, asked["moves"])
        cache = listed.get("cache") or {}
        if cache.get("active") is False and not listed.get("failed") and not listed.get("unreachable"):
            off = str(listed.get("msg") or "Offline Files does not run").rstrip(".")
            return made, _sentence(f"{number(len(made.old), 'item')} recorded, but: {off}" if made.old else "")
        unlisted = _unlisted(listed)
        if not unlisted:
            record.check_user(made, cache.get("user"))
    except InputError as exc:
        return None, _sentence(f"{_named(kept)} {exc}")
    return made, _sentence(unlisted)


def _named(kept: _Map) -> str:
    return f"migrate_share_record '{visible(kept['file'])}'"


def _held_up(plan: _Map) -> str:
    """Return why changes may stay behind, or nobody knows, before a share moves."""
    if plan["state"] not in ("ready", "done", "off"):
        return f"Waits: {sentence(plan)}"
    if plan["steps"]["synchronize"]:
        return f"What was changed under {guards.some(plan['steps']['synchronize'])} was not sent to the server"
    return ""


def _unlisted(listed: _Map) -> str:
    """Return why a result of item_info does not say all that is pinned."""
    cache = listed.get("cache") or {}
    whole = was_made(listed) and listed.get("complete") is True and not listed.get("entries_truncated")
    if whole and cache.get("active") is True and not listed.get("failed") and not listed.get("unreachable"):
        return ""
    said = str(listed.get("msg") or "it gave no answer").rstrip(".")
    return f"What is pinned could not be listed: {said}"


def _pins(listed: _Map) -> dict[str, Pinned]:
    found = ((entry["path"], pins.named(entry["reasons"])) for entry in listed.get("entries") or ())
    return record.as_pins((path, reasons) for path, reasons in found if reasons)


def _unsent(listed: _Map, among: Pins, asked: _Map) -> str:
    """Return which of some pins have changes that are not with the server, unless that does not matter."""
    if "unsynchronized" in asked["before"]["ignore"]:
        return ""
    dirty = (entry["path"] for entry in listed.get("entries") or () if entry.get("dirty"))
    found = [path for path in dirty if record.key(path) in among]
    return f"{guards.unsynchronized(len(found))[0]}, such as {visible(found[0])}" if found else ""


def _left_there(made: Record, new: Pins, old: Pins) -> dict[str, Pinned]:
    """Return what must be pinned under the old paths: what was recorded, without what an earlier switch has moved.

    It has moved what is no longer pinned there and is pinned under the new path instead.
    """
    there = {}
    for name, one in record.movable(made.old).items():
        now = old[name].reasons if name in old else Reasons.NONE
        instead = new.get(record.key(record.moved(one.path, made.moves)))
        gone = one.reasons & ~now & (instead.reasons if instead else Reasons.NONE)
        if one.reasons & ~gone:
            there[name] = Pinned(one.path, one.reasons & ~gone)
    return there


def _missing(wanted: Pins, pinned: _Map) -> str:
    """Return what a result of pin does not show to be pinned as it is wanted, with its content."""
    if not wanted:
        return ""
    if not was_made(pinned) or pinned.get("failed") or pinned.get("unreachable"):
        return f"Pinning was not done: {str(pinned.get('msg') or 'it gave no answer').rstrip('.')}"
    if not pinned.get("state_verified"):
        return "It is not known what is pinned there"
    held = {
        record.key(entry["path"]): pins.named(entry["reasons_after"])
        for entry in pinned["entries"]
        if not entry.get("sparse_after")
    }
    missing = [one for name, one in wanted.items() if one.reasons & ~held.get(name, Reasons.NONE)]
    return f"{number(len(missing), 'item')} not pinned with content: {_some(missing)}" if missing else ""


def _given(made: Record, new: Pins) -> dict[str, Pinned]:
    """Return what is pinned under the new paths because of the switch.

    That is what was recorded, and what Windows pins in a folder as long as the folder is pinned; without what was
    pinned there before.
    """
    moved = made.moved()
    given = {}
    for name, one in new.items():
        reasons = Reasons.NONE
        for above in _at_or_above(name, moved):
            reasons |= moved[above].reasons & (new[above].reasons if above in new else Reasons.NONE)
        before = made.new[name].reasons if name in made.new else Reasons.NONE
        if one.reasons & reasons & ~before:
            given[name] = Pinned(one.path, one.reasons & reasons & ~before)
    return given


def _at_or_above(name: str, among: t.Container[str]) -> list[str]:
    """Return the key of a path and those of the folders above it, as far as they are among some others."""
    found = []
    while name.strip("\\"):
        if name in among:
            found.append(name)
        name = name.rpartition("\\")[0]
    return found


def _groups(given: Pins) -> list[dict[str, t.Any]]:
    """Return the calls of unpin: for each set of reasons the topmost paths, for unpin works on what lies below too."""
    sets: dict[Reasons, dict[str, Pinned]] = {}
    for name, one in sorted(given.items()):
        group = sets.setdefault(one.reasons, {})
        if not _at_or_above(name, group):
            group[name] = one
    return [
        {
            "flags": [flag for flag, reason in FLAGS.items() if reason & reasons],
            "paths": [one.path for one in group.values()],
        }
        for reasons, group in sets.items()
    ]


def _lost(released: _Map, groups: Sequence[_Map]) -> tuple[dict[str, Reasons], str]:
    """Return which reasons items lost in the calls of unpin, and why that is not known of all."""
    lost: dict[str, Reasons] = {}
    results = list(released.get("results") or ()) if groups else []
    for result in results:
        for entry in result.get("entries") or ():
            name = record.key(entry["path"])
            gone = pins.named(entry["reasons_before"]) & ~pins.named(entry["reasons_after"])
            lost[name] = lost.get(name, Reasons.NONE) | gone
    bad = [one for one in results if not was_made(one) or one.get("unreachable") or not one.get("state_verified")]
    if bad or len(results) < len(groups) or released.get("unreachable"):
        said = [str(one.get("msg") or "") for one in [*bad, released] if one.get("msg")]
        return lost, f"Not all was released: {said[0].rstrip('.') if said else 'it gave no answer'}"
    return lost, ""


def _again(made: Record, new: Pins, lost: Mapping[str, Reasons]) -> dict[str, Pinned]:
    """Return what was pinned under the new paths before the switch, and is not now."""
    found = {}
    for name, one in record.movable(made.new).items():
        now = (new[name].reasons if name in new else Reasons.NONE) & ~lost.get(name, Reasons.NONE)
        if one.reasons & ~now:
            found[name] = Pinned(one.path, one.reasons & ~now)
    return found


def _some(found: t.Iterable[Pinned]) -> str:
    return guards.some([one.path for one in found])


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""
