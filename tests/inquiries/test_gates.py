# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The order of the gates, through the inbox: emergency, clock of the law, department, topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import unescape
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.casework.models import Unit
from kodeks.inquiries import selectors, services, sorting
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage, Way
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Grant, User
from kodeks.kernel.viewing import viewer

CALM = "Der er et dybt hul i vejen på Testvej. Asfalten er væk."
CLOCK = f"{CALM} Jeg vil også gerne have aktindsigt i sagen."
CHILD = f"{CALM} Desuden er jeg bekymret for et barn i nr. 3, som bliver slået."
DEATH = f"{CALM} Min mand er død, og hans navn står stadig på skraldespanden."
STRANGE = "Jeg søger en sangbog fra 1912 til en fødselsdag."
WHY = "Det hører til hos os."

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def listed(page: Client) -> list[str]:
    lines = page.get(reverse("inquiries:inbox")).context["lines"]
    return [one["inquiry"].text for one in lines]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_emergency_first_then_the_law_then_the_rest_also_when_the_system_is_stopped(
    page: Client, arrived: Callable[..., Inquiry], stop: Callable[[], None], is_stopped: bool
) -> None:
    if is_stopped:
        stop()
    now = timezone.now()
    texts = (STRANGE, CALM, CLOCK, CHILD, DEATH)
    for days, text in enumerate(texts):
        inquiry = arrived(text, received_at=now - dt.timedelta(days=len(texts) - days))
        if is_stopped:
            with pytest.raises(kernel.SystemStopped):
                services.triage(inquiry_id=str(inquiry.id))
        else:
            services.triage(inquiry_id=str(inquiry.id))
    # The newest three come first, whatever the model thinks of them.
    assert listed(page) == [CHILD, DEATH, CLOCK, STRANGE, CALM]
    told = text_of(page.get(reverse("inquiries:inbox")))
    # Of a child, too.
    assert told.count("Frist i loven") == 2


def test_an_emergency_among_other_matters_is_urgent_and_its_page_says_why_first(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged(f"{CHILD}\n\nJeg vil også gerne have aktindsigt i sagen om vejen.")
    assert inquiry.urgency
    told = text_of(page.get(reverse("inquiries:inquiry", args=[inquiry.id])))
    assert -1 < told.index("Haster") < told.index("frist i loven") < told.index("Din afgørelse")


# --- department before subject

PLACE = "vej-og-trafik"


@pytest.fixture
def at_home(as_owner: psycopg.Connection[Any]) -> User:
    """A caseworker of one department only, trained."""
    found = as_owner.execute(
        "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name, email,"
        " is_staff, is_active, date_joined, full_name, title)"
        " VALUES ('!', false, 'vejfolk', '', '', '', false, true, now(), 'Vera Vej', '')"
        " RETURNING id"
    ).fetchone()
    assert found is not None
    until = timezone.localdate() + dt.timedelta(days=100)
    as_owner.execute(
        "SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", (found[0], PLACE)
    )
    as_owner.execute("SELECT kernel.register_training(%s, '', %s)", (found[0], until))
    return User.objects.get(pk=found[0])


@pytest.fixture
def placed(arrived: Callable[..., Inquiry]) -> Inquiry:
    """One whose department is sure, as its triage leaves it; the suggestion is not there yet."""
    inquiry = arrived()
    inquiry.suggested_unit = Unit.objects.get(code=PLACE)
    inquiry.save(update_fields=["suggested_unit"])
    return inquiry


@pytest.mark.django_db(transaction=True)
def test_what_surely_belongs_to_a_department_is_put_before_its_people(
    at_home: User, placed: Inquiry, arrived: Callable[..., Inquiry], client: Client
) -> None:
    other = arrived(STRANGE, received_at=timezone.now() - dt.timedelta(days=9))
    client.force_login(at_home)
    response = client.get(reverse("inquiries:inbox"))
    assert [one["inquiry"].id for one in response.context["lines"]] == [placed.id]
    assert "Afdelingen er sikker, emnet vælger du" in text_of(response)
    assert client.get(reverse("inquiries:inquiry", args=[other.id])).status_code == 404
    with viewer(at_home):
        assert list(Inquiry.objects.values_list("id", flat=True)) == [placed.id]
    sofie = User.objects.get(username="sofie")
    assert list(selectors.waiting(user=sofie).values_list("id", flat=True)) == [
        other.id,
        placed.id,
    ]


@pytest.mark.django_db(transaction=True)
def test_its_topics_come_first_and_its_people_decide(
    at_home: User, placed: Inquiry, client: Client
) -> None:
    client.force_login(at_home)
    address = reverse("inquiries:inquiry", args=[placed.id])
    form = client.get(address).context["form"]
    own = set(selectors.labels_of(Unit.objects.get(code=PLACE)))
    labels = [label for label, _ in form.fields["label"].choices if label]
    assert set(labels[: len(own)]) == own
    assert len(labels) > len(own)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("way", "how", "lies"),
    [
        ("label", "shown", True),
        ("department", "shown", True),
        ("label", "blind", False),
        ("choose", "shown", False),
        ("outside", "shown", False),
    ],
)
def test_what_the_engine_is_sure_of_lies_with_its_department_before_it_is_decided(
    at_home: User,
    arrived: Callable[..., Inquiry],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
    how: str,
    lies: bool,
) -> None:
    real = TriageModel.triage

    def triage(model: TriageModel, texts: Sequence[str], **options: Any) -> list[Triage]:
        gone = {"way": way, "accepted": way == "label", "out_of_scope": way == "outside"}
        return [replace(one, **gone) for one in real(model, texts, **options)]

    monkeypatch.setattr(TriageModel, "triage", triage)
    monkeypatch.setattr(sorting.kernel, "how_presented", lambda _: how)
    inquiry = arrived()
    services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    unit = inquiry.suggested_unit
    assert (unit is not None and unit.code) == (PLACE if lies else False)
    client.force_login(at_home)
    address = reverse("inquiries:inquiry", args=[inquiry.id])
    assert client.get(address).status_code == (200 if lies else 404)
    with viewer(at_home):
        assert Inquiry.objects.filter(id=inquiry.id).exists() is lies


def test_the_unit_is_told_once(placed: Inquiry) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Inquiry.objects.filter(id=placed.id).update(
            suggested_unit=Unit.objects.get(code="parkering")
        )


def test_nobody_else_sees_it(placed: Inquiry, person: Callable[[str], User]) -> None:
    stranger = person("testine")
    assert not Grant.objects.filter(user=stranger, role="caseworker").exists()
    with viewer(stranger):
        assert not Inquiry.objects.filter(id=placed.id).exists()
