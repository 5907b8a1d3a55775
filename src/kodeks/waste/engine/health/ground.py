# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is usual for one bin: its sensor's noise, how it fills by the hour, and its largest bites.

All of it comes from the bin's own readings by medians and trimmed means, so that the faults that
are looked for with it do not move it much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

DAY = 86_400
BLOCKS = 6
BLOCK = DAY // BLOCKS
WEEK, MONDAY, WEEKEND = 7, 3, 5
"""Days; how far into a week 1970 began, and from where on days are of another kind."""
LEAST_NOISE, MOST_NOISE = 0.5, 6.0
"""Percent: ultrasound in a bin of a metre is no better than 5 mm; what trembles by more than 6 cm
is no working sensor (waste guide, section 7: 1 to 5)."""
LEAST_FALL = 10.0
"""Percent: a smaller fall is no emptying, however quiet the sensor is; rubbish settles too."""
COARSE = 5.0
"""Percent: a sensor with steps of this or more has the noise of its steps."""
LEAST_JUMP = 15.0
LEAST_SCALE = 0.15
MOST_SKEW = 2.0
"""Times as wide as the lower side the upper one may be taken for: a fault makes it longer still."""
LEAN_KIND, ALIKE = 2.0, 9000.0
"""Days like all on which the two kinds of days lean; seconds between readings from which on there
are too few to tell them apart."""
USUAL_BITE, LEAN_DAYS = 4.0, 3
"""An ordinary bin's largest bite of a day: times what comes in an interval on the mean; and how
many days of such a bin are laid beside."""
LEAST_SHARE = 1.0
"""Of ordinary growth: hours that are quiet on most days are not on all."""
ALPHA = 0.03
"""How often a bite like the largest usual one may come by chance in a whole series."""


WORKDAYS = np.array([WEEKEND / WEEK, 1.0 - WEEKEND / WEEK])


@dataclass(frozen=True)
class Ground:
    """noise: deviation of one reading (pp). interval: usual seconds between readings. step: the
    sensor's step where it is coarse, else 0. rates (2, BLOCKS): pp that come in each block of a day
    from Monday to Friday, and of the others: what is quiet on most nights is not on all. bite: what
    one interval in a hundred exceeds, fewer of long ones. jump: more than ever comes in one (pp).
    Both at an hour of ordinary growth: `share` says what another hour has of them."""

    noise: float
    interval: float
    step: float
    rates: Floats
    bite: float
    jump: float

    @property
    def daily(self) -> float:
        """Percent a day."""
        return float(WORKDAYS @ self.rates.sum(axis=1))

    def share(self, grown: Floats) -> Floats:
        """(n - 1,): how much more or less than ordinary comes between readings; at least
        LEAST_SHARE, and at most four times, of grown (n,) as below."""
        ordinary = max(self.daily * self.interval / DAY, 1e-9)
        found: Floats = np.clip(np.diff(grown) / ordinary, LEAST_SHARE, 4.0)
        return found

    def bites(self, grown: Floats) -> Floats:
        """(n - 1,): rises that are seldom exceeded."""
        least = max(5.0 * self.noise, LEAST_FALL, self.step)
        found: Floats = np.maximum(self.bite * self.share(grown), least)
        return found

    def most(self, grown: Floats) -> Floats:
        """(n - 1,): rises that never come in at once."""
        least = max(6.0 * self.noise, LEAST_JUMP, 1.5 * self.step)
        found: Floats = np.maximum(self.jump * self.share(grown), least)
        return found

    def grown(self, time: Ints) -> Floats:
        """(n,): pp that usually come until each time, from some moment long ago."""
        week = np.repeat(self.rates, (WEEKEND, WEEK - WEEKEND), axis=0)
        sums = np.concatenate([[0.0], np.cumsum(week)])
        since = time + MONDAY * DAY
        into = np.interp(since % (WEEK * DAY), np.arange(WEEK * BLOCKS + 1) * BLOCK, sums)
        weeks = since // (WEEK * DAY)
        whole: Floats = (weeks - (weeks[0] if time.size else 0)) * sums[-1] + into
        return whole


def ground(time: Ints, level: Floats) -> Ground:
    """Of known readings (n,), all finite."""
    gaps, rise = np.diff(time), np.diff(level)
    used = gaps > 0
    if not used.any():
        return Ground(LEAST_NOISE * 4, 3600.0, 0.0, np.full((2, BLOCKS), 2.5), 40.0, 60.0)
    interval = float(np.median(gaps[used]))
    step = _step(level)
    rough = _rough(rise)
    filling = used & (rise > -max(LEAST_FALL, 4.0 * rough)) & (gaps <= 3 * max(interval, BLOCK))
    # A bite that is far beyond the others is a fault or rare, and makes no rate.
    filling &= rise <= _tail(rise[filling]) if filling.any() else filling
    rates = _rates(time, gaps, rise, filling, interval)
    first = Ground(rough, interval, step, rates, 100.0, 100.0)
    grown = first.grown(time)
    usual = np.diff(grown)
    noise = _noise(rise - usual, usual, level, filling) or rough
    noise = step / 6.0 if step else min(max(noise, LEAST_NOISE), rough + LEAST_NOISE, MOST_NOISE)
    # Bites go with the hour's growth, what trembles does not.
    filling = used & (rise > -max(LEAST_FALL, 4.0 * rough)) & (gaps <= 1.5 * interval)
    alike = rise / first.share(grown)
    usually = USUAL_BITE * first.daily * interval / DAY + 3.0 * noise
    middle, scale = _largest(time[1:][filling] // DAY, alike[filling], usually)
    often = float(np.clip(0.24 * (3600.0 / interval) ** 2, 0.01, 0.25))
    days = max((int(time[-1]) - int(time[0])) / DAY, 1.0)
    bite = middle - scale * np.log(-np.log1p(-often))
    return Ground(
        noise=noise,
        interval=interval,
        step=step,
        rates=rates,
        bite=float(bite),
        jump=float(middle + scale * np.log(days / ALPHA)),
    )


def _largest(day: Ints, rise: Floats, usually: float) -> tuple[float, float]:
    """Middle and scale of each day's largest rise, as Gumbel's distribution.

    By the quarters and the median: half of the days may be faulty. So that a first day with a
    fault is not the measure, some days of an ordinary bin are laid beside.
    """
    if not day.size:
        return usually, max(LEAST_SCALE * usually, 0.5)
    edges = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    most = np.append(np.maximum.reduceat(rise, edges), [usually] * LEAN_DAYS)
    quarter, half, upper = np.quantile(most, (0.25, 0.5, 0.75))
    # ln(-ln p) of these is 0.327, -0.367 and -1.246. Busy days make the upper side longer.
    scale = max(float(half - quarter) / 0.693, LEAST_SCALE * float(half), 0.5)
    scale = max(scale, min(float(upper - half) / 0.879, MOST_SKEW * scale))
    return float(half) - 0.367 * scale, scale


def _rough(rise: Floats) -> float:
    """The noise by the smaller second differences: the larger hold bites and emptyings."""
    second = np.abs(np.diff(rise))
    second = second[second > 0]
    if second.size < 4:
        return 3.0
    # A quarter of a normal variable's deviations are below 0.3186 times its own.
    quarter = float(np.quantile(second, 0.25)) / 0.3186 / np.sqrt(6.0)
    return float(min(max(quarter, LEAST_NOISE), MOST_NOISE))


def _spread(values: Floats) -> float:
    """The deviation, by the median."""
    return float(1.4826 * np.median(np.abs(values))) if values.size else 0.0


def _step(level: Floats) -> float:
    distinct = np.unique(level)
    if distinct.size < 2 or level.size < 4 * distinct.size:
        return 0.0
    least = float(np.diff(distinct).min())
    return least if least >= COARSE else 0.0


def _tail(rise: Floats) -> float:
    """The rise beyond which one in ALPHA series goes, if the upper seventh falls off like e^-x."""
    up = np.sort(rise)
    upper = up[int(0.85 * up.size) :]
    if upper.size < 3:
        return 100.0
    over = upper - upper[0]
    # The median, as a single fault must not make its like usual.
    scale = max(float(np.median(over)) / np.log(2.0), 0.5)
    return float(upper[0] + scale * np.log(max(upper.size / ALPHA, 1.0)))


def _rates(time: Ints, gaps: Ints, rise: Floats, filling: Booleans, interval: float) -> Floats:
    """(2, BLOCKS): pp in each block of a day from Monday to Friday and of the others, leaning on
    what it is on all days with LEAN_KIND of them, and that on the day's mean with four."""
    into = time % DAY
    spent = np.stack(
        [time // DAY * BLOCK + np.clip(into - one * BLOCK, 0, BLOCK) for one in range(BLOCKS)],
        axis=1,
    )
    shares = np.diff(spent, axis=0)[filling].astype(np.float64)
    came = rise[filling]
    total, seconds = came.sum(), shares.sum()
    mean = max(total / seconds, 0.0) if seconds else 30.0 / DAY
    speed = came / np.maximum(gaps[filling], 1)
    lean = 4.0 * BLOCK
    every = np.maximum((speed @ shares + lean * mean) / (shares.sum(axis=0) + lean), 0.0)
    rates = np.tile(every * BLOCK, (2, 1))
    if interval > ALIKE:
        return rates
    free = (time[:-1][filling] // DAY + MONDAY) % WEEK >= WEEKEND
    lean = LEAN_KIND * BLOCK
    for kind, mine in enumerate((~free, free)):
        here = shares[mine]
        each = (speed[mine] @ here + lean * every) / (here.sum(axis=0) + lean)
        rates[kind] = np.maximum(each, 0.0) * BLOCK
    return rates


def _noise(left: Floats, usual: Floats, level: Floats, filling: Booleans) -> float:
    """From the half of the readings between which least comes, not held by the scale's ends."""
    inside = (level > 0.5) & (level < 99.5)
    kept = filling & inside[1:] & inside[:-1]
    if kept.sum() < 12:
        kept = filling
    calm = kept & (usual <= np.median(usual[kept])) if kept.any() else kept
    return float(_spread(left[calm]) / np.sqrt(2.0))
