# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Canonical JSON."""

import enum
import json
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger.canonical import LARGEST_INTEGER, MAX_DEPTH, canonical_json, parse_canonical
from kodeks.ledger.errors import VerificationError

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
keys = st.text(string.ascii_letters + string.digits + "_.-", min_size=1)
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def test_the_example_of_rfc_8785_within_the_subset():
    value = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    expected = '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical_json(value) == expected.encode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "{}"),
        ([], "[]"),
        ([[], {}], "[[],{}]"),
        (0, "0"),
        (-LARGEST_INTEGER, "-9007199254740991"),
        (True, "true"),
        ({"b": 1, "a": 2, "B": 3, "a.b": 4, "a-b": 5, "a_b": 6, "10": 7, "9": 8},
         '{"10":7,"9":8,"B":3,"a":2,"a-b":5,"a.b":4,"a_b":6,"b":1}'),
        ("\b\t\n\f\r", r'"\b\t\n\f\r"'),
        ("\x01\x1f\x7f\x80/æ\u2028\U0001f600", '"\\u0001\\u001f\x7f\x80/æ\u2028\U0001f600"'),
    ],
)  # fmt: skip
def test_known_forms(value, expected):
    assert canonical_json(value) == expected.encode()
    assert parse_canonical(expected.encode()) == value


class Choice(enum.StrEnum):
    ACCEPT = "accept"


def test_text_choices_are_text_but_not_keys():
    assert canonical_json([Choice.ACCEPT]) == b'["accept"]'
    with pytest.raises(VerificationError):
        canonical_json({Choice.ACCEPT: 1})


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), Decimal(1), b"", (1,), {1}, object(), 2**53, -(2**53), "\x00",
     "a\ud800", "\udfffb", {"": 1}, {"æ": 1}, {"a b": 1}, {"a\n": 1}, {1: 1}, {None: 1},
     {"a": {"b": 1.5}}],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(VerificationError):
        canonical_json(value)
    with pytest.raises(VerificationError):
        canonical_json([value])


def nested(depth):
    value = None
    for number in range(depth):
        value = [value] if number % 2 else {"a": value}
    return value


def test_depth_is_limited():
    data = canonical_json(nested(MAX_DEPTH))
    assert parse_canonical(data) == nested(MAX_DEPTH)
    with pytest.raises(VerificationError):
        canonical_json(nested(MAX_DEPTH + 1))
    for data in (b"[" * 100_000, b"[" * 65 + b"]" * 65, b'{"a":' * 100_000):
        with pytest.raises(VerificationError):
            parse_canonical(data)


def test_a_value_that_holds_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(VerificationError):
        canonical_json(value)


@pytest.mark.parametrize(
    "data",
    [b"", b" 1", b"1 ", b"01", b"-0", b"1.0", b"1e2", b"NaN", b"Infinity", b'"\\u0041"', b'"\\/"',
     b'{"a":1,"a":1}', b'{"b":1,"a":2}', b'{"a": 1}', b"[1,]", b"\xff", b"\xef\xbb\xbf1",
     b'"\\ud800"', b'"\\u0000"', b'"\xed\xa0\x80"', b"9" * 5000, b"9007199254740992", b"1\n",
     b'"\\u000A"', b'"\\u001F"', "{\"æ\":1}".encode()],
)  # fmt: skip
def test_other_spellings_are_refused(data):
    with pytest.raises(VerificationError):
        parse_canonical(data)


@given(values)
def test_round_trip_and_agreement_with_json(value):
    data = canonical_json(value)
    assert json.loads(data) == value
    assert parse_canonical(data) == value
    same = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert data == same.encode()


@given(st.dictionaries(keys, integers))
def test_key_order_is_the_same_in_utf8_and_utf16(value):
    found = list(json.loads(canonical_json(value)))
    assert found == sorted(value, key=lambda key: key.encode())
    assert found == sorted(value, key=lambda key: key.encode("utf-16-be"))


@given(st.binary(max_size=80) | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_foreign_bytes_parse_exactly_or_are_refused(data):
    try:
        value = parse_canonical(data)
    except VerificationError:
        return
    assert canonical_json(value) == data
