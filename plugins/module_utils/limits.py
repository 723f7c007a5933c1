# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a host may send, who may be a stranger that owns the PC: each bound stands here once, with its reason.

An honest host stays below all of them. What is above is no fact about a cache, and must not cost the controller its
memory or its time. docs/docsite/rst/guide_limits.rst has them as a table for users.
"""

from __future__ import annotations

PATH = 32_767
"""Characters (UTF-16 code units) of a path: the longest of Windows (vendor page "Maximum Path Length Limitation")."""

TEXT = 65_536
"""Characters of a text that stands by itself: an error message, a registry value, the location of the cache."""

USER = 1024
"""Characters of the name of a user: a user principal name has no more in Active Directory."""

SHARE = 512
"""Characters of the path of a share: the name of a server in DNS has 255, that of a share 80 ([MS-FSCC])."""

NAME = 256
"""Characters of the name of a WMI class or property, of a service or its state: services' names end there."""

NAMES = 10_000
"""Values of a list, members of an object: shares, the values of a registry key."""

KEYS = 50_000
"""Registry keys of one answer. Each profile of the host has one, and one for every share that it has synchronized; a
terminal server has thousands of profiles."""

BINARY = 65_536
"""Bytes of a binary registry value: as many as characters of a text. The longest that is of use, a SID, has 68."""

DEPTH = 8
"""Levels of objects and lists in a property of a WMI object: the classes of Offline Files have one."""

CALLS = 32
"""Calls for each path: there are no more flags than bits."""

RECORD = 131_072
"""Characters of one progress text or row: a text of 65,536 with a path of :data:`PATH`, and a quarter more."""

VALUE = 128
"""Characters of one property in a row: numbers, booleans and times; the longest, a CIM DATETIME, has 25."""

RECORDS = 8_000_000
"""Records of one answer: a million items have two rows and two texts each, and each text may come twice."""

UNPACKED = 64 << 20
"""Bytes that packed data may become, whatever the number of its records: a thousand texts of 64 KB."""

UNPACKED_EACH = 1536
"""Further bytes for each record that was announced: all properties of an item have 250, a path of 260 characters
(MAX_PATH of Windows) at most 1,040."""

KEPT = 32 << 20
"""Bytes of memory for the paths of items that are kept, whatever their number: a thousand of the longest."""

KEPT_EACH = 1120
"""Further bytes for each item: a path of 260 characters (MAX_PATH of Windows) takes at most 1,116 in Python."""

HEADS = 10_000
"""Different results (code and text) of the items of one task: Windows words a run in a few. The texts of later ones are
dropped; as many codes again are the end."""

FATES = 50_000
"""Items of one task that differ in what is known of them, path aside: pins and results."""

FATES_EACH = 20
"""Further ones for each requested path."""

GROUPS = 20_000
"""Groups of items by share, type and pins, of which sums are made: a PC caches a few shares."""

WORDS = 32 << 20
"""Bytes of memory for the texts of results: hundreds of 64 KB."""

UNPARSED = 20
"""Texts that could not be read and are kept; all are counted."""

UNPARSED_LENGTH = 1000
"""Characters of each that are kept: the longest message that Windows has for an error is shorter."""

SAID = 500
"""Characters of the host's words in one message, warning or line: six lines of a terminal."""

WARNINGS = 20
"""Warnings of the host that are shown: its own, not those of this collection."""

ALIASED = 40_000_000
"""Work to make the texts of a transcript free of names: 20 for each character, 1 for each name that is sought in it.
That is 2 million characters, or forty sentences with a million names; later texts are written as their length."""
