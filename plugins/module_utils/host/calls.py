# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The calls of a run as wholes: what was said of them, beside what was said of each item."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..windows import codes
from ..windows.codes import Code
from ..windows.progress import Head
from .answer import Call

WBEM_E_CALL_CANCELLED = 0x80041032
WBEM_E_TIMED_OUT = 0x80041069


class Said(t.NamedTuple):
    """A call, and what the End among its progress texts said."""

    call: Call
    end: Head | None


@dataclass(frozen=True)
class Calls:
    """The calls of the last answer that had any.

    :ivar said: each with what its End said
    """

    said: tuple[Said, ...] = ()

    @functools.cached_property
    def codes(self) -> list[Code]:
        """Everything that was said of the calls, in its order."""
        return [code for code, _text in _said_of(self.said)]

    @property
    def worst(self) -> Code | None:
        """The worst that was said: an error before a success."""
        return next((code for code in self.codes if not code.ok), self.codes[0] if self.codes else None)

    @property
    def return_value(self) -> Code | None:
        """The method's own return value; of several the first that is an error."""
        values = [codes.explain(call.return_value) for call, _end in self.said if call.return_value is not None]
        return next((code for code in values if not code.ok), values[0] if values else None)

    @property
    def completed(self) -> bool:
        """Whether there are calls, and each was made and came to its end."""
        return bool(self.said) and all(call.made and call.completed for call, _end in self.said)

    @property
    def succeeded(self) -> bool:
        """Whether the calls came to their end, and only successes were said of them.

        A missing return value is none to hold against a call: WMI does not always deliver it.
        """
        return self.completed and all(code.ok for code in self.codes)

    @property
    def refused(self) -> bool:
        """Whether WMI itself did not do as it was asked: an error was thrown, or its final status is one."""
        return any(call.error or call.status for call, _end in self.said)

    @property
    def cancelled(self) -> bool:
        """Whether it was said that an operation was cancelled."""
        return any(code.category == "cancelled" for code in self.codes)

    @property
    def timed_out(self) -> bool:
        """Whether the host stopped waiting, or had no time left for a call: that was neither made nor refused."""
        return any(call.timed_out or not (call.made or call.error) for call, _end in self.said)

    @property
    def lost(self) -> bool:
        """Whether the answer of a call was lost."""
        return any(call.lost for call, _end in self.said)

    @property
    def may_still_run(self) -> bool:
        """Whether a call may still be at work on the host."""
        return any(_may_still_run(call) for call, _end in self.said)

    def error_of(self, request: int | None) -> tuple[Code, str]:
        """Return the first error of the calls with the path of a request; where they have none, that of any call."""
        errors = self._errors
        own = [error for error in (errors.get(None), errors.get(request)) if error]
        # A call for which no time was left says nothing.
        silent = (0, codes.explain(WBEM_E_TIMED_OUT), "")
        _number, code, text = min(own or errors.values(), default=silent, key=lambda error: error[0])
        return code, text

    @functools.cached_property
    def _errors(self) -> dict[int | None, tuple[int, Code, str]]:
        """The first error of the calls with each path, or None for all paths, behind the number of its call."""
        errors: dict[int | None, tuple[int, Code, str]] = {}
        for number, said in enumerate(self.said):
            error = next((one for one in _said_of([said]) if not one[0].ok), None)
            if error:
                errors.setdefault(said.call.path, (number, *error))
        return errors


def _said_of(calls: Iterable[Said]) -> Iterator[tuple[Code, str]]:
    """Yield everything that was said of calls, with the host's words where there are any."""
    for call, end in calls:
        if call.error and call.thrown_at == "parameters":
            yield codes.explain_refused_parameters(call.error.code), call.error.words
        elif call.error:
            yield codes.explain(call.error.code), call.error.words
        if call.status:
            yield codes.explain(call.status.code), call.status.words
        if call.return_value is not None:
            yield codes.explain(call.return_value), ""
        if end:
            yield end.code, end.text


def _may_still_run(call: Call) -> bool:
    # Cancelled by WMI is only the client's side: the provider is not told (IWbemServices::CancelAsyncCall).
    cancelled = any(error and error.code == WBEM_E_CALL_CANCELLED for error in (call.status, call.error))
    return (call.made and not call.completed) or (call.begun and cancelled)
