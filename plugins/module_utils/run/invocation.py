# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks for: a method with its checked options, and the request for the host part that they lead to."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import InputError
from ..host.request import Arguments, Request
from ..host.scope import Scope
from ..options import check_timeout
from ..windows import unc
from .method import Goal, Method

LAST_TEXT = "1:"
"""How the last progress text of a call begins: its Reason is End."""


@dataclass(frozen=True)
class Invocation:
    """One method of Win32_OfflineFilesCache with its arguments, and how it is to be called.

    :ivar method: the method
    :ivar scope: the requested paths, each once, in the user's order; all subdirectories, or what lies directly in them
    :ivar flags: the mask of control flags
    :ivar goal: what the method brings about with these flags
    :ivar verify: read the state of the items before and after the call
    :ivar force: call the method even where nothing in scope is seen that it has something to do for
    :ivar timeout: seconds, 0 for no limit
    """

    method: Method
    scope: Scope
    flags: int
    goal: Goal
    verify: bool = True
    force: bool = False
    timeout: int = 3600

    @classmethod
    def from_options(cls, method: Method, options: Mapping[str, t.Any]) -> Invocation:
        """Check the options of a module that calls *method*.

        :param options: the validated arguments ``paths``, ``flags``, ``verify``, ``force``, ``timeout``, and where
            the method has them ``deep`` and the options of its flags
        :raises InputError: a value that cannot be accepted
        """
        if not options["paths"]:
            raise InputError("paths is empty: give at least one UNC path.", options["paths"])
        paths = unc.unique(options["paths"])
        flags = method.flags.choose(method.flags.parse(options["flags"]), options)
        return cls(
            method=method,
            scope=Scope(paths, deep=options.get("deep", True)),
            flags=flags,
            goal=method.goal(flags),
            verify=options["verify"],
            force=options["force"],
            timeout=check_timeout(options["timeout"]),
        )

    @property
    def deep(self) -> bool:
        """All subdirectories, or only what lies directly in the paths."""
        return self.scope.deep

    @property
    def paths(self) -> tuple[str, ...]:
        """The requested paths."""
        return self.scope.paths

    def arguments(self, flags: int) -> Arguments:
        """Return the arguments of a call with these *flags*, beside the paths."""
        return {"Flags": flags, **({"Deep": self.deep} if self.method.has_deep else {})}

    def request(self, *, check_mode: bool = False) -> Request:
        """Return the first request: read, call, read. In check mode nothing is called, and the state is always read."""
        return Request(
            method=None if check_mode else self.method.name,
            paths=self.paths,
            arguments=(self.arguments(self.flags),),
            paths_as="Paths",
            deep=self.scope.deep,
            last=LAST_TEXT,
            read=self.verify or check_mode,
            fields=self.goal.fields + (marks.fields if (marks := self.method.marks()) else ()),
            keep=self.goal.keep,
            decisive=self.goal.decisive,
            force=self.force,
            timeout=self.timeout,
        )
