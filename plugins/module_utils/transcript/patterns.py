# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What looks like a name in a text, and the words of every Windows that are none."""

from __future__ import annotations

import re

from ..windows import codes, unc

WORD = re.compile(r"[^\W_]+")
_OFTEN = """
7z accdb ai avi bak bat bin bmp cab cfg chm cmd config csv dat db dbf dll dmp doc docm docx dot dotm dotx dwg
eml eps exe flac gif gz htm html ico ics img ini iso jar jpeg jpg js json key lnk lock log m4a md mdb mht mkv
mov mp3 mp4 mpg mpp msg msi nsf odg odp ods odt one ost pdf php png pot potx pps ppsx ppt pptm pptx ps1 psd
pst pub py rar rtf sql svg swf sys tar tif tiff tmp ttf txt url vbs vcf vsd vsdx wav webp wma wmv xls xlsb
xlsm xlsx xlt xltx xml xps yaml yml zip
"""
EXTENSIONS = frozenset(_OFTEN.split())
"""Extensions that are kept. Any other might be a part of a name, as in a folder ``john.smith``."""

KEPT_FOLDERS = frozenset(
    unc.key(name)
    for name in (
        *("Windows", "System32", "SysWOW64", "WindowsPowerShell", "v1.0", "Modules", "CSC", "v2.0.6", "namespace"),
        *("Users", "ProgramData", "Program Files", "Program Files (x86)", "AppData", "Local", "Roaming", "Temp"),
    )
)
"""Folders of every Windows, kept in paths with a drive letter."""

ACCOUNTS = (
    r"NT AUTHORITY\SYSTEM",
    r"NT AUTHORITY\LOCAL SERVICE",
    r"NT AUTHORITY\NETWORK SERVICE",
    "NT-AUTORITÄT\\SYSTEM",
    r"BUILTIN\Administrators",
)
"""Accounts of every Windows, kept."""

KEPT_ROOTS = frozenset({"ROOT", "HKLM", "HKCU", "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "BUILTIN"})
"""What stands before a backslash in WMI's namespaces and the registry: no name."""

_GENERIC = """
benutzer user users utilisateur usuario utente gebruiker ユーザー datei dateien file files fichier archivo ファイル
ordner folder dossier carpeta cartella map フォルダー freigabe share shared partage 共有 computer ordinateur equipo
コンピューター netzwerk network réseau red rete netwerk ネットワーク server serveur servidor サーバー
"""
COMMON = frozenset(_GENERIC.upper().split()) | frozenset(
    word.upper()
    for table in (codes.SYSTEM_ERRORS, codes.HRESULTS, codes.WMI_ERRORS)
    for *_numbers, text in table
    for word in WORD.findall(text)
)
"""Words of Windows' own sentences: a folder called ``file`` must not change every sentence about a file."""

_BODY = r'[^\\/"<>|*?:\r\n\t\0]+'

_SEPARATORS = r"(?:(?<!\\)\\+|\\{1,4}|(?<!/)/{2,}|/{2,4})"

# A stranger's text may be one long run of letters or of backslashes. So a pattern begins at the start of a run, or
# where little of one is left, and never looks through the same run from each of its characters.
PATTERNS = (
    ("account", "|".join(re.escape(account) for account in ACCOUNTS)),
    ("sid", r"\bS-1-(?:5-21|12-1)(?:-\d+)+(?![^\W_])"),
    ("mail", r"(?:(?<![\w.+-])[\w.+-]+|[\w.+-]{1,64})@[\w-]+(?:\.[\w-]+)+"),
    ("home", r"(?<=/home/)[\w.-]+|(?<=/Users/)[\w.-]+"),
    ("address", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)"),
    ("path", rf"(?:(?<![^\W_])[A-Za-z]:(?=\\[^\\]))?{_SEPARATORS}{_BODY}(?:[\\/]{_BODY})*[\\/]?"),
    ("account_like", r"(?<![\w.-])(?:[\w.-]+\\+)+[\w.$-]+"),
)
