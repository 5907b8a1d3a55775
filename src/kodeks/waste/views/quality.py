# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good the forecasts were that planners were shown, in words that say what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import scoring, selectors
from kodeks.waste.engine.forecast.quality import BANDS, LEAST, LEAST_OF_EACH
from kodeks.waste.views.words import chance
from kodeks.web.pages import for_roles
from kodeks.web.paging import grouped

_CLEARLY = 0.1
"""Of the error with habit alone that a forecast takes away before it is called better."""
_ASIDE = 0.05
"""Between what was said on average and what came, from which it is told that it leans."""
_FEW = 20
"""Moments in a band under which no share of them is told."""
_BETTER = ("Bedre end vanen", "success")
_LITTLE = ("Lidt bedre end vanen", "warning")
_WORSE = ("Ikke bedre end vanen", "error")


@dataclass(frozen=True)
class Row:
    """One band of chances: its name, moments, what was said and what came, on average."""

    band: str
    moments: str
    said: str
    came: str


@dataclass(frozen=True)
class Ahead:
    """The forecast so many days ahead; without `verdict` too little was seen to say anything."""

    title: str
    verdict: tuple[str, str] | None = None
    sentences: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def quality(request: HttpRequest) -> HttpResponse:
    at, scores = selectors.scores()
    found = [_ahead(one.days, one.figures) for one in scores]
    context = {
        "at": at,
        "is_old": at is not None and timezone.now() - at > scoring.OLD,
        "days": scoring.DAYS,
        "found": found,
        "says_something": any(one.verdict for one in found),
        "bad": _bad(found),
        "least": LEAST,
        "least_of_each": LEAST_OF_EACH,
    }
    return render(request, "waste/quality.html", context)


def _bad(found: list[Ahead]) -> dict[str, str] | None:
    """The warning at the top; None where no forecast is worse than habit."""
    said = [one for one in found if one.verdict]
    worse = [one.title for one in said if one.verdict == _WORSE]
    if not worse:
        return None
    habit = (
        "tager mere fejl end den, der bare kender spandenes vaner. Nederst står, hvad I kan gøre."
    )
    if len(worse) == len(said):
        return {"heading": "Prognosen er for tiden ikke værd at følge", "text": f"Den {habit}"}
    which = " og ".join(f"»{title}«" for title in worse)
    return {"heading": "Følg ikke hele prognosen for tiden", "text": f"{which} {habit}"}


def _ahead(days: int, figures: Mapping[str, Any] | None) -> Ahead:
    title = f"Fuld inden for {days} døgn"
    if figures is None:
        return Ahead(title)
    brier, usual, told = figures["brier"], figures["usual"], figures["told"]
    gain = 1.0 - brier / usual if usual else 0.0
    return Ahead(
        title,
        _verdict(gain),
        (_beside_habit(gain), _leaning(told["said"], told["came"])),
        (
            ("Prøvet på", f"{grouped(figures['moments'])} svar"),
            ("Fejl (Brier)", _decimals(brier)),
            ("Fejl, hvis man kun kendte spandens vane", _decimals(usual)),
            ("Afstand mellem sagt og sket (ECE)", f"{_decimals(100 * figures['ece'], 1)} point"),
        ),
        tuple(_row(place, one) for place, one in enumerate(figures["bands"])),
    )


def _verdict(gain: float) -> tuple[str, str]:
    if gain <= 0:
        return _WORSE
    return _BETTER if gain >= _CLEARLY else _LITTLE


def _beside_habit(gain: float) -> str:
    size = f"{100 * abs(gain):.0f} %"
    if gain <= 0:
        return (
            f"Prognosens fejl er {size} større, end hvis man kun vidste, hvor tit hver spand "
            "plejer at blive fuld. Brug den ikke til at flytte ture."
        )
    if gain < _CLEARLY:
        return (
            f"Prognosens fejl er kun {size} mindre, end hvis man kun vidste, hvor tit hver spand "
            "plejer at blive fuld. Den hjælper lidt."
        )
    return (
        f"Prognosens fejl er {size} mindre, end hvis man kun vidste, hvor tit hver spand plejer "
        "at blive fuld."
    )


def _leaning(said: float, came: float) -> str:
    both = f"Den sagde i snit {chance(said)}, og {chance(came)} af gangene blev spanden fuld."
    if said - came >= _ASIDE:
        return f"{both} Den siger for meget: I kører måske ud til spande, der kan vente."
    if came - said >= _ASIDE:
        return f"{both} Den siger for lidt: spande bliver fulde, før I venter det. Kør lidt før."
    return f"{both} Det passer sammen."


def _row(place: int, told: Mapping[str, Any]) -> Row:
    low, high = 100 * place // BANDS, 100 * (place + 1) // BANDS
    band, moments = f"{low} til {high} %", int(told["moments"])
    if not moments:
        return Row(band, "0", "–", "–")
    came = chance(told["came"]) if moments >= _FEW else "For få til at sige"
    return Row(band, grouped(moments), chance(told["said"]), came)


def _decimals(value: float, decimals: int = 3) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")
