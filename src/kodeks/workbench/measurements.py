# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The single measurements of a time study: a list of minutes that somebody took with a watch.

Only what is computed of them and a hash is kept; the list itself stays with the owner.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import statistics
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kodeks.kernel.service import NewStudy
from kodeks.statistics.hours import FEWEST_MEASURED

MOST = Decimal(2400)
MOST_CHARACTERS = 100_000
_CENT = Decimal("0.01")
_MINUTES = re.compile(r"[0-9]{1,4}([.,][0-9]{1,2})?")


class MeasurementProblem(Exception):
    """The list cannot be read. The text is Danish and says where."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What is told of a time study besides its measurements."""

    step: str
    review: Decimal
    rework: Decimal
    first_day: dt.date
    last_day: dt.date
    measured_by: str


def study(text: str, about: About) -> NewStudy:
    """The study of a list of minutes (see `parse`). Raises MeasurementProblem."""
    minutes = parse(text)
    if len(minutes) < FEWEST_MEASURED:
        raise MeasurementProblem(
            f"Der er {len(minutes)} målinger. Mål mindst {FEWEST_MEASURED} sager, for færre siger "
            "for lidt om tiden."
        )
    return NewStudy(
        step=about.step,
        measured=len(minutes),
        mean=_rounded(statistics.mean(minutes)),
        deviation=_rounded(statistics.stdev(minutes)),
        review=about.review,
        rework=about.rework,
        first_day=about.first_day,
        last_day=about.last_day,
        measured_by=about.measured_by,
        sha256=hashlib.sha256(written(minutes).encode()).hexdigest(),
    )


def parse(text: str) -> list[Decimal]:
    """Minutes apart by blanks, lines or semicolons; decimals with comma or dot, over 0.

    Raises MeasurementProblem.
    """
    if len(text) > MOST_CHARACTERS:
        raise MeasurementProblem("Listen er for lang. Den må højst fylde 100.000 tegn.")
    found = []
    for place, word in enumerate(text.replace(";", " ").split(), start=1):
        minutes = Decimal(word.replace(",", ".")) if _MINUTES.fullmatch(word) else Decimal(0)
        if not 0 < minutes <= MOST:
            raise MeasurementProblem(
                f"Måling nr. {place} er ikke et tal mellem 0 og 2.400. Skriv minutter som 7,5."
            )
        found.append(minutes)
    return found


def written(minutes: list[Decimal]) -> str:
    """The list in the one way that is hashed: a line for each, with two decimals and a dot."""
    return "".join(f"{one:.2f}\n" for one in minutes)


def _rounded(minutes: Decimal) -> Decimal:
    return minutes.quantize(_CENT, rounding=ROUND_HALF_UP)
