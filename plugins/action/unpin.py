# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.unpin: checks the arguments, has the host called, returns the result."""

from __future__ import annotations

import time
import typing as t

from ..module_utils import lines
from ..module_utils.errors import HostCallError
from ..module_utils.run import outcome
from ..module_utils.run.flags import PinControl
from ..module_utils.run.invocation import Invocation
from ..module_utils.run.outcome import Outcome, Policy
from ..module_utils.run.run import Run
from ..plugin_utils.host_action import HostAction, common_options


class ActionModule(HostAction):
    """Releases pinned items of the offline cache."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "paths": {"type": "list", "elements": "str", "required": True, "aliases": ["path"]},
        "flags": {"type": "list", "elements": "raw", "default": ["for_user"]},
        "deep": {"type": "bool", "default": True},
        "missing": {"type": "str", "choices": ["ok", "fail"], "default": "ok"},
        "verify": {"type": "bool", "default": True},
        "force": {"type": "bool", "default": False},
        "report": {"type": "str", "choices": ["all", "changed", "failed", "none"], "default": "all"},
        "max_entries": {"type": "int", "default": 1000},
        **common_options(),
    }

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return outcome.empty(diff=bool(self._task.diff))

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Unpin, say what a user who asked for details wants to see, and return the result."""
        invocation = Invocation.from_options("Unpin", options)
        policy = Policy.from_options(options, diff=bool(self._task.diff))
        self._warn_of_desktop(invocation.flags)
        known = self._unpin(invocation, policy)
        for warning in known.warnings:
            self._warn(warning)
        self._show(known)
        return known.result

    def _unpin(self, invocation: Invocation, policy: Policy) -> Outcome:
        """Ask the host, normally once, as the run says."""
        run = Run(invocation, policy, check_mode=bool(self._task.check_mode))
        started = time.monotonic()
        while step := run.next_step(time.monotonic() - started):
            if step.why:
                self._say(step.why, 2)
            time.sleep(step.delay)
            try:
                run.took(self.call_host(step.request, reached=step.reached, anew=step.anew))
            except HostCallError as exc:
                run.lost(exc)
        return t.cast(Outcome, run.outcome)

    def _warn_of_desktop(self, flags: PinControl) -> None:
        if flags & PinControl.INTERACTIVE:
            self._warn(
                "The flag interactive lets Windows ask for credentials in a dialog, and a remote logon has no desktop "
                "to show it on: the call may wait until its timeout."
            )
        elif flags & PinControl.CONSOLE:
            self._warn("The flag console is ignored by Windows unless interactive is set too.")

    def _show(self, known: Outcome) -> None:
        for line in lines.of_paths(known.result["paths"]):
            self._say(line)
        for line in lines.of_failures(known.failures, known.result["counts"]["failed"]):
            self._say(line, 2)
