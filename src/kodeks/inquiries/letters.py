# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's letters to the citizen: where the inquiry went, and later what was changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework.models import Case, Deadline
from kodeks.casework.slipping import NOBODY
from kodeks.documents.letters import Block, Facts, Heading, Letter, Listing
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.suggesting import OUT_OF_SCOPE
from kodeks.kernel import api as kernel
from kodeks.ledger import slip
from kodeks.robots.errors import NotReady

_WITH_CODE = (
    "Din kvittering står i koden herunder. Den viser, at valget er skrevet i kommunens log, og at "
    "andre har set loggen. Læs koden med en telefon, eller tag filen kvittering.json, som er "
    "vedhæftet brevet. På kommunens side »Loggen« står, hvordan du kontrollerer den."
)
_WITH_FILE = (
    "Din kvittering er filen kvittering.json, som er vedhæftet brevet. Den viser, at valget er "
    "skrevet i kommunens log, og at andre har set loggen. På kommunens side »Loggen« står, hvordan "
    "du kontrollerer den."
)
_WITHOUT_CODE = (
    "Din kvittering var ikke klar, da vi skrev brevet. Du kan hente den på »Se din sag«. Den "
    "viser, at valget er skrevet i kommunens log, og at andre har set loggen."
)


def theme(topic: Topic) -> str:
    """The short thematic indication of the journal, without personal data."""
    if topic.label == OUT_OF_SCOPE:
        return "Henvendelse, som ikke hører til forvaltningen"
    return f"Henvendelse om {topic.title.lower()}"


def handled(
    inquiry: Inquiry,
    decision: kernel.Decision,
    topic: Topic,
    deadline: Deadline,
    *,
    proof: bytes | None,
) -> Letter:
    """That the inquiry has come, which department has it, and how to see why."""
    received = timezone.localdate(inquiry.received_at)
    case, promised = deadline.case, deadline.due_on
    return Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=topic.unit.name,
        recipient_name=inquiry.sender_name or NOBODY,
        recipient_address=(),
        date=timezone.localdate(decision.decided_at),
        case_number=case.number,
        subject="Vi har modtaget din henvendelse",
        paragraphs=(
            f"Tak for din henvendelse. Vi modtog den den {date_format(received)}.",
            Facts(
                rows=(
                    ("Emne", topic.title),
                    ("Afdeling", topic.unit.name),
                    ("Du hører fra os senest", date_format(promised)),
                )
            ),
            Heading("Sådan fandt vi den rette afdeling"),
            how_it_was_done(decision),
            *_see_it(inquiry, case),
        ),
        signature=("Venlig hilsen", decision.user.full_name, decision.user.title),
        **_receipt(proof),
        attachment={
            "case_number": case.number,
            "kle_number": case.kle.number,
            "facet": topic.facet,
            "decision": str(decision.id),
            "received_on": received.isoformat(),
            "answer_by": promised.isoformat(),
        },
    )


def changed(
    inquiry: Inquiry,
    reversal: kernel.Reversal,
    topics: tuple[Topic, Topic],
    deadline: Deadline,
    *,
    proof: bytes | None,
) -> Letter:
    """What was changed, from the first to the second of `topics`, by whom and why."""
    before, topic = topics
    case, promised = deadline.case, deadline.due_on
    return Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=topic.unit.name,
        recipient_name=inquiry.sender_name or NOBODY,
        recipient_address=(),
        date=timezone.localdate(reversal.reversed_at),
        case_number=case.number,
        subject="Vi har ændret, hvor din henvendelse hører til",
        paragraphs=(
            "Vi har set på din henvendelse igen. Den hører til et andet sted, end vi valgte før.",
            Facts(
                rows=(
                    ("Emne før", before.title),
                    ("Emne nu", topic.title),
                    ("Afdeling nu", topic.unit.name),
                    ("Du hører fra os senest", date_format(promised)),
                )
            ),
            Heading("Derfor er det ændret"),
            f"{kernel.CAUSES[reversal.cause]}. {reversal.user.full_name} har valgt det nye emne. "
            "Der blev ikke brugt kunstig intelligens. Det er der lagt vægt på:",
            str(reversal.body["own_consideration"]),
            *_see_it(inquiry, case),
        ),
        signature=("Venlig hilsen", reversal.user.full_name, reversal.user.title),
        **_receipt(proof),
        attachment={
            "case_number": case.number,
            "kle_number": case.kle.number,
            "facet": topic.facet,
            "decision": str(reversal.decision_id),
            "reversal": str(reversal.id),
            "answer_by": promised.isoformat(),
        },
    )


def receipt_for(record: kernel.Decision | kernel.Reversal) -> bytes | None:
    """The receipt for a letter; after a minute the letter is written without one, and at once when
    no witness could make one come.

    Raises NotReady until then.
    """
    changed = isinstance(record, kernel.Reversal)
    made_at = record.reversed_at if changed else record.decided_at
    try:
        return kernel.receipt_of(record)
    except kernel.NoWitnesses:
        return None
    except kernel.ReceiptNotYet as waiting:
        if (timezone.now() - made_at).total_seconds() < settings.KODEKS_RECEIPT_WAIT:
            raise NotReady from waiting
        return None


def _see_it(inquiry: Inquiry, case: Case) -> tuple[Block, ...]:
    """How the citizen sees all of it."""
    code = kernel.access_code(subject=selectors.subject_of(inquiry))
    return (
        Heading("Se dine data, og hvad der er lagt vægt på"),
        "Du kan altid se, hvilke data vi har brugt, og hvad vi har lagt vægt på:",
        Listing(
            items=(
                "Gå til kommunens side »Se din sag«.",
                f"Skriv sagsnummeret {case.number} og koden {code}.",
                "Se, hvem der har valgt, og hvordan du kan klage.",
            ),
            numbered=True,
        ),
    )


def _receipt(proof: bytes | None) -> dict[str, Any]:
    """What the letter says of its receipt, with the code and the file where there is room."""
    if proof is None:
        return {"receipt": _WITHOUT_CODE}
    code = slip.format_slip(proof)
    if len(code.encode()) > slip.MAX_SIZE:
        # Very many witnesses must have signed: the file has room for them all.
        return {"receipt": _WITH_FILE, "receipt_file": proof}
    return {"receipt": _WITH_CODE, "code": code, "receipt_file": proof}


def how_it_was_done(decision: kernel.Decision) -> str:
    person = f"{decision.user.full_name} har læst din henvendelse og valgt emnet."
    if decision.recommendation_id is None:
        return f"{person} Der blev ikke brugt kunstig intelligens til at vælge."
    return f"Et program med kunstig intelligens foreslog et emne. {person}"
