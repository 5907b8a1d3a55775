# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is watched of a system, and the three questions about it, on the pages of its owner."""

from __future__ import annotations

import pytest
from kernel_stage import card_text
from overseen import at_its_beginning
from staff_pages import headings_in_order, source_of, visitor, who_is_let_in, words_of
from watched import SIZE, suggested, table, viewed, watched

from kodeks.kernel import alarms, fairness, watching
from kodeks.language.lix import lix


@pytest.fixture(scope="module")
def drifted(stage) -> str:
    """A system that met other texts than it began with, and is right where it is followed."""
    slug = watched(
        stage,
        *(("inputs", "0.25", "stop"), ("flagged", "0.25", "none"), ("scores", "0.25", "none")),
        *(("calibration", "0.15", "none"), ("quality", "0.70", "none")),
        traits=("length",),
    )
    viewed(stage, slug, right=45, wrong=5, traits={"length": "0-9"})
    suggested(stage, slug, SIZE, traits={"length": "100+"})
    watching.look(slug)
    return slug


def page_of(stage, slug: str, rest: str = "overvaagning/"):
    return visitor(stage, "merete").get(f"/systemer/{slug}/{rest}")


def test_each_limit_is_told_with_its_state_and_its_drawing(stage, drifted) -> None:
    response = page_of(stage, drifted)
    words = words_of(response)
    assert "Ligner sagerne dem, systemet begyndte med? Uden for grænsen" in words
    assert "Hvor length" in words
    assert "Har systemet ret så tit, som det siger? Inden for grænsen" in words
    assert "Grænsen er mindst 70 %. Går det under, kommer der en alarm." in words
    assert "I begyndelsen var det 0 %." in words
    assert "Siger 90 til 100 %" in words
    assert source_of(response).count("kodeks-chart-drawing") == 7
    assert headings_in_order(response)
    assert lix(words) <= 45


def test_the_owner_sees_that_it_does_not_work_and_who_must_find_out_why(stage, drifted) -> None:
    words = words_of(page_of(stage, drifted, ""))
    assert "Virker det? Nej Sagerne ligner ikke dem" in words
    assert "kom selv til det samme i 90 % af 50 sager" in words
    assert "Hvem passer på det? Ja Merete Demosen i Prøveafdelingen svarer for systemet." in words
    assert "En alarm skal være afklaret senest" in words
    assert "Næste tilsyn er senest" in words


def test_an_alarm_that_nobody_has_answered_in_time_is_nobody_looking_after_it(stage) -> None:
    slug = watched(stage, ("scores", "0.25", "none"))
    for kind in ("quality", "calibration"):
        alarms.sound(system=slug, kind=kind, effect="none", sentence="Det er galt.", measured={})
    with stage.rewriting("alarm"):
        stage.owner.execute(
            "UPDATE kernel_alarm SET due_on = due_on - 30 WHERE system_id = %s", (slug,)
        )
    words = words_of(page_of(stage, slug, ""))
    assert "Hvem passer på det? Nej" in words
    assert "2 alarmer skulle være afklaret" in words


def test_it_works_when_what_can_be_measured_is_within_its_limits(stage) -> None:
    slug = watched(stage, ("calibration", "0.15", "none"), ("quality", "0.70", "none"))
    assert "Virker det? Ved ikke endnu Der er ikke sager nok" in words_of(page_of(stage, slug, ""))
    viewed(stage, slug, right=45, wrong=5)
    words = words_of(page_of(stage, slug, ""))
    assert "Virker det? Ja Medarbejderne kom selv til det samme" in words
    assert "2 af 2 ting er målt. Alle er inden for grænsen." in words


def test_whether_it_is_fair_is_what_was_measured_of_the_groups(stage) -> None:
    slug = stage.register()
    assert "Er det ligeligt? Ved ikke endnu Kortet har ingen" in words_of(page_of(stage, slug, ""))
    limit = (
        '[[fairness]]\nattribute = "district"\ntitle = "Bydel"\nmeasure = "accuracy"\n'
        'most_difference = "0.20"\nleast_count = 10\n'
    )
    stage.register_card(card_text(slug, fairness=limit))
    assert "Ved ikke endnu Det er ikke målt i drift" in words_of(page_of(stage, slug, ""))
    stage.audited(slug, "Nord", followed=12)
    stage.audited(slug, "Syd", followed=0, overruled=12)
    fairness.measure(system=slug)
    words = words_of(page_of(stage, slug, ""))
    assert "Er det ligeligt? Nej" in words
    assert "Forskellen på Nord og Syd er for stor." in words
    # Somebody must see to it by a day, and there is one way to say so.
    assert [one.kind for one in alarms.of(slug)] == ["unfair"]
    assert "En alarm skal være afklaret senest" in words


def test_without_a_table_or_a_model_it_says_what_is_lacking(stage) -> None:
    slug = stage.register()
    assert "Skriv [monitoring] i systemkortet." in words_of(page_of(stage, slug))
    assert "Systemet bliver ikke målt." in words_of(page_of(stage, slug, ""))
    slug = stage.register(released=False, fairness=table(("scores", "0.25", "none")))
    assert "ingen model i brug endnu" in words_of(page_of(stage, slug))


def test_a_system_that_selects_is_asked_about_whom_it_selects(stage) -> None:
    slug = stage.register()
    at_its_beginning(stage, slug, plan=False)
    selects = '[selection]\nfield = "label"\nvalue = "rotter"\n'
    limit = table(("flagged", "0.25", "none"))
    stage.register_card(card_text(slug, fairness=selects + limit))
    assert "Udvælger systemet lige så mange?" in words_of(page_of(stage, slug))


def test_only_those_who_steer_see_it(stage, drifted) -> None:
    people = {"": False, "sofie": False, "testine": False, "merete": True, "dorte": True}
    assert who_is_let_in(stage, f"/systemer/{drifted}/overvaagning/", people) == people
    assert visitor(stage, "merete").get("/systemer/findes-ikke/overvaagning/").status_code == 404
