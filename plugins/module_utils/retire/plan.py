# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is to be done in one user's view of a host: the steps that are left, and why it has to wait where it does."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from datetime import datetime

from ..windows import unc
from ..words import visible
from . import guards, releases
from .guards import Row
from .options import Wanted

STATES = ("not_asked", "off", "waits", "failed", "ready", "done")
"""What a plan can say: the host gave no answer, has no Offline Files that run, has to wait, a step failed as a whole,
there is something to do, there is nothing to do."""

STEPS = ("synchronize", "record", "unpin", "delete", "verify")
"""The steps in their order. ``record`` is the file on the controller, which is begun before anything is released."""

KEPT = "kept"
"""By this name ``done`` has what became of filling in the record, right after the release."""

_HOLD_BACK = ("synchronize", "record")
"""What comes after one of these is not planned before it was made."""

_Result = Mapping[str, t.Any]


def make(
    look: _Result,
    want: Wanted,
    done: Mapping[str, t.Any],
    earlier: Sequence[_Result],
    now: datetime,
    whose: _Result | None = None,
) -> dict[str, t.Any]:
    """Return the plan for one user's view of a host.

    :param look: the result of cache_info with the paths that are wanted
    :param done: by the name of a step its result, as far as it was made
    :param earlier: the views of this host that were worked on before, each with its ``plan``; what the first one saw
        of the host counts for all
    :param now: for how long ago something was
    :param whose: ``sid`` and ``name`` of the user whose view it has to be; None for the user of the task
    """
    first = None if not earlier else earlier[0]["plan"]
    problem = _unanswered(look) or _of_somebody_else(look, whose)
    if problem:
        return {**_empty(), "state": "not_asked", "why": [_why(None, problem)]}
    if look["cache"].get("active") is not True:
        state = "waits" if _comes_back(look["cache"]) else "off"
        return {**_empty(), "state": state, "why": [_why(None, str(look.get("msg") or "").rstrip("."))]}
    view = _View(look["cached"], want)
    plan = {**_empty(), "policies": first["policies"] if first else _policies(look, want)}
    if first is None:
        plan |= _users(look, want, now)
    found: dict[str, list[str]] = {}
    if view.holds:
        found["policies"] = plan["policies"]
        found["redirection"] = guards.redirection(view.rows)
        found["unsynchronized"] = _left_behind(view, want, done.get("synchronize"))
        found["offline"] = guards.offline(view.rows)
    if first is None:
        found["users"] = guards.others(plan["not_seen"], look.get("users") is not None)
        found["job"] = guards.job(look.get("job"))
    plan["why"] = [
        _why(word, text) for word in guards.GUARDS if word not in want.ignore for text in found.get(word, ())
    ]
    broken = [(step, done[step]) for step in (*STEPS, KEPT) if _is_broken(done.get(step))]
    if broken:
        gone = any(result.get("unreachable") for _step, result in broken)
        why = plan["why"] + [_broken(*one) for one in broken]
        return {**plan, "state": "not_asked" if gone else "failed", "in_turn": [], "why": why}
    if plan["why"]:
        return {**plan, "state": "waits", "in_turn": []}
    plan["steps"] = _steps(view, want, done, releases.path(want.record, whose))
    return {**plan, "state": "ready" if any(plan["steps"].values()) else "done"}


def was_made(result: t.Any) -> bool:
    """Return whether a step has a result of its module: it was neither skipped nor never begun."""
    return isinstance(result, Mapping) and ("counts" in result or "path" in result) and not result.get("skipped")


def _is_broken(result: t.Any) -> bool:
    return isinstance(result, Mapping) and bool(result.get("unreachable") or result.get("failed"))


def _broken(step: str, result: _Result) -> dict[str, t.Any]:
    said = str(result.get("msg") or "it failed").rstrip(".")
    step = "record" if step == KEPT else step
    return _why(None, f"{step}: the host went away: {said}" if result.get("unreachable") else f"{step}: {said}")


def _empty() -> dict[str, t.Any]:
    return {
        "state": "not_asked",
        "why": [],
        "steps": {step: [] for step in STEPS},
        "policies": [],
        "in_turn": [],
        "not_seen": [],
    }


def _why(guard: str | None, text: str) -> dict[str, t.Any]:
    return {"guard": guard, "text": text}


def _unanswered(look: _Result) -> str:
    """Return why a look tells nothing, or an empty string."""
    said = str(look.get("msg") or "it gave no answer").rstrip(".")
    if look.get("unreachable") or look.get("failed") or not look.get("cache"):
        return said
    if look["cache"].get("active") is not True:
        return ""
    cached = look.get("cached")
    if not cached and look["cache"].get("enabled") is False:
        return said
    if not cached:
        errors = [visible(str(error.get("text"))) for error in look.get("errors") or ()]
        return f"what its cache holds could not be read{': ' + errors[0].rstrip('.') if errors else ''}"
    return "" if cached["complete"] else "what its cache holds could not be read to the end"


def _comes_back(cache: _Result) -> bool:
    """Return whether a cache that does not run may run again, with its pins, without anybody enabling it."""
    if cache.get("enabled") is None:
        return cache.get("found") is True
    return cache.get("after_restart") is not False


def _of_somebody_else(look: _Result, whose: _Result | None) -> str:
    """Return whose view was seen where it is not that of the user as whom the work is done, else an empty string."""
    if not whose:
        return ""
    name = str(look["cache"].get("user") or "")
    if unc.key(name) != unc.key(whose["name"]):
        return f"the view is that of {visible(name) or 'nobody known'}, not of {visible(whose['name'])}"
    seen = [user["sid"] for user in look.get("users") or () if user["view"] is True]
    if seen and whose["sid"] not in seen:
        return f"the view is that of {visible(seen[0])}, not of {visible(whose['sid'])}, which has the same name"
    return ""


def _policies(look: _Result, want: Wanted) -> list[str]:
    found = look.get("policies") or {}
    return guards.policies(found.get("assigned"), want.paths, found.get("assigned_complete") is not False)


def _users(look: _Result, want: Wanted, now: datetime) -> dict[str, t.Any]:
    """Return as whom the work is done too, and who may have items that nobody sees."""
    # Not by name: whoever has the name of the task's user need not be it, and then the view says so.
    users = [user for user in look.get("users") or () if not user["special"] and user["view"] is not True]
    in_turn = [user for user in users if want.in_turn and user["logged_on"] and user["name"]]
    unseen = [user for user in users if user not in in_turn]
    return {
        "in_turn": [{"sid": user["sid"], "name": user["name"]} for user in in_turn],
        "not_seen": guards.not_seen(unseen, want.paths, guards.since(now, want.days)),
    }


class _View:
    """What one user's view of the cache holds of the paths."""

    def __init__(self, cached: _Result, want: Wanted) -> None:
        self._paths = want.paths
        self.rows: Sequence[Row] = cached["shares"]
        self.asked = [row for row in self.rows if any(row["reasons"].get(name) for name in want.reasons.names)]
        self.dirty = [row for row in self.rows if row["dirty_items"]]
        self.dirty_items = cached["counts"]["dirty"]
        # The entry of a share may stay when everything in it is gone, which no document says.
        self.deletable = [row for row in self.rows if row["files"] or row["directories"]] if want.delete else []
        self.holds = bool(cached["counts"]["pinned"] or self.dirty_items or self.deletable)

    def paths(self, rows: Sequence[Row]) -> list[str]:
        """Return the paths to name to a method that shall reach what was counted in *rows*.

        No document says what Windows makes of a path that is only a server, so its shares are named.
        """
        shares = {unc.key(row["path"]): row["path"] for row in rows}
        found = []
        for path in self._paths:
            if unc.share(path):
                found += [path] if unc.key(unc.share(path)) in shares else []
            else:
                found += [share for key, share in shares.items() if key.startswith(unc.key(path) + "\\")]
        return list(unc.unique(found))


def _left_behind(view: _View, want: Wanted, sent: t.Any) -> list[str]:
    """Return the changes that stay behind: all where nothing sends them, and those that did not go up."""
    if not was_made(sent):
        return [] if want.synchronize else guards.unsynchronized(view.dirty_items)
    if not sent["state_verified"]:
        return ["it is not known whether all changes were synchronized"]
    left = [entry for entry in sent["entries"] if entry["dirty_after"]]
    if not left and any(path["dirty"] for path in sent["paths"]):
        return ["not all changes were synchronized"]
    return guards.unsynchronized(len(left), _because(left))


def _because(left: Sequence[Row]) -> str:
    if not left:
        return ""
    tally: dict[str, int] = {}
    for entry in left:
        result = entry.get("result") if entry["status"] == "failed" else None
        word = result["category"] if result else entry["status"]
        tally[word] = tally.get(word, 0) + 1
    words = ", ".join(f"{word}: {items}" for word, items in sorted(tally.items()))
    return f" after synchronizing ({words}), such as {visible(left[0]['path'])}"


def _steps(view: _View, want: Wanted, done: Mapping[str, t.Any], record: str) -> dict[str, list[str]]:
    """Return for each step that is left to make the paths to name to it; no path where there is nothing to do."""
    steps: dict[str, list[str]] = {step: [] for step in STEPS}
    if want.synchronize:
        steps["synchronize"] = view.paths(view.dirty)
    steps["unpin"] = view.paths(view.asked)
    steps["delete"] = view.paths(view.deletable)
    if record and steps["unpin"] and not want.check_mode:
        steps["record"] = [record]
    if (steps["unpin"] or steps["delete"]) and not want.check_mode:
        steps["verify"] = list(want.paths)
    left = {step: [] if was_made(done.get(step)) else paths for step, paths in steps.items()}
    for number, step in enumerate(STEPS):
        if step in _HOLD_BACK and left[step]:
            return {one: left[one] if one in STEPS[: number + 1] else [] for one in STEPS}
    return left


def sentence(plan: _Result) -> str:
    """Return the reasons of a plan as a part of a sentence."""
    return "; ".join(why["text"] for why in plan["why"])
