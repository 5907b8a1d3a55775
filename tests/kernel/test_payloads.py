# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How the database reads what it is given: each form at its edges, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

U = str(uuid.UUID("6f1c0b1e-0000-4000-8000-00000000abcd"))
LONG = "A" * 200
JSON: dict[str, list[tuple[Any, Any]]] = {
    # The value, and what is made of it; a code where it is refused.
    "uuid_of(%s, 'x.')": [
        (U, U),
        (U.upper(), "form"),
        (f" {U}", "form"),
        (f"0{U}", "form"),
        (f"{U}0", "form"),
        (f"{U}\n", "form"),
        (U.replace("-", ""), "form"),
        (7, "form"),
        (None, "form"),
        ([U], "form"),
    ],
    "user_of(%s)": [
        (0, 0),
        (10**18 - 1, 10**18 - 1),
        (10**18, "form"),
        (-1, "form"),
        (1.5, "form"),
        ("1", "form"),
        (None, "form"),
        (True, "form"),
    ],
    "kek_of(%s)": [
        (1, 1),
        (9999, 9999),
        (10000, "form"),
        (0, "form"),
        (-1, "form"),
        (1.5, "form"),
        ("1", "form"),
        (None, "form"),
    ],
    "date_of(%s)": [
        ("2026-01-31", "2026-01-31"),
        ("2024-02-29", "2024-02-29"),
        ("2026-02-29", "form"),
        ("2026-13-01", "form"),
        ("0000-01-01", "form"),
        ("2026-1-31", "form"),
        ("31-01-2026", "form"),
        ("2026-01-31T00:00", "form"),
        ("x2026-01-31", "form"),
        ("today", "form"),
        (20260131, "form"),
        (None, "form"),
    ],
    "bytes_of(%s, 200, 'x.')": [
        ("AAAA", "\\x000000"),
        ("AAA=", "\\x0000"),
        (LONG, "\\x" + "00" * 150),
        (f"{LONG}AAAA", "form"),
        ("AAA", "form"),
        ("A===", "form"),
        ("=AAA", "form"),
        ("AA A", "form"),
        ("æøåA", "form"),
        ("", "form"),
        (7, "form"),
        (None, "form"),
    ],
    "text_of(%s, 5, 'short', 'x.')": [
        ("abcde", "abcde"),
        ("abcdef", "short"),
        ("7", "7"),
        (" é ", " é "),
        ("", "short"),
        (" .-", "short"),
        ("\u200b", "short"),
        (7, "short"),
        (None, "short"),
    ],
    "share(%s, 'Et tal')": [
        ("0", "0"),
        ("1", "1"),
        ("0.123456", "0.123456"),
        ("1.000000", "1.000000"),
        ("0.1234567", "no_uncertainty"),
        ("1.1", "no_uncertainty"),
        ("1.000001", "no_uncertainty"),
        ("2", "no_uncertainty"),
        ("-0.1", "no_uncertainty"),
        (".5", "no_uncertainty"),
        ("0.", "no_uncertainty"),
        ("x0.5", "no_uncertainty"),
        ("0.5x", "no_uncertainty"),
        (0.5, "no_uncertainty"),
        (None, "no_uncertainty"),
    ],
}
CASES = [(call, value, expected) for call, pairs in JSON.items() for value, expected in pairs]


def read(stage, call: str, *values: object) -> str:
    """What the function makes of it, as text, or the code with which it refuses."""
    try:
        return str(stage.as_owner(f"SELECT (kernel.{call})::text", *values))
    except psycopg.Error as error:
        if error.sqlstate != "KDREF":
            raise
        return error.diag.message_detail or ""


@pytest.mark.parametrize(("call", "value", "expected"), CASES)
def test_each_form_is_read_at_its_edges(stage, call, value, expected):
    assert read(stage, call.replace("%s", "%s::jsonb"), json.dumps(value)) == str(expected)


@pytest.mark.parametrize("call", JSON)
def test_what_is_not_there_is_refused(stage, call):
    code = {"share": "no_uncertainty", "text_of": "short"}.get(call.split("(")[0], "form")
    assert read(stage, call.replace("%s", "NULL::jsonb")) == code


KEYS: list[tuple[Any, str]] = [
    ({"a": 1, "b": 2}, ""),
    ({"a": 1, "b": 2, "c": 3}, ""),
    ({"a": 1}, "missing"),
    ({"a": 1, "b": None}, "missing"),
    ({"a": 1, "b": 2, "c": None}, ""),
    ({"a": 1, "b": 2, "d": 4}, "unknown"),
    ({"a": 1, "d": 4}, "missing"),
    ({}, "missing"),
    ([], "form"),
    (["a", "b"], "form"),
    ("ab", "form"),
    (7, "form"),
    (None, "form"),
]


@pytest.mark.parametrize(("payload", "code"), KEYS)
def test_a_payload_has_its_keys_and_no_others(stage, payload, code):
    call = "require_keys(%s::jsonb, ARRAY['a', 'b'], ARRAY['c'])"
    assert read(stage, call, json.dumps(payload)) == code


def test_each_key_that_is_wrong_is_named(stage):
    with pytest.raises(psycopg.Error) as error:
        stage.as_owner("SELECT kernel.require_keys('{\"b\": 1}', ARRAY['a', 'b', 'c'], '{}')")
    assert error.value.diag.message_primary == "Der mangler oplysninger: a, c."
    with pytest.raises(psycopg.Error) as error:
        stage.as_owner("SELECT kernel.require_keys('{\"a\": 1, \"x\": 2}', ARRAY['a'], '{}')")
    assert error.value.diag.message_primary == "Der er oplysninger, som ikke hører til: x."


@pytest.mark.parametrize(
    ("at", "day", "moment"),
    [
        ("2026-03-28 22:59:59.999999+00", "2026-03-28", "2026-03-28T22:59:59.999999Z"),
        ("2026-03-28 23:00:00+00", "2026-03-29", "2026-03-28T23:00:00.000000Z"),
        ("2026-03-29 22:00:00+00", "2026-03-30", "2026-03-29T22:00:00.000000Z"),
        ("2026-10-25 22:59:59+00", "2026-10-25", "2026-10-25T22:59:59.000000Z"),
        ("2026-10-25 23:00:00+00", "2026-10-26", "2026-10-25T23:00:00.000000Z"),
    ],
)
def test_days_are_copenhagens_and_moments_are_utc(stage, at, day, moment):
    assert read(stage, "day_of(%s::timestamptz)", at) == day
    assert read(stage, "moment(%s::timestamptz)", at) == moment


def test_today_is_the_day_it_is(stage):
    from kernel_stage import today

    assert read(stage, "today()") == str(today())


def test_one_that_was_held_open_sees_the_time_go_on(stage):
    """The clock's day, not the transaction's."""
    with psycopg.connect(stage.owner_url) as connection:
        row = connection.execute("SELECT now(), pg_sleep(0.01)").fetchone()
        record = "SELECT kernel.record_event('probe', '', '{}'::jsonb)"
        (event,) = connection.execute(record).fetchone()
        entered = connection.execute(
            "SELECT at FROM kernel_registryevent WHERE id = %s", (event,)
        ).fetchone()
        connection.rollback()
    assert row is not None
    assert entered is not None
    assert entered[0] - row[0] >= dt.timedelta(milliseconds=10)


def test_more_than_two_megabytes_is_not_written(stage):
    """A receipt carries the whole of it."""
    enter = "enter('x', gen_random_uuid(), 'x', jsonb_build_object('a', repeat('x', %s)), now())"
    assert read(stage, enter, 2_000_000 - len('{"a":""}')).startswith("(")
    assert read(stage, enter, 2_000_001 - len('{"a":""}')) == "too_large"


@settings(max_examples=150, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture])  # fmt: skip
@given(value=st.one_of(st.text(max_size=40), st.integers(), st.none(), st.booleans(),
                       st.lists(st.integers(), max_size=2)))  # fmt: skip
def test_whatever_else_is_given_is_read_or_refused_and_never_breaks(stage, value):
    text = json.dumps(value)
    if "\\u0000" in text:
        return
    for call in JSON:
        read(stage, call.replace("%s", "%s::jsonb"), text)
