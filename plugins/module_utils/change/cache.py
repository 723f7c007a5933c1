# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module cache decides: whether Offline Files runs, whether its files are encrypted, and emptying it.

Sources: the vendor's pages of Enable and Encrypt of Win32_OfflineFilesCache; its article 942974 for FormatDatabase; for
the methods of StdRegProv its pages of that class.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import HostCallError, InputError
from ..host.answer import Answer
from ..host.request import REGISTRY_CLASS, Arguments, Request
from ..info import users
from ..info.configuration import MACHINE_CLASS
from ..options import check_timeout
from . import cache_state, report, reset_guard, restart
from .cache_report import Report
from .cache_state import CacheState
from .course import Act, Course

ENABLE, ENCRYPT, CREATE_KEY, SET_VALUE = "Enable", "Encrypt", "CreateKey", "SetDWORDValue"

REFUSE, DESTROY = "refuse", "destroy"

MAX_ENCRYPTIONS = 4
"""How often Encrypt is called, at most, as long as Windows says that it was cancelled."""

_KEY: Arguments = {"hDefKey": 0x80000002, "sSubKeyName": cache_state.SUBKEY}
"""HKEY_LOCAL_MACHINE."""


@dataclass(frozen=True)
class Cache:
    """A task of this module.

    :ivar enabled: Offline Files is to run; None to leave that alone
    :ivar encrypted: the files are to be encrypted; None to leave that alone
    :ivar reset: the cache is to be emptied
    :ivar unsynchronized: :data:`REFUSE` or :data:`DESTROY`: what is not synchronized, or may not be, when it is emptied
    :ivar reboot: restart the host where that is required
    :ivar reboot_timeout: seconds that a restart may take
    :ivar unavailable: ``ok`` or ``fail``: what a host is that has no cache, or where it does not run
    :ivar timeout: seconds for everything but a restart, 0 for no limit
    :ivar diff: the result has a diff
    """

    enabled: bool | None
    encrypted: bool | None
    reset: bool
    unsynchronized: str
    reboot: bool
    reboot_timeout: int
    unavailable: str
    timeout: int
    diff: bool

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any], *, diff: bool) -> Cache:
        """Check the options of the module.

        :raises InputError: a value that cannot be accepted
        """
        if options["enabled"] is None and options["encrypted"] is None and not options["reset"]:
            raise InputError("Nothing is asked for: give at least one of enabled, encrypted and reset: true.", None)
        if options["enabled"] is False and options["encrypted"] is not None:
            raise InputError(
                f"encrypted: {str(options['encrypted']).lower()} with enabled: false is not allowed: the files of a "
                "disabled cache can be neither read nor encrypted. Encrypt them with a task before.",
                options["encrypted"],
            )
        if options["enabled"] is False and options["reset"]:
            raise InputError(
                "reset: true with enabled: false is not allowed: the cache is emptied when Offline Files starts, which "
                "it would not. Reset it and restart the host first, and disable it with a task after that.",
                options["reset"],
            )
        if not 1 <= options["reboot_timeout"] <= 86_400:
            raise InputError(
                f"reboot_timeout {options['reboot_timeout']} is not allowed: use 1 to 86400 seconds.",
                options["reboot_timeout"],
            )
        own = {field.name: options[field.name] for field in dataclasses.fields(cls) if field.name != "diff"}
        return cls(**{**own, "timeout": check_timeout(options["timeout"])}, diff=diff)

    def look(self) -> Request:
        """Return what is read: the items only where they matter, for there may be many."""
        return Request(
            read=self.encrypted is not None or self.reset,
            fields=cache_state.FIELDS,
            classes=(MACHINE_CLASS,),
            registry=(
                cache_state.FORMAT_KEY,
                *((restart.KEY,) if self.reboot else ()),
                *(users.KEYS if self.reset and self.unsynchronized == REFUSE else ()),
            ),
            timeout=self.timeout,
        )

    def check(self, answer: Answer) -> None:
        """Read the rows of an answer.

        :raises ContractError: they cannot be read
        """
        cache_state.read(answer)

    def next_act(self, course: Course) -> Act | None:
        """Return the next call: what needs the cache as it is first, then what changes whether it runs."""
        broken = course.lost or course.unread or course.timed_out
        if broken or course.looked.cache.error or not course.looked.cache.found or self.refused(course):
            return None
        return self._next(cache_state.read(course.latest), course)

    def _next(self, now: CacheState, course: Course) -> Act | None:
        calls = {str(done.act.request.method) for done in course.acts}
        if (
            self.encrypted is not None
            and now.runs
            and not now.is_encrypted(self.encrypted)
            and self._may_encrypt(course)
        ):
            again = " again, for it was cancelled" if ENCRYPT in calls else ""
            return _act(ENCRYPT, {"Encrypt": self.encrypted, "Flags": 0}, f"calling Encrypt{again}", self.timeout)
        if self.reset and not now.reset_pending and course.restart is None:
            if now.format_key is False and CREATE_KEY not in calls:
                return _act(CREATE_KEY, _KEY, "making the registry key of the driver", self.timeout, REGISTRY_CLASS)
            if now.format_key is not False and SET_VALUE not in calls:
                value = {**_KEY, "sValueName": cache_state.FORMAT_VALUE, "uValue": 1}
                return _act(
                    SET_VALUE, value, "having the cache emptied at the next restart", self.timeout, REGISTRY_CLASS
                )
        if self.enabled is not None and now.enabled is not None and now.enabled != self.enabled and ENABLE not in calls:
            return _act(ENABLE, {"Enable": self.enabled}, "calling Enable", self.timeout)
        return None

    @staticmethod
    def _may_encrypt(course: Course) -> bool:
        done = [one for one in course.acts if one.act.request.method == ENCRYPT]
        if not done:
            return True
        last = [call for _arguments, call in done[-1].calls()]
        cancelled = any((code := report.said_of(call)) and code.category == "cancelled" for call in last)
        return cancelled and len(done) < MAX_ENCRYPTIONS

    def unsettled(self, course: Course) -> bool:
        """Return whether a call reported success, and the state does not show it (yet)."""
        if course.unread or course.lost:
            return False
        now = cache_state.read(course.latest)
        good = {done.act.request.method for done in course.acts for _args, call in done.calls() if _succeeded(call)}
        return (
            (ENABLE in good and now.enabled != self.enabled)
            or (SET_VALUE in good and course.restart is None and not now.reset_pending)
            or (ENCRYPT in good and now.runs and self.encrypted is not None and not now.is_encrypted(self.encrypted))
        )

    def refused(self, course: Course) -> list[str]:
        """Return what speaks against emptying the cache; nothing where nothing does, or nothing of it is asked."""
        began = cache_state.read(course.looked)
        if not self.reset or self.unsynchronized == DESTROY or began.reset_pending:
            return []
        return reset_guard.against(course.looked, began)

    def wants_restart(self, course: Course) -> bool:
        """Return whether the host is to be restarted: something waits for that, and nothing has failed."""
        return self.reboot and not self._report(course).failed and cache_state.read(course.latest).restart_pending

    def settled(self, answer: Answer) -> bool:
        """Return whether nothing waits for a restart any more: Offline Files may begin a while after Windows."""
        return not cache_state.read(answer).restart_pending

    def result(self, course: Course) -> tuple[dict[str, t.Any], list[str]]:
        """Return the module's result, and the warnings."""
        return self._report(course).result()

    def without_answer(self, problem: HostCallError) -> dict[str, t.Any]:
        """Return the result of a task whose look was not answered."""
        return {**self.empty(diff=self.diff), **report.without_answer(problem, diff=self.diff)}

    @staticmethod
    def empty(*, diff: bool) -> dict[str, t.Any]:
        """Return a result with every key, of a task of which nothing is known."""
        return {
            **report.empty(diff=diff),
            "enabled": None,
            "active": None,
            "encrypted": None,
            "encrypted_setting": None,
            "counts": {"encrypted": None, "unencrypted": None, "unsynchronized": None},
            "reset_pending": None,
            "refused": [],
            "reboot_required": False,
            "rebooted": False,
        }

    def _report(self, course: Course) -> Report:
        refused = self.refused(course) if course.looked.cache.found else []
        now, planned = cache_state.read(course.looked), list[str]()
        if course.check_mode and course.looked.cache.found and not refused:
            while (act := self._next(now, course)) and act.request.method not in planned:
                planned.append(str(act.request.method))
                now = self._reached(now, planned[-1])
        return Report(self, course, refused, planned, now)

    def _reached(self, now: CacheState, method: str) -> CacheState:
        """Return what a method makes of the cache."""
        if method == ENABLE:
            return dataclasses.replace(now, enabled=self.enabled, after_restart=self.enabled)
        if method == CREATE_KEY:
            return dataclasses.replace(now, format_key=True)
        if method == SET_VALUE:
            return dataclasses.replace(now, reset_pending=True)
        wanted = bool(self.encrypted)
        files = dataclasses.replace(now.files, complete=True).reached(wanted) if now.files else None
        return dataclasses.replace(now, setting=wanted if now.setting is not None else None, files=files)


def _act(method: str, arguments: Arguments, why: str, timeout: int, of_class: str | None = None) -> Act:
    """Return an act. It reads nothing, for what it changes is seen only by another look."""
    request = Request(
        method=method,
        arguments=(arguments,),
        observe=False,
        read=False,
        # Enable is for a cache that does not run, too; Encrypt is asked for only where it does.
        anyway=method != ENCRYPT,
        timeout=timeout,
    )
    return Act(request if of_class is None else dataclasses.replace(request, of_class=of_class), why)


def _succeeded(call: t.Any) -> bool:
    code = report.said_of(call)
    return bool(call.completed and code and code.ok)
