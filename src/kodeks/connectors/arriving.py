# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What comes in from other systems, each thing once: a row in the transaction that takes it in.

Whoever brings something (a mailbox, a folder) first registers it here and only then puts it away
where it came from. One that is killed in between finds it again by its key and puts it away then.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from kodeks.connectors.models import Arrival, Kind, Source
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What became of a thing that came in; `is_new` is False when it was known."""

    arrival: Arrival
    is_new: bool
    inquiries: tuple[Inquiry, ...] = ()


@transaction.atomic
def take_in(
    *,
    source: Source,
    key: str,
    receive: Callable[[], Sequence[Inquiry]],
    then: Callable[[Sequence[Inquiry]], None] = lambda inquiries: None,
) -> Registered:
    """Register a thing and the inquiries that `receive` makes of it, in one transaction with what
    `then` does about them; for a known key neither is called.

    Raises what `receive` raises; nothing is registered then.
    """
    arrival, is_new = Arrival.objects.get_or_create(
        source=source, key=key, defaults=_now(Kind.INQUIRY)
    )
    if not is_new:
        return Registered(arrival=arrival, is_new=False)
    inquiries = tuple(receive())
    arrival.inquiries = len(inquiries)
    arrival.inquiry_id = inquiries[0].id if inquiries else None
    arrival.save(update_fields=["inquiries", "inquiry_id"])
    then(inquiries)
    return Registered(arrival=arrival, is_new=True, inquiries=inquiries)


def put_aside(*, source: Source, key: str, kind: Kind, reason: str) -> Registered:
    """Register a thing that no inquiry is made of. `reason` is Danish and without what is in it.

    Its key is kept apart from those of inquiries: a person, or a later version of the program, may
    bring the same thing again and have it taken in.
    """
    key = hashlib.sha256(f"{kind}:{key}".encode()).hexdigest()
    defaults = _now(kind) | {"reason": reason[:300]}
    arrival, is_new = Arrival.objects.get_or_create(source=source, key=key, defaults=defaults)
    return Registered(arrival=arrival, is_new=is_new)


def refused() -> QuerySet[Arrival]:
    """What could not be taken in and nobody has seen to, oldest first."""
    return Arrival.objects.filter(kind=Kind.REFUSED, seen_at=None).order_by("arrived_at", "id")


def counts() -> dict[tuple[str, str], int]:
    """Number of things that came in, by source and kind."""
    found = Arrival.objects.values_list("source", "kind").annotate(number=Count("id")).order_by()
    return {(source, kind): number for source, kind, number in found}


@transaction.atomic
def see_to(*, arrival_id: uuid.UUID, user: kernel.User) -> None:
    """A person has seen to what could not be taken in. Raises InquiryError when one has already."""
    seen = refused().filter(id=arrival_id).update(seen_at=timezone.now(), seen_by=str(user.pk))
    if not seen:
        raise InquiryError("En anden har allerede set på det. Hent siden igen.")


def _now(kind: Kind) -> dict[str, object]:
    return {"kind": kind, "arrived_at": timezone.now()}
