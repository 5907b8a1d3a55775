# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The workbench's own letter: a citizen's insight in a matter, on paper."""

from pathlib import Path

from kodeks.casework import letters
from kodeks.documents.letters import Facts, Heading, Listing
from kodeks.documents.templates import Fact, Kind

INSIGHT = "indsigt"

_FACTS = {
    INSIGHT: (
        Fact(name="sag", explanation="Hvad sagen handler om", example="Huller i vejen"),
        Fact(
            name="indhold",
            explanation="Alt om sagen, som det står på »Se din sag«",
            example=(
                "Afdelingen er i gang med at svare.",
                Listing(("Et program foreslog et emne.", "Bo Prøve valgte emnet.")),
                Heading("Data, vi har brugt"),
                Facts((("Kilde", "Henvendelsen"), ("Felt", "Tekst"))),
            ),
            kind=Kind.BLOCKS,
            needed=True,
        ),
    )
}

for _type in letters.types_from(Path(__file__).with_name("letters.toml"), _FACTS):
    letters.register(letter_type=_type)
