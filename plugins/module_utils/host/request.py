# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A request to the host part, typed: one execution of host_call (docs/host_contract.md)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, fields

CACHE_CLASS, REGISTRY_CLASS = "Win32_OfflineFilesCache", "StdRegProv"

READ_AGAIN_TIMEOUT = 30
"""Seconds, at most, for reading the state once more after an answer was lost."""

MAX_REREADS = 3
"""How often a state is read again that does not show what was reported."""

REREAD_DELAY = 1.0
"""Seconds before each time."""

Arguments = Mapping[str, t.Any]
"""The arguments of one call by the names of its parameters: bools, whole numbers, texts. Windows makes of each what its
CIM type wants."""


@dataclass(frozen=True)
class Request:
    r"""What the host part is asked for; the defaults are those of the contract.

    :ivar method: method to call; None to call nothing
    :ivar of_class: the WMI class of ``root\cimv2`` that has the method
    :ivar arguments: by the vendor's names, all but the one that takes the paths; one call for each
    :ivar paths: canonical UNC paths (``\\server\share\...``): what the method is called with, and what is read
    :ivar paths_as: the parameter that takes the paths: all of them where it is an array, else the one of :attr:`each`;
        empty where none does
    :ivar deep: everything below the paths is read, not only what lies directly in them
    :ivar each: a call for each path instead of one with all
    :ivar observe: with a sink for progress texts
    :ivar last: how the last progress text of a call begins
    :ivar read: read the items before the call, and after it
    :ivar fields: properties of an item that a row holds, embedded ones with a dot
    :ivar keep: send only rows in which one of these is set; empty for all rows
    :ivar decisive: call only if one of these is set in some row; empty to call in any case
    :ivar classes: WMI classes whose first instance is read
    :ivar registry: registry keys that are read; one star stands for all subkeys
    :ivar force: call whatever :attr:`decisive` shows
    :ivar anyway: read and call where Offline Files does not run, too
    :ivar timeout: seconds, 0 for no limit
    :ivar job: name of the job that :attr:`job_step` is about
    :ivar job_step: ``run`` to carry the rest of the request out as that job, ``look`` at it, or ``drop`` it, which both
        do nothing else; empty for no job
    :ivar about: what is to be found in the state of the job again
    :ivar tally: how progress texts begin that a job counts
    :ivar results: file in which Ansible's start of the job leaves what it printed; for ``look`` and ``drop``
    """

    method: str | None = None
    of_class: str = CACHE_CLASS
    arguments: tuple[Arguments, ...] = ()
    paths: tuple[str, ...] = ()
    paths_as: str = ""
    deep: bool = True
    each: bool = False
    observe: bool = True
    last: str = ""
    read: bool = True
    fields: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    registry: tuple[str, ...] = ()
    force: bool = False
    anyway: bool = False
    timeout: int = 3600
    job: str = ""
    job_step: str = ""
    about: Mapping[str, t.Any] | None = None
    tally: tuple[str, ...] = ()
    results: str = ""

    def options(self) -> dict[str, t.Any]:
        """Return the options of the host part, under the names that the contract has for them."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        given = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        given["class"] = given.pop("of_class")
        given["arguments"] = [dict(arguments) for arguments in self.arguments]
        # A list of 10,000 strings takes the host seconds to validate, one string with a path per line nothing.
        given["paths"] = "\n".join(self.paths)
        given["reasons"] = given.pop("decisive")
        if not self.job_step:
            # Every task sends its request.
            for name in ("job", "job_step", "about", "tally", "results"):
                del given[name]
        return given
