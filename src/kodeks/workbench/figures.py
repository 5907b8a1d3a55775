# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was measured, in words and numbers, Danish unless another language is asked for.

The command line shows it too, without Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.workbench import wording

METRICS = {
    "accuracy": "Så ofte er det første forslag rigtigt",
    "macro_f1": "Samlet mål, hvor alle emner tæller lige meget (F1)",
    "ece": "Så meget rammer systemets egen sikkerhed ved siden af",
    "examples": "Tekster, det er målt på",
    "coverage_at_5_percent": "Andel af sagerne, hvor højst 5 % af forslagene ventes forkerte",
    "error_at_5_percent": "Fejl, der blev målt i netop de sager",
    "out_of_scope_examples": "Tekster om andre emner, det er målt på",
    "out_of_scope_accepted": "Så ofte troede det, at et fremmed emne var et kendt",
    "gate_lets_in_at_most": "Så mange fremmede emner lukker porten højst ind (ønsket: højst 5 %)",
    "right_among_choices": "Så ofte er det rigtige emne blandt de 2-3, en person vælger mellem",
    "flips_tried": "Tekster, hvor vi byttede køn eller navn for at se, om forslaget skifter",
    "flips_changed": "Så ofte skiftede forslaget, da vi byttede køn eller navn",
    "bins": "Skraldespande, det er lært af",
    "readings": "Målinger, det er lært af",
    "learned_days": "Døgn, det er lært af",
    "has_forecast": "Der er set nok til en prognose",
    "held_out_24h": "Fuld inden for 24 timer: prøvet på de sidste 28 døgn, tidspunkter",
    "brier_24h": "Fuld inden for 24 timer: prognosens fejl (Brier, 0 er bedst)",
    "brier_usual_24h": "Fuld inden for 24 timer: fejlen, hvis man kun kendte spandens vane",
    "ece_24h": "Fuld inden for 24 timer: så meget rammer procenterne ved siden af (ECE)",
    "held_out_48h": "Fuld inden for 48 timer: prøvet på de sidste 28 døgn, tidspunkter",
    "brier_48h": "Fuld inden for 48 timer: prognosens fejl (Brier, 0 er bedst)",
    "brier_usual_48h": "Fuld inden for 48 timer: fejlen, hvis man kun kendte spandens vane",
    "ece_48h": "Fuld inden for 48 timer: så meget rammer procenterne ved siden af (ECE)",
    "held_out_72h": "Fuld inden for 72 timer: prøvet på de sidste 28 døgn, tidspunkter",
    "brier_72h": "Fuld inden for 72 timer: prognosens fejl (Brier, 0 er bedst)",
    "brier_usual_72h": "Fuld inden for 72 timer: fejlen, hvis man kun kendte spandens vane",
    "ece_72h": "Fuld inden for 72 timer: så meget rammer procenterne ved siden af (ECE)",
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
VERDICTS = {
    "too_few": "Der er for få sager til at sige, om grænsen holder.",
    "broken": "Forskellen på {higher} og {lower} er for stor. Grænsen er {limit}.",
    "held": "Grænsen på {limit} holder. Længst fra hinanden er {higher} og {lower}.",
}
UNITS = {
    "days": "dage",
    "hours": "timer",
    "minutes": "minutter",
    "minute": "minut",
    "ratio": "gange",
    "difference": "procentpoint",
}
COUNTS = frozenset(
    {
        "examples", "out_of_scope_examples", "flips_tried", "bins", "readings", "learned_days",
        "held_out_24h", "held_out_48h", "held_out_72h",
    }
)  # fmt: skip
SAID = {
    ("has_forecast", "1"): "Ja",
    ("has_forecast", "0"): "Nej",
    **{
        (f"held_out_{hours}h", "too_little"): "Der er set for lidt til at sige, hvor god den er"
        for hours in (24, 48, 72)
    },
}
"""Name and value -> what is said instead."""


def share(value: object, *, decimals: int = 0, language: str = "da") -> str:
    """`"0.5621"` -> `56 %`, in English `56%`; a text that is no number stays as it is."""
    try:
        percent = 100 * float(str(value))
    except ValueError:
        return str(value)
    if decimals == 0 and 0 < percent < 0.5:
        return wording.say("under 1 %", language)
    if decimals == 0 and 99.5 <= percent < 100:
        return wording.say("over 99 %", language)
    if language == "en":
        return f"{percent:.{decimals}f}%"
    return f"{percent:.{decimals}f} %".replace(".", ",")


def metrics(measured: Mapping[str, Any], *, language: str = "da") -> list[tuple[str, str]]:
    """What a model was measured to do: pairs of text and value. An unknown name stays itself."""
    ordered = [name for name in METRICS if name in measured]
    rest = sorted(name for name in measured if name not in METRICS)
    return [
        (_name(METRICS, name, language), _measured(name, measured[name], language))
        for name in [*ordered, *rest]
    ]


def decimal(number: float, *, language: str = "da") -> str:
    """1234.56 -> "1.234,6", in English "1,234.6": one decimal."""
    told = f"{number:,.1f}"
    return told if language == "en" else told.translate(str.maketrans(",.", ".,"))


def hours(minutes: float, *, language: str = "da") -> str:
    """Minutes as hours: 90 -> "1,5"."""
    return decimal(minutes / 60, language=language)


def duration(seconds: int, *, language: str = "da") -> str:
    """How long somebody waited, in the unit that one would say it in."""
    if seconds < 60:
        return wording.say("under 1 minut", language)
    for name, size in (("days", 86_400), ("hours", 3_600)):
        if seconds >= 2 * size:
            number = decimal(seconds / size, language=language)
            return f"{number} {wording.say(UNITS[name], language)}"
    unit = UNITS["minute" if seconds < 120 else "minutes"]
    return f"{whole(seconds // 60, language=language)} {wording.say(unit, language)}"


def whole(number: int, *, language: str = "da") -> str:
    """1234567 -> "1.234.567", in English "1,234,567"."""
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", ".")


def _name(names: Mapping[str, str], code: str, language: str) -> str:
    return wording.say(names[code], language) if code in names else code


def _measured(name: str, value: object, language: str) -> str:
    if name not in METRICS:
        return str(value)
    if (name, value) in SAID:
        return wording.say(SAID[name, str(value)], language)
    if name in COUNTS:
        return whole(int(float(str(value))), language=language)
    if name.startswith("brier"):
        text = str(value)
        return text if language == "en" else text.replace(".", ",")
    return share(value, decimals=1, language=language)


@dataclass(frozen=True, kw_only=True)
class GroupTable:
    """One measure of the groups: a sentence about what it says, and a row for each group.

    A row is what people are divided by, the group (as it is called in Danish), number of cases,
    share and interval.
    """

    measure: str
    text: str
    rows: tuple[tuple[str, str, str, str, str], ...]


def groups(measured: Mapping[str, Any], *, language: str = "da") -> list[GroupTable]:
    """How groups of citizens are treated, a table for each measure."""
    figures = measured.get("measured", [])
    found = {one["measure"] for one in figures}
    ordered = [name for name in GROUP_MEASURES if name in found]
    return [
        GroupTable(
            measure=measure,
            text=_name(GROUP_MEASURES, measure, language),
            rows=tuple(_row(one, language) for one in figures if one["measure"] == measure),
        )
        for measure in [*ordered, *sorted(found - set(GROUP_MEASURES))]
    ]


def _row(one: Mapping[str, str], language: str) -> tuple[str, str, str, str, str]:
    low, high = (share(one[name], language=language) for name in ("low", "high"))
    return (
        _name(GROUPS, one["attribute"], language),
        one["group"],
        one["count"],
        share(one["value"], language=language),
        f"{low} {wording.say('til', language)} {high}",
    )


def attribute(name: str, *, language: str = "da") -> str:
    """What people are divided by, in words where it is known here."""
    return _name(GROUPS, name, language)


def verdict(one: Mapping[str, Any], *, language: str = "da") -> str:
    """What the figures say of one limit of the card, in one sentence."""
    what = _name(GROUP_MEASURES, one["measure"], language).rstrip(".")
    about = f"{attribute(one['attribute'], language=language)}. {what}:"
    told = VERDICTS[one["state"]]
    groups = {name: one[name] for name in ("higher", "lower") if name in one}
    bound = limit(one, language=language)
    return f"{about} {wording.say(told, language).format(limit=bound, **groups)}"


def limit(one: Mapping[str, Any], *, language: str = "da") -> str:
    """A limit in words: `15 procentpoint` or `1,25 gange`."""
    most = float(one["most"])
    number = f"{most:g}" if one["kind"] == "ratio" else f"{100 * most:g}"
    unit = wording.say(UNITS[one["kind"]], language)
    return f"{number if language == 'en' else number.replace('.', ',')} {unit}"


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


def such_cases(measured: Mapping[str, Any], *, groups: Mapping[str, str]) -> list[str]:
    """A sentence for each of the case's own groups that was measured: how often it was right."""
    found = []
    for one in measured.get("measured", []):
        if groups.get(one["attribute"]) != one["group"] or one["measure"] != "accuracy":
            continue
        right = round(100 * float(one["value"]))
        about = f"{GROUPS.get(one['attribute'], one['attribute'])}: {one['group']}"
        found.append(
            f"{about}. Her var forslaget rigtigt i {right} ud af 100. Vi prøvede {one['count']}."
        )
    return found


def minutes_and_seconds(seconds: float) -> str:
    """How long somebody took, as »2 min. 5 sek.«."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min. {rest} sek." if minutes else f"{rest} sek."
