# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The ledger: what is known of every item, from the state before, the progress texts and the state after.

A run may touch a million items, but their fates are few: so an item costs one dictionary entry, its path and a
reference to a shared :class:`Fate`, and whatever is decided is decided once for each fate.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from .. import limits, words
from ..errors import ContractError
from ..host import pack
from ..host.scope import Scope
from ..windows import progress, rows, unc
from ..windows.codes import Code
from ..windows.progress import Head, Kind
from . import containers
from .fate import Fate, weightier
from .heads import Heads
from .marks import Marks
from .method import Goal, Shallow

_DOUBTFUL = re.compile("[:\\r\\n\\0]")
_MAX_STEPS = 10_000
"""A bound on what is remembered, should every text of a run be worded differently."""

_PLAIN = 1024
"""Characters of a path that is usual. What is longer takes the long way, and nothing of it is remembered twice."""


class Ledger:
    """Collects the fates of all items. The order of use: before, missing, texts, after, close.

    :ivar items: path, as the host spelled it first, to fate
    :ivar messages: number of progress messages
    :ivar has_item_results: whether one of them was an ItemResult
    :ivar unparsed: the first texts that could not be read
    :ivar unparsed_count: how many there were
    :ivar marks: properties of the items of which only matters whether they moved; None where none is read
    :ivar outside: rows of a state for items that were not asked for; they are left out
    """

    def __init__(self, scope: Scope, goal: Goal, shallow: Shallow | None, marks: Marks | None = None) -> None:
        self.items: dict[str, Fate] = {}
        self.messages = 0
        self.has_item_results = False
        self.unparsed: list[str] = []
        self.unparsed_count = 0
        self.outside = 0
        self.marks = marks
        self._ended: Head | None = None
        self._call = 0
        self._call_told_items = False
        self._scope = scope
        self._goal = goal
        self._shallow = None if scope.deep else shallow
        # Folders whose children all belong to one request, with the fate that an unknown child starts with.
        self._folders: dict[str, Fate] = {}
        self._named_by_row = 0
        self._fates: dict[tuple[object, ...], Fate] = {}
        self._heads = Heads()
        self._kept = pack.Kept()
        self._most_fates = limits.FATES + limits.FATES_EACH * len(scope.paths)
        # What stands before a path, to what each fate becomes by such a text.
        self._steps: dict[str, dict[Fate | None, Fate]] = {}
        self._step_count = 0

    def add_before(self, batches: Iterable[list[str]]) -> None:
        """Enter the rows of the state before the call.

        :raises ContractError: a row has not the fields that were asked for
        """
        fates: dict[tuple[str, int | None], Fate] = {}
        deep, marks = self._scope.deep, self.marks
        texts: list[str] = []
        for batch in batches:
            is_long = max(map(len, batch), default=0) > limits.PATH
            for row in batch:
                values, _tab, path = row.rpartition("\t")
                if is_long:
                    rows.check_lengths(values, path)
                if marks:
                    values, texts = marks.split(values)
                request = self._request_of(path)
                # A call for each of a million rows would be felt.
                if (request is None or not deep) and self._is_outside(path, request, values):
                    continue
                fate = fates.get((values, request))
                if fate is None:
                    if len(fates) > limits.FATES:
                        fates.clear()
                    fate = fates[values, request] = self._fate(
                        Fate(request), before=self._state(values), shallow=self._is_shallow(values)
                    )
                if marks and path not in self.items:
                    marks.add(path, texts)
                self.items[path] = fate
            self._named_by_row = len(self.items)
            self._count_kept()
        self._hold("before", lambda fate: bool(self._goal.kept(fate.before)))

    def add_missing(self, held: Sequence[bool]) -> None:
        """Enter the requested paths that the view does not hold and under which no item was seen."""
        if self.marks:
            self.marks.complete = True
        busy = {fate.request for fate in set(self.items.values())}
        for request in [index for index in busy if index is not None]:
            # What lies under a nested request lies under the outer one as well.
            busy |= self._scope.above(request)
        for index, path in enumerate(self._scope.paths):
            if not held[index] and index not in busy:
                self.items[path] = self._fate(Fate(index), missing=True)
        self._named_by_row = len(self.items)

    def add_texts(self, batches: Iterable[list[str]]) -> Head | None:
        """Enter the progress texts of one call, in their order, and return what its End said.

        The usual text, one whose head was met before at an item of the same fate, takes three look-ups.
        """
        self._call += 1
        self._ended = None
        self._call_told_items = False
        items, steps = self.items, self._steps
        steps.clear()
        self._step_count = 0
        for batch in batches:
            self.messages += len(batch)
            for text in batch:
                opening, slashes, rest = text.partition("\\\\")
                path = slashes + rest
                if opening.endswith("["):
                    path = path[:-1] if path.endswith("]") else ""
                step = steps.get(opening)
                following = step.get(items.get(path) or self._newcomer(path)) if step else None
                if following is None:
                    self._add_event(text)
                else:
                    items[path] = following
            self._count_kept()
        return self._ended

    def _newcomer(self, path: str) -> Fate | None:
        """Return the fate that an unknown item starts with, where its folder was met before and says it all."""
        folder, _separator, name = path.rpartition("\\")
        # What has a line end, NUL or colon in it is read the long way: it may be the next message, or no part of it. So
        # is what may be longer than a path.
        plain = name and len(path) <= _PLAIN and not _DOUBTFUL.search(path)
        return self._folders.get(folder) if plain else None

    def _add_event(self, event: str) -> None:
        texts = progress.split_messages(event)
        self.messages += len(texts) - 1
        for text in texts:
            message = progress.parse(text)
            if message is None:
                self.unparsed_count += 1
                if len(self.unparsed) < limits.UNPARSED:
                    self.unparsed.append(words.shortened(text, limits.UNPARSED_LENGTH))
            elif message[0].kind == Kind.END:
                self._ended = message[0]
            elif message[0].kind != Kind.BEGIN:
                self._add_item_text(*message, head_text=progress.split_path(text)[0])

    def _add_item_text(self, head: Head, path: str, head_text: str) -> None:
        path, fate = self._entry(path)
        step = self._step(head_text)
        following = step.get(fate)
        if following is None:
            if head.kind == Kind.ITEM_RESULT:
                self.has_item_results = self._call_told_items = True
                following = self._fate(fate, **self._result(fate, self._heads.affordable(head)))
            else:
                following = self._fate(fate, begun=True)
            self._step_count += 1
            if self._step_count > limits.FATES:
                self._steps.clear()
                self._step_count = 0
            step[fate] = following
        self.items[path] = following

    def _step(self, head_text: str) -> dict[Fate | None, Fate]:
        """Return what each fate becomes by a text with this head. It stands there for both ways to write a path."""
        step = self._steps.get(f"{head_text}:")
        if step is None:
            step = {}
            if len(head_text) <= progress.REMEMBERED and len(self._steps) < _MAX_STEPS:
                self._steps[f"{head_text}:"] = self._steps[f"{head_text}:["] = step
        return step

    def _count_kept(self) -> None:
        """Count the memory of the paths that were entered since the last time.

        :raises ContractError: all together take too much
        """
        new = len(self.items) - self._kept.number
        if new > 0:
            self._kept.add(new, itertools.islice(reversed(self.items), new))

    def add_return_value(self, request: int, code: Code) -> None:
        """Take the last call's return value as the result of the one path it was made with, if no text told any.

        The vendor promises this for a single file (pages of IOfflineFilesCache); for a folder it is the best there is.
        """
        if code.of_one_path and not self._call_told_items:
            path, fate = self._entry(self._scope.paths[request])
            self.items[path] = self._fate(fate, **self._result(fate, Head(Kind.ITEM_RESULT, code, "")))

    def _result(self, fate: Fate, head: Head) -> dict[str, t.Any]:
        if fate.call == self._call:
            return {"head": head}
        return {"head": head, "call": self._call, "earlier": fate.result}

    def add_after(self, batches: Iterable[list[str]]) -> None:
        """Enter the rows of the state after the call.

        :raises ContractError: a row has not the fields that were asked for
        """
        following: dict[tuple[Fate, str, int], Fate] = {}
        marks, moved = self.marks, 0
        for batch in batches:
            is_long = max(map(len, batch), default=0) > limits.PATH
            for row in batch:
                values, _tab, path = row.rpartition("\t")
                if is_long:
                    rows.check_lengths(values, path)
                if marks:
                    values, texts = marks.split(values)
                    moved = marks.moved(path, texts)
                if path not in self.items and self._is_outside(path, self._request_of(path), values):
                    continue
                path, fate = self._entry(path)
                followed = following.get((fate, values, moved))
                if followed is None:
                    if len(following) > limits.FATES:
                        following.clear()
                    after = self._state(values) | moved
                    followed = following[fate, values, moved] = self._fate(fate, after=after)
                self.items[path] = followed
            self._count_kept()

    def close(self) -> None:
        """Join the items that a text spelled in another case than a row, and see what holds the folders above it."""
        doubtful = {unc.key(path) for path in itertools.islice(self.items, self._named_by_row, None)}
        firsts: dict[str, str] = {}
        for path in list(self.items) if doubtful else ():
            key = unc.key(path)
            first = firsts.setdefault(key, path) if key in doubtful else path
            if first != path:
                one, other = self.items[first], self.items.pop(path)
                self.items[first] = self._fate(
                    one,
                    after=one.after | other.after,
                    begun=one.begun or other.begun,
                    head=weightier(one.result, other.result),
                    earlier=None,
                )
        self._hold("after", lambda fate: self._goal.open(fate.after) or bool(self._goal.kept(fate.after)))

    def _hold(self, when: str, stays: Callable[[Fate], bool]) -> None:
        """Note in the states ``before`` or ``after`` of folders that something in them stays."""
        for path in containers.above(self.items, stays) if self._goal.held else ():
            fate = self.items[path]
            if state := getattr(fate, when):
                self.items[path] = self._fate(fate, **{when: state | self._goal.held})

    def tally(self) -> Counter[Fate]:
        """Return how many items had each fate."""
        return Counter(self.items.values())

    def _fate(self, fate: Fate, **changes: t.Any) -> Fate:
        changed = dataclasses.replace(fate, **changes)
        known = self._fates.setdefault(changed.identity, changed)
        if len(self._fates) > self._most_fates:
            raise ContractError(f"its items have more than {self._most_fates} different fates")
        return known

    def _entry(self, path: str) -> tuple[str, Fate]:
        """Return an item's fate and the path it stands under; enter it where no row and no text named it so far."""
        if path in self.items:
            return path, self.items[path]
        path = path.rstrip("\\")
        request = self._request_of(path)
        if request is None:
            path, request = self._scope.respelled(path)
        fate = self.items.get(path)
        if fate is None:
            fate = self.items[path] = self._fate(Fate(request), unread=self._is_unread(path, request))
        return path, fate

    def _is_unread(self, path: str, request: int | None) -> bool:
        """Return whether *path* is outside of what is read: by the host, or of what it reads beside the paths."""
        return request is None or self._is_beside(path) or not (self._scope.deep or self._scope.reads(path))

    def _is_beside(self, path: str) -> bool:
        """Return whether *path* is none that the call is for, which takes the requested paths themselves."""
        return self._shallow is Shallow.ITSELF and self._scope.index_of(unc.key(path)) is None

    def _is_outside(self, path: str, request: int | None, values: str) -> bool:
        """Return whether a row tells of an item that was not asked for, and count it.

        :raises ContractError: the row has not the fields that were asked for
        """
        if not self._is_unread(path, request):
            return False
        self._state(values)
        # What lies directly in a requested path the host reads all the same.
        if request is None or not self._scope.reads(path):
            self.outside += 1
        return True

    def _request_of(self, path: str) -> int | None:
        """Return the requested path with the longest name above *path*, or that it is itself."""
        folder = unc.parent(path)
        known = self._folders.get(folder)
        if known:
            return known.request
        key = unc.key(folder)
        index = self._scope.nearest(key)
        if self._scope.is_above_a_request(key):
            own = self._scope.index_of(unc.key(path))
            return index if own is None else own
        if index is not None and len(folder) <= _PLAIN:
            unread = self._shallow is Shallow.ITSELF or not self._scope.reads_all_in(key)
            self._folders[folder] = self._fate(Fate(index), unread=unread)
        return index

    def _is_shallow(self, values: str) -> bool:
        return self._shallow is Shallow.CHILD_FILES and not rows.is_file(values)

    def _state(self, values: str) -> int:
        return self._goal.read(rows.split_values(values, self._goal.fields))
