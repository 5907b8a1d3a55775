# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Taking in files: inquiries and topics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from kodeks.casework import services as casework
from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.files import read_inquiries, read_rows
from kodeks.inquiries.models import Channel

_EVERY = 50
_TOPIC_COLUMNS = ("label", "title", "kle_number", "facet", "unit", "unit_name", "working_days")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    new: int
    known: int


def load(path: Path, *, progress: Callable[[int], None] = lambda count: None) -> Loaded:
    """Take in the inquiries of a CSV file; those known by external_id are left as they are.

    The whole file is read before anything is stored, so a fault in the last row loses nothing
    and leaves nothing half done. Raises InquiryFileError or InquiryError.
    """
    rows = list(read_inquiries(path))
    new = 0
    for number, row in enumerate(rows, start=1):
        _, is_new = services.receive(
            external_id=row.external_id,
            text=row.text,
            channel=row.channel or Channel.WEB,
            received_at=_aware(row.received_at),
            sender_name=row.sender_name,
            sender_cpr=row.sender_cpr,
            district=row.district,
        )
        new += is_new
        if number % _EVERY == 0:
            progress(number)
    return Loaded(new=new, known=len(rows) - new)


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """The moment with a zone: one without means Danish time."""
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment)


@transaction.atomic
def load_topics(path: Path) -> int:
    """Take in topics and the units they go to. Raises InquiryError or CaseworkError."""
    topics = []
    for number, row in read_rows(path, required=_TOPIC_COLUMNS):
        if not row["working_days"].isdecimal():
            raise InquiryError(f"I række {number} skal working_days være et helt tal.")
        casework.add_unit(code=row["unit"], name=row["unit_name"])
        topics.append(
            services.NewTopic(
                label=row["label"],
                title=row["title"],
                kle_number=row["kle_number"],
                facet=row["facet"],
                unit=row["unit"],
                working_days=int(row["working_days"]),
            )
        )
    return services.register_topics(topics)
