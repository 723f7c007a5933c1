# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is wrong with packed data of an answer: it is kept, and what stands before it counts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..errors import ContractError


class Damage:
    """Errors of packed data, in their order.

    :ivar found: all of them
    """

    def __init__(self) -> None:
        self.found: list[ContractError] = []

    @contextlib.contextmanager
    def kept(self) -> Iterator[list[ContractError]]:
        """Keep an error of the body, in the list that this yields too."""
        damage: list[ContractError] = []
        try:
            yield damage
        except ContractError as exc:
            damage.append(exc)
            self.found.append(exc)
