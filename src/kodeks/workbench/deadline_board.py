# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The board of deadlines: what a person's departments must answer, when, and what comes next."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.casework import clock_reads
from kodeks.casework.models import Deadline, DeadlineKind, DeadlineState
from kodeks.files import tables
from kodeks.kernel import access
from kodeks.kernel.models import Role
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import unreached, unsettled

UNIT, KIND, WHEN = "afdeling", "slags", "hvornaar"
ALL = "alle"
"""The value of all departments of the person."""
_ON_A_PAGE = 50
_MOST_ROWS = 20_000
_PARTS = {
    "late": ("Overskredet", "error"),
    "today": ("I dag", "warning"),
    "week": ("Denne uge", "info"),
    "later": ("Senere", ""),
    "paused": ("Sat på pause", ""),
}
"""Title and badge of each part of the board (clock_reads.parts)."""
_DO = {
    DeadlineKind.REPLY: "Svar borgeren",
    DeadlineKind.ACCESS_REQUEST: "Afgør aktindsigten",
    DeadlineKind.PARTY_ACCESS: "Afgør partsaktindsigten",
    DeadlineKind.GDPR_ACCESS: "Send personen sine data",
    DeadlineKind.GDPR_RECTIFICATION: "Ret oplysningerne, eller skriv hvorfor ikke",
    DeadlineKind.GDPR_ERASURE: "Slet oplysningerne, eller skriv hvorfor ikke",
    DeadlineKind.GDPR_RESTRICTION: "Begræns brugen af oplysningerne, eller skriv hvorfor ikke",
    DeadlineKind.GDPR_OBJECTION: "Tag stilling til indsigelsen mod brugen af oplysningerne",
    DeadlineKind.CHILD_REPORT: "Vurdér, om barnet er i fare",
    DeadlineKind.CHILD_RECEIPT: "Bekræft for den, der underrettede, at det er kommet",
    DeadlineKind.COMPLAINT_REASSESSMENT: "Se på sagen igen",
    DeadlineKind.FORWARD_COMPLAINT: "Send klagen videre",
}
_COLUMNS = ("Svar senest", "Dage tilbage", "Sag", "Afdeling", "Det gælder", "Emne", "Status",
            "Fristen kommer fra")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for, as far as the person may see it; `units` None: all there are."""

    unit: str
    units: tuple[str, ...] | None
    kind: str
    when: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """The deadlines of a page that come at about the same time; `total` on all pages."""

    title: str
    badge: str
    lines: list[Deadline]
    total: int


@require_safe
@for_roles(Role.CASEWORKER)
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """The open deadlines of one of the person's departments, or of all of them."""
    today = timezone.localdate()
    units, asked = _asked(request)
    found = clock_reads.board(units=asked.units, kind=asked.kind, when=asked.when, on=today)
    counts = clock_reads.count_parts(units=asked.units, kind=asked.kind, on=today)
    page = paging.page(request, found, size=_ON_A_PAGE)
    query = request.GET.urlencode()
    context = {
        "units": units,
        "kinds": [("", "Alle"), *DeadlineKind.choices],
        "whens": [("", "Alle"), *((name, title) for name, (title, _) in _PARTS.items())],
        "asked": asked,
        "names": {"unit": UNIT, "kind": KIND, "when": WHEN},
        "figures": [
            {
                "title": title,
                "count": counts[name],
                "href": _with(request, name),
                "chosen": asked.when == name,
            }
            for name, (title, _) in _PARTS.items()
        ],
        "page": page,
        "sections": sections(page, on=today, totals=counts),
        "several": asked.unit == ALL,
        "unsettled": unsettled.lines(signed_in(request))[:_ON_A_PAGE] if page.number == 1 else (),
        "unsettled_count": unsettled.count(signed_in(request)),
        "unreached": unreached.lines(signed_in(request))[:_ON_A_PAGE] if page.number == 1 else (),
        "unreached_count": unreached.count(signed_in(request)),
        "today": today,
        "csv": f"{reverse('workbench:deadlines-csv')}?{query}",
    }
    return render(request, "workbench/deadlines.html", context)


@require_safe
@for_roles(Role.CASEWORKER)
@never_cache
def board_csv(request: HttpRequest) -> HttpResponse:
    """The same deadlines as a file for a spreadsheet: UTF-8 with semicolons."""
    today = timezone.localdate()
    _, asked = _asked(request)
    found = clock_reads.board(units=asked.units, kind=asked.kind, when=asked.when, on=today)
    content = "".join(_rows(found[:_MOST_ROWS], today))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="frister-{today:%Y-%m-%d}.csv"'
    return answer


def sections(
    lines: Iterable[Deadline], *, on: dt.date, totals: Mapping[str, int] | None = None
) -> list[Section]:
    """What is late, due on the day, this week (until Sunday), later, and what stands still."""
    found: dict[str, list[Deadline]] = {name: [] for name in _PARTS}
    for line in lines:
        found[_part(line, on)].append(line)
    return [
        Section(
            title=_PARTS[name][0],
            badge=_PARTS[name][1],
            lines=lines,
            total=(totals or {}).get(name, len(lines)),
        )
        for name, lines in found.items()
        if lines
    ]


def days_left(line: Deadline, on: dt.date) -> str:
    """How long there is, in words; nothing while the clock stands still."""
    if line.state == DeadlineState.PAUSED:
        return ""
    days = (line.promised_on - on).days
    if days == 0:
        return "I dag"
    words = "1 dag" if abs(days) == 1 else f"{abs(days)} dage"
    return f"{words} tilbage" if days > 0 else f"{words} for sent"


def next_step(line: Deadline, on: dt.date) -> str:
    """What somebody is to do about it, in words."""
    if line.state == DeadlineState.PAUSED:
        return "Sæt i gang igen, når det, I venter på, er kommet"
    what = _DO.get(DeadlineKind(line.kind), "Svar")
    if line.promised_on < on:
        return f"{what} nu, og giv borgeren en ny dato, hvis det ikke kan nås"
    return what


def _part(line: Deadline, on: dt.date) -> str:
    sunday = on + dt.timedelta(days=6 - on.weekday())
    if line.state == DeadlineState.PAUSED:
        return "paused"
    day = line.promised_on
    return "late" if day < on else "today" if day == on else "week" if day <= sunday else "later"


def _asked(request: HttpRequest) -> tuple[list[tuple[str, str]], Asked]:
    """The departments to choose from, and what is chosen: by default the one with most to do."""
    rights = access.units_of(signed_in(request), Role.CASEWORKER)
    units = list(clock_reads.departments(units=rights))
    unit = request.GET.get(UNIT, "")
    names = {one.code for one in units}
    if unit != ALL and unit not in names:
        # The department with most to do, so that the page opens on something.
        busiest = max(units, key=lambda one: one.waiting, default=None)
        unit = "" if busiest is None else busiest.code
    kind, when = request.GET.get(KIND, ""), request.GET.get(WHEN, "")
    choices = [(one.code, f"{one.name} ({one.waiting})") for one in units]
    if len(units) > 1:
        everything = sum(one.waiting for one in units)
        choices.insert(0, (ALL, f"Alle dine afdelinger ({everything})"))
    asked = Asked(
        unit=unit,
        units=tuple(sorted(names)) if unit == ALL else (unit,),
        kind=kind if kind in DeadlineKind.values else "",
        when=when if when in _PARTS else "",
    )
    return choices, asked


def _with(request: HttpRequest, when: str) -> str:
    query = request.GET.copy()
    query.pop(paging.PAGE, None)
    query[WHEN] = when
    return f"?{query.urlencode()}"


class _Echo:
    """What a CSV writer writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def _rows(lines: Iterable[Deadline], on: dt.date) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for line in lines:
        cells = (
            line.promised_on.isoformat(),
            "" if line.state == DeadlineState.PAUSED else (line.promised_on - on).days,
            line.case.number,
            line.case.unit.name,
            line.get_kind_display(),
            line.case.kle.title,
            line.get_state_display(),
            line.source,
        )
        yield writer.writerow([_safe(cell) for cell in cells])


def _safe(cell: object) -> object:
    return tables.no_formula(cell) if isinstance(cell, str) else cell
