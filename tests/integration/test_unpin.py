# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""unpin from the ansible command line to a simulated host and back: ways in, arguments, options, users, output."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.fleet import (
    CACHE,
    HOME,
    MODULE,
    PASSWORDS,
    PINNED,
    RESULT_KEYS,
    SHARE,
    Fleet,
    Run,
    check_form,
    check_truth,
    module_calls,
    pinned_for_user,
    pins,
    scenario,
    view,
)

pytestmark = pytest.mark.timeout(120)

PROJECTS = r"\\fs02\projects"
REPORT = HOME + r"\report.docx"
WAYS = {"ntlm": "winhost", "psrp": "winhost_psrp", "basic": "winhost_basic"}
SPELLINGS: dict[str, Any] = {
    "slashes": "paths=//fs01/users",
    "backslashes": {"paths": [r"\\fs01\users"], "flags": ["0x20"]},
    "long": r'{"path": "\\\\?\\UNC\\fs01\\users\\"}',
}


def _cache(**report: Any) -> dict[str, Any]:
    """CACHE with another report.docx."""
    cache = copy.deepcopy(CACHE)
    cache[SHARE]["items"]["alice"]["items"]["report.docx"] = {"pin": "user", **report}
    return cache


# --- the ways in


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A host for each way in and each spelling of the path."""
    with Fleet(tmp_path_factory.mktemp("ways")) as fleet:
        for number, spelling in enumerate(SPELLINGS):
            for name, way in WAYS.items():
                if number == 0 or name == "ntlm":
                    fleet.add(f"{spelling}_{name}", scenario(), ways={f"{spelling}_{name}": way})
        yield fleet


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_first_run_releases_and_the_second_changes_nothing(ways: Fleet, spelling: str) -> None:
    args, pattern = SPELLINGS[spelling], f"{spelling}_*"
    first, second = ways.adhoc(pattern, args), ways.adhoc(pattern, args)
    assert (first.code, second.code) == (0, 0)
    for name in (name for name in ways.names if name.startswith(spelling)):
        once, again = first.of(name).result, second.of(name).result
        assert once["changed"] is True
        assert once["msg"] == "Unpinned 5 of 7 items; 2 were not pinned for user."
        assert sorted(entry["path"] for entry in once["entries"] if entry["changed"]) == PINNED
        assert once["paths"] == [
            {
                "path": SHARE,
                "status": "unpinned",
                "changed": True,
                "total_items": 7,
                "changed_items": 5,
                "failed_items": 0,
                "remaining_reasons": ["user_policy"],
            }
        ]
        assert again["changed"] is False
        assert again["msg"] == "Nothing to unpin: no item under 1 path is pinned for user."
        (notes,) = again["entries"]
        assert (notes["path"], notes["status"]) == (HOME + r"\notes.txt", "unchanged")
        assert notes["reasons_before"] == notes["reasons_after"] == ["user_policy"]
        for result in (once, again):
            check_form(result)
            assert result["state_verified"] is True
            assert set(RESULT_KEYS) <= set(result)
        sim = ways.sims[name]
        assert pinned_for_user(sim, HOME) == []
        assert pinned_for_user(sim, SHARE + r"\bob") != []
        (call,) = sim.host.calls
        assert call["params"] == {"Paths": [SHARE], "Flags": 0x20, "Deep": True}


def test_check_mode_predicts_with_the_same_keys_and_changes_nothing(ways: Fleet) -> None:
    for sim in ways.sims.values():
        sim.reset()
    run = ways.adhoc("all", SPELLINGS["slashes"], "--check")
    assert run.code == 0
    for name in ways.names:
        told = run.of(name)
        assert (told.status, told.result["changed"]) == ("ok", True), told
        assert told.result["msg"] == "Would unpin 5 of 5 items."
        assert all(entry["result"] is None for entry in told.result["entries"])
        check_form(told.result)
        assert pinned_for_user(ways.sims[name], HOME) == PINNED
        assert ways.sims[name].host.calls == []


# --- bad input

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "relative path": ({"paths": "users/alice"}, "path 'users/alice' is not a UNC path: use"),
    "dots": ({"paths": "//fs01/users/../x"}, "is relative: names '.' and '..' are not allowed"),
    "drive letter": ({"paths": r"Z:\users"}, "has a drive letter"),
    "wildcard": ({"paths": "//fs01/users/*.doc"}, "has a wildcard: name the folder itself"),
    "empty list": ({"paths": []}, "paths is empty: give at least one UNC path."),
    "no paths": ({"flags": "for_user"}, "missing required arguments: paths"),
    "one of many": ({"paths": ["//fs01/users", "fs02"]}, "path 'fs02' is not a UNC path"),
    "unknown flag": ({"paths": "//fs01/users", "flags": "for_everyone"}, "unknown flag 'for_everyone': use for_user"),
    "unknown bits": ({"paths": "//fs01/users", "flags": ["0x80020"]}, "holds the unknown bits 0x80000"),
    "no reason": ({"paths": "//fs01/users", "flags": ["background"]}, "name no pin reason: add at least one of"),
    "negative timeout": ({"paths": "//fs01/users", "timeout": -1}, "timeout -1 is not allowed: use 0 (no limit)"),
    "negative max_entries": ({"paths": "//fs01/users", "max_entries": -1}, "max_entries -1 is not allowed"),
    "unknown option": ({"paths": "//fs01/users", "recurse": True}, "recurse"),
    "unknown choice": ({"paths": "//fs01/users", "missing": "maybe"}, "value of missing must be one of: ok, fail"),
    "async": ({"paths": "//fs01/users"}, "async is not supported by winops.offline_files.unpin"),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Run, Fleet]]:
    """One play with a task for each bad argument, and one ad hoc task."""
    tasks = [
        {"name": name, MODULE: args, "ignore_errors": True, **({"async": 10} if name == "async" else {})}
        for name, (args, _dummy) in BAD.items()
    ]
    with Fleet(tmp_path_factory.mktemp("bad")) as fleet:
        fleet.add("host", scenario())
        yield fleet.play(tasks), fleet.adhoc("host", "paths=users"), fleet


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(bad: tuple[Run, Run, Fleet], name: str) -> None:
    told = bad[0].of("host", name)
    message = told.result["msg"]
    assert told.status == "failed"
    assert told.result.get("changed", False) is False
    assert BAD[name][1] in message
    assert "\n" not in message
    assert "Traceback" not in message


def test_bad_input_fails_the_task_and_does_not_reach_the_host(bad: tuple[Run, Run, Fleet]) -> None:
    _dummy, adhoc, fleet = bad
    assert adhoc.code == 2
    assert "path 'users' is not a UNC path" in adhoc.stdout + adhoc.stderr
    assert not [line for line in fleet.sims["host"].log if "Command" in line or " call " in line]


# --- options, one host for each case in one run

_DOUBLE_HOP = {"server_contact": "per_item", "server_contact_error": 1326}

OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {}),
    "verify_off": ({"verify": False}, {}),
    "deep_off": ({"paths": "//fs01/users/alice", "deep": False}, {}),
    "not_forced": ({"paths": "//fs02/projects"}, {}),
    "forced": ({"paths": "//fs02/projects", "force": True}, {}),
    "report_changed": ({"report": "changed"}, {"cache": _cache(error="ERROR_ACCESS_DENIED")}),
    "report_failed": ({"report": "failed"}, {"cache": _cache(error="ERROR_ACCESS_DENIED")}),
    "report_none": ({"report": "none"}, {"cache": _cache(error="ERROR_ACCESS_DENIED")}),
    "two_entries": ({"max_entries": 2}, {"cache": _cache(error="ERROR_ACCESS_DENIED")}),
    "no_limit": ({"max_entries": 0, "timeout": 0}, {}),
    "three_reasons": (
        {"paths": "//fs01/users,//fs02/projects", "flags": ["for_user", 64, "OFFLINEFILESPINCONTROLFLAGFORALL"]},
        {},
    ),
    "hex_flags": ({"flags": "0x10060"}, {}),
    "console": ({"flags": ["for_user", "console"]}, {}),
    "interactive": ({"flags": ["for_user", "interactive"]}, {}),
    "comma_in_name": (
        {"paths": "//fs01/x/letter, formal.dotx"},
        {"cache": {r"\\fs01\x\letter, formal.dotx": {"pin": "user"}}},
    ),
    "twice": ({"paths": ["//fs01/users", r"\\FS01\Users\\"[:-1], "//fs01/users/alice"]}, {}),
    "server": ({"paths": "//fs01"}, {}),
    "missing_ok": ({"paths": ["//fs01/users", "//fs01/nothing"]}, {}),
    "missing_fail": ({"paths": ["//fs01/users", "//fs01/nothing"], "missing": "fail"}, {}),
    "elsewhere": ({"paths": "//fs01.corp.example/users/alice"}, {}),
    "denied": ({}, {"cache": _cache(error="ERROR_ACCESS_DENIED")}),
    "double_hop": ({}, {"behaviour": _DOUBLE_HOP}),
    "delegated": ({}, {"behaviour": _DOUBLE_HOP, "host": {"delegated": [r"CORP\alice"]}}),
    "absent_ok": ({"unavailable": "ok"}, {"behaviour": {"wmi_class": "missing"}}),
    "disabled_ok": ({"unavailable": "ok"}, {"host": {"enabled": False, "active": False}}),
    "inactive_ok": ({"unavailable": "ok"}, {"host": {"active": False}}),
    "inactive_fail": ({}, {"host": {"active": False}}),
    "no_rights_ok": ({"unavailable": "ok"}, {"behaviour": {"wmi_class": "access_denied"}}),
}
_OF_TASK = ("flags", "deep", "missing", "unavailable", "verify", "force", "timeout", "report", "max_entries")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("options")) as fleet:
        for name, (options, changes) in OPTIONS.items():
            fleet.add(name, scenario(**changes), variables={"unpin": options})
        yield fleet


@pytest.fixture(scope="module")
def before(fleet: Fleet) -> dict[str, dict[str, list[str]]]:
    return {name: pins(sim) for name, sim in fleet.sims.items()}


@pytest.fixture(scope="module")
def run(fleet: Fleet, before: dict[str, Any]) -> Run:
    args = {name: f"{{{{ unpin.{name} | default(omit) }}}}" for name in _OF_TASK}
    task = {"name": "unpin", MODULE: {"paths": "{{ unpin.paths | default('//fs01/users') }}", **args}}
    return fleet.play([task], "-vv", "--diff")


@pytest.mark.parametrize("name", OPTIONS)
def test_form_and_truth(name: str, run: Run, fleet: Fleet, before: dict[str, dict[str, list[str]]]) -> None:
    result = run.of(name).result
    check_form(result)
    check_truth(result, view(before[name]), view(pins(fleet.sims[name])))
    assert "Traceback" not in run.stdout + run.stderr


def test_these_fail_and_no_others(run: Run) -> None:
    failed = {"denied", "report_changed", "report_failed", "report_none", "two_entries"}
    failed |= {"missing_fail", "double_hop", "inactive_fail", "no_rights_ok"}
    assert {told.host for told in run.told if told.status == "failed"} == failed
    assert run.code == 2


def test_verify_off_reads_nothing(run: Run, fleet: Fleet) -> None:
    result = run.of("verify_off").result
    assert (result["changed"], result["state_verified"], fleet.sims["verify_off"].host.reads) == (True, False, 0)
    assert pinned_for_user(fleet.sims["verify_off"], HOME) == []


def test_deep_off_leaves_folders(run: Run, fleet: Fleet) -> None:
    result = run.of("deep_off").result
    entries = {entry["path"]: entry["status"] for entry in result["entries"]}
    assert pinned_for_user(fleet.sims["deep_off"], HOME) == PINNED[:3]
    assert {entries[REPORT], entries[HOME + r"\notes.txt"]} == {"unpinned"}
    assert {entries[HOME], entries[HOME + r"\drafts"]} == {"unchanged"}
    assert HOME + r"\drafts\idea.txt" not in entries
    assert (result["deep"], result["paths"][0]["changed_items"]) == (False, 2)
    assert fleet.sims["deep_off"].host.calls[0]["params"]["Deep"] is False


def test_force_calls_where_nothing_is_pinned(run: Run, fleet: Fleet) -> None:
    assert fleet.sims["not_forced"].host.calls == []
    assert len(fleet.sims["forced"].host.calls) == 1
    for name in ("not_forced", "forced"):
        result = run.of(name).result
        assert (result["changed"], result["paths"][0]["remaining_reasons"]) == (False, ["computer"])
        assert (result["return_value"] is None) == (name == "not_forced")


@pytest.mark.parametrize(
    ("name", "statuses", "truncated"),
    [
        ("report_changed", ["unpinned"] * 4, False),
        ("report_failed", ["failed"], False),
        ("report_none", [], False),
        ("two_entries", ["failed", "unpinned"], True),
        ("no_limit", ["unpinned"] * 5 + ["unchanged"] * 2, False),
    ],
)
def test_report_and_max_entries(run: Run, name: str, statuses: list[str], truncated: bool) -> None:
    result = run.of(name).result
    assert [entry["status"] for entry in result["entries"]] == statuses
    assert (result["entries_truncated"], result["counts"]["total"]) == (truncated, 7)


def test_flags_by_name_and_number(run: Run, fleet: Fleet) -> None:
    result = run.of("three_reasons").result
    names = ["for_user", "for_user_policy", "for_all"]
    assert result["flags"] == {"value": 0xE0, "hex": "0x000000e0", "names": names}
    assert [path["path"] for path in result["paths"]] == [SHARE, PROJECTS]
    assert not any(reasons for path, reasons in pins(fleet.sims["three_reasons"]).items() if r"\bob" not in path)
    assert fleet.sims["hex_flags"].host.calls[0]["params"]["Flags"] == 0x10060
    assert run.of("hex_flags").result["flags"]["names"] == ["for_user", "for_user_policy", "background"]


def test_desktop_flags_are_warned_of(run: Run) -> None:
    shown = " ".join((run.stdout + run.stderr).split())
    assert "The flag console is ignored by Windows unless interactive is set too." in shown
    assert "a remote logon has no desktop" in shown


def test_paths_are_normalised_and_kept_once(run: Run, fleet: Fleet) -> None:
    assert run.of("comma_in_name").result["paths"][0]["path"] == r"\\fs01\x\letter, formal.dotx"
    assert fleet.sims["twice"].host.calls[0]["params"]["Paths"] == [SHARE, HOME]
    # An item belongs to the longest path above it.
    assert [path["changed_items"] for path in run.of("twice").result["paths"]] == [0, 5]
    assert run.of("server").result["changed"] is True


def test_missing_paths(run: Run) -> None:
    for name in ("missing_ok", "missing_fail"):
        result = run.of(name).result
        assert [path["status"] for path in result["paths"]] == ["unpinned", "not_cached"]
        assert (result["changed"], result["counts"]["not_cached"]) == (True, 1)
    assert run.of("missing_ok").result["msg"].endswith("1 path not in the cache.")
    assert run.of("missing_fail").result["msg"].endswith(r"1 path not in the cache (\\fs01\nothing).")


def test_the_same_share_under_another_server_name(run: Run) -> None:
    result = run.of("elsewhere").result
    assert (result["paths"][0]["status"], result["changed"]) == ("not_cached", False)
    shown = " ".join((run.stdout + run.stderr).split())
    assert rf"but a share of this name is there as {SHARE}: if that is the same server, use its name there" in shown


def test_a_denied_item_does_not_hide_the_others(run: Run) -> None:
    result = run.of("denied").result
    assert result["msg"] == "Unpinned 4 of 7 items; 1 failed, 2 were not pinned for user."
    assert (result["changed"], result["paths"][0]["status"]) == (True, "partial")
    first = result["entries"][0]
    assert (first["path"], first["status"], first["reasons_after"]) == (REPORT, "failed", ["user"])
    assert first["result"] == {
        "code": 0x80070005,
        "hresult": "0x80070005",
        "name": "ERROR_ACCESS_DENIED",
        "category": "access",
        "text": "Access is denied.",
    }


def test_the_double_hop_is_named_only_where_a_code_says_so(run: Run, fleet: Fleet) -> None:
    shown = " ".join((run.stdout + run.stderr).split())
    assert shown.count("(double hop)") == 1
    assert pinned_for_user(fleet.sims["double_hop"], HOME) == PINNED
    assert run.of("double_hop").result["counts"]["failed"] == 5
    assert run.of("delegated").result["counts"]["changed"] == 5


@pytest.mark.parametrize("name", ["absent_ok", "disabled_ok", "inactive_ok"])
def test_unavailable_ok(run: Run, name: str) -> None:
    told = run.of(name)
    assert (told.status, told.result["changed"]) == ("ok", False)
    assert told.result["paths"][0]["status"] == "unavailable"


def test_lines_of_v_and_vv(run: Run) -> None:
    assert rf"<127.0.0.1> {SHARE}: " in run.stdout or rf"<plain> {SHARE}: " in run.stdout
    assert rf"{SHARE}: unpinned, 5 of 7 items changed, 0 failed" in run.stdout
    assert rf"{SHARE}: partial, 4 of 7 items changed, 1 failed" in run.stdout
    assert f"{REPORT}: ERROR_ACCESS_DENIED (0x80070005): Access is denied." in run.stdout


def test_diff(run: Run) -> None:
    diff = run.of("plain").result["diff"]
    assert diff["before"].splitlines()[0] == rf"{HOME}: pinned for user"
    assert diff["after"].splitlines()[3] == rf"{HOME}\notes.txt: pinned for user_policy"
    assert len(diff["before"].splitlines()) == len(diff["after"].splitlines()) == 5
    assert f"-{REPORT}: pinned for user" in run.stdout
    assert f"+{REPORT}: not pinned" in run.stdout


def test_a_diff_is_there_whatever_happened(run: Run) -> None:
    assert [told.host for told in run.told if "diff" not in told.result] == []


# --- users, loops, registered results


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Fleet]]:
    """One host with four names in the inventory, one for each user that logs on, and one play."""
    bob, admin = r"CORP\bob", r"CORP\admin"
    become = {"become": True, "become_method": "ansible.builtin.runas", "become_user": bob}
    right = {"ansible_become_password": PASSWORDS[bob]}
    for_bob = {MODULE: {"paths": "//fs01/users/bob"}}
    only = "inventory_hostname == 'alice'"
    tasks: list[dict[str, Any]] = [
        {"name": "view", MODULE: {"paths": "//fs01/users"}, "check_mode": True},
        {"name": "bob as alice", **for_bob, "when": only},
        {"name": "wrong", **for_bob, **become, "vars": {"ansible_become_password": "Wr0ng"}, "when": only}
        | {"ignore_errors": True},
        {"name": "become", **for_bob, **become, "vars": right, "when": only, "register": "became"},
        {"name": "become again", **for_bob, **become, "vars": right, "when": only},
        {
            "name": "loop",
            MODULE: {"paths": "{{ item }}", "flags": ["for_user", "for_all"]},
            "loop": ["//fs01/users/alice/drafts", "//fs01/users/alice", "//fs02/projects", "//fs03/none"],
            "register": "looped",
            "when": only,
        },
        {
            "name": "assert",
            "ansible.builtin.assert": {
                "that": [
                    "became is changed",
                    "became.entries | map(attribute='path') | sort == ['\\\\\\\\fs01\\\\users\\\\bob', "
                    "'\\\\\\\\fs01\\\\users\\\\bob\\\\todo.txt']",
                    "became.counts.changed == 2 and became.counts['total'] == 2 and became.counts.failed == 0",
                    "became.paths[0].remaining_reasons == []",
                    "became.cache.user == 'CORP\\\\bob'",
                    "looped.results | map(attribute='counts.changed') == [2, 3, 2, 0]",
                    "looped is changed",
                ]
            },
            "when": only,
        },
    ]
    with Fleet(tmp_path_factory.mktemp("users")) as fleet:
        names = {"alice": "winhost", "bob": "winhost", "bob_psrp": "winhost_psrp", "admin": "winhost"}
        fleet.add("host", scenario(), ways=names)
        logons = {"bob": bob, "bob_psrp": bob, "admin": admin}
        for name, user in logons.items():
            fleet.logon(name, user, PASSWORDS[user])
        yield fleet.play(tasks, "-vvv"), fleet


@pytest.mark.parametrize(
    ("host", "user", "items"),
    [
        ("alice", r"CORP\alice", PINNED),
        ("bob", r"CORP\bob", [SHARE + r"\bob", SHARE + r"\bob\todo.txt"]),
        ("bob_psrp", r"CORP\bob", [SHARE + r"\bob", SHARE + r"\bob\todo.txt"]),
        ("admin", r"CORP\admin", []),
    ],
)
def test_the_view_is_that_of_the_user_who_logs_on(
    users: tuple[Run, Fleet], host: str, user: str, items: list[str]
) -> None:
    result = users[0].of(host, "view").result
    assert result["cache"]["user"] == user
    assert sorted(entry["path"] for entry in result["entries"]) == items


def test_become_changes_whose_view_it_is(users: tuple[Run, Fleet]) -> None:
    run, fleet = users
    mine = run.of("alice", "bob as alice").result
    assert (mine["changed"], mine["paths"][0]["status"]) == (False, "not_cached")
    became = run.of("alice", "become").result
    assert (became["changed"], became["cache"]["user"]) == (True, r"CORP\bob")
    assert run.of("alice", "become again").result["changed"] is False
    assert pinned_for_user(fleet.sims["host"]) == []


def test_a_wrong_become_password_is_a_failed_task_with_every_key(users: tuple[Run, Fleet]) -> None:
    told = users[0].of("alice", "wrong")
    assert (told.status, told.result["changed"]) == ("failed", False)
    assert r"Failed to logon CORP\bob (The user name or password is incorrect" in told.result["msg"]
    check_form(told.result)


def test_a_loop_over_paths_and_a_registered_result(users: tuple[Run, Fleet]) -> None:
    run, _dummy = users
    items = [told.result for told in run.told if told.task == "loop" and told.status == "item ok"]
    assert [item["changed"] for item in items] == [True, True, True, False]
    assert [item["paths"][0]["status"] for item in items] == ["unpinned", "unpinned", "unpinned", "not_cached"]
    assert run.of("alice", "assert").status == "ok", run.stdout
    assert run.code == 0


def test_no_password_is_shown_or_logged(users: tuple[Run, Fleet]) -> None:
    run, fleet = users
    shown = run.stdout + run.stderr + "\n".join(fleet.sims["host"].log) + repr([told.result for told in run.told])
    assert "ESTABLISH WINRM CONNECTION FOR USER" in run.stdout
    assert not [word for word in (*PASSWORDS.values(), "Wr0ng") if word in shown or repr(word)[1:-1] in shown]


def test_every_execution_of_the_host_part_was_needed(fleet: Fleet, run: Run) -> None:
    """One task is one execution."""
    assert {name: module_calls(fleet.sims[name]) for name in ("plain", "denied", "missing_ok", "forced")} == {
        "plain": 1,
        "denied": 1,
        "missing_ok": 1,
        "forced": 1,
    }


def test_scenario_files_are_what_they_say(tmp_path: Path) -> None:
    """The scenarios that the demo and Molecule use, in one run."""
    folder = Path(__file__).parents[1] / "simhost" / "scenarios"
    names = ["small", "demo", "denied", "cancelled", "german", "japanese", "absent", "disabled", "inactive"]
    with Fleet(tmp_path) as fleet:
        for name in names:
            fleet.add(name, folder / f"{name}.yml")
        before = {name: pins(sim) for name, sim in fleet.sims.items()}
        run = fleet.adhoc("all", "paths=//fs01/users")
        for name in names:
            told = run.of(name)
            check_form(told.result)
            gone = {path for path, reasons in pins(fleet.sims[name]).items() if before[name][path] != reasons}
            assert told.result["counts"]["changed"] == len(gone), told
            assert told.result["changed"] == bool(gone)
        assert run.of("cancelled").result["cancelled"] is True
        german = [entry for entry in run.of("german").result["entries"] if entry["status"] == "failed"]
        assert not german or re.search("Zugriff|verweigert|konnte", german[0]["result"]["text"])
