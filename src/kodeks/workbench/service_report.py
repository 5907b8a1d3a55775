# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system's service times and hours freed, by month, as data.

Counting reads the whole ledger, so pages show the newest report that a worker has made. Months that
are over are final: a report that counts one of them anew and gets something else says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from kodeks.codex.days import law_day
from kodeks.kernel import measured, storage
from kodeks.kernel.measured import Measured
from kodeks.kernel.models import TimeStudy
from kodeks.robots import services as robots
from kodeks.statistics import hours, times
from kodeks.statistics.hours import Freed
from kodeks.statistics.times import Times
from kodeks.workbench import service_departments
from kodeks.workbench.models import ServiceReport

TASK = "service-report"
FRESH = dt.timedelta(minutes=10)
"""How old a report is before a page asks for a new one."""
_SETTLED = dt.timedelta(hours=1)
"""After a month's end no entry of it is on its way any more."""
Content = dict[str, Any]


def compute(system: str, *, contents: bool = False) -> Content:
    """The report from the ledger as it is now; `contents` as in `measured.read`."""
    found = measured.read(system, contents=contents)
    return {
        "system": system,
        "size": found.size,
        "counted_at": timezone.now().isoformat(),
        "total": _total(found),
        "months": _months(found),
        "departments": service_departments.compute(found),
        "studies": _studies(system),
        "alarms": [asdict(one) for one in found.alarms],
        "not_counted": {
            "without_begin": found.without_begin,
            "erased": found.erased,
            "waiting": found.waiting,
        },
    }


def newest(system: str) -> ServiceReport | None:
    """The newest report; asks a worker for another when it is old and the ledger has grown."""
    report = ServiceReport.objects.filter(system=system).first()
    if report is None or report.made_at < timezone.now() - FRESH:
        head = storage.latest_checkpoint()
        if report is None or head is None or head.size != report.content["size"]:
            robots.enqueue(task=TASK, arguments={"system": system}, key=system)
    return report


@transaction.atomic
def renew(*, system: str) -> ServiceReport:
    """Count again and keep the report. Background work."""
    report, _ = ServiceReport.objects.select_for_update().get_or_create(
        system=system, defaults={"content": {}, "closed": {}, "made_at": timezone.now()}
    )
    now = timezone.now()
    content = compute(system)
    content["alarms"] += against(report.closed, content)
    report.closed = _closed(content, now=now) | report.closed
    report.content = content
    report.made_at = now
    report.save()
    return report


def against(closed: Mapping[str, Any], content: Content) -> list[dict[str, Any]]:
    """An alarm when months that were over are counted otherwise now."""
    changed = sorted(month for month in closed if content["months"].get(month) != closed[month])
    if not changed:
        return []
    text = f"Måneder, der er slut, giver nu andre tal: {', '.join(changed)}."
    return [{"code": "month_changed", "count": len(changed), "text": text}]


def _closed(content: Content, *, now: dt.datetime) -> dict[str, Any]:
    """The months that are over and final."""
    if content["not_counted"]["waiting"]:
        return {}
    current = _month(law_day(now - _SETTLED))
    return {month: found for month, found in content["months"].items() if month < current}


def _total(found: Measured) -> Content:
    freed = hours.freed(
        studies=found.studies,
        pieces=found.pieces,
        reviews=found.reviews,
        reworks=found.reworks,
        period_of=lambda _: "",
    ).get("")
    waits = times.times(
        courses=found.courses,
        today=timezone.localdate(),
        day_of=law_day,
        period_of=lambda _: "",
    ).get("")
    return {"hours": _hours(freed), "times": _times(waits)}


def _months(found: Measured) -> dict[str, Content]:
    freed = hours.freed(
        studies=found.studies,
        pieces=found.pieces,
        reviews=found.reviews,
        reworks=found.reworks,
        period_of=lambda moment: _month(law_day(moment)),
    )
    by_unit = {"": found.courses} | times.by_unit(found.courses) | {"": found.courses}
    waits = {
        unit: times.times(
            courses=courses, today=timezone.localdate(), day_of=law_day, period_of=_month
        )
        for unit, courses in by_unit.items()
    }
    months = sorted({*freed, *(month for one in waits.values() for month in one)})
    return {
        month: {
            "hours": _hours(freed.get(month)),
            "times": _times(waits[""].get(month)),
            "units": {
                unit: _times(one[month])
                for unit, one in sorted(waits.items())
                if unit and month in one
            },
        }
        for month in months
    }


def _month(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def _hours(found: Freed | None) -> Content | None:
    """Counts, and minutes with two decimals."""
    if found is None:
        return None
    return {
        name: value if isinstance(value, int) else round(value, 2)
        for name, value in (asdict(found) | {"minutes": found.minutes}).items()
    }


def _times(found: Times | None) -> Content | None:
    if found is None:
        return None
    return {
        "response": service_departments.wait(found.response),
        "triage": service_departments.wait(found.triage),
        "handling": service_departments.wait(found.handling),
        "promised": found.promised,
        "kept": found.kept,
    }


def _studies(system: str) -> list[Content]:
    """All studies, the newest first, as they stand in the table that was compared."""
    return [
        {
            "id": str(one.id),
            "step": one.step,
            "measured": one.measured,
            "mean": str(one.mean),
            "deviation": str(one.deviation),
            "review": str(one.review),
            "rework": str(one.rework),
            "first_day": one.first_day.isoformat(),
            "last_day": one.last_day.isoformat(),
            "measured_by": one.measured_by,
            "sha256": one.sha256,
            "unit": one.unit,
            "owner": one.owner.full_name,
            "since": one.registered_at.isoformat(),
        }
        for one in TimeStudy.objects.filter(system_id=system)
        .select_related("owner")
        .order_by("-registered_at", "id")
    ]
