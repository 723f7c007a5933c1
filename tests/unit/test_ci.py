# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `.ci/run` starts, with a make that only says it: a stage that fails is neither hidden nor ends the others."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from unit.repository import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / ".ci" / "run").is_file(), reason="the collection is built without it")

STAGES = [
    "test PYTHON=first CORE=2.19 TESTS=integration",
    "test PYTHON=newest CORE=2.22 TESTS=unit windows",
    "test PYTHON=PY TESTS=molecule",
    "test-kerberos PYTHON=PY",
    "lint PYTHON=PY",
    "sanity PYTHON=PY",
]
MAKE = """#!/bin/sh
echo "made $*"
case "$*" in *"$BREAKS"*) exit 2;; esac
"""
PYTHON = r"""#!/bin/sh
case "$3" in
    matrix) printf 'first\t2.19\tintegration\nnewest\t2.22\tunit windows\n';;
    kerberos-programs) [ -z "$LACKS" ] || { echo "$LACKS" >&2; exit 1; };;
esac
"""


def run(folder: Path, *, breaks: str = "none", lacks: str = "") -> tuple[int, list[str], str]:
    """Run it; return its exit code, the stages in the order of its output, and that."""
    scripts = {"make": MAKE, "python": PYTHON, "wine64": "#!/bin/sh\n", "apt-get": "#!/bin/sh\nexit 1\n"}
    for name, text in scripts.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o700)
    python = str(folder / "python")
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    env = {
        **os.environ,
        "PATH": path,
        "PYTHON": python,
        "BREAKS": breaks.replace("PYTHON=PY", f"PYTHON={python}"),
        "LACKS": lacks,
    }
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, re.findall("^made (.*)", done.stdout.replace(python, "PY"), re.MULTILINE), done.stdout


def test_every_stage_is_run(tmp_path: Path) -> None:
    code, stages, said = run(tmp_path)
    assert (code, stages) == (0, STAGES)
    assert re.search(r"^##### all passed, \d+ s$", said, re.MULTILINE), said


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_fails_is_told_and_does_not_end_the_others(tmp_path: Path, stage: str) -> None:
    code, stages, said = run(tmp_path, breaks=stage)
    assert (code, stages) == (1, STAGES)
    assert said.count("##### FAILED: make ") == 1
    assert re.search(r"^##### FAILED, \d+ s$", said, re.MULTILINE), said


def test_what_cannot_be_run_is_told(tmp_path: Path) -> None:
    code, stages, said = run(tmp_path, lacks="no KDC here")
    assert (code, stages) == (0, [stage for stage in STAGES if "kerberos" not in stage])
    assert "##### left out: make test-kerberos\nno KDC here\n" in said
    assert re.search(r"^##### all passed, without Kerberos, \d+ s$", said, re.MULTILINE), said
