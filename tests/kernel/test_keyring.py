# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Keys that wrap keys: made once, bound to a use, and gone for good when destroyed."""

from __future__ import annotations

import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.kernel import keyring
from kodeks.kernel.keyring import SealingError, Wrapped

EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def where(tmp_path, settings):
    settings.KODEKS_HOME = tmp_path
    settings.KODEKS_MUNICIPALITY = "Eksempelkøbing"
    folder = tmp_path / "keys"
    folder.mkdir()
    keyring.make_keys(folder)
    keyring.read_key.cache_clear()
    return folder


def test_keys_are_made_once_and_for_one_reader_only(where):
    before = {path: path.read_bytes() for path in where.iterdir()}
    assert {path.name for path in before} == {"index-key", "kek-0001"}
    keyring.make_keys(where)
    assert {path: path.read_bytes() for path in where.iterdir()} == before
    assert len(set(before.values())) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in before)


def test_a_wrapped_key_opens_for_its_use_only():
    key = keyring.new_key()
    found = keyring.wrap(key, purpose="subject", of=("inquiry", "17"))
    assert keyring.unwrap(found, purpose="subject", of=("inquiry", "17")) == key
    assert key not in found.wrapped
    for purpose, of in (
        ("vault", ("inquiry", "17")),
        ("subject", ("inquiry", "18")),
        ("subject", ("inquiry17", "")),
        ("subject", ("inquiry",)),
    ):
        with pytest.raises(SealingError, match="hører til et andet sted"):
            keyring.unwrap(found, purpose=purpose, of=of)


@EXAMPLES
@given(at=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused(at, flip):
    found = keyring.wrap(keyring.new_key(), purpose="model", of=("s", "1"))
    changed = bytearray(found.wrapped)
    changed[at % len(changed)] ^= flip
    with pytest.raises(SealingError):
        keyring.unwrap(Wrapped(wrapped=bytes(changed), kek=1), purpose="model", of=("s", "1"))


def test_the_newest_key_wraps_and_old_ones_still_open(where):
    old = keyring.wrap(b"k" * 32, purpose="p", of=("x",))
    assert keyring.make_next(where) == 2 == keyring.in_use()
    new = keyring.wrap(b"k" * 32, purpose="p", of=("x",))
    assert (old.kek, new.kek) == (1, 2)
    assert keyring.unwrap(old, purpose="p", of=("x",)) == b"k" * 32
    with pytest.raises(SealingError):
        keyring.unwrap(Wrapped(wrapped=old.wrapped, kek=2), purpose="p", of=("x",))


def test_what_only_a_destroyed_key_wraps_is_lost(where):
    old = keyring.wrap(b"k" * 32, purpose="p", of=("x",))
    keyring.make_next(where)
    key = (where / "kek-0001").read_bytes()
    (where / "left").hardlink_to(where / "kek-0001")
    keyring.destroy(where, number=1)
    assert not (where / "kek-0001").exists()
    # Where the file lay on the disk there is something else now.
    assert (where / "left").read_bytes() != key
    (where / "left").unlink()
    with pytest.raises(SealingError, match="kek-0001 mangler"):
        keyring.unwrap(old, purpose="p", of=("x",))


@pytest.mark.parametrize("content", [None, b"short", b"x" * 33])
def test_a_missing_or_cut_key_is_explained(where, content):
    (where / "kek-0001").unlink()
    if content is None:
        with pytest.raises(SealingError, match="kodeks init"):
            keyring.wrap(b"k" * 32, purpose="p", of=("x",))
        return
    (where / "kek-0001").write_bytes(content)
    with pytest.raises(SealingError, match="kek-0001 har forkert længde"):
        keyring.wrap(b"k" * 32, purpose="p", of=("x",))


def test_another_municipality_cannot_unwrap(settings):
    found = keyring.wrap(b"k" * 32, purpose="p", of=("x",))
    settings.KODEKS_MUNICIPALITY = "Naboby"
    with pytest.raises(SealingError):
        keyring.unwrap(found, purpose="p", of=("x",))
