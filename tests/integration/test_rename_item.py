# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""rename_item: what it decides and says in this process, and from the command line to a simulated host and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleActionFail
from integration.fleet import HANGING, PASSWORDS, Fleet, Run
from integration.in_process import InProcess
from unit import item_rows
from unit.action_host import RenameItemUnderTest, warnings_of

from ansible_collections.winops.offline_files.plugins.module_utils.change.counted import FIELDS
from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from ansible_collections.winops.offline_files.plugins.module_utils.retire import renames
from simhost import scenario
from simhost.clock import VirtualClock
from simhost.windows import Host

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

MODULE = "winops.offline_files.rename_item"
ALICE, ADMIN = r"CORP\alice", r"CORP\admin"
OLD, NEW, OPEN, HELD = r"\\fs01\users", r"\\fs02\users", r"\\fs01\open", r"\\fs03\users"
CACHE = r"""
'\\fs01\users':
  items:
    alice:
      pin: {user: inherit}
      items:
        report.docx: {pin: user, size: 10}
        notes.txt: {pin: user, size: 5}
    bob: {visible_to: ['CORP\bob'], items: {todo.txt: {pin: user}}}
'\\fs01\open': {items: {book.xlsx: {in_use: true}, other.txt: {pin: user, dirty: [data]}}}
'\\fs03\users': {items: {new.txt: {}, changed.txt: {dirty: [data]}}}
"""


def content(cache: str = CACHE, user: str = ALICE, **behaviour: Any) -> dict[str, Any]:
    host = {"name": "PC042", "user": user, "admins": [ADMIN]}
    return {"host": host, "behaviour": behaviour, "cache": yaml.safe_load(cache), "accounts": PASSWORDS}


class RenameItem(InProcess, RenameItemUnderTest):
    """The action, answered by the simulated host part."""


def machine(cache: str = CACHE, **behaviour: Any) -> Host:
    host = scenario.parse(json.dumps(content(cache, **behaviour))).host
    host.clock = VirtualClock()
    return host


def run(
    host: Host, src: str = OLD, dest: str = NEW, *, user: str = ALICE, check_mode: bool = False, **options: Any
) -> tuple[dict[str, Any], list[str]]:
    action = RenameItem({"src": src, "dest": dest, **options}, host, user, check_mode=check_mode)
    result = action.run_task()
    return result, warnings_of(result)


def held(host: Host) -> set[str]:
    return {item["path"] for item in host.snapshot()["items"]}


def totals(result: dict[str, Any]) -> list[tuple[int, int]]:
    """How many items were, and are, under src and dest."""
    return [(one["src"]["total_items"], one["dest"]["total_items"]) for one in (result["before"], result["after"])]


def methods(host: Host) -> list[str]:
    return [call["method"] for call in host.calls]


@pytest.fixture(autouse=True)
def _no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


# --- what it does


def test_the_first_run_renames_the_second_finds_it_done_and_check_mode_foresees_it() -> None:
    host = machine()
    foreseen, _warnings = run(host, check_mode=True)
    assert host.calls == []
    first, warnings = run(host, src=OLD.replace("\\", "/"))
    second, _warnings = run(host)
    assert [one["changed"] for one in (foreseen, first, second)] == [True, True, False]
    assert [one["status"] for one in (foreseen, first, second)] == ["renamed", "renamed", "unchanged"]
    assert first["msg"] == rf"Renamed {OLD} to {NEW} in the cache: 4 items."
    assert foreseen["msg"] == rf"Would rename {OLD} to {NEW} in the cache: 4 items."
    assert second["msg"] == rf"Nothing to rename: {OLD} is not in the cache, and {NEW} is (4 items)."
    same = ("src", "dest", "method", "before", "after", "reboot_required", "state_verified", "failed")
    assert [foreseen[key] for key in same] == [first[key] for key in same]
    assert (first["method"], first["open_files"], warnings) == ("RenameItemEx", False, [])
    counts = {"total_items": 4, "pinned_items": 3, "dirty_items": 0}
    assert first["before"]["src"] == first["after"]["dest"] == second["before"]["dest"] == counts
    assert (totals(first), totals(second)) == ([(4, 0), (0, 4)], [(0, 4), (0, 4)])
    assert [call["params"] for call in host.calls] == [{"OriginalPath": OLD, "NewPath": NEW, "ReplaceIfExists": False}]
    assert second["calls"] == []
    (call,) = first["calls"]
    assert (call["method"], call["arguments"]["NewPath"], call["result"]["name"]) == ("RenameItemEx", NEW, "S_OK")


@pytest.mark.parametrize(
    ("src", "dest"),
    [
        (r"\\fs01", r"\\fs09"),
        (OLD + r"\alice\notes.txt", OLD + r"\list.txt"),
        (OLD + r"\alice", r"\\fs09\deep\er\alice"),
        (r"\\?\UNC\FS01\USERS\\", "//fs02/users/"),
    ],
)
def test_servers_folders_and_files(src: str, dest: str) -> None:
    host = machine(CACHE.replace("in_use: true", "size: 1"))
    result, warnings = run(host, src, dest)
    assert (result["status"], result["changed"], result["failed"]) == ("renamed", True, False)
    assert result["dest"] in held(host)
    assert not any(path.upper().startswith(result["src"].upper() + "\\") for path in held(host))
    assert bool(warnings) is (src == r"\\fs01")


def test_an_open_file_is_left_to_the_restart_where_an_administrator_asks() -> None:
    host = machine()
    before = held(host)
    foreseen, _warnings = run(host, OPEN, NEW, user=ADMIN, check_mode=True, when="restart")
    result, warnings = run(host, OPEN, NEW, user=ADMIN)
    assert (result["status"], result["changed"], result["failed"]) == ("pending", False, False)
    assert (result["reboot_required"], result["open_files"], result["method"]) == (True, True, "RenameItem")
    assert (methods(host), held(host), totals(result)) == (["RenameItemEx", "RenameItem"], before, [(3, 0), (3, 0)])
    assert result["msg"] == (
        rf"Windows renames {OPEN} to {NEW} at the next restart of the host: 3 items. RenameItemEx: a file under it is "
        "open (ERROR_SHARING_VIOLATION (0x80070020): The process cannot access the file because it is being used by "
        "another process)."
    )
    assert warnings == [
        rf"1 item under {OPEN} with changes that are not synchronized: with their new path they go to {NEW}, which has "
        "to be there with the same content."
    ]
    assert (foreseen["status"], foreseen["reboot_required"], foreseen["after"]) == ("pending", True, result["after"])
    assert foreseen["msg"].startswith(rf"Would ask Windows to rename {OPEN} to {NEW} at the next restart")
    host.restart()
    again, _warnings = run(host, OPEN, NEW, user=ADMIN)
    assert (again["status"], again["reboot_required"], totals(again)) == ("unchanged", False, [(0, 3), (0, 3)])


def test_now_fails_where_a_file_is_open_and_says_so() -> None:
    host = machine()
    result, warnings = run(host, OPEN, NEW, user=ADMIN, when="now")
    assert (result["status"], result["changed"], result["failed"]) == ("failed", False, True)
    assert (result["open_files"], result["reboot_required"], methods(host)) == (True, False, ["RenameItemEx"])
    assert rf"{OPEN} was not renamed to {NEW}. RenameItemEx: a file under it is open" in result["msg"]
    assert any("Something may be using the item" in warning for warning in warnings)


def test_who_is_no_administrator_is_told_of_both_methods() -> None:
    host = machine()
    result, _warnings = run(host, OPEN, NEW)
    assert (result["status"], result["failed"], result["reboot_required"]) == ("failed", True, False)
    assert "RenameItemEx: a file under it is open" in result["msg"]
    assert "RenameItem: ERROR_ACCESS_DENIED (0x80070005): Access is denied. It is for administrators" in result["msg"]
    assert (methods(host), host.renames) == (["RenameItemEx", "RenameItem"], [])


def test_restart_calls_nothing_else_and_asks_again_before_it() -> None:
    host = machine()
    first, _warnings = run(host, user=ADMIN, when="restart")
    second, _warnings = run(host, user=ADMIN, when="restart")
    for one in (first, second):
        assert (one["status"], one["changed"], one["reboot_required"]) == ("pending", False, True)
        assert (one["open_files"], one["state_verified"]) == (None, True)
        assert one["msg"] == f"Windows renames {OLD} to {NEW} at the next restart of the host: 4 items."
    assert methods(host) == ["RenameItem"] * 2
    host.restart()
    third, _warnings = run(host, user=ADMIN, when="restart")
    assert (third["status"], third["reboot_required"], len(host.calls)) == ("unchanged", False, 2)


def test_both_paths_are_refused_before_anything_is_called() -> None:
    for check_mode in (True, False):
        host = machine()
        result, _warnings = run(host, OLD, HELD, check_mode=check_mode)
        assert (result["status"], result["failed"], result["changed"], host.calls) == ("failed", True, False, [])
        assert result["msg"] == (
            rf"{OLD} (4 items) and {HELD} (3 items, 1 of them with changes that are not synchronized) are both in the "
            "cache, and Windows gives no item a path that is taken. Nothing was called. Rename what lies under src and "
            "not under dest, or take dest out of the cache first with delete_items."
        )
        assert totals(result) == [(4, 3), (4, 3)]


@pytest.mark.parametrize("missing", ["ok", "fail"])
def test_neither_path_is_cached(missing: str) -> None:
    host = machine()
    result, warnings = run(host, r"\\fs01.corp.example\users", NEW, missing=missing)
    assert (result["status"], result["failed"], result["changed"]) == ("not_cached", missing == "fail", False)
    assert result["msg"] == rf"The cache holds neither \\fs01.corp.example\users nor {NEW}, as far as {ALICE} sees it."
    assert (host.calls, any(OLD in warning for warning in warnings)) == ([], True)


# --- whichever way Windows answers


def test_50_a_share_and_a_folder() -> None:
    host = machine()
    result, warnings = run(host, OLD, r"\\fs02\data\users")
    assert (result["status"], totals(result)[1]) == ("renamed", (0, 4))
    assert any("No document says whether a share in the cache can get the path of a folder" in one for one in warnings)
    refused, _warnings = run(machine(rename_level="refused"), OLD, r"\\fs02\data\users")
    assert (refused["status"], refused["failed"], refused["changed"]) == ("failed", True, False)
    assert "ERROR_INVALID_PARAMETER" in refused["msg"]


def test_51_access_denied_may_mean_an_open_file() -> None:
    host = machine(rename_open_error=5)
    result, _warnings = run(host, OPEN, NEW, user=ADMIN)
    assert (result["status"], result["open_files"], result["reboot_required"]) == ("pending", None, True)
    assert "A file system says so of a folder with an open file in it, too." in result["msg"]
    now, _warnings = run(machine(rename_open_error=5), OPEN, NEW, when="now")
    assert (now["status"], now["open_files"]) == ("failed", None)


def test_53_what_was_renamed_in_part_is_a_failure_that_says_how_much() -> None:
    cache = CACHE.replace("notes.txt: {pin: user, size: 5}", "notes.txt: {error: ERROR_ACCESS_DENIED}")
    host = machine(cache, rename_item_error="items_before")
    result, _warnings = run(host, user=ADMIN)
    assert (result["status"], result["failed"], result["changed"]) == ("failed", True, True)
    assert totals(result) == [(4, 0), (3, 3)]
    said = rf"{OLD} was renamed to {NEW} only in part: of 4 items before, 3 are under src and 3 under dest."
    assert said in result["msg"]
    # What is half done is not asked for a second time.
    assert methods(host) == ["RenameItemEx"]


def test_54_what_is_not_seen_and_stays() -> None:
    host = machine(rename_reach="view")
    result, _warnings = run(host)
    assert (result["status"], result["changed"], result["failed"]) == ("failed", True, True)
    assert totals(result) == [(4, 0), (1, 4)]
    assert "1 is under src and 4 under dest. RenameItemEx reported success." in result["msg"]


def test_55_pins_that_did_not_go_along() -> None:
    result, warnings = run(machine(rename_pins="dropped"))
    assert (result["status"], result["failed"]) == ("renamed", False)
    assert result["after"]["dest"]["pinned_items"] == 0
    assert warnings == [rf"Of 3 items that were pinned under {OLD} 0 are so under {NEW}."]


def test_56_a_second_request_that_is_refused() -> None:
    host = machine(rename_again="refused")
    run(host, user=ADMIN, when="restart")
    result, _warnings = run(host, user=ADMIN, when="restart")
    assert (result["status"], result["failed"]) == ("failed", True)
    assert "A request of an earlier task may be waiting for the restart." in result["msg"]
    assert len(host.renames) == 1


@pytest.mark.parametrize("reads", [1, 2, 9])
def test_a_state_that_lags_is_read_again(reads: int) -> None:
    host = machine(state_lag_reads=reads)
    result, _warnings = run(host)
    done = reads < 4
    assert (result["status"], result["failed"]) == (("renamed", False) if done else ("failed", True))
    assert (result["changed"], result["state_verified"], len(host.calls)) == (done, True, 1)
    assert done or "RenameItemEx reported success." in result["msg"]


# --- what no switch of the simulated cache brings about


def _answered(after: list[str]) -> dict[str, Any]:
    """The result where three items were under src, and these rows come afterwards."""
    before = [item_rows.row(FIELDS, path, "file user") for path in (rf"{OLD}\a", rf"{OLD}\b", rf"{OLD}\c")]
    answers = [item_rows.answer(before, 2), item_rows.called(before, after, held=(True, False))]
    return RenameItemUnderTest({"src": OLD, "dest": NEW, "when": "now"}, answers).run_task()


@pytest.mark.parametrize(("left", "count"), [(["a", "b"], 2), ([], 0)])
def test_items_that_are_nowhere_afterwards_are_a_failure(left: list[str], count: int) -> None:
    result = _answered([item_rows.row(FIELDS, rf"{NEW}\{name}", "file user") for name in left])
    assert (result["status"], result["changed"], result["failed"]) == ("failed", True, True)
    assert f"of 3 items before, 0 are under src and {count} under dest." in result["msg"]


def test_more_items_than_before_are_a_success() -> None:
    rows = [item_rows.row(FIELDS, rf"{NEW}\{name}", "file user") for name in "abcd"]
    stranger = item_rows.row(FIELDS, r"\\fs07\other", "share")
    result = _answered([*rows, stranger])
    assert (result["status"], result["after"]["dest"]["total_items"]) == ("renamed", 4)
    (warning,) = warnings_of(result)
    assert warning.startswith("The host told of 1 item outside of what was asked for")


# --- what the role migrate_share makes of it


@pytest.mark.parametrize(
    ("behaviour", "src", "dest"),
    [
        ({}, OLD, NEW),
        ({}, OLD, HELD),
        ({}, OPEN, NEW),
        ({"rename_open_error": 5}, OPEN, NEW),
        ({"declared_only": ["RenameItemEx"]}, OLD, NEW),
        ({"call_error": 0x80041003}, OLD, NEW),
        ({}, r"\\fs08\nothing", NEW),
    ],
)
def test_a_rename_that_was_done_or_left_everything_as_it_was_is_clear(
    behaviour: dict[str, Any], src: str, dest: str
) -> None:
    host = machine(**behaviour)
    before = held(host)
    result, _warnings = run(host, src, dest, when="now")
    assert renames.unknown(result) == ""
    assert (result["status"] == "renamed") is (held(host) != before)


@pytest.mark.parametrize(
    "behaviour",
    [
        {"hang_after_items": 0},
        {"read_error_after_rows": 1},
        {"read_error_after_rows": 1, "read_faults_from": 2},
        {"state_lag_reads": 9},
        {"rename_reach": "view"},
        {"goes_inactive": "before_call"},
        {"wmi_class": "missing"},
    ],
)
def test_any_other_is_not(behaviour: dict[str, Any]) -> None:
    result, _warnings = run(machine(**behaviour), when="now", timeout=5)
    assert rf"what became of renaming {OLD}: " in renames.unknown(result)


# --- what can go wrong


@pytest.mark.parametrize(
    ("behaviour", "when", "status", "said", "called"),
    [
        ({"call_error": 0x80041003}, "now", "failed", "WBEM_E_ACCESS_DENIED", 0),
        ({"declared_only": ["RenameItemEx"]}, "now", "failed", "this Windows may not have it", 0),
        ({"declared_only": ["RenameItemEx"]}, "auto", "pending", "this Windows may not have it", 1),
        ({"declared_only": ["RenameItem"]}, "restart", "failed", "WBEM_E_METHOD_NOT_IMPLEMENTED", 0),
        ({"dies_after_items": 0}, "auto", "failed", "WBEM_E_PROVIDER_FAILURE", 1),
        ({"hang_after_items": 0}, "auto", "unknown", "it did not end in time", 1),
        ({"hang_after_items": 0}, "restart", "unknown", "it did not end in time", 1),
        ({"read_error_after_rows": 1}, "auto", "unknown", "could not be read to their end", 0),
        ({"read_error_after_rows": 1, "read_faults_from": 2}, "auto", "unknown", "is not known", 1),
        ({"read_error_after_rows": 1, "read_faults_from": 2}, "restart", "pending", "at the next restart", 1),
        ({"wmi_class": "access_denied"}, "auto", "unavailable", "could not be read as", 0),
        ({"goes_inactive": "before_call"}, "auto", "unknown", "ERROR_SERVICE_NOT_ACTIVE", 1),
    ],
)
def test_every_failure_is_told(behaviour: dict[str, Any], when: str, status: str, said: str, called: int) -> None:
    host = machine(**behaviour)
    result, _warnings = run(host, user=ADMIN, when=when, timeout=5)
    assert (result["status"], len(host.calls)) == (status, called)
    assert result["failed"] is (status != "pending")
    assert said in result["msg"]
    assert result["changed"] is False
    hangs = "hang_after_items" in behaviour
    assert result["may_still_run"] is result["timed_out"] is hangs
    waits = True if status == "pending" else None if status == "unknown" and when == "restart" else False
    assert result["reboot_required"] is waits


def test_a_host_without_the_feature() -> None:
    for unavailable, failed in (("fail", True), ("ok", False)):
        result, _warnings = run(machine(wmi_class="missing"), unavailable=unavailable)
        assert (result["status"], result["failed"], result["changed"]) == ("unavailable", failed, False)
        assert (result["src"], result["before"], result["after"]) == (OLD, None, None)


@pytest.mark.parametrize("when", ["now", "restart"])
@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_lost_is_looked_for(done: bool, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host = machine()
    real = RenameItem._execute_module

    def breaks(action: RenameItem, **kwargs: Any) -> dict[str, Any]:
        if kwargs["module_args"]["method"] is None:
            return real(action, **kwargs)
        if done:
            real(action, **kwargs)
        raise HostCallError("The connection to the host was lost.", connection_lost=True)

    monkeypatch.setattr(RenameItem, "_execute_module", breaks)
    monkeypatch.setattr(
        "ansible_collections.winops.offline_files.plugins.plugin_utils.host_part.HostPart.run",
        lambda part, request, **_more: part._execute(request.options(), 0),
    )
    result, _warnings = run(host, user=ADMIN, when=when)
    renamed = done and when == "now"
    assert (result["status"], result["changed"]) == ("renamed" if renamed else "unknown", renamed)
    assert (result["failed"], result["may_still_run"], result["state_verified"]) == (True, True, True)
    assert result["reboot_required"] is (None if when == "restart" else False)
    assert "The connection to the host was lost." in result["msg"]


INPUT: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"src": OLD}, "missing required arguments: dest"),
    "word": ({"src": OLD, "dest": NEW, "when": "later"}, "must be one of: auto, now, restart, got: later"),
    "relative": ({"src": "users", "dest": NEW}, "src: path 'users'"),
    "drive": ({"src": OLD, "dest": r"Z:\users"}, r"dest: path 'Z:\users' has a drive letter"),
    "equal": ({"src": OLD, "dest": "//FS01/Users/"}, rf"src and dest are the same path, {OLD}:"),
    "below": ({"src": OLD, "dest": OLD + r"\new"}, rf"dest {OLD}\new lies under src {OLD}: give two paths"),
    "above": ({"src": OLD, "dest": r"\\fs01"}, rf"src {OLD} lies under dest \\fs01: give two paths"),
    "server": ({"src": r"\\fs01", "dest": NEW}, rf"src is a server, and dest is not: src \\fs01, dest {NEW}."),
    "to server": ({"src": OLD, "dest": r"\\fs02"}, rf"dest is a server, and src is not: src {OLD}, dest \\fs02."),
    "timeout": ({"src": OLD, "dest": NEW, "timeout": -1}, "timeout -1 is not allowed"),
}


@pytest.mark.parametrize("name", INPUT)
def test_bad_input_names_the_value_and_what_is_allowed(name: str) -> None:
    options, said = INPUT[name]
    host = machine()
    with pytest.raises(AnsibleActionFail) as caught:
        RenameItem(options, host, ALICE).run_task()
    assert said in caught.value.message
    assert (host.reads, caught.value.result["status"]) == (0, "unknown")


# --- through the real command line

HOSTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ntlm": (content(), {"src": OLD, "dest": NEW}),
    "psrp": (content(), {"src": OLD, "dest": NEW}),
    "open": (content(user=ADMIN), {"src": OPEN, "dest": NEW}),
    "now": (content(), {"src": OPEN, "dest": NEW, "when": "now"}),
    "both": (content(), {"src": OLD, "dest": HELD}),
    "hangs": (content(hang_after_items=0), {"src": OLD, "dest": NEW, "timeout": HANGING}),
    "input": (content(), INPUT["below"][0]),
}
OPTIONS = ("src", "dest", "when", "timeout")
TASK = {
    "name": "rename",
    MODULE: {name: f"{{{{ its.{name} | default(omit) }}}}" for name in OPTIONS},
    "ignore_errors": True,
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("rename_item")) as fleet:
        for name, (its, options) in HOSTS.items():
            ways = {name: "winhost_psrp"} if name == "psrp" else None
            fleet.add(name, its, ways=ways, variables={"its": options})
        fleet.logon("open", ADMIN, PASSWORDS[ADMIN])
        yield fleet


@pytest.fixture(scope="module")
def runs(fleet: Fleet) -> tuple[Run, Run, Run]:
    """What would be done, the first run, and after a restart of one host the second."""
    predicted = fleet.play([TASK], "--check", "--diff", timeout=100)
    first = fleet.play([TASK], "--diff", timeout=100)
    fleet.sims["open"].reboot()
    return predicted, first, fleet.play([TASK], timeout=100)


@pytest.mark.parametrize("name", ["ntlm", "psrp"])
def test_runs_over_either_connection(runs: tuple[Run, Run, Run], name: str) -> None:
    told = [run.of(name).result for run in runs]
    assert [(one["status"], one["changed"]) for one in told] == [
        ("renamed", True),
        ("renamed", True),
        ("unchanged", False),
    ]
    assert (
        told[0]["diff"]
        == told[1]["diff"]
        == {
            "before": f"{OLD}: 4 items\n{NEW}: not in the cache\n",
            "after": f"{OLD}: not in the cache\n{NEW}: 4 items\n",
        }
    )
    assert f"-{OLD}: 4 items\n" in runs[1].stdout


def test_a_restart_carries_out_what_waits_for_it(runs: tuple[Run, Run, Run]) -> None:
    told = [run.of("open") for run in runs]
    assert [one.status for one in told] == ["ok"] * 3
    assert [one.result["status"] for one in told] == ["renamed", "pending", "unchanged"]
    assert [one.result["reboot_required"] for one in told] == [False, True, False]
    assert told[1].result["diff"] == {"before": "", "after": ""}


def test_failures_that_say_why(runs: tuple[Run, Run, Run]) -> None:
    first = runs[1]
    assert {name for name in HOSTS if first.of(name).status == "failed"} == {"now", "both", "hangs", "input"}
    assert first.of("now").result["open_files"] is True
    assert "are both in the cache" in first.of("both").result["msg"]
    hanging = first.of("hangs").result
    assert (hanging["status"], hanging["timed_out"], hanging["may_still_run"]) == ("unknown", True, True)
    assert INPUT["below"][1] in first.of("input").result["msg"]
    assert first.of("input").result["status"] == "unknown"
