# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Visitator: journalises the inquiry, writes the receipt letter, forwards the case."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import deadlines
from kodeks.casework import selectors as cases
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import ActorKind, Case, Direction, Party
from kodeks.casework.ports import PortRejected, journal_system
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Facts, Heading, Letter, Listing
from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.kernel import api as kernel
from kodeks.ledger import slip
from kodeks.robots import background, flows
from kodeks.robots.errors import BusinessError, NotReady
from kodeks.robots.flows import Flow, Step, StepContext

ROBOT = "visitator"
_NAMESPACE = uuid.UUID("6f0c1f5e-6d0f-4a53-9a2e-1f2b7c9d3a10")
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
_ERASED = "Sagens oplysninger er slettet. Robotten skal ikke gøre mere."


def _matter(context: StepContext) -> tuple[Inquiry, kernel.Decision, Topic]:
    inquiry = selectors.inquiry(uuid.UUID(context.subject_id))
    if inquiry.erased_at is not None:
        raise BusinessError(code="erased", message=_ERASED)
    decision = kernel.decision(context.decision_id)
    return inquiry, decision, selectors.topic(decision.outcome["label"])


def journalise(context: StepContext) -> dict[str, Any]:
    """Open the case and journalise the inquiry (offentlighedsloven § 15)."""
    inquiry, decision, topic = _matter(context)
    key = f"inquiry:{inquiry.id}"
    try:
        case = casework.open_case(
            key=key,
            title=_theme(topic),
            kle_number=topic.kle_number,
            facet=topic.facet,
            unit=topic.unit,
            caseworker=decision.user,
            parties=[_party(inquiry, number=context.prepared)],
        )
        received = timezone.localdate(inquiry.received_at)
        document = casework.add_document(
            key=key,
            case=case,
            title=f"Henvendelse ({inquiry.get_channel_display()})",
            direction=Direction.INCOMING,
            type="inquiry",
            letter_date=received,
            content=inquiry.text,
        )
        entry = casework.register_entry(
            key=context.key,
            document=document,
            received_or_sent_on=received,
            theme=_theme(topic),
            unit=topic.unit,
            actor_kind=ActorKind.SYSTEM,
            actor=ROBOT,
        )
        entry = casework.journalise(entry=entry, system=journal_system())
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error
    inquiry.case = case
    inquiry.save(update_fields=["case"])
    return {
        "case": case.number,
        "entry": str(entry.id),
        "esdh_case": entry.esdh_case_id,
        "esdh_document": entry.esdh_document_id,
    }


def receipt(context: StepContext) -> dict[str, Any]:
    """Write the letter that tells the citizen where the inquiry went and how to see why.

    What goes out is journalised as what came in (offentlighedsloven § 15, stk. 1).
    """
    inquiry, decision, topic = _matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    letter = _letter(inquiry, decision, topic, case, proof=context.prepared)
    try:
        document = casework.write_letter(key=context.key, case=case, letter=letter)
        entry = casework.register_entry(
            key=context.key,
            document=document,
            received_or_sent_on=letter.date,
            theme=f"Kvittering for {_theme(topic).lower()}",
            unit=topic.unit,
            actor_kind=ActorKind.SYSTEM,
            actor=ROBOT,
        )
        entry = casework.journalise(entry=entry, system=journal_system())
    except (CaseworkError, DocumentError) as error:
        raise BusinessError(code="letter", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error
    return {
        "document": str(document.id),
        "sha256": document.sha256,
        "entry": str(entry.id),
        "esdh_document": entry.esdh_document_id,
        # What the letter promises, so that the log can tell whether it was kept.
        "answer_by": _answer_by(inquiry, topic).isoformat(),
    }


def forward(context: StepContext) -> dict[str, Any]:
    """Put the case in the inbox of the department that answers."""
    _, _, topic = _matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    try:
        item = casework.forward(key=context.key, case=case, unit=topic.unit, kind="inquiry")
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    return {"inbox_item": str(item.id), "unit": topic.unit.code}


def _theme(topic: Topic) -> str:
    """The short thematic indication of the journal, without personal data."""
    if topic.label == services.OUT_OF_SCOPE:
        return "Henvendelse, som ikke hører til forvaltningen"
    return f"Henvendelse om {topic.title.lower()}"


def _number(context: StepContext) -> str:
    """The sender's CPR number or "": that it was opened is committed before the step begins."""
    inquiry, decision, _ = _matter(context)
    return services.opened_cpr(inquiry, decision_id=decision.id, robot=ROBOT)


def _proof(context: StepContext) -> bytes | None:
    """The receipt that the letter carries; after a minute the letter is written without one, and
    at once when no witness could make one come.

    Raises NotReady until then.
    """
    _, decision, _ = _matter(context)
    try:
        return kernel.receipt_of(decision)
    except kernel.NoWitnesses:
        return None
    except kernel.ReceiptNotYet as waiting:
        if (timezone.now() - decision.decided_at).total_seconds() < settings.KODEKS_RECEIPT_WAIT:
            raise NotReady from waiting
        return None


def _party(inquiry: Inquiry, *, number: str) -> casework.NewParty:
    party_id = uuid.uuid5(_NAMESPACE, str(inquiry.id))
    name = inquiry.sender_name or "Ukendt afsender"
    if not number:
        return casework.NewParty(
            id=party_id, role=Party.Role.PRIMARY, kind=Party.Kind.FREE, name=name
        )
    return casework.NewParty(
        id=party_id,
        role=Party.Role.PRIMARY,
        kind=Party.Kind.CPR,
        name=name,
        sealed_cpr=kernel.seal(
            subject=services.subject_of(inquiry),
            place="casework_party/sealed_cpr",
            row=str(party_id),
            plaintext=number,
        ),
        blind_index=kernel.blind_index(number),
    )


def _letter(
    inquiry: Inquiry, decision: kernel.Decision, topic: Topic, case: Case, *, proof: bytes | None
) -> Letter:
    received = timezone.localdate(inquiry.received_at)
    answer_by = _answer_by(inquiry, topic)
    code = kernel.access_code(subject=services.subject_of(inquiry))
    return Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=topic.unit.name,
        recipient_name=inquiry.sender_name or "Til den, der har skrevet til os",
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
                    ("Du hører fra os senest", date_format(answer_by)),
                )
            ),
            Heading("Sådan fandt vi den rette afdeling"),
            _how_it_was_done(decision),
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
        ),
        signature=("Venlig hilsen", decision.user.full_name, decision.user.title),
        **_receipt(proof),
        attachment={
            "case_number": case.number,
            "kle_number": topic.kle_number,
            "facet": topic.facet,
            "decision": str(decision.id),
            "received_on": received.isoformat(),
            "answer_by": answer_by.isoformat(),
        },
    )


def _answer_by(inquiry: Inquiry, topic: Topic) -> dt.date:
    received = timezone.localdate(inquiry.received_at)
    return deadlines.due(received=received, working_days=topic.working_days)


def _receipt(proof: bytes | None) -> dict[str, Any]:
    """What the letter says of its receipt, with the code and the file where there is room."""
    if proof is None:
        return {"receipt": _WITHOUT_CODE}
    code = slip.format_slip(proof)
    if len(code.encode()) > slip.MAX_SIZE:
        # Very many witnesses must have signed: the file has room for them all.
        return {"receipt": _WITH_FILE, "receipt_file": proof}
    return {"receipt": _WITH_CODE, "code": code, "receipt_file": proof}


def _how_it_was_done(decision: kernel.Decision) -> str:
    person = f"{decision.user.full_name} har læst din henvendelse og valgt emnet."
    if decision.recommendation_id is None:
        return f"{person} Der blev ikke brugt kunstig intelligens til at vælge."
    return f"Et program med kunstig intelligens foreslog et emne. {person}"


flows.register(
    Flow(
        name=services.FLOW,
        robot=ROBOT,
        title="Journalisér, kvittér og send videre",
        steps=(
            Step(
                name="journalise",
                title="Journalisering af henvendelsen",
                run=journalise,
                prepare=_number,
            ),
            Step(
                name="receipt",
                title="Brev med kvittering til borgeren",
                run=receipt,
                prepare=_proof,
            ),
            Step(name="forward", title="Videresendelse til afdelingens indbakke", run=forward),
        ),
    )
)
background.register(services.TRIAGE, services.triage)
