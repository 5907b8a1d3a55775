# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Levels that follow the temperature: sound is faster in warm air, and a bin fills by no degree."""

from __future__ import annotations

import math

import numpy as np

from kodeks.waste.engine.health import weighing
from kodeks.waste.engine.health.episodes import THERMAL, Episode, between
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

SPAN = 3 * 3600
"""Seconds over which changes are set beside each other, or the sensor's own pause where that is
longer: more noise than warmth in a shorter time, more filling than warmth in a longer one."""
FEWEST, MOST = 2, 10
"""Days looked at together."""
WIDTHS, FEW = 4.5, 12.0
"""Deviations from what is usual for the bin, by its own other days: WIDTHS + FEW / days^2, as two
like days are easily found among many."""
COOLER, HOTTER, HOT = 0.8, -1.8, 6.0
"""Deviations more that are wanted where the days are no warmer than others by the sensor's own
temperature, fewer where they are, and degrees more between night and day that say so: sun on a lid
shows there too."""
SUSPECT = 3.5
"""Deviations less from which it is worth a look (see weighing)."""
CLIP = 3.0
PART, MOST_CAME = DAY // 8, 25.0
"""Seconds of a day for which it is asked how far what comes is from what usually does; and percent
that one change counts there at most."""
BUSY = 0.2
"""Squared deviation of what comes on a day, as a share of what usually does."""
DAILY, WARMEST = 5.0, 15.0
"""Degrees to each side and hour of the day, where the sensor tells no temperature."""
LEAST_SWING, SWING = 5.0, 10.0
"""Percent that a day's warmth has to move the level for it to matter."""


def thermal(
    time: Ints,
    level: Floats,
    grown: Floats,
    ground: Ground,
    temperature: Floats | None,
    broken: Booleans,
) -> list[Episode]:
    """Of known readings (n,); broken (n - 1,): an emptying or a fault lies between two readings.

    On each day the change of the level beyond what usually comes is set beside the change of the
    temperature (least squares through 0). What is usual for the bin on its other days is taken
    off, as bins fill by day, when it is warm.
    """
    told = temperature is not None
    if temperature is None:
        temperature = DAILY * np.cos((time % DAY / 3600.0 - WARMEST) / 12.0 * np.pi)
    # At the ends of the scale nothing moves a level.
    finite = np.isfinite(temperature) & (level > 0.5) & (level < 99.5)
    if finite.sum() < 24 or time[-1] - time[0] < 6 * DAY:
        return []
    span = max(SPAN, int(0.9 * ground.interval))
    later = np.searchsorted(time, time + span)
    pairs = np.flatnonzero(later < time.size)
    after = later[pairs]
    cuts = np.concatenate([[0], np.cumsum(broken)])
    fits = (
        (cuts[after] == cuts[pairs])
        & (time[after] - time[pairs] <= 1.5 * span)
        & finite[pairs]
        & finite[after]
    )
    pairs, after = pairs[fits], after[fits]
    if pairs.size < 24:
        return []
    warmer = temperature[after] - temperature[pairs]
    came = level[after] - level[pairs] - (grown[after] - grown[pairs])
    day = ((time[pairs] - time[0]) // DAY).astype(np.int64)
    count = int(day[-1]) + 1
    # By night little comes that nobody knows of: how much is told by the bin's own hours.
    hour = (time[pairs] % DAY // PART).astype(np.int64)
    far = np.bincount(hour, np.minimum(np.abs(came), MOST_CAME) ** 2, DAY // PART)
    varies: Floats = far / np.maximum(np.bincount(hour, minlength=DAY // PART), 1)
    weight = 1.0 / np.maximum(varies[hour], 2.0 * ground.noise**2)
    came = np.clip(came, -CLIP / np.sqrt(weight), CLIP / np.sqrt(weight))
    usually = grown[after] - grown[pairs]

    def sums(values: Floats) -> Floats:
        found: Floats = np.bincount(day, weight * values, count).astype(np.float64)
        return found

    # A day on which more or less comes than usual is no warmth: what goes with the usual growth is
    # taken off both, leaning on a day like the others.
    shared = sums(warmer * usually) / (sums(usually**2) + 1.0 / BUSY)
    cross = sums(warmer * came) - shared * sums(usually * came)
    square = np.maximum(sums(warmer**2) - shared * sums(warmer * usually), 0.0)
    seen = square > 0
    if not seen.any():
        # It was equally warm all the time.
        return []
    usual = float(np.median(cross[seen] / square[seen]))
    off = (cross - usual * square)[seen] / np.sqrt(square[seen])
    spread = max(1.4826 * float(np.median(np.abs(off))), 1e-9)
    degrees = _swings(time, temperature, count)
    hot = (degrees > np.median(degrees) + HOT).astype(np.float64)
    more = COOLER + (HOTTER - COOLER) * hot if told else np.zeros(count)
    over = cross - usual * square
    suspects: list[weighing.Suspect] = []
    amounts: dict[int, float] = {}
    for nats, first, last in _days(over, square, spread, more):
        amount = float(over[first:last].sum() / square[first:last].sum())
        if abs(amount) * np.median(degrees[first:last]) < LEAST_SWING:
            continue
        begin = int(np.searchsorted(time, time[0] + first * DAY))
        end = min(int(np.searchsorted(time, time[0] + last * DAY)), time.size)
        if any(begin < one.after and one.first < end for one in suspects):
            continue
        each = np.abs(over) / np.sqrt(np.maximum(square, 1e-9)) / spread
        rest = np.concatenate([each[:first], each[last:]])
        amounts[begin] = amount
        suspects.append(
            weighing.Suspect(
                begin,
                end,
                [
                    nats,
                    abs(amount),
                    float(np.sign(amount)),
                    abs(amount) * float(np.median(degrees[first:last])),
                    float(last - first),
                    float(np.median(degrees[first:last]) - np.median(degrees)),
                    float(hot[first:last].mean()),
                    float(np.quantile(rest, 0.9)) if rest.size else 0.0,
                    float(rest.max(initial=0.0)),
                    ground.noise,
                    math.log(ground.daily + 1.0),
                    spread,
                    1.0 - float(finite.mean()),
                    float(told),
                    float((np.sign(over[first:last]) == np.sign(amount)).mean()),
                    float(each[first:last].min()),
                    float(np.median(each[first:last])),
                    math.sqrt(float(square[first:last].mean())),
                    float(np.median(each)),
                    ground.interval / 3600.0,
                ],
                told=nats > 0.0 and abs(amount) * float(np.median(degrees[first:last])) >= SWING,
            )
        )
    found = []
    for one in weighing.sure("warmth", time, suspects):
        amount = amounts[one.first]
        word = "stiger" if amount > 0 else "falder"
        reason = (
            f"Niveauet {word} {abs(amount):.1f} % for hver grad, det bliver varmere."
            if told
            else f"Niveauet {word} og vender med døgnet, som det gør, når varme forstyrrer."
        )
        found.append(between(THERMAL, time, one.first, one.after, reason))
    return found


def _days(
    over: Floats, square: Floats, spread: float, more: Floats
) -> list[tuple[float, int, int]]:
    """Stretches of days on which the warmth moves the level unlike on others, the surest first,
    with deviations beyond what is wanted; more (count,): deviations wanted beyond the usual ones.
    """
    wanted = np.concatenate([[0.0], np.cumsum(more)])
    sums = np.concatenate([[0.0], np.cumsum(over)])
    squares = np.concatenate([[0.0], np.cumsum(square)])
    found = []
    for length in range(FEWEST, min(MOST, square.size // 2) + 1):
        weight = squares[length:] - squares[:-length]
        width = np.sqrt(np.maximum(weight, 1e-12)) * spread
        sure = np.abs(sums[length:] - sums[:-length]) / width
        sure -= (wanted[length:] - wanted[:-length]) / length + WIDTHS + FEW / length**2
        found += [
            (float(sure[at]), at, at + length)
            for at in np.flatnonzero((sure > -SUSPECT) & (weight > 0)).tolist()
        ]
    return sorted(found, reverse=True)


def _swings(time: Ints, temperature: Floats, count: int) -> Floats:
    """(count,): how many degrees each day and the one before it had between warm and cold."""
    finite = np.isfinite(temperature)
    day = ((time[finite] - time[0]) // DAY).astype(np.int64)
    high, low = np.full(count, -np.inf), np.full(count, np.inf)
    inside = day < count
    np.maximum.at(high, day[inside], temperature[finite][inside])
    np.minimum.at(low, day[inside], temperature[finite][inside])
    range_ = np.where(np.isfinite(high), high - low, 0.0)
    swings: Floats = np.maximum(range_, np.concatenate([[0.0], range_[:-1]]))
    return swings
