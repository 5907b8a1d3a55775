# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system owner's absence: written, shown with what counts of it, and judged by both gates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils.formats import date_format
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_stage import today
from staff_pages import headings_in_order, source_of, visitor, who_is_let_in, words_of

from kodeks.kernel import facts, stewardship
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Absence
from kodeks.language.lix import lix
from kodeks.workbench import absences

DAY = dt.timedelta(days=1)
PAGE, FORM = "/fravaer/", "/fravaer/skriv/"


@pytest.fixture
def owner(stage) -> int:
    return stage.new_user(role="system_owner")


def write(client: Any, first: int, last: int | None = None) -> Any:
    """Send the form with days counted from today."""
    days = {"first_day": (today() + first * DAY).isoformat(), "last_day": ""}
    if last is not None:
        days["last_day"] = (today() + last * DAY).isoformat()
    return client.post(FORM, days, follow=True)


def told(days: int) -> str:
    return date_format(today() + days * DAY)


def test_it_is_for_system_owners_and_in_their_menu(stage) -> None:
    people = {"merete": True, "bodil": True}
    people |= dict.fromkeys(("sofie", "dorte", "anders", "testine", ""), False)
    assert who_is_let_in(stage, PAGE, people) == people
    assert f'href="{PAGE}"' in source_of(visitor(stage, "merete").get("/"))
    assert f'href="{PAGE}"' not in source_of(visitor(stage, "sofie").get("/"))
    before = stage.contents()
    assert visitor(stage, "").post(FORM, {"first_day": "2026-12-01"}).url.startswith("/log-ind/")
    assert stage.contents() == before
    assert visitor(stage, "sofie").post(FORM, {"first_day": "2026-12-01"}).status_code == 403


def test_an_absence_is_written_and_shown(stage, owner) -> None:
    client = visitor(stage, owner)
    page = words_of(client.get(PAGE))
    assert "Du er på arbejde i dag." in page
    assert "Du har ikke skrevet noget fravær." in page
    response = write(client, 0, 5)
    assert response.redirect_chain == [(PAGE, 302)]
    page = words_of(response)
    assert "Dit fravær er gemt." in page
    assert f"Du er væk siden {told(0)}." in page
    assert f"{told(0)} {told(5)} Ja" in page
    found = Absence.objects.get(user_id=owner)
    assert (found.first_day, found.last_day) == (today(), today() + 5 * DAY)


def test_the_last_day_may_be_unknown(stage, owner) -> None:
    page = words_of(write(visitor(stage, owner), 2))
    assert f"{told(2)} Kendes ikke Ja" in page
    assert "Du er på arbejde i dag." in page
    assert Absence.objects.get(user_id=owner).last_day is None


def test_a_newer_one_takes_over_on_its_first_day(stage, owner) -> None:
    client = visitor(stage, owner)
    write(client, 0)
    page = words_of(write(client, 3, 4))
    assert f"{told(0)} Kendes ikke Ja, til og med {told(2)}" in page
    page = words_of(write(client, 2, 5))
    assert f"{told(3)} {told(4)} Nej, du har skrevet noget nyere" in page
    assert f"Dit fravær fra {told(3)} gælder ikke mere. Skriv det igen" in page
    assert facts.away_since(owner, today() + 6 * DAY) is None


def test_one_that_touches_no_other_leaves_it_alone(stage, owner) -> None:
    client = visitor(stage, owner)
    write(client, 10, 20)
    page = words_of(write(client, 1, 2))
    assert f"{told(10)} {told(20)} Ja" in page
    assert "gælder ikke mere" not in page
    assert facts.away_since(owner, today() + 15 * DAY) == today() + 10 * DAY


def test_what_still_counts_is_not_warned_about(stage, owner) -> None:
    client = visitor(stage, owner)
    write(client, 1, 2)
    assert "gælder ikke mere" not in words_of(write(client, 10, 12))


days = st.integers(min_value=-6, max_value=12)
entries = st.lists(
    st.tuples(days, st.none() | st.integers(min_value=0, max_value=6)), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None)
@given(written=entries)
def test_what_is_said_to_count_is_what_the_gate_counts(stage, written) -> None:
    """Day by day: away is who is in a period that counts."""
    number = stage.new_user(role="system_owner")
    user = stage.user(number)
    for first, length in written:
        stewardship.be_absent(
            user=user,
            first_day=today() + first * DAY,
            last_day=None if length is None else today() + (first + length) * DAY,
        )
    periods = [one for one in absences.periods(user) if one.counts]
    for offset in range(-8, 24):
        day = today() + offset * DAY
        within = any(
            one.absence.first_day <= day and (one.until is None or day <= one.until)
            for one in periods
        )
        assert within == (facts.away_since(number, day) is not None), offset


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", "", "Skriv den første dag, du er væk."),
        ("", "2026-12-24", "Skriv den første dag, du er væk."),
        ("i morgen", "", "Skriv dagen som dag, måned og år, for eksempel 31.12.2026."),
        ("2026-02-30", "", "Skriv dagen som dag, måned og år, for eksempel 31.12.2026."),
        ("0026-12-24", "", "Skriv årstallet med fire cifre."),
        ("2026-12-24", "2026-12-23", "Den sidste dag ligger før den første. Ret dagene."),
        ("2026-12-24", "jul", "Skriv dagen som dag, måned og år, for eksempel 31.12.2026."),
    ],
)
def test_days_that_are_not_in_order_are_kept_and_explained(stage, owner, first, last, sentence):
    client = visitor(stage, owner)
    before = stage.contents()
    response = client.post(FORM, {"first_day": first, "last_day": last})
    page = source_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "<title>Fejl: Dit fravær" in page
    assert all(f'value="{day}"' in page for day in (first, last) if day)
    assert stage.contents() == before


def test_danish_dates_are_read_too(stage, owner) -> None:
    visitor(stage, owner).post(FORM, {"first_day": "24.12.2026", "last_day": "01.01.2027"})
    found = Absence.objects.get(user_id=owner)
    assert (found.first_day, found.last_day) == (dt.date(2026, 12, 24), dt.date(2027, 1, 1))


def test_a_refusal_of_the_database_is_shown_and_the_days_kept(stage, owner, monkeypatch) -> None:
    def refuse(**given: Any) -> None:
        raise Refused(code="no_right", message="Kun en systemejer skriver sit fravær her.")

    monkeypatch.setattr(stewardship, "be_absent", refuse)
    response = visitor(stage, owner).post(FORM, {"first_day": "2026-12-24"})
    assert response.status_code == 422
    assert "Kun en systemejer skriver sit fravær her." in words_of(response)
    assert 'value="2026-12-24"' in source_of(response)


def test_the_owners_systems_are_listed_with_who_answers_meanwhile(stage, owner) -> None:
    client = visitor(stage, owner)
    assert "Du svarer ikke for et system lige nu." in words_of(client.get(PAGE))
    led, second, lonely = (stage.register(ready=False) for _ in range(3))
    stage.assign(slug=led, manager=owner, deputy="bodil")
    stage.assign(slug=second, manager="merete", deputy=owner)
    stage.assign(slug=lonely, manager=owner)
    response = client.get(PAGE)
    page = words_of(response)
    assert "Leder Bodil Attrapsen" in page
    assert "Stedfortræder Merete Demosen" in page
    assert "Leder Ingen" in page
    assert "må et system højst køre i 14 dage." in page
    assert all(f"/systemer/{slug}/ansvar/" in source_of(response) for slug in (led, second, lonely))


def test_each_sees_their_own_only(stage, owner) -> None:
    stewardship.be_absent(
        user=stage.user(stage.new_user(role="system_owner")),
        first_day=dt.date(2031, 3, 3),
        last_day=None,
    )
    assert "2031" not in words_of(visitor(stage, owner).get(PAGE))


def test_looking_writes_nothing_and_only_a_form_of_ours_is_taken(stage, owner) -> None:
    client = visitor(stage, owner, enforce_csrf_checks=True)
    before = stage.contents()
    response = client.get(PAGE)
    assert headings_in_order(response)
    assert client.get(FORM).status_code == 405
    assert client.post(FORM, {"first_day": "2026-12-24"}).status_code == 403
    assert stage.contents() == before


def test_the_pages_own_danish_is_easy(stage, owner, own_sentences) -> None:
    text = own_sentences(visitor(stage, owner).get(PAGE))
    assert len(text.split()) > 60
    assert lix(text) <= 35
