# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether the offline cache of a host can be asked at all, and what to do where it cannot."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import codes
from .answer import Answer
from .words import one_line

SERVICE = "CscService"
DRIVER = "CSC"


@dataclass(frozen=True)
class Unavailable:
    """Why the cache cannot be asked.

    :ivar sentence: for the user, with what to do
    :ivar seen: Offline Files was seen to be missing or off; an error that only hides it, such as a denied access,
        does not show that
    """

    sentence: str
    seen: bool


def check(answer: Answer) -> Unavailable | None:
    """Return why the cache of this host cannot be asked, or None where it can."""
    cache = answer.cache
    if cache.error:
        error = codes.explain(cache.error.code)
        if error.category == "unsupported":
            return Unavailable(
                f"Offline Files is not on this host ({error}): on a server it comes with Desktop Experience, and "
                "Windows Home does not have it.",
                True,
            )
        said = f": {one_line(cache.error.message)}" if cache.error.message else ""
        hint = f" {error.hint}" if error.hint else ""
        return Unavailable(
            f"The class Win32_OfflineFilesCache could not be read as {answer.user}: {error}{said}.{hint}", False
        )
    if not cache.found:
        return Unavailable("The class Win32_OfflineFilesCache has no instance on this host.", False)
    if cache.enabled and cache.active:
        return None
    service = answer.services.get(SERVICE)
    state = f"service {SERVICE} is {service.state}" if service and service.state else f"no service {SERVICE} was seen"
    if cache.enabled:
        return Unavailable(
            f"Offline Files is enabled but not active on this host ({state}): restart the host, or start the service.",
            True,
        )
    if cache.active:
        return Unavailable(
            "Offline Files is disabled on this host and stops at the next restart: enable it again to use it.", True
        )
    return Unavailable(
        f"Offline Files is disabled on this host ({state}): enable it and restart the host to use it.", True
    )


def cache_row(answer: Answer | None) -> dict[str, t.Any]:
    """Return the key ``cache`` of every result; without an answer nothing is known."""
    if answer is None:
        return {"enabled": None, "active": None, "location": None, "user": None}
    cache = answer.cache
    return {
        "enabled": cache.enabled,
        "active": cache.active,
        "location": cache.location,
        "user": answer.user or None,
    }
