# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""pin from the ansible command line to a simulated host and back: ways in, arguments, options, what goes wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.fleet import HANGING, RESULT_KEYS, Fleet, Run, check_form, check_truth, module_calls, pins

pytestmark = pytest.mark.timeout(120)

PIN = "winops.offline_files.pin"
SCENARIO = Path(__file__).parents[1] / "simhost" / "scenarios" / "pin.yml"
HOME, FAR, AWAY = r"\\fs01\users\alice", r"\\fs09\users\alice", r"\\fs03\archive"
WAYS = {"ntlm": "winhost", "psrp": "winhost_psrp"}


def _scenario(**changes: Any) -> dict[str, Any]:
    """pin.yml; `host` and `behaviour` are added to, other keys replaced."""
    content = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
    content["accounts"] = {r"CORP\alice": "Wonderland-1&x"}
    for key, value in changes.items():
        content[key] = {**content.get(key, {}), **value} if key in ("host", "behaviour") else value
    return dict(content)


# --- the ways in


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("ways")) as fleet:
        for name, way in WAYS.items():
            fleet.add(name, _scenario(servers={}), ways={name: way})
        yield fleet


def test_the_first_run_pins_and_the_second_changes_nothing(ways: Fleet) -> None:
    predicted = ways.adhoc("all", "paths=//fs01/users/alice", "--check", "--diff", module=PIN)
    kept = {name: pins(sim) for name, sim in ways.sims.items()}
    first, second = (ways.adhoc("all", "paths=//fs01/users/alice", "-v", "--diff", module=PIN) for _run in range(2))
    assert (predicted.code, first.code, second.code) == (0, 0, 0)
    for name in WAYS:
        check, once, again = (run.of(name).result for run in (predicted, first, second))
        assert check["msg"] == "Would pin 3 of 5 items; 2 were pinned for user."
        assert kept[name][HOME + r"\plain.txt"] == []
        assert (once["changed"], once["msg"]) == (True, "Pinned 3 of 5 items; 2 were pinned for user.")
        assert once["paths"] == [
            {
                "path": HOME,
                "status": "pinned",
                "changed": True,
                "total_items": 5,
                "changed_items": 3,
                "failed_items": 0,
                "reasons": ["user"],
            }
        ]
        assert (again["changed"], again["msg"]) == (
            False,
            "Nothing to pin: every item under 1 path is pinned for user.",
        )
        assert {entry["status"] for entry in again["entries"]} == {"unchanged"}
        assert (check["diff"], again["diff"]) == (once["diff"], {"before": "", "after": ""})
        for result in (check, once, again):
            check_form(result)
            assert set(RESULT_KEYS) <= set(result)
            assert result["state_verified"] is True
        assert [call["params"] for call in ways.sims[name].host.calls] == [
            {"Paths": [HOME], "Flags": 0x20, "Deep": True}
        ] * 2
        assert all("user" in reasons for path, reasons in pins(ways.sims[name]).items() if path.startswith(HOME))
    assert rf"{HOME}: pinned, 3 of 5 items changed, 0 failed" in first.stdout
    assert rf"-{HOME}\plain.txt: not pinned" in first.stdout
    assert rf"+{HOME}\plain.txt: pinned for user" in first.stdout


# --- bad input

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no paths": ({"flags": "for_user"}, "neither paths nor restore is given: give exactly one of them."),
    "both": ({"paths": "//fs01/users", "restore": []}, "paths and restore are both given: give exactly one of them."),
    "restore text": ({"restore": "no/such/file.json"}, "no/such/file.json', which cannot be read: No such file"),
    "restore number": ({"restore": 5}, "restore 5 has no entries: give entries of a result of unpin"),
    "restore no entry": ({"restore": [["a"]]}, "restore has the entry ['a']: give entries"),
    "restore no path": ({"restore": [{"reasons_before": ["user"]}]}, "restore has an entry whose path is None"),
    "restore no reasons": ({"restore": [{"path": "//fs01/a"}]}, "restore has None for reasons_before of '//fs01/a'"),
    "restore unknown reason": (
        {"restore": [{"path": "//fs01/a", "reasons_before": ["me"], "reasons_after": []}]},
        "restore has 'me' in reasons_before of '//fs01/a': use user, user_policy, computer, folder_redirection.",
    ),
    "restore drive": (
        {"restore": [{"path": "Z:/a", "reasons_before": [], "reasons_after": []}]},
        "restore: path 'Z:/a' has a drive letter",
    ),
    "restore flags": ({"restore": [], "flags": "fill"}, "name no pin reason"),
    "empty list": ({"paths": []}, "paths is empty: give at least one UNC path."),
    "drive letter": ({"paths": r"Z:\users"}, "has a drive letter"),
    "no reason": (
        {"paths": "//fs01/users", "flags": "fill"},
        "name no pin reason: add at least one of for_user (0x20)",
    ),
    "for_redir": (
        {"paths": "//fs01/users", "flags": "for_redir"},
        "folder redirection pins what it redirects by itself",
    ),
    "unknown bits": ({"paths": "//fs01/users", "flags": ["0x2020"]}, "holds the unknown bits 0x2000; the flags of Pin"),
    "too big": ({"paths": "//fs01/users", "flags": ["0x100000020"]}, "is not an unsigned 32-bit number"),
    "missing": ({"paths": "//fs01/users", "missing": "fail"}, "missing"),
    "deep": ({"paths": "//fs01/users", "deep": "sometimes"}, "sometimes"),
    "async": ({"paths": "//fs01/users"}, f"async is not supported by {PIN}"),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Fleet]]:
    tasks = [
        {"name": name, PIN: args, "ignore_errors": True, **({"async": 10} if name == "async" else {})}
        for name, (args, _words) in BAD.items()
    ]
    with Fleet(tmp_path_factory.mktemp("bad")) as fleet:
        fleet.add("host", _scenario())
        yield fleet.play(tasks), fleet


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_does_not_reach_the_host(bad: tuple[Run, Fleet], name: str) -> None:
    run, fleet = bad
    told = run.of("host", name)
    assert told.status == "failed"
    assert BAD[name][1] in told.result["msg"]
    assert "\n" not in told.result["msg"]
    assert "Traceback" not in told.result["msg"]
    assert fleet.sims["host"].host.calls == []


# --- what Windows does, one host for each case in one run

_CREDENTIALS = {"server_logon": "per_item", "server_contact_error": 1326}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "everything": ({"paths": ["//fs01/users/alice", "//fs09/users/alice/drafts"]}, {}),
    "denied": ({"paths": "//fs09/users/alice"}, {}),
    "offline": ({"paths": "//fs03/archive"}, {}),
    "nowhere": ({"paths": ["//fs01/users/alice", "//fs77/none", "//fs01/users/nobody"]}, {}),
    "double_hop": ({"paths": "//fs09/users/alice"}, {"host": {"delegated": []}, "behaviour": _CREDENTIALS}),
    "timeout": ({"paths": "//fs01/users/alice", "timeout": HANGING}, {"behaviour": {"hang_after_items": 2}}),
    "cancelled": ({"paths": "//fs01/users/alice"}, {"behaviour": {"cancelled_after_items": 3}}),
    "filled": ({"paths": "//fs01/users/alice", "flags": "for_user,fill"}, {}),
    "not_deep": ({"paths": "//fs09/users/alice", "deep": False, "flags": ["for_all"]}, {}),
    "links": ({"paths": "//fs09/users/alice/to report.lnk", "flags": ["for_user", "pin_link_targets"]}, {}),
    "verify_off": ({"paths": "//fs01/users/alice", "verify": False}, {}),
    "report_failed": ({"paths": "//fs09/users/alice", "report": "failed"}, {}),
    "a_server": ({"paths": "//fs01"}, {}),
    "disabled_ok": ({"paths": "//fs01", "unavailable": "ok"}, {"host": {"enabled": False, "active": False}}),
}
_OF_TASK = ("flags", "deep", "unavailable", "verify", "timeout", "report")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("cases")) as fleet:
        for name, (options, changes) in CASES.items():
            fleet.add(name, _scenario(**copy.deepcopy(changes)), variables={"pin": options})
        yield fleet


@pytest.fixture(scope="module")
def before(fleet: Fleet) -> dict[str, dict[str, list[str]]]:
    return {name: pins(sim) for name, sim in fleet.sims.items()}


@pytest.fixture(scope="module")
def run(fleet: Fleet, before: dict[str, Any]) -> Run:
    args = {name: f"{{{{ pin.{name} | default(omit) }}}}" for name in _OF_TASK}
    return fleet.play([{"name": "pin", PIN: {"paths": "{{ pin.paths }}", **args}}], "-vv", "--diff")


@pytest.mark.parametrize("name", CASES)
def test_form_and_truth(name: str, run: Run, fleet: Fleet, before: dict[str, dict[str, list[str]]]) -> None:
    result = run.of(name).result
    check_form(result)
    if name not in ("filled", "links"):  # Content is no pin; and nothing is read of what a link leads to.
        check_truth(result, before[name], pins(fleet.sims[name]), pinned=True)
    assert module_calls(fleet.sims[name]) == 1
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("everything", "ok", "Pinned 6 of 8 items; 2 were pinned for user."),
        ("denied", "failed", "Pinned 6 of 7 items; 1 failed."),
        ("offline", "failed", "Pinned 1 of 2 items; 1 failed."),
        ("nowhere", "failed", "Pinned 4 of 8 items; 2 failed, 2 were pinned for user."),
        ("double_hop", "failed", "Pinned 0 of 7 items; 7 failed."),
        ("timeout", "failed", f"The host did not finish within {HANGING} seconds; pinned 0 of 5 items; "),
        ("cancelled", "failed", "The operation was cancelled; pinned 1 of "),
        ("filled", "failed", "Pinned 3 of 6 items; 1 failed, 2 were pinned for user and filled."),
        ("not_deep", "ok", "Pinned 1 of 1 item."),
        ("links", "ok", "Pinned 1 of 2 items; 1 unknown."),
        ("verify_off", "ok", "Pinned 6 of 6 items."),
        ("report_failed", "failed", "Pinned 6 of 7 items; 1 failed."),
        ("disabled_ok", "ok", "Offline Files is disabled"),
    ],
)
def test_what_is_said(run: Run, name: str, status: str, words: str) -> None:
    told = run.of(name)
    assert (told.status, told.result["msg"][: len(words)]) == (status, words)


@pytest.mark.parametrize(
    ("name", "item", "code", "category"),
    [
        ("denied", FAR + r"\locked.xlsx", "ERROR_ACCESS_DENIED", "access"),
        ("offline", AWAY + r"\2019.zip", "ERROR_CSCSHARE_OFFLINE", "offline"),
        ("nowhere", r"\\fs77\none", "ERROR_BAD_NETPATH", "network"),
        ("nowhere", r"\\fs01\users\nobody", "ERROR_FILE_NOT_FOUND", "not_in_cache"),
        ("filled", HOME + r"\open.txt", "ERROR_SHARING_VIOLATION", "busy"),
        ("double_hop", FAR, "ERROR_LOGON_FAILURE", "auth"),
    ],
)
def test_what_failed_is_named_with_its_code(run: Run, name: str, item: str, code: str, category: str) -> None:
    (entry,) = [entry for entry in run.of(name).result["entries"] if entry["path"] == item]
    assert (entry["status"], entry["result"]["name"], entry["result"]["category"]) == ("failed", code, category)


def test_what_comes_from_another_server_is_in_the_cache(run: Run, fleet: Fleet) -> None:
    assert [path["status"] for path in run.of("everything").result["paths"]] == ["pinned", "pinned"]
    held = pins(fleet.sims["everything"])
    assert (held[FAR + r"\drafts\idea.txt"], held[HOME + r"\fresh.txt"]) == (["user"], ["user"])


def test_the_double_hop_is_named(run: Run) -> None:
    assert any("(double hop)" in warning for warning in run.of("double_hop").result["warnings"])


def test_time_that_is_up_and_a_cancelled_operation(run: Run) -> None:
    late, cancelled = run.of("timeout").result, run.of("cancelled").result
    assert (late["timed_out"], late["may_still_run"]) == (True, True)
    assert (cancelled["cancelled"], cancelled["timed_out"]) == (True, False)
    assert {entry["status"] for entry in cancelled["entries"]} == {"pinned", "unchanged", "cancelled"}


def test_fill_brings_content_and_says_whether_it_is_there(run: Run) -> None:
    sparse = {
        entry["path"].rpartition("\\")[2]: (entry["sparse_before"], entry["sparse_after"], entry["changed"])
        for entry in run.of("filled").result["entries"]
    }
    assert (sparse["thin.txt"], sparse["open.txt"]) == ((True, False, True), (True, True, True))
    assert sparse["report.docx"] == (False, False, False)
    assert run.of("denied").result["entries"][0]["sparse_after"] is None


def test_without_deep_the_folder_alone_is_pinned(run: Run, fleet: Fleet) -> None:
    assert [entry["path"] for entry in run.of("not_deep").result["entries"]] == [FAR]
    assert fleet.sims["not_deep"].host.calls[0]["params"]["Deep"] is False
    assert FAR + r"\report.docx" not in pins(fleet.sims["not_deep"])


# --- a release is undone

UNPIN = "winops.offline_files.unpin"
RELEASED: dict[str, Any] = {
    HOME: {
        "pin": {"user": "inherit"},
        "items": {
            "report.docx": {"pin": "user"},
            "notes.txt": {"pin": ["user", "user_policy"]},
            "plain.txt": {},
            "policy.txt": {"pin": "user_policy"},
            "moved.txt": {"pin": ["user", "folder_redirection"]},
            "drafts": {"pin": {"user": "inherit"}, "items": {"idea.txt": {"pin": "user"}}},
        },
    }
}


def test_a_release_is_undone(tmp_path: Path) -> None:
    release = {UNPIN: {"paths": "//fs01/users", "flags": ["for_user", "for_user_policy"]}, "register": "released"}
    keep = {
        "ansible.builtin.copy": {
            "content": "{{ released | to_json }}",
            "dest": f"{tmp_path}/{{{{ inventory_hostname }}}}.json",
        },
        "delegate_to": "localhost",
        "vars": {"ansible_connection": "local"},
    }
    forms = {
        "entries": "{{ released.entries }}",
        "whole": "{{ released }}",
        "file": f"{tmp_path}/{{{{ inventory_hostname }}}}.json",
    }
    undo = [
        {"name": name, PIN: {"restore": form}, "when": f"inventory_hostname == '{name}'"}
        for name, form in forms.items()
    ]
    check = [{**task, "name": f"check {task['name']}", "check_mode": True} for task in undo]
    again = [{**task, "name": f"again {task['name']}"} for task in undo]
    with Fleet(tmp_path) as fleet:
        for name in forms:
            fleet.add(name, _scenario(cache=copy.deepcopy(RELEASED), servers={}))
        before = {name: pins(sim) for name, sim in fleet.sims.items()}
        released = fleet.play([{"name": "release", **release}, {"name": "keep", **keep}])
        assert released.code == 0, released.stdout
        gone = {name: pins(sim) for name, sim in fleet.sims.items()}
        for sim in fleet.sims.values():
            assert not any({"user", "user_policy"} & set(reasons) for reasons in pins(sim).values())
            sim.reset()
        run = fleet.play([{"name": "release", **release}, {"name": "keep", **keep}, *check, *undo, *again])
        assert run.code == 0, run.stdout + run.stderr
        for name in forms:
            predicted, done, second = (run.of(name, task).result for task in (f"check {name}", name, f"again {name}"))
            assert pins(fleet.sims[name]) == before[name] != gone[name]
            for result in (predicted, done, second):
                check_form(result)
            assert (predicted["changed"], done["changed"], second["changed"]) == (True, True, False)
            assert done["counts"]["changed"] == predicted["counts"]["changed"] == 7
            assert done["msg"] == (
                "For user: Pinned 5 of 5 items. For user and user_policy: Pinned 1 of 1 item. "
                "For user_policy: Pinned 1 of 1 item."
            )
            assert (done["deep"], done["flags"]["names"]) == (False, ["for_user", "for_user_policy"])
            assert second["paths"][0]["status"] == "unchanged"
            assert not [entry for entry in done["entries"] if entry["path"].endswith("plain.txt")]
            calls = [call["params"] for call in fleet.sims[name].host.calls if call["method"] == "Pin"]
            assert [(call["Flags"], call["Deep"]) for call in calls] == [
                (0x20, False),
                (0x60, False),
                (0x40, False),
            ] * 2
