# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Versions of a letter's text: one person writes, another approves, and then it is used.

Version 0 is the text that comes with the program. Only system owners and administrators write and
approve. The database keeps the order, the two persons and the history (migration 0014), and takes
no approval that is not an entry in the ledger (migration 0019).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import LetterTemplate
from kodeks.casework.privacy import without_cpr
from kodeks.documents import templates
from kodeks.documents.templates import LetterType
from kodeks.kernel import api as kernel
from kodeks.language import cpr, plain

if TYPE_CHECKING:
    from django.db.models import QuerySet

EDITORS = frozenset({"system_owner", "administrator"})
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version as it is read. Number 0 has neither writer nor day."""

    letter_type: LetterType
    number: int
    subject: str
    body: str
    note: str = ""
    written_by: str = ""
    writer_id: int | None = None
    written_at: dt.datetime | None = None
    approved_by: str = ""
    approved_at: dt.datetime | None = None
    reason: str = ""

    @property
    def is_approved(self) -> bool:
        return (self.number == 0 and bool(self.body)) or self.approved_at is not None


def in_use(*, letter_type: LetterType) -> Version:
    """The newest version that is approved, or the program's own; one without words where there is
    neither."""
    found = _rows(letter_type).filter(approved_at__isnull=False).first()
    return _shipped(letter_type) if found is None else _version(letter_type, found)


def history(*, letter_type: LetterType) -> list[Version]:
    """All versions, the newest first; the program's own, if it has one, is the last."""
    rows = [_version(letter_type, row) for row in _rows(letter_type)]
    return [*rows, _shipped(letter_type)] if letter_type.body else rows


def histories(
    letter_types: Sequence[LetterType],
) -> list[tuple[LetterType, Version, list[Version]]]:
    """Each type with its version in use and all versions, read at once."""
    rows: dict[str, list[LetterTemplate]] = defaultdict(list)
    for row in _all_rows().filter(name__in=[one.name for one in letter_types]):
        rows[row.name].append(row)
    found = []
    for one in letter_types:
        written = [_version(one, row) for row in rows[one.name]]
        shipped = _shipped(one)
        used = next((version for version in written if version.approved_at), shipped)
        found.append((one, used, [*written, shipped] if one.body else written))
    return found


def newest(*, letter_type: LetterType) -> Version:
    """The version that was written last, approved or not; one without words when there is none."""
    return next(iter(history(letter_type=letter_type)), _shipped(letter_type))


def version(*, letter_type: LetterType, number: int) -> Version:
    """The version. Raises CaseworkError when there is none of that number."""
    for one in history(letter_type=letter_type):
        if one.number == number:
            return one
    raise CaseworkError(f"Brevet har ingen udgave {number}. Vælg en fra listen.")


def count_waiting() -> int:
    """How many versions wait for a second person: those newer than the one in use."""
    newer = LetterTemplate.objects.filter(
        name=OuterRef("name"), version__gt=OuterRef("version"), approved_at__isnull=False
    )
    return LetterTemplate.objects.filter(~Exists(newer), approved_at=None).count()


def propose(
    *, letter_type: LetterType, subject: str, body: str, note: str, user: kernel.User
) -> Version:
    """Write a new version, which waits for another person.

    Raises CaseworkError, and TemplateError with everything that is wrong with the text.
    """
    _require_editor(user)
    check(letter_type=letter_type, subject=subject, body=body)
    note = without_cpr(note, name="Grunden til ændringen")
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two at a time would both take the next number.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"letter:{letter_type.name}"],
            )
        last = _rows(letter_type).first()
        row = LetterTemplate.objects.create(
            name=letter_type.name,
            version=1 + (last.version if last else 0),
            subject=subject.strip(),
            body=body.strip().replace("\r\n", "\n"),
            note=note,
            written_by=user,
        )
    return _version(letter_type, row)


def approve(
    *, letter_type: LetterType, number: int, user: kernel.User, reason: str = ""
) -> Version:
    """Take a version into use, as another person than its writer.

    A text above the limit of LIX needs a reason. Raises CaseworkError, and TemplateError when the
    text no longer fits its type.
    """
    _require_editor(user)
    found = version(letter_type=letter_type, number=number)
    if found.is_approved:
        raise CaseworkError("Udgaven er allerede godkendt. Se, hvilken der er i brug.")
    if found.writer_id == user.pk:
        raise CaseworkError("Du har selv skrevet udgaven. Bed en anden om at godkende den.")
    if in_use(letter_type=letter_type).number > number:
        raise CaseworkError(
            "Der er godkendt en nyere udgave. Skriv en ny, hvis teksten skal ændres."
        )
    reading = check(letter_type=letter_type, subject=found.subject, body=found.body)
    reason = " ".join(reason.split())
    if is_too_hard(reading) and not reason:
        raise CaseworkError(
            f"Lixtallet er {reading.lix:.0f}. Det må højst være {settings.KODEKS_LETTER_LIX}. "
            "Gør teksten lettere, eller skriv, hvorfor den skal bruges alligevel."
        )
    if reason:
        if len(reason) > LONGEST_REASON:
            raise CaseworkError(f"Grunden er længere end {LONGEST_REASON} tegn. Gør den kortere.")
        _refuse_cpr(reason, "Grunden")
    try:
        with transaction.atomic():
            _enter(found, user=user, reason=reason)
            # The row as it was: whoever comes second finds it approved already.
            changed = _rows(letter_type).filter(version=number, approved_at=None)
            if not changed.update(approved_by=user, approved_at=timezone.now(), reason=reason):
                raise CaseworkError("Udgaven er allerede godkendt. Se, hvilken der er i brug.")
    except kernel.Refused as refused:
        raise CaseworkError(refused.message) from refused
    except IntegrityError as error:
        raise CaseworkError("Udgaven kan ikke godkendes. Hent siden igen, og se efter.") from error
    return version(letter_type=letter_type, number=number)


def fingerprint(*, subject: str, body: str) -> str:
    """What the ledger's entry says of the text: SHA-256 (hex) of subject, an empty line and body in
    UTF-8. The guard in the database computes the same (migration 0019)."""
    return hashlib.sha256(f"{subject}\n\n{body}".encode()).hexdigest()


def entry_of(version: Version) -> UUID | None:
    """The entry in the ledger that says who approved the text. The program's own text has none, nor
    has one that was approved before approvals were entered."""
    return kernel.text_approval(letter=version.letter_type.name, version=version.number)


def check(*, letter_type: LetterType, subject: str, body: str) -> plain.Reading:
    """How the text reads with the facts' examples. Raises TemplateError and CaseworkError."""
    template = templates.parse(letter_type, subject=subject, body=body)
    _refuse_cpr(f"{subject}\n{body}", "Brevet")
    return plain.read(templates.words(template))


def is_too_hard(reading: plain.Reading) -> bool:
    """Whether approval needs a reason."""
    return reading.lix > settings.KODEKS_LETTER_LIX


def may_edit(user: kernel.User) -> bool:
    return not EDITORS.isdisjoint(kernel.roles_of(user))


def _enter(found: Version, *, user: kernel.User, reason: str) -> None:
    """Who wrote the text and who stands behind it, as an entry in the ledger."""
    if found.writer_id is None:
        raise CaseworkError("Teksten, der følger med programmet, skal ikke godkendes.")
    kernel.approve_text(
        letter=found.letter_type.name,
        version=found.number,
        sha256=fingerprint(subject=found.subject, body=found.body),
        written_by=found.writer_id,
        reason=reason,
        user=user,
    )


def _require_editor(user: kernel.User) -> None:
    if not may_edit(user):
        raise CaseworkError(
            "Kun systemejere og administratorer kan ændre breve. Bed en af dem om det."
        )


def _refuse_cpr(text: str, name: str) -> None:
    if cpr.find(text):
        raise CaseworkError(f"{name} må ikke indeholde et CPR-nummer. Fjern nummeret.")


def _rows(letter_type: LetterType) -> QuerySet[LetterTemplate]:
    return _all_rows().filter(name=letter_type.name)


def _all_rows() -> QuerySet[LetterTemplate]:
    rows = LetterTemplate.objects.select_related("written_by", "approved_by")
    return rows.order_by("-version")


def _shipped(letter_type: LetterType) -> Version:
    return Version(
        letter_type=letter_type,
        number=0,
        subject=letter_type.subject,
        body=letter_type.body.strip(),
        note="Teksten, der følger med programmet" if letter_type.body else "",
    )


def _version(letter_type: LetterType, row: LetterTemplate) -> Version:
    return Version(
        letter_type=letter_type,
        number=row.version,
        subject=row.subject,
        body=row.body,
        note=row.note,
        written_by=row.written_by.full_name,
        writer_id=row.written_by_id,
        written_at=row.written_at,
        approved_by=row.approved_by.full_name if row.approved_by else "",
        approved_at=row.approved_at,
        reason=row.reason,
    )
