# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the roles say of their variables is one thing: defaults, argument specs, README, and what is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from collection_tree import ROOT
from unit.looks import look, share

from ansible_collections.winops.offline_files.plugins.filter import migrate, retire
from ansible_collections.winops.offline_files.plugins.module_utils.retire import guards, options

ROLES = sorted((ROOT / "roles").iterdir())
FILTERS: dict[str, Callable[..., Any]] = {**retire.FilterModule().filters(), **migrate.FilterModule().filters()}


def _yaml(role: Path, file: str) -> Any:
    return yaml.safe_load((role / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_each_entry_point_has_the_defaults_of_the_role(role: Path) -> None:
    defaults = _yaml(role, "defaults/main.yml")
    specs = _yaml(role, "meta/argument_specs.yml")["argument_specs"]
    assert set(specs) <= {file.stem for file in (role / "tasks").glob("*.yml")}
    with_options = [spec for spec in specs.values() if spec["options"]]
    assert with_options
    for spec in with_options:
        assert {name: option["default"] for name, option in spec["options"].items()} == defaults


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_variables_have_the_name_of_the_role_and_are_in_its_readme(role: Path) -> None:
    readme = (role / "README.md").read_text(encoding="utf-8")
    listed = re.findall(rf"^\| `({role.name}_\w+)` \|", readme, re.MULTILINE)
    assert sorted(listed) == sorted(_yaml(role, "defaults/main.yml"))
    assert all(name.startswith(f"__{role.name}_") for name in _yaml(role, "vars/main.yml"))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_tasks_set_no_other_names_and_ignore_no_error(role: Path) -> None:
    allowed = re.compile(rf"(__)?{role.name}_|(__)?retire_share_")
    for file in (role / "tasks").glob("*.yml"):
        text = file.read_text(encoding="utf-8")
        assert "ignore_errors" not in text
        names = re.findall(r"^ +register: (\w+)$|^ +loop_var: (\w+)$", text, re.MULTILINE)
        assert all(allowed.match(register or loop) for register, loop in names)


@pytest.mark.parametrize(
    ("role", "file"), [("retire_share", "variables"), ("retire_share", "view"), ("migrate_share", "variables")]
)
def test_every_result_is_forgotten_where_results_are(role: str, file: str) -> None:
    folder = ROOT / "roles" / role / "tasks"
    texts = [each.read_text(encoding="utf-8") for each in folder.glob("*.yml")]
    registered = {name for text in texts for name in re.findall(r"^ +register: (\w+)$", text, re.MULTILINE)}
    forgotten = set(re.findall(r"^ +(\w+): \{\}$", (folder / f"{file}.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert registered
    assert registered - forgotten == set()


@pytest.mark.parametrize(("role", "make"), [("retire_share", "retire_options"), ("migrate_share", "migrate_options")])
def test_every_variable_reaches_what_checks_it(role: str, make: str) -> None:
    folder = ROOT / "roles" / role
    defaults = _yaml(folder, "defaults/main.yml")
    handed = _yaml(folder, "vars/main.yml")[f"__{role}_variables"]
    assert set(handed) - {"check_mode"} == {name.removeprefix(f"{role}_") for name in defaults}
    given = {name: defaults[f"{role}_{name}"] for name in handed if name != "check_mode"}
    needed = FILTERS[make](given)["problems"]
    assert len(needed) == 1
    assert "is missing" in needed[0]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_examples_name_what_there_is_and_stand_in_the_readme(role: Path) -> None:
    defaults = _yaml(role, "defaults/main.yml")
    make = FILTERS[f"{role.name.removesuffix('_share')}_options"]
    readme = (role / "README.md").read_text(encoding="utf-8")
    specs = _yaml(role, "meta/argument_specs.yml")["argument_specs"]
    for name, spec in specs.items():
        for play in yaml.safe_load(spec.get("examples", "[]")):
            (use,) = play.get("roles") or play["tasks"]
            given = use["vars"]
            called = use.get("ansible.builtin.import_role", {"name": use.get("role"), "tasks_from": "main"})
            assert called == {"name": f"winops.offline_files.{role.name}", "tasks_from": name}
            assert set(given) <= set(defaults)
            values = {key.removeprefix(f"{role.name}_"): value for key, value in {**defaults, **given}.items()}
            assert make(values)["problems"] == []
        assert bool(spec.get("examples")) is bool(spec["options"])
    first = next(spec["examples"] for spec in specs.values() if "examples" in spec)
    assert first.split("\n\n")[0].strip() in readme


def test_the_switch_leaves_no_variable_of_the_other_role_to_the_inventory() -> None:
    tasks = _yaml(ROOT / "roles" / "migrate_share", "tasks/switch.yml")
    (given,) = [task["vars"] for task in tasks if task["name"] == "Retire the old paths"]
    assert set(given) == set(_yaml(ROOT / "roles" / "retire_share", "defaults/main.yml"))
    assert (given["retire_share_synchronize"], given["retire_share_fail"], given["retire_share_users"]) == (
        False,
        True,
        "none",
    )
    assert given["retire_share_record"]


def test_the_switch_asks_the_guards_for_what_it_retires() -> None:
    tasks = _yaml(ROOT / "roles" / "migrate_share", "tasks/switch.yml")
    (given,) = [task["vars"] for task in tasks if task["name"] == "Retire the old paths"]
    templated = {
        "paths": [r"\\fs01\users"],
        "delete": True,
        "days": 7,
        "ignore": ["users"],
        "conflicts": "leave",
        "record": "",
        "timeout": 3600,
    }
    # What is no template stands in the task, and must be what the guards are asked for.
    fixed = {name.removeprefix("retire_share_"): value for name, value in given.items() if "{{" not in str(value)}
    retired = FILTERS["retire_options"]({**templated, **fixed})
    moves = [{"from": "//fs01/users", "to": "//fs09/users"}]
    asked = FILTERS["migrate_options"]({**templated, "moves": moves, "record": "r"})["after"]
    assert asked == retired
    names = [task["name"] for task in tasks]
    order = [
        "Stop where a guard holds",
        "Begin the renames in the record",
        "Rename what can be renamed",
        "Fill in the record",
        "What became of the renames is known",
        "Pin the new paths for the reasons of the old ones",
    ]
    assert [name for name in names if name in order] == order


def test_the_words_are_the_same_wherever_they_stand() -> None:
    spec = _yaml(ROOT / "roles" / "retire_share", "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert spec["retire_share_ignore"]["choices"] == list(guards.GUARDS)
    assert spec["retire_share_flags"]["choices"] == list(options.FLAGS)
    assert spec["retire_share_users"]["choices"] == list(options.USERS)
    assert spec["retire_share_conflicts"]["choices"] == list(options.CONFLICTS)
    other = _yaml(ROOT / "roles" / "migrate_share", "meta/argument_specs.yml")["argument_specs"]["switch"]["options"]
    assert other["migrate_share_ignore"]["choices"] == list(guards.GUARDS)
    readme = (ROOT / "roles" / "retire_share" / "README.md").read_text(encoding="utf-8")
    table = readme.partition("\n## Guards\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(guards.GUARDS)


def test_every_filter_is_documented_in_a_file_of_its_own() -> None:
    folder = ROOT / "plugins" / "filter"
    assert {file.stem for file in folder.glob("*.yml")} == set(FILTERS)
    for name in FILTERS:
        documented = yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))
        assert set(documented) == {"DOCUMENTATION", "EXAMPLES", "RETURN"}
        assert documented["DOCUMENTATION"]["name"] == name


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_says_what_it_takes(name: str) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "migrate_options": (),
        "migrate_prepare": ({}, {}, {}, {}),
        "migrate_renamed": (),
        "migrate_rollback": ({}, {}, {}),
        "migrate_switch": ({}, {}, {}),
        "retire_options": (),
        "retire_record": (),
        "retire_summary": (),
    }
    with pytest.raises(AnsibleFilterError, match=rf"{name} takes .*, not int\."):
        FILTERS[name](5, *arguments.get(name, ({},)))


def test_the_filters_hand_over_what_they_get() -> None:
    wanted = FILTERS["retire_options"]({"paths": "fs01"})
    found = look(share(user=1))
    plan = FILTERS["retire_plan"](found, wanted, None, [])
    assert plan["state"] == "ready"
    result = FILTERS["retire_result"]([{"look": found, "plan": plan}], wanted)
    assert (result["state"], result["paths"]) == ("failed", [r"\\fs01"])
    assert len(FILTERS["retire_summary"]({"pc1": result, "pc2": {}})["rows"]) == 2
