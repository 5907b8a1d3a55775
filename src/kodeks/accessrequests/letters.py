# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters to the one who asks: the decision, first and anew, and the list of documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from kodeks.accessrequests import guidance, letter_types, opening, outcomes
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.engine.rules import LAW_NAMES, shipped
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.casework import letters as writing
from kodeks.documents.letters import Block, Facts, Heading, Letter, Listing
from kodeks.documents.templates import Value
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


def decision(
    request: AccessRequest,
    decided: kernel.Decision | kernel.Reversal,
    found: Sequence[Answered],
    *,
    day: dt.date,
) -> Letter:
    """The decision on the request with its reasons and where to complain (fvl. §§ 22-25).

    Raises DocumentError when the municipality's text no longer fits.
    """
    facts: dict[str, Value | None] = {
        "resultat": _UNITED[str(decided.outcome["label"])],
        "modtaget": date_format(request.received_on),
        "lov": LAW_NAMES[request.law],
        "optælling": (_counted(found),),
        "hjemmel": _reasons(request, found),
        "begrundelse": str(decided.body["own_consideration"]),
        "fremgangsmåde": _HOW,
        "bilag": _enclosed(found),
        "klagevejledning": guidance.complaint(request.law),
        "sagsnummer": opening.case_of(request).number,
        "kode": guidance.code(request),
    }
    name = letter_types.ANSWER
    if isinstance(decided, kernel.Reversal):
        name = letter_types.ANEW
        facts |= {
            "årsag": kernel.CAUSES[decided.cause],
            "svar_før": outcomes.OF_ALL[str(decided.before["label"])],
        }
    return _letter(
        request,
        decided,
        name=name,
        facts=facts,
        day=day,
        attachment={
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
    request: AccessRequest,
    decided: kernel.Decision | kernel.Reversal,
    found: Sequence[Answered],
    *,
    day: dt.date,
) -> Letter:
    """The list of the documents (offentlighedsloven § 7, stk. 2, nr. 2). Raises DocumentError."""
    blocks: list[Block] = []
    cases: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        row = (
            f"{one.document.number}. {date_format(one.document.date)}",
            f"{one.document.title}. {one.result}.",
        )
        cases.setdefault(one.document.case_number, []).append(row)
    for number, rows in cases.items():
        blocks += [Heading(f"Sag {number}" if number else "Uden sag"), Facts(rows=tuple(rows))]
    facts = {"dokumenter": tuple(blocks) or None}
    return _letter(request, decided, name=letter_types.LIST, facts=facts, day=day, attachment={})


def _counted(found: Sequence[Answered]) -> Facts:
    counts = {label: sum(one.label == label for one in found) for label in OUTCOMES}
    return Facts(
        rows=(
            ("Dokumenter i alt", str(len(found))),
            ("Udleveres", str(counts["release"])),
            ("Udleveres delvist", str(counts["redact"])),
            ("Undtages", str(counts["withhold"])),
        )
    )


def _reasons(request: AccessRequest, found: Sequence[Answered]) -> tuple[Block, ...] | None:
    used = {paragraph for one in found for paragraph in one.paragraphs}
    items = []
    for rule in shipped().rules:
        if rule.law == request.law and rule.label in used and rule.finds != "any":
            numbers = [str(one.document.number) for one in found if rule.label in one.paragraphs]
            items.append(f"{rule.label}: {rule.reason} (dokument {', '.join(numbers)})")
            used.discard(rule.label)
    return (Listing(items=tuple(items)),) if items else None


def _enclosed(found: Sequence[Answered]) -> str | None:
    """What goes out with the letter."""
    if not found:
        return None
    copies = sum(one.label != "withhold" for one in found)
    if not copies:
        return "listen over dokumenter"
    return f"listen over dokumenter og {copies} {'dokument' if copies == 1 else 'dokumenter'}"


def _letter(
    request: AccessRequest,
    decided: kernel.Decision | kernel.Reversal,
    *,
    name: str,
    facts: Mapping[str, Value | None],
    day: dt.date,
    attachment: Mapping[str, Any],
) -> Letter:
    number = opening.case_of(request).number
    user = decided.user
    return writing.compose(
        name=name,
        matter=writing.Matter(
            case_number=number,
            facts=facts,
            attachment={"case_number": number, "decision": str(decided.id), **attachment},
        ),
        sender=writing.sender_of(request.unit, signed_by=(user.full_name, user.title)),
        recipient=guidance.recipient(request),
        day=day,
    )
