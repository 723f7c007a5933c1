# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.cache."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ..module_utils.change import restart
from ..module_utils.change.cache import DESTROY, REFUSE, Cache
from ..module_utils.change.course import Change, Course
from ..plugin_utils.change_action import ChangeAction
from ..plugin_utils.host_action import common_options
from ..plugin_utils.restart import restart_host


class ActionModule(ChangeAction):
    """Enables, encrypts and empties the offline cache, and restarts the host where that is required."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "enabled": {"type": "bool"},
        "encrypted": {"type": "bool"},
        "reset": {"type": "bool", "default": False},
        "unsynchronized": {"type": "str", "choices": [REFUSE, DESTROY], "default": REFUSE},
        "reboot": {"type": "bool", "default": False},
        "reboot_timeout": {"type": "int", "default": 600},
        **common_options(),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return Cache.empty(diff=bool(self._task.diff))

    def change(self, options: dict[str, t.Any], *, diff: bool) -> Cache:
        """Return what the task asks for."""
        return Cache.from_options(options, diff=diff)

    def _act(self, change: Change, course: Course) -> Course:
        course = super()._act(change, course)
        if not isinstance(change, Cache) or not change.wants_restart(course):
            return course
        self._say("restarting the host", 1)
        began = time.monotonic()
        done = restart_host(
            course.latest,
            change.reboot_timeout,
            lambda: self.run_command(restart.COMMAND),
            lambda request: self.call_host(request, reached=True, anew=True),
        )
        course = dataclasses.replace(course, restart=done)
        if done.done:
            self._say("the host has begun anew: looking once more", 1)
            course = self._settled(change, course)
        # The time of the restart is none of the task's own.
        self._began += time.monotonic() - began
        return super()._act(change, course) if done.done else course

    def _settled(self, change: Cache, course: Course) -> Course:
        """Look until Offline Files has begun or ended, which may take a while after Windows has begun."""
        deadline = time.monotonic() + restart.SETTLING
        for delay in restart.delays():
            course = self._looked_again(change, course, anew=True)
            if not course.unread and change.settled(course.latest):
                break
            if time.monotonic() + delay > deadline:
                break
            time.sleep(delay)
        return course
