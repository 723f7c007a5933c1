# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether the offline cache of a host can be asked at all, and what to do where it cannot."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..windows import codes
from ..words import one_line
from .answer import Answer, HostError

SERVICE = "CscService"
DRIVER = "CSC"

_CLASS_ABSENT = frozenset({0x80041002, 0x8004100E, 0x80041010, 0x80041011, 0x80041013})
"""What WMI says of a class that is not there (not found for its instances, not valid in a query), or of its namespace,
its provider or the library of that. Of an item or a service the same codes say something else."""

_STARTS = {"Boot": True, "System": True, "Auto": True, "Disabled": False}
"""Start modes in the words of WMI. What is Manual starts when something wants it, which says nothing."""


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
        if is_absent(cache.error):
            return Unavailable(
                f"Offline Files is not on this host ({error}): on a server it comes with Desktop Experience, and "
                "Windows Home does not have it.",
                True,
            )
        said = f": {cache.error.words}" if cache.error.words else ""
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
    doubt = doubt_about_restart(answer)
    if cache.enabled:
        what = "make its settings agree and restart the host" if doubt else "restart the host, or start the service"
        return Unavailable(f"Offline Files is enabled but not active on this host ({state}): {what}.{doubt}", True)
    if cache.active:
        until = "but still active" if doubt else "and stops at the next restart"
        return Unavailable(f"Offline Files is disabled on this host {until}: enable it again to use it.{doubt}", True)
    return Unavailable(
        f"Offline Files is disabled on this host ({state}): enable it and restart the host to use it.{doubt}", True
    )


def is_absent(error: HostError | None) -> bool:
    """Return whether the *error* of reading a class says that Windows does not have the class."""
    return error is not None and codes.to_hresult(error.code) in _CLASS_ABSENT


def after_restart(answer: Answer) -> bool | None:
    """Return whether Offline Files will run after a restart; None where what is set does not agree, or is not known.

    Enabling it sets the service and the driver to start (vendor's page of OfflineFilesEnable). Somebody may have set
    one of them otherwise since; no document says what Windows makes of that.
    """
    if answer.cache.enabled is None:
        return None
    services = [answer.services.get(name) for name in (SERVICE, DRIVER)]
    modes = [_STARTS.get(service.start_mode) for service in services if service and service.start_mode]
    return answer.cache.enabled if {answer.cache.enabled, None}.issuperset(modes) else None


def doubt_about_restart(answer: Answer) -> str:
    """Return a further sentence where what is set does not agree, so that a restart may bring either; else nothing."""
    if answer.cache.enabled is None or after_restart(answer) is not None:
        return ""
    said = [f"Offline Files is {'enabled' if answer.cache.enabled else 'disabled'}"]
    for kind, name in (("service", SERVICE), ("driver", DRIVER)):
        service = answer.services.get(name)
        if service and service.start_mode:
            said.append(f"the start mode of the {kind} {name} is {one_line(service.start_mode)}")
    return f" What a restart brings is not certain, for what is set does not agree: {', '.join(said)}."


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
