# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters of access requests, and which facts each may use. What the law asks for (the rule of
each exemption, the reasons, where to complain, the new day) cannot be edited away."""

from __future__ import annotations

from pathlib import Path

from django.utils.formats import date_format

from kodeks.accessrequests import clock, guidance
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import clock_reads, letters, slipping
from kodeks.casework.letter_types import CASE_NUMBER, CODE
from kodeks.casework.models import Deadline
from kodeks.documents.letters import Facts, Heading, Listing
from kodeks.documents.templates import Fact, Kind

ANSWER, ANEW, LIST, DELAY = (
    "aktindsigt-svar",
    "aktindsigt-nyt-svar",
    "aktindsigt-liste",
    "aktindsigt-senere",
)
_RECEIVED = Fact(
    name="modtaget", explanation="Den dag, anmodningen kom", example="2. marts 2026", needed=True
)
_COMPLAINT = Fact(
    name="klagevejledning",
    explanation="Hvor man kan klage, efter den lov der er søgt efter",
    example="Du kan klage til Ankestyrelsen.\n\nDu kan også skrive til Ombudsmanden.",
    kind=Kind.TEXT,
    needed=True,
)
_ANSWER = (
    Fact(
        name="resultat",
        explanation="Hvad svaret er i det hele",
        example="Du får de fleste dokumenter helt eller delvist. Noget er undtaget.",
        needed=True,
    ),
    _RECEIVED,
    Fact(
        name="lov",
        explanation="Den lov, der er søgt efter",
        example="offentlighedsloven",
        needed=True,
    ),
    Fact(
        name="optælling",
        explanation="Hvor mange dokumenter der er, og hvad der sker med dem",
        example=(Facts((("Dokumenter i alt", "3"), ("Undtages", "1"))),),
        kind=Kind.BLOCKS,
    ),
    Fact(
        name="hjemmel",
        explanation="Reglen og grunden til hver undtagelse",
        example=(Listing(("§ 23, stk. 1: Dokumentet er internt. (dokument 3)",)),),
        kind=Kind.BLOCKS,
        optional=True,
        needed=True,
    ),
    Fact(
        name="begrundelse",
        explanation="Det, sagsbehandleren har lagt vægt på",
        example="Vi har set på, om I kan få mere, end loven kræver.",
        kind=Kind.TEXT,
        needed=True,
    ),
    Fact(
        name="fremgangsmåde",
        explanation="Hvem der afgjorde, og at et program foreslog",
        example="Et program foreslog, hvad der skulle undtages. En medarbejder afgjorde det.",
        needed=True,
    ),
    Fact(
        name="bilag",
        explanation="Hvad der følger med brevet",
        example="listen over dokumenter og 2 dokumenter",
        optional=True,
    ),
    _COMPLAINT,
    CASE_NUMBER,
    CODE,
)

_FACTS = {
    ANSWER: _ANSWER,
    ANEW: (
        Fact(
            name="årsag",
            explanation="Hvorfor der er set på anmodningen igen",
            example="Der er klaget over afgørelsen",
            needed=True,
        ),
        Fact(
            name="svar_før",
            explanation="Hvad svaret var før",
            example="Afslag på aktindsigt",
            needed=True,
        ),
        *_ANSWER,
    ),
    LIST: (
        Fact(
            name="dokumenter",
            explanation="Dokumenterne sag for sag, og hvad der er afgjort om dem",
            example=(
                Heading("Sag 2026-0000099"),
                Facts((("1. 2. marts 2026", "Telefonnotat. Udleveres."),)),
            ),
            kind=Kind.BLOCKS,
            optional=True,
            needed=True,
        ),
    ),
    DELAY: (
        _RECEIVED,
        Fact(
            name="frist_før", explanation="Den dag, svaret skulle komme", example="16. marts 2026"
        ),
        Fact(
            name="frist",
            explanation="Den dag, svaret senest kommer",
            example="23. marts 2026",
            needed=True,
        ),
        Fact(
            name="hjemmel",
            explanation="Den regel, der siger, at vi skal give besked",
            example="Offentlighedsloven § 36, stk. 2",
            needed=True,
        ),
        Fact(
            name="grund",
            explanation="Hvorfor svaret kommer senere",
            example="Der er mange dokumenter at læse.",
            kind=Kind.TEXT,
            needed=True,
        ),
        Fact(
            name="kontakt",
            explanation="Hvem man kan spørge",
            example="Bo Prøve, telefon 00 00 00 00",
            needed=True,
        ),
        _COMPLAINT,
        CASE_NUMBER,
        CODE,
    ),
}


def _delay(deadline: Deadline) -> slipping.OwnLetter | None:
    """Why the answer comes later, and when, by the law that was asked by."""
    request = AccessRequest.objects.filter(case=deadline.case).first()
    if request is None:
        return None
    law = next(term.source for term in clock_reads.terms_of(deadline) if term.statutory)
    return slipping.OwnLetter(
        name=DELAY,
        facts={
            "modtaget": date_format(deadline.started_on),
            "hjemmel": law,
            "klagevejledning": guidance.complaint(request.law),
            "kode": guidance.code(request),
        },
        recipient=guidance.recipient(request),
    )


for _type in letters.types_from(Path(__file__).with_name("letters.toml"), _FACTS):
    letters.register(letter_type=_type)
for _kind in clock.KINDS.values():
    slipping.register(kind=_kind, find=_delay)
