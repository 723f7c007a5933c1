# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of each module says what its action takes and what its results hold: no less, and no more."""

from __future__ import annotations

import importlib
import re
import typing as t
from collections.abc import Callable, Iterator

import pytest
import yaml
from collection_tree import ROOT
from unit import change_answers, item_rows
from unit.action_host import (
    CacheInfoUnderTest,
    CacheUnderTest,
    ConnectionUnderTest,
    DeleteItemsUnderTest,
    ItemInfoUnderTest,
    PinUnderTest,
    RenameItemUnderTest,
    SynchronizeUnderTest,
    UnderTest,
    UnpinUnderTest,
)
from unit.host_answers import DEFAULT_OPTIONS, answer, scenarios
from unit.job_rows import job

from ansible_collections.winops.offline_files.plugins.action import fleet_report, report_file
from ansible_collections.winops.offline_files.plugins.module_utils.info import configuration
from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import ItemsGone
from ansible_collections.winops.offline_files.plugins.module_utils.methods.pin import PIN
from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import SYNCHRONIZE
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.windows import rows
from ansible_collections.winops.offline_files.plugins.plugin_utils import host_action

PLUGINS = "ansible_collections.winops.offline_files.plugins"

ACTIONS: list[type[UnderTest]] = [
    UnpinUnderTest,
    PinUnderTest,
    SynchronizeUnderTest,
    DeleteItemsUnderTest,
    ItemInfoUnderTest,
    CacheInfoUnderTest,
    ConnectionUnderTest,
    RenameItemUnderTest,
    CacheUnderTest,
]


class ReportFile(report_file.ActionModule):
    """The one that asks no host; its results are tested through the real CLI."""

    MODULE: t.ClassVar[str] = "report_file"


class FleetReport(fleet_report.ActionModule):
    """Another one that asks no host."""

    MODULE: t.ClassVar[str] = "fleet_report"


OPTION_KEYS = {"type", "elements", "default", "choices", "aliases", "required"}
OF_CORE = {"changed", "failed", "warnings"}
"""Keys that every result of Ansible may have; they are documented once for all modules."""

TYPES: dict[str, t.Any] = {
    "str": str,
    "bool": bool,
    "int": int,
    "list": list,
    "dict": dict,
    "raw": (int, str),
    "float": float,
}


def _own(module: str) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return what a module itself documents, and the keys of its results."""
    source = importlib.import_module(f"{PLUGINS}.modules.{module}")
    return yaml.safe_load(source.DOCUMENTATION), yaml.safe_load(source.RETURN)


def _fragment(name: str) -> dict[str, t.Any]:
    text = importlib.import_module(f"{PLUGINS}.doc_fragments.{name}").ModuleDocFragment.DOCUMENTATION
    return dict(yaml.safe_load(text))


def _fragments_of(documentation: dict[str, t.Any]) -> list[str]:
    names = [name.rpartition(".") for name in documentation.get("extends_documentation_fragment", [])]
    assert {collection for collection, _dot, _name in names} <= {"winops.offline_files"}
    return [fragment for _collection, _dot, fragment in names]


def _documentation(module: str) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return the options, merged with those of fragments as Ansible does, and the documented keys of the results."""
    documentation, returned = _own(module)
    options = {name: dict(option) for name, option in (documentation.get("options") or {}).items()}
    for fragment in _fragments_of(documentation):
        for name, option in (_fragment(fragment).get("options") or {}).items():
            own = options.setdefault(name, {})
            twice = own.keys() & option.keys() - {"default"}
            assert not twice, f"{name} has {twice} in {module} and in the fragment {fragment}"
            options[name] = {**option, **own}
    return options, returned


def _names(part: t.Any) -> str:
    return str(part.MODULE)


def test_every_action_is_held_to_its_documentation() -> None:
    files = {path.stem for path in (ROOT / "plugins" / "action").glob("[a-z]*.py")}
    assert files == {*(action.MODULE for action in ACTIONS), ReportFile.MODULE, FleetReport.MODULE}


@pytest.mark.parametrize("action", [*ACTIONS, ReportFile, FleetReport], ids=_names)
def test_options(action: type[UnderTest | ReportFile | FleetReport]) -> None:
    options, _returned = _documentation(action.MODULE)
    spec = action.ARGUMENT_SPEC
    assert set(options) == set(spec)
    for name, option in options.items():
        documented = {key: value for key, value in option.items() if key in OPTION_KEYS}
        usual = {"type": "str", "required": False}
        assert {**usual, **documented} == {**usual, **spec[name]}, name


def test_host_call_lists_the_options_of_the_contract() -> None:
    sidecar = yaml.safe_load((ROOT / "plugins" / "modules" / "host_call.yml").read_text(encoding="utf-8"))
    contract = (ROOT / "docs" / "host_contract.md").read_text(encoding="utf-8")
    request = contract.partition("\n## Request\n")[2].partition("\n## ")[0]
    options: dict[str, dict[str, t.Any]] = {}
    for name, kind, default in re.findall(r"^\| `(\w+)` \| ([\w ]+) \| (none|`.*?`) \|", request, re.MULTILINE):
        listed, _of, elements = kind.partition(" of ")
        options[name] = {"type": listed, **({"elements": elements} if elements else {})}
        if default != "none":
            options[name]["default"] = yaml.safe_load(default.strip("`"))
    documented = sidecar["DOCUMENTATION"]["options"]
    # Choices stand in the words of the contract.
    for name, option in documented.items():
        assert {key: option[key] for key in option if key not in ("description", "choices")} == options.pop(name)
        (row,) = re.findall(rf"^\| `{name}` .*$", request, re.MULTILINE)
        assert all(f"`{choice}`" in row for choice in option.get("choices", ()) if choice)
    assert not options


def test_common_options_are_those_of_every_module_of_the_group() -> None:
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    assert groups == {"offline_files": sorted(action.MODULE for action in ACTIONS)}
    for name, option in host_action.common_options().items():
        for action in ACTIONS:
            assert {**option, "default": None} == {**action.ARGUMENT_SPEC[name], "default": None}, (action, name)


def _texts(part: t.Any) -> Iterator[str]:
    """Yield every text of a documentation but for single words."""
    if isinstance(part, str) and " " in part:
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _texts(one)


def test_every_fragment_is_used_and_no_two_places_say_the_same() -> None:
    asking = {action.MODULE: _own(action.MODULE)[0] for action in ACTIONS}
    fragments = {path.stem for path in (ROOT / "plugins" / "doc_fragments").glob("[a-z]*.py")}
    assert {fragment for own in asking.values() for fragment in _fragments_of(own)} == fragments
    places: dict[str, set[str]] = {}
    for place, part in {**asking, **{fragment: _fragment(fragment) for fragment in fragments}}.items():
        for text in _texts({key: value for key, value in part.items() if key not in ("author", "seealso")}):
            places.setdefault(text, set()).add(place)
    assert {text: where for text, where in places.items() if len(where) > 1} == {}


def _item_info() -> Iterator[ItemInfoUnderTest]:
    fields = rows.DETAILS + rows.CONNECTION
    share = item_rows.row(fields, r"\\fs01\users", "share")
    file = item_rows.row(fields, r"\\fs01\users\a.txt", "file user")
    yield ItemInfoUnderTest({"paths": [r"\\fs01\users"]}, [item_rows.answer([share, file], 1)])
    totals = [item_rows.row(rows.TOTALS, r"\\fs01\users", "share")]
    yield ItemInfoUnderTest({"summary": True}, [item_rows.answer(totals, 0)])


def _cache_info() -> Iterator[CacheInfoUnderTest]:
    policy = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"
    denied = {"code": 5, "message": "Access is denied."}
    sid, log = "S-1-5-21-1-2-3-1001", {"LastSyncTime": [0, 32, 198, 92, 222, 90, 220, 1]}
    profile = rf"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}"
    values: dict[str, dict[str, t.Any]] = {
        policy: {"Enabled": 1},
        rf"{policy}\AssignedOfflineFolders": {r"\\fs01\policies": ""},
        configuration.CONFLICTS: {r"\\fs01\users": "3"},
        profile: {"ProfileImagePath": r"C:\Users\bob"},
        rf"{profile}\SyncItemLog\//fs01/users": log,
        rf"HKEY_USERS\{sid}": {},
        rf"HKEY_USERS\{sid}\Volatile Environment": {"USERDOMAIN": "CORP", "USERNAME": "bob"},
        rf"HKEY_USERS\{sid}\Volatile Environment\1": {"SESSIONNAME": "Console"},
    }
    fields = (*rows.TOTALS, *rows.CONNECTION)
    full = item_rows.answer([item_rows.row(fields, r"\\fs01\users", "share user")], 1)
    full["answer"]["classes"] = {
        "Win32_OfflineFilesMachineConfiguration": {"properties": {"Enabled": True}, "error": None}
    }
    full["answer"]["registry"] = [
        *({"key": key, "values": value, "error": None} for key, value in values.items()),
        {"key": r"HKEY_USERS\S-1-5-21", "values": {}, "error": denied},
    ]
    yield CacheInfoUnderTest({"facts": True, "paths": ["//fs01/users"]}, [full])
    yield CacheInfoUnderTest({}, [answer({"skipped": "no_method", "jobs": [job()], "locked": True})])


def _connection() -> Iterator[ConnectionUnderTest]:
    share = r"\\fs01\users"
    options = {"paths": [share], "state": "offline"}
    yield ConnectionUnderTest(options, change_answers.taken_offline(share), diff=True)


def _rename_item() -> Iterator[RenameItemUnderTest]:
    paths = {"src": "//fs01/users", "dest": "//fs02/users"}
    yield RenameItemUnderTest(paths, change_answers.renamed(r"\\fs01\users", r"\\fs02\users"), diff=True)


def _unpin() -> Iterator[UnpinUnderTest]:
    for scenario in scenarios():
        yield UnpinUnderTest(
            dict(scenario.options), scenario.answers, check_mode=scenario.check_mode, diff=scenario.diff
        )


def _delete_items() -> Iterator[DeleteItemsUnderTest]:
    share = item_rows.row(ItemsGone.fields, r"\\fs01\users", "share")
    file = item_rows.row(ItemsGone.fields, r"\\fs01\users\a.txt", "file user")
    texts = [r"3:32:In use.:[\\fs01\users\a.txt]", "noise"]
    answer = item_rows.called([share, file], [share, file], texts=texts, return_value=0x800700EA)
    yield DeleteItemsUnderTest({"paths": [r"\\fs01\users"], "flags": []}, [answer], diff=True)


def _synchronize() -> Iterator[SynchronizeUnderTest]:
    share, file = r"\\fs01\users", r"\\fs01\users\a.txt"
    options = {**DEFAULT_OPTIONS, "paths": [share], "flags": ["sync_out"]}
    fields = Invocation.from_options(SYNCHRONIZE, options).request().fields
    rows_before = [item_rows.row(fields, share, "share"), item_rows.row(fields, file, "file", ChangeInfo__Dirty="True")]
    whole = answer({"texts": [f"3:5:Access is denied.:[{file}]", "noise"], "return_value": 0})
    state = item_rows.answer(rows_before, 1)["answer"]["before"]
    whole["answer"] |= {"before": state, "after": state}
    yield SynchronizeUnderTest({"paths": [share]}, [whole], diff=True)


def _pin() -> Iterator[PinUnderTest]:
    fields = PIN.goal(0x21).fields
    share, file = r"\\fs01\users", r"\\fs01\users\a.txt"
    before = [item_rows.row(fields, share, "share user+"), item_rows.row(fields, file, "file", Sparse="True")]
    after = [before[0], item_rows.row(fields, file, "file user")]
    texts = [f"3:0:Done.:[{share}]", f"3:0:Done.:[{file}]", "noise"]
    pinned = item_rows.called(before, after, texts)
    yield PinUnderTest({"paths": [share], "flags": ["for_user", "fill"]}, [pinned], diff=True)


def _cache() -> Iterator[CacheUnderTest]:
    files = {r"\\fs01\users\a.txt": False, r"\\fs01\users\b.txt": True}
    looked = change_answers.looked_at_cache(files, {}, setting=False)
    called = answer({"calls": [{"return_value": 0x800700EA, "returned": {"ReturnValue": 0x800700EA}}]})
    yield CacheUnderTest({"encrypted": True}, [looked, called, looked], diff=True)
    yield CacheUnderTest({"encrypted": True, "reset": True}, [looked])


RUNS: dict[str, Callable[[], Iterator[UnderTest]]] = {
    "unpin": _unpin,
    "delete_items": _delete_items,
    "synchronize": _synchronize,
    "pin": _pin,
    "item_info": _item_info,
    "cache_info": _cache_info,
    "connection": _connection,
    "rename_item": _rename_item,
    "cache": _cache,
}


def _without_answer(action: type[UnderTest]) -> UnderTest:
    args: dict[str, t.Any] = {"paths": ["//fs01/users"]} if "paths" in action.ARGUMENT_SPEC else {}
    args |= {"state": "offline"} if "state" in action.ARGUMENT_SPEC else {}
    args |= {"src": "//fs01", "dest": "//fs02"} if "src" in action.ARGUMENT_SPEC else {}
    args |= {"encrypted": True} if "encrypted" in action.ARGUMENT_SPEC else {}
    return action(args, [OSError("gone")])


def _beside_a_job(action: type[UnderTest]) -> Iterator[UnderTest]:
    if "background" in action.ARGUMENT_SPEC:
        yield action({"paths": ["//fs01/users"]}, [answer({"skipped": "busy", "jobs": [job()], "locked": True})])


def _check(value: t.Any, documented: dict[str, t.Any], place: str, seen: set[str]) -> None:
    """Hold a value to its documentation, and note each documented key that it has a value for."""
    if value is None:
        return
    seen.add(place)
    assert isinstance(value, TYPES[documented["type"]]), f"{place}: {value!r} is no {documented['type']}"
    if documented["type"] == "list":
        for one in value:
            assert isinstance(one, TYPES[documented["elements"]]), f"{place}: {one!r}"
    contained = documented.get("contains")
    if contained is None:
        return
    for one in value if isinstance(value, list) else [value]:
        _check_keys(one, contained, place, seen)


def _check_keys(values: dict[str, t.Any], documented: dict[str, t.Any], place: str, seen: set[str]) -> None:
    always = {name for name, key in documented.items() if key.get("returned", "always") == "always"}
    assert always <= set(values), f"documented under {place or 'the result'}, but not there"
    assert set(values) <= set(documented), f"there under {place or 'the result'}, but not documented"
    for name, value in values.items():
        _check(value, documented[name], f"{place}.{name}".lstrip("."), seen)


def _all_places(documented: dict[str, t.Any], place: str = "") -> Iterator[str]:
    for name, key in documented.items():
        here = f"{place}.{name}".lstrip(".")
        yield here
        yield from _all_places(key.get("contains") or {}, here)


@pytest.mark.usefixtures("no_naps")
@pytest.mark.parametrize("action", ACTIONS, ids=_names)
def test_results(action: type[UnderTest], tmp_path: t.Any) -> None:
    _options, returned = _documentation(action.MODULE)
    seen: set[str] = set()
    for run in (*RUNS[action.MODULE](), *_beside_a_job(action), _without_answer(action)):
        if "transcript" in returned:
            run._task.args["transcript"] = str(tmp_path)
        result = {name: value for name, value in run.run_task().items() if name not in OF_CORE}
        _check_keys(result, returned, "", seen)
    assert set(_all_places(returned)) == seen, "documented, but seen in no result"


@pytest.fixture
def no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing sleep."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
