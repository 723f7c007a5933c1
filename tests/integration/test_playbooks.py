# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks of the collection on fleets in which things go wrong, as a fleet's administrator would run them."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.fleet import HOME, SHARE, Fleet, Run, module_calls, pinned_for_user, scenario

from simhost import host_call
from simhost import scenario as scenarios
from simhost.backend import Emulation, ModuleCall
from simhost.stage import HOST_CALL

pytestmark = pytest.mark.timeout(240)

GONE_WHILE_RELEASING = "{{ 1 if __retire_share_look | default({}) else %d }}"
"""A port that is closed once the host was looked at."""
BUSY = {SHARE: {"items": {"a.txt": {"pin": "user", "error": "ERROR_SHARING_VIOLATION"}, "b.txt": {"pin": "user"}}}}


def _retire(fleet: Fleet, folder: Path, *options: str, **variables: Any) -> Run:
    given = ["-e", json.dumps({"retire_server": "fs01", **variables})]
    words = ["ansible-playbook", "winops.offline_files.retire_server", "-i", "inventory.yml", *given, *options]
    return fleet.line(words, timeout=150, PWD=str(folder))


def _reports(folder: Path) -> list[Path]:
    return sorted(folder.glob("retire_*.csv"))


def _summary(run: Run) -> list[str]:
    (told,) = {one.host: one for one in run.told if one.task == "What happened"}.values()
    lines: list[str] = told.result["msg"]
    return lines


def test_pcs_that_go_away_and_calls_that_fail_do_not_end_the_run(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        gone = fleet.add("a-gone", scenario())
        fleet.add("off", scenario(), variables={"ansible_port": 1})
        fleet.add("refused", scenario(behaviour={"call_error": 5}))
        fleet.add("busy", scenario(cache=BUSY))
        healthy = [fleet.add(name, scenario()) for name in ("pc1", "pc2")]
        fleet.set("a-gone", ansible_port=GONE_WHILE_RELEASING % gone.port)
        run = _retire(fleet, tmp_path, retire_batches=[1])
        assert [pinned_for_user(sim, HOME) for sim in healthy] == [[], []], run.stdout
        assert len(pinned_for_user(gone, HOME)) == 5
        lines = _summary(run)
        assert "Hosts: 6, not asked: 2" in lines
        assert "Not asked: a-gone, off" in lines
        assert "Items released: 11, failed: 6" in lines
        assert any(line.startswith("Failed with busy: 1, such as ") for line in lines)
        assert "Pinned on refused: 5 for user, 1 for user_policy" in lines
        failed = {
            one.host: one.result["msg"]
            for one in run.told
            if one.status == "failed" and one.task == "The server is retired here"
        }
        assert sorted(failed) == ["a-gone", "busy", "off", "refused"]
        assert failed["off"].startswith("Not asked to the end, run it again for this host: Task failed: ")
        assert failed["a-gone"].startswith(
            "Not asked to the end, run it again for this host: unpin: the host went away: "
        )
        assert failed["busy"] == "Released 1 item, 1 failed; pinned: 1 for user."
        assert failed["refused"].startswith(
            "Nothing was changed, 5 failed; unpin: Unpin failed with ERROR_ACCESS_DENIED"
        )
        assert run.code == 2
        # the page tells the same
        (page,) = tmp_path.glob("retire_*.html")
        assert f"The page: {page}" in lines
        shown = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
        assert shown["title"] == "Retiring \\\\fs01"
        hosts = {host["host"]: host for host in shown["hosts"]}
        assert {name: host["state"] for name, host in hosts.items()} == {
            **{"a-gone": "unreachable", "off": "unreachable", "busy": "failed", "refused": "failed"},
            **{"pc1": "done", "pc2": "done"},
        }
        (busy,) = hosts["busy"]["failures"]
        assert (busy["path"], busy["result"]["name"]) == (rf"{SHARE}\a.txt", "ERROR_SHARING_VIOLATION")
        (share,) = hosts["pc1"]["views"][0]["shares"]
        assert (share["pinned_before"], share["pinned"]) == (5, 0)
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        # what was released can be had again, item by item
        records = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in tmp_path.glob("*_records/*")}
        assert sorted(records) == ["a-gone", "busy", "pc1", "pc2", "refused"]
        assert (records["a-gone"]["entries"], records["refused"]["entries"]) == (None, [])
        assert len(records["pc1"]["entries"]) == 5
        assert stat.S_IMODE(next(tmp_path.glob("*_records/pc1.json")).stat().st_mode) == 0o600


def test_a_report_is_never_overwritten_and_a_wrong_name_is_an_error(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        fleet.add("pc1", scenario())
        sim = fleet.add("pc2", scenario())
        run = _retire(fleet, tmp_path)
        (first,) = _reports(tmp_path)
        assert f"What was found: {first}" in _summary(run)
        assert stat.S_IMODE(first.stat().st_mode) == 0o600
        text = first.read_text(encoding="utf-8")
        assert [line.split(",")[:4] for line in text.splitlines()[1:]] == [
            [f'"{name}"', '"CORP\\alice"', '"\\\\fs01\\users"', "7"] for name in ("pc1", "pc2")
        ]
        # a second run, also for some hosts only, with the pattern of the playbook or with that of ansible
        for chosen in ({"retire_hosts": "pc2"}, {}):
            again = _retire(fleet, tmp_path, *([] if chosen else ["--limit", "pc2"]), **chosen)
            assert again.code == 0, again.stdout
            assert "Hosts: 1, not asked: 0" in _summary(again)
        assert len(_reports(tmp_path)) == 3
        assert first.read_text(encoding="utf-8") == text
        calls = module_calls(sim)
        refused = _retire(fleet, tmp_path, retire_report=str(first))
        assert refused.code == 2
        assert f"retire_report '{first}' is there already, and no report is overwritten" in refused.stdout
        lost = _retire(fleet, tmp_path, retire_report="no/such/folder/x.csv")
        assert f"there is no folder {tmp_path}/no/such/folder." in lost.stdout
        typo = _retire(fleet, tmp_path, retire_hosts="pc22")
        assert typo.code == 2
        assert "retire_hosts 'pc22' matches no host of the inventory." in typo.stdout
        assert module_calls(sim) == calls
        assert len(_reports(tmp_path)) == 3


def test_variables_are_checked_before_any_host_is_asked(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        sim = fleet.add("pc1", scenario())
        wrong = {
            "retire_server": "fs01/users",
            "retire_aliases": ["fs01.example.com", "\\\\fs02"],
            "retire_share_flags": ["for_everybody"],
            "retire_share_ignore": "policy",
            "retire_share_synchronize": "perhaps",
        }
        task = "winops.offline_files.retire_share : The variables can be understood"
        said = _retire(fleet, tmp_path, **wrong).of("pc1", task).result["msg"]
        assert "retire_share_paths is not allowed: path 'fs01/users' is not a UNC path: use " in said
        assert "words: for_user, for_user_policy, for_all." in said
        assert "retire_share_ignore 'policy' is not allowed: give a list of these words: policies, " in said
        assert "retire_share_synchronize 'perhaps' is neither true nor false." in said
        assert "\n" not in said
        words = ["ansible-playbook", "winops.offline_files.retire_server", "-i", "inventory.yml"]
        missing = fleet.line(words, PWD=str(tmp_path))
        assert (
            missing.of("pc1", "A server is given")
            .result["msg"]
            .startswith("retire_server is missing: give the name of the server, such as")
        )
        words[1:2] = ["winops.offline_files.migrate_share", "-e", "migrate_step=back"]
        assert "migrate_step 'back' is not allowed: use prepare, switch or rollback." in fleet.line(words).stdout
        words[3] = json.dumps({"migrate_step": "switch", "migrate_share_moves": [{"from": "//fs01", "to": "//fs09/a"}]})
        task = "winops.offline_files.migrate_share : The variables can be understood"
        said = fleet.line(words).of("pc1", task).result["msg"]
        assert said.startswith(
            "migrate_share_moves is not allowed: '//fs01' is only a server: name a share or a folder"
        )
        assert module_calls(sim) == 0
        assert _reports(tmp_path) == []


def test_variables_of_the_hosts_do_not_touch_the_controller(tmp_path: Path) -> None:
    become = {
        "ansible_become": True,
        "ansible_become_method": "ansible.builtin.runas",
        "ansible_become_user": "CORP\\alice",
        "ansible_become_password": "Wonderland-1&x",
    }
    with Fleet(tmp_path) as fleet:
        sim = fleet.add("pc1", scenario())
        run = _retire(fleet, tmp_path, ansible_connection="winrm", **become)
        assert run.code == 0, run.stdout
        assert pinned_for_user(sim, HOME) == []
        assert len(_reports(tmp_path)) == 1


def _lying(folder: Path, changes: Mapping[str, Any]) -> Emulation:
    """A host part that says something else about itself."""
    file = folder / "lying.yml"
    file.write_text(yaml.safe_dump(scenario()), encoding="utf-8")
    host = scenarios.load(file).host

    def run(call: ModuleCall) -> dict[str, Any]:
        result = host_call.run(call.args, host, call.effective_user, call.check_mode, call.cancelled)
        result["answer"].update(changes)
        return dict(result)

    return Emulation(run, host_call.SPEC)


@pytest.mark.once
def test_a_user_name_is_one_field_of_one_line(tmp_path: Path) -> None:
    users = {
        "line": 'CORP\\eve\r\npc99,"CORP\\bob","\\\\fs01\\users",1,1,0,0,1,0,0,0',
        "formula": '=HYPERLINK("http://evil/","report")',
        "at": "@SUM(1)",
    }
    with Fleet(tmp_path) as fleet:
        for name, user in users.items():
            fleet.add(
                name,
                extra={HOST_CALL: _lying(tmp_path, {"host": {"user": user, "profile": None, "powershell": "5.1"}})},
            )
        run = _retire(fleet, tmp_path, "--check")
        assert run.code == 0, run.stdout
    (report,) = _reports(tmp_path)
    with report.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream, strict=True)
    assert [(row[0], row[2], len(row)) for row in rows] == [(name, "\\\\fs01\\users", len(header)) for name in users]
    told = {row[0]: row[1] for row in rows}
    assert told["line"].startswith("CORP\\eve<U+000D><U+000A>pc99")
    assert (told["formula"][:12], told["at"]) == ("'=HYPERLINK(", "'@SUM(1)")


@pytest.mark.once
def test_a_report_file_is_new_or_refused(tmp_path: Path) -> None:
    name = "winops.offline_files.report_file"
    (tmp_path / "old.csv").write_text("old", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    paths = ["new.csv", "old.csv", "folder", "no/such.csv", "/proc/x.csv"]
    tasks = [{"name": path, name: {"path": path, "content": "a\n"}, "ignore_errors": True} for path in paths]
    deep = {"path": "made/deep/x.csv", "content": "a\n", "parents": True}
    tasks += [
        {"name": "deep", name: deep},
        {"name": "checked", name: {**deep, "path": "not/x.csv"}, "check_mode": True},
    ]
    for what, text in {"begun": "a\n", "filled in": "b\n", "of others": "x\n"}.items():
        tasks.append(
            {"name": what, name: {"path": "new.csv", "content": "b\n", "instead_of": text}, "ignore_errors": True}
        )
    tasks.append({"name": "begun late", name: {"path": "late.csv", "content": "b\n", "instead_of": "a\n"}})
    tasks.insert(0, {"name": "check", name: {"path": "new.csv", "content": "a\n"}, "check_mode": True})
    with Fleet(tmp_path) as fleet:
        sim = fleet.add("pc1", scenario())
        run = fleet.play(tasks, PWD=str(tmp_path))
        assert len(sim.log) == 0, "the host was asked"
    file = tmp_path / "new.csv"
    assert run.of("pc1", "check").result["msg"] == f"Would write {file}."
    made = run.of("pc1", "new.csv").result
    assert (made["changed"], made["path"], made["msg"]) == (True, str(file), f"Wrote {file}.")
    assert (file.read_text(encoding="utf-8"), stat.S_IMODE(file.stat().st_mode)) == ("b\n", 0o600)
    assert {what: run.of("pc1", what).status for what in ("begun", "filled in", "of others", "begun late")} == {
        "begun": "ok",
        "filled in": "ok",
        "of others": "failed",
        "begun late": "ok",
    }
    assert "it is there already" in run.of("pc1", "of others").result["msg"]
    assert (tmp_path / "late.csv").read_text(encoding="utf-8") == "b\n"
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith(".")) == []
    assert run.of("pc1", "deep").result["path"] == str(tmp_path / "made" / "deep" / "x.csv")
    assert stat.S_IMODE((tmp_path / "made" / "deep").stat().st_mode) == 0o700
    assert (run.of("pc1", "checked").status, (tmp_path / "not").exists()) == ("ok", False)
    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "old"
    for there in ("old.csv", "folder"):
        said = f"path '{tmp_path / there}' is not allowed: it is there already, and no report is overwritten."
        assert said in run.of("pc1", there).result["msg"]
    for nowhere in ("no/such.csv", "/proc/x.csv"):
        said = f"path '{tmp_path / nowhere}' cannot be written: No such file or directory."
        assert said in run.of("pc1", nowhere).result["msg"]
