# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tests of finding the module result in the output of the host."""

from __future__ import annotations

import json
import time
import typing as t

import pytest

from ansible_collections.winops.offline_files.plugins.module_utils.host.output import (
    find_result,
    problem_of,
    unreadable,
)

ANSWER = {"changed": False, "answer": {"contract": 2, "host": {"user": "{"}}}
TEXT = json.dumps(ANSWER)
FAILED = {"failed": True, "msg": "no"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\r\n", "\r\n"),
        ("True ", ""),
        ("True\r\n", "\r\nlogged off {"),
        ("Loading...\r\nC:\\> {\r\n", ""),
        ('{"tool": {"version": 2}}', '{"tool": 3}'),
        ('{"tool": ', ""),
        ('{ "tool": [\r\n', ""),
        (json.dumps(FAILED) + "\n", json.dumps(FAILED)),
        ('{"answer": 42}', ""),
        ('{"big": ' + "9" * 5000 + "}", ""),
        ("{" * 200, ""),
    ],
)
def test_the_answer_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    assert find_result(before + TEXT + after) == ANSWER


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("True", None),
        (TEXT[:-1], None),
        ('{"answer": 42}', None),
        ("[" + TEXT[1:], None),
        (json.dumps({"changed": False}), None),
        (json.dumps(FAILED), FAILED),
        ("{" + json.dumps({**FAILED, "msg": 1}) + json.dumps(FAILED), FAILED),
    ],
)
def test_what_else_there_may_be(text: str, found: dict[str, t.Any] | None) -> None:
    assert find_result(text) == found


@pytest.mark.parametrize(
    ("stdout", "stderr", "rc", "said", "maybe_called"),
    [
        ("True", "", 0, 'The host part failed: instead of an answer came "True".', True),
        (
            "a\x1b[2J\r\nb",
            "x\ny",
            1,
            'The host part failed: instead of an answer came "a<U+001B>[2J b" (rc 1, x).',
            True,
        ),
        ("z" * 900, "", 0, f'The host part failed: instead of an answer came "{"z" * 120}...".', True),
        ("", "", 0, "The host part failed: it printed nothing.", True),
        (
            "",
            "sh: pwsh: not found",
            127,
            "No PowerShell could be started there, nothing was run: sh: pwsh: not found.",
            False,
        ),
        (
            "",
            "/bin/sh: 1: PowerShell: not found",
            0,
            "No PowerShell could be started there, nothing was run: /bin/sh: 1: PowerShell: not found.",
            False,
        ),
        (
            "",
            "'powershell' is not recognized as an internal or external command,\r\noperable program or batch file.",
            1,
            "No PowerShell could be started there, nothing was run: 'powershell' is not recognized as an internal or "
            "external command,.",
            False,
        ),
        (
            "half of",
            "powershell: not found",
            127,
            'The host part failed: instead of an answer came "half of" (rc 127, powershell: not found).',
            True,
        ),
    ],
)
def test_output_without_a_result(stdout: str, stderr: str, rc: int, said: str, maybe_called: bool) -> None:
    problem = problem_of(unreadable(stdout, stderr, rc))
    assert (str(problem), problem.maybe_called) == (said, maybe_called)


@pytest.mark.parametrize("level", ['{"a":', '{"a":[', '{"a":1,"b":{"'])
def test_what_only_looks_like_an_answer_does_not_cost_minutes(level: str) -> None:
    started = time.process_time()
    assert find_result(level * 200 + "[" + "1," * 1_000_000) is None
    assert find_result(level * 200_000) is None
    assert time.process_time() - started < 30
