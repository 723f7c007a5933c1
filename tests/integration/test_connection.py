# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""connection: what it decides and says in this process, and from the command line to a simulated host and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from integration.fleet import HANGING, PASSWORDS, Fleet, Run
from integration.in_process import InProcess
from unit import host_answers, item_rows
from unit.action_host import ConnectionUnderTest, warnings_of
from unit.job_rows import job

from ansible_collections.winops.offline_files.plugins.module_utils.change import standing as standing_of
from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError
from simhost import scenario
from simhost.clock import VirtualClock
from simhost.windows import Host

pytestmark = [pytest.mark.timeout(120), pytest.mark.once]

MODULE = "winops.offline_files.connection"
ALICE = r"CORP\alice"
USERS, PROJECTS, AWAY = r"\\fs01\users", r"\\fs01\projects", r"\\fs02\away"
HOME, DRAFTS, IDEA = USERS + r"\alice", USERS + r"\alice\drafts", USERS + r"\alice\drafts\idea.txt"
CACHE = r"""
'\\fs01\users':
  items: {alice: {pin: user, items: {report.docx: {pin: user}, drafts: {items: {idea.txt: {}}}}}}
'\\fs01\projects': {in_use: true, items: {plan.mpp: {}}}
'\\fs02\away': {connection: {state: offline, reason: disconnected}, items: {far.txt: {}}}
'\\fs02\resting': {connection: {state: offline, reason: working_offline}, items: {rest.txt: {}}}
"""
RESTING = r"\\fs02\resting"


def _content(**behaviour: Any) -> dict[str, Any]:
    host = {"name": "PC042", "user": ALICE}
    return {"host": host, "behaviour": behaviour, "cache": yaml.safe_load(CACHE), "accounts": PASSWORDS}


class Connection(InProcess, ConnectionUnderTest):
    """The action, answered by the simulated host part."""


def machine(**behaviour: Any) -> Host:
    content = {name: part for name, part in _content(**behaviour).items() if name != "accounts"}
    host = scenario.parse(json.dumps(content)).host
    host.clock = VirtualClock()
    return host


def run(host: Host, check_mode: bool = False, **options: Any) -> tuple[dict[str, Any], list[str]]:
    result = Connection(options, host, ALICE, check_mode=check_mode).run_task()
    return result, warnings_of(result)


def standing(host: Host, *paths: str) -> list[str]:
    """How items of the simulated cache stand now."""
    words = {1: "offline", 2: "online"}
    items = {item["path"]: item for item in host.snapshot()["items"]}
    return ["suspended" if items[path]["suspended"] else words[items[path]["connection"][0]] for path in paths]


def statuses(result: Mapping[str, Any]) -> list[str]:
    return [row["status"] for row in result["paths"]]


def asked(host: Host) -> list[tuple[str, dict[str, Any]]]:
    return [(call["method"], call["params"]) for call in host.calls]


@pytest.fixture(autouse=True)
def _no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


# --- what it does


def test_the_whole_share_goes_offline_once() -> None:
    host = machine()
    result, warnings = run(host, paths=[HOME, DRAFTS], state="offline")
    assert (result["changed"], result["failed"], statuses(result), warnings) == (True, False, ["offline"] * 2, [])
    assert result["msg"] == "Took 2 of 2 paths offline, with their whole shares."
    assert [(share["path"], share["changed"]) for share in result["shares"]] == [(USERS, True)]
    assert standing(host, USERS, HOME, IDEA, PROJECTS) == ["offline", "offline", "offline", "online"]
    assert asked(host) == [("TransitionOffline", {"Path": HOME, "Force": False, "Flags": 0})]
    (call,) = result["calls"]
    assert (call["method"], call["returned"], call["result"]["code"]) == ("TransitionOffline", {"OpenFiles": False}, 0)


@pytest.mark.parametrize(
    ("state", "path"), [("offline", HOME), ("online", RESTING), ("suspended", DRAFTS)], ids=lambda one: one[-7:]
)
def test_a_second_run_calls_nothing_and_check_mode_foresees_the_first(state: str, path: str) -> None:
    host = machine()
    foreseen, _warnings = run(host, check_mode=True, paths=path, state=state)
    assert host.calls == []
    first, _warnings = run(host, paths=path, state=state)
    second, _warnings = run(host, paths=path, state=state)
    assert [one["changed"] for one in (foreseen, first, second)] == [True, True, False]
    assert foreseen["msg"] == first["msg"].replace("Took", "Would take").replace("Brought", "Would bring").replace(
        "Suspended", "Would suspend"
    )
    same = ("paths", "shares", "failed", "state_verified")
    without_result = [{**row, "result": None} for row in first["paths"]]
    assert [foreseen[key] for key in same] == [without_result, *(first[key] for key in same[1:])]
    assert (statuses(second), second["msg"]) == (["unchanged"], f"1 path is {state} already.")
    assert (len(host.calls), second["calls"], second["shares"]) == (1, [], [])


def test_a_suspended_folder_comes_back_and_what_is_beside_it_stays() -> None:
    host = machine()
    assert statuses(run(host, paths=DRAFTS, state="suspended")[0]) == ["suspended"]
    assert standing(host, HOME, DRAFTS, IDEA) == ["online", "suspended", "suspended"]
    result, _warnings = run(host, paths=[DRAFTS, IDEA], state="online")
    assert (statuses(result), [name for name, _params in asked(host)]) == (["online"] * 2, ["SuspendRoot"] * 2)
    assert standing(host, DRAFTS, IDEA) == ["online", "online"]


def test_what_is_suspended_in_a_share_that_is_offline_takes_both_calls() -> None:
    host = machine()
    run(host, paths=DRAFTS, state="suspended")
    run(host, paths=USERS, state="offline")
    result, _warnings = run(host, paths=DRAFTS, state="online")
    assert [name for name, _params in asked(host)][2:] == ["SuspendRoot", "TransitionOnline"]
    assert (statuses(result), result["changed"], result["failed"]) == (["online"], True, False)
    assert standing(host, USERS, DRAFTS) == ["online", "online"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_is_suspended_with_a_folder_above_it_names_that_folder(check_mode: bool) -> None:
    host = machine()
    run(host, paths=DRAFTS, state="suspended")
    result, _warnings = run(host, check_mode=check_mode, paths=IDEA, state="online")
    assert (statuses(result), result["failed"], result["changed"], len(host.calls)) == (["failed"], True, False, 1)
    assert f"it is suspended with the folder {DRAFTS}: name that folder in paths." in result["msg"]


@pytest.mark.parametrize("code", [0, 170])
def test_open_files_keep_a_share_online_unless_they_are_closed(code: int) -> None:
    host = machine(open_files_error=code)
    result, _warnings = run(host, paths=PROJECTS, state="offline")
    assert (statuses(result), result["changed"], result["open_files"]) == (["failed"], False, True)
    assert result["failed"] is True
    assert ("open files" in result["msg"]) is (code == 0)
    forced, _warnings = run(host, paths=PROJECTS, state="offline", force=True)
    assert (statuses(forced), forced["open_files"], standing(host, PROJECTS)) == (["offline"], False, ["offline"])


@pytest.mark.parametrize("code", [0, 0x800704CF])
def test_a_server_that_cannot_be_reached_stays_offline(code: int) -> None:
    host = machine(unreachable_error=code)
    result, warnings = run(host, paths=[AWAY, RESTING], state="online")
    assert (statuses(result), result["failed"], result["changed"]) == (["failed", "online"], True, True)
    assert result["paths"][0]["after"]["offline_reason"] == "net_disconnected"
    said = "ERROR_NETWORK_UNREACHABLE" if code else "Windows reported success, but it is offline (net disconnected)."
    assert said in result["msg"]
    assert bool(warnings) is bool(code)


def test_what_is_offline_for_a_passing_reason_is_warned_of() -> None:
    result, warnings = run(machine(), paths=[AWAY, RESTING], state="offline")
    assert (statuses(result), result["changed"]) == (["unchanged"] * 2, False)
    said = "is offline (net disconnected): Windows brings it online by itself when that passes. To be sure, suspend it."
    assert warnings == [f"{AWAY} {said}"]
    foreseen, _warnings = run(machine(), check_mode=True, paths=AWAY, state="online")
    assert foreseen["msg"].endswith("with its whole share. Whether a server can be reached is not known beforehand.")


@pytest.mark.parametrize("missing", ["ok", "fail"])
def test_a_path_that_is_not_cached(missing: str) -> None:
    host = machine()
    result, _warnings = run(host, paths=[USERS + r"\bob", HOME], state="offline", missing=missing)
    assert (statuses(result), result["failed"]) == (["not_cached", "offline"], missing == "fail")
    assert rf"The cache does not hold {USERS}\bob, as far as {ALICE} sees it." in result["msg"]


@pytest.mark.parametrize("state", ["offline", "suspended"])
def test_a_state_that_lags_is_read_again(state: str) -> None:
    host = machine(state_lag_reads=2)
    result, _warnings = run(host, paths=HOME, state=state)
    assert (statuses(result), result["changed"], result["state_verified"]) == ([state], True, True)
    assert len(host.calls) == 1


# --- what can go wrong


@pytest.mark.parametrize(
    ("behaviour", "status", "said"),
    [
        ({"call_error": 0x80041003}, "failed", "WBEM_E_ACCESS_DENIED"),
        ({"declared_only": ["TransitionOffline"]}, "failed", "WBEM_E_METHOD_NOT_IMPLEMENTED"),
        ({"hang_after_items": 0}, "failed", "it did not end in time"),
        ({"read_error_after_rows": 1}, "unknown", "could not be read to their end"),
        ({"read_error_after_rows": 1, "read_faults_from": 2}, "unknown", "could not be read to their end"),
        ({"wmi_class": "access_denied"}, "unavailable", "could not be read as"),
        ({"goes_inactive": "before_call"}, "unknown", "ERROR_SERVICE_NOT_ACTIVE"),
    ],
    ids=["denied", "no method", "hangs", "before", "after", "class", "inactive"],
)
def test_every_failure_is_told(behaviour: dict[str, Any], status: str, said: str) -> None:
    host = machine(**behaviour)
    result, _warnings = run(host, paths=HOME, state="offline", timeout=5)
    assert (statuses(result), result["failed"]) == ([status], True)
    assert said in result["msg"]
    assert result["may_still_run"] is result["timed_out"] is ("hang_after_items" in behaviour)


def test_a_host_without_the_feature() -> None:
    for unavailable, failed in (("fail", True), ("ok", False)):
        result, _warnings = run(machine(wmi_class="missing"), paths=HOME, state="online", unavailable=unavailable)
        assert (statuses(result), result["failed"], result["changed"]) == (["unavailable"], failed, False)


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_lost_is_looked_for(done: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    host = machine()
    real = Connection._execute_module

    def breaks(action: Connection, **kwargs: Any) -> dict[str, Any]:
        if kwargs["module_args"]["method"] is None:
            return real(action, **kwargs)
        if done:
            real(action, **kwargs)
        raise HostCallError("The connection to the host was lost.", connection_lost=True)

    monkeypatch.setattr(Connection, "_execute_module", breaks)
    monkeypatch.setattr(
        "ansible_collections.winops.offline_files.plugins.plugin_utils.host_part.HostPart.run",
        lambda part, request, **_more: part._execute(request.options(), 0),
    )
    result, _warnings = run(host, paths=HOME, state="offline")
    assert (statuses(result), result["changed"], result["failed"]) == (["offline" if done else "failed"], done, True)
    assert (result["may_still_run"], result["state_verified"]) == (True, True)
    assert "The connection to the host was lost." in result["msg"]


def test_beside_a_job_nothing_is_called() -> None:
    share = item_rows.row(standing_of.FIELDS, USERS, "share")
    busy = host_answers.answer({"skipped": "busy", "jobs": [job()], "locked": True})
    action = ConnectionUnderTest({"paths": USERS, "state": "offline"}, [item_rows.answer([share], 1), busy])
    result = action.run_task()
    assert (statuses(result), result["busy"], result["changed"], result["failed"]) == (["failed"], True, False, True)
    assert (result["may_still_run"], result["calls"], len(action.requests)) == (False, [], 2)
    assert f"{USERS}: nothing was called." in result["msg"]


INPUT: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"paths": [], "state": "online"}, "paths is empty: give at least one UNC path."),
    "state": ({"paths": HOME}, "missing required arguments: state"),
    "word": ({"paths": HOME, "state": "away"}, "must be one of: online, offline, suspended, got: away"),
    "server": ({"paths": "//fs01", "state": "online"}, r"path \\fs01 is a server, and a connection is one of shares"),
    "relative": ({"paths": "users", "state": "online"}, "path 'users'"),
    "force": ({"paths": HOME, "state": "online", "force": True}, "it has no effect with state: online. Leave it out."),
    "timeout": ({"paths": HOME, "state": "online", "timeout": -1}, "timeout -1 is not allowed"),
}


# --- through the real command line

HOSTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ntlm": (_content(), {"paths": [HOME, RESTING], "state": "offline"}),
    "psrp": (_content(), {"paths": DRAFTS, "state": "suspended"}),
    "busy": (_content(), {"paths": PROJECTS, "state": "offline"}),
    "hangs": (_content(hang_after_items=0), {"paths": HOME, "state": "offline", "timeout": HANGING}),
    **{f"input_{name}": (_content(), options) for name, (options, _said) in INPUT.items()},
}
OPTIONS = ("paths", "state", "force", "timeout")
TASK = {
    "name": "connection",
    MODULE: {name: f"{{{{ its.{name} | default(omit) }}}}" for name in OPTIONS},
    "ignore_errors": True,
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    ways = {"ntlm": {"ntlm": "winhost"}, "psrp": {"psrp": "winhost_psrp"}}
    with Fleet(tmp_path_factory.mktemp("connection")) as fleet:
        for name, (content, options) in HOSTS.items():
            fleet.add(name, content, variables={"its": options}, ways=ways.get(name))
        yield fleet


@pytest.fixture(scope="module")
def runs(fleet: Fleet) -> tuple[Run, Run, Run]:
    """What would be done, and the first and the second run."""
    predicted = fleet.play([TASK], "--check", "--diff", timeout=100)
    return predicted, fleet.play([TASK], "--diff", timeout=100), fleet.play([TASK], timeout=100)


@pytest.mark.parametrize("name", ["ntlm", "psrp"])
def test_runs_over_either_connection(runs: tuple[Run, Run, Run], name: str) -> None:
    predicted, first, second = (run.of(name).result for run in runs)
    assert [one["changed"] for one in (predicted, first, second)] == [True, True, False]
    assert [statuses(one)[0] for one in (predicted, first, second)] == [HOSTS[name][1]["state"]] * 2 + ["unchanged"]
    assert predicted["diff"] == first["diff"]


def test_the_diff_names_the_share_and_the_path(runs: tuple[Run, Run, Run]) -> None:
    for run in runs[:2]:
        assert f"-{USERS}: online\n-{HOME}: online\n" in run.stdout
        assert f"+{USERS}: offline (working offline)\n+{HOME}: offline (working offline)\n" in run.stdout


def test_open_files_are_a_failure_that_says_so(runs: tuple[Run, Run, Run]) -> None:
    told = runs[1].of("busy")
    assert (told.status, told.result["open_files"], told.result["changed"]) == ("failed", True, False)
    assert told.result["msg"] == (
        f"Took 0 of 1 path offline. {PROJECTS}: open files that are not cached keep {PROJECTS} online: close them, or "
        "use force: true."
    )


def test_a_timeout_says_that_it_may_still_run(runs: tuple[Run, Run, Run]) -> None:
    told = runs[1].of("hangs")
    assert (told.status, told.result["timed_out"], told.result["may_still_run"]) == ("failed", True, True)


@pytest.mark.parametrize("name", INPUT)
def test_bad_input_names_the_value_and_what_is_allowed(runs: tuple[Run, Run, Run], name: str) -> None:
    told = runs[1].of(f"input_{name}")
    assert told.status == "failed"
    assert INPUT[name][1] in told.result["msg"]
