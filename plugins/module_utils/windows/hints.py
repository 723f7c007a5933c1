# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What to do about a code of Windows (``codes``).

Which code Windows sends when is known of few. So a hint says what a code may mean and where to look, and never more
than the text of the code and the vendor's pages do.
"""

from __future__ import annotations

_DOUBLE_HOP = (
    "The logon on the host may have no credentials for the file server (double hop): use become with the user's "
    "password, or without one while the user is logged on, CredSSP, or Kerberos with delegation."
)

_OF_CATEGORY: dict[str, str] = {
    "access": "The user of this task may have no rights on the item, or the action may need an administrator.",
    "auth": _DOUBLE_HOP,
    "busy": "Something may be using the item; run the task again later.",
    "corrupt": "The offline cache may be damaged; see the event log Microsoft-Windows-OfflineFiles/Operational.",
    "network": "The file server or its share may not be reachable from the host: retired, renamed or switched off.",
    "offline": "The share may be offline for the host, or may not exist any more.",
    "resource": "The host may be short of memory, or a quota of WMI be used up; name fewer paths at a time.",
    "service": "Offline Files or WMI may not be running properly; see the services CscService and Winmgmt of the host.",
    "unsupported": (
        "This Windows, or what was named, may not support it; on a server Offline Files comes with Desktop Experience."
    ),
    "input": "Windows may not accept the path or the flags in this form.",
}

OTHER_METHOD = (
    "Nothing was called, and this says nothing of an item: the class on this Windows has another method, or the method "
    "has other parameters."
)
"""For what is thrown before a method is invoked, because the call does not fit its class."""

_NO_DOMAIN = "The host may not reach a domain controller; see its network and its DNS."

_OF_CODE: dict[int, str] = {
    0x80070043: "The server may have no share of this name any more, or the name may not be right.",
    0x80070070: "The offline cache may be full: see its limit, which a policy may set, and the disk of the host.",
    0x8007041D: "A service did not answer in time; see the state of the service CscService.",
    0x80070422: "A service or driver is disabled; see the start modes of the service CscService and the driver CSC.",
    0x80070424: "A service is not installed, which may be CscService; without it there is no Offline Files.",
    0x80070426: "A service is not started; see the state of the service CscService.",
    0x800704C3: "The host may be connected to the server as another user; a server takes one at a time.",
    0x800704F1: _NO_DOMAIN,
    0x8007051F: _NO_DOMAIN,
    0x8007052E: f"The user name or password is not accepted. {_DOUBLE_HOP}",
    0x8007052F: "A restriction of the account keeps this user from signing in.",
    0x80070569: "The user may not log on in this way; see the rights to log on at the file server.",
    0x80070522: "The user of this task lacks a privilege; the action may need an administrator.",
    0x800705B4: "Something did not answer in time, which may be the file server; run the task again.",
    # Remote storage is what the code was made for. The vendor's article 309648 has it for folders on DFS shares where
    # Offline Files is on: a share may be taken for offline though it is online.
    0x800710FE: (
        "Windows takes the file for offline: it may take a share on DFS for offline, which is known to happen where "
        "Offline Files is on, or the file may be in remote storage."
    ),
    0x80041003: "WMI denies it to the user of this task; see the rights on root\\cimv2 of the host.",
    0x80041015: "WMI met a networking error; run the task again.",
    0x80041062: "The user of this task lacks a privilege; the action may need an administrator.",
    0x80041064: "WMI may take no credentials for its own host.",
    0x80041069: "WMI did not answer in time; raise the timeout or look at the load of the host.",
}


def of(hresult: int, category: str) -> str:
    """Return what to do about a code, in sentences; empty where there is nothing to say.

    :param category: the code's, which has a hint of its own for codes that have none
    """
    return _OF_CODE.get(hresult, _OF_CATEGORY.get(category, ""))
