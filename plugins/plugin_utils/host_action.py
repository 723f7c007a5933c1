# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: what every action of it needs to have the host part called.

Runs ``host_call`` over the task's own connection, whatever that is, within a time limit, and turns everything that can
go wrong on the way into one sentence.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import types
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils import answer as host
from ..module_utils.answer import Answer
from ..module_utils.outcome import one_line

HOST_PART = "winops.offline_files.host_call"

START_ALLOWANCE = 30
"""Seconds for what the host's own budget does not cover: sending, starting PowerShell, compiling, returning."""

READ_ALLOWANCE = 30
"""Seconds, at most, that the host may read on when its budget is used up (docs/host_contract.md)."""

EVENT_LOG_ROOM = 20_000
"""Characters of paths that leave room for the other arguments in an entry of the Windows event log (about 31,800)."""

_REPEAT = 5.0


class HostCallError(Exception):
    """The host part gave no usable answer; the message is a sentence for the user.

    :ivar timed_out: the host did not answer in time
    :ivar may_still_run: what was begun on the host may still be at work
    :ivar warnings: what the host part warned of
    """

    def __init__(
        self, message: str, *, timed_out: bool = False, may_still_run: bool = True, warnings: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.timed_out = timed_out
        self.may_still_run = may_still_run
        self.warnings = list(warnings)


class _Overdue(BaseException):
    """Not an Exception: a connection that retries on errors must not take it for one."""


class HostAction(ActionBase):  # type: ignore[misc]
    """Base of the actions of this collection."""

    # Claimed, so that refuse_async can say what to use instead.
    _supports_async = True
    _supports_check_mode = True
    _requires_connection = True

    def refuse_async(self) -> None:
        """Fail a task that has ``async:``.

        With async the controller does not see the host's answer, and there would be no result to speak of.

        :raises AnsibleActionFail: the task has ``async:``
        """
        if self._task.async_val:
            raise AnsibleActionFail(
                f"async is not supported by {self._task.action}: its result is made on the controller. Use the option "
                "timeout for long runs, and forks or strategy: free to work on many hosts at once."
            )

    def call_host(self, request: Mapping[str, t.Any], task_vars: dict[str, t.Any]) -> tuple[Answer, list[str]]:
        """Have the host part run once, and return its answer and its warnings.

        :param request: options of the host part (docs/host_contract.md); ``timeout`` in seconds, 0 for no limit
        :raises HostCallError: no answer, or none that follows the contract
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        timeout = int(request["timeout"])
        limit = timeout + min(READ_ALLOWANCE, timeout) + START_ALLOWANCE if timeout else 0
        try:
            with _deadline(limit):
                # core adds its own keys to the arguments, so it gets a copy.
                result = self._execute_module(
                    module_name=HOST_PART,
                    module_args=dict(request),
                    task_vars=_without_event_log(request, task_vars),
                    wrap_async=False,
                )
        except _Overdue:
            raise HostCallError(
                f"The host did not answer within {limit} seconds (timeout {timeout} and what starting and reading may "
                "take); what was begun there may still run.",
                timed_out=True,
            ) from None
        except AnsibleConnectionFailure:
            raise
        except AnsibleError as exc:
            raise HostCallError(f"The host part could not be run: {one_line(str(exc))}.") from exc
        except Exception as exc:
            # Connections let the exceptions of their libraries through; which ones is theirs to know.
            raise HostCallError(f"The connection broke while the host was asked: {_one_line(exc)}.") from exc
        warnings = list(result.get("warnings") or [])
        if result.get("failed") or "answer" not in result:
            # The host part fails by itself only before it asks WMI; output that cannot be read says nothing.
            raise HostCallError(_problem(result), may_still_run="module_stdout" in result, warnings=warnings)
        try:
            return host.read(result), warnings
        except host.ContractError as exc:
            raise HostCallError(unreadable(exc), may_still_run=False, warnings=warnings) from exc


def unreadable(exc: host.ContractError) -> str:
    """Return the sentence for an answer that came whole but does not follow the contract."""
    return f"The host gave an answer that cannot be read: {exc}."


def _without_event_log(request: Mapping[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
    """Turn off the host's event log entry of a long request, which Windows refuses and Ansible.Basic then warns of."""
    if len(str(request.get("paths", ""))) < EVENT_LOG_ROOM:
        return task_vars
    return {**task_vars, "ansible_no_target_syslog": True}


def _problem(result: Mapping[str, t.Any]) -> str:
    said = one_line(str(result.get("msg") or "no message"))
    stderr = str(result.get("module_stderr") or "").strip().splitlines()
    return f"The host part failed: {said}{f' ({one_line(stderr[0])})' if stderr else ''}."


def _one_line(exc: BaseException) -> str:
    return f"{type(exc).__name__}: {one_line(str(exc))}".rstrip(": ")


@contextlib.contextmanager
def _deadline(seconds: int) -> Iterator[None]:
    """Raise :class:`_Overdue` in the body after *seconds*; 0 for never.

    pywinrm asks a silent host again for ever, so a limit of our own is needed. The keyword ``timeout`` of a task uses
    the same signal and is left alone: it ends the task its own way.
    """
    usable = threading.current_thread() is threading.main_thread() and not any(signal.getitimer(signal.ITIMER_REAL))
    if not seconds or not usable:
        yield
        return

    def overdue(_signal: int, _frame: types.FrameType | None) -> None:
        raise _Overdue

    previous = signal.signal(signal.SIGALRM, overdue)
    # It repeats because a connection cleans up after an error, and asks the silent host to take part in that.
    signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
