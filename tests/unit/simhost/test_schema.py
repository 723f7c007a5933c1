# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Windows' own System.Management is told of the classes is what the simulated WMI answers with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from simhost import configuration, scenario
from simhost.operations import METHODS
from simhost.wmi import (
    _SERVICE_CLASSES,
    CACHE_CLASS,
    CONFIGURATION_CLASS,
    ITEM_CLASS,
    REGISTRY_CLASS,
    WmiSession,
)

SIMHOST = Path(scenario.__file__).parent
SCHEMA: Mapping[str, Any] = json.loads((SIMHOST / "engine" / "schema.json").read_text(encoding="utf-8"))
ALICE = "CORP\\alice"
SCALARS = {
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "datetime": lambda value: isinstance(value, str) and len(value) == 25,
    "uint32": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32,
    "sint64": lambda value: isinstance(value, int) and not isinstance(value, bool) and -(1 << 63) <= value < 1 << 63,
}


@pytest.fixture(scope="module")
def session() -> WmiSession:
    return WmiSession(scenario.load(SIMHOST / "scenarios" / "inventory.yml").host, ALICE)


def differences(cls: str, told: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Where an instance is not what the schema says of its class."""
    types = SCHEMA[cls]["properties"]
    yield from (f"{place}{name}: only on one side" for name in sorted(set(types) ^ set(told)))
    for name in set(types) & set(told):
        value, kind = told[name], types[name]
        if value is None:
            continue
        if kind.startswith("object:"):
            embedded = kind.removeprefix("object:")
            if not isinstance(value, dict):
                yield f"{place}{name}: no object"
            elif embedded:
                yield from differences(embedded, value, f"{place}{name}.")
        elif kind.endswith("[]"):
            if not isinstance(value, list) or not all(map(SCALARS[kind.removesuffix("[]")], value)):
                yield f"{place}{name}: {value!r} is no {kind}"
        elif not SCALARS[kind](value):
            yield f"{place}{name}: {value!r} is no {kind}"


@pytest.mark.parametrize("cls", [CACHE_CLASS, CONFIGURATION_CLASS, *_SERVICE_CLASSES])
def test_an_instance_has_the_properties_of_the_schema(session: WmiSession, cls: str) -> None:
    assert list(differences(cls, session.get(cls, _SERVICE_CLASSES.get(cls)))) == []


def test_every_row_has_the_properties_of_the_schema(session: WmiSession) -> None:
    rows = [row for row in session.enumerate(ITEM_CLASS) if isinstance(row, dict)]
    assert [each for row in rows for each in differences(ITEM_CLASS, row)] == []
    # Each embedded class was looked at: some row has an object of it.
    objects = {name for name, kind in SCHEMA[ITEM_CLASS]["properties"].items() if kind.startswith("object:")}
    assert {name for name in objects if any(row[name] for row in rows)} == objects


def test_a_difference_is_seen() -> None:
    told = {"Name": 1, "State": None, "Mode": "Auto"}
    assert sorted(differences("Win32_Service", told)) == [
        "Mode: only on one side",
        "Name: 1 is no string",
        "StartMode: only on one side",
    ]


def test_both_sides_have_the_same_classes() -> None:
    properties = [kind for cls in SCHEMA.values() for kind in cls.get("properties", {}).values()]
    embedded = {kind.removeprefix("object:") for kind in properties if kind.startswith("object:")} - {""}
    asked = {CACHE_CLASS, ITEM_CLASS, CONFIGURATION_CLASS, REGISTRY_CLASS, *_SERVICE_CLASSES}
    assert set(SCHEMA) == asked | embedded


def test_both_sides_have_the_same_methods() -> None:
    methods = {cls: described["methods"] for cls, described in SCHEMA.items() if "methods" in described}
    assert set(methods) == {CACHE_CLASS, REGISTRY_CLASS}
    assert {name: (one["in"], one.get("out", {})) for name, one in methods[CACHE_CLASS].items()} == {
        name: (dict(method.inputs), dict(method.outputs)) for name, method in METHODS.items()
    }
    assert {name: (one["in"], tuple(one["out"])) for name, one in methods[REGISTRY_CLASS].items()} == {
        name: (dict(inputs), outputs) for name, (inputs, outputs, _read) in configuration.METHODS.items()
    }


def test_the_configuration_has_the_types_of_the_schema() -> None:
    types = {name: kind.partition(":")[0] for name, kind in SCHEMA[CONFIGURATION_CLASS]["properties"].items()}
    assert types == configuration.PROPERTIES
