# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""New files on the controller: for their owner only, never over another one, whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.transcript.transcript import Task
from ansible_collections.winops.offline_files.plugins.plugin_utils import controller_file, recording


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_umask")
def test_only_the_owner_reads_a_file_and_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    controller_file.make_folder(folder)
    controller_file.write_new(folder / "a.csv", "\u00e4")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "a.csv").stat().st_mode) == 0o600
    assert (folder / "a.csv").read_bytes() == b"\xc3\xa4"
    assert [file.name for file in folder.iterdir()] == ["a.csv"]


def test_what_is_there_stays_a_broken_link_too(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("old", "link"):
        with pytest.raises(FileExistsError):
            controller_file.write_new(tmp_path / name, "new")
    assert (tmp_path / "old").read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        controller_file.write_new(tmp_path / "half", "a" * 100_000 + "\ud800")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_open_umask")
def test_a_file_is_replaced_only_where_it_differs(tmp_path: Path) -> None:
    file, link = tmp_path / "a.html", tmp_path / "link"
    link.symlink_to(file)
    assert controller_file.put(link, "\u00e4", 0o640)
    assert link.is_symlink()
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"\xc3\xa4", 0o640)
    before = file.stat().st_ino
    assert not controller_file.put(file, "\u00e4", 0o640)
    assert controller_file.put(file, "\u00e4", 0o600)
    assert (file.stat().st_ino, stat.S_IMODE(file.stat().st_mode)) == (before, 0o600)
    assert controller_file.put(file, "b", 0o600)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.html", "link"]


def test_what_would_be_written_is_only_said(tmp_path: Path) -> None:
    assert controller_file.put(tmp_path / "new", "a", 0o600, only_say=True)
    (tmp_path / "old").write_text("a", encoding="utf-8")
    assert controller_file.put(tmp_path / "old", "b", 0o600, only_say=True)
    assert [one.read_text(encoding="utf-8") for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("only_say", [False, True])
@pytest.mark.parametrize(("place", "said"), [("folder", "it is there and no file"), ("no/such", "there is no folder")])
def test_where_no_file_can_be_put(tmp_path: Path, place: str, said: str, only_say: bool) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=said):
        controller_file.put(tmp_path / place, "a", 0o600, only_say=only_say)


@pytest.mark.parametrize("place", ["/proc", "/proc/new"])
def test_a_folder_in_which_no_file_can_be_made_is_an_error(place: str) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        controller_file.make_folder(Path(place))


def test_transcripts_of_one_second_are_numbered(tmp_path: Path) -> None:
    task = Task(module="winops.offline_files.unpin", options={}, check_mode=False, computers=[], users=[])
    files = [recording.write(tmp_path, "pc/1", task, []) for _number in range(3)]
    assert len(set(files)) == 3
    assert all(file.name.startswith("unpin-pc_1-") for file in files)
