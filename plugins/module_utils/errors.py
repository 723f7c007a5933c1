# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The one error that bad input of a user raises."""

from __future__ import annotations


class InputError(ValueError):
    """A value of the user cannot be accepted.

    The message is a whole sentence that names the value and says what is allowed. :attr:`value` is the value itself,
    so that an action can point at its place in the playbook.
    """

    def __init__(self, message: str, value: object) -> None:
        super().__init__(message)
        self.value = value
