# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make release-check` names each file of the archive that is not intended, and what is missing."""

from __future__ import annotations

import pytest
from unit.repository import tool

release = tool("release")

SHIPPED = """
# to read
README.md
? CHANGELOG.rst
plugins/action/*.py
"""


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        (["README.md", "plugins/action/unpin.py"], []),
        (["README.md", "CHANGELOG.rst", "plugins/action/deep/er.py"], []),
        (["README.md", "plugins/action/unpin.py", "notes.txt"], ["not intended: notes.txt"]),
        (["README.md", "plugins/action/unpin.py", ".build/README.md"], ["not intended: .build/README.md"]),
        (
            ["README.md", "plugins/action/unpin.pyc"],
            ["not intended: plugins/action/unpin.pyc", "missing: plugins/action/*.py"],
        ),
        (["plugins/action/unpin.py"], ["missing: README.md"]),
        ([], ["missing: README.md", "missing: plugins/action/*.py"]),
    ],
)
def test_differences(files: list[str], wrong: list[str]) -> None:
    assert release.differences(files, SHIPPED) == wrong


def test_the_list_is_grouped_by_folder() -> None:
    sizes = {"README.md": 5, "plugins/action/unpin.py": 7, "tests/unit/a/b.py": 1, "tests/unit/c.py": 2}
    assert release.grouped(sizes) == [
        ".: 1 files, 5 bytes: README.md",
        "plugins/action: 1 files, 7 bytes: unpin.py",
        "tests/unit: 2 files, 3 bytes: a/b.py, c.py",
    ]
