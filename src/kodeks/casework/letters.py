# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One way to write a letter: a letter type with its facts, the municipality's text, and its look.

A solution registers its letter types in a module `letter_types`, with the texts that come with the
program in a TOML file. The letter is dated with the day it is given, which is the day of the step
that sends it; what is written already is not written again (see decision 0028).
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from kodeks.casework import letter_versions, reply_blocks, selectors
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Party, Unit
from kodeks.casework.privacy import without_cpr
from kodeks.documents import look
from kodeks.documents.letters import Letter
from kodeks.documents.templates import Fact, LetterType, Value, fill, parse

CLOSING = "Venlig hilsen"
UNKNOWN_SENDER = "Ukendt afsender"
"""The name of a party who has not said one."""
NOBODY = "Til den, der har skrevet til os"
EXAMPLE_CASE, EXAMPLE_UNIT = "2026-0000123", "Vej og Park"
EXAMPLE_NOTE = "Dette er en prøve. Alle oplysninger i brevet er opdigtede."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: the department's name as printed, how it is reached, and who signs."""

    department: str
    contact: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recipient:
    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a letter says of its receipt, the code under it and the file with it."""

    words: str = ""
    code: str = ""
    file: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What one letter is about: the facts of its type, and what only machines read."""

    case_number: str
    facts: Mapping[str, Value | None]
    attachment: Mapping[str, Any] = field(default_factory=dict)


def types_from(file: Path, facts: Mapping[str, tuple[Fact, ...]]) -> tuple[LetterType, ...]:
    """The letter types in a TOML file of texts, with the facts that code declares for each."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        LetterType(
            name=name,
            title=text["title"],
            facts=facts[name],
            subject=text["subject"],
            body=text["body"],
        )
        for name, text in content.items()
    )


def register(*, letter_type: LetterType) -> None:
    """Make a letter type known. Raises when the name is taken or its own text is not in order."""
    known = _register()
    if letter_type.name in known:
        raise CaseworkError(f"Brevet {letter_type.name} er registreret to gange. Ret navnet.")
    parse(letter_type, subject=letter_type.subject, body=letter_type.body)
    known[letter_type.name] = letter_type


def types() -> tuple[LetterType, ...]:
    """The letter types of solutions, by title."""
    return tuple(sorted(_register().values(), key=lambda one: one.title))


def written_here() -> tuple[LetterType, ...]:
    """All whose texts the municipality writes: the letter types, and then the pieces of answers."""
    return (*types(), *sorted(reply_blocks.letter_types(), key=lambda one: one.title))


def letter_type(*, name: str) -> LetterType:
    """The letter type. Raises CaseworkError when there is none of that name."""
    found = _register().get(name) or reply_blocks.letter_type(name=name)
    if found is None:
        names = ", ".join(sorted(_register()))
        raise CaseworkError(f"Der er intet brev, der hedder {name}. Vælg et af dem her: {names}.")
    return found


def sender_of(unit: Unit, *, signed_by: tuple[str, ...] = ()) -> Sender:
    """The unit as sender, with what is written of how to reach it."""
    phone = f"Telefon {unit.phone}" if unit.phone else ""
    contact = tuple(line for line in (phone, unit.phone_hours, unit.email) if line)
    return Sender(department=unit.name, contact=contact, signed_by=signed_by)


def write_contact(*, code: str, phone: str, phone_hours: str, email: str) -> Unit:
    """Write how the unit is reached; an empty text leaves it out. Raises CaseworkError."""
    unit = selectors.unit(code=code)
    for name, value in (("phone", phone), ("phone_hours", phone_hours), ("email", email)):
        text = " ".join(value.split())
        longest = Unit._meta.get_field(name).max_length or 0
        if len(text) > longest:
            raise CaseworkError(f"»{text}« er længere end {longest} tegn. Gør teksten kortere.")
        setattr(unit, name, without_cpr(text, name="Kontakten") if text else "")
    if unit.email and not _EMAIL.fullmatch(unit.email):
        raise CaseworkError(f"{unit.email} er ikke en mailadresse. Ret den.")
    unit.save(update_fields=["phone", "phone_hours", "email"])
    return unit


def addressed(case: Case) -> str:
    """Who stands on a letter in the case: the primary party, if they have said their name."""
    party = Party.objects.filter(case=case, role=Party.Role.PRIMARY).first()
    named = party is not None and party.name not in ("", UNKNOWN_SENDER)
    return party.name if named and party else NOBODY


def compose(
    *,
    name: str,
    matter: Matter,
    sender: Sender,
    recipient: Recipient,
    day: datetime.date,
    receipt: Receipt | None = None,
) -> Letter:
    """The letter in the version of its text that is in use now.

    `day` is the day on which it is sent. Raises DocumentError when facts or text do not fit.
    """
    version = letter_versions.in_use(letter_type=letter_type(name=name))
    return written(
        version, matter=matter, sender=sender, recipient=recipient, day=day, receipt=receipt
    )


def written(
    version: letter_versions.Version,
    *,
    matter: Matter,
    sender: Sender,
    recipient: Recipient,
    day: datetime.date,
    receipt: Receipt | None = None,
) -> Letter:
    """The letter in this version of its text. Raises DocumentError when facts do not fit."""
    template = parse(version.letter_type, subject=version.subject, body=version.body)
    filled = fill(template, matter.facts)
    proof = receipt or Receipt()
    shared = municipal_look()
    return Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=sender.department,
        recipient_name=recipient.name,
        recipient_address=recipient.address,
        date=day,
        case_number=matter.case_number,
        subject=filled.subject,
        paragraphs=filled.blocks,
        signature=(CLOSING, *sender.signed_by) if sender.signed_by else (),
        contact=sender.contact or shared.contact,
        receipt=proof.words,
        code=proof.code,
        receipt_file=proof.file,
        address=shared.address,
        logo=shared.logo,
        attachment={
            **matter.attachment,
            "text": {"name": version.letter_type.name, "version": version.number},
        },
    )


def preview(version: letter_versions.Version, *, day: datetime.date) -> Letter:
    """The letter as it looks with the facts' examples, to nobody."""
    sender = Sender(department=EXAMPLE_UNIT, signed_by=("Bo Prøve", "Sagsbehandler"))
    matter = Matter(case_number=EXAMPLE_CASE, facts=version.letter_type.examples())
    recipient = Recipient(name="Ane Prøve", address=("Prøvevej 1", "9999 Eksempelkøbing"))
    letter = written(version, matter=matter, sender=sender, recipient=recipient, day=day)
    return dataclasses.replace(letter, footnotes=(EXAMPLE_NOTE,))


def municipal_look() -> look.Look:
    """What the municipality's folder holds, read once; nothing without a folder."""
    folder = settings.KODEKS_LETTER_FOLDER
    return _look_in(folder) if folder is not None else look.Look()


@functools.lru_cache(maxsize=4)
def _look_in(folder: Path) -> look.Look:
    return look.load(folder)


def _register() -> dict[str, LetterType]:
    known: dict[str, LetterType] = apps.get_app_config("casework").letter_types  # type: ignore[attr-defined]
    return known
