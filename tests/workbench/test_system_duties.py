# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The system's own page and the register on a system whose models and robot have a history."""

from __future__ import annotations

import pytest
from staff_pages import headings_in_order, source_of, visitor, words_of

from kodeks.language.lix import lix


@pytest.fixture
def slug(stage) -> str:
    """Version 1 was overtaken, 2 called back, 3 is in use and 4 waits for the manager."""
    found = stage.register(autonomy="procedural")
    for version, mark in (("2", "b2"), ("3", "c3")):
        stage.release(slug=found, version=version, artefact=mark * 32)
    reason = "Den <b>tog</b> fejl."
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '2', %s, %s)", found, stage.user_id("dorte"), reason
    )
    stage.propose(found, version="4", artefact_sha256="d4" * 32)
    return found


def models(page: str) -> dict[str, str]:
    """The words about each model by its version."""
    parts = page.partition("Modeller</h2>")[2].partition("<h2>")[0].split("<h3>")[1:]
    return {part.partition("</h3>")[0]: part for part in parts}


def test_each_model_says_what_became_of_it(stage, slug) -> None:
    response = visitor(stage, "merete").get(f"/systemer/{slug}/")
    found = models(source_of(response))
    assert list(found) == ["4", "3", "2", "1"]
    states = ("Venter på godkendelse", "I brug", "Trukket tilbage", "Afløst")
    for version, state in zip(found, states, strict=True):
        assert f">{state}<" in found[version]
        assert "Lavet af Anders Mønstersen den " in found[version]
        approved = "Merete Demosen har godkendt den" in found[version]
        assert approved is (version != "4")
    assert "Venter på, at lederen eller stedfortræderen godkender den" in found["4"]
    assert "Trukket tilbage af Dorte Eksempelsen den " in found["2"]
    assert "Den <b>tog</b> fejl." in found["2"]
    assert "<b>tog" not in response.content.decode()


def test_a_system_whose_newest_model_was_called_back_has_none_in_use(stage) -> None:
    slug = stage.register()
    manager = stage.user_id("merete")
    stage.as_owner("SELECT kernel.revoke_release(%s, '1', %s, 'Den tog fejl.')", slug, manager)
    page = source_of(visitor(stage, "merete").get(f"/systemer/{slug}/"))
    assert "I brug" not in page
    assert ">Trukket tilbage<" in models(page)["1"]


def test_the_page_leads_on_and_shows_the_guidance(stage, slug) -> None:
    response = visitor(stage, "merete").get(f"/systemer/{slug}/")
    page = source_of(response)
    for address in (f"/systemer/{slug}/ansvar/", f"/systemer/{slug}/haendelser/"):
        assert f'href="{address}"' in page
    assert "Sådan bruger du systemet Læs først selv." in words_of(response)
    assert headings_in_order(response)


def test_the_way_to_the_review_is_for_those_who_may_see_it(stage, slug) -> None:
    for username, shown in (("merete", True), ("dorte", True), ("anders", False)):
        response = visitor(stage, username).get(f"/systemer/{slug}/")
        assert "Robotten gør nogle trin selv." in words_of(response)
        assert ('href="/efterkontrol/"' in source_of(response)) is shown
    advising = stage.register(ready=False)
    page = words_of(visitor(stage, "merete").get(f"/systemer/{advising}/"))
    assert "Robotten gør nogle trin selv." not in page


def test_the_register_says_which_steps_the_robot_takes_by_itself(stage, slug) -> None:
    advising = stage.register(ready=False)
    told = "Disse trin må robotten gøre selv, før et menneske har valgt."
    pages = [
        words_of(visitor(stage, "").get(f"/register/{one}/")).partition(told)
        for one in (slug, advising)
    ]
    assert pages[0][1]
    assert "Journalisering af henvendelsen" in pages[0][2].partition("Er du uenig?")[0]
    assert "Brev" not in pages[0][2].partition("Er du uenig?")[0]
    assert not pages[1][1]


@pytest.mark.parametrize(
    ("username", "titles"),
    [
        ("sofie", {"Hændelser", "Efterkontrol"}),
        ("merete", {"Systemer", "Hændelser", "Dit fravær"}),
        ("dorte", {"Systemer", "Hændelser"}),
        ("anders", {"Systemer", "Hændelser"}),
        ("testine", set()),
        ("", set()),
    ],
)
def test_the_menu_has_what_each_may_do(stage, username, titles) -> None:
    page = words_of(visitor(stage, username).get("/"))
    every = {"Systemer", "Hændelser", "Efterkontrol", "Dit fravær"}
    assert {title for title in every if f"{title} " in page.partition("Et menneske")[2]} == titles


def test_the_pages_own_danish_is_easy(stage, slug, own_sentences) -> None:
    assert lix(own_sentences(visitor(stage, "merete").get(f"/systemer/{slug}/"))) <= 35
