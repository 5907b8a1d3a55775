# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pieces of text for answers: for which KLE numbers, in words that two persons stand behind.

A piece is a letter type without a text of the program's, so pages, commands, versions and approval
are those of letters. Until a version is approved it is offered to nobody. A fact that a case does
not have is put in as a gap, which the person who answers fills: no answer is sent with one in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kodeks.casework import kle, letter_versions
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import LetterTemplate, ReplyBlock
from kodeks.casework.privacy import without_cpr
from kodeks.documents.templates import Fact, LetterType
from kodeks.kernel import api as kernel

Part = ReplyBlock.Part
FACTS = (
    Fact(name="sagsnummer", explanation="Sagens nummer", example="2026-0000123"),
    Fact(name="modtaget", explanation="Den dag, henvendelsen kom", example="2. marts 2026"),
    Fact(name="emne", explanation="Henvendelsens emne", example="Huller i vejen"),
    Fact(name="afdeling", explanation="Afdelingen, der svarer", example="Vej og Park"),
    Fact(
        name="frist",
        explanation="Den dag, borgeren senest hører fra afdelingen",
        example="16. marts 2026",
    ),
    Fact(
        name="kontakt",
        explanation="Afdelingens telefon, telefontid og mail",
        example="Telefon 00 00 00 00, hverdage 9-15",
    ),
    Fact(name="sted", explanation="Stedet, henvendelsen nævner", example="Prøvevej 3"),
    Fact(name="navn", explanation="Navnet på den, der skrev", example="Ane Prøve"),
    Fact(
        name="link",
        explanation="Adressen på siden »Se din sag«",
        example="https://kommunen.example/se-din-sag/",
    ),
    Fact(
        name="udfyld",
        explanation="Et hul, som den, der svarer, altid selv skal udfylde",
        example="i uge 12",
    ),
)
GAP = re.compile(r"\[udfyld[^\[\]]*\]", re.IGNORECASE)
"""A place that somebody must fill before the answer is sent."""
_NAME = re.compile(r"svar-[a-z0-9-]{1,50}")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece in the version that is in use."""

    name: str
    title: str
    kle_prefix: str
    part: str
    version: int
    subject: str
    body: str


def add(*, name: str, title: str, kle_prefix: str, part: str, user: kernel.User) -> LetterType:
    """A new piece without words; these are proposed and approved as a letter's are.

    The same once more changes nothing. Raises CaseworkError.
    """
    if not letter_versions.may_edit(user):
        raise CaseworkError(
            "Kun systemejere og administratorer kan tilføje tekststykker. Bed en af dem om det."
        )
    if not _NAME.fullmatch(name):
        raise CaseworkError(
            f"{name} kan ikke være navnet på et tekststykke. Skriv det som svar-hul-i-vejen."
        )
    if part not in Part.values:
        raise CaseworkError(f"Delen {part} kendes ikke. Brug: {', '.join(Part.values)}.")
    if kle_prefix and not kle.is_prefix(kle_prefix):
        raise CaseworkError(f"{kle_prefix} kan ikke begynde et KLE-nummer. Skriv fx 05.01.")
    title = without_cpr(title, name="Titlen")
    if len(title) > 120:
        raise CaseworkError("Titlen er længere end 120 tegn. Gør den kortere.")
    row, _ = ReplyBlock.objects.get_or_create(
        name=name,
        defaults={"title": title, "kle_prefix": kle_prefix, "part": part, "added_by": user},
    )
    if (row.title, row.kle_prefix, row.part) != (title, kle_prefix, part):
        raise CaseworkError(
            f"Der er allerede et tekststykke, der hedder {name}. Vælg et andet navn."
        )
    return _letter_type(row)


def letter_types() -> tuple[LetterType, ...]:
    """All pieces, as letter types."""
    return tuple(_letter_type(row) for row in ReplyBlock.objects.all())


def letter_type(*, name: str) -> LetterType | None:
    """The piece of that name as a letter type."""
    row = ReplyBlock.objects.filter(name=name).first()
    return None if row is None else _letter_type(row)


def fitting(*, kle_number: str) -> list[Block]:
    """The approved pieces for the number, those for the longest beginning of it first."""
    beginnings = [kle_number[:length] for length in range(len(kle_number) + 1)]
    rows = {row.name: row for row in ReplyBlock.objects.filter(kle_prefix__in=beginnings)}
    texts: dict[str, LetterTemplate] = {}
    approved = LetterTemplate.objects.filter(name__in=rows, approved_at__isnull=False)
    for text in approved.order_by("version"):
        texts[text.name] = text
    found = [_block(rows[name], text) for name, text in texts.items()]
    return sorted(found, key=lambda one: (-len(one.kle_prefix), one.title))


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts put in; one that is missing or empty becomes a gap with its name.

    A fact is one line without braces, so that it is read as words and not as a template.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        said = " ".join(facts.get(name, "").split()).translate(_PLAIN)
        if said:
            return said
        return "[udfyld]" if name == "udfyld" else f"[udfyld: {name}]"

    return _PLACE.sub(value, text)


_PLAIN = str.maketrans("{}[]", "()()")


def _block(row: ReplyBlock, text: LetterTemplate) -> Block:
    return Block(
        name=row.name,
        title=row.title,
        kle_prefix=row.kle_prefix,
        part=row.part,
        version=text.version,
        subject=text.subject,
        body=text.body,
    )


def _letter_type(row: ReplyBlock) -> LetterType:
    return LetterType(
        name=row.name,
        title=f"{row.get_part_display()}: {row.title}",
        facts=FACTS,
        subject=row.title,
        body="",
    )
