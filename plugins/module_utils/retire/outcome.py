# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What became of a host: the record that the role retire_share returns, enough to pin everything again."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ..windows import pins, unc
from ..words import number, visible
from . import plan as plans
from . import releases
from .options import Wanted
from .plan import was_made

STATES = ("not_asked", "failed", "waits", "would_change", "done", "off")
"""What a host can have come to. Of several views that counts which stands first here."""

_WORKS = {
    "synchronize": ("synchronized", "synchronize"),
    "unpin": ("released", "release"),
    "delete": ("deleted", "delete"),
}
"""The steps that change something, each with what was done and what would be."""

_View = Mapping[str, t.Any]
_Result = Mapping[str, t.Any]


def make(views: Sequence[_View], want: Wanted) -> dict[str, t.Any]:
    """Return what became of a host.

    :param views: what was seen and done as each user, in this order: ``look``, ``plan``, for a further user who it is
        (``user``), and by its name the result of each step
    """
    told = [_view(view, want) for view in [*views, *_never_begun(views)] or ({},)]
    state = min((view["state"] for view in told), key=STATES.index)
    return {
        "changed": any(result.get("changed", False) for view in views for result in _results(view).values()),
        "failed": state in ("not_asked", "failed")
        or (state == "off" and want.unavailable == "fail")
        or (state == "waits" and not want.check_mode),
        "msg": " ".join(f"As {_called(view['user'])}: {view['msg']}" for view in told)
        if len(told) > 1
        else told[0]["msg"],
        "state": state,
        "paths": list(want.paths),
        "views": told,
        "not_seen": [user for view in views[:1] for user in (view.get("plan") or {}).get("not_seen", ())],
        "failures": _failures([entry for view in views for entry in _failed(view)]),
        "record": next((view["record"] for view in told if view["record"]), None),
        "counts": {"changed": sum(view["released"] for view in told)},
        # A fleet would keep them in the memory of the controller, item by item.
        "entries": []
        if want.record and want.check_mode
        else [entry for view in views if not _recorded(view) for entry in _entries(view)],
    }


def record(view: _View) -> dict[str, t.Any]:
    """Return what the file of a view says, from what was done in it so far."""
    return releases.make(view, _entries(view) if was_made(view.get("unpin")) else None)


def _never_begun(views: Sequence[_View]) -> list[_View]:
    """Return views for the further users whose turn never came, because the work broke off before."""
    begun = [(view.get("user") or {}).get("sid") for view in views[1:]]
    in_turn = (views[0].get("plan") or {}).get("in_turn", ()) if views else ()
    why = [{"guard": None, "text": "the work on this host broke off before this user's turn came"}]
    return [{"user": user, "plan": {"state": "not_asked", "why": why}} for user in in_turn if user["sid"] not in begun]


def _called(user: str | None) -> str:
    return visible(user) if user else "the user of the task"


def _recorded(view: _View) -> str | None:
    """Return the file that has what was released in a view; None where there is none."""
    kept = view.get("kept")
    return str(kept["path"]) if kept and was_made(kept) and not kept.get("failed") else None


def _results(view: _View) -> dict[str, _Result]:
    """Return the results of the steps that were made."""
    return {step: view[step] for step in plans.STEPS if step != "record" and was_made(view.get(step))}


def _view(view: _View, want: Wanted) -> dict[str, t.Any]:
    """Return what became of one user's view of a host, in numbers and a sentence."""
    look = view.get("look") or {}
    plan = view.get("plan") or {"state": "not_asked", "why": []}
    results = _results(view)
    told: dict[str, t.Any] = {
        "user": (view.get("user") or {}).get("name") or (look.get("cache") or {}).get("user"),
        "state": "",
        "msg": "",
        "why": list(plan["why"]),
        "shares": list((look.get("cached") or {}).get("shares", ())),
        "unreachable": any(bool(one.get("unreachable")) for one in view.values() if isinstance(one, Mapping)),
        "assigned": _assigned(look, want),
        "synchronizations": _synchronizations(look, want),
        **{done: results[step]["counts"]["changed"] if step in results else 0 for step, (done, _do) in _WORKS.items()},
        "failed": sum(results[step]["counts"]["failed"] for step in _WORKS if step in results),
        "left": _left(look, results, want),
        "record": _recorded(view),
    }
    told["state"] = _state(plan["state"], told, results, want)
    told["msg"] = _sentence(told, plan, want)
    return told


def _assigned(look: _Result, want: Wanted) -> list[dict[str, t.Any]]:
    """Return what policies pin of the paths, for whom."""
    rows = (look.get("policies") or {}).get("assigned") or ()
    return [{"scope": row["scope"], "path": row["path"]} for row in rows if unc.touches(row["path"], want.paths)]


def _synchronizations(look: _Result, want: Wanted) -> list[_Result]:
    """Return the log of the user whose view it is, as far as it is about the paths."""
    log = [row for user in look.get("users") or () if user["view"] is True for row in user["synchronized"] or ()]
    return [row for row in log if unc.touches(row["path"], want.paths)]


def _left(look: _Result, results: Mapping[str, _Result], want: Wanted) -> dict[str, t.Any] | None:
    """Return what the cache held of the paths when it was read last; null where it was not."""
    verified = results.get("verify")
    last = verified if verified and verified["complete"] else look.get("cached")
    if not last:
        return None
    sent = results.get("synchronize") if last is not verified and not want.check_mode else None
    return {
        "shares": list(verified["shares"]) if verified is last else None,
        "items": last["counts"]["total"],
        "pinned": last["counts"]["pinned"],
        "unsynchronized": _unsynchronized(last["counts"]["dirty"], sent),
        "reasons": {name: last["reasons"][name] for name in pins.NAMES if last["reasons"][name]},
    }


def _unsynchronized(items: int, sent: _Result | None) -> int | None:
    """Return how many items have changes that are not with the server; None where that is not known any more.

    :param items: how many had some when the cache was read last
    :param sent: what synchronizing came to since, None where it was not tried
    """
    if sent is None:
        return items
    if not sent["state_verified"]:
        return None
    left = sum(bool(entry.get("dirty_after")) for entry in sent["entries"])
    return left if left or not any(path["dirty"] for path in sent["paths"]) else None


def _state(planned: str, told: _Result, results: Mapping[str, _Result], want: Wanted) -> str:
    if planned == "ready":
        # A step that is left although nothing forbids it was broken off before it had a result.
        return "failed"
    if planned != "done":
        return planned
    if want.check_mode:
        return "would_change" if any(told[done] for done, _would in _WORKS.values()) else "done"
    if "verify" in results and not results["verify"]["complete"]:
        return "failed"
    if "delete" in results and results["delete"]["counts"]["failed"]:
        return "failed"
    return "failed" if any(told["left"]["reasons"].get(name) for name in want.reasons.names) else "done"


def _sentence(told: _Result, plan: _Result, want: Wanted) -> str:
    why = plans.sentence(plan)
    if told["state"] == "not_asked":
        return f"Not asked to the end, run it again for this host: {why or 'it gave no answer'}."
    if told["state"] == "off":
        return f"{why or 'Offline Files does not run'}."
    did = [
        f"{would if want.check_mode else done} {number(told[done], 'item')}"
        for done, would in _WORKS.values()
        if told[done]
    ]
    parts = [f"{'would ' if want.check_mode else ''}{', '.join(did)}"] if did else []
    if told["failed"]:
        parts = [f"{parts[0] if parts else 'nothing was changed'}, {told['failed']} failed"]
    if why:
        parts.append(f"waits: {why}" if told["state"] == "waits" else why)
    if not parts:
        parts = ["nothing was changed" if told["state"] == "failed" else "nothing to do"]
    if told["left"] and told["left"]["reasons"] and not (want.check_mode and did):
        reasons = [f"{items} for {name}" for name, items in told["left"]["reasons"].items()]
        parts.append(f"pinned: {', '.join(reasons)}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _entries(view: _View) -> list[dict[str, t.Any]]:
    """Return what lost reasons, in the form that the option restore of pin takes, and whose view it was."""
    user = ((view.get("look") or {}).get("cache") or {}).get("user")
    released = _results(view).get("unpin")
    return [
        {
            "path": entry["path"],
            "reasons_before": entry["reasons_before"],
            "reasons_after": entry["reasons_after"],
            "user": user,
        }
        for entry in (released["entries"] if released else ())
        if entry["changed"]
    ]


def _failed(view: _View) -> list[_Result]:
    results = _results(view)
    return [
        entry for step in _WORKS if step in results for entry in results[step]["entries"] if entry["status"] == "failed"
    ]


def _failures(entries: Sequence[_Result]) -> list[dict[str, t.Any]]:
    """Return the failed items by the category of what was reported, each with the first path and its result."""
    groups: dict[str, list[_Result]] = {}
    for entry in entries:
        groups.setdefault((entry.get("result") or {}).get("category") or "", []).append(entry)
    found = []
    for category, failed in sorted(groups.items()):
        first = min(failed, key=lambda entry: unc.key(entry["path"]))
        told = {"items": len(failed), "such_as": first["path"], "result": first.get("result")}
        found.append({"category": category or None, **told})
    return found
