# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.fleet_report: writes what a fleet has come to, and asks no host."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils import options as user_options
from ..module_utils.errors import InputError
from ..module_utils.fleet import document, hosts, merging, page, table, totals
from ..module_utils.fleet.model import Fleet, Host
from ..module_utils.words import number, visible
from ..plugin_utils import controller_file

FORMATS: t.Final[Mapping[str, t.Callable[[Fleet], str]]] = {
    "html": page.html,
    "csv": table.csv,
    "json": document.write,
}
"""What can be written, each with what makes it."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_OF_RESULTS = ("cache", "before", "after", "results", "problem")


class ActionModule(ActionBase):  # type: ignore[misc]
    """Writes the page of a fleet."""

    # Also where the connection is one that the controller itself does not answer on.
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "dest": {"type": "path", "required": True},
        "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": ["html"]},
        "title": {"type": "str", "default": "Offline Files of the fleet"},
        "hosts": {"type": "list", "elements": "str"},
        **{name: {"type": "list", "elements": "str", "default": []} for name in _OF_RESULTS},
        "merge": {"type": "list", "elements": "path", "default": []},
        "max_items": {"type": "int", "default": 20},
        "mode": {"type": "raw", "default": "0600"},
    }

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Write the files; see the module's documentation for the result.

        :raises AnsibleActionFail: an argument that cannot be accepted, a file that cannot be read or written
        """
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(argument_spec=self.ARGUMENT_SPEC)
        try:
            return self._report(options, task_vars or {})
        except InputError as exc:
            raise AnsibleActionFail(str(exc)) from None

    def _report(self, options: dict[str, t.Any], variables: Mapping[str, t.Any]) -> dict[str, t.Any]:
        most = user_options.check_limit("max_items", options["max_items"])
        mode = _mode(options["mode"])
        files = _files(options["dest"], options["formats"])
        names = {option: [_variable(option, name) for name in options[option]] for option in _OF_RESULTS}
        # A merge may name the file that is about to be replaced.
        earlier = [_merged(path).hosts for path in options["merge"]]
        wanted = options["hosts"] if options["hosts"] is not None else variables.get("ansible_play_hosts_all", [])
        asked = self._hosts(list(dict.fromkeys(wanted)), names, variables, most)
        title = visible(options["title"])
        fleet = merging.merge(title, [*earlier, asked])
        written = [self._write(path, FORMATS[name](fleet), mode, name) for name, path in files.items()]
        sums = totals.of(fleet.hosts)
        changed = [file for file in written if file["changed"]]
        verb = ("Would write" if self._task.check_mode else "Wrote") if changed else "Nothing new for"
        return {
            "changed": bool(changed),
            "files": written,
            "totals": sums.as_data(),
            "msg": f"{verb} {', '.join(file['path'] for file in changed or written)}. {_told(sums)}",
        }

    def _hosts(
        self, wanted: Sequence[str], names: Mapping[str, Sequence[str]], variables: Mapping[str, t.Any], most: int
    ) -> tuple[Host, ...]:
        check_mode = bool(variables.get("ansible_check_mode", self._task.check_mode))
        found: set[str] = set()
        read = []
        for name, known, own in _variables(wanted, variables.get("hostvars") or {}):
            given = {option: {one: own[one] for one in names[option] if one in own} for option in names}
            found.update(*given.values())
            read.append(hosts.read(name, hosts.Registered(**given, check_mode=check_mode, known=known), most))
        unset = [one for option in names for one in names[option] if one not in found]
        if unset and read:
            what = "the variable" if len(unset) == 1 else "the variables"
            self._display.warning(f"No host has {what} {', '.join(dict.fromkeys(unset))}.")
        return tuple(read)

    def _write(self, path: Path, text: str, mode: int, name: str) -> dict[str, t.Any]:
        try:
            changed = controller_file.put(path, text, mode, only_say=bool(self._task.check_mode))
        except (OSError, ValueError) as exc:
            raise AnsibleActionFail(
                f"dest '{path}' cannot be written: {getattr(exc, 'strerror', None) or exc}."
            ) from None
        return {"path": str(path), "format": name, "changed": changed, "size": len(text.encode())}


def _told(sums: totals.Totals) -> str:
    states = ", ".join(f"{state.words} {hosts_}" for state, hosts_ in sums.states.items())
    return f"{number(sums.all.hosts, 'host')}{': ' if states else ''}{states}."


def _variables(wanted: Sequence[str], hostvars: t.Any) -> Iterator[tuple[str, bool, Mapping[str, t.Any]]]:
    """Yield of each host its name, whether the inventory has it, and its variables as they are.

    What was registered is data, so that nothing has to be templated, which would take minutes for a fleet.
    """
    for name in wanted:
        known = name in hostvars
        yield name, known, hostvars.raw_get(name) if known else {}


def _variable(option: str, name: str) -> str:
    if _VARIABLE.match(name):
        return name
    raise InputError(
        f"{option} '{visible(name[:200])}' is not allowed: give the name of a variable that tasks have registered, "
        "not what is in it.",
        name,
    )


def _files(dest: str, formats: Sequence[str]) -> dict[str, Path]:
    """Return the file for each format: *dest* with its ending."""
    if not formats:
        raise InputError(f"formats is empty: give one or more of {', '.join(FORMATS)}.", formats)
    path = Path(dest).absolute()
    if dest.endswith("/") or path.is_dir():
        raise InputError(
            f"dest '{dest}' is not allowed: it is a folder. Name the file, such as {path / 'fleet.html'}.", dest
        )
    bare = path.with_suffix("") if path.suffix[1:].lower() in FORMATS else path
    return {name: bare.with_name(f"{bare.name}.{name}") for name in dict.fromkeys(formats)}


def _mode(value: t.Any) -> int:
    """Return the mode of the files. A number is what YAML has made of an octal one."""
    mode = -1
    if isinstance(value, int) and not isinstance(value, bool):
        mode = value
    elif isinstance(value, str) and re.fullmatch("(0o?)?[0-7]{3}", value):
        mode = int(value[-3:], 8)
    if 0 <= mode <= 0o777:
        return mode
    raise InputError(f"mode '{value}' is not allowed: give an octal number in quotes, such as '0640'.", value)


def _merged(path: str) -> Fleet:
    try:
        return document.read(path, Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise InputError(f"merge '{path}' is not allowed: it is no text in UTF-8.", path) from None
    except OSError as exc:
        raise InputError(f"merge '{path}' cannot be read: {exc.strerror or exc}.", path) from None
