# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's letters: their texts word for word, and the day they are dated."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

import deciding
import pytest
from django.utils import timezone

from kodeks.casework.models import Document, JournalEntry
from kodeks.documents.letters import Facts, Heading, Listing
from kodeks.inquiries import letters, selectors, services
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 5)
AT = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)


def parts(sofie: User, **changes: Any) -> dict[str, Any]:
    """What a letter is made of, without a run: an inquiry, a choice and a deadline."""
    inquiry = SimpleNamespace(
        id=uuid.UUID(int=7), received_at=AT, sender_name="Ane Prøve", **changes
    )
    decision = SimpleNamespace(
        id=uuid.UUID(int=8), user=sofie, recommendation_id=uuid.UUID(int=9), decided_at=AT
    )
    case = SimpleNamespace(
        number="2026-0000007", kle=SimpleNamespace(number="05.01.08"), facet="G01"
    )
    deadline = SimpleNamespace(case=case, due_on=dt.date(2026, 3, 11))
    return {"inquiry": inquiry, "decision": decision, "deadline": deadline}


def seeing(inquiry: Any) -> tuple[Heading, str, Listing]:
    code = kernel.access_code(subject=selectors.subject_of(inquiry))
    return (
        Heading("Se dine data, og hvad der er lagt vægt på"),
        "Du kan altid se, hvilke data vi har brugt, og hvad vi har lagt vægt på:",
        Listing(
            items=(
                "Gå til kommunens side »Se din sag«.",
                f"Skriv sagsnummeret 2026-0000007 og koden {code}.",
                "Se, hvem der har valgt, og hvordan du kan klage.",
            ),
            numbered=True,
        ),
    )


def test_the_receipt_says_word_for_word_what_it_said_before_there_were_templates(
    sofie: User,
) -> None:
    topic = selectors.topic("vejskade")
    given = parts(sofie)
    letter = letters.handled(
        given["inquiry"], given["decision"], topic, given["deadline"], proof=None, day=DAY
    )
    assert letter.subject == "Vi har modtaget din henvendelse"
    assert letter.paragraphs == (
        "Tak for din henvendelse. Vi modtog den den 2. marts 2026.",
        Facts(
            rows=(
                ("Emne", topic.title),
                ("Afdeling", topic.unit.name),
                ("Du hører fra os senest", "11. marts 2026"),
            )
        ),
        Heading("Sådan fandt vi den rette afdeling"),
        "Et program med kunstig intelligens foreslog et emne. "
        f"{sofie.full_name} har læst din henvendelse og valgt emnet.",
        *seeing(given["inquiry"]),
    )
    assert letter.signature == ("Venlig hilsen", sofie.full_name, sofie.title)
    assert (letter.date, letter.recipient_name) == (DAY, "Ane Prøve")
    # How to reach the department that has it.
    assert letter.contact == (
        "Telefon 00 00 00 02",
        "hverdage 9-15",
        "vej-og-trafik@example.invalid",
    )


def test_a_change_says_word_for_word_what_it_said_before_there_were_templates(
    sofie: User,
) -> None:
    before, topic = selectors.topic("rotter"), selectors.topic("vejskade")
    given = parts(sofie)
    reversal = SimpleNamespace(
        id=uuid.UUID(int=10),
        decision_id=uuid.UUID(int=8),
        user=sofie,
        cause="complaint",
        reversed_at=AT,
        body={"own_consideration": "Det er vejen.\n\nIkke rotter."},
    )
    letter = letters.changed(
        given["inquiry"], reversal, (before, topic), given["deadline"], proof=None, day=DAY
    )
    assert letter.subject == "Vi har ændret, hvor din henvendelse hører til"
    assert letter.paragraphs == (
        "Vi har set på din henvendelse igen. Den hører til et andet sted, end vi valgte før.",
        Facts(
            rows=(
                ("Emne før", before.title),
                ("Emne nu", topic.title),
                ("Afdeling nu", topic.unit.name),
                ("Du hører fra os senest", "11. marts 2026"),
            )
        ),
        Heading("Derfor er det ændret"),
        f"{kernel.CAUSES['complaint']}. {sofie.full_name} har valgt det nye emne. "
        "Der blev ikke brugt kunstig intelligens. Det er der lagt vægt på:",
        "Det er vejen.\n\nIkke rotter.",
        *seeing(given["inquiry"]),
    )


def test_what_a_citizen_writes_makes_no_place_and_no_block(sofie: User) -> None:
    given = parts(sofie)
    given["inquiry"].sender_name = "{kode}\n\n# Falsk overskrift\n| a | b |"
    letter = letters.handled(
        given["inquiry"],
        given["decision"],
        selectors.topic("vejskade"),
        given["deadline"],
        proof=None,
        day=DAY,
    )
    assert letter.recipient_name == given["inquiry"].sender_name
    assert sum(isinstance(one, Heading) for one in letter.paragraphs) == 2


def test_a_run_that_goes_on_days_later_sends_a_letter_of_that_day(
    triaged: Any, sofie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = triaged(sender_name="Ane Prøve")
    run = decided(inquiry, sofie)
    later = timezone.now() + dt.timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    while engine.execute(run_id=run.id) is not None:
        pass
    letter = Document.objects.get(media_type="application/pdf")
    entry = JournalEntry.objects.get(document=letter)
    assert letter.letter_date == entry.received_or_sent_on == timezone.localdate(later)
    # What is written stays as it is, whatever day it is done again.
    monkeypatch.setattr(timezone, "now", lambda: later + dt.timedelta(days=1))
    engine.execute(run_id=run.id)
    assert Document.objects.get(media_type="application/pdf").letter_date == letter.letter_date


def decided(inquiry: Any, sofie: User) -> Run:
    decision = deciding.decide(
        inquiry_id=inquiry.id,
        user=sofie,
        choice="accept",
        label="",
        own_consideration="Borgeren skriver om et hul i vejen.",
    )
    return Run.objects.get(decision_id=decision.id, flow=services.FLOW)
