# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the browser of the tests of the page: one headless Chromium, and pages that are opened from files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))

from collection_tree import collections  # noqa: E402

if str(collections()) not in sys.path:
    sys.path.insert(0, str(collections()))

from browser import chromium  # noqa: E402

from ansible_collections.winops.offline_files.plugins.module_utils.fleet import page  # noqa: E402
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.model import Fleet  # noqa: E402


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Browser]:
    """The browser; without one every test is skipped with the line that says what is missing."""
    if lacks := chromium.missing():
        pytest.skip(lacks)
    with chromium.started(tmp_path_factory.mktemp("downloads")) as started:
        yield started


@pytest.fixture
def opened(browser: chromium.Browser, tmp_path: Path) -> Callable[[Fleet], chromium.Browser]:
    """Open the page of a fleet from a file, in a window of the usual size."""

    def open_page(fleet: Fleet) -> chromium.Browser:
        file = tmp_path / "fleet.html"
        file.write_text(page.html(fleet), encoding="utf-8")
        browser.open(file)
        return browser

    return open_page
