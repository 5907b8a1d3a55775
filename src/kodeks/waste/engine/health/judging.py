# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The door: a bin's series becomes emptyings, faults, levels that can be trusted, and a trust."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from kodeks.waste.engine.health.emptyings import Emptying, Step, falls, spikes
from kodeks.waste.engine.health.episodes import (
    DRIFT,
    KINDS,
    REJOIN,
    THERMAL,
    TILT,
    Episode,
    between,
    hours,
    joined,
    runs,
)
from kodeks.waste.engine.health.floors import drifts
from kodeks.waste.engine.health.ground import DAY, Ground, ground
from kodeks.waste.engine.health.idleness import idle
from kodeks.waste.engine.health.looking import Spikes
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints, Series
from kodeks.waste.engine.health.recalibrated import ended, part_of, parts
from kodeks.waste.engine.health.restlessness import restless
from kodeks.waste.engine.health.seldom import fallen, speaks_seldom, stays
from kodeks.waste.engine.health.silence import dropouts, failing, rejoins
from kodeks.waste.engine.health.stillness import stuck
from kodeks.waste.engine.health.stretches import stretches
from kodeks.waste.engine.health.warmth import thermal

LEANS = 30.0
"""Degrees from how it usually hangs: a bin that is opened moves less, or for one reading."""
LEAST_TILT = 2
LEAST = 8
"""Known readings: of fewer nothing is said."""
UNKNOWN = frozenset(KINDS) - {REJOIN}
"""In these the level is unknown; at a re-join only messages are missing."""
_HIDING = UNKNOWN - {DRIFT, THERMAL}
"""In these no emptying can be seen either."""


@dataclass(frozen=True)
class Health:
    """What one series tells. level (n,): percent that can be trusted, NaN where nobody knows.

    trust: 0 where the level is unknown now, up to 1; reason: why, for the user.
    """

    emptyings: tuple[Emptying, ...]
    faults: tuple[Episode, ...]
    level: Floats
    trust: float
    reason: str
    ground: Ground

    @property
    def unknown(self) -> tuple[Episode, ...]:
        """The faults in which the level is unknown."""
        return tuple(one for one in self.faults if one.kind in UNKNOWN)


def judge(series: Series, *, now: int | None = None, calibrated: Sequence[int] = ()) -> Health:
    """A bin's emptyings and faults up to `now` (epoch s, else the last reading).

    `calibrated` are moments from which a level means something else (see `recalibrated`). Only
    what the series says is used, so the same call on a part of it is what was known then.
    """
    until = now if now is not None else (int(series.time[-1]) if series.time.size else 0)
    known = np.isfinite(series.level)
    spoken = dropouts(series.time, known, now=until) + rejoins(series) + _leaning(series)
    faults, found = list(spoken), list[Emptying]()
    spiky = np.zeros(series.time.size, dtype=np.bool_)
    for part in parts(series.time, calibrated):
        more, spiky[part], emptied, base = _by_levels(part_of(series, part), spoken)
        faults += ended(more, series.time, part)
        found += emptied
    faults = _settled(faults, base)
    level = np.where(spiky | ~known | _covered(series.time, faults), np.nan, series.level)
    trust, reason = _trust(series, faults, level, until)
    return Health(tuple(found), tuple(faults), np.clip(level, 0.0, 100.0), trust, reason, base)


def _by_levels(
    series: Series, spoken: Sequence[Episode]
) -> tuple[list[Episode], Booleans, Sequence[Emptying], Ground]:
    """What levels of one meaning tell, beside the faults that when and how it spoke has told: more
    faults, single spikes (n,), emptyings, and the ground."""
    known, newest = np.isfinite(series.level), _last_of_each(series.time)
    usable = known & newest & ~_covered(series.time, spoken)
    faults: list[Episode] = []
    spiky = np.zeros(series.time.size, dtype=np.bool_)
    base = ground(series.time[usable], series.level[usable])
    if not speaks_seldom(base):
        faults += failing(series.time, series.level)
        usable &= ~_covered(series.time, faults)
    if usable.sum() < LEAST:
        return faults, spiky, (), base
    if speaks_seldom(base):
        time, levels = series.time[usable], series.level[usable]
        return faults + stays(time, levels), spiky, fallen(time, levels), base
    more, spiky, base = _looked(series, usable, base)
    faults += more
    hidden = _covered(series.time, [*spoken, *faults], _HIDING)
    return faults, spiky, _emptied(series, known & newest & ~spiky & ~hidden, base), base


def _looked(
    series: Series, usable: Booleans, base: Ground
) -> tuple[list[Episode], Booleans, Ground]:
    """The faults that the levels tell, single spikes (n,), and the ground without them.

    One kind after the other, each on what the ones before have left: what trembles hides steps,
    and steps hide what creeps.
    """
    faults = _still(series, usable, base)
    kept = usable & ~_covered(series.time, faults)
    if faults and kept.any():
        # A stuck sensor has made the noise look small.
        base = ground(series.time[kept], series.level[kept])
    wild = _restless(series, kept, base)
    kept &= ~_covered(series.time, wild)
    if wild and kept.any():
        base = ground(series.time[kept], series.level[kept])
    faults += wild
    spiky = np.zeros(series.time.size, dtype=np.bool_)
    time, level = series.time[kept], series.level[kept]
    spiky[np.flatnonzero(kept)] = spikes(level, base.grown(time), base)
    kept &= ~spiky
    steps = _steps(series, kept, base)
    lone = Spikes(series.time[spiky], series.level[spiky])
    for look in (partial(stretches, spiky=lone), idle):
        time = series.time[kept]
        if time.size:
            told = look(time, series.level[kept], base.grown(time), base, steps)
            kept &= ~_covered(series.time, told)
            faults += told
            steps = _steps(series, kept, base) if told else steps
    return faults + _creeping(series, kept, base, steps), spiky, base


def _last_of_each(time: Ints) -> Booleans:
    """(n,): the last reading of each time, as several at one time cannot follow each other."""
    last = np.ones(time.size, dtype=np.bool_)
    last[:-1] = time[1:] != time[:-1]
    return last


def _covered(time: Ints, faults: Sequence[Episode], kinds: Collection[str] = UNKNOWN) -> Booleans:
    """(n,): readings inside a fault of the kinds."""
    inside = np.zeros(time.size, dtype=np.bool_)
    for one in faults:
        if one.kind in kinds:
            inside |= one.covers(time)
    return inside


def _leaning(series: Series) -> list[Episode]:
    if series.tilt is None or not series.tilt.size:
        return []
    tilt = np.nan_to_num(series.tilt, nan=0.0)
    usual = float(np.median(tilt))
    leans = tilt > 0.5 if tilt.max() <= 1.0 else np.abs(tilt - usual) > LEANS
    # A message between that says upright is a shake.
    leans[1:-1] |= leans[:-2] & leans[2:]
    found = []
    for first, after in runs(leans):
        if after - first >= LEAST_TILT:
            span = hours(float(series.time[after - 1] - series.time[first]))
            reason = f"Måleren har meldt i {span}, at den hælder."
            found.append(between(TILT, series.time, first, after, reason))
    return found


def _still(series: Series, kept: Booleans, base: Ground) -> list[Episode]:
    time = series.time[kept]
    return stuck(time, series.level[kept], base.grown(time), base)


def _restless(series: Series, kept: Booleans, base: Ground) -> list[Episode]:
    time, level = series.time[kept], series.level[kept]
    grown = base.grown(time)
    warm = None if series.temperature is None else series.temperature[kept]
    return restless(time, level, grown, base, warm)


def _steps(series: Series, kept: Booleans, base: Ground) -> list[Step]:
    time = series.time[kept]
    return falls(time, series.level[kept], base.grown(time), base) if time.size else []


def _creeping(series: Series, kept: Booleans, base: Ground, steps: Sequence[Step]) -> list[Episode]:
    time, level = series.time[kept], series.level[kept]
    grown = base.grown(time)
    broken = np.zeros(max(time.size - 1, 0), dtype=np.bool_)
    broken[[step.at - 1 for step in steps]] = True
    warm = None if series.temperature is None else series.temperature[kept]
    found = thermal(time, level, grown, base, warm, broken)
    # What goes up and down with the warmth is pressed to 0 now and then.
    return found + [
        one
        for one in drifts(time, level, grown, base, steps)
        if not any(_overlap(one, other) for other in found)
    ]


def _overlap(one: Episode, other: Episode) -> bool:
    far = float("inf")
    return one.begin < (other.end or far) and other.begin < (one.end or far)


def _emptied(series: Series, kept: Booleans, base: Ground) -> tuple[Emptying, ...]:
    time = series.time[kept]
    return tuple(
        Emptying(int(time[one.at - 1]), int(time[one.at]), one.before, one.after)
        for one in _steps(series, kept, base)
    )


def _settled(faults: list[Episode], base: Ground) -> list[Episode]:
    """One episode of a kind at a time, and none within another: the longer one says it."""
    merged = joined(faults, within=3 * base.interval)
    far = float("inf")
    return [
        one
        for one in merged
        if one.kind == REJOIN
        or not any(
            other is not one
            and other.kind != REJOIN
            and other.begin <= one.begin
            and (other.end or far) >= (one.end or far)
            for other in merged
        )
    ]


def _trust(series: Series, faults: Sequence[Episode], level: Floats, now: int) -> tuple[float, str]:
    """0 where a fault or silence holds now; else 1 less the share of the last week unknown."""
    for one in faults:
        if one.end is None:
            return 0.0, f"{one.reason} Niveauet er ukendt."
    if not np.isfinite(level).any():
        return 0.0, "Måleren har ikke sagt noget, der kan bruges. Niveauet er ukendt."
    lately = series.time >= now - 7 * DAY
    if not lately.any():
        return 0.0, "Måleren har ikke sagt noget i en uge. Niveauet er ukendt."
    share = float(np.isfinite(level[lately]).mean())
    if share >= 0.9:
        return share, "Måleren virker."
    return share, f"Måleren var til at stole på i {round(100 * share)} % af den sidste uge."
