# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Deciding on the caseworker's page, and what the page says afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from inquiry_pages import INBOX, WHY, address, decide, form_of, main_of, text_of

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import Decision
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sure")]


def test_a_decision_leads_to_the_next_inquiry_and_at_last_to_the_inbox(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    first, second = triaged(), triaged()
    response = decide(page, first, choice="accept")
    assert (response.status_code, response.url) == (302, address(second))
    assert "Du har afgjort henvendelsen: Huller og skader i vejen." in text_of(
        page.get(response.url)
    )
    response = decide(page, second, choice="reject")
    assert response.url == INBOX
    assert "Der venter ikke flere" in text_of(page.get(INBOX))
    assert Run.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"choice": "accept", "own_consideration": " "}, "Skriv med egne ord"),
        ({"choice": "accept", "own_consideration": "ja"}, "(mindst 3"),
        ({"choice": "accept", "own_consideration": "a" * 4001}, "højst 4.000 tegn"),
        ({"choice": "accept", "own_consideration": "hul\x00"}, "et tegn, der ikke er tekst"),
        ({"choice": ""}, "Vælg, hvad din afgørelse er."),
        ({"choice": "måske"}, "Vælg en af mulighederne."),
        ({"choice": "other"}, "Vælg et emne fra listen."),
        ({"choice": "other", "label": "findes-ikke"}, "Vælg et emne fra listen."),
        ({"choice": "other", "label": "vejskade"}, "Det valgte er det samme som forslaget."),
    ],
)
def test_an_error_is_told_at_the_top_and_nothing_typed_is_lost(
    page: Client, triaged: Callable[..., Inquiry], fields: dict[str, str], message: str
) -> None:
    inquiry = triaged()
    response = decide(page, inquiry, **fields)
    shown = main_of(response)
    assert response.status_code == 422
    assert message in shown
    assert shown.index("Henvendelsen er ikke afgjort") < shown.index(inquiry.text)
    assert fields.get("own_consideration", WHY) in shown
    form = form_of(shown)
    assert re.findall(r'value="(\w+)"[^>]* checked', form) == [
        choice for choice in [fields["choice"]] if choice in ("accept", "other", "reject")
    ]
    if fields.get("label") == "vejskade":
        assert '<option value="vejskade" selected' in form
    assert not Decision.objects.exists()
    assert not Run.objects.exists()


def test_line_breaks_count_as_one_character(page: Client, triaged: Callable[..., Inquiry]) -> None:
    why = "ja\r\n" * 1333  # 3,999 as the browser counts, less the last break
    assert decide(page, triaged(), choice="accept", own_consideration=why).status_code == 302
    decision = kernel.decision(Decision.objects.get().id)
    assert decision.body["own_consideration"].startswith("ja\nja\n")
    assert "\r" not in decision.body["own_consideration"]


def test_a_second_decision_is_refused_and_its_text_given_back(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged()
    decide(page, inquiry, choice="accept")
    response = decide(page, inquiry, choice="reject", own_consideration="Jeg mener noget andet.")
    shown = main_of(response)
    assert response.status_code == 422
    assert "Sagen er allerede afgjort." in shown
    assert "Jeg mener noget andet." in shown
    assert (Decision.objects.count(), Run.objects.count()) == (1, 1)


def test_what_is_in_the_way_is_told_whatever_it_is(
    page: Client, triaged: Callable[..., Inquiry], as_owner: Any
) -> None:
    inquiry = triaged()
    as_owner.execute("SELECT kernel.assign('inquiries', 'Fælles Service', NULL, NULL)")
    shown = main_of(page.get(address(inquiry)))
    assert "Systemet kan ikke køre" in shown
    assert "Systemet har ingen ansvarlig leder" in shown
    assert "Systemets forslag" not in shown
    assert "Systemet har ingen ansvarlig leder" in main_of(page.get(INBOX))


def test_whoever_is_not_trained_gets_no_suggestion_and_decides_without(
    page: Client, triaged: Callable[..., Inquiry], sofie: Any, as_owner: Any
) -> None:
    inquiry = triaged()
    yesterday = "SELECT kernel.register_training(%s, '', kernel.today() - 1)"
    as_owner.execute(yesterday, [sofie.pk])
    shown = main_of(page.get(address(inquiry)))
    assert "Du har ikke gyldig oplæring i systemet" in shown
    assert "Systemets forslag" not in shown
    assert decide(page, inquiry, choice="accept").status_code == 422
    assert decide(page, inquiry, choice="own", label="vejskade").status_code == 302


def test_whose_right_is_for_other_matters_does_not_find_it(
    page: Client, triaged: Callable[..., Inquiry], sofie: Any, as_owner: Any
) -> None:
    inquiry = triaged()
    as_owner.execute("SELECT kernel.revoke_grants(%s, 'caseworker')", [sofie.pk])
    as_owner.execute(
        "SELECT kernel.register_grant(%s, 'caseworker', 'byggeri', '', NULL)", [sofie.pk]
    )
    assert page.get(address(inquiry)).status_code == 404
    assert decide(page, inquiry, choice="own", label="vejskade").status_code == 404
    assert not Decision.objects.exists()


def test_without_a_codex_that_holds_the_reason_is_told_and_nobody_decides(
    page: Client, triaged: Callable[..., Inquiry], as_owner: Any
) -> None:
    """The officer's key was taken back, and with it the signature."""
    inquiry = triaged()
    officer = kernel.User.objects.get(username="dorte")
    as_owner.execute("SELECT kernel.register_signing_key(%s, '', '')", [officer.pk])
    for where in (address(inquiry), reverse("inquiries:inbox")):
        shown = main_of(page.get(where))
        assert "Ingen kan afgøre noget nu" in shown
        assert "Kodekset i databasen er ikke det, to personer har underskrevet." in shown
        assert "selv vælge emnet" not in shown
        assert "Din ret gælder" not in shown
    assert form_of(main_of(page.get(address(inquiry)))) == ""
    assert decide(page, inquiry, choice="own", label="vejskade").status_code == 422


def test_a_system_stopped_meanwhile_is_told_and_the_text_stays(
    page: Client, triaged: Callable[..., Inquiry], stop: Callable[[], None]
) -> None:
    inquiry = triaged()
    stop()
    response = decide(page, inquiry, choice="accept")
    assert response.status_code == 422
    assert "Systemet er stoppet. Arbejd videre uden forslag" in main_of(response)
    assert WHY in form_of(main_of(response))
    assert not Run.objects.exists()


def test_following_a_suggestion_that_is_not_there_is_refused(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    response = decide(page, arrived(), choice="accept")
    assert response.status_code == 422
    assert "Der er intet forslag" in text_of(response)


def test_a_decided_inquiry_tells_who_decided_what_and_what_the_robot_did(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged()
    decide(page, inquiry, choice="accept")
    before = main_of(page.get(address(inquiry)))
    assert before.count("Ikke endnu") == 4
    engine.execute(run_id=Run.objects.get().id)
    shown = main_of(page.get(address(inquiry)))
    inquiry.refresh_from_db()
    assert inquiry.case is not None
    for part in (
        "Huller og skader i vejen",
        "Sofie Prøvesen",
        "Fulgte forslaget",
        WHY,
        "Journalisering af henvendelsen",
        "Udført",
        inquiry.case.number,
        "Det foreslog systemet",
    ):
        assert part in shown
    assert "Ikke endnu" not in shown
    assert 'id="decision"' not in shown


def test_a_decision_of_ones_own_shows_no_suggestion_afterwards(
    page: Client, triaged: Callable[..., Inquiry], stop: Callable[[], None], person: Any
) -> None:
    inquiry = triaged()
    stop()
    decide(page, inquiry, choice="own", label="rotter")
    stewardship.resume(system=services.SYSTEM, user=person("merete"), reason="Prøven er slut")
    shown = main_of(page.get(address(inquiry)))
    assert "Valgte emnet uden et forslag" in shown
    assert "Det foreslog systemet" not in shown
