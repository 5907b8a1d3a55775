# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A department's figures: how long citizens wait, how often suggestions hold, and what waits.

Times and choices come from the newest report of the ledger (decision 0014), what waits is counted
now. A person sees the departments that their rights cover; all together only with a right for all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.casework import clock_reads
from kodeks.casework.models import InboxItem, Unit
from kodeks.kernel import access
from kodeks.kernel.models import Role, User
from kodeks.statistics import shares
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import charts, deadline_board, figures, service_report, solutions
from kodeks.workbench.access import FIGURES as READERS
from kodeks.workbench.charts import Amount, Chart, Estimate
from kodeks.workbench.service_departments import WEEKS, Content

UNIT = "afdeling"
AGES = (("0-2 dage", 3), ("3-7 dage", 8), ("8-14 dage", 15), ("15-30 dage", 31), ("Over 30", None))
"""How long something has waited, with the first day that is no longer of it."""
_DAY = 86_400
_NONE = "–"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number at the top: what it is of, what it was before, and a link to what is behind."""

    title: str
    value: str
    text: str
    href: str = ""


@require_safe
@for_roles(*READERS)
@never_cache
def departments(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    units = _units(user)
    asked = request.GET.get(UNIT)
    chosen = next((code for code, _ in units if code == asked), units[0][0] if units else None)
    context: dict[str, Any] = {"units": units, "chosen": chosen, "parameter": UNIT}
    if chosen is not None:
        context |= _shown(user, chosen) | {"title": dict(units)[chosen]}
    return render(request, "workbench/departments.html", context)


def _units(user: User) -> list[tuple[str, str]]:
    """Code and name of what the person may see; "" is all departments."""
    rights = [access.units_of(user, role) for role in READERS]
    sees_all = None in rights
    codes = {code for right in rights if right is not None for code in right}
    found = Unit.objects.all() if sees_all else Unit.objects.filter(code__in=codes)
    units = list(found.order_by("name").values_list("code", "name"))
    return [("", "Alle afdelinger"), *units] if sees_all and units else units


def _deadlines(user: User, unit: str) -> str:
    """The board's address, for those who may open it."""
    if not access.has_role(user, Role.CASEWORKER):
        return ""
    return f"{reverse('workbench:deadlines')}?{UNIT}={unit or deadline_board.ALL}"


def _shown(user: User, unit: str) -> dict[str, Any]:
    waits = _waiting(user, unit)
    late = _late(unit)
    systems = []
    for words in solutions.modules("routing"):
        report = service_report.newest(words.SYSTEM)
        found = {} if report is None else report.content.get("departments", {}).get(unit)
        systems.append(
            {
                "counted_at": None if report is None else report.made_at,
                **_figures(found or _NOTHING),
                **_drawings(found or _NOTHING, words),
            }
        )
    return {
        "systems": systems,
        "waiting": sum(waits),
        "late": late,
        "deadlines": _deadlines(user, unit),
        "ages": _by_age(waits),
    }


_NOTHING: Content = {"weeks": {}, "recent": {}, "corrections": []}


def _waiting(user: User, unit: str) -> list[int]:
    """How many wait for the department's answer, by age."""
    now = timezone.now()
    found = InboxItem.objects.visible_to(user, roles=READERS).filter(handled_at=None)
    if unit:
        found = found.filter(unit__code=unit)
    edges = [now - dt.timedelta(days=days) for _, days in AGES if days is not None]
    newer = found.order_by().aggregate(
        **{f"a{at}": Count("pk", filter=Q(created_at__gt=edge)) for at, edge in enumerate(edges)},
        all=Count("pk"),
    )
    sums = [0, *(newer[f"a{at}"] for at in range(len(edges))), newer["all"]]
    return [more - less for less, more in pairwise(sums)]


def _late(unit: str) -> int:
    today = timezone.localdate()
    return clock_reads.count_due(units=[unit] if unit else None, by=today - dt.timedelta(days=1))


def _figures(found: Content) -> dict[str, Any]:
    now, before = (_period(found["recent"].get(name)) for name in ("now", "before"))
    return {
        "figures": [
            Figure(
                title="Halvdelen fik svar inden",
                value=_days(now["handling"], "median_seconds"),
                text=_before(_days(before["handling"], "median_seconds")),
            ),
            Figure(
                title="Ni ud af ti fik svar inden",
                value=_days(now["handling"], "p90_seconds"),
                text=_before(_days(before["handling"], "p90_seconds")),
            ),
            Figure(
                title="Svar inden for fristen",
                value=_share(now["kept"], now["promised"]),
                text=_before(_share(before["kept"], before["promised"])),
            ),
            Figure(
                title="Forslaget blev fulgt uændret",
                value=_share(now["followed"], now["suggested"]),
                text=_before(_share(before["followed"], before["suggested"])),
            ),
        ]
    }


def _period(found: Content | None) -> dict[str, Any]:
    times = (found or {}).get("times") or {}
    routing = (found or {}).get("routing") or {}
    return {
        "handling": times.get("handling"),
        "kept": times.get("kept", 0),
        "promised": times.get("promised", 0),
        "decided": routing.get("decided", 0),
        "suggested": routing.get("suggested", 0),
        "followed": routing.get("followed", 0),
        "by_way": routing.get("by_way", {}),
    }


def _drawings(found: Content, words: Any) -> dict[str, Any]:
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    days = [monday - dt.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    weeks = [(day, _period(found["weeks"].get(day.isoformat()))) for day in days]
    # Not the weeks from before there was anything.
    while len(weeks) > 1 and not (weeks[0][1]["decided"] or weeks[0][1]["promised"]):
        weeks.pop(0)
    now = _period(found["recent"].get("now"))
    return {
        "times": _times_chart(weeks) if any(one["handling"] for _, one in weeks) else None,
        "kept": _share_chart("kept", "Svar inden for fristen", "promised", weeks),
        "followed": _share_chart("followed", "Forslag fulgt uændret", "suggested", weeks),
        "ways": [
            (words.WAYS.get(way, "Ikke oplyst"), figures.whole(count), figures.whole(followed),
             _share(followed, count))
            for way, (count, followed) in sorted(now["by_way"].items())
        ],
        "decided": figures.whole(now["decided"]),
        "alone": figures.whole(now["decided"] - now["suggested"]),
        "corrections": [
            (words.title(suggested), words.title(chosen), figures.whole(count))
            for suggested, chosen, count in found["corrections"]
        ],
    }  # fmt: skip


def _times_chart(weeks: list[tuple[dt.date, dict[str, Any]]]) -> Chart:
    return charts.bars(
        id="times",
        title="Dage, som halvdelen højst ventede på svar, uge for uge",
        columns=("Uge", "Halvdelen", "Ni ud af ti", "Besvaret"),
        amounts=[
            Amount(
                label=_week(day),
                short=date_format(day, "j. b"),
                value=0 if one["handling"] is None
                else max(1, round(one["handling"]["median_seconds"] / _DAY)),
                text=_days(one["handling"], "median_seconds"),
                more=(
                    _days(one["handling"], "p90_seconds"),
                    figures.whole(one["handling"]["count"] if one["handling"] else 0),
                ),
            )
            for day, one in weeks
        ],
    )  # fmt: skip


def _share_chart(
    of: str, measure: str, among: str, weeks: list[tuple[dt.date, dict[str, Any]]]
) -> Chart | None:
    if not any(one[among] for _, one in weeks):
        return None
    estimates = []
    for day, one in weeks:
        share = shares.share(count=one[of], total=one[among]) if one[among] else None
        estimates.append(
            Estimate(
                label=_week(day),
                short=date_format(day, "j. b"),
                value=share and share.value,
                low=share and share.low,
                high=share and share.high,
                cases=figures.whole(one[among]),
            )
        )
    return charts.line(
        id=of, title=f"{measure}, uge for uge", by="Uge", measure=measure, unit="%",
        estimates=estimates,
    )  # fmt: skip


def _by_age(waits: list[int]) -> Chart | None:
    if not any(waits):
        return None
    amounts = [
        Amount(label=name, short=name.removesuffix(" dage"), value=count, text=figures.whole(count))
        for (name, _), count in zip(AGES, waits, strict=True)
    ]
    return charts.bars(
        id="ages", title="Det, der venter på svar, efter alder i dage", columns=("Alder", "Sager"),
        amounts=amounts, periods=False,
    )  # fmt: skip


def _week(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"Uge {week}, {year}"


def _days(wait: Content | None, name: str) -> str:
    return _NONE if wait is None else figures.duration(wait[name])


def _share(count: int, total: int) -> str:
    return figures.share(count / total) if total else _NONE


def _before(value: str) -> str:
    return "Ingen tal fra de fire uger før" if value == _NONE else f"De fire uger før: {value}"
