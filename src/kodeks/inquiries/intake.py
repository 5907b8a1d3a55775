# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Taking in files: inquiries and topics."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from kodeks.casework import services as casework
from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.files import read_inquiries
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
    moments = [_moment(row.received_at, number) for number, row in enumerate(rows, start=1)]
    new = 0
    for number, row in enumerate(rows, start=1):
        _, is_new = services.receive(
            external_id=row.external_id,
            text=row.text,
            channel=row.channel or Channel.WEB,
            received_at=moments[number - 1],
            sender_name=row.sender_name,
            sender_cpr=row.sender_cpr,
            district=row.district,
        )
        new += is_new
        if number % _EVERY == 0:
            progress(number)
    return Loaded(new=new, known=len(rows) - new)


def _moment(text: str, number: int) -> dt.datetime | None:
    """The time of receipt; a date alone means noon, no zone means Danish time."""
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise InquiryError(
            f"I række {number} er received_at ikke et tidspunkt. Skriv det som 2026-11-24T09:30."
        ) from error
    if len(text) == len("2026-11-24"):
        moment = moment.replace(hour=12)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


@transaction.atomic
def load_topics(path: Path) -> int:
    """Take in topics and the units they go to. Raises InquiryError or CaseworkError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InquiryError(f"{path.name} er ikke en CSV-fil i UTF-8. Gem den som UTF-8.") from error
    missing = [name for name in _TOPIC_COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise InquiryError(f"{path.name} mangler kolonner: {', '.join(missing)}.")
    topics = []
    for number, row in enumerate(rows, start=2):
        if not (row["working_days"] or "").isdigit():
            raise InquiryError(f"I linje {number} skal working_days være et helt tal.")
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
