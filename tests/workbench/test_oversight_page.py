# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page about people's oversight of a system: its figures, its alarms and the plan."""

from __future__ import annotations

import overseen
import pytest
from staff_pages import headings_in_order, source_of, visitor, words_of

from kodeks.kernel import alarms, oversight
from kodeks.language.lix import lix

PLAN = {
    "blind_share": "25",
    "least_confidence": "40 %",
    "influence_limit": "8",
    "fast_limit": "15",
}


@pytest.fixture(scope="module")
def slug(stage) -> str:
    """Cases in both arms: what is seen is followed, and half of what is not."""
    found = overseen.planned(stage, fast_limit="0.999999")
    for turn in range(8):
        for how in ("shown", "blind"):
            agreeing = how == "shown" or turn % 2 == 0
            overseen.handled(stage, found, how, agreeing=agreeing)
    return found


def address(slug: str, rest: str = "") -> str:
    return f"/systemer/{slug}/opsyn/{rest}"


def test_it_tells_how_much_the_suggestions_influence_people(stage, slug) -> None:
    response = visitor(stage, "merete").get(address(slug))
    page = source_of(response)
    assert "<strong>50 procentpoint</strong>" in page
    assert "8 sager, hvor forslaget blev vist, og 8, hvor" in page
    for title in ("Påvirkning måned for måned", "Påvirkning i hver afdeling"):
        assert title in page
    assert "8 vist, 8 vurderet først" in page
    assert "25 % af 16" in page
    assert headings_in_order(response)


def test_before_there_are_cases_it_says_so(stage) -> None:
    slug = stage.register()
    overseen.at_its_beginning(stage, slug, plan=False)
    page = source_of(visitor(stage, "merete").get(address(slug)))
    assert "Der er ikke sager nok endnu." in page
    assert "Der er ingen plan endnu" in page
    assert "De første 28 dage" in page
    assert "Der har ikke været alarmer." in page


def test_the_manager_makes_a_plan(stage, slug) -> None:
    merete = visitor(stage, "merete")
    response = merete.post(address(slug, "plan/"), PLAN)
    assert response.status_code == 302
    found = oversight.plan_of(slug)
    shares = [found.blind_share, found.least_confidence, found.influence_limit, found.fast_limit]
    assert [f"{one:.2f}" for one in shares] == ["0.25", "0.40", "0.08", "0.15"]
    assert "Merete Demosen" in source_of(merete.get(address(slug)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"blind_share": "4"}, "Kodekset kræver, at mindst 5 procent"),
        ({"influence_limit": "11"}, "højst en grænse for påvirkning på 10 procentpoint"),
        ({"blind_share": "ti"}, "Skriv et helt tal fra 0 til 100."),
        ({"blind_share": "101"}, "Skriv et helt tal fra 0 til 100."),
        ({"blind_share": "7.5"}, "Skriv et helt tal fra 0 til 100."),
        ({"blind_share": ""}, "Skriv et helt tal fra 0 til 100."),
        ({"fast_limit": "0"}, "Skriv et helt tal fra 1 til 100."),
        ({"least_confidence": "NaN"}, "Skriv et helt tal fra 0 til 100."),
    ],
)
def test_a_plan_that_cannot_be_is_given_back(stage, slug, changes, sentence) -> None:
    before = oversight.plan_of(slug).pk
    response = visitor(stage, "merete").post(address(slug, "plan/"), PLAN | changes)
    page = source_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert all(f'value="{value}"' in page for value in (PLAN | changes).values() if value)
    assert oversight.plan_of(slug).pk == before


def test_others_see_it_and_change_nothing(stage, slug) -> None:
    dorte = visitor(stage, "dorte")
    page = source_of(dorte.get(address(slug)))
    assert "Kun lederen eller stedfortræderen kan lave en ny plan." in page
    assert "Gem planen" not in page
    assert dorte.post(address(slug, "plan/"), PLAN).status_code == 422
    assert visitor(stage, "sofie").get(address(slug)).status_code == 403
    assert visitor(stage, "merete").get(address("findesikke")).status_code == 404


def test_an_alarm_is_shown_until_the_manager_says_why(stage, slug) -> None:
    raised = alarms.sound(
        system=slug, kind="fast", effect="blind_first", sentence="Det går for hurtigt.", measured={}
    )
    merete, dorte = visitor(stage, "merete"), visitor(stage, "dorte")
    for one in (merete, dorte):
        page = source_of(one.get(address(slug)))
        assert "Det går for hurtigt." in page
        assert "Alle vurderer selv hver sag, før forslaget bliver vist." in page
        assert "Der er en alarm om systemet" in source_of(one.get(f"/systemer/{slug}/"))
    close = address(slug, f"alarm/{raised}/luk/")
    response = dorte.post(close, {"text": "Det er i orden."})
    assert response.status_code == 422
    assert "Det er i orden." in source_of(response)
    assert merete.post(close, {"text": " "}).status_code == 422
    assert merete.post(close, {"text": "Vi har <b>talt</b> om det."}).status_code == 302
    page = source_of(merete.get(address(slug)))
    assert "Vi har <b>talt</b> om det." in page
    assert "<b>talt" not in merete.get(address(slug)).content.decode()
    assert "Luk alarmen" not in page
    assert "Der er en alarm om systemet" not in source_of(merete.get(f"/systemer/{slug}/"))
    other = stage.register()
    assert merete.post(address(other, f"alarm/{raised}/luk/"), {"text": "x"}).status_code == 404


def test_the_texts_are_easy_to_read(stage, slug) -> None:
    assert lix(words_of(visitor(stage, "merete").get(address(slug)))) <= 45


def test_it_tells_how_many_decisions_were_changed_later(stage) -> None:
    slug = stage.register()
    visit = visitor(stage, "merete")
    assert "Der er ikke truffet afgørelser endnu." in source_of(visit.get(address(slug)))
    decided = [stage.decided(slug) for _ in range(4)]
    stage.call("reverse", stage.change(decided[0], cause="appeal"))
    response = visit.get(address(slug))
    page = source_of(response)
    assert "Halvdelen er truffet for under en dag siden eller før." in page
    assert "25 % af 4 (5 % til 70 %)" in page
    assert "Klageinstansen har ændret afgørelsen eller sendt den tilbage" in page
    assert headings_in_order(response)
