# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the users of the host: their passwords, the spelling of their names, and the store that NTLM reads."""

from __future__ import annotations

import hmac
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

DEFAULT_USER = "admin"
DEFAULT_PASSWORD = "simhost-Passw0rd"
HOST_NAME = "SIMHOST"

# pyspnego finds its accounts only through a variable of the whole process.
_ENVIRONMENT_LOCK = threading.Lock()
_STORE_VARIABLE = "NTLM_USER_FILE"


class _Account(NamedTuple):
    name: str
    password: str

    def __repr__(self) -> str:
        return f"_Account({self.name!r})"


class Accounts(Mapping[str, str]):
    """User name -> password. Names are compared without case; a local user is also `.\\name` and `SIMHOST\\name`.

    :param accounts: `DOMAIN\\name`, `name` or `name@domain` to password; empty means `admin` with the test password.
    :raises ValueError: a name or password that the NTLM store cannot carry (colon, line break, empty).
    """

    def __init__(self, accounts: Mapping[str, str] | None = None) -> None:
        self._by_name: dict[str, _Account] = {}
        for name, password in (accounts or {DEFAULT_USER: DEFAULT_PASSWORD}).items():
            if not name or not password or set(":\r\n") & set(name + password):
                raise ValueError(f"account {name!r}: name and password must have a text without colon and line break")
            self._by_name[name.casefold()] = _Account(name, password)

    def __getitem__(self, name: str) -> str:
        return self._by_name[self._key(name)].password

    def __iter__(self) -> Iterator[str]:
        return (account.name for account in self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"Accounts({list(self)})"

    @staticmethod
    def _key(name: str) -> str:
        domain, separator, rest = name.partition("\\")
        local = separator and domain.casefold() in (".", HOST_NAME.casefold())
        return (rest if local else name).casefold()

    def find(self, name: str) -> str | None:
        """The account's own spelling of a name, None for an unknown one."""
        account = self._by_name.get(self._key(name))
        return account.name if account else None

    def verify(self, name: str, password: str) -> str | None:
        """The account's own spelling when name and password are right, else None."""
        account = self._by_name.get(self._key(name))
        right = account is not None and hmac.compare_digest(account.password.encode(), password.encode())
        return account.name if account and right else None

    @contextmanager
    def ntlm_store(self) -> Iterator[None]:
        """While it lasts, pyspnego's acceptor knows these accounts.

        The store is a private file that only exists, and is only named in the environment, inside the `with` block:
        children and other users of pyspnego in this process never see it.
        """
        lines = []
        for name, password in self._by_name.values():
            domain, separator, user = name.partition("\\")
            aliases = [(domain, user)] if separator else [("", name), (".", name), (HOST_NAME, name)]
            lines += [f"{domain}:{user}:{password}\n" for domain, user in aliases]
        with _ENVIRONMENT_LOCK, tempfile.NamedTemporaryFile("w", prefix="simhost-", encoding="utf-8") as store:
            store.writelines(lines)
            store.flush()
            before = os.environ.get(_STORE_VARIABLE)
            os.environ[_STORE_VARIABLE] = store.name
            try:
                yield
            finally:
                if before is None:
                    del os.environ[_STORE_VARIABLE]
                else:
                    os.environ[_STORE_VARIABLE] = before
