# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters of inquiries, and which facts each may use. What a citizen has a right to be told
(who decided, whether a program suggested it, and how to see the matter) cannot be edited away."""

from pathlib import Path

from kodeks.casework import letters
from kodeks.casework.letter_types import CASE_NUMBER, CODE
from kodeks.documents.templates import Fact, Kind

RECEIVED, CHANGED, JOINED = "henvendelse-modtaget", "emne-aendret", "henvendelse-lagt-paa-sag"
ACKNOWLEDGED = "henvendelse-kvittering"
"""What is told at once; as mail too, so it holds nothing that is confidential."""

CONFIRMED = "underretning-kvittering"
"""To whoever reported about a child: that it has come, and nothing of what follows."""

_TOPIC = Fact(name="emne", explanation="Henvendelsens emne", example="Huller i vejen")
_UNIT = Fact(
    name="afdeling", explanation="Afdelingen, der svarer", example="Vej og Park", needed=True
)
_ANSWER_BY = Fact(
    name="frist",
    explanation="Den dag, borgeren senest hører fra afdelingen",
    example="16. marts 2026",
    needed=True,
)
_FACTS = {
    ACKNOWLEDGED: (
        Fact(
            name="nummer",
            explanation="Henvendelsens nummer, før den har et sagsnummer",
            example="H-4F2A-91C0-77BD",
            needed=True,
        ),
        Fact(name="modtaget", explanation="Den dag, henvendelsen kom", example="2. marts 2026"),
        Fact(
            name="frist",
            explanation="Den dag, borgeren senest hører fra os, hvis der er en regel om det",
            example="16. marts 2026",
            optional=True,
        ),
        Fact(
            name="kontor",
            explanation="Dem, der læser henvendelsen først",
            example="Borgerservice",
            needed=True,
        ),
        Fact(
            name="kontakt",
            explanation="Kontorets telefon, telefontid og mail",
            example="Telefon 00 00 00 00, hverdage 9-15, borgerservice@example.invalid",
            optional=True,
        ),
        Fact(
            name="link",
            explanation="Adressen, hvor borgeren kan følge henvendelsen",
            example="https://kommunen.example/henvendelser/foelg/H-4F2A-91C0-77BD/1a2b3c4d/",
            optional=True,
        ),
    ),
    CONFIRMED: (
        Fact(
            name="modtaget",
            explanation="Den dag, underretningen kom",
            example="2. marts 2026",
            needed=True,
        ),
        Fact(
            name="afdeling",
            explanation="Afdelingen, der har underretningen",
            example="Børn og Familie",
            needed=True,
        ),
        CASE_NUMBER,
        Fact(
            name="kontakt",
            explanation="Hvem den, der underrettede, kan spørge",
            example="Bo Prøve, telefon 00 00 00 00",
            needed=True,
        ),
    ),
    RECEIVED: (
        Fact(name="modtaget", explanation="Den dag, henvendelsen kom", example="2. marts 2026"),
        _TOPIC,
        _UNIT,
        _ANSWER_BY,
        Fact(
            name="fremgangsmåde",
            explanation="Hvem der valgte emnet, og om et program foreslog det",
            example=(
                "Et program med kunstig intelligens foreslog et emne. "
                "Bo Prøve har læst din henvendelse og valgt emnet."
            ),
            needed=True,
        ),
        CASE_NUMBER,
        CODE,
    ),
    JOINED: (
        Fact(name="modtaget", explanation="Den dag, henvendelsen kom", example="2. marts 2026"),
        _UNIT,
        _ANSWER_BY,
        Fact(
            name="hvorfor",
            explanation="Om den hører til en sag, eller er den samme som en tidligere henvendelse",
            example="Den hører til en sag, som vi allerede behandler.",
            needed=True,
        ),
        Fact(
            name="fremgangsmåde",
            explanation="Hvem der valgte det, og om et program foreslog noget",
            example=(
                "Et program med kunstig intelligens foreslog et emne. "
                "Bo Prøve har læst din henvendelse og valgt, hvor den hører til."
            ),
            needed=True,
        ),
        CASE_NUMBER,
        CODE,
    ),
    CHANGED: (
        Fact(name="emne_før", explanation="Emnet, der var valgt før", example="Snerydning"),
        _TOPIC,
        _UNIT,
        _ANSWER_BY,
        Fact(
            name="fremgangsmåde",
            explanation="Hvorfor emnet er ændret, hvem der valgte, og at intet program gjorde det",
            example=(
                "Afgørelsen var forkert. Bo Prøve har valgt det nye emne. "
                "Der blev ikke brugt kunstig intelligens."
            ),
            needed=True,
        ),
        Fact(
            name="begrundelse",
            explanation="Det, sagsbehandleren har lagt vægt på",
            example="Hullet ligger på en sti i parken. Derfor er det parkens gartnere, der svarer.",
            kind=Kind.TEXT,
            needed=True,
        ),
        CASE_NUMBER,
        CODE,
    ),
}

for _type in letters.types_from(Path(__file__).with_name("letters.toml"), _FACTS):
    letters.register(letter_type=_type)
