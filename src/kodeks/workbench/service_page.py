# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A report of times and hours in Danish words, for the owner's page and the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format

from kodeks.casework.models import Unit
from kodeks.workbench import charts, figures, plain, service_report, wording
from kodeks.workbench.models import ServiceReport
from kodeks.workbench.service_report import Content

MOST_MONTHS = 24
WAITS = {
    "response": "Fra henvendelsen kom, til kvitteringen er skrevet",
    "triage": "Fra henvendelsen kom, til et menneske har valgt",
    "handling": "Fra henvendelsen kom, til afdelingen har svaret",
}


def totals(slug: str, language: str = "da") -> dict[str, Any] | None:
    """What the public register says; None until it has been counted."""
    report = service_report.newest(slug)
    return None if report is None else total(report, language)


def total(report: ServiceReport, language: str = "da") -> dict[str, Any]:
    """All of the report's months as one."""
    content = report.content
    return {
        "counted_at": report.made_at,
        "size": figures.whole(content["size"], language=language),
        "hours": _hours(content["total"]["hours"], language),
        "waits": _waits(content["total"]["times"], language),
        "kept": _kept(content["total"]["times"], language),
        "measured": bool(content["studies"]),
        "alarms": content["alarms"],
        "not_counted": content["not_counted"],
    }


def public(slug: str) -> Content | None:
    """The report as data; None until it has been counted.

    Without who measured, and without units: where a unit had one matter, it would tell of that.
    """
    report = service_report.newest(slug)
    if report is None:
        return None
    hidden = ("measured_by", "owner")
    studies = [
        {name: value for name, value in one.items() if name not in hidden}
        for one in report.content["studies"]
    ]
    months = {
        month: {name: value for name, value in one.items() if name != "units"}
        for month, one in report.content["months"].items()
    }
    rest = {name: value for name, value in report.content.items() if name != "departments"}
    return rest | {"studies": studies, "months": months}


def months(report: ServiceReport) -> list[dict[str, Any]]:
    """The newest months, the newest first."""
    names = dict(Unit.objects.values_list("code", "name"))
    return [
        {
            "label": _label(month),
            "hours": _hours(found["hours"]),
            "waits": _waits(found["times"]),
            "kept": _kept(found["times"]),
            "units": [
                (names.get(unit, unit), _waits(one), _kept(one))
                for unit, one in found["units"].items()
            ],
        }
        for month, found in sorted(report.content["months"].items(), reverse=True)[:MOST_MONTHS]
    ]


def chart(report: ServiceReport) -> charts.Chart | None:
    """Whole hours freed by month; a month that cost more than it freed has no bar."""
    found = sorted(report.content["months"].items())[-MOST_MONTHS:]
    hours = [_whole_hours(one["hours"]) for _, one in found]
    if not any(hours):
        return None
    return charts.bars(
        id="hours",
        title="Frigjorte timer for hver måned",
        columns=("Måned", "Timer"),
        amounts=[
            charts.Amount(
                label=_label(month),
                short=date_format(_first(month), "b Y"),
                value=value,
                text=figures.whole(value),
            )
            for (month, _), value in zip(found, hours, strict=True)
        ],
    )


def studies(report: ServiceReport, *, robot: str) -> list[dict[str, Any]]:
    """The time studies, the newest first; `counts` for the one in force of each step."""
    seen: set[str] = set()
    found = []
    for one in report.content["studies"]:
        found.append(
            {
                "title": plain.step_title(robot=robot, step=one["step"]),
                "counts": one["step"] not in seen,
                "since": dt.datetime.fromisoformat(one["since"]),
                "first_day": dt.date.fromisoformat(one["first_day"]),
                "last_day": dt.date.fromisoformat(one["last_day"]),
                **{name: _comma(one[name]) for name in ("mean", "deviation", "review", "rework")},
                **{name: one[name] for name in ("measured", "measured_by", "sha256", "owner")},
                "unit": one["unit"],
            }
        )
        seen.add(one["step"])
    return found


def _hours(found: Content | None, language: str = "da") -> dict[str, str] | None:
    if found is None:
        return None
    spans = ("minutes", "baseline", "review", "rework", "low", "high")
    counts = ("finished", "undone", "rejected", "unmeasured", "reviews", "reworks")
    return {name: figures.hours(found[name], language=language) for name in spans} | {
        name: figures.whole(found[name], language=language) for name in counts
    }


def _whole_hours(found: Content | None) -> int:
    return 0 if found is None else max(0, round(found["minutes"] / 60))


def _waits(found: Content | None, language: str = "da") -> list[dict[str, str]]:
    """The three waits; one that nobody has waited is left out."""
    if found is None:
        return []
    return [
        {
            "text": wording.say(text, language),
            "count": figures.whole(found[name]["count"], language=language),
            "median": figures.duration(found[name]["median_seconds"], language=language),
            "p90": figures.duration(found[name]["p90_seconds"], language=language),
        }
        for name, text in WAITS.items()
        if found[name] is not None
    ]


def _kept(found: Content | None, language: str = "da") -> str:
    """ "91 % (10 ud af 11)"; "" where no promise ran out."""
    if found is None or not found["promised"]:
        return ""
    share = figures.share(found["kept"] / found["promised"], language=language)
    kept, promised = (
        figures.whole(found[name], language=language) for name in ("kept", "promised")
    )
    return f"{share} ({kept} {wording.say('ud af', language)} {promised})"


def _first(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


def _label(month: str) -> str:
    return date_format(_first(month), "F Y")


def _comma(number: str) -> str:
    return number.replace(".", ",")
