# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Entry bundles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger.entries import format_entries, parse_entries
from kodeks.ledger.errors import VerificationError


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=256))
def test_bundles_round_trip_and_a_cut_one_is_refused(entries):
    data = format_entries(entries)
    assert parse_entries(data) == entries
    if entries[-1]:
        with pytest.raises(VerificationError):
            parse_entries(data[:-1])


@given(st.binary(max_size=600))
def test_foreign_bundles_parse_exactly_or_are_refused(data):
    try:
        entries = parse_entries(data)
    except VerificationError:
        return
    assert format_entries(entries) == data


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * 65536]])
def test_what_does_not_fit_is_refused(entries):
    with pytest.raises(VerificationError):
        format_entries(entries)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x01", b"\x00\x00" * 257])
def test_malformed_bundles(data):
    with pytest.raises(VerificationError):
        parse_entries(data)
