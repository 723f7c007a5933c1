# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.unpin: checks the arguments, has the host called, returns the result."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleActionFail

from ..module_utils import unc
from ..module_utils.answer import Answer, ContractError
from ..module_utils.errors import InputError
from ..module_utils.flags import PinControl
from ..module_utils.followup import FollowUp, follow_up
from ..module_utils.invocation import Invocation
from ..module_utils.outcome import Outcome, Policy, fold, without_answer
from ..plugin_utils.host_action import HostAction, HostCallError

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
            raise AnsibleActionFail(str(exc), obj=exc.value) from None
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
                outcome = fold(invocation, policy, [*answers, answer], check_mode=check_mode)
            except (HostCallError, ContractError) as exc:
                return self._without_answer(invocation, outcome, exc, check_mode), warnings
            answers.append(answer)
            warnings += said
            step = follow_up(invocation, answers, outcome, done)
            if step:
                self._display.vv(step.why, host=self._host)
                done.append(step)
        if outcome is None:
            raise AnsibleActionFail("the host was not asked")
        return outcome, warnings

    def _without_answer(
        self, invocation: Invocation, outcome: Outcome | None, exc: HostCallError | ContractError, check_mode: bool
    ) -> Outcome:
        problem = str(exc)
        timed_out = isinstance(exc, HostCallError) and exc.timed_out
        if outcome is None:
            return without_answer(invocation, problem, timed_out=timed_out, may_still_run=not check_mode)
        # What an earlier answer told is not lost because a later one did not come.
        outcome.result.update(failed=True, msg=f"{problem} Before: {outcome.result['msg']}", timed_out=timed_out)
        return outcome

    def _show(self, outcome: Outcome) -> None:
        for row in outcome.result["paths"]:
            self._display.v(
                f"{row['path']}: {row['status']}, {row['changed_items']} of {row['items']} items changed, "
                f"{row['failed_items']} failed",
                host=self._host,
            )
        for entry in outcome.result["entries"]:
            if entry["status"] == "failed" and entry["result"]:
                code = entry["result"]
                self._display.vv(
                    f"{entry['path']}: {code['name'] or code['hresult']}: {code['text']}",
                    host=self._host,
                )
