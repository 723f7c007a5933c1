# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a cache holds and however Windows answers: no method's result says of it what is not so.

The real action runs against the simulated host part in this process. The cache before and after is the truth.
"""

from __future__ import annotations

import datetime
import itertools
import os
import random
import time
import typing as t
from collections.abc import Mapping
from unittest import mock

import pytest
import yaml
from integration.in_process import DeleteItems, InProcess, Pin, Synchronize, Unpin
from unit.method_models import MODELS, REASONS, Item, Model, SynchronizeModel

from simhost.behaviour import Behaviour
from simhost.cache import Facts
from simhost.clock import VirtualClock
from simhost.scenario import Host, parse

pytestmark = pytest.mark.once

EXAMPLES = int(os.environ.get("WINOPS_PROPERTY_EXAMPLES", "70"))
"""For each method; each is drawn with its number as the seed."""

USER = r"CORP\alice"
SHARE = r"\\fs01\users"
HOME = SHARE + r"\alice"
ACTIONS: dict[str, type[InProcess]] = {action.MODULE: action for action in (Unpin, Pin, Synchronize, DeleteItems)}

_LATER = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
_STATES: dict[str, list[t.Any]] = {
    "pin": [None, None, "user", "computer", ["user", "user_policy"]],
    "dirty": [None, None, None, ["data"], ["data", "time"], ["created"], ["deleted"]],
    "sparse": [None, None, True],
    "remote": [None, None, "deleted", {"size": 7, "modified": _LATER}],
    "size": [5, 300],
}
_ODD: list[dict[str, t.Any]] = [
    *[{}] * 8,
    {"in_use": True},
    {"suspended": True},
    {"error": "ERROR_ACCESS_DENIED"},
    {"error": "ERROR_FILE_NOT_FOUND"},
    {"visible_to": [r"CORP\bob"]},
]
_NAMES = ["a.txt", "b.docx", "c.xlsx", r"old\a.txt", r"old\b.docx", r"old\deeper\c.xlsx"]
_PATHS = [SHARE, SHARE, HOME, HOME, HOME + r"\old", HOME + r"\a.txt", SHARE + r"\none"]
_OPEN = [
    "item_not_pinned",
    "missing_path",
    "number_format",
    "result_form",
    "brackets",
    "text_language",
    "container_texts",
    "path_form",
    "item_order",
    "return_on_item_errors",
    "single_file_return",
    "return_form",
    "end_result",
    "bad_path_fails",
    "combined_reasons",
    "delete_texts",
    "delete_return",
    "delete_modified",
    "delete_skipped",
    "delete_not_empty",
    "delete_shares",
    "pin_new_item",
    "pinned_folder",
    "pin_reach",
    "item_pinned",
    "unfilled_pin",
    "pin_contact",
    "server_logon",
    "offline_server",
    "open_files",
    "item_in_sync",
    "conflict_result",
    "conflict_direction",
    "deleted_on_server",
    "sync_children",
    "new_files_reason",
    "suspended_skipped",
    "quota_full",
    "observer",
    "server_contact",
    "unpin_reach",
    "eviction",
    "object_ready",
    "item_result_text",
]
"""The switches whose answers are drawn, a few at a time."""


_FAULTS: dict[str, list[t.Any]] = {
    "cancelled_after_items": [0, 2, 5],
    "hang_after_items": [0, 2, 5],
    "dies_after_items": [0, 2, 5],
    "texts_after_completed": [1, 4],
    "read_error_after_rows": [0, 3, 7],
    "item_delay_ms": [200, 2000],
    "cache_quota": [0, 320],
    "state_lag_reads": [1, 3],
}
"""One of them at a time: of a state that lags, and cannot be read again, nobody could know that it was wrong."""


def _item(draw: random.Random) -> dict[str, t.Any]:
    state = {key: value for key, values in _STATES.items() if (value := draw.choice(values)) is not None}
    if "dirty" in state:
        # Nobody changes a file whose content is not there.
        state.pop("sparse", None)
    return state | draw.choice(_ODD)


def _behaviour(draw: random.Random) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Switches with an answer each, and faults."""
    names = draw.sample(_OPEN, draw.randrange(5))
    answers = {name: draw.choice([*Behaviour.__dataclass_fields__[name].metadata["values"]]) for name in names}
    fault = draw.choice([None, None, *_FAULTS])
    faults = {fault: draw.choice(_FAULTS[fault])} if fault else {}
    return answers, faults | ({"read_faults_from": draw.choice([1, 2])} if fault == "read_error_after_rows" else {})


def _host(draw: random.Random, behaviour: Mapping[str, t.Any]) -> Host:
    items = {name: _item(draw) for name in _NAMES if draw.random() < 0.7}
    content = {
        "name": "Drawn",
        "host": {"name": "PC042", "user": USER},
        "behaviour": dict(behaviour),
        "cache": {
            HOME: {"pin": draw.choice([{}, {"user": "inherit"}, {"computer": "inherit"}]), "items": items},
            r"\\fs02\projects": {"items": {"plan.mpp": {"size": 1}}},
        },
        "servers": {rf"{HOME}\{name}": {"size": 40} for name in ("new.txt", r"inbox\mail.txt") if draw.random() < 0.5},
    }
    host = parse(yaml.safe_dump(content, sort_keys=False)).host
    host.clock = VirtualClock()
    return host


def _stamp(name: str, facts: Facts) -> str:
    return f"{name} {facts.size} {facts.attributes} {facts.created} {facts.modified}"


def _seen(host: Host, path: str) -> dict[str, Item]:
    """The items at and below *path* that the user sees, in the words of the models."""
    host.settle()
    sees = host.sees(USER)
    found: dict[str, Item] = {}
    for here, item in host.cache.walk():
        if (here == path or here.startswith(path + "\\")) and sees(item):
            facts = item.facts
            words = {reason for reason, value in zip(REASONS, item.pins, strict=True) if value}
            words |= {name for name in ("dirty", "sparse", "suspended") if getattr(facts, name)}
            words |= {_stamp("synced", facts.original or facts), _stamp("local", facts)}
            found[here] = frozenset(words)
    return found


def _run(model: Model, host: Host, args: Mapping[str, t.Any], *, check_mode: bool = False) -> dict[str, t.Any]:
    action = ACTIONS[model.module()]({"flags": [model.mask], **args}, host, USER, check_mode=check_mode)
    clock = t.cast(VirtualClock, host.clock)
    with mock.patch.object(time, "sleep", clock.sleep), mock.patch.object(time, "monotonic", clock.now):
        return action.run_task()


def _check_true(
    model: Model, result: Mapping[str, t.Any], before: dict[str, Item], after: dict[str, Item], name: str
) -> None:
    """Hold every entry against what was and what is."""
    spelled = {path.upper(): path for path in {**before, **after}}
    moved = {path for path in spelled.values() if model.moved(before.get(path), after.get(path))}
    told = set()
    for entry in result["entries"]:
        path = spelled.get(entry["path"].upper(), entry["path"])
        is_open = model.open(path, after)
        if entry["status"] == model.done:
            assert entry["changed"], (entry, name)
            # Without a state a success is believed, and of Synchronize it says no more than that nothing went wrong.
            assert not is_open or (model.blind and not result["state_verified"]), (
                "called done, and it is not",
                entry,
                name,
            )
            assert not model.closed or path not in after, ("called deleted, and it is there", entry, name)
        if entry["status"] in ("kept", *model.left):
            assert path in after or model.absent_is_open, ("called left, and it is gone", entry, name)
        if entry["status"] == "kept":
            assert model.stays(path, after), ("called kept, and nothing keeps it", entry, name)
        if not result["state_verified"] or entry["request"] is None:
            continue
        told.add(path)
        assert entry["changed"] is (path in moved), ("changed is wrong", entry, name)
        expected = model.entry(path, before, after)
        assert {key: entry[key] for key in expected} == expected, (entry, name)
        if entry["status"] in ("unchanged", "not_cached"):
            assert not is_open or not model.open(path, before), ("nothing said of what is left to do", entry, name)
    if result["state_verified"]:
        assert moved <= told, name
        assert result["changed"] is bool(moved), name
    if {entry["status"] for entry in result["entries"]} & {*model.failed, "cancelled"}:
        assert result["failed"], name


def _check_foreseen(model: Model, result: Mapping[str, t.Any], before: dict[str, Item], name: str) -> None:
    """Hold a prediction against what there is to be done, as far as it was read."""
    for entry in result["entries"]:
        path = entry["path"]
        if path in before and result["state_verified"]:
            assert entry["changed"] is model.open(path, before, foreseen=True), (entry, name)
            expected = model.entry(path, before, model.foreseen(path, before), foreseen=True)
            assert {key: entry[key] for key in expected} == expected, (entry, name)
        assert (entry["status"] == model.done) is entry["changed"], (entry, name)
    if result["state_verified"]:
        assert {path for path in before if model.open(path, before, foreseen=True)} <= {
            entry["path"] for entry in result["entries"]
        }


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.module())
def test_no_result_says_what_is_not_so(kind: type[Model]) -> None:
    for seed in range(EXAMPLES):
        _check(kind, random.Random(seed), f"seed {seed}")


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.module())
def test_a_call_without_an_observer_that_breaks_off_is_told_as_it_was(kind: type[Model]) -> None:
    done = 0
    for seed, fault in itertools.product(range(4), ({"dies_after_items": 2}, {"dies_after_items": 5})):
        draw, name = random.Random(seed), f"seed {seed}, {fault}"
        model = kind(draw.choice(kind.flags))
        host = _host(draw, {"observer": "refused_com", **fault})
        before = _seen(host, SHARE)
        result = _run(model, host, {"paths": SHARE, "timeout": 10, "max_entries": 0})
        _check_true(model, result, before, _seen(host, SHARE), name)
        assert result["state_verified"], name
        done += result["changed"]
    assert done


def _check(kind: type[Model], draw: random.Random, name: str) -> None:
    model, path = kind(draw.choice(kind.flags)), draw.choice(_PATHS)
    answers, faults = _behaviour(draw)
    if model.blind or answers.get("delete_return") == "first_error":
        # A state that lags looks like one in which nothing came in, or like what the call as a whole complains of.
        faults.pop("state_lag_reads", None)
    if "read_error_after_rows" in faults:
        # A success that means one of two reasons is believed where there is no state.
        answers.pop("combined_reasons", None)
    host = _host(draw, answers | faults)
    args: dict[str, t.Any] = {"paths": path, "timeout": 10, "max_entries": 0}
    if kind is SynchronizeModel:
        args["conflicts"] = draw.choice(["leave", "keep_local", "keep_remote", "keep_latest"])

    before = _seen(host, path)
    foreseen = _run(model, host, args, check_mode=True)
    assert (host.calls, _seen(host, path)) == ([], before), f"{name}: check mode touched the cache"
    _check_foreseen(model, foreseen, before, name)

    result = _run(model, host, args)
    after = _seen(host, path)
    _check_true(model, result, before, after, name)

    if not faults and result["state_verified"]:
        again = _run(model, host, args)
        assert (again["changed"], again["counts"]["changed"]) == (False, 0), f"{name}: the second run changed something"
        assert _seen(host, path) == after, f"{name}: the second run changed something"
