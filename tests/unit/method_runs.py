# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns runs of a method without an action or a host: from options and answers to what is known and to the result."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.winops.offline_files.plugins.module_utils.host import availability
from ansible_collections.winops.offline_files.plugins.module_utils.host.answer import Answer
from ansible_collections.winops.offline_files.plugins.module_utils.host.scope import Scope
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import UNPIN
from ansible_collections.winops.offline_files.plugins.module_utils.run import report, wording
from ansible_collections.winops.offline_files.plugins.module_utils.run.invocation import Invocation
from ansible_collections.winops.offline_files.plugins.module_utils.run.ledger import Ledger
from ansible_collections.winops.offline_files.plugins.module_utils.run.report import View
from ansible_collections.winops.offline_files.plugins.module_utils.run.run import Outcome
from ansible_collections.winops.offline_files.plugins.module_utils.run.settle import settle

EVERY_REASON = 0xE0


def ledger_of(paths: Sequence[str], *, deep: bool = True) -> Ledger:
    """Return the empty ledger of an Unpin for every reason."""
    return Ledger(Scope(paths, deep=deep), UNPIN.goal(EVERY_REASON), UNPIN.shallow)


def fold(invocation: Invocation, view: View, answers: Sequence[Answer], *, check_mode: bool = False) -> Outcome:
    """Return what answers lead to, whether a run would have asked for all of them or not."""
    if problem := availability.check(answers[0]):
        return Outcome(report.unavailable(invocation, view, answers[0], problem))
    account = settle(invocation, answers, check_mode=check_mode)
    return Outcome(report.render(account, view), wording.warnings(account))
