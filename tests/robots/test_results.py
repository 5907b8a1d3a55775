# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language.cpr import looks_like_cpr
from kodeks.robots.errors import ResultRefused
from kodeks.robots.results import LONGEST_TEXT, validate

NAMES = st.from_regex(r"[a-z_]{1,20}", fullmatch=True)
IDS = st.one_of(st.none(), st.booleans(), st.integers(-(10**7), 10**7), st.uuids().map(str), NAMES)
NESTED = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=10,
)
DAYS = st.integers(1, 28) | st.integers(61, 88)


@given(st.dictionaries(NAMES, IDS, max_size=10))
def test_ids_pass_unchanged_and_survive_json(values: dict[str, object]) -> None:
    assert validate(values) == values == json.loads(json.dumps(validate(values)))


@given(NESTED)
def test_anything_else_is_refused_in_one_way(value: object) -> None:
    try:
        accepted = validate(value)
    except ResultRefused:
        return
    assert all(type(name) is str for name in accepted)
    assert all(item is None or type(item) in (bool, int, str) for item in accepted.values())
    assert not any(
        looks_like_cpr(item) or len(item) > LONGEST_TEXT
        for item in accepted.values()
        if isinstance(item, str)
    )


@given(
    DAYS,
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(0, 9999),
    st.sampled_from(["", "-", " "]),
    st.text("abcæøå ,:;", max_size=20),
)
def test_a_cpr_number_is_refused_wherever_it_stands(
    day: int, month: int, year: int, serial: int, dash: str, around: str
) -> None:
    number = f"{day:02}{month:02}{year:02}{dash}{serial:04}"
    for values in ({"id": around + number + around}, {number: 1}):
        with pytest.raises(ResultRefused) as refused:
            validate(values)
        assert number not in str(refused.value)
    with pytest.raises(ResultRefused):
        validate({"id": int(number.replace(dash, "") if dash else number)})


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_uuids_and_digests_are_never_taken_for_a_cpr_number(one: uuid.UUID, digest: bytes) -> None:
    key = f"{one}:journalise"
    assert validate({"key": key, "sha256": digest.hex()}) == {"key": key, "sha256": digest.hex()}


@pytest.mark.parametrize(
    "values",
    [
        None,
        ["a"],
        {"a": 1.5},
        {"a": ["b"]},
        {"a": {"b": 1}},
        {"a": "x" * 201},
        {"a": "nul\x00"},
        {"a": "\ud800"},
        {"": 1},
        {1: 1},
        {"a": 2**63},
        {str(number): number for number in range(31)},
    ],
)
def test_what_is_no_flat_object_of_ids_is_refused(values: object) -> None:
    with pytest.raises(ResultRefused):
        validate(values)
