# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sensors: when they were heard, what was lost, and what each kind did in operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import selectors
from kodeks.waste.forms import SensorFilter
from kodeks.waste.models import Bin, Device, Outlook
from kodeks.waste.selectors import Battery, Kind
from kodeks.waste.views import standing
from kodeks.waste.views.words import fault, share
from kodeks.web import paging
from kodeks.web.pages import for_roles

SIZE = 50


@dataclass(frozen=True)
class Row:
    """A sensor as the list has it."""

    device: Device
    bin: Bin | None
    lost: str
    battery: str
    is_low: bool
    state: str


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def sensors(request: HttpRequest) -> HttpResponse:
    form = SensorFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"words": "", "only": ""}
    low = asked["only"] == "battery"
    found = selectors.devices(words=asked["words"], low_battery=low)
    page = paging.page(request, found, size=SIZE)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(list(page)),
        "filtered": bool(asked["words"]) or low,
        "silence": standing.silence(),
        "quarantined": selectors.quarantined(10),
    }
    return render(request, "waste/sensors.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def lessons(request: HttpRequest) -> HttpResponse:
    """What operation has taught of kinds of sensors, and which bins need one."""
    counted_at, kinds = selectors.kinds()
    reckoned_at, worths = selectors.worths()
    context = {
        "counted_at": counted_at,
        "kinds": [_kind(one) for one in kinds],
        "reckoned_at": reckoned_at,
        "page": paging.page(request, worths),
        "unneeded": worths.filter(needed=False, gain__isnull=False).count(),
        "needed": worths.filter(needed=True).count(),
    }
    return render(request, "waste/lessons.html", context)


def _rows(found: list[Device]) -> list[Row]:
    ids = [one.bin_now for one in found]  # type: ignore[attr-defined]
    bins = Bin.objects.in_bulk([one for one in ids if one is not None])
    made = selectors.latest_round()
    outlooks = {} if made is None else _outlooks(made.id, list(bins))
    batteries = selectors.batteries(found)
    return [
        _row(one, bins.get(bin_id), outlooks.get(bin_id), batteries.get(one.id))
        for one, bin_id in zip(found, ids, strict=True)
    ]


def _outlooks(round_id: Any, bins: list[int]) -> dict[int, Outlook]:
    found = Outlook.objects.filter(round_id=round_id, bin_id__in=bins)
    return {one.bin_id: one for one in found}


def _row(one: Device, bin: Bin | None, outlook: Outlook | None, battery: Battery | None) -> Row:
    came, lost = one.came or 0, one.lost or 0  # type: ignore[attr-defined]
    return Row(
        device=one,
        bin=bin,
        lost=share(lost, came + lost) if came + lost else "Ikke talt",
        battery=_battery(battery),
        is_low=battery is not None and battery.is_low,
        state="–" if outlook is None else outlook.reason,
    )


def _battery(told: Battery | None) -> str:
    if told is None:
        return "Ikke oplyst"
    if told.percent is not None:
        return f"{told.percent:.0f} %"
    return f"{told.volts:.1f} V".replace(".", ",")


def _kind(one: Kind) -> dict[str, Any]:
    told: dict[str, Any] = one.figures
    faults = sorted(told["faults"].items(), key=lambda item: -item[1])
    return {
        "sensor": one.sensor,
        "bins": told["bins"],
        "days": round(told["days"]),
        "emptyings": told["emptyings"],
        "unknown": share(told["unknown"], 1),
        "lost": "Ikke talt" if told["share_lost"] is None else share(told["share_lost"], 1),
        "faults": [(fault(kind), count) for kind, count in faults if count],
        "yearly": f"{told['faults_a_year']:.1f}".replace(".", ","),
        "battery": "Ikke oplyst" if told["battery"] is None else f"{told['battery']:.0f} %",
        "battery_yearly": None if told["yearly"] is None else f"{told['yearly']:.0f}",
    }
