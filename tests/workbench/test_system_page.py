# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page of those who answer for a system: figures, and the stop button that works at once."""

from __future__ import annotations

import datetime as dt
import html

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from kodeks.inquiries import services
from kodeks.kernel import selectors
from kodeks.kernel.errors import SystemStopped
from kodeks.kernel.models import RegistryEvent, Switch
from kodeks.robots import engine
from kodeks.robots.models import Run, Status
from kodeks.workbench import systems

pytestmark = pytest.mark.django_db

PAGE = "/systemer/inquiries/"
STOP, START = f"{PAGE}stop/", f"{PAGE}start/"
REASON = "Forslagene har været forkerte hele formiddagen."


def page_of(response) -> str:
    return html.unescape(response.content.decode())


@pytest.mark.parametrize("username", ["merete", "bodil", "dorte", "anders"])
@pytest.mark.parametrize("path", ["/systemer/", PAGE])
def test_those_who_answer_see_the_systems(signed_in, username: str, path: str) -> None:
    page = page_of(signed_in(username).get(path))
    assert "Visitering af borgerhenvendelser" in page
    assert "I drift" in page


@pytest.mark.parametrize("username", ["sofie", "testine"])
def test_others_do_not(client: Client, signed_in, username: str) -> None:
    for path in ("/systemer/", PAGE):
        assert client.get(path).status_code == 302
        assert signed_in(username).get(path).status_code == 403
    for path in (STOP, START):
        assert client.post(path, {"reason": ""}).url.startswith("/log-ind/")
        assert signed_in(username).post(path, {"reason": REASON}).status_code == 403
    assert not Switch.objects.exists()


def test_who_was_signed_off_in_the_middle_gets_the_reason_back(client: Client) -> None:
    response = client.post(STOP, {"reason": REASON, "csrfmiddlewaretoken": "hemmeligt tegn"})
    assert response.status_code == 403
    assert "Du er logget af" in page_of(response)
    assert REASON in page_of(response)
    assert "hemmeligt tegn" not in page_of(response)
    assert not Switch.objects.exists()


def test_an_unknown_system_is_not_found(signed_in) -> None:
    merete = signed_in("merete")
    assert merete.get("/systemer/nej/").status_code == 404
    assert merete.post("/systemer/nej/stop/", {"reason": REASON}).status_code == 404


def test_the_buttons_do_not_answer_to_get(signed_in) -> None:
    merete = signed_in("merete")
    assert merete.get(STOP).status_code == 405
    assert merete.get(START).status_code == 405


def test_the_stop_needs_a_token(signed_in) -> None:
    client = signed_in("merete")
    client.handler.enforce_csrf_checks = True
    assert client.post(STOP, {"reason": REASON}).status_code == 403
    assert selectors.system_state("inquiries").running


@pytest.mark.parametrize("username", ["merete", "bodil", "dorte", "anders"])
def test_the_stop_holds_from_the_next_transaction(receive, signed_in, username: str) -> None:
    waiting = receive(triage=False)
    response = signed_in(username).post(STOP, {"reason": REASON}, follow=True)
    page = page_of(response)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "Systemet er stoppet." in page
    assert REASON in page
    with pytest.raises(SystemStopped):
        services.triage(inquiry_id=str(waiting.id))


def test_the_stop_holds_the_robot_too(receive, decide, signed_in) -> None:
    inquiry = decide(receive(), robot=False)
    signed_in("merete").post(STOP, {"reason": REASON})
    run = Run.objects.get(decision_id=inquiry.decision_id)
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    assert run.status != Status.DONE
    decision = selectors.decision_for(system="inquiries", subject=services.subject_of(inquiry))
    assert selectors.acts_of(decision.id) == []


def test_the_owner_starts_it_again(receive, signed_in) -> None:
    merete = signed_in("merete")
    merete.post(STOP, {"reason": REASON})
    page = page_of(merete.post(START, {"reason": "Fejlen er rettet."}, follow=True))
    assert "Systemet er i drift igen." in page
    assert receive().recommendation_id is not None
    assert [one.running for one in selectors.switches("inquiries")] == [True, False]
    assert page.index("Fejlen er rettet.") < page.index(REASON)


def test_a_start_by_another_is_refused_and_the_reason_kept(signed_in) -> None:
    signed_in("merete").post(STOP, {"reason": REASON})
    dorte = signed_in("dorte")
    assert START not in page_of(dorte.get(PAGE))
    response = dorte.post(START, {"reason": "Jeg vil gerne <b>starte</b> det"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Det kan kun lederen, der svarer for systemet, eller stedfortræderen gøre." in page
    assert "Jeg vil gerne &lt;b&gt;starte&lt;/b&gt; det</textarea>" in page
    assert not selectors.system_state("inquiries").running


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Skriv, hvorfor du gør det."),
        (" \n ", "Skriv, hvorfor du gør det."),
        ("x" * 2001, "Den må højst fylde 2.000 tegn."),
        ("nul\x00tegn", "Null-tegn er ikke tilladte."),
    ],
)
def test_without_a_proper_reason_nothing_happens(signed_in, reason: str, sentence: str) -> None:
    response = signed_in("merete").post(STOP, {"reason": reason})
    assert response.status_code == 422
    assert sentence in page_of(response)
    assert reason.strip() in page_of(response)
    assert selectors.system_state("inquiries").running


def test_the_stop_stands_in_the_log(signed_in) -> None:
    signed_in("merete").post(STOP, {"reason": REASON})
    event = RegistryEvent.objects.filter(kind="stop").latest("at")
    assert REASON in str(event.body)
    (switch,) = Switch.objects.all()
    assert switch.user.username == "merete"


def test_the_figures_count_choices(receive, decide, signed_in) -> None:
    for choice in ("accept", "accept", "other", "reject"):
        decide(receive(), choice=choice, robot=False)
    decide(receive(triage=False), choice="own", robot=False)
    receive()
    assert systems.counts("inquiries") == {
        "issued_today": 5,
        "issued_week": 5,
        "decided_today": 5,
        "decided_week": 5,
    }
    found = {one["text"]: (one["count"], one["share"]) for one in systems.shares("inquiries")}
    assert found == {
        "Forslaget er fulgt": (2, "40 %"),
        "Noget andet er valgt": (1, "20 %"),
        "Forslaget er afvist": (1, "20 %"),
        "Afgjort uden forslag": (1, "20 %"),
    }
    assert "40 %" in page_of(signed_in("merete").get(PAGE))


def test_old_figures_do_not_count(receive, decide, monkeypatch) -> None:
    decide(receive(), robot=False)
    later = systems.timezone.now() + systems.WEEK + dt.timedelta(minutes=1)
    monkeypatch.setattr(systems.timezone, "now", lambda: later)
    assert set(systems.counts("inquiries").values()) == {0}
    assert {one["share"] for one in systems.shares("inquiries")} == {"–"}


def test_the_history_of_models_is_shown(signed_in) -> None:
    release = selectors.system_state("inquiries").release
    page = page_of(signed_in("anders").get(PAGE))
    assert release.version in page
    assert release.artefact_sha256 in page
    assert "Systemet har ikke været stoppet." in page


def test_the_history_of_models_says_who_made_and_approved_each_and_when(signed_in) -> None:
    release = selectors.system_state("inquiries").release
    page = page_of(signed_in("anders").get(PAGE))
    for moment in (release.proposed_at, release.approval.approved_at):
        assert date_format(localtime(moment), "DATETIME_FORMAT") in page
    assert release.author.full_name in page
    assert release.approval.approver.full_name in page
