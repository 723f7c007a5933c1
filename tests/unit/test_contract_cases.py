# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables of contract cases say what the emulation answers; the engines are compared with it by tests/engine."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from engine.cases import Case
from engine.contract import at, differences, emulated
from engine.job_cases import JOB_CASES, JobCase
from engine.job_contract import emulated_job
from engine.method_cases import ALL_CASES as CASES

from simhost.behaviour import DEFAULT, Behaviour


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_emulation_answers_as_expected(case: Case) -> None:
    told = emulated(case)
    assert {place: at(told, place) for place in case.expect} == case.expect
    assert case.expect or case.behaviour


@pytest.mark.parametrize("case", JOB_CASES.values(), ids=JOB_CASES)
def test_the_emulation_answers_a_job_as_expected(case: JobCase) -> None:
    told = emulated_job(case)
    assert {place: at(told, place) for place in case.expect} == case.expect


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.behaviour], ids=lambda case: case.name)
def test_each_switch_of_a_case_matters_as_it_says(case: Case) -> None:
    told = emulated(case)
    unseen = {switch for switch in case.behaviour if not list(differences(emulated(case, without=switch), told))}
    assert unseen == case.hidden


OF_A_RESTART = {"format_value", "restart_ms", "restart_denied", "restart_lost"}
"""Switches of what no request sees: tests/integration/test_cache_questions.py has their answers."""


@pytest.mark.parametrize(
    "switch",
    [switch for switch in dataclasses.fields(Behaviour) if switch.name not in OF_A_RESTART],
    ids=lambda switch: switch.name,
)
def test_every_answer_to_an_open_question_has_a_case(switch: dataclasses.Field[Any]) -> None:
    used = [case.behaviour[switch.name] for case in CASES.values() if switch.name in case.behaviour]
    if "check" in switch.metadata:
        assert any(value != getattr(DEFAULT, switch.name) for value in used)
    else:
        assert set(switch.metadata["values"]) - {getattr(DEFAULT, switch.name)} <= set(used)


def test_names_are_used_once() -> None:
    assert len({case.name.casefold() for case in CASES.values()}) == len(CASES)
