# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The control flags of a method: which it has, how a user may name them, and what is refused.

What is here knows no method. Each declares its :class:`FlagSet`, with the values of the vendor's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as declared

from ..errors import InputError

INTERACTIVE = 0x800
CONSOLE = 0x1000
"""Two flags that every method with progress has, with the same values: where no desktop is, they want a warning."""


@dataclass(frozen=True)
class Refused:
    """A flag that is known by name only to refuse it with a reason.

    :ivar value: its bit
    :ivar why: the reason, as the end of a sentence that begins with the flag
    """

    value: int
    why: str


@dataclass(frozen=True)
class Field:
    """Some bits of the mask that hold one value out of several instead of a flag each.

    :ivar mask: all bits of the field
    :ivar values: short name to value; none of them is 0, which stands for the method's default
    :ivar option: the option of the module that chooses the value
    :ivar default: the word of that option for the method's default
    """

    mask: int
    values: Mapping[str, int]
    option: str = ""
    default: str = ""


@dataclass(frozen=True)
class FlagSet:
    """The control flags of one method of Win32_OfflineFilesCache.

    :ivar method: the vendor's name of the method
    :ivar vendor_prefix: what the vendor's name of each flag begins with
    :ivar members: short name to value
    :ivar refused: short name to a flag that other interfaces have and this method has not
    :ivar required: a mask of which at least one bit has to be there; 0 where the method asks for none
    :ivar required_as: what these bits name, in the words of a sentence
    :ivar apart: a call may be made for each of the required bits instead of one for all
    :ivar needs: a flag to the one without which it has no effect
    :ivar fields: bits that hold a value
    """

    method: str
    vendor_prefix: str
    members: Mapping[str, int]
    refused: Mapping[str, Refused]
    required: int = 0
    required_as: str = ""
    apart: bool = True
    needs: Mapping[str, str] = declared(default_factory=dict)
    fields: tuple[Field, ...] = ()

    @property
    def known(self) -> int:
        """Every bit that the method has."""
        return sum(self.members.values()) | sum(field.mask for field in self.fields)

    def names_of(self, flags: int) -> list[str]:
        """Return the short names of the bits and field values of *flags*, lowest value first."""
        masks = {name: field.mask for field in self.fields for name in field.values}
        return [name for name, value in self._names() if value == masks.get(name, value) & flags]

    def required_of(self, flags: int) -> list[int]:
        """Return each bit of *flags* that a call of its own can be made with, lowest first."""
        return sorted(value for value in self.members.values() if self.apart and value & self.required & flags)

    def parse(self, values: Iterable[object]) -> int:
        """Combine flags given by short name, vendor name (any case) or number (decimal or hex) into one mask.

        :param values: what the user gave: strings or integers; a number may hold several bits
        :raises InputError: an unknown name, a bit that the method does not have, two values of one field, a flag
            without the one that it needs, or a mask that names nothing of what is required
        """
        flags = 0
        given = list(values)
        for value in given:
            one = self._parse_one(value)
            for field in self.fields:
                if flags & field.mask and one & field.mask and (flags ^ one) & field.mask:
                    raise InputError(f"flags {_shown(given)} exclude each other: {self._listed(field.mask)}.", given)
            flags |= one
        if self.required and not flags & self.required:
            raise InputError(
                f"flags {_shown(given)} (0x{flags:x}) name no {self.required_as}: add at least one of "
                f"{self._listed(self.required)}.",
                given,
            )
        for name, needed in self.needs.items():
            if flags & self.members[name] and not flags & self.members[needed]:
                raise InputError(
                    f"flags {_shown(given)} hold {name} (0x{self.members[name]:x}), which has no effect without "
                    f"{needed} (0x{self.members[needed]:x}): add it.",
                    given,
                )
        return flags

    def choose(self, flags: int, options: Mapping[str, object]) -> int:
        """Return *flags* with the values of the fields that options choose.

        :param options: checked options of the module
        :raises InputError: an option and *flags* choose two values of one field
        """
        for field in self.fields:
            wanted = options.get(field.option)
            value = field.values.get(str(wanted), 0)
            if value and flags & field.mask not in (0, value):
                (other,) = (name for name, one in field.values.items() if one == flags & field.mask)
                raise InputError(f"{field.option} is {wanted}, and flags hold {other}: name one of them.", wanted)
            flags |= value
        return flags

    def _parse_one(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise InputError(f"flag {value!r} is neither a name nor a number: use {self._listed()}.", value)
        if isinstance(value, int):
            return self._from_number(int(value), value)
        text = value.strip()
        if re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            return self._from_number(int(text), value)
        if re.fullmatch(r"0[xX][0-9a-fA-F]{1,20}", text):
            return self._from_number(int(text, 16), value)
        wanted = text.lower().removeprefix(self.vendor_prefix.lower()).replace("_", "")
        for name, number in self._names():
            if name.replace("_", "") == wanted:
                return number
        for name, refused in self.refused.items():
            if name.replace("_", "") == wanted:
                raise InputError(f"flag {value!r} (0x{refused.value:x}) {refused.why}.", value)
        raise InputError(f"unknown flag {value!r}: use {self._listed()}, or a number.", value)

    def _from_number(self, number: int, value: object) -> int:
        if number < 0 or number > 0xFFFFFFFF:
            raise InputError(f"flags value {value!r} is not an unsigned 32-bit number.", value)
        for name, refused in self.refused.items():
            if number & refused.value:
                raise InputError(
                    f"flags value {value!r} holds 0x{refused.value:x} ({name}), which {refused.why}.", value
                )
        if unknown := number & ~self.known:
            raise InputError(
                f"flags value {value!r} holds the unknown bits 0x{unknown:x}; the flags of {self.method} are "
                f"{self._listed()} (together 0x{self.known:x}).",
                value,
            )
        for field in self.fields:
            if number & field.mask and number & field.mask not in field.values.values():
                raise InputError(
                    f"flags value {value!r} holds 0x{number & field.mask:x}, which is none of "
                    f"{self._listed(field.mask)}.",
                    value,
                )
        return number

    def _names(self) -> list[tuple[str, int]]:
        """Return the short names with their values, lowest value first."""
        values = [*self.members.items(), *(item for field in self.fields for item in field.values.items())]
        return sorted(values, key=lambda item: item[1])

    def _listed(self, mask: int = 0xFFFFFFFF) -> str:
        return ", ".join(f"{name} (0x{value:x})" for name, value in self._names() if value & mask)


def _shown(values: list[object]) -> str:
    return ", ".join(repr(value) for value in values) if values else "(an empty list)"
