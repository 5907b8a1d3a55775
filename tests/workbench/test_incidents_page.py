# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Incidents: every employee reports, the clock is told, and what was done is written down."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
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

from kodeks.codex import bundle
from kodeks.kernel import codices, stewardship
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Incident, IncidentStep
from kodeks.language.lix import lix
from kodeks.workbench import incident_clocks

DAY = dt.timedelta(days=1)
KINDS = {kind.id: kind for kind in bundle.shipped().incident_kinds}
STEP = {"step": "reported", "text": "Indberettet med nummer 17."}


@pytest.fixture
def slug(stage) -> str:
    return stage.register()


def path(slug: str, rest: str = "") -> str:
    return f"/systemer/{slug}/haendelser/{rest}"


def form(**changes: str) -> dict[str, str]:
    return {
        "kind": "data_breach",
        "day": (today() - DAY).isoformat(),
        "clock": "09:15",
        "description": "Et brev blev sendt til en forkert borger.",
    } | changes


def report(stage: Any, slug: str, *, ago: dt.timedelta = DAY, **changes: Any) -> uuid.UUID:
    given: dict[str, Any] = {
        "kind": "data_breach",
        "aware_at": timezone.now() - ago,
        "description": "Et brev blev sendt til en forkert borger.",
        "user": stage.user("sofie"),
    } | changes
    return stewardship.report_incident(system=slug, **given)


def moment(at: dt.datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")


# --- who sees what ----------------------------------------------------------------------------


def test_every_employee_comes_to_the_form(stage, slug) -> None:
    people = dict.fromkeys(("sofie", "merete", "bodil", "dorte", "anders"), True)
    people |= {"testine": False, "": False}
    for address in ("/haendelser/", path(slug)):
        assert who_is_let_in(stage, address, people) == people
    assert path(slug, "meld/") in source_of(visitor(stage, "sofie").get(path(slug)))
    assert visitor(stage, "sofie").get(path("findes-ikke")).status_code == 404


def test_a_caseworker_finds_the_form_from_the_menu(stage, slug) -> None:
    sofie = visitor(stage, "sofie")
    assert 'href="/haendelser/"' in source_of(sofie.get("/"))
    assert f'href="{path(slug)}"' in source_of(sofie.get("/haendelser/"))


def test_a_caseworker_sees_their_own_and_those_who_answer_all(stage, slug) -> None:
    mine = report(stage, slug, description="Min egen hændelse.")
    other = report(stage, slug, description="En kollegas hændelse.", user=stage.user("anders"))
    sofie, dorte = visitor(stage, "sofie"), visitor(stage, "dorte")
    page = words_of(sofie.get(path(slug)))
    assert "Min egen hændelse." in page
    assert "En kollegas hændelse." not in page
    assert sofie.get(path(slug, f"{mine}/")).status_code == 200
    assert sofie.get(path(slug, f"{other}/")).status_code == 404
    page = words_of(dorte.get(path(slug)))
    assert "Min egen hændelse." in page
    assert "En kollegas hændelse." in page
    assert dorte.get(path(slug, f"{other}/")).status_code == 200
    row = source_of(sofie.get("/haendelser/")).partition(f'href="{path(slug)}"')[2]
    assert "<td>1</td>" in row.partition("</tr>")[0]


def test_an_incident_is_not_found_through_another_system(stage, slug) -> None:
    found = report(stage, slug)
    other = stage.register(ready=False)
    merete = visitor(stage, "merete")
    assert merete.get(path(other, f"{found}/")).status_code == 404
    assert merete.post(path(other, f"{found}/skriv/"), STEP).status_code == 404
    assert merete.get(path(slug, f"{uuid.uuid4()}/")).status_code == 404


def test_the_tabs_lead_only_where_one_may_go(stage, slug) -> None:
    tabs = 'aria-label="Sider om systemet"'
    assert tabs not in source_of(visitor(stage, "sofie").get(path(slug)))
    page = source_of(visitor(stage, "dorte").get(path(slug))).partition(tabs)[2]
    assert f'href="/systemer/{slug}/ansvar/"' in page


# --- reporting --------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["sofie", "merete", "dorte", "anders"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_kept_with_its_clock(stage, slug, username, kind) -> None:
    text = f"Brevet til {NUMBER} blev\nsendt forkert."
    client = visitor(stage, username)
    response = client.post(path(slug, "meld/"), form(kind=kind, description=text), follow=True)
    found = Incident.objects.get(system_id=slug)
    assert response.redirect_chain == [(path(slug, f"{found.id}/"), 302)]
    assert (found.kind, found.user_id) == (kind, stage.user_id(username))
    assert localtime(found.aware_at).strftime("%Y-%m-%d %H:%M") == f"{today() - DAY} 09:15"
    hours = KINDS[kind].hours
    assert found.due_at == (hours and found.aware_at + dt.timedelta(hours=hours))
    page = words_of(response)
    assert "Hændelsen er meldt." in page
    assert KINDS[kind].title in page
    assert "Brevet til [CPR] blev sendt forkert." in page
    assert NUMBER not in found.description
    if hours is None:
        assert "Skal ikke indberettes." in page
    else:
        assert f"Skal indberettes senest {moment(found.due_at)}." in page
        assert f"Indberettes til: {KINDS[kind].authority}" in page


def test_the_form_says_how_soon_each_kind_must_be_reported(stage, slug) -> None:
    page = words_of(visitor(stage, "sofie").get(path(slug)))
    for kind, told in (
        ("death", "inden 10 døgn"),
        ("widespread", "inden 48 timer"),
        ("serious", "inden 15 døgn"),
        ("data_breach", "inden 72 timer"),
    ):
        sentence = f"Skal indberettes {told}. Myndighed: {KINDS[kind].authority}."
        assert f"{KINDS[kind].title} {sentence}" in page
    assert f"{KINDS['other'].title} Skal ikke indberettes." in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Vælg, hvad der er sket."),
        ({"kind": "ærgrelse"}, "Vælg en af mulighederne."),
        ({"day": ""}, "Skriv den dag, det blev opdaget."),
        ({"day": "i går"}, "Skriv dagen som dag, måned og år, for eksempel 31.12.2026."),
        ({"day": "0026-11-01"}, "Skriv årstallet med fire cifre."),
        ({"day": (today() + DAY).isoformat()}, "Tidspunktet er ikke kommet endnu."),
        ({"clock": ""}, "Skriv, hvad klokken var, da det blev opdaget."),
        ({"clock": "kvart over"}, "Skriv klokken som timer og minutter, for eksempel 14.30."),
        ({"description": "  "}, "Skriv, hvad der skete."),
        ({"description": "x" * 4001}, "Den må højst fylde 4.000 tegn."),
        ({"description": "?!"}, "Skriv, hvad der skete."),
    ],
)
def test_a_report_that_is_not_in_order_is_kept_and_explained(stage, slug, changes, sentence):
    sofie = visitor(stage, "sofie")
    before = stage.contents()
    given = form(description="Det <b>gik</b> galt.") | changes
    response = sofie.post(path(slug, "meld/"), given)
    page = source_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "Hændelsen er ikke meldt" in page
    assert "<title>Fejl: " in page
    for name in ("day", "clock", "description"):
        assert given[name].strip() in page
    if given["kind"] == "data_breach":
        assert 'value="data_breach" aria-describedby="id_kind-option4-hint" checked' in page
    assert "<b>gik</b>" not in response.content.decode()
    assert stage.contents() == before


def test_hours_may_be_written_with_a_full_stop(stage, slug) -> None:
    response = visitor(stage, "sofie").post(path(slug, "meld/"), form(clock="9.15"))
    assert response.status_code == 302


def test_of_an_hour_that_comes_twice_the_first_counts(stage, slug) -> None:
    """On 25 October 2026 half past two comes twice; the deadline follows the earlier."""
    visitor(stage, "sofie").post(path(slug, "meld/"), form(day="2026-10-25", clock="02:30"))
    found = Incident.objects.get(system_id=slug)
    assert found.aware_at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_a_refusal_of_the_kernel_is_shown_and_the_words_kept(stage, slug, monkeypatch) -> None:
    def refuse(**given: Any) -> None:
        raise Refused(code="form", message="Hændelsens art findes ikke i kodekset.")

    monkeypatch.setattr(stewardship, "report_incident", refuse)
    response = visitor(stage, "sofie").post(path(slug, "meld/"), form())
    assert response.status_code == 422
    assert "Hændelsens art findes ikke i kodekset." in words_of(response)
    assert form()["description"] in source_of(response)


def test_without_a_codex_the_page_says_so(stage, slug, monkeypatch) -> None:
    found = report(stage, slug, kind="other")

    def refuse() -> None:
        raise Refused(code="no_codex", message="Der er intet kodeks i kraft.")

    monkeypatch.setattr(codices, "in_force", refuse)
    dorte = visitor(stage, "dorte")
    assert "Formularen kan ikke vises" in words_of(dorte.get(path(slug)))
    assert dorte.post(path(slug, "meld/"), form()).status_code == 422
    assert dorte.get(path(slug, f"{found}/")).status_code == 200


# --- the clocks -------------------------------------------------------------------------------


def test_what_is_late_is_marked_and_stands_first(stage, slug) -> None:
    report(stage, slug, kind="other", description="Uden frist.")
    report(stage, slug, kind="serious", description="Med lang frist.")
    late = report(stage, slug, ago=10 * DAY, description="For længe siden.")
    report(stage, slug, description="Med kort frist.")
    page = words_of(visitor(stage, "merete").get(path(slug)))
    texts = ("For længe siden.", "Med kort frist.", "Med lang frist.", "Uden frist.")
    places = [page.index(text) for text in texts]
    assert places == sorted(places)
    due = Incident.objects.get(id=late).due_at
    assert f"For sent Skulle være indberettet senest {moment(due)}" in page
    assert "1 hændelse er ikke indberettet til tiden. Systemet kan ikke køre" in page
    assert "incident" in stage.obstacles(slug)


def test_a_caseworker_is_told_to_call_about_a_late_one(stage, slug) -> None:
    found = report(stage, slug, ago=10 * DAY)
    for username, told in (("sofie", "Ring til lederen nu."), ("dorte", "Indberet hændelsen nu")):
        page = words_of(visitor(stage, username).get(path(slug, f"{found}/")))
        assert told in page


@pytest.mark.parametrize(
    ("kind", "ago", "steps", "text", "closed"),
    [
        ("data_breach", DAY, (), "Skal indberettes", False),
        ("data_breach", DAY, ("note", "mended"), "Skal indberettes", False),
        ("data_breach", DAY, ("reported",), "Indberettet", True),
        ("data_breach", DAY, ("dismissed",), "Afvist", True),
        ("data_breach", DAY, ("dismissed", "reported"), "Indberettet", True),
        ("data_breach", 10 * DAY, (), "For sent", False),
        ("data_breach", 10 * DAY, ("mended",), "For sent", False),
        ("data_breach", 10 * DAY, ("reported",), "Indberettet for sent", True),
        ("other", DAY, (), "Ingen frist", False),
        ("other", DAY, ("note",), "Ingen frist", False),
        ("other", DAY, ("mended",), "Rettet", True),
        ("other", DAY, ("dismissed",), "Afvist", True),
    ],
)
def test_how_an_incident_stands(stage, slug, kind, ago, steps, text, closed) -> None:
    found = report(stage, slug, kind=kind, ago=ago)
    for step in steps:
        stewardship.handle_incident(
            incident_id=found, step=step, text="Gjort.", user=stage.user("dorte")
        )
    (line,) = incident_clocks.lines(slug, user=stage.user("dorte"))
    assert (line.text, line.closed) == (text, closed)
    assert line.late == ("incident" in stage.obstacles(slug))


def test_a_kind_that_the_codex_no_longer_has_still_has_its_page(stage, slug, monkeypatch) -> None:
    found = report(stage, slug)
    monkeypatch.setattr(incident_clocks, "kinds", dict)
    response = visitor(stage, "dorte").get(path(slug, f"{found}/"))
    assert response.status_code == 200
    assert "data_breach" in words_of(response)


def test_many_incidents_come_on_several_pages(stage, slug) -> None:
    for number in range(27):
        report(stage, slug, kind="other", description=f"Hændelse nummer {number:02}.")
    dorte = visitor(stage, "dorte")
    first, second = (words_of(dorte.get(path(slug), {"side": page})) for page in (1, 2))
    assert "Hændelse nummer 26." in first
    assert "Hændelse nummer 00." not in first
    assert "Hændelse nummer 00." in second


# --- what was done ----------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["merete", "dorte"])
@pytest.mark.parametrize(
    ("step", "title"),
    [
        ("reported", "Indberettet"),
        ("dismissed", "Afvist"),
        ("mended", "Rettet"),
        ("note", "Noteret"),
    ],
)
def test_a_step_is_written_down_and_shown(stage, slug, username, step, title) -> None:
    found = report(stage, slug)
    client = visitor(stage, username)
    address = path(slug, f"{found}/")
    assert "Der er ikke gjort noget endnu." in words_of(client.get(address))
    text = f"Borgeren {NUMBER} har fået besked."
    response = client.post(f"{address}skriv/", {"step": step, "text": text}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    page = words_of(response)
    assert "Det er skrevet ned." in page
    name = stage.user(username).full_name
    assert f"{title} {name} Borgeren [CPR] har fået besked." in page
    assert NUMBER not in IncidentStep.objects.get(incident_id=found).text
    assert f"{title} {date_format(today())}" in words_of(client.get(path(slug)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"step": ""}, "Vælg, hvad der er gjort."),
        ({"step": "glemt"}, "Vælg en af mulighederne."),
        ({"text": " "}, "Skriv, hvad der er gjort."),
        ({"text": "x" * 4001}, "Den må højst fylde 4.000 tegn."),
        ({"text": "—"}, "Skriv, hvad der er gjort."),
    ],
)
def test_a_step_that_is_not_in_order_is_kept_and_explained(stage, slug, changes, sentence) -> None:
    found = report(stage, slug)
    dorte = visitor(stage, "dorte")
    before = stage.contents()
    given = STEP | {"text": "Vi <b>ringede</b>."} | changes
    response = dorte.post(path(slug, f"{found}/skriv/"), given)
    assert response.status_code == 422
    assert sentence in source_of(response)
    assert given["text"].strip() in source_of(response)
    assert "<b>ringede" not in response.content.decode()
    if given["step"] == "reported":
        assert 'value="reported" checked' in source_of(response)
    assert stage.contents() == before


@pytest.mark.parametrize("username", ["sofie", "anders"])
def test_a_step_by_another_is_refused_and_kept(stage, slug, username) -> None:
    found = report(stage, slug)
    client = visitor(stage, username)
    assert "/skriv/" not in source_of(client.get(path(slug, f"{found}/")))
    before = stage.contents()
    response = client.post(path(slug, f"{found}/skriv/"), STEP)
    assert response.status_code == 422
    told = policy_sentence(stage, username, "handle_incident", About(system=slug))
    assert told in words_of(response)
    assert STEP["text"] in source_of(response)
    assert stage.contents() == before


# --- the house --------------------------------------------------------------------------------


def test_looking_writes_nothing_and_only_a_form_of_ours_is_taken(stage, slug) -> None:
    found = report(stage, slug)
    merete = visitor(stage, "merete", enforce_csrf_checks=True)
    before = stage.contents()
    for address in ("/haendelser/", path(slug), path(slug, f"{found}/")):
        response = merete.get(address)
        assert response.status_code == 200
        assert headings_in_order(response)
    for rest, given in (("meld/", form()), (f"{found}/skriv/", STEP)):
        assert merete.get(path(slug, rest)).status_code == 405
        assert merete.post(path(slug, rest), given).status_code == 403
    assert stage.contents() == before


def test_who_was_signed_off_gets_the_words_back(stage, slug) -> None:
    response = visitor(stage, "").post(path(slug, "meld/"), form())
    assert response.status_code == 403
    assert form()["description"] in source_of(response)
    assert not Incident.objects.filter(system_id=slug).exists()


def test_the_pages_own_danish_is_easy(stage, slug, own_sentences) -> None:
    found = report(stage, slug, ago=10 * DAY)
    merete, sofie = visitor(stage, "merete"), visitor(stage, "sofie")
    for page in (
        merete.get(path(slug)),
        merete.get(path(slug, f"{found}/")),
        sofie.get(path(slug, f"{found}/")),
        sofie.get("/haendelser/"),
    ):
        assert len(own_sentences(page).split()) > 20
        assert lix(own_sentences(page)) <= 35
