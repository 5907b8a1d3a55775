# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The bundle as a letter: the same points in the same order, on paper (see kodeks.documents)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kodeks.casework import letters
from kodeks.documents.letters import Block as Printed
from kodeks.documents.letters import Facts as PrintedFacts
from kodeks.documents.letters import Heading as PrintedHeading
from kodeks.documents.letters import Letter
from kodeks.documents.letters import Listing as PrintedListing
from kodeks.workbench import letter_types
from kodeks.workbench.insight import export
from kodeks.workbench.insight.blocks import (
    Block,
    Datum,
    Facts,
    Heading,
    Listing,
    Quote,
    Table,
    Text,
)
from kodeks.workbench.insight.bundle import Bundle

_NO_NUMBER = "Har ikke et nummer endnu"
_NOBODY = "Til den, der har sagen"
_RECEIPT = (
    "Kvitteringerne henter du på »Se din sag«. De viser, at intet er ændret bagefter. Filen "
    "letter.json er vedhæftet. Den siger det samme som brevet og kan læses af et program."
)


def letter(bundle: Bundle, *, day: dt.date) -> Letter:
    """The letter of that day; equal bundles give equal letters."""
    matter = bundle.matter
    return letters.compose(
        name=letter_types.INSIGHT,
        matter=letters.Matter(
            case_number=matter.case_number or _NO_NUMBER,
            facts={"sag": matter.title, "indhold": tuple(_printed(bundle))},
            attachment=export.told(bundle),
        ),
        sender=letters.Sender(department=matter.department),
        recipient=letters.Recipient(name=matter.person or _NOBODY),
        day=day,
        receipt=letters.Receipt(words=_RECEIPT),
    )


def reference(bundle: Bundle) -> str:
    """What names a file of the bundle: the case's number, or the beginning of the subject's id."""
    return bundle.matter.case_number or bundle.matter.subject.id[:8]


def _printed(bundle: Bundle) -> Iterator[Printed]:
    yield bundle.matter.status
    yield PrintedListing(items=bundle.opening)
    for section in bundle.sections:
        for point in section.points:
            yield PrintedHeading(point.title)
            for block in point.blocks:
                yield from _blocks(block)


def _blocks(block: Block) -> Iterator[Printed]:
    match block:
        case Text() | Quote():
            yield block.text
        case Heading():
            yield PrintedHeading(block.text)
        case Facts():
            yield PrintedFacts(rows=block.rows)
        case Listing():
            yield PrintedListing(items=block.items)
        case Table():
            yield PrintedListing(
                items=tuple(_line(row) for row in block.titled),
                numbered=block.columns[0] == "Nr.",
            )
        case Datum():
            yield PrintedFacts(rows=tuple(row for row in block.rows if row[0] != "Indhold"))
            # Not in the table: a long text must be able to run on over several pages.
            yield block.value
            for told in block.corrections:
                yield PrintedListing(items=told.texts)


def _line(row: tuple[tuple[str, str], ...]) -> str:
    """A row in words; the number in front is the list's own."""
    (_, first), *rest = row[1:] if row[0][0] == "Nr." else row
    return "\n".join([first, *(f"{name.rstrip('?')}: {value}" for name, value in rest)])
