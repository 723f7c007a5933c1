# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What users give, through the real CLI: every form of a name means the same, and a path that is not right is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from integration.fleet import MODULE, SHARE, Fleet, Run, module_calls, pins, scenario

pytestmark = pytest.mark.timeout(120)

ITEM_INFO = "winops.offline_files.item_info"
GROUP = "group/winops.offline_files.offline_files"

# --- every form of a name

NEIGHBOURS = {
    "Project": {"pin": "user"},
    "Project ": {"pin": "user"},
    "Smith": {"pin": "user"},
    "Smith, John.pst": {"pin": "user"},
    " leading": {"pin": "user"},
    "Sales;": {"pin": "user"},
    "b\u00fccher": {"pin": "user"},
    "bu\u0308cher": {"pin": "user"},
}
"""Two items each time that only their exact names tell apart, and none of which may be taken for another."""

_PATHS = "chosen | map(attribute='path')"
FORMS: dict[str, str] = {
    "list": "{{ " + _PATHS + " }}",
    "string": "{{ chosen[0].path }}",
    "commas": "{{ " + _PATHS + " | join(',') }}",
    "commas_and_blanks": "{{ " + _PATHS + " | join(', ') }}",
    "lines": "{{ " + _PATHS + " | join('\n') }}",
    "lines_of_windows": "{{ " + _PATHS + " | join('\r\n') }}" + "\r\n",
    "file": "{{ lookup('ansible.builtin.file', listed, rstrip=false) }}",
}
CHOSEN = {"string": ["Project "]}
ALL_CHOSEN = ["Project ", "Smith, John.pst", " leading", "Sales;", "bu\u0308cher"]


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A host for each form, and one for ad hoc tasks, with items that differ in what a form may lose."""
    folder = tmp_path_factory.mktemp("forms")
    listed = folder / "paths.txt"
    text = "\r\n".join(["", *(f"//fs01/users/{name}" for name in ALL_CHOSEN), ""])
    listed.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    content = scenario(cache={SHARE: {"items": NEIGHBOURS}})
    with Fleet(folder) as fleet:
        for form, paths in FORMS.items():
            names = CHOSEN.get(form, ALL_CHOSEN)
            fleet.add(form, content, variables={"form": paths, "names": names, "listed": str(listed)})
        fleet.add("looped", content, variables={"form": "{{ item.path }}", "names": ALL_CHOSEN})
        fleet.add("adhoc", content)
        yield fleet


@pytest.fixture(scope="module")
def formed(forms: Fleet) -> Run:
    """item_info everywhere, and what it told of the chosen names back to unpin, in each form."""
    tasks = [
        {"name": "look", ITEM_INFO: {"paths": "//fs01/users"}, "register": "found"},
        {
            "name": "choose",
            "ansible.builtin.set_fact": {"chosen": "{{ found.entries | selectattr('name', 'in', names) }}"},
        },
        {"name": "unpin", MODULE: {"paths": "{{ form }}"}, "when": "inventory_hostname != 'looped'"},
        {
            "name": "unpin each",
            MODULE: {"paths": "{{ item.path }}"},
            "loop": "{{ chosen }}",
            "when": "inventory_hostname == 'looped'",
        },
    ]
    return forms.play(tasks, hosts="all:!adhoc", timeout=100)


def _released(fleet: Fleet, name: str) -> list[str]:
    held = pins(fleet.sims[name])
    return sorted(
        path.rpartition("\\")[2] for path, reasons in held.items() if "user" not in reasons and path != SHARE
    )[: len(NEIGHBOURS)]


@pytest.mark.parametrize("form", [*FORMS, "looped"])
def test_what_item_info_gives_comes_back_letter_by_letter(forms: Fleet, formed: Run, form: str) -> None:
    assert formed.code == 0, formed.stdout
    released = [name for name in _released(forms, form) if name in NEIGHBOURS]
    assert released == sorted(CHOSEN.get(form, ALL_CHOSEN))


@pytest.mark.parametrize(
    ("args", "name"),
    [
        ("paths='//fs01/users/Project '", "Project "),
        ('paths="//fs01/users/Project "', "Project "),
        ("paths='//fs01/users/Project ' deep=false", "Project "),
        ({"paths": "//fs01/users/Project "}, "Project "),
        ({"paths": ["//fs01/users/Project "]}, "Project "),
        ("paths='//fs01/users/Smith, John.pst'", "Smith, John.pst"),
        # Core takes it away before the module gets it, as the documentation says.
        ("paths=//fs01/users/Project ", "Project"),
    ],
)
def test_ad_hoc_forms(forms: Fleet, args: Any, name: str) -> None:
    run = forms.adhoc("adhoc", args, "--check")
    changed = [entry["path"] for entry in run.of("adhoc").result["entries"] if entry["changed"]]
    assert changed == [rf"{SHARE}\{name}"]


NAMES: dict[str, tuple[Any, list[str]]] = {
    "comma": ("Smith, John*", ["Smith, John.pst"]),
    "blank": ("Project ", ["Project "]),
    "leading": (" leading", [" leading"]),
    "two lines": ("Smith\nProject\n", ["Project", "Smith"]),
    "list": (["Smith, John*", "Project"], ["Project", "Smith, John.pst"]),
    "nothing": ("John*", []),
}


def test_a_plain_string_is_one_pattern(forms: Fleet) -> None:
    run = forms.play(
        [{"name": name, ITEM_INFO: {"name": given}} for name, (given, _dummy) in NAMES.items()], hosts="adhoc"
    )
    told = {name: sorted(entry["name"] for entry in run.of("adhoc", name).result["entries"]) for name in NAMES}
    assert told == {name: found for name, (_dummy, found) in NAMES.items()}


def test_words_may_be_parted_by_commas(forms: Fleet) -> None:
    run = forms.adhoc("adhoc", "type=file,directory reasons=user,computer summary=true", module=ITEM_INFO)
    assert run.of("adhoc").result["counts"]["total"] == len(NEIGHBOURS)


# --- an option and its alias


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet(tmp_path_factory.mktemp("plain")) as fleet:
        fleet.add("host", scenario())
        yield fleet


@pytest.fixture(scope="module")
def aliases(plain: Fleet) -> Run:
    """Tasks with an option and its alias, and a play's defaults for one of them."""
    differ = "path=//fs01/users paths=//fs02/projects"
    both = {"name": "both", MODULE: {"paths": "//fs01/users"}}
    tasks: list[dict[str, Any]] = [
        {"name": MODULE, MODULE: differ},
        {"name": ITEM_INFO, ITEM_INFO: differ},
        *(
            {"block": [{**both, "name": f"both {of}"}], "module_defaults": {of: {"path": ["//fs02/projects"]}}}
            for of in (MODULE, GROUP)
        ),
        {"name": "same", MODULE: {"path": "//fs01/users", "paths": ["//fs01/users"]}, "check_mode": True},
    ]
    return plain.play([{**task, "ignore_errors": True} for task in tasks])


@pytest.mark.parametrize("module", [MODULE, ITEM_INFO])
def test_an_option_and_its_alias_with_different_values(aliases: Run, module: str) -> None:
    message = aliases.of("host", module).result["msg"]
    assert message.startswith("paths (//fs02/projects) and path (//fs01/users) are the same option")


@pytest.mark.parametrize("defaults", [MODULE, GROUP])
def test_an_alias_in_module_defaults_is_no_other_option(aliases: Run, defaults: str) -> None:
    told = aliases.of("host", f"both {defaults}")
    assert told.status == "failed"
    assert told.result["msg"].startswith("paths (//fs01/users) and path (//fs02/projects) are the same option")
    assert "module_defaults" in told.result["msg"]


def test_the_same_value_twice_is_one_value(plain: Fleet, aliases: Run) -> None:
    assert aliases.of("host", "same").result["counts"]["changed"] == 5
    # It alone has reached the host.
    assert module_calls(plain.sims["host"]) == 1


# --- what is refused

REFUSED: dict[str, tuple[Any, str]] = {
    "no second //": (
        "//fs01/users,fs02/projects",
        "has ',' in the name of its share, where it cannot be: several paths",
    ),
    "semicolon": ("//fs01/users;", "has ';' in the name of its share, where it cannot be"),
    "servers": ("//fs01,fs02", "has ',' in the name of its server, where it cannot be"),
    "semicolons": ("//fs01/users;//fs02/projects", "holds what looks like a second path after ';'"),
    "blanks": ("//fs01/users //fs02/projects", "holds what looks like a second path after ' '"),
    "two in an element": (["//fs01/users,//fs02/projects"], "holds what looks like a second path after ','"),
    "two lines in an element": (["//fs01/users\n//fs02/projects"], r"holds what looks like a second path after '\n'"),
    "PowerShell": ("//fs01/users/$env:USERNAME", "has '$env:USERNAME', which nothing expands here"),
    "empty": ("", "path '' is empty"),
}


def test_what_cannot_be_a_path_is_refused_with_the_right_reason(plain: Fleet) -> None:
    calls = module_calls(plain.sims["host"])
    tasks = [
        {"name": name, MODULE: {"paths": given}, "ignore_errors": True} for name, (given, _dummy) in REFUSED.items()
    ]
    run = plain.play(tasks)
    for name, (_dummy, reason) in REFUSED.items():
        told = run.of("host", name)
        assert told.status == "failed", name
        assert reason in told.result["msg"]
    assert module_calls(plain.sims["host"]) == calls


# --- near misses


def _pinned(*paths: str) -> dict[str, Any]:
    return {"cache": {path: {"pin": "user"} for path in paths}}


NEAR: dict[str, tuple[Any, dict[str, Any], str]] = {
    "server": (
        "//fs01",
        _pinned(r"\\fs01.example.com\users\a"),
        r"a server of this name is there as \\fs01.example.com",
    ),
    "short": ("//fs01.example.com", _pinned(r"\\fs01\users\a"), r"a server of this name is there as \\fs01:"),
    "share": ("//fs01/users", _pinned(r"\\fs07\users\a"), r"a share of this name is there as \\fs07\users"),
    "form": (
        "//fs01/M\u00fcller",
        _pinned("\\\\fs01\\Mu\u0308ller\\a"),
        "differs only in how letters with marks are written",
    ),
    "width": (
        "//fs01/us\u200bers",
        _pinned(r"\\fs01\users\a"),
        "differs only in what nobody sees (U+200B ZERO WIDTH SPACE)",
    ),
    "blank": ("//fs01/my\u00a0share", _pinned(r"\\fs01\my share\a"), "(U+00A0 NO-BREAK SPACE)"),
    "c1": (
        "//fs01/users/a\u0096",
        _pinned(r"\\fs01\users\a"),
        r"\\fs01\users\a<U+0096> is not in the cache: it holds U+0096",
    ),
    "end": (
        "//fs01/users ",
        _pinned(r"\\fs01\users\a"),
        r"\\fs01\users is there, which differs only in the end of a name",
    ),
    "variable": ("//fs01/users/%username%", _pinned(r"\\fs01\users\a"), "nothing expands %username% here"),
    "namespace": (
        "//server3/Sales",
        _pinned(r"\\contoso.com\public\Sales\a"),
        r"\\contoso.com\public is there, perhaps a",
    ),
    "comma": (
        "//fs01/users/a,fs02/b",
        _pinned(r"\\fs01\users\a", r"\\fs02\b\c"),
        r"if fs02\... is a second path, begin it",
    ),
    "semicolon": ("//fs01/users/a;", _pinned(r"\\fs01\users\a"), "';' at the end of a name belongs to it"),
}


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with Fleet(tmp_path_factory.mktemp("near")) as fleet:
        for name, (given, content, _dummy) in NEAR.items():
            fleet.add(name, scenario(**content), variables={"given": given})
        tasks: list[dict[str, Any]] = [
            {"name": "unpin", MODULE: {"paths": "{{ given }}"}},
            {"name": "list", ITEM_INFO: {"paths": "{{ given }}"}},
        ]
        yield fleet.play(tasks, timeout=100)


@pytest.mark.once
@pytest.mark.parametrize("task", ["unpin", "list"])
@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_a_warning(near: Run, name: str, task: str) -> None:
    told = near.of(name, task)
    assert (told.status, told.result["changed"]) == ("ok", False)
    assert "not in the cache" in told.result["msg"]
    (warning,) = told.result["warnings"]
    assert warning.startswith(f"{name}: ")
    assert NEAR[name][2] in warning


# --- what is not there at all


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with Fleet(tmp_path_factory.mktemp("empty")) as fleet:
        fleet.add("stranger", scenario(behaviour={"user_view": "none"}))
        fleet.add("nobody", scenario(cache={}))
        fleet.add("some", scenario())
        tasks: list[dict[str, Any]] = [
            {"name": "unpin", MODULE: {"paths": "//fs01/users"}},
            {"name": "blind", MODULE: {"paths": "//fs01/users", "verify": False}, "ignore_errors": True},
            {
                "name": "missing",
                MODULE: {"paths": [f"//fs01/gone{n}" for n in range(5)], "missing": "fail"},
                "ignore_errors": True,
            },
        ]
        yield fleet.play(tasks)


@pytest.mark.once
@pytest.mark.parametrize("name", ["stranger", "nobody"])
def test_a_user_who_sees_nothing_is_told_so(empty: Run, name: str) -> None:
    result = empty.of(name, "unpin").result
    assert result["counts"]["visible"] == 0
    assert result["msg"].startswith(r"Nothing to unpin: the cache shows no item to CORP\alice; 1 path not in the cache")
    (warning,) = result["warnings"]
    assert warning.startswith(rf"{name}: The cache shows no item to CORP\alice.")


@pytest.mark.once
def test_what_is_visible_is_counted(empty: Run) -> None:
    result = empty.of("some", "unpin").result
    assert result["counts"]["visible"] > result["counts"]["total"]
    assert "warnings" not in result
    assert empty.of("some", "blind").result["counts"]["visible"] is None


@pytest.mark.once
def test_paths_that_fail_the_task_are_named(empty: Run) -> None:
    told = empty.of("some", "missing")
    assert told.status == "failed"
    names = r"\\fs01\gone0, \\fs01\gone1, \\fs01\gone2 and 2 more"
    assert told.result["msg"].endswith(f"5 paths not in the cache ({names}).")
