# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.pin."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import yaml

from ..module_utils.errors import InputError
from ..module_utils.methods import restore
from ..module_utils.methods.pin import PIN
from ..plugin_utils.method_action import MethodAction


class ActionModule(MethodAction):
    """Pins items, and brings into the offline cache what it does not hold; or pins again what was released."""

    METHOD = PIN
    OPTIONS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "paths": {"type": "list", "elements": "str", "default": [], "aliases": ["path"]},
        "restore": {"type": "raw"},
    }

    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Pin what the paths name, or what the entries of a release do."""
        given = options.pop("restore")
        if given is None:
            if not options["paths"] and not {"paths", "path"} & self._task.args.keys():
                raise InputError("neither paths nor restore is given: give exactly one of them.", None)
            return super().carry_out(options)
        if options["paths"]:
            raise InputError("paths and restore are both given: give exactly one of them.", options["paths"])
        wanted = restore.read(self._content(given) if isinstance(given, str) else given)
        # What a transcript records, and whose spelling a result keeps, are the paths.
        options["paths"] = [path for paths in wanted.groups.values() for path in paths]
        # Options are checked before the host is asked, whatever there is to do.
        invocations = restore.invocations(PIN, wanted, options)
        for warning in wanted.warnings:
            self._warn(warning)
        if not invocations:
            nothing = "Nothing to pin: no item of restore lost a reason that can be given again."
            return {**self.empty_result(), "msg": nothing, "deep": False}
        return self.carry_out_each(invocations, options)

    def _content(self, name: str) -> object:
        """Return what a file on the controller holds.

        :raises InputError: it cannot be read, or holds neither JSON nor YAML
        """
        file = Path(self._loader.path_dwim(name))
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeError) as exc:
            reason = getattr(exc, "strerror", None) or "it is no text in UTF-8"
            raise InputError(f"restore names the file '{file}', which cannot be read: {reason}.", name) from None
        try:
            return _parsed(text)
        except (yaml.YAMLError, ValueError) as exc:
            problem = " ".join(str(exc).split())
            raise InputError(
                f"restore names the file '{file}', which is neither JSON nor YAML: {problem}.", name
            ) from None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return yaml.safe_load(text)
