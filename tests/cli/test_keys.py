# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks key make`: a key to sign with, made once, locked, and never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from commands import Run, one_sentence

from kodeks.codex import keys

PASSPHRASE = "tre grønne træer"


def test_a_locked_key_is_made_for_its_owner_only(kodeks: Run, tmp_path: Path) -> None:
    answer = kodeks("key", "make", "min.pem", typed=f"{PASSPHRASE}\n")
    assert (answer.returncode, answer.stderr) == (0, b"")
    title, line = answer.stdout.decode().splitlines()
    assert title == "Nøglen er gemt i min.pem. Den offentlige del er:"
    file = tmp_path / "min.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    pem = file.read_bytes()
    assert b"ENCRYPTED" in pem
    signer = keys.load_private(pem, PASSPHRASE)
    assert keys.parse_public(line) == signer.public
    with pytest.raises(keys.SignatureError):
        keys.load_private(pem, "noget andet")
    with pytest.raises(keys.SignatureError):
        keys.load_private(pem, None)
    assert PASSPHRASE not in answer.stdout.decode()
    assert not (tmp_path / "home").exists(), "no installation is needed"


def test_each_key_is_another(kodeks: Run) -> None:
    first, second = (
        kodeks("key", "make", "--unlocked", name).stdout.decode().splitlines()[1]
        for name in ("a.pem", "b.pem")
    )
    assert first != second


def test_an_unlocked_key_is_made_when_asked_for(kodeks: Run, tmp_path: Path) -> None:
    answer = kodeks("key", "make", "--unlocked", "min.pem")
    assert answer.returncode == 0
    pem = (tmp_path / "min.pem").read_bytes()
    line = answer.stdout.decode().splitlines()[1]
    assert keys.parse_public(line) == keys.load_private(pem, None).public


def test_a_key_that_is_there_is_never_overwritten(kodeks: Run, tmp_path: Path) -> None:
    (tmp_path / "min.pem").write_text("den gamle nøgle")
    answer = kodeks("key", "make", "--unlocked", "min.pem")
    assert answer.returncode == 1
    assert "findes allerede" in one_sentence(answer)
    assert (tmp_path / "min.pem").read_text() == "den gamle nøgle"


@pytest.mark.parametrize("typed", ["", "\n"])
def test_an_empty_passphrase_locks_nothing_and_is_refused(
    kodeks: Run, tmp_path: Path, typed: str
) -> None:
    answer = kodeks("key", "make", "min.pem", typed=typed)
    assert answer.returncode == 1
    assert "Adgangskoden er tom" in one_sentence(answer)
    assert not (tmp_path / "min.pem").exists()


def test_a_folder_that_is_not_there_is_named(kodeks: Run) -> None:
    answer = kodeks("key", "make", "--unlocked", "mappe/min.pem")
    assert answer.returncode == 1
    assert "mappe/min.pem" in one_sentence(answer)
