# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A letter's blocks as the text of a mail."""

from kodeks.documents.letters import Facts, Heading, Listing
from kodeks.documents.plain_text import plain_text


def test_every_kind_of_block() -> None:
    blocks = (
        "Tak for din henvendelse.",
        Facts((("Nummer", "H-1"), ("Frist", "2. marts"))),
        Heading("Hvis det haster"),
        Listing(("Ring 112.", "Ring til os."), numbered=True),
        Listing(("Et punkt",)),
    )
    assert plain_text(blocks) == (
        "Tak for din henvendelse.\n\nNummer: H-1\nFrist: 2. marts\n\nHvis det haster\n"
        "1. Ring 112.\n2. Ring til os.\n\n- Et punkt"
    )
