# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the guides of the documentation show is run against simulated hosts, and gives what they show."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from collection_tree import ROOT, collections
from integration.background import left
from integration.fleet import Fleet, module_calls, pins
from integration.guides import FOLDER, Block, blocks, check_shown, commands

from simhost.server import Settings
from simhost.testing import SimHost, run_ansible

pytestmark = [pytest.mark.once, pytest.mark.timeout(150)]

GUIDES = sorted(FOLDER.glob("*.rst"))
SCENARIOS = ROOT / "tests" / "simhost" / "scenarios"
LANGUAGES = {"console", "ini", "json", "python", "text", "yaml", "yaml+jinja"}


def _guide(name: str) -> list[Block]:
    return blocks(FOLDER / f"guide_{name}.rst")


def _yaml(found: list[Block]) -> list[tuple[Block, Any]]:
    return [(block, yaml.safe_load(block.text)) for block in found if block.language.startswith("yaml")]


def _is_plays(data: Any) -> bool:
    return isinstance(data, list) and all("hosts" in play for play in data)


def _is_tasks(data: Any) -> bool:
    return isinstance(data, list) and not _is_plays(data)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_block_can_be_read(guide: Path) -> None:
    found = blocks(guide)
    assert {block.language for block in found} <= LANGUAGES
    assert len(found) == guide.read_text(encoding="utf-8").count("code-block::")
    for block, data in _yaml(found):
        assert isinstance(data, (list, dict)), block.place
    for block in found:
        if block.language == "python":
            compile(block.text, block.place, "exec")


# --- getting started, and the README


PAGES = (FOLDER / "guide_getting_started.rst", FOLDER / "guide_connection.rst", ROOT / "README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_commands_of_one_host(page: Path, tmp_path: Path) -> None:
    ran = [command for command in commands(blocks(page)) if command.words[:2] == ["ansible", "winhost"]]
    assert len(ran) >= 2
    with Fleet(tmp_path) as fleet:
        fleet.add("winhost", SCENARIOS / "demo.yml")
        for command in ran:
            done = fleet.line(command.words)
            check_shown(command.place, command.output, done.stderr + done.stdout)


def test_getting_started_says_all_that_its_commands_need() -> None:
    page = blocks(FOLDER / "guide_getting_started.rst")
    inventories = [data for _block, data in _yaml(page) if isinstance(data, dict)]
    assert len(inventories) == 2
    for inventory in inventories:
        (group,) = inventory.values()
        assert list(group["hosts"]) == ["winhost"]
    shell = "".join(block.text for block in page if block.language == "console")
    variables = {name for block in page for name in re.findall(r"'ansible.builtin.env', '(\w+)'", block.text)}
    assert variables == {"PCS_PASSWORD"}
    assert all(f"export {name}" in shell for name in variables)


# --- the double hop

HOP: dict[str, Any] = {
    "host": {
        "name": "PC042",
        "user": r"CORP\admin",
        "admins": [r"CORP\admin"],
        "sessions": {r"CORP\carol": {}, r"CORP\dora": {}},
    },
    "profiles": {
        rf"CORP\{user}": {"sid": f"S-1-5-21-11-22-33-100{number}"}
        for number, user in enumerate(("bob", "carol", "dora"))
    },
    "accounts": {
        r"CORP\admin": "Keeper-3",
        r"CORP\alice": "Wonderland-1",
        r"CORP\bob": "Builder-2",
        "localadmin": "Local-4",
    },
    "behaviour": {"server_contact": "per_item"},
    "cache": {
        r"\\fs01\users": {
            "items": {
                "admin": {"visible_to": [r"CORP\admin"], "items": {"tools.zip": {"pin": "user"}}},
                "alice": {
                    "pin": {"user": "inherit"},
                    "visible_to": [r"CORP\alice"],
                    "items": {"report.docx": {"pin": "user"}, "plain.txt": {}},
                },
                "bob": {"visible_to": [r"CORP\bob"], "items": {"todo.txt": {"pin": "user"}}},
                "carol": {"visible_to": [r"CORP\carol"], "items": {"offer.docx": {"pin": "user"}}},
                "dora": {"visible_to": [r"CORP\dora"], "items": {"plan.docx": {"pin": "user", "dirty": ["data"]}}},
            }
        }
    },
}


@pytest.fixture(scope="module")
def hop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SimHost, Path, list[Path]]]:
    """A host, a folder, and inventories: those of the page, and one that leads their hosts here."""
    folder = tmp_path_factory.mktemp("hop")
    content = folder / "hop.yml"
    content.write_text(yaml.safe_dump(HOP), encoding="utf-8")
    with SimHost(content, settings=Settings(allow_unencrypted=True, https=True)) as sim:
        ways = yaml.safe_load(sim.inventory.read_text(encoding="utf-8"))["all"]["children"]["simhost"]["hosts"]
        secrets = {"vault_" + user.removeprefix("CORP\\") + "_password": word for user, word in HOP["accounts"].items()}
        inventories: list[Path] = []
        hosts: dict[str, dict[str, Any]] = {}
        for number, (block, data) in enumerate(_yaml(_guide("double_hop"))):
            if isinstance(data, dict) and block.runs:
                inventories.append(folder / f"{number}.yml")
                inventories[-1].write_text(block.text, encoding="utf-8")
                (group,) = data.values()
                way = ways["winhost_https" if group["vars"].get("ansible_winrm_scheme") == "https" else "winhost"]
                here = {"ansible_host": "127.0.0.1", "ansible_port": way["ansible_port"], **secrets}
                trust = {key: value for key, value in way.items() if key == "ansible_winrm_ca_trust_path"}
                hosts |= dict.fromkeys(group["hosts"], here | trust)
        inventories.append(folder / "here.yml")
        inventories[-1].write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
        yield sim, folder, inventories


def _hop(hop: tuple[SimHost, Path, list[Path]], tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    given = [word for inventory in hop[2] for word in ("-i", str(inventory))]
    return run_ansible(tool, *arguments, *given, home=hop[1] / "home", collections=collections())


def test_each_inventory_of_the_double_hop_reaches_a_host(hop: tuple[SimHost, Path, list[Path]]) -> None:
    done = _hop(hop, "ansible", "all", "-m", "winops.offline_files.cache_info")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the view is that of") == 4


def test_the_plays_of_the_double_hop(hop: tuple[SimHost, Path, list[Path]]) -> None:
    hop[0].reset()
    page = _guide("double_hop")
    (refused,) = commands(page)
    done = _hop(hop, *(word for word in refused.words if word not in ("-i", "inventory.yml")))
    check_shown(refused.place, refused.output, done.stderr + done.stdout)
    plays = [block for block, data in _yaml(page) if block.runs and _is_plays(data)]
    playbook = hop[1] / "plays.yml"
    playbook.write_text("".join(block.text for block in plays), encoding="utf-8")
    done = _hop(hop, "ansible-playbook", playbook)
    assert done.returncode == 0, done.stdout + done.stderr
    texts = [block for block in page if block.language == "text"]
    assert len(texts) == len(plays)
    check_shown(texts[0].place, "\n".join(block.text for block in texts), done.stdout)


def test_the_double_hop_names_tests_that_are_there() -> None:
    page = (FOLDER / "guide_double_hop.rst").read_text(encoding="utf-8")
    named = set(re.findall(r"``(test_\w+\.py)``", page))
    assert len(named) > 5
    assert named <= {file.name for file in (ROOT / "tests").rglob("test_*.py")}


# --- retiring a server

POLICY = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"


def _pc(name: str, user: str, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    host = {"name": name, "user": rf"CORP\{user}", **more.pop("host", {})}
    cache = {rf"\\fs01\users\{user}": {"pin": {"user": "inherit"}, "items": items}} if items else {}
    return {"host": host, "accounts": {rf"CORP\{user}": "Passw0rd-1"}, "cache": cache, **more}


PCS = [
    _pc("PC01", "anna", {"report.docx": {"pin": "user", "size": 48211}, "seen.pdf": {"size": 150000}}),
    _pc("PC02", "ben", {"a.txt": {"pin": "user"}, "b.xlsx": {"pin": "user", "error": "ERROR_SHARING_VIOLATION"}}),
    _pc("PC03", "carl", {"c.txt": {"pin": ["user", "computer"]}}, registry={POLICY: {r"\\fs01\users": ""}}),
    _pc("PC04", "dora", {"plan.docx": {"pin": "user", "size": 2048, "dirty": ["data"], "remote": {"size": 9}}}),
    _pc("PC05", "emil", {}, host={"enabled": False, "active": False}),
]


def test_retiring_a_server(tmp_path: Path) -> None:
    page = _guide("retire_server")
    source = (ROOT / "playbooks" / "retire_server.yml").read_text(encoding="utf-8").partition("---\n")[2]
    assert page[-1].text == source
    with Fleet(tmp_path) as fleet:
        for content in PCS:
            fleet.add(content["host"]["name"].lower(), content)
        tasks = [task for block, data in _yaml(page) if block.runs and _is_tasks(data) for task in data]
        (text,) = (block for block in page if block.language == "text")
        check_shown(text.place, text.text, fleet.play(tasks).stdout)
        for command in commands(page):
            if command.words[0] == "cat":
                (file,) = tmp_path.glob(command.words[1])
                real = file.read_text(encoding="utf-8")
            else:
                done = fleet.line(command.words, PWD=str(tmp_path), BENS_PASSWORD="Passw0rd-1")
                real = done.stderr + done.stdout
            check_shown(command.place, command.output, real)
        assert any(r"become=CORP\ben" in line for line in fleet.sims["pc02"].log)
        pinned = {name: sum("user" in reasons for reasons in pins(sim).values()) for name, sim in fleet.sims.items()}
        assert pinned == {"pc01": 0, "pc02": 1, "pc03": 2, "pc04": 2, "pc05": 0}


def test_the_first_playbook_of_the_readme(tmp_path: Path) -> None:
    ((_block, (play,)),) = _yaml(blocks(ROOT / "README.md"))
    with Fleet(tmp_path) as fleet:
        fleet.add("pc01", PCS[0])
        done = fleet.play(play["tasks"])
    assert done.of("pc01", "Say what stays pinned, and why").result["msg"].endswith("Still pinned for: nothing")


# --- a server with a new name

_CARLS = _pc("PC03", "carl", {})
_CARLS["cache"] = {r"\\fs01\users\carl": {}, r"\\fs02\users": {"items": {"seen.pdf": {}}}}
RENAMED = [
    _pc("PC01", "anna", {"report.docx": {"pin": "user", "dirty": ["data"]}, "seen.pdf": {}}),
    _pc("PC02", "ben", {"book.xlsx": {"pin": "user", "in_use": True}}, host={"admins": [r"CORP\ben"]}),
    _CARLS,
]


def test_a_server_gets_a_new_name(tmp_path: Path) -> None:
    page = _guide("rename_server")
    (play,) = (block for block, data in _yaml(page) if _is_plays(data))
    (tmp_path / "rename.yml").write_text(play.text, encoding="utf-8")
    with Fleet(tmp_path) as fleet:
        for content in RENAMED:
            fleet.add(content["host"]["name"].lower(), content)
        for command in commands(page):
            # One host after the other, so that they come in the order of the page.
            done = fleet.line([*command.words, "-f", "1"], PWD=str(tmp_path))
            check_shown(command.place, command.output, done.stderr + done.stdout)
            if command.words[-1] == "rename.yml":
                fleet.sims["pc02"].reboot()
        held = {name: set(pins(sim)) for name, sim in fleet.sims.items()}
    assert r"\\fs02\users\anna\report.docx" in held["pc01"]
    assert r"\\fs02\users\ben\book.xlsx" in held["pc02"]
    assert r"\\fs02\users\carl" in held["pc03"]


# --- calls in the background

SLOW = _pc("PC042", "anna", {f"{name}.docx": {"pin": "user", "dirty": ["data"]} for name in "abcde"})
SLOW["cache"][r"\\fs01\archive\2019"] = {
    "pin": {"user": "inherit"},
    "items": {f"{n}.pdf": {"pin": "user"} for n in (1, 2, 3)},
}
SLOW["behaviour"] = {"item_delay_ms": 800}
_OF_A_MOMENT = re.compile(r"\d[\d:.T-]*Z?")
"""Times, rates, and how far a job is: other ones in every run."""


def test_calls_in_the_background(tmp_path: Path) -> None:
    page = _guide("background")
    tasks = [task for block, data in _yaml(page) if block.runs and _is_tasks(data) for task in data]
    with Fleet(tmp_path) as fleet:
        fleet.add("pc042", SLOW)
        done = fleet.play(tasks)
        kept = left(fleet.sims["pc042"])
    assert done.code == 0, done.stdout + done.stderr
    assert kept == []
    shown = [line for block in page if block.language == "text" for line in block.text.splitlines()]
    looks = [line for line in shown if line.startswith("pc042: ")]
    assert len(looks) == 2
    for lines, real in ((looks, done.stderr), ([line for line in shown if line not in looks], done.stdout)):
        check_shown("guide_background.rst", _OF_A_MOMENT.sub("", "\n".join(lines)), _OF_A_MOMENT.sub("", real))


# --- the cache as a whole


def test_the_cache_as_a_whole(tmp_path: Path) -> None:
    page = _guide("cache")
    tasks = [task for block, data in _yaml(page) if block.runs and _is_tasks(data) for task in data]
    content = yaml.safe_load((SCENARIOS / "cache.yml").read_text(encoding="utf-8"))
    content["behaviour"]["restart_ms"] = 500
    bob = {"sid": "S-1-5-21-1004336348-1177238915-682003330-1302", "synchronized": {r"\\fs01\users": "never"}}
    changed = {r"\\fs01\users\carol\plan.docx": {"dirty": ["data"]}}
    others = {**content, "profiles": {**content["profiles"], r"CORP\bob": bob}, "cache": changed}
    with Fleet(tmp_path) as fleet:
        fleet.add("pc042", content)
        fleet.add("pc043", others)
        done = fleet.play(tasks, hosts="pc042", timeout=100)
    assert done.code == 0, done.stdout + done.stderr
    texts = [block for block in page if block.language == "text"]
    check_shown(texts[0].place, "\n".join(block.text for block in texts), done.stdout)


# --- results


def test_the_recipes_for_results(tmp_path: Path) -> None:
    page = _guide("results")
    tasks = [task for block, data in _yaml(page) if block.runs and _is_tasks(data) for task in data]
    with Fleet(tmp_path) as fleet:
        fleet.add("pc01", SCENARIOS / "demo.yml")
        fleet.add("pc02", PCS[0])
        fleet.add("srv07", SCENARIOS / "absent.yml")
        done = fleet.play(tasks, PWD=str(tmp_path))
        assert done.code == 0, done.stdout + done.stderr
        for command in commands(page):
            if command.words[0] == "cat":
                check_shown(command.place, command.output, (tmp_path / command.words[1]).read_text(encoding="utf-8"))
            else:
                told = fleet.line(command.words)
                check_shown(command.place, command.output, told.stdout + told.stderr)
    texts = [block for block in page if block.language == "text"]
    assert len(texts) > 5
    check_shown(texts[0].place, "\n".join(block.text for block in texts), done.stdout)


# --- the page of a fleet


def test_the_page_of_a_fleet(tmp_path: Path) -> None:
    page = _guide("fleet_report")
    first, merging = (block.text for block, data in _yaml(page) if _is_plays(data))
    (tmp_path / "site.yml").write_text(first, encoding="utf-8")
    (tmp_path / "merge.yml").write_text(merging, encoding="utf-8")
    with Fleet(tmp_path) as fleet:
        for number in (0, 1, 4):
            fleet.add(f"pc{number + 1:02}", PCS[number])
        fleet.name("pc17", {"ansible_connection": "winrm", "ansible_host": "127.0.0.1", "ansible_port": 1})
        for command in commands(page):
            if command.words[0] == "cat":
                real = (tmp_path / command.words[1]).read_text(encoding="utf-8")
            else:
                done = fleet.line(command.words, PWD=str(tmp_path))
                real = done.stderr + done.stdout
            check_shown(command.place, command.output, real)


# --- the simulated host


def test_the_test_of_a_playbook_of_ones_own(tmp_path: Path) -> None:
    page = _guide("simulated_host")
    names = {"yaml": "pc.yml", "yaml+jinja": "site.yml", "python": "test_site.py"}
    for language, name in names.items():
        (block,) = (block for block in page if block.language == language)
        (tmp_path / name).write_text(block.text, encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT / "tests"), "ANSIBLE_COLLECTIONS_PATH": str(collections())}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        "test_site.py",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | environment, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- the examples of the modules

LEFT, DIRTY = "Fail where something is left", "Fail where there are some"
MUST_FAIL = {("pc042", LEFT), ("pc042", DIRTY), ("pc043", LEFT), ("pc043", DIRTY), ("pc03", LEFT)}
"""Examples that stop where something is found, on the hosts where something is."""


def test_the_examples_of_the_info_modules(tmp_path: Path) -> None:
    folder = ROOT / "plugins" / "modules"
    texts = [ast.parse((folder / f"{name}.py").read_text(encoding="utf-8")) for name in ("cache_info", "item_info")]
    plays = []
    for tree in texts:
        (examples,) = (
            node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "EXAMPLES"
            and isinstance(node.value, ast.Constant)
        )
        plays += yaml.safe_load(str(examples))
    with Fleet(tmp_path) as fleet:
        fleet.add("pc042", SCENARIOS / "inventory.yml")
        fleet.add("pc043", SCENARIOS / "demo.yml")
        fleet.add("pc03", PCS[2])
        done = fleet.play(plays, keywords={"ignore_errors": True})
    failed = {(one.host, one.task) for one in done.told if "failed" in one.status}
    assert failed == MUST_FAIL, done.stdout + done.stderr
    assert done.stdout.count("is pinned by a policy of the computer") == 1, done.stdout
    report = (tmp_path / "pinned_shares.csv").read_text(encoding="utf-8").splitlines()
    assert len(report) > 3
    assert all(len(line.split(",")) == 8 for line in report), report


def test_the_task_that_tolerates_failed_items_tolerates_nothing_else(tmp_path: Path) -> None:
    tasks = [task for _block, data in _yaml(_guide("results")) if _is_tasks(data) for task in data]
    (task,) = (task for task in tasks if task["name"] == "Release, and leave single items for later")
    task["winops.offline_files.unpin"]["timeout"] = "{{ seconds | default(3600) }}"
    wrong: dict[str, dict[str, Any]] = {
        "thrown": {"call_error": 5},
        "returned": {"server_contact": "per_call"},
        "slow": {"hang_after_items": 1},
    }
    right: dict[str, dict[str, Any]] = {
        "one": {},
        "reported": {"return_on_item_errors": "first_error"},
        "more": {"return_on_item_errors": "more_data"},
    }
    with Fleet(tmp_path) as fleet:
        for name, behaviour in (wrong | right).items():
            fleet.add(name, {**PCS[1], "behaviour": behaviour}, variables={"seconds": 3} if name == "slow" else {})
        done = fleet.play([task], timeout=120)
    told = {name: done.of(name) for name in (*wrong, *right)}
    assert {name for name, one in told.items() if one.status == "failed"} == set(wrong), done.stdout
    assert all(told[name].result["counts"]["failed"] == 1 for name in right)
    assert all(told[name].result["counts"]["failed"] > 0 for name in ("thrown", "returned"))


def test_until_keeps_what_the_last_attempt_changed(tmp_path: Path) -> None:
    retried = {"register": "released", "until": "released is success", "retries": 1, "delay": 0, "ignore_errors": True}
    task = {"name": "retry", "winops.offline_files.unpin": {"paths": "//fs01/users"}, **retried}
    with Fleet(tmp_path) as fleet:
        fleet.add("pc02", PCS[1])
        told = fleet.play([task]).of("pc02", "retry")
        assert pins(fleet.sims["pc02"])[r"\\fs01\users\ben\a.txt"] == []
        assert module_calls(fleet.sims["pc02"]) > 1
    assert told.result["changed"] is False
