# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the switches that say how this simulated Windows behaves where no document does.

Nobody has asked a real client the open questions about Offline Files (what comes for an item that was not pinned,
how the number in a progress text is written ...). Here each question has one or more switches, and each possible answer
is a value. The number beside a switch is that of the question; 0 marks a fault or a variant outside the questions.

Without a switch: 23 (32-bit PowerShell) cannot be told from outside, because WMI runs out of process; of 22, DFS and
administrative shares are only names.
"""

# Functions here make the fields of the one dataclass below.
# pylint: disable=invalid-field-call

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simhost.result_texts import number_of

METHOD_NAMES = (
    *("DeleteItems", "Enable", "Encrypt", "Pin", "RenameItem", "RenameItemEx", "SuspendRoot", "Synchronize"),
    *("TransitionOffline", "TransitionOnline", "Unpin"),
)
"""The methods of Win32_OfflineFilesCache that this Windows has."""

ODD_TEXTS = {
    "nul": "a text with NUL \0 and U+0001 \x01 inside",
    "huge": "3:0:" + "x" * 65536 + ":\\\\huge\\share\\file",
    "empty": "",
    "null": None,
    "colons": "3:0:a:b::c: d:\\\\colons\\share\\file",
    "japanese": "日本語のテキスト",
    "no_number": "3::no number:\\\\none\\share\\file",
    "unknown_reason": "7:0:seven:\\\\seven\\share\\file",
    "only_path": "\\\\only\\share\\path",
    "control": "\t\x07\x1b[31m\x7f\u202e",
    "surrogate": "half a pair \ud83d end",
    "line_break": "\r\n",
}
"""Stray texts that `odd_texts` can insert, by name."""


def _choice(question: int, meaning: str, default: str, **values: str) -> Any:
    return field(default=default, metadata={"question": question, "meaning": meaning, "values": values})


def _count(question: int, meaning: str, default: int | None, minimum: int = 0) -> Any:
    values = {"number": f"{minimum} or more" + ("; null: never" if default is None else "")}

    def check(value: object) -> int | None:
        if value is None and default is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
            raise ValueError(f"expected a whole number of at least {minimum}, got {value!r}")
        return value

    return field(default=default, metadata={"question": question, "meaning": meaning, "values": values, "check": check})


def _code(question: int, meaning: str, default: int) -> Any:
    values = {"code": "number or name of an error"}
    metadata = {"question": question, "meaning": meaning, "values": values, "check": number_of}
    return field(default=default, metadata=metadata)


def _free(question: int, meaning: str, default: Any, values: str, check: Callable[[object], Any]) -> Any:
    metadata = {"question": question, "meaning": meaning, "values": {"text": values}, "check": check}
    return field(default=default, metadata=metadata)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a text, got {value!r}")
    return value


def _texts(value: object) -> tuple[str | None, ...]:
    if not isinstance(value, (list, tuple)) or not all(text is None or isinstance(text, str) for text in value):
        raise ValueError(f"expected a list of texts (null is allowed), got {value!r}")
    return tuple(value)


def _odd_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"expected a list, got {value!r}")
    for name in value:
        if name not in ODD_TEXTS:
            raise ValueError(f"unknown odd text {name!r} (known: {', '.join(ODD_TEXTS)})")
    return tuple(value)


def _methods(value: object) -> tuple[str, ...]:
    names = _names(value)
    for name in names:
        if name not in METHOD_NAMES:
            raise ValueError(f"unknown method {name!r} (known: {', '.join(METHOD_NAMES)})")
    return names


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"expected a list, got {value!r}")
    return tuple(map(_text, value))


_VIEW = {
    "own": "the items that are visible to this user",
    "all": "every item of the machine",
    "none": "nothing",
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one simulated Windows answers. Build it with `from_mapping`, or with keywords in tests."""

    # Results of single items
    item_not_pinned: Literal["s_ok", "s_false", "not_found", "none"] = _choice(
        1,
        "what comes for an item that none of the requested reasons pins",
        "s_ok",
        s_ok="Result 0",
        s_false="Result 1",
        not_found="Result 0x80070002",
        none="no text at all",
    )
    missing_path: Literal["return_value", "item_result", "silent"] = _choice(
        2,
        "how a path is told that the cache does not hold",
        "item_result",
        return_value="only in ReturnValue",
        item_result="as an ItemResult",
        silent="not at all",
    )
    missing_path_code: int = _code(2, "the code for such a path", 2)

    # The texts
    number_format: Literal["unsigned", "signed", "hex", "bare_hex"] = _choice(
        3,
        "how Result is written",
        "unsigned",
        unsigned="2147942405",
        signed="-2147024891",
        hex="0x80070005",
        bare_hex="80070005",
    )
    result_form: Literal["hresult", "win32"] = _choice(
        3,
        "which number Result holds for a system error",
        "hresult",
        hresult="an HRESULT, as documented",
        win32="the plain code, such as 5",
    )
    brackets: Literal["none", "always", "with_path"] = _choice(
        4,
        "brackets round the path",
        "none",
        none="never",
        always="always, also round no path",
        with_path="where there is a path",
    )
    text_language: Literal["en", "de", "ja", "empty"] = _choice(
        5,
        "language of ResultText and of error messages",
        "en",
        en="English",
        de="German",
        ja="Japanese",
        empty="ResultText is always empty, messages are English",
    )
    success_text: Literal["text", "empty"] = _choice(
        5,
        "ResultText of success",
        "text",
        text="the system's sentence",
        empty="empty",
    )
    text_ending: Literal["none", "crlf"] = _choice(
        5,
        "what FormatMessage leaves at the end of ResultText",
        "none",
        none="nothing",
        crlf="CR LF",
    )
    text_suffix: str = _free(5, "added to every ResultText, for example with colons", "", "any text", _text)
    messages_per_progress: int = _count(6, "messages in one Progress call, joined by CR LF", 1, 1)

    # Scope and flags
    shallow_container: Literal["kept", "released"] = _choice(
        7,
        "Deep=false: the directory or share itself",
        "kept",
        kept="not touched",
        released="unpinned too",
    )
    shallow_subdirectories: Literal["kept", "released"] = _choice(
        7,
        "Deep=false: entries of immediate subdirectories",
        "kept",
        kept="not touched",
        released="unpinned too (not what is in them)",
    )
    redirection_flag: Literal["honoured", "ignored", "refused"] = _choice(
        8,
        "flag 0x100 of Unpin and Pin",
        "honoured",
        honoured="is a reason: folder redirection",
        ignored="has no effect",
        refused="the call is refused",
    )
    combined_reasons: Literal["accepted", "lowest_only", "refused"] = _choice(
        8,
        "several reasons in one mask",
        "accepted",
        accepted="all count",
        lowest_only="only the lowest bit counts",
        refused="the call is refused",
    )
    no_reason_flags: Literal["nothing", "all_reasons", "refused"] = _choice(
        8,
        "a mask without a reason",
        "nothing",
        nothing="changes nothing",
        all_reasons="counts as every reason",
        refused="the call is refused",
    )
    refusal_code: int = _code(8, "the code of a refused call: 87, 0x80041008 ...", 87)
    refusal_form: Literal["return_value", "thrown", "completed"] = _choice(
        8,
        "how a call is refused",
        "return_value",
        return_value="in ReturnValue",
        thrown="an exception at the call",
        completed="in Completed's status",
    )
    interactive_flag: Literal["ignored", "hangs"] = _choice(
        0,
        "flag 0x800 in a session without a desktop",
        "ignored",
        ignored="has no effect",
        hangs="a dialog nobody sees: the call hangs after Begin",
    )

    # Whose items
    user_view: Literal["own", "all", "none"] = _choice(9, "what an ordinary user sees", "own", **_VIEW)
    admin_view: Literal["own", "all", "none"] = _choice(9, "what a user of host.admins sees", "own", **_VIEW)
    system_view: Literal["own", "all", "none"] = _choice(9, "what NT AUTHORITY\\SYSTEM sees", "own", **_VIEW)
    unpin_reach: Literal["view", "all"] = _choice(
        9,
        "which items Unpin acts on",
        "view",
        view="those the caller sees",
        all="every item",
    )
    server_contact: Literal["never", "per_item", "per_call"] = _choice(
        10,
        "whether Unpin needs the file server; a user not in host.delegated cannot reach it",
        "never",
        never="works without it",
        per_item="each item fails with server_contact_error, items of offline shares with 1262",
        per_call="the call fails with server_contact_error",
    )
    server_contact_error: int = _code(10, "the code then, for every method: 65, 1326, 1312 ...", 65)

    # Delivery
    observer: Literal["accepted", "refused_com", "refused_wmi", "silent"] = _choice(
        11,
        "a call with an observer",
        "accepted",
        accepted="texts arrive",
        refused_com="thrown 0x80070005",
        refused_wmi="thrown 0x80041003",
        silent="success, but no text",
    )
    texts_after_completed: int = _count(12, "so many of the last texts come after Completed", 0)
    late_text_ms: int = _count(12, "milliseconds between Completed and those texts", 0)
    object_ready: Literal["sent", "missing", "missing_on_error", "after_completed"] = _choice(
        12,
        "ObjectReady, which carries ReturnValue",
        "sent",
        sent="before Completed",
        missing="never",
        missing_on_error="not when ReturnValue is no success",
        after_completed="after Completed",
    )
    return_on_item_errors: Literal["zero", "first_error", "more_data"] = _choice(
        13,
        "ReturnValue when items failed",
        "zero",
        zero="0",
        first_error="that of the first failed item",
        more_data="234",
    )
    single_file_return: Literal["item_result", "overall"] = _choice(
        13,
        "ReturnValue when one file is the only path",
        "item_result",
        item_result="its result, as the COM page says",
        overall="as for any other call",
    )
    return_form: Literal["hresult", "win32"] = _choice(
        13,
        "which number ReturnValue holds for a system error",
        "hresult",
        hresult="0x80070005",
        win32="5",
    )
    bad_path_fails: Literal["path", "call"] = _choice(
        14,
        "one path that is missing or malformed",
        "path",
        path="spoils only itself",
        call="the whole call does nothing",
    )

    # Reading
    query_error: int = _code(15, "a WQL query is refused with this code; 0: accepted", 0)
    instances_error: int = _code(15, "a plain enumeration is refused with this code; 0: accepted", 0)
    read_error_after_rows: int | None = _count(15, "a read breaks after so many rows", None)
    read_error: int = _code(15, "the code then", 0x8004106C)
    read_hangs_after_rows: int | None = _count(15, "a read hangs after so many rows", None)
    row_delay_ms: int = _count(15, "milliseconds that each row takes", 0)
    read_faults_from: int = _count(15, "the faults above begin with this read: 1 the first, 2 the second ...", 1, 1)
    item_order: Literal["parents_first", "children_first"] = _choice(
        16,
        "order of the items of a subtree in the texts",
        "parents_first",
        parents_first="a directory, then what is in it",
        children_first="the other way round",
    )
    container_texts: Literal["reported", "silent"] = _choice(
        16,
        "texts for shares and directories",
        "reported",
        reported="as for files",
        silent="none, though they are unpinned",
    )
    path_form: Literal["cached", "requested", "lower", "upper", "fqdn"] = _choice(
        16,
        "spelling of paths in the texts",
        "cached",
        cached="as the cache has them",
        requested="beginning as the request did",
        lower="lower case",
        upper="upper case",
        fqdn="server name with .corp.example",
    )
    abandoned_call: Literal["continues", "stops"] = _choice(
        17,
        "when the caller goes away in the middle",
        "continues",
        continues="the provider runs to its end",
        stops="nothing more happens",
    )
    end_result: Literal["overall", "zero", "first_error"] = _choice(
        18,
        "Result of End",
        "overall",
        overall="what ReturnValue says",
        zero="always 0",
        first_error="that of the first failed item",
    )
    begin_result: int = _code(18, "Result of Begin", 0)

    # After the call
    state_lag_reads: int = _count(20, "so many reads still show the old pins", 0)
    state_lag_ms: int = _count(20, "for so many milliseconds reads show the old pins", 0)
    repin: Literal["never", "at_once", "inherited"] = _choice(
        0,
        "pins that come back as soon as the call ends",
        "never",
        never="none",
        at_once="all that were released, as a policy would",
        inherited="those whose parent pins with inherit for that reason",
    )
    eviction: Literal["never", "at_once"] = _choice(
        0,
        "items that no reason and no change holds any more",
        "never",
        never="stay in the cache",
        at_once="leave it at the end of the call",
    )

    # Paths
    inactive_answer: Literal["not_active", "disabled", "not_supported", "hang"] = _choice(
        21,
        "what an inactive cache answers to a method",
        "not_active",
        not_active="1062",
        disabled="1058",
        not_supported="50",
        hang="nothing",
    )
    long_paths: Literal["accepted", "refused"] = _choice(
        22,
        "paths of more than 260 characters",
        "accepted",
        accepted="like any other",
        refused="206",
    )
    path_forms: Literal["accepted", "refused"] = _choice(
        22,
        "a trailing backslash, \\\\?\\UNC\\",
        "accepted",
        accepted="understood",
        refused="123",
    )
    server_path: Literal["accepted", "not_found", "refused"] = _choice(
        22,
        "a path that is only a server",
        "accepted",
        accepted="everything under it",
        not_found="as a missing path",
        refused="123",
    )
    wildcards: Literal["refused", "literal", "expanded"] = _choice(
        24,
        "* and ? in a path",
        "refused",
        refused="123",
        literal="ordinary characters, so nothing is found",
        expanded="match names in the last part",
    )

    # Pin, Synchronize, DeleteItems
    delete_texts: Literal["none", "sent", "failures_only"] = _choice(
        19,
        "progress texts of DeleteItems",
        "none",
        none="none, as its page has none",
        sent="as for the others",
        failures_only="Begin, End and the ItemResults of errors",
    )
    delete_return: Literal["more_data", "zero", "first_error", "s_false"] = _choice(
        25,
        "ReturnValue of DeleteItems when items failed",
        "more_data",
        more_data="234, as the COM page says",
        zero="0",
        first_error="that of the first failed item",
        s_false="1",
    )
    pin_new_item: Literal["sparse", "filled", "refused"] = _choice(
        26,
        "Pin without 0x1 of what only a server has",
        "sparse",
        sparse="brings it in without its content",
        filled="brings it in with its content",
        refused="does not find it",
    )
    pinned_folder: Literal["inherit", "pinned"] = _choice(
        27,
        "the value that Pin gives to a folder",
        "inherit",
        inherit="2",
        pinned="1",
    )
    pin_reach: Literal["server", "cached"] = _choice(
        28,
        "Pin with Deep and what only the server has in a folder",
        "server",
        server="is pinned too",
        cached="is left out",
    )
    item_pinned: Literal["s_ok", "s_false", "none"] = _choice(
        29,
        "what Pin tells of an item that has the reasons already",
        "s_ok",
        s_ok="Result 0",
        s_false="Result 1",
        none="no text at all",
    )
    unfilled_pin: Literal["kept", "dropped"] = _choice(
        30,
        "Pin with 0x1 of an item whose content cannot be had",
        "kept",
        kept="it is pinned and sparse, and its Result is the error",
        dropped="it is not pinned",
    )
    pin_contact: Literal["when_needed", "always"] = _choice(
        31,
        "whether Pin needs the server",
        "when_needed",
        when_needed="only to bring something in",
        always="for every item",
    )
    server_logon: Literal["accepted", "per_item", "per_call"] = _choice(
        31,
        "Pin and Synchronize by a user not in host.delegated, where they need the server",
        "accepted",
        accepted="work",
        per_item="each item fails with server_contact_error",
        per_call="the call fails with server_contact_error",
    )
    offline_server: Literal["per_item", "per_call", "skipped"] = _choice(
        32,
        "Pin and Synchronize where they need a share that is offline",
        "per_item",
        per_item="each item fails with offline_server_error",
        per_call="the call fails with it, if a requested path is there",
        skipped="its items are passed over without a word",
    )
    offline_server_error: int = _code(32, "the code then: 1262, 53, 1231 ...", 1262)
    offline_reasons: Literal["disconnected", "any"] = _choice(
        33,
        "which items with ConnectState 1 Pin and Synchronize cannot bring to their server",
        "disconnected",
        disconnected="those with OfflineReason 0, 1 or 4",
        any="all",
    )
    open_files: Literal["refused", "served"] = _choice(
        34,
        "a file open in a program, without 0x10000, where content has to move or go",
        "refused",
        refused="32",
        served="as any other",
    )
    item_in_sync: Literal["s_ok", "s_false", "none"] = _choice(
        35,
        "what Synchronize tells of an item with nothing to do",
        "s_ok",
        s_ok="Result 0",
        s_false="Result 1",
        none="no text at all",
    )
    conflict_result: Literal["s_ok", "s_false", "error"] = _choice(
        36,
        "Result of a conflict that is left",
        "s_ok",
        s_ok="0",
        s_false="1",
        error="conflict_error",
    )
    conflict_error: int = _code(36, "the code then", 0x80004005)
    conflict_direction: Literal["ignored", "respected"] = _choice(
        37,
        "a conflict that is decided against the directions in the flags",
        "ignored",
        ignored="is decided all the same",
        respected="is left",
    )
    deleted_on_server: Literal["removed", "kept"] = _choice(
        38,
        "Synchronize with 0x2 of an unchanged item that the server has no more",
        "removed",
        removed="it leaves the cache",
        kept="it stays",
    )
    sync_children: Literal["awaited", "inherit", "never"] = _choice(
        39,
        "whose children Synchronize pins that are not, and brings in without the flag 0x8",
        "awaited",
        awaited="those of folders that Pin has pinned without Deep, once",
        inherit="those of every folder with the value 2",
        never="nobody's",
    )
    new_files_reason: Literal["inherited", "user", "left_out"] = _choice(
        40,
        "new files with 0x8 and no reason in the flags",
        "inherited",
        inherited="have the reasons of the folders above",
        user="are pinned for the user",
        left_out="do not come in",
    )
    no_direction: Literal["nothing", "all", "refused"] = _choice(
        41,
        "Synchronize without 0x1, 0x2 and 0x4",
        "nothing",
        nothing="does nothing",
        all="does all three",
        refused="the call is refused",
    )
    suspended_skipped: Literal["none", "s_false"] = _choice(
        42,
        "what Synchronize with 0x2000 tells of items in suspended folders",
        "none",
        none="no text at all",
        s_false="Result 1",
    )
    delete_modified: Literal["error", "s_ok", "s_false", "none"] = _choice(
        43,
        "what DeleteItems tells of an item that stays because of its changes",
        "error",
        error="delete_modified_error",
        s_ok="Result 0",
        s_false="Result 1",
        none="no text at all",
    )
    delete_modified_error: int = _code(43, "the code then", 170)
    delete_skipped: Literal["none", "s_ok", "s_false"] = _choice(
        43,
        "the same of an item that the flags leave out",
        "none",
        none="no text at all",
        s_ok="Result 0",
        s_false="Result 1",
    )
    delete_not_empty: Literal["error", "s_ok", "none"] = _choice(
        43,
        "the same of a folder that is not empty",
        "error",
        error="145",
        s_ok="Result 0",
        none="no text at all",
    )
    delete_shares: Literal["deleted", "kept"] = _choice(
        44,
        "DeleteItems and the entry of a share with nothing in it",
        "deleted",
        deleted="goes, as a folder does",
        kept="stays",
    )
    open_files_error: int = _code(
        46, "what TransitionOffline returns where open files prevent it; 0: success, and OpenFiles tells it", 0
    )
    unreachable_error: int = _code(
        47, "what TransitionOnline returns where the server cannot be reached; 0: success", 0x800704CF
    )
    rename_level: Literal["accepted", "refused"] = _choice(
        50,
        "a share that is renamed to a folder, and the other way round",
        "accepted",
        accepted="it becomes what its new place holds",
        refused="87",
    )
    rename_open_error: int = _code(51, "what RenameItemEx answers where a file is open: 32, 5 ...", 32)
    rename_place: Literal["made", "refused"] = _choice(
        52,
        "the folder, share or server above the new path, where the cache does not hold it",
        "made",
        made="is made",
        refused="3",
    )
    rename_item_error: Literal["nothing", "items_before"] = _choice(
        53,
        "RenameItemEx and an item that cannot be renamed",
        "nothing",
        nothing="nothing is renamed",
        items_before="what came before it has its new path",
    )
    rename_reach: Literal["all", "view"] = _choice(
        54,
        "what is under the old path and the caller does not see",
        "all",
        all="is renamed too",
        view="stays under it",
    )
    rename_pins: Literal["kept", "dropped"] = _choice(
        55,
        "the pins of items that are renamed",
        "kept",
        kept="go along",
        dropped="are gone",
    )
    rename_again: Literal["accepted", "refused"] = _choice(
        56,
        "RenameItem of what waits for the restart to be renamed",
        "accepted",
        accepted="the request is logged once more",
        refused="183",
    )
    rename_unknown: Literal["refused", "accepted"] = _choice(
        57,
        "RenameItem and RenameItemEx of a path that the cache does not hold",
        "refused",
        refused="missing_path_code",
        accepted="success, with nothing to do",
    )
    enable_effect: Literal["restart", "at_once"] = _choice(
        60,
        "when Enable takes effect",
        "restart",
        restart="with the restart, which RebootRequired says",
        at_once="at once, and RebootRequired is false",
    )
    enable_denied: Literal["return_value", "thrown", "accepted"] = _choice(
        61,
        "Enable by a user who is no administrator",
        "return_value",
        return_value="5",
        thrown="0x80041003",
        accepted="works",
    )
    encrypt_denied: Literal["accepted", "return_value"] = _choice(
        62,
        "Encrypt by a user who is no administrator",
        "accepted",
        accepted="works",
        return_value="5",
    )
    encrypt_setting: Literal["follows", "stays"] = _choice(
        63,
        "OfflineFilesCacheEncrypted after Encrypt",
        "follows",
        follows="is what was asked for",
        stays="is as before",
    )
    encrypt_cancelled: int = _count(
        64, "how many calls of Encrypt are cancelled half-way, with encrypt_cancelled_code", 0
    )
    encrypt_cancelled_code: int = _code(64, "what they return", 1223)
    encrypt_errors: Literal["more_data", "zero", "first_error"] = _choice(
        65,
        "ReturnValue of Encrypt when items failed",
        "more_data",
        more_data="234",
        zero="0",
        first_error="that of the first failed item",
    )
    format_value: Literal["deleted", "zero", "stays"] = _choice(
        66,
        "FormatDatabase after the restart that empties the cache",
        "deleted",
        deleted="is gone",
        zero="is 0",
        stays="is 1 still",
    )
    shutdown_time: Literal["written", "stays"] = _choice(
        67,
        "ShutdownTime, where Windows writes when it was shut down",
        "written",
        written="moves with each restart",
        stays="does not move",
    )
    restart_ms: int = _count(0, "milliseconds that a restart takes, in which nothing answers", 1500)
    restart_denied: Literal["never", "always"] = _choice(
        0,
        "shutdown.exe",
        "never",
        never="restarts the machine for an administrator",
        always="says that access is denied",
    )
    restart_lost: Literal["never", "always"] = _choice(
        0,
        "a restart that was accepted",
        "never",
        never="happens",
        always="does not happen, as where somebody stops it",
    )
    cache_quota: int | None = _count(0, "bytes that the content of files in the cache may have", None)
    quota_error: int = _code(45, "what Pin and Synchronize answer where there is no room", 112)
    quota_full: Literal["each_item", "stops"] = _choice(
        45,
        "what happens then",
        "each_item",
        each_item="items that fit still come",
        stops="the call ends with that code",
    )

    # Faults
    declared_only: tuple[str, ...] = _free(
        0, "methods that the class has and Windows does not carry out: 0x80041055", (), "list of methods", _methods
    )
    wmi_class: Literal["present", "missing", "load_failure", "access_denied", "unauthorized"] = _choice(
        0,
        "the classes of the cache and its items",
        "present",
        present="work",
        missing="0x80041010",
        load_failure="0x80041013",
        access_denied="0x80041003",
        unauthorized="0x80070005, as UnauthorizedAccessException",
    )
    configuration_class: Literal["present", "access_denied", "hangs"] = _choice(
        0,
        "the class Win32_OfflineFilesMachineConfiguration, where the machine has it",
        "present",
        present="works",
        access_denied="0x80041003",
        hangs="never answers",
    )
    registry_class: Literal["present", "missing", "access_denied", "hangs"] = _choice(
        0,
        "the class StdRegProv",
        "present",
        present="works",
        missing="0x80041010",
        access_denied="0x80041003",
        hangs="never answers",
    )
    registry_denied: tuple[str, ...] = _free(
        0, "registry keys that answer 5, with all under them", (), "list of full names of keys", _names
    )
    configuration_delay_ms: int = _count(0, "milliseconds that each question to these two classes takes", 0)
    goes_inactive: Literal["never", "before_call"] = _choice(
        0,
        "the cache stops by itself",
        "never",
        never="no",
        before_call="between reading and calling",
    )
    call_error: int = _code(0, "every method call is refused with this exception; 0: none", 0)
    begin_text: Literal["sent", "missing"] = _choice(0, "the Begin text", "sent", sent="comes", missing="does not")
    item_begin_text: Literal["sent", "missing"] = _choice(
        0, "the ItemBegin texts", "sent", sent="come", missing="do not"
    )
    item_result_text: Literal["sent", "missing", "retried"] = _choice(
        0,
        "the ItemResult texts",
        "sent",
        sent="come once",
        missing="do not come",
        retried="come twice, first with 32",
    )
    end_text: Literal["sent", "missing"] = _choice(0, "the End text", "sent", sent="comes", missing="does not")
    completed: Literal["sent", "missing"] = _choice(0, "Completed", "sent", sent="comes", missing="does not, for ever")
    completed_status: int = _code(0, "Completed's status; 0: success", 0)
    completed_delay_ms: int = _count(0, "milliseconds before Completed", 0)
    item_delay_ms: int = _count(0, "milliseconds that each item takes", 0)
    cancelled_after_items: int | None = _count(0, "the operation is cancelled after so many items: 0x800704C7", None)
    hang_after_items: int | None = _count(0, "the call hangs after so many items", None)
    dies_after_items: int | None = _count(0, "the provider dies after so many items", None)
    death_status: int = _code(0, "Completed's status then", 0x80041004)
    odd_texts: tuple[str, ...] = _free(
        0, "stray texts after the first one", (), "list of " + ", ".join(ODD_TEXTS), _odd_names
    )
    extra_texts: tuple[str | None, ...] = _free(0, "stray texts after those", (), "list of any texts", _texts)
    repeat_texts: int = _count(0, "how often each text is delivered", 1, 1)


DEFAULT = Behaviour()


def from_mapping(raw: Mapping[str, object], base: Behaviour = DEFAULT) -> Behaviour:
    """Switches from a scenario. Raises ValueError that names the switch and what it accepts."""
    known = {one.name: one for one in dataclasses.fields(Behaviour)}
    checked: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in known:
            raise ValueError(f"unknown switch {name!r} (known: {', '.join(sorted(known))})")
        metadata = known[name].metadata
        if "check" in metadata:
            try:
                checked[name] = metadata["check"](value)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        elif value not in metadata["values"]:
            raise ValueError(f"{name}: unknown value {value!r} (known: {', '.join(metadata['values'])})")
        else:
            checked[name] = value
    return dataclasses.replace(base, **checked)


def table() -> str:
    """All switches as a Markdown table, as it stands in scenarios/README.md."""
    lines = ["| switch | question | meaning | values (default first) |", "|---|---|---|---|"]
    for one in dataclasses.fields(Behaviour):
        values: dict[str, str] = one.metadata["values"]
        ordered = sorted(values, key=lambda name: name != one.default)
        shown = "; ".join(f"`{name}` {values[name]}" for name in ordered)
        if "check" in one.metadata:
            default: Any = one.default
            written = (
                json.dumps(default) if "code" not in values else f"0x{default:08X}" if default > 0xFFFF else default
            )
            shown = f"`{written}`; {next(iter(values.values()))}"
        lines.append(f"| `{one.name}` | {one.metadata['question'] or '–'} | {one.metadata['meaning']} | {shown} |")
    return "\n".join(lines) + "\n"
