# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The scope of a request: which items the host part reads for it, and which requested path each belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..windows import unc

_FOLDERS = 10_000


class Scope:
    r"""The requested paths, and what belongs to them.

    :param paths: canonical UNC paths (``\\server\share\...``), each once; empty for everything
    :param deep: everything below them, or only what lies directly in them
    :ivar paths: as given
    :ivar deep: as given
    """

    def __init__(self, paths: Sequence[str], *, deep: bool = True) -> None:
        self.paths = tuple(paths)
        self.deep = deep
        self._requests = {unc.key(path): index for index, path in enumerate(paths)}
        self._roots = unc.Roots(self._requests)
        self._parents = {unc.parent(key) for key in self._requests}
        self._short_roots = unc.Roots(
            _unambiguous((_with_short_server(key), index) for key, index in self._requests.items())
        )

    def nearest(self, key: str) -> int | None:
        """Return the index of the longest requested path that is the path with this :func:`unc.key`, or lies above."""
        return next(self._roots.above(key), None)

    def above(self, index: int) -> set[int]:
        """Return the indexes of the requested paths above a requested path, and its own."""
        return set(self._roots.above(unc.key(self.paths[index])))

    def index_of(self, key: str) -> int | None:
        """Return the index of the requested path with this key, or None."""
        return self._requests.get(key)

    def is_above_a_request(self, key: str) -> bool:
        """Return whether a requested path lies directly in the folder with this key."""
        return key in self._parents

    def reads(self, path: str) -> bool:
        """Return whether the host reads *path*: with :attr:`deep` off only what lies directly in a requested path."""
        key = unc.key(path)
        if not self.paths or key in self._requests:
            return True
        return self.reads_all_in(unc.parent(key))

    def reads_all_in(self, key: str) -> bool:
        """Return whether the host reads whatever lies directly in the folder with this key."""
        return self.nearest(key) is not None if self.deep else key in self._requests

    def reader(self) -> Callable[[str], bool]:
        """Return :meth:`reads` for many items: it remembers folders of which everything is read."""
        folders: set[str] = set()

        def reads(path: str) -> bool:
            folder = path.rpartition("\\")[0]
            if folder in folders:
                return True
            if not self.reads(path):
                return False
            if len(folders) < _FOLDERS and self.reads_all_in(unc.key(folder)):
                folders.add(folder)
            return True

        return reads if self.paths else lambda _path: True

    def respelled(self, path: str) -> tuple[str, int | None]:
        """Respell *path* with the requested server name where only the domain differs (fs01, fs01.example.com).

        The cache keeps the names of a server apart, but a text that comes in the course of our call and names
        nothing that was asked for can only mean the server that was.

        :return: the path, and the index of the requested path that it belongs to then; None where it belongs to none
        """
        index = next(self._short_roots.above(_with_short_server(unc.key(path))), None)
        if index is None:
            return path, None
        server = unc.split_server(self.paths[index])[0]
        return f"\\\\{server}{unc.split_server(path)[1]}", index


def _unambiguous(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    grouped: dict[str, set[int]] = {}
    for key, index in pairs:
        grouped.setdefault(key, set()).add(index)
    return {key: indexes.pop() for key, indexes in grouped.items() if len(indexes) == 1}


def _with_short_server(path: str) -> str:
    server, rest = unc.split_server(path)
    label = server.partition(".")[0]
    return path if label.isdigit() else f"\\\\{label}{rest}"
