# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From a situation, the limits and the forecast to what is proposed, with what speaks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from kodeks.waste.engine.health.episodes import BLOCKED, BRIDGE
from kodeks.waste.engine.health.episodes import hours as in_words
from kodeks.waste.engine.notices.rules import (
    EMPTY,
    FIRE,
    INSPECT,
    LABELS,
    LOOK,
    NOTHING,
    Rules,
)
from kodeks.waste.engine.notices.situation import ALARMS_OF_FIRE, Situation

_HOUR, _DAY = 3_600, 86_400
_LEAPS = (BRIDGE, BLOCKED)
"""Faults that a sudden rise may also be."""
_EPOCH = dt.datetime(1970, 1, 1)
EVENLY = (1 / 24,) * 24
"""Where nothing was learned of the hours."""


@dataclass(frozen=True)
class Chances:
    """full: the chance (0 to 1) of being full within 1, 2 .. 7 days if nobody comes; rising.

    into: how what a day adds falls on its 24 hours, as it was learned; they add up to 1.
    """

    full: tuple[float, ...]
    into: tuple[float, ...] = EVENLY

    def within(self, hours: float) -> float:
        """By so many hours: within a day as its hours were learned, after the last day the last."""
        place = max(hours, 0.0)
        day = int(place // 24)
        if day >= len(self.full):
            return self.full[-1]
        before = self.full[day - 1] if day else 0.0
        whole = int(place - 24 * day)
        part = place - 24 * day - whole
        share = sum(self.into[:whole]) + part * self.into[whole]
        return before + share * (self.full[day] - before)


@dataclass(frozen=True)
class Weighed:
    """A Danish sentence; weight is 0 to 1, and the limit that it was laid beside."""

    text: str
    weight: float
    is_for: bool
    rule: str


@dataclass(frozen=True)
class Proposal:
    """`label` is one of LABELS; certainty 0 to 1. `otherwise`: a change in words and the label that
    would then have been proposed."""

    label: str
    certainty: float
    weighed: tuple[Weighed, ...]
    otherwise: tuple[str, str] | None


def propose(rules: Rules, now: Situation, chances: Chances | None) -> Proposal:
    """The most urgent of what the limits give; NOTHING when that is none of them."""
    found = sorted(_found(rules, now, chances), key=lambda one: list(LABELS).index(one[0]))
    against = tuple(_against(now))
    if not found:
        return Proposal(NOTHING, _calm(rules, now, chances), against or _quiet(now), None)
    label, certainty, weighed, otherwise = found[0]
    also = tuple(one[2] for one in found[1:])
    next_label = found[1][0] if len(found) > 1 else NOTHING
    return Proposal(label, certainty, (weighed, *also, *against), (otherwise, next_label))


def found_labels(rules: Rules, now: Situation, chances: Chances | None) -> frozenset[str]:
    """All that the limits give, except what was asked."""
    return frozenset(one[0] for one in _found(rules, now, chances))


Found = tuple[str, float, Weighed, str]
"""A label, how sure it is, what speaks for it, and the change without which it would not be."""


def _found(rules: Rules, now: Situation, chances: Chances | None) -> Iterator[Found]:
    looks = (_fire, _rise, _dead)
    for found in (*(look(rules, now) for look in looks), _early(rules, now, chances)):
        if found is not None and found[0] not in now.asked:
            yield found


def _fire(rules: Rules, now: Situation) -> Found | None:
    warmed = now.warmed()
    alarms = [one for one in now.alarms if one in ALARMS_OF_FIRE]
    if warmed is not None and (warmed[0] >= rules.fire_c or warmed[1] >= rules.fire_rise_c):
        text = f"Måleren er {warmed[0]:.0f} °C."
        if round(warmed[1]) > 0:
            text += f" Det er {warmed[1]:.0f} grader mere end {_before(warmed[2])}."
        limit = (
            f"Mindst {rules.fire_c:.0f} °C, eller {rules.fire_rise_c:.0f} grader mere end timen før"
        )
    elif not alarms:
        return None
    else:
        text = "Måleren har selv sendt en alarm om varme eller ild."
        limit = "Målerens egen alarm"
    weighed = Weighed(text, 1.0, True, limit)
    change = f"Var der under {rules.fire_c:.0f} °C uden en hurtig stigning og uden en alarm"
    return FIRE, rules.certainty[FIRE], weighed, change


def _early(rules: Rules, now: Situation, chances: Chances | None) -> Found | None:
    left = rules.unplanned_hours
    until = f"inden for {left:.0f} timer. Der er ikke planlagt en tur"
    if now.visit is not None:
        left = (now.visit - now.now) / _HOUR
        until = f"før turen {_clock(now.visit)}"
    last = now.last
    limit = f"Mindst {100 * rules.early_chance:.0f} % chance for {rules.full_pct:.0f} % fuld"
    if last is not None and last[1] >= rules.full_pct and not now.may_be_emptied:
        text = f"Spanden er {last[1]:.0f} % fuld. Målt {_clock(last[0])}."
        change = f"Var spanden under {rules.full_pct:.0f} % fuld, og fyldtes den langsomt"
        # What is measured is as sure as its sensor.
        return EMPTY, max(now.trust, 0.5), Weighed(text, 1.0, True, limit), change
    chance = 0.0 if chances is None else chances.within(left)
    if chances is None or chance < rules.early_chance:
        return None
    text = f"Spanden bliver fuld {until}. Chancen er {100 * chance:.0f} %."
    change = f"Kom der nogen senest {_clock(now.now + _safe(rules, chances))}"
    return EMPTY, chance, Weighed(text, chance, True, limit), change


def _rise(rules: Rules, now: Situation) -> Found | None:
    if EMPTY in now.asked:
        # Whoever empties it sees the place.
        return None
    leapt = [one for one in now.faults if one[0] in _LEAPS]
    if leapt:
        # Whoever threw something big in, or what lies across: the level alone cannot tell which.
        _, begin, reason = max(leapt, key=lambda one: one[1])
        if now.now - begin > rules.dead_hours * _HOUR:
            return None
        limit = "Et spring, som spanden ellers ikke gør"
        return (
            LOOK,
            rules.certainty[LOOK],
            Weighed(reason, 0.6, True, limit),
            "Var der intet spring",
        )
    risen = now.risen(rules.rise_hours)
    if risen is None or risen[0] < max(rules.rise_pct, rules.rise_times * risen[1]):
        return None
    text = (
        f"Der kom {risen[0]:.0f} procentpoint i på {rules.rise_hours:.0f} timer. "
        f"Det meste, der ellers er kommet i, er {max(risen[1], 0.0):.0f}."
    )
    limit = (
        f"Mindst {rules.rise_pct:.0f} procentpoint på {rules.rise_hours:.0f} timer, og "
        f"{f'{rules.rise_times:g}'.replace('.', ',')} gange det meste ellers"
    )
    change = f"Var der kommet under {rules.rise_pct:.0f} procentpoint i"
    return LOOK, rules.certainty[LOOK], Weighed(text, 0.6, True, limit), change


def _dead(rules: Rules, now: Situation) -> Found | None:
    long = [one for one in now.faults if now.now - one[1] >= rules.dead_hours * _HOUR]
    if not long:
        return None
    _, begin, reason = min(long, key=lambda one: one[1])
    text = f"{reason} Det har varet i {in_words(now.now - begin)}."
    limit = f"Niveauet er ukendt i mindst {rules.dead_hours:.0f} timer"
    change = "Havde måleren virket"
    return INSPECT, rules.certainty[INSPECT], Weighed(text, 0.8, True, limit), change


def _against(now: Situation) -> Iterator[Weighed]:
    last = now.last
    if last is None:
        yield Weighed("Ingen ved, hvor fuld spanden er nu.", 0.5, False, "")
    elif now.may_be_emptied and now.served is not None:
        text = f"Om spanden blev tømt på turen {_clock(now.served)}, kan ingen se."
        yield Weighed(text, 0.5, False, "")
    elif now.now - last[0] > _DAY:
        text = f"Den sidste måling, vi kan stole på, er fra {_clock(last[0])}."
        yield Weighed(text, 0.4, False, "")
    if now.trust < 1.0 and now.reason:
        yield Weighed(f"Om måleren: {now.reason}", 1.0 - now.trust, False, "")
    if now.emptied is not None and now.now - now.emptied < _DAY:
        yield Weighed(f"Spanden blev tømt {_clock(now.emptied)}.", 0.2, False, "")


def _quiet(now: Situation) -> tuple[Weighed, ...]:
    last = now.last
    level = "" if last is None else f"Spanden er {last[1]:.0f} % fuld. "
    return (Weighed(f"{level}Intet er over en grænse.", 0.5, False, ""),)


def _calm(rules: Rules, now: Situation, chances: Chances | None) -> float:
    if chances is None:
        return 0.5
    left = rules.unplanned_hours if now.visit is None else (now.visit - now.now) / _HOUR
    return 1.0 - chances.within(left)


def _safe(rules: Rules, chances: Chances) -> int:
    """Seconds from now after which the chance passes the limit, by whole hours."""
    hours = 0
    while hours < 24 * len(chances.full) and chances.within(hours + 1) < rules.early_chance:
        hours += 1
    return hours * _HOUR


def _before(seconds: int) -> str:
    return "timen før" if seconds <= _HOUR else f"for {in_words(seconds)} siden"


def _clock(moment: int) -> str:
    return (_EPOCH + dt.timedelta(seconds=moment)).strftime("%d.%m. kl. %H:%M")
