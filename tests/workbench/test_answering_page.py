# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who answers for a system: the page says it, the button confirms it, supervision is written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils.formats import date_format
from kernel_stage import today
from staff_pages import (
    NUMBER,
    headings_in_order,
    policy_sentence,
    source_of,
    visitor,
    who_is_let_in,
    words_of,
)

from kodeks.codex.days import months_after
from kodeks.kernel import codices, stewardship
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Attestation, SupervisionCheck
from kodeks.language.lix import lix

DAY = dt.timedelta(days=1)
CHECK = {"task": "quality", "passed": "yes", "finding": "Ti forslag er set igennem."}


@pytest.fixture
def slug(stage) -> str:
    found = stage.register()
    stage.assign(slug=found, deputy="bodil", unit="Borgerservice")
    stage.attest(found)
    return found


def path(slug: str, rest: str = "") -> str:
    return f"/systemer/{slug}/ansvar/{rest}"


def test_who_may_see_it(stage, slug) -> None:
    people = dict.fromkeys(("merete", "bodil", "dorte", "anders"), True)
    people |= dict.fromkeys(("sofie", "testine", ""), False)
    assert who_is_let_in(stage, path(slug), people) == people
    assert visitor(stage, "merete").get(path("findes-ikke")).status_code == 404


def test_the_page_says_who_answers_and_until_when_it_is_confirmed(stage, slug) -> None:
    response = visitor(stage, "dorte").get(path(slug))
    page = words_of(response)
    until = months_after(today(), 6)
    for part in (
        "Afdeling: Borgerservice",
        "Leder: Merete Demosen",
        "Stedfortræder: Bodil Attrapsen",
        f"Siden: {date_format(today())}",
        f"Merete Demosen sagde ja den {date_format(today())}.",
        f"Det gælder til og med {date_format(until)}.",
    ):
        assert part in page
    assert headings_in_order(response)


def test_a_vacant_post_is_said(stage, slug) -> None:
    stage.assign(slug=slug, manager=None)
    page = words_of(visitor(stage, "anders").get(path(slug)))
    assert "Leder: Ingen er udpeget" in page
    assert "Stedfortræder: Ingen er udpeget" in page
    assert "Lederen har ikke sagt ja endnu." in page
    assert "Systemet kan ikke køre" in page


def test_who_answers_while_the_manager_is_away(stage) -> None:
    manager = stage.new_user(role="system_owner")
    slug = stage.register(ready=False)
    stage.assign(slug=slug, manager=manager, deputy="bodil")
    dorte = visitor(stage, "dorte")
    assert "er væk siden" not in words_of(dorte.get(path(slug)))
    stewardship.be_absent(user=stage.user(manager), first_day=today(), last_day=None)
    since = f"Prøve Prøvesen er væk siden {date_format(today())}."
    assert f"{since} Bodil Attrapsen svarer" in words_of(dorte.get(path(slug)))
    stage.assign(slug=slug, manager=manager)
    page = words_of(dorte.get(path(slug)))
    assert f"{since} Ingen stedfortræder kan svare." in page
    assert "højst køre sådan i 14 dage" in page


# --- confirming -------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["merete", "bodil"])
def test_the_manager_or_deputy_confirms(stage, slug, username) -> None:
    client = visitor(stage, username)
    assert path(slug, "bekraeft/") in source_of(client.get(path(slug)))
    response = client.post(path(slug, "bekraeft/"), follow=True)
    assert response.redirect_chain == [(path(slug), 302)]
    assert "Du har bekræftet, at du svarer for systemet." in words_of(response)
    newest = Attestation.objects.filter(system_id=slug).latest("id")
    assert newest.user_id == stage.user_id(username)


@pytest.mark.parametrize("who", ["dorte", "anders", "another owner"])
def test_nobody_else_confirms(stage, slug, who) -> None:
    number = stage.new_user(role="system_owner") if who == "another owner" else who
    client = visitor(stage, number)
    page = source_of(client.get(path(slug)))
    assert path(slug, "bekraeft/") not in page
    assert "Kun lederen eller stedfortræderen kan sige ja." in page
    before = stage.contents()
    response = client.post(path(slug, "bekraeft/"))
    assert response.status_code == 422
    assert policy_sentence(stage, number, "attest", About(system=slug)) in words_of(response)
    assert stage.contents() == before


def test_what_only_the_database_sees_is_said_too(stage, slug, monkeypatch) -> None:
    """The person lost the post between the two gates."""
    monkeypatch.setattr(stewardship.authority, "require", lambda *a, **k: stage.sha256)
    response = visitor(stage, "dorte").post(path(slug, "bekraeft/"))
    assert response.status_code == 422
    assert "Kun lederen, der svarer for systemet, eller stedfortræderen" in words_of(response)


def test_an_old_confirmation_is_said_to_be_one(stage, slug) -> None:
    with stage.days_later(160):
        page = words_of(visitor(stage, "merete").get(path(slug)))
    assert "Udløber snart" in page.partition("Er ansvaret bekræftet?")[2].partition("Tilsyn")[0]
    with stage.days_later(200):
        page = words_of(visitor(stage, "merete").get(path(slug)))
    page = page.partition("Hvem svarer for systemet?")
    assert "Lederen har ikke bekræftet sit ansvar" in page[0]
    assert "For gammelt" in page[2].partition("Tilsyn")[0]
    assert "Det gjaldt til og med" in page[2]


# --- supervision ------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["merete", "bodil", "dorte"])
def test_a_check_is_written_down_and_shown(stage, slug, username) -> None:
    client = visitor(stage, username)
    assert "Ikke gjort endnu" in words_of(client.get(path(slug)))
    finding = f"Ti forslag er set igennem, et om {NUMBER}."
    response = client.post(path(slug, "tilsyn/"), CHECK | {"finding": finding}, follow=True)
    assert response.redirect_chain == [(path(slug), 302)]
    page = words_of(response)
    assert "Kontrollen er skrevet ned." in page
    name = stage.user(username).full_name
    assert f"{date_format(today())}, {name}: I orden." in page
    assert "Ti forslag er set igennem, et om [CPR]." in page
    assert date_format(months_after(today(), 3)) in page
    assert NUMBER not in SupervisionCheck.objects.get(system_id=slug).finding


def test_one_that_did_not_pass_keeps_the_system_from_running(stage, slug) -> None:
    dorte = visitor(stage, "dorte")
    dorte.post(path(slug, "tilsyn/"), CHECK | {"passed": "no"})
    page = words_of(dorte.get(path(slug)))
    assert "Tilsynet fandt fejl, der ikke er rettet" in page
    assert "Fandt fejl" in page
    assert stage.obstacles(slug) == ["supervision"]
    dorte.post(path(slug, "tilsyn/"), CHECK)
    assert "Fandt fejl" not in words_of(dorte.get(path(slug)))
    assert stage.obstacles(slug) == []


@pytest.mark.parametrize(
    ("days", "text"), [(0, "Til tiden"), (75, "Skal gøres snart"), (100, "For sent")]
)
def test_each_task_says_how_it_stands(stage, slug, days, text) -> None:
    with stage.days_later(days):
        page = words_of(visitor(stage, "merete").get(path(slug)))
    assert text in page.partition("Næste gang senest")[2].partition("Bilag")[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task": ""}, "Vælg en fra listen."),
        ({"task": "findes-ikke"}, "Opgaven står ikke på systemkortet. Vælg en fra listen."),
        ({"passed": ""}, "Vælg, om systemet er i orden."),
        ({"passed": "måske"}, "Vælg, om systemet er i orden."),
        ({"finding": " \n"}, "Skriv, hvad du har set på, og hvad du fandt."),
        ({"finding": "x" * 2001}, "Den må højst fylde 2.000 tegn."),
        ({"finding": "nul\x00tegn"}, "Null-tegn er ikke tilladte."),
        ({"finding": "..."}, "Skriv, hvad tilsynet fandt."),
    ],
)
def test_a_check_that_is_not_in_order_is_kept_and_explained(stage, slug, changes, sentence):
    merete = visitor(stage, "merete")
    before = stage.contents()
    given = CHECK | {"finding": "Det <b>tog</b> tid."} | changes
    if changes.get("task") == "":
        del given["task"]
        sentence = "Vælg den opgave, du har gjort."
    response = merete.post(path(slug, "tilsyn/"), given)
    page = source_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "Det blev ikke gemt" in page
    assert "<title>Fejl: " in page
    assert given["finding"].strip() in page
    if given["passed"] == "yes":
        assert 'value="yes" checked' in page
    assert "<b>tog</b>" not in response.content.decode()
    assert stage.contents() == before


@pytest.mark.parametrize("who", ["anders", "another owner"])
def test_a_check_by_another_is_refused_and_kept(stage, slug, who) -> None:
    number = stage.new_user(role="system_owner") if who == "another owner" else who
    client = visitor(stage, number)
    assert path(slug, "tilsyn/") not in source_of(client.get(path(slug)))
    before = stage.contents()
    response = client.post(path(slug, "tilsyn/"), CHECK)
    assert response.status_code == 422
    assert policy_sentence(stage, number, "supervise", About(system=slug)) in words_of(response)
    assert CHECK["finding"] in source_of(response)
    assert stage.contents() == before


# --- documents --------------------------------------------------------------------------------


def document_of(stage: Any, slug: str, title: str) -> str:
    """The words of one document's row."""
    page = source_of(visitor(stage, "merete").get(path(slug)))
    table = page.partition('aria-label="Bilag"')[2].partition("</table>")[0]
    (row,) = [one for one in table.split("<tr>") if f">{title}<" in one]
    return row


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "Gælder"),
        ({"valid_to": today() + 20 * DAY}, "Udløber snart"),
        ({"valid_from": today() - 50 * DAY, "valid_to": today() - DAY}, "For gammelt"),
        ({"valid_from": today() + DAY, "valid_to": today() + 9 * DAY}, "Gælder ikke endnu"),
        ({"withdrawn": True}, "Trukket tilbage"),
    ],
)
def test_each_document_says_how_it_stands(stage, slug, changes, text) -> None:
    stage.evidence(slug, kind="test_report", title="Prøver i foråret", **changes)
    row = document_of(stage, slug, "Rapport om prøver")
    assert f">{text}<" in row
    assert "Anders Mønstersen" in row
    assert ("Prøver i foråret" in row) is (not changes.get("withdrawn"))
    fails = text not in ("Gælder", "Udløber snart")
    assert stage.obstacles(slug) == (["no_test_report"] if fails else [])


def test_what_is_missing_says_who_must_sign_and_how_it_is_registered(stage) -> None:
    slug = stage.register(ready=False)
    row = document_of(stage, slug, "Udtalelse fra databeskyttelsesrådgiveren")
    assert ">Mangler<" in row
    assert "Skal godkendes af: Databeskyttelsesrådgiver" in row
    assert "Udvikling, Gentræning, Drift" in row
    page = words_of(visitor(stage, "merete").get(path(slug)))
    assert f"kodeks system evidence {slug} ART FIL --by BRUGERNAVN" in page
    assert "Rapport om prøver: test_report" in page


def test_each_document_says_what_it_stops_and_from_when(stage) -> None:
    slug = stage.register(risk_class="high")
    assert "Stopper ikke noget" in document_of(stage, slug, "Sikkerhed for kommunens it")
    if today() < dt.date(2027, 12, 2):
        assert "Drift fra 2. december 2027" in document_of(stage, slug, "CE-mærke")
    assert "Stopper" not in document_of(stage, slug, "Rapport om prøver")
    assert stage.obstacles(slug) == []


def test_only_what_the_codex_asks_of_this_system_is_listed(stage) -> None:
    limited, high = stage.register(ready=False), stage.register(ready=False, risk_class="high")
    pages = [words_of(visitor(stage, "merete").get(path(slug))) for slug in (limited, high)]
    assert ["Vurdering af grundlæggende rettigheder" in page for page in pages] == [False, True]


def test_the_hash_of_each_is_there(stage, slug) -> None:
    stage.evidence(slug, kind="dpia", sha256="5a" * 32)
    assert "5a" * 32 in words_of(visitor(stage, "dorte").get(path(slug)))


def test_without_a_codex_the_page_says_why_and_still_who_answers(stage, slug, monkeypatch):
    def refuse() -> None:
        raise Refused(code="no_codex", message="Der er intet kodeks i kraft. Registrér et.")

    monkeypatch.setattr(codices, "in_force", refuse)
    response = visitor(stage, "merete").get(path(slug))
    assert response.status_code == 200
    assert "Der er intet kodeks i kraft. Registrér et." in words_of(response)
    assert "Leder: Merete Demosen" in words_of(response)


# --- the house --------------------------------------------------------------------------------


def test_looking_writes_nothing_and_only_a_form_of_ours_is_taken(stage, slug) -> None:
    merete = visitor(stage, "merete", enforce_csrf_checks=True)
    before = stage.contents()
    assert merete.get(path(slug)).status_code == 200
    for rest in ("bekraeft/", "tilsyn/"):
        assert merete.get(path(slug, rest)).status_code == 405
        assert merete.post(path(slug, rest), CHECK).status_code == 403
    assert stage.contents() == before


def test_who_was_signed_off_gets_the_words_back(stage, slug) -> None:
    response = visitor(stage, "").post(path(slug, "tilsyn/"), CHECK)
    assert response.status_code == 403
    assert "Du er logget af" in source_of(response)
    assert CHECK["finding"] in source_of(response)


def test_the_pages_own_danish_is_easy(stage, slug, own_sentences) -> None:
    text = own_sentences(visitor(stage, "merete").get(path(slug)))
    assert len(text.split()) > 60
    assert lix(text) <= 35
