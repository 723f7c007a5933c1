# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit import job_host
from unit.job_host import REQUEST, Job, JobHost, drive

from ansible_collections.winops.offline_files.plugins.module_utils.errors import HostCallError, InputError
from ansible_collections.winops.offline_files.plugins.module_utils.host.jobs import name_of, read_look
from ansible_collections.winops.offline_files.plugins.module_utils.jobs import follow
from ansible_collections.winops.offline_files.plugins.module_utils.jobs.follow import Follow, JobStep

NAME = name_of(REQUEST)


def _follow(**options: t.Any) -> Follow:
    return Follow(REQUEST, **{"poll_interval": 30, "wait": True, **options})


def test_a_job_is_looked_for_started_followed_fetched_and_dropped() -> None:
    steps: list[JobStep] = []
    job, host = _follow(), JobHost()
    lines = drive(job, host, seen=steps.append)
    assert [step.do for step in steps] == ["look", "start", "look", "look", "look", "look", "drop"]
    assert [step.delay for step in steps] == [0, 0, 1, 2, 5, 10, 0]
    assert (job.answer, job.problem, job.left) == ('{"contract": 2}', None, "")
    assert (host.calls, host.jobs) == (1, [])
    assert lines[0] == ("Unpin in the background: 10 of 40 items, 1 failed, 0:00:00 since it began")
    assert lines[-1] == (
        "Unpin in the background: 10 of 40 items, 1 failed, 0:00:07 since it began, 1.43 items/s, about 0:00:21 left"
    )
    assert job.row == {
        "name": NAME,
        "state": "ended",
        "attached": False,
        "method": "Unpin",
        "user": "CORP\\alice",
        "began": "2026-01-31T12:00:00Z",
        "seconds": 17.0,
        "done": 10,
        "failed": 1,
        "known": 40,
        "paths": 2,
        "path": r"\\fs01\users",
    }


def test_looks_become_rarer_up_to_the_interval() -> None:
    steps: list[JobStep] = []
    drive(_follow(poll_interval=15), JobHost(work=200), seen=steps.append)
    assert [step.delay for step in steps if step.do == "look"][1:8] == [1, 2, 5, 10, 15, 15, 15]


def test_a_step_about_a_job_asks_for_nothing_else() -> None:
    steps: list[JobStep] = []
    drive(_follow(), JobHost(), seen=steps.append)
    run = next(step.request for step in steps if step.do == "start")
    assert dataclasses.replace(run, job="", job_step="", about=None, tally=()) == REQUEST
    assert run.about == {"method": "Unpin", "paths": 2, "path": r"\\fs01\users"}
    for step in steps:
        if step.do != "start":
            assert (step.request.method, step.request.paths, step.request.job) == (None, (), NAME)
            assert step.request.timeout == follow.LOOK_TIMEOUT


def test_the_name_is_that_of_the_request_without_its_timeout() -> None:
    assert name_of(dataclasses.replace(REQUEST, timeout=5)) == NAME
    for other in (
        {"method": "Pin"},
        {"paths": REQUEST.paths[:1]},
        {"arguments": ({"Flags": 0x40, "Deep": True},)},
        {"deep": False},
        {"force": True},
    ):
        assert name_of(dataclasses.replace(REQUEST, **other)) != NAME


def test_a_running_job_of_the_same_request_is_followed() -> None:
    host = JobHost(jobs=[Job(NAME, 95, 20)])
    job = _follow()
    assert drive(job, host)
    assert (job.answer is not None, host.calls, job.row["attached"]) == (True, 0, True)


def test_an_answer_that_waits_is_fetched_at_once() -> None:
    host = JobHost(jobs=[Job(NAME, 10, 20)])
    job, steps = _follow(), list[JobStep]()
    assert drive(job, host, seen=steps.append) == []
    assert [step.do for step in steps] == ["look", "drop"]
    assert (job.row["state"], job.row["attached"], job.row["seconds"]) == ("ended", True, 90.0)


@pytest.mark.parametrize("own", [True, False])
def test_another_job_that_runs_is_told_and_nothing_started(own: bool) -> None:
    host = JobHost(jobs=[Job("f" * 32, 95, 1000, own=own, user="CORP.bob")])
    job = _follow()
    drive(job, host)
    assert job.problem is not None
    assert (job.problem.busy, job.problem.maybe_called, host.calls) == (True, False, 0)
    assert str(job.problem).startswith("Another job runs on this host in the background: ")
    assert (job.row["name"], job.row["state"], job.row["user"]) == ("f" * 32, "running", "CORP\\bob")
    assert (r"CORP\bob" in str(job.problem), "Unpin" in str(job.problem)) == (True, own)


def test_another_job_whose_answer_waits_keeps_nobody() -> None:
    host = JobHost(jobs=[Job("f" * 32, 5, 20)])
    job = _follow()
    drive(job, host)
    assert (job.answer is not None, host.calls, len(host.jobs)) == (True, 1, 1)


def test_a_job_of_another_user_with_the_same_request_is_another_job() -> None:
    host = JobHost(jobs=[Job(NAME, 95, 1000, own=False, user="CORP.bob")])
    job = _follow()
    drive(job, host)
    assert job.problem is not None
    assert job.problem.busy


def test_without_wait_it_ends_with_the_first_sight_of_the_job() -> None:
    host = JobHost(work=100)
    job = _follow(wait=False)
    assert drive(job, host) == []
    assert (job.answer, job.problem) == (None, None)
    assert job.unfinished == (
        r"It goes on in the background on the host (Unpin \\fs01\users and 1 more path, since 2026-01-31T12:00:00Z, "
        r"as CORP\alice): run the same task again to fetch its result."
    )
    again = _follow(wait=False)
    host.sleep(200)
    drive(again, host)
    assert (again.answer is not None, host.calls) == (True, 1)


def test_a_short_job_is_fetched_even_without_wait() -> None:
    job = _follow(wait=False)
    drive(job, JobHost(delay=0, work=0.5))
    assert (job.answer is not None, job.unfinished) == (True, "")


def test_a_killed_process_is_told_with_what_is_known_of_it() -> None:
    host = JobHost(work=1000)
    job = _follow()

    def kill(step: JobStep) -> None:
        if host.calls and host.now > 110:
            host.kill()

    drive(job, host, seen=kill)
    assert job.problem is not None
    assert "is gone, and its answer with it" in str(job.problem)
    assert (job.problem.maybe_called, job.problem.may_still_run, job.row["state"]) == (True, True, "died")


def test_a_journal_that_nobody_has_open_is_dropped_and_nothing_runs() -> None:
    host = JobHost(jobs=[Job(NAME, 95, 1000)], dead={NAME})
    job, steps = _follow(), list[JobStep]()
    drive(job, host, seen=steps.append)
    assert [step.do for step in steps] == ["look", "drop"]
    assert (job.row["state"], host.calls) == ("died", 0)
    assert job.problem is not None
    assert str(job.problem).startswith("The host went down while the job in the background (Unpin ")
    assert (job.problem.maybe_called, job.problem.may_still_run) == (True, False)


def _fetch(host: JobHost) -> None:
    """Another task has the answer of the job, and drops it."""
    drop = Follow(REQUEST, poll_interval=30, wait=True)._drop()
    host.carry_out(dataclasses.replace(drop, request=dataclasses.replace(drop.request, results="")))


def _lose(job: Follow, host: JobHost, then: t.Callable[[], None]) -> HostCallError:
    """Drive a job that is seen at work, and of which then something becomes."""
    done = False

    def meanwhile(step: JobStep) -> None:
        nonlocal done
        if job.row["state"] == "running" and step.do == "look" and not done:
            host.sleep(10)
            then()
            done = True

    drive(job, host, seen=meanwhile)
    assert job.problem is not None
    return job.problem


@pytest.mark.parametrize(("timeout", "may_still_run"), [(3600, False), (0, False), (5, True)])
def test_who_began_a_job_knows_that_another_task_fetched_its_answer(timeout: int, may_still_run: bool) -> None:
    job, host = Follow(dataclasses.replace(REQUEST, timeout=timeout), poll_interval=30, wait=True), JobHost()
    problem = _lose(job, host, lambda: _fetch(host))
    assert str(problem) == (
        r"The job in the background (Unpin \\fs01\users and 1 more path, since 2026-01-31T12:00:00Z, as CORP\alice) "
        "has ended, and another task has fetched its answer."
    )
    # A call whose time was up may go on after its job has ended.
    assert (problem.maybe_called, problem.may_still_run) == (True, may_still_run)
    assert (job.row["state"], host.calls) == ("ended", 1)


def test_who_found_a_job_cannot_know_who_has_ended_it() -> None:
    host = JobHost(jobs=[Job(NAME, 95, 10)])
    problem = _lose(_follow(), host, lambda: _fetch(host))
    assert "is gone, and its answer with it" in str(problem)
    assert (problem.maybe_called, problem.may_still_run) == (True, True)


def _look(*states: t.Any, output: str | None = None) -> t.Any:
    """A look at a journal of the job with a state, or at none."""
    jobs = [
        {"name": f"winops.offline_files.{NAME}.CORP.alice.job", "own": True, "alive": True, "state": one, "error": None}
        for one in states
    ]
    return read_look({"answer": {"jobs": jobs, "locked": False, "text": None, "output": output}})


def _state(phase: str) -> str:
    state = Job(NAME, 100, 1000).state(105)
    return json.dumps({**state, "phase": phase})


@pytest.mark.parametrize("emptied", [[_look("")], [_look(""), _look("")], [_look(""), _look()]])
def test_an_emptied_journal_is_one_whose_answer_was_fetched(emptied: list[t.Any]) -> None:
    job = _follow()
    job.looked(_look(_state("call")), 105)
    for now, look in enumerate(emptied, 106):
        job.looked(look, now)
    if len(emptied) == 1:
        assert job.problem is None
        job.looked(_look(_state("after")), 108)
        # Dropped while it was at work: it goes on.
        assert (job.problem, job.row["state"]) == (None, "running")
    else:
        assert "another task has fetched its answer" in str(job.problem)
        # Its timeout may have been another one.
        assert (job.problem and job.problem.may_still_run, job.row["state"]) == (True, "ended")


@pytest.mark.parametrize(("phase", "may_still_run"), [("before", True), ("call", True), ("after", False)])
def test_a_job_that_died_after_its_call_leaves_nothing_at_work(phase: str, may_still_run: bool) -> None:
    job, host = _follow(), JobHost()
    drive_to_start = [job.next_step(), job.looked(read_look(host.carry_out(JobStep("look", REQUEST))), 100)]
    assert drive_to_start
    step = job.next_step()
    assert step
    assert step.do == "start"
    job.started("results", 101)
    job.looked(_look(_state(phase)), 105)
    job.looked(_look(), 110)
    assert "is gone, and its answer with it" in str(job.problem)
    assert (job.problem and job.problem.may_still_run, job.row["state"]) == (may_still_run, "died")


def test_an_answer_that_a_dead_job_has_left_is_still_fetched() -> None:
    host = JobHost(jobs=[Job(NAME, 10, 20)], dead={NAME})
    job = _follow()
    drive(job, host)
    assert job.answer is not None


def test_an_answer_that_found_no_room_is_told() -> None:
    host = JobHost(answer=None, error="There is not enough space on the disk.")
    job = _follow()
    drive(job, host)
    assert job.problem is not None
    assert str(job.problem).endswith("ended, but its answer was lost: There is not enough space on the disk.")
    assert (job.problem.maybe_called, job.problem.may_still_run, host.jobs) == (True, False, [])


def test_a_job_that_cannot_begin_says_why() -> None:
    said = {"finished": True, "failed": True, "msg": "Access to the path 'C:\\ProgramData\\x' is denied."}
    host = JobHost(output=json.dumps(said))
    job, steps = _follow(), list[JobStep]()
    drive(job, host, seen=steps.append)
    assert job.problem is not None
    assert str(job.problem) == (
        "The job could not begin on the host: Access to the path 'C:\\ProgramData\\x' is denied."
    )
    assert (job.problem.maybe_called, steps[-1].do, steps[-1].request.results) == (False, "drop", job_host.RESULTS)


def test_a_job_in_whose_place_somebody_else_keeps_a_journal_says_so() -> None:
    thrown = "The file 'C:\\ProgramData\\x.job' already exists."
    said = f'Unhandled exception while executing module: Exception calling "Answer" with "3" argument(s): "{thrown}"'
    output = json.dumps({"finished": True, "failed": True, "msg": said})
    host = JobHost(output=output, jobs=[Job(NAME, 0, 1, own=False)])
    job = _follow()
    drive(job, host)
    assert str(job.problem) == f"The job could not begin on the host: {thrown}"
    assert (job.problem and job.problem.maybe_called, host.calls) == (False, 0)


def test_a_start_that_says_it_failed_may_have_begun_all_the_same() -> None:
    host, job = JobHost(delay=20), _follow()
    while step := job.next_step():
        result = host.carry_out(step)
        if step.do == "start":
            job.start_failed("Ansible encountered a timeout while waiting for the async task to start.", host.now)
        elif step.do == "drop":
            job.dropped(read_look(result))
        else:
            job.looked(read_look(result), host.now)
    assert (job.answer is not None, host.calls) == (True, 1)


def test_a_start_of_which_nothing_is_seen_is_told_with_what_it_said() -> None:
    host, job, starts = JobHost(), _follow(), 0
    while step := job.next_step():
        host.sleep(step.delay)
        if step.do == "start":
            starts += 1
            job.start_failed("No more threads can be created in the system.", host.now)
        else:
            looked = read_look(host.carry_out(dataclasses.replace(step, delay=0)))
            job.dropped(looked) if step.do == "drop" else job.looked(looked, host.now)
    assert job.problem is not None
    assert str(job.problem) == (
        "The job in the background was started, and nothing was seen of it for 60 seconds. "
        "No more threads can be created in the system."
    )
    assert (starts, job.problem.maybe_called) == (1, True)


def test_a_first_look_that_fails_is_an_error_like_any_other() -> None:
    job = _follow()
    drive(job, JobHost(), ["before"])
    assert job.problem is not None
    assert (str(job.problem), job.problem.maybe_called, job.reached) == ("The connection broke.", False, False)


def test_a_host_out_of_reach_is_followed_for_a_quarter_of_an_hour() -> None:
    host, job = JobHost(work=100_000), _follow()
    drive(job, host, ["", "", "", *["before"] * 1000])  # type: ignore[list-item]
    assert job.problem is not None
    assert str(job.problem) == (
        "The host did not answer for 15 minutes while a job ran there in the background. The connection broke. Run the "
        "task again to follow it, for a day after its end at most."
    )
    assert (job.problem.may_still_run, job.problem.connection_lost, job.row["state"]) == (True, True, "unknown")
    assert 15 * 60 <= host.now - 101 <= 16 * 60


def test_a_drop_whose_answer_is_lost_twice_is_told() -> None:
    host, job = JobHost(work=0, delay=0), _follow()
    drive(job, host, ["", "", "", "before", "before"])
    assert (job.answer is not None, "could not be ended" in job.left) == (True, True)
    host, job = JobHost(work=0, delay=0), _follow()
    drive(job, host, ["", "", "", "after"])
    assert (job.answer is not None, job.left, host.jobs) == (True, "", [])


def _drive_broken(job: Follow, host: JobHost, breaks: t.Iterable[bool], *, maybe_called: bool) -> list[JobStep]:
    """Step through a conversation of which some executions are cut before anything is done."""
    steps, coming = list[JobStep](), iter(breaks)
    while step := job.next_step():
        steps.append(step)
        host.sleep(step.delay)
        if next(coming, False):
            job.lost(step, HostCallError("Cut.", connection_lost=True, maybe_called=maybe_called), host.now)
            continue
        result = host.carry_out(dataclasses.replace(step, delay=0))
        if step.do == "start":
            job.started(result["results_file"], host.now)
        elif step.do == "drop":
            job.dropped(read_look(result))
        else:
            job.looked(read_look(result), host.now)
    return steps


def test_a_start_that_has_certainly_not_begun_is_made_again_at_once() -> None:
    job, host = _follow(), JobHost()
    steps = _drive_broken(job, host, [False, *[True] * 5], maybe_called=False)
    # More than there may be of those that may have begun.
    assert [step.do for step in steps[:8]] == ["look", *["start"] * 6, "look"]
    assert [(step.delay, step.anew) for step in steps[1:4]] == [(0, False), (1, True), (5, True)]
    assert (job.answer is not None, host.calls) == (True, 1)


def test_a_start_that_never_comes_to_begin_ends_without_a_call() -> None:
    job, host = _follow(), JobHost()
    _drive_broken(job, host, [False, *[True] * 1000], maybe_called=False)
    assert str(job.problem) == (
        "The host did not answer for 15 minutes, and the job in the background was not begun. Cut."
    )
    assert job.problem is not None
    assert (job.problem.maybe_called, job.problem.may_still_run, host.calls) == (False, False, 0)


def test_connections_that_break_in_lockstep_let_a_start_through() -> None:
    # Each second execution is cut, and a look comes before each start.
    job, host = _follow(), JobHost()
    _drive_broken(job, host, itertools.cycle([False, True]), maybe_called=True)
    assert (job.problem, job.answer is not None, host.calls) == (None, True, 1)


@given(faults=st.lists(st.sampled_from(["", "", "before", "after"]), max_size=30), delay=st.floats(0, 12))
def test_whatever_gets_lost_the_method_is_called_once_and_its_answer_comes(
    faults: list[job_host.Fault], delay: float
) -> None:
    # Without the first look nothing is begun.
    host, job = JobHost(delay=delay), _follow()
    drive(job, host, ["", *faults])
    assert job.problem is None
    assert (job.answer, host.calls) == ('{"contract": 2}', 1)
    host.sleep(100)
    assert host.calls == 1 or not job.left


@given(faults=st.lists(st.sampled_from(["", "before", "after"]), max_size=12), stop=st.integers(1, 12))
def test_a_controller_that_is_killed_anywhere_leaves_a_job_that_the_next_one_fetches(
    faults: list[job_host.Fault], stop: int
) -> None:
    class Killed(Exception):
        pass

    host, steps = JobHost(), 0

    def kill(step: JobStep) -> None:
        nonlocal steps
        steps += 1
        if steps > stop:
            raise Killed

    first = _follow()
    with contextlib.suppress(Killed):
        drive(first, host, ["", *faults], seen=kill)
    second = _follow()
    drive(second, host)
    if first.answer is None:
        assert second.answer is not None
        assert host.calls == 1
    else:
        # It was fetched, and perhaps not dropped: then the same answer waits, else the method is called again.
        assert second.answer is not None
        assert host.calls <= 2


def test_two_controllers_at_once_call_the_method_once() -> None:
    host = JobHost()
    one, two = _follow(), _follow()
    pending = [one, two]
    while pending:
        for job in list(pending):
            step = job.next_step()
            if step is None:
                pending.remove(job)
                continue
            result = host.carry_out(dataclasses.replace(step, delay=step.delay / 2))
            if step.do == "start":
                job.started(result["results_file"], host.now)
            elif step.do == "drop":
                job.dropped(read_look(result))
            else:
                job.looked(read_look(result), host.now)
    assert host.calls == 1
    answers = [job.answer for job in (one, two)]
    assert any(answers)
    lost = next((job for job in (one, two) if not job.answer), None)
    if lost:
        assert isinstance(lost.problem, HostCallError)
        assert "another task fetched the answer" in str(lost.problem)


@pytest.mark.parametrize("seconds", [5, 60])
def test_intervals_at_the_edge(seconds: int) -> None:
    assert follow.check_interval(seconds) == seconds


@pytest.mark.parametrize("seconds", [-1, 0, 4, 61])
def test_other_intervals_are_refused(seconds: int) -> None:
    with pytest.raises(InputError, match=f"poll_interval {seconds} is not allowed: use 5 to 60 seconds."):
        follow.check_interval(seconds)
