# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealing: opens only in its place, unchanged, with its key. No database is needed."""

from __future__ import annotations

import hashlib
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.kernel import sealing
from kodeks.kernel.sealing import SealingError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLACE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _home(tmp_path, settings):
    settings.KODEKS_HOME = tmp_path
    settings.KODEKS_MUNICIPALITY = "Eksempelkøbing"
    (tmp_path / "keys").mkdir()
    sealing.make_keys(tmp_path / "keys")


@EXAMPLES
@given(plaintext=TEXT, table=PLACE, row=PLACE)
def test_what_was_sealed_opens_in_its_place(plaintext, table, row):
    sealed = sealing.seal(table=table, row=row, plaintext=plaintext)
    assert sealing.open_sealed(table=table, row=row, sealed=sealed) == plaintext


@EXAMPLES
@given(first=st.tuples(PLACE, PLACE), second=st.tuples(PLACE, PLACE))
def test_nowhere_else(first, second):
    sealed = sealing.seal(table=first[0], row=first[1], plaintext="0101010000")
    if first != second:
        with pytest.raises(SealingError):
            sealing.open_sealed(table=second[0], row=second[1], sealed=sealed)


def test_two_places_are_never_written_alike():
    sealed = sealing.seal(table="a|b", row="c", plaintext="0101010000")
    with pytest.raises(SealingError):
        sealing.open_sealed(table="a", row="b|c", sealed=sealed)


@EXAMPLES
@given(at=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused(at, flip):
    sealed = bytearray(sealing.seal(table="t", row="r", plaintext="0101010000"))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(SealingError):
        sealing.open_sealed(table="t", row="r", sealed=bytes(sealed))


@EXAMPLES
@given(data=st.binary(max_size=60))
def test_foreign_bytes_are_refused(data):
    with pytest.raises(SealingError):
        sealing.open_sealed(table="t", row="r", sealed=data)


def test_a_cut_value_is_refused():
    sealed = sealing.seal(table="t", row="r", plaintext="0101010000")
    for length in range(len(sealed)):
        with pytest.raises(SealingError):
            sealing.open_sealed(table="t", row="r", sealed=sealed[:length])


def test_another_municipality_cannot_open_it(settings):
    sealed = sealing.seal(table="t", row="r", plaintext="0101010000")
    settings.KODEKS_MUNICIPALITY = "Naboby"
    with pytest.raises(SealingError):
        sealing.open_sealed(table="t", row="r", sealed=sealed)


def test_another_key_cannot_open_it(settings, tmp_path):
    sealed = sealing.seal(table="t", row="r", plaintext="0101010000")
    index = sealing.blind_index("0101010000")
    other = tmp_path / "other"
    (other / "keys").mkdir(parents=True)
    sealing.make_keys(other / "keys")
    settings.KODEKS_HOME = other
    with pytest.raises(SealingError):
        sealing.open_sealed(table="t", row="r", sealed=sealed)
    assert sealing.blind_index("0101010000") != index


def test_equal_numbers_are_sealed_unalike_and_indexed_alike():
    seals = {sealing.seal(table="t", row="r", plaintext="0101010000") for _ in range(50)}
    assert len(seals) == 50
    assert sealing.blind_index("0101010000") == sealing.blind_index("0101010000")
    assert sealing.blind_index("0101010000") != sealing.blind_index("0101010001")
    assert sealing.blind_index("0101010000") != hashlib.sha256(b"0101010000").digest()
    assert b"0101010000" not in next(iter(seals))


def test_keys_are_made_once_and_for_one_reader_only(tmp_path):
    before = {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    sealing.make_keys(tmp_path / "keys")
    assert {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == before
    assert len(set(before.values())) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in before)


@pytest.mark.parametrize("content", [None, b"short", b"x" * 33])
def test_a_missing_or_cut_key_is_explained(settings, tmp_path, content):
    home = tmp_path / "broken"
    (home / "keys").mkdir(parents=True)
    if content is not None:
        (home / "keys" / "sealing-key").write_bytes(content)
    settings.KODEKS_HOME = home
    with pytest.raises(SealingError, match="Nøglen sealing-key"):
        sealing.seal(table="t", row="r", plaintext="x")


def test_an_access_code_is_stable_readable_and_of_its_row_and_purpose():
    code = sealing.access_code(purpose="insight", row="17")
    assert code == sealing.access_code(purpose="insight", row="17")
    assert len(code) == 11
    assert set(code) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ-")
    assert code != sealing.access_code(purpose="insight", row="18")
    assert code != sealing.access_code(purpose="other", row="17")
