# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Numbers about bins in Danish."""

from __future__ import annotations

from kodeks.waste.models import Outlook

FAULTS = {
    "stuck": "Måleren sidder fast",
    "drift": "Måleren driver",
    "tilt": "Måleren er skæv",
    "blocked": "Noget dækker måleren",
    "bridge": "Noget ligger på tværs under måleren",
    "liquid": "Væde eller dug",
    "drop-out": "Måleren er tavs",
    "re-join": "Måleren har meldt sig på ny",
    "thermal": "Varme forstyrrer måleren",
}


def percent(value: float | None) -> str:
    """Of a level."""
    return "Ukendt" if value is None else f"{value:.0f} %"


def chance(value: float | None) -> str:
    """Of being full; never quite 0 or 100."""
    if value is None:
        return "–"
    if value < 0.01:
        return "under 1 %"
    return "over 99 %" if value > 0.99 else f"{100 * value:.0f} %"


def share(part: float, whole: float) -> str:
    """Of a whole that may be 0: nothing can be said then."""
    return "–" if not whole else f"{100 * part / whole:.1f} %".replace(".", ",")


def hours(outlook: Outlook) -> str:
    """Until full, the median and the middle 80 % of the probability: »omkring 20 timer (12–40)«."""
    low, middle, high = outlook.hours_low, outlook.hours_middle, outlook.hours_high
    if low is None or middle is None or high is None or outlook.within_7 is None:
        return "–"
    if high <= 0:
        return "Fuld nu"
    if outlook.within_7 < 0.5:
        return "Næppe inden for en uge"
    if high >= 48:
        return f"Omkring {middle / 24:.0f} døgn ({low / 24:.0f}–{high / 24:.0f})"
    return f"Omkring {middle:.0f} timer ({low:.0f}–{high:.0f})"


def level(outlook: Outlook) -> str:
    """How full a bin is; one that nobody knows is not told as a number."""
    return level_words(outlook.trust, outlook.level_pct)


def level_words(trust: float | None, level_pct: float | None) -> str:
    """The same of an outlook's numbers; none where no round has seen the bin."""
    if level_pct is None or (trust is not None and trust > 0):
        return percent(level_pct)
    return f"Ukendt (sidst kendt {level_pct:.0f} %)"


def fault(kind: str) -> str:
    return FAULTS.get(kind, kind)
