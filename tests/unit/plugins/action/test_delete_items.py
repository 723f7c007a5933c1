# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of the action delete_items: what stays and why, what is lost, and what Windows says that explains nothing."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleActionFail
from unit.action_host import DeleteItemsUnderTest, warnings_of
from unit.item_rows import answer, called, row

from ansible_collections.winops.offline_files.plugins.module_utils.methods.delete_items import ItemsGone

SHARE = r"\\fs01\users"
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "": ("share", {}),
    r"\a": ("directory", {}),
    r"\a\auto.txt": ("file", {}),
    r"\a\pinned.txt": ("file user", {}),
    r"\b": ("directory", {}),
    r"\b\changed.txt": ("file", {"ChangeInfo__Dirty": "True"}),
}


def _rows(*names: str) -> list[str]:
    return [row(ItemsGone.fields, SHARE + name, KINDS[name][0], **KINDS[name][1]) for name in names]


ALL = _rows(*KINDS)


@pytest.fixture(autouse=True)
def _no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def _staying(rows: list[str], **call: t.Any) -> list[dict[str, t.Any]]:
    """Return the answers of a host on which nothing changes however often it is read."""
    return [called(rows, rows, **call), *[answer(rows, 1)] * 3]


def _run(answers: t.Any, *, check_mode: bool = False, diff: bool = False, **options: t.Any) -> dict[str, t.Any]:
    action = DeleteItemsUnderTest({"paths": [SHARE], **options}, answers, check_mode=check_mode, diff=diff)
    return action.run_task()


def _statuses(result: dict[str, t.Any]) -> dict[str, str]:
    return {entry["path"].removeprefix(SHARE): entry["status"] for entry in result["entries"]}


def test_the_request() -> None:
    action = DeleteItemsUnderTest({"paths": [SHARE], "flags": ["no_pinned", "admin"]}, [called(ALL, ALL)])
    action.run_task()
    request = action.requests[0]
    assert (request["method"], request["arguments"]) == ("DeleteItems", [{"Flags": 0x80000002}])
    assert (request["deep"], request["keep"], request["reasons"]) == (True, [], [])
    assert request["fields"][0] == "ItemType"
    assert request["fields"][-1] == "ChangeInfo.Dirty"


def test_what_is_protected_is_kept_with_all_above_it_and_that_is_no_failure() -> None:
    kept = ["", r"\a", r"\a\pinned.txt", r"\b", r"\b\changed.txt"]
    result = _run([called(ALL, _rows(*kept), return_value=0x800700EA)])
    assert warnings_of(result) == []
    assert (result["changed"], result["failed"]) == (True, False)
    assert result["msg"] == "Deleted 1 of 6 items; 5 kept (3 not empty, 1 pinned, 1 unsynchronized)."
    assert _statuses(result) == {**dict.fromkeys(kept, "kept"), r"\a\auto.txt": "deleted"}
    reasons = {entry["path"].removeprefix(SHARE): entry["kept_because"] for entry in result["entries"]}
    assert reasons[""] == reasons[r"\a"] == reasons[r"\b"] == ["not_empty"]
    assert (reasons[r"\a\pinned.txt"], reasons[r"\b\changed.txt"]) == (["pinned"], ["unsynchronized"])
    (path,) = result["paths"]
    assert (path["status"], path["kept_because"]) == ("partial", ["pinned", "unsynchronized", "not_empty"])
    assert "deep" not in result


def test_a_second_run_is_quiet() -> None:
    kept = _rows("", r"\a", r"\a\pinned.txt")
    result = _run([called(kept, kept, return_value=0x800700EA)])
    assert warnings_of(result) == []
    assert (result["changed"], result["failed"], result["paths"][0]["status"]) == (False, False, "kept")
    assert result["msg"] == "Nothing to delete: no item under 1 path may go; 3 kept (2 not empty, 1 pinned)."


def test_a_second_run_on_what_is_gone_is_quiet_too() -> None:
    host = called([], [], held=[False], return_value=0x800700EA)
    host["answer"]["before"]["seen"] = 3
    result = _run([host])
    assert warnings_of(result) == []
    assert (result["changed"], result["failed"], result["paths"][0]["status"]) == (False, False, "not_cached")
    assert result["msg"] == "Nothing to delete: no item under 1 path may go; 1 path not in the cache."


def test_a_share_that_stays_with_nothing_in_it_is_unchanged() -> None:
    result = _run([called(_rows(""), _rows(""))])
    assert (result["changed"], result["failed"], _statuses(result)) == (False, False, {"": "unchanged"})
    assert result["paths"][0]["status"] == "unchanged"
    assert result["msg"] == "Nothing to delete: no item under 1 path may go."


def test_a_share_that_goes_is_deleted() -> None:
    result = _run([called(_rows(""), [])])
    assert (result["changed"], _statuses(result)) == (True, {"": "deleted"})


@pytest.mark.parametrize("check_mode", [False, True])
def test_changes_that_are_lost_come_first_and_are_warned_of(check_mode: bool) -> None:
    host = answer(ALL, 1) if check_mode else called(ALL, _rows("", r"\a", r"\a\pinned.txt"))
    result = _run(
        [host], check_mode=check_mode, diff=True, flags=["no_pinned", "del_modified"], report="changed", max_entries=1
    )
    verb = "would lose" if check_mode else "lost"
    assert warnings_of(result) == [f"1 item {verb} changes that were not synchronized: {SHARE}\\b\\changed.txt."]
    (entry,) = result["entries"]
    assert (entry["path"], entry["changes_lost"], entry["status"]) == (SHARE + r"\b\changed.txt", True, "deleted")
    how = "cached automatically, with changes that are not synchronized"
    assert result["diff"]["before"] == f"{SHARE}\\b\\changed.txt: {how}\n(2 more items)\n"
    assert result["diff"]["after"] == f"{SHARE}\\b\\changed.txt: not in the cache\n(2 more items)\n"


def test_changes_that_stay_are_not_warned_of() -> None:
    result = _run(_staying(ALL, return_value=0x800700EA), flags=["no_pinned", "del_modified"])
    assert not any("lost" in warning for warning in warnings_of(result))
    assert not any(entry["changes_lost"] for entry in result["entries"])


def test_more_data_alone_leaves_the_reason_open() -> None:
    rows = _rows("", r"\a", r"\a\auto.txt")
    result = _run(_staying(rows, return_value=0x800700EA))
    assert (result["failed"], result["changed"]) == (True, False)
    assert _statuses(result) == {r"\a\auto.txt": "failed", "": "kept", r"\a": "kept"}
    assert result["entries"][0]["result_of"] == "call"
    assert result["msg"] == "Deleted 0 of 3 items; 1 failed, 2 kept (2 not empty)."
    (warning,) = warnings_of(result)
    assert warning.startswith("1 item still in the cache, and Windows did not say why: a program may have")


def test_more_data_from_a_state_that_lags_is_read_again() -> None:
    rows = _rows("", r"\a", r"\a\auto.txt")
    action = DeleteItemsUnderTest({"paths": [SHARE]}, [called(rows, rows, return_value=0x800700EA), answer([], 1)])
    result = action.run_task()
    assert (result["failed"], result["counts"]["changed"]) == (False, 3)
    assert action.requests[1]["method"] is None
    assert any("nothing says why items are still in the cache" in line for line in action.display.lines["vv"])


def test_a_folder_that_is_not_empty_does_not_explain_why_something_in_it_stays() -> None:
    rows = _rows("", r"\a", r"\a\auto.txt", r"\a\pinned.txt")
    lagging = called(rows, rows, return_value=0x80070091, texts=[rf"3:145:Not empty.:[{SHARE}\a]"])
    action = DeleteItemsUnderTest({"paths": [SHARE + r"\a"]}, [lagging, answer(_rows("", r"\a", r"\a\pinned.txt"), 1)])
    result = action.run_task()
    assert (result["failed"], result["changed"]) == (False, True)
    assert _statuses(result) == {r"\a\auto.txt": "deleted", r"\a\pinned.txt": "kept", r"\a": "kept"}
    assert action.requests[1]["method"] is None


def test_a_text_explains_why_an_item_failed() -> None:
    rows = _rows("", r"\a", r"\a\auto.txt")
    texts = [rf"3:32:In use.:[{SHARE}\a\auto.txt]", rf"3:145:Not empty.:[{SHARE}\a]"]
    result = _run([called(rows, rows, return_value=0x800700EA, texts=texts)])
    failed = result["entries"][0]
    assert (failed["status"], failed["result"]["category"], failed["result_of"]) == ("failed", "busy", "item")
    assert result["only_items_failed"] is True
    assert not any("did not say why" in warning for warning in warnings_of(result))


@pytest.mark.parametrize("value", [0, 1])
def test_a_success_that_the_state_denies_is_still_cached(value: int) -> None:
    rows = _rows("", r"\a", r"\a\auto.txt")
    result = _run(_staying(rows, return_value=value))
    assert (result["failed"], result["changed"]) == (False, False)
    assert _statuses(result)[r"\a\auto.txt"] == "still_cached"
    assert "1 still in the cache although Windows reported success" in result["msg"]
    assert result["counts"]["unchanged"] == 3


def test_the_flag_of_administrators_is_refused_to_others() -> None:
    result = _run([called(ALL, ALL, return_value=5)], flags=["no_pinned", "admin"])
    assert result["failed"] is True
    assert result["msg"].startswith(
        "DeleteItems failed with ERROR_ACCESS_DENIED (0x80070005); deleted 0 of 6 items; 1 "
    )
    assert any("administrator" in warning for warning in warnings_of(result))


def test_an_answer_that_was_lost_claims_nothing() -> None:
    result = _run([OSError("gone"), answer(ALL, 1)])
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["may_still_run"] is True
    assert "1 item is left to delete; what was deleted is not known." in result["msg"]


def test_a_state_that_broke_off_proves_what_it_shows() -> None:
    result = _run([called(ALL, _rows("", r"\a", r"\a\pinned.txt"), broken=True)])
    assert _statuses(result)[r"\a\pinned.txt"] == "kept"
    assert _statuses(result)[r"\a\auto.txt"] == "unknown"
    assert (result["state_verified"], result["changed"]) == (False, False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"flags": ["no_pinned", "no_auto_cached"]}, "exclude each other: no_auto_cached (0x1), no_pinned (0x2)."),
        ({"flags": "0x18"}, "unknown bits 0x18"),
        ({"deep": False}, "deep"),
        ({"paths": []}, "paths is empty"),
    ],
)
def test_bad_input_is_one_sentence_and_the_host_is_not_asked(options: dict[str, t.Any], words: str) -> None:
    action = DeleteItemsUnderTest({"paths": [SHARE], **options})
    with pytest.raises(AnsibleActionFail) as caught:
        action.run_task()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert action.requests == []
