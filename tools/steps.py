# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how a run of several steps looks: a headline, the step's output, its result and seconds, a table at the end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .environment import ROOT, Problem


class Skipped(Exception):
    """A step cannot run here; the text is the one line that says why."""


def skip(why: str) -> None:
    """Say that a step cannot run here.

    Raises:
        Skipped: always.
    """
    raise Skipped(why)


@dataclass(frozen=True)
class Step:
    """One gate: a name and what runs it (raises Skipped, Problem, or subprocess's own errors)."""

    name: str
    run: Callable[[], None]


def command(arguments: Sequence[str | Path], *, env: dict[str, str], cwd: Path = ROOT, limit: int = 600) -> None:
    """Run a command and let its output through.

    Args:
        arguments: program and arguments.
        env: the whole environment.
        cwd: where it runs.
        limit: seconds after which it is killed.

    Raises:
        subprocess.CalledProcessError: it failed.
        subprocess.TimeoutExpired: it ran longer than ``limit``.
        OSError: it cannot be started.
    """
    subprocess.run([str(part) for part in arguments], env=env, cwd=cwd, check=True, timeout=limit)


def run_all(steps: Sequence[Step]) -> int:
    """Run every step, also after one failed. Return the exit code: 0, or 1 when a step failed."""
    lines: list[str] = []
    failed = 0
    for step in steps:
        print(f"\n=== {step.name}", flush=True)
        begin = time.monotonic()
        result, note = "ok", ""
        try:
            step.run()
        except Skipped as why:
            result, note = "skipped", str(why)
        except subprocess.CalledProcessError as error:
            result, note = "FAILED", f"exit code {error.returncode}"
        except subprocess.TimeoutExpired as error:
            result, note = "FAILED", f"killed after {error.timeout:.0f} s"
        except (Problem, OSError) as error:
            result, note = "FAILED", str(error)
        failed += result == "FAILED"
        lines.append(f"{result:8} {step.name:24} {time.monotonic() - begin:6.1f} s  {note}".rstrip())
        print(f"--- {lines[-1]}", flush=True)
    print("\n" + "\n".join(lines), flush=True)
    return 1 if failed else 0
