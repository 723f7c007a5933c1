# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The account of a run: what is known of it when the host has answered, before a word is said about it."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import ContractError
from ..host.answer import Answer, State
from ..host.calls import Calls
from ..windows.codes import Code
from ..windows.progress import Head
from .fate import Fate
from .invocation import Invocation
from .ledger import Ledger
from .method import GOAL_HOLDS, WORST_FIRST, Status
from .verdict import Course, Verdict


@dataclass(frozen=True)
class Group:
    """Items that share a fate, and what was decided about them."""

    fate: Fate
    verdict: Verdict
    size: int


@dataclass(frozen=True)
class Account:
    """What is known of a run.

    :ivar answer: the first answer of the host
    :ivar before: the state before the call; None when it was not read
    :ivar after: the last state that was read after a call
    :ivar calls: the calls of the last answer that had any
    :ivar ledger: what is known of each item
    :ivar course: how the run went as a whole
    :ivar groups: the items by their fate
    :ivar above: the error that each requested path itself ended with; it explains items below without a result
    :ivar damage: what is wrong with packed data of the answers, in its order; what stands before it counts
    """

    invocation: Invocation
    answer: Answer
    before: State | None
    after: State | None
    calls: Calls
    ledger: Ledger
    course: Course
    groups: Sequence[Group]
    above: Mapping[int | None, Head]
    damage: Sequence[ContractError]

    def count(self, *statuses: Status) -> int:
        """Return how many items have one of *statuses*."""
        return self.sum(lambda group: group.verdict.status in statuses)

    def sum(self, test: Callable[[Group], bool]) -> int:
        """Return how many items are in the groups for which *test* holds."""
        return sum(group.size for group in self.groups if test(group))

    @functools.cached_property
    def kept(self) -> Counter[str]:
        """How many items the method left alone as it was asked to, for each reason; an item may have several."""
        kept: Counter[str] = Counter()
        for group in self.groups:
            if group.verdict.status == Status.KEPT:
                kept.update(dict.fromkeys(self.invocation.goal.kept(group.verdict.after), group.size))
        return kept

    @functools.cached_property
    def losses(self) -> frozenset[Fate]:
        """The fates of the items that lost something for good."""
        lost = self.invocation.goal.lost
        return frozenset(
            group.fate
            for group in self.groups
            if group.verdict.changed and lost(group.fate.before, group.verdict.after)
        )

    @property
    def left_alone(self) -> int:
        """How many items stay as they are because Deep was false."""
        return self.sum(
            lambda group: (
                group.fate.shallow
                and group.verdict.status == Status.UNCHANGED
                and self.invocation.goal.open(group.verdict.after)
            )
        )

    @property
    def amount(self) -> int:
        """What the method's amount adds up to, in its unit."""
        amount = self.invocation.method.amount
        if amount is None:
            return 0
        done = {group.fate for group in self.groups if amount.counts(group.fate.before, group.verdict.after)}
        items, marks = self.ledger.items, self.ledger.marks
        return marks.sum(lambda path: items.get(path) in done) if marks else 0

    @property
    def left(self) -> int:
        """How many items there are for which something is left to do, whatever was reported."""
        return self.sum(lambda group: self.invocation.goal.open(group.verdict.after))

    @property
    def visible(self) -> int | None:
        """How many items of the cache the user sees, in scope or not; None where no state was read."""
        state = self.before or self.after
        return state.seen if state else None

    @property
    def nothing_visible(self) -> bool:
        """Whether the whole cache was read and shows no item at all to the user."""
        return bool(self.before and self.before.complete and not self.before.seen)

    @property
    def cancelled(self) -> bool:
        """Whether Windows said that the operation, or an item's part of it, was cancelled."""
        return self.course.cancelled or bool(self.count(Status.CANCELLED))

    @property
    def verified(self) -> bool:
        """Whether the states say what the result says."""
        if self.course.check_mode or not self.course.called:
            return self.course.knows_before
        return self.course.knows_before and self.course.knows_after

    @property
    def goal_holds(self) -> bool:
        """Whether the state before was read, and nothing is left to do."""
        return self.course.knows_before and self._all_hold

    @functools.cached_property
    def _all_hold(self) -> bool:
        return all(group.verdict.status in GOAL_HOLDS for group in self.groups)

    @functools.cached_property
    def path_statuses(self) -> list[Status]:
        """What became of the items of each requested path together."""
        return [self._path_status(index) for index in range(len(self.invocation.paths))]

    @functools.cached_property
    def missing(self) -> list[str]:
        """The requested paths that are not in the cache."""
        pairs = zip(self.invocation.paths, self.path_statuses, strict=True)
        return [path for path, status in pairs if status == Status.NOT_CACHED]

    @functools.cached_property
    def method_failed(self) -> bool:
        """Whether what the method as a whole said makes the task fail: not where a state shows that the goal holds."""
        if self.course.check_mode or self.course.succeeded:
            return False
        # Without a state, "not in the cache" is an answer for paths of which nothing else is known.
        code = self.calls.worst
        not_there = bool(code and self._is_absence(code)) and GOAL_HOLDS.issuperset(self.path_statuses)
        if self.invocation.goal.blind:
            known = all(group.verdict.status == Status.NOT_CACHED for group in self.groups)
        else:
            known = self._all_hold
        return not (known and (self.course.knows_after or not_there))

    def _is_absence(self, code: Code) -> bool:
        """Return whether a code says of a path that nothing is to be done about it, for the cache does not hold it."""
        return code.category == "not_in_cache" and not self.invocation.method.brings_in

    @property
    def only_items_failed(self) -> bool:
        """Whether items failed, each for a reason of its own, and the calls did what they should.

        What a call said at its end may be the error of an item (open question 13), so it is not held against the call.
        """
        failed = [group for group in self.groups if group.verdict.status == Status.FAILED]
        return (
            bool(failed and self.calls.completed and not self.calls.refused)
            and all(group.fate.result is not None for group in failed)
            and not (self.cancelled or self.course.timed_out or self.count(Status.UNKNOWN))
        )

    @property
    def told_by_items(self) -> bool:
        """Whether the call as a whole says no more than that items failed or stayed, and the state tells which."""
        code = self.calls.worst
        stayed = self.count(Status.FAILED, Status.KEPT)
        return bool(code and code.category == "partial" and self.course.knows_after and stayed)

    @property
    def unexplained(self) -> int:
        """How many items failed of which nothing says why: the call says only that items failed, or why another did."""
        of_items = {group.fate.result.code.hresult for group in self.groups if group.fate.result}
        code = self.calls.worst
        if not (self.told_by_items or (code and not code.ok and self.course.knows_after and code.hresult in of_items)):
            return 0
        return self.sum(
            lambda group: (
                group.verdict.status == Status.FAILED and not group.fate.result and group.fate.request not in self.above
            )
        )

    @property
    def errors(self) -> Counter[Code]:
        """How many items failed with each code; where none did, what the call as a whole failed with, for 0 items."""
        errors: Counter[Code] = Counter()
        for group in self.groups:
            if group.verdict.status == Status.FAILED and group.fate.result:
                errors[group.fate.result.code] += group.size
        code = self.calls.worst
        if not errors and code and not code.ok and not self.course.succeeded:
            errors[code] = 0
        return errors

    def failures(self, limit: int) -> list[tuple[str, Head]]:
        """Return path and ItemResult of the first *limit* items that failed."""
        results = {
            group.fate: group.fate.result
            for group in self.groups
            if group.verdict.status == Status.FAILED and group.fate.result
        }
        if not results:
            return []
        failed = ((path, results[fate]) for path, fate in self.ledger.items.items() if fate in results)
        return list(itertools.islice(failed, limit))

    @functools.cached_property
    def _by_request(self) -> dict[int | None, list[Group]]:
        by_request: dict[int | None, list[Group]] = {}
        for group in self.groups:
            by_request.setdefault(group.fate.request, []).append(group)
        return by_request

    def groups_of(self, index: int) -> list[Group]:
        """Return the groups of the items that belong to a requested path."""
        return self._by_request.get(index, [])

    def _path_status(self, index: int) -> Status:
        groups = self.groups_of(index)
        if not groups:
            return self._status_without_items(index)
        status = _joint_status(groups)
        if self.course.lost and not self.course.knows_before and status == Status.UNCHANGED:
            # What was done is not seen any more.
            return Status.UNKNOWN
        return status

    def _status_without_items(self, index: int) -> Status:
        if self.course.knows_before:
            return Status.UNCHANGED
        if self.course.knows_after and self.after:
            # It may have held a thousand items for which there was something to do, and nobody saw it being done.
            gone = not (self.after.held[index] or self.invocation.method.brings_in)
            return Status.NOT_CACHED if gone else Status.UNKNOWN
        code = self.calls.worst
        if code and self._is_absence(code) and len(self.invocation.paths) == 1:
            return Status.NOT_CACHED
        return Status.FAILED if code and not code.ok else Status.UNKNOWN


def _joint_status(groups: Sequence[Group]) -> Status:
    statuses = {group.verdict.status for group in groups}
    undone = statuses - GOAL_HOLDS | statuses & {Status.KEPT}
    if undone and any(group.verdict.changed for group in groups):
        return Status.PARTIAL
    return next(status for status in WORST_FIRST if status in statuses)
