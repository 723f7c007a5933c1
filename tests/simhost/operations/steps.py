# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what a method is made of: its call, the steps that it tells, and the errors that System.Management throws."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from simhost.behaviour import Behaviour
from simhost.result_texts import as_hresult, text_of
from simhost.windows import Host


class WmiError(Exception):
    """What System.Management throws. `code`: unsigned. `kind`: management, com or access (UnauthorizedAccess)."""

    def __init__(self, code: int, message: str, kind: str) -> None:
        super().__init__(f"0x{code:08X} {message}")
        self.code = code
        self.message = message
        self.kind = kind


def wmi_error(code: int, language: str = "en") -> WmiError:
    """The exception for a code: its kind follows from the number, its message from the table."""
    hresult = as_hresult(code)
    message = text_of(hresult, "en" if language == "empty" else language)
    if hresult == 0x80070005:
        return WmiError(hresult, message, "access")
    return WmiError(hresult, message, "management" if hresult & 0xFFFFF000 == 0x80041000 else "com")


def client_error(code: int) -> WmiError:
    """What System.Management finds wrong by itself, before it asks WMI: it has the number, and no text of WMI."""
    return WmiError(code, f"Error code: 0x{code:08x}", "management")


class Reason(IntEnum):
    """First field of a progress text."""

    BEGIN = 0
    END = 1
    ITEM_BEGIN = 2
    ITEM_RESULT = 3


class Step(NamedTuple):
    """Something that a progress text tells. `code` is what Result shows, `path` empty for BEGIN and END."""

    reason: Reason
    code: int
    path: str


class Items(NamedTuple):
    """ITEM_BEGIN and ITEM_RESULT with this code, for each of the paths in turn."""

    code: int
    paths: list[str]

    def steps(self) -> Iterator[Step]:
        """The same one by one."""
        for path in self.paths:
            yield Step(Reason.ITEM_BEGIN, 0, path)
            yield Step(Reason.ITEM_RESULT, self.code, path)


class Wait(NamedTuple):
    """Time passes before the next step."""

    ms: float


class Hang(NamedTuple):
    """Nothing more comes, ever."""


class Finished(NamedTuple):
    """The method is over. `return_value` None: it has none, because the provider broke down with `status`.

    `outputs`: the out parameters beside ReturnValue.
    """

    return_value: int | None
    status: int
    outputs: Mapping[str, Any] = MappingProxyType({})


AnyStep = Step | Items | Wait | Hang | Finished
Steps = Iterator[AnyStep]
Deciding = Generator[AnyStep, None, bool]
"""Steps that end with the answer whether the whole call is over."""


@dataclass(slots=True)
class MethodCall:
    """One call of a method. `delay`: seconds by which changes come later than now, once nobody waits for the steps.

    `credentials`: whether the caller's logon has some for file servers; None: as the scenario says.
    """

    host: Host
    user: str
    params: Mapping[str, Any]
    credentials: bool | None = None
    delay: float = 0.0

    def reaches_servers(self) -> bool:
        """Whether file servers take the caller's logon."""
        return self.host.reaches_servers(self.user, self.credentials)


def _always(behaviour: Behaviour) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Method:
    """`inputs`: name and CIM type of each parameter. `run`: the steps; may raise WmiError before the first one.

    `tells`: whether the steps become progress texts at all. `outputs`: name and CIM type of the out parameters beside
    ReturnValue. `always`: it works where Offline Files does not run, too.
    """

    inputs: Mapping[str, str]
    run: Callable[[MethodCall], Steps]
    tells: Callable[[Behaviour], bool] = _always
    outputs: Mapping[str, str] = field(default_factory=dict)
    always: bool = False
