# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: what every action of it needs to have the host part called.

Checks the arguments, has the host part run (``host_part.py``), and sees to it that what comes from the host reaches the
user only in a form that does no harm.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping
from pathlib import Path

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..module_utils import limits
from ..module_utils import options as user_options
from ..module_utils.errors import HostCallError, InputError
from ..module_utils.host.answer import Answer, Exchange, read
from ..module_utils.host.output import find_result, problem_of, unreadable
from ..module_utils.host.request import Request
from ..module_utils.jobs.told import Busy
from ..module_utils.windows import unc
from ..module_utils.words import harmless, one_line, visible
from .host_part import START_ALLOWANCE, HostPart, exception_line

HOST_PART = "winops.offline_files.host_call"

_NO_EVENT_LOG = {"ansible_no_target_syslog": True}
"""Ansible.Basic writes the arguments to the event log of Windows, where names of users' files do not belong and 32,766
characters fit. As ``no_log`` the paths would stay out too, but since core 2.22 they would be hidden in all output."""

_NAMES: t.Final[Mapping[str, user_options.Split]] = {"paths": unc.split_list, "name": unc.split_lines}


def common_options(*, unavailable: str = "fail", timeout: int = 3600) -> dict[str, dict[str, t.Any]]:
    """Return the part of an argument spec that every action has, so that ``module_defaults`` of the group can set it.

    :param unavailable: default of what a host means where Offline Files is missing or off
    :param timeout: default of the seconds that the host may take
    """
    return {
        "unavailable": {"type": "str", "choices": ["fail", "ok"], "default": unavailable},
        "timeout": {"type": "int", "default": timeout},
        "transcript": {"type": "path"},
    }


class HostAction(ActionBase):  # type: ignore[misc]
    """Base of the actions of this collection: a subclass has its argument spec and :meth:`carry_out`.

    :cvar ARGUMENT_SPEC: as for ``validate_argument_spec``; with :func:`common_options`
    :cvar INSTEAD: what to use instead of async
    """

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]]
    INSTEAD: t.ClassVar[str] = "Use the option timeout for long runs, and forks to work on many hosts at once."

    # Claimed, so that async can be refused with what to use instead.
    _supports_async = True
    _supports_check_mode = True
    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task; see the module's documentation for the result.

        :raises AnsibleActionFail: an argument that cannot be accepted: the host is not contacted, every key is there
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        super().run(tmp, task_vars)
        self._task_vars = task_vars or {}
        self._warnings: list[str] = []
        self._received: dict[str, t.Any] = {}
        self._exchanges: list[Exchange] = []
        given = self._task.args
        try:
            result = self._run()
        except AnsibleActionFail as exc:
            # Core puts the keys into the result of the failed task; it adds failed and msg itself.
            keys = {key: value for key, value in self.empty_result().items() if key not in ("failed", "msg")}
            if "transcript" in self._task.args:
                keys["transcript"] = None
            # Only the arguments as they were given know their line in the playbook.
            place = given if exc.obj is self._task.args else exc.obj
            raise AnsibleActionFail(exc.message, obj=place, result=keys) from None
        # Core shows warnings of a result even with no_log.
        if self._warnings and not self._task.no_log:
            result["warnings"] = [f"{self.host}: {visible(text)}" for text in self._warnings]
        return result

    def _run(self) -> dict[str, t.Any]:
        self._refuse_async()
        given = self._task.args.get("paths", self._task.args.get("path"))
        self._given_paths = [
            *(given if isinstance(given, list) else ()),
            *map(self._task.args.get, user_options.LONE_PATHS),
        ]
        try:
            self._task.args = user_options.taken(self._task.args, self.ARGUMENT_SPEC, _NAMES)
        except InputError as exc:
            raise self._refusal(exc) from None
        _result, options = self.validate_argument_spec(argument_spec=self.ARGUMENT_SPEC)
        folder = options.pop("transcript", None)
        return self._result(options) if folder is None else self._recorded_result(options, folder)

    def _recorded_result(self, options: dict[str, t.Any], folder: str) -> dict[str, t.Any]:
        # Few tasks are recorded, and every task would pay for the import.
        from . import recording

        place = recording.prepare(self._loader.path_dwim(folder))
        file = None
        try:
            result = self._result(options)
        finally:
            # What the host said before something went wrong is what a transcript is for.
            if self._exchanges:
                file = self._write_transcript(place, options)
        return {**result, "transcript": file}

    def _result(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        try:
            result = self.carry_out(options)
        except InputError as exc:
            raise self._refusal(exc) from None
        # What is left is a stranger's, and a callback shows all of it. The user's own paths stay as they were given. In
        # a diff the line ends are ours; what it shows of the host was made visible when they were put there.
        diff = result.pop("diff", None)
        own = [*options.get("paths", ()), *(options[name] for name in user_options.LONE_PATHS if name in options)]
        result = dict(harmless(result, frozenset(map(unc.normalise, filter(_is_odd, own)))))
        if diff is not None:
            result["diff"] = diff
        return result

    def _refusal(self, problem: InputError) -> AnsibleActionFail:
        # A value that knows its line in the playbook is of a subclass; without one core would show an empty origin.
        value = next((path for path in self._given_paths if path == problem.value), problem.value)
        return AnsibleActionFail(str(problem), obj=None if type(value).__module__ == "builtins" else value)

    def empty_result(self) -> dict[str, t.Any]:
        """Return a result with every key, of a task of which nothing is known."""
        raise NotImplementedError

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Do what the validated *options* ask for, and return the module's result.

        :raises InputError: an option that cannot be accepted
        """
        raise NotImplementedError

    @property
    def host(self) -> str:
        """The name in the inventory of the host that is asked: with ``delegate_to`` that one."""
        return str(self._task.delegate_to or self._task_vars.get("inventory_hostname"))

    def _warn(self, text: str) -> None:
        """Warn the user: *text* goes into the ``warnings`` of the task's result, and core shows it from there.

        The name of the host is put before it, because core shows equal warnings of several hosts once and names none.
        """
        self._warnings.append(text)

    def _say(self, text: str, level: int = 1) -> None:
        """Write a line for the user who asked for details: with -v for *level* 1, -vv for 2, unless ``no_log`` is set.

        Every line of this collection at these levels comes from here.
        """
        if not self._task.no_log:
            self._display.verbose(visible(text), host=self.host, caplevel=level - 1)

    def call_host(self, request: Request, *, reached: bool = False, anew: bool = False) -> Answer:
        """Have the host part run once, and return its answer. Its warnings go into the task's result.

        :param reached: this task has reached the host before, so that losing it now is an error like any other
        :param anew: make the connection anew
        :raises HostCallError: no answer, or none that follows the contract
        :raises Busy: a job runs there, so that nothing was called
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        return self.answer_of(request, lambda: self.run_host_part(request, reached=reached, anew=anew))

    def answer_of(self, request: Request, run: Callable[[], Mapping[str, t.Any]]) -> Answer:
        """Return the answer to *request* in the module result that *run* returns; a transcript gets both.

        :raises HostCallError: no answer, or none that follows the contract
        :raises Busy: a job runs there, so that nothing was called
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        result = problem = None
        try:
            result = run()
            if "answer" not in result:
                raise problem_of(result)
            answer = read(result, paths=len(request.paths), observed=request.observe)
            if answer.skipped == "busy":
                raise Busy(answer.jobs.at_work)
            return answer
        except (HostCallError, AnsibleConnectionFailure) as exc:
            problem = str(exc)
            raise
        finally:
            self._exchanges.append(Exchange(request.options(), result, problem))

    def run_host_part(
        self, request: Request, *, reached: bool = False, anew: bool = False, detached: int = 0
    ) -> dict[str, t.Any]:
        """Have the host part run once, and return the module result. Its warnings go into the task's result.

        :param detached: seconds for a process of its own, which is started only; 0 to wait for the host part
        :raises HostCallError: no result came
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        part = HostPart(self._connection, self.host, self._execute)
        result = part.run(request, reached=reached, anew=anew, detached=detached)
        self._pass_on(result.get("warnings"))
        return result

    def run_command(self, command: str) -> dict[str, t.Any]:
        """Have a command line run on the host as the user who logs on there, without become.

        :return: ``rc``, ``stdout`` and ``stderr``
        :raises HostCallError: it is not known whether it ran, or it did not
        """
        part = HostPart(self._connection, self.host, self._execute)
        return part.within(
            START_ALLOWANCE,
            "which is time enough to run a command",
            lambda: dict(self._low_level_execute_command(command, sudoable=False)),
            reached=True,
        )

    def _pass_on(self, warnings: t.Any) -> None:
        """Warn of what the host itself warns of, as far as a stranger may."""
        said = [text for text in warnings if isinstance(text, str)] if isinstance(warnings, list) else []
        for text in said[: limits.WARNINGS]:
            self._warn(one_line(text))
        if len(said) > limits.WARNINGS:
            self._warn(f"The host gave {len(said) - limits.WARNINGS} more warnings.")

    def _execute(self, args: dict[str, t.Any], detached: int) -> dict[str, t.Any]:
        # For Ansible a module is started, and not waited for, if its task is one with async.
        self._task.async_val = detached
        try:
            self._execute_module(
                module_name=HOST_PART,
                module_args=args,
                task_vars={**self._task_vars, **_NO_EVENT_LOG},
                wrap_async=bool(detached),
            )
        finally:
            self._task.async_val = 0
        result, self._received = self._received, {}
        return result

    def _parse_returned_data(self, res: dict[str, t.Any], *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Take the host's output instead of core, which would hand on its warnings and its junk as they came."""
        self._received = find_result(res["stdout"]) or unreadable(res["stdout"], res["stderr"], res["rc"])
        return super()._parse_returned_data({**res, "stdout": "{}"}, *args, **kwargs)

    def _write_transcript(self, folder: Path, options: Mapping[str, t.Any]) -> str | None:
        """Write what was asked and answered. A task that changed a host does not fail because of it."""
        from ..module_utils.transcript.transcript import Task
        from . import recording

        users = [self._get_remote_user(), self.get_become_option("become_user")]
        computers = [self.host, self._get_remote_addr(self._task_vars)]
        task = Task(
            module=str(self._task.resolved_action),
            options=options,
            check_mode=bool(self._task.check_mode),
            computers=[name for name in computers if isinstance(name, str)],
            users=[name for name in users if isinstance(name, str)],
        )
        try:
            return str(recording.write(folder, str(self.host), task, self._exchanges))
        except Exception as exc:
            # What the task did, and its result, count more than any reason why this went wrong.
            self._warn(f"The transcript could not be written: {exception_line(exc)}.")
            return None

    def _refuse_async(self) -> None:
        # With async the controller does not see the host's answer, and there would be no result to speak of.
        if self._task.async_val:
            raise AnsibleActionFail(
                f"async is not supported by {self._task.action}: its result is made on the controller. {self.INSTEAD}"
            )


def _is_odd(path: str) -> bool:
    return not path.isprintable()
