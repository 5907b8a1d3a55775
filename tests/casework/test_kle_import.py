# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A list of KLE is taken in from a day, and numbers that are gone lead to their successors."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kodeks.casework import kle, kle_import, kle_subjects, rules, selectors, services, succession
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleKeyword, KleRelease, KleSubject, KleSuccession

FIRST = dt.date(2026, 1, 1)
SECOND = dt.date(2026, 7, 1)
LATER = dt.date(2026, 8, 1)

pytestmark = pytest.mark.django_db


def file(**titles: str) -> bytes:
    """A file of numbers (n050108) with titles; words after a slash."""
    lines = []
    for name, text in titles.items():
        number = f"{name[1:3]}.{name[3:5]}.{name[5:7]}"
        title, _, words = text.partition("/")
        weighted = ";".join(f"{word}[5]" for word in words.split())
        lines.append(f"KLENummer='{number}':KLETitel='{title}':Keywords[Weight]:{weighted}")
    return "\n".join(lines).encode()


def take(day: dt.date = SECOND, successors: str = "", **titles: str) -> kle_import.Taken:
    rows = [
        (at, dict(zip(kle_import.SUCCESSORS, (*line.split(), day.isoformat()), strict=True)))
        for at, line in enumerate(filter(None, successors.split(",")), start=2)
    ]
    return kle_import.take_in(content=file(**titles), valid_from=day, successors=rows)


@pytest.fixture
def empty(db: None) -> None:
    """The template has our own list already; here only what a test takes in counts."""
    KleSubject.objects.filter(cases=None).update(valid_to=FIRST - dt.timedelta(1))


@pytest.fixture
def first(empty: None) -> kle_import.Taken:
    return take(
        FIRST,
        n010101="Veje/hul asfalt",
        n010102="Stier/sti grus",
        n010103="Broer/bro",
        n020101="Parker/park bænk",
    )


def number_on(number: str, day: dt.date) -> str:
    return succession.current(number, day).number


# The list


def test_a_list_brings_its_numbers_titles_and_words(first: kle_import.Taken) -> None:
    assert (first.numbers, first.words) == (4, 7)
    assert {"01.01.01", "02.01.01"} <= set(first.added)
    assert selectors.kle_subject(number="01.01.01", on=FIRST).title == "Veje"
    assert selectors.kle_subject(number="01.01.01", on=FIRST - dt.timedelta(1)) is None
    words = succession.keywords("01.01.01", LATER)
    assert {(one.word, one.weight) for one in words} == {("hul", 5), ("asfalt", 5)}


def test_the_same_list_again_changes_nothing(first: kle_import.Taken) -> None:
    before = list(KleSubject.objects.order_by("id").values_list("id", "title", "valid_to"))
    again = take(
        FIRST,
        n010101="Veje/hul asfalt",
        n010102="Stier/sti grus",
        n010103="Broer/bro",
        n020101="Parker/park bænk",
    )
    assert (again.added, again.titled, again.ended) == ((), (), ())
    assert list(KleSubject.objects.order_by("id").values_list("id", "title", "valid_to")) == before
    assert (KleRelease.objects.count(), KleKeyword.objects.count()) == (1, 7)


def test_what_is_missing_ends_the_day_before_and_what_is_new_begins(
    first: kle_import.Taken,
) -> None:
    taken = take(n010101="Veje", n010102="Stier", n020101="Parker", n030101="Havne")
    assert (taken.added, taken.ended) == (("03.01.01",), ("01.01.03",))
    assert selectors.kle_subject(number="01.01.03", on=SECOND - dt.timedelta(1)) is not None
    assert selectors.kle_subject(number="01.01.03", on=SECOND) is None


def test_a_new_title_begins_anew_with_the_rule_that_a_person_confirmed(
    first: kle_import.Taken,
) -> None:
    rules.confirm(
        number="01.01.01", rule=kle.Rule(7, "Prøve"), confirmed_by="Arkivar", valid_from=FIRST
    )
    take(n010101="Veje og gader", n010102="Stier", n010103="Broer", n020101="Parker")
    before, after = KleSubject.objects.filter(number="01.01.01").order_by("valid_from")
    assert (before.title, before.valid_to) == ("Veje", SECOND - dt.timedelta(1))
    assert (after.title, after.valid_from, after.valid_to) == ("Veje og gader", SECOND, None)
    assert (after.retention_years, after.retention_confirmed_by) == (7, "Arkivar")
    assert succession.current("01.01.01", SECOND) == after


def test_the_municipalitys_own_numbers_can_be_kept(first: kle_import.Taken) -> None:
    taken = kle_import.take_in(
        content=file(n010101="Veje"), valid_from=SECOND, keep=("02.", "01.01.03")
    )
    assert taken.ended == ("01.01.02",)


def test_a_second_try_for_the_same_day_takes_the_place_of_the_first(
    first: kle_import.Taken,
) -> None:
    take(n010101="Vaje/hul", n010102="Stier", n040101="Fejl")
    taken = take(n010101="Veje", n010102="Stier", n010103="Broer", n020101="Parker/park")
    assert taken.ended == ("04.01.01",)
    assert set(taken.added) == {"01.01.03", "02.01.01"}
    assert not KleSubject.objects.filter(number="04.01.01").exists()
    assert succession.current("01.01.01", SECOND).title == "Veje"
    assert [one.word for one in succession.keywords("02.01.01", SECOND)] == ["park"]


def test_a_number_of_the_same_day_that_a_case_uses_is_not_taken_away(
    first: kle_import.Taken, unit
) -> None:
    today = timezone.localdate()
    take(today, n010101="Veje", n040101="Ny")
    services.open_case(key="s", title="En sag", kle_number="04.01.01", facet="G01", unit=unit)
    with pytest.raises(CaseworkError, match=r"04\.01\.01 er ikke i filen, men sager bruger det"):
        take(today, n010101="Veje")


def test_an_older_list_is_refused(first: kle_import.Taken) -> None:
    with pytest.raises(CaseworkError, match=r"allerede en liste fra den 01\.01\.2026"):
        take(FIRST - dt.timedelta(1), n010101="Veje")


def test_a_bad_file_changes_nothing(first: kle_import.Taken) -> None:
    with pytest.raises(CaseworkError, match="Linje 1: "):
        kle_import.take_in(content=b"forkert", valid_from=SECOND)
    with pytest.raises(CaseworkError, match="I række 2: "), transaction.atomic():
        take(n010101="Veje", successors="01.01.01 01.01.02")
    assert KleRelease.objects.count() == 1
    assert selectors.kle_subject(number="01.01.02", on=LATER) is not None


def test_our_own_list_counts_no_more_once_one_was_taken_in(first: kle_import.Taken) -> None:
    assert services.load_kle_subjects() == 0
    for number in ("05.01.08", "07.04.20"):
        assert not kle_subjects.is_usable(number=number, on=LATER)


# Successors


def test_a_number_is_itself_while_it_is_valid_and_its_successor_after(
    first: kle_import.Taken,
) -> None:
    take(n010101="Veje", n010199="Broer", successors="01.01.03 01.01.99")
    assert number_on("01.01.03", SECOND - dt.timedelta(1)) == "01.01.03"
    assert number_on("01.01.03", SECOND) == "01.01.99"
    assert succession.lineage("01.01.99", LATER) == ("01.01.99", "01.01.03")
    assert succession.lineage("01.01.99", SECOND - dt.timedelta(1)) == ("01.01.99",)
    assert succession.moves(LATER) == {"01.01.03": ("01.01.99",)}


def test_a_chain_is_followed_to_its_end(first: kle_import.Taken) -> None:
    take(n010101="Veje", n010199="Broer", successors="01.01.03 01.01.99")
    take(LATER, n010101="Veje", n070101="Broer", successors="01.01.99 07.01.01")
    assert number_on("01.01.03", LATER) == "07.01.01"
    assert succession.lineage("07.01.01", LATER) == ("07.01.01", "01.01.99", "01.01.03")


def test_a_split_is_refused_with_the_choices(first: kle_import.Taken) -> None:
    take(
        n010101="Veje",
        n010198="Gangbroer",
        n010199="Broer for biler",
        successors="01.01.03 01.01.98,01.01.03 01.01.99",
    )
    with pytest.raises(CaseworkError) as refused:
        succession.current("01.01.03", SECOND)
    assert str(refused.value) == (
        "KLE-nummeret 01.01.03 er delt i flere: 01.01.98 Gangbroer, 01.01.99 Broer for biler. "
        "Vælg et af dem."
    )


def test_a_split_that_comes_together_again_is_no_split(first: kle_import.Taken) -> None:
    take(
        n010101="Veje",
        n010198="Gangbroer",
        n010199="Bilbroer",
        successors="01.01.03 01.01.98,01.01.03 01.01.99",
    )
    take(
        LATER,
        n010101="Veje",
        n070101="Broer",
        successors="01.01.98 07.01.01,01.01.99 07.01.01",
    )
    assert number_on("01.01.03", LATER) == "07.01.01"


def test_newer_rows_of_a_number_take_the_place_of_older_ones(first: kle_import.Taken) -> None:
    take(n010101="Veje", n010102="Stier", successors="01.01.03 01.01.01")
    take(LATER, n010101="Veje", n010102="Stier", successors="01.01.03 01.01.02")
    assert (number_on("01.01.03", SECOND), number_on("01.01.03", LATER)) == ("01.01.01", "01.01.02")


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("1.1.1 01.01.01", "1.1.1 er ikke et KLE-nummer"),
        ("01.01.03 01.01.03", "kan ikke afløse sig selv"),
        ("01.01.01 01.01.02", "01.01.01 gælder stadig"),
        ("01.01.03 08.08.08", "08.08.08 gælder ikke"),
    ],
)
def test_rows_that_cannot_be_are_refused(first: kle_import.Taken, row: str, text: str) -> None:
    with pytest.raises(CaseworkError, match=text), transaction.atomic():
        take(n010101="Veje", n010102="Stier", successors=row)
    assert not KleSuccession.objects.exists()


def test_a_circle_is_found(first: kle_import.Taken) -> None:
    take(n010101="Veje", n010199="Broer", successors="01.01.03 01.01.99")
    with pytest.raises(CaseworkError, match=r"går i ring: 01\.01\.03 -> 01\.01\.99 -> 01\.01\.03"):
        take(LATER, n010101="Veje", n010103="Broer", successors="01.01.99 01.01.03")


def test_a_number_that_nobody_knows_is_refused(first: kle_import.Taken) -> None:
    with pytest.raises(CaseworkError, match="findes ikke"):
        succession.current("08.08.08", SECOND)


def test_successors_are_history(first: kle_import.Taken) -> None:
    take(n010101="Veje", n010199="Broer", successors="01.01.03 01.01.99")
    for statement in (
        "UPDATE casework_klesuccession SET new = '01.01.01'",
        "DELETE FROM casework_klesuccession",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_open_cases_keep_their_number_and_new_ones_get_the_successor(
    first: kle_import.Taken, unit
) -> None:
    old = services.open_case(
        key="før", title="En sag", kle_number="01.01.03", facet="G01", unit=unit
    )
    today = timezone.localdate()
    take(today, n010101="Veje", n010199="Broer", successors="01.01.03 01.01.99")
    new = services.open_case(
        key="efter", title="En sag", kle_number="01.01.03", facet="G01", unit=unit
    )
    old.refresh_from_db()
    assert (old.kle.number, new.kle.number) == ("01.01.03", "01.01.99")
    again = [
        services.open_case(key=key, title="x", kle_number="01.01.03", facet="G01", unit=unit)
        for key in ("før", "efter")
    ]
    assert again == [old, new]
    moved = services.reclassify(
        case=old, title="En sag", kle_number="01.01.03", facet="G01", caseworker=None
    )
    assert moved.kle.number == "01.01.99"


# Suggestions


def test_an_equal_title_or_enough_words_in_common_is_suggested_and_not_done(
    first: kle_import.Taken,
) -> None:
    taken = take(
        n010101="Veje",
        n070101="stier",
        n070102="Overgange/bro vand",
        n070103="Grønne steder/park bænk",
    )
    assert [(one.old, one.new, one.share) for one in taken.suggested] == [
        ("01.01.02", "07.01.01", 1.0),
        ("01.01.03", "07.01.02", 0.5),
        ("02.01.01", "07.01.03", 1.0),
    ]
    assert not KleSuccession.objects.exists()
    with pytest.raises(CaseworkError, match="findes ikke"):
        succession.current("01.01.02", SECOND)


def test_the_real_list_comes_in_whole(empty: None, data_folder: Path) -> None:
    path = data_folder / "inquiries" / "os2kle" / "OS2KLE-3.22.txt"
    if not path.is_file():
        pytest.skip("needs inquiries/os2kle in KODEKS_DATA")
    taken = kle_import.take_in(content=path.read_bytes(), valid_from=SECOND)
    assert (taken.numbers, taken.groups) == (2379, ("86.01",))
    assert KleSubject.objects.filter(valid_from=SECOND).count() == 2379
    assert succession.current("05.01.08", SECOND).title != "Vedligeholdelse af veje"


# Facets


def test_a_facet_is_listed_or_of_the_right_form() -> None:
    assert kle.facet(code="G01", on=FIRST).title == "Almindelig sagsbehandling"
    assert kle.facet(code="Z99", on=FIRST) is None
    kle.require_facet("Å99", on=FIRST)
    with pytest.raises(CaseworkError, match="stort bogstav og to cifre"):
        kle.require_facet("g1", on=FIRST)
    with pytest.raises(CaseworkError, match=r"G01 gælder ikke den 31\.12\.1999"):
        kle.require_facet("G01", on=dt.date(1999, 12, 31))


def test_every_listed_facet_has_the_form_and_words() -> None:
    codes = [one.code for one in kle.FACETS]
    assert all(map(kle.is_facet, codes))
    assert len(set(codes)) == len(codes)
    assert all(one.title for one in kle.FACETS)
