# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``make bench``: measures everything side by side and prints a table and JSON.

Every figure is a ratio of two things that ran in turn in this run, or bytes; seconds are shown only to be read.
"""

from __future__ import annotations

import datetime
import itertools
import json
import os
import platform
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ansible.release import __version__ as ansible_version
from browser import chromium

from ansible_collections.winops.offline_files.plugins.module_utils.methods.synchronize import SYNCHRONIZE

from . import fold, jobs, pages, parts, peaks, reading, sink, tasks

MIB = 1 << 20


@dataclass(frozen=True)
class Figure:
    """One figure: what was measured, its value, the most that is wanted (None: only to know), and what lies behind."""

    name: str
    value: float
    wanted: float | None
    detail: str

    @property
    def line(self) -> str:
        """The figure as a row of the table."""
        verdict = "" if self.wanted is None else ("ok" if self.value <= self.wanted else "MISSED")
        wanted = "" if self.wanted is None else f"<= {self.wanted:g}"
        return f"| {self.name} | {self.value:.2f} | {wanted} | {verdict} | {self.detail} |"


def folding() -> Iterator[Figure]:
    """Fold texts against the floor, from 10^4 to 2 x 10^6 texts."""
    per_text: list[float] = []
    for items in (5_000, 50_000, 500_000, 1_000_000):
        # A fold of a few milliseconds is spoilt by whatever else runs in them.
        rounds = min(51, max(3, 500_000 // items))
        pairs = [fold.fold_seconds(items) for _round in range(rounds)]
        ours, seconds, floor = tasks.ratio_of_pairs(pairs)
        per_text.append(seconds / (2 * items))
        yield Figure(f"fold {2 * items:,} texts / floor", ours, 2.5, f"{seconds:.2f} s against {floor:.2f} s")
    ours, seconds, floor = tasks.ratio_of_pairs([fold.fold_seconds(50_000, brackets=False) for _round in range(11)])
    detail = f"{seconds:.2f} s against {floor:.2f} s"
    yield Figure("fold 100,000 texts without brackets / floor", ours, 2.5, detail)
    yield Figure("fold per text, most / least over the sizes", max(per_text) / min(per_text), None, "1 is linear")


def memory() -> Iterator[Figure]:
    """Peak memory of reading and folding a million items."""
    grown, raw = fold.fold_memory(1_000_000)
    detail = f"{grown / MIB:.0f} MiB for {raw / MIB:.0f} MiB of texts"
    yield Figure("controller memory for 1,000,000 items / raw texts", grown / raw, 2.0, detail)
    for sent, what in ((False, "all filled"), (True, "all sent")):
        other, _raw = fold.fold_memory(1_000_000, SYNCHRONIZE, sent=sent)
        name = f"the same for synchronize, {what} / unpin"
        yield Figure(name, other / grown, 1.5, f"{other / MIB:.0f} MiB against {grown / MIB:.0f} MiB")
    with (
        tasks.play(1_000_000, "emulation", tasks.collections_path()) as play,
        peaks.watched(os.getpid(), "ansible") as most,
    ):
        play.run([tasks.unpin("release")])
    whole = most.kilobytes * 1024
    detail = f"{whole / MIB:.0f} MiB for {raw / MIB:.0f} MiB of texts"
    yield Figure("memory of ansible-playbook as a whole for 1,000,000 items / raw texts", whole / raw, 2.1, detail)


def task_times(backend: str) -> Iterator[Figure]:
    """Tasks of several sizes against the empty module and the no-op task, on one kind of host."""
    collections = tasks.collections_path()
    rounds = 10
    with tasks.play(0, backend, collections) as play:
        plan = [tasks.EMPTY, tasks.unpin("no-op")]
        seconds, _cpu = play.run(plan * (rounds + 1))
        # the first round of both warms the host up
        empty, noop = seconds["empty"][1:], seconds["no-op"][1:]
        value = statistics.median(a / b for a, b in zip(noop, empty, strict=True))
        detail = f"{statistics.median(noop):.3f} s against {statistics.median(empty):.3f} s"
        yield Figure(f"no-op task / empty module ({backend})", value, 1.05, detail)
        many = [rf"\\fs01\archive\folder{number:05}" for number in range(10_000)]
        plan = [tasks.unpin("one path"), tasks.unpin("10,000 paths", many, report="none")]
        seconds, _cpu = play.run(plan * 6)
        pairs = zip(seconds["10,000 paths"][1:], seconds["one path"][1:], strict=True)
        value = statistics.median(a / b for a, b in pairs)
        detail = (
            f"{statistics.median(seconds['10,000 paths']):.3f} s against {statistics.median(seconds['one path']):.3f} s"
        )
        yield Figure(f"10,000 paths / one path ({backend})", value, 1.3, detail)
    for items, wanted, rounds in ((10_000, None, 3), (100_000, 1.5, 3), (1_000_000, 7.0, 1)):
        pairs_of_tasks: list[tuple[float, float]] = []
        with ExitStack() as stack:
            small = stack.enter_context(tasks.play(0, backend, collections))
            many_items = stack.enter_context(tasks.play(items, backend, collections))
            for number in range(rounds):
                if number:
                    many_items.host.reset()
                sent = tasks.received_bytes(many_items.host)
                taken = many_items.run([tasks.unpin("release")])[0]["release"][0]
                wire = tasks.received_bytes(many_items.host) - sent
                pairs_of_tasks.append((taken, small.run([tasks.unpin("no-op")])[0]["no-op"][0]))
            if items == 100_000:
                yield from _listing(many_items, small, backend)
        value, taken, base = tasks.ratio_of_pairs(pairs_of_tasks)
        detail = f"{taken:.2f} s against {base:.3f} s"
        yield Figure(f"task with {items:,} items / no-op task ({backend})", value, wanted, detail)
        limit = 1.4 if items == 100_000 else None
        yield Figure(
            f"MB received over WinRM for {items:,} items ({backend})", wire / 1e6, limit, "all answers to Receive"
        )


def method_times(backend: str) -> Iterator[Figure]:
    """What a task of each of the other methods costs over 100,000 items, with something to do for all of them."""
    collections, items = tasks.collections_path(), 100_000
    for module, (like, behaviour) in tasks.METHODS.items():
        pairs = []
        with ExitStack() as stack:
            small = stack.enter_context(tasks.play(0, backend, collections))
            many = stack.enter_context(tasks.play(items, backend, collections, like=like, behaviour=behaviour))
            for number in range(3):
                if number:
                    many.host.reset()
                taken = many.run([tasks.method(module, items)])[0][module][0]
                pairs.append((taken, small.run([tasks.unpin("no-op")])[0]["no-op"][0]))
        value, taken, base = tasks.ratio_of_pairs(pairs)
        detail = f"{taken:.2f} s against {base:.3f} s"
        yield Figure(f"{module} of 100,000 items / no-op task ({backend})", value, None, detail)


def _listing(many_items: tasks.Play, small: tasks.Play, backend: str) -> Iterator[Figure]:
    """What item_info costs over 100,000 items."""
    pairs = []
    for _round in range(3):
        sent = tasks.received_bytes(many_items.host)
        taken = many_items.run([tasks.item_info("list")])[0]["list"][0]
        wire = tasks.received_bytes(many_items.host) - sent
        pairs.append((taken, small.run([tasks.unpin("no-op")])[0]["no-op"][0]))
    value, taken, base = tasks.ratio_of_pairs(pairs)
    detail = f"{taken:.2f} s against {base:.3f} s"
    yield Figure(f"item_info of 100,000 items / no-op task ({backend})", value, None, detail)
    yield Figure(f"MB received for item_info of 100,000 items ({backend})", wire / 1e6, None, "24 properties each")


def where_time_goes(pwsh: Path | None) -> Iterator[Figure]:
    """CPU seconds of each part of a task over 100,000 items."""
    from simhost.engine import prepare

    measured = itertools.chain(parts.parts(100_000, prepare(pwsh) if pwsh else None), parts.methods(100_000))
    for name, seconds in measured:
        yield Figure(f"CPU s for 100,000 items: {name}", seconds, None, "")
    seconds = parts.controller(100_000)
    yield Figure("CPU s for 100,000 items: (a) and (b) controller", seconds, None, "above a no-op task")


def fleet() -> Iterator[Figure]:
    """CPU of the controller for 100 hosts with 20 forks, against the empty module."""
    with tasks.play(0, "emulation", tasks.collections_path(), hosts=100) as play:

        def cpu(task: dict[str, Any]) -> Callable[[], float]:
            return lambda: play.run([task], forks=20)[1]

        value, ours, theirs = tasks.ratio(cpu(tasks.unpin("no-op")), cpu(tasks.EMPTY), 3)
    detail = f"{10 * ours:.0f} ms a host against {10 * theirs:.0f} ms"
    yield Figure("controller CPU, 100 hosts with 20 forks / empty module", value, 1.2, detail)


def retiring() -> Iterator[Figure]:
    """What the playbook retire_server costs in check mode for each of 100 and of 500 hosts with 50 items."""
    costs: dict[int, tuple[float, float, float]] = {}
    for hosts in (1, 100, 500):
        with tasks.play(50, "emulation", tasks.collections_path(), hosts=hosts) as play:
            with peaks.watched(os.getpid(), "ansible") as most:
                seconds, cpu = play.retire()
            costs[hosts] = seconds, cpu, most.kilobytes / 1024
    for number, (what, unit) in enumerate((("seconds", "s"), ("CPU", "s"), ("memory", "MiB"))):
        few, more, many = (costs[hosts][number] for hosts in (1, 100, 500))
        small, big = (more - few) / 99, (many - few) / 499
        detail = (
            f"{few:.1f}, {more:.1f}, {many:.1f} {unit} for 1, 100, 500 hosts; {small:.3f} and {big:.3f} {unit} a host"
        )
        yield Figure(f"retire_server --check, {what} a host, 500 hosts / 100 hosts", big / small, 1.1, detail)


def job_times(backend: str) -> Iterator[Figure]:
    """Calls in the background against the same in the foreground, and how late the result comes."""
    pairs, executions = jobs.nothing_to_do(backend, 5)
    value, ours, one = tasks.ratio_of_pairs(pairs)
    detail = f"{ours:.2f} s against {one:.2f} s, {executions} executions against 1"
    yield Figure(f"no-op task, background / foreground ({backend})", value, None, detail)
    fetching: list[float] = []
    for items in jobs.LENGTHS:
        foreground, background = jobs.paired(backend, items)
        fetching.append(background.fetching)
        name, detail = f"call of {foreground:.0f} s", f"{background.seconds:.2f} s against {foreground:.2f} s"
        yield Figure(f"{name}, background / foreground ({backend})", background.seconds / foreground, None, detail)
        name = f"{name}: seconds from the end of the method to the result, looks each {background.waited:.0f} s"
        detail = f"wanted: {jobs.FETCHING} more than that pause"
        yield Figure(f"{name} ({backend})", background.lag, round(background.waited) + jobs.FETCHING, detail)
    # It is two executions, to fetch and to drop, and a host whose PowerShell starts slowly is not slow because of jobs.
    name = f"from the look that finds a job ended to the result / no-op task in the foreground ({backend})"
    detail = (
        f"{', '.join(f'{seconds:.2f}' for seconds in fetching)} s for calls of several lengths, against {one:.2f} s"
    )
    yield Figure(name, statistics.median(fetching) / one, 3, detail)


def job_bytes() -> Iterator[Figure]:
    """What the steps of a job send and receive over WinRM and PSRP, and what an hour of looks comes to."""
    for name, way in (("WinRM", "winhost"), ("PSRP", "winhost_psrp")):
        of = f"{name}, ansible-core {ansible_version}"
        steps = jobs.sizes(way)
        for step, one in steps.items():
            detail = f"{one.sent:,} bytes sent, {one.received:,} received"
            yield Figure(f"kB of a {step} ({of})", (one.sent + one.received) / 1e3, None, detail)
        looks, look = jobs.in_an_hour(0), steps["look"]
        megabytes = looks * (look.sent + look.received) / 1e6
        detail = f"{looks} looks, poll_interval {jobs.POLL_INTERVAL}"
        yield Figure(f"MB of looks in an hour ({of})", megabytes, None, detail)


def sinks(pwsh: Path) -> Iterator[Figure]:
    """Progress texts through the real sink and, in turn, through the script that a user would write."""
    from simhost.engine import prepare

    engine = prepare(pwsh)
    for count in (10_000, 200_000):
        runs = [sink.real_sink(engine, count) for _round in range(3)]
        grown = statistics.median(after - before for _seconds, before, after in runs)
        detail = f"all, in their order; memory from {runs[0][1] / 1024:.0f} MiB to at most {runs[0][2] / 1024:.0f} MiB"
        yield Figure(f"seconds for {count:,} texts, real sink", statistics.median(run[0] for run in runs), None, detail)
        yield Figure(f"MiB that the engine grows for {count:,} texts", grown / 1024, None, "with the double's own")
    pairs = [(sink.user_script(engine, 10_000), sink.real_sink(engine, 10_000)[0]) for _round in range(3)]
    ended = [(user, ours) for user, ours in pairs if user is not None]
    name = "10,000 texts, Register-ObjectEvent script / real sink"
    if len(ended) < len(pairs):
        least = min(sink.LIMIT / ours for _user, ours in pairs)
        detail = f"at least: {len(pairs) - len(ended)} of {len(pairs)} runs of the script did not end in {sink.LIMIT} s"
        yield Figure(name, least, None, detail)
        return
    value, theirs, ours = tasks.ratio_of_pairs([(user[0], ours) for user, ours in ended])
    yield Figure(name, value, None, f"{theirs:.3f} s against {ours:.3f} s")
    disorder = statistics.median(user[1] for user, _ours in ended)
    missing = statistics.median(user[2] for user, _ours in ended)
    yield Figure("texts out of order or missing, script", disorder + missing, None, f"{missing:.0f} of them missing")


def host_memory() -> Iterator[Figure]:
    """Peak memory of the engine for a whole task: read, call, read."""
    sizes = (
        (sink.UNPIN, "", 100_000, None),
        (sink.UNPIN, "", 1_000_000, 1.2),
        (sink.ITEM_INFO, " of item_info", 100_000, 1.2),
    )
    for request, of, items, wanted in sizes:
        few, _seconds = sink.task_memory(1_000, request)
        many, seconds = sink.task_memory(items, request)
        detail = f"{many / 1024:.0f} MiB against {few / 1024:.0f} MiB, {seconds:.0f} s"
        yield Figure(f"host memory{of} for {items:,} items / for 1,000", many / few, wanted, detail)


def readings(pwsh: Path) -> Iterator[Figure]:
    """What reading 100,000 items costs on the Windows host: tasks, and the host part against a plain loop."""
    from simhost.engine import prepare

    for name, pairs, wanted in reading.task_ratios(100_000):
        value, ours, ten = tasks.ratio_of_pairs(pairs)
        detail = f"{ours:.2f} s against {ten:.2f} s"
        yield Figure(f"100,000 items, {name} / a task that reads ten (windows)", value, wanted, detail)
    for name, pairs in reading.loop_ratios(100_000, prepare(pwsh)):
        value, ours, bare = tasks.ratio_of_pairs(pairs)
        yield Figure(f"{name} / plain loop (windows)", value, 1.0, f"{ours:.2f} s against {bare:.2f} s")


def fleet_page() -> Iterator[Figure]:
    """The page of a fleet: its size, what writing it takes, and how long a browser takes to open and sort it."""
    with pages.written() as made:
        fleet_of = f"{pages.HOSTS:,} hosts x {pages.SHARES} shares"
        yield Figure(f"MB of the page of {fleet_of}", made.page.stat().st_size / 1e6, 8, "one HTML file")
        yield Figure("seconds of the processor to write it", made.seconds, 10, "the variables of the hosts read")
        yield Figure("MB of memory for it", made.memory / 1e6, 300, "above the variables of the hosts")
        if lacks := chromium.missing():
            print(f"{lacks}: opening it is not measured")
            return
        for name, seconds in pages.opened(made.page):
            yield Figure(f"seconds in which it {name}", seconds, 1, "headless Chromium, the middle of five")


def main() -> int:
    """Measure, print, and write the JSON to the file that the first argument names; further ones name groups."""
    from simhost.engine import find_engine
    from simhost.pwsh import find_windows

    measurements: list[tuple[str, Callable[[], Iterator[Figure]]]] = [
        ("folding", folding),
        ("memory", memory),
        ("fleet", fleet),
        ("retiring", retiring),
        ("page", fleet_page),
        ("jobs, their bytes", job_bytes),
        ("jobs on the emulation", lambda: job_times("emulation")),
        ("tasks on the emulation", lambda: task_times("emulation")),
        ("methods on the emulation", lambda: method_times("emulation")),
    ]
    pwsh = find_engine()
    measurements.append(("parts", lambda: where_time_goes(pwsh)))
    if pwsh:
        measurements.append(("sink", lambda: sinks(pwsh)))
        measurements.append(("host memory", host_memory))
        measurements.append(("tasks on the engine", lambda: task_times("engine")))
        measurements.append(("methods on the engine", lambda: method_times("engine")))
        measurements.append(("jobs on the engine", lambda: job_times("engine")))
    else:
        print("no PowerShell engine: the emulation is measured only")
    windows = find_windows()
    if windows:
        measurements.append(("reading", lambda: readings(windows)))
        measurements.append(("jobs on windows", lambda: job_times("windows")))
    only = set(sys.argv[2:])
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.date.today().isoformat()}, {machine}\n")
    print("| figure | value | wanted | | behind it |\n|---|---|---|---|---|")
    figures: list[Figure] = []
    for name, measure in measurements:
        words = re.findall(r"\w+", name)
        if only and only.isdisjoint({name, words[0], words[-1]}):
            continue
        for figure in measure():
            figures.append(figure)
            print(figure.line, flush=True)
    if len(sys.argv) > 1:
        report = {"date": datetime.date.today().isoformat(), "machine": machine}
        text = json.dumps({**report, "figures": [asdict(figure) for figure in figures]}, indent=2)
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
