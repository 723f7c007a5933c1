# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the table of contract cases: a simulated Windows, a request to host_call, and what must stand in the answer.

Each case runs on the real host part and on the emulation; the whole answers must be equal, and equal to `expect` where
that says something. The table knows no host: it is data.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simhost import shorthand

ALICE, ADMIN = r"CORP\alice", r"CORP\admin"
SYSTEM = r"NT AUTHORITY\SYSTEM"
SHARE = r"\\fs01\users"
HOME = SHARE + r"\alice"
PROJECTS = r"\\fs02\projects"
DOCUMENTS = r"\\fs02\home\alice\Documents"
JAPANESE = r"\\fs03\共有"

USER, POLICY, COMPUTER, REDIRECTION = PINS = [
    f"PinInfo.PinnedFor{whom}" for whom in ("User", "UserByPolicy", "Computer", "FolderRedirection")
]
UNPIN: Mapping[str, Any] = {
    "method": "Unpin",
    "paths": SHARE,
    "flags": [0x20],
    "deep": True,
    "last": "1:",
    "read": True,
    "fields": ["ItemType", *PINS],
    "keep": PINS,
    "reasons": [USER],
    "force": False,
    "timeout": 60,
}
"""The request that the module unpin makes for `paths: //fs01/users` and `timeout: 60`, in shorthand."""

CACHE = r"""
'\\fs01\users':
  items:
    alice:
      pin: {user: inherit}
      visible_to: ['CORP\alice', 'CORP\admin']
      items:
        report.docx: {pin: user, size: 12345, dirty: [data, time], in_use: true}
        notes.txt: {pin: [user, user_policy], size: 800}
        locked.xlsx: {pin: user, error: ERROR_ACCESS_DENIED}
        plain.txt: {}
        drafts:
          pin: {user: inherit}
          items: {idea.txt: {pin: user}, old: {pin: user, type: directory, items: {first.txt: {pin: user}}}}
    bob:
      pin: {user: inherit}
      visible_to: ['CORP\bob']
      items: {todo.txt: {pin: user}}
'\\fs02\projects':
  pin: {computer: inherit}
  connection: offline
  items: {plan.mpp: {pin: computer}, logo.png: {}}
'\\fs02\home\alice\Documents':
  pin: {folder_redirection: inherit}
  items: {cv.odt: {pin: folder_redirection}, both.odt: {pin: [user, user_policy, computer, folder_redirection]}}
"""
"""Items of every kind for two users; alice cannot have one of hers released. Bob's are not seen by others."""

NAMES = r"""
'\\fs03\共有':
  items:
    '予算 2024.xlsx': {pin: user}
    'Ünïcödé ß ẞ ÿ Σςσ Ǆǅǆ.txt': {pin: user}
    "\u0130stanbul \u0131I \u017fs \u212a \u2126 \uff21.txt": {pin: user}
    "it's 100% {fine} [1] $x `tick` 'q' & co.txt": {pin: user}
    '𐐨 😀.txt': {pin: user}
    "e\u0301 and \u00e9.txt": {pin: user}
    ' leading, trailing ;,=~# ': {pin: user}
    '予算': {pin: {user: inherit}, items: {'内訳.txt': {pin: user}}}
'\\fs03\共': {pin: user}
'\\FS03x\共有': {pin: user}
"""
"""Names that are awkward for somebody on the way."""

EMPTY = "{}"


@dataclass(frozen=True)
class Case:
    """One line of the table.

    :ivar request: what differs from UNPIN, in shorthand; None takes an option out
    :ivar behaviour: switches of the simulated Windows (tests/simhost/behaviour.py)
    :ivar expect: place in the outcome, such as `calls.0.made`, to value. The outcome is the answer with its
        packed data as lists, and beside that `asked`: the method calls that the simulated Windows saw, `released`: the
        items that lost a pin reason, `pinned`: those that got one, `altered`: those that are not as they were but for
        their pins, here or on their server, `gone`: those that left the cache, `came`: those that came
    :ivar hidden: switches that must make no difference to the answer; every other one must make one
    :ivar example: a sentence; the case stands in docs/host_contract_examples.md under it
    """

    name: str
    request: Mapping[str, Any] = field(default_factory=dict)
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    cache: str = CACHE
    servers: str = EMPTY
    host: Mapping[str, Any] = field(default_factory=dict)
    registry: Mapping[str, Any] = field(default_factory=dict)
    user: str = ALICE
    check_mode: bool = False
    hidden: frozenset[str] = frozenset()
    example: str = ""

    @property
    def full_request(self) -> dict[str, Any]:
        """The arguments of host_call."""
        return self.request_with({})

    def request_with(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of host_call, some of them otherwise: in shorthand, too."""
        return shorthand.request({**UNPIN, **self.request, **more})

    @property
    def waits(self) -> bool:
        """Whether it takes about as many seconds as its time limit."""
        timeout: int = self.full_request.get("timeout", 0)
        return 0 < timeout < 10

    def scenario(self, without: str | None = None) -> str:
        """The scenario as YAML text.

        :param without: leave out this switch.
        """
        host = {"name": "PC042", "user": ALICE, "admins": [ADMIN], **self.host}
        behaviour = {name: value for name, value in self.behaviour.items() if name != without}
        # JSON is YAML; what it escapes, a lone surrogate, could not stand in YAML any other way.
        parts = [
            "host: " + json.dumps(host),
            "behaviour: " + json.dumps(behaviour),
            "registry: " + json.dumps(self.registry),
            "cache:",
            textwrap.indent(self.cache, "  "),
            "servers:",
            textwrap.indent(self.servers, "  "),
        ]
        return "\n".join(parts) + "\n"


def lines(*paths: str) -> str:
    """Several paths as the contract wants them."""
    return "\n".join(paths)


def error(code: int, message: str) -> dict[str, Any]:
    """An ERROR of the contract."""
    return {"code": code, "message": message}


def wordless(code: int) -> dict[str, Any]:
    """An ERROR that System.Management made by itself, without a text of WMI."""
    return error(code, f"Error code: 0x{code:08x}")


LOCKED, REPORT, NOTES, PLAIN = (rf"{HOME}\{name}" for name in ("locked.xlsx", "report.docx", "notes.txt", "plain.txt"))
DRAFTS, IDEA, OLD, OLDEST = (
    rf"{HOME}\{name}" for name in ("drafts", r"drafts\idea.txt", r"drafts\old", r"drafts\old\first.txt")
)
BOTH = DOCUMENTS + r"\both.odt"
MINE = sorted([HOME, REPORT, NOTES, DRAFTS, IDEA, OLD, OLDEST])
"""What a call for alice's pins releases under SHARE."""

FIRST, LAST = "calls.0.data.0", "calls.0.data.-1"
VALUE, STATUS, MADE = "calls.0.returned.ReturnValue", "calls.0.status", "calls.0.made"
ERROR, THROWN_AT = "calls.0.error", "calls.0.thrown_at"
NOT_CALLED: Mapping[str, Any] = {"calls": [], "after": None, "released": [], "asked": []}
TIME_UP = error(0x80041069, "The time limit is used up.")
DENIED = "Access is denied."

SHALLOW: Mapping[str, Any] = {"paths": HOME, "deep": False}
ONE_FILE: Mapping[str, Any] = {"paths": LOCKED}
NO_REASON: Mapping[str, Any] = {"flags": [0], "reasons": []}
TWO_REASONS: Mapping[str, Any] = {"paths": DOCUMENTS, "flags": [0x60], "reasons": [USER, POLICY]}
MISSING: Mapping[str, Any] = {"paths": lines(HOME, r"\\fs01\users\nobody")}
THREE_SECONDS: Mapping[str, Any] = {"timeout": 3}
"""Enough for a slow machine to get to where a case hangs, and short enough to wait for."""
TWO_SECONDS: Mapping[str, Any] = {"timeout": 2}
"""Where something must have come within the time and something must not: a busy machine needs a margin."""

_REQUESTS = (
    Case(
        "released",
        expect={
            "skipped": None,
            "before.rows": 8,
            "after.rows": 2,
            VALUE: 0,
            "released": MINE,
            "asked": [
                {
                    "user": ALICE,
                    "method": "Unpin",
                    "params": {"Paths": [SHARE], "Flags": 32, "Deep": True},
                    "observe": True,
                }
            ],
        },
        example="Pinned items are released; one refuses",
    ),
    Case(
        "nothing to do",
        {"flags": [0x80], "reasons": [COMPUTER]},
        expect={**NOT_CALLED, "skipped": "not_needed", "before.rows": 8},
        example="Nothing to do: no item in scope is pinned for the reason",
    ),
    Case(
        "nothing to do, forced",
        {"flags": [0x80], "reasons": [COMPUTER], "force": True},
        expect={"skipped": None, MADE: True, "released": [], "after.rows": 8},
    ),
    Case(
        "nothing cached",
        cache=EMPTY,
        expect={**NOT_CALLED, "skipped": "not_needed", "before.seen": 0, "before.rows": 0, "before.data": []},
    ),
    Case(
        "nothing cached, forced",
        {"force": True},
        cache=EMPTY,
        expect={MADE: True, "calls.0.data.1": "2:0:The operation completed successfully.:" + SHARE},
    ),
    Case("no reasons: always needed", {"paths": PROJECTS, "reasons": []}, expect={MADE: True, "released": []}),
    Case(
        "a reason in a row that is not kept",
        {"keep": [COMPUTER]},
        expect={"before.rows": 0, MADE: True, "released": MINE},
    ),
    Case(
        "keep without reasons",
        {"keep": [POLICY], "reasons": []},
        expect={"before.rows": 1, "before.data.0": f"0\t1\t1\t0\t0\t{NOTES}"},
    ),
    Case("keep by text", {"fields": ["ParentItemPath", *PINS], "keep": ["ParentItemPath"]}, expect={"before.rows": 10}),
    Case(
        "keep by truth",
        {
            "method": None,
            "paths": "",
            "fields": ["ChangeInfo.Dirty", "Encrypted"],
            "keep": ["ChangeInfo.Dirty"],
            "reasons": [],
        },
        expect={"before.data": [f"True\tFalse\t{REPORT}"]},
    ),
    Case("no fields", {"fields": [], "keep": [], "reasons": []}, expect={"before.rows": 10, "before.data.1": HOME}),
    Case(
        "every kind of field",
        {
            "method": None,
            "paths": "",
            "keep": [],
            "reasons": [],
            "fields": [
                "ItemName",
                "ParentItemPath",
                "ItemType",
                "Sparse",
                "PinInfo.Pinned",
                "FileSysInfo.LocalSize",
                "FileSysInfo.LocalCreationTime",
                "ConnectionInfo.ConnectState",
                "DirtyInfo.LocalDirtyByteCount",
            ],
        },
        expect={
            "before.data.0": "fs01\t\t3\tFalse\t\t\t\t\t\t\\\\fs01",
            "before.data.3": "\t".join(
                ("report.docx", HOME, "0", "False", "True", "12345", "20240102030405.000000+000", "2", "12345", REPORT)
            ),
        },
    ),
    Case(
        "the same field twice",
        {"fields": [USER, USER, "ItemType"], "keep": [USER]},
        expect={"before.data.0": f"2\t2\t1\t{HOME}"},
    ),
    Case("read only", {"method": None}, expect={**NOT_CALLED, "skipped": "no_method", "before.rows": 8, "ms.call": 0}),
    Case(
        "check mode",
        check_mode=True,
        expect={**NOT_CALLED, "skipped": "no_method", "before.rows": 8},
        example="Check mode: the state is read and nothing is called",
    ),
    Case(
        "check mode, forced",
        {"force": True, "reasons": []},
        check_mode=True,
        expect={**NOT_CALLED, "skipped": "no_method"},
    ),
    Case(
        "check mode without reading",
        {"read": False},
        check_mode=True,
        expect={**NOT_CALLED, "skipped": "no_method", "before": None},
    ),
    Case(
        "no reading",
        {"read": False},
        expect={"before": None, "after": None, MADE: True, "released": MINE},
        example="Nothing is read: the texts are all there is",
    ),
    Case(
        "no reading and no method",
        {"read": False, "method": None},
        expect={**NOT_CALLED, "skipped": "no_method", "before": None},
    ),
    Case(
        "no options",
        dict.fromkeys(UNPIN),
        expect={**NOT_CALLED, "skipped": "no_method", "before.rows": 20, "before.held": []},
    ),
    Case(
        "only a method",
        {name: None for name in UNPIN if name != "method"},
        expect={"calls": [], "skipped": "not_needed"},
    ),
    Case(
        "an unknown method",
        {"method": "Nothing"},
        expect={MADE: False, ERROR: wordless(0x80041055), THROWN_AT: "parameters", "after": None, "asked": []},
    ),
    Case(
        "a parameter that the method lacks",
        {"method": "Synchronize"},
        expect={MADE: False, ERROR: wordless(0x80041002), THROWN_AT: "parameters", "after": None, "asked": []},
        example="The method has no such parameter: no item is said to be missing",
    ),
    Case(
        "a method that Windows only declares",
        {"method": "Synchronize", "deep": None},
        {"declared_only": ["Synchronize"]},
        {MADE: False, ERROR: error(0x80041055, "Method lacks [implemented]"), THROWN_AT: "invoke"},
    ),
    Case(
        "a field that no item has",
        {"fields": ["Nothing"], "keep": [], "reasons": []},
        expect={
            "before.way": "instances",
            "before.error": wordless(0x80041002),
            "before.seen": 2,
            "before.rows": 0,
            MADE: True,
        },
    ),
    Case("everything in scope", {"method": None, "paths": ""}, expect={"before.held": [], "before.rows": 13}),
    Case("a call without paths", {"paths": ""}, expect={"asked.0.params.Paths": [], VALUE: 0, "released": []}),
    Case(
        "lines without text",
        {"paths": f"\n{HOME}\n\n{PROJECTS}\n"},
        expect={"before.held": [True, True], "asked.0.params.Paths": [HOME, PROJECTS]},
    ),
    Case(
        "a server in scope",
        {"paths": r"\\FS02", "flags": [0x80], "reasons": [COMPUTER]},
        expect={"before.held": [True], "before.rows": 5, "released": [BOTH, PROJECTS, PROJECTS + r"\plan.mpp"]},
    ),
    Case("one file", {"paths": NOTES.upper()}, expect={"before.held": [True], "before.rows": 1, "released": [NOTES]}),
    Case(
        "several paths",
        {
            "paths": lines(
                HOME,
                r"\\FS01\USERS\Alice\Drafts",
                r"\\fs01\users\nobody",
                PROJECTS,
                r"\\fs01\users\ali",
                r"\\fs01\user",
            )
        },
        expect={"before.held": [True, True, False, True, False, False], "before.rows": 10, "released": MINE},
    ),
    Case(
        "the same path twice",
        {"paths": lines(HOME, HOME.upper())},
        expect={"before.held": [True, True], "before.rows": 8},
    ),
    Case(
        "path by path",
        {"paths": lines(DRAFTS, r"\\fs01\users\nobody", DOCUMENTS), "each": True},
        expect={
            "calls.0.path": 0,
            "calls.1.path": 1,
            "calls.2.path": 2,
            "calls.1.data.2": r"3:2147942402:The system cannot find the file specified.:\\fs01\users\nobody",
            "asked.2.params.Paths": [DOCUMENTS],
            "released": sorted([DRAFTS, IDEA, OLD, OLDEST, BOTH]),
        },
        example="Path by path: a call for each",
    ),
    Case("path by path, one path", {"each": True}, expect={"calls.0.path": 0, "released": MINE}),
    Case("path by path, no path", {"paths": "", "each": True}, expect={**NOT_CALLED, "skipped": "not_needed"}),
    Case(
        "several flags",
        {"paths": DOCUMENTS, "flags": [0x20, 0x40], "reasons": [USER, POLICY]},
        expect={"asked.0.params.Flags": 0x20, "asked.1.params.Flags": 0x40, "calls.1.path": None, "released": [BOTH]},
        example="One call for each of two flags",
    ),
    Case(
        "several flags, path by path",
        {"paths": lines(HOME, DOCUMENTS), "flags": [0x20, 0x40], "each": True},
        expect={
            f"asked.{n}.params": {"Paths": [path], "Flags": flags, "Deep": True}
            for n, (flags, path) in enumerate([(0x20, HOME), (0x20, DOCUMENTS), (0x40, HOME), (0x40, DOCUMENTS)])
        },
    ),
    Case("no flags", {"flags": []}, expect={**NOT_CALLED, "skipped": "not_needed"}),
    Case(
        "the highest flag",
        {"flags": [0x20 - 0x80000000]},
        expect={"asked.0.params.Flags": 0x80000020, "released": MINE},
    ),
    Case("in the background", {"flags": [0x10020]}, expect={"released": sorted(set(MINE) - {REPORT})}),
    Case(
        "synchronous",
        {"observe": False},
        expect={"calls.0.completed": True, "calls.0.texts": 0, "asked.0.observe": False, "released": MINE},
        example="Without an observer: no texts",
    ),
    Case("no last text is named", {"last": ""}, expect={LAST: "1:0:The operation completed successfully.:"}),
    Case(
        "another last text is named",
        {"last": "3:2147942405:"},
        expect={LAST: "1:0:The operation completed successfully.:"},
    ),
    Case(
        "deep is absent",
        {"deep": None},
        expect={
            MADE: False,
            ERROR: error(0x8004102F, "Method parameters not valid"),
            THROWN_AT: "invoke",
            "before.rows": 8,
        },
    ),
    Case("deep is absent, read only", {"deep": None, "method": None, "paths": HOME}, expect={"before.rows": 8}),
    Case(
        "not deep, a directory",
        SHALLOW,
        expect={"before.rows": 5, "asked.0.params.Deep": False, "released": [NOTES, REPORT]},
        example="Not deep: the immediate child files",
    ),
    Case("not deep, a share", {"deep": False}, expect={"before.rows": 1, "before.held": [True], "released": []}),
    Case("not deep, a file", {"paths": NOTES, "deep": False}, expect={"before.rows": 1, "released": [NOTES]}),
    Case(
        "not deep, a server",
        {"paths": r"\\fs02", "deep": False, "flags": [0x80], "reasons": [COMPUTER]},
        expect={"before.rows": 1, "released": []},
    ),
    Case("not deep, everything", {"paths": "", "deep": False, "method": None}, expect={"before.rows": 13}),
    Case(
        "long path",
        {"paths": SHARE + r"\folder" * 1000, "force": True},
        expect={"before.held": [False], MADE: True, "released": []},
    ),
    Case(
        "many paths",
        {"paths": lines(*(rf"{HOME}\file {number}.txt" for number in range(2000)), HOME)},
        expect={"before.held.-1": True, "released": MINE},
    ),
    Case(
        "names of all kinds",
        {"paths": lines(r"\\FS03\共有")},
        cache=NAMES,
        expect={"before.rows": 9, "before.held": [True], VALUE: 0, "after.rows": 0},
    ),
    Case(
        "names of all kinds, one by one",
        {
            "paths": "\n".join(
                rf"{JAPANESE}\{name}"
                for name in (
                    "予算",
                    "ÜNÏCÖDÉ ß ẞ Ÿ ΣΣΣ ǄǄǄ.TXT",
                    "ÜNÏCÖDÉ SS SS Ÿ ΣΣΣ ǄǄǄ.TXT",
                    "\u0130STANBUL \u0131I \u017fS \u212a \u2126 \uff41.TXT",
                    "iSTANBUL II SS K \u03a9 a.TXT",
                    "IT'S 100% {FINE} [1] $X `TICK` 'Q' & CO.TXT",
                    "\U00010400 😀.TXT",
                    "e\u0301 AND \u00c9.txt",
                    "\u00c9 and \u00e9.txt",
                    " leading, trailing ;,=~# ",
                    " leading, trailing ;,=~#",
                )
            )
        },
        cache=NAMES,
        expect={"before.held": [True, True, False, True, False, True, True, True, False, True, False]},
    ),
)

_MACHINES = (
    Case(
        "disabled",
        host={"enabled": False},
        expect={
            **NOT_CALLED,
            "skipped": "unavailable",
            "before": None,
            "cache.found": True,
            "cache.enabled": False,
            "services.CscService": {"state": "Stopped", "start_mode": "Disabled", "error": None},
        },
        example="The feature is disabled",
    ),
    Case(
        "inactive",
        host={"active": False},
        expect={**NOT_CALLED, "skipped": "unavailable", "before": None, "cache.enabled": True, "cache.active": False},
    ),
    Case(
        "disabled, no method", {"method": None}, host={"enabled": False}, expect={**NOT_CALLED, "skipped": "no_method"}
    ),
    Case(
        "services are not there",
        host={"services": {"CscService": None, "CSC": None}},
        expect={
            "services.CSC": {"state": None, "start_mode": None, "error": error(0x80041002, "Object cannot be found")},
            "released": MINE,
        },
    ),
    Case(
        "services cannot be read",
        host={"services": {"CscService": {"error": 5}, "CSC": {"error": 0x80041003}}},
        expect={"services.CscService.error.code": 0x80070005, "services.CSC.error.code": 0x80041003, "released": MINE},
    ),
    Case(
        "services in other states",
        host={"services": {"CscService": {"state": "Paused", "start_mode": "Manual"}}},
        expect={"services.CscService.state": "Paused", "services.CSC.state": "Running"},
    ),
    Case(
        "another place",
        host={"location": "D:\\Zwischenspeicher für Dateien"},
        expect={"cache.location": "D:\\Zwischenspeicher für Dateien"},
    ),
    Case(
        "another user",
        user=r"CORP\bob",
        expect={"before.rows": 2, "released": [r"\\fs01\users\bob", r"\\fs01\users\bob\todo.txt"]},
    ),
    Case("an administrator", user=ADMIN, expect={"before.rows": 8, "released": MINE}),
    Case(
        "the system",
        user=SYSTEM,
        expect={**NOT_CALLED, "before.rows": 0, "before.held": [True], "skipped": "not_needed"},
    ),
)

_QUESTIONS = (
    # 1: an item that was not pinned for the reason
    Case("1 not pinned: S_FALSE", behaviour={"item_not_pinned": "s_false"}),
    Case("1 not pinned: not found", behaviour={"item_not_pinned": "not_found"}),
    Case("1 not pinned: no text", behaviour={"item_not_pinned": "none"}),
    # 2: a path that the cache does not hold
    Case(
        "2 missing: a text",
        MISSING,
        expect={"before.held": [True, False], VALUE: 0, "released": MINE},
        example="A path that the cache does not hold",
    ),
    Case("2 missing: ReturnValue", MISSING, {"missing_path": "return_value"}, {VALUE: 0x80070002, "released": MINE}),
    Case("2 missing: silence", MISSING, {"missing_path": "silent"}, {VALUE: 0, "calls.0.texts": 20}),
    Case("2 missing: another code", MISSING, {"missing_path_code": 0x80070490}),
    # 3: how numbers are written
    Case("3 numbers: signed", behaviour={"number_format": "signed"}),
    Case(
        "3 numbers: hex",
        behaviour={"number_format": "hex"},
        expect={FIRST: "0:0x00000000:The operation completed successfully.:"},
    ),
    Case(
        "3 numbers: bare hex",
        behaviour={"number_format": "bare_hex"},
        expect={LAST: "1:00000000:The operation completed successfully.:"},
    ),
    Case("3 numbers: plain codes", behaviour={"result_form": "win32"}),
    # 4: brackets
    Case(
        "4 brackets: always",
        behaviour={"brackets": "always"},
        expect={LAST: "1:0:The operation completed successfully.:[]"},
    ),
    Case("4 brackets: where there is a path", behaviour={"brackets": "with_path"}),
    # 5: ResultText
    Case(
        "5 texts: German",
        behaviour={"text_language": "de"},
        expect={FIRST: "0:0:Der Vorgang wurde erfolgreich beendet.:"},
    ),
    Case("5 texts: Japanese", behaviour={"text_language": "ja"}, expect={FIRST: "0:0:この操作を正しく終了しました。:"}),
    Case("5 texts: Japanese, Japanese names", {"paths": JAPANESE}, {"text_language": "ja"}, cache=NAMES),
    Case("5 texts: empty", behaviour={"text_language": "empty"}, expect={LAST: "1:0::"}),
    Case("5 texts: success is empty", behaviour={"success_text": "empty"}, expect={FIRST: "0:0::"}),
    Case(
        "5 texts: CR LF",
        behaviour={"text_ending": "crlf"},
        expect={FIRST: "0:0:The operation completed successfully.\r\n:"},
    ),
    Case("5 texts: colons", behaviour={"text_suffix": " a:b: c::"}),
    Case(
        "5 messages: German",
        behaviour={"call_error": 5, "text_language": "de"},
        expect={"calls.0.error": error(0x80070005, "Zugriff verweigert")},
    ),
    Case(
        "5 messages: Japanese",
        behaviour={"wmi_class": "unauthorized", "text_language": "ja"},
        expect={"cache.error": error(0x80070005, "アクセスが拒否されました。")},
    ),
    # 6: messages in one Progress call
    Case("6 two messages at once", behaviour={"messages_per_progress": 2}, expect={"calls.0.texts": 11}),
    Case("6 all messages at once", behaviour={"messages_per_progress": 1000}, expect={"calls.0.texts": 1}),
    # 7: what Deep=false does to folders
    Case(
        "7 not deep: the directory too",
        SHALLOW,
        {"shallow_container": "released"},
        {"released": sorted([HOME, NOTES, REPORT])},
    ),
    Case(
        "7 not deep: subdirectories too",
        SHALLOW,
        {"shallow_subdirectories": "released"},
        {"released": sorted([DRAFTS, NOTES, REPORT])},
    ),
    Case(
        "7 not deep: both",
        SHALLOW,
        {"shallow_container": "released", "shallow_subdirectories": "released"},
        {"released": sorted([HOME, DRAFTS, NOTES, REPORT])},
    ),
    # 8: flags and masks
    Case(
        "8 redirection: honoured",
        {"paths": DOCUMENTS, "flags": [0x100], "reasons": [REDIRECTION]},
        expect={"released": [DOCUMENTS, BOTH, DOCUMENTS + r"\cv.odt"]},
    ),
    Case(
        "8 redirection: ignored",
        {"paths": DOCUMENTS, "flags": [0x100], "reasons": [REDIRECTION]},
        {"redirection_flag": "ignored"},
        {VALUE: 0, "released": []},
    ),
    Case(
        "8 redirection: refused",
        {"paths": DOCUMENTS, "flags": [0x100], "reasons": [REDIRECTION]},
        {"redirection_flag": "refused"},
        {VALUE: 0x80070057, "calls.0.texts": 0},
    ),
    Case("8 several reasons: released together", TWO_REASONS, expect={"released": [BOTH]}),
    Case(
        "8 several reasons: only the lowest",
        TWO_REASONS,
        {"combined_reasons": "lowest_only"},
        {"after.data.2": f"0\t0\t1\t1\t1\t{BOTH}"},
    ),
    Case(
        "8 several reasons: refused", TWO_REASONS, {"combined_reasons": "refused"}, {VALUE: 0x80070057, "released": []}
    ),
    Case(
        "8 several reasons: refused with another code",
        TWO_REASONS,
        {"combined_reasons": "refused", "refusal_code": 0x80041008},
        {VALUE: 0x80041008},
    ),
    Case(
        "8 several reasons: thrown",
        TWO_REASONS,
        {"combined_reasons": "refused", "refusal_form": "thrown"},
        {MADE: False, "calls.0.completed": False, "calls.0.error.code": 0x80070057, "after": None},
    ),
    Case(
        "8 several reasons: thrown, a WMI code",
        TWO_REASONS,
        {"combined_reasons": "refused", "refusal_form": "thrown", "refusal_code": 0x80041008},
        {MADE: False, "calls.0.error.code": 0x80041008},
    ),
    Case(
        "8 several reasons: Completed says so",
        TWO_REASONS,
        {"combined_reasons": "refused", "refusal_form": "completed"},
        {MADE: True, "calls.0.completed": True, "calls.0.status.code": 0x80070057, VALUE: None},
    ),
    Case(
        "8 several reasons: Completed says so, synchronous",
        {**TWO_REASONS, "observe": False},
        {"combined_reasons": "refused", "refusal_form": "completed"},
        {MADE: False, "calls.0.error.code": 0x80070057, STATUS: None},
    ),
    Case(
        "8 several reasons: German refusal",
        TWO_REASONS,
        {"combined_reasons": "refused", "refusal_form": "completed", "text_language": "de"},
    ),
    Case("8 no reason: nothing", NO_REASON, expect={VALUE: 0, "released": []}),
    Case("8 no reason: all", NO_REASON, {"no_reason_flags": "all_reasons"}, {"released": MINE}),
    Case("8 no reason: refused", NO_REASON, {"no_reason_flags": "refused"}, {VALUE: 0x80070057}),
    # 9: whose items
    Case("9 users see all", behaviour={"user_view": "all"}, expect={"before.rows": 10}),
    Case(
        "9 users see nothing",
        behaviour={"user_view": "none"},
        expect={"before.seen": 0, "before.held": [False], "skipped": "not_needed"},
    ),
    Case("9 administrators see all", user=ADMIN, behaviour={"admin_view": "all"}, expect={"before.rows": 10}),
    Case("9 administrators see nothing", user=ADMIN, behaviour={"admin_view": "none"}, expect={"before.seen": 0}),
    Case("9 the system sees all", user=SYSTEM, behaviour={"system_view": "all"}, expect={"before.rows": 10}),
    Case("9 the system sees nothing", user=SYSTEM, behaviour={"system_view": "none"}, expect={"before.seen": 0}),
    Case(
        "9 released though not seen",
        behaviour={"unpin_reach": "all"},
        expect={"released": sorted([*MINE, r"\\fs01\users\bob", r"\\fs01\users\bob\todo.txt"])},
    ),
    # 10: the file server
    Case("10 server: each item fails", behaviour={"server_contact": "per_item"}, expect={VALUE: 0, "released": []}),
    Case(
        "10 server: each item fails with another code",
        behaviour={"server_contact": "per_item", "server_contact_error": 1326},
    ),
    Case(
        "10 server: the call fails",
        behaviour={"server_contact": "per_call"},
        expect={VALUE: 0x80070041, "released": []},
    ),
    Case(
        "10 server: within reach",
        behaviour={"server_contact": "per_call"},
        host={"delegated": [ALICE]},
        expect={"released": MINE},
        hidden=frozenset({"server_contact"}),
    ),
    Case(
        "10 server: the share is offline",
        {"paths": PROJECTS, "flags": [0x80], "reasons": [COMPUTER]},
        {"server_contact": "per_item"},
        {"calls.0.data.2": r"3:2147943662:The share is currently offline or does not exist.:\\fs02\projects"},
        host={"delegated": [ALICE]},
    ),
    # 11: the observer
    Case(
        "11 observer: refused by COM",
        behaviour={"observer": "refused_com"},
        expect={MADE: False, "calls.0.error": error(0x80070005, DENIED), "after": None, "asked": []},
        example="The observer is refused",
    ),
    Case(
        "11 observer: refused by WMI",
        behaviour={"observer": "refused_wmi"},
        expect={MADE: False, "calls.0.error.code": 0x80041003, "asked": []},
    ),
    Case(
        "11 observer: refused, synchronous",
        {"observe": False},
        {"observer": "refused_com"},
        {"released": MINE},
        hidden=frozenset({"observer"}),
    ),
    Case(
        "11 observer: silent",
        behaviour={"observer": "silent"},
        expect={"calls.0.texts": 0, "calls.0.data": [], VALUE: 0, "released": MINE},
    ),
    # 12: order and time of the events
    Case(
        "12 texts after Completed",
        behaviour={"texts_after_completed": 3},
        hidden=frozenset({"texts_after_completed"}),
        expect={LAST: "1:0:The operation completed successfully.:"},
    ),
    Case(
        "12 texts soon after Completed",
        behaviour={"texts_after_completed": 3, "late_text_ms": 100},
        hidden=frozenset({"texts_after_completed", "late_text_ms"}),
        expect={LAST: "1:0:The operation completed successfully.:"},
    ),
    Case(
        "12 all texts after Completed",
        {"last": ""},
        {"texts_after_completed": 1000, "late_text_ms": 50},
        hidden=frozenset({"texts_after_completed", "late_text_ms"}),
        expect={FIRST: "0:0:The operation completed successfully.:"},
    ),
    Case(
        "12 texts too late",
        behaviour={"texts_after_completed": 1, "late_text_ms": 1500},
        expect={"calls.0.texts": 21, "calls.0.completed": True, "calls.0.timed_out": False},
    ),
    Case(
        "12 the last text comes early",
        {"last": "0:"},
        {"texts_after_completed": 2, "late_text_ms": 100},
        expect={"calls.0.texts": 20},
        hidden=frozenset({"late_text_ms"}),
    ),
    Case(
        "12 ReturnValue: never", behaviour={"object_ready": "missing"}, expect={VALUE: None, "calls.0.completed": True}
    ),
    Case(
        "12 ReturnValue: not on error",
        {**MISSING, "paths": r"\\fs01\users\nobody", "reasons": []},
        {"missing_path": "return_value", "object_ready": "missing_on_error"},
        {VALUE: None},
    ),
    Case(
        "12 ReturnValue: after Completed",
        {"last": ""},
        {"object_ready": "after_completed"},
        {VALUE: 0},
        hidden=frozenset({"object_ready"}),
    ),
    # 13: ReturnValue when items fail
    Case(
        "13 ReturnValue: the first error",
        behaviour={"return_on_item_errors": "first_error"},
        expect={VALUE: 0x80070005},
    ),
    Case(
        "13 ReturnValue: ERROR_MORE_DATA", behaviour={"return_on_item_errors": "more_data"}, expect={VALUE: 0x800700EA}
    ),
    Case(
        "13 ReturnValue: plain code",
        behaviour={"return_on_item_errors": "first_error", "return_form": "win32"},
        expect={VALUE: 5},
    ),
    Case("13 one file: its result", ONE_FILE, expect={VALUE: 0x80070005}),
    Case("13 one file: as ever", ONE_FILE, {"single_file_return": "overall"}, {VALUE: 0}),
    Case("13 one file: synchronous", {**ONE_FILE, "observe": False}, {"return_form": "win32"}, {VALUE: 5}),
    # 14: one bad path
    Case("14 a bad path spoils the call", MISSING, {"bad_path_fails": "call"}, {VALUE: 0x80070002, "released": []}),
    Case(
        "14 a bad path spoils one of two calls",
        {**MISSING, "each": True},
        {"bad_path_fails": "call"},
        {VALUE: 0, "calls.1.returned.ReturnValue": 0x80070002, "released": MINE},
    ),
    # 15: reading
    Case(
        "15 the query is refused",
        behaviour={"query_error": 0x80041017},
        expect={"before.way": "instances", "before.complete": True, "released": MINE},
    ),
    Case(
        "15 the enumeration is refused",
        behaviour={"instances_error": 0x80041024},
        hidden=frozenset({"instances_error"}),
        expect={"before.way": "query"},
    ),
    Case(
        "15 both are refused",
        behaviour={"query_error": 0x80041017, "instances_error": 0x80041024},
        expect={
            "before.complete": False,
            "before.error.code": 0x80041024,
            "before.seen": 0,
            MADE: True,
            "released": MINE,
        },
    ),
    Case(
        "15 a reading breaks off",
        behaviour={"read_error_after_rows": 5},
        expect={
            "before.complete": False,
            "before.error.code": 0x8004106C,
            "before.seen": 5,
            "after.seen": 5,
            "released": MINE,
        },
        example="A reading breaks off: what was read is kept, the call is made",
    ),
    Case(
        "15 a reading breaks off before the first row",
        behaviour={"read_error_after_rows": 0},
        expect={"before.way": "instances", "before.complete": False},
    ),
    Case(
        "15 a reading breaks off after the last row",
        behaviour={"read_error_after_rows": 20},
        expect={"before.complete": False, "before.rows": 8},
    ),
    Case(
        "15 a reading breaks off, another code",
        {"flags": [0x80], "reasons": [COMPUTER]},
        {"read_error_after_rows": 5, "read_error": 0x80041001},
        {"before.error.code": 0x80041001, MADE: True},
    ),
    Case(
        "15 a reading breaks off by COM",
        behaviour={"read_error_after_rows": 3, "read_error": 0x800706BA},
        expect={"before.error.code": 0x800706BA},
    ),
    Case(
        "15 only the second reading breaks off",
        behaviour={"read_error_after_rows": 3, "read_faults_from": 2},
        expect={"before.complete": True, "after.complete": False, "after.seen": 3},
    ),
    Case(
        "15 a reading hangs",
        THREE_SECONDS,
        {"read_hangs_after_rows": 3},
        {
            "before.error": TIME_UP,
            "before.seen": 3,
            MADE: False,
            "calls.0.error": None,
            "calls.0.timed_out": False,
            "after": None,
            "asked": [],
        },
        example="The time is used up before the call",
    ),
    Case(
        "15 a reading hangs before the first row",
        THREE_SECONDS,
        {"read_hangs_after_rows": 0},
        {"before.seen": 0, "before.error": TIME_UP, "before.way": "query"},
    ),
    Case(
        "15 a reading hangs, path by path",
        {**THREE_SECONDS, "each": True, "paths": lines(HOME, PROJECTS)},
        {"read_hangs_after_rows": 3},
        {MADE: False, "calls.1.path": 1, "calls.1.made": False},
    ),
    Case(
        "15 only the second reading hangs",
        THREE_SECONDS,
        {"read_hangs_after_rows": 3, "read_faults_from": 2},
        {"before.complete": True, "after.error": TIME_UP, "after.seen": 3, "released": MINE},
    ),
    Case(
        "15 rows take their time",
        TWO_SECONDS,
        {"row_delay_ms": 1300},
        {"before.error": TIME_UP, "before.seen": 1, MADE: False},
    ),
    Case(
        "15 rows take longer than WMI waits for a block",
        {"reasons": [COMPUTER], "keep": []},
        {"row_delay_ms": 600},
        {"before.complete": True, "before.seen": 2, "before.rows": 1, "before.way": "query", "skipped": "not_needed"},
        cache=r"'\\fs01\users': {}",
        hidden=frozenset({"row_delay_ms"}),
    ),
    # 16: order and spelling of the items
    Case("16 children first", behaviour={"item_order": "children_first"}, expect={"released": MINE}),
    Case("16 no texts for folders", behaviour={"container_texts": "silent"}, expect={"released": MINE}),
    Case(
        "16 paths as requested",
        {"paths": r"\\Fs01\USERS"},
        {"path_form": "requested"},
        {"calls.0.data.1": r"2:0:The operation completed successfully.:\\Fs01\USERS"},
    ),
    Case(
        "16 paths in lower case",
        {"paths": DOCUMENTS},
        {"path_form": "lower"},
        {"calls.0.data.1": "2:0:The operation completed successfully.:" + DOCUMENTS.lower()},
    ),
    Case(
        "16 paths in upper case",
        behaviour={"path_form": "upper"},
        expect={"calls.0.data.1": r"2:0:The operation completed successfully.:\\FS01\USERS"},
    ),
    Case(
        "16 full server names",
        behaviour={"path_form": "fqdn"},
        expect={"calls.0.data.1": r"2:0:The operation completed successfully.:\\fs01.corp.example\users"},
    ),
    # 17: a call that nobody waits for any more
    Case(
        "17 abandoned: goes on",
        {**TWO_SECONDS, "paths": HOME},
        {"item_delay_ms": 1300},
        {
            MADE: True,
            "calls.0.completed": False,
            "calls.0.timed_out": True,
            VALUE: None,
            "calls.0.texts": 4,
            "released": MINE,
        },
        example="The call takes longer than the time limit",
    ),
    Case(
        "17 abandoned: stops",
        {**TWO_SECONDS, "paths": HOME},
        {"item_delay_ms": 1300, "abandoned_call": "stops"},
        {"calls.0.timed_out": True, "released": [HOME]},
    ),
    # 18: what Begin and End tell
    Case(
        "18 End: always 0",
        behaviour={"return_on_item_errors": "first_error", "end_result": "zero"},
        expect={LAST: "1:0:The operation completed successfully.:"},
    ),
    Case("18 End: the first error", behaviour={"end_result": "first_error"}, expect={LAST: f"1:2147942405:{DENIED}:"}),
    Case("18 Begin: an error", behaviour={"begin_result": 0x80070005}, expect={FIRST: f"0:2147942405:{DENIED}:"}),
    # 20: when the state shows it
    Case("20 the state lags by one reading", behaviour={"state_lag_reads": 1}, expect={"after.rows": 8, VALUE: 0}),
    Case("20 the state lags by time", behaviour={"state_lag_ms": 60_000}, expect={"after.rows": 8, "released": MINE}),
    Case(
        "20 pins come back at once", behaviour={"repin": "at_once"}, expect={VALUE: 0, "after.rows": 8, "released": []}
    ),
    Case("20 pins come back from the folder", {"paths": IDEA}, {"repin": "inherited"}, {"released": []}),
    Case(
        "20 what nothing holds leaves",
        behaviour={"eviction": "at_once"},
        expect={"gone": sorted([DRAFTS, IDEA, OLD, OLDEST])},
    ),
    # 21: a cache that stops
    Case(
        "21 inactive at the call: 1062",
        behaviour={"goes_inactive": "before_call"},
        expect={VALUE: 1062, "after.complete": False},
    ),
    Case("21 inactive at the call: 1058", behaviour={"goes_inactive": "before_call", "inactive_answer": "disabled"}),
    Case("21 inactive at the call: 50", behaviour={"goes_inactive": "before_call", "inactive_answer": "not_supported"}),
    Case(
        "21 inactive at the call: hangs",
        THREE_SECONDS,
        {"goes_inactive": "before_call", "inactive_answer": "hang"},
        {"calls.0.timed_out": True, "calls.0.texts": 0, "after.error": TIME_UP},
    ),
    Case("21 inactive at the call: synchronous", {"observe": False}, {"goes_inactive": "before_call"}),
    Case(
        "21 inactive at the call: hangs, synchronous",
        {**THREE_SECONDS, "observe": False},
        {"goes_inactive": "before_call", "inactive_answer": "hang"},
        {MADE: True, "calls.0.completed": False, "calls.0.timed_out": True},
    ),
    # 22, 24: forms of paths; they pass the host part unchanged
    Case("22 long path: refused", {"paths": SHARE + r"\folder" * 50, "force": True}, {"long_paths": "refused"}),
    Case(
        "22 other forms: accepted",
        {"paths": lines("\\\\?\\UNC\\fs01\\users", HOME + "\\"), "force": True},
        expect={"before.held": [False, False], "released": MINE},
    ),
    Case(
        "22 other forms: refused",
        {"paths": lines("\\\\?\\UNC\\fs01\\users", HOME + "\\"), "force": True},
        {"path_forms": "refused"},
        {"released": []},
    ),
    Case("22 no UNC path", {"paths": lines("C:\\users", "users", "\\\\", "."), "force": True}, expect={"released": []}),
    Case("22 server: accepted", {"paths": r"\\fs01"}, expect={"released": MINE}),
    Case("22 server: not found", {"paths": r"\\fs01"}, {"server_path": "not_found"}, {"released": []}),
    Case("22 server: refused", {"paths": r"\\fs01"}, {"server_path": "refused"}, {"released": []}),
    Case(
        "24 wildcard: refused",
        {"paths": HOME + r"\*.docx", "force": True},
        expect={"before.held": [False], "released": []},
    ),
    Case("24 wildcard: a name", {"paths": HOME + r"\*.docx", "force": True}, {"wildcards": "literal"}),
    Case(
        "24 wildcard: expanded",
        {"paths": HOME + r"\*.docx", "force": True},
        {"wildcards": "expanded"},
        {"released": [REPORT]},
    ),
)

CONFIGURATION = "Win32_OfflineFilesMachineConfiguration"
POLICIES = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\NetCache"
_ASSIGNED = r"Software\Policies\Microsoft\Windows\NetCache\AssignedOfflineFolders"
SUBKEY = POLICIES + r"\AssignedOfflineFolders"
USERS = rf"HKEY_USERS\*\{_ASSIGNED}"
ALICES, BOBS = (rf"HKEY_USERS\S-1-5-21-1004-{number}\{_ASSIGNED}" for number in (1001, 1002))
POLICY_VALUES: Mapping[str, Any] = {
    "": "the unnamed one",
    "Enabled": 1,
    "Größe": 0xFFFFFFFF,
    "Quota": 0x100000000,
    "Largest": 0x7FFFFFFFFFFFFFFF,
    "Share": r"\\fs01\共有",
    "Nothing": "",
    "Home": {"type": "REG_EXPAND_SZ", "data": r"C:\Users\alice"},
    "ExcludedFileTypes": ["*.pst", "", "*.日本"],
    "No types": [],
    "Bits": {"type": "REG_BINARY", "data": [0, 1, 127, 128, 255]},
    "No bits": {"type": "REG_BINARY", "data": []},
    "Unknown": {"type": "REG_NONE"},
}
REGISTRY: Mapping[str, Any] = {
    POLICIES: POLICY_VALUES,
    ALICES: {r"\\fs01\users\alice": "", r"\\fs02\projects": ""},
    BOBS: {},
    r"HKEY_USERS\.DEFAULT\Software": {"Language": "ja"},
}
_LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
TWO_STARS = rf"{_LIST}\*\SyncItemLog\*"
LOGS = [
    rf"{_LIST}\{name}"
    for name in (
        r"S-1-5-21-1004-1001\SyncItemLog\//fs01/users",
        r"S-1-5-21-1004-1001\SyncItemLog\//fs02/共有",
        r"S-1-5-21-1004-1002\SyncItemLog\*",
        r"S-1-5-21-1004-1003\SyncItemLog\//fs01/users",
    )
]
SYNCHRONIZATIONS: Mapping[str, Any] = {
    _LIST: {"Default": r"C:\Users\Default"},
    rf"{_LIST}\S-1-5-18": {"Flags": 12},
    LOGS[0]: {"LastSyncTime": {"type": "REG_BINARY", "data": [128, 62, 213, 222, 177, 157, 1, 0]}},
    LOGS[1]: {"LastSyncTime": 0x100000000},
    LOGS[2]: {"LastSyncStatus": 5},
    LOGS[3]: {},
    LOGS[3] + r"\below": {"Seen": 0},
}
SET_UP: Mapping[str, Any] = {
    "Enabled": True,
    "IsEffective": False,
    "SlowLinkParams": ["*;Latency=35", r"\\fs02\*;Throughput=64000"],
    "ExcludedFileTypes": [],
    "BackgroundSyncParams": {"SyncIntervalMinutes": 360, "SyncVarianceMinutes": 0},
    "DiskSpaceLimitParams": {"TotalSizeInMB": 20000, "AutoCacheSizeInMB": 4294967295},
    "TransparentCachingLatencyThreshold": 35,
}
ASK_REGISTRY: Mapping[str, Any] = {"method": None, "read": False, "registry": [POLICIES, USERS]}
ASK_CLASS: Mapping[str, Any] = {"method": None, "read": False, "classes": [CONFIGURATION]}
ASK_BOTH: Mapping[str, Any] = {**ASK_CLASS, **ASK_REGISTRY}


def key(name: str, values: Mapping[str, Any], error: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An entry of the answer's `registry`."""
    return {"key": name, "values": dict(values), "error": error}


_READ_VALUES = {
    name: value if not isinstance(value, dict) else value.get("data") for name, value in POLICY_VALUES.items()
}
_ASSIGNED_TO_ALICE = key(ALICES, REGISTRY[ALICES])
_ALL_KEYS = [key(POLICIES, _READ_VALUES), _ASSIGNED_TO_ALICE, key(BOBS, {})]
_NOTHING_SET = {
    "OfflineFilesCacheEncrypted",
    "SyncOnCostedNetworkEnabled",
    "SlowLinkEnabled",
    "BackgroundSyncEnabled",
    "EconomicalAdminPinningEnabled",
    "DiskSpaceLimitEnabled",
    "WorkOfflineButtonRemoved",
    "MakeAvailableOfflineButtonRemoved",
}
_WHOLE_CLASS = {"properties": {**SET_UP, **dict.fromkeys(_NOTHING_SET)}, "error": None}


def unread(code: int, message: str) -> dict[str, Any]:
    """The answer for a class that could not be read."""
    return {"properties": None, "error": error(code, message)}


_CONFIGURATIONS = (
    Case(
        "configuration and registry",
        ASK_BOTH,
        host={"configuration": SET_UP},
        registry=REGISTRY,
        expect={"classes": {CONFIGURATION: _WHOLE_CLASS}, "registry": _ALL_KEYS, "skipped": "no_method", "asked": []},
        example="How the machine is set up: a class and registry keys, with `*` for every user",
    ),
    Case(
        "configuration of an inactive cache",
        ASK_BOTH,
        host={"configuration": SET_UP, "active": False},
        registry=REGISTRY,
        expect={"classes": {CONFIGURATION: _WHOLE_CLASS}, "registry": _ALL_KEYS, "cache.active": False},
    ),
    Case(
        "configuration without the cache's class",
        ASK_BOTH,
        {"wmi_class": "missing"},
        {"cache.found": False, "classes": {CONFIGURATION: _WHOLE_CLASS}, "registry": _ALL_KEYS},
        host={"configuration": SET_UP},
        registry=REGISTRY,
    ),
    Case(
        "configuration beside a call",
        {"classes": [CONFIGURATION], "registry": [USERS]},
        host={"configuration": SET_UP},
        registry=REGISTRY,
        expect={
            "released": MINE,
            "classes": {CONFIGURATION: _WHOLE_CLASS},
            "registry": [_ASSIGNED_TO_ALICE, key(BOBS, {})],
        },
    ),
    Case("nothing of the configuration is asked", expect={"classes": {}, "registry": [], "ms.configuration": 0}),
    Case(
        "several classes",
        {**ASK_CLASS, "classes": ["Win32_OfflineFilesCache", "Win32_Nothing", "Win32_OfflineFilesItem"]},
        expect={
            "classes.Win32_Nothing": {"properties": None, "error": wordless(0x80041002)},
            "classes.Win32_OfflineFilesItem.properties.PinInfo": None,
            "classes.Win32_OfflineFilesItem.properties.ItemType": 3,
        },
    ),
    Case(
        "a class without an instance",
        {**ASK_CLASS, "classes": ["Win32_OfflineFilesItem", "Win32_OfflineFilesCache"]},
        cache=EMPTY,
        expect={
            "classes.Win32_OfflineFilesItem": unread(0x80131509, "Sequence contains no elements"),
            "classes.Win32_OfflineFilesCache.properties": {
                "Enabled": True,
                "Active": True,
                "Location": r"C:\Windows\CSC",
            },
        },
    ),
    Case(
        "no configuration class",
        ASK_BOTH,
        registry=REGISTRY,
        expect={
            "classes": {CONFIGURATION: {"properties": None, "error": wordless(0x80041002)}},
            "registry": _ALL_KEYS,
        },
    ),
    Case(
        "configuration class denied",
        ASK_BOTH,
        {"configuration_class": "access_denied"},
        {"classes": {CONFIGURATION: unread(0x80041003, "No permission to perform the action")}, "registry": _ALL_KEYS},
        host={"configuration": SET_UP},
        registry=REGISTRY,
    ),
    Case(
        "configuration class hangs",
        {**ASK_BOTH, **THREE_SECONDS},
        {"configuration_class": "hangs"},
        {
            "cache.found": True,
            "classes": {CONFIGURATION: {"properties": None, "error": TIME_UP}},
            "registry": [key(POLICIES, {}, TIME_UP), key(USERS, {}, TIME_UP)],
        },
        host={"configuration": SET_UP},
        registry=REGISTRY,
    ),
    Case(
        "configuration class hangs before a call",
        {**THREE_SECONDS, "classes": [CONFIGURATION]},
        {"configuration_class": "hangs"},
        {"before.error": TIME_UP, MADE: False, "calls.0.error": None, "asked": []},
        host={"configuration": SET_UP},
    ),
    Case(
        "registry: absent keys",
        {
            **ASK_REGISTRY,
            "registry": [POLICIES, SUBKEY, r"HKEY_LOCAL_MACHINE\*\None\Of"],
        },
        registry={r"HKEY_LOCAL_MACHINE\Software": {}},
        expect={"registry": [key(name, {}, error(2, "")) for name in (POLICIES, SUBKEY)]},
    ),
    Case(
        "registry: above the star is nothing",
        {**ASK_REGISTRY, "registry": [r"HKEY_LOCAL_MACHINE\None\*\Of", r"HKEY_USERS\*\*"]},
        expect={"registry": []},
    ),
    Case(
        "registry: other stars",
        {
            **ASK_REGISTRY,
            "registry": [
                r"HKEY_USERS\*",
                r"HKEY_USERS\S*\Software",
                r"HKEY_USERS\*\*",
                r"HKEY_LOCAL_MACHINE\*\policies",
            ],
        },
        registry=REGISTRY,
        expect={
            "registry.0": key(r"HKEY_USERS\S-1-5-18", {}),
            "registry.4": key(r"HKEY_USERS\S*\Software", {}, error(2, "")),
            "registry.5": key(r"HKEY_USERS\S-1-5-21-1004-1001\Software", {}),
            "registry.7": key(r"HKEY_USERS\.DEFAULT\Software", {"Language": "ja"}),
            "registry.8": key(r"HKEY_LOCAL_MACHINE\SOFTWARE\policies", {}),
        },
    ),
    Case(
        "registry: two stars",
        {**ASK_REGISTRY, "registry": [TWO_STARS]},
        registry=SYNCHRONIZATIONS,
        expect={
            "registry": [
                key(LOGS[0], {"LastSyncTime": [128, 62, 213, 222, 177, 157, 1, 0]}),
                key(LOGS[1], {"LastSyncTime": 0x100000000}),
                # A name that is a star is one, and none of those below it is asked for.
                key(LOGS[2], {"LastSyncStatus": 5}),
                key(LOGS[3], {}),
            ]
        },
        example="Two stars: for every profile of the host, the shares that it has synchronized",
    ),
    Case(
        "registry: two stars, something between and below",
        {
            **ASK_REGISTRY,
            "registry": [
                rf"{_LIST}\*\*\*\below",
                rf"{_LIST}\*\*\//fs01/users",
                r"HKEY_LOCAL_MACHINE\*\*\*\None",
                r"HKEY_LOCAL_MACHINE\None\*\*",
            ],
        },
        registry=SYNCHRONIZATIONS,
        expect={
            "registry": [
                key(LOGS[3] + r"\below", {"Seen": 0}),
                key(LOGS[0], {"LastSyncTime": [128, 62, 213, 222, 177, 157, 1, 0]}),
                key(LOGS[3], {}),
            ]
        },
    ),
    Case(
        "registry: two stars, one way is denied",
        {**ASK_REGISTRY, "registry": [TWO_STARS]},
        {"registry_denied": [rf"{_LIST}\S-1-5-21-1004-1001\SyncItemLog", LOGS[3]]},
        {
            "registry": [
                key(rf"{_LIST}\S-1-5-21-1004-1001\SyncItemLog\*", {}, error(5, "")),
                key(LOGS[2], {"LastSyncStatus": 5}),
                key(LOGS[3], {}, error(5, "")),
            ]
        },
        registry=SYNCHRONIZATIONS,
        example="Two stars, and keys in the middle and at the end are denied",
    ),
    Case(
        "registry: two stars, all is denied",
        {**ASK_REGISTRY, "registry": [TWO_STARS]},
        {"registry_denied": [_LIST]},
        {"registry": [key(TWO_STARS, {}, error(5, ""))]},
        registry=SYNCHRONIZATIONS,
    ),
    Case(
        "registry: two stars, time is up in the middle",
        {**ASK_REGISTRY, **TWO_SECONDS, "registry": [TWO_STARS]},
        {"configuration_delay_ms": 550},
        {
            "registry": [
                key(LOGS[0], {}, TIME_UP),
                key(LOGS[1], {}, TIME_UP),
                *(key(rf"{_LIST}\S-1-5-21-1004-{number}\SyncItemLog\*", {}, TIME_UP) for number in (1002, 1003)),
            ]
        },
        registry={name: values for name, values in SYNCHRONIZATIONS.items() if "S-1-5-18" not in name},
    ),
    Case(
        "registry: names know no case",
        {
            **ASK_REGISTRY,
            "registry": [POLICIES.replace("Software", "SOFTWARE"), "HKEY_USERS", r"HKEY_USERS\.default\software"],
        },
        registry=REGISTRY,
        expect={"registry.0.values": _READ_VALUES, "registry.2.values": {"Language": "ja"}},
    ),
    Case(
        "registry: no full key",
        {**ASK_REGISTRY, "registry": [r"HKLM\Software", "", r"*\Software", r"hkey_users\.DEFAULT"]},
        registry=REGISTRY,
        expect={
            "registry": [
                key(name, {}, error(0x80070057, f"Not a full registry key: {told}"))
                for name, told in (
                    (r"HKLM\Software", r"HKLM\Software"),
                    ("", ""),
                    (r"*\Software", ""),
                    (r"hkey_users\.DEFAULT", r"hkey_users\.DEFAULT"),
                )
            ]
        },
    ),
    Case(
        "registry: a user's key is denied",
        ASK_REGISTRY,
        {"registry_denied": [r"HKEY_USERS\S-1-5-21-1004-1002"]},
        {"registry": [*_ALL_KEYS[:2], key(BOBS, {}, error(5, ""))]},
        registry=REGISTRY,
        example="A registry key is denied",
    ),
    Case(
        "registry: all is denied",
        ASK_REGISTRY,
        {"registry_denied": ["HKEY_LOCAL_MACHINE", "HKEY_USERS"]},
        {"registry": [key(POLICIES, {}, error(5, "")), key(USERS, {}, error(5, ""))]},
        registry=REGISTRY,
    ),
    Case(
        "registry: no provider",
        ASK_BOTH,
        {"registry_class": "missing"},
        {
            "registry": [key(name, {}, wordless(0x80041002)) for name in (POLICIES, USERS)],
            "classes": {CONFIGURATION: _WHOLE_CLASS},
        },
        host={"configuration": SET_UP},
        registry=REGISTRY,
    ),
    Case(
        "registry: provider denied",
        ASK_REGISTRY,
        {"registry_class": "access_denied"},
        {"registry.0.error.code": 0x80041003},
        registry=REGISTRY,
    ),
    Case(
        "registry: provider hangs",
        {**ASK_REGISTRY, **THREE_SECONDS},
        {"registry_class": "hangs"},
        {"registry": [key(POLICIES, {}, TIME_UP), key(USERS, {}, TIME_UP)]},
        registry=REGISTRY,
    ),
    Case(
        "configuration takes its time",
        {**ASK_BOTH, **TWO_SECONDS, "registry": [SUBKEY, POLICIES]},
        {"configuration_delay_ms": 600},
        {
            "classes": {CONFIGURATION: _WHOLE_CLASS},
            "registry": [
                key(SUBKEY, {}, error(2, "")),
                key(POLICIES, {}, TIME_UP),
            ],
        },
        host={"configuration": SET_UP},
        registry=REGISTRY,
    ),
)

ODD = (
    "nul",
    "huge",
    "empty",
    "null",
    "colons",
    "japanese",
    "no_number",
    "unknown_reason",
    "only_path",
    "control",
    "surrogate",
    "line_break",
)
_EXTRA = [
    None,
    "",
    "\0",
    "\1",
    "\1\1",
    "\1\2",
    "\0\1\2\0",
    "a\0b\1c\2d",
    "\ud83d",
    "\ude00\ud83d",
    "\ud83d\ude00",
    "\\\"/'\b\f\t",
    "\u2028\u0085\ufeff\ufffe",
    "\r",
    "\n",
    "\r\n",
]

_FAULTS = (
    Case(
        "class missing",
        behaviour={"wmi_class": "missing"},
        expect={
            **NOT_CALLED,
            "skipped": "unavailable",
            "before": None,
            "cache": {
                "found": False,
                "enabled": None,
                "active": None,
                "location": None,
                "error": wordless(0x80041002),
            },
        },
        example="The class is missing",
    ),
    Case(
        "class missing, no method", {"method": None}, {"wmi_class": "missing"}, {"skipped": "no_method", "before": None}
    ),
    Case(
        "provider does not load",
        behaviour={"wmi_class": "load_failure"},
        expect={"cache.error.code": 0x80041013, "skipped": "unavailable"},
    ),
    Case("access denied by WMI", behaviour={"wmi_class": "access_denied"}, expect={"cache.error.code": 0x80041003}),
    Case(
        "access denied by COM",
        behaviour={"wmi_class": "unauthorized"},
        expect={"cache.error": error(0x80070005, DENIED)},
    ),
    Case(
        "every call is refused",
        behaviour={"call_error": 0x80041003},
        expect={MADE: False, "calls.0.error.code": 0x80041003, "after": None},
    ),
    Case(
        "every call is refused, synchronous",
        {"observe": False},
        {"call_error": 0x800706BA},
        {MADE: False, "calls.0.error.code": 0x800706BA},
    ),
    Case(
        "every call is refused, path by path",
        {"each": True, "paths": lines(HOME, PROJECTS)},
        {"call_error": 5},
        {"calls.1.made": False, "calls.1.error": error(0x80070005, DENIED), "after": None},
    ),
    Case(
        "a call hangs",
        {**THREE_SECONDS, "flags": [0x820]},
        {"interactive_flag": "hangs"},
        {MADE: True, "calls.0.completed": False, "calls.0.timed_out": True, "calls.0.texts": 1, "after.complete": True},
    ),
    Case(
        "a call hangs, synchronous",
        {**THREE_SECONDS, "flags": [0x820], "observe": False},
        {"interactive_flag": "hangs"},
        {MADE: True, "calls.0.timed_out": True},
    ),
    Case(
        "a call hangs in the middle",
        {**THREE_SECONDS, "paths": HOME},
        {"hang_after_items": 2},
        {"calls.0.timed_out": True, "calls.0.texts": 5, "after.complete": True},
    ),
    Case(
        "a call hangs, path by path",
        {**THREE_SECONDS, "each": True, "paths": lines(HOME, DOCUMENTS)},
        {"hang_after_items": 2},
        {"calls.0.timed_out": True, "calls.1.made": False, "calls.1.timed_out": False},
    ),
    Case(
        "the provider dies",
        {"paths": HOME},
        {"dies_after_items": 3},
        {"calls.0.completed": True, "calls.0.status.code": 0x80041004, VALUE: None},
    ),
    Case(
        "the provider dies, another code",
        {"paths": HOME},
        {"dies_after_items": 3, "death_status": 0x800706BE},
        {"calls.0.status.code": 0x800706BE},
    ),
    Case(
        "the provider dies, synchronous",
        {"paths": HOME, "observe": False},
        {"dies_after_items": 3},
        {MADE: False, "calls.0.error.code": 0x80041004, STATUS: None},
    ),
    Case("cancelled", {"paths": HOME}, {"cancelled_after_items": 3}, {VALUE: 0x800704C7, STATUS: None}),
    Case(
        "Completed with an error",
        behaviour={"completed_status": 0x80041001},
        expect={STATUS: error(0x80041001, "Call failed"), VALUE: 0, "released": MINE},
    ),
    Case(
        "Completed with a COM error",
        behaviour={"completed_status": 0x800706BE},
        expect={"calls.0.status.code": 0x800706BE, "calls.0.completed": True},
    ),
    Case(
        "no Completed",
        THREE_SECONDS,
        {"completed": "missing"},
        {"calls.0.completed": False, "calls.0.timed_out": True, VALUE: 0, "released": MINE},
    ),
    Case(
        "Completed too late",
        THREE_SECONDS,
        {"completed_delay_ms": 30_000},
        {
            "calls.0.completed": False,
            "calls.0.timed_out": True,
            VALUE: None,
            LAST: "1:0:The operation completed successfully.:",
        },
    ),
    Case(
        "Completed late",
        behaviour={"completed_delay_ms": 300},
        hidden=frozenset({"completed_delay_ms"}),
        expect={"calls.0.completed": True},
    ),
    Case("no End", behaviour={"end_text": "missing"}, expect={"calls.0.texts": 21, VALUE: 0}),
    Case("no Begin", behaviour={"begin_text": "missing"}),
    Case("no ItemBegin", behaviour={"item_begin_text": "missing"}),
    Case("no ItemResult", behaviour={"item_result_text": "missing"}),
    Case("items are tried twice", behaviour={"item_result_text": "retried"}),
    Case(
        "texts come twice",
        behaviour={"repeat_texts": 2},
        expect={"calls.0.texts": 44, "calls.0.data.1": "0:0:The operation completed successfully.:"},
    ),
    *(Case(f"odd text: {name}", behaviour={"odd_texts": [name]}, expect={"calls.0.texts": 23}) for name in ODD),
    Case(
        "all odd texts",
        behaviour={"odd_texts": list(ODD), "extra_texts": _EXTRA},
        expect={"calls.0.data.4": "", "calls.0.data.11": "half a pair \ufffd end", "calls.0.data.15": "\0"},
    ),
    Case(
        "texts like the last one",
        behaviour={"extra_texts": [" 1:0::", "1", "11:0::", "1\uff1a"], "texts_after_completed": 2},
        expect={LAST: "1:0:The operation completed successfully.:"},
        hidden=frozenset({"texts_after_completed"}),
    ),
)

CASES: Mapping[str, Case] = {
    case.name: case for case in (*_REQUESTS, *_MACHINES, *_QUESTIONS, *_CONFIGURATIONS, *_FAULTS)
}
"""Every case, by its name."""
