# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a system is watched in operation: each limit of its card, block by block, with drawings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.casework import selectors as casework
from kodeks.kernel import monitoring_figures, monitoring_looks, monitoring_quality
from kodeks.kernel.monitoring_looks import Look, Watch
from kodeks.kernel.selectors import SystemState
from kodeks.statistics import shares
from kodeks.web.pages import for_roles
from kodeks.workbench import access, charts, figures, register, tabs
from kodeks.workbench.charts import Chart, Estimate

TITLES = {
    "inputs": "Ligner sagerne dem, systemet begyndte med?",
    "scores": "Er systemet så sikkert som i begyndelsen?",
    "flagged": "Holder systemet lige så mange forslag tilbage?",
    "calibration": "Har systemet ret så tit, som det siger?",
    "quality": "Kommer medarbejderne selv til det samme?",
}
_WORDS = {
    "inputs": "Tallet viser, hvor meget sagerne har ændret sig. 0 er slet ikke. 25 er meget.",
    "scores": "Tallet viser, hvor meget sikkerheden har ændret sig. 0 er slet ikke. 25 er meget.",
    "flagged": "Tallet er, hvor mange forslag der var for usikre til at blive vist.",
    "calibration": "Tallet er, hvor langt systemets sikkerhed ligger fra, hvor tit det har ret.",
    "quality": "Tallet er kun fra sager, hvor medarbejderen ikke havde set forslaget.",
}
_SELECTS = (
    "Udvælger systemet lige så mange?",
    "Tallet er, hvor mange sager systemet udvælger.",
)
"""Title and words of `flagged` where the card says when the system selects somebody."""
_STATES = {
    "drift": ("Uden for grænsen", "error"),
    "held": ("Inden for grænsen", "success"),
    "few": ("For få sager", "info"),
}
_EFFECTS = {
    "none": "kommer der en alarm",
    "blind_first": "vurderer alle sagerne selv først",
    "stop": "stopper systemet",
}


@never_cache
@require_safe
@for_roles(*access.STEERS)
def monitoring(request: HttpRequest, slug: str) -> HttpResponse:
    state = register.state_or_404(slug)
    card = monitoring_looks.card_of(slug)
    found = monitoring_figures.watches(slug)
    context = {
        "state": state,
        "status": register.status(state),
        "tabs": tabs.of_system(request, slug, current=tabs.MONITORING),
        "card": card,
        "watches": [_watch(one, state) for one in found],
        "departments": _departments(slug, _least(found)),
        "certainty": _certainty(slug),
    }
    return render(request, "workbench/monitoring.html", context)


def state_of(watch: Watch) -> str:
    """`drift`, `held`, or `few` where nothing can be said yet."""
    if watch.drifted is not None:
        return "drift"
    return "held" if watch.looks else "few"


def _watch(watch: Watch, state: SystemState) -> dict[str, Any]:
    text, badge = _STATES[state_of(watch)]
    of = watch.limit.of
    names = {one["name"]: one["title"] for one in _traits(state)} if of == "inputs" else {}
    title, words = TITLES[of], _WORDS[of]
    if of == "flagged" and state.card.get("selection"):
        title, words = _SELECTS
    if of == "flagged" and watch.looks:
        words += f" I begyndelsen var det {figures.share(watch.looks[-1].before)}."
    whats = sorted({look.what for look in watch.looks} if of == "inputs" else {""})
    return {
        "title": title,
        "text": text,
        "badge": badge,
        "words": words,
        "limit": _limit(watch),
        "beyond": "under" if of == "quality" else "over",
        "effect": _EFFECTS[watch.limit.effect],
        "lacking": figures.whole(watch.lacking),
        "drawings": [
            (names.get(what, ""), _drawing(watch, what, names.get(what, title)))
            for what in whats
            if any(look.what == what for look in watch.looks)
        ],
    }


def _traits(state: SystemState) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (state.card.get("monitoring") or {}).get("traits", [])
    return found


def _limit(watch: Watch) -> str:
    limit = float(watch.limit.limit)
    if watch.limit.of in ("inputs", "scores"):
        return f"højst {100 * limit:.0f}"
    if watch.limit.of == "quality":
        return f"mindst {figures.share(limit)}"
    return f"højst {100 * limit:.0f} procentpoint"


def _drawing(watch: Watch, what: str, title: str) -> Chart:
    of = watch.limit.of
    looks = [one for one in watch.looks if one.what == what]
    of_shares = of in ("flagged", "quality")
    return charts.line(
        id=f"{of}-{what or 'whole'}",
        title=title,
        by="Til og med",
        measure="Andel" if of_shares else "Ændring" if of != "calibration" else "Afstand",
        unit="%" if of_shares else "point" if of == "calibration" else "",
        limit=None if of == "flagged" else float(watch.limit.limit),
        estimates=[_estimate(one, of_shares=of_shares) for one in looks],
    )


def _estimate(look: Look, *, of_shares: bool) -> Estimate:
    day = timezone.localtime(look.at)
    short = date_format(day, "j. M")
    label = f"{date_format(day, 'DATETIME_FORMAT')} (blok {look.number})"
    cases = figures.whole(look.cases)
    if not of_shares or look.now is None:
        return Estimate(label=label, short=short, value=look.change.size, cases=cases)
    found = shares.share(count=round(look.now * look.cases), total=look.cases)
    return Estimate(
        label=label, short=short, value=found.value, low=found.low, high=found.high, cases=cases
    )


def _least(found: tuple[Watch, ...]) -> float | None:
    limits = [float(one.limit.limit) for one in found if one.limit.of == "quality"]
    return limits[0] if limits else None


def _departments(slug: str, least: float | None) -> Chart | None:
    found = monitoring_quality.departments(slug)
    if not found:
        return None
    names = casework.unit_names()
    return charts.dots(
        id="departments",
        title="Kvalitet i hver afdeling",
        by="Afdeling",
        measure="Så ofte kom medarbejderne selv til det samme",
        unit="%",
        limit=least,
        estimates=[
            Estimate(
                label=names.get(one.code, one.code or "Alle afdelinger"),
                value=one.right.value,
                low=one.right.low,
                high=one.right.high,
                cases=figures.whole(one.right.total),
            )
            for one in found
        ],
    )


def _certainty(slug: str) -> Chart | None:
    """For each tenth of certainty, how often the system was right."""
    found = monitoring_quality.calibration_bins(slug)
    if not found:
        return None
    rows = []
    for one in found:
        share = shares.share(count=round(one.observed * one.count), total=one.count)
        rows.append(
            Estimate(
                label=f"Siger {100 * one.low:.0f} til {100 * one.high:.0f} %",
                value=share.value,
                low=share.low,
                high=share.high,
                cases=figures.whole(one.count),
            )
        )
    return charts.dots(
        id="certainty",
        title="Så ofte har systemet ret, når det siger, hvor sikkert det er",
        by="Systemet siger",
        measure="Det har ret",
        unit="%",
        estimates=rows,
    )
