# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's page for one inquiry: what it shows, and deciding."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.views import suggestion
from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import Decision
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db

INBOX = "/henvendelser/"
WHY = "Asfalten mangler, og det er farligt for cyklister."
STRANGE = "Min kat skriver digte om månen. Hvor sender jeg dem hen?"


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def main_of(response: HttpResponse) -> str:
    return text_of(response).partition("<main")[2]


def address(inquiry: Inquiry, name: str = "inquiry") -> str:
    return reverse(f"inquiries:{name}", args=[inquiry.id])


def form_of(page: str) -> str:
    return page.partition('id="decision"')[2].partition("</form>")[0]


def decide(client: Client, inquiry: Inquiry, **fields: str) -> Any:
    """The page is looked at first, as it must be before a suggestion is followed."""
    client.get(address(inquiry))
    return client.post(address(inquiry, "decide"), {"own_consideration": WHY} | fields)


# --- one inquiry


def test_the_text_comes_first_and_the_suggestion_last(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged(
        "En cyklist er kommet til skade.\nDer er hul i vejen og asfalten er væk.",
        sender_name="Test Testesen",
        district="Nordby",
    )
    shown = main_of(page.get(address(inquiry)))
    places = [
        inquiry.text,
        "Test Testesen",
        "Nogen kan være kommet til skade",
        "Din afgørelse",
        "Hvad har du selv lagt vægt på?",
        "Systemets forslag",
        "Taler for",
        "Taler imod",
        "Andre mulige emner",
        "demo-1",
    ]
    order = [shown.index(place) for place in places]
    assert order == sorted(order)
    assert "Senest" in shown


def test_the_suggestion_is_in_words_with_a_range_and_no_decimals(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    shown = main_of(page.get(address(triaged()))).partition("Systemets forslag")[2]
    assert re.search(r"sikkert \(\d{1,2}-\d{2,3}\u00a0%\)", shown)
    # A time is written with a full stop, too: 10.08.
    assert not re.search(r"\d[.,]\d+\s*%|0\.\d", re.sub(r"kl\. \d{1,2}\.\d{2}", "", shown))
    assert "taler for »Huller og skader i vejen«" in shown
    assert reverse("workbench:register-entry", args=[services.SYSTEM]) in shown


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.0, "meget usikkert (0-10\u00a0%)"),
        (0.3999, "meget usikkert (30-40\u00a0%)"),
        (0.4, "usikkert (40-50\u00a0%)"),
        (0.7, "nogenlunde sikkert (70-80\u00a0%)"),
        (0.87, "ret sikkert (80-90\u00a0%)"),
        (0.9, "meget sikkert (90-100\u00a0%)"),
        (1.0, "meget sikkert (90-100\u00a0%)"),
    ],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    assert suggestion.certainty(confidence) == words


def test_an_uncertain_suggestion_and_one_out_of_scope_say_so(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    uncertain = triaged("måger har flået alle poser op. lugter")
    recommendation = selectors.recommendation_of(uncertain)
    assert recommendation is not None
    assert float(recommendation.body["confidence"]) < 0.8
    assert "Forslaget er usikkert" in text_of(page.get(address(uncertain)))
    outside = text_of(page.get(address(triaged(STRANGE))))
    assert "Systemet genkender ikke emnet" in outside
    assert "sikkert (" not in outside


def test_following_costs_no_fewer_clicks_than_rejecting(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    form = form_of(main_of(page.get(address(triaged()))))
    assert re.findall(r'type="radio"[^>]*value="(\w+)"', form) == ["accept", "other", "reject"]
    assert len(re.findall(r"<button", form)) == 1
    assert not re.search(r"\bchecked\b", form)
    assert re.findall(r'<option value="([^"]*)" selected', form) in ([], [""])
    required = re.findall(r'<(?:input|textarea|select)[^>]*name="(\w+)"[^>]*\brequired\b', form)
    # One choice and one text, whatever is chosen; the topic only says what "other" is.
    assert set(required) == {"choice", "own_consideration"}


@pytest.mark.parametrize(
    "fields",
    [{"choice": "accept"}, {"choice": "reject"}, {"label": "rotter"}],
    ids=["follow", "reject", "other"],
)
def test_each_choice_takes_one_control_and_the_text(
    page: Client, triaged: Callable[..., Inquiry], fields: dict[str, str]
) -> None:
    inquiry = triaged()
    assert decide(page, inquiry, **fields).status_code == 302
    assert Decision.objects.get().choice == fields.get("choice", "other")


def test_the_likely_topics_are_first_on_the_list_and_all_are_there(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged()
    form = form_of(main_of(page.get(address(inquiry))))
    listed = re.findall(r'<option value="([^"]+)"', form)
    recommendation = selectors.recommendation_of(inquiry)
    assert recommendation is not None
    likely = [one["value"] for one in recommendation.body["alternatives"]]
    assert 1 <= len(likely) <= 2
    assert listed[: len(likely)] == likely
    assert sorted(listed) == sorted(Topic.objects.values_list("label", flat=True))


def test_an_attack_in_the_text_is_shown_as_text(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)> hul i vejen {{ 7|add:7 }}"
    inquiry = triaged(attack, sender_name="<b>x</b>", district='"><i>y</i>')
    decide(page, inquiry, choice="accept", own_consideration="<script>alert(3)</script>")
    for path in (INBOX, address(inquiry)):
        raw = page.get(path).content.decode()
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "<b>x</b>" not in raw
        assert "<i>y</i>" not in raw
    assert "&lt;script&gt;alert(1)" in raw
    assert "&lt;script&gt;alert(3)" in raw


def test_without_a_suggestion_one_chooses_the_topic_oneself(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived()
    shown = main_of(page.get(address(inquiry)))
    assert "Forslaget er ikke klar endnu" in shown
    assert 'type="radio"' not in form_of(shown)
    assert "Systemets forslag" not in shown
    response = decide(page, inquiry, choice="own", label="vejskade")
    assert response.status_code == 302
    assert Decision.objects.get().choice == "own"


def test_a_stopped_system_shows_no_suggestion(
    page: Client, triaged: Callable[..., Inquiry], stop: Callable[[], None]
) -> None:
    inquiry = triaged()
    stop()
    shown = main_of(page.get(address(inquiry)))
    assert "Systemet er stoppet" in shown
    assert "Systemets forslag" not in shown
    assert "Taler for" not in shown
    assert decide(page, inquiry, choice="own", label="vejskade").status_code == 302
    assert "Robotten går i gang, når systemet er startet igen." in text_of(page.get(INBOX))


def test_an_unknown_inquiry_is_not_found(page: Client) -> None:
    assert page.get(f"{INBOX}{uuid.uuid4()}/").status_code == 404
    path = reverse("inquiries:decide", args=[uuid.uuid4()])
    assert page.post(path, {"choice": "accept"}).status_code == 404
    assert page.get(path).status_code == 405


# --- deciding


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


def test_the_journal_says_where_it_is_kept(page: Client) -> None:
    journal = page.get(reverse("inquiries:journal"))
    assert "Kommunens eget ESDH-system er ikke koblet på" in journal.content.decode()
