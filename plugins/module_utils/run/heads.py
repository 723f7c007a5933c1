# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The results of items, within the bounds of what is kept: Windows words a run in a few ways, a stranger in many."""

from __future__ import annotations

import dataclasses
import sys

from .. import limits
from ..errors import ContractError
from ..windows.progress import Head


class Heads:
    """Counts the different results of one task, and the memory of their texts."""

    def __init__(self) -> None:
        self._known: set[Head] = set()
        self._size = 0

    def affordable(self, head: Head) -> Head:
        """Return the same result, without its text where too much has been said already.

        :raises ContractError: there are more different results than Windows has
        """
        if head in self._known:
            return head
        size = sys.getsizeof(head.text)
        if len(self._known) < limits.HEADS and self._size + size <= limits.WORDS:
            self._size += size
        else:
            head = dataclasses.replace(head, text="")
        self._known.add(head)
        if len(self._known) > 2 * limits.HEADS:
            raise ContractError(f"its items have more than {2 * limits.HEADS} different results")
        return head
