# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Transcripts through the real CLI: a host is recorded, and a host that plays the record gives the same result."""

from __future__ import annotations

import copy
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from collection_tree import ROOT
from integration.fleet import CACHE, HOME, MODULE, PASSWORDS, SHARE, Fleet, Run, module_calls, pinned_for_user, scenario
from unit import replay

from simhost.faults import Faults

pytestmark = pytest.mark.timeout(120)

GERMAN = {"text_language": "de", "number_format": "signed", "text_ending": "crlf", "brackets": "with_path"}
NAMES = ("alice", "fs01", "corp", "report.docx", "notes", "drafts", "pc042", "127.0.0.1", "german", "checked", "broken")
PARTS = ("changed", "msg", "counts", "progress", "return_value", "state_verified", "entries", "paths")


def _cache() -> dict[str, Any]:
    cache = copy.deepcopy(CACHE)
    cache[SHARE]["items"]["alice"]["items"]["report.docx"] = {"pin": "user", "error": "ERROR_ACCESS_DENIED"}
    return cache


@dataclass(frozen=True)
class Recorded:
    """A run that recorded its hosts, and the files."""

    fleet: Fleet
    run: Run
    files: dict[str, Path]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    folder = tmp_path_factory.mktemp("record")
    with Fleet(folder) as fleet:
        fleet.add("german", scenario(cache=_cache(), behaviour=GERMAN), variables={"check": False})
        fleet.add("checked", scenario(cache=_cache()), variables={"check": True})
        fleet.add("broken", scenario(), variables={"check": False}, faults=Faults(cut_stdout=True))
        args = {"paths": SHARE, "transcript": str(folder / "new" / "transcripts")}
        task = {"name": "unpin", MODULE: args, "check_mode": "{{ check }}", "ignore_errors": True}
        run = fleet.play([task])
        yield Recorded(fleet, run, {name: Path(run.of(name).result["transcript"]) for name in fleet.names})


def test_a_file_for_each_host_is_readable_and_without_names(recorded: Recorded) -> None:
    assert [file.name[:13] for file in recorded.files.values()] == ["unpin-german-", "unpin-checked", "unpin-broken-"]
    for name, file in recorded.files.items():
        text = file.read_text(encoding="utf-8")
        assert [name for name in NAMES if name in text.lower()] == []
        assert [password for password in PASSWORDS.values() if password in text] == []
        assert json.loads(text)["task"]["check_mode"] is (name == "checked")
    assert r'"3:-2147024891:Zugriff verweigert\r\n:[\\\\server1\\share1\\user1\\file1.docx]"' in (
        recorded.files["german"].read_text(encoding="utf-8")
    )
    assert recorded.run.of("checked").result["changed"] is True
    assert HOME in pinned_for_user(recorded.fleet.sims["checked"])


def test_output_that_cannot_be_read_is_recorded_without_what_is_packed_in_it(recorded: Recorded) -> None:
    result = recorded.run.of("broken").result
    assert recorded.run.of("broken").status == "failed"
    exchange, again = json.loads(recorded.files["broken"].read_text(encoding="utf-8"))["exchanges"]
    assert exchange["problem"].startswith(
        'The host part failed: instead of an answer came "{"changed": false, "answer"'
    )
    assert exchange["problem"].replace("DOMAIN1", "CORP").replace("user1", "alice") in result["msg"]
    assert again["request"]["method"] is None
    stdout = exchange["result"]["module_stdout"]
    assert '{"changed": false, "answer": {"contract": 2' in stdout
    assert " characters of packed data)" in stdout
    assert "H4sI" not in stdout


def test_a_host_that_plays_the_record_gives_the_same_result(recorded: Recorded, tmp_path: Path) -> None:
    names = ("german", "checked")
    with Fleet(tmp_path) as fleet:
        for name in names:
            played = json.loads(recorded.files[name].read_text(encoding="utf-8"))["task"]
            variables = {"check": played["check_mode"], "unpin": played["options"]["paths"]}
            content = {"replay": str(recorded.files[name]), "accounts": PASSWORDS}
            fleet.add(name, content, variables=variables)
        fleet.add("other", {"replay": str(recorded.files["german"]), "accounts": PASSWORDS}, variables={"check": False})
        args = {"paths": "{{ unpin | default('//server1/other') }}", "transcript": str(tmp_path)}
        run = fleet.play(
            [{"name": "unpin", MODULE: args, "check_mode": "{{ check }}", "ignore_errors": True}],
        )
    for name in names:
        once, again = recorded.run.of(name).result, run.of(name).result
        assert run.of(name).status == recorded.run.of(name).status
        assert _without_names(again) == _without_names(once)
        # What is recorded again has nothing left to hide: only the aliases are others.
        old, new = (replay.load(Path(result["transcript"])) for result in (once, again))
        assert len(old.requests) == len(new.requests)
    assert "has paths ['\\\\\\\\server1\\\\share1'], not ['\\\\\\\\server1\\\\other']" in run.of("other").result["msg"]


def _without_names(result: dict[str, Any]) -> dict[str, Any]:
    told = {key: copy.deepcopy(result[key]) for key in PARTS}
    for row in [*told["paths"], *told["entries"]]:
        for key in ("path", "request"):
            row.pop(key, None)
    return told


def test_the_playbook_reads_only_unless_it_is_told_to_release(tmp_path: Path) -> None:
    playbook = ROOT / "playbooks" / "record_transcript.yml"
    with Fleet(tmp_path) as fleet:
        fleet.add("reads", scenario())
        fleet.add("releases", scenario(), variables={"transcript_unpin": True})
        others = ["pin", "synchronize", "delete_items", "connection", "rename_item", "cache", "item_info", "cache_info"]
        looks = fleet.add("looks", scenario(), variables={"transcript_modules": others})
        fleet.add("mistaken", scenario(), variables={"transcript_modules": ["pin", "erase"]})
        told = {"transcript_path": "//fs01/users/alice", "transcript_folder": str(tmp_path / "files")}
        run = fleet.run_playbook(playbook, "-e", json.dumps(told))
        # of the mistaken one
        assert run.code == 2, run.stdout
        assert (
            "is not a list of pin, synchronize, delete_items, connection"
            in run.of("mistaken", "Know which modules").result["msg"]
        )
        assert (looks.host.calls, module_calls(looks)) == ([], 9)
        assert HOME in pinned_for_user(fleet.sims["reads"])
        assert HOME not in pinned_for_user(fleet.sims["releases"])
    files = sorted((tmp_path / "files").iterdir())
    recorded = [file.name.split("-")[:2] for file in files]
    assert [[module, "looks"] for module in sorted(others)] == [one for one in recorded if one[1] == "looks"][:8]
    assert [host for _module, host in recorded if host != "looks"] == ["reads", "releases", "releases", "releases"]
    assert [replay.load(file).check_mode for file in files if "-looks-" in file.name] == [True] * 9
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    # a line each for people: no text in which line ends are written as backslash and n
    shown = [line.strip() for line in run.stdout.splitlines()]
    for file in files:
        assert f'"{file}",' in shown
    assert any(line.startswith('"Unpinned 5 of 6 items') for line in shown), run.stdout


def _record(fleet: Fleet, folder: Path, **variables: Any) -> Run:
    given = ["-e", json.dumps({"transcript_unpin": True, **variables})]
    words = ["ansible-playbook", "winops.offline_files.record_transcript", "-i", "inventory.yml", *given]
    return fleet.line(words, PWD=str(folder))


def test_the_playbook_releases_no_whole_share_in_whatever_form_it_is_given(tmp_path: Path) -> None:
    paths = {
        "share": "//fs01/users",
        "long": "//?/UNC/fs01/users",
        "mixed": r"\\?\unc/fs01\users\\",
        "server": "//fs01",
    }
    with Fleet(tmp_path) as fleet:
        sims = [fleet.add(name, scenario(), variables={"transcript_path": path}) for name, path in paths.items()]
        run = _record(fleet, tmp_path, transcript_folder="files")
        assert run.code == 2
        for name in paths:
            said = run.of(name, "Release no whole share").result["msg"]
            assert said.startswith("Nothing was released: only a folder below a share may be (transcript_unpin=true)")
        assert all(HOME in pinned_for_user(sim) for sim in sims)
    # what was read is recorded all the same, where the user stands and not where the playbook lies
    assert sorted(file.name.split("-")[1] for file in (tmp_path / "files").iterdir()) == sorted(paths)


def test_nothing_is_released_where_nothing_can_be_recorded(tmp_path: Path) -> None:
    with Fleet(tmp_path) as fleet:
        sim = fleet.add("pc1", scenario())
        run = _record(fleet, tmp_path, transcript_path="//fs01/users/alice", transcript_folder="/proc")
        assert run.code == 2
        said = run.of("pc1", "Read only (check mode)").result["msg"]
        assert "transcript '/proc' is not allowed: no file can be made in that folder" in said
        assert module_calls(sim) == 0
        # the option in a task of one's own
        task = fleet.adhoc("pc1", {"paths": SHARE, "transcript": "/proc"})
        assert "no file can be made in that folder on the controller" in task.of("pc1").result["msg"]
        assert module_calls(sim) == 0
