# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the action: arguments, what the host is asked and how often, what the user is told."""

from __future__ import annotations

import json
import time
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from unit.action_host import UnpinUnderTest, warnings_of
from unit.host_answers import Scenario, answer, changed, load, scenarios

from ansible_collections.winops.offline_files.plugins.module_utils.host.request import REREAD_DELAY
from ansible_collections.winops.offline_files.plugins.module_utils.words import harmless
from ansible_collections.winops.offline_files.plugins.plugin_utils import recording

SHARE = r"\\fs01\users"
ITEM = SHARE + r"\a.txt"
NOTHING = answer({"before": {}, "skipped": "not_needed"})
RELEASED = answer({"before": {ITEM: "file user"}, "texts": [f"3:0::[{ITEM}]"], "return_value": 0, "after": {}})
DENIED = answer(
    {
        "before": {ITEM: "file user"},
        "texts": [f"3:-2147024891:Zugriff verweigert:[{ITEM}]"],
        "return_value": 0,
        "after": {ITEM: "file user"},
    }
)
LAGS = answer(
    {"before": {ITEM: "file user"}, "texts": [f"3:0::[{ITEM}]"], "return_value": 0, "after": {ITEM: "file user"}}
)


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace sleeping; the fixture holds how long the action meant to sleep."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


# --- arguments


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "missing required arguments: paths"),
        ({"paths": []}, "paths is empty"),
        ({"paths": ""}, "path '' is empty"),
        ({"paths": "users/alice"}, "path 'users/alice' is not a UNC path"),
        ({"paths": "Z:\\users"}, "path 'Z:\\users' has a drive letter"),
        ({"paths": "//fs01/users/*"}, "has a wildcard"),
        ({"paths": ["//fs01/users", "//fs01/../x"]}, "is relative"),
        ({"paths": [None]}, "path '' is empty"),
        ({"paths": "//fs01/users", "flags": ["everyone"]}, "unknown flag 'everyone'"),
        ({"paths": "//fs01/users", "flags": "0x20000020"}, "unknown bits 0x20000000"),
        ({"paths": "//fs01/users", "flags": ["background"]}, "no pin reason"),
        ({"paths": "//fs01/users", "flags": []}, "no pin reason"),
        ({"paths": "//fs01/users", "timeout": -1}, "timeout -1 is not allowed"),
        ({"paths": "//fs01/users", "timeout": "soon"}, "timeout"),
        ({"paths": "//fs01/users", "max_entries": -1}, "max_entries -1 is not allowed"),
        ({"paths": "//fs01/users", "deep": "perhaps"}, "deep"),
        ({"paths": "//fs01/users", "missing": "maybe"}, "value of missing must be one of: ok, fail"),
        ({"paths": "//fs01/users", "unavailable": "maybe"}, "value of unavailable must be one of: fail, ok"),
        ({"paths": "//fs01/users", "report": "some"}, "value of report must be one of: all, changed, failed, none"),
        ({"paths": "//fs01/users", "recurse": True}, "recurse"),
    ],
)
def test_a_bad_argument_is_one_sentence_and_the_host_is_not_asked(args: dict[str, t.Any], words: str) -> None:
    action = UnpinUnderTest(args)
    with pytest.raises(AnsibleActionFail) as caught:
        action.run_task()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value.message)
    assert action.requests == []


def test_async_is_refused_with_what_to_use_instead() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, async_val=10)
    with pytest.raises(AnsibleActionFail, match=r"async is not supported by winops\.offline_files\.unpin.*background"):
        action.run_task()
    assert action.requests == []


@pytest.mark.parametrize("name", ["paths", "path"])
@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ("//fs01/users", SHARE),
        ("//fs01/users,//fs02/b", SHARE + "\n" + r"\\fs02\b"),
        ("//fs01/x/letter, formal.dotx", r"\\fs01\x\letter, formal.dotx"),
        ("//fs01/users/Project ", SHARE + r"\Project "),
        ("//fs01/users/Project ,//fs02/b ", SHARE + "\\Project \n" + r"\\fs02\b "),
        ("//fs01/users/Project \r\n\r\n//fs02/b\r\n", SHARE + "\\Project \n" + r"\\fs02\b"),
        (["//fs01/x/a, b ", r"\\fs02\c"], "\\\\fs01\\x\\a, b \n\\\\fs02\\c"),
    ],
)
def test_paths_as_string_and_list(name: str, given: t.Any, paths: str) -> None:
    count = paths.count("\n") + 1
    action = UnpinUnderTest({name: given}, [answer({"before": {}, "skipped": "not_needed"}, count)])
    action.run_task()
    assert action.requests[0]["paths"] == paths


def test_the_arguments_of_the_task_stay_as_they_were() -> None:
    args = {"paths": "//fs01/users,//fs02/b"}
    UnpinUnderTest(args, [answer({"before": {}, "skipped": "not_needed"}, 2)]).run_task()
    assert args == {"paths": "//fs01/users,//fs02/b"}


@pytest.mark.parametrize(
    ("given", "numbers"),
    [("0x60", [0x60]), ("for_user,for_all", [0xA0]), (64, [0x40]), (["for_user", 0x200], [0x220])],
)
def test_flags_as_string_number_and_list(given: t.Any, numbers: list[int]) -> None:
    action = UnpinUnderTest({"paths": "//fs01/users", "flags": given}, [NOTHING])
    action.run_task()
    assert [one["Flags"] for one in action.requests[0]["arguments"]] == numbers


def test_the_first_request_is_that_of_the_invocation() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, [NOTHING])
    action.run_task()
    assert action.requests == [
        {
            "method": "Unpin",
            "paths": SHARE,
            "class": "Win32_OfflineFilesCache",
            "arguments": [{"Flags": 0x20, "Deep": True}],
            "paths_as": "Paths",
            "deep": True,
            "each": False,
            "observe": True,
            "last": "1:",
            "read": True,
            "fields": [
                "ItemType",
                "PinInfo.PinnedForUser",
                "PinInfo.PinnedForUserByPolicy",
                "PinInfo.PinnedForComputer",
                "PinInfo.PinnedForFolderRedirection",
            ],
            "keep": [
                "PinInfo.PinnedForUser",
                "PinInfo.PinnedForUserByPolicy",
                "PinInfo.PinnedForComputer",
                "PinInfo.PinnedForFolderRedirection",
            ],
            "reasons": ["PinInfo.PinnedForUser"],
            "classes": [],
            "registry": [],
            "force": False,
            "anyway": False,
            "timeout": 3600,
        }
    ]
    (execution,) = action.executions
    assert execution["module_name"] == "winops.offline_files.host_call"
    # else Ansible writes the arguments, and with them names of users' files, to the event log of Windows
    assert execution["task_vars"] == {"inventory_hostname": "winhost", "ansible_no_target_syslog": True}
    assert execution["wrap_async"] is False


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["for_user"], []),
        (["for_user", "interactive"], ["The flag interactive"]),
        (["for_user", "console"], ["The flag console is ignored"]),
        (["for_user", "interactive", "console"], ["The flag interactive"]),
        (["0x1820"], ["The flag interactive"]),
    ],
)
def test_flags_of_a_desktop_are_warned_of(flags: list[str], said: list[str]) -> None:
    action = UnpinUnderTest({"paths": "//fs01/users", "flags": flags}, [NOTHING])
    warnings = warnings_of(action.run_task())
    assert [warning[: len(begins)] for warning, begins in zip(warnings, said, strict=True)] == said


# --- whole runs


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.name) for scenario in scenarios()])
def test_scenario(scenario: Scenario) -> None:
    action = UnpinUnderTest(
        dict(scenario.options), scenario.answers, check_mode=scenario.check_mode, diff=scenario.diff
    )
    result = action.run_task()
    warnings = warnings_of(result)
    # The line ends of a diff are ours.
    assert result.pop("diff", None) == scenario.result.pop("diff", None)
    assert result == harmless(scenario.result)
    assert [said[: len(begins)] for said, begins in zip(warnings, scenario.warnings, strict=True)] == scenario.warnings
    first, *others = action.requests
    assert others == [{**first, **difference} for difference in scenario.requests]


def test_check_mode_names_no_method() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users", "verify": False}, [NOTHING], check_mode=True)
    action.run_task()
    assert action.requests[0]["method"] is None
    assert action.requests[0]["read"] is True


def test_a_lagging_state_is_read_again_after_a_second_each(naps: list[float]) -> None:
    again = answer({"before": {ITEM: "file user"}, "skipped": "no_method"})
    action = UnpinUnderTest({"paths": "//fs01/users"}, [LAGS, again, again, again])
    assert action.run_task()["paths"][0]["status"] == "still_pinned"
    assert [nap for nap in naps if nap] == [REREAD_DELAY] * 3 == [1.0] * 3
    assert [request["method"] for request in action.requests] == ["Unpin", None, None, None]


def test_a_follow_up_gets_what_is_left_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 100.0, 107.5, 200.0, 200.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    again = answer({"before": {ITEM: "file user"}, "skipped": "no_method"})
    gone = answer({"before": {}, "skipped": "no_method"})
    action = UnpinUnderTest({"paths": "//fs01/users", "timeout": 60}, [LAGS, again, gone])
    assert action.run_task()["changed"] is True
    assert [request["timeout"] for request in action.requests] == [60, 52, 1]


def test_a_follow_up_has_no_limit_when_the_task_has_none() -> None:
    gone = answer({"before": {}, "skipped": "no_method"})
    action = UnpinUnderTest({"paths": "//fs01/users", "timeout": 0}, [LAGS, gone])
    action.run_task()
    assert [request["timeout"] for request in action.requests] == [0, 0]


# --- what goes wrong


def _quiet() -> dict[str, t.Any]:
    quiet: dict[str, t.Any] = load("quiet_result.yml")
    return quiet


def test_a_broken_connection_is_one_sentence_and_a_whole_result() -> None:
    reset = ConnectionResetError(104, "Connection reset\n by peer")
    action = UnpinUnderTest({"paths": "//fs01/users"}, [reset, AnsibleConnectionFailure("no route")])
    result = action.run_task()
    assert set(result) == {*_quiet(), "msg", "paths"}
    assert result["failed"] is True
    assert result["msg"] == (
        "The connection broke while the host was asked: ConnectionResetError: [Errno 104] Connection reset by peer. "
        "The state could not be read again: The host cannot be reached: no route."
    )
    assert result["may_still_run"] is True
    assert result["paths"][0]["status"] == "unknown"


def test_a_broken_connection_in_check_mode_leaves_nothing_running() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, [OSError("gone")], check_mode=True)
    assert action.run_task()["may_still_run"] is False


def test_an_unreachable_host_is_unreachable() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, [AnsibleConnectionFailure("no route")])
    with pytest.raises(AnsibleConnectionFailure, match="no route"):
        action.run_task()


def test_what_an_earlier_answer_told_is_not_lost() -> None:
    again = OSError("gone")
    action = UnpinUnderTest({"paths": "//fs01/users"}, [LAGS, again])
    result = action.run_task()
    assert result["failed"] is True
    assert result["msg"] == (
        "The connection broke while the host was asked: OSError: gone. "
        "Before: Unpinned 0 of 1 item; 1 still pinned although Windows reported success."
    )
    assert result["entries"][0]["status"] == "still_pinned"
    assert result["counts"]["total"] == 1


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ({"failed": True, "msg": "Add-Type failed.\n"}, "The host part failed: Add-Type failed."),
        ({"failed": True, "msg": None}, "The host part failed: no message."),
        (
            {"failed": True, "msg": "MODULE FAILURE", "module_stderr": "first line\nsecond line"},
            "The host part failed: MODULE FAILURE (first line).",
        ),
        (
            {"changed": False, "msg": "odd"},
            'The host part failed: instead of an answer came "{"changed": false, "msg": "odd"}". The state could '
            "not be read again: The host part failed: it is over.",
        ),
    ],
)
def test_a_failed_host_part_is_one_sentence(result: dict[str, t.Any], sentence: str) -> None:
    shown = UnpinUnderTest({"paths": "//fs01/users"}, [result, {"failed": True, "msg": "it is over"}]).run_task()
    assert (shown["failed"], shown["msg"]) == (True, sentence)


@pytest.mark.parametrize(
    ("result", "running"),
    [
        ({"failed": True, "msg": "Unsupported parameters"}, False),
        ({"failed": True, "msg": "MODULE FAILURE", "module_stdout": "half of an ans"}, True),
        (changed(NOTHING, ["answer", "contract"], 1), False),
        (changed(RELEASED, ["answer", "after", "data"], "AAAA"), False),
        (OSError("gone"), True),
        (AnsibleError("The module was not found in configured module paths."), False),
    ],
)
def test_only_what_may_have_begun_may_still_run(result: t.Any, running: bool) -> None:
    shown = UnpinUnderTest({"paths": "//fs01/users"}, [result]).run_task()
    assert (shown["failed"], shown["may_still_run"]) == (True, running)
    assert UnpinUnderTest({"paths": "//fs01/users"}, [result], check_mode=True).run_task()["may_still_run"] is False


def test_an_error_of_ansible_is_no_broken_connection() -> None:
    result = UnpinUnderTest({"paths": "//fs01/users"}, [AnsibleError("The module was not found.")]).run_task()
    assert result["msg"] == "The host part could not be run: The module was not found."


def test_what_the_host_part_fails_with_is_one_line_without_its_stack() -> None:
    said = {
        "failed": True,
        "msg": "line one\nline two at C:\\x.ps1:5 char:7",
        "exception": "at <ScriptBlock>, line 5",
    }
    result = UnpinUnderTest({"paths": "//fs01/users"}, [said]).run_task()
    assert result["msg"] == "The host part failed: line one line two at C:\\x.ps1:5 char:7."
    assert "ScriptBlock" not in str(result)


def test_a_diff_that_was_asked_for_is_there_without_an_answer() -> None:
    result = UnpinUnderTest({"paths": "//fs01/users"}, [OSError("gone")], diff=True).run_task()
    assert result["diff"] == {"before": "", "after": ""}


REFUSED = answer(
    {
        "before": {ITEM: "file user"},
        "calls": [
            {"made": False, "completed": False, "return_value": None, "error": {"code": 0x80070005, "message": ""}}
        ],
    }
)


@pytest.mark.parametrize(
    ("first", "second", "running"),
    [
        (REFUSED, OSError("gone"), True),
        (REFUSED, {"failed": True, "msg": "no"}, False),
        (LAGS, OSError("gone"), False),
        (LAGS, AnsibleConnectionFailure("no route"), False),
        (REFUSED, AnsibleConnectionFailure("no route"), True),
        (LAGS, changed(LAGS, ["answer", "before", "data"], "AAAA"), False),
    ],
)
def test_a_second_question_that_breaks_may_leave_a_call_running(first: t.Any, second: t.Any, running: bool) -> None:
    result = UnpinUnderTest({"paths": "//fs01/users"}, [first, second]).run_task()
    assert (result["failed"], result["may_still_run"]) == (True, running)
    assert ". Before: " in result["msg"]
    assert result["msg"].endswith(".")
    assert [entry["path"] for entry in result["entries"]] == [ITEM]


def test_a_host_that_is_gone_when_it_is_read_again_does_not_hide_a_change() -> None:
    other = SHARE + r"\b.txt"
    lags = answer(
        {
            "before": {ITEM: "file user", other: "file user"},
            "texts": [f"3:0::[{ITEM}]", f"3:0::[{other}]"],
            "return_value": 0,
            "after": {ITEM: "file user"},
        }
    )
    result = UnpinUnderTest({"paths": "//fs01/users"}, [lags, AnsibleConnectionFailure("no route")]).run_task()
    assert (result["failed"], result["changed"]) == (True, True)


def test_reading_again_that_breaks_off_keeps_what_the_reading_before_it_showed() -> None:
    again = answer({"before": {ITEM: "file user"}, "skipped": "no_method"})
    partial = answer({"before": {"error": {"code": 0x80041069, "message": ""}}, "skipped": "no_method"})
    action = UnpinUnderTest({"paths": "//fs01/users"}, [LAGS, again, partial, again])
    result = action.run_task()
    assert [entry["status"] for entry in result["entries"]] == ["still_pinned"]


def test_an_answer_about_another_number_of_paths_is_one_sentence() -> None:
    damaged = changed(NOTHING, ["answer", "before", "held"], [])
    result = UnpinUnderTest({"paths": "//fs01/users"}, [damaged, damaged]).run_task()
    assert result["failed"] is True
    problem = "The host gave an answer that cannot be read: answer.before.held is a list of 0, allowed is a list of 1."
    assert result["msg"] == f"{problem} The state could not be read again, for the same reason."


def test_an_answer_of_another_contract_is_one_sentence() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, [changed(NOTHING, ["answer", "contract"], 1)])
    result = action.run_task()
    assert result["failed"] is True
    assert "contract 1" in result["msg"]
    assert result["msg"].endswith(".")


def test_damaged_data_is_a_failed_task() -> None:
    damaged = changed(RELEASED, ["answer", "after", "data"], "AAAA")
    action = UnpinUnderTest({"paths": "//fs01/users"}, [damaged, {"failed": True, "msg": "gone"}])
    result = action.run_task()
    assert [request["method"] for request in action.requests] == ["Unpin", None]
    assert result["failed"] is True
    assert result["msg"].startswith(
        "The host part failed: gone. Before: The host gave an answer that cannot be read: packed data of the host is "
        "damaged: "
    )
    assert result["msg"].endswith(". Before: Unpinned 1 of 1 item.")
    assert (result["changed"], result["state_verified"]) == (True, False)


def test_an_interrupt_is_not_swallowed() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, [KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        action.run_task()


# --- what the user is told


def test_warnings_of_the_host_are_passed_on() -> None:
    said = {**RELEASED, "warnings": ["the host says"]}
    assert UnpinUnderTest({"paths": "//fs01/users"}, [said]).run_task()["warnings"] == ["winhost: the host says"]
    assert "warnings" not in UnpinUnderTest({"paths": "//fs01/users"}, [RELEASED]).run_task()


def test_lines_of_v_and_vv() -> None:
    both = changed(DENIED, ["answer", "before", "held"], [True, True])
    action = UnpinUnderTest(
        {"paths": ["//fs01/users", "//fs01/b"]}, [changed(both, ["answer", "after", "held"], [True, True])]
    )
    action.run_task()
    assert action.display.lines["v"] == [
        r"\\fs01\users: failed, 0 of 1 items changed, 1 failed",
        r"\\fs01\b: unchanged, 0 of 0 items changed, 0 failed",
    ]
    assert action.display.lines["vv"] == [ITEM + ": ERROR_ACCESS_DENIED (0x80070005): Zugriff verweigert"]
    assert action.display.hosts == {"winhost"}


def test_vv_names_failed_items_that_the_entries_do_not_show() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users", "report": "none"}, [DENIED])
    assert action.run_task()["entries"] == []
    assert action.display.lines["vv"] == [ITEM + ": ERROR_ACCESS_DENIED (0x80070005): Zugriff verweigert"]


def test_warnings_of_an_earlier_answer_are_told_when_a_later_one_breaks() -> None:
    action = UnpinUnderTest({"paths": "//fs01/users"}, [{**LAGS, "warnings": ["the host says"]}, OSError("gone")])
    assert [said.partition(":")[0] for said in warnings_of(action.run_task())] == [
        "the host says",
        "1 item still pinned although Windows reported success",
    ]


def test_warnings_of_a_failed_host_part_are_passed_on() -> None:
    said = {"failed": True, "msg": "no", "warnings": ["the host says"]}
    assert UnpinUnderTest({"paths": "//fs01/users"}, [said]).run_task()["warnings"] == ["winhost: the host says"]


def test_a_second_question_is_explained_with_vv() -> None:
    gone = answer({"before": {}, "skipped": "no_method"})
    action = UnpinUnderTest({"paths": "//fs01/users"}, [LAGS, gone])
    action.run_task()
    assert any("reading them again" in line for line in action.display.lines["vv"])


def test_a_task_without_variables_runs() -> None:
    assert UnpinUnderTest({"paths": "//fs01/users"}, [NOTHING]).run(task_vars=None)["changed"] is False


# --- transcripts


class _Bug(UnpinUnderTest):
    def carry_out(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        super().carry_out(options)
        raise ZeroDivisionError


def test_a_transcript_is_a_new_file_for_each_task(tmp_path: Path) -> None:
    args = {"paths": "//fs01/users", "transcript": str(tmp_path / "new" / "folder")}
    files = {UnpinUnderTest(args, [RELEASED]).run_task()["transcript"] for _number in range(3)}
    assert sorted(map(str, (tmp_path / "new" / "folder").iterdir())) == sorted(files)
    assert len(files) == 3
    written = json.loads(Path(files.pop()).read_text(encoding="utf-8"))
    assert written["task"]["options"]["paths"] == [r"\\server1\share1"]
    assert "transcript" not in written["task"]["options"]
    assert written["versions"]["collection"][0].isdigit()
    assert "transcript" not in UnpinUnderTest({"paths": "//fs01/users"}, [RELEASED]).run_task()


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([AnsibleError("it broke")], "The host part could not be run: it broke."),
        ([{"failed": True, "msg": "no PowerShell"}], "The host part failed: no PowerShell."),
        ([{"answer": {"contract": 1}}], "contract 1"),
    ],
)
def test_a_failed_task_has_a_transcript(answers: list[t.Any], problem: str, tmp_path: Path) -> None:
    result = UnpinUnderTest({"paths": "//fs01/users", "transcript": str(tmp_path)}, answers).run_task()
    assert result["failed"]
    exchange = json.loads(Path(result["transcript"]).read_text(encoding="utf-8"))["exchanges"][0]
    assert problem in exchange["problem"]
    assert (exchange["result"] is None) is isinstance(answers[0], AnsibleError)


def test_a_bug_and_a_lost_host_leave_a_transcript(tmp_path: Path) -> None:
    args = {"paths": "//fs01/users", "transcript": str(tmp_path)}
    with pytest.raises(ZeroDivisionError):
        _Bug(args, [RELEASED]).run_task()
    with pytest.raises(AnsibleConnectionFailure):
        UnpinUnderTest(args, [AnsibleConnectionFailure("off")]).run_task()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_transcript_that_has_no_place_is_refused_before_the_host_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    action = UnpinUnderTest({"paths": "//fs01/users", "transcript": str(tmp_path / "file")}, [RELEASED])
    with pytest.raises(AnsibleActionFail, match="no file can be made in that folder on the controller"):
        action.run_task()
    assert action.requests == []


def test_a_transcript_that_cannot_be_written_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(recording, "write", full)
    action = UnpinUnderTest({"paths": "//fs01/users", "transcript": str(tmp_path)}, [RELEASED])
    result = action.run_task()
    assert (result["changed"], result["transcript"]) == (True, None)
    assert warnings_of(result) == ["The transcript could not be written: OSError: disk full."]


class Placed(str):
    """A text that knows its line in the playbook, as core's own do; copying it is dear."""

    __slots__ = ()

    def __deepcopy__(self, _memo: object) -> Placed:
        raise AssertionError("a path was copied")


def test_a_bad_path_keeps_its_line_and_no_path_is_copied() -> None:
    bad = Placed("//fs01/us*rs")
    with pytest.raises(AnsibleActionFail, match="has a wildcard") as caught:
        UnpinUnderTest({"paths": [Placed("//fs01/users"), bad]}).run_task()
    assert caught.value.obj is bad
