# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the C# relies on in System.Management: as strict in the double as in Microsoft's own, where that is the engine.

Each case was seen on Microsoft's System.Management before it was entered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from simhost import scenario
from simhost.engine.build import Engine, compile_library
from simhost.engine.process import EngineProcess
from simhost.wire import WireServer

SCENARIO = Path(__file__).resolve().parents[1] / "simhost" / "scenarios" / "small.yml"
ALICE = "CORP\\alice"

_CODE = """
using System;
using System.Collections.Generic;
using System.Management;

public static class Probe {
    private const string Cache = "root\\\\cimv2:Win32_OfflineFilesCache", Root = "root\\\\cimv2";
    private static readonly Dictionary<string, Func<object>> Named = new Dictionary<string, Func<object>> {
        CASES
    };

    private static ManagementBaseObject Input() { return new ManagementClass(Cache).GetMethodParameters("Unpin"); }
    private static object Set(string name, object value) {
        ManagementBaseObject input = Input();
        input[name] = value;
        return input[name];
    }
    private static ManagementObjectCollection Items(int block, double milliseconds) {
        var options = new System.Management.EnumerationOptions { Rewindable = false, BlockSize = block };
        if (milliseconds > 0) options.Timeout = TimeSpan.FromMilliseconds(milliseconds);
        return new ManagementObjectSearcher(Root, "SELECT ItemPath FROM Win32_OfflineFilesItem", options).Get();
    }
    private static int Count(ManagementObjectCollection items) {
        int count = 0;
        foreach (ManagementBaseObject item in items) count++;
        return count;
    }
    private static object Twice(ManagementObjectCollection items) {
        Count(items);
        return Count(items);
    }
    private static object Second(ManagementObjectCollection items) {
        var first = items.GetEnumerator();
        first.MoveNext();
        GC.SuppressFinalize(first);
        return Count(items);
    }

    // Own threads are MTA, as the host part's are. On others System.Management changes threads, and texts are lost.
    public static string Run(string name) {
        string said = null;
        var thread = new System.Threading.Thread(() => said = Said(Named[name]));
        thread.Start();
        thread.Join();
        return said;
    }
    private static string Said(Func<object> run) {
        try {
            object value = run();
            var texts = value as string[];
            if (value == null) return "null";
            return value.GetType().Name + " " + (texts == null ? value : string.Join("|", texts));
        } catch (Exception e) {
            Exception cause = e.GetBaseException();
            var wmi = cause as ManagementException;
            return cause.GetType().Name + (wmi == null ? "" : " " + wmi.Message);
        }
    }
}
"""

_LACKS = "ManagementException Error code: 0x80041002"
CASES: Mapping[str, tuple[str, str]] = {
    "instances of no class": ('new ManagementClass(Root + ":Win32_Nothing").GetInstances()', _LACKS),
    "parameters of no class": ('new ManagementClass(Root + ":Win32_Nothing").GetMethodParameters("Unpin")', _LACKS),
    "parameters of no method": (
        'new ManagementClass(Cache).GetMethodParameters("Nothing")',
        "ManagementException Error code: 0x80041055",
    ),
    "no such parameter": ('Set("Path", new[] { "a" })', _LACKS),
    "any case": ('Set("paths", new[] { "a" })', "String[] a"),
    "not set": ('Input()["Paths"]', "null"),
    "set to null": ('Set("Flags", null)', "null"),
    "a negative number": ('Set("Flags", -1)', "OverflowException"),
    "too large a number": ('Set("Flags", 4294967296L)', "OverflowException"),
    "the highest bit": ('Set("Flags", 0x80000001)', "UInt32 2147483649"),
    "digits": ('Set("Flags", "5")', "UInt32 5"),
    "no digits": ('Set("Flags", "x")', "FormatException"),
    "a number with a fraction": ('Set("Flags", 5.7)', "UInt32 6"),
    "an array for a number": ('Set("Flags", new object[] { 1 })', "InvalidCastException"),
    "a list for an array": ('Set("Paths", new List<string> { "a" })', "InvalidCastException"),
    "a text for an array": ('Set("Paths", "a")', "InvalidCastException"),
    "objects for an array of texts": ('Set("Paths", new object[] { "a", 5 })', "String[] a|5"),
    "null among objects": ('Set("Paths", new object[] { "a", null })', "NullReferenceException"),
    "a word for a truth": ('Set("Deep", "yes")', "FormatException"),
    "true as a word": ('Set("Deep", "true")', "Boolean True"),
    "a number for a truth": ('Set("Deep", 1)', "Boolean True"),
    "one block after the other": ("Count(Items(5, 0))", "Int32 16"),
    "a block larger than all": ("Count(Items(1000, 250))", "Int32 16"),
    "a second pass": ("Twice(Items(5, 0))", "InvalidComObjectException"),
    "a second enumerator goes on": ("Second(Items(5, 0))", "Int32 11"),
}
"""Name -> an expression of C#, and what it leads to: type and value, or the exception, with the message of WMI's."""

_SCRIPT = """
Add-Type -Path $env:SIMHOST_LIBRARY
while ($line = [Console]::In.ReadLine()) {
    $task = $line | ConvertFrom-Json
    $env:SIMHOST_WMI, $env:SIMHOST_SESSION = $task.address, $task.session
    [Console]::Out.WriteLine((ConvertTo-Json ([Probe]::Run($task.name)) -Compress))
    [Console]::Out.Flush()
}
"""

Ask = Callable[[str], str]


@pytest.fixture(scope="module")
def ask(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Runs a case on the engine."""
    folder = tmp_path_factory.mktemp("probe")
    cases = "\n".join(f"{{ {json.dumps(name)}, () => {code} }}," for name, (code, _said) in CASES.items())
    source, library = folder / "probe.cs", folder / "Probe.dll"
    source.write_text(_CODE.replace("CASES", cases), encoding="utf-8")
    compile_library(engine.pwsh, [source], library, [engine.management])
    process = EngineProcess(engine, _SCRIPT, folder, {"SIMHOST_LIBRARY": str(library)})
    try:
        with WireServer(scenario.load(SCENARIO).host) as wire:
            session = wire.open_session(ALICE)
            yield lambda name: str(process.ask({"address": wire.address, "session": session, "name": name}, 50))
    finally:
        process.stop()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", CASES)
def test_system_management_is_as_strict_as_windows(ask: Ask, name: str) -> None:
    assert ask(name) == CASES[name][1]
