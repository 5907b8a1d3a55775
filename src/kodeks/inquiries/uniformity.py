# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The report of whether like inquiries are handled alike, across departments, channels and people.

Texts are read as a data set under a permit that a technician gets for improving the system, and are
compared in the background (`engine.pairing`). What is kept are figures and ids. Whoever reads the
report sees the texts only of inquiries that are theirs to see.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kodeks.casework.models import InboxItem
from kodeks.inquiries import selectors, sorting
from kodeks.inquiries.engine import handling, pairing
from kodeks.inquiries.engine.cleaning import Reading
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Channel, Inquiry, Topic, UniformityReport
from kodeks.inquiries.releases import LEARNING, SOURCE, SYSTEM, TEXT, TOPIC
from kodeks.kernel import api as kernel
from kodeks.language import recognising
from kodeks.robots import services as robots

TASK = "inquiries-uniformity"
STEERS = frozenset(
    {kernel.Role.SYSTEM_OWNER, kernel.Role.DATA_PROTECTION_OFFICER, kernel.Role.ADMINISTRATOR}
)
WINDOW = dt.timedelta(days=365)
MOST_INQUIRIES, MOST_APART = 100_000, 500
_FEWEST = 2
_SECONDS_A_DAY = 86_400
_LENGTHS = ((10, "Under 10 ord"), (40, "10-39 ord"))


@dataclass(frozen=True)
class _Row:
    id: uuid.UUID
    text: str
    channel: str
    district: str
    received_at: dt.datetime
    decision_id: uuid.UUID
    recommendation_id: uuid.UUID | None


def ask_for(*, user: kernel.User) -> bool:
    """Have the report made in the background; False when one is on its way already.

    Raises kernel Refused when the person may not.
    """
    if not kernel.may(user, "develop_model", about=kernel.About(system=SYSTEM)):
        raise kernel.Refused(
            code="develop_model", message="Kun en tekniker kan bede om en ny rapport."
        )
    return robots.enqueue(task=TASK, arguments={"user_id": user.pk}, key=TASK)


def make_for(*, user_id: int) -> None:
    """Make the report for the person who asked, in a worker."""
    make(user=kernel.User.objects.get(pk=user_id))


@kernel.as_service("uniformity")
def make(
    *, user: kernel.User, progress: Callable[[int], None] = lambda done: None
) -> UniformityReport:
    """Compare the decided inquiries of the last year, at most 100,000 of the newest, and store what
    is found. `progress` is told how many are compared.

    Raises InquiryError when too few are decided, kernel Refused or SystemStopped when the person or
    the system may not.
    """
    since = timezone.now() - WINDOW
    rows = _rows(since)
    if len(rows) < _FEWEST:
        raise InquiryError("Der er for få afgjorte henvendelser at sammenligne. Prøv senere.")
    permit = kernel.ask(system=SYSTEM, purpose=LEARNING, phase="retraining", user=user)
    permit.read_dataset(source=SOURCE, fields=(TEXT, TOPIC), rows=len(rows), sha256=_digest(rows))
    places = tuple(sorted({row.district for row in rows} - {""}))
    pairs = pairing.pairs(
        [row.text for row in rows], reading=Reading(places=places), progress=progress
    )
    found = handling.uniformity(_handled(rows), pairs)
    with transaction.atomic():
        return UniformityReport.objects.create(
            made_at=timezone.now(),
            made_by=user,
            since=since,
            figures={
                "inquiries": found.inquiries,
                "pairs": found.pairs,
                "pairs_apart": len(found.apart),
                "alike": [asdict(one) for one in found.alike],
                "sure": [asdict(one) for one in found.sure],
                "gaps": dict(found.gaps),
            },
            apart=[
                [str(rows[pair.first].id), str(rows[pair.second].id), round(pair.likeness, 3)]
                for pair in found.apart[:MOST_APART]
            ],
        )


def newest() -> UniformityReport | None:
    """The report that was made last."""
    return UniformityReport.objects.select_related("made_by").order_by("-made_at").first()


def seen_pairs(report: UniformityReport, *, user: kernel.User) -> list[tuple[str, str, float]]:
    """Ids and likeness of the report's pairs of which the person sees both, and that are not
    erased."""
    ids = {number for pair in report.apart for number in pair[:2]}
    seen = Inquiry.objects.visible_to(user).filter(id__in=ids, erased_at=None)
    known = {str(number) for number in seen.values_list("id", flat=True)}
    return [
        (first, second, alike)
        for first, second, alike in report.apart
        if first in known and second in known
    ]


def _rows(since: dt.datetime) -> list[_Row]:
    found = (
        selectors.handled()
        .filter(erased_at=None, received_at__gte=since)
        .values_list(
            *("id", "text", "channel", "district", "received_at"),
            *("decision_id", "recommendation_id"),
        )[:MOST_INQUIRIES]
    )
    return [_Row(*row) for row in found]


def _digest(rows: Sequence[_Row]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row.id.bytes + hashlib.sha256(row.text.encode()).digest())
    return digest.hexdigest()


def _handled(rows: Sequence[_Row]) -> list[handling.Handled]:
    standing = kernel.standings([row.decision_id for row in rows])
    ways = sorting.ways([str(row.id) for row in rows])
    units = dict(Topic.objects.values_list("label", "unit__name"))
    answered = dict(
        InboxItem.objects.filter(kind=selectors.SUBJECT, handled_at__isnull=False)
        .order_by("-handled_at")
        .values_list("case__inquiry__id", "handled_at")
    )
    return [_one(row, standing, ways, units, answered) for row in rows]


def _one(
    row: _Row,
    standing: Mapping[uuid.UUID, kernel.Standing],
    ways: Mapping[str, str],
    units: Mapping[str, str],
    answered: Mapping[uuid.UUID, dt.datetime],
) -> handling.Handled:
    label = str(standing[row.decision_id].outcome["label"])
    way = ways.get(str(row.id))
    at = answered.get(row.id)
    groups: dict[str, str] = {
        "channel": str(Channel(row.channel).label),
        "language": recognising.foreign(row.text) or "dansk",
        "length": _length(row.text),
    }
    if row.district:
        groups["district"] = row.district
    return handling.Handled(
        label=label,
        unit=units.get(label, label),
        by=standing[row.decision_id].by,
        groups=groups,
        sure=None if way is None else way == "label",
        days=None if at is None else (at - row.received_at).total_seconds() / _SECONDS_A_DAY,
    )


def _length(text: str) -> str:
    count = len(text.split())
    return next((name for most, name in _LENGTHS if count < most), "40 ord og derover")


def titles() -> Mapping[str, Any]:
    """What the attributes of a report are called."""
    return {
        "all": "Alle",
        "person": "Den, der afgjorde",
        "unit": "Afdeling",
        "channel": "Kanal",
        "district": "Bydel",
        "language": "Sprog",
        "length": "Tekstens længde",
        "channel, between": "Mellem to kanaler",
        "district, between": "Mellem to bydele",
        "language, between": "Mellem to sprog",
        "length, between": "Mellem to længder",
        "one": "Den samme afgjorde begge",
        "two": "To forskellige afgjorde",
    }
