# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database writes canonical JSON exactly as kodeks.ledger.canonical does, or both refuse."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.ledger.canonical import LARGEST_INTEGER, canonical_json
from kodeks.ledger.errors import VerificationError

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
KEYS = st.text("ABCXYZabcxyz0189_.-", min_size=1, max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
EXAMPLES = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def in_database(stage, value: Any) -> bytes:
    return stage.as_owner(
        "SELECT convert_to(kernel.canonical(%s::jsonb), 'UTF8')",
        json.dumps(value, ensure_ascii=False),
    )


@EXAMPLES
@given(value=VALUES)
def test_both_write_the_same_bytes(stage, value):
    assert in_database(stage, value) == canonical_json(value)


def test_every_control_character_and_the_edges_of_unicode(stage):
    points = [*range(1, 0x2FF), 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFEFF, 0xFFFE, 0xFFFF, 0x10FFFF]
    value = [chr(point) for point in points]
    assert in_database(stage, value) == canonical_json(value)


def test_keys_are_sorted_by_bytes_whatever_the_databases_locale(stage):
    value = {key: 1 for key in ("b", "B", "a", "A", "_", "-", ".", "a.", "a-", "aa", "10", "9")}
    assert in_database(stage, value) == canonical_json(value)


@pytest.mark.parametrize("depth", [64, 65])
@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}])
def test_depth(stage, depth, wrap):
    value: Any = 1
    for _ in range(depth):
        value = wrap(value)
    if depth <= 64:
        assert in_database(stage, value) == canonical_json(value)
        return
    with pytest.raises(VerificationError):
        canonical_json(value)
    with pytest.raises(psycopg.Error) as error:
        in_database(stage, value)
    assert error.value.diag.message_detail == "form"


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        1e300,
        LARGEST_INTEGER + 1,
        -LARGEST_INTEGER - 1,
        {"æ": 1},
        {"": 1},
        {"a b": 1},
        [{"a\n": 1}],
    ],
)
def test_both_refuse(stage, value):
    with pytest.raises(VerificationError):
        canonical_json(value)
    with pytest.raises(psycopg.Error) as error:
        in_database(stage, value)
    assert error.value.diag.message_detail == "form"


def test_the_application_role_may_not_call_it(stage):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute("SELECT kernel.canonical('1'::jsonb)")
