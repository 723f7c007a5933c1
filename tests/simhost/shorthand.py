# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the short way in which tests write a request for a method over paths: its flags, and perhaps its Deep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def request(short: Mapping[str, Any]) -> dict[str, Any]:
    """The options of host_call.

    :param short: options, where `flags` (one call for each number) and `deep` (the argument Deep, None for a method
        that has none) stand for `arguments` and `paths_as`; None takes an option out.
    """
    full = {name: value for name, value in short.items() if value is not None and name != "flags"}
    if short.get("flags") is not None:
        deep = {"Deep": full["deep"]} if "deep" in full else {}
        full["arguments"] = [{"Flags": flags & 0xFFFFFFFF, **deep} for flags in short["flags"]]
        full.setdefault("paths_as", "Paths")
    return full


def named(method: str, *arguments: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """What differs from a request of Unpin for a method with other parameters, as the modules that look first ask.

    :param arguments: of each call, by name
    :param options: what else differs; `fields` at least, where items are read
    """
    usual: dict[str, Any] = {"flags": None, "keep": [], "reasons": [], "observe": False}
    return {**usual, "method": method, "arguments": [dict(one) for one in arguments], **options}
