# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Subjects are suggested from the list that counts on the day, or from the program's own."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework import kle, kle_file, kle_import, kle_subjects, kle_suggesting
from kodeks.casework.engine import reasons
from kodeks.casework.engine.index import KleIndex
from kodeks.casework.engine.phrases import Subject
from kodeks.language import embeddings

FIRST, SECOND = dt.date(2026, 1, 1), dt.date(2026, 7, 1)
LATER = dt.date(2026, 8, 1)
RULED = dt.date(2026, 11, 27)
LINE = "KLENummer='{}':KLETitel='{}':Keywords[Weight]:{}\n"
DATA = Path(os.environ.get("KODEKS_DATA", Path(__file__).parents[3] / "shared" / "data"))
OS2KLE = DATA / "inquiries" / "os2kle" / "OS2KLE-3.22.txt"


def take(day: dt.date, *lines: tuple[str, str, str], keep: tuple[str, ...] = ()) -> None:
    content = "".join(LINE.format(*line) for line in lines).encode()
    kle_import.take_in(content=content, valid_from=day, keep=keep)


def rows(*texts: str, day: dt.date = LATER) -> list[kle_suggesting.Row]:
    numbered = [(str(at), text) for at, text in enumerate(texts)]
    among = kle_suggesting.subjects_on(day)
    return list(kle_suggesting.rows(numbered, among, top=2, on=day))


@pytest.mark.django_db
def test_without_a_list_the_programs_own_subjects_are_there_with_the_municipalitys():
    kle_subjects.add(number="99.01.00", title="Byens kanoner", valid_from=FIRST)
    among = kle_suggesting.subjects_on(LATER)
    assert among.imported_from is None
    assert {one.number for one in among.subjects} == {
        *(entry.number for entry in kle.ENTRIES),
        "99.01.00",
    }
    assert [row.kle for row in rows("rotter i kælderen", "kanoner") if row.rank == 1] == [
        "09.13.01",
        "99.01.00",
    ]


@pytest.mark.django_db
def test_the_list_of_the_day_counts_with_its_words_and_the_numbers_kept():
    kle_subjects.add(number="99.01.00", title="Byens kanoner", valid_from=FIRST)
    take(FIRST, ("05.01.08", "Veje", "asfalt[5]"), ("09.13.01", "Skadedyr", ""), keep=("99.",))
    take(SECOND, ("05.01.99", "Veje", "grus[5]"), ("09.13.01", "Rotter", ""), keep=("99.",))
    before, after = (kle_suggesting.subjects_on(day) for day in (FIRST, LATER))
    assert (before.imported_from, after.imported_from) == (FIRST, SECOND)
    assert before.subjects == (
        Subject("05.01.08", "Veje", (("asfalt", 5),)),
        Subject("09.13.01", "Skadedyr"),
        Subject("99.01.00", "Byens kanoner"),
    )
    assert [one.title for one in after.subjects] == ["Veje", "Rotter", "Byens kanoner"]


@pytest.mark.django_db
def test_no_text_is_lost_and_each_row_says_why():
    take(FIRST, ("05.01.08", "Veje", "asfalt[5];hul[5]"), ("09.13.01", "Rotter", "rotte[5]"))
    found = rows("Jeg søger aktindsigt om rotter", "", "zzz", "hul i asfalten på vejen", day=RULED)
    assert [(row.id, row.rank, row.kle) for row in found if row.rank == 1] == [
        ("0", 1, "09.13.01"),
        ("1", 1, ""),
        ("2", 1, ""),
        ("3", 1, "05.01.08"),
    ]
    assert [row.reason for row in found if not row.kle] == [reasons.EMPTY, reasons.NOTHING]
    assert found[0].fields(with_facet=True) == (
        "0",
        "1",
        "09.13.01",
        f"{found[0].score:.4f}",
        "Ordet »rotter« peger på »Rotter«. 10 % af forslaget kommer af, hvad ordene betyder.",
        "A53",
        "»aktindsigt« tyder på en anmodning om aktindsigt.",
    )
    assert len(found[0].fields(with_facet=False)) == len(kle_suggesting.COLUMNS)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_each_text_has_its_rows_in_order_whatever_it_is(texts):
    numbered = [(str(at), text) for at, text in enumerate(texts)]
    subjects = tuple(Subject(one.number, one.title) for one in kle.ENTRIES)
    among = kle_suggesting.SubjectList(subjects=subjects, imported_from=None)
    found = list(kle_suggesting.rows(numbered, among, top=3, on=RULED))
    for key, _ in numbered:
        mine = [row for row in found if row.id == key]
        assert [row.rank for row in mine] == list(range(1, len(mine) + 1))
        assert 1 <= len(mine) <= 3
        assert all(row.kle or (len(mine) == 1 and row.score == 0) for row in mine)
        assert all(a.score >= b.score for a, b in itertools.pairwise(mine))
        assert all(row.reason.endswith(".") for row in mine)


@pytest.mark.skipif(not OS2KLE.is_file(), reason="needs KODEKS_DATA/inquiries/os2kle")
def test_on_the_whole_list_everyday_words_and_words_held_out_find_their_subjects():
    listed = kle_file.read(OS2KLE.read_bytes()).subjects
    owners: dict[str, set[str]] = {}
    for one in listed:
        for word, _ in one.words:
            owners.setdefault(word.casefold(), set()).add(one.number)
    held = sorted(owners)[7::100]
    gone = set(held)
    index = KleIndex(
        [
            Subject(
                one.number,
                one.title,
                tuple(pair for pair in one.words if pair[0].casefold() not in gone),
            )
            for one in listed
        ],
        words=embeddings.word_points(),
    )
    found = [[one.number for one in answers] for answers in index.suggest(held)]
    first = sum(
        numbers[:1] != [] and numbers[0] in owners[word]
        for numbers, word in zip(found, held, strict=True)
    )
    among = sum(
        not owners[word].isdisjoint(numbers) for numbers, word in zip(found, held, strict=True)
    )
    assert first / len(held) > 0.45
    assert among / len(held) > 0.65
    asked = ("Der er rotter i min kælder", "Jeg vil gerne have en beboerlicens til min bil")
    best = [answers[0].number for answers in index.suggest(asked, top=1)]
    assert best[0] == "09.13.01"
    assert best[1][:5] == "05.09"
