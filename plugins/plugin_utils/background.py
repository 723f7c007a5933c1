# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: a request carried out on the host in the background, and followed from here."""

from __future__ import annotations

import json
import os
import time
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleConnectionFailure

from ..module_utils.errors import ContractError, HostCallError
from ..module_utils.host.jobs import read_look
from ..module_utils.host.output import problem_of
from ..module_utils.jobs import told
from ..module_utils.jobs.follow import Follow, JobStep
from ..module_utils.options import MAX_TIMEOUT

DETACHED = MAX_TIMEOUT
"""Seconds that Ansible gives a job: the most that fit, for the host part has limits of its own."""

Run = Callable[[JobStep, bool], dict[str, t.Any]]
"""Has a step carried out, and returns the module result; told is whether the host was reached before."""


class Unfinished(Exception):
    """The job runs on, and the task does not wait for it. The message is a sentence for the user."""


def follow(job: Follow, run: Run, show: Callable[[str], None]) -> dict[str, t.Any]:
    """Drive the conversation about a job to its end, and return the module result with the job's answer.

    :param run: has a step carried out on the host
    :param show: shows a line to the user who waits
    :raises HostCallError: there is no answer
    :raises AnsibleConnectionFailure: the host cannot be reached, and nothing was begun
    :raises Unfinished: there is none yet
    """
    parent = os.getppid()
    try:
        while step := job.next_step():
            time.sleep(step.delay)
            if os.getppid() != parent:
                # Ansible was killed, and would get no result: the job's answer is for whoever asks next.
                raise Unfinished(told.goes_on())
            try:
                _take(job, step, run(step, job.reached), show)
            except AnsibleConnectionFailure as exc:
                if not job.reached:
                    raise
                job.lost(step, HostCallError(str(exc), connection_lost=True), time.monotonic())
            except HostCallError as exc:
                job.lost(step, exc, time.monotonic())
    except BaseException:
        # The keyword timeout of the task, say: its result is core's, and tells of no job.
        if job.begun:
            show(told.goes_on())
        raise
    if job.problem:
        raise job.problem
    if job.answer is None:
        raise Unfinished(job.unfinished)
    return {"changed": False, "answer": _parsed(job.answer)}


def _take(job: Follow, step: JobStep, result: dict[str, t.Any], show: Callable[[str], None]) -> None:
    """Tell the conversation what came back.

    :raises HostCallError: no answer that can be used
    """
    now = time.monotonic()
    if step.do == "start":
        results = result.get("results_file")
        if isinstance(results, str) and result.get("started"):
            job.started(results, now)
        else:
            job.start_failed(str(problem_of(result)), now)
        return
    if "answer" not in result:
        raise problem_of(result)
    look = read_look(result)
    if step.do == "drop":
        job.dropped(look)
    elif line := job.looked(look, now):
        show(line)


def _parsed(text: str) -> t.Any:
    """Return the answer that a job has left.

    :raises ContractError: it is no JSON
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ContractError(f"the answer of the job is no JSON ({type(exc).__name__})") from None
