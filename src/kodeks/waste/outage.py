# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When most sensors are silent at once: then it is the way to us that is broken, and not they."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.robots.errors import BusinessError
from kodeks.waste import selectors
from kodeks.waste.models import Session

LEAST = 3
"""Sensors; of fewer nobody can say whether it is they or the way."""
LEAST_HELD = 20
"""Sensors, from which on nobody is asked about each of them."""
_USED_TO_SPEAK = dt.timedelta(days=7)
_PATIENCE = 2.5
"""Times the usual time between two messages of a sensor, before it counts as silent."""


@dataclass(frozen=True)
class Outage:
    """So many sensors of those that used to speak are silent; the last of them spoke at `since`."""

    silent: int
    sensors: int
    since: dt.datetime

    @property
    def holds_back(self) -> bool:
        """Whether there would be as many notices as there are bins, about one thing."""
        return self.silent >= LEAST_HELD

    @property
    def sentence(self) -> str:
        at = timezone.localtime(self.since)
        words = f"{date_format(at, 'j. F')} kl. {date_format(at, 'H.i')}"
        return (
            f"{self.silent} af {self.sensors} målere er tavse. Den sidste af dem blev hørt "
            f"{words}. Det er næppe målerne: se, om MQTT-serveren, netværket og »kodeks waste "
            "ingest« kører."
        )


def found(now: dt.datetime) -> Outage | None:
    """Whether more than half of the sensors that spoke in the week before the last message are
    silent: longer than KODEKS_WASTE_SILENT_HOURS, and than they use to be."""
    heard = _heard()
    newest = max((last for last, _ in heard), default=None)
    if newest is None:
        return None
    those = [one for one in heard if one[0] > newest - _USED_TO_SPEAK]
    least = dt.timedelta(hours=settings.KODEKS_WASTE_SILENT_HOURS)
    silent = [last for last, usual in those if now - last > max(least, _PATIENCE * usual)]
    if len(those) < LEAST or 2 * len(silent) <= len(those):
        return None
    return Outage(len(silent), len(those), max(silent))


def look() -> None:
    """Background work: raises BusinessError while most sensors are silent, so that who looks after
    the operation is told."""
    outage = found(timezone.now())
    if outage is not None:
        raise BusinessError("sensors_silent", outage.sentence)


def _heard() -> list[tuple[dt.datetime, dt.timedelta]]:
    """Of each device that sits in a bin: when it spoke last, and how long it usually waits."""
    placed = {one.device_id for one in selectors.placed_now() if one.bin_id is not None}
    rows = Session.objects.filter(device_id__in=placed, last_at__isnull=False)
    last = dict(rows.values("device_id").annotate(at=Max("last_at")).values_list("device_id", "at"))
    usual: dict[int, dt.timedelta] = {}
    told = rows.filter(came__gt=1).order_by("device_id", "-last_at").distinct("device_id")
    for device, began, ended, came in told.values_list("device_id", "began_at", "last_at", "came"):
        usual[device] = (ended - began) / (came - 1)
    return [(at, usual.get(device, dt.timedelta())) for device, at in last.items()]
