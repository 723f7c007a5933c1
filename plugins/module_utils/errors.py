# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The errors of this collection: what a user gave cannot be accepted, or the host gave no usable answer."""

from __future__ import annotations


class InputError(ValueError):
    """A value of the user cannot be accepted.

    The message is a whole sentence that names the value and says what is allowed. :attr:`value` is the value itself,
    so that an action can point at its place in the playbook.
    """

    def __init__(self, message: str, value: object) -> None:
        super().__init__(message)
        self.value = value


class HostCallError(Exception):
    """The host part gave no usable answer; the message is a sentence for the user.

    :ivar timed_out: the host did not answer in time
    :ivar maybe_called: the host may have called the method that it was asked to call
    :ivar may_still_run: what was begun on the host may still be at work
    :ivar connection_lost: the connection to the host failed, and cannot be used as it is
    :ivar busy: another job of this collection runs there, so that nothing was called
    """

    def __init__(
        self,
        message: str,
        *,
        timed_out: bool = False,
        maybe_called: bool = True,
        may_still_run: bool | None = None,
        connection_lost: bool = False,
        busy: bool = False,
    ) -> None:
        super().__init__(message)
        self.timed_out = timed_out
        self.maybe_called = maybe_called
        self.may_still_run = maybe_called if may_still_run is None else may_still_run
        self.connection_lost = connection_lost
        self.busy = busy


class ContractError(HostCallError):
    """The host's answer came whole, but does not follow the contract (docs/host_contract.md).

    :param where: what is wrong with it
    """

    def __init__(self, where: str) -> None:
        super().__init__(f"The host gave an answer that cannot be read: {where}.", may_still_run=False)
