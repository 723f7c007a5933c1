# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: the action of every module that calls a method of Win32_OfflineFilesCache."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Sequence

from ..module_utils import lines
from ..module_utils.errors import HostCallError
from ..module_utils.run import report
from ..module_utils.run.flags import CONSOLE, INTERACTIVE
from ..module_utils.run.invocation import Invocation
from ..module_utils.run.joined import breaks_off, joined
from ..module_utils.run.method import Method
from ..module_utils.run.report import View
from ..module_utils.run.run import Outcome, Run
from .host_action import HostAction, common_options

_NOT_BEGUN = HostCallError("Not begun, because the call before broke off.", maybe_called=False)


def argument_spec(method: Method) -> dict[str, dict[str, t.Any]]:
    """Return the argument spec of a module that calls *method*."""
    return {
        "paths": {"type": "list", "elements": "str", "required": True, "aliases": ["path"]},
        "flags": {"type": "list", "elements": "raw", "default": list(method.default_flags)},
        **({"deep": {"type": "bool", "default": True}} if method.has_deep else {}),
        **{
            bits.option: {"type": "str", "choices": [bits.default, *bits.values], "default": bits.default}
            for bits in method.flags.fields
            if bits.option
        },
        **({} if method.brings_in else {"missing": {"type": "str", "choices": ["ok", "fail"], "default": "ok"}}),
        "verify": {"type": "bool", "default": True},
        "force": {"type": "bool", "default": False},
        "report": {"type": "str", "choices": ["all", "changed", "failed", "none"], "default": "all"},
        "max_entries": {"type": "int", "default": 1000, "aliases": ["limit"]},
        **common_options(),
    }


class MethodAction(HostAction):
    """Calls a method: a subclass names it.

    :cvar METHOD: the method
    :cvar OPTIONS: what its argument spec has beside that of every method, or in another way
    """

    METHOD: t.ClassVar[Method]
    OPTIONS: t.ClassVar[dict[str, dict[str, t.Any]]] = {}

    def __init_subclass__(cls) -> None:
        """Derive the argument spec from the method."""
        super().__init_subclass__()
        if "METHOD" in vars(cls):
            cls.ARGUMENT_SPEC = {**argument_spec(cls.METHOD), **cls.OPTIONS}

    def empty_result(self) -> dict[str, t.Any]:
        """Return the result of a task of which nothing is known."""
        return report.empty(self.METHOD, diff=bool(self._task.diff))

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Call the method, say what a user who asked for details wants to see, and return the result."""
        return self.carry_out_each([("", Invocation.from_options(self.METHOD, options))], options)

    def carry_out_each(
        self, invocations: Sequence[tuple[str, Invocation]], options: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        """Make some invocations, one after the other, and return their results as one.

        After one that broke off no other is made.

        :param invocations: at least one; each with what it is for, in words
        """
        view = View.from_options(options, diff=bool(self._task.diff))
        self._warn_of_desktop(invocations[0][1].flags)
        results: list[tuple[str, dict[str, t.Any]]] = []
        for name, invocation in invocations:
            if any(breaks_off(result) for _name, result in results):
                results.append((name, report.without_answer(invocation, view, _NOT_BEGUN, called=False)))
                continue
            run = Run(invocation, check_mode=bool(self._task.check_mode))
            outcome = self._outcome(run, view, reached=bool(results))
            for warning in outcome.warnings:
                self._warn(warning)
            self._show(outcome)
            results.append((name, outcome.result))
        return joined(self.METHOD, results, view)

    def _outcome(self, run: Run, view: View, *, reached: bool) -> Outcome:
        """Ask the host as long as the run has something to ask, normally once.

        :param reached: this task has reached the host before
        """
        started = time.monotonic()
        while step := run.next_step(time.monotonic() - started):
            if step.why:
                self._say(step.why, 2)
            time.sleep(step.delay)
            try:
                run.took(self.call_host(step.request, reached=reached or step.reached, anew=step.anew))
            except HostCallError as exc:
                run.lost(exc)
        return run.outcome(view)

    def _warn_of_desktop(self, flags: int) -> None:
        if flags & INTERACTIVE:
            self._warn(
                "The flag interactive lets Windows ask for credentials in a dialog, and a remote logon has no desktop "
                "to show it on: the call may wait until its timeout."
            )
        elif flags & CONSOLE:
            self._warn("The flag console is ignored by Windows unless interactive is set too.")

    def _show(self, outcome: Outcome) -> None:
        for line in lines.of_paths(outcome.result["paths"], self.METHOD.words.worst_first):
            self._say(line)
        failures = [(path, head.code, head.text or head.code.text) for path, head in outcome.failures]
        for line in lines.of_failures(failures, outcome.result["counts"]["failed"]):
            self._say(line, 2)
