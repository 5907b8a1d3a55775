# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's step that gives the case on, to a department that works in another system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import deciding
import pytest
from django.test import Client
from django.urls import reverse
from fake_distribution import FakeDistribution
from fake_http import Faults, served

from kodeks.casework import distributing
from kodeks.casework.distributing import Answer
from kodeks.casework.models import Distribution, InboxItem, ReceiptCode, Unit
from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status, StepRecord

UNIT = "vej-og-trafik"
pytestmark = pytest.mark.django_db


@pytest.fixture
def component() -> FakeDistribution:
    return FakeDistribution()


@pytest.fixture
def elsewhere(component: FakeDistribution, settings: Any) -> Iterator[Faults]:
    """The department works in another system, which stands behind Fordelingskomponenten."""
    distributing.route(unit=Unit.objects.get(code=UNIT), by="kle")
    settings.KODEKS_MUNICIPALITY_CVR = "64942212"
    settings.KODEKS_DISTRIBUTION_SYSTEM = "44444444-4444-4444-8444-444444444444"
    faults = Faults()
    with served(component.answer, faults) as url:
        settings.KODEKS_DISTRIBUTION_URL = url
        yield faults


@pytest.fixture
def run(triaged: Callable[..., Inquiry], sofie: User) -> Run:
    decision = deciding.decide(
        inquiry_id=triaged().id,
        user=sofie,
        choice="accept",
        label="",
        own_consideration="Asfalten mangler.",
    )
    return Run.objects.get(decision_id=decision.id)


def executed(run: Run) -> Run:
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run


def test_the_case_goes_to_the_departments_own_system_and_comes_back_on_a_no(
    elsewhere: Faults, component: FakeDistribution, run: Run, page: Client
) -> None:
    elsewhere.next = ["cut"]
    assert executed(run).status == Status.QUEUED
    assert executed(run).status == Status.DONE
    distribution = Distribution.objects.get()
    assert list(component.taken) == [distribution.message_id]
    result = StepRecord.objects.get(run=run, step="forward").result
    assert (result["message"], result["unit"]) == (distribution.message_id, UNIT)
    assert not InboxItem.objects.filter(kind="inquiry").exists()
    said = Answer(code=ReceiptCode.REJECTED, reason="Ikke vores vej")
    distributing.hear(message_id=distribution.message_id, answer=said)
    desk = selectors.topic(services.OUT_OF_SCOPE).unit
    shown = page.get(reverse("inquiries:department"), {"afdeling": desk.code}).content.decode()
    assert "Sagen er kommet tilbage" in shown
    assert "Ikke vores vej" in shown
    matter = page.get(reverse("inquiries:inquiry", args=[run.subject_id])).content.decode()
    assert "Fordeling: Afvist af afdelingens system" in matter


def test_an_urgent_one_says_so_to_the_other_system(
    elsewhere: Faults,
    component: FakeDistribution,
    triaged: Callable[..., Inquiry],
    sofie: User,
) -> None:
    inquiry = triaged(text="Der er et hul i vejen, og en cyklist er kommet til skade.")
    suggested = selectors.recommendation_of(inquiry)
    assert suggested is not None
    is_road = suggested.suggestion["label"] == "vejskade"
    decision = deciding.decide(
        inquiry_id=inquiry.id,
        user=sofie,
        choice="accept" if is_road else "other",
        label="vejskade",
        own_consideration="Asfalten mangler.",
    )
    assert executed(Run.objects.get(decision_id=decision.id)).status == Status.DONE
    (message,) = component.taken.values()
    assert "Haster: Henvendelse om" in "".join(message.itertext())


def test_a_component_that_says_no_holds_the_run_and_says_what_to_look_at(
    elsewhere: Faults, component: FakeDistribution, run: Run
) -> None:
    component.wrong = True
    assert executed(run).status == Status.HELD
    assert "kode SP01" in run.held_reason
    assert not Distribution.objects.exists()
