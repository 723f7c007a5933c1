# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of contract cases: the real host_call.ps1 with its C#, on either engine, answers as the emulation does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from engine.cases import UNPIN, Case
from engine.contract import at, differences, emulated, machine, outcome
from engine.method_cases import ALL_CASES as CASES
from engine.module_host import ModuleHost

from simhost.engine.build import Engine
from simhost.host_call import SPEC
from simhost.wire import WireServer

QUICK_FIRST = sorted(CASES.values(), key=lambda case: case.waits)


@pytest.fixture(scope="module")
def module_host(engine: Engine) -> Iterator[ModuleHost]:
    """The real module, ready to run."""
    with ModuleHost(engine) as running:
        yield running


@pytest.fixture(scope="module")
def waiting(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Mapping[str, Future[dict[str, Any]]]]:
    """The results of the cases that take seconds; they wait on another host while the quick ones run."""
    chosen = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    cases = {case.name: case for case in chosen if isinstance(case, Case) and case.waits}
    with ModuleHost(engine) as running, ThreadPoolExecutor(1) as pool:
        yield {name: pool.submit(on_engine, running, case) for name, case in cases.items()}
        pool.shutdown(cancel_futures=True)


def on_engine(module_host: ModuleHost, case: Case) -> dict[str, Any]:
    """The module's result, and the outcome on the real host part under `outcome`."""
    host = machine(case)
    before = host.snapshot()
    with WireServer(host) as wire:
        token, profile = wire.open_session(case.user), host.profile_of(case.user)
        result = module_host.run(wire.address, token, case.full_request, case.check_mode, profile)
    assert "answer" in result, result
    return {**result, "outcome": outcome(result, before, host)}


@pytest.mark.core
@pytest.mark.parametrize("case", QUICK_FIRST, ids=lambda case: case.name)
def test_the_hosts_answer_alike(
    module_host: ModuleHost, waiting: Mapping[str, Future[dict[str, Any]]], case: Case
) -> None:
    real = waiting[case.name].result() if case.waits else on_engine(module_host, case)
    assert list(differences(real["outcome"], emulated(case))) == []
    assert {place: at(real["outcome"], place) for place in case.expect} == case.expect
    assert set(real) == {"changed", "answer", "invocation", "outcome"}


@pytest.mark.core
def test_every_option_reaches_the_host_part(module_host: ModuleHost) -> None:
    defaults = {name: option.get("default") for name, option in SPEC.items()}
    other = {**CASES["path by path"].full_request, "observe": False, "read": False, "force": True, "deep": False}
    other |= {"class": "StdRegProv", "anyway": True}
    other |= {"last": "2:", "timeout": 17, "classes": ["Win32_Nothing"], "registry": [r"HKEY_USERS\*", "HKEY_USERS"]}
    other |= {"job": "0f" * 16, "job_step": "", "about": {"method": "Pin"}, "tally": ["3:"], "results": "C:\\none"}
    # With a step it would be no request any more; the cases of jobs have all of them.
    assert [name for name in SPEC if other[name] == defaults[name]] == ["job_step"]
    for request in ({}, other):
        result = on_engine(module_host, Case("options", dict.fromkeys(UNPIN) | request))
        # Nothing is a secret: since core 2.22 all output of the play would hide it wherever it appears.
        assert result["invocation"]["module_args"] == {**defaults, **request}
        assert "_ansible_new_secrets" not in result


@pytest.mark.core
@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"nothing": 1}, "Unsupported parameters for (undefined win module) module: nothing"),
        ({"timeout": "soon"}, "argument for timeout is of type System.String and we were unable to convert to int"),
        ({"deep": "perhaps"}, "argument for deep is of type System.String and we were unable to convert to bool"),
    ],
    ids=["unknown", "no number", "no truth"],
)
def test_wrong_arguments_are_refused(module_host: ModuleHost, args: dict[str, Any], said: str) -> None:
    result = module_host.run("127.0.0.1:1", "token", args)
    assert (result["failed"], "answer" in result) == (True, False)
    assert said in result["msg"]
