# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters that every solution's cases may need, and which facts each may use."""

import dataclasses
from pathlib import Path

from kodeks.casework import letters
from kodeks.documents.templates import Fact, Kind

NEW_DATE = "ny-dato"
CASE_NUMBER = Fact(
    name="sagsnummer", explanation="Sagens nummer", example="2026-0000123", needed=True
)
CODE = Fact(
    name="kode",
    explanation="Koden, som borgeren ser sin sag med",
    example="7K3QM-R9XTB",
    needed=True,
)

_FACTS = {
    NEW_DATE: (
        Fact(name="frist_før", explanation="Den dag, vi lovede før", example="16. marts 2026"),
        Fact(
            name="frist",
            explanation="Den dag, borgeren senest hører fra afdelingen",
            example="16. marts 2026",
            needed=True,
        ),
        Fact(
            name="grund",
            explanation="Hvorfor det tager længere tid",
            example="Vi venter på svar fra vandværket.",
            kind=Kind.TEXT,
            needed=True,
        ),
        CASE_NUMBER,
        Fact(
            name="kontakt",
            explanation="Hvem borgeren kan spørge",
            example="Bo Prøve, telefon 00 00 00 00",
            optional=True,
        ),
        dataclasses.replace(CODE, needed=False, optional=True),
    ),
}

for _type in letters.types_from(Path(__file__).with_name("letters.toml"), _FACTS):
    letters.register(letter_type=_type)
