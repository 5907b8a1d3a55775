# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Five KLE numbers with their words in each suggestion, and what a person chooses among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from inquiry_pages import WHY, address, decide, main_of

from kodeks.casework import kle_import
from kodeks.inquiries import insight, numbering, selectors, services, suggesting
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import replaying
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 27)
COMPLAINT = "Jeg klager over jeres afslag: der er et dybt hul i vejen på Testvej og ingen asfalt."


def recommended(inquiry: Inquiry) -> kernel.Recommendation:
    found = selectors.recommendation_of(inquiry)
    assert found is not None
    return found


def choices(inquiry: Inquiry) -> list[numbering.Choice]:
    found = recommended(inquiry)
    topic = selectors.topic(str(found.suggestion["label"]))
    return numbering.choices(found, topic=topic, on=TODAY)


def test_a_suggestion_has_at_most_five_numbers_each_with_the_words_that_led_to_it(
    triaged: Callable[..., Inquiry],
) -> None:
    inquiry = triaged()
    numbers = [
        one for one in recommended(inquiry).body["considerations"] if "KLE-nummer" in one["rule"]
    ]
    assert 1 <= len(numbers) <= 5
    assert [float(one["weight"]) for one in numbers] == sorted(
        (float(one["weight"]) for one in numbers), reverse=True
    )
    assert all("»" in one["text"] for one in numbers)
    own = [one for one in choices(inquiry) if one.own]
    assert [one.number for one in own] == ["05.01.08"]
    assert "vej" in own[0].reason
    assert own[0].score > 0


def test_the_numbers_are_computed_again_bit_for_bit(triaged: Callable[..., Inquiry]) -> None:
    inquiry = triaged(COMPLAINT)
    body = recommended(inquiry).body
    assert any(one["rule"].startswith("Handlingsfacet K01") for one in body["considerations"])
    replay = replaying.replay(body=body, again=suggesting.again)
    assert replay.outcome is replaying.Outcome.SAME
    numbers = [one for one in body["considerations"] if "KLE-nummer" in one["rule"]]
    numbers[0]["weight"] = "0.123456"
    replay = replaying.replay(body=body, again=suggesting.again)
    assert replay.outcome is replaying.Outcome.DIFFERENT


def test_a_new_list_changes_the_choices_but_not_what_the_released_model_says(
    triaged: Callable[..., Inquiry],
) -> None:
    inquiry = triaged()
    before = recommended(inquiry).body["considerations"]
    content = b"KLENummer='05.01.09':KLETitel='Huller i veje':Keywords[Weight]:hul[5]\n"
    kle_import.take_in(
        content=content,
        valid_from=dt.date(2026, 11, 2),
        successors=[(2, {"old": "05.01.08", "new": "05.01.09", "valid_from": "2026-11-02"})],
        keep=(),
    )
    own = [one for one in choices(inquiry) if one.own]
    assert [(one.number, one.title) for one in own] == [("05.01.09", "Huller i veje")]
    assert "Før hed nummeret 05.01.08." in own[0].reason
    replay = replaying.replay(body=recommended(inquiry).body, again=suggesting.again)
    assert (replay.outcome, recommended(inquiry).body["considerations"]) == (
        replaying.Outcome.SAME,
        before,
    )


@pytest.mark.parametrize(
    ("fields", "expected", "filed"),
    [
        ({}, {"label": "vejskade"}, ("05.01.08", "G01")),
        ({"kle": "05.01.08"}, {"label": "vejskade"}, ("05.01.08", "G01")),
        ({"kle": "05.07.01"}, {"label": "vejskade", "kle": "05.07.01"}, ("05.07.01", "G01")),
        (
            {"kle": "another", "kle_other": "09.13.01", "facet": "K01"},
            {"label": "vejskade", "kle": "09.13.01", "facet": "K01"},
            ("09.13.01", "K01"),
        ),
    ],
)
def test_the_chosen_number_is_decided_and_the_robot_journalises_under_it(
    page: Client,
    triaged: Callable[..., Inquiry],
    sure: None,
    fields: dict[str, str],
    expected: dict[str, str],
    filed: tuple[str, str],
) -> None:
    inquiry = triaged(COMPLAINT)
    shown = main_of(page.get(address(inquiry)))
    assert "Mulige KLE-numre" in shown
    assert "(emnets eget)" in shown
    decide(page, inquiry, choice="accept", **fields)
    inquiry = selectors.inquiry(inquiry.id)
    decision = selectors.decision_of(inquiry)
    assert decision is not None
    assert decision.outcome == expected
    assert decision.choice == ("accept" if expected == {"label": "vejskade"} else "other")
    engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
    inquiry.refresh_from_db()
    assert inquiry.case is not None
    assert (inquiry.case.kle.number, inquiry.case.facet) == filed
    if "kle" in expected:
        assert "Fulgte forslaget til emne, men valgte selv" in main_of(page.get(address(inquiry)))
        assert insight.value_title(expected["kle"]) == f"KLE-nummer {expected['kle']}"


def test_a_number_that_is_not_on_the_list_is_refused_and_nothing_is_decided(
    page: Client, triaged: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = triaged()
    response = decide(page, inquiry, choice="accept", kle="another", kle_other="99.99.99")
    assert response.status_code == 422
    assert "KLE-nummeret 99.99.99 er ikke på listen" in main_of(response)
    response = decide(page, inquiry, choice="accept", kle="another")
    assert "Skriv KLE-nummeret, som 05.01.08." in main_of(response)
    with pytest.raises(InquiryError, match="er ikke på listen"):
        decided(inquiry, sofie, wish=Wish(kle="x"))
    with pytest.raises(InquiryError, match="handlingsfacet"):
        decided(inquiry, sofie, wish=Wish(facet="x"))
    assert selectors.inquiry(inquiry.id).decision_id is None


def decided(inquiry: Inquiry, user: User, **options: Any) -> kernel.Decision:
    given = {"choice": "own", "label": "vejskade", "own_consideration": WHY} | options
    return services.decide(inquiry_id=inquiry.id, user=user, **given)
