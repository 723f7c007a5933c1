# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The roles through the real CLI: what each host comes to, what it costs, again, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from integration.fleet import Fleet, Run, module_calls, pins, scenario
from unit import job_rows

from simhost.testing import SimHost

pytestmark = [pytest.mark.timeout(240), pytest.mark.once]

ADMIN, ALICE, BEN, CARL = (rf"CORP\{name}" for name in ("admin", "alice", "ben", "carl"))
SHARE = r"\\fs01\users"
POLICY = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).replace(microsecond=0, tzinfo=None)
LONG_AGO = YESTERDAY - timedelta(days=100)


def _pc(items: dict[str, Any], *, host: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "host": {"name": "PC042", "user": ADMIN, "admins": [ADMIN], **(host or {})},
        "accounts": {ADMIN: "Keeper-3", ALICE: "Wonderland-1", BEN: "Builder-2", CARL: "Carpet-4"},
        "cache": {SHARE: {"items": items}} if items else {},
        **more,
    }


def _profiles(**synchronized: Any) -> dict[str, Any]:
    """Profiles of the admin and of users, each with when the share was synchronized."""
    users = {
        rf"CORP\{name}": {"sid": f"S-1-5-21-1-2-3-{1000 + number}", "synchronized": {SHARE: time} if time else {}}
        for number, (name, time) in enumerate(synchronized.items(), 1)
    }
    return {ADMIN: {"sid": "S-1-5-21-1-2-3-500"}, "S-1-5-18": {}, **users}


HOSTS: dict[str, dict[str, Any]] = {
    "work": _pc(
        {"a.txt": {"pin": "user"}, "b.txt": {"pin": ["user", "computer"], "dirty": ["data"], "size": 5}, "c.txt": {}},
        profiles=_profiles(alice=LONG_AGO),
    ),
    "held": _pc(
        {"a.txt": {"pin": ["user", "computer"]}}, registry={POLICY: {SHARE: ""}}, profiles=_profiles(carl=YESTERDAY)
    ),
    "conflict": _pc({"a.txt": {"pin": "user", "dirty": ["data"], "size": 5, "remote": {"size": 9}}}),
    "two": _pc(
        {
            name: {"visible_to": [rf"CORP\{name}"], "items": {f"{name}.txt": {"pin": "user"}}}
            for name in ("alice", "ben")
        },
        host={"sessions": {ALICE: {}, BEN: {"name": None}}},
        profiles=_profiles(alice=YESTERDAY, ben=YESTERDAY),
    ),
    "off": _pc({}, host={"enabled": False, "active": False}),
    "restart": _pc({}, host={"enabled": True, "active": False}),
    "gone": _pc({}),
    # goes away when it is ben's turn, after alice's pins were released
    "lost": _pc(
        {
            name: {"visible_to": [rf"CORP\{name}"], "items": {f"{name}.txt": {"pin": "user"}}}
            for name in ("alice", "ben")
        },
        host={"sessions": {ALICE: {}, BEN: {}}},
        profiles=_profiles(alice=YESTERDAY, ben=YESTERDAY),
    ),
    "kept": _pc({"a.txt": {"pin": "user"}}),
    "typo": _pc({"a.txt": {"pin": "user"}}),
    "busy": _pc({"a.txt": {"pin": "user"}}),
}
AT_WORK = rf"a job of this collection runs there in the background (Unpin {SHARE}, since {job_rows.BEGAN}, as {ALICE})"
LOST = "{{ 1 if __retire_share_views | default([]) | length > 1 else %d }}"
"""A port that is closed once the host was worked on as two users."""

VARIABLES: dict[str, dict[str, Any]] = {
    "gone": {"ansible_port": 1},
    # for somebody else whom tasks on this host become, and nothing that alice or ben would be let in with
    "two": {
        "ansible_become_user": CARL,
        "ansible_become_password": "Carpet-4",
        "ansible_runas_user": CARL,
        "ansible_become_flags": "logon_type=nonsense",
    },
    "typo": {"retire_share_days": "soon"},
}
WANTED = {"retire_server": "fs01", "retire_share_users": "logged_on", "retire_share_delete": True}


@dataclass(frozen=True)
class Retired:
    """One run of the playbook.

    `calls`: executions of the host part on each host; `records`: written for each host;
    `methods`: that users called on each host, from the first run on."""

    run: Run
    calls: dict[str, int]
    pinned: dict[str, dict[str, list[str]]]
    records: dict[str, Any]
    folder: Path
    methods: dict[str, list[tuple[str, str]]]


def _set_to_work(sim: SimHost) -> None:
    """Have a job of alice run on a host, and never end."""
    sim.host.jobs.hold_lock()
    sim.host.jobs.plant("f" * 32, ALICE).state = lambda: str(job_rows.job()["state"])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Retired]]:
    """Check mode, the first run and the second one, over all hosts."""
    folder = tmp_path_factory.mktemp("roles")
    with Fleet(folder) as fleet:
        for name, content in HOSTS.items():
            fleet.add(name, content, variables=VARIABLES.get(name))
        fleet.set("lost", ansible_port=LOST % fleet.sims["lost"].port)
        _set_to_work(fleet.sims["busy"])
        for number in (1, 2):
            (folder / f"{number}_records").mkdir()
            (folder / f"{number}_records" / "kept.json").write_text("{}", encoding="utf-8")
        found = {}
        for number, (what, options) in enumerate({"check": ["--check"], "first": [], "second": []}.items()):
            before = {name: module_calls(sim) for name, sim in fleet.sims.items()}
            given = json.dumps({**WANTED, "retire_batches": ["100%"], "retire_report": f"{folder}/{number}.csv"})
            words = ["ansible-playbook", "winops.offline_files.retire_server", "-i", "inventory.yml", "-e", given]
            run = fleet.line([*words, *options], timeout=120, PWD=str(folder))
            found[what] = Retired(
                run,
                {name: module_calls(sim) - before[name] for name, sim in fleet.sims.items()},
                {name: pins(sim) for name, sim in fleet.sims.items()},
                {
                    file.stem: json.loads(file.read_text(encoding="utf-8"))
                    for file in folder.glob(f"{number}_records/*.json")
                },
                folder,
                {name: [(call["method"], call["user"]) for call in sim.host.calls] for name, sim in fleet.sims.items()},
            )
        yield found


STATES = {
    "work": (
        "Would synchronize 1 item, release 2 items, delete 1 item.",
        "Synchronized 1 item, released 2 items, deleted 4 items.",
        "Nothing to do.",
    ),
    "held": (
        rf"Waits: a policy pins {SHARE}; the user of C:\Users\carl: synchronized {SHARE} on {YESTERDAY:%Y-%m-%d}, and "
        "no task sees this user's items; pinned: 1 for user, 1 for computer.",
    )
    * 3,
    "conflict": (
        "Would synchronize 1 item, release 1 item.",
        *[
            "Waits: 1 item has changes that are not synchronized after synchronizing (conflict: 1), such as "
            rf"{SHARE}\a.txt; pinned: 1 for user."
        ]
        * 2,
    ),
    "two": (
        rf"As {ADMIN}: Nothing to do. As {ALICE}: Would release 1 item. As {BEN}: Would release 1 item.",
        rf"As {ADMIN}: Nothing to do. As {ALICE}: Released 1 item, deleted 2 items. "
        rf"As {BEN}: Released 1 item, deleted 3 items.",
        rf"As {ADMIN}: Nothing to do. As {ALICE}: Nothing to do. As {BEN}: Nothing to do.",
    ),
    "off": ("Offline Files is disabled on this host (service CscService is Stopped): enable it and restart",) * 3,
    "restart": ("Waits: Offline Files is enabled but not active on this host (service CscService is Stopped)",) * 3,
    "gone": ("Not asked to the end, run it again for this host: Task failed: ",) * 3,
    "lost": tuple(
        rf"As {ADMIN}: Nothing to do. As {ALICE}: {done}. As {BEN}: Not asked to the end, run it again for this host: "
        for done in ("Would release 1 item", "Released 1 item, deleted 2 items", "Nothing to do")
    ),
    "kept": (
        "Would release 1 item.",
        *[
            f"Record: path '{folder}/kept.json' is not allowed: it is there already"
            for folder in ("{folder}/1_records", "{folder}/2_records")
        ],
    ),
    "busy": (f"Waits: {AT_WORK}; pinned: 1 for user.",) * 3,
}
FAILS = {"check": {"gone", "lost"}, "first": {"gone", "lost", "held", "conflict", "restart", "kept", "busy"}}
FAILS["second"] = FAILS["first"]
RUNS = ("check", "first", "second")


@pytest.mark.parametrize("host", STATES)
def test_what_each_host_comes_to(runs: dict[str, Retired], host: str) -> None:
    for what, form in zip(RUNS, STATES[host], strict=True):
        sentence = form.replace("{folder}", str(runs[what].folder))
        end = runs[what].run.of(host, "The server is retired here")
        assert end.status == ("failed" if host in FAILS[what] else "ok"), what
        told = [one for one in runs[what].run.told if one.host == host and one.task.endswith("Say what became of it")]
        # a task that fails as a whole leaves it to the last play
        said = [one.result["msg"] for one in told] or [end.result["msg"]]
        assert [one.startswith(sentence) for one in said] == [True], (what, said)
        if end.status == "failed":
            assert end.result["msg"] == said[0]


def test_a_host_that_comes_to_nothing_fails_by_itself(runs: dict[str, Retired]) -> None:
    for what in RUNS:
        end = runs[what].run.of("typo", "The server is retired here")
        assert end.status == "failed"
        assert "retire_share_days 'soon' is not allowed" in end.result["msg"]
        assert not any(one.task == "What happened" and one.status == "failed" for one in runs[what].run.told)


CALLS = {
    # look, synchronize, release, delete, count; in check mode nothing is deleted that is pinned, and nothing counted
    "work": (4, 5, 1),
    "held": (1, 1, 1),
    # synchronize reads the state of a conflict three times more
    "conflict": (4, 5, 5),
    # the admin's look, and look, release, delete, count as each of two users
    "two": (7, 9, 3),
    "off": (1, 1, 1),
    "restart": (1, 1, 1),
    "gone": (0, 0, 0),
    # the admin's look, and all as alice
    "lost": (4, 5, 2),
    "kept": (3, 1, 1),
    "typo": (0, 0, 0),
    "busy": (1, 1, 1),
}


@pytest.mark.parametrize("host", HOSTS)
def test_what_each_host_costs(runs: dict[str, Retired], host: str) -> None:
    assert tuple(runs[what].calls[host] for what in RUNS) == CALLS[host]


def test_the_order_of_the_steps(runs: dict[str, Retired]) -> None:
    assert runs["check"].methods == {host: [] for host in HOSTS}
    assert runs["first"].methods["work"] == [("Synchronize", ADMIN), ("Unpin", ADMIN), ("DeleteItems", ADMIN)]
    assert runs["first"].methods["two"] == [(step, user) for user in (ALICE, BEN) for step in ("Unpin", "DeleteItems")]
    assert runs["first"].methods["conflict"] == [("Synchronize", ADMIN)]
    assert runs["second"].methods == {
        host: methods * 2 if host == "conflict" else methods for host, methods in runs["first"].methods.items()
    }


def test_the_second_run_changes_nothing_anywhere(runs: dict[str, Retired]) -> None:
    changed = {what: {one.host for one in runs[what].run.told if one.result.get("changed")} for what in RUNS}
    assert changed["second"] == set()
    assert changed["first"] == {"work", "two", "lost"}
    assert runs["check"].pinned["work"][rf"{SHARE}\a.txt"] == ["user"]
    assert runs["second"].pinned == runs["first"].pinned


def test_what_waits_stays_as_it_is(runs: dict[str, Retired]) -> None:
    for host in ("held", "conflict", "kept", "typo", "busy"):
        assert runs["first"].pinned[host] == runs["check"].pinned[host]
        assert not runs["first"].records.get(host)
    for host in ("work", "two"):
        assert not any(runs["first"].pinned[host].values())


def test_the_record_names_each_pin_and_its_user(runs: dict[str, Retired]) -> None:
    assert (sorted(runs["check"].records), sorted(runs["second"].records)) == ([], ["kept"])
    records = runs["first"].records
    users = {"lost.CORP_alice": ALICE, "two.CORP_alice": ALICE, "two.CORP_ben": BEN, "work": ADMIN}
    assert sorted(records) == sorted([*users, "kept"])
    for name, user in users.items():
        assert {records[name]["user"], *(one["user"] for one in records[name]["entries"])} == {user}
    assert [one["path"] for one in records["two.CORP_ben"]["entries"]] == [rf"{SHARE}\ben\ben.txt"]
    assert [one["path"] for one in records["lost.CORP_alice"]["entries"]] == [rf"{SHARE}\alice\alice.txt"]
    assert {one["path"]: one["reasons_before"] for one in records["work"]["entries"]} == {
        rf"{SHARE}\a.txt": ["user"],
        rf"{SHARE}\b.txt": ["user", "computer"],
    }
    assert records["work"]["counts"] == {"changed": 2}


def test_the_lines_at_the_end_count_and_name(runs: dict[str, Retired]) -> None:
    (told,) = {one.host: one for one in runs["first"].run.told if one.task == "What happened"}.values()
    lines = told.result["msg"]
    assert lines[1].startswith("The page: /")
    assert lines[2:6] == [
        "Hosts: 11, not asked: 3",
        "Not asked: gone, lost, typo",
        "Offline Files does not run: off",
        "Items synchronized: 1, released: 5, deleted: 11, failed: 0",
    ]
    assert [line.split(":")[0] for line in lines[6:]] == [
        "Waits held",
        "Waits conflict",
        "Waits restart",
        "Waits busy",
        "Pinned on held",
        "Pinned on conflict",
        "Pinned on kept",
        "Pinned on busy",
    ]


AGAIN = {"retire_share_paths": ["fs01"], "retire_share_fail": False}
AWAY_TO_COUNT = "{{ %d if back is defined or not __retire_share_released | default({}) else 1 }}"
"""A port that is closed after the release, until the play says that the host is back."""


def test_a_second_use_begins_anew_also_where_the_first_one_broke_off(tmp_path: Path) -> None:
    role = {"name": "role", "ansible.builtin.import_role": {"name": "winops.offline_files.retire_share"}, "vars": AGAIN}
    pin = {"name": "pin", "winops.offline_files.pin": {"path": rf"{SHARE}\a.txt"}}
    told = {"name": "told", "ansible.builtin.debug": {"var": "retire_share_result"}}
    back = {"name": "let it come back", "ansible.builtin.meta": "clear_host_errors"}
    plays: list[dict[str, Any]] = [
        {"hosts": "all", "tasks": [role, pin, role]},
        {"hosts": "all", "vars": {"back": True}, "tasks": [back, pin, role, told]},
    ]
    file = tmp_path / "twice.yml"
    file.write_text(json.dumps([{**play, "gather_facts": False} for play in plays]), encoding="utf-8")
    with Fleet(tmp_path) as fleet:
        for name in ("there", "lost"):
            fleet.add(name, _pc({"a.txt": {"pin": "user"}, "b.txt": {"pin": "user"}}))
        fleet.set("lost", ansible_port=AWAY_TO_COUNT % fleet.sims["lost"].port)
        run = fleet.run_playbook(file, timeout=100)
        for name, sim in fleet.sims.items():
            result = run.of(name, "told").result["retire_share_result"]
            assert (result["state"], result["msg"], len(result["views"])) == ("done", "Released 1 item.", 1), name
            uses = {"there": 3, "lost": 2}[name]
            assert [call["method"] for call in sim.host.calls] == ["Unpin", *["Pin", "Unpin"] * (uses - 1)]
            assert not any(pins(sim).values())
    assert ("lost", "unreachable") in {(one.host, one.status) for one in run.told}


# --- a share that moves; what Windows does with it does not depend on ansible-core

MOVES = [{"from": "//fs01/users", "to": "//fs09/users"}]
NEW = r"\\fs09\users"
OTHER, OTHER_NEW = r"\\fs01\other", r"\\fs09\other"
STEPS = ("prepare", "prepare again", "switch", "switch again", "prepare late", "rollback", "rollback again")
MINE = rf"{NEW}\alice\mine.txt"
"""Pinned under the new path before anything moves."""


def _recorded(reasons: Sequence[str] = ("user",), **changes: Any) -> str:
    entries = [{"path": rf"{SHARE}\alice\report.docx", "reasons_before": list(reasons), "reasons_after": []}]
    moves = [{"from": SHARE, "to": NEW}]
    return json.dumps({"user": ALICE, "moves": moves, "entries": entries, "pinned_there": [], **changes})


def _moving(**changes: Any) -> dict[str, Any]:
    """A host whose new share has all files, and of which one more is pinned already."""
    drafts: dict[str, Any] = {"items": {"idea.txt": {}}}
    files = {"report.docx": {"size": 12345}, "notes.txt": {}, "plain.txt": {}, "drafts": drafts}
    content = scenario(servers={rf"{NEW}\alice": {"items": files}})
    content["cache"][SHARE]["items"]["alice"]["items"]["plain.txt"] = {"dirty": ["data"], "size": 4}
    content["cache"][NEW] = {"items": {"alice": {"visible_to": [ALICE], "items": {"mine.txt": {"pin": "user"}}}}}
    return {**content, **changes}


def _without_the_new(**more: Any) -> dict[str, Any]:
    """A host that holds nothing under the new path yet.

    :param more: items that it has under the old one
    """
    content = _moving()
    del content["cache"][NEW]
    content["cache"][SHARE]["items"]["alice"]["items"].update(more)
    return content


def _two_shares() -> dict[str, Any]:
    """A host with something pinned under both of two moves, and nothing under the new paths yet."""
    content = _without_the_new()
    content["cache"][OTHER] = {"items": {"plan.txt": {"pin": "user"}}}
    content["servers"][OTHER_NEW] = {"items": {"plan.txt": {}}}
    return content


def _dirty() -> dict[str, Any]:
    """A host on which something was changed after the data was copied."""
    content = _moving()
    alice = content["cache"][SHARE]["items"]["alice"]
    alice.update(pin={}, items={"report.docx": {"pin": "user"}, "plain.txt": {"dirty": ["data"], "size": 4}})
    return content


MOVING: dict[str, dict[str, Any]] = {
    "pc1": _moving(),
    "renamed": _without_the_new(),
    "renames": _without_the_new(),
    "opened": _without_the_new(**{"open.txt": {"in_use": True}}),
    "unsure": _two_shares(),
    "lacks": _moving(servers={rf"{NEW}\alice": {"items": {"report.docx": {}}}}),
    "off": HOSTS["off"],
    "unlisted": _moving(),
    "unpinned": _moving(),
    "late": _moving(),
    "dirty": _dirty(),
    "foreign": _dirty(),
    "ended": _moving(),
    "busy": _dirty(),
}
AWAY = {
    "unlisted": "__migrate_share_synchronized | default({})",
    "unpinned": "__migrate_share_listed | default({}) and not __migrate_share_pinned | default({}) and "
    "((__migrate_share_renamed | default({})).results | default([]) or step == 'rollback')",
    "unsure": "(__migrate_share_begun | default({})).path is defined and not __migrate_share_renamed | default({}) "
    "and step == 'switch'",
}
"""Hosts that cannot be reached while something holds: when they are to list, to pin, and to rename."""
KEPT = {
    "dirty": _recorded(),
    "foreign": _recorded(user=r"CORP\zoe"),
    "busy": _recorded(),
    # folder redirection has ended since
    "ended": _recorded(reasons=["user", "folder_redirection"]),
}
"""Records of hosts that are not prepared in the play."""
OTHERWISE = {"retire_share_synchronize": True, "retire_share_fail": False, "retire_share_flags": "for_all"}
"""What the inventory has for the role retire_share, for other servers."""


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Fleet, dict[str, Any]]]:
    """All steps in one play, on a host that can move and on those that have to stop somewhere."""
    folder = tmp_path_factory.mktemp("moved")
    tasks: list[dict[str, Any]] = []
    for step in STEPS:
        role = {"name": "winops.offline_files.migrate_share", "tasks_from": step.split()[0]}
        told = {"name": f"{step} done", "ansible.builtin.debug": {"var": "migrate_share_result"}}
        failed = {"name": f"{step} failed", "ansible.builtin.debug": {"var": "ansible_failed_result.msg"}}
        state = {"name": f"{step} seen", "winops.offline_files.item_info": {"unavailable": "ok"}}
        block = [{"name": "role", "ansible.builtin.include_role": role}, told]
        hosts = {
            "prepare": set(MOVING) - set(KEPT) | {"busy"},
            "switch": set(MOVING) - {"ended"},
            "rollback again": {"pc1", "renames"},
            "switch again": {"pc1", "renames", "unsure"},
            "rollback": {"pc1", "renamed", "renames", "opened", "unpinned", "foreign", "ended", "busy"},
        }
        only = {"when": f"inventory_hostname in {sorted(hosts.get(step, {'pc1'}))}"}
        tasks.append(
            {
                "name": step,
                "vars": {"step": step},
                **only,
                "block": [{"name": step, "block": block, "rescue": [failed]}, state],
            }
        )
        if step in ("prepare", "prepare late"):
            paths = {"src": SHARE, "dest": NEW} if step == "prepare" else {"src": NEW, "dest": SHARE}
            rename = {"name": f"rename after {step}", "winops.offline_files.rename_item": {**paths, "when": "now"}}
            tasks.append({**rename, "when": "inventory_hostname == 'renamed'"})
        if step == "prepare":
            pin = {"name": "late pin", "winops.offline_files.pin": {"path": rf"{SHARE}\alice\plain.txt"}}
            tasks.append({**pin, "when": "inventory_hostname == 'late'"})
    with Fleet(folder) as fleet:
        (folder / "r").mkdir()
        for name, one in MOVING.items():
            sim = fleet.add(name, one, variables=OTHERWISE if name == "dirty" else None)
            if name in AWAY:
                fleet.set(name, ansible_port=f"{{{{ 1 if ({AWAY[name]}) else {sim.port} }}}}")
            if name == "busy":
                _set_to_work(sim)
            if name in KEPT:
                (folder / "r" / name).write_text(KEPT[name], encoding="utf-8")
        both = [*MOVES, {"from": "//fs01/other", "to": "//fs09/other"}]
        moves = f"{{{{ {both} if inventory_hostname == 'unsure' else {MOVES} }}}}"
        keywords = {
            "vars": {"migrate_share_moves": moves, "migrate_share_record": f"{folder}/r/{{{{ inventory_hostname }}}}"},
            "ignore_unreachable": True,
        }
        run = fleet.play(tasks, keywords=keywords, timeout=200)
        files = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in (folder / "r").iterdir()}
        yield run, fleet, files


def _pins(moved: tuple[Run, Fleet, dict[str, Any]], host: str, step: str) -> dict[str, list[str]]:
    items = moved[0].of(host, f"{step} seen").result["entries"]
    return {item["path"]: item["reasons"] for item in items if item["pinned"]}


OLD_PINS = {
    rf"{SHARE}\alice": ["user"],
    rf"{SHARE}\alice\drafts": ["user"],
    rf"{SHARE}\alice\drafts\idea.txt": ["user"],
    rf"{SHARE}\alice\notes.txt": ["user", "user_policy"],
    rf"{SHARE}\alice\report.docx": ["user"],
}
BEFORE = {MINE: ["user"]}
NEW_PINS = {path.replace(SHARE, NEW): reasons for path, reasons in OLD_PINS.items()} | BEFORE


DONE = ("switch", "switch again", "rollback", "rollback again")


def _under(found: dict[str, list[str]], share: str) -> dict[str, list[str]]:
    return {path: reasons for path, reasons in found.items() if path.startswith(share)}


@pytest.mark.once
@pytest.mark.parametrize(
    ("step", "old", "new"),
    [
        ("prepare", OLD_PINS, BEFORE),
        ("prepare again", OLD_PINS, BEFORE),
        ("switch", {}, NEW_PINS),
        ("switch again", {}, NEW_PINS),
        ("prepare late", {}, NEW_PINS),
        ("rollback", OLD_PINS, BEFORE),
        ("rollback again", OLD_PINS, BEFORE),
    ],
)
def test_pins_move_and_come_back(
    moved: tuple[Run, Fleet, dict[str, Any]], step: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    found = _pins(moved, "pc1", step)
    assert (_under(found, SHARE), _under(found, NEW)) == (old, new)


@pytest.mark.once
def test_what_was_renamed_between_the_steps_is_fetched_by_nobody(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    run, fleet, _files = moved
    for step in ("prepare", "prepare late"):
        assert run.of("renamed", f"rename after {step}").result["status"] == "renamed"
    told = run.of("renamed", "switch done").result["migrate_share_result"]["msg"]
    assert told == (
        "For user: Nothing to pin: every item at 4 paths is pinned for user and filled. For user and user_policy: "
        "Nothing to pin: every item at 1 path is pinned for user, user policy and filled. Nothing to do."
    )
    found = _pins(moved, "renamed", "switch")
    wanted = {path: reasons for path, reasons in NEW_PINS.items() if path != MINE}
    assert (_under(found, SHARE), _under(found, NEW)) == ({}, wanted)
    # It was renamed back before the way back, which finds everything as it was.
    assert _under(_pins(moved, "renamed", "rollback"), SHARE) == OLD_PINS
    methods = [call["method"] for call in fleet.sims["renamed"].host.calls]
    # Pin is called to see that the content is there; nothing was to be released.
    assert methods == ["Synchronize", "RenameItemEx", "Pin", "Pin", "RenameItemEx", "Pin", "Pin"]


@pytest.mark.once
def test_the_switch_renames_where_it_can_and_the_way_back_too(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    run, fleet, files = moved
    wanted = {path: reasons for path, reasons in NEW_PINS.items() if path != MINE}
    for step, old, new in (
        ("switch", {}, wanted),
        ("switch again", {}, wanted),
        ("rollback", OLD_PINS, {}),
        ("rollback again", OLD_PINS, {}),
    ):
        found = _pins(moved, "renames", step)
        assert (_under(found, SHARE), _under(found, NEW)) == (old, new)
    said = {step: run.of("renames", f"{step} done").result["migrate_share_result"] for step in DONE}
    (forth,), (back,) = said["switch"]["renamed"], said["rollback"]["renamed"]
    assert [(one["from"], one["to"], one["status"]) for one in (forth, back)] == [
        (SHARE, NEW, "renamed"),
        (NEW, SHARE, "renamed"),
    ]
    assert said["switch"]["msg"].startswith(rf"Renamed {SHARE} to {NEW} in the cache: ")
    assert said["rollback"]["msg"].startswith(rf"Renamed {NEW} to {SHARE} in the cache: ")
    assert (said["switch again"]["renamed"], said["rollback again"]["renamed"]) == ([], [])
    assert files["renames"]["renames"] == [{"from": SHARE, "to": NEW, "status": "renamed"}]
    methods = [call["method"] for call in fleet.sims["renames"].host.calls]
    # Pin is called to see that the content is there; nothing is ever released.
    assert [name for name in methods if name != "Pin"] == ["Synchronize", "RenameItemEx", "RenameItemEx"]


@pytest.mark.once
def test_what_could_not_be_renamed_is_pinned_and_the_result_says_why(
    moved: tuple[Run, Fleet, dict[str, Any]],
) -> None:
    run, fleet, files = moved
    wanted = {path: reasons for path, reasons in NEW_PINS.items() if path != MINE}
    for step, old, new in (("switch", {}, wanted), ("rollback", OLD_PINS, {})):
        found = _pins(moved, "opened", step)
        assert (_under(found, SHARE), _under(found, NEW)) == (old, new)
    (one,) = run.of("opened", "switch done").result["migrate_share_result"]["renamed"]
    assert one["status"] == "failed"
    assert rf"{SHARE} was not renamed to {NEW}. RenameItemEx: a file under it is open" in one["msg"]
    assert files["opened"]["renames"] == [{"from": SHARE, "to": NEW, "status": "failed"}]
    assert run.of("opened", "rollback done").result["migrate_share_result"]["renamed"] == []
    methods = [call["method"] for call in fleet.sims["opened"].host.calls]
    assert methods[:3] == ["Synchronize", "RenameItemEx", "Pin"]
    assert methods.count("RenameItemEx") == 1
    assert "Unpin" in methods
    # Where both paths are in the cache it is the same, and no method is called for it.
    (one,) = run.of("pc1", "switch done").result["migrate_share_result"]["renamed"]
    assert (one["status"], "are both in the cache" in one["msg"]) == ("failed", True)
    assert "RenameItemEx" not in {call["method"] for call in fleet.sims["pc1"].host.calls}


@pytest.mark.once
def test_a_rename_without_an_answer_stops_the_host_and_the_step_can_be_made_again(
    moved: tuple[Run, Fleet, dict[str, Any]],
) -> None:
    run, fleet, files = moved
    # What comes after it was not tried, though the host was there again.
    found = _pins(moved, "unsure", "switch")
    assert (_under(found, SHARE), _under(found, OTHER)) == (OLD_PINS, {rf"{OTHER}\plan.txt": ["user"]})
    assert "Unpin" not in {call["method"] for call in fleet.sims["unsure"].host.calls}
    said = run.of("unsure", "switch again done").result["migrate_share_result"]["renamed"]
    assert [one["status"] for one in said] == ["renamed", "renamed"]
    assert files["unsure"]["renames"] == [
        {"from": SHARE, "to": NEW, "status": "renamed"},
        {"from": OTHER, "to": OTHER_NEW, "status": "renamed"},
    ]
    methods = [call["method"] for call in fleet.sims["unsure"].host.calls]
    assert [name for name in methods if name != "Pin"] == ["Synchronize", "RenameItemEx", "RenameItemEx"]


@pytest.mark.once
@pytest.mark.parametrize(("host", "steps"), [("pc1", STEPS), ("renames", ("prepare", *DONE))])
def test_a_step_made_twice_changes_nothing(
    moved: tuple[Run, Fleet, dict[str, Any]], host: str, steps: tuple[str, ...]
) -> None:
    order = [one for one in moved[0].told if one.host == host]
    ends = [number for number, one in enumerate(order) if one.task.endswith(" seen")]
    assert len(ends) == len(steps)
    changed = {}
    for step, start, end in zip(steps, [0, *ends], ends, strict=False):
        changed[step] = [one.task for one in order[start:end] if one.result.get("changed")]
    assert {step for step, names in changed.items() if names} == {"prepare", "switch", "rollback"}


@pytest.mark.once
def test_what_prepare_sends_and_says(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    run, _fleet, files = moved
    said = run.of("pc1", "prepare done").result["migrate_share_result"]
    assert (
        said["msg"]
        == rf"5 items pinned under {SHARE} in the view of {ALICE}, and nothing there that is not synchronized."
    )
    assert Path(said["record"]).name == "pc1"
    record = files["pc1"]
    assert (record["user"], len(record["entries"])) == (ALICE, 5)
    assert record["pinned_there"] == [{"path": MINE, "reasons": ["user"]}]
    dirty = {item["path"]: item["dirty"] for item in run.of("pc1", "prepare seen").result["entries"]}
    assert not dirty[rf"{SHARE}\alice\plain.txt"]


@pytest.mark.once
def test_the_way_back_tells_what_it_did_in_its_order(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    said = moved[0].of("pc1", "rollback done").result["migrate_share_result"]["msg"]
    assert said == (
        "For user: Pinned 4 of 4 items. For user and user_policy: Pinned 1 of 1 item. Unpinned 6 of 6 items. "
        "Unpinned 1 of 1 item. Pinned 1 of 1 item."
    )


@pytest.mark.once
def test_the_way_back_does_not_wait_for_folder_redirection_that_has_ended(
    moved: tuple[Run, Fleet, dict[str, Any]],
) -> None:
    said = moved[0].of("ended", "rollback done").result["migrate_share_result"]["msg"]
    assert said == "Nothing to pin: every item at 1 path is pinned for user and filled."


@pytest.mark.once
def test_the_switch_keeps_what_was_released_beside_the_record(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    (kept,) = [content for name, content in moved[2].items() if name.startswith("pc1.released_")]
    assert {entry["path"]: entry["reasons_before"] for entry in kept["entries"]} == OLD_PINS


PASSED = ("pc1", "renamed", "renames", "opened", "unsure")
"""Hosts that come through."""
STOPS = {
    ("pc1", "prepare late"): "is there already, and what is pinned differs from it: 5 items fewer (",
    ("lacks", "switch"): "failed",
    ("unlisted", "prepare"): "What is pinned could not be listed: Task failed: ",
    ("unlisted", "switch"): "unlisted' is not there: run prepare first.",
    ("unpinned", "switch"): "Nothing was released: Pinning was not done: Task failed: ",
    ("unpinned", "rollback"): "Nothing was released: Pinning was not done: Task failed: ",
    ("unsure", "switch"): rf"it is not clear what became of renaming {SHARE}: Task failed: ",
    ("late", "switch"): rf"is not what is pinned: 1 item more ({SHARE}\alice\plain.txt). Move it away, and run prepare",
    ("dirty", "switch"): "1 item has changes that are not synchronized",
    ("busy", "prepare"): f"Waits: {AT_WORK}.",
    ("busy", "switch"): f"Waits: 1 item has changes that are not synchronized; {AT_WORK}; pinned: 1 for user.",
    ("busy", "rollback"): rf"Another job runs on this host in the background: Unpin {SHARE}, ",
    ("foreign", "switch"): rf"foreign' is about what CORP\zoe sees, and this is the view of {ALICE}.",
    ("foreign", "rollback"): rf"foreign' is about what CORP\zoe sees, and this is the view of {ALICE}.",
}


@pytest.mark.once
@pytest.mark.parametrize(("host", "step"), STOPS)
def test_a_step_that_cannot_be_sure_stops(moved: tuple[Run, Fleet, dict[str, Any]], host: str, step: str) -> None:
    said = moved[0].of(host, f"{step} failed").result["ansible_failed_result.msg"]
    assert STOPS[host, step] in said
    assert f"{step} done" not in {one.task for one in moved[0].told if one.host == host}


@pytest.mark.once
def test_where_a_step_stopped_nothing_is_released_and_nothing_sent(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    called = {name: [call["method"] for call in sim.host.calls] for name, sim in moved[1].sims.items()}
    assert {name: methods for name, methods in called.items() if name not in PASSED} == {
        "lacks": ["Synchronize", "Pin", "Pin"],
        "off": [],
        "unlisted": ["Synchronize"],
        "unpinned": ["Synchronize"],
        "late": ["Synchronize", "Pin"],
        "dirty": [],
        "foreign": [],
        "busy": [],
        "ended": ["Pin"],
    }
    for host in ("lacks", "unlisted", "unpinned"):
        assert _under(pins(moved[1].sims[host]), rf"{SHARE}\alice") | {rf"{SHARE}\alice\plain.txt": []} == {
            **OLD_PINS,
            rf"{SHARE}\alice\plain.txt": [],
        }


@pytest.mark.once
def test_a_host_without_the_cache_goes_through(moved: tuple[Run, Fleet, dict[str, Any]]) -> None:
    assert not [one for one in moved[0].told if one.host == "off" and one.status == "failed"]


@pytest.mark.once
def test_the_playbook_tells_of_its_own_step_and_check_mode_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "both.yml"
    plays = [
        {"import_playbook": "winops.offline_files.migrate_share", "vars": {"migrate_step": step}}
        for step in ("prepare", "switch")
    ]
    file.write_text(json.dumps(plays), encoding="utf-8")
    given = {
        "migrate_share_moves": MOVES,
        "migrate_share_record": f"{tmp_path}/r/{{{{ inventory_hostname }}}}",
        "migrate_batches": ["100%"],
    }
    words = ["ansible-playbook", str(file), "-i", "inventory.yml", "-e", json.dumps(given)]
    with Fleet(tmp_path) as fleet:
        for name in ("lacks", "unlisted"):
            fleet.add(name, MOVING[name])
        sim = fleet.sims["unlisted"]
        fleet.set("unlisted", ansible_port=f"{{{{ 1 if ({AWAY['unlisted']}) else {sim.port} }}}}")
        # Is prepared, and then only asked what would be done.
        foretold = fleet.add("foretold", _without_the_new())
        there = "ansible_check_mode or migrate_step == 'prepare'"
        fleet.set("foretold", ansible_port=f"{{{{ {foretold.port} if ({there}) else 1 }}}}")
        runs = [fleet.line([*words, *options], timeout=120, PWD=str(tmp_path)) for options in ([], ["--check"])]
        ends = [
            [
                (one.status, one.result["msg"])
                for one in run.told
                if one.host == host and one.task == "The step was done here"
            ]
            for run in runs
            for host in fleet.sims
        ]
        assert [[status for status, _msg in end] for end in ends] == [
            ["ok", "failed"],
            ["failed"],
            ["ok", "failed"],
            ["ok", "ok"],
            ["failed"],
            ["ok", "ok"],
        ]
        assert ends[0][1][1].startswith("For user: Pinned 2 of 4 items; 2 failed.")
        assert ends[1][0][1].startswith("What is pinned could not be listed: Task failed: ")
        assert "Would release 5 items." in ends[3][1][1]
        assert ends[5][1][1] == rf"Would rename {SHARE} to {NEW} in the cache: 7 items. Nothing to pin."
        assert [call["method"] for call in foretold.host.calls] == ["Synchronize"]
        assert "renames" not in json.loads((tmp_path / "r" / "foretold").read_text(encoding="utf-8"))
        assert [call["method"] for call in fleet.sims["lacks"].host.calls] == ["Synchronize", "Pin", "Pin"]
        assert sorted(one.name for one in (tmp_path / "r").iterdir()) == ["foretold", "lacks"]
        # Each step of each run has left its page.
        assert len(list(tmp_path.glob("migrate_*.html"))) == 4
        shown = [json.loads(min(tmp_path.glob(f"migrate_{step}_*.json")).read_text()) for step in ("prepare", "switch")]
        states = [{host["host"]: host["state"] for host in page["hosts"]} for page in shown]
        assert states == [
            {"foretold": "done", "lacks": "done", "unlisted": "failed"},
            {"foretold": "failed", "lacks": "failed", "unlisted": "failed"},
        ]
        lacks, unlisted = (host for host in shown[1]["hosts"] if host["host"] != "foretold")
        assert (lacks["failed"], {one["result"]["category"] for one in lacks["failures"]}) == (3, {"not_in_cache"})
        assert unlisted["views"][0]["why"][0].startswith("What is pinned could not be listed: ")
        assert [share["path"] for share in shown[0]["hosts"][-2]["views"][0]["shares"]] == [SHARE]
