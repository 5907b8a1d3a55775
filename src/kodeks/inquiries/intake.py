# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Taking in files: inquiries and topics."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from kodeks.casework import distributing, kle, kle_subjects, selectors
from kodeks.casework import services as casework
from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.files import IncomingInquiry, read_inquiries, read_rows
from kodeks.inquiries.models import Channel, Inquiry

_EVERY = 50
_TOPIC_COLUMNS = {
    "label": 60,
    "title": 120,
    "kle_number": 8,
    "facet": 3,
    "unit": 80,
    "unit_name": 200,
    "working_days": 3,
}
"""The columns a file of topics must have, and the most characters of each."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    new: int
    known: int


def load(path: Path, *, progress: Callable[[int], None] = lambda count: None) -> Loaded:
    """Take in the inquiries of a CSV file; those known by external_id are left as they are.

    The whole file is read and checked before anything is stored, so a fault in the last row loses
    nothing and leaves nothing half done: a corrected file has other keys of its own, and would
    bring the first rows in once more. Raises InquiryFileError or InquiryError.
    """
    rows = checked(read_inquiries(path))
    new = 0
    for number, row in enumerate(rows, start=1):
        new += take_in(row)[1]
        if number % _EVERY == 0:
            progress(number)
    return Loaded(new=new, known=len(rows) - new)


def checked(rows: Iterable[IncomingInquiry]) -> list[IncomingInquiry]:
    """All of the rows, once every one of them can be stored. Raises InquiryError."""
    found = list(rows)
    for row in found:
        _check(row)
    return found


def take_in(row: IncomingInquiry) -> tuple[Inquiry, bool]:
    """The inquiry of a row, and whether it is new. Raises InquiryError."""
    return services.receive(
        external_id=row.external_id,
        text=row.text,
        channel=row.channel or Channel.WEB,
        received_at=_aware(row.received_at),
        sender_name=row.sender_name,
        sender_cpr=row.sender_cpr,
        address=row.sender_email,
        district=row.district,
    )


def _check(row: IncomingInquiry) -> None:
    """What the file alone cannot tell: the channels we know, and today's date."""
    if row.channel and row.channel not in Channel.values:
        raise InquiryError(
            f"I række {row.row_number} kendes kanalen {row.channel[:40]} ikke. "
            f"Brug: {', '.join(Channel.values)}."
        )
    moment = _aware(row.received_at)
    # Noon today may lie ahead of the clock; a day more is a slip of the pen.
    if moment is not None and moment > timezone.now() + dt.timedelta(days=1):
        raise InquiryError(f"I række {row.row_number} ligger received_at i fremtiden. Ret den.")


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """The moment with a zone: one without means Danish time."""
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment)


@transaction.atomic
def load_topics(path: Path) -> int:
    """Take in topics, the units they go to and their KLE subjects.

    Raises InquiryFileError, InquiryError or CaseworkError.
    """
    topics = [_topic(row, number) for number, row in read_rows(path, required=_TOPIC_COLUMNS)]
    if len({topic.label for topic in topics}) != len(topics):
        raise InquiryError("To emner har samme label. Giv hvert emne sit eget.")
    return services.register_topics(topics)


def _topic(row: dict[str, str], number: int) -> services.NewTopic:
    row = {name: value.strip() for name, value in row.items()}
    for name, most in _TOPIC_COLUMNS.items():
        if not row[name] or len(row[name]) > most:
            raise InquiryError(f"I række {number} skal {name} være på 1 til {most} tegn.")
    if not re.fullmatch("[0-9]+", row["working_days"]) or not int(row["working_days"]):
        raise InquiryError(f"I række {number} skal working_days være et helt tal over 0.")
    if not kle.is_facet(row["facet"]):
        raise InquiryError(f"I række {number} er facet ikke en handlingsfacet. Skriv den som G01.")
    _require_kle(row, number)
    unit = casework.add_unit(code=row["unit"], name=row["unit_name"])
    if "distribution" in row:
        distributing.route(unit=unit, by=row["distribution"])
    return services.NewTopic(
        label=row["label"],
        title=row["title"],
        kle_number=row["kle_number"],
        facet=row["facet"],
        unit=row["unit"],
        working_days=int(row["working_days"]),
    )


def _require_kle(row: dict[str, str], at: int) -> None:
    """Add the KLE subject if its title is given; otherwise the robot must find it on the list."""
    number, today = row["kle_number"], timezone.localdate()
    if kle_subjects.is_usable(number=number, on=today):
        return
    if row.get("kle_title") and not selectors.kle_number_exists(number=number):
        casework.add_kle_subject(
            number=number, title=row["kle_title"][:200], valid_from=kle.LISTED_FROM
        )
        return
    raise InquiryError(
        f"I række {at} er KLE-nummeret {number} ikke på listen. Skriv KLE-emnets titel i kolonnen "
        "kle_title, så bliver det føjet til. Er nummeret gået ud af KLE, så skriv et andet."
    )
