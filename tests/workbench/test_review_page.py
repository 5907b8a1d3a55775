# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What robots did by themselves: a share is looked at by a person, and the citizen is told."""

from __future__ import annotations

import datetime as dt
import types
import uuid
from typing import Any

import nearby
import pytest
from citizen_pages import text_of
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

from kodeks.casework import services as casework
from kodeks.casework.models import Unit
from kodeks.inquiries import services as inquiries
from kodeks.kernel import acts, selectors
from kodeks.kernel.authority import About
from kodeks.kernel.insight import Matter
from kodeks.kernel.models import ActReview
from kodeks.kernel.subjects import Scope, Subject
from kodeks.language.lix import lix
from kodeks.workbench import matters
from kodeks.workbench.matters import Found

LIST = "/efterkontrol/"
STEP = "Journalisering af henvendelsen"
ANSWER = {"passed": "no", "finding": "Den stod på den forkerte sag."}


@pytest.fixture
def slug(stage) -> str:
    """A system whose robot may journalise by itself; every such step is drawn."""
    return stage.register(autonomy="procedural", share="1.0")


def by_itself(stage: Any, slug: str, recommendation: uuid.UUID | None = None) -> uuid.UUID:
    return acts.act_procedurally(
        recommendation_id=recommendation or stage.issued(slug),
        robot="visitator",
        run_id=uuid.uuid4(),
        step="journalise",
        result={"journal": "1"},
    )


def path(act: uuid.UUID, rest: str = "") -> str:
    return f"{LIST}{act}/{rest}"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch):
    """A solution that knows every subject's words."""

    def found(subject: Subject) -> Found:
        matter = Matter(
            subject=subject,
            system=found.system,
            title="Din henvendelse",
            own_text="Der er <b>rotter</b> i gården.",
            received_on=today(),
        )
        titles = {"rotter": "Rotter"}
        solution = types.SimpleNamespace(value_title=lambda value: titles.get(value, value))
        return Found(matter=matter, solution=solution)

    monkeypatch.setattr(matters, "by_subject", found)
    return found


def placed(unit: str) -> dict[str, str]:
    """The subject of an inquiry whose case lies with the department."""
    inquiry, _ = inquiries.receive(external_id=str(uuid.uuid4()), text="Et hul.", channel="web")
    inquiry.case = casework.open_case(
        key=str(uuid.uuid4()),
        title="Hul i vejen",
        kle_number="05.01.08",
        facet="G01",
        unit=Unit.objects.get(code=unit),
    )
    inquiry.save()
    return {"type": "inquiry", "id": str(inquiry.id)}


# --- the list ---------------------------------------------------------------------------------


def test_who_may_see_it(stage, slug) -> None:
    act = by_itself(stage, slug)
    people = dict.fromkeys(("sofie", "merete", "bodil", "dorte"), True)
    people |= dict.fromkeys(("anders", "testine", ""), False)
    for address in (LIST, path(act)):
        assert who_is_let_in(stage, address, people) == people
    assert f'href="{LIST}"' in source_of(visitor(stage, "sofie").get("/"))


def test_what_was_drawn_waits_until_its_last_day(stage, slug) -> None:
    act = by_itself(stage, slug)
    page = source_of(visitor(stage, "sofie").get(LIST))
    row = page.partition(f'href="{path(act)}"')[2].partition("</tr>")[0]
    assert STEP in row
    assert date_format(today() + dt.timedelta(days=14)) in row
    assert "For sent" not in row
    with stage.days_later(15):
        page = source_of(visitor(stage, "sofie").get(LIST))
    assert "For sent" in page.partition(f'href="{path(act)}"')[2].partition("</tr>")[0]


def test_what_was_not_drawn_is_not_shown(stage, slug) -> None:
    decided = stage.decided(slug)
    act = acts.act(
        decision_id=decided, robot="visitator", run_id=uuid.uuid4(), step="receipt", result={}
    )
    sofie = visitor(stage, "sofie")
    assert path(act) not in source_of(sofie.get(LIST))
    assert sofie.get(path(act)).status_code == 404
    assert sofie.post(path(act, "skriv/"), ANSWER).status_code == 404
    assert sofie.get(path(uuid.uuid4())).status_code == 404


def test_what_was_done_in_a_case_is_shown_to_those_who_see_the_case(stage, slug) -> None:
    """A caseworker has those of theirs; who answers for the system knows that each is there."""
    own, other = (
        by_itself(stage, slug, stage.issued(slug, subject=placed(unit)))
        for unit in ("vej-og-trafik", "byggeri")
    )
    finding = "Den stod på den forkerte sag hos byggeri."
    for act in (own, other):
        text = finding if act == other else "Fint."
        acts.review(act_id=act, user=stage.user("sofie"), passed=True, finding=text)
    waits = by_itself(stage, slug, stage.issued(slug, subject=placed("byggeri")))
    viggo = source_of(visitor(stage, "viggo").get(LIST))
    assert path(own) in viggo
    for hidden in (path(other), path(waits), finding):
        assert hidden not in viggo
    sofie = source_of(visitor(stage, "sofie").get(LIST))
    for shown in (path(own), path(other), path(waits), finding):
        assert shown in sofie
    # Somebody who answers for systems, but sees the cases of one department only.
    number = stage.new_user(role="")
    stage.owner.execute(
        "SELECT kernel.register_grant(%s, 'system_owner', 'vej-og-trafik', '', NULL)", (number,)
    )
    owner = source_of(visitor(stage, number).get(LIST))
    assert path(own) in owner
    assert owner.count("(du har ikke ret til sagen)") >= 2, "other tests' acts are listed too"
    for hidden in (path(other), path(waits), finding):
        assert hidden not in owner


def test_when_no_system_does_anything_by_itself_the_page_says_so(stage, monkeypatch) -> None:
    monkeypatch.setattr(selectors, "systems", list)
    monkeypatch.setattr("kodeks.workbench.reviews._drawn", acts.models.Act.objects.none)
    seen = ActReview.objects.none()
    monkeypatch.setattr(ActReview.objects, "select_related", lambda *names: seen)
    response = visitor(stage, "sofie").get(LIST)
    sentence = "Ingen af kommunens systemer gør noget selv. Derfor er der intet at se efter."
    assert sentence in words_of(response)
    assert "<table" not in source_of(response)


# --- looking ----------------------------------------------------------------------------------


def test_the_page_shows_what_was_done_and_on_what(stage, slug, known) -> None:
    known.system = slug
    act = by_itself(stage, slug)
    response = visitor(stage, "sofie").get(path(act))
    page = words_of(response)
    for part in (STEP, "Prøvesystem", "Rotter", "91 %", "Der er <b>rotter</b> i gården."):
        assert part in page
    assert "&lt;b&gt;rotter" in response.content.decode()
    assert 'href="/indsigt/inquiry/' in source_of(response)
    assert f'href="/systemer/{slug}/haendelser/"' in source_of(response)
    assert headings_in_order(response)


def test_a_matter_that_no_solution_knows_is_shown_with_what_there_is(stage, slug) -> None:
    page = visitor(stage, "sofie").get(path(by_itself(stage, slug)))
    assert "rotter" in words_of(page)
    assert "Se hele sagen" not in words_of(page)


@pytest.mark.parametrize(("passed", "word"), [("yes", "Rigtigt"), ("no", "Forkert")])
def test_what_was_found_is_written_down_and_shown(stage, slug, passed, word) -> None:
    act = by_itself(stage, slug)
    sofie = visitor(stage, "sofie")
    finding = f"Brevet til {NUMBER} lå på sagen."
    response = sofie.post(path(act, "skriv/"), {"passed": passed, "finding": finding}, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "Tak. Det er skrevet ned." in words_of(response)
    found = ActReview.objects.get(act_id=act)
    assert (found.passed, found.user_id) == (passed == "yes", stage.user_id("sofie"))
    assert found.finding == "Brevet til [CPR] lå på sagen."
    waiting, _, seen = source_of(response).partition("Set efter</h2>")
    assert path(act) not in waiting
    row = seen.partition(f'href="{path(act)}"')[2].partition("</tr>")[0]
    assert word in row
    assert "Brevet til [CPR] lå på sagen." in row
    page = words_of(visitor(stage, "merete").get(path(act)))
    assert f"{word} Sofie Prøvesen så det efter" in page
    assert path(act, "skriv/") not in source_of(sofie.get(path(act)))


def test_only_the_first_answer_counts(stage, slug) -> None:
    act = by_itself(stage, slug)
    sofie = visitor(stage, "sofie")
    assert sofie.post(path(act, "skriv/"), ANSWER).status_code == 302
    before = stage.contents()
    response = sofie.post(path(act, "skriv/"), ANSWER | {"finding": "Jeg er uenig i det."})
    assert response.status_code == 422
    assert "Handlingen er allerede set efter." in words_of(response)
    assert "Jeg er uenig i det.</textarea>" in source_of(response)
    assert stage.contents() == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"passed": ""}, "Vælg, om det var rigtigt."),
        ({"passed": "måske"}, "Vælg, om det var rigtigt."),
        ({"finding": ""}, "Skriv, hvad du har set på, og hvad du fandt."),
        ({"finding": "x" * 2001}, "Den må højst fylde 2.000 tegn."),
        ({"finding": "..."}, "Skriv, hvad du fandt."),
    ],
)
def test_an_answer_that_is_not_in_order_is_kept_and_explained(stage, slug, changes, sentence):
    act = by_itself(stage, slug)
    sofie = visitor(stage, "sofie")
    before = stage.contents()
    given = ANSWER | {"finding": "Det <b>lå</b> rigtigt."} | changes
    response = sofie.post(path(act, "skriv/"), given)
    page = source_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "<title>Fejl: " in page
    assert given["finding"] in page
    if given["passed"] == "no":
        assert 'value="no" checked' in page
    assert "<b>lå" not in response.content.decode()
    assert stage.contents() == before


@pytest.mark.parametrize("who", ["merete", "dorte", "untrained", "of another unit"])
def test_others_may_look_but_not_answer(stage, slug, who) -> None:
    if who == "untrained":
        number = stage.new_user(role="caseworker", trained=False)
    elif who == "of another unit":
        number = stage.new_user()
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', 'x', '', NULL)", number)
    else:
        number = stage.user_id(who)
    act = by_itself(stage, slug)
    client = visitor(stage, number)
    page = client.get(path(act))
    assert path(act, "skriv/") not in source_of(page)
    assert "En sagsbehandler i sagens afdeling, som er oplært i systemet" in words_of(page)
    before = stage.contents()
    response = client.post(path(act, "skriv/"), ANSWER)
    about = About(system=slug, scope=Scope(), with_ai=True)
    assert response.status_code == 422
    assert policy_sentence(stage, number, "review", about) in words_of(response)
    assert ANSWER["finding"] in source_of(response)
    assert stage.contents() == before


# --- the house --------------------------------------------------------------------------------


def test_looking_writes_nothing_and_only_a_form_of_ours_is_taken(stage, slug) -> None:
    act = by_itself(stage, slug)
    sofie = visitor(stage, "sofie", enforce_csrf_checks=True)
    before = stage.contents()
    for address in (LIST, path(act)):
        assert headings_in_order(sofie.get(address))
    assert sofie.get(path(act, "skriv/")).status_code == 405
    assert sofie.post(path(act, "skriv/"), ANSWER).status_code == 403
    assert stage.contents() == before
    stranger = visitor(stage, "").post(path(act, "skriv/"), ANSWER)
    assert ANSWER["finding"] in source_of(stranger)
    assert stage.contents() == before


def test_the_pages_own_danish_is_easy(stage, slug, own_sentences) -> None:
    act = by_itself(stage, slug)
    sofie = visitor(stage, "sofie")
    for address in (LIST, path(act)):
        assert lix(own_sentences(sofie.get(address))) <= 35


# --- what the citizen is told -----------------------------------------------------------------

AFTER = "kun det, som følger af valget."
ALONE = "Robotten har gjort dette selv."


def insight_of(stage: Any, recommendation: uuid.UUID) -> tuple[str, Any]:
    subject = selectors.recommendation(recommendation).subject
    address = f"/indsigt/{subject.type}/{subject.id}/"
    return address, visitor(stage, "dorte").get(address)


def test_an_act_of_the_robots_own_is_not_said_to_follow_from_a_choice(stage, slug, known) -> None:
    known.system = slug
    recommendation = stage.issued(slug)
    by_itself(stage, slug, recommendation)
    page = text_of(insight_of(stage, recommendation)[1])
    assert ALONE in page
    assert "Før et menneske havde valgt" in page
    assert "Et menneske ser en del af den slags efter." in page
    assert STEP in page
    assert AFTER not in page
    assert "Efter valget" not in page


def test_acts_of_both_kinds_are_told_apart(stage, slug, known, own_sentences) -> None:
    known.system = slug
    recommendation = stage.issued(slug)
    alone = by_itself(stage, slug, recommendation)
    decision = stage.call("decide", stage.choice(recommendation))
    run = uuid.uuid4()
    for step in ("journalise", "receipt"):
        acts.act(decision_id=decision, robot="visitator", run_id=run, step=step, result={})
    address, response = insight_of(stage, recommendation)
    page = text_of(response)
    before, _, after = page.partition("Efter valget")
    assert ALONE in before
    assert AFTER not in before
    assert f"Robotten gør her {AFTER}" in after
    assert headings_in_order(response)
    assert lix(own_sentences(response)) <= 35
    # The step that was taken twice has two receipts, each of its own act.
    nearby.publish()
    dorte = visitor(stage, "dorte")
    receipts = {
        kind: dorte.get(f"{address}kvittering/act-{kind}/").json()["body"]
        for kind in ("journalise", "journalise-2", "receipt")
    }
    assert receipts["journalise"]["id"] == str(alone)
    assert receipts["journalise"]["decision"] is None
    assert receipts["journalise-2"]["decision"] == str(decision)
    assert dorte.get(f"{address}kvittering/act-journalise-3/").status_code == 404
