# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of flags, UNC paths, codes and packed data."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from unit.host_answers import pack
from unit.strategies import ANY_CHARACTER, PATHS

from ansible_collections.winops.offline_files.plugins.module_utils.errors import ContractError, InputError
from ansible_collections.winops.offline_files.plugins.module_utils.host import pack as packed
from ansible_collections.winops.offline_files.plugins.module_utils.methods.unpin import FLAGS
from ansible_collections.winops.offline_files.plugins.module_utils.windows import codes, unc

MASKS = st.sets(st.sampled_from(list(FLAGS.members.values())), min_size=1).map(sum)
VENDOR = {"for_user": "ForUser", "for_user_policy": "ForUser_Policy", "for_all": "ForAll"}


@given(MASKS, st.randoms())
def test_a_mask_and_its_names_round_trip(mask: int, random: object) -> None:
    mask |= 0x20
    names = FLAGS.names_of(mask)
    assert (
        FLAGS.parse(names)
        == FLAGS.parse([int(mask)])
        == FLAGS.parse([hex(mask)])
        == FLAGS.parse([str(int(mask))])
        == mask
    )
    vendor = ["OfflineFilesPinControlFlag" + VENDOR.get(name, name.title().replace("_", "")) for name in names]
    assert FLAGS.parse(vendor) == mask
    assert FLAGS.names_of(FLAGS.parse(reversed(names))) == names


_ODD_PATHS = st.builds(
    lambda path, name: f"{path}\\x\\{name}",
    PATHS,
    st.text(st.sampled_from("aé \u0301\u00a0\u200b,;.'%$&()[]"), min_size=1, max_size=6).filter(
        lambda name: name.strip(".")
    ),
)
"""With a last name that begins or ends in an unusual way."""


def _parsed(values: list[object]) -> int | InputError:
    try:
        return FLAGS.parse(values)
    except InputError as exc:
        return exc


@given(st.lists(st.integers() | st.text(max_size=12) | st.none() | st.booleans() | st.floats(), max_size=4))
def test_flags_are_understood_or_refused_in_a_sentence(values: list[object]) -> None:
    mask = _parsed(values)
    if isinstance(mask, InputError):
        assert str(mask).endswith(".")
    else:
        assert int(mask) & 0xE0
        assert int(mask) & ~0x11EE0 == 0


@given(PATHS, st.sampled_from(["", "\\", "/"]), st.booleans(), st.booleans())
def test_every_form_of_a_path_is_the_path(path: str, end: str, slashes: bool, long_form: bool) -> None:
    given_path = ("\\\\?\\UNC\\" + path[2:] if long_form else path) + end
    given_path = given_path.replace("\\", "/") if slashes else given_path
    assert unc.normalise(given_path) == path
    assert unc.normalise(unc.normalise(given_path)) == path


def _normalised(text: str) -> str | InputError:
    try:
        return unc.normalise(text)
    except InputError as exc:
        return exc


@given(st.text(max_size=60) | st.text(st.sampled_from("\\/?.:UNCunc*a ,[]\0\r\n\u202e"), max_size=30))
def test_a_path_is_accepted_in_canonical_form_or_refused_in_a_sentence(text: str) -> None:
    path = _normalised(text)
    if isinstance(path, InputError):
        assert str(path).isprintable()
        assert path.value == text
    else:
        assert path.startswith("\\\\")
        assert not path.endswith("\\")
        assert all(path[2:].split("\\"))
        assert not set(path) & set('<>:"/|?*\0\r\n')
        assert unc.normalise(path) == path


@given(st.lists(PATHS, min_size=1, max_size=5), st.sampled_from([",", ", ", "\n"]))
def test_a_list_of_paths_round_trips_as_a_string(paths: list[str], comma: str) -> None:
    assert unc.split_list(comma.join(paths)) == paths


@given(st.lists(_ODD_PATHS, min_size=1, max_size=5), st.sampled_from([",", ", ", ",  ", "\n", "\r\n", "\n\n  "]))
def test_every_letter_of_a_name_comes_back(paths: list[str], separator: str) -> None:
    """Blanks, commas and semicolons at the end of a name too."""
    assert [unc.normalise(path) for path in unc.split_list(separator.join(paths))] == paths


@given(PATHS, st.lists(PATHS, max_size=5))
def test_the_roots_above_a_path_are_found_name_by_name(path: str, others: list[str]) -> None:
    lineage = [path]
    while above := unc.parent(lineage[-1]):
        lineage.append(above)
    keys = [unc.key(root) for root in (*lineage[::2], *others)]
    roots = {key: number for number, key in enumerate(keys)}
    wanted = [roots[unc.key(step)] for step in lineage if unc.key(step) in roots]
    assert list(unc.Roots(roots).above(unc.key(path))) == wanted
    server, rest = unc.split_server(path)
    assert f"\\\\{server}{rest}" == path


@given(st.integers(-(2**31), 2**32 - 1))
def test_every_number_is_explained(number: int) -> None:
    code = codes.explain(number)
    assert code.code == number & 0xFFFFFFFF
    assert code.category in codes.CATEGORIES
    assert codes.explain(int(code.hresult, 16)).hresult == code.hresult
    assert code.ok is (int(code.hresult, 16) < 2**31)
    with contextlib.suppress(StopIteration):
        name = next(row[1] for row in codes.SYSTEM_ERRORS if row[0] == code.code and row[0])
        assert code.name == name


@given(st.lists(st.text(ANY_CHARACTER) | st.text("\0\1\2a"), max_size=30))
def test_packed_records_round_trip(records: list[str]) -> None:
    assert [record for batch in packed.unpack(pack(records), len(records)) for record in batch] == records


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: pack([raw.hex()])[: len(raw)]))
def test_any_data_is_read_or_refused(data: str) -> None:
    with contextlib.suppress(ContractError):
        for batch in packed.unpack(data, 1):
            assert all(isinstance(record, str) for record in batch)
