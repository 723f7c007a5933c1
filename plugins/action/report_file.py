# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.report_file: writes a new file on the controller, and asks no host."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import controller_file


class ActionModule(ActionBase):  # type: ignore[misc]
    """Writes a report into a new file."""

    # Also where the connection is one that the controller itself does not answer on.
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "path": {"type": "path", "required": True},
        "content": {"type": "str", "required": True},
        "parents": {"type": "bool", "default": False},
        "instead_of": {"type": "str"},
    }

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Write the file; see the module's documentation for the result.

        :raises AnsibleActionFail: an argument that cannot be accepted, a file that is there or cannot be written
        """
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(argument_spec=self.ARGUMENT_SPEC)
        path = Path(os.path.abspath(options["path"]))
        begun = options["instead_of"]
        try:
            if begun is not None and os.path.lexists(path):
                if not self._task.check_mode:
                    controller_file.replace(path, begun, options["content"])
                return self._told(path)
            if os.path.lexists(path):
                raise FileExistsError
            if not self._task.check_mode:
                if options["parents"]:
                    controller_file.make_folder(path.parent)
                controller_file.write_new(path, options["content"])
        except FileExistsError:
            raise AnsibleActionFail(
                f"path '{path}' is not allowed: it is there already, and no report is overwritten. Take another name, "
                "or move the old one away."
            ) from None
        except (OSError, ValueError) as exc:
            raise AnsibleActionFail(
                f"path '{path}' cannot be written: {getattr(exc, 'strerror', None) or exc}."
            ) from None
        return self._told(path)

    def _told(self, path: Path) -> dict[str, t.Any]:
        return {
            "changed": True,
            "path": str(path),
            "msg": f"{'Would write' if self._task.check_mode else 'Wrote'} {path}.",
        }
