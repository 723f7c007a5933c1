# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: one execution of the host part over a task's own connection, whatever that is.

It ends within a time limit, and everything that can go wrong on the way becomes one sentence.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import types
import typing as t
from collections.abc import Callable, Iterator

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.connection import ConnectionBase

from ..module_utils import limits
from ..module_utils.errors import HostCallError
from ..module_utils.host.request import Request
from ..module_utils.words import one_line, shortened, visible
from .links import is_failed_logon, is_of_connection, may_have_begun

START_ALLOWANCE = 30
"""Seconds for what the host's own budget does not cover: sending, starting PowerShell, compiling, returning."""

READ_ALLOWANCE = 30
"""Seconds, at most, that the host may read on when its budget is used up (docs/host_contract.md)."""

_REPEAT = 5.0


class _Overdue(BaseException):
    """Not an Exception: a connection that retries on errors must not take it for one."""


class HostPart:
    """The host part of one host.

    :param connection: the connection of the task
    :param host: the name of the host in the inventory
    :param execute: runs ``host_call`` with some arguments, or starts it in a process of its own for so many seconds;
        returns the module result that came
    """

    def __init__(
        self, connection: ConnectionBase, host: str, execute: Callable[[dict[str, t.Any], int], dict[str, t.Any]]
    ) -> None:
        self._connection, self._host, self._execute = connection, host, execute

    def run(self, request: Request, *, reached: bool, anew: bool, detached: int = 0) -> dict[str, t.Any]:
        """Run it once, or start it, and return the module result.

        :param reached: this task has reached the host before, so that losing it is an error like any other
        :param anew: make the connection anew
        :param detached: seconds for a process of its own; 0 to wait for the host part
        :raises HostCallError: no result came
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        self._refuse_foreign()
        timeout = START_ALLOWANCE if detached else request.timeout
        limit = timeout + min(READ_ALLOWANCE, timeout) + START_ALLOWANCE if timeout else 0

        def work() -> dict[str, t.Any]:
            if anew:
                self._connection.reset()
            return self._execute(request.options(), detached)

        return self.within(limit, f"timeout {timeout} and what starting and reading may take", work, reached=reached)

    def within(self, limit: int, why: str, work: Callable[[], dict[str, t.Any]], *, reached: bool) -> dict[str, t.Any]:
        """Have *work* done over the connection, and return what it returns.

        :param limit: seconds, 0 for no limit
        :param why: where the limit comes from, as a part of a sentence
        :param reached: this task has reached the host before
        :raises HostCallError: it failed, in one sentence
        :raises AnsibleConnectionFailure: the host cannot be reached
        """
        try:
            with _deadline(limit):
                return work()
        except _Overdue:
            begun = may_have_begun(self._connection)
            raise HostCallError(
                f"The host did not answer within {limit} seconds ({why})"
                f"{'; what was begun there may still run' if begun else ''}.",
                timed_out=True,
                maybe_called=begun,
                connection_lost=True,
            ) from None
        except AnsibleConnectionFailure as exc:
            begun = may_have_begun(self._connection, exc)
            if not begun and not reached:
                said = visible(shortened(str(exc), 4 * limits.SAID))
                if said == str(exc):
                    raise
                # Some connections put what the host answered into it.
                raise type(exc)(said) from None
            what = "The connection to the host was lost" if begun else "The host cannot be reached"
            raise HostCallError(f"{what}: {one_line(str(exc))}.", maybe_called=begun, connection_lost=True) from exc
        except AnsibleError as exc:
            begun = may_have_begun(self._connection, exc)
            raise HostCallError(
                f"The host part could not be run: {one_line(str(exc))}.", maybe_called=begun, connection_lost=True
            ) from exc
        except Exception as exc:
            if not reached and is_failed_logon(self._connection, exc):
                raise AnsibleConnectionFailure(exception_line(exc)) from exc
            # Connections let the exceptions of their libraries through; which ones is theirs to know.
            what = "The connection broke while the host was asked"
            if not is_of_connection(self._connection, exc):
                what = "An error of this collection or of ansible-core, which is worth a report"
            raise HostCallError(
                f"{what}: {exception_line(exc)}.", maybe_called=may_have_begun(self._connection), connection_lost=True
            ) from exc

    def _refuse_foreign(self) -> None:
        shell = self._connection._shell
        if not getattr(shell, "_IS_WINDOWS", False):
            raise HostCallError(
                f"{self._host} is no Windows host as far as Ansible is told: the connection "
                f"{self._connection.transport} uses the shell {getattr(shell, 'SHELL_FAMILY', 'unknown')} there. "
                "Nothing was run. This runs on Windows; for Windows over SSH set ansible_shell_type to powershell.",
                maybe_called=False,
            )


def exception_line(exc: BaseException) -> str:
    """Return an exception as a part of a sentence."""
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
