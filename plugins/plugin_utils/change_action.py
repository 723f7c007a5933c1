# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: the action of every module that looks, decides on the controller, and acts then."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ..module_utils.change.course import Change, Course
from ..module_utils.errors import HostCallError
from ..module_utils.host.answer import Answer
from ..module_utils.host.request import MAX_REREADS, READ_AGAIN_TIMEOUT, REREAD_DELAY, Request
from .host_action import HostAction


class ChangeAction(HostAction):
    """A subclass has its argument spec, and makes the change of the options of a task."""

    def change(self, options: dict[str, t.Any], *, diff: bool) -> Change:
        """Return what the task asks for.

        :raises InputError: an option that cannot be accepted
        """
        raise NotImplementedError

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Look, have done what is to be done, and return the result."""
        change = self.change(options, diff=bool(self._task.diff))
        self._began = time.monotonic()
        try:
            course = Course(self._ask(change, change.look()), check_mode=bool(self._task.check_mode))
        except HostCallError as exc:
            return change.without_answer(exc)
        if not course.check_mode:
            course = self._act(change, course)
        result, warnings = change.result(course)
        for warning in warnings:
            self._warn(warning)
        return result

    def _act(self, change: Change, course: Course) -> Course:
        while act := change.next_act(course):
            self._say(act.why, 2)
            request = dataclasses.replace(act.request, timeout=self._left(change.timeout))
            try:
                course = course.took(act, self._ask(change, request, reached=True))
            except HostCallError as exc:
                return self._look_again(change, course.lost_at(act, exc))
            if course.after is None:
                course = self._looked_again(change, course)
            if course.unread:
                # What is not known is nothing to go on with.
                return course
        for _number in range(MAX_REREADS):
            if not course.acts or course.timed_out or not change.unsettled(course):
                break
            self._say("success was reported, and the state does not show it: looking once more", 2)
            time.sleep(REREAD_DELAY)
            course = self._looked_again(change, course)
        return course

    def _ask(self, change: Change, request: Request, *, reached: bool = False, anew: bool = False) -> Answer:
        answer: Answer = self.call_host(request, reached=reached, anew=anew)
        change.check(answer)
        return answer

    def _look_again(self, change: Change, course: Course) -> Course:
        """Look once more where an act may have done something, which tells what there is to be known."""
        problem = course.lost
        if problem is None or not problem.maybe_called:
            return course
        self._say("the answer was lost: looking once more", 2)
        return self._looked_again(change, course, anew=problem.connection_lost)

    def _looked_again(self, change: Change, course: Course, *, anew: bool = False) -> Course:
        limit = min(change.timeout or READ_AGAIN_TIMEOUT, READ_AGAIN_TIMEOUT)
        request = dataclasses.replace(change.look(), timeout=limit)
        try:
            answer = self._ask(change, request, reached=True, anew=anew)
            return dataclasses.replace(course, again=answer, unread=None)
        except HostCallError as exc:
            return dataclasses.replace(course, unread=exc)

    def _left(self, timeout: int) -> int:
        return max(1, int(timeout - (time.monotonic() - self._began))) if timeout else 0
