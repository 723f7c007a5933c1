# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module cache tells of a task: what became of each thing that was asked for, and what is left to be done."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

from ..host import availability
from ..words import number
from . import report
from .cache_state import CacheState
from .cache_verdict import Verdict


@dataclass(frozen=True)
class Report(Verdict):
    """The result of a task, in keys and in words."""

    def result(self) -> tuple[dict[str, t.Any], list[str]]:
        """Return the keys of the result, and the warnings."""
        now, files = self.now, self.now.files
        result = {
            **report.of_course(self.course),
            "cache": availability.cache_row(self.course.latest),
            "changed": self._changed,
            "failed": self.failed,
            "enabled": now.enabled,
            "active": now.active,
            "encrypted": now.encryption,
            "encrypted_setting": now.setting,
            "counts": {
                "encrypted": files.encrypted if files else None,
                "unencrypted": files.unencrypted if files else None,
                "unsynchronized": files.dirty if files else None,
            },
            "reset_pending": now.reset_pending,
            "refused": [f"{reason}." for reason in self.refused],
            "reboot_required": self._reboot_required,
            "rebooted": self.restarts,
            "state_verified": self.course.unread is None and self.absent is None,
            "msg": " ".join([*self.problems, *self._sentences(), *filter(None, [self.loss])]),
        }
        if self.wanted.diff:
            result["diff"] = {"before": self._lines(self.began), "after": self._lines(now)}
        return result, self._warnings()

    # What came of it

    @functools.cached_property
    def _changed(self) -> bool:
        if self.course.check_mode:
            return bool(self.planned) or self.restarts
        if self.restarts:
            return True
        if self.course.unread:
            return any(not report.problem_of(call) for call in self.course.told)
        return bool(self.course.acts) and any((self._moved, self._set, self._turned))

    @property
    def _turned(self) -> bool:
        return self.wanted.enabled is not None and self.now.enabled == self.wanted.enabled != self.began.enabled

    @property
    def _set(self) -> bool:
        return self.wanted.reset and bool(self.now.reset_pending) and not self.began.reset_pending

    @property
    def _moved(self) -> bool:
        """Whether files became as they were to be; where there is none, whether the configuration did."""
        wanted = self.wanted.encrypted
        if wanted is None or not (self.planned or self.said("Encrypt") or self.course.lost):
            return False
        return self._fewer > 0 or (self.began.setting is not None and self.now.setting == wanted != self.began.setting)

    @property
    def _fewer(self) -> int:
        wanted, began, now = bool(self.wanted.encrypted), self.began.files, self.now.files
        return began.left(wanted) - now.left(wanted) if began and now else 0

    @property
    def _reboot_required(self) -> bool:
        said = any(call.returned.get("RebootRequired") is True for call in self.said("Enable"))
        return self.absent is None and (self.now.restart_pending or (said and not self.restarts))

    def _sentences(self) -> Iterator[str]:
        if self.absent:
            if not self.problems:
                yield self.absent.sentence
            return
        if self.refused or self.course.unread:
            return
        would = "Would have " if self.course.check_mode else ""
        yield from self._of_enabled(would)
        yield from self._of_encrypted(would)
        if self.wanted.reset and self.now.reset_pending:
            when = "restart" if self.now.enabled else "start of Offline Files, once it is enabled,"
            verb = "would empty" if self._set and would else "empties"
            yield f"The next {when} {verb} the cache{', as was asked for already' if self.began.reset_pending else ''}."
        if self.restarts:
            emptied = (
                " and emptied the cache"
                if (self.began.reset_pending or self.wanted.reset) and self.now.reset_pending is False
                else ""
            )
            yield f"{f'{would}r' if would else 'R'}estarted the host{emptied}."
        elif self._reboot_required:
            yield "A restart of the host is required."

    def _of_enabled(self, would: str) -> Iterator[str]:
        wanted = self.wanted.enabled
        if wanted is None or self.now.enabled != wanted:
            return
        word = "enabled" if wanted else "disabled"
        if not self._turned:
            yield f"Offline Files is {word} already."
        else:
            yield f"{would}{word if would else word.capitalize()} Offline Files."

    def _of_encrypted(self, would: str) -> Iterator[str]:
        wanted, files = self.wanted.encrypted, self.now.files
        if wanted is None:
            return
        if self.waits(self.now) or (self.course.check_mode and files is None and self.waits(self.predicted)):
            yield "The files can be encrypted or decrypted once Offline Files runs: repeat the task after the restart."
        elif not self.now.runs and not self.problems and (why := availability.check(self.course.latest)):
            yield why.sentence
        if files is None:
            return
        whole, verb = files.encrypted + files.unencrypted, "encrypted" if wanted else "decrypted"
        if self._fewer > 0:
            yield f"{would}{verb if would else verb.capitalize()} {self._fewer} of {number(whole, 'file')}."
        elif not whole:
            yield f"There is no file in the cache that {self.user} sees."
        elif not files.left(wanted):
            state = "encrypted" if wanted else "not encrypted"
            yield f"{number(whole, 'file')} that {self.user} sees {'is' if whole == 1 else 'are'} {state} already."

    def _warnings(self) -> list[str]:
        found = report.hints_of(self.course.told)
        wanted, setting = self.wanted.encrypted, self.now.setting
        if wanted is not None and setting is not None and setting != wanted and not self.refused:
            found.append(
                f"The configuration of the host says that the cache is {'' if setting else 'not '}encrypted, so files "
                "that are cached from now on may come so; a policy may say it."
            )
        doubt = availability.doubt_about_restart(self.course.latest) if self.absent is None else ""
        if doubt and self.now.after_restart is None and not self.wanted.reboot:
            found.append(doubt.strip())
        return found

    def _lines(self, state: CacheState) -> str:
        def words(value: bool | None, yes: str, no: str) -> str:
            return "not known" if value is None else yes if value else no

        lines = [
            f"Offline Files: {words(state.enabled, 'enabled', 'disabled')}, "
            f"{words(state.active, 'active', 'not active')}"
        ]
        if state.files:
            lines.append(f"files: {state.files.encrypted} encrypted, {state.files.unencrypted} not encrypted")
        if self.wanted.reset:
            lines.append(f"reset: {words(state.reset_pending, 'at the next restart', 'not pending')}")
        return "".join(f"{line}\n" for line in lines)
