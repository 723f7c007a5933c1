# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: the action of every module that calls a method of Win32_OfflineFilesCache."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Mapping, Sequence

from ..module_utils import lines
from ..module_utils.errors import HostCallError, InputError
from ..module_utils.host.answer import Answer
from ..module_utils.jobs.follow import Follow, JobStep, check_interval
from ..module_utils.jobs.told import Busy
from ..module_utils.run import report
from ..module_utils.run.flags import CONSOLE, INTERACTIVE
from ..module_utils.run.followup import Step
from ..module_utils.run.invocation import Invocation
from ..module_utils.run.joined import breaks_off, joined
from ..module_utils.run.method import Method
from ..module_utils.run.report import View
from ..module_utils.run.run import Outcome, Run
from ..module_utils.words import visible
from .background import DETACHED, Unfinished, follow
from .host_action import HostAction, common_options

_NOT_BEGUN = HostCallError("Not begun, because the call before broke off.", maybe_called=False)
_NOT_YET = "Not begun, because only one runs at a time: run the same task again."


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
        "background": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
        "poll_interval": {"type": "int", "default": 30},
        **common_options(),
    }


def _not_begun(invocation: Invocation, view: View, before: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of an invocation that was not made because of the result of one before it."""
    if before["job"] and before["job"]["state"] == "running" and not before["failed"]:
        return report.left_running(invocation, view, _NOT_YET)
    return report.without_answer(invocation, view, _NOT_BEGUN, called=False)


class MethodAction(HostAction):
    """Calls a method: a subclass names it.

    :cvar METHOD: the method
    :cvar OPTIONS: what its argument spec has beside that of every method, or in another way
    """

    METHOD: t.ClassVar[Method]
    OPTIONS: t.ClassVar[dict[str, dict[str, t.Any]]] = {}
    INSTEAD = "Use the option background for long runs, and forks to work on many hosts at once."

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
        check_interval(options["poll_interval"])
        if not options["wait"] and not options["background"]:
            raise InputError("wait: false is allowed with background: true only.", options["wait"])
        self._background = options if options["background"] and not self._task.check_mode else None
        self._warn_of_desktop(invocations[0][1].flags)
        results: list[tuple[str, dict[str, t.Any]]] = []
        for name, invocation in invocations:
            stopped = next((result for _name, result in results if breaks_off(result)), None)
            if stopped:
                results.append((name, _not_begun(invocation, view, stopped)))
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
        self._job = None
        started = time.monotonic()
        while step := run.next_step(time.monotonic() - started):
            if step.why:
                self._say(step.why, 2)
            time.sleep(step.delay)
            try:
                run.took(self._ask(step, reached=reached or step.reached))
            except Unfinished as exc:
                run.left_running(str(exc))
            except HostCallError as exc:
                self._job = exc.row if isinstance(exc, Busy) else self._job
                run.lost(exc)
        outcome = run.outcome(view)
        outcome.result["job"] = self._job
        return outcome

    def _ask(self, step: Step, *, reached: bool) -> Answer:
        """Have the host carry out a step of the run: a call in the background, where the user wants that."""
        options = self._background
        if options is None or not step.request.method:
            return self.call_host(step.request, reached=reached, anew=step.anew)
        job = Follow(step.request, poll_interval=options["poll_interval"], wait=options["wait"])

        def carry_out(one: JobStep, job_reached: bool) -> dict[str, t.Any]:
            detached = DETACHED if one.do == "start" else 0
            result: dict[str, t.Any] = self.run_host_part(
                one.request, reached=reached or job_reached, anew=one.anew, detached=detached
            )
            return result

        try:
            answer: Answer = self.answer_of(step.request, lambda: follow(job, carry_out, self._tell))
            return answer
        finally:
            self._job = job.row
            if job.left:
                self._warn(job.left)

    def _tell(self, line: str) -> None:
        """Show a line to the user who waits; it names no items."""
        self._display.display(f"{self.host}: {visible(line)}", stderr=True)

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
