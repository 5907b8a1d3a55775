# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters of inquiries, and which facts each may use. What a citizen has a right to be told
(who decided, whether a program suggested it, and how to see the matter) cannot be edited away."""

from pathlib import Path

from kodeks.casework import letters
from kodeks.casework.letter_types import CASE_NUMBER, CODE
from kodeks.documents.templates import Fact, Kind

RECEIVED, CHANGED = "henvendelse-modtaget", "emne-aendret"

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
