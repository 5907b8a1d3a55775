# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The stage's system card with what the public register needs, in Danish and English."""

from __future__ import annotations

from kernel_stage import card_text

TABLES = """
[register]
themes = ["Prøver"]
contact = "https://www.proeve.example/kontakt"
impactful = {impactful}
supplier = "Kommunen selv"
source_code = "https://code.example/kodeks"
link = "https://www.proeve.example/system"
considerations = "Det er hurtigere, men det kan tage fejl."
technical_operation = "Ind går en tekst, ud kommer et emne."
[english]
name = "Trial system {slug} {edition}"
purpose = "To try the kernel."
summary = "A system for trials."
affected = "Nobody."
risk = "None."
guidance = "Read it yourself first."
complaint = "Write to the municipality."
themes = ["Trials"]
supplier = "The municipality itself"
considerations = "It is quicker, but it can be wrong."
technical_operation = "In goes a text, out comes a subject."
robot = "The robot"
[english.purposes]
triage = "To find the department."
improvement = "To learn."
[english.sources.henvendelse]
title = "Inquiry"
supplier = "The citizen"
fields = {{ text = "The text", letter = "The letter", history = "Earlier inquiries" }}
[english.sources.register]
title = "Register"
supplier = "The municipality"
fields = {{ size = "The size" }}
[english.sources.archive]
title = "Archive"
supplier = "The archive"
fields = {{ year = "The year" }}
[english.supervision]
quality = "Are the suggestions right?"
[english.steps]
journalise = "Filing"
receipt = "Letter of receipt"
"""


def register_card(slug: str, *, edition: int = 1, impactful: bool = True, **changes: str) -> str:
    """`edition` is in both names, so that a later card differs in both languages."""
    text = card_text(slug, **changes)
    text = text.replace('name = "Prøvesystem"', f'name = "Prøvesystem {slug} {edition}"')
    return text + TABLES.format(slug=slug, edition=edition, impactful=str(impactful).lower())
