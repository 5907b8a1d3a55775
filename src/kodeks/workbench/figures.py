# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was measured, in Danish words and numbers. The command line shows it too, without Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

METRICS = {
    "accuracy": "Så ofte er det første forslag rigtigt",
    "macro_f1": "Samlet mål, hvor alle emner tæller lige meget (F1)",
    "ece": "Så meget rammer systemets egen sikkerhed ved siden af",
    "examples": "Tekster, det er målt på",
    "coverage_at_5_percent": "Andel af sagerne, hvor højst 5 % af forslagene ventes forkerte",
    "error_at_5_percent": "Fejl, der blev målt i netop de sager",
    "out_of_scope_examples": "Tekster om andre emner, det er målt på",
    "out_of_scope_accepted": "Så ofte troede det, at et fremmed emne var et kendt",
    "flips_tried": "Tekster, hvor vi byttede køn eller navn for at se, om forslaget skifter",
    "flips_changed": "Så ofte skiftede forslaget, da vi byttede køn eller navn",
}
GROUPS = {"channel": "Kanal", "district": "Bydel"}
GROUP_MEASURES = {
    "accuracy": "Så ofte er forslaget rigtigt",
    "error": "Så ofte er forslaget forkert",
    "selection_rate": "Så ofte giver systemet et sikkert forslag",
    "precision": "Så ofte er et sikkert forslag rigtigt",
    "tpr": "Så mange af dem, der skal findes, bliver fundet",
    "fpr": "Så mange bliver udvalgt uden grund",
    "calibration": "Så meget rammer systemets egen sikkerhed ved siden af",
}
COUNTS = frozenset({"examples", "out_of_scope_examples", "flips_tried"})


def share(value: object, *, decimals: int = 0) -> str:
    """`"0.5621"` -> `56 %`; a text that is no number stays as it is."""
    try:
        percent = 100 * float(str(value))
    except ValueError:
        return str(value)
    if decimals == 0 and 0 < percent < 0.5:
        return "under 1 %"
    if decimals == 0 and 99.5 <= percent < 100:
        return "over 99 %"
    return f"{percent:.{decimals}f} %".replace(".", ",")


def metrics(measured: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a model was measured to do: pairs of Danish text and value."""
    ordered = [name for name in METRICS if name in measured]
    rest = sorted(name for name in measured if name not in METRICS)
    return [
        (METRICS.get(name, name), _measured(name, measured[name])) for name in [*ordered, *rest]
    ]


def whole(number: int) -> str:
    """1234567 -> "1.234.567"."""
    return f"{number:,}".replace(",", ".")


def _measured(name: str, value: object) -> str:
    if name not in METRICS:
        return str(value)
    if name in COUNTS:
        return whole(int(float(str(value))))
    return share(value, decimals=1)


@dataclass(frozen=True, kw_only=True)
class GroupTable:
    """One measure of the groups: a sentence about what it says, and a row for each group.

    A row is group, number of cases, share and interval.
    """

    measure: str
    text: str
    rows: tuple[tuple[str, str, str, str], ...]


def groups(measured: Mapping[str, Any]) -> list[GroupTable]:
    """How groups of citizens are treated, a table for each measure."""
    figures = measured.get("measured", [])
    found = {one["measure"] for one in figures}
    ordered = [name for name in GROUP_MEASURES if name in found]
    return [
        GroupTable(
            measure=measure,
            text=GROUP_MEASURES.get(measure, measure),
            rows=tuple(_row(one) for one in figures if one["measure"] == measure),
        )
        for measure in [*ordered, *sorted(found - set(GROUP_MEASURES))]
    ]


def _row(one: Mapping[str, str]) -> tuple[str, str, str, str]:
    return (
        f"{attribute(one['attribute'])}: {one['group']}",
        one["count"],
        share(one["value"]),
        f"{share(one['low'])} til {share(one['high'])}",
    )


def attribute(name: str) -> str:
    """What people are divided by, in Danish where it is known here."""
    return GROUPS.get(name, name)


def verdict(one: Mapping[str, Any]) -> str:
    """What the figures say of one limit of the card, in one sentence."""
    what = GROUP_MEASURES.get(one["measure"], one["measure"]).rstrip(".")
    about = f"{attribute(one['attribute'])}. {what}:"
    if one["state"] == "too_few":
        return f"{about} Der er for få sager til at sige, om grænsen holder."
    apart = f"{one['higher']} og {one['lower']}"
    if one["state"] == "broken":
        return f"{about} Forskellen på {apart} er for stor. Grænsen er {limit(one)}."
    return f"{about} Grænsen på {limit(one)} holder. Længst fra hinanden er {apart}."


def limit(one: Mapping[str, Any]) -> str:
    """A limit in words: `15 procentpoint` or `1,25 gange`."""
    most = float(one["most"])
    if one["kind"] == "ratio":
        return f"{most:g} gange".replace(".", ",")
    return f"{100 * most:g} procentpoint".replace(".", ",")


def accuracy(measured: Mapping[str, Any]) -> str:
    """One sentence about how often the system is right; "" when it was not measured."""
    try:
        right = round(100 * float(str(measured["accuracy"])))
        examples = int(float(str(measured["examples"])))
    except (KeyError, ValueError):
        return ""
    return (
        f"Vi har prøvet systemet på {examples} tekster. Det første forslag var rigtigt i {right} "
        f"ud af 100 og forkert i {100 - right}."
    )
