# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an answer tells of the cache as a whole: whether it runs, what is encrypted, whether it is to be emptied.

Sources: the vendor's pages of Win32_OfflineFilesCache, Win32_OfflineFilesItem and the policy Pol_EncryptOfflineFiles;
the vendor's article 942974 for FormatDatabase, which Windows takes away when it has emptied the cache.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

from ..host import availability
from ..host.answer import Answer, State
from ..host.pack import rows_of
from ..info.configuration import MACHINE_CLASS
from ..info.registry import Keys
from ..windows import rows

_SETTING = "OfflineFilesCacheEncrypted"

SUBKEY = r"SYSTEM\CurrentControlSet\Services\CSC\Parameters"
FORMAT_KEY = rf"HKEY_LOCAL_MACHINE\{SUBKEY}"
FORMAT_VALUE = "FormatDatabase"

FIELDS = ("ItemType", rows.ENCRYPTED, rows.DIRTY)
"""What is read of an item."""

ENCRYPTED, PARTIAL, UNENCRYPTED = "encrypted", "partial", "unencrypted"
"""The words of the results for the files of a view."""


@dataclass(frozen=True)
class Files:
    """What a view of the cache holds.

    :ivar encrypted: files that are encrypted
    :ivar unencrypted: files that are not; nothing else in the cache can be encrypted
    :ivar dirty: items with changes that are not synchronized
    :ivar complete: the view was read to its end
    """

    encrypted: int = 0
    unencrypted: int = 0
    dirty: int = 0
    complete: bool = True

    def left(self, wanted: bool) -> int:
        """Return how many files are not as they are wanted."""
        return self.unencrypted if wanted else self.encrypted

    def reached(self, wanted: bool) -> Files:
        """Return what Encrypt makes of them."""
        whole = self.encrypted + self.unencrypted
        return dataclasses.replace(self, encrypted=whole if wanted else 0, unencrypted=0 if wanted else whole)


@dataclass(frozen=True)
class CacheState:
    """The cache of a host; None for what is not known.

    :ivar enabled: Offline Files is configured to run
    :ivar active: it runs
    :ivar after_restart: it will run after a restart; None also where what is set does not agree
    :ivar setting: the configuration says that the cache is encrypted
    :ivar format_key: the registry key is there that says that the cache is to be emptied
    :ivar reset_pending: it says so, and the next restart does it
    :ivar files: what the view holds; None where it was not read
    """

    enabled: bool | None
    active: bool | None
    after_restart: bool | None = None
    setting: bool | None = None
    format_key: bool | None = None
    reset_pending: bool | None = None
    files: Files | None = None

    @property
    def runs(self) -> bool:
        """Whether the cache can be asked, and its files encrypted."""
        return bool(self.enabled and self.active)

    @property
    def restart_pending(self) -> bool:
        """Whether a restart changes something: the cache begins, ends or is emptied then.

        It is emptied when Offline Files starts. Where that is disabled another restart would do nothing.
        """
        return bool(self.reset_pending and self.enabled) or (self.enabled is not None and self.enabled != self.active)

    @property
    def encryption(self) -> str | None:
        """The word for the files. Where there is none what the configuration says of those to come is all there is."""
        if self.files is None:
            return None
        if self.files.encrypted and self.files.unencrypted:
            return PARTIAL
        if self.files.encrypted or self.files.unencrypted:
            return ENCRYPTED if self.files.encrypted else UNENCRYPTED
        return None if self.setting is None else ENCRYPTED if self.setting else UNENCRYPTED

    def is_encrypted(self, wanted: bool) -> bool:
        """Return whether the cache is as wanted, as far as this tells.

        The files decide: they are what is to be protected, each of them says so itself, and Encrypt works on them.
        Whether the configuration is moved by Encrypt, or only by a policy, no document says; it decides where there is
        no file, for what is cached later comes as it says.
        """
        if self.files is None or not self.files.complete:
            return False
        if not self.files.encrypted + self.files.unencrypted:
            return self.setting is None or self.setting == wanted
        return not self.files.left(wanted)


def read(answer: Answer) -> CacheState:
    """Return what an answer tells.

    :raises ContractError: its rows cannot be read
    """
    machine = answer.classes.get(MACHINE_CLASS)
    setting = (machine.properties or {}).get(_SETTING) if machine else None
    key = Keys([FORMAT_KEY], answer.registry)[FORMAT_KEY]
    entry = key.get()
    there = False if key.is_missing() else None if entry is None or entry.error else True
    value = entry.values.get(FORMAT_VALUE) if entry and there else None
    return CacheState(
        enabled=answer.cache.enabled,
        active=answer.cache.active,
        after_restart=availability.after_restart(answer),
        setting=setting if isinstance(setting, bool) else None,
        format_key=there,
        reset_pending=None if there is None else value == 1,
        files=_files(answer.before),
    )


@functools.lru_cache(maxsize=2)
def _files(state: State | None) -> Files | None:
    """Count the files of a state. The last two are remembered, for a task asks for them many times."""
    if state is None:
        return None
    encrypted = unencrypted = dirty = 0
    for texts, _path in rows_of(state.data, state.rows):
        _type, is_encrypted, is_dirty = rows.split_values(texts, FIELDS)
        dirty += is_dirty == "True"
        if rows.is_file(texts):
            encrypted += is_encrypted == "True"
            unencrypted += is_encrypted != "True"
    return Files(encrypted, unencrypted, dirty, state.complete)
