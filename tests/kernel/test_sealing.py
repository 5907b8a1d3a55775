# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealing: opens only in its place, unchanged, with its key. No database is needed."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.kernel import keyring, sealing
from kodeks.kernel.sealing import SealingError

CONTENT = st.binary(max_size=40)
PLACE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
KEY = bytes(range(32))
NUMBER = b"0101010000"


@pytest.fixture(autouse=True)
def _home(tmp_path, settings):
    settings.KODEKS_HOME = tmp_path
    settings.KODEKS_MUNICIPALITY = "Eksempelkøbing"
    (tmp_path / "keys").mkdir()
    keyring.make_keys(tmp_path / "keys")


@EXAMPLES
@given(content=CONTENT, place=PLACE, row=PLACE)
def test_what_was_sealed_opens_in_its_place(content, place, row):
    sealed = sealing.seal(KEY, place=place, row=row, content=content)
    assert sealing.open_sealed(KEY, place=place, row=row, sealed=sealed) == content


@EXAMPLES
@given(first=st.tuples(PLACE, PLACE), second=st.tuples(PLACE, PLACE))
def test_nowhere_else(first, second):
    sealed = sealing.seal(KEY, place=first[0], row=first[1], content=NUMBER)
    if first != second:
        with pytest.raises(SealingError):
            sealing.open_sealed(KEY, place=second[0], row=second[1], sealed=sealed)


def test_two_places_are_never_written_alike():
    sealed = sealing.seal(KEY, place="a|b", row="c", content=NUMBER)
    with pytest.raises(SealingError):
        sealing.open_sealed(KEY, place="a", row="b|c", sealed=sealed)


@EXAMPLES
@given(at=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused(at, flip):
    sealed = bytearray(sealing.seal(KEY, place="t", row="r", content=NUMBER))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(SealingError):
        sealing.open_sealed(KEY, place="t", row="r", sealed=bytes(sealed))


@EXAMPLES
@given(data=st.binary(max_size=60))
def test_foreign_bytes_are_refused(data):
    with pytest.raises(SealingError):
        sealing.open_sealed(KEY, place="t", row="r", sealed=data)


def test_a_cut_value_is_refused():
    sealed = sealing.seal(KEY, place="t", row="r", content=NUMBER)
    for length in range(len(sealed)):
        with pytest.raises(SealingError):
            sealing.open_sealed(KEY, place="t", row="r", sealed=sealed[:length])


def test_another_municipality_cannot_open_it(settings):
    sealed = sealing.seal(KEY, place="t", row="r", content=NUMBER)
    settings.KODEKS_MUNICIPALITY = "Naboby"
    with pytest.raises(SealingError):
        sealing.open_sealed(KEY, place="t", row="r", sealed=sealed)


def test_another_key_cannot_open_it():
    sealed = sealing.seal(KEY, place="t", row="r", content=NUMBER)
    with pytest.raises(SealingError):
        sealing.open_sealed(KEY[::-1], place="t", row="r", sealed=sealed)


def test_equal_numbers_are_sealed_unalike():
    seals = {sealing.seal(KEY, place="t", row="r", content=NUMBER) for _ in range(50)}
    assert len(seals) == 50
    assert NUMBER not in next(iter(seals))


def test_equal_numbers_are_indexed_alike_by_one_key_only(settings, tmp_path):
    index = sealing.blind_index("0101010000")
    assert index == sealing.blind_index("0101010000")
    assert index != sealing.blind_index("0101010001")
    assert index != hashlib.sha256(NUMBER).digest()
    other = tmp_path / "other"
    (other / "keys").mkdir(parents=True)
    keyring.make_keys(other / "keys")
    settings.KODEKS_HOME = other
    assert sealing.blind_index("0101010000") != index


def test_an_access_code_is_stable_readable_and_of_its_row_and_purpose():
    code = sealing.access_code(purpose="insight", row="17")
    assert code == sealing.access_code(purpose="insight", row="17")
    assert len(code) == 11
    assert set(code) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ-")
    assert code != sealing.access_code(purpose="insight", row="18")
    assert code != sealing.access_code(purpose="other", row="17")


def test_an_access_code_is_fifty_bits_of_the_digest(monkeypatch):
    """Letters that were sent must go on opening their pages, whatever is changed here."""
    key = bytes(range(32))
    monkeypatch.setattr(sealing, "_index_key", lambda: key)
    digest = hmac.new(key, b"insight|17", hashlib.sha256).digest()
    bits = f"{int.from_bytes(digest[:8], 'big'):064b}"[-50:]
    places = [int(bits[at : at + 5], 2) for at in range(45, -1, -5)]
    signs = "".join("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"[place] for place in places)
    code = sealing.access_code(purpose="insight", row="17")
    assert code == f"{signs[:5]}-{signs[5:]}"
