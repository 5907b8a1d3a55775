# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a sensor's readings tell of a bin: emptyings and faults, for a drawing and for tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime

from kodeks.waste import home_clock
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.views.words import fault, percent
from kodeks.web.timelines import Mark, Span


@dataclass(frozen=True)
class Happened:
    """emptyings: moment, level before and after. faults: what, from, to (None: it still is), why.
    Oldest first."""

    emptyings: list[tuple[dt.datetime, str, str]]
    faults: list[tuple[str, dt.datetime, dt.datetime | None, str]]

    def since(self, moment: dt.datetime) -> Happened:
        """What went on from then on."""
        return Happened(
            [one for one in self.emptyings if one[0] >= moment],
            [one for one in self.faults if one[2] is None or one[2] >= moment],
        )

    @property
    def newest_first(self) -> Happened:
        return Happened(self.emptyings[::-1], self.faults[::-1])

    def marks(self) -> list[Mark]:
        return [
            Mark(at=at, label=f"Tømt {date_format(localtime(at), 'j. b H.i')}")
            for at, *_ in self.emptyings
        ]

    def spans(self, until: dt.datetime) -> list[Span]:
        """`until`: when the drawing ends for what still is."""
        return [
            Span(begin=begin, end=end or until, label=f"{title}: {reason}")
            for title, begin, end, reason in self.faults
        ]


def of(health: Health) -> Happened:
    return Happened(
        [
            (localtime(home_clock.moment(one.first_empty)), percent(one.before), percent(one.after))
            for one in health.emptyings
        ],
        [
            (
                fault(one.kind),
                localtime(home_clock.moment(one.begin)),
                None if one.end is None else localtime(home_clock.moment(one.end)),
                one.reason,
            )
            for one in health.faults
        ],
    )
