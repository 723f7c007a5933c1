# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The keys that the results of these modules share, and what they say of calls in words."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable

from ..errors import HostCallError
from ..host import availability
from ..host.advice import because
from ..host.answer import Call, State
from ..host.calls import Calls, Said
from ..host.values import RETURN_VALUE
from ..windows.codes import Code
from .course import Course


def empty(*, diff: bool) -> dict[str, t.Any]:
    """Return the keys that every result has, of a task of which nothing is known."""
    return {
        "changed": False,
        "failed": False,
        "msg": "",
        "calls": [],
        "timed_out": False,
        "may_still_run": False,
        "state_verified": False,
        "busy": False,
        "cache": availability.cache_row(None),
        **({"diff": {"before": "", "after": ""}} if diff else {}),
    }


def of_course(course: Course) -> dict[str, t.Any]:
    """Return what the course alone tells of a result; a failure of the host is one of the task."""
    lost = course.lost
    return {
        "failed": bool(lost or course.timed_out),
        "calls": [call_row(str(done.act.request.method), *one) for done in course.acts for one in done.calls()],
        "timed_out": course.timed_out,
        "may_still_run": course.may_still_run,
        "busy": bool(lost and lost.busy),
        "cache": availability.cache_row(course.looked),
    }


def without_answer(problem: HostCallError, *, diff: bool) -> dict[str, t.Any]:
    """Return the keys that every result has, where the first look was not answered."""
    return {
        **empty(diff=diff),
        "failed": True,
        "msg": str(problem),
        "timed_out": problem.timed_out,
        "busy": problem.busy,
    }


def unread(state: State | None) -> str:
    """Return the sentence about a state that is not known to its end; empty where it is."""
    if state is None:
        return "The items of the cache were not read."
    return "" if state.complete else f"The items of the cache could not be read to their end{because(state.error)}."


def call_row(method: str, arguments: t.Mapping[str, t.Any], call: Call) -> dict[str, t.Any]:
    """Return what a result tells of a call."""
    code = said_of(call)
    return {
        "method": method,
        "arguments": dict(arguments),
        "made": call.made,
        "completed": call.completed,
        "result": code.as_result(words_of(call)) if code else None,
        "returned": {name: value for name, value in call.returned.items() if name != RETURN_VALUE},
    }


def said_of(call: Call) -> Code | None:
    """Return the worst that was said of a call; None where nothing was."""
    return Calls((Said(call, None),)).worst


def words_of(call: Call) -> str:
    """Return the host's words about an error of a call; empty where it has none."""
    return next((error.words for error in (call.error, call.status) if error and error.words), "")


def problem_of(call: Call) -> str:
    """Return why a call did not succeed, as a part of a sentence; empty where it did."""
    code = said_of(call)
    if code and not code.ok:
        words = words_of(call)
        return f"{code}: {words or code.text}".rstrip(".: ")
    if not call.made:
        return "the time was up before"
    return "" if call.completed else "it did not end in time"


def hints_of(calls: Iterable[Call]) -> list[str]:
    """Return what to do about the errors of calls, each once."""
    found = [code for call in calls if (code := said_of(call)) and not code.ok and code.hint]
    return list(dict.fromkeys(f"{code}: {code.hint}" for code in found))


def of_loss(course: Course) -> str:
    """Return the sentences about an answer that was lost; empty where none was."""
    if course.lost is None:
        return ""
    return f"{course.lost} {unread_again(course)}".rstrip()


def unread_again(course: Course) -> str:
    """Return the sentence about a state that could not be read once more; empty where it was, or was not asked for."""
    return f"The state could not be read again: {course.unread}" if course.unread else ""
