# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The report of whether like inquiries are handled alike, across departments, channels and people.

Texts are read as a data set under a permit that a technician gets for improving the system, and are
compared in the background (`engine.pairing`). Some of them are given to the model in operation in
other clothes as well (`engine.metamorphic`): those live in memory only. What is kept are figures,
ids and topics. Whoever reads the report sees the texts only of inquiries that are theirs to see.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kodeks.casework.models import InboxItem
from kodeks.inquiries import selectors, sorting, unevenness
from kodeks.inquiries.engine import changing, handling, metamorphic, pairing
from kodeks.inquiries.engine.cleaning import Reading
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Channel, Inquiry, Topic, UniformityReport
from kodeks.inquiries.releases import LEARNING, SOURCE, SYSTEM, TEXT, TOPIC
from kodeks.inquiries.suggesting import PURPOSE
from kodeks.kernel import api as kernel
from kodeks.language import cpr, guard, recognising
from kodeks.robots import schedules
from kodeks.robots import services as robots

TASK, DUE = "inquiries-uniformity", "inquiries-uniformity-due"
SCHEDULE = "ensartethed"
STEERS = frozenset(
    {kernel.Role.SYSTEM_OWNER, kernel.Role.DATA_PROTECTION_OFFICER, kernel.Role.ADMINISTRATOR}
)
WINDOW = dt.timedelta(days=365)
MOST_INQUIRIES, MOST_APART = 100_000, 500
MOST_CHANGED, MOST_MOVED = 200, 100
"""How many inquiries are given in other clothes, and how many that moved by it are listed."""
_FEWEST = 2
_SECONDS_A_DAY = 86_400
_LENGTHS = ((10, "Under 10 ord"), (40, "10-39 ord"))


@dataclass(frozen=True)
class _Row:
    id: uuid.UUID
    text: str = field(repr=False)
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


def ask_by_schedule() -> None:
    """Background work: a new report in the name of the technician who switched the schedule on."""
    technician = schedules.answerable(SCHEDULE)
    if technician is not None:
        ask_for(user=technician)


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
    clothes = _in_other_clothes(rows, progress)
    figures = {
        "inquiries": found.inquiries,
        "pairs": found.pairs,
        "pairs_apart": len(found.apart),
        "alike": [asdict(one) for one in found.alike],
        "sure": [asdict(one) for one in found.sure],
        "gaps": {name: asdict(gap) for name, gap in found.gaps.items()},
        "clothes": clothes,
    }
    with transaction.atomic():
        unevenness.sound(figures, system=SYSTEM, titles=titles())
        return UniformityReport.objects.create(
            made_at=timezone.now(),
            made_by=user,
            since=since,
            figures=figures,
            apart=[
                [str(rows[pair.first].id), str(rows[pair.second].id), round(pair.likeness, 3)]
                for pair in found.apart[:MOST_APART]
            ],
        )


def reports() -> QuerySet[UniformityReport]:
    """All reports, the newest first."""
    return UniformityReport.objects.select_related("made_by").order_by("-made_at")


def newest() -> UniformityReport | None:
    """The report that was made last."""
    return reports().first()


def seen_moves(report: UniformityReport, *, user: kernel.User) -> list[dict[str, str]]:
    """The report's inquiries that a change of clothes moved, of which the person sees the text and
    that are not erased, each with the `text` as it is and `changed`, made again for the page."""
    moved = report.figures.get("clothes", {}).get("moved", [])
    ids = {one["id"] for one in moved}
    seen = Inquiry.objects.visible_to(user).filter(id__in=ids, erased_at=None)
    texts = {str(number): text for number, text in seen.values_list("id", "text")}
    return [
        {
            **one,
            "text": texts[one["id"]],
            "changed": _as_read(
                metamorphic.changed(
                    texts[one["id"]], key=one["id"], kind=one["kind"], way=one["way"]
                )
            ),
        }
        for one in moved
        if one["id"] in texts and one["way"] in changing.CHANGES.get(one["kind"], {})
    ]


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


def _in_other_clothes(rows: Sequence[_Row], progress: Callable[[int], None]) -> dict[str, Any]:
    """What the model in operation makes of some of the texts in other clothes, or why nothing."""
    draw = random.Random(_digest(rows))  # noqa: S311 - which texts are tried is no secret
    some = draw.sample(list(rows), min(MOST_CHANGED, len(rows)))

    def compute(model: TriageModel, allowed: Mapping[str, float]) -> metamorphic.Metamorphic:
        return metamorphic.measured(
            [row.text for row in some],
            [str(row.id) for row in some],
            answer=lambda texts: model.triage(texts, by_department=allowed, explained=False),
            seen=_as_read,
            progress=progress,
        )

    try:
        found, sha256 = kernel.under_permit(
            system=SYSTEM, purpose=PURPOSE, work=lambda permit: _asked(permit, compute)
        )
    except kernel.Refused as refusal:
        return {"why": refusal.message}
    return {
        "texts": found.texts,
        "model": kernel.version_of(system=SYSTEM, artefact_sha256=sha256),
        "sure": asdict(found.sure),
        "lines": [asdict(one) for one in found.lines],
        "moves": len(found.moved),
        "moved": [
            {
                "id": str(some[one.place].id),
                "kind": one.kind,
                "way": one.way,
                "before": one.before,
                "after": one.after,
            }
            for one in _varied(found.moved)[:MOST_MOVED]
        ],
    }


def _varied(moved: Sequence[metamorphic.Moved]) -> list[metamorphic.Moved]:
    """One of each way of changing first, then another of each."""
    before: Counter[tuple[str, str]] = Counter()
    places = []
    for one in moved:
        places.append(before[one.kind, one.way])
        before[one.kind, one.way] += 1
    return [one for _, one in sorted(zip(places, moved, strict=True), key=lambda pair: pair[0])]


def _as_read(text: str) -> str:
    """A text as intake keeps it and the permit gives it."""
    return guard.visible(cpr.mask(text))


def _asked(
    permit: kernel.Permit,
    compute: Callable[[TriageModel, Mapping[str, float]], metamorphic.Metamorphic],
) -> tuple[metamorphic.Metamorphic, str]:
    allowed = permit.allowed_errors
    found = permit.predict(load=TriageModel.of_bytes, compute=lambda model: compute(model, allowed))
    return found, permit.computed_by


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
        "name": "Navn",
        "signed, Danish": "Underskrevet med et dansk navn",
        "signed, other origin": "Underskrevet med et navn fra et andet land",
        "signed, not on the list": "Underskrevet med et sjældent navn",
        "introduced, Danish": "»Jeg hedder ...« med et dansk navn",
        "introduced, not on the list": "»Jeg hedder ...« med et sjældent navn",
        "gender or origin exchanged": "Køn eller oprindelse byttet om",
        "cpr": "CPR-nummer",
        "written in many ways": "Skrevet på mange måder",
        "address or district": "En anden adresse eller bydel",
        "mail": "Som mail",
        "note of a call": "Som telefonnotat",
        "contact form": "Som kontaktformular",
        "casing": "Store og små bogstaver",
        "upper": "Kun store",
        "lower": "Kun små",
        "sentence": "Stort kun først i sætninger",
        "typos": "Slåfejl",
        "1 in 100 letters": "1 af 100 bogstaver",
        "2 in 100 letters": "2 af 100 bogstaver",
        "3 in 100 letters": "3 af 100 bogstaver",
        "ae, oe, aa": "ae, oe og aa for æ, ø og å",
    }
