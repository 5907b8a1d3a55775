# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's page for one inquiry: what it shows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from inquiry_pages import INBOX, STRANGE, address, decide, form_of, main_of, text_of

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.views import suggestion
from kodeks.kernel.models import Decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sure")]


def test_the_text_comes_first_and_the_suggestion_last(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged(
        "En cyklist er kommet til skade.\nDer er hul i vejen og asfalten er væk.",
        sender_name="Test Testesen",
        district="Nordby",
    )
    shown = main_of(page.get(address(inquiry))).partition("<h1")[2]
    places = [
        inquiry.text,
        "Nogen kan være kommet til skade",
        "Test Testesen",
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
    # A time is written with a full stop, too: 10.08. What is promised is told as it was found.
    told = re.sub(r"kl\. \d{1,2}\.\d{2}|Højst \d+,\d %", "", shown)
    assert not re.search(r"\d[.,]\d+\s*%|0\.\d", told)
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
    assert "Teksten ligner ikke det, systemet er lært op med." in outside
    assert "sikkert (" not in outside


def test_following_costs_no_fewer_clicks_than_rejecting(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    form = form_of(main_of(page.get(address(triaged()))))
    choices = [one for one in re.findall(r"<input[^>]*>", form) if 'name="choice"' in one]
    assert re.findall(r'value="(\w+)"', "".join(choices)) == ["accept", "other", "reject"]
    assert len(re.findall(r"<button", form)) == 1
    assert not any("checked" in one for one in choices)
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
    chosen = [one for one in re.findall(r"<input[^>]*>", form_of(shown)) if "choice" in one]
    assert ['type="hidden"' in one for one in chosen] == [True]
    assert "Systemets forslag" not in shown.partition("<h1")[2]
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


def test_the_journal_says_where_it_is_kept(page: Client) -> None:
    journal = page.get(reverse("inquiries:journal"))
    assert "Kommunens eget ESDH-system er ikke koblet på" in journal.content.decode()
