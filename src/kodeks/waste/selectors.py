# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people are shown of bins, sensors and the data path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from kodeks.waste.engine.notices.rules import FIRE
from kodeks.waste.models import (
    Bin,
    Device,
    ForecastScore,
    Notice,
    Outlook,
    Placement,
    Quarantined,
    Round,
    SensorLesson,
    SensorWorth,
    Session,
)

DECIDED_DAYS = 14
"""How long what was decided stays on the list of notices."""
# Numbers of a session rise with time, and it is by them that a reading is found.
_BATTERIES = """
    SELECT DISTINCT ON (s.device_id) s.device_id, r.battery_pct, r.battery_v
    FROM waste_session AS s JOIN LATERAL (
        SELECT battery_pct, battery_v FROM waste_reading
        WHERE session_id = s.id AND at > %(since)s
            AND (battery_pct IS NOT NULL OR battery_v IS NOT NULL)
        ORDER BY number DESC LIMIT 1
    ) AS r ON true
    WHERE s.last_at > %(since)s AND (%(devices)s::int[] IS NULL OR s.device_id = ANY(%(devices)s))
    ORDER BY s.device_id, s.last_at DESC
"""


@dataclass(frozen=True)
class Kind:
    """What one kind of sensor did, as it was counted last."""

    sensor: str
    figures: dict[str, float | int | dict[str, int] | None]


class Point(NamedTuple):
    """A bin as a map needs it; trust is None where no round has seen it."""

    id: int
    code: str
    place: str
    latitude: float
    longitude: float
    level_pct: float | None
    trust: float | None
    is_asked: bool


def quarantined(count: int) -> list[Quarantined]:
    """The newest that were not taken; never the message itself."""
    return list(Quarantined.objects.defer("raw").order_by("-id")[:count])


def placed_now() -> QuerySet[Placement]:
    """Where each device sits now, if anywhere: the newest of its placements."""
    return Placement.objects.order_by("device_id", "-since", "-id").distinct("device_id")


def latest_round() -> Round | None:
    """The newest that was finished."""
    return Round.objects.exclude(finished_at=None).order_by("-at").first()


def full_pct() -> float | None:
    """From which level on the model in operation calls a bin full; None before the first round."""
    found = Round.objects.exclude(full_pct=None).order_by("-at").first()
    return None if found is None else found.full_pct


def bins(
    made: Round | None, *, words: str = "", district: str = "", in_need: bool = False
) -> QuerySet[Bin]:
    """Bins by how soon they are expected to be full, each with `now_id` of its outlook in the round
    (see `outlooks_of`). `in_need`: those with an open notice or an unknown level."""
    found = Bin.objects.all()
    if words:
        found = found.filter(Q(code__icontains=words) | Q(place__icontains=words))
    if district:
        found = found.filter(district=district)
    found = found.annotate(
        now=FilteredRelation("outlooks", condition=Q(outlooks__round=made and made.id)),
        now_id=F("now__id"),
    )
    if in_need:
        asked = Notice.objects.filter(ended_at=None).values("bin_id")
        unknown = Q(now__id__isnull=False, now__trust__lte=0)
        found = found.filter(Q(id__in=asked) | unknown)
    soonest = (F("now__within_1").desc(nulls_last=True), F("now__level_pct").desc(nulls_last=True))
    return found.order_by(*soonest, "code", "id")


def outlooks_of(found: Iterable[Bin]) -> dict[int, Outlook]:
    """By bin (id), of rows of `bins`."""
    ids = [one.now_id for one in found if one.now_id is not None]  # type: ignore[attr-defined]
    return {one.bin_id: one for one in Outlook.objects.filter(id__in=ids)}


def points(found: QuerySet[Bin]) -> Iterator[Point]:
    """Rows of `bins` that have a position. Thousands: no row becomes a model."""
    asked = Notice.objects.filter(bin_id=OuterRef("pk"), ended_at=None)
    placed = found.filter(latitude__isnull=False, longitude__isnull=False)
    names = ("id", "code", "place", "latitude", "longitude", "now__level_pct", "now__trust")
    rows = placed.annotate(is_asked=Exists(asked)).values_list(*names, "is_asked")
    return (Point(*row) for row in rows)


def heard_in(bins: Iterable[int]) -> dict[int, dt.datetime | None]:
    """By bin (id) in which a device sits now: when that spoke last, if ever."""
    asked = set(bins)
    if not asked:
        return {}
    were = Placement.objects.filter(bin_id__in=asked).values("device_id")
    sits = {
        one.device_id: one.bin_id
        for one in placed_now().filter(device_id__in=were)
        if one.bin_id in asked
    }
    rows = Session.objects.filter(device_id__in=sits).values("device_id")
    heard = dict(rows.annotate(at=Max("last_at")).values_list("device_id", "at"))
    return {bin_id: heard.get(device) for device, bin_id in sits.items() if bin_id is not None}


def outlook(made: Round | None, bin_id: int) -> Outlook | None:
    return None if made is None else made.outlooks.filter(bin_id=bin_id).first()


def expected(
    bin_id: int, *, since: dt.datetime, until: dt.datetime
) -> Iterator[tuple[dt.datetime, float]]:
    """When a round in [since, until) said what of a bin's being full within a day, oldest first,
    as long as rounds are kept."""
    found = Outlook.objects.filter(
        bin_id=bin_id, round__at__gte=since, round__at__lt=until, within_1__isnull=False
    )
    yield from found.order_by("round__at").values_list("round__at", "within_1")


def districts() -> list[str]:
    """Those that bins lie in."""
    named = Bin.objects.exclude(district="").order_by("district")
    return list(named.values_list("district", flat=True).distinct())


def open_notices() -> QuerySet[Notice]:
    """What waits for a person: what may burn first, then the oldest."""
    found = Notice.objects.filter(ended_at=None).annotate(is_urgent=Q(label=FIRE))
    return found.select_related("bin").order_by("-is_urgent", "opened_at", "id")


def decided_notices() -> QuerySet[Notice]:
    """What was decided in the last days, newest first."""
    since = timezone.now() - dt.timedelta(days=DECIDED_DAYS)
    found = Notice.objects.filter(decision_id__isnull=False, ended_at__gt=since)
    return found.select_related("bin").order_by("-ended_at", "id")


def notices_of(bin_id: int) -> QuerySet[Notice]:
    """Of one bin, newest first."""
    return Notice.objects.filter(bin_id=bin_id).order_by("-opened_at", "id")


def devices(*, words: str = "", low_battery: bool = False) -> QuerySet[Device]:
    """Sensors by name, each with `bin_now`, `heard_at`, `came` and `lost`. `low_battery`: those
    that sit in a bin and whose last word of their battery is below the settings' limits."""
    newest = Placement.objects.filter(device=OuterRef("pk")).order_by("-since", "-id")
    found = Device.objects.annotate(
        bin_now=Subquery(newest.values("bin_id")[:1]),
        heard_at=Max("sessions__last_at"),
        came=Sum("sessions__came"),
        lost=Sum("sessions__lost"),
    )
    if words:
        held = Bin.objects.filter(code__icontains=words).values("id")
        found = found.filter(
            Q(name__icontains=words) | Q(sensor__icontains=words) | Q(bin_now__in=held)
        )
    if low_battery:
        low = [device for device, one in batteries().items() if one.is_low]
        found = found.filter(id__in=low, bin_now__isnull=False)
    return found.order_by("name", "id")


@dataclass(frozen=True)
class Battery:
    """What a sensor said of its battery last: percent, volts, or both."""

    percent: float | None
    volts: float | None

    @property
    def is_low(self) -> bool:
        """By the settings' limits; of percent and volts, percent counts."""
        if self.percent is not None:
            return self.percent <= settings.KODEKS_WASTE_LOW_BATTERY
        return 1000 * (self.volts or 0.0) <= settings.KODEKS_WASTE_LOW_BATTERY_MV


def batteries(found: Iterable[Device] | None = None, *, days: int = 30) -> dict[int, Battery]:
    """The last that devices (by id; None for all) told of theirs in the last days."""
    since = timezone.now() - dt.timedelta(days=days)
    devices = None if found is None else [one.id for one in found]
    with connection.cursor() as cursor:
        cursor.execute(_BATTERIES, {"devices": devices, "since": since})
        return {device: Battery(*told) for device, *told in cursor.fetchall()}


def kinds() -> tuple[dt.datetime | None, list[Kind]]:
    """What each kind of sensor did, as counted last, and when."""
    at = SensorLesson.objects.aggregate(at=Max("at"))["at"]
    rows = SensorLesson.objects.filter(at=at).order_by("sensor")
    return at, [Kind(one.sensor, one.figures) for one in rows]


def worths() -> tuple[dt.datetime | None, QuerySet[SensorWorth]]:
    """What each bin's sensor is worth, as reckoned last, the least first, and when."""
    at = SensorWorth.objects.aggregate(at=Max("at"))["at"]
    found = SensorWorth.objects.filter(at=at).select_related("bin")
    return at, found.order_by(F("gain").asc(nulls_last=True), "bin__code", "id")


def scores() -> tuple[dt.datetime | None, list[ForecastScore]]:
    """How good the forecasts were, as reckoned last, the nearest day first, and when."""
    at = ForecastScore.objects.aggregate(at=Max("at"))["at"]
    return at, list(ForecastScore.objects.filter(at=at).order_by("days"))
