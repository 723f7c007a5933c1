# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a number of Windows means: system error codes, HRESULTs and WMI codes.

Owns the table of codes that the methods of Win32_OfflineFilesCache are known to answer with, and their categories; what
to do about a code stands in ``hints.py``. A method's return value and the Result of a progress text may each be any of
the three kinds; :func:`explain` normalises them.

Sources: system error codes and their texts from the vendor's "System Error Codes" pages, WMI codes from "WMI Error
Constants". The categories are this collection's own; which of the codes Windows sends here is known of few.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

from . import hints

SYSTEM_ERRORS: tuple[tuple[int, str, str, str], ...] = (
    (0, "ERROR_SUCCESS", "ok", "The operation completed successfully."),
    (2, "ERROR_FILE_NOT_FOUND", "not_in_cache", "The system cannot find the file specified."),
    (3, "ERROR_PATH_NOT_FOUND", "not_in_cache", "The system cannot find the path specified."),
    (5, "ERROR_ACCESS_DENIED", "access", "Access is denied."),
    (8, "ERROR_NOT_ENOUGH_MEMORY", "resource", "Not enough memory resources are available to process this command."),
    (21, "ERROR_NOT_READY", "service", "The device is not ready."),
    (
        32,
        "ERROR_SHARING_VIOLATION",
        "busy",
        "The process cannot access the file because it is being used by another process.",
    ),
    (
        33,
        "ERROR_LOCK_VIOLATION",
        "busy",
        "The process cannot access the file because another process has locked a portion of the file.",
    ),
    (50, "ERROR_NOT_SUPPORTED", "unsupported", "The request is not supported."),
    (51, "ERROR_REM_NOT_LIST", "network", "Windows cannot find the network path."),
    (53, "ERROR_BAD_NETPATH", "network", "The network path was not found."),
    (55, "ERROR_DEV_NOT_EXIST", "network", "The specified network resource or device is no longer available."),
    (59, "ERROR_UNEXP_NET_ERR", "network", "An unexpected network error occurred."),
    (64, "ERROR_NETNAME_DELETED", "network", "The specified network name is no longer available."),
    (65, "ERROR_NETWORK_ACCESS_DENIED", "auth", "Network access is denied."),
    (67, "ERROR_BAD_NET_NAME", "network", "The network name cannot be found."),
    (70, "ERROR_SHARING_PAUSED", "network", "The remote server has been paused or is in the process of being started."),
    (87, "ERROR_INVALID_PARAMETER", "input", "The parameter is incorrect."),
    (112, "ERROR_DISK_FULL", "resource", "There is not enough space on the disk."),
    (120, "ERROR_CALL_NOT_IMPLEMENTED", "unsupported", "This function is not supported on this system."),
    (121, "ERROR_SEM_TIMEOUT", "network", "The semaphore timeout period has expired."),
    (123, "ERROR_INVALID_NAME", "input", "The filename, directory name, or volume label syntax is incorrect."),
    (145, "ERROR_DIR_NOT_EMPTY", "partial", "The directory is not empty."),
    (161, "ERROR_BAD_PATHNAME", "input", "The specified path is invalid."),
    (170, "ERROR_BUSY", "busy", "The requested resource is in use."),
    (183, "ERROR_ALREADY_EXISTS", "other", "Cannot create a file when that file already exists."),
    (206, "ERROR_FILENAME_EXCED_RANGE", "input", "The filename or extension is too long."),
    (234, "ERROR_MORE_DATA", "partial", "More data is available."),
    (267, "ERROR_DIRECTORY", "input", "The directory name is invalid."),
    (
        995,
        "ERROR_OPERATION_ABORTED",
        "cancelled",
        "The I/O operation has been aborted because of either a thread exit or an application request.",
    ),
    (
        1053,
        "ERROR_SERVICE_REQUEST_TIMEOUT",
        "service",
        "The service did not respond to the start or control request in a timely fashion.",
    ),
    (
        1058,
        "ERROR_SERVICE_DISABLED",
        "service",
        (
            "The service cannot be started, either because it is disabled or because it has no enabled "
            "devices associated with it."
        ),
    ),
    (1060, "ERROR_SERVICE_DOES_NOT_EXIST", "service", "The specified service does not exist as an installed service."),
    (1062, "ERROR_SERVICE_NOT_ACTIVE", "service", "The service has not been started."),
    (1168, "ERROR_NOT_FOUND", "not_in_cache", "Element not found."),
    (
        1203,
        "ERROR_NO_NET_OR_BAD_PATH",
        "network",
        (
            "The network path was either typed incorrectly, does not exist, or the network provider is not "
            "currently available."
        ),
    ),
    (
        1219,
        "ERROR_SESSION_CREDENTIAL_CONFLICT",
        "auth",
        (
            "Multiple connections to a server or shared resource by the same user, using more than one user "
            "name, are not allowed."
        ),
    ),
    (1222, "ERROR_NO_NETWORK", "network", "The network is not present or not started."),
    (1223, "ERROR_CANCELLED", "cancelled", "The operation was canceled by the user."),
    (1225, "ERROR_CONNECTION_REFUSED", "network", "The remote computer refused the network connection."),
    (
        1231,
        "ERROR_NETWORK_UNREACHABLE",
        "network",
        "The network location cannot be reached. For information about network troubleshooting, see Windows Help.",
    ),
    (
        1232,
        "ERROR_HOST_UNREACHABLE",
        "network",
        "The network location cannot be reached. For information about network troubleshooting, see Windows Help.",
    ),
    (1237, "ERROR_RETRY", "busy", "The operation could not be completed. A retry should be performed."),
    (
        1244,
        "ERROR_NOT_AUTHENTICATED",
        "auth",
        "The operation being requested was not performed because the user has not been authenticated.",
    ),
    (
        1245,
        "ERROR_NOT_LOGGED_ON",
        "auth",
        "The operation being requested was not performed because the user has not logged on to the network.",
    ),
    (
        1256,
        "ERROR_HOST_DOWN",
        "network",
        "The remote system is not available. For information about network troubleshooting, see Windows Help.",
    ),
    (1262, "ERROR_CSCSHARE_OFFLINE", "offline", "The share is currently offline or does not exist."),
    (
        1265,
        "ERROR_DOWNGRADE_DETECTED",
        "auth",
        "The system cannot contact a domain controller to service the authentication request. Please try again later.",
    ),
    (
        1311,
        "ERROR_NO_LOGON_SERVERS",
        "auth",
        "There are currently no logon servers available to service the logon request.",
    ),
    (
        1312,
        "ERROR_NO_SUCH_LOGON_SESSION",
        "auth",
        "A specified logon session does not exist. It may already have been terminated.",
    ),
    (1314, "ERROR_PRIVILEGE_NOT_HELD", "access", "A required privilege is not held by the client."),
    (1326, "ERROR_LOGON_FAILURE", "auth", "The user name or password is incorrect."),
    (1327, "ERROR_ACCOUNT_RESTRICTION", "auth", "Account restrictions are preventing this user from signing in."),
    (
        1346,
        "ERROR_BAD_IMPERSONATION_LEVEL",
        "auth",
        "Either a required impersonation level was not provided, or the provided impersonation level is invalid.",
    ),
    (
        1385,
        "ERROR_LOGON_TYPE_NOT_GRANTED",
        "auth",
        "Logon failure: the user has not been granted the requested logon type at this computer.",
    ),
    (1392, "ERROR_FILE_CORRUPT", "corrupt", "The file or directory is corrupted and unreadable."),
    (
        1450,
        "ERROR_NO_SYSTEM_RESOURCES",
        "resource",
        "Insufficient system resources exist to complete the requested service.",
    ),
    (1460, "ERROR_TIMEOUT", "network", "This operation returned because the timeout period expired."),
    (1722, "RPC_S_SERVER_UNAVAILABLE", "service", "The RPC server is unavailable."),
    (1726, "RPC_S_CALL_FAILED", "service", "The remote procedure call failed."),
    (1818, "RPC_S_CALL_CANCELLED", "cancelled", "The remote procedure call was cancelled."),
    (2250, "ERROR_NOT_CONNECTED", "network", "This network connection does not exist."),
    (4350, "ERROR_FILE_OFFLINE", "offline", "This file is currently not available for use on this computer."),
)
"""Number, name, category and English text of the system error codes."""

HRESULTS: tuple[tuple[int, str, str, str], ...] = (
    (0x00000000, "S_OK", "ok", "The operation completed successfully."),
    (0x00000001, "S_FALSE", "ok", "The operation completed successfully, with nothing to do."),
    (0x80004001, "E_NOTIMPL", "unsupported", "Not implemented."),
    (0x80004005, "E_FAIL", "other", "Unspecified error."),
    (0x8000FFFF, "E_UNEXPECTED", "other", "Catastrophic failure."),
)
"""The same for HRESULTs of other facilities."""

WMI_ERRORS: tuple[tuple[int, str, str, str], ...] = (
    (0x80041001, "WBEM_E_FAILED", "wmi", "The call failed."),
    (0x80041002, "WBEM_E_NOT_FOUND", "not_in_cache", "The object cannot be found."),
    (0x80041003, "WBEM_E_ACCESS_DENIED", "access", "The user has no permission to perform the action."),
    (0x80041004, "WBEM_E_PROVIDER_FAILURE", "service", "The provider failed after its initialization."),
    (0x80041005, "WBEM_E_TYPE_MISMATCH", "input", "A type mismatch occurred."),
    (0x80041006, "WBEM_E_OUT_OF_MEMORY", "resource", "There is not enough memory for the operation."),
    (0x80041007, "WBEM_E_INVALID_CONTEXT", "wmi", "The context object is not valid."),
    (0x80041008, "WBEM_E_INVALID_PARAMETER", "input", "One of the parameters of the call is not correct."),
    (0x80041009, "WBEM_E_NOT_AVAILABLE", "service", "The resource, usually a remote one, is not available."),
    (0x8004100A, "WBEM_E_CRITICAL_ERROR", "wmi", "An internal, critical error occurred."),
    (0x8004100C, "WBEM_E_NOT_SUPPORTED", "unsupported", "The feature or operation is not supported."),
    (0x8004100E, "WBEM_E_INVALID_NAMESPACE", "wmi", "The namespace cannot be found."),
    (0x8004100F, "WBEM_E_INVALID_OBJECT", "wmi", "The instance is not valid."),
    (0x80041010, "WBEM_E_INVALID_CLASS", "unsupported", "The class is not valid."),
    (0x80041011, "WBEM_E_PROVIDER_NOT_FOUND", "unsupported", "The provider that the schema names has no registration."),
    (0x80041012, "WBEM_E_INVALID_PROVIDER_REGISTRATION", "wmi", "The registration of the provider is incomplete."),
    (0x80041013, "WBEM_E_PROVIDER_LOAD_FAILURE", "unsupported", "COM cannot locate the provider."),
    (0x80041014, "WBEM_E_INITIALIZATION_FAILURE", "service", "The provider failed to initialize."),
    (0x80041015, "WBEM_E_TRANSPORT_FAILURE", "network", "A networking error prevents normal operation."),
    (0x80041016, "WBEM_E_INVALID_OPERATION", "input", "The operation is not valid."),
    (0x8004101D, "WBEM_E_UNEXPECTED", "wmi", "The sequence of calls is not legal."),
    (0x80041024, "WBEM_E_PROVIDER_NOT_CAPABLE", "unsupported", "The provider cannot perform the operation."),
    (0x8004102E, "WBEM_E_INVALID_METHOD", "unsupported", "The method is not available."),
    (0x8004102F, "WBEM_E_INVALID_METHOD_PARAMETERS", "input", "The parameters of the method are not valid."),
    (0x80041032, "WBEM_E_CALL_CANCELLED", "cancelled", "The asynchronous call was cancelled by WMI or by a user."),
    (0x80041033, "WBEM_E_SHUTTING_DOWN", "service", "WMI is shutting down."),
    (0x80041055, "WBEM_E_METHOD_NOT_IMPLEMENTED", "unsupported", "The method is not implemented."),
    (0x80041062, "WBEM_E_PRIVILEGE_NOT_HELD", "access", "The client lacks a privilege."),
    (0x80041064, "WBEM_E_LOCAL_CREDENTIALS", "input", "Credentials were given for a local connection."),
    (0x80041069, "WBEM_E_TIMED_OUT", "network", "The operation timed out."),
    (0x8004106C, "WBEM_E_QUOTA_VIOLATION", "resource", "A quota of WMI was exceeded."),
)
"""The same for the codes of WMI."""

CATEGORIES: tuple[str, ...] = (
    "ok",
    "not_in_cache",
    "access",
    "resource",
    "service",
    "busy",
    "unsupported",
    "network",
    "auth",
    "input",
    "partial",
    "cancelled",
    "offline",
    "corrupt",
    "other",
    "wmi",
)
"""Every word that :attr:`Code.category` can have."""

_OF_ONE_PATH = frozenset({"not_in_cache", "access", "auth", "network", "offline", "busy", "input", "corrupt", "other"})

_FACILITY_WIN32 = 0x80070000


@dataclass(frozen=True)
class Code:
    """One number of Windows, explained.

    :ivar code: the number as the host gave it, unsigned (0 to 0xFFFFFFFF)
    :ivar hresult: the same as an HRESULT, written ``0x80070005``
    :ivar name: the field's constant, such as ``ERROR_ACCESS_DENIED``; None when it is in no table
    :ivar category: a word of :data:`CATEGORIES`
    :ivar text: the table's English text, empty when there is none
    :ivar hint: what to do about it, empty when there is nothing to say
    """

    code: int
    hresult: str
    name: str | None
    category: str
    text: str
    hint: str

    @property
    def ok(self) -> bool:
        """True for a success."""
        return self.category == "ok"

    @property
    def of_one_path(self) -> bool:
        """True for an error that may be about one path or item, not about the cache, WMI or Windows as a whole."""
        return self.category in _OF_ONE_PATH

    def as_result(self, text: str = "") -> dict[str, object]:
        """Return the form in which results show a code; *text* is what the host said, if it said something."""
        return {
            "code": self.code,
            "hresult": self.hresult,
            "name": self.name,
            "category": self.category,
            "text": text or self.text,
        }

    def __str__(self) -> str:
        return f"{self.name} ({self.hresult})" if self.name else self.hresult


def explain_refused_parameters(code: int) -> Code:
    """Explain *code* where it was thrown before the method was invoked, because the call does not fit its class.

    The same numbers say of an item that it is not there, or that a path is wrong. Here nobody had heard of one yet.
    """
    found = explain(code)
    if found.category not in ("not_in_cache", "input", "other"):
        return found
    return dataclasses.replace(found, category="unsupported", hint=hints.OTHER_METHOD)


_BY_HRESULT: dict[int, tuple[str, str, str]] = {
    **{number: row for number, *row in HRESULTS},  # type: ignore[misc]
    **{number: row for number, *row in WMI_ERRORS},  # type: ignore[misc]
    **{_FACILITY_WIN32 | number: row for number, *row in SYSTEM_ERRORS if number},  # type: ignore[misc]
}


def to_hresult(code: int) -> int:
    """Return *code* as an HRESULT.

    A plain system error code becomes 0x8007nnnn. 1 stays S_FALSE: as a Result it is a success, and the system error
    of that number (ERROR_INVALID_FUNCTION) is not known to occur.

    :param code: the number as the host gave it; a negative one is read as its 32 bits
    """
    code &= 0xFFFFFFFF
    return _FACILITY_WIN32 | code if 1 < code <= 0xFFFF else code


@functools.lru_cache(maxsize=1024)
def explain(code: int) -> Code:
    """Explain *code*, whichever of the three kinds it is.

    An unknown number whose bit 31 is set is an error of category ``other``; any other unknown one is a success.

    :param code: the number as the host gave it; a negative one is read as its 32 bits
    """
    hresult = to_hresult(code)
    name: str | None
    name, category, text = _BY_HRESULT.get(hresult, (None, "other" if hresult & 0x80000000 else "ok", ""))
    return Code(code & 0xFFFFFFFF, f"0x{hresult:08X}", name, category, text, hints.of(hresult, category))
