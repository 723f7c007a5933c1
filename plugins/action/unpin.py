# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.unpin: checks the arguments, has the host called, returns the result."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure

from ..module_utils import unc
from ..module_utils.answer import Answer, ContractError
from ..module_utils.errors import InputError
from ..module_utils.flags import PinControl
from ..module_utils.followup import FollowUp, follow_up
from ..module_utils.invocation import Invocation
from ..module_utils.outcome import Outcome, Policy, fold, without_answer
from ..plugin_utils.host_action import HostAction, HostCallError, unreadable

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "paths": {"type": "list", "elements": "str", "required": True, "aliases": ["path"]},
    "flags": {"type": "list", "elements": "raw", "default": ["for_user"]},
    "deep": {"type": "bool", "default": True},
    "missing": {"type": "str", "choices": ["ok", "fail"], "default": "ok"},
    "unavailable": {"type": "str", "choices": ["fail", "ok"], "default": "fail"},
    "verify": {"type": "bool", "default": True},
    "force": {"type": "bool", "default": False},
    "timeout": {"type": "int", "default": 3600},
    "report": {"type": "str", "choices": ["all", "changed", "failed", "none"], "default": "all"},
    "max_entries": {"type": "int", "default": 1000},
}


class ActionModule(HostAction):
    """Releases pinned items of the offline cache."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task; see the module's documentation for the result.

        :raises AnsibleActionFail: an argument that cannot be accepted; the host is not contacted then
        """
        super().run(tmp, task_vars)
        self._host = (task_vars or {}).get("inventory_hostname")
        self.refuse_async()
        self._split_plain_paths()
        _result, options = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        try:
            invocation = Invocation.from_options("Unpin", options)
            policy = Policy.from_options(options, diff=bool(self._task.diff))
        except InputError as exc:
            # A value that knows its line in the playbook is of a subclass; without one core would show an empty origin.
            place = None if type(exc.value) in (str, int, list) else exc.value
            raise AnsibleActionFail(str(exc), obj=place) from None
        self._warn_of_desktop(invocation.flags)
        outcome, warnings = self._carry_out(invocation, policy, task_vars or {})
        for warning in outcome.warnings:
            self._display.warning(warning)
        self._show(outcome)
        if warnings:
            outcome.result["warnings"] = warnings
        return outcome.result

    def _split_plain_paths(self) -> None:
        """Make a plain string of paths a list; core would part it at every comma, and names may hold commas."""
        args = dict(self._task.args)
        for name in ("paths", "path"):
            if isinstance(args.get(name), str):
                args[name] = unc.split_list(args[name])
        self._task.args = args

    def _warn_of_desktop(self, flags: PinControl) -> None:
        if flags & PinControl.INTERACTIVE:
            self._display.warning(
                "The flag interactive lets Windows ask for credentials in a dialog, and a remote logon has no desktop "
                "to show it on: the call may wait until its timeout."
            )
        elif flags & PinControl.CONSOLE:
            self._display.warning("The flag console is ignored by Windows unless interactive is set too.")

    def _carry_out(
        self, invocation: Invocation, policy: Policy, task_vars: dict[str, t.Any]
    ) -> tuple[Outcome, list[str]]:
        check_mode = bool(self._task.check_mode)
        started = time.monotonic()
        answers: list[Answer] = []
        warnings: list[str] = []
        done: list[FollowUp] = []
        outcome: Outcome | None = None
        step: FollowUp | None = FollowUp({}, check_mode, 0, "")
        while step:
            time.sleep(step.delay)
            request = invocation.request(check_mode=step.read_only, **step.changes)
            if answers and invocation.timeout:
                request["timeout"] = max(1, int(invocation.timeout - (time.monotonic() - started)))
            try:
                answer, said = self.call_host(request, task_vars)
            except AnsibleConnectionFailure as exc:
                if outcome is None:
                    raise
                return _broken_off(outcome, str(exc), timed_out=False, called=not step.read_only), warnings
            except HostCallError as exc:
                warnings += exc.warnings
                may_still_run = exc.may_still_run and not (check_mode or step.read_only)
                if outcome is None:
                    broken = without_answer(
                        invocation, policy, str(exc), timed_out=exc.timed_out, may_still_run=may_still_run
                    )
                    return broken, warnings
                return _broken_off(outcome, str(exc), timed_out=exc.timed_out, called=may_still_run), warnings
            warnings += said
            try:
                outcome = fold(invocation, policy, [*answers, answer], check_mode=check_mode)
            except ContractError as exc:
                if outcome is None:
                    broken = without_answer(invocation, policy, unreadable(exc), timed_out=False, may_still_run=False)
                    return broken, warnings
                return _broken_off(outcome, unreadable(exc), timed_out=False, called=False), warnings
            answers.append(answer)
            step = follow_up(invocation, answers, outcome, done)
            if step:
                self._display.vv(step.why, host=self._host)
                done.append(step)
        return t.cast(Outcome, outcome), warnings

    def _show(self, outcome: Outcome) -> None:
        for row in outcome.result["paths"]:
            self._display.v(
                f"{row['path']}: {row['status']}, {row['changed_items']} of {row['total_items']} items changed, "
                f"{row['failed_items']} failed",
                host=self._host,
            )
        for path, code, text in outcome.failures:
            self._display.vv(f"{path}: {code}: {text}", host=self._host)


def _broken_off(outcome: Outcome, problem: str, *, timed_out: bool, called: bool) -> Outcome:
    """Return what earlier answers told, failed: it is not lost because a later answer did not come."""
    result = outcome.result
    result.update(failed=True, msg=f"{problem.rstrip('.')}. Before: {result['msg']}", timed_out=timed_out)
    result["may_still_run"] = result["may_still_run"] or called
    return outcome
