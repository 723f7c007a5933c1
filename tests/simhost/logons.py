# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns whose identity a process has, and what Ansible's become makes of it.

Sources: `GetUserTokens` in Ansible.Become.cs and Win32Exception in Ansible.AccessToken.cs of ansible-core 2.19 to 2.22;
`Understanding privilege escalation: become` of its documentation for the rights that Windows asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

from simhost.accounts import Accounts
from simhost.cache import fold
from simhost.manifest import Become
from simhost.windows import Host

_NO_SYSTEM_TOKEN = (
    "Failed to get token for NT AUTHORITY\\SYSTEM required for become as a service account or an account without a "
    "password"
)
_NO_ACCOUNT = "Some or all identity references could not be translated."
_NO_BATCH = (
    "LsaLogonUser() failed with substatus 0 (Logon failure: the user has not been granted the requested logon type at "
    "this computer, Win32ErrorCode 1385 - 0x00000569)"
)
_WRONG_PASSWORD = "Failed to logon {} (The user name or password is incorrect, Win32ErrorCode 1326 - 0x0000052E)"


@dataclass(frozen=True)
class Logon:
    """Whose identity a process has. `credentials`: whether it has some for file servers; None: as the machine says.

    None is a logon over the network, or an account of the system: `host.delegated` says whether servers take it.
    """

    user: str
    credentials: bool | None = None


class LogonError(Exception):
    """A become logon that Windows or ansible-core would refuse; the text is theirs."""

    def told(self) -> str:
        """The message of the failed module, as ansible-core's wrappers put it together."""
        call = 'Exception calling "CreateProcessAsUser" with "9" argument(s)'
        return f'failure during exec_wrapper: {call}: "{self}"'


def become(wanted: Become, by: Logon, accounts: Accounts, host: Host | None = None) -> Logon:
    """Whose identity a process has after runas.

    - `NewCredentials`: the local identity stays; the password is for the network only, and not looked at before.
    - A service account: its own, no password.
    - With a password: a logon of its own, with credentials for the network unless its type is `Network`.
    - Without one: the token of a process of that user, where the user is logged on; else S4U, which has no credentials.

    The last needs a token of SYSTEM, which only an administrator gets, as does a service account. Without a host, which
    knows who is one, everybody is.

    :param by: who asks for it.
    :raises LogonError: it is refused.
    """
    if wanted.logon_type == "NewCredentials":
        if not wanted.password:
            raise LogonError(_NO_SYSTEM_TOKEN)
        return Logon(by.user, accounts.verify(wanted.user, wanted.password) is not None)
    service = Host.built_in(wanted.user) is not None
    session = host.machine.session(host.full_name(wanted.user)) if host else None
    known = wanted.user if service else session.user if session else accounts.find(wanted.user)
    if known is None:
        raise LogonError(_NO_ACCOUNT)
    if (service or wanted.password is None) and host and not host.is_admin(by.user):
        raise LogonError(_NO_SYSTEM_TOKEN)
    if service:
        return Logon(known)
    if wanted.password is None:
        if session is None and host and wanted.logon_type != "Network" and _lacks_batch(known, host):
            raise LogonError(_NO_BATCH)
        return Logon(known, session is not None)
    if accounts.verify(known, wanted.password) is None:
        shown = wanted.user if set("\\@") & set(wanted.user) else f".\\{wanted.user}"
        raise LogonError(_WRONG_PASSWORD.format(shown))
    return Logon(known, wanted.logon_type != "Network")


def _lacks_batch(user: str, host: Host) -> bool:
    return fold(host.full_name(user)) in host.machine.no_batch
