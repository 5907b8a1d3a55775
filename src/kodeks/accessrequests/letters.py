# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters to the one who asks: the decision, the list of documents, and a delay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.accessrequests import clock, opening, outcomes, selectors
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.engine.rules import LAW_NAMES, shipped
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.documents.letters import Block, Facts, Heading, Letter, Listing
from kodeks.kernel import api as kernel

_UNITED = {
    "full": "Du får alle de dokumenter, du har søgt om.",
    "partial": "Du får de fleste dokumenter helt eller delvist. Noget er undtaget.",
    "refused": "Vi kan ikke give dig dokumenterne. Her kan du læse hvorfor.",
    "nothing": "Vi har ingen dokumenter, der passer til det, du har søgt om.",
}
_HOW = (
    "Et program har læst dokumenterne og foreslået, hvad der skulle undtages. En medarbejder har "
    "læst og afgjort hvert dokument. Tekst, der er undtaget, er fjernet og ikke kun dækket."
)
_COMPLAINT = {
    "offl": (
        "Du kan klage til den myndighed, som kan behandle en klage over afgørelsen i den sag, "
        "dokumenterne hører til (offentlighedslovens § 37). Er der ingen, kan du klage til "
        "Ankestyrelsen, som fører tilsyn med kommuner."
    ),
    "fvl": (
        "Du kan klage til den myndighed, som kan behandle en klage over afgørelsen i den sag, "
        "dokumenterne hører til (forvaltningslovens § 16, stk. 4)."
    ),
    "gdpr": "Du kan klage til Datatilsynet (databeskyttelsesforordningens artikel 77).",
}
_OMBUDSMAN = "Du kan også skrive til Folketingets Ombudsmand, som selv vælger, hvad han tager op."


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One document with what was decided about it."""

    document: RequestDocument
    label: str
    paragraphs: Sequence[str]
    pages: Sequence[int]
    """Pages, from 0, that are withheld whole."""

    @property
    def result(self) -> str:
        told = OUTCOMES[self.label]
        if self.paragraphs:
            told += f" ({', '.join(self.paragraphs)})"
        if self.pages:
            listed = ", ".join(str(page + 1) for page in self.pages)
            told += f". Undtaget i sin helhed: side {listed}"
        return told


def answered(request: AccessRequest) -> list[Answered]:
    """The documents in the order of the list."""
    found = []
    for document in request.documents.order_by("number"):
        outcome = outcomes.decided(document)
        found.append(
            Answered(
                document=document,
                label=str(outcome["label"]),
                paragraphs=outcomes.paragraphs(outcome),
                pages=outcome.get("pages", ()),
            )
        )
    return found


def decision(request: AccessRequest, decided: kernel.Decision, found: Sequence[Answered]) -> Letter:
    """The decision on the request with its reasons and where to complain (fvl. §§ 22-25)."""
    counts = {label: sum(one.label == label for one in found) for label in OUTCOMES}
    law = LAW_NAMES[request.law]
    paragraphs: list[Block] = [
        _UNITED[str(decided.outcome["label"])],
        f"Du har søgt aktindsigt den {date_format(request.received_on)}. Vi har set på den efter "
        f"{law}.",
        Facts(
            rows=(
                ("Dokumenter i alt", str(len(found))),
                ("Udleveres", str(counts["release"])),
                ("Udleveres delvist", str(counts["redact"])),
                ("Undtages", str(counts["withhold"])),
            )
        ),
        *_reasons(request, found),
        Heading("Det har vi lagt vægt på"),
        str(decided.body["own_consideration"]),
        Heading("Sådan er det gjort"),
        _HOW,
        Heading("Hvis du vil klage"),
        _COMPLAINT[request.law],
        _OMBUDSMAN,
        *_see_it(request),
    ]
    user = decided.user
    return _letter(
        request,
        date=timezone.localdate(decided.decided_at),
        subject="Svar på din anmodning om aktindsigt",
        paragraphs=paragraphs,
        user=user,
        attachment={
            "decision": str(decided.id),
            "law": request.law,
            "outcome": str(decided.outcome["label"]),
            "received_on": request.received_on.isoformat(),
            "documents": [
                {"number": one.document.number, "outcome": one.label, "rules": list(one.paragraphs)}
                for one in found
            ],
        },
    )


def documents(
    request: AccessRequest, decided: kernel.Decision, found: Sequence[Answered]
) -> Letter:
    """The list of the documents (offentlighedsloven § 7, stk. 2, nr. 2)."""
    blocks: list[Block] = ["Listen viser alle dokumenter og det, vi har afgjort om hvert af dem."]
    number = None
    rows: list[tuple[str, str]] = []
    for one in found:
        if number is not None and one.document.case_number != number:
            blocks += [Heading(_case_title(number)), Facts(rows=tuple(rows))]
            rows = []
        number = one.document.case_number
        date = date_format(one.document.date)
        rows.append((f"{one.document.number}. {date}", f"{one.document.title}. {one.result}."))
    if number is not None:
        blocks += [Heading(_case_title(number)), Facts(rows=tuple(rows))]
    return _letter(
        request,
        date=timezone.localdate(decided.decided_at),
        subject="Liste over dokumenter",
        paragraphs=blocks,
        user=decided.user,
        attachment={"decision": str(decided.id)},
    )


def delayed(request: AccessRequest, *, new_day: dt.date, reason: str, user: kernel.User) -> Letter:
    """Why the answer comes later, and when."""
    source = clock.LIMITS[request.law].source
    return _letter(
        request,
        date=timezone.localdate(),
        subject="Dit svar om aktindsigt kommer senere",
        paragraphs=[
            f"Du søgte aktindsigt den {date_format(request.received_on)}. Du skulle have svar "
            f"senest den {date_format(selectors.answer_by(request))}. Det når vi ikke.",
            Heading("Derfor kommer svaret senere"),
            reason,
            Heading("Det nye tidspunkt"),
            f"Du får svar senest den {date_format(new_day)} ({source}).",
            Heading("Hvis du vil klage"),
            "Du kan klage over, at det tager for lang tid. " + _COMPLAINT[request.law],
        ],
        user=user,
        attachment={"new_day": new_day.isoformat(), "law": request.law},
    )


def _reasons(request: AccessRequest, found: Sequence[Answered]) -> list[Block]:
    used = {paragraph for one in found for paragraph in one.paragraphs}
    items = []
    for rule in shipped().rules:
        if rule.law == request.law and rule.label in used and rule.finds != "any":
            numbers = [str(one.document.number) for one in found if rule.label in one.paragraphs]
            items.append(f"{rule.label}: {rule.reason} (dokument {', '.join(numbers)})")
            used.discard(rule.label)
    return [Heading("Derfor er noget undtaget"), Listing(items=tuple(items))] if items else []


def _see_it(request: AccessRequest) -> tuple[Block, ...]:
    code = kernel.access_code(subject=selectors.subject_of(request))
    number = opening.case_of(request).number
    return (
        Heading("Se dine data, og hvad der er lagt vægt på"),
        f"Gå til kommunens side »Se din sag«. Skriv sagsnummeret {number} og koden {code}.",
    )


def _case_title(number: str) -> str:
    return f"Sag {number}" if number else "Uden sag"


def _letter(
    request: AccessRequest,
    *,
    date: dt.date,
    subject: str,
    paragraphs: Sequence[Block],
    user: kernel.User,
    attachment: dict[str, Any],
) -> Letter:
    number = opening.case_of(request).number
    address = tuple(line for line in request.requester_address.splitlines() if line.strip())
    return Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=request.unit.name,
        recipient_name=request.requester_name,
        recipient_address=address,
        date=date,
        case_number=number,
        subject=subject,
        paragraphs=tuple(paragraphs),
        signature=("Venlig hilsen", user.full_name, user.title),
        attachment={"case_number": number} | attachment,
    )
