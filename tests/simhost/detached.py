# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns what ansible-core's async wrapper and watchdog do on the simulated machine.

Sources: async_wrapper.ps1 and async_watchdog.ps1 of ansible-core 2.19 to 2.22, which are alike in this.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from simhost.job_steps import ProcessEnded
from simhost.jobs import Process
from simhost.manifest import Detached
from simhost.windows import Host

_START_TIMEOUT = (
    "Ansible encountered a timeout while waiting for the async task to start and signal it has started. "
    "This can be affected by the performance of the target - you can increase this timeout using "
    "WIN_ASYNC_STARTUP_TIMEOUT or just for this host using the ansible_win_async_startup_timeout hostvar "
    "if this keeps happening."
)


Module = Callable[[Process], dict[str, Any]]
"""A module in a detached process; raises ProcessEnded, or clock.Stopped when the process is killed."""


def started(results_file: str, job_id: str, pid: int) -> dict[str, Any]:
    """What the wrapper answers, and writes into the results file, when the process runs."""
    return {
        "started": True,
        "finished": False,
        "results_file": results_file,
        "ansible_job_id": job_id,
        "_ansible_suppress_tmpdir_delete": True,
        "ansible_async_watchdog_pid": pid,
    }


def start(wanted: Detached, host: Host, user: str, module: Module) -> dict[str, Any]:
    """Start a module detached, and answer as the wrapper does.

    The results file says that the module runs until it has a result. One that ends its own process leaves it so.
    """
    jobs = host.jobs
    job_id = f"{wanted.job_id}.{jobs.new_pid()}"
    folder = wanted.folder.replace("%USERPROFILE%", host.profile_of(user))
    path = f"{folder}\\{job_id}"
    process = Process(jobs.new_pid(), user, results=path)
    answer = started(path, job_id, process.pid)
    jobs.write_results(path, user, json.dumps(answer))

    def work() -> None:
        try:
            result = module(process)
        except ProcessEnded:
            return
        if not process.stop.is_set():
            jobs.write_results(path, user, json.dumps({**answer, "finished": True, **result}))

    jobs.start(process, work)
    if jobs.start_times_out():
        host.clock.sleep(wanted.start_seconds)
        return {"changed": False, "failed": True, "msg": f"failure during exec_wrapper: {_START_TIMEOUT}"}
    return answer
