# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Old texts with their topics, taken in by hand: what a model learns before there are decisions.

A set is one sealed file under a key of its own, so that removing it removes the texts for good,
also from copies of the database that are made later. CPR numbers are masked before it is sealed.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict

from django.db import connection, transaction
from django.utils import timezone

from kodeks.inquiries import files
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import ExampleSet
from kodeks.kernel import api as kernel
from kodeks.language import cpr

SUBJECT = "example-set"
_PLACE = "inquiries_exampleset/sealed"
_LONGEST_NAME = 120


@transaction.atomic
def take_in(*, name: str, rows: Sequence[files.TrainingRow], user: kernel.User) -> ExampleSet:
    """Keep the texts for each training from now on; the same ones again are the first set.

    Raises InquiryError when there are none, a row lacks text or topic, or the person is no
    technician.
    """
    _require_technician(user)
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or cpr.looks_like_cpr(name):
        raise InquiryError(f"Giv samlingen et navn på 1 til {_LONGEST_NAME} tegn uden CPR-nummer.")
    if not rows:
        raise InquiryError("Filen har ingen eksempler. Vælg en fil med tekster og emner.")
    for place, row in enumerate(rows, start=1):
        if not row.text.strip() or not row.label:
            raise InquiryError(f"Eksempel {place} mangler tekst eller emne. Ret filen.")
    kept = [asdict(row) | {"text": cpr.mask(row.text)} for row in rows]
    content = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    sha256 = hashlib.sha256(content).hexdigest()
    with connection.cursor() as cursor:
        # The same file taken in twice at once would be learned from twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"set:{sha256}"])
    known = ExampleSet.objects.filter(sha256=sha256, removed_at=None).first()
    if known is not None:
        return known
    number = uuid.uuid4()
    return ExampleSet.objects.create(
        id=number,
        name=name,
        rows=len(rows),
        sha256=sha256,
        sealed=kernel.seal_file(
            subject=_subject(number), place=_PLACE, row=str(number), content=content
        ),
        taken_in_by=user,
        taken_in_at=timezone.now(),
    )


@transaction.atomic
def remove(*, set_id: uuid.UUID, user: kernel.User, reason: str) -> ExampleSet:
    """Erase a set's texts. Models that have learned from them stay as they are.

    Raises InquiryError for a set that is not there, kernel Refused for people who may not erase.
    """
    found = ExampleSet.objects.select_for_update().filter(id=set_id, removed_at=None).first()
    if found is None:
        raise InquiryError("Samlingen findes ikke, eller den er fjernet.")
    kernel.erase(subject=_subject(found.id), user=user, reason=reason)
    found.sealed = b""
    found.removed_at = timezone.now()
    found.save(update_fields=["sealed", "removed_at"])
    return found


def present() -> list[ExampleSet]:
    """The sets that are learned from, without their content, the oldest first."""
    return list(ExampleSet.objects.filter(removed_at=None).defer("sealed"))


def rows_of(found: ExampleSet) -> list[files.TrainingRow]:
    """The examples of a set; none once it is removed. Raises SealingError when it was changed."""
    content = kernel.open_file(
        subject=_subject(found.id), place=_PLACE, row=str(found.id), sealed=bytes(found.sealed)
    )
    return [files.TrainingRow(**row) for row in json.loads(content or b"[]")]


def _subject(number: uuid.UUID) -> kernel.Subject:
    return kernel.Subject(type=SUBJECT, id=str(number))


def _require_technician(user: kernel.User) -> None:
    if not kernel.has_role(user, kernel.Role.ADMINISTRATOR):
        raise InquiryError("Kun en tekniker med rollen administrator kan tage eksempler ind.")
