# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts that other rooms keep about a subject: sealed in their place, gone with the subject."""

from __future__ import annotations

import pytest

from kodeks.kernel import api as kernel

PLACE = "room_table/column"
TEXT = "Det er ikke min gade. Æ ø å \N{GRINNING FACE}"


def sealed(subject: kernel.Subject, text: str = TEXT) -> bytes:
    return kernel.seal_note(subject=subject, place=PLACE, row="1", text=text)


def opened(subject: kernel.Subject, note: bytes, **changes: str) -> str | None:
    return kernel.open_note(subject=subject, sealed=note, **{"place": PLACE, "row": "1"} | changes)


def test_a_note_is_read_in_its_own_place_alone(stage) -> None:
    subject = kernel.Subject(**stage.subject())
    note = sealed(subject)
    assert TEXT.encode() not in note
    assert opened(subject, note) == TEXT
    for changes in ({"row": "2"}, {"place": "room_table/other"}):
        with pytest.raises(kernel.SealingError):
            opened(subject, note, **changes)
    with pytest.raises(kernel.SealingError):
        opened(subject, note[:-1] + bytes([note[-1] ^ 1]))


def test_another_subjects_key_does_not_open_it(stage) -> None:
    first, second = (kernel.Subject(**stage.subject()) for _ in range(2))
    note = sealed(first)
    sealed(second)
    with pytest.raises(kernel.SealingError):
        opened(second, note)


def test_a_cpr_number_belongs_in_the_vault(stage) -> None:
    with pytest.raises(kernel.Refused) as refused:
        sealed(kernel.Subject(**stage.subject()), "Jeg er 010190-1234.")
    assert refused.value.code == "clear_cpr"


def test_when_the_subject_is_erased_it_is_gone(stage) -> None:
    subject = kernel.Subject(**stage.subject())
    note = sealed(subject)
    kernel.erase(subject=subject, user=stage.user("dorte"), reason="Fristen er nået.")
    assert opened(subject, note) is None
    with pytest.raises(kernel.Refused):
        sealed(subject)


def test_a_file_is_sealed_as_it_is_and_goes_with_its_subject(stage) -> None:
    subject = kernel.Subject(**stage.subject())
    content = b"%PDF 710190-0000 \x00\xff"
    sealed_file = kernel.seal_file(subject=subject, place=PLACE, row="1", content=content)
    assert b"%PDF" not in sealed_file

    def read(row: str = "1") -> bytes | None:
        return kernel.open_file(subject=subject, place=PLACE, row=row, sealed=sealed_file)

    assert read() == content
    with pytest.raises(kernel.SealingError):
        read("2")
    kernel.erase(subject=subject, user=stage.user("dorte"), reason="Prøve.")
    assert read() is None
