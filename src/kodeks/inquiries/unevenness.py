# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a report of uniformity holds what is wanted, and an alarm where it surely does not.

Only what lies beyond the wanted with its whole interval is told: few texts move nobody. The alarm
changes nothing of how the system runs; who answers for it finds out why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kodeks.inquiries.engine import metamorphic
from kodeks.kernel import api as kernel
from kodeks.statistics.shares import difference, share

KIND = "uniformity"
WANTED_GAP = 2.0
"""Percentage points at most between groups in how often the system is sure."""
ATTRIBUTES = ("channel", "district")
"""Of people, not of texts: a long text may well be less sure than a short one."""
_CHANCE = 0.05


def gap_holds(low: float, high: float) -> bool | None:
    """Of a distance between groups with its interval, in percentage points; None where it cannot be
    told."""
    if high <= WANTED_GAP:
        return True
    return False if low > WANTED_GAP else None


def change_holds(line: Mapping[str, Any]) -> bool | None:
    """Of the texts whose route a change left alone; None where it cannot be told."""
    same, wanted = line["same"], metamorphic.wanted(line["kind"])
    if same["low"] >= wanted:
        return True
    return False if same["high"] < wanted else None


def sound(figures: Mapping[str, Any], *, system: str, titles: Mapping[str, str]) -> None:
    """Raise an alarm about what does not hold in a report's figures; one is open at a time."""
    gaps = {name: gap for name in ATTRIBUTES if (gap := _gap(figures["sure"], name)) is not None}
    lines = [
        one
        for one in figures["clothes"].get("lines", ())
        if not one["way"] and change_holds(one) is False
    ]
    told = [
        *_of_gaps(gaps, titles),
        *(
            f"kun {_figure(100 * one['same']['value'])} procent af teksterne får samme emne efter "
            f"ændringen »{titles.get(one['kind'], one['kind'])}«"
            for one in lines
        ),
    ]
    if told:
        kernel.sound_alarm(
            system=system,
            kind=KIND,
            effect="none",
            sentence=f"Rapporten om ensartethed holder ikke målene: {'; '.join(told)}.",
            measured={f"gap_{name}": f"{value:.2f}" for name, (value, *_) in gaps.items()}
            | {f"same_{one['kind']}": f"{one['same']['value']:.4f}" for one in lines},
        )


def _of_gaps(
    gaps: Mapping[str, tuple[float, str, str]], titles: Mapping[str, str]
) -> Iterator[str]:
    for name, (value, higher, lower) in gaps.items():
        between = f"{titles.get(higher, higher)} og {titles.get(lower, lower)}"
        yield (
            f"der er {_figure(value)} procentpoint mellem {between} i, hvor ofte systemet er "
            f"sikkert ({titles[name].lower()})"
        )


def _gap(sure: Sequence[Mapping[str, Any]], attribute: str) -> tuple[float, str, str] | None:
    """The distance in points between the two groups that lie farthest apart, and the two, where it
    is too large whichever two of them these had been (Bonferroni); else None."""
    groups = [one for one in sure if one["attribute"] == attribute]
    if len(groups) < 2:
        return None
    level = 1 - _CHANCE / (len(groups) * (len(groups) - 1) / 2)
    shares = {
        one["group"]: share(count=one["share"]["count"], total=one["share"]["total"], level=level)
        for one in groups
    }
    higher = max(shares, key=lambda name: shares[name].value)
    lower = min(shares, key=lambda name: shares[name].value)
    found = difference(shares[higher], shares[lower])
    return (100 * found.value, higher, lower) if 100 * found.low > WANTED_GAP else None


def _figure(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
